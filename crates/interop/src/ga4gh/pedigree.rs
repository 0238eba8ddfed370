//! GA4GH Pedigree, in the form of the standard's examples: every individual is a Phenopacket (v2), every relationship a term of the
//! Kinship Ontology (KIN). What a Phenopacket has no field for (affected, pregnancy, proband) is put where PED-like readers look:
//! `indexPatients`, and a disease without a code is not invented.

use crate::codes::sex;
use care::{
    ordering::{
        family::Affected,
        pedigree::{Adopted, Individual, Pedigree, Twin},
    },
    people::patient::Sex,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A pedigree as JSON.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Document {
    id: String,
    #[serde(default)]
    index_patients: Vec<String>,
    individuals: Vec<Phenopacket>,
    #[serde(default)]
    relationships: Vec<Related>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Phenopacket {
    id: String,
    subject: Subject,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    phenotypic_features: Vec<Feature>,
    #[serde(default)]
    meta_data: MetaData,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Subject {
    id: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    alternate_ids: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    vital_status: Option<VitalStatus>,
    #[serde(default)]
    sex: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct VitalStatus {
    status: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Feature {
    #[serde(rename = "type")]
    kind: Term,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    excluded: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Term {
    id: String,
    #[serde(default)]
    label: String,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct MetaData {
    created: String,
    created_by: String,
    /// Written, and not read: nothing depends on which ontologies a document names.
    #[serde(skip_deserializing)]
    resources: Vec<Resource>,
    phenopacket_schema_version: String,
}

/// An ontology that the document uses.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Resource {
    id: &'static str,
    name: &'static str,
    url: &'static str,
    version: &'static str,
    namespace_prefix: &'static str,
    iri_prefix: &'static str,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Related {
    individual_id: String,
    relation: Term,
    relative_id: String,
}

/// Terms of KIN: identifier, label.
const MOTHER: (&str, &str) = ("KIN:027", "isBiologicalMotherOf");
const FATHER: (&str, &str) = ("KIN:028", "isBiologicalFatherOf");
const ADOPTIVE: (&str, &str) = ("KIN:022", "isAdoptiveParentOf");
const IDENTICAL: (&str, &str) = ("KIN:010", "isMonozygoticMultipleBirthSiblingOf");
const TWIN: (&str, &str) = ("KIN:011", "isPolyzygoticMultipleBirthSiblingOf");
const RELATED: (&str, &str) = ("KIN:030", "isConsanguineousPartnerOf");
/// The term that stands for the condition asked about, where no other is known. Source: HPO.
const ABNORMAL: (&str, &str) = ("HP:0000118", "Phenotypic abnormality");

/// A family as a document. `id` names it, `created` is when it is written (RFC 3339). Names are left out unless asked for.
pub fn document(pedigree: &Pedigree, id: &str, created: &str, with_names: bool) -> Document {
    let mut relationships = Vec::new();
    let mut relate = |individual: &str, relation: (&str, &str), relative: &str| {
        let relation = Term { id: relation.0.into(), label: relation.1.into() };
        relationships.push(Related { individual_id: individual.into(), relation, relative_id: relative.into() });
    };
    let mut births: BTreeSet<&str> = BTreeSet::new();
    for person in &pedigree.people {
        for (parent, relation) in [(&person.mother, MOTHER), (&person.father, FATHER)] {
            if let Some(parent) = parent {
                relate(parent, if person.adopted == Adopted::In { ADOPTIVE } else { relation }, &person.id);
            }
        }
        if let Some(twin) = &person.twin
            && births.insert(&twin.birth)
        {
            let same = |p: &&Individual| p.id != person.id && p.twin.as_ref().is_some_and(|t| t.birth == twin.birth);
            for other in pedigree.people.iter().filter(same) {
                relate(&person.id, if twin.identical { IDENTICAL } else { TWIN }, &other.id);
            }
        }
    }
    for (father, mother) in pedigree.consanguineous() {
        relate(&father, RELATED, &mother);
    }
    Document {
        id: id.into(),
        index_patients: pedigree.people.iter().filter(|p| p.proband).map(|p| p.id.clone()).collect(),
        individuals: pedigree.people.iter().map(|p| phenopacket(p, id, created, with_names)).collect(),
        relationships,
    }
}

fn phenopacket(person: &Individual, family: &str, created: &str, with_names: bool) -> Phenopacket {
    let feature = |excluded| vec![Feature { kind: Term { id: ABNORMAL.0.into(), label: ABNORMAL.1.into() }, excluded }];
    Phenopacket {
        id: format!("{family}-{}", person.id),
        subject: Subject {
            id: person.id.clone(),
            alternate_ids: if with_names && !person.name.is_empty() { vec![person.name.clone()] } else { vec![] },
            vital_status: person.deceased.then(|| VitalStatus { status: "DECEASED".into() }),
            sex: sex::ga4gh(person.sex).into(),
        },
        phenotypic_features: match person.affected {
            Affected::Yes => feature(false),
            Affected::No => feature(true),
            Affected::Unknown => vec![],
        },
        meta_data: MetaData {
            created: created.into(),
            created_by: "OpenGMS".into(),
            resources: vec![Resource {
                id: "hp",
                name: "Human Phenotype Ontology",
                url: "http://purl.obolibrary.org/obo/hp.obo",
                version: "none",
                namespace_prefix: "HP",
                iri_prefix: "http://purl.obolibrary.org/obo/HP_",
            }],
            phenopacket_schema_version: "2.0".into(),
        },
    }
}

/// The family of a document, and what the document says that a drawing has no place for.
pub fn family(document: &Document) -> (Pedigree, Vec<String>) {
    let mut left_out = Vec::new();
    let mut pedigree = Pedigree::default();
    for packet in &document.individuals {
        let subject = &packet.subject;
        let mut person = Individual::new(subject.id.clone(), sex::read_ga4gh(&subject.sex));
        person.name = subject.alternate_ids.first().cloned().unwrap_or_default();
        person.deceased = subject.vital_status.as_ref().is_some_and(|v| v.status == "DECEASED");
        person.proband = document.index_patients.contains(&subject.id);
        person.affected = affected(&packet.phenotypic_features);
        pedigree.people.push(person);
    }
    for related in &document.relationships {
        let (one, other) = (&related.individual_id, &related.relative_id);
        let parent_sex = pedigree.get(one).map(|p| p.sex);
        let Some(child) = pedigree.people.iter_mut().find(|p| p.id == *other) else {
            left_out.push(format!("{} names {other}, who is not in the family", related.relation.id));
            continue;
        };
        match related.relation.id.as_str() {
            id if id == MOTHER.0 => left_out.extend(set_parent(child, Sex::Female, one)),
            id if id == FATHER.0 => left_out.extend(set_parent(child, Sex::Male, one)),
            id if id == ADOPTIVE.0 => match set_parent(child, parent_sex.unwrap_or(Sex::Unknown), one) {
                None => child.adopted = Adopted::In,
                second => left_out.extend(second),
            },
            id if id == IDENTICAL.0 || id == TWIN.0 => {
                let twin = Twin { birth: one.clone(), identical: id == IDENTICAL.0 };
                child.twin = Some(twin.clone());
                pedigree.people.iter_mut().filter(|p| p.id == *one).for_each(|p| p.twin = Some(twin.clone()));
            }
            // Follows from who descends from whom.
            id if id == RELATED.0 => {}
            id => left_out.push(format!("{one} {} ({id}) {other} was not taken: a drawing has no place for it", related.relation.label)),
        }
    }
    (pedigree, left_out)
}

/// Whether somebody has the condition: they have any feature; or they lack the one that stands for all of them.
fn affected(features: &[Feature]) -> Affected {
    match () {
        () if features.iter().any(|feature| !feature.excluded) => Affected::Yes,
        () if features.iter().any(|feature| feature.kind.id == ABNORMAL.0) => Affected::No,
        () => Affected::Unknown,
    }
}

/// Gives a child a parent, of a sex where it is known; says why not, where somebody else is that already, as beside those who adopted.
fn set_parent(child: &mut Individual, sex: Sex, parent: &str) -> Option<String> {
    let (place, role) = if sex == Sex::Female { (&mut child.mother, "mother") } else { (&mut child.father, "father") };
    if let Some(known) = place.clone().filter(|known| known != parent) {
        let why = "a drawing has one mother and one father of each child: leave out who is not by descent";
        return Some(format!("{parent} is a second {role} of {} beside {known}, and {why}", child.id));
    }
    *place = Some(parent.to_owned());
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(features: &str, relations: &[(&str, &str)]) -> (Pedigree, Vec<String>) {
        let person = |id: &str, sex: &str, features: &str| {
            format!(r#"{{"id":"{id}","subject":{{"id":"{id}","sex":"{sex}"}},"phenotypicFeatures":[{features}]}}"#)
        };
        let people = [person("C", "MALE", features), person("A", "FEMALE", ""), person("B", "FEMALE", "")].join(",");
        let relation =
            |(parent, kind): &(&str, &str)| format!(r#"{{"individualId":"{parent}","relation":{{"id":"{kind}"}},"relativeId":"C"}}"#);
        let relations = relations.iter().map(relation).collect::<Vec<_>>().join(",");
        let text = format!(r#"{{"id":"f","individuals":[{people}],"relationships":[{relations}]}}"#);
        family(&serde_json::from_str(&text).expect("reads"))
    }

    #[test]
    fn whoever_has_a_feature_is_affected_and_whoever_lacks_one_is_not_thereby_unaffected() {
        let [seizure, none] = [r#"{"type":{"id":"HP:0001250"}}"#, r#"{"type":{"id":"HP:0000118"},"excluded":true}"#];
        let lacks = r#"{"type":{"id":"HP:0000252"},"excluded":true}"#;
        for (features, expected) in [
            (seizure.to_owned(), Affected::Yes),
            (format!("{lacks},{seizure}"), Affected::Yes),
            (lacks.to_owned(), Affected::Unknown),
            (none.to_owned(), Affected::No),
            (String::new(), Affected::Unknown),
        ] {
            assert_eq!(read(&features, &[]).0.people[0].affected, expected, "{features}");
        }
    }

    #[test]
    fn a_second_mother_takes_the_place_of_nobody() {
        for relations in [[("A", MOTHER.0), ("B", ADOPTIVE.0)], [("A", ADOPTIVE.0), ("B", MOTHER.0)], [("A", MOTHER.0), ("B", MOTHER.0)]] {
            let (pedigree, left_out) = read("", &relations);
            assert_eq!(pedigree.people[0].mother.as_deref(), Some("A"), "{relations:?}");
            assert!(left_out.len() == 1 && left_out[0].starts_with("B is a second mother of C beside A"), "{left_out:?}");
        }
        assert_eq!(read("", &[("A", MOTHER.0), ("A", MOTHER.0)]).1, Vec::<String>::new());
    }

    #[test]
    fn a_family_goes_out_and_comes_in_again() {
        let one = |id: &str, sex, father: &str, mother: &str| Individual {
            father: (!father.is_empty()).then(|| father.to_owned()),
            mother: (!mother.is_empty()).then(|| mother.to_owned()),
            ..Individual::new(id, sex)
        };
        let twin = Some(Twin { birth: "P1".into(), identical: true });
        let drawn = Pedigree {
            people: vec![
                Individual {
                    proband: true,
                    affected: Affected::Yes,
                    name: "Ada".into(),
                    twin: twin.clone(),
                    ..one("P1", Sex::Female, "P3", "P4")
                },
                Individual { affected: Affected::No, twin, ..one("P2", Sex::Female, "P3", "P4") },
                Individual { deceased: true, ..one("P3", Sex::Male, "", "") },
                one("P4", Sex::Female, "", ""),
                Individual { adopted: Adopted::In, ..one("P5", Sex::Unknown, "P3", "P4") },
            ],
        };
        let document = document(&drawn, "OG-1", "2026-11-21T00:00:00Z", true);
        let text = serde_json::to_string(&document).expect("JSON");
        assert!(
            text.contains(r#"{"individualId":"P4","relation":{"id":"KIN:027","label":"isBiologicalMotherOf"},"relativeId":"P1"}"#),
            "{text}"
        );
        let (again, left_out) = family(&serde_json::from_str(&text).expect("reads"));
        assert_eq!((again, left_out), (drawn.clone(), vec![]));
        let without = serde_json::to_string(&super::document(&drawn, "OG-1", "", false)).expect("JSON");
        assert!(!without.contains("Ada"));
    }
}
