//! Questions of a project, built by a form: the form writes the text of the cohort language, the text can be edited, and what is asked
//! is what is shown.

mod built;

use super::{
    super::{Layout, PageResult, Problem, chosen::Chosen, id, refusals, show},
    answer,
};
use crate::{chart::Chart, form::Form, session::At, when};
use askama::Template;
use axum::extract::{Path, Query};
use built::Built;
use care::{
    ProjectId,
    research::project::{Project, QueryRecord},
};
use jiff::civil::Date;
use ontology::{Hpo, search};
use serde::Deserialize;
use service::{
    Desk, ServiceResult,
    research::{
        self,
        answers::Answer,
        builder::{KINDS, Pieces, Understood, understood},
    },
};

#[derive(Template)]
#[template(path = "research/builder.html")]
struct Page {
    layout: Layout,
    id: ProjectId,
    project: Project,
    today: Date,
    pieces: Pieces,
    /// The text of the pieces as they are shown, to see later which of the two was changed.
    formed: String,
    /// The question as it can be edited, and as it was before it was.
    text: String,
    shown: String,
    search: String,
    /// Terms that were found: identifier, and name.
    hits: Vec<(String, String)>,
    chosen: ChosenFeatures,
    /// Frequencies that can be chosen, in percent.
    frequencies: Vec<String>,
    /// Years of birth that can be chosen: first ones of bands, and last ones.
    years: [Vec<String>; 2],
    understood: Option<Understood>,
    answer: Option<Answer>,
    charts: Vec<Chart>,
    simulated: usize,
    problems: Vec<Problem>,
}

/// Earlier questions that a page shows.
const EARLIER_MAX: usize = 50;
/// Terms that a search shows.
const HITS_MAX: usize = 12;
/// Frequencies that a form offers, in percent.
const FREQUENCIES: [&str; 5] = ["5", "1", "0.1", "0.01", "0.001"];
/// Groups that a form offers.
const GROUPS: [&str; 7] = ["AFR", "AMR", "EAS", "EUR", "MID", "SAS", "UNKNOWN"];
/// The first year that a form offers as one of birth.
const BORN_FIRST: i16 = 1920;
/// Years of a band of birth, as the library has them.
const BAND: i16 = 5;

impl Page {
    fn is_open(&self) -> bool {
        self.project.is_open(self.today)
    }

    /// Questions that were asked before, the latest first; what was asked in SQL stands on the project's page.
    fn earlier(&self) -> Vec<&QueryRecord> {
        self.project.queries.iter().rev().filter(|query| query.sha256.is_empty()).collect()
    }

    fn earlier_shown(&self) -> Vec<&QueryRecord> {
        self.earlier().into_iter().take(EARLIER_MAX).collect()
    }

    fn time(at: &jiff::Timestamp) -> String {
        when::moment(at)
    }
}

/// Years of birth that can be chosen, first or last of a band, with the one that a text names.
fn years(until: i16, in_band: i16, own: &str) -> Vec<String> {
    let offered: Vec<String> = (BORN_FIRST..=until).step_by(BAND as usize).map(|year| (year + in_band).to_string()).collect();
    with_own(offered, own)
}

/// What is offered, and what a text says that is not.
fn with_own(mut offered: Vec<String>, own: &str) -> Vec<String> {
    if !own.is_empty() && !offered.iter().any(|value| value == own) {
        offered.push(own.to_owned());
    }
    offered
}

/// Features that were chosen: the name of the field, how they count, and each with its name.
type ChosenFeatures = Vec<(&'static str, &'static str, Vec<(String, String)>)>;

fn chosen_features(pieces: &Pieces, hpo: &Hpo) -> ChosenFeatures {
    let label = |feature: &String| {
        let found = search::resolve(hpo, std::slice::from_ref(feature)).ok().and_then(|ids| ids.into_iter().next());
        let name = found.and_then(|id| Some(format!("{} ({id})", hpo.name(id)?)));
        (feature.clone(), name.unwrap_or_else(|| feature.clone()))
    };
    let all = [
        ("with", "They have", &pieces.with),
        ("with_any", "They have at least one of", &pieces.with_any),
        ("without", "They do not have", &pieces.without),
    ];
    let chosen = all.into_iter().filter(|(.., features)| !features.is_empty());
    chosen.map(|(control, heading, features)| (control, heading, features.iter().map(label).collect())).collect()
}

/// What can be done with a question.
#[derive(Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub(crate) enum BuilderAction {
    /// Find terms by words.
    Find(Built),
    /// Take the ticked terms as features that people have,
    Have(Built),
    /// of which they have one,
    Any(Built),
    /// or which they do not have.
    Lack(Built),
    /// Take the ticked features out.
    Remove(Built),
    /// Write the question from the form.
    Write(Built),
    /// Read the text into the form, and say how it is understood.
    Read(Built),
    Ask(Built),
}

/// What is shown after something was done.
#[derive(Default)]
struct Done {
    pieces: Pieces,
    text: String,
    search: String,
    /// Where form and text were both changed: the text of the form and the text before that, so that it stays known.
    before: Option<(String, String)>,
    understood: Option<Understood>,
    answer: Option<Answer>,
    problems: Vec<Problem>,
}

impl Done {
    /// The form as it was sent, and the text that it makes.
    fn of_form(built: &Built, pieces: Pieces) -> Done {
        Done { text: pieces.text(), pieces, search: built.search.clone(), ..Done::default() }
    }

    /// The same where nobody chose between the form and a text that was typed: the text stays as it was typed, and both stay known as
    /// changed.
    fn of_form_beside(built: &Built, pieces: Pieces) -> Done {
        let done = Done::of_form(built, pieces);
        if !built.is_edited() {
            return done;
        }
        Done { text: built.question.clone(), before: Some((built.formed.clone(), built.shown.clone())), ..done }
    }

    /// A text, with the form that follows from it where it can be read.
    fn of_text(built: &Built, text: String) -> Done {
        let pieces = Pieces::read(&text).unwrap_or_else(|_| built.pieces());
        Done { pieces, text, search: built.search.clone(), ..Done::default() }
    }
}

async fn page(desk: &Desk, id: ProjectId, done: Done) -> PageResult {
    let project = research::builder::project(desk, id).await?;
    let title = project.application.as_ref().map_or_else(String::new, |a| a.title.clone());
    let hpo = &desk.service.knowledge.hpo;
    let found = if done.search.trim().len() < 2 { vec![] } else { search::by_text(hpo, &done.search, HITS_MAX) };
    let term = |hit: search::Hit| (hpo.term(hit.term).id.to_string(), format!("{} ({})", hpo.term(hit.term).name, hpo.term(hit.term).id));
    let hits = found.into_iter().map(term).collect();
    let (today, pieces) = (desk.today(), &done.pieces);
    let (formed, shown) = done.before.unwrap_or_else(|| (pieces.text(), done.text.clone()));
    show(&Page {
        layout: Layout::new("Build a question", Some(&desk.staff))
            .below("Research projects", "/research/projects")
            .below(title, format!("/research/projects/{id}")),
        id,
        project,
        today,
        formed,
        shown,
        chosen: chosen_features(pieces, hpo),
        frequencies: with_own(FREQUENCIES.map(str::to_owned).into(), &pieces.frequency_percent),
        years: [years(today.year(), 0, &pieces.born_from), years(today.year(), BAND - 1, &pieces.born_to)],
        pieces: done.pieces,
        text: done.text,
        search: done.search,
        hits,
        understood: done.understood,
        charts: done.answer.as_ref().map(answer::charts).unwrap_or_default(),
        answer: done.answer,
        simulated: research::simulated::people(&desk.service).await?,
        problems: done.problems,
    })
}

/// A question to begin with.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Begun {
    question: String,
}

pub(crate) async fn get(At(desk): At, Path(project): Path<String>, Query(begun): Query<Begun>) -> PageResult {
    let id: ProjectId = id(&project, "project")?;
    let text = if begun.question.trim().is_empty() { Pieces::default().text() } else { begun.question };
    page(&desk, id, Done::of_text(&Built::default(), text)).await
}

pub(crate) async fn post(At(desk): At, Path(project): Path<String>, Form(Chosen(chosen)): Form<Chosen<BuilderAction>>) -> PageResult {
    let id: ProjectId = id(&project, "project")?;
    let done = match chosen {
        Some(BuilderAction::Find(built)) => Done::of_form_beside(&built, built.pieces()),
        Some(BuilderAction::Have(built)) => taken_up(&built, |pieces| &mut pieces.with),
        Some(BuilderAction::Any(built)) => taken_up(&built, |pieces| &mut pieces.with_any),
        Some(BuilderAction::Lack(built)) => taken_up(&built, |pieces| &mut pieces.without),
        Some(BuilderAction::Remove(built)) => removed(&built),
        Some(BuilderAction::Write(built)) => read(&desk, Done::of_form(&built, built.pieces()))?,
        Some(BuilderAction::Read(built)) => read(&desk, Done::of_text(&built, built.question.trim().to_owned()))?,
        Some(BuilderAction::Ask(built)) => ask(&desk, id, &built).await?,
        None => Done { problems: vec!["Choose what to do with the question".into()], ..Done::default() },
    };
    page(&desk, id, done).await
}

/// The ticked terms become features of the question, once each.
fn taken_up(built: &Built, list: impl Fn(&mut Pieces) -> &mut Vec<String>) -> Done {
    let mut pieces = built.pieces();
    for hit in &built.hit {
        for other in [&mut pieces.with, &mut pieces.with_any, &mut pieces.without] {
            other.retain(|feature| feature != hit);
        }
        list(&mut pieces).push(hit.clone());
    }
    let mut done = Done::of_form_beside(built, pieces);
    if built.hit.is_empty() {
        done.problems.push("Tick at least one of the features that were found".into());
    }
    done
}

fn removed(built: &Built) -> Done {
    let mut pieces = built.pieces();
    for list in [&mut pieces.with, &mut pieces.with_any, &mut pieces.without] {
        list.retain(|feature| !built.drop.contains(feature));
    }
    Done::of_form_beside(built, pieces)
}

/// How the text is understood, or what is wrong with it.
fn read(desk: &Desk, mut done: Done) -> PageResult<Done> {
    match understood(desk, &done.text) {
        Ok(found) => done.understood = Some(found),
        Err(error) => done.problems = refusals(error)?,
    }
    Ok(done)
}

async fn ask(desk: &Desk, id: ProjectId, built: &Built) -> PageResult<Done> {
    let text = match built.meant() {
        Ok(text) => text,
        Err(both) => {
            let problems = refusals(both.into())?;
            // Neither is lost: the text stays as it was typed, the form as it was chosen.
            let before = Some((built.formed.clone(), built.shown.clone()));
            return Ok(Done { pieces: built.pieces(), text: built.question.clone(), before, problems, ..Done::default() });
        }
    };
    let mut done = Done::of_text(built, text);
    match answered(desk, id, &done.text).await {
        Ok((found, answer)) => (done.understood, done.answer) = (Some(found), Some(answer)),
        Err(error) => done.problems = refusals(error)?,
    }
    Ok(done)
}

/// Checked first: what is not understood is not asked, and does not stand among the project's questions.
async fn answered(desk: &Desk, id: ProjectId, text: &str) -> ServiceResult<(Understood, Answer)> {
    let found = understood(desk, text)?;
    let answer = research::asking::ask(desk, id, &found.text).await?;
    Ok((found, answer))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feature_counts_in_one_way() {
        let start = Built { with: vec!["HP:0001250".into()], hit: vec!["HP:0001250".into()], ..Built::default() };
        let done = taken_up(&start, |pieces| &mut pieces.without);
        assert_eq!(done.text, "people without \"HP:0001250\"");
        assert!(done.pieces.with.is_empty() && done.problems.is_empty());
        assert_eq!(removed(&Built { drop: vec!["HP:0001250".into()], ..start.clone() }).text, "people");
        assert_eq!(taken_up(&Built { hit: vec![], ..start.clone() }, |pieces| &mut pieces.with).problems.len(), 1);
        let typed = Built { question: "people solved".into(), shown: "people".into(), formed: "people".into(), ..start };
        let done = taken_up(&typed, |pieces| &mut pieces.without);
        assert_eq!((done.text.as_str(), done.before), ("people solved", Some(("people".into(), "people".into()))), "nothing typed is lost");
    }
}
