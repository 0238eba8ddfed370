//! Orders that other systems send, and results that go back by the same road.

use super::*;
use care::{
    StaffId,
    client::Address,
    message::{Language, State as Became},
};
use service::messages::Receipt;
use sim::messages::Sent;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

fn trio(control: &str, number: &str, test: &str, family: &str) -> String {
    sim::messages::hl7(&Sent { control, number, test, family, hospital: "RP4DEMO" })
}

impl Bench {
    async fn system(&self, address: Address) -> Desk {
        let by = who(Role::Administrator, 0);
        let hospital = who(Role::Clinician, 0).organisation;
        let (id, _) = self.service.open_client(&by, Role::OrderingSystem, "Hospital EPR", (hospital, "Hospital")).await.expect("opened");
        self.service.address_client(&by, id, address).await.expect("addressed");
        self.line(id).await
    }

    async fn line(&self, id: StaffId) -> Desk {
        self.service.line_desk(id).await.expect("asked").expect("open")
    }
}

async fn sent(desk: &Desk, text: &str) -> Receipt {
    desk.receive(Language::Hl7, text.as_bytes()).await.expect("taken")
}

fn faults(receipt: &Receipt) -> String {
    match &receipt.state {
        Became::Refused { faults } => faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
        other => panic!("not refused: {other:?}"),
    }
}

fn order(receipt: &Receipt) -> OrderId {
    match &receipt.state {
        Became::Done { orders, .. } => orders[0],
        other => panic!("not done: {other:?}"),
    }
}

/// Answers each MLLP message with what `answer` makes of its number, and gives back what came.
async fn receiver(answers: Vec<&'static str>) -> (String, tokio::sync::mpsc::UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let host = listener.local_addr().expect("an address").to_string();
    let (tell, told) = tokio::sync::mpsc::unbounded_channel();
    tokio::spawn(async move {
        for code in answers {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            let mut held = Vec::new();
            while !held.ends_with(&[0x1c, 0x0d]) {
                if stream.read_buf(&mut held).await.expect("bytes") == 0 {
                    break;
                }
            }
            let text = String::from_utf8(held).expect("text").trim_matches(['\u{b}', '\u{1c}', '\r']).to_owned();
            let control = text.split('|').nth(9).expect("a number").to_owned();
            let ack = format!("\u{b}MSH|^~\\&|EPR|RP4|OPENGMS|699X0|20261122||ACK^R01|1|P|2.5.1\rMSA|{code}|{control}|said\r\u{1c}\r");
            stream.write_all(ack.as_bytes()).await.expect("answered");
            tell.send(text).expect("told");
        }
    });
    (host, told)
}

#[tokio::test]
async fn an_order_by_hl7_comes_back_as_an_acknowledged_result_on_the_same_road() {
    let bench = Bench::new().await;
    let (host, mut told) = receiver(vec!["AE", "AA"]).await;
    let system = bench.system(Address::Mllp { host, as_document: false }).await;
    let id = order(&sent(&system, &trio("m1", "P-77", "R98.2", "BELL")).await);
    let permit = system.permit(Action::ReadOrder, id).await.expect("their own order");
    let status = system.status(&permit, id).await.expect("a status");
    let request = status.order.request.as_ref().expect("placed");
    let people: Vec<_> = request.people.iter().map(|p| (p.name.as_str(), p.relationship)).collect();
    assert_eq!(people, [("ADA BELL", Relationship::Proband), ("MAY BELL", Relationship::Mother), ("TOM BELL", Relationship::Father)]);
    assert_eq!((request.observed.len(), request.urgency), (2, care::order::Urgency::Urgent));
    assert_eq!(request.sender.as_ref().map(|s| s.number.as_str()), Some("P-77"));
    assert_eq!(status.order.requester.as_ref().map(|r| r.name.as_str()), Some("Dr Samuel Darwin"));

    // The same bytes again, and the same order under another number of the message: nothing is done twice.
    assert!(sent(&system, &trio("m1", "P-77", "R98.2", "BELL")).await.repeated);
    assert_eq!(order(&sent(&system, &trio("m2", "P-77", "R98.2", "BELL")).await), id);
    assert_eq!(system.search_orders(&service::exchange::Search { most: 9, ..Default::default() }).await.expect("found").len(), 1);

    bench.make_ready(id).await;
    bench.analyse(id, false).await;
    let conclusion = bench.conclusion(id).await;
    bench.sign(id, conclusion).await;
    let first = told.recv().await.expect("sent");
    let waiting = bench.service.store.undelivered().await.expect("waiting");
    assert_eq!((waiting.len(), waiting[0].failure.contains("answered AE: said")), (1, true), "{waiting:?}");
    let later = service::desk::now() + jiff::SignedDuration::from_mins(5);
    assert_eq!(bench.service.deliver_at(later).await.expect("delivered"), 1);
    let again = told.recv().await.expect("sent again");
    let number = |text: &str| text.split('|').nth(9).map(str::to_owned);
    assert_eq!(number(&first), number(&again), "a repeated message carries the same number");
    for part in
        ["ORU^R01", "P-77^RP4DEMO", "9990000018^^^NHS^NH", "BELL^ADA", "LA6576-8^Positive", "53037-8^", "^application^pdf^Base64^JVBER"]
    {
        assert!(again.contains(part), "{part}: {}", &again[..2000.min(again.len())]);
    }
    let stages = |status: &service::Status| service::exchange::stages(status).into_iter().map(|s| (s.code, s.status)).collect::<Vec<_>>();
    let status = system.exchanged(id).await.expect("read").status;
    assert_eq!(stages(&status).last(), Some(&("distribute-report", "in-progress")));
    system.acknowledge(id, "Filed; clinic told").await.expect("acknowledged by the system");
    let status = system.exchanged(id).await.expect("read").status;
    assert_eq!(stages(&status).last(), Some(&("distribute-report", "completed")));
    assert_eq!(bench.service.check_views().await.expect("read"), Vec::<String>::new());
}

/// A hospital's FHIR server: answers each request with a status, and gives back what was sent.
async fn server(answers: Vec<&'static str>) -> (String, tokio::sync::mpsc::UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}/fhir", listener.local_addr().expect("an address"));
    let (tell, told) = tokio::sync::mpsc::unbounded_channel();
    tokio::spawn(async move {
        for status in answers {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            let mut held = Vec::new();
            loop {
                let text = String::from_utf8_lossy(&held);
                if let Some((head, body)) = text.split_once("\r\n\r\n") {
                    let length =
                        head.lines().find_map(|l| l.to_lowercase().strip_prefix("content-length: ").and_then(|n| n.parse::<usize>().ok()));
                    if body.len() >= length.unwrap_or(0) {
                        break;
                    }
                }
                assert!(stream.read_buf(&mut held).await.expect("bytes") > 0, "cut off");
            }
            let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{{}}");
            stream.write_all(answer.as_bytes()).await.expect("answered");
            tell.send(String::from_utf8(held).expect("text")).expect("told");
        }
    });
    (base, told)
}

#[tokio::test]
async fn an_order_by_fhir_comes_back_to_the_hospitals_server_and_is_amended_there_too() {
    let bench = Bench::new().await;
    let (base, mut told) = server(vec!["503 Service Unavailable", "200 OK", "200 OK"]).await;
    let system = bench.system(Address::Fhir { base }).await;
    let bundle = sim::messages::fhir(&Sent { control: "", number: "F-9", test: "R98.2", family: "BELL", hospital: "RP4DEMO" }).to_string();
    let id = order(&system.receive(Language::Fhir, bundle.as_bytes()).await.expect("taken"));
    assert!(system.receive(Language::Fhir, bundle.as_bytes()).await.expect("taken").repeated);
    let held = system.exchanged(id).await.expect("read");
    let request = held.status.order.request.as_ref().expect("placed");
    assert_eq!((request.people.len(), request.observed.len(), request.excluded.len()), (3, 2, 1));
    bench.make_ready(id).await;
    bench.analyse(id, false).await;
    let mut conclusion = bench.conclusion(id).await;
    bench.sign(id, conclusion.clone()).await;
    assert!(told.recv().await.expect("sent").contains("application/fhir+json"));
    let waiting = bench.service.store.undelivered().await.expect("waiting");
    assert!(waiting[0].failure.contains("answered 503"), "{waiting:?}");
    let later = service::desk::now() + jiff::SignedDuration::from_mins(5);
    assert_eq!(bench.service.deliver_at(later).await.expect("delivered"), 1);
    let sent = told.recv().await.expect("sent again");
    let of = |sent: &str| serde_json::from_str::<serde_json::Value>(sent.split_once("\r\n\r\n").expect("a body").1).expect("JSON");
    let bundle = of(&sent);
    let kinds: Vec<&str> =
        bundle["entry"].as_array().expect("entries").iter().filter_map(|e| e["resource"]["resourceType"].as_str()).collect();
    assert_eq!((kinds[0], kinds.last().copied()), ("DiagnosticReport", Some("DocumentReference")));
    assert_eq!(bundle["entry"][0]["resource"]["status"], "final");
    bench.desk(Role::ClinicalScientist, 0).reopen(id, "A variant was withdrawn".into()).await.expect("opened again");
    conclusion.summary = "Read again, with the same result.".into();
    bench.sign(id, conclusion).await;
    let amended = of(&told.recv().await.expect("the amended one goes the same way"));
    let report = &amended["entry"][0]["resource"];
    assert_eq!(report["status"], "amended");
    assert!(
        report["conclusion"].as_str().is_some_and(|c| c.contains("the summary was changed. Why it was amended: A variant was withdrawn")),
        "{report}"
    );
    assert_eq!(system.reports(id).await.expect("both").len(), 2);
}

#[tokio::test]
async fn a_message_that_cannot_be_acted_on_is_kept_named_mended_and_sent_again() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let unknown = sent(&system, &trio("m1", "P-1", "GENEPANEL7", "BELL")).await;
    assert!(faults(&unknown).contains("'GENEPANEL7' is no test of the Test Directory"), "{}", faults(&unknown));
    let associate = bench.desk(Role::GenomicAssociate, 0);
    let refused_state = Became::Refused { faults: vec![] };
    assert_eq!(associate.messages(&refused_state).await.expect("listed").len(), 1);
    refused(associate.map_code(unknown.id, "GENEPANEL7", "R9999").await, "not in the Test Directory");
    associate.map_code(unknown.id, "GENEPANEL7", "r98.2").await.expect("kept");
    let shown = associate.message(unknown.id).await.expect("shown");
    assert!(shown.text.contains("GENEPANEL7"), "as it came");
    let mended = associate.mend(unknown.id, &shown.text).await.expect("sent again");
    let placed = order(&mended);
    assert!(matches!(associate.message(unknown.id).await.expect("shown").message.state, Became::Mended { by } if by == mended.id));
    refused(associate.mend(unknown.id, &shown.text).await, "is mended; nothing was sent again");
    assert_ne!(order(&sent(&system, &trio("m2", "P-2", "GENEPANEL7", "BELL")).await), placed, "the meaning holds from now on");

    let elsewhere = trio("m3", "P-3", "R98.2", "BELL").replace("Hospital^^RP4DEMO", "Hospital^^RXX99");
    assert!(faults(&sent(&system, &elsewhere).await).contains("requested for RXX99, but the system that sent it is of RP4DEMO"));
    let wrong = sent(&system, &trio("m4", "P-4", "R98.2", "STONE")).await;
    assert!(faults(&wrong).contains("belongs to somebody with another name"), "never the wrong patient: {}", faults(&wrong));
    let typo = trio("m5", "P-5", "R98.2", "BELL").replace("9990000026", "9990000027");
    assert!(faults(&sent(&system, &typo).await).contains("NK1(1)-33: 9990000027"));
    let other = trio("m6", "P-1", "R29.4", "BELL");
    assert!(faults(&sent(&system, &other).await).contains("it is for another test"), "one number is one order");
    let cancel = "MSH|^~\\&|EPIC|RP4|OPENGMS|RP4|2026||ORM^O01|m7|P|2.3\rPID|1||9990000018\rORC|CA|P-1||||||||||||||Sample lost\r";
    assert_eq!(order(&sent(&system, cancel).await), placed);
    assert_eq!(bench.state(placed).await.0, State::Cancelled { reason: "Sample lost".into() });
    assert!(faults(&sent(&system, &cancel.replace("m7", "m8")).await).contains("The order is cancelled already"));
    let anew = trio("m10", "P-1", "R98.2", "BELL");
    assert!(faults(&sent(&system, &anew).await).contains("it is cancelled. Nothing was changed"), "what has ended is not begun again");
    let changed = trio("m11", "P-2", "R29.4", "BELL").replace("ORC|NW", "ORC|XO");
    assert!(faults(&sent(&system, &changed).await).contains("It is for another test: that is another order"));
    assert!(faults(&sent(&system, &cancel.replace("m7", "m9").replace("P-1", "P-0")).await).contains("No order with the number P-0"));
    assert!(faults(&sent(&system, "not a message").await).contains("does not begin with MSH"));
    assert!(faults(&sent(&system, "MSH|^~\\&|A|B|C|D|2026||ORU^R01|r1|P|2.3\rPID|1\r").await).contains("is kept and not acted on"));
    let dead = associate.messages(&refused_state).await.expect("listed").len();
    associate.set_message_aside(wrong.id, "Rung the ward: sent for the wrong child").await.expect("set aside");
    assert_eq!(associate.messages(&refused_state).await.expect("listed").len(), dead - 1);
    assert!(bench.desk(Role::Clinician, 0).messages(&refused_state).await.is_err());
    bench.service.rebuild_views().await.expect("rebuilt");
    assert_eq!(bench.service.check_views().await.expect("read"), Vec::<String>::new());
}
