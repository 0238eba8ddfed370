//! Laboratories: opening them, saying what each can do, and routing orders to them.

use crate::{Desk, Service, ServiceResult, directory, people::staff};
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

/// Every laboratory.
#[crate::boxed]
pub async fn list(service: &Service) -> anyhow::Result<Laboratories> {
    Ok(laboratory_register(service).await?.state)
}

async fn laboratory_register(service: &Service) -> anyhow::Result<Loaded<Laboratories>> {
    service.store.load(&Service::directory_permit(STREAM)?, STREAM.into()).await
}

/// The laboratories of a demonstration: one that does everything, one that does what is sent on to it.
pub(crate) async fn open_demonstration_laboratories(service: &Arc<Service>) -> ServiceResult<()> {
    if service.store.sequence(STREAM).await? > 0 {
        return Ok(());
    }
    let desk = service.desk(staff::system());
    for (code, name, serves, otherwise) in staff::demo_laboratories() {
        change(&desk, Command::Open { code, name, serves, otherwise }).await?;
    }
    Ok(())
}

/// Opens a laboratory, or says what it can do.
#[crate::boxed]
pub async fn change(desk: &Desk, command: Command) -> ServiceResult<()> {
    let (action, code, reason) = match &command {
        Command::Open { code, .. } => (Action::OpenLaboratory, code, String::new()),
        Command::Set { code, reason, .. } => (Action::SetReadiness, code, reason.clone()),
        Command::SetContact { code, .. } => (Action::SetReadiness, code, String::new()),
    };
    let permit = desk.permit_named(action, format!("{STREAM}/{code}"), code.clone()).await?;
    if let Command::Set { test, readiness: Readiness::Live, .. } = &command
        && directory::catalogue::current(&desk.service).await?.test(test.as_str()).is_none()
    {
        return Err(Refusals::one("test", format!("{test} is not in the Test Directory")).into());
    }
    let loaded = laboratory_register(&desk.service).await?;
    let mut change = Change { reason, ..Change::default() };
    change.add(&loaded, &laboratory::decide(&loaded.state, command)?);
    Ok(desk.service.store.commit(&permit, change, desk.now()).await?)
}

/// The laboratory that an order of this desk goes to.
pub(crate) async fn route(desk: &Desk, test: &TestCode) -> ServiceResult<OdsCode> {
    let laboratories = list(&desk.service).await?;
    let mut open: HashMap<OdsCode, usize> = HashMap::new();
    let candidates = laboratory::candidates(&laboratories, test, &desk.staff.organisation);
    // Only where there is a choice does the number of open orders matter.
    if candidates.len() > 1 {
        for code in candidates {
            open.insert(code.clone(), desk.service.store.open_orders_of(&code.to_string()).await?);
        }
    }
    let found = laboratory::route(&laboratories, test, &desk.staff.organisation, |code| open.get(code).copied().unwrap_or(0));
    found.map_err(|refusal| Refusals(vec![refusal]).into())
}
