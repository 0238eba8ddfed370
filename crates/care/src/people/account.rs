//! Who can sign in: an account opened, its password set, moved to another role, closed.

use crate::{Fold, Refusal, Refusals, Role, Staff, StaffId, event::StreamKind};
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
    /// Its owner has to change the password before anything else: somebody else set it.
    pub password_due: bool,
    /// What a second person has to agree to.
    pub proposal: Option<Proposal>,
    /// Chosen from a list, in a demonstration.
    pub demonstration: bool,
    /// Where it stands.
    pub state: State,
}

/// A role that a second person has to agree to: of a new account, or of one that is open.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Proposal {
    /// Role.
    pub role: Role,
    /// Who proposed it, and cannot agree to it.
    pub by: StaffId,
    /// Why, where the role of an account is changed.
    pub reason: String,
}

/// Where an account stands.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[expect(missing_docs, reason = "the names say it")]
pub enum State {
    #[default]
    None,
    /// A second person has to agree to it.
    Proposed,
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
    /// Argon2id hash in PHC form; never the password. One that somebody else set is changed by its owner before anything else.
    PasswordSet {
        hash: String,
        #[serde(default)]
        due: bool,
    },
    /// An account in a role that a second person has to agree to, who then opens it.
    Proposed {
        staff: Staff,
        login: String,
        by: StaffId,
    },
    RoleProposed {
        role: Role,
        by: StaffId,
        reason: String,
    },
    RoleChanged {
        role: Role,
        reason: String,
    },
    /// What was proposed does not come about.
    Declined {
        reason: String,
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
                self.proposal = None;
            }
            Event::PasswordSet { hash, due } => {
                self.password.clone_from(hash);
                self.password_due = *due;
            }
            Event::Proposed { staff, login, by } => {
                self.proposal = Some(Proposal { role: staff.role, by: *by, reason: String::new() });
                self.staff = Some(staff.clone());
                self.login.clone_from(login);
                self.state = State::Proposed;
            }
            Event::RoleProposed { role, by, reason } => {
                self.proposal = Some(Proposal { role: *role, by: *by, reason: reason.clone() });
            }
            Event::RoleChanged { role, .. } => {
                self.proposal = None;
                if let Some(staff) = &mut self.staff {
                    staff.role = *role;
                }
            }
            Event::Declined { .. } if self.state == State::Proposed => return Account::default(),
            Event::Declined { .. } => self.proposal = None,
            Event::Closed { reason } => {
                self.proposal = None;
                self.state = State::Closed { reason: reason.clone() };
            }
            Event::Reopened { .. } => self.state = State::Open,
        }
        self
    }
}

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

/// Proposes an account in a role that a second person has to agree to.
pub fn propose(account: &Account, staff: Staff, login: &str, by: StaffId) -> Result<Vec<Event>, Refusals> {
    open(account, staff.clone(), login, false)?;
    Ok(vec![Event::Proposed { staff, login: login.into(), by }])
}

/// Changes the role of somebody, at once or once a second person has agreed.
pub fn change_role(account: &Account, role: Role, by: StaffId, reason: String) -> Result<Vec<Event>, Refusals> {
    let mut refusals = Vec::new();
    if reason.trim().is_empty() {
        refusals.push(Refusal::new("reason", "Give a reason"));
    }
    if account.state != State::Open || account.demonstration {
        refusals.push(Refusal::new("account", "The role of an account is changed while it is open, and never in a demonstration"));
    }
    if account.staff.as_ref().is_some_and(|staff| staff.role == role) {
        refusals.push(Refusal::new("role", "That is the role already; nothing was changed"));
    }
    Refusals::check(refusals)?;
    Ok(vec![if role.needs_second_person() { Event::RoleProposed { role, by, reason } } else { Event::RoleChanged { role, reason } }])
}

/// Agrees to what another person proposed: to the role that was shown, and to no other.
pub fn agree(account: &Account, role: Role, by: StaffId) -> Result<Vec<Event>, Refusals> {
    let nothing = || Refusals::one("account", "Nothing is proposed for this account any more; look at the list again");
    let (proposal, staff) = account.proposal.as_ref().zip(account.staff.clone()).ok_or_else(nothing)?;
    if proposal.by == by || staff.id == by {
        return Err(Refusals::one(
            "account",
            "You proposed this, or it is about you: another administrator of your organisation agrees to it",
        ));
    }
    if proposal.role != role {
        return Err(Refusals::one("role", "Another role is proposed since this page was shown; look at the list again"));
    }
    Ok(vec![match account.state {
        State::Proposed => Event::Opened { staff, login: account.login.clone(), demonstration: false },
        State::Open => Event::RoleChanged { role, reason: proposal.reason.clone() },
        State::None | State::Closed { .. } => return Err(nothing()),
    }])
}

/// Declines what was proposed, or takes it back.
pub fn decline(account: &Account, reason: String) -> Result<Vec<Event>, Refusals> {
    if account.proposal.is_none() {
        return Err(Refusals::one("account", "Nothing is proposed for this account any more; look at the list again"));
    }
    if reason.trim().is_empty() {
        return Err(Refusals::one("reason", "Give a reason"));
    }
    Ok(vec![Event::Declined { reason }])
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

#[cfg(test)]
mod tests;
