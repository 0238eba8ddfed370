//! Results of other laboratories, from the message to whoever reads them.

use crate::{bench::*, ordering::messages::*};
use care::{
    MessageId, OutsideResultId,
    ordering::client::Address,
    results::outside::{FiledBy, HandFiling, State as Outside, StateKind},
};
use interop::{
    incoming_message::{Document, IncomingResult, ResultValue},
    incoming_order::{Located, Person},
};
use service::results::outside::{self, ResultsReceived};

/// The sender's laboratory, which is not of this service.
const ELSEWHERE: &str = "RJ1";

/// A final result of the child of the usual form, with a value and the report as PDF.
fn result(number: &str, filler: &str) -> IncomingResult {
    IncomingResult {
        place: "OBR(1)".into(),
        number: number.into(),
        filler: filler.into(),
        replaces: String::new(),
        person: person_of("4010232137", "Proband", "2019-04-03"),
        test: "FMR1 repeat".into(),
        status: "F".into(),
        values: vec![ResultValue { name: "CGG repeats".into(), code: "103913-6".into(), value: "31".into() }],
        documents: vec![Document { title: "Report".into(), media_type: "application/pdf".into(), content: b"%PDF-1.7 result".to_vec() }],
        issued: "2026-11-20".into(),
        laboratory: "Guy's Genetics".into(),
        not_used: vec![],
    }
}

fn person_of(nhs_number: &str, given_name: &str, birth_date: &str) -> Person {
    let located = |value: &str| Located { value: value.into(), place: "PID".into() };
    Person {
        place: "PID".into(),
        nhs_number: (!nhs_number.is_empty()).then(|| located(nhs_number)),
        hospital_numbers: vec![],
        family_name: "Testcase".into(),
        given_name: given_name.into(),
        former_names: vec![],
        birth_date: located(birth_date),
        death_date: None,
        sex: Sex::Female,
        relationship: Relationship::Proband,
        affected: Affected::Unknown,
        is_fetus: false,
        entries: vec![],
        discussion: None,
        known_only: false,
        record: None,
    }
}

impl Bench {
    /// Another laboratory's system, whose results are taken by the hub or by nobody.
    async fn laboratory(&self, results_in: &[&str]) -> Desk {
        let by = who(Role::Administrator, 0);
        let organisation = (ELSEWHERE.parse().expect("a code"), "Guy's");
        let (id, _) =
            ordering::clients::open(&self.service, &by, Role::LaboratorySystem, "Guy's LIMS", organisation).await.expect("opened");
        let laboratories = results_in.iter().map(|code| code.parse().expect("a code")).collect();
        ordering::clients::take_results(&self.service, &by, id, laboratories).await.expect("taken");
        self.line(id).await
    }

    /// An order of which the child's sample went to the other laboratory: the order's number and the barcode.
    async fn sent_away(&self) -> (OrderId, String, String) {
        let order = self.ready().await;
        let desk = self.desk(Role::LaboratoryScientist, 0);
        let permit = bench_permit(&desk, order).await;
        let (id, sample) = desk.status(&permit, order).await.expect("a status").samples.remove(0);
        let command = sample::Command::Dispatch { to: ELSEWHERE.parse().expect("a code"), manifest: "M-1".into() };
        laboratory::samples::handle(&desk, order, id, command).await.expect("sent");
        let number = self.service.store.order_view(order).await.expect("read").expect("a line").number;
        (order, number, sample.label.expect("labelled").barcode)
    }

    async fn outside(&self, order: OrderId) -> Vec<(OutsideResultId, Outside)> {
        let desk = self.desk(Role::ClinicalScientist, 0);
        let permit = bench_permit(&desk, order).await;
        let status = desk.status(&permit, order).await.expect("a status");
        status.outside_results().map(|(id, result)| (*id, result.state.clone())).collect()
    }

    async fn waiting(&self, state: StateKind) -> Vec<OutsideResultId> {
        let found = outside::waiting(&self.desk(Role::LaboratoryScientist, 0), state).await.expect("a list");
        found.into_iter().map(|(line, _)| line.id).collect()
    }

    /// Checked by two, and so released.
    async fn released(&self, id: OutsideResultId) {
        outside::check(&self.desk(Role::ClinicalScientist, 0), id).await.expect("checked");
        outside::check(&self.desk(Role::ClinicalScientist, 1), id).await.expect("checked by another");
    }

    async fn lists_agree(&self) {
        assert_eq!(lines::check_views(&self.service).await.expect("read"), Vec::<String>::new());
    }
}

async fn take(desk: &Desk, result: IncomingResult) -> ResultsReceived {
    outside::take_in(desk, MessageId(MachineClock.new_id()), &[result]).await.expect("taken")
}

#[tokio::test]
async fn the_result_of_a_sample_that_was_sent_away_closes_the_loop() {
    let bench = Bench::new().await;
    let system = bench.laboratory(&[]).await;
    let (order, number, barcode) = bench.sent_away().await;
    let received = take(&system, result(&barcode, "F-1")).await;
    assert_eq!(received.orders, [order], "{:?}", received.notes);
    let (id, _) = bench.outside(order).await[0];
    let again = take(&system, result(&barcode, "F-1")).await;
    assert!(again.notes[0].contains("nothing was filed twice"), "{:?}", again.notes);
    assert_eq!(bench.outside(order).await.len(), 1);
    assert_eq!(bench.state(order).await, (State::Accepted, "A result of another laboratory waits to be checked by two people".into()));
    let permit = bench_permit(&bench.desk(Role::LaboratoryScientist, 0), order).await;
    let status = bench.desk(Role::LaboratoryScientist, 0).status(&permit, order).await.expect("a status");
    assert!(matches!(status.samples[0].1.state, sample::State::Elsewhere { inferred: true, .. }), "the laboratory has the sample");

    let (clinician, first) = (bench.desk(Role::Clinician, 0), bench.desk(Role::ClinicalScientist, 0));
    refused(outside::result(&clinician, id).await, "may not");
    refused(outside::check(&bench.desk(Role::LaboratoryScientist, 0), id).await, "may not check");
    outside::check(&first, id).await.expect("checked");
    refused(outside::check(&first, id).await, "somebody else must check it too");
    refused(outside::result(&clinician, id).await, "may not");
    outside::check(&bench.desk(Role::Consultant, 0), id).await.expect("released");

    assert!(matches!(bench.state(order).await.0, State::Reported { .. }));
    assert_eq!(bench.state(order).await.1, "Waiting for the requester to read the report");
    let shown = outside::result(&clinician, id).await.expect("released to the requester");
    let document = &shown.result.received.as_ref().expect("received").documents[0];
    assert_eq!(outside::document(&clinician, id, &document.sha256).await.expect("read").1, b"%PDF-1.7 result");
    refused(outside::result(&bench.desk(Role::Clinician, 1), id).await, "may not");
    assert_eq!(results::deliver::deliver(&bench.service).await.expect("delivered"), 1);
    let folder = bench.service.folder.join("delivered/RP4DEMO").join(number).join(format!("outside-{id}"));
    assert_eq!(std::fs::read(folder.join("document-1.pdf")).expect("delivered"), b"%PDF-1.7 result");

    let later = |days: i64| jiff::Timestamp::now() + jiff::SignedDuration::from_hours(24 * days);
    assert_eq!(results::deliver::escalate_at(&bench.service, later(3)).await.expect("looked"), 1);
    assert_eq!(results::deliver::escalate_at(&bench.service, later(3)).await.expect("looked"), 0, "once");
    let unread = results::reports::not_arrived(&clinician).await.expect("a list").unread_outside;
    assert_eq!(unread[0].2.escalated, Some(Role::GenomicAssociate));
    outside::opened(&clinician, id).await.expect("opened");
    let record = results::record::record(&clinician, bench.people(order).await[0]).await.expect("a record");
    assert_eq!(record.tests[0].outside_released().count(), 1, "it stands in the genomic record");
    outside::acknowledge(&clinician, id, "Seen on Friday").await.expect("read");
    assert_eq!(bench.state(order).await.0, State::Closed);
    assert!(results::reports::not_arrived(&clinician).await.expect("a list").unread_outside.is_empty());
    bench.lists_agree().await;
    lines::rebuild_views(&bench.service).await.expect("rebuilt");
    bench.lists_agree().await;
}

#[tokio::test]
async fn a_preliminary_result_closes_nothing_and_a_corrected_one_is_checked_again_by_two() {
    let bench = Bench::new().await;
    let system = bench.laboratory(&["699X0"]).await;
    let (order, number, _) = bench.sent_away().await;
    let clinician = bench.desk(Role::Clinician, 0);
    let with = |status: &str, value: &str| {
        let mut sent = result(&number, "F-1");
        sent.status = status.into();
        sent.values[0].value = value.into();
        sent
    };
    take(&system, with("P", "30")).await;
    let (preliminary, _) = bench.outside(order).await[0];
    bench.released(preliminary).await;
    assert_eq!(bench.state(order).await.0, State::Accepted, "more follows");
    assert_eq!(outside::result(&clinician, preliminary).await.expect("shown").result.state, Outside::Released);
    assert_eq!(bench.state(order).await.1, "A preliminary result of another laboratory waits to be read by the requester");
    outside::acknowledge(&clinician, preliminary, "").await.expect("read");
    assert_eq!(bench.state(order).await.0, State::Accepted);

    take(&system, with("F", "31")).await;
    let (last, _) = bench.outside(order).await[1];
    bench.released(last).await;
    assert_eq!(bench.outside(order).await[0].1, Outside::Superseded { by: last });
    outside::acknowledge(&clinician, last, "").await.expect("read");
    assert_eq!(bench.state(order).await.0, State::Closed);

    take(&system, with("P", "29")).await;
    assert_eq!(bench.outside(order).await[2].1, Outside::Superseded { by: last }, "what comes late is not checked");
    take(&system, with("C", "131")).await;
    let (corrected, state) = bench.outside(order).await[3].clone();
    assert_eq!(state, Outside::Filed);
    assert_eq!(outside::result(&clinician, last).await.expect("shown").later, Some(corrected), "the earlier one stands meanwhile");
    bench.released(corrected).await;
    assert_eq!(bench.outside(order).await[1].1, Outside::Superseded { by: corrected });
    assert!(matches!(bench.state(order).await.0, State::Reported { .. }), "the loop is open again");
    outside::acknowledge(&clinician, corrected, "Recalled").await.expect("read");
    assert_eq!(bench.state(order).await.0, State::Closed);

    take(&system, with("X", "")).await;
    let (cancelled, _) = bench.outside(order).await[4];
    bench.released(cancelled).await;
    assert_eq!(bench.state(order).await.0, State::InProgress, "its answer was taken back");
    outside::acknowledge(&clinician, cancelled, "").await.expect("read");
    bench.lists_agree().await;
}

#[tokio::test]
async fn what_does_not_fit_waits_for_a_person_who_sees_both_and_gives_a_reason() {
    let bench = Bench::new().await;
    let system = bench.laboratory(&["699X0"]).await;
    let (order, number, _) = bench.sent_away().await;
    let bench_scientist = bench.desk(Role::LaboratoryScientist, 0);
    let mut misspelt = result("OG-0000000000", "F-1");
    misspelt.person = person_of("", "Proband", "2019-04-03");
    let notes = take(&system, misspelt).await.notes;
    assert!(notes[0].contains("waits for a person: No order, sample or manifest has the number"), "{notes:?}");
    let id = bench.waiting(StateKind::Unmatched).await[0];
    refused(outside::check(&bench.desk(Role::ClinicalScientist, 0), id).await, "on no order yet");
    refused(outside::result(&bench.desk(Role::LaboratoryScientist, 1), id).await, "may not");
    let comparison = outside::compare(&bench_scientist, id, &number.to_lowercase()).await.expect("compared");
    assert_eq!((comparison[0].relative, comparison[0].differs.as_slice()), (None, &["no NHS number".to_owned()][..]), "the patient first");
    assert!(comparison.len() > 1 && comparison[1..].iter().all(|one| one.relative.is_some()), "then the relatives who are tested");
    let filing = |reason: &str, is_person_confirmed| HandFiling { reason: reason.into(), is_person_confirmed };
    refused(outside::file(&bench_scientist, id, (&number, None), &filing("", true)).await, "Say why the result belongs");
    refused(outside::file(&bench_scientist, id, (&number, None), &filing("Rung them", false)).await, "The result has no NHS number");
    refused(outside::file(&bench_scientist, id, ("OG-9", None), &filing("Rung them", true)).await, "No order has the number OG-9");
    let scientist = bench.desk(Role::ClinicalScientist, 0);
    outside::file(&scientist, id, (&number, None), &filing("Rung them", true)).await.expect("filed");
    refused(outside::check(&scientist, id).await, "two others must check it");
    outside::check(&bench.desk(Role::ClinicalScientist, 1), id).await.expect("checked");
    outside::check(&bench.desk(Role::Consultant, 0), id).await.expect("released");
    assert!(matches!(bench.state(order).await.0, State::Reported { .. }));

    // Its correction carries the same number of the laboratory, and is filed there if it is certainly the same person.
    let mut corrected = result("OG-0000000000", "F-1");
    corrected.status = "C".into();
    take(&system, corrected).await;
    let shown = outside::result(&scientist, bench.outside(order).await[1].0).await.expect("shown");
    assert_eq!(shown.result.filed.expect("filed").how, FiledBy::Earlier { result: id });

    let mut other = result("", "F-2");
    other.person = person_of("9990000018", "Proband", "2019-04-03");
    take(&system, other).await;
    let other = bench.waiting(StateKind::Unmatched).await[0];
    refused(outside::file(&scientist, other, (&number, None), &filing("Sure", true)).await, "it is of somebody else");
    outside::refuse(&bench_scientist, other, "Sent to us by mistake; the laboratory was rung").await.expect("refused");
    assert!(bench.waiting(StateKind::Unmatched).await.is_empty());
    bench.lists_agree().await;
}

#[tokio::test]
async fn a_result_without_content_or_with_what_was_lost_on_the_way_is_told_to_its_sender() {
    let bench = Bench::new().await;
    let system = bench.laboratory(&["699X0"]).await;
    let (order, number, _) = bench.sent_away().await;
    let lost = "OBX(1)-5: the document cannot be decoded as Base64; send it whole";
    let empty = |status: &str| IncomingResult {
        values: vec![],
        documents: vec![],
        status: status.into(),
        not_used: vec![lost.into()],
        ..result(&number, "F-1")
    };
    refused(outside::take_in(&system, MessageId(MachineClock.new_id()), &[empty("F")]).await, "holds no value and no document (OBX(1)-5");
    assert!(bench.outside(order).await.is_empty());
    assert_eq!(take(&system, empty("P")).await.orders, [order], "more follows");
    let half = take(&system, IncomingResult { not_used: vec![lost.into()], ..result(&number, "F-1") }).await;
    assert!(half.notes.iter().any(|note| note == lost), "{:?}", half.notes);
}

#[tokio::test]
async fn a_document_that_names_the_one_before_it_takes_its_place() {
    let bench = Bench::new().await;
    let system = bench.laboratory(&["699X0"]).await;
    let (order, number, _) = bench.sent_away().await;
    take(&system, result(&number, "D-1")).await;
    let second = IncomingResult { replaces: "D-1".into(), status: "C".into(), ..result(&number, "D-2") };
    take(&system, second).await;
    let states = bench.outside(order).await;
    assert!(matches!(states[..], [(_, Outside::Superseded { .. }), (_, Outside::Filed)]), "{states:?}");
    bench.lists_agree().await;
}

#[tokio::test]
async fn a_laboratorys_system_orders_nothing() {
    let bench = Bench::new().await;
    let system = bench.laboratory(&["699X0"]).await;
    let receipt = sent(&system, &trio("m1", "P-1", "R29.4", "Bell")).await;
    assert!(faults(&receipt).contains("is here to send results, and may not order"), "{}", faults(&receipt));
}

#[tokio::test]
async fn nothing_is_filed_by_itself_on_an_order_of_another_person_or_of_a_laboratory_that_had_no_sample() {
    let bench = Bench::new().await;
    let (order, number, barcode) = bench.sent_away().await;
    let system = bench.laboratory(&["699Y0"]).await;
    let mut of_father = result("M-1", "M-F");
    of_father.person = person_of("9434765919", "Father", "1988-04-03");
    assert!(take(&system, of_father).await.orders.is_empty());
    let by_manifest = take(&system, result("M-1", "M-C")).await;
    assert_eq!(by_manifest.orders, [order], "{:?}", by_manifest.notes);
    let mut filler = 0;
    for number in [&number, &barcode] {
        for nhs_number in ["4010232137", "9990000018", "9434765919", "", "401"] {
            for given_name in ["Proband", "Father"] {
                for birth_date in ["2019-04-03", "2019-04-30", ""] {
                    filler += 1;
                    let mut sent = result(number, &format!("F-{filler}"));
                    sent.person = person_of(nhs_number, given_name, birth_date);
                    let is_same = nhs_number == "4010232137" && given_name == "Proband" && birth_date != "2019-04-30";
                    // The father is tested in the order; the barcode is of the child's sample.
                    let is_father = nhs_number == "9434765919" && given_name == "Father" && birth_date.is_empty() && *number != barcode;
                    let received = take(&system, sent).await;
                    assert_eq!(!received.orders.is_empty(), is_same || is_father, "{number} {nhs_number} {given_name} {birth_date}");
                    assert_eq!(received.notes[0].contains("on the part of a relative"), is_father, "{:?}", received.notes);
                }
            }
        }
    }
    let here = bench.ready_elsewhere().await;
    let unsent = take(&system, result(&here.1, "F-0")).await;
    assert!(unsent.notes[0].contains("was sent to RJ1, and its laboratory takes no results of it"), "{:?}", unsent.notes);
    assert!(bench.outside(here.0).await.is_empty() && !bench.outside(order).await.is_empty());

    let unknown = bench.laboratory(&[]).await;
    let refusal = outside::take_in(&unknown, MessageId(MachineClock.new_id()), &[result("X-1", "F-1")]).await;
    refused(refusal, "No laboratory of this service takes results");
    let mut vague = result(&number, "F-90");
    vague.status = "perhaps".into();
    refused(outside::take_in(&system, MessageId(MachineClock.new_id()), &[vague]).await, "'perhaps' is no status");
    let hospital = bench.system(Address::None).await;
    refused(outside::take_in(&hospital, MessageId(MachineClock.new_id()), &[result(&number, "F-91")]).await, "may not send results");
}

impl Bench {
    /// Another order of the same child, of which no sample was sent on.
    async fn ready_elsewhere(&self) -> (OrderId, String) {
        let order = self.placed(|_| {}).await;
        self.receive(order).await;
        (order, self.service.store.order_view(order).await.expect("read").expect("a line").number)
    }
}

#[tokio::test]
async fn a_result_of_another_laboratory_goes_on_to_the_system_that_ordered() {
    let bench = Bench::new().await;
    let (host, mut received) = receiver(vec!["AA"]).await;
    let hospital = bench.system(Address::Mllp { host, as_document: false }).await;
    let order = order(&sent(&hospital, &trio("m1", "P-77", "R98.2", "BELL")).await);
    bench.make_ready(order).await;
    let number = bench.service.store.order_view(order).await.expect("read").expect("a line").number;
    let system = bench.laboratory(&["699X0"]).await;
    let mut incoming = result(&number, "F-1");
    incoming.person = Person { family_name: "BELL".into(), ..person_of("9990000018", "ADA", "2019-06-01") };
    take(&system, incoming).await;
    bench.released(bench.outside(order).await[0].0).await;
    assert_eq!(results::deliver::deliver(&bench.service).await.expect("delivered"), 1);
    let message = received.recv().await.expect("sent on");
    for part in ["ORU^R01", "P-77^RP4DEMO", "9990000018^^^NHS^NH", "103913-6^CGG repeats", "|31|", "^application^pdf^Base64^JVBER", "RJ1"] {
        assert!(message.contains(part), "{part}: {message}");
    }
}

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

#[tokio::test]
async fn a_result_on_a_wrong_order_is_moved_by_two_and_its_readers_are_told() {
    let bench = Bench::new().await;
    let system = bench.laboratory(&["699X0"]).await;
    let (wrong, number, _) = bench.sent_away().await;
    let (right, right_number) = bench.ready_elsewhere().await;
    take(&system, result(&number, "F-1")).await;
    let (id, _) = bench.outside(wrong).await[0];
    bench.released(id).await;
    let (clinician, first, second) =
        (bench.desk(Role::Clinician, 0), bench.desk(Role::ClinicalScientist, 0), bench.desk(Role::ClinicalScientist, 1));
    outside::opened(&clinician, id).await.expect("opened");
    outside::acknowledge(&clinician, id, "Treatment begun").await.expect("read");
    assert_eq!(bench.state(wrong).await.0, State::Closed);

    let filing = |reason: &str| HandFiling { reason: reason.into(), is_person_confirmed: false };
    refused(outside::confirm_move(&second, id).await, "Nobody has asked");
    refused(outside::propose_move(&clinician, id, (&right_number, None), &filing("x")).await, "may not");
    refused(outside::propose_move(&first, id, (&number, None), &filing("x")).await, "stands there already");
    outside::propose_move(&first, id, (&right_number, None), &filing("The other test of the child")).await.expect("asked");
    refused(outside::confirm_move(&first, id).await, "somebody else must compare both");
    outside::withdraw_move(&second, id, "Not sure yet").await.expect("withdrawn");
    outside::propose_move(&first, id, (&right_number, None), &filing("The other test of the child")).await.expect("asked again");
    let moved = outside::confirm_move(&second, id).await.expect("moved");

    let (state, waits) = bench.state(wrong).await;
    assert!(!state.is_final() && waits.starts_with("Safety notice"), "{state:?} {waits}");
    assert_eq!(bench.outside(right).await, [(moved, Outside::Filed)], "it is checked anew where it belongs");
    let shown = outside::result(&clinician, id).await.expect("whoever read it sees that it was moved");
    let received = shown.result.received.expect("received");
    assert!(received.values.is_empty() && received.documents.is_empty() && received.person.nhs_number.is_empty(), "and nothing of it");
    let document = outside::result(&first, id).await.expect("kept").result.received.expect("received").documents[0].sha256.clone();
    refused(outside::document(&clinician, id, &document).await, "There is no document");
    let unread = results::reports::not_arrived(&clinician).await.expect("a list").unread_outside;
    assert_eq!(unread.iter().map(|(_, result, _)| *result).collect::<Vec<_>>(), [id]);
    results::deliver::deliver(&bench.service).await.expect("delivered");
    let folder = bench.service.folder.join("delivered/RP4DEMO").join(&number);
    let notice = std::fs::read_to_string(folder.join(format!("outside-{id}-taken-back/result.json"))).expect("a notice");
    assert!(notice.contains("stood on the wrong order") && !notice.contains("CGG repeats"), "{notice}");
    outside::acknowledge(&clinician, id, "Treatment stopped").await.expect("known");
    assert!(results::reports::not_arrived(&clinician).await.expect("a list").unread_outside.is_empty());
    refused(outside::check(&first, moved).await, "two others must check it");
    refused(outside::propose_move(&first, id, (&right_number, None), &filing("again")).await, "cannot be done now");
    bench.lists_agree().await;
    lines::rebuild_views(&bench.service).await.expect("rebuilt");
    bench.lists_agree().await;
}

#[tokio::test]
async fn the_laboratory_that_takes_results_sees_what_of_them_could_not_be_read() {
    let bench = Bench::new().await;
    let system = bench.laboratory(&["699X0"]).await;
    let sent = b"MSH|^~\\&|LIMS|RJ1|OPENGMS|699X0|20261101||ORU^R01|77|P|2.5.1\rPID|1||9990000019^^^NHS^NH||Bell^Ada||20190601|F\rOBR|1|OG-1|F-1|FMR1\r";
    let receipt = ordering::messages::receive(&system, care::ordering::message::Language::Hl7, sent).await.expect("kept");
    assert!(matches!(receipt.state, care::ordering::message::State::Refused { .. }), "{:?}", receipt.state);
    let seen = outside::unreadable(&bench.desk(Role::LaboratoryScientist, 0)).await.expect("a list");
    assert_eq!(seen.iter().map(|(line, _)| line.id).collect::<Vec<_>>(), [receipt.id]);
    assert!(outside::unreadable(&bench.desk(Role::LaboratoryScientist, 1)).await.expect("a list").is_empty(), "of another laboratory");
    assert!(outside::unreadable(&bench.desk(Role::Clinician, 0)).await.is_err());
}

/// A hospital merges two records (`ADT^A40`); a laboratory that knows only the old number, or only the new one, still reaches both orders.
#[tokio::test]
async fn a_merged_patients_old_number_still_finds_the_result() {
    let bench = Bench::new().await;
    let hospital = bench.system(Address::None).await;
    let placed = |control: &str, numbers: &str, number: &str| {
        format!(
            "MSH|^~\\&|EPR|RP4|OPENGMS|699X0|20261101120000||ORM^O01|{control}|P|2.4\rPID|1||{numbers}||Bell^Ann||20180304|F\r\
             ORC|NW|{number}\rOBR|1|{number}||R29.4\rOBX|1|CE|HP:0001250^Seizure^HPO||Y\r"
        )
    };
    let of_old = order(&sent(&hospital, &placed("m1", "A1^^^&2.16.840.1.113883.19.5&ISO^MR", "N-1")).await);
    let of_new = order(&sent(&hospital, &placed("m2", "9990000018^^^NHS^NH~A2^^^&2.16.840.1.113883.19.5&ISO^MR", "N-2")).await);
    let merge = "MSH|^~\\&|PAS|RP4|OPENGMS|699X0|20261101120000||ADT^A40^ADT_A39|m3|P|2.4\rEVN|A08\r\
                 PID|1||9990000018^^^NHS^NH~A2^^^&2.16.840.1.113883.19.5&ISO^MR||Bell^Ann||20180304|F\rMRG|A1^^^&2.16.840.1.113883.19.5&ISO^MR\r";
    sent(&hospital, merge).await;
    let system = bench.laboratory(&["699X0"]).await;
    let mut filler = 0;
    for (id, number, pid) in [
        (of_old, "A1^^^&2.16.840.1.113883.19.5&ISO^MR", "old"),
        (of_new, "A1^^^&2.16.840.1.113883.19.5&ISO^MR", "old"),
        (of_old, "A2^^^&2.16.840.1.113883.19.5&ISO^MR", "new"),
    ] {
        filler += 1;
        let ours = bench.service.store.order_view(id).await.expect("read").expect("a line").number;
        let text = format!(
            "MSH|^~\\&|LIMS|RJ1|OPENGMS|699X0|20261101||ORU^R01|r{filler}|P|2.5.1\rPID|1||{number}||Bell^Ann||20180304|F\r\
             OBR|1|{ours}|F-{filler}|FMR1^FMR1 repeat|||||||||||||||||||||F\rOBX|1|ST|CGG^CGG repeats||31||||||F\r"
        );
        assert_eq!(order(&sent(&system, &text).await), id, "by the {pid} number");
        assert_eq!(bench.outside(id).await.len(), if filler == 3 { 2 } else { 1 });
    }
    bench.lists_agree().await;
}

/// Someone acts on a page that an hour ago was true.
#[tokio::test]
async fn whoever_acts_on_an_order_is_told_what_changed_since_they_looked() {
    let bench = Bench::new().await;
    let order = bench.ready().await;
    let clinician = bench.desk(Role::Clinician, 0);
    let permit = bench_permit(&clinician, order).await;
    let events = bench.service.store.order_events(&permit, order).await.expect("read");
    let seen = events.iter().filter(|entry| entry.stream == order.stream()).map(|entry| entry.sequence).max();
    assert!(ordering::orders::changed_since(&clinician, order, seen).await.expect("looked").is_empty());
    ordering::orders::add_features(&bench.desk(Role::GenomicAssociate, 0), order, "Hypotonia").await.expect("added");
    let since = ordering::orders::changed_since(&clinician, order, seen).await.expect("looked");
    assert!(since[0].contains("nothing was done") && since[1].contains("Clinical features added"), "{since:?}");
    assert!(ordering::orders::changed_since(&clinician, order, None).await.expect("looked").is_empty());
}
