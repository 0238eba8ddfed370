//! What the first edition of the program wrote is read by this one: the folder of a service, its backup, and the reports that it
//! delivered, which are among its blobs. The files were made by its `gms demo` and `gms backup`, at the commit before wings and
//! typed content.

use crate::bench::*;
use std::{fs, path::PathBuf};

const KEPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/first-edition");

fn unpack(name: &str, to: PathBuf) {
    fs::create_dir_all(to.parent().expect("a folder")).expect("made");
    let packed = fs::read(Path::new(KEPT).join(format!("{name}.zst"))).expect("a kept file");
    fs::write(to, zstd::decode_all(packed.as_slice()).expect("sound")).expect("written");
}

/// Blobs as the first edition laid them out: by the first two digits of their checksum.
fn unpack_blobs(to: &Path) {
    for file in fs::read_dir(Path::new(KEPT).join("blobs")).expect("kept blobs") {
        let name = file.expect("a file").file_name().into_string().expect("a name");
        let digest = name.trim_end_matches(".zst");
        unpack(&format!("blobs/{digest}"), to.join(&digest[..2]).join(digest));
    }
}

/// What is read of a page: its body, without the white space that no reader sees.
fn body(page: &str) -> String {
    let (_, body) = page.split_once("<body").expect("a body");
    let tokens: Vec<&str> = body.split_whitespace().collect();
    tokens.join(" ").replace("> ", ">").replace(" <", "<")
}

/// The chain holds, lists follow from it, every order folds, and every report looks as it did when it was delivered.
async fn is_whole(service: &Arc<Service>) {
    let sound = service.store.verify().await.expect("read").unwrap_or_else(|broken| panic!("{broken}"));
    assert_eq!(sound.events, 213);
    assert_eq!(lines::check_views(service).await.expect("read"), Vec::<String>::new());
    let orders = service.store.all_orders().await.expect("read");
    assert_eq!(orders.len(), 5);
    for order in orders {
        let (_, report, content) = results::reports::report(&service.desk(who(Role::Consultant, 0)), order).await.expect("a report");
        assert!(report.rendered.is_some(), "the page that was delivered is kept");
        let [kept, _] = results::reports::rendered(service, &report).await.expect("kept");
        let (now, then) = (render::html(&content).expect("rendered"), String::from_utf8(kept).expect("text"));
        assert!(body(&now) == body(&then), "a report looks otherwise:\n{}\nthen:\n{}", body(&now), body(&then));
    }
}

#[tokio::test]
async fn a_service_of_the_first_edition_is_opened_and_worked_on() {
    let mut bench = Bench::new().await;
    if bench.database.is_some() {
        return; // It kept its journal in a file; PostgreSQL takes it over from a backup.
    }
    let folder = bench.folder.path().join("first");
    unpack("journal.sqlite", folder.join("journal.sqlite"));
    unpack_blobs(&folder.join("blobs"));
    bench.service = opened(&folder, None).await;
    is_whole(&bench.service).await;
    let order = bench.ready().await;
    bench.analyse(order, false).await;
    bench.signed(order).await;
    assert_eq!(lines::check_views(&bench.service).await.expect("read"), Vec::<String>::new());
}

#[tokio::test]
async fn a_backup_of_the_first_edition_is_restored() {
    let bench = Bench::new().await;
    let backup = bench.folder.path().join("kept");
    unpack("rows.jsonl", backup.join("rows.jsonl"));
    unpack_blobs(&backup.join("blobs"));
    fs::copy(Path::new(KEPT).join("manifest.json"), backup.join("manifest.json")).expect("copied");
    let url = match &bench.database {
        Some((_, cluster)) => cluster.database("restored"),
        None => format!("sqlite://{}?mode=rwc", bench.folder.path().join("restored.sqlite").display()),
    };
    let folder = bench.folder.path().join("restored");
    let store = Store::connect(&url, &folder.join("blobs")).await.expect("an empty store");
    assert_eq!(store.restore(&backup).await.expect("restored").blobs, 32);
    let pack = reference::open("demo").expect("the demo pack");
    is_whole(&Service::with_store(store, &folder, &pack).await.expect("a service")).await;
}
