//! Orders of every kind.

use crate::{Served, browser::Browser};

/// A singleton for the boy of the demonstration's demographics, sent with the choices left for later; its address.
pub async fn quick_order(b: &Browser) -> String {
    b.sign_in("Clinician").await;
    b.fill("test", "R98.2").await;
    b.press("Order a test").await;
    b.press_labelled("Choose R98.2 Likely inborn error of metabolism").await;
    b.fill("eligibility", "Coma with hypoglycaemia").await;
    b.press("Continue").await;
    b.fill("proband_nhs_number", "9990000018").await;
    b.press("Continue").await;
    b.fill("letter", "Coma.").await;
    b.press("Find features").await;
    b.press("Take all as found").await;
    b.press("Continue").await;
    b.press("Record the choices later").await;
    b.press("Send the order").await;
    b.see("Waiting for the choice of 1 person").await;
    b.path().await
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
    b.fill("eligibility", "Coma with hypoglycaemia").await;
    b.press("Continue").await;
    b.fill("proband_nhs_number", "9990000018").await;
    b.fill("mother_nhs_number", "9990000026").await;
    b.fill("father_nhs_number", "9990000034").await;
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
    b.see("Born 14 2 2021").await;
    b.press("Send the order").await;
    assert_eq!(b.interactions(), 15);
    b.see("Waiting for the choice of 3 people").await;
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
    b.fill("eligibility", "Anti-EGFR treatment is planned").await;
    b.press("Continue").await;
    b.fill("proband_nhs_number", "9990000026").await;
    b.press("Continue").await;
    b.press("Continue").await;
    b.press("Record the choices later").await;
    b.see("Tumour: Colorectal adenocarcinoma").await;
    b.press("Send the order").await;
    b.see("Sample S").await;
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
    b.press("Assessed").await;
    b.see("0 to 100 per cent").await;
    b.fill("t", "40").await;
    b.press("Assessed").await;
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
    first.fill("eligibility", "Coma with hypoglycaemia").await;
    first.press("Continue").await;
    first.fill("proband_nhs_number", "9990000018").await;
    first.press("Continue").await;
    first.see("What does the patient have?").await;
    second.sign_in("Ben Whitfield").await;
    second.see("Marcus Oduya: R98.2").await;
    second.picture("drafts").await;
    second.press("Go on").await;
    second.see("Coma with hypoglycaemia").await;
    second.fill("history", "Seen by the on-call team").await;
    second.press("Continue").await;
    second.see("Who is tested?").await;
    first.fill("letter", "Coma.").await;
    first.press("Find features").await;
    first.see("Ben Whitfield saved this draft after you opened it").await;
    first.picture("draft-conflict").await;
    first.open("/").await;
    first.press("Go on").await;
    first.see("Seen by the on-call team").await;
    first.open("/order-a-test").await;
    first.see("An order is begun: Marcus Oduya").await;
    first.picture("order-begun").await;
    first.press("Begin another order instead").await;
    first.open("/").await;
    first.press("Discard").await;
    first.see("There are no orders here yet").await;
    first.open("/").await;
    first.close().await;
    second.close().await;
}
