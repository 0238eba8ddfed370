//! A permit opens what it was asked for, and nothing of another order.

use access::{Action, Denied, Permit, Resource, decide};
use care::{
    AnalysisId, InterpretationId, InvitationId, OrderId, ReportId, Role, SampleId, Staff, StaffId,
    event::StreamKind,
    interpretation::analysis::{self, Input},
    ordering::{pedigree, work},
    results::cascade,
};
use jiff::Timestamp;
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
    analysis::Event::Queued(Input { order, vcf_sha256: String::new(), structural_sha256: vec![], samples: vec![], reference })
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
