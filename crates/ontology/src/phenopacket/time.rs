//! When a feature began.

use super::document::field;
use crate::{TermId, onset};
use serde_json::Value;

/// What a feature says of its onset.
pub(super) enum Onset {
    /// Nothing.
    None,
    /// A term of the HPO's onset branch.
    Term(TermId),
    /// Something that is no duration.
    NotReadable(String),
}

/// Embryonal onset: up to eight weeks after fertilisation, which is ten weeks of gestation. Source: HPO, HP:0011460.
const EMBRYONAL: TermId = TermId(11460);
/// Fetal onset: after that and before birth. Source: HPO, HP:0011461.
const FETAL: TermId = TermId(11461);
/// Last week of gestation of the embryonal time.
const EMBRYONAL_WEEKS_MAX: u64 = 10;

/// The onset of a feature, in either version of the schema.
pub(super) fn onset(feature: &Value) -> Onset {
    let time = field(feature, "onset");
    let inside = |name: &str| time.and_then(|time| field(time, name));
    let class = inside("ontologyClass").or_else(|| field(feature, "classOfOnset")).and_then(|class| field(class, "id"));
    if let Some(term) = class.and_then(Value::as_str).and_then(|id| id.parse().ok()) {
        return Onset::Term(term);
    }
    if let Some(weeks) = inside("gestationalAge").and_then(|age| field(age, "weeks")).and_then(Value::as_u64) {
        return Onset::Term(if weeks <= EMBRYONAL_WEEKS_MAX { EMBRYONAL } else { FETAL });
    }
    let start = |range: &'_ Value| field(range, "start").cloned();
    let age = inside("age").cloned().or_else(|| inside("ageRange").and_then(start));
    let first = || field(feature, "ageOfOnset").cloned().or_else(|| field(feature, "ageRangeOfOnset").and_then(start));
    let date = || inside("timestamp").cloned().or_else(|| inside("interval").and_then(start));
    match age.or_else(first).or_else(date).or_else(|| time.filter(|time| time.is_string()).cloned()) {
        None => Onset::None,
        Some(age) => age_term(&age),
    }
}

/// An age: a duration as text, or in a field of its own.
fn age_term(age: &Value) -> Onset {
    let inside = ["iso8601duration", "iso8601Duration", "age"].iter().find_map(|name| field(age, name));
    let Some(text) = inside.unwrap_or(age).as_str() else { return Onset::None };
    if let Ok(term) = text.parse() {
        return Onset::Term(term);
    }
    days(text).map_or_else(|| Onset::NotReadable(text.to_owned()), |days| Onset::Term(onset::of_age(days)))
}

/// Days of a duration after ISO 8601, such as `P1Y6M`; hours are no days. Nothing when it is none.
fn days(duration: &str) -> Option<f64> {
    let upper = duration.trim().to_ascii_uppercase();
    let all = upper.strip_prefix('P').filter(|rest| !rest.is_empty())?;
    let (date, _) = all.split_once('T').unwrap_or((all, ""));
    let (mut total, mut rest) = (0.0, date);
    while let Some(end) = rest.find(|c: char| c.is_ascii_alphabetic()) {
        let number: f64 = rest[..end].replace(',', ".").parse().ok().filter(|number: &f64| number.is_finite() && *number >= 0.0)?;
        total += number
            * match rest.as_bytes()[end] {
                b'Y' => 365.25,
                b'M' => 365.25 / 12.0,
                b'W' => 7.0,
                b'D' => 1.0,
                _ => return None,
            };
        rest = &rest[end + 1..];
    }
    rest.is_empty().then_some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_iso_8601_writes_them() {
        for (text, expected) in [("P1Y", Some(365.25)), ("p2w", Some(14.0)), ("P0.5D", Some(0.5)), ("PT5H", Some(0.0)), ("P3", None)] {
            assert_eq!(days(text), expected, "{text}");
        }
        for wrong in ["", "P", "3M", "P3X", "PY", "P-1Y", "Pé"] {
            assert_eq!(days(wrong), None, "{wrong}");
        }
    }
}
