//! The people of an order and how they are related to the proband.

mod generations;

use crate::{PatientId, Refusal, people::patient::Sex};
pub use generations::{Born, Misfit, PARENT_YEARS_MIN, misfit, misfits};
pub use genome::Affected;
use serde::{Deserialize, Serialize};
use strum::EnumCount;

/// One person of an order.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Participant {
    /// Who.
    pub patient: PatientId,
    /// Name at the time of the order.
    pub name: String,
    /// Relationship to the proband.
    pub relationship: Relationship,
    /// Sex.
    pub sex: Sex,
    /// Has the condition asked about.
    pub affected: Affected,
}

/// Relationship to the proband.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, EnumCount)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Relationship {
    Proband,
    Mother,
    Father,
    Sibling,
    HalfSibling,
    Child,
    Grandparent,
    AuntOrUncle,
    Cousin,
    Partner,
}

impl Relationship {
    /// Every relationship.
    pub const ALL: [Relationship; Relationship::COUNT] = [
        Relationship::Proband,
        Relationship::Mother,
        Relationship::Father,
        Relationship::Sibling,
        Relationship::HalfSibling,
        Relationship::Child,
        Relationship::Grandparent,
        Relationship::AuntOrUncle,
        Relationship::Cousin,
        Relationship::Partner,
    ];

    /// Mother or father.
    pub fn is_parent(self) -> bool {
        matches!(self, Relationship::Mother | Relationship::Father)
    }

    /// What the proband is to this relative, in words.
    pub fn inverse(self) -> &'static str {
        match self {
            Relationship::Mother | Relationship::Father => "Child",
            Relationship::Child => "Parent",
            Relationship::Grandparent => "Grandchild",
            Relationship::AuntOrUncle => "Niece or nephew",
            same => same.label(),
        }
    }

    /// In words.
    pub fn label(self) -> &'static str {
        match self {
            Relationship::Proband => "Patient",
            Relationship::Mother => "Mother",
            Relationship::Father => "Father",
            Relationship::Sibling => "Brother or sister",
            Relationship::HalfSibling => "Half-brother or half-sister",
            Relationship::Child => "Child",
            Relationship::Grandparent => "Grandparent",
            Relationship::AuntOrUncle => "Aunt or uncle",
            Relationship::Cousin => "Cousin",
            Relationship::Partner => "Partner",
        }
    }
}

/// What is wrong with a family: one proband, at most one of each parent, sexes that agree, nobody twice.
pub fn faults(people: &[Participant]) -> Vec<Refusal> {
    let mut faults = Vec::new();
    let count = |r: Relationship| people.iter().filter(|p| p.relationship == r).count();
    if count(Relationship::Proband) != 1 {
        faults.push(Refusal::new("family", "An order is about exactly one patient"));
    }
    for parent in [Relationship::Mother, Relationship::Father] {
        if count(parent) > 1 {
            faults.push(Refusal::new("family", format!("The order names more than one {}", parent.label().to_lowercase())));
        }
    }
    for person in people {
        let wrong = matches!((person.relationship, person.sex), (Relationship::Mother, Sex::Male) | (Relationship::Father, Sex::Female));
        if wrong {
            faults.push(Refusal::new(
                "family",
                format!("{} is named as {} but the recorded sex disagrees", person.name, person.relationship.label().to_lowercase()),
            ));
        }
        if people.iter().filter(|p| p.patient == person.patient).count() > 1 {
            faults.push(Refusal::new("family", format!("{} stands in the order twice", person.name)));
        }
    }
    faults.dedup();
    faults
}
