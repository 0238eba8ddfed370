//! Reception: tube after tube is scanned.

use crate::{Served, ordering::quick_order};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tubes_are_received_by_scanning_without_a_page_between() {
    let served = Served::new().await;
    let Some(b) = served.browser().await else { return };
    quick_order(&b).await;
    let barcode = b.barcode(0).await;
    b.sign_in("Chloe Marsh").await;
    b.open("/bench/receipt").await;
    b.see("No tube has been scanned into this list yet").await;
    b.picture("reception-empty").await;
    b.fill("barcode", "S000").await;
    b.press("Receive").await;
    b.see("Unknown barcode").await;
    b.fill("barcode", &barcode.to_lowercase()).await;
    b.press("Receive").await;
    b.see("This list: 1 received, 1 put aside").await;
    b.see("999 000 0018").await;
    b.fill("barcode", &barcode).await;
    b.press("Receive").await;
    b.see("Nothing was changed").await;
    b.picture("reception").await;
    b.fill("reason", "The wrong tray").await;
    b.press("Undo").await;
    b.see("Receipt undone: The wrong tray").await;
    b.see("This list: 0 received, 1 put aside").await;
    b.fill("barcode", &barcode).await;
    b.press("Receive").await;
    b.see("This list: 1 received, 1 put aside").await;
    b.close().await;
}
