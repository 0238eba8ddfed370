//! Worklists whose orders are cancelled, withdrawn or restricted meanwhile, and lists of many.

use crate::bench::*;
use care::{
    laboratory::worklist::{Outcome, Step},
    ordering::{choice::Purpose, order},
};
use service::laboratory::worklists;

#[tokio::test]
async fn a_sample_whose_order_ended_or_whose_person_withdrew_is_left_out_and_never_marked() {
    let bench = Bench::new().await;
    let (desk, clinician) = (bench.desk(Role::LaboratoryScientist, 0), bench.desk(Role::Clinician, 0));
    let mut samples = Vec::new();
    for _ in 0..3 {
        samples.push(bench.with_dna(order::Urgency::Routine).await);
    }
    let [(cancelled, one, _), (withdrawn, two, _), (going, three, _)] = &samples[..] else { panic!("three") };
    let person = bench.people(*withdrawn).await[0];
    let by_clinician = Category::BestInterest { clinician: "Dr Amara Okafor".into() };
    ordering::choices::record(&clinician, person, discussion(*withdrawn, by_clinician)).await.expect("recorded");
    let list = bench.worklist(Step::Sequencing).await;
    let barcodes: Vec<String> = samples.iter().map(|(_, _, barcode)| barcode.clone()).collect();
    worklists::add(&desk, list, None, &barcodes).await.expect("on");
    worklists::start(&desk, list).await.expect("started");
    worklists::settle(&desk, list, *one, "", Outcome::Passed).await.expect("settled before it was cancelled");
    let cancel = order::Command::Cancel { reason: "Moved away".into() };
    ordering::orders::change(&clinician, *cancelled, cancel).await.expect("cancelled");
    let today = bench.service.today();
    ordering::choices::withdraw(&clinician, *withdrawn, person, Purpose::Test, today, "Asked us".into()).await.expect("withdrawn");

    let shown = worklists::worklist(&desk, list).await.expect("read");
    let why: Vec<&str> = shown.ended.values().map(String::as_str).collect();
    assert_eq!(why, ["its order is cancelled", "the person does not agree to the test"]);
    refused(worklists::settle(&desk, list, *two, "", Outcome::Passed).await, "the person does not agree to the test. It is left out");
    refused(worklists::pass_others(&desk, list, 2).await, "Without an outcome are 1 now, and the page showed 2");
    assert_eq!(worklists::pass_others(&desk, list, 1).await.expect("passed"), 1);
    let left_out = worklists::finish(&desk, list).await.expect("finished");
    assert_eq!(left_out, shown.ended);
    for (order, sample) in [(cancelled, one), (withdrawn, two)] {
        let now = bench.sample_now(*order, *sample).await;
        assert!(now.outcomes.is_empty() && now.worklists.is_empty() && now.state != sample::State::Sequenced, "{now:?}");
    }
    assert_eq!(bench.sample_now(*going, *three).await.state, sample::State::Sequenced);
    let finished = worklists::worklist(&desk, list).await.expect("read").worklist;
    assert_eq!(finished.left_out, left_out, "it says so afterwards too");
    assert_eq!(lines::check_views(&bench.service).await.expect("read"), Vec::<String>::new());
}

#[tokio::test]
async fn nobody_puts_a_sample_on_whose_person_does_not_agree_and_no_work_is_started_with_one() {
    let bench = Bench::new().await;
    let (desk, clinician) = (bench.desk(Role::LaboratoryScientist, 0), bench.desk(Role::Clinician, 0));
    let (order, id, barcode) = bench.with_dna(order::Urgency::Routine).await;
    let person = bench.people(order).await[0];
    let by_clinician = Category::BestInterest { clinician: "Dr Amara Okafor".into() };
    ordering::choices::record(&clinician, person, discussion(order, by_clinician)).await.expect("recorded");
    let list = bench.worklist(Step::Mlpa).await;
    worklists::add(&desk, list, None, std::slice::from_ref(&barcode)).await.expect("on");
    let today = bench.service.today();
    ordering::choices::withdraw(&clinician, order, person, Purpose::Test, today, "Asked us".into()).await.expect("withdrawn");
    refused(worklists::start(&desk, list).await, "Do not work on the sample in A01: the person does not agree to the test");
    worklists::remove(&desk, list, id, "Withdrawn".into()).await.expect("off");
    refused(worklists::add(&desk, list, None, &[barcode]).await, "the person does not agree to the test");
}

#[tokio::test]
async fn a_restricted_record_keeps_no_tube_from_the_laboratory_and_tells_another_laboratory_nothing() {
    let bench = Bench::new().await;
    let (desk, there) = (bench.desk(Role::LaboratoryScientist, 0), bench.desk(Role::LaboratoryScientist, 1));
    let (order, _, barcode) = bench.with_dna(order::Urgency::Routine).await;
    let person = bench.people(order).await[0];
    people::restriction::restrict(&bench.desk(Role::Clinician, 0), person, &[], true, "Works here").await.expect("restricted");
    assert_eq!(worklists::waiting(&desk, Step::Mlpa).await.expect("read").0.len(), 1, "the tube is worked on as any");
    assert!(worklists::waiting(&there, Step::Mlpa).await.expect("read").0.is_empty());
    let theirs = worklists::create(&there, Step::Mlpa, "Robot 2".into()).await.expect("created");
    let scanned = worklists::add(&there, theirs, None, std::slice::from_ref(&barcode)).await;
    refused(scanned, "This tube is for another laboratory");
    let own = bench.worklist(Step::Mlpa).await;
    worklists::add(&desk, own, None, &[barcode]).await.expect("on");
    assert!(worklists::worklist(&desk, own).await.expect("read").hidden.is_empty());
}

#[tokio::test]
async fn worklists_are_listed_page_by_page_with_how_many_there_are() {
    let bench = Bench::new().await;
    let desk = bench.desk(Role::LaboratoryScientist, 0);
    for _ in 0..51 {
        bench.worklist(Step::Mlpa).await;
    }
    let first = worklists::list(&desk, true, 1).await.expect("read");
    let second = worklists::list(&desk, true, 2).await.expect("read");
    assert_eq!((first.lines.len(), first.total, first.next()), (50, 51, Some(2)));
    assert_eq!((second.lines.len(), second.first(), second.previous()), (1, 51, Some(1)));
    assert!(!first.lines.contains(&second.lines[0]));
    assert_eq!(worklists::list(&desk, true, u64::MAX).await.expect("read").number, 2, "a page beyond the last is the last");
    assert_eq!(worklists::list(&desk, false, 1).await.expect("read").total, 0);
}
