//! Genes by the identifiers of Ensembl and of NCBI (Entrez), as other programs name them. Source: HGNC complete set, columns
//! `ensembl_gene_id` and `entrez_id` of approved protein-coding and non-coding RNA genes (`data/genes/identifiers.tsv`).

use super::HgncId;
use std::{collections::HashMap, sync::LazyLock};

/// Genes by the number of an identifier.
struct Numbered {
    ensembl: HashMap<u64, HgncId>,
    entrez: HashMap<u64, HgncId>,
}

static NUMBERED: LazyLock<Numbered> = LazyLock::new(|| {
    let mut genes = Numbered { ensembl: HashMap::new(), entrez: HashMap::new() };
    for line in include_str!("../../../../data/genes/identifiers.tsv").lines().skip(1) {
        let mut columns = line.split('\t').map(|column| column.parse::<u64>().ok());
        let hgnc = columns.next().flatten().and_then(|id| u32::try_from(id).ok()).map(HgncId);
        let (Some(hgnc), ensembl, entrez) = (hgnc, columns.next().flatten(), columns.next().flatten()) else { continue };
        // Of two genes with one number, which there are in HGNC, the older is meant.
        genes.ensembl.extend(ensembl.filter(|id| !genes.ensembl.contains_key(id)).map(|id| (id, hgnc)));
        genes.entrez.extend(entrez.filter(|id| !genes.entrez.contains_key(id)).map(|id| (id, hgnc)));
    }
    genes
});

/// A gene by its identifier: of HGNC (`HGNC:23156`), Ensembl (`ENSG00000063244`, with a version or without) or Entrez (`11338`,
/// `NCBIGene:11338`). A bare number is Entrez's, as the Matchmaker Exchange has it.
pub fn by_identifier(text: &str) -> Option<HgncId> {
    let text = text.trim();
    let upper = text.to_ascii_uppercase();
    if let Some(number) = upper.strip_prefix("HGNC:") {
        return number.trim().parse().ok().map(HgncId);
    }
    let bare =
        ["ENSEMBL:", "NCBIGENE:", "NCBI_GENE:", "ENTREZ:", "ENTREZGENE:", "GENEID:"].iter().find_map(|prefix| upper.strip_prefix(prefix));
    let bare = bare.unwrap_or(&upper).trim();
    if let Some(number) = bare.strip_prefix("ENSG") {
        let number = number.split('.').next()?.parse().ok()?;
        return NUMBERED.ensembl.get(&number).copied();
    }
    NUMBERED.entrez.get(&bare.parse().ok()?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gene_is_found_by_the_identifiers_of_others() {
        for text in
            ["HGNC:23156", "hgnc:23156", "ENSG00000063244", "ENSG00000063244.13", "ensembl:ENSG00000063244", "11338", "NCBIGene:11338"]
        {
            assert_eq!(by_identifier(text), Some(HgncId(23_156)), "{text}");
        }
        assert_eq!(by_identifier("ENSG00000144285"), Some(HgncId(10_585)), "SCN1A");
        for other in ["U2AF2", "ENSG", "ENSG99999999999", "0", "", "HGNC:x", "ENSGé"] {
            assert_eq!(by_identifier(other), None, "{other}");
        }
    }
}
