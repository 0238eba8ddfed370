//! The Test Directory's facts in our own format, from the published files.

use anyhow::{Context, ensure};
use formats::pack::directory::DirectoryEntry;
use std::{fmt::Write as _, fs, io::Read, path::Path, process::Command};

/// Columns of a version's file.
const HEAD: &str = "code\tindication\tgroup\tname\tscope\tmethod\ttargets\n";

/// Rare and inherited versions: number and file.
const RARE: [(&str, &str); 4] =
    [("4", "230616_RD_TD_v4.json"), ("5", "230616_RD_TD_v5.json"), ("5.1", "230616_RD_TD_v5.1.json"), ("6", "231219_RD_TD_v6.json")];

/// Cancer versions: years and number in the database.
const CANCER: [(&str, u8); 2] = [("2020-21", 1), ("2021-22", 2)];

/// Writes `data/directory/*.tsv`.
pub fn run(sources: &Path, to: &Path) -> anyhow::Result<()> {
    for (version, file) in RARE {
        write(to, &format!("rare-{version}.tsv"), &rare(&sources.join(file))?)?;
    }
    let database = std::env::temp_dir().join(format!("gms-cancer-{}.sqlite3", std::process::id()));
    let mut bytes = Vec::new();
    let packed = fs::File::open(sources.join("cancer_directory.sqlite3.gz")).context("cancer_directory.sqlite3.gz")?;
    flate2::read::GzDecoder::new(packed).read_to_end(&mut bytes)?;
    fs::write(&database, bytes)?;
    let written = CANCER.iter().try_for_each(|(years, number)| write(to, &format!("cancer-{years}.tsv"), &cancer(&database, *number)?));
    fs::remove_file(&database)?;
    written
}

fn write(to: &Path, name: &str, rows: &[[String; 7]]) -> anyhow::Result<()> {
    let mut text = HEAD.to_owned();
    for row in rows {
        let _ = writeln!(text, "{}", row.join("\t"));
    }
    fs::write(to.join(name), text).with_context(|| name.to_owned())?;
    println!("{name}: {} tests", rows.len());
    Ok(())
}

/// One line of text: blanks joined, tabs gone.
fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn rare(path: &Path) -> anyhow::Result<Vec<[String; 7]>> {
    let (_, tests) = formats::pack::directory::read(path)?;
    let row = |t: DirectoryEntry| {
        let targets: Vec<String> = t.targets.iter().map(|target| plain(target)).collect();
        [plain(&t.code), plain(&t.name), String::new(), plain(&t.target_text), String::new(), method(&t.method), targets.join(",")]
    };
    let mut rows: Vec<[String; 7]> = tests.into_iter().map(row).collect();
    rows.sort();
    Ok(rows)
}

/// A method with the published slips of the pen mended.
fn method(text: &str) -> String {
    let mended = plain(text).replace("penel", "panel").replace(" panel", " Panel").replace("<=10", "<10");
    mended.strip_prefix("small").map_or(mended.clone(), |rest| format!("Small{rest}"))
}

fn cancer(database: &Path, version: u8) -> anyhow::Result<Vec<[String; 7]>> {
    let sql = format!(
        "SELECT t.test_code, c.ci_name, k.cancer_type, t.test_name, s.test_scope, x.technology, \
         (SELECT group_concat(g.target, ',') FROM ngtdc_db_essentialtarget e JOIN ngtdc_db_target g ON g.target_id = e.target_id_id \
          WHERE e.test_id_id = t.test_id) \
         FROM ngtdc_db_genomictest t JOIN ngtdc_db_clinicalindication c ON c.ci_code = t.ci_code_id \
         JOIN ngtdc_db_cancertype k ON k.cancer_id = c.cancer_id_id JOIN ngtdc_db_testscope s ON s.scope_id = t.scope_id_id \
         JOIN ngtdc_db_technology x ON x.tech_id = t.tech_id_id WHERE t.version = '{version}'"
    );
    let output = Command::new("sqlite3").arg("-csv").arg(database).arg(sql).output().context("running sqlite3")?;
    ensure!(output.status.success(), "sqlite3: {}", String::from_utf8_lossy(&output.stderr));
    let mut rows = Vec::new();
    for record in csv::ReaderBuilder::new().has_headers(false).from_reader(&output.stdout[..]).records() {
        let record = record?;
        ensure!(record.len() == 7, "a row of {} fields", record.len());
        rows.push(std::array::from_fn(|at| plain(&record[at])));
    }
    rows.sort();
    Ok(rows)
}
