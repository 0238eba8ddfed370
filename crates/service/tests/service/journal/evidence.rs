//! What attackers with the database tried: each attempt stands here as a test.

use super::damage_lists;
use crate::bench::*;
use service::evidence::{self, Depth, Keeper};
use std::path::PathBuf;

impl Bench {
    pub(super) fn address(&self) -> String {
        let file = format!("sqlite://{}", self.folder.path().join(store::JOURNAL).display());
        self.database.as_ref().map_or(file, |(url, _)| url.clone())
    }

    pub(super) fn places(&self) -> Vec<PathBuf> {
        evidence::places(self.folder.path(), Some(&self.folder.path().join("elsewhere")))
    }

    pub(super) fn keeper(&self) -> Keeper {
        let id = MachineClock.new_id();
        Keeper::begin(self.service.store.clone(), self.folder.path(), self.places(), id).expect("a keeper")
    }
}

/// Somebody looks at something, so that the audit grows.
async fn look(bench: &Bench, times: usize) {
    for _ in 0..times {
        bench.desk(Role::Clinician, 0).permit_general(Action::SeeWorkList).await.expect("a permit");
    }
}

#[tokio::test]
async fn a_line_of_the_audit_is_not_removed_or_changed_unseen() {
    for (damage, says) in [
        ("DELETE FROM audit WHERE number = 2", "missing"),
        ("UPDATE audit SET outcome = 'denied' WHERE number = 3", "changed"),
        ("UPDATE audit SET actor = 'somebody else' WHERE number = 1", "changed"),
    ] {
        let bench = Bench::new().await;
        look(&bench, 5).await;
        let sound = bench.service.store.verify_audit().await.expect("read").expect("holds");
        assert!(sound.lines >= 5 && sound.chains >= 1, "{sound:?}");
        damage_lists(&bench.address(), damage).await;
        let broken = bench.service.store.verify_audit().await.expect("read").expect_err("damaged").to_string();
        assert!(broken.contains(says), "{damage}: {broken}");
    }
}

#[tokio::test]
async fn many_who_look_at_once_leave_an_audit_that_holds() {
    let bench = Bench::new().await;
    let before = bench.service.store.verify_audit().await.expect("read").expect("holds").lines;
    let looks: Vec<_> = (0..40)
        .map(|_| {
            let desk = bench.desk(Role::Clinician, 0);
            tokio::spawn(async move { desk.permit_general(Action::SeeWorkList).await.map(drop) })
        })
        .collect();
    for look in looks {
        look.await.expect("ended").expect("a permit");
    }
    let after = bench.service.store.verify_audit().await.expect("read").expect("holds").lines;
    assert_eq!(after - before, 40);
}

#[tokio::test]
async fn the_last_events_of_the_journal_are_not_removed_unseen() {
    let bench = Bench::new().await;
    ordering::orders::place(&bench.desk(Role::Clinician, 0), bench.form().await).await.expect("placed");
    let (keeper, places, store) = (bench.keeper(), bench.places(), &bench.service.store);
    assert!(keeper.sign(bench.service.now()).await.expect("signed"));
    assert!(!keeper.sign(bench.service.now()).await.expect("nothing new"), "what was signed is not signed again");
    assert_eq!(evidence::compare(store, &places, Depth::Everything).await.expect("agrees").stretches, 1, "the same at each place");
    let compared = evidence::compare(store, &places, Depth::Ends).await.expect("agrees");
    assert!(compared.events > 0 && compared.chains > 0, "{compared:?}");
    damage_lists(&bench.address(), "DELETE FROM event WHERE position = (SELECT MAX(position) FROM event)").await;
    assert!(store.verify().await.expect("read").is_ok(), "the chain alone does not show it");
    let missing = evidence::compare(store, &places, Depth::Ends).await.expect_err("one is missing").to_string();
    assert!(missing.contains("1 events are missing at its end") && missing.contains("gms admin accept-loss"), "{missing}");
    let again = keeper.sign(bench.service.now()).await.expect_err("a journal that lacks what was signed is not signed").to_string();
    assert!(again.contains("is gone or was changed since it was signed"), "{again}");
    // One of the places is enough.
    std::fs::remove_dir_all(&places[0]).expect("removed");
    assert!(evidence::compare(store, &places, Depth::Ends).await.is_err());
    let accepted = evidence::accept_loss(store, bench.folder.path(), &places, bench.service.now()).await;
    assert_eq!(accepted.expect("accepted"), 1);
    assert_eq!(evidence::compare(store, &places, Depth::Ends).await.expect("agrees").heads, 0);
    let everything = evidence::compare(store, &places, Depth::Everything).await.expect("agrees");
    assert_eq!((everything.heads, everything.accepted), (0, 1), "what was accepted is said, and stays in the store of files");
}

#[tokio::test]
async fn the_last_lines_of_the_audit_are_not_removed_unseen() {
    let bench = Bench::new().await;
    look(&bench, 3).await;
    bench.keeper().sign(bench.service.now()).await.expect("signed");
    damage_lists(&bench.address(), "DELETE FROM audit WHERE number >= 2").await;
    assert!(bench.service.store.verify_audit().await.expect("read").is_ok(), "the chains alone do not show it");
    let missing = evidence::compare(&bench.service.store, &bench.places(), Depth::Ends).await.expect_err("lines are missing").to_string();
    assert!(missing.contains("of the audit") && missing.contains("is missing or was changed"), "{missing}");
}

#[tokio::test]
async fn a_signed_end_that_somebody_wrote_anew_is_named() {
    let bench = Bench::new().await;
    look(&bench, 1).await;
    bench.keeper().sign(bench.service.now()).await.expect("signed");
    let mut files = std::fs::read_dir(&bench.places()[0]).expect("a folder").flatten().map(|entry| entry.path());
    let file = files.find(|path| path.extension().is_some_and(|extension| extension == "jsonl")).expect("a file");
    let text = std::fs::read_to_string(&file).expect("text");
    std::fs::write(&file, text.replacen("journal", "jourmal", 1)).expect("written");
    let fault = format!("{:#}", evidence::compare(&bench.service.store, &bench.places(), Depth::Ends).await.expect_err("changed"));
    assert!(fault.contains("line 1") && fault.contains("signature"), "{fault}");
}

#[tokio::test]
async fn an_event_of_the_middle_that_was_written_anew_with_its_chain_is_found() {
    let bench = Bench::new().await;
    ordering::orders::place(&bench.desk(Role::Clinician, 0), bench.form().await).await.expect("placed");
    bench.keeper().sign(bench.service.now()).await.expect("signed");
    // As by somebody who knows how hashes are made, and changes them all.
    damage_lists(&bench.address(), "UPDATE event SET hash = 'made anew' WHERE position = 3").await;
    let places = bench.places();
    let store = &bench.service.store;
    assert!(evidence::compare(store, &places, Depth::Ends).await.is_ok(), "the ends alone do not show it");
    let found = evidence::compare(store, &places, Depth::Everything).await.expect_err("it was changed").to_string();
    assert!(found.contains("was written anew since"), "{found}");
}

#[tokio::test]
async fn events_that_were_replaced_by_others_at_the_end_are_found_after_the_next_signature_too() {
    let bench = Bench::new().await;
    let clinician = bench.desk(Role::Clinician, 0);
    let draft = async || {
        let order = OrderId(MachineClock.new_id());
        ordering::drafts::save(&clinician, order, 0, "Draft".into(), "{}".into()).await.expect("saved");
    };
    draft().await;
    bench.keeper().sign(bench.service.now()).await.expect("signed");
    damage_lists(&bench.address(), "DELETE FROM event WHERE position = (SELECT MAX(position) FROM event)").await;
    draft().await;
    draft().await;
    let found = evidence::compare(&bench.service.store, &bench.places(), Depth::Ends).await.expect_err("another event").to_string();
    assert!(found.contains("is not the one that was signed"), "{found}");
}

/// What lies in a folder and below.
fn files_below(folder: &std::path::Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.path());
    entries.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}

#[tokio::test]
async fn what_was_signed_is_in_the_store_of_files_too_and_is_enough_by_itself() {
    let bench = Bench::new().await;
    ordering::orders::place(&bench.desk(Role::Clinician, 0), bench.form().await).await.expect("placed");
    bench.keeper().sign(bench.service.now()).await.expect("signed");
    for place in bench.places() {
        std::fs::remove_dir_all(place).expect("removed");
    }
    let (store, places) = (&bench.service.store, bench.places());
    for depth in [Depth::Ends, Depth::Everything] {
        let compared = evidence::compare(store, &places, depth).await.expect("agrees");
        assert_eq!((compared.heads, compared.chains > 0), (1, true));
    }
    damage_lists(&bench.address(), "DELETE FROM event WHERE position = (SELECT MAX(position) FROM event)").await;
    let missing = evidence::compare(store, &places, Depth::Ends).await.expect_err("one is missing").to_string();
    assert!(missing.contains("1 events are missing at its end"), "{missing}");
    let heads = files_below(&bench.folder.path().join("blobs").join("evidence").join("heads"));
    let text = std::fs::read_to_string(&heads[0]).expect("a head");
    std::fs::write(&heads[0], text.replacen("journal", "jourmal", 1)).expect("written");
    let changed = format!("{:#}", evidence::compare(store, &places, Depth::Ends).await.expect_err("changed"));
    assert!(changed.contains("in the store of files") && changed.contains("signature"), "{changed}");
}

#[tokio::test]
async fn a_start_reads_what_was_signed_since_the_last_and_a_check_reads_everything() {
    let bench = Bench::new().await;
    let (keeper, store) = (bench.keeper(), &bench.service.store);
    look(&bench, 1).await;
    keeper.sign(bench.service.now()).await.expect("signed");
    // Without the store of files: of it a start reads again what was signed within an hour.
    let blobs = bench.folder.path().join("blobs").join("evidence").join("heads");
    std::fs::remove_dir_all(&blobs).expect("removed");
    let places = bench.places();
    assert_eq!(evidence::compare(store, &places, Depth::Ends).await.expect("agrees").heads, 1);
    assert_eq!(evidence::compare(store, &places, Depth::Ends).await.expect("agrees").heads, 0, "nothing is new");
    look(&bench, 1).await;
    keeper.sign(bench.service.now()).await.expect("signed");
    std::fs::remove_dir_all(&blobs).expect("removed");
    let compared = evidence::compare(store, &places, Depth::Ends).await.expect("agrees");
    assert_eq!((compared.heads, compared.events > 0), (1, true), "one is new, and the furthest of before is known");
    assert_eq!(evidence::compare(store, &places, Depth::Everything).await.expect("agrees").heads, 2);
    // What was compared before is not read again, and is still compared with the database.
    damage_lists(&bench.address(), "DELETE FROM event WHERE position = (SELECT MAX(position) FROM event)").await;
    let missing = evidence::compare(store, &places, Depth::Ends).await.expect_err("one is missing").to_string();
    assert!(missing.contains("1 events are missing at its end"), "{missing}");
}

#[tokio::test]
async fn a_signed_end_that_was_removed_before_another_is_missed() {
    let bench = Bench::new().await;
    let (keeper, store) = (bench.keeper(), &bench.service.store);
    for _ in 0..3 {
        look(&bench, 1).await;
        keeper.sign(bench.service.now()).await.expect("signed");
    }
    let places = bench.places();
    assert_eq!(evidence::compare(store, &places, Depth::Everything).await.expect("agrees").heads, 3);
    let second = files_below(&places[0]).into_iter().find(|file| file.extension().is_some_and(|end| end == "jsonl")).expect("a file");
    let second = std::fs::read_to_string(second).expect("text").lines().nth(1).expect("a second line").to_owned();
    let blobs = bench.folder.path().join("blobs").join("evidence").join("heads");
    // At one place it is missing, and at the others it is there.
    let mut holders: Vec<PathBuf> = places.iter().flat_map(|place| files_below(place)).chain(files_below(&blobs)).collect();
    holders.retain(|file| std::fs::read_to_string(file).expect("text").contains(&second));
    assert_eq!(holders.len(), 3, "{holders:?}");
    for (number, file) in holders.iter().enumerate() {
        assert!(evidence::compare(store, &places, Depth::Everything).await.is_ok(), "{number} of three are gone");
        let text = std::fs::read_to_string(file).expect("text").replacen(&format!("{second}\n"), "", 1);
        // In the store of files it is a file of its own.
        if file.starts_with(&blobs) {
            std::fs::remove_file(file).expect("removed");
        } else {
            std::fs::write(file, text).expect("written");
        }
    }
    let removed = evidence::compare(store, &places, Depth::Everything).await.expect_err("it is missed").to_string();
    assert!(removed.contains("signed ends were removed"), "{removed}");
}
