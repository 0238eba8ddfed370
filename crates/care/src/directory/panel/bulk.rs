//! Many entries of a panel changed at once: a list of genes as somebody pasted it, read line by line, and the version that it makes.

use super::{Version, compare::summary, level, next};
use crate::{Refusal, Refusals};
use genome::HgncId;
use ontology::panel::{
    Rating,
    published::{Entity, GeneData, Published},
};
use std::collections::BTreeMap;

/// Most lines of a list: more than the largest panel has.
pub const LINES_MAX: usize = 5_000;

/// A line as it was typed and as it was read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// Number of the line, from 1.
    pub number: usize,
    /// What stands there first: the gene as typed.
    pub typed: String,
    /// What it asks for, or everything that is wrong with it.
    pub item: Result<Item, Vec<String>>,
}

/// What a line asks for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Item {
    /// Gene.
    pub gene: Named,
    /// Its rating; none where it is removed.
    pub rating: Option<Rating>,
    /// Mode of inheritance in PanelApp's wording; empty where it stays as it is.
    pub inheritance: String,
    /// What the evidence is.
    pub evidence: String,
    /// The entry as it is, in words; empty where it is not there.
    pub before: String,
    /// The entry as it will be, in words; empty where it is removed.
    pub after: String,
    /// Name of the entry on the panel, where it is there.
    pub entry: Option<String>,
}

/// A gene as HGNC names it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Named {
    /// Identifier.
    pub id: HgncId,
    /// Approved symbol.
    pub symbol: String,
    /// Approved name in full.
    pub name: String,
}

/// Genes that a name may mean: none, one, or several that share an earlier symbol.
pub type Meant = Vec<Named>;

/// PanelApp's modes of inheritance, each with the short form that a list may have instead.
pub const MODES: [(&str, &str); 7] = [
    ("MONOALLELIC, autosomal or pseudoautosomal, NOT imprinted", ""),
    ("MONOALLELIC, autosomal or pseudoautosomal, imprinted status unknown", "AD"),
    ("BIALLELIC, autosomal or pseudoautosomal", "AR"),
    ("BOTH monoallelic and biallelic, autosomal or pseudoautosomal", "AD/AR"),
    ("X-LINKED: hemizygous mutation in males, biallelic mutations in females", "XLR"),
    (
        "X-LINKED: hemizygous mutation in males, monoallelic mutations in females may cause disease (may be less severe, later onset than males)",
        "XLD",
    ),
    ("MITOCHONDRIAL", "MT"),
];

/// Reads a list against the content of a version. A first line of headings and empty lines are passed over.
pub fn read(text: &str, content: &Published, meant: impl Fn(&str) -> Meant) -> Result<Vec<Line>, Refusals> {
    let filled = || text.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty());
    let count = filled().count();
    if count == 0 {
        return Err(Refusals::one("list", "Paste at least one line: gene, rating, mode of inheritance, evidence"));
    }
    if count > LINES_MAX {
        return Err(Refusals::one("list", format!("The list has {count} lines; at most {LINES_MAX} are read at once. Split it")));
    }
    let mut seen: BTreeMap<HgncId, usize> = BTreeMap::new();
    let mut lines = Vec::new();
    for (line, number) in filled().filter(|(line, number)| *number != 1 || !is_heading(line)) {
        lines.push(read_line(line, number, content, &meant, &mut seen));
    }
    if lines.is_empty() { Err(Refusals::one("list", "The list has headings alone; paste the lines below them too")) } else { Ok(lines) }
}

fn is_heading(line: &str) -> bool {
    let first = line.split(['\t', ';', ',']).next().unwrap_or_default().trim().trim_matches('"').to_lowercase();
    ["gene", "genes", "symbol", "gene symbol", "entity_name", "hgnc", "hgnc id"].contains(&first.as_str())
}

fn read_line(line: &str, number: usize, content: &Published, meant: impl Fn(&str) -> Meant, seen: &mut BTreeMap<HgncId, usize>) -> Line {
    let (fields, mut faults) = match cells(line) {
        Ok(fields) => (fields, vec![]),
        Err(fault) => (vec![], vec![fault]),
    };
    let field = |index: usize| fields.get(index).map_or("", String::as_str);
    let typed = if fields.is_empty() { line.trim().to_owned() } else { field(0).to_owned() };
    if fields.is_empty() {
        return Line { number, typed, item: Err(faults) };
    }
    if fields.len() > 4 {
        faults.push(format!("{} columns instead of four; put quotation marks around text with the separator in it", fields.len()));
    }
    let gene = keep(one_gene(field(0), meant(field(0))), &mut faults);
    let rating = keep(rating_of(field(1)), &mut faults);
    let inheritance = keep(mode_of(field(2)), &mut faults);
    if field(3).is_empty() {
        faults.push("no evidence; say in the fourth column what it is and where it is published".to_owned());
    }
    let (Some(gene), Some(rating), Some(inheritance)) = (gene, rating, inheritance) else {
        return Line { number, typed, item: Err(faults) };
    };
    if let Some(first) = seen.insert(gene.id, number) {
        faults.push(format!("{} stands in line {first} already", gene.symbol));
    }
    let item = item(content, gene, rating, inheritance, field(3).to_owned());
    faults.extend(item_faults(&item));
    Line { number, typed, item: if faults.is_empty() { Ok(item) } else { Err(faults) } }
}

/// The value, or nothing and one fault more.
fn keep<T>(read: Result<T, String>, faults: &mut Vec<String>) -> Option<T> {
    read.map_err(|fault| faults.push(fault)).ok()
}

/// The cells of a line. What separates them is whatever comes first of a tab, a semicolon and a comma: no gene has one in its name.
fn cells(line: &str) -> Result<Vec<String>, String> {
    let separator = line.chars().find(|c| ['\t', ';', ','].contains(c)).unwrap_or('\t');
    let (mut cells, mut cell, mut quoted) = (Vec::new(), String::new(), false);
    let mut rest = line.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '"' if quoted && rest.peek() == Some(&'"') => cell.extend(rest.next()),
            '"' if quoted => quoted = false,
            // A mark within a text, such as that of an inch, is no quotation.
            '"' if cell.trim().is_empty() => quoted = true,
            c if c == separator && !quoted => cells.push(std::mem::take(&mut cell)),
            c => cell.push(c),
        }
    }
    if quoted {
        return Err("a quotation mark is opened and not closed in this line".to_owned());
    }
    cells.push(cell);
    let mut cells: Vec<String> = cells.iter().map(|cell| cell.trim().to_owned()).collect();
    while cells.len() > 4 && cells.last().is_some_and(String::is_empty) {
        cells.pop();
    }
    Ok(cells)
}

fn one_gene(typed: &str, mut meant: Meant) -> Result<Named, String> {
    if typed.is_empty() {
        return Err("no gene in the first column".to_owned());
    }
    match meant.len() {
        1 => Ok(meant.swap_remove(0)),
        0 => Err(format!("“{typed}” is no gene that the reference data know; enter its HGNC symbol or identifier")),
        _ => {
            let symbols: Vec<String> = meant.iter().map(|gene| format!("{} ({})", gene.symbol, gene.id)).collect();
            Err(format!("“{typed}” may mean {}; enter one of them", symbols.join(" or ")))
        }
    }
}

/// The rating of a cell; none inside where the gene is to be removed.
fn rating_of(typed: &str) -> Result<Option<Rating>, String> {
    match typed.to_lowercase().as_str() {
        "green" | "3" | "4" => Ok(Some(Rating::Green)),
        "amber" | "2" => Ok(Some(Rating::Amber)),
        "red" | "1" => Ok(Some(Rating::Red)),
        "remove" | "removed" | "0" => Ok(None),
        "" => Err("no rating in the second column; enter green, amber, red or remove".to_owned()),
        _ => Err(format!("“{typed}” is no rating; enter green, amber, red or remove")),
    }
}

fn mode_of(typed: &str) -> Result<String, String> {
    if typed.is_empty() {
        return Ok(String::new());
    }
    let fits = |(wording, short): &&(&str, &str)| wording.eq_ignore_ascii_case(typed) || short.eq_ignore_ascii_case(typed);
    MODES.iter().find(fits).map(|(wording, _)| (*wording).to_owned()).ok_or_else(|| {
        let short: Vec<&str> = MODES.iter().map(|(_, short)| *short).filter(|short| !short.is_empty()).collect();
        format!("“{typed}” is no mode of inheritance; enter {} or PanelApp’s wording in full", short.join(", "))
    })
}

/// The entry of a gene: by its identifier, else, where the panel gives none, by its symbol.
fn entry_of<'p>(content: &'p Published, gene: &Named) -> Option<&'p Entity> {
    let by_id = content.genes.iter().find(|entity| entity.gene() == Some(gene.id));
    by_id.or_else(|| content.genes.iter().find(|entity| entity.gene().is_none() && entity.entity_name == gene.symbol))
}

fn item(content: &Published, gene: Named, rating: Option<Rating>, inheritance: String, evidence: String) -> Item {
    let entry = entry_of(content, &gene);
    let before = entry.map_or_else(String::new, summary);
    let after = rating.map_or_else(String::new, |rating| {
        let mut after = entry.cloned().unwrap_or_default();
        amend(&mut after, rating, &inheritance);
        summary(&after)
    });
    Item { gene, rating, inheritance, evidence, before, after, entry: entry.map(|entity| entity.entity_name.clone()) }
}

fn item_faults(item: &Item) -> Vec<String> {
    let symbol = &item.gene.symbol;
    let mut faults = Vec::new();
    match (&item.entry, item.rating) {
        (None, None) => faults.push(format!("{symbol} is not on this panel, so it cannot be removed")),
        (None, Some(_)) if item.inheritance.is_empty() => {
            faults.push(format!("{symbol} is not on this panel yet; enter how it is inherited in the third column"));
        }
        (Some(_), Some(_)) if item.before == item.after => faults.push(format!("nothing would change for {symbol}")),
        (None | Some(_), Some(_)) | (Some(_), None) => {}
    }
    faults
}

fn amend(entity: &mut Entity, rating: Rating, inheritance: &str) {
    if rating != entity.rating() || entity.confidence_level.is_empty() {
        entity.confidence_level = level(rating).into();
    }
    if !inheritance.is_empty() {
        entity.mode_of_inheritance = Some(inheritance.to_owned());
    }
}

/// The items of a list of which no line is at fault; each fault names its line.
pub fn items(lines: Vec<Line>) -> Result<Vec<Item>, Refusals> {
    let (mut items, mut refusals) = (Vec::new(), Vec::new());
    for line in lines {
        match line.item {
            Ok(item) => items.push(item),
            Err(faults) => refusals.push(Refusal::new("list", format!("Line {}: {}", line.number, faults.join("; ")))),
        }
    }
    Refusals::check(refusals)?;
    Ok(items)
}

/// The version after this one, with every item changed.
pub fn applied(content: &Published, items: &[Item]) -> Published {
    let mut after = Published { version: next(&content.version), ..content.clone() };
    for item in items {
        change_one(&mut after.genes, item);
    }
    after
}

/// Changes a gene; one that stood there several times stands there once afterwards.
fn change_one(genes: &mut Vec<Entity>, item: &Item) {
    let is_known = genes.iter().any(|entity| entity.gene() == Some(item.gene.id));
    let is_meant = |entity: &Entity| match entity.gene() {
        Some(id) => id == item.gene.id,
        None => !is_known && entity.entity_name == item.gene.symbol,
    };
    let mut is_done = item.rating.is_none();
    genes.retain_mut(|entity| match item.rating {
        _ if !is_meant(entity) => true,
        Some(rating) if !is_done => {
            amend(entity, rating, &item.inheritance);
            is_done = true;
            true
        }
        Some(_) | None => false,
    });
    genes.extend(item.rating.filter(|_| !is_done).map(|rating| added(item, rating)));
}

fn added(item: &Item, rating: Rating) -> Entity {
    let Named { id, symbol, name } = &item.gene;
    let gene = GeneData {
        hgnc_id: Some(id.to_string()),
        hgnc_symbol: Some(symbol.clone()),
        gene_symbol: Some(symbol.clone()),
        gene_name: Some(name.clone()),
        ..GeneData::default()
    };
    let mut entity = Entity { entity_type: "gene".into(), entity_name: symbol.clone(), gene_data: Some(gene), ..Entity::default() };
    amend(&mut entity, rating, &item.inheritance);
    entity
}

/// Whether the version that a preview was of is still the latest.
pub fn check_base(latest: &Version, seen: &str) -> Result<(), Refusals> {
    if latest.number == seen {
        return Ok(());
    }
    let message = format!("Version {} has been made since you looked. Look at the list again: it is now compared with that", latest.number);
    Err(Refusals::one("list", message))
}

#[cfg(test)]
mod tests;
