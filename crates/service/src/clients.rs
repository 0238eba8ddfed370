//! Systems that ask: opened with a secret that is shown once, known again by its digest.

use crate::{Desk, Service, ServiceError, ServiceResult, accounts::new_staff_id, desk, own::digest};
use access::{Action, Resource};
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
        let resource = Resource { name: "clients".into(), ..Resource::default() };
        let permit = self.store.permit(by, Action::ManageAccounts, &resource, desk::now()).await?;
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
        let resource = Resource { name: "clients".into(), ..Resource::default() };
        let permit = self.store.permit(by, Action::ManageAccounts, &resource, desk::now()).await?;
        let loaded = self.store.load::<Client>(&permit, format!("{}/{id}", client::KIND)).await?;
        let mut change = Change { reason: reason.clone(), ..Change::default() };
        change.add(&loaded, &client::close(&loaded.state, reason)?);
        Ok(self.store.commit(&permit, change, desk::now()).await?)
    }

    /// The desk of a system by its secret, for somebody who prescribes there.
    pub async fn client_desk(self: &Arc<Self>, secret: &str, user: &str) -> ServiceResult<Option<Desk>> {
        let Some(staff) = self.store.client(&digest(secret)).await.map_err(ServiceError::Fault)? else { return Ok(None) };
        let name = if user.is_empty() { staff.name.clone() } else { format!("{} for {user}", staff.name) };
        Ok(Some(self.desk(Staff { name, ..staff })))
    }
}
