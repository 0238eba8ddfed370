//! How the pages are reached, from the arguments of `gms serve`.

use crate::{
    arguments::service::{Limits, Network, PagesTls},
    commands::service::folder,
};
use anyhow::{Context, anyhow, ensure};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use service::certificates::PagesCertificate;
use std::{
    net::{SocketAddr, ToSocketAddrs},
    sync::Arc,
    time::Duration,
};
use tokio::signal::unix::{SignalKind, signal};
use web::{Bounds, Desktops, Entrance, Hosts, Proxies, ServerConfig};

/// Files that the program may need beside its connections: the database, blobs, packs, what is rendered.
const FILES_BESIDE: u64 = 256;
/// Files for each connection: its own, and what an answer may open.
const FILES_OF_CONNECTION: u64 = 2;

/// The entrance, with how it is reached.
pub fn with_network(entrance: Entrance, arguments: &Network) -> anyhow::Result<Entrance> {
    let entrance = reached(entrance, arguments)?;
    let tls = certificate(&arguments.tls)?.map(tls).transpose()?;
    Ok(Entrance { tls, ..entrance })
}

/// Refuses what would be refused of it when it is served; nothing goes on with it.
pub fn check_reached(arguments: &Network) -> anyhow::Result<()> {
    reached(Entrance::default(), arguments)?;
    certificate(&arguments.tls).map(drop)
}

/// The entrance, with whom it believes, answers, and lets have how much.
fn reached(entrance: Entrance, arguments: &Network) -> anyhow::Result<Entrance> {
    Ok(Entrance {
        bounds: bounds(&arguments.bounds),
        proxies: Proxies::read(&arguments.trusted_proxies).map_err(|why| anyhow!("--trusted-proxy: {why}"))?,
        desktops: Desktops::read(&arguments.research_desktops).map_err(|why| anyhow!("--research-desktops: {why}"))?,
        hosts: Hosts::read(&arguments.hosts).map_err(|why| anyhow!("--host: {why}"))?,
        ..entrance
    })
}

fn bounds(limits: &Limits) -> Bounds {
    let seconds = |count: u32| Duration::from_secs(count.into());
    Bounds {
        connections: limits.connections as usize,
        connections_of_address: limits.connections_of_address as usize,
        first_request: seconds(limits.first_request_seconds),
        idle: seconds(limits.idle_seconds),
        body: seconds(limits.body_seconds),
        request: seconds(limits.request_seconds),
        end: seconds(limits.end_seconds),
        system_requests: limits.system_requests,
        address_requests: limits.address_requests,
        ..Bounds::default()
    }
}

/// The entrance with no more connections than the files of this program are enough for; those are made as many as they may be.
pub fn that_fits(mut entrance: Entrance) -> Entrance {
    let connections = entrance.bounds.connections;
    let fit = connections_that_fit(open_files(connections));
    if fit < connections {
        tracing::warn!(
            "This machine lets the program open so few files that {fit} connections fit, not {connections}; raise it with ulimit -n."
        );
        entrance.bounds.connections = fit;
    }
    entrance
}

/// Refuses an address that other machines reach where nothing is said to speak TLS: passwords and results would travel unencrypted. What is
/// for this machine alone (`--plain-loopback`) is refused with a sentence of its own.
pub fn check(entrance: &Entrance, listens: SocketAddr) -> anyhow::Result<()> {
    if listens.ip().is_loopback() || entrance.plain_loopback {
        return Ok(());
    }
    check_encrypted(listens, entrance.tls.is_some() || !entrance.proxies.is_empty())?;
    if entrance.address.is_none() {
        tracing::warn!("The service answers under any name: say with --address where it is reached.");
    }
    Ok(())
}

fn check_encrypted(listens: SocketAddr, is_encrypted: bool) -> anyhow::Result<()> {
    ensure!(
        listens.ip().is_loopback() || is_encrypted,
        "--listen {listens} is reached from other machines, and passwords and results would travel there unencrypted: name a certificate \
         (--tls-certificate and --tls-key), or the proxy that speaks TLS before the service (--trusted-proxy), or listen on 127.0.0.1"
    );
    Ok(())
}

/// What would be refused of an address when it is served, from what is said of it alone: nothing is listened on.
pub fn check_listen(listen: &str, plain_loopback: bool, is_encrypted: bool) -> anyhow::Result<()> {
    for address in resolved(listen)? {
        if plain_loopback {
            check_loopback(address)?;
        }
        check_encrypted(address, is_encrypted)?;
    }
    Ok(())
}

/// Refuses an address of other machines where pages go without TLS to this one alone, before anything is begun.
pub fn check_plain(plain_loopback: bool, listen: &str) -> anyhow::Result<()> {
    if plain_loopback { resolved(listen)?.into_iter().try_for_each(check_loopback) } else { Ok(()) }
}

fn check_loopback(address: SocketAddr) -> anyhow::Result<()> {
    ensure!(
        address.ip().is_loopback(),
        "--listen {address} is reached from other machines, and pages would go there without TLS: listen on 127.0.0.1, or leave out \
         --plain-loopback and put TLS before the service"
    );
    Ok(())
}

/// Refuses what is no host with a port.
pub fn check_form(option: &str, address: &str) -> anyhow::Result<()> {
    let is_host = |host: &str| !host.is_empty() && (!host.contains(':') || (host.starts_with('[') && host.ends_with(']')));
    let is_address = address.rsplit_once(':').is_some_and(|(host, port)| is_host(host) && port.parse::<u16>().is_ok());
    ensure!(
        is_address,
        "{option}: '{address}' is no address to listen on. Write host:port, the port from 1 to 65535 (0 takes any that is free), such as \
         127.0.0.1:8080 or [::1]:8080"
    );
    Ok(())
}

/// The addresses of the host that is named, of which one is listened on.
fn resolved(listen: &str) -> anyhow::Result<Vec<SocketAddr>> {
    check_form("--listen", listen)?;
    let found = listen.to_socket_addrs().with_context(|| format!("--listen: this machine does not know the host in '{listen}'"))?;
    Ok(found.collect())
}

/// Lets the program open as many files as its connections need, as far as the machine allows that; how many it may open then.
fn open_files(connections: usize) -> u64 {
    let needed = FILES_BESIDE + connections as u64 * FILES_OF_CONNECTION;
    let limit = getrlimit(Resource::Nofile);
    let now = limit.current.unwrap_or(u64::MAX);
    let raised = limit.maximum.unwrap_or(u64::MAX).min(needed);
    if now >= raised {
        return now;
    }
    match setrlimit(Resource::Nofile, Rlimit { current: Some(raised), maximum: limit.maximum }) {
        Ok(()) => raised,
        Err(_) => now,
    }
}

/// Connections for which so many files are enough; a few in any case.
fn connections_that_fit(files: u64) -> usize {
    usize::try_from(files.saturating_sub(FILES_BESIDE) / FILES_OF_CONNECTION).unwrap_or(usize::MAX).max(16)
}

/// The certificate of the pages, if one is named.
fn certificate(arguments: &PagesTls) -> anyhow::Result<Option<Arc<PagesCertificate>>> {
    let (Some(certificate), Some(key)) = (&arguments.tls_certificate, &arguments.tls_key) else { return Ok(None) };
    folder::check_secret(key)?;
    PagesCertificate::read(certificate, key).map(Some)
}

/// TLS of the pages, whose certificate is read again when it changes, and when the program is told to (SIGHUP).
fn tls(certificate: Arc<PagesCertificate>) -> anyhow::Result<Arc<ServerConfig>> {
    let config = certificate.server()?;
    let mut hangups = signal(SignalKind::hangup())?;
    tokio::spawn(async move {
        while hangups.recv().await.is_some() {
            match certificate.renew() {
                Ok(true) => tracing::warn!("The certificate of the pages was read again."),
                Ok(false) => tracing::warn!("The certificate of the pages has not changed."),
                Err(why) => tracing::error!("the certificate of the pages cannot be used, so the one before is shown: {why:#}"),
            }
        }
    });
    Ok(config)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_are_no_more_than_files_allow() {
        assert_eq!(connections_that_fit(1024), 384);
        assert_eq!(connections_that_fit(20_000), 9872);
        assert_eq!(connections_that_fit(100), 16);
        assert!(open_files(1) >= FILES_BESIDE + FILES_OF_CONNECTION);
    }

    #[test]
    fn nobody_is_served_from_another_machine_without_tls_or_a_proxy_that_is_named() {
        let everywhere: SocketAddr = "0.0.0.0:8080".parse().expect("an address");
        let behind = |networks: &[String]| Entrance { proxies: Proxies::read(networks).expect("networks"), ..Entrance::default() };
        let refused = check(&behind(&[]), everywhere).expect_err("refused").to_string();
        for part in ["0.0.0.0:8080", "unencrypted", "--tls-certificate", "--trusted-proxy", "127.0.0.1"] {
            assert!(refused.contains(part), "{part}: {refused}");
        }
        assert!(check(&behind(&[]), "[::]:8080".parse().expect("an address")).is_err());
        assert!(check(&behind(&["10.0.0.0/24".to_owned()]), everywhere).is_ok());
        for own in ["127.0.0.1:8080", "[::1]:8080"] {
            assert!(check(&behind(&[]), own.parse().expect("an address")).is_ok(), "{own}");
        }
    }

    #[test]
    fn pages_without_tls_are_for_this_machine_alone() {
        for other in ["0.0.0.0:0", "[::]:8080", "192.0.2.7:8080"] {
            let refused = check_plain(true, other).expect_err("refused").to_string();
            assert!(refused.contains(other) && refused.contains("leave out --plain-loopback"), "{refused}");
            assert!(check_plain(false, other).is_ok(), "{other}");
        }
        for own in ["127.0.0.1:0", "[::1]:8080"] {
            assert!(check_plain(true, own).is_ok(), "{own}");
        }
    }

    #[test]
    fn an_address_is_refused_by_what_is_said_of_it_as_it_is_when_it_is_served() {
        let everywhere: SocketAddr = "0.0.0.0:8080".parse().expect("an address");
        let served = check(&Entrance::default(), everywhere).expect_err("refused").to_string();
        assert_eq!(check_listen("0.0.0.0:8080", false, false).expect_err("refused").to_string(), served);
        assert!(check_listen("0.0.0.0:8080", true, true).expect_err("refused").to_string().contains("leave out --plain-loopback"));
        for (listen, plain_loopback, is_encrypted) in
            [("0.0.0.0:8080", false, true), ("127.0.0.1:0", true, false), ("[::1]:8080", false, false)]
        {
            assert!(check_listen(listen, plain_loopback, is_encrypted).is_ok(), "{listen}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused_with_its_option_and_the_form_that_is_right() {
        for listen in ["127.0.0.1:99999", "127.0.0.1", "8080", ":8080", "::1:8080", "127.0.0.1:-1", "no address", ""] {
            for refused in [check_listen(listen, false, true), check_plain(true, listen)] {
                let refused = refused.expect_err(listen).to_string();
                for part in ["--listen", &format!("'{listen}'"), "host:port", "1 to 65535"] {
                    assert!(refused.contains(part), "{part}: {refused}");
                }
            }
        }
    }

    #[test]
    fn what_is_said_without_arguments_is_what_the_pages_have_by_themselves() {
        let argv = ["gms", "serve", "--dir", "service"];
        let arguments = <crate::arguments::Arguments as clap::Parser>::try_parse_from(argv).expect("arguments");
        let crate::arguments::Command::Service(crate::arguments::service::ServiceCommand::Serve(serve)) = arguments.command else {
            panic!("it serves")
        };
        let entrance = with_network(Entrance::default(), &serve.network).expect("an entrance");
        assert_eq!(entrance.bounds, Bounds::default());
    }
}
