//! The Test Directory and the panels, changed by people.

use crate::Served;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_curator_proposes_another_decides_and_a_clinician_finds_the_changed_test() {
    let served = Served::new().await;
    let Some(b) = served.browser().await else { return };
    b.sign_in("Ines Moreau").await;
    b.click("Test Directory").await;
    b.picture("directory-1-front").await;
    b.fill("q", "r98.9").await;
    b.press("Search").await;
    b.see("r98.9 is not in the Test Directory").await;
    b.see("R98.2 Likely inborn error of metabolism").await;
    b.fill("q", "metabolc").await;
    b.press("Search").await;
    b.picture("directory-2-found").await;
    b.click("R98.2 Likely inborn error of metabolism").await;
    b.picture("directory-3-test").await;
    b.click("Propose a change").await;
    b.fill("title", "Answer sooner").await;
    b.fill("rationale", "Treatment in the first days changes the outcome").await;
    b.select("route", "fast").await;
    b.fill("days", "").await;
    b.press("Propose").await;
    b.see("Enter the days to the report as a number").await;
    b.picture("directory-new-proposal").await;
    b.fill("days", "14").await;
    b.press("Propose").await;
    b.see("0 open orders").await;
    b.sign_in("Jonas Weir").await;
    b.open("/directory/rare/proposals").await;
    b.picture("directory-proposals").await;
    b.click("Answer sooner").await;
    b.fill("vote", "The trial is sound").await;
    b.press("Vote for it").await;
    b.picture("directory-4-proposal").await;
    b.fill("reason", "Agreed by the group").await;
    b.press("Accept").await;
    b.click("Publish it in a version").await;
    b.fill("number", "6").await;
    b.press("Publish").await;
    b.see("published already; nothing was overwritten").await;
    b.fill("number", "6.1").await;
    b.press("Publish").await;
    b.see("From 6 to 6.1: 0 added, 0 withdrawn, 1 amended").await;
    b.picture("directory-5-compare").await;
    b.sign_in("Clinician").await;
    b.open("/directory/tests/R98.2").await;
    b.see("Days to report: 84 → 14").await;
    b.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_scientist_reviews_a_gene_and_curators_change_and_sign_off_the_panel() {
    let served = Served::new().await;
    let Some(b) = served.browser().await else { return };
    b.sign_in("Dr Dev Patel").await;
    b.click("Panels").await;
    b.fill("q", "CTNNA1").await;
    b.press("Search").await;
    b.picture("panels-1-found").await;
    b.click("Hereditary diffuse gastric cancer").await;
    b.picture("panels-2-panel").await;
    b.click("CTNNA1").await;
    b.press("Add review").await;
    b.see("Say what the evidence is").await;
    b.choose("Amber: moderate").await;
    b.fill("comment", "Two families only").await;
    b.fill("publications", "28180185").await;
    b.press("Add review").await;
    b.sign_in("Ines Moreau").await;
    b.open("/panels?q=CTNNA1").await;
    b.click("Hereditary diffuse gastric cancer").await;
    b.click("CTNNA1").await;
    b.see("Two families only").await;
    b.choose("Amber: moderate").await;
    b.fill("comment", "Agreed with the review").await;
    b.picture("panels-3-entity").await;
    b.press("Change it in a new version").await;
    b.see("not signed off").await;
    b.see("gene CTNNA1: green").await;
    b.press("Sign version").await;
    b.see("somebody else signs it off").await;
    let path = b.path().await;
    b.sign_in("Jonas Weir").await;
    b.open(&path).await;
    b.press("Sign version").await;
    b.see("signed off by Dr Jonas Weir").await;
    b.picture("panels-4-signed").await;
    b.close().await;
}
