//! The database, and what the journal says against its own hashes, the lists and the clock.

use super::{Finding, within};
use jiff::{SignedDuration, Timestamp};
use store::{Store, Trouble};

/// Entries from the end whose hashes are computed anew.
const ENTRIES: u64 = 2_000;
/// Streams that are compared with the lists: so many of the last, and as many of the whole journal.
const STREAMS: u64 = 100;
/// How much later than now an event may have been written: clocks of two servers differ a little.
const AHEAD: SignedDuration = SignedDuration::from_secs(5);

pub(super) async fn database(store: &Store) -> anyhow::Result<Finding> {
    let version = store.database_version().await?;
    Ok(match store.damage().await?.first() {
        None => Finding::ok("database", format!("it answers: {version}")),
        Some(first) => Finding::fault("database", format!("it is damaged: {first}"), Trouble::Damaged.remedy()),
    })
}

/// Whether the database is of this program's version; and whether the rest can be looked at.
pub(super) async fn schema(store: &Store) -> (Finding, bool) {
    const CHECK: &str = "schema";
    let mut is_present = false;
    let finding = within(CHECK, async {
        let (found, own) = store.schema_version().await?;
        is_present = found == own;
        Ok(if is_present {
            Finding::ok(CHECK, format!("version {found}"))
        } else if found < own {
            let means = format!("version {found}; this program is of version {own} and brings it on when it is started");
            Finding::warning(CHECK, means, "make a backup, end every program of the service, then start this one")
        } else {
            let means = format!("version {found}, of a later program; this one is of version {own} and does not start");
            Finding::fault(CHECK, means, "use the later program, or restore a backup that was made before it")
        })
    });
    let finding = finding.await;
    (finding, is_present)
}

pub(super) async fn chain(store: &Store) -> anyhow::Result<Finding> {
    Ok(match store.verify_last(ENTRIES).await? {
        Ok(checked) => Finding::ok("chain", format!("the last {checked} events are as they were written; gms admin check walks them all")),
        Err(broken) => {
            let remedy = "change nothing; keep a copy of the database, restore the last backup elsewhere and compare; call whoever answers \
                          for clinical safety";
            Finding::fault("chain", broken.to_string(), remedy)
        }
    })
}

pub(super) async fn lists(store: &Store) -> anyhow::Result<Finding> {
    let streams = store.sample_of_streams(STREAMS).await?;
    let differences = store.check_lists_of(&streams).await?;
    Ok(match differences.first() {
        None => Finding::ok("lists", format!("what {} streams say is what the lists show", streams.len())),
        Some(first) => {
            let means = format!("{} rows are not as the journal says, such as: {first}", differences.len());
            Finding::fault(
                "lists",
                means,
                "gms admin check names them all, and writes them anew with --rebuild; the journal is not touched",
            )
        }
    })
}

pub(super) async fn clock(store: &Store, now: Timestamp) -> anyhow::Result<Finding> {
    const CHECK: &str = "clock";
    let (_, last) = store.last_event().await?;
    let Some(last) = last else { return Ok(Finding::ok(CHECK, "nothing was written yet")) };
    let ahead = last.duration_since(now);
    Ok(if ahead > AHEAD {
        let means = format!("the last event was written {} seconds later than it is now: one of the clocks is wrong", ahead.as_secs());
        Finding::fault(CHECK, means, "set every server's clock by the network (chrony, systemd-timesyncd) before anything is signed")
    } else {
        Finding::ok(CHECK, format!("the last event was written {} seconds ago", ahead.abs().as_secs()))
    })
}
