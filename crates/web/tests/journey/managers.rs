//! Where the days go, for whoever runs a laboratory.

use crate::{Served, ordering::quick_order};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_manager_sees_where_the_days_go_and_opens_the_orders_of_a_stage() {
    let served = Served::new().await;
    let Some(b) = served.browser().await else { return };
    b.sign_in("Mina Castellan").await;
    b.see("0 orders. An order counts in the stage that it waits for now. No days to show yet").await;
    let order = quick_order(&b).await;
    b.sign_in("Mina Castellan").await;
    b.see("Days so far in the present stage: open orders").await;
    b.see("too few to say").await;
    b.see("1 order. An order counts in the stage that it waits for now").await;
    b.picture("manager-days").await;
    b.click("Consents").await;
    b.see("Open orders that wait for: Consents (1)").await;
    b.picture("turnaround").await;
    b.open("/turnaround?weeks=0").await;
    b.see("enter a whole number from 1 to 104").await;
    b.open("/turnaround?of=open&stage=consents&weeks=12").await;
    b.click("OG-").await;
    assert_eq!(b.path().await, order, "the bar leads to its order");
    b.close().await;
}
