//! Every link that a page offers, followed by each person of the demonstration: none may lead to a refusal, to nothing, or to a fault.

use crate::{Served, listen, permissions::cookie, routes::answer};
use service::people::staff;
use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    time::Duration,
};

/// Pages of one kind that a person looks at: addresses that differ in an identifier or a value alone are of one kind.
const PAGES_OF_A_KIND: usize = 6;

/// Seconds that a page is waited for.
const WAITS_MAX: usize = 60;

/// An address, and the page that offered it.
struct Link {
    path: String,
    from: String,
}

/// Addresses within the service that a page links to.
fn links(page: &str) -> impl Iterator<Item = String> + '_ {
    let hrefs = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let within = hrefs.filter(|href| href.starts_with('/') && !href.starts_with("//") && !href.starts_with("/static/"));
    within.map(|href| href.split('#').next().unwrap_or_default().replace("&amp;", "&").replace("&#38;", "&"))
}

/// An address without what names one thing among many.
fn kind(path: &str) -> String {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let parts = path.split('/').map(|part| if part.chars().any(|c| c.is_ascii_digit()) { "…" } else { part });
    let names = query.split('&').filter_map(|pair| pair.split('=').next());
    format!("{}?{}", parts.collect::<Vec<_>>().join("/"), names.collect::<Vec<_>>().join("&"))
}

fn status(page: &str) -> String {
    page.split_whitespace().nth(1).unwrap_or("nothing").to_owned()
}

/// A page. Whoever asks faster than one person may is told to wait, and does.
async fn page(base: &str, path: &str, cookie: &str) -> String {
    let ask = async || answer(base, "GET", path, &format!("Cookie: {cookie}\r\n")).await;
    let mut page = ask().await;
    for _ in 0..WAITS_MAX {
        if status(&page) != "429" {
            break;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
        page = ask().await;
    }
    page
}

/// What the links of one person's pages lead to that they should not, from the first page on.
async fn dead_ends(base: &str, cookie: &str) -> Vec<String> {
    let mut waiting = VecDeque::from([Link { path: "/".into(), from: String::new() }]);
    let (mut seen, mut of_a_kind) = (BTreeSet::new(), BTreeMap::<String, usize>::new());
    let mut dead = Vec::new();
    while let Some(link) = waiting.pop_front() {
        let count = of_a_kind.entry(kind(&link.path)).or_default();
        if *count >= PAGES_OF_A_KIND || !seen.insert(link.path.clone()) {
            continue;
        }
        *count += 1;
        let page = page(base, &link.path, cookie).await;
        let status = status(&page);
        let is_sent_away = page.lines().take_while(|line| !line.is_empty()).any(|line| line.eq_ignore_ascii_case("location: /sign-in"));
        // What is refused in words for a reason of the case, such as that nobody agreed to share it, is no dead end.
        if !["200", "303", "307", "308", "422"].contains(&status.as_str()) || is_sent_away {
            dead.push(format!("{status} {} from {}", link.path, link.from));
        }
        waiting.extend(links(&page).map(|path| Link { path, from: link.path.clone() }));
    }
    dead
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_page_offers_a_link_that_its_reader_may_not_open() {
    let folder = tempfile::tempdir().expect("a folder");
    let (service, _) = sim::demo::run(folder.path(), &mut |_| {}).await.expect("the demonstration");
    let served = Served::here(listen(&service).await, service, folder);
    let mut dead = Vec::new();
    for person in staff::demo() {
        let cookie = cookie(&served.base, "/sign-in", &format!("staff={}", person.id)).await;
        let found = dead_ends(&served.base, &cookie).await;
        dead.extend(found.into_iter().map(|link| format!("{} ({}): {link}", person.name, person.role.label())));
    }
    assert!(dead.is_empty(), "{} links lead nowhere:\n{}", dead.len(), dead.join("\n"));
}

#[test]
fn links_and_their_kinds_are_read_as_a_browser_reads_them() {
    let page = r#"<a href="/orders/1?a=b&amp;c=d#x">One</a> <a href="https://elsewhere.example/">Two</a> <a href="/static/a.css">"#;
    assert_eq!(links(page).collect::<Vec<_>>(), ["/orders/1?a=b&c=d"]);
    assert_eq!(kind("/orders/019f-2a?a=b&c=d"), "/orders/…?a&c");
}
