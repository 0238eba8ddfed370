use super::{
    date::DateValue,
    kinds::{Include, Parameter, ParameterType},
};
use crate::codes::system;
use serde_json::Value;

/// What a resource must have to be found: one of several values of a parameter.
#[derive(Clone, Debug)]
pub struct Criterion {
    /// The parameter.
    pub parameter: &'static Parameter,
    /// Of the resource that is referred to the identifier is compared, not the reference itself.
    pub by_identifier: bool,
    /// How the values are compared.
    pub modifier: Modifier,
    /// The values, one of which must fit.
    pub values: Vec<String>,
}

/// How values are compared otherwise than by the type of the parameter. Source: FHIR R4, Search, modifiers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Modifier {
    /// By the type of the parameter.
    #[default]
    None,
    /// None of the values fits.
    Not,
    /// The element is there, or is not.
    Missing,
    /// A text, whole and as it is written.
    Exact,
    /// A part of a text.
    Contains,
}

impl Modifier {
    /// The modifier of a name, where parameters of the type have it.
    pub fn named(name: &str, kind: ParameterType) -> Option<Modifier> {
        Some(match (name, kind) {
            ("missing", _) => Modifier::Missing,
            ("not", ParameterType::Token) => Modifier::Not,
            ("exact", ParameterType::Text) => Modifier::Exact,
            ("contains", ParameterType::Text) => Modifier::Contains,
            _ => return None,
        })
    }
}

impl Criterion {
    /// Whether a resource fits; `people` are the Patients to whom it may refer.
    pub fn fits(&self, resource: &Value, people: &[Value]) -> bool {
        let values: Vec<&Value> = self.parameter.paths.iter().flat_map(|path| elements(resource, path)).collect();
        let fits = || self.values.iter().any(|searched| values.iter().any(|value| self.value_fits(searched, value, people)));
        match self.modifier {
            Modifier::Missing => self.values.iter().any(|searched| (searched == "true") == values.is_empty()),
            Modifier::Not => !fits(),
            Modifier::None | Modifier::Exact | Modifier::Contains => fits(),
        }
    }

    fn value_fits(&self, searched: &str, value: &Value, people: &[Value]) -> bool {
        match self.parameter.kind {
            ParameterType::Token => token_fits(searched, value),
            ParameterType::Date => DateValue::read(searched).is_some_and(|date| value.as_str().is_some_and(|text| date.fits(text))),
            ParameterType::Uri => value.as_str() == Some(searched),
            ParameterType::Text => value.as_str().is_some_and(|text| self.text_fits(searched, text)),
            ParameterType::Reference if self.by_identifier => identifier_fits(searched, value, people),
            ParameterType::Reference => reference_fits(searched, value),
        }
    }

    fn text_fits(&self, searched: &str, text: &str) -> bool {
        let [lower_searched, lower] = [searched, text].map(str::to_lowercase);
        match self.modifier {
            Modifier::Exact => text == searched,
            Modifier::Contains => lower.contains(&lower_searched),
            _ => lower.starts_with(&lower_searched),
        }
    }

    /// Whether it says where to look.
    pub fn narrows(&self) -> bool {
        !matches!(self.modifier, Modifier::Not | Modifier::Missing)
    }

    /// Why a value cannot be searched for; nothing where it can.
    pub fn unreadable(&self) -> Option<String> {
        if self.modifier == Modifier::Missing {
            let wrong = self.values.iter().find(|value| !["true", "false"].contains(&value.as_str()))?;
            return Some(format!("':missing' is true or false, not '{wrong}'"));
        }
        let is_date = self.parameter.kind == ParameterType::Date;
        let wrong = self.values.iter().find(|value| is_date && DateValue::read(value).is_none())?;
        Some(format!("'{wrong}' is no date, such as ge2026-11-01"))
    }
}

impl Include {
    /// Kind and identifier of everything that a resource refers to there.
    pub fn references(&self, resource: &Value) -> Vec<String> {
        let references = elements(resource, self.path).into_iter().filter_map(|value| value.get("reference")?.as_str());
        references.map(|address| address.split("/_history/").next().unwrap_or_default().to_owned()).collect()
    }
}

/// The values of an element, through every list on the way.
pub(super) fn elements<'v>(resource: &'v Value, path: &str) -> Vec<&'v Value> {
    let mut found = vec![resource];
    for name in path.split('.') {
        found = found.into_iter().filter_map(|value| value.get(name)).flat_map(items).collect();
    }
    found
}

fn items(value: &Value) -> &[Value] {
    match value {
        Value::Array(items) => items,
        single => std::slice::from_ref(single),
    }
}

/// A code, a concept or an identifier fits `code`, `system|code`, `|code` or `system|`.
fn token_fits(searched: &str, value: &Value) -> bool {
    if let Some(codings) = value.get("coding") {
        return items(codings).iter().any(|coding| token_fits(searched, coding));
    }
    let text = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default();
    let own = value.as_str().unwrap_or_else(|| if text("value").is_empty() { text("code") } else { text("value") });
    match searched.split_once('|') {
        None => same(own, searched),
        // A code of a fixed list has its system by its element.
        Some((_, code)) if value.is_string() => same(own, code),
        Some((system, code)) => (code.is_empty() || same(own, code)) && system_fits(system.trim(), text("system")),
    }
}

/// Numbers are compared without the spaces in which they are grouped.
fn same(own: &str, searched: &str) -> bool {
    let plain = |text: &str| text.chars().filter(|c| *c != ' ').collect::<String>();
    !own.is_empty() && plain(own) == plain(searched)
}

/// A sender's own number is kept under one system, whatever the sender calls it.
fn system_fits(searched: &str, own: &str) -> bool {
    searched == own || (own == system::LOCAL_ORDER && searched != system::ORDER)
}

/// A reference fits `id`, `Kind/id` or a whole address that ends so, in any version.
fn reference_fits(searched: &str, value: &Value) -> bool {
    let tail = |address: &str| {
        let address = address.split("/_history/").next().unwrap_or_default().to_owned();
        let mut parts = address.rsplit('/').map(str::to_owned);
        (parts.next().unwrap_or_default(), parts.next())
    };
    let own = value.get("reference").and_then(Value::as_str).unwrap_or_default();
    if own.is_empty() {
        // Who is known by a number alone is found under it.
        let number = value.pointer("/identifier/value").and_then(Value::as_str).unwrap_or_default();
        return !number.is_empty() && tail(searched).0 == number;
    }
    let ((id, kind), (own_id, own_kind)) = (tail(searched), tail(own));
    id == own_id && (kind.is_none() || kind == own_kind)
}

/// The identifier of what is referred to: in the reference itself, or in the Patient that it means.
fn identifier_fits(searched: &str, value: &Value, people: &[Value]) -> bool {
    let in_reference = value.get("identifier").is_some_and(|identifier| token_fits(searched, identifier));
    let reference = value.get("reference").and_then(Value::as_str).unwrap_or_default();
    let is_meant =
        |person: &&Value| reference.strip_prefix("Patient/").is_some_and(|id| person.get("id").and_then(Value::as_str) == Some(id));
    let in_person = || people.iter().filter(is_meant).any(|person| elements(person, "identifier").iter().any(|i| token_fits(searched, i)));
    in_reference || in_person()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fhir::search::kind;
    use serde_json::json;

    fn check(kind_name: &str, name: &str, by_identifier: bool, value: &str, resource: &Value, expected: bool) {
        let parameter = kind(kind_name).expect("a kind").parameters.iter().find(|p| p.name == name).expect("a parameter");
        let people = [json!({ "id": "p1", "identifier": [{ "system": system::NHS_NUMBER, "value": "9990000018" }] })];
        let criterion =
            Criterion { parameter, by_identifier, modifier: Modifier::None, values: value.split(',').map(str::to_owned).collect() };
        assert_eq!(criterion.fits(resource, &people), expected, "{name}={value}");
    }

    #[test]
    fn a_resource_fits_by_code_by_number_by_reference_and_by_the_number_of_its_patient() {
        let request = json!({
            "id": "r1",
            "status": "active",
            "identifier": [{ "system": system::ORDER, "value": "O1" }, { "system": system::LOCAL_ORDER, "value": "F 1" }],
            "code": { "coding": [{ "system": "s", "code": "R29.4" }] },
            "subject": { "reference": "Patient/p1" },
            "requester": { "identifier": { "system": system::ODS, "value": "RP4" } },
        });
        let is = |name: &str, value: &str, expected: bool| check("ServiceRequest", name, false, value, &request, expected);
        is("_id", "r1", true);
        is("_id", "r0,r1", true);
        is("status", "active", true);
        is("status", "http://hl7.org/fhir/request-status|active", true);
        is("status", "revoked,draft", false);
        is("code", "R29.4", true);
        is("code", "s|R29.4", true);
        is("code", "s|", true);
        is("code", "|R29.4", false);
        is("code", "other|R29.4", false);
        is("identifier", "F 1", true);
        is("identifier", "F1", true);
        is("identifier", "https://hospital.example/orders|F 1", true);
        is("identifier", &format!("{}|F 1", system::ORDER), false);
        is("identifier", &format!("{}|O1", system::ORDER), true);
        is("subject", "Patient/p1", true);
        is("subject", "p1", true);
        is("subject", "http://x/fhir/Patient/p1/_history/2", true);
        is("subject", "Group/p1", false);
        is("requester", "Organization/RP4", true);
        let by_number = |name: &str, value: &str, expected: bool| check("ServiceRequest", name, true, value, &request, expected);
        by_number("patient", "https://fhir.nhs.uk/Id/nhs-number|999 000 0018", true);
        by_number("patient", "9990000018", true);
        by_number("patient", "https://other|9990000018", false);
        by_number("patient", "9990000026", false);
        by_number("requester", "RP4", true);
    }

    #[test]
    fn a_modifier_turns_the_search_round_or_narrows_it() {
        let person = json!({ "id": "p1", "gender": "female", "name": [{ "family": "O'Neill", "given": ["Una May"] }] });
        let parameters = kind("Patient").expect("a kind").parameters;
        let check = |name: &str, modifier: &str, value: &str, expected: bool| {
            let parameter = parameters.iter().find(|p| p.name == name).expect("a parameter");
            let modifier = Modifier::named(modifier, parameter.kind).expect("a modifier");
            let criterion = Criterion { parameter, by_identifier: false, modifier, values: value.split(',').map(str::to_owned).collect() };
            assert_eq!(criterion.fits(&person, &[]), expected, "{name}:{modifier:?}={value}");
        };
        check("gender", "not", "male", true);
        check("gender", "not", "male,female", false);
        check("gender", "missing", "true", false);
        check("gender", "missing", "false", true);
        check("birthdate", "missing", "true", true);
        check("family", "exact", "O'Neill", true);
        check("family", "exact", "o'neill", false);
        check("given", "contains", "may", true);
        assert_eq!(Modifier::named("exact", ParameterType::Token), None);
        assert_eq!(Modifier::named("below", ParameterType::Token), None);
    }
}
