//! Files: put together, written anew, damaged, left half-way, forgotten.

use super::{answers::of_every_question, *};

#[tokio::test]
async fn many_small_files_become_one_that_answers_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let library = Library::open(folder.path().to_str().expect("a path")).expect("opened");
    for no in 1..=PEOPLE {
        library.add(&calls(no)).await.expect("added");
    }
    let release = library.release("1", jiff::Timestamp::UNIX_EPOCH, (1..=PEOPLE).map(person).collect(), [7; 32]).await.expect("made");
    let before = of_every_question(&library, &release).await;
    assert!(library.compact().await.expect("put together") && !library.compact().await.expect("looked"));
    let manifest = library.manifest().await.expect("read");
    assert_eq!((manifest.runs.len(), manifest.runs[0].people.len()), (1, PEOPLE as usize));
    assert_eq!(
        std::fs::read_dir(folder.path().join("calls")).expect("a folder").count(),
        manifest.files().count(),
        "the old files are gone"
    );
    assert_eq!(of_every_question(&library, &release).await, before);
    // A person is taken out of what was put together too, and a release of before still answers.
    library.purge(&[PersonNo(21)]).await.expect("purged");
    assert_eq!(carriers(&library, &release, &everybody()).await.expect("asked"), 399);
}

#[tokio::test]
async fn what_became_of_runs_is_remembered_as_long_as_a_release_names_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let library = Library::open(folder.path().to_str().expect("a path")).expect("opened");
    library.add(&[calls(1), calls(2)].concat()).await.expect("added");
    let released = library.release("1", jiff::Timestamp::UNIX_EPOCH, vec![person(1), person(2)], [1; 32]).await.expect("made");
    for no in 3..=80 {
        library.add(&calls(no)).await.expect("added");
    }
    library.compact().await.expect("put together");
    library.purge(&[PersonNo(2)]).await.expect("purged");
    assert!(library.manifest().await.expect("read").replaced.len() > 64);
    assert!(library.prune().await.expect("forgotten") && !library.prune().await.expect("looked"));
    let manifest = library.manifest().await.expect("read");
    assert_eq!(manifest.replaced.len(), 2, "the release's run was put together, and that was written anew");
    assert_eq!(carriers(&library, &released, &everybody()).await.expect("asked"), 1);
    let runs = std::fs::read_dir(folder.path().join("runs")).expect("a folder").count();
    assert_eq!(runs, manifest.runs.len(), "descriptions of what was replaced are gone");
    // A description that is gone is named.
    let run = folder.path().join("runs").join(format!("{}.json", manifest.runs[0].name));
    let description = std::fs::read(&run).expect("read");
    std::fs::remove_file(&run).expect("removed");
    let again = Library::open(folder.path().to_str().expect("a path")).expect("opened");
    let gone = again.manifest().await.expect_err("a fault").to_string();
    assert!(gone.contains(&manifest.runs[0].name) && gone.contains("is gone"), "{gone}");
    std::fs::write(&run, description).expect("written");
    // A release whose run is nowhere is a fault, not fewer people.
    let name = format!("{:010}.json", manifest.number);
    let path = folder.path().join("manifests").join(name);
    let mut kept: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).expect("read")).expect("JSON");
    kept["replaced"] = serde_json::json!({});
    std::fs::write(&path, kept.to_string()).expect("written");
    let again = Library::open(folder.path().to_str().expect("a path")).expect("opened");
    let error = carriers(&again, &released, &everybody()).await.expect_err("refused");
    assert!(format!("{error:?}").contains("knows nothing of the run"), "{error:?}");
}

#[tokio::test]
async fn who_withdraws_is_gone_from_every_answer_and_every_file() {
    let mut made = Made::new().await;
    let before = made.library.manifest().await.expect("read");
    // Hidden at once, by the scope; then taken out of the files.
    let left = Scope::new((1..=PEOPLE).filter(|no| *no != 21));
    assert_eq!(made.ask(&left, "people").await.expect("answered").cohort, Count::rounded(u64::from(PEOPLE) - 1));
    let name = made.release.pseudonym("one", PersonNo(21));
    let files = made.library.purge(&[PersonNo(21)]).await.expect("purged");
    assert_eq!(files.len(), 1, "one file of seven");
    assert_eq!(made.library.forget(&[PersonNo(21)]).await.expect("forgotten"), ["2026-11-22.1"]);
    let again = Library::open(made.folder.path().to_str().expect("a path")).expect("opened");
    for library in [&made.library, &again] {
        let release = library.released("2026-11-22.1").await.expect("read").expect("there");
        assert!(release.people.len() == 399 && release.person("one", &name).is_none());
    }
    let after = made.library.manifest().await.expect("read");
    assert_eq!(after.runs.len(), before.runs.len());
    assert!(after.runs.iter().all(|run| !run.people.contains(&PersonNo(21))));
    // Even who would still be let in by a scope that is out of date is in no file, and nobody else is missing.
    assert_eq!(carriers(&made.library, &made.release, &Scope::new([21])).await.expect("asked"), 0);
    assert_eq!(carriers(&made.library, &made.release, &everybody()).await.expect("asked"), 399);
    assert_eq!(made.library.verify().await.expect("read"), Vec::<String>::new());
    assert!(made.library.purge(&[PersonNo(21)]).await.expect("again").is_empty());
}

#[tokio::test]
async fn who_comes_back_is_found_again_in_the_next_release() {
    let folder = tempfile::tempdir().expect("a folder");
    let library = Library::open(folder.path().to_str().expect("a path")).expect("opened");
    let (alone, both) = (PersonNo(21), [calls(21), calls(42)].concat());
    library.add(&both).await.expect("added");
    // Gone and back again, twice: the same content is the same name each time.
    for _ in 0..2 {
        library.purge(&[alone]).await.expect("purged");
        library.add(&calls(21)).await.expect("added");
        library.purge(&[PersonNo(42)]).await.expect("purged");
        library.add(&calls(42)).await.expect("added");
    }
    let release = library.release("1", jiff::Timestamp::UNIX_EPOCH, vec![person(21), person(42)], [1; 32]).await.expect("released");
    assert_eq!(carriers(&library, &release, &Scope::new([21, 42])).await.expect("asked"), 2);
    assert_eq!(library.verify().await.expect("read"), Vec::<String>::new());
}

#[tokio::test]
async fn a_file_that_was_changed_or_left_half_way_is_named_and_recovered_from() {
    let made = Made::new().await;
    let manifest = made.library.manifest().await.expect("read");
    // The same calls again are the same file.
    let again: Vec<Call> = (1..65).flat_map(calls).collect();
    made.library.add(&again).await.expect("added");
    assert_eq!(made.library.manifest().await.expect("read").runs, manifest.runs);
    let folder = made.folder.path().join("calls");
    std::fs::write(folder.join("half.parquet"), "PAR1").expect("written");
    let [long_ago, later] = [-3600, 3600].map(|s| jiff::Timestamp::now() + jiff::SignedDuration::from_secs(s));
    assert_eq!(made.library.sweep(long_ago).await.expect("swept"), 0, "it may be being written");
    assert_eq!(made.library.sweep(later).await.expect("swept"), 1, "what no manifest names is nobody's");
    let victim = folder.join(&manifest.runs[0].files[0].name);
    let mut bytes = std::fs::read(&victim).expect("read");
    bytes[100] ^= 1;
    std::fs::write(&victim, bytes).expect("written");
    let wrong = made.library.verify().await.expect("looked");
    assert!(wrong.len() == 1 && wrong[0].contains("its checksum differs"), "{wrong:?}");
    std::fs::remove_file(&victim).expect("removed");
    let fault = carriers(&made.library, &made.release, &everybody()).await.expect_err("a fault");
    assert!(format!("{fault:#}").contains("reading the file"), "a missing file is a fault, not fewer people: {fault:#}");
    let error = made.library.release("2026-11-22.1", jiff::Timestamp::UNIX_EPOCH, vec![], [0; 32]).await.expect_err("refused");
    assert!(error.to_string().contains("never changed"));
}
