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
}

impl SenderResource {
    /// It has neither an address nor a number.
    pub fn is_empty(&self) -> bool {
        self.address.is_empty() && self.value.is_empty()
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
}
