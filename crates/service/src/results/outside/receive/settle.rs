//! Where a result is put, and what becomes of it beside those of the same work that came before.

use super::{
    super::{
        doubt,
        find::{self, Found, Target},
        replace::{self, Known},
    },
    Step,
};
use crate::ServiceResult;
use care::{
    OutsideResultId,
    results::outside::{self, Arrival, Placement, Received},
};

/// Where a result is put, with what came before under its numbers.
pub(super) struct Settled {
    pub found: Found,
    pub arrival: Arrival<OutsideResultId>,
    pub known: Vec<Known>,
    /// What the sender should know beside where it is.
    pub note: Option<String>,
}

impl Step<'_> {
    /// Where a result is put, and what becomes of it beside those of the same work that came before.
    pub(super) async fn settled(&self, received: &Received, beside: &[String]) -> ServiceResult<Settled> {
        let (in_this_message, mut known) = (&self.done.results, vec![]);
        self.know(&mut known, received, None).await?;
        let same = replace::of_same_work(&known, received, in_this_message);
        let mut live = same.iter().rev().filter(|(_, loaded)| loaded.state.is_live());
        let on_order = live.find_map(|(id, loaded)| Some((*id, loaded.state.filed.as_ref()?.order)));
        let found = find::place(self.desk, (received, beside), &self.client.results_in, on_order).await?;
        let Some(target) = &found.target else {
            return Ok(Settled { found, arrival: Arrival::InForce { replaces: vec![] }, known, note: None });
        };
        self.know(&mut known, received, Some(target)).await?;
        let (order, same) = (target.view.id, replace::of_same_work(&known, received, in_this_message));
        let of_order = replace::of_order(&same, received, order);
        let (arrival, beside) = (outside::arrival(received, &of_order), doubt::beside(received, &of_order));
        let note = beside.filter(|_| matches!(arrival, Arrival::InForce { .. }));
        match doubt::why(received, (order, &target.view.number), &known, &arrival) {
            Some(why) => {
                let found = Found { placement: Placement::Unmatched { why }, target: None, laboratories: found.laboratories };
                Ok(Settled { found, arrival, known, note: None })
            }
            None => Ok(Settled { found, arrival, known, note }),
        }
    }

    /// Adds the results under the numbers of one that came before it, with this message or an earlier one.
    async fn know(&self, known: &mut Vec<Known>, received: &Received, target: Option<&Target>) -> ServiceResult<()> {
        let ids = replace::numbered(&self.desk.service.store, &self.permit, received, target).await?;
        for id in ids.into_iter().chain(self.done.results.iter().copied()) {
            if known.iter().all(|(other, _)| *other != id) {
                known.push((id, self.load(id).await?));
            }
        }
        Ok(())
    }
}
