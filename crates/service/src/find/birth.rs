//! A date that is searched for: a day of birth.

use jiff::civil::Date;

/// First letters of the months.
const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// The day that a text says, as people write one: `11/07/2017`, `11.7.2017`, `11 July 2017`, `2017-07-11`. The day stands before the
/// month; years have four digits.
pub fn day_of_birth(text: &str) -> Option<Date> {
    let parts: Vec<&str> = text.trim().split(['/', '.', '-', ' ']).filter(|part| !part.is_empty()).collect();
    let [first, second, third] = parts[..] else { return None };
    let (day, year) = if first.len() == 4 { (third, first) } else { (first, third) };
    if year.len() != 4 {
        return None;
    }
    Date::new(year.parse().ok()?, month(second)?, day.parse().ok()?).ok()
}

fn month(text: &str) -> Option<i8> {
    let lower = text.to_lowercase();
    let by_name = MONTHS.iter().zip(1..).find(|(name, _)| lower.starts_with(**name)).map(|(_, number)| number);
    by_name.or_else(|| text.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_as_people_write_it() {
        let day = Some(jiff::civil::date(2017, 7, 11));
        for text in ["11/07/2017", "11.7.2017", "11 July 2017", "11 jul 2017", "2017-07-11", " 11-07-2017 "] {
            assert_eq!(day_of_birth(text), day, "{text}");
        }
    }

    #[test]
    fn what_is_no_day_is_none() {
        for text in ["", "2017", "31/02/2017", "11/07/17", "07/13/2017", "R98.2", "OG-11-07", "11 07 2017 1", "one july 2017"] {
            assert_eq!(day_of_birth(text), None, "{text}");
        }
    }
}
