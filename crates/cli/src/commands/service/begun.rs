//! Whether a service was begun at a place: a mistyped folder, or a mistyped database, would be served empty beside the one that was meant.

use super::admin;
use crate::arguments::service::Place;
use anyhow::ensure;
use store::{JOURNAL, Store};

/// Refuses a folder, or a database, in which no service was begun. Nothing is made there.
pub fn check(place: &Place) -> anyhow::Result<()> {
    if admin::database(place)?.is_some() {
        return check_database(place);
    }
    let (folder, again) = (place.dir.display(), place.again());
    ensure!(
        place.dir.join(JOURNAL).is_file(),
        "there is no service in {folder} ({JOURNAL} is not there): look at --dir, and at --database where the service uses PostgreSQL. A \
         new service begins with its first account: gms account {again} …; gms serve --new begins one without"
    );
    Ok(())
}

/// Refuses a database in which no service was begun, where one is named. In a folder the first account begins a service.
pub fn check_database(place: &Place) -> anyhow::Result<()> {
    let Some(address) = admin::database(place)? else { return Ok(()) };
    let there = tokio::runtime::Runtime::new()?.block_on(Store::look_at(&address))?;
    let (database, again) = (there.place, place.again());
    ensure!(
        there.holds_service,
        "{database} holds no service: look at --database, --database-file or GMS_DATABASE. A new service begins there with its first \
         account: gms account --new {again} …; gms serve --new begins one without"
    );
    Ok(())
}
