//! What a client calls with: where it found the API, its token, its preferences.

use super::{Refused, read::offers};
use crate::{address::Address, api::token};
use axum::{
    Extension, RequestPartsExt,
    extract::FromRequestParts,
    http::{HeaderMap, request::Parts},
};
use serde_json::Value;
use service::{
    Desk, Service,
    ordering::clients::{Interaction, Scopes, TokenBearer},
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

/// A system that calls, and what its token lets it do.
pub(crate) struct Caller {
    /// Its desk.
    pub desk: Desk,
    /// What its token covers.
    pub scopes: Scopes,
}

impl FromRequestParts<Arc<Service>> for Call {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, service: &Arc<Service>) -> Result<Call, Infallible> {
        let base = parts.extract::<Extension<Base>>().await.map_or(super::BASES[0], |Extension(Base(base))| base);
        let Address(address) = parts.extract::<Address>().await?;
        Ok(Call { service: Arc::clone(service), headers: parts.headers.clone(), base, address })
    }
}

impl Call {
    /// Who calls, if something is done with a kind of resources at all, and the token covers it, with all of them or with some.
    pub async fn caller(&self, kind: &str, interaction: &str) -> Result<Caller, Refused> {
        let caller = self.any_caller().await?;
        offers(kind, interaction)?;
        let interaction = Interaction::named(interaction).ok_or_else(|| Refused::not_found("interaction"))?;
        if !caller.scopes.covers(kind, interaction) {
            return Err(Refused::OutOfScope(vec![interaction.scope(kind)]));
        }
        Ok(caller)
    }

    /// Who calls to write; what is written is looked at where it is known.
    pub async fn writing_caller(&self) -> Result<Caller, Refused> {
        let caller = self.any_caller().await?;
        if !caller.scopes.cover_writing() {
            return Err(Refused::OutOfScope(vec![Interaction::Create.scope("ServiceRequest")]));
        }
        Ok(caller)
    }

    /// Who calls, whatever the token lets do.
    async fn any_caller(&self) -> Result<Caller, Refused> {
        let TokenBearer { desk, scopes } = token::token_bearer(&self.service, &self.headers).await?.ok_or(Refused::NoToken)?;
        Ok(Caller { desk, scopes })
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

impl Caller {
    /// Refuses what the token does not cover for every resource of these kinds.
    pub fn covers_all(&self, kinds: &[&str], interaction: Interaction) -> Result<(), Refused> {
        let missing = kinds.iter().filter(|kind| !self.scopes.covers_all(kind, interaction));
        none_missing(missing.map(|kind| interaction.scope(kind)).collect())
    }

    /// Refuses what the token covers for no resource of these kinds.
    pub fn covers(&self, kinds: &[&str], interaction: Interaction) -> Result<(), Refused> {
        let missing = kinds.iter().filter(|kind| !self.scopes.covers(kind, interaction));
        none_missing(missing.map(|kind| interaction.scope(kind)).collect())
    }

    /// A resource that may be read; one that the token does not cover is refused.
    pub fn read(&self, resource: Value) -> Result<Value, Refused> {
        if self.scopes.cover_resource(&resource, Interaction::Read) {
            return Ok(resource);
        }
        let kind = resource["resourceType"].as_str().unwrap_or_default();
        Err(Refused::OutOfScope(vec![Interaction::Read.scope(kind)]))
    }
}

fn none_missing(missing: Vec<String>) -> Result<(), Refused> {
    if missing.is_empty() { Ok(()) } else { Err(Refused::OutOfScope(missing)) }
}
