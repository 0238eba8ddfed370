//! Work that one program does at a time: whatever two programs do in whatever order, on SQLite and on PostgreSQL.

use access::{Action, Permit, Resource, decide};
use care::{OrderId, Role, Staff, StaffId, ordering::draft};
use jiff::Timestamp;
use proptest::{prelude::*, test_runner::TestRunner};
use std::path::Path;
use store::{Change, CommitError, Lease, Leased, Store};
use testkit::Postgres;
use uuid::Uuid;

/// How long a program has the work, in seconds.
const LEASE: i64 = 60;

fn moment(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).expect("a time")
}

/// What one of two programs does next.
#[derive(Clone, Debug)]
enum Step {
    Take(usize),
    Renew(usize),
    Write(usize),
    End(usize),
    GiveBack(usize),
    Wait(i64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = (0..6_u8, 0..2_usize, 1..2 * LEASE).prop_map(|(what, who, seconds)| match what {
        0 => Step::Take(who),
        1 => Step::Renew(who),
        2 => Step::Write(who),
        3 => Step::End(who),
        4 => Step::GiveBack(who),
        _ => Step::Wait(seconds),
    });
    proptest::collection::vec(step, 1..24)
}

fn order() -> OrderId {
    OrderId(Uuid::from_u128(9))
}

fn staff() -> Staff {
    Staff {
        id: StaffId(Uuid::from_u128(1)),
        name: "Dr A".into(),
        role: Role::Clinician,
        organisation: "RP4".parse().expect("a code"),
        organisation_name: "Trust".into(),
    }
}

fn permit() -> Permit {
    let resource = Resource { organisations: vec![staff().organisation], name: order().stream(), ..Resource::default() };
    decide(&staff(), Action::ReadOrder, &resource).expect("a clinician of the requester")
}

/// Writes something for the work; whether it was written.
async fn written(store: &Store, leased: Leased, second: i64) -> bool {
    let mut change = Change { leased: Some(leased), ..Change::default() };
    let saved = draft::Event::Saved { title: "Begun".into(), content: String::new(), by: staff() };
    change.more(&draft::stream(order()), &[saved]);
    match store.commit(&permit(), change, moment(second)).await {
        Ok(()) => true,
        Err(CommitError::Conflict { stream }) if stream.starts_with("analysis/") => false,
        Err(other) => panic!("{other}"),
    }
}

/// Two programs take steps: what they may do is what a register of the one that has the work says.
async fn walk(programs: &[Store; 2], subject: &str, steps: &[Step]) {
    let (mut now, mut leases) = (0, [None::<Lease>, None]);
    // Who took the work last and has not ended it or given it back, and until when others wait.
    let (mut holder, mut until) = (None::<usize>, 0);
    for step in steps {
        match *step {
            Step::Wait(seconds) => now += seconds,
            Step::Take(who) => {
                let lease = programs[who].take_lease(subject, moment(now), moment(now + LEASE)).await.expect("asked");
                assert_eq!(lease.is_some(), holder.is_none() || until <= now, "{steps:?}");
                if let Some(lease) = lease {
                    let before = leases.iter().flatten().map(|other| other.fence).max().unwrap_or_default();
                    assert!(lease.fence > before, "{steps:?}");
                    (leases[who], holder, until) = (Some(lease), Some(who), now + LEASE);
                }
            }
            Step::Renew(who) => {
                let Some(lease) = &leases[who] else { continue };
                let is_renewed = programs[who].renew_lease(lease, moment(now + LEASE), 0).await.expect("asked");
                assert_eq!(is_renewed, holder == Some(who), "{steps:?}");
                until = if is_renewed { now + LEASE } else { until };
            }
            Step::Write(who) => {
                let Some(lease) = &leases[who] else { continue };
                assert_eq!(written(&programs[who], Leased::Continues(lease.clone()), now).await, holder == Some(who), "{steps:?}");
            }
            Step::End(who) => {
                let Some(lease) = leases[who].take() else { continue };
                assert_eq!(written(&programs[who], Leased::Ends(lease), now).await, holder == Some(who), "{steps:?}");
                holder = holder.filter(|holder| *holder != who);
            }
            Step::GiveBack(who) => {
                let Some(lease) = leases[who].take() else { continue };
                programs[who].give_lease_back(&lease).await.expect("asked");
                holder = holder.filter(|holder| *holder != who);
            }
        }
    }
}

/// Two programs on a database of every kind at hand.
async fn programs(folder: &Path, cluster: Option<&Postgres>, name: &str) -> Vec<[Store; 2]> {
    let mut urls = vec![format!("sqlite://{}?mode=rwc", folder.join("j.sqlite").display())];
    urls.extend(cluster.map(|cluster| cluster.database(name)));
    let mut programs = Vec::new();
    for url in urls {
        let one = Store::connect(&url, folder).await.expect("a database");
        programs.push([one, Store::connect(&url, folder).await.expect("the same")]);
    }
    programs
}

/// No program writes for work that another has taken since, and none takes what another has.
#[test]
fn whoever_lost_the_work_writes_nothing() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let (folder, cluster) = (tempfile::tempdir().expect("a folder"), testkit::postgres());
    let databases = runtime.block_on(programs(folder.path(), cluster.as_ref(), "walks"));
    let mut runner = TestRunner::new(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() });
    let walks = runner.run(&steps(), |steps| {
        let subject = format!("analysis/{}", Uuid::now_v7());
        for programs in &databases {
            runtime.block_on(walk(programs, &subject, &steps));
        }
        Ok(())
    });
    walks.expect("every walk");
}

/// Of programs that ask in the same moment one gets the work; each time that it is taken without an end is counted.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_that_ask_at_once_one_gets_the_work() {
    let (folder, cluster) = (tempfile::tempdir().expect("a folder"), testkit::postgres());
    for programs in programs(folder.path(), cluster.as_ref(), "at_once").await {
        let mut asking = Vec::new();
        for which in 0..8 {
            let program = programs[which % 2].clone();
            asking.push(tokio::spawn(async move { program.take_lease("analysis/7", moment(0), moment(LEASE)).await.expect("asked") }));
        }
        let mut got = 0;
        for program in asking {
            got += usize::from(program.await.expect("no fault").is_some());
        }
        assert_eq!(got, 1);
        for attempts in 2..5 {
            let later = i64::from(attempts) * 2 * LEASE;
            let lease = programs[0].take_lease("analysis/7", moment(later), moment(later + LEASE)).await.expect("asked");
            assert_eq!(lease.expect("nobody has it").attempts, attempts);
        }
    }
}
