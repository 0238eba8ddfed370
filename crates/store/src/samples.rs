//! Samples as a scanner finds them, and the organisations of an order.

use crate::{
    Store,
    database::{Connection, DatabaseError, Row, Transaction},
};
use care::{OrderId, PatientId, SampleId};

/// A sample's line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SampleLine {
    /// Sample.
    pub id: SampleId,
    /// Its barcode.
    pub barcode: String,
    /// Its order.
    pub order: OrderId,
    /// Whose it is.
    pub patient: PatientId,
    /// Material.
    pub material: String,
    /// State in words.
    pub state: String,
    /// Where it is kept.
    pub place: String,
    /// Manifest that it was sent with; empty when it was not.
    pub manifest: String,
}

const COLUMNS: &str = "sample_id, barcode, order_id, patient_id, material, state, place, manifest";

impl SampleLine {
    pub(crate) async fn write(&self, transaction: &mut Transaction) -> Result<(), DatabaseError> {
        let sql = format!(
            "INSERT INTO sample_view ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (sample_id) DO UPDATE SET
             state = excluded.state, place = excluded.place, manifest = excluded.manifest"
        );
        let text = |s: &String| s.clone().into();
        let values = vec![
            self.id.to_string().into(),
            text(&self.barcode),
            self.order.to_string().into(),
            self.patient.to_string().into(),
            text(&self.material),
            text(&self.state),
            text(&self.place),
            text(&self.manifest),
        ];
        transaction.execute(&sql, values).await.map(drop)
    }
}

fn line(row: &Row) -> anyhow::Result<SampleLine> {
    let text = |column: &str| row.get::<String>(column);
    Ok(SampleLine {
        id: text("sample_id")?.parse()?,
        barcode: text("barcode")?,
        order: text("order_id")?.parse()?,
        patient: text("patient_id")?.parse()?,
        material: text("material")?,
        state: text("state")?,
        place: text("place")?,
        manifest: text("manifest")?,
    })
}

impl Store {
    /// The sample with a barcode, to know whose order it is before a permit is asked for.
    pub async fn sample_by_barcode(&self, barcode: &str) -> anyhow::Result<Option<SampleLine>> {
        let sql = format!("SELECT {COLUMNS} FROM sample_view WHERE barcode = $1");
        self.rows(&sql, vec![barcode.trim().to_uppercase().into()]).await?.first().map(line).transpose()
    }

    /// Samples that were sent with a manifest.
    pub async fn manifest(&self, manifest: &str) -> anyhow::Result<Vec<SampleLine>> {
        let sql = format!("SELECT {COLUMNS} FROM sample_view WHERE manifest = $1 ORDER BY barcode");
        self.rows(&sql, vec![manifest.into()]).await?.iter().map(line).collect()
    }

    /// Organisations of an order: who requested it, its laboratory, and those that it was sent on to.
    pub async fn organisations_of_order(&self, order: OrderId) -> anyhow::Result<Vec<String>> {
        let sql = "SELECT organisation FROM order_organisation WHERE order_id = $1 ORDER BY organisation";
        let rows = self.rows(sql, vec![order.to_string().into()]).await?;
        rows.iter().map(|row| Ok(row.get("organisation")?)).collect()
    }

    /// How many orders are open in the list of an organisation; of nobody in particular.
    pub async fn open_orders_of(&self, organisation: &str) -> anyhow::Result<usize> {
        let sql = format!("SELECT COUNT(*) AS n FROM order_organisation WHERE organisation = $1 AND listed = {}", crate::view::OPEN);
        let rows = self.rows(&sql, vec![organisation.into()]).await?;
        Ok(rows.first().map_or(Ok(0), |row| row.get::<i64>("n"))? as usize)
    }
}
