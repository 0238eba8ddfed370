//! What an administrator tried alone: each attempt stands here as a test.

use super::newcomer;
use crate::bench::*;
use service::people::{
    accounts::{self, SignsInBy},
    proposals,
};

const PASSWORD: &str = "copper window sail";

/// A second administrator of the organisation of the first.
async fn second(bench: &Bench) -> Desk {
    let person = Staff { id: care::StaffId(MachineClock.new_id()), name: "Vera Lind".into(), ..who(Role::Administrator, 0) };
    accounts::open(&bench.service, &staff::system(), person.clone(), "vera.lind", SignsInBy::Provider).await.expect("opened");
    bench.service.desk(person)
}

#[tokio::test]
async fn no_administrator_makes_another_account_that_signs_or_administers_alone() {
    let bench = Bench::new().await;
    let (first, second) = (bench.desk(Role::Administrator, 0), second(&bench).await);
    for role in Role::ALL.into_iter().filter(|role| role.needs_second_person()) {
        let person = Staff { role, ..newcomer() };
        let login = format!("nia.{}", role.as_str().to_lowercase());
        let by = SignsInBy::Password(PASSWORD.into());
        accounts::open(&bench.service, &first.staff, person.clone(), &login, by).await.expect("proposed");
        refused(accounts::sign_in(&bench.service, &login, PASSWORD.into()).await, "not right");
        refused(proposals::agree(&first, person.id, role).await, "another administrator of your organisation agrees");
        refused(accounts::set_account_open(&first, person.id, true, "x".into()).await, "nothing was changed");
        refused(proposals::agree(&second, person.id, Role::Clinician).await, "Another role is proposed");
        proposals::agree(&second, person.id, role).await.expect("agreed");
        assert_eq!(accounts::sign_in(&bench.service, &login, PASSWORD.into()).await.expect("signed in").role, role);
    }
    assert_eq!(lines::check_views(&bench.service).await.expect("read"), Vec::<String>::new());
}

#[tokio::test]
async fn a_change_of_role_ends_every_session_and_needs_two_where_the_role_does() {
    let bench = Bench::new().await;
    let (first, second, person) = (bench.desk(Role::Administrator, 0), second(&bench).await, newcomer());
    let by = SignsInBy::Password(PASSWORD.into());
    accounts::open(&bench.service, &first.staff, person.clone(), "nia.rowe", by).await.expect("opened");
    let since = accounts::sign_in_since(&bench.service, "nia.rowe", PASSWORD.into()).await.expect("signed in").1;
    proposals::change_role(&first, person.id, Role::GenomicAssociate, "Moved".into()).await.expect("changed by one");
    assert!(accounts::still_signed_in(&bench.service, person.id, since).await.expect("read").is_none());
    proposals::change_role(&first, person.id, Role::Administrator, "Takes over".into()).await.expect("proposed");
    let staff = accounts::staff(&bench.service, person.id).await.expect("read").expect("open");
    assert_eq!(staff.role, Role::GenomicAssociate, "nothing is changed yet");
    refused(proposals::agree(&bench.service.desk(staff), person.id, Role::Administrator).await, "may not open and close accounts");
    proposals::decline(&second, person.id, "Not now".into()).await.expect("declined");
    refused(proposals::agree(&second, person.id, Role::Administrator).await, "Nothing is proposed");
    proposals::change_role(&second, person.id, Role::Administrator, "Takes over".into()).await.expect("proposed");
    proposals::agree(&first, person.id, Role::Administrator).await.expect("agreed");
    assert_eq!(accounts::staff(&bench.service, person.id).await.expect("read").expect("open").role, Role::Administrator);
    refused(proposals::change_role(&first, first.staff.id, Role::Consultant, "x".into()).await, "your own account");
    refused(proposals::change_role(&first, person.id, Role::System, "x".into()).await, "a role of the staff");
}

#[tokio::test]
async fn no_administrator_of_another_organisation_agrees() {
    let bench = Bench::new().await;
    let first = bench.desk(Role::Administrator, 0);
    let person = Staff { role: Role::Consultant, ..newcomer() };
    accounts::open(&bench.service, &first.staff, person.clone(), "nia.rowe", SignsInBy::Provider).await.expect("proposed");
    let elsewhere =
        Staff { id: care::StaffId(MachineClock.new_id()), organisation: "RXX98".parse().expect("a code"), ..who(Role::Administrator, 0) };
    let answer = proposals::agree(&bench.service.desk(elsewhere), person.id, Role::Consultant).await;
    assert!(matches!(answer, Err(ServiceError::NotFound("account"))), "{answer:?}");
}

#[tokio::test]
async fn a_password_that_somebody_else_set_is_due_until_its_owner_changes_it() {
    let bench = Bench::new().await;
    let (first, person) = (bench.desk(Role::Administrator, 0), newcomer());
    let by = SignsInBy::Password(PASSWORD.into());
    accounts::open(&bench.service, &first.staff, person.clone(), "nia.rowe", by).await.expect("opened");
    let own = bench.service.desk(person.clone());
    assert_eq!(accounts::has_password(&own).await.expect("read"), (true, true));
    refused(accounts::change_own_password(&own, PASSWORD.into(), PASSWORD.into()).await, "choose another");
    refused(accounts::change_own_password(&own, PASSWORD.into(), "Password123456".into()).await, "guessed first");
    accounts::change_own_password(&own, PASSWORD.into(), "quiet marble orchard".into()).await.expect("changed");
    assert_eq!(accounts::has_password(&own).await.expect("read"), (true, false));
    accounts::set_password(&first, person.id, "paper lantern tide".into()).await.expect("reset");
    assert_eq!(accounts::has_password(&own).await.expect("read"), (true, true));
}
