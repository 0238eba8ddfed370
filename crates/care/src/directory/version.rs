//! One version of a directory, and what differs between two.

use super::{Branch, Test, TestCode, eligibility};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt};

/// A published version. Its tests are kept by their digest and never change.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Version {
    /// Which directory.
    pub branch: Branch,
    /// Number or years, as `6` or `2021-22`.
    pub number: String,
    /// First day on which tests are ordered from it.
    pub effective: Date,
    /// Where it comes from.
    pub source: String,
    /// SHA-256 of its tests as they are kept.
    pub tests_sha256: String,
    /// Tests in it.
    pub tests: usize,
}

/// As orders name it: `rare 6`.
impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.branch.word(), self.number)
    }
}

/// What differs for one test between two versions.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Difference {
    /// Only in the later one.
    Added(Test),
    /// Only in the earlier one.
    Withdrawn(Test),
    /// In both: field, before, after.
    Amended(TestCode, Vec<(&'static str, String, String)>),
}

impl Difference {
    /// The test.
    pub fn code(&self) -> &TestCode {
        match self {
            Difference::Added(test) | Difference::Withdrawn(test) => &test.code,
            Difference::Amended(code, _) => code,
        }
    }
}

/// Every difference, in order of code.
pub fn compare(before: &[Test], after: &[Test]) -> Vec<Difference> {
    let by_code = |tests: &'_ [Test]| -> BTreeMap<TestCode, Test> { tests.iter().map(|t| (t.code.clone(), t.clone())).collect() };
    let (before, after) = (by_code(before), by_code(after));
    let gone = before.values().filter(|t| !after.contains_key(&t.code)).map(|t| Difference::Withdrawn(t.clone()));
    let there = after.values().filter_map(|t| match before.get(&t.code) {
        None => Some(Difference::Added(t.clone())),
        Some(earlier) => {
            let fields = fields(earlier, t);
            (!fields.is_empty()).then(|| Difference::Amended(t.code.clone(), fields))
        }
    });
    let mut found: Vec<Difference> = gone.chain(there).collect();
    found.sort_by(|a, b| a.code().cmp(b.code()));
    found
}

/// Fields of one test that differ.
fn fields(before: &Test, after: &Test) -> Vec<(&'static str, String, String)> {
    let days = |t: &Test| t.turnaround_days_max.to_string();
    let lines = [
        ("Clinical indication", before.indication.clone(), after.indication.clone()),
        ("Group", before.group.clone(), after.group.clone()),
        ("Scope", before.scope.clone(), after.scope.clone()),
        ("Method", before.method.clone(), after.method.clone()),
        ("Target", before.target.clone(), after.target.clone()),
        ("Panels", before.panels.join(", "), after.panels.join(", ")),
        ("Genes", before.genes.join(", "), after.genes.join(", ")),
        ("Criteria", eligibility::line(&before.criteria), eligibility::line(&after.criteria)),
        ("Days to report", days(before), days(after)),
    ];
    lines.into_iter().filter(|(_, before, after)| before != after).collect()
}
