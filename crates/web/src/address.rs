//! Where the service is reached: as it was said when it was started, else as whoever asks sees it.

use axum::{
    Extension,
    extract::FromRequestParts,
    http::{HeaderMap, request::Parts},
};
use std::convert::Infallible;

/// The address that was said, without a stroke at its end.
#[derive(Clone, Debug, Default)]
pub(crate) struct SaidAddress(pub Option<String>);

/// The address of the service in an answer.
#[derive(Clone, Debug)]
pub(crate) struct Address(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Address {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Address, Infallible> {
        let said = Extension::<SaidAddress>::from_request_parts(parts, state).await.ok().and_then(|said| said.0.0);
        Ok(Address(said.unwrap_or_else(|| seen(&parts.headers))))
    }
}

/// The address by which whoever asks reached the service, through whatever stands before it.
fn seen(headers: &HeaderMap) -> String {
    let said = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    let forwarded = |name: &str| said(name).and_then(|value| value.split(',').next()).map(str::trim);
    let scheme = forwarded("x-forwarded-proto").filter(|scheme| ["http", "https"].contains(scheme)).unwrap_or("http");
    let host = forwarded("x-forwarded-host").or_else(|| said("host")).filter(|host| is_host(host)).unwrap_or("localhost");
    let prefix = forwarded("x-forwarded-prefix").filter(|prefix| is_path(prefix)).unwrap_or_default();
    format!("{scheme}://{host}{}", prefix.trim_end_matches('/'))
}

fn is_host(host: &str) -> bool {
    !host.is_empty() && host.chars().all(|c| c.is_ascii_alphanumeric() || ['.', '-', ':', '[', ']', '_'].contains(&c))
}

fn is_path(path: &str) -> bool {
    path.starts_with('/') && path.chars().all(|c| c.is_ascii_alphanumeric() || ['/', '.', '-', '_'].contains(&c))
}
