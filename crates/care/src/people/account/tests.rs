use super::*;

fn person(number: u128, role: Role) -> Staff {
    Staff {
        id: StaffId(uuid::Uuid::from_u128(number)),
        name: "Dr Nia Rowe".into(),
        role,
        organisation: "RXX98".parse().expect("a code"),
        organisation_name: "A Hospital".into(),
    }
}

const LEO: StaffId = StaffId(uuid::Uuid::from_u128(1));
const VERA: StaffId = StaffId(uuid::Uuid::from_u128(2));

fn after(account: Account, events: Result<Vec<Event>, Refusals>) -> Account {
    events.expect("allowed").iter().fold(account, Account::apply)
}

#[test]
fn an_account_in_a_role_that_signs_is_opened_by_two() {
    let proposed = after(Account::default(), propose(&Account::default(), person(7, Role::Consultant), "nia.rowe", LEO));
    assert_eq!(proposed.state, State::Proposed);
    assert!(agree(&proposed, Role::Consultant, LEO).is_err(), "who proposed it");
    assert!(agree(&proposed, Role::Consultant, StaffId(uuid::Uuid::from_u128(7))).is_err(), "who it is about");
    assert!(agree(&proposed, Role::Administrator, VERA).is_err(), "another role than was shown");
    assert!(set_open(&proposed, true, "x".into()).is_err(), "opened past the second person");
    let opened = after(proposed.clone(), agree(&proposed, Role::Consultant, VERA));
    assert_eq!((opened.state.clone(), opened.proposal.clone()), (State::Open, None));
    assert!(agree(&opened, Role::Consultant, VERA).is_err(), "twice");
    let declined = after(proposed.clone(), decline(&proposed, "Not employed here".into()));
    assert_eq!(declined, Account::default());
}

#[test]
fn a_role_that_signs_is_changed_to_by_two_and_any_other_by_one() {
    let account = after(Account::default(), open(&Account::default(), person(7, Role::Clinician), "nia.rowe", false));
    assert!(change_role(&account, Role::Clinician, LEO, "x".into()).is_err(), "the same");
    assert!(change_role(&account, Role::GenomicAssociate, LEO, " ".into()).is_err(), "without a reason");
    let moved = after(account.clone(), change_role(&account, Role::GenomicAssociate, LEO, "Moved".into()));
    assert_eq!(moved.staff.expect("somebody").role, Role::GenomicAssociate);
    let proposed = after(account.clone(), change_role(&account, Role::Administrator, LEO, "Takes over".into()));
    assert_eq!(proposed.staff.as_ref().expect("somebody").role, Role::Clinician, "nothing is changed yet");
    let changed = after(proposed.clone(), agree(&proposed, Role::Administrator, VERA));
    assert_eq!(changed.staff.expect("somebody").role, Role::Administrator);
    let closed = after(proposed.clone(), set_open(&proposed, false, "left".into()));
    assert!(agree(&closed, Role::Administrator, VERA).is_err(), "a closed account is no longer changed");
}

#[test]
fn a_password_that_was_stored_before_need_not_be_changed() {
    let event: Event = serde_json::from_str(r#"{"PasswordSet":{"hash":"x"}}"#).expect("read");
    assert!(!Account::default().apply(&event).password_due);
}
