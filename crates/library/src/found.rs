//! Who carries what a question is about: from the blocks of files that are held here, or from the plan of a query engine. Both give
//! the same.

use crate::{
    Checked, Library, Release,
    ask::NotAnswered,
    block::{Block, Index},
    engine,
    manifest::{File, Manifest, Run},
    question::Effect,
    row::{Place, impact_number},
};
use anyhow::Context;
use datafusion::{
    arrow::{
        array::{AsArray, RecordBatch},
        datatypes::{UInt8Type, UInt32Type},
    },
    common::ScalarValue,
    execution::{SessionState, context::SessionContext},
    logical_expr::Expr,
    prelude::{col, lit},
};
use futures_util::{StreamExt, TryStreamExt, stream};
use genome::consequence::Impact;
use roaring::RoaringBitmap;
use std::{collections::BTreeMap, sync::Arc};

/// A variant by its place and alleles.
pub(crate) type Variant = (Place, String, String);

/// Who carries each variant of each gene, on one copy and on two.
pub(crate) type Found = BTreeMap<(String, Variant), [RoaringBitmap; 2]>;

/// Entries of blocks that one question may read: some seconds.
const ENTRIES_MAX: u64 = 500_000_000;
/// Blocks that are read side by side: what waits for a store far away.
const AT_ONCE: usize = 16;

/// What was found.
#[derive(Default)]
pub(crate) struct Looked {
    /// Who carries what.
    pub found: Found,
    /// Of whom it is known that they were read at the place of the variant; nobody where no one variant is asked about.
    pub read: RoaringBitmap,
}

/// What a question is about, of the whole release; whom of it may be counted is for the caller.
pub(crate) async fn found(library: &Library, release: &Release, asked: &Checked) -> Result<Looked, NotAnswered> {
    let mut manifest = library.manifest().await?;
    loop {
        let looked = look(library, &manifest, release, asked).await;
        if !matches!(looked, Err(NotAnswered::Fault(_))) {
            return looked;
        }
        // Files that were written anew meanwhile are gone under their old names.
        let now = library.manifest().await?;
        if now.number == manifest.number {
            return looked;
        }
        manifest = now;
    }
}

async fn look(library: &Library, manifest: &Manifest, release: &Release, asked: &Checked) -> Result<Looked, NotAnswered> {
    let runs = manifest.standing(release)?;
    let found = match &library.machines {
        Some(state) => planned(&SessionContext::new_with_state(SessionState::clone(state)), library, release, asked).await?,
        None => held(library, &runs, asked).await?,
    };
    let read = match place(asked) {
        Some(place) => read_at(library, &runs, place).await?,
        None => RoaringBitmap::new(),
    };
    Ok(Looked { found, read })
}

fn place(asked: &Checked) -> Option<Place> {
    asked.variant.as_ref().map(|variant| (variant.contig.number(), variant.position.get()))
}

/// Of whom it is known that they were read at a place.
async fn read_at(library: &Library, runs: &[&Arc<Run>], place: Place) -> anyhow::Result<RoaringBitmap> {
    let (mut read, mut gaps) = (RoaringBitmap::new(), RoaringBitmap::new());
    for run in runs {
        read.extend(run.read.iter().map(|no| no.0));
        for file in run.files.iter().filter(|file| file.gaps && file.reaches(place)) {
            let index = library.index(file).await?;
            for (group, _) in index.groups.iter().enumerate().filter(|(_, group)| group.reaches(place)) {
                let block = library.block(file, group).await?;
                for at in block.over(place) {
                    gaps |= block.columns.people[0].set(at);
                }
            }
        }
    }
    Ok(read - gaps)
}

async fn held(library: &Library, runs: &[&Arc<Run>], asked: &Checked) -> Result<Found, NotAnswered> {
    let place = place(asked);
    let mut files: BTreeMap<&str, &File> = BTreeMap::new();
    for run in runs {
        match place {
            Some(place) => files.extend(run.files.iter().filter(|f| !f.gaps && f.has(place)).map(|f| (f.name.as_str(), f))),
            None => files.extend(asked.question.genes.iter().flat_map(|gene| run.of_gene(gene)).map(|f| (f.name.as_str(), f))),
        }
    }
    let opening: Vec<_> = files.into_values().map(|file| opened(library.clone(), file.clone())).collect();
    let indexes: Vec<(File, Arc<Index>)> = stream::iter(opening).buffered(AT_ONCE).try_collect().await?;
    let (mut wanted, mut entries) = (Vec::new(), 0);
    for (file, index) in &indexes {
        for (at, group) in index.groups.iter().enumerate() {
            let is_wanted = match place {
                Some(place) => (group.from..=group.to).contains(&place),
                None => asked.question.genes.iter().any(|gene| group.has_gene(gene)),
            };
            if is_wanted {
                entries += group.entries;
                wanted.push((file.clone(), at));
            }
        }
    }
    if entries > ENTRIES_MAX {
        return Err(NotAnswered::TooBroad(entries));
    }
    let mut found = Found::new();
    let reading: Vec<_> = wanted.into_iter().map(|(file, at)| read(library.clone(), file, at)).collect();
    let mut blocks = stream::iter(reading).buffered(AT_ONCE);
    while let Some(block) = blocks.try_next().await? {
        let rows: Vec<usize> = match place {
            Some(place) => block.at(place).collect(),
            None => asked.question.genes.iter().flat_map(|gene| block.of_gene(gene)).collect(),
        };
        for at in rows {
            let columns = &block.columns;
            if !fits(asked, columns.impact.value(at), columns.frequency(at)) {
                continue;
            }
            let (reference, alternate) = (columns.reference.value(at), columns.alternate.value(at));
            if asked.variant.as_ref().is_some_and(|v| v.reference != reference || v.alternate != alternate) {
                continue;
            }
            let key = (columns.gene.value(at).to_owned(), (columns.place(at), reference.to_owned(), alternate.to_owned()));
            let sets = found.entry(key).or_default();
            for (set, more) in sets.iter_mut().zip(&columns.people) {
                *set |= more.set(at);
            }
        }
    }
    Ok(found)
}

async fn opened(library: Library, file: File) -> anyhow::Result<(File, Arc<Index>)> {
    let index = library.index(&file).await?;
    Ok((file, index))
}

async fn read(library: Library, file: File, group: usize) -> anyhow::Result<Arc<Block>> {
    library.block(&file, group).await
}

fn fits(asked: &Checked, impact: u8, frequency: Option<f32>) -> bool {
    let q = &asked.question;
    impact <= impact_most(q.effect) && q.frequency_max.is_none_or(|most| frequency.is_none_or(|f| f <= most as f32))
}

fn impact_most(effect: Effect) -> u8 {
    impact_number(match effect {
        Effect::Any => Impact::Modifier,
        Effect::ProteinChanging => Impact::Moderate,
        Effect::LossOfFunction => Impact::High,
    })
}

async fn planned(session: &SessionContext, library: &Library, release: &Release, asked: &Checked) -> anyhow::Result<Found> {
    let calls = engine::calls(session, library, release, Some(condition(asked))).await?;
    let columns = ["gene", "contig", "position", "reference", "alternate", "no", "copies"].map(col);
    let mut found = Found::new();
    for batch in calls.select(columns)?.collect().await.context("asking the library's files")? {
        take(&batch, &mut found)?;
    }
    Ok(found)
}

fn take(batch: &RecordBatch, found: &mut Found) -> anyhow::Result<()> {
    let column = |name: &str| batch.column_by_name(name).with_context(|| format!("the answer has no column {name}"));
    let texts = |name: &str| {
        let texts = datafusion::arrow::compute::cast(column(name)?, &datafusion::arrow::datatypes::DataType::Utf8)?;
        Ok::<_, anyhow::Error>(texts.as_string::<i32>().clone())
    };
    let [gene, reference, alternate] = [texts("gene")?, texts("reference")?, texts("alternate")?];
    let (contig, copies) = (column("contig")?.as_primitive::<UInt8Type>(), column("copies")?.as_primitive::<UInt8Type>());
    let (position, no) = (column("position")?.as_primitive::<UInt32Type>(), column("no")?.as_primitive::<UInt32Type>());
    for at in 0..batch.num_rows() {
        let variant = ((contig.value(at), position.value(at)), reference.value(at).to_owned(), alternate.value(at).to_owned());
        let sets = found.entry((gene.value(at).to_owned(), variant)).or_default();
        sets[usize::from(copies.value(at)) - 1].insert(no.value(at));
    }
    Ok(())
}

fn condition(asked: &Checked) -> Expr {
    let q = &asked.question;
    let mut all = match &asked.variant {
        Some(v) => col("contig")
            .eq(lit(v.contig.number()))
            .and(col("position").eq(lit(v.position.get())))
            .and(col("reference").eq(lit(v.reference.clone())))
            .and(col("alternate").eq(lit(v.alternate.clone()))),
        None => col("gene").in_list(q.genes.iter().map(|gene| lit(gene.clone())).collect(), false),
    };
    all = all.and(col("impact").lt_eq(lit(impact_most(q.effect))));
    if let Some(most) = q.frequency_max {
        let rare = col("frequency").lt_eq(Expr::Literal(ScalarValue::Float32(Some(most as f32)), None));
        all = all.and(rare.or(col("frequency").is_null()));
    }
    all
}
