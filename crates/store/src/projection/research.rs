//! Who agreed to research, who is in the library, and the projects that ask it.

use super::{Slice, TableRow, fold};
use crate::Entry;
use crate::database::Value;
use care::{
    event::StreamName,
    ordering::choice::{Choice, Purpose},
    research::{participant::Participant, project::Project},
};
use jiff::{Timestamp, civil::Date};

struct AgreedRow {
    patient: String,
    /// The day from which the agreement ends; nothing while it does not.
    until: Option<Date>,
}

impl TableRow for AgreedRow {
    const TABLE: &'static str = "agreed_view";
    const COLUMNS: &'static [&'static str] = &["patient_id", "until"];

    fn values(&self) -> Vec<Value> {
        vec![self.patient.clone().into(), self.until.map_or_else(String::new, |day| day.to_string()).into()]
    }
}

struct ParticipantRow {
    no: u32,
    patient: String,
    first: u32,
    present: bool,
    latest: bool,
}

impl TableRow for ParticipantRow {
    const TABLE: &'static str = "participant_view";
    const COLUMNS: &'static [&'static str] = &["no", "patient_id", "first", "present", "latest"];
    const OWNER: &'static str = "patient_id";

    fn values(&self) -> Vec<Value> {
        let number = |number: u32| i64::from(number).into();
        vec![
            number(self.no),
            self.patient.clone().into(),
            number(self.first),
            i64::from(self.present).into(),
            i64::from(self.latest).into(),
        ]
    }
}

struct ProjectRow {
    id: String,
    applied: Timestamp,
    title: String,
}

impl TableRow for ProjectRow {
    const TABLE: &'static str = "project_view";
    const COLUMNS: &'static [&'static str] = &["project_id", "applied", "title"];

    fn values(&self) -> Vec<Value> {
        vec![self.id.clone().into(), self.applied.to_string().into(), self.title.clone().into()]
    }
}

pub(super) fn of_choice(stream: &StreamName, entries: &[Entry]) -> anyhow::Result<Vec<Slice>> {
    let until = fold::<Choice>(entries)?.until(Purpose::Research);
    let row = until.map(|until| AgreedRow { patient: stream.id.into(), until });
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
