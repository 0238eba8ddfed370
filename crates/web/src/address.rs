//! Where the service is reached: as it was said when it was started, else as whoever asks sees it.

use crate::door::Reached;
use axum::{
    Extension,
    extract::FromRequestParts,
    http::{header, request::Parts},
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
        Ok(Address(said.unwrap_or_else(|| seen(parts))))
    }
}

/// The address by which whoever asks reached the service, through what is trusted to stand before it.
fn seen(parts: &Parts) -> String {
    let of_header = || parts.headers.get(header::HOST).and_then(|host| host.to_str().ok()).map(str::to_owned);
    let (scheme, host, prefix) = match parts.extensions.get::<Reached>() {
        Some(reached) => (if reached.is_https { "https" } else { "http" }, reached.host.clone(), reached.prefix.as_str()),
        None => ("http", of_header(), ""),
    };
    format!("{scheme}://{}{prefix}", host.as_deref().unwrap_or("localhost"))
}
