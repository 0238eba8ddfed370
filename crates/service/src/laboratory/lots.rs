//! Lots of reagents: registered, opened, withdrawn; and which samples were treated with one.

use super::worklists;
use crate::{Desk, ServiceError, ServiceResult};
use access::{Action, Permit};
use care::{
    LotId, Refusals, WorklistId,
    laboratory::{
        container::Position,
        lot::{self, Command, Lot, Registered},
        worklist::{Created, Listed, Outcome, Worklist},
    },
};
use jiff::civil::Date;
use store::{Change, Loaded, LotLine, Paged};

/// A lot as it is entered.
#[derive(Clone, Debug)]
pub struct NewLot {
    /// What it is.
    pub name: String,
    /// Who made it.
    pub maker: String,
    /// Lot number of the maker.
    pub number: String,
    /// The last day on which it may be used.
    pub expires: Date,
}

/// A sample that was treated with a lot.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Treated {
    /// The worklist.
    pub worklist: WorklistId,
    /// What it was.
    pub created: Created,
    /// State of the worklist, in words.
    pub state: &'static str,
    /// Position.
    pub position: Position,
    /// The sample; of an order that is not open to the reader, without its number.
    pub listed: Listed,
    /// Its order is not open to the reader.
    pub is_hidden: bool,
    /// What came of it.
    pub outcome: Option<Outcome>,
    /// Why it was left out when the worklist was finished, if it was.
    pub left_out: Option<String>,
}

/// Registers a lot of this laboratory. No two have one maker and one lot number.
#[crate::boxed]
pub async fn register(desk: &Desk, new: NewLot) -> ServiceResult<LotId> {
    let id = LotId(desk.new_id());
    let permit = desk.permit_named(Action::HandleSample, id.stream(), desk.staff.organisation.clone()).await?;
    let NewLot { name, maker, number, expires } = new;
    let registered = Registered { name, maker, number, expires, laboratory: desk.staff.organisation.clone() };
    if let Some(known) = desk.service.store.lot_by_key(&registered.key()).await? {
        let message = format!("Lot {} of {} is registered already, as {}", known.number, known.maker, known.name);
        return Err(Refusals::one("number", message).into());
    }
    let loaded = desk.service.store.load::<Lot>(&permit, id.stream()).await?;
    let mut change = Change::default();
    change.add(&loaded, &lot::decide(&loaded.state, Command::Register(registered), desk.today())?);
    desk.commit(&permit, change).await?;
    Ok(id)
}

/// A page of the lots of this laboratory: those that are not withdrawn, or those that are.
#[crate::boxed]
pub async fn list(desk: &Desk, withdrawn: bool, page: u64) -> ServiceResult<Paged<LotLine>> {
    let permit = desk.permit_named(Action::HandleSample, "lots", desk.staff.organisation.clone()).await?;
    Ok(desk.service.store.lots(&permit, withdrawn, page).await?)
}

/// Lots of this laboratory that can be used today, the first to expire first: however many have expired and were not withdrawn.
#[crate::boxed]
pub async fn usable(desk: &Desk) -> ServiceResult<Vec<LotLine>> {
    let permit = desk.permit_named(Action::HandleSample, "lots", desk.staff.organisation.clone()).await?;
    Ok(desk.service.store.usable_lots(&permit, desk.today()).await?)
}

/// Opens or withdraws a lot.
#[crate::boxed]
pub async fn change(desk: &Desk, id: LotId, command: Command) -> ServiceResult<()> {
    let (permit, loaded) = loaded(desk, id).await?;
    let mut change = Change::default();
    if let Command::Withdraw { reason } = &command {
        reason.trim().clone_into(&mut change.reason);
    }
    change.add(&loaded, &lot::decide(&loaded.state, command, desk.today())?);
    desk.commit(&permit, change).await
}

/// A lot, and every sample that was treated with it, by worklist and position.
#[crate::boxed]
pub async fn treated(desk: &Desk, id: LotId) -> ServiceResult<(Lot, Vec<Treated>)> {
    let (permit, loaded) = loaded(desk, id).await?;
    let mut treated = Vec::new();
    for (worklist, _) in &loaded.state.used {
        let mut used_for = desk.service.store.load::<Worklist>(&permit, worklist.stream()).await?.state;
        let created = used_for.created.clone().ok_or(ServiceError::NotFound("worklist"))?;
        let hidden = worklists::hide(desk, &mut used_for.listed).await?;
        treated.extend(used_for.listed.iter().map(|(position, listed)| Treated {
            worklist: *worklist,
            created: created.clone(),
            state: used_for.state.label(),
            position: *position,
            listed: listed.clone(),
            is_hidden: hidden.contains(&listed.order),
            outcome: used_for.outcomes.get(position).cloned(),
            left_out: used_for.left_out.get(position).cloned(),
        }));
    }
    Ok((loaded.state, treated))
}

pub(super) async fn loaded(desk: &Desk, id: LotId) -> ServiceResult<(Permit, Loaded<Lot>)> {
    let line = desk.service.store.lot(id).await?.ok_or(ServiceError::NotFound("lot"))?;
    let laboratory = line.laboratory.parse().map_err(|_| ServiceError::NotFound("laboratory of this lot"))?;
    let permit = desk.permit_named(Action::HandleSample, id.stream(), laboratory).await?;
    let loaded = desk.service.store.load(&permit, id.stream()).await?;
    Ok((permit, loaded))
}
