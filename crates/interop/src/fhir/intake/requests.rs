//! Which ServiceRequests of a bundle are orders, whose they are, and which of them belong together. Source: FHIR R4, ServiceRequest;
//! NHS England Genomics FHIR guide: one request of each person of an order.

use super::{
    based_on::{self, References},
    bundle_index::BundleIndex,
    family::{Relations, Role, role},
    json::{list, text},
    people,
    reference::Target,
    shape::has_modifier,
    stated::reason_for_testing,
};
use crate::incoming_order::{Faults, ReasonForTesting};
use care::ordering::{family::Relationship, message::Fault};
use serde_json::Value;

/// What a request asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Intention {
    /// The order is placed, or is changed to what is stated now.
    Place,
    /// It is cancelled.
    Cancel,
    /// It should never have been.
    EnterInError,
}

/// A request that is acted on.
#[derive(Clone, Debug)]
pub(super) struct ActiveRequest {
    /// Its place.
    pub place: usize,
    /// What it asks for.
    pub intention: Intention,
    /// Whom it is about.
    pub subject: Result<Target, Fault>,
    /// Their part in the order, where it is stated.
    role: Option<Role>,
}

/// The requests of one order.
#[derive(Clone, Debug)]
pub(super) struct Family {
    /// The proband's request.
    pub proband: ActiveRequest,
    /// The requests of relatives, with how each is related.
    pub relatives: Vec<(ActiveRequest, Relationship)>,
}

/// The requests of a bundle.
pub(super) struct Requests {
    /// Those of each order.
    pub families: Vec<Family>,
    /// Requests that order nothing, and why.
    pub not_used: Vec<String>,
}

/// Intents with which a request is an order. Source: `http://hl7.org/fhir/request-intent`.
pub const ORDERING_INTENTS: [&str; 5] = ["order", "original-order", "instance-order", "filler-order", "reflex-order"];

/// What a request is.
enum Verdict {
    Acts(Intention),
    /// It stands in the bundle for others to refer to.
    Background(Fault),
    Refused(Fault),
}

/// The requests of a bundle by orders.
pub(super) fn requests(index: &BundleIndex, relations: &Relations) -> Result<Requests, Faults> {
    let references = References::new(index);
    let (mut active, mut background, mut faults) = (Vec::new(), Vec::new(), Vec::new());
    for (place, request) in index.resources_of_kind("ServiceRequest").filter(|(place, _)| !index.is_contained(*place)) {
        match verdict(index, &references, place) {
            Verdict::Acts(intention) => {
                active.push(ActiveRequest { place, intention, subject: people::subject(index, place), role: role(request) });
            }
            Verdict::Background(why) => background.push(why),
            Verdict::Refused(fault) => faults.push(fault),
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    if active.is_empty() {
        let nothing = || Fault::new("Bundle", "The bundle has no ServiceRequest, so it orders nothing and changes nothing");
        return Err(if background.is_empty() { vec![nothing()] } else { background });
    }
    let families = families(index, relations, &active)?;
    let mut not_used: Vec<String> = background.iter().map(ToString::to_string).collect();
    not_used.extend(based_on::repeats(index, &active));
    Ok(Requests { families, not_used })
}

fn verdict(index: &BundleIndex, references: &References, place: usize) -> Verdict {
    let request = index.resource(place);
    let fault = |path: &str, message: String| Fault::new(index.path(place, path), message);
    let (intent, status) = (text(request, "/intent"), text(request, "/status"));
    if has_modifier(request) {
        let message = "It may turn the meaning of the request round and is not known here: send the request without it";
        return Verdict::Refused(fault(".modifierExtension", message.into()));
    }
    if let Some(group) = ended_group(index, place) {
        return Verdict::Refused(group);
    }
    if !matches!(request.get("doNotPerform"), None | Some(Value::Bool(false))) {
        return Verdict::Background(fault(".doNotPerform", "It says that something is not to be done, so it orders nothing".into()));
    }
    if request.get("intent").is_some() && !ORDERING_INTENTS.contains(&intent) {
        let message = format!("'{intent}' orders nothing; send the intent order, or one that is made of it");
        return Verdict::Background(fault(".intent", message));
    }
    match status {
        "active" => references.why(index, place).map_or(Verdict::Acts(Intention::Place), Verdict::Background),
        "revoked" => Verdict::Acts(Intention::Cancel),
        "entered-in-error" => Verdict::Acts(Intention::EnterInError),
        "completed" => Verdict::Background(fault(".status", format!("'completed' is not acted on; {STATUSES}"))),
        other => Verdict::Refused(fault(".status", format!("'{other}' is not acted on; {STATUSES}"))),
    }
}

const STATUSES: &str = "active places or changes an order, revoked cancels it, entered-in-error marks it so";

/// A RequestGroup that holds a request and is itself no order any more, or not yet.
fn ended_group(index: &BundleIndex, request: usize) -> Option<Fault> {
    let holds_it = |(place, group): &(usize, &Value)| {
        let actions = list(group, "/action").iter().map(|action| &action["resource"]);
        actions.filter_map(|r| index.resolve(*place, r, "ServiceRequest").ok()).any(|target| target == Target::Resource(request))
    };
    let (place, group) = index.resources_of_kind("RequestGroup").find(holds_it)?;
    let (status, intent) = (text(group, "/status"), text(group, "/intent"));
    if has_modifier(group) {
        let message = "It may turn the meaning of the group round and is not known here: send the group without it";
        return Some(Fault::new(index.path(place, ".modifierExtension"), message));
    }
    if !["active", "completed", ""].contains(&status) {
        let message = format!("The group is '{status}' and the request in it is not: send both alike");
        return Some(Fault::new(index.path(place, ".status"), message));
    }
    let message = || format!("The group has the intent '{intent}', so the requests in it order nothing");
    (!intent.is_empty() && !ORDERING_INTENTS.contains(&intent)).then(|| Fault::new(index.path(place, ".intent"), message()))
}

fn families(index: &BundleIndex, relations: &Relations, active: &[ActiveRequest]) -> Result<Vec<Family>, Faults> {
    let is_relative = |request: &&ActiveRequest| is_relative(index, relations, request, active);
    let (relatives, probands): (Vec<&ActiveRequest>, Vec<&ActiveRequest>) = active.iter().partition(is_relative);
    if probands.is_empty() {
        return Err(relatives.iter().map(|request| without_proband(index, request.place)).collect());
    }
    let mut faults = strangers(index, relations, &probands);
    let mut families: Vec<Family> = probands.iter().map(|p| Family { proband: (*p).clone(), relatives: vec![] }).collect();
    for relative in relatives {
        if let Err(fault) = join(index, relations, relative, &mut families) {
            faults.push(fault);
        }
    }
    if faults.is_empty() { Ok(families) } else { Err(faults) }
}

fn without_proband(index: &BundleIndex, request: usize) -> Fault {
    let message = "This request is for a relative, and the patient's own is not in the bundle: send the whole family in one bundle";
    Fault::new(index.path(request, ".extension"), message)
}

/// Whether a request is for a relative: as it says, else because its subject is somebody's relative in this bundle.
fn is_relative(index: &BundleIndex, relations: &Relations, request: &ActiveRequest, all: &[ActiveRequest]) -> bool {
    let Ok(subject) = &request.subject else { return request.role == Some(Role::Consultand) };
    if let Some(role) = request.role {
        return role == Role::Consultand;
    }
    let is_alone = all.iter().all(|other| other.subject.as_ref() == Ok(subject));
    // A relative of an earlier patient who asks for themselves.
    let reason = reason_for_testing(index.resource(request.place));
    let asks_alone = is_alone && matches!(reason, ReasonForTesting::Predictive | ReasonForTesting::Carrier);
    !asks_alone && relations.relations_of(subject).any(|relation| relation.patient.as_ref() != Some(subject))
}

/// Requests that look like those of a family, and nothing says how they belong together.
fn strangers(index: &BundleIndex, relations: &Relations, probands: &[&ActiveRequest]) -> Faults {
    let mut faults = Vec::new();
    let unnamed: Vec<&&ActiveRequest> = probands.iter().filter(|p| p.role.is_none()).collect();
    for relation in relations.unjoined() {
        let is_subject =
            probands.iter().any(|p| p.subject.as_ref().is_ok_and(|s| relations.relations_of(s).any(|r| r.place == relation.place)));
        let differs = |p: &&&ActiveRequest| p.subject.as_ref().ok() != relation.patient.as_ref();
        let others = probands.iter().any(|p| p.subject != probands[0].subject);
        if !is_subject && others && unnamed.iter().any(differs) {
            let message = "This RelatedPerson has the number of no Patient in the bundle, so it is not certain whose request is a relative's: \
                           send the number that the Patient has";
            faults.push(Fault::new(index.path(relation.place, ".identifier"), message));
        }
    }
    for (nth, request) in probands.iter().enumerate().filter(|(_, p)| p.role.is_none()) {
        let ended = request.subject.as_ref().ok().and_then(|subject| relations.ended_of(subject));
        if let Some(relation) = ended.filter(|_| probands.iter().any(|other| other.subject != request.subject)) {
            let message = "This RelatedPerson is not in use, or not for certain, so it is not certain whether the request is a relative's: \
                           send one that holds, or say by Extension-Genomic-Patient-Role whose request it is";
            faults.push(Fault::new(index.path(relation.place, ""), message));
        }
        let group = requisition(index, request);
        let shares = |earlier: &&&ActiveRequest| requisition(index, earlier) == group && earlier.subject != request.subject;
        if !group.is_empty() && probands[..nth].iter().any(|earlier| shares(&earlier)) {
            let message =
                format!("The requests of two people have the number {group}: send a RelatedPerson that says how they are related");
            faults.push(Fault::new(index.path(request.place, ".requisition"), message));
        }
    }
    faults
}

fn requisition<'v>(index: &BundleIndex<'v>, request: &ActiveRequest) -> &'v str {
    text(index.resource(request.place), "/requisition/value")
}

/// Adds a relative's request to the orders of the person whose relative they are: of several to those with the same requisition.
fn join(index: &BundleIndex, relations: &Relations, relative: &ActiveRequest, families: &mut [Family]) -> Result<(), Fault> {
    let subject = relative.subject.clone()?;
    let relation_to = |family: &Family| {
        let patient = family.proband.subject.as_ref().ok();
        relations.relations_of(&subject).find(|relation| patient.is_some() && relation.patient.as_ref() == patient)
    };
    let related: Vec<usize> = (0..families.len()).filter(|nth| relation_to(&families[*nth]).is_some()).collect();
    let group = requisition(index, relative);
    let grouped: Vec<usize> =
        related.iter().copied().filter(|nth| !group.is_empty() && requisition(index, &families[*nth].proband) == group).collect();
    let chosen = if grouped.is_empty() { related } else { grouped };
    if chosen.is_empty() {
        return Err(not_joined(index, relations, relative.place, &subject));
    }
    for nth in chosen {
        let Some(relation) = relation_to(&families[nth]) else { continue };
        let relationship = relation.relationship(index)?;
        families[nth].relatives.push((relative.clone(), relationship));
    }
    Ok(())
}

fn not_joined(index: &BundleIndex, relations: &Relations, request: usize, subject: &Target) -> Fault {
    match relations.relations_of(subject).next() {
        None => {
            let message = "This request is for a relative; send a RelatedPerson with the same identifier that says how they are related";
            Fault::new(index.path(request, ""), message)
        }
        Some(relation) => {
            let message = "This RelatedPerson is the relative of nobody whose request is in the bundle: name the patient of the order";
            Fault::new(index.path(relation.place, ".patient"), message)
        }
    }
}
