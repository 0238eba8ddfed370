//! A person's choices as Consent. Source: NHS England Genomics FHIR, Consent-GenomicsPCF (record of discussion); UK record of
//! discussion form.

use super::{concept, pruned};
use care::{
    OrderId, PatientId,
    ordering::choice::{Answer, Category, Choice},
};
use serde_json::{Value, json};

/// Code system of who chose.
const CATEGORY: &str = "https://fhir.nhs.uk/CodeSystem/patient-choice-category-genomics";

/// What a person chose when an order was talked about; nothing before.
pub fn consent(order: OrderId, patient: PatientId, choice: &Choice) -> Option<Value> {
    let discussion = choice.discussion.as_ref()?;
    let (code, display) = match &discussion.category {
        Category::AdultOwn => ("adult-own-choice", "Adult (made their own choice)"),
        Category::AdultLackingCapacity { .. } => ("adult-lack-capacity", "Adult lacking capacity (choices advised by consultee)"),
        Category::Child { .. } => ("child", "Child (parent or guardian choices)"),
        Category::BestInterest { .. } => ("clinician", "Clinician has agreed to the test (in the patient`s best interest)"),
        Category::Deceased { .. } => ("deceased", "Deceased (choices made on behalf of deceased individual)"),
        Category::OnForm { .. } => ("", ""),
    };
    let form = if let Category::OnForm { form } = &discussion.category { form.as_str() } else { "" };
    let provision = |answer: Answer, purpose: &str, display: &str| match answer {
        Answer::NotDiscussed => Value::Null,
        Answer::Yes | Answer::No => json!({
            "type": if answer == Answer::Yes { "permit" } else { "deny" },
            "purpose": [{ "system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": purpose, "display": display }],
        }),
    };
    Some(pruned(json!({
        "resourceType": "Consent",
        "id": format!("{}.c{}", order.0.simple(), &patient.0.simple().to_string()[20..]),
        "meta": { "profile": ["https://fhir.nhs.uk/StructureDefinition/NHSEngland-Consent-GenomicsPCF"] },
        "status": if choice.agrees_to_test(order) { "active" } else { "rejected" },
        "scope": concept("http://terminology.hl7.org/CodeSystem/consentscope", "patient-privacy", "Privacy Consent"),
        "category": [
            concept("http://terminology.hl7.org/CodeSystem/v3-ActCode", "RESEARCH", "research information access"),
            if code.is_empty() { Value::Null } else { concept(CATEGORY, code, display) },
        ],
        "sourceAttachment": if form.is_empty() { Value::Null } else { json!({ "title": form }) },
        "patient": { "reference": format!("Patient/{patient}") },
        "policy": [{
            "authority": "https://www.england.nhs.uk",
            "uri": "https://www.england.nhs.uk/publication/nhs-genomic-medicine-service-record-of-discussion-form",
        }],
        "provision": {
            "data": [{ "meaning": "instance", "reference": { "reference": format!("ServiceRequest/{order}") } }],
            "provision": [
                provision(discussion.test, "TREAT", "treatment"),
                provision(discussion.research, "HRESCH", "healthcare research"),
                provision(discussion.family_sharing, "FAMRQT", "family requested"),
            ],
        },
        "extension": [{ "url": "https://opengms.example/StructureDefinition/wording", "valueString": discussion.wording }],
    })))
}
