//! `cargo xtask bench kill`: a program that places orders is killed again and again; everything that it acknowledged has to be there.

use super::service::{person, place};
use anyhow::{Context, ensure};
use care::{OrderId, Role};
use engine::reference;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use service::{Service, lines, people};
use std::{
    io::{BufRead, BufReader, Write},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};
use store::Store;

/// Of so many kills one comes at any moment from the start of the program on; the others come once it writes.
const WHILE_STARTING: u32 = 5;
/// Within this many milliseconds of its start, or of the first order that it acknowledged.
const WITHIN_MS: std::ops::Range<u64> = 0..600;

/// Where the orders are placed.
pub struct Place {
    /// The service's folder.
    pub folder: PathBuf,
    /// PostgreSQL; SQLite in the folder without it.
    pub database: Option<String>,
}

impl Place {
    async fn open(&self) -> anyhow::Result<Arc<Service>> {
        let url = self.database.clone().unwrap_or_else(|| Store::address(&self.folder));
        let store = Store::connect(&url, &self.folder.join("blobs")).await?;
        Service::with_store(store, &self.folder, &reference::open("demo")?).await
    }

    /// Starts a program that places orders here.
    fn start(&self) -> anyhow::Result<Child> {
        let mut program = Command::new(std::env::current_exe()?);
        program.args(["bench", "kill", "--place-in"]).arg(&self.folder).stdout(Stdio::piped());
        if let Some(url) = &self.database {
            program.args(["--database", url]);
        }
        Ok(program.spawn()?)
    }
}

/// Places orders until it is killed; each number is printed once the order is acknowledged.
pub fn place_until_killed(here: &Place) -> anyhow::Result<()> {
    tokio::runtime::Runtime::new()?.block_on(async {
        let service = here.open().await?;
        people::accounts::open_demonstration(&service).await?;
        let clinician = service.desk(person(Role::Clinician)?);
        let mut random = ChaCha8Rng::seed_from_u64(u64::from(std::process::id()));
        for number in 0.. {
            let order = place(&clinician, number, &mut random).await?;
            let mut out = std::io::stdout().lock();
            writeln!(out, "{order}")?;
            out.flush()?;
        }
        Ok(())
    })
}

/// Kills programs on SQLite, and on PostgreSQL where it is installed or named.
pub fn run(rounds: u32, database: Option<String>) -> anyhow::Result<()> {
    let cluster = if database.is_none() { testkit::postgres() } else { None };
    let server = database.or_else(|| cluster.as_ref().map(|cluster| cluster.database("kill")));
    for database in [None, server.clone()].into_iter().take(if server.is_some() { 2 } else { 1 }) {
        let folder = tempfile::tempdir()?;
        println!("{}:", if database.is_some() { "PostgreSQL" } else { "SQLite" });
        kill(rounds, &Place { folder: folder.path().to_owned(), database })?;
    }
    if server.is_none() {
        println!("PostgreSQL: not run, as it is not installed and no --database is named");
    }
    Ok(())
}

fn kill(rounds: u32, place: &Place) -> anyhow::Result<()> {
    let (mut random, mut acknowledged) = (ChaCha8Rng::seed_from_u64(3), Vec::new());
    let began = Instant::now();
    for round in 0..rounds {
        let wait = Duration::from_millis(random.random_range(WITHIN_MS));
        acknowledged.extend(killed_after(place.start()?, wait, round % WHILE_STARTING == 0)?);
    }
    let took = began.elapsed().as_secs_f64();
    let (held, events) = tokio::runtime::Runtime::new()?.block_on(check(place, &acknowledged))?;
    println!(
        "killed {rounds} times in {took:.0} s: {} orders acknowledged, all there; {held} held, {events} events, the chain and the lists hold",
        acknowledged.len()
    );
    Ok(())
}

/// The orders that a program had acknowledged when it was killed.
fn killed_after(mut program: Child, wait: Duration, is_starting: bool) -> anyhow::Result<Vec<OrderId>> {
    let mut out = BufReader::new(program.stdout.take().context("what it says")?);
    let mut said = String::new();
    if !is_starting {
        out.read_line(&mut said)?;
        ensure!(!said.is_empty(), "the program ended by itself: {}", program.wait()?);
    }
    std::thread::sleep(wait);
    program.kill()?;
    std::io::Read::read_to_string(&mut out, &mut said)?;
    program.wait()?;
    // A last line that was cut off was not acknowledged.
    let whole = said.rsplit_once('\n').map_or("", |(whole, _)| whole);
    whole.lines().map(|line| line.parse::<OrderId>().with_context(|| format!("what the program said: {line}"))).collect()
}

/// How many orders and events there are, if all that was acknowledged is among them and the chain and the lists hold.
async fn check(place: &Place, acknowledged: &[OrderId]) -> anyhow::Result<(usize, u64)> {
    let service = place.open().await?;
    let sound = service.store.verify().await?.map_err(|broken| anyhow::anyhow!("{broken}"))?;
    for order in acknowledged {
        ensure!(service.store.order_view(*order).await?.is_some(), "order {order} was acknowledged and is gone");
    }
    let differences = lines::check_views(&service).await?;
    ensure!(differences.is_empty(), "{differences:?}");
    Ok((service.store.all_orders().await?.len(), sound.events))
}
