//! What attackers tried at the door: each attempt stands here as a test.

use crate::{
    Served, listen_with,
    pages::posted,
    permissions::{cookie, set_cookie, who},
    routes::{answer, raw},
};
use care::{Role, Staff};
use engine::reference;
use service::{
    Service,
    people::{
        accounts::{self, SignsInBy},
        staff,
    },
};
use std::sync::Arc;

const PASSWORD: &str = "paper lantern tide";

/// A service with one account, served as it is behind TLS.
async fn behind_tls() -> (Served, Staff) {
    let folder = tempfile::tempdir().expect("a folder");
    let service = Service::open(folder.path(), &reference::open("demo").expect("the demo pack")).await.expect("a service");
    let nia = who(Role::Clinician, 0);
    let by = SignsInBy::Password(PASSWORD.into());
    accounts::open(&service, &staff::system(), nia.clone(), "nia.rowe", by).await.expect("opened");
    let base = listen_with(&service, web::Entrance::default()).await;
    (Served::here(base, service, folder), nia)
}

/// Signs in with a name and a password, and gives the whole answer.
async fn signs_in(base: &str, login: &str, password: &str, cookie: &str) -> String {
    let body = format!("login={login}&password={}", password.replace(' ', "+"));
    let head = format!("Content-Type: application/x-www-form-urlencoded\r\nConnection: close\r\nCookie: {cookie}\r\n");
    let host = base.trim_start_matches("http://");
    raw(base, &format!("POST /sign-in HTTP/1.1\r\nHost: {host}\r\n{head}Content-Length: {}\r\n\r\n{body}", body.len())).await
}

fn header<'a>(answer: &'a str, name: &str) -> Vec<&'a str> {
    answer.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).collect()
}

#[tokio::test]
async fn behind_tls_every_cookie_is_of_this_host_alone_and_browsers_come_back_over_tls() {
    let (served, _) = behind_tls().await;
    let signed_in = signs_in(&served.base, "nia.rowe", PASSWORD, "").await;
    let cookies = header(&signed_in, "set-cookie");
    assert_eq!(cookies.len(), 2, "of the session and of the browser: {signed_in}");
    for cookie in cookies {
        assert!(cookie.starts_with("__Host-") && !cookie.contains("Domain"), "{cookie}");
        for part in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
            assert!(cookie.contains(part), "{part}: {cookie}");
        }
    }
    assert_eq!(header(&signed_in, "strict-transport-security"), ["max-age=31536000; includeSubDomains"]);
    assert!(header(&answer(&served.base, "GET", "/health", "").await, "strict-transport-security").len() == 1);
}

#[tokio::test]
async fn the_table_of_sessions_signs_nobody_in() {
    let served = Served::new().await;
    let cookie = cookie(&served.base, "/sign-in", &format!("staff={}", who(Role::Clinician, 0).id)).await;
    let name = cookie.strip_prefix("gms=").expect("the cookie of a session");
    let store = &served.service.store;
    assert!(store.session(name, 0).await.expect("read").is_none(), "what the cookie holds is kept nowhere");
    assert!(store.session(&service::secret::digest(name), 0).await.expect("read").is_some());
}

#[tokio::test]
async fn a_page_that_was_opened_before_signing_in_follows_it_and_never_another_site() {
    let served = Served::new().await;
    let form = format!("staff={}", who(Role::Clinician, 0).id);
    let html = "Accept: text/html\r\n";
    let sent = answer(&served.base, "GET", "/unread?from=mail", html).await;
    assert!(sent.starts_with("HTTP/1.1 303") && header(&sent, "location") == ["/sign-in"], "{sent}");
    let kept = set_cookie(&sent);
    assert!(answer(&served.base, "GET", "/sign-in", &format!("Cookie: {kept}\r\n")).await.contains("last opened in this browser"));
    let signed_in = posted(&served, &kept, "/sign-in", &form).await;
    assert_eq!(header(&signed_in, "location"), ["/unread?from=mail"]);
    assert!(signed_in.contains("gms-after=; Path=/; Max-Age=0"), "it counts once: {signed_in}");
    for planted in ["//elsewhere.example/", "https://elsewhere.example/", "/%5celsewhere.example\\", "/sign-in"] {
        let signed_in = posted(&served, &format!("gms-after={planted}"), "/sign-in", &form).await;
        assert_eq!(header(&signed_in, "location"), ["/"], "{planted}");
    }
    // What a script fetches, or a form, is no page to come back to.
    assert!(header(&answer(&served.base, "GET", "/unread", "Sec-Fetch-Mode: cors\r\n").await, "set-cookie").is_empty());
    assert!(header(&answer(&served.base, "POST", "/password", html).await, "set-cookie").is_empty());
}

#[tokio::test]
async fn after_signing_out_the_back_button_shows_nothing_about_a_patient() {
    let served = Served::new().await;
    let cookie = cookie(&served.base, "/sign-in", &format!("staff={}", who(Role::Clinician, 0).id)).await;
    for path in ["/", "/unread", "/nowhere"] {
        let page = answer(&served.base, "GET", path, &format!("Cookie: {cookie}\r\n")).await;
        assert_eq!(header(&page, "cache-control"), ["no-store"], "{path}");
    }
    posted(&served, &cookie, "/sign-out", "").await;
    let again = answer(&served.base, "GET", "/unread", &format!("Cookie: {cookie}\r\n")).await;
    assert!(again.starts_with("HTTP/1.1 303"), "{again}");
}

#[tokio::test]
async fn a_session_has_another_name_after_each_sign_in() {
    let served = Served::new().await;
    let form = format!("staff={}", who(Role::Clinician, 0).id);
    let first = cookie(&served.base, "/sign-in", &form).await;
    let second = set_cookie(&posted(&served, &first, "/sign-in", &form).await);
    assert_ne!(first, second);
    let planted = answer(&served.base, "GET", "/unread", &format!("Cookie: {first}\r\n")).await;
    assert!(planted.starts_with("HTTP/1.1 303"), "the name that was known before opens nothing: {planted}");
}

#[tokio::test]
async fn people_without_a_password_are_never_served_behind_tls() {
    let served = Served::alone().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let refused = web::serve(Arc::clone(&served.service), web::Entrance::default(), listener, std::future::pending()).await;
    let said = refused.expect_err("refused").to_string();
    assert!(said.contains("anybody opens without a password"), "{said}");
}

#[tokio::test]
async fn no_page_goes_without_tls_to_another_machine() {
    let (served, _) = behind_tls().await;
    let listener = tokio::net::TcpListener::bind("0.0.0.0:0").await.expect("a port");
    let refused = web::serve(Arc::clone(&served.service), web::Entrance::on_loopback(), listener, std::future::pending()).await;
    let said = refused.expect_err("refused").to_string();
    assert!(said.contains("without TLS"), "{said}");
}

#[tokio::test]
async fn a_stranger_who_guesses_locks_strangers_out_and_never_the_owner() {
    let (served, _) = behind_tls().await;
    let signed_in = signs_in(&served.base, "nia.rowe", PASSWORD, "").await;
    let known = header(&signed_in, "set-cookie").into_iter().find(|cookie| cookie.starts_with("__Host-gms-known=")).expect("known");
    let known = known.split(';').next().expect("a cookie").to_owned();
    for _ in 0..6 {
        signs_in(&served.base, "nia.rowe", "a wrong guess", "").await;
    }
    let stranger = signs_in(&served.base, "nia.rowe", PASSWORD, "").await;
    assert!(stranger.starts_with("HTTP/1.1 422") && stranger.contains("Too many attempts"), "{stranger}");
    let owner = signs_in(&served.base, "nia.rowe", PASSWORD, &known).await;
    assert!(owner.starts_with("HTTP/1.1 303"), "{owner}");
    // A browser that is known for one account is a stranger to every other, and has no more guesses than five at its own.
    for _ in 0..5 {
        signs_in(&served.base, "nia.rowe", "a wrong guess", &known).await;
    }
    assert!(signs_in(&served.base, "nia.rowe", PASSWORD, &known).await.contains("Too many attempts"));
}
