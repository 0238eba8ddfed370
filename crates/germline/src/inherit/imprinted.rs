//! Disease genes of which only the copy from one parent is expressed.

use super::{Origin, Pattern};
use genome::HgncId;
use std::{collections::BTreeMap, sync::LazyLock};

/// Whose copy of an imprinted gene is expressed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Expressed {
    /// The copy that came from the mother.
    Maternal,
    /// The copy that came from the father.
    Paternal,
}

/// Genes with disease by the parent of origin. Source: `data/germline/imprinted.tsv`, after Eggermann 2023 (Clin Epigenetics 15:171) and
/// OMIM of each disorder.
static IMPRINTED: LazyLock<BTreeMap<HgncId, Expressed>> = LazyLock::new(|| {
    let text = include_str!("../../../../data/germline/imprinted.tsv");
    text.lines().skip(1).map(|line| row(line).expect("the table is part of the program and a test reads it")).collect()
});

fn row(line: &str) -> Option<(HgncId, Expressed)> {
    let mut columns = line.split('\t');
    let gene = columns.next()?.parse().ok()?;
    let expressed = match columns.nth(1)? {
        "maternal" => Expressed::Maternal,
        "paternal" => Expressed::Paternal,
        _ => return None,
    };
    Some((gene, expressed))
}

/// Whether an inherited variant lies on the copy that is expressed; nothing for other genes, or where its origin is not known.
pub fn is_expressed(gene: HgncId, pattern: &Pattern) -> Option<bool> {
    let expressed = *IMPRINTED.get(&gene)?;
    let (Pattern::Dominant { origin } | Pattern::FromUnaffected { origin } | Pattern::Heterozygous { origin }) = pattern else {
        return None;
    };
    match origin {
        Origin::Mother | Origin::NotFather => Some(expressed == Expressed::Maternal),
        Origin::Father | Origin::NotMother => Some(expressed == Expressed::Paternal),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variant_from_an_unaffected_parent_matters_when_that_copy_is_expressed() {
        let from = |origin| Pattern::FromUnaffected { origin };
        assert_eq!(is_expressed(HgncId(12496), &from(Origin::Mother)), Some(true));
        assert_eq!(is_expressed(HgncId(12496), &from(Origin::Father)), Some(false));
        assert_eq!(is_expressed(HgncId(10808), &from(Origin::Father)), Some(true));
        assert_eq!(is_expressed(HgncId(1), &from(Origin::Father)), None);
        assert_eq!(is_expressed(HgncId(12496), &Pattern::DeNovo { well_covered: true }), None);
    }
}
