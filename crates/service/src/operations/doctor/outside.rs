//! What comes from outside the service's own folder and database: reference data, certificates, the provider, people's accounts.

use super::Finding;
use crate::{
    certificates,
    people::{hash::verify, relying::Party},
};
use engine::reference;
use jiff::{SignedDuration, Timestamp};
use std::path::{Path, PathBuf};
use store::{AccountLine, Store};

/// How long before its end a certificate is spoken of.
const RENEWED_BEFORE: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Passwords that everybody can read: those of this service's own handbook and tests (README.md).
const KNOWN: [&str; 2] = ["three words here", "copper window sail"];
/// Accounts whose passwords are tried: each takes as long as a sign-in.
const TRIED_MAX: usize = 200;

/// The reference pack can be read.
pub(super) fn reference(name: &str) -> Finding {
    const CHECK: &str = "reference";
    match reference::open(name) {
        Err(fault) => {
            Finding::fault(CHECK, fault.to_string(), "gms reference list shows the packs there are; gms reference build makes one")
        }
        Ok(_) if name == "demo" => {
            let means = "this is the demonstration's reference data, of 563 genes: results of patients must not rest on it";
            Finding::warning(CHECK, means, "gms reference build makes a whole pack; name it with --reference here and for gms serve")
        }
        Ok(pack) => Finding::ok(CHECK, format!("{} ({})", pack.manifest().name, pack.digest().get(..12).unwrap_or_default())),
    }
}

/// When certificates end: those that are named, and authorities of the folder.
pub(super) fn certificates(folder: &Path, named: &[PathBuf], now: Timestamp) -> Vec<Finding> {
    let authorities = std::fs::read_dir(folder.join("authorities")).into_iter().flatten().flatten().map(|file| file.path());
    named.iter().cloned().chain(authorities).map(|path| certificate(&path, now)).collect()
}

fn certificate(path: &Path, now: Timestamp) -> Finding {
    const CHECK: &str = "certificate";
    let name = path.display();
    let validities = match certificates::validities(path) {
        Ok(validities) => validities,
        Err(fault) => return Finding::fault(CHECK, format!("{fault:#}"), "put a certificate there, as PEM"),
    };
    let begins = validities.iter().map(|validity| validity.begins).max().unwrap_or(now);
    let Some(ends) = validities.iter().map(|validity| validity.ends).min() else {
        return Finding::fault(CHECK, format!("{name} holds none"), "put a certificate there, as PEM");
    };
    let day = ends.strftime("%-d %B %Y");
    match () {
        () if begins > now => Finding::fault(CHECK, format!("{name} does not count yet"), "look at the clock, then at the certificate"),
        () if ends <= now => Finding::fault(CHECK, format!("{name} ended on {day}: nobody connects by it"), "renew it now"),
        () if ends <= now + RENEWED_BEFORE => Finding::warning(CHECK, format!("{name} ends on {day}"), "renew it before that day"),
        () => Finding::ok(CHECK, format!("{name} ends on {day}")),
    }
}

/// The provider says what this service needs.
pub(super) async fn provider(issuer: &str, folder: &Path) -> anyhow::Result<Finding> {
    Ok(match Party::look(issuer, folder).await {
        Ok(()) => Finding::ok("provider", format!("{issuer} can be reached")),
        Err(fault) => {
            let remedy = "look whether this machine reaches it (proxy, firewall, name), and at folder authorities for its certificate";
            Finding::fault("provider", format!("nobody can sign in there: {fault:#}"), remedy)
        }
    })
}

/// No account opens by a choice from a list, or by a password that is written somewhere.
pub(super) async fn accounts(store: &Store, reference: &str) -> anyhow::Result<Finding> {
    const CHECK: &str = "accounts";
    let mut open = store.accounts().await?;
    open.retain(|account| !account.closed);
    let chosen = open.iter().filter(|account| account.demonstration).count();
    if chosen > 0 {
        let means = format!("{chosen} accounts open to whoever chooses their name from a list: this is a demonstration");
        let remedy = "never put a real patient into it; begin a fresh folder for a service that is used";
        let is_used = reference != "demo";
        return Ok(if is_used { Finding::fault(CHECK, means, remedy) } else { Finding::warning(CHECK, means, remedy) });
    }
    let tried: Vec<AccountLine> = open.into_iter().filter(|account| !account.password.is_empty()).take(TRIED_MAX).collect();
    let count = tried.len();
    let known = tokio::task::spawn_blocking(move || {
        let is_known = |account: &AccountLine| KNOWN.iter().any(|password| verify(&account.password, password));
        tried.iter().filter(|account| is_known(account)).map(|account| account.login.clone()).collect::<Vec<_>>()
    });
    let known = known.await?;
    Ok(if known.is_empty() {
        Finding::ok(CHECK, format!("none of {count} has a password out of a handbook"))
    } else {
        let remedy = "their administrator gives them another under Accounts";
        Finding::fault(CHECK, format!("the password of {} is one out of a handbook", known.join(", ")), remedy)
    })
}
