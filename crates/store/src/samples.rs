//! Samples as a scanner finds them, and the organisations of an order.

use crate::{
    Store,
    database::Value,
    happened::{AT_ONCE, places},
    line::{count, line},
};
use care::{OrderId, PatientId, SampleId};
use std::collections::BTreeMap;

line! {
    /// A sample's line.
    pub struct SampleLine in "sample_view" {
        /// Sample.
        pub id: SampleId = "sample_id",
        /// Its barcode.
        pub barcode: String = "barcode",
        /// Its order.
        pub order: OrderId = "order_id",
        /// Whose it is.
        pub patient: PatientId = "patient_id",
        /// Material.
        pub material: String = "material",
        /// State in words.
        pub state: String = "state",
        /// Where it is kept.
        pub place: String = "place",
        /// Manifest that it was sent with; empty when it was not.
        pub manifest: String = "manifest",
        /// Laboratory that it was sent on to last; empty where it never was.
        pub sent_to: String = "sent_to",
    }
}

/// Texts that are looked for with one statement.
const TEXTS_MAX: usize = 400;

/// The places of texts in a statement, and their values.
fn among(texts: &[String]) -> (String, Vec<Value>) {
    (places(texts.len()), texts.iter().map(|text| text.trim().to_uppercase().into()).collect())
}

impl Store {
    /// The sample with a barcode, to know whose order it is before a permit is asked for.
    pub async fn sample_by_barcode(&self, barcode: &str) -> anyhow::Result<Option<SampleLine>> {
        self.line("WHERE barcode = $1", vec![barcode.trim().to_uppercase().into()]).await
    }

    /// Samples of which the tube has a label of where it comes from: more than one where two hospitals gave the same number.
    pub async fn samples_by_label(&self, label: &str) -> anyhow::Result<Vec<SampleLine>> {
        let rest = "WHERE sample_id IN (SELECT sample_id FROM sample_label WHERE label = $1) ORDER BY barcode";
        self.lines(rest, vec![label.trim().to_uppercase().into()]).await
    }

    /// Samples of which the barcode is one of these texts, to know whose a name is.
    pub async fn samples_by_barcodes(&self, texts: &[String]) -> anyhow::Result<Vec<SampleLine>> {
        let mut lines = Vec::new();
        for some in texts.chunks(TEXTS_MAX) {
            let (places, values) = among(some);
            lines.extend(self.lines(&format!("WHERE barcode IN ({places}) ORDER BY barcode"), values).await?);
        }
        Ok(lines)
    }

    /// Which of these texts are labels of where a tube comes from, and whose the tubes are.
    pub async fn labels_among(&self, texts: &[String]) -> anyhow::Result<Vec<(String, PatientId)>> {
        let mut labels = Vec::new();
        for some in texts.chunks(TEXTS_MAX) {
            let (places, values) = among(some);
            let sql = format!(
                "SELECT DISTINCT l.label, s.patient_id FROM sample_label l JOIN sample_view s ON s.sample_id = l.sample_id
                 WHERE l.label IN ({places}) ORDER BY l.label, s.patient_id"
            );
            for row in self.rows(&sql, values).await? {
                labels.push((row.get::<String>("label")?, row.get::<String>("patient_id")?.parse::<PatientId>()?));
            }
        }
        Ok(labels)
    }

    /// Samples that were sent with a manifest.
    pub async fn manifest(&self, manifest: &str) -> anyhow::Result<Vec<SampleLine>> {
        self.lines("WHERE manifest = $1 ORDER BY barcode", vec![manifest.into()]).await
    }

    /// Organisations of an order: who requested it, its laboratory, and those that it was sent on to.
    pub async fn organisations_of_order(&self, order: OrderId) -> anyhow::Result<Vec<String>> {
        let sql = "SELECT organisation FROM order_organisation WHERE order_id = $1 ORDER BY organisation";
        let rows = self.rows(sql, vec![order.to_string().into()]).await?;
        rows.iter().map(|row| Ok(row.get("organisation")?)).collect()
    }

    /// The same of several orders, by order.
    pub async fn organisations_of_orders(&self, orders: &[OrderId]) -> anyhow::Result<BTreeMap<OrderId, Vec<String>>> {
        let mut found: BTreeMap<OrderId, Vec<String>> = BTreeMap::new();
        for some in orders.chunks(AT_ONCE) {
            let sql = format!(
                "SELECT order_id, organisation FROM order_organisation WHERE order_id IN ({}) ORDER BY order_id, organisation",
                places(some.len())
            );
            for row in self.rows(&sql, some.iter().map(|order| order.to_string().into()).collect()).await? {
                found.entry(row.get::<String>("order_id")?.parse()?).or_default().push(row.get("organisation")?);
            }
        }
        Ok(found)
    }

    /// How many orders are open in the list of an organisation; of nobody in particular.
    pub async fn open_orders_of(&self, organisation: &str) -> anyhow::Result<usize> {
        let sql = format!(
            "SELECT COUNT(*) AS n FROM order_organisation WHERE organisation = $1 AND listed = {}",
            crate::order::Listed::Open as i64
        );
        let rows = self.rows(&sql, vec![organisation.into()]).await?;
        Ok(count(&rows)? as usize)
    }
}
