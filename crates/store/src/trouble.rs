//! What is wrong beneath a fault, where it is the database, the disk or the object store and not the program: so that people and systems
//! are told in words of their own, and when it is worth trying again.

use crate::database::DatabaseError;
use std::{io, time::Duration};

/// What is wrong beneath a fault.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Trouble {
    /// No connection, or it broke off.
    #[error("the database cannot be reached at this moment")]
    Away,
    /// Connections, locks or memory are used up.
    #[error("the database has too much to do at this moment")]
    Busy,
    /// Nothing more fits.
    #[error("there is no room left where the service keeps its data")]
    NoRoom,
    /// Nothing may be written.
    #[error("the place where the service keeps its data may be read and not written")]
    ReadOnly,
    /// The machine cannot read or write its disk.
    #[error("the disk of the database cannot be read or written")]
    Disk,
    /// The database is not what was written.
    #[error("the database is damaged")]
    Damaged,
    /// The object store does not answer, or refuses.
    #[error("the object store, where files are kept, cannot be reached at this moment")]
    FilesAway,
}

impl Trouble {
    /// Every kind.
    pub const ALL: [Trouble; 7] =
        [Trouble::Away, Trouble::Busy, Trouble::NoRoom, Trouble::ReadOnly, Trouble::Disk, Trouble::Damaged, Trouble::FilesAway];

    /// What lies beneath a fault, if it is one of these.
    pub fn beneath(fault: &anyhow::Error) -> Option<Trouble> {
        fault.chain().find_map(|cause| {
            if let Some(known) = cause.downcast_ref::<Trouble>() {
                return Some(*known);
            }
            if let Some(error) = cause.downcast_ref::<DatabaseError>() {
                return of_database(error);
            }
            if let Some(error) = cause.downcast_ref::<object_store::Error>() {
                return of_object_store(error);
            }
            cause.downcast_ref::<io::Error>().and_then(of_disk)
        })
    }

    /// The kind whose words these are: where a fault went through something that keeps its words alone.
    pub fn named(text: &str) -> Option<Trouble> {
        Trouble::ALL.into_iter().find(|trouble| trouble.to_string() == text)
    }

    /// After how long it is worth trying again; nothing where somebody has to mend it first.
    pub fn passes_after(self) -> Option<Duration> {
        match self {
            Trouble::Busy => Some(Duration::from_secs(5)),
            Trouble::Away | Trouble::FilesAway => Some(Duration::from_secs(15)),
            Trouble::NoRoom | Trouble::ReadOnly | Trouble::Disk => Some(Duration::from_mins(2)),
            Trouble::Damaged => None,
        }
    }

    /// What whoever runs the service does about it.
    pub fn remedy(self) -> &'static str {
        match self {
            Trouble::Away => "look whether the database runs, whether it lets this machine in, and at its own log",
            Trouble::Busy => "look for a statement that runs long or waits for a lock; another program may be writing the lists anew",
            Trouble::NoRoom => "make room on the disks of the database and of the folder; nothing was half written, and no start is needed",
            Trouble::ReadOnly => "look how the disk is mounted, who owns the folder and its files, and whether the database is a standby",
            Trouble::Disk => {
                "look who owns the folder and its files, at limits of the service, and at the machine's log (dmesg); if it is the disk, \
                 copy the database elsewhere before anything else"
            }
            Trouble::Damaged => {
                "stop every program of the service, copy the database as it is, and restore the last backup into an empty folder \
                 (gms restore); never go on with it"
            }
            Trouble::FilesAway => "look whether the object store runs, at its address and at the key with which it is asked",
        }
    }
}

fn of_database(error: &DatabaseError) -> Option<Trouble> {
    match error {
        DatabaseError::PoolTimedOut => Some(Trouble::Busy),
        DatabaseError::Io(error) => Some(of_disk(error).unwrap_or(Trouble::Away)),
        DatabaseError::Tls(_) | DatabaseError::PoolClosed | DatabaseError::WorkerCrashed => Some(Trouble::Away),
        DatabaseError::Database(error) => error.code().and_then(|code| of_code(&code)),
        // Another library's enumeration, which grows: what is not known is a fault of the program.
        _ => None,
    }
}

/// SQLite gives a number whose last byte says what it is, PostgreSQL five characters. Sources: sqlite.org, Result and Error Codes;
/// PostgreSQL 17, appendix A.
fn of_code(code: &str) -> Option<Trouble> {
    if code.len() < 5 {
        return match code.parse::<u32>().ok()? & 0xff {
            5 | 6 => Some(Trouble::Busy),
            8 => Some(Trouble::ReadOnly),
            10 | 14 => Some(Trouble::Disk),
            11 | 26 => Some(Trouble::Damaged),
            13 => Some(Trouble::NoRoom),
            _ => None,
        };
    }
    match code {
        "57P01" | "57P02" | "57P03" | "57P05" | "25P03" => Some(Trouble::Away),
        "53000" | "53200" | "53300" | "53400" | "55P03" | "57014" | "40001" | "40P01" => Some(Trouble::Busy),
        "53100" => Some(Trouble::NoRoom),
        "25006" => Some(Trouble::ReadOnly),
        "58030" => Some(Trouble::Disk),
        "XX001" | "XX002" => Some(Trouble::Damaged),
        other => other.starts_with("08").then_some(Trouble::Away),
    }
}

fn of_object_store(error: &object_store::Error) -> Option<Trouble> {
    match error {
        object_store::Error::Generic { store: "S3", .. }
        | object_store::Error::PermissionDenied { .. }
        | object_store::Error::Unauthenticated { .. } => Some(Trouble::FilesAway),
        // A folder says why in the cause below; that there is no such file is told by its name.
        _ => None,
    }
}

fn of_disk(error: &io::Error) -> Option<Trouble> {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => Some(Trouble::NoRoom),
        io::ErrorKind::ReadOnlyFilesystem => Some(Trouble::ReadOnly),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::Context;

    #[test]
    fn what_lies_beneath_a_fault_is_found_through_what_was_said_of_it() {
        let found = |error: DatabaseError| Trouble::beneath(&anyhow::Error::from(error).context("reading a list").context("a page"));
        assert_eq!(found(DatabaseError::PoolTimedOut), Some(Trouble::Busy));
        assert_eq!(found(DatabaseError::Io(io::ErrorKind::ConnectionReset.into())), Some(Trouble::Away));
        assert_eq!(found(DatabaseError::Io(io::ErrorKind::StorageFull.into())), Some(Trouble::NoRoom));
        assert_eq!(found(DatabaseError::RowNotFound), None);
        let full = Err::<(), _>(io::Error::from(io::ErrorKind::StorageFull)).context("keeping a file").expect_err("full");
        assert_eq!(Trouble::beneath(&full), Some(Trouble::NoRoom));
        assert_eq!(Trouble::beneath(&anyhow::anyhow!("a bug")), None);
        assert_eq!(Trouble::beneath(&anyhow::Error::from(Trouble::Damaged).context("page 3")), Some(Trouble::Damaged));
    }

    #[test]
    fn codes_of_both_databases_are_known() {
        for (code, trouble) in [("13", Trouble::NoRoom), ("778", Trouble::Disk), ("1032", Trouble::ReadOnly), ("26", Trouble::Damaged)] {
            assert_eq!(of_code(code), Some(trouble), "{code}");
        }
        for (code, trouble) in [("08006", Trouble::Away), ("57P01", Trouble::Away), ("53300", Trouble::Busy), ("53100", Trouble::NoRoom)] {
            assert_eq!(of_code(code), Some(trouble), "{code}");
        }
        // A number that is there twice, and a table that is not there, are faults like any other.
        for code in ["2067", "1", "23505", "42P01"] {
            assert_eq!(of_code(code), None, "{code}");
        }
    }

    #[test]
    fn every_kind_is_known_by_its_words_and_has_a_remedy() {
        for trouble in Trouble::ALL {
            assert_eq!(Trouble::named(&trouble.to_string()), Some(trouble));
            assert!(!trouble.remedy().is_empty());
        }
        assert_eq!(Trouble::named("something else"), None);
    }
}
