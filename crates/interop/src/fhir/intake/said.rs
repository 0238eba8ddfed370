//! What an answer says in words or in a code that is not known: yes, or neither yes nor no of the patient for certain.

use super::json::{codes, list, scalar, text};
use crate::wording::is_unsure;
use serde_json::Value;

/// Codes that say yes where they are not displayed. Source: HL7 tables 0136 and 0532, LOINC answer lists, SNOMED CT.
const YES: [&str; 13] =
    ["Y", "POS", "A", "true", "373066001", "52101004", "10828004", "410515003", "410605003", "260373001", "LA33-6", "LA9633-4", "LA6576-8"];

/// The value of an answer that is no certain yes, in words; nothing where it is one, or where there is no value.
pub(super) fn unclear(holder: &Value) -> Option<String> {
    let concept = &holder["valueCodeableConcept"];
    let mut texts = vec![text(concept, "/text"), text(holder, "/valueString")];
    texts.extend(list(concept, "/coding").iter().map(|coding| text(coding, "/display")));
    texts.retain(|text| !text.is_empty());
    if let Some(doubtful) = texts.iter().find(|text| is_unsure(text)) {
        return Some((*doubtful).to_owned());
    }
    let is_nothing = |path: &str| scalar(holder, path).parse::<f64>() == Ok(0.0);
    if is_nothing("/valueInteger") || is_nothing("/valueQuantity/value") {
        return Some("0".into());
    }
    let unnamed = || codes(concept).find(|code| !YES.contains(&code.code.as_str()) && !code.is_hpo()).map(|code| code.code);
    if texts.is_empty() && !codes(concept).any(|code| YES.contains(&code.code.as_str())) { unnamed() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

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
