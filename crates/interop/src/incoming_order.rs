//! An order of another system, whatever the language in which it was sent: values as they were written, with their places in the
//! message, so that a fault can be named in the sender's own words.

mod named_record;
mod places;

pub use named_record::{NamedRecord, is_called_otherwise};
pub use places::Places;

use crate::incoming_message::Document;
use care::{
    PatientId,
    ordering::{
        choice::Purpose,
        family::{Affected, Relationship},
        message::Fault,
        order::SenderResources,
    },
    people::patient::Sex,
};
use jiff::{Timestamp, civil::Date};

/// One order of a message.
#[derive(Clone, Debug)]
pub struct IncomingOrder {
    /// The sender's number of the order, as it wrote it.
    pub number: String,
    /// Whose numbers these are, where the message says: two orders may have the same number in two systems.
    pub number_system: String,
    /// Of several tests under one number the second and further ones.
    pub part: Option<u32>,
    /// Numbers of this service that the message gives beside the sender's.
    pub own_numbers: Vec<String>,
    /// Further numbers of the sender beside the one of the order.
    pub other_numbers: Vec<SentNumber>,
    /// When the message was written, or the request changed last at its sender, where it says that to the minute.
    pub stated_at: Option<Timestamp>,
    /// ODS code of the organisation that asks, if the message names it.
    pub organisation: Option<String>,
    /// Place of the number in the message.
    pub place: String,
    /// Places of what else it says.
    pub places: Places,
    /// Records of this service that the message names for people whom it describes or numbers as well.
    pub records: Vec<NamedRecord>,
    /// Whose order it is, as the message says: an order is changed or ended only for the person whose it is.
    pub subject: Subject,
    /// What is to happen.
    pub action: OrderAction,
    /// Of an order that is cancelled or was entered in error: the patient's consents that end with it.
    pub ended: Vec<EndedConsent>,
    /// The same: codes of each test that the message names beside the number.
    pub tests: Vec<Vec<Code>>,
}

/// Whom a message names as the person of an order.
#[derive(Clone, Debug)]
pub enum Subject {
    /// A person, as the sender describes them.
    Person(Box<Person>),
    /// A record of this service, by its number here.
    Record(PatientId),
    /// Nobody who could be compared.
    Unnamed,
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
    /// Who is to do the test, as the sender asks.
    pub performers: Vec<Performer>,
    /// The result is needed soon, or not; nothing where that was not said.
    pub urgent: Option<bool>,
    /// A change of it names what changes, and what it does not name stays as it is.
    pub is_partial: bool,
    /// The people of the order, proband first.
    pub people: Vec<Person>,
    /// What the proband shows, or does not.
    pub features: Vec<Feature>,
    /// When features began: the feature, and a term of the HPO's onset branch.
    pub onsets: Vec<(Code, Code)>,
    /// Everything that is written in free text.
    pub notes: Vec<String>,
    /// What is sent.
    pub specimens: Vec<SentSpecimen>,
    /// How the sender names the request, the patient and the specimens on its own server.
    pub resources: SenderResources,
    /// Documents that came with it, such as the order form as PDF.
    pub documents: Vec<Document>,
    /// Diagnosis of a tumour, or the indication for the test.
    pub diagnosis: String,
    /// Number of an earlier order.
    pub earlier: String,
    /// Days of gestation today, of a pregnancy.
    pub gestation_days: Option<u32>,
    /// Which fetus, and of how many.
    pub fetus: Option<(u8, u8)>,
    /// It was sent to try the exchange, and is nobody's request.
    pub is_test: bool,
    /// Of a message that places the order or, where it stands already, changes it to what is stated: the reason, empty where none came.
    pub restated: Option<String>,
    /// What was read and is not part of the order.
    pub not_used: Vec<String>,
    /// A mother whom the message names and who is nobody of the order: what was read of her and what she lacks, with her place.
    pub mother_seen: Option<Located>,
    /// What somebody has to look at before the order is worked on, with its place: it stands in the history and in the answer.
    pub checks: Vec<String>,
    /// Places of the consents that withdraw or refuse something and were read for somebody of the order.
    pub consents_read: Vec<String>,
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

/// Whom a sender asks to do a test.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Performer {
    /// What they are called, else their number.
    pub name: String,
    /// ODS code of the organisation, if it is named.
    pub organisation: Option<String>,
    /// Their place in the message.
    pub place: String,
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

/// A number that a hospital gave a person.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SentNumber {
    /// The number as it was written.
    pub value: String,
    /// Who gave it: a namespace, an address or an OID; empty where the message does not say.
    pub authority: String,
    /// Its place in the message.
    pub place: String,
}

/// A specimen that is sent.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SentSpecimen {
    /// What it is, in words.
    pub material: String,
    /// What stands on its label: barcodes and accession numbers.
    pub labels: Vec<String>,
    /// When it was taken, as it was sent; empty where that is not said.
    pub collected: String,
}

/// A person of an order.
#[derive(Clone, Debug)]
pub struct Person {
    /// Their place in the message: faults begin with it.
    pub place: String,
    /// NHS number.
    pub nhs_number: Option<Located>,
    /// Numbers that hospitals gave them, each with who gave it.
    pub hospital_numbers: Vec<SentNumber>,
    /// Family name in use.
    pub family_name: String,
    /// Given names in use.
    pub given_name: String,
    /// Family names of before, such as a maiden name.
    pub former_names: Vec<String>,
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
    /// What they agreed to before and do not any more, as the sender says.
    pub ended: Vec<EndedConsent>,
    /// Named by number alone: they must be a person known here, and everything else is taken from their record.
    pub known_only: bool,
    /// Their record here, where the message names them by it.
    pub record: Option<PatientId>,
    /// What they are displayed as, where the message says no more of who they are.
    pub display: Option<Located>,
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
    /// The day of the form, if it has one.
    pub dated: Option<Date>,
}

/// A consent that does not hold any more: what stood by it ends.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EndedConsent {
    /// Its place in the message.
    pub place: String,
    /// What it was about.
    pub what: Vec<Purpose>,
    /// Why it holds no more, such as its status.
    pub why: String,
    /// It was taken back; else its time is over, which says nothing of another consent.
    pub is_taken_back: bool,
    /// The day of the form, if it has one.
    pub day: Option<Date>,
}

/// Faults of a message.
pub type Faults = Vec<Fault>;

impl RecordOfDiscussion {
    /// It refuses something.
    pub fn refuses(&self) -> bool {
        !self.refused().is_empty()
    }

    /// What it refuses.
    pub fn refused(&self) -> Vec<Purpose> {
        let answers = [(Purpose::Test, self.test), (Purpose::Research, self.research), (Purpose::FamilySharing, self.family)];
        answers.into_iter().filter(|(_, answer)| *answer == Some(false)).map(|(purpose, _)| purpose).collect()
    }
}

impl IncomingOrder {
    /// Places of the consents that withdraw or refuse something and were read for somebody of the order.
    pub fn consents_read(&self) -> Vec<&str> {
        let of_details: &[String] = self.action.details().map_or(&[], |details| &details.consents_read);
        let of_ended = self.ended.iter().map(|ended| &ended.place);
        of_details.iter().chain(of_ended).map(String::as_str).collect()
    }
}

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

impl Person {
    /// A person of whom the message says nothing but a number or a record.
    pub fn known_only(place: String, relationship: Relationship) -> Person {
        Person {
            nhs_number: None,
            hospital_numbers: vec![],
            family_name: String::new(),
            given_name: String::new(),
            former_names: vec![],
            birth_date: Located { value: String::new(), place: place.clone() },
            death_date: None,
            sex: Sex::Unknown,
            relationship,
            affected: if relationship == Relationship::Proband { Affected::Yes } else { Affected::Unknown },
            is_fetus: false,
            entries: vec![],
            discussion: None,
            ended: vec![],
            known_only: true,
            record: None,
            display: None,
            place,
        }
    }
}

impl OrderDetails {
    /// Adds a feature once; where the last of them stands is said, if more follow.
    pub(crate) fn add_feature(&mut self, code: Code, absent: bool, place: &str) {
        if code.code.is_empty() || self.features.iter().any(|known| known.code.code == code.code) {
            return;
        }
        if self.features.len() < FEATURES_MAX {
            self.features.push(Feature { code, absent, place: place.into() });
        } else if !self.not_used.iter().any(|note| note.contains(BEYOND)) {
            self.not_used.push(format!("{place}: {} and what follows it {BEYOND} {FEATURES_MAX} features that are read", code.label()));
        }
    }
}

/// Features of one person: more are damage.
const FEATURES_MAX: usize = 500;

const BEYOND: &str = "are beyond the";

impl SentSpecimen {
    /// What it is and what stands on it.
    pub fn label(&self) -> String {
        let parts = std::iter::once(&self.material).chain(&self.labels).filter(|part| !part.is_empty());
        parts.map(String::as_str).collect::<Vec<_>>().join(", ")
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
