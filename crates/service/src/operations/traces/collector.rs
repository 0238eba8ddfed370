//! Where traces are sent.

use reqwest::Url;
use std::str::FromStr;

/// Where a collector takes traces, beneath its address (OTLP over HTTP).
const PATH: &str = "v1/traces";

/// The address of a collector.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Collector(Url);

impl Collector {
    /// What is posted to.
    pub(super) fn url(&self) -> &Url {
        &self.0
    }
}

impl FromStr for Collector {
    type Err = String;

    fn from_str(text: &str) -> Result<Collector, String> {
        let mut url = Url::parse(text).map_err(|why| format!("it is no address such as http://collector:4318 ({why})"))?;
        if !["http", "https"].contains(&url.scheme()) || !url.has_host() {
            return Err("it has to begin with http:// or https:// and a host, such as http://collector:4318".into());
        }
        if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
            return Err("it may hold no name, password, question or fragment: let a collector beside the service know the secret".into());
        }
        let base = url.path().trim_end_matches('/').to_owned();
        if !base.ends_with(PATH) {
            url.set_path(&format!("{base}/{PATH}"));
        }
        Ok(Collector(url))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traces_go_beneath_the_address_of_a_collector() {
        for (text, url) in [
            ("http://collector:4318", "http://collector:4318/v1/traces"),
            ("https://gather.example/otlp/", "https://gather.example/otlp/v1/traces"),
            ("http://[::1]:4318/v1/traces", "http://[::1]:4318/v1/traces"),
        ] {
            assert_eq!(text.parse::<Collector>().expect(text).url().as_str(), url);
        }
    }

    #[test]
    fn an_address_that_is_none_or_holds_a_secret_is_refused() {
        for text in ["collector:4318", "grpc://collector:4317", "http://a:b@collector", "http://collector/?key=1", "", "http://"] {
            assert!(text.parse::<Collector>().is_err(), "{text}");
        }
    }
}
