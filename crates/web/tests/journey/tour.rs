//! The tour of each role, which a demonstration offers to whoever signs in.

use crate::{
    Served,
    pages::posted,
    permissions::{cookie, who},
    routes::answer,
};
use care::Role;

const OFFER: &str = "New to this role?";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tour_is_offered_on_the_first_page_of_each_role_until_it_is_taken_or_hidden() {
    let served = Served::new().await;
    for (role, first) in [(Role::Clinician, "/"), (Role::Administrator, "/"), (Role::OutputChecker, "/research/projects")] {
        for is_taken in [true, false] {
            let cookie = cookie(&served.base, "/sign-in", &format!("staff={}", who(role, 0).id)).await;
            let shown = async |path: &str| answer(&served.base, "GET", path, &format!("Cookie: {cookie}\r\n")).await;
            assert!(shown(first).await.contains(OFFER), "{role:?}");
            if is_taken {
                let tour = shown("/tour").await;
                assert!(tour.contains("A tour of your work") && tour.contains(role.label()), "{tour}");
            } else {
                posted(&served, &cookie, "/tour", "").await;
            }
            assert!(!shown(first).await.contains(OFFER), "{role:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_newcomer_takes_the_tour() {
    let served = Served::new().await;
    let Some(b) = served.browser().await else { return };
    b.sign_in("Tessa Grant").await;
    b.see(OFFER).await;
    b.click("Take the tour of your work").await;
    b.see("these are the pages that you will use most").await;
    b.picture("tour").await;
    b.click("Accounts").await;
    b.see("accounts").await;
    b.close().await;
}
