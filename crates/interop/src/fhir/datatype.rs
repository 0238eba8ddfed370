//! FHIR's data types, as far as the resources here use them. What is empty is left out: FHIR has no empty values.

mod attachment;
mod coding;
mod extension;
mod identifier;
mod meta;
mod name;
mod quantity;
mod reference;

pub use attachment::Attachment;
pub use coding::{CodeableConcept, Coding};
pub use extension::{Extension, ExtensionValue};
pub use identifier::Identifier;
pub use meta::Meta;
pub use name::HumanName;
pub use quantity::{Duration, Quantity, Range};
pub use reference::Reference;

use serde::Serialize;

/// A remark of a person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Annotation {
    /// What is remarked.
    pub text: String,
}

impl Annotation {
    /// The texts that say something, as remarks.
    pub fn list<'t>(texts: impl IntoIterator<Item = &'t str>) -> Vec<Annotation> {
        texts.into_iter().filter(|text| !text.is_empty()).map(|text| Annotation { text: text.into() }).collect()
    }
}
