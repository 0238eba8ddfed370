//! How somebody of a family was chased for what is missing of them, and how that ended.

use crate::{PatientId, Refusal, Refusals, Staff};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

/// How somebody was reached for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum How {
    Telephone,
    Letter,
    Email,
    TextMessage,
    InPerson,
}

/// How it ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Ending {
    NoAnswer,
    MessageLeft,
    WillDoIt,
    NeedsTime,
    DoesNotWant,
    WrongDetails,
    Other,
}

/// An attempt to get from somebody what is missing.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Contact {
    /// Who was chased.
    pub person: PatientId,
    /// How.
    pub how: How,
    /// How it ended.
    pub ending: Ending,
    /// What else there is to say.
    pub note: String,
    /// When to try again; none where nobody should.
    pub next: Option<Date>,
    /// Who chased them.
    pub by: Staff,
    /// When it was written down.
    pub at: Timestamp,
}

/// Characters of a note, and days until the next attempt, at most: this service's own limits, so that no family is forgotten.
const NOTE_CHARACTERS_MAX: usize = 1_000;
const NEXT_DAYS_MAX: i32 = 90;

impl How {
    /// Every way, with its name in forms.
    pub const ALL: [(&str, How); 5] = [
        ("telephone", How::Telephone),
        ("letter", How::Letter),
        ("email", How::Email),
        ("text", How::TextMessage),
        ("in_person", How::InPerson),
    ];

    /// In words.
    pub fn label(self) -> &'static str {
        match self {
            How::Telephone => "Telephone",
            How::Letter => "Letter",
            How::Email => "Email",
            How::TextMessage => "Text message",
            How::InPerson => "In person",
        }
    }
}

impl Ending {
    /// Every ending, with its name in forms.
    pub const ALL: [(&str, Ending); 7] = [
        ("no_answer", Ending::NoAnswer),
        ("message", Ending::MessageLeft),
        ("will", Ending::WillDoIt),
        ("time", Ending::NeedsTime),
        ("no", Ending::DoesNotWant),
        ("wrong", Ending::WrongDetails),
        ("other", Ending::Other),
    ];

    /// In words.
    pub fn label(self) -> &'static str {
        match self {
            Ending::NoAnswer => "No answer",
            Ending::MessageLeft => "Message left or letter sent",
            Ending::WillDoIt => "Will do it",
            Ending::NeedsTime => "Needs more time",
            Ending::DoesNotWant => "Does not want to take part",
            Ending::WrongDetails => "Contact details are wrong",
            Ending::Other => "Other",
        }
    }

    /// Whether somebody has to try again: a person who said no is not chased.
    pub fn is_followed_up(self) -> bool {
        self != Ending::DoesNotWant
    }
}

impl Contact {
    /// What happened, in a sentence.
    pub fn sentence(&self) -> String {
        let note = if self.note.is_empty() { String::new() } else { format!(". {}", self.note) };
        let next = self.next.map_or_else(String::new, |day| format!("; next on {}", day.strftime("%-d %B %Y")));
        format!("{} chased somebody of the family ({}): {}{next}{note}", self.by.name, self.how.label(), self.ending.label())
    }
}

/// What is wrong with an attempt as somebody writes it down.
pub(super) fn check(contact: &Contact, today: Date) -> Result<(), Refusals> {
    let mut refusals = Vec::new();
    let days = contact.next.map(|day| today.until(day).map_or(-1, |span| span.get_days()));
    match days {
        None if contact.ending.is_followed_up() => refusals.push(Refusal::new("next", "Say on which day somebody tries again")),
        Some(_) if !contact.ending.is_followed_up() => {
            refusals.push(Refusal::new("next", "Who does not want to take part is not chased again: leave the next day empty"));
        }
        Some(days) if !(1..=NEXT_DAYS_MAX).contains(&days) => {
            refusals.push(Refusal::new("next", format!("The next attempt is on a day of the next {NEXT_DAYS_MAX}")));
        }
        None | Some(_) => {}
    }
    if contact.ending == Ending::Other && contact.note.trim().is_empty() {
        refusals.push(Refusal::new("note", "Say how it ended"));
    }
    if contact.note.chars().count() > NOTE_CHARACTERS_MAX {
        refusals.push(Refusal::new("note", format!("The note is longer than {NOTE_CHARACTERS_MAX} characters: shorten it")));
    }
    Refusals::check(refusals)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Role, StaffId};
    use uuid::Uuid;

    const TODAY: Date = Date::constant(2026, 11, 30);

    fn refusals(ending: Ending, next: Option<Date>, note: &str) -> String {
        let by = Staff {
            id: StaffId(Uuid::nil()),
            name: "Ben".into(),
            role: Role::GenomicAssociate,
            organisation: "RP4DEMO".parse().expect("a code"),
            organisation_name: "Hospital".into(),
        };
        let person = PatientId(Uuid::nil());
        let contact = Contact { person, how: How::Telephone, ending, note: note.into(), next, by, at: Timestamp::UNIX_EPOCH };
        check(&contact, TODAY).err().map_or_else(String::new, |refusals| refusals.to_string())
    }

    #[test]
    fn an_attempt_names_the_next_one_unless_somebody_said_no() {
        let soon = Some(Date::constant(2026, 12, 4));
        assert_eq!(refusals(Ending::NoAnswer, soon, ""), "");
        assert_eq!(refusals(Ending::DoesNotWant, None, "Said no"), "");
        assert!(refusals(Ending::NoAnswer, None, "").contains("on which day somebody tries again"));
        assert!(refusals(Ending::DoesNotWant, soon, "").contains("is not chased again"));
        for day in [TODAY, Date::constant(2026, 11, 1), Date::constant(2027, 3, 1), Date::constant(9999, 12, 31)] {
            assert!(refusals(Ending::WillDoIt, Some(day), "").contains("a day of the next 90"), "{day}");
        }
        assert!(refusals(Ending::Other, soon, " ").contains("Say how it ended"));
        assert!(refusals(Ending::Other, soon, &"x".repeat(1_001)).contains("shorten it"));
    }
}
