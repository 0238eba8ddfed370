//! Analyses that are queued or running, so that a start of the program finds them without walking the past; and whose samples their
//! files hold.

use super::{Slice, fold};
use crate::{DataLine, Entry, line::line};
use care::{
    AnalysisId, OrderId,
    event::StreamName,
    interpretation::analysis::{Analysis, Input, State},
};
use std::collections::BTreeSet;

line! {
    struct QueueRow in "analysis_queue" {
        id: String = "analysis_id",
        order: OrderId = "order_id",
        queued: String = "queued",
    }
}

pub(super) fn of_analysis(stream: &StreamName, entries: &[Entry]) -> anyhow::Result<Vec<Slice>> {
    let analysis = fold::<Analysis>(entries)?;
    let (is_open, is_used) = match analysis.state {
        State::Queued | State::Running => (true, true),
        State::Done { .. } => (false, true),
        // Files of which the samples are not who they were said to be, or that cannot be read, are nobody's.
        State::None | State::Stopped { .. } | State::Failed { .. } => (false, false),
    };
    let data = match analysis.input.as_ref().filter(|_| is_used) {
        Some(input) => data(stream.parse()?, input),
        None => vec![],
    };
    let queued = entries.first().map_or_else(String::new, |entry| entry.at.to_string());
    let row = analysis.input.filter(|_| is_open).map(|input| QueueRow { id: stream.id.into(), order: input.order, queued });
    let name = stream.to_string();
    Ok(vec![Slice::new(name.clone(), stream.id, row), Slice::new(name, stream.id, data)])
}

/// A line for each sample of each file.
fn data(id: AnalysisId, input: &Input) -> Vec<DataLine> {
    let files: BTreeSet<&String> = [&input.vcf_sha256].into_iter().chain(&input.structural_sha256).collect();
    let line = |sha256: &String, patient, sample: &String| DataLine {
        id: id.to_string(),
        sha256: sha256.clone(),
        sample: sample.clone(),
        patient,
        order: input.order,
        file: if *sha256 == input.vcf_sha256 { input.file.clone() } else { String::new() },
    };
    let lines = files.into_iter().flat_map(|sha256| input.samples.iter().map(move |(patient, sample)| (sha256, *patient, sample)));
    lines.map(|(sha256, patient, sample)| line(sha256, patient, sample)).collect()
}
