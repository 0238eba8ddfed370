//! Somebody's favourite tests.

use super::catalogue;
use crate::{Desk, ServiceError, ServiceResult};
use access::{Action, Permit};
use care::directory::{
    Test, TestCode,
    favourite::{self, Favourites},
};
use store::Change;

/// A favourite test.
pub struct Favourite {
    /// Its code.
    pub code: TestCode,
    /// The test as the directory has it today; nothing where it is no longer in force.
    pub test: Option<Test>,
}

/// Opens the favourites of the person at a desk: of whoever orders tests.
#[crate::boxed]
pub async fn permit(desk: &Desk) -> ServiceResult<Permit> {
    desk.permit_general(Action::PlaceOrder).await
}

/// The favourite tests of the person at a desk, by code.
#[crate::boxed]
pub async fn list(desk: &Desk) -> ServiceResult<Vec<Favourite>> {
    let permit = permit(desk).await?;
    let favourites = desk.service.store.load::<Favourites>(&permit, favourite::stream(desk.staff.id)).await?.state;
    let catalogue = catalogue::current(&desk.service).await?;
    let found = favourites.0.into_iter().map(|code| Favourite { test: catalogue.test(code.as_str()).cloned(), code });
    let mut found: Vec<Favourite> = found.collect();
    found.sort_by(|a, b| a.code.cmp(&b.code));
    Ok(found)
}

/// Keeps a test of the directory at hand.
#[crate::boxed]
pub async fn star(desk: &Desk, code: &TestCode) -> ServiceResult<()> {
    if catalogue::current(&desk.service).await?.test(code.as_str()).is_none() {
        return Err(ServiceError::NotFound("test in the directory"));
    }
    change(desk, |favourites| favourite::star(favourites, code.clone())).await
}

/// Keeps a test at hand no longer, whether or not it is in the directory still.
#[crate::boxed]
pub async fn unstar(desk: &Desk, code: &TestCode) -> ServiceResult<()> {
    change(desk, |favourites| Ok(favourite::unstar(favourites, code.clone()))).await
}

async fn change(desk: &Desk, decide: impl FnOnce(&Favourites) -> Result<Vec<favourite::Event>, care::Refusals>) -> ServiceResult<()> {
    let permit = permit(desk).await?;
    let loaded = desk.service.store.load::<Favourites>(&permit, favourite::stream(desk.staff.id)).await?;
    let events = decide(&loaded.state)?;
    if events.is_empty() {
        return Ok(());
    }
    let mut change = Change::default();
    change.add(&loaded, &events);
    desk.commit(&permit, change).await
}
