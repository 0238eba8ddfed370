//! What a resource must fit to be told of: a search of a kind, as it would be asked of the API.

use interop::fhir::search::{self, Kind, Query};
use jiff::Timestamp;
use reqwest::Url;
use serde_json::Value;

/// Kinds of resources of which a system may be told.
pub const KINDS: [&str; 3] = ["ServiceRequest", "Task", "DiagnosticReport"];

/// Parameters that say how an answer is written, which a notification has none of.
const OF_AN_ANSWER: [&str; 10] =
    ["_count", "_summary", "_sort", "_include", "_revinclude", "_elements", "_total", "_format", "after", "skip"];

/// A search that is looked at with every change.
pub(super) struct Criteria {
    pub kind: &'static Kind,
    query: Query,
}

impl Criteria {
    /// Reads `Kind?parameter=value` as it is meant now, or says what cannot be done.
    pub fn read(text: &str, now: Timestamp) -> Result<Criteria, String> {
        let (name, query) = text.trim().split_once('?').unwrap_or((text.trim(), ""));
        let kinds = KINDS.join(", ");
        let kind = search::kind(name)
            .filter(|kind| KINDS.contains(&kind.name))
            .ok_or_else(|| format!("'{name}' is not told of; send criteria of {kinds}, such as Task?status=completed"))?;
        let address = Url::parse(&format!("http://localhost/{name}?{query}")).map_err(|why| format!("'{text}' is no search: {why}"))?;
        let pairs: Vec<(String, String)> = address.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
        if let Some((name, _)) = pairs.iter().find(|(name, _)| OF_AN_ANSWER.contains(&name.as_str())) {
            return Err(format!("{name} is about an answer and means nothing here: leave it out"));
        }
        let query = search::parse(kind, &pairs, now)?;
        match query.ignored.first() {
            None => Ok(Criteria { kind, query }),
            Some((name, why)) => Err(format!("{name} is not searched by: {why}")),
        }
    }

    /// Whether a resource fits; `others` are the resources of its order at which the criteria look.
    pub fn fit(&self, resource: &Value, others: &[Value]) -> bool {
        self.query.criteria.iter().all(|criterion| criterion.fits(resource, others))
    }

    /// Kinds of the resources at which the criteria look, beside those that are told of.
    pub fn kinds_compared(&self) -> Vec<&'static str> {
        self.query.kinds_compared()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(text: &str, expected: &str) {
        let found = match Criteria::read(text, Timestamp::UNIX_EPOCH) {
            Ok(criteria) => format!("{} by {}", criteria.kind.name, criteria.query.criteria.len()),
            Err(why) => why,
        };
        assert!(found.starts_with(expected), "{text}: {found}");
    }

    #[test]
    fn what_the_api_searches_by_is_told_of_and_nothing_else() {
        check("Task?status=completed&code=distribute-report", "Task by 2");
        check("DiagnosticReport", "DiagnosticReport by 0");
        check(" ServiceRequest?identifier=https%3A%2F%2Fepr.example%7CF-1 ", "ServiceRequest by 1");
        check("Patient?family=bell", "'Patient' is not told of");
        check("", "'' is not told of");
        check("Task?favourite=blue", "favourite is not searched by");
        check("Task?status:not=completed", "Task by 1");
        check("Task?status:in=x", "status:in: status is not searched by so");
        check("Task?modified=soon", "modified: 'soon' is no date");
        check("Task?patient.family=bell&focus.status=active", "Task by 2");
        check("Task?patient.mood=blue", "patient.mood: mood is no parameter of Patient");
        check("Task?_count=2", "_count is about an answer");
        check("Task?_revinclude=Provenance:target", "_revinclude is about an answer");
        let criteria = Criteria::read("Task?status=completed,failed", Timestamp::UNIX_EPOCH).expect("read");
        let fits = |status: &str| criteria.fit(&json!({ "status": status }), &[]);
        assert_eq!([fits("completed"), fits("failed"), fits("requested")], [true, true, false]);
    }
}
