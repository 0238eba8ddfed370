//! Secrets of other systems that have to be sent along, such as tokens: sealed with a key that is never in the database.

use crate::{
    Store,
    database::{Connection, Transaction},
    journal,
};
use anyhow::bail;

/// A secret as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// What it is for.
    pub name: String,
    /// Which key opens it.
    pub key_id: String,
    /// The secret, for whoever has the key.
    pub sealed: String,
}

/// What a change does with a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretChange {
    /// It is kept, in the place of an earlier one of its name.
    Keep(Sealed),
    /// The secret of a name is forgotten.
    Forget(String),
}

impl SecretChange {
    pub(crate) async fn write(&self, transaction: &mut Transaction) -> anyhow::Result<()> {
        match self {
            SecretChange::Keep(sealed) => sealed.write(transaction).await,
            SecretChange::Forget(name) => {
                transaction.execute("DELETE FROM secret WHERE name = $1", vec![name.clone().into()]).await?;
                Ok(())
            }
        }
    }
}

impl Sealed {
    /// All are sealed with one key: of two, a program that has one of them could not send what the other sealed.
    async fn write(&self, transaction: &mut Transaction) -> anyhow::Result<()> {
        let others = transaction.rows("SELECT key_id FROM secret WHERE key_id <> $1 LIMIT 1", vec![self.key_id.clone().into()]).await?;
        if let Some(other) = others.first() {
            let other: String = other.get("key_id")?;
            bail!("secrets are sealed with the key {other} and not with {}: give each server the same file secrets.key", self.key_id);
        }
        let sql = "INSERT INTO secret (name, key_id, sealed) VALUES ($1, $2, $3)
                   ON CONFLICT (name) DO UPDATE SET sealed = excluded.sealed";
        transaction.execute(sql, vec![self.name.clone().into(), self.key_id.clone().into(), self.sealed.clone().into()]).await?;
        Ok(())
    }
}

impl Store {
    /// The secret of a name.
    pub async fn sealed(&self, name: &str) -> anyhow::Result<Option<Sealed>> {
        let rows = self.rows("SELECT name, key_id, sealed FROM secret WHERE name = $1", vec![name.into()]).await?;
        rows.first().map(|row| Ok(Sealed { name: row.get("name")?, key_id: row.get("key_id")?, sealed: row.get("sealed")? })).transpose()
    }

    /// With which key secrets are sealed; nothing while there are none.
    pub async fn sealing_key(&self) -> anyhow::Result<Option<String>> {
        let rows = self.rows("SELECT key_id FROM secret LIMIT 1", vec![]).await?;
        rows.first().map(|row| Ok(row.get("key_id")?)).transpose()
    }

    /// Names of all secrets, each with the key that opens it.
    pub async fn sealed_names(&self) -> anyhow::Result<Vec<(String, String)>> {
        let rows = self.rows("SELECT name, key_id FROM secret ORDER BY name", vec![]).await?;
        rows.iter().map(|row| Ok((row.get("name")?, row.get("key_id")?))).collect()
    }

    /// Forgets secrets by their names, all of them or none.
    pub async fn forget_sealed(&self, names: &[String]) -> anyhow::Result<()> {
        let mut transaction = journal::begin(&self.database).await?;
        for name in names {
            SecretChange::Forget(name.clone()).write(&mut transaction).await?;
        }
        Ok(transaction.commit().await?)
    }

    /// Keeps a secret that came with no event.
    pub async fn keep_sealed(&self, sealed: &Sealed) -> anyhow::Result<()> {
        let mut transaction = journal::begin(&self.database).await?;
        sealed.write(&mut transaction).await?;
        Ok(transaction.commit().await?)
    }
}
