use serde::Serialize;

/// What is known of a resource itself.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Meta {
    /// Number of the version.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub version_id: String,
    /// When it was last changed.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub last_updated: String,
    /// Profiles that it keeps.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub profile: Vec<String>,
}

impl Meta {
    /// A resource that keeps a profile.
    pub fn profile(profile: impl Into<String>) -> Option<Meta> {
        Some(Meta { profile: vec![profile.into()], ..Meta::default() })
    }

    /// A resource that keeps a profile of the NHS genomics guide.
    pub fn nhs(name: &str) -> Option<Meta> {
        Meta::profile(format!("https://fhir.nhs.uk/StructureDefinition/{name}"))
    }
}
