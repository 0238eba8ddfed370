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
async fn a_clinician_searches_in_plain_words_for_a_patient_and_is_never_offered_what_cannot_be_theirs() {
    let served = Served::new().await;
    let Some(b) = served.browser().await else { return };
    b.sign_in("Clinician").await;
    b.open("/directory").await;
    b.fill("q", "seizures developmental delay").await;
    b.press("Search").await;
    b.see("R59.3 Early onset or syndromic epilepsy").await;
    b.see("R29.4 Intellectual disability").await;
    b.picture("directory-search-signs").await;
    b.fill("q", "epilespy").await;
    b.press("Search").await;
    b.see("“epilespy” was read as “epilepsy”").await;
    b.fill("q", "R24O").await;
    b.press("Search").await;
    b.see("R24O is not in the Test Directory").await;
    b.open("/directory?q=sudden%20infant%20death&age=3&sex=M&life=alive").await;
    b.see("Left out for this patient").await;
    b.see("(the patient is alive)").await;
    b.picture("directory-search-for-a-patient").await;
    b.open("/directory?q=xyzzyplugh").await;
    b.see("No test was found for “xyzzyplugh”").await;
    b.click("Browse by specialty or from A to Z").await;
    b.see("A to Z").await;
    b.open("/directory?q=epilepsy&age=old").await;
    b.see("Enter the age in whole years").await;
    b.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clinician_browses_from_a_specialty_to_a_test_and_back() {
    let served = Served::new().await;
    let Some(b) = served.browser().await else { return };
    b.sign_in("Clinician").await;
    b.open("/directory").await;
    b.see("Version 6, in force since").await;
    b.picture("directory-browse").await;
    b.click("Neurology").await;
    b.see("Rare and inherited disease: Neurology").await;
    b.see("R59 Early onset or syndromic epilepsy").await;
    b.picture("directory-browse-specialty").await;
    b.click("R59.3").await;
    b.see("Other tests of R59").await;
    b.see("Who may request it").await;
    b.see("Blood (EDTA)").await;
    b.picture("directory-test").await;
    b.click("Neurology").await;
    b.see("Rare and inherited disease: Neurology").await;
    b.open("/directory?letter=M").await;
    b.see("R67 Monogenic hearing loss").await;
    b.open("/directory?branch=rare&specialty=Alchemy").await;
    b.see("No clinical indication is in force there").await;
    b.open("/directory/tests/M80.1").await;
    b.see("Bone marrow (EDTA)").await;
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
    b.click("Review and sign off").await;
    b.see("others vote on it and sign it off").await;
    let path = b.path().await;
    b.sign_in("Jonas Weir").await;
    b.open(&path).await;
    b.see("Green no longer: cases in which it was reported").await;
    b.picture("panels-sign-off").await;
    b.press("Sign version").await;
    b.see("signed off by Dr Jonas Weir").await;
    b.picture("panels-4-signed").await;
    b.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_curator_changes_a_panel_in_bulk_and_sees_which_cases_it_touches_before_it_is_signed_off() {
    let served = Served::new().await;
    let Some(b) = served.browser().await else { return };
    b.sign_in("Ines Moreau").await;
    b.open("/panels?q=CTNNA1").await;
    b.click("Hereditary diffuse gastric cancer").await;
    b.fill("gene", "hgnc:1748").await;
    b.press("Show").await;
    b.see("entries fit “hgnc:1748”").await;
    b.click("Change many entries").await;
    b.fill("list", "CDH1;blue;;Published families\nCTNNA1;remove;;Refuted in a trial").await;
    b.press("Look at it line by line").await;
    b.see("2 lines against version").await;
    b.see("“blue” is no rating; enter green, amber, red or remove").await;
    b.picture("panels-bulk-fault").await;
    b.fill("list", "CDH1;amber;;Published families\nCTNNA1;remove;;Refuted in a trial\nATM;green;AD;Three families").await;
    b.press("Look at it line by line").await;
    b.see("0 at fault").await;
    b.picture("panels-bulk-preview").await;
    b.fill("reason", "Annual review of the panel").await;
    b.press("Confirm").await;
    b.see("others vote on it and sign it off").await;
    b.see("Becomes green: cases with a candidate in it").await;
    b.see("Green no longer: cases in which it was reported").await;
    b.see("orders of tests that use this panel were looked through").await;
    b.picture("panels-bulk-waits").await;
    let path = b.path().await;
    b.sign_in("Jonas Weir").await;
    b.open(&path).await;
    b.press("Sign version").await;
    b.see("0 of 2 votes of others are in").await;
    b.fill("reason", "The evidence is sound").await;
    b.press("Vote for it").await;
    b.see("for, The evidence is sound").await;
    b.sign_in("Keiko Tan").await;
    b.open(&path).await;
    b.fill("reason", "Agreed").await;
    b.press("Vote for it").await;
    b.press("Sign version").await;
    b.see("signed off by Dr Keiko Tan").await;
    b.click("Compare with another").await;
    b.see("Compare panels").await;
    b.picture("panels-compare").await;
    b.close().await;
}
