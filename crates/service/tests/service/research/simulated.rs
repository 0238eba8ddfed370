//! The simulated people of the demonstration's library.

use crate::bench::*;
use care::ordering::choice::Purpose;
use service::research::{self, answers::Count, simulated};

#[tokio::test]
async fn simulated_people_answer_questions_and_one_who_withdraws_is_counted_no_more() {
    let bench = Bench::new().await;
    let pack = reference::open("demo").expect("the demo pack");
    assert_eq!(sim::cohort::take_in(&bench.service, &pack, 600).await.expect("taken in"), 600);
    assert_eq!(simulated::people(&bench.service).await.expect("a number"), 600);
    let release = research::make_release(&bench.service).await.expect("released");
    assert_eq!(release.people.len(), 600);
    let project = bench.approved().await;
    let researcher = bench.desk(Role::Researcher, 0);
    for question in [
        "people",
        "people with HP:0001250 by sex",
        "carriers loss-of-function in SCN1A with HP:0001250",
        "carriers protein-changing AF < 0.1 % in FBN1",
        "compound heterozygotes in CFTR",
        "people solved",
        "people ancestry SAS",
    ] {
        let answer = research::asking::ask(&researcher, project, question).await.expect("answered");
        let count = answer.carriers.unwrap_or(answer.cohort);
        assert!(matches!(count, Count::About(5..)), "{question}: {answer:?}");
    }

    let permit = bench.service.desk(staff::system()).permit_general(Action::RunLibrary).await.expect("a permit");
    let line = bench.service.store.participants(&permit, bench.service.today()).await.expect("a list")[0];
    let clinician = bench.service.desk(simulated::study().expect("the study"));
    let order = bench.service.store.orders_with(&permit, line.patient).await.expect("orders")[0].id;
    ordering::choices::withdraw(&clinician, order, line.patient, Purpose::Research, bench.service.today(), "I changed my mind".into())
        .await
        .expect("withdrawn");
    let lines = bench.service.store.participants(&permit, bench.service.today()).await.expect("a list");
    assert_eq!(lines.iter().filter(|line| line.agreed).count(), 599, "from that moment");
    assert_eq!(research::keeping::clear_library(&bench.service).await.expect("cleared"), 1);
    let after = research::make_release(&bench.service).await.expect("released");
    assert_eq!(after.people.len(), 599);
    assert!(bench.service.store.check_lists().await.expect("compared").is_empty(), "every list follows from the journal");
}

#[tokio::test]
async fn nobody_of_the_simulated_people_passes_for_a_patient_or_stands_in_a_work_list() {
    let bench = Bench::new().await;
    let pack = reference::open("demo").expect("the demo pack");
    sim::cohort::take_in(&bench.service, &pack, 20).await.expect("taken in");
    let permit = bench.service.desk(staff::system()).permit_general(Action::RunLibrary).await.expect("a permit");
    for line in bench.service.store.participants(&permit, bench.service.today()).await.expect("a list") {
        let view = bench.service.store.orders_with(&permit, line.patient).await.expect("orders").remove(0);
        assert!(view.patient.ends_with("Simulated"), "{}", view.patient);
        assert_eq!(view.state, care::ordering::order::StateKind::Closed);
        assert!([view.requester, view.laboratory].iter().all(|code| code.to_string() == "SIM01"));
    }
    for staff in staff::demo() {
        assert_ne!(staff.organisation.to_string(), "SIM01");
    }
}
