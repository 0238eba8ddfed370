//! The page that somebody opened before they were signed in, which they see afterwards: kept in a cookie for a few minutes. Only a page
//! of this service: no address elsewhere is ever led to.

use crate::cookies::Cookies;
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, header},
    middleware::Next,
    response::Response,
};

const COOKIE: &str = "gms-after";
/// Seconds for which the page is kept.
const KEPT: i64 = 5 * 60;
/// Longest address that is kept.
const LONGEST: usize = 1000;
/// Where nobody is led back to: pages of signing in itself, which count once, and what a person of the staff never sees.
const NEVER: [&str; 4] = ["/sign-", "/launch/back", "/link/", "/my"];

/// Whether a page is kept for this browser.
pub(crate) fn is_kept(cookies: Cookies, headers: &HeaderMap) -> bool {
    page(cookies, headers).is_some()
}

/// Keeps which page was opened by whoever is sent to sign in, and leads them there once they have.
pub(crate) async fn lead(State(cookies): State<Cookies>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let opened = opened(&request);
    let kept = page(cookies, request.headers());
    let mut response = next.run(request).await;
    let location = response.headers().get(header::LOCATION).and_then(|to| to.to_str().ok()).map(str::to_owned);
    match location.as_deref() {
        Some("/sign-in") if opened.is_some() => set(cookies, &mut response, &opened.unwrap_or_default(), KEPT),
        Some("/sign-in") if path == "/sign-out" && kept.is_some() => set(cookies, &mut response, "", 0),
        Some("/") if path.starts_with("/sign-in") => {
            if let Some(to) = kept.and_then(|page| HeaderValue::try_from(page).ok()) {
                response.headers_mut().insert(header::LOCATION, to);
                set(cookies, &mut response, "", 0);
            }
        }
        _ => {}
    }
    response
}

fn set(cookies: Cookies, response: &mut Response, value: &str, seconds: i64) {
    if let Some(cookie) = cookies.set(COOKIE, value, seconds) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

/// The page that a browser opened for somebody to read; nothing that a script or a program fetched.
fn opened(request: &Request) -> Option<String> {
    let text = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    let is_page = match text("sec-fetch-mode") {
        Some(mode) => mode == "navigate",
        None => text("accept").is_some_and(|accept| accept.contains("text/html")),
    };
    let page = request.uri().path_and_query()?.as_str();
    (request.method() == Method::GET && is_page && is_local(page)).then(|| page.to_owned())
}

/// The page that was kept for a browser.
fn page(cookies: Cookies, headers: &HeaderMap) -> Option<String> {
    cookies.read(headers, COOKIE).filter(|page| is_local(page))
}

/// Whether an address is one of a page of this service that may be led to.
fn is_local(page: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/?&=%._~+:@-".contains(&byte);
    page.len() <= LONGEST
        && page.len() > 1
        && page.starts_with('/')
        && !page.starts_with("//")
        && page.bytes().all(is_plain)
        && !NEVER.iter().any(|never| page.starts_with(never))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_led_to_another_site() {
        for page in ["/orders/1", "/launch?patient=4010232137&to=order", "/find?q=Oduya%20Marcus"] {
            assert!(is_local(page), "{page}");
        }
        for page in [
            "",
            "/",
            "//elsewhere.example/x",
            "/\\elsewhere.example",
            "https://elsewhere.example/",
            "elsewhere.example",
            "/a\r\nSet-Cookie: x=y",
            "/a;b",
            "/sign-in",
            "/sign-out",
            "/launch/back?code=1",
            "/my/letters/1",
        ] {
            assert!(!is_local(page), "{page}");
        }
        assert!(!is_local(&format!("/{}", "x".repeat(LONGEST))));
    }
}
