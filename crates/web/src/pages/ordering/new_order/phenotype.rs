//! Step 4: what the patient shows, found as it is typed, or proposed from a letter or a Phenopacket.

use super::{Draft, Orderer, PageResult, who::Banner};
use crate::{
    form::Form,
    pages::{Layout, Problem, people::patient, show},
};
use askama::Template;
use axum::{
    extract::Query,
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
};
use interop::ga4gh::phenopacket::{self, Subject};
use ontology::{Hpo, TermId, letter::Certainty, onset, search};
use serde::Deserialize;
use service::Desk;
use std::collections::HashMap;
use tower_sessions::Session;

struct Hit {
    id: u32,
    name: String,
    matched: String,
}

/// The terms of a search that are shown.
struct Found {
    hits: Vec<Hit>,
    /// There are others.
    is_cut: bool,
}

/// Terms of a search that are shown.
const HITS_MAX: usize = 10;

#[derive(Template)]
#[template(path = "ordering/new_order/phenotype.html")]
struct Page {
    layout: Layout,
    /// What names the draft.
    key: String,
    banner: Option<Banner>,
    query: String,
    found: Found,
    /// Each with when it began, where that is known.
    observed: Vec<(Hit, Option<u32>)>,
    excluded: Vec<Hit>,
    proposed: Vec<Proposal>,
    /// Features that the template proposes, and of which nobody said yet whether the patient has them.
    usual: Vec<Hit>,
    /// The template's name.
    template: String,
    letter: String,
    problems: Vec<Problem>,
}

impl Page {
    /// What was found, by how surely it is the patient's, each with its heading.
    fn groups(&self) -> Vec<(&'static str, Vec<&Proposal>)> {
        let group = |certainty| self.proposed.iter().filter(|p| p.certainty == certainty).collect::<Vec<_>>();
        let groups = [
            ("Found in the letter", group(Certainty::Stated)),
            ("Not certain in the letter", group(Certainty::Doubtful)),
            ("Of a relative, as the letter reads", group(Certainty::OfRelative)),
        ];
        groups.into_iter().filter(|(_, proposed)| !proposed.is_empty()).collect()
    }

    /// Something can be taken all together: only what the letter states of the patient.
    fn may_take_all(&self) -> bool {
        self.proposed.iter().any(|p| p.certainty == Certainty::Stated)
    }

    /// Onsets that a form offers for a feature: those of every feature, and its own if that is another.
    fn onsets(own: Option<&u32>) -> Vec<(u32, String, bool)> {
        let mut offered: Vec<(u32, String, bool)> =
            onset::OFFERED.iter().map(|(term, label)| (term.0, (*label).to_owned(), own == Some(&term.0))).collect();
        if let Some(own) = own.filter(|own| offered.iter().all(|(term, ..)| term != *own)) {
            offered.push((*own, "as given".into(), true));
        }
        offered
    }
}

/// A term proposed from a letter or a Phenopacket that nobody has taken yet.
struct Proposal {
    hit: Hit,
    absent: bool,
    onset: Option<u32>,
    certainty: Certainty,
    /// What is said of it beside the term, in words.
    about: String,
}

/// What was found in a letter or a Phenopacket.
#[derive(Default)]
struct Read {
    /// What is not in the order yet.
    proposed: Vec<Proposal>,
    /// What of it is no term that is known here, or not clear.
    strangers: Vec<String>,
    /// Fields of a Phenopacket that hold anything and are not read.
    unread: Vec<String>,
}

#[derive(Template)]
#[template(path = "ordering/new_order/phenotype_hits.html")]
struct Hits {
    query: String,
    found: Found,
}

fn found(hpo: &Hpo, query: &str) -> Found {
    if query.trim().len() < 2 {
        return Found { hits: vec![], is_cut: false };
    }
    let mut hits = search::by_text(hpo, query, HITS_MAX + 1);
    let is_cut = hits.len() > HITS_MAX;
    hits.truncate(HITS_MAX);
    let hit = |hit: search::Hit| Hit { id: hpo.term(hit.term).id.0, name: hpo.term(hit.term).name.clone(), matched: hit.matched };
    Found { hits: hits.into_iter().map(hit).collect(), is_cut }
}

fn page(desk: &Desk, draft: &Draft, query: String, problem: Option<Problem>) -> PageResult {
    let hpo = &desk.service.knowledge.hpo;
    let hit = |id: &u32| Hit { id: *id, name: hpo.name(TermId(*id)).unwrap_or("unknown term").to_owned(), matched: String::new() };
    show(&Page {
        layout: draft.layout("Clinical features", desk),
        key: draft.key(),
        banner: draft.banner(desk.today()),
        found: found(hpo, &query),
        observed: draft.observed.iter().map(|id| (hit(id), draft.onsets.get(id).copied())).collect(),
        excluded: draft.excluded.iter().map(hit).collect(),
        proposed: read(desk, draft).unwrap_or_default().proposed,
        usual: draft.proposed_features().iter().filter(|id| hpo.find(TermId(**id)).is_some()).map(hit).collect(),
        template: draft.template.as_ref().map_or_else(String::new, |origin| origin.name.clone()),
        letter: draft.letter.clone(),
        query,
        problems: problem.into_iter().collect(),
    })
}

/// What the letter or Phenopacket says and is not in the order yet; and what of it is no term that is known here, or is not read.
fn read(desk: &Desk, draft: &Draft) -> Result<Read, String> {
    let hpo = &desk.service.knowledge.hpo;
    let (mut about, mut unread) = (Vec::new(), Vec::new());
    let (features, mut strangers) = if phenopacket::is_phenopacket(&draft.letter) {
        let packet = phenopacket::features(&draft.letter)?;
        is_of_patient(&packet.subject, draft)?;
        (about, unread) = (packet.about, packet.unread);
        // Nobody knows which of the two was meant.
        let contradictions: Vec<String> = packet.features.iter().filter_map(|f| phenopacket::contradiction(f, hpo)).collect();
        let strangers = packet.left_out.into_iter().chain(contradictions).collect();
        let sure = packet.features.into_iter().filter(|f| phenopacket::contradiction(f, hpo).is_none());
        let began = |onset: Option<TermId>| onset.filter(|o| onset::is_onset(hpo, *o));
        let named = sure.map(|f| (f.term, f.label, f.absent, began(f.onset), Certainty::Stated));
        (named.collect::<Vec<_>>(), strangers)
    } else {
        let found = desk.service.lexicon.propose(hpo, &draft.letter).into_iter();
        (found.map(|p| (p.term, p.quote, p.absent, None, p.certainty)).collect(), vec![])
    };
    let mut proposed = Vec::new();
    for (term, matched, absent, began, certainty) in features {
        let Some(index) = hpo.find(term).filter(|index| hpo.is_phenotype(*index)) else {
            strangers.push(term.to_string());
            continue;
        };
        let id = hpo.term(index).id.0;
        if !draft.observed.contains(&id) && !draft.excluded.contains(&id) {
            let hit = Hit { id, name: hpo.term(index).name.clone(), matched };
            let said = about.iter().filter(|(of, _)| *of == term).map(|(_, text)| text.as_str());
            let about = said.collect::<Vec<_>>().join("; ");
            proposed.push(Proposal { hit, absent, onset: began.map(|term| term.0), certainty, about });
        }
    }
    Ok(Read { proposed, strangers, unread })
}

/// That a Phenopacket may be the patient's: neither sex nor day of birth speak against it.
fn is_of_patient(subject: &Subject, draft: &Draft) -> Result<(), String> {
    let Some(patient) = draft.patient() else { return Ok(()) };
    let sex = patient::sex(&patient.sex);
    if sex.is_known() && subject.sex.is_known() && sex != subject.sex {
        let [theirs, ours] = [subject.sex, sex].map(|sex| sex.label().to_lowercase());
        return Err(format!("This Phenopacket is of somebody {theirs}, and the patient is {ours}: nothing is taken. Is it the patient's?"));
    }
    let number = |text: &str| text.trim().parse::<u32>().ok();
    let ours = (number(&patient.year), number(&patient.month), number(&patient.day));
    let (Some(born), (Some(year), Some(month), Some(day))) = (&subject.born, ours) else { return Ok(()) };
    let ours = format!("{year:04}-{month:02}-{day:02}");
    // The first of January stands for the year alone.
    let is_alike = *born == ours || (born.ends_with("-01-01") && born.get(..4) == ours.get(..4));
    if is_alike {
        return Ok(());
    }
    Err(format!(
        "This Phenopacket is of somebody born on {born}, and the patient was born on {ours}: nothing is taken. Is it the patient's?"
    ))
}

#[derive(Deserialize)]
pub(crate) struct PhenotypeQuery {
    #[serde(default)]
    q: String,
}

/// The page; or, when the page itself asks while somebody types, only the list.
pub(crate) async fn get(Orderer(desk): Orderer, session: Session, headers: HeaderMap, Query(query): Query<PhenotypeQuery>) -> PageResult {
    if headers.contains_key("HX-Request") {
        return show(&Hits { found: found(&desk.service.knowledge.hpo, &query.q), query: query.q });
    }
    page(&desk, &Draft::begun(&session).await?, query.q, None)
}

/// Answers by name; the onset of a feature is named after the feature.
type PhenotypeForm = HashMap<String, String>;

pub(crate) async fn post(Orderer(desk): Orderer, session: Session, Form(form): Form<PhenotypeForm>) -> PageResult<Response> {
    let mut draft = Draft::load_shown(&session, form.get("draft").map_or("", String::as_str)).await?;
    if let Some(letter) = form.get("letter") {
        draft.letter = letter.trim().to_owned();
        draft.save(&desk, &session).await?;
        let problem = problem_of_letter(&desk, &draft).map(|message| Problem::new("letter", message));
        return Ok(page(&desk, &draft, String::new(), problem)?.into_response());
    }
    let proposed = read(&desk, &draft).unwrap_or_default().proposed;
    keep_onsets(&desk.service.knowledge.hpo, &mut draft, &form);
    if form.contains_key("take_all") {
        take_stated(&mut draft, proposed);
    } else if !choose(&desk.service.knowledge.hpo, &mut draft, &form, &proposed) {
        if draft.observed.is_empty() && ["", "fetus", "death"].contains(&draft.purpose.kind.as_str()) {
            let problem = Problem::new("q", "Enter at least one HPO term that the patient has");
            return Ok(page(&desk, &draft, String::new(), Some(problem))?.into_response());
        }
        draft.save(&desk, &session).await?;
        return Ok(Redirect::to("/order-a-test/choices").into_response());
    }
    draft.save(&desk, &session).await?;
    Ok(Redirect::to("/order-a-test/phenotype").into_response())
}

/// What cannot be taken from a letter, if anything.
fn problem_of_letter(desk: &Desk, draft: &Draft) -> Option<String> {
    let Read { proposed, strangers, unread } = match read(desk, draft) {
        Ok(read) => read,
        Err(why) => return Some(why),
    };
    let mut problems = Vec::new();
    if !strangers.is_empty() {
        problems.push(format!("Not taken over, because they are no features in the ontology here, or not clear: {}", strangers.join(", ")));
    } else if proposed.is_empty() && !draft.letter.is_empty() {
        problems.push("No term of the ontology was found in this text that is not in the order already".into());
    }
    if !unread.is_empty() {
        problems.push(format!("Not read, so enter what of it matters: {}", unread.join(", ")));
    }
    (!problems.is_empty()).then(|| problems.join(". "))
}

/// Keeps when features began, as the form has it.
fn keep_onsets(hpo: &Hpo, draft: &mut Draft, form: &PhenotypeForm) {
    for id in draft.observed.clone() {
        if let Some(chosen) = form.get(&format!("onset_{id}")) {
            match chosen.parse().ok().filter(|onset| onset::is_onset(hpo, TermId(*onset))) {
                Some(onset) => drop(draft.onsets.insert(id, onset)),
                None => drop(draft.onsets.remove(&id)),
            }
        }
    }
}

/// Takes what the letter states of the patient. What it says of a relative, or is not sure of, stays there for a person to look at.
fn take_stated(draft: &mut Draft, proposed: Vec<Proposal>) {
    let (stated, left): (Vec<Proposal>, Vec<Proposal>) = proposed.into_iter().partition(|p| p.certainty == Certainty::Stated);
    for proposal in stated {
        keep_about(draft, &proposal);
        draft.onsets.extend(proposal.onset.map(|onset| (proposal.hit.id, onset)));
        if proposal.absent { draft.excluded.push(proposal.hit.id) } else { draft.observed.push(proposal.hit.id) }
    }
    if left.is_empty() {
        draft.letter.clear();
    }
}

/// Keeps what a Phenopacket says of a feature beside its term in the history, once.
fn keep_about(draft: &mut Draft, proposal: &Proposal) {
    if proposal.about.is_empty() {
        return;
    }
    let Hit { id, name, .. } = &proposal.hit;
    let absent = if proposal.absent { ", absent in the Phenopacket" } else { "" };
    let line = format!("{name} ({}{absent}): {}", TermId(*id), proposal.about);
    if !draft.history.contains(&line) {
        let separator = if draft.history.is_empty() { "" } else { "\n" };
        draft.history = format!("{}{separator}{line}", draft.history);
    }
}

/// Makes one term present or absent, or takes it out; false when the form names none.
fn choose(hpo: &Hpo, draft: &mut Draft, form: &PhenotypeForm, proposed: &[Proposal]) -> bool {
    let term = |name: &str| form.get(name).and_then(|id| id.parse::<u32>().ok());
    let (present, absent, remove) = (term("present"), term("absent"), term("remove"));
    let Some(id) = present.or(absent).or(remove) else { return false };
    let known = |id: &u32| hpo.find(TermId(*id)).is_some();
    draft.observed.retain(|t| *t != id);
    draft.excluded.retain(|t| *t != id);
    draft.observed.extend(present.filter(known));
    draft.excluded.extend(absent.filter(known));
    let chosen = proposed.iter().find(|p| Some(p.hit.id) == present.or(absent));
    if let Some(proposal) = chosen {
        keep_about(draft, proposal);
    }
    let began = chosen.filter(|_| present.is_some()).and_then(|p| p.onset);
    draft.onsets.extend(began.map(|onset| (id, onset)));
    true
}
