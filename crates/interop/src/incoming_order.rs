//! An order of another system, whatever the language in which it was sent: values as they were written, with their places in the
//! message, so that a fault can be named in the sender's own words.

use care::{
    ordering::{
        family::{Affected, Relationship},
        message::Fault,
    },
    people::patient::Sex,
};

/// One order of a message.
#[derive(Clone, Debug)]
pub struct IncomingOrder {
    /// The sender's number of the order.
    pub number: String,
    /// Place of the number in the message.
    pub place: String,
    /// What is to happen.
    pub action: OrderAction,
}

/// What is to happen with an order.
#[derive(Clone, Debug)]
pub enum OrderAction {
    /// Place it.
    Place(Box<OrderDetails>),
    /// Change it to what is stated now, for a reason.
    Amend(Box<OrderDetails>, String),
    /// Cancel it, for a reason.
    Cancel(String),
    /// Mark it as entered in error, for a reason.
    EnterInError(String),
}

/// An order as its sender states it.
#[derive(Clone, Debug, Default)]
pub struct OrderDetails {
    /// Codes that name the test, the most specific first.
    pub tests: Vec<Code>,
    /// Why the test is asked for.
    pub reason: ReasonForTesting,
    /// Name of the clinician who asks.
    pub requester: String,
    /// ODS code of the organisation that asks, if it is named.
    pub organisation: Option<String>,
    /// The result is needed soon.
    pub urgent: bool,
    /// The people of the order, proband first.
    pub people: Vec<Person>,
    /// What the proband shows, or does not.
    pub features: Vec<Feature>,
    /// Everything that is written in free text.
    pub notes: Vec<String>,
    /// What is sent, in words.
    pub specimens: Vec<String>,
    /// Diagnosis of a tumour, or the indication for the test.
    pub diagnosis: String,
    /// Number of an earlier order.
    pub earlier: String,
    /// Days of gestation today, of a pregnancy.
    pub gestation_days: Option<u32>,
    /// Which fetus, and of how many.
    pub fetus: Option<(u8, u8)>,
    /// What was read and is not part of the order.
    pub not_used: Vec<String>,
}

/// Why a test is asked for. Source: NHS England Genomics, rare-diseaseTesting-genomics and cancer-testing-genomics.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[expect(missing_docs, reason = "the names say it")]
pub enum ReasonForTesting {
    #[default]
    Diagnostic,
    Predictive,
    Carrier,
    Prenatal,
    Storage,
    Reanalysis,
    Reinterpretation,
    Tumour,
}

/// A code as it was sent.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Code {
    /// Code system.
    pub system: String,
    /// The code.
    pub code: String,
    /// Its name.
    pub display: String,
}

/// A feature of the patient.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Feature {
    /// Code of the HPO or of SNOMED CT.
    pub code: Code,
    /// Looked for and absent.
    pub absent: bool,
    /// Its place in the message.
    pub place: String,
}

/// A value of a message with its place there.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Located {
    /// The value as it was written.
    pub value: String,
    /// Its place in the message.
    pub place: String,
}

/// A person of an order.
#[derive(Clone, Debug)]
pub struct Person {
    /// Their place in the message: faults begin with it.
    pub place: String,
    /// NHS number.
    pub nhs_number: Option<Located>,
    /// The hospital's own number.
    pub hospital_number: String,
    /// Family name.
    pub family_name: String,
    /// Given names.
    pub given_name: String,
    /// Date of birth.
    pub birth_date: Located,
    /// Date of death, if they have died: empty when no day is given.
    pub death_date: Option<String>,
    /// Sex.
    pub sex: Sex,
    /// Relationship to the proband.
    pub relationship: Relationship,
    /// Whether they have the condition asked about.
    pub affected: Affected,
    /// Not born yet.
    pub is_fetus: bool,
    /// Entries of the message that are about them and their request, from 0.
    pub entries: Vec<usize>,
    /// Their record of discussion, kept by the sender.
    pub discussion: Option<RecordOfDiscussion>,
}

/// A record of discussion that the sender keeps, as far as the message states it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RecordOfDiscussion {
    /// Its place in the message.
    pub place: String,
    /// The form: its title, address or number, and its policy.
    pub form: String,
    /// Agreement to the test.
    pub test: Option<bool>,
    /// Agreement to research.
    pub research: Option<bool>,
    /// Agreement to the care of the family.
    pub family: Option<bool>,
}

/// Faults of a message.
pub type Faults = Vec<Fault>;

impl OrderAction {
    /// What the sender states of an order that is placed or changed.
    pub fn details(&self) -> Option<&OrderDetails> {
        match self {
            OrderAction::Place(details) | OrderAction::Amend(details, _) => Some(details),
            OrderAction::Cancel(_) | OrderAction::EnterInError(_) => None,
        }
    }

    /// The people of an order that is placed or changed.
    pub fn people(&self) -> &[Person] {
        self.details().map_or(&[], |details| &details.people)
    }
}

impl OrderDetails {
    /// Adds a feature once.
    pub(crate) fn add_feature(&mut self, code: Code, absent: bool, place: &str) {
        if !code.code.is_empty() && self.features.iter().all(|known| known.code.code != code.code) {
            self.features.push(Feature { code, absent, place: place.into() });
        }
    }
}

impl Code {
    /// A code with its system and name.
    pub fn new(system: &str, code: &str, display: &str) -> Code {
        Code { system: system.into(), code: code.trim().into(), display: display.trim().into() }
    }

    /// A term of the HPO.
    pub fn is_hpo(&self) -> bool {
        self.code.len() == 10 && self.code.starts_with("HP:")
    }

    /// Name and code as people read them.
    pub fn label(&self) -> String {
        match (self.display.is_empty(), self.code.is_empty()) {
            (false, false) => format!("{} ({})", self.display, self.code),
            (false, true) => self.display.clone(),
            _ => self.code.clone(),
        }
    }
}
