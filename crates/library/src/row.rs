//! What the library holds of genomes: a row for each variant in each gene that it touches, with the numbers of those who carry it.

use crate::register;
use anyhow::Context;
use datafusion::arrow::{
    array::{
        Array, ArrayRef, AsArray, Float32Array, ListArray, ListBuilder, RecordBatch, StringArray, UInt8Array, UInt32Array, UInt32Builder,
    },
    datatypes::{DataType, Field, Float32Type, Schema, UInt8Type, UInt32Type},
};
use genome::{Contig, consequence::Impact};
use serde::{Deserialize, Serialize};
use std::{
    cmp::Ordering,
    sync::{Arc, LazyLock},
};

/// A person's number in the library: never shown; a release shows a pseudonym of its own.
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

/// A place: number of the contig, and position from 1.
pub(crate) type Place = (u8, u32);

/// A row: a variant in a gene, and who carries it.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Row {
    pub place: Place,
    pub reference: String,
    pub alternate: String,
    pub gene: String,
    pub consequence: String,
    /// The smaller, the more.
    pub impact: u8,
    pub frequency: Option<f32>,
    /// Numbers of those with one copy, rising.
    pub one: Vec<u32>,
    /// Numbers of those with two.
    pub two: Vec<u32>,
}

/// Columns of the files: those of `calls` that the register lets in.
pub(crate) static SCHEMA: LazyLock<Arc<Schema>> = LazyLock::new(|| {
    let numbers = || DataType::List(Arc::new(Field::new("item", DataType::UInt32, false)));
    let all = [
        Field::new("contig", DataType::UInt8, false),
        Field::new("position", DataType::UInt32, false),
        Field::new("reference", DataType::Utf8, false),
        Field::new("alternate", DataType::Utf8, false),
        Field::new("gene", DataType::Utf8, false),
        Field::new("consequence", DataType::Utf8, false),
        Field::new("impact", DataType::UInt8, false),
        Field::new("frequency", DataType::Float32, true),
        Field::new("one", numbers(), false),
        Field::new("two", numbers(), false),
    ];
    Arc::new(Schema::new(all.into_iter().filter(|f| register::enters_library("calls", f.name())).collect::<Vec<_>>()))
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

impl Row {
    fn of(call: &Call) -> Row {
        Row {
            place: (call.contig.number(), call.position),
            reference: call.reference.clone(),
            alternate: call.alternate.clone(),
            gene: call.gene.clone(),
            consequence: call.consequence.clone(),
            impact: impact_number(call.impact),
            frequency: call.frequency,
            one: vec![],
            two: vec![],
        }
    }

    /// The order of rows in files. What was annotated differently stays apart.
    pub fn order(&self, other: &Row) -> Ordering {
        self.key().cmp(&other.key())
    }

    fn key(&self) -> (Place, [&str; 4], u8, Option<u32>) {
        (self.place, [&self.reference, &self.alternate, &self.gene, &self.consequence], self.impact, self.frequency.map(f32::to_bits))
    }

    /// Takes in those of another row of the same variant.
    pub fn join(&mut self, other: Row) {
        self.one.extend(other.one);
        self.two.extend(other.two);
    }

    /// Numbers in order, each once; who has it twice over has two copies.
    fn settle(&mut self) {
        self.two.sort_unstable();
        self.two.dedup();
        self.one.sort_unstable();
        self.one.dedup();
        let two = &self.two;
        self.one.retain(|no| two.binary_search(no).is_err());
    }

    /// Entries: people who carry it.
    pub fn entries(&self) -> usize {
        self.one.len() + self.two.len()
    }
}

/// Calls as rows, in the order of files.
pub(crate) fn rows(calls: &[Call]) -> Vec<Row> {
    let mut single: Vec<Row> = calls
        .iter()
        .map(|call| {
            let mut row = Row::of(call);
            if call.copies > 1 { &mut row.two } else { &mut row.one }.push(call.person.0);
            row
        })
        .collect();
    single.sort_by(Row::order);
    let mut rows: Vec<Row> = Vec::new();
    for row in single {
        match rows.last_mut().filter(|last| last.order(&row).is_eq()) {
            Some(last) => last.join(row),
            None => rows.push(row),
        }
    }
    rows
}

/// Rows as a batch of columns.
pub(crate) fn batch(rows: &mut [Row]) -> anyhow::Result<RecordBatch> {
    rows.iter_mut().for_each(Row::settle);
    let small = |of: fn(&Row) -> u8| Arc::new(rows.iter().map(of).collect::<UInt8Array>()) as ArrayRef;
    let text = |of: fn(&Row) -> &str| Arc::new(StringArray::from_iter_values(rows.iter().map(of))) as ArrayRef;
    let lists = |of: fn(&Row) -> &[u32]| {
        let mut lists = ListBuilder::new(UInt32Builder::new()).with_field(Field::new("item", DataType::UInt32, false));
        for row in &*rows {
            lists.values().append_slice(of(row));
            lists.append(true);
        }
        Arc::new(lists.finish()) as ArrayRef
    };
    let columns: Vec<ArrayRef> = vec![
        small(|r| r.place.0),
        Arc::new(rows.iter().map(|r| r.place.1).collect::<UInt32Array>()),
        text(|r| &r.reference),
        text(|r| &r.alternate),
        text(|r| &r.gene),
        text(|r| &r.consequence),
        small(|r| r.impact),
        Arc::new(rows.iter().map(|r| r.frequency).collect::<Float32Array>()),
        lists(|r| &r.one),
        lists(|r| &r.two),
    ];
    RecordBatch::try_new(Arc::clone(&SCHEMA), columns).context("making a batch of the columns that the register lets in")
}

/// A batch of a file, column by column.
pub(crate) struct Columns {
    pub contig: UInt8Array,
    pub position: UInt32Array,
    pub reference: StringArray,
    pub alternate: StringArray,
    pub gene: StringArray,
    pub consequence: StringArray,
    pub impact: UInt8Array,
    pub frequency: Float32Array,
    lists: [ListArray; 2],
}

impl Columns {
    pub fn of(batch: &RecordBatch) -> anyhow::Result<Columns> {
        let column = |name: &str| batch.column_by_name(name).with_context(|| format!("a file of the library has no column {name}"));
        let text = |name: &str| Ok::<_, anyhow::Error>(column(name)?.as_string::<i32>().clone());
        Ok(Columns {
            contig: column("contig")?.as_primitive::<UInt8Type>().clone(),
            position: column("position")?.as_primitive::<UInt32Type>().clone(),
            reference: text("reference")?,
            alternate: text("alternate")?,
            gene: text("gene")?,
            consequence: text("consequence")?,
            impact: column("impact")?.as_primitive::<UInt8Type>().clone(),
            frequency: column("frequency")?.as_primitive::<Float32Type>().clone(),
            lists: [column("one")?.as_list::<i32>().clone(), column("two")?.as_list::<i32>().clone()],
        })
    }

    pub fn len(&self) -> usize {
        self.contig.len()
    }

    pub fn place(&self, at: usize) -> Place {
        (self.contig.value(at), self.position.value(at))
    }

    pub fn frequency(&self, at: usize) -> Option<f32> {
        self.frequency.is_valid(at).then(|| self.frequency.value(at))
    }

    /// Who carries a row on one copy, or on two: rising numbers.
    pub fn people(&self, at: usize, copies: usize) -> Vec<u32> {
        self.lists[copies - 1].value(at).as_primitive::<UInt32Type>().values().to_vec()
    }

    pub fn row(&self, at: usize) -> Row {
        Row {
            place: self.place(at),
            reference: self.reference.value(at).to_owned(),
            alternate: self.alternate.value(at).to_owned(),
            gene: self.gene.value(at).to_owned(),
            consequence: self.consequence.value(at).to_owned(),
            impact: self.impact.value(at),
            frequency: self.frequency(at),
            one: self.people(at, 1),
            two: self.people(at, 2),
        }
    }
}
