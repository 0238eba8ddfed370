//! Whether a value is what its key promises: number and kind.

use super::{
    definition::{Definition, Kind, Number},
    record::shown,
    swift,
};

/// Source: VCF 4.3, section 1.3: the eight lowest 32-bit values are kept for missing values and ends of lists.
const INTEGER_MIN: i64 = i32::MIN as i64 + 8;

/// How many values the numbers that depend on the site stand for.
#[derive(Clone, Copy)]
pub(super) struct Counts {
    pub alternates: u32,
    pub genotypes: Option<u32>,
}

/// Genotypes of so many alleles that can be formed. Source: VCF 4.3, section 1.6.2, GL.
pub(super) fn genotypes(alternates: u32, ploidy: u32) -> u32 {
    (1..=u64::from(ploidy)).fold(1u64, |n, k| n.saturating_mul(u64::from(alternates) + k) / k).try_into().unwrap_or(u32::MAX)
}

pub(super) fn info_value(key: &[u8], value: Option<&[u8]>, definition: Definition, counts: Counts) -> Result<(), String> {
    match (definition.kind, value) {
        (Kind::Flag, None) => Ok(()),
        (Kind::Flag, Some(b"0" | b"1")) if definition.reserved => Ok(()),
        (Kind::Flag, Some(_)) if definition.number == Number::Exactly(0) => Err("is a flag and has no value".into()),
        (Kind::Flag, Some(_)) => Ok(()),
        (_, None) => Err("has no value, but is not a flag".into()),
        (_, Some(value)) => {
            values(value, definition, counts)?;
            let cigar = key == b"CIGAR" && definition.reserved;
            if cigar && !value.split(|b| *b == b',').all(is_cigar) {
                return Err(format!("'{}' is no CIGAR: lengths, each with one of MIDNSHPX=", shown(value)));
            }
            Ok(())
        }
    }
}

fn is_cigar(value: &[u8]) -> bool {
    let mut digits = 0;
    let steps = value.iter().all(|b| {
        if b.is_ascii_digit() {
            digits += 1;
            return true;
        }
        b"MIDNSHPX=".contains(b) && std::mem::take(&mut digits) > 0
    });
    value == b"." || (steps && digits == 0 && !value.is_empty())
}

pub(super) fn values(value: &[u8], definition: Definition, counts: Counts) -> Result<(), String> {
    if value == b"." {
        return Ok(());
    }
    let mut found = 0u32;
    for one in value.split(|b| *b == b',') {
        found += 1;
        if one != b"." && !is_of_kind(one, definition.kind) {
            return Err(format!("'{}' is not {}", shown(one), definition.kind.label()));
        }
        if definition.non_negative && one.first() == Some(&b'-') {
            return Err(format!("'{}' is below zero", shown(one)));
        }
    }
    let one_text = definition.kind == Kind::String && value.starts_with(b"\"") && value.ends_with(b"\"");
    let expected = swift::expected(definition.number, counts.alternates, counts.genotypes).filter(|_| !one_text);
    match expected {
        Some(n) if n != found => Err(format!("'{}' is {found} value(s), {n} are needed here", shown(value))),
        _ => Ok(()),
    }
}

fn is_of_kind(value: &[u8], kind: Kind) -> bool {
    match kind {
        Kind::Integer => integer(value).is_some_and(|n| (INTEGER_MIN..=i64::from(i32::MAX)).contains(&n)),
        Kind::Float => is_plain_number(value) || std::str::from_utf8(value).is_ok_and(|v| v.parse::<f64>().is_ok()),
        Kind::Character => std::str::from_utf8(value).is_ok_and(|v| v.chars().count() == 1),
        Kind::Flag | Kind::String => true,
    }
}

fn integer(value: &[u8]) -> Option<i64> {
    let (negative, digits) = match value.split_first()? {
        (b'-', rest) => (true, rest),
        (b'+', rest) => (false, rest),
        _ => (false, value),
    };
    if digits.is_empty() || digits.len() > 18 {
        return None;
    }
    let number = digits.iter().try_fold(0i64, |n, b| b.is_ascii_digit().then(|| n * 10 + i64::from(b - b'0')))?;
    Some(if negative { -number } else { number })
}

/// Digits with at most one point, perhaps after a sign: nearly every number, told without parsing it.
fn is_plain_number(value: &[u8]) -> bool {
    let digits = value.strip_prefix(b"-").unwrap_or(value);
    let (mut points, mut figures) = (0, 0);
    for byte in digits {
        match byte {
            b'0'..=b'9' => figures += 1,
            b'.' => points += 1,
            _ => return false,
        }
    }
    points <= 1 && figures > 0
}
