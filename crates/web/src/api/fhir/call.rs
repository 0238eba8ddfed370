//! What a client calls with: where it found the API, its token, its preferences.

use super::Refused;
use crate::{address::Address, api::token};
use axum::{
    Extension, RequestPartsExt,
    extract::FromRequestParts,
    http::{HeaderMap, request::Parts},
};
use service::{
    Desk, Service,
    ordering::clients::{Access, TokenDesk},
};
use std::{convert::Infallible, sync::Arc};

/// Where the API was found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Base(pub &'static str);

/// A call of a client.
pub(crate) struct Call {
    /// The service.
    pub service: Arc<Service>,
    /// Headers as they were sent.
    pub headers: HeaderMap,
    base: &'static str,
    address: String,
}

/// Reading.
pub(crate) const READ: Access = Access::Read;
/// Writing.
pub(crate) const WRITE: Access = Access::Write;

impl FromRequestParts<Arc<Service>> for Call {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, service: &Arc<Service>) -> Result<Call, Infallible> {
        let base = parts.extract::<Extension<Base>>().await.map_or(super::BASES[0], |Extension(Base(base))| base);
        let Address(address) = parts.extract::<Address>().await?;
        Ok(Call { service: Arc::clone(service), headers: parts.headers.clone(), base, address })
    }
}

impl Call {
    /// The desk at which the client is, if its token lets it do this.
    pub async fn desk(&self, access: Access) -> Result<Desk, Refused> {
        match token::desk(&self.service, &self.headers, access).await? {
            TokenDesk::At(desk) => Ok(desk),
            TokenDesk::Unknown => Err(Refused::NoToken),
            TokenDesk::OutOfScope => Err(Refused::OutOfScope(access.scope())),
        }
    }

    /// The address of the API as the client sees it, or as it was said when the service was started.
    pub fn server(&self) -> String {
        format!("{}{}", self.address, self.base)
    }

    /// The address of the service.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Whether the client prefers something, such as `handling=strict`. Source: RFC 7240.
    pub fn prefers(&self, preference: &str) -> bool {
        let preferences = self.headers.get_all("prefer").iter().filter_map(|value| value.to_str().ok());
        preferences.flat_map(|value| value.split([',', ';'])).any(|one| one.trim().eq_ignore_ascii_case(preference))
    }

    /// A header as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim)
    }
}
