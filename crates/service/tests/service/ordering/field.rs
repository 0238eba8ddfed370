//! Messages as hospitals send them, one after the other to one service: what becomes of each stands in `field.txt`, beside which
//! `cases.tsv` of the examples says what should.

use super::messages::sent_bytes;
use crate::bench::*;
use care::ordering::{
    client::Address,
    message::{Language, State as Became},
};
use expect_test::expect_file;
use service::ordering::messages::Receipt;
use std::{
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

const FIELD: &str = "../../../shared/conformance/field/health";

/// Files of a kind by name; nothing where the examples are not at hand.
fn files(kinds: &[&str]) -> Option<Vec<PathBuf>> {
    let Ok(entries) = fs::read_dir(FIELD) else {
        eprintln!("skipped: the messages of the field are not at hand in {FIELD}");
        return None;
    };
    let mut files: Vec<PathBuf> = entries.map(|e| e.expect("an entry").path()).collect();
    files.retain(|path| path.extension().and_then(|e| e.to_str()).is_some_and(|e| kinds.contains(&e)));
    files.sort();
    Some(files)
}

fn outcome(receipt: &Receipt) -> String {
    match &receipt.state {
        Became::Done { orders, notes } => {
            let mut text = format!("{} orders{}", orders.len(), if receipt.repeated { ", sent before" } else { "" });
            for note in notes {
                write!(text, "\n    note {note}").expect("text");
            }
            text
        }
        Became::Refused { faults } => {
            let mut text = "refused".to_owned();
            for fault in faults {
                write!(text, "\n    {fault}").expect("text");
            }
            text
        }
        other => format!("{other:?}"),
    }
}

/// Order numbers are new each time.
fn without_numbers(text: &str) -> String {
    let mut parts = text.split("OG-");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + "OG-…" + part.get(11..).unwrap_or_default())
}

async fn table(language: Language, kinds: &[&str], prefix: char) -> Option<String> {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let today = bench.service.today().strftime("%-d %B %Y").to_string();
    let mut table = String::new();
    for path in files(kinds)?.iter().filter(|path| name(path).starts_with(prefix)) {
        let body = fs::read(path).expect("a file");
        for receipt in sent_bytes(&system, language, &body).await {
            writeln!(table, "{}: {}", name(path), without_numbers(&outcome(&receipt)).replace(&today, "today")).expect("text");
        }
    }
    assert_eq!(service::lines::check_views(&bench.service).await.expect("read"), Vec::<String>::new());
    Some(table)
}

fn name(path: &Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).expect("a name")
}

#[tokio::test]
async fn every_hl7_message_of_the_field_is_acted_on_or_refused_in_words() {
    let Some(table) = table(Language::Hl7, &["hl7"], 'h').await else { return };
    expect_file!["field-hl7.txt"].assert_eq(&table);
}

#[tokio::test]
async fn every_fhir_bundle_of_the_field_is_acted_on_or_refused_in_words() {
    let Some(table) = table(Language::Fhir, &["json"], 'f').await else { return };
    expect_file!["field-fhir.txt"].assert_eq(&table);
}
