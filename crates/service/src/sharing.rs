//! What is shared with others outside, where the person agreed to it.

use crate::{Desk, ServiceError, ServiceResult};
use access::Action;
use care::{OrderId, Refusals, choice::policy::Use};
use interop::share::{self, Candidate};
use serde_json::Value;

impl Desk {
    /// The latest signed report as a ClinVar submission, where the person agreed to research.
    pub async fn for_clinvar(&self, order: OrderId) -> ServiceResult<Value> {
        self.may_share(order).await?;
        let (_, _, content) = self.report(order).await?;
        if content.variants.is_empty() {
            return Err(Refusals::one("report", "The report names no variant, so there is nothing to submit").into());
        }
        Ok(share::clinvar(&content))
    }

    /// An unsolved case as a request to the Matchmaker Exchange: its features and the genes of its first candidates.
    pub async fn for_matchmaker(&self, order: OrderId) -> ServiceResult<Value> {
        self.may_share(order).await?;
        let (status, analysis) = self.case(order).await?;
        let request = status.order.request.as_ref().ok_or(ServiceError::NotFound("order"))?;
        let sex = request.proband().ok_or(ServiceError::NotFound("patient"))?.sex;
        let proband = analysis.family.proband_index();
        let candidate = |candidate: &interpret::Candidate| {
            let held = candidate.variants.first()?;
            let small = held.variant.structure().is_none();
            let v = &held.variant;
            let variant = small.then(|| (v.contig.to_string(), u64::from(v.position.get()), v.reference.clone(), v.alternate.clone()));
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
        // A name of the request alone: it leads back to the order only here.
        let pseudonym = crate::own::digest(format!("matchmaker {order}"));
        let contact = (self.staff.organisation_name.as_str(), "https://opengms.example/contact");
        Ok(share::matchmaker(&pseudonym[..16], sex, &features, &candidates, contact))
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
