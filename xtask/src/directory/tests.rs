//! Each version that comes with the program, compared code by code with the published files. Skipped where they are not beside the
//! project.

use super::{
    plain,
    rare::{EXCERPTS, WHOLE, whole},
    sheet,
};
use care::directory::{Branch, Test};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// Cancer versions and their sheets.
const CANCER: [(&str, &str); 2] = [
    ("2020-21", "National-Genomic-Test-Directory-Cancer-November-2020-21.xlsx"),
    ("2021-22", "National-genomic-test-directory-cancer-October-2021-22-.xlsx"),
];

fn published() -> Option<PathBuf> {
    let sources = PathBuf::from("../../shared/data/directory");
    let is_there = sources.is_dir();
    if !is_there {
        eprintln!("skipped: the published directories are not beside the project, in {}", sources.display());
    }
    is_there.then_some(sources)
}

/// Tests of a version as the program reads them, by code.
fn carried(branch: Branch, number: &str) -> BTreeMap<String, Test> {
    let versions = service::directory::builtin::versions(branch).expect("data of the project");
    let version = versions.into_iter().find(|v| v.number == number).expect("a version of the project");
    let count = version.tests.len();
    let tests: BTreeMap<String, Test> = version.tests.into_iter().map(|test| (test.code.to_string(), test)).collect();
    assert_eq!(tests.len(), count, "{number}: a code stands twice");
    tests
}

/// Whole texts of a workbook that are codes of tests, read past its rows and columns.
fn codes_in_workbook(path: &Path, letter: char) -> BTreeSet<String> {
    let parts = sheet::parts(path).expect("a workbook");
    let texts = sheet::shared_texts(&parts["xl/sharedStrings.xml"]).expect("texts");
    texts.iter().map(|text| text.trim().to_owned()).filter(|text| is_code(text, letter)).collect()
}

fn is_code(text: &str, letter: char) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    text.strip_prefix(letter).and_then(|rest| rest.split_once('.')).is_some_and(|(indication, test)| digits(indication) && digits(test))
}

fn excerpt(path: &Path) -> Vec<Value> {
    let file: Value = serde_json::from_str(&fs::read_to_string(path).expect("an excerpt")).expect("JSON");
    file["indications"].as_array().expect("indications").clone()
}

/// A field of an excerpt.
fn field(line: &Value, name: &str) -> String {
    plain(line[name].as_str().unwrap_or_default())
}

/// A text without case and without the published slips of the pen.
fn folded(text: &str) -> String {
    plain(text).to_lowercase().replace("penel", "panel").replace("<=10", "<10")
}

fn codes(tests: &BTreeMap<String, Test>) -> BTreeSet<String> {
    tests.keys().cloned().collect()
}

#[test]
fn the_files_are_those_that_the_published_ones_make() {
    let Some(sources) = published() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    super::write_rare(&sources, folder.path()).expect("written");
    if let Err(fault) = super::cancer::write(&sources, folder.path()) {
        eprintln!("the cancer directory is left out: {fault:#}");
    }
    for made in fs::read_dir(folder.path()).expect("files") {
        let made = made.expect("a file");
        let kept = Path::new("../data/directory").join(made.file_name());
        let is_same = fs::read(made.path()).expect("bytes") == fs::read(kept).expect("bytes");
        assert!(is_same, "{:?} differs from its sources: run cargo xtask directory", made.file_name());
    }
}

#[test]
fn every_code_of_every_published_sheet_is_carried() {
    let Some(sources) = published() else { return };
    for (number, file) in CANCER {
        assert_eq!(codes(&carried(Branch::Cancer, number)), codes_in_workbook(&sources.join(file), 'M'), "cancer {number}");
    }
    let of_sheet = codes_in_workbook(&sources.join(WHOLE.1), 'R');
    assert_eq!(of_sheet.len(), 619);
    assert_eq!(codes(&carried(Branch::Rare, WHOLE.0)), of_sheet);
    for (number, file) in EXCERPTS {
        let version = codes(&carried(Branch::Rare, number));
        let listed: BTreeSet<String> = excerpt(&sources.join(file)).iter().map(|line| field(line, "code")).collect();
        assert!(listed.is_subset(&version), "{number}: {:?}", listed.difference(&version));
        assert!(version.is_subset(&of_sheet), "{number}: {:?}", version.difference(&of_sheet));
    }
    // What each version lacks of 5.1: what came later, and what was withdrawn.
    let lacks = |number: &str| of_sheet.difference(&codes(&carried(Branch::Rare, number))).cloned().collect::<Vec<_>>().join(" ");
    let later = "R135.3 R15.5 R257.3 R430.1 R430.2 R438.1 R438.2 R440.1 R440.2 R441.1 R444.1 R444.2 R444.3 R98.3";
    assert_eq!(lacks("4"), later);
    assert_eq!(lacks("5"), "R444.1 R444.2 R444.3");
    assert_eq!(lacks("6"), "R312.1");
}

#[test]
fn every_test_of_rare_disease_says_what_its_sheet_says() {
    let Some(sources) = published() else { return };
    let lines: BTreeMap<String, _> = whole(&sources.join(WHOLE.1)).expect("a sheet").into_iter().map(|l| (l.code.clone(), l)).collect();
    for (number, file) in EXCERPTS {
        let excerpt: BTreeMap<String, Value> = excerpt(&sources.join(file)).into_iter().map(|l| (field(&l, "code"), l)).collect();
        for (code, test) in carried(Branch::Rare, number) {
            let line = &lines[&code];
            let own = excerpt.get(&code);
            let published = |name: &str, of_sheet: &str| own.map_or(of_sheet.to_owned(), |line| field(line, name));
            for (found, expected) in [
                (&test.indication, published("name", &line.indication)),
                (&test.method, published("test_method", &line.method)),
                (&test.target, published("original_targets", &line.target)),
            ] {
                assert_eq!(folded(found), folded(&expected), "rare {number} {code}");
            }
            if let Some(own) = own {
                let panels: Vec<String> = own["panels"].as_array().into_iter().flatten().filter_map(|p| p.as_str()).map(plain).collect();
                assert_eq!(test.panels, panels, "rare {number} {code}");
                let note = field(own, "changes").to_lowercase();
                let group = note.strip_prefix("specialist test group updated to ").map_or(line.group.to_lowercase(), str::to_owned);
                assert_eq!(test.group.to_lowercase(), group, "rare {number} {code}");
            } else {
                assert_eq!(test.group, line.group, "rare {number} {code}");
            }
        }
    }
}

#[test]
fn every_test_of_cancer_says_what_its_sheet_says() {
    let Some(sources) = published() else { return };
    for (number, file) in CANCER {
        let tests = carried(Branch::Cancer, number);
        for sheet in sheet::read(&sources.join(file)).expect("a workbook").iter().skip(1) {
            let mut indication = String::new();
            for row in sheet.rows.iter().skip(1) {
                let cell = |column: usize| row.get(column).map(|text| plain(text)).unwrap_or_default();
                // The indication is written once, in a cell that spans its tests.
                if !cell(1).is_empty() {
                    indication = cell(1);
                }
                if let Some(test) = tests.get(&cell(2)) {
                    same_cancer_test(test, &sheet.name, &indication, cell);
                }
            }
        }
    }
}

/// Code, name, genes, scope and method stand from the third column on.
fn same_cancer_test(test: &Test, sheet: &str, indication: &str, cell: impl Fn(usize) -> String) {
    assert_eq!(test.indication, indication, "{}", test.code);
    assert!(test.group.to_lowercase().contains(&sheet.to_lowercase()), "{} {sheet}", test.code);
    assert_eq!(test.target, cell(3), "{}", test.code);
    assert_eq!((&test.scope, &test.method), (&cell(5), &cell(6)), "{}", test.code);
    // The database names targets one by one; where the sheet writes them as a list they are the same.
    let published = cell(4).to_uppercase();
    for gene in test.genes.iter().filter(|gene| gene.bytes().all(|b| b.is_ascii_alphanumeric())) {
        assert!(published.contains(&gene.to_uppercase()), "{}: {gene} is not in {published}", test.code);
    }
}

#[test]
fn stored_samples_and_genes_for_medicines_are_carried() {
    let rare = carried(Branch::Rare, "6");
    for (code, indication) in [
        ("R322.1", "Skin fibroblasts to be cultured and stored"),
        ("R346.1", "DNA to be stored"),
        ("R373.1", "RNA to be stored"),
        ("R374.1", "Other sample to be stored"),
        ("R387.1", "Reanalysis of existing data"),
        ("R65.1", "Aminoglycoside exposure posing risk to hearing"),
    ] {
        assert_eq!(rare[code].indication, indication);
    }
    assert_eq!(rare["R65.1"].panels, ["HGNC:7470"], "MT-RNR1");
    let cancer = carried(Branch::Cancer, "2021-22");
    assert_eq!(cancer["M119.3"].genes, ["DPYD"]);
}
