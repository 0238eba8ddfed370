//! Identifiers of SNOMED CT, which the NHS dictionary of medicines and devices uses too: 6 to 18 digits, the last a check digit by
//! Verhoeff's scheme. Source: SNOMED International, Release File Specifications, chapters on the SCTID and on Verhoeff check digits.

/// The multiplication of the dihedral group of ten elements. Source: Verhoeff 1969, as in the specification.
const PRODUCT: [[u8; 10]; 10] = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    [1, 2, 3, 4, 0, 6, 7, 8, 9, 5],
    [2, 3, 4, 0, 1, 7, 8, 9, 5, 6],
    [3, 4, 0, 1, 2, 8, 9, 5, 6, 7],
    [4, 0, 1, 2, 3, 9, 5, 6, 7, 8],
    [5, 9, 8, 7, 6, 0, 4, 3, 2, 1],
    [6, 5, 9, 8, 7, 1, 0, 4, 3, 2],
    [7, 6, 5, 9, 8, 2, 1, 0, 4, 3],
    [8, 7, 6, 5, 9, 3, 2, 1, 0, 4],
    [9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
];
/// The permutation that is applied once more for each place.
const PERMUTED: [u8; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];

/// Whether a text is an identifier with the right check digit.
pub fn is_identifier(text: &str) -> bool {
    if !(6..=18).contains(&text.len()) || text.starts_with('0') || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let places = text.bytes().rev().map(|byte| byte - b'0').enumerate();
    places.fold(0, |check, (place, digit)| PRODUCT[usize::from(check)][usize::from(permuted(digit, place))]) == 0
}

fn permuted(digit: u8, times: usize) -> u8 {
    (0..times % 8).fold(digit, |digit, _| PERMUTED[usize::from(digit)])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Identifiers that NHS England and HL7 print in their examples.
    #[test]
    fn identifiers_that_are_published_are_right_and_a_slip_of_a_digit_is_seen() {
        for right in ["317972000", "36126411000001107", "120711000001100", "108761006", "387172005"] {
            assert!(is_identifier(right), "{right}");
        }
        for wrong in ["317972001", "317792000", "36126411000001117", "", "0", "12345", "387172005x", "0387172005", "1234567890123456789"] {
            assert!(!is_identifier(wrong), "{wrong}");
        }
    }
}
