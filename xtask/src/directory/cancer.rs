//! The cancer directory, from the database that was made of its sheets: it names the genes of each test one by one.

use super::{HEAD, plain};
use anyhow::{Context, ensure};
use std::{fs, io::Read, path::Path, process::Command};

/// Cancer versions: years and number in the database.
const VERSIONS: [(&str, u8); 2] = [("2020-21", 1), ("2021-22", 2)];

/// Writes `cancer-*.tsv`.
pub(super) fn write(sources: &Path, to: &Path) -> anyhow::Result<()> {
    let database = std::env::temp_dir().join(format!("gms-cancer-{}.sqlite3", std::process::id()));
    let mut bytes = Vec::new();
    let packed = fs::File::open(sources.join("cancer_directory.sqlite3.gz")).context("cancer_directory.sqlite3.gz")?;
    flate2::read::GzDecoder::new(packed).read_to_end(&mut bytes)?;
    fs::write(&database, bytes)?;
    let version = |(years, number): &(&str, u8)| super::write(to, &format!("cancer-{years}.tsv"), HEAD, &rows(&database, *number)?);
    let written = VERSIONS.iter().try_for_each(version);
    fs::remove_file(&database)?;
    written
}

fn rows(database: &Path, version: u8) -> anyhow::Result<Vec<[String; 8]>> {
    let sql = format!(
        "SELECT t.test_code, c.ci_name, k.cancer_type, t.test_name, s.test_scope, x.technology, \
         (SELECT group_concat(g.target, ',') FROM ngtdc_db_essentialtarget e JOIN ngtdc_db_target g ON g.target_id = e.target_id_id \
          WHERE e.test_id_id = t.test_id), t.eligibility \
         FROM ngtdc_db_genomictest t JOIN ngtdc_db_clinicalindication c ON c.ci_code = t.ci_code_id \
         JOIN ngtdc_db_cancertype k ON k.cancer_id = c.cancer_id_id JOIN ngtdc_db_testscope s ON s.scope_id = t.scope_id_id \
         JOIN ngtdc_db_technology x ON x.tech_id = t.tech_id_id WHERE t.version = '{version}'"
    );
    let output = Command::new("sqlite3").arg("-csv").arg(database).arg(sql).output().context("running sqlite3")?;
    ensure!(output.status.success(), "sqlite3: {}", String::from_utf8_lossy(&output.stderr));
    let mut rows = Vec::new();
    for record in csv::ReaderBuilder::new().has_headers(false).from_reader(&output.stdout[..]).records() {
        let record = record?;
        ensure!(record.len() == 8, "a row of {} fields", record.len());
        let mut row: [String; 8] = std::array::from_fn(|index| plain(&record[index]));
        row[7] = criteria(&row[7]);
        rows.push(row);
    }
    rows.sort();
    Ok(rows)
}

/// What the published eligibility names, and the criterion in the service's own words. What names none of them is left out: the
/// page then asks in free words.
const ELIGIBLE: [(&str, &str); 20] = [
    ("neuropathologist review", "review: neuropathology"),
    ("paediatric pathology review", "review: paediatric pathology"),
    ("sarcoma pathology review", "review: sarcoma pathology"),
    ("ntrk inhibitor", "treatment: an NTRK inhibitor"),
    ("anti-egfr therapy", "treatment: anti-EGFR therapy"),
    ("testing for lynch syndrome", "finding: on the way to a test for Lynch syndrome"),
    ("fluoropyrimidine", "treatment: a fluoropyrimidine"),
    ("platinum chemotherapy", "treatment: platinum chemotherapy"),
    ("cll about to undergo treatment", "treatment: any line of treatment of chronic lymphocytic leukaemia"),
    ("paediatric patients only", "finding: the patient is a child"),
    ("paediatric cases only", "finding: the patient is a child"),
    ("for the development of myelodysplasia", "finding: myelodysplasia, or a high risk of it"),
    ("negative for ewsr1", "finding: round cell sarcoma without EWSR1 rearrangement"),
    ("myeloproliferative neoplasm other than cml", "finding: myeloproliferative neoplasm other than CML"),
    ("uncertainty between benign and malignant", "finding: not clear whether it is benign or malignant"),
    ("differentiate from embryonal rhabdomyosarcoma", "finding: to be told from embryonal rhabdomyosarcoma"),
    ("nice recommendations in er positive", "finding: early breast cancer, ER positive, HER2 negative, lymph nodes negative"),
    ("minimal residual disease", "finding: residual disease is to be measured"),
    ("parp inhibitor", "treatment: a PARP inhibitor"),
    ("pathologist discretion", "finding: the pathologist asks for it"),
];

/// A part that is longer says more than one criterion can, unless several are named in it; and what is for rare cases is no rule.
const PART_CHARACTERS_MAX: usize = 160;

/// Criteria of a published eligibility, whose alternatives are separated by slashes. What cannot be said whole is not said.
fn criteria(text: &str) -> String {
    let mut found: Vec<&str> = Vec::new();
    for part in text.to_lowercase().split(" / ") {
        let mut named: Vec<&str> = ELIGIBLE.iter().filter(|(phrase, _)| part.contains(phrase)).map(|(_, criterion)| *criterion).collect();
        if named.is_empty() && part.contains("diagnosis or management") {
            named.push("aid");
        }
        let is_longer = part.len() > PART_CHARACTERS_MAX && named.len() < 2;
        if named.is_empty() || is_longer || part.contains("in rare cases") {
            return String::new();
        }
        found.extend(named);
    }
    let mut seen = std::collections::HashSet::new();
    found.retain(|criterion| seen.insert(*criterion));
    found.join("; ")
}
