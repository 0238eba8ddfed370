//! Headers and tokens lie sealed in the database, where every server has them.

use super::*;
use std::fs;

/// The same database, opened by a server with a folder of its own.
async fn elsewhere(bench: &Bench, folder: &Path) -> Arc<Service> {
    let pack = reference::open("demo").expect("the demo pack");
    let url = match &bench.database {
        Some((url, _)) => url.clone(),
        None => format!("sqlite://{}", bench.folder.path().join(store::JOURNAL).display()),
    };
    let store = Store::connect(&url, &bench.folder.path().join("blobs")).await.expect("the database");
    Service::with_store(store, folder, &pack).await.expect("a service")
}

#[tokio::test]
async fn a_second_server_sends_the_headers_once_it_has_the_key() {
    let bench = Bench::new().await;
    let (base, mut calls) = hospital(&[200]).await;
    let system = system_at(&bench, &base).await;
    let id = subscriptions::subscribe(&system, new(&base, "ServiceRequest", false)).await.expect("taken");
    let kept = bench.service.store.sealed(&format!("subscription/{id}")).await.expect("read").expect("kept");
    assert!(!kept.sealed.contains("s3cret") && !kept.sealed.contains(&hex_of("s3cret")), "sealed");

    let folder = tempfile::tempdir().expect("a folder");
    let other = elsewhere(&bench, folder.path()).await;
    order_by_fhir(&system, "F-95").await;
    deliver(&other).await.expect("tried");
    assert_eq!(received(&mut calls).len(), 0, "nothing goes out without the headers that belong to it");
    let failure = bench.service.store.undelivered().await.expect("waiting")[0].failure.clone();
    assert!(failure.contains("secrets.key is not there") && failure.contains("copy it from the server"), "{failure}");
    assert!(!folder.path().join("secrets.key").exists(), "a second key is never made");

    fs::copy(bench.folder.path().join("secrets.key"), folder.path().join("secrets.key")).expect("copied");
    deliver_at(&other, later(5)).await.expect("told");
    let calls = received(&mut calls);
    assert_eq!(calls.len(), 3);
    assert!(calls.iter().all(|call| call.headers.contains("authorization: bearer s3cret")));
    subscriptions::unsubscribe(&system, id).await.expect("ended");
    assert_eq!(bench.service.store.sealed(&format!("subscription/{id}")).await.expect("read"), None, "forgotten");

    fs::write(folder.path().join("secrets.key"), "ab".repeat(32)).expect("written");
    subscriptions::subscribe(&system, new(&base, "Task", false)).await.expect("taken");
    let desk = other.desk(system.staff.clone());
    let why = subscriptions::subscribe(&desk, new(&base, "DiagnosticReport", false)).await.expect_err("another key").to_string();
    assert!(why.contains("give each server the same file"), "{why}");
    assert_eq!(subscriptions::list(&system).await.expect("a list").len(), 1, "nothing was taken on");
}

/// A key that is lost: nothing is forgotten that a key still opens, and only what was confirmed.
#[tokio::test]
async fn secrets_of_a_lost_key_are_forgotten_so_that_a_new_one_is_made() {
    use service::secret::forget;
    let bench = Bench::new().await;
    let (base, _calls) = hospital(&[200]).await;
    let system = system_at(&bench, &base).await;
    let id = subscriptions::subscribe(&system, new(&base, "ServiceRequest", false)).await.expect("taken");
    let name = format!("subscription/{id}");
    let key = bench.folder.path().join("secrets.key");
    assert_eq!(forget(&bench.service, None, true).await.expect("looked"), Vec::<String>::new(), "the key opens it");
    fs::remove_file(&key).expect("lost");
    assert_eq!(forget(&bench.service, None, false).await.expect("listed"), std::slice::from_ref(&name));
    assert!(bench.service.store.sealed(&name).await.expect("read").is_some(), "listed alone");
    assert!(forget(&bench.service, Some("client/x"), true).await.is_err_and(|why| why.to_string().contains("no secret has the name")));
    assert_eq!(forget(&bench.service, None, true).await.expect("forgotten"), std::slice::from_ref(&name));
    assert_eq!(bench.service.store.sealed(&name).await.expect("read"), None);
    subscriptions::subscribe(&system, new(&base, "Task", false)).await.expect("sealed with a new key");
    assert!(key.exists());
}

fn hex_of(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

/// What an earlier program kept as files is taken into the database, and so is a token that somebody puts there.
#[tokio::test]
async fn secrets_that_lie_as_files_are_taken_in_and_removed() {
    let bench = Bench::new().await;
    let (base, mut calls) = hospital(&[200]).await;
    let system = system_at(&bench, &base).await;
    let id = subscriptions::subscribe(&system, new(&base, "ServiceRequest", false)).await.expect("taken");
    let tokens = bench.folder.path().join("tokens");
    fs::create_dir_all(&tokens).expect("made");
    let [headers, token, other] =
        [format!("subscription-{id}"), system.staff.id.to_string(), "README".into()].map(|name| tokens.join(name));
    fs::write(&headers, r#"[["Authorization","Bearer earlier"]]"#).expect("written");
    fs::write(&token, "tok3n\n").expect("written");
    fs::write(&other, "not a secret").expect("written");
    order_by_fhir(&system, "F-96").await;
    deliver(&bench.again().await).await.expect("told");
    assert_eq!([headers.exists(), token.exists(), other.exists()], [false, false, true]);
    let calls = received(&mut calls);
    assert!(calls.len() == 3 && calls.iter().all(|call| call.headers.contains("authorization: bearer earlier")));
    let kept = bench.service.store.sealed(&format!("client/{}", system.staff.id)).await.expect("read");
    assert!(kept.is_some_and(|kept| !kept.sealed.contains(&hex_of("tok3n"))));
}
