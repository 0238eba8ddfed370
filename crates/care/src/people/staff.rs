//! Who works in the service, for whom, in which role.

use crate::StaffId;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use strum::EnumCount;

/// Somebody acting in a role for an organisation.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Staff {
    /// Identifier.
    pub id: StaffId,
    /// Name as it stands under a signature.
    pub name: String,
    /// Role.
    pub role: Role,
    /// Organisation.
    pub organisation: OdsCode,
    /// Its name.
    pub organisation_name: String,
}

/// Roles of the service.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, EnumCount)]
pub enum Role {
    /// Requests tests and receives results.
    Clinician,
    /// Coordinates samples and choices.
    GenomicAssociate,
    /// Receives and prepares samples.
    LaboratoryScientist,
    /// Interprets, or checks an interpretation.
    ClinicalScientist,
    /// Authorises reports.
    Consultant,
    /// Runs pipelines and registers files.
    Bioinformatician,
    /// The patient or parent.
    Patient,
    /// Runs a laboratory hub.
    Manager,
    /// Looks after the Test Directory and the panels.
    Curator,
    /// Accounts, audit and policy (information governance).
    Administrator,
    /// Asks the research library within an approved project.
    Researcher,
    /// Reviews applications to the research library.
    AccessCommittee,
    /// Checks what leaves a project's workspace.
    OutputChecker,
    /// A hospital's system that asks when something is prescribed.
    PrescribingSystem,
    /// A hospital's system that orders tests and receives results.
    OrderingSystem,
    /// Another laboratory's system that sends results.
    LaboratorySystem,
    /// Another node of the Matchmaker Exchange, which asks for cases like one of its own.
    MatchingService,
    /// The program itself.
    System,
}

/// Text that names no role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is no role of the service")]
pub struct NotARole(pub String);

/// An organisation code of the NHS Organisation Data Service.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct OdsCode(String);

/// Text that is no ODS code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not an ODS code: three to twelve capital letters and digits")]
pub struct NotAnOdsCode(pub String);

impl Role {
    /// Every role.
    pub const ALL: [Role; Role::COUNT] = [
        Role::Clinician,
        Role::GenomicAssociate,
        Role::LaboratoryScientist,
        Role::ClinicalScientist,
        Role::Consultant,
        Role::Bioinformatician,
        Role::Patient,
        Role::Manager,
        Role::Curator,
        Role::Administrator,
        Role::Researcher,
        Role::AccessCommittee,
        Role::OutputChecker,
        Role::PrescribingSystem,
        Role::OrderingSystem,
        Role::LaboratorySystem,
        Role::MatchingService,
        Role::System,
    ];

    /// Another program, which never signs in.
    pub fn is_program(self) -> bool {
        use Role as R;
        matches!(self, R::PrescribingSystem | R::OrderingSystem | R::LaboratorySystem | R::MatchingService | R::System)
    }

    /// Whether a second person agrees before somebody has this role: it opens accounts, signs results, or decides for a whole service.
    pub fn needs_second_person(self) -> bool {
        match self {
            Role::Administrator
            | Role::Consultant
            | Role::ClinicalScientist
            | Role::Curator
            | Role::Manager
            | Role::AccessCommittee
            | Role::OutputChecker => true,
            Role::Clinician
            | Role::GenomicAssociate
            | Role::LaboratoryScientist
            | Role::Bioinformatician
            | Role::Patient
            | Role::Researcher
            | Role::PrescribingSystem
            | Role::OrderingSystem
            | Role::LaboratorySystem
            | Role::MatchingService
            | Role::System => false,
        }
    }

    /// As it is kept.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Clinician => "Clinician",
            Role::GenomicAssociate => "GenomicAssociate",
            Role::LaboratoryScientist => "LaboratoryScientist",
            Role::ClinicalScientist => "ClinicalScientist",
            Role::Consultant => "Consultant",
            Role::Bioinformatician => "Bioinformatician",
            Role::Patient => "Patient",
            Role::Manager => "Manager",
            Role::Curator => "Curator",
            Role::Administrator => "Administrator",
            Role::Researcher => "Researcher",
            Role::AccessCommittee => "AccessCommittee",
            Role::OutputChecker => "OutputChecker",
            Role::PrescribingSystem => "PrescribingSystem",
            Role::OrderingSystem => "OrderingSystem",
            Role::LaboratorySystem => "LaboratorySystem",
            Role::MatchingService => "MatchingService",
            Role::System => "System",
        }
    }

    /// In words.
    pub fn label(self) -> &'static str {
        match self {
            Role::Clinician => "Clinician",
            Role::GenomicAssociate => "Genomic associate",
            Role::LaboratoryScientist => "Laboratory scientist",
            Role::ClinicalScientist => "Clinical scientist",
            Role::Consultant => "Consultant",
            Role::Bioinformatician => "Bioinformatician",
            Role::Patient => "Patient or parent",
            Role::Manager => "Hub manager",
            Role::Curator => "Directory and panel curator",
            Role::Administrator => "Administrator",
            Role::Researcher => "Researcher",
            Role::AccessCommittee => "Access committee member",
            Role::OutputChecker => "Output checker",
            Role::PrescribingSystem => "Prescribing system",
            Role::OrderingSystem => "Ordering system",
            Role::LaboratorySystem => "Laboratory's system",
            Role::MatchingService => "Matching service",
            Role::System => "System",
        }
    }
}

impl FromStr for Role {
    type Err = NotARole;
    fn from_str(text: &str) -> Result<Role, NotARole> {
        Role::ALL.into_iter().find(|role| role.as_str() == text).ok_or_else(|| NotARole(text.into()))
    }
}

impl FromStr for OdsCode {
    type Err = NotAnOdsCode;
    fn from_str(text: &str) -> Result<Self, NotAnOdsCode> {
        let fits = (3..=12).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        if fits { Ok(OdsCode(text.into())) } else { Err(NotAnOdsCode(text.into())) }
    }
}

impl fmt::Display for OdsCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<OdsCode> for String {
    fn from(code: OdsCode) -> String {
        code.0
    }
}

impl TryFrom<String> for OdsCode {
    type Error = NotAnOdsCode;
    fn try_from(text: String) -> Result<Self, NotAnOdsCode> {
        text.parse()
    }
}
