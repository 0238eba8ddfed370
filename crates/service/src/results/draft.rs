//! A report as it would be signed at this moment, and the digest that binds whoever signs it to what they were shown.

use crate::{
    Desk, ServiceError, ServiceResult, Status, directory, laboratory, people,
    results::{content, reports},
};
use access::Permit;
use anyhow::Context;
use care::{
    InterpretationId, OrderId, PatientId, Refusals, ReportId, Staff,
    interpretation::{
        case::{Conclusion, Interpretation, State},
        edit::Edit,
    },
    ordering::{choice::policy::Receipt, order::Request},
    results::report::{self, Content, Report},
};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

/// Which report is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// The one that ends the case.
    Final,
    /// One that goes out while the case goes on; a final one replaces it.
    Interim,
}

/// Why nobody signs while an edit waits.
pub(crate) const AWAITS_SCIENTISTS: &str =
    "What is concluded was edited, and both scientists have to agree before this report is signed: they decide on the page of the case";

/// Why nobody signs a report from which an edit would drop out.
pub(crate) const EDIT_LAPSED: &str = "The result in plain words was edited, and the edit no longer applies, since the text that it \
     changed is another by now: edit it again, or keep it as it is now with a reason, before this report is signed";

/// Why nobody signs, or edits, another report than the one that they read.
pub(crate) const CHANGED: &str =
    "This report is not what you were shown: it has changed since, and nothing was done. Read it as it is now, and act again";

/// An interpretation that two scientists signed, with what a report of it is written from.
pub(crate) struct Checked<'s> {
    pub id: InterpretationId,
    pub interpretation: &'s Interpretation,
    pub conclusion: &'s Conclusion,
    /// The two scientists.
    pub signed: [&'s Staff; 2],
    /// An edit that waits for them, with those who have agreed.
    pub edit: Option<(&'s Edit, &'s [Staff])>,
    pub request: &'s Request,
    pub patient: PatientId,
}

/// How a report is to be signed.
pub(crate) struct Signing<'s> {
    pub id: ReportId,
    pub at: Timestamp,
    pub kind: Kind,
    /// Whether the person is told of findings outside the question.
    pub other_findings: &'s Receipt,
}

/// A report as it is written.
pub(crate) struct Draft {
    pub content: Content,
    /// An edit of the plain words is left out: the text that it changed is another by now.
    pub is_edit_lapsed: bool,
}

/// The interpretation of an order that its next report is written from; refused where two have not signed it, or it is reported.
pub(crate) fn checked(status: &Status) -> ServiceResult<Checked<'_>> {
    let (id, interpretation) = status.interpretation().ok_or(ServiceError::NotFound("interpretation"))?;
    if status.reports.iter().any(|(_, r)| r.of.is_some_and(|(_, reported, _)| reported == *id)) {
        return Err(Refusals::one("report", "This report is already signed; nothing was changed").into());
    }
    let (conclusion, signed, edit) = match &interpretation.state {
        State::Checked { conclusion, first, second } => (conclusion, [first, second], None),
        State::Edited { conclusion, first, second, edit, agreed } => (conclusion, [first, second], Some((&**edit, &agreed[..]))),
        State::None | State::Open | State::Proposed { .. } | State::Differs => {
            return Err(Refusals::one("report", "A second scientist has not checked this interpretation yet").into());
        }
    };
    let request = status.order.request.as_ref().ok_or(ServiceError::NotFound("order"))?;
    let patient = request.proband().context("the order has no proband")?.patient;
    Ok(Checked { id: *id, interpretation, conclusion, signed, edit, request, patient })
}

/// The report of a checked interpretation, as the person at the desk would sign it.
pub(crate) async fn draft(
    desk: &Desk,
    permit: &Permit,
    order: OrderId,
    (status, checked): (&Status, &Checked<'_>),
    signing: &Signing<'_>,
) -> ServiceResult<Draft> {
    let demographics = people::patients::demographics(desk, permit, checked.patient).await?;
    let analysis = laboratory::data::result(desk, status).await?;
    let panel = directory::panels::panel_of(desk, checked.request).await?;
    let [first, second] = checked.signed;
    let mut written = content::compose(&content::Sources {
        id: signing.id,
        status,
        demographics: &demographics,
        analysis: &analysis,
        conclusion: checked.conclusion,
        signed: [first, second, &desk.staff],
        at: signing.at,
        panel: panel.as_ref(),
        service: &desk.service,
        interim: signing.kind == Kind::Interim,
        other_findings: signing.other_findings,
    });
    let (plain, is_edit_lapsed) = checked.interpretation.plain(written.plain.clone());
    written.is_plain_edited = plain != written.plain;
    written.plain = plain;
    if let Some(earlier) = status.report() {
        written.supersedes = Some(superseding(desk, permit, order, earlier, &written).await?);
    }
    Ok(Draft { content: written, is_edit_lapsed })
}

/// The digest of everything that a report says, but for what signing itself adds.
pub(crate) fn digest(content: &Content) -> ServiceResult<String> {
    let written = serde_json::to_vec(&content.unsigned()).context("writing the report")?;
    Ok(hex::encode(Sha256::digest(written)))
}

/// Which report a new one replaces, what differs, and why the case was opened again.
async fn superseding(
    desk: &Desk,
    permit: &Permit,
    order: OrderId,
    earlier: &(ReportId, Report),
    written: &Content,
) -> ServiceResult<(ReportId, String)> {
    let (replaced, report) = earlier;
    let before = reports::content(&desk.service, report).await?;
    let entries = desk.service.store.stream(permit, &order.stream()).await?;
    let why = entries.iter().rev().find(|e| e.kind == "Reopened" && !e.reason.is_empty());
    let why = why.map_or_else(String::new, |e| format!(" Why it was amended: {}", e.reason));
    Ok((*replaced, report::changed(&before, written) + &why))
}
