//! When a result was issued and its message was written, as exactly as either is stated. Source: HL7 2.5.1, chapters 2.15.9.7 (MSH-7)
//! and 7.4.1.22 (OBR-22); chapter 2.A.77 (TS, whose parts may be left out from the right).

use super::{Group, Message, person};
use care::results::outside::{Span, Version};
use jiff::SignedDuration;

/// The version of a result.
pub(super) fn read(message: &Message, group: &Group) -> Version {
    Version { issued: group.obr.and_then(|obr| span(&obr.get(22, 1))), written: span(&message.header(7, 1)) }
}

/// `YYYYMMDD[HH[MM[SS]]]`, with an offset or without: the whole day, hour, minute or second that it names.
fn span(text: &str) -> Option<Span> {
    let (local, offset) = text.find(['+', '-']).map_or((text, ""), |place| text.split_at(place));
    let digits = local.split('.').next().unwrap_or_default();
    let length = match digits.len() {
        8 => SignedDuration::from_hours(24),
        10 => SignedDuration::from_hours(1),
        12 => SignedDuration::from_mins(1),
        14 => SignedDuration::from_secs(1),
        _ => return None,
    };
    Span::lasting(person::moment(&format!("{digits:0<14}{offset}"))?, length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_as_long_as_what_is_left_out_of_it() {
        for (text, expected) in [
            ("20261130", "2026-11-30T00:00:00Z to 2026-11-30T23:59:59.999999999Z"),
            ("2026113010", "2026-11-30T10:00:00Z to 2026-11-30T10:59:59.999999999Z"),
            ("202611301000", "2026-11-30T10:00:00Z to 2026-11-30T10:00:59.999999999Z"),
            ("20261130100005.5+0100", "2026-11-30T09:00:05Z to 2026-11-30T09:00:05.999999999Z"),
        ] {
            let span = span(text).expect(text);
            assert_eq!(format!("{} to {}", span.from, span.until), expected);
        }
        for text in ["", "2026", "20261341", "yesterday", "2026113010000", "\u{e9}0261130"] {
            assert_eq!(span(text), None, "{text}");
        }
    }
}
