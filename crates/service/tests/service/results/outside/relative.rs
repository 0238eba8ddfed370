//! The result of a relative who is tested in an order of somebody else.

use super::*;
use rand::{Rng, SeedableRng, rngs::StdRng};

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
    assert_eq!(record.tests[0].outside_released().count(), 0, "never read as the child's own");
    assert!(record.tests[0].has_result_of_relative() && record.own_parts.is_empty());
    let record = results::record::record(&clinician, father).await.expect("a record");
    assert_eq!(record.own_parts.iter().map(|part| (part.id, part.number.as_str())).collect::<Vec<_>>(), [(id, number.as_str())]);
    assert!(record.tests.is_empty(), "and nothing else of the child's order");
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

/// Who is tested in the usual form, as a laboratory names them.
const TESTED: [(&str, &str, &str); 3] =
    [("4010232137", "Proband", "2019-04-03"), ("9434765919", "Father", ""), ("9000000009", "Mother", "")];

/// Everything that the record of somebody says, in the three forms in which it is read.
async fn said(desk: &Desk, person: PatientId) -> String {
    let record = results::record::record(desk, person).await.expect("a record");
    let document = results::record::document::document(desk, person, desk.today()).await.expect("a document");
    let own: Vec<String> = record.own_parts.iter().map(|part| format!("{} {:?}", part.line(), part.documents())).collect();
    let tests: Vec<String> =
        record.tests.iter().flat_map(results::record::Test::outside_released).map(|(_, result)| format!("{result:?}")).collect();
    format!("{own:?} {tests:?} {}", serde_json::to_string(&document).expect("JSON"))
}

#[tokio::test]
async fn a_record_never_says_what_was_found_of_somebody_else() {
    let bench = Bench::new().await;
    let system = bench.laboratory(&["699X0"]).await;
    let (order, number, _) = bench.sent_away().await;
    let people = bench.people(order).await;
    let (clinician, mut random) = (bench.desk(Role::Clinician, 0), StdRng::seed_from_u64(11));
    // Of whom each result is, and whether it was released.
    let mut sent: Vec<(usize, bool)> = Vec::new();
    for nth in 0..10 {
        // The first is the child's: it answers the order.
        let whose = if nth == 0 { 0 } else { random.random_range(1..3) };
        let (nhs_number, given_name, birth_date) = TESTED[whose];
        let mut incoming = result(&number, &format!("F-{nth}"));
        incoming.person = person_of(nhs_number, given_name, birth_date);
        incoming.values[0].value = format!("marker-{nth}-");
        incoming.documents[0].content = format!("%PDF-1.7 marker-{nth}-").into_bytes();
        assert_eq!(take(&system, incoming).await.orders, [order]);
        let (id, _) = bench.outside(order).await.pop().expect("filed");
        let is_released = nth == 0 || random.random_range(0..3) > 0;
        if is_released {
            bench.released(id).await;
        }
        sent.push((whose, is_released));
        for (which, person) in people.iter().enumerate() {
            let text = said(&clinician, *person).await;
            for (nth, (whose, is_released)) in sent.iter().enumerate() {
                let is_said = text.contains(&format!("marker-{nth}-"));
                assert_eq!(is_said, *whose == which && *is_released, "result {nth} in the record of {}", TESTED[which].1);
            }
        }
    }
    bench.lists_agree().await;
}

#[tokio::test]
async fn the_clinicians_of_a_relative_read_the_relative_s_part_and_nothing_of_the_patient() {
    let bench = Bench::new().await;
    let system = bench.laboratory(&["699X0"]).await;
    let (order, number, _) = bench.sent_away().await;
    let [child, father, mother] = bench.people(order).await[..] else { panic!("a trio") };
    let mut incoming = result(&number, "F-1");
    incoming.person = person_of("9434765919", "Father", "");
    take(&system, incoming).await;
    let (id, _) = bench.outside(order).await[0];
    let elsewhere = bench.desk(Role::Clinician, 1);
    refused(results::record::record(&elsewhere, father).await.map(drop), "may not");
    let mut form = bench.form().await;
    let own = person(Relationship::Father, 1988, Sex::Male, "9434765919");
    form.people = vec![ordering::orders::PersonForm { relationship: Relationship::Proband, affected: Affected::Yes, ..own }];
    ordering::orders::place(&elsewhere, form).await.expect("placed");

    let record = results::record::record(&elsewhere, father).await.expect("a record");
    assert!(record.own_parts.is_empty(), "two people have not checked it");
    bench.released(id).await;
    let record = results::record::record(&elsewhere, father).await.expect("a record");
    let [part] = &record.own_parts[..] else { panic!("not shown") };
    assert_eq!((part.id, part.number.as_str(), record.tests.len()), (id, number.as_str(), 1));
    let [joint] = &record.parts[..] else { panic!("they took part in one order of a relative") };
    let said = format!("{} {}", joint.heading(), joint.line());
    assert!(joint.order.is_none() && joint.data.is_empty() && !said.contains(&number), "an order that they may not open: {said}");
    let sha256 = part.documents()[0].sha256.clone();
    let document = results::record::own_part::document;
    assert_eq!(document(&elsewhere, father, id, &sha256).await.expect("read").1, b"%PDF-1.7 result");
    for (person, says) in [(child, "may not"), (mother, "may not")] {
        refused(document(&elsewhere, person, id, &sha256).await.map(drop), says);
        refused(results::record::record(&elsewhere, person).await.map(drop), says);
    }
    refused(outside::result(&elsewhere, id).await.map(drop), "may not");
    refused(document(&bench.desk(Role::Clinician, 0), mother, id, &sha256).await.map(drop), "There is no result");
    let yesterday = bench.desk(Role::Clinician, 0).today().yesterday().expect("a day");
    let before = results::record::record_on(&elsewhere, father, yesterday).await.expect("a record");
    assert!(before.own_parts.is_empty(), "as of an earlier day");
}
