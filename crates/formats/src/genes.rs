//! Gene tables: HGNC, gnomAD constraint, dosage sensitivity.

use crate::{FileResult, open::Table};
use genome::{Gene, HgncId};
use std::{collections::HashMap, path::Path};

/// Approved genes of `hgnc_complete_set.txt`, in order of identifier.
pub fn hgnc(path: &Path) -> FileResult<Vec<Gene>> {
    let table = Table::read(path, b'\t')?;
    let (id, symbol, name) = (table.column("hgnc_id")?, table.column("symbol")?, table.column("name")?);
    let (status, alias, previous) = (table.column("status")?, table.column("alias_symbol")?, table.column("prev_symbol")?);
    let mut genes: Vec<Gene> = table
        .rows
        .iter()
        .filter(|(_, row)| row.get(status).is_some_and(|s| s == "Approved"))
        .filter_map(|(_, row)| {
            let list = |index: usize| row.get(index).into_iter().flat_map(|l| l.split('|')).filter(|s| !s.is_empty());
            Some(Gene {
                id: row.get(id)?.parse().ok()?,
                symbol: row.get(symbol)?.clone(),
                name: row.get(name)?.clone(),
                other_symbols: list(previous).chain(list(alias)).map(str::to_owned).collect(),
                loeuf: None,
                missense_z: None,
                haploinsufficiency: None,
                clingen_haploinsufficient: false,
                triplosensitive: false,
                pathogenic_truncating: 0,
            })
        })
        .collect();
    genes.sort_by_key(|g| g.id);
    Ok(genes)
}

/// Symbol → gene; an approved symbol wins over an earlier one, an earlier one over an alias.
pub fn symbols(genes: &[Gene]) -> HashMap<String, HgncId> {
    let mut symbols = HashMap::new();
    for gene in genes {
        for other in &gene.other_symbols {
            symbols.entry(other.clone()).or_insert(gene.id);
        }
    }
    symbols.extend(genes.iter().map(|g| (g.symbol.clone(), g.id)));
    symbols
}

/// Adds LOEUF and missense Z of `gnomad.*.lof_metrics.by_gene.txt`.
pub fn add_constraint(path: &Path, genes: &mut [Gene]) -> FileResult<()> {
    let table = Table::read(path, b'\t')?;
    let (gene, loeuf, missense) = (table.column("gene")?, table.column("oe_lof_upper")?, table.column("mis_z")?);
    each_by_symbol(&table, gene, genes, |target, row| {
        target.loeuf = number(row, loeuf);
        target.missense_z = number(row, missense);
    });
    Ok(())
}

/// Adds pHaplo of Collins et al. 2022 (Cell 185:3041).
pub fn add_haploinsufficiency(path: &Path, genes: &mut [Gene]) -> FileResult<()> {
    let table = Table::read(path, b'\t')?;
    let (gene, score) = (table.column("Gene")?, table.column("pHaplo")?);
    each_by_symbol(&table, gene, genes, |target, row| target.haploinsufficiency = number(row, score));
    Ok(())
}

/// Marks genes whose haploinsufficiency or triplosensitivity ClinGen scores 3, "sufficient evidence" (dosage sensitivity
/// curation list, CSV).
pub fn add_dosage(path: &Path, genes: &mut [Gene]) -> FileResult<()> {
    let table = Table::read(path, b',')?;
    let (id, loss, gain) = (table.column("HGNC/Dosage ID")?, table.column("HI Score")?, table.column("TS Score")?);
    for (_, row) in &table.rows {
        let sufficient = |column: usize| row.get(column).is_some_and(|s| s.starts_with("3 "));
        let gene = row.get(id).and_then(|id| id.parse::<HgncId>().ok());
        if let Some(index) = gene.and_then(|id| genes.binary_search_by_key(&id, |g| g.id).ok()) {
            genes[index].clingen_haploinsufficient |= sufficient(loss);
            genes[index].triplosensitive |= sufficient(gain);
        }
    }
    Ok(())
}

fn number(row: &[String], index: usize) -> Option<f32> {
    row.get(index)?.parse().ok().filter(|n: &f32| n.is_finite())
}

fn each_by_symbol(table: &Table, column: usize, genes: &mut [Gene], mut set: impl FnMut(&mut Gene, &[String])) {
    let symbols = symbols(genes);
    let places: HashMap<HgncId, usize> = genes.iter().enumerate().map(|(index, g)| (g.id, index)).collect();
    for (_, row) in &table.rows {
        if let Some(index) = row.get(column).and_then(|s| symbols.get(s)).and_then(|id| places.get(id)) {
            set(&mut genes[*index], row);
        }
    }
}
