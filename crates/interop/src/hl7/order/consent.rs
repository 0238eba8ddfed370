//! Consents beside an order (CON): one that is refused or taken back is never passed over. Source: HL7 2.5.1, chapter 9.6.6; table 0498
//! (consent status).

use super::super::segment::Segment;
use crate::incoming_order::OrderDetails;

/// Codes of the status (CON-11) by which nothing is agreed to: refused, rescinded.
const REFUSES: [&str; 2] = ["R", "X"];
/// Beginnings of words that say the same, wherever they stand in the segment.
const REFUSES_BY_TEXT: [&str; 7] = ["refus", "declin", "rescind", "withdr", "revok", "denied", "denies"];
/// Fields that may say it in words: type, form, text, status, reason. Source: HL7 2.5.1, chapter 9.6.6.
const FIELDS: [usize; 5] = [2, 3, 5, 6, 11];

/// A refusal is for a person to look at. What is agreed to is not read: somebody records it on the order.
pub(super) fn read(con: &Segment, details: &mut OrderDetails) {
    if !refuses(con) {
        return;
    }
    let place = con.place();
    let said: Vec<String> = FIELDS.into_iter().map(|field| con.whole(field)).filter(|text| !text.is_empty()).collect();
    let what = "nothing is recorded as agreed; ask the patient, or who sent it, before the test is done";
    details.checks.push(format!("{place}: consent refused in the message ({}): {what}", said.join(", ")));
}

fn refuses(con: &Segment) -> bool {
    let by_code = con.repeats(11).any(|status| REFUSES.iter().any(|code| status.component(1).eq_ignore_ascii_case(code)));
    let by_text = |text: &str| {
        let lower = text.to_lowercase();
        let mut parts = lower.split(|c: char| !c.is_alphanumeric());
        parts.any(|part| REFUSES_BY_TEXT.iter().any(|beginning| part.starts_with(beginning)))
    };
    by_code || FIELDS.into_iter().any(|field| by_text(&con.whole(field)))
}
