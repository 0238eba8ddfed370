//! A connection that is kept open, with its cookies, as a browser has it.

use super::counted::Answered;
use anyhow::{Context, ensure};
use reqwest::{
    Client, RequestBuilder, Response, StatusCode,
    header::{ACCEPT, ACCEPT_ENCODING, CONTENT_TYPE, COOKIE, LOCATION, ORIGIN, SET_COOKIE},
    redirect::Policy,
};
use std::{collections::BTreeMap, time::Duration};

/// How long an answer may take before it is none.
const ANSWERED_WITHIN: Duration = Duration::from_mins(1);
/// How long a connection is kept that is not used: less than the service keeps it.
const KEPT: Duration = Duration::from_secs(50);
/// What a browser says of a request that a page of the same site began.
const SAME_SITE: (&str, &str) = ("Sec-Fetch-Site", "same-origin");

/// A client that keeps one connection.
pub(super) fn client() -> anyhow::Result<Client> {
    let client = Client::builder().no_proxy().redirect(Policy::none()).timeout(ANSWERED_WITHIN);
    Ok(client.pool_max_idle_per_host(1).pool_idle_timeout(KEPT).build()?)
}

/// One browser, or a program that asks like one.
pub(super) struct Connection {
    client: Client,
    /// Address of the service, without a slash at its end.
    base: String,
    cookies: BTreeMap<String, String>,
}

impl Connection {
    pub(super) fn new(base: &str) -> anyhow::Result<Connection> {
        Ok(Connection { client: client()?, base: base.to_owned(), cookies: BTreeMap::new() })
    }

    /// Opens a page, and the one that it leads on to.
    pub(super) async fn page(&mut self, path: &str) -> anyhow::Result<Answered> {
        let (response, answered) = match self.get(path).await {
            Ok(response) => (response, Answered::Once),
            // The service closes connections that are old; what is only read may be asked for again (RFC 9110, 9.2.2).
            Err(error) if !error.is_timeout() => (self.get(path).await?, Answered::Again),
            Err(error) => return Err(error.into()),
        };
        // A barcode that is scanned leads on to its sample; a browser goes there.
        let to = response.headers().get(LOCATION).and_then(|to| to.to_str().ok()).map(str::to_owned);
        let Some(to) = to.filter(|to| response.status() == StatusCode::SEE_OTHER && !to.starts_with("/sign-in")) else {
            self.finish(response, StatusCode::OK).await?;
            return Ok(answered);
        };
        self.finish(response, StatusCode::SEE_OTHER).await?;
        let response = self.get(&to).await?;
        self.finish(response, StatusCode::OK).await?;
        Ok(answered)
    }

    async fn get(&self, path: &str) -> reqwest::Result<Response> {
        let request = self.client.get(format!("{}{path}", self.base)).header(ACCEPT, "text/html").header(ACCEPT_ENCODING, "gzip");
        self.with_cookies(request).send().await
    }

    /// Sends a form, which is answered by the address of a page.
    pub(super) async fn form(&mut self, path: &str, fields: String) -> anyhow::Result<Answered> {
        let request = self.client.post(format!("{}{path}", self.base)).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        let response = self.with_cookies(request.header(ORIGIN, &self.base)).body(fields).send().await?;
        self.finish(response, StatusCode::SEE_OTHER).await?;
        Ok(Answered::Once)
    }

    /// Reads an answer to its end and keeps its cookies; one of another status is a fault.
    async fn finish(&mut self, response: Response, expected: StatusCode) -> anyhow::Result<()> {
        let status = response.status();
        for set in response.headers().get_all(SET_COOKIE) {
            let (name, value) = set.to_str()?.split(';').next().and_then(|pair| pair.split_once('=')).context("a cookie without a name")?;
            self.cookies.insert(name.trim().to_owned(), value.trim().to_owned());
        }
        response.bytes().await?;
        ensure!(status == expected, "answered {}", status.as_u16());
        Ok(())
    }

    /// A request with its cookies, but for those that were emptied.
    fn with_cookies(&self, request: RequestBuilder) -> RequestBuilder {
        let kept = self.cookies.iter().filter(|(_, value)| !value.is_empty());
        let cookies: Vec<String> = kept.map(|(name, value)| format!("{name}={value}")).collect();
        let request = request.header(SAME_SITE.0, SAME_SITE.1);
        if cookies.is_empty() { request } else { request.header(COOKIE, cookies.join("; ")) }
    }
}
