//! Days and times as each language writes them.

use super::Language;
use crate::when::{HasDay, clock};
use jiff::Timestamp;
use std::borrow::Borrow;

/// Names of the months within a date. Source: Unicode CLDR 45, calendar `gregorian`, format `wide`, of en-GB, cy, pl and ur; in Polish
/// in the genitive.
fn months(language: Language) -> [&'static str; 12] {
    match language {
        Language::English => {
            ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]
        }
        Language::Welsh => {
            ["Ionawr", "Chwefror", "Mawrth", "Ebrill", "Mai", "Mehefin", "Gorffennaf", "Awst", "Medi", "Hydref", "Tachwedd", "Rhagfyr"]
        }
        Language::Polish => [
            "stycznia",
            "lutego",
            "marca",
            "kwietnia",
            "maja",
            "czerwca",
            "lipca",
            "sierpnia",
            "września",
            "października",
            "listopada",
            "grudnia",
        ],
        Language::Urdu => ["جنوری", "فروری", "مارچ", "اپریل", "مئی", "جون", "جولائی", "اگست", "ستمبر", "اکتوبر", "نومبر", "دسمبر"],
    }
}

impl Language {
    /// A day as people read it: `9 January 2027`. Of a moment, its local day.
    pub(crate) fn day(self, day: impl HasDay) -> String {
        let day = day.on_day();
        let month = usize::try_from(day.month() - 1).ok().and_then(|index| months(self).get(index).copied()).unwrap_or_default();
        format!("{} {month} {}", day.day(), day.year())
    }

    /// A moment: the day, and the local time of day.
    pub(crate) fn moment(self, at: impl Borrow<Timestamp>) -> String {
        let at = at.borrow();
        format!("{}, {}", self.day(*at), clock(*at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::Date;

    #[test]
    fn a_day_is_written_as_the_language_writes_it() {
        let day = Date::constant(2027, 9, 9);
        let written = Language::ALL.map(|language| language.day(day));
        assert_eq!(written, ["9 September 2027", "9 Medi 2027", "9 września 2027", "9 ستمبر 2027"]);
        assert_eq!(Language::English.day(day), crate::when::day(day), "as on every other page");
    }

    #[test]
    fn a_time_is_local() {
        let at: Timestamp = "2027-07-09T23:30:00Z".parse().expect("a moment");
        assert_eq!(Language::Polish.moment(at), "10 lipca 2027, 00:30");
    }
}
