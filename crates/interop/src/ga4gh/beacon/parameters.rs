//! The parameters of a request: from the body of a POST or the address of a GET, in all the forms that clients send them.

use serde_json::Value;

/// Names with their values, as text.
pub(super) struct Parameters(Vec<(String, Vec<String>)>);

/// Parameters that are read. Source: Beacon v2.1, framework (requests) and default model (request parameters of g_variants).
const READ: [&str; 16] = [
    "assemblyId",
    "referenceName",
    "start",
    "end",
    "referenceBases",
    "alternateBases",
    "variantType",
    "variantMinLength",
    "variantMaxLength",
    "geneId",
    "aminoacidChange",
    "genomicAlleleShortForm",
    "datasetIds",
    "datasets",
    "mateName",
    "cohortId",
];
/// Parameters that say how to answer, not what is asked.
const AROUND: [&str; 10] = [
    "filters",
    "requestedGranularity",
    "includeResultsetResponses",
    "skip",
    "limit",
    "testMode",
    "apiVersion",
    "requestedSchema",
    "requestedSchemas",
    "currentPage",
];

impl Parameters {
    /// Of the body of a request: in an object, in a list of objects, or each below the name of what it is about (`g_variant`).
    pub fn of_body(body: &Value) -> Result<Parameters, String> {
        let parameters = &body["query"]["requestParameters"];
        if !(parameters.is_null() || parameters.is_object() || parameters.is_array()) {
            return Err(format!("requestParameters is {parameters}: write each parameter by its name, in {{ }}"));
        }
        let mut all = Vec::new();
        add(parameters, &mut all);
        Ok(Parameters(all))
    }

    /// Of an address; numbers of a list stand in one value with commas, or in several.
    pub fn of_query(query: &[(String, String)]) -> Parameters {
        let mut all: Vec<(String, Vec<String>)> = Vec::new();
        for (name, value) in query.iter().filter(|(name, value)| !AROUND.contains(&name.as_str()) && !value.trim().is_empty()) {
            let values = value.split(',').map(|part| part.trim().to_owned()).filter(|part| !part.is_empty());
            match all.iter_mut().find(|(known, _)| known == name) {
                Some((_, several)) => several.extend(values),
                None => all.push((name.clone(), values.collect())),
            }
        }
        Parameters(all)
    }

    /// Every value of a parameter.
    pub fn all(&self, name: &str) -> &[String] {
        self.0.iter().find(|(known, _)| known == name).map_or(&[], |(_, values)| values)
    }

    /// The one value of a parameter, if there is one; several are refused.
    pub fn one(&self, name: &str) -> Result<Option<&str>, String> {
        match self.all(name) {
            [] => Ok(None),
            [one] => Ok(Some(one)),
            several => Err(format!("{name} '{}' is more than one value; give one", several.join(","))),
        }
    }

    /// A parameter that nobody here reads: passing over it would answer a narrow question widely.
    pub fn unknown(&self) -> Option<&str> {
        self.0.iter().map(|(name, _)| name.as_str()).find(|name| !READ.contains(name))
    }
}

fn add(value: &Value, all: &mut Vec<(String, Vec<String>)>) {
    match value {
        Value::Array(list) => list.iter().for_each(|one| add(one, all)),
        Value::Object(map) => {
            for (name, value) in map {
                match value {
                    Value::Object(_) => add(value, all),
                    other => {
                        let values = texts(other);
                        match all.iter_mut().find(|(known, _)| known == name) {
                            Some((_, several)) => several.extend(values),
                            None if values.is_empty() => {}
                            None => all.push((name.clone(), values)),
                        }
                    }
                }
            }
        }
        _ => {}
    }
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) if !text.trim().is_empty() => vec![text.trim().to_owned()],
        Value::Number(_) | Value::Bool(_) => vec![value.to_string()],
        Value::Array(list) => list.iter().flat_map(texts).collect(),
        _ => vec![],
    }
}
