//! Classes that were given to variants before, in any case; of the case itself nothing is told.

use crate::{Store, database::Value, happened::places, line::line};
use access::Permit;
use care::{OrderId, interpretation::case::Pathogenicity};
use jiff::Timestamp;

line! {
    /// A class as two scientists gave it.
    pub struct Classified in "classification_view" keys 2 {
        /// Interpretation in which they did.
        pub(crate) interpretation: String = "interpretation_id",
        /// Variant.
        pub variant: String = "variant",
        /// Gene symbol.
        pub symbol: String = "symbol",
        /// Class.
        pub class: Pathogenicity = "class",
        /// Criteria that it rests on.
        pub criteria: String = "criteria",
        /// Order of which case.
        pub order: OrderId = "order_id",
        /// When.
        pub at: Timestamp = "at",
    }
}

/// Variants that are asked for at once.
const AT_ONCE: usize = 500;

/// Which lines of a table count: of the classes that an order gave a variant the latest. An order is in no conflict with itself.
fn latest(table: &str) -> String {
    format!(
        "NOT EXISTS (SELECT 1 FROM classification_view AS newer WHERE newer.order_id = {table}.order_id
         AND newer.variant = {table}.variant AND newer.at > {table}.at)"
    )
}

impl Store {
    /// Classes of variants, latest first; of each order the latest.
    pub async fn classified(&self, _permit: &Permit, variants: &[String]) -> anyhow::Result<Vec<Classified>> {
        let mut found = Vec::new();
        for some in variants.chunks(AT_ONCE) {
            let rest = format!("WHERE variant IN ({}) AND {} ORDER BY at DESC", places(some.len()), latest("classification_view"));
            found.extend(self.lines(&rest, some.iter().map(|v| Value::from(v.clone())).collect()).await?);
        }
        Ok(found)
    }

    /// Classes of variants of genes, by symbol, latest first; of each order the latest.
    pub async fn classified_in(&self, _permit: &Permit, symbols: &[String]) -> anyhow::Result<Vec<Classified>> {
        let count = symbols.len().max(1);
        let rest = format!("WHERE symbol IN ({}) AND {} ORDER BY at DESC", places(count), latest("classification_view"));
        let mut values: Vec<Value> = symbols.iter().map(|s| Value::from(s.clone())).collect();
        values.resize(count, Value::from(String::new()));
        self.lines(&rest, values).await
    }

    /// Classes of variants of every gene, the latest first; of each order the latest.
    pub async fn classified_lately(&self, _permit: &Permit, most: usize) -> anyhow::Result<Vec<Classified>> {
        self.lines(&format!("WHERE {} ORDER BY at DESC LIMIT {most}", latest("classification_view")), vec![]).await
    }

    /// Classes of the variants to which orders give more than one, by variant, latest first; of each order the latest.
    pub async fn discordant(&self, _permit: &Permit) -> anyhow::Result<Vec<Classified>> {
        // Variants that were ever given two classes are found by an index alone; whether they still are is looked at for those.
        let rest = format!(
            "WHERE variant IN (SELECT given.variant FROM classification_view AS given
             GROUP BY given.variant HAVING MIN(given.class) <> MAX(given.class)) AND {}
             ORDER BY variant, at DESC",
            latest("classification_view")
        );
        let lines: Vec<Classified> = self.lines(&rest, vec![]).await?;
        let still = lines.chunk_by(|a, b| a.variant == b.variant).filter(|same| same.iter().any(|line| line.class != same[0].class));
        Ok(still.flatten().cloned().collect())
    }
}
