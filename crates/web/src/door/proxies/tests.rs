//! Who is believed, and of what.

use super::*;
use axum::{body::Body, extract::ConnectInfo};

fn proxies() -> Proxies {
    Proxies::read(&["10.0.0.0/24".to_owned(), "2001:db8::/32".to_owned()]).expect("networks")
}

fn reached(from: &str, headers: &[(&str, &str)]) -> Result<Reached, String> {
    proxies().reached(&request(from, headers))
}

fn request(from: &str, headers: &[(&str, &str)]) -> Request {
    let mut request = Request::builder().uri("/").header("host", "inside:8080");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut request = request.body(Body::empty()).expect("a request");
    request.extensions_mut().insert(ConnectInfo(SocketAddr::new(from.parse().expect("an address"), 4000)));
    request
}

#[track_caller]
fn check_client(from: &str, headers: &[(&str, &str)], expected: &str) {
    let client = reached(from, headers).expect("let in").client;
    assert_eq!(client, Some(expected.parse().expect("an address")), "{from} {headers:?}");
}

#[test]
fn nobody_else_says_for_whom_they_ask() {
    let headers = [
        ("x-forwarded-for", "192.0.2.1"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-host", "gms.example"),
        ("forwarded", "for=192.0.2.9"),
    ];
    let direct = reached("198.51.100.7", &headers).expect("let in");
    assert_eq!((direct.client, direct.is_https), ("198.51.100.7".parse().ok(), false));
    assert_eq!(direct.host.as_deref(), Some("inside:8080"));
}

#[test]
fn the_right_most_address_that_is_no_proxys_counts() {
    check_client("10.0.0.1", &[("x-forwarded-for", "192.0.2.1")], "192.0.2.1");
    check_client("10.0.0.1", &[("x-forwarded-for", "192.0.2.66, 192.0.2.1, 10.0.0.2")], "192.0.2.1");
    check_client("10.0.0.1", &[("x-forwarded-for", "192.0.2.66"), ("x-forwarded-for", "192.0.2.1")], "192.0.2.1");
    check_client("10.0.0.1", &[("x-forwarded-for", "unknown")], "10.0.0.1");
    check_client("10.0.0.1", &[("x-forwarded-for", "192.0.2.1, unknown")], "10.0.0.1");
    check_client("10.0.0.1", &[], "10.0.0.1");
    check_client("2001:db8::1", &[("forwarded", "for=192.0.2.66, for=\"[2001:dead::5]:4711\";proto=https")], "2001:dead::5");
    check_client("::ffff:10.0.0.1", &[("x-forwarded-for", "192.0.2.1:1234")], "192.0.2.1");
}

#[test]
fn a_trace_is_joined_at_the_word_of_a_trusted_proxy_alone() {
    const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let joined = |from: &str, headers: &[(&str, &str)]| proxies().part_of(&request(from, headers)).map(|parent| parent.to_string());
    assert_eq!(joined("10.0.0.1", &[("traceparent", PARENT)]).as_deref(), Some(PARENT));
    assert_eq!(joined("198.51.100.7", &[("traceparent", PARENT)]), None, "a stranger");
    assert_eq!(joined("10.0.0.1", &[("traceparent", PARENT), ("traceparent", PARENT)]), None, "twice");
    assert_eq!(joined("10.0.0.1", &[("traceparent", "00-9990000018")]), None, "no trace");
    assert_eq!(joined("10.0.0.1", &[]), None);
}

#[test]
fn two_headers_that_name_different_addresses_are_refused() {
    assert!(reached("10.0.0.1", &[("x-forwarded-for", "192.0.2.1"), ("forwarded", "for=192.0.2.2")]).is_err());
    check_client("10.0.0.1", &[("x-forwarded-for", "192.0.2.1"), ("forwarded", "for=192.0.2.1")], "192.0.2.1");
    assert!(reached("198.51.100.7", &[("host", "two")]).is_err(), "two hosts");
}

#[test]
fn a_trusted_proxy_says_how_and_by_which_name_the_service_was_reached() {
    let said = [("x-forwarded-proto", "http, https"), ("x-forwarded-host", "gms.example"), ("x-forwarded-prefix", "/genomics/")];
    let reached_so = reached("10.0.0.1", &said).expect("let in");
    assert_eq!((reached_so.is_https, reached_so.host.as_deref(), reached_so.prefix.as_str()), (true, Some("gms.example"), "/genomics"));
    let odd = [("x-forwarded-proto", "javascript"), ("x-forwarded-host", "a.example/<script>"), ("x-forwarded-prefix", "//evil?")];
    let odd = reached("10.0.0.1", &odd).expect("let in");
    assert_eq!((odd.is_https, odd.host.as_deref(), odd.prefix.as_str()), (false, Some("inside:8080"), ""));
}

#[test]
fn a_network_holds_its_addresses_and_no_others() {
    let holds = |text: &str, address: &str| network(text).expect("a network").holds(address.parse().expect("an address"));
    assert!(holds("10.0.0.0/24", "10.0.0.255") && !holds("10.0.0.0/24", "10.0.1.0"));
    assert!(holds("0.0.0.0/0", "192.0.2.1") && !holds("0.0.0.0/0", "::1"));
    assert!(holds("::/0", "::1") && holds("127.0.0.1", "127.0.0.1") && !holds("127.0.0.1", "127.0.0.2"));
    for text in ["", "10.0.0.0/33", "10.0.0.0/x", "proxy.example", "10.0.0/8", "::1/129", "10.0.0.0/-1"] {
        assert!(network(text).expect_err(text).contains("is no network"));
    }
}

/// Texts of up to eight of these pieces, the same each time.
fn texts(count: u64) -> impl Iterator<Item = String> {
    const PIECES: [&str; 20] = [
        "[",
        "]",
        ":",
        ",",
        ";",
        "=",
        "\"",
        " ",
        "\t",
        "for=",
        "host=",
        "proto=https",
        "::1",
        "10.0.0.1",
        "10.0.0.1:65536",
        "/a/../b",
        "gms.example",
        "__Host-gms=",
        "\u{e9}",
        "%2F",
    ];
    let mut state = 7_u64;
    (0..count).map(move |_| {
        let mut next = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        (0..=next(8)).map(|_| PIECES[next(PIECES.len() as u64) as usize]).collect()
    })
}

#[test]
fn whatever_a_header_holds_is_believed_in_part_or_refused_and_no_fault() {
    for text in texts(3_000) {
        for name in SAID_BY_PROXIES {
            if let Ok(reached) = reached("10.0.0.1", &[(name, text.as_str()), ("x-forwarded-for", "192.0.2.1")]) {
                assert!(reached.client.is_some(), "{name}: {text}");
                assert!(reached.prefix.is_empty() || is_path(&reached.prefix), "{name}: {text}");
            }
            let direct = reached("198.51.100.7", &[(name, text.as_str())]).expect("let in");
            assert_eq!((direct.client, direct.is_https), ("198.51.100.7".parse().ok(), false), "{name}: {text}");
        }
        let mut headers = HeaderMap::new();
        if let Ok(value) = axum::http::HeaderValue::from_str(&text) {
            headers.insert(header::COOKIE, value);
        }
        for is_secure in [false, true] {
            let read = crate::cookies::Cookies { is_secure }.read(&headers, "gms");
            assert!(read.is_none_or(|value| !value.contains(';')), "{text}");
        }
    }
}
