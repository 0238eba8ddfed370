//! The end of an order by a message, with the consents that the patient takes back in it.

use super::Step;
use crate::{
    Desk, ServiceResult, directory,
    ordering::messages::{
        current::{CurrentOrder, is_for_its_person},
        form,
        restated::{self, Consents},
    },
};
use care::{
    OrderId, PatientId,
    directory::Test,
    ordering::{choice::restated::Statement, client::Client, message::Fault, order::Command},
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
    (current, client): (&CurrentOrder, &Client),
    incoming: &IncomingOrder,
    command: Command,
    notes: &mut Vec<String>,
) -> ServiceResult<Result<Step, Vec<Fault>>> {
    if let Err(fault) = is_for_its_person(current, incoming) {
        return Ok(Err(vec![fault]));
    }
    if let Some(fault) = of_another_test(current, client, incoming).await? {
        return Ok(Err(vec![fault]));
    }
    let Consents { statements, notes: of_consents, .. } = restated::ended(current, &incoming.ended).await?;
    notes.extend(of_consents);
    Ok(Ok(Step::End(Box::new(Ending { desk: current.desk.clone(), id: current.id, command, consents: statements }))))
}

/// Why an order is not ended by a message that names tests beside its number, none of which is the order's. What is no test of the
/// Test Directory says nothing.
#[crate::boxed]
async fn of_another_test(current: &CurrentOrder, client: &Client, incoming: &IncomingOrder) -> ServiceResult<Option<Fault>> {
    let Some(request) = current.order.request.as_ref().filter(|_| !incoming.tests.is_empty()) else { return Ok(None) };
    let desk = &current.desk;
    let catalogue = directory::catalogue::current(&desk.service).await?;
    let sources = form::Sources::for_order(desk, &catalogue, client, (current.id, incoming));
    let named: Option<Vec<Test>> = incoming.tests.iter().map(|codes| form::test(&sources, codes).ok()).collect();
    let Some(named) = named.filter(|named| named.iter().all(|test| test.code != request.test)) else { return Ok(None) };
    let named = named.iter().map(|test| test.code.to_string()).collect::<Vec<_>>().join(", ");
    let message = format!(
        "The message names the test {named}, and the number {} stands for an order of {}: nothing was changed; send the number and the \
         test of the order that is meant",
        incoming.number, request.test
    );
    Ok(Some(Fault::new(&incoming.place, message)))
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
