//! When a feature began, in the terms of the HPO's onset branch (HP:0003674).

use crate::{Hpo, TermId};

/// Root of the branch: Onset.
const ROOT: TermId = TermId(3674);

/// Terms that a form offers, earliest first.
pub const OFFERED: [(TermId, &str); 8] = [
    (TermId(30674), "before birth"),
    (TermId(3577), "at birth"),
    (TermId(3623), "first 28 days"),
    (TermId(3593), "28 days to 1 year"),
    (TermId(11463), "1 to 5 years"),
    (TermId(3621), "5 to 15 years"),
    (TermId(11462), "16 to 40 years"),
    (TermId(3581), "adult"),
];

/// Last day of each term's time from birth on, by the terms' definitions in the HPO; from 16 years on it is adult.
const UNTIL_DAYS: [(TermId, f64); 5] =
    [(TermId(3577), 0.0), (TermId(3623), 28.0), (TermId(3593), 365.25), (TermId(11463), 5.0 * 365.25), (TermId(3621), 16.0 * 365.25)];

/// The term of an age in days.
pub fn of_age(days: f64) -> TermId {
    UNTIL_DAYS.iter().find(|(_, until)| days <= *until).map_or(TermId(3581), |(term, _)| *term)
}

/// Whether a term says when something began.
pub fn is_onset(hpo: &Hpo, term: TermId) -> bool {
    match (hpo.find(term), hpo.find(ROOT)) {
        (Some(index), Some(root)) => hpo.is_within(index, root),
        _ => false,
    }
}

/// In words: as a form offers it, else the term's name.
pub fn describe(hpo: &Hpo, term: TermId) -> String {
    let offered = OFFERED.iter().find(|(offered, _)| *offered == term).map(|(_, label)| (*label).to_owned());
    offered.unwrap_or_else(|| hpo.name(term).unwrap_or("unknown onset").to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_has_the_term_whose_definition_holds_it() {
        let term = |days: f64| of_age(days).to_string();
        assert_eq!([0.0, 1.0, 28.0].map(term), ["HP:0003577", "HP:0003623", "HP:0003623"]);
        assert_eq!([200.0, 2.0 * 365.25, 14.0 * 365.25, 16.5 * 365.25].map(term), ["HP:0003593", "HP:0011463", "HP:0003621", "HP:0003581"]);
    }
}
