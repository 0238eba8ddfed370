//! Several orders of the list at once: what cannot be done keeps what was ticked and typed.

use crate::{
    Served,
    pages::posted,
    permissions::{cookie, who},
    prescribing::sequenced,
};
use care::{Role, ordering::choice::Answer};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_snooze_without_a_day_keeps_the_ticks_and_the_reason() {
    let served = Served::new().await;
    let (order, _) = sequenced(&served, Answer::No).await;
    let cookie = cookie(&served.base, "/sign-in", &format!("staff={}", who(Role::ClinicalScientist, 0).id)).await;
    let page = posted(&served, &cookie, "/", &format!("order={order}&action=rest&until=soon&reason=Waits+for+the+assay")).await;
    assert!(page.starts_with("HTTP/1.1 200") && page.contains("href=\"#until\">Enter the day"), "{page}");
    assert!(page.contains("value=\"Waits for the assay\"") && page.contains(&format!("value=\"{order}\" checked")), "{page}");
    let stranger = "order=00000000-0000-7000-8000-00000000abcd";
    let half = posted(&served, &cookie, "/", &format!("order={order}&{stranger}&action=take")).await;
    assert!(half.contains("Assigned to you: 1 order.") && half.contains("There is a problem"), "{half}");
}
