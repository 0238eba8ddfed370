//! What goes wrong at a site, looked for where it would show: each thing by itself, with what it means and what to do. Nothing is made or
//! changed by looking, but for a few bytes that are written beside the kept files and read again, and for what a backup that was killed
//! left unencrypted, which is removed.

mod journal;
mod outside;
mod place;
mod waiting;

use crate::fault::ForLog;
use jiff::Timestamp;
use serde::Serialize;
use std::{future::Future, path::PathBuf, time::Duration};
use store::{Store, Trouble};
use tokio::time::timeout;

/// What is looked at.
pub struct Site {
    /// Folder of the service.
    pub folder: PathBuf,
    /// Its database and files, as they are.
    pub store: anyhow::Result<Store>,
    /// Reference pack: a name or a file.
    pub reference: String,
    /// Certificates that are shown to others (PEM).
    pub certificates: Vec<PathBuf>,
    /// Provider of OpenID Connect, if people sign in there.
    pub provider: Option<String>,
}

/// How bad something is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// As it should be.
    Ok,
    /// Somebody should look at it soon.
    Warning,
    /// The service does not work, or will not for long, or something is open that must not be.
    Fault,
}

/// What was found.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Finding {
    /// What was looked at.
    pub check: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What it means.
    pub found: String,
    /// What to do; empty where there is nothing.
    pub remedy: String,
}

/// How long one check may take.
const WITHIN: Duration = Duration::from_mins(1);

impl Severity {
    /// As it is written.
    pub fn label(self) -> &'static str {
        match self {
            Severity::Ok => "ok",
            Severity::Warning => "warning",
            Severity::Fault => "fault",
        }
    }
}

impl Finding {
    fn ok(check: &'static str, found: impl Into<String>) -> Finding {
        Finding { check, severity: Severity::Ok, found: found.into(), remedy: String::new() }
    }

    fn warning(check: &'static str, found: impl Into<String>, remedy: impl Into<String>) -> Finding {
        Finding { check, severity: Severity::Warning, found: found.into(), remedy: remedy.into() }
    }

    fn fault(check: &'static str, found: impl Into<String>, remedy: impl Into<String>) -> Finding {
        Finding { check, severity: Severity::Fault, found: found.into(), remedy: remedy.into() }
    }
}

/// Looks at everything. What cannot be looked at because of a fault before it is left out.
#[crate::boxed]
pub async fn examine(site: &Site, now: Timestamp) -> Vec<Finding> {
    let mut findings =
        vec![place::rights(&site.folder), place::disk(&site.folder), place::drafts(&site.folder), outside::reference(&site.reference)];
    findings.extend(outside::certificates(&site.folder, &site.certificates, now));
    if let Some(issuer) = &site.provider {
        findings.push(within("provider", outside::provider(issuer, &site.folder)).await);
    }
    let store = match &site.store {
        Ok(store) => store,
        Err(fault) => {
            let remedy = "look whether --dir, --database and --blobs are those of gms serve, and whether the database runs and lets this \
                          machine in";
            let remedy = Trouble::beneath(fault).filter(|trouble| *trouble != Trouble::Away).map_or(remedy, Trouble::remedy);
            findings.push(Finding::fault("database", fault.for_log(), remedy));
            return findings;
        }
    };
    findings.push(within("database", journal::database(store)).await);
    let (schema, is_present) = journal::schema(store).await;
    findings.push(schema);
    findings.push(within("files", place::files(store)).await);
    if !is_present {
        return findings;
    }
    findings.push(within("key", place::key(store, &site.folder)).await);
    findings.push(within("chain", journal::chain(store)).await);
    findings.push(Box::pin(within("lists", journal::lists(store))).await);
    findings.push(within("kept files", place::kept(store)).await);
    findings.push(within("clock", journal::clock(store, now)).await);
    findings.extend(waiting::waiting(store, now).await);
    findings.push(within("accounts", outside::accounts(store, &site.reference)).await);
    findings
}

/// The worst of what was found.
pub fn worst(findings: &[Finding]) -> Severity {
    findings.iter().map(|finding| finding.severity).max().unwrap_or(Severity::Ok)
}

/// A check that ends in its time. That it could not be done is a fault.
async fn within(check: &'static str, look: impl Future<Output = anyhow::Result<Finding>>) -> Finding {
    let remedy = "look at the rest first; if this stays, run it again with RUST_LOG=info and report what it says";
    match timeout(WITHIN, look).await {
        Ok(Ok(finding)) => finding,
        Ok(Err(fault)) => {
            let remedy = Trouble::beneath(&fault).map_or(remedy, Trouble::remedy);
            Finding::fault(check, format!("this could not be looked at: {}", fault.for_log()), remedy)
        }
        Err(_) => Finding::fault(check, format!("this did not end within {} seconds", WITHIN.as_secs()), remedy),
    }
}
