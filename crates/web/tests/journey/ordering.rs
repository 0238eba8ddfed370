//! Orders of every kind.

use crate::{Served, browser::Browser};

/// NHS numbers of the family of the demonstration's demographics.
pub const BOY: &str = "9990000018";
pub const MOTHER: &str = "9990000026";
pub const FATHER: &str = "9990000034";
pub const SISTER: &str = "9990000042";
pub const GRANDMOTHER: &str = "9990000050";

/// What is ordered.
#[derive(Default)]
pub struct Ordered<'a> {
    /// What the clinician types to find the test, and what they then choose.
    pub test: (&'a str, &'a str),
    /// Fields of what it is for, and choices; empty for the diagnosis of the patient.
    pub purpose: &'a [(&'a str, &'a str)],
    pub chosen: &'a [(&'a str, &'a str)],
    /// NHS numbers by the place in the form.
    pub people: &'a [(&'a str, &'a str)],
    /// Other fields of the people.
    pub typed: &'a [(&'a str, &'a str)],
    pub relatives: &'a [(&'a str, &'a str)],
    /// What the letter says; empty where nothing is needed.
    pub letter: &'a str,
}

/// Places it, with the choices left for later; the order's address.
pub async fn order(b: &Browser, ordered: &Ordered<'_>) -> String {
    b.open("/order-a-test").await;
    b.fill("q", ordered.test.0).await;
    b.press("Search").await;
    b.press_labelled(&format!("Choose {}", ordered.test.1)).await;
    if !ordered.purpose.is_empty() {
        b.open("/order-a-test/purpose").await;
        for (field, value) in ordered.chosen {
            b.select(field, value).await;
        }
        for (field, value) in ordered.purpose {
            b.fill(field, value).await;
        }
        b.press("Continue").await;
    }
    for (who, number) in ordered.people {
        b.fill(&format!("{who}_nhs_number"), number).await;
    }
    for (field, value) in ordered.typed {
        b.fill(field, value).await;
    }
    for (who, relation) in ordered.relatives {
        b.select(&format!("{who}_relation"), relation).await;
    }
    b.press("Continue").await;
    b.fill("eligibility", "Meets the criteria of the directory").await;
    b.press("Continue").await;
    if !ordered.letter.is_empty() {
        b.fill("letter", ordered.letter).await;
        b.press("Find features").await;
        b.press("Take all as found").await;
    }
    b.press("Continue").await;
    b.press("Record the choices later").await;
    b.press("Send the order").await;
    b.see("History").await;
    b.path().await
}

pub const METABOLIC: (&str, &str) = ("R98.2", "R98.2 Likely inborn error of metabolism");

/// An order for the boy alone, by the clinician; its address.
pub async fn quick_order(b: &Browser) -> String {
    b.sign_in("Clinician").await;
    order(b, &Ordered { test: METABOLIC, people: &[("proband", BOY)], letter: "Coma.", ..Ordered::default() }).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trio_is_ordered_in_fifteen_interactions_with_nothing_entered_twice() {
    let served = Served::new().await;
    let Some(b) = served.browser().await else { return };
    b.sign_in("Clinician").await;
    b.interactions();
    b.fill("test", "inborn error of metabolism").await;
    b.press("Order a test").await;
    b.press_labelled("Choose R98.2 Likely inborn error of metabolism").await;
    b.fill("proband_nhs_number", "9990000018").await;
    b.fill("mother_nhs_number", "9990000026").await;
    b.fill("father_nhs_number", "9990000034").await;
    b.press("Continue").await;
    b.see("Marcus Oduya").await;
    b.see("born 14 February 2021").await;
    b.see("With Temi Oduya (Mother), Kofi Oduya (Father)").await;
    b.fill("eligibility", "Coma with hypoglycaemia").await;
    b.picture("eligibility-with-patient").await;
    b.press("Continue").await;
    b.fill("letter", "Marcus was brought in with coma and hypoglycemia. There was hepatomegaly but no seizures.").await;
    b.press("Find features").await;
    b.see("denied").await;
    b.picture("letter").await;
    b.press("Take all as found").await;
    b.press("Continue").await;
    b.see("What has each person chosen?").await;
    b.press("Record the choices later").await;
    b.see("Marcus Oduya").await;
    b.see("born 14 February 2021").await;
    b.see("NHS number 999 000 0018").await;
    b.press("Send the order").await;
    assert_eq!(b.interactions(), 15);
    b.see("Waiting for the choice of 3 people").await;
    b.see("Looked for and absent").await;
    b.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tumour_is_ordered_through_pathology_with_germline_later() {
    let served = Served::new().await;
    let Some(b) = served.browser().await else { return };
    b.sign_in("Clinician").await;
    b.press("Order a test").await;
    b.fill("q", "colorectal carcinoma").await;
    b.press("Search").await;
    b.press_labelled("Choose M1.1 Colorectal Carcinoma").await;
    b.press("Continue").await;
    b.see("Enter the diagnosis of the tumour").await;
    b.fill("diagnosis", "Colorectal adenocarcinoma, stage III").await;
    b.select("tumour_sample", "block").await;
    b.fill("pathology", "RP4 pathology, block 26-1234 A4").await;
    b.select("germline", "later").await;
    b.picture("purpose").await;
    b.press("Continue").await;
    b.fill("proband_nhs_number", "9990000026").await;
    b.press("Continue").await;
    b.see("Which of these does the patient meet? One is enough.").await;
    b.press("Continue").await;
    b.see("Say how the patient meets the criteria").await;
    b.tick("met-1").await;
    b.picture("eligibility-criteria").await;
    b.fill("eligibility", "Anti-EGFR treatment is planned").await;
    b.press("Continue").await;
    b.press("Continue").await;
    b.press("Record the choices later").await;
    b.see("Tumour: Colorectal adenocarcinoma").await;
    b.press("Send the order").await;
    b.see("Sample S").await;
    b.see("The patient could be treated with anti-EGFR therapy, depending on the result. Anti-EGFR").await;
    b.picture("tumour-order").await;
    let barcode = b.barcode(0).await;
    b.sign_in("Chloe Marsh").await;
    b.click("Scan").await;
    b.fill("barcode", "S123").await;
    b.press("Find").await;
    b.see("No sample here has the barcode S123").await;
    b.picture("scan").await;
    b.fill("barcode", &barcode.to_lowercase()).await;
    b.press("Find").await;
    b.see("Tumour (FFPE block)").await;
    b.fill("b", &barcode).await;
    b.press("Receive").await;
    b.see("Sample received").await;
    b.press("Accept").await;
    b.fill("t", "140").await;
    b.press("Record tumour content").await;
    b.see("0 to 100 per cent").await;
    b.fill("t", "40").await;
    b.press("Record tumour content").await;
    b.see("Tumour content assessed: 40 %").await;
    b.picture("sample").await;
    b.select("l", "699Y0").await;
    b.fill("m", "M-2026-1").await;
    b.press("Dispatched").await;
    b.see("Sample sent to the laboratory 699Y0").await;
    b.sign_in("Nadia Khoury").await;
    b.click("Scan").await;
    b.fill("manifest", "M-2026-1").await;
    b.press("List").await;
    b.picture("manifest").await;
    b.click(&barcode).await;
    b.fill("b", &barcode).await;
    b.press("Received here").await;
    b.see("Sample received by the laboratory 699Y0").await;
    b.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_draft_goes_on_at_another_desk_and_nobody_writes_over_it() {
    let served = Served::new().await;
    let (Some(first), Some(second)) = (served.browser().await, served.browser().await) else { return };
    first.sign_in("Dr Amara Okafor").await;
    first.fill("test", "R98.2").await;
    first.press("Order a test").await;
    first.press_labelled("Choose R98.2 Likely inborn error of metabolism").await;
    first.fill("proband_nhs_number", "9990000018").await;
    first.press("Continue").await;
    first.fill("eligibility", "Coma with hypoglycaemia").await;
    first.press("Continue").await;
    first.see("Clinical features").await;
    second.sign_in("Ben Whitfield").await;
    second.see("Marcus Oduya: R98.2").await;
    second.picture("drafts").await;
    second.press("Go on").await;
    second.see("Coma with hypoglycaemia").await;
    second.fill("history", "Seen by the on-call team").await;
    second.press("Continue").await;
    second.see("Clinical features").await;
    first.fill("letter", "Coma.").await;
    first.press("Find features").await;
    first.see("Ben Whitfield saved this draft after you opened it").await;
    first.picture("draft-conflict").await;
    first.open("/").await;
    first.press("Go on").await;
    first.see("Seen by the on-call team").await;
    first.open("/order-a-test").await;
    first.see("An order is not finished: Marcus Oduya").await;
    first.picture("order-begun").await;
    first.open("/").await;
    first.click("Discard").await;
    first.see("Discard this draft?").await;
    first.picture("draft-discard").await;
    first.click("Back to your list").await;
    first.see("Marcus Oduya: R98.2").await;
    first.click("Discard").await;
    first.press("Discard the draft").await;
    first.see("was discarded").await;
    first.see("Nothing needs your action").await;
    first.close().await;
    second.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_test_is_chosen_from_what_the_patient_shows() {
    let served = Served::new().await;
    let Some(b) = served.browser().await else { return };
    b.sign_in("Clinician").await;
    b.open("/order-a-test").await;
    b.unfold("Or describe the patient").await;
    b.fill("patient", "She is well.").await;
    b.press("See which tests fit").await;
    b.see("No feature was found in this text").await;
    b.fill("patient", "Coma with hypoglycemia and hepatomegaly, no seizures.").await;
    b.press("See which tests fit").await;
    b.see("Absent: Seizure").await;
    b.see("in 100 that the gene behind these features").await;
    b.picture("choose-test").await;
    b.press("Choose").await;
    b.see("Who is tested?").await;
    b.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_family_is_drawn_grows_and_is_taken_from_a_file() {
    let served = Served::new().await;
    let Some(b) = served.browser().await else { return };
    let order = quick_order(&b).await;
    b.click("Family drawing").await;
    b.click("P1 Marcus Oduya").await;
    b.press("Add the parents").await;
    b.click("P2").await;
    b.press("Add the parents").await;
    b.click("P3").await;
    b.select("father", "P4").await;
    b.select("mother", "P5").await;
    b.tick("deceased").await;
    b.press("Save").await;
    b.see("Parents who are related: P2 and P3").await;
    b.click("P1 Marcus Oduya").await;
    b.press("Add a sibling").await;
    b.click("P6").await;
    b.fill("birth", "1").await;
    b.press("Save").await;
    b.see("P6 is a twin of nobody").await;
    b.click("P1 Marcus Oduya").await;
    b.picture("pedigree").await;
    b.unfold("Import the family from a file").await;
    b.fill("file", "F P1 D M 1 2\nF D 0 0 2 1").await;
    b.press("Take it").await;
    b.see("'D' is the father of 'P1' but has the other sex").await;
    b.fill("file", "F P1 D M male affected\nF D 0 0 M 1").await;
    b.press("Take it").await;
    b.see("P1 Marcus Oduya").await;
    b.open(&order).await;
    b.see("Pedigree: Family taken from a file").await;
    b.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn features_come_from_a_phenopacket_with_when_they_began() {
    let served = Served::new().await;
    let Some(b) = served.browser().await else { return };
    b.sign_in("Clinician").await;
    b.fill("test", "R98.2").await;
    b.press("Order a test").await;
    b.press_labelled("Choose R98.2 Likely inborn error of metabolism").await;
    b.fill("proband_nhs_number", BOY).await;
    b.press("Continue").await;
    b.fill("eligibility", "Coma with hypoglycaemia").await;
    b.press("Continue").await;
    b.fill("letter", "{\"phenotypicFeatures\": 7}").await;
    b.press("Find features").await;
    b.see("This is no Phenopacket").await;
    let packet = r#"{"id":"p","phenotypicFeatures":[{"type":{"id":"HP:0001259","label":"Coma"},"onset":{"age":{"iso8601duration":"P3M"}}},{"type":{"id":"HP:0001250"},"excluded":true},{"type":{"id":"HP:9999999"}}]}"#;
    b.fill("letter", packet).await;
    b.press("Find features").await;
    b.see("no features in the ontology here, or not clear: HP:9999999").await;
    b.see("denied").await;
    b.press("Take all as found").await;
    b.picture("onset").await;
    b.press("Continue").await;
    b.press("Record the choices later").await;
    b.see("Coma from 28 days to 1 year").await;
    b.press("Send the order").await;
    b.see("Coma (HP:0001259), from 28 days to 1 year").await;
    b.close().await;
}
