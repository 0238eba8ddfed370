//! The kinds of request, each from its order on.

use crate::bench::*;
use care::{
    Role,
    ordering::{
        family::{Affected, Relationship},
        order::{
            Command, State,
            purpose::{Germline, Prenatal, PrenatalSample, Purpose, Tumour, TumourSample},
        },
    },
    people::patient::{Identity, Sex},
};
use service::{
    clock::{Clock, MachineClock},
    directory,
    ordering::{self, orders::PersonForm},
};

fn tumour(germline: Germline) -> Purpose {
    Purpose::Tumour(Tumour {
        diagnosis: "Acute myeloid leukaemia".into(),
        sample: TumourSample::BoneMarrow,
        pathology: String::new(),
        germline,
    })
}

#[tokio::test]
async fn a_tumour_is_started_first_and_its_germline_asked_for_later() {
    let bench = Bench::new().await;
    let test = directory::catalogue::current(&bench.service).await.expect("a directory").test("M80.1").expect("in force").clone();
    let order = bench
        .placed(|form| {
            (form.test, form.purpose) = (test, tumour(Germline::Later));
            form.observed.clear();
        })
        .await;
    assert_eq!(bench.materials(order).await, ["Bone marrow (EDTA)"]);
    bench.receive(order).await;
    let scientist = bench.desk(Role::ClinicalScientist, 0);
    ordering::orders::amend(&scientist, order, |request| request.purpose = tumour(Germline::Now), "A germline finding is possible".into())
        .await
        .expect("amended");
    assert_eq!(bench.materials(order).await, ["Bone marrow (EDTA)", "Blood (EDTA)"]);
    let (state, waiting) = bench.state(order).await;
    assert_eq!(state, State::Accepted);
    assert!(waiting.contains("choice"), "{waiting}");
}

#[tokio::test]
async fn a_fetus_of_twins_is_tested_with_the_choice_of_its_mother_alone() {
    let bench = Bench::new().await;
    let prenatal = Prenatal { gestation_weeks: 20, fetus: (2, 2), lost: false, sample: PrenatalSample::AmnioticFluid };
    let due = MachineClock.today().saturating_add(jiff::Span::new().weeks(20));
    let order = bench
        .placed(|form| {
            let fetus = &mut form.people[0].demographics;
            (fetus.nhs_number, fetus.birth_date) = (Identity::Fetus, due);
            fetus.given_name = "Fetus 2".into();
            form.purpose = Purpose::Prenatal(prenatal);
            form.people.push(PersonForm { affected: Affected::No, ..person(Relationship::Mother, 1990, Sex::Female, "9000000009") });
        })
        .await;
    assert_eq!(bench.materials(order).await, ["Amniotic fluid", "Blood (EDTA)"]);
    assert!(bench.state(order).await.1.contains("choice of 1 person"), "{}", bench.state(order).await.1);
}

#[tokio::test]
async fn dna_is_stored_and_the_order_ends_there() {
    let bench = Bench::new().await;
    let order = bench
        .placed(|form| {
            form.purpose = Purpose::Storage { reason: "The child is very ill".into() };
            form.observed.clear();
        })
        .await;
    let desk = bench.desk(Role::LaboratoryScientist, 0);
    refused(ordering::orders::change(&desk, order, Command::Close).await, "cannot be done now");
    bench.receive(order).await;
    ordering::orders::change(&desk, order, Command::Close).await.expect("stored");
    assert_eq!(bench.state(order).await.0, State::Closed);
}

#[tokio::test]
async fn earlier_data_are_looked_at_again_without_a_new_sample_or_form() {
    let bench = Bench::new().await;
    let earlier = bench.ready().await;
    let number = bench.service.store.order_view(earlier).await.expect("read").expect("a line").number;
    let purpose = Purpose::Reanalysis { order: number, reason: "A new gene was published".into() };
    let order = bench.placed(|form| form.purpose = purpose).await;
    assert!(bench.materials(order).await.is_empty());
    let waiting = bench.state(order).await.1;
    assert!(!waiting.contains("choice") && !waiting.contains("sample"), "{waiting}");
}

#[tokio::test]
async fn a_relative_a_coroner_and_a_larger_family_have_their_own_orders() {
    let bench = Bench::new().await;
    let relative = Purpose::Predictive { variant: "NM_007294.4:c.68_69del".into(), relative: "Mother, report OG-1A2B3-C4D5E".into() };
    let order = bench
        .placed(|form| {
            form.purpose = relative;
            form.observed.clear();
        })
        .await;
    assert_eq!(bench.materials(order).await, ["Blood (EDTA)"]);

    let died = MachineClock.today();
    let order = bench.placed(|form| form.purpose = Purpose::AfterDeath { died, coroner: "HM Coroner, Westshire".into() }).await;
    assert_eq!(bench.materials(order).await, ["Stored DNA or tissue"]);

    let mut form = bench.form().await;
    form.people.push(person(Relationship::Sibling, 2021, Sex::Male, "9990000018"));
    form.people.push(person(Relationship::Grandparent, 1955, Sex::Female, "9990000026"));
    let order = ordering::orders::place(&bench.desk(Role::Clinician, 0), form).await.expect("placed");
    assert_eq!(bench.materials(order).await.len(), 5);
}
