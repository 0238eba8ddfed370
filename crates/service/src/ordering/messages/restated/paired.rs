//! The people of an order that is stated again: who of the statement is whom of the order, and what is said of them otherwise.

use crate::ordering::orders::PersonForm;
use care::{
    ordering::{
        choice::Choice,
        family::{Affected, Participant, Relationship},
    },
    people::{
        identifier::HospitalNumber,
        matching::{self, Named},
        name::comparable,
        patient::{Demographics, Identity},
    },
};
use jiff::civil::Date;

/// Somebody of an order, as their record has them now.
pub(super) struct Known {
    pub participant: Participant,
    pub demographics: Demographics,
    pub numbers: Vec<HospitalNumber>,
    /// What they themselves chose.
    pub choice: Choice,
}

/// Somebody of a form, and whom of the order they are; nothing where they are nobody of it.
pub(super) type Pair<'p> = (&'p PersonForm, Option<&'p Known>);

/// Everybody of a form, each with another one of the order.
pub(super) fn paired<'p>(form: &'p [PersonForm], known: &'p [Known]) -> Vec<Pair<'p>> {
    let mut left: Vec<&Known> = known.iter().collect();
    let mut pairs: Vec<Pair<'p>> = form.iter().map(|person| (person, None)).collect();
    // A number says more than a name.
    let ways: [fn(&Known, &PersonForm) -> bool; 2] = [is_named, is_called];
    for is_it in ways {
        for (person, found) in &mut pairs {
            let place = left.iter().position(|one| found.is_none() && is_it(one, person));
            if let Some(place) = place {
                *found = Some(left.remove(place));
            }
        }
    }
    pairs
}

fn is_named(known: &Known, person: &PersonForm) -> bool {
    let named = Named::new(&person.demographics, &person.numbers);
    known.participant.relationship == person.relationship && matching::is_named(&known.demographics, &known.numbers, &named)
}

/// Whether somebody has the name under which one of the order was sent, and nothing says that they are another one.
fn is_called(known: &Known, person: &PersonForm) -> bool {
    let (before, now) = (&known.demographics, &person.demographics);
    let number = |who: &Demographics| Named::new(who, &[]).nhs_number;
    let may_be_same = match (number(before), number(now)) {
        (Some(one), Some(other)) => one == other,
        // The day of a delivery is an estimate.
        _ => before.birth_date == now.birth_date || now.nhs_number == Identity::Fetus,
    };
    let is_same_name = comparable(&known.participant.name) == comparable(&now.full_name());
    known.participant.relationship == person.relationship && is_same_name && may_be_same
}

/// Somebody of the family is nobody of the order, or is said to be affected, or not, otherwise than the order has it.
pub(super) fn is_other_relative(pairs: &[Pair<'_>]) -> bool {
    let mut relatives = pairs.iter().filter(|(person, _)| person.relationship != Relationship::Proband);
    relatives.any(|(person, known)| match known {
        None => true,
        Some(known) => person.affected != Affected::Unknown && person.affected != known.participant.affected,
    })
}

/// A choice that came with the form is not the one that was recorded of the same person for this order.
pub(super) fn has_other_choice(pairs: &[Pair<'_>], today: Date) -> bool {
    pairs.iter().any(|(person, known)| match (&person.choice, known) {
        (None, _) => false,
        (Some(_), None) => true,
        (Some(stated), Some(known)) => !known.choice.says(stated, today),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use care::{
        Fold, OrderId, PatientId,
        ordering::choice::{Answer, Category, Discussion, Event, How},
        people::patient::Sex,
    };
    use uuid::Uuid;

    const ORDER: OrderId = OrderId(Uuid::from_u128(1));
    const NUMBERS: [&str; 3] = ["9990000018", "9990000026", "9990000034"];

    fn discussion<P>(research: Answer) -> Discussion<P> {
        Discussion {
            order: ORDER,
            wording: String::new(),
            category: Category::OnForm { form: "Form".into() },
            test: Answer::Yes,
            research,
            recontact: Answer::NotDiscussed,
            secondary_findings: Answer::NotDiscussed,
            family_sharing: Answer::NotDiscussed,
            comment: String::new(),
            how: How::Spoken,
            interpreter: String::new(),
        }
    }

    fn person(number: &str, given_name: &str, relationship: Relationship, research: Option<Answer>) -> PersonForm {
        let nhs_number = if number.is_empty() {
            Identity::Unavailable("not sent".into())
        } else {
            Identity::NhsNumber(number.parse().expect("a number"))
        };
        let birth_date = Date::constant(1990, 3, 4);
        let demographics =
            Demographics { nhs_number, family_name: "Bell".into(), given_name: given_name.into(), birth_date, sex: Sex::Unknown };
        PersonForm {
            demographics,
            is_stated: true,
            numbers: vec![],
            relationship,
            affected: Affected::No,
            choice: research.map(discussion),
        }
    }

    /// A child, a mother who permits research, and a brother who does not.
    fn family() -> Vec<PersonForm> {
        vec![
            person(NUMBERS[0], "Ada", Relationship::Proband, None),
            person(NUMBERS[1], "May", Relationship::Mother, Some(Answer::Yes)),
            person("", "Tom", Relationship::Sibling, Some(Answer::No)),
            person("", "Kit", Relationship::Sibling, Some(Answer::Yes)),
        ]
    }

    /// The same people as the order has them.
    fn placed() -> Vec<Known> {
        let known = |(nth, form): (u128, PersonForm)| {
            let research = form.choice.as_ref().map(|choice| choice.research);
            let recorded = research.map(|research| Event::Recorded(Box::new(discussion(research))));
            Known {
                participant: Participant {
                    patient: PatientId(Uuid::from_u128(nth)),
                    name: form.demographics.full_name(),
                    relationship: form.relationship,
                    sex: form.demographics.sex,
                    affected: form.affected,
                },
                demographics: form.demographics,
                numbers: vec![],
                choice: recorded.iter().fold(Choice::default(), Choice::apply),
            }
        };
        (1..).zip(family()).map(known).collect()
    }

    /// Whether relatives and choices differ once the family is stated otherwise.
    fn differ(change: impl FnOnce(&mut Vec<PersonForm>)) -> (bool, bool) {
        let (mut form, known) = (family(), placed());
        change(&mut form);
        let pairs = paired(&form, &known);
        (is_other_relative(&pairs), has_other_choice(&pairs, Date::constant(2026, 11, 30)))
    }

    #[test]
    fn a_true_repeat_is_no_difference_in_whatever_order_the_people_come() {
        for turn in 0..4 {
            assert_eq!(differ(|form| form.rotate_left(turn)), (false, false), "{turn}");
            let turned_round = |form: &mut Vec<PersonForm>| {
                form.rotate_left(turn);
                form.reverse();
            };
            assert_eq!(differ(turned_round), (false, false), "{turn}");
        }
        let married = |form: &mut Vec<PersonForm>| form[1].demographics.family_name = "Stone".into();
        assert_eq!(differ(married), (false, false), "the number is hers");
    }

    #[test]
    fn nobody_is_stated_in_the_place_of_another_one() {
        assert_eq!(differ(|form| form[1] = person(NUMBERS[2], "May", Relationship::Mother, None)), (true, false), "her number");
        assert_eq!(differ(|form| form[2] = person("", "Jim", Relationship::Sibling, None)), (true, false), "his name");
        assert_eq!(differ(|form| form[1] = person(NUMBERS[2], "Eve", Relationship::Mother, Some(Answer::Yes))), (true, true));
        assert_eq!(differ(|form| form[3] = form[2].clone()), (true, true), "one of the order is nobody twice");
        assert_eq!(differ(|form| form[2].affected = Affected::Yes), (true, false));
        assert_eq!(differ(|form| form[2].relationship = Relationship::Father), (true, true));
    }

    #[test]
    fn a_choice_is_compared_with_that_of_the_same_person() {
        let swapped = |one: usize, other: usize| {
            move |form: &mut Vec<PersonForm>| {
                let choice = form[one].choice.clone();
                form[one].choice = std::mem::replace(&mut form[other].choice, choice);
            }
        };
        assert_eq!(differ(swapped(2, 3)), (false, true), "of two brothers");
        assert_eq!(differ(swapped(1, 2)), (false, true), "of mother and brother");
        assert_eq!(differ(swapped(0, 1)), (false, true), "hers is stated as the child's");
        assert_eq!(differ(|form| form[1].choice = Some(discussion(Answer::No))), (false, true));
        assert_eq!(differ(|form| form[1].choice = None), (false, false), "what is not stated is left");
    }
}
