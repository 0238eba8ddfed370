//! The separators that a message declares in its header. Source: HL7 2.5.1, chapter 2.5.4; HL7 2.7 for a fifth character.

use super::message::NoMessage;

/// Separators of a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Delimiters {
    pub field: char,
    pub component: char,
    pub repetition: char,
    /// None where the header declares none: nothing in the message is escaped then.
    pub escape: Option<char>,
    pub subcomponent: char,
}

/// `|^~\&`. Source: HL7 2.5.1, chapter 2.5.4, recommended values.
impl Default for Delimiters {
    fn default() -> Delimiters {
        Delimiters { field: '|', component: '^', repetition: '~', escape: Some('\\'), subcomponent: '&' }
    }
}

impl Delimiters {
    /// Those of a header: MSH-1, and two to five characters in MSH-2. Of three characters a backslash escapes,
    /// and the last separates subcomponents else; a fifth one says where values were cut off, and is not needed.
    pub fn read(header: &str) -> Result<Delimiters, NoMessage> {
        let (field, encoding) = declared(header).ok_or(NoMessage::NoHeader)?;
        let Delimiters { component, repetition, escape, subcomponent, .. } = Delimiters::default();
        let characters: Vec<char> = encoding.chars().collect();
        let is_separator = |c: &char| !c.is_alphanumeric() && !c.is_whitespace() && *c != field;
        let repeated = || characters.iter().enumerate().any(|(place, c)| characters[..place].contains(c));
        if characters.len() > 5 || !characters.iter().all(is_separator) || repeated() {
            return Err(NoMessage::Separators(encoding.chars().take(20).collect()));
        }
        Ok(match characters.as_slice() {
            [] => Delimiters { field, component, repetition, escape, subcomponent },
            [component] => Delimiters { field, component: *component, repetition, escape: None, subcomponent },
            [component, repetition] => Delimiters { field, component: *component, repetition: *repetition, escape: None, subcomponent },
            [component, repetition, '\\'] => Delimiters { field, component: *component, repetition: *repetition, escape, subcomponent },
            // `^\\&`: the repetition is what is missing.
            [component, '\\', subcomponent] => Delimiters { field, component: *component, repetition, escape, subcomponent: *subcomponent },
            [component, repetition, subcomponent] => {
                Delimiters { field, component: *component, repetition: *repetition, escape: None, subcomponent: *subcomponent }
            }
            [component, repetition, escape, subcomponent, ..] => {
                Delimiters { field, component: *component, repetition: *repetition, escape: Some(*escape), subcomponent: *subcomponent }
            }
        })
    }

    /// Whether a line begins a message: `MSH`, and separators after it that can be such. `MSH2|…` in a text does not.
    pub fn begin(line: &str) -> bool {
        declared(line).is_some_and(|(_, encoding)| !encoding.is_empty()) && Delimiters::read(line).is_ok()
    }
}

/// MSH-1 and MSH-2 as they stand.
fn declared(header: &str) -> Option<(char, &str)> {
    let rest = header.strip_prefix("MSH")?;
    let field = rest.chars().next().filter(|c| !c.is_alphanumeric() && !c.is_whitespace() && !c.is_control())?;
    let after = &rest[field.len_utf8()..];
    Some((field, after.split(field).next().unwrap_or_default().trim_end()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(header: &str) -> Result<String, NoMessage> {
        let d = Delimiters::read(header)?;
        Ok([d.field, d.component, d.repetition, d.escape.unwrap_or(' '), d.subcomponent].into_iter().collect())
    }

    #[test]
    fn separators_are_those_that_the_header_declares() {
        for (header, expected) in [
            ("MSH|^~\\&|EPR", "|^~\\&"),
            ("MSH|^~\\&#|EPR", "|^~\\&"),
            ("MSH|^~&|EPR", "|^~ &"),
            ("MSH|^~\\|EPR", "|^~\\&"),
            ("MSH|^\\&|EPR", "|^~\\&"),
            ("MSH|^~|EPR", "|^~ &"),
            ("MSH$!%\\&$EPR", "$!%\\&"),
            ("MSH|^~\\&", "|^~\\&"),
            ("MSH||EPR", "|^~\\&"),
        ] {
            assert_eq!(read(header), Ok(expected.into()), "{header}");
        }
    }

    #[test]
    fn what_cannot_separate_is_refused_by_name() {
        for header in ["MSH|EPR|RP4", "MSH|^^^^|EPR", "MSH|^~\\&#!|EPR", "MSH|^ \\&|EPR"] {
            assert!(matches!(read(header), Err(NoMessage::Separators(_))), "{header}");
        }
        for header in ["", "MSH", "MSH2 is a gene", "PID|1"] {
            assert_eq!(read(header), Err(NoMessage::NoHeader), "{header}");
        }
    }
}
