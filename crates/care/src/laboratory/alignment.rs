//! Aligned reads of one person: a BAM or CRAM with its index, as it was registered. Never changed; a wrong one is withdrawn.

mod identity;
mod known;

pub use identity::{Declared, Identity, Named, identified};
pub use known::{Known, KnownBy, is_number, named, texts};

use crate::{Fold, OrderId, PatientId, Refusals};
use serde::{Deserialize, Serialize};

/// How reads are kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum ReadsKind {
    /// Binary alignment map.
    Bam,
    /// Compressed against the reference, which is needed to read it.
    Cram,
}

/// How an index is kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum IndexKind {
    /// Of a BAM.
    Bai,
    /// Of a BAM, coordinate-sorted index.
    Csi,
    /// Of a CRAM.
    Crai,
}

/// Bytes that are kept.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Kept {
    /// SHA-256 of them.
    pub sha256: String,
    /// How many they are.
    pub bytes: u64,
}

/// What is registered.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AlignmentFile {
    /// Order.
    pub order: OrderId,
    /// Whose reads they are.
    pub patient: PatientId,
    /// Name under which they were delivered.
    pub file: String,
    /// How they are kept.
    pub kind: ReadsKind,
    /// The reads.
    pub reads: Kept,
    /// How the index is kept.
    pub index_kind: IndexKind,
    /// The index.
    pub index: Kept,
    /// Names of samples in the header.
    pub samples: Vec<String>,
    /// What else in the header may hold a number of somebody, by what is found out later: read groups, libraries and units; nothing of
    /// what was registered before that was kept.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
    /// What the identity rests on.
    pub identity: Identity,
}

/// Registered reads.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Alignment {
    /// What was registered.
    pub file: Option<AlignmentFile>,
    /// State.
    pub state: State,
}

/// Where registered reads stand.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[expect(missing_docs, reason = "the names say it")]
pub enum State {
    #[default]
    None,
    Registered,
    Withdrawn {
        reason: String,
    },
}

/// What somebody wants to happen.
#[derive(Clone, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "each is the event of the same name")]
pub enum Command {
    Register(AlignmentFile),
    Withdraw { reason: String },
}

/// What happened.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Event {
    Registered(AlignmentFile),
    Withdrawn { reason: String },
}

impl ReadsKind {
    /// The end of the name of such a file, and what it is called.
    pub fn extension(self) -> &'static str {
        match self {
            ReadsKind::Bam => "bam",
            ReadsKind::Cram => "cram",
        }
    }
}

impl IndexKind {
    /// The end of the name of such a file.
    pub fn extension(self) -> &'static str {
        match self {
            IndexKind::Bai => "bai",
            IndexKind::Csi => "csi",
            IndexKind::Crai => "crai",
        }
    }

    /// Whether it indexes files of a kind.
    pub fn is_for(self, kind: ReadsKind) -> bool {
        match self {
            IndexKind::Bai | IndexKind::Csi => kind == ReadsKind::Bam,
            IndexKind::Crai => kind == ReadsKind::Cram,
        }
    }
}

impl Alignment {
    /// What is registered, unless it was withdrawn.
    pub fn in_force(&self) -> Option<&AlignmentFile> {
        match self.state {
            State::Registered => self.file.as_ref(),
            State::None | State::Withdrawn { .. } => None,
        }
    }
}

impl Fold for Alignment {
    type Event = Event;
    fn apply(mut self, event: &Event) -> Alignment {
        self.state = match event {
            Event::Registered(file) => {
                self.file = Some(file.clone());
                State::Registered
            }
            Event::Withdrawn { reason } => State::Withdrawn { reason: reason.clone() },
        };
        self
    }
}

/// Decides a command.
pub fn decide(alignment: &Alignment, command: Command) -> Result<Vec<Event>, Refusals> {
    let event = match (command, &alignment.state) {
        (Command::Register(file), State::None) => {
            if !file.index_kind.is_for(file.kind) {
                let (index, reads) = (file.index_kind.extension(), file.kind.extension());
                return Err(Refusals::one("index", format!("An index of the kind {index} does not belong to a {reads} file")));
            }
            Event::Registered(file)
        }
        (Command::Register(_), State::Registered | State::Withdrawn { .. }) => {
            return Err(Refusals::one("file", "These reads are registered already; register a file anew to replace them"));
        }
        (Command::Withdraw { reason }, State::Registered) => {
            let reason = reason.trim().to_owned();
            if reason.is_empty() {
                return Err(Refusals::one("reason", "Say why the reads are withdrawn"));
            }
            Event::Withdrawn { reason }
        }
        (Command::Withdraw { .. }, State::None) => return Err(Refusals::one("file", "No reads are registered under this name")),
        (Command::Withdraw { .. }, State::Withdrawn { .. }) => {
            return Err(Refusals::one("file", "These reads were withdrawn already"));
        }
    };
    Ok(vec![event])
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn file(kind: ReadsKind, index_kind: IndexKind) -> AlignmentFile {
        let kept = |sha256: &str| Kept { sha256: sha256.into(), bytes: 9 };
        AlignmentFile {
            order: OrderId(Uuid::from_u128(1)),
            patient: PatientId(Uuid::from_u128(2)),
            file: "S1.bam".into(),
            kind,
            reads: kept("a"),
            index_kind,
            index: kept("b"),
            samples: vec!["S1".into()],
            groups: vec![],
            identity: Identity::Barcode,
        }
    }

    fn after(events: &[Event]) -> Alignment {
        events.iter().fold(Alignment::default(), Alignment::apply)
    }

    #[test]
    fn reads_are_registered_once_and_withdrawn_once_with_a_reason() {
        let bam = file(ReadsKind::Bam, IndexKind::Bai);
        let registered = after(&decide(&Alignment::default(), Command::Register(bam.clone())).expect("registered"));
        assert_eq!(registered.in_force(), Some(&bam));
        assert!(decide(&registered, Command::Register(bam.clone())).is_err());
        assert!(decide(&registered, Command::Withdraw { reason: " ".into() }).is_err());
        let events = decide(&registered, Command::Withdraw { reason: "Of the sister".into() }).expect("withdrawn");
        let withdrawn = events.iter().fold(registered, Alignment::apply);
        assert_eq!((withdrawn.in_force(), withdrawn.file.as_ref()), (None, Some(&bam)));
        assert!(decide(&withdrawn, Command::Withdraw { reason: "Again".into() }).is_err());
        assert!(decide(&Alignment::default(), Command::Withdraw { reason: "Nothing there".into() }).is_err());
    }

    #[test]
    fn an_index_belongs_to_the_kind_of_its_file() {
        for (kind, index, fits) in [
            (ReadsKind::Bam, IndexKind::Bai, true),
            (ReadsKind::Bam, IndexKind::Csi, true),
            (ReadsKind::Bam, IndexKind::Crai, false),
            (ReadsKind::Cram, IndexKind::Crai, true),
            (ReadsKind::Cram, IndexKind::Bai, false),
        ] {
            assert_eq!(decide(&Alignment::default(), Command::Register(file(kind, index))).is_ok(), fits, "{kind:?} {index:?}");
        }
    }
}
