//! Who agreed to research, who is in the library, and the projects that ask it.

use super::{Slice, fold};
use crate::{Entry, line::line};
use care::{
    event::StreamName,
    ordering::choice::{Choice, Purpose},
    research::{participant::Participant, project::Project},
};
use jiff::Timestamp;

line! {
    struct AgreedRow in "agreed_view" {
        patient: String = "patient_id",
        /// The day from which the agreement ends; empty while it does not.
        until: String = "until",
    }
}

line! {
    struct ParticipantRow in "participant_view" of "patient_id" {
        no: u32 = "no",
        patient: String = "patient_id",
        first: u32 = "first",
        present: bool = "present",
        latest: bool = "latest",
    }
}

line! {
    struct ProjectRow in "project_view" {
        id: String = "project_id",
        applied: Timestamp = "applied",
        title: String = "title",
    }
}

pub(super) fn of_choice(stream: &StreamName, entries: &[Entry]) -> anyhow::Result<Vec<Slice>> {
    let until = fold::<Choice>(entries)?.until(Purpose::Research);
    let row = until.map(|until| AgreedRow { patient: stream.id.into(), until: until.map_or_else(String::new, |day| day.to_string()) });
    Ok(vec![Slice::new(stream.to_string(), stream.id, row)])
}

pub(super) fn of_participant(stream: &StreamName, entries: &[Entry]) -> anyhow::Result<Vec<Slice>> {
    let participant = fold::<Participant>(entries)?;
    let latest = participant.datasets.last().map(|data| data.no);
    let rows = participant.numbers.iter().map(|no| ParticipantRow {
        no: *no,
        patient: stream.id.into(),
        first: participant.numbers[0],
        present: participant.datasets.iter().any(|data| data.no == *no),
        latest: latest == Some(*no),
    });
    Ok(vec![Slice::new(stream.to_string(), stream.id, rows)])
}

pub(super) fn of_project(stream: &StreamName, entries: &[Entry]) -> anyhow::Result<Vec<Slice>> {
    let project = fold::<Project>(entries)?;
    let row = project.application.zip(project.applied);
    let row = row.map(|(application, applied)| ProjectRow { id: stream.id.into(), applied, title: application.title.clone() });
    Ok(vec![Slice::new(stream.to_string(), stream.id, row)])
}
