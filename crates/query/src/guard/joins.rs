//! Tables beside each other.

use super::{
    Guard, Node,
    people::{Equality, Identity, Kind, People, Rows},
    reading::Reading,
    rebuilt,
    refusal::Refusal,
    schema_of,
};
use datafusion::{
    common::{JoinType, Result},
    logical_expr::{Join, LogicalPlan},
};

impl Guard {
    pub(super) fn joined(&self, plan: &LogicalPlan, join: &Join, inputs: Vec<Node>) -> Result<Node> {
        let [left, right] = &inputs[..] else { return Err(Refusal::Unknown.into()) };
        let reading = Reading { schemas: vec![schema_of(&left.plan), schema_of(&right.plan)], people: beside(left, right) };
        let expressions = self.expressions(plan, &reading, false)?;
        for (one, other) in &join.on {
            reading.check(&one.clone().eq(other.clone()))?;
        }
        let mut equalities: Vec<Equality> = join.on.iter().filter_map(|(one, other)| reading.equality(one, other)).collect();
        equalities.extend(join.filter.iter().flat_map(|condition| reading.equalities(condition)));
        let sides = Sides { left: left.people.as_ref(), right: right.people.as_ref(), equalities };
        let people = match reading.people {
            Some(both) => sides.people(join.join_type, both)?,
            None => None,
        };
        rebuilt(plan, expressions, inputs, people)
    }
}

/// The people of both sides, who are not known to be the same.
fn beside(left: &Node, right: &Node) -> Option<People> {
    let width = |node: &Node| node.plan.schema().fields().len();
    let (before, mut identities, mut kinds) = (width(left), Vec::new(), Vec::new());
    for (node, shift) in [(left, 0), (right, before)] {
        let Some(people) = &node.people else {
            kinds.extend(vec![Kind::Other; width(node)]);
            continue;
        };
        kinds.extend(people.kinds.iter().copied());
        let shifted =
            |identity: &Identity| Identity { columns: identity.columns.iter().map(|column| column + shift).collect(), ..identity.clone() };
        identities.extend(people.identities.iter().map(shifted));
    }
    (left.people.is_some() || right.people.is_some()).then_some(People { identities, kinds, rows: Rows::Many })
}

/// What stands beside each other, and who of it are the same.
struct Sides<'a> {
    left: Option<&'a People>,
    right: Option<&'a People>,
    equalities: Vec<Equality>,
}

impl Sides<'_> {
    /// Identities of the left; those of the right are numbered behind them.
    fn left_count(&self) -> usize {
        self.left.map_or(0, |people| people.identities.len())
    }

    /// Who of the right is who of the left.
    fn pairs(&self) -> Vec<(usize, usize)> {
        let before = self.left_count();
        let pair = |equality: &Equality| match equality {
            Equality::Within(one, other) if *one < before && *other >= before => Some((*one, *other)),
            Equality::Within(one, other) if *other < before && *one >= before => Some((*other, *one)),
            Equality::Within(..) | Equality::Outside(..) => None,
        };
        self.equalities.iter().filter_map(pair).collect()
    }

    fn people(&self, join_type: JoinType, both: People) -> Result<Option<People>> {
        let rows = self.rows();
        match join_type {
            JoinType::Inner => Ok(Some(People { rows, ..both.with_equal(&self.equalities) })),
            JoinType::Left | JoinType::Right => Ok(Some(People { rows, ..self.without_absorbed(join_type, both) })),
            JoinType::Full => Ok(Some(both)),
            JoinType::LeftSemi | JoinType::LeftAnti => self.left_alone(),
            JoinType::RightSemi | JoinType::RightAnti | JoinType::LeftMark | JoinType::RightMark => Err(Refusal::Unknown.into()),
        }
    }

    /// Of rows that are kept without a partner the partner's columns are empty: whose they are, the other side says.
    fn without_absorbed(&self, join_type: JoinType, mut both: People) -> People {
        let absorbed: Vec<usize> =
            self.pairs().into_iter().map(|(left, right)| if join_type == JoinType::Left { right } else { left }).collect();
        let mut number = 0..;
        both.identities.retain(|_| number.next().is_some_and(|number| !absorbed.contains(&number)));
        both
    }

    /// Rows of the left that have a partner, or none: of people who are the same, or the choice would tell of others.
    fn left_alone(&self) -> Result<Option<People>> {
        let pairs = self.pairs();
        let count = self.right.map_or(0, |people| people.identities.len());
        let all_paired = (self.left_count()..self.left_count() + count).all(|right| pairs.iter().any(|(_, paired)| *paired == right));
        if self.right.is_some() && (count == 0 || !all_paired) {
            return Err(Refusal::Within.into());
        }
        Ok(self.left.cloned())
    }

    /// Beside one row of each person the rows of the other side are no more than they were.
    fn rows(&self) -> Rows {
        match (self.left, self.right) {
            (Some(left), Some(right)) if !self.pairs().is_empty() => match (left.rows, right.rows) {
                (rows, Rows::One) | (Rows::One, rows) => rows,
                (Rows::Own | Rows::Many, Rows::Own | Rows::Many) => Rows::Many,
            },
            _ => Rows::Many,
        }
    }
}
