//! Who is in the research library, who agreed to it, and the projects that ask it.

use crate::{
    Store,
    database::Value,
    happened::{AT_ONCE, places},
    journal::{COLUMNS, entry},
};
use access::Permit;
use care::{
    PatientId, ProjectId,
    event::{StreamKind, StreamName},
    ordering::choice,
};
use jiff::{Timestamp, civil::Date};

/// Data of somebody who is or was in the library.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ParticipantLine {
    /// Who.
    pub patient: PatientId,
    /// Number in the library of the data of one analysis.
    pub no: u32,
    /// The first number that they had.
    pub first: u32,
    /// The library holds these data.
    pub present: bool,
    /// They are the latest, which the next release is made of.
    pub latest: bool,
    /// Their own choice allows it on the day that was asked about. Choices of other records of the same person are not looked at.
    pub agreed: bool,
}

impl Store {
    /// Data of everybody who is or was in the library, with whether their choice allows it on a day.
    pub async fn participants(&self, _permit: &Permit, on: Date) -> anyhow::Result<Vec<ParticipantLine>> {
        self.participant_lines("", vec![on.to_string().into()]).await
    }

    /// Data that the library holds of people whose own choice does not allow it on a day: few, however many it holds.
    pub async fn participants_without_choice(&self, _permit: &Permit, on: Date) -> anyhow::Result<Vec<ParticipantLine>> {
        let those = "WHERE p.present = 1 AND (a.patient_id IS NULL OR (a.until <> '' AND a.until <= $1))";
        self.participant_lines(those, vec![on.to_string().into()]).await
    }

    /// Data that the library holds of some people.
    pub async fn participants_among(&self, _permit: &Permit, on: Date, people: &[PatientId]) -> anyhow::Result<Vec<ParticipantLine>> {
        let mut found = Vec::new();
        for some in people.chunks(AT_ONCE) {
            let those: Vec<String> = (2..some.len() + 2).map(|place| format!("${place}")).collect();
            let mut values = vec![on.to_string().into()];
            values.extend(some.iter().map(|patient| Value::from(patient.to_string())));
            let those = format!("WHERE p.present = 1 AND p.patient_id IN ({})", those.join(", "));
            found.extend(self.participant_lines(&those, values).await?);
        }
        Ok(found)
    }

    /// The lines of some data, with the day as the first value.
    async fn participant_lines(&self, those: &str, values: Vec<Value>) -> anyhow::Result<Vec<ParticipantLine>> {
        let sql = format!(
            "SELECT p.patient_id, p.no, p.first, p.present, p.latest, CASE WHEN a.until = '' OR a.until > $1 THEN 1 ELSE 0 END AS agreed
             FROM participant_view p LEFT JOIN agreed_view a ON a.patient_id = p.patient_id {those} ORDER BY p.no"
        );
        let mut found = Vec::new();
        for row in self.rows(&sql, values).await? {
            found.push(ParticipantLine {
                patient: row.get::<String>("patient_id")?.parse()?,
                no: u32::try_from(row.get::<i64>("no")?)?,
                first: u32::try_from(row.get::<i64>("first")?)?,
                present: row.get::<i64>("present")? != 0,
                latest: row.get::<i64>("latest")? != 0,
                agreed: row.get::<i64>("agreed")? != 0,
            });
        }
        Ok(found)
    }

    /// What was written of people's choices from one moment until another, in the order of the journal.
    pub async fn choices_between(&self, _permit: &Permit, [from, to]: [Timestamp; 2]) -> anyhow::Result<Vec<choice::Event>> {
        // The streams are written out, as the index of them has it.
        let choices = StreamKind::Choice.prefix();
        let sql = format!("SELECT {COLUMNS} FROM event WHERE stream LIKE '{choices}%' AND at >= $1 AND at < $2 ORDER BY position");
        self.rows(&sql, vec![from.to_string().into(), to.to_string().into()]).await?.iter().map(|row| entry(row)?.read()).collect()
    }

    /// Of some people those who agreed to research on a day.
    pub async fn agreed(&self, _permit: &Permit, on: Date, people: &[PatientId]) -> anyhow::Result<Vec<PatientId>> {
        let mut agreed = Vec::new();
        for some in people.chunks(AT_ONCE) {
            let (these, on_place) = (places(some.len()), some.len() + 1);
            let sql = format!("SELECT patient_id FROM agreed_view WHERE patient_id IN ({these}) AND (until = '' OR until > ${on_place})");
            let mut values: Vec<Value> = some.iter().map(|patient| patient.to_string().into()).collect();
            values.push(on.to_string().into());
            for row in self.rows(&sql, values).await? {
                agreed.push(row.get::<String>("patient_id")?.parse()?);
            }
        }
        Ok(agreed)
    }

    /// The next number of the library that nobody has.
    pub async fn next_participant(&self, _permit: &Permit) -> anyhow::Result<u32> {
        let rows = self.rows("SELECT COALESCE(MAX(no), 0) AS top FROM participant_view", vec![]).await?;
        let top = rows.first().map_or(Ok(0), |row| row.get::<i64>("top"))?;
        Ok(u32::try_from(top)? + 1)
    }

    /// Records that were merged into others, or took others in: their choices are judged together.
    pub async fn merged(&self, _permit: &Permit) -> anyhow::Result<Vec<PatientId>> {
        let sql = "SELECT DISTINCT stream FROM event WHERE kind IN ('MergedInto', 'Absorbed') AND stream LIKE 'patient/%'";
        self.rows(sql, vec![]).await?.iter().map(|row| Ok(StreamName::read(&row.get::<String>("stream")?)?.parse()?)).collect()
    }

    /// Research projects, the latest first.
    pub async fn projects(&self) -> anyhow::Result<Vec<ProjectId>> {
        let rows = self.rows("SELECT project_id FROM project_view ORDER BY applied DESC, project_id", vec![]).await?;
        rows.iter().map(|row| Ok(row.get::<String>("project_id")?.parse()?)).collect()
    }
}
