//! What each test begins with, written once: directory, panels, laboratories and people. A test gets a copy.

use super::{opened, people};
use std::{
    fs, io,
    path::Path,
    sync::{Arc, Weak},
};
use tempfile::TempDir;
use testkit::Postgres;
use tokio::sync::Mutex;

/// A service of which nobody has made use yet. It is kept while a test holds it.
pub(crate) struct Template {
    folder: TempDir,
    database: Option<(String, Postgres)>,
}

static TEMPLATE: Mutex<Weak<Template>> = Mutex::const_new(Weak::new());

impl Template {
    /// The one that tests have at hand, or a new one.
    pub(crate) async fn shared() -> Arc<Template> {
        let mut kept = TEMPLATE.lock().await;
        if let Some(template) = kept.upgrade() {
            return template;
        }
        let template = Arc::new(Template::new().await);
        *kept = Arc::downgrade(&template);
        template
    }

    async fn new() -> Template {
        let folder = tempfile::tempdir().expect("a folder");
        let cluster = if std::env::var_os(crate::ON_POSTGRES).is_some() { testkit::postgres() } else { None };
        let database = cluster.map(|cluster| (cluster.database("template"), cluster));
        let service = opened(folder.path(), database.as_ref().map(|(url, _)| url.as_str())).await;
        people::accounts::open_demonstration(&service).await.expect("people and laboratories");
        service.store.close().await;
        Template { folder, database }
    }

    /// Its folder and its database once more, which end with whoever asked.
    pub(crate) fn copy(&self) -> (TempDir, Option<(String, Postgres)>) {
        let folder = tempfile::tempdir().expect("a folder");
        copy_folder(self.folder.path(), folder.path()).expect("copied");
        let database = self.database.as_ref().map(|(url, cluster)| {
            let cluster = Postgres::joined(cluster.folder());
            (cluster.copy(url), cluster)
        });
        (folder, database)
    }
}

fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() { copy_folder(&entry.path(), &target)? } else { fs::copy(entry.path(), target).map(drop)? }
    }
    Ok(())
}
