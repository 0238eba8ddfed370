//! What the address of a case asks for: a filter of its candidates, a day, a gene that somebody looks for.

use care::interpretation::filter::{ConsequenceKind, Filter, InheritanceKind, NoteKind, PanelKind};
use germline::Pathogenicity;
use serde::Deserialize;

/// What the address of a case asks for.
#[derive(Clone, Deserialize, Default)]
#[serde(default)]
pub(crate) struct CaseQuery {
    #[serde(flatten)]
    pub filter: Filter,
    /// A day that is past.
    pub on: String,
    /// `yes` shows every candidate that fits.
    pub all: String,
    /// A gene or variant that somebody looks for.
    pub why: String,
    /// A variant whose summary is shown beside the list.
    pub open: String,
    /// A saved view, or `none` for the filter as it is in the address.
    pub view: String,
    /// The filter is that of the view.
    #[serde(skip)]
    pub is_viewed: bool,
}

/// A list of the filter to choose from.
pub(crate) struct Choice {
    pub control: &'static str,
    pub caption: &'static str,
    /// What nothing chosen is called.
    pub any: &'static str,
    /// Values, what people read, whether it is chosen.
    pub options: Vec<(&'static str, &'static str, bool)>,
}

impl CaseQuery {
    pub(crate) fn is_all(&self) -> bool {
        self.all == "yes"
    }

    /// The same as the end of an address, with a field changed or left out.
    fn query_with(&self, changed: &[(&'static str, &str)]) -> String {
        let own = [("on", self.on.as_str()), ("all", self.all.as_str()), ("view", self.view.as_str())];
        // A view says what it filters.
        let filter = self.filter.fields().into_iter().filter(|_| !self.is_viewed);
        let kept = filter.chain(own).filter(|(name, value)| !value.is_empty() && changed.iter().all(|(other, _)| other != name));
        let added = changed.iter().copied().filter(|(_, value)| !value.is_empty());
        serde_urlencoded::to_string(kept.chain(added).collect::<Vec<_>>()).unwrap_or_default()
    }

    /// The same filter, with every candidate that fits.
    pub(crate) fn query_for_all(&self) -> String {
        self.query_with(&[("all", "yes")])
    }

    /// The same list with a variant open beside it.
    pub(crate) fn query_opening(&self, variant: &genome::Variant) -> String {
        self.query_with(&[("open", &variant.to_string())])
    }

    /// The end of the address of the list as it is filtered, with its question mark; nothing where nothing is asked for.
    pub(crate) fn suffix(&self) -> String {
        let query = self.query_with(&[]);
        if query.is_empty() { query } else { format!("?{query}") }
    }

    /// The lists of the filter.
    pub(crate) fn choices(&self) -> Vec<Choice> {
        let f = &self.filter;
        let choice = |control, caption, any, chosen: &str, all: Vec<(&'static str, &'static str)>| {
            let options = all.into_iter().map(|(value, label)| (value, label, value == chosen)).collect();
            Choice { control, caption, any, options }
        };
        let classes = Pathogenicity::ALL.into_iter().map(|class| (class.label(), class.label())).collect();
        let tiers = vec![("1", "Tier 1"), ("2", "Tier 2"), ("3", "Tier 3")];
        vec![
            choice("inheritance", "Inheritance", "Any", &f.inheritance, named(InheritanceKind::ALL)),
            choice("class", "Class", "Any", &f.class, classes),
            choice("tier", "Tier", "Any", &f.tier, tiers),
            choice("consequence", "Consequence", "Any", &f.consequence, named(ConsequenceKind::ALL)),
            choice("panel", "Panel", "All genes", &f.panel, named(PanelKind::ALL)),
            choice("note", "Notes", "Any", &f.note, named(NoteKind::ALL)),
        ]
    }
}

fn named<T>(all: &[(T, &'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    all.iter().map(|(_, name, label)| (*name, *label)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_of_all_keeps_the_filter() {
        let filter = Filter { gene: "SCN 1".into(), panel: "on".into(), ..Filter::default() };
        let query = CaseQuery { filter, why: "SCN1A".into(), ..CaseQuery::default() };
        assert_eq!(query.query_for_all(), "gene=SCN+1&panel=on&all=yes");
        assert_eq!(query.suffix(), "?gene=SCN+1&panel=on");
        assert_eq!(query.query_opening(&"1-100-A-T".parse().expect("a variant")), "gene=SCN+1&panel=on&open=1-100-A-T");
        assert_eq!(CaseQuery::default().query_for_all(), "all=yes");
        assert_eq!(CaseQuery::default().suffix(), "");
    }

    #[test]
    fn an_address_that_is_linked_is_the_filter_again() {
        let address = "gene=SCN1A%2C+KCNQ2&class=Pathogenic&tier=1&consequence=truncating&inheritance=de_novo&frequency=0.001&panel=on\
                       &note=not_dismissed&quality=20&all=yes";
        let query: CaseQuery = serde_urlencoded::from_str(address).expect("a query");
        assert!(query.filter.criteria().is_ok() && query.is_all());
        assert_eq!(query.suffix(), format!("?{address}"));
        let chosen = |choice: &Choice| choice.options.iter().filter(|(.., is_chosen)| *is_chosen).count();
        assert!(query.choices().iter().all(|choice| chosen(choice) == 1), "each list shows what is chosen");
    }
}
