//! What is recorded of a person's choices: every answer, who chose, and who wrote it down when, on which wording.

use crate::when;
use care::{
    OrderId,
    ordering::{
        choice::{Answer, Category, Choice, Discussion, How, Purpose},
        family::Participant,
    },
};
use jiff::civil::Date;
use service::ordering::choices::Written;

/// A person's choices as they were last recorded, with what was withdrawn since.
pub(super) struct Recorded {
    /// Day on which they were written down, by whom, and on which wording.
    pub written: String,
    /// Who made the choice.
    pub who: String,
    /// What each question is about, with the answer.
    pub answers: Vec<(String, String)>,
    /// Why something was declined, and who interpreted.
    pub notes: Vec<String>,
}

/// What stands of a choice for an order, if anything was recorded.
pub(super) fn recorded(
    choice: &Choice,
    written: Option<&Written>,
    order: OrderId,
    people: &[Participant],
    today: Date,
) -> Option<Recorded> {
    let discussion = choice.discussion.as_ref()?;
    let answers = Purpose::ALL.into_iter().map(|purpose| match purpose {
        Purpose::Test => ("The test of this order".to_owned(), of_test(choice, order).to_owned()),
        other => (sentence_case(other.label()), of_purpose(choice, discussion, other, today)),
    });
    let day = written.map_or_else(|| "Recorded".to_owned(), |written| format!("Recorded on {} by {}", when::day(written.at), written.by));
    let how = match discussion.how {
        How::Spoken => "",
        How::OwnPage => " Answered on a page of their own.",
    };
    let comment = Some(&discussion.comment).filter(|text| !text.is_empty()).map(|text| format!("Why something was declined: {text}"));
    let interpreter = Some(&discussion.interpreter).filter(|text| !text.is_empty()).map(|text| format!("Interpreter: {text}"));
    Some(Recorded {
        written: format!("{day}, wording {}.{how}", discussion.wording),
        who: who(&discussion.category, people),
        answers: answers.collect(),
        notes: comment.into_iter().chain(interpreter).collect(),
    })
}

/// What was said of the test of an order: agreeing to one test says nothing of another.
fn of_test(choice: &Choice, order: OrderId) -> &'static str {
    match (choice.agrees_to_test(order), choice.refuses_test(order)) {
        (true, _) => "Agreed",
        (false, true) => "Declined, or withdrawn since",
        (false, false) => "Not recorded for this order",
    }
}

/// The answer about anything else, with the day on which an agreement ends.
fn of_purpose(choice: &Choice, discussion: &Discussion, purpose: Purpose, today: Date) -> String {
    match (discussion.answer(purpose), choice.ends(purpose)) {
        (Answer::Yes, Some(day)) if day <= today => format!("Agreed, and withdrawn from {}", when::day(day)),
        (Answer::Yes, Some(day)) => format!("Agreed until it ends on {}", when::day(day)),
        (Answer::Yes, None) => "Agreed".into(),
        (Answer::No, _) => "Declined".into(),
        (Answer::NotDiscussed, _) => "Not discussed".into(),
    }
}

/// Who made the choice.
fn who(category: &Category, people: &[Participant]) -> String {
    match category {
        Category::AdultOwn => "Chosen by the person for themselves.".into(),
        Category::AdultLackingCapacity { consultee } => format!("Chosen with a consultee, {consultee}: the person lacks capacity."),
        Category::Child { by, assent } => {
            let parent = people.iter().find(|person| person.patient == *by).map(|person| person.relationship.label().to_lowercase());
            let parent = parent.map_or_else(|| "a parent who is not in this order".to_owned(), |parent| format!("the {parent}"));
            let assent = if *assent { "the child agrees too" } else { "that the child agrees too is not recorded" };
            format!("Chosen by {parent}, with parental responsibility; {assent}.")
        }
        Category::BestInterest { clinician } => format!("Chosen by a clinician, {clinician}, in the best interests of the person."),
        Category::Deceased { by } => format!("Chosen by {by} on behalf of the person, who has died."),
        Category::OnForm { form } => format!("Who chose stands on a form that is kept elsewhere: {form}."),
    }
}

fn sentence_case(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use care::{Fold, ordering::choice::Event};
    use uuid::Uuid;

    fn agreed(order: OrderId) -> Event {
        Event::Recorded(Box::new(Discussion {
            order,
            wording: "2026-11".into(),
            category: Category::AdultOwn,
            test: Answer::Yes,
            research: Answer::Yes,
            recontact: Answer::No,
            secondary_findings: Answer::NotDiscussed,
            family_sharing: Answer::Yes,
            comment: String::new(),
            how: How::Spoken,
            interpreter: "Polish".into(),
        }))
    }

    #[test]
    fn what_was_withdrawn_is_never_shown_as_agreed_and_another_tests_answer_is_not_this_ones() {
        let (order, other, today) = (OrderId(Uuid::from_u128(1)), OrderId(Uuid::from_u128(2)), Date::constant(2026, 11, 21));
        let ended = Event::Withdrawn { what: Purpose::Research, from: today, reason: String::new(), order: None };
        let later =
            Event::Withdrawn { what: Purpose::FamilySharing, from: Date::constant(2026, 12, 1), reason: String::new(), order: None };
        let choice = Choice::replay(&[agreed(order), ended, later]);
        let shown = |order| recorded(&choice, None, order, &[], today).expect("recorded");
        let answers: Vec<String> = shown(order).answers.into_iter().map(|(_, answer)| answer).collect();
        let expected = ["Agreed", "Agreed, and withdrawn from 21 November 2026", "Declined", "Not discussed"];
        assert_eq!(answers[..4], expected);
        assert_eq!(answers[4], "Agreed until it ends on 1 December 2026");
        assert_eq!(shown(other).answers[0].1, "Not recorded for this order");
        assert_eq!((shown(order).written.as_str(), shown(order).notes.len()), ("Recorded, wording 2026-11.", 1));
        assert!(recorded(&Choice::default(), None, order, &[], today).is_none());
    }
}
