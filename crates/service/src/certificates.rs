//! Certificates: whom this machine trusts, with what it shows who it is, and the names in those of others. Private keys lie in files
//! and never in the journal.

mod names;
mod own;
mod revoked;

pub use names::names;
pub use own::{OwnCertificate, server, server_with_lists};

use anyhow::{Context, ensure};
use std::{path::Path, sync::Arc};
use tokio_rustls::rustls::{
    ClientConfig, RootCertStore,
    client::WebPkiServerVerifier,
    crypto::{CryptoProvider, ring},
    pki_types::{CertificateDer, pem::PemObject},
};

/// Certificate authorities that are trusted beside the public ones: PEM files of the folder `authorities`.
fn authorities(folder: &Path) -> anyhow::Result<Vec<CertificateDer<'static>>> {
    let folder = folder.join("authorities");
    let mut certificates = Vec::new();
    let Ok(files) = std::fs::read_dir(&folder) else { return Ok(certificates) };
    for file in files {
        let path = file.with_context(|| format!("reading {}", folder.display()))?.path();
        certificates.extend(read_chain(&path)?);
    }
    Ok(certificates)
}

/// A client for HTTP that trusts public authorities, and those of the folder.
pub(crate) fn http(folder: &Path) -> anyhow::Result<reqwest::ClientBuilder> {
    authorities(folder)?.iter().try_fold(reqwest::Client::builder(), |client, authority| {
        Ok(client.add_root_certificate(reqwest::Certificate::from_der(authority)?))
    })
}

/// How a line within TLS to another system is made: its certificate is of an authority that this machine or the folder trusts,
/// and on no list of the folder `revoked`; ours is shown if we have one.
pub(crate) fn client(folder: &Path, own: Option<&OwnCertificate>) -> anyhow::Result<ClientConfig> {
    let mut roots = RootCertStore::empty();
    // An authority of the machine that cannot be read is one fewer; one of the folder was put there on purpose.
    let (_, _) = roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    for authority in authorities(folder)? {
        roots.add(authority).context("a certificate in the folder authorities is no authority's")?;
    }
    ensure!(!roots.is_empty(), "no authority is trusted: put its certificate (PEM) into the folder authorities");
    let lists = revoked::lists_of_folder(&folder.join("revoked"))?;
    let config = ClientConfig::builder_with_provider(provider()).with_safe_default_protocol_versions()?;
    let config = if lists.is_empty() {
        config.with_root_certificates(roots)
    } else {
        // Of the machine's own authorities no lists are here: what none of them speaks of is let pass.
        let servers = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider()).with_crls(lists);
        config.with_webpki_verifier(servers.allow_unknown_revocation_status().enforce_revocation_expiration().build()?)
    };
    Ok(match own {
        Some(own) => config.with_client_auth_cert(own.chain.clone(), own.key.clone_key())?,
        None => config.with_no_client_auth(),
    })
}

/// What encrypts and signs, named wherever it is needed: several could be linked in.
fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

/// Every certificate of a PEM file.
fn read_chain(path: &Path) -> anyhow::Result<Vec<CertificateDer<'static>>> {
    let pem = std::fs::read(path).with_context(|| format!("reading {}", path.display()))?;
    let chain = CertificateDer::pem_slice_iter(&pem).collect::<Result<Vec<_>, _>>();
    let chain = chain.with_context(|| format!("{} holds no certificate as PEM", path.display()))?;
    ensure!(!chain.is_empty(), "{} holds no certificate as PEM", path.display());
    Ok(chain)
}
