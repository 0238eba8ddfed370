//! What the entries of a bundle ask for beyond being read into an order: what is not done is refused, and so is what contradicts the
//! resource beside it. Source: FHIR R4, Bundle.entry.request, transactions, conditional create and update.

use super::{
    json::{kind, list, text},
    number::{Number, numbers},
    period::Day,
    reference::decoded,
};
use crate::incoming_order::Faults;
use care::ordering::message::Fault;
use serde_json::Value;

/// Conditions that are not looked at in a transaction.
const NOT_LOOKED_AT: [&str; 3] = ["ifMatch", "ifNoneMatch", "ifModifiedSince"];
/// Kinds of resources whose identifiers say who or what is meant.
const IDENTIFIED: [&str; 4] = ["Patient", "RelatedPerson", "ServiceRequest", "Specimen"];

/// Everything that speaks against acting on the entries.
pub(super) fn faults(bundle: &Value, today: Day) -> Faults {
    list(bundle, "/entry").iter().enumerate().flat_map(|(nth, entry)| of_entry(nth, entry, today)).collect()
}

fn of_entry(nth: usize, entry: &Value, today: Day) -> Faults {
    let mut faults = Vec::new();
    let mut fault = |path: &str, message: String| faults.push(Fault::new(format!("Bundle.entry[{nth}].request.{path}"), message));
    match text(entry, "/request/method") {
        "" | "POST" | "PUT" => {}
        "DELETE" => fault("method", "Nothing is deleted here: send the ServiceRequest as revoked or entered-in-error".into()),
        other => fault("method", format!("'{other}' is not done in a transaction; send POST or PUT")),
    }
    for condition in NOT_LOOKED_AT.into_iter().filter(|name| !text(entry, &format!("/request/{name}")).is_empty()) {
        let message = "The condition is not looked at in a transaction; send the ServiceRequest itself with If-Match";
        fault(condition, message.into());
    }
    let (address, resource) = (text(entry, "/request/url"), &entry["resource"]);
    if !is_of_kind(address, kind(resource)) {
        let message = format!("'{address}' is no address of a {}, which the resource is: send both alike", kind(resource));
        fault("url", message);
    }
    let conditions =
        [("url", address.split_once('?').map_or("", |(_, query)| query)), ("ifNoneExist", text(entry, "/request/ifNoneExist"))];
    for (path, query) in conditions.into_iter().filter(|(_, query)| !query.is_empty() && IDENTIFIED.contains(&kind(resource))) {
        if let Some(why) = contradiction(query.trim_start_matches('?'), resource, today) {
            fault(path, why);
        }
    }
    faults
}

/// The address names the kind of the resource, or says nothing.
fn is_of_kind(address: &str, kind: &str) -> bool {
    let path = address.split('?').next().unwrap_or_default();
    path.is_empty() || kind.is_empty() || path.split('/').any(|part| part == kind)
}

/// Why a condition does not mean the resource beside it: on a server that has the other one, that would be taken in its place.
fn contradiction(query: &str, resource: &Value, today: Day) -> Option<String> {
    let pairs = query.rsplit('?').next().unwrap_or_default().split('&').filter_map(|pair| pair.split_once('='));
    let tokens: Vec<String> = pairs.filter(|(name, _)| *name == "identifier").map(|(_, token)| decoded(token)).collect();
    if tokens.is_empty() {
        return Some(format!("'{query}' is no condition that is read here: send identifier=system|value"));
    }
    let own: Vec<Number> = numbers(resource, today).collect();
    let is_own = |token: &String| {
        Number::from_token(token)
            .is_some_and(|wish| own.iter().any(|o| o.value == wish.value && (o.system == wish.system || wish.system.is_empty())))
    };
    let other = tokens.iter().find(|token| !is_own(token))?;
    Some(format!(
        "The condition means the identifier {other}, which the resource does not have: one of the two is of somebody or something else"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(kind: &str, request: Value, expected: &str) {
        let resource = json!({ "resourceType": kind, "identifier": [
            { "system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9990000018" }, { "system": "https://epr.example/mrn", "value": "7" }] });
        let bundle = json!({ "entry": [{ "resource": resource, "request": request }] });
        let found = faults(&bundle, jiff::civil::date(2026, 11, 29)).iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
        assert!(if expected.is_empty() { found.is_empty() } else { found.contains(expected) }, "{request}: {found}");
    }

    #[test]
    fn an_entry_is_taken_only_where_what_it_asks_for_is_done_and_means_its_resource() {
        const NHS: &str = "https://fhir.nhs.uk/Id/nhs-number";
        let post = |url: &str, condition: &str| json!({ "method": "POST", "url": url, "ifNoneExist": condition });
        let put = |url: &str| json!({ "method": "PUT", "url": url });
        check("Patient", post("Patient", ""), "");
        check("Patient", post("/Patient", ""), "");
        check("Patient", post("https://gms.example/fhir/Patient", ""), "");
        check("Patient", post("ServiceRequest", ""), "request.url: 'ServiceRequest' is no address of a Patient");
        check("Patient", put("Patient/9"), "");
        check("Patient", post("Patient", &format!("identifier={NHS}|9990000018")), "");
        check("Patient", post("Patient", "identifier=https%3A%2F%2Fepr.example%2Fmrn%7C7"), "");
        check("Patient", post("Patient", &format!("identifier={NHS}|9990000026")), "which the resource does not have");
        check("Patient", post("Patient", "name=x"), "is no condition that is read here");
        check("Patient", put(&format!("Patient?identifier={NHS}|9990000026")), "request.url: The condition means the identifier");
        check("ServiceRequest", put("ServiceRequest?identifier=7"), "");
        check("ServiceRequest", put("ServiceRequest?identifier=8"), "which the resource does not have");
        check("Practitioner", post("Practitioner", "name=x"), "");
        check("Patient", json!({ "method": "DELETE" }), "Nothing is deleted here");
        check("Patient", json!({ "method": "PUT", "ifMatch": "W/\"1\"" }), "request.ifMatch");
    }
}
