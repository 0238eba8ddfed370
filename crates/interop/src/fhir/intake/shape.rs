//! The shape of resources: what is a list, what a single object, what a truth value. An element of another shape would be passed over
//! in silence, with what it says. Source: FHIR R4, JSON representation, and the definition of each resource.

use super::json::kind;
use care::ordering::message::Fault;
use serde_json::Value;

/// Elements of a kind of resource by their shape, as far as they are read.
struct Shape {
    kind: &'static str,
    lists: &'static [&'static str],
    objects: &'static [&'static str],
    texts: &'static [&'static str],
    truths: &'static [&'static str],
}

/// Elements of one shape: their names, what is of that shape, and how it is called.
type Group = (&'static [&'static str], fn(&Value) -> bool, &'static str);

static SHAPES: [Shape; 16] = [
    Shape {
        kind: "Patient",
        lists: &["identifier", "name", "link", "extension"],
        objects: &[],
        texts: &["gender", "deceasedDateTime"],
        truths: &["active", "deceasedBoolean"],
    },
    Shape {
        kind: "ServiceRequest",
        lists: &[
            "identifier",
            "category",
            "orderDetail",
            "reasonCode",
            "reasonReference",
            "supportingInfo",
            "specimen",
            "note",
            "basedOn",
            "performer",
            "relevantHistory",
            "replaces",
            "extension",
        ],
        objects: &["code", "subject", "requester", "requisition"],
        texts: &["status", "intent", "priority", "patientInstruction"],
        truths: &[],
    },
    Shape {
        kind: "RelatedPerson",
        lists: &["identifier", "relationship", "name"],
        objects: &["patient", "period"],
        texts: &[],
        truths: &["active"],
    },
    Shape {
        kind: "Observation",
        lists: &["identifier", "category", "component", "interpretation", "note", "basedOn"],
        objects: &["code", "subject", "dataAbsentReason"],
        texts: &["status"],
        truths: &[],
    },
    Shape {
        kind: "Condition",
        lists: &["identifier", "evidence", "note", "bodySite", "stage"],
        objects: &["code", "subject"],
        texts: &[],
        truths: &[],
    },
    Shape {
        kind: "Consent",
        lists: &["identifier", "policy", "verification"],
        objects: &["patient", "provision", "sourceAttachment", "sourceReference"],
        texts: &["status", "dateTime"],
        truths: &[],
    },
    Shape {
        kind: "Specimen",
        lists: &["identifier", "container", "condition", "request", "note", "parent"],
        objects: &["accessionIdentifier", "type", "subject", "collection"],
        texts: &["status"],
        truths: &[],
    },
    Shape {
        kind: "FamilyMemberHistory",
        lists: &["condition", "note", "reasonCode"],
        objects: &["patient", "relationship"],
        texts: &["status", "name"],
        truths: &["deceasedBoolean"],
    },
    Shape { kind: "Procedure", lists: &["note", "reasonCode"], objects: &["code", "subject"], texts: &["status"], truths: &[] },
    Shape { kind: "QuestionnaireResponse", lists: &["item"], objects: &["subject"], texts: &["status", "questionnaire"], truths: &[] },
    Shape { kind: "DocumentReference", lists: &["content"], objects: &["subject", "type"], texts: &["status", "docStatus"], truths: &[] },
    Shape {
        kind: "DiagnosticReport",
        lists: &["identifier", "basedOn", "result", "presentedForm", "conclusionCode", "performer"],
        objects: &["code", "subject"],
        texts: &["status", "conclusion", "issued"],
        truths: &[],
    },
    Shape { kind: "RequestGroup", lists: &["action"], objects: &["subject"], texts: &["status", "intent"], truths: &[] },
    Shape { kind: "Provenance", lists: &["target", "reason"], objects: &[], texts: &[], truths: &[] },
    Shape { kind: "PractitionerRole", lists: &["identifier"], objects: &["practitioner", "organization"], texts: &[], truths: &["active"] },
    Shape { kind: "MessageHeader", lists: &["focus"], objects: &["source", "sender", "response"], texts: &[], truths: &[] },
];

/// Elements that have one shape wherever they stand.
static EVERYWHERE: Shape = Shape {
    kind: "",
    lists: &["coding", "modifierExtension", "contained", "given"],
    objects: &["valueCodeableConcept", "valueCoding", "valueQuantity"],
    texts: &["family", "valueString", "implicitRules"],
    truths: &["valueBoolean", "verified"],
};

/// What of a resource has another shape than FHIR gives it, and rules for it that are not known here.
pub(super) fn faults(resource: &Value, path: &str) -> Vec<Fault> {
    let Some(shape) = SHAPES.iter().find(|shape| shape.kind == kind(resource)) else { return vec![] };
    let mut faults = of_elements(resource, shape, path);
    everywhere(resource, path, &mut faults);
    faults.extend(rules(resource, path));
    faults
}

/// Rules under which a resource or a bundle was made may change what everything in it means. Source: FHIR R4, Resource.implicitRules
/// (a modifier element).
pub(super) fn rules(resource: &Value, path: &str) -> Option<Fault> {
    let message = "It may change what everything here means, and such rules are not known here: send it without them";
    resource.get("implicitRules").filter(|rules| !rules.is_null()).map(|_| Fault::new(format!("{path}.implicitRules"), message))
}

/// The resource holds, at any depth, an extension that may turn its meaning round.
pub(super) fn has_modifier(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(has_modifier),
        Value::Object(fields) => fields.iter().any(|(name, inner)| match name.as_str() {
            "modifierExtension" => !inner.is_null() && inner.as_array().is_none_or(|list| !list.is_empty()),
            // What is contained is a resource of its own.
            "contained" => false,
            _ => has_modifier(inner),
        }),
        _ => false,
    }
}

fn of_elements(value: &Value, shape: &'static Shape, path: &str) -> Vec<Fault> {
    let is_list = |value: &Value| value.as_array().is_some_and(|items| items.iter().all(Value::is_object));
    let groups: [Group; 3] = [
        (shape.objects, Value::is_object, "one object"),
        (shape.texts, Value::is_string, "text"),
        (shape.truths, Value::is_boolean, "true or false, without quotation marks"),
    ];
    let sent = |name: &&&str| value.get(**name).filter(|sent| !sent.is_null());
    let wrong = |name: &str, what: &str| Fault::new(format!("{path}.{name}"), format!("It is {what} in FHIR: send it so"));
    let lists = shape.lists.iter().filter(|name| match **name {
        "given" => sent(name).is_some_and(|sent| !sent.is_array()),
        _ => sent(name).is_some_and(|sent| !is_list(sent)),
    });
    let mut faults: Vec<Fault> = lists.map(|name| wrong(name, "a list")).collect();
    for (names, is_right, what) in groups {
        let others = names.iter().filter(|name| sent(name).is_some_and(|sent| !is_right(sent)));
        faults.extend(others.map(|name| wrong(name, what)));
    }
    faults
}

/// The same of what stands within the elements.
fn everywhere(value: &Value, path: &str, faults: &mut Vec<Fault>) {
    match value {
        Value::Array(items) => items.iter().enumerate().for_each(|(nth, item)| everywhere(item, &format!("{path}[{nth}]"), faults)),
        Value::Object(fields) => {
            faults.extend(of_elements(value, &EVERYWHERE, path));
            // What is contained is looked at as a resource of its own.
            let inside = fields.iter().filter(|(name, inner)| *name != "contained" && (inner.is_object() || inner.is_array()));
            inside.for_each(|(name, inner)| everywhere(inner, &format!("{path}.{name}"), faults));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(kind: &str, elements: Value, expected: &[&str]) {
        let mut resource = elements;
        resource["resourceType"] = json!(kind);
        let found: Vec<String> = faults(&resource, "x").iter().map(|fault| fault.at.clone()).collect();
        assert_eq!(found, expected, "{resource}");
    }

    #[test]
    fn an_element_of_another_shape_is_named_and_nothing_else() {
        check("Patient", json!({ "identifier": { "value": "9990000018" } }), &["x.identifier"]);
        check("Patient", json!({ "active": "false", "deceasedBoolean": "true", "link": {} }), &["x.link", "x.active", "x.deceasedBoolean"]);
        check("Patient", json!({ "identifier": null, "name": [{ "given": ["A"], "family": "B" }], "active": true }), &[]);
        check("Patient", json!({ "name": [{ "given": "A", "family": ["B"] }] }), &["x.name[0].given", "x.name[0].family"]);
        check("ServiceRequest", json!({ "note": ["now"], "subject": "Patient/1" }), &["x.note", "x.subject"]);
        check("ServiceRequest", json!({ "modifierExtension": { "url": "y" } }), &["x.modifierExtension"]);
        check("Observation", json!({ "valueBoolean": "false" }), &["x.valueBoolean"]);
        check("Observation", json!({ "valueCodeableConcept": { "coding": { "code": "N" } } }), &["x.valueCodeableConcept.coding"]);
        check("Consent", json!({ "verification": [{ "verified": "false" }] }), &["x.verification[0].verified"]);
        check("Consent", json!({ "implicitRules": "http://rules.example" }), &["x.implicitRules"]);
        check("Encounter", json!({ "identifier": {} }), &[]);
    }

    #[test]
    fn a_modifier_is_found_at_every_depth_and_not_in_what_is_contained() {
        assert!(has_modifier(&json!({ "provision": { "provision": [{ "modifierExtension": [{ "url": "x" }] }] } })));
        assert!(has_modifier(&json!({ "modifierExtension": { "url": "x" } })));
        assert!(!has_modifier(&json!({ "modifierExtension": [], "contained": [{ "modifierExtension": [{}] }], "extension": [{}] })));
    }
}
