//! A question of the cohort language, put together piece by piece: what a form holds of it, its text, and how it is understood.

use super::asking;
use crate::{Desk, ServiceError, ServiceResult, research};
use access::Action;
use care::{ProjectId, Refusals, research::project::Project};
use library::question::{Effect, Group, Question, What};
use ontology::{Hpo, TermId};

/// The pieces of a question, as a form holds them: texts, of which an empty one sets no condition.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Pieces {
    /// What is counted: one of [`KINDS`].
    pub what: String,
    /// The one variant of a question about one.
    pub variant: String,
    /// Genes by symbol, apart by blanks or commas; any of them is enough.
    pub genes: String,
    /// `protein-changing` or `loss-of-function`.
    pub effect: String,
    /// The highest frequency in the population, in percent.
    pub frequency_percent: String,
    /// Where variants lie and of what form they are, of a question that lists them.
    pub place: String,
    /// Features that a person has, all of them.
    pub with: Vec<String>,
    /// Features of which a person has at least one.
    pub with_any: Vec<String>,
    /// Features that a person has not.
    pub without: Vec<String>,
    /// `female` or `male`.
    pub sex: String,
    /// First year of birth.
    pub born_from: String,
    /// Last year of birth.
    pub born_to: String,
    /// Code of an ancestry group.
    pub ancestry: String,
    /// `solved` or `unsolved`.
    pub solved: String,
    /// `ancestry` or `sex`.
    pub by: String,
}

/// What can be counted: as a form sends it, and for people.
pub const KINDS: [(&str, &str); 7] = [
    ("people", "People"),
    ("carriers", "Carriers of variants in a gene"),
    ("compound heterozygotes", "People with two variants of a gene"),
    ("burden", "Carriers among people with a feature and people without"),
    ("alleles of", "Copies of one variant"),
    ("seen", "Whether one variant was seen"),
    ("variants", "Variants that enough people carry"),
];

/// Years of birth where one end is left open.
const BORN: (&str, &str) = ("1900", "2099");

/// A question as it is understood.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Understood {
    /// In the cohort language, with approved symbols and identifiers.
    pub text: String,
    /// In words.
    pub in_words: String,
}

impl Pieces {
    /// In the cohort language, as far as the pieces go.
    pub fn text(&self) -> String {
        let what = if self.what.is_empty() { "people" } else { &self.what };
        let mut parts = vec![what.to_owned()];
        if ["alleles of", "seen"].contains(&what) {
            parts.push(one_word(&self.variant));
        }
        if what == "variants" {
            parts.push(self.place.trim().to_owned());
        }
        parts.push(self.effect.clone());
        if !self.frequency_percent.trim().is_empty() {
            parts.push(format!("AF < {} %", one_word(&self.frequency_percent)));
        }
        parts.extend(
            self.genes.split([' ', ',', ';', '\n']).filter(|gene| !gene.trim().is_empty()).map(|gene| format!("in {}", one_word(gene))),
        );
        for (clause, features) in [("with", &self.with), ("with-any", &self.with_any), ("without", &self.without)] {
            parts.extend(features.iter().map(|feature| format!("{clause} \"{}\"", feature.replace('"', " ").trim())));
        }
        for (clause, value) in [("sex", &self.sex), ("ancestry", &self.ancestry), ("by", &self.by)] {
            parts.extend((!value.is_empty()).then(|| format!("{clause} {}", one_word(value))));
        }
        if !(self.born_from.is_empty() && self.born_to.is_empty()) {
            let end = |year: &str, open: &str| if year.is_empty() { open.to_owned() } else { one_word(year) };
            parts.push(format!("born {}-{}", end(&self.born_from, BORN.0), end(&self.born_to, BORN.1)));
        }
        parts.push(self.solved.clone());
        parts.retain(|part| !part.is_empty());
        parts.join(" ")
    }

    /// The pieces of a text in the cohort language.
    pub fn read(text: &str) -> Result<Pieces, Refusals> {
        let question: Question = text.parse().map_err(|why: library::question::NotAQuestion| Refusals::one("question", why.to_string()))?;
        let what = match &question.what {
            What::People => "people",
            What::Carriers => "carriers",
            What::CompoundHeterozygotes => "compound heterozygotes",
            What::Alleles(_) => "alleles of",
            What::Seen(_) => "seen",
            What::Burden => "burden",
            What::Variants => "variants",
        };
        let effect = match question.effect {
            Effect::Any => "",
            Effect::ProteinChanging => "protein-changing",
            Effect::LossOfFunction => "loss-of-function",
        };
        let year = |year: i16, open: &str| if year.to_string() == open { String::new() } else { year.to_string() };
        let (born_from, born_to) = question.born.map_or_else(Default::default, |(from, to)| (year(from, BORN.0), year(to, BORN.1)));
        let solved = question.solved.map_or("", |solved| if solved { "solved" } else { "unsolved" });
        let by = question.by.map_or("", |by| match by {
            Group::Ancestry => "ancestry",
            Group::Sex => "sex",
        });
        Ok(Pieces {
            what: what.into(),
            variant: question.variant().unwrap_or_default().to_owned(),
            genes: question.genes.join(" "),
            effect: effect.into(),
            frequency_percent: question.frequency_max.map_or_else(String::new, percent),
            place: question.shape.to_string().trim().to_owned(),
            with: question.with.clone(),
            with_any: question.with_any.clone(),
            without: question.without.clone(),
            sex: question.sex.clone().unwrap_or_default(),
            born_from,
            born_to,
            ancestry: question.ancestry.clone().unwrap_or_default(),
            solved: solved.into(),
            by: by.into(),
        })
    }
}

/// A value that stays one word of the language.
fn one_word(value: &str) -> String {
    value.chars().filter(|c| !c.is_whitespace() && !"\",<%()".contains(*c)).collect()
}

/// A share as percent, without the noise of its last bits.
fn percent(share: f64) -> String {
    let text = format!("{:.6}", share * 100.0);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A project of one's own, for the page on which questions are built.
#[crate::boxed]
pub async fn project(desk: &Desk, id: ProjectId) -> ServiceResult<Project> {
    let permit = desk.permit_general(Action::UseWorkspace).await?;
    let project = research::projects::loaded(desk, &permit, id).await?.state;
    if project.is_of(&desk.staff) { Ok(project) } else { Err(ServiceError::NotFound("project of yours")) }
}

/// How a text is understood, or everything that is wrong with it. Nothing is asked.
pub fn understood(desk: &Desk, text: &str) -> ServiceResult<Understood> {
    let checked = asking::checked(&desk.service, text)?;
    Ok(Understood { text: checked.question.to_string(), in_words: in_words(&checked.question, &desk.service.knowledge.hpo) })
}

/// A question whose words are known, as a sentence.
fn in_words(question: &Question, hpo: &Hpo) -> String {
    let mut parts = vec![counted(question)];
    let named = |features: &[String], and: &str| features.iter().map(|feature| name(feature, hpo)).collect::<Vec<_>>().join(and);
    let features = [
        ("who have ", &question.with, " and "),
        ("who have at least one of ", &question.with_any, ", "),
        ("who do not have ", &question.without, " or "),
    ];
    parts.extend(
        features.into_iter().filter(|(_, list, _)| !list.is_empty()).map(|(begin, list, and)| format!("{begin}{}", named(list, and))),
    );
    parts.extend(question.sex.as_ref().map(|sex| format!("of sex {sex}")));
    parts.extend(question.born.map(|(from, to)| match (from.to_string() == BORN.0, to.to_string() == BORN.1) {
        (true, _) => format!("born up to {to}"),
        (_, true) => format!("born from {from} on"),
        _ => format!("born from {from} to {to}"),
    }));
    parts.extend(question.ancestry.as_ref().map(|group| format!("of the ancestry group {group}")));
    parts.extend(question.solved.map(|solved| if solved { "with a cause reported" } else { "without a cause reported" }.to_owned()));
    let by = question.by.map_or("", |by| match by {
        Group::Ancestry => ", counted by ancestry group",
        Group::Sex => ", counted by sex",
    });
    format!("{}{by}", parts.join(", "))
}

/// What is counted, with its variants.
fn counted(question: &Question) -> String {
    let effect = match question.effect {
        Effect::Any => "variants",
        Effect::ProteinChanging => "variants that change the protein",
        Effect::LossOfFunction => "variants that stop the gene from working",
    };
    let rare = question.frequency_max.map_or_else(String::new, |share| format!(" rarer than {} %", percent(share)));
    let genes = if question.genes.is_empty() { String::new() } else { format!(" in {}", question.genes.join(" or ")) };
    let variants = format!("{effect}{rare}{genes}");
    match &question.what {
        What::People => "People".into(),
        What::Carriers => format!("Carriers of {variants}"),
        What::CompoundHeterozygotes => format!("People with two {variants}, or one on both copies"),
        What::Burden => format!("Carriers of {variants}, among people with the features and people without"),
        What::Alleles(variant) => format!("Copies of {variant}"),
        What::Seen(variant) => format!("Whether anybody carries {variant}"),
        What::Variants => format!("The {variants}{} that enough people carry", question.shape),
    }
}

/// `Seizure (HP:0001250)`.
fn name(feature: &str, hpo: &Hpo) -> String {
    let name = feature.parse::<TermId>().ok().and_then(|id| hpo.name(id));
    name.map_or_else(|| feature.to_owned(), |name| format!("{name} ({feature})"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_become_a_question_and_a_question_its_pieces() {
        let pieces = Pieces {
            what: "carriers".into(),
            genes: "SCN1A, TSC2".into(),
            effect: "loss-of-function".into(),
            frequency_percent: "0.1".into(),
            with: vec!["Seizure".into(), "Global developmental delay".into()],
            with_any: vec!["HP:0000252".into()],
            without: vec!["HP:0002110".into()],
            sex: "female".into(),
            born_from: "1985".into(),
            solved: "unsolved".into(),
            by: "ancestry".into(),
            ..Pieces::default()
        };
        let question: Question = pieces.text().parse().expect("a question");
        assert_eq!(
            question.to_string(),
            "carriers loss-of-function AF < 0.001 in SCN1A in TSC2 with Seizure with \"Global developmental delay\" with-any HP:0000252 \
             without HP:0002110 sex female born 1985-2099 unsolved by ancestry"
        );
        assert_eq!(Pieces::read(&pieces.text()).expect("read"), Pieces { genes: "SCN1A TSC2".into(), ..pieces });
    }

    #[test]
    fn every_kind_of_question_comes_back_from_its_text_as_it_was() {
        for text in [
            "people",
            "people solved by sex",
            "carriers in SCN1A",
            "compound heterozygotes AF < 0.01 in CFTR",
            "burden in SCN1A with HP:0001250",
            "alleles of 1-119757272-C-T ancestry EUR",
            "seen 1-119757272-C-T",
            "variants at 19:55661001-55662000 kind DEL",
            "people born 1900-1959",
        ] {
            let question: Question = text.parse().expect("a question");
            let again: Question = Pieces::read(text).expect("read").text().parse().expect("a question");
            assert_eq!(again, question, "{text}");
        }
    }

    #[test]
    fn nothing_typed_into_a_field_becomes_another_condition() {
        let pieces = Pieces {
            genes: "SCN1A\"with".into(),
            with: vec!["Seizure\" solved \"x".into()],
            sex: "female by sex".into(),
            ..Pieces::default()
        };
        let text = pieces.text();
        assert!(
            text.contains("in SCN1Awith") && text.contains("with \"Seizure  solved  x\"") && text.contains("sex femalebysex"),
            "{text}"
        );
    }

    #[test]
    fn a_question_is_told_in_words() {
        let hpo = Hpo::new("none".into(), vec![]);
        let told_as = |text: &str| in_words(&text.parse().expect("a question"), &hpo);
        assert_eq!(
            told_as(
                "carriers loss-of-function AF < 0.1 % in SCN1A in TSC2 with HP:0001250 without HP:0002110 born 1980-1994 unsolved by sex"
            ),
            "Carriers of variants that stop the gene from working rarer than 0.1 % in SCN1A or TSC2, who have HP:0001250, \
             who do not have HP:0002110, born from 1980 to 1994, without a cause reported, counted by sex"
        );
        assert_eq!(told_as("people with-any Seizure with-any Ataxia"), "People, who have at least one of Seizure, Ataxia");
    }
}
