//! A program that is started, killed, stopped and ended.

use super::Place;
use anyhow::{Context, bail, ensure};
use std::{
    os::unix::process::ExitStatusExt,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// How long a program may take to end by itself.
const ENDED_WITHIN: Duration = Duration::from_secs(40);

/// The number of the signal by which a program is asked to end.
const TERMINATED: i32 = 15;

/// A program of the service; killed when it is dropped.
pub(super) struct Program(Child);

impl Program {
    /// A program that works.
    pub(super) fn worker(gms: &Path, place: &Place, number: usize) -> anyhow::Result<Program> {
        let name = format!("worker-{number}");
        Program::start(gms, place, &["worker", "--kinds", "analysis,delivery,sweep", "--name", &name])
    }

    /// A program that serves pages and leaves the work to others.
    pub(super) fn pages(gms: &Path, place: &Place) -> anyhow::Result<Program> {
        Program::start(gms, place, &["serve", "--no-work", "--plain-loopback", "--listen", "127.0.0.1:0"])
    }

    fn start(gms: &Path, place: &Place, arguments: &[&str]) -> anyhow::Result<Program> {
        let mut command = Command::new(gms);
        command.args(arguments).arg("--dir").arg(&place.folder).stdout(Stdio::null());
        // A password in an argument is refused; and nothing else that this machine sets is a setting of these programs.
        command.env_remove("GMS_CONFIG").env_remove("GMS_DATABASE");
        if let Some(url) = &place.database {
            command.env("GMS_DATABASE", url);
        }
        Ok(Program(command.spawn().with_context(|| format!("starting {}", gms.display()))?))
    }

    /// Kills it where it stands; one that ended by itself is a fault.
    pub(super) fn kill(&mut self) -> anyhow::Result<()> {
        if let Some(status) = self.0.try_wait()? {
            bail!("a program ended by itself: {status}");
        }
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
