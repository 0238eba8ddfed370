//! Every answer of the record of discussion as it was typed, and whether relatives have the condition, for the last look before an order
//! is sent. What nobody chose is marked: it is not the same as a "no", nor as "not known".

use super::super::{Draft, family::Typed};
use crate::pages::ordering::choice::{ChoiceForm, questions};
use care::ordering::family::Relationship;

/// A line of what was chosen.
#[derive(PartialEq, Eq, Debug)]
pub(super) struct Line {
    pub text: String,
    /// Nobody chose it.
    pub is_open: bool,
}

/// What one person chose.
pub(super) struct Chosen {
    pub name: String,
    /// Who chooses, then every question; nothing where it is recorded later.
    pub lines: Vec<Line>,
}

impl Line {
    fn new(text: impl Into<String>) -> Line {
        Line { text: text.into(), is_open: false }
    }

    fn open(text: impl Into<String>) -> Line {
        Line { text: text.into(), is_open: true }
    }
}

/// What each person of a draft chose, in the order of the form.
pub(super) fn choices(draft: &Draft) -> Vec<Chosen> {
    let of_person = |person: &Typed| {
        let name = format!("{} {}", person.given_name, person.family_name);
        let form = draft.choices.get(&person.relationship).filter(|form| !form.is_empty());
        Chosen { lines: form.map_or_else(Vec::new, |form| lines(form, &name)), name }
    };
    draft.people.iter().map(of_person).collect()
}

/// Whether a relative has the condition; nothing of the patient, who has it or is tested for it.
pub(super) fn condition(person: &Typed, relationship: Relationship) -> Option<Line> {
    match (relationship, person.affected.as_str()) {
        (Relationship::Proband, _) => None,
        (_, "yes") => Some(Line::new("Has the same condition")),
        (_, "no") => Some(Line::new("Does not have the condition")),
        (_, "unknown") => Some(Line::new("Whether they have the condition is not known")),
        _ => Some(Line::open("Whether they have the condition is sent as not known")),
    }
}

fn lines(form: &ChoiceForm, name: &str) -> Vec<Line> {
    let answer = |field: &str, title: &str| match form.get(field) {
        answer @ ("yes" | "no") => Line::new(format!("{title}: {answer}")),
        _ => Line::open(format!("{title}: not answered")),
    };
    let mut lines = vec![who(form, name)];
    lines.extend(questions().iter().map(|question| answer(question.field, question.title)));
    for (field, title) in [("comment", "Why something was declined"), ("interpreter", "Interpreter and language")] {
        let text = form.get(field);
        lines.extend((!text.is_empty()).then(|| Line::new(format!("{title}: {text}"))));
    }
    lines
}

/// Who makes the choice.
fn who(form: &ChoiceForm, name: &str) -> Line {
    let by = match form.get("by") {
        "" => "no name entered",
        name => name,
    };
    let parent = |parent: &str| {
        let assent = if form.is("assent", "yes") { "agrees too (assent)" } else { "is not recorded to agree too (assent)" };
        Line::new(format!("Chosen by the {parent}, with parental responsibility; {name} {assent}"))
    };
    match form.get("category") {
        "adult" => Line::new(format!("Chosen by {name} for themselves")),
        "consultee" => Line::new(format!("Chosen with a consultee, {by}: {name} lacks capacity")),
        "best" => Line::new(format!("Chosen by a clinician, {by}, in the best interests of {name}")),
        "deceased" => Line::new(format!("Chosen by {by} on behalf of {name}, who has died")),
        "mother" => parent("mother"),
        "father" => parent("father"),
        _ => Line::open("Who makes the choice: not answered"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(fields: &[(&str, &str)]) -> ChoiceForm {
        let fields: Vec<(String, String)> = fields.iter().map(|(field, value)| ((*field).to_owned(), (*value).to_owned())).collect();
        ChoiceForm::read(&fields, "")
    }

    #[test]
    fn every_answer_is_shown_and_what_nobody_answered_is_marked() {
        let form = form(&[("category", "mother"), ("assent", "yes"), ("test", "yes"), ("research", "no"), ("secondary_findings", "no")]);
        let shown = lines(&form, "Isla Testcase");
        let texts: Vec<(&str, bool)> = shown.iter().map(|line| (line.text.as_str(), line.is_open)).collect();
        assert_eq!(
            texts,
            [
                ("Chosen by the mother, with parental responsibility; Isla Testcase agrees too (assent)", false),
                ("The test: yes", false),
                ("Research: no", false),
                ("Being contacted again: not answered", true),
                ("Other findings: no", false),
                ("Sharing results with relatives’ care teams: not answered", true),
            ]
        );
    }

    #[test]
    fn that_nobody_chose_is_not_said_as_not_known_or_no() {
        let of = |affected: &str| {
            let typed = Typed { affected: affected.into(), ..Typed::default() };
            condition(&typed, Relationship::Mother).expect("a relative")
        };
        let open: Vec<bool> = ["yes", "no", "unknown", ""].map(|affected| of(affected).is_open).into();
        assert_eq!(open, [false, false, false, true]);
        assert_ne!(of("unknown").text, of("no").text);
        assert_eq!(condition(&Typed::default(), Relationship::Proband), None);
    }
}
