//! Somebody and an order that tests begin with.

use crate::{
    Role, Staff, StaffId,
    ordering::{
        family::Participant,
        order::{Request, Responsible, Urgency, purpose::Purpose},
    },
};
use uuid::Uuid;

/// Somebody of a laboratory.
pub(crate) fn staff() -> Staff {
    Staff {
        id: StaffId(Uuid::nil()),
        name: "Dr A".into(),
        role: Role::ClinicalScientist,
        organisation: "699X0".parse().expect("a code"),
        organisation_name: "Hub".into(),
    }
}

/// A request for a diagnosis, with nothing beside what each has.
pub(crate) fn request(people: Vec<Participant>) -> Request {
    Request {
        number: "OG-1".into(),
        test: "R29.4".parse().expect("a code"),
        indication: "Intellectual disability".into(),
        directory_version: "v6".into(),
        purpose: Purpose::Diagnosis,
        panel: None,
        people,
        observed: vec![],
        excluded: vec![],
        onsets: vec![],
        eligibility: String::new(),
        history: String::new(),
        urgency: Urgency::Routine,
        laboratory: "699X0".parse().expect("a code"),
        turnaround_days_max: 84,
        responsible: Responsible::default(),
        sender: None,
    }
}
