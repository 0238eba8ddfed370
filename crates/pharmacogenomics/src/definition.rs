//! Named alleles of a gene and the positions that tell them apart, on GRCh38. Facts of CPIC's and PharmVar's tables as
//! PharmCAT compiles them (data/SOURCES.md says of which day).

use genome::Contig;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// Named alleles of every gene.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Definitions {
    /// Version of the tables.
    pub version: String,
    /// Genes by symbol.
    pub genes: Vec<Gene>,
}

/// A gene's named alleles.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Gene {
    /// HGNC symbol of the gene.
    pub symbol: String,
    /// Contig on which it lies.
    pub contig: Contig,
    /// Positions in order; none for a gene whose alleles come from outside.
    pub positions: Vec<Position>,
    /// Named alleles, that of the reference sequence first.
    pub alleles: Vec<Allele>,
    /// What two functions together, or one where there is one copy, mean for the enzyme.
    pub phenotypes: Vec<Together>,
}

/// A position that tells alleles apart, in the convention of VCF.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Position {
    /// Position on GRCh38, 1-based.
    pub position: u32,
    /// dbSNP identifier; empty when it has none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub rsid: String,
    /// Bases of the reference.
    pub reference: String,
    /// Other alleles that are known here.
    pub alternates: Vec<String>,
}

/// A named allele.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Allele {
    /// Name, such as `*2`.
    pub name: String,
    /// What it has at positions that its definition names: place in the gene's list, and bases (IUPAC codes where either of two).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub defined: Vec<(usize, String)>,
    /// Its definition names every position; those not listed have the bases of the reference.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub whole: bool,
    /// Function; empty when no table says.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub function: String,
    /// Activity value, for genes that are scored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activity: Option<f32>,
}

/// What functions together mean.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Together {
    /// One or two functions, in alphabetical order.
    pub functions: Vec<String>,
    /// Phenotype, as the guidelines name it.
    pub phenotype: String,
}

static TABLES: LazyLock<Definitions> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../../data/pharmacogenomics/definitions.json"))
        .expect("the table is part of the program and a test reads it")
});

impl Definitions {
    /// The tables of this program.
    pub fn built_in() -> &'static Definitions {
        &TABLES
    }

    /// A gene by its symbol.
    pub fn gene(&self, symbol: &str) -> Option<&Gene> {
        self.genes.iter().find(|gene| gene.symbol == symbol)
    }
}

impl Gene {
    /// Whether its alleles can be told from a VCF; else they come from outside.
    pub fn is_callable(&self) -> bool {
        !self.positions.is_empty()
    }

    /// A named allele.
    pub fn allele(&self, name: &str) -> Option<&Allele> {
        self.alleles.iter().find(|allele| allele.name == name)
    }
}

impl Allele {
    /// What it has at a position, by its place in the gene's list; nothing where its definition is silent.
    pub fn bases_at(&self, place: usize) -> Option<&str> {
        self.defined.iter().find(|(index, _)| *index == place).map(|(_, bases)| bases.as_str())
    }

    /// Places at which it differs from the reference.
    pub fn differs<'a>(&'a self, gene: &'a Gene) -> impl Iterator<Item = usize> + 'a {
        self.defined.iter().filter(|(place, bases)| *bases != gene.positions[*place].reference).map(|(place, _)| *place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_hold_together() {
        let definitions = Definitions::built_in();
        for symbol in ["DPYD", "TPMT", "NUDT15", "CYP2C19", "CYP2C9", "VKORC1", "CYP4F2", "SLCO1B1", "UGT1A1", "CYP3A5", "CYP2B6", "ABCG2"]
            .into_iter()
            .chain(["IFNL3", "G6PD", "RYR1", "CACNA1S", "MT-RNR1", "NAT2", "CFTR", "CYP3A4"])
        {
            let gene = definitions.gene(symbol).unwrap_or_else(|| panic!("{symbol}"));
            assert!(gene.is_callable() && !gene.alleles.is_empty(), "{symbol}");
            assert!(gene.positions.is_sorted_by_key(|p| p.position), "{symbol}");
            assert_eq!(gene.alleles[0].differs(gene).count(), 0, "{symbol}: the first allele is that of the reference");
            for allele in &gene.alleles {
                assert!(allele.defined.iter().all(|(place, _)| *place < gene.positions.len()), "{symbol} {}", allele.name);
            }
        }
    }
}
