//! The end of an order by a message, with the consents that the patient takes back in it.

use super::Step;
use crate::{
    Desk, ServiceResult,
    ordering::messages::{
        current::{CurrentOrder, is_for_its_person},
        restated::{self, Consents},
    },
};
use care::{
    OrderId, PatientId,
    ordering::{choice::restated::Statement, message::Fault, order::Command},
};
use interop::incoming_order::IncomingOrder;

/// The end of an order, with what the patient takes back.
pub(super) struct Ending {
    /// The desk of the organisation for which it was placed.
    pub desk: Desk,
    pub id: OrderId,
    pub command: Command,
    pub consents: Vec<(PatientId, Statement)>,
}

/// The end of an order that stands, if the message is of its person; with it ends what they take back.
pub(super) async fn ending(
    current: &CurrentOrder,
    incoming: &IncomingOrder,
    command: Command,
    notes: &mut Vec<String>,
) -> ServiceResult<Result<Step, Vec<Fault>>> {
    if let Err(fault) = is_for_its_person(current, incoming) {
        return Ok(Err(vec![fault]));
    }
    let Consents { statements, notes: of_consents, .. } = restated::ended(current, &incoming.ended).await?;
    notes.extend(of_consents);
    Ok(Ok(Step::End(Box::new(Ending { desk: current.desk.clone(), id: current.id, command, consents: statements }))))
}

/// An order that has ended already is not cancelled.
pub(super) fn endable(step: Step, current: Option<&CurrentOrder>, place: &str) -> Result<Step, Vec<Fault>> {
    match current.map(|current| &current.order) {
        Some(order) if order.state.is_final() => {
            let message =
                format!("The order is {} already; a result may have been issued. Ring the laboratory", order.state.label().to_lowercase());
            Err(vec![Fault::new(place, message)])
        }
        _ => Ok(step),
    }
}
