use super::{
    date::DateValue,
    kinds::{Include, Kind, Parameter, ParameterType},
};
use crate::codes::system;
use care::people::name::comparable;
use serde_json::Value;

/// What a resource must have to be found.
#[derive(Clone, Debug)]
pub enum Criterion {
    /// A value of its own.
    Value(ValueCriterion),
    /// Something that it refers to must fit, as in `patient.birthdate`.
    Chained(Linked),
    /// Something that refers to it must fit, as in `_has:ServiceRequest:patient:status`.
    ReferredTo(Linked),
}

/// What the resource at the other end of a reference must have.
#[derive(Clone, Debug)]
pub struct Linked {
    /// The reference.
    pub include: &'static Include,
    /// Kind of the other resource.
    pub kind: &'static Kind,
    /// What it must have.
    pub criterion: Box<Criterion>,
}

/// One of several values of a parameter.
#[derive(Clone, Debug)]
pub struct ValueCriterion {
    /// The parameter.
    pub parameter: &'static Parameter,
    /// Of the resource that is referred to the identifier is compared, not the reference itself.
    pub by_identifier: bool,
    /// How the values are compared.
    pub modifier: Modifier,
    /// The values, one of which must fit.
    pub values: Vec<String>,
    /// The same as dates, of a parameter that is one.
    pub(super) dates: Vec<DateValue>,
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
    /// Whether a resource fits; `others` are the resources to which it may refer, and those that may refer to it.
    pub fn fits(&self, resource: &Value, others: &[Value]) -> bool {
        match self {
            Criterion::Value(criterion) => criterion.fits(resource, others),
            Criterion::Chained(link) => {
                let references = link.include.references(resource);
                link.candidates(others).any(|other| references.contains(&address(other)) && link.criterion.fits(other, others))
            }
            Criterion::ReferredTo(link) => {
                let own = address(resource);
                let refers = |other: &Value| link.include.references(other).contains(&own);
                link.candidates(others).any(|other| refers(other) && link.criterion.fits(other, others))
            }
        }
    }

    /// The comparison at its end, and the kind of resource in which that is made.
    pub fn innermost(&self, kind: &'static Kind) -> (&'static Kind, &ValueCriterion) {
        match self {
            Criterion::Value(criterion) => (kind, criterion),
            Criterion::Chained(link) | Criterion::ReferredTo(link) => link.criterion.innermost(link.kind),
        }
    }

    /// The same comparison, to be widened.
    pub fn innermost_mut(&mut self) -> &mut ValueCriterion {
        match self {
            Criterion::Value(criterion) => criterion,
            Criterion::Chained(link) | Criterion::ReferredTo(link) => link.criterion.innermost_mut(),
        }
    }

    /// Kinds of the resources beside the one that is searched for which have to be looked at.
    pub fn kinds(&self) -> Vec<&'static str> {
        match self {
            // Of everybody else the identifier stands in the reference alone.
            Criterion::Value(criterion) if criterion.by_identifier && ["patient", "subject"].contains(&criterion.parameter.name) => {
                vec!["Patient"]
            }
            Criterion::Value(_) => vec![],
            Criterion::Chained(link) | Criterion::ReferredTo(link) => [link.kind.name].into_iter().chain(link.criterion.kinds()).collect(),
        }
    }
}

impl Linked {
    fn candidates<'v>(&self, others: &'v [Value]) -> impl Iterator<Item = &'v Value> {
        let name = self.kind.name;
        others.iter().filter(move |other| other["resourceType"] == name)
    }
}

/// Kind and identifier.
fn address(resource: &Value) -> String {
    let text = |name: &str| resource[name].as_str().unwrap_or_default();
    format!("{}/{}", text("resourceType"), text("id"))
}

impl ValueCriterion {
    fn fits(&self, resource: &Value, others: &[Value]) -> bool {
        let values: Vec<&Value> = self.parameter.paths.iter().flat_map(|path| elements(resource, path)).collect();
        let fits = || values.iter().any(|value| self.value_fits(value, others));
        match self.modifier {
            Modifier::Missing => self.values.iter().any(|searched| (searched == "true") == values.is_empty()),
            Modifier::Not => !fits(),
            Modifier::None | Modifier::Exact | Modifier::Contains => fits(),
        }
    }

    fn value_fits(&self, value: &Value, others: &[Value]) -> bool {
        let any = |fits: &dyn Fn(&str) -> bool| self.values.iter().any(|searched| fits(searched));
        let text = value.as_str();
        match self.parameter.kind {
            ParameterType::Token => any(&|searched| token_fits(searched, value)),
            ParameterType::Date => text.is_some_and(|text| self.dates.iter().any(|date| date.fits(text))),
            ParameterType::Uri => any(&|searched| text == Some(searched)),
            ParameterType::Text => text.is_some_and(|text| any(&|searched| self.text_fits(searched, text))),
            ParameterType::Reference if self.by_identifier => any(&|searched| identifier_fits(searched, value, others)),
            ParameterType::Reference => any(&|searched| reference_fits(searched, value)),
        }
    }

    /// Without regard to case, accents and punctuation, but where the text is sought as it is written. Source: FHIR R4, Search, string.
    fn text_fits(&self, searched: &str, text: &str) -> bool {
        match self.modifier {
            Modifier::Exact => text == searched,
            Modifier::Contains => comparable(text).contains(&comparable(searched)),
            _ => comparable(text).starts_with(&comparable(searched)),
        }
    }

    /// Whether it says where to look.
    pub fn narrows(&self) -> bool {
        !matches!(self.modifier, Modifier::Not | Modifier::Missing)
    }

    /// Why a value cannot be searched for; nothing where it can.
    pub(super) fn unreadable(&self) -> Option<String> {
        if self.values.is_empty() {
            return Some("it has no value".into());
        }
        if self.modifier == Modifier::Missing {
            let wrong = self.values.iter().find(|value| !["true", "false"].contains(&value.as_str()))?;
            return Some(format!("':missing' is true or false, not '{wrong}'"));
        }
        match self.parameter.kind {
            ParameterType::Date if self.dates.len() < self.values.len() => {
                let wrong = self.values.iter().find(|value| !DateValue::is_one(value)).map_or("", String::as_str);
                Some(format!("'{wrong}' is no date, such as ge2026-11-01"))
            }
            // A text without a letter would be the beginning of every text.
            ParameterType::Text if self.modifier != Modifier::Exact => {
                let wrong = self.values.iter().find(|value| comparable(value).is_empty())?;
                Some(format!("'{wrong}' has no letter to search by"))
            }
            _ => None,
        }
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

/// A number is found by the system with which it is given out, and a sender's own by the one that stands for all of them: under another
/// system the same number may be somebody else's. Source: FHIR R4, Search, token.
fn system_fits(searched: &str, own: &str) -> bool {
    searched == own || (searched == system::LOCAL_ORDER && own != system::ORDER)
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
fn identifier_fits(searched: &str, value: &Value, others: &[Value]) -> bool {
    let in_reference = value.get("identifier").is_some_and(|identifier| token_fits(searched, identifier));
    let reference = value.get("reference").and_then(Value::as_str).unwrap_or_default();
    let reference = reference.split("/_history/").next().unwrap_or_default();
    let is_person = || reference.starts_with("Patient/");
    let mut meant = others.iter().filter(|other| is_person() && address(other) == reference);
    in_reference || meant.any(|person| elements(person, "identifier").iter().any(|i| token_fits(searched, i)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fhir::search::kind;
    use serde_json::json;

    fn compared(parameter: &'static Parameter, modifier: Modifier, value: &str) -> ValueCriterion {
        let values = value.split(',').map(str::to_owned).collect();
        ValueCriterion { parameter, by_identifier: false, modifier, values, dates: vec![] }
    }

    fn check(kind_name: &str, name: &str, by_identifier: bool, value: &str, resource: &Value, expected: bool) {
        let parameter = kind(kind_name).expect("a kind").parameters.iter().find(|p| p.name == name).expect("a parameter");
        let people =
            [json!({ "resourceType": "Patient", "id": "p1", "identifier": [{ "system": system::NHS_NUMBER, "value": "9990000018" }] })];
        let criterion = ValueCriterion { by_identifier, ..compared(parameter, Modifier::None, value) };
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
        is("identifier", &format!("{}|F 1", system::LOCAL_ORDER), true);
        is("identifier", "https://hospital.example/orders|F 1", false);
        is("identifier", "|F 1", false);
        is("identifier", &format!("{}|F 1", system::ORDER), false);
        is("identifier", &format!("{}|O1", system::LOCAL_ORDER), false);
        let named = json!({ "id": "r2", "identifier": [{ "system": "https://hospital.example/orders", "value": "F-1" }] });
        for (value, expected) in [
            ("https://hospital.example/orders|F-1", true),
            ("https://hospital.example/other|F-1", false),
            ("https://fhir.nhs.uk/local-identifier/servicerequest|F-1", true),
            ("F-1", true),
        ] {
            check("ServiceRequest", "identifier", false, value, &named, expected);
        }
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
            let criterion = compared(parameter, modifier, value);
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
        check("given", "contains", "mäy", true);
        check("family", "contains", "neil", true);
        check("family", "contains", "bell", false);
        assert_eq!(Modifier::named("exact", ParameterType::Token), None);
        assert_eq!(Modifier::named("below", ParameterType::Token), None);
    }
}
