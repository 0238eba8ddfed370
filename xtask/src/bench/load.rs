//! `cargo xtask bench load`: a real `gms serve` on a service that `bench service --keep` filled, under the pages of every role and a few
//! writes, on many connections. How soon it is ready, how long pages take through it, and whether its memory stays as it is.

mod connection;
mod counted;
mod desk;
mod figures;
mod hospital;
mod memory;
mod pace;
mod prepared;
mod served;
mod summary;
mod times;

use super::program::{self, Place};
use anyhow::{bail, ensure};
use counted::{Counted, Tally};
use desk::Desk;
use figures::Figures;
use hospital::Hospital;
use pace::Pace;
use prepared::{Prepared, prepare};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use served::Served;
use std::{path::Path, sync::Arc, time::Duration};
use summary::{Load, Minute};
use tokio::{
    task::JoinSet,
    time::{Instant, sleep_until},
};

/// What is measured.
pub struct Plan {
    /// The service that was kept.
    pub place: Place,
    /// For how long.
    pub minutes: usize,
    /// Connections at once: desks, and one hospital's system.
    pub connections: usize,
    /// Requests a second of all of them.
    pub rate: u32,
}

/// The share of requests by which an order is placed by FHIR: an assumption, and at 100 requests a second more than a hundred times
/// as many as come in a year of 100,000.
const ORDERED: f64 = 0.005;
/// Requests a second of one desk at the most: the service lets a session ask so often in the long run (`web::limit`), and some are due at
/// once.
const OF_A_DESK_MAX: f64 = 15.0;
/// How often memory is read.
const READ_EVERY: Duration = Duration::from_secs(5);
const MINUTE: Duration = Duration::from_mins(1);

impl Plan {
    fn desks(&self) -> usize {
        self.connections.saturating_sub(1)
    }

    fn check(&self) -> anyhow::Result<()> {
        let (least, desks) = (desk::DESKS_MIN, self.desks());
        ensure!(desks >= least, "--connections {}: one is a hospital's system, and {least} roles have a desk each", self.connections);
        ensure!(self.rate > 0 && self.minutes > 0, "a load has at least one request a second, and one minute");
        let most = OF_A_DESK_MAX * desks as f64;
        ensure!(f64::from(self.rate) <= most, "--rate {}: {desks} desks may ask {most} times a second together", self.rate);
        Ok(())
    }

    /// From one request of a desk to its next, on average.
    fn gap_of_desk(&self) -> Duration {
        Duration::from_secs_f64(self.desks() as f64 / (f64::from(self.rate) * (1.0 - ORDERED)))
    }

    /// From one order of the hospital's system to its next, on average.
    fn gap_of_hospital(&self) -> Duration {
        Duration::from_secs_f64(1.0 / (f64::from(self.rate) * ORDERED))
    }

    /// What is done, in words.
    fn sentence(&self) -> String {
        let Plan { minutes, connections, rate, .. } = self;
        format!(
            "\n{minutes} minutes, {connections} connections, {rate} requests a second at random times, of which {} % are orders by FHIR; \
             the others are pages of every role, and orders that are taken on.\n",
            ORDERED * 100.0
        )
    }
}

/// Runs the benchmark.
pub fn run(plan: &Plan) -> anyhow::Result<()> {
    plan.check()?;
    let gms = program::gms()?;
    tokio::runtime::Runtime::new()?.block_on(measure(plan, &gms))
}

async fn measure(plan: &Plan, gms: &Path) -> anyhow::Result<()> {
    let prepared = Arc::new(prepare(&plan.place).await?);
    let mut served = Served::start(gms, &plan.place).await?;
    let (orders, ready_after) = (prepared.orders, served.ready_after);
    println!("gms serve was ready {:.0} ms after the start of its process, with {orders} orders.", ready_after.as_secs_f64() * 1e3);
    let mut desks = sign_in(plan, &served, &prepared).await?;
    let mut hospital = Hospital::new(&served.pages, prepared.system.clone())?;
    check_answers(&mut desks, &mut hospital).await?;
    println!("{}", plan.sentence());
    let (counted, begun) = (Arc::new(Counted::default()), Instant::now());
    let before = served.figures().await?;
    let mut working = work(plan, begun, (desks, hospital), &counted);
    let (minutes, mut tally) = watch(plan, begun, &mut served, (counted.as_ref(), &before)).await?;
    while let Some(ended) = working.join_next().await {
        ended?;
    }
    tally.extend(&counted.since_last());
    let figures = served.figures().await?.since(&before);
    let load = Load { ready_after, minutes, tally, figures, failures: counted.failures() };
    load.print();
    served.end()?;
    match load.faults() {
        faults if faults.is_empty() => Ok(()),
        faults => bail!("{}", faults.join("; ")),
    }
}

/// Somebody at each desk.
async fn sign_in(plan: &Plan, served: &Served, prepared: &Arc<Prepared>) -> anyhow::Result<Vec<Desk>> {
    let mut desks = Vec::new();
    for number in 0..plan.desks() {
        desks.push(Desk::sign_in(&served.pages, number, prepared).await?);
    }
    Ok(desks)
}

/// Every page once, and one order: what is not answered now would only fail again and again. It warms up what is made once, too.
async fn check_answers(desks: &mut [Desk], hospital: &mut Hospital) -> anyhow::Result<()> {
    let mut wrong = Vec::new();
    for desk in desks.iter_mut().take(desk::DESKS_MIN) {
        wrong.extend(desk.open_each().await);
    }
    if let Err(why) = hospital.place().await {
        wrong.push(format!("an order by FHIR: {why:#}"));
    }
    ensure!(wrong.is_empty(), "before the load:\n{}", wrong.join("\n"));
    Ok(())
}

/// Begins the load.
fn work(plan: &Plan, begun: Instant, (desks, hospital): (Vec<Desk>, Hospital), counted: &Arc<Counted>) -> JoinSet<()> {
    let until = begun + MINUTE * plan.minutes as u32;
    let mut working = JoinSet::new();
    for (number, desk) in desks.into_iter().enumerate() {
        let pace = Pace { until, gap: plan.gap_of_desk() };
        working.spawn(desk.work(pace, Arc::clone(counted), ChaCha8Rng::seed_from_u64(number as u64)));
    }
    let pace = Pace { until, gap: plan.gap_of_hospital() };
    working.spawn(hospital.work(pace, Arc::clone(counted), ChaCha8Rng::seed_from_u64(u64::MAX)));
    working
}

/// Says each minute how it went; all of them, and everything that was asked for in them.
async fn watch(
    plan: &Plan,
    begun: Instant,
    served: &mut Served,
    (counted, before): (&Counted, &Figures),
) -> anyhow::Result<(Vec<Minute>, Tally)> {
    let (mut minutes, mut sum, mut last) = (Vec::new(), Tally::default(), before.clone());
    println!("{}", summary::HEAD);
    for number in 1..=plan.minutes {
        let resident = memory_until(begun + MINUTE * number as u32, served).await?;
        let (tally, figures, memory) = (counted.since_last(), served.figures().await?, served.memory()?);
        let minute = Minute { number, tally, pages: figures.since(&last).all_pages(), resident, memory };
        println!("{}", minute.line());
        sum.extend(&minute.tally);
        last = figures;
        minutes.push(minute);
    }
    Ok((minutes, sum))
}

/// Reads the memory every few seconds until a moment.
async fn memory_until(end: Instant, served: &mut Served) -> anyhow::Result<Vec<u64>> {
    let mut resident = Vec::new();
    while Instant::now() < end {
        sleep_until(end.min(Instant::now() + READ_EVERY)).await;
        resident.push(served.memory()?.resident);
    }
    Ok(resident)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(connections: usize, rate: u32) -> Plan {
        Plan { place: Place { folder: "kept".into(), database: None }, minutes: 30, connections, rate }
    }

    #[test]
    fn all_connections_together_ask_as_often_as_was_said() {
        let plan = plan(50, 100);
        plan.check().expect("a load");
        let together = plan.desks() as f64 / plan.gap_of_desk().as_secs_f64() + 1.0 / plan.gap_of_hospital().as_secs_f64();
        assert!((together - 100.0).abs() < 1e-3, "{together}");
    }

    #[test]
    fn a_load_without_a_desk_for_each_role_or_beyond_what_a_session_may_ask_is_refused() {
        assert!(plan(12, 100).check().is_ok());
        for (connections, rate) in [(11, 100), (0, 1), (50, 0), (12, 1_000)] {
            assert!(plan(connections, rate).check().is_err(), "{connections} connections, {rate} a second");
        }
    }
}
