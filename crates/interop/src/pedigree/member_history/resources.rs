//! The resources of a document: the patient, and a FamilyMemberHistory for each relative.

use super::{
    super::{sex, text},
    place::{self, Place},
};
use care::{
    ordering::{family::Affected, pedigree::Individual},
    people::patient::Sex,
};
use serde_json::Value;

/// How deep resources may stand in bundles and in one another.
const DEEP_MAX: u8 = 4;

/// The resources of a document.
pub(super) struct Resources<'d> {
    /// Each with its whole address, which is empty where it has none.
    pub histories: Vec<(&'d str, &'d Value)>,
    patients: Vec<(&'d str, &'d Value)>,
}

/// A relative.
pub(super) struct Relative {
    pub person: Individual,
    pub place: Place,
    /// As the resource says it.
    pub relationship: String,
    /// Parents that it names: whether it is the mother, and a reference.
    pub parents: Vec<(bool, String)>,
}

impl<'d> Resources<'d> {
    pub(super) fn new(document: &'d Value) -> Resources<'d> {
        let mut found = Resources { histories: vec![], patients: vec![] };
        found.collect("", document, DEEP_MAX);
        found.histories.retain(|(_, history)| history["status"] != "entered-in-error");
        found
    }

    fn collect(&mut self, address: &'d str, value: &'d Value, depth: u8) {
        match value["resourceType"].as_str() {
            Some("FamilyMemberHistory") => self.histories.push((address, value)),
            Some("Patient") => self.patients.push((address, value)),
            _ => {}
        }
        let Some(depth) = depth.checked_sub(1) else { return };
        for inside in value["contained"].as_array().into_iter().chain(value.as_array()).flatten() {
            self.collect("", inside, depth);
        }
        for entry in value["entry"].as_array().into_iter().flatten() {
            self.collect(entry["fullUrl"].as_str().unwrap_or_default(), &entry["resource"], depth);
        }
    }

    /// References to the patient whose family it is.
    fn references(&self) -> Vec<&'d str> {
        let mut references: Vec<&str> = self.histories.iter().filter_map(|(_, history)| history["patient"]["reference"].as_str()).collect();
        references.sort_unstable();
        references.dedup();
        references
    }

    /// The resource of the patient whose family it is, if it was sent.
    pub(super) fn patient(&self) -> Option<&'d Value> {
        let reference = self.references().first().copied().unwrap_or_default();
        let named = self.patients.iter().find(|(address, patient)| names(reference, address, patient));
        named.or(self.patients.first().filter(|_| self.patients.len() == 1)).map(|(_, patient)| *patient)
    }

    /// The patient whose family it is: by the resource, if it was sent, else by the reference alone.
    pub(super) fn proband(&self) -> Result<Individual, String> {
        let references = self.references();
        if let [one, other, ..] = references[..] {
            return Err(format!("these are the families of several patients ({one}, {other}): send one family at a time"));
        }
        let reference = references.first().copied().unwrap_or_default();
        let patient = self.patient();
        let id = patient.map(|patient| text(&patient["id"])).unwrap_or_default();
        let mut person = Individual::new(Some(id).filter(|id| !id.is_empty()).unwrap_or_else(|| local(reference)), Sex::Unknown);
        person.proband = true;
        if let Some(patient) = patient {
            person.sex = sex(&patient["gender"]);
            person.name = human_name(&patient["name"][0]);
            person.deceased = is_deceased(patient);
        }
        Ok(person)
    }

    pub(super) fn relatives(&self) -> Vec<Relative> {
        (0..self.histories.len()).map(|index| self.relative(index)).collect()
    }

    fn relative(&self, index: usize) -> Relative {
        let history = self.histories[index].1;
        let relationship = &history["relationship"];
        let codings = relationship["coding"].as_array().map(Vec::as_slice).unwrap_or_default();
        let codes = codings.iter().filter_map(|coding| coding["code"].as_str());
        let displays = codings.iter().filter_map(|coding| coding["display"].as_str()).chain(relationship["text"].as_str());
        let (place, sex_by_place) = place::read(codes.clone().chain(displays.clone()));
        // STU3 has the sex as a code; R4 as a concept.
        let stated = [&history["sex"]["coding"][0]["code"], &history["sex"]["text"], &history["gender"]].map(sex);
        let sex = stated.into_iter().find(|sex| *sex != Sex::Unknown).unwrap_or(sex_by_place);
        let mut person = Individual::new(self.id(index), sex);
        person.name = text(&history["name"]);
        person.deceased = is_deceased(history);
        let conditions = history["condition"].as_array().into_iter().flatten();
        person.affected = if conditions.filter(|condition| !is_denied(condition)).count() > 0 { Affected::Yes } else { Affected::Unknown };
        let said = displays.chain(codes).next().unwrap_or("no relationship").to_owned();
        Relative { person, place, relationship: said, parents: parents(history) }
    }

    /// The identifier of a relative: of the resource, else by their place in the file.
    fn id(&self, index: usize) -> String {
        let id = text(&self.histories[index].1["id"]);
        if id.is_empty() { format!("R{}", index + 1) } else { id }
    }

    /// Who a reference names: a relative, or the patient.
    pub(super) fn find(&self, reference: &str) -> Option<String> {
        let relative = (0..self.histories.len()).find(|index| {
            let (address, history) = self.histories[*index];
            names(reference, address, history)
        });
        let patient = || self.patients.iter().find(|(address, patient)| names(reference, address, patient)).map(|(_, p)| text(&p["id"]));
        relative.map(|index| self.id(index)).or_else(patient)
    }
}

/// Whether a reference names a resource: by its address, by type and id, or within the same document.
fn names(reference: &str, address: &str, resource: &Value) -> bool {
    let id = text(&resource["id"]);
    let is_local = !id.is_empty() && local(reference) == id.trim_start_matches('#');
    !reference.is_empty() && (reference == address || is_local)
}

/// What a reference ends with.
fn local(reference: &str) -> String {
    let name = reference.rsplit(['/', '#', ':']).next().unwrap_or_default();
    if name.is_empty() { "patient".to_owned() } else { name.to_owned() }
}

fn human_name(name: &Value) -> String {
    let whole = text(&name["text"]);
    if !whole.is_empty() {
        return whole;
    }
    let parts = name["given"].as_array().into_iter().flatten().chain(std::iter::once(&name["family"]));
    parts.map(text).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Whether a condition says that there is none: `No family history of breast cancer`.
fn is_denied(condition: &Value) -> bool {
    let code = &condition["code"];
    let names = code["coding"].as_array().into_iter().flatten().map(|coding| &coding["display"]).chain(std::iter::once(&code["text"]));
    let denials = ["no ", "not ", "without ", "denies ", "negative "];
    names.map(|name| text(name).to_lowercase()).any(|name| denials.iter().any(|denial| name.starts_with(denial)))
}

/// Whether somebody died: said so, or with an age or day of it.
fn is_deceased(resource: &Value) -> bool {
    let fields = resource.as_object().into_iter().flatten();
    let says_no = |value: &Value| *value == false || ["no", "false", "alive"].contains(&text(value).to_lowercase().as_str());
    fields.filter(|(name, _)| name.starts_with("deceased")).any(|(_, value)| !value.is_null() && !says_no(value))
}

/// Parents that the extension names. Source: FHIR R4, family-member-history-genetics-parent: `type` and `reference`; older writers
/// put the name of the extension before each.
fn parents(history: &Value) -> Vec<(bool, String)> {
    let extensions = history["extension"].as_array().into_iter().flatten();
    let of_parent = extensions.filter(|extension| {
        let inside = |end: &str| part(extension, end).is_some();
        extension["url"].as_str().is_some_and(|url| url.ends_with("parent")) || inside("parent.type")
    });
    of_parent.filter_map(parent).collect()
}

fn parent(extension: &Value) -> Option<(bool, String)> {
    let kind = &part(extension, "type")?["valueCodeableConcept"];
    let codes = kind["coding"].as_array().into_iter().flatten().filter_map(|coding| coding["code"].as_str());
    let (_, sex) = place::read(codes.chain(kind["text"].as_str()));
    let named = part(extension, "reference").or_else(|| part(extension, "identifier"))?;
    let reference = named["valueReference"]["reference"].as_str().or_else(|| named["valueUri"].as_str())?;
    (sex != Sex::Unknown).then(|| (sex == Sex::Female, reference.to_owned()))
}

fn part<'v>(extension: &'v Value, end: &str) -> Option<&'v Value> {
    extension["extension"].as_array()?.iter().find(|inside| inside["url"].as_str().is_some_and(|url| url.ends_with(end)))
}
