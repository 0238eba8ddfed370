//! A researcher builds a question by a form and is answered from simulated people; what the airlock's rules flag leaves only with the
//! reasons of two checkers.

use crate::{Served, browser::Browser, permissions::who};
use care::{
    ProjectId, Role,
    research::project::{Application, Command, Purpose},
};
use engine::reference;
use service::research;

/// People of the library: fewer than in the demonstration, enough for an answer.
const PEOPLE: usize = 600;

async fn approved(served: &Served) -> ProjectId {
    let desk = |role, which| served.service.desk(who(role, which));
    let application = Application {
        title: "Epilepsy in adults".into(),
        lay_summary:
            "We want to learn how many adults with seizures carry a change that stops a gene, so that they get the right medicine.".into(),
        method: "Counts of carriers".into(),
        purpose: Purpose::Health,
        ethics: "26/EE/0001".into(),
        months: 12,
        by: who(Role::Researcher, 0),
    };
    let id = research::projects::apply(&desk(Role::Researcher, 0), application).await.expect("applied");
    for member in 0..2 {
        let vote = Command::Vote { approves: true, reason: "Sound".into() };
        research::projects::review(&desk(Role::AccessCommittee, member), id, vote).await.expect("voted");
    }
    let approve = Command::Approve { conditions: String::new(), release: String::new() };
    research::projects::review(&desk(Role::AccessCommittee, 0), id, approve).await.expect("approved");
    id
}

/// Builds a question by the form, edits its text, and asks an earlier one again.
async fn asked_by_form(b: &Browser, project: ProjectId) {
    b.sign_in("Dr Olu Bankole").await;
    b.open(&format!("/research/projects/{project}")).await;
    b.click("Build a question by a form").await;
    b.see("600 people of this library are simulated").await;
    b.fill("search", "seizure").await;
    b.press("Find features").await;
    b.tick("hit-1").await;
    b.press("They have all ticked").await;
    b.see("They have").await;
    b.select("what", "carriers").await;
    b.press("Write the question").await;
    b.see("say in which gene").await;
    b.fill("genes", "SCN1A").await;
    b.select("effect", "loss-of-function").await;
    b.press("Write the question").await;
    b.see("Carriers of variants that stop the gene from working in SCN1A, who have Seizure (HP:0001250)").await;
    b.picture("research-builder").await;
    b.press("Ask").await;
    b.see("People who fit").await;
    b.see("Carriers among them").await;
    b.picture("research-answer").await;
    b.fill("question", "people with HP:0001250 by sex born 1900-2099 nonsense").await;
    b.press("Ask").await;
    b.see("'nonsense'").await;
    assert!(b.value("question").await.ends_with("nonsense"), "what was typed is kept");
    b.fill("question", "people with HP:0001250 by sex").await;
    b.press("Ask").await;
    b.see("People by group").await;
    b.press("Ask again").await;
    b.see("Answer").await;
    b.open(&format!("/research/projects/{project}/tables")).await;
    b.see("Every row on this page is invented").await;
    b.picture("research-tables").await;
}

/// A table with a small count is handed over; each of two checkers gives a reason for every flag.
async fn released_with_reasons(b: &Browser, served: &Served, project: ProjectId) {
    let researcher = served.service.desk(who(Role::Researcher, 0));
    let table = b"gene,carriers\nSCN1A,60\nCFTR,3\n";
    let flags = research::asking::ask_output(&researcher, project, "genes.csv", "Table 1", table).await.expect("handed over");
    let output = research::projects::project(&researcher, project).await.expect("a project").outputs[0].id;
    for (checker, agrees) in [("Rosa Delgado", false), ("Sanjay Mehta", true)] {
        b.sign_in(checker).await;
        b.open("/research/outputs").await;
        b.press("Release").await;
        b.see("say in a sentence of at least").await;
        b.fill(&format!("answer-{output}-1"), "ok").await;
        b.press("Release").await;
        b.see("Flag 1 (Line 3, carriers").await;
        assert_eq!(b.value(&format!("answer-{output}-1")).await, "ok", "what was typed is kept");
        b.picture(if agrees { "research-flags-second" } else { "research-flags" }).await;
        for number in 1..=flags.len() {
            b.fill(&format!("answer-{output}-{number}"), "The three are named in a published paper").await;
        }
        b.press("Release").await;
        b.see(if agrees { "None waits" } else { "One of two has decided" }).await;
    }
    b.sign_in("Dr Olu Bankole").await;
    b.open(&format!("/research/projects/{project}")).await;
    b.see("genes.csv: Released").await;
    b.see("The three are named in a published paper").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_researcher_builds_a_question_by_a_form_and_a_flagged_output_needs_the_reasons_of_two() {
    let served = Served::new().await;
    let Some(b) = served.browser().await else { return };
    let pack = reference::open("demo").expect("the demo pack");
    sim::cohort::take_in(&served.service, &pack, PEOPLE).await.expect("taken in");
    research::make_release(&served.service).await.expect("released");
    let project = approved(&served).await;
    asked_by_form(&b, project).await;
    released_with_reasons(&b, &served, project).await;
    b.close().await;
}
