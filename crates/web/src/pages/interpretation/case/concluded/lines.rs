//! A variant line by line as conclusions have it: class, points, and each criterion. Nothing is assessed anew.

use care::interpretation::{assessment::Applied, case::Selected};
use genome::AcmgCode;
use germline::Criterion;

/// What the conclusions say of one thing.
pub(crate) struct Line {
    /// Of what.
    pub name: String,
    /// What a criterion asks; empty of the rest.
    pub about: &'static str,
    /// As each conclusion has it.
    pub cells: Vec<Cell>,
    /// In what they differ, where they do.
    pub difference: Option<&'static str>,
}

/// What one conclusion says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Cell {
    /// In short.
    pub value: String,
    /// The evidence, with its source.
    pub evidence: String,
}

/// The lines of a variant; nothing for a conclusion that does not report it.
pub(super) fn lines(by_conclusion: &[Option<&Selected>]) -> Vec<Line> {
    let mut lines = vec![line("Class", by_conclusion, |selected| selected.class.label().into()), line("Points", by_conclusion, points)];
    if by_conclusion.iter().flatten().any(|selected| selected.secondary) {
        lines.push(line("Reported as", by_conclusion, |selected| kind(selected).into()));
    }
    if by_conclusion.iter().flatten().any(|selected| !selected.note.is_empty()) {
        lines.push(line("Note", by_conclusion, |selected| selected.note.clone()));
    }
    lines.extend(criteria(by_conclusion));
    lines
}

fn kind(selected: &Selected) -> &'static str {
    if selected.secondary { "Additional finding" } else { "Answer to the question" }
}

fn line(name: &str, by_conclusion: &[Option<&Selected>], value: impl Fn(&Selected) -> String) -> Line {
    let plain = |selected: &Selected| Cell { value: value(selected), evidence: String::new() };
    compared(name.into(), "", by_conclusion.iter().map(|selected| selected.map(plain)).collect())
}

/// A line with what differs of it: where one conclusion leaves the variant out, the class says so, and the rest is compared with nothing.
fn compared(name: String, about: &'static str, cells: Vec<Option<Cell>>) -> Line {
    let is_left_out = name == "Class" && cells.iter().any(Option::is_none);
    let present: Vec<&Cell> = cells.iter().flatten().collect();
    let is_value_other = present.windows(2).any(|pair| pair[0].value != pair[1].value);
    let is_evidence_other = present.windows(2).any(|pair| pair[0].evidence != pair[1].evidence);
    let difference = if is_left_out || is_value_other { Some("Differs") } else { is_evidence_other.then_some("Evidence differs") };
    let absent = || Cell { value: "Not reported".into(), evidence: String::new() };
    Line { name, about, difference, cells: cells.into_iter().map(|cell| cell.unwrap_or_else(absent)).collect() }
}

/// Criteria as they were applied and count.
fn counted(selected: &Selected) -> Vec<Criterion> {
    let counts = |criterion: &Criterion| selected.criteria.iter().any(|(name, _)| *name == criterion.to_string());
    selected.applied.iter().filter_map(|(code, applied)| met(*code, applied)).filter(counts).collect()
}

fn met(code: AcmgCode, applied: &Applied) -> Option<Criterion> {
    Some(Criterion::new(code.as_str(), applied.application.strength()?, ""))
}

/// The sum of the criteria that were signed as counting; not of conclusions whose criteria were stored without strengths.
fn points(selected: &Selected) -> String {
    let counted = counted(selected);
    if selected.applied.is_empty() || counted.len() != selected.criteria.len() {
        return "None stored".into();
    }
    in_points(counted.iter().map(Criterion::points).sum())
}

fn in_points(points: i32) -> String {
    let unit = if points.abs() == 1 { "point" } else { "points" };
    format!("{points} {unit}")
}

/// Every criterion that one of the conclusions judged, in the order of the guideline.
fn criteria(by_conclusion: &[Option<&Selected>]) -> Vec<Line> {
    let judged: Vec<Option<Vec<(String, Cell)>>> = by_conclusion.iter().map(|selected| selected.map(judged)).collect();
    let mut names: Vec<&str> = judged.iter().flatten().flatten().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable_by_key(|name| (place(name), *name));
    names.dedup();
    let line = |name: &str| {
        let about = AcmgCode::ALL.iter().find(|code| code.as_str() == name).map_or("", |code| code.summary());
        let cell =
            |cells: &Vec<(String, Cell)>| cells.iter().find(|(other, _)| other == name).map_or_else(unjudged, |(_, cell)| cell.clone());
        compared(name.to_owned(), about, judged.iter().map(|cells| cells.as_ref().map(cell)).collect())
    };
    names.into_iter().map(line).collect()
}

fn unjudged() -> Cell {
    Cell { value: "Not judged".into(), evidence: String::new() }
}

/// The code of a criterion as it is printed: `PVS1` of `PVS1_Strong`.
fn code_of(name: &str) -> &str {
    name.split_once('_').map_or(name, |(code, _)| code)
}

fn place(name: &str) -> usize {
    AcmgCode::ALL.iter().position(|code| code.as_str() == code_of(name)).unwrap_or(usize::MAX)
}

/// Criteria with how they are applied; those that were stored without a strength by the name that was printed.
fn judged(selected: &Selected) -> Vec<(String, Cell)> {
    let is_applied = |name: &str| selected.applied.iter().any(|(code, _)| code.as_str() == code_of(name));
    let printed = selected.criteria.iter().filter(|(name, _)| !is_applied(name.as_str()));
    let printed = printed.map(|(name, evidence)| (name.clone(), Cell { value: "Counted".into(), evidence: evidence.clone() }));
    let counted = counted(selected);
    let applied = selected.applied.iter().map(|(code, applied)| {
        let label = applied.application.label();
        let value = match (met(*code, applied), counted.iter().find(|criterion| criterion.code == code.as_str())) {
            (Some(_), Some(criterion)) => format!("{label}, {}", in_points(criterion.points())),
            (Some(_), None) => format!("{label}, does not count"),
            (None, _) => label.to_owned(),
        };
        (code.to_string(), Cell { value, evidence: applied.evidence_with_source() })
    });
    applied.chain(printed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use care::interpretation::assessment::Application;
    use genome::{HgncId, Pathogenicity, Strength};

    fn applied(application: Application, evidence: &str) -> Applied {
        Applied { application, evidence: evidence.into(), source: None }
    }

    fn selected(class: Pathogenicity, ps3: Application, criteria: &[&str]) -> Selected {
        let de_novo = applied(Application::Met(Strength::Moderate), "De novo in the trio");
        Selected {
            variant: "19-55661148-C-T".into(),
            gene: HgncId(23156),
            symbol: "U2AF2".into(),
            class,
            criteria: criteria.iter().map(|name| ((*name).to_owned(), String::new())).collect(),
            note: String::new(),
            secondary: false,
            applied: vec![(AcmgCode::PS2, de_novo), (AcmgCode::PS3, applied(ps3, "Splicing assay"))],
            partner: None,
        }
    }

    fn written(lines: &[Line]) -> Vec<String> {
        let cells = |line: &Line| line.cells.iter().map(|cell| cell.value.clone()).collect::<Vec<_>>().join(" | ");
        lines.iter().map(|line| format!("{}: {} [{}]", line.name, cells(line), line.difference.unwrap_or("same"))).collect()
    }

    #[test]
    fn two_conclusions_stand_side_by_side_and_the_criterion_on_which_they_differ_is_marked() {
        let strong = Application::Met(Strength::Strong);
        let first = selected(Pathogenicity::LikelyPathogenic, strong, &["PS2_Moderate", "PS3"]);
        let second = selected(Pathogenicity::Uncertain, Application::NotMet, &["PS2_Moderate"]);
        let expected = [
            "Class: Likely pathogenic | Uncertain significance [Differs]",
            "Points: 6 points | 2 points [Differs]",
            "PS2: Moderate, 2 points | Moderate, 2 points [same]",
            "PS3: Strong, 4 points | Not met [Differs]",
        ];
        assert_eq!(written(&lines(&[Some(&first), Some(&second)])), expected);
    }

    #[test]
    fn what_is_stored_is_shown_and_nothing_is_assessed_anew() {
        let strong = Application::Met(Strength::Strong);
        let uncounted = selected(Pathogenicity::Uncertain, strong, &["PS2_Moderate"]);
        let lines_of_one = written(&lines(&[Some(&uncounted)]));
        assert!(lines_of_one.contains(&"PS3: Strong, does not count [same]".to_owned()), "{lines_of_one:?}");
        let old = Selected { applied: vec![], ..selected(Pathogenicity::Pathogenic, strong, &["PVS1_Strong"]) };
        assert_eq!(
            written(&lines(&[Some(&old), None])),
            [
                "Class: Pathogenic | Not reported [Differs]",
                "Points: None stored | Not reported [same]",
                "PVS1_Strong: Counted | Not reported [same]"
            ]
        );
    }

    #[test]
    fn other_evidence_for_the_same_strength_is_marked() {
        let strong = Application::Met(Strength::Strong);
        let first = selected(Pathogenicity::LikelyPathogenic, strong, &["PS2_Moderate", "PS3"]);
        let mut second = first.clone();
        second.applied[1].1.evidence = "Another assay".into();
        let lines = lines(&[Some(&first), Some(&second)]);
        assert_eq!(lines.last().and_then(|line| line.difference), Some("Evidence differs"));
    }
}
