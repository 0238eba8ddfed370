//! Cascade testing: from a signed finding to the relatives who may share it, and what became of each.

use crate::{
    Fold, OdsCode, OrderId, PatientId, Refusal, Refusals, ReportId,
    event::StreamKind,
    ordering::{
        family::Affected,
        pedigree::{Adopted, Individual, Pedigree},
    },
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A finding and the relatives who may share it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Cascade {
    /// What it began with.
    pub begun: Option<Begun>,
    /// Relatives, nearest first.
    pub relatives: Vec<Relative>,
}

/// What a cascade begins with.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Begun {
    /// The order of the person in whom it was found.
    pub order: OrderId,
    /// Its number, which relatives' clinicians quote.
    pub number: String,
    /// The report that it stands in.
    pub report: ReportId,
    /// Organisation that cares for the family.
    pub organisation: OdsCode,
    /// Gene symbol.
    pub gene: String,
    /// The variant in HGVS.
    pub variant: String,
    /// Disorder.
    pub disorder: String,
}

/// A relative.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Relative {
    /// Identifier, as in the pedigree where they are drawn.
    pub id: String,
    /// Name, or what is known of it.
    pub name: String,
    /// Degree of relationship: 1 for parents, children, brothers and sisters.
    pub degree: u8,
    /// Where things stand.
    #[serde(default)]
    pub state: State,
}

/// Where things stand with a relative.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum State {
    #[default]
    AtRisk,
    Invited {
        /// By letter through the patient, by their own practice, at another hospital.
        how: String,
    },
    Declined {
        reason: String,
    },
    Deceased {
        /// Tissue is kept, or a coroner asks: what is known.
        note: String,
    },
    Ordered {
        order: OrderId,
    },
    Resulted {
        order: OrderId,
        carries: bool,
    },
    /// Sequenced with the patient: the result stands in the report of that order.
    Tested {
        order: OrderId,
    },
}

/// What happened.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Event {
    Begun {
        begun: Box<Begun>,
        relatives: Vec<Relative>,
    },
    Added(Relative),
    Moved {
        id: String,
        to: State,
    },
    /// Somebody was tested for it who was not on the list, or whom nobody could tell on it.
    Joined {
        name: String,
        order: OrderId,
    },
    Resulted {
        order: OrderId,
        carries: bool,
    },
}

/// The cascade of an order.
pub fn stream(order: OrderId) -> String {
    StreamKind::Cascade.stream(order)
}

impl State {
    /// In words.
    pub fn label(&self) -> String {
        match self {
            State::AtRisk => "May share it; not spoken to yet".into(),
            State::Invited { how } => format!("Invited: {how}"),
            State::Declined { reason } if reason.is_empty() => "Does not want the test".into(),
            State::Declined { reason } => format!("Does not want the test: {reason}"),
            State::Deceased { note } if note.is_empty() => "Has died".into(),
            State::Deceased { note } => format!("Has died: {note}"),
            State::Ordered { .. } => "Test ordered".into(),
            State::Resulted { carries: true, .. } => "Carries it".into(),
            State::Resulted { carries: false, .. } => "Does not carry it".into(),
            State::Tested { .. } => "Tested with the patient".into(),
        }
    }

    /// Somebody still has to do something.
    pub fn is_open(&self) -> bool {
        matches!(self, State::AtRisk | State::Invited { .. })
    }
}

/// How many relatives came how far. Source: the stages that the national cascade services count.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Funnel {
    pub at_risk: usize,
    pub invited: usize,
    pub declined: usize,
    pub deceased: usize,
    pub ordered: usize,
    pub resulted: usize,
    pub carriers: usize,
    pub tested: usize,
}

impl Cascade {
    /// Relatives counted by how far they came: who was tested was invited too.
    pub fn funnel(&self) -> Funnel {
        let mut funnel = Funnel { at_risk: self.relatives.len(), ..Funnel::default() };
        for relative in &self.relatives {
            match &relative.state {
                State::AtRisk => {}
                State::Invited { .. } => funnel.invited += 1,
                State::Declined { .. } => funnel.declined += 1,
                State::Deceased { .. } => funnel.deceased += 1,
                State::Ordered { .. } => funnel.ordered += 1,
                State::Tested { .. } => funnel.tested += 1,
                State::Resulted { carries, .. } => {
                    funnel.resulted += 1;
                    funnel.carriers += usize::from(*carries);
                }
            }
        }
        funnel.ordered += funnel.resulted;
        funnel.invited += funnel.ordered + funnel.declined;
        funnel
    }
}

impl Fold for Cascade {
    type Event = Event;
    fn apply(mut self, event: &Event) -> Cascade {
        match event {
            Event::Begun { begun, relatives } => {
                self.begun = Some((**begun).clone());
                self.relatives.clone_from(relatives);
            }
            Event::Added(relative) => self.relatives.push(relative.clone()),
            Event::Moved { id, to } => {
                if let Some(relative) = self.relatives.iter_mut().find(|r| r.id == *id) {
                    relative.state = to.clone();
                }
            }
            Event::Joined { name, order } => {
                let id = format!("J{}", self.relatives.len() + 1);
                self.relatives.push(Relative { id, name: name.clone(), degree: 0, state: State::Ordered { order: *order } });
            }
            Event::Resulted { order, carries } => {
                let is_ordered = |r: &&mut Relative| matches!(r.state, State::Ordered { order: other_order } if other_order == *order);
                if let Some(relative) = self.relatives.iter_mut().find(is_ordered) {
                    relative.state = State::Resulted { order: *order, carries: *carries };
                }
            }
        }
        self
    }
}

/// Begins a cascade with the blood relatives of a pedigree; `tested` were sequenced with the patient.
pub fn begin(cascade: &Cascade, begun: Begun, pedigree: &Pedigree, tested: &[PatientId]) -> Result<Vec<Event>, Refusals> {
    if cascade.begun.is_some() {
        return Err(Refusals::one("cascade", "The relatives of this finding are listed already"));
    }
    let listed = Cascade { begun: Some(begun.clone()), relatives: relatives(pedigree) }.with_tested(pedigree, tested);
    Ok(vec![Event::Begun { begun: Box::new(begun), relatives: listed.relatives }])
}

impl Cascade {
    /// The same, with those who were sequenced with the patient shown as tested, also where the list was begun before that was looked at.
    #[must_use]
    pub fn with_tested(mut self, pedigree: &Pedigree, tested: &[PatientId]) -> Cascade {
        let Some(order) = self.begun.as_ref().map(|begun| begun.order) else { return self };
        let is_tested =
            |id: &str| pedigree.people.iter().any(|p| p.id == *id && p.patient.is_some_and(|patient| tested.contains(&patient)));
        for relative in self.relatives.iter_mut().filter(|relative| is_tested(&relative.id)) {
            if !matches!(relative.state, State::Ordered { .. } | State::Resulted { .. } | State::Deceased { .. }) {
                relative.state = State::Tested { order };
            }
        }
        self
    }

    /// A relative for whom a test can be ordered; or why it cannot.
    pub fn may_be_tested(&self, id: &str) -> Result<&Relative, Refusals> {
        let Some(relative) = self.relatives.iter().find(|relative| relative.id == id) else {
            return Err(Refusals::one("relative", "There is no such relative on the list"));
        };
        match relative.state {
            State::AtRisk | State::Invited { .. } => Ok(relative),
            State::Tested { .. } => Err(Refusals::one("relative", format!("{} was tested with the patient already", relative.name))),
            State::Ordered { .. } | State::Resulted { .. } => {
                Err(Refusals::one("relative", format!("{} has a test already", relative.name)))
            }
            State::Declined { .. } | State::Deceased { .. } => {
                Err(Refusals::one("relative", format!("{}: say first if that was wrong, or has changed", relative.state.label())))
            }
        }
    }
}

/// The test of the directory for a variant that is known in a family: of somebody who has the condition the diagnostic one; of anybody
/// else the predictive one, or that of carriers where two altered copies are needed. Source: National Genomic Test Directory for rare and
/// inherited disease, versions 4 to 6: R240.1, R242.1 and R244.1, targeted variant testing for known familial mutations.
pub fn test_of_known_variant(affected: Affected, needs_two_copies: bool) -> &'static str {
    match (affected, needs_two_copies) {
        (Affected::Yes, _) => "R240.1",
        (_, true) => "R244.1",
        (_, false) => "R242.1",
    }
}

/// Adds a relative whom the pedigree does not show.
pub fn add(cascade: &Cascade, name: &str, degree: u8) -> Result<Vec<Event>, Refusals> {
    let mut refusals = Vec::new();
    if cascade.begun.is_none() {
        refusals.push(Refusal::new("cascade", "No relatives are listed yet"));
    }
    if name.trim().is_empty() {
        refusals.push(Refusal::new("name", "Say who it is, if only as: sister in Leeds"));
    }
    if !(1..=4).contains(&degree) {
        refusals.push(Refusal::new("degree", "Choose how closely they are related"));
    }
    Refusals::check(refusals)?;
    let id = format!("A{}", cascade.relatives.len() + 1);
    Ok(vec![Event::Added(Relative { id, name: name.trim().to_owned(), degree, state: State::AtRisk })])
}

/// Says how things stand with a relative.
pub fn mark(cascade: &Cascade, id: &str, to: State) -> Result<Vec<Event>, Refusals> {
    let Some(relative) = cascade.relatives.iter().find(|r| r.id == id) else {
        return Err(Refusals::one("relative", "There is no such relative on the list"));
    };
    let mut refusals = Vec::new();
    if matches!(relative.state, State::Resulted { .. } | State::Ordered { .. } | State::Tested { .. }) {
        refusals.push(Refusal::new("relative", format!("{} has a test already", relative.name)));
    }
    if matches!(relative.state, State::Deceased { .. }) && !matches!(to, State::Deceased { .. } | State::AtRisk) {
        refusals.push(Refusal::new("relative", format!("{} has died; say first if that was wrong", relative.name)));
    }
    if matches!(&to, State::Invited { how } if how.trim().is_empty()) {
        refusals.push(Refusal::new("how", "Say how they were invited"));
    }
    Refusals::check(refusals)?;
    Ok(if relative.state == to { vec![] } else { vec![Event::Moved { id: id.to_owned(), to }] })
}

/// A predictive test was ordered for somebody, wherever: on the list by name, or not yet on it.
pub fn ordered(cascade: &Cascade, name: &str, order: OrderId) -> Vec<Event> {
    let has_test = |state: &State| matches!(state, State::Resulted { .. } | State::Ordered { .. } | State::Tested { .. });
    let named = |r: &&Relative| r.name.eq_ignore_ascii_case(name) && !has_test(&r.state);
    match cascade.relatives.iter().find(named) {
        Some(relative) => vec![Event::Moved { id: relative.id.clone(), to: State::Ordered { order } }],
        None => vec![Event::Joined { name: name.to_owned(), order }],
    }
}

/// The blood relatives of the proband up to the third degree, nearest first; nobody who was adopted in.
fn relatives(pedigree: &Pedigree) -> Vec<Relative> {
    let Some(proband) = pedigree.people.iter().find(|p| p.proband) else { return vec![] };
    let own = ancestors(pedigree, proband);
    let mut found = Vec::new();
    for person in pedigree.people.iter().filter(|p| !p.proband) {
        let theirs = ancestors(pedigree, person);
        let shared: Vec<u8> = own.iter().filter_map(|(id, up)| Some(up + theirs.get(id)?)).collect();
        let Some(nearest) = shared.iter().min() else { continue };
        // Through both of a couple, one step nearer: full brothers and sisters are of the first degree.
        let ways = shared.iter().filter(|steps| *steps == nearest).count();
        let degree = nearest - u8::from(ways > 1);
        if !(1..=3).contains(&degree) {
            continue;
        }
        let name = if person.name.is_empty() { format!("Relative {}", person.id) } else { person.name.clone() };
        let state = if person.deceased { State::Deceased { note: String::new() } } else { State::AtRisk };
        found.push(Relative { id: person.id.clone(), name, degree, state });
    }
    found.sort_by_key(|relative| relative.degree);
    found
}

/// Everybody whom somebody descends from, with the steps to them; themselves with none.
fn ancestors<'p>(pedigree: &'p Pedigree, person: &'p Individual) -> BTreeMap<&'p str, u8> {
    let mut found = BTreeMap::from([(person.id.as_str(), 0)]);
    let mut next = vec![(person, 0_u8)];
    while let Some((one, steps)) = next.pop() {
        if one.adopted == Adopted::In || steps >= 4 {
            continue;
        }
        for parent in [&one.mother, &one.father].into_iter().flatten() {
            if let Some(parent) = pedigree.people.iter().find(|p| p.id == *parent) {
                let nearer = found.get(parent.id.as_str()).is_none_or(|known_steps| *known_steps > steps + 1);
                if nearer {
                    found.insert(&parent.id, steps + 1);
                    next.push((parent, steps + 1));
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::patient::Sex;

    fn family() -> Pedigree {
        let person = |id: &str, mother: &str, father: &str| Individual {
            mother: (!mother.is_empty()).then(|| mother.to_owned()),
            father: (!father.is_empty()).then(|| father.to_owned()),
            name: id.to_owned(),
            ..Individual::new(id, Sex::Unknown)
        };
        let mut people = vec![
            person("gm", "", ""),
            person("gf", "", ""),
            person("mum", "gm", "gf"),
            person("aunt", "gm", "gf"),
            person("dad", "", ""),
            person("me", "mum", "dad"),
            person("sib", "mum", "dad"),
            person("half", "mum", ""),
            person("cousin", "aunt", ""),
            person("niece", "sib", ""),
            person("taken in", "mum", "dad"),
            person("married in", "", ""),
        ];
        people[5].proband = true;
        people[0].deceased = true;
        people[10].adopted = Adopted::In;
        Pedigree { people }
    }

    #[test]
    fn relatives_stand_by_degree_and_who_is_not_of_the_blood_is_not_among_them() {
        let degrees: Vec<(String, u8)> = relatives(&family()).into_iter().map(|r| (r.id, r.degree)).collect();
        let expected = [("mum", 1), ("dad", 1), ("sib", 1), ("gm", 2), ("gf", 2), ("aunt", 2), ("half", 2), ("niece", 2), ("cousin", 3)];
        assert_eq!(degrees, expected.map(|(id, degree)| (id.to_owned(), degree)));
        assert!(matches!(relatives(&family())[3].state, State::Deceased { .. }), "the grandmother has died");
    }

    #[test]
    fn nobody_is_lost_between_invitation_and_result() {
        let begun = begun();
        let (one, two) = (OrderId(uuid::Uuid::from_u128(7)), OrderId(uuid::Uuid::from_u128(8)));
        let mut cascade = Cascade::replay(&begin(&Cascade::default(), begun.clone(), &family(), &[]).expect("begun"));
        assert!(begin(&cascade, begun, &family(), &[]).is_err(), "not twice");
        let step = |cascade: Cascade, events: Vec<Event>| events.iter().fold(cascade, Fold::apply);
        assert!(mark(&cascade, "gm", State::Invited { how: "letter".into() }).is_err(), "she has died");
        assert!(mark(&cascade, "mum", State::Invited { how: " ".into() }).is_err());
        let events = mark(&cascade, "mum", State::Invited { how: "letter".into() }).expect("invited");
        cascade = step(cascade, events);
        let events = mark(&cascade, "aunt", State::Declined { reason: String::new() }).expect("declined");
        cascade = step(cascade, events);
        let events = ordered(&cascade, "MUM", one);
        cascade = step(cascade, events);
        let events = ordered(&cascade, "Somebody at another hospital", two);
        cascade = step(cascade, events);
        cascade = step(cascade, vec![Event::Resulted { order: one, carries: true }, Event::Resulted { order: two, carries: false }]);
        assert!(mark(&cascade, "mum", State::AtRisk).is_err(), "a result stands");
        let funnel = cascade.funnel();
        assert_eq!((funnel.at_risk, funnel.invited, funnel.declined, funnel.deceased), (10, 3, 1, 1));
        assert_eq!((funnel.ordered, funnel.resulted, funnel.carriers), (2, 2, 1));
    }

    fn begun() -> Begun {
        Begun {
            order: OrderId(uuid::Uuid::from_u128(1)),
            number: "OG-1".into(),
            report: ReportId(uuid::Uuid::from_u128(2)),
            organisation: "RP4".parse().expect("a code"),
            gene: "LDLR".into(),
            variant: "NM_000527.5:c.1A>G".into(),
            disorder: "Familial hypercholesterolaemia".into(),
        }
    }

    #[test]
    fn who_was_sequenced_with_the_patient_is_never_offered_a_test() {
        let mother = PatientId(uuid::Uuid::from_u128(9));
        let mut family = family();
        family.people[2].patient = Some(mother);
        let tested = Cascade::replay(&begin(&Cascade::default(), begun(), &family, &[mother]).expect("begun"));
        // A list that was begun before this was looked at shows the same.
        let earlier = Cascade::replay(&begin(&Cascade::default(), begun(), &family, &[]).expect("begun")).with_tested(&family, &[mother]);
        for cascade in [tested, earlier] {
            let mum = cascade.relatives.iter().find(|r| r.id == "mum").expect("listed");
            assert_eq!(mum.state, State::Tested { order: begun().order });
            assert!(!mum.state.is_open() && cascade.may_be_tested("mum").is_err() && cascade.may_be_tested("dad").is_ok());
            assert!(cascade.may_be_tested("gm").is_err(), "she has died");
            assert!(mark(&cascade, "mum", State::Invited { how: "letter".into() }).is_err());
            assert_eq!((cascade.funnel().tested, cascade.funnel().invited), (1, 0));
        }
    }

    #[test]
    fn a_known_variant_has_a_test_of_its_own_and_never_a_genome() {
        assert_eq!(test_of_known_variant(Affected::Yes, true), "R240.1");
        assert_eq!(test_of_known_variant(Affected::No, false), "R242.1");
        assert_eq!(test_of_known_variant(Affected::Unknown, true), "R244.1");
    }
}
