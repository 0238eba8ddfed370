//! The result of a relative who is tested in an order of somebody else.

use super::*;

#[tokio::test]
async fn the_result_of_a_relative_stands_on_their_part_and_answers_nothing_of_the_patient() {
    let bench = Bench::new().await;
    let system = bench.laboratory(&["699X0"]).await;
    let (order, number, _) = bench.sent_away().await;
    let father = bench.people(order).await[1];
    let mut sent = result(&number, "F-1");
    sent.person = person_of("9434765919", "Father", "");
    assert_eq!(take(&system, sent).await.orders, [order]);
    let (id, _) = bench.outside(order).await[0];
    let scientist = bench.desk(Role::ClinicalScientist, 0);
    let shown = outside::result(&scientist, id).await.expect("shown");
    assert_eq!(shown.result.filed.as_ref().expect("filed").relative, Some(father));
    let beside = shown.filed_on.expect("an order");
    assert_eq!((beside.relative, beside.who.given_name.as_str()), (Some(father), "Father"), "compared with the father, not the child");
    bench.released(id).await;
    assert_eq!(bench.state(order).await.0, State::Accepted, "nothing that was asked of the child is answered");
    let clinician = bench.desk(Role::Clinician, 0);
    let record = results::record::record(&clinician, bench.people(order).await[0]).await.expect("a record");
    let (_, result) = record.tests[0].outside_released().next().expect("shown");
    assert_eq!(record.tests[0].whose(result).as_deref(), Some("a relative (father)"), "never read as the child's own");
    outside::acknowledge(&clinician, id, "").await.expect("read");
    assert_eq!(bench.state(order).await.0, State::Accepted);
    bench.lists_agree().await;

    // By hand, on the part of a relative who is chosen; never on somebody who is not of the order.
    let mut unknown = self::result("", "F-2");
    unknown.person = person_of("", "Father", "");
    take(&system, unknown).await;
    let id = bench.waiting(StateKind::Unmatched).await[0];
    let filing = HandFiling { reason: "Rung them".into(), is_person_confirmed: true };
    let stranger = Some(care::PatientId(MachineClock.new_id()));
    refused(outside::file(&scientist, id, (&number, stranger), &filing).await, "is that person; choose whose result it is");
    outside::file(&scientist, id, (&number, Some(father)), &filing).await.expect("filed");
    assert_eq!(outside::result(&scientist, id).await.expect("shown").result.filed.expect("filed").relative, Some(father));
}
