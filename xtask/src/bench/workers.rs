//! `cargo xtask bench workers`: several `gms worker` beside a `gms serve` on one database, killed at random points, one of them stopped
//! for longer than it may be silent. In the end the journal says whether every analysis was done once.

mod families;

use super::program::{self, Place, Program};
use anyhow::{bail, ensure};
use care::{AnalysisId, OrderId, event::StreamKind, ordering::order::State};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use service::{
    Service, ServiceError, lines,
    people::{self, staff},
    work,
};
use std::{
    collections::BTreeMap,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};
use store::{JobState, Kind};

/// What is done to whom.
pub struct Plan {
    /// How often a program is killed.
    pub rounds: u32,
    /// Families that are analysed.
    pub families: usize,
    /// For how many seconds one program is stopped.
    pub stopped: u64,
    /// PostgreSQL.
    pub database: Option<String>,
}

/// Programs that work at once where the database is a server.
const WORKERS: usize = 4;
/// How long nothing may come to an end before the benchmark gives up: a lease of a program that was killed runs out after a minute.
const STILL_MAX: Duration = Duration::from_mins(5);

/// What was counted on the way.
struct Counted {
    kills: u32,
    sent_again: usize,
    took: Duration,
}

/// Runs the benchmark on SQLite, and on PostgreSQL where it is installed or named.
pub fn run(plan: &Plan) -> anyhow::Result<()> {
    let gms = program::gms()?;
    let cluster = if plan.database.is_none() { testkit::postgres() } else { None };
    let server = plan.database.clone().or_else(|| cluster.as_ref().map(|cluster| cluster.database("workers")));
    for database in [None, server.clone()].into_iter().take(if server.is_some() { 2 } else { 1 }) {
        println!("\n{}:", if database.is_some() { "PostgreSQL" } else { "SQLite" });
        let folder = tempfile::Builder::new().permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700)).tempdir()?;
        let place = Place { folder: folder.path().to_owned(), database };
        tokio::runtime::Runtime::new()?.block_on(measure(plan, &gms, &place))?;
    }
    if server.is_none() {
        println!("PostgreSQL: not run, as it is not installed and no --database is named");
    }
    Ok(())
}

async fn measure(plan: &Plan, gms: &Path, place: &Place) -> anyhow::Result<()> {
    let service = place.open().await?;
    people::accounts::open_demonstration(&service).await?;
    // Queued work is for the programs.
    work::leave(&service).await?;
    let queued = families::queue(&service, plan.families).await?;
    let workers = if place.database.is_some() { WORKERS } else { 1 };
    println!("{} analyses wait; {workers} workers, {} kills, one stopped for {} s.", queued.len(), plan.rounds, plan.stopped);
    let began = Instant::now();
    let mut programs = (1..=workers).map(|number| Program::worker(gms, place, number)).collect::<anyhow::Result<Vec<_>>>()?;
    let pages = Program::pages(gms, place)?;
    hunt(plan, gms, place, &mut programs).await?;
    let sent_again = finish(&service).await?;
    let counted = Counted { kills: plan.rounds, sent_again, took: began.elapsed() };
    programs.into_iter().chain([pages]).try_for_each(Program::end)?;
    check(&service, &queued, &counted).await
}

/// Kills programs at random points and starts them anew; stops one for a while in the middle, which is not killed meanwhile.
async fn hunt(plan: &Plan, gms: &Path, place: &Place, programs: &mut [Program]) -> anyhow::Result<()> {
    let mut random = ChaCha8Rng::seed_from_u64(5);
    let mut asleep = None::<(usize, Instant)>;
    for round in 0..plan.rounds {
        tokio::time::sleep(Duration::from_millis(random.random_range(200..1500))).await;
        if round == plan.rounds / 2 {
            let which = random.random_range(0..programs.len());
            programs[which].signal("STOP")?;
            asleep = Some((which, Instant::now()));
        }
        asleep = woken(plan, programs, asleep, programs.len() == 1).await?;
        let awake: Vec<usize> = (0..programs.len()).filter(|which| asleep.is_none_or(|(stopped, _)| stopped != *which)).collect();
        let which = awake[random.random_range(0..awake.len())];
        programs[which].kill()?;
        programs[which] = Program::worker(gms, place, which + 1)?;
    }
    woken(plan, programs, asleep, true).await.map(|_| ())
}

/// Lets a program go on that was stopped for long enough, or once it was.
async fn woken(
    plan: &Plan,
    programs: &[Program],
    asleep: Option<(usize, Instant)>,
    waits: bool,
) -> anyhow::Result<Option<(usize, Instant)>> {
    let Some((which, since)) = asleep else { return Ok(None) };
    let left = Duration::from_secs(plan.stopped).saturating_sub(since.elapsed());
    if !left.is_zero() && !waits {
        return Ok(asleep);
    }
    tokio::time::sleep(left).await;
    programs[which].signal("CONT")?;
    Ok(None)
}

/// Waits until nothing waits any more; what is parked is sent again, as somebody of a laboratory would. Says how often.
async fn finish(service: &Arc<Service>) -> anyhow::Result<usize> {
    let bench = service.desk(families::somebody(care::Role::Bioinformatician)?);
    let (mut left_before, mut moved, mut sent_again) = (u64::MAX, Instant::now(), 0);
    loop {
        let depths = service.store.depths(service.now()).await?;
        let of_kind = |kind: Kind| depths.iter().filter(move |depth| depth.kind == kind);
        let left: u64 = [Kind::Analysis, Kind::Notice].into_iter().flat_map(of_kind).map(|d| d.waiting + d.running + d.parked).sum();
        if left == 0 {
            return Ok(sent_again);
        }
        for job in work::jobs::parked(&bench).await? {
            if let JobState::Parked { since } = job.state {
                match work::jobs::send_again(&bench, &job.subject, since, "The programs were killed by the benchmark").await {
                    Ok(()) => sent_again += 1,
                    // A program that was thought gone has ended it meanwhile.
                    Err(ServiceError::Conflict(_) | ServiceError::NotFound(_)) => {}
                    Err(fault) => return Err(fault.into()),
                }
            }
        }
        if left != left_before {
            (left_before, moved) = (left, Instant::now());
        }
        if moved.elapsed() > STILL_MAX {
            bail!("{left} jobs are left, and nothing ended for {STILL_MAX:?}: {depths:?}");
        }
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
}

/// What the journal says: every analysis has one end, every order goes on, the chain and the lists hold.
async fn check(service: &Arc<Service>, queued: &[(OrderId, AnalysisId)], counted: &Counted) -> anyhow::Result<()> {
    let mut begun = BTreeMap::<usize, usize>::new();
    for (order, analysis) in queued {
        *begun.entry(once(service, *order, *analysis).await?).or_default() += 1;
    }
    let sound = service.store.verify().await?.map_err(|broken| anyhow::anyhow!("{broken}"))?;
    let differences = lines::check_views(service).await?;
    ensure!(differences.is_empty(), "{differences:?}");
    let reminders = families::reminders(&service.folder)?;
    ensure!(reminders == queued.len(), "{reminders} reminders arrived; {} were written", queued.len());
    println!("\n| what | count |\n|---|---|");
    println!("| programs killed | {} |", counted.kills);
    println!("| analyses, each finished once | {} |", queued.len());
    for (times, analyses) in begun {
        println!("| of these begun {times} times | {analyses} |");
    }
    println!("| parked and sent again | {} |", counted.sent_again);
    println!("| analyses failed, lost, or finished twice; orders on hold | 0 |");
    println!("| reminders, each delivered once | {reminders} |");
    println!("| events; the chain and the lists hold | {} |", sound.events);
    println!("| seconds | {:.0} |", counted.took.as_secs_f64());
    Ok(())
}

/// How often an analysis was begun, if it ended once and its order goes on.
async fn once(service: &Arc<Service>, order: OrderId, analysis: AnalysisId) -> anyhow::Result<usize> {
    let desk = service.desk(staff::system());
    let permit = desk.permit(access::Action::ReadOrder, order).await?;
    let kinds: Vec<String> = service.store.stream(&permit, &analysis.stream()).await?.into_iter().map(|entry| entry.kind).collect();
    let count = |kind: &str| kinds.iter().filter(|found| *found == kind).count();
    ensure!(count("Finished") == 1 && count("Failed") + count("Stopped") == 0, "analysis {analysis} of order {order}: {kinds:?}");
    let opened = service.store.order_streams(&permit, order, StreamKind::Interpretation).await?.len();
    ensure!(opened == 1, "order {order} has {opened} interpretations of one analysis");
    let state = desk.status(&permit, order).await?.order.state;
    ensure!(!matches!(state, State::OnHold { .. }), "order {order} is on hold: {state:?}");
    ensure!(count("Started") > 0, "analysis {analysis} of order {order} ended without a beginning");
    Ok(count("Started"))
}
