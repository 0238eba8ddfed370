//! The system that sent a request, and how it names what stands in it.

use crate::StaffId;
use jiff::Timestamp;
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
    /// Of several tests under one number the second and further ones: the number ends with `#` and this. The sender knows it without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<u32>,
    /// When the sender wrote what the order asks for now, where its messages say that: an older one changes nothing any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stated_at: Option<Timestamp>,
    /// How it names the request, its patient and specimens in FHIR, so that a result refers to what it has.
    #[serde(default, skip_serializing_if = "SenderResources::is_empty")]
    pub resources: SenderResources,
}

impl Sender {
    /// Whether a number that is stated with a system may be this one, as far as both say whose it is: a name and an address (a URI)
    /// cannot be compared, since each is how another language says it.
    pub fn may_be_of(&self, stated: &str) -> bool {
        let (own, stated) = (without_scheme(&self.system), without_scheme(stated));
        let is_unsaid = own.is_empty() || stated.is_empty();
        let is_other_language = is_address(own) != is_address(stated);
        is_unsaid || is_other_language || own == stated || (!is_address(own) && own.eq_ignore_ascii_case(stated))
    }

    /// Whether a number that is stated with a system is of the same system for certain: both say whose it is, in one language.
    pub fn is_of(&self, stated: &str) -> bool {
        let (own, other) = (without_scheme(&self.system), without_scheme(stated));
        !own.is_empty() && !other.is_empty() && is_address(own) == is_address(other) && self.may_be_of(stated)
    }

    /// A number as it is kept, of the order of one of several tests under it. A sender's own number may be written so too: which of them
    /// it is the part says.
    pub fn kept_number(number: &str, part: Option<u32>) -> String {
        part.map_or_else(|| number.to_owned(), |part| format!("{number}#{part}"))
    }

    /// Whether this is a part of a number; without a part, the order of the number itself.
    pub fn is_numbered(&self, number: &str, part: Option<u32>) -> bool {
        self.part == part && self.placer_number() == number
    }

    /// The number as the sender wrote it.
    pub fn placer_number(&self) -> &str {
        let without = self.part.and_then(|part| self.number.strip_suffix(&format!("#{part}")));
        without.unwrap_or(&self.number)
    }

    /// Whose numbers these are, as FHIR says it; nothing where it was said by a name, or not at all.
    pub fn address(&self) -> Option<&str> {
        Some(self.system.as_str()).filter(|system| is_address(system))
    }

    /// The same as HL7 version 2 says it; nothing where it was said by an address, or not at all.
    pub fn namespace(&self) -> Option<&str> {
        Some(self.system.as_str()).filter(|system| !system.is_empty() && !is_address(system))
    }
}

/// A URI has a scheme before a colon. Source: RFC 3986, section 3.
fn is_address(system: &str) -> bool {
    system.contains(':')
}

/// An OID is written as a URI in FHIR, and plainly in HL7 version 2.
fn without_scheme(system: &str) -> &str {
    let system = system.trim();
    system.strip_prefix("urn:oid:").unwrap_or(system)
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

    fn of_system(system: &str) -> Sender {
        let client = StaffId(uuid::Uuid::nil());
        let resources = SenderResources::default();
        Sender { client, number: "P-1".into(), system: system.into(), part: None, stated_at: None, resources }
    }

    #[test]
    fn the_sender_knows_a_number_without_what_was_put_to_it_here() {
        let number = |number: &str, part: Option<u32>| Sender { number: number.into(), part, ..of_system("") };
        for (sender, expected) in [
            (number("P-1", None), "P-1"),
            (number("P-1#2", Some(2)), "P-1"),
            (number("P-1#2", None), "P-1#2"),
            (number("P-1#2", Some(3)), "P-1#2"),
        ] {
            assert_eq!(sender.placer_number(), expected, "{sender:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn a_part_of_one_number_is_never_another_number(
            own in "[A-C](#[1-3]){0,2}", stated in "[A-C](#[1-3]){0,2}",
            part in proptest::option::of(2_u32..4), stated_part in proptest::option::of(2_u32..4),
        ) {
            let sender = Sender { number: Sender::kept_number(&own, part), part, ..of_system("") };
            proptest::prop_assert_eq!(sender.placer_number(), own.as_str());
            proptest::prop_assert_eq!(sender.is_numbered(&stated, stated_part), (&own, part) == (&stated, stated_part));
        }
    }

    #[test]
    fn a_number_is_of_its_namespace_as_far_as_both_say() {
        for (own, stated, may_be) in [
            ("", "EPIC", true),
            ("EPIC", "", true),
            ("EPIC", "epic", true),
            ("EPIC", "WINPATH", false),
            ("EPIC", "https://hospital.example/orders", true),
            ("https://hospital.example/orders", "https://hospital.example/other", false),
            ("https://hospital.example/orders", "https://hospital.example/ORDERS", false),
            ("urn:oid:1.2.3", "1.2.3", true),
            ("1.2.3", "1.2.4", false),
        ] {
            assert_eq!(of_system(own).may_be_of(stated), may_be, "{own} {stated}");
        }
        assert_eq!((of_system("EPIC").namespace(), of_system("EPIC").address()), (Some("EPIC"), None));
        assert_eq!((of_system("urn:x").namespace(), of_system("urn:x").address()), (None, Some("urn:x")));
        assert_eq!((of_system("").namespace(), of_system("").address()), (None, None));
    }

    proptest::proptest! {
        #[test]
        fn a_number_of_another_namespace_is_never_this_one(own in "[A-Za-z0-9._-]{1,12}", stated in "[A-Za-z0-9._-]{1,12}") {
            let may_be = of_system(&own).may_be_of(&stated);
            proptest::prop_assert_eq!(may_be, own.eq_ignore_ascii_case(&stated));
            proptest::prop_assert_eq!(may_be, of_system(&stated).may_be_of(&own), "whichever came first");
        }
    }

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
