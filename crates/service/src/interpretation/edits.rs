//! What both scientists say to an edit of what they concluded, and that they have read one of its wording.

use crate::{Desk, ServiceError, ServiceResult, Status};
use access::Action;
use care::{
    InterpretationId, OrderId, StaffId,
    interpretation::{
        case::{self, Interpretation},
        edit::{Command, Edit},
    },
};
use store::Change;
use uuid::Uuid;

/// An edit as the page of a case lists it.
pub struct ListedEdit {
    /// The edit.
    pub edit: Edit,
    /// It waits to be read by whoever looks.
    pub is_unread: bool,
}

/// One of the two scientists agrees with an edit that they were shown; it takes effect once both have.
#[crate::boxed]
pub async fn agree(desk: &Desk, order: OrderId, edit: Uuid) -> ServiceResult<()> {
    answer(desk, order, Command::Agree { edit }, String::new()).await
}

/// One of the two scientists does not agree, or whoever edited the text takes that back: it stays as it was.
#[crate::boxed]
pub async fn decline(desk: &Desk, order: OrderId, edit: Uuid, reason: String) -> ServiceResult<()> {
    answer(desk, order, Command::Decline { edit, reason: reason.clone() }, reason).await
}

/// One of the two scientists has read an edit of the wording of what they signed, in whichever interpretation of the case: it no longer
/// waits for them.
#[crate::boxed]
pub async fn read(desk: &Desk, order: OrderId, edit: Uuid) -> ServiceResult<()> {
    answer(desk, order, Command::Read { edit }, String::new()).await
}

/// Edits of the present interpretation that are in force, and those of earlier ones that somebody has not read, oldest first.
pub fn listed(status: &Status, reader: StaffId) -> Vec<ListedEdit> {
    let latest = status.interpretation().map(|(id, _)| *id);
    let of_one = |(id, interpretation): &(InterpretationId, Interpretation)| {
        let unread = interpretation.unread_edits();
        let is_unread = |edit: &Edit| unread.iter().any(|(other, who)| other.id == edit.id && who.id == reader);
        let listed = interpretation.edits.iter().map(|edit| ListedEdit { edit: edit.clone(), is_unread: is_unread(edit) });
        listed.filter(|listed| Some(*id) == latest || listed.is_unread).collect::<Vec<_>>()
    };
    status.interpretations.iter().flat_map(of_one).collect()
}

async fn answer(desk: &Desk, order: OrderId, command: Command, reason: String) -> ServiceResult<()> {
    let permit = desk.permit(Action::CheckInterpretation, order).await?;
    let status = desk.status(&permit, order).await?;
    let has_edit = |interpretation: &Interpretation| match &command {
        Command::Read { edit } => interpretation.edits.iter().any(|known| known.id == *edit),
        Command::Edit(_) | Command::Keep(_) | Command::Agree { .. } | Command::Decline { .. } => false,
    };
    let of_edit = status.interpretations.iter().find(|(_, interpretation)| has_edit(interpretation));
    let (id, _) = of_edit.or(status.interpretation()).ok_or(ServiceError::NotFound("interpretation"))?;
    let loaded = desk.service.store.load::<Interpretation>(&permit, id.stream()).await?;
    let mut change = Change { reason: reason.trim().to_owned(), ..Change::default() };
    change.add(&loaded, &case::decide(&loaded.state, case::Command::Text(command), &desk.staff)?);
    desk.commit(&permit, change).await
}
