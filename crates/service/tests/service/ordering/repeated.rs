//! Earlier orders that a new one would repeat.

use crate::bench::*;
use care::ordering::{
    order::{Command, purpose::Purpose},
    repeated::Repeat,
};
use service::ordering::repeated::repeated;

#[tokio::test]
async fn an_earlier_order_of_the_same_test_is_named_to_its_own_hospital_and_to_nobody_else() {
    let bench = Bench::new().await;
    let [clinician, elsewhere] = [0, 1].map(|which| bench.desk(Role::Clinician, which));
    let form = bench.form().await;
    let (who, test) = (form.people[0].demographics.clone(), form.test.code.clone());
    let found = async |desk: &Desk, purpose: Purpose| repeated(desk, &who, &test, &purpose).await.expect("looked for");
    assert!(found(&clinician, Purpose::Diagnosis).await.is_empty(), "nobody is known yet");
    let order = ordering::orders::place(&clinician, form).await.expect("placed");
    let before = found(&clinician, Purpose::Diagnosis).await;
    assert_eq!(before.iter().map(|(view, repeat)| (view.id, *repeat)).collect::<Vec<_>>(), [(order, Repeat::Test)]);
    assert!(found(&elsewhere, Purpose::Diagnosis).await.is_empty(), "another hospital is not told");
    let follow = Purpose::FollowUp { order: before[0].0.number.clone(), reason: "Confirm".into() };
    assert!(found(&clinician, follow).await.is_empty());
    let other = "R98.1".parse().expect("a code");
    let by_indication = repeated(&clinician, &who, &other, &Purpose::Diagnosis).await.expect("looked for");
    assert_eq!(by_indication.iter().map(|(_, repeat)| *repeat).collect::<Vec<_>>(), [Repeat::Indication]);
    ordering::orders::change(&clinician, order, Command::Cancel { reason: "Placed to try it".into() }).await.expect("cancelled");
    assert!(found(&clinician, Purpose::Diagnosis).await.is_empty(), "it came to nothing");
}

#[tokio::test]
async fn an_order_of_a_restricted_record_is_named_to_nobody_who_is_not_named_on_it() {
    let bench = Bench::new().await;
    let clinician = bench.desk(Role::Clinician, 0);
    let form = bench.form().await;
    let (who, test) = (form.people[0].demographics.clone(), form.test.code.clone());
    let order = ordering::orders::place(&clinician, form).await.expect("placed");
    let child = bench.people(order).await[0];
    let colleague = bench.service.desk(Staff { id: care::StaffId(MachineClock.new_id()), ..clinician.staff.clone() });
    assert_eq!(repeated(&colleague, &who, &test, &Purpose::Diagnosis).await.expect("looked for").len(), 1);
    people::restriction::restrict(&clinician, child, &[], true, "Works in this hospital").await.expect("restricted");
    assert!(repeated(&colleague, &who, &test, &Purpose::Diagnosis).await.expect("looked for").is_empty());
    assert_eq!(repeated(&clinician, &who, &test, &Purpose::Diagnosis).await.expect("looked for").len(), 1);
}
