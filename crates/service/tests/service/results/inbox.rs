//! Results that wait to be acknowledged: the right one, read, and not another.

use crate::bench::*;
use service::{
    lines,
    results::{
        inbox::{Count, Unread, inbox},
        reports::{acknowledge_read, opened_report, report},
    },
};

#[tokio::test]
async fn a_result_is_acknowledged_by_whoever_opened_that_report_and_never_a_stale_one() {
    let bench = Bench::new().await;
    let order = bench.ready().await;
    bench.analyse(order, false).await;
    let (clinician, associate) = (bench.desk(Role::Clinician, 0), bench.desk(Role::GenomicAssociate, 0));
    assert_eq!(inbox(&clinician).await.expect("a list").count, Count::Exactly(0));
    bench.signed(order).await;
    let found = inbox(&clinician).await.expect("a list");
    let [line] = &found.lines[..] else { panic!("one order") };
    let Unread::Report(unread) = &line.unread else { panic!("a report") };
    let (first, ..) = report(&clinician, order).await.expect("a report");
    assert_eq!((found.count, line.view.id, unread.id, unread.is_opened_here), (Count::Exactly(1), order, first, false));
    assert_eq!(unread.content.patient.name, unread.patient.full_name());
    refused(acknowledge_read(&clinician, order, first, "").await, "You have not opened this report");
    opened_report(&associate, order, first).await.expect("opened");
    refused(acknowledge_read(&clinician, order, first, "").await, "You have not opened this report");
    opened_report(&clinician, order, first).await.expect("opened");
    opened_report(&clinician, order, first).await.expect("once");
    let found = inbox(&clinician).await.expect("a list");
    assert!(matches!(&found.lines[0].unread, Unread::Report(unread) if unread.is_opened_here));

    // It is amended while it lies open in a browser.
    let scientist = bench.desk(Role::ClinicalScientist, 0);
    cases::reopen(&scientist, order, "Another transcript".into()).await.expect("opened again");
    bench.sign(order, Conclusion { summary: "In another transcript.".into(), ..bench.conclusion(order).await }).await;
    refused(acknowledge_read(&clinician, order, first, "").await, "was amended since you were shown it");
    let (second, ..) = report(&clinician, order).await.expect("a report");
    refused(acknowledge_read(&clinician, order, second, "").await, "You have not opened this report");
    let elsewhere = bench.desk(Role::Clinician, 1);
    refused(opened_report(&elsewhere, order, second).await, "may not read");
    refused(acknowledge_read(&elsewhere, order, second, "").await, "may not acknowledge");
    assert!(inbox(&elsewhere).await.expect("a list").lines.is_empty());
    opened_report(&clinician, order, second).await.expect("opened");
    acknowledge_read(&clinician, order, second, "Tell the family").await.expect("read");
    refused(acknowledge_read(&clinician, order, second, "").await, "This cannot be done now");
    assert_eq!(bench.state(order).await.0, State::Closed);
    assert!(inbox(&clinician).await.expect("a list").lines.is_empty());
    assert_eq!(lines::check_views(&bench.service).await.expect("read"), Vec::<String>::new());
}
