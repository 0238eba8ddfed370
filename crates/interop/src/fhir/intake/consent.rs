//! Consent: a record of discussion that the sender keeps, as far as the message states it: what it permits now, what it refuses, and
//! what it takes back. Source: NHS England Genomics FHIR, Consent-RecordOfDiscussion and Consent-GenomicsPCF; HL7 v3 ActReason;
//! FHIR R4, Consent (provisions are exceptions to the one that holds them).

mod provision;
mod scope;
mod withdrawn;

pub(super) use withdrawn::{day, from_later, not_done, of_proband, unread};

use self::{
    provision::permits_when,
    scope::{covered, denies, says},
    withdrawn::{PURPOSES, refuses, taken_back},
};
use super::{
    details::Reading,
    json::{first_of, kind, list, text},
    period::{Day, Holds, holds},
    reference::Target,
    status::not_counted,
};
use crate::{
    codes::act,
    incoming_order::{EndedConsent, RecordOfDiscussion},
};
use care::ordering::choice::Purpose;
use serde_json::Value;

/// Elements of a Consent of FHIR R4. What another edition says in others, such as a period or a decision, is not known here.
const OF_A_CONSENT: [&str; 23] = [
    "resourceType",
    "id",
    "meta",
    "language",
    "text",
    "contained",
    "extension",
    "identifier",
    "status",
    "scope",
    "category",
    "patient",
    "dateTime",
    "performer",
    "organization",
    "sourceAttachment",
    "sourceReference",
    "policy",
    "policyRule",
    "verification",
    "provision",
    "implicitRules",
    "modifierExtension",
];

const OF_SOMETHING_ELSE: &str = "refuses something else than the test, research or the care of the family, so it is not recorded on the \
                                 order; it is kept with the message: tell the laboratory if it bears on the test";

const ASKED_FOR: &str = "the record of discussion is asked for on the order";

/// Reads a Consent into the choice of the person it is of: by the patient, else by the request that it is about.
pub(super) fn read(reading: &mut Reading, place: usize) {
    let index = reading.index;
    let (resource, path) = (index.resource(place), index.path(place, ""));
    let not_counted = not_counted(resource);
    let nothing = not_counted.is_none().then(|| permits_nothing(reading, place)).flatten();
    let member = whose(reading, place);
    if let Some(member) = member {
        let taken_back = taken_back(resource, index.today);
        if !taken_back.is_empty() || refuses(resource, index.today) {
            reading.details.consents_read.push(path.clone());
        }
        let ended = taken_back.into_iter().map(|back| EndedConsent { place: path.clone(), ..back });
        reading.details.people[member].ended.extend(ended);
    }
    if let Some(reason) = &not_counted {
        return reading.leave(place, &format!("is to follow, or is not in force ({reason}); {ASKED_FOR}"));
    }
    if let (Some(Nothing::Later(when)), Some(member)) = (&nothing, member) {
        reading.note(member, &format!("A consent begins {when}, so it permits nothing yet"));
    }
    if let Some(why) = &nothing {
        reading.leave(place, &format!("{}, so it permits nothing; {ASKED_FOR}", why.label()));
    }
    let Some(member) = member else {
        if nothing.is_none() {
            reading.leave(place, "is about nobody of this order: name the patient or the ServiceRequest; it is kept with the message");
        }
        return;
    };
    let discussion = discussion(resource, path, index.today, nothing.is_none());
    if nothing.is_none() && denies(resource) && [discussion.test, discussion.research, discussion.family] == [None; 3] {
        return reading.leave(place, OF_SOMETHING_ELSE);
    }
    match (nothing, discussion.refuses()) {
        // One that has not begun ends nothing either.
        (Some(Nothing::Later(_)), _) | (Some(_), false) => {}
        (Some(_), true) => add(reading, member, discussion),
        (None, _) => {
            if PURPOSES.iter().any(|(_, code)| permits_when(&resource["provision"], *code, Holds::NotYet, index.today)) {
                reading.note(member, "A part of a consent begins later, so that part permits nothing yet");
            }
            add(reading, member, discussion);
        }
    }
}

/// Why a consent permits nothing.
enum Nothing {
    /// It begins later, on a day or as it says.
    Later(String),
    /// Anything else.
    Other(String),
}

impl Nothing {
    fn label(&self) -> String {
        match self {
            Nothing::Later(when) => format!("has not begun: it begins {when}"),
            Nothing::Other(why) => why.clone(),
        }
    }
}

/// Why a consent that is in force permits nothing: it is not verified, does not hold today, or says something that is not understood.
fn permits_nothing(reading: &Reading, place: usize) -> Option<Nothing> {
    let (resource, today) = (reading.index.resource(place), reading.index.today);
    let other = |why: &str| Some(Nothing::Other(why.into()));
    // A refusal needs nobody to verify it; it is read all the same.
    if text(resource, "/status") == "rejected" {
        return None;
    }
    if list(resource, "/verification").iter().any(|verification| verification["verified"] != Value::Bool(true)) {
        return other("was not verified with the person");
    }
    let fields = resource.as_object().into_iter().flatten().map(|(name, _)| name.as_str());
    let unknown: Vec<&str> = fields.filter(|name| !name.starts_with('_') && !OF_A_CONSENT.contains(name)).collect();
    if !unknown.is_empty() {
        return other(&format!("says what a Consent of FHIR R4 does not say ({})", unknown.join(", ")));
    }
    if holds(&serde_json::json!({ "start": text(resource, "/dateTime") }), today) == Holds::NotYet {
        return other("is dated in the future");
    }
    if !is_of_orders(reading, place, &resource["provision"]) {
        return other("is limited to certain data (provision.data)");
    }
    match holds(&resource["provision"]["period"], today) {
        Holds::Now => None,
        Holds::Ended => other("has ended"),
        Holds::NotYet => Some(Nothing::Later(text(resource, "/provision/period/start").to_owned())),
        Holds::Unreadable => other("has a period that cannot be read"),
    }
}

/// The data that a provision names, and those within it, are requests: what was talked about, not what it is limited to.
fn is_of_orders(reading: &Reading, place: usize, provision: &Value) -> bool {
    let index = reading.index;
    let is_order = |data: &Value| match index.resolve(place, &data["reference"], "ServiceRequest") {
        Ok(Target::Resource(found)) => kind(index.resource(found)) == "ServiceRequest",
        Ok(_) => true,
        Err(_) => text(data, "/reference/reference").contains("ServiceRequest/"),
    };
    let within = list(provision, "/provision");
    list(provision, "/data").iter().all(is_order) && within.iter().all(|inner| is_of_orders(reading, place, inner))
}

/// Whose consent it is: the patient's; only where none is named, of those whose requests it is about.
fn whose(reading: &Reading, place: usize) -> Option<usize> {
    let (index, resource) = (reading.index, reading.index.resource(place));
    if let Some(patient) = resource.get("patient") {
        let target = index.resolve(place, patient, "Patient").ok()?;
        return reading.members.iter().position(|member| member.target == target);
    }
    let data = list(resource, "/provision/data").iter().map(|data| &data["reference"]);
    let requests: Vec<Target> = data.filter_map(|reference| index.resolve(place, reference, "ServiceRequest").ok()).collect();
    reading.members.iter().position(|member| requests.contains(&Target::Resource(member.request)))
}

/// Adds what was chosen: where two forms of a person contradict each other, no is the answer.
pub(super) fn add(reading: &mut Reading, member: usize, discussion: RecordOfDiscussion) {
    let known = &mut reading.details.people[member].discussion;
    *known = Some(match known.take() {
        None => discussion,
        Some(earlier) => RecordOfDiscussion {
            test: both(earlier.test, discussion.test),
            research: both(earlier.research, discussion.research),
            family: both(earlier.family, discussion.family),
            form: if earlier.form == discussion.form { earlier.form } else { format!("{}; {}", earlier.form, discussion.form) },
            place: earlier.place,
            // Of two the earlier day, so that neither counts as later than it is.
            dated: earlier.dated.zip(discussion.dated).map(|(one, other)| one.min(other)),
        },
    });
}

fn both(one: Option<bool>, other: Option<bool>) -> Option<bool> {
    match (one, other) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), _) | (_, Some(true)) => Some(true),
        (None, None) => None,
    }
}

/// Takes away what a person permits in one consent and takes back in another of the same message, unless the permission is dated later.
pub(super) fn settle(reading: &mut Reading) {
    let mut notes = Vec::new();
    for person in &mut reading.details.people {
        let Some(discussion) = &mut person.discussion else { continue };
        for ended in person.ended.iter().filter(|ended| ended.is_taken_back) {
            let is_later = discussion.dated.zip(ended.day).is_some_and(|(permitted, ended)| permitted > ended);
            for purpose in ended.what.iter().filter(|_| !is_later) {
                let answer = match purpose {
                    Purpose::Test => &mut discussion.test,
                    Purpose::Research => &mut discussion.research,
                    Purpose::FamilySharing => &mut discussion.family,
                    Purpose::Recontact | Purpose::SecondaryFindings => continue,
                };
                if answer.take_if(|answer| *answer).is_some() {
                    let message = "is taken back by another consent of the message, and is not dated after it, so it does not count";
                    notes.push(format!("{}: the agreement to {} {message} ({})", discussion.place, purpose.label(), ended.place));
                }
            }
        }
    }
    reading.details.not_used.extend(notes);
}

/// What a consent says; of one that permits nothing, what it refuses.
fn discussion(resource: &Value, place: String, today: Day, is_in_force: bool) -> RecordOfDiscussion {
    let is_refused = text(resource, "/status") == "rejected";
    let answer = |purpose, code| {
        let said = says(resource, (purpose, code), today);
        // What was refused permits nothing, whatever its provisions would have permitted.
        said.map(|is_permitted| is_permitted && !is_refused).filter(|is_permitted| is_in_force || !is_permitted)
    };
    let test = answer(Purpose::Test, act::TREATMENT);
    let (research, family) = (answer(Purpose::Research, act::RESEARCH), answer(Purpose::FamilySharing, act::FAMILY));
    let is_form = policy(resource).contains("record-of-discussion") && is_in_force;
    // A consent that was rejected and names no purpose was rejected in all that it is about.
    let names_none = is_refused && [test, research, family] == [None; 3];
    let covered = covered(resource);
    let of_all = |purpose: Purpose| (names_none && covered.contains(&purpose)).then_some(false);
    RecordOfDiscussion {
        place,
        form: form(resource),
        // Who has filled in the form has talked about the test: it ends with agreeing to it or not.
        test: test.or(is_form.then_some(!is_refused)).or_else(|| of_all(Purpose::Test)),
        research: research.or_else(|| of_all(Purpose::Research)),
        family: family.or_else(|| of_all(Purpose::FamilySharing)),
        dated: day(text(resource, "/dateTime"), false),
    }
}

fn policy(resource: &Value) -> &str {
    text(resource, "/policy/0/uri")
}

/// The form in words.
fn form(resource: &Value) -> String {
    let named = first_of([
        text(resource, "/sourceAttachment/title"),
        text(resource, "/sourceAttachment/url"),
        text(resource, "/sourceReference/display"),
        text(resource, "/sourceReference/identifier/value"),
        text(resource, "/sourceReference/reference"),
    ]);
    let named = if named.is_empty() { "a form that is not named" } else { &named };
    format!("{named}, after {}", if policy(resource).is_empty() { "no policy that is named" } else { policy(resource) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_form_is_called_as_it_is_named() {
        assert_eq!(form(&json!({ "sourceAttachment": { "url": "https://a/b" } })), "https://a/b, after no policy that is named");
    }
}
