//! What is to become of an order. Source: HL7 2.5.1, tables 0119 (order control), 0038 (order status), 0123 (result status).

use super::{Faults, group::Group};
use care::ordering::message::Fault;

/// What is to become of an order.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Control {
    Place,
    Amend,
    Cancel,
    /// The order after it takes its place, under a number of its own.
    Replace {
        by: String,
    },
    /// The order after it is the same one as it is from now on.
    Superseded,
}

/// Statuses of an order that is not, or no longer, to be done, by the codes of HL7 table 0038 and in words as some systems send them.
const NOT_TO_BE_DONE: [(&str, &str); 15] = [
    ("CA", "cancelled"),
    ("CM", "completed"),
    ("DC", "discontinued"),
    ("ER", "in error"),
    ("HD", "on hold"),
    ("RP", "replaced"),
    ("CANCELED", "cancelled"),
    ("CANCELLED", "cancelled"),
    ("COMPLETED", "completed"),
    ("DISCONTINUED", "discontinued"),
    ("INERROR", "in error"),
    ("ENTEREDINERROR", "in error"),
    ("ONHOLD", "on hold"),
    ("SUSPENDED", "on hold"),
    ("REPLACED", "replaced"),
];

/// Statuses of an order that is to be done, in codes (HL7 table 0038) and in words.
const TO_BE_DONE: [&str; 9] = ["A", "IP", "SC", "ORDERED", "ACTIVE", "NEW", "PENDING", "SCHEDULED", "INPROCESS"];

impl Control {
    /// By the order control: new orders and those for which a number is sent, changes, a request that replaces another, ends.
    pub(super) fn read(group: &Group, next: Option<&Group>, before: Option<&Group>) -> Result<Control, Faults> {
        let number = |group: &Group| group.number().map(|(number, _)| number);
        let is_same = |one: &Group, other: &Group| number(one) == number(other) && one.number_system() == other.number_system();
        let control = match group.control().as_str() {
            "NW" | "SN" | "" => Control::Place,
            "XO" => Control::Amend,
            "RP" => match next.filter(|next| next.control() == "RO") {
                Some(next) if is_same(next, group) => Control::Superseded,
                Some(next) => Control::Replace { by: number(next).unwrap_or_default() },
                None => Control::Amend,
            },
            "RO" => match before.filter(|before| before.control() == "RP") {
                Some(before) if !is_same(before, group) => Control::Place,
                _ => Control::Amend,
            },
            "CA" | "DC" => Control::Cancel,
            other => {
                let message = format!("Order control '{other}' is not acted on; NW places, XO changes and CA cancels an order");
                let place = group.orc.map_or_else(|| "ORC-1".to_owned(), |orc| orc.place_of_field(1));
                return Err(vec![Fault::new(place, message)]);
            }
        };
        match not_to_be_done(group).filter(|_| matches!(control, Control::Place | Control::Amend)) {
            Some(fault) => Err(vec![fault]),
            None => Ok(control),
        }
    }
}

/// Why an order is not to be done, whatever its order control: its status says so.
fn not_to_be_done(group: &Group) -> Option<Fault> {
    if let Some(orc) = group.orc {
        let status = orc.get(5, 1).to_uppercase();
        let plain = plain(&status);
        // Of the pair that replaces an order by another the first is replaced, and the second is what is asked for.
        let is_replacing = plain == "RP" && ["RP", "RO"].contains(&group.control().as_str());
        let known = NOT_TO_BE_DONE.iter().find(|(code, _)| *code == plain && !is_replacing);
        if let Some((_, what)) = known {
            let message = format!("The order is {what} by its status '{status}', and was not acted on; CA in ORC-1 cancels an order");
            return Some(Fault::new(orc.place_of_field(5), message));
        }
    }
    let obr = group.obr.filter(|obr| obr.get(25, 1).eq_ignore_ascii_case("X"))?;
    Some(Fault::new(obr.place_of_field(25), "The order is cancelled by its status 'X', and was not acted on; CA in ORC-1 cancels an order"))
}

/// A status without the blanks and signs between its words.
fn plain(status: &str) -> String {
    status.chars().filter(|sign| sign.is_alphanumeric()).collect()
}

/// What is said of a status that is not known: the order is placed or changed as by its order control.
pub(super) fn unknown_status(group: &Group) -> Option<String> {
    let orc = group.orc?;
    let status = orc.get(5, 1);
    let plain = plain(&status.to_uppercase());
    let is_known = TO_BE_DONE.contains(&plain.as_str()) || NOT_TO_BE_DONE.iter().any(|(code, _)| *code == plain);
    (!plain.is_empty() && !is_known).then(|| {
        let place = orc.place_of_field(5);
        format!("{place}: the status '{status}' is not known (HL7 table 0038), and was not acted on; the order control (ORC-1) counts")
    })
}
