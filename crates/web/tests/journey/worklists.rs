//! A worklist with a lot, from its creation to the outcome of its sample.

use crate::{Served, ordering::quick_order};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worklist_with_a_lot_is_filled_started_and_finished() {
    let served = Served::new().await;
    let Some(b) = served.browser().await else { return };
    quick_order(&b).await;
    let barcode = b.barcode(0).await;
    b.sign_in("Chloe Marsh").await;
    b.open("/bench/receipt").await;
    b.fill("barcode", &barcode).await;
    b.press("Receive").await;
    b.see("Received now").await;
    b.click(&barcode).await;
    b.press("Accept").await;
    b.open("/bench/lots").await;
    b.see("No lot is registered").await;
    b.press("Register").await;
    b.see("Enter the expiry date").await;
    b.fill("name", "Extraction kit").await;
    b.fill("maker", "Maker").await;
    b.fill("number", "A-1").await;
    b.fill("expires", "2099-01-31").await;
    b.press("Register").await;
    b.press("Open the lot").await;
    b.see("The lot is open").await;
    b.open("/bench/worklists").await;
    b.see("No worklist is open").await;
    b.select("step", "extraction").await;
    b.fill("instrument", "Robot 1").await;
    b.press("Create").await;
    b.see("Samples waiting").await;
    b.picture("worklist-open").await;
    b.fill("b", &barcode).await;
    b.press("Add").await;
    b.see("The tube is in A01").await;
    b.press("Start the work").await;
    b.see("The work is started").await;
    b.select("oA01", "failed").await;
    b.press("Record").await;
    b.see("Say why it failed or is repeated").await;
    b.press("All others passed: 1").await;
    b.see("1 sample passed").await;
    b.picture("worklist-started").await;
    b.press("Finish the worklist").await;
    b.see("The worklist is finished").await;
    b.click("Printable sheet").await;
    b.see("Initials").await;
    b.picture("worklist-sheet").await;
    b.open("/bench/worklists").await;
    b.click("Finished and abandoned").await;
    b.see("Robot 1").await;
    b.picture("worklists").await;
    b.open("/bench/lots").await;
    b.picture("lots").await;
    b.close().await;
}
