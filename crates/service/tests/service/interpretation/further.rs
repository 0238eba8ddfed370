//! Further panels: applied to the same analysis with a reason, never twice, and named by the report.

use crate::bench::*;
use ontology::Panel;
use service::interpretation::{
    cases::Signature,
    further::{self, Seen},
};

/// What a page of the panels would say that it showed.
async fn seen(desk: &Desk, order: OrderId) -> Seen {
    let panelled = further::panelled(desk, order).await.expect("panels");
    Seen { analysis: panelled.analysis_id.expect("an analysis"), changes: panelled.history.len() }
}

/// A panel that tests use and that the order does not, with genes of its own.
async fn another(bench: &Bench, desk: &Desk, order: OrderId) -> Panel {
    let book = service::directory::panels::book(&bench.service).await.expect("panels");
    let (status, _) = interpretation::cases::case(desk, order).await.expect("a case");
    let own = status.order.request.expect("submitted").panel.map(|(id, ..)| id);
    let green = |panel: &Panel| panel.genes.iter().filter(|gene| panel.is_green(gene.gene)).map(|gene| gene.gene).collect::<Vec<_>>();
    let own_genes = book.in_use.iter().find(|panel| Some(&panel.id) == own.as_ref()).map(green);
    let found =
        book.in_use.iter().find(|panel| Some(&panel.id) != own.as_ref() && !green(panel).is_empty() && Some(green(panel)) != own_genes);
    found.expect("another panel").clone()
}

#[tokio::test]
async fn a_further_panel_with_its_reason_is_in_the_report() {
    let bench = Bench::new().await;
    let order = bench.ready().await;
    bench.analyse(order, false).await;
    let scientist = bench.desk(Role::ClinicalScientist, 0);
    let panel = another(&bench, &scientist, order).await;
    let before = seen(&scientist, order).await;
    further::apply(&scientist, order, before, &panel.id, "", "Her mother's new diagnosis").await.expect("applied");
    let panelled = further::panelled(&scientist, order).await.expect("panels");
    assert_eq!(panelled.applied.len(), 1);
    let applied = &panelled.applied[0];
    assert_eq!((applied.further.version.as_str(), applied.newer.as_deref()), (panel.version.as_str(), None));
    assert!(applied.further.not_looked_at.iter().any(|line| line.contains("alleles that the run dropped")));
    let (tiered, _) = applied.tiered(&panelled.analysis);
    assert!(tiered.iter().all(|t| panel.is_green(t.candidate.gene)), "tier 1 and 2 are of its green genes");

    let content = bench.signed(order).await;
    let line = format!("Further panel {}, version {}", panel.name, panel.version);
    assert!(content.tested.iter().any(|l| l.starts_with(&line) && l.ends_with("Her mother's new diagnosis")), "{:?}", content.tested);
    assert!(content.not_tested.iter().any(|l| l.starts_with(&format!("Of the further panel {}", panel.name))));
    interpretation::cases::reopen(&scientist, order, "Another reading".into()).await.expect("opened");
    assert_eq!(further::panelled(&scientist, order).await.expect("panels").applied.len(), 1, "it counts over the same analysis still");
    let amended = bench.signed(order).await;
    assert!(amended.tested.iter().any(|l| l.starts_with(&line)));
}

#[tokio::test]
async fn a_panel_is_applied_once_with_a_reason_and_by_who_may() {
    let bench = Bench::new().await;
    let order = bench.ready().await;
    bench.analyse(order, false).await;
    let [first, second] = [0, 1].map(|n| bench.desk(Role::ClinicalScientist, n));
    let panel = another(&bench, &first, order).await;
    let apply = async |desk: &Desk, seen: Seen, panel: &str, version: &str, reason: &str| {
        further::apply(desk, order, seen, panel, version, reason).await
    };
    refused(apply(&bench.desk(Role::Clinician, 0), seen(&first, order).await, &panel.id, "", "x").await, "may not");
    refused(apply(&first, seen(&first, order).await, &panel.id, "", " ").await, "Say why this panel is applied");
    refused(apply(&first, seen(&first, order).await, "none", "", "x").await, "Choose a panel of the list");
    refused(apply(&first, seen(&first, order).await, &panel.id, "0.0.0", "x").await, "This version is not held");
    let early = seen(&second, order).await;
    apply(&first, seen(&first, order).await, &panel.id, &panel.version, "New feature").await.expect("applied");
    refused(apply(&second, early, &panel.id, "", "New feature").await, "changed since you opened this page");
    refused(apply(&second, seen(&second, order).await, &panel.id, "", "New feature").await, "is applied already");
    let conclusion = bench.conclusion(order).await;
    let propose =
        async |panels_seen| cases::sign(&second, order, Signature::Proposed { conclusion: conclusion.clone(), panels_seen }).await;
    refused(propose(0).await, "so nothing was signed");
    propose(1).await.expect("it was seen");
    cases::send_back(&first, order, "Another panel".into()).await.expect("returned");

    refused(further::remove(&first, order, seen(&first, order).await, &panel.id, "").await, "Say why");
    further::remove(&first, order, seen(&first, order).await, &panel.id, "The wrong panel").await.expect("removed");
    refused(further::remove(&first, order, seen(&first, order).await, &panel.id, "x").await, "is not applied");
    let panelled = further::panelled(&first, order).await.expect("panels");
    assert_eq!((panelled.applied.len(), panelled.history.len()), (0, 2), "what was removed stays readable");
    let content = bench.signed(order).await;
    assert!(!content.tested.iter().any(|line| line.starts_with("Further panel")));
}

#[tokio::test]
async fn nobody_applies_a_panel_under_a_signature() {
    let bench = Bench::new().await;
    let order = bench.ready().await;
    bench.analyse(order, false).await;
    let [first, second] = [0, 1].map(|n| bench.desk(Role::ClinicalScientist, n));
    let panel = another(&bench, &first, order).await;
    interpretation::cases::propose(&first, order, bench.conclusion(order).await).await.expect("proposed");
    assert!(further::panelled(&second, order).await.expect("panels").closed().is_some());
    refused(further::apply(&second, order, seen(&second, order).await, &panel.id, "", "x").await, "has signed what was looked at");
    interpretation::cases::check(&second, order).await.expect("checked");
    refused(further::apply(&second, order, seen(&second, order).await, &panel.id, "", "x").await, "is checked and is never changed");
}
