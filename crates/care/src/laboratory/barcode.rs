//! A barcode as a scanner sends it.

/// What scanners put around a barcode: blanks, control characters, and before it the symbology identifier of AIM (`]C1`, `]d2`).
/// Source: ISO/IEC 15424, data carrier identifiers: a right square bracket, a letter for the symbology, a modifier of one digit or
/// letter.
pub fn scanned(text: &str) -> String {
    let is_wrapping = |c: char| c.is_whitespace() || c.is_control() || c == '\u{feff}';
    let text = text.trim_matches(is_wrapping);
    let bare = without_identifier(text).unwrap_or(text);
    bare.trim_matches(is_wrapping).chars().filter(|c| !c.is_control()).collect::<String>().to_uppercase()
}

fn without_identifier(text: &str) -> Option<&str> {
    let mut rest = text.strip_prefix(']')?.chars();
    let symbology = rest.next()?;
    let modifier = rest.next()?;
    (symbology.is_ascii_alphabetic() && modifier.is_ascii_alphanumeric()).then_some(rest.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_scanner_adds_is_taken_off() {
        for text in ["S1A", " s1a\r\n", "]C1S1A", "]d2s1a", "]Q3S1A", "\u{2}S1A\u{3}", "\u{feff}S1A", "]C1\u{1d}S1A"] {
            assert_eq!(scanned(text), "S1A", "{text:?}");
        }
        assert_eq!(scanned("]C"), "]C");
        assert_eq!(scanned("S]C1"), "S]C1");
    }
}
