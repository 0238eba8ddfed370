//! What a query may show: groups of people, never people. The plan of a query is looked at before it runs.
//!
//! **Invariant**: a plan node is *of people* if it reads rows of people and no guarded aggregate stands between ([`aggregates`]). The
//! root of a plan is not of people.
//!
//! A node of people carries which of its columns say whose a row is ([`people`]). They are followed from the tables, not known by their
//! names: a column that somebody calls `person` counts nobody. They may be compared with each other alone ([`reading`]), so that no
//! query singles out whom it knows.

mod aggregates;
mod joins;
mod people;
mod reading;
mod refusal;
mod subqueries;

pub(crate) use refusal::Refusal;

use datafusion::{
    common::{DFSchema, Result, tree_node::Transformed},
    logical_expr::{Distinct, Expr, Filter, LogicalPlan, Projection, TableScan, Union},
};
use people::{Identity, Kind, People, Rows, Table};
use reading::{Reading, bare};
use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

/// Nodes of a plan: one that repeats itself grows without measure before it runs.
const NODES_MAX: usize = 5_000;
/// Functions that make tables of nothing, as plans name them.
const SERIES: [&str; 2] = ["generate_series()", "range()"];

/// The tables of a workspace, as plans name them.
pub(crate) struct Guard {
    /// The view of calls.
    pub calls: LogicalPlan,
    /// The view of variants, which holds groups alone.
    pub variants: LogicalPlan,
    /// Names of the tables that came in.
    pub inputs: BTreeSet<String>,
    /// Nodes that were looked at.
    pub nodes: AtomicUsize,
}

/// A node that was looked at.
struct Node {
    /// With its aggregates guarded.
    plan: LogicalPlan,
    /// Whose its rows are; nothing where they are nobody's.
    people: Option<People>,
    /// Whether it is another than before.
    is_new: bool,
}

impl Node {
    fn leaf(plan: &LogicalPlan, people: Option<People>) -> Node {
        Node { plan: plan.clone(), people, is_new: false }
    }

    fn reading(&self) -> Reading<'_> {
        Reading { schemas: vec![schema_of(&self.plan)], people: self.people.clone() }
    }
}

impl Guard {
    /// The plan as it may run, or why it may not.
    pub fn guarded(&self, plan: &LogicalPlan) -> Result<LogicalPlan> {
        match plan {
            LogicalPlan::DescribeTable(_) => return Ok(plan.clone()),
            LogicalPlan::Explain(_) | LogicalPlan::Analyze(_) => return Err(Refusal::Explained.into()),
            _ => {}
        }
        let node = self.node(plan)?;
        if node.people.is_some() { Err(Refusal::Rows.into()) } else { Ok(node.plan) }
    }

    fn node(&self, plan: &LogicalPlan) -> Result<Node> {
        if self.nodes.fetch_add(1, Ordering::Relaxed) >= NODES_MAX {
            return Err(Refusal::TooLong.into());
        }
        if *plan == self.calls {
            return Ok(Node::leaf(plan, Some(People::of_table(plan.schema(), Table::Calls))));
        }
        if *plan == self.variants {
            return Ok(Node::leaf(plan, None));
        }
        if let LogicalPlan::TableScan(scan) = plan {
            return Ok(Node::leaf(plan, self.scanned(scan)));
        }
        let inputs = plan.inputs().into_iter().map(|input| self.node(input)).collect::<Result<Vec<_>>>()?;
        self.with_inputs(plan, inputs)
    }

    /// Whose the rows of a table are: of one that is not known, people's whom nothing names.
    fn scanned(&self, scan: &TableScan) -> Option<People> {
        let name = scan.table_name.table();
        if self.inputs.contains(name) || SERIES.contains(&name) {
            return None;
        }
        let table = match name {
            "people" => Table::People,
            "features" => Table::Features,
            _ => Table::Unknown,
        };
        Some(People::of_table(&scan.projected_schema, table))
    }

    fn with_inputs(&self, plan: &LogicalPlan, mut inputs: Vec<Node>) -> Result<Node> {
        let is_of_people = inputs.iter().any(|input| input.people.is_some());
        match plan {
            LogicalPlan::Join(join) => self.joined(plan, join, inputs),
            LogicalPlan::Union(_) => united(inputs),
            LogicalPlan::Filter(filter) => self.filtered(plan, filter, only(&mut inputs)?),
            LogicalPlan::Projection(projection) => self.projected(plan, projection, only(&mut inputs)?),
            LogicalPlan::Aggregate(aggregate) => self.aggregated(plan, aggregate, only(&mut inputs)?),
            LogicalPlan::Subquery(subquery) if !subquery.outer_ref_columns.is_empty() => Err(Refusal::Outer.into()),
            LogicalPlan::Limit(_) if is_of_people => Err(Refusal::Cut.into()),
            LogicalPlan::Window(_) | LogicalPlan::Unnest(_) if is_of_people => Err(Refusal::Window.into()),
            LogicalPlan::Sort(_)
            | LogicalPlan::Limit(_)
            | LogicalPlan::Window(_)
            | LogicalPlan::Unnest(_)
            | LogicalPlan::Subquery(_)
            | LogicalPlan::SubqueryAlias(_)
            | LogicalPlan::Distinct(Distinct::All(_)) => self.passed(plan, only(&mut inputs)?),
            LogicalPlan::Values(_) | LogicalPlan::EmptyRelation(_) => {
                let nobody = Reading { schemas: vec![schema_of(plan)], people: None };
                let values = self.expressions(plan, &nobody, false)?;
                rebuilt(plan, values, inputs, None)
            }
            LogicalPlan::TableScan(_)
            | LogicalPlan::Repartition(_)
            | LogicalPlan::Distinct(Distinct::On(_))
            | LogicalPlan::RecursiveQuery(_)
            | LogicalPlan::Extension(_)
            | LogicalPlan::Statement(_)
            | LogicalPlan::Explain(_)
            | LogicalPlan::Analyze(_)
            | LogicalPlan::Dml(_)
            | LogicalPlan::Ddl(_)
            | LogicalPlan::Copy(_)
            | LogicalPlan::DescribeTable(_) => Err(Refusal::Unknown.into()),
        }
    }

    /// What keeps rows and columns as they are.
    fn passed(&self, plan: &LogicalPlan, input: Node) -> Result<Node> {
        let expressions = self.expressions(plan, &input.reading(), false)?;
        let people = input.people.clone();
        rebuilt(plan, expressions, vec![input], people)
    }

    fn filtered(&self, plan: &LogicalPlan, filter: &Filter, input: Node) -> Result<Node> {
        let reading = input.reading();
        let expressions = self.expressions(plan, &reading, true)?;
        let people = reading.people.as_ref().map(|people| people.clone().with_equal(&reading.equalities(&filter.predicate)));
        rebuilt(plan, expressions, vec![input], people)
    }

    fn projected(&self, plan: &LogicalPlan, projection: &Projection, input: Node) -> Result<Node> {
        let reading = input.reading();
        let expressions = self.expressions(plan, &reading, false)?;
        let people = reading.people.as_ref().map(|people| {
            let sources: Vec<Option<usize>> = projection.expr.iter().map(|expr| reading.index(bare(expr))).collect();
            People {
                kinds: projection.expr.iter().map(|expr| reading.kind(expr)).collect(),
                identities: people.identities.iter().map(|identity| identity.at_columns(&sources)).collect(),
                ..people.clone()
            }
        });
        rebuilt(plan, expressions, vec![input], people)
    }

    /// The expressions of a node, with what they ask of other tables.
    fn expressions(&self, plan: &LogicalPlan, reading: &Reading, is_filter: bool) -> Result<Vec<Transformed<Expr>>> {
        let one = |expr: Expr| {
            reading.check(&expr)?;
            self.with_subqueries(expr, reading, is_filter)
        };
        plan.expressions().into_iter().map(one).collect()
    }
}

fn schema_of(plan: &LogicalPlan) -> &DFSchema {
    plan.schema()
}

fn only(inputs: &mut Vec<Node>) -> Result<Node> {
    inputs.pop().ok_or_else(|| Refusal::Unknown.into())
}

/// A node with other expressions and inputs, where they are others.
fn rebuilt(plan: &LogicalPlan, expressions: Vec<Transformed<Expr>>, inputs: Vec<Node>, people: Option<People>) -> Result<Node> {
    let is_new = expressions.iter().any(|expr| expr.transformed) || inputs.iter().any(|input| input.is_new);
    if !is_new {
        return Ok(Node::leaf(plan, people));
    }
    let expressions = expressions.into_iter().map(|expr| expr.data).collect();
    let plan = plan.with_new_exprs(expressions, inputs.into_iter().map(|input| input.plan).collect())?;
    Ok(Node { plan, people, is_new })
}

/// Rows of several tables below each other. Names that are nobody's would make a group look larger than it is.
fn united(inputs: Vec<Node>) -> Result<Node> {
    let width = inputs.first().map_or(0, |input| input.plan.schema().fields().len());
    let is_of_people = inputs.iter().any(|input| input.people.is_some());
    let people = is_of_people.then(|| {
        let named: Option<Vec<&BTreeSet<usize>>> =
            inputs.iter().map(|input| input.people.as_ref().and_then(People::only_identity).map(|identity| &identity.columns)).collect();
        let columns = named.map(|named| (0..width).filter(|column| named.iter().all(|columns| columns.contains(column))).collect());
        let is_name = |column: usize| inputs.iter().filter_map(|input| input.people.as_ref()).any(|people| people.is_name(column));
        let kinds = (0..width).map(|column| if is_name(column) { Kind::Name } else { Kind::Other }).collect();
        People { identities: vec![Identity { columns: columns.unwrap_or_default(), outer: None }], kinds, rows: Rows::Many }
    });
    let is_new = inputs.iter().any(|input| input.is_new);
    let union = Union::try_new_with_loose_types(inputs.into_iter().map(|input| Arc::new(input.plan)).collect())?;
    Ok(Node { plan: LogicalPlan::Union(union), people, is_new })
}
