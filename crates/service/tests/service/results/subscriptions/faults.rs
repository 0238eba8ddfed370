//! Whatever cannot be read for a while, and whichever of two servers works: nothing is lost, and nothing is told twice.

use super::*;
use rand::{Rng, SeedableRng, rngs::StdRng};
use std::collections::BTreeMap;

const STEPS: usize = 60;
/// Answers of the hospital, in turn; the last ever after.
const ANSWERS: &[u16] = &[200, 503, 200, 200, 500, 503, 200, 200, 200, 429, 200, 503, 503, 200];
const FEATURES: [&str; 6] = ["Hypotonia", "Ataxia", "Microcephaly", "Short stature", "Scoliosis", "Cataract"];

impl Bench {
    /// Damages the first event of a stream, or mends it.
    async fn damage(&self, stream: &str, is_damaged: bool) {
        let file = format!("sqlite://{}", self.folder.path().join(store::JOURNAL).display());
        let sql = if is_damaged {
            "UPDATE event SET payload = 'x' || payload WHERE stream = $1 AND sequence = 1"
        } else {
            "UPDATE event SET payload = substr(payload, 2) WHERE stream = $1 AND sequence = 1"
        };
        match &self.database {
            None => {
                let pool = sqlx::SqlitePool::connect(&file).await.expect("the file");
                sqlx::query(sql).bind(stream).execute(&pool).await.expect("run");
                pool.close().await;
            }
            Some((url, _)) => {
                let pool = sqlx::PgPool::connect(url).await.expect("the server");
                sqlx::query(sql).bind(stream).execute(&pool).await.expect("run");
                pool.close().await;
            }
        }
    }
}

/// An order of a system, whose stream may be damaged.
struct Placed {
    id: OrderId,
    is_damaged: bool,
}

async fn change(bench: &Bench, order: &Placed, random: &mut StdRng) {
    if order.is_damaged {
        return;
    }
    let clinician = bench.desk(Role::Clinician, 0);
    let feature = FEATURES[random.random_range(0..FEATURES.len())];
    // What is there already is refused, and no change.
    ordering::orders::add_features(&clinician, order.id, feature).await.ok();
}

/// What was acknowledged: of each resource the versions in the order in which they came, and every number of a message.
fn acknowledged(calls: &[Received]) -> (BTreeMap<String, Vec<u64>>, Vec<String>) {
    let (mut versions, mut numbers) = (BTreeMap::<String, Vec<u64>>::new(), Vec::new());
    for (nth, call) in calls.iter().enumerate() {
        if ANSWERS[nth.min(ANSWERS.len() - 1)] != 200 {
            continue;
        }
        let resource: Value = serde_json::from_str(&call.body).expect("a resource");
        let version = resource["meta"]["versionId"].as_str().and_then(|version| version.parse().ok()).expect("a version");
        versions.entry(resource["id"].as_str().expect("an identifier").to_owned()).or_default().push(version);
        numbers.extend(call.headers.lines().find(|line| line.starts_with("x-request-id")).map(str::to_owned));
    }
    (versions, numbers)
}

async fn holds(seed: u64) {
    let bench = Bench::new().await;
    let servers = [Arc::clone(&bench.service), bench.again().await];
    let (base, mut calls) = hospital(ANSWERS).await;
    let system = system_at(&bench, &base).await;
    subscriptions::subscribe(&system, new(&base, "ServiceRequest", true)).await.expect("taken");
    let mut orders = Vec::new();
    for number in ["F-60", "F-61", "F-62"] {
        orders.push(Placed { id: order_by_fhir(&system, number).await, is_damaged: false });
    }
    let (mut random, mut minutes) = (StdRng::seed_from_u64(seed), 0);
    for _ in 0..STEPS {
        let which = random.random_range(0..orders.len());
        match random.random_range(0..6) {
            0 | 1 => change(&bench, &orders[which], &mut random).await,
            2 => {
                let order = &mut orders[which];
                order.is_damaged = !order.is_damaged;
                bench.damage(&order.id.stream(), order.is_damaged).await;
            }
            3 => {
                // A server that claims and dies.
                let waiting = bench.service.store.undelivered().await.expect("waiting");
                if let Some(one) = waiting.first() {
                    bench.service.store.claim(one, later(minutes), later(minutes + 2)).await.expect("asked");
                }
            }
            4 => drop(deliver_at(&servers[which % 2], later(minutes)).await.expect("looked")),
            _ => {
                let [one, other]: [_; 2] =
                    tokio::join!(deliver_at(&servers[0], later(minutes)), deliver_at(&servers[1], later(minutes))).into();
                assert!(one.is_ok() && other.is_ok(), "{one:?} {other:?}");
            }
        }
        minutes += random.random_range(0..5);
    }
    for order in orders.iter_mut().filter(|order| order.is_damaged) {
        bench.damage(&order.id.stream(), false).await;
        order.is_damaged = false;
    }
    for round in 0..20 {
        minutes += 360;
        deliver_at(&servers[round % 2], later(minutes)).await.expect("delivered");
    }
    let waiting = bench.service.store.undelivered().await.expect("waiting");
    assert!(waiting.is_empty(), "seed {seed}: {waiting:?}");
    let calls = received(&mut calls);
    let (versions, mut numbers) = acknowledged(&calls);
    let all = numbers.len();
    numbers.sort();
    numbers.dedup();
    assert_eq!(numbers.len(), all, "seed {seed}: a message was acknowledged twice");
    for order in &orders {
        let exchanged = results::exchange::exchanged(&system, order.id).await.expect("read");
        let requests = results::exchange::resources::of_kind(&exchanged, "ServiceRequest");
        assert_eq!(requests.len(), 3);
        for request in requests {
            let known = versions.get(request.id()).unwrap_or_else(|| panic!("seed {seed}: {} was never told", request.id()));
            let last = exchanged.versions.len() as u64;
            assert_eq!(known.last(), Some(&last), "seed {seed}: the last change of {} was never told", request.id());
            assert!(known.len() <= exchanged.versions.len(), "seed {seed}: told more often than it changed: {known:?}");
        }
    }
}

#[tokio::test]
async fn whatever_fails_each_change_is_told_and_none_of_them_twice() {
    for seed in 0..4 {
        holds(seed).await;
    }
}

#[tokio::test]
async fn an_order_that_cannot_be_looked_at_is_looked_at_again_and_seen_by_people() {
    let bench = Bench::new().await;
    let (base, mut calls) = hospital(&[200]).await;
    let system = system_at(&bench, &base).await;
    subscriptions::subscribe(&system, new(&base, "ServiceRequest", false)).await.expect("taken");
    let (broken, sound) = (order_by_fhir(&system, "F-70").await, order_by_fhir(&system, "F-71").await);
    bench.damage(&broken.stream(), true).await;
    deliver(&bench.service).await.expect("looked");
    deliver(&bench.service).await.expect("told");
    assert_eq!(received(&mut calls).len(), 3, "the sound order, {sound}, keeps no company with the other");
    let associate = bench.desk(Role::GenomicAssociate, 0);
    let found = subscriptions::not_told(&associate).await.expect("a list");
    assert_eq!((found.subscriptions.len(), found.orders.len(), found.orders[0].order), (0, 1, broken));
    assert!(found.orders[0].waiting.failure.contains("reading event 1 of order/"), "{}", found.orders[0].waiting.failure);
    assert_eq!((found.orders[0].waiting.attempts, found.orders[0].needs_somebody()), (1, false));
    let elsewhere = Staff { organisation: "RXX99".parse().expect("a code"), ..associate.staff.clone() };
    assert!(subscriptions::not_told(&bench.service.desk(elsewhere)).await.expect("a list").is_empty(), "of another organisation");
    for (minutes, attempts) in [(2, 2), (3, 2), (5, 3), (10, 4), (10, 4)] {
        deliver_at(&bench.service, later(minutes)).await.expect("looked");
        let found = subscriptions::not_told(&associate).await.expect("a list");
        assert_eq!(found.orders[0].waiting.attempts, attempts, "after {minutes} minutes: less and less often");
    }
    assert!(subscriptions::not_told(&associate).await.expect("a list").orders[0].needs_somebody());
    subscriptions::look_again(&associate, broken).await.expect("looked");
    assert_eq!(subscriptions::not_told(&associate).await.expect("a list").orders[0].waiting.attempts, 5, "at once, and it fails still");
    refused(subscriptions::look_again(&bench.desk(Role::Clinician, 0), broken).await, "may not");
    bench.damage(&broken.stream(), false).await;
    subscriptions::look_again(&associate, broken).await.expect("looked");
    deliver(&bench.service).await.expect("told");
    assert_eq!(received(&mut calls).len(), 3, "nothing was lost");
    assert!(subscriptions::not_told(&associate).await.expect("a list").is_empty());
}

#[tokio::test]
async fn a_system_that_cannot_be_read_keeps_its_changes_waiting_and_nobody_else_s() {
    let bench = Bench::new().await;
    let (base, mut calls) = hospital(&[200]).await;
    let (one, other) = (system_at(&bench, &base).await, system_at(&bench, &base).await);
    for system in [&one, &other] {
        subscriptions::subscribe(system, new(&base, "ServiceRequest", false)).await.expect("taken");
    }
    deliver(&bench.service).await.expect("active");
    order_by_fhir(&one, "F-80").await;
    order_by_fhir(&other, "F-81").await;
    let stream = care::ordering::client::stream(one.staff.id);
    bench.damage(&stream, true).await;
    deliver(&bench.service).await.expect("looked");
    deliver(&bench.service).await.expect("told");
    assert_eq!(received(&mut calls).len(), 3, "the other system's order");
    let found = subscriptions::not_told(&bench.desk(Role::GenomicAssociate, 0)).await.expect("a list");
    assert!(found.orders[0].waiting.failure.contains("could not be read"), "{}", found.orders[0].waiting.failure);
    bench.damage(&stream, false).await;
    deliver_at(&bench.service, later(5)).await.expect("looked");
    deliver_at(&bench.service, later(5)).await.expect("told");
    assert_eq!(received(&mut calls).len(), 3, "nothing was lost");
}
