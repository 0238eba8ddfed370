//! Plates and racks at the bench.

use crate::{Served, ordering::quick_order};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rack_is_filled_by_scanning_compared_with_a_scan_and_sent() {
    let served = Served::new().await;
    let Some(b) = served.browser().await else { return };
    quick_order(&b).await;
    let barcode = b.barcode(0).await;
    b.sign_in("Chloe Marsh").await;
    b.click("Scan").await;
    b.fill("barcode", &barcode).await;
    b.press("Find").await;
    b.fill("b", &barcode).await;
    b.press("Receive").await;
    b.press("Accept").await;
    b.click("Racks").await;
    b.see("no plates or racks yet").await;
    b.press("Open it").await;
    b.see("Say what it is for").await;
    b.fill("purpose", "Extractions of the day").await;
    b.press("Open it").await;
    b.see("0 of 96 positions are filled").await;
    let rack = b.path().await;
    b.fill("b", "S000").await;
    b.press("Put in").await;
    b.see("No sample here has the barcode S000").await;
    b.fill("b", &barcode).await;
    b.press("Put in").await;
    b.see(&format!("{barcode} is in A01")).await;
    b.picture("rack").await;
    b.fill("scan", &format!("A01,NO TUBE\nH12,{barcode}")).await;
    b.press("Compare").await;
    b.see(&format!("{barcode} is in H12, not in A01")).await;
    b.picture("rack-scan").await;
    b.press("Update the record to match the scan").await;
    b.see("1 differences were written down").await;
    b.fill("w", "Freezer 2, shelf 3").await;
    b.press("Save location").await;
    b.click(&barcode).await;
    b.see("Stored in").await;
    b.open("/containers").await;
    b.see("Freezer 2, shelf 3").await;
    b.picture("racks").await;
    b.open(&rack).await;
    b.select("l", "699Y0").await;
    b.fill("m", "M-2026-2").await;
    b.press("Sent").await;
    b.see("is on its way, with everything in it").await;
    b.sign_in("Nadia Khoury").await;
    b.open(&rack).await;
    b.press("Receive it with everything in it").await;
    b.see("It is taken in").await;
    b.close().await;
}
