//! The people of the simulation: patients that nobody is, and who takes which step.

use super::plan::Step;
use access::Action;
use care::{
    OdsCode, Role,
    people::patient::{Demographics, Identity, Sex},
};
use jiff::civil::Date;
use rand::Rng;
use rand_chacha::ChaCha8Rng;

/// Names of the invented people.
const GIVEN: [&str; 8] = ["Ada", "Ben", "Cleo", "Dan", "Eva", "Finn", "Gita", "Hugo"];
/// Features of the invented people: seizure, global developmental delay, hypotonia, short stature, hearing impairment.
pub(super) const FEATURES: [u32; 5] = [1250, 1263, 1252, 4322, 365];
pub(super) const FAMILY: [&str; 8] = ["Ames", "Brook", "Cole", "Dunn", "Eyre", "Frost", "Gale", "Hart"];
/// The hub of the demonstration and the one beside it, as `staff::demo` has them.
pub(super) const HUBS: usize = 2;

/// Who takes a step, and what the policy calls it.
pub(super) fn by_whom(step: Step) -> (Role, Action) {
    match step {
        Step::Submit => (Role::Clinician, Action::PlaceOrder),
        Step::Choose { .. } => (Role::GenomicAssociate, Action::RecordChoice),
        Step::Receive | Step::Reject | Step::ReceiveAgain | Step::Prepare | Step::Dispatch | Step::Arrive | Step::Sequence => {
            (Role::LaboratoryScientist, Action::HandleSample)
        }
        Step::Register | Step::Fail | Step::Analyse => (Role::Bioinformatician, Action::RegisterData),
        Step::Propose => (Role::ClinicalScientist, Action::Interpret),
        Step::Return | Step::Check => (Role::ClinicalScientist, Action::CheckInterpretation),
        Step::Sign => (Role::Consultant, Action::AuthoriseReport),
        Step::Deliver => (Role::System, Action::ReadOrder),
        Step::Read => (Role::Clinician, Action::AcknowledgeReport),
        Step::Cancel | Step::Mistake => (Role::Clinician, Action::ChangeOrder),
        Step::TakeOn => (Role::LaboratoryScientist, Action::ChangeOrder),
    }
}

/// The hub of a number.
pub(super) fn laboratory(which: usize) -> OdsCode {
    let scientists: Vec<_> = service::people::staff::demo().into_iter().filter(|s| s.role == Role::LaboratoryScientist).collect();
    scientists[which % scientists.len()].organisation.clone()
}

pub(super) fn person(family: &str, years: std::ops::Range<i16>, random: &mut ChaCha8Rng) -> Demographics {
    let birth_date = Date::new(random.random_range(years), random.random_range(1..=12), random.random_range(1..=28));
    Demographics {
        nhs_number: Identity::Unavailable("simulated".into()),
        family_name: family.to_owned(),
        given_name: GIVEN[random.random_range(0..GIVEN.len())].into(),
        birth_date: birth_date.expect("months of 28 days"),
        sex: if random.random() { Sex::Female } else { Sex::Male },
    }
}
