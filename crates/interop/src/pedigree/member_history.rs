//! FHIR FamilyMemberHistory: a resource for each relative, with how they are related to the patient. People between them who are not
//! described, such as the mother of whom only her sister is known, are drawn as people of whom nothing is known.
//!
//! Sources: FHIR R4 FamilyMemberHistory, with the extension family-member-history-genetics-parent; HL7 v3 RoleCode, branch
//! FamilyMember. Somebody with a condition is drawn as affected, as open-pedigree does: whoever takes the drawing looks at it.

mod place;
mod resources;

use super::Family;
use care::{
    ordering::pedigree::{Individual, Pedigree},
    people::patient::Sex,
};
use place::{Place, Slot};
use resources::{Relative, Resources};
use serde_json::Value;
use std::collections::BTreeMap;

/// Whether a document holds a FamilyMemberHistory.
pub(super) fn is_history(document: &Value) -> bool {
    !Resources::new(document).histories.is_empty()
}

/// What a document says of the patient whose family it is: the resource, and what each FamilyMemberHistory says in its place.
pub(super) fn patients(document: &Value) -> Vec<&Value> {
    let resources = Resources::new(document);
    let histories = resources.histories.iter().map(|(_, history)| &history["patient"]);
    histories.chain(resources.patient()).collect()
}

/// Reads the family of one patient.
pub(super) fn family(document: &Value) -> Result<Family, String> {
    let resources = Resources::new(document);
    let proband = resources.proband()?;
    let relatives = resources.relatives();
    let mut drawing = Drawing { proband: proband.id.clone(), ..Drawing::default() };
    drawing.pedigree.people.push(proband);
    drawing.pedigree.people.extend(relatives.iter().map(|relative| relative.person.clone()));
    for relative in &relatives {
        if let Place::One(slot) = relative.place {
            drawing.occupy(slot, relative);
        }
    }
    drawing.join_parents();
    for relative in &relatives {
        drawing.place(relative);
    }
    for relative in &relatives {
        for (is_mother, reference) in &relative.parents {
            drawing.set_parent(&relative.person.id, *is_mother, resources.find(reference), reference);
        }
    }
    drawing.name_the_unplaced(&relatives);
    Ok((drawing.pedigree, drawing.left_out))
}

/// A family while it is drawn.
#[derive(Default)]
struct Drawing {
    pedigree: Pedigree,
    proband: String,
    /// Parents and grandparents who are there.
    slots: BTreeMap<Slot, String>,
    left_out: Vec<String>,
}

impl Drawing {
    fn occupy(&mut self, slot: Slot, relative: &Relative) {
        if let Some(other) = self.slots.get(&slot) {
            self.left_out.push(format!("{} is a second {} beside {other}", relative.person.id, slot.label()));
        } else {
            self.slots.insert(slot, relative.person.id.clone());
        }
    }

    /// The identifier of a parent or grandparent, who is drawn if nobody described them.
    fn ensure(&mut self, slot: Slot) -> String {
        if let Some(id) = self.slots.get(&slot) {
            return id.clone();
        }
        let id = self.fresh(slot.label());
        self.pedigree.people.push(Individual::new(id.clone(), slot.sex()));
        self.slots.insert(slot, id.clone());
        self.join_parents();
        id
    }

    /// Somebody between two relatives, of whom nothing is known.
    fn between(&mut self, relative: &str, parents: (String, String)) -> String {
        let id = self.fresh(&format!("parent of {relative}"));
        let person = Individual { father: Some(parents.0), mother: Some(parents.1), ..Individual::new(id.clone(), Sex::Unknown) };
        self.pedigree.people.push(person);
        id
    }

    /// An identifier that nobody has.
    fn fresh(&self, label: &str) -> String {
        let base: String = label.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).take(30).collect();
        let numbered = (2..).map(|n| format!("{base}-{n}"));
        std::iter::once(base.clone()).chain(numbered).find(|id| self.pedigree.get(id).is_none()).unwrap_or(base)
    }

    /// Joins every parent and grandparent who is there with their child, who is drawn where a grandparent needs one.
    fn join_parents(&mut self) {
        for (slot, id) in self.slots.clone() {
            let child = match slot.child() {
                Some(child) => self.ensure(child),
                None => self.proband.clone(),
            };
            self.set(&child, slot.sex() == Sex::Female, &id);
        }
    }

    fn set(&mut self, child: &str, is_mother: bool, parent: &str) {
        if let Some(child) = self.pedigree.people.iter_mut().find(|p| p.id == child) {
            *(if is_mother { &mut child.mother } else { &mut child.father }) = Some(parent.to_owned());
        }
    }

    /// Father and mother of one side, or of the patient.
    fn couple(&mut self, father: Slot, mother: Slot) -> (String, String) {
        (self.ensure(father), self.ensure(mother))
    }

    /// Gives a relative the parents that follow from how they are related.
    fn place(&mut self, relative: &Relative) {
        let id = relative.person.id.as_str();
        let parents = match relative.place {
            Place::Sibling => self.couple(Slot::Father, Slot::Mother),
            Place::AuntOrUncle(slot) => self.grandparents(slot),
            Place::Cousin(slot) => {
                let parents = self.grandparents(slot);
                let parent = self.between(id, parents);
                return self.set(id, true, &parent);
            }
            Place::SiblingsChild => {
                let parents = self.couple(Slot::Father, Slot::Mother);
                let parent = self.between(id, parents);
                return self.set(id, true, &parent);
            }
            Place::Child => return self.set_child(id),
            Place::One(_) | Place::Partner | Place::Unknown => return,
        };
        self.set(id, false, &parents.0);
        self.set(id, true, &parents.1);
    }

    fn grandparents(&mut self, side: Slot) -> (String, String) {
        self.ensure(side);
        match side {
            Slot::Mother => self.couple(Slot::MaternalGrandfather, Slot::MaternalGrandmother),
            _ => self.couple(Slot::PaternalGrandfather, Slot::PaternalGrandmother),
        }
    }

    /// A child of the patient: their mother or father is the patient, whichever sex allows.
    fn set_child(&mut self, id: &str) {
        let proband = self.proband.clone();
        let is_mother = self.pedigree.get(&proband).is_some_and(|p| p.sex != Sex::Male);
        self.set(id, is_mother, &proband);
    }

    /// A parent that the resource itself names, which counts more than what follows from the relationship.
    fn set_parent(&mut self, child: &str, is_mother: bool, parent: Option<String>, reference: &str) {
        match parent {
            Some(parent) => self.set(child, is_mother, &parent),
            None => self.left_out.push(format!("{child} names the parent {reference}, who is not in the file")),
        }
    }

    /// Whoever is nobody's child, parent or partner has no place in a drawing.
    fn name_the_unplaced(&mut self, relatives: &[Relative]) {
        for relative in relatives.iter().filter(|relative| matches!(relative.place, Place::Unknown)) {
            let id = &relative.person.id;
            let has_parent = self.pedigree.get(id).is_some_and(|p| p.father.is_some() || p.mother.is_some());
            if !has_parent && self.pedigree.children(id).next().is_none() {
                let relationship = &relative.relationship;
                self.left_out
                    .push(format!("{id} ({relationship}) has no place that follows from the relationship: name a parent of theirs"));
            }
        }
    }
}
