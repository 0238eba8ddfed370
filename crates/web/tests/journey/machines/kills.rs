//! Chance, which kills a server and a worker again and again.

use super::programs::{Programs, SERVERS, WORKERS, Which};
use std::{sync::Arc, time::Duration};

/// How long nothing is killed after everything that was killed is there again, in milliseconds.
const PAUSE_MS: std::ops::Range<u64> = 1_000..7_000;
/// How long after the one the other is killed, at most, in milliseconds.
const BETWEEN_MS: std::ops::Range<u64> = 0..1_500;
/// How often it is looked whether a form is on its way.
const LOOKED_EVERY: Duration = Duration::from_millis(20);

/// Kills for as long as the journey lasts.
pub(super) async fn go_on(programs: Arc<Programs>, seed: u64) {
    let mut random = fastrand::Rng::with_seed(seed);
    loop {
        tokio::time::sleep(Duration::from_millis(random.u64(PAUSE_MS))).await;
        let server = Which::Server(random.usize(..SERVERS));
        let worker = Which::Worker(random.usize(..WORKERS));
        let [first, second] = [(); 2].map(|()| Duration::from_millis(random.u64(BETWEEN_MS)));
        tokio::join!(kill_server(&programs, server, first), kill_worker(&programs, worker, second));
    }
}

async fn kill_worker(programs: &Programs, which: Which, after: Duration) {
    tokio::time::sleep(after).await;
    programs.kill(which);
    programs.start_again(which).await;
}

/// Kills a server in a moment in which no form is on its way, if another is ready.
async fn kill_server(programs: &Programs, which: Which, after: Duration) {
    tokio::time::sleep(after).await;
    if !programs.has_another(which) {
        return;
    }
    loop {
        // Nobody is kept waiting: a form may lead to another before it is answered.
        if let Ok(none_on_its_way) = programs.forms.try_write() {
            programs.kill(which);
            drop(none_on_its_way);
            break;
        }
        tokio::time::sleep(LOOKED_EVERY).await;
    }
    programs.start_again(which).await;
}
