//! Who may do what: a decision from a table of rules, and the permit that proves it was made.
//!
//! Pure: the policy is part of the program, the decision depends on nothing else. No policy means no.

mod action;
mod policy;

pub use action::Action;

use care::{OdsCode, OrderId, PatientId, Role, Staff, StaffId};
use std::{collections::HashSet, sync::LazyLock};

/// What it is done to: something of a patient, or the service itself.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Resource {
    /// Organisations that have a relationship with the patient: requester, laboratory, and after break-glass the reader's own.
    pub organisations: Vec<OdsCode>,
    /// Stream or page that is named in the audit.
    pub name: String,
    /// The result is authorised, so that it may be seen outside the laboratory.
    pub released: bool,
    /// The reader broke the glass for this person, and the time has not run out.
    pub emergency: bool,
    /// People whose own it is: the person, and for a child those who choose for it.
    pub subjects: Vec<PatientId>,
    /// Who alone may open it outside the laboratory, when a record of it is restricted.
    pub named: Option<Vec<StaffId>>,
}

/// Proof that a decision was made for one person, action and resource. Only `decide` makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permit {
    staff: Staff,
    action: Action,
    resource: String,
}

/// What a permit opens.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Opens {
    /// One order with everything of it.
    Order(OrderId),
    /// The record of one person.
    Person(PatientId),
    /// What belongs to no order or person alone: a list, the library, a plate.
    General,
}

/// The policy says no.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{} may not {action} here. If you need this to care for the patient, ask the organisation that holds the case, or use emergency access",
    .role.label()
)]
pub struct Denied {
    /// Role that asked.
    pub role: Role,
    /// What was asked.
    pub action: Action,
    /// To what.
    pub resource: String,
}

impl Permit {
    /// Who.
    pub fn staff(&self) -> &Staff {
        &self.staff
    }

    /// What.
    pub fn action(&self) -> Action {
        self.action
    }

    /// To what.
    pub fn resource(&self) -> &str {
        &self.resource
    }

    /// What it opens, by the stream that it was asked for.
    pub fn opens(&self) -> Opens {
        let named = |kind: &str| self.resource.strip_prefix(kind)?.strip_prefix('/');
        if let Some(Ok(order)) = named(OrderId::KIND).map(str::parse) {
            return Opens::Order(order);
        }
        match named(PatientId::KIND).map(str::parse) {
            Some(Ok(person)) => Opens::Person(person),
            _ => Opens::General,
        }
    }

    /// That it does not open something else.
    pub fn denied(&self, resource: impl Into<String>) -> Denied {
        Denied { role: self.staff.role, action: self.action, resource: resource.into() }
    }
}

impl Denied {
    /// Whether whoever was refused may use emergency access instead.
    pub fn may_break_glass(&self) -> bool {
        let reads = [Action::ReadOrder, Action::ReadReport, Action::ReadRecord].contains(&self.action);
        reads && offers(self.role, Action::BreakGlass)
    }
}

/// Whether the policy lets somebody do this to something of their own organisation whose result is released: what pages offer.
/// It opens nothing; whoever takes the offer is asked for a permit, which is decided by the thing itself. Every page asks this
/// several times, and the answer follows from the role alone, so that the policy is asked once.
pub fn offers(role: Role, action: Action) -> bool {
    OFFERS.contains(&(role, action))
}

static OFFERS: LazyLock<HashSet<(Role, Action)>> = LazyLock::new(|| {
    let resource = Resource { organisations: vec![OWN.parse().expect("a code written here")], released: true, ..Resource::default() };
    let all = Role::ALL.into_iter().flat_map(|role| Action::ALL.iter().map(move |action| (role, *action)));
    all.filter(|(role, action)| decide(&anybody(*role, OWN), *action, &resource).is_ok()).collect()
});

/// The organisation of whoever asks, where it matters to nobody which one that is.
const OWN: &str = "OWN";

/// Decides.
pub fn decide(staff: &Staff, action: Action, resource: &Resource) -> Result<Permit, Denied> {
    if policy::permits(staff, action, resource) {
        return Ok(Permit { staff: staff.clone(), action, resource: resource.name.clone() });
    }
    Err(Denied { role: staff.role, action, resource: resource.name.clone() })
}

/// The whole table, role by action: a case that is their own, of their own organisation, of it once released, and of any.
pub fn table() -> String {
    let case = |released, subjects: &[PatientId]| Resource {
        organisations: vec![OWN.parse().expect("a code written here")],
        name: "case".into(),
        released,
        subjects: subjects.to_vec(),
        ..Resource::default()
    };
    let me = PatientId(uuid_nil());
    let mut text = String::from(
        "| role | a case of their own | its own organisation's case | only once released | any organisation's case |\n|---|---|---|---|---|\n",
    );
    for role in Role::ALL {
        let permits = |organisation: &str, action, case: &Resource| decide(&anybody(role, organisation), action, case).is_ok();
        let may = |organisation: &str, action, released| permits(organisation, action, &case(released, &[]));
        let names = |test: &dyn Fn(Action) -> bool| {
            let list: Vec<String> = Action::ALL.iter().filter(|a| test(**a)).map(ToString::to_string).collect();
            if list.is_empty() { "–".to_owned() } else { list.join(", ") }
        };
        let mine = names(&|a| permits("OTHER", a, &case(false, &[me])) && !may("OTHER", a, false));
        let own = names(&|a| may(OWN, a, false) && !may("OTHER", a, false));
        let released = names(&|a| may(OWN, a, true) && !may(OWN, a, false));
        let any = names(&|a| may("OTHER", a, false));
        text += &format!("| {} | {mine} | {own} | {released} | {any} |\n", role.label());
    }
    text
}

/// Somebody in a role, of an organisation that is written in this file.
fn anybody(role: Role, organisation: &str) -> Staff {
    Staff {
        id: StaffId(uuid_nil()),
        name: String::new(),
        role,
        organisation: organisation.parse().expect("a code written here"),
        organisation_name: String::new(),
    }
}

fn uuid_nil() -> uuid::Uuid {
    uuid::Uuid::nil()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_are_managed_by_administrators_of_the_same_organisation_alone() {
        for role in Role::ALL {
            let may = |organisation: &str| {
                let resource = Resource { organisations: vec![organisation.parse().expect("a code")], ..Resource::default() };
                decide(&anybody(role, OWN), Action::ManageAccounts, &resource).is_ok()
            };
            assert_eq!(may(OWN), [Role::Administrator, Role::System].contains(&role), "{role:?}");
            assert_eq!(may("RXX99"), role == Role::System, "{role:?} of another organisation");
        }
    }

    #[test]
    fn a_restricted_record_is_for_those_who_are_named() {
        let staff = |n: u128, role| Staff {
            id: StaffId(uuid::Uuid::from_u128(n)),
            name: String::new(),
            role,
            organisation: "RP4".parse().expect("a code"),
            organisation_name: String::new(),
        };
        let (named, other, bench) = (staff(1, Role::Clinician), staff(2, Role::Clinician), staff(3, Role::LaboratoryScientist));
        let case = |emergency| Resource {
            organisations: vec![named.organisation.clone()],
            named: Some(vec![named.id]),
            emergency,
            released: true,
            ..Resource::default()
        };
        let may = |who: &Staff, action, emergency| decide(who, action, &case(emergency)).is_ok();
        for action in [Action::ReadOrder, Action::ReadReport, Action::ReadRecord] {
            assert_eq!(
                (may(&named, action, false), may(&other, action, false), may(&other, action, true)),
                (true, false, true),
                "{action}"
            );
        }
        for action in [Action::ChangeOrder, Action::RecordChoice, Action::RestrictRecord, Action::AcknowledgeReport] {
            assert_eq!((may(&named, action, false), may(&other, action, true)), (true, false), "{action}");
        }
        assert!(may(&bench, Action::HandleSample, false) && may(&bench, Action::ReadOrder, false));
    }

    /// The committed table; `UPDATE_EXPECT=1` writes it anew.
    const TABLE: &str = "../../docs/permissions.md";

    #[test]
    fn the_permission_table_is_as_committed() {
        let head = "# Who may do what\n\nMade from `crates/access/src/policy.rs`; `UPDATE_EXPECT=1 cargo test --release -p access` writes it anew.\n\n";
        let made = format!("{head}{}", table());
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::write(TABLE, &made).expect("the table is written");
        }
        assert_eq!(std::fs::read_to_string(TABLE).expect("docs/permissions.md"), made);
    }
}
