//! The family of an order as it is drawn: who descends from whom, who is affected, twins, adoption, pregnancies.

mod imported;
pub mod years;

pub use imported::completed;

use crate::{
    Fold, OrderId, PatientId, Refusal, Refusals,
    event::StreamKind,
    ordering::family::{Affected, Participant, Relationship},
    people::patient::Sex,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use years::Years;

/// A family.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Pedigree {
    /// Everybody, each named by an identifier of letters and digits.
    pub people: Vec<Individual>,
}

/// Somebody in a family.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Individual {
    /// Identifier within the family.
    pub id: String,
    /// Name, or what is known of it.
    pub name: String,
    /// Sex.
    pub sex: Sex,
    /// Has the condition asked about.
    pub affected: Affected,
    /// Has died.
    pub deceased: bool,
    /// A pregnancy.
    pub fetus: bool,
    /// Adopted.
    pub adopted: Adopted,
    /// Mother.
    pub mother: Option<String>,
    /// Father.
    pub father: Option<String>,
    /// Years of birth and death, and age, as far as the drawing has them.
    #[serde(default, skip_serializing_if = "Years::is_empty")]
    pub years: Years,
    /// Born together with others of the same name of a birth.
    pub twin: Option<Twin>,
    /// The person whom the question is about.
    pub proband: bool,
    /// Who it is, if they are part of the order.
    pub patient: Option<PatientId>,
}

/// A birth of several.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Twin {
    /// Name of the birth, shared by all who were born in it.
    pub birth: String,
    /// Born of one egg.
    pub identical: bool,
}

/// Whether somebody was adopted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum Adopted {
    /// No.
    #[default]
    No,
    /// Into this family: the parents drawn are not the parents of birth.
    In,
    /// Out of this family.
    Out,
}

/// What happened.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Event {
    /// Drawn, anew or changed; what was drawn before stays in the journal.
    Drawn {
        /// The family.
        pedigree: Pedigree,
        /// What was done, in words.
        what: String,
    },
}

/// What somebody does to a drawing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Edit {
    /// Adds both parents of somebody who has none.
    AddParents(String),
    /// Adds a brother or sister with the same parents.
    AddSibling(String),
    /// Adds a child, with another parent who is drawn, or a new one.
    AddChild(String, Option<String>),
    /// Puts what is known of somebody in place of what was.
    Set(Box<Individual>),
    /// Takes somebody away who has no children.
    Remove(String),
    /// A family from elsewhere.
    Replace(Pedigree),
}

/// The stream of an order's family.
pub fn stream(order: OrderId) -> String {
    StreamKind::Pedigree.stream(order)
}

impl Fold for Pedigree {
    type Event = Event;
    fn apply(self, Event::Drawn { pedigree, .. }: &Event) -> Pedigree {
        pedigree.clone()
    }
}

impl Individual {
    /// Somebody of whom nothing is known yet.
    pub fn new(id: impl Into<String>, sex: Sex) -> Individual {
        Individual {
            id: id.into(),
            name: String::new(),
            sex,
            affected: Affected::Unknown,
            deceased: false,
            fetus: false,
            adopted: Adopted::No,
            mother: None,
            father: None,
            years: Years::default(),
            twin: None,
            proband: false,
            patient: None,
        }
    }
}

impl Pedigree {
    /// The family as an order tells it.
    pub fn from_participants(people: &[Participant]) -> Pedigree {
        let id_of =
            |relationship: Relationship| people.iter().position(|p| p.relationship == relationship).map(|index| format!("P{}", index + 1));
        let (mother, father, proband) =
            (id_of(Relationship::Mother), id_of(Relationship::Father), people.iter().find(|p| p.relationship == Relationship::Proband));
        let individual = |(index, person): (usize, &Participant)| {
            let mut one = Individual::new(format!("P{}", index + 1), person.sex);
            one.name.clone_from(&person.name);
            one.affected = person.affected;
            one.patient = Some(person.patient);
            match person.relationship {
                Relationship::Proband | Relationship::Sibling => {
                    one.proband = person.relationship == Relationship::Proband;
                    (one.mother, one.father) = (mother.clone(), father.clone());
                }
                Relationship::Child => match proband.map(|p| p.sex) {
                    Some(Sex::Male) => one.father = id_of(Relationship::Proband),
                    Some(Sex::Female) => one.mother = id_of(Relationship::Proband),
                    _ => {}
                },
                _ => {}
            }
            one
        };
        Pedigree { people: people.iter().enumerate().map(individual).collect() }
    }

    /// Somebody by identifier.
    pub fn get(&self, id: &str) -> Option<&Individual> {
        self.people.iter().find(|p| p.id == id)
    }

    /// Children of somebody.
    pub fn children<'a>(&'a self, id: &'a str) -> impl Iterator<Item = &'a Individual> {
        self.people.iter().filter(move |p| p.mother.as_deref() == Some(id) || p.father.as_deref() == Some(id))
    }

    /// Everybody from whom somebody descends.
    pub fn ancestors(&self, id: &str) -> BTreeSet<String> {
        let (mut found, mut next) = (BTreeSet::new(), vec![id.to_owned()]);
        while let Some(person) = next.pop().and_then(|id| self.get(&id)) {
            for parent in [&person.mother, &person.father].into_iter().flatten() {
                if found.insert(parent.clone()) {
                    next.push(parent.clone());
                }
            }
        }
        found
    }

    /// Couples with a child: father and mother, in order.
    pub fn couples(&self) -> BTreeSet<(String, String)> {
        self.people.iter().filter_map(|p| Some((p.father.clone()?, p.mother.clone()?))).collect()
    }

    /// Couples who share an ancestor, or of whom one descends from the other.
    pub fn consanguineous(&self) -> BTreeSet<(String, String)> {
        let line = |id: &String| {
            let mut line = self.ancestors(id);
            line.insert(id.clone());
            line
        };
        self.couples().into_iter().filter(|(father, mother)| !line(father).is_disjoint(&line(mother))).collect()
    }

    /// Adds somebody of whom nothing is known; under which identifier.
    fn add(&mut self, sex: Sex) -> String {
        let id = self.fresh();
        self.people.push(Individual::new(id.clone(), sex));
        id
    }

    fn fresh(&self) -> String {
        // Of one more number than there are people, one is free.
        (1..=self.people.len() + 1).map(|n| format!("P{n}")).find(|id| self.get(id).is_none()).unwrap_or_default()
    }

    fn get_mut(&mut self, id: &str) -> Result<&mut Individual, Refusals> {
        let missing = || Refusals::one("person", format!("There is nobody {id} in this family"));
        self.people.iter_mut().find(|p| p.id == id).ok_or_else(missing)
    }
}

/// People who fit on a drawing.
pub const PEOPLE_MAX: usize = 200;

/// What is wrong with a family.
pub fn faults(pedigree: &Pedigree) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    let mut no = |message: String| refusals.push(Refusal::new("pedigree", message));
    if pedigree.people.len() > PEOPLE_MAX {
        no(format!("{} people; a drawing takes {PEOPLE_MAX}", pedigree.people.len()));
    }
    let mut seen = BTreeSet::new();
    for person in &pedigree.people {
        let id = &person.id;
        if !imported::is_plain(id) {
            no(format!("'{id}' is no identifier: letters, digits, dots, dashes and underscores"));
        }
        if !seen.insert(id) {
            no(format!("'{id}' stands there twice"));
        }
        for (parent, other, role) in [(&person.father, Sex::Female, "father"), (&person.mother, Sex::Male, "mother")] {
            let Some(parent) = parent else { continue };
            match pedigree.get(parent) {
                None => no(format!("The {role} of {id} is {parent}, who is not in the family")),
                Some(known) if known.sex == other => {
                    no(format!("{parent} is the {role} of {id} but has the other sex"));
                }
                Some(known) if known.fetus => no(format!("{parent} is a pregnancy and cannot be the {role} of {id}")),
                Some(_) => {}
            }
        }
        if pedigree.ancestors(id).contains(id) {
            no(format!("{id} would be their own ancestor"));
        }
    }
    match pedigree.people.iter().filter(|p| p.proband).count() {
        1 => {}
        0 => no("Say who the proband is".into()),
        _ => no("Only one person is the proband".into()),
    }
    let mut births: BTreeMap<&str, Vec<&Individual>> = BTreeMap::new();
    for person in &pedigree.people {
        if let Some(twin) = &person.twin {
            births.entry(&twin.birth).or_default().push(person);
        }
    }
    for (birth, born) in births {
        let first = born[0];
        if born.len() < 2 {
            no(format!("{} is a twin of nobody (birth {birth})", first.id));
        }
        if born.iter().any(|p| (&p.mother, &p.father) != (&first.mother, &first.father)) {
            no(format!("Those of birth {birth} have different parents"));
        }
        let sexes: BTreeSet<String> = born.iter().filter(|p| p.sex != Sex::Unknown).map(|p| format!("{:?}", p.sex)).collect();
        if first.twin.as_ref().is_some_and(|t| t.identical) && sexes.len() > 1 {
            no(format!("Identical twins of birth {birth} have different sexes"));
        }
    }
    refusals
}

/// Does something to a drawing.
pub fn decide(pedigree: &Pedigree, edit: Edit) -> Result<Vec<Event>, Refusals> {
    let mut after = pedigree.clone();
    let what = match edit {
        Edit::AddParents(id) => add_parents(&mut after, &id)?,
        Edit::AddSibling(id) => add_sibling(&mut after, &id)?,
        Edit::AddChild(id, other) => add_child(&mut after, &id, other)?,
        Edit::Set(individual) => {
            let id = individual.id.clone();
            if individual.proband {
                after.people.iter_mut().for_each(|p| p.proband = false);
            }
            let known = after.get_mut(&id)?;
            // Years come from a file alone, and stay.
            let (patient, years) = (known.patient, known.years);
            *known = Individual { years, patient, ..*individual };
            format!("{id} changed")
        }
        Edit::Remove(id) => {
            let known = after.get_mut(&id)?.clone();
            if known.patient.is_some() {
                return Err(Refusals::one("person", format!("{} is part of the order and stays in the family", known.name)));
            }
            if after.children(&id).next().is_some() {
                return Err(Refusals::one("person", format!("{id} has children in the drawing: remove them first")));
            }
            after.people.retain(|p| p.id != id);
            format!("{id} removed")
        }
        Edit::Replace(other) => {
            after = other;
            "Family taken from a file".to_owned()
        }
    };
    Refusals::check(faults(&after))?;
    if after == *pedigree {
        return Err(Refusals::one("pedigree", "Nothing would change"));
    }
    Ok(vec![Event::Drawn { pedigree: after, what }])
}

fn add_parents(family: &mut Pedigree, id: &str) -> Result<String, Refusals> {
    let known = family.get_mut(id)?.clone();
    if known.father.is_some() && known.mother.is_some() {
        return Err(Refusals::one("person", format!("{id} has both parents already")));
    }
    for (sex, missing) in [(Sex::Male, known.father.is_none()), (Sex::Female, known.mother.is_none())] {
        if missing {
            let parent = family.add(sex);
            let child = family.get_mut(id)?;
            *(if sex == Sex::Male { &mut child.father } else { &mut child.mother }) = Some(parent);
        }
    }
    Ok(format!("Parents of {id} added"))
}

fn add_sibling(family: &mut Pedigree, id: &str) -> Result<String, Refusals> {
    let known = family.get_mut(id)?.clone();
    if known.father.is_none() && known.mother.is_none() {
        return Err(Refusals::one("person", format!("Add the parents of {id} first: a sibling shares them")));
    }
    let sibling = family.add(Sex::Unknown);
    let sibling = family.get_mut(&sibling)?;
    (sibling.mother, sibling.father) = (known.mother, known.father);
    Ok(format!("Sibling of {id} added"))
}

fn add_child(family: &mut Pedigree, id: &str, other: Option<String>) -> Result<String, Refusals> {
    let sex = family.get_mut(id)?.sex;
    let partner = match (other, sex) {
        (Some(other), _) => family.get_mut(&other)?.id.clone(),
        (None, Sex::Male) => family.add(Sex::Female),
        (None, Sex::Female) => family.add(Sex::Male),
        (None, Sex::Unknown) => return Err(Refusals::one("person", format!("Say which sex {id} has first"))),
    };
    let (father, mother) = if sex == Sex::Male { (id.to_owned(), partner) } else { (partner, id.to_owned()) };
    let child = family.add(Sex::Unknown);
    let child = family.get_mut(&child)?;
    (child.mother, child.father) = (Some(mother), Some(father));
    Ok(format!("Child of {id} added"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edited(pedigree: &Pedigree, edit: Edit) -> Result<Pedigree, String> {
        decide(pedigree, edit).map(|events| events.iter().fold(pedigree.clone(), Fold::apply)).map_err(|refusals| refusals.to_string())
    }

    fn child() -> Pedigree {
        Pedigree { people: vec![Individual { proband: true, ..Individual::new("P1", Sex::Female) }] }
    }

    #[test]
    fn a_family_grows_and_cousins_who_marry_are_seen() {
        let family = edited(&child(), Edit::AddParents("P1".into())).expect("parents");
        assert_eq!(family.couples().into_iter().collect::<Vec<_>>(), [("P2".to_owned(), "P3".to_owned())]);
        let family = edited(&family, Edit::AddParents("P2".into())).expect("grandparents");
        assert!(family.consanguineous().is_empty());
        // The mother becomes a sister of the father.
        let mother = Individual { father: Some("P4".into()), mother: Some("P5".into()), ..family.get("P3").expect("the mother").clone() };
        let related = edited(&family, Edit::Set(Box::new(mother))).expect("changed");
        assert_eq!(related.consanguineous().len(), 1);
        let more = edited(&related, Edit::AddSibling("P1".into())).expect("a sibling");
        assert_eq!(more.get("P6").expect("there").father.as_deref(), Some("P2"));
        let more = edited(&more, Edit::AddChild("P1".into(), None)).expect("a child");
        assert_eq!(more.get("P8").map(|c| (c.father.as_deref(), c.mother.as_deref())), Some((Some("P7"), Some("P1"))));
        assert_eq!(more.ancestors("P8").len(), 6);
        assert!(edited(&more, Edit::Remove("P7".into())).expect_err("a parent").contains("has children"));
    }

    #[test]
    fn what_cannot_be_is_told() {
        let family = edited(&child(), Edit::AddParents("P1".into())).expect("parents");
        let set = |change: &dyn Fn(&mut Individual), id: &str| {
            let mut one = family.get(id).expect("there").clone();
            change(&mut one);
            edited(&family, Edit::Set(Box::new(one)))
        };
        for (outcome, says) in [
            (set(&|p| p.sex = Sex::Female, "P2"), "has the other sex"),
            (set(&|p| p.father = Some("P1".into()), "P2"), "their own ancestor"),
            (set(&|p| p.mother = Some("P9".into()), "P1"), "who is not in the family"),
            (set(&|p| p.proband = false, "P1"), "Say who the proband is"),
            (set(&|p| p.twin = Some(Twin { birth: "1".into(), identical: true }), "P1"), "a twin of nobody"),
            (set(&|_| {}, "P1"), "Nothing would change"),
            (edited(&family, Edit::AddSibling("P2".into())), "Add the parents of P2 first"),
            (edited(&family, Edit::AddParents("P1".into())), "both parents already"),
            (edited(&family, Edit::Remove("X".into())), "nobody X"),
        ] {
            let message = outcome.expect_err(says);
            assert!(message.contains(says), "{message}");
        }
        let moved = set(&|p| p.proband = true, "P2").expect("another proband");
        assert_eq!(moved.people.iter().filter(|p| p.proband).count(), 1);
    }
}
