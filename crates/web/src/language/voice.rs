//! How a person reads their own page: in which language, whole or in easy read. An address may say it; the session of whoever opened
//! their page keeps it.

use super::Language;
use crate::{error::PageError, session::LINK};
use axum::{
    extract::{FromRequestParts, Query},
    http::request::Parts,
};
use care::InvitationId;
use serde::Deserialize;
use service::Service;
use std::{fmt::Display, sync::Arc};
use tower_sessions::Session;

/// Key of how the page is read, in a session: code of the language, and `easy` after it or nothing.
pub(crate) const VOICE: &str = "voice";

/// How somebody reads their own page.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Voice {
    pub language: Language,
    /// Short sentences with pictures.
    pub is_easy: bool,
}

/// A language to switch to.
pub(crate) struct Switch {
    /// Its own name.
    pub name: &'static str,
    pub tag: &'static str,
    pub direction: &'static str,
    /// Where it is read; nothing of the present one.
    pub address: Option<String>,
}

/// What an address says of it.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Wish {
    /// Code of a language.
    lang: String,
    /// `easy`, or `whole`.
    read: String,
}

impl Voice {
    /// As the session keeps it. What it does not know is as at the beginning.
    fn of_session(kept: &str) -> Voice {
        let (code, read) = kept.split_once(' ').unwrap_or((kept, ""));
        Voice { language: Language::named(code).unwrap_or_default(), is_easy: read == "easy" }
    }

    /// For the session to keep.
    pub(crate) fn kept(self) -> String {
        format!("{} {}", self.language.code(), if self.is_easy { "easy" } else { "" })
    }

    /// The same with what an address says; what it does not know changes nothing.
    fn with(self, wish: &Wish) -> Voice {
        let is_easy = match wish.read.as_str() {
            "easy" => true,
            "whole" => false,
            _ => self.is_easy,
        };
        Voice { language: Language::named(&wish.lang).unwrap_or(self.language), is_easy }
    }

    /// What an address ends with, so that whoever follows it reads on in the same way.
    pub(crate) fn query(self) -> String {
        format!("?lang={}&read={}", self.language.code(), if self.is_easy { "easy" } else { "whole" })
    }

    /// The same in easy read, or whole.
    pub(crate) fn other_way(self) -> Voice {
        Voice { is_easy: !self.is_easy, ..self }
    }

    /// Whether it is English.
    pub(crate) fn is_english(self) -> bool {
        self.language == Language::English
    }

    /// Every language, with the address that switches to it.
    pub(crate) fn switches(self) -> Vec<Switch> {
        let switch = |language: Language| Switch {
            name: language.name(),
            tag: language.tag(),
            direction: language.direction(),
            address: (language != self.language).then(|| Voice { language, ..self }.query()),
        };
        Language::ALL.into_iter().map(switch).collect()
    }

    /// What a part of the date of birth is called.
    pub(crate) fn open_label(self, part: impl Display) -> &'static str {
        self.text(format!("open.{part}"))
    }

    /// A message.
    pub(crate) fn text(self, key: impl AsRef<str>) -> &'static str {
        self.language.text(key)
    }

    /// A message with one thing put in.
    pub(crate) fn fill(self, key: impl AsRef<str>, name: &str, value: impl Display) -> String {
        self.language.fill(key, name, value)
    }
}

impl FromRequestParts<Arc<Service>> for Voice {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, service: &Arc<Service>) -> Result<Self, PageError> {
        let session = Session::from_request_parts(parts, service).await.map_err(|(_, message)| PageError::fault(message))?;
        let kept: Option<String> = session.get(VOICE).await.map_err(PageError::fault)?;
        let before = kept.as_deref().map(Voice::of_session).unwrap_or_default();
        // An address that says it twice or otherwise says nothing.
        let wish = Query::<Wish>::from_request_parts(parts, service).await.map(|Query(wish)| wish).unwrap_or_default();
        let now = before.with(&wish);
        // Of somebody whose page is not open yet the address alone says it: nothing is kept of nobody.
        let is_somebody = session.get::<InvitationId>(LINK).await.map_err(PageError::fault)?.is_some();
        if now != before && is_somebody {
            session.insert(VOICE, now.kept()).await.map_err(PageError::fault)?;
        }
        Ok(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_changes_how_the_page_is_read_and_the_session_keeps_it() {
        let wish = |lang: &str, read: &str| Wish { lang: lang.into(), read: read.into() };
        let welsh = Voice::default().with(&wish("cy", "easy"));
        assert_eq!(welsh, Voice { language: Language::Welsh, is_easy: true });
        assert_eq!(Voice::of_session(&welsh.kept()), welsh);
        assert_eq!(welsh.with(&wish("", "")), welsh, "nothing said");
        assert_eq!(welsh.with(&wish("xx", "loud")), welsh, "nothing known");
        assert_eq!(welsh.with(&wish("en", "whole")), Voice::default());
        assert_eq!(welsh.query(), "?lang=cy&read=easy");
        assert_eq!(Voice::of_session("nonsense"), Voice::default());
    }
}
