//! Who is related to whom: RelatedPersons joined to the Patients that they are. Source: FHIR R4, RelatedPerson and Patient.link; NHS
//! England Genomics FHIR, Extension-Genomic-Patient-Role.

use super::{
    bundle_index::BundleIndex,
    json::{list, text},
    number::numbers,
    period::has_ended,
    reference::Target,
    shape::has_modifier,
};
use crate::codes::relationship;
use care::ordering::{family::Relationship, message::Fault};
use serde_json::Value;

/// What a request says of its subject.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Role {
    /// The person whom the question is about.
    Proband,
    /// A relative who is tested along.
    Consultand,
}

/// The relations of a bundle.
pub(super) struct Relations {
    relations: Vec<Relation>,
    /// Relations that do not hold: not in use any more, or with a meaning that is not known.
    ended: Vec<Relation>,
}

/// A RelatedPerson: who they are, and whose relative.
pub(super) struct Relation {
    /// Place of the RelatedPerson.
    pub place: usize,
    /// Whose relative they are; nothing where that cannot be found.
    pub patient: Option<Target>,
    /// Who they are: by their numbers, and by the Patients that are linked with them.
    who: Vec<Target>,
}

impl Relations {
    /// The relations of a bundle that hold today.
    pub fn new(index: &BundleIndex) -> Relations {
        let holds = |r: &Value| r["active"] != Value::Bool(false) && !has_ended(&r["period"], index.today) && !has_modifier(r);
        let links = links(index);
        let related = index.resources_of_kind("RelatedPerson").map(|(place, r)| (holds(r), relation(index, &links, place, r)));
        let (holding, ended): (Vec<_>, Vec<_>) = related.partition(|(holds, _)| *holds);
        let alone = |list: Vec<(bool, Relation)>| list.into_iter().map(|(_, relation)| relation).collect();
        Relations { relations: alone(holding), ended: alone(ended) }
    }

    /// A relation of somebody that does not hold, or not for certain.
    pub fn ended_of<'r>(&'r self, person: &Target) -> Option<&'r Relation> {
        self.ended.iter().find(|relation| relation.who.contains(person))
    }

    /// The relations in which somebody is the relative.
    pub fn relations_of<'r>(&'r self, person: &'r Target) -> impl Iterator<Item = &'r Relation> {
        self.relations.iter().filter(move |relation| relation.who.contains(person))
    }

    /// The relatives of a person.
    pub fn relatives_of<'r>(&'r self, person: &'r Target) -> impl Iterator<Item = &'r Relation> {
        self.relations.iter().filter(move |relation| relation.patient.as_ref() == Some(person))
    }

    /// Somebody in the bundle is the relative of a person.
    pub fn has_relative(&self, person: &Target) -> bool {
        self.relatives_of(person).next().is_some()
    }

    /// RelatedPersons of whom no Patient of the bundle has a number or a link.
    pub fn unjoined(&self) -> impl Iterator<Item = &Relation> {
        self.relations.iter().filter(|relation| !relation.who.iter().any(|who| matches!(who, Target::Resource(_))))
    }
}

impl Relation {
    /// How they are related, and that they are one person.
    pub fn relationship(&self, index: &BundleIndex) -> Result<Relationship, Fault> {
        if self.who.len() > 1 {
            let message = "The numbers of this RelatedPerson are not those of the Patient who is linked with it: say who they are by one";
            return Err(Fault::new(index.path(self.place, ".identifier"), message));
        }
        let codes = list(index.resource(self.place), "/relationship").iter().flat_map(|concept| list(concept, "/coding"));
        codes.map(|code| text(code, "/code")).find_map(relationship::role_code).ok_or_else(|| {
            let message = "This relationship is not known here; use a code of HL7 v3 RoleCode such as NMTH, NFTH or NSIB";
            Fault::new(index.path(self.place, ".relationship"), message)
        })
    }

    /// A Patient of the bundle describes them.
    pub fn is_described(&self) -> bool {
        self.who.iter().any(|who| matches!(who, Target::Resource(_)))
    }

    /// The code by which they are a twin, if they are one.
    pub fn twin_code<'v>(&self, index: &BundleIndex<'v>) -> Option<&'v str> {
        let concepts = list(index.resource(self.place), "/relationship").iter();
        concepts.flat_map(|concept| list(concept, "/coding")).map(|code| text(code, "/code")).find(|code| code.contains("TWIN"))
    }
}

fn relation(index: &BundleIndex, links: &[(usize, usize)], place: usize, resource: &Value) -> Relation {
    let by_number = numbers(resource, index.today).filter_map(|number| index.by_number("Patient", &number).ok());
    let linked = links.iter().filter(|(_, related)| *related == place);
    let mut who: Vec<Target> = Vec::new();
    for target in by_number.chain(linked.map(|(patient, _)| Target::Resource(*patient))) {
        if !who.contains(&target) {
            who.push(target);
        }
    }
    // Numbers of one person may be several: a Patient of the bundle who has one of them has them all.
    if let [Target::Resource(_), ..] = who[..] {
        who.retain(|target| matches!(target, Target::Resource(_)) || is_nhs(target));
    }
    Relation { place, patient: index.resolve(place, &resource["patient"], "Patient").ok(), who }
}

/// A number of the NHS is one of a person for certain: another one is another person.
fn is_nhs(target: &Target) -> bool {
    matches!(target, Target::Number(number) if number.is_nhs())
}

/// Patients with the RelatedPersons that their records are linked with.
fn links(index: &BundleIndex) -> Vec<(usize, usize)> {
    let links = index.resources_of_kind("Patient").flat_map(|(place, r)| list(r, "/link").iter().map(move |link| (place, &link["other"])));
    let related = links.filter_map(|(place, other)| match index.resolve(place, other, "RelatedPerson") {
        Ok(Target::Resource(related)) => Some((place, related)),
        _ => None,
    });
    related.collect()
}

/// What a request says of its subject's part in the order.
pub(super) fn role(request: &Value) -> Option<Role> {
    let is_role = |extension: &&Value| text(extension, "/url").ends_with("Extension-Genomic-Patient-Role");
    let codes = list(request, "/extension").iter().filter(is_role).flat_map(|e| list(e, "/valueCodeableConcept/coding"));
    codes.map(|code| text(code, "/code").to_lowercase()).find_map(|code| match code.as_str() {
        "proband" => Some(Role::Proband),
        "consultand" => Some(Role::Consultand),
        _ => None,
    })
}
