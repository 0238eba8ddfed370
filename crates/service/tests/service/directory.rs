//! The Test Directory: searched, changed and ordered from.

mod bulk;
mod phrasings;
mod search;

use crate::bench::*;
use care::{
    Role,
    directory::{
        Branch, Change, Route,
        change::{Command, Draft},
        eligibility::Criterion,
        laboratory::{self, Readiness},
        panel::Change as PanelChange,
    },
};
use ontology::{TermId, panel::Rating};
use service::{
    clock::{Clock, MachineClock},
    directory::{
        self, choose,
        lookup::{Lookup, Nearness},
        search::patient::Patient,
    },
    ordering,
};

#[tokio::test]
async fn a_test_is_found_by_whatever_the_clinician_knows() {
    let bench = Bench::new().await;
    let catalogue = directory::catalogue::current(&bench.service).await.expect("a directory");
    assert_eq!(catalogue.label(), "rare 6 and cancer 2021-22");
    let first = |text: &str| {
        let hits = catalogue.index().find(Some(&bench.service.knowledge), text, &Patient::default(), 8).hits;
        hits.iter().map(|hit| catalogue.tests[hit.test].code.indication().to_owned()).collect::<Vec<_>>()
    };
    // By code, name, gene, disease, phenotype, medicine; with slips of the hand.
    for (text, expected) in [
        ("R29.4", "R29"),
        ("r67", "R67"),
        ("intellectual disability", "R29"),
        ("inteletual disabilty", "R29"),
        ("colorectal carcinoma", "M1"),
        ("BRCA1", "R208"),
        ("marfan syndrome", "R125"),
        ("capecitabine", "M1"),
        ("hearing los", "R67"),
        ("ectopia lentis", "R36"),
    ] {
        assert!(first(text).iter().any(|code| code == expected), "{text}: {:?}", first(text));
    }
    assert!(first("xyzzyplugh").is_empty());
    // A code is found once, however often it stands there.
    let hits = catalogue.index().find(Some(&bench.service.knowledge), "R29.4 or R29.4, r29.4", &Patient::default(), 8).hits;
    assert_eq!(hits.iter().filter(|hit| catalogue.tests[hit.test].code.as_str() == "R29.4").count(), 1);
}

#[tokio::test]
async fn a_code_names_a_test_or_an_indication_and_an_unknown_one_is_answered_with_the_nearest() {
    let bench = Bench::new().await;
    let catalogue = directory::catalogue::current(&bench.service).await.expect("a directory");
    for code in ["R21.1", "r240.1", " R 387.1 ", "R346.1", "m119.3"] {
        assert!(matches!(catalogue.lookup(code, ""), Lookup::Test(_)), "{code}");
        assert_eq!(catalogue.refusal_line(code, ""), None);
    }
    let Lookup::Indication(tests) = catalogue.lookup("r59", "") else { panic!("R59 is an indication") };
    assert_eq!(tests.iter().map(|t| t.code.as_str()).collect::<Vec<_>>(), ["R59.2", "R59.3"]);

    // Withdrawn: which version had it last, and what is most like it now.
    assert_eq!(catalogue.withdrawn.len(), 24);
    let line = catalogue.refusal_line("R312.1", "").expect("a line");
    assert!(line.contains("was withdrawn: it was last in rare 5.1, and is not in rare 6. Nearest: R312.2"), "{line}");
    let line = catalogue.refusal_line("M93.1", "").expect("a line");
    assert!(line.starts_with("M93.1 (Lymphoma) was withdrawn") && line.contains(". Nearest: M"), "{line}");

    // Unknown: of the same indication, then by a slip, then by the name that came with it.
    let line = catalogue.refusal_line("R21.9", "").expect("a line");
    assert!(line.starts_with("R21.9 is not in the Test Directory (rare 6 and cancer 2021-22). Nearest: R21.4 Fetal anomalies"), "{line}");
    let nearest = catalogue.nearest("R204.1", "");
    assert!(nearest.iter().any(|near| near.test.code.as_str() == "R240.1" && near.by == Nearness::Spelling));
    let nearest = catalogue.nearest("LOCAL7", "Monogenic hearing loss");
    assert_eq!((nearest[0].test.code.indication(), nearest[0].by), ("R67", Nearness::Name));
    assert_eq!(catalogue.nearest("r593", "")[0].test.code.as_str(), "R59.3", "without its dot");
    assert!(catalogue.nearest("", "").is_empty());

    let answer = catalogue.answer(&bench.service.knowledge, "R21.9", 20);
    assert!(answer.missing.is_some() && answer.found[0].0.code.as_str() == "R21.4");
    let answer = catalogue.answer(&bench.service.knowledge, "r21", 20);
    assert_eq!((answer.missing, answer.found.len()), (None, 4));
}

#[tokio::test]
async fn the_tests_that_fit_a_patient_cover_the_gene_behind_what_is_shown() {
    let bench = Bench::new().await;
    let catalogue = directory::catalogue::current(&bench.service).await.expect("a directory");
    // Published cases of the demonstration: the phenotype as the paper gives it, and the gene that was found.
    for case in sim::published::all().expect("cases") {
        let fits = choose::fitting(&catalogue, &bench.service.knowledge, &case.observed, &case.excluded, 8);
        assert!(!fits.is_empty(), "{}", case.source);
        assert!(fits.windows(2).all(|pair| pair[0].covers > 0.0 && pair[1].covers > 0.0));
        assert!(fits.iter().all(|fit| fit.covers <= 1.001 && !fit.genes.is_empty()));
    }
    // Coma, hypoglycaemia, hepatomegaly: inborn errors before panels of every gene.
    let crisis = choose::fitting(&catalogue, &bench.service.knowledge, &[TermId(1259), TermId(1943), TermId(2240)], &[], 8);
    let codes: Vec<&str> = crisis.iter().map(|fit| fit.test.code.indication()).collect();
    assert!(codes.contains(&"R98"), "{codes:?}");
    let seizures = [TermId(1250)];
    let fits = choose::fitting(&catalogue, &bench.service.knowledge, &seizures, &[], 8);
    assert!(fits.iter().any(|fit| fit.test.indication.to_lowercase().contains("epilep")), "seizures offer a test for epilepsy");
    assert!(choose::fitting(&catalogue, &bench.service.knowledge, &[], &[], 8).is_empty());
}

#[tokio::test]
async fn a_fast_track_is_published_and_ordered_from_in_the_same_hour() {
    let bench = Bench::new().await;
    let form = bench.form().await;
    let open = ordering::orders::place(&bench.desk(Role::Clinician, 0), bench.form().await).await.expect("placed");
    let mut changed = form.test.clone();
    changed.turnaround_days_max = 14;
    let (id, branch) = (care::ProposalId(MachineClock.new_id()), Branch::Rare);
    let draft = Draft {
        title: "Rapid result".into(),
        rationale: "Treatment depends on it".into(),
        route: Route::FastTrack,
        changes: vec![Change::Amend(Box::new(changed))],
    };
    let [first, second, third] = [0, 1, 2].map(|n| bench.desk(Role::Curator, n));
    refused(
        directory::catalogue::change(&bench.desk(Role::LaboratoryScientist, 0), branch, Command::Propose { id, draft: draft.clone() })
            .await,
        "may not propose",
    );
    directory::catalogue::change(&first, branch, Command::Propose { id, draft }).await.expect("proposed");
    let impact = directory::catalogue::impact(&second, branch, id).await.expect("an impact");
    assert_eq!(impact.tests, [("R98.2".parse().expect("a code"), 1, 1)]);
    directory::catalogue::change(&second, branch, Command::AddEvidence { id, text: "A trial".into() }).await.expect("added");
    directory::catalogue::change(&second, branch, Command::Vote { id, in_favour: true, reason: "Sound".into() }).await.expect("voted");
    refused(directory::catalogue::publish(&second, branch, "6.1".into(), MachineClock.today()).await, "nothing to publish");
    let accept = Command::Decide { id, accept: true, reason: "Agreed".into(), effective: MachineClock.today() };
    directory::catalogue::change(&third, branch, accept).await.expect("decided");
    let version = directory::catalogue::publish(&third, branch, "6.1".into(), MachineClock.today()).await.expect("published");
    assert_eq!((version.to_string().as_str(), version.tests), ("rare 6.1", 618));

    // An order that was begun before says what changed; one begun now has the new clock; the open one keeps its own.
    let desk = bench.desk(Role::Clinician, 0);
    refused(ordering::orders::place(&desk, form).await, "Days to report was 84, is 14");
    let placed = ordering::orders::place(&desk, bench.form().await).await.expect("placed");
    let permit = bench_permit(&desk, placed).await;
    let now = desk.status(&permit, placed).await.expect("a status").order.request.expect("submitted");
    assert_eq!((now.directory_version.as_str(), now.turnaround_days_max), ("rare 6.1", 14));
    let permit = bench_permit(&desk, open).await;
    let before = desk.status(&permit, open).await.expect("a status").order.request.expect("submitted");
    assert_eq!((before.directory_version.as_str(), before.turnaround_days_max), ("rare 6", 84));
}

#[tokio::test]
async fn an_order_keeps_the_version_of_its_panel_and_the_next_one_uses_what_was_signed_off_since() {
    let bench = Bench::new().await;
    let (desk, scientist) = (bench.desk(Role::Clinician, 0), bench.desk(Role::ClinicalScientist, 0));
    let panel_of = async |order| {
        let permit = bench_permit(&desk, order).await;
        desk.status(&permit, order).await.expect("a status").order.request.expect("submitted").panel.expect("a panel")
    };
    let placed = ordering::orders::place(&desk, bench.form().await).await.expect("placed");
    let (id, _, number) = panel_of(placed).await;
    let book = directory::panels::book(&bench.service).await.expect("panels");
    let gene = book.panel(&id, &number).expect("held").genes.into_iter().find(|g| g.rating == Rating::Green).expect("a green gene");
    let entity = ("gene".to_owned(), gene.symbol.clone());
    let change = PanelChange { entity: entity.clone(), rating: Rating::Red, inheritance: String::new(), reason: "Refuted".into() };
    let [first, second] = [0, 1].map(|n| bench.desk(Role::Curator, n));
    refused(directory::panels::change_next(&scientist, &id, change.clone()).await, "may not change");
    refused(directory::panels::change_next(&first, &id, change.clone()).await, "Nobody else has reviewed");
    directory::panels::review(&scientist, &id, entity, Some(Rating::Red), String::new(), "Refuted".into(), vec![]).await.expect("reviewed");
    let next = directory::panels::change_next(&first, &id, change).await.expect("changed");
    let between = ordering::orders::place(&desk, bench.form().await).await.expect("placed");
    assert_eq!(panel_of(between).await.2, number, "what is not signed off is not used");
    refused(directory::panels::sign_off(&first, &id, &next).await, "somebody else");
    directory::panels::sign_off(&second, &id, &next).await.expect("signed off");
    let after = ordering::orders::place(&desk, bench.form().await).await.expect("placed");
    assert_eq!(panel_of(after).await.2, next);
    assert_eq!(panel_of(placed).await.2, number);
    let book = directory::panels::book(&bench.service).await.expect("panels");
    assert!(book.panel(&id, &number).expect("held").is_green(gene.gene) && !book.panel(&id, &next).expect("held").is_green(gene.gene));
    let again = bench.service.desk(service::people::staff::system());
    let content = book.content(&book.panels.0[&id].versions[0]).expect("content").clone();
    assert_eq!(directory::panels::import(&again, vec![content], "twice").await.expect("taken"), 0, "nothing is taken twice");
}

#[tokio::test]
async fn an_order_goes_where_the_test_is_live_and_a_pause_is_told() {
    let bench = Bench::new().await;
    let (desk, hub, second) = (bench.desk(Role::Clinician, 0), bench.desk(Role::Manager, 0), "699Y0");
    let set = |code: &str, readiness, reason: &str| laboratory::Command::Set {
        code: code.parse().expect("a code"),
        test: "R98.2".parse().expect("a test"),
        readiness,
        reason: reason.into(),
    };
    let goes_to = async |order| bench.service.store.order_view(order).await.expect("read").expect("a line").laboratory.to_string();
    let first = ordering::orders::place(&desk, bench.form().await).await.expect("placed");
    assert_eq!(goes_to(first).await, "699X0");
    refused(directory::laboratories::change(&hub, set(second, Readiness::Live, "Validated")).await, "may not say which tests");
    refused(directory::laboratories::change(&desk, set("699X0", Readiness::Paused, "x")).await, "may not say which tests");
    directory::laboratories::change(&hub, set("699X0", Readiness::Paused, "Sequencer down until Monday")).await.expect("paused");
    let form = bench.form().await;
    refused(
        ordering::orders::place(&desk, form.clone()).await,
        "Demonstration Genomic Laboratory Hub: paused (Sequencer down until Monday)",
    );
    let other = care::Staff { organisation: second.parse().expect("a code"), ..hub.staff.clone() };
    directory::laboratories::change(&bench.service.desk(other), set(second, Readiness::Live, "Validated")).await.expect("live");
    let again = ordering::orders::place(&desk, form).await.expect("placed");
    assert_eq!(goes_to(again).await, second);
    assert_eq!(goes_to(first).await, "699X0", "what is open stays where it is");
    let scientist = bench.desk(Role::LaboratoryScientist, 1);
    scientist.permit(access::Action::ReadOrder, again).await.expect("its scientists see it");
    let curious = bench.desk(Role::LaboratoryScientist, 0);
    assert!(curious.permit(access::Action::ReadOrder, again).await.is_err(), "those of the other hub do not");
}

#[tokio::test]
async fn a_criterion_of_age_is_asked_of_the_patient_when_the_order_is_sent() {
    let bench = Bench::new().await;
    let form = bench.form().await;
    let mut changed = form.test.clone();
    changed.criteria = vec![Criterion::From(16), Criterion::Aid];
    let (id, branch) = (care::ProposalId(MachineClock.new_id()), Branch::Rare);
    let draft = Draft {
        title: "Adults only".into(),
        rationale: "Children have their own test".into(),
        route: Route::FastTrack,
        changes: vec![Change::Amend(Box::new(changed))],
    };
    let [first, second] = [0, 1].map(|n| bench.desk(Role::Curator, n));
    directory::catalogue::change(&first, branch, Command::Propose { id, draft }).await.expect("proposed");
    directory::catalogue::change(&second, branch, Command::Vote { id, in_favour: true, reason: "Sound".into() }).await.expect("voted");
    let accept = Command::Decide { id, accept: true, reason: "Agreed".into(), effective: MachineClock.today() };
    directory::catalogue::change(&second, branch, accept).await.expect("decided");
    directory::catalogue::publish(&second, branch, "6.2".into(), MachineClock.today()).await.expect("published");
    let desk = bench.desk(Role::Clinician, 0);
    refused(ordering::orders::place(&desk, form).await, "Criteria was , is age >= 16; aid");
    refused(
        ordering::orders::place(&desk, bench.form().await).await,
        "Proband Testcase does not fit a criterion of the test (the patient is 16 years old or older)",
    );
}
