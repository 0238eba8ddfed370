//! Whose samples the files of analyses hold.

use crate::{
    Store,
    database::Connection,
    line::{TableRow, line},
};
use care::{OrderId, PatientId};

line! {
    /// A sample in a file that was registered, while its analysis, or the registration of the reads, stands.
    pub struct DataLine in "data_view" keys 3 {
        /// Analysis, or registered reads.
        pub id: String = "analysis_id",
        /// SHA-256 of the file.
        pub sha256: String = "sha256",
        /// Name of the sample in it.
        pub sample: String = "sample",
        /// Whose it was said to be.
        pub patient: PatientId = "patient_id",
        /// Order that the file was registered for.
        pub order: OrderId = "order_id",
        /// Name under which the file was delivered; empty where that is not known.
        pub file: String = "file",
    }
}

/// Whose the samples of a file were when it was decided to register it: what is registered of it meanwhile is a conflict.
#[derive(Clone, Debug)]
pub struct SeenData {
    /// SHA-256 of the file.
    pub sha256: String,
    /// Its samples, as they were registered before.
    pub lines: Vec<DataLine>,
}

impl SeenData {
    /// Whether it is still so, within a transaction.
    pub(crate) async fn is_so(&self, db: &mut impl Connection) -> anyhow::Result<bool> {
        Ok(of_data(db, &self.sha256).await? == self.lines)
    }
}

/// Samples of a file by its digest.
async fn of_data(db: &mut impl Connection, sha256: &str) -> anyhow::Result<Vec<DataLine>> {
    let sql = format!("SELECT {} FROM {} WHERE sha256 = $1 ORDER BY analysis_id, sample", DataLine::columns(""), DataLine::TABLE);
    db.rows(&sql, vec![sha256.into()]).await?.iter().map(DataLine::read).collect()
}

impl Store {
    /// Samples of a file by its digest, as they were registered before.
    pub async fn samples_of_data(&self, sha256: &str) -> anyhow::Result<SeenData> {
        Ok(SeenData { sha256: sha256.to_owned(), lines: of_data(&mut self.database.clone(), sha256).await? })
    }

    /// Samples of files that were delivered under a name.
    pub async fn samples_of_file(&self, file: &str) -> anyhow::Result<Vec<DataLine>> {
        self.lines("WHERE file = $1 ORDER BY analysis_id, sample", vec![file.into()]).await
    }
}
