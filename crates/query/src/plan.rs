//! Carriers by a plan of the query engine: the same that the library finds in its blocks, from the files themselves, on this machine
//! or on several.

use crate::tables;
use anyhow::Context;
use async_trait::async_trait;
use datafusion::{
    arrow::{
        array::{AsArray, RecordBatch, StringArray},
        compute::cast,
        datatypes::{DataType, UInt8Type, UInt32Type},
    },
    common::ScalarValue,
    execution::{SessionState, context::SessionContext},
    logical_expr::Expr,
    prelude::{col, lit},
};
use library::{
    CarrierSets, CarrierSource, Checked, Library, Release,
    ask::NotAnswered,
    lookup::{GeneVariant, impact_number_max},
    question::Question,
};

/// Finds carriers by a plan.
#[derive(Clone, Debug)]
pub struct PlannedCarriers {
    state: SessionState,
}

impl PlannedCarriers {
    /// With plans that run where a session runs them.
    pub fn new(state: SessionState) -> PlannedCarriers {
        PlannedCarriers { state }
    }

    /// With plans that run here.
    pub fn here() -> PlannedCarriers {
        PlannedCarriers::new(SessionContext::new().state())
    }

    /// Who carries what a question is about.
    pub async fn find(&self, library: &Library, release: &Release, question: &Checked) -> anyhow::Result<CarrierSets> {
        let session = SessionContext::new_with_state(self.state.clone());
        let (url, store) = library.store();
        session.register_object_store(&url, store);
        let calls = tables::numbered_calls(&session, library, release, Some(condition(question))).await?;
        let columns = ["gene", "contig", "position", "reference", "alternate", "no", "copies"].map(col);
        let mut found = CarrierSets::new();
        for batch in calls.select(columns)?.collect().await.context("asking the library's files")? {
            add(&batch, &mut found)?;
        }
        Ok(found)
    }
}

#[async_trait]
impl CarrierSource for PlannedCarriers {
    async fn carriers(&self, library: &Library, release: &Release, question: &Checked) -> Result<CarrierSets, NotAnswered> {
        Ok(self.find(library, release, question).await?)
    }
}

fn add(batch: &RecordBatch, found: &mut CarrierSets) -> anyhow::Result<()> {
    let column = |name: &str| batch.column_by_name(name).with_context(|| format!("the answer has no column {name}"));
    let text = |name: &str| Ok::<StringArray, anyhow::Error>(cast(column(name)?, &DataType::Utf8)?.as_string::<i32>().clone());
    let [gene, reference, alternate] = [text("gene")?, text("reference")?, text("alternate")?];
    let (contig, copies) = (column("contig")?.as_primitive::<UInt8Type>(), column("copies")?.as_primitive::<UInt8Type>());
    let (position, no) = (column("position")?.as_primitive::<UInt32Type>(), column("no")?.as_primitive::<UInt32Type>());
    for row in 0..batch.num_rows() {
        let variant = GeneVariant {
            gene: gene.value(row).to_owned(),
            contig: contig.value(row),
            position: position.value(row),
            reference: reference.value(row).to_owned(),
            alternate: alternate.value(row).to_owned(),
        };
        found.entry(variant).or_default()[usize::from(copies.value(row)) - 1].insert(no.value(row));
    }
    Ok(())
}

fn condition(question: &Checked) -> Expr {
    let q = &question.question;
    let mut all = match &question.variant {
        Some(v) => col("contig")
            .eq(lit(v.contig.number()))
            .and(col("position").eq(lit(v.position.get())))
            .and(col("reference").eq(lit(v.reference.clone())))
            .and(col("alternate").eq(lit(v.alternate.clone()))),
        None => place(q),
    };
    all = all.and(col("impact").lt_eq(lit(impact_number_max(q.effect))));
    if let Some(most) = q.frequency_max {
        let rare = col("frequency").lt_eq(Expr::Literal(ScalarValue::Float32(Some(most as f32)), None));
        all = all.and(rare.or(col("frequency").is_null()));
    }
    all
}

/// Genes, a stretch, or both; of what form variants are is looked at where they are counted.
fn place(q: &Question) -> Expr {
    let genes = || col("gene").in_list(q.genes.iter().map(|gene| lit(gene.clone())).collect(), false);
    let Some(stretch) = q.shape.reach() else { return genes() };
    let within = col("contig")
        .eq(lit(stretch.contig.number()))
        .and(col("position").lt_eq(lit(stretch.to)))
        .and(col("position_end").gt_eq(lit(stretch.from)));
    if q.genes.is_empty() { within } else { within.and(genes()) }
}
