//! Systems that ask: opened with a secret that is shown once, known again by its digest.

use crate::{Desk, Service, ServiceResult, accounts::new_staff_id, desk, own::digest};
use argon2::password_hash::rand_core::{OsRng, RngCore};
use care::{
    OdsCode, Role, Staff, StaffId,
    client::{self, Client},
};
use std::{fmt::Write, sync::Arc};
use store::Change;

impl Service {
    /// Lets a hospital's system ask; its secret is given back once and kept nowhere.
    pub async fn open_client(&self, by: &Staff, name: &str, organisation: OdsCode, of: &str) -> ServiceResult<(StaffId, String)> {
        let permit = self.permit_accounts(by).await?;
        let mut bytes = [0; 20];
        OsRng.fill_bytes(&mut bytes);
        let secret = bytes.iter().fold(String::from("gms_"), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        });
        let id = new_staff_id();
        let staff =
            Staff { id, name: name.trim().to_owned(), role: Role::PrescribingSystem, organisation, organisation_name: of.to_owned() };
        let loaded = self.store.load::<Client>(&permit, format!("{}/{id}", client::KIND)).await?;
        let mut change = Change::default();
        change.add(&loaded, &client::open(&loaded.state, staff, digest(&secret))?);
        self.store.commit(&permit, change, desk::now()).await?;
        Ok((id, secret))
    }

    /// Ends a system's asking, at once.
    pub async fn close_client(&self, by: &Staff, id: StaffId, reason: String) -> ServiceResult<()> {
        let permit = self.permit_accounts(by).await?;
        let loaded = self.store.load::<Client>(&permit, format!("{}/{id}", client::KIND)).await?;
        let mut change = Change { reason: reason.clone(), ..Change::default() };
        change.add(&loaded, &client::close(&loaded.state, reason)?);
        Ok(self.store.commit(&permit, change, desk::now()).await?)
    }

    /// The desk of a system by its secret.
    pub async fn client_desk(self: &Arc<Self>, secret: &str) -> ServiceResult<Option<Desk>> {
        Ok(self.store.client(&digest(secret)).await?.map(|staff| self.desk(staff)))
    }
}

impl Desk {
    /// The same desk, for somebody who works at that system.
    #[must_use]
    pub fn on_behalf_of(mut self, user: &str) -> Desk {
        self.staff.name = format!("{} for {user}", self.staff.name);
        self
    }
}
