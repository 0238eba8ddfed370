//! Orders: `ORM^O01`, `OML^O21`, `OML^O33`, `OML^O35`, `OML^O39`, `OMG^O19`. Source: HL7 2.5.1, chapter 4; questions as the North West's
//! systems send them.

mod consent;
mod contact;
mod control;
mod details;
mod fetus;
mod group;
mod hpo;
mod observation;
mod places;
mod question;
mod reply;
mod specimen;
mod test_code;
mod timing;

use super::{
    Message,
    person::{self, ReadPerson},
    unused, value,
};
use crate::incoming_order::{Code, Faults, IncomingOrder, OrderAction, Person, Subject};
use care::ordering::message::Fault;
use control::Control;
use group::{Group, Groups};
use jiff::{Timestamp, civil::Date};
use std::collections::{HashMap, HashSet};

pub(super) use specimen::{pooled, role_of_nobody};

/// Orders, and notes that no order could carry.
pub(super) struct ReadOrders {
    pub orders: Vec<IncomingOrder>,
    pub notes: Vec<String>,
}

/// Order controls that end an order (table 0119).
const ENDS: [&str; 3] = ["CA", "DC", "RP"];

/// Orders of one message: more are a mistake.
const ORDERS_MAX: usize = 200;

/// The orders that a message asks for.
pub fn read(message: &Message) -> Result<Vec<IncomingOrder>, Faults> {
    read_noted(message).map(|read| read.orders)
}

/// The orders that a message asks for; what was not used stands with the first order that can carry it.
pub(super) fn read_noted(message: &Message) -> Result<ReadOrders, Faults> {
    let groups = Groups::read(message);
    if let Some(stray) = groups.stray {
        let text =
            "No order stands between this patient and the next, so that it is not certain whose the order is; send a message for each";
        return Err(vec![Fault::new(stray.place(), text)]);
    }
    if let Some([obr, orc]) = groups.early() {
        let text = format!("This request stands before its order ({}), and nothing was done: send ORC, then its OBR", orc.place());
        return Err(vec![Fault::new(obr.place(), text)]);
    }
    let mut notes = message.notes().to_vec();
    notes.extend(groups.orders.iter().filter(|group| group.is_prior).map(prior_note));
    notes.extend(unused::notes(message));
    let requests: Vec<&Group> = groups.orders.iter().filter(|group| !group.is_prior).collect();
    if requests.is_empty() {
        return Err(vec![Fault::new("ORC", "The message asks for nothing: it has no order")]);
    }
    if requests.len() > ORDERS_MAX {
        let message = format!("The message has {} orders, and at most {ORDERS_MAX} are read; send them in several", requests.len());
        return Err(vec![Fault::new("ORC", message)]);
    }
    let (mut orders, mut faults) = (Vec::new(), Vec::new());
    let mut reader = Reader {
        groups: &groups,
        sent_on: details::sent_on(message),
        stated_at: person::moment(&message.header(7, 1)),
        counts: HashMap::new(),
        ended: HashSet::new(),
        notes: &mut notes,
    };
    for (place, group) in requests.iter().enumerate() {
        match reader.order(group, requests.get(place + 1).copied(), place.checked_sub(1).map(|before| requests[before])) {
            Ok(order) => orders.extend(order),
            Err(wrong) => faults.extend(wrong),
        }
    }
    faults.dedup();
    if !faults.is_empty() {
        return Err(faults);
    }
    Ok(with_notes(orders, notes))
}

/// Puts notes to the first order that is placed or changed.
fn with_notes(mut orders: Vec<IncomingOrder>, notes: Vec<String>) -> ReadOrders {
    let details = orders.iter_mut().find_map(|order| match &mut order.action {
        OrderAction::Place(details) | OrderAction::Amend(details, _) => Some(details),
        OrderAction::Cancel(_) | OrderAction::EnterInError(_) => None,
    });
    let notes = match details {
        Some(details) => {
            details.not_used.extend(notes);
            vec![]
        }
        None => notes,
    };
    ReadOrders { orders, notes }
}

struct Reader<'r, 'm> {
    groups: &'r Groups<'m>,
    sent_on: Option<Date>,
    /// When the message was written (MSH-7).
    stated_at: Option<Timestamp>,
    /// How often a number was there before, each with whose it is.
    counts: HashMap<[String; 2], usize>,
    /// Numbers whose order was ended before, each with whose it is and the numbers of its patient.
    ended: HashSet<[String; 3]>,
    notes: &'r mut Vec<String>,
}

impl Reader<'_, '_> {
    /// One order; none where the one after it says what becomes of it.
    fn order(&mut self, group: &Group, next: Option<&Group>, before: Option<&Group>) -> Result<Option<IncomingOrder>, Faults> {
        let patient = self.groups.patient(group);
        let pid = patient.pid.ok_or_else(|| vec![person::missing("")])?;
        let ReadPerson { person: subject, notes, faults } = person::patient(pid);
        if !faults.is_empty() {
            return Err(faults);
        }
        let new_notes: Vec<String> = notes.into_iter().filter(|note| !self.notes.contains(note)).collect();
        self.notes.extend(new_notes);
        let place = group.place();
        let Some((number, _)) = group.number() else {
            let message = "The order has no number of the sender (placer order number): without it no result can be matched";
            return Err(vec![Fault::new(place, message)]);
        };
        let details = || details::read(group, patient, &subject, self.sent_on).map(Box::new);
        let action = match Control::read(group, next, before)? {
            Control::Place => OrderAction::Place(details()?),
            Control::Amend => OrderAction::Amend(details()?, reason(group, "Changed")),
            Control::Cancel => OrderAction::Cancel(reason(group, "Cancelled")),
            Control::Replace { by } => OrderAction::Cancel(format!("Replaced by order {by}")),
            Control::Superseded => return Ok(None),
        };
        if !matches!(action, OrderAction::Cancel(_)) {
            self.notes.extend(control::unknown_status(group));
        }
        self.one_number(group, &number, &action)?;
        let system = group.number_system();
        // One number is ended once, with all tests that the message names.
        if matches!(action, OrderAction::Cancel(_)) {
            let is_first = self.ended.insert([number.clone(), system, pid.whole(3)]);
            return Ok(is_first.then(|| self.incoming((number, None), place, group, subject, action)));
        }
        // Several tests under one number are several orders here.
        let count = self.counts.entry([number.clone(), system]).or_default();
        *count += 1;
        let part = u32::try_from(*count).ok().filter(|count| *count > 1);
        Ok(Some(self.incoming((number, part), place, group, subject, action)))
    }

    fn incoming(
        &self,
        (number, part): (String, Option<u32>),
        place: String,
        group: &Group,
        subject: Person,
        action: OrderAction,
    ) -> IncomingOrder {
        IncomingOrder {
            number,
            number_system: group.number_system(),
            part,
            tests: if matches!(action, OrderAction::Cancel(_)) { self.tests(group) } else { vec![] },
            own_numbers: group.own_numbers(),
            other_numbers: vec![],
            stated_at: self.stated_at,
            organisation: group.orc.and_then(details::organisation),
            place,
            places: places::places(group, self.groups.patient(group)),
            records: vec![],
            subject: Subject::Person(Box::new(subject)),
            action,
            ended: vec![],
        }
    }

    /// Codes of each test that the message ends under the number of an order; nothing where an end of it names none, which is one of all.
    fn tests(&self, group: &Group) -> Vec<Vec<Code>> {
        let number = |one: &Group| (one.number().map(|(number, _)| number), one.number_system());
        let own = number(group);
        let is_end = |other: &&Group| !other.is_prior && ENDS.contains(&other.control().as_str());
        let same = self.groups.orders.iter().filter(is_end).filter(|other| number(other) == own);
        let named = |end: &Group| end.obr.map_or_else(Vec::new, |obr| test_code::sorted(test_code::requested(obr, 4)));
        let tests: Vec<Vec<Code>> = same.map(named).collect();
        if tests.iter().any(Vec::is_empty) { vec![] } else { tests }
    }

    /// A number of the request that is not the order's: which order is to be changed or ended is then not certain; one that is placed
    /// has that of the order. Source: HL7 2.5.1, chapter 4.5.3.2 (OBR-2 is that of ORC-2).
    fn one_number(&mut self, group: &Group, number: &str, action: &OrderAction) -> Result<(), Faults> {
        let Some((other, place)) = group.other_number() else { return Ok(()) };
        let here = group.place();
        if matches!(action, OrderAction::Place(_)) {
            self.notes.push(format!("{place}: {other} is another number than {number} in {here}, which the order has; it is not read"));
            return Ok(());
        }
        let message = format!("{other} is another order than {number} in {here}: nothing was changed; send the one that is meant in both");
        Err(vec![Fault::new(place, message)])
    }
}

/// Why an order is changed or ended, in the sender's own words.
fn reason(group: &Group, what: &str) -> String {
    let stated = group.orc.map_or_else(String::new, |orc| value::name_or_text(orc, 16));
    let noted = || group.rest.iter().find(|s| s.name == "NTE").map(|nte| nte.whole(3)).filter(|text| !text.is_empty());
    match (stated.is_empty(), noted()) {
        (false, _) => stated,
        (true, Some(note)) => note,
        (true, None) => format!("{what} by the sender, who gave no reason"),
    }
}

/// A result of before that was sent beside an order.
fn prior_note(group: &Group) -> String {
    let segment = group.orc.or(group.obr);
    let place = segment.map_or_else(String::new, super::Segment::place);
    let number = group.number().map_or_else(String::new, |(number, _)| format!(" {number}"));
    let test = group
        .obr
        .map(|obr| value::name(obr.first(4)))
        .filter(|test| !test.is_empty())
        .map_or_else(String::new, |test| format!(" ({test})"));
    format!("{place}: the result of before{number}{test} is not read; it is kept with the message")
}
