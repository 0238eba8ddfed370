//! Laboratories: opening them, saying what each can do, and routing orders to them.

use crate::{Desk, Service, ServiceResult, desk::now, people::staff};
use access::Action;
use care::{
    OdsCode, Refusals,
    directory::{
        TestCode,
        laboratory::{self, Command, Laboratories, Readiness, STREAM},
    },
};
use std::{collections::HashMap, sync::Arc};
use store::{Change, Loaded};

impl Service {
    /// Every laboratory.
    pub async fn laboratories(&self) -> anyhow::Result<Laboratories> {
        Ok(self.laboratory_register().await?.state)
    }

    async fn laboratory_register(&self) -> anyhow::Result<Loaded<Laboratories>> {
        self.store.load(&Service::own_permit(Action::ReadDirectory, STREAM)?, STREAM.into()).await
    }

    /// The laboratories of a demonstration: one that does everything, one that does what is sent on to it.
    pub(crate) async fn open_demonstration_laboratories(self: &Arc<Self>) -> ServiceResult<()> {
        if self.store.sequence(STREAM).await? > 0 {
            return Ok(());
        }
        let desk = self.desk(staff::system());
        for (code, name, serves, otherwise) in staff::demo_laboratories() {
            desk.change_laboratory(Command::Open { code, name, serves, otherwise }).await?;
        }
        Ok(())
    }
}

impl Desk {
    /// Opens a laboratory, or says what it can do.
    pub async fn change_laboratory(&self, command: Command) -> ServiceResult<()> {
        let (action, code, reason) = match &command {
            Command::Open { code, .. } => (Action::OpenLaboratory, code, String::new()),
            Command::Set { code, reason, .. } => (Action::SetReadiness, code, reason.clone()),
        };
        let permit = self.permit_named(action, format!("{STREAM}/{code}"), code.clone()).await?;
        if let Command::Set { test, readiness: Readiness::Live, .. } = &command
            && self.service.catalogue().await?.test(test.as_str()).is_none()
        {
            return Err(Refusals::one("test", format!("{test} is not in the Test Directory")).into());
        }
        let loaded = self.service.laboratory_register().await?;
        let mut change = Change { reason, ..Change::default() };
        change.add(&loaded, &laboratory::decide(&loaded.state, command)?);
        Ok(self.service.store.commit(&permit, change, now()).await?)
    }

    /// The laboratory that an order of this desk goes to.
    pub(crate) async fn route(&self, test: &TestCode) -> ServiceResult<OdsCode> {
        let laboratories = self.service.laboratories().await?;
        let mut open: HashMap<OdsCode, usize> = HashMap::new();
        let candidates = laboratory::candidates(&laboratories, test, &self.staff.organisation);
        // Only where there is a choice does the number of open orders matter.
        if candidates.len() > 1 {
            for code in candidates {
                open.insert(code.clone(), self.service.store.open_orders_of(&code.to_string()).await?);
            }
        }
        let found = laboratory::route(&laboratories, test, &self.staff.organisation, |code| open.get(code).copied().unwrap_or(0));
        found.map_err(|refusal| Refusals(vec![refusal]).into())
    }
}
