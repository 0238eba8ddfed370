//! The directory as the published sheets arrange it: specialties, their clinical indications and the tests of each; and A to Z.

use super::catalogue::Catalogue;
use care::directory::{Branch, Test};
use std::collections::{BTreeMap, BTreeSet};

/// A specialist test group of a sheet, or a group of tumours.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Specialty {
    /// The directory that it is of.
    pub branch: Branch,
    /// As the sheet names it.
    pub name: String,
    /// Clinical indications in it.
    pub indications: usize,
    /// Tests in it.
    pub tests: usize,
}

/// A clinical indication with its tests.
pub struct Indication<'c> {
    /// Code, such as `R29`.
    pub code: &'c str,
    /// Name or names, where its tests are named differently.
    pub name: String,
    /// Its tests, in order of code.
    pub tests: Vec<&'c Test>,
}

/// What of the directory is looked at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shelf<'s> {
    /// Tests of one specialty.
    Specialty(Branch, &'s str),
    /// Indications whose name begins with a letter, in capitals; `#` for a number.
    Letter(char),
}

impl Catalogue {
    /// Specialties of both directories, each in order of name.
    pub fn specialties(&self) -> Vec<Specialty> {
        let mut found: BTreeMap<(Branch, &str), (BTreeSet<&str>, usize)> = BTreeMap::new();
        for test in &self.tests {
            let (indications, tests) = found.entry((test.code.branch(), group(test))).or_default();
            indications.insert(test.code.indication());
            *tests += 1;
        }
        let specialty = |((branch, name), (indications, tests)): ((Branch, &str), (BTreeSet<&str>, usize))| Specialty {
            branch,
            name: name.to_owned(),
            indications: indications.len(),
            tests,
        };
        found.into_iter().map(specialty).collect()
    }

    /// First letters of the indications' names, each with how many there are.
    pub fn letters(&self) -> Vec<(char, usize)> {
        let mut found: BTreeMap<char, BTreeSet<&str>> = BTreeMap::new();
        for test in &self.tests {
            found.entry(letter(test)).or_default().insert(test.code.indication());
        }
        found.into_iter().map(|(letter, indications)| (letter, indications.len())).collect()
    }

    /// The clinical indications on a shelf, in order of name, each with its tests there.
    pub fn indications(&self, shelf: Shelf<'_>) -> Vec<Indication<'_>> {
        let is_there = |test: &&Test| match shelf {
            Shelf::Specialty(branch, name) => test.code.branch() == branch && group(test) == name,
            Shelf::Letter(first) => letter(test) == first,
        };
        let mut by_code: BTreeMap<&str, Vec<&Test>> = BTreeMap::new();
        for test in self.tests.iter().filter(is_there) {
            by_code.entry(test.code.indication()).or_default().push(test);
        }
        let mut found: Vec<Indication> = by_code.into_iter().map(|(code, tests)| Indication { code, name: names(&tests), tests }).collect();
        found.sort_by_cached_key(|indication| (indication.name.to_lowercase(), number(indication.code)));
        found
    }
}

/// The group that the sheet puts a test in.
fn group(test: &Test) -> &str {
    if test.group.is_empty() { "Not grouped" } else { &test.group }
}

/// Every name that an indication has among its tests.
fn names(tests: &[&Test]) -> String {
    let mut found: Vec<&str> = Vec::new();
    for test in tests {
        if !found.contains(&test.indication.as_str()) {
            found.push(&test.indication);
        }
    }
    found.join("; ")
}

fn letter(test: &Test) -> char {
    let first = test.indication.chars().find(|c| c.is_alphanumeric()).unwrap_or('#');
    if first.is_alphabetic() { first.to_uppercase().next().unwrap_or(first) } else { '#' }
}

/// Number of a code, so that R9 comes before R10.
fn number(code: &str) -> u32 {
    code.get(1..).and_then(|number| number.parse().ok()).unwrap_or_default()
}
