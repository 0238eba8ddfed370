//! How much an edit changes. A consultant says whether what is concluded changes; where a word, number or name that carries the
//! conclusion comes, goes or moves, it does, whatever was said.

use crate::Refusals;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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

/// Words that carry a conclusion, whole. This service's own list, and that of [`STEMS`]: no national standard names any. What they miss
/// is for the consultant to say; what they find too much costs two scientists a look.
const WHOLE: &[&str] = &[
    "no", "not", "none", "never", "nothing", "nobody", "nor", "neither", "without", "cannot", "non", "may", "might", "can", "could",
    "should", "must", "will", "would", "all", "some", "part", "partly", "only", "both", "either", "if", "unless", "until", "except",
    "mother", "father", "parent", "parents", "son", "daughter", "brother", "sister", "left", "right", "trans", "cis", "de", "novo", "high",
    "low", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "once", "twice", "half", "raised", "lower",
    "higher", "fully", "strong", "weak", "rule", "rules", "ruled", "carry", "carries", "carried", "male", "female",
];

/// How words begin that carry a conclusion.
const STEMS: &[&str] = &[
    "pathogen",
    "benign",
    "uncertain",
    "certain",
    "diagnos",
    "caus",
    "explain",
    "exclud",
    "confirm",
    "consisten",
    "inconsisten",
    "possib",
    "probab",
    "suggest",
    "recommend",
    "homozyg",
    "heterozyg",
    "hemizyg",
    "mosaic",
    "domin",
    "recess",
    "matern",
    "patern",
    "inherit",
    "affect",
    "unaffect",
    "carrier",
    "risk",
    "increas",
    "decreas",
    "reduc",
    "elevat",
    "treat",
    "screen",
    "surveill",
    "likel",
    "unlikel",
    "definit",
    "signific",
    "complet",
    "incomplet",
    "normal",
    "abnormal",
    "delet",
    "duplicat",
    "penetran",
    "support",
    "contradict",
    "compatib",
    "unrelated",
    "predict",
    "contraindic",
    "avoid",
    "urgent",
    "immediate",
    "absen",
    "presen",
    "negative",
    "positive",
    "eliminat",
    "associat",
    "sufficien",
    "insufficien",
    "unknown",
    "unclear",
];

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
    let (before, after) = (weighty(before), weighty(after));
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

/// What carries a conclusion, in its order.
fn weighty(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for token in text.split_whitespace() {
        let bare = token.trim_matches(|c: char| ".,;:!?()[]\"'“”‘’".contains(c));
        if bare.chars().any(|c| c.is_numeric() || "<>=%±".contains(c)) || is_symbol(bare) {
            found.push(bare.to_owned());
            continue;
        }
        let parts = bare.split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '’').filter(|word| !word.is_empty());
        // A symbol may be a part of a word, as in CFTR-related.
        let kept = parts.map(|word| if is_symbol(word) { word.to_owned() } else { word.to_lowercase() });
        found.extend(kept.filter(|word| is_symbol(word) || is_weighty(word)));
    }
    found
}

/// The symbol of a gene, or another name in capitals.
fn is_symbol(word: &str) -> bool {
    word.chars().filter(|c| c.is_uppercase()).count() >= 2 && !word.chars().any(char::is_lowercase)
}

fn is_weighty(word: &str) -> bool {
    WHOLE.contains(&word) || STEMS.iter().any(|stem| word.starts_with(stem)) || word.ends_with("n't") || word.ends_with("n’t")
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

    fn sentence() -> impl Strategy<Value = Vec<&'static str>> {
        let word = prop_oneof![prop::sample::select(&CARRIES[..]), prop::sample::select(&SAYS[..])];
        prop::collection::vec(word, 0..12)
    }

    proptest! {
        /// Whatever is written, an edit passes as wording only where everything that carries the conclusion is there as before.
        #[test]
        fn wording_keeps_all_that_carries_the_conclusion((before, after) in (sentence(), sentence())) {
            let carries = |sentence: &[&str]| sentence.iter().filter(|word| CARRIES.contains(word)).map(|w| w.to_lowercase()).collect::<Vec<_>>();
            let is_kept = carries(&before) == carries(&after);
            prop_assert_eq!(extent(&before.join(" "), &after.join(" ")).is_some(), is_kept);
        }
    }
}
