use super::{COUNTS, Queue, begin};
use crate::operations::traces::{Kind, Span};
use std::{
    io::{Read, Write},
    net::TcpListener,
    thread,
    time::{Duration, Instant, SystemTime},
};

fn span(id: u64) -> Span {
    Span {
        trace: 7,
        id,
        parent: None,
        kind: Kind::Internal,
        name: "work".into(),
        began: SystemTime::UNIX_EPOCH,
        ended: SystemTime::UNIX_EPOCH,
        attributes: vec![],
        moments: vec![],
        moments_dropped: 0,
        is_failed: false,
    }
}

/// How many were sent and dropped by any test so far.
fn counts() -> [u64; 2] {
    COUNTS.read().map(|(_, count)| count)
}

/// Takes one request, and answers it well.
fn collect(listener: &TcpListener) -> String {
    let (mut stream, _) = listener.accept().expect("a connection");
    let (mut request, mut piece) = (Vec::new(), [0; 4096]);
    loop {
        let count = stream.read(&mut piece).expect("bytes");
        request.extend_from_slice(&piece[..count]);
        let text = String::from_utf8_lossy(&request).to_lowercase();
        let length =
            text.split("content-length: ").nth(1).and_then(|rest| rest.split("\r\n").next()).and_then(|digits| digits.parse().ok());
        let body = text.split_once("\r\n\r\n").map_or(0, |(_, body)| body.len());
        if count == 0 || length.is_some_and(|length: usize| body >= length) {
            break;
        }
    }
    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: application/json\r\n\r\n{}").expect("answered");
    String::from_utf8(request).expect("text")
}

#[test]
fn spans_reach_a_collector_and_what_is_left_is_sent_as_the_program_ends() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let collector = format!("http://{}", listener.local_addr().expect("an address")).parse().expect("a collector");
    let collecting = thread::spawn(move || collect(&listener));
    let folder = tempfile::tempdir().expect("a folder");
    let before = counts();
    let (queue, sending) = begin(&collector, folder.path()).expect("begun");
    queue.add(span(1));
    queue.add(span(2));
    drop(sending);
    let request = collecting.join().expect("a request");
    assert!(request.starts_with("POST /v1/traces HTTP/1.1\r\n"), "{request}");
    let (_, body) = request.split_once("\r\n\r\n").expect("a body");
    let body: serde_json::Value = serde_json::from_str(body).expect("JSON");
    let spans = body["resourceSpans"][0]["scopeSpans"][0]["spans"].as_array().expect("spans");
    assert_eq!(spans.len(), 2, "{body}");
    assert!(counts()[0] >= before[0] + 2);
}

#[test]
fn a_collector_that_is_away_keeps_nobody_waiting_and_what_it_missed_is_counted() {
    let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port that nobody listens to");
    let folder = tempfile::tempdir().expect("a folder");
    let before = counts();
    let (queue, sending) = begin(&format!("http://{free}").parse().expect("a collector"), folder.path()).expect("begun");
    let began = Instant::now();
    (0..100).for_each(|id| queue.add(span(id)));
    assert!(began.elapsed() < Duration::from_secs(1), "whoever adds waits for nothing");
    drop(sending);
    assert!(began.elapsed() < Duration::from_secs(20));
    assert!(counts()[1] >= before[1] + 100);
}

#[test]
fn what_finds_no_room_is_dropped_and_counted() {
    let (queue, mut waiting) = Queue::new(1);
    let before = counts();
    queue.add(span(1));
    queue.add(span(2));
    assert!(counts()[1] > before[1]);
    assert_eq!(waiting.try_recv().map(|span| span.id), Ok(1));
    assert!(waiting.try_recv().is_err());
}
