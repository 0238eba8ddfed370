//! Lines of lists: each field, its type and its column are written once, and from that it is written and read.

use crate::{
    Store,
    database::{Row, Value},
};
use care::{
    LotId, MessageId, OdsCode, OrderId, OutsideResultId, PatientId, QuestionId, SampleId, Staff, StaffId, WorklistId,
    directory::TestCode,
    interpretation::{case::Pathogenicity, filter::Filter},
    laboratory::container::ContainerId,
    ordering::{order, progress::Stage},
    people::account::Proposal,
    results::outside,
};
use jiff::{Timestamp, civil::Date};
use std::{error::Error, fmt::Display, str::FromStr};

/// A typed line of a table, as `line!` makes it.
pub(crate) trait TableRow: Sized {
    /// Table.
    const TABLE: &'static str;
    /// Columns, those that name a line first.
    const COLUMNS: &'static [&'static str];
    /// How many columns name a line.
    const KEYS: usize = 1;
    /// Column of whoever the line belongs to.
    const OWNER: &'static str = Self::COLUMNS[0];

    /// Values in the order of the columns.
    fn values(&self) -> Vec<Value>;

    /// The line of a row that has these columns.
    fn read(row: &Row) -> anyhow::Result<Self>;

    /// The columns, of a table by its short name where one is needed (`v.`).
    fn columns(table: &str) -> String {
        Self::COLUMNS.iter().map(|column| format!("{table}{column}")).collect::<Vec<_>>().join(", ")
    }
}

/// What a column can hold.
pub(crate) trait Stored: Sized {
    /// As it is written.
    fn stored(&self) -> Value;

    /// As it is read.
    fn of_row(row: &Row, column: &str) -> anyhow::Result<Self>;
}

/// A type whose written form can be read again.
trait Text: Display + FromStr {}

impl<T: Text> Stored for T
where
    T::Err: Error + Send + Sync + 'static,
{
    fn stored(&self) -> Value {
        self.to_string().into()
    }

    fn of_row(row: &Row, column: &str) -> anyhow::Result<T> {
        Ok(row.get::<String>(column)?.parse()?)
    }
}

impl<T: Text> Stored for Option<T>
where
    T::Err: Error + Send + Sync + 'static,
{
    fn stored(&self) -> Value {
        self.as_ref().map(ToString::to_string).into()
    }

    fn of_row(row: &Row, column: &str) -> anyhow::Result<Option<T>> {
        Ok(row.get::<Option<String>>(column)?.map(|text| text.parse()).transpose()?)
    }
}

/// Types that stand as text.
macro_rules! as_text {
    ($($kind:ty),*) => { $(impl Text for $kind {})* };
}

as_text!(String, OrderId, PatientId, SampleId, StaffId, MessageId, OutsideResultId, ContainerId, OdsCode, TestCode, Pathogenicity);
as_text!(WorklistId, LotId, QuestionId, Date, Timestamp, order::StateKind, outside::StateKind, crate::jobs::Kind);

/// Types that stand as a number.
macro_rules! as_number {
    ($($kind:ty),*) => { $(impl Stored for $kind {
        fn stored(&self) -> Value {
            i64::from(*self).into()
        }

        fn of_row(row: &Row, column: &str) -> anyhow::Result<$kind> {
            Ok(<$kind>::try_from(row.get::<i64>(column)?)?)
        }
    })* };
}

as_number!(i64, u32);

impl Stored for bool {
    fn stored(&self) -> Value {
        i64::from(*self).into()
    }

    fn of_row(row: &Row, column: &str) -> anyhow::Result<bool> {
        Ok(row.get::<i64>(column)? != 0)
    }
}

/// Types that stand as JSON.
macro_rules! as_json {
    ($($kind:ty),*) => { $(impl Stored for $kind {
        fn stored(&self) -> Value {
            serde_json::to_string(self).expect("plain data").into()
        }

        fn of_row(row: &Row, column: &str) -> anyhow::Result<$kind> {
            Ok(serde_json::from_str(&row.get::<String>(column)?)?)
        }
    })* };
}

as_json!(Staff, Stage, Vec<StaffId>, Filter, Option<Proposal>);

/// A line of a table: `struct Name in "table"`, then how many columns name a line where that is not one (`keys`), and the column
/// of whoever it belongs to where that is not the first (`of`); each field with its column; then columns that follow from the
/// fields, which are written for the statements that look for them and never read.
macro_rules! line {
    ($(#[$about:meta])* $vis:vis struct $name:ident in $table:literal $(keys $keys:literal)? $(of $owner:literal)? {
        $($(#[$what:meta])* $seen:vis $field:ident: $kind:ty = $column:literal,)*
    } $(and { $($follows:literal = $value:expr,)* })?) => {
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        $vis struct $name {
            $($(#[$what])* $seen $field: $kind,)*
        }

        impl $crate::line::TableRow for $name {
            const TABLE: &'static str = $table;
            const COLUMNS: &'static [&'static str] = &[$($column,)* $($($follows,)*)?];
            $(const KEYS: usize = $keys;)?
            $(const OWNER: &'static str = $owner;)?

            fn values(&self) -> Vec<$crate::database::Value> {
                use $crate::line::Stored;
                vec![$(self.$field.stored(),)* $($($value(self).stored(),)*)?]
            }

            fn read(row: &$crate::database::Row) -> anyhow::Result<$name> {
                Ok($name { $($field: $crate::line::Stored::of_row(row, $column)?,)* })
            }
        }
    };
}
pub(crate) use line;

/// The number that a statement counted as `n`.
pub(crate) fn count(rows: &[Row]) -> anyhow::Result<u64> {
    Ok(rows.first().map_or(Ok(0), |row| row.get::<i64>("n"))?.try_into()?)
}

impl Store {
    /// Lines of a list: what stands after `SELECT … FROM` its table.
    pub(crate) async fn lines<L: TableRow>(&self, rest: &str, values: Vec<Value>) -> anyhow::Result<Vec<L>> {
        let sql = format!("SELECT {} FROM {} {rest}", L::columns(""), L::TABLE);
        self.rows(&sql, values).await?.iter().map(L::read).collect()
    }

    /// The first of them.
    pub(crate) async fn line<L: TableRow>(&self, rest: &str, values: Vec<Value>) -> anyhow::Result<Option<L>> {
        Ok(self.lines(&format!("{rest} LIMIT 1"), values).await?.into_iter().next())
    }
}
