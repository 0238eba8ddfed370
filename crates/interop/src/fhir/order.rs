//! An order as ServiceRequests (one of each person), Tasks, Specimens and Patients. Source: NHS England Genomics FHIR guide.

use super::{concept, organisation, pruned, system};
use care::{
    OrderId, PatientId, SampleId,
    laboratory::sample::Sample,
    ordering::{
        family::{Participant, Relationship},
        order::{Order, State, Urgency, purpose::Purpose},
    },
    people::patient::{Demographics, Identity, Sex},
};
use jiff::{Timestamp, civil::Date};
use serde_json::{Value, json};

/// An order with what its resources say, at one version of it.
pub struct Told<'a> {
    /// Which.
    pub id: OrderId,
    /// The order.
    pub order: &'a Order,
    /// Day on which it was placed.
    pub placed: Date,
    /// When it was last changed.
    pub updated: Timestamp,
    /// Version: events of the order.
    pub version: u64,
    /// Name of the laboratory, where it is known.
    pub laboratory_name: &'a str,
}

/// How far a piece of work is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stage {
    /// Kind of the task, of the guide's ten.
    pub code: &'static str,
    /// FHIR's status of a task.
    pub status: &'static str,
    /// Why it stands still: a code of the guide, and words.
    pub reason: Option<(&'static str, String)>,
}

/// Name of the request of a person of an order: the order's own for the proband.
pub fn request_id(order: OrderId, people: &[Participant], patient: PatientId) -> Option<String> {
    let place = people.iter().position(|p| p.patient == patient)?;
    Some(if people[place].relationship == Relationship::Proband { order.to_string() } else { format!("{order}.{place}") })
}

/// The order of a request's name, and which of its people it is about.
pub fn of_request_id(id: &str) -> Option<(OrderId, Option<usize>)> {
    match id.split_once('.') {
        Some((order, place)) => Some((order.parse().ok()?, Some(place.parse().ok()?))),
        None => Some((id.parse().ok()?, None)),
    }
}

impl Told<'_> {
    fn meta(&self, profile: &str) -> Value {
        json!({
            "versionId": self.version.to_string(),
            "lastUpdated": self.updated.to_string(),
            "profile": [format!("https://fhir.nhs.uk/StructureDefinition/{profile}")],
        })
    }

    /// The requests, proband's first as the order has them.
    pub fn requests(&self) -> Vec<Value> {
        let people = self.order.request.as_ref().map_or(&[][..], |r| &r.people);
        people.iter().filter_map(|p| self.request(p)).collect()
    }

    fn request(&self, person: &Participant) -> Option<Value> {
        let request = self.order.request.as_ref()?;
        let requester = self.order.requester.as_ref()?;
        let is_proband = person.relationship == Relationship::Proband;
        let (status, reason) = status(&self.order.state);
        let local = request.sender.as_ref().map(|sender| {
            json!({ "system": system::LOCAL_ORDER, "value": sender.number, "assigner": { "identifier": { "system": system::ODS, "value": requester.organisation.to_string() } } })
        });
        let role = if is_proband { ("proband", "Proband") } else { ("consultand", "Consultand") };
        let notes = [&request.eligibility, &request.history, &reason].into_iter().filter(|n| !n.is_empty()).map(|n| json!({ "text": n }));
        Some(pruned(json!({
            "resourceType": "ServiceRequest",
            "id": request_id(self.id, &request.people, person.patient)?,
            "meta": self.meta("NHSEngland-ServiceRequest-Genomics"),
            "extension": [
                { "url": "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-Coverage",
                  "valueCodeableConcept": concept("https://fhir.hl7.org.uk/CodeSystem/UKCore-FundingCategory", "nhs-england", "NHS England") },
                { "url": "https://fhir.nhs.uk/England/StructureDefinition/Extension-Genomic-Patient-Role",
                  "valueCodeableConcept": concept(system::PATIENT_ROLE, role.0, role.1) },
            ],
            "identifier": [{ "system": system::ORDER, "value": request.number }, local],
            "requisition": { "system": system::ORDER, "value": request.number },
            "status": status,
            "intent": "order",
            "category": [category(&request.purpose)],
            "priority": if request.urgency == Urgency::Urgent { "urgent" } else { "routine" },
            "code": { "coding": [{ "system": system::DIRECTORY, "version": request.directory_version, "code": request.test.to_string(), "display": request.indication }] },
            "subject": { "reference": format!("Patient/{}", person.patient), "display": person.name },
            "authoredOn": self.placed.to_string(),
            "requester": { "identifier": { "system": system::ODS, "value": requester.organisation.to_string() }, "display": format!("{}, {}", requester.name, requester.organisation_name) },
            "performer": [organisation(&request.laboratory.to_string(), self.laboratory_name)],
            "reasonCode": [concept(system::DIRECTORY, request.test.indication(), &request.indication)],
            "note": if is_proband { notes.collect::<Vec<_>>() } else { vec![] },
        })))
    }

    /// The tasks of an order, one for each stage that it has come to.
    pub fn tasks(&self, stages: &[Stage]) -> Vec<Value> {
        let Some((request, requester)) = self.order.request.as_ref().zip(self.order.requester.as_ref()) else { return vec![] };
        let Some(proband) = request.proband() else { return vec![] };
        let task = |stage: &Stage| {
            pruned(json!({
                "resourceType": "Task",
                "id": format!("{}.{}", self.id.0.simple(), TASKS.iter().position(|(code, _)| *code == stage.code)?),
                "meta": self.meta("NHSEngland-Task-Genomics"),
                "groupIdentifier": { "system": system::ORDER, "value": request.number },
                "status": stage.status,
                "statusReason": stage.reason.as_ref().map(|(code, words)| json!({ "coding": [{ "system": system::TASK_REASON, "code": code }], "text": words })),
                "intent": "order",
                "priority": if request.urgency == Urgency::Urgent { "urgent" } else { "routine" },
                "code": concept(system::TASK, stage.code, TASKS.iter().find(|(code, _)| *code == stage.code)?.1),
                "focus": { "reference": format!("ServiceRequest/{}", self.id) },
                "for": { "reference": format!("Patient/{}", proband.patient), "display": proband.name },
                "authoredOn": self.placed.to_string(),
                "lastModified": self.updated.to_string(),
                "requester": { "identifier": { "system": system::ODS, "value": requester.organisation.to_string() }, "display": requester.organisation_name },
                "owner": { "identifier": { "system": system::ODS_BRITISH, "value": request.laboratory.to_string() }, "display": self.laboratory_name },
            }))
            .into()
        };
        stages.iter().filter_map(task).collect()
    }

    /// The samples.
    pub fn specimens(&self, samples: &[(SampleId, Sample)]) -> Vec<Value> {
        let Some(request) = self.order.request.as_ref() else { return vec![] };
        let specimen = |(id, sample): &(SampleId, Sample)| {
            let label = sample.label.as_ref()?;
            Some(pruned(json!({
                "resourceType": "Specimen",
                "id": id.to_string(),
                "meta": { "profile": ["https://fhir.nhs.uk/StructureDefinition/NHSEngland-Specimen-Genomics"] },
                "identifier": [{ "system": system::SPECIMEN, "value": label.barcode }],
                "status": if sample.state.is_usable() { "available" } else { "unavailable" },
                "type": { "text": label.material },
                "subject": { "reference": format!("Patient/{}", label.patient) },
                "request": [{ "reference": format!("ServiceRequest/{}", request_id(self.id, &request.people, label.patient)?) }],
                "note": [{ "text": sample.state.words() }],
            })))
        };
        samples.iter().filter_map(specimen).collect()
    }
}

/// The guide's task kinds, in order. Source: task-code-genomics.
pub const TASKS: [(&str, &str); 10] = [
    ("process-genomic-test-request", "Process Genomic Test Request"),
    ("request-sample-alignment", "Request & Sample Alignment"),
    ("sample-preparation", "Sample Preparation"),
    ("sample-processing", "Sample Processing"),
    ("genetic-genomic-data-processing", "Genetic/Genomic Data Processing"),
    ("interpretation", "Interpretation"),
    ("produce-interim-report", "Produce Interim Report"),
    ("genomic-mdt", "Genomic MDT"),
    ("produce-final-report", "Produce Final Report"),
    ("distribute-report", "Distribute Report"),
];

/// FHIR's status of a request, and why, where somebody said so.
fn status(state: &State) -> (&'static str, String) {
    match state {
        State::Draft => ("draft", String::new()),
        State::Submitted | State::Accepted | State::InProgress => ("active", String::new()),
        State::OnHold { reason } => ("on-hold", reason.clone()),
        State::Reported { .. } | State::Closed => ("completed", String::new()),
        State::Rejected { reason } | State::Cancelled { reason } => ("revoked", reason.clone()),
        State::EnteredInError { reason } => ("entered-in-error", reason.clone()),
    }
}

fn category(purpose: &Purpose) -> Value {
    let rare = |code, display| concept(system::RARE, code, display);
    match purpose {
        Purpose::Diagnosis | Purpose::AfterDeath { .. } | Purpose::FollowUp { .. } => rare("diagnostic", "Diagnostic"),
        Purpose::Tumour(_) => concept(system::CANCER, "diagnostic", "Diagnostic"),
        Purpose::Prenatal(_) => rare("prenatal-diagnosis", "Prenatal diagnosis"),
        Purpose::Predictive { .. } => rare("predictive", "Predictive"),
        Purpose::Carrier { .. } => rare("carrier", "Carrier"),
        Purpose::Storage { .. } => rare("sample-storage", "Sample storage"),
        Purpose::Reanalysis { .. } | Purpose::Reinterpretation { .. } => rare("reanalysis", "Reanalysis"),
    }
}

/// A person. Ethnic category and residential status are not asked for by the service: both say so.
pub fn patient(id: PatientId, who: &Demographics) -> Value {
    let identifier = match &who.nhs_number {
        Identity::NhsNumber(number) => json!([{
            "system": system::NHS_NUMBER,
            "value": String::from(*number),
            "extension": [{
                "url": "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus",
                // 02: present but not traced; the service does not ask the spine.
                "valueCodeableConcept": concept("https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatusEngland", "02", "Number present but not traced"),
            }],
        }]),
        Identity::Unavailable(_) | Identity::Fetus => {
            json!([{ "system": "https://fhir.nhs.uk/local-identifier/patient", "value": id.to_string() }])
        }
    };
    let extension = |name: &str, system: &str, code: &str, display: &str| json!({ "url": format!("https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-{name}"), "valueCodeableConcept": concept(&format!("https://fhir.hl7.org.uk/CodeSystem/UKCore-{system}"), code, display) });
    let gender = match who.sex {
        Sex::Female => "female",
        Sex::Male => "male",
        Sex::Unknown => "unknown",
    };
    pruned(json!({
        "resourceType": "Patient",
        "id": id.to_string(),
        "meta": { "profile": ["https://fhir.nhs.uk/StructureDefinition/NHSEngland-Patient-Genomics"] },
        "extension": [
            extension("EthnicCategory", "EthnicCategoryEngland", "Z", "Not stated"),
            extension("ResidentialStatus", "ResidentialStatus", "U", "Unknown"),
        ],
        "identifier": identifier,
        "name": [{ "family": who.family_name, "given": [who.given_name] }],
        "gender": gender,
        "birthDate": if who.nhs_number == Identity::Fetus { String::new() } else { who.birth_date.to_string() },
    }))
}
