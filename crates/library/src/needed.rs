//! Blocks that are needed together: those in memory at once, the others read side by side, on all cores.

use crate::{
    block::{Block, Group, Index},
    files::Library,
    manifest::File,
};
use anyhow::Context;
use futures_util::{StreamExt, TryStreamExt, stream};
use std::sync::Arc;

/// Blocks of a question that are in memory together at least, also where the cache is full: some 100 MiB.
pub(crate) const HELD_AT_ONCE: usize = 64;
/// Blocks that are read side by side: what waits for a store far away.
const READ_SIDE_BY_SIDE: usize = 16;

/// A block that is needed.
pub(crate) struct Needed {
    file: File,
    group: usize,
    /// People of its rows.
    pub entries: u64,
}

/// The blocks of files that fit.
pub(crate) fn needed(opened: &[(File, Arc<Index>)], fits: impl Fn(&Group) -> bool) -> Vec<Needed> {
    let mut needed = Vec::new();
    for (file, index) in opened {
        let groups = index.groups.iter().enumerate().filter(|(_, group)| fits(group));
        needed.extend(groups.map(|(number, group)| Needed { file: file.clone(), group: number, entries: group.entries }));
    }
    needed
}

impl Library {
    /// What files say of their blocks.
    pub(crate) async fn opened(&self, files: Vec<File>) -> anyhow::Result<Vec<(File, Arc<Index>)>> {
        let opening: Vec<_> = files.into_iter().map(|file| open(self.clone(), file)).collect();
        stream::iter(opening).buffered(READ_SIDE_BY_SIDE).try_collect().await
    }

    /// The blocks themselves, in their order.
    pub(crate) async fn blocks(&self, needed: &[Needed]) -> anyhow::Result<Vec<Arc<Block>>> {
        let mut blocks: Vec<Option<Arc<Block>>> = needed.iter().map(|one| self.in_memory(&one.file, one.group)).collect();
        let missing = blocks.iter().enumerate().filter(|(_, block)| block.is_none()).map(|(index, _)| index);
        let reading: Vec<_> = missing.map(|index| read(self.clone(), needed[index].file.clone(), needed[index].group, index)).collect();
        let mut arriving = stream::iter(reading).buffer_unordered(READ_SIDE_BY_SIDE);
        while let Some((index, block)) = arriving.try_next().await? {
            blocks[index] = Some(block);
        }
        Ok(blocks.into_iter().flatten().collect())
    }
}

async fn open(library: Library, file: File) -> anyhow::Result<(File, Arc<Index>)> {
    let index = library.index(&file).await?;
    Ok((file, index))
}

/// On a task of its own, so that blocks are unpacked on all cores.
async fn read(library: Library, file: File, group: usize, index: usize) -> anyhow::Result<(usize, Arc<Block>)> {
    let reading = tokio::spawn(async move { library.block(&file, group).await });
    Ok((index, reading.await.context("reading a block of the library")??))
}
