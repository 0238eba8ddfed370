//! The policy: who may do what, and to what. A clinician sees patients with whom their organisation has a relationship; results
//! leave the laboratory only once authorised. What no rule permits is refused.

use crate::{Action, Action as A, Resource};
use care::{
    Role::{
        self, AccessCommittee, Administrator, Bioinformatician, ClinicalScientist, Clinician, Consultant, Curator, GenomicAssociate,
        LaboratoryScientist, LaboratorySystem, Manager, MatchingService, OrderingSystem, OutputChecker, Patient, PrescribingSystem,
        Researcher, System,
    },
    Staff,
};

/// What somebody in one of some roles may do, and when.
struct Rule {
    roles: &'static [Role],
    actions: &'static [Action],
    when: When,
}

/// To what a rule applies.
#[derive(Clone, Copy)]
enum When {
    /// Everything of the kind.
    Always,
    /// What the person's own organisation has a relationship with.
    Own,
    /// The same, once the result is authorised.
    OwnReleased,
    /// A record for which the person broke the glass.
    Emergency,
    /// The same, once the result is authorised.
    EmergencyReleased,
    /// What is about the person, or about a child for whom they choose.
    Subject,
}

const fn rule(roles: &'static [Role], actions: &'static [Action], when: When) -> Rule {
    Rule { roles, actions, when }
}

/// Everybody who works for patients.
const CARE: &[Role] =
    &[Clinician, GenomicAssociate, LaboratoryScientist, ClinicalScientist, Consultant, Bioinformatician, Manager, Curator, Administrator];
/// Everybody in the laboratory who works on a case.
const LABORATORY: &[Role] = &[LaboratoryScientist, Bioinformatician, ClinicalScientist, Consultant, Manager];
/// Who asks for tests, and what sends them for them: a hospital's own system does what its clinicians do.
const REQUESTERS: &[Role] = &[Clinician, GenomicAssociate, OrderingSystem];
/// Who knows what a test is for.
const REVIEWERS: &[Role] = &[Clinician, ClinicalScientist, Consultant, Curator];

/// Everything that is permitted.
const PERMITTED: &[Rule] = &[
    // For everybody who works here, whatever they work on.
    rule(&Role::ALL, &[A::ReadDirectory], When::Always),
    rule(CARE, &[A::SeeWorkList, A::ChangeOwnPassword], When::Always),
    rule(&[OrderingSystem, System], &[A::SeeWorkList], When::Always),
    rule(&[Researcher, AccessCommittee, OutputChecker], &[A::ChangeOwnPassword], When::Always),
    // Those who ask for tests.
    rule(REQUESTERS, &[A::RegisterPatient, A::PlaceOrder], When::Always),
    rule(REQUESTERS, &[A::ReadOrder, A::ChangeOrder, A::RecordChoice], When::Own),
    rule(REQUESTERS, &[A::ReadReport, A::AcknowledgeReport], When::OwnReleased),
    // A person who talked with the patient releases the result to them: no system does.
    rule(&[Clinician, GenomicAssociate], &[A::ReleaseResult], When::OwnReleased),
    // A person answers a person.
    rule(&[Clinician, GenomicAssociate], &[A::AnswerQuestion], When::Own),
    rule(REQUESTERS, &[A::ChangePatient], When::Own),
    rule(&[OrderingSystem, LaboratorySystem], &[A::SendMessage], When::Always),
    // Another laboratory's system sends results and reads nothing of anybody.
    rule(&[LaboratorySystem], &[A::SendResult], When::Always),
    // What could not be read is mended by the organisation whose system sent it.
    rule(&[GenomicAssociate, Manager, Administrator], &[A::MendMessage], When::Own),
    // Reports of the own organisation that nobody has read, and messages that have not arrived.
    rule(&[Clinician, GenomicAssociate, Consultant, Manager], &[A::FollowReports], When::Always),
    rule(&[Clinician, ClinicalScientist, Consultant], &[A::ReadRecord], When::Own),
    // A hospital's system shows its clinicians the record, and so reads it for them; whole, since half a record misleads.
    rule(&[OrderingSystem], &[A::ReadRecord], When::Own),
    rule(&[Clinician], &[A::RestrictRecord], When::Own),
    // Breaking the glass lets a clinician read, and nothing else.
    rule(&[Clinician], &[A::BreakGlass], When::Always),
    rule(&[Clinician], &[A::ReadOrder, A::ReadRecord, A::ReadMedicines], When::Emergency),
    rule(&[Clinician], &[A::ReadReport], When::EmergencyReleased),
    // What genes say of medicines serves whoever prescribes, wherever that is; who asked, and for whom, is written down.
    rule(&[PrescribingSystem], &[A::ReadMedicines, A::OverrideAdvice], When::Always),
    rule(&[Clinician, ClinicalScientist, Consultant], &[A::ReadMedicines], When::Own),
    rule(&[ClinicalScientist, Consultant], &[A::SignMedicines], When::Own),
    // The laboratory.
    rule(LABORATORY, &[A::ReadOrder, A::ChangeOrder, A::HandleSample], When::Own),
    rule(&[Bioinformatician, LaboratoryScientist], &[A::RegisterData], When::Own),
    rule(&[ClinicalScientist, Consultant], &[A::ReadCase, A::Interpret, A::CheckInterpretation, A::ReadReport], When::Own),
    rule(&[Consultant], &[A::AuthoriseReport], When::Own),
    // Results of other laboratories: whoever is in the laboratory files what came without an order; scientists check.
    rule(LABORATORY, &[A::FileResult], When::Own),
    rule(&[ClinicalScientist, Consultant], &[A::CheckResult], When::Own),
    rule(&[Manager], &[A::SetReadiness], When::Own),
    rule(&[Administrator, System], &[A::OpenLaboratory], When::Always),
    // The Test Directory and the panels.
    rule(REVIEWERS, &[A::ProposeDirectory, A::ReviewPanel], When::Always),
    rule(&[Curator, System], &[A::DecideDirectory, A::PublishDirectory, A::ChangePanel], When::Always),
    // People see their own page and give their own choices, and those of their children.
    rule(&[Patient], &[A::SeeOwnPage, A::GiveChoice, A::AskClinic], When::Subject),
    // Accounts and audit.
    rule(&[Administrator], &[A::ManageAccounts], When::Own),
    rule(&[System], &[A::ManageAccounts], When::Always),
    rule(&[Administrator], &[A::ReadAudit], When::Own),
    // Another node of the exchange learns that there are cases like its own, of people who agreed to research; never whose they are.
    rule(&[MatchingService], &[A::AskForMatches], When::Always),
    // Research: who asks the library sees nobody's record. Who decides about a project or an output is not of it, which the
    // project's own rules say.
    rule(&[Researcher], &[A::ApplyForProject, A::UseWorkspace], When::Always),
    rule(&[AccessCommittee], &[A::ReviewProject], When::Always),
    rule(&[OutputChecker], &[A::CheckOutput], When::Always),
    // What is done in the background, and what of it waits for somebody: each organisation sees and mends that of its own orders.
    rule(&[Administrator, Manager, Bioinformatician], &[A::FollowJobs], When::Always),
    rule(&[Administrator, Manager, Bioinformatician], &[A::SendJobAgain], When::Own),
    // The program fills the library, takes people out of it, and takes up work that was cut off.
    rule(&[System, Administrator], &[A::RunLibrary], When::Always),
    rule(&[System], &[A::ReadOrder, A::RegisterData], When::Always),
];

/// What of a restricted record is read by those who are named on it, or by breaking the glass, alone. Laboratories work on: their
/// staff need the tube, its order and its case.
const RESTRICTED_READS: &[Action] = &[A::ReadOrder, A::ReadReport, A::ReadRecord, A::ReadMedicines];
/// What of it is changed by those who are named alone.
const RESTRICTED_CHANGES: &[Action] =
    &[A::ChangeOrder, A::RecordChoice, A::ChangePatient, A::AcknowledgeReport, A::ReleaseResult, A::RestrictRecord, A::AnswerQuestion];

/// Whether the policy permits it.
pub(crate) fn permits(staff: &Staff, action: Action, resource: &Resource) -> bool {
    let applies = |rule: &&Rule| rule.roles.contains(&staff.role) && rule.actions.contains(&action);
    PERMITTED.iter().filter(applies).any(|rule| rule.when.holds(staff, resource)) && !is_restricted(staff, action, resource)
}

/// Whether a restriction keeps somebody out whom the rules would let in.
fn is_restricted(staff: &Staff, action: Action, resource: &Resource) -> bool {
    let Some(named) = &resource.named else { return false };
    let keeps_out = match action {
        action if RESTRICTED_READS.contains(&action) => !resource.emergency,
        action => RESTRICTED_CHANGES.contains(&action),
    };
    keeps_out && REQUESTERS.contains(&staff.role) && !named.contains(&staff.id)
}

impl When {
    fn holds(self, staff: &Staff, resource: &Resource) -> bool {
        let own = resource.organisations.contains(&staff.organisation);
        match self {
            When::Always => true,
            When::Own => own,
            When::OwnReleased => own && resource.released,
            When::Emergency => resource.emergency,
            When::EmergencyReleased => resource.emergency && resource.released,
            When::Subject => resource.subjects.iter().any(|subject| subject.0 == staff.id.0),
        }
    }
}
