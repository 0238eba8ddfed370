//! The tables that a query is given: of a release, only of those whom the scope allows.

use crate::{counted_variants::CountedVariants, functions::members};
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
    logical_expr::Expr,
    prelude::{ParquetReadOptions, col, lit},
};
use library::{
    Library, Person, Release, Scope,
    disclosure::{COUNT_MIN, ROUNDED_TO},
    input_table::InputTable,
    program::request::Shown,
    row::SCHEMA,
};
use std::sync::Arc;

/// Memory of one query, in bytes: one that needs more is refused instead of taking the machine down.
pub const MEMORY_BYTES_MAX: usize = 2 << 30;

/// Columns of a variant.
const VARIANT: [&str; 9] = ["contig", "position", "position_end", "reference", "alternate", "gene", "consequence", "impact", "frequency"];

/// An engine without tables.
pub(crate) fn session(library: &Library) -> anyhow::Result<SessionContext> {
    let runtime = RuntimeEnvBuilder::new().with_memory_limit(MEMORY_BYTES_MAX, 1.0).build_arc().context("starting the engine")?;
    let config = SessionConfig::new().with_information_schema(false).set_bool("datafusion.execution.parquet.pushdown_filters", true);
    let session = SessionContext::new_with_config_rt(config, runtime);
    let (url, store) = library.store();
    session.register_object_store(&url, store);
    Ok(session)
}

/// Variants of a release that fit a condition, with who carries them as lists and planes.
async fn rows(session: &SessionContext, library: &Library, release: &Release, condition: Option<Expr>) -> anyhow::Result<DataFrame> {
    let files = library.call_files(release).await?;
    let all = if files.is_empty() {
        session.read_batch(RecordBatch::new_empty(Arc::clone(&SCHEMA)))?
    } else {
        let options = ParquetReadOptions::default().schema(&SCHEMA);
        session.read_parquet(files, options).await.context("opening the library's files")?
    };
    Ok(match condition {
        Some(condition) => all.filter(condition)?,
        None => all,
    })
}

/// Calls of a release that fit a condition, a row for each person who carries a variant: the variant, `no` and `copies`.
pub(crate) async fn numbered_calls(
    session: &SessionContext,
    library: &Library,
    release: &Release,
    condition: Option<Expr>,
) -> anyhow::Result<DataFrame> {
    let all = rows(session, library, release, condition).await?;
    let members = members();
    let each = |list: &str, copies: u8| {
        let people = members.call(vec![col(list), col(format!("{list}_bits"))]);
        let columns = VARIANT.map(col).into_iter().chain([people.alias("no"), lit(copies).alias("copies")]);
        all.clone().select(columns.collect::<Vec<_>>())?.unnest_columns(&["no"])
    };
    Ok(each("one", 1)?.union(each("two", 2)?)?)
}

/// Calls of everybody in the scope under their pseudonyms for a project.
pub(crate) async fn calls(
    session: &SessionContext,
    library: &Library,
    release: &Release,
    scope: &Scope,
    project: &str,
) -> anyhow::Result<DataFrame> {
    let allowed: Vec<&Person> = release.people.iter().filter(|p| scope.allows(p)).collect();
    let numbers: ArrayRef = Arc::new(allowed.iter().map(|p| p.no.0).collect::<UInt32Array>());
    let names: ArrayRef = Arc::new(StringArray::from_iter_values(allowed.iter().map(|p| release.pseudonym(project, p.no))));
    let frame = |fields: Vec<Field>, columns| session.read_batch(RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)?);
    let their = || Field::new("their", DataType::UInt32, false);
    let numbers_alone = frame(vec![Field::new("allowed", DataType::UInt32, false)], vec![Arc::clone(&numbers)])?;
    let names = frame(vec![their(), Field::new("person", DataType::Utf8, false)], vec![numbers, names])?;
    let all = numbered_calls(session, library, release, None).await?;
    let all = all.join(numbers_alone, JoinType::LeftSemi, &["no"], &["allowed"], None)?;
    let columns = ["person"].into_iter().chain(VARIANT).chain(["copies"]).map(col);
    Ok(all.join(names, JoinType::Inner, &["no"], &["their"], None)?.select(columns.collect::<Vec<_>>())?)
}

/// Variants of a release with how many in the scope carry each, and on how many copies; those that nobody in it carries are not there.
/// Where groups alone are shown, neither are those that few carry, and the numbers are rounded.
pub(crate) fn variants(
    session: &SessionContext,
    library: &Library,
    release: &Release,
    scope: &Scope,
    shown: Shown,
) -> anyhow::Result<DataFrame> {
    let all = session.read_table(Arc::new(CountedVariants::new(library.counting(release, scope))))?;
    if shown == Shown::Rows {
        return Ok(all);
    }
    let rounded = |name: &str| ((col(name) + lit(ROUNDED_TO / 2)) / lit(ROUNDED_TO) * lit(ROUNDED_TO)).alias(name);
    let columns = VARIANT.map(col).into_iter().chain(["carriers", "alleles"].map(rounded));
    Ok(all.filter(col("carriers").gt_eq(lit(COUNT_MIN)))?.select(columns.collect::<Vec<_>>())?)
}

/// Everybody in the scope under their pseudonyms for a project.
pub(crate) fn people(release: &Release, scope: &Scope, project: &str) -> anyhow::Result<MemTable> {
    let allowed: Vec<&Person> = release.people.iter().filter(|p| scope.allows(p)).collect();
    let text = |value: &dyn Fn(&Person) -> String| Arc::new(StringArray::from_iter_values(allowed.iter().map(|p| value(p)))) as ArrayRef;
    let yes = |value: fn(&Person) -> bool| Arc::new(allowed.iter().map(|p| Some(value(p))).collect::<BooleanArray>()) as ArrayRef;
    let fields = ["person", "family", "sex", "ancestry"].map(|name| Field::new(name, DataType::Utf8, false));
    let mut fields: Vec<Field> = fields.into();
    fields.push(Field::new("born_from", DataType::Int16, false));
    fields.extend(["affected", "solved"].map(|name| Field::new(name, DataType::Boolean, false)));
    let columns: Vec<ArrayRef> = vec![
        text(&|p| release.pseudonym(project, p.no)),
        text(&|p| release.family_pseudonym(project, p.family)),
        text(&|p| p.sex.clone()),
        text(&|p| p.ancestry.clone()),
        Arc::new(allowed.iter().map(|p| p.born_from).collect::<Int16Array>()),
        yes(|p| p.affected),
        yes(|p| p.solved),
    ];
    table(fields, columns)
}

/// Features of everybody in the scope.
pub(crate) fn features(release: &Release, scope: &Scope, project: &str) -> anyhow::Result<MemTable> {
    let (mut person, mut term, mut present) = (Vec::new(), Vec::new(), Vec::new());
    for someone in release.people.iter().filter(|p| scope.allows(p)) {
        let pseudonym = release.pseudonym(project, someone.no);
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

/// A table that came in.
pub(crate) fn input(input: InputTable) -> anyhow::Result<MemTable> {
    let fields = input.columns.iter().map(|(name, _)| Field::new(name, DataType::Utf8, false)).collect();
    let columns = input.columns.into_iter().map(|(_, cells)| Arc::new(StringArray::from(cells)) as ArrayRef).collect();
    table(fields, columns)
}

fn table(fields: Vec<Field>, columns: Vec<ArrayRef>) -> anyhow::Result<MemTable> {
    let schema = Arc::new(Schema::new(fields));
    let batch = RecordBatch::try_new(Arc::clone(&schema), columns)?;
    Ok(MemTable::try_new(schema, vec![vec![batch]])?)
}
