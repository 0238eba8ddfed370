//! Plates and racks as lists show them.

use crate::{Store, database::Row};
use access::Permit;
use care::laboratory::container::ContainerId;

/// A container's line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContainerLine {
    /// Container.
    pub id: ContainerId,
    /// Its barcode.
    pub barcode: String,
    /// Laboratory that has it, or that it was sent to.
    pub laboratory: String,
    /// Kind in words.
    pub kind: String,
    /// What it is for.
    pub purpose: String,
    /// Where it stands.
    pub place: String,
    /// State in words.
    pub state: String,
    /// Positions that are taken.
    pub sample_count: i64,
}

const COLUMNS: &str = "container_id, barcode, laboratory, kind, purpose, place, state, held";

/// Containers of a page.
const MOST: u64 = 100;

impl Store {
    /// Containers of the reader's own laboratory by barcode, those that are gone left out; from after a barcode on.
    pub async fn containers(&self, permit: &Permit, after: &str) -> anyhow::Result<Vec<ContainerLine>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM container_view WHERE laboratory = $1 AND state <> 'Discarded' AND barcode > $2 ORDER BY barcode LIMIT {MOST}"
        );
        let values = vec![permit.staff().organisation.to_string().into(), after.into()];
        self.rows(&sql, values).await?.iter().map(line).collect()
    }

    /// Containers with a barcode, to know whose they are before a permit is asked for: the one whose own it is first, then those on
    /// which another laboratory put it.
    pub async fn containers_by_barcode(&self, barcode: &str) -> anyhow::Result<Vec<ContainerLine>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM container_view WHERE barcode = $1
             OR container_id IN (SELECT container_id FROM container_alias WHERE barcode = $1)
             ORDER BY CASE WHEN barcode = $1 THEN 0 ELSE 1 END, barcode"
        );
        self.rows(&sql, vec![barcode.trim().to_uppercase().into()]).await?.iter().map(line).collect()
    }

    /// A container's line, to know whose it is before a permit is asked for.
    pub async fn container(&self, id: ContainerId) -> anyhow::Result<Option<ContainerLine>> {
        let sql = format!("SELECT {COLUMNS} FROM container_view WHERE container_id = $1");
        self.rows(&sql, vec![id.to_string().into()]).await?.first().map(line).transpose()
    }
}

fn line(row: &Row) -> anyhow::Result<ContainerLine> {
    let text = |column: &str| row.get::<String>(column);
    Ok(ContainerLine {
        id: text("container_id")?.parse()?,
        barcode: text("barcode")?,
        laboratory: text("laboratory")?,
        kind: text("kind")?,
        purpose: text("purpose")?,
        place: text("place")?,
        state: text("state")?,
        sample_count: row.get("held")?,
    })
}
