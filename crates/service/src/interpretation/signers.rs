//! Who can go on with a case once two have signed, so that nobody waits for a signature that nobody can give.

use crate::{Desk, ServiceError, ServiceResult};
use access::Action;
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
    desk.permit(Action::ReadCase, order).await?;
    let signed = signed(interpretation);
    let deciders = able(desk, order, Action::CheckInterpretation, &signed).await?;
    let authorisers = able(desk, order, Action::AuthoriseReport, &signed).await?;
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

/// People of the organisations of an order who may do something with it by the policy, other than some.
pub(crate) async fn able(desk: &Desk, order: OrderId, action: Action, other_than: &[StaffId]) -> ServiceResult<Vec<Staff>> {
    let organisations = desk.service.store.organisations_of_order(order).await?;
    let accounts = desk.service.store.accounts().await?.into_iter().filter(|account| !account.closed).map(|account| account.staff);
    let fits = |staff: &Staff| {
        access::offers(staff.role, action) && organisations.contains(&staff.organisation.to_string()) && !other_than.contains(&staff.id)
    };
    Ok(accounts.filter(fits).collect())
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
