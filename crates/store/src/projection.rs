//! The lists: rows that follow from events alone. One way in: they are written with every change, in its transaction; they
//! are compared with the journal, and written anew from it, by the same functions.

mod account;
mod alignment;
mod analysis;
mod cascade;
mod check;
mod classification;
mod container;
mod draft;
mod invitation;
mod message;
mod order;
mod outside;
mod person;
mod question;
mod research;
mod row;
mod sample;
mod saved_view;
mod source;
mod worklist;

pub use order::RESTRICTED;
pub(crate) use person::DEATH_SAID;
pub(crate) use row::{Slice, differences, places};

use crate::database::{Connection, Transaction};
use crate::{Entry, Store, journal};
use care::{
    Fold, OrderId,
    event::{StreamKind, StreamName},
};
use serde::de::DeserializeOwned;
use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

/// Every table whose rows are written here.
pub(crate) const TABLES: [&str; 32] = [
    "patient_view",
    "hospital_number",
    "restriction_view",
    "emergency_view",
    "account_view",
    "client_view",
    "draft_view",
    "order_view",
    "order_organisation",
    "order_milestone",
    "order_word",
    "message_view",
    "sample_view",
    "sample_label",
    "sample_step",
    "worklist_view",
    "lot_view",
    "container_view",
    "container_alias",
    "job",
    "data_view",
    "classification_view",
    "mention_view",
    "saved_view",
    "view_used",
    "outside_view",
    "cascade_view",
    "invitation_view",
    "question_view",
    "agreed_view",
    "participant_view",
    "project_view",
];

/// How often it is said how far a long start is.
const TOLD_EVERY: Duration = Duration::from_secs(10);

/// Makes the rows of one stream from its identifier and its events.
type Projector = fn(&StreamName, &[Entry]) -> anyhow::Result<Vec<Slice>>;

/// How the rows of a kind of stream are made; nothing for kinds that give none of their own.
fn projector(kind: StreamKind) -> Option<Projector> {
    match kind {
        StreamKind::Patient => Some(person::of_patient),
        StreamKind::Emergency => Some(person::of_emergencies),
        StreamKind::Account => Some(account::of_account),
        StreamKind::Client => Some(account::of_client),
        StreamKind::Draft => Some(draft::of_draft),
        StreamKind::Choice => Some(research::of_choice),
        StreamKind::Message => Some(message::of_message),
        StreamKind::Sample => Some(sample::of_sample),
        StreamKind::Container => Some(container::of_container),
        StreamKind::Worklist => Some(worklist::of_worklist),
        StreamKind::Lot => Some(worklist::of_lot),
        StreamKind::Alignment => Some(alignment::of_alignment),
        StreamKind::Analysis => Some(analysis::of_analysis),
        StreamKind::Interpretation => Some(classification::of_interpretation),
        StreamKind::CandidateViews => Some(saved_view::of_views),
        StreamKind::OutsideResult => Some(outside::of_result),
        StreamKind::Cascade => Some(cascade::of_cascade),
        StreamKind::Invitation => Some(invitation::of_invitation),
        StreamKind::Question => Some(question::of_question),
        StreamKind::Participant => Some(research::of_participant),
        StreamKind::Project => Some(research::of_project),
        // Rows of an order follow from all of its streams together: see `order`.
        StreamKind::Order
        | StreamKind::Work
        | StreamKind::Pedigree
        | StreamKind::Report
        | StreamKind::Medicines
        | StreamKind::Discordance
        | StreamKind::Favourites
        | StreamKind::OrderTemplates
        | StreamKind::Directory
        | StreamKind::Panels
        | StreamKind::Laboratories => None,
    }
}

/// Writes the rows that follow from streams and from the orders that these are of.
pub(crate) async fn write(transaction: &mut Transaction, streams: &BTreeSet<&str>) -> anyhow::Result<()> {
    let mut orders = BTreeSet::new();
    for stream in streams {
        let name = StreamName::read(stream)?;
        if let Some(projector) = projector(name.kind) {
            for slice in projector(&name, &journal::entries(transaction, stream).await?)? {
                slice.write(transaction).await?;
            }
        }
        orders.extend(orders_of(transaction, stream).await?);
    }
    for slice in order::of_orders(transaction, &orders.into_iter().collect::<Vec<_>>()).await? {
        slice.write(transaction).await?;
    }
    Ok(())
}

impl Store {
    /// Writes every list anew from the journal, all or none; returns how many orders and streams were gone through.
    pub async fn rebuild_lists(&self) -> anyhow::Result<usize> {
        let mut transaction = journal::begin(&self.database).await?;
        let written = rebuild(&mut transaction).await?;
        transaction.commit().await?;
        Ok(written)
    }
}

/// Writes every list anew within a transaction.
pub(crate) async fn rebuild(transaction: &mut Transaction) -> anyhow::Result<usize> {
    for table in TABLES {
        transaction.execute(&format!("DELETE FROM {table}"), vec![]).await?;
    }
    let (mut written, mut last) = (0, 0);
    while let Some(sources) = source::page(transaction, last).await? {
        for slice in sources.slices(transaction).await? {
            slice.write(transaction).await?;
        }
        written += sources.len();
        last = sources.last;
    }
    Ok(written)
}

/// Writes what lists say otherwise than the journal, and says now and then how far it is: what stands as it should is read and not
/// written again. Lists with rows of nobody are written anew.
pub(crate) async fn mend(transaction: &mut Transaction) -> anyhow::Result<()> {
    let (mut expected, mut last, mut reported) = (check::Expected::default(), 0, Instant::now());
    let all = journal::end(transaction).await?;
    while let Some(sources) = source::page(transaction, last).await? {
        let slices = sources.slices(transaction).await?;
        expected.add(&slices);
        for slice in row::differing(transaction, &slices).await? {
            slice.write(transaction).await?;
        }
        last = sources.last;
        if reported.elapsed() > TOLD_EVERY {
            tracing::warn!("bringing the lists to the present version of the program: event {last} of {all}");
            reported = Instant::now();
        }
    }
    if !expected.differences(transaction).await?.is_empty() {
        rebuild(transaction).await?;
    }
    Ok(())
}

/// The rows that follow from a stream, and from the orders that it is of.
pub(crate) async fn slices_of(db: &mut impl Connection, name: &StreamName<'_>) -> anyhow::Result<Vec<Slice>> {
    source::around(db, &name.to_string()).await?.slices(db).await
}

/// Orders that a stream belongs to.
async fn orders_of(db: &mut impl Connection, stream: &str) -> anyhow::Result<Vec<OrderId>> {
    let sql = "SELECT order_id FROM order_stream WHERE stream = $1";
    let rows = db.rows(sql, vec![stream.into()]).await?;
    rows.iter().map(|row| Ok(row.get::<String>("order_id")?.parse()?)).collect()
}

fn fold<T: Fold>(entries: &[Entry]) -> anyhow::Result<T>
where
    T::Event: DeserializeOwned,
{
    entries.iter().try_fold(T::default(), |state, entry| Ok(state.apply(&entry.read()?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_is_either_kept_or_written_here() {
        let kept = ["event", "order_stream", "outbox", "audit", "followed", "notified", "secret", "lease", "session", "schema_version"];
        let mut known: Vec<&str> = crate::schema::COLUMNS.iter().map(|(table, ..)| *table).filter(|table| !kept.contains(table)).collect();
        known.sort_unstable();
        known.dedup();
        let mut written = TABLES.to_vec();
        written.sort_unstable();
        assert_eq!(known, written);
    }
}
