//! Who may see what: accounts, emergency access.

use crate::{
    Served,
    ordering::{BOY, METABOLIC, MOTHER, Ordered, order, quick_order},
};
use service::{
    Service,
    people::{self, accounts::SignsInBy},
};
use std::sync::Arc;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_is_opened_and_signed_in_to_with_its_password() {
    let administrator = service::people::staff::demo().into_iter().find(|s| s.role == care::Role::Administrator).expect("one");
    let account = async |service: &Arc<Service>| {
        let by = SignsInBy::Password("paper lantern tide".into());
        people::accounts::open(service, &people::staff::system(), administrator, "leo", by).await.expect("opened");
    };
    let served = Served::with_accounts(account).await;
    let Some(b) = served.browser().await else { return };
    b.open("/").await;
    b.fill("login", "leo").await;
    b.fill("password", "paper lantern ride").await;
    b.press("Sign in").await;
    b.see("The name or the password is not right").await;
    b.picture("sign-in").await;
    b.fill("password", "paper lantern tide").await;
    b.press("Sign in").await;
    // The first password is known to whoever opened the account.
    b.see("choose one of your own before you go on").await;
    b.open("/accounts").await;
    b.see("choose one of your own before you go on").await;
    b.fill("present", "paper lantern tide").await;
    b.fill("new", "quiet marble orchard").await;
    b.press("Change it").await;
    b.see("Your password is changed").await;
    b.click("Accounts").await;
    for (field, value) in [("name", "Dr Nia Rowe"), ("login", "nia"), ("password", "short")] {
        b.fill(field, value).await;
    }
    b.select("role", "Clinician").await;
    b.press("Open the account").await;
    b.see("at least 12 characters").await;
    b.fill("password", "copper window sail").await;
    b.press("Open the account").await;
    b.see("Dr Nia Rowe").await;
    b.see("1 of 1 accounts").await;
    b.picture("accounts").await;
    b.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_administrator_of_another_trust_neither_finds_nor_closes_an_account() {
    let served = Served::new().await;
    let mut stranger = service::people::staff::demo().into_iter().find(|s| s.role == care::Role::Administrator).expect("one");
    stranger.id = care::StaffId(uuid::Uuid::from_u128(77));
    stranger.name = "Vera Lind".into();
    stranger.organisation = "RXX98".parse().expect("a code");
    stranger.organisation_name = "A Far Hospital".into();
    people::accounts::open(&served.service, &service::people::staff::system(), stranger, "vera", SignsInBy::Choosing)
        .await
        .expect("opened");
    let okafor = service::people::staff::demo().into_iter().find(|s| s.name == "Dr Amara Okafor").expect("a clinician");
    let Some(b) = served.browser().await else { return };
    b.sign_in("Leo Abara").await;
    b.open("/accounts?q=okafor").await;
    b.see("1 of 1 accounts").await;
    b.sign_in("Vera Lind").await;
    b.open("/accounts?q=okafor").await;
    b.see("Accounts of A Far Hospital").await;
    b.see("No account of your organisation fits").await;
    b.picture("accounts-of-another-trust").await;
    // The form that the other administrator has, sent by this one.
    b.send_form(&format!("/accounts/{}", okafor.id), &[("action", "close"), ("reason", "x")]).await;
    b.see("Page not found").await;
    let still = people::accounts::staff(&served.service, okafor.id).await.expect("read");
    assert!(still.is_some(), "the account is open");
    b.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_signed_in_is_signed_out_at_once_when_the_account_is_closed() {
    let served = Served::new().await;
    let Some(b) = served.browser().await else { return };
    b.sign_in("Dr Amara Okafor").await;
    let administrator = service::people::staff::demo().into_iter().find(|s| s.role == care::Role::Administrator).expect("one");
    let (desk, id) = (served.service.desk(administrator), service::people::staff::demo()[0].id);
    people::accounts::set_account_open(&desk, id, false, "Left the trust".into()).await.expect("closed");
    people::accounts::set_account_open(&desk, id, true, "A mistake".into()).await.expect("opened");
    b.open("/").await;
    b.see("Sign in").await;
    assert_eq!(b.path().await, "/sign-in");
    b.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn breaking_the_glass_needs_a_reason_and_is_seen() {
    let served = Served::new().await;
    let Some(b) = served.browser().await else { return };
    let order = quick_order(&b).await;
    b.sign_in("Hannah Stone").await;
    b.open(&order).await;
    b.see("may not read the order").await;
    b.picture("denied").await;
    b.click("Use emergency access").await;
    b.see("Only to care for this person now").await;
    b.fill("reason", "urgent").await;
    b.press("Open the record").await;
    b.see("Say why you need this record now").await;
    b.picture("emergency").await;
    b.fill("reason", "Unconscious in our emergency department").await;
    b.press("Open the record").await;
    b.see("Marcus Oduya").await;
    b.sign_in("Leo Abara").await;
    b.click("Audit").await;
    b.see("Unconscious in our emergency department").await;
    b.picture("emergencies").await;
    b.fill("number", "OG-0").await;
    b.press("Show who looked").await;
    b.see("Nobody of your organisation’s orders has this NHS number or order number").await;
    b.set_value("number", BOY).await;
    b.press("Show who looked").await;
    b.see("Who looked at this record").await;
    b.see("read the order").await;
    b.open("/audit").await;
    b.click("who looked").await;
    b.see("Dr Hannah Stone, Clinician, Another Hospital").await;
    b.picture("who-looked").await;
    b.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_parent_opens_their_own_page_answers_and_takes_something_back() {
    let served = Served::new().await;
    let Some(b) = served.browser().await else { return };
    b.sign_in("Clinician").await;
    let people = &[("proband", BOY), ("mother", MOTHER)];
    let order = order(&b, &Ordered { test: METABOLIC, people, letter: "Coma.", ..Ordered::default() }).await;
    b.see("Waiting for the choice of 2 people").await;
    b.click("Record the choices of Temi Oduya").await;
    b.press("Let Temi Oduya").await;
    b.see("It is shown only now").await;
    b.picture("link").await;
    b.click("/link/").await;
    b.see("Open your page").await;
    for (field, value) in [("day", "1"), ("month", "13"), ("year", "1990")] {
        b.fill(field, value).await;
    }
    b.press("Open").await;
    b.see("Enter your date of birth as day, month and year").await;
    b.picture("my-1-open").await;
    for (field, value) in [("day", "2"), ("month", "9"), ("year", "1991")] {
        b.fill(field, value).await;
    }
    b.press("Open").await;
    b.see("not the date of birth that we have").await;
    for (field, value) in [("day", "30"), ("month", "6"), ("year", "1991")] {
        b.fill(field, value).await;
    }
    b.press("Open").await;
    b.see("We are waiting for someone's choice").await;
    b.picture("my-2-page").await;
    b.click("Give your choices").await;
    for question in ["test", "research", "recontact", "family_sharing"] {
        b.tick(&format!("{question}-yes")).await;
    }
    b.press("Save these choices").await;
    b.click("the choices for Marcus Oduya").await;
    b.tick("test-yes").await;
    b.press("Save these choices").await;
    b.see("agrees to research, yes or no").await;
    b.tick("research-no").await;
    b.picture("my-3-choices").await;
    b.press("Save these choices").await;
    b.click("Change or take back your choices").await;
    b.choose("Research").await;
    b.press("Take it back").await;
    b.see("Your tests and choices").await;
    b.picture("my-4-answered").await;
    b.click("See who looked at your record").await;
    b.see("Dr Amara Okafor").await;
    b.picture("my-5-looked").await;
    b.open("/").await;
    b.see("Sign in").await;
    b.sign_in("Clinician").await;
    b.open(&order).await;
    b.see("Waiting for the laboratory to accept the request").await;
    b.see("Agreement to research withdrawn").await;
    b.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clinician_restricts_a_record_and_opens_it_again() {
    let served = Served::new().await;
    let Some(b) = served.browser().await else { return };
    let order = quick_order(&b).await;
    b.click("Genomic record").await;
    b.click("Correct, merge or separate").await;
    b.unfold("Restrict this record").await;
    b.fill("why", "Works in this hospital").await;
    b.fill("logins", "nobody.here").await;
    b.press("Restrict the record").await;
    b.see("Nobody signs in as nobody.here").await;
    b.unfold("Restrict this record").await;
    b.fill("why", "Works in this hospital").await;
    b.fill("logins", "").await;
    b.press("Restrict the record").await;
    b.see("Lists and searches show no name").await;
    b.see("Dr Amara Okafor, Clinician").await;
    b.picture("restricted").await;
    b.open("/").await;
    b.see("Restricted record").await;
    b.sign_in("Ben Whitfield").await;
    b.see("Restricted record").await;
    b.open(&order).await;
    b.see("You may not do this").await;
    b.open("/password").await;
    b.see("without a password of this service").await;
    b.close().await;
}
