//! A genomic associate sees which families wait, and writes down whom they chased.

use crate::{
    Served,
    pages::posted,
    permissions::{cookie, who},
};
use care::{
    OrderId, Role,
    ordering::family::Relationship,
    people::patient::{Demographics, Identity, Sex},
};
use jiff::civil::Date;
use service::{directory, ordering};

/// An order for a child, without choices or samples.
async fn ordered(served: &Served) -> OrderId {
    let demographics = Demographics {
        nhs_number: Identity::NhsNumber("9990003009".parse().expect("a number")),
        family_name: "Oduya".into(),
        given_name: "Marcus".into(),
        birth_date: Date::constant(2019, 2, 14),
        sex: Sex::Male,
    };
    let test = directory::catalogue::current(&served.service).await.expect("a directory").test("R98.2").expect("in force").clone();
    let form = sim::form::order(test, vec![sim::form::person(Relationship::Proband, demographics)]);
    ordering::orders::place(&served.service.desk(who(Role::Clinician, 0)), form).await.expect("placed")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_associate_records_a_chase() {
    let served = Served::new().await;
    let Some(b) = served.browser().await else { return };
    let order = ordered(&served).await;
    let family = ordering::families::of_order(&served.service.desk(who(Role::GenomicAssociate, 0)), order).await.expect("a family");
    let person = family.people[0].person;
    b.sign_in("Ben Whitfield").await;
    b.click("Families").await;
    b.see("1 order waits for its family or a sample").await;
    b.see("Choice about the test").await;
    b.see("Not yet").await;
    b.picture("families").await;
    b.open("/families?what=features").await;
    b.see("Nobody matches").await;
    b.open("/families?what=sample&chased=never&unheard=of").await;
    b.click("Marcus Oduya").await;
    b.see("What is missing").await;
    b.unfold("Record that you chased Marcus Oduya").await;
    b.select(&format!("how-{person}"), "telephone").await;
    b.fill(&format!("note-{person}"), "The line was engaged").await;
    b.press("Write it down").await;
    b.see("Choose how it ended").await;
    assert_eq!(b.value(&format!("note-{person}")).await, "The line was engaged", "what was typed is kept");
    b.select(&format!("ending-{person}"), "no").await;
    b.press("Write it down").await;
    b.see("The attempt is written down").await;
    b.see("Telephone: does not want to take part, Ben Whitfield on").await;
    b.picture("missing").await;
    b.open("/families?chased=never").await;
    b.see("Nobody matches").await;
    b.open(&format!("/orders/{order}")).await;
    b.see("Who to ask about this order").await;
    b.see("chased somebody of the family (Telephone)").await;
    b.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_test_becomes_a_favourite_and_is_offered_where_an_order_begins() {
    let served = Served::new().await;
    let Some(b) = served.browser().await else { return };
    b.sign_in("Dr Amara Okafor").await;
    b.open("/order-a-test").await;
    b.see("Your favourite tests").await;
    b.open("/directory/tests/R98.2").await;
    b.press("☆ Add to your favourites").await;
    b.see("R98.2 is one of your favourite tests").await;
    b.picture("favourite").await;
    b.open("/order-a-test").await;
    b.picture("order-favourites").await;
    b.press("Choose").await;
    b.see("Who").await;
    assert!(b.path().await.ends_with("/order-a-test/family"));
    b.open("/directory/tests/R98.2").await;
    b.press("★ Remove from your favourites").await;
    b.see("R98.2 is no longer one of your favourite tests").await;
    b.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_attempt_at_nobody_of_the_family_is_refused() {
    let served = Served::new().await;
    let order = ordered(&served).await;
    let cookie = cookie(&served.base, "/sign-in", &format!("staff={}", who(Role::GenomicAssociate, 0).id)).await;
    for (form, why) in [
        (String::new(), "Choose who of this family was chased"),
        (format!("person={order}&how=letter&ending=no"), "Choose who of this family was chased"),
    ] {
        let answer = posted(&served, &cookie, &format!("/orders/{order}/missing"), &form).await;
        assert!(answer.starts_with("HTTP/1.1 200") && answer.contains(why), "{form}: {answer}");
    }
}
