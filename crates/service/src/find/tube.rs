//! A tube that is searched for: whose it is, where it is now, and what was done with it last.

use crate::{Desk, ServiceError, ServiceResult, directory, people};
use access::Action;
use care::{OdsCode, laboratory::sample::Sample, people::patient::Demographics};
use jiff::Timestamp;
use store::{OrderView, SampleLine};

/// A sample with what somebody wants to know who looks for it.
pub struct FoundSample {
    /// The sample.
    pub line: SampleLine,
    /// Its order.
    pub order: OrderView,
    /// Whose it is; nobody where the record is restricted to others.
    pub who: Option<Demographics>,
    /// Where it is now, in words.
    pub location: String,
    /// Open worklists that it is on: number and step.
    pub worklists: Vec<(String, &'static str)>,
    /// What was done with it last.
    pub last: Option<LastStep>,
}

/// What was done with a sample last.
pub struct LastStep {
    /// What, in words.
    pub sentence: String,
    /// When.
    pub time: Timestamp,
    /// By whom.
    pub by: String,
}

/// What is shown of a tube to whoever may read its order.
pub(super) async fn described(desk: &Desk, line: SampleLine) -> ServiceResult<FoundSample> {
    let permit = desk.permit(Action::ReadOrder, line.order).await?;
    let store = &desk.service.store;
    let order = store.order_view(line.order).await?.ok_or(ServiceError::NotFound("order"))?;
    let is_hidden = people::restriction::is_name_hidden(desk, line.patient).await?;
    let who = if is_hidden { None } else { Some(people::patients::demographics(desk, &permit, line.patient).await?) };
    let sample = store.load::<Sample>(&permit, line.id.stream()).await?.state;
    let laboratories = directory::laboratories::list(&desk.service).await?;
    let name = |code: &OdsCode| laboratories.0.get(code).map_or_else(|| code.to_string(), |laboratory| laboratory.name.clone());
    let last = match store.stream(&permit, &line.id.stream()).await?.last() {
        Some(entry) => Some(LastStep { sentence: entry.event()?.sentence(), time: entry.at, by: entry.actor[2].clone() }),
        None => None,
    };
    let worklists = sample.worklists.values().map(|on| (on.number.clone(), on.step.label())).collect();
    Ok(FoundSample { location: sample.location(name), line, order, who, worklists, last })
}
