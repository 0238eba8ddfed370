//! What an order states, with everything in the bundle that is about its people.

use super::{
    bundle_index::BundleIndex,
    condition, consent, document,
    family::Relations,
    history,
    json::{kind, list, text},
    mother, observation, people, questionnaire,
    reference::Target,
    requester::described_by,
    sender_resource, specimen,
    stated::stated,
    status::not_counted,
    twin,
};
use crate::incoming_order::{Code, Faults, Feature, OrderDetails};
use care::ordering::family::Relationship;
use serde_json::Value;
use std::collections::HashSet;

/// Elements of any resource that say nothing about the person, or are read where they stand.
const OF_EVERY_RESOURCE: [&str; 9] = ["resourceType", "id", "meta", "text", "language", "contained", "extension", "identifier", "status"];

/// Somebody of an order.
#[derive(Clone, Debug)]
pub(super) struct Member {
    /// Place of their request.
    pub request: usize,
    /// Who.
    pub target: Target,
    /// What they are to the proband.
    pub relationship: Relationship,
}

/// An order that is being read.
pub(super) struct Reading<'r, 'v> {
    /// The bundle.
    pub index: &'r BundleIndex<'v>,
    /// Who is related to whom.
    relations: &'r Relations,
    /// The people of the order, proband first.
    pub members: &'r [Member],
    /// The people of every order of the bundle.
    everybody: &'r [Target],
    /// No other proband stands in the bundle: what names nobody is about this one.
    is_alone: bool,
    /// What was read so far.
    pub details: OrderDetails,
    /// Remarks and features that were read, each once: some senders repeat them many times.
    seen: HashSet<(String, bool)>,
}

/// Whom a resource is about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Whose {
    /// A member of the order, by their place among them: the proband is the first.
    Member(usize),
    /// Somebody of another order of the bundle.
    OtherOrder,
    /// Nobody who is known, and why.
    Nobody(String),
}

/// The details of an order: the proband's request, and those of the family.
pub(super) fn details(
    index: &BundleIndex,
    relations: &Relations,
    members: &[Member],
    everybody: &[Target],
    is_alone: bool,
) -> Result<OrderDetails, Faults> {
    let Some(proband) = members.first() else { return Ok(OrderDetails::default()) };
    let mut reading =
        Reading { index, relations, members, everybody, is_alone, details: stated(index, proband.request), seen: HashSet::new() };
    reading.details.is_test = is_test(&reading, proband);
    reading.details.resources = sender_resource::resources(index, proband.request, &proband.target);
    reading.seen = seen(&reading.details);
    reading.add_people()?;
    reading.details.mother_seen = mother::seen(index, relations, members);
    for (place, resource) in index.resources() {
        reading.read(place, resource);
    }
    consent::settle(&mut reading);
    Ok(reading.details)
}

/// It was sent to try the exchange: the message, the request or the patient is marked so. Source: HL7 v3 ActReason, HTEST (test health
/// data), as FHIR R4 uses it in `meta.security` and `meta.tag`.
fn is_test(reading: &Reading, proband: &Member) -> bool {
    let patient = match proband.target {
        Target::Resource(place) => Some(place),
        _ => None,
    };
    let header = reading.index.resources_of_kind("MessageHeader").map(|(place, _)| place);
    let labels = header.chain([proband.request]).chain(patient).flat_map(|place| {
        let resource = reading.index.resource(place);
        list(resource, "/meta/security").iter().chain(list(resource, "/meta/tag"))
    });
    labels.into_iter().any(|label| text(label, "/code") == "HTEST")
}

/// What the request itself says.
fn seen(details: &OrderDetails) -> HashSet<(String, bool)> {
    let notes = details.notes.iter().map(|note| (note.clone(), false));
    notes.chain(details.features.iter().map(|feature| (feature_key(&feature.code), feature.absent))).collect()
}

/// No remark begins with this mark.
fn feature_key(code: &Code) -> String {
    format!("\u{0}{}", code.code)
}

impl Reading<'_, '_> {
    fn add_people(&mut self) -> Result<(), Faults> {
        let relations = self.relations;
        let mut faults = Vec::new();
        for member in self.members {
            match people::person(self.index, relations, member.request, &member.target, member.relationship) {
                Ok(described) => {
                    self.details.people.push(described.person);
                    self.details.not_used.extend(described.not_used);
                }
                Err(wrong) => faults.extend(wrong),
            }
        }
        if faults.is_empty() {
            faults.extend(twin::unlike(self.index, relations, self.members, &self.details.people));
        }
        let fetuses = people::fetuses(self.index, relations);
        let proband = &self.members[0].target;
        if let Some(nth) = fetuses.iter().position(|place| *proband == Target::Resource(*place)) {
            let small = |number: usize| u8::try_from(number).unwrap_or(u8::MAX);
            self.details.fetus = Some((small(nth + 1), small(fetuses.len())));
        }
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    fn read(&mut self, place: usize, resource: &Value) {
        match kind(resource) {
            "Patient" if !self.is_somebody(place) => self.leave(place, "is nobody of this order"),
            "Patient" => self.name_unread(place, &people::READ),
            "RelatedPerson" if !self.is_related(place) => self.leave(place, "is no relative who is tested in this order"),
            "PractitionerRole" | "Practitioner" | "Organization" if !self.asks(place) => self.leave(place, "does not ask for the order"),
            // Those who are part of the order are read with their requests; why it is changed is read with the change.
            "ServiceRequest" | "RelatedPerson" | "PractitionerRole" | "Practitioner" | "Organization" | "MessageHeader" | "Provenance" => {}
            "RequestGroup" => self.leave(place, "is kept with the message: its requests are read one by one"),
            "Consent" => consent::read(self, place),
            "DocumentReference" | "Binary" => document::read(self, place),
            "Observation"
            | "Condition"
            | "Specimen"
            | "FamilyMemberHistory"
            | "Procedure"
            | "QuestionnaireResponse"
            | "DiagnosticReport" => self.read_finding(place, resource),
            _ => self.leave(place, "is kept with the message and not read into the order"),
        }
    }

    /// Reads what is about one person, if it counts and they are of this order.
    fn read_finding(&mut self, place: usize, resource: &Value) {
        if let Some(reason) = not_counted(resource) {
            return self.leave(place, &format!("does not count: {reason}"));
        }
        let member = match self.whose(place) {
            Whose::Member(member) => member,
            Whose::OtherOrder => return,
            Whose::Nobody(why) => return self.leave(place, &format!("is about nobody of this order ({why}): name its subject")),
        };
        match kind(resource) {
            "Observation" => observation::read(self, place, member),
            "Condition" => condition::read(self, place, member),
            "Specimen" => specimen::read(self, place, member),
            "QuestionnaireResponse" => questionnaire::read(self, place, member),
            "DiagnosticReport" => document::read_earlier_report(self, place, member),
            _ => history::read(self, place, member),
        }
    }

    /// Whom a resource is about: as it says, else whom its container is about, else the only proband.
    pub(super) fn whose(&self, place: usize) -> Whose {
        let (resource, container) = (self.index.resource(place), self.index.container(place));
        if self.is_of_another_request(place) {
            return Whose::OtherOrder;
        }
        let reference = resource.get("subject").or_else(|| resource.get("patient"));
        let Some(reference) = reference else {
            return match self.members.iter().position(|member| member.request == container) {
                Some(member) => Whose::Member(member),
                None if kind(self.index.resource(container)) == "ServiceRequest" => Whose::OtherOrder,
                None if self.is_alone => Whose::Member(0),
                None => Whose::Nobody("of several patients it names none".into()),
            };
        };
        let target = match self.index.resolve(place, reference, "Patient") {
            Ok(target) => target,
            Err(why) => return Whose::Nobody(why),
        };
        match self.members.iter().position(|member| member.target == target) {
            Some(member) => Whose::Member(member),
            None if self.everybody.contains(&target) => Whose::OtherOrder,
            None => Whose::Nobody("they are no patient or relative of it".into()),
        }
    }

    /// It is made for a request of the bundle, and for none of this order.
    fn is_of_another_request(&self, place: usize) -> bool {
        let resource = self.index.resource(place);
        let references = list(resource, "/basedOn").iter().chain(list(resource, "/request"));
        let requests: Vec<Target> = references.filter_map(|r| self.index.resolve(place, r, "ServiceRequest").ok()).collect();
        let is_own = |target: &Target| self.members.iter().any(|member| *target == Target::Resource(member.request));
        let in_bundle = requests.iter().any(|target| matches!(target, Target::Resource(_)));
        in_bundle && !requests.iter().any(is_own) && self.everybody.len() > 1
    }

    fn is_somebody(&self, place: usize) -> bool {
        self.everybody.contains(&Target::Resource(place))
    }

    fn is_related(&self, place: usize) -> bool {
        let is_this = |member: &Member| self.relations.relations_of(&member.target).any(|relation| relation.place == place);
        self.everybody.len() > 1 && self.members.iter().any(is_this)
    }

    /// They are described as those who ask for it.
    fn asks(&self, place: usize) -> bool {
        let requester = |member: &Member| &self.index.resource(member.request)["requester"];
        self.members.iter().any(|member| described_by(self.index, member.request, requester(member)).contains(&place))
    }

    /// Names the elements of a resource that are not read.
    pub(super) fn name_unread(&mut self, place: usize, read: &[&str]) {
        let fields = self.index.resource(place).as_object().into_iter().flatten().map(|(name, _)| name.as_str());
        let is_unread = |name: &&str| !read.contains(name) && !OF_EVERY_RESOURCE.contains(name) && !name.starts_with('_');
        let unread: Vec<&str> = fields.filter(is_unread).collect();
        if !unread.is_empty() {
            self.leave(place, &format!("is not read into the order with {}", unread.join(", ")));
        }
    }

    /// Names what is not used.
    pub(super) fn leave(&mut self, place: usize, why: &str) {
        self.details.not_used.push(format!("{} {why}", self.index.path(place, "")));
    }

    /// Adds a remark: of a relative, with who they are to the proband.
    pub(super) fn note(&mut self, member: usize, remark: &str) {
        if remark.is_empty() {
            return;
        }
        let note = if member == 0 { remark.to_owned() } else { format!("{}: {remark}", self.members[member].relationship.label()) };
        if self.seen.insert((note.clone(), false)) {
            self.details.notes.push(note);
        }
    }

    /// Adds a feature of the proband.
    pub(super) fn add_feature(&mut self, code: Code, absent: bool, place: String) {
        if self.seen.insert((feature_key(&code), absent)) {
            self.details.features.push(Feature { code, absent, place });
        }
    }

    /// The text of a path of a resource.
    pub(super) fn text_of(&self, place: usize, path: &str) -> String {
        text(self.index.resource(place), path).to_owned()
    }
}
