//! The system that sent a request, and how it names what stands in it.

use crate::StaffId;
use serde::{Deserialize, Serialize};

/// The system that sent a request, and its own number for it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Sender {
    /// Which system.
    pub client: StaffId,
    /// Its number of the order (placer order number).
    pub number: String,
    /// Whose numbers these are, where it says: two orders may have the same number in two systems.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub system: String,
    /// How it names the request, its patient and specimens in FHIR, so that a result refers to what it has.
    #[serde(default, skip_serializing_if = "SenderResources::is_empty")]
    pub resources: SenderResources,
}

/// How a sender names, in FHIR, what its order is made of.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SenderResources {
    /// The proband's request.
    #[serde(skip_serializing_if = "SenderResource::is_empty")]
    pub request: SenderResource,
    /// The proband.
    #[serde(skip_serializing_if = "SenderResource::is_empty")]
    pub patient: SenderResource,
    /// The proband's specimens.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub specimens: Vec<SenderResource>,
}

/// A resource of a sender.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SenderResource {
    /// Its address on the sender's own server; empty where the sender gave none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub address: String,
    /// Whose number it has; empty where the sender does not say.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub system: String,
    /// Its number; empty where it has none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub value: String,
}

impl SenderResources {
    /// Nothing is named.
    pub fn is_empty(&self) -> bool {
        self.request.is_empty() && self.patient.is_empty() && self.specimens.is_empty()
    }

    /// The same with the addresses that the sender states now; what it does not state stays as it was. Numbers stay: by them the order
    /// is found.
    #[must_use]
    pub fn renewed(&self, stated: &SenderResources) -> SenderResources {
        let mut specimens = self.specimens.clone();
        for own in stated.specimens.iter().filter(|own| !own.is_empty()) {
            let is_it = |known: &&mut SenderResource| match (known.value.is_empty(), own.value.is_empty()) {
                (false, false) => (&known.system, &known.value) == (&own.system, &own.value),
                _ => known.address == own.address,
            };
            match specimens.iter_mut().find(is_it) {
                Some(known) => *known = known.renewed(own),
                None => specimens.push(own.clone()),
            }
        }
        SenderResources { request: self.request.renewed(&stated.request), patient: self.patient.renewed(&stated.patient), specimens }
    }

    /// The same without addresses of which something is true.
    #[must_use]
    pub fn without(mut self, is_foreign: impl Fn(&str) -> bool) -> SenderResources {
        let all = [&mut self.request, &mut self.patient].into_iter().chain(&mut self.specimens);
        all.filter(|own| is_foreign(&own.address)).for_each(|own| own.address.clear());
        self.specimens.retain(|own| !own.is_empty());
        self
    }
}

impl SenderResource {
    /// It has neither an address nor a number.
    pub fn is_empty(&self) -> bool {
        self.address.is_empty() && self.value.is_empty()
    }

    fn renewed(&self, stated: &SenderResource) -> SenderResource {
        let address = if stated.address.is_empty() { &self.address } else { &stated.address };
        SenderResource { address: address.clone(), ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_before_reads_as_before_and_is_written_as_before() {
        let before = r#"{"client":"00000000-0000-0000-0000-000000000002","number":"P-1"}"#;
        let sender: Sender = serde_json::from_str(before).expect("read");
        assert!(sender.resources.is_empty());
        assert_eq!(serde_json::to_string(&sender).expect("written"), before);
        let address = "https://epr.example/fhir/Patient/7".to_owned();
        let patient = SenderResource { address, ..SenderResource::default() };
        let named = Sender { resources: SenderResources { patient, ..SenderResources::default() }, ..sender };
        let text = serde_json::to_string(&named).expect("written");
        assert_eq!(serde_json::from_str::<Sender>(&text).expect("read"), named, "{text}");
    }

    #[test]
    fn addresses_are_renewed_numbers_stay_and_what_is_not_stated_stays() {
        let own = |address: &str, value: &str| SenderResource { address: address.into(), system: "s".into(), value: value.into() };
        let before = SenderResources {
            request: own("https://old/ServiceRequest/8", "F-1"),
            patient: own("https://old/Patient/7", "9990000018"),
            specimens: vec![own("https://old/Specimen/9", "T-9")],
        };
        let stated = SenderResources {
            request: own("", "OG-1"),
            patient: own("https://new/Patient/70", ""),
            specimens: vec![own("https://new/Specimen/90", "T-9"), own("https://new/Specimen/91", "T-10"), own("", "")],
        };
        let renewed = before.renewed(&stated);
        assert_eq!(renewed.request, before.request);
        assert_eq!(renewed.patient, own("https://new/Patient/70", "9990000018"));
        assert_eq!(renewed.specimens, [own("https://new/Specimen/90", "T-9"), own("https://new/Specimen/91", "T-10")]);
        assert_eq!(before.renewed(&SenderResources::default()), before);
        let left = renewed.without(|address| address.starts_with("https://new/"));
        assert_eq!((left.patient.address.as_str(), left.request.address.as_str()), ("", "https://old/ServiceRequest/8"));
    }
}
