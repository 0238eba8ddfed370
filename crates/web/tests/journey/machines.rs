//! The same journeys over several machines, two of which are killed again and again: `GMS_JOURNEYS_MACHINES=1`.
//!
//! Two `gms serve --no-work` and four `gms worker` on one PostgreSQL and one S3 server, each in a folder of its own; a load balancer
//! before the pages. Every few seconds a server and a worker that chance chooses are killed (`kill -9`) and started again; one server is
//! always ready. What the journey does to the service directly it does on one machine more, which works for nobody unasked.
//!
//! No server is killed while a form is on its way through the balancer: what becomes of a change that is cut off, and that a page says
//! so, is tested by `cargo xtask bench kill` and by `changes_that_are_cut_off_by_a_restart_are_whole_or_not_there`.

mod acknowledged;
mod balancer;
mod kills;
mod place;
mod programs;

pub(crate) use place::Place;

use balancer::Balancer;
use programs::Programs;
use std::sync::Arc;

/// The variable that says so.
const VARIABLE: &str = "GMS_JOURNEYS_MACHINES";
/// The variable with the number from which chance follows; without it another each time.
const SEED: &str = "GMS_JOURNEYS_SEED";

/// Whether journeys run over several machines.
pub(crate) fn are_several() -> bool {
    std::env::var_os(VARIABLE).is_some_and(|text| !text.is_empty() && text != "0")
}

/// The machines of a journey, which end with it.
pub(crate) struct Machines {
    /// Where the load balancer listens.
    pub(crate) base: String,
    programs: Arc<Programs>,
    /// What kills them.
    hunt: tokio::task::JoinHandle<()>,
    balance: tokio::task::JoinHandle<()>,
}

impl Machines {
    /// Starts them at a place where a service was begun, and begins to kill them once the servers are ready.
    pub(crate) async fn begin(place: Place) -> Machines {
        let programs = Programs::start(place).await;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let balance = tokio::spawn(Balancer::new(Arc::clone(&programs)).serve(listener));
        let seed = std::env::var(SEED).ok().map_or_else(|| fastrand::u64(..), |text| text.parse().expect("GMS_JOURNEYS_SEED is a number"));
        eprintln!("machines are killed as {SEED}={seed} says");
        let hunt = tokio::spawn(kills::go_on(Arc::clone(&programs), seed));
        Machines { base, programs, hunt, balance }
    }

    /// How many programs were killed so far.
    pub(crate) fn killed(&self) -> usize {
        self.programs.killed()
    }
}

impl Drop for Machines {
    fn drop(&mut self) {
        self.hunt.abort();
        self.balance.abort();
        let (killed, faults) = self.programs.end();
        eprintln!("{killed} programs were killed meanwhile");
        // A test that failed already says why itself.
        assert!(std::thread::panicking() || faults.is_empty(), "programs ended by themselves or did not begin: {faults:?}");
    }
}
