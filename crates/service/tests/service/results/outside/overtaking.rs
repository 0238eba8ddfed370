//! Results overtake each other: the later one is in force, and what was withdrawn never comes back through an older one.

use super::*;
use care::{
    ordering::message::State as Became,
    results::outside::{ResultStatus, Span},
};

impl Bench {
    /// What came of an order under a number of the laboratory, as it came.
    async fn of_work(&self, order: OrderId, filler: &str) -> Vec<(ResultStatus, Outside, OutsideResultId)> {
        let desk = self.desk(Role::ClinicalScientist, 0);
        let permit = bench_permit(&desk, order).await;
        let status = desk.status(&permit, order).await.expect("a status");
        let results = status.outside_results().filter_map(|(id, result)| Some((id, result, result.received.as_ref()?)));
        let of_work = results.filter(|(_, _, received)| received.filler == filler);
        of_work.map(|(id, result, received)| (received.status, result.state.clone(), *id)).collect()
    }

    /// Why results wait for a person.
    async fn doubts(&self) -> Vec<String> {
        let found = outside::waiting(&self.desk(Role::LaboratoryScientist, 0), &[StateKind::Unmatched], 1).await.expect("a list").lines;
        let why = |state: Outside| if let Outside::Unmatched { why } = state { why } else { String::new() };
        found.into_iter().map(|(_, result)| why(result.state)).collect()
    }
}

/// A result of a status, issued at an hour of a day.
fn issued(number: &str, filler: &str, status: &str, hour: i8) -> IncomingResult {
    let mut sent = result(number, filler);
    let time = jiff::civil::date(2026, 11, 20).at(hour, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC).expect("a time").timestamp();
    sent.version.issued = Some(Span::moment(time));
    sent.status = status.into();
    sent.values[0].value = format!("{status} of {hour}");
    sent
}

#[tokio::test]
async fn of_results_that_overtake_each_other_the_later_one_is_in_force() {
    let bench = Bench::new().await;
    let system = bench.laboratory(&["699X0"]).await;
    let (order, number, _) = bench.sent_away().await;
    let mut work = 0;
    for statuses in [["F", "C", "X"], ["F", "X", "F"], ["P", "X", "C"]] {
        for arriving in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            work += 1;
            let filler = format!("F-{work}");
            let mut notes = vec![];
            for place in arriving {
                let hour = i8::try_from(place).expect("an hour");
                notes.extend(take(&system, issued(&number, &filler, statuses[place], hour)).await.notes);
            }
            let came = bench.of_work(order, &filler).await;
            let in_force = |(_, state, _): &&(ResultStatus, Outside, OutsideResultId)| *state == Outside::Filed;
            let in_force: Vec<ResultStatus> = came.iter().filter(in_force).map(|(status, ..)| *status).collect();
            let last = interop::codes::result_status::read(statuses[2]).expect("a status");
            assert_eq!((came.len(), in_force), (3, vec![last]), "{statuses:?} arriving as {arriving:?}: {notes:?}");
            let late = arriving.windows(2).filter(|pair| pair[1] < pair[0]).count();
            let said = notes.iter().filter(|note| note.contains("stays in force")).count();
            assert!(said >= late.min(1) && (late > 0 || said == 0), "{arriving:?}: {notes:?}");
        }
    }
    bench.lists_agree().await;
    lines::rebuild_views(&bench.service).await.expect("rebuilt");
    bench.lists_agree().await;
}

#[tokio::test]
async fn an_older_result_does_not_answer_an_order_whose_result_was_withdrawn_and_released() {
    let bench = Bench::new().await;
    let system = bench.laboratory(&["699X0"]).await;
    let (order, number, _) = bench.sent_away().await;
    take(&system, issued(&number, "F-1", "X", 5)).await;
    let withdrawn = bench.of_work(order, "F-1").await[0].2;
    bench.released(withdrawn).await;
    let late = take(&system, issued(&number, "F-1", "F", 4)).await;
    let says =
        "(issued 20 November 2026, 04:00 UTC) came after a result of the same work that is cancelled (issued 20 November 2026, 05:00 UTC)";
    assert!(late.notes[0].contains(says), "{:?}", late.notes);
    let came = bench.of_work(order, "F-1").await;
    assert_eq!((&came[0].1, &came[1].1), (&Outside::Released, &Outside::Superseded { by: withdrawn }));
    assert_eq!(bench.state(order).await.0, State::Accepted);
    let shown = outside::result(&bench.desk(Role::ClinicalScientist, 0), withdrawn).await.expect("shown");
    assert_eq!(shown.same_work.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [came[1].2], "both are seen");
    assert_eq!(shown.later, None);
    refused(outside::check(&bench.desk(Role::ClinicalScientist, 1), came[1].2).await, "the result is superseded");

    // The same words again, issued after the withdrawal, are another result.
    let mut again = issued(&number, "F-1", "F", 4);
    again.version = issued(&number, "F-1", "F", 6).version;
    take(&system, again).await;
    let came = bench.of_work(order, "F-1").await;
    assert_eq!((came.len(), &came[2].1), (3, &Outside::Filed), "{came:?}");
    bench.released(came[2].2).await;
    assert_eq!(bench.of_work(order, "F-1").await[0].1, Outside::Superseded { by: came[2].2 });
    bench.lists_agree().await;
}

#[tokio::test]
async fn which_of_two_is_in_force_is_for_a_person_where_no_time_says_it() {
    let bench = Bench::new().await;
    let system = bench.laboratory(&["699X0"]).await;
    let (order, number, _) = bench.sent_away().await;
    let with = |status: &str| IncomingResult { status: status.into(), ..result(&number, "F-1") };
    take(&system, with("X")).await;
    let notes = take(&system, with("F")).await.notes;
    assert!(notes[0].contains("waits for a person: Another result of the same work is cancelled (without a time)"), "{notes:?}");
    assert_eq!(bench.of_work(order, "F-1").await.len(), 1);
    // Somebody rang the laboratory, and says that it is in force.
    let waits = bench.waiting(StateKind::Unmatched).await[0];
    let filing = HandFiling { reason: "Rung the laboratory: reported again".into(), is_person_confirmed: false };
    outside::file(&bench.desk(Role::LaboratoryScientist, 0), waits, (&number, None), &filing).await.expect("filed");
    let came = bench.of_work(order, "F-1").await;
    assert_eq!((&came[0].1, &came[1].1), (&Outside::Superseded { by: waits }, &Outside::Filed));
    bench.lists_agree().await;

    // A clock that is wrong by a year says nothing of what came first.
    let mut ahead = issued(&number, "F-2", "C", 5);
    ahead.version.issued = Some(Span::moment("2036-01-01T00:00:00Z".parse().expect("a time")));
    take(&system, ahead).await;
    take(&system, issued(&number, "F-2", "C", 6)).await;
    assert_eq!(bench.of_work(order, "F-2").await[1].1, Outside::Filed);
}

#[tokio::test]
async fn an_older_result_that_was_moved_beside_a_later_one_is_not_released() {
    let bench = Bench::new().await;
    let system = bench.laboratory(&["699X0"]).await;
    let (right, number, _) = bench.sent_away().await;
    let (wrong, wrong_number) = bench.ready_elsewhere().await;
    take(&system, issued(&wrong_number, "F-1", "F", 4)).await;
    take(&system, issued(&number, "F-1", "C", 5)).await;
    let older = bench.of_work(wrong, "F-1").await[0].2;
    let filing = HandFiling { reason: "The other test".into(), is_person_confirmed: false };
    outside::propose_move(&bench.desk(Role::ClinicalScientist, 0), older, (&number, None), &filing).await.expect("asked");
    let moved = outside::confirm_move(&bench.desk(Role::ClinicalScientist, 1), older).await.expect("moved");
    refused(outside::check(&bench.desk(Role::Consultant, 0), moved).await, "A later result of the same work is on this order (corrected");
    outside::refuse(&bench.desk(Role::Consultant, 0), moved, "Corrected since").await.expect("refused");
    let later = bench.of_work(right, "F-1").await.into_iter().find(|(status, ..)| *status == ResultStatus::Corrected).expect("there").2;
    bench.released(later).await;
    bench.lists_agree().await;
}

#[tokio::test]
async fn a_correction_of_a_result_that_was_moved_waits_for_a_person() {
    let bench = Bench::new().await;
    let system = bench.laboratory(&["699X0"]).await;
    let (wrong, number, _) = bench.sent_away().await;
    let (right, right_number) = bench.ready_elsewhere().await;
    take(&system, issued(&number, "F-1", "F", 4)).await;
    let id = bench.of_work(wrong, "F-1").await[0].2;
    let filing = HandFiling { reason: "The other test".into(), is_person_confirmed: false };
    outside::propose_move(&bench.desk(Role::ClinicalScientist, 0), id, (&right_number, None), &filing).await.expect("asked");
    outside::confirm_move(&bench.desk(Role::ClinicalScientist, 1), id).await.expect("moved");
    let notes = take(&system, issued(&number, "F-1", "X", 5)).await.notes;
    assert!(notes[0].contains(&format!("waits for a person: The result before it was moved to {right_number}")), "{notes:?}");
    assert_eq!((bench.of_work(wrong, "F-1").await.len(), bench.of_work(right, "F-1").await.len()), (1, 1));
    bench.lists_agree().await;
}

#[tokio::test]
async fn a_preliminary_result_that_is_later_than_a_final_one_is_seen_beside_it() {
    let bench = Bench::new().await;
    let system = bench.laboratory(&["699X0"]).await;
    let (order, number, _) = bench.sent_away().await;
    for (filler, statuses) in [("F-1", [("F", 4), ("P", 5)]), ("F-2", [("P", 5), ("F", 4)])] {
        let mut notes = vec![];
        for (status, hour) in statuses {
            notes = take(&system, issued(&number, filler, status, hour)).await.notes;
        }
        assert!(notes.iter().any(|note| note.contains("is in force beside one of the same work")), "{notes:?}");
        let came = bench.of_work(order, filler).await;
        assert!(came.iter().all(|(_, state, _)| *state == Outside::Filed), "{came:?}");
        let id_of = |sought: ResultStatus| came.iter().find(|(status, ..)| *status == sought).expect("there").2;
        let (last, preliminary) = (id_of(ResultStatus::Final), id_of(ResultStatus::Preliminary));
        let shown = outside::result(&bench.desk(Role::ClinicalScientist, 0), last).await.expect("shown");
        assert_eq!(shown.later, Some(preliminary));
        bench.released(last).await;
        bench.released(preliminary).await;
        let came = bench.of_work(order, filler).await;
        assert!(came.iter().all(|(_, state, _)| *state == Outside::Released), "{came:?}");
    }
    bench.lists_agree().await;
}

/// An ORU of a status, issued (OBR-22) and written (MSH-7) at times of the 20th of November.
fn oru(control: &str, number: &str, (status, issued, written): (&str, &str, &str)) -> String {
    format!(
        "MSH|^~\\&|LIMS|RJ1|OPENGMS|699X0|20261120{written}||ORU^R01|{control}|P|2.4\r\
         PID|1||4010232137^^^NHS^NH||Testcase^Proband||20190403|F\rORC|RE|{number}|F-1\r\
         OBR|1|{number}|F-1|X^FMR1 repeat^L{}20261120{issued}|||{status}\rOBX|1|ST|CGG^Repeats^L||{control}||||||{status}\r",
        "|".repeat(18)
    )
}

#[tokio::test]
async fn by_hl7_the_time_of_the_result_says_which_is_later_and_where_it_is_a_day_that_of_the_message() {
    let bench = Bench::new().await;
    let system = bench.laboratory(&["699X0"]).await;
    let (order, number, _) = bench.sent_away().await;
    for (control, sent_as, in_force) in [
        ("r1", ("F", "", "0500"), "r1"),
        ("r2", ("F", "", "0450"), "r1"),
        ("r3", ("C", "0600", "0600"), "r3"),
        ("r4", ("F", "0500", "0530"), "r3"),
        ("r5", ("F", "0700", "0700"), "r5"),
    ] {
        let receipt = sent(&system, &oru(control, &number, sent_as)).await;
        let Became::Done { notes, .. } = &receipt.state else { panic!("{control}: {:?}", receipt.state) };
        let is_late = control != in_force;
        assert_eq!(notes.iter().any(|note| note.contains("stays in force")), is_late, "{control}: {notes:?}");
        let desk = bench.desk(Role::ClinicalScientist, 0);
        let permit = bench_permit(&desk, order).await;
        let status = desk.status(&permit, order).await.expect("a status");
        let live = status.outside_results().filter(|(_, result)| result.is_live());
        let values: Vec<String> = live.filter_map(|(_, result)| Some(result.received.as_ref()?.values.first()?.value.clone())).collect();
        assert_eq!(values, [in_force], "{control}");
    }
    bench.lists_agree().await;
}

#[tokio::test]
async fn a_result_whose_reference_and_identifier_name_two_orders_is_filed_on_neither() {
    let bench = Bench::new().await;
    let system = bench.laboratory(&["699X0"]).await;
    let (order, number, barcode) = bench.sent_away().await;
    let (other, other_number) = bench.ready_elsewhere().await;
    for (filler, number, beside) in [
        ("F-1", &number, other.to_string()),
        ("F-2", &number, format!("{other}.1")),
        ("F-3", &number, other_number.to_lowercase()),
        ("F-4", &other_number, barcode.clone()),
        ("F-5", &other_number, "M-1".to_owned()),
    ] {
        let received = take(&system, IncomingResult { beside: vec![beside], ..result(number, filler) }).await;
        assert!(received.orders.is_empty(), "{filler}: {:?}", received.notes);
    }
    let doubts = bench.doubts().await;
    assert_eq!(doubts.len(), 5);
    assert!(doubts.iter().all(|why| why.contains("which of them is meant is not certain")), "{doubts:?}");
    assert!(bench.outside(order).await.is_empty() && bench.outside(other).await.is_empty());
    // Its own names, and those of others, are no contradiction.
    let own = vec![order.to_string(), number.clone(), barcode, "M-1".into(), "P-77".into()];
    assert_eq!(take(&system, IncomingResult { beside: own, ..result(&number, "F-6") }).await.orders, [order]);
    bench.lists_agree().await;
}
