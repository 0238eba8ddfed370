//! The published versions that come with the program: facts of the directories, in the project's own format.

use anyhow::{Context, ensure};
use care::directory::{Branch, Test, TestCode, eligibility, turnaround_days_max};
use jiff::civil::Date;

/// Where they come from.
pub(super) const SOURCE: &str = "NHS England, National Genomic Test Directory (Open Government Licence 3.0)";

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

/// Every version of a directory, in order.
pub(super) fn versions(branch: Branch) -> anyhow::Result<Vec<(&'static str, Date, Vec<Test>)>> {
    let texts: &[_] = match branch {
        Branch::Rare => &RARE,
        Branch::Cancer => &CANCER,
    };
    texts.iter().map(|(number, effective, text)| Ok((*number, *effective, tests(text).with_context(|| (*number).to_owned())?))).collect()
}

/// Lines of code, indication, group, name, scope, method, targets and criteria.
fn tests(text: &str) -> anyhow::Result<Vec<Test>> {
    let mut tests = Vec::new();
    for (index, line) in text.lines().enumerate().skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        ensure!(fields.len() == 8, "line {} has {} fields, not 8", index + 1, fields.len());
        let code: TestCode = fields[0].parse().with_context(|| format!("line {}", index + 1))?;
        let targets = || fields[6].split(',').map(str::trim).filter(|t| !t.is_empty());
        // Rare disease names panels by number and single genes by HGNC identifier; cancer lists symbols.
        let (panels, genes) = match code.branch() {
            Branch::Rare => (targets().map(str::to_owned).collect(), vec![]),
            Branch::Cancer => (vec![], targets().map(str::to_owned).collect()),
        };
        tests.push(Test {
            turnaround_days_max: turnaround_days_max(&code, fields[5]),
            indication: fields[1].into(),
            group: fields[2].into(),
            target: fields[3].into(),
            scope: fields[4].into(),
            method: fields[5].into(),
            panels,
            genes,
            criteria: eligibility::read(fields[7]).with_context(|| format!("line {}", index + 1))?,
            code,
        });
    }
    Ok(tests)
}

#[cfg(test)]
mod tests_of_the_data {
    use super::*;

    #[test]
    fn the_cancer_directory_says_who_may_have_most_of_its_tests() {
        for (number, _, tests) in versions(Branch::Cancer).expect("data of the project") {
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
        let counts: Vec<(String, usize)> = Branch::ALL
            .into_iter()
            .flat_map(|branch| versions(branch).expect("data of the project"))
            .map(|(number, _, tests)| (number.to_owned(), tests.len()))
            .collect();
        let published = [("4", 277), ("5", 285), ("5.1", 287), ("6", 394), ("2020-21", 1565), ("2021-22", 1561)];
        assert_eq!(counts, published.map(|(number, count)| (number.to_owned(), count)));
    }
}
