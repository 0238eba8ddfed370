//! A case: its candidates with filters, the first scientist's conclusion, the second's check, the consultant's signature.

pub(crate) mod act;
pub(crate) mod concluded;
pub(crate) mod list;
pub(crate) mod query;
pub(crate) mod views;

pub(crate) use act::post;

use crate::{
    error::PageError,
    pages::{Banner, Layout, PageResult, Problem, id, refusals, show},
    session::At,
};
use access::Action;
use act::Typed;
use askama::Template;
use axum::{
    Json,
    extract::{Path, Query},
    http::header,
    response::{IntoResponse, Response},
};
use care::{
    OrderId, Staff,
    interpretation::{
        case::{Difference, Interpretation, Outcome, State},
        filter::Criteria,
        note::{Dismissal, Note, Notes},
    },
};
use concluded::Concluded;
use germline::{Analysis, Candidate, analysis::CandidateVariant};
use jiff::civil::Date;
use query::CaseQuery;
use service::{
    Desk, ServiceError,
    interpretation::{
        self,
        assessments::{self, Assessable, Assessment},
        candidates::{Filtered, Fitting},
        edits::{self, ListedEdit},
        further::{self, Applied},
        next::{self, Next},
        notes,
        signers::Signers,
    },
};
use store::Classified;
use views::Viewed;

#[derive(Template)]
#[template(path = "interpretation/case.html")]
struct Page {
    layout: Layout,
    order: OrderId,
    number: String,
    patient: String,
    analysis: Analysis,
    query: CaseQuery,
    criteria: Criteria,
    /// Saved views, and the one in use.
    viewed: Viewed,
    /// The samples of the family, each with who it is.
    members: Vec<String>,
    /// What was ticked and typed, where the page is shown again.
    typed: Typed,
    /// Further panels, and how often they were changed.
    further: Vec<Applied>,
    panel_changes: usize,
    /// The next case of whoever looks.
    next: Option<Next>,
    /// Classes that its variants were given in other cases.
    before: Vec<Classified>,
    state: State,
    /// The interpretation with every assessment.
    interpretation: Interpretation,
    /// Two scientists' conclusions, where they differed.
    difference: Option<Box<Difference>>,
    /// The conclusions that somebody judges, as they were signed.
    concluded: Concluded,
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
    /// Why nothing of it may be shared outside, where nothing may.
    unshared: Option<String>,
    mine: bool,
    /// The day of which it is shown, when that is past.
    past: Option<Date>,
    /// Edits of the report's text.
    edits: Vec<ListedEdit>,
    problems: Vec<Problem>,
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

    /// Which conclusion is proposed, to say so with a signature.
    fn proposed(&self) -> String {
        interpretation::cases::proposal(&self.state)
    }

    /// Which two conclusions wait for a decision, to say so with the decision.
    fn difference_read(&self) -> String {
        interpretation::cases::difference(&self.interpretation)
    }

    /// Two scientists differ, and nobody has decided.
    fn is_undecided(&self) -> bool {
        self.state == State::Differs
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

    /// Whether variants can be noted on.
    fn can_note(&self) -> bool {
        self.past.is_none() && self.state != State::None && self.layout.may(Action::Interpret)
    }

    fn fitting(&self) -> Fitting<'_> {
        let (analysis, interpretation) = (&self.analysis, &self.interpretation);
        let filtered = Filtered { analysis, interpretation, notes: &self.notes, further: &self.further, staff: self.me() };
        filtered.fitting(&self.criteria, self.query.is_all())
    }

    /// Whether a variant was ticked before the page was shown again.
    fn is_selected(&self, variant: &genome::Variant) -> bool {
        self.typed.variant.contains(&variant.to_string())
    }

    /// The same as an additional finding.
    fn is_additional(&self, variant: &genome::Variant) -> bool {
        self.typed.secondary.contains(&variant.to_string())
    }

    fn is_dismissal(&self, name: &str) -> bool {
        self.typed.why == name
    }

    /// The variant that is open beside the list, with its candidate: of all, so that a filter does not close it.
    fn opened(&self) -> Option<(&Candidate, &CandidateVariant)> {
        let mut variants = self.analysis.candidates.iter().flat_map(|candidate| candidate.variants.iter().map(move |v| (candidate, v)));
        variants.find(|(_, v)| self.is_open(&v.variant))
    }

    fn is_open(&self, variant: &genome::Variant) -> bool {
        !self.query.open.is_empty() && variant.to_string() == self.query.open
    }

    /// Further panels on which a candidate's gene is green, by name.
    fn further_of(&self, candidate: &Candidate) -> Vec<String> {
        self.further.iter().filter(|applied| applied.has(candidate.gene)).map(|applied| applied.further.name.clone()).collect()
    }

    fn calls(&self, variant: &CandidateVariant) -> Vec<list::Call> {
        list::calls(&self.analysis.family, variant)
    }

    fn is_view(&self, id: &str) -> bool {
        self.query.view == id
    }

    fn is_mine(&self, view: &store::SavedView) -> bool {
        view.staff == self.me()
    }

    fn has_views(&self) -> bool {
        self.viewed.usable.views.iter().any(|view| self.is_mine(view))
    }

    fn is_outcome(&self, name: &str) -> bool {
        self.typed.outcome == name
    }
}

/// What became of the gene or variant that a filter asks about; why it cannot be said is a problem of the page.
async fn explained(desk: &Desk, order: OrderId, why: &str, problems: &mut Vec<Problem>) -> PageResult<Vec<String>> {
    if why.trim().is_empty() {
        return Ok(vec![]);
    }
    match interpretation::explanations::explained(desk, order, why).await {
        Ok(lines) => Ok(lines),
        Err(error) => {
            problems.extend(refusals(error)?);
            Ok(vec![])
        }
    }
}

/// The filter of an address; where it cannot be read nothing is hidden, and that is said.
fn criteria(query: &CaseQuery, problems: &mut Vec<Problem>) -> Criteria {
    query.filter.criteria().unwrap_or_else(|refusals| {
        let unfiltered = |refusal: care::Refusal| Problem::new(refusal.field, format!("{}. The list is not filtered", refusal.message));
        problems.extend(refusals.0.into_iter().map(unfiltered));
        Criteria::default()
    })
}

async fn page(desk: &Desk, order: OrderId, mut query: CaseQuery, typed: Typed, mut problems: Vec<Problem>) -> PageResult {
    let past = query.on.parse::<Date>().ok().filter(|day| *day < desk.today());
    let opened = interpretation::opened::open(desk, order, past.unwrap_or_else(|| desk.today())).await?;
    let status = &opened.status;
    let before = opened.classified_before(desk).await?;
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
    let explanation = explained(desk, order, &query.why, &mut problems).await?;
    let viewed = views::resolve(desk, &mut query).await?;
    let criteria = criteria(&query, &mut problems);
    let banner = match past {
        // Whom a case of a past day is about is who they are now.
        Some(_) => Banner::of_order(desk, &opened.permit, order).await?,
        None => Banner::of_status(desk, &opened.permit, status).await?,
    };
    show(&Page {
        layout: Layout::new("Case", Some(&desk.staff)).about(banner).for_work(),
        order,
        number: request.map_or_else(String::new, |r| r.number.clone()),
        patient: match request.and_then(|r| r.proband()) {
            Some(p) => service::people::restriction::name_for(desk, p.patient, &p.name).await?,
            None => String::new(),
        },
        members: list::heads(&opened.analysis.family),
        before,
        query,
        criteria,
        viewed,
        typed,
        edits: edits::listed(status, desk.staff.id),
        further: further::applied(desk, status).await?,
        panel_changes: further::changes(status).len(),
        next: next::next(desk, order).await?,
        concluded: concluded::concluded(desk, &opened, &interpretation, past.unwrap_or_else(|| desk.today())).await?,
        state,
        difference,
        signers: opened.signers(desk, &interpretation).await?,
        explained: explanation,
        notes: notes::every(status),
        interpretation,
        outdated: assessments::outdated(status),
        signed: status.report_of_latest().is_some(),
        other_findings: opened.is_told_other_findings(desk).await?,
        unshared: opened.unshared(desk).await?,
        analysis: opened.analysis,
        mine,
        past,
        problems,
    })
}

pub(crate) async fn get(At(desk): At, Path(order): Path<String>, Query(query): Query<CaseQuery>) -> PageResult {
    page(&desk, id(&order, "order")?, query, Typed::default(), vec![]).await
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
