use super::{
    REVOKED, provider, read_chain,
    revoked::{Sources, Verifier},
};
use anyhow::Context;
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};
use tokio_rustls::rustls::{
    RootCertStore, ServerConfig,
    pki_types::{PrivateKeyDer, pem::PemObject},
};

/// The certificate of this service, with its key.
pub struct OwnCertificate {
    pub(super) chain: Vec<tokio_rustls::rustls::pki_types::CertificateDer<'static>>,
    pub(super) key: PrivateKeyDer<'static>,
}

impl OwnCertificate {
    /// Reads both from PEM files; the certificate's authorities may follow it.
    pub fn read(certificate: &Path, key: &Path) -> anyhow::Result<OwnCertificate> {
        let chain = read_chain(certificate)?;
        let pem = std::fs::read(key).with_context(|| format!("reading {}", key.display()))?;
        let key = PrivateKeyDer::from_pem_slice(&pem)
            .with_context(|| format!("{} holds no private key as PEM that is not encrypted", key.display()))?;
        Ok(OwnCertificate { chain, key })
    }
}

/// How a line within TLS is opened to others: TLS 1.2 or 1.3, and only to whom has a certificate of an authority in this file.
pub fn server(own: &OwnCertificate, authorities: &Path) -> anyhow::Result<Arc<ServerConfig>> {
    server_with_lists(own, authorities, (&[], None))
}

/// The same, but to nobody whose certificate its authority took back: by lists in these files, where every authority needs one if there
/// are any, and by those in the folder `revoked` of the service's folder, where they speak of somebody.
pub fn server_with_lists(
    own: &OwnCertificate,
    authorities: &Path,
    (revoked, folder): (&[PathBuf], Option<&Path>),
) -> anyhow::Result<Arc<ServerConfig>> {
    let mut roots = RootCertStore::empty();
    for authority in read_chain(authorities)? {
        roots.add(authority).with_context(|| format!("{} holds something else than an authority", authorities.display()))?;
    }
    let roots = Arc::new(roots);
    let lists = Sources { files: revoked.to_vec(), folder: folder.map(|folder| folder.join(REVOKED)) };
    let clients = Arc::new(Verifier::new(roots, lists)?);
    let config = ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()?
        .with_client_cert_verifier(clients)
        .with_single_cert(own.chain.clone(), own.key.clone_key())
        .context("the certificate and the key do not belong together")?;
    Ok(Arc::new(config))
}
