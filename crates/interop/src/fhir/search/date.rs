//! Days and instants of a search. Source: FHIR R4, Search, date: a value is the whole of the day, month or year that it names.

use jiff::{SignedDuration, Span, Timestamp, civil::Date, tz::TimeZone};

/// The first instant of a value and the first after it.
type Range = (Timestamp, Timestamp);

/// How a date is compared.
const PREFIXES: [&str; 9] = ["eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"];

/// What is about a date: as far from it as this part of the time between it and now. Source: FHIR R4, Search, prefix `ap`: a tenth.
const APPROXIMATE_PART: i32 = 10;

/// A date of a search with how it is compared.
#[derive(Clone, Debug)]
pub(super) struct DateValue {
    prefix: &'static str,
    range: Range,
}

impl DateValue {
    /// Reads a value such as `ge2026-11-01`, as it is meant now.
    pub fn read(text: &str, now: Timestamp) -> Option<DateValue> {
        let (prefix, value) = split(text);
        let exact = range(value)?;
        let range = if prefix == "ap" { about(exact, now)? } else { exact };
        Some(DateValue { prefix, range })
    }

    /// Whether a text is one.
    pub fn is_one(text: &str) -> bool {
        range(split(text).1).is_some()
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
            "ap" => start < until && end > from,
            _ => is_within,
        }
    }
}

/// How it is compared, and the value.
fn split(text: &str) -> (&'static str, &str) {
    let prefix = PREFIXES.into_iter().find(|prefix| text.starts_with(prefix));
    prefix.map_or(("eq", text), |prefix| (prefix, &text[prefix.len()..]))
}

/// A range widened on both sides, the more the further it is from now.
fn about((from, until): Range, now: Timestamp) -> Option<Range> {
    let gap = |instant: Timestamp| instant.duration_since(now).abs();
    let is_within = from <= now && now <= until;
    let nearest = if is_within { SignedDuration::ZERO } else { gap(from).min(gap(until)) };
    let margin = nearest / APPROXIMATE_PART;
    Some((from.checked_sub(margin).ok()?, until.checked_add(margin).ok()?))
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
            assert_eq!(DateValue::read(value, Timestamp::UNIX_EPOCH).expect(value).fits(instant), fits, "{value}");
        }
        for value in ["", "yesterday", "2026-13", "99999999999", "ap", "apsoon", "ge", "2026-11-15T99:00:00Z"] {
            assert!(DateValue::read(value, Timestamp::UNIX_EPOCH).is_none(), "{value}");
        }
    }

    #[test]
    fn about_a_date_is_within_a_tenth_of_the_time_since_then() {
        let now = "2026-11-29T00:00:00Z".parse().expect("an instant");
        for (value, resource, fits) in [
            // Ten years and eleven months ago: a little over a year on both sides.
            ("ap2016-01-01", "2016-01-01", true),
            ("ap2016-01-01", "2017-01-20", true),
            ("ap2016-01-01", "2017-02-20", false),
            ("ap2016-01-01", "2014-12-10", true),
            ("ap2016-01-01", "2014-11-01", false),
            ("ap2016", "2016-06", true),
            // Yesterday, and today: nearly or wholly the day itself.
            ("ap2026-11-28", "2026-11-28T12:00:00Z", true),
            ("ap2026-11-27", "2026-11-28T02:00:00Z", true),
            ("ap2026-11-27", "2026-11-28T03:00:00Z", false),
            ("ap2026-11-29", "2026-11-30", false),
            ("ap2036-11-29", "2035-12-29", true),
            ("ap2036-11-29", "2035-10-29", false),
        ] {
            assert_eq!(DateValue::read(value, now).expect(value).fits(resource), fits, "{value} {resource}");
        }
    }
}
