use super::*;
use crate::{
    Change,
    counted::Counted,
    examples::{permit, request, staff},
};
use care::{
    PatientId, SampleId,
    laboratory::sample::{Event, Label},
    ordering::order,
};
use jiff::Timestamp;
use uuid::Uuid;

/// Some orders, each with a sample of its person, who is linked with none.
async fn place(store: &Store, numbers: std::ops::Range<u128>) {
    for number in numbers {
        let (id, sample) = (care::OrderId(Uuid::from_u128(number)), SampleId(Uuid::from_u128(20_000 + number)));
        let mut change = Change::default();
        let submitted =
            order::Event::Submitted { request: Box::new(request(number, PatientId(Uuid::from_u128(10_000 + number)))), requester: staff() };
        change.more(&id.stream(), &[submitted, order::Event::Accepted]);
        let (patient, barcode) = (PatientId(Uuid::from_u128(10_000 + number)), format!("S{number}"));
        let label = Label { barcode, order: id, patient, material: "Blood (EDTA)".into(), parent: None };
        change.more(&sample.stream(), &[Event::Expected(label)]);
        change.links.extend([(id, id.stream()), (id, sample.stream())]);
        store.commit(&permit(), change, Timestamp::UNIX_EPOCH).await.expect("placed");
    }
}

/// How many statements it takes to compare the lists, which agree.
async fn statements(store: &Store) -> usize {
    let mut db = Counted { inner: store.database.clone(), statements: 0 };
    assert_eq!(compare(&mut db, &mut |_| {}).await.expect("compared"), Vec::<String>::new());
    db.statements
}

/// Stores of every kind at hand.
async fn each(test: impl AsyncFn(Store)) {
    let folder = tempfile::tempdir().expect("a folder");
    test(Store::open(folder.path()).await.expect("SQLite")).await;
    if let Some(cluster) = testkit::postgres() {
        test(Store::connect(&cluster.database("compared"), folder.path()).await.expect("PostgreSQL")).await;
    }
}

#[tokio::test]
async fn comparing_the_lists_takes_no_more_statements_for_many_orders_than_for_few() {
    each(async |store| {
        place(&store, 100..103).await;
        let few = statements(&store).await;
        place(&store, 103..160).await;
        assert_eq!(statements(&store).await, few, "60 orders and their samples are one page, as 3 are");
    })
    .await;
}

#[tokio::test]
async fn a_comparison_of_several_pages_says_how_far_it_has_come_and_finds_one_row_in_each_list() {
    each(async |store| {
        place(&store, 100..350).await;
        let mut db = store.database.clone();
        let mut seen = Vec::new();
        let found = compare(&mut db, &mut |progress| seen.push(progress)).await.expect("compared");
        assert_eq!(found, Vec::<String>::new());
        let done: Vec<u64> = seen.iter().map(|progress| progress.done).collect();
        assert!(done.len() == 3 && done.is_sorted() && seen.iter().all(|progress| progress.all == 750), "{seen:?}");
        // Words stand in hexadecimal: this is 200.
        for damage in [
            "UPDATE order_organisation SET urgent = 1 WHERE number = 'OG-101' AND organisation = 'RP4'",
            "UPDATE order_organisation SET unread = '2026-11-30' WHERE number = 'OG-349' AND organisation = 'RP4'",
            "DELETE FROM order_word WHERE word = '323030'",
            "UPDATE sample_view SET state = 'lost' WHERE barcode = 'S340'",
        ] {
            assert_eq!(store.execute(damage, vec![]).await.expect("damaged"), 1, "{damage}");
        }
        let found = compare(&mut db, &mut |_| {}).await.expect("compared");
        for expected in [
            "order OG-101 stands otherwise in order_organisation than in the journal",
            "order OG-349 stands otherwise in order_organisation than in the journal",
            "order OG-200 stands otherwise in order_word than in the journal",
            "sample S340 stands otherwise in sample_view than in the journal",
        ] {
            assert!(found.iter().any(|line| line == expected), "{expected}: {found:?}");
        }
        assert!(found.iter().any(|line| line.starts_with("order_word has ")) && found.len() == 5, "{found:?}");
    })
    .await;
}
