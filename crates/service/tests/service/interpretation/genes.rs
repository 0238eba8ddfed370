//! A gene with a case and without: who sees what of whom.

use crate::bench::*;
use care::Role;
use service::{ServiceError, directory, interpretation::genes, people};

#[tokio::test]
async fn a_gene_is_found_by_its_symbol_its_earlier_symbols_and_its_identifiers() {
    let bench = Bench::new().await;
    let desk = bench.desk(Role::Curator, 0);
    let by_symbol = directory::genes::known(&desk, "hmgcs2").await.expect("known");
    let id = by_symbol.gene.id;
    assert!(by_symbol.found_by.is_none() && by_symbol.main_transcript().is_some());
    assert!(by_symbol.panels.iter().all(|on| on.entity.gene().is_none_or(|gene| gene == id)), "a panel of another gene");
    let by_id = directory::genes::known(&desk, &id.to_string()).await.expect("known");
    assert_eq!((by_id.gene.symbol.as_str(), by_id.panels.len()), ("HMGCS2", by_symbol.panels.len()));
    let (renamed, before) = renamed(&bench);
    let found = directory::genes::known(&desk, &before).await.expect("known");
    assert_eq!((found.gene.symbol.as_str(), found.found_by.as_deref()), (renamed.as_str(), Some(before.as_str())));
    let unknown = directory::genes::known(&desk, "NOTAGENE").await;
    assert!(matches!(unknown, Err(ServiceError::NotFound(_))));
}

/// A gene with a symbol that no gene has now, and that was only its own.
fn renamed(bench: &Bench) -> (String, String) {
    let knowledge = &bench.service.knowledge;
    let genes = knowledge.diseases.genes().filter_map(|id| knowledge.gene(id));
    let found = genes.filter_map(|gene| {
        let only = |symbol: &&String| knowledge.genes_called(symbol).len() == 1 && !symbol.eq_ignore_ascii_case(&gene.symbol);
        Some((gene.symbol.clone(), gene.other_symbols.iter().find(only)?.clone()))
    });
    found.min().expect("a gene of the demonstration was called otherwise")
}

#[tokio::test]
async fn a_gene_in_a_case_is_matched_with_what_the_patient_shows_and_opens_to_scientists_alone() {
    let bench = Bench::new().await;
    let order = bench.ready().await;
    let scientist = bench.desk(Role::ClinicalScientist, 0);
    let known = directory::genes::known(&scientist, "HMGCS2").await.expect("known");
    let before = genes::in_case(&scientist, order, &known.gene).await.expect("a case");
    assert!(before.found.is_none(), "nothing is analysed yet");
    bench.analyse(order, false).await;
    let case = genes::in_case(&scientist, order, &known.gene).await.expect("a case");
    let found = case.found.expect("analysed");
    assert!(found.candidates.iter().all(|candidate| candidate.gene == known.gene.id) && !found.candidates.is_empty());
    assert!(!found.has_other_features);
    assert_eq!(case.matches.len(), if case.phenotype.observed.is_empty() { 0 } else { known.diseases.len() });
    let totals: Vec<f32> = case.matches.iter().map(|matched| matched.parts.total()).collect();
    assert!(totals.windows(2).all(|pair| pair[0] >= pair[1]), "{totals:?}");
    for role in [Role::Clinician, Role::LaboratoryScientist, Role::Curator] {
        let refused = genes::in_case(&bench.desk(role, 0), order, &known.gene).await;
        assert!(matches!(refused, Err(ServiceError::Denied(_))), "{role:?} opened a gene of a case");
    }
}

#[tokio::test]
async fn an_earlier_case_is_shown_to_whoever_may_open_it_and_never_of_a_restricted_record() {
    let bench = Bench::new().await;
    let (first, second) = (bench.ready().await, bench.ready().await);
    bench.analyse(first, false).await;
    let content = bench.signed(first).await;
    let scientist = bench.desk(Role::ClinicalScientist, 0);
    let known = directory::genes::known(&scientist, &content.variants[0].gene).await.expect("known");
    let seen = async |desk: &service::Desk, except: Option<care::OrderId>| {
        genes::earlier(desk, &known.gene, except).await.expect("looked for").cases.len()
    };
    let earlier = genes::earlier(&scientist, &known.gene, Some(second)).await.expect("looked for");
    assert!(!earlier.cases.is_empty() && earlier.cases.iter().all(|case| case.classified.order == first) && !earlier.has_more);
    assert_eq!(seen(&scientist, Some(first)).await, 0, "a case is no earlier one of itself");
    assert_eq!(seen(&bench.desk(Role::Clinician, 0), None).await, 0, "a clinician saw cases");
    let elsewhere = care::Staff { organisation: "RX9".parse().expect("a code"), ..scientist.staff.clone() };
    assert_eq!(seen(&bench.service.desk(elsewhere), None).await, 0, "another laboratory saw this one's cases");
    let patient = bench.people(first).await[0];
    let clinician = bench.desk(Role::Clinician, 0);
    people::restriction::restrict(&clinician, patient, &[], true, "Works in this hospital").await.expect("restricted");
    assert_eq!(seen(&scientist, None).await, 0, "a restricted record was told of");
}
