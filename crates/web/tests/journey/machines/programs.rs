//! The programs of a journey's machines: started, killed, started again.

use super::{Place, balancer};
use std::{
    fs::OpenOptions,
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use tokio::sync::oneshot;

/// Programs that serve pages.
pub(super) const SERVERS: usize = 2;
/// Programs that work.
pub(super) const WORKERS: usize = 4;

/// The variable that names the program; `gms` of the same build without it.
const PROGRAM: &str = "GMS_PROGRAM";
/// The one setting of this machine that a program is to have, too: where `gms-query` lies.
const KEPT: &str = "GMS_QUERY";
/// How long a server may take until it is ready.
const READY_WITHIN: Duration = Duration::from_mins(2);
/// How often that is looked at.
const LOOKED_EVERY: Duration = Duration::from_millis(100);
/// Lines of a log that are shown where a journey failed.
const SHOWN_LINES: usize = 30;

/// Which of the programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which {
    Server(usize),
    Worker(usize),
}

/// All of them.
pub(super) struct Programs {
    place: Place,
    gms: PathBuf,
    folders: Vec<(Which, PathBuf)>,
    running: Mutex<Running>,
    /// Forms are on their way while this is read; a server is killed while it is written.
    pub(super) forms: tokio::sync::RwLock<()>,
}

/// What runs at present.
#[derive(Default)]
struct Running {
    programs: Vec<(Which, Program)>,
    /// Servers that are ready.
    ready: Vec<(Which, SocketAddr)>,
    killed: usize,
    faults: Vec<String>,
    has_ended: bool,
}

impl Programs {
    /// Starts all at once, and waits until the servers are ready.
    pub(super) async fn start(place: Place) -> Arc<Programs> {
        let gms = program();
        let all = (0..SERVERS).map(Which::Server).chain((0..WORKERS).map(Which::Worker));
        let folders: Vec<(Which, PathBuf)> = all.map(|which| (which, place.make(&which.name()))).collect();
        let programs = Arc::new(Programs { place, gms, folders, running: Mutex::default(), forms: tokio::sync::RwLock::default() });
        let mut starting = tokio::task::JoinSet::new();
        for (which, _) in &programs.folders {
            let (which, programs) = (*which, Arc::clone(&programs));
            starting.spawn(async move { programs.begin(which).await });
        }
        while let Some(begun) = starting.join_next().await {
            begun.expect("it is not cancelled").unwrap_or_else(|fault| panic!("{fault}"));
        }
        programs
    }

    /// Starts one again that was killed, and waits until it is ready.
    pub(super) async fn start_again(&self, which: Which) {
        if let Err(fault) = self.begin(which).await {
            self.lock().faults.push(fault);
        }
    }

    /// Starts one, and waits until it works or is ready.
    async fn begin(&self, which: Which) -> Result<(), String> {
        let folder = self.folders.iter().find(|(one, _)| *one == which).map(|(_, folder)| folder).expect("each has a folder");
        let log = folder.join("log");
        let Some(output) = self.spawn(which, folder, &log).map_err(|fault| format!("{which:?} is not started: {fault}"))? else {
            return Ok(());
        };
        let Ok(address) = says(output).await else { return Err(format!("{which:?} ended by itself: {}", end_of(&log))) };
        let Some(address) = address else { return Ok(()) };
        let began = Instant::now();
        loop {
            match balancer::is_ready(address).await {
                Ok(()) => break,
                Err(why) if began.elapsed() > READY_WITHIN => return Err(format!("{which:?} is not ready: {why}")),
                Err(_) => tokio::time::sleep(LOOKED_EVERY).await,
            }
        }
        self.lock().ready.push((which, address));
        Ok(())
    }

    /// Starts one; what it prints, unless the journey has ended.
    fn spawn(&self, which: Which, folder: &Path, log: &Path) -> std::io::Result<Option<ChildStdout>> {
        let mut command = self.command(which, folder);
        let lines = OpenOptions::new().create(true).append(true).open(log)?;
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(lines);
        let mut running = self.lock();
        if running.has_ended {
            return Ok(None);
        }
        let mut child = command.spawn()?;
        let output = child.stdout.take();
        running.programs.push((which, Program(child)));
        Ok(output)
    }

    fn command(&self, which: Which, folder: &Path) -> Command {
        let mut command = Command::new(&self.gms);
        // Nothing that this machine sets is a setting of these programs.
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("GMS_") && name != KEPT) {
            command.env_remove(name);
        }
        match which {
            Which::Server(_) => command.args(["serve", "--no-work", "--plain-loopback", "--listen", "127.0.0.1:0"]),
            Which::Worker(_) => command.args(["worker", "--name", &which.name()]),
        };
        command.args(self.place.arguments(folder));
        command.env("GMS_DATABASE", &self.place.database).envs(self.place.object_store.clone()).env("RUST_LOG", "warn");
        command
    }

    /// The server whose turn it is; none where none is ready.
    pub(super) fn turn(&self, number: usize) -> Option<SocketAddr> {
        let running = self.lock();
        running.ready.get(number % running.ready.len().max(1)).map(|(_, address)| *address)
    }

    /// Whether a server is ready beside this one.
    pub(super) fn has_another(&self, which: Which) -> bool {
        self.lock().ready.iter().any(|(one, _)| *one != which)
    }

    /// Kills one where it stands; one that ended by itself is a fault. Nobody is sent there any more.
    pub(super) fn kill(&self, which: Which) {
        let mut running = self.lock();
        let Some(position) = running.programs.iter().position(|(one, _)| *one == which) else { return };
        let (_, mut program) = running.programs.swap_remove(position);
        match program.0.try_wait() {
            Ok(None) => running.killed += 1,
            ended => running.faults.push(format!("{which:?} ended by itself: {ended:?}")),
        }
        drop(program);
        running.ready.retain(|(one, _)| *one != which);
    }

    /// How many were killed so far.
    pub(super) fn killed(&self) -> usize {
        self.lock().killed
    }

    /// Ends all; how many were killed before, and what went wrong.
    pub(super) fn end(&self) -> (usize, Vec<String>) {
        let mut running = self.lock();
        running.has_ended = true;
        running.ready.clear();
        let ended = std::mem::take(&mut running.programs);
        drop(ended);
        if std::thread::panicking() || !running.faults.is_empty() {
            for (which, folder) in &self.folders {
                eprintln!("the log of {which:?} ends:\n{}", end_of(&folder.join("log")));
            }
        }
        (running.killed, std::mem::take(&mut running.faults))
    }

    fn lock(&self) -> MutexGuard<'_, Running> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Which {
    fn name(self) -> String {
        match self {
            Which::Server(number) => format!("server-{}", number + 1),
            Which::Worker(number) => format!("worker-{}", number + 1),
        }
    }
}

/// A program that runs; killed when it is dropped.
struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        // SIGKILL; it has ended already where something went wrong.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Where a program serves, once it says so; nothing where it says that it works. What it says later is read, too, so that it never waits
/// for somebody who reads.
fn says(output: ChildStdout) -> oneshot::Receiver<Option<SocketAddr>> {
    let (say, said) = oneshot::channel();
    std::thread::spawn(move || {
        let mut say = Some(say);
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            let address = line.strip_prefix("Open http://").and_then(|rest| rest.split(' ').next()?.parse().ok());
            if (address.is_some() || line.starts_with("Works for the service"))
                && let Some(say) = say.take()
            {
                // Whoever waited may have gone.
                let _ = say.send(address);
            }
        }
    });
    said
}

/// `gms` of the same build, or the one that is named.
fn program() -> PathBuf {
    let beside = || {
        let test = std::env::current_exe().expect("the path of this test");
        test.ancestors().nth(2).expect("tests lie in a folder below that of the programs").join("gms")
    };
    let gms = std::env::var_os(PROGRAM).map_or_else(beside, PathBuf::from);
    assert!(gms.is_file(), "{} is not there: cargo build --release --locked -p cli, or name it in {PROGRAM}", gms.display());
    gms
}

/// The last lines of a log.
fn end_of(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(SHOWN_LINES)..].join("\n")
}
