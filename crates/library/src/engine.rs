//! The tables that a question is given: of a release, only of those whom the scope allows.

use crate::{
    files::Library,
    release::{Person, Release},
    row::SCHEMA,
};
use anyhow::Context;
use datafusion::{
    arrow::{
        array::{ArrayRef, BooleanArray, Int16Array, RecordBatch, StringArray, UInt32Array},
        datatypes::{DataType, Field, Schema},
    },
    common::JoinType,
    dataframe::DataFrame,
    datasource::MemTable,
    execution::{
        context::{SessionConfig, SessionContext},
        runtime_env::RuntimeEnvBuilder,
    },
    prelude::{ParquetReadOptions, col},
};
use roaring::RoaringBitmap;
use std::sync::Arc;

/// Whom a question may count: those of the release whose choice allows it now, as far as the project may see them.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Scope(RoaringBitmap);

impl Scope {
    /// A scope of people's numbers.
    pub fn of(numbers: impl IntoIterator<Item = u32>) -> Scope {
        Scope(numbers.into_iter().collect())
    }

    pub(crate) fn numbers(&self) -> &RoaringBitmap {
        &self.0
    }

    /// Whether somebody may be counted.
    pub fn has(&self, person: &Person) -> bool {
        self.0.contains(person.no.0)
    }

    /// How many.
    pub fn len(&self) -> u64 {
        self.0.len()
    }

    /// Nobody.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Memory of one question, in bytes: one that needs more is refused instead of taking the machine down.
const MEMORY_BYTES_MAX: usize = 2 << 30;

/// An engine without tables.
pub(crate) fn session(library: &Library) -> anyhow::Result<SessionContext> {
    let runtime = RuntimeEnvBuilder::new().with_memory_limit(MEMORY_BYTES_MAX, 1.0).build_arc().context("starting the engine")?;
    let config = SessionConfig::new().with_information_schema(false).set_bool("datafusion.execution.parquet.pushdown_filters", true);
    let session = SessionContext::new_with_config_rt(config, runtime);
    session.register_object_store(&library.url, Arc::clone(&library.store));
    Ok(session)
}

/// Calls of everybody in the scope, with their numbers; no rows where no file holds any.
pub(crate) async fn calls(session: &SessionContext, library: &Library, release: &Release, scope: &Scope) -> anyhow::Result<DataFrame> {
    let files = Library::standing(&library.manifest().await?, release);
    let paths: Vec<String> = files.iter().map(|name| library.address(name)).collect();
    let all = if paths.is_empty() {
        session.read_batch(RecordBatch::new_empty(Arc::clone(&SCHEMA)))?
    } else {
        session.read_parquet(paths, ParquetReadOptions::default()).await.context("opening the library's files")?
    };
    let allowed = release.people.iter().filter(|p| scope.has(p)).map(|p| p.no.0);
    let numbers: ArrayRef = Arc::new(allowed.collect::<UInt32Array>());
    let schema = Arc::new(Schema::new(vec![Field::new("allowed", DataType::UInt32, false)]));
    let allowed = session.read_batch(RecordBatch::try_new(schema, vec![numbers])?)?;
    Ok(all.join(allowed, JoinType::LeftSemi, &["no"], &["allowed"], None)?)
}

/// Everybody in the scope under their pseudonyms, as a table.
pub(crate) fn people(release: &Release, scope: &Scope) -> anyhow::Result<MemTable> {
    let seen: Vec<&Person> = release.people.iter().filter(|p| scope.has(p)).collect();
    let text = |of: &dyn Fn(&Person) -> String| Arc::new(StringArray::from_iter_values(seen.iter().map(|p| of(p)))) as ArrayRef;
    let yes = |of: fn(&Person) -> bool| Arc::new(seen.iter().map(|p| Some(of(p))).collect::<BooleanArray>()) as ArrayRef;
    let fields = ["person", "family", "sex", "ancestry"].map(|name| Field::new(name, DataType::Utf8, false));
    let mut fields: Vec<Field> = fields.into();
    fields.push(Field::new("born_from", DataType::Int16, false));
    fields.extend(["affected", "solved"].map(|name| Field::new(name, DataType::Boolean, false)));
    let columns: Vec<ArrayRef> = vec![
        text(&|p| release.pseudonym(p.no)),
        text(&|p| release.pseudonym(crate::row::PersonNo(u32::MAX - p.family)).replacen('P', "F", 1)),
        text(&|p| p.sex.clone()),
        text(&|p| p.ancestry.clone()),
        Arc::new(seen.iter().map(|p| p.born_from).collect::<Int16Array>()),
        yes(|p| p.affected),
        yes(|p| p.solved),
    ];
    table(fields, columns)
}

/// Features of everybody in the scope.
pub(crate) fn features(release: &Release, scope: &Scope) -> anyhow::Result<MemTable> {
    let (mut person, mut term, mut present) = (Vec::new(), Vec::new(), Vec::new());
    for someone in release.people.iter().filter(|p| scope.has(p)) {
        let pseudonym = release.pseudonym(someone.no);
        for (id, is_present) in someone.present.iter().map(|t| (t, true)).chain(someone.absent.iter().map(|t| (t, false))) {
            person.push(pseudonym.clone());
            term.push(format!("HP:{id:07}"));
            present.push(is_present);
        }
    }
    let fields = vec![
        Field::new("person", DataType::Utf8, false),
        Field::new("term", DataType::Utf8, false),
        Field::new("present", DataType::Boolean, false),
    ];
    table(fields, vec![Arc::new(StringArray::from(person)), Arc::new(StringArray::from(term)), Arc::new(BooleanArray::from(present))])
}

/// Calls of everybody in the scope under their pseudonyms.
pub(crate) async fn pseudonymous(
    session: &SessionContext,
    library: &Library,
    release: &Release,
    scope: &Scope,
) -> anyhow::Result<DataFrame> {
    let seen: Vec<&Person> = release.people.iter().filter(|p| scope.has(p)).collect();
    let numbers: ArrayRef = Arc::new(seen.iter().map(|p| p.no.0).collect::<UInt32Array>());
    let names: ArrayRef = Arc::new(StringArray::from_iter_values(seen.iter().map(|p| release.pseudonym(p.no))));
    let schema = Schema::new(vec![Field::new("their", DataType::UInt32, false), Field::new("person", DataType::Utf8, false)]);
    let names = session.read_batch(RecordBatch::try_new(Arc::new(schema), vec![numbers, names])?)?;
    let all = calls(session, library, release, scope).await?;
    let columns = ["person", "contig", "position", "reference", "alternate", "gene", "consequence", "impact", "frequency", "copies"];
    Ok(all.join(names, JoinType::Inner, &["no"], &["their"], None)?.select(columns.map(col))?)
}

fn table(fields: Vec<Field>, columns: Vec<ArrayRef>) -> anyhow::Result<MemTable> {
    let schema = Arc::new(Schema::new(fields));
    let batch = RecordBatch::try_new(Arc::clone(&schema), columns)?;
    Ok(MemTable::try_new(schema, vec![vec![batch]])?)
}
