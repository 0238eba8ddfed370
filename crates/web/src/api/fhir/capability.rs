//! What the API can do, as CapabilityStatement.

use super::{Fhir, call::Call};
use crate::api::token;
use interop::fhir::capability;

pub(crate) async fn get(call: Call) -> Fhir {
    Fhir::ok(capability::statement(&call.server(), &format!("{}{}", call.address(), token::PATH), env!("CARGO_PKG_VERSION")))
}
