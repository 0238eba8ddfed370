//! Samples as a scanner finds them, and the organisations of an order.

use crate::Store;
use crate::database::Row;
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

    /// Samples of which the tube has a label of where it comes from: more than one where two hospitals gave the same number.
    pub async fn samples_by_label(&self, label: &str) -> anyhow::Result<Vec<SampleLine>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM sample_view WHERE sample_id IN (SELECT sample_id FROM sample_label WHERE label = $1) ORDER BY barcode"
        );
        self.rows(&sql, vec![label.trim().to_uppercase().into()]).await?.iter().map(line).collect()
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
        let sql = format!(
            "SELECT COUNT(*) AS n FROM order_organisation WHERE organisation = $1 AND listed = {}",
            crate::order::Listed::Open as i64
        );
        let rows = self.rows(&sql, vec![organisation.into()]).await?;
        Ok(rows.first().map_or(Ok(0), |row| row.get::<i64>("n"))? as usize)
    }
}
