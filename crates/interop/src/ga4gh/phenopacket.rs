//! GA4GH Phenopackets: read in schema versions 1 and 2 as far as a request for a test needs them (what the patient shows, what was
//! looked for and is absent, and when it began); written in version 2 of everything that is known.

mod write;

pub use write::{PacketContext, Phenopacket, packet};

use ontology::{TermId, onset};
use serde::Deserialize;

/// A feature of a Phenopacket.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Feature {
    /// Term.
    pub term: TermId,
    /// Its label, as the packet gives it.
    pub label: String,
    /// Looked for and absent.
    pub absent: bool,
    /// When it began, as a term of the HPO's onset branch.
    pub onset: Option<TermId>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Packet {
    phenotypic_features: Vec<PacketFeature>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PacketFeature {
    #[serde(rename = "type")]
    kind: Class,
    #[serde(default, alias = "negated")]
    excluded: bool,
    onset: Option<Time>,
    /// Schema version 1.
    class_of_onset: Option<Class>,
    /// Schema version 1.
    age_of_onset: Option<AgeV1>,
}

#[derive(Deserialize)]
struct Class {
    id: String,
    #[serde(default)]
    label: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Time {
    ontology_class: Option<Class>,
    age: Option<Age>,
    age_range: Option<Range>,
}

#[derive(Deserialize)]
struct Range {
    start: Option<Age>,
}

#[derive(Deserialize)]
struct Age {
    iso8601duration: String,
}

#[derive(Deserialize)]
struct AgeV1 {
    age: String,
}

/// Whether a text looks like a Phenopacket rather than like a letter.
pub fn is_phenopacket(text: &str) -> bool {
    text.trim_start().starts_with('{')
}

/// Features of a Phenopacket, and identifiers of it that are no terms of the HPO.
pub fn features(text: &str) -> Result<(Vec<Feature>, Vec<String>), String> {
    let packet: Packet = serde_json::from_str(text).map_err(|why| format!("This is no Phenopacket: {why}"))?;
    let (mut features, mut others) = (Vec::<Feature>::new(), Vec::new());
    for feature in packet.phenotypic_features {
        match feature.kind.id.parse::<TermId>() {
            Ok(term) if features.iter().any(|f| f.term == term) => {}
            Ok(term) => {
                features.push(Feature { term, label: feature.kind.label.clone(), absent: feature.excluded, onset: feature.onset() });
            }
            Err(_) => others.push(feature.kind.id),
        }
    }
    Ok((features, others))
}

impl PacketFeature {
    fn onset(&self) -> Option<TermId> {
        let time = self.onset.as_ref();
        let class = time.and_then(|t| t.ontology_class.as_ref()).or(self.class_of_onset.as_ref());
        if let Some(term) = class.and_then(|class| class.id.parse().ok()) {
            return Some(term);
        }
        let age =
            time.and_then(|t| t.age.as_ref().or_else(|| t.age_range.as_ref()?.start.as_ref())).map(|age| age.iso8601duration.as_str());
        age.or(self.age_of_onset.as_ref().map(|age| age.age.as_str())).and_then(days).map(onset::of_age)
    }
}

/// Days of an ISO 8601 duration; nothing when it is none.
fn days(duration: &str) -> Option<f64> {
    let span: jiff::Span = duration.parse().ok()?;
    let (years, months, weeks) = (f64::from(span.get_years()), f64::from(span.get_months()), f64::from(span.get_weeks()));
    Some(years * 365.25 + months * 365.25 / 12.0 + weeks * 7.0 + f64::from(span.get_days()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_versions_of_the_schema_are_read() {
        let read = |text: &str| match features(text) {
            Ok((features, others)) => {
                let listed = features.iter().map(|f| {
                    let onset = f.onset.map_or_else(String::new, |o| format!(" from {o}"));
                    format!("{}{}{onset}", if f.absent { "no " } else { "" }, f.term)
                });
                listed.chain(others).collect::<Vec<_>>().join(", ")
            }
            Err(why) => why,
        };
        let first = r#"{"id":"x","phenotypicFeatures":[{"type":{"id":"HP:0001558"},"classOfOnset":{"id":"HP:0011461"}},{"type":{"id":"HP:0031910"},"negated":true},{"type":{"id":"HP:0012587"},"ageOfOnset":{"age":"P14Y"}}]}"#;
        assert_eq!(read(first), "HP:0001558 from HP:0011461, no HP:0031910, HP:0012587 from HP:0003621");
        let second = r#"{"phenotypicFeatures":[{"type":{"id":"HP:0001250","label":"Seizure"},"onset":{"age":{"iso8601duration":"P3M"}}},{"type":{"id":"HP:0001250"}},{"type":{"id":"MONDO:1"},"excluded":true}]}"#;
        assert_eq!(read(second), "HP:0001250 from HP:0003593, MONDO:1");
        for wrong in ["{", "{}", r#"{"phenotypicFeatures":7}"#, "[]"] {
            assert!(read(wrong).starts_with("This is no Phenopacket"), "{wrong}");
        }
    }
}
