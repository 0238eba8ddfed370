//! Which of two results is the later one, as far as their times say it: messages overtake each other.

use super::Received;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// A time as exactly as it was stated, such as a day or a second: its first and its last moment.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Span {
    /// Its first moment.
    pub from: Timestamp,
    /// Its last moment.
    pub until: Timestamp,
}

/// When a result was issued, and when its message was written, as far as either was stated so that it can be compared.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Version {
    /// When the result was issued or changed last (`OBR-22`, `DiagnosticReport.issued`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued: Option<Span>,
    /// When the message was written (`MSH-7`, `meta.lastUpdated`, `Bundle.timestamp`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub written: Option<Span>,
}

impl Span {
    /// A single moment.
    pub fn moment(time: Timestamp) -> Span {
        Span { from: time, until: time }
    }

    /// What begins at a moment and lasts for a while.
    pub fn lasting(from: Timestamp, length: SignedDuration) -> Option<Span> {
        let last = length.checked_sub(SignedDuration::from_nanos(1))?;
        Some(Span { from, until: from.checked_add(last).ok()? })
    }

    /// Whether it lies before or after another one; nothing where they overlap.
    fn compare(&self, other: &Span) -> Option<Ordering> {
        match () {
            () if self.until < other.from => Some(Ordering::Less),
            () if self.from > other.until => Some(Ordering::Greater),
            () => None,
        }
    }

    /// As people read it; a day without the time that nobody stated.
    fn label(&self) -> String {
        let is_exact = self.until.duration_since(self.from) < SignedDuration::from_hours(1);
        self.from.strftime(if is_exact { "%-d %B %Y, %H:%M UTC" } else { "%-d %B %Y" }).to_string()
    }
}

impl Version {
    /// Nothing of it was stated.
    pub fn is_unknown(&self) -> bool {
        self.issued.is_none() && self.written.is_none()
    }

    /// What of it can be true: a clock that is wrong says nothing of what came first.
    #[must_use]
    pub fn only(&self, may_be: impl Fn(Timestamp) -> bool) -> Version {
        let kept = |span: Option<Span>| span.filter(|span| may_be(span.from));
        Version { issued: kept(self.issued), written: kept(self.written) }
    }

    /// Whether it was issued before or after another one, as far as both say so.
    pub fn compare_issued(&self, other: &Version) -> Option<Ordering> {
        self.issued?.compare(&other.issued?)
    }

    fn compare_written(&self, other: &Version) -> Option<Ordering> {
        self.written?.compare(&other.written?)
    }

    /// When, as people read it.
    pub fn label(&self) -> String {
        match (self.issued, self.written) {
            (Some(issued), _) => format!("issued {}", issued.label()),
            (None, Some(written)) => format!("written {}", written.label()),
            (None, None) => "without a time".to_owned(),
        }
    }
}

impl Received {
    /// Whether it is certainly the earlier or the later of two: by when it was issued, else by when its message was written. Where the
    /// two contradict each other, and one of them is more final than the other, neither is certain.
    pub fn compare(&self, other: &Received) -> Option<Ordering> {
        let (one, two) = (&self.version, &other.version);
        match (one.compare_issued(two), one.compare_written(two)) {
            (Some(issued), Some(written)) if issued != written && self.status != other.status => None,
            (issued, written) => issued.or(written),
        }
    }
}
