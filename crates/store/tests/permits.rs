//! A permit opens what it was asked for, and nothing of another order or person.

use access::{Action, Denied, Permit, Resource, decide};
use care::{
    AnalysisId, InterpretationId, InvitationId, OrderId, PatientId, ReportId, Role, SampleId, Staff, StaffId,
    event::StreamKind,
    interpretation::analysis::{self, Input},
    ordering::{choice, pedigree, work},
    people::patient::{self, Demographics, Identity, Sex},
    results::{cascade, medicines},
};
use jiff::Timestamp;
use std::collections::BTreeSet;
use store::{Change, CommitError, Store};
use uuid::Uuid;

fn permit(action: Action, name: String) -> Permit {
    let staff = Staff {
        id: StaffId(Uuid::from_u128(1)),
        name: "System".into(),
        role: Role::System,
        organisation: "RP4".parse().expect("a code"),
        organisation_name: "Trust".into(),
    };
    let resource = Resource { organisations: vec![staff.organisation.clone()], name, released: true, ..Resource::default() };
    decide(&staff, action, &resource).expect("the program reads orders")
}

fn for_order(order: OrderId) -> Permit {
    permit(Action::ReadOrder, order.stream())
}

/// A stream of each kind that belongs to an order, numbered so that no two orders have one.
fn streams(order: OrderId) -> Vec<String> {
    let id = Uuid::from_u128(order.0.as_u128() * 1000);
    vec![
        order.stream(),
        work::stream(order),
        pedigree::stream(order),
        SampleId(id).stream(),
        AnalysisId(id).stream(),
        InterpretationId(id).stream(),
        ReportId(id).stream(),
        cascade::stream(order),
        InvitationId(id).stream(),
    ]
}

fn queued(order: OrderId) -> analysis::Event {
    let reference = (String::new(), String::new());
    analysis::Event::Queued(Input {
        order,
        vcf_sha256: String::new(),
        file: String::new(),
        structural_sha256: vec![],
        samples: vec![],
        reference,
    })
}

/// Links the streams of an order with it, and gives its analysis an event.
async fn placed(store: &Store, order: OrderId) {
    let mut change = Change::default();
    change.more(&streams(order)[4], &[queued(order)]);
    change.links.extend(streams(order).into_iter().map(|stream| (order, stream)));
    store.commit(&for_order(order), change, Timestamp::UNIX_EPOCH).await.expect("written");
}

#[tokio::test]
async fn a_permit_for_one_order_never_reads_or_writes_a_stream_of_another() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(folder.path()).await.expect("a store");
    let orders: Vec<OrderId> = (1..=4).map(|n| OrderId(Uuid::from_u128(n))).collect();
    for order in &orders {
        placed(&store, *order).await;
    }
    for one in &orders {
        let permit = for_order(*one);
        for other in &orders {
            let may = one == other;
            for stream in streams(*other) {
                let read = store.stream(&permit, &stream).await;
                assert_eq!(read.is_ok(), may, "{one} reads {stream}");
                assert!(may || read.expect_err("refused").downcast::<Denied>().is_ok(), "{stream}");
            }
            assert_eq!(store.order_events(&permit, *other).await.is_ok(), may);
            assert_eq!(store.order_streams(&permit, *other, StreamKind::Sample).await.is_ok(), may);
        }
    }
    let mut change = Change::default();
    let theirs = &streams(orders[1])[4];
    change.more(theirs, &[analysis::Event::Started]);
    // Linking what one wants to write with the order that one may write does not open it.
    change.links.push((orders[0], theirs.clone()));
    let refused = store.commit(&for_order(orders[0]), change, Timestamp::UNIX_EPOCH).await.expect_err("refused");
    assert!(matches!(refused, CommitError::Denied(_)), "{refused}");
    assert_eq!(store.stream(&for_order(orders[1]), theirs).await.expect("read").len(), 1, "nothing was written");
    assert!(store.stream(&for_order(orders[0]), theirs).await.is_err(), "nothing was linked");
}

fn for_person(person: PatientId) -> Permit {
    permit(Action::ReadOrder, person.stream())
}

/// Streams of a person: who they are, what they chose, and what their genes say of medicines.
fn streams_of(person: PatientId) -> [String; 3] {
    [person.stream(), choice::stream(person), medicines::stream(person)]
}

/// Registers people who are tested in one order.
async fn tested(store: &Store, order: OrderId, people: &[PatientId]) {
    let mut change = Change::default();
    for person in people {
        change.more(&person.stream(), &[patient::Event::Registered(somebody())]);
        change.links.push((order, person.stream()));
    }
    change.links.push((order, SampleId(order.0).stream()));
    let everything = permit(Action::ReadOrder, "everybody".into());
    store.commit(&everything, change, Timestamp::UNIX_EPOCH).await.expect("written");
}

fn somebody() -> Demographics {
    Demographics {
        nhs_number: Identity::Unavailable("invented".into()),
        family_name: "Ames".into(),
        given_name: "Ada".into(),
        birth_date: jiff::civil::date(1990, 4, 3),
        sex: Sex::Female,
    }
}

#[tokio::test]
async fn a_permit_for_one_person_never_opens_a_stranger() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(folder.path()).await.expect("a store");
    let orders: Vec<OrderId> = (1..=3).map(|n| OrderId(Uuid::from_u128(n))).collect();
    let people: Vec<PatientId> = (11..=15).map(|n| PatientId(Uuid::from_u128(n))).collect();
    // A child with a mother; a stranger; another stranger of whom there are two records, the second in no order.
    let [child, mother, stranger, one, two] = people[..] else { panic!("five people") };
    tested(&store, orders[0], &[child, mother]).await;
    tested(&store, orders[1], &[stranger]).await;
    tested(&store, orders[2], &[one]).await;
    let mut change = Change::default();
    change.more(&two.stream(), &[patient::Event::Registered(somebody())]);
    store.commit(&for_person(two), change, Timestamp::UNIX_EPOCH).await.expect("somebody new");
    let opens = async |permit: &Permit, person: PatientId| {
        let mut found = BTreeSet::new();
        for stream in streams_of(person) {
            found.insert(store.stream(permit, &stream).await.is_ok());
        }
        found
    };
    let (yes, no) = (BTreeSet::from([true]), BTreeSet::from([false]));
    for person in [child, mother, stranger, one, two] {
        for other in [child, mother, stranger, one, two] {
            let may = person == other || [person, other].iter().all(|p| [child, mother].contains(p));
            let expected = if may { &yes } else { &no };
            assert_eq!(&opens(&for_person(person), other).await, expected, "{person} opens {other}");
        }
    }
    for (order, tested) in orders.iter().zip([vec![child, mother], vec![stranger], vec![one]]) {
        for other in &people {
            let expected = if tested.contains(other) { &yes } else { &no };
            assert_eq!(&opens(&for_order(*order), *other).await, expected, "order {order} opens {other}");
        }
        for (number, person) in people.iter().enumerate() {
            let read = store.stream(&for_person(*person), &SampleId(order.0).stream()).await;
            assert_eq!(read.is_ok(), tested.contains(person), "person {number} reads a sample of {order}");
        }
    }
    let mut merged = Change::default();
    merged.more(&two.stream(), &[patient::Event::MergedInto { record: one, reason: "one person".into() }]);
    let mut absorbed = Change::default();
    absorbed.more(&one.stream(), &[patient::Event::Absorbed { record: two, reason: "one person".into() }]);
    let changes = [(for_person(two), merged, Timestamp::UNIX_EPOCH), (for_person(one), absorbed, Timestamp::UNIX_EPOCH)];
    store.commit_all(&changes).await.expect("merged");
    for (permit, other) in [(for_person(one), two), (for_person(two), one), (for_order(orders[2]), two)] {
        assert_eq!(opens(&permit, other).await, yes, "records of one person are opened together");
    }
    let mut change = Change::default();
    change.more(&stranger.stream(), &[patient::Event::MergedInto { record: child, reason: "a mistake".into() }]);
    let refused = store.commit(&for_person(child), change, Timestamp::UNIX_EPOCH).await.expect_err("refused");
    assert!(matches!(refused, CommitError::Denied(_)), "{refused}");
    let mut linking = Change::default();
    linking.links.push((orders[0], stranger.stream()));
    let refused = store.commit(&for_order(orders[0]), linking, Timestamp::UNIX_EPOCH).await.expect_err("refused");
    assert!(matches!(refused, CommitError::Denied(_)), "a link alone opens nothing: {refused}");
    assert!(store.stream(&for_order(orders[0]), &stranger.stream()).await.is_err());
    // What belongs to an order by its name is of that order before it is linked.
    let other = OrderId(Uuid::from_u128(77));
    for stream in [other.stream(), work::stream(other), pedigree::stream(other), cascade::stream(other)] {
        assert!(store.stream(&for_order(orders[0]), &stream).await.is_err(), "{stream}");
        assert!(store.stream(&for_person(child), &stream).await.is_err(), "{stream}");
    }
}
