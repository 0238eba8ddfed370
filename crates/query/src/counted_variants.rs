//! The table `variants` of a workspace: counted in the library's blocks, those that questions hold, window by window. What a query
//! says of places and genes chooses the blocks; the engine looks at each row again.

use crate::narrowing::Narrowing;
use async_trait::async_trait;
use datafusion::{
    arrow::{
        array::{ArrayRef, Float32Array, RecordBatch, RecordBatchOptions, StringArray, UInt8Array, UInt32Array, UInt64Array},
        datatypes::{DataType, Field, Schema, SchemaRef},
    },
    catalog::{Session, TableProvider},
    error::{DataFusionError, Result},
    execution::{SendableRecordBatchStream, TaskContext},
    logical_expr::{Expr, TableProviderFilterPushDown, TableType},
    physical_plan::{
        ExecutionPlan,
        stream::RecordBatchStreamAdapter,
        streaming::{PartitionStream, StreamingTableExec},
    },
};
use futures_util::{StreamExt, TryStreamExt, stream};
use library::{AlleleCounts, Counting, Selection, counts::AlleleCount};
use std::sync::{Arc, LazyLock};

/// Columns of the table.
pub(crate) static COLUMNS: LazyLock<SchemaRef> = LazyLock::new(|| {
    let of_site = library::row::SCHEMA.fields().iter().take_while(|field| field.name() != "one").cloned();
    let counts = ["carriers", "alleles"].map(|name| Arc::new(Field::new(name, DataType::UInt64, false)));
    Arc::new(Schema::new(of_site.chain(counts).collect::<Vec<_>>()))
});

/// Variants that some people carry, with how many do.
#[derive(Debug)]
pub(crate) struct CountedVariants(Arc<Counting>);

impl CountedVariants {
    pub fn new(counting: Counting) -> CountedVariants {
        CountedVariants(Arc::new(counting))
    }
}

#[async_trait]
impl TableProvider for CountedVariants {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&COLUMNS)
    }

    fn table_type(&self) -> TableType {
        TableType::View
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        let support = |filter: &&Expr| {
            let says_nothing = Narrowing::of_filter(filter).is_everything();
            if says_nothing { TableProviderFilterPushDown::Unsupported } else { TableProviderFilterPushDown::Inexact }
        };
        Ok(filters.iter().map(support).collect())
    }

    async fn scan(
        &self,
        _: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let schema = match projection {
            Some(columns) => Arc::new(COLUMNS.project(columns)?),
            None => Arc::clone(&COLUMNS),
        };
        let narrowing = filters.iter().map(Narrowing::of_filter).fold(Narrowing::default(), Narrowing::and);
        let windows = Windows { counting: Arc::clone(&self.0), selection: narrowing.selection(), schema: Arc::clone(&schema) };
        Ok(Arc::new(StreamingTableExec::try_new(schema, vec![Arc::new(windows)], None, None, false, limit)?))
    }
}

/// A selection being counted, window by window.
#[derive(Debug)]
struct Windows {
    counting: Arc<Counting>,
    selection: Selection,
    /// The columns that a query needs.
    schema: SchemaRef,
}

impl PartitionStream for Windows {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _: Arc<TaskContext>) -> SendableRecordBatchStream {
        let (counting, schema) = (Arc::clone(&self.counting), Arc::clone(&self.schema));
        let batches = stream::once(windows(Arc::clone(&self.counting), self.selection.clone()))
            .map_ok(|windows| stream::iter(windows.into_iter().map(Ok::<Selection, anyhow::Error>)))
            .try_flatten()
            .and_then(move |window| batch(Arc::clone(&counting), window, Arc::clone(&schema)))
            .map_err(|fault| DataFusionError::External(fault.into()))
            .boxed();
        Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.schema), batches))
    }
}

async fn windows(counting: Arc<Counting>, selection: Selection) -> anyhow::Result<Vec<Selection>> {
    counting.windows(&selection).await
}

async fn batch(counting: Arc<Counting>, window: Selection, schema: SchemaRef) -> anyhow::Result<RecordBatch> {
    let counts = counting.count(&window).await?;
    let columns: Vec<ArrayRef> = schema.fields().iter().map(|field| column(&counts, field.name())).collect();
    // A query that counts rows needs no column.
    let rows = RecordBatchOptions::new().with_row_count(Some(counts.len()));
    Ok(RecordBatch::try_new_with_options(schema, columns, &rows)?)
}

fn column(counts: &AlleleCounts, name: &str) -> ArrayRef {
    match name {
        "contig" => Arc::new(counts.iter().map(|c| c.contig).collect::<UInt8Array>()),
        "position" => Arc::new(counts.iter().map(|c| c.position).collect::<UInt32Array>()),
        "position_end" => Arc::new(counts.iter().map(|c| c.end).collect::<UInt32Array>()),
        "reference" => text(counts, |c| c.reference),
        "alternate" => text(counts, |c| c.alternate),
        "gene" => text(counts, |c| c.gene),
        "consequence" => text(counts, |c| c.consequence),
        "impact" => Arc::new(counts.iter().map(|c| c.impact).collect::<UInt8Array>()),
        "frequency" => Arc::new(counts.iter().map(|c| c.frequency).collect::<Float32Array>()),
        "carriers" => Arc::new(counts.iter().map(|c| c.carriers()).collect::<UInt64Array>()),
        // The last that the table has.
        _ => Arc::new(counts.iter().map(|c| c.alleles()).collect::<UInt64Array>()),
    }
}

fn text(counts: &AlleleCounts, value: for<'c> fn(&AlleleCount<'c>) -> &'c str) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(counts.iter().map(|count| value(&count))))
}
