//! Reception: tube after tube is scanned, and each is received or put aside, with whose it is and why.

use super::samples::{self, Scanned};
use crate::{
    Desk, ServiceError, ServiceResult,
    people::{patients, restriction},
};
use access::{Action, Permit};
use care::{
    OrderId, Refusals, SampleId,
    laboratory::{
        barcode::scanned,
        sample::{self, Command, Sample, State},
    },
    ordering::order::{self, Order, Urgency},
    people::patient::Identity,
};
use jiff::{Timestamp, civil::Date};
use store::{Change, Entry, Loaded, SampleLine};

/// Whose a tube is, as it is compared with its label.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tube {
    /// Its order.
    pub order: OrderId,
    /// Number of the order.
    pub number: String,
    /// The sample.
    pub sample: SampleId,
    /// Barcode that was printed here.
    pub barcode: String,
    /// Material.
    pub material: String,
    /// Name of the person; of a restricted record that it is one.
    pub name: String,
    /// Date of birth.
    pub birth_date: Date,
    /// NHS number, or why there is none.
    pub nhs_number: Identity,
    /// An urgent request.
    pub urgency: Urgency,
}

/// What became of a scan.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// The tube is received; what was seen of its sample last, for whoever undoes it.
    Received {
        /// Events of the sample up to its receipt.
        seen: u64,
    },
    /// It had been received before, and nothing was changed.
    Again {
        /// Who received it.
        by: String,
        /// When.
        at: Timestamp,
        /// State that the sample is in now, in words.
        state: &'static str,
    },
    /// It is not received: why, and what to do.
    Aside(String),
}

/// A scan at reception.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Scan {
    /// The barcode as it was read.
    pub barcode: String,
    /// Whose tube it is, where that is known and may be seen.
    pub tube: Option<Tube>,
    /// What became of it.
    pub outcome: Outcome,
}

/// Times that a scan is looked at anew when somebody else did something with the same sample meanwhile.
const ATTEMPTS_MAX: u32 = 3;

/// Receives the tube with a barcode, or says why not. A second scan changes nothing, by whomever.
#[crate::boxed]
pub async fn receive(desk: &Desk, barcode: &str) -> ServiceResult<Scan> {
    desk.permit_general(Action::HandleSample).await?;
    let read = scanned(barcode);
    let unknown = |why: String| Ok(Scan { barcode: read.clone(), tube: None, outcome: Outcome::Aside(why) });
    if read.is_empty() {
        return unknown("No barcode was read. Scan the tube again".into());
    }
    let line = match samples::look_up(desk, barcode).await {
        Ok(Scanned::One(line)) => *line,
        Ok(Scanned::Several(why)) => return unknown(why),
        Ok(Scanned::Nothing) => {
            return unknown("Unknown barcode: no sample with it is registered here. Put the tube aside and check its label".into());
        }
        Err(ServiceError::Denied(_)) => return unknown(why_closed(desk, &read).await?),
        Err(other) => return Err(other),
    };
    let mut attempt = 1;
    loop {
        match once(desk, &line, &read).await {
            // Somebody else may have received it between two looks: the next look says so.
            Err(ServiceError::Conflict(_) | ServiceError::Refused(_)) if attempt < ATTEMPTS_MAX => attempt += 1,
            settled => return settled,
        }
    }
}

/// Undoes a receipt, if nothing happened with the sample since; the tube is awaited as before. The order stays accepted.
#[crate::boxed]
pub async fn undo(desk: &Desk, order: OrderId, id: SampleId, seen: u64, reason: &str) -> ServiceResult<Tube> {
    let permit = desk.permit(Action::HandleSample, order).await?;
    let loaded = desk.service.store.load::<Sample>(&permit, id.stream()).await?;
    let label = loaded.state.label.clone().filter(|label| label.order == order).ok_or(ServiceError::NotFound("sample of this order"))?;
    if loaded.sequence != seen {
        let message = format!(
            "Sample {} has been worked on since it was received here, so its receipt was not undone. Open the sample to see what was done",
            label.barcode
        );
        return Err(Refusals::one("sample", message).into());
    }
    let events = sample::decide(&loaded.state, Command::UndoReceipt { reason: reason.to_owned() })?;
    let mut change = Change { reason: reason.trim().to_owned(), ..Change::default() };
    change.add(&loaded, &events);
    desk.commit(&permit, change).await?;
    let placed = desk.service.store.load::<Order>(&permit, order.stream()).await?.state;
    tube(desk, &permit, (order, id), &loaded.state, &placed).await
}

/// Why a tube whose order does not open is not received: nothing else of it is told.
pub(super) async fn why_closed(desk: &Desk, barcode: &str) -> ServiceResult<String> {
    let Some(line) = desk.service.store.sample_by_barcode(barcode).await? else {
        return Ok("You do not have access to the sample with this barcode. Put the tube aside".into());
    };
    let organisations = desk.service.store.organisations_of_order(line.order).await?;
    if organisations.contains(&desk.staff.organisation.to_string()) {
        return Ok(
            "The patient’s record is restricted to named staff. Put the tube aside unopened and ask the head of the laboratory".into()
        );
    }
    Ok("This tube is for another laboratory. Put it aside and send it on to the laboratory named on its label".into())
}

/// Looks at a sample once, and receives it if it can be received.
async fn once(desk: &Desk, line: &SampleLine, read: &str) -> ServiceResult<Scan> {
    let permit = desk.permit(Action::HandleSample, line.order).await?;
    let store = &desk.service.store;
    let loaded = store.load::<Sample>(&permit, line.id.stream()).await?;
    let placed = store.load::<Order>(&permit, line.order.stream()).await?.state;
    let tube = tube(desk, &permit, (line.order, line.id), &loaded.state, &placed).await?;
    let outcome = match command(desk, &loaded.state, &placed, read) {
        Ok(Some(command)) => {
            samples::handle(desk, line.order, line.id, command).await?;
            match receipt(&store.stream(&permit, &loaded.stream).await?) {
                Some(entry) => Outcome::Received { seen: entry.sequence },
                None => return Err(ServiceError::Conflict("Somebody else undid the receipt straight away. Scan the tube again".into())),
            }
        }
        Ok(None) => again(&store.stream(&permit, &loaded.stream).await?, &loaded)?,
        Err(why) => Outcome::Aside(why),
    };
    Ok(Scan { barcode: read.to_owned(), tube: Some(tube), outcome })
}

/// What receives a sample as it is now; nothing where it was received already; else why it is not to be received.
fn command(desk: &Desk, sample: &Sample, placed: &Order, read: &str) -> Result<Option<Command>, String> {
    let own = &desk.staff.organisation;
    let barcode = || read.to_owned();
    let received = match &sample.state {
        State::Unknown => return Err("This sample has no label on record. Put the tube aside".into()),
        State::Expected | State::Collected | State::InTransit { .. } => Command::Receive { barcode: barcode() },
        State::Dispatched { to, .. } if to == own => Command::ReceiveElsewhere { barcode: barcode() },
        State::Dispatched { to, .. } => {
            return Err(format!("It was sent on to laboratory {to}. Put the tube aside and ask who returned it"));
        }
        State::Elsewhere { at, .. } if at != own => {
            return Err(format!("The record says that it is at laboratory {at}. Put the tube aside and check its label"));
        }
        State::Rejected(_) | State::Exhausted | State::Returned { .. } | State::Destroyed { .. } => {
            let state = sample.state.label().to_lowercase();
            return Err(format!("The record says that this sample was {state}. Put the tube aside and check its label"));
        }
        State::Received | State::Accepted | State::Prepared(_) | State::Elsewhere { .. } | State::Sequenced => return Ok(None),
    };
    if placed.state.is_final() && placed.state != order::State::Closed {
        let (number, state) = (number(placed), placed.state.label().to_lowercase());
        return Err(format!("Order {number} is {state}. Put the tube aside, then open the sample to receive it, reject it and return it"));
    }
    Ok(Some(received))
}

/// Who received a sample before, and when. One that another laboratory sent here is not elsewhere, as whoever scans it sees.
fn again(entries: &[Entry], loaded: &Loaded<Sample>) -> ServiceResult<Outcome> {
    let entry = receipt(entries).ok_or(ServiceError::NotFound("receipt of this sample"))?;
    let state = match &loaded.state.state {
        State::Elsewhere { .. } => "Here, sent by another laboratory",
        other => other.label(),
    };
    Ok(Outcome::Again { by: entry.actor[2].clone(), at: entry.at, state })
}

/// The last receipt among the events of a sample.
fn receipt(entries: &[Entry]) -> Option<&Entry> {
    entries.iter().rev().find(|entry| ["Received", "ReceivedElsewhere"].contains(&entry.kind.as_str()))
}

fn number(placed: &Order) -> String {
    placed.request.as_ref().map_or_else(String::new, |request| request.number.clone())
}

async fn tube(desk: &Desk, permit: &Permit, (order, id): (OrderId, SampleId), sample: &Sample, placed: &Order) -> ServiceResult<Tube> {
    let label = sample.label.clone().ok_or(ServiceError::NotFound("label of this sample"))?;
    let who = patients::demographics(desk, permit, label.patient).await?;
    Ok(Tube {
        order,
        number: number(placed),
        sample: id,
        barcode: label.barcode,
        material: label.material,
        name: restriction::name_for(desk, label.patient, &who.full_name()).await?,
        birth_date: who.birth_date,
        nhs_number: who.nhs_number,
        urgency: placed.request.as_ref().map_or(Urgency::Routine, |request| request.urgency),
    })
}
