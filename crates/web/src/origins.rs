//! Pages of which sites may ask the interfaces from a browser (CORS): every one, unless an administrator names those that may. Who asks
//! shows a token, never a cookie, so that a page learns nothing that its own user could not.

use axum::http::HeaderValue;
use tower_http::cors::{AllowOrigin, Any};

/// Sites whose pages may ask; every site where none is named.
#[derive(Clone, Debug, Default)]
pub struct Origins(Vec<HeaderValue>);

impl Origins {
    /// Reads sites such as `https://app.example`, or says what is wrong with one.
    pub fn read(sites: &[String]) -> Result<Origins, String> {
        sites.iter().map(|site| origin(site)).collect::<Result<_, _>>().map(Origins)
    }

    pub(crate) fn allowed(&self) -> AllowOrigin {
        if self.0.is_empty() { Any.into() } else { AllowOrigin::list(self.0.clone()) }
    }
}

/// An origin as browsers send it: scheme, host and port, without a stroke at the end.
fn origin(site: &str) -> Result<HeaderValue, String> {
    let wrong = |why: &str| format!("'{site}' is no origin: {why}, such as https://app.example");
    let (scheme, host) = site.split_once("://").ok_or_else(|| wrong("name scheme and host"))?;
    let name = host.rsplit_once(':').filter(|(_, port)| port.parse::<u16>().is_ok()).map_or(host, |(name, _)| name);
    let is_name =
        |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || ['.', '-'].contains(&c));
    match (scheme, name) {
        (_, name) if !is_name(name) => Err(wrong("write the host in small letters, without a path")),
        ("https", _) | ("http", "localhost" | "127.0.0.1") => HeaderValue::from_str(site).map_err(|_| wrong("it cannot stand in a header")),
        _ => Err(wrong("pages are served over https, or from localhost")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_scheme_host_and_port() {
        for site in ["https://app.example", "https://app.example:8443", "http://localhost:3000", "http://127.0.0.1"] {
            assert!(origin(site).is_ok(), "{site}");
        }
        for site in
            ["*", "app.example", "https://app.example/", "https://App.example", "http://app.example", "https://", "https://a b", "null"]
        {
            let why = origin(site).expect_err(site);
            assert!(why.contains("https://app.example") && why.contains(site), "{why}");
        }
    }
}
