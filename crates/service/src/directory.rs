//! The Test Directory as the service offers it: tests, their panels, and searching.

use care::directory::{Test, TestCode, turnaround_days_max};
use formats::Pack;
use nucleo_matcher::{
    Config, Matcher, Utf32Str,
    pattern::{CaseMatching, Normalization, Pattern},
};
use ontology::Panel;

/// Every test of a pack's directory. Entries whose code does not read are a fault of the pack.
pub fn tests(pack: &Pack) -> anyhow::Result<Vec<Test>> {
    let mut tests = Vec::new();
    for entry in pack.directory()? {
        let code: TestCode = entry.code.parse()?;
        tests.push(Test {
            turnaround_days_max: turnaround_days_max(&code, &entry.method),
            code,
            indication: entry.name,
            method: entry.method,
            target: entry.target_text,
            panels: entry.targets,
        });
    }
    Ok(tests)
}

/// Tests that answer a text: code, indication, method, gene or panel name; forgiving of typing errors.
pub fn search<'t>(tests: &'t [Test], panels: &[Panel], text: &str, most: usize) -> Vec<&'t Test> {
    let text = text.trim();
    if text.is_empty() {
        return tests.iter().take(most).collect();
    }
    let exact: Vec<&Test> =
        tests.iter().filter(|t| t.code.as_str().eq_ignore_ascii_case(text) || t.code.indication().eq_ignore_ascii_case(text)).collect();
    if !exact.is_empty() {
        return exact;
    }
    let of_gene: Vec<&str> =
        panels.iter().filter(|p| p.genes.iter().any(|g| g.symbol.eq_ignore_ascii_case(text))).map(|p| p.id.as_str()).collect();
    let mut matcher = Matcher::new(Config::DEFAULT);
    let pattern = Pattern::parse(text, CaseMatching::Ignore, Normalization::Smart);
    let mut buffer = Vec::new();
    let mut found: Vec<(u32, &Test)> = tests
        .iter()
        .filter_map(|test| {
            let by_gene = test.panels.iter().any(|p| of_gene.contains(&p.as_str()));
            let line = format!("{} {} {}", test.indication, test.target, test.code);
            let by_text = pattern.score(Utf32Str::new(&line, &mut buffer), &mut matcher);
            let score = by_text.unwrap_or(0) + if by_gene { 1000 } else { 0 };
            (score > 0).then_some((score, test))
        })
        .collect();
    found.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.code.cmp(&b.1.code)));
    found.into_iter().take(most).map(|(_, test)| test).collect()
}

/// The panel that a test uses, if the pack has it: by its number, else by the indication.
pub fn panel_of<'p>(test: &Test, panels: &'p [Panel]) -> Option<&'p Panel> {
    let by_number = panels.iter().find(|p| test.panels.contains(&p.id));
    by_number.or_else(|| panels.iter().find(|p| p.indications.iter().any(|i| i == test.code.as_str() || i == test.code.indication())))
}
