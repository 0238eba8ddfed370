//! Order templates: whose they are, what they hold, and what becomes of them when the Test Directory changes.

use crate::bench::*;
use care::{
    directory::{
        Branch, Change, Route,
        change::{Command as DirectoryCommand, Draft},
    },
    ordering::{
        order::Responsible,
        template::{Command, Identifiers, Reason, TestNow, Usual},
    },
};
use ontology::TermId;
use service::{
    directory,
    ordering::templates::{change, list, renew, start},
};

async fn usual(bench: &Bench) -> Usual {
    let test = directory::catalogue::current(&bench.service).await.expect("a directory").test("R98.2").expect("in force").clone();
    let responsible = Responsible { consultant: "Dr Ada Lovell".into(), address: "Metabolic team".into() };
    Usual { test, reason: Reason::Diagnosis, features: vec![TermId(1259)], responsible }
}

async fn save(desk: &Desk, name: &str, usual: Usual, is_shared: bool) -> Result<uuid::Uuid, ServiceError> {
    let id = desk.new_id();
    let people = Identifiers { names: vec![("Marcus".into(), "Oduya".into())], numbers: vec!["9990000018".into()] };
    change(desk, Command::Save { id, name: name.into(), usual: Box::new(usual), is_shared, people }).await.map(|()| id)
}

/// Desks of two clinicians of one organisation, and of one elsewhere.
fn desks(bench: &Bench) -> [Desk; 3] {
    let own = who(Role::Clinician, 0);
    let colleague = Staff { id: care::StaffId(MachineClock.new_id()), name: "Dr Col League".into(), ..own.clone() };
    let organisation = "RZZ99".parse().expect("a code");
    let stranger = Staff { id: care::StaffId(MachineClock.new_id()), organisation, ..own.clone() };
    [own, colleague, stranger].map(|staff| bench.service.desk(staff))
}

/// A version of the directory in which the report of R98.2 is due a day earlier.
async fn publish_shorter(bench: &Bench) {
    let test = bench.form().await.test;
    let days = test.turnaround_days_max - 1;
    let (id, branch) = (care::ProposalId(MachineClock.new_id()), Branch::Rare);
    let draft = Draft {
        title: "A day earlier".into(),
        rationale: "Treatment depends on it".into(),
        route: Route::FastTrack,
        changes: vec![Change::Amend(Box::new(Test { turnaround_days_max: days, ..test }))],
    };
    let [first, second] = [0, 1].map(|n| bench.desk(Role::Curator, n));
    directory::catalogue::change(&first, branch, DirectoryCommand::Propose { id, draft }).await.expect("proposed");
    let vote = DirectoryCommand::Vote { id, in_favour: true, reason: "Sound".into() };
    directory::catalogue::change(&second, branch, vote).await.expect("voted");
    let accept = DirectoryCommand::Decide { id, accept: true, reason: "Agreed".into(), effective: MachineClock.today() };
    directory::catalogue::change(&second, branch, accept).await.expect("decided");
    directory::catalogue::publish(&second, branch, "6.1".into(), MachineClock.today()).await.expect("published");
}

#[tokio::test]
async fn a_template_is_its_owners_alone_until_it_is_shared_and_never_of_another_organisation() {
    let bench = Bench::new().await;
    let [own, colleague, stranger] = desks(&bench);
    let id = save(&own, "Coma", usual(&bench).await, false).await.expect("saved");
    let names = async |desk: &Desk| list(desk).await.expect("a list").into_iter().map(|one| one.template.name).collect::<Vec<_>>();
    assert_eq!((names(&own).await, names(&colleague).await, names(&stranger).await), (vec!["Coma".to_owned()], vec![], vec![]));
    let directory = list(&own).await.expect("a list")[0].directory.clone();
    refused(start(&colleague, id, 0, &directory).await, "deleted, or is no longer shared");
    change(&own, Command::Share { id }).await.expect("shared");
    assert_eq!(names(&colleague).await, ["Coma"]);
    assert_eq!(start(&colleague, id, 0, &directory).await.expect("begun").1.code.as_str(), "R98.2");
    assert!(names(&stranger).await.is_empty());
    refused(start(&stranger, id, 0, &directory).await, "deleted, or is no longer shared");
    refused(change(&colleague, Command::Delete { id }).await, "not one of yours");
    refused(list(&bench.desk(Role::Manager, 0)).await, "may not");
    change(&own, Command::Delete { id }).await.expect("deleted");
    assert!(names(&own).await.is_empty());
    assert_eq!(lines::check_views(&bench.service).await.expect("read"), Vec::<String>::new());
}

#[tokio::test]
async fn a_template_that_names_somebody_of_its_order_is_not_saved() {
    let bench = Bench::new().await;
    let [own, ..] = desks(&bench);
    let usual = usual(&bench).await;
    for name in ["Order of Marcus", "ODUYA", "R98 9990000018", "401 023 2137"] {
        refused(save(&own, name, usual.clone(), true).await, "This names somebody of the order");
    }
    let address = Responsible { address: "To the parents of Marcus Oduya".into(), ..usual.responsible.clone() };
    refused(save(&own, "Coma", Usual { responsible: address, ..usual.clone() }, true).await, "never holds who a patient is");
    assert!(list(&own).await.expect("a list").is_empty());
    save(&own, "Coma", usual.clone(), true).await.expect("saved");
    refused(save(&own, "coma", usual, true).await, "already: choose another name");
}

#[tokio::test]
async fn a_template_whose_test_changed_says_so_and_begins_no_order_that_somebody_did_not_see_so() {
    let bench = Bench::new().await;
    let [own, colleague, _] = desks(&bench);
    let id = save(&own, "Coma", usual(&bench).await, true).await.expect("saved");
    let before = list(&own).await.expect("a list").remove(0);
    assert_eq!((before.test_now, before.is_own), (TestNow::Same, true));
    publish_shorter(&bench).await;
    let now = list(&colleague).await.expect("a list").remove(0);
    let TestNow::Changed(fields) = &now.test_now else { panic!("not changed: {:?}", now.test_now) };
    assert_eq!(fields.iter().map(|(field, ..)| *field).collect::<Vec<_>>(), ["Days to report"]);
    refused(start(&own, id, 0, &before.directory).await, "look at it again");
    refused(renew(&own, id, 0, &before.directory).await, "look at it again");
    refused(renew(&colleague, id, 0, &now.directory).await, "not one of yours");
    renew(&own, id, 0, &now.directory).await.expect("looked at");
    let renewed = list(&own).await.expect("a list").remove(0);
    assert_eq!((renewed.test_now, renewed.template.revision), (TestNow::Same, 1));
    refused(start(&colleague, id, 0, &now.directory).await, "look at it again");
    start(&colleague, id, 1, &now.directory).await.expect("begun");
}

#[tokio::test]
async fn an_order_keeps_who_is_responsible_and_for_whom_the_report_is() {
    let bench = Bench::new().await;
    let responsible = usual(&bench).await.responsible;
    let order = bench.placed(|form| form.responsible = responsible.clone()).await;
    let desk = bench.desk(Role::Clinician, 0);
    let permit = bench_permit(&desk, order).await;
    assert_eq!(desk.status(&permit, order).await.expect("a status").order.request.expect("submitted").responsible, responsible);
    let mut form = bench.form().await;
    form.responsible.consultant = "Dr A\nDr B".into();
    refused(ordering::orders::place(&desk, form).await, "on one line");
}
