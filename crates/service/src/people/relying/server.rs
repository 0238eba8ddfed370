use super::fetch::document;
use anyhow::{Context, ensure};
use reqwest::{Client, Url};
use serde_json::Value;

/// What an authorization server says of itself, as far as it is needed.
#[derive(Clone, Debug)]
pub struct Server {
    /// Who signs its identity tokens; nobody where it does not say.
    pub issuer: Option<String>,
    /// Where browsers are sent.
    pub(super) authorize: Url,
    /// Where codes are exchanged.
    pub(super) token: String,
    /// Where its public keys are.
    pub(super) keys: Option<String>,
    /// Where it says more of who was signed in.
    pub(super) userinfo: Option<String>,
    /// How a client may show who it is; nothing where it does not say.
    pub(super) methods: Option<Vec<String>>,
    /// How it may sign for that.
    pub(super) algorithms: Option<Vec<String>>,
    /// What it can do, of SMART.
    pub capabilities: Vec<String>,
    /// Signs with this where it does not say: the provider's RS256, or SMART's RS384.
    pub(super) is_record: bool,
}

impl Server {
    pub(super) async fn of_provider(http: &Client, issuer: &str) -> anyhow::Result<Server> {
        let said = configuration(http, issuer).await?;
        let own = text(&said, "issuer").context("the provider's configuration names no issuer")?;
        ensure!(is_same(&own, issuer), "the configuration at {issuer} is of {own}");
        Server::read(&said, issuer, false)
    }

    pub(super) async fn of_record(http: &Client, base: &str) -> anyhow::Result<Server> {
        let address = format!("{}/.well-known/smart-configuration", base.trim_end_matches('/'));
        let said = document(http, &address).await?;
        let mut server = Server::read(&said, base, true)?;
        if server.keys.is_none() || server.issuer.is_none() {
            // Who signs identity tokens, and with which keys, may stand in the configuration of OpenID Connect alone.
            let issuer = server.issuer.clone().unwrap_or_else(|| base.to_owned());
            let further = configuration(http, &issuer).await?;
            let own = text(&further, "issuer").filter(|own| is_same(own, &issuer));
            server.issuer = Some(own.with_context(|| format!("the configuration at {issuer} is of somebody else"))?);
            server.keys = text(&further, "jwks_uri").map(|address| safe(&address, base)).transpose()?.map(|url| url.to_string());
            let userinfo = text(&further, "userinfo_endpoint").map(|address| safe(&address, base)).transpose()?;
            server.userinfo = server.userinfo.or(userinfo.map(|url| url.to_string()));
        }
        Ok(server)
    }

    fn read(said: &Value, described_at: &str, is_record: bool) -> anyhow::Result<Server> {
        let endpoint = |name: &str| {
            let address = text(said, name).with_context(|| format!("the configuration of {described_at} has no {name}"))?;
            safe(&address, described_at).with_context(|| format!("{name} of {described_at}"))
        };
        Ok(Server {
            issuer: text(said, "issuer"),
            authorize: endpoint("authorization_endpoint")?,
            // As it was written: it stands in what is signed for it.
            token: endpoint("token_endpoint").map(|_| text(said, "token_endpoint").unwrap_or_default())?,
            keys: text(said, "jwks_uri").map(|address| safe(&address, described_at)).transpose()?.map(|url| url.to_string()),
            userinfo: text(said, "userinfo_endpoint").map(|address| safe(&address, described_at)).transpose()?.map(|url| url.to_string()),
            methods: texts(&said["token_endpoint_auth_methods_supported"]),
            algorithms: texts(&said["token_endpoint_auth_signing_alg_values_supported"]),
            capabilities: texts(&said["capabilities"]).unwrap_or_default(),
            is_record,
        })
    }
}

/// One that speaks for another is none; a stroke at the end is no other.
fn is_same(one: &str, other: &str) -> bool {
    one.trim_end_matches('/') == other.trim_end_matches('/')
}

async fn configuration(http: &Client, issuer: &str) -> anyhow::Result<Value> {
    let address = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
    document(http, &address).await.with_context(|| format!("reading the configuration of the provider {issuer}"))
}

/// An address over TLS; over anything else only where the server itself was given so, as on this machine.
fn safe(address: &str, described_at: &str) -> anyhow::Result<Url> {
    let url: Url = address.parse().with_context(|| format!("'{address}' is no address"))?;
    let is_safe = url.scheme() == "https" || (url.scheme() == "http" && described_at.starts_with("http://"));
    ensure!(is_safe, "'{address}' is not over https");
    Ok(url)
}

fn text(said: &Value, name: &str) -> Option<String> {
    said[name].as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

fn texts(value: &Value) -> Option<Vec<String>> {
    Some(value.as_array()?.iter().filter_map(Value::as_str).map(str::to_owned).collect())
}
