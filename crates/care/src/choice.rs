//! Patient choice: what each person was told and chose, on which wording, by whom.

use crate::{Fold, OrderId, PatientId, Refusal, Refusals, patient::Demographics};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The outcome of a record of discussion. `P` names a parent who chooses: a patient; on a form, the relationship to the proband.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Discussion<P = PatientId> {
    /// Order that it was about.
    pub order: OrderId,
    /// Version of the wording.
    pub wording: String,
    /// Whose choice it is and who gave it.
    pub category: Category<P>,
    /// The clinical test.
    pub test: Answer,
    /// The research library.
    pub research: Answer,
    /// Being contacted again.
    pub recontact: Answer,
    /// Findings outside the question asked.
    pub secondary_findings: Answer,
    /// Sharing results with the family's care.
    pub family_sharing: Answer,
    /// Why, if the person wished to say.
    pub comment: String,
}

/// Version of the wording that is in force. Questions after the national record of discussion form; words our own.
pub const WORDING: &str = "2026-11";

/// Categories of the record of discussion (NHS genomics FHIR guide).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Category<P = PatientId> {
    /// An adult for themselves.
    AdultOwn,
    /// An adult who lacks capacity, advised by a consultee.
    AdultLackingCapacity {
        /// Who advised.
        consultee: String,
    },
    /// A child, by somebody with parental responsibility.
    Child {
        /// Who chose.
        by: P,
        /// The child agreed too.
        assent: bool,
    },
    /// A clinician in the person's best interest.
    BestInterest {
        /// Who decided.
        clinician: String,
    },
    /// Somebody who has died.
    Deceased {
        /// Who chose.
        by: String,
    },
}

/// Yes, no, or not talked about.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Answer {
    Yes,
    No,
    #[default]
    NotDiscussed,
}

/// What happened.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Event {
    Recorded(Box<Discussion>),
    Withdrawn { what: Purpose, from: Date, reason: String },
}

/// What a choice is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Purpose {
    Test,
    Research,
    Recontact,
    SecondaryFindings,
    FamilySharing,
}

/// A person's choices as they stand.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Choice {
    /// Nothing recorded.
    #[default]
    None,
    /// As last recorded, less what was withdrawn since.
    Recorded(Discussion),
}

impl Fold for Choice {
    type Event = Event;
    fn apply(self, event: &Event) -> Choice {
        match (self, event) {
            (_, Event::Recorded(discussion)) => Choice::Recorded((**discussion).clone()),
            (Choice::Recorded(mut discussion), Event::Withdrawn { what, .. }) => {
                *discussion.answer_mut(*what) = Answer::No;
                Choice::Recorded(discussion)
            }
            (Choice::None, Event::Withdrawn { .. }) => Choice::None,
        }
    }
}

impl<P> Discussion<P> {
    /// The same with the parent named in another way; nothing when that parent is not to be found.
    pub fn with_parent<Q>(self, find: impl FnOnce(P) -> Option<Q>) -> Option<Discussion<Q>> {
        let category = match self.category {
            Category::AdultOwn => Category::AdultOwn,
            Category::AdultLackingCapacity { consultee } => Category::AdultLackingCapacity { consultee },
            Category::Child { by, assent } => Category::Child { by: find(by)?, assent },
            Category::BestInterest { clinician } => Category::BestInterest { clinician },
            Category::Deceased { by } => Category::Deceased { by },
        };
        Some(Discussion {
            category,
            order: self.order,
            wording: self.wording,
            test: self.test,
            research: self.research,
            recontact: self.recontact,
            secondary_findings: self.secondary_findings,
            family_sharing: self.family_sharing,
            comment: self.comment,
        })
    }
}

impl Discussion {
    /// The answer for a purpose.
    pub fn answer(&self, purpose: Purpose) -> Answer {
        match purpose {
            Purpose::Test => self.test,
            Purpose::Research => self.research,
            Purpose::Recontact => self.recontact,
            Purpose::SecondaryFindings => self.secondary_findings,
            Purpose::FamilySharing => self.family_sharing,
        }
    }

    fn answer_mut(&mut self, purpose: Purpose) -> &mut Answer {
        match purpose {
            Purpose::Test => &mut self.test,
            Purpose::Research => &mut self.research,
            Purpose::Recontact => &mut self.recontact,
            Purpose::SecondaryFindings => &mut self.secondary_findings,
            Purpose::FamilySharing => &mut self.family_sharing,
        }
    }
}

impl Choice {
    /// Whether the person agreed to a purpose. Nothing recorded is no agreement.
    pub fn allows(&self, purpose: Purpose) -> bool {
        matches!(self, Choice::Recorded(discussion) if discussion.answer(purpose) == Answer::Yes)
    }
}

/// Whether somebody other than the person is a parent of them, as far as the order tells.
pub struct Standing<'a> {
    /// The person whose choice it is.
    pub person: &'a Demographics,
    /// Parents of that person named in the order.
    pub parents: &'a [PatientId],
    /// Today.
    pub today: Date,
}

/// Records a discussion; whatever was recorded before is superseded.
pub fn record(discussion: Discussion, standing: &Standing) -> Result<Vec<Event>, Refusals> {
    let (mut refusals, name) = (Vec::new(), standing.person.full_name());
    refusals.extend(may_give(&discussion.category, standing));
    if discussion.test == Answer::NotDiscussed {
        refusals.push(Refusal::new("test", format!("Record whether {name} agrees to the test")));
    }
    if discussion.research == Answer::NotDiscussed {
        refusals.push(Refusal::new("research", format!("Record whether {name} agrees to research, yes or no")));
    }
    if discussion.wording != WORDING {
        refusals.push(Refusal::new(
            "wording",
            format!("The wording has changed since this page was opened; please go through version {WORDING}"),
        ));
    }
    Refusals::check(refusals)?;
    Ok(vec![Event::Recorded(Box::new(discussion))])
}

fn may_give(category: &Category, standing: &Standing) -> Option<Refusal> {
    let name = standing.person.full_name();
    let age = standing.person.age_years(standing.today);
    let child = standing.person.is_child(standing.today);
    let no = |words: String| Some(Refusal::new("category", words));
    match category {
        Category::AdultOwn if child => {
            no(format!("{name} is {age}: somebody with parental responsibility must choose (with the child's assent where possible)"))
        }
        Category::Child { .. } if !child => no(format!("{name} is {age} and chooses for themselves; nobody can choose as a parent")),
        Category::Child { by, .. } if !standing.parents.contains(by) => {
            no(format!("Only somebody with parental responsibility for {name} can choose; the person named is not a parent in this order"))
        }
        Category::AdultLackingCapacity { .. } if child => no(format!("{name} is a child: use the parent's choice")),
        Category::AdultLackingCapacity { consultee: who } | Category::BestInterest { clinician: who } | Category::Deceased { by: who }
            if who.trim().is_empty() =>
        {
            no("Name the person who gives this choice".into())
        }
        _ => None,
    }
}

/// Withdraws one purpose from a day on.
pub fn withdraw(now: &Choice, what: Purpose, from: Date, reason: String) -> Result<Vec<Event>, Refusals> {
    if !now.allows(what) {
        return Err(Refusals::one("choice", "There is no agreement to withdraw"));
    }
    Ok(vec![Event::Withdrawn { what, from, reason }])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::patient::{Identity, Sex};
    use uuid::Uuid;

    fn person(year: i16) -> Demographics {
        Demographics {
            nhs_number: Identity::Unavailable("newborn".into()),
            family_name: "Bell".into(),
            given_name: "Ada".into(),
            birth_date: Date::constant(year, 6, 1),
            sex: Sex::Female,
        }
    }

    fn discussion(category: Category) -> Discussion {
        Discussion {
            order: OrderId(Uuid::nil()),
            wording: WORDING.into(),
            category,
            test: Answer::Yes,
            research: Answer::Yes,
            recontact: Answer::Yes,
            secondary_findings: Answer::No,
            family_sharing: Answer::Yes,
            comment: String::new(),
        }
    }

    #[track_caller]
    fn check(born: i16, category: Category, says: Option<&str>) {
        let (person, mother) = (person(born), PatientId(Uuid::from_u128(2)));
        let standing = Standing { person: &person, parents: &[mother], today: Date::constant(2026, 11, 21) };
        match (record(discussion(category), &standing), says) {
            (Ok(_), None) => {}
            (Err(refusals), Some(words)) => assert!(refusals.to_string().contains(words), "{refusals}"),
            (other, _) => panic!("{other:?}"),
        }
    }

    #[test]
    fn only_those_who_may_choose_can() {
        let by = |n| Category::Child { by: PatientId(Uuid::from_u128(n)), assent: true };
        check(1990, Category::AdultOwn, None);
        check(2020, by(2), None);
        check(2020, Category::AdultOwn, Some("parental responsibility"));
        check(2020, by(3), Some("not a parent"));
        check(1990, by(2), Some("chooses for themselves"));
        check(1990, Category::BestInterest { clinician: " ".into() }, Some("Name the person"));
    }

    #[test]
    fn a_withdrawal_ends_only_what_it_names() {
        let choice = Choice::of(&[
            Event::Recorded(Box::new(discussion(Category::AdultOwn))),
            Event::Withdrawn { what: Purpose::Research, from: Date::constant(2026, 11, 21), reason: String::new() },
        ]);
        assert!(choice.allows(Purpose::Test) && !choice.allows(Purpose::Research));
        assert!(!Choice::None.allows(Purpose::Test));
    }
}
