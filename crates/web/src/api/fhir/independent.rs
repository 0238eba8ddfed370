//! Resources that belong to no order: what a system subscribed to, and the tests of the directory.

use super::{Refused, subscription};
use interop::fhir::{definition, resource::Resource};
use service::{Desk, directory::catalogue};

/// Every resource of a kind that belongs to no order; nothing for other kinds.
pub(super) async fn resources(desk: &Desk, kind: &str) -> Result<Option<Vec<Resource>>, Refused> {
    Ok(match kind {
        "Subscription" => Some(subscription::resources(desk).await?),
        "PlanDefinition" | "ActivityDefinition" => {
            let catalogue = catalogue::current(&desk.service).await?;
            let versioned = catalogue.tests.iter().map(|test| (test, catalogue.version_of(&test.code)));
            Some(definition::of_kind(kind, &versioned.collect::<Vec<_>>()))
        }
        _ => None,
    })
}
