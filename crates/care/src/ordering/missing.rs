//! What of a family is missing before the laboratory can go on, and since when.

use super::{order::purpose::is_phenotype_missing, status::Status};
use crate::PatientId;
use jiff::Timestamp;
use std::collections::BTreeMap;

/// What is missing.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum What {
    /// A choice about the test.
    Choice,
    /// A sample of a material, of which none has come that is or may be usable; why the last one was rejected, if it was.
    Sample(&'static str, Option<String>),
    /// A look at how somebody is related, since dates of birth make it doubtful.
    Relationship(String),
    /// What the patient shows.
    Features,
}

/// Something that is missing of somebody.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Missing {
    /// Of whom.
    pub person: PatientId,
    /// What.
    pub what: What,
    /// Since when.
    pub since: Timestamp,
}

/// When things began to be missing that an order's state does not say.
#[derive(Clone, Debug, Default)]
pub struct Since {
    /// When the order was submitted.
    pub submitted: Timestamp,
    /// When somebody last took back a choice.
    pub withdrawn: BTreeMap<PatientId, Timestamp>,
    /// When a sample of somebody was last rejected.
    pub rejected: BTreeMap<PatientId, Timestamp>,
}

impl What {
    /// Every kind, with its name in forms and addresses.
    pub const KINDS: [(&str, &str); 4] =
        [("choice", "A choice"), ("sample", "A sample"), ("relationship", "A relationship"), ("features", "Clinical features")];

    /// The name of its kind in forms and addresses.
    pub fn kind(&self) -> &'static str {
        match self {
            What::Choice => "choice",
            What::Sample(..) => "sample",
            What::Relationship(_) => "relationship",
            What::Features => "features",
        }
    }

    /// In words.
    pub fn label(&self) -> String {
        match self {
            What::Choice => "Choice about the test".into(),
            What::Sample(material, None) => format!("Sample: {material}"),
            What::Sample(material, Some(reason)) => format!("Sample: {material} (the last one was rejected: {reason})"),
            What::Relationship(check) => format!("Relationship to check: {check}"),
            What::Features => "Clinical features: no HPO term came with the order".into(),
        }
    }
}

/// What is missing of an order's family, in the order of its people. `checks` are the relationships that a person has to look at.
pub fn missing(status: &Status, since: &Since, checks: &[String]) -> Vec<Missing> {
    let Some(request) = &status.order.request else { return vec![] };
    let mut found = Vec::new();
    let later =
        |times: &BTreeMap<PatientId, Timestamp>, person| times.get(&person).copied().unwrap_or(since.submitted).max(since.submitted);
    for person in status.choices_missing() {
        found.push(Missing { person, what: What::Choice, since: later(&since.withdrawn, person) });
    }
    // A tube that has come is the laboratory's to look at: nobody is asked for another before it is rejected.
    for (person, material) in status.materials_missing().into_iter().filter(|(person, material)| !status.has_come(*person, material)) {
        let reason = status.rejection_of(person, material);
        let began = if reason.is_some() { later(&since.rejected, person) } else { since.submitted };
        found.push(Missing { person, what: What::Sample(material, reason), since: began });
    }
    if let Some(proband) = request.proband() {
        let of_patient = |what| Missing { person: proband.patient, what, since: since.submitted };
        found.extend(checks.iter().map(|check| of_patient(What::Relationship(check.clone()))));
        found.extend(is_phenotype_missing(request).then(|| of_patient(What::Features)));
    }
    let place = |missing: &Missing| request.people.iter().position(|p| p.patient == missing.person);
    found.sort_by(|a, b| place(a).cmp(&place(b)).then_with(|| a.what.cmp(&b.what)));
    found
}
