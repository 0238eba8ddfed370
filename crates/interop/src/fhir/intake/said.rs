//! What an answer says in words or in a code that is not known: yes, or neither yes nor no for certain. "No evidence of seizures" is not a
//! seizure. Source: NegEx (Chapman and others, Journal of Biomedical Informatics 2001, 34, 301 to 310), pre-negation and
//! possibility phrases.

use super::json::{codes, list, scalar, text};
use serde_json::Value;

/// Words that deny what is asked, or something of it.
const DENIES: [&str; 37] = [
    "no",
    "not",
    "never",
    "nil",
    "none",
    "nor",
    "neither",
    "deny",
    "denies",
    "denied",
    "denying",
    "absent",
    "absence",
    "without",
    "negative",
    "neg",
    "excluded",
    "excludes",
    "exclude",
    "refuted",
    "ruled",
    "unaffected",
    "normal",
    "resolved",
    "unlikely",
    "cannot",
    "lacks",
    "lacking",
    "free",
    "false",
    "isn't",
    "hasn't",
    "doesn't",
    "didn't",
    "wasn't",
    "don't",
    "can't",
];
/// Words that leave it open.
const DOUBTS: [&str; 16] = [
    "possible",
    "possibly",
    "probable",
    "probably",
    "suspected",
    "suspicion",
    "query",
    "queried",
    "unclear",
    "uncertain",
    "unknown",
    "maybe",
    "perhaps",
    "unconfirmed",
    "questionable",
    "pending",
];
/// Words with which an answer begins that says yes, whatever follows.
const AFFIRMS: [&str; 7] = ["yes", "y", "present", "positive", "true", "confirmed", "detected"];
/// Codes that say yes where they are not displayed. Source: HL7 tables 0136 and 0532, LOINC answer lists, SNOMED CT.
const YES: [&str; 13] =
    ["Y", "POS", "A", "true", "373066001", "52101004", "10828004", "410515003", "410605003", "260373001", "LA33-6", "LA9633-4", "LA6576-8"];

/// The value of an answer that is no certain yes, in words; nothing where it is one, or where there is no value.
pub(super) fn unclear(holder: &Value) -> Option<String> {
    let concept = &holder["valueCodeableConcept"];
    let mut texts = vec![text(concept, "/text"), text(holder, "/valueString")];
    texts.extend(list(concept, "/coding").iter().map(|coding| text(coding, "/display")));
    texts.retain(|text| !text.is_empty());
    if let Some(doubtful) = texts.iter().find(|text| is_doubtful(text)) {
        return Some((*doubtful).to_owned());
    }
    let is_nothing = |path: &str| scalar(holder, path).parse::<f64>() == Ok(0.0);
    if is_nothing("/valueInteger") || is_nothing("/valueQuantity/value") {
        return Some("0".into());
    }
    let unnamed = || codes(concept).find(|code| !YES.contains(&code.code.as_str()) && !code.is_hpo()).map(|code| code.code);
    if texts.is_empty() && !codes(concept).any(|code| YES.contains(&code.code.as_str())) { unnamed() } else { None }
}

/// A text that denies or leaves open what is asked, or something of it.
pub(super) fn is_doubtful(text: &str) -> bool {
    let text = text.to_lowercase().replace('\u{2019}', "'");
    let mut tokens = text.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|word| !word.is_empty()).peekable();
    if tokens.peek().is_some_and(|first| AFFIRMS.contains(first)) {
        return false;
    }
    text.contains('?') || tokens.any(|word| DENIES.contains(&word) || DOUBTS.contains(&word) || word.ends_with("n't"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_text_says_yes_only_where_nothing_in_it_denies_or_doubts() {
        for (text, doubtful) in [
            ("No evidence of seizures", true),
            ("Denies", true),
            ("never", true),
            ("Not present at birth", true),
            ("hasn\u{2019}t had any", true),
            ("?seizure", true),
            ("possible absence in 2020", true),
            ("seizure-free since 2019", true),
            ("Refuted (qualifier value)", true),
            ("Yes, without fever", false),
            ("Severe", false),
            ("daily, bilateral", false),
            ("abnormal", false),
            ("Nocturnal", false),
            ("noted at birth", false),
            ("", false),
        ] {
            assert_eq!(is_doubtful(text), doubtful, "{text}");
        }
    }

    #[test]
    fn a_code_without_a_name_says_yes_only_where_it_is_known_to() {
        let coded = |code: &str, display: &str| json!({ "valueCodeableConcept": { "coding": [{ "code": code, "display": display }] } });
        for (value, expected) in [
            (coded("373066001", ""), None),
            (coded("LA33-6", ""), None),
            (coded("HP:0012828", ""), None),
            (coded("24484000", "Severe"), None),
            (coded("723511001", ""), Some("723511001")),
            (coded("723511001", "Refuted (qualifier value)"), Some("Refuted (qualifier value)")),
            (json!({ "valueInteger": 0 }), Some("0")),
            (json!({ "valueInteger": 3 }), None),
            (json!({ "valueQuantity": { "value": 0.0 } }), Some("0")),
            (json!({ "valueBoolean": true }), None),
            (json!({}), None),
        ] {
            assert_eq!(unclear(&value).as_deref(), expected, "{value}");
        }
    }
}
