//! Disease genes of which only the copy from one parent is read.

use super::{Origin, Pattern};
use genome::HgncId;

/// Whose copy is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Read {
    /// The mother's.
    Maternal,
    /// The father's.
    Paternal,
}

/// Genes with disease by the parent of origin. Source: Eggermann 2023 (Clin Epigenetics 15:171) and OMIM of each disorder:
/// Angelman (UBE3A), Beckwith–Wiedemann and IMAGe (CDKN1C), Birk–Barel (KCNK9), Schaaf–Yang (MAGEL2), central precocious
/// puberty (MKRN3, DLK1), myoclonus-dystonia (SGCE), Silver–Russell (IGF2), Prader–Willi (SNRPN).
const IMPRINTED: [(HgncId, Read); 9] = [
    (HgncId(12496), Read::Maternal), // UBE3A
    (HgncId(1786), Read::Maternal),  // CDKN1C
    (HgncId(6283), Read::Maternal),  // KCNK9
    (HgncId(6814), Read::Paternal),  // MAGEL2
    (HgncId(7114), Read::Paternal),  // MKRN3
    (HgncId(2907), Read::Paternal),  // DLK1
    (HgncId(10808), Read::Paternal), // SGCE
    (HgncId(5466), Read::Paternal),  // IGF2
    (HgncId(11164), Read::Paternal), // SNRPN
];

/// Whether an inherited variant lies on the copy that is read; nothing for other genes, or where its origin is not known.
pub fn is_read(gene: HgncId, pattern: &Pattern) -> Option<bool> {
    let (_, read) = IMPRINTED.iter().find(|(id, _)| *id == gene)?;
    let (Pattern::Dominant { origin } | Pattern::FromUnaffected { origin } | Pattern::Heterozygous { origin }) = pattern else {
        return None;
    };
    match origin {
        Origin::Mother | Origin::NotFather => Some(*read == Read::Maternal),
        Origin::Father | Origin::NotMother => Some(*read == Read::Paternal),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variant_from_an_unaffected_parent_matters_when_that_copy_is_read() {
        let from = |origin| Pattern::FromUnaffected { origin };
        assert_eq!(is_read(HgncId(12496), &from(Origin::Mother)), Some(true));
        assert_eq!(is_read(HgncId(12496), &from(Origin::Father)), Some(false));
        assert_eq!(is_read(HgncId(10808), &from(Origin::Father)), Some(true));
        assert_eq!(is_read(HgncId(1), &from(Origin::Father)), None);
        assert_eq!(is_read(HgncId(12496), &Pattern::DeNovo { well_covered: true }), None);
    }
}
