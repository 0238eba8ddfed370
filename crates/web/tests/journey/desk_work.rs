//! A scientist works through cases by keyboard: filters, a saved view, a variant beside the list, the next case; and looks at a case
//! by a further panel, which the report names.

use crate::{
    Served,
    browser::Browser,
    permissions::who,
    prescribing::{sequenced, sequenced_as},
};
use access::Action;
use care::{OrderId, Role, ordering::choice::Answer};
use ontology::Panel;
use service::interpretation;
use store::Listing;

const ENTER: &str = "\u{E007}";

/// The cases of a scientist's work list, in its order.
async fn work_list(served: &Served) -> Vec<(OrderId, String)> {
    let scientist = served.service.desk(who(Role::ClinicalScientist, 0));
    let permit = scientist.permit_general(Action::ReadOrder).await.expect("a permit");
    let turn = Some((Role::ClinicalScientist, scientist.today()));
    let list = served.service.store.orders(&permit, &Listing { turn, most: 10, ..Listing::default() }).await.expect("a list");
    list.into_iter().map(|line| (line.id, line.number)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_scientist_filters_saves_a_view_and_goes_on_to_the_next_case_by_keyboard() {
    let served = Served::new().await;
    let Some(b) = served.browser().await else { return };
    sequenced(&served, Answer::No).await;
    sequenced_as(&served, Answer::No, ["9990000107", "9990000115", "9990000123"], 4).await;
    let list = work_list(&served).await;
    let [(first, _), (second, number)] = [&list[0], &list[1]];
    b.sign_in("Dr Dev Patel").await;
    b.open(&format!("/orders/{first}/case")).await;
    b.see("candidates are shown, best first").await;
    b.picture("case-list").await;
    b.open(&format!("/orders/{first}/case?gene=SCN1A")).await;
    b.see("are hidden by the filter").await;
    b.click("Clear the filter").await;
    b.see("candidates are shown, best first").await;
    b.tab_to("#gene").await;
    b.keys("HMGCS2").await;
    b.keys(ENTER).await;
    b.tab_to("#view-name").await;
    b.keys("Ketogenesis").await;
    b.keys(ENTER).await;
    b.see("The list is filtered by the saved view Ketogenesis of Dr Dev Patel").await;
    b.keys("j").await;
    b.keys("o").await;
    b.see("Open the variant: criteria, notes and links").await;
    b.picture("case-beside").await;
    b.keys("n").await;
    b.see(&format!("Case {number}")).await;
    assert_eq!(b.path().await, format!("/orders/{second}/case"));
    b.see("The list is filtered by the saved view Ketogenesis").await;
    b.click("Show every candidate").await;
    b.see("candidates are shown, best first").await;
    b.open(&format!("/orders/{second}/case?frequency=often")).await;
    b.see("is no share").await;
    b.see("The list is not filtered").await;
    b.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_scientist_ticks_variants_of_the_list_and_pins_or_dismisses_them_at_once() {
    let served = Served::new().await;
    let Some(b) = served.browser().await else { return };
    let (order, _) = sequenced(&served, Answer::No).await;
    b.sign_in("Dr Dev Patel").await;
    b.open(&format!("/orders/{order}/case?gene=HMGCS2")).await;
    b.tick_all("variant", "1-119").await;
    b.press("Dismiss selected").await;
    b.see("Choose why the ticked variants are dismissed").await;
    b.press("Pin selected").await;
    b.see("Pinned").await;
    b.open(&format!("/orders/{order}/case?gene=NOSUCHGENE")).await;
    b.see("with a pinned variant").await;
    b.see("No candidate fits the filter").await;
    b.close().await;
}

/// A panel that tests use, that has green genes and is not the order's.
async fn another_panel(served: &Served, order: OrderId) -> Panel {
    let scientist = served.service.desk(who(Role::ClinicalScientist, 0));
    let book = service::directory::panels::book(&served.service).await.expect("panels");
    let (status, _) = interpretation::cases::case(&scientist, order).await.expect("a case");
    let own = status.order.request.expect("submitted").panel.map(|(id, ..)| id);
    let is_other = |panel: &&Panel| Some(&panel.id) != own.as_ref() && panel.genes.iter().any(|gene| panel.is_green(gene.gene));
    book.in_use.iter().find(is_other).expect("another panel").clone()
}

/// Two scientists and a consultant sign the pair as the cause.
async fn sign(b: &Browser, order: OrderId) {
    crate::assess_pair(b, &format!("/orders/{order}")).await;
    let case = format!("/orders/{order}/case");
    b.open(&case).await;
    b.tick_all("variant", "1-119").await;
    b.choose("A genetic cause was found").await;
    b.fill("summary", "Both variants explain the condition.").await;
    b.press("Sign as first scientist").await;
    b.see("You signed this").await;
    b.sign_in("Dr Elin Hughes").await;
    b.open(&case).await;
    b.press("I agree: sign as second scientist").await;
    b.sign_in("Consultant").await;
    b.open(&case).await;
    b.click("Read the report before signing").await;
    b.press("Authorise the report").await;
    b.see("Read the signed report").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_further_panel_is_applied_with_a_reason_and_the_report_names_it() {
    let served = Served::new().await;
    let Some(b) = served.browser().await else { return };
    let (order, _) = sequenced(&served, Answer::No).await;
    let panel = another_panel(&served, order).await;
    b.sign_in("Dr Dev Patel").await;
    b.open(&format!("/orders/{order}/case")).await;
    b.click("Panels of this case").await;
    b.see("No further panel is applied to this analysis").await;
    b.select("panel", &panel.id).await;
    b.press("Apply the panel").await;
    b.see("Say why this panel is applied; the report says it").await;
    b.fill("reason", "A new feature was found").await;
    b.press("Apply the panel").await;
    b.see("Not looked at:").await;
    b.see("A new feature was found").await;
    b.picture("case-panels").await;
    b.select("panel", &panel.id).await;
    b.fill("reason", "Again").await;
    b.press("Apply the panel").await;
    b.see("is applied already").await;
    sign(&b, order).await;
    b.open(&format!("/orders/{order}/report")).await;
    b.click("Full report").await;
    b.see(&format!("Further panel {}, version {}", panel.name, panel.version)).await;
    b.see("Reason: A new feature was found").await;
    b.close().await;
}
