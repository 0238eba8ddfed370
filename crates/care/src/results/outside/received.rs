//! A result of another laboratory as it came.

use super::Version;
use crate::{
    MessageId, OdsCode, StaffId,
    people::{identifier::HospitalNumber, matching::Named, name::comparable, patient::Sex},
};
use serde::{Deserialize, Serialize};

/// A result of another laboratory as it came: nothing of it is ever changed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Received {
    /// The message that brought it.
    pub message: MessageId,
    /// The system that sent the message.
    pub client: StaffId,
    /// The laboratory whose system that is.
    pub laboratory: OdsCode,
    /// Its name, as the message says it.
    pub laboratory_name: String,
    /// The number that says for which order it is: of the order, of a sample, or of a manifest; empty when it gives none.
    pub number: String,
    /// The laboratory's own number of its work (filler order number).
    pub filler: String,
    /// The laboratory's number of a document whose place it takes, where that has a number of its own.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub replaces: String,
    /// Whom it is of, as the message says.
    pub person: StatedPerson,
    /// The test, as the laboratory calls it.
    pub test: String,
    /// How final it is.
    pub status: ResultStatus,
    /// When it was issued, as it was sent.
    pub issued: String,
    /// When it was issued and when its message was written, by which it is the earlier or the later of two.
    #[serde(default, skip_serializing_if = "Version::is_unknown")]
    pub version: Version,
    /// Discrete values in order.
    pub values: Vec<DiscreteValue>,
    /// Documents, such as the report as PDF.
    pub documents: Vec<KeptDocument>,
    /// What was read and could not be used.
    #[serde(default)]
    pub not_used: Vec<String>,
    /// Laboratories of this service that look after it until it is filed.
    pub recipients: Vec<OdsCode>,
}

/// How final a result is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum ResultStatus {
    /// More follows: it answers nothing yet.
    Preliminary,
    /// It answers the question.
    Final,
    /// It stands in the place of an earlier one.
    Corrected,
    /// There is no result, or not any more.
    Cancelled,
}

/// A person as a message states them: text, since what does not read has to be shown too.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct StatedPerson {
    /// NHS number; empty when none was sent.
    pub nhs_number: String,
    /// Numbers of hospitals.
    pub numbers: Vec<HospitalNumber>,
    /// Family name.
    pub family_name: String,
    /// Given names.
    pub given_name: String,
    /// Date of birth; empty when none was sent.
    pub birth_date: String,
    /// Sex.
    pub sex: Sex,
}

/// A discrete value.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DiscreteValue {
    /// What was measured or asked.
    pub name: String,
    /// Its code, if it has one.
    pub code: String,
    /// The value, with its unit.
    pub value: String,
}

/// A document that is kept.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct KeptDocument {
    /// SHA-256 of its bytes, under which they are kept.
    pub sha256: String,
    /// Its title, or what it is.
    pub title: String,
    /// Media type, such as `application/pdf`.
    pub media_type: String,
}

impl ResultStatus {
    /// In words.
    pub fn label(self) -> &'static str {
        match self {
            ResultStatus::Preliminary => "Preliminary",
            ResultStatus::Final => "Final",
            ResultStatus::Corrected => "Corrected",
            ResultStatus::Cancelled => "Cancelled",
        }
    }

    /// Answers the question of an order.
    pub fn is_answer(self) -> bool {
        matches!(self, ResultStatus::Final | ResultStatus::Corrected)
    }
}

impl StatedPerson {
    /// Given name and family name.
    pub fn full_name(&self) -> String {
        format!("{} {}", self.given_name, self.family_name).trim().to_owned()
    }

    /// Whether two results are of one person, as far as they say: by a number of both, else by the whole name and the day of birth.
    pub fn is_same(&self, other: &StatedPerson) -> bool {
        let (one, two) = (self.named(), other.named());
        if let (Some(one), Some(two)) = (one.nhs_number, two.nhs_number) {
            return one == two;
        }
        let is_called = comparable(&self.full_name()) == comparable(&other.full_name()) && !self.full_name().is_empty();
        let is_born = one.birth_date == two.birth_date && one.birth_date.is_some();
        let known: Vec<String> = other.numbers.iter().flat_map(HospitalNumber::keys).collect();
        self.numbers.iter().flat_map(HospitalNumber::keys).any(|key| known.contains(&key)) || (is_called && is_born)
    }

    /// Whom it names, as far as it reads.
    pub fn named(&self) -> Named {
        Named {
            nhs_number: self.nhs_number.parse().ok(),
            numbers: self.numbers.clone(),
            birth_date: self.birth_date.parse().ok(),
            family_name: self.family_name.clone(),
            given_name: self.given_name.clone(),
        }
    }
}

impl KeptDocument {
    /// The name under which it is put beside others, by its place among them.
    pub fn file_name(&self, number: usize) -> String {
        format!("document-{number}.{}", if self.is_pdf() { "pdf" } else { "bin" })
    }

    /// A PDF, which browsers show.
    pub fn is_pdf(&self) -> bool {
        self.media_type.eq_ignore_ascii_case("application/pdf")
    }
}
