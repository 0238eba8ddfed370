//! A gene in a case: how the patient's features match its diseases, what the patient has in it, and what other cases had.

use crate::{Desk, ServiceError, ServiceResult, desk::parsed, directory, laboratory};
use access::{Action, Resource};
use care::OrderId;
use genome::{Gene, HgncId};
use germline::{Analysis, Candidate, Considered};
use ontology::{
    TermId,
    disease::LeftOut,
    likelihood::{self, Parts, Phenotype},
    panel::Rating,
};
use store::Classified;

/// Orders that are looked through for earlier cases, the latest first.
pub const LOOKED_AT_MAX: usize = 100;

/// A gene in a case.
pub struct GeneInCase {
    /// Number of the order.
    pub number: String,
    /// Features of the order as it stands.
    pub phenotype: Phenotype,
    /// Diseases of the gene, the likeliest first.
    pub matches: Vec<DiseaseMatch>,
    /// Place of the gene among all with a disease, by the features alone, and how many there are.
    pub place: Option<(usize, usize)>,
    /// Panel of the order, its version, and the gene's rating on it.
    pub panel: Option<OrderedPanel>,
    /// What the analysis found, where one is finished.
    pub found: Option<FoundInGene>,
}

/// The panel of an order.
pub struct OrderedPanel {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The gene's rating in that version; nothing where it is not on it.
    pub rating: Option<Rating>,
}

/// What an analysis found in a gene.
pub struct FoundInGene {
    /// Its candidates of the gene.
    pub candidates: Vec<Candidate>,
    /// Variants that came past the sieve and are in no candidate, each with the reason.
    pub considered: Vec<Considered>,
    /// Candidates of every gene.
    pub candidates_in_all: usize,
    /// The analysis was made with other features than the order has now.
    pub has_other_features: bool,
}

/// How the patient's features match a disease.
pub struct DiseaseMatch {
    /// Identifier and name of the disease.
    pub disease: (String, String),
    /// Its score, part by part.
    pub parts: Parts,
}

/// A class that a variant of the gene was given in a case that whoever looks may open.
pub struct EarlierCase {
    /// The class.
    pub classified: Classified,
    /// Number of the order.
    pub number: String,
}

/// Earlier cases with a class in a gene.
#[derive(Default)]
pub struct Earlier {
    /// Those that whoever looks may open, latest first.
    pub cases: Vec<EarlierCase>,
    /// There are more orders than were looked through.
    pub has_more: bool,
}

/// A gene in the context of an order.
#[crate::boxed]
pub async fn in_case(desk: &Desk, order: OrderId, gene: &Gene) -> ServiceResult<GeneInCase> {
    let permit = desk.permit(Action::ReadCase, order).await?;
    let status = desk.status(&permit, order).await?;
    let request = status.order.request.as_ref().ok_or(ServiceError::NotFound("order"))?;
    let analysis = match laboratory::data::result(desk, &status).await {
        Ok(analysis) => Some(analysis),
        Err(ServiceError::NotFound(_)) => None,
        Err(fault) => return Err(fault),
    };
    let phenotype = Phenotype { observed: request.observed.clone(), excluded: request.excluded.clone() };
    let panel = match &request.panel {
        Some((id, name, version)) => {
            let panel = directory::panels::book(&desk.service).await?.panel(id, version);
            let rating = panel.and_then(|panel| panel.gene(gene.id).map(|gene| gene.rating));
            Some(OrderedPanel { name: name.clone(), version: version.clone(), rating })
        }
        None => None,
    };
    let (matches, place) = matched(desk, &phenotype, gene.id);
    let symbols = symbols(desk, gene);
    Ok(GeneInCase {
        number: request.number.clone(),
        matches,
        place,
        panel,
        found: analysis.map(|analysis| found(analysis, gene.id, &symbols, &phenotype)),
        phenotype,
    })
}

/// What an analysis has of a gene.
fn found(analysis: Analysis, gene: HgncId, symbols: &[String], phenotype: &Phenotype) -> FoundInGene {
    let is_same = |one: &[TermId], other: &[TermId]| {
        let sorted = |terms: &[TermId]| terms.iter().copied().collect::<std::collections::BTreeSet<_>>();
        sorted(one) == sorted(other)
    };
    FoundInGene {
        candidates_in_all: analysis.candidates.len(),
        has_other_features: !is_same(&analysis.observed, &phenotype.observed) || !is_same(&analysis.excluded, &phenotype.excluded),
        candidates: analysis.candidates.into_iter().filter(|candidate| candidate.gene == gene).collect(),
        considered: analysis
            .considered
            .into_iter()
            .filter(|considered| considered.symbol.as_ref().is_some_and(|symbol| symbols.contains(symbol)))
            .collect(),
    }
}

/// The diseases of a gene by how well they explain features, and the gene's place among all; nothing without a feature.
fn matched(desk: &Desk, phenotype: &Phenotype, gene: HgncId) -> (Vec<DiseaseMatch>, Option<(usize, usize)>) {
    let knowledge = &desk.service.knowledge;
    let (hpo, diseases) = (&knowledge.hpo, &knowledge.diseases);
    if phenotype.observed.is_empty() {
        return (vec![], None);
    }
    let one = |index: &u32| {
        let disease = diseases.get(*index);
        let parts = likelihood::parts(phenotype, hpo, diseases, *index);
        DiseaseMatch { disease: (disease.id.clone(), disease.name.clone()), parts }
    };
    let mut matches: Vec<DiseaseMatch> = diseases.of_gene(gene).iter().map(one).collect();
    matches.sort_by(|a, b| b.parts.total().total_cmp(&a.parts.total()).then(a.disease.0.cmp(&b.disease.0)));
    let ranked = likelihood::genes(&likelihood::diseases(phenotype, hpo, diseases, &LeftOut::default()), diseases);
    let place = ranked.iter().position(|score| score.gene == gene).map(|place| (place + 1, ranked.len()));
    (matches, place)
}

/// Classes of variants of a gene in earlier cases that whoever looks may open. Of a case with somebody whose record is restricted
/// nothing is said, not even that it is there.
#[crate::boxed]
pub async fn earlier(desk: &Desk, gene: &Gene, except: Option<OrderId>) -> ServiceResult<Earlier> {
    if !desk.may(Action::ReadCase) {
        return Ok(Earlier::default());
    }
    let opened = format!("classes given in {} ({})", gene.symbol, gene.id);
    let permit = desk.permit_named(Action::ReadCase, opened, desk.staff.organisation.clone()).await?;
    let mut classified = desk.service.store.classified_in(&permit, &symbols(desk, gene)).await?;
    classified.retain(|found| Some(found.order) != except);
    let mut earlier = Earlier::default();
    let mut looked_at: Vec<(OrderId, Option<String>)> = Vec::new();
    for classified in classified {
        let number = match looked_at.iter().find(|(order, _)| *order == classified.order) {
            Some((_, number)) => number.clone(),
            None if looked_at.len() >= LOOKED_AT_MAX => {
                earlier.has_more = true;
                continue;
            }
            None => {
                let number = number_if_open(desk, classified.order).await?;
                looked_at.push((classified.order, number.clone()));
                number
            }
        };
        earlier.cases.extend(number.map(|number| EarlierCase { classified, number }));
    }
    Ok(earlier)
}

/// The symbols that a gene has or had, without those that lead to another gene.
fn symbols(desk: &Desk, gene: &Gene) -> Vec<String> {
    let is_this = |symbol: &&String| desk.service.knowledge.gene_by_symbol(symbol).is_some_and(|found| found.id == gene.id);
    [&gene.symbol].into_iter().chain(&gene.other_symbols).filter(is_this).cloned().collect()
}

/// The number of an order whose case a desk may open and that is nobody's whose record is restricted.
async fn number_if_open(desk: &Desk, order: OrderId) -> ServiceResult<Option<String>> {
    let store = &desk.service.store;
    let Some(view) = store.order_view(order).await?.filter(|view| !view.is_hidden()) else { return Ok(None) };
    if store.named_of_order(order).await?.is_some() {
        return Ok(None);
    }
    let organisations = parsed(&store.organisations_of_order(order).await?);
    let resource = Resource { organisations, name: order.stream(), released: view.is_released(), ..Resource::default() };
    Ok(access::decide(&desk.staff, Action::ReadCase, &resource).is_ok().then_some(view.number))
}
