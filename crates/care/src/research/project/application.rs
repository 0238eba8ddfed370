//! What a project applies with: what for, for how long, and in words for everybody.

use crate::{Refusal, Staff, ordering::choice::policy::Term};
use serde::{Deserialize, Serialize};

/// What a project is for, as a term of the Data Use Ontology.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Purpose {
    /// Any health, medical or biomedical research.
    Health,
    /// Research on one disease.
    Disease(String),
    /// Methods and software.
    Methods,
    /// Population history and ancestry.
    Ancestry,
}

impl Purpose {
    /// Its term.
    pub fn term(&self) -> Term {
        match self {
            Purpose::Health => Term { id: "DUO:0000006", label: "health or medical or biomedical research" },
            Purpose::Disease(_) => Term { id: "DUO:0000007", label: "disease specific research" },
            // The ontology has no permission for methods alone; only general research use covers them.
            Purpose::Methods => Term { id: "DUO:0000042", label: "general research use" },
            Purpose::Ancestry => Term { id: "DUO:0000011", label: "population origins or ancestry research only" },
        }
    }

    /// In words.
    pub fn label(&self) -> String {
        match self {
            Purpose::Disease(disease) => format!("{}: {disease}", self.term().label),
            _ => self.term().label.to_owned(),
        }
    }

    /// Whether what people agreed to covers it: health, medical and biomedical research (DUO:0000006), which disease specific
    /// research is a part of. Source: GA4GH DUO, descriptions of the terms.
    pub fn is_covered(&self) -> bool {
        matches!(self, Purpose::Health | Purpose::Disease(_))
    }
}

/// What is applied for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Application {
    /// Title.
    pub title: String,
    /// For everybody, on the public register.
    pub lay_summary: String,
    /// What will be done.
    pub method: String,
    /// What for.
    pub purpose: Purpose,
    /// Reference of the favourable opinion of a research ethics committee.
    pub ethics: String,
    /// Months that it takes.
    pub months: u8,
    /// Who applies.
    pub by: Staff,
}

/// Months of an approval at most.
pub(super) const MONTHS_MAX: u8 = 24;
/// Characters of a lay summary: enough to say something, few enough to be read.
const SUMMARY_CHARACTERS: (usize, usize) = (80, 2_000);

/// What it lacks.
pub(super) fn faults(application: &Application) -> Vec<Refusal> {
    let mut faults = Vec::new();
    let mut need = |value: &str, field, message: &str| {
        if value.trim().is_empty() {
            faults.push(Refusal::new(field, message));
        }
    };
    need(&application.title, "title", "Give it a title");
    need(&application.method, "method", "Say what will be done with the data");
    need(&application.ethics, "ethics", "Give the reference of the research ethics committee's favourable opinion, such as 26/EE/0001");
    if let Purpose::Disease(disease) = &application.purpose {
        need(disease, "disease", "Say which disease");
    }
    let (least, most) = SUMMARY_CHARACTERS;
    if !(least..=most).contains(&application.lay_summary.trim().chars().count()) {
        let message = format!("Write a summary for everybody, {least} to {most} characters: it stands on the public register");
        faults.push(Refusal::new("lay_summary", message));
    }
    if application.months == 0 || application.months > MONTHS_MAX {
        faults.push(Refusal::new("months", format!("Say for how many months, 1 to {MONTHS_MAX}")));
    }
    faults
}

/// How alike two projects are, 0–1, by the words of their titles and summaries: for the finder of duplicates (Jaccard index of words
/// of five letters or more).
pub fn likeness(a: &Application, b: &Application) -> f64 {
    let word_set = |application: &Application| -> std::collections::BTreeSet<String> {
        let text = format!("{} {}", application.title, application.lay_summary).to_lowercase();
        text.split(|c: char| !c.is_alphanumeric()).filter(|w| w.len() > 4).map(str::to_owned).collect()
    };
    let (a, b) = (word_set(a), word_set(b));
    let all = a.union(&b).count();
    if all == 0 { 0.0 } else { a.intersection(&b).count() as f64 / all as f64 }
}
