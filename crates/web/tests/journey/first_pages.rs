//! The first page of every role, as somebody sees it who has just begun.

use crate::{Served, permissions::who, prescribing::sequenced};
use care::{
    Role,
    ordering::{choice::Answer, order::Command},
};
use service::{ordering, people::staff};
use std::collections::BTreeSet;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_page_of_every_role_says_what_it_is_for() {
    let served = Served::new().await;
    let Some(b) = served.browser().await else { return };
    let mut seen = BTreeSet::new();
    for person in staff::demo().into_iter().filter(|person| seen.insert(person.role)) {
        b.sign_in(&person.name).await;
        b.see_element("main h1").await;
        b.picture(&format!("first-page-{}", person.role.as_str())).await;
    }
    b.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_comes_first_and_a_relative_a_number_and_a_closed_order_are_found() {
    let served = Served::new().await;
    let Some(b) = served.browser().await else { return };
    let (order, _) = sequenced(&served, Answer::No).await;
    b.sign_in("Dr Dev Patel").await;
    b.see("For you first").await;
    b.see("No order is overdue").await;
    b.click("No order is due within a week").await;
    b.see("No order fits").await;
    b.sign_in("Dr Amara Okafor").await;
    b.open("/?q=mother").await;
    b.see("Found by Mother Oduya, mother").await;
    b.open("/?q=999+000+3025").await;
    b.see("Mother Oduya, born 14 February 1971, NHS number").await;
    assert_eq!(b.path().await, "/search");
    let desk = served.service.desk(who(Role::Clinician, 0));
    ordering::orders::change(&desk, order, Command::Cancel { reason: "Placed twice".into() }).await.expect("cancelled");
    b.open("/?q=oduya").await;
    b.see("1 closed order fits").await;
    b.click("show it").await;
    b.see("Cancelled").await;
    b.close().await;
}
