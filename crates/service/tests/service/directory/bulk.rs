//! Many entries of a panel changed at once, and the cases that this touches.

use crate::bench::*;
use service::{directory, interpretation::touched};

impl Bench {
    /// The panel that the usual order uses.
    async fn panel(&self, order: OrderId) -> String {
        let desk = self.desk(Role::Clinician, 0);
        let permit = bench_permit(&desk, order).await;
        desk.status(&permit, order).await.expect("a status").order.request.expect("submitted").panel.expect("a panel").0
    }

    /// A list made into a version by the first curator.
    async fn changed_in_bulk(&self, panel: &str, list: &str) -> String {
        let curator = self.desk(Role::Curator, 0);
        let preview = directory::panels::bulk::preview(&curator, panel, list).await.expect("a preview");
        assert_eq!(preview.faults(), 0, "{:?}", preview.lines);
        directory::panels::bulk::change(&curator, panel, list, &preview.base.number, "Annual review").await.expect("changed")
    }

    /// Two votes of others, and signed off by the second curator.
    async fn agreed(&self, panel: &str, number: &str) {
        for voter in [self.desk(Role::ClinicalScientist, 0), self.desk(Role::Curator, 2)] {
            directory::panels::vote(&voter, panel, number, true, "Read the papers".into()).await.expect("voted");
        }
        directory::panels::sign_off(&self.desk(Role::Curator, 1), panel, number).await.expect("signed off");
    }
}

#[tokio::test]
async fn a_list_changes_a_panel_only_once_it_was_seen_voted_on_and_signed_off() {
    let bench = Bench::new().await;
    let order = bench.placed(|_| {}).await;
    let panel = bench.panel(order).await;
    let curator = bench.desk(Role::Curator, 0);
    let book = directory::panels::book(&bench.service).await.expect("panels");
    let before = book.panels.0[&panel].latest().expect("a version").number.clone();
    let list = "Gene;Rating;Inheritance;Evidence\nHMGCS2;red;;One family, refuted\nNOSUCHGENE;green;AR;x";
    refused(
        directory::panels::bulk::preview(&bench.desk(Role::ClinicalScientist, 0), &panel, list).await.map(drop),
        "may not change and sign off a gene panel",
    );
    let preview = directory::panels::bulk::preview(&curator, &panel, list).await.expect("a preview");
    assert_eq!((preview.lines.len(), preview.faults(), preview.base.number.as_str()), (2, 1, before.as_str()));
    let change = async |list: &str, seen: &str, reason: &str| directory::panels::bulk::change(&curator, &panel, list, seen, reason).await;
    refused(change(list, &before, "Review").await, "Line 3: “NOSUCHGENE” is no gene");
    let sound = "HMGCS2;red;;One family, refuted";
    refused(change(sound, "0.1", "Review").await, "has been made since you looked");
    refused(change(sound, &before, " ").await, "Give the reason");
    let now = directory::panels::book(&bench.service).await.expect("panels");
    assert_eq!(now.panels.0[&panel].latest().expect("a version").number, before, "nothing happens before it is confirmed");

    let number = bench.changed_in_bulk(&panel, sound).await;
    refused(change("HMGCS2;amber;;x", &before, "Review").await, "has been made since you looked");
    let now = directory::panels::book(&bench.service).await.expect("panels");
    assert_eq!(now.panels.0[&panel].in_use().expect("a version").number, before, "nothing is used before it is signed off");
    let said = now.panels.0[&panel].reviews_of("gene", "HMGCS2").next().expect("the evidence of the line").comment.clone();
    assert_eq!(said, "One family, refuted");
    refused(directory::panels::vote(&curator, &panel, &number, true, "Mine".into()).await, "others vote on it");
    refused(directory::panels::sign_off(&bench.desk(Role::Curator, 1), &panel, &number).await, "0 of 2 votes");
    refused(
        directory::panels::vote(&bench.desk(Role::LaboratoryScientist, 0), &panel, &number, true, "x".into()).await,
        "may not review a gene panel",
    );
    bench.agreed(&panel, &number).await;
    let now = directory::panels::book(&bench.service).await.expect("panels");
    assert_eq!(now.panels.0[&panel].in_use().expect("a version").number, number);
}

#[tokio::test]
async fn before_a_panel_is_signed_off_curators_see_how_many_cases_it_touches_and_their_laboratory_which() {
    let bench = Bench::new().await;
    let order = bench.ready().await;
    bench.analyse(order, false).await;
    let panel = bench.panel(order).await;
    let conclusion = bench.conclusion(order).await;
    let (gene, symbol) = (conclusion.variants[0].gene, conclusion.variants[0].symbol.clone());
    bench.sign(order, conclusion).await;
    let curator = bench.desk(Role::Curator, 1);
    assert!(touched::touched(&curator, &panel).await.expect("asked").is_none(), "no version waits");

    let number = bench.changed_in_bulk(&panel, &format!("{symbol};remove;;Refuted")).await;
    let seen = touched::touched(&curator, &panel).await.expect("asked").expect("a version waits");
    let [touched_gene] = seen.genes.as_slice() else { panic!("{:?}", seen.genes) };
    assert!(touched_gene.difference.leaves() && touched_gene.difference.gene == Some(gene));
    assert_eq!((touched_gene.cases.0 + touched_gene.cases.1, touched_gene.listed.len()), (1, 0), "a count, and no case");
    assert_eq!((seen.orders, seen.with_panel), ((1, 1), (1, 0)));
    let listed = async |desk: &Desk| {
        let seen = touched::touched(desk, &panel).await.expect("asked").expect("a version waits");
        seen.genes.into_iter().flat_map(|gene| gene.listed).map(|case| case.order).collect::<Vec<_>>()
    };
    let scientist = bench.desk(Role::ClinicalScientist, 0);
    assert_eq!(listed(&scientist).await, [order]);
    let elsewhere = Staff { organisation: "699Y0".parse().expect("a code"), ..scientist.staff.clone() };
    assert_eq!(listed(&bench.service.desk(elsewhere)).await, [], "another laboratory has the count alone");
    refused(touched::touched(&bench.desk(Role::Researcher, 0), &panel).await.map(drop), "may not review a gene panel");

    // The gene comes back: the case has a candidate in it.
    bench.agreed(&panel, &number).await;
    bench.changed_in_bulk(&panel, &format!("{gene};green;AR;Two families since")).await;
    let seen = touched::touched(&curator, &panel).await.expect("asked").expect("a version waits");
    assert!(seen.genes.len() == 1 && seen.genes[0].difference.enters());
    assert_eq!(seen.genes[0].cases.0 + seen.genes[0].cases.1, 1);
    let fresh = bench.placed(|_| {}).await;
    let seen = touched::touched(&curator, &panel).await.expect("asked").expect("a version waits");
    assert_eq!((seen.orders, seen.with_panel), ((2, 2), (2, 1)), "{fresh} has no analysis, which is said");
}
