//! Values of the columns, as codes and as the words that people and other programs write.

use super::{Affected, Sex};

/// Whether a value stands for nobody or nothing.
pub(super) fn is_nobody(value: &str) -> bool {
    ["", "0", ".", "-", "-9", "na", "n/a", "none", "null"].iter().any(|nothing| value.eq_ignore_ascii_case(nothing))
}

/// Whether a column of yes and no says yes.
pub(super) fn is_yes(value: &str) -> bool {
    ["1", "yes", "y", "true", "t"].iter().any(|yes| value.eq_ignore_ascii_case(yes))
}

/// Sex; or what is wrong. Sources: PLINK 1.9 (1, 2, 0), CanRisk (M, F), GA4GH Phenopackets (words).
pub(super) fn sex(value: &str) -> Result<Sex, String> {
    match value.to_ascii_lowercase().as_str() {
        "1" | "m" | "male" | "man" | "boy" => Ok(Sex::Male),
        "2" | "f" | "female" | "woman" | "girl" => Ok(Sex::Female),
        "3" | "u" | "unk" | "unknown" | "unknown_sex" | "other" | "other_sex" | "undetermined" | "?" => Ok(Sex::Unknown),
        other if is_nobody(other) => Ok(Sex::Unknown),
        _ => Err(format!("'{value}' is not 1 (male), 2 (female) or 0; M, F and the words are read too")),
    }
}

/// Who is affected; or what is wrong. Sources: PLINK 1.9 (1, 2, 0, -9), GA4GH Pedigree (words).
pub(super) fn affected(value: &str) -> Result<Affected, String> {
    match value.to_ascii_lowercase().as_str() {
        "1" | "unaffected" | "control" | "no" | "n" | "false" | "healthy" => Ok(Affected::No),
        "2" | "affected" | "case" | "yes" | "y" | "true" => Ok(Affected::Yes),
        "u" | "unk" | "unknown" | "missing" | "?" => Ok(Affected::Unknown),
        other if is_nobody(other) => Ok(Affected::Unknown),
        _ => Err(format!("'{value}' is not 1 (unaffected), 2 (affected) or 0; the words are read too")),
    }
}

/// Who has a diagnosis, by the ages at each: 0 is none, AU one at an age that is not known. Source: CanRisk, columns `BC1` to `PAN`.
pub(super) fn diagnosed(ages: Vec<&str>) -> Affected {
    if ages.iter().any(|age| !is_nobody(age)) { Affected::Yes } else { Affected::No }
}

/// An age in years, if there is one; or what is wrong. Source: CanRisk, column `Age`: 0 is not known.
pub(super) fn age(value: &str) -> Result<Option<u16>, String> {
    if is_unknown_number(value) {
        return Ok(None);
    }
    let years = value.parse().ok().filter(|years| (1..=AGE_YEARS_MAX).contains(years));
    years.map(Some).ok_or_else(|| format!("'{value}' is no age in whole years from 1 to {AGE_YEARS_MAX}; write 0 where it is not known"))
}

/// A year of birth, if there is one; or what is wrong. Source: CanRisk, column `Yob`: 0 is not known.
pub(super) fn year(value: &str) -> Result<Option<i16>, String> {
    if is_unknown_number(value) {
        return Ok(None);
    }
    let year = value.parse().ok().filter(|year| (1800..2200).contains(year));
    year.map(Some).ok_or_else(|| format!("'{value}' is no year with four digits; write 0 where it is not known"))
}

fn is_unknown_number(value: &str) -> bool {
    is_nobody(value) || ["unk", "unknown", "?", "au"].iter().any(|unknown| value.eq_ignore_ascii_case(unknown))
}

/// The greatest age that is read.
const AGE_YEARS_MAX: u16 = 125;
