//! The order of what a search finds. Source: FHIR R4, Search, `_sort`: names of parameters, each with a minus sign where the last comes
//! first.

use super::{
    criterion::elements,
    kinds::{Kind, Parameter},
};
use serde_json::Value;
use std::cmp::Ordering;

/// One rule of an order.
#[derive(Clone, Debug)]
pub struct Sort {
    parameter: &'static Parameter,
    is_descending: bool,
}

impl Sort {
    /// Reads `-authored,status`; nothing where a name is no parameter of the kind.
    pub fn read(kind: &'static Kind, value: &str) -> Option<Vec<Sort>> {
        let rule = |name: &str| {
            let name = name.trim();
            let parameter = kind.parameters.iter().find(|parameter| parameter.name == name.trim_start_matches('-'))?;
            Some(Sort { parameter, is_descending: name.starts_with('-') })
        };
        value.split(',').map(rule).collect()
    }

    /// How two resources stand to each other by every rule; what has no value comes last.
    pub fn compare(rules: &[Sort], one: &Value, other: &Value) -> Ordering {
        rules.iter().map(|rule| rule.order(one, other)).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
    }

    fn order(&self, one: &Value, other: &Value) -> Ordering {
        match (self.key(one), self.key(other)) {
            (Some(one), Some(other)) if self.is_descending => other.cmp(&one),
            (Some(one), Some(other)) => one.cmp(&other),
            (one, other) => other.is_some().cmp(&one.is_some()),
        }
    }

    fn key(&self, resource: &Value) -> Option<String> {
        let values = self.parameter.paths.iter().flat_map(|path| elements(resource, path));
        let texts = values.filter_map(|value| {
            let plain = ["/coding/0/code", "/reference", "/identifier/value", "/value", "/code"];
            value.as_str().or_else(|| plain.iter().find_map(|path| value.pointer(path)?.as_str())).map(str::to_lowercase)
        });
        if self.is_descending { texts.max() } else { texts.min() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fhir::search::kind;
    use serde_json::json;

    fn check(sort: &str, expected: &str) {
        let of_kind = kind("ServiceRequest").expect("a kind");
        let Some(rules) = Sort::read(of_kind, sort) else { return assert_eq!(expected, "not known", "{sort}") };
        let request = |id: &str, day: &str, status: &str| json!({ "id": id, "authoredOn": day, "status": status });
        let mut found =
            [request("a", "2026-11-02", "active"), request("b", "2026-11-01", "revoked"), json!({ "id": "c", "status": "active" })];
        found.sort_by(|one, other| Sort::compare(&rules, one, other));
        assert_eq!(found.iter().filter_map(|one| one["id"].as_str()).collect::<String>(), expected, "{sort}");
    }

    #[test]
    fn what_is_found_stands_in_the_order_that_was_asked_for() {
        check("authored", "bac");
        check("-authored", "abc");
        check("status,-_id", "cab");
        check("-status", "bac");
        check("favourite", "not known");
        check("authored,", "not known");
    }
}
