//! Assessments of one variant side by side: what the analysis proposes, and each scientist's.

use care::{
    Staff, StaffId,
    interpretation::{
        assessment::Applied,
        case::{Interpretation, State},
    },
};
use genome::AcmgCode;
use germline::{
    Pathogenicity,
    classify::revised::{Zone, zones},
};
use service::interpretation::assessments::{Assessable, Assessment};

/// One assessment.
pub(crate) struct Column {
    /// Mark of the assessment in the picture.
    pub mark: &'static str,
    /// Whose it is.
    pub who: String,
    /// The assessment.
    pub assessment: Assessment,
    /// A scientist's, and signed or changed by them.
    pub is_own: bool,
}

/// One criterion in every assessment.
pub(crate) struct Row {
    /// Criterion.
    pub code: AcmgCode,
    /// As it is applied, by column.
    pub cells: Vec<Option<Applied>>,
    /// Two scientists apply it otherwise.
    pub is_different: bool,
}

impl Row {
    /// Whether it is judged in any column.
    pub(crate) fn is_judged(&self) -> bool {
        self.cells.iter().any(Option::is_some)
    }
}

/// The columns of a variant: the analysis first, then the scientists in the order in which they signed or began.
pub(crate) fn columns(case: &Assessable, variant: &str, me: Option<&Staff>) -> Vec<Column> {
    let unsigned = Interpretation::default();
    let proposed = Assessable { interpretation: &unsigned, ..*case }.assess(variant, StaffId(uuid::Uuid::nil()));
    let mut columns: Vec<Column> = proposed
        .map(|assessment| Column { mark: "A", who: "Proposed by the analysis".into(), assessment, is_own: false })
        .into_iter()
        .collect();
    for ((who, title), mark) in scientists(case.interpretation, variant, me).into_iter().zip(["1", "2", "3", "4", "5", "6"]) {
        let Some(assessment) = case.assess(variant, who.id) else { continue };
        let is_me = me.is_some_and(|me| me.id == who.id);
        let is_own = !title.is_empty() || case.interpretation.has_assessed(variant, who.id);
        let name = match (is_me, is_own) {
            (true, false) => format!("{}: you, no change yet", who.name),
            (true, true) => format!("{title}{} (you)", who.name),
            _ => format!("{title}{}", who.name),
        };
        columns.push(Column { mark, who: name, assessment, is_own });
    }
    columns
}

/// Scientists whose assessments are shown, each with what they signed as.
fn scientists(interpretation: &Interpretation, variant: &str, me: Option<&Staff>) -> Vec<(Staff, &'static str)> {
    let mut found: Vec<(Staff, &'static str)> = Vec::new();
    let mut add = |who: &Staff, title| {
        if found.iter().all(|(known, _)| known.id != who.id) {
            found.push((who.clone(), title));
        }
    };
    if let Some(difference) = &interpretation.difference {
        add(&difference.first.1, "First scientist: ");
        add(&difference.second.1, "Second scientist: ");
    }
    if let State::Proposed { first, .. } | State::Checked { first, .. } | State::Edited { first, .. } = &interpretation.state {
        add(first, "First scientist: ");
    }
    interpretation.assessors(variant).iter().for_each(|who| add(who, ""));
    if let Some(me) = me {
        add(me, "");
    }
    found
}

/// Every criterion in every column.
pub(crate) fn rows(columns: &[Column]) -> Vec<Row> {
    let row = |code: &AcmgCode| {
        let cells: Vec<Option<Applied>> = columns.iter().map(|column| column.assessment.applied.get(code).cloned()).collect();
        let own: Vec<_> =
            columns.iter().zip(&cells).filter(|(column, _)| column.is_own).map(|(_, cell)| cell.as_ref().map(|c| c.application)).collect();
        Row { code: *code, is_different: own.windows(2).any(|pair| pair[0] != pair[1]), cells }
    };
    AcmgCode::ALL.iter().map(row).collect()
}

/// Whether scientists give the variant different classes.
pub(crate) fn is_class_different(columns: &[Column]) -> bool {
    let own: Vec<Pathogenicity> = columns.iter().filter(|c| c.is_own).map(|c| c.assessment.classification.class).collect();
    own.windows(2).any(|pair| pair[0] != pair[1])
}

/// Points at the ends of the picture; what lies beyond is drawn at its end.
const POINTS: [i32; 2] = [-10, 14];
/// Width of a point in the picture.
const POINT_WIDTH: i32 = 32;

/// A class in the picture.
pub(crate) struct Drawn {
    /// Class.
    pub zone: Zone,
    /// Left end.
    pub left: i32,
    /// Width.
    pub width: i32,
    /// Middle.
    pub middle: i32,
}

/// The classes along the points as they are drawn.
pub(crate) fn drawn() -> Vec<Drawn> {
    let draw = |zone: Zone| {
        let (left, width) = ((zone.least - POINTS[0]) * POINT_WIDTH, (zone.most - zone.least + 1) * POINT_WIDTH);
        Drawn { zone, left, width, middle: left + width / 2 }
    };
    zones(POINTS[0], POINTS[1]).into_iter().map(draw).collect()
}

/// Where a sum of points stands in the picture.
pub(crate) fn place(points: i32) -> i32 {
    (points.clamp(POINTS[0], POINTS[1]) - POINTS[0]) * POINT_WIDTH + POINT_WIDTH / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_stands_in_the_zone_of_its_class() {
        for points in -30..30 {
            let zone = drawn().into_iter().find(|zone| (zone.left..zone.left + zone.width).contains(&place(points))).expect("a zone");
            assert_eq!(zone.zone.class, Pathogenicity::of_points(points), "{points}");
        }
    }
}
