//! What the load needs of the service before it is served: which pages there are, and a hospital's system.

use crate::bench::{
    program::Place,
    service::{
        kept,
        pages::{self, Page, Visited},
        person,
    },
};
use anyhow::ensure;
use care::{OrderId, Role};
use service::ordering;

/// What is asked for.
pub(super) struct Prepared {
    /// Pages of every role.
    pub(super) pages: Vec<Page>,
    /// Orders that are taken on.
    pub(super) open: Vec<OrderId>,
    /// Orders that the service holds.
    pub(super) orders: usize,
    /// Who orders by FHIR.
    pub(super) system: System,
}

/// A hospital's system.
#[derive(Clone)]
pub(super) struct System {
    pub(super) id: String,
    pub(super) secret: String,
    /// Code of the hospital.
    pub(super) organisation: String,
    /// The first family that it orders for: another than that of an earlier load, unless days lie between.
    pub(super) first_family: u64,
}

/// Looks through a service that was kept, and opens a system of the demonstration's hospital.
pub(super) async fn prepare(place: &Place) -> anyhow::Result<Prepared> {
    kept::check_kept(&place.folder, place.database.as_deref())?;
    let service = place.open().await?;
    let orders = service.store.all_orders().await?.len();
    let Visited { pages, open } = pages::visited(&service, &kept::orders(&service).await?).await?;
    ensure!(!open.is_empty(), "the service holds no open order");
    let by = person(Role::Administrator)?;
    let hospital = (by.organisation.clone(), by.organisation_name.as_str());
    let (id, secret) = ordering::clients::open(&service, &by, Role::OrderingSystem, "Hospital record of the benchmark", hospital).await?;
    // A family a second is more than are ordered for.
    let first_family = service.now().as_second().unsigned_abs();
    service.store.close().await;
    let system = System { id: id.to_string(), secret, organisation: by.organisation.to_string(), first_family };
    Ok(Prepared { pages, open, orders, system })
}
