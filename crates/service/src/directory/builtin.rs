//! The published versions that come with the program: facts of the directories, in the project's own format.

use anyhow::{Context, ensure};
use care::directory::{Branch, Test, TestCode, eligibility, turnaround_days_max};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Where they come from.
const SOURCE: &str = "NHS England, National Genomic Test Directory (Open Government Licence 3.0)";

/// Number, first day, and tests as lines of text. The days are the first of the month of publication.
const RARE: [(&str, Date, &str); 4] = [
    ("4", Date::constant(2022, 10, 1), include_str!("../../../../data/directory/rare-4.tsv")),
    ("5", Date::constant(2023, 4, 1), include_str!("../../../../data/directory/rare-5.tsv")),
    ("5.1", Date::constant(2023, 6, 1), include_str!("../../../../data/directory/rare-5.1.tsv")),
    ("6", Date::constant(2024, 1, 1), include_str!("../../../../data/directory/rare-6.tsv")),
];
const CANCER: [(&str, Date, &str); 2] = [
    ("2020-21", Date::constant(2020, 11, 1), include_str!("../../../../data/directory/cancer-2020-21.tsv")),
    ("2021-22", Date::constant(2021, 10, 1), include_str!("../../../../data/directory/cancer-2021-22.tsv")),
];

/// A version as it comes with the program.
pub struct Builtin {
    /// Number or years.
    pub number: &'static str,
    /// First day.
    pub effective: Date,
    /// Where it comes from, and which of its lines are those of another version.
    pub source: String,
    /// Tests.
    pub tests: Vec<Test>,
}

/// Every version of a directory, in order.
pub fn versions(branch: Branch) -> anyhow::Result<Vec<Builtin>> {
    let texts: &[_] = match branch {
        Branch::Rare => &RARE,
        Branch::Cancer => &CANCER,
    };
    texts.iter().map(|(number, effective, text)| read(number, *effective, text).with_context(|| (*number).to_owned())).collect()
}

/// Lines of code, indication, group, name, scope, method, targets and criteria; then, where that is so, the other version whose line it
/// is.
fn read(number: &'static str, effective: Date, text: &str) -> anyhow::Result<Builtin> {
    let mut tests = Vec::new();
    let mut from_others: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, line) in text.lines().enumerate().skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        ensure!((8..=9).contains(&fields.len()), "line {} has {} fields, not 8 or 9", index + 1, fields.len());
        tests.push(test(&fields).with_context(|| format!("line {}", index + 1))?);
        if let Some(sheet) = fields.get(8).filter(|sheet| !sheet.is_empty()) {
            *from_others.entry(sheet).or_default() += 1;
        }
    }
    let mut source = SOURCE.to_owned();
    for (sheet, count) in from_others {
        source += &format!("; {count} tests, of methods that the list at hand leaves out, as in version {sheet}");
    }
    Ok(Builtin { number, effective, source, tests })
}

fn test(fields: &[&str]) -> anyhow::Result<Test> {
    let code: TestCode = fields[0].parse()?;
    let targets = || fields[6].split(',').map(str::trim).filter(|t| !t.is_empty());
    // Rare disease names panels by number and single genes by HGNC identifier; cancer lists symbols.
    let (panels, genes) = match code.branch() {
        Branch::Rare => (targets().map(str::to_owned).collect(), vec![]),
        Branch::Cancer => (vec![], targets().map(str::to_owned).collect()),
    };
    Ok(Test {
        turnaround_days_max: turnaround_days_max(&code, fields[5]),
        indication: fields[1].into(),
        group: fields[2].into(),
        target: fields[3].into(),
        scope: fields[4].into(),
        method: fields[5].into(),
        panels,
        genes,
        criteria: eligibility::read(fields[7])?,
        code,
    })
}

#[cfg(test)]
mod tests_of_the_data {
    use super::*;

    #[test]
    fn the_cancer_directory_says_who_may_have_most_of_its_tests() {
        for Builtin { number, tests, .. } in versions(Branch::Cancer).expect("data of the project") {
            let with = tests.iter().filter(|t| !t.criteria.is_empty()).count();
            assert!(with * 10 > tests.len() * 8, "{number}: {with} of {}", tests.len());
            let line_of = |code: &str| eligibility::line(&tests.iter().find(|t| t.code.as_str() == code).expect(code).criteria);
            // Three ways to be eligible; and one test whose rule is longer than criteria can say.
            assert_eq!(
                line_of("M1.1"),
                "treatment: anti-EGFR therapy; finding: on the way to a test for Lynch syndrome; treatment: a fluoropyrimidine"
            );
            assert_eq!(line_of("M1.2"), "");
        }
    }

    #[test]
    fn every_version_reads_with_as_many_tests_as_were_published() {
        let counts: Vec<(&str, usize)> = Branch::ALL
            .into_iter()
            .flat_map(|branch| versions(branch).expect("data of the project"))
            .map(|version| (version.number, version.tests.len()))
            .collect();
        assert_eq!(counts, [("4", 605), ("5", 616), ("5.1", 619), ("6", 618), ("2020-21", 1565), ("2021-22", 1561)]);
    }

    #[test]
    fn a_version_says_which_of_its_lines_are_those_of_another() {
        let rare = versions(Branch::Rare).expect("data of the project");
        assert_eq!(rare[2].source, SOURCE);
        assert!(
            rare[3].source.ends_with("; 224 tests, of methods that the list at hand leaves out, as in version 5.1"),
            "{}",
            rare[3].source
        );
    }
}
