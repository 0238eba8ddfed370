//! Patient choice: what each person was told and chose, on which wording, by whom.

pub mod policy;
pub mod restated;
mod wording;

use crate::{Fold, OrderId, PatientId, Refusal, Refusals, event::StreamKind, people::patient::Demographics};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use strum::EnumCount;
pub use wording::{Question, WORDING, questions};

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
    /// How the person answered.
    #[serde(default)]
    pub how: How,
    /// Who interpreted, and from which language; empty when nobody did.
    #[serde(default)]
    pub interpreter: String,
}

/// How a person gave their answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum How {
    /// To somebody of the service, who wrote them down.
    #[default]
    Spoken,
    /// On a page of their own, after it was talked about.
    OwnPage,
}

/// Wording of forms that other organisations keep: the national record of discussion, which this service does not hold.
pub const ELSEWHERE: &str = "record of discussion kept elsewhere";

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
    /// Who chose stands on a form that another organisation keeps. What it does not tell stays as it was.
    OnForm {
        /// The form, and who keeps it.
        form: String,
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
    /// Agreement to a test is withdrawn for one order; to anything else, for everything.
    Withdrawn {
        what: Purpose,
        from: Date,
        reason: String,
        #[serde(default)]
        order: Option<OrderId>,
    },
}

/// What a choice is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, EnumCount)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Purpose {
    Test,
    Research,
    Recontact,
    SecondaryFindings,
    FamilySharing,
}

impl Purpose {
    /// Every purpose, in the order in which it is asked.
    pub const ALL: [Purpose; Purpose::COUNT] =
        [Purpose::Test, Purpose::Research, Purpose::Recontact, Purpose::SecondaryFindings, Purpose::FamilySharing];

    /// In words.
    pub fn label(self) -> &'static str {
        match self {
            Purpose::Test => "the test",
            Purpose::Research => "research",
            Purpose::Recontact => "being contacted again",
            Purpose::SecondaryFindings => "other findings",
            Purpose::FamilySharing => "sharing results with relatives’ care teams",
        }
    }
}

/// A person's choices as they stand: the last discussion, what was said of each test, what was withdrawn since.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Choice {
    /// As last recorded.
    pub discussion: Option<Discussion>,
    /// The answer about the test of each order: agreeing to one test says nothing of another.
    tests: BTreeMap<OrderId, Answer>,
    /// What was withdrawn since the last discussion, and from which day.
    withdrawn: Vec<(Purpose, Date)>,
    /// Somebody chose on behalf of a person who had died. A form that another system keeps does not say who chose, and changes nothing.
    of_deceased: bool,
    /// Events folded: the version of the choice.
    pub version: u64,
}

/// The stream of a person's choices.
pub fn stream(patient: PatientId) -> String {
    StreamKind::Choice.stream(patient)
}

impl Fold for Choice {
    type Event = Event;
    fn apply(mut self, event: &Event) -> Choice {
        self.version += 1;
        match event {
            Event::Recorded(discussion) => {
                self.tests.insert(discussion.order, discussion.test);
                if !discussion.is_on_form() {
                    self.of_deceased = matches!(discussion.category, Category::Deceased { .. });
                }
                let discussed = |what: &Purpose| !discussion.is_on_form() || discussion.answer(*what) != Answer::NotDiscussed;
                self.withdrawn.retain(|(what, _)| !discussed(what));
                self.discussion = Some(match &self.discussion {
                    Some(before) => discussion.after(before),
                    None => (**discussion).clone(),
                });
            }
            Event::Withdrawn { what: Purpose::Test, order: Some(order), .. } => drop(self.tests.insert(*order, Answer::No)),
            Event::Withdrawn { what: Purpose::Test, order: None, .. } => self.tests.values_mut().for_each(|answer| *answer = Answer::No),
            Event::Withdrawn { what, from, .. } => self.withdrawn.push((*what, *from)),
        }
        self
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
            Category::OnForm { form } => Category::OnForm { form },
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
            how: self.how,
            interpreter: self.interpreter,
        })
    }
}

impl Discussion {
    /// Whether another organisation keeps the form.
    fn is_on_form(&self) -> bool {
        matches!(self.category, Category::OnForm { .. })
    }

    /// This discussion after an earlier one: what a form does not tell stays as it was.
    fn after(&self, before: &Discussion) -> Discussion {
        let mut now = self.clone();
        if self.is_on_form() {
            for (answer, earlier) in [
                (&mut now.research, before.research),
                (&mut now.recontact, before.recontact),
                (&mut now.secondary_findings, before.secondary_findings),
                (&mut now.family_sharing, before.family_sharing),
            ] {
                if *answer == Answer::NotDiscussed {
                    *answer = earlier;
                }
            }
        }
        now
    }

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
}

impl Choice {
    /// Whether anything was recorded.
    pub fn is_recorded(&self) -> bool {
        self.discussion.is_some()
    }

    /// Whether somebody chose on behalf of a person who had died.
    pub fn is_of_deceased(&self) -> bool {
        self.of_deceased
    }

    /// Whether the person agreed to the test of an order.
    pub fn agrees_to_test(&self, order: OrderId) -> bool {
        self.tests.get(&order) == Some(&Answer::Yes)
    }

    /// Whether the person said no to the test of an order, or withdrew their agreement to it. Nothing recorded is not that.
    pub fn refuses_test(&self, order: OrderId) -> bool {
        self.tests.get(&order) == Some(&Answer::No)
    }

    /// Whether the person agreed to a purpose other than a test, and that stands on a day. Nothing recorded is no agreement.
    pub fn allows(&self, purpose: Purpose, on: Date) -> bool {
        let ended = self.withdrawn.iter().any(|(what, from)| *what == purpose && *from <= on);
        let agreed = self.discussion.as_ref().is_some_and(|d| d.answer(purpose) == Answer::Yes);
        purpose != Purpose::Test && agreed && !ended
    }

    /// Whether a purpose other than a test was agreed to, and if so the day from which that ends, if it does.
    pub fn until(&self, purpose: Purpose) -> Option<Option<Date>> {
        let agreed = self.discussion.as_ref().is_some_and(|d| d.answer(purpose) == Answer::Yes);
        (purpose != Purpose::Test && agreed).then(|| self.ends(purpose))
    }

    /// The day from which a purpose is or will be withdrawn.
    pub fn ends(&self, purpose: Purpose) -> Option<Date> {
        self.withdrawn.iter().filter(|(what, _)| *what == purpose).map(|(_, from)| *from).min()
    }
}

/// Whether somebody other than the person is a parent of them, as far as the order tells.
pub struct ChoiceContext<'a> {
    /// The person whose choice it is.
    pub person: &'a Demographics,
    /// Parents of that person named in the order.
    pub parents: &'a [PatientId],
    /// Today.
    pub today: Date,
}

/// Records a discussion; whatever was recorded before is superseded.
pub fn record(discussion: Discussion, context: &ChoiceContext) -> Result<Vec<Event>, Refusals> {
    let (mut refusals, name) = (Vec::new(), context.person.full_name());
    refusals.extend(may_give(&discussion.category, context));
    if discussion.test == Answer::NotDiscussed {
        refusals.push(Refusal::new("test", format!("Record whether {name} agrees to the test")));
    }
    if discussion.research == Answer::NotDiscussed && !discussion.is_on_form() {
        refusals.push(Refusal::new("research", format!("Record whether {name} agrees to research, yes or no")));
    }
    if discussion.wording != WORDING && !discussion.is_on_form() {
        refusals.push(Refusal::new(
            "wording",
            format!("The wording has changed since this page was opened; please go through version {WORDING}"),
        ));
    }
    Refusals::check(refusals)?;
    Ok(vec![Event::Recorded(Box::new(discussion))])
}

fn may_give(category: &Category, context: &ChoiceContext) -> Option<Refusal> {
    let name = context.person.full_name();
    let age = context.person.age_years(context.today);
    let child = context.person.is_child(context.today);
    let no = |wording: String| Some(Refusal::new("category", wording));
    match category {
        Category::AdultOwn if child => {
            no(format!("{name} is {age}: somebody with parental responsibility must choose (with the child's assent where possible)"))
        }
        Category::Child { .. } if !child => no(format!("{name} is {age} and chooses for themselves; nobody can choose as a parent")),
        Category::Child { by, .. } if !context.parents.contains(by) => {
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

/// Withdraws one purpose from a day on, today or later; the test of an order from today.
pub fn withdraw(now: &Choice, order: OrderId, what: Purpose, from: Date, reason: String, today: Date) -> Result<Vec<Event>, Refusals> {
    let agreed = if what == Purpose::Test { now.agrees_to_test(order) } else { now.allows(what, today) };
    if !agreed {
        return Err(Refusals::one("choice", format!("There is no agreement to {} that could be withdrawn", what.label())));
    }
    if from < today {
        return Err(Refusals::one("from", "What was done before today with agreement cannot be undone: choose today or a later day"));
    }
    if what == Purpose::Test && from > today {
        return Err(Refusals::one("from", "A test is withdrawn at once: choose today"));
    }
    Ok(vec![Event::Withdrawn { what, from, reason, order: (what == Purpose::Test).then_some(order) }])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::patient::{Identity, Sex};
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
            how: How::Spoken,
            interpreter: String::new(),
        }
    }

    #[track_caller]
    fn check(born: i16, category: Category, says: Option<&str>) {
        let (person, mother) = (person(born), PatientId(Uuid::from_u128(2)));
        let context = ChoiceContext { person: &person, parents: &[mother], today: Date::constant(2026, 11, 21) };
        match (record(discussion(category), &context), says) {
            (Ok(_), None) => {}
            (Err(refusals), Some(wording)) => assert!(refusals.to_string().contains(wording), "{refusals}"),
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
    fn a_form_of_another_system_does_not_make_a_death_unknown() {
        let recorded = |category| Event::Recorded(Box::new(discussion(category)));
        let (died, form) = (Category::Deceased { by: "Her mother".into() }, Category::OnForm { form: "RoD".into() });
        assert!(Choice::replay(&[recorded(died.clone()), recorded(form)]).is_of_deceased());
        assert!(!Choice::replay(&[recorded(died), recorded(Category::AdultOwn)]).is_of_deceased(), "it was a mistake");
    }

    #[test]
    fn a_withdrawal_ends_only_what_it_names_from_its_day() {
        let (today, later) = (Date::constant(2026, 11, 21), Date::constant(2026, 12, 1));
        let order = OrderId(Uuid::nil());
        let mut choice = Choice::replay(&[Event::Recorded(Box::new(discussion(Category::AdultOwn)))]);
        let mut end = |what, from| {
            let events = withdraw(&choice, order, what, from, String::new(), today).map_err(|refusals| refusals.to_string())?;
            choice = events.iter().fold(std::mem::take(&mut choice), Fold::apply);
            Ok::<Choice, String>(choice.clone())
        };
        assert!(end(Purpose::Research, Date::constant(2026, 11, 20)).expect_err("yesterday").contains("today or a later day"));
        assert!(end(Purpose::SecondaryFindings, today).expect_err("not agreed").contains("no agreement"));
        let ended = end(Purpose::Research, later).expect("withdrawn");
        assert!(ended.allows(Purpose::Research, today) && !ended.allows(Purpose::Research, later));
        assert_eq!(ended.ends(Purpose::Research), Some(later));
        let ended = end(Purpose::Recontact, today).expect("withdrawn");
        assert!(!ended.allows(Purpose::Recontact, today) && ended.agrees_to_test(order));
        assert!(end(Purpose::Test, later).expect_err("later").contains("at once"));
        assert!(!end(Purpose::Test, today).expect("withdrawn").agrees_to_test(order));
        assert!(!Choice::default().agrees_to_test(order));
    }

    #[test]
    fn an_answer_about_one_test_says_nothing_of_another() {
        let (first, second) = (OrderId(Uuid::nil()), OrderId(Uuid::from_u128(9)));
        let declined = Discussion { order: second, test: Answer::No, ..discussion(Category::AdultOwn) };
        let choice = Choice::replay(&[Event::Recorded(Box::new(discussion(Category::AdultOwn))), Event::Recorded(Box::new(declined))]);
        assert!(choice.agrees_to_test(first) && !choice.agrees_to_test(second));
        assert!(!choice.agrees_to_test(OrderId(Uuid::from_u128(10))));
    }

    #[test]
    fn a_form_kept_elsewhere_leaves_what_it_does_not_tell() {
        let (person, today) = (person(1990), Date::constant(2026, 11, 21));
        let form = Category::OnForm { form: "RoD 17".into() };
        let discussed = Discussion {
            wording: ELSEWHERE.into(),
            research: Answer::NotDiscussed,
            recontact: Answer::No,
            family_sharing: Answer::NotDiscussed,
            secondary_findings: Answer::NotDiscussed,
            order: OrderId(Uuid::from_u128(9)),
            ..discussion(form)
        };
        let events = record(discussed, &ChoiceContext { person: &person, parents: &[], today }).expect("recorded");
        let alone = Choice::replay(&events);
        assert!(alone.agrees_to_test(OrderId(Uuid::from_u128(9))) && !alone.allows(Purpose::Research, today), "silence is no agreement");
        let before = Event::Recorded(Box::new(discussion(Category::AdultOwn)));
        let ended = Event::Withdrawn { what: Purpose::FamilySharing, from: today, reason: String::new(), order: None };
        let after = Choice::replay(&[before, ended, events[0].clone()]);
        let allowed = [Purpose::Research, Purpose::Recontact, Purpose::FamilySharing].map(|what| after.allows(what, today));
        assert_eq!(allowed, [true, false, false], "research stands, contact was refused on the form, what was withdrawn stays so");
        assert!(after.agrees_to_test(OrderId(Uuid::nil())));
    }
}
