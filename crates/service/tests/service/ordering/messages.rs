//! Orders that other systems send, and results that go back by the same road.

use crate::bench::*;
use care::{
    StaffId,
    ordering::{
        client::Address,
        message::{Language, State as Became},
    },
};
use service::{
    clock::{Clock, MachineClock},
    interpretation, lines,
    ordering::{self, messages::Receipt},
    results,
};
use sim::messages::Sent;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

pub(crate) fn trio(control: &str, number: &str, test: &str, family: &str) -> String {
    sim::messages::hl7(&Sent { control, number, test, family, hospital: "RP4DEMO" })
}

impl Bench {
    pub(crate) async fn system(&self, address: Address) -> Desk {
        let by = who(Role::Administrator, 0);
        let hospital = who(Role::Clinician, 0).organisation;
        let (id, _) = ordering::clients::open(&self.service, &by, Role::OrderingSystem, "Hospital EPR", (hospital, "Hospital"))
            .await
            .expect("opened");
        ordering::clients::set_address(&self.service, &by, id, address).await.expect("addressed");
        self.line(id).await
    }

    /// A system of another organisation.
    pub(crate) async fn system_of(&self, organisation: &str) -> Desk {
        let by = who(Role::Administrator, 0);
        let organisation = (organisation.parse().expect("a code"), "Elsewhere");
        let (id, _) = ordering::clients::open(&self.service, &by, Role::OrderingSystem, "Another EPR", organisation).await.expect("opened");
        self.line(id).await
    }

    pub(crate) async fn line(&self, id: StaffId) -> Desk {
        ordering::clients::desk_of_line(&self.service, id).await.expect("asked").expect("open")
    }
}

pub(crate) async fn sent(desk: &Desk, text: &str) -> Receipt {
    ordering::messages::receive(desk, Language::Hl7, text.as_bytes()).await.expect("taken")
}

/// What became of each message of what was sent.
pub(crate) async fn sent_bytes(desk: &Desk, language: Language, body: &[u8]) -> Vec<Receipt> {
    if language == Language::Fhir {
        return vec![ordering::messages::receive(desk, language, body).await.expect("taken")];
    }
    ordering::messages::receive_hl7(desk, body).await.into_iter().map(|answered| answered.receipt.expect("taken")).collect()
}

pub(crate) fn faults(receipt: &Receipt) -> String {
    match &receipt.state {
        Became::Refused { faults } => faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
        other => panic!("not refused: {other:?}"),
    }
}

pub(crate) fn order(receipt: &Receipt) -> OrderId {
    match &receipt.state {
        Became::Done { orders, .. } if !orders.is_empty() => orders[0],
        other => panic!("nothing done to an order: {other:?}"),
    }
}

/// Answers each MLLP message with what `answer` makes of its number, and gives back what came.
pub(crate) async fn receiver(answers: Vec<&'static str>) -> (String, tokio::sync::mpsc::UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let host = listener.local_addr().expect("an address").to_string();
    let (tell, received) = tokio::sync::mpsc::unbounded_channel();
    tokio::spawn(async move {
        for code in answers {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            let mut frames = Vec::new();
            while !frames.ends_with(&[0x1c, 0x0d]) {
                if stream.read_buf(&mut frames).await.expect("bytes") == 0 {
                    break;
                }
            }
            let text = String::from_utf8(frames).expect("text").trim_matches(['\u{b}', '\u{1c}', '\r']).to_owned();
            let control = text.split('|').nth(9).expect("a number").to_owned();
            let ack = format!("\u{b}MSH|^~\\&|EPR|RP4|OPENGMS|699X0|20261122||ACK^R01|1|P|2.5.1\rMSA|{code}|{control}|said\r\u{1c}\r");
            stream.write_all(ack.as_bytes()).await.expect("answered");
            tell.send(text).expect("told");
        }
    });
    (host, received)
}

#[tokio::test]
async fn an_order_by_hl7_comes_back_as_an_acknowledged_result_on_the_same_road() {
    let bench = Bench::new().await;
    let (host, mut received) = receiver(vec!["AE", "AA"]).await;
    let system = bench.system(Address::Mllp { host, as_document: false }).await;
    let id = order(&sent(&system, &trio("m1", "P-77", "R98.2", "BELL")).await);
    let permit = system.permit(Action::ReadOrder, id).await.expect("their own order");
    let status = system.status(&permit, id).await.expect("a status");
    let request = status.order.request.as_ref().expect("placed");
    let people: Vec<_> = request.people.iter().map(|p| (p.name.as_str(), p.relationship)).collect();
    assert_eq!(people, [("ADA BELL", Relationship::Proband), ("MAY BELL", Relationship::Mother), ("TOM BELL", Relationship::Father)]);
    assert_eq!((request.observed.len(), request.urgency), (2, care::ordering::order::Urgency::Urgent));
    assert_eq!(request.sender.as_ref().map(|s| s.number.as_str()), Some("P-77"));
    assert_eq!(status.order.requester.as_ref().map(|r| r.name.as_str()), Some("Dr Samuel Darwin"));

    // The same bytes again, and the same order under another number of the message: nothing is done twice.
    assert!(sent(&system, &trio("m1", "P-77", "R98.2", "BELL")).await.repeated);
    assert_eq!(order(&sent(&system, &trio("m2", "P-77", "R98.2", "BELL")).await), id);
    assert_eq!(
        results::exchange::search_orders(&system, &service::results::exchange::Search { most: 9, ..Default::default() })
            .await
            .expect("found")
            .len(),
        1
    );

    bench.make_ready(id).await;
    bench.analyse(id, false).await;
    let conclusion = bench.conclusion(id).await;
    bench.sign(id, conclusion).await;
    let first = received.recv().await.expect("sent");
    let waiting = bench.service.store.undelivered().await.expect("waiting");
    assert_eq!((waiting.len(), waiting[0].failure.contains("answered AE: said")), (1, true), "{waiting:?}");
    let later = MachineClock.now() + jiff::SignedDuration::from_mins(5);
    assert_eq!(results::deliver::deliver_at(&bench.service, later).await.expect("delivered"), 1);
    let again = received.recv().await.expect("sent again");
    let number = |text: &str| text.split('|').nth(9).map(str::to_owned);
    assert_eq!(number(&first), number(&again), "a repeated message carries the same number");
    for part in
        ["ORU^R01", "P-77^RP4DEMO", "9990001006^^^NHS^NH", "BELL^ADA", "LA6576-8^Positive", "53037-8^", "^application^pdf^Base64^JVBER"]
    {
        assert!(again.contains(part), "{part}: {}", &again[..2000.min(again.len())]);
    }
    let stages = |status: &service::Status| {
        service::results::exchange::stages(status).into_iter().map(|s| (s.code.code(), s.status.code())).collect::<Vec<_>>()
    };
    let status = results::exchange::exchanged(&system, id).await.expect("read").status;
    assert_eq!(stages(&status).last(), Some(&("distribute-report", "in-progress")));
    results::reports::acknowledge(&system, id, "Filed; clinic told").await.expect("acknowledged by the system");
    let status = results::exchange::exchanged(&system, id).await.expect("read").status;
    assert_eq!(stages(&status).last(), Some(&("distribute-report", "completed")));
    assert_eq!(lines::check_views(&bench.service).await.expect("read"), Vec::<String>::new());
}

/// A hospital's FHIR server: answers each request with a status, and gives back what was sent.
pub(crate) async fn server(answers: Vec<&'static str>) -> (String, tokio::sync::mpsc::UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}/fhir", listener.local_addr().expect("an address"));
    let (tell, received) = tokio::sync::mpsc::unbounded_channel();
    tokio::spawn(async move {
        for status in answers {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            let mut frames = Vec::new();
            loop {
                let text = String::from_utf8_lossy(&frames);
                if let Some((head, body)) = text.split_once("\r\n\r\n") {
                    let length =
                        head.lines().find_map(|l| l.to_lowercase().strip_prefix("content-length: ").and_then(|n| n.parse::<usize>().ok()));
                    if body.len() >= length.unwrap_or(0) {
                        break;
                    }
                }
                assert!(stream.read_buf(&mut frames).await.expect("bytes") > 0, "cut off");
            }
            let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{{}}");
            stream.write_all(answer.as_bytes()).await.expect("answered");
            tell.send(String::from_utf8(frames).expect("text")).expect("told");
        }
    });
    (base, received)
}

#[tokio::test]
async fn an_order_by_fhir_comes_back_to_the_hospitals_server_and_is_amended_there_too() {
    let bench = Bench::new().await;
    let (base, mut received) = server(vec!["503 Service Unavailable", "200 OK", "200 OK"]).await;
    let system = bench.system(Address::Fhir { base }).await;
    let bundle = sim::messages::fhir(&Sent { control: "", number: "F-9", test: "R98.2", family: "BELL", hospital: "RP4DEMO" }).to_string();
    let id = order(&ordering::messages::receive(&system, Language::Fhir, bundle.as_bytes()).await.expect("taken"));
    assert!(ordering::messages::receive(&system, Language::Fhir, bundle.as_bytes()).await.expect("taken").repeated);
    let frames = results::exchange::exchanged(&system, id).await.expect("read");
    let request = frames.status.order.request.as_ref().expect("placed");
    assert_eq!((request.people.len(), request.observed.len(), request.excluded.len()), (3, 2, 1));
    bench.make_ready(id).await;
    bench.analyse(id, false).await;
    let mut conclusion = bench.conclusion(id).await;
    bench.sign(id, conclusion.clone()).await;
    assert!(received.recv().await.expect("sent").contains("application/fhir+json"));
    let waiting = bench.service.store.undelivered().await.expect("waiting");
    assert!(waiting[0].failure.contains("answered 503"), "{waiting:?}");
    let later = MachineClock.now() + jiff::SignedDuration::from_mins(5);
    assert_eq!(results::deliver::deliver_at(&bench.service, later).await.expect("delivered"), 1);
    let sent = received.recv().await.expect("sent again");
    let body_of = |sent: &str| serde_json::from_str::<serde_json::Value>(sent.split_once("\r\n\r\n").expect("a body").1).expect("JSON");
    let bundle = body_of(&sent);
    let kinds: Vec<&str> =
        bundle["entry"].as_array().expect("entries").iter().filter_map(|e| e["resource"]["resourceType"].as_str()).collect();
    assert_eq!((kinds[0], kinds.last().copied()), ("DiagnosticReport", Some("DocumentReference")));
    assert_eq!(bundle["entry"][0]["resource"]["status"], "final");
    interpretation::cases::reopen(&bench.desk(Role::ClinicalScientist, 0), id, "A variant was withdrawn".into())
        .await
        .expect("opened again");
    conclusion.summary = "Read again, with the same result.".into();
    bench.sign(id, conclusion).await;
    let amended = body_of(&received.recv().await.expect("the amended one goes the same way"));
    let report = &amended["entry"][0]["resource"];
    assert_eq!(report["status"], "amended");
    assert!(
        report["conclusion"].as_str().is_some_and(|c| c.contains("the summary was changed. Why it was amended: A variant was withdrawn")),
        "{report}"
    );
    assert_eq!(results::reports::reports(&system, id).await.expect("both").len(), 2);
}

#[tokio::test]
async fn a_message_that_cannot_be_acted_on_is_kept_named_mended_and_sent_again() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let unknown = sent(&system, &trio("m1", "P-1", "GENEPANEL7", "BELL")).await;
    assert!(faults(&unknown).contains("'GENEPANEL7' is no test of the Test Directory"), "{}", faults(&unknown));
    let associate = bench.desk(Role::GenomicAssociate, 0);
    let refused_state = [Became::Refused { faults: vec![] }];
    assert_eq!(ordering::messages::messages(&associate, &refused_state, 1).await.expect("listed").total, 1);
    refused(ordering::messages::map_code(&associate, unknown.id, "GENEPANEL7", "R9999").await, "not in the Test Directory");
    ordering::messages::map_code(&associate, unknown.id, "GENEPANEL7", "r98.2").await.expect("kept");
    let shown = ordering::messages::message(&associate, unknown.id).await.expect("shown");
    assert!(shown.text.contains("GENEPANEL7"), "as it came");
    let mended = ordering::messages::mend(&associate, unknown.id, &shown.text).await.expect("sent again");
    let placed = order(&mended);
    assert!(
        matches!(ordering::messages::message(&associate, unknown.id).await.expect("shown").message.state, Became::Mended { by } if by == mended.id)
    );
    refused(ordering::messages::mend(&associate, unknown.id, &shown.text).await, "is mended; nothing was sent again");
    assert_ne!(order(&sent(&system, &trio("m2", "P-2", "GENEPANEL7", "BELL")).await), placed, "the meaning holds from now on");

    let elsewhere = trio("m3", "P-3", "R98.2", "BELL").replace("Hospital^^RP4DEMO", "Hospital^^RXX99");
    assert!(faults(&sent(&system, &elsewhere).await).contains("requested for RXX99, but the system that sent it is of RP4DEMO"));
    let wrong = sent(&system, &trio("m4", "P-4", "R98.2", "BELL").replace("BELL^ADA", "BELL^EVA")).await;
    assert!(faults(&wrong).contains("belongs to somebody with another"), "never the wrong patient: {}", faults(&wrong));
    let typo = trio("m5", "P-5", "R98.2", "BELL").replace("9990001014", "9990001015");
    assert!(faults(&sent(&system, &typo).await).contains("NK1(1)-33: 9990001015"));
    let other = trio("m6", "P-1", "R29.4", "BELL");
    assert!(faults(&sent(&system, &other).await).contains("it is for another test"), "one number is one order");
    let cancel = "MSH|^~\\&|EPIC|RP4|OPENGMS|RP4|2026||ORM^O01|m7|P|2.3\rPID|1||9990001006^^^NHS^NH||BELL^ADA||20190601|F\rORC|CA|P-1||||||||||||||Sample lost\r";
    assert_eq!(order(&sent(&system, cancel).await), placed);
    assert_eq!(bench.state(placed).await.0, State::Cancelled { reason: "Sample lost".into() });
    assert!(faults(&sent(&system, &cancel.replace("m7", "m8")).await).contains("The order is cancelled already"));
    let second_form = trio("m10", "P-1", "R98.2", "BELL");
    assert!(faults(&sent(&system, &second_form).await).contains("it is cancelled, since"), "what has ended is not begun again");
    let changed = trio("m11", "P-2", "R29.4", "BELL").replace("ORC|NW", "ORC|XO");
    assert!(faults(&sent(&system, &changed).await).contains("It is for another test: that is another order"));
    assert!(faults(&sent(&system, &cancel.replace("m7", "m9").replace("P-1", "P-0")).await).contains("No order with the number P-0"));
    assert!(faults(&sent(&system, "not a message").await).contains("does not begin with MSH"));
    assert!(faults(&sent(&system, "MSH|^~\\&|A|B|C|D|2026||ORU^R01|r1|P|2.3\rPID|1\r").await).contains("The message holds no result"));
    let dead = ordering::messages::messages(&associate, &refused_state, 1).await.expect("listed").total;
    ordering::messages::set_aside(&associate, wrong.id, "Rung the ward: sent for the wrong child").await.expect("set aside");
    assert_eq!(ordering::messages::messages(&associate, &refused_state, 1).await.expect("listed").total, dead - 1);
    assert!(ordering::messages::messages(&bench.desk(Role::Clinician, 0), &refused_state, 1).await.is_err());
    lines::rebuild_views(&bench.service).await.expect("rebuilt");
    assert_eq!(lines::check_views(&bench.service).await.expect("read"), Vec::<String>::new());
}

#[tokio::test]
async fn a_record_of_discussion_that_the_hospital_keeps_is_taken_over_as_far_as_it_tells() {
    use care::ordering::choice::policy::Use;
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let mut bundle = sim::messages::fhir(&Sent { control: "", number: "F-11", test: "R98.2", family: "BELL", hospital: "RP4DEMO" });
    let consent = |who: &str, status: &str, provisions: serde_json::Value| {
        let policy = "https://www.england.nhs.uk/publication/nhs-genomic-medicine-service-record-of-discussion-form";
        serde_json::json!({ "fullUrl": format!("urn:uuid:Consent-{who}"), "request": { "method": "POST", "url": "Consent" }, "resource": {
            "resourceType": "Consent", "id": who, "status": status, "policy": [{ "uri": policy }],
            "patient": { "reference": format!("urn:uuid:Patient-{who}") }, "sourceAttachment": { "title": "RoD 4711" }, "provision": { "provision": provisions } } })
    };
    let purpose = |kind: &str, code: &str| serde_json::json!({ "type": kind, "purpose": [{ "code": code }] });
    let entries = bundle["entry"].as_array_mut().expect("entries");
    entries.push(consent("child", "active", serde_json::json!([purpose("permit", "HRESCH"), purpose("deny", "FAMRQT")])));
    entries.push(consent("mother", "active", serde_json::json!([])));
    entries.push(consent("father", "proposed", serde_json::json!([])));
    let receipt = ordering::messages::receive(&system, Language::Fhir, bundle.to_string().as_bytes()).await.expect("taken");
    let Became::Done { notes, .. } = &receipt.state else { panic!("not done: {:?}", receipt.state) };
    assert!(notes.iter().any(|n| n.contains("is to follow")) && notes.iter().any(|n| n.contains("was taken over")), "{notes:?}");
    let id = order(&receipt);
    let clinician = bench.desk(Role::Clinician, 0);
    let permit = clinician.permit(Action::ReadOrder, id).await.expect("a permit");
    let status = clinician.status(&permit, id).await.expect("a status");
    let people = bench.people(id).await;
    let by_name =
        |name: &str| status.order.request.as_ref().and_then(|r| r.people.iter().find(|p| p.name.starts_with(name))).expect("there").patient;
    assert_eq!(status.choices_missing(), [by_name("TOM")], "the father's is asked for");
    let uses = results::record::record(&clinician, people[0]).await.expect("a record").uses;
    let allowed = |requested| uses.iter().find(|r| r.requested == requested).map(|r| (r.allowed, r.wording.clone()));
    let wording = Some(care::ordering::choice::ELSEWHERE.to_owned());
    assert_eq!(allowed(Use::Library), Some((true, wording.clone())));
    assert_eq!((allowed(Use::FamilyCare), allowed(Use::SecondaryFindings)), (Some((false, wording.clone())), Some((false, wording))));
    let mother = results::record::record(&clinician, by_name("MAY")).await.expect("a record").uses;
    assert!(mother.iter().all(|r| !r.allowed), "who is silent about research has not agreed to it: {mother:?}");
}

/// Gives new identifiers a number of times, and then the last of them for ever: whatever is made next collides with it.
struct Repeating {
    left: AtomicUsize,
    last: uuid::Uuid,
}

impl Clock for Repeating {
    fn now(&self) -> jiff::Timestamp {
        MachineClock.now()
    }

    fn new_id(&self) -> uuid::Uuid {
        let spent = self.left.fetch_update(SeqCst, SeqCst, |left| left.checked_sub(1)).is_err();
        if spent { self.last } else { MachineClock.new_id() }
    }
}

#[tokio::test]
async fn a_message_that_fails_at_any_step_leaves_nobody_and_nothing_behind() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let text = trio("m1", "P-77", "R98.2", "BELL");
    let child = sim::messages::NUMBERS[0].parse().expect("a number");
    let (mut failed, last) = (0, uuid::Uuid::now_v7());
    for left in 1..40 {
        let clock = Arc::new(Repeating { left: AtomicUsize::new(left), last });
        let service = bench.opened_with(clock).await;
        let desk = ordering::clients::desk_of_line(&service, system.staff.id).await.expect("asked").expect("open");
        if let Ok(Receipt { state: Became::Done { orders, .. }, .. }) =
            ordering::messages::receive(&desk, Language::Hl7, text.as_bytes()).await
        {
            assert_eq!((orders.len(), failed > 5), (1, true), "{failed} attempts failed");
            assert_eq!(bench.people(orders[0]).await.len(), 3);
            assert_eq!(lines::check_views(&bench.service).await.expect("read"), Vec::<String>::new());
            return;
        }
        failed += 1;
        let permit = system.permit_general(Action::RegisterPatient).await.expect("a permit");
        assert_eq!(bench.service.store.patient_by_nhs_number(&permit, child).await.expect("read"), None, "after {left} identifiers");
        assert_eq!(bench.service.store.all_orders().await.expect("read"), [], "after {left} identifiers");
    }
    panic!("the message was never done");
}

#[tokio::test]
async fn a_number_that_comes_again_with_the_same_name_and_another_birthday_is_another_person() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let first = trio("m1", "P-77", "R98.2", "BELL");
    let id = order(&sent(&system, &first).await);
    let namesake = first.replace("|m1|", "|m2|").replace("9990001006", "9990000042").replace("|20190601|", "|20180601|");
    assert!(faults(&sent(&system, &namesake).await).contains("it is for another person"), "by number and birthday");
    let unnumbered = first.replace("|m1|", "|m3|").replace("9990001006^^^NHS^NH~1234567^^^RP4DEMO^MR", "");
    assert!(!matches!(sent(&system, &unnumbered).await.state, Became::Done { .. }), "a name without a number says too little");
    assert_eq!(order(&sent(&system, &first.replace("|m1|", "|m4|")).await), id, "the same person");
    assert_eq!(bench.service.store.all_orders().await.expect("read"), [id]);
}
