//! UCSC chain files: carrying a position from one build to another. Source: UCSC Genome Browser, chain format.

use crate::{FileError, FileResult, open};
use genome::Contig;
use std::path::Path;

/// Aligned blocks of two assemblies, same strand only.
pub struct Chain {
    blocks: Vec<Block>,
}

#[derive(Clone, Copy)]
struct Block {
    contig: Contig,
    start: u32,
    end: u32,
    to_contig: Contig,
    to_start: u32,
}

impl Chain {
    /// Reads a chain file; chains that change strand, or contigs outside the primary assembly, are left out.
    pub fn read(path: &Path) -> FileResult<Chain> {
        let mut blocks = Vec::new();
        let mut current: Option<(Contig, u32, Contig, u32)> = None;
        for line in open::lines(path)? {
            let (number, line) = line?;
            let fields: Vec<&str> = line.split_whitespace().collect();
            let value = |index: usize| -> FileResult<u32> {
                fields
                    .get(index)
                    .and_then(|f| f.parse().ok())
                    .ok_or_else(|| FileError::on_line(path, number, "chain", "a whole number is needed"))
            };
            if fields.first() == Some(&"chain") {
                let ends = (fields.get(2).and_then(|c| c.parse().ok()), fields.get(7).and_then(|c| c.parse().ok()));
                current = match ends {
                    (Some(from), Some(to)) if fields.get(9) == Some(&"+") => Some((from, value(5)?, to, value(10)?)),
                    _ => None,
                };
            } else if let (Some((contig, position, to_contig, to_at)), false) = (&mut current, fields.is_empty()) {
                let size = value(0)?;
                blocks.push(Block {
                    contig: *contig,
                    start: *position + 1,
                    end: *position + size,
                    to_contig: *to_contig,
                    to_start: *to_at + 1,
                });
                if fields.len() >= 3 {
                    *position += size + value(1)?;
                    *to_at += size + value(2)?;
                }
            }
        }
        blocks.sort_by_key(|b| (b.contig, b.start));
        Ok(Chain { blocks })
    }

    /// Where a 1-based position lies on the other build, if in one place on the same strand.
    pub fn lift(&self, contig: Contig, position: u32) -> Option<(Contig, u32)> {
        let after = self.blocks.partition_point(|b| (b.contig, b.start) <= (contig, position));
        self.blocks[after.saturating_sub(16)..after]
            .iter()
            .rev()
            .find(|b| b.contig == contig && (b.start..=b.end).contains(&position))
            .map(|b| (b.to_contig, b.to_start + position - b.start))
    }
}
