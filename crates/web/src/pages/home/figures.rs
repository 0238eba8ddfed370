//! What managers see above their list.

use crate::{
    chart::{self, Bar, Chart},
    error::PageError,
    pages::{PageResult, ordering::turnaround},
};
use access::Permit;
use care::Role;
use service::{Desk, ordering::days::WEEKS};

/// What managers see: open orders by who acts next, and days by stage.
pub(super) async fn of_desk(desk: &Desk, permit: &Permit) -> PageResult<(Option<Chart>, Vec<String>)> {
    if desk.staff.role != Role::Manager {
        return Ok((None, vec![]));
    }
    let counts = async { Ok::<_, PageError>(desk.service.store.waiting_by_role(permit).await?) };
    let (counts, days) = tokio::try_join!(counts, turnaround::stages(desk, WEEKS))?;
    Ok((waiting(&counts), days.into()))
}

/// Open orders by who is waited for, where there are any.
fn waiting(counts: &[(Option<Role>, usize)]) -> Option<Chart> {
    let label = |role: &Option<Role>| role.map_or("Nobody: the program works", Role::label).to_owned();
    let bars: Vec<Bar> = counts.iter().map(|(role, count)| Bar { label: label(role), value: *count as f64 }).collect();
    (!bars.is_empty()).then(|| chart::bars("Open orders by who acts next", "orders", &bars))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manager_sees_whom_open_orders_wait_for() {
        let chart = waiting(&[(Some(Role::Consultant), 3), (None, 1)]).expect("a chart");
        assert_eq!(chart.rows, [["Consultant", "3"], ["Nobody: the program works", "1"]]);
        assert!(waiting(&[]).is_none());
    }
}
