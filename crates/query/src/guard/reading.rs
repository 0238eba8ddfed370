//! What the expressions of a plan node may look at.

use super::{
    people::{Equality, Identity, Kind, People},
    refusal::Refusal,
};
use datafusion::{
    common::{
        Column, DFSchema, Result,
        tree_node::{TreeNode, TreeNodeRecursion},
    },
    logical_expr::{BinaryExpr, Expr, Operator, utils::split_conjunction},
};

/// Functions that count different names.
pub(super) const COUNTING: [&str; 2] = ["count", "approx_distinct"];

/// The columns that expressions see: of one input, or of several beside each other.
pub(super) struct Reading<'a> {
    pub schemas: Vec<&'a DFSchema>,
    /// Whose the rows are; nothing where they are nobody's.
    pub people: Option<People>,
}

/// An expression without the names that a query gives it.
pub(super) fn bare(expr: &Expr) -> &Expr {
    match expr {
        Expr::Alias(alias) => bare(&alias.expr),
        _ => expr,
    }
}

impl Reading<'_> {
    /// Which column an expression is, if it is nothing more.
    pub fn index(&self, expr: &Expr) -> Option<usize> {
        match expr {
            Expr::Column(column) => self.column_index(column),
            _ => None,
        }
    }

    fn column_index(&self, column: &Column) -> Option<usize> {
        let mut before = 0;
        for schema in &self.schemas {
            if let Some(index) = schema.maybe_index_of_column(column) {
                return Some(before + index);
            }
            before += schema.fields().len();
        }
        None
    }

    /// What an expression holds.
    pub fn kind(&self, expr: &Expr) -> Kind {
        let Some(people) = &self.people else { return Kind::Other };
        match bare(expr) {
            Expr::Column(column) => self.column_index(column).and_then(|index| people.kinds.get(index).copied()).unwrap_or(Kind::Name),
            // As another kind of number it is the same quantity.
            Expr::Cast(cast) if cast.field.data_type().is_integer() || cast.field.data_type().is_floating() => self.kind(&cast.expr),
            _ => Kind::Other,
        }
    }

    fn is_name(&self, expr: &Expr) -> bool {
        matches!(expr, Expr::Column(_)) && self.kind(expr) == Kind::Name
    }

    /// Whose an expression says that a row is.
    pub fn identity(&self, expr: &Expr) -> Option<usize> {
        self.people.as_ref()?.identity_of(self.index(expr)?)
    }

    /// Whose the column of a query within says that a row is.
    pub fn outer_identity(&self, identity: &Identity) -> Option<usize> {
        self.people.as_ref()?.identity_of(self.column_index(identity.outer.as_ref()?)?)
    }

    /// Of which people a condition says that they are the same.
    pub fn equalities(&self, condition: &Expr) -> Vec<Equality> {
        let equality = |part: &Expr| match part {
            Expr::BinaryExpr(BinaryExpr { left, op: Operator::Eq, right }) => {
                self.equality(left, right).or_else(|| self.equality(right, left))
            }
            _ => None,
        };
        split_conjunction(condition).into_iter().filter_map(equality).collect()
    }

    pub fn equality(&self, left: &Expr, right: &Expr) -> Option<Equality> {
        let one = self.identity(left)?;
        match right {
            Expr::OuterReferenceColumn(_, outer) => Some(Equality::Outside(one, outer.clone())),
            _ => self.identity(right).map(|other| Equality::Within(one, other)),
        }
    }

    /// Refuses an expression that looks into a name: a name stands alone, is counted, or is compared with another name.
    pub fn check(&self, expr: &Expr) -> Result<()> {
        let expr = bare(expr);
        if self.is_name(expr) {
            return Ok(());
        }
        match expr {
            Expr::AggregateFunction(function) if COUNTING.contains(&function.func.name()) => {
                for counted in function.params.args.iter().chain(function.params.filter.as_deref()) {
                    self.check(counted)?;
                }
                function.params.order_by.iter().try_for_each(|sort| self.check(&sort.expr))
            }
            _ => expr.apply(|part| self.look(part)).map(drop),
        }
    }

    fn look(&self, part: &Expr) -> Result<TreeNodeRecursion> {
        let is_outer = |expr: &Expr| matches!(expr, Expr::OuterReferenceColumn(..));
        match part {
            Expr::BinaryExpr(BinaryExpr { left, op: Operator::Eq, right })
                if (self.is_name(left) && (self.is_name(right) || is_outer(right))) || (is_outer(left) && self.is_name(right)) =>
            {
                Ok(TreeNodeRecursion::Jump)
            }
            Expr::IsNull(name) | Expr::IsNotNull(name) if self.is_name(name) => Ok(TreeNodeRecursion::Jump),
            Expr::InSubquery(within) if self.is_name(&within.expr) => Ok(TreeNodeRecursion::Jump),
            Expr::OuterReferenceColumn(..) => Err(Refusal::Outer.into()),
            Expr::Column(_) if self.is_name(part) => Err(Refusal::Name.into()),
            _ => Ok(TreeNodeRecursion::Continue),
        }
    }
}
