//! The outbox and the looks at the journal, shared by two programs on one database: SQLite and PostgreSQL, the same tests.

use jiff::{SignedDuration, Timestamp};
use sqlx::Executor;
use store::{
    Store,
    following::{Found, Notified},
    outbox::{Message, Postponed, Waiting},
    secret::Sealed,
};
use uuid::Uuid;

fn moment(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).expect("a time")
}

fn message(number: u128) -> Message {
    Message { id: Uuid::from_u128(number), recipient: "look/7".into(), payload: "{}".into() }
}

fn postponed(number: u128) -> Found {
    let one = Postponed { message: message(number), failure: "damaged".into(), due: moment(60) };
    Found { postponed: vec![one], ..Found::default() }
}

fn seen(state: &str, before: Option<&str>, number: u128) -> Found {
    let one = Notified { subscription: "s".into(), resource: "Task/1".into(), state: state.into(), before: before.map(str::to_owned) };
    Found { seen: vec![one], messages: vec![Message { recipient: "subscription/s".into(), ..message(number) }], postponed: vec![] }
}

async fn waiting(store: &Store) -> Vec<Waiting> {
    store.undelivered().await.expect("an outbox")
}

/// Two programs on a database of every kind at hand.
async fn each(name: &str, test: impl AsyncFn([Store; 2], String)) {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite://{}?mode=rwc", folder.path().join("j.sqlite").display());
    let two = async |url: &str| {
        let one = Store::connect(url, folder.path()).await.expect("a database");
        [one, Store::connect(url, folder.path()).await.expect("the same")]
    };
    test(two(&url).await, url).await;
    if let Some(cluster) = testkit::postgres() {
        let url = cluster.database(name);
        test(two(&url).await, url).await;
    }
}

async fn run(url: &str, sql: &'static str) {
    if url.starts_with("sqlite") {
        sqlx::SqlitePool::connect(url).await.expect("a connection").execute(sql).await.expect("run");
    } else {
        sqlx::PgPool::connect(url).await.expect("a connection").execute(sql).await.expect("run");
    }
}

/// Whatever two programs do in whatever order, a message is one program's at a time, and is not lost.
#[tokio::test]
async fn a_message_is_one_program_s_at_a_time() {
    each("claims", async |stores, _| {
        assert!(stores[0].follow((0, 1), &postponed(1), moment(0)).await.expect("written"));
        let (mut second, mut random, mut holder) = (0, 7_u64, None);
        for _ in 0..200 {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            second += (random >> 60) as i64 * 10;
            let now = moment(second);
            let list = waiting(&stores[0]).await;
            let [one] = &list[..] else { panic!("lost or doubled: {list:?}") };
            let until = now + SignedDuration::from_secs(100);
            let [first, other] = [0, 1].map(|which| stores[which].claim(one, now, until));
            let claims: Vec<_> = <[_; 2]>::from(tokio::join!(first, other)).into_iter().filter_map(|claim| claim.expect("asked")).collect();
            assert!(claims.len() <= 1, "two at once");
            assert!(claims.is_empty() || holder.as_ref().is_none_or(|(_, until)| *until <= now), "taken from whoever had it");
            if let Some(claim) = claims.into_iter().next() {
                // Whoever had it and was too late changes nothing of the new one's claim.
                if let Some((late, _)) = holder.replace((claim, until)) {
                    stores[1].mark_failed(&late, "late", now).await.expect("noted");
                    assert_ne!(waiting(&stores[0]).await[0].failure, "late");
                    assert!(!stores[1].looked_again(&late, &Found::default(), now).await.expect("asked"), "it is another's by now");
                }
            } else if holder.is_some() && (random >> 40) % 3 == 0 {
                let (claim, _) = holder.take().expect("somebody has it");
                stores[(random >> 50) as usize % 2].mark_failed(&claim, "no answer", now).await.expect("noted");
            }
        }
        let now = moment(second + 1000);
        let list = waiting(&stores[1]).await;
        let claim = stores[1].claim(&list[0], now, now + SignedDuration::from_secs(100)).await.expect("asked").expect("due");
        stores[1].mark_delivered(&claim, now).await.expect("noted");
        assert!(waiting(&stores[0]).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn trying_at_once_takes_nothing_from_whoever_is_sending() {
    each("at_once", async |[one, two], _| {
        let permit = permit();
        one.follow((0, 1), &postponed(1), moment(0)).await.expect("written");
        let list = waiting(&one).await;
        assert_eq!((list[0].attempts, list[0].failure.as_str()), (1, "damaged"), "the first attempt was made");
        assert!(one.claim(&list[0], moment(10), moment(99)).await.expect("asked").is_none(), "not due");
        assert_eq!(two.try_at_once(&permit, "look/7").await.expect("done"), 1);
        let list = waiting(&one).await;
        let claim = one.claim(&list[0], moment(10), moment(99)).await.expect("asked").expect("due now");
        two.try_at_once(&permit, "look/7").await.expect("done");
        let list = waiting(&two).await;
        assert!(two.claim(&list[0], moment(11), moment(120)).await.expect("asked").is_none(), "it is being sent");
        one.mark_failed(&claim, "no answer", moment(200)).await.expect("noted");
        assert_eq!(waiting(&two).await[0].attempts, 2);
    })
    .await;
}

fn permit() -> access::Permit {
    let staff = care::Staff {
        id: care::StaffId(Uuid::from_u128(1)),
        name: "Leo".into(),
        role: care::Role::Administrator,
        organisation: "RP4".parse().expect("a code"),
        organisation_name: "Hospital".into(),
    };
    let resource =
        access::Resource { organisations: vec![staff.organisation.clone()], name: "service".into(), ..access::Resource::default() };
    access::decide(&staff, access::Action::MendMessage, &resource).expect("an administrator may")
}

#[tokio::test]
async fn what_two_programs_saw_at_once_is_told_once() {
    each("seen", async |[one, two], _| {
        assert!(one.follow((0, 5), &seen("requested", None, 1), moment(0)).await.expect("written"));
        assert!(!two.follow((0, 5), &seen("requested", None, 2), moment(0)).await.expect("asked"), "followed by the other");
        assert!(!two.follow((5, 6), &seen("requested", None, 3), moment(0)).await.expect("asked"), "seen by the other");
        assert_eq!(two.followed().await.expect("read").0, 5, "and nothing of it is written");
        assert!(two.follow((5, 6), &seen("completed", Some("requested"), 4), moment(0)).await.expect("written"));
        assert!(one.follow((6, 7), &postponed(5), moment(1)).await.expect("written"));
        let list = waiting(&one).await;
        let look = list.iter().find(|one| one.message.recipient == "look/7").expect("to be looked at again");
        let claim = one.claim(look, moment(90), moment(200)).await.expect("asked").expect("due");
        assert!(!one.looked_again(&claim, &seen("failed", Some("requested"), 6), moment(90)).await.expect("asked"), "seen otherwise");
        assert!(one.looked_again(&claim, &seen("failed", Some("completed"), 7), moment(90)).await.expect("written"));
        assert!(!one.looked_again(&claim, &seen("failed", Some("completed"), 8), moment(90)).await.expect("asked"), "done once");
        let ids: Vec<u128> = waiting(&two).await.iter().map(|one| one.message.id.as_u128()).collect();
        assert_eq!(ids, [1, 4, 7]);
    })
    .await;
}

/// While one program looks at an order again, what changes meanwhile asks for another look.
#[tokio::test]
async fn an_order_waits_once_unless_somebody_looks_at_it_now() {
    each("once", async |[one, two], _| {
        for (from, number) in [(0, 1), (1, 2)] {
            assert!(one.follow((from, from + 1), &postponed(number), moment(0)).await.expect("written"));
        }
        let list = waiting(&one).await;
        assert_eq!(list.len(), 1, "it waits already");
        two.claim(&list[0], moment(60), moment(99)).await.expect("asked").expect("due");
        assert!(one.follow((2, 3), &postponed(3), moment(61)).await.expect("written"));
        assert_eq!(waiting(&one).await.len(), 2, "what is looked at now may not see it");
    })
    .await;
}

#[tokio::test]
async fn all_secrets_are_sealed_with_one_key() {
    each("secrets", async |[one, two], _| {
        let sealed = |name: &str, key: &str| Sealed { name: name.into(), key_id: key.into(), sealed: format!("{name} by {key}") };
        assert_eq!(one.sealing_key().await.expect("read"), None);
        one.keep_sealed(&sealed("client/1", "a")).await.expect("kept");
        let why = two.keep_sealed(&sealed("client/2", "b")).await.expect_err("of another key").to_string();
        assert!(why.contains("the key a and not with b"), "{why}");
        two.keep_sealed(&sealed("client/2", "a")).await.expect("kept");
        assert_eq!(one.sealed("client/2").await.expect("read"), Some(sealed("client/2", "a")));
        assert_eq!(one.sealed("client/3").await.expect("read"), None);
        assert_eq!(two.sealing_key().await.expect("read").as_deref(), Some("a"));
    })
    .await;
}

/// A backup of before claims and secrets has fewer columns and tables.
#[tokio::test]
async fn a_backup_of_the_version_before_is_restored_with_what_waited() {
    each("backup", async |[one, _], url| {
        one.follow((0, 1), &seen("requested", None, 1), moment(0)).await.expect("written");
        run(&url, "UPDATE outbox SET attempts = 3, failure = 'no answer', due = '2027-01-15T08:00:00Z'").await;
        let folder = tempfile::tempdir().expect("a folder");
        let backup = folder.path().join("backup");
        one.backup(&backup).await.expect("written");
        as_version_16(&backup);
        let other = Store::open(&folder.path().join("restored")).await.expect("a store");
        other.restore(&backup).await.expect("restored");
        assert_eq!(waiting(&other).await, waiting(&one).await);
        assert_eq!(other.followed().await.expect("read").0, 1);
    })
    .await;
}

/// Makes a backup what the program before this one would have written.
fn as_version_16(backup: &std::path::Path) {
    use sha2::Digest;
    let rows = std::fs::read_to_string(backup.join("rows.jsonl")).expect("rows");
    let mut lines = String::new();
    for line in rows.lines() {
        let (table, mut cells): (String, Vec<serde_json::Value>) = serde_json::from_str(line).expect("a row");
        if table == "outbox" {
            assert_eq!(cells.pop(), Some("".into()), "the last column is the latest");
        }
        lines += &(serde_json::to_string(&(table, cells)).expect("a row") + "\n");
    }
    let file = backup.join("manifest.json");
    let mut manifest: serde_json::Value = serde_json::from_slice(&std::fs::read(&file).expect("a manifest")).expect("JSON");
    manifest["schema"] = 16.into();
    manifest["rows_sha256"] = hex::encode(sha2::Sha256::digest(lines.as_bytes())).into();
    std::fs::write(backup.join("rows.jsonl"), lines).expect("written");
    std::fs::write(file, manifest.to_string()).expect("written");
}
