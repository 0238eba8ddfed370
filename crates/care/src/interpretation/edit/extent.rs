//! How much an edit changes. A consultant says whether what is concluded changes; where a word, number, sign or name that carries the
//! conclusion comes, goes or moves, or a question mark, bracket or quotation mark beside it, it does, whatever was said.

mod weight;

use crate::Refusals;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use weight::weighty;

/// How much an edit changes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Extent {
    /// Spaces and the shape of quotation marks.
    Typography,
    /// How it is said.
    Wording,
    /// What is concluded: both scientists have to agree again.
    Conclusion,
}

impl Extent {
    /// How much an edit changes, where somebody says whether what is concluded does; refused where that cannot be so.
    pub fn between(before: &str, after: &str, is_conclusion_changed: bool) -> Result<Extent, Refusals> {
        if is_conclusion_changed {
            return Ok(Extent::Conclusion);
        }
        if typographic(before) == typographic(after) {
            return Ok(Extent::Typography);
        }
        let changes = weighty_changes(before, after);
        if changes.is_empty() {
            return Ok(Extent::Wording);
        }
        let message = format!(
            "This is more than wording: {}. Choose that what is concluded changes, so that both scientists agree, or write it otherwise",
            changes.join(", ")
        );
        Err(Refusals::one("extent", message))
    }

    /// In words.
    pub fn label(self) -> &'static str {
        match self {
            Extent::Typography => "Typography",
            Extent::Wording => "Wording",
            Extent::Conclusion => "What is concluded",
        }
    }
}

/// What comes, goes or moves of that which carries a conclusion, in words; nothing where all of it is the same in the same order.
pub fn weighty_changes(before: &str, after: &str) -> Vec<String> {
    let (before, after) = (weighty(&typographic(before)), weighty(&typographic(after)));
    if before == after {
        return vec![];
    }
    let mut counts: BTreeMap<&str, i64> = BTreeMap::new();
    for word in &before {
        *counts.entry(word).or_default() -= 1;
    }
    for word in &after {
        *counts.entry(word).or_default() += 1;
    }
    let changes: Vec<String> = counts
        .into_iter()
        .filter(|(_, count)| *count != 0)
        .map(|(word, count)| format!("'{word}' {}", if count > 0 { "is added" } else { "is taken out" }))
        .collect();
    if changes.is_empty() { vec![format!("'{}' stand in another order", after.join("', '"))] } else { changes }
}

/// A text without what typography alone changes.
fn typographic(text: &str) -> String {
    let shape = |c: char| match c {
        '‘' | '’' => '\'',
        '“' | '”' => '"',
        c => c,
    };
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().map(shape).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn extent(before: &str, after: &str) -> Option<Extent> {
        Extent::between(before, after, false).ok()
    }

    #[test]
    fn what_changes_the_conclusion_is_never_wording() {
        for (before, after) in [
            ("It explains the seizures.", "It does not explain the seizures."),
            ("It explains the seizures.", "It may explain the seizures."),
            ("A likely pathogenic variant.", "A pathogenic variant."),
            ("A non-pathogenic change", "A pathogenic change"),
            ("NM_005518.4:c.100-2A>G", "NM_005518.4:c.100+2A>G"),
            ("Absent from 0.05% of people", "Absent from 0.5% of people"),
            ("A variant in CFTR", "A variant in CFH"),
            ("A CFTR-related condition", "A CFH-related condition"),
            ("Nothing that fits was seen", "Something that fits was seen"),
            ("It isn’t inherited", "It is inherited"),
            ("Not pathogenic, and benign", "Benign, and not pathogenic"),
            ("From the mother", "From the father"),
            ("From the mother's side", "From the father's side"),
            ("The variant is pathogenic.", "The variant is pathogenic?"),
            ("The variant is pathogenic.", "The variant is pathogenic (?)."),
            ("The variant is pathogenic.", "The variant is ‘pathogenic’."),
            ("The variant is pathogenic.", "The variant is un-pathogenic."),
            ("The variant is pathogenic.", "The variant is unpathogenic."),
            ("It is pathogenic.", "It is likely/pathogenic."),
            ("No variant is pathogenic", "No, variant is pathogenic"),
            ("An X-linked condition", "An autosomal condition"),
            ("p.? in one copy", "p.(=) in one copy"),
            ("A dose of .5 mg", "A dose of 5 mg"),
            ("It is seen", "It is n\u{200b}ot seen"),
            ("It is seen", "It is n\u{43e}t seen"),
            // As laboratories tell their readers what a negative and an uncertain report say.
            ("It lowers the chance and does not eliminate it.", "It lowers the chance and eliminates it."),
            ("The evidence is insufficient to decide on care.", "The evidence is sufficient to decide on care."),
        ] {
            assert_eq!(extent(before, after), None, "{before} / {after}");
            assert_eq!(extent(after, before), None, "{after} / {before}");
            assert_eq!(Extent::between(before, after, true).expect("said"), Extent::Conclusion);
        }
    }

    #[test]
    fn spaces_are_typography_and_another_word_for_the_same_is_wording() {
        assert_eq!(extent("Mara’s  condition.\n", "Mara's condition."), Some(Extent::Typography));
        assert_eq!(extent("The variants fits the features.", "The variants fit the features."), Some(Extent::Wording));
        assert_eq!(extent("No change was seen", "no alteration was seen"), Some(Extent::Wording));
        assert!(Extent::between("It explains it", "It causes it", false).expect_err("refused").to_string().contains("'causes' is added"));
        let moved = Extent::between("pathogenic, not benign", "not pathogenic, benign", false).expect_err("refused");
        assert!(moved.to_string().contains("stand in another order"), "{moved}");
    }

    const CARRIES: [&str; 6] = ["not", "Pathogenic", "BRCA1", "12%", "unlikely", "father"];
    const SAYS: [&str; 5] = ["the", "variant", "change", "seen", "here"];

    /// What carries a conclusion as reports write it, beside the words of the lists: classes, hedges, HGVS, zygosity, phase, sources.
    const WRITTEN: [&str; 32] = [
        "pathogenic",
        "VUS",
        "(likely)",
        "probably",
        "may",
        "n't",
        "un-",
        "non-",
        "never",
        "?",
        "(?)",
        "1",
        "0.5%",
        "3-fold",
        "two",
        "c.100-2A>G",
        "NM_005518.4:c.1016+1G>A",
        "p.(Arg97Ter)",
        "p.?",
        "p.(=)",
        "HMGCS2",
        "CFTR-related",
        "mtDNA",
        "X",
        "46,XY",
        "homozygous",
        "hemizygous",
        "X-linked",
        "autosomal-dominant",
        "mother's",
        "<",
        "~10",
    ];

    /// What is put before and behind a word.
    const BESIDE: [(&str, &str); 7] = [("", "?"), ("?", ""), ("un", ""), ("un-", ""), ("non-", ""), ("\"", "\""), ("(", ")")];

    fn sentence() -> impl Strategy<Value = Vec<&'static str>> {
        let word = prop_oneof![prop::sample::select(&CARRIES[..]), prop::sample::select(&SAYS[..])];
        prop::collection::vec(word, 0..12)
    }

    /// Something that carries a conclusion: a word of the lists, or as reports write it, in any case, with or without what ends a sentence.
    fn weight() -> impl Strategy<Value = String> {
        let listed: Vec<&'static str> = weight::samples::listed().into_iter().chain(WRITTEN).collect();
        let end = prop::sample::select(vec!["", ".", ",", "?", ")"]);
        (prop::sample::select(listed), any::<bool>(), end).prop_map(|(word, is_upper, end)| {
            let word = if is_upper { word.to_uppercase() } else { word.to_owned() };
            word + end
        })
    }

    proptest! {
        /// Whatever is written, an edit passes as wording only where everything that carries the conclusion is there as before.
        #[test]
        fn wording_keeps_all_that_carries_the_conclusion((before, after) in (sentence(), sentence())) {
            let carries = |sentence: &[&str]| sentence.iter().filter(|word| CARRIES.contains(word)).map(|w| w.to_lowercase()).collect::<Vec<_>>();
            let is_kept = carries(&before) == carries(&after);
            prop_assert_eq!(extent(&before.join(" "), &after.join(" ")).is_some(), is_kept);
        }

        /// Wherever in a text something that carries a conclusion comes or goes, and whatever the text, that is never wording.
        #[test]
        fn what_carries_a_conclusion_never_comes_or_goes_as_wording(
            (text, word, place) in (sentence(), weight(), any::<prop::sample::Index>()),
        ) {
            let mut with: Vec<&str> = text.clone();
            with.insert(place.index(text.len() + 1), &word);
            let (without, with) = (text.join(" "), with.join(" "));
            prop_assert_eq!(extent(&without, &with), None, "{} / {}", without, with);
            prop_assert_eq!(extent(&with, &without), None, "{} / {}", with, without);
        }

        /// A question mark, a bracket, a quotation mark or a prefix at something that carries a conclusion is never wording.
        #[test]
        fn what_is_put_beside_what_carries_a_conclusion_is_never_wording(
            (text, word, place) in (sentence(), weight(), any::<prop::sample::Index>()),
            (before, after) in prop::sample::select(BESIDE.to_vec()),
        ) {
            let place = place.index(text.len() + 1);
            let put = |word: &str| {
                let mut tokens: Vec<&str> = text.clone();
                tokens.insert(place, word);
                tokens.join(" ")
            };
            let (plain, beside) = (put(&word), put(&format!("{before}{word}{after}")));
            prop_assert_eq!(extent(&plain, &beside), None, "{} / {}", plain, beside);
            prop_assert_eq!(extent(&beside, &plain), None, "{} / {}", beside, plain);
        }
    }
}
