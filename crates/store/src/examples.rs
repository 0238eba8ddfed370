//! Somebody, and what they order, for tests of this library.

use access::{Action, Permit, Resource, decide};
use care::{
    PatientId, Role, Staff, StaffId,
    ordering::{
        family::{Affected, Participant, Relationship},
        order::{Request, Responsible, Urgency, purpose::Purpose},
    },
    people::patient::Sex,
};
use uuid::Uuid;

/// A clinician.
pub(crate) fn staff() -> Staff {
    Staff {
        id: StaffId(Uuid::from_u128(7)),
        name: "Leo".into(),
        role: Role::Clinician,
        organisation: "RP4".parse().expect("a code"),
        organisation_name: "Hospital".into(),
    }
}

/// What the clinician may do with every stream of these tests.
pub(crate) fn permit() -> Permit {
    let resource = Resource { organisations: vec![staff().organisation], name: "everything".into(), ..Resource::default() };
    decide(&staff(), Action::ChangeOrder, &resource).expect("a clinician of the requester")
}

/// What the clinician asks for.
pub(crate) fn request(number: u128, patient: PatientId) -> Request {
    Request {
        number: format!("OG-{number}"),
        test: "R29.4".parse().expect("a code"),
        indication: "Intellectual disability".into(),
        directory_version: "v6".into(),
        purpose: Purpose::Diagnosis,
        panel: None,
        people: vec![Participant {
            patient,
            name: "Ada Byron".into(),
            relationship: Relationship::Proband,
            sex: Sex::Female,
            affected: Affected::Yes,
        }],
        observed: vec![],
        onsets: vec![],
        excluded: vec![],
        eligibility: "Meets the criteria".into(),
        history: String::new(),
        urgency: Urgency::Routine,
        laboratory: "699X0".parse().expect("a code"),
        turnaround_days_max: 10,
        responsible: Responsible::default(),
        sender: None,
    }
}
