//! Medicines whose use a genomic test informs, of which this crate may have no guidance: a person who types one finds the test.
//!
//! Source: the medicines' United Kingdom product information and CPIC's gene–drug pairs (`data/SOURCES.md`).

use crate::table::{listed, rows};
use std::sync::LazyLock;

/// A medicine and the genes whose test informs its use.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TestedMedicine {
    /// Name as in the British National Formulary, in small letters.
    pub name: &'static str,
    /// Symbols of the genes, germline or of the tumour.
    pub genes: Vec<String>,
}

static MEDICINES: LazyLock<Vec<TestedMedicine>> = LazyLock::new(|| {
    let line = |[name, genes]: [&'static str; 2]| TestedMedicine { name, genes: listed(genes).into_iter().map(str::to_owned).collect() };
    rows(include_str!("../../../data/pharmacogenomics/tested-medicines.tsv")).map(line).collect()
});

/// Every such medicine.
pub fn medicines() -> &'static [TestedMedicine] {
    &MEDICINES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_medicine_has_its_genes_and_is_listed_once() {
        let names: std::collections::BTreeSet<&str> = medicines().iter().map(|m| m.name).collect();
        assert_eq!(names.len(), medicines().len());
        assert!(medicines().iter().all(|m| !m.genes.is_empty()));
        assert_eq!(medicines().iter().find(|m| m.name == "azathioprine").map(|m| m.genes.join(" ")), Some("TPMT NUDT15".to_owned()));
    }
}
