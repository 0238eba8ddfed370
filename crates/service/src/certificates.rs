//! Certificates: whom this machine trusts, with what it shows who it is, and the names in those of others. Private keys lie in files
//! and never in the journal.

mod names;
mod own;
mod pages;
mod revoked;
mod validity;

pub use names::names;
pub use own::{OwnCertificate, server, server_with_lists};
pub use pages::PagesCertificate;
pub use validity::{Validity, validities};

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

/// The folder of lists of certificates that were taken back, in the folder of the service.
const REVOKED: &str = "revoked";

/// A client for HTTP that trusts public authorities, and those of the folder. Where the folder `revoked` holds lists, the authorities of
/// this machine and of the folder are trusted, and no server on a list.
pub(crate) fn http(folder: &Path) -> anyhow::Result<reqwest::ClientBuilder> {
    if !revoked::lists_of_folder(&folder.join(REVOKED))?.is_empty() {
        return Ok(reqwest::Client::builder().use_preconfigured_tls(client(folder, None)?));
    }
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
    let lists = revoked::lists_of_folder(&folder.join(REVOKED))?;
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

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::{
        BasicConstraints, CertificateParams, CertificateRevocationListParams, CertifiedIssuer, IsCa, KeyIdMethod, KeyPair,
        RevokedCertParams, SerialNumber, date_time_ymd,
    };
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };
    use tokio_rustls::{TlsAcceptor, TlsConnector, rustls::ServerConfig, rustls::pki_types::PrivateKeyDer, rustls::pki_types::ServerName};

    /// A server that shows a certificate with the number 7 to everybody, and answers every request.
    async fn served(authority: &CertifiedIssuer<'static, KeyPair>) -> std::net::SocketAddr {
        let key = KeyPair::generate().expect("a key");
        let mut parameters = CertificateParams::new(vec!["localhost".to_owned()]).expect("a name");
        parameters.serial_number = Some(SerialNumber::from(7_u64));
        let certificate = parameters.signed_by(&key, authority).expect("signed").der().clone();
        let private = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
        let config = ServerConfig::builder_with_provider(provider()).with_safe_default_protocol_versions().expect("versions");
        let config = config.with_no_client_auth().with_single_cert(vec![certificate], private).expect("a pair");
        let (acceptor, listener) = (TlsAcceptor::from(Arc::new(config)), TcpListener::bind("127.0.0.1:0").await.expect("bound"));
        let address = listener.local_addr().expect("an address");
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    let Ok(mut stream) = acceptor.accept(stream).await else { return };
                    let mut request = [0; 4096];
                    if stream.read(&mut request).await.is_ok_and(|read| read > 0) {
                        let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
                        drop(stream.write_all(answer).await);
                        drop(stream.shutdown().await);
                    }
                });
            }
        });
        address
    }

    /// Puts a list on which these numbers are into the folder of a service.
    fn revoke(folder: &Path, authority: &CertifiedIssuer<'static, KeyPair>, numbers: &[u64]) {
        let revoked = |number: &u64| RevokedCertParams {
            serial_number: SerialNumber::from(*number),
            revocation_time: date_time_ymd(2026, 1, 1),
            reason_code: None,
            invalidity_date: None,
        };
        let parameters = CertificateRevocationListParams {
            this_update: date_time_ymd(2025, 1, 1),
            next_update: date_time_ymd(2090, 1, 1),
            crl_number: SerialNumber::from(1_u64),
            issuing_distribution_point: None,
            revoked_certs: numbers.iter().map(revoked).collect(),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        let list = parameters.signed_by(authority).expect("signed").pem().expect("PEM");
        std::fs::create_dir_all(folder.join(REVOKED)).expect("made");
        std::fs::write(folder.join(REVOKED).join("list.pem"), list).expect("written");
    }

    #[tokio::test]
    async fn a_server_whose_certificate_was_taken_back_is_sent_nothing_by_https_or_on_a_line() {
        let folder = tempfile::tempdir().expect("a folder");
        let folder = folder.path();
        let mut parameters = CertificateParams::new(vec![]).expect("a name");
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = CertifiedIssuer::self_signed(parameters, KeyPair::generate().expect("a key")).expect("signed");
        std::fs::create_dir(folder.join("authorities")).expect("made");
        std::fs::write(folder.join("authorities/ours.pem"), authority.pem()).expect("written");
        let address = served(&authority).await;
        let reaches = async || {
            let url = format!("https://localhost:{}/", address.port());
            let resolved = http(folder).expect("a client").resolve("localhost", address).no_proxy().build().expect("built");
            let by_https = resolved.get(url).send().await.is_ok();
            let connector = TlsConnector::from(Arc::new(client(folder, None).expect("a client")));
            let stream = tokio::net::TcpStream::connect(address).await.expect("connected");
            let on_a_line = connector.connect(ServerName::try_from("localhost").expect("a name"), stream).await.is_ok();
            [by_https, on_a_line]
        };
        assert_eq!(reaches().await, [true, true], "no list speaks of it");
        revoke(folder, &authority, &[8]);
        assert_eq!(reaches().await, [true, true], "another certificate was taken back");
        revoke(folder, &authority, &[7, 8]);
        assert_eq!(reaches().await, [false, false]);
        std::fs::write(folder.join(REVOKED).join("list.pem"), "nothing").expect("written");
        assert!(http(folder).is_err() && client(folder, None).is_err(), "a damaged list is no empty one");
    }
}
