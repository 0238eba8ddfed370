//! Analyses that are queued or running, as jobs that a program finds without walking the past; and whose samples their files hold.

use super::{Slice, fold};
use crate::{DataLine, Entry, jobs::Kind, line::line};
use care::{
    AnalysisId, OrderId,
    event::StreamName,
    interpretation::analysis::{Analysis, Input, State},
};
use jiff::Timestamp;
use std::collections::BTreeSet;

line! {
    struct JobRow in "job" {
        subject: String = "subject",
        kind: Kind = "kind",
        order: OrderId = "order_id",
        queued: Timestamp = "queued",
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
    let name = stream.to_string();
    let input = analysis.input.filter(|_| is_open);
    let queued = entries.first().map(|entry| entry.at);
    let job = input.zip(queued).map(|(input, queued)| JobRow { subject: name.clone(), kind: Kind::Analysis, order: input.order, queued });
    Ok(vec![Slice::new(name.clone(), name.clone(), job), Slice::new(name, stream.id, data)])
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
