//! Whose samples the files of registered reads hold, while they are not withdrawn.

use super::{Slice, fold};
use crate::{DataLine, Entry};
use care::{
    event::StreamName,
    laboratory::alignment::{Alignment, AlignmentFile},
};

pub(super) fn of_alignment(stream: &StreamName, entries: &[Entry]) -> anyhow::Result<Vec<Slice>> {
    let alignment = fold::<Alignment>(entries)?;
    let lines = alignment.in_force().map_or_else(Vec::new, |file| lines(stream.id, file));
    Ok(vec![Slice::new(stream.to_string(), stream.id, lines)])
}

/// A line for each sample that the header names.
fn lines(id: &str, file: &AlignmentFile) -> Vec<DataLine> {
    let line = |sample: &String| DataLine {
        id: id.to_owned(),
        sha256: file.reads.sha256.clone(),
        sample: sample.clone(),
        patient: file.patient,
        order: file.order,
        file: file.file.clone(),
    };
    file.samples.iter().map(line).collect()
}
