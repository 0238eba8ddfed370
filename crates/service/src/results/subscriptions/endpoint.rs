//! Which addresses are called: those of the internet over TLS, and the server to which the system's results go by what an administrator
//! said. A system can make this service call nothing inside the networks that it stands in.

use care::ordering::client::Address;
use reqwest::Url;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// Reads an address that a system wants to be called, or says why it is not.
pub(super) fn check(endpoint: &str, results: &Address) -> Result<Url, String> {
    // Reading an address leaves them out, so that another one would be called than stands here. Source: WHATWG URL, basic URL parser.
    if endpoint.chars().any(|sign| sign.is_control() || sign.is_whitespace()) {
        return Err("The address holds a blank, the end of a line or another sign that no address has: send it without".into());
    }
    let url = Url::parse(endpoint).map_err(|why| format!("'{endpoint}' is no address: {why}"))?;
    let host = url.host_str().unwrap_or_default();
    if host.is_empty() || !["http", "https"].contains(&url.scheme()) {
        return Err(format!("'{endpoint}' is not called: send an address such as https://hospital.example/notified"));
    }
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
        return Err("Send the address without a name, a password or a fragment; what shows who calls belongs into channel.header".into());
    }
    if url.scheme() == "http" && !is_loopback(host) {
        return Err(format!("'{endpoint}' is not called without encryption: send an address with https"));
    }
    if is_of_results(&url, results) {
        return Ok(url);
    }
    if is_internal(host) {
        return Err(format!(
            "'{host}' lies inside a network, and is called only if results of this system go to the same server (gms client --results fhir:…)"
        ));
    }
    Ok(url)
}

/// It is the server to which the results of the system go.
pub(super) fn is_of_results(url: &Url, results: &Address) -> bool {
    match results {
        Address::Fhir { base } => Url::parse(base).is_ok_and(|base| base.origin() == url.origin()),
        Address::None | Address::Mllp { .. } | Address::Mllps { .. } => false,
    }
}

/// The addresses that a name has, if all of them are of the internet.
pub(super) async fn resolve(url: &Url) -> anyhow::Result<Vec<SocketAddr>> {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
    let port = url.port_or_known_default().unwrap_or(443);
    let found: Vec<SocketAddr> = tokio::net::lookup_host((host.as_str(), port)).await?.collect();
    anyhow::ensure!(!found.is_empty(), "{host} has no address");
    if let Some(inside) = found.iter().find(|address| !is_public(address.ip())) {
        anyhow::bail!("{host} is {}, which lies inside a network and is not called", inside.ip());
    }
    Ok(found)
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || address(host).is_some_and(|address| address.is_loopback())
}

/// A name or address that is of no use outside a network. What a name stands for is looked at again with every call.
fn is_internal(host: &str) -> bool {
    let name = host.trim_end_matches('.').to_lowercase();
    let is_local = name == "localhost" || [".localhost", ".local", ".internal", ".home.arpa"].iter().any(|end| name.ends_with(end));
    match address(host) {
        Some(address) => !is_public(address),
        None => is_local || !name.contains('.'),
    }
}

fn address(host: &str) -> Option<IpAddr> {
    host.trim_matches(['[', ']']).parse().ok()
}

/// An address of the internet. Source: IANA, special-purpose address registries (RFC 6890).
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [first, second, third, _] = address.octets();
    let is_special = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_broadcast()
        || address.is_documentation()
        || address.is_multicast()
        || first == 0
        || first >= 240;
    // Shared by providers, assignments of protocols, relays of 6to4, tests of networks.
    let is_reserved = matches!((first, second, third), (100, 64..=127, _) | (192, 0, 0) | (192, 88, 99) | (198, 18 | 19, _));
    !is_special && !is_reserved
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    let [.., a, b] = segments;
    let embedded = |high: u16, low: u16| is_public_v4(Ipv4Addr::from((u32::from(high) << 16) | u32::from(low)));
    match segments {
        // An address of version 4 in another dress: mapped, translated (RFC 6052), 6to4 (RFC 3056).
        [0, 0, 0, 0, 0, 0xffff, ..] | [0x64, 0xff9b, 0, 0, 0, 0, ..] => embedded(a, b),
        [0x2002, high, low, ..] => embedded(high, low),
        [0x2001, 0xdb8 | 0, ..] => false,
        // Global unicast is all that is given out (RFC 4291).
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_internet_is_called_over_tls_and_nothing_inside() {
        let nowhere = Address::None;
        for (endpoint, says) in [
            ("https://hospital.example/told", ""),
            ("https://8.8.8.8/told", ""),
            ("https://[2606:4700::1]/told", ""),
            ("http://hospital.example/told", "without encryption"),
            ("ftp://hospital.example/told", "send an address such as"),
            ("https://hospital.example/\r\ntold", "a blank, the end of a line"),
            ("https://hos\tpital.example/told", "a blank, the end of a line"),
            ("https://hospital.example/told ", "a blank, the end of a line"),
            ("https://hospital.example/\u{0}", "a blank, the end of a line"),
            ("file:///etc/passwd", "send an address such as"),
            ("hospital.example/told", "is no address"),
            ("https://name:secret@hospital.example/", "without a name"),
            ("https://hospital.example/#told", "without a name"),
            ("https://localhost/told", "inside a network"),
            ("http://localhost/told", "inside a network"),
            ("http://127.0.0.1:8080/told", "inside a network"),
            ("https://127.0.0.1/told", "inside a network"),
            ("https://127.1/told", "inside a network"),
            ("https://2130706433/told", "inside a network"),
            ("https://0x7f.1/told", "inside a network"),
            ("https://10.1.2.3/told", "inside a network"),
            ("https://172.20.0.1/", "inside a network"),
            ("https://192.168.1.1/", "inside a network"),
            ("https://169.254.169.254/latest/meta-data", "inside a network"),
            ("https://100.100.0.1/", "inside a network"),
            ("https://0.0.0.0/", "inside a network"),
            ("https://[::1]/", "inside a network"),
            ("https://[::]/", "inside a network"),
            ("https://[::ffff:10.0.0.1]/", "inside a network"),
            ("https://[64:ff9b::a00:1]/", "inside a network"),
            ("https://[2002:a00:1::]/", "inside a network"),
            ("https://[fd00::1]/", "inside a network"),
            ("https://[fe80::1]/", "inside a network"),
            ("https://epr/told", "inside a network"),
            ("https://metadata.google.internal/", "inside a network"),
            ("https://printer.local./", "inside a network"),
        ] {
            let found = check(endpoint, &nowhere).err().unwrap_or_default();
            assert!(found.is_empty() == says.is_empty() && found.contains(says), "{endpoint}: '{found}'");
        }
    }

    #[test]
    fn the_server_to_which_results_go_is_called_wherever_it_stands() {
        let inside = Address::Fhir { base: "https://epr.trust.internal:8443/fhir".into() };
        assert!(check("https://epr.trust.internal:8443/told", &inside).is_ok());
        assert!(check("https://epr.trust.internal/told", &inside).is_err(), "another port is another server");
        assert!(check("https://pas.trust.internal:8443/told", &inside).is_err());
        let loopback = Address::Fhir { base: "http://127.0.0.1:9000/fhir".into() };
        assert!(check("http://127.0.0.1:9000/told", &loopback).is_ok());
        assert!(check("http://127.0.0.1:9001/told", &loopback).is_err());
        let plain = Address::Fhir { base: "http://10.0.0.5/fhir".into() };
        assert!(check("http://10.0.0.5/told", &plain).is_err(), "never without encryption beyond this machine");
    }

    #[tokio::test]
    async fn a_name_that_stands_for_an_inner_address_is_not_called() {
        let url = Url::parse("https://localhost/told").expect("an address");
        assert!(resolve(&url).await.expect_err("refused").to_string().contains("inside a network"));
        let url = Url::parse("https://8.8.8.8/told").expect("an address");
        assert_eq!(resolve(&url).await.expect("looked up").len(), 1);
    }
}
