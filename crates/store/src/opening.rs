//! Whether a permit opens what is asked for with it. A permit for one order opens that order and what is linked with it, and
//! nothing of another.
//!
//! Streams of a person (who they are, their choices, their genes for medicines) are opened by a permit for any order: records
//! of one person may be merged, and whether one may be used is decided by the person's choice. Permits for a person or for a
//! list open by the policy alone.

use crate::database::Connection;
use access::{Denied, Opens, Permit};
use care::{
    OrderId,
    event::{StreamKind, StreamName},
};

/// Whether streams of a kind belong to an order and to nothing else.
fn belongs_to_an_order(kind: StreamKind) -> bool {
    match kind {
        StreamKind::Order
        | StreamKind::Work
        | StreamKind::Pedigree
        | StreamKind::Sample
        | StreamKind::Analysis
        | StreamKind::Interpretation
        | StreamKind::Report
        | StreamKind::Cascade
        | StreamKind::Invitation => true,
        StreamKind::Patient
        | StreamKind::Emergency
        | StreamKind::Choice
        | StreamKind::Medicines
        | StreamKind::Participant
        | StreamKind::Account
        | StreamKind::Client
        | StreamKind::Directory
        | StreamKind::Panels
        | StreamKind::Laboratories
        | StreamKind::Draft
        | StreamKind::Message
        | StreamKind::Container
        | StreamKind::Discordance
        | StreamKind::Project => false,
    }
}

/// Refuses an order that the permit does not open.
pub(crate) fn order(permit: &Permit, asked: OrderId) -> Result<(), Denied> {
    match permit.opens() {
        Opens::Order(order) if order != asked => Err(permit.denied(asked.stream())),
        Opens::Order(_) | Opens::Person(_) | Opens::General => Ok(()),
    }
}

/// Refuses a stream of other orders than the one that the permit opens. A stream that is of no order yet is open: it is new.
pub(crate) async fn stream(db: &mut impl Connection, permit: &Permit, asked: &str) -> anyhow::Result<()> {
    let Opens::Order(order) = permit.opens() else { return Ok(()) };
    let name = StreamName::read(asked)?;
    if !belongs_to_an_order(name.kind) || asked == order.stream() {
        return Ok(());
    }
    let sql = "SELECT order_id FROM order_stream WHERE stream = $1";
    let rows = db.rows(sql, vec![asked.into()]).await?;
    let mut is_of_others = name.kind == StreamKind::Order;
    for row in &rows {
        if row.get::<String>("order_id")? == order.to_string() {
            return Ok(());
        }
        is_of_others = true;
    }
    if is_of_others { Err(permit.denied(asked).into()) } else { Ok(()) }
}
