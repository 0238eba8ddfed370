//! What another system asks for, whatever the language in which it asks: values as they stood, with where they stood, so that
//! whoever reads on can say what is wrong in the sender's own words.

use care::{
    ordering::{
        family::{Affected, Relationship},
        message::Fault,
    },
    people::patient::Sex,
};

/// One order of a message.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The sender's number of the order.
    pub number: String,
    /// Where that stood.
    pub at: String,
    /// What is to happen.
    pub what: What,
}

/// What is to happen with an order.
#[derive(Clone, Debug)]
pub enum What {
    /// Place it.
    Place(Box<Wanted>),
    /// State it anew, for a reason.
    Amend(Box<Wanted>, String),
    /// Cancel it, for a reason.
    Cancel(String),
    /// Mark it as entered in error, for a reason.
    InError(String),
}

/// An order as the sender wants it.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Codes that name the test, the most telling first.
    pub tests: Vec<Code>,
    /// What kind of question it is.
    pub question: Question,
    /// Name of who asks.
    pub requester: String,
    /// ODS code of the organisation that asks, if it is said.
    pub organisation: Option<String>,
    /// Soon.
    pub urgent: bool,
    /// Proband first.
    pub people: Vec<Person>,
    /// What the proband shows, or does not.
    pub features: Vec<Feature>,
    /// Everything said in words.
    pub notes: Vec<String>,
    /// What is sent, in words.
    pub specimens: Vec<String>,
    /// Diagnosis of a tumour, or the reason for the test.
    pub diagnosis: String,
    /// Number of an earlier order.
    pub earlier: String,
    /// Days of gestation today, of a pregnancy.
    pub gestation_days: Option<u32>,
    /// Which fetus, and of how many.
    pub fetus: Option<(u8, u8)>,
    /// What was read and not taken over.
    pub left: Vec<String>,
}

/// Kind of a question. Source: NHS England Genomics, rare-diseaseTesting-genomics and cancer-testing-genomics.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Question {
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

/// A code.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Code {
    /// System.
    pub system: String,
    /// Code.
    pub code: String,
    /// In words.
    pub display: String,
}

/// A feature of the patient.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Feature {
    /// Of the HPO or of SNOMED CT.
    pub code: Code,
    /// Looked for and absent.
    pub absent: bool,
    /// Where it stood.
    pub at: String,
}

/// A person.
#[derive(Clone, Debug)]
pub struct Person {
    /// Where they stood: faults begin with it.
    pub at: String,
    /// NHS number, and where it stood.
    pub nhs_number: Option<(String, String)>,
    /// The hospital's own number.
    pub local: String,
    /// Family name.
    pub family: String,
    /// Given name.
    pub given: String,
    /// Date of birth, and where it stood.
    pub born: (String, String),
    /// Date of death, if dead: empty when no day is said.
    pub died: Option<String>,
    /// Sex.
    pub sex: Sex,
    /// Relationship to the proband.
    pub relationship: Relationship,
    /// Affected.
    pub affected: Affected,
    /// Not born.
    pub fetus: bool,
    /// Places of the message's parts that are about them and their request.
    pub parts: Vec<usize>,
    /// Their record of discussion, kept by the sender.
    pub consent: Option<Consented>,
}

/// A record of discussion that is kept by the sender, as far as it is told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Consented {
    /// Where it stood.
    pub at: String,
    /// The form: its title, address or number, and its policy.
    pub form: String,
    /// Agreement to the test.
    pub test: Option<bool>,
    /// Agreement to research.
    pub research: Option<bool>,
    /// Agreement to the care of the family.
    pub family: Option<bool>,
}

impl What {
    /// The people of an order that is placed or stated anew.
    pub fn people(&self) -> &[Person] {
        match self {
            What::Place(wanted) | What::Amend(wanted, _) => &wanted.people,
            What::Cancel(_) | What::InError(_) => &[],
        }
    }
}

/// Faults of a message.
pub type Faults = Vec<Fault>;

impl Code {
    /// A code with its system and words.
    pub fn new(system: &str, code: &str, display: &str) -> Code {
        Code { system: system.into(), code: code.trim().into(), display: display.trim().into() }
    }

    /// A term of the HPO.
    pub fn is_hpo(&self) -> bool {
        self.code.len() == 10 && self.code.starts_with("HP:")
    }

    /// As people read it.
    pub fn words(&self) -> String {
        match (self.display.is_empty(), self.code.is_empty()) {
            (false, false) => format!("{} ({})", self.display, self.code),
            (false, true) => self.display.clone(),
            _ => self.code.clone(),
        }
    }
}
