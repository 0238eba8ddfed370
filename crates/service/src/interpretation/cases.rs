//! Interpreting a case: a first scientist, a second.

use super::{assessments, further, notes, opened, signers};
use crate::{Desk, ServiceError, ServiceResult, Status, ordering, secret};
use access::{Action, Permit};
use anyhow::Context;
use care::{
    AnalysisId, InterpretationId, OrderId, PatientId, Refusals, StaffId,
    interpretation::{
        analysis::State,
        case::{self, Command, Conclusion, Interpretation, Selected, Side},
        discordance::{self, Settled, Settlements},
    },
    ordering::{
        choice::policy::{Receipt, Use},
        order::{self, Order},
    },
};
use genome::pathogenicity::{NotAPathogenicity, Pathogenicity};
use germline::{
    Analysis,
    compare::{self, Comparison},
};
use jiff::Timestamp;
use store::{Change, Classified};

/// A first scientist's conclusion.
#[crate::boxed]
pub async fn propose(desk: &Desk, order: OrderId, conclusion: Conclusion) -> ServiceResult<()> {
    interpretation(desk, order, Action::Interpret, Command::Propose(conclusion), &Shown::Nothing).await
}

/// What is signed on a page, with what the page showed: where another thing stands by now, nothing is signed.
pub enum Signature {
    /// A first scientist's conclusion.
    Proposed {
        /// What is concluded.
        conclusion: Conclusion,
        /// How often further panels had been changed when the list was shown.
        panels_seen: usize,
    },
    /// A second scientist agrees.
    Agreed {
        /// The proposal that was read, as [`proposal`] tells it from others.
        proposal: String,
    },
    /// A second scientist comes to another conclusion.
    Differs {
        /// The proposal that was read.
        proposal: String,
        /// What is concluded instead.
        conclusion: Conclusion,
        /// Why.
        reason: String,
    },
}

/// What a page showed.
enum Shown {
    /// Nobody read a page.
    Nothing,
    Panels(usize),
    Proposal(String),
    Difference(String),
}

/// Signs on a page.
#[crate::boxed]
pub async fn sign(desk: &Desk, order: OrderId, signature: Signature) -> ServiceResult<()> {
    let (action, command, shown) = match signature {
        Signature::Proposed { conclusion, panels_seen } => (Action::Interpret, Command::Propose(conclusion), Shown::Panels(panels_seen)),
        Signature::Agreed { proposal } => (Action::CheckInterpretation, Command::Check, Shown::Proposal(proposal)),
        Signature::Differs { proposal, conclusion, reason } => {
            (Action::CheckInterpretation, Command::Differ { conclusion, reason }, Shown::Proposal(proposal))
        }
    };
    interpretation(desk, order, action, command, &shown).await
}

/// What tells a proposed conclusion from another, so that a page can say which one it showed; empty where none is proposed.
pub fn proposal(state: &case::State) -> String {
    let case::State::Proposed { conclusion, first } = state else { return String::new() };
    secret::digest(format!("{} {conclusion:?}", first.id))
}

impl Shown {
    fn refuse_other(&self, status: &Status, present: &Interpretation) -> Result<(), Refusals> {
        match self {
            Shown::Nothing => Ok(()),
            Shown::Panels(seen) => further::refuse_unseen(status, *seen),
            Shown::Proposal(shown) => refuse_other(present, shown),
            Shown::Difference(shown) => refuse_other_difference(present, shown),
        }
    }
}

/// Refuses to sign where another conclusion is proposed by now than a page showed.
fn refuse_other(present: &Interpretation, shown: &str) -> Result<(), Refusals> {
    let present = proposal(&present.state);
    if present.is_empty() || present == shown {
        return Ok(());
    }
    let message = "Another conclusion is proposed by now than the one that you read, so nothing was signed: read what is proposed below";
    Err(Refusals::one("signature", message))
}

/// What tells two conclusions that wait for a decision from others, so that a page can say which ones it showed; empty where none wait.
pub fn difference(interpretation: &Interpretation) -> String {
    match &interpretation.difference {
        Some(difference) if interpretation.state == case::State::Differs => secret::digest(format!("{difference:?}")),
        _ => String::new(),
    }
}

/// Refuses to decide where other conclusions wait by now than a page showed.
fn refuse_other_difference(present: &Interpretation, shown: &str) -> Result<(), Refusals> {
    let present = difference(present);
    if present.is_empty() || present == shown {
        return Ok(());
    }
    let message = "Other conclusions wait for a decision by now than those that you read, so nothing was decided: read both below";
    Err(Refusals::one("signature", message))
}

/// A second scientist agrees.
#[crate::boxed]
pub async fn check(desk: &Desk, order: OrderId) -> ServiceResult<()> {
    interpretation(desk, order, Action::CheckInterpretation, Command::Check, &Shown::Nothing).await
}

/// A second scientist asks for changes; or somebody of a checked case that is not reported.
#[crate::boxed]
pub async fn send_back(desk: &Desk, order: OrderId, reason: String) -> ServiceResult<()> {
    interpretation(desk, order, Action::CheckInterpretation, Command::Return { reason }, &Shown::Nothing).await
}

/// The same on a page, which showed the conclusion that [`proposal`] tells from others.
#[crate::boxed]
pub async fn send_back_read(desk: &Desk, order: OrderId, reason: String, proposal: String) -> ServiceResult<()> {
    interpretation(desk, order, Action::CheckInterpretation, Command::Return { reason }, &Shown::Proposal(proposal)).await
}

/// A second scientist comes to another conclusion; both are kept.
#[crate::boxed]
pub async fn differ(desk: &Desk, order: OrderId, conclusion: Conclusion, reason: String) -> ServiceResult<()> {
    interpretation(desk, order, Action::CheckInterpretation, Command::Differ { conclusion, reason }, &Shown::Nothing).await
}

/// Somebody else decides between two scientists who differ.
#[crate::boxed]
pub async fn resolve(desk: &Desk, order: OrderId, side: Side, reason: String) -> ServiceResult<()> {
    signers::keep_an_authoriser(desk, order).await?;
    interpretation(desk, order, Action::CheckInterpretation, Command::Resolve { side, reason }, &Shown::Nothing).await
}

/// The same on a page, which showed the two conclusions that [`difference`] tells from others.
#[crate::boxed]
pub async fn resolve_read(desk: &Desk, order: OrderId, side: Side, reason: String, difference: String) -> ServiceResult<()> {
    signers::keep_an_authoriser(desk, order).await?;
    let (action, command) = (Action::CheckInterpretation, Command::Resolve { side, reason });
    interpretation(desk, order, action, command, &Shown::Difference(difference)).await
}

/// Opens a reported case again, so that its report can be amended: the earlier one stands until the new one is signed.
#[crate::boxed]
pub async fn reopen(desk: &Desk, order: OrderId, reason: String) -> ServiceResult<()> {
    let permit = desk.permit(Action::Interpret, order).await?;
    let status = desk.status(&permit, order).await?;
    let placed = desk.service.store.load::<Order>(&permit, order.stream()).await?;
    let mut change = Change { reason: reason.clone(), ..Change::default() };
    let events = reopened(desk, &permit, order, (&placed.state, &status), reason, &mut change).await?;
    change.add(&placed, &events);
    desk.commit(&permit, change).await
}

/// The events of opening a case again; a new interpretation over the same analysis is added to the change.
pub(crate) async fn reopened(
    desk: &Desk,
    permit: &Permit,
    order: OrderId,
    (placed, status): (&Order, &Status),
    reason: String,
    change: &mut Change,
) -> ServiceResult<Vec<order::Event>> {
    let events = order::decide(placed, order::Command::Reopen { reason }, &desk.staff)?;
    let (analysis, signed) = signed_over(status).ok_or(ServiceError::NotFound("analysis"))?;
    let id = InterpretationId(desk.new_id());
    let empty = desk.service.store.load::<Interpretation>(permit, id.stream()).await?;
    change.add(&empty, &case::decide(&empty.state, Command::OpenAgain { analysis, order, signed }, &desk.staff)?);
    change.links.push((order, id.stream()));
    Ok(events)
}

/// The analysis of the latest interpretation, and what was signed over it; else the newest analysis that is finished.
fn signed_over(status: &Status) -> Option<(AnalysisId, Vec<Selected>)> {
    let finished = |analysis: &care::interpretation::analysis::Analysis| matches!(analysis.state, State::Done { .. });
    let newest = status.analyses.iter().rev().find(|(_, analysis)| finished(analysis)).map(|(id, _)| *id);
    match status.interpretation().and_then(|(_, interpretation)| Some((interpretation.analysis?.0, interpretation.state.signed()))) {
        Some((analysis, signed)) => Some((analysis, signed.map_or_else(Vec::new, |conclusion| conclusion.variants.clone()))),
        None => newest.map(|analysis| (analysis, vec![])),
    }
}

/// Whether a person is told of findings outside the question; where there is one, the decision is written to the audit.
pub(crate) async fn other_findings(desk: &Desk, permit: &Permit, patient: PatientId, conclusion: &Conclusion) -> ServiceResult<Receipt> {
    if conclusion.variants.iter().any(|v| v.secondary) {
        return ordering::choices::decide_use(desk, permit, patient, Use::SecondaryFindings).await;
    }
    ordering::choices::receipt(desk, permit, patient, Use::SecondaryFindings).await
}

async fn interpretation(desk: &Desk, order: OrderId, action: Action, command: Command, shown: &Shown) -> ServiceResult<()> {
    let permit = desk.permit(action, order).await?;
    let placed = desk.service.store.load::<Order>(&permit, order.stream()).await?;
    let status = desk.status(&permit, order).await?;
    let (id, present) = status.interpretation().ok_or(ServiceError::NotFound("interpretation"))?;
    if let Command::Propose(conclusion) | Command::Differ { conclusion, .. } = &command {
        notes::refuse_dismissed(&status, conclusion)?;
    }
    if let Command::Propose(conclusion) | Command::Differ { conclusion, .. } = &command
        && conclusion.variants.iter().any(|v| v.secondary)
    {
        let proband = status.order.request.as_ref().and_then(|r| r.proband()).ok_or(ServiceError::NotFound("patient"))?.patient;
        let receipt = other_findings(desk, &permit, proband, conclusion).await?;
        if !receipt.allowed {
            let message = format!("An additional finding cannot be reported: {}", receipt.why.to_lowercase());
            return Err(Refusals::one("variants", message).into());
        }
    }
    let loaded = desk.service.store.load::<Interpretation>(&permit, id.stream()).await?;
    if loaded.state != *present {
        let message = "Somebody changed this case in the same moment, so nothing was signed: open it again, and read what stands there now";
        return Err(ServiceError::Conflict(message.into()));
    }
    shown.refuse_other(&status, &loaded.state)?;
    if command == Command::Check {
        assessments::agrees(desk, &status, &loaded.state).await?;
    }
    let mut change = Change::default();
    if matches!(command, Command::Return { .. }) {
        if status.report_of_latest().is_some() {
            return Err(Refusals::one("interpretation", "This interpretation is reported: open the case again to change it").into());
        }
        // Who signs its report at the same moment is a conflict.
        change.expected.push((placed.stream, placed.sequence));
    }
    if let Command::Return { reason } | Command::Differ { reason, .. } | Command::Resolve { reason, .. } = &command {
        change.reason.clone_from(reason);
    }
    change.add(&loaded, &case::decide(&loaded.state, command, &desk.staff)?);
    desk.commit(&permit, change).await
}

/// An order's status together with the result of its analysis.
#[crate::boxed]
pub async fn case(desk: &Desk, order: OrderId) -> ServiceResult<(Status, Analysis)> {
    let opened = opened::open(desk, order, desk.today()).await?;
    Ok((opened.status, opened.analysis))
}

/// Classes that variants of an order's analysis were given in other cases, latest first.
#[crate::boxed]
pub async fn classified_before(desk: &Desk, order: OrderId, analysis: &Analysis) -> ServiceResult<Vec<Classified>> {
    let permit = desk.permit(Action::ReadCase, order).await?;
    classified_elsewhere(desk, &permit, order, analysis).await
}

/// The same by a permit at hand.
pub(super) async fn classified_elsewhere(
    desk: &Desk,
    permit: &Permit,
    order: OrderId,
    analysis: &Analysis,
) -> ServiceResult<Vec<Classified>> {
    let variants: Vec<String> = analysis.candidates.iter().flat_map(|c| &c.variants).map(|v| v.variant.to_string()).collect();
    let mut found = desk.service.store.classified(permit, &variants).await?;
    found.retain(|earlier| earlier.order != order);
    Ok(found)
}

/// Variants to which different classes were given, with every class, latest first; and how that was settled, if it was.
#[crate::boxed]
pub async fn discordant(desk: &Desk) -> ServiceResult<Vec<(Vec<Classified>, Option<Settled>)>> {
    let permit = desk.permit_named(Action::ReadCase, "discordances", desk.staff.organisation.clone()).await?;
    let found = desk.service.store.discordant(&permit).await?;
    let by_variant: Vec<&[Classified]> = found.chunk_by(|a, b| a.variant == b.variant).collect();
    let streams: Vec<String> = by_variant.iter().map(|classes| discordance::stream(&classes[0].variant)).collect();
    let mut settled_before = desk.service.store.load_all::<Settlements>(&permit, &streams).await?;
    let mut variants = Vec::new();
    for (classes, stream) in by_variant.into_iter().zip(streams) {
        let settlements = settled_before.remove(&stream).unwrap_or_default();
        let settled = settlements.in_force(classes.iter().map(|c| (c.class, c.at))).cloned();
        variants.push((classes.to_vec(), settled));
    }
    Ok(variants)
}

/// Settles which class of a variant counts.
#[crate::boxed]
pub async fn settle_class(desk: &Desk, variant: &str, class: &str, reason: &str) -> ServiceResult<()> {
    let permit = desk.permit_named(Action::CheckInterpretation, discordance::stream(variant), desk.staff.organisation.clone()).await?;
    let classes = desk.service.store.classified(&permit, &[variant.to_owned()]).await?;
    let classes: Vec<Pathogenicity> = classes.iter().map(|c| c.class).collect();
    let class: Pathogenicity = class.parse().map_err(|why: NotAPathogenicity| Refusals::one("class", why.to_string()))?;
    let loaded = desk.service.store.load::<Settlements>(&permit, discordance::stream(variant)).await?;
    let mut change = Change { reason: reason.trim().to_owned(), ..Change::default() };
    change.add(&loaded, &discordance::settle(&classes, class, reason, &desk.staff, desk.now())?);
    Ok(desk.service.store.commit(&permit, change, desk.now()).await?)
}

/// A finished analysis as a list shows it.
pub struct Finished {
    /// Which.
    pub id: AnalysisId,
    /// Order whose it is, with its number.
    pub order: (OrderId, String),
    /// When it was finished.
    pub at: Timestamp,
    /// Reference pack.
    pub reference: String,
    /// Its result.
    result_sha256: String,
}

/// Every finished analysis of an order, and of the earlier order that it goes on from, oldest first.
#[crate::boxed]
pub async fn analyses(desk: &Desk, order: OrderId) -> ServiceResult<Vec<Finished>> {
    let permit = desk.permit(Action::ReadCase, order).await?;
    let status = desk.status(&permit, order).await?;
    let number = status.order.request.as_ref().and_then(|r| r.purpose.earlier_order()).map(|n| n.trim().to_uppercase());
    let mut found = Vec::new();
    if let Some(number) = number
        && let Some(earlier) = desk.service.store.order_by_number(&number).await?
    {
        let permit = desk.permit(Action::ReadCase, earlier.id).await?;
        let status = desk.status(&permit, earlier.id).await?;
        found.extend(finished(desk, &permit, earlier.id, &status).await?);
    }
    found.extend(finished(desk, &permit, order, &status).await?);
    Ok(found)
}

async fn finished(desk: &Desk, permit: &Permit, order: OrderId, status: &Status) -> ServiceResult<Vec<Finished>> {
    let number = status.order.request.as_ref().map_or_else(String::new, |r| r.number.clone());
    let mut found = Vec::new();
    for (id, analysis) in &status.analyses {
        let (State::Done { result_sha256, .. }, Some(input)) = (&analysis.state, &analysis.input) else { continue };
        let entries = desk.service.store.stream(permit, &id.stream()).await?;
        let time = entries.last().map_or(Timestamp::UNIX_EPOCH, |entry| entry.at);
        let (name, digest) = &input.reference;
        let reference = format!("{name} {}", digest.get(..12).unwrap_or(digest));
        found.push(Finished { id: *id, order: (order, number.clone()), at: time, reference, result_sha256: result_sha256.clone() });
    }
    Ok(found)
}

/// What changed from one finished analysis to another.
#[crate::boxed]
pub async fn compared(desk: &Desk, before: &Finished, after: &Finished) -> ServiceResult<Comparison> {
    let mut read = Vec::new();
    for finished in [before, after] {
        desk.permit(Action::ReadCase, finished.order.0).await?;
        let bytes = desk.service.store.blobs().get(&finished.result_sha256).await?;
        read.push(serde_json::from_slice::<Analysis>(&bytes).context("reading the analysis")?);
    }
    Ok(compare::compare(&read[0], &read[1]))
}

/// A variant of the analysis as a scientist selects it who changed nothing: with the class and criteria that the engine proposes.
pub fn select(analysis: &Analysis, variant: &str) -> Option<Selected> {
    let interpretation = Interpretation::default();
    let case = assessments::Assessable { analysis, interpretation: &interpretation };
    case.select(variant, StaffId(uuid::Uuid::nil()), true)
}
