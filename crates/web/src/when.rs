//! How days and times are shown to people: in one style on every page, in local time.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use std::{borrow::Borrow, sync::LazyLock};

/// Local time of the United Kingdom: summer time from the last Sunday of March to that of October, both at 01:00 UTC. Source: Summer
/// Time Order 2002 (SI 2002/262), article 2.
static LOCAL: LazyLock<TimeZone> = LazyLock::new(|| TimeZone::posix("GMT0BST,M3.5.0/1,M10.5.0").unwrap_or(TimeZone::UTC));

/// Something with a day.
pub(crate) trait HasDay {
    /// The day.
    fn on_day(&self) -> Date;
}

impl HasDay for Date {
    fn on_day(&self) -> Date {
        *self
    }
}

impl HasDay for Timestamp {
    fn on_day(&self) -> Date {
        self.to_zoned(LOCAL.clone()).date()
    }
}

impl<T: HasDay> HasDay for &T {
    fn on_day(&self) -> Date {
        (*self).on_day()
    }
}

/// A day as people read it: `9 January 2027`. Of a moment, its local day.
pub(crate) fn day(day: impl HasDay) -> String {
    day.on_day().strftime("%-d %B %Y").to_string()
}

/// The local day of a moment.
pub(crate) fn local_day(at: Timestamp) -> Date {
    at.on_day()
}

/// A moment as people read it: `9 January 2027, 14:05`, in local time.
pub(crate) fn moment(at: impl Borrow<Timestamp>) -> String {
    at.borrow().to_zoned(LOCAL.clone()).strftime("%-d %B %Y, %H:%M").to_string()
}

/// The local time of day of a moment: `14:05`.
pub(crate) fn clock(at: Timestamp) -> String {
    at.to_zoned(LOCAL.clone()).strftime("%H:%M").to_string()
}

/// A moment that was stored as text. What is no moment stays as it is.
pub(crate) fn moment_of(text: &str) -> String {
    text.parse::<Timestamp>().map_or_else(|_| text.to_owned(), moment)
}

/// A day that was stored as text. What is no day stays as it is.
pub(crate) fn day_of(text: &str) -> String {
    text.parse::<Date>().map_or_else(|_| text.to_owned(), day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_shown_in_one_style() {
        assert_eq!(day(Date::constant(2027, 1, 9)), "9 January 2027");
        assert_eq!(day(Date::constant(2027, 11, 30)), "30 November 2027");
        assert_eq!([day_of("2027-01-09"), day_of("03/2027")], ["9 January 2027", "03/2027"]);
    }

    #[test]
    fn a_time_is_local_in_winter_and_in_summer() {
        assert_eq!(moment_of("2027-01-09T14:05:00Z"), "9 January 2027, 14:05");
        assert_eq!(moment_of("2027-07-09T14:05:00Z"), "9 July 2027, 15:05");
        assert_eq!(moment_of("soon"), "soon");
    }

    #[test]
    fn summer_time_begins_and_ends_on_the_last_sunday_at_one() {
        let around = ["2027-03-28T00:59:00Z", "2027-03-28T01:00:00Z", "2027-10-31T00:59:00Z", "2027-10-31T01:00:00Z"];
        let shown = ["28 March 2027, 00:59", "28 March 2027, 02:00", "31 October 2027, 01:59", "31 October 2027, 01:00"];
        assert_eq!(around.map(moment_of), shown);
    }

    #[test]
    fn just_before_midnight_in_summer_it_is_the_next_day() {
        let at: Timestamp = "2027-07-09T23:30:00Z".parse().expect("a moment");
        assert_eq!(day(at), "10 July 2027");
    }
}
