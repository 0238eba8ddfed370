//! Looking again: unsolved cases of people who agreed, asked for what the reference pack holds as pathogenic now, and for genes that
//! came onto their panel.

use crate::{Desk, ServiceError, ServiceResult, Status, directory, laboratory, research, results};
use access::{Action, Permit};
use care::{OrderId, PatientId, Refusals, directory::panel::Panel, event::StreamKind};
use genome::Variant;
use germline::tier::{self, Tier};
use library::{
    PersonNo, Scope,
    ask::{self, NotAnswered},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};
use store::OrderView;

/// An unsolved case that new knowledge touches.
pub struct Touched {
    /// Order, and its number.
    pub order: (OrderId, String),
    /// Variant that the person carries.
    pub variant: String,
    /// Gene.
    pub gene: String,
    /// Why it is listed.
    pub reason: String,
}

/// People whose cases are looked through together.
const AT_ONCE: usize = 500;
/// What of an order tells whether it is solved.
const KINDS: [StreamKind; 3] = [StreamKind::Order, StreamKind::Interpretation, StreamKind::Report];

/// Unsolved cases of this laboratory, of people whose choice allows it today, by their number in the library.
async fn all_unsolved(desk: &Desk) -> ServiceResult<BTreeMap<u32, Arc<Unsolved>>> {
    desk.permit_named(Action::ReadCase, "cases to look at again", desk.staff.organisation.clone()).await?;
    let permit = research::library_permit(&desk.service).await?;
    let lines = research::participants_allowed(&desk.service, &permit, desk.today()).await?;
    let people: Vec<PatientId> = lines.iter().map(|line| line.patient).collect::<BTreeSet<_>>().into_iter().collect();
    let mut unsolved = BTreeMap::new();
    for some in people.chunks(AT_ONCE) {
        for (patient, cases) in cases_of(desk, &permit, some).await? {
            unsolved.extend(self::unsolved(desk, cases).await?.map(|case| (patient, Arc::new(case))));
        }
    }
    Ok(lines.iter().filter_map(|line| Some((line.no, Arc::clone(unsolved.get(&line.patient)?)))).collect())
}

/// Orders of some people at this laboratory, as far as they tell whether they are solved, by person, oldest first.
async fn cases_of(desk: &Desk, permit: &Permit, people: &[PatientId]) -> ServiceResult<BTreeMap<PatientId, Vec<Case>>> {
    let mut views = desk.service.store.orders_of_people(permit, people).await?;
    views.retain(|view| view.laboratory == desk.staff.organisation);
    let orders: Vec<OrderId> = views.iter().map(|view| view.id).collect();
    let mut found: BTreeMap<PatientId, Vec<Case>> = BTreeMap::new();
    for (view, status) in views.into_iter().zip(desk.parts_of(permit, &orders, &KINDS).await?) {
        found.entry(view.patient_id).or_default().push((view, status));
    }
    Ok(found)
}

/// An order with what of it tells whether it is solved.
type Case = (OrderView, Status);

/// Unsolved cases of this laboratory that a question of the cohort language counts, as they are in the latest release.
#[crate::boxed]
pub async fn unsolved_that(desk: &Desk, question: &str) -> ServiceResult<Vec<(OrderId, String)>> {
    let unsolved = all_unsolved(desk).await?;
    let (checked, library) = (research::asking::checked(&desk.service, question)?, research::library(&desk.service).await?);
    let Some(name) = library.releases().await?.pop() else { return Ok(vec![]) };
    let release = library.released(&name).await?.ok_or(ServiceError::NotFound("release"))?;
    let who = ask::who(library, &release, &Scope::new(unsolved.keys().copied()), &checked).await.map_err(|why| match why {
        NotAnswered::Fault(fault) => fault.into(),
        why => ServiceError::from(Refusals::one("question", why.to_string())),
    })?;
    Ok(who.iter().filter_map(|no| unsolved.get(&no.0)).map(|case| case.order.clone()).collect())
}

/// Unsolved cases of this laboratory that carry what ClinVar holds as pathogenic in the present pack, and what no report named;
/// and those with a variant in a gene that came onto their panel. The choice is asked anew.
#[crate::boxed]
pub async fn to_look_again(desk: &Desk) -> ServiceResult<Vec<Touched>> {
    let unsolved = all_unsolved(desk).await?;
    let service = &desk.service;
    let numbers: Vec<PersonNo> = unsolved.keys().map(|no| PersonNo(*no)).collect();
    let pathogenic = |variant: &Variant| service.knowledge.evidence.assertion(variant).filter(|a| a.significance.is_pathogenic());
    let (mut found, mut seen) = (Vec::new(), BTreeSet::new());
    let library = research::library(service).await?;
    library
        .library_rows(
            &numbers,
            |variant| pathogenic(variant).is_some(),
            |no, variant, gene| {
                let Some((case, assertion)) = unsolved.get(&no.0).zip(pathogenic(variant)) else { return };
                let key = variant.to_string();
                // Data of several analyses of a case tell the same.
                if case.named.contains(&key) || !seen.insert((case.order.0, key.clone())) {
                    return;
                }
                let reason = format!(
                    "ClinVar holds it {} ({} stars) in the reference data {}",
                    assertion.significance.name().to_lowercase(),
                    assertion.stars,
                    service.reference.0
                );
                found.push(Touched { order: case.order.clone(), variant: key, gene: gene.to_owned(), reason });
            },
        )
        .await?;
    let cases: BTreeMap<OrderId, &Arc<Unsolved>> = unsolved.values().map(|case| (case.order.0, case)).collect();
    for case in cases.into_values() {
        found.extend(touched_by_panel(desk, case).await?);
    }
    Ok(found)
}

/// Variants of a case that reach tier 1 or 2 by the version of its panel that is in use now, and did not by that of the order.
async fn touched_by_panel(desk: &Desk, case: &Unsolved) -> ServiceResult<Vec<Touched>> {
    let Some((id, name, ordered)) = &case.panel else { return Ok(vec![]) };
    let book = directory::panels::book(&desk.service).await?;
    let now = book.panels.0.get(id).and_then(Panel::in_use).map(|version| version.number.clone());
    let Some(now) = now.filter(|number| number != ordered) else { return Ok(vec![]) };
    let Some((before, after)) = book.panel(id, ordered).zip(book.panel(id, &now)) else { return Ok(vec![]) };
    let permit = research::library_permit(&desk.service).await?;
    let result = laboratory::data::result(desk, &desk.status(&permit, case.order.0).await?).await?;
    let high = |panel| {
        let tiered = tier::under(&result, panel).into_iter().filter(|(tier, ..)| *tier < Tier::Three);
        tiered.map(|(tier, candidate, v)| (v.variant.to_string(), (tier, candidate.symbol.clone()))).collect::<BTreeMap<_, _>>()
    };
    let earlier = high(&before);
    let risen = high(&after).into_iter().filter(|(variant, _)| !earlier.contains_key(variant) && !case.named.contains(variant));
    let describe = |(variant, (tier, gene)): (String, (Tier, String))| {
        let reason = format!("{gene} is green on the panel {name} since the order: tier {tier} by version {now}, not by {ordered}");
        Touched { order: case.order.clone(), variant, gene, reason }
    };
    Ok(risen.map(describe).collect())
}

/// The latest of a person's cases that was reported, if none of them was reported with a cause.
async fn unsolved(desk: &Desk, cases: Vec<Case>) -> ServiceResult<Option<Unsolved>> {
    let mut found = None;
    for (view, status) in cases.into_iter().rev() {
        let Some(report) = status.report_of_latest() else { continue };
        let content = results::reports::content(&desk.service, report).await?;
        if content.outcome.is_finding() {
            return Ok(None);
        }
        let named = content.variants.iter().filter_map(|v| v.coded.variant.as_ref()).map(ToString::to_string).collect();
        let panel = status.order.request.and_then(|request| request.panel);
        found.get_or_insert(Unsolved { order: (view.id, view.number), named, panel });
    }
    Ok(found)
}

/// A case that was reported without a cause, and the variants that its report names.
struct Unsolved {
    order: (OrderId, String),
    named: BTreeSet<String>,
    /// Panel that was ordered: number, name, version.
    panel: Option<(String, String, String)>,
}
