//! Reads a request, or says what is wrong with it.

use super::{
    BeaconQuery, Entry, Granularity, Include, Page,
    parameters::Parameters,
    place::{Placed, placed},
};
use crate::codes::sex::TERMS;
use serde_json::Value;

/// What stands around the parameters of a request, as text.
struct Around {
    granularity: String,
    include: String,
    skip: String,
    limit: String,
    filters: Vec<String>,
}

/// Reads the body of a request, or says what is wrong with it. Granularity and pagination stand in the query; clients and the
/// published examples send them beside it too.
pub fn read(entry: Entry, body: &Value) -> Result<BeaconQuery, String> {
    let query = &body["query"];
    known(body, "the body", &BODY)?;
    known(query, "query", &QUERY)?;
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    };
    let either = |name: &str| if query[name].is_null() { &body[name] } else { &query[name] };
    let filters = match &query["filters"] {
        Value::Null => vec![],
        Value::Array(list) => list.iter().map(filter).collect::<Result<_, _>>()?,
        _ => return Err("filters is no list".into()),
    };
    let pagination = either("pagination");
    let around = Around {
        granularity: text(either("requestedGranularity")),
        include: text(either("includeResultsetResponses")),
        skip: text(&pagination["skip"]),
        limit: text(&pagination["limit"]),
        filters,
    };
    checked(entry, &around, &Parameters::of_body(body)?)
}

/// Reads the parameters of a GET.
pub fn read_query(entry: Entry, query: &[(String, String)]) -> Result<BeaconQuery, String> {
    let text = |name: &str| query.iter().find(|(key, _)| key == name).map_or_else(String::new, |(_, value)| value.clone());
    let filters = query.iter().filter(|(key, _)| key == "filters").flat_map(|(_, v)| v.split(',').map(str::to_owned)).collect();
    let around = Around {
        granularity: text("requestedGranularity"),
        include: text("includeResultsetResponses"),
        skip: text("skip"),
        limit: text("limit"),
        filters,
    };
    checked(entry, &around, &Parameters::of_query(query))
}

/// Members of a request. Source: Beacon v2.1 framework, beaconRequestBody; granularity and pagination as the examples send them.
const BODY: [&str; 7] = ["$schema", "meta", "query", "pagination", "requestedGranularity", "includeResultsetResponses", "testMode"];
/// Members of its query.
const QUERY: [&str; 6] = ["requestParameters", "filters", "includeResultsetResponses", "pagination", "requestedGranularity", "testMode"];
/// Members of a filter.
const FILTER: [&str; 7] = ["id", "includeDescendantTerms", "similarity", "scope", "operator", "value", "label"];

/// That a request holds nothing that would be passed over: a narrow question would be answered widely.
fn known(value: &Value, name: &str, members: &[&str]) -> Result<(), String> {
    match value {
        Value::Null if name == "query" => Ok(()),
        Value::Object(map) => match map.keys().find(|key| !members.contains(&key.as_str())) {
            Some(key) => Err(format!(
                "'{key}' in {name} is not known here, and passing over it would answer more than was asked: a question is {{\"query\": {{\"requestParameters\": {{…}}, \"filters\": […]}}}}"
            )),
            None => Ok(()),
        },
        _ => Err(format!("{name} is no object of JSON: a question is {{\"query\": {{\"requestParameters\": {{…}}, \"filters\": […]}}}}")),
    }
}

/// The identifier of a filter; one that says more than that it is there is refused, since it would be answered too widely.
fn filter(value: &Value) -> Result<String, String> {
    let id = value["id"].as_str().or(value.as_str()).ok_or_else(|| format!("filters: {value} has no id"))?;
    if value.is_object() {
        known(value, &format!("the filter '{id}'"), &FILTER)?;
    }
    let wants = |name: &str, usual: &Value| value[name].is_null() || value[name] == *usual;
    if !value["operator"].is_null() || !value["value"].is_null() {
        return Err(format!("the filter '{id}' compares a value, which this beacon does not keep: ask by identifier alone"));
    }
    if !wants("includeDescendantTerms", &Value::Bool(true)) {
        return Err(format!("the filter '{id}' leaves out descendant terms (includeDescendantTerms): this beacon always counts them"));
    }
    if value["similarity"].as_str().is_some_and(|similarity| similarity != "exact") {
        return Err(format!("the filter '{id}' asks for terms that are similar (similarity), which this beacon does not look for"));
    }
    Ok(id.to_owned())
}

fn checked(entry: Entry, around: &Around, parameters: &Parameters) -> Result<BeaconQuery, String> {
    let mut query = BeaconQuery { granularity: granularity(&around.granularity)?, ..BeaconQuery::about(entry) };
    (query.include, query.page) = (include(&around.include)?, page(around)?);
    filters(&around.filters, &mut query)?;
    if let Some(name) = parameters.unknown() {
        return Err(format!("the parameter '{name}' is not known here, and passing over it would answer more than was asked"));
    }
    if let Some(dataset) = parameters.all("datasetIds").iter().chain(parameters.all("datasets")).find(|id| *id != "library") {
        return Err(format!("datasetIds '{dataset}' is no dataset of this beacon, which has one: library"));
    }
    for (name, meaning) in [("mateName", "what a breakend is joined to"), ("cohortId", "a cohort by its identifier")] {
        if !parameters.all(name).is_empty() {
            return Err(format!("{name} asks for {meaning}, which this library does not keep"));
        }
    }
    query.gene = parameters.one("geneId")?.map(str::to_owned);
    query.name = parameters.one("genomicAlleleShortForm")?.map(str::to_owned);
    query.residue = residue(parameters)?;
    match placed(parameters)? {
        Placed::One(variant) => query.variant = Some(variant),
        Placed::Form(shape) => query.shape = shape,
    }
    one_question(&query)?;
    Ok(query)
}

fn residue(parameters: &Parameters) -> Result<Option<genome::residue::ResidueChange>, String> {
    let Some(text) = parameters.one("aminoacidChange")? else { return Ok(None) };
    if parameters.all("geneId").is_empty() {
        return Err(format!("aminoacidChange '{text}' needs geneId: a residue is one of a gene's protein"));
    }
    text.parse().map(Some).map_err(|why: genome::residue::NotAResidueChange| format!("aminoacidChange: {why}"))
}

/// What names one variant goes with nothing that narrows, and variants are looked for somewhere.
fn one_question(query: &BeaconQuery) -> Result<(), String> {
    let is_one = query.variant.is_some() || query.name.is_some();
    if query.name.is_some() && (query.variant.is_some() || query.gene.is_some() || query.is_about_variants()) {
        return Err("genomicAlleleShortForm names one variant: ask by it alone".into());
    }
    if is_one && (query.gene.is_some() || query.residue.is_some()) {
        return Err(
            "geneId and aminoacidChange go with a range or alone, not with start, referenceBases and alternateBases of one variant".into(),
        );
    }
    let is_somewhere = is_one || query.gene.is_some() || query.shape.reach().is_some();
    if !is_somewhere && (query.entry == Entry::GenomicVariant || query.is_about_variants()) {
        return Err("say where: referenceName with start and end on GRCh38 (and referenceBases, alternateBases, variantType, \
                    variantMinLength, variantMaxLength as wanted), geneId (with aminoacidChange as wanted), or genomicAlleleShortForm"
            .into());
    }
    Ok(())
}

fn granularity(text: &str) -> Result<Granularity, String> {
    match text {
        "" | "boolean" => Ok(Granularity::Boolean),
        "count" => Ok(Granularity::Count),
        "record" => Ok(Granularity::Record),
        other => Err(format!("requestedGranularity '{other}' is none of boolean, count and record")),
    }
}

fn include(text: &str) -> Result<Include, String> {
    match text {
        "" | "HIT" => Ok(Include::Hit),
        "ALL" => Ok(Include::All),
        "MISS" => Ok(Include::Miss),
        "NONE" => Ok(Include::None),
        other => Err(format!("includeResultsetResponses '{other}' is none of ALL, HIT, MISS and NONE")),
    }
}

fn page(around: &Around) -> Result<Page, String> {
    let number = |name: &str, text: &str, usual: u32| match text {
        "" => Ok(usual),
        text => text.parse().map_err(|_| format!("{name} '{text}' is no number of {}", if name == "skip" { "pages" } else { "results" })),
    };
    let usual = Page::default();
    Ok(Page { skip: number("skip", &around.skip, usual.skip)?, limit: number("limit", &around.limit, usual.limit)? })
}

fn filters(filters: &[String], query: &mut BeaconQuery) -> Result<(), String> {
    for filter in filters.iter().map(|f| f.trim()).filter(|f| !f.is_empty()) {
        match TERMS.iter().find(|(id, ..)| *id == filter) {
            Some((_, found, _)) if query.sex.is_some_and(|known| known != *found) => {
                return Err(format!("the filter '{filter}' and another sex fit nobody together: filters are joined by AND"));
            }
            Some((_, found, _)) => query.sex = Some(*found),
            None if filter.starts_with("HP:") => query.terms.push(filter.to_owned()),
            None => return Err(format!("the filter '{filter}' is not known here; filtering_terms lists those that are")),
        }
    }
    Ok(())
}
