//! A backup that is restored.

use crate::bench::*;
use service::lines;

#[tokio::test]
async fn a_backup_is_restored_into_another_database_with_nothing_lost() {
    let bench = Bench::new().await;
    let order = bench.ready().await;
    let backup = bench.folder.path().join("backup");
    let manifest = bench.service.store.backup(&backup).await.expect("written");
    assert!(bench.service.store.backup(&backup).await.is_err(), "a backup is never written over another");
    assert!(bench.service.store.restore(&backup).await.is_err(), "nor restored over a service");
    let events = bench.service.store.verify().await.expect("readable").expect("holds").events;
    let folder = tempfile::tempdir().expect("a folder");
    let mut places = vec![format!("sqlite://{}?mode=rwc", folder.path().join("j.sqlite").display())];
    let cluster = testkit::postgres();
    places.extend(cluster.as_ref().map(|c| c.database("restored")));
    for (at, url) in places.iter().enumerate() {
        let blobs = folder.path().join(format!("blobs{at}"));
        let store = store::Store::connect(url, &blobs).await.expect("a database");
        assert_eq!(store.restore(&backup).await.expect("restored"), manifest);
        let service =
            service::Service::with_store(store, folder.path(), &engine::reference::open("demo").expect("a pack")).await.expect("opened");
        assert_eq!(service.store.verify().await.expect("readable").expect("holds").events, events);
        assert_eq!(lines::check_views(&service).await.expect("compared"), Vec::<String>::new());
        let sample = service.store.order_view(order).await.expect("read");
        assert_eq!(sample, bench.service.store.order_view(order).await.expect("read"));
    }
    let rows = backup.join("rows.jsonl");
    let text = std::fs::read_to_string(&rows).expect("rows");
    std::fs::write(&rows, text.replacen("Testcase", "Tampered", 1)).expect("changed");
    let fresh = store::Store::open(&folder.path().join("fresh")).await.expect("a store");
    assert!(fresh.restore(&backup).await.expect_err("changed").to_string().contains("was changed after the backup"));
}
