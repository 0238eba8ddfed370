//! Which cases a change of a panel touches before it is signed off: those with a candidate in a gene that becomes green, and those whose
//! reported gene is green no longer. Genes are compared by HGNC identifier, so that one that was renamed is found.

use crate::{
    Desk, ServiceError, ServiceResult, Status,
    directory::{
        self,
        catalogue::{self, Catalogue},
        panels::Book,
    },
    laboratory,
};
use access::Action;
use anyhow::Context;
use care::{
    OrderId,
    directory::{
        TestCode,
        panel::{Difference, Version, compare},
    },
    event::StreamKind,
    interpretation::analysis,
};
use genome::HgncId;
use serde::Deserialize;
use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

/// What of an order tells its panel, its candidates and what of them was reported.
const KINDS: [StreamKind; 3] = [StreamKind::Order, StreamKind::Analysis, StreamKind::Interpretation];

/// Genes of candidates by the digest of their analysis: what a digest names never changes, so that each analysis is read once.
pub(crate) type CandidateGenes = Mutex<HashMap<String, Arc<BTreeSet<HgncId>>>>;

/// Analyses of which the genes are kept; beyond so many it is begun again.
const ANALYSES_KEPT: usize = 10_000;

/// Orders that are looked through: open ones first, then those that were submitted last.
const ORDERS_MAX: u64 = 200;

/// What signing the latest version of a panel off would touch.
#[derive(Debug, Default)]
pub struct Touched {
    /// Genes that become green, or are so no longer, each with its cases.
    pub genes: Vec<TouchedGene>,
    /// Orders of tests that use the panel, and how many of them were looked through.
    pub orders: (usize, usize),
    /// Orders with this panel among those, and how many of them have no finished analysis, so that nothing is known of their genes.
    pub with_panel: (usize, usize),
}

/// A gene with the cases that it touches.
#[derive(Debug)]
pub struct TouchedGene {
    /// What changes of it.
    pub difference: Difference,
    /// Open and closed cases.
    pub cases: (usize, usize),
    /// Those of them that whoever asks may read.
    pub listed: Vec<TouchedCase>,
}

/// A case that whoever asks may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TouchedCase {
    /// Order.
    pub order: OrderId,
    /// Its number.
    pub number: String,
    /// It is not finished.
    pub is_open: bool,
}

/// What signing the latest version of a panel off would touch; nothing where no version waits.
#[crate::boxed]
pub async fn touched(desk: &Desk, panel: &str) -> ServiceResult<Option<Touched>> {
    directory::panels::permit(desk, Action::ReviewPanel).await?;
    let catalogue = catalogue::current(&desk.service).await?;
    let Some(differences) = waiting(&catalogue.book, panel)? else { return Ok(None) };
    let moved = differences.into_iter().filter(|d| d.gene.is_some() && (d.enters() || d.leaves()));
    let mut touched = Touched {
        genes: moved.map(|difference| TouchedGene { difference, cases: (0, 0), listed: vec![] }).collect(),
        ..Touched::default()
    };
    // Counts are for everybody who decides on panels; which cases, only for those who read cases, and of their own laboratory.
    let (reads, opened) = (desk.may(Action::ReadCase), format!("cases that panel {panel} touches"));
    if reads {
        desk.permit_named(Action::ReadCase, opened.as_str(), desk.staff.organisation.clone()).await?;
    }
    let permit = desk.service.own_permit(Action::ReadOrder, opened.as_str()).await?;
    let (orders, count) = desk.service.store.orders_of_tests(&permit, &tests(&catalogue, panel), ORDERS_MAX).await?;
    touched.orders = (count, orders.len());
    let ids: Vec<OrderId> = orders.iter().map(|view| view.id).collect();
    let parts = desk.parts_of(&permit, &ids, &KINDS).await?;
    for (view, status) in orders.into_iter().zip(parts) {
        if status.order.request.as_ref().and_then(|request| request.panel.as_ref()).is_none_or(|(id, ..)| id != panel) {
            continue;
        }
        let candidates = candidate_genes(desk, &status).await?;
        touched.with_panel.0 += 1;
        touched.with_panel.1 += usize::from(candidates.is_none());
        let reported = reported_genes(&status);
        let listed = TouchedCase { order: view.id, number: view.number.clone(), is_open: !view.is_final() };
        let may_read = reads && view.laboratory == desk.staff.organisation;
        touched.add(&listed, may_read, candidates.as_deref().unwrap_or(&BTreeSet::new()), &reported);
    }
    Ok(Some(touched))
}

impl Touched {
    fn add(&mut self, case: &TouchedCase, may_read: bool, candidates: &BTreeSet<HgncId>, reported: &BTreeSet<HgncId>) {
        for gene in &mut self.genes {
            let genes = if gene.difference.enters() { candidates } else { reported };
            if gene.difference.gene.is_none_or(|id| !genes.contains(&id)) {
                continue;
            }
            let count = if case.is_open { &mut gene.cases.0 } else { &mut gene.cases.1 };
            *count += 1;
            if may_read {
                gene.listed.push(case.clone());
            }
        }
    }
}

/// What differs between the version in use and the latest, if that waits to be signed off.
fn waiting(book: &Book, panel: &str) -> ServiceResult<Option<Vec<Difference>>> {
    let panel = book.panels.0.get(panel).ok_or(ServiceError::NotFound("panel"))?;
    let content = |version: &Version| book.content(version).context("the content of a panel is not there");
    let (Some(used), Some(latest)) = (panel.in_use(), panel.latest()) else { return Ok(None) };
    if used.number == latest.number {
        return Ok(None);
    }
    Ok(Some(compare(content(used)?, content(latest)?)))
}

/// Tests that use a panel, with those of the same indications that were withdrawn: their orders may still be open.
fn tests(catalogue: &Catalogue, panel: &str) -> Vec<TestCode> {
    let using: Vec<TestCode> = catalogue
        .tests
        .iter()
        .filter(|test| test.panels.iter().any(|id| id == panel) || catalogue.panel_of(test).is_some_and(|p| p.id == panel))
        .map(|test| test.code.clone())
        .collect();
    let is_sister = |code: &TestCode| using.iter().any(|test| test.indication() == code.indication());
    let withdrawn: Vec<TestCode> = catalogue.withdrawn.iter().map(|w| w.code.clone()).filter(is_sister).collect();
    using.into_iter().chain(withdrawn).collect()
}

/// Genes in which a case has a candidate; nothing where no analysis is finished. Only the genes are read of a result.
async fn candidate_genes(desk: &Desk, status: &Status) -> ServiceResult<Option<Arc<BTreeSet<HgncId>>>> {
    #[derive(Deserialize)]
    struct Genes {
        candidates: Vec<OfGene>,
    }
    #[derive(Deserialize)]
    struct OfGene {
        gene: HgncId,
    }
    let Some(analysis::State::Done { result_sha256, .. }) = laboratory::data::interpreted(status).map(|a| &a.state) else {
        return Ok(None);
    };
    let kept = || desk.service.candidate_genes.lock().unwrap_or_else(PoisonError::into_inner);
    let known = kept().get(result_sha256).cloned();
    if known.is_some() {
        return Ok(known);
    }
    let bytes = desk.service.store.blobs().get(result_sha256).await?;
    let read: Genes = serde_json::from_slice(&bytes).context("reading the candidates of an analysis")?;
    let genes: Arc<BTreeSet<HgncId>> = Arc::new(read.candidates.into_iter().map(|candidate| candidate.gene).collect());
    let mut kept = kept();
    if kept.len() >= ANALYSES_KEPT {
        kept.clear();
    }
    kept.insert(result_sha256.clone(), Arc::clone(&genes));
    Ok(Some(genes))
}

/// Genes of variants that two people agreed to report, in any interpretation of the case.
fn reported_genes(status: &Status) -> BTreeSet<HgncId> {
    let agreed = status.interpretations.iter().flat_map(|(_, interpretation)| {
        interpretation.state.signed().map_or(&interpretation.signed_before, |conclusion| &conclusion.variants)
    });
    agreed.map(|variant| variant.gene).collect()
}
