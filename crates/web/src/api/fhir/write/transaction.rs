//! Transactions and messages: taken whole or not at all, and every entry answered.

use super::covered::covered;
use crate::api::fhir::{Fhir, Refused, call::Call};
use axum::{body::Bytes, http::StatusCode};
use care::{
    OrderId,
    ordering::{
        family::Participant,
        message::{Fault, Language, State as Became},
    },
};
use interop::{
    fhir::{
        intake::{self, Intake},
        order::request_id,
        outcome,
        resource::{Bundle, BundleResponse, BundleType, Entry, IssueSeverity},
    },
    incoming_order::{IncomingOrder, OrderAction, Person},
};
use service::{
    Desk,
    ordering::{self, messages::AsRead},
    results::{self, exchange::Exchanged},
};

pub(crate) async fn transaction(call: Call, body: Bytes) -> Result<Fhir, Refused> {
    let caller = call.writing_caller().await?;
    covered(&caller, &body)?;
    take(&caller.desk, &body, None).await
}

/// Takes a bundle, where it changes an order as it was read only while that is so; answers each of its entries.
pub(super) async fn take(desk: &Desk, body: &[u8], as_read: Option<AsRead>) -> Result<Fhir, Refused> {
    let receipt = match as_read {
        Some(version) => ordering::messages::receive_as_read(desk, body, version).await?,
        None => ordering::messages::receive(desk, Language::Fhir, body).await?,
    };
    match receipt.state {
        Became::Done { orders, notes } => answered(desk, body, &orders, &notes, receipt.repeated).await,
        Became::Refused { faults } => Err(Refused::Faults(StatusCode::UNPROCESSABLE_ENTITY, faults)),
        other => Err(Refused::Faults(
            StatusCode::UNPROCESSABLE_ENTITY,
            vec![Fault::new("Bundle", format!("{} by somebody here", other.label()))],
        )),
    }
}

/// What became of each entry of a bundle.
async fn answered(desk: &Desk, body: &[u8], orders: &[OrderId], notes: &[String], repeated: bool) -> Result<Fhir, Refused> {
    let intake = intake::read_on(body, desk.today()).map_err(|faults| Refused::Faults(StatusCode::UNPROCESSABLE_ENTITY, faults))?;
    let mut responses: Vec<BundleResponse> = intake.entries.iter().map(|kind| kept(kind)).collect();
    for (nth, order) in orders.iter().enumerate().take(intake.orders.len()) {
        let order = results::exchange::exchanged(desk, *order).await?;
        answer_order(&mut responses, &intake, nth, &order, repeated);
    }
    if let Some(first) = responses.first_mut().filter(|_| !notes.is_empty()) {
        let notes: Vec<Fault> = notes.iter().map(|n| Fault::new("Bundle", n.clone())).collect();
        first.outcome = Some(outcome::outcome(IssueSeverity::Warning, "informational", &notes));
    }
    let entries = responses.into_iter().map(Entry::answered).collect();
    Ok(Fhir::ok(Bundle::new(BundleType::TransactionResponse, entries)))
}

/// Answers the entries that are about an order of a message and its people.
fn answer_order(responses: &mut [BundleResponse], intake: &Intake, nth: usize, order: &Exchanged, repeated: bool) {
    let incoming: &IncomingOrder = &intake.orders[nth];
    let people = order.status.order.request.as_ref().map_or(&[][..], |r| &r.people);
    let version = order.versions.len();
    let is_change = matches!(incoming.action, OrderAction::Amend(..));
    let status = if repeated || is_change { "200 OK" } else { "201 Created" };
    for (sent, placed) in paired(incoming.action.people(), people) {
        let request = request_id(order.id, people, placed.patient).unwrap_or_default();
        for entry in sent.entries.iter().filter(|entry| **entry < intake.entries.len()) {
            let location = match intake.entries[*entry].as_str() {
                "Patient" => format!("Patient/{}", placed.patient),
                _ => format!("ServiceRequest/{request}/_history/{version}"),
            };
            responses[*entry] = BundleResponse { status, location, etag: format!("W/\"{version}\""), ..BundleResponse::default() };
        }
    }
    let own = intake.requests.get(nth).copied().filter(|entry| *entry < responses.len());
    if let (true, Some(entry)) = (incoming.action.people().is_empty(), own) {
        let location = format!("ServiceRequest/{}/_history/{version}", order.id);
        responses[entry] = BundleResponse { status: "200 OK", location, etag: format!("W/\"{version}\""), ..BundleResponse::default() };
    }
}

/// The people of a message with those of the order: by relationship, and of several by name, since a message that is sent again may
/// name them in another order.
fn paired<'p>(sent: &'p [Person], placed: &'p [Participant]) -> Vec<(&'p Person, &'p Participant)> {
    let mut left: Vec<&Participant> = placed.iter().collect();
    let mut pairs = Vec::new();
    for person in sent {
        let related = |one: &&Participant| one.relationship == person.relationship;
        let name = format!("{} {}", person.given_name, person.family_name).to_lowercase();
        let by_name = left.iter().position(|one| related(one) && one.name.to_lowercase() == name);
        if let Some(place) = by_name.or_else(|| left.iter().position(related)) {
            pairs.push((person, left.remove(place)));
        }
    }
    pairs
}

/// What became of an entry that is no resource of its own here.
fn kept(kind: &str) -> BundleResponse {
    let outcome = outcome::information(&format!("The {kind} was read into the order, or is kept with the message"));
    BundleResponse { status: "202 Accepted", outcome: Some(outcome), ..BundleResponse::default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use care::{
        PatientId,
        ordering::family::{
            Affected,
            Relationship::{self, Father, Mother, Proband, Sibling},
        },
        people::patient::Sex,
    };

    #[test]
    fn everybody_is_answered_with_their_own_record_in_whatever_order_they_are_sent() {
        let person = |name: &str, relationship: Relationship| Person {
            given_name: name.into(),
            family_name: "Bell".into(),
            ..Person::known_only(String::new(), relationship)
        };
        let participant = |number: u128, given_name: &str, relationship: Relationship| Participant {
            patient: PatientId(uuid::Uuid::from_u128(number)),
            name: format!("{given_name} BELL"),
            relationship,
            sex: Sex::Unknown,
            affected: Affected::Unknown,
        };
        let placed = [(1, "ADA", Proband), (2, "MAY", Mother), (3, "TOM", Father), (4, "EVE", Sibling), (5, "KIT", Sibling)]
            .map(|(n, g, r)| participant(n, g, r));
        let sent = [("Tom", Father), ("Kit", Sibling), ("Ada", Proband), ("May", Mother), ("Eve", Sibling)].map(|(g, r)| person(g, r));
        let found: Vec<u128> = paired(&sent, &placed).iter().map(|(_, one)| one.patient.0.as_u128()).collect();
        assert_eq!(found, [3, 5, 1, 2, 4]);
        assert_eq!(paired(&[person("X", Sibling)], &placed[..2]).len(), 0);
    }
}
