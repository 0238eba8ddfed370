//! Signed ends in the store of files, too: each is written once under a name of its own, so that a service whose rights in the store do not
//! let it delete or overwrite them cannot take them back, whatever becomes of its database and its folder.

use super::{
    head::{Acceptance, Head},
    key::Signing,
};
use anyhow::Context;
use jiff::{SignedDuration, Timestamp};
use store::Store;
use uuid::Uuid;

const HEADS: &str = "evidence/heads";
const KEYS: &str = "evidence/keys";
const ACCEPTED: &str = "evidence/accepted";
/// What comes before a key in its name: a name of digits alone would be that of a blob.
const KEY: &str = "key-";
/// Of those that were signed since the last comparison, how many a start looks at: the newest. `gms admin check` looks at all.
const AT_START_MAX: usize = 500;
/// By how much the clocks of programs may differ.
const CLOCKS_DIFFER: SignedDuration = SignedDuration::from_hours(1);

/// What the store of files has.
#[derive(Default)]
pub(super) struct Found {
    pub keys: Vec<String>,
    /// Names and lines.
    pub acceptances: Vec<(String, String)>,
    pub heads: Vec<(String, String)>,
    /// When the last head was signed, by its name.
    pub last: Option<Timestamp>,
}

/// Which heads are sought.
#[derive(Clone, Copy)]
pub(super) enum Sought {
    All,
    /// The newest of those since a time, or of all.
    Newest(Option<Timestamp>),
}

/// Looks for some heads, acceptances and keys, in that order: a server that begins meanwhile writes its key before anything that it signs.
pub(super) async fn find(store: &Store, sought: Sought) -> anyhow::Result<Found> {
    let blobs = store.blobs();
    let heads = match sought {
        Sought::All => blobs.texts(HEADS, None).await?,
        Sought::Newest(since) => {
            let after = since.map(|since| format!("{HEADS}/{}", time_of(since - CLOCKS_DIFFER)));
            let mut heads = blobs.texts(HEADS, after.as_deref()).await?;
            heads.split_off(heads.len().saturating_sub(AT_START_MAX))
        }
    };
    let acceptances = blobs.texts(ACCEPTED, None).await?;
    let keys = blobs.texts(KEYS, None).await?;
    let keys = keys.iter().filter_map(|name| name.rsplit_once(KEY)).map(|(_, key)| key.to_owned()).collect();
    let last = heads.last().and_then(|name| signed_at(name));
    let acceptances = acceptances.iter().cloned().zip(blobs.read_texts(&acceptances).await?).collect();
    let heads = heads.iter().cloned().zip(blobs.read_texts(&heads).await?).collect();
    Ok(Found { keys, acceptances, heads, last })
}

/// Writes the public half of a key, by which lines of the store can be read where no folder is left.
pub(super) async fn publish(store: &Store, key: &Signing) -> anyhow::Result<()> {
    let public = key.public();
    store.blobs().put_text(&format!("{KEYS}/{KEY}{public}"), &public).await
}

/// The name of a line: the so many-th of a program.
pub(super) fn name(at: Timestamp, program: Uuid, number: u64) -> String {
    format!("{HEADS}/{}-{program}-{number}", time_of(at))
}

/// Writes a line under its name.
pub(super) async fn put(store: &Store, name: &str, line: &str) -> anyhow::Result<()> {
    store.blobs().put_text(name, line).await
}

/// Puts everything that was signed up to now out of force. It stays where it is, and so does this.
pub(super) async fn accept(store: &Store, key: &Signing, at: Timestamp) -> anyhow::Result<()> {
    publish(store, key).await?;
    let last = store.blobs().texts(HEADS, None).await?.last().and_then(|name| signed_at(name));
    let accepted = last.map_or(at, |last| last.max(at));
    let line = Head::sign(key, &Acceptance { accepted })?.line()?;
    let short = crate::secret::digest(&line);
    let name = format!("{ACCEPTED}/{}-{}", time_of(accepted), short.get(..16).unwrap_or_default());
    store.blobs().put_text(&name, &line).await.context("saying in the store of files that a loss is accepted")
}

/// A time as it stands in names, which sort by it.
fn time_of(at: Timestamp) -> String {
    format!("{:015}", at.as_millisecond().max(0))
}

/// When a head was signed, by its name: no earlier than its line says.
fn signed_at(name: &str) -> Option<Timestamp> {
    let milliseconds: i64 = name.rsplit('/').next()?.split('-').next()?.parse().ok()?;
    Timestamp::from_millisecond(milliseconds + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_sort_by_when_they_were_signed() {
        let at = |second| Timestamp::from_second(second).expect("a time");
        let named = |second| name(at(second), Uuid::from_u128(7), 1);
        assert!(named(999_999_999) < named(1_000_000_000) && named(1_000_000_000) < named(1_800_000_000));
        let read = signed_at(&named(1_800_000_000)).expect("a time");
        assert!(read >= at(1_800_000_000) && read < at(1_800_000_001), "{read}");
        assert_eq!(signed_at("evidence/heads/other"), None);
    }
}
