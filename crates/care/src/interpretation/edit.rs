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
    /// A text of which an edit no longer applies is kept as it is now.
    Keep(Box<Edit>),
    Agree {
        edit: Uuid,
    },
    Decline {
        edit: Uuid,
        reason: String,
    },
    /// A scientist who signed has read an edit.
    Read {
        edit: Uuid,
    },
}

/// Why a text is not edited as mere wording.
const AGREEMENT_LAPSED: &str = "An edit of this text that both scientists agreed to no longer applies. Choose that what is concluded \
    changes, so that both agree to the text that takes its place";

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
        if self.before == self.after {
            return format!(
                "{} kept the {part} as it is, of which an edit no longer applied: '{}': {}",
                self.by.name, self.after, self.reason
            );
        }
        format!("{} edited the {part} ({extent}): '{}' became '{}': {}", self.by.name, self.before, self.after, self.reason)
    }
}

impl Interpretation {
    /// A result in plain words as it was edited, and whether an edit no longer applies: the text that it changed is another by now.
    pub fn plain(&self, composed: String) -> (String, bool) {
        let mut text = composed;
        for edit in self.plain_edits() {
            if edit.before == text {
                text.clone_from(&edit.after);
            }
        }
        let is_lapsed = self.is_lapsed(&text);
        (text, is_lapsed)
    }

    /// Whether a result in plain words is not what its last edit made of it.
    fn is_lapsed(&self, plain: &str) -> bool {
        self.plain_edits().last().is_some_and(|last| last.after != plain)
    }

    /// Whether an edit that both scientists agreed to is among those that no longer apply to a result in plain words.
    fn is_agreement_lapsed(&self, plain: &str) -> bool {
        self.is_lapsed(plain) && self.plain_edits().any(|edit| edit.extent == Extent::Conclusion)
    }

    fn plain_edits(&self) -> impl Iterator<Item = &Edit> {
        self.edits.iter().filter(|edit| edit.part == Part::Plain)
    }

    /// The last edit of the result in plain words.
    pub fn last_plain_edit(&self) -> Option<&Edit> {
        self.plain_edits().last()
    }

    /// Edits that one of the two scientists has not read: the one that waits, of who has not agreed, and those of the wording, of who has
    /// not said to have read them.
    pub fn unread_edits(&self) -> Vec<(&Edit, &Staff)> {
        let (scientists, waiting) = match &self.state {
            State::Checked { first, second, .. } => ([first, second], None),
            State::Edited { first, second, edit, agreed, .. } => ([first, second], Some((&**edit, agreed))),
            State::None | State::Open | State::Proposed { .. } | State::Differs => return vec![],
        };
        let mut unread = Vec::new();
        for edit in self.edits.iter().filter(|edit| edit.extent != Extent::Conclusion) {
            let is_unread = |who: &&Staff| !self.texts_read.contains(&(edit.id, who.id));
            unread.extend(scientists.into_iter().filter(is_unread).map(|who| (edit, who)));
        }
        if let Some((edit, agreed)) = waiting {
            let has_not_agreed = |who: &&Staff| agreed.iter().all(|other| other.id != who.id);
            unread.extend(scientists.into_iter().filter(has_not_agreed).map(|who| (edit, who)));
        }
        unread
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
            let mut refusals = faults(&edit, conclusion, [first, second], by);
            let is_agreement_lost = edit.part == Part::Plain && interpretation.is_agreement_lapsed(&edit.before);
            if is_agreement_lost && edit.extent != Extent::Conclusion {
                refusals.push(Refusal::new("extent", AGREEMENT_LAPSED));
            }
            Refusals::check(refusals)?;
            let (after, reason) = (edit.after.trim().to_owned(), edit.reason.trim().to_owned());
            Event::TextEdited(Box::new(Edit { after, reason, by: by.clone(), ..*edit }))
        }
        (Command::Keep(edit), State::Checked { first, second, .. }) => keep(interpretation, *edit, [first, second], by)?,
        (Command::Edit(_) | Command::Keep(_), State::Edited { .. }) => {
            return Err(Refusals::one("text", "An edit waits for both scientists: withdraw it before you make another"));
        }
        (Command::Edit(_) | Command::Keep(_), _) => {
            return Err(Refusals::one("text", "A second scientist has not checked this interpretation yet"));
        }
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
        (Command::Read { edit: seen }, _) => read(interpretation, seen, by)?,
    };
    Ok(vec![event])
}

/// Keeps a text as it is of which an edit no longer applies: where both scientists had agreed to that edit, they have to agree again.
fn keep(interpretation: &Interpretation, edit: Edit, signed: [&Staff; 2], by: &Staff) -> Result<Event, Refusals> {
    let mut refusals: Vec<Refusal> = signature_fault(signed, by).into_iter().chain(reason_fault(&edit)).collect();
    if edit.part != Part::Plain || !interpretation.is_lapsed(&edit.before) {
        refusals
            .push(Refusal::new("text", "Every edit of this text applies, so that there is nothing to keep instead. Read it as it is now"));
    }
    Refusals::check(refusals)?;
    let extent = if interpretation.is_agreement_lapsed(&edit.before) { Extent::Conclusion } else { Extent::Typography };
    let (after, reason) = (edit.before.clone(), edit.reason.trim().to_owned());
    Ok(Event::TextEdited(Box::new(Edit { after, reason, extent, by: by.clone(), ..edit })))
}

/// A scientist has read an edit of the wording of what they signed.
fn read(interpretation: &Interpretation, edit: Uuid, by: &Staff) -> Result<Event, Refusals> {
    let unread = interpretation.unread_edits();
    let mut of_edit = unread.iter().filter(|(unread, _)| unread.id == edit && unread.extent != Extent::Conclusion);
    if of_edit.any(|(_, who)| who.id == by.id) {
        return Ok(Event::TextRead { edit, by: by.clone() });
    }
    Err(Refusals::one("text", "No edit of what you signed waits to be read by you. Look at the text as it is now"))
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
    let (mut faults, after): (Vec<Refusal>, _) = (signature_fault(signed, by).into_iter().collect(), edit.after.trim());
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
    faults.extend(reason_fault(edit));
    faults
}

fn signature_fault(signed: [&Staff; 2], by: &Staff) -> Option<Refusal> {
    let message = "You have signed this interpretation; whoever authorises the report edits its text";
    signed.into_iter().any(|scientist| scientist.id == by.id).then(|| Refusal::new("signature", message))
}

fn reason_fault(edit: &Edit) -> Option<Refusal> {
    edit.reason.trim().is_empty().then(|| Refusal::new("reason", "Say why you edit the text"))
}

#[cfg(test)]
mod tests;
