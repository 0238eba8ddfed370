//! Words as they are compared: one spelling for British and American, the singular, and everyday words for the same thing. The search of
//! tests, the search of features and the reader of letters share this list, so that what one of them understands the others do too.

use std::{collections::HashMap, sync::LazyLock};

/// Everyday words that name the same thing as a feature's own, in a letter as in a question. That fits, convulsions and seizures are one
/// is how the NHS explains them to parents (Healthier Together, "Seizure"; Epilepsy Society, glossary: febrile convulsions), and "deaf" is
/// of the layperson synonyms of the Human Phenotype Ontology (Vasilevsky 2018, Nat Genet 50:474), which come with its terms.
const NAMING: &[(&str, &[&str])] = &[("seizure", &["fit", "convulsion"]), ("deafness", &["deaf"])];

/// Words that are compared as one in a question: the forms that people use for the same thing.
const SAME: &[(&str, &[&str])] = &[
    ("child", &["children", "childhood", "paediatric"]),
    ("adult", &["adulthood"]),
    ("neonate", &["newborn", "neonatal"]),
    ("infant", &["infancy", "infantile", "baby"]),
    ("fetal", &["fetus", "prenatal", "antenatal"]),
    ("autism", &["autistic"]),
    ("epilepsy", &["epileptic"]),
    ("family", &["familial"]),
    ("hereditary", &["inherited"]),
    ("renal", &["kidney"]),
    ("test", &["testing"]),
    ("cancer", &["carcinoma", "cancerous"]),
    ("heart", &["cardiac"]),
    ("liver", &["hepatic"]),
    ("lung", &["pulmonary"]),
    ("colorectal", &["bowel", "colon", "colonic"]),
    ("stomach", &["gastric"]),
    ("skin", &["cutaneous"]),
    ("brain", &["cerebral"]),
    ("eye", &["ocular"]),
    ("muscle", &["muscular"]),
    ("bleeding", &["haemorrhage"]),
    ("high", &["raised", "elevated", "increased"]),
    ("low", &["reduced", "decreased"]),
    ("absent", &["absence", "missing"]),
    ("large", &["enlarged", "big"]),
    ("small", &["tiny"]),
    ("genetic", &["gene"]),
];

static NAMES: LazyLock<HashMap<String, String>> = LazyLock::new(|| forms(NAMING).collect());
static FORMS: LazyLock<HashMap<String, String>> = LazyLock::new(|| forms(SAME).chain(forms(NAMING)).collect());

fn forms(list: &[(&str, &[&str])]) -> impl Iterator<Item = (String, String)> {
    list.iter().flat_map(|(word, forms)| forms.iter().map(|form| (fold(form), fold(word))))
}

/// One word of a question as it is compared with others.
pub fn compared(raw: &str) -> String {
    let folded = fold(raw);
    FORMS.get(&folded).cloned().unwrap_or(folded)
}

/// One word of a running text as it is compared with the names of features: with those everyday words alone that name the same thing.
pub fn as_name(raw: &str) -> String {
    let folded = fold(raw);
    NAMES.get(&folded).cloned().unwrap_or(folded)
}

/// British and American spelling and the plural as one, of a word in small letters.
pub fn fold(word: &str) -> String {
    let mut word = word.to_owned();
    if word.len() > 4 && word.ends_with("ies") {
        word.truncate(word.len() - 3);
        word.push('y');
    } else if word.len() > 3 && word.ends_with('s') && !["ss", "us", "is"].iter().any(|end| word.ends_with(end)) {
        word.pop();
    }
    let mut word = word.replace("ae", "e").replace("oe", "e").replace('z', "s");
    if word.len() > 4 && word.ends_with("our") {
        word.truncate(word.len() - 3);
        word.push_str("or");
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everyday_words_singular_plural_and_both_spellings_are_one() {
        for (one, other) in [
            ("fits", "seizure"),
            ("convulsions", "seizures"),
            ("deaf", "deafness"),
            ("tumours", "tumor"),
            ("oedema", "edema"),
            ("toes", "toe"),
            ("anomalies", "anomaly"),
        ] {
            assert_eq!(compared(one), compared(other), "{one} and {other}");
            assert_eq!(as_name(one), as_name(other), "{one} and {other}");
        }
    }

    #[test]
    fn a_letter_is_not_read_by_words_that_are_alike_in_a_question_only() {
        for (one, other) in [("epileptic", "epilepsy"), ("carcinoma", "cancer"), ("absence", "absent"), ("reduced", "low")] {
            assert_eq!(compared(one), compared(other), "{one} and {other}");
            assert_ne!(as_name(one), as_name(other), "{one} and {other}");
        }
    }
}
