//! Samples in the laboratory.

use crate::{Desk, ServiceResult};
use access::Action;
use care::{
    OrderId, Refusals, SampleId,
    order::{self, Order},
    sample::{self, Command, Sample},
};
use store::Change;

impl Desk {
    /// Moves a sample along. Receiving the first sample of a submitted order accepts the request.
    pub async fn handle_sample(&self, order: OrderId, id: SampleId, command: Command) -> ServiceResult<()> {
        let permit = self.permit(Action::HandleSample, order).await?;
        let store = &self.service.store;
        let loaded = store.load::<Sample>(&permit, id.stream()).await?;
        if loaded.state.label.as_ref().is_none_or(|l| l.order != order) {
            return Err(crate::ServiceError::NotFound("sample of this order"));
        }
        let mut change = Change::default();
        if let Command::Reject { reason } = &command {
            change.reason.clone_from(reason);
        }
        let held = store.load::<Order>(&permit, order.stream()).await?;
        let label = loaded.state.label.clone().filter(|_| matches!(command, Command::Reject { .. }) && !held.state.state.is_final());
        if let Some(label) = label {
            // A rejected sample leaves its person waiting for a new one of the same material.
            self.expect_sample(&permit, &mut change, order, label.patient, &label.material).await?;
        }
        let works_on = matches!(command, Command::Accept | Command::Prepare { .. } | Command::Sequence);
        if works_on && held.state.state.is_final() {
            let words = format!(
                "The order is {}: do not work on this sample. Reject it, and return or destroy it",
                held.state.state.words().to_lowercase()
            );
            return Err(Refusals::one("order", words).into());
        }
        let receiving = matches!(command, Command::Receive { .. });
        change.add(&loaded, &sample::decide(&loaded.state, command)?);
        if receiving && held.state.state == order::State::Submitted {
            change.add(&held, &order::decide(&held.state, order::Command::Accept, &self.staff)?);
        }
        self.commit(&permit, order, change).await
    }
}
