//! Signed ends on a real S3 server on loopback: whoever has the database and the folder has not those.

use crate::bench::*;
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto::Builder,
};
use s3s::{auth::SimpleAuth, service::S3ServiceBuilder};
use service::evidence::{self, Depth, Keeper};
use store::blobs::Blobs;

/// Serves a folder as S3, with one bucket; the settings with which it is reached.
async fn serve(folder: &Path) -> Vec<(String, String)> {
    std::fs::create_dir_all(folder.join("gms")).expect("a bucket");
    let mut service = S3ServiceBuilder::new(s3s_fs::FileSystem::new(folder).expect("a folder"));
    service.set_auth(SimpleAuth::from_single("reader", "secret"));
    let service = service.build();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let connection = Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(socket), service.clone()).into_owned();
            tokio::spawn(connection);
        }
    });
    let setting = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    vec![
        setting("AWS_ENDPOINT", &format!("http://{address}")),
        setting("AWS_ALLOW_HTTP", "true"),
        setting("AWS_REGION", "eu-west-2"),
        setting("AWS_ACCESS_KEY_ID", "reader"),
        setting("AWS_SECRET_ACCESS_KEY", "secret"),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_that_begins_anew_on_the_same_s3_does_not_reach_what_was_signed() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = serve(&folder.path().join("s3")).await;
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
