//! What is shared with others outside, where the person agreed to it.

use crate::{Desk, ServiceError, ServiceResult};
use access::{Action, Permit};
use care::{OrderId, Refusals, choice::policy::Use, order};
pub use interop::ga4gh::matchmaker::MatchQuery;
use interop::{
    clinvar,
    ga4gh::matchmaker::{Candidate, MatchPatient, MatchRequest, MatchResponse, MatchResult, MatchScore},
};
use ontology::{Hpo, TermId};
use std::collections::BTreeSet;
use store::Classified;

impl Desk {
    /// The latest signed report as a ClinVar submission, where the person agreed to research.
    pub async fn for_clinvar(&self, order: OrderId) -> ServiceResult<clinvar::Submission> {
        self.may_share(order).await?;
        let (_, _, content) = self.report(order).await?;
        if content.variants.is_empty() {
            return Err(Refusals::one("report", "The report names no variant, so there is nothing to submit").into());
        }
        Ok(clinvar::submission(&content))
    }

    /// An unsolved case as a request to the Matchmaker Exchange: its features and the genes of its first candidates.
    pub async fn for_matchmaker(&self, order: OrderId) -> ServiceResult<MatchRequest> {
        self.may_share(order).await?;
        let (status, analysis) = self.case(order).await?;
        let request = status.order.request.as_ref().ok_or(ServiceError::NotFound("order"))?;
        let sex = request.proband().ok_or(ServiceError::NotFound("patient"))?.sex;
        let proband = analysis.family.proband_index();
        let candidate = |candidate: &interpret::Candidate| {
            let held = candidate.variants.first()?;
            let variant = held.variant.structure().is_none().then(|| held.variant.clone());
            let copies = held.genotypes.get(proband).and_then(|g| match g.zygosity {
                genome::Zygosity::Heterozygous | genome::Zygosity::Hemizygous => Some(1),
                genome::Zygosity::Homozygous => Some(2),
                _ => None,
            });
            Some(Candidate { gene: candidate.gene.to_string(), variant, copies })
        };
        let candidates: Vec<Candidate> = analysis.candidates.iter().take(CANDIDATES).filter_map(candidate).collect();
        let observed = request.observed.iter().map(|t| (t.to_string(), true));
        let features: Vec<(String, bool)> = observed.chain(request.excluded.iter().map(|t| (t.to_string(), false))).collect();
        let patient = MatchPatient {
            id: &pseudonym(order),
            sex,
            features: &features,
            candidates: &candidates,
            contact: (&self.staff.organisation_name, CONTACT),
        };
        Ok(MatchRequest { patient: patient.profile() })
    }

    async fn may_share(&self, order: OrderId) -> ServiceResult<()> {
        let permit = self.permit(Action::ReadCase, order).await?;
        let status = self.status(&permit, order).await?;
        let request = status.order.request.as_ref().ok_or(ServiceError::NotFound("order"))?;
        let proband = request.proband().ok_or(ServiceError::NotFound("patient"))?.patient;
        let receipt = self.decide_use(&permit, proband, Use::Library).await?;
        if receipt.allowed {
            return Ok(());
        }
        Err(Refusals::one("choice", format!("Nothing is shared outside: {}", receipt.why.to_lowercase())).into())
    }
}

/// Genes that are told to the exchange.
const CANDIDATES: usize = 5;
/// Where other nodes write to. A placeholder: the service does not hold an address of each organisation yet.
const CONTACT: &str = "https://opengms.example/contact";
/// Cases that are told of at once.
const MATCHES: usize = 10;

/// A name of an order for the exchange: it leads back only here.
fn pseudonym(order: OrderId) -> String {
    crate::own::digest(format!("matchmaker {order}"))[..16].to_owned()
}

impl Desk {
    /// Cases like one of another node: same gene, by signed classifications of people who agreed to research, the likest first.
    /// Each disclosure is written to the audit of the person.
    pub async fn matches(&self, query: &MatchQuery) -> ServiceResult<MatchResponse> {
        let permit = self.permit_general(Action::AskForMatches).await?;
        let knowledge = &self.service.knowledge;
        let symbol = |name: &String| match name.parse() {
            Ok(id) => Some(knowledge.symbol(id)),
            Err(_) => knowledge.gene_by_symbol(name).map(|gene| gene.symbol.clone()),
        };
        let symbols: Vec<String> = query.genes.iter().filter_map(symbol).collect();
        let (mut orders, mut results) = (Vec::new(), Vec::new());
        for given in self.service.store.classified_in(&permit, &symbols).await? {
            // What was found harmless matches nothing.
            if given.class.is_benign() || orders.contains(&given.order) {
                continue;
            }
            orders.push(given.order);
            results.extend(self.matched(&permit, query, &given).await?);
        }
        results.sort_by(|a, b| b.score.patient.total_cmp(&a.score.patient));
        results.truncate(MATCHES);
        Ok(MatchResponse { results })
    }

    async fn matched(&self, permit: &Permit, query: &MatchQuery, given: &Classified) -> ServiceResult<Option<MatchResult>> {
        let status = self.status(permit, given.order).await?;
        let Some(request) = status.order.request.as_ref().filter(|_| !matches!(status.order.state, order::State::EnteredInError { .. }))
        else {
            return Ok(None);
        };
        let Some(proband) = request.proband() else { return Ok(None) };
        if !self.decide_use(permit, proband.patient, Use::Library).await?.allowed {
            return Ok(None);
        }
        let hpo = &self.service.knowledge.hpo;
        let theirs: Vec<TermId> = query.features.iter().filter_map(|f| f.parse().ok()).collect();
        let alike = likeness(hpo, &theirs, &request.observed);
        let same = query.variants.contains(&given.variant);
        // Half for the gene, a fifth for the very variant, the rest for the features. This service's own weights: the exchange sets none.
        let score = 0.5 + if same { 0.2 } else { 0.0 } + 0.3 * alike;
        let observed = request.observed.iter().map(|t| (t.to_string(), true));
        let features: Vec<(String, bool)> = observed.chain(request.excluded.iter().map(|t| (t.to_string(), false))).collect();
        let gene = self.service.knowledge.gene_by_symbol(&given.symbol).map_or_else(|| given.symbol.clone(), |gene| gene.id.to_string());
        let laboratory = request.laboratory.to_string();
        let patient = MatchPatient {
            id: &pseudonym(given.order),
            sex: proband.sex,
            features: &features,
            // The gene alone: the variant is told by people, once they write to each other.
            candidates: &[Candidate { gene, variant: None, copies: None }],
            contact: (&laboratory, CONTACT),
        };
        Ok(Some(MatchResult { score: MatchScore { patient: score }, patient: patient.profile() }))
    }
}

/// How alike two lists of features are, 0–1: terms that both or their ancestors share, of all (Jaccard index).
fn likeness(hpo: &Hpo, a: &[TermId], b: &[TermId]) -> f64 {
    let closure = |terms: &[TermId]| -> BTreeSet<u32> {
        let found = terms.iter().filter_map(|t| hpo.find(*t));
        found.flat_map(|at| hpo.ancestors(at).to_vec()).collect()
    };
    let (a, b) = (closure(a), closure(b));
    let all = a.union(&b).count();
    if all == 0 { 0.0 } else { a.intersection(&b).count() as f64 / all as f64 }
}
