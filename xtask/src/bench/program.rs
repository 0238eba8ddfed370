//! A program of the service that is started, killed, stopped and ended.

use anyhow::{Context, bail, ensure};
use engine::reference;
use service::Service;
use std::{
    os::unix::process::ExitStatusExt,
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};
use store::Store;

/// How long a program may take to end by itself.
const ENDED_WITHIN: Duration = Duration::from_secs(40);

/// The number of the signal by which a program is asked to end.
const TERMINATED: i32 = 15;

/// Where the service lies.
pub struct Place {
    /// The service's folder.
    pub folder: PathBuf,
    /// PostgreSQL; SQLite in the folder without it.
    pub database: Option<String>,
}

impl Place {
    /// The service, opened by the benchmark itself.
    pub(super) async fn open(&self) -> anyhow::Result<Arc<Service>> {
        let pack = reference::open("demo")?;
        let blobs = self.folder.join("blobs");
        let store = match &self.database {
            Some(url) => Store::connect(url, &blobs).await?,
            None => Store::open(&self.folder).await?,
        };
        Service::with_store(store, &self.folder, &pack).await
    }
}

/// The program `gms` that was built beside this one.
pub(super) fn gms() -> anyhow::Result<PathBuf> {
    let gms = std::env::current_exe()?.with_file_name("gms");
    ensure!(gms.is_file(), "build the program first: cargo build --release");
    Ok(gms)
}

/// A program of the service; killed when it is dropped.
pub(super) struct Program(Child);

impl Program {
    /// A program that works.
    pub(super) fn worker(gms: &Path, place: &Place, number: usize) -> anyhow::Result<Program> {
        let name = format!("worker-{number}");
        Program::begin(&mut Program::command(gms, place, &["worker", "--kinds", "analysis,delivery,sweep", "--name", &name]))
    }

    /// A program that serves pages and leaves the work to others.
    pub(super) fn pages(gms: &Path, place: &Place) -> anyhow::Result<Program> {
        Program::begin(&mut Program::command(gms, place, &["serve", "--no-work", "--plain-loopback", "--listen", "127.0.0.1:0"]))
    }

    /// How a program is started whose output nobody reads.
    pub(super) fn command(gms: &Path, place: &Place, arguments: &[&str]) -> Command {
        let mut command = Command::new(gms);
        command.args(arguments).arg("--dir").arg(&place.folder).stdout(Stdio::null());
        // A password in an argument is refused; and nothing else that this machine sets is a setting of these programs.
        command.env_remove("GMS_CONFIG").env_remove("GMS_DATABASE");
        if let Some(url) = &place.database {
            command.env("GMS_DATABASE", url);
        }
        command
    }

    /// Starts a program.
    pub(super) fn begin(command: &mut Command) -> anyhow::Result<Program> {
        Ok(Program(command.spawn().with_context(|| format!("starting {}", command.get_program().display()))?))
    }

    /// The number of its process.
    pub(super) fn id(&self) -> u32 {
        self.0.id()
    }

    /// What it says, where that was to be read; once.
    pub(super) fn output(&mut self) -> anyhow::Result<ChildStdout> {
        self.0.stdout.take().context("what the program says")
    }

    /// One that ended by itself is a fault.
    pub(super) fn check_runs(&mut self) -> anyhow::Result<()> {
        if let Some(status) = self.0.try_wait()? {
            bail!("a program ended by itself: {status}");
        }
        Ok(())
    }

    /// Kills it where it stands; one that ended by itself is a fault.
    pub(super) fn kill(&mut self) -> anyhow::Result<()> {
        self.check_runs()?;
        self.0.kill()?;
        self.0.wait()?;
        Ok(())
    }

    /// Sends it a signal by its name.
    pub(super) fn signal(&self, name: &str) -> anyhow::Result<()> {
        let sent = Command::new("kill").arg(format!("-{name}")).arg(self.0.id().to_string()).status()?;
        ensure!(sent.success(), "the signal {name} could not be sent");
        Ok(())
    }

    /// Asks it to end; one that goes on, or ends with a fault, is a fault. One that had not begun yet ends by the signal itself.
    pub(super) fn end(mut self) -> anyhow::Result<()> {
        self.signal("TERM")?;
        let began = Instant::now();
        while began.elapsed() < ENDED_WITHIN {
            if let Some(status) = self.0.try_wait()? {
                ensure!(status.success() || status.signal() == Some(TERMINATED), "a program that was asked to end did so with {status}");
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        bail!("a program did not end within {ENDED_WITHIN:?} of being asked to")
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It has ended already where nothing went wrong.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
