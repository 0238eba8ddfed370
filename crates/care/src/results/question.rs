//! A question that somebody asks their clinic on their own page, and what became of it: answered in writing, or talked about. A question
//! waits until somebody did one of the two.

use crate::{Fold, OdsCode, OrderId, PatientId, Refusal, Refusals, Staff};
use serde::{Deserialize, Serialize};

/// A question and what became of it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Question {
    /// What it says; nothing before it was sent.
    pub inquiry: Option<Inquiry>,
    /// How it ended, once it did.
    pub end: Option<End>,
}

/// What somebody wants to know.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Inquiry {
    /// The order that it is about.
    pub order: OrderId,
    /// Who wants to know.
    pub patient: PatientId,
    /// The organisation that sent them the link to their page.
    pub organisation: OdsCode,
    /// In their words.
    pub text: String,
}

/// How a question ended.
#[derive(Clone, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "each is the event of the same name")]
pub enum End {
    Answered { text: String, by: Staff },
    Discussed { note: String, by: Staff },
}

/// What happened.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Event {
    Sent(Box<Inquiry>),
    /// In writing, on the person's own page.
    Answered {
        text: String,
        by: Staff,
    },
    /// With the person, by telephone or face to face. The note stays with the clinic.
    Discussed {
        note: String,
        by: Staff,
    },
}

/// What somebody at the clinic wants to happen.
#[derive(Clone, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "each is the event of the same name")]
pub enum Command {
    Answer { text: String },
    Discuss { note: String },
}

/// The longest question, answer or note: about a page.
pub const CHARACTERS_MAX: usize = 2_000;

/// Questions of one person about one order that may wait at once.
pub const WAITING_MAX: usize = 5;

impl Question {
    /// Nobody has answered it or talked about it.
    pub fn is_waiting(&self) -> bool {
        self.inquiry.is_some() && self.end.is_none()
    }
}

impl Fold for Question {
    type Event = Event;
    fn apply(mut self, event: &Event) -> Question {
        match event.clone() {
            Event::Sent(inquiry) => self.inquiry = Some(*inquiry),
            Event::Answered { text, by } => self.end = Some(End::Answered { text, by }),
            Event::Discussed { note, by } => self.end = Some(End::Discussed { note, by }),
        }
        self
    }
}

/// Sends a question beside those of the same person that wait already.
pub fn send(waiting: &[&Inquiry], inquiry: Inquiry) -> Result<Vec<Event>, Refusals> {
    let inquiry = Inquiry { text: inquiry.text.trim().to_owned(), ..inquiry };
    Refusals::check(text_fault("text", &inquiry.text, "Write your question").into_iter().collect())?;
    if waiting.iter().any(|other| other.text == inquiry.text) {
        return Ok(vec![]);
    }
    if waiting.len() >= WAITING_MAX {
        let message = format!("{WAITING_MAX} of your questions wait for an answer already. Call your clinic instead");
        return Err(Refusals::one("text", message));
    }
    Ok(vec![Event::Sent(Box::new(inquiry))])
}

/// Decides what becomes of a question.
pub fn decide(question: &Question, command: Command, by: &Staff) -> Result<Vec<Event>, Refusals> {
    if !question.is_waiting() {
        return Err(Refusals::one("question", "Somebody answered this question meanwhile, or talked about it; nothing was sent"));
    }
    let by = by.clone();
    let (fault, event) = match command {
        Command::Answer { text } => {
            let text = text.trim().to_owned();
            (text_fault("text", &text, "Write the answer"), Event::Answered { text, by })
        }
        Command::Discuss { note } => {
            let note = note.trim().to_owned();
            (text_fault("note", &note, "Write when and how you talked about it"), Event::Discussed { note, by })
        }
    };
    Refusals::check(fault.into_iter().collect())?;
    Ok(vec![event])
}

fn text_fault(field: &'static str, text: &str, missing: &str) -> Option<Refusal> {
    if text.is_empty() {
        return Some(Refusal::new(field, missing));
    }
    let is_long = text.chars().count() > CHARACTERS_MAX;
    is_long.then(|| Refusal::new(field, format!("Write it in {CHARACTERS_MAX} characters at most")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::staff;
    use uuid::Uuid;

    fn inquiry(text: &str) -> Inquiry {
        let (order, patient) = (OrderId(Uuid::from_u128(1)), PatientId(Uuid::from_u128(2)));
        Inquiry { order, patient, organisation: "RXX01".parse().expect("a code"), text: text.into() }
    }

    fn sent(text: &str) -> Question {
        send(&[], inquiry(text)).expect("sent").iter().fold(Question::default(), Question::apply)
    }

    #[test]
    fn a_question_waits_until_it_is_answered_or_talked_about_and_never_twice() {
        let question = sent(" When is my result ready? ");
        assert!(question.is_waiting());
        assert_eq!(question.inquiry.as_ref().map(|inquiry| inquiry.text.as_str()), Some("When is my result ready?"));
        for command in [Command::Answer { text: "In May".into() }, Command::Discuss { note: "By telephone".into() }] {
            let ended = decide(&question, command, &staff()).expect("allowed").iter().fold(question.clone(), Question::apply);
            assert!(!ended.is_waiting());
            let again = decide(&ended, Command::Answer { text: "In June".into() }, &staff()).expect_err("refused");
            assert!(again.to_string().contains("meanwhile"));
        }
        assert!(decide(&question, Command::Answer { text: " ".into() }, &staff()).is_err());
        assert!(decide(&Question::default(), Command::Answer { text: "x".into() }, &staff()).is_err());
    }

    #[test]
    fn a_question_is_sent_once_and_not_without_end() {
        assert!(send(&[], inquiry("  ")).is_err() && send(&[], inquiry(&"x".repeat(CHARACTERS_MAX + 1))).is_err());
        let waiting: Vec<Inquiry> = (0..WAITING_MAX).map(|number| inquiry(&format!("Question {number}"))).collect();
        let waiting: Vec<&Inquiry> = waiting.iter().collect();
        assert_eq!(send(&waiting, inquiry("Question 0")), Ok(vec![]), "the same page sent twice");
        assert!(send(&waiting, inquiry("One more")).expect_err("refused").to_string().contains("Call your clinic"));
    }
}
