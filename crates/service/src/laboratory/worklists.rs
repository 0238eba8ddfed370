//! Worklists: created, filled by scanning or from those that wait, started, and finished with an outcome for every sample. What is
//! written of a worklist and of its samples is written together, so that two people cannot put one sample on two of them.

mod ended;
mod shown;

pub(super) use shown::hide;
pub use shown::{Shown, worklist};

use super::{containers::refuse_ended, lots, reception, samples};
use crate::{Desk, ServiceError, ServiceResult, ordering::orders::characters, people::restriction};
use access::{Action, Permit};
use care::{
    Fold, LotId, OrderId, Refusals, SampleId, WorklistId,
    laboratory::{
        barcode::scanned,
        container::Position,
        lot,
        sample::{self, OnWorklist, Sample},
        worklist::{self, Command, Created, Listed, Outcome, Step, UsedLot, Worklist},
    },
    ordering::order::Order,
};
use ended::Known;
use std::collections::BTreeMap;
use store::{Change, Loaded, Paged, SampleLine, WaitingSample, WorklistLine};

/// Samples that are offered at once.
pub const OFFERED_MAX: u64 = 96;

/// Creates a worklist for this laboratory.
#[crate::boxed]
pub async fn create(desk: &Desk, step: Step, instrument: String) -> ServiceResult<WorklistId> {
    let id = WorklistId(desk.new_id());
    let permit = desk.permit_named(Action::HandleSample, id.stream(), desk.staff.organisation.clone()).await?;
    let loaded = desk.service.store.load::<Worklist>(&permit, id.stream()).await?;
    let number = format!("W-{}", characters(id.0.as_u128(), 8));
    let created = Created { number, step, instrument, laboratory: desk.staff.organisation.clone() };
    let mut change = Change::default();
    change.add(&loaded, &worklist::decide(&loaded.state, Command::Create(created))?);
    desk.commit(&permit, change).await?;
    Ok(id)
}

/// A page of the worklists of this laboratory: those that are open, or those that are not.
#[crate::boxed]
pub async fn list(desk: &Desk, open: bool, page: u64) -> ServiceResult<Paged<WorklistLine>> {
    let permit = desk.permit_named(Action::HandleSample, "worklists", desk.staff.organisation.clone()).await?;
    Ok(desk.service.store.worklists(&permit, open, page).await?)
}

/// Samples in this laboratory that wait for a step, urgent ones and then the oldest first; whether there are more. None whose order is not
/// open to whoever looks.
#[crate::boxed]
pub async fn waiting(desk: &Desk, step: Step) -> ServiceResult<(Vec<WaitingSample>, bool)> {
    let permit = desk.permit_named(Action::HandleSample, "worklists", desk.staff.organisation.clone()).await?;
    let found = desk.service.store.waiting_for(&permit, step, OFFERED_MAX).await?;
    let are_more = found.len() as u64 > OFFERED_MAX;
    let orders: Vec<OrderId> = found.iter().map(|sample| sample.line.order).collect();
    let hidden = restriction::hidden_orders(desk, &orders).await?;
    let mut waiting: Vec<WaitingSample> = found.into_iter().take(OFFERED_MAX as usize).collect();
    waiting.retain(|sample| !hidden.contains(&sample.line.order));
    Ok((waiting, are_more))
}

/// Puts samples on a worklist by their barcodes, into a position or into the next that are free: all of them or none.
#[crate::boxed]
pub async fn add(desk: &Desk, id: WorklistId, position: Option<Position>, barcodes: &[String]) -> ServiceResult<Vec<Position>> {
    let (permit, mut loaded) = loaded(desk, id).await?;
    let created = created(&loaded.state)?;
    let mut change = Change::default();
    change.add::<Worklist>(&loaded, &[]);
    let mut positions = Vec::new();
    for barcode in barcodes {
        let line = open_to(desk, barcode).await?;
        let known = Known::load(desk, &permit, &[(line.id, line.order)]).await?;
        let placed = known.order(line.order)?;
        refuse_ended(placed)?;
        let stored = desk.service.store.load::<Sample>(&permit, line.id.stream()).await?;
        if !is_here(desk, placed, &stored.state) {
            let message = format!("{} is in another laboratory by what is written down: receive it here first", line.barcode);
            return Err(Refusals::one("barcode", message).into());
        }
        let number = placed.request.as_ref().map_or_else(String::new, |request| request.number.clone());
        let listed = Listed { sample: line.id, order: line.order, number, barcode: line.barcode.clone(), material: line.material };
        if let Some(why) = known.why_ended(&listed, &mut change)? {
            return Err(Refusals::one("barcode", format!("Do not work on {}: {why}", listed.barcode)).into());
        }
        let events = worklist::decide(&loaded.state, Command::Add { position, listed })?;
        change.more(&loaded.stream, &events);
        loaded.state = events.iter().fold(loaded.state, Fold::apply);
        positions.extend(loaded.state.position_of(line.id));
        let on = OnWorklist { worklist: id, number: created.number.clone(), step: created.step };
        change.add(&stored, &sample::decide(&stored.state, sample::Command::List(on))?);
    }
    if positions.is_empty() {
        return Err(Refusals::one("barcode", "Scan a tube, or tick a sample that is waiting").into());
    }
    desk.commit(&permit, change).await?;
    Ok(positions)
}

/// Takes a sample off a worklist that is not started.
#[crate::boxed]
pub async fn remove(desk: &Desk, id: WorklistId, sample: SampleId, reason: String) -> ServiceResult<()> {
    let (permit, loaded) = loaded(desk, id).await?;
    let position = position_of(&loaded.state, sample)?;
    let mut change = Change { reason: reason.trim().to_owned(), ..Change::default() };
    change.add(&loaded, &worklist::decide(&loaded.state, Command::Remove { position, reason })?);
    unlist(desk, &permit, &mut change, (id, created(&loaded.state)?.step), (sample, None)).await?;
    desk.commit(&permit, change).await
}

/// Uses a lot for a worklist: one that is open and has not expired.
#[crate::boxed]
pub async fn use_lot(desk: &Desk, id: WorklistId, lot: LotId) -> ServiceResult<()> {
    let (permit, loaded) = loaded(desk, id).await?;
    let (_, stored) = lots::loaded(desk, lot).await?;
    let label = stored.state.registered.as_ref().map_or_else(String::new, lot::Registered::label);
    let used = lot::Command::Use { worklist: id, number: created(&loaded.state)?.number };
    let mut change = Change::default();
    change.add(&stored, &lot::decide(&stored.state, used, desk.today())?);
    change.add(&loaded, &worklist::decide(&loaded.state, Command::UseLot(UsedLot { lot, label }))?);
    desk.commit(&permit, change).await
}

/// Starts the work: every lot can still be used, and no order has ended.
#[crate::boxed]
pub async fn start(desk: &Desk, id: WorklistId) -> ServiceResult<()> {
    let (permit, loaded) = loaded(desk, id).await?;
    let mut change = Change::default();
    for used in &loaded.state.lots {
        let (_, stored) = lots::loaded(desk, used.lot).await?;
        if let Some(why) = stored.state.why_unusable(desk.today()) {
            let message = format!("{why}: abandon this worklist, and create another with another lot");
            return Err(Refusals::one("lot", message).into());
        }
        // What is withdrawn at the same moment is a conflict.
        change.add::<lot::Lot>(&stored, &[]);
    }
    if let Some((position, why)) = ended::of_worklist(desk, &permit, &loaded.state, &mut change).await?.pop_first() {
        let message = format!("Do not work on the sample in {position}: {why}. Remove it before you start");
        return Err(Refusals::one("worklist", message).into());
    }
    change.add(&loaded, &worklist::decide(&loaded.state, Command::Start)?);
    desk.commit(&permit, change).await
}

/// Records what came of a sample, if its outcome is still the one that whoever records it saw, in words; empty where it had none.
#[crate::boxed]
pub async fn settle(desk: &Desk, id: WorklistId, sample: SampleId, seen: &str, outcome: Outcome) -> ServiceResult<()> {
    let (permit, loaded) = loaded(desk, id).await?;
    let position = position_of(&loaded.state, sample)?;
    let present = loaded.state.outcomes.get(&position).map_or_else(String::new, ToString::to_string);
    if present != seen {
        let message = format!("The outcome of {position} was recorded as '{present}' since you opened this page: look at it again");
        return Err(Refusals::one("outcome", message).into());
    }
    let mut change = Change { reason: outcome.reason().trim().to_owned(), ..Change::default() };
    let listed = loaded.state.listed.get(&position).ok_or(ServiceError::NotFound("sample on this worklist"))?;
    if let Some(why) = ended::why_ended(desk, &permit, listed, &mut change).await? {
        let message = format!("No outcome is recorded for {position}: {why}. It is left out when the worklist is finished");
        return Err(Refusals::one("outcome", message).into());
    }
    change.add(&loaded, &worklist::decide(&loaded.state, Command::Settle { position, outcome })?);
    desk.commit(&permit, change).await
}

/// Records that every sample passed that has no outcome yet, of those that whoever records it saw; not those that nobody may go on with.
#[crate::boxed]
pub async fn pass_others(desk: &Desk, id: WorklistId, seen: usize) -> ServiceResult<usize> {
    let (permit, mut loaded) = loaded(desk, id).await?;
    let mut change = Change::default();
    let ended = ended::of_worklist(desk, &permit, &loaded.state, &mut change).await?;
    let mut unsettled = loaded.state.unsettled();
    unsettled.retain(|position| !ended.contains_key(position));
    if unsettled.len() != seen {
        let message =
            format!("Without an outcome are {} now, and the page showed {seen}: look at it again, then pass them", unsettled.len());
        return Err(Refusals::one("worklist", message).into());
    }
    change.add::<Worklist>(&loaded, &[]);
    for position in &unsettled {
        let events = worklist::decide(&loaded.state, Command::Settle { position: *position, outcome: Outcome::Passed })?;
        change.more(&loaded.stream, &events);
        loaded.state = events.iter().fold(loaded.state, Fold::apply);
    }
    desk.commit(&permit, change).await?;
    Ok(unsettled.len())
}

/// Finishes a worklist: each sample has its outcome and leaves it. What passed a run of a sequencer is sequenced. Samples that nobody may
/// go on with are left out, and leave it without an outcome: which, and why.
#[crate::boxed]
pub async fn finish(desk: &Desk, id: WorklistId) -> ServiceResult<BTreeMap<Position, String>> {
    let (permit, loaded) = loaded(desk, id).await?;
    let mut change = Change::default();
    let left_out = ended::of_worklist(desk, &permit, &loaded.state, &mut change).await?;
    change.add(&loaded, &worklist::decide(&loaded.state, Command::Finish { left_out: left_out.clone() })?);
    let step = created(&loaded.state)?.step;
    for (position, listed) in &loaded.state.listed {
        let outcome = loaded.state.outcomes.get(position).filter(|_| !left_out.contains_key(position)).cloned();
        unlist(desk, &permit, &mut change, (id, step), (listed.sample, outcome)).await?;
    }
    desk.commit(&permit, change).await?;
    Ok(left_out)
}

/// Abandons a worklist: its samples leave it without an outcome, and wait again.
#[crate::boxed]
pub async fn abandon(desk: &Desk, id: WorklistId, reason: String) -> ServiceResult<()> {
    let (permit, loaded) = loaded(desk, id).await?;
    let mut change = Change { reason: reason.trim().to_owned(), ..Change::default() };
    change.add(&loaded, &worklist::decide(&loaded.state, Command::Abandon { reason })?);
    let step = created(&loaded.state)?.step;
    for listed in loaded.state.listed.values() {
        unlist(desk, &permit, &mut change, (id, step), (listed.sample, None)).await?;
    }
    desk.commit(&permit, change).await
}

/// Takes a sample off a worklist, with what came of it.
async fn unlist(
    desk: &Desk,
    permit: &Permit,
    change: &mut Change,
    (worklist, step): (WorklistId, Step),
    (id, outcome): (SampleId, Option<Outcome>),
) -> ServiceResult<()> {
    let stored = desk.service.store.load::<Sample>(permit, id.stream()).await?;
    let is_sequenced = step == Step::Sequencing && outcome == Some(Outcome::Passed);
    let mut events = sample::decide(&stored.state, sample::Command::Unlist { worklist, step, outcome })?;
    if is_sequenced && matches!(stored.state.state, sample::State::Prepared(_) | sample::State::Elsewhere { .. }) {
        events.extend(sample::decide(&stored.state, sample::Command::Sequence)?);
    }
    change.add(&stored, &events);
    Ok(())
}

/// The sample with a barcode. Of one that is not open to whoever scans it no more is told than at reception.
async fn open_to(desk: &Desk, barcode: &str) -> ServiceResult<SampleLine> {
    match samples::scan(desk, barcode).await {
        Err(ServiceError::Denied(_)) => Err(Refusals::one("barcode", reception::why_closed(desk, &scanned(barcode)).await?).into()),
        found => found,
    }
}

/// Whether a sample is in this laboratory: sent on to it last, or of an order that is its own.
fn is_here(desk: &Desk, placed: &Order, sample: &Sample) -> bool {
    let of_order = || placed.request.as_ref().map(|request| &request.laboratory);
    sample.sent_on.last().or_else(of_order) == Some(&desk.staff.organisation)
}

fn position_of(worklist: &Worklist, sample: SampleId) -> ServiceResult<Position> {
    worklist.position_of(sample).ok_or(ServiceError::NotFound("sample on this worklist"))
}

fn created(worklist: &Worklist) -> ServiceResult<Created> {
    worklist.created.clone().ok_or(ServiceError::NotFound("worklist"))
}

async fn loaded(desk: &Desk, id: WorklistId) -> ServiceResult<(Permit, Loaded<Worklist>)> {
    let line = desk.service.store.worklist(id).await?.ok_or(ServiceError::NotFound("worklist"))?;
    let laboratory = line.laboratory.parse().map_err(|_| ServiceError::NotFound("laboratory of this worklist"))?;
    let permit = desk.permit_named(Action::HandleSample, id.stream(), laboratory).await?;
    let loaded = desk.service.store.load(&permit, id.stream()).await?;
    Ok((permit, loaded))
}
