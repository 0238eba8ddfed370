//! Periods: whether something still holds today. Source: FHIR R4, Period; a day may be written as a year or a month alone.

use super::json::text;
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde_json::Value;

/// The day on which a message is read.
pub(super) type Day = Date;

/// Where a period lies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Holds {
    /// It holds today.
    Now,
    /// It has ended.
    Ended,
    /// It has not begun.
    NotYet,
    /// Its days cannot be read.
    Unreadable,
}

/// Where a period lies; what has neither beginning nor end holds.
pub(super) fn holds(period: &Value, today: Day) -> Holds {
    if period.is_null() {
        return Holds::Now;
    }
    let [start, end] = ["/start", "/end"].map(|path| in_universal_time(text(period, path)));
    let days = [start.as_str(), end.as_str()];
    if !period.is_object() || days.iter().any(|day| !day.is_empty() && !is_day(day)) {
        return Holds::Unreadable;
    }
    let today = today.to_string();
    let compared = |day: &str| today.get(..day.len().min(10)).unwrap_or_default().cmp(day.get(..10).unwrap_or(day));
    match days {
        [_, end] if !end.is_empty() && compared(end).is_gt() => Holds::Ended,
        [start, _] if !start.is_empty() && compared(start).is_lt() => Holds::NotYet,
        _ => Holds::Now,
    }
}

/// A day as it was sent; of an instant the day on which it is in universal time, whatever its zone.
fn in_universal_time(day: &str) -> String {
    let instant = if day.contains('T') { day.parse::<Timestamp>().ok() } else { None };
    instant.map_or_else(|| day.to_owned(), |instant| instant.to_zoned(TimeZone::UTC).date().to_string())
}

/// It has ended for certain.
pub(super) fn has_ended(period: &Value, today: Day) -> bool {
    holds(period, today) == Holds::Ended
}

/// A year, a month or a day, with or without a time.
fn is_day(day: &str) -> bool {
    let date = day.split('T').next().unwrap_or_default();
    let shape: String = date.chars().map(|c| if c.is_ascii_digit() { '9' } else { c }).collect();
    ["9999", "9999-99", "9999-99-99"].contains(&shape.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_period_holds_from_its_first_day_to_its_last() {
        let today = jiff::civil::date(2026, 11, 29);
        for (period, expected) in [
            (json!(null), Holds::Now),
            (json!({}), Holds::Now),
            (json!({ "end": "2026-11-29" }), Holds::Now),
            (json!({ "end": "2026-11-29T08:00:00Z" }), Holds::Now),
            (json!({ "end": "2026-11-29T00:30:00+14:00" }), Holds::Ended),
            (json!({ "end": "2026-11-28T23:30:00-05:00" }), Holds::Now),
            (json!({ "end": "2026-11" }), Holds::Now),
            (json!({ "end": "2026" }), Holds::Now),
            (json!({ "end": "2026-11-28" }), Holds::Ended),
            (json!({ "end": "2025" }), Holds::Ended),
            (json!({ "start": "2026-11-29" }), Holds::Now),
            (json!({ "start": "2026-11-30" }), Holds::NotYet),
            (json!({ "start": "2027-01", "end": "2028" }), Holds::NotYet),
            (json!({ "end": "soon" }), Holds::Unreadable),
            (json!("2026"), Holds::Unreadable),
        ] {
            assert_eq!(holds(&period, today), expected, "{period}");
        }
    }
}
