//! Work in the background that failed: somebody of the laboratory looks why, and sends it again.

use crate::{Served, permissions::who, prescribing::sequenced};
use access::Action;
use care::{OrderId, Role, ordering::choice::Answer};
use engine::reference;
use service::laboratory::{self, data::Delivered};
use sim::{family, published};

/// A further analysis of an order that took three programs with it.
async fn parked(served: &Served) -> OrderId {
    let (order, _) = sequenced(served, Answer::No).await;
    let desk = served.service.desk(who(Role::Bioinformatician, 0));
    let permit = desk.permit(Action::ReadOrder, order).await.expect("a permit");
    let people = desk.status(&permit, order).await.expect("a status").order.request.expect("submitted").people;
    let planted = published::all().expect("cases").remove(1).planted().expect("variants");
    let vcf = served.service.folder.join("again.vcf.gz");
    family::write_trio(&vcf, ["kid", "dad", "mum"], &planted, &reference::open("demo").expect("a pack"), 4, false).expect("a VCF");
    let names = people.iter().map(|person| person.patient).zip(["kid", "dad", "mum"].map(str::to_owned)).collect();
    let analysis = laboratory::data::register_data(&desk, order, &Delivered::small(&vcf), names).await.expect("registered");
    for _ in 0..3 {
        let now = served.service.now();
        served.service.store.take_lease(&analysis.stream(), now, now).await.expect("written").expect("it ran out");
    }
    assert_eq!(laboratory::analyses::run_waiting(&served.service).await.expect("looked"), 0);
    order
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bioinformatician_sends_an_analysis_again_that_failed_three_times() {
    let served = Served::new().await;
    let Some(b) = served.browser().await else { return };
    let order = parked(&served).await;
    b.sign_in("Dr Amara Okafor").await;
    b.open(&format!("/orders/{order}")).await;
    b.see("The analysis failed and waits for somebody").await;
    b.see("a bioinformatician or the manager of the laboratory").await;
    b.sign_in("Grace Liu").await;
    b.see("Work that failed and goes on only when somebody sends it again").await;
    b.click("Why it failed, and send it again").await;
    b.see("each time the program ended before the work did").await;
    b.unfold("Send again").await;
    b.fill("reason-1", "More memory").await;
    b.press("Send again").await;
    b.see("Confirm that you looked at why it failed").await;
    b.picture("background").await;
    assert_eq!(b.value("reason-1").await, "More memory");
    b.tick("confirmed-1").await;
    b.press("Send again").await;
    b.see("Background work").await;
    b.open(&format!("/orders/{order}")).await;
    b.see_within("Waiting for the first scientist", 30).await;
    b.open("/background").await;
    b.see("Nothing waits and nothing runs").await;
    b.close().await;
}
