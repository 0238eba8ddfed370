//! A made-up cohort in a library, with a release of everybody.

use crate::cohort::{self, call};
use genome::consequence::Impact;
use library::{
    Answer, Call, Checked, Library, Person, Question, Release, Scope,
    ask::{self, NotAnswered},
    disclosure::DisclosureLedger,
};
use std::collections::BTreeSet;

pub const PEOPLE: u32 = 400;
pub const SEIZURE: u32 = 1250;
pub const FOCAL: u32 = 7359;

/// Questions of every kind.
pub const QUESTIONS: [&str; 11] = [
    "people with HP:0001250 by ancestry",
    "carriers in SCN1A in COMMON1",
    "carriers loss-of-function AF < 0.1 % in SCN1A without HP:0001250",
    "carriers protein-changing in SCN1A by sex",
    "compound heterozygotes in SCN1A",
    "alleles of 2-2000-A-T",
    "seen 2-1000-A-T sex male",
    "seen 2-1000-A-G",
    "burden protein-changing in SCN1A with HP:0001250",
    "variants at 2:900-2500",
    "variants kind SNP alternate N in SCN1A in COMMON1",
];

/// Everybody's number says what they are: the sex by its parity, seizures for every fourth, and so on.
pub fn person(no: u32) -> Person {
    Person {
        family: no / 3,
        sex: if no.is_multiple_of(2) { "female" } else { "male" }.into(),
        ancestry: if no < 100 { "AFR" } else { "EUR" }.into(),
        solved: no.is_multiple_of(5),
        present: match no % 4 {
            0 => vec![SEIZURE],
            1 if no < 40 => vec![FOCAL],
            _ => vec![],
        },
        ..cohort::person(no)
    }
}

/// Everybody carries what is common, every third and every seventh what is rare.
pub fn calls(no: u32) -> Vec<Call> {
    let mut calls = vec![call(no, 500, "COMMON1", Impact::High, Some(0.2), 1)];
    if no.is_multiple_of(3) {
        calls.push(call(no, 1000, "SCN1A", Impact::High, None, 1));
    }
    if no.is_multiple_of(7) {
        calls.push(call(no, 2000, "SCN1A", Impact::Moderate, Some(0.0005), if no.is_multiple_of(2) { 2 } else { 1 }));
    }
    calls
}

pub struct Made {
    pub library: Library,
    pub release: Release,
    pub ledger: DisclosureLedger,
    pub folder: tempfile::TempDir,
}

impl Made {
    pub async fn new() -> Made {
        let folder = tempfile::tempdir().expect("a folder");
        let library = Library::open(folder.path().to_str().expect("a path")).expect("opened");
        for from in (1..=PEOPLE).step_by(64) {
            let some: Vec<Call> = (from..(from + 64).min(PEOPLE + 1)).flat_map(calls).collect();
            library.add(&some).await.expect("added");
        }
        let release = library
            .release("2026-11-22.1", jiff::Timestamp::UNIX_EPOCH, (1..=PEOPLE).map(person).collect(), [7; 32])
            .await
            .expect("released");
        Made { library, release, ledger: DisclosureLedger::default(), folder }
    }

    pub async fn ask(&mut self, scope: &Scope, text: &str) -> Result<Answer, NotAnswered> {
        ask::ask(&self.library, &self.release, scope, &mut self.ledger, &checked(text)).await
    }

    /// Asks as if nothing had been told before.
    pub async fn alone(&self, scope: &Scope, text: &str) -> Result<Answer, NotAnswered> {
        ask::ask(&self.library, &self.release, scope, &mut DisclosureLedger::default(), &checked(text)).await
    }
}

pub fn everybody() -> Scope {
    Scope::new(1..=PEOPLE)
}

/// A question as it would be checked: a seizure has one descendant here.
pub fn checked(text: &str) -> Checked {
    let question: Question = text.parse().expect("a question");
    let closures = |terms: &[String]| terms.iter().map(|_| BTreeSet::from([SEIZURE, FOCAL])).collect();
    let variant = question.variant().map(|text| text.parse().expect("a variant"));
    Checked {
        with: closures(&question.with),
        with_any: closures(&question.with_any),
        without: closures(&question.without),
        variant,
        question,
    }
}
