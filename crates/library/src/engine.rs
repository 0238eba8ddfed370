//! The tables that a question is given: of a release, only of those whom the scope allows.

use crate::{
    carriers::{Held, Mask},
    files::Library,
    manifest::File,
    release::{Person, Release},
    row::SCHEMA,
};
use anyhow::Context;
use datafusion::{
    arrow::{
        array::{
            Array, ArrayRef, AsArray, BooleanArray, Int16Array, ListBuilder, RecordBatch, StringArray, UInt32Array, UInt32Builder,
            UInt64Array,
        },
        datatypes::{DataType, Field, Schema},
    },
    common::{JoinType, exec_err},
    dataframe::DataFrame,
    datasource::MemTable,
    execution::{
        context::{SessionConfig, SessionContext},
        runtime_env::RuntimeEnvBuilder,
    },
    functions_aggregate::expr_fn::sum,
    logical_expr::{ColumnarValue, Expr, ScalarUDF, Volatility, create_udf},
    prelude::{ParquetReadOptions, col, lit},
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

/// A function over the two columns that say who carries a variant.
fn over_people(name: &str, gives: DataType, of: impl Fn(&Held) -> ArrayRef + Send + Sync + 'static) -> ScalarUDF {
    let body = move |arguments: &[ColumnarValue]| {
        let [lists, planes] = &ColumnarValue::values_to_arrays(arguments)?[..] else {
            return exec_err!("a list and its plane are asked of");
        };
        let held = Held { lists: lists.as_list::<i32>().clone(), planes: planes.as_binary::<i32>().clone() };
        Ok(ColumnarValue::Array(of(&held)))
    };
    let list = SCHEMA.field_with_name("one").expect("the column is there").data_type().clone();
    create_udf(name, vec![list, DataType::Binary], gives, Volatility::Immutable, Arc::new(body))
}

/// `members(list, plane)`: the numbers of those who carry a variant. Machines that are to run plans over the files know it by its name.
pub fn members() -> ScalarUDF {
    let list = SCHEMA.field_with_name("one").expect("the column is there").data_type().clone();
    over_people("members", list, |held| {
        let mut lists = ListBuilder::new(UInt32Builder::new()).with_field(Field::new("item", DataType::UInt32, false));
        for at in 0..held.lists.len() {
            lists.values().append_slice(&held.numbers(at));
            lists.append(true);
        }
        Arc::new(lists.finish())
    })
}

/// Columns of a variant.
pub(crate) const VARIANT: [&str; 9] =
    ["contig", "position", "position_end", "reference", "alternate", "gene", "consequence", "impact", "frequency"];

/// Variants of a release that fit a condition, with who carries them as lists.
pub(crate) async fn variants(
    session: &SessionContext,
    library: &Library,
    release: &Release,
    condition: Option<Expr>,
) -> anyhow::Result<DataFrame> {
    let manifest = library.manifest().await?;
    let files: Vec<&File> = manifest.standing(release)?.into_iter().flat_map(|run| &run.files).filter(|file| !file.gaps).collect();
    library.all_there(&files).await?;
    let paths: Vec<String> = files.iter().map(|file| library.address(&file.name)).collect();
    let all = if paths.is_empty() {
        session.read_batch(RecordBatch::new_empty(Arc::clone(&SCHEMA)))?
    } else {
        let options = ParquetReadOptions::default().schema(&SCHEMA);
        session.read_parquet(paths, options).await.context("opening the library's files")?
    };
    Ok(match condition {
        Some(condition) => all.filter(condition)?,
        None => all,
    })
}

/// Calls of a release that fit a condition, a row for each person who carries a variant: the variant, `no` and `copies`.
pub(crate) async fn calls(
    session: &SessionContext,
    library: &Library,
    release: &Release,
    condition: Option<Expr>,
) -> anyhow::Result<DataFrame> {
    let all = variants(session, library, release, condition).await?;
    let members = members();
    let each = |list: &str, copies: u8| {
        let people = members.call(vec![col(list), col(format!("{list}_bits"))]);
        let columns = VARIANT.map(col).into_iter().chain([people.alias("no"), lit(copies).alias("copies")]);
        all.clone().select(columns.collect::<Vec<_>>())?.unnest_columns(&["no"])
    };
    Ok(each("one", 1)?.union(each("two", 2)?)?)
}

/// Calls of everybody in the scope, with their numbers.
async fn calls_of(session: &SessionContext, library: &Library, release: &Release, scope: &Scope) -> anyhow::Result<DataFrame> {
    let allowed = release.people.iter().filter(|p| scope.has(p)).map(|p| p.no.0);
    let numbers: ArrayRef = Arc::new(allowed.collect::<UInt32Array>());
    let schema = Arc::new(Schema::new(vec![Field::new("allowed", DataType::UInt32, false)]));
    let allowed = session.read_batch(RecordBatch::try_new(schema, vec![numbers])?)?;
    Ok(calls(session, library, release, None).await?.join(allowed, JoinType::LeftSemi, &["no"], &["allowed"], None)?)
}

/// Variants of a release with how many in the scope carry each, and on how many copies; those that nobody in it carries are not there.
pub(crate) async fn counted(session: &SessionContext, library: &Library, release: &Release, scope: &Scope) -> anyhow::Result<DataFrame> {
    let seen: RoaringBitmap = release.numbers() & scope.numbers();
    let mask = Arc::new(Mask::of(&seen));
    let count = move |held: &Held| Arc::new((0..held.lists.len()).map(|at| held.count(at, &mask)).collect::<UInt64Array>()) as ArrayRef;
    let counted = over_people("counted", DataType::UInt64, count);
    let all = variants(session, library, release, None).await?;
    let (one, two) = (counted.call(vec![col("one"), col("one_bits")]), counted.call(vec![col("two"), col("two_bits")]));
    let each = VARIANT.map(col).into_iter().chain([one.alias("on_one"), two.alias("on_two")]);
    // A variant lies in the files of each run.
    let [one, two] = ["on_one", "on_two"].map(|copies| sum(col(copies)));
    let summed = vec![(one.clone() + two.clone()).alias("carriers"), (one + lit(2_u64) * two).alias("alleles")];
    let each = all.select(each.collect::<Vec<_>>())?.filter((col("on_one") + col("on_two")).gt(lit(0_u64)))?;
    Ok(each.aggregate(VARIANT.map(col).to_vec(), summed)?)
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
    let all = calls_of(session, library, release, scope).await?;
    let columns = ["person"].into_iter().chain(VARIANT).chain(["copies"]).map(col);
    Ok(all.join(names, JoinType::Inner, &["no"], &["their"], None)?.select(columns.collect::<Vec<_>>())?)
}

pub(crate) fn table(fields: Vec<Field>, columns: Vec<ArrayRef>) -> anyhow::Result<MemTable> {
    let schema = Arc::new(Schema::new(fields));
    let batch = RecordBatch::try_new(Arc::clone(&schema), columns)?;
    Ok(MemTable::try_new(schema, vec![vec![batch]])?)
}
