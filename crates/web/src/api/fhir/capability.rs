//! What the API can do, as CapabilityStatement.

use super::{Fhir, call::Call};
use interop::fhir::capability;

pub(crate) async fn get(call: Call) -> Fhir {
    Fhir::ok(capability::statement(&call.server(), env!("CARGO_PKG_VERSION")))
}
