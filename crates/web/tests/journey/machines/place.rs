//! Where the machines of a journey meet: a database, an object store, and what an operator puts into each machine's folder.

use super::are_several;
use formats::Pack;
use service::Service;
use std::{
    fs::{self, DirBuilder, OpenOptions},
    io::Write,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, symlink},
    path::{Path, PathBuf},
    sync::{Arc, Weak},
};
use store::{Store, blobs::Blobs};
use testkit::{Postgres, s3};
use tokio::sync::Mutex;

const BUCKET: &str = "gms";
const BLOBS: &str = "s3://gms/blobs";
/// The key that every machine has: an operator copies it from one to the others.
const KEY: &str = "secrets.key";
/// What machines share by a file system of the site: files that are delivered, and the extract of demographics.
const SHARED: [&str; 2] = ["incoming", service::people::trace::EXTRACT];

/// The cluster that journeys have at hand; it ends with the last that uses it.
static CLUSTER: Mutex<Weak<Postgres>> = Mutex::const_new(Weak::new());

/// A place of its own for each journey.
pub(crate) struct Place {
    /// Folder of the folders of the machines.
    root: PathBuf,
    /// Address of the database.
    pub(super) database: String,
    /// How the object store is reached.
    pub(super) object_store: Vec<(String, String)>,
    /// Deletes the database.
    _own: Postgres,
    _cluster: Arc<Postgres>,
}

impl Place {
    /// A place in a folder; none where journeys run on this machine alone.
    pub(crate) async fn of_several(root: &Path) -> Option<Place> {
        if !are_several() {
            return None;
        }
        let cluster = cluster().await;
        let own = Postgres::joined(cluster.folder());
        let database = own.database("journey");
        let object_store = s3::serve(&root.join("s3"), BUCKET).await.expect("an S3 server");
        let place = Place { root: root.to_owned(), database, object_store, _own: own, _cluster: cluster };
        make_folder(&place.here());
        let mut options = OpenOptions::new();
        let mut key = options.write(true).create_new(true).mode(0o600).open(place.here().join(KEY)).expect("a key");
        writeln!(key, "{}", "5e".repeat(32)).expect("written");
        Some(place)
    }

    /// The folder of the machine that the journey itself is.
    fn here(&self) -> PathBuf {
        self.root.join("here")
    }

    /// The service on the machine that the journey itself is. Nothing is done there but what the journey does.
    pub(crate) async fn open(&self, pack: &Pack) -> Arc<Service> {
        let here = self.here();
        let blobs = Blobs::at(BLOBS, self.object_store.clone(), &here.join("copies")).expect("an object store");
        let store = Store::connect_with(&self.database, blobs).await.expect("a database");
        Service::with_store(store, &here, pack).await.expect("a service")
    }

    /// The folder of another machine, as an operator makes it: with the same key, and what the site shares.
    pub(super) fn make(&self, name: &str) -> PathBuf {
        let folder = self.root.join(name);
        make_folder(&folder);
        fs::copy(self.here().join(KEY), folder.join(KEY)).expect("copied");
        for shared in SHARED {
            symlink(self.here().join(shared), folder.join(shared)).expect("a link");
        }
        folder
    }

    /// Arguments that say where a machine with a folder finds what it shares with the others.
    pub(super) fn arguments(&self, folder: &Path) -> Vec<String> {
        let library = self.here().join("library");
        [("--dir", folder.display().to_string()), ("--blobs", BLOBS.to_owned()), ("--library", library.display().to_string())]
            .into_iter()
            .flat_map(|(name, value)| [name.to_owned(), value])
            .collect()
    }
}

/// A folder that is the service's alone.
fn make_folder(folder: &Path) {
    DirBuilder::new().mode(0o700).create(folder).expect("a folder");
}

async fn cluster() -> Arc<Postgres> {
    let mut kept = CLUSTER.lock().await;
    if let Some(cluster) = kept.upgrade() {
        return cluster;
    }
    let cluster = Arc::new(testkit::postgres().expect("PostgreSQL is not installed (Debian: postgresql)"));
    *kept = Arc::downgrade(&cluster);
    cluster
}
