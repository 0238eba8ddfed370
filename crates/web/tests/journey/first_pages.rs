//! The first page of every role, as somebody sees it who has just begun.

use crate::Served;
use service::people::staff;
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
