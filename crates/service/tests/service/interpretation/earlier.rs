//! What was said of a variant, and what an analysis found, before.

use crate::bench::*;
use care::{Role, interpretation::case::Pathogenicity};
use service::{
    interpretation::{self, sharing::MatchQuery},
    lines, ordering,
};

#[tokio::test]
async fn a_class_given_before_is_offered_and_a_clash_is_listed() {
    let bench = Bench::new().await;
    let (first, second) = (bench.ready().await, bench.ready().await);
    for order in [first, second] {
        bench.analyse(order, false).await;
    }
    bench.signed(first).await;
    let scientist = bench.desk(Role::ClinicalScientist, 0);
    let (_, analysis) = interpretation::cases::case(&scientist, second).await.expect("a case");
    let before = interpretation::cases::classified_before(&scientist, second, &analysis).await.expect("a list");
    let mut conclusion = bench.conclusion(second).await;
    let classified = &conclusion.variants[0];
    assert!(before.iter().any(|e| e.variant == classified.variant && e.class == classified.class && e.order == first), "{before:?}");
    let (_, own) = interpretation::cases::case(&scientist, first).await.expect("a case");
    assert!(interpretation::cases::classified_before(&scientist, first, &own).await.expect("a list").is_empty(), "not one's own");
    assert!(interpretation::cases::discordant(&scientist).await.expect("a list").is_empty());
    for variant in &mut conclusion.variants {
        variant.class = Pathogenicity::Uncertain;
    }
    conclusion.outcome = care::interpretation::case::Outcome::Uncertain;
    interpretation::cases::propose(&scientist, second, conclusion).await.expect("proposed");
    assert!(interpretation::cases::discordant(&scientist).await.expect("a list").is_empty(), "one scientist alone gives no class");
    interpretation::cases::check(&bench.desk(Role::ClinicalScientist, 1), second).await.expect("checked");
    let clash = interpretation::cases::discordant(&scientist).await.expect("a list");
    let (classified, settled) = &clash[0];
    assert!(classified.len() >= 2 && settled.is_none() && classified.iter().all(|c| c.symbol == classified[0].symbol), "{classified:?}");
    assert_eq!(classified[0].class, Pathogenicity::Uncertain, "the latest first");
    refused(interpretation::cases::settle_class(&scientist, &classified[0].variant, "Benign", "x").await, "Choose one of the classes");
    interpretation::cases::settle_class(
        &scientist,
        &classified[0].variant,
        "Uncertain significance",
        "The two copies were not shown to be in trans",
    )
    .await
    .expect("settled");
    let settled = interpretation::cases::discordant(&scientist).await.expect("a list").remove(0).1.expect("settled");
    assert_eq!((settled.class, settled.by.name.as_str()), (Pathogenicity::Uncertain, scientist.staff.name.as_str()));
    refused(interpretation::cases::discordant(&bench.desk(Role::Clinician, 0)).await, "may not read the case");
    assert_eq!(lines::check_views(&bench.service).await.expect("read"), Vec::<String>::new());
}

/// A class that was amended is neither disclosed to others nor in conflict with the one that follows it.
#[tokio::test]
async fn an_amended_class_counts_no_more() {
    let bench = Bench::new().await;
    let order = bench.ready().await;
    bench.analyse(order, false).await;
    let content = bench.signed(order).await;
    let people = bench.people(order).await;
    let agrees = Discussion { research: Answer::Yes, ..discussion(order, Category::Child { by: Relationship::Mother, assent: true }) };
    ordering::choices::record(&bench.desk(Role::Clinician, 0), people[0], agrees).await.expect("recorded");
    let node = Staff { id: care::StaffId(uuid::Uuid::from_u128(78)), name: "Node".into(), ..who(Role::Administrator, 0) };
    let node = bench.service.desk(Staff { role: Role::MatchingService, ..node });
    let query = MatchQuery { genes: vec![content.variants[0].gene.clone()], variants: vec![], features: vec![] };
    let found = async || {
        let response = serde_json::to_value(interpretation::sharing::matches(&node, &query).await.expect("asked")).expect("JSON");
        response["results"].as_array().expect("a list").len()
    };
    assert_eq!(found().await, 1);
    let scientist = bench.desk(Role::ClinicalScientist, 0);
    interpretation::cases::reopen(&scientist, order, "Seen in many healthy people".into()).await.expect("opened");
    let mut conclusion = bench.conclusion(order).await;
    for variant in &mut conclusion.variants {
        variant.class = Pathogenicity::Benign;
    }
    let names: Vec<String> = conclusion.variants.iter().map(|v| v.variant.clone()).collect();
    conclusion.outcome = Outcome::NoFinding;
    bench.sign(order, conclusion).await;
    assert_eq!(found().await, 0, "what was found harmless since matches nothing");
    assert!(interpretation::cases::discordant(&scientist).await.expect("a list").is_empty(), "an order is in no conflict with itself");
    let listed = bench.service.store.classified(&bench_permit(&scientist, order).await, &names).await.expect("a list");
    assert!(listed.len() == names.len() && listed.iter().all(|c| c.class == Pathogenicity::Benign), "{listed:?}");
}

#[tokio::test]
async fn every_analysis_is_kept_and_two_are_compared() {
    let bench = Bench::new().await;
    let order = bench.ready().await;
    bench.analyse(order, false).await;
    let scientist = bench.desk(Role::ClinicalScientist, 0);
    assert_eq!(interpretation::cases::analyses(&scientist, order).await.expect("a list").len(), 1);
    // Another feature is told, and the data are analysed again.
    let amend = |request: &mut care::ordering::order::Request| request.observed.push(ontology::TermId(1250));
    ordering::orders::amend(&bench.desk(Role::Clinician, 0), order, amend, "Seizures since Monday".into()).await.expect("amended");
    bench.analyse(order, false).await;
    let kept = interpretation::cases::analyses(&scientist, order).await.expect("a list");
    assert_eq!(kept.len(), 2);
    let unread = interpretation::cases::compared(&scientist, &kept[0], &kept[1]).await.expect("compared");
    let features = unread.made_with.iter().find(|(what, ..)| what == "features").expect("the features differ");
    assert!(!features.1.contains("HP:0001250") && features.2.contains("HP:0001250"), "{unread:?}");
    assert!(unread.same + unread.changes.len() > 0);
    let same = interpretation::cases::compared(&scientist, &kept[1], &kept[1]).await.expect("compared");
    assert!(same.changes.is_empty() && same.made_with.is_empty());
    let back = interpretation::cases::compared(&scientist, &kept[1], &kept[0]).await.expect("compared");
    assert_eq!(back.same, unread.same, "the other way round");
    refused(interpretation::cases::analyses(&bench.desk(Role::Clinician, 0), order).await, "may not read the case");
}
