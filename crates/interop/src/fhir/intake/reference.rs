//! What a reference means: a resource of the bundle, somebody known by a number, a record of this service. Source: FHIR R4,
//! references (literal, logical, contained, conditional) and the resolution of references in bundles.

use super::{
    bundle_index::BundleIndex,
    json::{kind, text},
    number::{Number, numbers},
};
use care::PatientId;
use serde_json::Value;

/// What a reference means.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Target {
    /// A resource of the bundle, by its place.
    Resource(usize),
    /// Somebody or something that is known by a number and not described here.
    Number(Number),
    /// A person, by their record in this service.
    Record(PatientId),
}

/// The names by which a resource may be referred to: its whole address, and its kind and identifier.
pub(super) fn names(full_url: &str, resource: &Value) -> Vec<String> {
    let (kind, id) = (kind(resource), text(resource, "/id"));
    let mut names = vec![];
    if !full_url.is_empty() {
        names.push(spelling(full_url));
    }
    if !id.is_empty() {
        names.push(format!("{kind}/{id}"));
    }
    match full_url.split('/').collect::<Vec<_>>()[..] {
        [.., in_url, id_in_url] if in_url == kind && id_in_url != id => names.push(format!("{in_url}/{id_in_url}")),
        _ => {}
    }
    names
}

/// An address as it is compared: without a version, and names of the kind `urn:uuid` in small letters.
fn spelling(address: &str) -> String {
    let address = address.split("/_history/").next().unwrap_or_default().trim_end_matches('/');
    if is_urn(address) { address.to_lowercase() } else { address.to_owned() }
}

fn is_urn(address: &str) -> bool {
    address.get(..4).is_some_and(|scheme| scheme.eq_ignore_ascii_case("urn:"))
}

impl<'v> BundleIndex<'v> {
    /// What a reference of a resource means, if it is a resource of a kind: by its text, and by the number in it. Where the two
    /// contradict each other, or mean several resources, it says so.
    pub fn resolve(&self, from: usize, reference: &Value, kind: &'v str) -> Result<Target, String> {
        let by_text = self.by_text(from, text(reference, "/reference"), kind)?;
        let number = reference.get("identifier").and_then(Number::read);
        let Some(number) = number else {
            return by_text.ok_or_else(|| nobody(reference));
        };
        // Of several with one number the one is meant to which the text leads.
        if let Some(Target::Resource(place)) = by_text
            && self.numbered(kind, &number).contains(&place)
        {
            return Ok(Target::Resource(place));
        }
        match (by_text, self.by_number(kind, &number)?) {
            (Some(Target::Resource(place)), Target::Resource(other)) if place != other && !self.is_same(place, other) => {
                Err(format!("the reference '{}' and the identifier {} mean two", text(reference, "/reference"), number.value))
            }
            (Some(Target::Resource(place)), Target::Number(number)) if self.contradicts(place, &number) => {
                Err(format!("'{}' does not have the identifier {}", text(reference, "/reference"), number.value))
            }
            (Some(Target::Resource(place)), _) => Ok(Target::Resource(place)),
            (_, by_number) => Ok(by_number),
        }
    }

    /// The resource of the bundle that a reference means, of whatever kind.
    pub fn find(&self, from: usize, reference: &Value) -> Option<usize> {
        let address = text(reference, "/reference");
        let kind =
            address.split(['/', '?']).next().filter(|k| k.starts_with(char::is_uppercase)).unwrap_or_else(|| text(reference, "/type"));
        let kind = self.resources().map(|(_, r)| super::json::kind(r)).find(|known| *known == kind).unwrap_or("");
        match self.resolve(from, reference, kind) {
            Ok(Target::Resource(place)) => Some(place),
            _ => None,
        }
    }

    fn by_text(&self, from: usize, address: &str, kind: &'v str) -> Result<Option<Target>, String> {
        if address.is_empty() {
            return Ok(None);
        }
        if let Some(id) = address.strip_prefix('#') {
            let place = if id.is_empty() { Some(self.container(from)) } else { self.contained(from, id) };
            return Ok(place.map(Target::Resource));
        }
        if let Some((_, query)) = address.split_once('?') {
            return self.conditional(query, kind).map(Some);
        }
        let places = self.addressed(from, &spelling(address));
        match places[..] {
            [] => Ok(record(address).map(Target::Record)),
            [place] => Ok(Some(Target::Resource(place))),
            [first, ..] if places.iter().all(|place| self.is_same(first, *place)) => Ok(Some(Target::Resource(first))),
            _ => Err(format!("'{address}' means {} resources of the bundle: give each its own fullUrl", places.len())),
        }
    }

    /// The resources with an address: as it stands, else within the server of the resource that refers to it, else by kind and
    /// identifier alone.
    fn addressed(&self, from: usize, address: &str) -> Vec<usize> {
        let exact = self.named(address);
        let is_absolute = address.contains("://");
        if (is_absolute || is_urn(address)) && !exact.is_empty() {
            return exact.to_vec();
        }
        if is_absolute {
            let local = address.rsplit('/').take(2).collect::<Vec<_>>();
            let [id, kind] = local[..] else { return vec![] };
            // A resource of another server is another resource.
            let nowhere = |place: &usize| !text(self.entry(*place), "/fullUrl").contains("://");
            return self.named(&format!("{kind}/{id}")).iter().copied().filter(nowhere).collect();
        }
        let own = text(self.entry(from), "/fullUrl");
        let base = own.contains("://").then(|| own.rsplitn(3, '/').nth(2)).flatten();
        let beside = base.map_or(&[][..], |base| self.named(&format!("{base}/{address}")));
        if beside.is_empty() { exact.to_vec() } else { beside.to_vec() }
    }

    fn conditional(&self, query: &str, kind: &'v str) -> Result<Target, String> {
        let number = match query.split_once('=') {
            Some(("identifier", token)) if !token.contains('&') => Number::from_token(&decoded(token)),
            _ => None,
        };
        let number = number.ok_or_else(|| format!("'{query}' is no condition that is read here: send identifier=system|value alone"))?;
        self.by_number(kind, &number)
    }

    /// The resource with a number, or what is known by it elsewhere.
    pub fn by_number(&self, kind: &'v str, number: &Number) -> Result<Target, String> {
        let places = self.numbered(kind, number);
        match *places {
            [] => Ok(Target::Number(number.clone())),
            [first, ..] if places.iter().all(|place| self.is_same(first, *place)) => Ok(Target::Resource(first)),
            _ => Err(format!("{} resources of the bundle have the identifier {}", places.len(), number.value)),
        }
    }

    /// The same resource was sent twice.
    fn is_same(&self, place: usize, other: usize) -> bool {
        place == other || self.resource(place) == self.resource(other)
    }

    /// The resource has another NHS number, of which a person has one; of other numbers they may have several.
    fn contradicts(&self, place: usize, number: &Number) -> bool {
        if !number.is_nhs() {
            return false;
        }
        let mut same_system = numbers(self.resource(place), self.today).filter(|own| own.system == number.system).peekable();
        same_system.peek().is_some() && same_system.all(|own| own != *number)
    }
}

/// A record of this service, where an address ends in one: `Patient/<identifier>`.
fn record(address: &str) -> Option<PatientId> {
    let address = spelling(address);
    let (before, id) = address.rsplit_once('/')?;
    (before.rsplit('/').next() == Some("Patient")).then(|| id.parse().ok()).flatten()
}

/// The same where this service may have given the identifier: its own are UUIDs of the versions 7 and 8 (RFC 9562).
pub(super) fn own_record(address: &str) -> Option<PatientId> {
    record(address).filter(|record| matches!(record.0.get_version_num(), 7 | 8))
}

fn nobody(reference: &Value) -> String {
    match text(reference, "/reference") {
        "" => "nobody is named".into(),
        address => format!("'{address}' is not in the bundle"),
    }
}

/// A value of a query, in which some characters stand as `%7C`.
pub(super) fn decoded(value: &str) -> String {
    let bytes = value.as_bytes();
    let (mut decoded, mut place) = (Vec::with_capacity(bytes.len()), 0);
    while place < bytes.len() {
        let hex = (bytes[place] == b'%').then(|| value.get(place + 1..place + 3)).flatten();
        if let Some(byte) = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            decoded.push(byte);
            place += 3;
        } else {
            decoded.push(bytes[place]);
            place += 1;
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const NHS: &str = "https://fhir.nhs.uk/Id/nhs-number";

    fn bundle() -> Value {
        let patient =
            |id: &str, number: &str| json!({ "resourceType": "Patient", "id": id, "identifier": [{ "system": NHS, "value": number }] });
        json!({ "entry": [
            { "fullUrl": "https://epr.example/fhir/Patient/abc", "resource": patient("abc", "9990000018") },
            { "fullUrl": "urn:uuid:61EBE359-BFDC-4613-8BF2-C5E300945F0A", "resource": patient("p", "9990000026") },
            { "fullUrl": "https://epr.example/fhir/ServiceRequest/1", "resource": {
                "resourceType": "ServiceRequest", "id": "1", "contained": [patient("in", "9990000034")] } },
            { "fullUrl": "https://other.example/fhir/Patient/abc", "resource": patient("abc", "9990000042") },
        ] })
    }

    /// Where a reference leads, in short.
    fn check(reference: Value, expected: &str) {
        let bundle = bundle();
        let index = BundleIndex::new(&bundle, jiff::civil::date(2026, 11, 29)).expect("a bundle");
        let found = match index.resolve(2, &reference, "Patient") {
            Ok(Target::Resource(place)) => index.path(place, ""),
            Ok(Target::Number(number)) => number.value,
            Ok(Target::Record(id)) => format!("record {id}"),
            Err(why) => why,
        };
        assert_eq!(found, expected, "{reference}");
    }

    #[test]
    fn every_form_of_reference_leads_to_one_person_or_says_why_not() {
        const FIRST: &str = "Bundle.entry[0].resource.ofType(Patient)";
        const SECOND: &str = "Bundle.entry[1].resource.ofType(Patient)";
        let to = |address: &str| json!({ "reference": address });
        check(to("https://epr.example/fhir/Patient/abc"), FIRST);
        check(to("https://epr.example/fhir/Patient/abc/_history/2"), FIRST);
        check(to("Patient/abc"), FIRST);
        check(to("Patient/abc/_history/2"), FIRST);
        check(to("https://third.example/fhir/Patient/abc"), "'https://third.example/fhir/Patient/abc' is not in the bundle");
        check(to("urn:uuid:61ebe359-bfdc-4613-8bf2-c5e300945f0a"), SECOND);
        check(to("Patient/p"), SECOND);
        check(to("#in"), "Bundle.entry[2].resource.ofType(ServiceRequest).contained[0].ofType(Patient)");
        check(to("#out"), "'#out' is not in the bundle");
        check(to(&format!("Patient?identifier={NHS}|9990000026")), SECOND);
        check(to("Patient?identifier=https%3A%2F%2Ffhir.nhs.uk%2FId%2Fnhs-number%7C9990000026"), SECOND);
        check(to(&format!("Patient?identifier={NHS}|9990000050")), "9990000050");
        check(to("Patient?name=x"), "'name=x' is no condition that is read here: send identifier=system|value alone");
        check(to("Patient/018f0000-0000-7000-8000-000000000001"), "record 018f0000-0000-7000-8000-000000000001");
        check(json!({}), "nobody is named");
    }

    #[test]
    fn a_number_is_compared_with_its_system_and_contradictions_are_named() {
        let known = |system: &str, value: &str| json!({ "identifier": { "system": system, "value": value } });
        check(known(NHS, "999 000 0026"), "Bundle.entry[1].resource.ofType(Patient)");
        check(known("https://trust.example/mrn", "9990000026"), "9990000026");
        let both = |number: &str| json!({ "reference": "Patient/p", "identifier": { "system": NHS, "value": number } });
        check(both("9990000026"), "Bundle.entry[1].resource.ofType(Patient)");
        check(both("9990000018"), "the reference 'Patient/p' and the identifier 9990000018 mean two");
        check(both("9990000050"), "'Patient/p' does not have the identifier 9990000050");
    }
}
