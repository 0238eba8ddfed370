//! What a message asks for. Source: HL7 2.5.1, chapter 2.15.9 (MSH); tables 0076 (types), 0003 (events), 0103 (processing).

use super::{Message, adt, incoming_result, order};
use crate::{
    incoming_message::MessageContent,
    incoming_order::{Faults, OrderAction},
};
use care::ordering::message::Fault;

/// What a message asks for, and what of it was not used.
#[derive(Clone, Debug)]
pub struct Reading {
    /// What it asks for.
    pub content: MessageContent,
    /// What was read and not used, where no order or result carries it.
    pub notes: Vec<String>,
}

/// What a message asks for, or everything that is wrong with it. Messages for tests, parts of messages, and kinds that nobody acts on
/// are refused by name.
pub fn content(message: &Message) -> Result<Reading, Faults> {
    let faults: Faults = [alone(message), unprocessed(message), other_version(message), continued(message)].into_iter().flatten().collect();
    if !faults.is_empty() {
        return Err(faults);
    }
    let (kind, event) = (message.header(9, 1).to_uppercase(), message.header(9, 2).to_uppercase());
    let reading = match (kind.as_str(), event.as_str()) {
        ("ORM", "O01" | "") | ("OML", "O21" | "O33" | "O35" | "O39" | "") | ("OMG", "O19" | "") => {
            let order::ReadOrders { orders, notes } = order::read_noted(message)?;
            Ok(Reading { content: MessageContent::Orders(orders), notes })
        }
        // A registration, a visit and a person who is added say who somebody is too: whoever is not known here is not made known by it.
        // By the end of a stay (A03) a hospital says that somebody has died.
        ("ADT", "A01" | "A03" | "A04" | "A05" | "A08" | "A28" | "A31") => adt::demographics(message),
        ("ADT", "A18" | "A34" | "A40" | "A47") => adt::merge(message),
        // A test beside the patient (R30 to R32) and results by specimen (OUL) are results as others are.
        ("ORU", "R01" | "R30" | "R31" | "R32" | "")
        | ("OUL", "R21" | "R22" | "R23" | "R24")
        | ("MDM", "T02" | "T06" | "T08" | "T10" | "T11") => {
            let results = incoming_result::read(message)?;
            Ok(Reading { content: MessageContent::Results(results), notes: vec![] })
        }
        ("ORU", "R40" | "R41" | "R42") => Err(vec![alarm(message)]),
        _ => Err(vec![not_acted_on(message)]),
    }?;
    if message.header(11, 1).eq_ignore_ascii_case("T") { marked_as_test(reading) } else { Ok(reading) }
}

/// A message of a training system: its orders are placed and marked; nothing that is there is changed by it.
fn marked_as_test(mut reading: Reading) -> Result<Reading, Faults> {
    let refused =
        Fault::new("MSH-11", "this is a test message (T, training): it places orders that are marked as tests, and changes nothing else");
    let MessageContent::Orders(orders) = &mut reading.content else { return Err(vec![refused]) };
    for order in orders {
        let OrderAction::Place(details) = &mut order.action else { return Err(vec![refused]) };
        details.is_test = true;
    }
    reading.notes.push("MSH-11: this is a test message (T, training): its order is marked as a test".into());
    Ok(reading)
}

/// A header with nothing after it: its lines were not ended as HL7 says.
fn alone(message: &Message) -> Option<Fault> {
    let text = "Nothing follows the header; end each segment with a carriage return (hexadecimal 0D)";
    (message.segments().len() == 1).then(|| Fault::new("MSH", text))
}

fn not_acted_on(message: &Message) -> Fault {
    let kind = message.kind();
    let kind = if kind.is_empty() { "A message without a type" } else { kind.as_str() };
    let known = "orders are ORM^O01, OML^O21 or OMG^O19, changes of a person ADT^A08, A28, A31 or A40, results ORU^R01, OUL^R22 or MDM^T02";
    Fault::new("MSH-9", format!("{kind} is kept and not acted on; {known}"))
}

/// An alarm of a device at the bedside (IHE PCD-04 and PCD-05) is no result that a laboratory answers for.
fn alarm(message: &Message) -> Fault {
    let text = "is an alarm of a device, and no result of a laboratory: it is kept and not acted on; results are ORU^R01";
    Fault::new("MSH-9", format!("{} {text}", message.kind()))
}

/// Debugging: nothing of such a message is done.
fn unprocessed(message: &Message) -> Option<Fault> {
    let processing = message.header(11, 1);
    let what = match processing.to_uppercase().as_str() {
        "P" | "T" | "" => return None,
        "D" => "this is a test message (D, debugging), and nothing was done".to_owned(),
        _ => format!("the processing '{processing}' is not known"),
    };
    Some(Fault::new("MSH-11", format!("{what}; send P for what is to be acted on")))
}

fn other_version(message: &Message) -> Option<Fault> {
    let version = message.header(12, 1);
    let is_read = version.is_empty() || version == "2" || version.starts_with("2.");
    (!is_read).then(|| Fault::new("MSH-12", format!("version '{version}' is not read; send 2.3 to 2.8")))
}

/// A message that goes on in another one. Source: HL7 2.5.1, chapter 2.10.2 (continuation).
fn continued(message: &Message) -> Option<Fault> {
    let place = match (message.first("DSC").filter(|dsc| !dsc.get(1, 1).is_empty()), message.header(14, 1).is_empty(), message.first("ADD"))
    {
        (Some(_), ..) => "DSC-1",
        (None, false, _) => "MSH-14",
        (None, true, Some(_)) => "ADD",
        (None, true, None) => return None,
    };
    Some(Fault::new(place, "this is a part of a longer message, and parts are not put together here; send the message whole"))
}

#[cfg(test)]
mod tests;
