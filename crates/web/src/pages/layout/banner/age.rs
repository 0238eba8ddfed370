//! Ages as they are read in care.

use jiff::{Unit, civil::Date};

/// An age on a day: in days up to four weeks, in weeks up to one year, in months up to two years, in years and months up to eighteen,
/// then in years. Source: NHS Common User Interface, Time Display, table of ages.
pub(super) fn age(born: Date, on: Date) -> String {
    let (days, months) = (units(born, on, Unit::Day), units(born, on, Unit::Month));
    match (days, months) {
        (..0, _) => "not born".into(),
        (..28, _) => counted(days, "day"),
        (_, ..12) => counted(days / 7, "week"),
        (_, ..24) => counted(months, "month"),
        (_, ..216) if months % 12 > 0 => format!("{}, {}", counted(months / 12, "year"), counted(months % 12, "month")),
        _ => counted(months / 12, "year"),
    }
}

/// Whole units between two days.
fn units(born: Date, on: Date, unit: Unit) -> i32 {
    let span = born.until((unit, on));
    span.map_or(-1, |span| if unit == Unit::Day { span.get_days() } else { span.get_months() })
}

fn counted(number: i32, unit: &str) -> String {
    format!("{number} {unit}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_is_told_as_finely_as_care_needs_it() {
        let on = Date::constant(2027, 1, 9);
        let aged = |year, month, day| age(Date::constant(year, month, day), on);
        assert_eq!(aged(2027, 1, 9), "0 days");
        assert_eq!(aged(2027, 1, 8), "1 day");
        assert_eq!(aged(2026, 12, 13), "27 days");
        assert_eq!(aged(2026, 12, 12), "4 weeks");
        assert_eq!(aged(2026, 1, 10), "52 weeks");
        assert_eq!(aged(2026, 1, 9), "12 months");
        assert_eq!(aged(2025, 1, 9), "2 years");
        assert_eq!(aged(2019, 10, 2), "7 years, 3 months");
        assert_eq!(aged(2009, 1, 10), "17 years, 11 months");
        assert_eq!(aged(2009, 1, 9), "18 years");
        assert_eq!(aged(1931, 3, 1), "95 years");
        assert_eq!(aged(2027, 3, 1), "not born");
    }
}
