//! What a token may do. Source: SMART App Launch 2.2, "Scopes for requesting FHIR resources", with the names of version 1.

use interop::fhir::{
    intake,
    search::{self, Criterion, KINDS},
};
use jiff::Timestamp;
use reqwest::Url;
use serde_json::Value;

/// What a client does with resources of a kind, in the order of its letters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Interaction {
    /// Place a new one.
    Create,
    /// Read one, or its versions.
    Read,
    /// Change one.
    Update,
    /// End one.
    Delete,
    /// Search.
    Search,
}

impl Interaction {
    /// Every one, in the order of its letters.
    pub const ALL: [Interaction; 5] =
        [Interaction::Create, Interaction::Read, Interaction::Update, Interaction::Delete, Interaction::Search];

    /// Its letter in a scope.
    pub fn letter(self) -> char {
        match self {
            Interaction::Create => 'c',
            Interaction::Read => 'r',
            Interaction::Update => 'u',
            Interaction::Delete => 'd',
            Interaction::Search => 's',
        }
    }

    /// The one under which a restful interaction of FHIR falls.
    pub fn named(name: &str) -> Option<Interaction> {
        Some(match name {
            "create" => Interaction::Create,
            "read" | "vread" | "history-instance" => Interaction::Read,
            "update" | "patch" => Interaction::Update,
            "delete" => Interaction::Delete,
            "search-type" => Interaction::Search,
            _ => return None,
        })
    }

    fn is_writing(self) -> bool {
        !matches!(self, Interaction::Read | Interaction::Search)
    }

    /// The scope that a client is told to ask for.
    pub fn scope(self, kind: &str) -> String {
        format!("system/{kind}.{}", self.letter())
    }

    /// Whether it can be done with resources of a kind: by themselves, or as part of an order.
    fn is_done_with(self, kind: &str) -> bool {
        let interactions = search::kind(kind).map_or(&[][..], |kind| kind.interactions);
        let is_offered = interactions.iter().any(|name| Interaction::named(name) == Some(self));
        is_offered || (matches!(self, Interaction::Create | Interaction::Update) && intake::is_read(kind))
    }
}

/// Scopes for all kinds of resources, as they are named where a client asks for none.
const EVERYTHING: [&str; 2] = ["system/*.read", "system/*.write"];

/// Scopes that a token may have: for every kind, and for each by itself.
pub fn supported() -> Vec<String> {
    let all = ["system/*.read", "system/*.write", "system/*.*", "system/*.rs", "system/*.cruds"].map(str::to_owned);
    let of_kind = KINDS.iter().map(|kind| {
        let letters: String = Interaction::ALL.into_iter().filter(|one| one.is_done_with(kind.name)).map(Interaction::letter).collect();
        format!("system/{}.{letters}", kind.name)
    });
    all.into_iter().chain(of_kind).collect()
}

/// Everything that a token may do.
#[derive(Clone, Debug, Default)]
pub struct Scopes(Vec<Scope>);

/// One scope: of a kind of resources or of all, what may be done with them, and which of them are meant.
#[derive(Clone, Debug)]
struct Scope {
    kind: Option<String>,
    interactions: Vec<Interaction>,
    criteria: Vec<Criterion>,
}

impl Scope {
    /// Reads a scope; nothing where it is not understood, or gives nothing here.
    fn read(text: &str, now: Timestamp) -> Option<Scope> {
        let rest = text.strip_prefix("system/")?;
        let (rest, query) = rest.split_once('?').map_or((rest, None), |(rest, query)| (rest, Some(query)));
        let (name, access) = rest.split_once('.')?;
        let kind = Some(name).filter(|name| *name != "*");
        let mut interactions = interactions(access)?;
        interactions.retain(|one| kind.is_none_or(|kind| one.is_done_with(kind)));
        let criteria = match query {
            None => vec![],
            // A part of what there is can be read; what part is written cannot be known before it is.
            Some(query) if interactions.iter().all(|one| !one.is_writing()) => criteria(kind?, query, now)?,
            Some(_) => return None,
        };
        (!interactions.is_empty()).then(|| Scope { kind: kind.map(str::to_owned), interactions, criteria })
    }

    fn covers(&self, kind: &str, interaction: Interaction) -> bool {
        self.kind.as_deref().is_none_or(|own| own == kind) && self.interactions.contains(&interaction)
    }
}

/// What the end of a scope lets do: a name of version 1, or letters in their order.
fn interactions(access: &str) -> Option<Vec<Interaction>> {
    let every = Interaction::ALL.into_iter();
    match access {
        "*" => Some(every.collect()),
        "read" => Some(every.filter(|one| !one.is_writing()).collect()),
        "write" => Some(every.filter(|one| one.is_writing()).collect()),
        letters => {
            let named: Vec<Interaction> = every.filter(|one| letters.contains(one.letter())).collect();
            letters.chars().eq(named.iter().map(|one| one.letter())).then_some(named)
        }
    }
}

/// Which resources are meant: a search that can be done whole, by what stands in each of them.
fn criteria(kind: &str, query: &str, now: Timestamp) -> Option<Vec<Criterion>> {
    let address = Url::parse(&format!("http://localhost/?{query}")).ok()?;
    let pairs: Vec<(String, String)> = address.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
    let read = search::parse(search::kind(kind)?, &pairs, now).ok()?;
    let is_plain = read.ignored.is_empty() && read.criteria.len() == pairs.len() && read.kinds_compared().is_empty();
    (is_plain && !pairs.is_empty()).then_some(read.criteria)
}

impl Scopes {
    /// Reads what a token was given.
    pub fn read(text: &str, now: Timestamp) -> Scopes {
        Scopes(text.split_whitespace().filter_map(|scope| Scope::read(scope, now)).collect())
    }

    /// Whether something may be done with resources of a kind, with all or with some.
    pub fn covers(&self, kind: &str, interaction: Interaction) -> bool {
        self.0.iter().any(|scope| scope.covers(kind, interaction))
    }

    /// Whether it may be done with every resource of the kind.
    pub fn covers_all(&self, kind: &str, interaction: Interaction) -> bool {
        self.0.iter().any(|scope| scope.criteria.is_empty() && scope.covers(kind, interaction))
    }

    /// Whether it may be done with this resource.
    pub fn cover_resource(&self, resource: &Value, interaction: Interaction) -> bool {
        let kind = resource["resourceType"].as_str().unwrap_or_default();
        let is_meant = |scope: &Scope| scope.criteria.iter().all(|criterion| criterion.fits(resource, &[]));
        self.0.iter().any(|scope| scope.covers(kind, interaction) && is_meant(scope))
    }

    /// Whether anything may be written.
    pub fn cover_writing(&self) -> bool {
        self.0.iter().any(|scope| scope.interactions.iter().any(|one| one.is_writing()))
    }
}

/// Those of the scopes that a client asks for that are granted, of each no more than there is; reading and writing where it asks for
/// none.
pub(super) fn granted(wished: &str, now: Timestamp) -> String {
    if wished.trim().is_empty() {
        return EVERYTHING.join(" ");
    }
    wished.split_whitespace().filter_map(|scope| as_granted(scope, now)).collect::<Vec<_>>().join(" ")
}

/// A scope without the letters of what is not done with its kind.
fn as_granted(text: &str, now: Timestamp) -> Option<String> {
    let scope = Scope::read(text, now)?;
    let Some(kind) = scope.kind else { return Some(text.to_owned()) };
    let (rest, query) = text.split_once('?').map_or((text, String::new()), |(rest, query)| (rest, format!("?{query}")));
    let access = rest.rsplit('.').next()?;
    if ["read", "write", "*"].contains(&access) {
        return Some(text.to_owned());
    }
    let letters: String = scope.interactions.iter().map(|one| one.letter()).collect();
    Some(format!("system/{kind}.{letters}{query}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    /// Letters of what a scope lets do with a kind.
    fn letters(scope: &str, kind: &str) -> String {
        let scopes = Scopes::read(scope, NOW);
        Interaction::ALL.into_iter().filter(|one| scopes.covers(kind, *one)).map(Interaction::letter).collect()
    }

    #[test]
    fn a_scope_lets_do_what_its_name_says_and_no_more() {
        for (scope, of_request, of_patient) in [
            ("system/*.read", "rs", "rs"),
            ("system/*.write", "cud", "cud"),
            ("system/*.*", "cruds", "cruds"),
            ("system/*.rs", "rs", "rs"),
            ("system/*.cruds", "cruds", "cruds"),
            ("system/*.cu", "cu", "cu"),
            ("system/*.r", "r", "r"),
            ("system/*.s", "s", "s"),
            ("system/*.sr", "", ""),
            ("system/*.rrs", "", ""),
            ("system/*.", "", ""),
            ("system/*.readwrite", "", ""),
            ("system/ServiceRequest.rs", "rs", ""),
            ("system/ServiceRequest.read", "rs", ""),
            ("system/ServiceRequest.cruds", "crus", ""),
            ("system/ServiceRequest.*", "crus", ""),
            ("system/Patient.r", "", "r"),
            ("system/patient.r", "", ""),
            ("system/Patient.rs?gender=female", "", "rs"),
            ("system/Patient.cruds?gender=female", "", ""),
            ("system/Patient.rs?mood=blue", "", ""),
            ("system/Patient.rs?_count=1", "", ""),
            ("system/Patient.rs?", "", ""),
            ("system/Patient.rs?_has:ServiceRequest:patient:status=active", "", ""),
            ("system/ServiceRequest.rs?patient.birthdate=2019", "", ""),
            ("system/*.rs?category=laboratory", "", ""),
            ("system/Medication.rs", "", ""),
            ("patient/*.read", "", ""),
            ("user/Patient.rs", "", ""),
            ("openid", "", ""),
        ] {
            assert_eq!(
                (letters(scope, "ServiceRequest").as_str(), letters(scope, "Patient").as_str()),
                (of_request, of_patient),
                "{scope}"
            );
        }
    }

    #[test]
    fn what_is_granted_is_what_is_asked_for_as_far_as_it_is_done() {
        for (wished, expected) in [
            ("", "system/*.read system/*.write"),
            ("openid system/*.rs", "system/*.rs"),
            ("system/Patient.read system/Medication.read", "system/Patient.read"),
            ("system/Task.cruds", "system/Task.rus"),
            ("system/Specimen.rs system/Specimen.c", "system/Specimen.rs system/Specimen.c"),
            ("system/Practitioner.cruds", "system/Practitioner.cu"),
            ("system/Observation.rs?category=laboratory", "system/Observation.rs?category=laboratory"),
            ("system/Composition.rs", "system/Composition.r"),
            ("user/*.read", ""),
        ] {
            assert_eq!(granted(wished, NOW), expected, "{wished}");
        }
        for scope in supported() {
            assert_eq!(granted(&scope, NOW), scope, "what is promised is granted");
        }
    }

    /// Every kind by every set of letters: nothing beside them, in one scope or in two.
    #[test]
    fn nothing_is_opened_beyond_the_letters_and_the_kind_of_a_scope() {
        let sets: Vec<String> = (1_u32..32)
            .map(|set| {
                Interaction::ALL.into_iter().enumerate().filter(|(bit, _)| set & (1 << bit) != 0).map(|(_, one)| one.letter()).collect()
            })
            .collect();
        for own in &KINDS {
            for letters in &sets {
                let text = format!("system/{}.{letters} system/Task.s", own.name);
                let answered = granted(&text, NOW);
                let (wished, scopes) = (Scopes::read(&text, NOW), Scopes::read(&answered, NOW));
                for kind in &KINDS {
                    for interaction in Interaction::ALL {
                        let is_named = kind.name == own.name && letters.contains(interaction.letter());
                        let may = is_named || (kind.name == "Task" && interaction == Interaction::Search);
                        let opened = scopes.covers(kind.name, interaction);
                        assert!(!opened || may, "{text} opens {} of {}", interaction.letter(), kind.name);
                        assert_eq!(opened, wished.covers(kind.name, interaction), "{text} is granted as it is read");
                        assert_eq!(opened, may && interaction.is_done_with(kind.name), "{text}: {} of {}", interaction.letter(), kind.name);
                        let resource = json!({ "resourceType": kind.name });
                        assert_eq!(scopes.cover_resource(&resource, interaction), opened);
                    }
                }
            }
        }
    }

    #[test]
    fn a_scope_with_a_search_opens_what_fits_and_nothing_else() {
        let scopes = Scopes::read("system/DiagnosticReport.rs?category=GE&status=final system/Patient.r", NOW);
        let report = |category: &str, status: &str| json!({ "resourceType": "DiagnosticReport", "status": status, "category": [{ "coding": [{ "code": category }] }] });
        for (resource, expected) in [
            (report("GE", "final"), true),
            (report("GE", "preliminary"), false),
            (report("RAD", "final"), false),
            (json!({ "resourceType": "DiagnosticReport" }), false),
            (json!({ "resourceType": "Patient" }), true),
            (json!({ "resourceType": "Observation" }), false),
        ] {
            assert_eq!(scopes.cover_resource(&resource, Interaction::Read), expected, "{resource}");
        }
        assert!(scopes.covers("DiagnosticReport", Interaction::Search) && !scopes.covers_all("DiagnosticReport", Interaction::Search));
        assert!(scopes.covers_all("Patient", Interaction::Read) && !scopes.cover_writing());
    }
}
