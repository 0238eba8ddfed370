//! Queries within expressions. Of people they may ask alone whether the person of a row is among others: what they tell is then
//! something of that person, who is counted.

use super::{Guard, people::Kind, reading::Reading, refusal::Refusal};
use datafusion::{
    common::{
        Result,
        tree_node::{Transformed, TreeNode},
    },
    logical_expr::{
        Expr, Subquery,
        expr::{Exists, InSubquery, SetComparison},
    },
};
use std::sync::Arc;

impl Guard {
    /// An expression whose queries are guarded too.
    pub(super) fn with_subqueries(&self, expr: Expr, reading: &Reading, is_filter: bool) -> Result<Transformed<Expr>> {
        expr.transform(|part| {
            Ok(match part {
                Expr::ScalarSubquery(subquery) => Transformed::yes(Expr::ScalarSubquery(self.of_nobody(subquery)?)),
                Expr::SetComparison(compared) => {
                    let subquery = self.of_nobody(compared.subquery)?;
                    Transformed::yes(Expr::SetComparison(SetComparison { subquery, ..compared }))
                }
                Expr::Exists(exists) => {
                    let subquery = self.of_same_person(exists.subquery, reading, None, is_filter)?;
                    Transformed::yes(Expr::Exists(Exists { subquery, ..exists }))
                }
                Expr::InSubquery(within) => {
                    let subquery = self.of_same_person(within.subquery, reading, Some(&*within.expr), is_filter)?;
                    Transformed::yes(Expr::InSubquery(InSubquery { subquery, ..within }))
                }
                other => Transformed::no(other),
            })
        })
    }

    /// A query that shows groups, and does not depend on the row that asks.
    fn of_nobody(&self, subquery: Subquery) -> Result<Subquery> {
        if !subquery.outer_ref_columns.is_empty() {
            return Err(Refusal::Outer.into());
        }
        let node = self.node(&subquery.subquery)?;
        if node.people.is_some() {
            return Err(Refusal::Within.into());
        }
        Ok(Subquery { subquery: Arc::new(node.plan), ..subquery })
    }

    /// A query that shows groups, or whose rows are all of the person whose the row is that asks.
    fn of_same_person(&self, subquery: Subquery, reading: &Reading, name: Option<&Expr>, is_filter: bool) -> Result<Subquery> {
        let node = self.node(&subquery.subquery)?;
        // Names that are no column of people were brought in.
        if node.people.is_none() && name.is_some_and(|name| reading.kind(name) == Kind::Name) {
            return Err(Refusal::Name.into());
        }
        if let Some(people) = &node.people {
            let by_name = name.is_some_and(|name| reading.identity(name).is_some());
            let is_same = |number: usize| {
                let identity = &people.identities[number];
                (by_name && identity.columns.contains(&0)) || reading.outer_identity(identity).is_some()
            };
            if !is_filter || people.identities.is_empty() || !(0..people.identities.len()).all(is_same) {
                return Err(Refusal::Within.into());
            }
        }
        Ok(Subquery { subquery: Arc::new(node.plan), ..subquery })
    }
}
