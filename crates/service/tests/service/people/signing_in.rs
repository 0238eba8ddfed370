//! What attackers tried with passwords, numbers and addresses: each attempt stands here as a test.

use super::newcomer;
use crate::bench::*;
use service::people::{
    accounts::{self, SignsInBy},
    launch,
};

const PASSWORD: &str = "copper window sail";

async fn with_account(bench: &Bench) -> Staff {
    let (desk, person) = (bench.desk(Role::Administrator, 0), newcomer());
    let by = SignsInBy::Password(PASSWORD.into());
    accounts::open(&bench.service, &desk.staff, person.clone(), "nia.rowe", by).await.expect("opened");
    person
}

#[tokio::test]
async fn guesses_are_counted_by_all_servers_of_a_database_together() {
    let bench = Bench::new().await;
    with_account(&bench).await;
    let other = bench.again().await;
    for service in [&bench.service, &other, &bench.service, &other, &bench.service] {
        refused(accounts::sign_in(service, "nia.rowe", "a wrong guess".into()).await, "not right");
    }
    refused(accounts::sign_in(&other, "nia.rowe", PASSWORD.into()).await, "Too many attempts");
}

#[tokio::test]
async fn guesses_made_at_once_are_no_more_than_guesses_made_in_turn() {
    let bench = Bench::new().await;
    with_account(&bench).await;
    let guess = |n: u32| accounts::sign_in(&bench.service, "nia.rowe", format!("a wrong guess {n}"));
    let (a, b, c, d, e, f, g, h) = tokio::join!(guess(1), guess(2), guess(3), guess(4), guess(5), guess(6), guess(7), guess(8));
    let answers = [a, b, c, d, e, f, g, h].map(|guess| guess.expect_err("wrong").to_string());
    assert_eq!(answers.iter().filter(|answer| answer.contains("not right")).count(), 5, "{answers:?}");
}

#[tokio::test]
async fn a_name_without_an_account_is_answered_as_one_with_an_account() {
    let bench = Bench::new().await;
    with_account(&bench).await;
    for _ in 0..7 {
        let [known, unknown] = ["nia.rowe", "nobody.here"].map(|login| accounts::sign_in(&bench.service, login, "a wrong guess".into()));
        let (known, unknown) = (known.await.expect_err("wrong"), unknown.await.expect_err("wrong"));
        assert_eq!(known.to_string(), unknown.to_string());
    }
}

#[tokio::test]
async fn strangers_who_guess_do_not_keep_somebody_from_changing_their_own_password() {
    let bench = Bench::new().await;
    let person = with_account(&bench).await;
    for _ in 0..6 {
        drop(accounts::sign_in(&bench.service, "nia.rowe", "a wrong guess".into()).await);
    }
    let own = bench.service.desk(person);
    accounts::change_own_password(&own, PASSWORD.into(), "another three words".into()).await.expect("changed");
}

#[tokio::test]
async fn an_order_that_is_not_there_is_refused_like_one_of_others() {
    let bench = Bench::new().await;
    let order = ordering::orders::place(&bench.desk(Role::Clinician, 0), bench.form().await).await.expect("placed");
    let nowhere = OrderId(MachineClock.new_id());
    for (role, which) in [(Role::Clinician, 1), (Role::Administrator, 0), (Role::Researcher, 0), (Role::Curator, 0)] {
        let desk = bench.desk(role, which);
        for action in [Action::ReadOrder, Action::ReadReport, Action::ChangeOrder] {
            let [there, not_there] = [desk.permit(action, order).await, desk.permit(action, nowhere).await];
            let denied = |answer: Result<access::Permit, ServiceError>| match answer {
                Err(ServiceError::Denied(denied)) => denied.to_string(),
                other => panic!("{role:?} {action:?}: {other:?}"),
            };
            assert_eq!(denied(there), denied(not_there), "{role:?} {action:?}");
        }
    }
    let system = bench.service.desk(staff::system());
    assert!(matches!(system.permit(Action::ReadOrder, nowhere).await, Err(ServiceError::NotFound("order"))), "who may open all is told");
}

#[tokio::test]
async fn a_link_by_an_nhs_number_tells_nobody_who_may_not_know_whether_there_is_a_record() {
    let bench = Bench::new().await;
    ordering::orders::place(&bench.desk(Role::Clinician, 0), bench.form().await).await.expect("placed");
    let Identity::NhsNumber(known) = bench.form().await.people[0].demographics.nhs_number.clone() else { panic!("a number") };
    let unknown = "9990000018".parse().expect("a number");
    launch::linked(&bench.desk(Role::Clinician, 0), known).await.expect("their own patient");
    for role in [Role::Administrator, Role::Curator, Role::Manager] {
        let desk = bench.desk(role, 0);
        let [there, not_there] = [launch::linked(&desk, known).await, launch::linked(&desk, unknown).await];
        let [there, not_there] = [there, not_there].map(|answer| answer.expect_err("refused").to_string());
        assert_eq!(there, not_there, "{role:?}");
    }
    let before = bench.service.store.audit_counts().await.expect("read").1;
    // Who may break the glass is led to where that is done, and has looked for the number in the audit.
    let elsewhere = bench.desk(Role::Clinician, 1);
    assert!(matches!(launch::linked(&elsewhere, known).await, Err(ServiceError::Denied(denied)) if denied.may_break_glass()));
    refused(launch::linked(&elsewhere, unknown).await, "Nothing that you may open");
    let after = bench.service.store.audit_counts().await.expect("read").1;
    assert_eq!(after - before, 2, "each record that was tried is a line of the audit, beside that of the number");
}
