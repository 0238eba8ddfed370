//! What the directory says of a code: a test, a clinical indication, a test that was withdrawn, or nothing, with the nearest.

use super::{
    catalogue::{Catalogue, tests_of},
    search::patient::Patient,
};
use crate::Service;
use annotation::Knowledge;
use care::directory::{Test, TestCode, Version};
use std::{cmp::Reverse, collections::HashSet};

/// Characters of a search that are read: the longest names of conditions are shorter.
pub(crate) const CHARACTERS_MAX: usize = 200;

/// Tests that are named where a code is not in force.
pub const NEAREST_MAX: usize = 5;

/// A test of an earlier version that a later one no longer has.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Withdrawal {
    /// Its code.
    pub code: TestCode,
    /// Its clinical indication.
    pub indication: String,
    /// What it looked at.
    pub target: String,
    /// The last version that has it, as `rare 5.1`.
    pub last: String,
    /// The version that came without it.
    pub without: String,
}

/// What the directory says of a code.
#[derive(Debug)]
pub enum Lookup<'c> {
    /// A test in force.
    Test(&'c Test),
    /// A clinical indication in force: its tests.
    Indication(Vec<&'c Test>),
    /// Once in the directory, with the tests in force that are most like it.
    Withdrawn(&'c Withdrawal, Vec<Nearest<'c>>),
    /// In no version that came into force, with the nearest tests.
    Unknown(Vec<Nearest<'c>>),
}

/// A test that may be meant.
#[derive(Clone, Copy, Debug)]
pub struct Nearest<'c> {
    /// The test.
    pub test: &'c Test,
    /// Why it may be meant.
    pub by: Nearness,
}

/// What brings a test near.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Nearness {
    /// The clinical indication is the same.
    Indication,
    /// The code differs by one slip.
    Spelling,
    /// The name is alike.
    Name,
}

/// What a search of the directory finds.
#[derive(Default)]
pub struct Answer<'c> {
    /// Why the code that was typed cannot be ordered; what was found are then the nearest tests.
    pub missing: Option<String>,
    /// Tests, best first, each with why it is there where its own line does not show it.
    pub found: Vec<(&'c Test, String)>,
}

/// What a search for a patient finds, with what it left out and how it read what was typed.
pub struct AnswerForPatient<'c> {
    /// What was found.
    pub answer: Answer<'c>,
    /// Tests that fit the text and cannot be for the patient, with why.
    pub set_aside: Vec<(&'c Test, &'static str)>,
    /// Words that were read as others: as typed, and as read.
    pub read_as: Vec<(String, String)>,
    /// Words that no test, gene, disease or sign has.
    pub not_understood: Vec<String>,
}

/// As much of a text as is read.
fn beginning(text: &str) -> &str {
    text.char_indices().nth(CHARACTERS_MAX).map_or(text, |(end, _)| &text[..end])
}

impl Catalogue {
    /// Tests that answer what a person types, for whomever; for a code that is not in force, why, and the nearest.
    pub fn answer(&self, knowledge: &Knowledge, text: &str, most: usize) -> Answer<'_> {
        self.answer_for(knowledge, text, &Patient::default(), most).answer
    }

    /// Tests that answer what a person types and can be for the patient. What has the shape of a code is a code: one that is not in
    /// force is never another test, but is answered with why, and the nearest.
    pub fn answer_for(&self, knowledge: &Knowledge, text: &str, patient: &Patient, most: usize) -> AnswerForPatient<'_> {
        let text = beginning(text);
        if text.parse::<TestCode>().is_err() && is_code_shaped(text) && !self.index().is_understood(text) {
            return AnswerForPatient::of_code(self.not_in_force(text).unwrap_or_default());
        }
        let found = self.index().find(Some(knowledge), text, patient, most);
        let missing = text.parse::<TestCode>().is_ok().then(|| self.not_in_force(text)).flatten();
        if let Some(answer) = missing {
            return AnswerForPatient::of_code(answer);
        }
        AnswerForPatient {
            answer: Answer { missing: None, found: found.hits.into_iter().map(|hit| (&self.tests[hit.test], hit.why)).collect() },
            set_aside: found.set_aside.into_iter().map(|(test, why)| (&self.tests[test], why)).collect(),
            read_as: found.read_as,
            not_understood: found.not_understood,
        }
    }

    /// Why a code cannot be ordered, and the nearest tests; nothing for one in force.
    fn not_in_force(&self, code: &str) -> Option<Answer<'_>> {
        let (line, nearest) = match self.lookup(code, "") {
            Lookup::Test(_) | Lookup::Indication(_) => return None,
            Lookup::Withdrawn(withdrawal, nearest) => (withdrawal.line(), nearest),
            Lookup::Unknown(nearest) => (self.unknown_line(code), nearest),
        };
        let found = nearest.into_iter().map(|near| (near.test, near.by.label().to_owned())).collect();
        Some(Answer { missing: Some(line), found })
    }

    /// What the directory says of a code, and of the name that came with it; the name may be empty.
    pub fn lookup(&self, code: &str, name: &str) -> Lookup<'_> {
        let Ok(parsed) = code.parse::<TestCode>() else { return Lookup::Unknown(self.nearest(code, name)) };
        if let Some(test) = self.test(parsed.as_str()) {
            return Lookup::Test(test);
        }
        let of_indication: Vec<&Test> = self.tests.iter().filter(|test| test.code.indication() == parsed.as_str()).collect();
        if !of_indication.is_empty() {
            return Lookup::Indication(of_indication);
        }
        let is_meant = |withdrawal: &&Withdrawal| withdrawal.code == parsed || withdrawal.code.indication() == parsed.as_str();
        match self.withdrawn.iter().find(is_meant) {
            Some(withdrawal) => Lookup::Withdrawn(withdrawal, self.like(withdrawal)),
            None => Lookup::Unknown(self.nearest(code, name)),
        }
    }

    /// The tests in force that are nearest to a code and to the name that came with it: of the same clinical indication, then with a
    /// code that differs by one slip, then with a name that is alike.
    pub fn nearest(&self, code: &str, name: &str) -> Vec<Nearest<'_>> {
        let mut found = same_indication(&self.tests, code);
        found.extend(spelt_alike(&self.tests, code));
        found.extend(self.named_alike(name));
        shortened(found)
    }

    /// Why a code cannot be ordered, with the nearest tests, in one sentence or two; nothing for a test or an indication in force.
    pub fn refusal_line(&self, code: &str, name: &str) -> Option<String> {
        let (line, nearest) = match self.lookup(code, name) {
            Lookup::Test(_) | Lookup::Indication(_) => return None,
            Lookup::Withdrawn(withdrawal, nearest) => (withdrawal.line(), nearest),
            Lookup::Unknown(nearest) => (self.unknown_line(code), nearest),
        };
        let names: Vec<String> = nearest.iter().map(Nearest::line).collect();
        Some(if names.is_empty() { line } else { format!("{line}. Nearest: {}", names.join("; ")) })
    }

    /// That a code is in no version.
    pub fn unknown_line(&self, code: &str) -> String {
        format!("{} is not in the Test Directory ({})", code.trim(), self.label())
    }

    /// Tests in force that are most like one that was withdrawn: of its indication, else by name. No sheet names one in its place.
    fn like(&self, withdrawal: &Withdrawal) -> Vec<Nearest<'_>> {
        let by_name = self.named_alike(&format!("{} {}", withdrawal.indication, withdrawal.target));
        let mut found: Vec<Nearest> =
            by_name.iter().copied().filter(|near| near.test.code.indication() == withdrawal.code.indication()).collect();
        found.extend(same_indication(&self.tests, withdrawal.code.as_str()));
        if found.is_empty() {
            found = by_name;
        }
        shortened(found)
    }

    fn named_alike(&self, name: &str) -> Vec<Nearest<'_>> {
        self.index().by_words(name).into_iter().map(|hit| Nearest { test: &self.tests[hit.test], by: Nearness::Name }).collect()
    }
}

impl<'c> AnswerForPatient<'c> {
    /// The answer to a code, which is read as it is and is for whomever.
    fn of_code(answer: Answer<'c>) -> AnswerForPatient<'c> {
        AnswerForPatient { answer, set_aside: vec![], read_as: vec![], not_understood: vec![] }
    }
}

impl Nearness {
    /// In words.
    pub fn label(self) -> &'static str {
        match self {
            Nearness::Indication => "of the same clinical indication",
            Nearness::Spelling => "with a code that differs by one slip",
            Nearness::Name => "with a name that is alike",
        }
    }
}

impl Withdrawal {
    /// In one sentence.
    pub fn line(&self) -> String {
        format!("{} ({}) was withdrawn: it was last in {}, and is not in {}", self.code, self.indication, self.last, self.without)
    }
}

impl Nearest<'_> {
    /// Code, indication and method.
    pub fn line(&self) -> String {
        format!("{} {} ({})", self.test.code, self.test.indication, self.test.method)
    }
}

/// Whether a text was meant as a code: `R29.4`, `29.4`, `r 29-4`, and not a gene or a name.
pub fn is_code_shaped(text: &str) -> bool {
    let code = compact(text);
    let letters = code.bytes().filter(u8::is_ascii_alphabetic).count();
    let is_sign = |byte: u8| byte.is_ascii_alphanumeric() || b".-_,:".contains(&byte);
    code.starts_with(|c: char| c == 'R' || c == 'M' || c.is_ascii_digit())
        && (code.len() <= 10 && letters <= 2 && code.bytes().all(is_sign) && code.bytes().any(|byte| byte.is_ascii_digit()))
}

/// Without blanks, in capitals.
fn compact(text: &str) -> String {
    text.split_whitespace().collect::<String>().to_uppercase()
}

/// Each test once, and only the first.
fn shortened(found: Vec<Nearest<'_>>) -> Vec<Nearest<'_>> {
    let mut seen = HashSet::new();
    found.into_iter().filter(|near| seen.insert(near.test.code.as_str())).take(NEAREST_MAX).collect()
}

/// Tests of the indication that a code names, those with the nearest number first.
fn same_indication<'c>(tests: &'c [Test], code: &str) -> Vec<Nearest<'c>> {
    let code = compact(code);
    let (indication, number) = code.split_once('.').unwrap_or((&code, ""));
    let number: i32 = number.parse().unwrap_or(0);
    let mut found: Vec<&Test> = tests.iter().filter(|test| test.code.indication() == indication).collect();
    found.sort_by_key(|test| (test_number(test).abs_diff(number), test_number(test)));
    found.into_iter().map(|test| Nearest { test, by: Nearness::Indication }).collect()
}

fn test_number(test: &Test) -> i32 {
    test.code.as_str().split_once('.').and_then(|(_, number)| number.parse().ok()).unwrap_or(0)
}

/// Tests whose code, or whose indication where no test is named, differs by one slip: a sign that is wrong, missing, too many, or
/// two that changed places; or whose code was written without its dot. Those of the same length come first.
fn spelt_alike<'c>(tests: &'c [Test], code: &str) -> Vec<Nearest<'c>> {
    let code = compact(code);
    let names_test = code.contains(|c: char| !c.is_ascii_alphanumeric());
    let compared = |test: &'c Test| if names_test { test.code.as_str() } else { test.code.indication() };
    let is_undotted = |test: &'c Test| !names_test && test.code.as_str().replacen('.', "", 1) == code;
    let is_alike = |test: &'c Test| compared(test).len().abs_diff(code.len()) <= 1 && strsim::osa_distance(compared(test), &code) == 1;
    let mut found: Vec<&Test> = tests.iter().filter(|test| is_undotted(test) || is_alike(test)).collect();
    let sorted_signs = |text: &str| {
        let mut signs: Vec<u8> = text.bytes().collect();
        signs.sort_unstable();
        signs
    };
    let (length, signs) = (code.len(), sorted_signs(&code));
    found.sort_by_cached_key(|test| {
        (
            Reverse(is_undotted(test)),
            Reverse(sorted_signs(compared(test)) == signs),
            compared(test).len().abs_diff(length),
            test.code.clone(),
        )
    });
    found.into_iter().map(|test| Nearest { test, by: Nearness::Spelling }).collect()
}

/// Tests of the versions before the one in force that it no longer has, each with the last version that had it.
pub(super) async fn withdrawals(
    service: &Service,
    versions: &[Version],
    in_force: &Version,
    tests: &[Test],
) -> anyhow::Result<Vec<Withdrawal>> {
    let position = versions.iter().position(|version| version == in_force).unwrap_or(0);
    let mut known: HashSet<TestCode> = tests.iter().map(|test| test.code.clone()).collect();
    let mut found = Vec::new();
    for pair in versions[..=position].windows(2).rev() {
        for test in tests_of(service, &pair[0]).await? {
            if known.insert(test.code.clone()) {
                let Test { code, indication, target, .. } = test;
                found.push(Withdrawal { code, indication, target, last: pair[0].to_string(), without: pair[1].to_string() });
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::builtin;
    use care::directory::Branch;

    fn in_force() -> Vec<Test> {
        builtin::versions(Branch::Rare).expect("data of the project").pop().expect("a version").tests
    }

    #[test]
    fn a_search_is_read_up_to_its_two_hundredth_character() {
        assert_eq!(beginning(&"ä".repeat(300)), "ä".repeat(200));
        assert_eq!(beginning("R29"), "R29");
    }

    fn codes(found: &[Nearest]) -> String {
        found.iter().map(|near| near.test.code.as_str()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn an_unknown_number_of_a_known_indication_is_near_to_its_other_tests() {
        let tests = in_force();
        assert_eq!(codes(&same_indication(&tests, "r21.9")), "R21.4 R21.3 R21.2 R21.1");
        assert_eq!(codes(&same_indication(&tests, "R59.4")), "R59.3 R59.2");
        assert!(same_indication(&tests, "R9999.1").is_empty());
    }

    #[test]
    fn a_slip_in_a_code_is_seen() {
        let tests = in_force();
        for (typed, meant) in [("R204.1", "R240.1"), ("R387-1", "R387.1"), ("387.1", "R387.1"), ("r346,1", "R346.1"), ("R34", "R33")] {
            let found = spelt_alike(&tests, typed);
            assert!(codes(&found).split(' ').any(|code| code.starts_with(meant)), "{typed}: {}", codes(&found));
        }
        // Two that changed places come first.
        assert!(codes(&spelt_alike(&tests, "R204.1")).starts_with("R240.1"));
    }

    #[test]
    fn codes_are_no_genes_and_no_names() {
        for code in ["R29.4", "r 29", "29.4", "M1.1", "R29-4", "R24O.1"] {
            assert!(is_code_shaped(code), "{code}");
        }
        for other in ["", "BRCA1", "MT-RNR1", "F5", "hearing", "RUNX1", "Marfan", "R"] {
            assert!(!is_code_shaped(other), "{other}");
        }
    }
}
