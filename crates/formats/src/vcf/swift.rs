//! The quick way through a line that is laid out as the one before and plainly right. Whatever it is not sure of it leaves
//! to the full check, which alone finds faults.

use super::definition::{Definition, Kind, Number};

/// How many values a number stands for at a site; nothing when any number will do.
pub(super) fn expected(number: Number, alternates: u32, genotypes: Option<u32>) -> Option<u32> {
    match number {
        Number::Exactly(n) => Some(n),
        Number::Any => None,
        // A site without alternate alleles has none to count by.
        _ if alternates == 0 => None,
        Number::Alternates => Some(alternates),
        Number::Alleles => Some(alternates + 1),
        Number::Genotypes => genotypes,
    }
}

/// Where the values at a place end (`stop`, or the end of the text), if they are plainly of the kind and number.
pub(super) fn values(text: &[u8], mut offset: usize, stop: u8, definition: Definition, expected: Option<u32>) -> Option<usize> {
    if !matches!(definition.kind, Kind::Integer | Kind::Float) {
        let end = memchr::memchr2(stop, b',', &text[offset..]).map_or(text.len(), |n| offset + n);
        let one = end > offset && text.get(end) != Some(&b',') && expected.is_none_or(|n| n == 1) && definition.kind == Kind::String;
        return one.then_some(end);
    }
    let mut found = 0;
    loop {
        offset = number(text, offset, definition)?;
        found += 1;
        match text.get(offset) {
            Some(b',') => offset += 1,
            Some(byte) if *byte != stop => return None,
            _ => break,
        }
    }
    expected.is_none_or(|n| n == found).then_some(offset)
}

/// Where a plain number ends: a sign if it may have one, digits, at most one point in a fraction; or a single missing value.
fn number(text: &[u8], start: usize, definition: Definition) -> Option<usize> {
    let mut offset = start;
    if text.get(offset) == Some(&b'-') {
        if definition.non_negative {
            return None;
        }
        offset += 1;
    }
    let (first, mut points, fraction) = (offset, 0, definition.kind == Kind::Float);
    while let Some(byte) = text.get(offset) {
        match byte {
            b'0'..=b'9' => {}
            b'.' if fraction => points += 1,
            _ => break,
        }
        offset += 1;
    }
    // Nine digits always fit into 32 bits.
    let plain = offset - first > points && points <= 1 && offset - first <= 9;
    let missing = offset == start && text.get(offset) == Some(&b'.');
    if missing { Some(offset + 1) } else { plain.then_some(offset) }
}

/// Where a diploid call of single-digit alleles ends, if it names none that the site lacks.
pub(super) fn diploid(text: &[u8], alternates: u32) -> Option<usize> {
    let allele = |byte: u8| byte.is_ascii_digit() && u32::from(byte - b'0') <= alternates;
    let [a, b'/' | b'|', b, ..] = text else { return None };
    (allele(*a) && allele(*b)).then_some(3)
}
