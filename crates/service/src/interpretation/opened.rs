//! A case that somebody has open: one permit and one fold, from which everything that a page shows of it is read.

use super::{cases, signers};
use crate::{Desk, ServiceError, ServiceResult, Status, clock::end_of, laboratory, ordering};
use access::{Action, Permit};
use care::{
    OrderId, PatientId,
    interpretation::case::Interpretation,
    ordering::{choice::policy::Use, order::Request},
};
use germline::Analysis;
use jiff::civil::Date;
use store::Classified;

/// A case with the permit that it was opened by.
pub struct Opened {
    /// The permit to read it.
    pub permit: Permit,
    /// Its order with everything of it.
    pub status: Status,
    /// The result of its analysis.
    pub analysis: Analysis,
    order: OrderId,
}

/// Opens a case as it stood at the end of a day.
#[crate::boxed]
pub async fn open(desk: &Desk, order: OrderId, on: Date) -> ServiceResult<Opened> {
    let permit = desk.permit(Action::ReadCase, order).await?;
    let status = desk.status_before(&permit, order, end_of(on)).await?;
    let analysis = laboratory::data::result(desk, &status).await?;
    Ok(Opened { permit, status, analysis, order })
}

impl Opened {
    /// Classes that its variants were given in other cases, latest first.
    #[crate::boxed]
    pub async fn classified_before(&self, desk: &Desk) -> ServiceResult<Vec<Classified>> {
        cases::classified_elsewhere(desk, &self.permit, self.order, &self.analysis).await
    }

    /// Who can go on with it.
    #[crate::boxed]
    pub async fn signers(&self, desk: &Desk, interpretation: &Interpretation) -> ServiceResult<signers::Signers> {
        signers::of_case(desk, &self.permit, self.order, interpretation).await
    }

    /// Whether the patient chose to be told of findings outside the question.
    #[crate::boxed]
    pub async fn is_told_other_findings(&self, desk: &Desk) -> ServiceResult<bool> {
        Ok(ordering::choices::receipt(desk, &self.permit, self.patient()?, Use::SecondaryFindings).await?.allowed)
    }

    /// Why nothing of the case may be shared outside, where nothing may.
    #[crate::boxed]
    pub async fn unshared(&self, desk: &Desk) -> ServiceResult<Option<String>> {
        let receipt = ordering::choices::receipt(desk, &self.permit, self.patient()?, Use::Library).await?;
        Ok((!receipt.allowed).then(|| receipt.why.to_lowercase()))
    }

    fn patient(&self) -> ServiceResult<PatientId> {
        let proband = self.status.order.request.as_ref().and_then(Request::proband);
        proband.map(|proband| proband.patient).ok_or(ServiceError::NotFound("patient"))
    }
}
