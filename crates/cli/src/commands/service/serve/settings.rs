//! What is refused of the settings by themselves, before anything is opened, begun or listened on: `gms serve` refuses it as it starts, and
//! `gms config check` says it beforehand.

use super::{entrance, lines, network};
use crate::{
    arguments::service::{Place, Serve},
    commands::service::{admin, library},
};
use anyhow::{anyhow, bail};
use engine::reference;

/// Everything that is refused. What the settings alone do not say is left out: whether a service is there, whether the database and the
/// provider answer, and whether another program has the address.
pub fn refused(arguments: &Serve) -> Vec<anyhow::Error> {
    let network = &arguments.network;
    let is_encrypted = network.tls.tls_certificate.is_some() || !network.trusted_proxies.is_empty();
    let checks = [
        place(&arguments.place),
        reference::open(&arguments.reference).map(drop).map_err(anyhow::Error::from),
        library::check(arguments.library.as_deref(), arguments.machines, arguments.query_program.as_deref()),
        network::check_listen(&arguments.listen, arguments.plain_loopback, is_encrypted),
        network::check_reached(network),
        entrance::stated(arguments).map(drop),
    ];
    checks.into_iter().filter_map(Result::err).chain(alone(arguments)).chain(lines::check(arguments)).collect()
}

/// Refuses them, all at once.
pub fn check(arguments: &Serve) -> anyhow::Result<()> {
    let mut refused = refused(arguments);
    match refused.len() {
        0 => Ok(()),
        1 => Err(refused.remove(0)),
        _ => bail!("{}", refused.iter().map(|why| format!("{why:#}")).collect::<Vec<_>>().join("\n")),
    }
}

fn place(place: &Place) -> anyhow::Result<()> {
    if let Some(address) = admin::database(place)? {
        store::Store::check_address(&address)?;
    }
    admin::check_blobs(place)
}

/// Settings that say something of another which is not there, and would be left out in silence. A key that is named alone is not: its
/// public half is shown to whoever is to know this service.
fn alone(arguments: &Serve) -> Vec<anyhow::Error> {
    let (provider, records, tls) = (&arguments.provider, &arguments.records, &arguments.within_tls);
    let said = [
        ("--oidc-client", provider.oidc_client.is_some(), "--oidc-issuer", provider.oidc_issuer.is_some()),
        ("--oidc-secret-file", provider.oidc_secret_file.is_some(), "--oidc-issuer", provider.oidc_issuer.is_some()),
        ("--oidc-assurance", provider.oidc_assurance.is_some(), "--oidc-issuer", provider.oidc_issuer.is_some()),
        ("--smart-secret-file", records.smart_secret_file.is_some(), "--smart-issuer", !records.smart_issuers.is_empty()),
        ("--mllp-clients", tls.mllp_clients.is_some(), "--mllp-tls", !tls.mllp_tls.is_empty()),
    ];
    let alone = said.into_iter().filter(|(_, is_said, _, has_other)| *is_said && !*has_other);
    alone.map(|(option, _, other, _)| anyhow!("{option} does nothing without {other}: say that too, or leave {option} out")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arguments::{Arguments, Command, service::ServiceCommand};
    use clap::Parser;

    fn says(more: &[&str]) -> String {
        let argv: Vec<&str> = ["gms", "serve", "--dir", "service"].iter().chain(more).copied().collect();
        let Command::Service(ServiceCommand::Serve(serve)) = Arguments::try_parse_from(argv).expect("arguments").command else {
            panic!("it serves")
        };
        check(&serve).map_or_else(|why| format!("{why:#}"), |()| String::new())
    }

    #[test]
    fn what_does_nothing_without_another_setting_is_refused_with_its_name() {
        for (option, value, other) in [
            ("--oidc-client", "gms", "--oidc-issuer"),
            ("--oidc-assurance", "AAL3_ANY", "--oidc-issuer"),
            ("--oidc-secret-file", "secret", "--oidc-issuer"),
            ("--smart-secret-file", "secret", "--smart-issuer"),
            ("--mllp-clients", "clients.pem", "--mllp-tls"),
        ] {
            let said = says(&[option, value]);
            assert!(said.contains(&format!("{option} does nothing without {other}")), "{said}");
        }
        assert_eq!(says(&[]), "");
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let said = says(&["--listen", "127.0.0.1:99999", "--mllp", "junk", "--trusted-proxy", "junk", "--reference", "junk"]);
        for part in ["--listen: '127.0.0.1:99999'", "--mllp: 'junk'", "--trusted-proxy: ", "junk"] {
            assert!(said.contains(part), "{part}: {said}");
        }
    }
}
