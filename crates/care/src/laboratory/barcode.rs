//! A barcode as a scanner sends it.

/// What scanners put around a barcode: blanks, control characters, and before it the symbology identifier of AIM (`]C1`, `]d2`).
/// Source: ISO/IEC 15424, data carrier identifiers: a right square bracket, a letter for the symbology, a modifier of one digit or
/// letter. And the asterisks with which a Code 39 begins and ends, which some scanners send along (ISO/IEC 16388).
pub fn scanned(text: &str) -> String {
    let is_wrapping = |c: char| c.is_whitespace() || c.is_control() || c == '\u{feff}';
    let text = text.trim_matches(is_wrapping);
    let bare = without_identifier(text).unwrap_or(text);
    let bare = bare.trim_matches(is_wrapping);
    without_asterisks(bare).unwrap_or(bare).chars().filter(|c| !c.is_control()).collect::<String>().to_uppercase()
}

fn without_identifier(text: &str) -> Option<&str> {
    let mut rest = text.strip_prefix(']')?.chars();
    let symbology = rest.next()?;
    let modifier = rest.next()?;
    (symbology.is_ascii_alphabetic() && modifier.is_ascii_alphanumeric()).then_some(rest.as_str())
}

fn without_asterisks(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('*')?.strip_suffix('*')?;
    (!inner.is_empty() && !inner.contains('*')).then_some(inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_scanner_adds_is_taken_off() {
        for text in ["S1A", " s1a\r\n", "]C1S1A", "]d2s1a", "]Q3S1A", "\u{2}S1A\u{3}", "\u{feff}S1A", "]C1\u{1d}S1A", "*S1A*", "]A0*s1a*"] {
            assert_eq!(scanned(text), "S1A", "{text:?}");
        }
        for text in ["]C", "***", "*S1A", "S*1*A"] {
            assert_eq!(scanned(text), text);
        }
        assert_eq!(scanned("S]C1"), "S]C1");
    }
}
