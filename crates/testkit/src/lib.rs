//! What tests need of the machine: a throw-away PostgreSQL.

use anyhow::{Context, ensure};
use std::{
    path::{Path, PathBuf},
    process::Command,
};
use tempfile::TempDir;

/// A PostgreSQL cluster of its own, ended and deleted when dropped.
pub struct Postgres {
    folder: TempDir,
    programs: PathBuf,
}

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
    fn start(programs: PathBuf) -> anyhow::Result<Postgres> {
        let folder = TempDir::new()?;
        let cluster = Postgres { folder, programs };
        // The server refuses to run as root, so root hands the folder to Debian's own user.
        if is_root() {
            run(Command::new("chown").arg("postgres").arg(cluster.folder.path()))?;
        }
        let data = cluster.data();
        cluster.run("initdb", &["-D", &data, "-U", "gms", "--auth=trust", "--no-sync"])?;
        let socket = cluster.folder.path().display().to_string();
        let options = format!("-c listen_addresses='' -c unix_socket_directories='{socket}' -c fsync=off");
        let log = format!("{socket}/log");
        cluster.run("pg_ctl", &["-D", &data, "-o", &options, "-l", &log, "-w", "start"])?;
        Ok(cluster)
    }

    fn data(&self) -> String {
        self.folder.path().join("data").display().to_string()
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
        let socket = self.folder.path().display().to_string();
        self.run("createdb", &["-h", &socket, "-U", "gms", name]).expect("a database");
        format!("postgres://gms@localhost/{name}?host={}", socket.replace('/', "%2F"))
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if let Err(error) = self.run("pg_ctl", &["-D", &self.data(), "-m", "immediate", "stop"]) {
            eprintln!("the throw-away PostgreSQL did not stop: {error:#}");
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
