//! Whose work a request is part of: the header `traceparent` (W3C Trace Context, section 3.2).

use std::{fmt, str::FromStr};

/// The span of another program in which this one was asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Parent {
    /// Its trace.
    pub trace: u128,
    /// The span itself.
    pub span: u64,
    /// Whether that program keeps the trace; this one does as it does.
    pub is_sampled: bool,
}

/// A header that is none.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NoParent;

impl FromStr for Parent {
    type Err = NoParent;

    fn from_str(text: &str) -> Result<Parent, NoParent> {
        let mut parts = text.split('-');
        let mut part = |digits: usize| parts.next().filter(|part| part.len() == digits).and_then(number).ok_or(NoParent);
        let (version, trace, span, flags) = (part(2)?, part(32)?, part(16)?, part(2)?);
        // Later versions may say more behind what this one knows.
        let is_known = version == 0 && parts.next().is_none() || (1..0xff).contains(&version);
        let span = u64::try_from(span).map_err(|_| NoParent)?;
        if is_known && trace != 0 && span != 0 { Ok(Parent { trace, span, is_sampled: flags & 1 == 1 }) } else { Err(NoParent) }
    }
}

/// A number in hexadecimal digits; capitals are none.
fn number(digits: &str) -> Option<u128> {
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    digits.bytes().all(is_digit).then(|| u128::from_str_radix(digits, 16).ok()).flatten()
}

impl fmt::Display for Parent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "00-{:032x}-{:016x}-{:02x}", self.trace, self.span, u8::from(self.is_sampled))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Headers of the specification (3.2.4) and of a later version.
    #[test]
    fn a_parent_is_read_as_it_is_written() {
        for (text, is_sampled) in [
            ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", true),
            ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00", false),
        ] {
            let parent: Parent = text.parse().expect(text);
            assert_eq!((parent.is_sampled, parent.to_string().as_str()), (is_sampled, text));
        }
        let later: Parent = "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-03-what-will-be".parse().expect("a later version");
        assert!(later.is_sampled && later.span == 0x00f0_67aa_0ba9_02b7);
    }

    #[test]
    fn what_is_no_parent_is_none() {
        for text in [
            "",
            "9990000018",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-+bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e473-000f067aa0ba902b7-01",
            "00-Isla-Testcase-2019-06-01",
        ] {
            assert_eq!(text.parse::<Parent>(), Err(NoParent), "{text}");
        }
    }
}
