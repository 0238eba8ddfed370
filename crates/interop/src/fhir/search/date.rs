//! Days and instants of a search. Source: FHIR R4, Search, date: a value is the whole of the day, month or year that it names.

use jiff::{Span, Timestamp, civil::Date, tz::TimeZone};

/// The first instant of a value and the first after it.
type Range = (Timestamp, Timestamp);

/// How a date is compared.
const PREFIXES: [&str; 8] = ["eq", "ne", "gt", "lt", "ge", "le", "sa", "eb"];

/// A date of a search with how it is compared.
#[derive(Clone, Debug)]
pub(super) struct DateValue {
    prefix: &'static str,
    range: Range,
}

impl DateValue {
    /// Reads a value such as `ge2026-11-01`.
    pub fn read(text: &str) -> Option<DateValue> {
        let prefix = PREFIXES.into_iter().find(|prefix| text.starts_with(prefix));
        let value = prefix.map_or(text, |prefix| &text[prefix.len()..]);
        Some(DateValue { prefix: prefix.unwrap_or("eq"), range: range(value)? })
    }

    /// Whether a value of a resource fits.
    pub fn fits(&self, value: &str) -> bool {
        let Some((start, end)) = range(value) else { return false };
        let (from, until) = self.range;
        let is_within = start >= from && end <= until;
        match self.prefix {
            "ne" => !is_within,
            "gt" => end > until,
            "lt" => start < from,
            "ge" => end > until || is_within,
            "le" => start < from || is_within,
            "sa" => start >= until,
            "eb" => end <= from,
            _ => is_within,
        }
    }
}

/// The range that a value names: a year, a month, a day, or an instant to the second or below.
fn range(text: &str) -> Option<Range> {
    let second = Span::new().seconds(1);
    // A plus sign in an address is a space.
    let text = text.trim().replace(' ', "+");
    match text.len() {
        4 => days(&format!("{text}-01-01"), Span::new().years(1)),
        7 => days(&format!("{text}-01"), Span::new().months(1)),
        10 => days(&text, Span::new().days(1)),
        _ => {
            // Without a zone it is universal time; without seconds, the whole minute. Source: FHIR R4, Search, date.
            let (_, time) = text.split_once('T')?;
            let is_zoned = time.contains(['Z', 'z', '+', '-']);
            let instant: Timestamp = if is_zoned { text.clone() } else { format!("{text}Z") }.parse().ok()?;
            let is_minute = time.split(['Z', 'z', '+', '-']).next().is_some_and(|clock| clock.len() == 5);
            let length = match () {
                () if is_minute => Span::new().minutes(1),
                () if text.contains('.') => Span::new().nanoseconds(1),
                () => second,
            };
            Some((instant, instant.checked_add(length).ok()?))
        }
    }
}

fn days(first: &str, length: Span) -> Option<Range> {
    let first: Date = first.parse().ok()?;
    let instant = |day: Date| Some(day.to_zoned(TimeZone::UTC).ok()?.timestamp());
    Some((instant(first)?, instant(first.checked_add(length).ok()?)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_compared_with_the_whole_of_what_is_named() {
        let instant = "2026-11-15T10:30:00Z";
        for (value, fits) in [
            ("2026", true),
            ("eq2026-11", true),
            ("2026-11-15", true),
            ("2026-11-16", false),
            ("ne2026-11-15", false),
            ("gt2026-11-15", false),
            ("ge2026-11-15", true),
            ("ge2026-11-16", false),
            ("lt2026-11-15", false),
            ("le2026-11-15", true),
            ("le2026-11-14", false),
            ("sa2026-11-14", true),
            ("eb2026-11-16", true),
            ("ge2026-11-15T10:30:00Z", true),
            ("gt2026-11-15T10:30:00Z", false),
            ("lt2026-11-15T12:30:01 01:00", true),
            ("2026-11-15T10:30", true),
            ("2026-11-15T10:30Z", true),
            ("2026-11-15T10:30:00", true),
            ("2026-11-15T10:31", false),
        ] {
            assert_eq!(DateValue::read(value).expect(value).fits(instant), fits, "{value}");
        }
        for value in ["", "yesterday", "2026-13", "99999999999", "ap2026", "ge", "2026-11-15T99:00:00Z"] {
            assert!(DateValue::read(value).is_none(), "{value}");
        }
    }
}
