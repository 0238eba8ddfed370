//! How much a page weighs as it is sent to a browser that has nothing of it yet: the page with its styles and scripts, as gzip.

use crate::{
    Served,
    permissions::{cookie, who},
    prescribing::sequenced,
};
use care::{Role, ordering::choice::Answer};
use flate2::read::GzDecoder;
use std::{collections::BTreeSet, io::Read};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// What may come until a page is shown, the page and its styles: a second at half a megabit.
const SHOWN_BYTES_MAX: usize = 60_000;
/// The same with the scripts, which are fetched beside it and keep nothing from being shown (`defer`).
const ALL_BYTES_MAX: usize = 80_000;

/// An answer as it came.
struct Sent {
    head: String,
    body: Vec<u8>,
}

impl Sent {
    fn is_gzip(&self) -> bool {
        self.head.contains("content-encoding: gzip")
    }

    fn bytes(&self) -> usize {
        self.head.len() + self.body.len()
    }

    /// The body as it is read.
    fn text(&self) -> String {
        let mut text = String::new();
        if self.is_gzip() {
            GzDecoder::new(self.body.as_slice()).read_to_string(&mut text).expect("gzip of text");
        } else {
            text = String::from_utf8_lossy(&self.body).into_owned();
        }
        text
    }
}

/// Fetches an address by HTTP/1.0, so that the body comes without marks between its parts.
async fn fetch(base: &str, path: &str, headers: &str) -> Sent {
    let host = base.trim_start_matches("http://");
    let mut stream = TcpStream::connect(host).await.expect("a connection");
    let request = format!("GET {path} HTTP/1.0\r\nHost: {host}\r\n{headers}\r\n");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.expect("an answer");
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").expect("a head") + 4;
    let body = answer.split_off(end);
    Sent { head: String::from_utf8(answer).expect("a head").to_lowercase(), body }
}

/// What a page has a browser fetch with it, by the attribute that names it: `href` of a style, `src` of a script.
fn files(page: &str, attribute: &str) -> BTreeSet<String> {
    let before = format!(" {attribute}=\"/static/");
    let names = page.split(&before).skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned);
    names.map(|name| format!("/static/{name}")).collect()
}

const GZIP: &str = "Accept-Encoding: gzip, deflate, br\r\n";

/// Bytes of a page with its styles, and with its scripts as well.
async fn first_view(base: &str, path: &str, cookie: &str) -> [usize; 2] {
    let page = fetch(base, path, &format!("{GZIP}Cookie: {cookie}\r\n")).await;
    assert!(page.head.starts_with("http/1.0 200") || page.head.starts_with("http/1.1 200"), "{path}: {}", page.head);
    assert!(page.is_gzip() && page.head.contains("vary: accept-encoding"), "{path}: {}", page.head);
    let text = page.text();
    assert!(text.trim_end().ends_with("</html>"), "{path} is whole");
    let mut bytes = [page.bytes(); 2];
    for file in files(&text, "href") {
        let style = fetch(base, &file, GZIP).await.bytes();
        bytes = bytes.map(|sum| sum + style);
    }
    for file in files(&text, "src") {
        bytes[1] += fetch(base, &file, GZIP).await.bytes();
    }
    bytes
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn key_pages_are_light_at_their_first_view() {
    let served = Served::new().await;
    let (order, patient) = sequenced(&served, Answer::No).await;
    let case = format!("/orders/{order}/case");
    let of_case = [case.clone(), format!("{case}/1-119757272-C-T"), format!("/orders/{order}/genes/HMGCS2"), format!("/orders/{order}")];
    let of_clinician = ["/".to_owned(), format!("/patients/{patient}"), format!("/orders/{order}"), "/order-a-test?q=seizures".into()];
    let mut heavy = Vec::new();
    for (role, pages) in [(Role::ClinicalScientist, of_case), (Role::Clinician, of_clinician)] {
        let cookie = cookie(&served.base, "/sign-in", &format!("staff={}", who(role, 0).id)).await;
        for page in pages {
            let [shown, all] = first_view(&served.base, &page, &cookie).await;
            if shown > SHOWN_BYTES_MAX || all > ALL_BYTES_MAX {
                heavy.push(format!("{page}: {shown} bytes until it is shown, {all} with its scripts"));
            }
        }
    }
    assert!(heavy.is_empty(), "{heavy:#?}");
}

#[tokio::test]
async fn nothing_that_another_site_began_is_compressed() {
    let served = Served::new().await;
    let cookie = cookie(&served.base, "/sign-in", &format!("staff={}", who(Role::Clinician, 0).id)).await;
    let path = "/search?q=Testcase";
    let of = async |more: &str| fetch(&served.base, path, &format!("{GZIP}Cookie: {cookie}\r\n{more}")).await;
    for own in ["", "Sec-Fetch-Site: same-origin\r\n", "Sec-Fetch-Site: none\r\n"] {
        assert!(of(own).await.is_gzip(), "{own}");
    }
    for other in ["Sec-Fetch-Site: cross-site\r\n", "Sec-Fetch-Site: same-site\r\n", "Origin: https://elsewhere.example\r\n"] {
        let sent = of(other).await;
        assert!(!sent.is_gzip() && sent.text().contains("</html>"), "{other}: {}", sent.head);
    }
}

#[tokio::test]
async fn files_come_as_they_are_asked_for() {
    let served = Served::new().await;
    for (file, offer) in [("gms.css", ""), ("gms.css", "Accept-Encoding: identity;q=0\r\n"), ("htmx.min.js", "Accept-Encoding: br\r\n")] {
        let sent = fetch(&served.base, &format!("/static/{file}"), offer).await;
        assert!(sent.head.contains(" 200 ") && !sent.is_gzip(), "{file}: {}", sent.head);
        let small = fetch(&served.base, &format!("/static/{file}"), GZIP).await;
        assert!(small.is_gzip() && small.bytes() < sent.bytes() / 2, "{file}");
        assert_eq!(small.text(), sent.text(), "{file}");
    }
    assert!(!fetch(&served.base, "/static/nothing.css", GZIP).await.is_gzip());
    assert!(!fetch(&served.base, "/health", GZIP).await.is_gzip(), "too short to be worth it");
}
