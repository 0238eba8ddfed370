//! Rows that follow from one stream alone: people, accounts, emergency access, drafts, links, plates and racks. They are
//! written with every change of their stream, so that they cannot say anything else than the journal.

use crate::{Entry, Store, row::Row, statement};
use anyhow::Context;
use care::{
    Fold, InterpretationId, InvitationId, MessageId, PatientId, ProjectId,
    account::{self, Account},
    cascade::{self, Cascade},
    choice::{self, Choice},
    client::{self, Client},
    container::{Container, ContainerId},
    draft::Draft,
    emergency::Emergencies,
    interpretation::{self, Interpretation},
    invitation::Invitation,
    message::Message,
    participant::{self, Participant},
    patient::{Identity, Patient},
    project::Project,
};
use jiff::tz::TimeZone;
use sea_orm::{ConnectionTrait, DatabaseTransaction, TransactionTrait};
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;

/// Kinds of streams that rows follow from.
const KINDS: [&str; 13] = [
    PatientId::KIND,
    "account",
    client::KIND,
    InterpretationId::KIND,
    "emergency",
    "draft",
    InvitationId::KIND,
    ContainerId::KIND,
    MessageId::KIND,
    cascade::KIND,
    choice::KIND,
    participant::KIND,
    ProjectId::KIND,
];

/// Tables of those rows.
const TABLES: [&str; 14] = [
    "patient_view",
    "restriction_view",
    "account_view",
    "client_view",
    "classification_view",
    "emergency_view",
    "draft_view",
    "invitation_view",
    "container_view",
    "message_view",
    "cascade_view",
    "agreed_view",
    "participant_view",
    "project_view",
];

/// Writes the rows of the streams that a change added to.
pub(crate) async fn write(transaction: &DatabaseTransaction, streams: impl Iterator<Item = &str>) -> anyhow::Result<()> {
    for stream in streams.filter(|stream| kind(stream).is_some_and(|(kind, _)| KINDS.contains(&kind))) {
        for row in rows(stream, &crate::journal::entries(transaction, stream).await?)? {
            row.write(transaction).await?;
        }
    }
    Ok(())
}

impl Store {
    /// Compares these rows with the journal; what differs is named by its stream.
    pub async fn check_rows(&self) -> anyhow::Result<Vec<String>> {
        let (mut differences, mut wanted) = (Vec::new(), BTreeMap::<&str, i64>::new());
        for stream in self.projected().await? {
            for row in rows(&stream, &crate::journal::entries(&self.db, &stream).await?)? {
                if !row.holds(&self.db).await? {
                    differences.push(format!("{stream} stands otherwise in {} than in the journal", row.table()));
                }
                if let Row::Stands { table, .. } = row {
                    *wanted.entry(table).or_default() += 1;
                }
            }
        }
        for table in TABLES {
            let found = self.rows(&format!("SELECT COUNT(*) AS n FROM {table}"), vec![]).await?;
            let held = found.first().map_or(Ok(0), |row| row.try_get::<i64>("", "n"))?;
            let wanted = wanted.get(table).copied().unwrap_or(0);
            if held != wanted {
                differences.push(format!("{table} has {held} rows; the journal gives {wanted}"));
            }
        }
        Ok(differences)
    }

    /// Writes these rows anew from the journal, all or none; returns how many.
    pub async fn rebuild_rows(&self) -> anyhow::Result<usize> {
        let (streams, mut written) = (self.projected().await?, 0);
        let transaction = self.db.begin().await?;
        for table in TABLES {
            transaction.execute_raw(statement(&transaction, &format!("DELETE FROM {table}"), vec![])).await?;
        }
        for stream in streams {
            for row in rows(&stream, &crate::journal::entries(&transaction, &stream).await?)? {
                row.write(&transaction).await?;
                written += usize::from(matches!(row, Row::Stands { .. }));
            }
        }
        transaction.commit().await?;
        Ok(written)
    }

    async fn projected(&self) -> anyhow::Result<Vec<String>> {
        let mut streams = Vec::new();
        for kind in KINDS {
            let sql = "SELECT stream FROM event WHERE sequence = 1 AND stream LIKE $1 ORDER BY position";
            for row in self.rows(sql, vec![format!("{kind}/%").into()]).await? {
                streams.push(row.try_get("", "stream")?);
            }
        }
        Ok(streams)
    }
}

fn kind(stream: &str) -> Option<(&str, &str)> {
    stream.split_once('/')
}

/// The rows that a stream gives.
fn rows(stream: &str, entries: &[Entry]) -> anyhow::Result<Vec<Row>> {
    let (kind, id) = kind(stream).with_context(|| format!("'{stream}' is no stream"))?;
    Ok(match kind {
        PatientId::KIND => patient(id, fold(entries)?),
        "account" => account(id, &fold(entries)?),
        InterpretationId::KIND => classifications(id, fold(entries)?, entries),
        client::KIND => client_row(id, &fold(entries)?),
        "emergency" => emergency(id, fold(entries)?),
        "draft" => draft(id, fold(entries)?, entries),
        InvitationId::KIND => invitation(id, fold(entries)?),
        ContainerId::KIND => container(id, &fold(entries)?)?,
        MessageId::KIND => message(id, &fold(entries)?),
        cascade::KIND => cascade_row(id, &fold(entries)?),
        choice::KIND => vec![agreed(id, &fold(entries)?)],
        participant::KIND => participant_row(id, &fold(entries)?),
        ProjectId::KIND => project_row(id, &fold(entries)?),
        _ => vec![],
    })
}

fn fold<T: Fold>(entries: &[Entry]) -> anyhow::Result<T>
where
    T::Event: DeserializeOwned,
{
    entries.iter().try_fold(T::default(), |state, entry| Ok(state.apply(&entry.read()?)))
}

fn patient(id: &str, held: Patient) -> Vec<Row> {
    let Some(who) = held.demographics else { return vec![] };
    let number: Option<String> = match who.nhs_number {
        Identity::NhsNumber(number) => Some(number.into()),
        Identity::Unavailable(_) | Identity::Fetus => None,
    };
    let line = Row::Stands {
        table: "patient_view",
        columns: &["patient_id", "nhs_number", "family_name", "given_name", "birth_date"],
        keys: 1,
        values: vec![id.into(), number.into(), who.family_name.into(), who.given_name.into(), who.birth_date.to_string().into()],
    };
    let restriction = match held.restricted_to {
        Some(named) => Row::Stands {
            table: "restriction_view",
            columns: &["patient_id", "named"],
            keys: 1,
            values: vec![id.into(), serde_json::to_string(&named).expect("identifiers are plain data").into()],
        },
        None => Row::Gone { table: "restriction_view", column: "patient_id", value: id.into() },
    };
    vec![line, restriction]
}

fn account(id: &str, held: &Account) -> Vec<Row> {
    let Some(staff) = &held.staff else { return vec![] };
    let columns = &["staff_id", "login", "staff", "password", "demonstration", "closed"];
    let values = vec![
        id.into(),
        held.login.clone().into(),
        serde_json::to_string(staff).expect("a person is plain data").into(),
        held.password.clone().into(),
        i64::from(held.demonstration).into(),
        i64::from(matches!(held.state, account::State::Closed { .. })).into(),
    ];
    vec![Row::Stands { table: "account_view", columns, keys: 1, values }]
}

/// Classes that two scientists gave.
fn classifications(id: &str, held: Interpretation, entries: &[Entry]) -> Vec<Row> {
    let (interpretation::State::Checked { conclusion, .. }, Some((_, order)), Some(last)) = (held.state, held.analysis, entries.last())
    else {
        return vec![];
    };
    let columns = &["interpretation_id", "variant", "symbol", "class", "criteria", "order_id", "at"];
    let row = |selected: interpretation::Selected| {
        let criteria: Vec<String> = selected.criteria.into_iter().map(|(criterion, _)| criterion).collect();
        let values = vec![
            id.into(),
            selected.variant.into(),
            selected.symbol.into(),
            selected.class.label().into(),
            criteria.join(", ").into(),
            order.to_string().into(),
            last.at.to_string().into(),
        ];
        Row::Stands { table: "classification_view", columns, keys: 2, values }
    };
    conclusion.variants.into_iter().map(row).collect()
}

fn client_row(id: &str, held: &Client) -> Vec<Row> {
    let Some(staff) = &held.staff else { return vec![] };
    let columns = &["client_id", "secret_sha256", "staff", "closed"];
    let staff = serde_json::to_string(staff).expect("a person is plain data");
    let values = vec![id.into(), held.secret_sha256.clone().into(), staff.into(), i64::from(held.closed).into()];
    vec![Row::Stands { table: "client_view", columns, keys: 1, values }]
}

fn emergency(patient: &str, held: Emergencies) -> Vec<Row> {
    let last: BTreeMap<_, _> = held.0.into_iter().map(|opened| (opened.by.id, opened.until)).collect();
    let row = |(staff, until): (care::StaffId, jiff::Timestamp)| Row::Stands {
        table: "emergency_view",
        columns: &["patient_id", "staff_id", "until"],
        keys: 2,
        values: vec![patient.into(), staff.to_string().into(), until.as_second().into()],
    };
    last.into_iter().map(row).collect()
}

fn draft(order: &str, held: Draft, entries: &[Entry]) -> Vec<Row> {
    let (Some(by), Some(last), false) = (held.by, entries.last(), held.ended) else {
        return vec![Row::Gone { table: "draft_view", column: "order_id", value: order.into() }];
    };
    let saved = last.at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%d %H:%M").to_string();
    vec![Row::Stands {
        table: "draft_view",
        columns: &["order_id", "organisation", "title", "saved_by", "saved"],
        keys: 1,
        values: vec![order.into(), by.organisation.to_string().into(), held.title.into(), by.name.into(), saved.into()],
    }]
}

fn invitation(id: &str, held: Invitation) -> Vec<Row> {
    let row = |sent: care::invitation::Sent| Row::Stands {
        table: "invitation_view",
        columns: &["secret_sha256", "invitation_id"],
        keys: 1,
        values: vec![sent.secret_sha256.into(), id.into()],
    };
    held.sent.map(row).into_iter().collect()
}

fn cascade_row(order: &str, held: &Cascade) -> Vec<Row> {
    let Some(begun) = &held.begun else { return vec![] };
    let columns = &["order_id", "organisation", "number", "gene", "open"];
    let open = held.relatives.iter().filter(|r| r.state.is_open()).count();
    let values = vec![
        order.into(),
        begun.organisation.to_string().into(),
        begun.number.clone().into(),
        begun.gene.clone().into(),
        (open as i64).into(),
    ];
    vec![Row::Stands { table: "cascade_view", columns, keys: 1, values }]
}

/// Whether somebody agreed to research, and until when.
fn agreed(patient: &str, held: &Choice) -> Row {
    match held.until(choice::Purpose::Research) {
        None => Row::Gone { table: "agreed_view", column: "patient_id", value: patient.into() },
        Some(until) => Row::Stands {
            table: "agreed_view",
            columns: &["patient_id", "until"],
            keys: 1,
            values: vec![patient.into(), until.map_or_else(String::new, |day| day.to_string()).into()],
        },
    }
}

fn participant_row(patient: &str, held: &Participant) -> Vec<Row> {
    let Some(first) = held.numbers.first() else { return vec![] };
    let latest = held.held.last().map(|held| held.no);
    let row = |no: &u32| {
        let is = [held.held.iter().any(|held| held.no == *no), latest == Some(*no)];
        let values =
            vec![i64::from(*no).into(), patient.into(), i64::from(*first).into(), i64::from(is[0]).into(), i64::from(is[1]).into()];
        Row::Stands { table: "participant_view", columns: &["no", "patient_id", "first", "present", "latest"], keys: 1, values }
    };
    held.numbers.iter().map(row).collect()
}

fn project_row(id: &str, held: &Project) -> Vec<Row> {
    let (Some(application), Some(applied)) = (&held.application, held.applied) else { return vec![] };
    let values = vec![id.into(), applied.to_string().into(), application.title.clone().into()];
    vec![Row::Stands { table: "project_view", columns: &["project_id", "applied", "title"], keys: 1, values }]
}

fn message(id: &str, held: &Message) -> Vec<Row> {
    let Some(received) = &held.received else { return vec![] };
    let columns = &["message_id", "client_id", "organisation", "control", "kind", "sha256", "state", "received"];
    let values = vec![
        id.into(),
        received.client.id.to_string().into(),
        received.client.organisation.to_string().into(),
        received.control.clone().into(),
        received.kind.clone().into(),
        received.sha256.clone().into(),
        held.state.words().into(),
        received.at.to_string().into(),
    ];
    vec![Row::Stands { table: "message_view", columns, keys: 1, values }]
}

fn container(id: &str, held: &Container) -> anyhow::Result<Vec<Row>> {
    let Some(opened) = &held.opened else { return Ok(vec![]) };
    let values = vec![
        id.into(),
        opened.barcode.clone().into(),
        held.custodian().map_or_else(String::new, ToString::to_string).into(),
        opened.kind.words().into(),
        opened.purpose.clone().into(),
        held.place.clone().into(),
        held.state.words().into(),
        i64::try_from(held.held.len())?.into(),
    ];
    let columns = &["container_id", "barcode", "laboratory", "kind", "purpose", "place", "state", "held"];
    Ok(vec![Row::Stands { table: "container_view", columns, keys: 1, values }])
}
