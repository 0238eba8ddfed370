//! Answers of a server: short, soon, and from itself.

use crate::{certificates, fault::NotAccepted};
use anyhow::{Context, ensure};
use reqwest::{Response, redirect::Policy};
use serde_json::Value;
use std::{path::Path, time::Duration};

/// How long a server may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// A longer answer is none.
const BYTES_MAX: usize = 1 << 20;

/// A client for one server. One that sends us elsewhere is not followed: that is how servers are made to ask themselves.
pub(super) fn client(folder: &Path) -> anyhow::Result<reqwest::Client> {
    Ok(certificates::http(folder)?.redirect(Policy::none()).timeout(PATIENCE).build()?)
}

/// A document that anybody may read.
pub(super) async fn document(http: &reqwest::Client, address: &str) -> anyhow::Result<Value> {
    let answer = http.get(address).header("accept", "application/json").send().await.with_context(|| format!("asking {address}"))?;
    ensure!(answer.status().as_u16() == 200, "{address} answered {}", answer.status());
    json(answer).await.with_context(|| format!("reading {address}"))
}

/// A resource of FHIR that a token opens.
pub(super) async fn resource(http: &reqwest::Client, address: &str, token: &str) -> anyhow::Result<Value> {
    opened(http, address, token, "application/fhir+json").await
}

/// A document of a media type that a token opens.
pub(super) async fn opened(http: &reqwest::Client, address: &str, token: &str, media_type: &str) -> anyhow::Result<Value> {
    let request = http.get(address).header("accept", media_type).bearer_auth(token);
    // The address of a resource may name a person, and is for no log.
    let answer = request.send().await.context("asking for a resource")?;
    let status = answer.status();
    let (summary, whole) = (format!("it answered {status}"), format!("{address} answered {status}"));
    ensure!(status.as_u16() == 200, NotAccepted { summary, whole });
    json(answer).await.context("reading a resource")
}

/// The body of an answer as JSON.
pub(super) async fn json(answer: Response) -> anyhow::Result<Value> {
    serde_json::from_slice(&body(answer).await?).context("the answer is no JSON")
}

async fn body(mut answer: Response) -> anyhow::Result<Vec<u8>> {
    let mut body = Vec::new();
    while let Some(part) = answer.chunk().await.context("the answer broke off")? {
        body.extend_from_slice(&part);
        ensure!(body.len() <= BYTES_MAX, "the answer is too long");
    }
    Ok(body)
}
