//! Classes that were given to variants before, in any case; of the case itself nothing is told.

use crate::{
    Store,
    database::{Row, Value},
};
use access::Permit;
use care::{OrderId, interpretation::case::Pathogenicity};
use jiff::Timestamp;

/// A class as two scientists gave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Classified {
    /// Variant.
    pub variant: String,
    /// Gene symbol.
    pub symbol: String,
    /// Class.
    pub class: Pathogenicity,
    /// Criteria that it rests on.
    pub criteria: String,
    /// Order of which case.
    pub order: OrderId,
    /// When.
    pub at: Timestamp,
}

/// Variants that are asked for at once.
const AT_ONCE: usize = 500;

impl Store {
    /// Classes of variants, latest first.
    pub async fn classified(&self, _permit: &Permit, variants: &[String]) -> anyhow::Result<Vec<Classified>> {
        let mut found = Vec::new();
        for some in variants.chunks(AT_ONCE) {
            let places: Vec<String> = (1..=some.len()).map(|n| format!("${n}")).collect();
            let sql = format!(
                "SELECT variant, symbol, class, criteria, order_id, at FROM classification_view WHERE variant IN ({}) ORDER BY at DESC",
                places.join(", ")
            );
            for row in self.rows(&sql, some.iter().map(|v| Value::from(v.clone())).collect()).await? {
                found.push(line(&row)?);
            }
        }
        Ok(found)
    }

    /// Classes of variants of genes, by symbol, latest first.
    pub async fn classified_in(&self, _permit: &Permit, symbols: &[String]) -> anyhow::Result<Vec<Classified>> {
        let places: Vec<String> = (1..=symbols.len().max(1)).map(|n| format!("${n}")).collect();
        let sql = format!(
            "SELECT variant, symbol, class, criteria, order_id, at FROM classification_view WHERE symbol IN ({}) ORDER BY at DESC",
            places.join(", ")
        );
        let mut values: Vec<Value> = symbols.iter().map(|s| Value::from(s.clone())).collect();
        values.resize(places.len(), Value::from(String::new()));
        self.rows(&sql, values).await?.iter().map(line).collect()
    }

    /// Classes of variants of every gene, the latest first.
    pub async fn classified_lately(&self, _permit: &Permit, most: usize) -> anyhow::Result<Vec<Classified>> {
        let sql = format!("SELECT variant, symbol, class, criteria, order_id, at FROM classification_view ORDER BY at DESC LIMIT {most}");
        self.rows(&sql, vec![]).await?.iter().map(line).collect()
    }

    /// Classes of the variants that have been given more than one, by variant, latest first.
    pub async fn discordant(&self, _permit: &Permit) -> anyhow::Result<Vec<Classified>> {
        let sql = "SELECT variant, symbol, class, criteria, order_id, at FROM classification_view WHERE variant IN
                   (SELECT variant FROM classification_view GROUP BY variant HAVING COUNT(DISTINCT class) > 1) ORDER BY variant, at DESC";
        self.rows(sql, vec![]).await?.iter().map(line).collect()
    }
}

fn line(row: &Row) -> anyhow::Result<Classified> {
    let text = |column: &str| row.get::<String>(column);
    Ok(Classified {
        variant: text("variant")?,
        symbol: text("symbol")?,
        class: text("class")?.parse()?,
        criteria: text("criteria")?,
        order: text("order_id")?.parse()?,
        at: text("at")?.parse()?,
    })
}
