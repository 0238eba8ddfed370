//! Forms that note something on a variant.

use care::{
    Refusals,
    interpretation::note::{Dismissal, Noted},
};
use serde::Deserialize;

/// What a form of a note holds; each uses the fields that it needs.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct NoteForm {
    pub text: String,
    pub reason: String,
    pub why: String,
    pub comment: String,
    pub method: String,
    pub on: String,
}

impl NoteForm {
    pub(crate) fn withdraw_comment(self) -> Result<Noted, Refusals> {
        Ok(Noted::CommentWithdrawn { id: self.comment_id()?, reason: self.reason.trim().into() })
    }

    pub(crate) fn answer(self) -> Result<Noted, Refusals> {
        Ok(Noted::MentionAnswered { id: self.comment_id()? })
    }

    fn comment_id(&self) -> Result<uuid::Uuid, Refusals> {
        self.comment.parse().map_err(|_| Refusals::one("comment", "There is no such comment"))
    }

    pub(crate) fn dismiss(self) -> Result<Noted, Refusals> {
        let why = Dismissal::ALL.iter().find(|(name, _)| *name == self.why).map(|(_, why)| *why);
        let why = why.ok_or_else(|| Refusals::one("why", "Choose why it is dismissed"))?;
        Ok(Noted::Dismissed { why, text: self.text.trim().into() })
    }

    pub(crate) fn restore(self) -> Noted {
        Noted::Restored { reason: self.reason.trim().into() }
    }

    pub(crate) fn confirm(self) -> Result<Noted, Refusals> {
        let on = self.on.parse().map_err(|_| Refusals::one("on", "Give the day of the confirmation, such as 2027-01-09"))?;
        Ok(Noted::Confirmed { method: self.method.trim().into(), on })
    }

    pub(crate) fn withdraw_confirmation(self) -> Noted {
        Noted::ConfirmationWithdrawn { reason: self.reason.trim().into() }
    }
}
