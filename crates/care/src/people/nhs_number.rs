//! The NHS number.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// An NHS number: ten digits, the last a modulus-11 check digit (NHS Data Dictionary).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct NhsNumber(u64);

/// Why a text is no NHS number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NhsNumberError {
    /// Not ten digits.
    #[error("an NHS number has 10 digits, this has {digits}")]
    WrongLength {
        /// Digits found.
        digits: usize,
    },
    /// Something other than digits, spaces and dashes.
    #[error("character {at} of the NHS number is not a digit")]
    NotADigit {
        /// Place, from 1.
        at: usize,
    },
    /// The last digit does not fit the others. Which one would is not said: the number may be wrong anywhere, and with another last digit it
    /// may be somebody else's.
    #[error("the NHS number is mistyped, as its check digit shows: compare it with the label or the record")]
    CheckDigit,
    /// A number that is used to mean "none": ten times the same digit.
    #[error("ten times the same digit is not a person's NHS number; say that the number is not available instead")]
    Reserved,
}

impl FromStr for NhsNumber {
    type Err = NhsNumberError;
    fn from_str(text: &str) -> Result<Self, NhsNumberError> {
        let number = NhsNumber::read(text)?;
        let digits = String::from(number);
        if digits.bytes().all(|digit| digits.starts_with(char::from(digit))) { Err(NhsNumberError::Reserved) } else { Ok(number) }
    }
}

impl NhsNumber {
    fn read(text: &str) -> Result<NhsNumber, NhsNumberError> {
        let mut digits = Vec::with_capacity(10);
        for (index, character) in text.chars().enumerate() {
            match character {
                ' ' | '-' => {}
                c => digits.push(c.to_digit(10).ok_or(NhsNumberError::NotADigit { at: index + 1 })?.into()),
            }
        }
        if digits.len() != 10 {
            return Err(NhsNumberError::WrongLength { digits: digits.len() });
        }
        let number = digits.iter().fold(0, |n: u64, d: &u64| n * 10 + d);
        let sum: u64 = digits[..9].iter().zip((2..=10).rev()).map(|(d, weight)| d * weight).sum();
        let expected = (11 - sum % 11) % 11;
        if expected != digits[9] {
            return Err(NhsNumberError::CheckDigit);
        }
        Ok(NhsNumber(number))
    }
}

/// In the usual groups of three, three and four.
impl fmt::Display for NhsNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = format!("{:010}", self.0);
        write!(f, "{} {} {}", &digits[..3], &digits[3..6], &digits[6..])
    }
}

impl From<NhsNumber> for String {
    fn from(number: NhsNumber) -> String {
        format!("{:010}", number.0)
    }
}

impl TryFrom<String> for NhsNumber {
    type Error = NhsNumberError;
    /// What is kept is read as it was taken: a rule that came later takes no record away.
    fn try_from(text: String) -> Result<Self, NhsNumberError> {
        NhsNumber::read(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_digit_is_modulus_11() {
        // The worked example of the NHS Data Dictionary, and the numbers of the PDS sandbox.
        for good in ["401 023 2137", "9000000009", "943-476-5919"] {
            assert!(good.parse::<NhsNumber>().is_ok(), "{good}");
        }
        assert_eq!("4010232138".parse::<NhsNumber>(), Err(NhsNumberError::CheckDigit));
        assert_eq!("40102321".parse::<NhsNumber>(), Err(NhsNumberError::WrongLength { digits: 8 }));
        assert_eq!("40102A2137".parse::<NhsNumber>(), Err(NhsNumberError::NotADigit { at: 6 }));
        for none in ["9999999999", "000 000 0000", "1111111111"] {
            assert_eq!(none.parse::<NhsNumber>(), Err(NhsNumberError::Reserved), "{none}");
        }
        assert_eq!("4010232137".parse::<NhsNumber>().expect("valid").to_string(), "401 023 2137");
    }
}
