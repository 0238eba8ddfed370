//! The work list: taking work on, letting it rest, reminding whoever is waited for.

use crate::{Desk, ServiceResult, outgoing::Outgoing};
use access::Action;
use care::{
    OrderId, Role,
    ordering::work::{self, Command, Work},
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use store::Change;

/// What is done with several lines of a list.
#[derive(Clone, Debug)]
pub enum WorkAction {
    /// Take it on.
    Take,
    /// Let it rest.
    Rest {
        /// Last day.
        until: Date,
        /// Why.
        reason: String,
    },
    /// Remind whoever is waited for.
    Remind,
}

/// A reminder as it is sent.
#[derive(Debug, Serialize, Deserialize)]
pub struct Reminder {
    /// Number of the order.
    pub reminder_of: String,
    /// What is waited for, without naming the person.
    #[serde(rename = "words")]
    pub message: String,
}

/// Does one thing with an order of the list.
#[crate::boxed]
pub async fn act_on(desk: &Desk, order: OrderId, act: &WorkAction) -> ServiceResult<()> {
    let permit = desk.permit(Action::ChangeOrder, order).await?;
    let status = desk.status(&permit, order).await?;
    let request = status.order.request.as_ref().ok_or(crate::ServiceError::NotFound("order"))?;
    let loaded = desk.service.store.load::<Work>(&permit, work::stream(order)).await?;
    let mut change = Change::default();
    change.links.push((order, loaded.stream.clone()));
    let command = match act {
        WorkAction::Take => Command::Assign { to: desk.staff.clone() },
        WorkAction::Rest { until, reason } => {
            change.reason.clone_from(reason);
            Command::Snooze { until: *until, reason: reason.clone() }
        }
        WorkAction::Remind => {
            let of_requester = matches!(status.stage().turn(), Some(Role::Clinician | Role::GenomicAssociate));
            let requester = status.order.requester.as_ref().map(|staff| staff.organisation.clone());
            let to = requester.filter(|_| of_requester).unwrap_or_else(|| request.laboratory.clone());
            let reminder = Reminder { reminder_of: request.number.clone(), message: status.waiting() };
            change.messages.push(Outgoing::Reminder(reminder).to(desk.new_id(), to.to_string()));
            Command::Chase { to, message: status.waiting() }
        }
    };
    change.add(&loaded, &work::decide(command, desk.today())?);
    desk.commit(&permit, change).await
}
