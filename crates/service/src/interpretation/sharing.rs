//! What is shared with others outside, where the person agreed to it.

use crate::{Desk, ServiceError, ServiceResult, directory, interpretation, ordering, results};
use access::{Action, Permit};
use care::{
    OdsCode, OrderId, Refusals,
    ordering::{choice::policy::Use, order},
};
pub use interop::ga4gh::matchmaker::MatchQuery;
use interop::{
    clinvar,
    ga4gh::matchmaker::{Candidate, MatchPatient, MatchRequest, MatchResponse, MatchResult, MatchScore},
};
use ontology::{Hpo, TermId};
use std::collections::{BTreeMap, BTreeSet};
use store::Classified;

/// The latest signed report as a ClinVar submission, where the person agreed to research.
#[crate::boxed]
pub async fn for_clinvar(desk: &Desk, order: OrderId) -> ServiceResult<clinvar::Submission> {
    may_share(desk, order).await?;
    let (_, _, content) = results::reports::report(desk, order).await?;
    if content.variants.is_empty() {
        return Err(Refusals::one("report", "The report names no variant, so there is nothing to submit").into());
    }
    Ok(clinvar::submission(&content))
}

/// An unsolved case as a request to the Matchmaker Exchange: its features and the genes of its first candidates.
#[crate::boxed]
pub async fn for_matchmaker(desk: &Desk, order: OrderId) -> ServiceResult<MatchRequest> {
    may_share(desk, order).await?;
    let (status, analysis) = interpretation::cases::case(desk, order).await?;
    let request = status.order.request.as_ref().ok_or(ServiceError::NotFound("order"))?;
    let sex = request.proband().ok_or(ServiceError::NotFound("patient"))?.sex;
    let proband = analysis.family.proband_index();
    let candidate = |candidate: &germline::Candidate| {
        let first = candidate.variants.first()?;
        let variant = first.variant.structure().is_none().then(|| first.variant.clone());
        let copies = first.genotypes.get(proband).and_then(|g| match g.zygosity {
            genome::Zygosity::Heterozygous | genome::Zygosity::Hemizygous => Some(1),
            genome::Zygosity::Homozygous => Some(2),
            _ => None,
        });
        Some(Candidate { gene: candidate.gene.to_string(), variant, copies })
    };
    let candidates: Vec<Candidate> = analysis.candidates.iter().take(CANDIDATES).filter_map(candidate).collect();
    let observed = request.observed.iter().map(|t| (t.to_string(), true));
    let features: Vec<(String, bool)> = observed.chain(request.excluded.iter().map(|t| (t.to_string(), false))).collect();
    let (name, address) = contact(desk, &request.laboratory).await?;
    let patient = MatchPatient { id: &pseudonym(order), sex, features: &features, candidates: &candidates, contact: (&name, &address) };
    Ok(MatchRequest { patient: patient.profile() })
}

async fn may_share(desk: &Desk, order: OrderId) -> ServiceResult<()> {
    let permit = desk.permit(Action::ReadCase, order).await?;
    let status = desk.status(&permit, order).await?;
    let request = status.order.request.as_ref().ok_or(ServiceError::NotFound("order"))?;
    let proband = request.proband().ok_or(ServiceError::NotFound("patient"))?.patient;
    let receipt = ordering::choices::decide_use(desk, &permit, proband, Use::Library).await?;
    if receipt.allowed {
        return Ok(());
    }
    Err(Refusals::one("choice", format!("Nothing is shared outside: {}", receipt.why.to_lowercase())).into())
}

/// Genes that are told to the exchange.
const CANDIDATES: usize = 5;
/// Cases that are told of at once.
const MATCHES: usize = 10;
/// Classified cases, the latest first, among which one without a gene is looked for.
const LATEST: usize = 500;

/// The laboratory of a case as others write to it: its name and its address in the directory of laboratories.
async fn contact(desk: &Desk, code: &OdsCode) -> ServiceResult<(String, String)> {
    let laboratories = directory::laboratories::list(&desk.service).await?;
    let laboratory = laboratories.0.get(code).cloned().unwrap_or_default();
    let name = if laboratory.name.is_empty() { code.to_string() } else { laboratory.name.clone() };
    Ok((name, laboratory.contact_address(code)))
}

/// A name of an order for the exchange: it leads back only here.
fn pseudonym(order: OrderId) -> String {
    crate::secret::digest(format!("matchmaker {order}"))[..16].to_owned()
}

/// Cases like one of another node, by signed classifications of people who agreed to research, the likest first: with the same gene,
/// or with like features where no gene is named that is known here. Each disclosure is written to the audit of the person.
#[crate::boxed]
pub async fn matches(desk: &Desk, query: &MatchQuery) -> ServiceResult<MatchResponse> {
    let permit = desk.permit_general(Action::AskForMatches).await?;
    let knowledge = &desk.service.knowledge;
    let symbols: Vec<String> = query.genes.iter().filter_map(|name| knowledge.gene_named(name)).map(|gene| gene.symbol.clone()).collect();
    if symbols.is_empty() && !query.features.iter().any(|feature| is_feature(&knowledge.hpo, feature)) {
        // An empty answer would say that there is no such case.
        let named = query.genes.iter().chain(&query.features).take(NAMED_MAX).cloned().collect::<Vec<_>>().join(", ");
        return Err(Refusals::one(
            "patient",
            format!("nothing of what it names is known here: {named}. Name genes by symbol, HGNC, Ensembl or Entrez, features by HPO"),
        )
        .into());
    }
    let (mut orders, mut latest, mut results) = (Vec::new(), BTreeMap::new(), Vec::new());
    let mut classified = if symbols.is_empty() {
        desk.service.store.classified_lately(&permit, LATEST).await?
    } else {
        desk.service.store.classified_in(&permit, &symbols).await?
    };
    for classified in &classified {
        let signed = latest.entry(classified.order).or_insert(classified.at);
        *signed = classified.at.max(*signed);
    }
    // Of an order with several variants the one that is sought says how like it is.
    classified.sort_by_key(|classified| !query.variants.contains(&classified.variant));
    for classified in classified {
        // What an order's latest signature says counts; what was found harmless matches nothing.
        if latest.get(&classified.order) != Some(&classified.at) || classified.class.is_benign() || orders.contains(&classified.order) {
            continue;
        }
        orders.push(classified.order);
        results.extend(matched(desk, &permit, query, &classified, !symbols.is_empty()).await?);
    }
    results.sort_by(|a, b| b.score.patient.total_cmp(&a.score.patient));
    results.truncate(MATCHES);
    Ok(MatchResponse { results })
}

/// What is named in a message at most.
const NAMED_MAX: usize = 5;

fn is_feature(hpo: &Hpo, text: &str) -> bool {
    text.parse().ok().and_then(|term: TermId| hpo.find(term)).is_some()
}

async fn matched(
    desk: &Desk,
    permit: &Permit,
    query: &MatchQuery,
    classified: &Classified,
    by_gene: bool,
) -> ServiceResult<Option<MatchResult>> {
    let status = desk.status(permit, classified.order).await?;
    let Some(request) = status.order.request.as_ref().filter(|_| !matches!(status.order.state, order::State::EnteredInError { .. })) else {
        return Ok(None);
    };
    let Some(proband) = request.proband() else { return Ok(None) };
    let hpo = &desk.service.knowledge.hpo;
    let theirs: Vec<TermId> = query.features.iter().filter_map(|f| f.parse().ok()).collect();
    let alike = likeness(hpo, &theirs, &request.observed);
    // Without a gene, cases that share little more than the root of the ontology are not alike; nobody is asked about them.
    if !by_gene && alike < LIKENESS_MIN {
        return Ok(None);
    }
    if !ordering::choices::decide_use(desk, permit, proband.patient, Use::Library).await?.allowed {
        return Ok(None);
    }
    let same = query.variants.contains(&classified.variant);
    let score = score(by_gene, same, alike);
    let observed = request.observed.iter().map(|t| (t.to_string(), true));
    let features: Vec<(String, bool)> = observed.chain(request.excluded.iter().map(|t| (t.to_string(), false))).collect();
    let gene =
        desk.service.knowledge.gene_by_symbol(&classified.symbol).map_or_else(|| classified.symbol.clone(), |gene| gene.id.to_string());
    let (name, address) = contact(desk, &request.laboratory).await?;
    let patient = MatchPatient {
        id: &pseudonym(classified.order),
        sex: proband.sex,
        features: &features,
        // The gene alone: the variant is told by people, once they write to each other.
        candidates: &[Candidate { gene, variant: None, copies: None }],
        contact: (&name, &address),
    };
    Ok(Some(MatchResult { score: MatchScore { patient: score }, patient: patient.profile() }))
}

/// Likeness of features from which on a case without a common gene is told of.
const LIKENESS_MIN: f64 = 0.25;

/// Half for the gene, a fifth for the very variant, the rest for the features; by features alone it is their likeness. This
/// service's own weights: the exchange sets none.
fn score(by_gene: bool, same_variant: bool, alike: f64) -> f64 {
    if by_gene { 0.5 + if same_variant { 0.2 } else { 0.0 } + 0.3 * alike } else { alike }
}

/// How alike two lists of features are, 0–1: terms that both or their ancestors share, of all (Jaccard index).
fn likeness(hpo: &Hpo, a: &[TermId], b: &[TermId]) -> f64 {
    let closure = |terms: &[TermId]| -> BTreeSet<u32> {
        let found = terms.iter().filter_map(|t| hpo.find(*t));
        found.flat_map(|term| hpo.ancestors(term).to_vec()).collect()
    };
    let (a, b) = (closure(a), closure(b));
    let all = a.union(&b).count();
    if all == 0 { 0.0 } else { a.intersection(&b).count() as f64 / all as f64 }
}
