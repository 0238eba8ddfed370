//! What lists show of an order, made from its state; comparing it with the journal, and writing it anew.

use crate::{Service, Status};
use access::{Action, Permit};
use care::{
    OrderId, SampleId,
    laboratory::sample::{self, Sample},
};
use jiff::{Timestamp, tz::TimeZone};
use std::sync::Arc;
use store::{Change, Entry, OrderLines, OrderView, SampleLine, Store};

/// Stands in lists for the name of somebody whose record is restricted.
pub const RESTRICTED: &str = "Restricted record";

/// What lists show of an order once a change is written.
pub(crate) async fn after(store: &Store, permit: &Permit, order: OrderId, change: &Change) -> anyhow::Result<OrderLines> {
    let before = store.order_events(permit, order).await?;
    let linked = |stream: &str| {
        before.iter().any(|e| e.stream == stream) || change.links.iter().any(|(of, linked)| *of == order && linked == stream)
    };
    let fresh: Vec<_> = change.events.iter().filter(|e| linked(&e.stream)).collect();
    let mut told: Vec<(&str, &str)> = before.iter().map(|e| (e.stream.as_str(), e.payload.as_str())).collect();
    told.extend(fresh.iter().map(|e| (e.stream.as_str(), e.payload.as_str())));
    let status = Status::of(told)?;
    let now = Timestamp::now();
    let times = Times {
        submitted: before.first().map_or(now, |e| e.at),
        reported: first_report(&before).or_else(|| fresh.iter().any(|e| is_report(&e.stream, &e.kind)).then_some(now)),
    };
    let restricted = is_restricted(store, &status, order).await?;
    Ok(of(order, &status, times, restricted))
}

/// When an order was sent, and first reported.
#[derive(Clone, Copy, Debug)]
pub struct Times {
    /// Submitted.
    pub submitted: Timestamp,
    /// First reported.
    pub reported: Option<Timestamp>,
}

/// What lists show of an order in a state.
pub fn of(order: OrderId, status: &Status, times: Times, restricted: bool) -> OrderLines {
    let view = view(order, status, times.submitted, times.reported, restricted);
    OrderLines { view, samples: samples(status), sent_on: status.sent_on(), anew: false }
}

/// Whether somebody in the order has a restricted record; a new order is not linked to its people before it is written.
async fn is_restricted(store: &Store, status: &Status, order: OrderId) -> anyhow::Result<bool> {
    if store.named_of_order(order).await?.is_some() {
        return Ok(true);
    }
    for person in status.order.request.iter().flat_map(|request| &request.people) {
        if store.named_of(person.patient).await?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Writes every list anew from the journal, order by order, so that none is ever empty; returns how many lines.
pub async fn rebuild_views(service: &Arc<Service>) -> anyhow::Result<usize> {
    let mut written = service.store.rebuild_rows().await?;
    for order in service.store.all_orders().await? {
        service.store.rewrite_order(&lines(service, order).await?).await?;
        written += 1;
    }
    service.store.drop_unknown_orders().await?;
    Ok(written)
}

/// Compares every list with the journal; what differs is named by its order's number or by its stream.
pub async fn check_views(service: &Arc<Service>) -> anyhow::Result<Vec<String>> {
    let mut differences = service.store.check_rows().await?;
    for order in service.store.all_orders().await? {
        let lines = lines(service, order).await?;
        let Some(view) = &lines.view else { continue };
        if service.store.order_view(order).await?.as_ref() != Some(view) {
            differences.push(format!("order {} stands otherwise in the lists than in the journal", view.number));
        }
        for sample in &lines.samples {
            if service.store.sample_by_barcode(&sample.barcode).await?.as_ref() != Some(sample) {
                differences.push(format!("sample {} of order {} stands otherwise in the lists", sample.barcode, view.number));
            }
        }
    }
    Ok(differences)
}

/// What lists show of an order as the journal gives it.
pub(crate) async fn lines(service: &Service, order: OrderId) -> anyhow::Result<OrderLines> {
    let permit = Service::own_permit(Action::ReadOrder, order.stream())?;
    let events = service.store.order_events(&permit, order).await?;
    let status = Status::of(events.iter().map(|e| (e.stream.as_str(), e.payload.as_str())))?;
    let submitted = events.first().map_or(Timestamp::UNIX_EPOCH, |first| first.at);
    let restricted = is_restricted(&service.store, &status, order).await?;
    Ok(of(order, &status, Times { submitted, reported: first_report(&events) }, restricted))
}

/// The lines of an order's samples from its state.
fn samples(status: &Status) -> Vec<SampleLine> {
    let line = |(id, held): &(SampleId, Sample)| {
        let label = held.label.as_ref()?;
        let manifest = match &held.state {
            sample::State::Dispatched { manifest, .. } => manifest.clone(),
            _ => String::new(),
        };
        Some(SampleLine {
            id: *id,
            barcode: label.barcode.clone(),
            order: label.order,
            patient: label.patient,
            material: label.material.clone(),
            state: held.state.words().into(),
            place: held.whereabouts(),
            manifest,
        })
    };
    status.samples.iter().filter_map(line).collect()
}

fn is_report(stream: &str, kind: &str) -> bool {
    stream.starts_with("order/") && kind == "Reported"
}

/// When an order was first reported.
fn first_report(events: &[Entry]) -> Option<Timestamp> {
    events.iter().find(|e| is_report(&e.stream, &e.kind)).map(|e| e.at)
}

/// An order's line from its state.
fn view(id: OrderId, status: &Status, submitted: Timestamp, reported: Option<Timestamp>, restricted: bool) -> Option<OrderView> {
    let request = status.order.request.as_ref()?;
    let proband = request.proband()?;
    let day = submitted.to_zoned(TimeZone::UTC).date();
    let due = day.saturating_add(jiff::Span::new().days(i64::from(request.turnaround_days_max)));
    Some(OrderView {
        id,
        number: request.number.clone(),
        test: request.test.to_string(),
        indication: request.indication.clone(),
        patient_id: proband.patient,
        patient: if restricted { RESTRICTED.into() } else { proband.name.clone() },
        state: status.order.state.words().into(),
        waiting: status.waiting(),
        requester: status.order.requester.as_ref()?.organisation.to_string(),
        laboratory: request.laboratory.to_string(),
        submitted: day.to_string(),
        due: due.to_string(),
        hidden: matches!(status.order.state, care::ordering::order::State::EnteredInError { .. }),
        owner: status.turn().map_or_else(String::new, |role| format!("{role:?}")),
        assignee: status.work.assignee.as_ref().map_or_else(String::new, |staff| staff.name.clone()),
        reported: reported.map_or_else(String::new, |at| at.to_zoned(TimeZone::UTC).date().to_string()),
        unread: status
            .report()
            .and_then(|(_, report)| report.unread())
            .map_or_else(String::new, |at| at.to_zoned(TimeZone::UTC).date().to_string()),
        rests: status.work.snoozed_until.map_or_else(String::new, |day| day.to_string()),
    })
}
