//! Counts of people: of groups of enough of them, rounded. An aggregate by person gives rows of people again, for distributions.

use super::{
    Guard, Node,
    people::{Identity, Kind, People, Rows},
    reading::{COUNTING, Reading, bare},
    rebuilt,
    refusal::Refusal,
};
use datafusion::{
    arrow::{
        array::{AsArray, Float64Array},
        datatypes::{DataType, Float64Type},
    },
    common::{Column, Result, exec_err, tree_node::Transformed},
    functions_aggregate::expr_fn::count_distinct,
    logical_expr::{
        Aggregate, ColumnarValue, Expr, ExprFunctionExt, Filter, LogicalPlan, Projection, ScalarUDF, Volatility, create_udf,
        expr::AggregateFunction, when,
    },
    prelude::{cast, lit},
};
use library::disclosure::{COUNT_MIN, ROUNDED_TO};
use std::sync::Arc;

/// Functions of quantities. None shows the value of one person: no least or largest one, no list, no first.
const MEASURING: [&str; 8] = ["sum", "avg", "stddev", "stddev_pop", "var", "var_pop", "median", "corr"];
/// Functions that give of somebody's own rows a quantity that nobody chose.
const OWN: [&str; 5] = ["count", "sum", "avg", "min", "max"];
/// Digits of what is no count: as many as a paper gives. More would let the value of one person follow from two averages.
const DIGITS: i32 = 3;

impl Guard {
    pub(super) fn aggregated(&self, plan: &LogicalPlan, aggregate: &Aggregate, input: Node) -> Result<Node> {
        let reading = input.reading();
        let expressions = self.expressions(plan, &reading, false)?;
        let Some(people) = reading.people.clone() else { return rebuilt(plan, expressions, vec![input], None) };
        let keys: Vec<Option<usize>> = aggregate.group_expr.iter().map(|key| reading.index(bare(key))).collect();
        if keys.iter().flatten().any(|column| people.identity_of(*column).is_some()) {
            let people = of_each(aggregate, &reading, &people, &keys);
            return rebuilt(plan, expressions, vec![input], Some(people));
        }
        check(aggregate, &reading, &people)?;
        let wholes = aggregate.aggr_expr.iter().map(|number| is_of_wholes(number, &reading)).collect::<Vec<_>>();
        Ok(Node { plan: of_groups(aggregate, expressions, &wholes, &people, input)?, people: None, is_new: true })
    }
}

/// Whose the rows of an aggregate by person are.
fn of_each(aggregate: &Aggregate, reading: &Reading, people: &People, keys: &[Option<usize>]) -> People {
    let result = |expr: &Expr| match bare(expr) {
        Expr::AggregateFunction(function) if is_own(function, reading, people.rows) => own_kind(function, reading),
        _ => Kind::Other,
    };
    let kinds = aggregate.group_expr.iter().map(|key| reading.kind(key)).chain(aggregate.aggr_expr.iter().map(result)).collect();
    let rows = if keys.len() == 1 { Rows::One } else { people.rows };
    // Of several people beside each other those are lost who are not among the keys.
    let identities: Vec<Identity> = people.identities.iter().map(|identity| identity.at_columns(keys)).collect();
    People { identities, kinds, rows }
}

fn is_own(function: &AggregateFunction, reading: &Reading, rows: Rows) -> bool {
    let name = function.func.name();
    let are_quantities = || function.params.args.iter().all(|argument| reading.kind(argument).is_quantity());
    rows != Rows::Many && OWN.contains(&name) && (name == "count" || are_quantities())
}

fn own_kind(function: &AggregateFunction, reading: &Reading) -> Kind {
    let is_share = |argument: &Expr| reading.kind(argument) == Kind::Share;
    if function.func.name() != "count" && function.params.args.iter().any(is_share) { Kind::Share } else { Kind::Whole }
}

/// Whether whole numbers are measured: what is made of them tells how many have one more.
fn is_of_wholes(number: &Expr, reading: &Reading) -> bool {
    function(number).is_ok_and(|function| function.params.args.iter().any(|argument| reading.kind(argument) == Kind::Whole))
}

/// Refuses groups of which more would be shown than of how many people they are.
fn check(aggregate: &Aggregate, reading: &Reading, people: &People) -> Result<()> {
    if aggregate.group_expr.iter().any(|key| matches!(bare(key), Expr::GroupingSet(_))) {
        return Err(Refusal::Sets.into());
    }
    if aggregate.group_expr.iter().any(|key| reading.kind(key) == Kind::Name) {
        return Err(Refusal::Name.into());
    }
    if people.identities.is_empty() || people.identities.iter().any(|identity| identity.columns.is_empty()) {
        return Err(Refusal::Nobody.into());
    }
    aggregate.aggr_expr.iter().try_for_each(|expr| check_function(function(expr)?, reading, people.rows))
}

fn function(expr: &Expr) -> Result<&AggregateFunction> {
    match bare(expr) {
        Expr::AggregateFunction(function) => Ok(function),
        _ => Err(Refusal::Unknown.into()),
    }
}

fn check_function(function: &AggregateFunction, reading: &Reading, rows: Rows) -> Result<()> {
    let (name, arguments) = (function.func.name(), &function.params.args);
    let counts = COUNTING.contains(&name);
    if !(counts || MEASURING.contains(&name)) || !function.params.order_by.is_empty() {
        return Err(Refusal::Function(name.to_uppercase()).into());
    }
    let is_distinct = function.params.distinct || name == "approx_distinct";
    let counts_names = counts && is_distinct && arguments.iter().all(|argument| reading.kind(argument) == Kind::Name);
    if rows == Rows::Many && !counts_names {
        return Err(Refusal::Multiplied.into());
    }
    if !counts && arguments.iter().any(|argument| !reading.kind(argument).is_quantity()) {
        return Err(Refusal::Argument(name.to_uppercase()).into());
    }
    Ok(())
}

/// The groups of enough people alone, and of each number that it is of enough people too. The columns are those of before.
fn of_groups(
    aggregate: &Aggregate,
    expressions: Vec<Transformed<Expr>>,
    wholes: &[bool],
    people: &People,
    input: Node,
) -> Result<LogicalPlan> {
    let mut expressions: Vec<Expr> = expressions.into_iter().map(|expr| expr.data).collect();
    let keys = aggregate.group_expr.len();
    let numbers = expressions.split_off(keys);
    let schema = Arc::clone(input.plan.schema());
    let names: Vec<Expr> = people
        .identities
        .iter()
        .filter_map(|identity| identity.columns.first())
        .map(|column| Expr::Column(Column::from(schema.qualified_field(*column))))
        .collect();
    // How many people a group is of, and after it each number: of a join of several people those who are fewest.
    let mut guards = guards(&names, None, 0)?;
    let of_group: Vec<Expr> = (0..guards.len()).map(guard_column).collect();
    let mut of_numbers = Vec::new();
    for number in &numbers {
        let more = match condition(function(number)?) {
            Some(condition) => self::guards(&names, Some(&condition), guards.len())?,
            None => vec![],
        };
        of_numbers.push((guards.len()..guards.len() + more.len()).map(guard_column).collect::<Vec<_>>());
        guards.extend(more);
    }
    let functions = numbers.iter().cloned().chain(guards).collect();
    let whole = Aggregate::try_new(Arc::new(input.plan), expressions, functions)?;
    let shown = shown(&whole, keys, &numbers, wholes, &of_numbers)?;
    let mut plan = LogicalPlan::Aggregate(whole);
    if let Some(enough) = enough(of_group) {
        plan = LogicalPlan::Filter(Filter::try_new(enough, Arc::new(plan))?);
    }
    Ok(LogicalPlan::Projection(Projection::try_new(shown, Arc::new(plan))?))
}

/// Keys as they are, and numbers rounded where they are of enough people.
fn shown(whole: &Aggregate, keys: usize, numbers: &[Expr], wholes: &[bool], guards: &[Vec<Expr>]) -> Result<Vec<Expr>> {
    let column = |index: usize| Expr::Column(Column::from(whole.schema.qualified_field(index)));
    let mut shown: Vec<Expr> = (0..keys).map(column).collect();
    for (index, ((number, guards), is_of_wholes)) in numbers.iter().zip(guards).zip(wholes).enumerate() {
        let (qualifier, field) = whole.schema.qualified_field(keys + index);
        let people = if *is_of_wholes { cast(guard_column(0), DataType::Float64) } else { lit(0.0_f64) };
        let rounded = rounded(function(number)?.func.name(), column(keys + index), field.data_type(), people);
        let value = match enough(guards.clone()) {
            Some(enough) => when(enough, rounded).end()?,
            None => rounded,
        };
        shown.push(value.alias_qualified(qualifier.cloned(), field.name().clone()));
    }
    Ok(shown)
}

fn guard_name(number: usize) -> String {
    format!("__people_{number}")
}

fn guard_column(number: usize) -> Expr {
    Expr::Column(Column::new_unqualified(guard_name(number)))
}

/// Counts of people, those alone whose rows fit a condition, numbered from one on.
fn guards(names: &[Expr], condition: Option<&Expr>, from: usize) -> Result<Vec<Expr>> {
    let guard = |(name, number): (&Expr, usize)| {
        let people = count_distinct(name.clone());
        let people = match condition {
            Some(condition) => people.filter(condition.clone()).build()?,
            None => people,
        };
        Ok(people.alias(guard_name(number)))
    };
    names.iter().zip(from..).map(guard).collect()
}

/// Which rows a number is of, where it is not of all.
fn condition(function: &AggregateFunction) -> Option<Expr> {
    let arguments = function.params.args.iter().filter(|argument| !matches!(argument, Expr::Literal(..)));
    // To a sum those add nothing who have none.
    let is_sum = function.func.name() == "sum";
    let present = arguments.map(|argument| {
        let argument = argument.clone();
        if is_sum { argument.not_eq(lit(0_i64)) } else { argument.is_not_null() }
    });
    function.params.filter.iter().map(|filter| (**filter).clone()).chain(present).reduce(Expr::and)
}

fn enough(guards: Vec<Expr>) -> Option<Expr> {
    guards.into_iter().map(|people| people.gt_eq(lit(COUNT_MIN.cast_signed()))).reduce(Expr::and)
}

/// A number as it is shown: whole ones to a multiple, others to few digits, and no finer than what so many people add to it.
fn rounded(name: &str, number: Expr, kind: &DataType, people: Expr) -> Expr {
    let is_count = COUNTING.contains(&name) || name == "sum";
    match kind {
        DataType::Int64 if is_count => {
            let to = ROUNDED_TO.cast_signed();
            (number + lit(to / 2)) / lit(to) * lit(to)
        }
        DataType::UInt64 if is_count => (number + lit(ROUNDED_TO / 2)) / lit(ROUNDED_TO) * lit(ROUNDED_TO),
        kind if kind.is_integer() => number,
        kind => cast(about().call(vec![cast(number, DataType::Float64), people]), kind.clone()),
    }
}

/// `about(number, people)`: to few digits, and of whole numbers of so many people no finer than to [`ROUNDED_TO`] of them.
fn about() -> ScalarUDF {
    let body = |arguments: &[ColumnarValue]| {
        let [numbers, people] = &ColumnarValue::values_to_arrays(arguments)?[..] else {
            return exec_err!("a number and people are needed");
        };
        let people = people.as_primitive::<Float64Type>().iter().map(Option::unwrap_or_default);
        let numbers = numbers.as_primitive::<Float64Type>().iter().zip(people);
        let rounded = numbers.map(|(number, people)| number.map(|number| to_digits(to_step(number, people))));
        Ok(ColumnarValue::Array(Arc::new(rounded.collect::<Float64Array>())))
    };
    create_udf("about", vec![DataType::Float64; 2], DataType::Float64, Volatility::Immutable, Arc::new(body))
}

/// A mean of whole numbers would tell exactly how many have one more than the others.
fn to_step(number: f64, people: f64) -> f64 {
    if people < 1.0 {
        return number;
    }
    let to = ROUNDED_TO as f64;
    let step = to / ((people / to).round() * to).max(to);
    (number / step).round() * step
}

fn to_digits(number: f64) -> f64 {
    if number == 0.0 || !number.is_finite() {
        return number;
    }
    let digits = DIGITS - 1 - number.abs().log10().floor() as i32;
    if digits < 0 {
        let step = 10_f64.powi(-digits);
        return (number / step).round() * step;
    }
    let scale = 10_f64.powi(digits);
    // A scale beyond what a number holds belongs to one that is nearly nothing.
    if scale.is_finite() { (number * scale).round() / scale } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_count_is_shown_to_three_digits() {
        let shown = [0.0, 1987.6, -0.000_123_45, 0.5, 1.2345, 1e-320, f64::INFINITY].map(|number| to_digits(number).to_string());
        assert_eq!(shown, ["0", "1990", "-0.000123", "0.5", "1.23", "0", "inf"]);
    }

    #[test]
    fn a_mean_of_whole_numbers_is_no_finer_than_a_count() {
        let shown = [(2.0, 50.0), (3.0, 50.0), (7.0, 50.0), (403.0, 401.0)].map(|(sum, people)| to_digits(to_step(sum / people, people)));
        assert_eq!(shown.map(|mean| mean.to_string()), ["0", "0.1", "0.1", "1"]);
        assert_eq!(to_step(0.000_123, 0.0).to_string(), "0.000123", "a share of a population is as it is");
    }
}
