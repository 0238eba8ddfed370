//! The cohort language: a question as people write it, and as it is understood.
//!
//! `carriers of rare (AF < 0.1 %) loss-of-function in SCN1A with HP:0001250, without HP:0000252, ancestry AFR, unsolved by sex`

mod form;

use crate::release::BAND_YEARS;
use genome::shape::Shape;
use std::{fmt, str::FromStr};

/// A question about a cohort.
#[derive(Clone, PartialEq, Debug)]
pub struct Question {
    /// What is asked.
    pub what: What,
    /// Genes, by symbol.
    pub genes: Vec<String>,
    /// What the variants do.
    pub effect: Effect,
    /// Variants that are at most as frequent as this in the population, 0–1.
    pub frequency_max: Option<f64>,
    /// Features that a person has, each or one of its descendants: identifier or name.
    pub with: Vec<String>,
    /// Features of which a person has at least one.
    pub with_any: Vec<String>,
    /// Features that a person has not.
    pub without: Vec<String>,
    /// First and last year in which somebody was born, of whole bands of five years: no day is known.
    pub born: Option<(i16, i16)>,
    /// Sex: female or male.
    pub sex: Option<String>,
    /// Ancestry group.
    pub ancestry: Option<String>,
    /// Whether a cause was reported.
    pub solved: Option<bool>,
    /// Counted by.
    pub by: Option<Group>,
    /// Where the variants lie and of what form they are, of a question about variants.
    pub shape: Shape,
}

/// What is asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum What {
    /// People of the cohort.
    People,
    /// Carriers of variants of genes.
    Carriers,
    /// People with two variants of a gene, or one on both copies.
    CompoundHeterozygotes,
    /// Alleles of one variant.
    Alleles(String),
    /// Whether one variant was seen.
    Seen(String),
    /// Carriers among those with the features and those without.
    Burden,
    /// The variants of a gene or a stretch that enough people carry to be told of.
    Variants,
}

/// What variants do, at least.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Effect {
    /// Anything.
    #[default]
    Any,
    /// Changes the protein.
    ProteinChanging,
    /// Stops the gene from working: high impact, as Ensembl classes consequences.
    LossOfFunction,
}

/// What a count is told by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Group {
    Ancestry,
    Sex,
}

/// Why a text is no question: where, and what would be one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{word}' (word {place}): {rule}")]
pub struct NotAQuestion {
    /// The word that could not be read; empty at the end.
    pub word: String,
    /// Its place, from 1.
    pub place: usize,
    /// What is wrong, and what to write.
    pub rule: &'static str,
}

/// Characters of a question at most.
pub const CHARACTERS_MAX: usize = 2_000;
/// Genes and features of a question at most: what is longer is a list to be worked on in a workspace.
const LISTED_MAX: usize = 50;

/// Variants that a question may choose among: every change of one codon.
const AMONG_MAX: usize = 64;

/// The words of a question as they are read.
struct Tokens {
    all: Vec<String>,
    /// Number of the word that is read next.
    next: usize,
}

/// Words, with quoted text and brackets as words of their own.
fn tokens(text: &str) -> Vec<String> {
    let (mut tokens, mut word, mut quoted) = (Vec::new(), String::new(), false);
    for character in text.chars() {
        match character {
            '"' => {
                if quoted || !word.is_empty() {
                    tokens.push(std::mem::take(&mut word));
                }
                quoted = !quoted;
            }
            _ if quoted => word.push(character),
            ' ' | '\n' | '\t' | ',' | '(' | ')' => {
                if !word.is_empty() {
                    tokens.push(std::mem::take(&mut word));
                }
            }
            '<' | '%' => {
                if !word.is_empty() {
                    tokens.push(std::mem::take(&mut word));
                }
                tokens.push(character.to_string());
            }
            other => word.push(other),
        }
    }
    if !word.is_empty() {
        tokens.push(word);
    }
    tokens
}

impl Tokens {
    fn peek(&self) -> String {
        self.all.get(self.next).map(|w| w.to_lowercase()).unwrap_or_default()
    }

    fn advance(&mut self) -> Option<String> {
        let word = self.all.get(self.next).cloned();
        self.next += 1;
        word
    }

    fn wrong(&self, rule: &'static str) -> NotAQuestion {
        let place = self.next.min(self.all.len().saturating_sub(1));
        NotAQuestion { word: self.all.get(self.next).cloned().unwrap_or_default(), place: place + 1, rule }
    }

    fn value(&mut self, rule: &'static str) -> Result<String, NotAQuestion> {
        match self.all.get(self.next) {
            Some(word) if !word.is_empty() => {
                self.next += 1;
                Ok(self.all[self.next - 1].clone())
            }
            _ => Err(self.wrong(rule)),
        }
    }
}

const VERBS: &str = "begin with people, carriers, compound heterozygotes, alleles of VARIANT, seen VARIANT, burden or variants";
const CLAUSES: &str = "write in GENE, loss-of-function, protein-changing, AF < 0.1 %, with TERM, with-any TERM, without TERM, sex, \
     born 1980-1994, ancestry, solved, unsolved or by";

impl FromStr for Question {
    type Err = NotAQuestion;

    fn from_str(text: &str) -> Result<Question, NotAQuestion> {
        if text.len() > CHARACTERS_MAX {
            return Err(NotAQuestion { word: String::new(), place: 1, rule: "a question has at most 2,000 characters" });
        }
        let mut tokens = Tokens { all: tokens(text), next: 0 };
        let mut question = Question::about(what(&mut tokens)?);
        while tokens.next < tokens.all.len() {
            clause(&mut tokens, &mut question)?;
        }
        question.complete(&tokens)?;
        Ok(question)
    }
}

fn what(tokens: &mut Tokens) -> Result<What, NotAQuestion> {
    let verb = tokens.peek();
    tokens.next += 1;
    Ok(match verb.as_str() {
        "people" => What::People,
        "carriers" => What::Carriers,
        "burden" => What::Burden,
        "variants" => What::Variants,
        "compound" if tokens.peek().starts_with("heterozygo") => {
            tokens.next += 1;
            What::CompoundHeterozygotes
        }
        "alleles" => {
            tokens.next += usize::from(tokens.peek() == "of");
            What::Alleles(tokens.value("name the variant, such as 1-119757272-C-T")?)
        }
        "seen" => What::Seen(tokens.value("name the variant, such as 1-119757272-C-T")?),
        _ => {
            tokens.next -= 1;
            return Err(tokens.wrong(VERBS));
        }
    })
}

fn clause(tokens: &mut Tokens, question: &mut Question) -> Result<(), NotAQuestion> {
    let word = tokens.advance().unwrap_or_default();
    match word.to_lowercase().as_str() {
        "of" | "variants" | "variant" | "rare" | "and" | "or" | "its" | "descendants" | "than" => {}
        "in" => question.genes.push(tokens.value("name a gene by its symbol")?),
        "loss-of-function" | "lof" => question.effect = Effect::LossOfFunction,
        "protein-changing" => question.effect = Effect::ProteinChanging,
        "af" | "rarer" => question.frequency_max = Some(frequency(tokens)?),
        "with" => question.with.push(tokens.value("name a feature, such as HP:0001250 or \"Seizure\"")?),
        "with-any" => question.with_any.push(tokens.value("name a feature, such as HP:0001250 or \"Seizure\"")?),
        "without" => question.without.push(tokens.value("name a feature, such as HP:0001250 or \"Seizure\"")?),
        "sex" => question.sex = Some(one_of(tokens, &["female", "male"], "write sex female or sex male")?),
        "born" => question.born = Some(born(tokens)?),
        "ancestry" => {
            let groups = ["AFR", "AMR", "EAS", "EUR", "SAS", "MID", "UNKNOWN"];
            question.ancestry = Some(one_of(tokens, &groups, "write one of AFR, AMR, EAS, EUR, SAS, MID or unknown")?);
        }
        "solved" => question.solved = Some(true),
        "unsolved" => question.solved = Some(false),
        "by" => {
            question.by = Some(match one_of(tokens, &["ancestry", "sex"], "write by ancestry or by sex")?.as_str() {
                "ancestry" => Group::Ancestry,
                _ => Group::Sex,
            });
        }
        form if question.what == What::Variants => return form::clause(form, tokens, &mut question.shape),
        _ => {
            tokens.next -= 1;
            return Err(tokens.wrong(CLAUSES));
        }
    }
    Ok(())
}

fn one_of(tokens: &mut Tokens, known: &[&str], rule: &'static str) -> Result<String, NotAQuestion> {
    let found = known.iter().find(|k| k.eq_ignore_ascii_case(&tokens.peek())).ok_or_else(|| tokens.wrong(rule))?;
    tokens.next += 1;
    Ok((*found).to_owned())
}

/// Bands of years, as the library knows them.
fn born(tokens: &mut Tokens) -> Result<(i16, i16), NotAQuestion> {
    const RULE: &str =
        "write bands of five years of birth, such as born 1980-1994: from a year that ends in 0 or 5 to one that ends in 4 or 9";
    let word = tokens.peek();
    let years = word.split_once('-').and_then(|(from, to)| Some((from.parse().ok()?, to.parse().ok()?)));
    let is_banded = |(from, to): &(i16, i16)| from.rem_euclid(BAND_YEARS) == 0 && to.rem_euclid(BAND_YEARS) == BAND_YEARS - 1;
    let fits = |years: &(i16, i16)| years.0 < years.1 && (1850..2100).contains(&years.0) && years.1 < 2100 && is_banded(years);
    let years = years.filter(fits).ok_or_else(|| tokens.wrong(RULE))?;
    tokens.next += 1;
    Ok(years)
}

fn frequency(tokens: &mut Tokens) -> Result<f64, NotAQuestion> {
    const RULE: &str = "write a frequency such as AF < 0.1 % or AF < 0.001";
    while ["<", "than"].contains(&tokens.peek().as_str()) {
        tokens.next += 1;
    }
    let number: f64 = tokens.peek().parse().map_err(|_| tokens.wrong(RULE))?;
    let share = if tokens.all.get(tokens.next + 1).is_some_and(|w| w == "%") { number / 100.0 } else { number };
    if !(0.0..=1.0).contains(&share) {
        return Err(tokens.wrong("a frequency is between 0 and 100 %"));
    }
    tokens.next += 1;
    tokens.next += usize::from(tokens.peek() == "%");
    Ok(share)
}

impl Question {
    /// The one variant that it is about, as it was written, if it is about one.
    pub fn variant(&self) -> Option<&str> {
        match &self.what {
            What::Alleles(text) | What::Seen(text) => Some(text),
            What::People | What::Carriers | What::CompoundHeterozygotes | What::Burden | What::Variants => None,
        }
    }

    /// A question without conditions.
    pub fn about(what: What) -> Question {
        Question {
            what,
            genes: vec![],
            effect: Effect::Any,
            frequency_max: None,
            with: vec![],
            with_any: vec![],
            without: vec![],
            born: None,
            sex: None,
            ancestry: None,
            solved: None,
            by: None,
            shape: Shape::default(),
        }
    }

    /// Whether no condition leaves anybody out: the features of a question about burden tell cases from controls alone.
    pub(crate) fn counts_everybody(&self) -> bool {
        let has_features = self.what != What::Burden && !(self.with.is_empty() && self.with_any.is_empty());
        self.sex.is_none()
            && self.ancestry.is_none()
            && self.solved.is_none()
            && self.born.is_none()
            && self.without.is_empty()
            && !has_features
    }

    /// What each kind of question needs.
    fn complete(&self, tokens: &Tokens) -> Result<(), NotAQuestion> {
        let needs_gene = matches!(self.what, What::Carriers | What::CompoundHeterozygotes | What::Burden);
        if needs_gene && self.genes.is_empty() {
            return Err(tokens.wrong("say in which gene: in SCN1A"));
        }
        if self.what == What::Burden && self.with.is_empty() && self.with_any.is_empty() {
            return Err(tokens.wrong("say what the cases have: with HP:0001250"));
        }
        if self.what == What::Variants && self.genes.is_empty() && self.shape.reach().is_none() {
            return Err(tokens.wrong("say where: in SCN1A, or at 19:55661001-55662000"));
        }
        if self.shape.among.len() > AMONG_MAX || self.shape.among.iter().any(|v| v.contig != self.shape.among[0].contig) {
            return Err(tokens.wrong("a question names at most 64 variants, all on one contig"));
        }
        if [&self.genes, &self.with, &self.with_any, &self.without].iter().any(|list| list.len() > LISTED_MAX) {
            return Err(tokens.wrong("a question names at most 50 genes or features; longer lists are worked on in a workspace"));
        }
        Ok(())
    }
}

/// As it is understood: reading it gives the same question.
impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.what {
            What::People => write!(f, "people")?,
            What::Carriers => write!(f, "carriers")?,
            What::CompoundHeterozygotes => write!(f, "compound heterozygotes")?,
            What::Alleles(variant) => write!(f, "alleles of {variant}")?,
            What::Seen(variant) => write!(f, "seen {variant}")?,
            What::Burden => write!(f, "burden")?,
            What::Variants => write!(f, "variants{}", self.shape)?,
        }
        match self.effect {
            Effect::Any => {}
            Effect::ProteinChanging => write!(f, " protein-changing")?,
            Effect::LossOfFunction => write!(f, " loss-of-function")?,
        }
        if let Some(share) = self.frequency_max {
            write!(f, " AF < {share}")?;
        }
        let listed = |f: &mut fmt::Formatter<'_>, word: &str, list: &[String]| {
            list.iter()
                .try_for_each(|item| if item.contains([' ', ',']) { write!(f, " {word} \"{item}\"") } else { write!(f, " {word} {item}") })
        };
        listed(f, "in", &self.genes)?;
        listed(f, "with", &self.with)?;
        listed(f, "with-any", &self.with_any)?;
        listed(f, "without", &self.without)?;
        if let Some(sex) = &self.sex {
            write!(f, " sex {sex}")?;
        }
        if let Some((from, to)) = self.born {
            write!(f, " born {from}-{to}")?;
        }
        if let Some(ancestry) = &self.ancestry {
            write!(f, " ancestry {ancestry}")?;
        }
        match self.solved {
            Some(true) => write!(f, " solved")?,
            Some(false) => write!(f, " unsolved")?,
            None => {}
        }
        match self.by {
            Some(Group::Ancestry) => write!(f, " by ancestry"),
            Some(Group::Sex) => write!(f, " by sex"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
