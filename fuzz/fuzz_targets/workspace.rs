#![no_main]

//! SQL of a researcher, over the made-up cohort of the library's own tests: no answer names anybody. Built with `--features workspace`.

#[path = "../../crates/library/tests/library/cohort.rs"]
mod cohort;
#[expect(dead_code, reason = "what the library's tests need beside")]
#[path = "../../crates/library/tests/library/made.rs"]
mod made;

use made::{Made, everybody};
use query::workspace;
use std::{collections::BTreeSet, sync::LazyLock};
use tokio::runtime::{Builder, Runtime};

struct Place {
    runtime: Runtime,
    made: Made,
    pseudonyms: BTreeSet<String>,
}

static PLACE: LazyLock<Place> = LazyLock::new(|| {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let made = runtime.block_on(Made::new());
    let pseudonyms = made.release.pseudonyms("");
    Place { runtime, made, pseudonyms }
});

libfuzzer_sys::fuzz_target!(|sql: &str| {
    let Place { runtime, made, pseudonyms } = &*PLACE;
    if let Ok(rows) = runtime.block_on(workspace::run(&made.library, &made.release, &everybody(), sql)) {
        let words = rows.table.split(|c: char| c.is_whitespace() || "|,\"'()[]".contains(c));
        for word in words.filter(|word| pseudonyms.contains(*word)) {
            assert!(sql.contains(word), "{word} is shown by {sql}");
        }
    }
});
