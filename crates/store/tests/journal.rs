//! The journal on SQLite and on PostgreSQL: the same tests, the same code.

use access::{Action, Permit, Resource, decide};
use care::{
    Role, SampleId, Staff, StaffId,
    laboratory::sample::{self, Command, Label, Sample},
};
use jiff::Timestamp;
use sqlx::Executor;
use store::{Change, CommitError, Lookup, Store, outbox::Message};
use uuid::Uuid;

fn permit() -> Permit {
    let staff = Staff {
        id: StaffId(Uuid::from_u128(1)),
        name: "Chloe".into(),
        role: Role::LaboratoryScientist,
        organisation: "699X0".parse().expect("a code"),
        organisation_name: "Hub".into(),
    };
    let resource = Resource { organisations: vec![staff.organisation.clone()], name: "sample".into(), ..Resource::default() };
    decide(&staff, Action::HandleSample, &resource).expect("the bench may handle samples")
}

/// Runs a statement behind the journal's back.
async fn intrude(url: &str, sql: &'static str) {
    if url.starts_with("sqlite") {
        sqlx::SqlitePool::connect(url).await.expect("a connection").execute(sql).await.expect("a change of the file");
    } else {
        sqlx::PgPool::connect(url).await.expect("a connection").execute(sql).await.expect("a change on the server");
    }
}

fn moment(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).expect("a time")
}

fn label(id: SampleId) -> Command {
    Command::Expect(expected(id))
}

fn expected(id: SampleId) -> Label {
    Label {
        barcode: format!("S{}", id.0.as_u128()),
        order: care::OrderId(Uuid::from_u128(9)),
        patient: care::PatientId(Uuid::from_u128(8)),
        material: "Blood (EDTA)".into(),
        parent: None,
    }
}

async fn change(store: &Store, id: SampleId, command: Command) -> Change {
    let loaded = store.load::<Sample>(&permit(), id.stream()).await.expect("a stream");
    let mut change = Change::default();
    change.add(&loaded, &sample::decide(&loaded.state, command).expect("allowed"));
    change
}

/// A store of every kind at hand, with its database URL.
async fn each(name: &str, test: impl AsyncFn(Store, String)) {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite://{}?mode=rwc", folder.path().join("j.sqlite").display());
    test(Store::connect(&url, folder.path()).await.expect("SQLite"), url).await;
    if let Some(cluster) = testkit::postgres() {
        let url = cluster.database(name);
        test(Store::connect(&url, folder.path()).await.expect("PostgreSQL"), url).await;
    }
}

#[tokio::test]
async fn events_come_back_in_order_with_who_and_when() {
    each("events", async |store, _| {
        let id = SampleId(Uuid::from_u128(5));
        for (second, command) in [label(id), Command::Receive { barcode: "S5".into() }, Command::Accept].into_iter().enumerate() {
            let change = change(&store, id, command).await;
            store.commit(&permit(), change, moment(second as i64)).await.expect("written");
        }
        let loaded = store.load::<Sample>(&permit(), id.stream()).await.expect("a stream");
        assert_eq!((loaded.sequence, loaded.state.state), (3, sample::State::Accepted));
        let entries = store.stream(&permit(), &id.stream()).await.expect("a stream");
        assert_eq!(entries[1].actor[2], "Chloe");
        assert_eq!((entries[1].kind.as_str(), entries[1].at), ("Received", moment(1)));
        assert_eq!(entries[2].previous, entries[1].hash);
    })
    .await;
}

#[tokio::test]
async fn a_second_writer_is_refused_and_nothing_of_theirs_is_written() {
    each("conflict", async |store, _| {
        let id = SampleId(Uuid::from_u128(5));
        let first = change(&store, id, label(id)).await;
        let mut second = change(&store, id, label(id)).await;
        second.messages.push(Message { id: Uuid::from_u128(77), recipient: "RP4".into(), payload: "{}".into() });
        store.commit(&permit(), first, moment(0)).await.expect("the first is written");
        let refused = store.commit(&permit(), second, moment(1)).await.expect_err("the second is refused");
        assert!(matches!(refused, CommitError::Conflict { .. }), "{refused}");
        assert!(store.undelivered().await.expect("an outbox").is_empty());
        assert_eq!(store.verify().await.expect("readable").expect("holds").events, 1);
    })
    .await;
}

#[tokio::test]
async fn what_a_list_said_when_something_was_decided_is_so_when_it_is_written_or_nothing_is() {
    each("seen", async |store, _| {
        let labelled = async |number: u128| {
            let id = SampleId(Uuid::from_u128(number));
            let mut change = change(&store, id, label(id)).await;
            change.seen.push(store.seen(Lookup::TubeLabel("lab-1".into())).await.expect("looked up"));
            change.more(&id.stream(), &[sample::Event::Relabelled { labels: vec!["LAB-1".into()] }]);
            change
        };
        let (first, second) = (labelled(5).await, labelled(6).await);
        store.commit(&permit(), first, moment(0)).await.expect("the first is written");
        let refused = store.commit(&permit(), second, moment(1)).await.expect_err("another tube has the label by now");
        assert!(matches!(refused, CommitError::Conflict { .. }), "{refused}");
        assert_eq!(store.samples_by_label("LAB-1").await.expect("read").len(), 1);
        let decided_with_it = labelled(6).await;
        store.commit(&permit(), decided_with_it, moment(2)).await.expect("whoever knows of it may write");
        assert_eq!(store.samples_by_label("LAB-1").await.expect("read").len(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_change_that_fails_at_its_last_step_leaves_nothing_behind() {
    each("halfway", async |store, _| {
        let id = SampleId(Uuid::from_u128(5));
        let whole = change(&store, id, label(id)).await;
        store.commit(&permit(), whole, moment(0)).await.expect("written");
        // The barcode is taken by another sample, so the list cannot take this line; the event before it must go too.
        let mut broken = change(&store, id, Command::Receive { barcode: "S5".into() }).await;
        let other = SampleId(Uuid::from_u128(6));
        let label = Label { barcode: "S5".into(), ..expected(other) };
        broken.more(&other.stream(), &[sample::Event::Expected(label)]);
        store.commit(&permit(), broken, moment(1)).await.expect_err("the barcode is taken");
        let loaded = store.load::<Sample>(&permit(), id.stream()).await.expect("a stream");
        assert_eq!((loaded.sequence, loaded.state.state), (1, sample::State::Expected));
    })
    .await;
}

#[tokio::test]
async fn many_writers_at_once_leave_one_unbroken_chain() {
    each("many", async |store, _| {
        let tasks: Vec<_> = (1..=20u128)
            .map(|n| {
                let store = store.clone();
                tokio::spawn(async move {
                    let id = SampleId(Uuid::from_u128(n));
                    let change = change(&store, id, label(id)).await;
                    store.commit(&permit(), change, moment(0)).await.expect("written");
                })
            })
            .collect();
        for task in tasks {
            task.await.expect("a writer");
        }
        let sound = store.verify().await.expect("readable").expect("holds");
        assert_eq!((sound.events, sound.streams), (20, 20));
    })
    .await;
}

#[tokio::test]
async fn verification_names_the_first_entry_that_was_changed_or_taken_out() {
    each("tampering", async |store, url| {
        let id = SampleId(Uuid::from_u128(5));
        for command in [label(id), Command::Receive { barcode: "S5".into() }, Command::Accept] {
            let change = change(&store, id, command).await;
            store.commit(&permit(), change, moment(0)).await.expect("written");
        }
        intrude(&url, "UPDATE event SET name = 'Nobody' WHERE position = 2").await;
        let broken = store.verify().await.expect("readable").expect_err("seen");
        assert_eq!(broken.position, 2);
        assert!(broken.to_string().contains("changed after it was written"), "{broken}");
        for (before, most, found) in [(0, 10, Err(2)), (0, 1, Ok(1)), (1, 1, Err(2)), (2, 10, Ok(1)), (3, 10, Ok(0))] {
            let part = store.verify_part(before, most).await.expect("readable").map_err(|broken| broken.position);
            assert_eq!(part, found, "{most} after {before}");
        }
        intrude(&url, "DELETE FROM event WHERE position = 1").await;
        let broken = store.verify().await.expect("readable").expect_err("seen");
        assert!(broken.to_string().contains("entry 1 is missing"), "{broken}");
    })
    .await;
}

#[tokio::test]
async fn blobs_are_named_by_content_and_a_changed_one_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let blobs = store::blobs::Blobs::open(folder.path()).expect("blobs");
    let name = blobs.put(b"ACGT".to_vec()).await.expect("kept");
    assert_eq!(name, "1dff3e84fe7877e0673b69bbddcf40124e396e3f9943dd890c91b6a09adb9af0");
    assert_eq!(blobs.get(&name).await.expect("read"), b"ACGT");
    std::fs::write(blobs.file(&name).await.expect("a place"), b"TTTT").expect("a change on disk");
    assert!(blobs.get(&name).await.expect_err("seen").to_string().contains("changed where it lies"));
}
