//! Variants as the scientists of a case assess them: where everybody begins, what each changed, and the class that follows.

use crate::{Desk, ServiceError, ServiceResult, Status, laboratory};
use access::{Action, Permit};
use care::{
    AnalysisId, OrderId, Refusal, Refusals, Staff, StaffId,
    interpretation::{
        analysis,
        assessment::{self, Application, Applied, Assessed, Basis, Change as Changed},
        case::{self, Command, Conclusion, Interpretation, Selected, State},
    },
    ordering::order::purpose::Purpose,
};
use genome::{AcmgCode, Pathogenicity, Strength};
use germline::{Analysis, Candidate, Classification, Criterion, analysis::CandidateVariant};
use std::collections::BTreeMap;
use store::Change;

/// A variant as somebody assesses it.
#[derive(Clone, Debug, PartialEq)]
pub struct Assessment {
    /// Every criterion that was proposed or judged.
    pub applied: BTreeMap<AcmgCode, Applied>,
    /// Criteria that count, with points and class.
    pub classification: Classification,
    /// Criteria that are applied and do not count, or count with care, and why.
    pub warnings: Vec<String>,
}

/// A case as assessments are made of it: its analysis and its interpretation.
#[derive(Clone, Copy)]
pub struct Assessable<'a> {
    /// Result of the analysis that the interpretation is over.
    pub analysis: &'a Analysis,
    /// Interpretation.
    pub interpretation: &'a Interpretation,
}

impl Assessable<'_> {
    /// A variant of the analysis with its candidate.
    pub fn find(&self, variant: &str) -> Option<(&Candidate, &CandidateVariant)> {
        let named = |candidate: &'_ Candidate| candidate.variants.iter().position(|v| v.variant.to_string() == variant);
        self.analysis.candidates.iter().find_map(|candidate| Some((candidate, &candidate.variants[named(candidate)?])))
    }

    /// A variant as somebody assesses it.
    pub fn assess(&self, variant: &str, staff: StaffId) -> Option<Assessment> {
        self.assess_with(variant, staff, None)
    }

    /// The same as it would be with another criterion.
    pub fn assess_with(&self, variant: &str, staff: StaffId, other: Option<(AcmgCode, &Applied)>) -> Option<Assessment> {
        let (candidate, proposed) = self.find(variant)?;
        Some(self.assess_found(candidate, proposed, staff, other))
    }

    /// The same of a variant that is found already.
    pub fn assess_found(
        &self,
        candidate: &Candidate,
        proposed: &CandidateVariant,
        staff: StaffId,
        other: Option<(AcmgCode, &Applied)>,
    ) -> Assessment {
        let mut applied = self.applied(proposed, staff);
        applied.extend(other.map(|(code, applied)| (code, applied.clone())));
        self.classified(candidate, proposed, staff, applied)
    }

    /// The class that follows from criteria, with the other variant of a pair as somebody assesses that.
    fn classified(
        &self,
        candidate: &Candidate,
        proposed: &CandidateVariant,
        staff: StaffId,
        applied: BTreeMap<AcmgCode, Applied>,
    ) -> Assessment {
        if !is_by_points(proposed) {
            return Assessment { applied, classification: self.by_judgement(proposed, staff), warnings: vec![] };
        }
        let mut warnings = Vec::new();
        let mut counted = applied.clone();
        if let Some(partner) = candidate.partner(&proposed.variant)
            && let Some(pm3) = applied.get(&AcmgCode::PM3).filter(|pm3| pm3.application.strength().is_some())
        {
            let class = self.class_without_pm3(partner, staff);
            warnings.extend(partner_warning(partner, class, pm3));
            if !class.is_pathogenic() && !pm3.is_published() {
                counted.remove(&AcmgCode::PM3);
            }
        }
        Assessment { classification: sum(proposed, &counted, &applied), applied, warnings }
    }

    /// Whoever signs it is asked for nothing but the variant: class and criteria are those of their assessment.
    pub fn select(&self, variant: &str, staff: StaffId, is_cause_sought: bool) -> Option<Selected> {
        let (candidate, proposed) = self.find(variant)?;
        let assessment = self.assess(variant, staff)?;
        let evidence = |criterion: &Criterion| {
            let code: Option<AcmgCode> = criterion.code.parse().ok();
            code.and_then(|code| assessment.applied.get(&code)).map_or_else(|| criterion.evidence.clone(), Applied::evidence_with_source)
        };
        let criteria = assessment.classification.criteria.iter().map(|c| (c.to_string(), evidence(c))).collect();
        let partner = candidate.partner(&proposed.variant).filter(|_| is_cause_sought);
        Some(Selected {
            variant: variant.into(),
            gene: candidate.gene,
            symbol: candidate.symbol.clone(),
            class: assessment.classification.class,
            criteria,
            note: String::new(),
            secondary: false,
            applied: if is_by_points(proposed) { assessment.applied.into_iter().collect() } else { vec![] },
            partner: partner.map(|other| other.variant.to_string()),
        })
    }

    /// Where everybody begins: what was signed before over the same analysis, else what the analysis proposes.
    fn start(&self, proposed: &CandidateVariant) -> BTreeMap<AcmgCode, Applied> {
        match self.signed_before(proposed).filter(|signed| !signed.applied.is_empty()) {
            Some(signed) => signed.applied.iter().cloned().collect(),
            None => proposed.classification.criteria.iter().filter_map(as_proposed).collect(),
        }
    }

    fn signed_before(&self, proposed: &CandidateVariant) -> Option<&Selected> {
        let variant = proposed.variant.to_string();
        self.interpretation.signed_before.iter().find(|signed| signed.variant == variant)
    }

    fn applied(&self, proposed: &CandidateVariant, staff: StaffId) -> BTreeMap<AcmgCode, Applied> {
        let mut applied = self.start(proposed);
        applied.extend(self.interpretation.applied_by(&proposed.variant.to_string(), staff));
        applied
    }

    /// The class of the other variant of a pair on its own evidence: two variants do not prove one another.
    fn class_without_pm3(&self, partner: &CandidateVariant, staff: StaffId) -> Pathogenicity {
        if !is_by_points(partner) {
            return self.by_judgement(partner, staff).class;
        }
        let applied = self.applied(partner, staff);
        let counted = applied.iter().filter(|(code, applied)| **code != AcmgCode::PM3 || applied.is_published());
        sum(partner, &counted.map(|(code, applied)| (*code, applied.clone())).collect(), &applied).class
    }

    /// The class of a structural variant, which has no points; where somebody gave it another, who did and why, and not the score of
    /// the one that was proposed.
    fn by_judgement(&self, proposed: &CandidateVariant, staff: StaffId) -> Classification {
        let basis = |code: &str, evidence: &str| Criterion::new(code, Strength::Supporting, evidence);
        let own = self.interpretation.judgement_of(&proposed.variant.to_string(), staff);
        let signed = self.signed_before(proposed).filter(|signed| signed.class != proposed.classification.class);
        let (class, criteria) = match (own, signed) {
            (Some(own), _) => {
                let code = format!("Judged by a {}", own.by.role.label().to_lowercase());
                (own.class[1], vec![basis(&code, &own.reason)])
            }
            (None, Some(signed)) => (signed.class, signed.criteria.iter().map(|(code, evidence)| basis(code, evidence)).collect()),
            (None, None) => return proposed.classification.clone(),
        };
        Classification { class, score: None, criteria, ..proposed.classification.clone() }
    }
}

/// Whether the class of a variant follows from criteria and their points.
pub fn is_by_points(proposed: &CandidateVariant) -> bool {
    proposed.variant.structure().is_none() && proposed.classification.is_by_points()
}

fn as_proposed(criterion: &Criterion) -> Option<(AcmgCode, Applied)> {
    let application = Application::Met(criterion.strength);
    Some((criterion.code.parse().ok()?, Applied { application, evidence: criterion.evidence.clone(), source: None }))
}

/// Points and class, summed where the engine sums them.
fn sum(proposed: &CandidateVariant, counted: &BTreeMap<AcmgCode, Applied>, judged: &BTreeMap<AcmgCode, Applied>) -> Classification {
    let met = counted.iter().filter_map(|(code, applied)| {
        let strength = applied.application.strength()?;
        Some(Criterion::new(code.as_str(), strength, applied.evidence.clone()))
    });
    let judged: Vec<AcmgCode> = judged.keys().copied().collect();
    proposed.classification.revised(met.collect(), &judged)
}

fn partner_warning(partner: &CandidateVariant, class: Pathogenicity, pm3: &Applied) -> Option<String> {
    let (name, class_shown) = (&partner.variant, class.label().to_lowercase());
    if class.is_pathogenic() {
        return None;
    }
    Some(if pm3.is_published() {
        format!("PM3 counts for what was published of other families: the other variant of this case, {name}, is {class_shown} here")
    } else {
        format!("PM3 does not count: the other variant, {name}, is {class_shown} in this case. It counts once it is pathogenic here")
    })
}

/// Whether a report of a purpose says why somebody is ill, so that a recessive cause has to be complete.
pub fn is_cause_sought(purpose: &Purpose) -> bool {
    !matches!(purpose, Purpose::Predictive { .. } | Purpose::Carrier { .. } | Purpose::Tumour(_))
}

/// What an order's scientists work with: its latest interpretation, and the analysis that it is over.
async fn loaded(desk: &Desk, permit: &Permit, order: OrderId) -> ServiceResult<(Status, store::Loaded<Interpretation>, Analysis)> {
    let status = desk.status(permit, order).await?;
    let (id, _) = status.interpretation().ok_or(ServiceError::NotFound("interpretation"))?;
    let loaded = desk.service.store.load::<Interpretation>(permit, id.stream()).await?;
    let analysis = laboratory::data::result(desk, &status).await?;
    Ok((status, loaded, analysis))
}

/// Variants as the person at a desk would report them, by their own assessment.
#[crate::boxed]
pub async fn selected(desk: &Desk, order: OrderId, variants: &[String]) -> ServiceResult<Vec<Selected>> {
    let permit = desk.permit(Action::ReadCase, order).await?;
    let (status, loaded, analysis) = loaded(desk, &permit, order).await?;
    let is_cause_sought = status.order.request.as_ref().is_none_or(|request| is_cause_sought(&request.purpose));
    let case = Assessable { analysis: &analysis, interpretation: &loaded.state };
    let select = |variant: &String| {
        let note = super::notes::notes_on(&status, variant).confirmation().unwrap_or_default();
        let selected = case.select(variant, desk.staff.id, is_cause_sought).map(|selected| Selected { note, ..selected });
        let message = || format!("{variant} is no candidate of this analysis. Open the case again and tick what stands there");
        selected.ok_or_else(|| ServiceError::from(Refusals::one("variants", message())))
    };
    variants.iter().map(select).collect()
}

/// Applies a criterion otherwise in one's own assessment of a variant.
#[crate::boxed]
pub async fn apply_criterion(desk: &Desk, order: OrderId, variant: &str, code: AcmgCode, to: Applied, reason: String) -> ServiceResult<()> {
    let staff = desk.staff.id;
    assess(desk, order, variant, reason, |case| {
        let before = case.assess(variant, staff)?;
        let after = case.assess_with(variant, staff, Some((code, &to)))?;
        let (_, proposed) = case.find(variant)?;
        if !is_by_points(proposed) {
            return Some(Err(Refusals::one("criterion", "A structural variant has no points: give it a class with a reason")));
        }
        let from = before.applied.get(&code).cloned();
        Some(Ok((Changed::Criterion { code, from, to: to.clone() }, before, after)))
    })
    .await
}

/// Gives a structural variant another class in one's own assessment.
#[crate::boxed]
pub async fn give_class(desk: &Desk, order: OrderId, variant: &str, class: Pathogenicity, reason: String) -> ServiceResult<()> {
    let staff = desk.staff.id;
    assess(desk, order, variant, reason, |case| {
        let before = case.assess(variant, staff)?;
        let (_, proposed) = case.find(variant)?;
        if is_by_points(proposed) {
            return Some(Err(Refusals::one("class", "The class of this variant follows from its criteria: change those")));
        }
        let classification = Classification { class, ..before.classification.clone() };
        let after = Assessment { classification, ..before.clone() };
        Some(Ok((Changed::Class, before, after)))
    })
    .await
}

/// What is changed, and the assessment before and after.
type Revised = (Changed, Assessment, Assessment);

/// Refuses an assessment on a page that showed so many changes of a variant in this case, where there are others by now.
#[crate::boxed]
pub async fn check_seen(desk: &Desk, order: OrderId, variant: &str, seen: Option<u64>) -> ServiceResult<()> {
    let permit = desk.permit(Action::Interpret, order).await?;
    let (_, loaded, _) = loaded(desk, &permit, order).await?;
    let changes = loaded.state.assessments.iter().filter(|assessed| assessed.variant == variant).count();
    Ok(crate::shown::as_shown("The assessment of this variant", seen, changes as u64)?)
}

async fn assess(
    desk: &Desk,
    order: OrderId,
    variant: &str,
    reason: String,
    revise: impl Fn(&Assessable) -> Option<Result<Revised, Refusals>>,
) -> ServiceResult<()> {
    let permit = desk.permit(Action::Interpret, order).await?;
    let (_, loaded, analysis) = loaded(desk, &permit, order).await?;
    let case = Assessable { analysis: &analysis, interpretation: &loaded.state };
    let (change, before, after) = revise(&case).ok_or(ServiceError::NotFound("such variant among the candidates"))??;
    let (analysis_id, _) = loaded.state.analysis.ok_or(ServiceError::NotFound("analysis"))?;
    let points = |assessment: &Assessment| assessment.classification.points;
    let assessed = Assessed {
        variant: variant.into(),
        points: matches!(change, Changed::Criterion { .. }).then(|| [points(&before), points(&after)]),
        change,
        reason: reason.clone(),
        class: [before.classification.class, after.classification.class],
        basis: Basis { analysis: analysis_id, ruleset: ruleset(&analysis) },
        by: desk.staff.clone(),
        at: desk.now(),
    };
    let mut change = Change { reason: reason.trim().to_owned(), ..Change::default() };
    change.add(&loaded, &case::decide(&loaded.state, Command::Assess(Box::new(assessed)), &desk.staff)?);
    desk.commit(&permit, change).await
}

/// Name and digest of the ruleset of an analysis.
fn ruleset(analysis: &Analysis) -> String {
    let lines = analysis.provenance.iter().filter(|(what, _)| what == "ruleset" || what == "ruleset digest");
    lines.map(|(_, version)| version.as_str()).collect::<Vec<_>>().join(", ")
}

/// Refuses an agreement with classes that the person's own assessment does not give, and with what it leaves out.
pub(crate) async fn agrees(desk: &Desk, status: &Status, interpretation: &Interpretation) -> ServiceResult<()> {
    let State::Proposed { conclusion, .. } = &interpretation.state else { return Ok(()) };
    if interpretation.assessments.iter().all(|assessed| assessed.by.id != desk.staff.id) {
        return Ok(());
    }
    let analysis = laboratory::data::result(desk, status).await?;
    let case = Assessable { analysis: &analysis, interpretation };
    let mut refusals = conflicts(&case, conclusion, desk.staff.id);
    let is_dismissed = |variant: &str| super::notes::notes_on(status, variant).dismissed.is_some();
    refusals.extend(left_out(&case, conclusion, desk.staff.id, is_dismissed));
    Refusals::check(refusals)?;
    Ok(())
}

/// Where somebody's own assessment, of a variant or of the other one of its pair, gives another class than a conclusion.
fn conflicts(case: &Assessable, conclusion: &Conclusion, staff: StaffId) -> Vec<Refusal> {
    let differs = conclusion.variants.iter().filter_map(|v| {
        let own = own_class(case, v, staff)?;
        (own != v.class).then(|| {
            let message = format!(
                "{} {}: your own assessment is {}, and what you would sign is {}. Record the disagreement, or change your assessment",
                v.symbol,
                v.variant,
                own.label().to_lowercase(),
                v.class.label().to_lowercase()
            );
            Refusal::new("signature", message)
        })
    });
    differs.collect()
}

/// The class that somebody gives a variant who assessed it; or the other one of its pair, with the criteria of this one as signed.
fn own_class(case: &Assessable, signed: &Selected, staff: StaffId) -> Option<Pathogenicity> {
    let (candidate, proposed) = case.find(&signed.variant)?;
    if case.interpretation.has_assessed(&signed.variant, staff) {
        return Some(case.assess_found(candidate, proposed, staff, None).classification.class);
    }
    let partner = candidate.partner(&proposed.variant)?.variant.to_string();
    let is_compared = !signed.applied.is_empty() && case.interpretation.has_assessed(&partner, staff);
    let applied = || signed.applied.iter().cloned().collect();
    is_compared.then(|| case.classified(candidate, proposed, staff, applied()).classification.class)
}

/// What somebody's own assessment makes pathogenic and a conclusion leaves out, though nobody dismissed it.
fn left_out(case: &Assessable, conclusion: &Conclusion, staff: StaffId, is_dismissed: impl Fn(&str) -> bool) -> Vec<Refusal> {
    let by_staff = case.interpretation.assessments.iter().filter(|assessed| assessed.by.id == staff);
    let mut variants: Vec<&str> = by_staff.map(|assessed| assessed.variant.as_str()).collect();
    variants.sort_unstable();
    variants.dedup();
    variants.retain(|variant| conclusion.variants.iter().all(|v| v.variant != *variant) && !is_dismissed(variant));
    let message = |variant: &str| {
        let class = case.assess(variant, staff)?.classification.class;
        let symbol = &case.find(variant)?.0.symbol;
        class.is_pathogenic().then(|| {
            let class = class.label().to_lowercase();
            format!(
                "{symbol} {variant}: your own assessment is {class}, and what you would sign leaves it out. Record the disagreement, \
                 dismiss it with a reason, or change your assessment"
            )
        })
    };
    variants.into_iter().filter_map(message).map(|message| Refusal::new("signature", message)).collect()
}

/// Why the interpretation of an order is not over its newest data, if it is not.
pub fn outdated(status: &Status) -> Option<String> {
    let based_on: AnalysisId = status.interpretation()?.1.analysis?.0;
    let (newest, state) = status.analysis().map(|(id, analysis)| (*id, &analysis.state))?;
    let how = match state {
        _ if newest == based_on => return None,
        analysis::State::Done { .. } => "a newer one is finished",
        analysis::State::Queued | analysis::State::Running => "a newer one is running",
        analysis::State::Stopped { .. } => "a newer one was stopped for safety",
        analysis::State::Failed { .. } => "a newer one failed",
        analysis::State::None => return None,
    };
    Some(format!("This is based on an analysis that is no longer the newest: {how}"))
}

/// Assessments that were made over an earlier analysis of the same order, which the present interpretation does not hold.
pub fn assessed_earlier<'a>(status: &'a Status, variant: &str) -> Vec<&'a Assessed> {
    let latest = status.interpretation().map(|(id, _)| *id);
    let earlier = status.interpretations.iter().filter(|(id, _)| Some(*id) != latest);
    earlier.flat_map(|(_, i)| &i.assessments).filter(|assessed| assessed.variant == variant).collect()
}

/// Whether an assessment can be changed by the person at a desk; in words why not.
pub fn may_assess(interpretation: &Interpretation, staff: &Staff) -> Result<(), Refusals> {
    assessment::may_assess(interpretation, staff)
}
