//! The laboratory by keyboard alone: the quality of each sample is decided on, and a worklist goes from its creation to its end.

use crate::{Served, permissions::who, prescribing::sequenced};
use access::Action;
use care::{OrderId, Role, ordering::choice::Answer};

const ENTER: &str = "\u{E007}";
const SPACE: &str = " ";

/// The barcodes of an order's tubes.
async fn barcodes(served: &Served, order: OrderId) -> Vec<String> {
    let desk = served.service.desk(who(Role::LaboratoryScientist, 0));
    let permit = desk.permit(Action::ReadOrder, order).await.expect("a permit");
    let samples = desk.status(&permit, order).await.expect("a status").samples;
    samples.into_iter().filter_map(|(_, sample)| Some(sample.label?.barcode)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_quality_of_a_sample_is_read_and_decided_on_by_keyboard() {
    let served = Served::new().await;
    let Some(b) = served.browser().await else { return };
    let (order, _) = sequenced(&served, Answer::No).await;
    b.sign_in("Chloe Marsh").await;
    b.open(&format!("/orders/{order}/quality")).await;
    b.see("Decide on a sample").await;
    b.see("Not decided").await;
    b.see("Sex and parentage").await;
    b.picture("quality-open").await;
    b.tab_to("#sample").await;
    b.keys("kid").await;
    b.tab_to("#decision").await;
    b.keys("Rep").await;
    b.tab_to("Record the decision").await;
    b.keys(ENTER).await;
    b.see("Say why").await;
    assert_eq!((b.value("sample").await, b.value("decision").await), ("kid".into(), "repeat".into()), "what was chosen is kept");
    b.picture("quality-refused").await;
    b.tab_to("#reason").await;
    b.keys("Low depth on the X").await;
    b.keys(ENTER).await;
    b.see("Low depth on the X (Chloe Marsh,").await;
    b.picture("quality-decided").await;
    b.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worklist_is_filled_started_and_finished_by_keyboard() {
    let served = Served::new().await;
    let Some(b) = served.browser().await else { return };
    let (order, _) = sequenced(&served, Answer::No).await;
    let barcodes = barcodes(&served, order).await;
    b.sign_in("Chloe Marsh").await;
    b.open("/bench/worklists").await;
    b.see("No worklist is open").await;
    b.tab_to("#step").await;
    b.keys("DNA").await;
    b.tab_to("#instrument").await;
    b.keys("Robot 1").await;
    b.keys(ENTER).await;
    b.see("Samples waiting").await;
    b.tab_to("#b").await;
    b.keys(&barcodes[0]).await;
    b.keys(ENTER).await;
    b.see("The tube is in A01").await;
    b.tab_to(&format!("#pick-{}", barcodes[1])).await;
    b.keys(SPACE).await;
    b.tab_to("Add the ticked samples").await;
    b.keys(ENTER).await;
    b.see("1 sample was added").await;
    b.picture("worklist-filled").await;
    b.tab_to("Start the work").await;
    b.keys(ENTER).await;
    b.see("The work is started").await;
    b.tab_to("#oA01").await;
    b.keys("Fail").await;
    b.tab_to("#rA01").await;
    b.keys("Clotted").await;
    b.keys(ENTER).await;
    b.see("Failed: Clotted").await;
    b.picture("worklist-outcomes").await;
    b.tab_to("All others passed: 1").await;
    b.keys(ENTER).await;
    b.see("1 sample passed").await;
    b.tab_to("Finish the worklist").await;
    b.keys(ENTER).await;
    b.see("The worklist is finished").await;
    b.open("/bench/worklists?finished=1").await;
    b.see("1 line.").await;
    b.picture("worklists-finished").await;
    b.close().await;
}
