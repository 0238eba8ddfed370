//! What a client of PanelApp asks for: page, version and filters.
//!
//! Source: the OpenAPI of PanelApp's API v1 (`/panels/`: `type`, `page`; `/genes/`: `entity_name`, `entity_type`, `confidence_level`,
//! `type`, `tags`, `page`; `/panels/{id}/genes/`: `confidence_level`, `version`, `tags`).

use ontology::panel::published::Entity;
use serde_json::Value;

/// A query.
#[derive(Debug, Default)]
pub(super) struct PanelAppQuery {
    pub version: String,
    /// Every version that was signed off, not the latest of each panel alone (`display=all`).
    pub every_version: bool,
    /// From 1.
    pub page: usize,
    /// Filters by name, each with its values of which one must be.
    filters: Vec<(&'static str, Vec<String>)>,
}

/// Filters that are understood.
const FILTERS: [&str; 7] = ["confidence_level", "type", "name", "panel_id", "entity_name", "entity_type", "tags"];
/// Filters of entities within one panel.
const OF_ENTITIES: [&str; 4] = ["confidence_level", "entity_name", "entity_type", "tags"];
/// Filters of panels.
const OF_PANELS: [&str; 3] = ["type", "name", "panel_id"];
/// What clients of PanelApp send with every request: the form of the answer, and a wish for longer pages, which leaves nothing out.
const EVERYWHERE: [&str; 2] = ["format", "page_size"];

/// What is understood at an address; nothing where there is no such address.
fn understood(parts: &[&str]) -> Option<Vec<&'static str>> {
    let kinds = ["genes", "strs", "regions", "entities"];
    let groups: &[&[&'static str]] = match parts {
        ["panels"] => &[&OF_PANELS, &["page"]],
        ["panels", "signedoff"] => &[&OF_PANELS, &["page", "display"]],
        ["activities"] | ["panels", _, "versions" | "activities"] => &[&["page"]],
        ["panels", "signedoff", _] | ["panels", _] => &[&["version"]],
        ["panels", _, kind] if kinds.contains(kind) => &[&OF_ENTITIES, &["page", "version"]],
        ["panels", _, kind, _] if kinds.contains(kind) => &[&["version"]],
        ["panels", _, kind, _, "evaluations"] if kinds.contains(kind) => &[&["page", "version"]],
        [kind] | [kind, _] if kinds.contains(kind) => &[&FILTERS, &["page"]],
        _ => return None,
    };
    Some([groups.concat(), EVERYWHERE.to_vec()].concat())
}

/// Why a query is not answered at an address: a filter that is passed over would give more genes than were asked for. PanelApp itself
/// passes over what it does not know.
pub(super) fn not_understood(path: &str, pairs: &[(String, String)]) -> Option<String> {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let known = understood(&parts)?;
    let unknown: Vec<&str> = pairs.iter().map(|(name, _)| name.as_str()).filter(|name| !known.contains(name)).collect();
    if !unknown.is_empty() {
        let message = "Not understood at this address, and passing over it would answer more than was asked for";
        return Some(format!("{message}: {}. Understood: {}.", unknown.join(", "), known.join(", ")));
    }
    let values = |name: &str| pairs.iter().filter(|(key, _)| key == name).map(|(_, value)| value.trim()).collect::<Vec<_>>();
    let other = |name: &str, allowed: &[&str]| {
        let value = values(name).into_iter().find(|value| !value.is_empty() && !allowed.contains(value))?;
        Some(format!("{name} is {}, not '{value}'.", allowed.join(" or ")))
    };
    other("format", &["json"]).or_else(|| other("display", &["latest", "all"]))
}

impl PanelAppQuery {
    /// Reads the query; nothing when the page is no number.
    pub fn new(pairs: &[(String, String)]) -> Option<PanelAppQuery> {
        let get =
            |name: &str| pairs.iter().rev().find(|(key, value)| key == name && !value.trim().is_empty()).map(|(_, value)| value.trim());
        let values = |name| {
            let listed = pairs.iter().filter(|(key, _)| key == name).flat_map(|(_, value)| value.split(','));
            listed.map(|value| value.trim().to_owned()).filter(|value| !value.is_empty()).collect::<Vec<_>>()
        };
        let filters = FILTERS.into_iter().map(|name| (name, values(name))).filter(|(_, values)| !values.is_empty());
        let page = get("page").map_or(Some(1), |page| page.parse().ok())?;
        let every_version = get("display") == Some("all");
        Some(PanelAppQuery { version: get("version").unwrap_or_default().to_owned(), every_version, page, filters: filters.collect() })
    }

    /// The address of a list with everything but the page, so that whoever follows it page by page reads one list to its end.
    pub fn address(&self, list: &str) -> String {
        let version = Some(("version", self.version.clone())).filter(|(_, version)| !version.is_empty());
        let filters = self.filters.iter().map(|(name, values)| (*name, values.join(",")));
        let display = self.every_version.then(|| ("display", "all".to_owned()));
        let query = serde_urlencoded::to_string(version.into_iter().chain(filters).chain(display).collect::<Vec<_>>()).unwrap_or_default();
        if query.is_empty() { list.to_owned() } else { format!("{list}?{query}") }
    }

    fn takes(&self, name: &str, is: impl Fn(&str) -> bool) -> bool {
        self.filters.iter().filter(|(filter, _)| *filter == name).all(|(_, values)| values.iter().any(|value| is(value)))
    }

    /// Whether a panel, as lists show it, is of the types that are asked for, and its name has the text that is asked for.
    pub fn takes_panel(&self, header: &Value) -> bool {
        let is_type = |slug: &str| {
            let types = header["types"].as_array().into_iter().flatten();
            types.flat_map(|kind| [&kind["slug"], &kind["name"]]).filter_map(Value::as_str).any(|name| name.eq_ignore_ascii_case(slug))
        };
        let name = header["name"].as_str().unwrap_or_default().to_lowercase();
        let id = match &header["id"] {
            Value::String(text) => text.clone(),
            number => number.to_string(),
        };
        self.takes("type", is_type)
            && self.takes("panel_id", |number| id.eq_ignore_ascii_case(number))
            && self.takes("name", |text| name.contains(&text.to_lowercase()))
    }

    /// Whether an entity is of the level, kind, name and tags that are asked for.
    pub fn takes_entity(&self, entity: &Entity) -> bool {
        self.takes("confidence_level", |level| is_level(entity, level))
            && self.takes("entity_type", |kind| entity.entity_type.eq_ignore_ascii_case(kind))
            && self.takes("entity_name", |name| is_named(entity, name))
            && self.takes("tags", |tag| entity.tags.iter().any(|own| own.eq_ignore_ascii_case(tag)))
    }
}

/// Whether an entity has a name: its own, or of its gene the symbol or the HGNC identifier.
pub(super) fn is_named(entity: &Entity, name: &str) -> bool {
    let gene = entity.gene_data.as_ref();
    let others = gene.into_iter().flat_map(|gene| [&gene.gene_symbol, &gene.hgnc_symbol, &gene.hgnc_id]).flatten();
    entity.entity_name.eq_ignore_ascii_case(name)
        || (entity.entity_type == "gene" && others.into_iter().any(|own| own.eq_ignore_ascii_case(name)))
}

/// Whether an entity has a level: a number, or its colour. Source: PanelApp, 3 and 4 are green, 2 amber, 1 red, 0 removed.
fn is_level(entity: &Entity, level: &str) -> bool {
    let own = entity.confidence_level.as_str();
    match level.to_ascii_lowercase().as_str() {
        "3" | "4" | "green" => ["3", "4"].contains(&own),
        "2" | "amber" => own == "2",
        "1" | "red" => own == "1",
        "0" | "grey" | "gray" => own == "0",
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn query(text: &str) -> Option<PanelAppQuery> {
        let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
        PanelAppQuery::new(&pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect::<Vec<_>>())
    }

    #[test]
    fn filters_are_read_and_stay_in_the_address() {
        let read = query("confidence_level=3,2&page=2&type=gms&version=1.1&unknown=x").expect("a query");
        assert_eq!((read.page, read.version.as_str()), (2, "1.1"));
        assert_eq!(read.address("http://x/genes/"), "http://x/genes/?version=1.1&confidence_level=3%2C2&type=gms");
        assert_eq!(query("").map(|q| (q.page, q.address("http://x/"))), Some((1, "http://x/".into())));
        for wrong in ["page=x", "page=-1", "page=99999999999999999999"] {
            assert!(query(wrong).is_none(), "{wrong}");
        }
    }

    /// What public clients send is answered, and a filter is honoured or refused by name.
    #[test]
    fn what_is_not_understood_at_an_address_is_refused_by_name() {
        let check = |path: &str, text: &str, expected: Option<&str>| {
            let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
            let pairs: Vec<(String, String)> = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
            let found = not_understood(path, &pairs);
            match expected {
                None => assert_eq!(found, None, "{path}?{text}"),
                Some(says) => assert!(found.as_ref().is_some_and(|why| why.contains(says)), "{path}?{text}: {found:?}"),
            }
        };
        for (path, text) in [
            ("panels/", "format=json&page=2"),
            ("panels/signedoff/", "display=latest&page=1"),
            ("panels/signedoff/", "display=all&format=json&page=2"),
            ("panels/signedoff/", "panel_id=402"),
            ("panels/402/", "version=1.1"),
            ("genes/", "page_size=1000"),
            ("genes/", "entity_name=BRCA1&format=json"),
            ("genes/SCN1A/", "confidence_level=3&type=gms"),
            ("panels/402/genes/", "confidence_level=3&version=1.1&tags=x&page=1"),
            ("panels/402/genes/SCN1A/evaluations/", "page=1"),
            ("nothing/", "mood=blue"),
        ] {
            check(path, text, None);
        }
        for (path, text, says) in [
            ("panels/", "search=epilepsy", "search. Understood: type, name, panel_id, page, format, page_size."),
            ("panels/", "confidence_level=3", "confidence_level"),
            ("panels/402/", "confidence_level=3", "confidence_level. Understood: version, format, page_size."),
            ("panels/402/genes/", "confidence=3&evidence=2", "confidence, evidence."),
            ("genes/", "version=1.1", "version"),
            ("panels/signedoff/", "display=oldest", "display is latest or all, not 'oldest'."),
            ("panels/", "format=xml", "format is json, not 'xml'."),
        ] {
            check(path, text, Some(says));
        }
    }

    #[test]
    fn filters_take_what_they_name() {
        let gene = |name: &str, level: &str| Entity {
            entity_type: "gene".into(),
            entity_name: name.into(),
            confidence_level: level.into(),
            tags: vec!["curated".into()],
            ..Entity::default()
        };
        let takes = |text: &str, level: &str| query(text).expect("a query").takes_entity(&gene("SCN1A", level));
        for (text, level) in [
            ("confidence_level=1", "1"),
            ("confidence_level=3", "4"),
            ("confidence_level=green", "3"),
            ("entity_name=scn1a", "2"),
            ("tags=curated", "0"),
            ("entity_type=gene", "1"),
        ] {
            assert!(takes(text, level), "{text}");
        }
        for (text, level) in [
            ("confidence_level=1", "3"),
            ("confidence_level=9", "3"),
            ("entity_name=CDH1", "3"),
            ("entity_type=str", "3"),
            ("entity_type=gene&tags=x", "3"),
        ] {
            assert!(!takes(text, level), "{text}");
        }
        let panel = json!({ "id": 402, "name": "Genetic epilepsy syndromes", "types": [{ "slug": "rare-disease-100k", "name": "Rare Disease 100K" }] });
        for (text, expected) in [
            ("type=rare-disease-100k", true),
            ("type=actionable", false),
            ("name=epilepsy", true),
            ("name=heart", false),
            ("panel_id=402", true),
            ("panel_id=40", false),
            ("", true),
        ] {
            assert_eq!(query(text).expect("a query").takes_panel(&panel), expected, "{text}");
        }
    }
}
