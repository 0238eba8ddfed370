use super::{
    chain,
    criterion::Criterion,
    kinds::{Include, Kind, Narrows},
    sort::Sort,
    subset::Subset,
};
use jiff::Timestamp;

/// Resources of a page where nobody says how many, and at the most.
const COUNT: (usize, usize) = (50, 200);

/// Parameters that say how an answer is written, not what is found.
const OF_THE_ANSWER: [&str; 2] = ["_format", "_pretty"];

/// Parameters of FHIR that narrow what is found and are not done here: passing over one would find everybody in the place of some.
/// Source: FHIR R4, Search.
const NARROWING: [&str; 6] = ["_filter", "_text", "_content", "_list", "_query", "_has"];

/// What a client searches for, as far as it can be done.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// What resources must have, all of it.
    pub criteria: Vec<Criterion>,
    /// What is included with what is found: resources to which it refers.
    pub includes: Vec<&'static Include>,
    /// The same: resources that refer to it.
    pub rev_includes: Vec<RevInclude>,
    /// Resources of a page; zero asks for the number alone.
    pub count: usize,
    /// Whether it is said how many fit.
    pub total: Total,
    /// The order in which they stand; the latest order first where none is asked for.
    pub sort: Vec<Sort>,
    /// What is given out of each resource.
    pub subset: Subset,
    /// Where the page before ended.
    pub after: String,
    /// Resources of the order after that which were given out already.
    pub skip: usize,
    /// What was done, as it was asked for.
    pub honoured: Vec<(String, String)>,
    /// What was not, with why.
    pub ignored: Vec<(String, String)>,
}

/// Resources that refer to what is found.
#[derive(Clone, Copy, Debug)]
pub struct RevInclude {
    /// Their kind.
    pub kind: &'static Kind,
    /// By which reference.
    pub include: &'static Include,
}

/// Whether it is said how many fit. Source: FHIR R4, Search, `_total`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Total {
    /// Where it is known.
    #[default]
    WhereKnown,
    /// Not.
    None,
    /// Exactly.
    Accurate,
}

/// What became of a parameter: done, or not, with why.
enum Outcome {
    Done,
    NotDone(String),
}

/// Reads the parameters of a search of a kind, as they are meant now; a parameter that is known and cannot be read is refused, one
/// that is not known is named.
pub fn parse(kind: &'static Kind, pairs: &[(String, String)], now: Timestamp) -> Result<Query, String> {
    let mut query = Query { count: COUNT.0, ..Query::default() };
    for (name, value) in pairs.iter().filter(|(name, _)| !OF_THE_ANSWER.contains(&name.as_str())) {
        if value.trim().is_empty() {
            refuse_everybody(kind, name)?;
            query.ignored.push((name.clone(), "it has no value".into()));
            continue;
        }
        match add(&mut query, kind, (name, value.trim()), now)? {
            Outcome::Done => query.honoured.push((name.clone(), value.clone())),
            Outcome::NotDone(why) => query.ignored.push((name.clone(), why)),
        }
    }
    if query.subset == Subset::Text && !(query.includes.is_empty() && query.rev_includes.is_empty()) {
        // Source: FHIR R4, Search, `_summary`.
        return Err("_summary=text does not go with _include or _revinclude: leave one of them out".into());
    }
    Ok(query)
}

impl Query {
    /// Kinds of the resources beside those that are searched for which its criteria look at.
    pub fn kinds_compared(&self) -> Vec<&'static str> {
        self.criteria.iter().flat_map(Criterion::kinds).fold(Vec::new(), with)
    }

    /// Kinds of the resources that are included.
    pub fn kinds_included(&self) -> Vec<&'static str> {
        let referring = self.rev_includes.iter().map(|rev_include| rev_include.kind.name);
        self.includes.iter().map(|include| include.target).chain(referring).fold(Vec::new(), with)
    }
}

/// A list with another name, once.
fn with(mut names: Vec<&'static str>, name: &'static str) -> Vec<&'static str> {
    if !names.contains(&name) {
        names.push(name);
    }
    names
}

/// Refuses an empty value where it would find everybody in the place of somebody: a client that lost a number must not be shown others.
fn refuse_everybody(kind: &Kind, name: &str) -> Result<(), String> {
    let is_narrowing = chain::parameter(kind, name).is_some_and(|known| known.narrows != Narrows::Nothing);
    if is_narrowing || name.starts_with("_has") {
        return Err(format!("{name} has no value, so that everybody would be found: send whom or what it is about, or leave it out"));
    }
    Ok(())
}

/// Adds a parameter; says why not where it is not done.
fn add(query: &mut Query, kind: &'static Kind, (name, value): (&str, &str), now: Timestamp) -> Result<Outcome, String> {
    match name {
        "_count" => query.count = number(name, value)?.min(COUNT.1),
        "after" => value.clone_into(&mut query.after),
        "skip" => query.skip = number(name, value)?,
        "_summary" => return Ok(summary(query, value)),
        "_total" => return Ok(total(query, value)),
        "_sort" => match Sort::read(kind, value) {
            Some(rules) => query.sort.extend(rules),
            None => return Ok(not_known(kind)),
        },
        "_elements" => {
            let named = value.split(',').map(|element| element.trim().to_owned()).filter(|element| !element.is_empty());
            match &mut query.subset {
                Subset::Elements(elements) => elements.extend(named),
                subset => *subset = Subset::Elements(named.collect()),
            }
        }
        "_include" => return Ok(include(query, kind, value)),
        "_revinclude" => return Ok(rev_include(query, kind, value)),
        _ => match chain::criterion(kind, name, value, now)? {
            Some(criterion) => query.criteria.push(criterion),
            None if NARROWING.contains(&name.split(':').next().unwrap_or_default()) => {
                let message = "is not done here, and passing over it would find everybody; leave it out, and search by";
                return Err(format!("{name} {message} {}", chain::names(kind)));
            }
            None => return Ok(not_known(kind)),
        },
    }
    Ok(Outcome::Done)
}

fn not_known(kind: &Kind) -> Outcome {
    Outcome::NotDone(format!("it is not known here; {} is searched for by {}", kind.name, chain::names(kind)))
}

fn number(name: &str, value: &str) -> Result<usize, String> {
    value.parse().map_err(|_| format!("{name} is a number, not '{value}'"))
}

/// What is given out of each resource. Source: FHIR R4, Search, `_summary`.
fn summary(query: &mut Query, value: &str) -> Outcome {
    match value {
        "count" => query.count = 0,
        "false" => {}
        "true" => query.subset = Subset::Summary,
        "text" => query.subset = Subset::Text,
        "data" => query.subset = Subset::Data,
        _ => return Outcome::NotDone(format!("'{value}' is none of true, text, data, count and false")),
    }
    Outcome::Done
}

fn total(query: &mut Query, value: &str) -> Outcome {
    query.total = match value {
        "none" => Total::None,
        "estimate" => Total::WhereKnown,
        "accurate" => Total::Accurate,
        _ => return Outcome::NotDone(format!("'{value}' is none of none, estimate and accurate")),
    };
    Outcome::Done
}

fn include(query: &mut Query, kind: &'static Kind, value: &str) -> Outcome {
    let ways = || {
        let ways: Vec<String> = kind.includes.iter().map(|include| format!("{}:{}", kind.name, include.parameter)).collect();
        Outcome::NotDone(format!("'{value}' is not included; {}", if ways.is_empty() { "nothing is".to_owned() } else { ways.join(", ") }))
    };
    if value == "*" || value.strip_suffix(":*") == Some(kind.name) {
        query.includes.extend(kind.includes);
        return if kind.includes.is_empty() { ways() } else { Outcome::Done };
    }
    let mut parts = value.split(':');
    let is_of_kind = parts.next() == Some(kind.name);
    let (parameter, target) = (parts.next().unwrap_or_default(), parts.next());
    match kind.reference(parameter, target).filter(|_| is_of_kind && parts.next().is_none()) {
        Some(include) => {
            query.includes.push(include);
            Outcome::Done
        }
        None => ways(),
    }
}

fn rev_include(query: &mut Query, kind: &'static Kind, value: &str) -> Outcome {
    let mut parts = value.split(':');
    let (from, parameter, target) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default(), parts.next());
    let is_right = target.is_none_or(|target| target == kind.name) && parts.next().is_none();
    let found = kind.referring().find(|(other, include)| is_right && other.name == from && include.parameter == parameter);
    if let Some((kind, include)) = found {
        query.rev_includes.push(RevInclude { kind, include });
        return Outcome::Done;
    }
    let ways: Vec<String> = kind.referring().map(|(other, include)| format!("{}:{}", other.name, include.parameter)).collect();
    let ways = if ways.is_empty() { "nothing does".to_owned() } else { format!("these do: {}", ways.join(", ")) };
    Outcome::NotDone(format!("'{value}' does not refer to a {}; {ways}", kind.name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fhir::search::kind;

    /// What is done and what is named, in short.
    fn check(query: &str, expected: &str) {
        let pairs: Vec<(String, String)> =
            query.split('&').filter_map(|pair| pair.split_once('=')).map(|(name, value)| (name.into(), value.into())).collect();
        let found = match parse(kind("ServiceRequest").expect("a kind"), &pairs, Timestamp::UNIX_EPOCH) {
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
            ("patient.birthdate=", "patient.birthdate has no value, so that everybody would be found"),
            ("_has:Task:focus:status=", "_has:Task:focus:status has no value, so that everybody would be found"),
            ("patient.mood=x", "patient.mood: mood is no parameter of Patient"),
            ("_has:Observation:mood:code=x", "a ServiceRequest is not searched for so"),
            ("_has=x", "_has is not done here, and passing over it would find everybody"),
            ("_filter=status eq active", "_filter is not done here, and passing over it would find everybody"),
            ("_text:exact=x", "_text:exact is not done here"),
            ("subject:Group=1", "subject:Group: subject is not searched by so"),
            ("status:in=x", "status:in: status is not searched by so; it is done plainly, with :not"),
            ("code.text=x", "code.text: code is not searched by so"),
            ("authored:exact=2026", "authored is not searched by so; it is done plainly and with :missing"),
            ("status:missing=maybe", "':missing' is true or false, not 'maybe'"),
        ] {
            let (name, value) = query.split_once('=').expect("a pair");
            let pairs = [(name.to_owned(), value.to_owned())];
            let refused = parse(kind("ServiceRequest").expect("a kind"), &pairs, Timestamp::UNIX_EPOCH).expect_err(query);
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
        check("_summary=count&_summary=some", "_summary | _summary | 0");
        check("_summary=true", "_summary |  | 50");
        check("_summary=text&_include=*", "_summary=text does not go with _include or _revinclude: leave one of them out");
        check("_total=accurate&_total=many", "_total | _total | 50");
        check(
            "authored=ap2026&patient.birthdate=1990&patient.family:exact=Bell",
            "authored patient.birthdate patient.family:exact |  | 50",
        );
        check("_has:Task:focus:status=requested&_has:Specimen:request:type=1", "_has:Task:focus:status _has:Specimen:request:type |  | 50");
        check("_revinclude=Specimen:request&_revinclude=Task:focus:ServiceRequest", "_revinclude _revinclude |  | 50");
        check("_revinclude=Provenance:target&_revinclude=DiagnosticReport:based-on", "_revinclude _revinclude |  | 50");
        check("_revinclude=Task:patient&_revinclude=Task:focus:Patient&_revinclude=*", " | _revinclude _revinclude _revinclude | 50");
        check("_include:iterate=ServiceRequest:subject&_contained=true", " | _include:iterate _contained | 50");
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
