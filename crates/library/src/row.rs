//! What the library holds of a person's genome: a row for each variant that they carry, and each gene that it touches.

use anyhow::Context;
use datafusion::arrow::{
    array::{ArrayRef, AsArray, Float32Array, RecordBatch, StringArray, UInt8Array, UInt32Array},
    datatypes::{DataType, Field, Schema, UInt8Type, UInt32Type},
};
use genome::{Contig, consequence::Impact};
use serde::{Deserialize, Serialize};
use std::sync::{Arc, LazyLock};

/// A person's number in the library: never shown, and no part of any release.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct PersonNo(pub u32);

/// A variant that a person carries.
#[derive(Clone, PartialEq, Debug)]
pub struct Call {
    /// Who.
    pub person: PersonNo,
    /// Contig.
    pub contig: Contig,
    /// Position on GRCh38, from 1.
    pub position: u32,
    /// Reference allele.
    pub reference: String,
    /// Alternative allele.
    pub alternate: String,
    /// Symbol of a gene that it touches; empty when it touches none.
    pub gene: String,
    /// What it does there, as Sequence Ontology terms.
    pub consequence: String,
    /// How much that is.
    pub impact: Impact,
    /// Frequency in the population, 0–1; nothing where it was not seen.
    pub frequency: Option<f32>,
    /// Copies: 1, or 2.
    pub copies: u8,
}

/// Columns of the files.
pub(crate) static SCHEMA: LazyLock<Arc<Schema>> = LazyLock::new(|| {
    let field = |name: &str, kind: DataType, may_be_null: bool| Field::new(name, kind, may_be_null);
    Arc::new(Schema::new(vec![
        field("no", DataType::UInt32, false),
        field("contig", DataType::UInt8, false),
        field("position", DataType::UInt32, false),
        field("reference", DataType::Utf8, false),
        field("alternate", DataType::Utf8, false),
        field("gene", DataType::Utf8, false),
        field("consequence", DataType::Utf8, false),
        field("impact", DataType::UInt8, false),
        field("frequency", DataType::Float32, true),
        field("copies", DataType::UInt8, false),
    ]))
});

/// How a class of effects is written: the smaller, the more.
pub(crate) fn impact_number(impact: Impact) -> u8 {
    match impact {
        Impact::High => 0,
        Impact::Moderate => 1,
        Impact::Low => 2,
        Impact::Modifier => 3,
    }
}

/// Rows as a batch of columns, in the order in which files are sorted.
pub(crate) fn batch(calls: &mut [Call]) -> anyhow::Result<RecordBatch> {
    let place = |c: &Call| (c.contig.number(), c.position);
    calls.sort_by(|a, b| place(a).cmp(&place(b)).then_with(|| (&a.alternate, a.person).cmp(&(&b.alternate, b.person))));
    let numbers = |of: fn(&Call) -> u32| Arc::new(calls.iter().map(of).collect::<UInt32Array>()) as ArrayRef;
    let small = |of: fn(&Call) -> u8| Arc::new(calls.iter().map(of).collect::<UInt8Array>()) as ArrayRef;
    let text = |of: fn(&Call) -> &str| Arc::new(StringArray::from_iter_values(calls.iter().map(of))) as ArrayRef;
    let columns: Vec<ArrayRef> = vec![
        numbers(|c| c.person.0),
        small(|c| c.contig.number()),
        numbers(|c| c.position),
        text(|c| &c.reference),
        text(|c| &c.alternate),
        text(|c| &c.gene),
        text(|c| &c.consequence),
        small(|c| impact_number(c.impact)),
        Arc::new(calls.iter().map(|c| c.frequency).collect::<Float32Array>()),
        small(|c| c.copies),
    ];
    RecordBatch::try_new(Arc::clone(&SCHEMA), columns).context("making a batch")
}

/// A call as a question reads it.
pub(crate) struct Found {
    pub person: PersonNo,
    pub contig: u8,
    pub position: u32,
    pub alternate: String,
    pub gene: String,
    pub copies: u8,
}

/// A column of text, as the engine gives it.
pub(crate) fn texts(batch: &RecordBatch, name: &str) -> anyhow::Result<Vec<String>> {
    let column = batch.column_by_name(name).with_context(|| format!("the files have no column {name}"))?;
    let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
    if let Some(strings) = column.as_string_opt::<i32>() {
        return Ok(strings.iter().map(text).collect());
    }
    Ok(column.as_string_view_opt().context("a column of text")?.iter().map(text).collect())
}

/// Rows of a batch with the columns `no, contig, position, alternate, gene, copies`.
pub(crate) fn found(batch: &RecordBatch) -> anyhow::Result<Vec<Found>> {
    let column = |name: &str| batch.column_by_name(name).with_context(|| format!("the files have no column {name}"));
    let (alternates, genes) = (texts(batch, "alternate")?, texts(batch, "gene")?);
    let (no, contig) = (column("no")?.as_primitive::<UInt32Type>(), column("contig")?.as_primitive::<UInt8Type>());
    let (position, copies) = (column("position")?.as_primitive::<UInt32Type>(), column("copies")?.as_primitive::<UInt8Type>());
    let mut rows = Vec::with_capacity(batch.num_rows());
    for (at, (alternate, gene)) in alternates.into_iter().zip(genes).enumerate() {
        rows.push(Found {
            person: PersonNo(no.value(at)),
            contig: contig.value(at),
            position: position.value(at),
            alternate,
            gene,
            copies: copies.value(at),
        });
    }
    Ok(rows)
}

/// Batches as one, sorted as files are.
pub(crate) fn sorted(batches: &[RecordBatch]) -> anyhow::Result<Vec<RecordBatch>> {
    use datafusion::arrow::compute::{SortColumn, concat_batches, lexsort_to_indices, take_record_batch};
    let whole = concat_batches(&SCHEMA, batches)?;
    let by = |name: &str| {
        Ok::<_, anyhow::Error>(SortColumn { values: Arc::clone(whole.column_by_name(name).context("a column")?), options: None })
    };
    let order = lexsort_to_indices(&[by("contig")?, by("position")?, by("alternate")?, by("no")?], None)?;
    Ok(vec![take_record_batch(&whole, &order)?])
}
