//! Orders: a transaction of the order-management API, or a message Bundle. Source: NHS England Genomics FHIR guide.

mod bundle_index;
mod consent;
mod details;
mod people;

use crate::incoming_order::{Faults, IncomingOrder, OrderAction};
use bundle_index::{BundleIndex, list, text};
use care::ordering::message::Fault;
use details::{concept_text, details};
use serde_json::Value;

/// What a bundle asks for.
#[derive(Debug)]
pub struct Intake {
    /// Orders.
    pub orders: Vec<IncomingOrder>,
    /// Kind of each entry's resource, in order.
    pub entries: Vec<String>,
}

/// Reads a bundle that places or changes orders.
pub fn read(body: &str) -> Result<Intake, Faults> {
    let value: Value = serde_json::from_str(body)
        .map_err(|why| vec![Fault::new(format!("line {}, column {}", why.line(), why.column()), format!("This is no JSON: {why}"))])?;
    let kind = text(&value, "/resourceType");
    if kind != "Bundle" {
        let message = format!("Send a Bundle of type transaction or message; this is '{kind}'");
        return Err(vec![Fault::new("Bundle", message)]);
    }
    let bundle = text(&value, "/type");
    if !["transaction", "message"].contains(&bundle) {
        return Err(vec![Fault::new("Bundle.type", format!("'{bundle}' is not acted on; send a transaction or a message"))]);
    }
    let index = BundleIndex::new(&value)?;
    let orders = orders(&index)?;
    Ok(Intake { orders, entries: index.kinds() })
}

fn orders(index: &BundleIndex) -> Result<Vec<IncomingOrder>, Faults> {
    let requests: Vec<(usize, &Value)> = index.resources_of_kind("ServiceRequest").collect();
    if requests.is_empty() {
        return Err(vec![Fault::new("Bundle", "The bundle has no ServiceRequest, so it orders nothing and changes nothing")]);
    }
    let (mut orders, mut faults) = (Vec::new(), Vec::new());
    // A relative's request belongs to the proband's order.
    let (relatives, probands): (Vec<_>, Vec<_>) = requests.iter().copied().partition(|(_, r)| is_relative(index, r, requests.len()));
    if probands.is_empty() {
        return Err(relatives.iter().map(|(place, _)| without_proband(index, *place)).collect());
    }
    for (place, request) in &probands {
        // Of several patients in one bundle each has their own relatives: by the group, else by who is related to whom.
        let own = |(_, other): &&(usize, &Value)| {
            let group = text(request, "/requisition/value");
            let grouped = !group.is_empty() && text(other, "/requisition/value") == group;
            probands.len() == 1 || grouped || is_relative_of(index, other, request)
        };
        let family: Vec<usize> = relatives.iter().filter(own).map(|(place, _)| *place).collect();
        match order(index, *place, request, &family) {
            Ok(order) => orders.push(order),
            Err(wrong) => faults.extend(wrong),
        }
    }
    if faults.is_empty() { Ok(orders) } else { Err(faults) }
}

fn without_proband(index: &BundleIndex, request: usize) -> Fault {
    let message = "This request is for a relative, and the patient's own is not in the bundle: send the whole family in one bundle";
    Fault::new(index.path(request, ".extension"), message)
}

fn is_relative(index: &BundleIndex, request: &Value, requests: usize) -> bool {
    let role = list(request, "/extension").iter().find(|e| text(e, "/url").ends_with("Extension-Genomic-Patient-Role"));
    match role.map(|e| text(e, "/valueCodeableConcept/coding/0/code")) {
        Some("consultand") => true,
        Some(_) => false,
        None if requests == 1 => false,
        // Without a role: the subject is somebody's relative in this bundle.
        None => !index.relations(request).is_empty(),
    }
}

fn is_relative_of(index: &BundleIndex, request: &Value, proband: &Value) -> bool {
    let subject = index.resolve(&proband["subject"]);
    subject.is_some() && index.relations(request).iter().any(|(_, relation)| index.resolve(&relation["patient"]) == subject)
}

fn order(index: &BundleIndex, place: usize, request: &Value, family: &[usize]) -> Result<IncomingOrder, Faults> {
    let entry = index.entry(place);
    let is_change = text(entry, "/request/method") == "PUT";
    let number = number(entry, request, is_change);
    let number_place = index.path(place, ".identifier");
    if number.is_empty() {
        let message = "Give the order an identifier, an id or a fullUrl, so that it can be told from others";
        return Err(vec![Fault::new(number_place, message)]);
    }
    let action = action(index, place, request, family, is_change)?;
    Ok(IncomingOrder { number, place: number_place, action })
}

/// The sender's number of an order: of a change, the name under which the service gave the order out.
fn number(entry: &Value, request: &Value, is_change: bool) -> String {
    if is_change {
        return text(entry, "/request/url").rsplit('/').next().unwrap_or_default().to_owned();
    }
    let identifier = list(request, "/identifier").first().map_or("", |i| text(i, "/value"));
    let numbers = [identifier, text(request, "/requisition/value"), text(request, "/id"), text(entry, "/fullUrl")];
    numbers.into_iter().find(|n| !n.is_empty()).unwrap_or_default().to_owned()
}

fn action(index: &BundleIndex, place: usize, request: &Value, family: &[usize], is_change: bool) -> Result<OrderAction, Faults> {
    let stated = || details(index, place, request, family).map(Box::new);
    match text(request, "/status") {
        "revoked" => Ok(OrderAction::Cancel(reason(index).unwrap_or_else(|| "Revoked by the sender, who gave no reason".into()))),
        "entered-in-error" => Ok(OrderAction::EnterInError(reason(index).unwrap_or_else(|| "Entered in error, as the sender says".into()))),
        "active" if is_change => {
            let message = "A change of an order after it was placed needs a Provenance with its reason in the same bundle";
            let reason = reason(index).ok_or_else(|| vec![Fault::new("Provenance", message)])?;
            Ok(OrderAction::Amend(stated()?, reason))
        }
        "active" => Ok(OrderAction::Place(stated()?)),
        other => {
            let message =
                format!("'{other}' is not acted on; active places or changes an order, revoked cancels it, entered-in-error marks it so");
            Err(vec![Fault::new(index.path(place, ".status"), message)])
        }
    }
}

/// Why something is changed, from the bundle's Provenance.
fn reason(index: &BundleIndex) -> Option<String> {
    let (_, provenance) = index.resources_of_kind("Provenance").next()?;
    let reason = concept_text(&provenance["reason"][0]);
    (!reason.is_empty()).then_some(reason)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn of_two_patients_in_a_bundle_each_has_their_own_mother() {
        let entry = |kind: &str, id: &str, mut resource: Value| {
            resource["resourceType"] = json!(kind);
            resource["id"] = json!(id);
            json!({ "fullUrl": format!("urn:{kind}/{id}"), "resource": resource, "request": { "method": "POST", "url": kind } })
        };
        let person = |id: &str| {
            entry(
                "Patient",
                id,
                json!({ "identifier": [{ "value": id }], "name": [{ "family": id, "given": ["A"] }], "birthDate": "2000-01-01" }),
            )
        };
        let request =
            |id: &str| entry("ServiceRequest", id, json!({ "status": "active", "subject": { "reference": format!("Patient/{id}") } }));
        let mother = |id: &str, child: &str| {
            let relationship = json!([{ "coding": [{ "code": "NMTH" }] }]);
            entry(
                "RelatedPerson",
                id,
                json!({ "identifier": [{ "value": id }], "patient": { "reference": format!("Patient/{child}") }, "relationship": relationship }),
            )
        };
        let mut entries = vec![mother("m1", "c1"), mother("m2", "c2")];
        for id in ["c1", "m1", "c2", "m2"] {
            entries.extend([person(id), request(id)]);
        }
        let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": entries });
        let read = read(&bundle.to_string()).expect("read");
        let families: Vec<Vec<&str>> =
            read.orders.iter().map(|o| o.action.people().iter().map(|p| p.family_name.as_str()).collect()).collect();
        assert_eq!(families, [["c1", "m1"], ["c2", "m2"]]);
    }
}
