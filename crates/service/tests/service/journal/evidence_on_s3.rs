//! Signed ends on a real S3 server on loopback: whoever has the database and the folder has not those.

use crate::bench::*;
use service::evidence::{self, Depth, Keeper};
use store::blobs::Blobs;
use testkit::s3;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_that_begins_anew_on_the_same_s3_does_not_reach_what_was_signed() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = s3::serve(&folder.path().join("s3"), "gms").await.expect("a server");
    let opened = async |name: &str| {
        let own = folder.path().join(name);
        std::fs::create_dir_all(&own).expect("a folder");
        let blobs = Blobs::at("s3://gms/blobs", settings.clone(), &own.join("copies")).expect("a store of files");
        let store = Store::connect_with(&Store::address(&own), blobs).await.expect("a database");
        (store, own)
    };
    let (store, own) = opened("one").await;
    let places = evidence::places(&own, None);
    store.note(&staff::system(), "Look", "everything", "to see", true, MachineClock.now()).await.expect("noted");
    let keeper = Keeper::begin(store.clone(), &own, places.clone(), MachineClock.new_id()).expect("a keeper");
    assert!(keeper.sign(MachineClock.now()).await.expect("signed"));
    for depth in [Depth::Ends, Depth::Everything] {
        assert_eq!(evidence::compare(&store, &places, depth).await.expect("agrees").heads, 1, "once, at two places");
        std::fs::remove_file(places[0].join("compared.json")).expect("kept");
    }
    // As where somebody has removed the database with the folder, and begins with both anew.
    let (empty, other) = opened("two").await;
    let others = evidence::places(&other, None);
    for depth in [Depth::Ends, Depth::Everything] {
        let missing = evidence::compare(&empty, &others, depth).await.expect_err("nothing is there").to_string();
        assert!(missing.contains("of the audit") && missing.contains("gms admin accept-loss"), "{missing}");
    }
    std::fs::create_dir_all(&others[0]).expect("a place");
    evidence::accept_loss(&empty, &other, &others, MachineClock.now()).await.expect("accepted");
    let compared = evidence::compare(&empty, &others, Depth::Everything).await.expect("agrees");
    assert_eq!((compared.heads, compared.accepted), (0, 1));
    // The first of both still has everything that was signed.
    assert_eq!(evidence::compare(&store, &places, Depth::Everything).await.expect("agrees").accepted, 1);
}
