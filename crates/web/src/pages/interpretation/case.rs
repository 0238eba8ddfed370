//! A case: its candidates with filters, the first scientist's conclusion, the second's check, the consultant's signature.

use crate::{
    error::PageError,
    pages::{
        Banner, Layout, PageResult,
        chosen::{Chosen, Why, every},
        id, refusals, show,
    },
    session::At,
};
use access::Action;
use askama::Template;
use axum::{
    Json,
    extract::{Path, Query},
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use care::{
    OrderId, Refusals, Staff,
    interpretation::{
        case::{Conclusion, Difference, Interpretation, Outcome, Selected, Side, State},
        note::{Note, Notes},
    },
};
use germline::{Analysis, Candidate, Pathogenicity, analysis::CandidateVariant};
use jiff::civil::Date;
use serde::Deserialize;
use service::{
    Desk, ServiceError, ServiceResult,
    interpretation::{
        self,
        assessments::{self, Assessable, Assessment},
        notes,
        signers::{self, Signers},
    },
};
use store::Classified;
use uuid::Uuid;

#[derive(Template)]
#[template(path = "interpretation/case.html")]
struct Page {
    layout: Layout,
    order: OrderId,
    number: String,
    patient: String,
    analysis: Analysis,
    filter: Filter,
    /// Classes that its variants were given in other cases.
    before: Vec<Classified>,
    state: State,
    /// The interpretation with every assessment.
    interpretation: Interpretation,
    /// Two scientists' conclusions, where they differed.
    difference: Option<Box<Difference>>,
    /// Who can decide, and who can authorise.
    signers: Signers,
    outdated: Option<String>,
    /// Why a gene or variant is not among the candidates, in lines.
    explained: Vec<String>,
    /// Notes on its variants.
    notes: Vec<Note>,
    signed: bool,
    /// The person chose to be told of additional findings.
    other_findings: bool,
    mine: bool,
    /// The day of which it is shown, when that is past.
    past: Option<Date>,
    problems: Vec<String>,
}

/// How many candidates are shown, unless all of them are asked for.
const SHOWN_MAX: usize = 100;

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Filter {
    gene: String,
    class: String,
    panel: String,
    /// A day that is past.
    on: String,
    /// `yes` shows every candidate that fits.
    all: String,
    /// A gene or variant that somebody looks for.
    why: String,
}

/// The candidates that fit a filter, highest ranked first.
struct Fitting<'c> {
    shown: Vec<&'c Candidate>,
    /// How many fit, shown or not.
    count: usize,
}

impl Filter {
    /// The candidates that fit, each variant by its class as whoever looks assesses it.
    fn fitting<'c>(&self, candidates: &'c [Candidate], class: impl Fn(&Candidate, &CandidateVariant) -> Pathogenicity) -> Fitting<'c> {
        let gene = self.gene.trim().to_lowercase();
        let fits = |c: &&Candidate| {
            (gene.is_empty() || c.symbol.to_lowercase().contains(&gene))
                && (self.class.is_empty() || c.variants.iter().any(|v| class(c, v).label() == self.class))
                && (self.panel.is_empty() || c.on_panel == Some(true))
        };
        let mut shown: Vec<&Candidate> = candidates.iter().filter(fits).collect();
        let count = shown.len();
        if self.all != "yes" {
            shown.truncate(SHOWN_MAX);
        }
        Fitting { shown, count }
    }

    /// The same filter as the end of an address, with every candidate that fits.
    fn query_for_all(&self) -> String {
        let fields = [("gene", &self.gene), ("class", &self.class), ("panel", &self.panel), ("on", &self.on)];
        let filled = fields.into_iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| (name, value.as_str()));
        serde_urlencoded::to_string(filled.chain([("all", "yes")]).collect::<Vec<_>>()).unwrap_or_default()
    }
}

impl Page {
    /// The latest class that a variant was given before, if it was.
    fn earlier(&self, variant: &genome::Variant) -> Option<&Classified> {
        let variant = variant.to_string();
        self.before.iter().find(|earlier| earlier.variant == variant)
    }

    /// A variant as whoever looks assesses it.
    fn assessed(&self, candidate: &Candidate, variant: &CandidateVariant) -> Assessment {
        let case = Assessable { analysis: &self.analysis, interpretation: &self.interpretation };
        case.assess_found(candidate, variant, self.me(), None)
    }

    /// What stands of the notes on a variant.
    fn notes_on(&self, variant: &genome::Variant) -> Notes {
        Notes::on(&variant.to_string(), &self.notes)
    }

    /// Whether scientists who signed or assessed a variant give it different classes.
    fn is_disputed(&self, candidate: &Candidate, variant: &CandidateVariant) -> bool {
        let case = Assessable { analysis: &self.analysis, interpretation: &self.interpretation };
        let mut scientists = self.interpretation.assessors(&variant.variant.to_string());
        if let State::Proposed { first, .. } | State::Checked { first, .. } | State::Edited { first, .. } = &self.state {
            scientists.push(first.clone());
        }
        let class = |staff| case.assess_found(candidate, variant, staff, None).classification.class;
        scientists.windows(2).any(|pair| class(pair[0].id) != class(pair[1].id))
    }

    fn me(&self) -> care::StaffId {
        self.layout.me.as_ref().map_or(care::StaffId(uuid::Uuid::nil()), |me| me.id)
    }

    /// Who can decide or check, in a sentence.
    fn deciders(&self) -> String {
        Signers::names(&self.signers.deciders)
    }

    /// The same without who looks.
    fn other_deciders(&self) -> String {
        Signers::names(self.signers.deciders_beside(self.me()))
    }

    /// Who can authorise, in a sentence.
    fn authorisers(&self) -> String {
        Signers::names(&self.signers.authorisers)
    }

    /// Who is the only one that can authorise, where that is the person who could decide now.
    fn is_last_authoriser(&self) -> bool {
        self.signers.only_authoriser().is_some_and(|only| only.id == self.me())
    }

    fn can_propose(&self) -> bool {
        self.past.is_none() && self.state == State::Open && self.layout.may(Action::Interpret)
    }

    /// Signing, sending back, deciding: what a scientist or consultant does with the case as it stands.
    fn can_act(&self) -> bool {
        self.past.is_none() && self.layout.may(Action::CheckInterpretation)
    }

    /// One of the two scientists, who has not answered an edit of what they concluded.
    fn can_agree(&self, agreed: &[Staff]) -> bool {
        self.mine && self.can_act() && agreed.iter().all(|who| who.id != self.me())
    }

    /// A second scientist, who may come to another conclusion.
    fn can_differ(&self) -> bool {
        matches!(self.state, State::Proposed { .. }) && !self.mine && self.can_act()
    }

    fn can_conclude(&self) -> bool {
        self.can_propose() || self.can_differ()
    }

    fn fitting(&self) -> Fitting<'_> {
        self.filter.fitting(&self.analysis.candidates, |c, v| self.assessed(c, v).classification.class)
    }
}

/// What became of the gene or variant that a filter asks about; why it cannot be said is a problem of the page.
async fn explained(desk: &Desk, order: OrderId, filter: &Filter, problems: &mut Vec<String>) -> PageResult<Vec<String>> {
    if filter.why.trim().is_empty() {
        return Ok(vec![]);
    }
    match interpretation::explanations::explained(desk, order, &filter.why).await {
        Ok(lines) => Ok(lines),
        Err(error) => {
            problems.extend(refusals(error)?);
            Ok(vec![])
        }
    }
}

async fn page(desk: &Desk, order: OrderId, filter: Filter, mut problems: Vec<String>) -> PageResult {
    let past = filter.on.parse::<Date>().ok().filter(|day| *day < desk.today());
    let (status, analysis) = match past {
        Some(day) => interpretation::cases::case_on(desk, order, day).await?,
        None => interpretation::cases::case(desk, order).await?,
    };
    let before = interpretation::cases::classified_before(desk, order, &analysis).await?;
    let request = status.order.request.as_ref();
    let interpretation = status.interpretation().map(|(_, i)| i.clone()).unwrap_or_default();
    let (state, difference) = (interpretation.state.clone(), interpretation.difference.clone());
    let mine = match &state {
        State::Proposed { first, .. } => first.id == desk.staff.id,
        State::Checked { first, second, .. } | State::Edited { first, second, .. } => {
            first.id == desk.staff.id || second.id == desk.staff.id
        }
        State::Differs => difference.as_ref().is_some_and(|d| d.first.1.id == desk.staff.id || d.second.1.id == desk.staff.id),
        _ => false,
    };
    let explanation = explained(desk, order, &filter, &mut problems).await?;
    show(&Page {
        layout: Layout::new("Case", Some(&desk.staff)).about(Banner::for_action(desk, Action::ReadCase, order).await?).for_work(),
        order,
        number: request.map_or_else(String::new, |r| r.number.clone()),
        patient: match request.and_then(|r| r.proband()) {
            Some(p) => service::people::restriction::name_for(desk, p.patient, &p.name).await?,
            None => String::new(),
        },
        analysis,
        before,
        filter,
        state,
        difference,
        signers: signers::signers(desk, order, &interpretation).await?,
        explained: explanation,
        notes: notes::every(&status),
        interpretation,
        outdated: assessments::outdated(&status),
        signed: status.report_of_latest().is_some(),
        other_findings: interpretation::cases::told_other_findings(desk, order).await?,
        mine,
        past,
        problems,
    })
}

pub(crate) async fn get(At(desk): At, Path(order): Path<String>, Query(filter): Query<Filter>) -> PageResult {
    page(&desk, id(&order, "order")?, filter, vec![]).await
}

/// The case for the Matchmaker Exchange, or its report for ClinVar.
pub(crate) async fn share(At(desk): At, Path((order, with)): Path<(String, String)>) -> PageResult<Response> {
    let order = id(&order, "order")?;
    let shared = match with.as_str() {
        "clinvar.json" => serde_json::to_value(interpretation::sharing::for_clinvar(&desk, order).await?).map_err(PageError::fault)?,
        "matchmaker.json" => {
            serde_json::to_value(interpretation::sharing::for_matchmaker(&desk, order).await?).map_err(PageError::fault)?
        }
        _ => return Err(PageError::Service(ServiceError::NotFound("page"))),
    };
    Ok(([(header::CONTENT_DISPOSITION, format!("attachment; filename=\"{with}\""))], Json(shared)).into_response())
}

/// What can be done with a case.
#[derive(Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
enum CaseAction {
    Propose(Written),
    Check,
    Return(Why),
    Differ {
        #[serde(flatten)]
        written: Written,
        #[serde(default)]
        reason: String,
    },
    First(Why),
    Second(Why),
    AgreeText {
        #[serde(default)]
        edit: String,
    },
    DeclineText {
        #[serde(default)]
        edit: String,
        #[serde(default)]
        reason: String,
    },
    Reopen(Why),
}

/// What was ticked and written.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Written {
    /// Variants that answer the question.
    #[serde(deserialize_with = "every")]
    variant: Vec<String>,
    /// Additional findings.
    #[serde(deserialize_with = "every")]
    secondary: Vec<String>,
    outcome: String,
    summary: String,
}

pub(crate) async fn post(At(desk): At, Path(order): Path<String>, body: String) -> PageResult<Response> {
    let order = id(&order, "order")?;
    let Chosen(chosen) = crate::pages::form(&body)?;
    match act(&desk, order, chosen).await {
        Ok(()) => Ok(Redirect::to(&format!("/orders/{order}/case")).into_response()),
        Err(error) => Ok(page(&desk, order, Filter::default(), refusals(error)?).await?.into_response()),
    }
}

async fn act(desk: &Desk, order: OrderId, chosen: Option<CaseAction>) -> ServiceResult<()> {
    match chosen {
        Some(CaseAction::Propose(written)) => interpretation::cases::propose(desk, order, conclusion(desk, order, written).await?).await,
        Some(CaseAction::Check) => interpretation::cases::check(desk, order).await,
        Some(CaseAction::Return(Why { reason })) => interpretation::cases::send_back(desk, order, reason).await,
        Some(CaseAction::Differ { written, reason }) => {
            interpretation::cases::differ(desk, order, conclusion(desk, order, written).await?, reason).await
        }
        Some(CaseAction::First(Why { reason })) => interpretation::cases::resolve(desk, order, Side::First, reason).await,
        Some(CaseAction::Second(Why { reason })) => interpretation::cases::resolve(desk, order, Side::Second, reason).await,
        Some(CaseAction::AgreeText { edit }) => interpretation::edits::agree(desk, order, shown_edit(&edit)?).await,
        Some(CaseAction::DeclineText { edit, reason }) => interpretation::edits::decline(desk, order, shown_edit(&edit)?, reason).await,
        Some(CaseAction::Reopen(Why { reason })) => interpretation::cases::reopen(desk, order, reason).await,
        None => Err(Refusals::one("action", "Choose what should be done").into()),
    }
}

/// The edit that somebody was shown.
fn shown_edit(edit: &str) -> Result<Uuid, Refusals> {
    edit.parse().map_err(|_| Refusals::one("text", "Open the page of the case again, and read the edit that waits"))
}

async fn conclusion(desk: &Desk, order: OrderId, written: Written) -> ServiceResult<Conclusion> {
    let mut variants = assessments::selected(desk, order, &written.variant).await?;
    let additional = assessments::selected(desk, order, &written.secondary).await?;
    variants.extend(additional.into_iter().map(|v| Selected { secondary: true, ..v }));
    let Some((_, outcome)) = Outcome::ALL.into_iter().find(|(name, _)| *name == written.outcome) else {
        return Err(Refusals::one("outcome", "Choose the result").into());
    };
    if let Some(twice) = variants.iter().find(|v| variants.iter().filter(|w| w.variant == v.variant).count() > 1) {
        let message = format!("{} is ticked as an answer and as an additional finding: choose one", twice.variant);
        return Err(Refusals::one("variants", message).into());
    }
    Ok(Conclusion { variants, outcome, summary: written.summary })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Candidates of as many genes, every third on the panel.
    fn candidates(count: usize) -> Vec<Candidate> {
        let candidate = |rank: usize| Candidate {
            rank,
            gene: genome::HgncId(1),
            symbol: format!("GENE{rank}"),
            pattern: germline::inherit::Pattern::DeNovo { well_covered: true },
            disease: None,
            phenotype_score: 0.0,
            phenotype_rank: None,
            on_panel: Some(rank.is_multiple_of(3)),
            score: 0.0,
            posterior: 0.0,
            reasons: vec![],
            variants: vec![],
        };
        (1..=count).map(candidate).collect()
    }

    #[test]
    fn what_is_not_shown_is_counted() {
        let counts = |count, query: &str| {
            let filter: Filter = serde_urlencoded::from_str(query).expect("a filter");
            let candidates = candidates(count);
            let fitting = filter.fitting(&candidates, |_, v| v.classification.class);
            (fitting.shown.len(), fitting.count, fitting.shown.last().map_or(0, |c| c.rank))
        };
        assert_eq!(counts(0, ""), (0, 0, 0));
        assert_eq!(counts(100, ""), (100, 100, 100));
        assert_eq!(counts(101, ""), (100, 101, 100), "the lowest ranked is left out");
        assert_eq!(counts(101, "all=yes"), (101, 101, 101));
        assert_eq!(counts(270, "panel=on"), (90, 90, 270), "only those that fit are counted");
        assert_eq!(counts(306, "panel=on"), (100, 102, 300));
        assert_eq!(counts(306, "panel=on&all=yes"), (102, 102, 306));
        assert_eq!(counts(306, "gene=+gene7+"), (11, 11, 79));
    }

    #[test]
    fn the_address_of_all_keeps_the_filter() {
        let filter = Filter { gene: "SCN 1".into(), panel: "on".into(), ..Filter::default() };
        assert_eq!(filter.query_for_all(), "gene=SCN+1&panel=on&all=yes");
        assert_eq!(Filter::default().query_for_all(), "all=yes");
    }
}
