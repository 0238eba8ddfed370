//! What stands before the service and is believed: what it says of who asks, how, and by which name. Everybody else could say anything.
//!
//! Sources: RFC 7239 (`Forwarded`); `X-Forwarded-For`, `-Proto`, `-Host` and `-Prefix` as proxies write them.

use super::{connection, hosts::is_host};
use axum::{
    extract::Request,
    http::{HeaderMap, header, uri::Authority},
};
use service::operations::traces::Parent;
use std::net::{IpAddr, SocketAddr};

/// Headers by which proxies say for whom they ask.
pub(super) const SAID_BY_PROXIES: [&str; 6] =
    ["forwarded", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "x-forwarded-prefix", "x-forwarded-port"];

/// Networks whose proxies are believed; none where none is named.
#[derive(Clone, Debug, Default)]
pub struct Proxies(Vec<Network>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Network {
    address: IpAddr,
    bits: u32,
}

/// How a request reached the service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reached {
    /// The address that asks.
    pub client: Option<IpAddr>,
    /// Its port, where it came without a proxy.
    pub port: u16,
    pub is_https: bool,
    pub host: Option<String>,
    /// What stands before each path at the proxy.
    pub prefix: String,
}

impl Proxies {
    /// Reads networks such as `10.0.0.0/24`, or addresses, or says what is wrong with one.
    pub fn read(networks: &[String]) -> Result<Proxies, String> {
        networks.iter().map(|text| network(text)).collect::<Result<_, _>>().map(Proxies)
    }

    /// Whether none is named.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether what this address says of others is believed.
    pub(crate) fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.holds(address.to_canonical()))
    }

    /// How a request came here, as far as that is believed.
    pub(super) fn reached(&self, request: &Request) -> Result<Reached, String> {
        let (from, is_tls) = connection(request);
        let headers = request.headers();
        let direct = Reached {
            client: from.map(|from| from.ip()),
            port: from.map_or(0, |from| from.port()),
            is_https: is_tls,
            host: named(request)?,
            prefix: String::new(),
        };
        match from {
            Some(from) if self.trusts(from.ip()) => self.believed(direct, from, headers),
            _ => Ok(direct),
        }
    }

    /// Whose work a request is part of, where a trusted proxy says so once (`traceparent`). Everybody else could join any trace.
    pub(super) fn part_of(&self, request: &Request) -> Option<Parent> {
        let (from, _) = connection(request);
        from.filter(|from| self.trusts(from.ip()))?;
        let mut said = request.headers().get_all("traceparent").iter();
        let (one, other) = (said.next()?, said.next());
        if other.is_some() { None } else { one.to_str().ok()?.parse().ok() }
    }

    /// With what a trusted proxy says.
    fn believed(&self, direct: Reached, from: SocketAddr, headers: &HeaderMap) -> Result<Reached, String> {
        let chains = [chain(headers, "x-forwarded-for"), standard(headers, "for")].map(|chain| (!chain.is_empty()).then_some(chain));
        let clients = chains.map(|chain| chain.map(|chain| self.client(from.ip(), &chain)));
        let client = match clients {
            // A proxy writes one of them and lets the other through, which then is whatever somebody wrote.
            [Some(one), Some(other)] if one != other => return Err("X-Forwarded-For and Forwarded name different addresses".into()),
            [one, other] => one.or(other).unwrap_or(from.ip()),
        };
        let last = |name: &str, parameter: &str| chain(headers, name).pop().or_else(|| standard(headers, parameter).pop());
        let scheme = last("x-forwarded-proto", "proto").map(|scheme| scheme.to_ascii_lowercase());
        let is_https = match scheme.as_deref() {
            Some("https") => true,
            Some("http") => false,
            _ => direct.is_https,
        };
        let host = last("x-forwarded-host", "host").filter(|host| is_host(host)).or(direct.host);
        let prefix = chain(headers, "x-forwarded-prefix").pop().filter(|prefix| is_path(prefix)).unwrap_or_default();
        let port = if client == from.ip() { from.port() } else { 0 };
        Ok(Reached { client: Some(client), port, is_https, host, prefix: prefix.trim_end_matches('/').to_owned() })
    }

    /// The right-most address that is no trusted proxy's: what stands to the left of it is only what that one says.
    fn client(&self, from: IpAddr, chain: &[String]) -> IpAddr {
        let mut client = from;
        for text in chain.iter().rev() {
            if !self.trusts(client) {
                break;
            }
            let Some(address) = address(text) else { break };
            client = address;
        }
        client
    }
}

impl Network {
    pub(super) fn holds(&self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                (network.to_bits() ^ address.to_bits()).checked_shr(32 - self.bits).unwrap_or(0) == 0
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                (network.to_bits() ^ address.to_bits()).checked_shr(128 - self.bits).unwrap_or(0) == 0
            }
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
        }
    }
}

pub(super) fn network(text: &str) -> Result<Network, String> {
    let wrong = || format!("'{text}' is no network: write an address, or an address and its bits, such as 10.0.0.0/24");
    let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
    let address: IpAddr = address.trim().parse().map_err(|_| wrong())?;
    let most = if address.is_ipv4() { 32 } else { 128 };
    let bits = bits.map_or(Ok(most), |bits| bits.trim().parse().map_err(|_| wrong()))?;
    if bits > most { Err(wrong()) } else { Ok(Network { address, bits }) }
}

/// The name that is asked for: in the address of the request, else in its one header.
fn named(request: &Request) -> Result<Option<String>, String> {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let host = hosts.next();
    if hosts.next().is_some() {
        return Err("The request names several hosts".into());
    }
    let host = host.and_then(|host| host.to_str().ok()).map(str::trim);
    let host = request.uri().authority().map(Authority::as_str).or(host);
    Ok(host.filter(|host| is_host(host)).map(str::to_owned))
}

/// What stands between commas, in every header of a name.
fn chain(headers: &HeaderMap, name: &str) -> Vec<String> {
    let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}

/// A parameter of each element of `Forwarded`.
fn standard(headers: &HeaderMap, parameter: &str) -> Vec<String> {
    let of_element = |element: &String| {
        let mut pairs = element.split(';').filter_map(|pair| pair.split_once('='));
        let value = pairs.find(|(name, _)| name.trim().eq_ignore_ascii_case(parameter));
        value.map(|(_, value)| value.trim().trim_matches('"').to_owned())
    };
    chain(headers, "forwarded").iter().filter_map(of_element).collect()
}

/// An address as proxies write it: with or without a port, of IPv6 within brackets or not.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    let address = bare.parse().or_else(|_| text.parse::<SocketAddr>().map(|address| address.ip()));
    address.ok().map(|address: IpAddr| address.to_canonical())
}

fn is_path(path: &str) -> bool {
    path.starts_with('/') && path.chars().all(|c| c.is_ascii_alphanumeric() || ['/', '.', '-', '_'].contains(&c))
}

#[cfg(test)]
mod tests;
