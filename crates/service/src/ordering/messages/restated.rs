//! An order that stands already and is stated again: in what the statement differs, and what a change takes over.

use super::current::CurrentOrder;
use crate::{OrderForm, ServiceResult};
use care::{
    OrderId, PatientId, SampleId,
    ordering::order::{Request, SenderResources},
};

/// Why an order is changed in which nothing but the sender's own addresses differ.
pub(super) const ADDRESSES: &str = "The system that sent it names its own resources anew";

/// What a form says that the order does not: its name, and what the form has of it, for whoever sent it. What was added to the order
/// since is no difference.
pub(super) fn differences(request: &Request, form: &OrderForm) -> Vec<[&'static str; 2]> {
    let adds = |stated: &[ontology::TermId], known: &[ontology::TermId]| stated.iter().any(|term| !known.contains(term));
    let is_new = |line: &str| !line.trim().is_empty() && !request.history.contains(line.trim());
    let differs = [
        (["urgency", "another urgency"], request.urgency != form.urgency),
        (["purpose", "another purpose"], std::mem::discriminant(&request.purpose) != std::mem::discriminant(&form.purpose)),
        (["clinical features", "other features"], adds(&form.observed, &request.observed) || adds(&form.excluded, &request.excluded)),
        (["history and remarks", "another history"], form.history.lines().any(is_new)),
    ];
    differs.into_iter().filter(|(_, is_so)| *is_so).map(|(what, _)| what).collect()
}

/// How the sender names its resources once an order is changed: by the addresses that it states now, never by one of this service.
pub(super) async fn addresses(current: &CurrentOrder, form: &OrderForm) -> ServiceResult<Option<SenderResources>> {
    let known = current.order.request.as_ref().and_then(|request| Some((request, request.sender.as_ref()?)));
    let (Some((request, sender)), Some(stated)) = (known, form.sender.as_ref()) else { return Ok(None) };
    let mut own: Vec<String> = Vec::new();
    for specimen in &stated.resources.specimens {
        let sample = tail(&specimen.address).parse::<SampleId>().ok();
        if let Some(sample) = sample
            && current.desk.service.store.order_of_stream(&sample.stream()).await?.is_some()
        {
            own.push(specimen.address.clone());
        }
    }
    let is_person = |id: PatientId| request.people.iter().any(|person| person.patient == id);
    let is_own = |address: &str| {
        let id = tail(address);
        let is_request = id.split('.').next().and_then(|id| id.parse::<OrderId>().ok()) == Some(current.id);
        is_request || id.parse().is_ok_and(is_person) || own.iter().any(|known| known == address)
    };
    let renewed = sender.resources.renewed(&stated.resources.clone().without(is_own));
    Ok((renewed != sender.resources).then_some(renewed))
}

/// The last part of an address.
fn tail(address: &str) -> &str {
    address.rsplit('/').next().unwrap_or_default()
}
