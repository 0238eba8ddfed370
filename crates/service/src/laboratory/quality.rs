//! The quality of each sample of an analysis, and what was decided of it. Nothing of it stops a case.

mod counted;

pub(crate) use counted::LastCounted;

use super::data::interpreted_with_id;
use crate::{Desk, ServiceError, ServiceResult, Status, directory};
use access::Action;
use care::{
    AnalysisId, OrderId, PatientId, Refusals,
    event::Event,
    interpretation::analysis::{self, Analysis, Command, QualityDecision},
};
use germline::{identity::IdentityCheck, quality::SampleQuality};
use jiff::Timestamp;
use store::Change;

/// The samples of an analysis.
pub struct Quality {
    /// Where the order stands.
    pub status: Status,
    /// The analysis that they are of.
    pub analysis: AnalysisId,
    /// Events of the analysis so far, for whoever decides.
    pub seen: u64,
    /// The test looks at the whole genome.
    pub is_genome: bool,
    /// Each sample of the file.
    pub samples: Vec<Judged>,
    /// Sex and parentage, as they were compared with the pedigree.
    pub identity: Vec<IdentityCheck>,
}

/// A sample with what was decided of it.
pub struct Judged {
    /// Whose it is.
    pub patient: Option<PatientId>,
    /// What was counted.
    pub quality: SampleQuality,
    /// What was decided last.
    pub decision: Option<Decided>,
}

/// A decision on the quality of a sample.
pub struct Decided {
    /// Which.
    pub decision: QualityDecision,
    /// Why.
    pub reason: String,
    /// Who decided.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// The quality of the samples of the analysis that the case is over, else of the newest that is finished. Analyses of before it was
/// counted have no samples here.
#[crate::boxed]
pub async fn quality(desk: &Desk, order: OrderId) -> ServiceResult<Quality> {
    let permit = desk.permit(Action::HandleSample, order).await?;
    let status = desk.status(&permit, order).await?;
    let (analysis, input) = match interpreted_with_id(&status) {
        Some((id, analysis)) => (id, analysis.input.clone().ok_or(ServiceError::NotFound("analysis"))?),
        None => return Err(ServiceError::NotFound("finished analysis")),
    };
    let counted = counted::counted(desk, &status).await?;
    let entries = desk.service.store.stream(&permit, &analysis.stream()).await?;
    let mut samples = Vec::new();
    for quality in counted.quality.clone() {
        let patient = input.samples.iter().find(|(_, name)| *name == quality.sample).map(|(patient, _)| *patient);
        let mut decision = None;
        for entry in &entries {
            match entry.event()? {
                Event::Analysis(analysis::Event::QualityJudged { sample, decision: which, reason }) if sample == quality.sample => {
                    decision = Some(Decided { decision: which, reason, by: entry.actor[2].clone(), at: entry.at });
                }
                _ => {}
            }
        }
        samples.push(Judged { patient, quality, decision });
    }
    let catalogue = directory::catalogue::current(&desk.service).await?;
    let code = status.order.request.as_ref().map(|request| request.test.clone());
    let is_genome = code.and_then(|code| catalogue.test(code.as_str()).map(care::directory::Test::is_whole_genome)).unwrap_or(false);
    Ok(Quality { analysis, seen: entries.len() as u64, is_genome, samples, identity: counted.identity.clone(), status })
}

/// Decides on the quality of a sample, if nothing happened with the analysis since whoever decides looked at it.
#[crate::boxed]
pub async fn decide(
    desk: &Desk,
    order: OrderId,
    (id, seen): (AnalysisId, u64),
    sample: &str,
    (decision, reason): (QualityDecision, &str),
) -> ServiceResult<()> {
    let permit = desk.permit(Action::HandleSample, order).await?;
    let loaded = desk.service.store.load::<Analysis>(&permit, id.stream()).await?;
    if loaded.state.input.as_ref().is_none_or(|input| input.order != order) {
        return Err(ServiceError::NotFound("analysis of this order"));
    }
    let status = desk.status(&permit, order).await?;
    if loaded.sequence != seen || interpreted_with_id(&status).map(|(newest, _)| newest) != Some(id) {
        let message = "Something was decided or analysed since you opened this page, so that nothing was saved. Look at it again below";
        return Err(Refusals::one("sample", message).into());
    }
    let mut change = Change { reason: reason.trim().to_owned(), ..Change::default() };
    let command = Command::JudgeQuality { sample: sample.to_owned(), decision, reason: reason.to_owned() };
    change.add(&loaded, &analysis::decide(&loaded.state, command)?);
    desk.commit(&permit, change).await
}
