//! Orders of relatives in which a person took part: their sample and their data belong to those.

use super::data_line;
use crate::{Desk, ServiceResult, clock::end_of};
use access::{Action, Permit};
use care::{OrderId, PatientId, ordering::family::Relationship};
use jiff::civil::Date;
use store::OrderView;

/// A person's part in the order of a relative.
pub struct Part {
    /// The order, where the reader may open it.
    pub order: Option<OrderId>,
    /// Its number, the day on which it was requested, and what the person is to its patient; for who may open it.
    described: Option<(String, Date, Relationship)>,
    /// The data of the order that are theirs too, for who may open it: of which order, and what.
    pub data: Vec<[String; 2]>,
}

impl Part {
    /// Which order it is, as far as the reader may know it.
    pub fn heading(&self) -> String {
        match &self.described {
            Some((number, ..)) => format!("Took part in the order {number} of a relative"),
            None => "Took part in an order of a relative".into(),
        }
    }

    /// In what way, and where what was found stands.
    pub fn line(&self) -> String {
        match &self.described {
            Some((_, day, relationship)) => format!(
                "As {} of its patient; requested {}. What was found stands on that order.",
                relationship.label().to_lowercase(),
                day.strftime("%-d %B %Y")
            ),
            None => "You may not open that order: what was found in it is not shown here, and that is no negative result.".into(),
        }
    }
}

/// The parts of a person, by any of their records, as they stood at the end of a day.
pub(super) async fn parts(desk: &Desk, permit: &Permit, records: &[PatientId], on: Date) -> ServiceResult<Vec<Part>> {
    let mut views: Vec<OrderView> = Vec::new();
    for record in records {
        for view in desk.service.store.orders_with(permit, *record).await? {
            let is_of_relative = view.submitted <= on && !records.contains(&view.patient_id);
            if is_of_relative && views.iter().all(|known| known.id != view.id) {
                views.push(view);
            }
        }
    }
    if views.is_empty() {
        return Ok(vec![]);
    }
    let permits = desk.permits(Action::ReadOrder, &views).await?;
    let mut parts = Vec::new();
    for (view, decided) in views.into_iter().zip(permits) {
        parts.push(match decided {
            Ok(own) => part(desk, &own, &view, records, on).await?,
            Err(_) => Part { order: None, described: None, data: vec![] },
        });
    }
    Ok(parts)
}

async fn part(desk: &Desk, permit: &Permit, view: &OrderView, records: &[PatientId], on: Date) -> ServiceResult<Part> {
    let status = desk.status_before(permit, view.id, end_of(on)).await?;
    let mut people = status.order.request.iter().flat_map(|request| &request.people);
    let relationship = people.find(|person| records.contains(&person.patient)).map(|person| person.relationship);
    let data = status.analyses.iter().filter_map(|(_, analysis)| {
        let samples = &analysis.input.as_ref()?.samples;
        let is_theirs = samples.iter().any(|(patient, _)| records.contains(patient));
        is_theirs.then(|| data_line(analysis)).flatten().map(|line| [format!("{} of a relative", view.number), line])
    });
    let described = relationship.map(|relationship| (view.number.clone(), view.submitted, relationship));
    Ok(Part { order: Some(view.id), described, data: data.collect() })
}
