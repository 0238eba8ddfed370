//! Semantic similarity of two sets of terms (Resnik 1995; best-match average, Phenodigm).

use crate::{Diseases, Hpo, hpo::TermIndex};

/// Information content of the most informative common ancestor.
pub fn resnik(a: TermIndex, b: TermIndex, hpo: &Hpo, diseases: &Diseases) -> f32 {
    let (mut left, mut right) = (hpo.ancestors(a).iter().peekable(), hpo.ancestors(b).iter().peekable());
    let mut best: f32 = 0.0;
    while let (Some(x), Some(y)) = (left.peek(), right.peek()) {
        match x.cmp(y) {
            std::cmp::Ordering::Less => drop(left.next()),
            std::cmp::Ordering::Greater => drop(right.next()),
            std::cmp::Ordering::Equal => {
                best = best.max(diseases.information(**x));
                left.next();
                right.next();
            }
        }
    }
    best
}

/// Mean over both sets of each term's best match in the other.
pub fn best_match_average(a: &[TermIndex], b: &[TermIndex], hpo: &Hpo, diseases: &Diseases) -> f32 {
    if a.is_empty() || b.is_empty() {
        return 0.0;
    }
    let one_way = |from: &[TermIndex], to: &[TermIndex]| {
        let best = |t: &TermIndex| to.iter().map(|u| resnik(*t, *u, hpo, diseases)).fold(0.0, f32::max);
        from.iter().map(best).sum::<f32>() / from.len() as f32
    };
    f32::midpoint(one_way(a, b), one_way(b, a))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{TermId, hpo::tests::small};

    #[test]
    fn a_set_is_most_like_itself() {
        let hpo = small();
        let feature = |t| crate::disease::Feature { term: TermId(t), frequency: 1.0, pmid: None };
        let disease =
            |id: &str, t| crate::Disease { id: id.into(), name: id.into(), inheritance: vec![], features: vec![feature(t)], genes: vec![] };
        let all = Diseases::new("test".into(), vec![disease("a", 7359), disease("b", 1251)], &hpo);
        let at = |id| hpo.find(TermId(id)).expect("held");
        let same = best_match_average(&[at(7359)], &[at(7359)], &hpo, &all);
        let other = best_match_average(&[at(7359)], &[at(1251)], &hpo, &all);
        assert!(same > other && other >= 0.0, "{same} {other}");
        assert!(best_match_average(&[], &[at(1251)], &hpo, &all) == 0.0);
    }
}
