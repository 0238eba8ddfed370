//! What the library holds of genomes: a row for each variant in each gene that it touches, with the numbers of those who carry it.

use crate::{
    carriers::{CarrierColumns, Carriers},
    register,
};
use anyhow::Context;
use arrow_array::{
    Array, ArrayRef, Float32Array, RecordBatch, StringArray, UInt8Array, UInt32Array,
    builder::{BinaryBuilder, ListBuilder, UInt32Builder},
    cast::AsArray,
    types::{Float32Type, UInt8Type, UInt32Type},
};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use genome::{Contig, Position, Variant, consequence::Impact};
use roaring::RoaringBitmap;
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
    /// Last base of the reference that it changes.
    pub end: u32,
    /// Reference allele; of a structural variant its first base, or N.
    pub reference: String,
    /// Alternative allele; of a structural variant its kind, such as `<DEL>`.
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

/// Where a person was not read well enough to say what they have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Gap {
    /// Who.
    pub person: PersonNo,
    /// Contig.
    pub contig: Contig,
    /// First base, from 1.
    pub from: u32,
    /// Last base.
    pub to: u32,
}

/// A place: number of the contig, and position from 1.
pub(crate) type Place = (u8, u32);

/// A row: a variant in a gene, and who carries it; or a stretch of bases without alleles, and who was not read there.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Row {
    pub place: Place,
    pub end: u32,
    pub reference: String,
    pub alternate: String,
    pub gene: String,
    pub consequence: String,
    /// The smaller, the more.
    pub impact: u8,
    pub frequency: Option<f32>,
    /// Those with one copy.
    pub one: Carriers,
    /// Those with two.
    pub two: Carriers,
}

/// Columns of the files: those of `calls` that the register lets in.
pub static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    let numbers = || DataType::List(Arc::new(Field::new("item", DataType::UInt32, false)));
    let all = [
        Field::new("contig", DataType::UInt8, false),
        Field::new("position", DataType::UInt32, false),
        Field::new("position_end", DataType::UInt32, false),
        Field::new("reference", DataType::Utf8, false),
        Field::new("alternate", DataType::Utf8, false),
        Field::new("gene", DataType::Utf8, false),
        Field::new("consequence", DataType::Utf8, false),
        Field::new("impact", DataType::UInt8, false),
        Field::new("frequency", DataType::Float32, true),
        Field::new("one", numbers(), false),
        Field::new("one_bits", DataType::Binary, true),
        Field::new("two", numbers(), false),
        Field::new("two_bits", DataType::Binary, true),
    ];
    Arc::new(Schema::new(all.into_iter().filter(|f| register::enters_library("calls", f.name())).collect::<Vec<_>>()))
});

/// How a class of effects is written: the smaller, the more.
pub fn impact_number(impact: Impact) -> u8 {
    match impact {
        Impact::High => 0,
        Impact::Moderate => 1,
        Impact::Low => 2,
        Impact::Modifier => 3,
    }
}

impl Row {
    fn from_call(call: &Call) -> Row {
        Row {
            place: (call.contig.number(), call.position),
            end: call.end,
            reference: call.reference.clone(),
            alternate: call.alternate.clone(),
            gene: call.gene.clone(),
            consequence: call.consequence.clone(),
            impact: impact_number(call.impact),
            frequency: call.frequency,
            ..Row::default()
        }
    }

    /// The order of rows in files. What was annotated differently stays apart.
    pub fn order(&self, other: &Row) -> Ordering {
        self.key().cmp(&other.key())
    }

    fn key(&self) -> (Place, u32, [&str; 4], u8, Option<u32>) {
        let texts = [&*self.reference, &*self.alternate, &*self.gene, &*self.consequence];
        (self.place, self.end, texts, self.impact, self.frequency.map(f32::to_bits))
    }

    /// Takes in those of another row of the same variant.
    pub fn join(&mut self, other: Row) {
        self.one.join(other.one);
        self.two.join(other.two);
    }

    /// Takes people out; whether any was in it.
    pub fn remove(&mut self, people: &RoaringBitmap) -> bool {
        self.one.remove(people) | self.two.remove(people)
    }

    /// Everybody once, and in one form; who has it twice over has two copies.
    pub fn settle(&mut self) {
        if !self.two.is_empty() {
            self.one.remove(&self.two.set());
        }
        self.one.settle();
        self.two.settle();
    }

    /// Entries: people who carry it.
    pub fn entries(&self) -> usize {
        self.one.len() + self.two.len()
    }

    /// Bytes that those take in a block.
    pub fn weight(&self) -> usize {
        self.one.weight() + self.two.weight()
    }
}

/// Calls as rows, in the order of files.
pub(crate) fn rows(calls: &[Call]) -> Vec<Row> {
    let single: Vec<Row> = calls
        .iter()
        .map(|call| {
            let mut row = Row::from_call(call);
            if call.copies > 1 { &mut row.two } else { &mut row.one }.push(call.person.0);
            row
        })
        .collect();
    together(single)
}

/// Gaps as rows, in the order of files; none reaches over the end of a bin, so that a place is looked for in one file.
pub(crate) fn gap_rows(gaps: &[Gap], bin: u32) -> Vec<Row> {
    let each = |gap: &Gap| {
        let (contig, no, to) = (gap.contig.number(), gap.person.0, gap.to);
        let parts = (gap.from / bin..=to / bin).map(move |part| ((part * bin).max(1), part * bin + bin - 1));
        let from = gap.from;
        parts.map(move |(first, last)| Row {
            place: (contig, first.max(from)),
            end: last.min(to),
            impact: impact_number(Impact::Modifier),
            one: Carriers::Listed(vec![no]),
            ..Row::default()
        })
    };
    together(gaps.iter().filter(|gap| gap.from <= gap.to).flat_map(each).collect())
}

fn together(mut single: Vec<Row>) -> Vec<Row> {
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

/// Settled rows as a batch of columns.
pub(crate) fn batch(rows: &[Row]) -> anyhow::Result<RecordBatch> {
    let small = |value: fn(&Row) -> u8| Arc::new(rows.iter().map(value).collect::<UInt8Array>()) as ArrayRef;
    let text = |value: fn(&Row) -> &str| Arc::new(StringArray::from_iter_values(rows.iter().map(value))) as ArrayRef;
    let lists = |value: fn(&Row) -> &Carriers| {
        let mut lists = ListBuilder::new(UInt32Builder::new()).with_field(Field::new("item", DataType::UInt32, false));
        let mut planes = BinaryBuilder::new();
        for row in rows {
            match value(row) {
                Carriers::Listed(numbers) => {
                    lists.values().append_slice(numbers);
                    planes.append_null();
                }
                Carriers::Plane(plane) => planes.append_value(plane.to_bytes()),
            }
            lists.append(true);
        }
        [Arc::new(lists.finish()) as ArrayRef, Arc::new(planes.finish())]
    };
    let ([one, one_bits], [two, two_bits]) = (lists(|r| &r.one), lists(|r| &r.two));
    let columns: Vec<ArrayRef> = vec![
        small(|r| r.place.0),
        Arc::new(rows.iter().map(|r| r.place.1).collect::<UInt32Array>()),
        Arc::new(rows.iter().map(|r| r.end).collect::<UInt32Array>()),
        text(|r| &r.reference),
        text(|r| &r.alternate),
        text(|r| &r.gene),
        text(|r| &r.consequence),
        small(|r| r.impact),
        Arc::new(rows.iter().map(|r| r.frequency).collect::<Float32Array>()),
        one,
        one_bits,
        two,
        two_bits,
    ];
    RecordBatch::try_new(Arc::clone(&SCHEMA), columns).context("making a batch of the columns that the register lets in")
}

/// A batch of a file, column by column.
pub(crate) struct Columns {
    pub contig: UInt8Array,
    pub position: UInt32Array,
    pub end: UInt32Array,
    pub reference: StringArray,
    pub alternate: StringArray,
    pub gene: StringArray,
    pub consequence: StringArray,
    pub impact: UInt8Array,
    pub frequency: Float32Array,
    /// Who carries on one copy, and who on two.
    pub people: [CarrierColumns; 2],
    /// Bytes that all of it takes in memory.
    pub bytes: usize,
}

impl Columns {
    pub fn from_batch(batch: &RecordBatch) -> anyhow::Result<Columns> {
        let column = |name: &str| batch.column_by_name(name).with_context(|| format!("a file of the library has no column {name}"));
        let text = |name: &str| Ok::<_, anyhow::Error>(column(name)?.as_string::<i32>().clone());
        let carriers = |list: &str, plane: &str| {
            let planes = column(plane)?.as_binary::<i32>().clone();
            Ok::<_, anyhow::Error>(CarrierColumns::new(column(list)?.as_list::<i32>().clone(), planes))
        };
        Ok(Columns {
            contig: column("contig")?.as_primitive::<UInt8Type>().clone(),
            position: column("position")?.as_primitive::<UInt32Type>().clone(),
            end: column("position_end")?.as_primitive::<UInt32Type>().clone(),
            reference: text("reference")?,
            alternate: text("alternate")?,
            gene: text("gene")?,
            consequence: text("consequence")?,
            impact: column("impact")?.as_primitive::<UInt8Type>().clone(),
            frequency: column("frequency")?.as_primitive::<Float32Type>().clone(),
            people: [carriers("one", "one_bits")?, carriers("two", "two_bits")?],
            bytes: batch.get_array_memory_size(),
        })
    }

    pub fn len(&self) -> usize {
        self.contig.len()
    }

    pub fn place(&self, row: usize) -> Place {
        (self.contig.value(row), self.position.value(row))
    }

    /// What rows of the same variant have in common beside their place, in the same gene and annotated in the same way.
    pub fn key(&self, row: usize) -> (u32, u8, Option<u32>, [&str; 4]) {
        let texts = [&self.reference, &self.alternate, &self.gene, &self.consequence].map(|text| text.value(row));
        (self.end.value(row), self.impact.value(row), self.frequency(row).map(f32::to_bits), texts)
    }

    /// The small variant of a row; nothing of one whose alleles are not written out.
    pub fn variant(&self, row: usize) -> Option<Variant> {
        let contig = Contig::from_number(self.contig.value(row))?;
        let position = Position::new(self.position.value(row))?;
        Variant::new(contig, position, self.reference.value(row), self.alternate.value(row)).ok()
    }

    pub fn frequency(&self, row: usize) -> Option<f32> {
        self.frequency.is_valid(row).then(|| self.frequency.value(row))
    }

    pub fn row(&self, row: usize) -> Row {
        let [one, two] = &self.people;
        Row {
            place: self.place(row),
            end: self.end.value(row),
            reference: self.reference.value(row).to_owned(),
            alternate: self.alternate.value(row).to_owned(),
            gene: self.gene.value(row).to_owned(),
            consequence: self.consequence.value(row).to_owned(),
            impact: self.impact.value(row),
            frequency: self.frequency(row),
            one: one.carriers(row),
            two: two.carriers(row),
        }
    }
}
