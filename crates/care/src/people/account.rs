//! Who can sign in: an account opened, its password set, moved to another role, closed.

use crate::{Fold, Refusal, Refusals, Staff, StaffId, event::StreamKind};
use serde::{Deserialize, Serialize};

/// An account.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Account {
    /// Whose it is, once opened.
    pub staff: Option<Staff>,
    /// Name to sign in with.
    pub login: String,
    /// Argon2id hash; empty when nobody can sign in by password.
    pub password: String,
    /// Chosen from a list, in a demonstration.
    pub demonstration: bool,
    /// Where it stands.
    pub state: State,
}

/// Where an account stands.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[expect(missing_docs, reason = "the names say it")]
pub enum State {
    #[default]
    None,
    Open,
    Closed {
        reason: String,
    },
}

/// What happened.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Event {
    /// A demonstration account has no password: its person is chosen from a list.
    Opened {
        staff: Staff,
        login: String,
        demonstration: bool,
    },
    /// Argon2id hash in PHC form; never the password.
    PasswordSet {
        hash: String,
    },
    Closed {
        reason: String,
    },
    Reopened {
        reason: String,
    },
}

/// The stream of somebody's account.
pub fn stream(staff: StaffId) -> String {
    StreamKind::Account.stream(staff)
}

impl Fold for Account {
    type Event = Event;
    fn apply(mut self, event: &Event) -> Account {
        match event {
            Event::Opened { staff, login, demonstration } => {
                self.staff = Some(staff.clone());
                self.demonstration = *demonstration;
                self.login.clone_from(login);
                self.state = State::Open;
            }
            Event::PasswordSet { hash } => self.password.clone_from(hash),
            Event::Closed { reason } => self.state = State::Closed { reason: reason.clone() },
            Event::Reopened { .. } => self.state = State::Open,
        }
        self
    }
}

/// Shortest password. Source: NCSC, password guidance for administrators: length over composition, three random words.
pub const PASSWORD_CHARACTERS_MIN: usize = 12;

/// Opens an account.
pub fn open(account: &Account, staff: Staff, login: &str, demonstration: bool) -> Result<Vec<Event>, Refusals> {
    let mut refusals = Vec::new();
    if account.state != State::None {
        refusals.push(Refusal::new("account", "This account exists already"));
    }
    if staff.name.trim().is_empty() {
        refusals.push(Refusal::new("name", "Enter the person's name as it stands under a signature"));
    }
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-_@".contains(c);
    if login.len() < 3 || login.len() > 64 || !login.chars().all(plain) {
        refusals.push(Refusal::new("login", "The name to sign in with has 3 to 64 small letters, digits, dots, dashes or @"));
    }
    Refusals::check(refusals)?;
    Ok(vec![Event::Opened { staff, login: login.into(), demonstration }])
}

/// What is wrong with a password that somebody chose.
pub fn password_faults(password: &str, login: &str) -> Result<(), Refusals> {
    let mut refusals = Vec::new();
    if password.chars().count() < PASSWORD_CHARACTERS_MIN {
        refusals.push(Refusal::new("password", format!("A password has at least {PASSWORD_CHARACTERS_MIN} characters; three words that do not belong together are easy to keep in mind")));
    }
    if !login.is_empty() && password.to_lowercase().contains(login) {
        refusals.push(Refusal::new("password", "The password must not contain the name to sign in with"));
    }
    Refusals::check(refusals)
}

/// Closes an account, or opens it again.
pub fn set_open(account: &Account, is_open: bool, reason: String) -> Result<Vec<Event>, Refusals> {
    if reason.trim().is_empty() {
        return Err(Refusals::one("reason", "Give a reason"));
    }
    match (&account.state, is_open) {
        (State::Open, false) => Ok(vec![Event::Closed { reason }]),
        (State::Closed { .. }, true) => Ok(vec![Event::Reopened { reason }]),
        (State::None, _) => Err(Refusals::one("account", "There is no such account")),
        _ => Err(Refusals::one("account", "The account is that already; nothing was changed")),
    }
}
