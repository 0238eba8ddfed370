//! What a condition of a query says of contigs, positions and genes: enough to leave blocks unread, never more than it says.

use datafusion::{
    common::ScalarValue,
    logical_expr::{BinaryExpr, Expr, Operator},
};
use library::Selection;
use std::collections::BTreeSet;

/// Numbers from a first to a last.
type Span = (i64, i64);

const EVERY: Span = (i64::MIN, i64::MAX);

/// Rows outside of it do not fit a condition; those inside may not either.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Narrowing {
    contigs: Span,
    positions: Span,
    genes: Option<BTreeSet<String>>,
}

impl Default for Narrowing {
    fn default() -> Narrowing {
        Narrowing { contigs: EVERY, positions: EVERY, genes: None }
    }
}

impl Narrowing {
    /// Of one condition; everything of one that says nothing of places or genes, or says it in another way.
    pub fn of_filter(filter: &Expr) -> Narrowing {
        match filter {
            Expr::BinaryExpr(binary) => of_binary(binary),
            Expr::InList(list) if !list.negated => {
                let each = list.list.iter().map(|value| of_comparison(&list.expr, Operator::Eq, value));
                each.reduce(Narrowing::or).unwrap_or_default()
            }
            Expr::Between(between) if !between.negated => {
                of_comparison(&between.expr, Operator::GtEq, &between.low).and(of_comparison(&between.expr, Operator::LtEq, &between.high))
            }
            _ => Narrowing::default(),
        }
    }

    pub fn is_everything(&self) -> bool {
        *self == Narrowing::default()
    }

    /// What fits both.
    pub fn and(self, other: Narrowing) -> Narrowing {
        let both = |a: Span, b: Span| (a.0.max(b.0), a.1.min(b.1));
        let genes = match (self.genes, other.genes) {
            (Some(a), Some(b)) => Some(&a & &b),
            (a, b) => a.or(b),
        };
        Narrowing { contigs: both(self.contigs, other.contigs), positions: both(self.positions, other.positions), genes }
    }

    /// What fits one of them at least.
    fn or(self, other: Narrowing) -> Narrowing {
        let either = |a: Span, b: Span| (a.0.min(b.0), a.1.max(b.1));
        let genes = self.genes.zip(other.genes).map(|(a, b)| &a | &b);
        Narrowing { contigs: either(self.contigs, other.contigs), positions: either(self.positions, other.positions), genes }
    }

    /// What the library counts for it.
    pub fn selection(&self) -> Selection {
        let contig = |number: i64| number.clamp(0, u8::MAX.into()) as u8;
        let position = |number: i64| number.clamp(0, u32::MAX.into()) as u32;
        let (first, last) = (contig(self.contigs.0), contig(self.contigs.1));
        // Positions of several contigs are no stretch.
        let positions = if first == last { self.positions } else { EVERY };
        // The library finds no blocks of what lies in no gene.
        let genes = self.genes.clone().filter(|genes| !genes.contains(""));
        Selection { from: (first, position(positions.0)), to: (last, position(positions.1)), genes }
    }
}

fn of_binary(binary: &BinaryExpr) -> Narrowing {
    let sides = || [&binary.left, &binary.right].map(|side| Narrowing::of_filter(side));
    match binary.op {
        Operator::And => {
            let [left, right] = sides();
            left.and(right)
        }
        Operator::Or => {
            let [left, right] = sides();
            left.or(right)
        }
        op => match op.swap() {
            Some(swapped) if matches!(*binary.left, Expr::Literal(..)) => of_comparison(&binary.right, swapped, &binary.left),
            _ => of_comparison(&binary.left, op, &binary.right),
        },
    }
}

fn of_comparison(column: &Expr, op: Operator, value: &Expr) -> Narrowing {
    let (Expr::Column(column), Expr::Literal(value, _)) = (column, value) else { return Narrowing::default() };
    let everything = Narrowing::default();
    match column.name.as_str() {
        "contig" => Narrowing { contigs: span(op, value), ..everything },
        "position" => Narrowing { positions: span(op, value), ..everything },
        "gene" if op == Operator::Eq => {
            let gene = value.try_as_str().flatten();
            Narrowing { genes: gene.map(|gene| BTreeSet::from([gene.to_owned()])), ..everything }
        }
        _ => everything,
    }
}

fn span(op: Operator, value: &ScalarValue) -> Span {
    let Some(number) = whole_number(value) else { return EVERY };
    match op {
        Operator::Eq => (number, number),
        Operator::Lt => (EVERY.0, number.saturating_sub(1)),
        Operator::LtEq => (EVERY.0, number),
        Operator::Gt => (number.saturating_add(1), EVERY.1),
        Operator::GtEq => (number, EVERY.1),
        _ => EVERY,
    }
}

fn whole_number(value: &ScalarValue) -> Option<i64> {
    match value {
        ScalarValue::UInt8(number) => number.map(i64::from),
        ScalarValue::UInt16(number) => number.map(i64::from),
        ScalarValue::UInt32(number) => number.map(i64::from),
        ScalarValue::Int8(number) => number.map(i64::from),
        ScalarValue::Int16(number) => number.map(i64::from),
        ScalarValue::Int32(number) => number.map(i64::from),
        ScalarValue::Int64(number) => *number,
        ScalarValue::UInt64(number) => number.and_then(|number| i64::try_from(number).ok()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use datafusion::prelude::{col, lit};

    fn genes(symbols: &[&str]) -> BTreeSet<String> {
        symbols.iter().map(|&symbol| symbol.to_owned()).collect()
    }

    #[test]
    fn what_a_condition_says_of_places_and_genes_is_read() {
        let stretch = col("contig").eq(lit(2_u8)).and(col("position").gt_eq(lit(900_u32))).and(lit(1_000_u32).gt(col("position")));
        let selection = Narrowing::of_filter(&stretch).selection();
        assert_eq!((selection.from, selection.to, selection.genes), ((2, 900), (2, 999), None));
        let either = col("gene").eq(lit("SCN1A")).or(col("gene").eq(lit("TTN")));
        assert_eq!(Narrowing::of_filter(&either).selection().genes, Some(genes(&["SCN1A", "TTN"])));
        let listed = col("gene").in_list(vec![lit("SCN1A"), lit("TTN")], false).and(col("gene").eq(lit("TTN")));
        assert_eq!(Narrowing::of_filter(&listed).selection().genes, Some(genes(&["TTN"])));
        let between = col("contig").eq(lit(1_u8)).and(col("position").between(lit(10_i64), lit(20_i64)));
        let selection = Narrowing::of_filter(&between).selection();
        assert_eq!((selection.from, selection.to), ((1, 10), (1, 20)));
    }

    #[test]
    fn what_a_condition_does_not_say_narrows_nothing() {
        for filter in [
            col("gene").not_eq(lit("SCN1A")),
            col("gene").in_list(vec![lit("SCN1A")], true),
            col("gene").eq(lit("SCN1A")).or(col("impact").eq(lit(0_u8))),
            col("position").lt(lit(1.5_f64)),
            col("gene").eq(col("consequence")),
            col("frequency").is_null(),
        ] {
            assert!(Narrowing::of_filter(&filter).is_everything(), "{filter}");
        }
        // Positions of several contigs, and what lies in no gene.
        assert_eq!(Narrowing::of_filter(&col("position").eq(lit(5_u32))).selection(), Selection::default());
        let outside = col("gene").eq(lit("")).or(col("gene").eq(lit("TTN")));
        assert_eq!(Narrowing::of_filter(&outside).selection().genes, None);
        // What fits nothing is nothing.
        let none = Narrowing::of_filter(&col("contig").eq(lit(1_u8)).and(col("contig").eq(lit(2_u8)))).selection();
        assert!(none.from > none.to);
    }
}
