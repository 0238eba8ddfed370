//! Two scientists assess a variant by keyboard alone: each with evidence and a reason, and the second with another class.

use crate::{Served, browser::Browser, permissions::who, prescribing::sequenced};
use service::people::{accounts, staff};

const ENTER: &str = "\u{E007}";
const DOWN: &str = "\u{E015}";
const SPACE: &str = " ";

/// The uncertain variant of the pair in HMGCS2, and the one that is likely pathogenic.
const UNCERTAIN: &str = "1-119759915-C-T";
const KNOWN: &str = "1-119757272-C-T";

/// Applies PS3 at a strength, by the first letters of its name, with evidence, source and reason.
async fn apply_ps3(b: &Browser, variant: &str, strength: &str, reason: &str) {
    b.open(variant).await;
    b.tab_to("Change PS3").await;
    b.keys(ENTER).await;
    b.see("Change a criterion in your assessment").await;
    b.tab_to("#strength").await;
    b.keys(strength).await;
    b.tab_to("#evidence").await;
    b.keys("Enzyme activity in fibroblasts").await;
    b.tab_to("#source_kind").await;
    b.keys("In").await;
    b.tab_to("#source").await;
    b.keys("enzyme assay").await;
    b.tab_to("#reason").await;
    b.keys(reason).await;
    b.tab_to("Show the points").await;
    b.keys(ENTER).await;
    b.see("After the change below, which is not recorded yet").await;
    assert!(b.value("evidence").await.starts_with("Enzyme activity"), "what was typed is kept");
    b.tab_to("Record the change").await;
    b.keys(ENTER).await;
    b.see(reason).await;
    b.see("History of the assessments").await;
}

/// Ticks both variants of the pair.
async fn tick_pair(b: &Browser) {
    for variant in [KNOWN, UNCERTAIN] {
        b.tab_to(&format!("#v-{variant}")).await;
        b.keys(SPACE).await;
    }
}

/// Looks for headings in the order of a judgement: what is judged comes before what is done about it.
async fn judged_in_order(b: &Browser, headings: &[&str]) {
    for pair in headings.windows(2) {
        b.text(&format!("//main//h2[contains(., '{}')]/following::*[self::h2 or self::h3][contains(., '{}')]", pair[0], pair[1])).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_scientist_reclassifies_with_a_reason_and_the_second_disagrees_both_by_keyboard() {
    let served = Served::new().await;
    let Some(b) = served.browser().await else { return };
    let (order, _) = sequenced(&served, care::ordering::choice::Answer::No).await;
    let (case, variant) = (format!("/orders/{order}/case"), format!("/orders/{order}/case/{UNCERTAIN}"));
    b.sign_in("Dr Dev Patel").await;
    apply_ps3(&b, &variant, "Str", "The result of the enzyme assay is there").await;
    b.see("the class was uncertain significance and is likely pathogenic").await;
    b.picture("variant-assessed").await;
    b.open(&case).await;
    tick_pair(&b).await;
    b.tab_to("#outcome-diagnostic").await;
    b.keys(SPACE).await;
    b.tab_to("#summary").await;
    b.keys("Two variants in trans").await;
    b.tab_to("Sign as first scientist").await;
    b.keys(ENTER).await;
    b.see("You signed this; a second scientist checks it").await;
    b.see("Who can check it: Dr Elin Hughes").await;

    b.sign_in("Dr Elin Hughes").await;
    apply_ps3(&b, &variant, "Sup", "The assay has no controls").await;
    b.see("The scientists give different classes").await;
    b.see("Differs").await;
    b.see("First scientist: Dr Dev Patel").await;
    b.picture("variant-two-scientists").await;
    b.open(&case).await;
    b.see("Scientists differ").await;
    judged_in_order(&b, &["Proposed by Dr Dev Patel", "Agree, or return it", "If you come to another conclusion"]).await;
    b.see("Functional studies show a damaging effect").await;
    b.see("Strong, 4 points").await;
    b.tab_to("I agree: sign as second scientist").await;
    b.keys(ENTER).await;
    b.see("your own assessment is uncertain significance, and what you would sign is likely pathogenic").await;
    b.open(&case).await;
    tick_pair(&b).await;
    b.tab_to("#outcome-diagnostic").await;
    b.keys(&DOWN.repeat(2)).await;
    b.tab_to("#summary").await;
    b.keys("One of the two is uncertain").await;
    b.tab_to("#differs").await;
    b.keys("The assay has no controls").await;
    b.tab_to("Record disagreement").await;
    b.keys(ENTER).await;
    b.see("Two scientists came to different conclusions").await;
    let consultant = staff::demo().into_iter().find(|s| s.role == care::Role::Consultant).expect("a consultant");
    b.see(&format!("Who can decide: {}", consultant.name)).await;

    let administrator = served.service.desk(who(care::Role::Administrator, 1));
    let away = who(care::Role::Consultant, 1).id;
    accounts::set_account_open(&administrator, away, false, "On leave".into()).await.expect("closed");

    b.sign_in("Consultant").await;
    b.open(&case).await;
    b.see("You are the only one who can authorise").await;
    judged_in_order(&b, &["Two scientists came to different conclusions", "Decide between them"]).await;
    for text in
        ["First scientist: Dr Dev Patel", "Second scientist: Dr Elin Hughes", "Strong, 4 points", "Supporting, 1 point", "PS3 Differs"]
    {
        b.see(text).await;
    }
    b.picture("case-last-authoriser").await;
    b.open(&format!("{case}?why=SCN1A")).await;
    b.see("SCN1A is not a candidate").await;
    b.close().await;
}
