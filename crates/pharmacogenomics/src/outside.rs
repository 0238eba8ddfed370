//! Diplotypes told by another method: `CYP2D6` with its copies and hybrids, and the HLA genes.

use crate::{
    call::{Call, Diplotype, Made},
    definition::Definitions,
};

/// Genes that are taken from outside although no definition of theirs is held.
const OTHERS: [&str; 4] = ["CYP2D6", "HLA-A", "HLA-B", "F5"];

/// Reads lines of gene and diplotype, separated by a tab or blanks, such as `CYP2D6 *1/*4` (the form of PharmCAT's outside
/// calls). A line that begins with `#` is a remark.
pub fn read(definitions: &Definitions, text: &str) -> Result<Vec<Call>, String> {
    let mut calls: Vec<Call> = Vec::new();
    for (line, number) in text.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty() && !line.starts_with('#')) {
        let wrong = |why: String| Err(format!("Line {number}: {why}"));
        let Some((gene, rest)) = line.trim().split_once([' ', '\t']) else {
            return wrong(format!("'{}' is no gene with its diplotype; write CYP2D6 *1/*4", line.trim()));
        };
        let known_gene = definitions.gene(gene);
        if known_gene.is_none() && !OTHERS.contains(&gene) {
            return wrong(format!("{gene} informs no medicine here; known are {}", known(definitions)));
        }
        let names: Vec<String> = rest.trim().split('/').map(|name| name.trim().to_owned()).collect();
        if names.len() > 2 || names.iter().any(String::is_empty) {
            return wrong(format!("'{}' is no diplotype; write two alleles with a stroke between them", rest.trim()));
        }
        if let Some(unknown) = known_gene.filter(|g| g.is_callable()).and_then(|g| names.iter().find(|name| g.allele(name).is_none())) {
            return wrong(format!("{gene} has no allele {unknown}"));
        }
        if calls.iter().any(|call| call.gene == gene) {
            return wrong(format!("{gene} stands there twice"));
        }
        let made = Made::Outside(Diplotype { alleles: names });
        calls.push(Call { gene: gene.to_owned(), made, missing: vec![], not_excluded: vec![] });
    }
    Ok(calls)
}

fn known(definitions: &Definitions) -> String {
    definitions.genes.iter().map(|g| g.symbol.as_str()).chain(OTHERS).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_and_wrong_ones_named() {
        let definitions = Definitions::built_in();
        let summary = |text: &str| match read(definitions, text) {
            Ok(calls) => calls.iter().map(|c| format!("{} {}", c.gene, c.label())).collect::<Vec<_>>().join("; "),
            Err(why) => why,
        };
        assert_eq!(summary("# x\nCYP2D6\t*1/*4x2\nHLA-B *57:01/*07:02\n"), "CYP2D6 *1/*4x2; HLA-B *57:01/*07:02");
        assert!(summary("CYP2C19 *1/*99").contains("Line 1: CYP2C19 has no allele *99"));
        assert!(summary("\nABC *1/*2").starts_with("Line 2: ABC informs no medicine"));
        assert!(summary("CYP2D6 *1/*2/*3").contains("is no diplotype"));
        assert!(summary("CYP2D6 *1/*1\nCYP2D6 *1/*2").contains("twice"));
    }
}
