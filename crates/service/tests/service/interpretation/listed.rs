//! The list of candidates: what is noted on several of them at once, and only on those that are shown.

use crate::bench::*;
use care::interpretation::{
    filter::Filter,
    note::{Dismissal, Noted},
};
use service::interpretation::{
    candidates::{self, Ticked},
    next, notes,
};

/// The variants of the pair of an analysed order.
async fn variants(desk: &Desk, order: OrderId) -> Vec<String> {
    let (_, analysis) = interpretation::cases::case(desk, order).await.expect("a case");
    analysis.candidates.iter().flat_map(|c| &c.variants).map(|v| v.variant.to_string()).collect()
}

fn ticked(filter: Filter, notes_seen: usize, variants: &[String]) -> Ticked {
    Ticked { filter, is_all: false, notes_seen, variants: variants.to_vec() }
}

#[tokio::test]
async fn several_variants_are_pinned_or_dismissed_at_once_all_of_them_or_none() {
    let bench = Bench::new().await;
    let order = bench.ready().await;
    bench.analyse(order, false).await;
    let [first, second] = [0, 1].map(|n| bench.desk(Role::ClinicalScientist, n));
    let clinician = bench.desk(Role::Clinician, 0);
    let variants = variants(&first, order).await;
    let note =
        |desk, seen, variants: &[String], what| candidates::note_ticked(desk, order, ticked(Filter::default(), seen, variants), what);
    let dismissed = || Noted::Dismissed { why: Dismissal::TooCommon, text: String::new() };

    refused(note(&first, 0, &[], Noted::Pinned).await, "Tick at least one variant");
    note(&first, 0, &variants[..1], Noted::Pinned).await.expect("pinned");
    refused(note(&second, 0, &variants[1..], dismissed()).await, "was noted on since you opened the list");
    refused(note(&second, 1, &variants, Noted::Pinned).await, "It is pinned already");
    let (status, _) = interpretation::cases::case(&first, order).await.expect("a case");
    let pinned = variants.iter().filter(|v| notes::notes_on(&status, v).pinned.is_some()).count();
    assert_eq!((pinned, notes::every(&status).len()), (1, 1), "none of a list in which one is refused");
    note(&second, 1, &variants, dismissed()).await.expect("dismissed");
    let (status, _) = interpretation::cases::case(&first, order).await.expect("a case");
    assert!(variants.iter().all(|v| notes::notes_on(&status, v).reason_dismissed().as_deref() == Some("too common")));
    refused(note(&clinician, 3, &variants, Noted::Unpinned).await, "may not");
}

#[tokio::test]
async fn what_a_filter_hides_is_never_noted_on() {
    let bench = Bench::new().await;
    let order = bench.ready().await;
    bench.analyse(order, false).await;
    let desk = bench.desk(Role::ClinicalScientist, 0);
    let variants = variants(&desk, order).await;
    let nothing = Filter { gene: "NOSUCHGENE".into(), ..Filter::default() };
    refused(
        candidates::note_ticked(&desk, order, ticked(nothing, 0, &variants[..1]), Noted::Pinned).await,
        "is not in the list as it is filtered",
    );
    let unread = Filter { frequency: "often".into(), ..Filter::default() };
    refused(candidates::note_ticked(&desk, order, ticked(unread, 0, &variants[..1]), Noted::Pinned).await, "is no share");
    refused(
        candidates::note_ticked(&desk, order, ticked(Filter::default(), 0, &["1-1-A-T".to_owned()]), Noted::Pinned).await,
        "is not in the list as it is filtered",
    );
    let (status, _) = interpretation::cases::case(&desk, order).await.expect("a case");
    assert!(notes::every(&status).is_empty());
}

#[tokio::test]
async fn the_next_case_is_the_next_line_of_the_work_list() {
    let bench = Bench::new().await;
    let orders = [bench.ready().await, bench.ready().await, bench.ready().await];
    for order in &orders[..2] {
        bench.analyse(*order, false).await;
    }
    let (scientist, clinician) = (bench.desk(Role::ClinicalScientist, 0), bench.desk(Role::Clinician, 0));
    let permit = scientist.permit_general(Action::ReadOrder).await.expect("a permit");
    let turn = Some((Role::ClinicalScientist, scientist.today()));
    let listing = store::Listing { turn, most: 10, ..store::Listing::default() };
    let list = bench.service.store.orders(&permit, &listing).await.expect("a list");
    assert_eq!(list.len(), 2, "the third waits for data");
    let next = next::next(&scientist, list[0].id).await.expect("read").expect("there is one");
    assert_eq!((next.order, next.number.as_str(), next.is_case), (list[1].id, list[1].number.as_str(), true));
    assert_eq!(next::next(&scientist, list[1].id).await.expect("read"), None, "it was the last");
    assert_eq!(next::next(&clinician, list[0].id).await.expect("read"), None, "nothing waits for a clinician");
}
