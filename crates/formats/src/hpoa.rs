//! HPO annotations: `phenotype.hpoa` (diseases and their features) and `genes_to_phenotype.txt` (genes and
//! their diseases). Source: HPO annotation format, obophenotype.github.io.

use crate::{FileError, FileResult, open};
use genome::HgncId;
use ontology::{
    Disease, Inheritance, TermId,
    disease::{FREQUENCY_UNSTATED, Feature},
};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    path::Path,
};

/// HPO frequency terms as shares: the middle of each term's range (HP:0040279 and its children).
const FREQUENCIES: [(&str, f32); 6] =
    [("HP:0040280", 1.0), ("HP:0040281", 0.895), ("HP:0040282", 0.545), ("HP:0040283", 0.17), ("HP:0040284", 0.025), ("HP:0040285", 0.0)];

/// Diseases with features, genes not yet joined; and the release.
pub fn read(path: &Path) -> FileResult<(String, Vec<Disease>)> {
    let mut version = String::new();
    let mut diseases: BTreeMap<String, Disease> = BTreeMap::new();
    for line in open::lines(path)? {
        let (number, line) = line?;
        if let Some(release) = line.strip_prefix("#version: ") {
            release.clone_into(&mut version);
        }
        if line.starts_with('#') || line.starts_with("database_id") || line.is_empty() {
            continue;
        }
        let fields: Vec<&str> = line.split('\t').collect();
        if fields.len() < 11 {
            return Err(FileError::on_line(path, number, "columns", format!("{} columns, 12 are needed", fields.len())));
        }
        let term: TermId = fields[3].parse().map_err(|e| FileError::on_line(path, number, "hpo_id", e))?;
        let disease = diseases.entry(fields[0].to_owned()).or_insert_with(|| Disease {
            id: fields[0].into(),
            name: fields[1].into(),
            inheritance: vec![],
            features: vec![],
            genes: vec![],
        });
        match fields[10] {
            "I" => disease.inheritance.extend(Inheritance::from_term(term)),
            "P" => disease.features.push(Feature {
                term,
                frequency: if fields[2] == "NOT" { 0.0 } else { frequency(fields[7]) },
                pmid: fields[4].strip_prefix("PMID:").and_then(|p| p.parse().ok()),
            }),
            _ => {}
        }
    }
    let mut diseases: Vec<Disease> = diseases.into_values().collect();
    for disease in &mut diseases {
        disease.inheritance.sort_unstable();
        disease.inheritance.dedup();
    }
    Ok((version, diseases))
}

fn frequency(text: &str) -> f32 {
    if let Some((_, share)) = FREQUENCIES.iter().find(|(id, _)| *id == text) {
        return *share;
    }
    if let Some((seen, total)) = text.split_once('/')
        && let (Ok(seen), Ok(total)) = (seen.parse::<f32>(), total.parse::<f32>())
        && total > 0.0
    {
        // A small series says little: one pseudo-patient with and one without are added (rule of succession).
        return if seen == 0.0 { 0.0 } else { (seen + 1.0) / (total + 2.0) };
    }
    text.strip_suffix('%').and_then(|p| p.parse::<f32>().ok()).map_or(FREQUENCY_UNSTATED, |p| p / 100.0)
}

/// Genes of each disease, by identifier.
pub type GeneLinks = HashMap<String, BTreeSet<HgncId>>;

/// Which genes cause which disease: disease identifier → genes. Symbols that HGNC does not know are returned too.
pub fn gene_links(path: &Path, symbols: &HashMap<String, HgncId>) -> FileResult<(GeneLinks, BTreeSet<String>)> {
    let (mut links, mut unknown): (GeneLinks, _) = (HashMap::new(), BTreeSet::new());
    for line in open::lines(path)? {
        let (number, line) = line?;
        if line.starts_with("ncbi_gene_id") || line.is_empty() {
            continue;
        }
        let fields: Vec<&str> = line.split('\t').collect();
        let (Some(symbol), Some(disease)) = (fields.get(1), fields.get(5)) else {
            return Err(FileError::on_line(path, number, "columns", format!("{} columns, 6 are needed", fields.len())));
        };
        match symbols.get(*symbol) {
            Some(gene) => drop(links.entry((*disease).to_owned()).or_default().insert(*gene)),
            None => drop(unknown.insert((*symbol).to_owned())),
        }
    }
    Ok((links, unknown))
}
