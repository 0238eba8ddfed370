//! Files of calls: written in blocks, of which each says its genes and places, and read a block at a time. Blocks that were read
//! are kept in memory, so that a question asked again reads nothing.

use crate::{
    files::Library,
    manifest::{File, overlaps, reach},
    row::{self, Columns, Place, Row, SCHEMA},
};
use anyhow::{Context, ensure};
use arrow_select::concat::concat_batches;
use bytes::Bytes;
use genome::shape::Stretch;
use object_store::ObjectStoreExt;
use parquet::{
    arrow::{
        ArrowWriter,
        arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder},
    },
    basic::{Compression, Encoding, ZstdLevel},
    errors::ParquetError,
    file::{
        metadata::{ColumnChunkMetaData, KeyValue, ParquetMetaDataReader, RowGroupMetaData},
        properties::{EnabledStatistics, WriterProperties},
        reader::{ChunkReader, Length},
    },
    schema::types::ColumnPath,
};
use quick_cache::{Weighter, sync::Cache};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{
    collections::{BTreeMap, BTreeSet},
    hash::{BuildHasher, RandomState},
    io::Cursor,
    ops::Range,
    sync::{Arc, LazyLock, OnceLock},
};

/// Rows of a block at most.
const BLOCK_ROWS: usize = 8_192;
/// Bytes of lists and planes in a block at most, before they are compressed: some hundred kilobytes then, read in milliseconds.
const BLOCK_BYTES: usize = 2 << 20;
/// Of a file's end so much is read at first: where it says what it holds.
const TAIL_BYTES: u64 = 64 << 10;
/// Under which a file says what its blocks hold.
const BLOCKS: &str = "blocks";

/// What a block holds.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Group {
    pub from: Place,
    pub to: Place,
    /// Last base of all, on whatever contig.
    pub reach: u32,
    /// Symbols, in order.
    genes: Vec<String>,
    /// People of rows.
    pub entries: u64,
    /// First byte in the file.
    #[serde(rename = "at")]
    offset: u64,
    /// Bytes.
    bytes: u64,
    /// SHA-256 of them.
    sha256: String,
}

impl Group {
    /// Whether rows of it may lie over a place.
    pub fn reaches(&self, place: Place) -> bool {
        reach(self.from, self.to, self.reach, place)
    }

    /// Whether rows of it may lie over a stretch.
    pub fn overlaps(&self, stretch: Stretch) -> bool {
        overlaps(self.from, self.to, self.reach, stretch)
    }

    pub fn has_gene(&self, gene: &str) -> bool {
        self.genes.binary_search_by(|own| own.as_str().cmp(gene)).is_ok()
    }
}

/// What a file says of itself.
#[derive(Debug)]
pub(crate) struct Index {
    metadata: ArrowReaderMetadata,
    pub groups: Vec<Group>,
}

/// A block in memory: rows, and where the rows of each gene are.
pub(crate) struct Block {
    pub columns: Columns,
    genes: BTreeMap<String, Vec<u32>>,
    /// Last base of each row and of those before it on its contig: rows that lie over a place are found by halving.
    reach: Vec<u32>,
    /// What tells the variants of one place from each other, once it is needed.
    keys: OnceLock<Vec<u64>>,
}

/// Drawn anew by each process, so that nobody can write variants that it takes for one another.
static KEYS: LazyLock<RandomState> = LazyLock::new(RandomState::new);

impl Block {
    fn new(columns: Columns) -> Block {
        let (mut genes, mut reach): (BTreeMap<String, Vec<u32>>, Vec<u32>) = (BTreeMap::new(), Vec::with_capacity(columns.len()));
        for row in 0..columns.len() {
            let same_contig = row > 0 && columns.contig.value(row) == columns.contig.value(row - 1);
            let before = reach.last().copied().filter(|_| same_contig).unwrap_or_default();
            reach.push(before.max(columns.end.value(row)));
            match genes.get_mut(columns.gene.value(row)) {
                _ if columns.gene.value(row).is_empty() => {}
                Some(rows) => rows.push(row as u32),
                None => drop(genes.insert(columns.gene.value(row).to_owned(), vec![row as u32])),
            }
        }
        Block { columns, genes, reach, keys: OnceLock::new() }
    }

    /// For each row what tells its variant, in its gene and as it was annotated, from others of the same place: 64 bits of a hash.
    pub fn keys(&self) -> &[u64] {
        self.keys.get_or_init(|| (0..self.columns.len()).map(|row| KEYS.hash_one(self.columns.key(row))).collect())
    }

    /// Rows of a gene.
    pub fn rows_of_gene(&self, gene: &str) -> impl Iterator<Item = usize> + '_ {
        self.genes.get(gene).into_iter().flatten().map(|row| *row as usize)
    }

    /// Rows that begin between two places.
    pub fn rows_between(&self, from: Place, to: Place) -> Range<usize> {
        let first = self.first_row(|row| self.columns.place(row) >= from);
        first..self.first_row(|row| self.columns.place(row) > to).max(first)
    }

    /// Rows at a place.
    pub fn rows_at(&self, place: Place) -> Range<usize> {
        self.rows_between(place, place)
    }

    /// Rows that a place lies within.
    pub fn rows_covering(&self, place: Place) -> impl Iterator<Item = usize> + '_ {
        self.rows_over(place.0, place.1, place.1)
    }

    /// Rows that lie over a stretch.
    pub fn rows_within(&self, stretch: Stretch) -> impl Iterator<Item = usize> + '_ {
        self.rows_over(stretch.contig.number(), stretch.from, stretch.to)
    }

    fn rows_over(&self, contig: u8, from: u32, to: u32) -> impl Iterator<Item = usize> + '_ {
        let columns = &self.columns;
        let first = self.first_row(|row| (columns.contig.value(row), self.reach[row]) >= (contig, from));
        let end = self.first_row(|row| columns.place(row) > (contig, to));
        (first..end.max(first)).filter(move |row| columns.contig.value(*row) == contig && columns.end.value(*row) >= from)
    }

    /// The first row from which on something holds; all of them come before it where it holds of none.
    fn first_row(&self, holds: impl Fn(usize) -> bool) -> usize {
        let (mut first, mut end) = (0, self.columns.len());
        while first < end {
            let middle = usize::midpoint(first, end);
            if holds(middle) { end = middle } else { first = middle + 1 }
        }
        first
    }
}

/// Blocks that were read, up to so many bytes.
#[derive(Clone)]
pub(crate) struct BlockCache {
    blocks: Arc<Cache<(String, usize), Arc<Block>, BlockBytes>>,
    indexes: Arc<Cache<String, Arc<Index>>>,
}

/// Bytes of blocks that are kept in memory.
const CACHE_BYTES_MAX: u64 = 512 << 20;
/// Files whose description is kept in memory.
const CACHE_FILES_MAX: usize = 20_000;

/// Weighs blocks by the memory that they take.
#[derive(Clone)]
struct BlockBytes;

impl Weighter<(String, usize), Arc<Block>> for BlockBytes {
    fn weight(&self, _: &(String, usize), block: &Arc<Block>) -> u64 {
        (block.columns.bytes + block.reach.len() * (size_of::<u32>() + size_of::<u64>())) as u64
    }
}

impl Default for BlockCache {
    fn default() -> BlockCache {
        let blocks = Cache::with_weighter(CACHE_FILES_MAX, CACHE_BYTES_MAX, BlockBytes);
        BlockCache { blocks: Arc::new(blocks), indexes: Arc::new(Cache::new(CACHE_FILES_MAX)) }
    }
}

impl BlockCache {
    /// Forgets blocks of all other files.
    pub fn keep_only(&self, files: &BTreeSet<&str>) {
        self.blocks.retain(|(file, _), _| files.contains(file.as_str()));
        self.indexes.retain(|file, _| files.contains(file.as_str()));
    }
}

impl std::fmt::Debug for BlockCache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} blocks in memory", self.blocks.len())
    }
}

impl Library {
    /// What a file says of its blocks; read once.
    pub(crate) async fn index(&self, file: &File) -> anyhow::Result<Arc<Index>> {
        if let Some(index) = self.cache.indexes.get(&file.name) {
            return Ok(index);
        }
        let index = Arc::new(self.read_index(file).await.with_context(|| format!("reading the file {} of the library", file.name))?);
        self.cache.indexes.insert(file.name.clone(), Arc::clone(&index));
        Ok(index)
    }

    async fn read_index(&self, file: &File) -> anyhow::Result<Index> {
        let (mut tail, mut reader) = (TAIL_BYTES.min(file.bytes), ParquetMetaDataReader::new());
        loop {
            let bytes = self.range(file, file.bytes - tail..file.bytes).await?;
            match reader.try_parse_sized(&bytes, file.bytes) {
                Ok(()) => break,
                Err(ParquetError::NeedMoreData(more)) if (more as u64) > tail && (more as u64) <= file.bytes => tail = more as u64,
                Err(error) => return Err(error.into()),
            }
        }
        let metadata = ArrowReaderMetadata::try_new(Arc::new(reader.finish()?), ArrowReaderOptions::default())?;
        let pairs = metadata.metadata().file_metadata().key_value_metadata();
        let blocks = pairs.and_then(|all| all.iter().find(|kv| kv.key == BLOCKS)?.value.as_deref());
        let groups = serde_json::from_str(blocks.context("it does not say what its blocks hold")?)?;
        Ok(Index { metadata, groups })
    }

    async fn range(&self, file: &File, range: Range<u64>) -> anyhow::Result<Bytes> {
        Ok(self.store.get_range(&self.path(&format!("calls/{}", file.name)), range).await?)
    }

    /// Reads a block whole and looks whether it is what was written.
    pub(crate) async fn columns(&self, file: &File, index: &Index, group: usize) -> anyhow::Result<Columns> {
        let reading = || format!("reading the file {} of the library", file.name);
        let described = index.groups.get(group).with_context(reading)?;
        let bytes = self.range(file, described.offset..described.offset + described.bytes).await.with_context(reading)?;
        ensure!(
            hex::encode(Sha256::digest(&bytes)) == described.sha256,
            "{} is not what was written: its checksum differs. Restore it from a backup",
            file.name
        );
        let part = Part { offset: described.offset, bytes };
        let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(part, index.metadata.clone());
        let batches = reader.with_row_groups(vec![group]).with_batch_size(BLOCK_ROWS).build()?.collect::<Result<Vec<_>, _>>()?;
        Columns::from_batch(&concat_batches(&SCHEMA, &batches)?)
    }

    /// A block that is in memory.
    pub(crate) fn in_memory(&self, file: &File, group: usize) -> Option<Arc<Block>> {
        self.cache.blocks.get(&(file.name.clone(), group))
    }

    /// A block of a file; read once, and kept in memory.
    pub(crate) async fn block(&self, file: &File, group: usize) -> anyhow::Result<Arc<Block>> {
        if let Some(block) = self.in_memory(file, group) {
            return Ok(block);
        }
        let index = self.index(file).await?;
        let block = Arc::new(Block::new(self.columns(file, &index, group).await?));
        self.cache.blocks.insert((file.name.clone(), group), Arc::clone(&block));
        Ok(block)
    }

    /// The rows of a block, for writing them anew.
    pub(crate) async fn rows(&self, file: &File, index: &Index, group: usize) -> anyhow::Result<Vec<Row>> {
        let columns = self.columns(file, index, group).await?;
        Ok((0..columns.len()).map(|row| columns.row(row)).collect())
    }
}

/// The bytes of one block, as a reader of the whole file sees them.
struct Part {
    offset: u64,
    bytes: Bytes,
}

impl Length for Part {
    fn len(&self) -> u64 {
        self.offset + self.bytes.len() as u64
    }
}

impl ChunkReader for Part {
    type T = Cursor<Bytes>;

    fn get_read(&self, start: u64) -> Result<Cursor<Bytes>, ParquetError> {
        let length = self.len().saturating_sub(start) as usize;
        Ok(Cursor::new(self.get_bytes(start, length)?))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes, ParquetError> {
        let from = start.checked_sub(self.offset).map(|from| from as usize).filter(|from| from + length <= self.bytes.len());
        let from = from.ok_or_else(|| ParquetError::EOF("outside of the block that was read".into()))?;
        Ok(self.bytes.slice(from..from + length))
    }
}

/// A file being written.
pub(crate) struct Writer {
    parquet: ArrowWriter<Vec<u8>>,
    waiting: Vec<Row>,
    entries: usize,
    weight: usize,
    groups: Vec<Group>,
    rows: u64,
    gaps: bool,
}

impl Writer {
    /// Of variants, or of gaps.
    pub fn new(gaps: bool) -> anyhow::Result<Writer> {
        let numbers = ["one", "two"].map(|list| ColumnPath::from(vec![list.to_owned(), "list".into(), "item".into()]));
        let mut properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?))
            .set_max_row_group_row_count(None)
            .set_column_bloom_filter_enabled(ColumnPath::from("gene"), true)
            // Planes of neighbours are alike, which is only seen within a page.
            .set_data_page_size_limit(2 * BLOCK_BYTES);
        // Places rise: what lies between two of them takes a few bits. Of numbers the bytes of a kind lie side by side, where lists
        // that are alike show: by measure of 4,096 people files are 8 % smaller than with differences, which hide them.
        let positions = ["position", "position_end"].map(ColumnPath::from).map(|path| (path, Encoding::DELTA_BINARY_PACKED));
        for (path, encoding) in numbers.map(|path| (path, Encoding::BYTE_STREAM_SPLIT)).into_iter().chain(positions) {
            properties = properties.set_column_dictionary_enabled(path.clone(), false).set_column_encoding(path, encoding);
        }
        for path in ["one_bits", "two_bits"].map(ColumnPath::from) {
            properties =
                properties.set_column_dictionary_enabled(path.clone(), false).set_column_statistics_enabled(path, EnabledStatistics::None);
        }
        let parquet = ArrowWriter::try_new(Vec::new(), Arc::clone(&SCHEMA), Some(properties.build()))?;
        Ok(Writer { parquet, waiting: vec![], entries: 0, weight: 0, groups: vec![], rows: 0, gaps })
    }

    /// Adds a row; rows come in order.
    pub fn push(&mut self, mut row: Row) -> anyhow::Result<()> {
        row.settle();
        self.entries += row.entries();
        self.weight += row.weight();
        self.waiting.push(row);
        if self.waiting.len() >= BLOCK_ROWS || self.weight >= BLOCK_BYTES { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> anyhow::Result<()> {
        let (Some(first), Some(last)) = (self.waiting.first(), self.waiting.last()) else { return Ok(()) };
        let genes: BTreeSet<&String> = self.waiting.iter().map(|row| &row.gene).filter(|gene| !gene.is_empty()).collect();
        let genes = genes.into_iter().cloned().collect();
        let (from, to) = (first.place, last.place);
        let reach = self.waiting.iter().map(|row| row.end).max().unwrap_or_default();
        self.rows += self.waiting.len() as u64;
        self.parquet.write(&row::batch(&self.waiting)?)?;
        self.parquet.flush()?;
        self.parquet.sync()?;
        let ranges = || {
            self.parquet.flushed_row_groups().last().into_iter().flat_map(RowGroupMetaData::columns).map(ColumnChunkMetaData::byte_range)
        };
        let offset = ranges().map(|(start, _)| start).min().context("a block has columns")?;
        let end = ranges().map(|(start, length)| start + length).max().context("a block has columns")?;
        let written = self.parquet.inner().get(offset as usize..end as usize).context("a block lies where it says")?;
        let sha256 = hex::encode(Sha256::digest(written));
        self.groups.push(Group { from, to, reach, genes, entries: self.entries as u64, offset, bytes: end - offset, sha256 });
        self.waiting.clear();
        (self.entries, self.weight) = (0, 0);
        Ok(())
    }

    /// The file and its bytes; nothing where no row was added.
    pub fn finish(mut self) -> anyhow::Result<Option<(File, Vec<u8>)>> {
        self.flush()?;
        let (Some(first), Some(last)) = (self.groups.first(), self.groups.last()) else { return Ok(None) };
        let (from, to) = (first.from, last.to);
        let reach = self.groups.iter().map(|group| group.reach).max().unwrap_or_default();
        let genes: BTreeSet<&String> = self.groups.iter().flat_map(|group| &group.genes).collect();
        let genes = genes.into_iter().cloned().collect();
        self.parquet.append_key_value_metadata(KeyValue::new(BLOCKS.to_owned(), serde_json::to_string(&self.groups)?));
        let bytes = self.parquet.into_inner()?;
        let name = format!("{}.parquet", hex::encode(Sha256::digest(&bytes)));
        let file = File { name, bytes: bytes.len() as u64, rows: self.rows, from, to, reach, gaps: self.gaps, genes };
        Ok(Some((file, bytes)))
    }
}
