//! What stands beside some rows: the database's own filter, hemizygotes, and the frequency in each group.
//!
//! By block of rows: the row's place in its block, what follows, and that. Rows with nothing to say are not there.

use super::{Container, Cursor, RARE_BELOW, share, write::push_number, write::share_code};
use crate::{FileResult, gnomad::Seen, pack::container};
use genome::{AncestryGroup, FrequencyDetail};
use std::ops::Range;

/// Index of the details of an open pack; empty where no row has any.
#[derive(Clone)]
pub(super) struct Details {
    index: Range<usize>,
    rows: Range<usize>,
}

const FILTERED: u8 = 1;
const HEMIZYGOTES: u8 = 2;
const GROUPS: u8 = 4;

impl Details {
    pub(super) fn open(container: &Container) -> Details {
        let range = |part: &str| container.range(&format!("frequency-detail-{part}")).unwrap_or(0..0);
        Details { index: range("index"), rows: range("rows") }
    }

    /// The detail of a row by its place in a block.
    pub(super) fn find(&self, container: &Container, block: usize, row: usize) -> FrequencyDetail {
        let offsets = container.slice(self.index.clone());
        let offset = |block: usize| {
            let bytes = offsets.get(block * 8..block * 8 + 8)?;
            Some(u64::from_le_bytes(bytes.try_into().ok()?) as usize)
        };
        let Some((from, to)) = offset(block).zip(offset(block + 1)) else { return FrequencyDetail::default() };
        let mut cursor = Cursor(container.slice(self.rows.clone()).get(from..to).unwrap_or_default());
        while let Some((place, detail)) = next(&mut cursor) {
            if usize::from(place) == row {
                return detail;
            }
        }
        FrequencyDetail::default()
    }
}

fn next(cursor: &mut Cursor) -> Option<(u8, FrequencyDetail)> {
    let (place, flags) = (cursor.byte()?, cursor.byte()?);
    let hemizygotes = if flags & HEMIZYGOTES != 0 { cursor.number()? } else { 0 };
    let mut groups = Vec::new();
    if flags & GROUPS != 0 {
        let named = cursor.number()?;
        for (bit, group) in AncestryGroup::ALL.into_iter().enumerate() {
            if named >> bit & 1 == 1 {
                groups.push((group, share(cursor.take(2)?)));
            }
        }
    }
    Some((place, FrequencyDetail { filtered: flags & FILTERED != 0, hemizygotes, groups }))
}

/// Lays details out block by block.
#[derive(Default)]
pub(super) struct Writer {
    offsets: Vec<u64>,
    rows: Vec<u8>,
}

impl Writer {
    /// Adds the details of the next block.
    pub(super) fn block(&mut self, block: &[Seen]) {
        self.offsets.push(self.rows.len() as u64);
        for (place, (_, _, detail)) in (0u8..).zip(block) {
            // A group's share that has no code is as good as none: below one in a hundred million.
            let mut coded = detail.groups.iter().filter_map(|(group, share)| Some((*group, share_code(*share)?))).collect::<Vec<_>>();
            coded.sort_unstable_by_key(|(group, _)| *group);
            let groups = detail.groups.iter().any(|(_, share)| *share >= RARE_BELOW) && !coded.is_empty();
            let said = [(detail.filtered, FILTERED), (detail.hemizygotes > 0, HEMIZYGOTES), (groups, GROUPS)];
            let flags = said.iter().filter(|(is_said, _)| *is_said).fold(0, |flags, (_, flag)| flags | flag);
            if flags == 0 {
                continue;
            }
            self.rows.extend([place, flags]);
            if detail.hemizygotes > 0 {
                push_number(&mut self.rows, detail.hemizygotes);
            }
            if groups {
                push_number(&mut self.rows, coded.iter().fold(0, |named, (group, _)| named | 1 << *group as u32));
                self.rows.extend(coded.iter().flat_map(|(_, code)| code.to_le_bytes()));
            }
        }
    }

    /// Writes the sections; none when no row has anything to say.
    pub(super) fn write(mut self, writer: &mut container::Writer) -> FileResult<()> {
        if self.rows.is_empty() {
            return Ok(());
        }
        self.offsets.push(self.rows.len() as u64);
        let index: Vec<u8> = self.offsets.iter().flat_map(|offset| offset.to_le_bytes()).collect();
        writer.section("frequency-detail-index", &index)?;
        writer.section("frequency-detail-rows", &self.rows)
    }
}
