//! The text of a report as a consultant edits it before signing: each edit is kept with what it was before, and one that changes what
//! is concluded takes effect once both scientists have agreed.

mod extent;

pub use extent::{Extent, weighty_changes};

use super::case::{Conclusion, Event, Interpretation, State};
use crate::{Refusal, Refusals, Staff};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A text of a report that can be edited.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Part {
    /// The scientists' summary.
    Summary,
    /// The result in plain words.
    Plain,
}

/// An edit of a text.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Edit {
    /// Which edit.
    pub id: Uuid,
    /// Which text.
    pub part: Part,
    /// The text before.
    pub before: String,
    /// The text after.
    pub after: String,
    /// How much it changes.
    pub extent: Extent,
    /// Why.
    pub reason: String,
    /// Who.
    pub by: Staff,
    /// When.
    pub at: Timestamp,
}

/// What somebody wants to happen with a text.
#[derive(Clone, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "each is the event of the same name")]
pub enum Command {
    Edit(Box<Edit>),
    Agree { edit: Uuid },
    Decline { edit: Uuid, reason: String },
}

/// Characters that an edited text may have: more than a page of a report.
pub const CHARACTERS_MAX: usize = 6_000;

impl Part {
    /// Every text, with its name in forms.
    pub const ALL: [(&str, Part); 2] = [("summary", Part::Summary), ("plain", Part::Plain)];

    /// In words.
    pub fn label(self) -> &'static str {
        match self {
            Part::Summary => "summary",
            Part::Plain => "result in plain words",
        }
    }
}

impl Edit {
    /// What was edited, in a sentence.
    pub fn sentence(&self) -> String {
        let (part, extent) = (self.part.label(), self.extent.label().to_lowercase());
        format!("{} edited the {part} ({extent}): '{}' became '{}': {}", self.by.name, self.before, self.after, self.reason)
    }
}

impl Interpretation {
    /// A result in plain words as it was edited, and whether an edit no longer applies: the text that it changed is another by now.
    pub fn plain(&self, composed: String) -> (String, bool) {
        let mut text = composed;
        let mut is_lapsed = false;
        for edit in self.edits.iter().filter(|edit| edit.part == Part::Plain) {
            is_lapsed = edit.before != text;
            if !is_lapsed {
                text.clone_from(&edit.after);
            }
        }
        (text, is_lapsed)
    }
}

/// The state after an event about a text; edits in force are collected.
pub(super) fn apply(edits: &mut Vec<Edit>, state: State, event: &Event) -> State {
    match (event, state) {
        (Event::TextEdited(edit), State::Checked { conclusion, first, second }) => match edit.extent {
            Extent::Conclusion => State::Edited { conclusion, first, second, edit: edit.clone(), agreed: vec![] },
            Extent::Typography | Extent::Wording => {
                edits.push((**edit).clone());
                State::Checked { conclusion: with(conclusion, edit), first, second }
            }
        },
        (Event::TextAgreed { by, .. }, State::Edited { conclusion, first, second, edit, mut agreed }) => {
            agreed.push(by.clone());
            if [&first, &second].into_iter().all(|scientist| agreed.iter().any(|who| who.id == scientist.id)) {
                let conclusion = with(conclusion, &edit);
                edits.push(*edit);
                return State::Checked { conclusion, first, second };
            }
            State::Edited { conclusion, first, second, edit, agreed }
        }
        (Event::TextDeclined { .. }, State::Edited { conclusion, first, second, .. }) => State::Checked { conclusion, first, second },
        (_, state) => state,
    }
}

/// A conclusion with an edit in force.
fn with(conclusion: Conclusion, edit: &Edit) -> Conclusion {
    match edit.part {
        Part::Summary => Conclusion { summary: edit.after.clone(), ..conclusion },
        Part::Plain => conclusion,
    }
}

/// Decides a command.
pub(super) fn decide(interpretation: &Interpretation, command: Command, by: &Staff) -> Result<Vec<Event>, Refusals> {
    let event = match (command, &interpretation.state) {
        (Command::Edit(edit), State::Checked { conclusion, first, second }) => {
            Refusals::check(faults(&edit, conclusion, [first, second], by))?;
            let (after, reason) = (edit.after.trim().to_owned(), edit.reason.trim().to_owned());
            Event::TextEdited(Box::new(Edit { after, reason, by: by.clone(), ..*edit }))
        }
        (Command::Edit(_), State::Edited { .. }) => {
            return Err(Refusals::one("text", "An edit waits for both scientists: withdraw it before you make another"));
        }
        (Command::Edit(_), _) => return Err(Refusals::one("text", "A second scientist has not checked this interpretation yet")),
        (Command::Agree { edit: seen }, State::Edited { first, second, edit, agreed, .. }) => {
            is_seen(edit, seen)?;
            if first.id != by.id && second.id != by.id {
                let message = format!("{} and {} signed this interpretation: they agree, or do not", first.name, second.name);
                return Err(Refusals::one("signature", message));
            }
            if agreed.iter().any(|who| who.id == by.id) {
                return Err(Refusals::one("signature", "You have agreed already; the other scientist has not yet"));
            }
            Event::TextAgreed { edit: seen, by: by.clone() }
        }
        (Command::Decline { edit: seen, reason }, State::Edited { first, second, edit, .. }) => {
            is_seen(edit, seen)?;
            let mut refusals = Vec::new();
            if [first.id, second.id, edit.by.id].into_iter().all(|id| id != by.id) {
                refusals.push(Refusal::new("signature", "Only the two scientists and whoever edited the text can decline the edit"));
            }
            if reason.trim().is_empty() {
                refusals.push(Refusal::new("reason", "Say why the text stays as it was"));
            }
            Refusals::check(refusals)?;
            Event::TextDeclined { edit: seen, reason: reason.trim().to_owned(), by: by.clone() }
        }
        (Command::Agree { .. } | Command::Decline { .. }, _) => {
            return Err(Refusals::one("text", "No edit waits any more. Look at the text as it is now"));
        }
    };
    Ok(vec![event])
}

/// Nobody agrees with another edit than the one that they saw.
fn is_seen(edit: &Edit, seen: Uuid) -> Result<(), Refusals> {
    if edit.id == seen {
        return Ok(());
    }
    Err(Refusals::one("text", "The text was edited again since this page was shown, and nothing was done. Read it as it is now"))
}

/// What is wrong with an edit.
fn faults(edit: &Edit, conclusion: &Conclusion, signed: [&Staff; 2], by: &Staff) -> Vec<Refusal> {
    let (mut faults, after) = (Vec::new(), edit.after.trim());
    if signed.into_iter().any(|scientist| scientist.id == by.id) {
        let message = "You have signed this interpretation; whoever authorises the report edits its text";
        faults.push(Refusal::new("signature", message));
    }
    if edit.part == Part::Summary && edit.before != conclusion.summary {
        faults.push(Refusal::new("text", "The summary changed since this page was shown. Read it as it is now"));
    }
    if after.is_empty() {
        faults.push(Refusal::new("text", format!("Write the {}: a report without it cannot be signed", edit.part.label())));
    } else if after == edit.before.trim() {
        faults.push(Refusal::new("text", format!("The {} is the same as before; nothing was changed", edit.part.label())));
    }
    if after.chars().count() > CHARACTERS_MAX {
        let message = format!("The {} is longer than {CHARACTERS_MAX} characters: shorten it", edit.part.label());
        faults.push(Refusal::new("text", message));
    }
    if edit.reason.trim().is_empty() {
        faults.push(Refusal::new("reason", "Say why you edit the text"));
    }
    faults
}

#[cfg(test)]
mod tests;
