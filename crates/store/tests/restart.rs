//! PostgreSQL that is cut off or restarted while something is done: what was acknowledged is there, nothing is half there, and the service
//! goes on by itself.

use access::{Action, Permit, Resource, decide};
use care::{OrderId, Role, Staff, StaffId, ordering::draft};
use jiff::Timestamp;
use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};
use store::{Change, CommitError, Store, Trouble, outbox::Message};
use uuid::Uuid;

fn staff() -> Staff {
    Staff {
        id: StaffId(Uuid::from_u128(1)),
        name: "Dr A".into(),
        role: Role::Clinician,
        organisation: "RP4".parse().expect("a code"),
        organisation_name: "Trust".into(),
    }
}

fn permit(order: OrderId) -> Permit {
    let resource = Resource { organisations: vec![staff().organisation], name: order.stream(), ..Resource::default() };
    decide(&staff(), Action::ReadOrder, &resource).expect("a clinician of the requester")
}

/// An event of a draft, with a message beside it.
async fn save(store: &Store, number: u128) -> Result<(), CommitError> {
    let order = OrderId(Uuid::from_u128(number));
    let saved = draft::Event::Saved { title: format!("Draft {number}"), content: String::new(), by: staff() };
    let mut change = Change::default();
    change.more(&draft::stream(order), &[saved]);
    change.messages.push(Message { id: Uuid::from_u128(number), recipient: "RP4".into(), payload: "{}".into() });
    store.commit(&permit(order), change, Timestamp::UNIX_EPOCH).await
}

/// How often a number was saved, and whether its message is there as often.
async fn saved(store: &Store, number: u128) -> u64 {
    let events = store.sequence(&draft::stream(OrderId(Uuid::from_u128(number)))).await.expect("read");
    let messages =
        store.undelivered().await.expect("an outbox").iter().filter(|waiting| waiting.message.id == Uuid::from_u128(number)).count();
    assert_eq!(messages as u64, events.min(1), "an event without its message, or the other way round: {number}");
    events
}

#[tokio::test]
async fn a_database_that_is_away_is_said_and_the_next_change_works() {
    let Some(cluster) = testkit::postgres() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::connect(&cluster.database("away"), folder.path()).await.expect("PostgreSQL");
    save(&store, 1).await.expect("saved");
    cluster.crash();
    let fault = match save(&store, 2).await.expect_err("nobody is there") {
        CommitError::Fault(fault) => fault,
        other => panic!("{other}"),
    };
    assert!(matches!(Trouble::beneath(&fault), Some(Trouble::Away | Trouble::Busy)), "{fault:#}");
    cluster.start_again();
    save(&store, 3).await.expect("the next change works, by the same program");
    assert_eq!((saved(&store, 1).await, saved(&store, 2).await, saved(&store, 3).await), (1, 0, 1));
    assert_eq!(store.check_lists().await.expect("compared"), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn changes_that_are_cut_off_by_a_restart_are_whole_or_not_there() {
    const WRITERS: u128 = 6;
    let Some(cluster) = testkit::postgres() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::connect(&cluster.database("restart"), folder.path()).await.expect("PostgreSQL");
    let ended: &'static AtomicBool = Box::leak(Box::new(AtomicBool::new(false)));
    let writers: Vec<_> = (1..=WRITERS)
        .map(|writer| {
            let store = store.clone();
            tokio::spawn(async move {
                let (mut acknowledged, mut refused) = (Vec::new(), Vec::new());
                for number in 0_u128.. {
                    if ended.load(Ordering::Relaxed) {
                        break;
                    }
                    let number = writer * 1_000_000 + number;
                    match save(&store, number).await {
                        Ok(()) => acknowledged.push(number),
                        Err(CommitError::Fault(_)) => {
                            refused.push(number);
                            tokio::time::sleep(Duration::from_millis(50)).await;
                        }
                        Err(other) => panic!("{other}"),
                    }
                }
                (acknowledged, refused)
            })
        })
        .collect();
    for _ in 0..2 {
        tokio::time::sleep(Duration::from_millis(400)).await;
        cluster.crash();
        cluster.start_again();
    }
    tokio::time::sleep(Duration::from_millis(400)).await;
    ended.store(true, Ordering::Relaxed);
    let mut cut_off = 0;
    for writer in writers {
        let (acknowledged, refused) = writer.await.expect("a writer");
        assert!(!acknowledged.is_empty());
        for number in acknowledged {
            assert_eq!(store.sequence(&draft::stream(OrderId(Uuid::from_u128(number)))).await.expect("read"), 1, "lost: {number}");
        }
        cut_off += refused.len();
        for number in refused.into_iter().take(5) {
            // Its answer may have been lost on the way; it is whole then.
            assert!(saved(&store, number).await <= 1);
        }
    }
    assert!(cut_off > 0, "nothing was cut off");
    store.verify().await.expect("readable").expect("holds");
    assert_eq!(store.check_lists().await.expect("compared"), Vec::<String>::new());
}
