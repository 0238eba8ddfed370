//! What a GA4GH Phenopacket says that a person shows, in schema versions 1 and 2: present, looked for and absent, and when it
//! began. Of a family the proband is read, of a cohort or list the only member; anything else is refused by what it is.
//!
//! Sources: GA4GH Phenopacket schema 2.0 (`Phenopacket`, `Family`, `Cohort`, `PhenotypicFeature`, `TimeElement`) and 1.0
//! (`negated`, `class_of_onset`, `age_of_onset`); ProtoJSON, by which readers take a field's name in camel case and as the schema
//! writes it (`phenotypicFeatures`, `phenotypic_features`), and null for a field that is not set.

mod document;
mod feature;
mod subject;
mod time;
mod unread;

use crate::{Hpo, TermId, search};
use std::fmt;
pub use subject::Subject;

/// A feature of a Phenopacket.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Feature {
    /// Term.
    pub term: TermId,
    /// Its label, as the packet has it.
    pub label: String,
    /// Looked for and absent.
    pub absent: bool,
    /// When it began, as a term of the HPO's onset branch.
    pub onset: Option<TermId>,
}

/// What was read of a Phenopacket.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PacketFeatures {
    /// Whose they are.
    pub subject: Subject,
    /// Features that are terms of the HPO, each once.
    pub features: Vec<Feature>,
    /// What was not understood, in the file's own words: identifiers of other ontologies, features without a term.
    pub left_out: Vec<String>,
    /// What is said of features beside their terms, in words.
    pub about: Vec<(TermId, String)>,
    /// Fields that hold anything and are not read, by name.
    pub unread: Vec<String>,
}

/// Why a file is not read.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NotReadable {
    /// Its bytes are no text.
    #[error("This is no Phenopacket: its bytes are no text in UTF-8 or UTF-16; save it as UTF-8")]
    NotText,
    /// It is text and not JSON.
    #[error("This is no Phenopacket: line {line}, column {column} is no JSON ({why}); save the Phenopacket as JSON")]
    NotJson {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What the JSON reader says.
        why: String,
    },
    /// It is JSON of another kind.
    #[error("This is no Phenopacket: it is {0}; send the JSON of one person with phenotypicFeatures")]
    Other(String),
    /// It holds several people, and nothing says whom to read.
    #[error("This is {kind} of {} people ({}): save the Phenopacket of one of them as a file of its own", ids.len(), listed(ids))]
    Several {
        /// A cohort, a list.
        kind: &'static str,
        /// Identifiers of the packets.
        ids: Vec<String>,
    },
    /// It names no feature.
    #[error("Phenopacket '{id}' has no phenotypicFeatures{instead}: add the HPO terms of what the person shows")]
    NoFeatures {
        /// Its identifier.
        id: String,
        /// What it has instead, such as diseases.
        instead: String,
    },
    /// A field is not as the schema says.
    #[error("This is no Phenopacket as the schema has it: field {field}: {rule}")]
    Field {
        /// Path of the field.
        field: String,
        /// What is wrong with it.
        rule: String,
    },
}

/// Features of one person at most: some times more than the longest published case names.
const FEATURES_MAX: usize = 1_000;
/// People named in a message at most.
const NAMED_MAX: usize = 5;

fn listed(ids: &[String]) -> String {
    let more = if ids.len() > NAMED_MAX { ", …" } else { "" };
    format!("{}{more}", ids.iter().take(NAMED_MAX).map(String::as_str).collect::<Vec<_>>().join(", "))
}

/// Whether a text looks like a Phenopacket rather than like a letter.
pub fn is_phenopacket(text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    text.starts_with('{') || (text.starts_with('[') && serde_json::from_str::<serde_json::Value>(text).is_ok())
}

/// Reads the features of one person.
pub fn read(bytes: &[u8]) -> Result<PacketFeatures, NotReadable> {
    let document = document::parse(bytes)?;
    let packet = document::one_person(&document)?;
    let listed = document::features(packet)?;
    if listed.len() > FEATURES_MAX {
        let rule = format!("{} features; {FEATURES_MAX} of one person are read at most", listed.len());
        return Err(NotReadable::Field { field: "phenotypicFeatures".into(), rule });
    }
    let (subject, unread) = (subject::read(packet)?, unread::unread(packet, listed));
    let mut read = PacketFeatures { subject, unread, ..PacketFeatures::default() };
    for (index, value) in listed.iter().enumerate() {
        match feature::read(index, value)? {
            feature::Read::Left(why) => read.left_out.push(why),
            feature::Read::Feature(feature, unread_onset) => {
                read.left_out.extend(unread_onset);
                read.take(feature, unread::about(value));
            }
        }
    }
    Ok(read)
}

impl PacketFeatures {
    /// Takes a feature once, with what is said of it each time; a term that is named as present and as absent is said.
    fn take(&mut self, feature: Feature, about: String) {
        if let Some(known) = self.features.iter().find(|known| known.term == feature.term && known.absent != feature.absent) {
            let about = if about.is_empty() { about } else { format!(" ({about})") };
            self.left_out.push(format!("{feature}{about}, which is {known} before it"));
            return;
        }
        if !about.is_empty() {
            self.about.push((feature.term, about));
        }
        if self.features.iter().all(|known| known.term != feature.term) {
            self.features.push(feature);
        }
    }
}

/// What a feature's label contradicts: it is the name of another term than the identifier beside it.
pub fn contradiction(feature: &Feature, hpo: &Hpo) -> Option<String> {
    let index = hpo.find(feature.term)?;
    let other = search::named(hpo, &feature.label).filter(|other| *other != index)?;
    if search::is_name_of(hpo, index, &feature.label) {
        return None;
    }
    let [own, other] = [index, other].map(|index| hpo.term(index));
    Some(format!("{} is {}, and the file calls it {}, which is {}", feature.term, own.name, feature.label, other.id))
}

impl fmt::Display for Feature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} as {}", self.term, if self.absent { "absent" } else { "present" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        match read(text.as_bytes()) {
            Ok(packet) => {
                let features = packet.features.iter().map(|f| {
                    let onset = f.onset.map_or_else(String::new, |o| format!(" from {o}"));
                    format!("{}{}{onset}", if f.absent { "no " } else { "" }, f.term)
                });
                features.chain(packet.left_out.iter().map(|left| format!("left out {left}"))).collect::<Vec<_>>().join(", ")
            }
            Err(why) => why.to_string(),
        }
    }

    #[test]
    fn both_versions_of_the_schema_are_read() {
        let first = r#"{"id":"x","phenotypicFeatures":[{"type":{"id":"HP:0001558"},"classOfOnset":{"id":"HP:0011461"}},{"type":{"id":"HP:0031910"},"negated":true},{"type":{"id":"HP:0012587"},"ageOfOnset":{"age":"P14Y"}}]}"#;
        assert_eq!(shown(first), "HP:0001558 from HP:0011461, no HP:0031910, HP:0012587 from HP:0003621");
        let second = r#"{"phenotypicFeatures":[{"type":{"id":"HP:0001250","label":"Seizure"},"onset":{"age":{"iso8601duration":"P3M"}}},{"type":{"id":"HP:0001250"}},{"type":{"id":"MONDO:1"},"excluded":true}]}"#;
        assert_eq!(shown(second), "HP:0001250 from HP:0003593, left out MONDO:1");
        assert!(shown("{").contains("line 1, column 1") && shown("").contains("no JSON"));
    }

    #[test]
    fn spellings_of_writers_are_read_alike() {
        let one = r#"{"id":"x","phenotypicFeatures":[{"type":{"id":"HP:0001250"}}]}"#;
        let snake = one.replace("phenotypicFeatures", "phenotypic_features");
        let nulls = one.replace(r#""HP:0001250""#, r#""HP:0001250","label":null"#).replace("}}]", r#"},"onset":null,"excluded":null}]"#);
        for text in [format!("\u{feff}{one}"), snake, nulls, one.replace("HP:", "hp:"), one.replace("HP:", "HP_")] {
            assert_eq!(shown(&text), "HP:0001250", "{text}");
        }
        let wide: Vec<u8> = [0xFF, 0xFE].into_iter().chain(one.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        assert_eq!(read(&wide).map(|p| p.features.len()), Ok(1));
        let excluded = |value: &str| shown(&one.replace("}}]", &format!(r#"}},"excluded":{value}}}]"#)));
        assert_eq!([r#""false""#, r#""True""#, "true"].map(excluded), ["HP:0001250", "no HP:0001250", "no HP:0001250"]);
        assert!(excluded("7").contains("phenotypicFeatures[0].excluded"));
        assert_eq!(read(&[0xC3, 0x28]), Err(NotReadable::NotText));
    }

    #[test]
    fn families_cohorts_and_wrappers_are_read_or_refused_by_what_they_are() {
        let packet =
            |id: &str| format!(r#"{{"id":"{id}","subject":{{"id":"s"}},"phenotypicFeatures":[{{"type":{{"id":"HP:0001250"}}}}]}}"#);
        let (p, q) = (packet("p"), packet("q"));
        for text in [
            format!(r#"{{"id":"f","proband":{p},"relatives":[{q}],"pedigree":{{"persons":[]}}}}"#),
            format!(r#"{{"id":"c","members":[{p}]}}"#),
            format!("[{p}]"),
            format!(r#"{{"phenopacket":{p}}}"#),
            format!(r#"{{"analysis":{{"phenopacket":{p}}},"version":1}}"#),
        ] {
            assert_eq!(shown(&text), "HP:0001250", "{text}");
        }
        assert!(shown(&format!(r#"{{"id":"c","members":[{p},{q}]}}"#)).starts_with("This is a cohort of 2 people (p, q)"));
        assert!(shown(&format!("[{p},{q}]")).starts_with("This is a list of 2 people"));
        assert!(shown(r#"{"id":"f","relatives":[]}"#).contains("a family without proband"));
        assert!(shown(r#"{"resourceType":"Bundle"}"#).contains("it is a FHIR Bundle"));
        assert!(shown(r#"{"alpha":1,"beta":2}"#).contains("JSON with the fields alpha, beta"));
        assert!(shown("7").contains("a number"));
        let diseased = r#"{"id":"x","subject":{"id":"s"},"diseases":[{"term":{"id":"OMIM:607208"}}],"metaData":{}}"#;
        assert!(shown(diseased).contains("'x' has no phenotypicFeatures, but 1 in diseases"), "{}", shown(diseased));
        assert!(shown(r#"{"id":"x","phenotypicFeatures":null}"#).contains("no phenotypicFeatures"));
        assert!(shown(r#"{"id":"x","phenotypicFeatures":{}}"#).contains("is no list"));
    }

    #[test]
    fn whose_features_they_are_is_read() {
        let one = |subject: &str| {
            let text = format!(r#"{{"id":"x","subject":{subject},"phenotypicFeatures":[{{"type":{{"id":"HP:0001250"}}}}]}}"#);
            read(text.as_bytes()).map(|packet| packet.subject).map_err(|why| why.to_string())
        };
        let known = one(r#"{"id":"s","sex":"MALE","dateOfBirth":"2015-03-01T00:00:00Z"}"#).expect("a person");
        assert_eq!((known.sex, known.born.as_deref()), (genome::Sex::Male, Some("2015-03-01")));
        assert_eq!(one(r#"{"id":"s","sex":1,"date_of_birth":"2015"}"#).map(|s| (s.sex, s.born)), Ok((genome::Sex::Female, None)));
        let mouse = one(r#"{"id":"s","taxonomy":{"id":"NCBITaxon:10090","label":"Mus musculus"}}"#).expect_err("refused");
        assert!(mouse.contains("of no person, but of Mus musculus"), "{mouse}");
        let many = r#"{"type":{"id":"HP:0001250"}},"#.repeat(1_001);
        let many = format!(r#"{{"phenotypicFeatures":[{}]}}"#, many.trim_end_matches(','));
        assert!(shown(&many).contains("1001 features"), "{}", shown(&many));
        let proband = r#"{"id":"f","proband":{"id":"p","subject":{"id":"s"}},"relatives":[]}"#;
        assert!(shown(proband).contains("Phenopacket 'p' has no phenotypicFeatures"), "{}", shown(proband));
    }

    #[test]
    fn what_is_said_beside_a_term_is_kept_in_words_and_what_is_not_read_is_named() {
        let text = r#"{"id":"x","subject":{"id":"s"},"phenotypicFeatures":[
            {"type":{"id":"HP:0001250","label":"Seizure"},"description":" After fever ","severity":{"id":"HP:0012828","label":"Severe"},
             "modifiers":[{"id":"HP:0031796","label":"Recurrent"},{"id":"HP:0025204"}],"resolution":{"age":{"iso8601duration":"P2Y"}},
             "evidence":[{"evidenceCode":{"id":"ECO:0006017"},"reference":{"id":"PMID:1"}}],"colour":"blue"},
            {"type":{"id":"HP:0001250"},"description":"Twice"},
            {"type":{"id":"HP:0001263"},"evidence":[{"evidence_code":{"id":"ECO:1"}}],"modifiers":[],"onset":null},
            {"type":{"id":"HP:0001263"},"excluded":true,"description":"Walks alone"}],
            "diseases":[{"term":{"id":"OMIM:607208"}}],"measurements":[],"metaData":{"created":"2026"}}"#;
        let packet = read(text.as_bytes()).expect("read");
        let about: Vec<String> = packet.about.iter().map(|(term, text)| format!("{term} {text}")).collect();
        let first = "HP:0001250 After fever; severity: Severe; modifiers: Recurrent, HP:0025204; resolved: P2Y";
        assert_eq!(about, [first, "HP:0001250 Twice"]);
        assert_eq!(packet.features.len(), 2);
        assert_eq!(packet.left_out, ["HP:0001263 as absent (Walks alone), which is HP:0001263 as present before it"]);
        let unread = ["colour of 1 feature (HP:0001250)", "evidence of 2 features (HP:0001250, HP:0001263)", "diseases (1)"];
        assert_eq!(packet.unread, unread);
        let many: String = (0..20).map(|n| format!(r#","f{n}":1"#)).collect();
        let many = format!(r#"{{"phenotypicFeatures":[{{"type":{{"id":"HP:0001250"}}{many}}}]}}"#);
        let packet = read(many.as_bytes()).expect("read");
        assert_eq!((packet.unread.len(), packet.unread.last().map(String::as_str)), (11, Some("10 more fields")));
    }

    #[test]
    fn what_is_not_understood_of_a_feature_is_said() {
        let features = |list: &str| shown(&format!(r#"{{"phenotypicFeatures":[{list}]}}"#));
        assert_eq!(features(r#"{"description":"fits"}"#), "left out phenotypicFeatures[0], which has no type (fits)");
        assert_eq!(
            features(r#"{"type":{"id":"HP:0000001"}},{"type":{"id":"HP:0000001"},"excluded":true}"#),
            "HP:0000001, left out HP:0000001 as absent, which is HP:0000001 as present before it"
        );
        let onset = |onset: &str| features(&format!(r#"{{"type":{{"id":"HP:0000001"}},"onset":{onset}}}"#));
        assert_eq!(onset(r#"{"age":"P3M"}"#), "HP:0000001 from HP:0003593");
        assert!(onset(r#"{"timestamp":"2019-01-01T00:00:00Z"}"#).contains("left out the onset '2019-01-01T00:00:00Z'"));
        assert_eq!(onset(r#"{"gestationalAge":{"weeks":32}}"#), "HP:0000001 from HP:0011461");
        assert_eq!(onset(r#"{"gestational_age":{"weeks":8}}"#), "HP:0000001 from HP:0011460");
        assert_eq!(onset(r#"{"ontologyClass":{"id":"HP:0003577"}}"#), "HP:0000001 from HP:0003577");
        assert_eq!(onset(r#"{"ageRange":{"start":{"iso8601duration":"P1Y6M"},"end":null}}"#), "HP:0000001 from HP:0011463");
        assert_eq!(
            onset(r#"{"age":"3 months"}"#),
            "HP:0000001, left out the onset '3 months' of HP:0000001, which is no duration such as P3M"
        );
    }
}
