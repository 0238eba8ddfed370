//! The rare and inherited disease directory. Version 5.1 is at hand as it was published; of 4, 5 and 6 there are excerpts, which leave
//! out whole methods. Tests of those methods are filled in from the sheet of 5.1, and each line says so.

use super::{excerpt, plain, sheet};
use anyhow::{Context, ensure};
use std::{
    collections::{BTreeSet, HashMap, HashSet},
    path::Path,
};

/// The sheet that is whole.
pub(super) const WHOLE: (&str, &str) = ("5.1", "RD_test_directory_v5.1.xlsx");
/// Versions and their excerpts.
pub(super) const EXCERPTS: [(&str, &str); 4] =
    [("4", "230616_RD_TD_v4.json"), ("5", "230616_RD_TD_v5.json"), ("5.1", "230616_RD_TD_v5.1.json"), ("6", "231219_RD_TD_v6.json")];

/// Code, indication, group, name, scope, method, targets, criteria, sheet.
pub(super) type Row = [String; 9];

/// One published line.
#[derive(Clone)]
pub(super) struct Line {
    pub code: String,
    pub indication: String,
    pub target: String,
    pub method: String,
    /// PanelApp numbers, or HGNC identifiers of single genes.
    pub panels: Vec<String>,
    /// Specialist test group.
    pub group: String,
    /// What changed since the version before.
    pub note: String,
}

impl Line {
    fn indication_code(&self) -> &str {
        self.code.split('.').next().unwrap_or_default()
    }

    fn is_unchanged(&self) -> bool {
        self.note.to_lowercase().starts_with("no change")
    }

    fn row(&self, group: &str, sheet: &str) -> Row {
        let fields = [&self.code, &self.indication, group, &self.target, "", &self.method, &self.panels.join(","), "", sheet];
        fields.map(str::to_owned)
    }
}

/// Rows of every version, in order of code.
pub(super) fn versions(sources: &Path) -> anyhow::Result<Vec<(&'static str, Vec<Row>)>> {
    let mut excerpts = HashMap::new();
    for (version, file) in EXCERPTS {
        excerpts.insert(version, excerpt::read(&sources.join(file))?);
    }
    let mut whole = whole(&sources.join(WHOLE.1))?;
    look_up_targets(&mut whole, &excerpts, &sources.join("../genes/hgnc_complete_set.txt.gz"))?;
    EXCERPTS.iter().map(|(version, _)| Ok((*version, version_rows(version, &excerpts, &whole)?))).collect()
}

/// A version's own lines, and those of 5.1 that it had and that its excerpt leaves out.
fn version_rows(version: &str, excerpts: &HashMap<&str, Vec<Line>>, whole: &[Line]) -> anyhow::Result<Vec<Row>> {
    let own = &excerpts[version];
    let groups: HashMap<&str, &str> = whole.iter().map(|line| (line.code.as_str(), line.group.as_str())).collect();
    let codes: HashSet<&str> = own.iter().map(|line| line.code.as_str()).collect();
    let mut rows = Vec::new();
    for line in own {
        let group = groups.get(line.code.as_str()).with_context(|| format!("{} is not in the sheet of {}", line.code, WHOLE.0))?;
        rows.push(line.row(&new_group(line).unwrap_or_else(|| (*group).to_owned()), ""));
    }
    let had = |line: &&Line| match version {
        // Its own methods are listed whole; of the others, what 5.1 has and 5 did not bring in.
        "4" => {
            let is_new = |line: &Line| excerpts["5"].iter().any(|l| l.indication_code() == line.indication_code() && is_new_indication(l));
            !listed(excerpts, &["4", "5", "5.1"]).contains(line.method.as_str()) && line.is_unchanged() && !is_new(line)
        }
        // The sheet of 5.1 says what changed since.
        "5" => line.is_unchanged(),
        "6" => !listed(excerpts, &["4", "5", "5.1", "6"]).contains(line.method.as_str()),
        _ => true,
    };
    let sheet = if version == WHOLE.0 { "" } else { WHOLE.0 };
    rows.extend(whole.iter().filter(|line| !codes.contains(line.code.as_str())).filter(had).map(|line| line.row(&line.group, sheet)));
    rows.sort();
    Ok(rows)
}

/// Methods that excerpts list.
fn listed<'l>(excerpts: &'l HashMap<&str, Vec<Line>>, versions: &[&str]) -> BTreeSet<&'l str> {
    versions.iter().flat_map(|version| &excerpts[*version]).map(|line| line.method.as_str()).collect()
}

fn is_new_indication(line: &Line) -> bool {
    line.note.starts_with("New clinical indication")
}

/// The group that a note of a change names, with a capital.
fn new_group(line: &Line) -> Option<String> {
    let group = line.note.strip_prefix("Specialist test group updated to ")?;
    let (first, rest) = group.split_at_checked(1)?;
    Some(format!("{}{rest}", first.to_uppercase()))
}

/// The published sheet: identifier of the indication, test, indication, target, method, category, group, change.
pub(super) fn whole(path: &Path) -> anyhow::Result<Vec<Line>> {
    let sheets = sheet::read(path)?;
    let sheet = sheets.first().context("no sheet")?;
    ensure!(sheet.rows.get(1).and_then(|row| row.get(1)).is_some_and(|head| head == "Test ID"), "another sheet than expected");
    let rows = sheet.rows.iter().skip(2).filter(|row| row.get(1).is_some_and(|code| !code.trim().is_empty()));
    let line = |row: &Vec<String>| {
        let cell = |column: usize| row.get(column).map(|text| plain(text)).unwrap_or_default();
        Line {
            code: cell(1),
            indication: cell(2),
            target: cell(3),
            method: method(&cell(4)),
            panels: vec![],
            group: cell(6),
            note: cell(7),
        }
    };
    Ok(rows.map(line).collect())
}

/// A method with the published slips of the pen mended.
pub(super) fn method(text: &str) -> String {
    let mended = plain(text).replace("penel", "panel").replace(" panel", " Panel").replace("<=10", "<10");
    mended.strip_prefix("small").map_or(mended.clone(), |rest| format!("Small{rest}"))
}

/// Panels and genes of the lines of the sheet: as an excerpt has them for the same target, else by number, else by symbol.
fn look_up_targets(whole: &mut [Line], excerpts: &HashMap<&str, Vec<Line>>, hgnc: &Path) -> anyhow::Result<()> {
    let symbols = formats::genes::symbols(&formats::genes::hgnc(hgnc)?);
    let mut known: HashMap<&str, &[String]> = HashMap::new();
    for line in ["5.1", "6", "5", "4"].iter().flat_map(|version| &excerpts[*version]) {
        known.entry(&line.target).or_insert(&line.panels);
    }
    let own: HashMap<&str, &[String]> = excerpts[WHOLE.0].iter().map(|line| (line.code.as_str(), line.panels.as_slice())).collect();
    for line in whole {
        line.panels = match (own.get(line.code.as_str()), known.get(line.target.as_str())) {
            (Some(panels), _) => panels.to_vec(),
            (None, Some(panels)) if !panels.is_empty() => panels.to_vec(),
            _ => targets(&line.target, |symbol| symbols.get(symbol).map(ToString::to_string)),
        };
    }
    Ok(())
}

/// Symbols of HGNC that mean something else in a target: a syndrome, a region, a kind of variant.
const NOT_GENES: [&str; 5] = ["AS", "DMR", "LHON", "MERRF", "STR"];

/// Panels in brackets, else genes by symbol.
fn targets(text: &str, gene: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let in_brackets = text.split('(').skip(1).filter_map(|rest| rest.split_once(')')).map(|(inside, _)| inside);
    let panels: Vec<String> = in_brackets.filter(|i| i.bytes().all(|b| b.is_ascii_digit())).map(str::to_owned).collect();
    if !panels.is_empty() {
        return panels;
    }
    let symbols = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').map(|word| if word == "Dystrophin" { "DMD" } else { word });
    let is_symbol = |word: &&str| {
        word.len() > 1 && word.starts_with(|c: char| c.is_ascii_uppercase()) && !word.contains(|c: char| c.is_ascii_lowercase())
    };
    let mut genes: Vec<String> = Vec::new();
    for id in symbols.filter(is_symbol).filter(|word| !NOT_GENES.contains(word)).filter_map(gene) {
        if !genes.contains(&id) {
            genes.push(id);
        }
    }
    genes
}
