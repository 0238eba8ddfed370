//! How a sender names its own resources: by number, and by address on its own server. Source: FHIR R4, Bundle.entry.fullUrl and
//! Reference.

use super::{
    bundle_index::BundleIndex,
    json::{list, scalar, text},
    number::{Number, is_in_use},
    reference::Target,
};
use care::ordering::order::{SenderResource, SenderResources};
use serde_json::Value;

/// Characters of an address or a number at the most; what is longer is left out.
const LENGTH_MAX: usize = 500;

/// The request of a place and its subject; specimens are added as they are read.
pub(super) fn resources(index: &BundleIndex, request: usize, subject: &Target) -> SenderResources {
    SenderResources { request: placed(index, request), patient: patient(index, request, subject), specimens: referred(index, request) }
}

/// Specimens that the request refers to by address and number, and that the bundle does not hold.
fn referred(index: &BundleIndex, request: usize) -> Vec<SenderResource> {
    let references = list(index.resource(request), "/specimen").iter().filter(|reference| index.find(request, reference).is_none());
    let named = references.map(|r| SenderResource { address: address(text(r, "/reference")), ..numbered(&r["identifier"]) });
    named.filter(|own| !own.address.is_empty() && !own.value.is_empty()).collect()
}

/// A specimen of the bundle.
pub(super) fn specimen(index: &BundleIndex, place: usize) -> SenderResource {
    let of_identifiers = placed(index, place);
    if !of_identifiers.value.is_empty() {
        return of_identifiers;
    }
    SenderResource { address: of_identifiers.address, ..numbered(&index.resource(place)["accessionIdentifier"]) }
}

/// A request or a specimen: the number of who placed it before others, never that of who fills it. Source: HL7 table 0203.
fn placed(index: &BundleIndex, place: usize) -> SenderResource {
    let kind = |identifier: &&Value| text(identifier, "/type/coding/0/code").to_owned();
    let numbers = in_use(index, place);
    let placer = numbers.iter().find(|identifier| kind(identifier) == "PLAC");
    let number = placer.or_else(|| numbers.iter().find(|identifier| kind(identifier) != "FILL"));
    let requisition = &index.resource(place)["requisition"];
    named(index, place, number.copied().unwrap_or(requisition))
}

/// The patient: the NHS number before a hospital's own.
fn patient(index: &BundleIndex, request: usize, subject: &Target) -> SenderResource {
    match subject {
        Target::Resource(place) => {
            let numbers = in_use(index, *place);
            let is_nhs = |identifier: &&&Value| Number::read(identifier).is_some_and(|number| number.is_nhs());
            let number = numbers.iter().find(is_nhs).or(numbers.first());
            named(index, *place, number.copied().unwrap_or(&Value::Null))
        }
        Target::Number(number) => SenderResource {
            address: address(text(index.resource(request), "/subject/reference")),
            system: number.system.clone(),
            value: number.value.clone(),
        },
        // A record of this service is known to the sender by its number here, not by one of its own.
        Target::Record(_) => SenderResource::default(),
    }
}

/// The identifiers of a resource that are in use and have a number.
fn in_use<'v>(index: &BundleIndex<'v>, place: usize) -> Vec<&'v Value> {
    let identifiers = list(index.resource(place), "/identifier").iter();
    identifiers.filter(|identifier| is_in_use(identifier, index.today) && Number::read(identifier).is_some()).collect()
}

/// A resource with its address, where it is one of the sender's server, and a number.
fn named(index: &BundleIndex, place: usize, identifier: &Value) -> SenderResource {
    let full_url = if index.is_contained(place) { "" } else { text(index.entry(place), "/fullUrl") };
    SenderResource { address: address(full_url), ..numbered(identifier) }
}

fn numbered(identifier: &Value) -> SenderResource {
    let (system, value) = (text(identifier, "/system"), scalar(identifier, "/value"));
    if value.is_empty() || value.len() > LENGTH_MAX || system.len() > LENGTH_MAX {
        return SenderResource::default();
    }
    SenderResource { address: String::new(), system: system.to_owned(), value }
}

/// An address of a server, without a version; empty where it is none, such as `urn:uuid:…`.
fn address(full_url: &str) -> String {
    let plain = full_url.split("/_history/").next().unwrap_or_default();
    let is_web = plain.starts_with("https://") || plain.starts_with("http://");
    let is_clean = plain.len() <= LENGTH_MAX && plain.chars().all(|c| c.is_ascii_graphic()) && !plain.contains(['?', '#', '"', '<', '>']);
    if is_web && is_clean { plain.to_owned() } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_of_a_server() {
        for (full_url, expected) in [
            ("https://epr.example/fhir/Patient/7", "https://epr.example/fhir/Patient/7"),
            ("https://epr.example/fhir/Patient/7/_history/3", "https://epr.example/fhir/Patient/7"),
            ("http://10.0.0.5/Patient/7", "http://10.0.0.5/Patient/7"),
            ("urn:uuid:018f0000-0000-7000-8000-000000000001", ""),
            ("Patient/7", ""),
            ("https://epr.example/Patient?identifier=7", ""),
            ("https://epr.example/\"><script>", ""),
            ("", ""),
        ] {
            assert_eq!(address(full_url), expected, "{full_url}");
        }
    }
}
