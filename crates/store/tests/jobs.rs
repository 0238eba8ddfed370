//! Jobs: whatever three programs do in whatever order, each is finished once and none is lost, on SQLite and on PostgreSQL.

use access::{Action, Permit, Resource, decide};
use care::{AnalysisId, OrderId, Role, Staff, StaffId, interpretation::analysis};
use jiff::Timestamp;
use proptest::{prelude::*, test_runner::TestRunner};
use std::{collections::BTreeMap, path::Path};
use store::{Change, CommitError, Followed, Kind, Lease, Leased, Store, Term};
use testkit::Postgres;
use uuid::Uuid;

/// How long a program has a job, in seconds.
const LEASE: i64 = 60;
/// How long a job that failed rests.
const REST: i64 = 30;
const WORKERS: usize = 3;
const JOBS: usize = 3;
/// How often a job is begun at the most before somebody looks at it.
const ATTEMPTS: u32 = 3;

fn moment(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).expect("a time")
}

/// What happens next.
#[derive(Clone, Debug)]
enum Step {
    Claim(usize),
    Beat(usize),
    Finish(usize),
    Fail(usize),
    GiveBack(usize),
    /// The program is gone, and with it what it had in hand.
    Kill(usize),
    /// One that was thought gone wants to write what it did.
    Return,
    SendAgain,
    Wait(i64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = (0..12_u8, 0..WORKERS, 1..2 * LEASE).prop_map(|(what, who, seconds)| match what {
        0..=2 => Step::Claim(who),
        3 => Step::Beat(who),
        4 => Step::Finish(who),
        5 => Step::Fail(who),
        6 => Step::GiveBack(who),
        7 | 8 => Step::Kill(who),
        9 => Step::Return,
        10 => Step::SendAgain,
        _ => Step::Wait(seconds),
    });
    proptest::collection::vec(step, 1..48)
}

async fn send_again(store: &Store, subject: &str, parked: Timestamp) -> bool {
    store.send_again(&somebody(), (subject, parked), (order(), "More memory"), moment(0)).await.expect("written")
}

fn order() -> OrderId {
    OrderId(Uuid::from_u128(9))
}

fn somebody() -> Staff {
    Staff {
        id: StaffId(Uuid::from_u128(1)),
        name: "Dr A".into(),
        role: Role::Clinician,
        organisation: "RP4".parse().expect("a code"),
        organisation_name: "Trust".into(),
    }
}

fn permit() -> Permit {
    let staff = somebody();
    let resource = Resource { organisations: vec![staff.organisation.clone()], name: "everything".into(), ..Resource::default() };
    decide(&staff, Action::ReadOrder, &resource).expect("a clinician of the requester")
}

/// What has to be true of a job.
#[derive(Clone, Debug, Default)]
struct Job {
    /// Under which fence it may be written; none where nobody has it.
    current: Option<u64>,
    last: u64,
    until: i64,
    due: i64,
    attempts: u32,
    parked: Option<i64>,
    finished: u32,
}

impl Job {
    fn is_free(&self, now: i64) -> bool {
        self.finished == 0 && self.parked.is_none() && self.due <= now && (self.current.is_none() || self.until <= now)
    }

    /// What took its program with it too often is not begun again.
    fn park_if_lost(&mut self, now: i64) {
        if self.finished == 0 && self.parked.is_none() && self.attempts >= ATTEMPTS && self.current.is_some() && self.until <= now {
            self.parked = Some(now);
        }
    }
}

/// Three programs, their jobs, and what each has in hand.
struct Scene<'a> {
    programs: &'a [Store; WORKERS],
    jobs: BTreeMap<String, Job>,
    hands: [Option<Lease>; WORKERS],
    gone: Vec<Lease>,
    now: i64,
}

impl<'a> Scene<'a> {
    async fn new(programs: &'a [Store; WORKERS]) -> Scene<'a> {
        let mut jobs = BTreeMap::new();
        for _ in 0..JOBS {
            let stream = AnalysisId(Uuid::now_v7()).stream();
            let input = analysis::Input {
                order: order(),
                vcf_sha256: String::new(),
                file: String::new(),
                structural_sha256: vec![],
                samples: vec![],
                reference: (String::new(), String::new()),
            };
            let mut change = Change::default();
            change.more(&stream, &[analysis::Event::Queued(input)]);
            programs[0].commit(&permit(), change, moment(0)).await.expect("queued");
            jobs.insert(stream, Job::default());
        }
        Scene { programs, jobs, hands: [None, None, None], gone: vec![], now: 0 }
    }

    fn job(&mut self, lease: &Lease) -> &mut Job {
        self.jobs.get_mut(&lease.subject).expect("a job of this walk")
    }

    async fn claim(&mut self, who: usize) {
        if self.hands[who].is_some() {
            return;
        }
        let now = self.now;
        for job in self.jobs.values_mut() {
            job.park_if_lost(now);
        }
        let term = Term { by: "a program", at: moment(now), until: moment(now + LEASE) };
        let claimed = self.programs[who].claim_job(&[Kind::Analysis], term).await.expect("read");
        let Some((_, lease)) = claimed else {
            assert!(!self.jobs.values().any(|job| job.is_free(now)), "a free job was not found: {:?}", self.jobs);
            return;
        };
        let job = self.job(&lease);
        assert!(job.is_free(now) && lease.fence > job.last, "{lease:?} {job:?}");
        job.attempts += 1;
        assert_eq!(lease.attempts, job.attempts);
        (job.current, job.last, job.until) = (Some(lease.fence), lease.fence, now + LEASE);
        self.hands[who] = Some(lease);
    }

    /// Writes that a job is done: once, and by whoever has it.
    async fn finish(&mut self, lease: Lease) {
        let mut change = Change { leased: Some(Leased::Ends(lease.clone())), ..Change::default() };
        let finished = analysis::Event::Finished { result_sha256: String::new(), candidates: 0, beside: vec![] };
        change.more(&lease.subject, &[finished]);
        let is_written = match self.programs[0].commit(&permit(), change, moment(self.now)).await {
            Ok(()) => true,
            Err(CommitError::Conflict { stream }) if stream == lease.subject => false,
            Err(other) => panic!("{other}"),
        };
        let job = self.job(&lease);
        assert_eq!(is_written, job.current == Some(lease.fence), "{lease:?} {job:?}");
        if is_written {
            *job = Job { finished: job.finished + 1, last: job.last, ..Job::default() };
        }
    }

    async fn fail(&mut self, lease: Lease) {
        let (now, again) = (self.now, self.now + REST);
        let followed = self.programs[1].fail_job(&lease, "no memory", moment(now), moment(again)).await.expect("noted");
        let job = self.job(&lease);
        if job.current != Some(lease.fence) {
            assert_eq!(followed, Followed::Lost);
            return;
        }
        (job.current, job.due) = (None, again);
        if job.attempts >= ATTEMPTS {
            job.parked = Some(now);
        }
        let expected = if job.parked.is_some() { Followed::Parked } else { Followed::Again };
        assert_eq!(followed, expected, "{lease:?}");
    }

    async fn give_back(&mut self, lease: Lease) {
        self.programs[2].give_lease_back(&lease).await.expect("given back");
        let job = self.job(&lease);
        if job.current == Some(lease.fence) {
            job.current = None;
            job.attempts -= 1;
        }
    }

    async fn beat(&mut self, lease: &Lease) {
        let until = self.now + LEASE;
        let is_renewed = self.programs[0].renew_lease(lease, moment(until), 7).await.expect("renewed");
        let job = self.job(lease);
        assert_eq!(is_renewed, job.current == Some(lease.fence), "{lease:?} {job:?}");
        if is_renewed {
            job.until = until;
        }
    }

    async fn send_again(&mut self) {
        let Some((subject, job)) = self.jobs.iter_mut().find(|(_, job)| job.parked.is_some()) else { return };
        let since = job.parked.expect("it is parked");
        let lines = self.programs[0].verify_audit().await.expect("read").expect("holds").lines;
        let stale = send_again(&self.programs[0], subject, moment(since - 1)).await;
        assert!(!stale, "a form that is old does nothing");
        assert!(send_again(&self.programs[0], subject, moment(since)).await);
        let after = self.programs[0].verify_audit().await.expect("read").expect("holds").lines;
        assert_eq!(after - lines, 1, "who sent it again, and nothing of a form that did nothing");
        *job = Job { last: job.last, ..Job::default() };
    }

    async fn step(&mut self, step: &Step) {
        match *step {
            Step::Wait(seconds) => self.now += seconds,
            Step::Claim(who) => self.claim(who).await,
            Step::Kill(who) => self.gone.extend(self.hands[who].take()),
            Step::SendAgain => self.send_again().await,
            Step::Return => {
                if let Some(lease) = self.gone.pop() {
                    self.finish(lease).await;
                }
            }
            Step::Beat(who) => {
                if let Some(lease) = self.hands[who].clone() {
                    self.beat(&lease).await;
                }
            }
            Step::Finish(who) => {
                if let Some(lease) = self.hands[who].take() {
                    self.finish(lease).await;
                }
            }
            Step::Fail(who) => {
                if let Some(lease) = self.hands[who].take() {
                    self.fail(lease).await;
                }
            }
            Step::GiveBack(who) => {
                if let Some(lease) = self.hands[who].take() {
                    self.give_back(lease).await;
                }
            }
        }
    }

    /// Every program was started anew, and somebody looks at what is parked: in the end everything is done.
    async fn drain(&mut self) {
        for who in 0..WORKERS {
            self.gone.extend(self.hands[who].take());
        }
        for _ in 0..4 * JOBS {
            self.now += 2 * LEASE;
            self.claim(0).await;
            match self.hands[0].take() {
                Some(lease) => self.finish(lease).await,
                None => self.send_again().await,
            }
        }
        // Whoever was gone comes back too late.
        while let Some(lease) = self.gone.pop() {
            self.finish(lease).await;
        }
        let place = self.programs[1].jobs_of_order(&permit(), order(), moment(self.now)).await.expect("read");
        assert_eq!(place.len(), 0, "{:?}", self.jobs);
        for (subject, job) in &self.jobs {
            let written = self.programs[2].stream(&permit(), subject).await.expect("a stream");
            let finished = written.iter().filter(|entry| entry.kind == "Finished").count();
            assert_eq!((job.finished, finished), (1, 1), "{subject}: {job:?}");
        }
    }
}

/// Three programs on a database of every kind at hand.
async fn programs(folder: &Path, cluster: Option<&Postgres>, name: &str) -> Vec<[Store; WORKERS]> {
    let mut urls = vec![format!("sqlite://{}?mode=rwc", folder.join("j.sqlite").display())];
    urls.extend(cluster.map(|cluster| cluster.database(name)));
    let mut programs = Vec::new();
    for url in urls {
        let open = || async { Store::connect(&url, folder).await.expect("a database") };
        programs.push([open().await, open().await, open().await]);
    }
    programs
}

#[test]
fn every_job_is_finished_once_whatever_three_programs_do() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let (folder, cluster) = (tempfile::tempdir().expect("a folder"), testkit::postgres());
    let databases = runtime.block_on(programs(folder.path(), cluster.as_ref(), "jobs"));
    let mut runner = TestRunner::new(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() });
    let walks = runner.run(&steps(), |steps| {
        for programs in &databases {
            runtime.block_on(async {
                let mut scene = Scene::new(programs).await;
                for step in &steps {
                    scene.step(step).await;
                }
                scene.drain().await;
            });
        }
        Ok(())
    });
    walks.expect("every walk");
}

/// Programs that look in the same moment take different jobs, and no two the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_that_look_at_once_each_gets_a_job_of_its_own() {
    let (folder, cluster) = (tempfile::tempdir().expect("a folder"), testkit::postgres());
    for programs in programs(folder.path(), cluster.as_ref(), "jobs_at_once").await {
        let scene = Scene::new(&programs).await;
        let mut looking = Vec::new();
        for which in 0..8 {
            let program = programs[which % WORKERS].clone();
            looking.push(tokio::spawn(async move {
                let term = Term { by: "a program", at: moment(0), until: moment(LEASE) };
                program.claim_job(&[Kind::Analysis], term).await.expect("read").map(|(job, _)| job.subject)
            }));
        }
        let mut claimed = Vec::new();
        for program in looking {
            claimed.extend(program.await.expect("no fault"));
        }
        claimed.sort();
        // On PostgreSQL a program may find everything locked by others that have just not ended, and look again later.
        let all: Vec<&String> = scene.jobs.keys().collect();
        assert!(claimed.iter().all(|subject| all.contains(&subject)));
        let mut once = claimed.clone();
        once.dedup();
        assert_eq!(once, claimed, "a job of two programs");
        assert_eq!(claimed.len(), JOBS);
    }
}

/// How much there is of each kind is counted alike on both databases.
#[tokio::test]
async fn what_waits_runs_and_is_parked_is_counted() {
    let (folder, cluster) = (tempfile::tempdir().expect("a folder"), testkit::postgres());
    for programs in programs(folder.path(), cluster.as_ref(), "depths").await {
        let mut scene = Scene::new(&programs).await;
        scene.claim(0).await;
        let lease = scene.hands[0].clone().expect("a job");
        scene.now += LEASE + 1;
        for _ in 1..ATTEMPTS {
            scene.hands[0] = None;
            // The same comes first again: it was queued first.
            scene.claim(0).await;
            scene.now += LEASE + 1;
        }
        scene.claim(1).await;
        let depths = programs[2].depths(moment(scene.now)).await.expect("counted");
        let analyses = depths.iter().find(|depth| depth.kind == Kind::Analysis).expect("of every kind one");
        assert_eq!((analyses.waiting, analyses.running, analyses.parked), (1, 1, 1), "{lease:?}");
        assert_eq!(analyses.oldest, Some(moment(0)));
        assert!(depths.iter().filter(|depth| depth.kind != Kind::Analysis).all(|depth| depth.waiting + depth.running + depth.parked == 0));
        // A rebuilding of the lists leaves who does what as it is.
        programs[0].rebuild_lists().await.expect("written anew");
        assert_eq!(programs[2].depths(moment(scene.now)).await.expect("counted"), depths);
        assert_eq!(programs[2].check_lists().await.expect("compared"), Vec::<String>::new());
    }
}
