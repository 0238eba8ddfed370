//! What comes after a report was read, for whoever asked for the test.

use super::own_page::{self, PersonLinks};
use crate::{Desk, ServiceResult, results::cascades};
use access::Action;
use care::{
    OrderId,
    results::{
        cascade::{self, Funnel},
        next_steps::{Facts, Progress, Relatives, Step},
        report::{Content, Report, ReportQuestion, release::Presence},
    },
};

/// What comes next with a result.
pub struct After {
    /// The steps, in order; none before it was read.
    pub steps: Vec<(Step, Progress)>,
    /// Relatives, counted, once they are listed.
    pub funnel: Option<Funnel>,
    /// On whose pages it can be read once it is released, with their links.
    pub readers: Vec<PersonLinks>,
}

/// What comes next with the latest report of an order, which whoever may read it was shown.
#[crate::boxed]
pub async fn after(desk: &Desk, order: OrderId, report: &Report, content: &Content, presence: &Presence) -> ServiceResult<After> {
    let permit = desk.permit(Action::ReadReport, order).await?;
    let readers = own_page::links_by(desk, &permit, order).await?;
    let listed = cascades::with_tested(desk, &permit, order).await?;
    let funnel = listed.begun.is_some().then(|| listed.funnel());
    let is_settled = funnel.is_some() && listed.relatives.iter().all(|relative| !relative.state.is_open());
    // What a tumour has is not of the family.
    let concerns_relatives = content.question != ReportQuestion::Tumour && content.pathogenic().next().is_some();
    let relatives = match (concerns_relatives, is_settled) {
        (false, _) => None,
        (true, false) => Some(Relatives::Due),
        (true, true) => {
            let entries = desk.service.store.stream(&permit, &cascade::stream(order)).await?;
            entries.last().map(|last| Relatives::Done(last.at))
        }
    };
    let opened = readers.iter().filter_map(PersonLinks::opened).max();
    let facts = Facts { report, presence, opened, is_finding: content.is_finding(), relatives };
    Ok(After { steps: care::results::next_steps::next_steps(&facts), funnel, readers })
}
