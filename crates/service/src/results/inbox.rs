//! Results that wait to be acknowledged by whoever asked for them: one at a time, with the person whose each is.

use crate::{Desk, ServiceError, ServiceResult, Status, people, results::reports};
use access::{Action, Permit};
use care::{
    OrderId, OutsideResultId, PatientId, ReportId, Staff,
    event::StreamKind,
    people::patient::{Demographics, Patient},
    results::report::{Content, Report},
};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use store::OrderView;

/// Results that nobody of this organisation has said to have read.
pub struct Inbox {
    /// Those that are shown, longest unread first.
    pub lines: Vec<Line>,
    /// How many orders have an unread result.
    pub count: Count,
}

/// How many there are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Count {
    /// So many.
    Exactly(usize),
    /// So many were counted, and there are more.
    AtLeast(usize),
}

/// An order with an unread result.
pub struct Line {
    /// The order as lists show it.
    pub view: OrderView,
    /// Its result was asked for as urgent.
    pub is_urgent: bool,
    /// What is unread.
    pub unread: Unread,
}

/// What is unread of an order.
pub enum Unread {
    /// Its report.
    Report(Box<UnreadReport>),
    /// Results of other laboratories, and nothing else.
    Outside(Vec<OutsideResultId>),
    /// Whoever sits here may not open it.
    Closed,
}

/// A report that is unread.
pub struct UnreadReport {
    /// Which.
    pub id: ReportId,
    /// Whose it is.
    pub patient: Demographics,
    /// What it says.
    pub content: Content,
    /// Who opened it first, and when.
    pub opened: Option<(Staff, Timestamp)>,
    /// Whoever sits here has opened it.
    pub is_opened_here: bool,
}

/// Of an order what can be unread.
pub(super) const UNREAD_KINDS: [StreamKind; 2] = [StreamKind::Report, StreamKind::OutsideResult];

/// Lines that are shown, and orders that are counted.
const SHOWN: usize = 8;
const COUNTED: usize = 100;

impl Count {
    fn of_found(found: usize) -> Count {
        if found > COUNTED { Count::AtLeast(COUNTED) } else { Count::Exactly(found) }
    }

    /// The number, exact or not.
    pub fn number(self) -> usize {
        match self {
            Count::Exactly(number) | Count::AtLeast(number) => number,
        }
    }

    /// In words.
    pub fn label(self) -> String {
        match self {
            Count::Exactly(number) => number.to_string(),
            Count::AtLeast(number) => format!("at least {number}"),
        }
    }
}

/// The results that wait for whoever sits at a desk.
#[crate::boxed]
pub async fn inbox(desk: &Desk) -> ServiceResult<Inbox> {
    let permit = desk.permit_general(Action::FollowReports).await?;
    let views = desk.service.store.unread(&permit, COUNTED as u64 + 1).await?;
    let count = Count::of_found(views.len());
    let shown: Vec<OrderView> = views.into_iter().take(SHOWN).collect();
    let permits = desk.permits(Action::ReadReport, &shown).await?;
    let open: Vec<OrderId> = shown.iter().zip(&permits).filter(|(_, permit)| permit.is_ok()).map(|(view, _)| view.id).collect();
    let mut opened = opened(desk, &permit, &open).await?;
    let people = people(desk, &permit, opened.values()).await?;
    let listed: Vec<OrderId> = shown.iter().map(|view| view.id).collect();
    let urgent = desk.service.store.urgent_among(&permit, &listed).await?;
    let mut lines = Vec::new();
    for view in shown {
        let unread = match opened.remove(&view.id) {
            Some(status) => unread(desk, &people, &status).await?,
            None => Unread::Closed,
        };
        lines.push(Line { is_urgent: urgent.contains(&view.id), view, unread });
    }
    Ok(Inbox { lines, count })
}

/// What can be unread of orders that may be opened, by order.
async fn opened(desk: &Desk, permit: &Permit, orders: &[OrderId]) -> ServiceResult<BTreeMap<OrderId, Status>> {
    let parts = desk.parts_of(permit, orders, &UNREAD_KINDS).await?;
    Ok(orders.iter().copied().zip(parts).collect())
}

/// Whose the unread reports are, as far as their names are shown at this desk: all records in one reading.
async fn people(desk: &Desk, permit: &Permit, orders: impl Iterator<Item = &Status>) -> ServiceResult<BTreeMap<PatientId, Demographics>> {
    let patients: BTreeSet<PatientId> = orders.filter_map(|order| patient(&order.report()?.1)).collect();
    let listed: Vec<PatientId> = patients.iter().copied().collect();
    let restricted = desk.service.store.restricted_among(&listed).await?;
    let streams: Vec<String> = listed.iter().map(|patient| patient.stream()).collect();
    let mut records = desk.service.store.load_all::<Patient>(permit, &streams).await?;
    let mut named = BTreeMap::new();
    for patient in patients {
        if restricted.contains(&patient) && people::restriction::is_name_hidden(desk, patient).await? {
            continue;
        }
        let demographics = records.remove(&patient.stream()).and_then(|record| record.demographics);
        named.insert(patient, demographics.ok_or(ServiceError::NotFound("patient of this report"))?);
    }
    Ok(named)
}

/// Whose a report is.
fn patient(report: &Report) -> Option<PatientId> {
    report.of.map(|(.., patient)| patient)
}

async fn unread(desk: &Desk, people: &BTreeMap<PatientId, Demographics>, status: &Status) -> ServiceResult<Unread> {
    let outside = || status.outside_results().filter(|(_, result)| result.unread().is_some()).map(|(id, _)| *id).collect();
    let Some((id, report)) = status.report().filter(|(_, report)| report.unread().is_some()) else {
        return Ok(Unread::Outside(outside()));
    };
    let patient = patient(report).ok_or(ServiceError::NotFound("patient of this report"))?;
    let Some(patient) = people.get(&patient).cloned() else { return Ok(Unread::Closed) };
    let content = reports::content(&desk.service, report).await?;
    Ok(Unread::Report(Box::new(UnreadReport {
        id: *id,
        patient,
        content,
        is_opened_here: is_opened_by(report, &desk.staff),
        opened: report.opened.clone(),
    })))
}

fn is_opened_by(report: &Report, staff: &Staff) -> bool {
    report.readers.contains(&staff.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_that_is_cut_says_so() {
        assert_eq!(Count::of_found(0).label(), "0");
        assert_eq!(Count::of_found(COUNTED).label(), "100");
        assert_eq!(Count::of_found(COUNTED + 1).label(), "at least 100");
    }
}
