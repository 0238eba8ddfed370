//! What scientists note on a variant of a case: comments, what they pin or dismiss, and that a second method confirmed it. Each is an
//! event, and is undone by another one.

use crate::{Refusal, Refusals, Staff, StaffId};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Why a variant is dismissed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Dismissal {
    /// The call is not real.
    Artefact,
    /// Its disorder is not what the person has.
    NotThePhenotype,
    /// It is more frequent than the disorder allows.
    TooCommon,
    /// Its disorder is inherited otherwise.
    InheritanceDoesNotFit,
    /// Another reason, in words.
    Other,
}

/// What was noted.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Noted {
    /// A comment was written.
    Commented {
        /// Which comment.
        id: Uuid,
        /// In words.
        text: String,
        /// Colleagues who are asked to look; it is their work until they answer.
        mentions: Vec<StaffId>,
    },
    /// A comment was withdrawn; it stays readable.
    CommentWithdrawn {
        /// Which comment.
        id: Uuid,
        /// Why.
        reason: String,
    },
    /// Somebody who was mentioned in a comment has seen to it.
    MentionAnswered {
        /// Which comment.
        id: Uuid,
    },
    /// It is kept in view.
    Pinned,
    /// It is no longer kept in view.
    Unpinned,
    /// It is not looked at any more.
    Dismissed {
        /// Why.
        why: Dismissal,
        /// The same in words; needed for another reason.
        text: String,
    },
    /// It is looked at again.
    Restored {
        /// Why.
        reason: String,
    },
    /// A second method found it too.
    Confirmed {
        /// Which method.
        method: String,
        /// When it was done.
        on: Date,
    },
    /// The confirmation does not hold.
    ConfirmationWithdrawn {
        /// Why.
        reason: String,
    },
}

/// A note on a variant.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Note {
    /// Variant as contig-position-ref-alt on GRCh38.
    pub variant: String,
    /// What.
    pub what: Noted,
    /// Who.
    pub by: Staff,
    /// When.
    pub at: Timestamp,
}

/// A comment, and the note that withdrew it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Comment {
    /// Which.
    pub id: Uuid,
    /// In words.
    pub text: String,
    /// Who is mentioned and has not answered.
    pub open_mentions: Vec<StaffId>,
    /// The note that made it.
    pub note: Note,
    /// Its withdrawal.
    pub withdrawn: Option<Note>,
}

/// What stands of a variant's notes.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Notes {
    /// Comments, oldest first.
    pub comments: Vec<Comment>,
    /// Who pinned it.
    pub pinned: Option<Note>,
    /// Who dismissed it, and why.
    pub dismissed: Option<Note>,
    /// Who confirmed it, by what.
    pub confirmed: Option<Note>,
    /// Every note, oldest first.
    pub history: Vec<Note>,
}

impl Dismissal {
    /// Every reason, with its name in forms.
    pub const ALL: [(&str, Dismissal); 5] = [
        ("artefact", Dismissal::Artefact),
        ("not_the_phenotype", Dismissal::NotThePhenotype),
        ("too_common", Dismissal::TooCommon),
        ("inheritance", Dismissal::InheritanceDoesNotFit),
        ("other", Dismissal::Other),
    ];

    /// In words.
    pub fn label(self) -> &'static str {
        match self {
            Dismissal::Artefact => "Artefact",
            Dismissal::NotThePhenotype => "Not the phenotype",
            Dismissal::TooCommon => "Too common",
            Dismissal::InheritanceDoesNotFit => "Mode of inheritance does not fit",
            Dismissal::Other => "Other",
        }
    }
}

impl Note {
    /// What was noted, in a sentence.
    pub fn sentence(&self) -> String {
        let (who, variant) = (&self.by.name, &self.variant);
        match &self.what {
            Noted::Commented { text, .. } => format!("{who} commented on {variant}: {text}"),
            Noted::CommentWithdrawn { reason, .. } => format!("{who} withdrew a comment on {variant}: {reason}"),
            Noted::MentionAnswered { .. } => format!("{who} saw to a comment on {variant} that mentions them"),
            Noted::Pinned => format!("{who} pinned {variant}"),
            Noted::Unpinned => format!("{who} unpinned {variant}"),
            Noted::Dismissed { why, text } if text.is_empty() => format!("{who} dismissed {variant}: {}", why.label().to_lowercase()),
            Noted::Dismissed { why, text } => format!("{who} dismissed {variant}: {}, {text}", why.label().to_lowercase()),
            Noted::Restored { reason } => format!("{who} restored {variant}: {reason}"),
            Noted::Confirmed { method, on } => format!("{who} noted that {variant} was confirmed by {method} on {on}"),
            Noted::ConfirmationWithdrawn { reason } => format!("{who} withdrew the confirmation of {variant}: {reason}"),
        }
    }
}

impl Notes {
    /// What stands of the notes on a variant, of all notes of a case in their order.
    pub fn on<'n>(variant: &str, notes: impl IntoIterator<Item = &'n Note>) -> Notes {
        let mut found = Notes::default();
        for note in notes.into_iter().filter(|note| note.variant == variant) {
            found.add(note);
        }
        found
    }

    fn add(&mut self, note: &Note) {
        let kept = || Some(note.clone());
        match &note.what {
            Noted::Commented { id, text, mentions } => self.comments.push(Comment {
                id: *id,
                text: text.clone(),
                open_mentions: mentions.clone(),
                note: note.clone(),
                withdrawn: None,
            }),
            Noted::CommentWithdrawn { id, .. } => {
                if let Some(comment) = self.comments.iter_mut().find(|comment| comment.id == *id) {
                    comment.withdrawn = kept();
                    comment.open_mentions.clear();
                }
            }
            Noted::MentionAnswered { id } => {
                let comments = self.comments.iter_mut().filter(|comment| comment.id == *id);
                comments.for_each(|comment| comment.open_mentions.retain(|staff| *staff != note.by.id));
            }
            Noted::Pinned => self.pinned = kept(),
            Noted::Unpinned => self.pinned = None,
            Noted::Dismissed { .. } => self.dismissed = kept(),
            Noted::Restored { .. } => self.dismissed = None,
            Noted::Confirmed { .. } => self.confirmed = kept(),
            Noted::ConfirmationWithdrawn { .. } => self.confirmed = None,
        }
        self.history.push(note.clone());
    }

    /// Why it is dismissed, in words.
    pub fn reason_dismissed(&self) -> Option<String> {
        match self.dismissed.as_ref().map(|note| &note.what) {
            Some(Noted::Dismissed { why: Dismissal::Other, text }) => Some(text.clone()),
            Some(Noted::Dismissed { why, .. }) => Some(why.label().to_lowercase()),
            _ => None,
        }
    }

    /// How it was confirmed, as a report prints it.
    pub fn confirmation(&self) -> Option<String> {
        match self.confirmed.as_ref().map(|note| &note.what) {
            Some(Noted::Confirmed { method, on }) => Some(format!("Confirmed by {method} on {}", on.strftime("%-d %B %Y"))),
            _ => None,
        }
    }

    /// A comment by its identifier.
    pub fn comment(&self, id: Uuid) -> Option<&Comment> {
        self.comments.iter().find(|comment| comment.id == id)
    }

    /// Whether somebody can note something now, on a day.
    pub fn check(&self, what: &Noted, by: StaffId, today: Date) -> Result<(), Refusals> {
        let refused = |field, message: &str| Some(Refusal::new(field, message));
        let empty = |text: &str, field, message: &str| text.trim().is_empty().then(|| Refusal::new(field, message));
        let fault = match what {
            Noted::Commented { text, .. } => empty(text, "text", "Write the comment"),
            Noted::CommentWithdrawn { id, reason } => match self.comment(*id) {
                None => refused("comment", "There is no such comment"),
                Some(comment) if comment.withdrawn.is_some() => refused("comment", "This comment is withdrawn already"),
                Some(_) => empty(reason, "reason", "Say why the comment is withdrawn"),
            },
            Noted::MentionAnswered { id } => match self.comment(*id).filter(|comment| comment.open_mentions.contains(&by)) {
                Some(_) => None,
                None => refused("comment", "This comment does not wait for you"),
            },
            Noted::Pinned if self.pinned.is_some() => refused("action", "It is pinned already"),
            Noted::Unpinned if self.pinned.is_none() => refused("action", "It is not pinned"),
            Noted::Dismissed { .. } if self.dismissed.is_some() => refused("action", "It is dismissed already; restore it first"),
            Noted::Dismissed { why: Dismissal::Other, text } => empty(text, "text", "Say why it is dismissed"),
            Noted::Restored { .. } if self.dismissed.is_none() => refused("action", "It is not dismissed"),
            Noted::Restored { reason } => empty(reason, "reason", "Say why it is looked at again"),
            Noted::Confirmed { .. } if self.confirmed.is_some() => refused("action", "It is confirmed already; withdraw that first"),
            Noted::Confirmed { on, .. } if *on > today => refused("on", "The day of the confirmation is still to come"),
            Noted::Confirmed { method, .. } => empty(method, "method", "Name the second method, such as Sanger sequencing"),
            Noted::ConfirmationWithdrawn { .. } if self.confirmed.is_none() => refused("action", "No confirmation is noted"),
            Noted::ConfirmationWithdrawn { reason } => empty(reason, "reason", "Say why the confirmation does not hold"),
            Noted::Pinned | Noted::Unpinned | Noted::Dismissed { .. } => None,
        };
        Refusals::check(fault.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Role;

    fn note(what: Noted) -> Note {
        let by = Staff {
            id: StaffId(uuid::Uuid::nil()),
            name: "Dr A".into(),
            role: Role::ClinicalScientist,
            organisation: "699X0".parse().expect("a code"),
            organisation_name: "Hub".into(),
        };
        Note { variant: "1-1-A-T".into(), what, by, at: Timestamp::UNIX_EPOCH }
    }

    const WHO: StaffId = StaffId(Uuid::nil());
    const TODAY: Date = Date::constant(2026, 11, 30);

    #[test]
    fn each_note_is_undone_by_another_and_all_stay_readable() {
        let reason = || "because".to_owned();
        let pairs = [
            (Noted::Pinned, Noted::Unpinned),
            (Noted::Dismissed { why: Dismissal::Artefact, text: String::new() }, Noted::Restored { reason: reason() }),
            (Noted::Confirmed { method: "Sanger sequencing".into(), on: TODAY }, Noted::ConfirmationWithdrawn { reason: reason() }),
            (
                Noted::Commented { id: Uuid::nil(), text: "Look at the reads".into(), mentions: vec![] },
                Noted::CommentWithdrawn { id: Uuid::nil(), reason: reason() },
            ),
        ];
        for (done, undone) in pairs {
            let none = Notes::default();
            assert!(none.check(&done, WHO, TODAY).is_ok() && none.check(&undone, WHO, TODAY).is_err(), "{done:?}");
            let first = Notes::on("1-1-A-T", &[note(done.clone())]);
            assert!(first.check(&undone, WHO, TODAY).is_ok(), "{undone:?}");
            let second = Notes::on("1-1-A-T", &[note(done.clone()), note(undone.clone())]);
            assert!(second.check(&undone, WHO, TODAY).is_err() && second.check(&done, WHO, TODAY).is_ok());
            assert_eq!(second.history.len(), 2, "nothing is overwritten");
            assert_eq!((second.pinned, second.dismissed, second.confirmed), (None, None, None));
        }
    }

    #[test]
    fn what_is_noted_has_its_words_and_no_day_that_is_still_to_come() {
        let refusal = |what| Notes::default().check(&what, WHO, TODAY).expect_err("refused").to_string();
        assert_eq!(refusal(Noted::Commented { id: Uuid::nil(), text: " ".into(), mentions: vec![] }), "Write the comment");
        assert_eq!(refusal(Noted::Dismissed { why: Dismissal::Other, text: String::new() }), "Say why it is dismissed");
        let tomorrow = TODAY.tomorrow().expect("a day");
        assert!(refusal(Noted::Confirmed { method: "Sanger sequencing".into(), on: tomorrow }).contains("still to come"));
        assert!(refusal(Noted::Confirmed { method: String::new(), on: TODAY }).contains("Name the second method"));
    }

    #[test]
    fn a_mention_waits_for_who_is_mentioned_until_they_answer_or_it_is_withdrawn() {
        let (id, other) = (Uuid::from_u128(5), StaffId(Uuid::from_u128(6)));
        let comment = note(Noted::Commented { id, text: "@Dr A and @Dr B".into(), mentions: vec![WHO, other] });
        let first = Notes::on("1-1-A-T", std::slice::from_ref(&comment));
        let answered = Noted::MentionAnswered { id };
        assert!(first.check(&answered, WHO, TODAY).is_ok() && first.check(&answered, StaffId(Uuid::from_u128(7)), TODAY).is_err());
        let second = Notes::on("1-1-A-T", &[comment.clone(), note(answered.clone())]);
        assert_eq!(second.comments[0].open_mentions, [other]);
        assert!(second.check(&answered, WHO, TODAY).is_err());
        let withdrawn = Notes::on("1-1-A-T", &[comment, note(Noted::CommentWithdrawn { id, reason: "because".into() })]);
        assert!(withdrawn.comments[0].open_mentions.is_empty());
    }

    #[test]
    fn notes_on_another_variant_do_not_count() {
        let notes = [note(Noted::Dismissed { why: Dismissal::Other, text: "seen in every run".into() })];
        assert_eq!(Notes::on("1-2-A-T", &notes), Notes::default());
        assert_eq!(Notes::on("1-1-A-T", &notes).reason_dismissed().as_deref(), Some("seen in every run"));
        let confirmed = [note(Noted::Confirmed { method: "Sanger sequencing".into(), on: TODAY })];
        assert_eq!(Notes::on("1-1-A-T", &confirmed).confirmation().as_deref(), Some("Confirmed by Sanger sequencing on 30 November 2026"));
    }
}
