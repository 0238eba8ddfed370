//! Which medicines the orders of a request name. A medicine stands in the order itself (`medicationCodeableConcept`), or in a
//! Medication that the order refers to: contained in it, among the draft orders, or in what was sent along.
//!
//! Sources: FHIR R4 and R5 MedicationRequest and Medication (`medication[x]`, `status`, `doNotPerform`, `ingredient.item[x]`), FHIR
//! "Resolving references in Bundles"; CDS Hooks 2.0, context of `order-select` and `order-sign`.

use super::Request;
use serde_json::Value;

/// What a prescription names: one medicine.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Prescribed {
    /// Its names as people read them: of codes, texts and references, each once.
    pub names: Vec<String>,
    /// Its codes, each with the address of its system, which is empty where none was sent.
    pub codes: Vec<(String, String)>,
    /// A reference to a Medication that was not sent.
    pub missing: Option<String>,
}

/// Statuses of an order that is not, or no longer, to be given. Source: FHIR R4 and R5, medicationrequest-status.
const ENDED: [&str; 5] = ["stopped", "cancelled", "entered-in-error", "completed", "ended"];

/// How deep ingredients may refer to medicines of ingredients.
const INGREDIENTS_DEEP: u8 = 4;

impl Request {
    /// Medicines of the orders that are being written: of those selected, where some are. Orders that are stopped, or that say a
    /// medicine is not to be given, are no prescriptions.
    pub fn prescribed(&self) -> Vec<Prescribed> {
        self.orders(false)
    }

    /// The same of orders that are for somebody else than the patient who is open: nothing is advised on them.
    pub fn prescribed_for_others(&self) -> Vec<Prescribed> {
        self.orders(true)
    }

    fn orders(&self, of_others: bool) -> Vec<Prescribed> {
        let entries = entries(&self.context.draft_orders);
        let selections = self.context.selections.as_deref().unwrap_or_default();
        let is_selected = |entry: &&Value| selections.iter().any(|selection| names_entry(selection, entry));
        // A selection that names nothing here must not silence every order.
        let none_selected = !entries.iter().any(is_selected);
        let sent = Sent::new(self, &entries);
        let chosen = entries.iter().filter(|entry| none_selected || is_selected(entry)).map(|entry| resource(entry));
        let orders = chosen.flat_map(with_contained).filter(|(order, _)| is_prescription(order));
        orders
            .filter(|(order, _)| is_of_another(order, self.open_patient()) == of_others)
            .map(|(order, owner)| sent.prescribed(order, owner))
            .collect()
    }
}

/// An order, and those that it holds, as a group of orders does, each with the resource in which it stands.
fn with_contained(order: &Value) -> impl Iterator<Item = (&Value, &Value)> {
    let contained = order["contained"].as_array().into_iter().flatten();
    std::iter::once((order, order)).chain(contained.map(move |inside| (inside, order)))
}

/// The order says that it is for somebody else than the patient who is open.
fn is_of_another(order: &Value, open: &str) -> bool {
    let subject = if order["subject"].is_object() { &order["subject"] } else { &order["patient"] };
    let mut parts = unversioned(text(&subject["reference"])).rsplit('/');
    let (id, kind) = (parts.next().unwrap_or_default(), parts.next());
    kind == Some("Patient") && id != open
}

/// Entries of a bundle; a client that sends a bare list of them is understood too.
fn entries(bundle: &Value) -> Vec<&Value> {
    let list = bundle["entry"].as_array().or_else(|| bundle.as_array());
    list.into_iter().flatten().collect()
}

/// The resource of an entry, which may stand there without its wrapper.
fn resource(entry: &Value) -> &Value {
    if entry["resource"].is_object() { &entry["resource"] } else { entry }
}

fn is_prescription(order: &Value) -> bool {
    let is_kind = ["MedicationRequest", "MedicationOrder"].contains(&text(&order["resourceType"]));
    let is_negative = order["doNotPerform"] == true || order["doNotPerform"] == "true";
    is_kind && !is_negative && !ENDED.iter().any(|ended| text(&order["status"]).eq_ignore_ascii_case(ended))
}

/// Whether a reference names the resource of an entry: by its whole address, by type and id, or by the id alone.
fn names_entry(reference: &str, entry: &Value) -> bool {
    let reference = unversioned(reference.trim());
    let (resource, address) = (resource(entry), unversioned(text(&entry["fullUrl"])));
    let id = text(&resource["id"]);
    let local = format!("{}/{id}", text(&resource["resourceType"]));
    (!address.is_empty() && reference == address)
        || (!id.is_empty() && (reference == local || reference.ends_with(&format!("/{local}"))))
        || (!id.is_empty() && reference.strip_prefix("urn:uuid:").unwrap_or(reference) == id)
}

fn unversioned(reference: &str) -> &str {
    reference.split("/_history/").next().unwrap_or(reference)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default().trim()
}

/// Everything that was sent with a request and may be referred to.
struct Sent<'r>(Vec<&'r Value>);

impl<'r> Sent<'r> {
    fn new(request: &'r Request, drafts: &[&'r Value]) -> Sent<'r> {
        let mut sent = drafts.to_vec();
        for value in request.prefetch.values() {
            sent.push(value);
            sent.extend(entries(value));
        }
        Sent(sent)
    }

    /// The resource that a reference names, within its owner or in what was sent.
    fn find(&self, reference: &str, owner: &'r Value) -> Option<&'r Value> {
        if let Some(id) = reference.strip_prefix('#') {
            let contained = owner["contained"].as_array().map(Vec::as_slice).unwrap_or_default();
            return contained.iter().find(|inside| text(&inside["id"]).trim_start_matches('#') == id);
        }
        self.0.iter().find(|entry| names_entry(reference, entry)).map(|entry| resource(entry))
    }

    /// What an order names; what it refers to may be contained in its owner.
    fn prescribed(&self, order: &'r Value, owner: &'r Value) -> Prescribed {
        let mut found = Prescribed::default();
        // In R4 the choice stands in the name of the element; in R5 it is one element with a concept or a reference.
        let either = &order["medication"];
        for concept in [&order["medicationCodeableConcept"], &either["concept"]] {
            found.add_concept(concept);
        }
        let r5 = if either["reference"].is_object() { &either["reference"] } else { either };
        for reference in [&order["medicationReference"], r5] {
            self.follow(&mut found, reference, owner, INGREDIENTS_DEEP);
        }
        found
    }

    /// Adds what a reference names; where it cannot be found, what it says of itself, and that it was not found.
    fn follow(&self, found: &mut Prescribed, reference: &'r Value, owner: &'r Value, depth: u8) {
        found.add_name(text(&reference["display"]));
        found.add_code(text(&reference["identifier"]["system"]), text(&reference["identifier"]["value"]));
        let address = text(&reference["reference"]);
        if address.is_empty() || depth == 0 {
            return;
        }
        match self.find(address, owner) {
            Some(medication) => self.add_medication(found, medication, owner, depth - 1),
            None => found.missing = Some(address.to_owned()),
        }
    }

    fn add_medication(&self, found: &mut Prescribed, medication: &'r Value, owner: &'r Value, depth: u8) {
        found.add_concept(&medication["code"]);
        // What a contained resource refers to is contained in the same owner.
        let owner = if medication["contained"].is_array() { medication } else { owner };
        for ingredient in medication["ingredient"].as_array().into_iter().flatten() {
            let item = &ingredient["item"];
            for concept in [&ingredient["itemCodeableConcept"], &item["concept"]] {
                found.add_concept(concept);
            }
            let r5 = if item["reference"].is_object() { &item["reference"] } else { item };
            for reference in [&ingredient["itemReference"], r5] {
                self.follow(found, reference, owner, depth);
            }
        }
    }
}

impl Prescribed {
    /// As a person reads it; empty where the order names its medicine by a code or a reference alone.
    pub fn name(&self) -> String {
        self.names.join("; ")
    }

    fn add_concept(&mut self, concept: &Value) {
        for coding in concept["coding"].as_array().into_iter().flatten() {
            self.add_name(text(&coding["display"]));
            self.add_code(text(&coding["system"]), text(&coding["code"]));
        }
        self.add_name(text(&concept["text"]));
    }

    fn add_name(&mut self, name: &str) {
        if !name.is_empty() && !self.names.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            self.names.push(name.to_owned());
        }
    }

    fn add_code(&mut self, system: &str, code: &str) {
        if !code.is_empty() {
            self.codes.push((system.to_owned(), code.to_owned()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn request(orders: Value, prefetch: Value) -> Request {
        let entries: Vec<Value> = orders.as_array().expect("a list").iter().map(|order| json!({ "resource": order })).collect();
        serde_json::from_value(json!({
            "hook": "order-sign", "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
            "context": { "userId": "Practitioner/1", "patientId": "7", "draftOrders": { "resourceType": "Bundle", "entry": entries } },
            "prefetch": prefetch
        }))
        .expect("a request")
    }

    fn names(orders: Value, prefetch: Value) -> Vec<String> {
        request(orders, prefetch).prescribed().iter().map(Prescribed::name).collect()
    }

    #[test]
    fn a_reference_is_followed_to_wherever_the_medicine_was_sent() {
        let order =
            |reference: &str| json!({ "resourceType": "MedicationRequest", "id": "a", "medicationReference": { "reference": reference } });
        let medicine = |id: &str| json!({ "resourceType": "Medication", "id": id, "code": { "text": "Capecitabine" } });
        let mut contained = order("#m");
        contained["contained"] = json!([medicine("m")]);
        assert_eq!(names(json!([contained]), Value::Null), ["Capecitabine"]);
        assert_eq!(names(json!([order("Medication/m"), medicine("m")]), Value::Null), ["Capecitabine"]);
        let bundle =
            json!({ "medications": { "resourceType": "Bundle", "entry": [{ "fullUrl": "urn:uuid:1", "resource": medicine("m") }] } });
        for reference in ["Medication/m", "https://ehr.example/fhir/Medication/m/_history/2", "urn:uuid:1"] {
            assert_eq!(names(json!([order(reference)]), bundle.clone()), ["Capecitabine"], "{reference}");
        }
        assert_eq!(names(json!([order("Medication/m")]), json!({ "medication": medicine("m"), "patient": null })), ["Capecitabine"]);
        let lost = request(json!([order("Medication/x")]), Value::Null).prescribed();
        assert_eq!((lost[0].name(), lost[0].missing.as_deref()), (String::new(), Some("Medication/x")));
    }

    #[test]
    fn ingredients_and_the_shape_of_r5_are_read_and_a_circle_ends() {
        let order = json!({ "resourceType": "MedicationRequest", "contained": [
            { "resourceType": "Medication", "id": "m", "ingredient": [{ "itemCodeableConcept": { "text": "Tegafur" } }, { "itemReference": { "reference": "#n" } }] },
            { "resourceType": "Medication", "id": "n", "code": { "coding": [{ "system": "http://snomed.info/sct", "code": "1" }] }, "ingredient": [{ "itemReference": { "reference": "#m" } }] }
        ], "medicationReference": { "reference": "#m", "display": "Teysuno" } });
        let read = &request(json!([order]), Value::Null).prescribed()[0];
        assert_eq!((read.name().as_str(), read.codes[0].1.as_str()), ("Teysuno; Tegafur", "1"));
        let r5 = json!([{ "resourceType": "MedicationRequest", "medication": { "concept": { "text": "5-FU" } } }]);
        assert_eq!(names(r5, Value::Null), ["5-FU"]);
        let r5 = json!([{ "resourceType": "MedicationRequest", "medication": { "reference": { "reference": "Medication/m", "display": "Xeloda" } } }]);
        assert_eq!(names(r5, Value::Null), ["Xeloda"]);
    }

    #[test]
    fn an_order_for_somebody_else_is_told_apart_and_a_group_of_orders_is_looked_into() {
        let order = |subject: &str| json!({ "resourceType": "MedicationRequest", "subject": { "reference": subject }, "medicationCodeableConcept": { "text": "Codeine" } });
        for (subject, for_others) in
            [("Patient/7", 0), ("https://ehr.example/fhir/Patient/7/_history/1", 0), ("urn:uuid:1", 0), ("Patient/8", 1), ("", 0)]
        {
            let sent = request(json!([order(subject)]), Value::Null);
            assert_eq!((sent.prescribed().len(), sent.prescribed_for_others().len()), (1 - for_others, for_others), "{subject}");
        }
        let group = json!({ "resourceType": "RequestGroup", "contained": [
            { "resourceType": "MedicationRequest", "id": "o", "medicationReference": { "reference": "#m" } },
            { "resourceType": "Medication", "id": "m", "code": { "text": "Capecitabine" } },
        ] });
        assert_eq!(names(json!([group]), Value::Null), ["Capecitabine"]);
    }

    #[test]
    fn what_is_stopped_or_not_to_be_given_is_no_prescription() {
        let order = |key: &str, value: Value| json!([{ "resourceType": "MedicationRequest", key: value, "medicationCodeableConcept": { "text": "Codeine" } }]);
        for status in ["stopped", "cancelled", "entered-in-error", "completed", "ended"] {
            assert!(names(order("status", json!(status)), Value::Null).is_empty(), "{status}");
        }
        assert!(names(order("doNotPerform", json!(true)), Value::Null).is_empty());
        for (key, value) in
            [("status", json!("draft")), ("status", json!("on-hold")), ("doNotPerform", json!(false)), ("status", Value::Null)]
        {
            assert_eq!(names(order(key, value), Value::Null).len(), 1, "{key}");
        }
    }
}
