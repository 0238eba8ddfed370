//! Text is sent as gzip to whoever takes it.
//!
//! What is compressed together with what an attacker chose betrays by its length whether the two are alike (BREACH, CVE-2013-3587). No
//! page of this service carries a secret of its session: forms are told apart by where they come from (`app::same_origin`), without a
//! token. What a page says of a person is worth as much, so that nothing is compressed that a page of another site began: there alone
//! does somebody else choose what is looked for, again and again. Tokens (`/oauth2/token`) are never compressed.

use crate::app::is_from_elsewhere;
use axum::{
    extract::Request,
    http::{Extensions, HeaderMap, HeaderValue, StatusCode, Version, header},
    middleware::Next,
    response::Response,
};
use tower_http::compression::{
    CompressionLayer,
    predicate::{Predicate, SizeAbove},
};

/// What is shorter goes in one packet as it is, and its compression would be no gain.
const BYTES_MIN: u64 = 1024;

/// Compresses what is text and long enough. Parts of a file, and what is compressed already, are sent as they are.
pub(crate) fn layer() -> CompressionLayer<impl Predicate> {
    CompressionLayer::new().compress_when(SizeAbove::new(BYTES_MIN).and(is_text))
}

/// Whether an answer is text that is sent as a whole: no file (PDF, BAM, VCF), no stream of lines or events.
fn is_text(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    ["text/html", "text/css", "text/javascript", "application/json", "image/svg+xml"].contains(&kind.as_str()) || kind.ends_with("+json")
}

/// Leaves of the codings that are offered gzip alone, and none where another site began the request. What is left is what the layer and
/// the files go by, so that no answer is ever refused for its coding after something was done.
pub(crate) async fn negotiate(mut request: Request, next: Next) -> Response {
    let is_small = takes_gzip(request.headers()) && !is_from_elsewhere(request.headers());
    request.headers_mut().remove(header::ACCEPT_ENCODING);
    if is_small {
        request.headers_mut().insert(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
    }
    next.run(request).await
}

/// Whether gzip is among the codings that are offered (RFC 9110, section 12.5.3), and not with a weight of nothing.
pub(crate) fn takes_gzip(headers: &HeaderMap) -> bool {
    let offers = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|offer| offer.to_str().ok());
    offers.flat_map(|offer| offer.split(',')).any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        name.trim().eq_ignore_ascii_case("gzip") && is_some(weight)
    })
}

/// Whether a weight such as `q=0.5` is more than nothing; none is one.
fn is_some(weight: &str) -> bool {
    let share = weight.split_once('=').map_or("1", |(_, share)| share.trim());
    share.parse::<f32>().is_ok_and(|share| share > 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: header::HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_static(value))])
    }

    #[test]
    fn gzip_is_sent_to_whoever_offers_it() {
        for offer in ["gzip", "GZIP", "deflate, gzip;q=1.0, *;q=0.5", "br,gzip ; q=0.001", "gzip, deflate, br, zstd"] {
            assert!(takes_gzip(&headers(header::ACCEPT_ENCODING, offer)), "{offer}");
        }
        for offer in ["", "identity", "br", "gzip;q=0", "gzip; q=0.000", "gzip;q=much", "identity;q=0", "ungzip"] {
            assert!(!takes_gzip(&headers(header::ACCEPT_ENCODING, offer)), "{offer}");
        }
        assert!(!takes_gzip(&HeaderMap::new()));
    }

    #[test]
    fn text_is_compressed_and_files_and_streams_are_not() {
        let is = |kind| is_text(StatusCode::OK, Version::HTTP_11, &headers(header::CONTENT_TYPE, kind), &Extensions::new());
        for kind in ["text/html; charset=utf-8", "TEXT/CSS", "text/javascript; charset=utf-8", "application/fhir+json; fhirVersion=4.0"] {
            assert!(is(kind), "{kind}");
        }
        for kind in ["application/pdf", "application/octet-stream", "text/event-stream", "application/fhir+ndjson", "image/png", "text/csv"]
        {
            assert!(!is(kind), "{kind}");
        }
    }
}
