use super::{
    criterion::{Criterion, Modifier},
    kinds::{Include, Kind, Narrows, Parameter, ParameterType},
    sort::Sort,
};

/// Resources of a page where nobody says how many, and at the most.
const COUNT: (usize, usize) = (50, 200);

/// Parameters that say how an answer is written, not what is found.
const OF_THE_ANSWER: [&str; 2] = ["_format", "_pretty"];

/// What a client searches for, as far as it can be done.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// What resources must have, all of it.
    pub criteria: Vec<Criterion>,
    /// What is included with what is found.
    pub includes: Vec<Include>,
    /// Resources of a page; zero asks for the number alone.
    pub count: usize,
    /// The order in which they stand; the latest order first where none is asked for.
    pub sort: Vec<Sort>,
    /// The elements that are given out of each resource; all where it names none.
    pub elements: Vec<String>,
    /// Where the page before ended.
    pub after: String,
    /// Resources of the order after that which were given out already.
    pub skip: usize,
    /// What was done, as it was asked for.
    pub honoured: Vec<(String, String)>,
    /// What was not, with why.
    pub ignored: Vec<(String, String)>,
}

/// Reads the parameters of a search of a kind; a parameter that is known and cannot be read is refused, one that is not known is
/// named.
pub fn parse(kind: &'static Kind, pairs: &[(String, String)]) -> Result<Query, String> {
    let mut query = Query { count: COUNT.0, ..Query::default() };
    for (name, value) in pairs {
        if OF_THE_ANSWER.contains(&name.as_str()) {
            continue;
        }
        if value.trim().is_empty() {
            refuse_everybody(kind, name)?;
            query.ignored.push((name.clone(), "it has no value".into()));
            continue;
        }
        if add(&mut query, kind, name, value.trim())? {
            query.honoured.push((name.clone(), value.clone()));
        } else {
            query.ignored.push((name.clone(), format!("it is not known here; {} is searched for by {}", kind.name, names(kind))));
        }
    }
    Ok(query)
}

/// Refuses an empty value where it would find everybody in the place of somebody: a client that lost a number must not be shown others.
fn refuse_everybody(kind: &Kind, name: &str) -> Result<(), String> {
    match parameter(kind, name) {
        Some(known) if known.narrows != Narrows::Nothing => {
            Err(format!("{name} has no value, so that everybody would be found: send whom or what it is about, or leave it out"))
        }
        _ => Ok(()),
    }
}

/// The parameter that a name begins with, before a modifier or a chain.
fn parameter(kind: &Kind, name: &str) -> Option<&'static Parameter> {
    let base = name.split([':', '.']).next().unwrap_or_default();
    kind.parameters.iter().find(|parameter| parameter.name == base)
}

fn names(kind: &Kind) -> String {
    kind.parameters.iter().map(|parameter| parameter.name).collect::<Vec<_>>().join(", ")
}

/// Adds a parameter; says no where it is not known.
fn add(query: &mut Query, kind: &'static Kind, name: &str, value: &str) -> Result<bool, String> {
    match name {
        "_count" => query.count = number(name, value)?.min(COUNT.1),
        "_summary" if value == "count" => query.count = 0,
        "_summary" if value == "false" => {}
        "_total" if ["none", "estimate"].contains(&value) => {}
        "_sort" => match Sort::read(kind, value) {
            Some(rules) => query.sort.extend(rules),
            None => return Ok(false),
        },
        "_elements" => query.elements.extend(value.split(',').map(|element| element.trim().to_owned()).filter(|e| !e.is_empty())),
        "_include" => return Ok(include(query, kind, value)),
        "after" => value.clone_into(&mut query.after),
        "skip" => query.skip = number(name, value)?,
        _ => {
            let Some(criterion) = criterion(kind, name, value) else {
                // Source: FHIR R4, Search: a modifier that is not supported is refused, whatever the client prefers.
                return match parameter(kind, name) {
                    Some(known) => Err(format!("{name}: {} is not searched by so; {}", known.name, ways(known))),
                    None => Ok(false),
                };
            };
            if let Some(why) = criterion.unreadable() {
                return Err(format!("{name}: {why}"));
            }
            query.criteria.push(criterion);
        }
    }
    Ok(true)
}

fn number(name: &str, value: &str) -> Result<usize, String> {
    value.parse().map_err(|_| format!("{name} is a number, not '{value}'"))
}

fn include(query: &mut Query, kind: &'static Kind, value: &str) -> bool {
    if value == "*" || value.strip_suffix(":*") == Some(kind.name) {
        query.includes.extend(kind.includes);
        return !kind.includes.is_empty();
    }
    let mut parts = value.split(':');
    if parts.next() != Some(kind.name) {
        return false;
    }
    let (parameter, target) = (parts.next().unwrap_or_default(), parts.next());
    let fits = |include: &&Include| include.parameter == parameter && target.is_none_or(|target| target == include.target);
    let found = kind.includes.iter().find(fits);
    query.includes.extend(found);
    found.is_some()
}

/// The ways in which a parameter is searched by.
fn ways(parameter: &Parameter) -> &'static str {
    match parameter.kind {
        ParameterType::Token => "it is done plainly, with :not and with :missing",
        ParameterType::Text => "it is done plainly, with :exact, :contains and :missing",
        ParameterType::Reference if is_person(parameter.name) => "it is done plainly, as :Patient, :identifier, .identifier and :missing",
        ParameterType::Reference => "it is done plainly, with :identifier and with :missing",
        ParameterType::Date | ParameterType::Uri => "it is done plainly and with :missing",
    }
}

fn is_person(name: &str) -> bool {
    ["patient", "subject"].contains(&name)
}

/// The criterion of a parameter: by its name, with `:identifier` or chained to the identifier of a Patient, or with the kind of
/// what is referred to.
fn criterion(kind: &'static Kind, name: &str, value: &str) -> Option<Criterion> {
    let (base, rest) = match name.find([':', '.']) {
        Some(place) => name.split_at(place),
        None => (name, ""),
    };
    let parameter = kind.parameters.iter().find(|parameter| parameter.name == base)?;
    let is_person = is_person(base);
    let is_reference = parameter.kind == ParameterType::Reference;
    let (by_identifier, modifier) = match rest {
        "" => (false, Modifier::None),
        ":identifier" if is_reference => (true, Modifier::None),
        ".identifier" | ":Patient.identifier" if is_person => (true, Modifier::None),
        ":Patient" if is_person => (false, Modifier::None),
        other => (false, Modifier::named(other.strip_prefix(':')?, parameter.kind)?),
    };
    let values = value.split(',').map(str::trim).filter(|value| !value.is_empty()).map(str::to_owned).collect();
    Some(Criterion { parameter, by_identifier, modifier, values })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fhir::search::kind;

    /// What is done and what is named, in short.
    fn check(query: &str, expected: &str) {
        let pairs: Vec<(String, String)> =
            query.split('&').filter_map(|pair| pair.split_once('=')).map(|(name, value)| (name.into(), value.into())).collect();
        let found = match parse(kind("ServiceRequest").expect("a kind"), &pairs) {
            Err(why) => why,
            Ok(read) => {
                let names = |pairs: &[(String, String)]| pairs.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(" ");
                format!("{} | {} | {}", names(&read.honoured), names(&read.ignored), read.count)
            }
        };
        assert_eq!(found, expected, "{query}");
    }

    #[test]
    fn what_would_find_everybody_in_the_place_of_somebody_is_refused() {
        for (query, expected) in [
            ("patient=", "patient has no value, so that everybody would be found"),
            ("identifier= ", "identifier has no value"),
            ("_id=", "_id has no value"),
            ("patient.identifier=", "patient.identifier has no value"),
            ("patient.name=x", "patient.name: patient is not searched by so; it is done plainly, as :Patient"),
            ("subject:Group=1", "subject:Group: subject is not searched by so"),
            ("status:in=x", "status:in: status is not searched by so; it is done plainly, with :not"),
            ("code.text=x", "code.text: code is not searched by so"),
            ("authored:exact=2026", "authored is not searched by so; it is done plainly and with :missing"),
            ("status:missing=maybe", "':missing' is true or false, not 'maybe'"),
        ] {
            let (name, value) = query.split_once('=').expect("a pair");
            let refused = parse(kind("ServiceRequest").expect("a kind"), &[(name.into(), value.into())]).expect_err(query);
            assert!(refused.contains(expected), "{query}: {refused}");
        }
    }

    #[test]
    fn what_is_known_is_done_and_everything_else_is_named() {
        check("", " |  | 50");
        check("patient.identifier=a|1&_count=7", "patient.identifier _count |  | 7");
        check("subject:Patient.identifier=1&patient:identifier=1", "subject:Patient.identifier patient:identifier |  | 50");
        check("_count=0", "_count |  | 0");
        check("_count=100000", "_count |  | 200");
        check("_summary=count&_summary=true", "_summary | _summary | 0");
        check("_count=many", "_count is a number, not 'many'");
        check("_count=-1", "_count is a number, not '-1'");
        check("authored=ge2026&authored=soon", "authored: 'soon' is no date, such as ge2026-11-01");
        check("nonsense=1&status:not=active&_sort=-date", "status:not | nonsense _sort | 50");
        check("_sort=-authored,status", "_sort |  | 50");
        check("priority=&status= ", " | priority status | 50");
        check("status:missing=false&_elements=id,status&_total=none&_summary=false", "status:missing _elements _total _summary |  | 50");
        check("_include=ServiceRequest:subject&_include=ServiceRequest:patient:Patient", "_include _include |  | 50");
        check("_include=*&_include=ServiceRequest:*", "_include _include |  | 50");
        check("_include=Task:focus&_include=ServiceRequest:specimen&_include=Task:*", " | _include _include _include | 50");
        check("_format=json&_pretty=true", " |  | 50");
    }
}
