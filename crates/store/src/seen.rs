//! What lists said when something was decided, beside the streams that are written to: whose a number was, and which messages had come.
//! What another writer adds to it meanwhile is a conflict, so that the decision is made again with it.

use crate::{
    Store,
    database::{Connection, Value},
};
use care::{StaffId, people::identifier::HospitalNumber};

/// A question to a list that decisions rest on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Lookup {
    /// The people with a number of a hospital.
    HospitalNumber(HospitalNumber),
    /// The samples whose tubes have a label of where they come from.
    TubeLabel(String),
    /// The messages of a system with a number of its own and the same bytes, by their SHA-256.
    Message(StaffId, String, String),
}

/// Which lines a look-up found when something was decided.
#[derive(Clone, Debug)]
pub struct Seen {
    lookup: Lookup,
    found: Vec<String>,
}

impl Lookup {
    /// The statement, which names what is found `id`, and its values.
    fn query(&self) -> (&'static str, Vec<Value>) {
        match self {
            Lookup::HospitalNumber(number) => {
                // A second key where there is one, else the same again.
                let sql = "SELECT DISTINCT patient_id AS id FROM hospital_number WHERE number IN ($1, $2) ORDER BY patient_id";
                let other = number.keys().pop().unwrap_or_default();
                (sql, vec![number.key().into(), other.into()])
            }
            Lookup::TubeLabel(label) => {
                let sql = "SELECT sample_id AS id FROM sample_label WHERE label = $1 ORDER BY sample_id";
                (sql, vec![label.trim().to_uppercase().into()])
            }
            Lookup::Message(client, control, sha256) => {
                let sql = "SELECT message_id AS id FROM message_view WHERE client_id = $1 AND control = $2 AND sha256 = $3
                           ORDER BY message_id";
                (sql, vec![client.to_string().into(), control.clone().into(), sha256.clone().into()])
            }
        }
    }

    /// Identifiers of what it finds.
    pub(crate) async fn find(&self, db: &mut impl Connection) -> anyhow::Result<Vec<String>> {
        let (sql, values) = self.query();
        db.rows(sql, values).await?.iter().map(|row| Ok(row.get::<String>("id")?)).collect()
    }
}

impl Seen {
    /// Whether it is still so, within a transaction.
    pub(crate) async fn is_so(&self, db: &mut impl Connection) -> anyhow::Result<bool> {
        Ok(self.lookup.find(db).await? == self.found)
    }

    /// What it is about, of nobody in particular.
    pub(crate) fn subject(&self) -> &'static str {
        match self.lookup {
            Lookup::HospitalNumber(_) => "a hospital's number",
            Lookup::TubeLabel(_) => "a label of a tube",
            Lookup::Message(..) => "a message",
        }
    }
}

impl Store {
    /// What a look-up finds now. It is made before what is decided by it is read: what comes between is then a conflict, too.
    pub async fn seen(&self, lookup: Lookup) -> anyhow::Result<Seen> {
        let found = lookup.find(&mut self.database.clone()).await?;
        Ok(Seen { lookup, found })
    }
}
