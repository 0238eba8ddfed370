//! Who asks, and who is to do the test: a practitioner, in a role, for an organisation; described in the bundle, contained, or known by
//! a number.

use super::{
    bundle_index::BundleIndex,
    json::{first_of, kind, list, text},
    number::{Number, ods_code},
    reference::Target,
};
use crate::incoming_order::Performer;
use serde_json::Value;

/// Who asks.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Requester {
    /// Name of the person.
    pub name: String,
    /// ODS code of the organisation.
    pub organisation: Option<String>,
}

/// Who asks, by a reference of a resource.
pub(super) fn requester(index: &BundleIndex, from: usize, reference: &Value) -> Requester {
    let display = text(reference, "/display").to_owned();
    let by_number = || ods_code(reference).map(str::to_owned);
    let Some(place) = place(index, from, reference) else {
        return Requester { name: display, organisation: by_number() };
    };
    let resource = index.resource(place);
    let found = match kind(resource) {
        "PractitionerRole" => in_role(index, place, resource),
        "Practitioner" => Requester { name: practitioner_name(resource), organisation: None },
        "Organization" => Requester { name: String::new(), organisation: organisation(resource) },
        _ => Requester::default(),
    };
    let name = if found.name.is_empty() { display } else { found.name };
    Requester { name, organisation: found.organisation.or_else(by_number) }
}

/// Who is to do the test, as a request asks.
pub(super) fn performers(index: &BundleIndex, request: usize) -> Vec<Performer> {
    let references = list(index.resource(request), "/performer").iter().enumerate();
    let read = |(nth, reference): (usize, &Value)| {
        let found = requester(index, request, reference);
        let described = place(index, request, reference).map_or("", |place| text(index.resource(place), "/name"));
        let number = found.organisation.as_deref().unwrap_or_default();
        let address = [text(reference, "/identifier/value"), text(reference, "/reference")];
        let name = first_of([found.name.as_str(), described, number, address[0], address[1]]);
        Performer { name, place: index.path(request, &format!(".performer[{nth}]")), organisation: found.organisation }
    };
    references.map(read).filter(|performer| !performer.name.is_empty()).collect()
}

/// Kinds of those who may ask.
const KINDS: [&str; 3] = ["PractitionerRole", "Practitioner", "Organization"];

/// Who asks, where the bundle describes them: by the reference, else by the number in it.
fn place(index: &BundleIndex, from: usize, reference: &Value) -> Option<usize> {
    let by_number = || {
        let number = reference.get("identifier").and_then(Number::read)?;
        KINDS.into_iter().find_map(|kind| match index.by_number(kind, &number) {
            Ok(Target::Resource(place)) => Some(place),
            _ => None,
        })
    };
    index.find(from, reference).or_else(by_number)
}

/// The resources that describe who asks.
pub(super) fn described_by(index: &BundleIndex, from: usize, reference: &Value) -> Vec<usize> {
    let Some(first) = place(index, from, reference) else { return vec![] };
    let resource = index.resource(first);
    let parts = ["practitioner", "organization"].into_iter().filter_map(|part| place(index, first, resource.get(part)?));
    std::iter::once(first).chain(parts).collect()
}

fn in_role(index: &BundleIndex, place: usize, role: &Value) -> Requester {
    let resource = |path: &str| self::place(index, place, &role[path]).map(|found| index.resource(found));
    let name = resource("practitioner").map_or_else(String::new, practitioner_name);
    let organisation = resource("organization").and_then(organisation);
    Requester {
        name: if name.is_empty() { text(role, "/practitioner/display").to_owned() } else { name },
        organisation: organisation.or_else(|| number(&role["organization"])),
    }
}

/// The ODS code of an organisation, else its first number.
fn organisation(resource: &Value) -> Option<String> {
    let first = || list(resource, "/identifier").iter().map(|i| text(i, "/value")).find(|value| !value.is_empty());
    ods_code(resource).or_else(first).map(str::to_owned)
}

/// The number of an organisation that is referred to by it.
fn number(reference: &Value) -> Option<String> {
    let number = text(reference, "/identifier/value");
    (!number.is_empty()).then(|| number.to_owned())
}

/// The name of a practitioner as people write it.
fn practitioner_name(resource: &Value) -> String {
    let name = &resource["name"][0];
    let part = |path: &str| list(name, path).iter().filter_map(Value::as_str).map(str::trim).collect::<Vec<_>>().join(" ");
    let parts = [part("/prefix"), part("/given"), text(name, "/family").to_owned()];
    let whole = parts.iter().filter(|part| !part.is_empty()).map(String::as_str).collect::<Vec<_>>().join(" ");
    first_of([text(name, "/text"), &whole])
}
