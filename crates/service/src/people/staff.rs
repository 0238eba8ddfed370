//! The people of the demonstration: one for each role that the first journey needs.

use care::{OdsCode, Role, Staff, StaffId, directory::laboratory::Readiness};
use uuid::Uuid;

/// Everybody who can sign in to the demonstration.
pub fn demo() -> Vec<Staff> {
    let person = |n: u128, name: &str, role, organisation: &str, organisation_name: &str| Staff {
        id: StaffId(Uuid::from_u128(0x0590_0000_0000_7000_8000_0000_0000_0000 + n)),
        name: name.into(),
        role,
        organisation: organisation.parse().expect("a code written here"),
        organisation_name: organisation_name.into(),
    };
    let (trust, hub) = (("RP4DEMO", "Demonstration Children's Hospital"), ("699X0", "Demonstration Genomic Laboratory Hub"));
    let national = ("X26", "Demonstration National Genomics Unit");
    let university = ("UNI01", "Demonstration University");
    let second = ("699Y0", "Second Genomic Laboratory Hub");
    vec![
        person(1, "Dr Amara Okafor", Role::Clinician, trust.0, trust.1),
        person(2, "Ben Whitfield", Role::GenomicAssociate, trust.0, trust.1),
        person(3, "Chloe Marsh", Role::LaboratoryScientist, hub.0, hub.1),
        person(4, "Dr Dev Patel", Role::ClinicalScientist, hub.0, hub.1),
        person(5, "Dr Elin Hughes", Role::ClinicalScientist, hub.0, hub.1),
        person(6, "Dr Farid Rahimi", Role::Consultant, hub.0, hub.1),
        person(7, "Grace Liu", Role::Bioinformatician, hub.0, hub.1),
        person(9, "Ines Moreau", Role::Curator, national.0, national.1),
        person(10, "Dr Jonas Weir", Role::Curator, national.0, national.1),
        person(11, "Dr Keiko Tan", Role::Curator, national.0, national.1),
        person(12, "Leo Abara", Role::Administrator, trust.0, trust.1),
        person(13, "Mina Castellan", Role::Manager, hub.0, hub.1),
        person(14, "Nadia Khoury", Role::LaboratoryScientist, second.0, second.1),
        person(15, "Dr Olu Bankole", Role::Researcher, university.0, university.1),
        person(16, "Prof Petra Novak", Role::AccessCommittee, national.0, national.1),
        person(17, "Quentin Ashe", Role::AccessCommittee, national.0, national.1),
        person(18, "Rosa Delgado", Role::OutputChecker, national.0, national.1),
        person(19, "Sanjay Mehta", Role::OutputChecker, national.0, national.1),
        person(20, "Tessa Grant", Role::Administrator, hub.0, hub.1),
        person(8, "Dr Hannah Stone", Role::Clinician, "RXX99", "Another Hospital"),
        // Whoever decides between two scientists does not sign: another consultant does.
        person(21, "Dr Uma Fenwick", Role::Consultant, hub.0, hub.1),
    ]
}

/// The laboratories of the demonstration: code, name, whose orders they take first, and what they can do.
pub fn demo_laboratories() -> Vec<(OdsCode, String, Vec<OdsCode>, Readiness)> {
    let code = |text: &str| text.parse::<OdsCode>().expect("a code written here");
    vec![
        (code("699X0"), "Demonstration Genomic Laboratory Hub".into(), vec![code("RP4DEMO"), code("RXX99")], Readiness::Live),
        (code("699Y0"), "Second Genomic Laboratory Hub".into(), vec![], Readiness::NotOffered),
    ]
}

/// The program itself, for work that nobody started by hand.
pub fn system() -> Staff {
    Staff {
        id: StaffId(Uuid::from_u128(0x0590_0000_0000_7000_8000_0000_0000_ffff)),
        name: "OpenGMS".into(),
        role: Role::System,
        organisation: "OPENGMS".parse().expect("a code written here"),
        organisation_name: "OpenGMS".into(),
    }
}
