//! The research library: a cohort that is made up, asked through every door that needs no query engine.

mod airlock;
mod answers;
mod cohort;
mod counts;
mod failing;
mod keeping;
mod made;
mod program;
mod safety;
mod terms;

use cohort::call;
use genome::consequence::Impact;
use library::{
    Answer, Call, Gap, Library, PersonNo, Question, Release, Scope, ask,
    disclosure::{Count, DisclosureLedger},
};
use made::{Made, PEOPLE, QUESTIONS, calls, checked, everybody, person};
use std::collections::BTreeSet;

/// How many of a scope carry what everybody carries: those whose files are there.
async fn carriers(library: &Library, release: &Release, scope: &Scope) -> anyhow::Result<usize> {
    Ok(ask::who(library, release, scope, &checked("carriers in COMMON1")).await?.len())
}

fn count(is: impl Fn(u32) -> bool) -> Count {
    Count::rounded((1..=PEOPLE).filter(|no| is(*no)).count() as u64)
}

fn has_seizures(no: u32) -> bool {
    no.is_multiple_of(4) || (no % 4 == 1 && no < 40)
}
