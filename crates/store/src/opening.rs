//! Whether a permit opens what is asked for with it. A permit for one order opens that order, what is linked with it and the
//! people who are tested in it; one for a person opens the records of that person, their orders, and the people tested with them.
//! Neither opens anything of another order or person. Permits for a list open by the policy alone; so do drafts, messages and
//! plates, which are of no order alone.
//!
//! Records of one person that were merged are opened together. Somebody who is registered just now, and a stream without any
//! event that is of no order yet, are open: they are new.

use crate::{database::Connection, journal};
use access::{Opens, Permit};
use care::{
    Fold, OrderId, PatientId,
    event::{StreamKind, StreamName},
    people::patient::Patient,
};

/// To what streams of a kind belong.
#[derive(PartialEq)]
enum Owner {
    Order,
    Person,
    Nobody,
}

fn owner(kind: StreamKind) -> Owner {
    match kind {
        StreamKind::Order
        | StreamKind::Work
        | StreamKind::Pedigree
        | StreamKind::Sample
        | StreamKind::Alignment
        | StreamKind::Analysis
        | StreamKind::Interpretation
        | StreamKind::Report
        | StreamKind::OutsideResult
        | StreamKind::Cascade
        | StreamKind::Invitation
        | StreamKind::Question => Owner::Order,
        StreamKind::Patient | StreamKind::Emergency | StreamKind::Choice | StreamKind::Medicines | StreamKind::Participant => Owner::Person,
        StreamKind::Account
        | StreamKind::Client
        | StreamKind::Directory
        | StreamKind::Panels
        | StreamKind::Laboratories
        | StreamKind::Favourites
        | StreamKind::OrderTemplates
        | StreamKind::Draft
        | StreamKind::Message
        | StreamKind::Container
        | StreamKind::Worklist
        | StreamKind::Lot
        | StreamKind::Discordance
        | StreamKind::CandidateViews
        | StreamKind::Project => Owner::Nobody,
    }
}

/// Refuses an order that the permit does not open.
pub(crate) async fn order(db: &mut impl Connection, permit: &Permit, order: OrderId) -> anyhow::Result<()> {
    stream(db, permit, &order.stream()).await
}

/// Refuses a stream that the permit does not open.
pub(crate) async fn stream(db: &mut impl Connection, permit: &Permit, stream: &str) -> anyhow::Result<()> {
    // Most often it is what the permit was asked for.
    if stream == permit.resource() {
        return Ok(());
    }
    let name = StreamName::read(stream)?;
    let is_open = match (permit.opens(), owner(name.kind)) {
        (Opens::General, _) | (_, Owner::Nobody) => true,
        (Opens::Order(order), Owner::Order) => {
            let orders = orders_of(db, &name, stream).await?;
            orders.contains(&order) || (orders.is_empty() && is_new(db, stream).await?)
        }
        (Opens::Person(person), Owner::Order) => {
            let (orders, records) = (orders_of(db, &name, stream).await?, records(db, person).await?);
            are_tested_together(db, &records, &orders).await? || (orders.is_empty() && is_new(db, stream).await?)
        }
        (Opens::Order(order), Owner::Person) => {
            let person: PatientId = name.parse()?;
            // Records that were merged are looked for only where the person's own is not in the order.
            if linked(db, &person.stream()).await?.contains(&order) {
                return Ok(());
            }
            let records = records(db, person).await?;
            are_tested_together(db, &records, &[order]).await? || is_unknown(db, person, stream).await?
        }
        (Opens::Person(person), Owner::Person) => {
            let other: PatientId = name.parse()?;
            if other == person {
                return Ok(());
            }
            let (others, own) = (records(db, other).await?, records(db, person).await?);
            let orders = orders_of_people(db, &own).await?;
            others.contains(&person) || are_tested_together(db, &others, &orders).await? || is_unknown(db, other, stream).await?
        }
    };
    if is_open { Ok(()) } else { Err(permit.denied(stream).into()) }
}

async fn is_new(db: &mut impl Connection, stream: &str) -> anyhow::Result<bool> {
    Ok(db.rows("SELECT 1 AS one FROM event WHERE stream = $1 LIMIT 1", vec![stream.into()]).await?.is_empty())
}

/// Whether nobody was registered under an identifier yet, and nothing else was written of them.
async fn is_unknown(db: &mut impl Connection, person: PatientId, stream: &str) -> anyhow::Result<bool> {
    Ok(is_new(db, &person.stream()).await? && is_new(db, stream).await?)
}

/// The orders that a stream is of: the one that its name says, and those that it is linked with.
async fn orders_of(db: &mut impl Connection, name: &StreamName<'_>, stream: &str) -> anyhow::Result<Vec<OrderId>> {
    let mut orders = linked(db, stream).await?;
    if matches!(name.kind, StreamKind::Order | StreamKind::Work | StreamKind::Pedigree | StreamKind::Cascade) {
        orders.push(name.parse()?);
    }
    Ok(orders)
}

/// The orders in which people are tested, by any of these records.
async fn orders_of_people(db: &mut impl Connection, records: &[PatientId]) -> anyhow::Result<Vec<OrderId>> {
    let mut orders = Vec::new();
    for record in records {
        orders.extend(linked(db, &record.stream()).await?);
    }
    Ok(orders)
}

async fn linked(db: &mut impl Connection, stream: &str) -> anyhow::Result<Vec<OrderId>> {
    let rows = db.rows("SELECT order_id FROM order_stream WHERE stream = $1", vec![stream.into()]).await?;
    rows.iter().map(|row| Ok(row.get::<String>("order_id")?.parse()?)).collect()
}

/// Whether somebody, by any of their records, is tested in any of some orders.
async fn are_tested_together(db: &mut impl Connection, records: &[PatientId], orders: &[OrderId]) -> anyhow::Result<bool> {
    Ok(orders_of_people(db, records).await?.iter().any(|order| orders.contains(order)))
}

/// The records of a person: the one that stands for all, and those that are merged into it.
async fn records(db: &mut impl Connection, person: PatientId) -> anyhow::Result<Vec<PatientId>> {
    let record = patient(db, person).await?;
    let first = record.merged_into.unwrap_or(person);
    let absorbed = if first == person { record.absorbed } else { patient(db, first).await?.absorbed };
    Ok([first].into_iter().chain(absorbed).collect())
}

async fn patient(db: &mut impl Connection, person: PatientId) -> anyhow::Result<Patient> {
    let mut state = Patient::default();
    for entry in journal::entries(db, &person.stream()).await? {
        state = state.apply(&entry.read()?);
    }
    Ok(state)
}
