//! CDS Hooks 2.0: what a prescribing system asks about, and the cards that answer it.

mod prescribed;

pub use prescribed::Prescribed;

use crate::fhir::intake::{NotKnownWho, identity};
use care::NhsNumber;
use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Hooks that are answered, with what each is for.
pub const HOOKS: [(&str, &str); 4] = [
    ("patient-view", "Says that pharmacogenomics are on record, and which medicines they speak against"),
    ("order-select", "Advice on the medicines that are being chosen, from the genes on record"),
    ("order-sign", "Advice on the medicines that are about to be signed, from the genes on record"),
    ("medication-prescribe", "The same as order-select, for systems that know CDS Hooks 1.0"),
];

/// A request.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// Hook that was triggered.
    pub hook: String,
    /// Name of this call, which nothing here depends on.
    #[serde(default)]
    pub hook_instance: Value,
    /// Who, for whom, what.
    pub context: Context,
    /// What the client sent along; null, as for anything that it could not fetch, is nothing.
    #[serde(default, deserialize_with = "null_is_nothing")]
    pub prefetch: BTreeMap<String, Value>,
}

/// Context of a hook.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Context {
    /// Who works at the client.
    pub user_id: String,
    /// The client's identifier of the patient.
    pub patient_id: String,
    /// Orders that are being written, as a bundle; of `medication-prescribe` they are `medications`.
    #[serde(default, alias = "medications")]
    draft_orders: Value,
    /// Those of them that were selected.
    #[serde(default)]
    selections: Option<Vec<String>>,
}

fn null_is_nothing<'d, D: Deserializer<'d>>(from: D) -> Result<BTreeMap<String, Value>, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or_default())
}

/// Why a request cannot be answered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAnswerable {
    /// The patient was not sent along.
    #[error("prefetch.patient is missing: send the Patient resource with its NHS number")]
    NoPatient,
    /// There is no number, or it is none.
    #[error("prefetch.patient.identifier has no sound NHS number (system https://fhir.nhs.uk/Id/nhs-number)")]
    NoNumber,
    /// Without a whole date of birth nobody is matched.
    #[error("prefetch.patient.birthDate is missing or no whole date: whom the number belongs to is checked by it")]
    NoBirthDate,
    /// Advice would be for somebody else.
    #[error("prefetch.patient is {0} and context.patientId names somebody else: send the Patient that is open")]
    OtherPatient(String),
    /// It is not the record that counts, or is two.
    #[error("prefetch.patient: {0}")]
    NotCertain(NotKnownWho),
}

impl Request {
    /// Number and date of birth of the patient who is open, by numbers that are in use.
    pub fn patient(&self, today: Date) -> Result<(NhsNumber, Date), NotAnswerable> {
        let patient = self.prefetch.get("patient").and_then(patient_in).ok_or(NotAnswerable::NoPatient)?;
        let id = patient["id"].as_str().unwrap_or_default();
        if !id.is_empty() && id != self.open_patient() {
            return Err(NotAnswerable::OtherPatient(id.to_owned()));
        }
        identity(patient, today).map_err(|why| match why {
            NotKnownWho::NoNumber => NotAnswerable::NoNumber,
            NotKnownWho::NoBirthDate => NotAnswerable::NoBirthDate,
            other => NotAnswerable::NotCertain(other),
        })
    }

    /// The client's identifier of the patient, without the kind that some put before it.
    fn open_patient(&self) -> &str {
        self.context.patient_id.rsplit('/').next().unwrap_or_default().trim()
    }
}

/// The patient of what was fetched: the resource itself, or the only one of a search.
fn patient_in(fetched: &Value) -> Option<&Value> {
    let found = fetched["entry"].as_array().into_iter().flatten().map(|entry| &entry["resource"]);
    let mut patients = found.filter(|resource| resource["resourceType"] == "Patient");
    match (patients.next(), patients.next()) {
        (Some(patient), None) => Some(patient),
        (Some(_), Some(_)) => None,
        (None, _) => Some(fetched).filter(|fetched| fetched.is_object() && !fetched["entry"].is_array()),
    }
}

/// How urgent a card is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Indicator {
    Info,
    Warning,
    Critical,
}

/// A card.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Card {
    /// Which it is, for feedback.
    pub uuid: Uuid,
    /// Under 140 characters.
    pub summary: String,
    /// More, as Markdown.
    pub detail: String,
    /// How urgent.
    pub indicator: Indicator,
    /// Who says so.
    pub source: Source,
    /// Where to read on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,
    /// Reasons that a prescriber may give for not following it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub override_reasons: Vec<OverrideReason>,
}

/// Who says what a card says.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Source {
    /// Name.
    pub label: String,
}

/// A page to read on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Link {
    /// What it is called.
    pub label: String,
    /// Its address.
    pub url: String,
    /// `absolute`, or `smart`.
    #[serde(rename = "type")]
    pub kind: &'static str,
}

/// A reason for not following a card.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct OverrideReason {
    /// Its code.
    pub code: &'static str,
    /// Its code system.
    pub system: &'static str,
    /// The reason in words.
    pub display: &'static str,
}

/// Characters of a summary at most, by the specification.
const SUMMARY_CHARACTERS_MAX: usize = 140;

impl Card {
    /// A card; its summary is cut where the specification wants it shorter.
    pub fn new(summary: &str, detail: String, indicator: Indicator, source: &str) -> Card {
        let summary = if summary.chars().count() < SUMMARY_CHARACTERS_MAX {
            summary.to_owned()
        } else {
            format!("{}…", summary.chars().take(SUMMARY_CHARACTERS_MAX - 2).collect::<String>())
        };
        Card {
            uuid: Uuid::now_v7(),
            summary,
            detail,
            indicator,
            source: Source { label: source.into() },
            links: vec![],
            override_reasons: vec![],
        }
    }

    /// With a page of the service.
    #[must_use]
    pub fn linked(mut self, label: &str, url: &str) -> Card {
        self.links.push(Link { label: label.into(), url: url.into(), kind: "absolute" });
        self
    }

    /// With reasons for not following it.
    #[must_use]
    pub fn may_be_overridden(mut self) -> Card {
        let reason = |(code, display)| OverrideReason { code, system: "urn:opengms:override-reason", display };
        self.override_reasons = [
            ("no-alternative", "No suitable alternative; the benefit outweighs the risk"),
            ("tolerated", "Taken before without harm"),
            ("adjusted", "Dose already adjusted or levels will be taken"),
        ]
        .map(reason)
        .to_vec();
        self
    }
}

/// The services, as a client discovers them.
pub fn discovery() -> Discovery {
    let service = |(hook, description)| HookService {
        hook,
        id: format!("medicines-{hook}"),
        title: "Genes and medicines",
        description,
        prefetch: Prefetch { patient: "Patient/{{context.patientId}}" },
        usage_requirements: "The patient's NHS number must be in the Patient resource",
    };
    Discovery { services: HOOKS.map(service) }
}

/// The services that a client may call.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Discovery {
    /// One for each hook.
    pub services: [HookService; 4],
}

/// A service that answers a hook.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the names are the specification's")]
pub struct HookService {
    pub hook: &'static str,
    pub id: String,
    pub title: &'static str,
    pub description: &'static str,
    pub prefetch: Prefetch,
    pub usage_requirements: &'static str,
}

/// What a client is to send along.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Prefetch {
    /// The patient.
    pub patient: &'static str,
}

/// What became of cards.
#[derive(Deserialize)]
pub struct Feedback {
    /// A line for each card.
    pub feedback: Vec<Outcome>,
}

/// What became of a card.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Outcome {
    /// Which.
    pub card: Uuid,
    /// `accepted` or `overridden`.
    pub outcome: String,
    #[serde(default)]
    override_reason: Value,
}

impl Outcome {
    /// Why it was not followed, in the client's words: the reason chosen, and the comment.
    pub fn reason(&self) -> String {
        let reason = &self.override_reason["reason"];
        let chosen = reason["display"].as_str().or_else(|| reason["code"].as_str()).unwrap_or("no reason given");
        match self.override_reason["userComment"].as_str().filter(|text| !text.trim().is_empty()) {
            Some(comment) => format!("{chosen}: {}", comment.trim()),
            None => chosen.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codes::system::NHS_NUMBER;
    use serde_json::json;

    const TODAY: Date = Date::constant(2026, 11, 29);

    #[test]
    fn only_what_was_selected_is_asked_about() {
        let request = |selections: Value| -> Request {
            serde_json::from_value(json!({
                "hook": "order-select", "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
                "context": { "userId": "Practitioner/1", "patientId": "7", "selections": selections, "draftOrders": { "entry": [
                    { "resource": { "resourceType": "MedicationRequest", "id": "a", "medicationCodeableConcept": { "coding": [{ "code": "194000", "display": "Capecitabine" }] } } },
                    { "resource": { "resourceType": "MedicationRequest", "id": "b", "medicationCodeableConcept": { "text": "Codeine 30mg" } } },
                    { "resource": { "resourceType": "ServiceRequest", "id": "c" } }
                ] } },
                "prefetch": { "patient": { "identifier": [{ "system": NHS_NUMBER, "value": "9990000018" }], "birthDate": "2021-02-14" } }
            }))
            .expect("a request")
        };
        let names = |request: &Request| request.prescribed().iter().map(Prescribed::name).collect::<Vec<_>>();
        assert_eq!(names(&request(json!(["MedicationRequest/b"]))), ["Codeine 30mg"]);
        assert_eq!(names(&request(json!([]))), ["Capecitabine", "Codeine 30mg"]);
        let (number, born) = request(json!([])).patient(TODAY).expect("a patient");
        assert_eq!((number.to_string(), born.to_string()), ("999 000 0018".into(), "2021-02-14".into()));
        for born in [json!(null), json!("2021"), json!("14/02/2021")] {
            let mut unborn = request(json!([]));
            unborn.prefetch.get_mut("patient").expect("a patient")["birthDate"] = born;
            assert_eq!(unborn.patient(TODAY), Err(NotAnswerable::NoBirthDate));
        }
        let mut nobody = request(json!([]));
        nobody.prefetch.insert("patient".into(), json!({ "identifier": [{ "system": NHS_NUMBER, "value": "123" }] }));
        assert_eq!(nobody.patient(TODAY), Err(NotAnswerable::NoNumber));
        let mut patient = json!({ "id": "8", "identifier": [{ "system": NHS_NUMBER, "value": "9990000018" }], "birthDate": "2021-02-14" });
        nobody.prefetch.insert("patient".into(), patient.clone());
        assert_eq!(nobody.patient(TODAY), Err(NotAnswerable::OtherPatient("8".into())), "never advice for somebody else");
        patient["id"] = json!("7");
        patient["identifier"][0]["use"] = json!("old");
        nobody.prefetch.insert("patient".into(), patient.clone());
        assert_eq!(nobody.patient(TODAY), Err(NotAnswerable::NoNumber), "a number of before");
        patient["identifier"][0]["use"] = json!("official");
        patient["active"] = json!(false);
        nobody.prefetch.insert("patient".into(), patient);
        assert_eq!(nobody.patient(TODAY), Err(NotAnswerable::NotCertain(NotKnownWho::NotInUse)));
        nobody.prefetch.clear();
        assert_eq!(nobody.patient(TODAY), Err(NotAnswerable::NoPatient));
    }

    #[test]
    fn a_summary_is_short_enough() {
        let card = Card::new(&"é".repeat(300), String::new(), Indicator::Info, "x");
        assert!(card.summary.chars().count() < SUMMARY_CHARACTERS_MAX);
    }
}
