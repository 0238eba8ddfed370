//! The people of the simulation: patients that nobody is, and who takes which step.

use care::{
    OdsCode, Role, Staff, StaffId,
    directory::laboratory::{Command, Readiness},
    people::patient::{Demographics, Identity, Sex},
};
use jiff::civil::Date;
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use service::{Desk, Service, ServiceResult, directory, people::staff};
use std::sync::Arc;
use uuid::Uuid;

/// Names of the invented people.
const GIVEN_NAMES: [&str; 8] = ["Ada", "Ben", "Cleo", "Dan", "Eva", "Finn", "Gita", "Hugo"];
/// Features of the invented people: seizure, global developmental delay, hypotonia, short stature, hearing impairment.
pub(super) const FEATURES: [u32; 5] = [1250, 1263, 1252, 4322, 365];
pub(super) const FAMILY: [&str; 8] = ["Ames", "Brook", "Cole", "Dunn", "Eyre", "Frost", "Gale", "Hart"];
/// Hubs of the simulation: that of the demonstration, and an invented one. Each has a clinic whose orders go to it.
pub(super) const HUBS: usize = 2;
const LABORATORIES: [(&str, &str); HUBS] =
    [("699X0", "Demonstration Genomic Laboratory Hub"), ("699Z0", "Simulated Genomic Laboratory Hub")];
const CLINICS: [(&str, &str); HUBS] = [("RP4DEMO", "Demonstration Children's Hospital"), ("RZ1SIM", "Simulated Hospital")];

fn code(text: &str) -> OdsCode {
    text.parse().expect("a code written here")
}

/// The laboratory of a hub.
pub(super) fn laboratory(hub: usize) -> OdsCode {
    code(LABORATORIES[hub % HUBS].0)
}

/// The organisation of a clinic.
pub(super) fn clinic(which: usize) -> OdsCode {
    code(CLINICS[which % HUBS].0)
}

/// The desk of one of several people in a role at a hub or its clinic.
pub(super) fn desk_of(service: &Arc<Service>, role: Role, hub: usize, which: usize) -> Desk {
    let is_clinical = matches!(role, Role::Clinician | Role::GenomicAssociate);
    let (organisation, organisation_name) = if is_clinical { CLINICS[hub % HUBS] } else { LABORATORIES[hub % HUBS] };
    let place = Role::ALL.iter().position(|known| *known == role).unwrap_or_default();
    let number = ((hub % HUBS) * Role::ALL.len() + place) * 10 + which;
    service.desk(Staff {
        id: StaffId(Uuid::from_u128(0x0590_0000_0000_7000_8000_0051_0000_0000 + number as u128)),
        name: format!("Simulated {} {}", role.label().to_lowercase(), which + 1),
        role,
        organisation: code(organisation),
        organisation_name: organisation_name.into(),
    })
}

/// Opens the invented hub, which can do every test.
pub(super) async fn open_laboratories(service: &Arc<Service>) -> ServiceResult<()> {
    let (laboratory, name) = LABORATORIES[1];
    let known = directory::laboratories::list(service).await?;
    if known.0.contains_key(&code(laboratory)) {
        return Ok(());
    }
    let serves = vec![code(CLINICS[1].0)];
    let open = Command::Open { code: code(laboratory), name: name.into(), serves, otherwise: Readiness::Live };
    directory::laboratories::change(&service.desk(staff::system()), open).await
}

pub(super) fn person(family: &str, years: std::ops::Range<i16>, random: &mut ChaCha8Rng) -> Demographics {
    let birth_date = Date::new(random.random_range(years), random.random_range(1..=12), random.random_range(1..=28));
    Demographics {
        nhs_number: Identity::Unavailable("simulated".into()),
        family_name: family.to_owned(),
        given_name: GIVEN_NAMES[random.random_range(0..GIVEN_NAMES.len())].into(),
        birth_date: birth_date.expect("months of 28 days"),
        sex: if random.random() { Sex::Female } else { Sex::Male },
    }
}
