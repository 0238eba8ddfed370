//! Numbers as people write them: with thousands, decimal commas, shares and totals, or spelled out.

use super::{CELL_MIN, is_small};

/// A number that was read.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Number {
    /// Its value.
    pub(super) value: f64,
    /// Digits after the point: how finely it was rounded.
    pub(super) decimals: u32,
}

impl Number {
    /// A whole number that is not negative.
    pub(super) fn whole(self) -> Option<u64> {
        (self.value >= 0.0 && self.value.fract() == 0.0 && self.value < 1e15).then_some(self.value as u64)
    }
}

/// How commas are to be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Commas {
    /// `1,200` is a thousand and two hundred; `12,5` is twelve and a half.
    AnyOf,
    /// `1,200` is a thousand and two hundred; `12,5` are two numbers.
    Thousands,
}

/// The number that a text begins with, and its length.
pub(super) fn scan(text: &str, commas: Commas) -> Option<(Number, usize)> {
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes.iter().skip(from).take_while(|b| b.is_ascii_digit()).count();
    let byte = |index: usize| bytes.get(index).copied().unwrap_or(0);
    let first = digits(0);
    if first == 0 && !(byte(0) == b'.' && digits(1) > 0) {
        return None;
    }
    let mut figures = text[..first].to_owned();
    let mut end = first;
    while (1..=3).contains(&first) && byte(0) != b'0' && is_thousands(byte(end)) && digits(end + 1) == 3 {
        figures.push_str(&text[end + 1..end + 4]);
        end += 4;
    }
    let is_point = byte(end) == b'.' || (byte(end) == b',' && commas == Commas::AnyOf);
    let decimals = if is_point { digits(end + 1) } else { 0 };
    if decimals > 0 {
        figures.push('.');
        figures.push_str(&text[end + 1..=end + decimals]);
        end += 1 + decimals;
    }
    let sign = usize::from(matches!(byte(end + 1), b'+' | b'-'));
    let exponent = if matches!(byte(end), b'e' | b'E') { digits(end + 1 + sign) } else { 0 };
    if exponent > 0 {
        figures.push_str(&text[end..end + 1 + sign + exponent]);
        end += 1 + sign + exponent;
    }
    let value = figures.parse().ok()?;
    Some((Number { value, decimals: decimals as u32 }, end))
}

fn is_thousands(byte: u8) -> bool {
    matches!(byte, b' ' | b'\'' | b',')
}

/// A cell that is one number and nothing else, perhaps a percentage.
pub(super) fn amount(cell: &str) -> Option<Number> {
    let bare = cell.trim().trim_end_matches('%').trim_end();
    let (negative, bare) = match bare.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, bare.strip_prefix('+').unwrap_or(bare)),
    };
    let (number, length) = scan(bare, Commas::AnyOf)?;
    let value = if negative { -number.value } else { number.value };
    matches!(bare.get(length..), Some("" | "L")).then_some(Number { value, ..number })
}

/// How many people a cell counts: `3`, `3.0`, `three`, `n = 3`, `3 (12.5 %)`, `3/24`, `3 of 24`, `3 carriers`, `3*`. No number is in
/// `<5`, `1-4` or `12.5 %`.
pub(super) fn count(cell: &str) -> Option<u64> {
    if cell.len() < 10 && cell.bytes().all(|b| b.is_ascii_digit()) {
        return cell.parse().ok();
    }
    let lower = cell.trim().trim_matches(['*', '_', '`', '"', '\'', '~', '(', '[', ']']).to_lowercase();
    // `low (3)`.
    let within = lower.rsplit_once('(').filter(|(before, within)| {
        !before.contains(|c: char| c.is_ascii_digit()) && within.trim_end_matches(')').bytes().all(|b| b.is_ascii_digit())
    });
    let lower = within.map_or(lower.as_str(), |(_, within)| within).to_owned();
    let named = lower.strip_prefix('n').filter(|rest| rest.starts_with([' ', '=', ':']));
    let bare = named.map_or(lower.as_str(), |rest| rest.trim_start().trim_start_matches(['=', ':']));
    let about = |bare: &str| {
        ["approx.", "approximately", "about", "circa", "ca.", "~", "+", "≈"]
            .iter()
            .find_map(|about| bare.strip_prefix(about).map(str::to_owned))
    };
    let bare = about(bare.trim()).unwrap_or_else(|| bare.trim().to_owned());
    let bare = bare.trim_start();
    if let Some(number) = spelled(bare.split_whitespace().next().unwrap_or_default()) {
        return Some(number);
    }
    let (number, length) = scan(bare, Commas::AnyOf)?;
    let rest = bare.get(length..).unwrap_or_default().trim_start();
    let is_count = rest.is_empty() || rest == "." || rest.starts_with(|c: char| c.is_ascii_alphabetic() || "(/*)[]†‡§|,;^".contains(c));
    if is_count { number.whole() } else { None }
}

/// A part and its whole in one cell: `21/24`, `21 of 24`.
pub(super) fn fraction(cell: &str) -> Option<(u64, u64)> {
    let bare = cell.trim();
    let (part, length) = scan(bare, Commas::Thousands)?;
    let rest = bare.get(length..)?.trim_start();
    let rest = rest.strip_prefix('/').or_else(|| rest.strip_prefix("of ")).or_else(|| rest.strip_prefix("out of "))?.trim_start();
    let (whole, length) = scan(rest, Commas::Thousands)?;
    let rest = rest.get(length..)?;
    let ends = rest.is_empty() || rest.starts_with([' ', '(', '*']);
    ends.then_some((part.whole()?, whole.whole()?)).filter(|(part, whole)| part <= whole)
}

/// A number and a percentage behind it in brackets, as a table of characteristics has them.
pub(super) fn with_percentage(cell: &str) -> Option<(u64, bool)> {
    let (number, length) = scan(cell.trim(), Commas::Thousands)?;
    let rest = cell.trim().get(length..)?.trim_start().strip_prefix('(')?;
    let (_, length) = scan(rest.trim_start(), Commas::AnyOf)?;
    let rest = rest.trim_start().get(length..)?.trim_start();
    let is_percentage = rest.starts_with('%');
    (is_percentage || rest.starts_with(')')).then_some((number.whole()?, is_percentage))
}

/// Numbers that are spelled out.
pub(super) fn spelled(term: &str) -> Option<u64> {
    const SMALL: &str = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen \
        nineteen twenty";
    const TENS: [&str; 7] = ["thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    if matches!(term, "single" | "sole" | "lone" | "solitary") {
        return Some(1);
    }
    if !term.starts_with(|c: char| "oetfns".contains(c)) {
        return None;
    }
    let small = SMALL.split_whitespace().position(|s| s == term).map(|index| index as u64 + 1);
    small.or_else(|| TENS.iter().position(|s| *s == term).map(|index| (index as u64 + 3) * 10))
}

/// Whether a cell says that its number is not shown, as `<5`, `*` or `[c]` do.
pub(super) fn is_suppressed(cell: &str) -> bool {
    if cell.bytes().all(|b| b.is_ascii_digit()) {
        return false;
    }
    let bare = cell.trim().to_lowercase();
    let bare = bare.trim_start_matches(['n', ' ']);
    let below = bare.strip_prefix(['<', '≤']).is_some_and(|rest| rest.trim_start().starts_with(|c: char| c.is_ascii_digit()));
    below || matches!(bare, "*" | "**" | "[c]" | "[x]" | "suppressed" | "redacted" | "masked")
}

/// The most people of whom a bound or a range tells that says more than that there are fewer than five: `<3`, `2-4`.
pub(super) fn narrow(cell: &str) -> Option<u64> {
    let lower = cell.trim().to_lowercase();
    let bare = lower.trim_start_matches(['n', ' ']);
    let after = |starts: &[&str]| starts.iter().find_map(|start| bare.strip_prefix(start)).and_then(|rest| rest.trim().parse::<u64>().ok());
    let below =
        after(&["<=", "≤", "up to ", "at most "]).or_else(|| Some(after(&["<", "fewer than ", "less than ", "under "])?.saturating_sub(1)));
    if let Some(most) = below {
        return Some(most).filter(|most| (1..CELL_MIN - 1).contains(most));
    }
    let (least, most) = bare.split_once(['-', '–']).or_else(|| bare.split_once(" to "))?;
    let (least, most) = (least.trim().parse::<u64>().ok()?, most.trim().parse::<u64>().ok()?);
    (least <= most && is_small(most) && !(least <= 1 && most == CELL_MIN - 1)).then_some(most)
}

/// The total that a name states: `percent (n = 24)`, `% of 24`.
pub(super) fn stated_total(name: &str) -> Option<u64> {
    let lower = name.to_lowercase();
    let from =
        lower.rfind("n=").or_else(|| lower.rfind("n =")).map(|start| start + 1).or_else(|| lower.rfind("of ").map(|start| start + 2))?;
    let rest = lower.get(from..)?.trim_start_matches([' ', '=']);
    scan(rest, Commas::Thousands)?.0.whole()
}

/// The number of people that a percentage of a total comes to, as finely as it was rounded: if only one fits, or only small ones.
pub(super) fn implied(percent: Number, total: u64) -> Option<u64> {
    if !(percent.value > 0.0 && percent.value < 100.0) || total == 0 || total > 1_000_000 {
        return None;
    }
    let half = 0.5 * 10f64.powi(-(percent.decimals.min(12) as i32));
    let people = |share: f64| share / 100.0 * total as f64;
    let least = (people(percent.value - half) - 1e-9).ceil().max(0.0) as u64;
    let most = (people(percent.value + half) + 1e-9).floor() as u64;
    (least == most || (least < most && is_small(most))).then_some(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_read_as_people_write_them() {
        for (cell, expected) in [
            ("3", Some(3)),
            ("3.0", Some(3)),
            ("3,0", Some(3)),
            ("1,200", Some(1200)),
            ("1 200", Some(1200)),
            ("three", Some(3)),
            ("n = 3", Some(3)),
            ("3 (12.5 %)", Some(3)),
            ("3/24", Some(3)),
            ("3*", Some(3)),
            ("**3**", Some(3)),
            ("3 carriers", Some(3)),
            ("[3]", Some(3)),
            ("low (3)", Some(3)),
            ("3 .", Some(3)),
            ("300e-2", Some(3)),
            ("<5", None),
            ("1-4", None),
            ("12.5 %", None),
            ("3 %", None),
            ("0.3", None),
            ("", None),
            ("none", None),
        ] {
            assert_eq!(count(cell), expected, "{cell}");
        }
        for (cell, expected) in [
            ("<5", None),
            ("1-4", None),
            ("<3", Some(2)),
            ("≤3", Some(3)),
            ("≤4", None),
            ("2–4", Some(4)),
            ("3 to 4", Some(4)),
            ("5-9", None),
        ] {
            assert_eq!(narrow(cell), expected, "{cell}");
        }
        assert_eq!((fraction("21/24"), fraction("3 of 24"), fraction("27/03/2026")), (Some((21, 24)), Some((3, 24)), None));
        assert_eq!(implied(Number { value: 12.5, decimals: 1 }, 24), Some(3));
        assert_eq!(implied(Number { value: 1.2, decimals: 1 }, 120), None);
    }
}
