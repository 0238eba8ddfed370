//! Orders: a transaction of the order-management API, or a message Bundle. Source: NHS England Genomics FHIR guide.

mod consent;
mod people;

use crate::asked::{Asked, Code, Faults, Feature, Question, Wanted, What};
use care::ordering::{
    family::{Affected, Relationship},
    message::Fault,
};
use consent::consent;
use serde_json::Value;
use std::collections::HashMap;

/// What a bundle asks for.
#[derive(Debug)]
pub struct Intake {
    /// Orders.
    pub orders: Vec<Asked>,
    /// Kind of each entry's resource, in order.
    pub entries: Vec<String>,
}

/// A bundle with its entries found by reference.
pub(crate) struct Held<'v> {
    entries: Vec<&'v Value>,
    resources: Vec<&'v Value>,
    by_reference: HashMap<String, usize>,
}

/// The text of a path such as `/code/coding/0/code`; empty where there is none.
pub(crate) fn text<'v>(value: &'v Value, path: &str) -> &'v str {
    value.pointer(path).and_then(Value::as_str).unwrap_or_default().trim()
}

/// The items of a list; none where there is none.
pub(crate) fn list<'v>(value: &'v Value, path: &str) -> &'v [Value] {
    value.pointer(path).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// Reads a bundle, or a single ServiceRequest that changes an order.
pub fn read(body: &str) -> Result<Intake, Faults> {
    let value: Value = serde_json::from_str(body)
        .map_err(|why| vec![Fault::new(format!("line {}, column {}", why.line(), why.column()), format!("This is no JSON: {why}"))])?;
    let kind = text(&value, "/resourceType");
    if kind != "Bundle" {
        let words = format!("Send a Bundle of type transaction or message; this is '{kind}'");
        return Err(vec![Fault::new("Bundle", words)]);
    }
    let bundle = text(&value, "/type");
    if !["transaction", "message"].contains(&bundle) {
        return Err(vec![Fault::new("Bundle.type", format!("'{bundle}' is not acted on; send a transaction or a message"))]);
    }
    let held = Held::of(&value)?;
    let orders = orders(&held)?;
    Ok(Intake { orders, entries: held.resources.iter().map(|r| text(r, "/resourceType").to_owned()).collect() })
}

impl<'v> Held<'v> {
    fn of(bundle: &'v Value) -> Result<Held<'v>, Faults> {
        let entries: Vec<&Value> = list(bundle, "/entry").iter().collect();
        let (mut resources, mut by_reference, mut faults) = (Vec::new(), HashMap::new(), Vec::new());
        for (at, entry) in entries.iter().enumerate() {
            let Some(resource) = entry.get("resource") else {
                faults.push(Fault::new(format!("Bundle.entry[{at}]"), "The entry has no resource"));
                continue;
            };
            let (kind, id, full) = (text(resource, "/resourceType"), text(resource, "/id"), text(entry, "/fullUrl"));
            for name in [full.to_owned(), format!("{kind}/{id}")] {
                by_reference.entry(name).or_insert(at);
            }
            if let [.., kind, id] = full.split('/').collect::<Vec<_>>()[..] {
                by_reference.entry(format!("{kind}/{id}")).or_insert(at);
            }
            resources.push(resource);
        }
        if resources.is_empty() {
            faults.push(Fault::new("Bundle.entry", "The bundle is empty"));
        }
        if faults.is_empty() { Ok(Held { entries, resources, by_reference }) } else { Err(faults) }
    }

    /// The place of what a reference means: by its text, else by the identifier in it.
    pub(crate) fn place(&self, reference: &Value) -> Option<usize> {
        let by_text = self.by_reference.get(text(reference, "/reference")).copied();
        let number = text(reference, "/identifier/value");
        by_text.or_else(|| {
            let has = |r: &Value| list(r, "/identifier").iter().any(|i| text(i, "/value") == number);
            if number.is_empty() { None } else { self.resources.iter().position(|r| text(r, "/resourceType") == "Patient" && has(r)) }
        })
    }

    pub(crate) fn of_kind(&self, kind: &str) -> impl Iterator<Item = (usize, &'v Value)> {
        self.resources.iter().copied().enumerate().filter(move |(_, r)| text(r, "/resourceType") == kind)
    }

    /// A path of a fault.
    pub(crate) fn at(&self, place: usize, path: &str) -> String {
        format!("Bundle.entry[{place}].resource.ofType({}){path}", text(self.resources[place], "/resourceType"))
    }

    pub(crate) fn resource(&self, place: usize) -> &'v Value {
        self.resources[place]
    }
}

fn orders(held: &Held) -> Result<Vec<Asked>, Faults> {
    let requests: Vec<(usize, &Value)> = held.of_kind("ServiceRequest").collect();
    if requests.is_empty() {
        return Err(vec![Fault::new("Bundle", "The bundle has no ServiceRequest, so it orders nothing and changes nothing")]);
    }
    let (mut orders, mut faults) = (Vec::new(), Vec::new());
    // A relative's request belongs to the proband's order.
    let (relatives, probands): (Vec<_>, Vec<_>) = requests.iter().copied().partition(|(_, r)| is_relative(held, r, requests.len()));
    if probands.is_empty() {
        let alone = |(place, _): &(usize, &Value)| {
            Fault::new(
                held.at(*place, ".extension"),
                "This request is for a relative, and the patient's own is not in the bundle: send the whole family in one bundle",
            )
        };
        return Err(relatives.iter().map(alone).collect());
    }
    for (place, request) in &probands {
        // Of several patients in one bundle each has their own relatives: by the group, else by who is related to whom.
        let own = |(_, other): &&(usize, &Value)| {
            let group = text(request, "/requisition/value");
            let grouped = !group.is_empty() && text(other, "/requisition/value") == group;
            probands.len() == 1 || grouped || is_relative_of(held, other, request)
        };
        let family: Vec<usize> = relatives.iter().filter(own).map(|(place, _)| *place).collect();
        match order(held, *place, request, &family) {
            Ok(order) => orders.push(order),
            Err(wrong) => faults.extend(wrong),
        }
    }
    if faults.is_empty() { Ok(orders) } else { Err(faults) }
}

fn is_relative(held: &Held, request: &Value, of: usize) -> bool {
    let role = list(request, "/extension").iter().find(|e| text(e, "/url").ends_with("Extension-Genomic-Patient-Role"));
    match role.map(|e| text(e, "/valueCodeableConcept/coding/0/code")) {
        Some("consultand") => true,
        Some(_) => false,
        None if of == 1 => false,
        // Without a role: the subject is somebody's relative in this bundle.
        None => !relations(held, request).is_empty(),
    }
}

fn is_relative_of(held: &Held, request: &Value, proband: &Value) -> bool {
    let subject = held.place(&proband["subject"]);
    subject.is_some() && relations(held, request).iter().any(|(_, relation)| held.place(&relation["patient"]) == subject)
}

/// The RelatedPersons with a number of the person whom a request is for, with their places.
fn relations<'v>(held: &Held<'v>, request: &Value) -> Vec<(usize, &'v Value)> {
    let Some(subject) = held.place(&request["subject"]) else { return vec![] };
    let numbers: Vec<&str> =
        list(held.resource(subject), "/identifier").iter().map(|i| text(i, "/value")).filter(|n| !n.is_empty()).collect();
    let own = |(_, r): &(usize, &Value)| list(r, "/identifier").iter().any(|i| numbers.contains(&text(i, "/value")));
    held.of_kind("RelatedPerson").filter(own).collect()
}

fn order(held: &Held, place: usize, request: &Value, family: &[usize]) -> Result<Asked, Faults> {
    let entry = held.entries[place];
    let url = text(entry, "/request/url");
    let is_change = text(entry, "/request/method") == "PUT";
    let identifier = list(request, "/identifier").first().map_or("", |i| text(i, "/value"));
    let named = if is_change { url.rsplit('/').next().unwrap_or_default() } else { text(request, "/id") };
    let full = text(entry, "/fullUrl");
    let number = [identifier, text(request, "/requisition/value"), named, full].into_iter().find(|n| !n.is_empty()).unwrap_or_default();
    let number = if is_change { named } else { number }.to_owned();
    let at = held.at(place, ".identifier");
    if number.is_empty() {
        return Err(vec![Fault::new(at, "Give the order an identifier, an id or a fullUrl, so that it can be told from others")]);
    }
    let what = match text(request, "/status") {
        "revoked" => What::Cancel(reason(held).unwrap_or_else(|| "Revoked by the sender, who gave no reason".into())),
        "entered-in-error" => What::InError(reason(held).unwrap_or_else(|| "Entered in error, as the sender says".into())),
        "active" if is_change => match reason(held) {
            Some(reason) => What::Amend(Box::new(wanted(held, place, request, family)?), reason),
            None => {
                return Err(vec![Fault::new(
                    "Provenance",
                    "A change of an order after it was placed needs a Provenance with its reason in the same bundle",
                )]);
            }
        },
        "active" => What::Place(Box::new(wanted(held, place, request, family)?)),
        other => {
            let words =
                format!("'{other}' is not acted on; active places or changes an order, revoked cancels it, entered-in-error marks it so");
            return Err(vec![Fault::new(held.at(place, ".status"), words)]);
        }
    };
    Ok(Asked { number, at, what })
}

/// Why something is changed, from the bundle's Provenance.
fn reason(held: &Held) -> Option<String> {
    let (_, provenance) = held.of_kind("Provenance").next()?;
    let said = words(&provenance["reason"][0]);
    (!said.is_empty()).then_some(said)
}

/// A concept in words: its text, else the display of its first coding, else its code.
pub(crate) fn words(concept: &Value) -> String {
    [text(concept, "/text"), text(concept, "/coding/0/display"), text(concept, "/coding/0/code")]
        .into_iter()
        .find(|w| !w.is_empty())
        .unwrap_or_default()
        .to_owned()
}

fn codes(concept: &Value) -> impl Iterator<Item = Code> + '_ {
    list(concept, "/coding").iter().map(|c| Code::new(text(c, "/system"), text(c, "/code"), text(c, "/display")))
}

fn question(request: &Value) -> Question {
    for coding in list(request, "/category").iter().flat_map(|c| list(c, "/coding")) {
        let (system, code) = (text(coding, "/system"), text(coding, "/code"));
        match code {
            "sample-storage" => return Question::Storage,
            _ if system.contains("cancer") || code.contains("cancer") => return Question::Tumour,
            "predictive" => return Question::Predictive,
            "carrier" => return Question::Carrier,
            "prenatal-diagnosis" => return Question::Prenatal,
            "reanalysis" => return Question::Reanalysis,
            _ => {}
        }
    }
    match words(&request["code"]).to_lowercase() {
        name if name.contains("re-interpretation") || name.contains("reinterpretation") => Question::Reinterpretation,
        name if name.contains("reanalysis") || name.contains("re-analysis") => Question::Reanalysis,
        _ => Question::Diagnostic,
    }
}

fn wanted(held: &Held, place: usize, request: &Value, family: &[usize]) -> Result<Wanted, Faults> {
    let mut wanted = Wanted { question: question(request), ..Wanted::default() };
    wanted.tests = codes(&request["code"]).chain(list(request, "/reasonCode").iter().flat_map(codes)).collect();
    wanted.urgent = ["urgent", "asap", "stat"].contains(&text(request, "/priority"));
    wanted.earlier = list(request, "/basedOn").first().map_or_else(String::new, |b| {
        [text(b, "/identifier/value"), text(b, "/reference"), text(b, "/display")]
            .into_iter()
            .find(|n| !n.is_empty())
            .unwrap_or_default()
            .to_owned()
    });
    let reasons = list(request, "/category").iter().map(|c| text(c, "/text")).filter(|t| !t.is_empty());
    wanted.notes.extend(reasons.chain(list(request, "/note").iter().map(|n| text(n, "/text"))).map(str::to_owned));
    let role = request.get("requester").and_then(|r| held.place(r)).map(|at| held.resource(at));
    let named = role.map_or("", |r| text(r, "/practitioner/display"));
    wanted.requester = [named, text(request, "/requester/display")].into_iter().find(|n| !n.is_empty()).unwrap_or_default().into();
    wanted.organisation = role.map(|r| text(r, "/organization/identifier/value")).filter(|c| !c.is_empty()).map(str::to_owned);
    let mut faults = Vec::new();
    for place in std::iter::once(place).chain(family.iter().copied()) {
        match people::person(held, place, family.contains(&place)) {
            Ok(person) => wanted.people.push(person),
            Err(fault) => faults.push(fault),
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let fetuses = people::fetuses(held);
    if let Some(nth) = fetuses.iter().position(|at| wanted.people[0].parts.contains(at)) {
        wanted.fetus = Some((u8::try_from(nth + 1).unwrap_or(u8::MAX), u8::try_from(fetuses.len()).unwrap_or(u8::MAX)));
    }
    let proband = wanted.people[0].parts.clone();
    for (at, resource) in held.resources.iter().enumerate() {
        let subject = resource.get("subject").or_else(|| resource.get("patient")).and_then(|s| held.place(s));
        let of_proband = subject.is_none_or(|s| proband.contains(&s));
        match text(resource, "/resourceType") {
            "Observation" => observation(held, at, resource, of_proband, &mut wanted),
            "Condition" if of_proband => condition(held, at, resource, &mut wanted),
            "Specimen" if of_proband => wanted.specimens.push(specimen(resource)),
            "Consent" => consent(held, at, resource, &mut wanted),
            "QuestionnaireResponse" | "Procedure" | "FamilyMemberHistory" | "DocumentReference" | "Questionnaire" => {
                wanted.left.push(format!("{} is kept with the message and not read into the order", held.at(at, "")));
            }
            _ => {}
        }
    }
    Ok(wanted)
}

/// Answers that say no. Source: SNOMED CT and LOINC answer codes in the guide's examples.
const ABSENT: [&str; 5] = ["260415000", "260385009", "2667000", "LA9634-2", "373067005"];
/// Questions whose answers are told in words. Source: the guide's minimum data set questions.
const TOLD: [&str; 14] = [
    "723621000000103",
    "60001007",
    "77386006",
    "160475008",
    "842009",
    "416128008",
    "5447007",
    "77465005",
    "23719005",
    "609520005",
    "161743003",
    "87006007",
    "371510003",
    "445640009",
];

fn observation(held: &Held, at: usize, resource: &Value, of_proband: bool, wanted: &mut Wanted) {
    let Some(code) = codes(&resource["code"]).next() else { return };
    let answer = &resource["valueCodeableConcept"];
    let said: Vec<&str> = list(answer, "/coding").iter().map(|c| text(c, "/code")).collect();
    let absent = resource["valueBoolean"] == Value::Bool(false) || said.iter().any(|c| ABSENT.contains(c));
    if code.system.contains("GenomicTest") {
        // Disease status. Source: SNOMED CT 103310001, patient not affected.
        if said.contains(&"103310001") && of_proband {
            wanted.people[0].affected = Affected::No;
        }
        return;
    }
    if code.code == "77386006" {
        gestation(resource, wanted);
    }
    let is_feature = code.is_hpo()
        || (code.system == super::system::SNOMED && !TOLD.contains(&code.code.as_str()) && resource.get("valueQuantity").is_none());
    if is_feature && of_proband {
        wanted.features.push(Feature { code, absent, at: held.at(at, ".code") });
        return;
    }
    let value = match (&resource["valueQuantity"]["value"], &resource["valueBoolean"]) {
        (Value::Number(n), _) => format!("{n} {}", text(resource, "/valueQuantity/unit")),
        (_, Value::Bool(yes)) => if *yes { "yes" } else { "no" }.to_owned(),
        _ if !words(answer).is_empty() => words(answer),
        _ => text(resource, "/valueString").to_owned(),
    };
    let asked = words(&resource["code"]);
    wanted.notes.push(if value.is_empty() { asked } else { format!("{}: {value}", asked.trim_end_matches('?')) });
}

fn gestation(resource: &Value, wanted: &mut Wanted) {
    for component in list(resource, "/component") {
        // Gestational age.
        if text(component, "/code/coding/0/code") == "226081000000107" {
            let value = component.pointer("/valueQuantity/value").and_then(Value::as_u64).and_then(|v| u32::try_from(v).ok());
            let weeks = text(component, "/valueQuantity/code") == "wk";
            wanted.gestation_days = value.map(|v| if weeks { v.saturating_mul(7) } else { v });
        }
    }
}

fn condition(held: &Held, at: usize, resource: &Value, wanted: &mut Wanted) {
    let Some(code) = codes(&resource["code"]).next() else { return };
    if code.system.contains("GenomicTest") {
        return;
    }
    if wanted.question == Question::Tumour && wanted.diagnosis.is_empty() {
        wanted.diagnosis = words(&resource["code"]);
    }
    wanted.notes.extend(list(resource, "/note").iter().map(|n| text(n, "/text").to_owned()));
    wanted.features.push(Feature { code, absent: false, at: held.at(at, ".code") });
}

fn specimen(resource: &Value) -> String {
    let number = list(resource, "/identifier").first().map_or("", |i| text(i, "/value"));
    let state = words(&resource["condition"][0]);
    [words(&resource["type"]), state, number.to_owned()].into_iter().filter(|w| !w.is_empty()).collect::<Vec<_>>().join(", ")
}

/// Relationship of a RelatedPerson's code. Source: HL7 v3 RoleCode.
pub(crate) fn relationship(code: &str) -> Option<Relationship> {
    Some(match code {
        "MTH" | "NMTH" | "NMTHF" | "GESTM" => Relationship::Mother,
        "FTH" | "NFTH" | "NFTHF" => Relationship::Father,
        "SIB" | "NSIB" | "BRO" | "SIS" | "NBRO" | "NSIS" | "TWIN" | "TWINBRO" | "TWINSIS" | "FTWIN" | "ITWIN" => Relationship::Sibling,
        "HSIB" | "HBRO" | "HSIS" => Relationship::HalfSibling,
        "CHILD" | "NCHILD" | "SON" | "DAU" | "SONC" | "DAUC" => Relationship::Child,
        "GRPRN" | "GRMTH" | "GRFTH" | "MGRMTH" | "MGRFTH" | "PGRMTH" | "PGRFTH" => Relationship::Grandparent,
        "AUNT" | "UNCLE" | "MAUNT" | "PAUNT" | "MUNCLE" | "PUNCLE" => Relationship::AuntOrUncle,
        "COUSN" | "MCOUSN" | "PCOUSN" => Relationship::Cousin,
        "DOMPART" | "SPS" | "HUSB" | "WIFE" | "SIGOTHR" => Relationship::Partner,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn of_two_patients_in_a_bundle_each_has_their_own_mother() {
        let entry = |kind: &str, id: &str, mut resource: Value| {
            resource["resourceType"] = json!(kind);
            resource["id"] = json!(id);
            json!({ "fullUrl": format!("urn:{kind}/{id}"), "resource": resource, "request": { "method": "POST", "url": kind } })
        };
        let person = |id: &str| {
            entry(
                "Patient",
                id,
                json!({ "identifier": [{ "value": id }], "name": [{ "family": id, "given": ["A"] }], "birthDate": "2000-01-01" }),
            )
        };
        let request =
            |id: &str| entry("ServiceRequest", id, json!({ "status": "active", "subject": { "reference": format!("Patient/{id}") } }));
        let mother = |id: &str, of: &str| {
            let relationship = json!([{ "coding": [{ "code": "NMTH" }] }]);
            entry(
                "RelatedPerson",
                id,
                json!({ "identifier": [{ "value": id }], "patient": { "reference": format!("Patient/{of}") }, "relationship": relationship }),
            )
        };
        let mut entries = vec![mother("m1", "c1"), mother("m2", "c2")];
        for id in ["c1", "m1", "c2", "m2"] {
            entries.extend([person(id), request(id)]);
        }
        let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": entries });
        let read = read(&bundle.to_string()).expect("read");
        let families: Vec<Vec<&str>> = read.orders.iter().map(|o| o.what.people().iter().map(|p| p.family.as_str()).collect()).collect();
        assert_eq!(families, [["c1", "m1"], ["c2", "m2"]]);
    }
}
