//! Answers of questionnaires: the national order form and the record of discussion. Source: NHS England Genomics FHIR guide,
//! QuestionnaireResponse examples of the record of discussion.

use super::{
    consent,
    details::Reading,
    json::{coding, list, text},
    observation::{self, Answer, value_text},
    presence,
};
use crate::incoming_order::{Code, RecordOfDiscussion};
use care::NhsNumber;
use serde_json::Value;

/// Names of the questions whose answers describe the person or the signature: they stand in the Patient already.
const PERSONAL: [&str; 9] =
    ["givenname", "familyname", "nhsnumber", "birthdate", "postcode", "signature", "namecombined", "completedform", "mrn"];

/// One question of a questionnaire with one answer.
struct Answered<'v> {
    link: &'v str,
    question: &'v str,
    /// The headings that it stands under.
    headings: Vec<&'v str>,
    answer: &'v Value,
    /// What is said beside it of whether the feature is there that it names.
    presence: Option<Answer>,
}

/// Reads the answers of a member of the order.
pub(super) fn read(reading: &mut Reading, place: usize, member: usize) {
    let resource = reading.index.resource(place);
    let mut answers = Vec::new();
    answers_of(list(resource, "/item"), &[], &mut answers);
    if let Some(other) = other_person(&answers, &reading.details.people[member]) {
        return reading.leave(place, &format!("does not count: it was filled in for the NHS number {other}, which is not its subject's"));
    }
    if let Some(discussion) = discussion(resource, &answers, reading.index.path(place, "")) {
        consent::add(reading, member, discussion);
    }
    for answered in &answers {
        read_answer(reading, place, member, answered);
    }
}

fn answers_of<'v>(items: &'v [Value], headings: &[&'v str], found: &mut Vec<Answered<'v>>) {
    let beside = presence::settled(&presence::in_items(items), presence::count_features(items));
    for item in items {
        let question = text(item, "/text");
        let within = [headings, &[question]].concat();
        for answer in list(item, "/answer") {
            let below = list(answer, "/item");
            let presence = presence::settled(&presence::in_items(below), 1).or_else(|| beside.clone());
            found.push(Answered { link: text(item, "/linkId"), question, headings: headings.to_vec(), answer, presence });
            answers_of(below, &within, found);
        }
        answers_of(list(item, "/item"), &within, found);
    }
}

impl Answered<'_> {
    /// What the question, else the nearest heading that says more, else what stands beside it, says of a feature that answers it.
    fn of_feature(&self) -> Answer {
        let wordings = std::iter::once(self.question).chain(self.headings.iter().rev().copied());
        let by_wording = wordings.map(observation::by_question).find(|answer| *answer != Answer::Present);
        by_wording.or_else(|| self.presence.clone()).unwrap_or(Answer::Present)
    }
}

/// The NHS number in a form, where it is another one than that of the person whose form it is.
fn other_person(answers: &[Answered], person: &crate::incoming_order::Person) -> Option<NhsNumber> {
    let is_number = |answered: &&Answered| letters(answered.link).contains("nhsnumber");
    let in_form: NhsNumber = answers.iter().find(is_number).and_then(|a| text(a.answer, "/valueString").parse().ok())?;
    let own: Option<NhsNumber> = person.nhs_number.as_ref().and_then(|number| number.value.parse().ok());
    (own.is_some() && own != Some(in_form)).then_some(in_form)
}

/// The choices of a record of discussion: who has signed it agrees to the test, and says of research what they say.
fn discussion(resource: &Value, answers: &[Answered], place: String) -> Option<RecordOfDiscussion> {
    let truth = |link: &str, part_of_text: &str| {
        let is_it = |a: &&Answered| a.link == link || (!part_of_text.is_empty() && a.question.to_lowercase().contains(part_of_text));
        answers.iter().filter(is_it).filter_map(|a| a.answer["valueBoolean"].as_bool()).reduce(|one, other| one && other)
    };
    let agrees = truth("researchConfirmation2", "may contribute to the national genomic research library");
    let discussed = truth("researchConfirmation1", "i have discussed taking part in the national genomic research library");
    if agrees.is_none() && discussed.is_none() {
        return None;
    }
    let is_signature = |text: &str| !["", "na", "n/a", "no", "none", "-"].contains(&text.to_lowercase().as_str());
    let is_signed = answers.iter().any(|a| a.link == "patientSignature" && is_signature(text(a.answer, "/valueString")))
        || truth("remoteConsent", "remote consent, recorded remotely") == Some(true);
    Some(RecordOfDiscussion {
        form: format!("{}, {}", text(resource, "/questionnaire"), text(resource, "/authored")),
        test: truth("testConfirmation", "i agree to the genomic test").or(is_signed.then_some(true)),
        // Who has not talked about it has not agreed to it.
        research: if discussed == Some(false) { Some(false) } else { agrees },
        family: None,
        dated: consent::day(text(resource, "/authored"), false),
        place,
    })
}

fn read_answer(reading: &mut Reading, place: usize, member: usize, answered: &Answered) {
    let link = letters(answered.link);
    if PERSONAL.iter().any(|name| link.contains(name)) {
        return;
    }
    let code = coding(&answered.answer["valueCoding"]);
    let question = Code::new("", answered.link, answered.question);
    match () {
        () if code.is_hpo() => observation::read_feature(reading, place, member, code, answered.of_feature()),
        () if question.is_hpo() && answered.answer["valueBoolean"].is_boolean() => {
            let answer = if answered.answer["valueBoolean"] == Value::Bool(true) { Answer::Present } else { Answer::Absent };
            observation::read_feature(reading, place, member, question, answer);
        }
        () if member == 0 && code.system.contains("GenomicTest") => reading.details.tests.push(code),
        () => {
            let value = if code.label().is_empty() { value_text(answered.answer) } else { code.display.clone() };
            let value = if value.is_empty() { code.code } else { value };
            if !value.is_empty() && !answered.question.is_empty() {
                reading.note(member, &format!("{}: {value}", answered.question.trim_end_matches(['?', ':'])));
            }
        }
    }
}

fn letters(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase()
}
