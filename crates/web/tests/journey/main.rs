//! Journeys in a real browser. The first: a clinician orders a trio, a laboratory receives the samples, a scientist
//! interprets, a second checks, a consultant signs, the clinician reads the report.
//!
//! Needs Debian's `chromium` and `chromium-driver`. `GMS_SCREENSHOTS=folder` keeps a picture of every page, wide and narrow.
//! `GMS_JOURNEYS_MACHINES=1` lets them run over several machines that are killed meanwhile (`machines`).

mod attacked;
mod background;
mod browser;
mod bulk;
mod by_keyboard;
mod crawl;
mod deaths;
mod desk_work;
mod desks;
mod directory;
mod exchange;
mod families;
mod fhir_client;
mod fhir_search;
mod fhir_services;
mod first_pages;
mod five_cases;
mod forms;
mod genes;
mod inbox;
mod machines;
mod managers;
mod operations;
mod ordering;
mod outside;
mod own_page;
mod pages;
mod people;
mod permissions;
mod preread;
mod prescribing;
mod provider;
mod public_clients;
mod questions;
mod racks;
mod reads;
mod reception;
mod record_launch;
mod regional_engine;
mod research;
mod researcher;
mod restricted;
mod routes;
mod safe_orders;
mod scenarios;
mod scientist;
mod served;
mod signed;
mod signing_in;
mod subscriptions;
mod templates;
mod tour;
mod weight;
mod worklists;

use browser::Browser;
use served::{Served, listen, listen_with};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clinician_orders_a_trio_and_reads_the_signed_report() {
    let served = Served::new().await;
    let Some(b) = served.browser().await else { return };
    let order = place_order(&b).await;
    record_choices(&b, &order).await;
    receive_samples(&b, &order).await;
    register_data(&b, &order).await;
    interpret_and_sign(&b, &order).await;
    read_report(&b, &order).await;
    tell_relatives(&b, &order).await;
    amend_report(&b, &order).await;
    b.close().await;
}

async fn place_order(b: &Browser) -> String {
    b.sign_in("Clinician").await;
    b.see("Nothing needs your action").await;
    b.press("Order a test").await;
    b.fill("q", "metabolism").await;
    b.press("Search").await;
    b.picture("order-1-test").await;
    b.press_labelled("Choose R98.2 Likely inborn error of metabolism").await;
    b.fill("proband_nhs_number", "4010232138").await;
    b.press("Continue").await;
    b.see("compare it with the label or the record").await;
    for (who, given_name, number, year) in
        [("proband", "Isla", "4010232137", "2019"), ("mother", "Priya", "9434765919", "1990"), ("father", "Owen", "9000000009", "1988")]
    {
        for (field, value) in
            [("given_name", given_name), ("family_name", "Testcase"), ("nhs_number", number), ("day", "3"), ("month", "4"), ("year", year)]
        {
            b.fill(&format!("{who}_{field}"), value).await;
        }
    }
    b.select("proband_sex", "female").await;
    b.select("mother_affected", "no").await;
    b.select("father_affected", "no").await;
    b.picture("order-2-family").await;
    b.press("Continue").await;
    b.see("Isla Testcase").await;
    b.see("401 023 2137").await;
    b.press("Continue").await;
    b.see("Say how the patient meets the criteria").await;
    b.fill("eligibility", "Hypoglycaemia with coma; an inborn error is likely").await;
    b.picture("order-3-eligibility").await;
    b.press("Continue").await;
    for term in ["Coma", "Hypoglycemia", "Hepatomegaly"] {
        b.fill("q", &term[..term.len() - 1]).await;
        b.press_labelled(&format!("{term} present")).await;
    }
    b.picture("order-4-phenotype").await;
    b.press("Continue").await;
    b.see("What has each person chosen?").await;
    answer(b, "proband_").await;
    b.press("Continue").await;
    b.see("Say who makes the choice for Isla Testcase").await;
    b.choose("Priya Testcase (mother), with parental responsibility").await;
    b.picture("order-5-choices").await;
    b.press("Continue").await;
    for answer in [
        "Chosen by the mother, with parental responsibility; Isla Testcase is not recorded to agree too (assent)",
        "The test: yes",
        "Being contacted again: yes",
        "Other findings: no",
        "Does not have the condition",
    ] {
        b.see(answer).await;
    }
    b.picture("order-6-check").await;
    b.press("Send the order").await;
    b.see("Waiting for the choice of 2 people").await;
    b.see("was sent to the laboratory.").await;
    b.picture("order-7-sent").await;
    let order = b.path().await;
    b.click("print the labels of all samples").await;
    b.see("One label for each sample that is still to come").await;
    b.see("Priya Testcase").await;
    order
}

async fn record_choices(b: &Browser, order: &str) {
    for (name, who) in [("Priya Testcase", "Priya Testcase for themselves"), ("Owen Testcase", "Owen Testcase for themselves")] {
        b.open(order).await;
        b.click(&format!("Record the choices of {name}")).await;
        b.choose(who).await;
        answer(b, "").await;
        if name.starts_with("Priya") {
            b.picture("choice").await;
        }
        b.press("Record these choices").await;
    }
    b.see("Waiting for the laboratory to accept the request").await;
    b.see("(father, Owen Testcase)").await;
    b.click("Change the choices of Owen Testcase").await;
    b.see("Chosen by the person for themselves.").await;
    b.see("wording 2026-11.").await;
    b.open(order).await;
}

/// Answers one person's questions; their fields begin with `prefix`.
async fn answer(b: &Browser, prefix: &str) {
    for question in ["test", "research", "recontact", "family_sharing"] {
        b.tick(&format!("{prefix}{question}-yes")).await;
    }
    b.tick(&format!("{prefix}secondary_findings-no")).await;
}

async fn receive_samples(b: &Browser, order: &str) {
    b.sign_in("Laboratory scientist").await;
    b.open(order).await;
    for step in 0..3 {
        let barcode = b.barcode(step).await;
        if step == 0 {
            b.fill_nth("barcode", 0, "S-WRONG").await;
            b.press("Receive").await;
            b.see("put the tube aside").await;
        }
        b.fill_nth("barcode", 0, &barcode).await;
        b.press("Receive").await;
    }
    for _ in 0..3 {
        b.press("Accept").await;
    }
    for _ in 0..3 {
        b.fill_nth("concentration", 0, "62.5").await;
        b.fill_nth("volume", 0, "80").await;
        b.press("DNA prepared").await;
    }
    b.picture("bench").await;
    b.see("Waiting for sequence data").await;
}

async fn register_data(b: &Browser, order: &str) {
    b.sign_in("Bioinformatician").await;
    b.open(order).await;
    b.click("Register sequence data").await;
    // Nothing says that the file is of this order, so that it is chosen by a person.
    b.see("No file names a sample by a barcode of this order").await;
    b.click("Choose family.vcf.gz").await;
    // The names of the file are offered, and those that say who is who are chosen already.
    assert_eq!((b.value("p1").await, b.value("p2").await, b.value("p3").await), ("kid".into(), "mum".into(), "dad".into()));
    b.select("p2", "dad").await;
    b.select("p3", "mum").await;
    b.press("Register and analyse").await;
    b.see("The sample 'dad' reads as that of the father, and was chosen for Priya Testcase (mother)").await;
    b.select("p2", "mum").await;
    b.select("p3", "dad").await;
    b.picture("data").await;
    b.press("Register and analyse").await;
    b.see_within("Waiting for the first scientist", 30).await;
}

async fn interpret_and_sign(b: &Browser, order: &str) {
    b.sign_in("Dr Dev Patel").await;
    b.open(order).await;
    b.click("Open the case").await;
    b.see("HMGCS2").await;
    b.see("compound heterozygous, in trans").await;
    b.picture("case").await;
    b.click("All analyses of this case").await;
    b.see("There is only one: nothing to compare").await;
    b.picture("analyses").await;
    b.open(&format!("{order}/case")).await;
    b.tick_all("variant", HMGCS2).await;
    b.choose("A genetic cause was found").await;
    b.fill("summary", "One of the two is uncertain").await;
    b.press("Sign as first scientist").await;
    b.see("together they may explain the condition, and do not yet").await;
    assess_pair(b, order).await;
    b.open(&format!("{order}/case")).await;
    b.tick_all("variant", HMGCS2).await;
    b.choose("A genetic cause was found").await;
    b.fill("summary", "Two variants in trans in HMGCS2; phenotype and biochemistry fit.").await;
    b.press("Sign as first scientist").await;
    b.see("You signed this; a second scientist checks it").await;
    b.open(&format!("{order}/case/1-119757272-C-T")).await;
    b.picture("variant").await;
    b.click("Show the region with its neighbouring calls").await;
    b.see("NM_005518").await;
    b.see_element("#igv[data-ready=yes]").await;
    b.picture("region").await;
    b.sign_in("Dr Elin Hughes").await;
    b.open(&format!("{order}/case")).await;
    b.press("I agree: sign as second scientist").await;
    b.sign_in("Consultant").await;
    b.click("Classification conflicts").await;
    b.see("every variant that was classified more than once has one class").await;
    b.picture("discordances").await;
    b.open(&format!("{order}/case")).await;
    b.click("Read the report before signing").await;
    b.press("Authorise the report").await;
    b.see("Read the signed report").await;
}

/// A scientist applies a criterion to the uncertain variant of the pair, with evidence and its source, and its class follows.
pub(crate) async fn assess_pair(b: &Browser, order: &str) {
    b.open(&format!("{order}/case/1-119759915-C-T?criterion=PS3")).await;
    b.select("strength", "strong").await;
    b.press("Record the change").await;
    b.see("Say what the evidence for PS3 is").await;
    b.see("Name the source of the evidence for PS3").await;
    b.fill("evidence", "Enzyme activity in fibroblasts far below that of controls").await;
    b.select("source_kind", "in_house").await;
    b.fill("source", "enzyme assay").await;
    b.fill("reason", "The result of the enzyme assay is there").await;
    b.press("Record the change").await;
    b.see("PS3 changed from not judged to strong").await;
    b.see("the class was uncertain significance and is likely pathogenic").await;
}

/// How variants of that gene begin, among other candidates.
const HMGCS2: &str = "1-119";

async fn read_report(b: &Browser, order: &str) {
    b.sign_in("Dr Hannah Stone").await;
    b.open(&format!("{order}/report")).await;
    b.see("You may not do this").await;
    b.sign_in("Dr Amara Okafor").await;
    b.open(order).await;
    b.click("Read the report").await;
    b.see("A genetic cause was found").await;
    b.picture("report").await;
    b.click("Unread").await;
    b.see("opened by Dr Amara Okafor").await;
    b.picture("unread").await;
    b.open(&format!("{order}/report")).await;
    b.fill("action", "See the family on Friday").await;
    b.press("I have read this report").await;
    b.see("Nothing: the case is closed").await;
    b.see("who will: See the family on Friday").await;
    b.picture("order-8-closed").await;
    b.click("Genomic record of Isla Testcase").await;
    b.see("HMGCS2").await;
    b.picture("record").await;
    b.fill("on", "01012026").await;
    b.press("Show").await;
    b.see("What was found or changed later is not shown").await;
    b.see("No test has been ordered").await;
    // As a hospital's own system links to it, with the patient who is open there.
    b.open("/launch?patient=4010232137").await;
    b.see("Genomic record of Isla Testcase").await;
    b.open("/launch?patient=9990000018").await;
    b.see("Nothing that you may open is known here of a person with this NHS number").await;
    b.open("/launch?patient=9990000018&to=order").await;
    b.see("Which test?").await;
    b.open("/order-a-test/family").await;
    assert_eq!(b.value("proband_nhs_number").await, "999 000 0018");
    b.open("/").await;
    b.picture("home").await;
}

async fn tell_relatives(b: &Browser, order: &str) {
    b.open(&format!("{order}/report")).await;
    b.click("Letter in plain words").await;
    b.see("We found a change in the HMGCS2 gene").await;
    for text in ["Date of the result", "401 023 2137", "3 April 2019", "Telephone and address of the clinic"] {
        b.see(text).await;
    }
    b.picture("result-letter").await;
    b.open(&format!("{order}/cascade")).await;
    b.press("List the relatives").await;
    b.see("Priya Testcase").await;
    b.see("Tested with the patient").await;
    b.see("The result is part of the report of").await;
    b.fill("name", "Sister in Leeds").await;
    b.press("Add").await;
    b.see("Sister in Leeds").await;
    b.unfold("Invited, declined or died (Sister in Leeds)").await;
    b.press("Invited Sister in Leeds").await;
    b.see("Say how they were invited").await;
    b.picture("relatives").await;
    b.press("Order the test for Sister in Leeds").await;
    b.picture("relative-order").await;
    assert!(b.value("relative").await.contains("order OG-") && b.value("variant").await.contains("c.1016+1G>A"), "filled in");
    b.press("Continue").await;
    b.see("Choose another test").await;
    b.open("/order-a-test/eligibility").await;
    b.see("testing for known familial mutation(s)").await;
    b.open("/cascades").await;
    b.see("3 relatives, 0 invited").await;
    b.picture("cascades").await;
}

/// A scientist opens the case again, another comes to another conclusion, the consultant decides.
async fn amend_report(b: &Browser, order: &str) {
    b.sign_in("Dr Dev Patel").await;
    b.open(&format!("{order}/case")).await;
    b.unfold("Amend the report").await;
    b.fill("reopens", "New reads of the second variant").await;
    b.press("Open the case again").await;
    b.see("Your conclusion").await;
    b.tick_all("variant", HMGCS2).await;
    b.choose("A genetic cause was found").await;
    b.fill("summary", "The second variant was confirmed.").await;
    b.press("Sign as first scientist").await;
    b.sign_in("Dr Elin Hughes").await;
    b.open(&format!("{order}/case")).await;
    b.choose("No cause was found by this test").await;
    b.fill("summary", "The second variant is an artefact.").await;
    b.fill("differs", "Reads are on one strand").await;
    b.press("Record disagreement").await;
    b.see("You are one of the two; somebody else decides").await;
    b.sign_in("Consultant").await;
    b.open(&format!("{order}/case")).await;
    b.see("Two scientists came to different conclusions").await;
    b.picture("case-differs").await;
    b.fill("decides", "Confirmed by Sanger sequencing").await;
    b.press("The first scientist").await;
    b.see("decided for the first scientist: Confirmed by Sanger sequencing").await;
    b.sign_in("Dr Amara Okafor").await;
    b.open(&format!("{order}/report")).await;
    b.see("A genetic cause was found").await;
}
