use serde::Serialize;

/// A person's name.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct HumanName {
    /// Family name.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub family: String,
    /// Given names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[serde(rename = "given")]
    pub given_names: Vec<String>,
}

impl HumanName {
    /// A name; none where both parts are empty.
    pub fn new(family: &str, given_name: &str) -> Option<HumanName> {
        let given_names: Vec<String> = [given_name].into_iter().filter(|name| !name.is_empty()).map(str::to_owned).collect();
        (!family.is_empty() || !given_names.is_empty()).then(|| HumanName { family: family.into(), given_names })
    }
}
