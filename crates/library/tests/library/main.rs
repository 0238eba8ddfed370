//! The research library: a cohort that is made up, asked through every door.

mod airlock;
mod answers;
mod cohort;
mod failing;
mod keeping;
mod s3;
mod safety;
mod terms;

use cohort::call;
use genome::consequence::Impact;
use library::{
    Answer, Call, Checked, Gap, Library, Person, PersonNo, Question, Release, Scope,
    ask::{self, NotAnswered},
    disclosure::{Count, Told},
    workspace,
};
use std::collections::BTreeSet;

const PEOPLE: u32 = 400;
const SEIZURE: u32 = 1250;
const FOCAL: u32 = 7359;

/// Everybody's number says what they are: the sex by its parity, seizures for every fourth, and so on.
fn person(no: u32) -> Person {
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

fn calls(no: u32) -> Vec<Call> {
    let mut calls = vec![call(no, 500, "COMMON1", Impact::High, Some(0.2), 1)];
    if no.is_multiple_of(3) {
        calls.push(call(no, 1000, "SCN1A", Impact::High, None, 1));
    }
    if no.is_multiple_of(7) {
        calls.push(call(no, 2000, "SCN1A", Impact::Moderate, Some(0.0005), if no.is_multiple_of(2) { 2 } else { 1 }));
    }
    calls
}

struct Made {
    library: Library,
    release: Release,
    told: Told,
    folder: tempfile::TempDir,
}

impl Made {
    async fn new() -> Made {
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
        Made { library, release, told: Told::default(), folder }
    }

    async fn ask(&mut self, scope: &Scope, text: &str) -> Result<Answer, NotAnswered> {
        ask::ask(&self.library, &self.release, scope, &mut self.told, &checked(text)).await
    }

    /// Asks as if nothing had been told before.
    async fn alone(&self, scope: &Scope, text: &str) -> Result<Answer, NotAnswered> {
        ask::ask(&self.library, &self.release, scope, &mut Told::default(), &checked(text)).await
    }

    async fn sql(&self, scope: &Scope, sql: &str) -> String {
        match workspace::run(&self.library, &self.release, scope, sql).await {
            Ok(shown) => shown.table,
            Err(why) => format!("refused: {why}"),
        }
    }
}

fn everybody() -> Scope {
    Scope::of(1..=PEOPLE)
}

/// A question as it would be checked: a seizure has one descendant here.
fn checked(text: &str) -> Checked {
    let question: Question = text.parse().expect("a question");
    let closures = |terms: &[String]| terms.iter().map(|_| BTreeSet::from([SEIZURE, FOCAL])).collect();
    let variant = match &question.what {
        library::question::What::Alleles(text) | library::question::What::Seen(text) => Some(text.parse().expect("a variant")),
        _ => None,
    };
    Checked { with: closures(&question.with), without: closures(&question.without), variant, question }
}

fn count(is: impl Fn(u32) -> bool) -> Count {
    Count::of((1..=PEOPLE).filter(|no| is(*no)).count() as u64)
}

fn has_seizures(no: u32) -> bool {
    no.is_multiple_of(4) || (no % 4 == 1 && no < 40)
}
