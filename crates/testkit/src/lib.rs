//! What tests need of the machine: a throw-away PostgreSQL, and with the feature `s3` an S3 server.

#[cfg(feature = "s3")]
pub mod s3;

use anyhow::{Context, ensure};
use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};
use tempfile::TempDir;

/// A PostgreSQL cluster, ended and deleted when dropped; or one that somebody else keeps, in which only the databases that were
/// made here are deleted.
pub struct Postgres {
    folder: PathBuf,
    programs: PathBuf,
    kept_by: KeptBy,
}

enum KeptBy {
    Us { _folder: TempDir },
    Others { databases: Mutex<Vec<String>> },
}

/// Connections that a cluster takes: those of two services of seven programs each.
const CONNECTIONS_MAX: u32 = 300;

/// How many databases this program has made: no two of a cluster have one name.
static DATABASES: AtomicUsize = AtomicUsize::new(0);

/// Starts a cluster from Debian's `postgresql`. Without it the test says so and is skipped, except in CI, where it fails.
pub fn postgres() -> Option<Postgres> {
    let Some(programs) = programs() else {
        assert!(std::env::var_os("CI").is_none(), "PostgreSQL is not installed (Debian: postgresql)");
        eprintln!("skipped on PostgreSQL: it is not installed (Debian: postgresql)");
        return None;
    };
    Some(Postgres::start(programs).expect("a throw-away PostgreSQL cluster"))
}

fn programs() -> Option<PathBuf> {
    let mut versions: Vec<PathBuf> =
        std::fs::read_dir("/usr/lib/postgresql").ok()?.filter_map(|v| Some(v.ok()?.path().join("bin"))).collect();
    versions.retain(|bin| bin.join("initdb").is_file());
    versions.sort();
    versions.pop()
}

impl Postgres {
    /// The cluster that another program keeps in a folder ([`Postgres::folder`]).
    pub fn joined(folder: &Path) -> Postgres {
        let programs = programs().expect("whoever keeps the cluster found PostgreSQL");
        Postgres { folder: folder.to_owned(), programs, kept_by: KeptBy::Others { databases: Mutex::default() } }
    }

    /// Where its socket is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn start(programs: PathBuf) -> anyhow::Result<Postgres> {
        let folder = TempDir::new()?;
        let cluster = Postgres { folder: folder.path().to_owned(), programs, kept_by: KeptBy::Us { _folder: folder } };
        // The server refuses to run as root, so root hands the folder to Debian's own user.
        if is_root() {
            run(Command::new("chown").arg("postgres").arg(&cluster.folder))?;
        }
        let data = cluster.data();
        cluster.run("initdb", &["-D", &data, "-U", "gms", "--auth=trust", "--no-sync"])?;
        cluster.begin()?;
        Ok(cluster)
    }

    fn begin(&self) -> anyhow::Result<()> {
        let socket = self.folder.display().to_string();
        let options =
            format!("-c listen_addresses='' -c unix_socket_directories='{socket}' -c fsync=off -c max_connections={CONNECTIONS_MAX}");
        let log = format!("{socket}/log");
        self.run("pg_ctl", &["-D", &self.data(), "-o", &options, "-l", &log, "-w", "start"])
    }

    /// Ends the server as a crash does: whoever is connected is cut off. Only of a cluster that nobody else uses.
    pub fn crash(&self) {
        assert!(matches!(self.kept_by, KeptBy::Us { .. }), "others use this cluster");
        self.run("pg_ctl", &["-D", &self.data(), "-m", "immediate", "-w", "stop"]).expect("the server ends");
    }

    /// Starts the server again after [`Postgres::crash`].
    pub fn start_again(&self) {
        self.begin().expect("the server starts");
    }

    fn data(&self) -> String {
        self.folder.join("data").display().to_string()
    }

    fn run(&self, program: &str, arguments: &[&str]) -> anyhow::Result<()> {
        let program = self.programs.join(program);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        run(command.args(arguments).current_dir("/"))
    }

    /// URL of a fresh database.
    pub fn database(&self, name: &str) -> String {
        self.made(name, "template1")
    }

    /// URL of a fresh database with all that another of this cluster holds; nobody may be connected to that one.
    pub fn copy(&self, of: &str) -> String {
        let of = of.rsplit('/').next().and_then(|rest| rest.split('?').next()).expect("an address that `database` gave");
        self.made("copy", of)
    }

    fn made(&self, name: &str, of: &str) -> String {
        let (socket, number) = (self.folder.display().to_string(), DATABASES.fetch_add(1, Ordering::Relaxed));
        let name = format!("{name}_{}_{number}", std::process::id());
        self.run("createdb", &["-h", &socket, "-U", "gms", "-T", of, &name]).expect("a database");
        if let KeptBy::Others { databases } = &self.kept_by {
            databases.lock().expect("nobody panics with the lock held").push(name.clone());
        }
        // In the address `%2F` stands for the separators of the folder's path, so that `/` comes before the name alone.
        format!("postgres://gms@localhost/{name}?host={}", socket.replace('/', "%2F"))
    }

    fn end(&self) -> anyhow::Result<()> {
        let KeptBy::Others { databases } = &self.kept_by else {
            return self.run("pg_ctl", &["-D", &self.data(), "-m", "immediate", "stop"]);
        };
        let socket = self.folder.display().to_string();
        for name in databases.lock().expect("nobody panics with the lock held").iter() {
            self.run("dropdb", &["-h", &socket, "-U", "gms", "--force", name])?;
        }
        Ok(())
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if let Err(error) = self.end() {
            eprintln!("the throw-away PostgreSQL was not tidied up: {error:#}");
        }
    }
}

fn is_root() -> bool {
    Path::new("/proc/self").metadata().is_ok_and(|m| std::os::unix::fs::MetadataExt::uid(&m) == 0)
}

fn run(command: &mut Command) -> anyhow::Result<()> {
    let output = command.output().with_context(|| format!("running {command:?}"))?;
    ensure!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}
