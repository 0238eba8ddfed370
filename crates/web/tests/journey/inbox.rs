//! A clinician acknowledges a result on the first page, once they have read it.

use crate::{
    Served,
    pages::posted,
    permissions::{cookie, who},
    prescribing::sequenced,
    routes::answer,
};
use care::{
    OrderId, Role,
    interpretation::case::{Conclusion, Outcome},
    ordering::order::{Request, Urgency},
};
use service::{interpretation::cases, ordering, results};

/// A report that nothing was found, sent to the requester.
async fn reported(served: &Served, order: OrderId) {
    let desk = |role, which| served.service.desk(who(role, which));
    let summary = "No variant explains the features.".into();
    let conclusion = Conclusion { variants: vec![], outcome: Outcome::NoFinding, summary };
    cases::propose(&desk(Role::ClinicalScientist, 0), order, conclusion).await.expect("proposed");
    cases::check(&desk(Role::ClinicalScientist, 1), order).await.expect("checked");
    results::reports::authorise(&desk(Role::Consultant, 0), order).await.expect("signed");
    served.deliver().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clinician_acknowledges_in_place_what_they_have_read() {
    let served = Served::new().await;
    let Some(b) = served.browser().await else { return };
    let (order, _) = sequenced(&served, care::ordering::choice::Answer::No).await;
    reported(&served, order).await;
    b.sign_in("Dr Amara Okafor").await;
    b.open("/?acknowledged=yes&show=&show=mine&unheard=of").await;
    b.see("Results to acknowledge (1)").await;
    b.see("born 14 February 2001").await;
    b.see("No cause was found by this test").await;
    b.see("you can acknowledge it once you have read it").await;
    assert!(!b.text("//main").await.contains("You acknowledged"), "no address says that something was done");
    b.picture("inbox").await;
    b.click("Open the report of").await;
    b.see("I have read this report and will act on it").await;
    b.open("/").await;
    b.unfold("Acknowledge the report of").await;
    b.press("Acknowledge").await;
    b.see("Confirm whose report it is and that you have read it").await;
    b.picture("inbox-refused").await;
    let (report, ..) = results::reports::report(&served.service.desk(who(Role::Clinician, 0)), order).await.expect("a report");
    b.tick(&format!("confirmed-{report}")).await;
    b.fill(&format!("plan-{report}"), "Seen in clinic").await;
    b.press("Acknowledge").await;
    b.see("You acknowledged the report of").await;
    b.see("No result of your patients waits to be acknowledged").await;
    b.open("/").await;
    b.see("Results to acknowledge (0)").await;
    assert!(!b.text("//main").await.contains("You acknowledged"), "it is said once");
    b.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_that_nobody_was_shown_acknowledges_nothing() {
    let served = Served::new().await;
    let (order, _) = sequenced(&served, care::ordering::choice::Answer::No).await;
    reported(&served, order).await;
    let clinician = served.service.desk(who(Role::Clinician, 0));
    let (report, ..) = results::reports::report(&clinician, order).await.expect("a report");
    let cookie = cookie(&served.base, "/sign-in", &format!("staff={}", who(Role::Clinician, 0).id)).await;
    for (form, why) in [
        (String::new(), "nothing was acknowledged"),
        (format!("order={order}&report={report}"), "Confirm whose report it is"),
        (format!("order={order}&report={report}&confirmed=yes"), "You have not opened this report"),
        (format!("order={order}&report={order}&confirmed=yes"), "was amended since you were shown it"),
    ] {
        let answer = posted(&served, &cookie, "/inbox", &form).await;
        assert!(answer.starts_with("HTTP/1.1 200") && answer.contains(why) && !answer.contains("You acknowledged"), "{form}: {answer}");
    }
    let answer = posted(&served, &cookie, &format!("/orders/{order}/report"), "action=x").await;
    assert!(answer.contains("Read the report below"), "{answer}");
    assert_eq!(results::reports::not_arrived(&clinician, 1).await.expect("a list").unread.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_urgent_order_is_marked_wherever_its_unread_result_is_listed() {
    let served = Served::new().await;
    let (order, _) = sequenced(&served, care::ordering::choice::Answer::No).await;
    let clinician = served.service.desk(who(Role::Clinician, 0));
    let hurry = |request: &mut Request| request.urgency = Urgency::Urgent;
    ordering::orders::amend(&clinician, order, hurry, "On the ward".into()).await.expect("amended");
    reported(&served, order).await;
    let number = served.service.store.order_view(order).await.expect("read").expect("a line").number;
    let cookie = cookie(&served.base, "/sign-in", &format!("staff={}", who(Role::Clinician, 0).id)).await;
    let shown = async |path: &str| answer(&served.base, "GET", path, &format!("Cookie: {cookie}\r\n")).await;
    let table = shown("/work.csv?show=all").await;
    assert!(table.contains(",due,urgency"), "{table}");
    let line = table.lines().find(|line| line.starts_with(&number)).expect("a line of the order");
    assert!(line.trim_end().ends_with(",Urgent"), "{line}");
    for (path, part) in [("/unread", "Unread reports"), ("/", "id=\"inbox\"")] {
        let page = shown(path).await;
        let list = page.split_once(part).expect("the list").1;
        let list = list.split("</ul>").next().unwrap_or_default().split("</table>").next().unwrap_or_default();
        assert!(list.contains(&number) && list.contains("nhsuk-tag--red\">Urgent"), "{path}: {list}");
    }
}
