//! Counts of some people over the blocks that questions hold.

use super::*;
use genome::{Contig, shape::Stretch};
use library::Selection;
use std::collections::BTreeMap;

/// Position, gene, people on one copy, people on two.
type Counts = BTreeMap<(u32, String), [u64; 2]>;

/// What people carry, counted one by one.
fn one_by_one(scope: &Scope, is_counted: impl Fn(&Call) -> bool) -> Counts {
    let mut all = Counts::new();
    for call in (1..=PEOPLE).filter(|no| scope.numbers().contains(*no)).flat_map(calls).filter(is_counted) {
        all.entry((call.position, call.gene)).or_default()[usize::from(call.copies) - 1] += 1;
    }
    all
}

async fn in_blocks(made: &Made, scope: &Scope, selection: &Selection) -> Counts {
    let counts = made.library.counting(&made.release, scope).count(selection).await.expect("counted");
    let all: Counts = counts.iter().map(|c| ((c.position, c.gene.to_owned()), [c.on_one, c.on_two])).collect();
    assert_eq!(all.len(), counts.len(), "a variant of several runs is counted once");
    all
}

fn scopes() -> [Scope; 5] {
    let third = Scope::new((1..=PEOPLE).filter(|no| no.is_multiple_of(3)));
    [everybody(), Scope::new(1..=10), third, Scope::new([400, 5_000]), Scope::default()]
}

#[tokio::test]
async fn counts_in_blocks_are_those_of_people_one_by_one_before_and_after_runs_are_put_together() {
    let made = Made::new().await;
    let stretch = Stretch { contig: Contig::from_number(2).expect("a contig"), from: 900, to: 1_000 };
    for _ in 0..2 {
        for scope in scopes() {
            assert_eq!(in_blocks(&made, &scope, &Selection::default()).await, one_by_one(&scope, |_| true));
            assert_eq!(in_blocks(&made, &scope, &Selection::in_genes(["SCN1A"])).await, one_by_one(&scope, |call| call.gene == "SCN1A"));
            assert_eq!(in_blocks(&made, &scope, &Selection::in_stretch(stretch)).await, one_by_one(&scope, |call| call.position == 1_000));
            assert_eq!(in_blocks(&made, &scope, &Selection::in_genes(["TTN"])).await, Counts::new());
        }
        for no in PEOPLE + 1..PEOPLE + 65 {
            made.library.add(&calls(no)).await.expect("added");
        }
        made.library.compact().await.expect("put together");
    }
    // Who withdrew is in no count, also where a scope that is out of date would let them in.
    made.library.purge(&[PersonNo(21)]).await.expect("purged");
    let left = Scope::new((1..=PEOPLE).filter(|no| *no != 21));
    assert_eq!(in_blocks(&made, &everybody(), &Selection::default()).await, one_by_one(&left, |_| true));
}

#[tokio::test]
async fn the_windows_of_a_library_are_counted_as_the_whole_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let library = Library::open(folder.path().to_str().expect("a path")).expect("opened");
    let contig = |number: u8| Contig::from_number(number).expect("a contig");
    let places = [(1, 10), (1, 999_999), (1, 1_000_000), (1, 7_000_001), (3, 248_000_000), (25, 16_000)];
    let all: Vec<Call> = (1..=3)
        .flat_map(|no| places.map(|(number, position)| Call { contig: contig(number), ..call(no, position, "A", Impact::Low, None, 1) }))
        .collect();
    library.add(&all).await.expect("added");
    let release = library.release("1", jiff::Timestamp::UNIX_EPOCH, (1..=3).map(cohort::person).collect(), [1; 32]).await.expect("made");
    let counting = library.counting(&release, &Scope::new(1..=2));
    let mut found = Vec::new();
    for window in counting.windows(&Selection::default()).await.expect("looked") {
        found.extend(counting.count(&window).await.expect("counted").iter().map(|c| ((c.contig, c.position), c.carriers())));
    }
    assert_eq!(found, places.map(|place| (place, 2)));
    let some = Selection { from: (1, 999_999), to: (3, 1), genes: None };
    let counts = counting.count(&some).await.expect("counted");
    assert_eq!(counts.iter().map(|c| (c.contig, c.position)).collect::<Vec<_>>(), places[1..4]);
    let in_gene = Selection { genes: Some(["A".to_owned()].into()), ..some };
    assert_eq!(counting.count(&in_gene).await.expect("counted").len(), 3);
}

#[tokio::test]
async fn a_file_that_is_gone_is_a_fault_and_no_smaller_count() {
    let made = Made::new().await;
    let manifest = made.library.manifest().await.expect("read");
    std::fs::remove_file(made.folder.path().join("calls").join(&manifest.runs[0].files[0].name)).expect("removed");
    let counted = made.library.counting(&made.release, &everybody()).count(&Selection::default()).await;
    assert!(counted.is_err());
}
