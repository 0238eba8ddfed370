//! Samples in the laboratory.

use crate::{
    Desk, ServiceError, ServiceResult,
    intent::Intent,
    laboratory,
    ordering::{self, specimens},
};
use access::Action;
use care::{
    OrderId, PatientId, Refusals, SampleId,
    laboratory::{
        barcode::scanned,
        container::{self, Container},
        sample::{self, Command, Sample, State},
    },
    ordering::order::{self, Order},
};
use store::{Change, SampleLine};

/// What a barcode leads to.
pub(crate) enum Scanned {
    /// The sample that is meant.
    One(Box<SampleLine>),
    /// No sample that this desk may handle.
    Nothing,
    /// More than one may be meant: why, and what to do.
    Several(String),
}

/// The sample with a barcode, if this desk may handle it: the service's own, else one that stood on the tube when it came.
#[crate::boxed]
pub async fn scan(desk: &Desk, barcode: &str) -> ServiceResult<SampleLine> {
    match look_up(desk, barcode).await? {
        Scanned::One(line) => Ok(*line),
        Scanned::Several(message) => Err(Refusals::one("barcode", message).into()),
        Scanned::Nothing => {
            let message = format!("No sample here has the barcode {}: put the tube aside and check its label", scanned(barcode));
            Err(Refusals::one("barcode", message).into())
        }
    }
}

/// The same for a search, which tells what is not there from what cannot be told apart.
pub(crate) async fn look_up(desk: &Desk, barcode: &str) -> ServiceResult<Scanned> {
    let barcode = scanned(barcode);
    if let Some(line) = desk.service.store.sample_by_barcode(&barcode).await? {
        desk.permit(Action::HandleSample, line.order).await?;
        return Ok(Scanned::One(Box::new(line)));
    }
    let (mut lines, mut gone, mut hidden): (Vec<SampleLine>, Vec<SampleLine>, Vec<PatientId>) = (Vec::new(), Vec::new(), Vec::new());
    for line in desk.service.store.samples_by_label(&barcode).await? {
        let may_handle = match desk.permit(Action::HandleSample, line.order).await {
            Ok(_) => true,
            Err(ServiceError::Denied(_)) => false,
            Err(fault) => return Err(fault),
        };
        let is_gone = specimens::is_gone(desk, &line).await?;
        match (may_handle, is_gone) {
            (true, false) => lines.push(line),
            (true, true) => gone.push(line),
            (false, false) => hidden.push(whose(desk, &line).await?),
            (false, true) => {}
        }
    }
    // A tube that is gone is found where no other has its number, to show what became of it.
    if lines.is_empty() && hidden.is_empty() {
        lines = gone;
    }
    // Of two people one may be another laboratory's: the tube may be theirs all the same.
    let is_of_others = match lines.first() {
        Some(first) if !hidden.is_empty() => {
            let own = whose(desk, first).await?;
            hidden.iter().any(|other| *other != own)
        }
        _ => false,
    };
    Ok(match (lines.pop(), lines.len()) {
        (Some(_), 0) if is_of_others => Scanned::Several(format!(
            "The number {barcode} came with a sample of another laboratory too: find the order by the patient, and scan the barcode that \
             was printed here"
        )),
        (Some(line), 0) => Scanned::One(Box::new(line)),
        (None, _) => Scanned::Nothing,
        (Some(_), _) => Scanned::Several(format!(
            "Several samples came with the number {barcode}: find the order by the patient, and scan the barcode that was printed here"
        )),
    })
}

/// The record that stands for the person of a tube.
async fn whose(desk: &Desk, line: &SampleLine) -> ServiceResult<PatientId> {
    let permit = desk.service.own_permit(Action::ReadOrder, line.order.stream()).await?;
    Ok(specimens::surviving(desk, (&permit, &Intent::default()), line.patient).await?.0)
}

/// Takes a part of a sample as one of its own, with its own barcode.
#[crate::boxed]
pub async fn aliquot(desk: &Desk, order: OrderId, id: SampleId) -> ServiceResult<SampleId> {
    let permit = desk.permit(Action::HandleSample, order).await?;
    let parent = desk.service.store.load::<Sample>(&permit, id.stream()).await?.state;
    let label = parent.label.clone().filter(|l| l.order == order).ok_or(ServiceError::NotFound("sample of this order"))?;
    if !matches!(parent.state, State::Accepted | State::Prepared(_)) {
        let message = format!("A part can only be taken of an accepted sample; this one is {}", parent.state.label().to_lowercase());
        return Err(Refusals::one("sample", message).into());
    }
    let mut change = Change::default();
    let aliquot = ordering::orders::expect_sample(desk, &permit, &mut change, order, label.patient, &label.material, Some(id)).await?;
    let loaded = desk.service.store.load::<Sample>(&permit, aliquot.stream()).await?;
    // It is made here, so that it is received and accepted as it is made.
    let (received, accepted) = (sample::Event::Received, sample::Event::Accepted);
    change.more(&loaded.stream, &[received, accepted]);
    desk.commit(&permit, change).await?;
    Ok(aliquot)
}

/// Moves a sample along. Receiving the first sample of a submitted order accepts the request.
#[crate::boxed]
pub async fn handle(desk: &Desk, order: OrderId, id: SampleId, command: Command) -> ServiceResult<()> {
    let permit = desk.permit(Action::HandleSample, order).await?;
    let store = &desk.service.store;
    let loaded = store.load::<Sample>(&permit, id.stream()).await?;
    if loaded.state.label.as_ref().is_none_or(|l| l.order != order) {
        return Err(ServiceError::NotFound("sample of this order"));
    }
    let mut change = Change::default();
    if let Command::Reject(rejection) = &command {
        change.reason = rejection.sentence();
    }
    let placed = store.load::<Order>(&permit, order.stream()).await?;
    let label = loaded.state.label.clone().filter(|_| matches!(command, Command::Reject(_)) && !placed.state.state.is_final());
    if let Some(label) = label {
        // A rejected sample leaves its person waiting for a new one of the same material.
        ordering::orders::expect_sample(desk, &permit, &mut change, order, label.patient, &label.material, None).await?;
    }
    if matches!(command, Command::Accept | Command::Prepare(_) | Command::Dispatch { .. } | Command::Sequence) {
        laboratory::containers::not_ended(desk, &permit, order).await?;
    }
    let receiving = matches!(command, Command::Receive { .. });
    let leaving = loaded.state.well.clone().filter(|_| command.takes_out());
    let mut events = sample::decide(&loaded.state, command)?;
    if let Some(well) = leaving {
        events.insert(0, sample::Event::Unracked);
        let container = store.load::<Container>(&permit, well.container.stream()).await?;
        let reason = "taken out on its own".to_owned();
        change.add(&container, &container::decide(&container.state, container::Command::Empty { position: well.position, reason })?);
    }
    change.add(&loaded, &events);
    if receiving && placed.state.state == order::State::Submitted {
        change.add(&placed, &order::decide(&placed.state, order::Command::Accept, &desk.staff)?);
    }
    desk.commit(&permit, change).await
}
