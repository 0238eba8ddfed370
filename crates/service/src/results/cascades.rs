//! Relatives who may share a finding: listed, invited, tested here or elsewhere, and counted.

use crate::{Desk, ServiceError, ServiceResult, Status, intent::Intent, laboratory, ordering, results};
use access::{Action, Permit};
use anyhow::Context as _;
use care::{
    Fold, OrderId, PatientId, Refusals,
    event::StreamKind,
    interpretation::case::{Outcome, Selected},
    ordering::{
        choice::policy::Use,
        family::Affected,
        order::purpose::Purpose,
        pedigree::{self, Pedigree},
    },
    results::{
        cascade::{self, Begun, Cascade, Event, Funnel, State},
        report::{Report, ReportedVariant},
    },
};
use genome::Zygosity;
use serde::de::DeserializeOwned;
use store::{Change, Entry};

/// What somebody does with the list.
pub enum CascadeAction {
    /// Lists the relatives of the pedigree.
    Begin,
    /// Adds one whom it does not show.
    Add {
        /// Who.
        name: String,
        /// How closely related.
        degree: u8,
    },
    /// Says how things stand with one.
    Mark {
        /// Whom.
        id: String,
        /// How.
        to: State,
    },
}

/// One cascade as a list shows it.
pub struct Line {
    /// What it began with.
    pub begun: Begun,
    /// How many came how far.
    pub funnel: Funnel,
}

/// The cascade of an order, and whether one can begin: a signed pathogenic variant is needed, and the patient's agreement.
#[crate::boxed]
pub async fn cascade(desk: &Desk, order: OrderId) -> ServiceResult<Cascade> {
    let permit = desk.permit(Action::ReadReport, order).await?;
    with_tested(desk, &permit, order).await
}

/// The cascade of an order, with those who were sequenced with the patient.
pub(super) async fn with_tested(desk: &Desk, permit: &Permit, order: OrderId) -> ServiceResult<Cascade> {
    let cascade = desk.service.store.load::<Cascade>(permit, cascade::stream(order)).await?.state;
    if cascade.begun.is_none() {
        return Ok(cascade);
    }
    let status = desk.status(permit, order).await?;
    let (pedigree, _) = ordering::pedigrees::drawn(desk, permit, order, &status).await?;
    Ok(cascade.with_tested(&pedigree, &sequenced(&status)))
}

/// Who was sequenced with the patient: everybody of the analysis that was interpreted.
fn sequenced(status: &Status) -> Vec<PatientId> {
    let samples = laboratory::data::interpreted(status).and_then(|analysis| analysis.input.as_ref()).map(|input| input.samples.iter());
    samples.into_iter().flatten().map(|(patient, _)| *patient).collect()
}

/// What the order for a relative begins with.
pub struct RelativeOrder {
    /// Code of the test for a known variant.
    pub test: &'static str,
    /// The variants, in HGVS.
    pub variant: String,
    /// In whom they are known, with the number of that order.
    pub known_in: String,
    /// Name of the relative.
    pub name: String,
}

/// A variant as a cascade names it.
fn named(variant: &ReportedVariant) -> String {
    format!("{}:{} {}", variant.transcript, variant.hgvs[0], variant.hgvs[1]).trim().to_owned()
}

fn is_same(a: &ReportedVariant, b: &ReportedVariant) -> bool {
    match (&a.coded.variant, &b.coded.variant) {
        (Some(a), Some(b)) => a == b,
        _ => named(a) == named(b),
    }
}

/// Whether somebody is ill only with two altered copies: of a variant that the patient has twice, or of a recessive pair.
fn needs_two_copies(found: &[&ReportedVariant], signed: &[Selected]) -> bool {
    let is_of_pair = |reported: &ReportedVariant| {
        let variant = reported.coded.variant.as_ref().map(ToString::to_string);
        signed.iter().any(|v| v.partner.is_some() && Some(&v.variant) == variant.as_ref())
    };
    found.iter().any(|variant| variant.coded.zygosity == Some(Zygosity::Homozygous) || is_of_pair(variant))
}

/// What was signed as the interpretation of a report.
fn signed<'s>(status: &'s Status, report: &Report) -> &'s [Selected] {
    let interpretation = status.interpretations.iter().find(|(id, _)| report.of.is_some_and(|(_, of, _)| of == *id));
    interpretation
        .and_then(|(_, interpretation)| interpretation.state.signed())
        .map_or(&[][..], |conclusion| conclusion.variants.as_slice())
}

/// What the order for a relative begins with; refused for whoever was tested already, and once the variant is no longer reported as
/// pathogenic or likely pathogenic.
#[crate::boxed]
pub async fn order_for(desk: &Desk, order: OrderId, relative: &str) -> ServiceResult<RelativeOrder> {
    let cascade = cascade(desk, order).await?;
    let begun = cascade.begun.as_ref().ok_or_else(|| Refusals::one("cascade", "List the relatives first"))?;
    let name = cascade.may_be_tested(relative)?.name.clone();
    let (pedigree, _) = ordering::pedigrees::pedigree(desk, order).await?;
    let affected = pedigree.people.iter().find(|person| person.id == relative).map_or(Affected::Unknown, |person| person.affected);
    let (_, report, content) = results::reports::report(desk, order).await?;
    let (_, first) = results::reports::report_by_id(desk, order, begun.report).await?;
    let known: Vec<&ReportedVariant> = first.pathogenic().filter(|variant| variant.gene == begun.gene).collect();
    let of_gene = content.pathogenic().filter(|variant| variant.gene == begun.gene);
    let found: Vec<&ReportedVariant> = of_gene.filter(|variant| known.iter().any(|other| is_same(variant, other))).collect();
    if found.is_empty() {
        let message = format!(
            "{} {} is no longer reported as pathogenic or likely pathogenic, so no relative is tested for it. Read the report as it is now",
            begun.gene, begun.variant
        );
        return Err(Refusals::one("report", message).into());
    }
    let permit = desk.permit(Action::ReadReport, order).await?;
    let status = desk.status(&permit, order).await?;
    Ok(RelativeOrder {
        test: cascade::test_of_known_variant(affected, needs_two_copies(&found, signed(&status, &report))),
        variant: found.iter().map(|variant| named(variant)).collect::<Vec<_>>().join("; "),
        known_in: format!("{}, order {}", begun.gene, begun.number),
        name,
    })
}

/// Does something with the list of relatives.
#[crate::boxed]
pub async fn change(desk: &Desk, order: OrderId, act: CascadeAction) -> ServiceResult<()> {
    let permit = desk.permit(Action::ChangeOrder, order).await?;
    let mut loaded = desk.service.store.load::<Cascade>(&permit, cascade::stream(order)).await?;
    if loaded.state.begun.is_some() {
        loaded.state = cascade(desk, order).await?;
    }
    let events = match act {
        CascadeAction::Begin => {
            let begun = begun(desk, &permit, order).await?;
            let tested = sequenced(&desk.status(&permit, order).await?);
            cascade::begin(&loaded.state, begun, &ordering::pedigrees::pedigree(desk, order).await?.0, &tested)?
        }
        CascadeAction::Add { name, degree } => cascade::add(&loaded.state, &name, degree)?,
        CascadeAction::Mark { id, to } => cascade::mark(&loaded.state, &id, to)?,
    };
    let mut change = Change::default();
    change.add(&loaded, &events);
    change.links.push((order, cascade::stream(order)));
    desk.commit(&permit, change).await
}

async fn begun(desk: &Desk, permit: &Permit, order: OrderId) -> ServiceResult<Begun> {
    let (report, _, content) = results::reports::report(desk, order).await?;
    let status = desk.status(permit, order).await?;
    let request = status.order.request.as_ref().ok_or(ServiceError::NotFound("order"))?;
    let proband = request.proband().ok_or(ServiceError::NotFound("patient"))?;
    let receipt = ordering::choices::decide_use(desk, permit, proband.patient, Use::FamilyCare).await?;
    if !receipt.allowed {
        let message =
            format!("The result may not be used in the care of relatives: {}. Talk with the patient first", receipt.why.to_lowercase());
        return Err(Refusals::one("choice", message).into());
    }
    let found = content
        .pathogenic()
        .next()
        .ok_or_else(|| Refusals::one("report", "The report names no pathogenic or likely pathogenic variant"))?;
    // A relative may have either of two variants of the gene.
    let of_gene = content.pathogenic().filter(|variant| variant.gene == found.gene);
    let variants: Vec<String> = of_gene.map(named).collect();
    Ok(Begun {
        order,
        number: request.number.clone(),
        report,
        organisation: status.order.requester.as_ref().ok_or(ServiceError::NotFound("order"))?.organisation.clone(),
        gene: found.gene.clone(),
        variant: variants.join("; "),
        disorder: found.disorder.clone(),
    })
}

/// Every cascade of this organisation.
#[crate::boxed]
pub async fn cascades(desk: &Desk) -> ServiceResult<Vec<Line>> {
    let permit = desk.permit_general(Action::SeeWorkList).await?;
    let mut lines = Vec::new();
    for (order, entries) in desk.service.store.cascades(&permit).await? {
        let cascade = of_entries(order, &entries)?;
        let funnel = cascade.funnel();
        lines.extend(cascade.begun.map(|begun| Line { begun, funnel }));
    }
    Ok(lines)
}

/// A cascade with those who were sequenced with the patient, from every event of its order.
fn of_entries(order: OrderId, entries: &[Entry]) -> ServiceResult<Cascade> {
    let cascade: Cascade = fold(entries, &cascade::stream(order))?.unwrap_or_default();
    let status = Status::fold(entries.iter().map(Entry::recorded)).context("folding an order")?;
    let drawn: Option<Pedigree> = fold(entries, &pedigree::stream(order))?;
    let as_ordered = || status.order.request.as_ref().map(|request| Pedigree::from_participants(&request.people));
    let pedigree = drawn.or_else(as_ordered).ok_or(ServiceError::NotFound("order"))?;
    Ok(cascade.with_tested(&pedigree, &sequenced(&status)))
}

/// The fold of one stream among the events of an order; nothing where it has none.
pub(super) fn fold<T: Fold>(entries: &[Entry], stream: &str) -> ServiceResult<Option<T>>
where
    T::Event: DeserializeOwned,
{
    let mut state = None;
    for entry in entries.iter().filter(|entry| entry.stream == stream) {
        state = Some(state.unwrap_or_else(T::default).apply(&entry.read()?));
    }
    Ok(state)
}

/// Adds to a change that a predictive test belongs to the cascade whose order number it names; another hospital's does too.
pub(crate) async fn join(
    desk: &Desk,
    intent: &Intent,
    permit: &Permit,
    change: &mut Change,
    order: OrderId,
    purpose: &Purpose,
    who: &str,
) -> ServiceResult<()> {
    let Purpose::Predictive { relative, .. } = purpose else { return Ok(()) };
    let number = relative.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).find(|word| word.to_uppercase().starts_with("OG-"));
    let Some(number) = number else { return Ok(()) };
    let Some(index) = desk.service.store.order_by_number(&number.to_uppercase()).await? else { return Ok(()) };
    let loaded = intent.load::<Cascade>(desk, permit, cascade::stream(index.id)).await?;
    if loaded.state.begun.is_some() {
        change.add(&loaded, &cascade::ordered(&loaded.state, who, order));
        change.links.push((order, loaded.stream.clone()));
    }
    Ok(())
}

/// Adds to a change what a signed report says in the cascade that its order belongs to.
pub(crate) async fn record_result(
    desk: &Desk,
    permit: &Permit,
    change: &mut Change,
    order: OrderId,
    status: &Status,
    outcome: Outcome,
) -> ServiceResult<()> {
    let is_predictive = status.order.request.as_ref().is_some_and(|r| matches!(r.purpose, Purpose::Predictive { .. }));
    if !is_predictive {
        return Ok(());
    }
    for stream in desk.service.store.order_streams(permit, order, StreamKind::Cascade).await? {
        let loaded = desk.service.store.load::<Cascade>(permit, stream).await?;
        change.add(&loaded, &[Event::Resulted { order, carries: outcome.is_finding() }]);
    }
    Ok(())
}
