//! Where the days of orders go.

use crate::bench::*;
use care::ordering::milestones::Milestone;
use service::ordering::days;

#[tokio::test]
async fn the_milestones_of_an_organisations_orders_are_kept_with_every_event_and_open_orders_are_counted() {
    let bench = Bench::new().await;
    let manager = bench.desk(Role::Manager, 0);
    let of = async |desk: &Desk| {
        let days = days::days(desk, 12).await.expect("days");
        (days.reported.0, days.reported.1, days.open.0, days.open.1)
    };
    let (reported, _, open, _) = of(&manager).await;
    assert!(reported.is_empty() && open.is_empty());

    let order = bench.ready().await;
    let waiting = bench.placed(|_| {}).await;
    bench.analyse(order, false).await;
    let (reported, _, open, count) = of(&manager).await;
    assert!(reported.is_empty());
    assert_eq!((open.len(), count), (2, 2));
    let reached = |lines: &[store::OrderReached], order: OrderId| {
        let line = lines.iter().find(|line| line.order == order).expect("a line");
        Milestone::ALL.into_iter().zip(line.reached).filter(|(_, at)| at.is_some()).map(|(milestone, _)| milestone).collect::<Vec<_>>()
    };
    assert_eq!(reached(&open, waiting), [Milestone::Requested]);
    assert_eq!(reached(&open, order), Milestone::ALL[..5]);

    let conclusion = bench.conclusion(order).await;
    bench.sign(order, conclusion).await;
    let (reported, count, open, open_count) = of(&manager).await;
    assert_eq!((reported.len(), count, open.len(), open_count), (1, 1, 1, 1));
    assert_eq!(reached(&reported, order), Milestone::ALL[..7]);

    // Another laboratory sees neither; whoever may not read orders is refused.
    let elsewhere = bench.service.desk(Staff { organisation: "699Y0".parse().expect("a code"), ..manager.staff.clone() });
    let (reported, _, open, _) = of(&elsewhere).await;
    assert!(reported.is_empty() && open.is_empty());
    refused(days::days(&bench.desk(Role::Administrator, 0), 12).await.map(drop), "may not read the order");
    assert_eq!(lines::check_views(&bench.service).await.expect("read"), Vec::<String>::new());
}
