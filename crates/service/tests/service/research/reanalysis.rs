//! Unsolved cases that are looked at again.

use crate::bench::*;
use care::{directory::panel::Change as PanelChange, ordering::choice::Purpose as About};
use ontology::panel::Rating;
use service::{
    clock::{Clock, MachineClock},
    directory, ordering,
    research::{self},
};

#[tokio::test]
async fn an_unsolved_case_is_listed_once_the_pack_holds_what_it_carries() {
    let bench = Bench::new().await;
    let (order, people) = bench.analysed(Answer::Yes).await;
    let none = Conclusion { variants: vec![], outcome: Outcome::NoFinding, summary: "Nothing was found.".into() };
    bench.sign(order, none).await;
    research::fill_library(&bench.service).await.expect("filled");
    let scientist = bench.desk(Role::ClinicalScientist, 0);
    let listed = research::reanalysis::to_look_again(&scientist).await.expect("a list");
    assert!(!listed.is_empty() && listed.iter().all(|t| t.order.0 == order), "the child's own case alone");
    assert!(listed[0].reason.contains("ClinVar holds it"), "{}", listed[0].reason);
    research::make_release(&bench.service).await.expect("released");
    let that = async |question: &str| {
        research::reanalysis::unsolved_that(&scientist, question).await.map(|cases| cases.into_iter().map(|(id, _)| id).collect::<Vec<_>>())
    };
    assert_eq!(that("carriers protein-changing in HMGCS2").await.expect("asked"), [order]);
    assert_eq!(that("carriers in SCN1A sex male").await.expect("asked"), []);
    refused(that("carriers in NOSUCHGENE").await, "is no gene");
    refused(research::reanalysis::to_look_again(&bench.desk(Role::Researcher, 0)).await.map(drop), "may not read the case");
    let (what, today) = (About::Research, MachineClock.today());
    ordering::choices::withdraw(&bench.desk(Role::Clinician, 0), order, people[0], what, today, "No longer".into())
        .await
        .expect("withdrawn");
    assert!(research::reanalysis::to_look_again(&scientist).await.expect("a list").is_empty(), "and not of who said no");
}

impl Bench {
    /// Rates a gene of a panel anew, and has it signed off.
    async fn rated(&self, panel: &str, gene: &str, rating: Rating) {
        let entity = ("gene".to_owned(), gene.to_owned());
        let scientist = self.desk(Role::ClinicalScientist, 0);
        directory::panels::review(&scientist, panel, entity.clone(), Some(rating), String::new(), "Evidence".into(), vec![])
            .await
            .expect("reviewed");
        let [first, second] = [0, 1].map(|n| self.desk(Role::Curator, n));
        let change = PanelChange { entity, rating, inheritance: String::new(), reason: "Evidence".into() };
        let number = directory::panels::change_next(&first, panel, change).await.expect("changed");
        directory::panels::sign_off(&second, panel, &number).await.expect("signed off");
    }
}

#[tokio::test]
async fn an_unsolved_case_is_listed_once_a_gene_comes_onto_its_panel() {
    let bench = Bench::new().await;
    let desk = bench.desk(Role::Clinician, 0);
    let earlier = ordering::orders::place(&desk, bench.form().await).await.expect("placed");
    let permit = bench_permit(&desk, earlier).await;
    let request = desk.status(&permit, earlier).await.expect("a status").order.request.expect("submitted");
    let (panel, ..) = request.panel.expect("a panel");
    bench.rated(&panel, "HMGCS2", Rating::Red).await;
    let (order, _) = bench.analysed(Answer::Yes).await;
    let none = Conclusion { variants: vec![], outcome: Outcome::NoFinding, summary: "Nothing was found.".into() };
    bench.sign(order, none).await;
    research::fill_library(&bench.service).await.expect("filled");
    let scientist = bench.desk(Role::ClinicalScientist, 0);
    let by_panel = async || {
        let listed = research::reanalysis::to_look_again(&scientist).await.expect("a list");
        listed.into_iter().filter(|t| t.reason.contains("since the order")).map(|t| (t.order.0, t.gene)).collect::<Vec<_>>()
    };
    assert_eq!(by_panel().await, []);
    bench.rated(&panel, "HMGCS2", Rating::Green).await;
    let listed = by_panel().await;
    assert!(!listed.is_empty() && listed.iter().all(|t| *t == (order, "HMGCS2".to_owned())), "{listed:?}");
}
