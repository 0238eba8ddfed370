//! `gms doctor`

use crate::arguments::service::{Doctor, Place};
use anyhow::{Context, ensure};
use service::{
    clock::{Clock, MachineClock},
    operations::doctor::{Finding, Severity, Site, examine, worst},
};
use std::process::ExitCode;
use store::{JOURNAL, Store, blobs::Blobs};

/// Looks at a site and says what was found: one line for each thing, and what to do below those that are not as they should be.
pub fn run(arguments: &Doctor) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Runtime::new()?;
    let findings = runtime.block_on(async {
        let site = Site {
            folder: arguments.place.dir.clone(),
            store: store(&arguments.place).await,
            reference: arguments.reference.clone(),
            certificates: arguments.certificates.clone(),
            provider: arguments.oidc_issuer.clone(),
        };
        examine(&site, MachineClock.now()).await
    });
    // What hangs is not waited for.
    runtime.shutdown_background();
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&findings)?);
    } else {
        findings.iter().for_each(show);
    }
    Ok(ExitCode::from(match worst(&findings) {
        Severity::Ok => 0,
        Severity::Warning => 1,
        Severity::Fault => 2,
    }))
}

/// The store of a service that is there: a doctor makes none.
async fn store(place: &Place) -> anyhow::Result<Store> {
    ensure!(place.dir.is_dir(), "{} is no folder", place.dir.display());
    let blobs = if let Some(address) = &place.blobs {
        Blobs::at(address, std::env::vars(), &place.dir.join("copies"))?
    } else {
        let folder = place.dir.join("blobs");
        ensure!(folder.is_dir(), "{} is not there, where files are kept; does --blobs name another place?", folder.display());
        Blobs::open(&folder)?
    };
    let database = super::admin::database(place)?;
    let there = database.is_some() || place.dir.join(JOURNAL).is_file();
    ensure!(there, "{} holds no journal ({JOURNAL}); does --database name another place?", place.dir.display());
    let url = database.unwrap_or_else(|| Store::address_of_present(&place.dir));
    Store::as_it_is(&url, blobs).await.context("the database cannot be reached")
}

fn show(finding: &Finding) {
    println!("{:<8} {:<12} {}", finding.severity.label(), finding.check, finding.found);
    if !finding.remedy.is_empty() {
        println!("{:<21} {}", "", finding.remedy);
    }
}
