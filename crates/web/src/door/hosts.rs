//! Names by which the service is asked for. A request for another name was sent by a page that has this address under a name of its own,
//! or would make links that lead elsewhere.

use axum::http::StatusCode;

/// Names that are answered; every one where none is named.
#[derive(Clone, Debug, Default)]
pub struct Hosts {
    names: Vec<String>,
    /// Where whoever asked for another name is sent.
    address: Option<String>,
}

impl Hosts {
    /// Reads names such as `gms.example.nhs.uk` or `gms.example.nhs.uk:8443`, or says what is wrong with one.
    pub fn read(names: &[String]) -> Result<Hosts, String> {
        let wrong = |name: &String| format!("'{name}' is no host: write a name and, where it is another than 80 or 443, a port");
        let name = |name: &String| is_host(name).then(|| plain(name)).ok_or_else(|| wrong(name));
        Ok(Hosts { names: names.iter().map(name).collect::<Result<_, _>>()?, address: None })
    }

    /// With the name in the service's own address.
    pub(super) fn with_address(mut self, address: Option<&str>) -> Hosts {
        if let Some(address) = address
            && let Some(host) = address.split_once("://").and_then(|(_, rest)| rest.split('/').next())
        {
            self.names.push(plain(host));
            self.address = Some(address.to_owned());
        }
        self
    }

    /// Whether a request for this name is answered.
    pub(super) fn check(&self, host: Option<&str>) -> Result<(), (StatusCode, String)> {
        let Some(first) = self.names.first() else { return Ok(()) };
        let Some(host) = host else {
            return Err((StatusCode::BAD_REQUEST, "The request names no host (Host), so nothing was done.".into()));
        };
        if self.names.contains(&plain(host)) {
            return Ok(());
        }
        let address = self.address.as_ref().unwrap_or(first);
        Err((StatusCode::MISDIRECTED_REQUEST, format!("This service is reached at {address}; nothing is answered under another name.")))
    }
}

/// Whether a text can be a name with or without a port.
pub(super) fn is_host(host: &str) -> bool {
    !host.is_empty() && host.chars().all(|c| c.is_ascii_alphanumeric() || ['.', '-', ':', '[', ']', '_'].contains(&c))
}

/// A name in small letters, without a dot at its end and without the ports that need not be said.
fn plain(host: &str) -> String {
    let host = host.to_ascii_lowercase();
    let host = host.strip_suffix(":443").or_else(|| host.strip_suffix(":80")).unwrap_or(&host);
    host.trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_for_another_name_is_answered_by_where_the_service_is() {
        let hosts = Hosts::read(&["10.1.2.3:8080".to_owned()]).expect("a host").with_address(Some("https://gms.example.nhs.uk/genomics"));
        for host in ["gms.example.nhs.uk", "GMS.example.nhs.uk:443", "gms.example.nhs.uk.", "10.1.2.3:8080"] {
            assert_eq!(hosts.check(Some(host)), Ok(()), "{host}");
        }
        for host in ["evil.example", "gms.example.nhs.uk.evil.example", "10.1.2.3", "gms.example.nhs.uk:8443", ""] {
            let (status, why) = hosts.check(Some(host)).expect_err(host);
            assert_eq!(status, StatusCode::MISDIRECTED_REQUEST);
            assert!(why.contains("https://gms.example.nhs.uk/genomics") && !why.contains("evil"), "{why}");
        }
        assert_eq!(hosts.check(None).expect_err("no host").0, StatusCode::BAD_REQUEST);
        assert_eq!(Hosts::default().with_address(None).check(Some("anything")), Ok(()));
    }

    #[test]
    fn what_is_no_host_is_refused_by_its_name() {
        for name in ["", "https://gms.example", "a b", "*"] {
            assert!(Hosts::read(&[name.to_owned()]).expect_err(name).contains("is no host"));
        }
    }
}
