//! A person's choices as Consent. Source: NHS England Genomics FHIR, Consent-GenomicsPCF (record of discussion); UK record of
//! discussion form.

use super::{
    datatype::{Attachment, CodeableConcept, Extension, Meta, Reference},
    resource::{Consent, ConsentData, ConsentPolicy, ConsentProvision, ConsentStatus, ProvisionType},
};
use crate::codes::{Concept, act, system};
use care::{
    OrderId, PatientId,
    ordering::choice::{Answer, Category, Choice},
};

/// What a person chose when an order was talked about; nothing before.
pub fn consent(order: OrderId, patient: PatientId, choice: &Choice) -> Option<Consent> {
    let discussion = choice.discussion.as_ref()?;
    let form = if let Category::OnForm { form } = &discussion.category { form.as_str() } else { "" };
    let answers = [(discussion.test, act::TREATMENT), (discussion.research, act::RESEARCH), (discussion.family_sharing, act::FAMILY)];
    let category = std::iter::once(act::RESEARCH_ACCESS).chain(category(&discussion.category));
    Some(Consent {
        id: format!("{}.c{}", order.0.simple(), &patient.0.simple().to_string()[20..]),
        meta: Meta::nhs("NHSEngland-Consent-GenomicsPCF"),
        extension: wording(&discussion.wording).into_iter().collect(),
        status: if choice.agrees_to_test(order) { ConsentStatus::Active } else { ConsentStatus::Rejected },
        scope: act::PRIVACY_CONSENT.into(),
        category: category.map(CodeableConcept::from).collect(),
        patient: Reference::to(format!("Patient/{patient}")),
        source_attachment: (!form.is_empty()).then(|| Attachment { title: form.into(), ..Attachment::default() }),
        policy: vec![ConsentPolicy {
            authority: "https://www.england.nhs.uk".into(),
            uri: "https://www.england.nhs.uk/publication/nhs-genomic-medicine-service-record-of-discussion-form".into(),
        }],
        provision: ConsentProvision {
            data: vec![ConsentData { meaning: "instance", reference: Reference::to(format!("ServiceRequest/{order}")) }],
            provision: answers.into_iter().filter_map(|(answer, purpose)| provision(answer, purpose)).collect(),
            ..ConsentProvision::default()
        },
    })
}

/// What was answered; nothing where it was not talked about.
fn provision(answer: Answer, purpose: Concept) -> Option<ConsentProvision> {
    let kind = match answer {
        Answer::NotDiscussed => return None,
        Answer::Yes => ProvisionType::Permit,
        Answer::No => ProvisionType::Deny,
    };
    Some(ConsentProvision { kind: Some(kind), purpose: vec![purpose.into()], ..ConsentProvision::default() })
}

/// Who chose; a form that another organisation keeps does not say.
fn category(category: &Category) -> Option<Concept> {
    let (code, display) = match category {
        Category::AdultOwn => ("adult-own-choice", "Adult (made their own choice)"),
        Category::AdultLackingCapacity { .. } => ("adult-lack-capacity", "Adult lacking capacity (choices advised by consultee)"),
        Category::Child { .. } => ("child", "Child (parent or guardian choices)"),
        Category::BestInterest { .. } => ("clinician", "Clinician has agreed to the test (in the patient`s best interest)"),
        Category::Deceased { .. } => ("deceased", "Deceased (choices made on behalf of deceased individual)"),
        Category::OnForm { .. } => return None,
    };
    Some(Concept { system: system::CHOICE_CATEGORY, code, display })
}

/// The version of the wording that was talked about.
fn wording(version: &str) -> Option<Extension> {
    (!version.is_empty()).then(|| Extension::text("https://opengms.example/StructureDefinition/wording", version))
}
