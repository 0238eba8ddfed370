use super::Identifier;
use serde::Serialize;

/// Something that is named here and described elsewhere.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Reference {
    /// Kind and identifier of the resource: `Patient/1`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reference: String,
    /// Kind of the resource, where it is known by a number.
    #[serde(rename = "type", skip_serializing_if = "str::is_empty")]
    pub kind: &'static str,
    /// A number by which it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identifier: Option<Identifier>,
    /// Its name.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub display: String,
}

impl Reference {
    /// A resource by its address.
    pub fn to(address: impl Into<String>) -> Reference {
        Reference { reference: address.into(), ..Reference::default() }
    }

    /// Something of a kind, which is named besides.
    pub fn of_kind(kind: &'static str) -> Reference {
        Reference { kind, ..Reference::default() }
    }

    /// Something known by a number.
    pub fn known_by(identifier: Identifier) -> Reference {
        Reference { identifier: Some(identifier), ..Reference::default() }
    }

    /// Something known by its name alone.
    pub fn named(display: impl Into<String>) -> Reference {
        Reference { display: display.into(), ..Reference::default() }
    }

    /// The same, with its name.
    #[must_use]
    pub fn with_name(mut self, display: impl Into<String>) -> Reference {
        self.display = display.into();
        self
    }
}
