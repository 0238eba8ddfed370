//! Administrators and the accounts of their own organisation.

use super::newcomer;
use crate::bench::*;
use service::people::{accounts, accounts::SignsInBy};
use store::AccountFilter;

/// An administrator of each organisation of the demonstration, and of one that has nobody else.
fn administrators() -> Vec<Staff> {
    let mut organisations: Vec<_> = staff::demo().into_iter().map(|person| (person.organisation, person.organisation_name)).collect();
    organisations.push(("RXX97".parse().expect("a code"), "A Third Hospital".into()));
    organisations.sort();
    organisations.dedup();
    let at = |(number, (organisation, organisation_name))| Staff {
        id: care::StaffId(uuid::Uuid::from_u128(900 + number)),
        name: "Administrator".into(),
        organisation,
        organisation_name,
        ..who(Role::Administrator, 0)
    };
    (0_u128..).zip(organisations).map(at).collect()
}

fn everybody() -> AccountFilter {
    AccountFilter { most: 1_000, ..AccountFilter::default() }
}

#[tokio::test]
async fn no_administrator_finds_closes_opens_or_resets_an_account_of_another_organisation() {
    let bench = Bench::new().await;
    let service = &bench.service;
    for administrator in administrators() {
        let desk = service.desk(administrator.clone());
        let (listed, count) = accounts::list(&desk, &everybody()).await.expect("a list");
        assert_eq!(listed.len(), count);
        assert!(listed.iter().all(|line| line.staff.organisation == administrator.organisation));
        for person in staff::demo() {
            let is_own = person.organisation == administrator.organisation;
            assert_eq!(listed.iter().any(|line| line.staff.id == person.id), is_own, "{} by {}", person.name, administrator.organisation);
            let before = accounts::version_of(service, person.id).await.expect("read");
            let closed = accounts::set_account_open(&desk, person.id, false, "x".into()).await;
            assert_eq!(closed.is_ok(), is_own, "{} by {}", person.name, administrator.organisation);
            if is_own {
                accounts::set_account_open(&desk, person.id, true, "x".into()).await.expect("opened again");
                continue;
            }
            // As if there were no such account.
            let nobody = accounts::set_account_open(&desk, care::StaffId(uuid::Uuid::from_u128(7_777)), false, "x".into()).await;
            assert_eq!(closed.map_err(|e| e.to_string()), nobody.map_err(|e| e.to_string()));
            assert!(accounts::set_account_open(&desk, person.id, true, "x".into()).await.is_err());
            assert!(accounts::set_password(&desk, person.id, "copper window sail".into()).await.is_err());
            assert_eq!(accounts::version_of(service, person.id).await.expect("read"), before, "nothing happened");
        }
    }
    assert_eq!(lines::check_views(service).await.expect("read"), Vec::<String>::new());
}

#[tokio::test]
async fn an_account_is_opened_for_the_own_organisation_alone_and_ones_own_is_left_to_others() {
    let bench = Bench::new().await;
    let administrator = bench.desk(Role::Administrator, 0);
    let elsewhere = Staff { organisation: "699X0".parse().expect("a code"), ..newcomer() };
    let by_what = || SignsInBy::Password("copper window sail".into());
    refused(
        accounts::open(&bench.service, &administrator.staff, elsewhere, "nia.rowe", by_what()).await,
        "You open accounts of RP4DEMO only; 699X0 has its own administrators",
    );
    accounts::open(&bench.service, &administrator.staff, newcomer(), "nia.rowe", by_what()).await.expect("opened");
    refused(
        accounts::set_account_open(&administrator, administrator.staff.id, false, "x".into()).await,
        "another administrator changes it",
    );
    refused(accounts::set_password(&administrator, administrator.staff.id, "copper window sail".into()).await, "Your password");
    refused(accounts::list(&bench.desk(Role::Clinician, 0), &everybody()).await.map(drop), "may not open and close accounts");
}

#[tokio::test]
async fn accounts_are_found_by_name_role_and_state_a_page_at_a_time() {
    let bench = Bench::new().await;
    let desk = bench.desk(Role::Administrator, 0);
    let person = newcomer();
    let open = accounts::open(&bench.service, &desk.staff, person.clone(), "100%_nia", SignsInBy::Provider);
    refused(open.await, "small letters, digits");
    accounts::open(&bench.service, &desk.staff, person.clone(), "n_rowe", SignsInBy::Provider).await.expect("opened");
    let found = async |filter: AccountFilter| {
        let (lines, count) = accounts::list(&desk, &AccountFilter { most: 2, ..filter }).await.expect("a list");
        (lines.into_iter().map(|line| line.login).collect::<Vec<_>>(), count)
    };
    let text = |text: &str| AccountFilter { text: text.into(), ..AccountFilter::default() };
    assert_eq!(found(text("NIA row")).await, (vec!["n_rowe".to_owned()], 1));
    assert_eq!(found(text("n_r")).await.1, 1);
    assert_eq!(found(text("%")).await.1, 0, "a sign of patterns is a sign");
    assert_eq!(found(text("farid")).await.1, 0, "a consultant of the laboratory is not there");
    let clinicians = AccountFilter { role: Some(Role::Clinician), ..AccountFilter::default() };
    assert_eq!(found(clinicians.clone()).await.1, 2);
    accounts::set_account_open(&desk, person.id, false, "left".into()).await.expect("closed");
    assert_eq!(found(AccountFilter { closed: Some(true), ..AccountFilter::default() }).await.0, ["n_rowe"]);
    assert_eq!(found(AccountFilter { closed: Some(false), ..clinicians }).await.1, 1);
    let (first, count) = found(AccountFilter::default()).await;
    let (second, same) = found(AccountFilter { after: first[1].clone(), ..AccountFilter::default() }).await;
    assert_eq!((count, same), (4, 4));
    assert!(first.len() == 2 && second.len() == 2 && first.iter().all(|login| !second.contains(login)));
}

#[tokio::test]
async fn every_session_ends_when_an_account_is_closed_or_its_password_is_reset_or_changed() {
    let bench = Bench::new().await;
    let (service, desk, person) = (&bench.service, bench.desk(Role::Administrator, 0), newcomer());
    let password = "copper window sail";
    accounts::open(service, &desk.staff, person.clone(), "nia.rowe", SignsInBy::Password(password.into())).await.expect("opened");
    let signed_in = async |password: &str| accounts::sign_in_since(service, "nia.rowe", password.into()).await.expect("signed in").1;
    let lasts = async |since| accounts::still_signed_in(service, person.id, since).await.expect("read").is_some();

    let since = signed_in(password).await;
    assert!(lasts(since).await);
    accounts::set_account_open(&desk, person.id, false, "left".into()).await.expect("closed");
    assert!(!lasts(since).await);
    accounts::set_account_open(&desk, person.id, true, "came back".into()).await.expect("opened");
    assert!(!lasts(since).await, "an earlier session does not come back with the account");

    let since = signed_in(password).await;
    accounts::set_password(&desk, person.id, "paper lantern tide".into()).await.expect("reset");
    assert!(!lasts(since).await);

    let (here, elsewhere) = (signed_in("paper lantern tide").await, signed_in("paper lantern tide").await);
    let own = service.desk(person.clone());
    let kept = accounts::change_own_password(&own, "paper lantern tide".into(), "another three words".into()).await.expect("changed");
    assert!(lasts(kept).await && !lasts(elsewhere).await && !lasts(here).await, "only the session that changed it goes on");
}
