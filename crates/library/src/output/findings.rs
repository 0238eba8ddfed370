//! What the rules found: each with where it stands, and not more of a rule than somebody reads.

use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt};

/// Something that may tell of a person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Finding {
    /// Rule.
    pub rule: Rule,
    /// Line, from 1; 0 for the whole.
    pub line: usize,
    /// Column, or path in JSON; empty in prose.
    #[serde(default)]
    pub place: String,
    /// What stands there.
    #[serde(default)]
    pub value: String,
    /// Why it is a finding, and what to do.
    #[serde(rename = "words")]
    pub message: String,
    /// How many more of this rule are not listed: this one speaks for them.
    #[serde(default)]
    pub more: usize,
}

/// Rules of the airlock.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Rule {
    NotText,
    TooLarge,
    Format,
    Language,
    Encoded,
    Hidden,
    Formula,
    Identifier,
    Pseudonym,
    Genotypes,
    SmallCell,
    Differencing,
    Individuals,
    Dominance,
    Frequencies,
}

impl Rule {
    /// For people.
    pub fn label(self) -> &'static str {
        match self {
            Rule::NotText => "Not text",
            Rule::TooLarge => "Too large",
            Rule::Format => "Format",
            Rule::Language => "Not English",
            Rule::Encoded => "Encoded",
            Rule::Hidden => "Hidden character",
            Rule::Formula => "Formula",
            Rule::Identifier => "Identifier",
            Rule::Pseudonym => "Pseudonym",
            Rule::Genotypes => "Genotypes",
            Rule::SmallCell => "Small count",
            Rule::Differencing => "Differencing",
            Rule::Individuals => "One row for each person",
            Rule::Dominance => "Dominance",
            Rule::Frequencies => "Allele frequencies",
        }
    }
}

/// `Line 2, carriers, ‘2’ · Small count: what to do`.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = if self.line > 0 { format!("Line {}", self.line) } else { String::new() };
        let value = if self.value.is_empty() { String::new() } else { format!("‘{}’", self.value) };
        let location: Vec<&str> = [line.as_str(), &self.place, &value].into_iter().filter(|part| !part.is_empty()).collect();
        let location = location.join(", ");
        let end = if location.is_empty() { "" } else { " · " };
        write!(f, "{location}{end}{}: {}", self.rule.label(), self.message)
    }
}

impl Finding {
    pub(super) fn whole(rule: Rule, message: String) -> Finding {
        Finding::in_line(rule, 0, message)
    }

    pub(super) fn in_line(rule: Rule, line: usize, message: String) -> Finding {
        Finding { rule, line, place: String::new(), value: String::new(), message, more: 0 }
    }
}

/// Findings of one rule that are shown: beyond this, that there are more is enough.
const SHOWN_MAX: usize = 100;
/// Findings of one rule that are kept until they are put in order.
const KEPT_MAX: usize = 1_000;

/// Findings as they come.
#[derive(Default)]
pub(super) struct Findings(BTreeMap<Rule, OfRule>);

#[derive(Default)]
struct OfRule {
    kept: Vec<Finding>,
    /// How many came after those that are kept.
    more: usize,
}

impl Findings {
    /// Adds one; it is made only if there is room for it.
    pub(super) fn add(&mut self, rule: Rule, finding: impl FnOnce() -> Finding) {
        let same = self.0.entry(rule).or_default();
        if same.kept.len() < KEPT_MAX {
            same.kept.push(finding());
        } else {
            same.more += 1;
        }
    }

    /// Those of a text within this one, in the line where it stands.
    pub(super) fn add_within(&mut self, line: usize, within: Findings) {
        for (rule, inner) in within.0 {
            inner.kept.into_iter().for_each(|finding| self.add(rule, || Finding { line, ..finding }));
            self.0.entry(rule).or_default().more += inner.more;
        }
    }

    /// By rule and line, one for each place.
    pub(super) fn in_order(self) -> Vec<Finding> {
        self.0.into_values().flat_map(OfRule::in_order).collect()
    }
}

impl Extend<Finding> for Findings {
    fn extend<I: IntoIterator<Item = Finding>>(&mut self, findings: I) {
        findings.into_iter().for_each(|finding| self.add(finding.rule, || finding));
    }
}

impl OfRule {
    fn in_order(self) -> Vec<Finding> {
        let OfRule { mut kept, more } = self;
        kept.sort_by_cached_key(|finding| (finding.line, finding.place.is_empty(), finding.place.clone()));
        kept.dedup_by(|next, first| next.line == first.line && (next.place.is_empty() || next.place == first.place));
        let more = more + kept.len().saturating_sub(SHOWN_MAX);
        let next = kept.get(SHOWN_MAX).or(kept.last()).map(|next| (next.rule, next.line));
        kept.truncate(SHOWN_MAX);
        let rest = next.filter(|_| more > 0).map(|(rule, line)| {
            let message = format!("and some {more} more, from line {line}, which are to be changed likewise");
            Finding { more, ..Finding::whole(rule, message) }
        });
        kept.into_iter().chain(rest).collect()
    }
}
