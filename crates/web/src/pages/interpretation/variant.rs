//! One variant: what is known of it, and its class, criterion by criterion, as each scientist assesses it.

pub(crate) mod columns;
pub(crate) mod form;
pub(crate) mod notes;

use crate::{
    pages::{
        Banner, Layout, PageResult, Problem,
        chosen::Chosen,
        id,
        links::{self, Link},
        refusals, show,
    },
    session::At,
};
use access::Action;
use askama::Template;
use axum::{
    extract::{Path, Query},
    response::{IntoResponse, Redirect, Response},
};
use care::{
    OrderId,
    interpretation::{
        assessment::{Application, Assessed, SourceKind},
        note::{Comment, Dismissal, Noted, Notes},
    },
};
use columns::{Column, Drawn, Row};
use engine::table;
use form::{ClassForm, CriterionForm};
use genome::AcmgCode;
use germline::{Candidate, analysis::CandidateVariant};
use jiff::{Timestamp, tz::TimeZone};
use notes::NoteForm;
use serde::Deserialize;
use service::{
    Desk, ServiceError, ServiceResult,
    interpretation::{
        self,
        assessments::{self, Assessable, Assessment},
        next::{self, Next},
    },
};

#[derive(Template)]
#[template(path = "interpretation/variant.html")]
struct Page {
    layout: Layout,
    order: OrderId,
    candidate: Candidate,
    candidate_variant: CandidateVariant,
    people: Vec<(String, String, String)>,
    frequency: String,
    /// GA4GH VRS identifier, where the sequence around it is held.
    vrs: Option<String>,
    /// Classes that it was given in other cases: when, which, on what.
    before: Vec<(String, germline::Pathogenicity, String)>,
    links: Vec<Link>,
    columns: Vec<Column>,
    rows: Vec<Row>,
    /// What a change that is not recorded yet would give.
    preview: Option<Assessment>,
    /// Changes over this analysis, latest first, and those over an earlier one.
    history: [Vec<Assessed>; 2],
    notes: Notes,
    outdated: Option<String>,
    /// Why the person cannot change an assessment, if they cannot.
    closed: Option<String>,
    form: CriterionForm,
    class_form: ClassForm,
    /// The next case of whoever looks.
    next: Option<Next>,
    problems: Vec<Problem>,
}

impl Page {
    fn day(at: &Timestamp) -> String {
        at.to_zoned(TimeZone::UTC).strftime("%-d %B %Y, %H:%M UTC").to_string()
    }

    /// Whether a comment waits for whoever looks.
    fn waits_for_me(&self, comment: &Comment) -> bool {
        self.layout.me.as_ref().is_some_and(|me| comment.open_mentions.contains(&me.id))
    }

    fn can_note(&self) -> bool {
        self.layout.may(Action::Interpret)
    }

    fn is_by_points(&self) -> bool {
        assessments::is_by_points(&self.candidate_variant)
    }

    /// The criteria that anybody judged, and those that nobody did.
    fn judged(&self) -> [(bool, Vec<&Row>); 2] {
        [true, false].map(|is_judged| (is_judged, self.rows.iter().filter(|row| row.is_judged() == is_judged).collect()))
    }

    fn drawn() -> Vec<Drawn> {
        columns::drawn()
    }

    fn place(assessment: &Assessment) -> i32 {
        columns::place(assessment.classification.points)
    }

    fn is_class_different(&self) -> bool {
        columns::is_class_different(&self.columns)
    }

    /// The picture of points in a sentence.
    fn picture(&self) -> String {
        let said = |c: &Column| format!("{}: {}", c.who, c.assessment.classification.shown());
        self.columns.iter().map(said).collect::<Vec<_>>().join("; ")
    }
}

/// Which criterion is to be changed.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct VariantQuery {
    criterion: String,
}

/// What a form holds, where the page is shown again.
#[derive(Default)]
struct FormState {
    form: Option<CriterionForm>,
    class_form: ClassForm,
    /// Whether the points of the form are shown.
    is_preview: bool,
    problems: Vec<Problem>,
}

async fn page(desk: &Desk, order: OrderId, variant: &str, query: VariantQuery, form_state: FormState) -> PageResult {
    let opened = interpretation::opened::open(desk, order, desk.today()).await?;
    let next = next::next(desk, order).await?;
    let (status, analysis) = (&opened.status, &opened.analysis);
    let interpretation = status.interpretation().map(|(_, i)| i.clone()).unwrap_or_default();
    let case = Assessable { analysis, interpretation: &interpretation };
    let (candidate, candidate_variant) = case.find(variant).ok_or(ServiceError::NotFound("such variant among the candidates"))?;
    let closed = closed(desk, &interpretation);
    let columns = columns::columns(&case, variant, closed.is_none().then_some(&desk.staff));
    let own = case.assess(variant, desk.staff.id);
    let form = form_state.form.unwrap_or_else(|| CriterionForm::of_criterion(&query.criterion, own.as_ref()));
    let preview = if form_state.is_preview { preview(&case, variant, desk, &form) } else { None };
    let before = opened.classified_before(desk).await?.into_iter().filter(|c| c.variant == variant);
    let day = |at: Timestamp| at.to_zoned(TimeZone::UTC).strftime("%-d %b %Y").to_string();
    let mut history: Vec<Assessed> = interpretation.assessments.iter().filter(|a| a.variant == variant).cloned().collect();
    history.reverse();
    let earlier = assessments::assessed_earlier(status, variant).into_iter().cloned().collect();
    show(&Page {
        layout: Layout::new(format!("{variant} in {}", candidate.symbol), Some(&desk.staff))
            .about(Banner::of_status(desk, &opened.permit, status).await?)
            .for_work(),
        order,
        people: calls(analysis, candidate_variant),
        frequency: table::frequency_words(candidate_variant),
        vrs: interop::ga4gh::vrs::allele(desk.service.knowledge.evidence.as_ref(), &candidate_variant.variant).map(|allele| allele.id),
        before: before.map(|earlier| (day(earlier.at), earlier.class, earlier.criteria)).collect(),
        links: links::of_variant(candidate, candidate_variant),
        rows: columns::rows(&columns),
        columns,
        preview,
        history: [history, earlier],
        notes: interpretation::notes::notes_on(status, variant),
        outdated: assessments::outdated(status),
        closed,
        form,
        class_form: form_state.class_form,
        next,
        problems: form_state.problems,
        candidate: candidate.clone(),
        candidate_variant: candidate_variant.clone(),
    })
}

/// Each sample's genotype and reads.
fn calls(analysis: &germline::Analysis, variant: &CandidateVariant) -> Vec<(String, String, String)> {
    let reads = |g: &genome::Genotype| match (g.alternate_reads, g.depth_reads) {
        (Some(a), Some(d)) => format!("{a} of {d} reads"),
        _ => "reads not reported".into(),
    };
    let members = analysis.family.members().iter().zip(&variant.genotypes);
    members.map(|(m, g)| (m.sample.clone(), g.zygosity.notation().to_owned(), reads(g))).collect()
}

/// Why the person at a desk cannot change an assessment, if they cannot.
fn closed(desk: &Desk, interpretation: &care::interpretation::case::Interpretation) -> Option<String> {
    if !desk.may(Action::Interpret) {
        return Some("Scientists and consultants of the laboratory assess variants".into());
    }
    assessments::may_assess(interpretation, &desk.staff).err().map(|refusals| refusals.to_string())
}

/// What the form would give; nothing where it names no criterion.
fn preview(case: &Assessable, variant: &str, desk: &Desk, form: &CriterionForm) -> Option<Assessment> {
    let (code, applied) = form.unchecked()?;
    case.assess_with(variant, desk.staff.id, Some((code, &applied)))
}

pub(crate) async fn get(At(desk): At, Path((order, variant)): Path<(String, String)>, Query(query): Query<VariantQuery>) -> PageResult {
    page(&desk, id(&order, "order")?, &variant, query, FormState::default()).await
}

/// What can be done with a variant.
#[derive(Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
enum VariantAction {
    Assess(CriterionForm),
    Preview(CriterionForm),
    Class(ClassForm),
    Comment(NoteForm),
    WithdrawComment(NoteForm),
    Answer(NoteForm),
    Pin,
    Unpin,
    Dismiss(NoteForm),
    Restore(NoteForm),
    Confirm(NoteForm),
    WithdrawConfirmation(NoteForm),
}

pub(crate) async fn post(At(desk): At, Path((order, variant)): Path<(String, String)>, body: String) -> PageResult<Response> {
    let order = id(&order, "order")?;
    let Chosen(chosen) = crate::pages::form(&body)?;
    let mut form_state = match &chosen {
        Some(VariantAction::Preview(form)) => FormState { form: Some(form.clone()), is_preview: true, ..FormState::default() },
        Some(VariantAction::Assess(form)) => FormState { form: Some(form.clone()), ..FormState::default() },
        Some(VariantAction::Class(form)) => FormState { class_form: form.clone(), ..FormState::default() },
        _ => FormState::default(),
    };
    if form_state.is_preview {
        return Ok(page(&desk, order, &variant, VariantQuery::default(), form_state).await?.into_response());
    }
    let part = if matches!(chosen, Some(VariantAction::Assess(_) | VariantAction::Class(_))) { "criteria" } else { "notes" };
    match act(&desk, order, &variant, chosen).await {
        Ok(()) => Ok(Redirect::to(&format!("/orders/{order}/case/{variant}#{part}")).into_response()),
        Err(error) => {
            form_state.problems = refusals(error)?;
            Ok(page(&desk, order, &variant, VariantQuery::default(), form_state).await?.into_response())
        }
    }
}

async fn act(desk: &Desk, order: OrderId, variant: &str, chosen: Option<VariantAction>) -> ServiceResult<()> {
    let noted = match chosen {
        Some(VariantAction::Assess(form)) => {
            assessments::check_seen(desk, order, variant, form.seen.parse().ok()).await?;
            return assess(desk, order, variant, form).await;
        }
        Some(VariantAction::Class(form)) => {
            assessments::check_seen(desk, order, variant, form.seen.parse().ok()).await?;
            return give_class(desk, order, variant, form).await;
        }
        // It is shown before anything is done.
        Some(VariantAction::Preview(_)) => return Ok(()),
        Some(VariantAction::Comment(form)) => return interpretation::notes::comment(desk, order, variant, &form.text).await,
        Some(VariantAction::WithdrawComment(form)) => form.withdraw_comment()?,
        Some(VariantAction::Answer(form)) => form.answer()?,
        Some(VariantAction::Pin) => Noted::Pinned,
        Some(VariantAction::Unpin) => Noted::Unpinned,
        Some(VariantAction::Dismiss(form)) => form.dismiss()?,
        Some(VariantAction::Restore(form)) => form.restore(),
        Some(VariantAction::Confirm(form)) => form.confirm()?,
        Some(VariantAction::WithdrawConfirmation(form)) => form.withdraw_confirmation(),
        None => return Err(care::Refusals::one("action", "Choose what should be done").into()),
    };
    interpretation::notes::note(desk, order, variant, noted).await
}

async fn assess(desk: &Desk, order: OrderId, variant: &str, form: CriterionForm) -> ServiceResult<()> {
    let (code, applied) = form.read()?;
    assessments::apply_criterion(desk, order, variant, code, applied, form.reason).await
}

async fn give_class(desk: &Desk, order: OrderId, variant: &str, form: ClassForm) -> ServiceResult<()> {
    let class =
        form.class.parse().map_err(|why: genome::pathogenicity::NotAPathogenicity| care::Refusals::one("class", why.to_string()))?;
    assessments::give_class(desk, order, variant, class, form.reason).await
}
