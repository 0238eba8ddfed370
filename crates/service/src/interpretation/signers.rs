//! Who can go on with a case once two have signed, so that nobody waits for a signature that nobody can give.

use crate::{Desk, ServiceError, ServiceResult};
use access::{Action, Permit};
use care::{
    OrderId, Refusals, Staff, StaffId,
    interpretation::case::{Interpretation, State},
};

/// People who have not signed yet and may, by the policy and their accounts.
#[derive(Clone, Debug, Default)]
pub struct Signers {
    /// Who can decide between two scientists who differ.
    pub deciders: Vec<Staff>,
    /// Who can authorise the report.
    pub authorisers: Vec<Staff>,
}

impl Signers {
    /// The only person who can authorise, if there is one alone.
    pub fn only_authoriser(&self) -> Option<&Staff> {
        match &self.authorisers[..] {
            [only] => Some(only),
            _ => None,
        }
    }

    /// Who can decide beside somebody.
    pub fn deciders_beside(&self, staff: StaffId) -> Vec<&Staff> {
        self.deciders.iter().filter(|decider| decider.id != staff).collect()
    }

    /// Names in a sentence.
    pub fn names<'a>(staff: impl IntoIterator<Item = &'a Staff>) -> String {
        let names: Vec<String> = staff.into_iter().map(|s| format!("{} ({})", s.name, s.role.label().to_lowercase())).collect();
        names.join(", ")
    }
}

/// Who can go on with an order's case.
#[crate::boxed]
pub async fn signers(desk: &Desk, order: OrderId, interpretation: &Interpretation) -> ServiceResult<Signers> {
    let permit = desk.permit(Action::ReadCase, order).await?;
    of_case(desk, &permit, order, interpretation).await
}

/// The same by a permit at hand.
pub(super) async fn of_case(desk: &Desk, permit: &Permit, order: OrderId, interpretation: &Interpretation) -> ServiceResult<Signers> {
    let signed = signed(interpretation);
    let colleagues = colleagues(desk, permit, order).await?;
    let deciders = who_may(&colleagues, Action::CheckInterpretation, &signed);
    let authorisers = who_may(&colleagues, Action::AuthoriseReport, &signed);
    Ok(Signers { deciders, authorisers })
}

/// Who has signed an interpretation.
fn signed(interpretation: &Interpretation) -> Vec<StaffId> {
    match (&interpretation.state, &interpretation.difference) {
        (State::Checked { first, second, .. } | State::Edited { first, second, .. }, _) => vec![first.id, second.id],
        (State::Proposed { first, .. }, _) => vec![first.id],
        (State::Differs, Some(difference)) => vec![difference.first.1.id, difference.second.1.id],
        _ => vec![],
    }
}

/// People of the organisations of an order who may do something with it by the policy.
pub(crate) async fn able(desk: &Desk, permit: &Permit, order: OrderId, action: Action) -> ServiceResult<Vec<Staff>> {
    Ok(who_may(&colleagues(desk, permit, order).await?, action, &[]))
}

/// People of the organisations of an order whose accounts are open.
async fn colleagues(desk: &Desk, permit: &Permit, order: OrderId) -> ServiceResult<Vec<Staff>> {
    let organisations = desk.service.store.organisations_of_order(order).await?;
    let accounts = desk.service.store.open_accounts_of(permit, &organisations).await?;
    Ok(accounts.into_iter().map(|account| account.staff).collect())
}

/// Those who may do something by the policy, other than some.
fn who_may(colleagues: &[Staff], action: Action, other_than: &[StaffId]) -> Vec<Staff> {
    let fits = |staff: &&Staff| access::offers(staff.role, action) && !other_than.contains(&staff.id);
    colleagues.iter().filter(fits).cloned().collect()
}

/// Refuses a decision between two scientists by the only person who could sign the report afterwards, where somebody else can decide.
pub(crate) async fn keep_an_authoriser(desk: &Desk, order: OrderId) -> ServiceResult<()> {
    let permit = desk.permit(Action::ReadCase, order).await?;
    let status = desk.status(&permit, order).await?;
    let (_, interpretation) = status.interpretation().ok_or(ServiceError::NotFound("interpretation"))?;
    if interpretation.state != State::Differs {
        return Ok(());
    }
    let signers = signers(desk, order, interpretation).await?;
    let others = signers.deciders_beside(desk.staff.id);
    if others.is_empty() || signers.only_authoriser().is_none_or(|only| only.id != desk.staff.id) {
        return Ok(());
    }
    let message = format!(
        "You are the only one who can authorise the report, and whoever decides cannot. Let somebody else decide: {}",
        Signers::names(others)
    );
    Err(Refusals::one("signature", message).into())
}
