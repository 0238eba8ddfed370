//! A researcher applies, is approved, asks, and takes out what may leave; a participant sees it and says no more.

use crate::{Served, permissions::who, prescribing::sequenced};
use care::{
    PatientId, Role,
    choice::{Answer, Category, Discussion, How, Purpose, WORDING},
};

/// Everybody of the family agrees to research.
async fn agree(served: &Served, order: care::OrderId, people: &[PatientId]) {
    let clinician = served.service.desk(who(Role::Clinician, 0));
    for person in people {
        let discussion = Discussion {
            order,
            wording: WORDING.into(),
            category: Category::AdultOwn,
            test: Answer::Yes,
            research: Answer::Yes,
            recontact: Answer::Yes,
            secondary_findings: Answer::No,
            family_sharing: Answer::Yes,
            comment: String::new(),
            how: How::Spoken,
            interpreter: String::new(),
        };
        clinician.record_choice(*person, discussion).await.expect("recorded");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_researcher_is_approved_asks_and_takes_out_what_may_leave_until_a_participant_says_no() {
    let served = Served::new().await;
    let Some(b) = served.browser().await else { return };
    let (order, proband) = sequenced(&served, Answer::No).await;
    let clinician = served.service.desk(who(Role::Clinician, 0));
    let permit = clinician.permit(access::Action::ReadOrder, order).await.expect("a permit");
    let request = clinician.status(&permit, order).await.expect("a status").order.request.expect("submitted");
    let people: Vec<PatientId> = request.people.iter().map(|p| p.patient).collect();
    agree(&served, order, &people).await;
    assert_eq!(served.service.fill_library().await.expect("filled"), 3);
    served.service.make_release().await.expect("released");

    b.open("/research").await;
    b.see("There is no project yet").await;
    b.sign_in("Dr Olu Bankole").await;
    b.click("Apply for a project").await;
    b.fill("title", "Ketone bodies in childhood").await;
    b.press("Apply").await;
    b.see("Write a summary for everybody").await;
    let summary = "We want to learn which changes in genes stop children from making ketone bodies, so that they are found earlier.";
    for (field, value) in [("lay_summary", summary), ("method", "Counts of carriers"), ("ethics", "26/EE/0001"), ("months", "12")] {
        b.fill(field, value).await;
    }
    b.picture("research-apply").await;
    b.press("Apply").await;
    b.see("Under review (0 of 2 votes)").await;
    let project = b.path().await;
    for member in ["Prof Petra Novak", "Quentin Ashe"] {
        b.sign_in(member).await;
        b.open(&project).await;
        b.fill("reason", "Sound, and of use").await;
        b.press("Vote for it").await;
    }
    b.see("2 of 2 votes are there").await;
    b.picture("research-review").await;
    b.press("Approve").await;
    b.see("Approved until").await;

    b.sign_in("Dr Olu Bankole").await;
    b.open(&project).await;
    b.fill("question", "carriers in NOSUCHGENE").await;
    b.press("Ask").await;
    b.see("is no gene of the reference pack").await;
    b.fill("question", "carriers loss-of-function in DPYD").await;
    b.press("Ask").await;
    b.see("fewer than 5").await;
    b.fill("sql", "SELECT COUNT(DISTINCT person) AS people FROM calls").await;
    b.press("Run").await;
    b.see("| 3      |").await;
    b.picture("research-project").await;
    for (name, content) in [("cells.csv", "gene,carriers\nDPYD,2\n"), ("result.txt", "Carriers were about 40 of 1200.")] {
        b.fill("name", name).await;
        b.fill("why", "For a paper").await;
        b.fill("content", content).await;
        b.press("Ask to take it out").await;
        b.see(if name == "cells.csv" { "counts below 5 are not taken out" } else { "The rules found nothing against it" }).await;
    }
    b.sign_in("Rosa Delgado").await;
    b.click("Outputs").await;
    b.picture("research-outputs").await;
    b.press("Refuse").await;
    b.see("Say why").await;
    let reason = served.service.desk(who(Role::OutputChecker, 0)).outputs_waiting().await.expect("a list")[0].2.id;
    b.fill(&format!("reason-{reason}"), "A count of two").await;
    b.press("Refuse").await;
    b.press("Release").await;
    b.sign_in("Sanjay Mehta").await;
    b.open("/research/outputs").await;
    b.press("Release").await;
    b.see("None waits").await;
    b.sign_in("Dr Olu Bankole").await;
    b.open(&project).await;
    b.see("cells.csv: Refused").await;
    b.see("Take result.txt out").await;

    clinician
        .withdraw_choice(order, people[2], Purpose::Research, service::desk::today(), "Changed my mind".into())
        .await
        .expect("withdrawn");
    b.fill("sql", "SELECT COUNT(DISTINCT person) AS people FROM calls").await;
    b.press("Run").await;
    b.see("| 2      |").await;
    served.service.clear_library().await.expect("cleared");
    let (secret, _) = clinician.invite(order, proband).await.expect("invited");
    b.open(&format!("/link/{secret}")).await;
    for (field, value) in [("day", "14"), ("month", "2"), ("year", "2001")] {
        b.fill(field, value).await;
    }
    b.press("Open").await;
    b.see("Your coded data are in the library").await;
    b.see("Ketone bodies in childhood").await;
    b.picture("my-research").await;
    b.open("/research").await;
    b.see("1 results released").await;
    b.picture("research-register").await;
    b.close().await;
}
