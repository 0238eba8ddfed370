//! The certificate that the pages show to browsers: read again when its files change, so that a renewal needs no restart.

use super::{OwnCertificate, provider};
use anyhow::Context;
use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};
use tokio_rustls::rustls::{
    ServerConfig,
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};

/// Certificate and key as they lie in two files.
#[derive(Debug)]
pub struct PagesCertificate {
    files: [PathBuf; 2],
    current: Mutex<Current>,
}

#[derive(Debug)]
struct Current {
    seen: [Seen; 2],
    key: Arc<CertifiedKey>,
}

/// When a file was last changed, and its length; nothing where it is not there.
type Seen = Option<(SystemTime, u64)>;

impl PagesCertificate {
    /// Reads both from PEM files; the certificate's authorities may follow it.
    pub fn read(certificate: &Path, key: &Path) -> anyhow::Result<Arc<PagesCertificate>> {
        let files = [certificate.to_owned(), key.to_owned()];
        let current = Mutex::new(Current { seen: seen(&files), key: read(&files)? });
        Ok(Arc::new(PagesCertificate { files, current }))
    }

    /// Reads the files if they changed since; says whether they did. Where they cannot be read, or are half renewed, those before count.
    pub fn renew(&self) -> anyhow::Result<bool> {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        let seen = seen(&self.files);
        if current.seen == seen {
            return Ok(false);
        }
        current.key = read(&self.files)?;
        current.seen = seen;
        Ok(true)
    }

    fn now(&self) -> Arc<CertifiedKey> {
        if let Err(why) = self.renew() {
            tracing::error!("the certificate of the pages was changed and cannot be used, so the one before is shown: {why:#}");
        }
        Arc::clone(&self.current.lock().unwrap_or_else(PoisonError::into_inner).key)
    }

    /// How TLS is spoken to browsers: 1.2 or 1.3, by HTTP/1.1 alone, and without a certificate of theirs.
    pub fn server(self: &Arc<PagesCertificate>) -> anyhow::Result<Arc<ServerConfig>> {
        let shown: Arc<dyn ResolvesServerCert> = Arc::<PagesCertificate>::clone(self);
        let config = ServerConfig::builder_with_provider(provider()).with_safe_default_protocol_versions()?;
        let mut config = config.with_no_client_auth().with_cert_resolver(shown);
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }
}

impl ResolvesServerCert for PagesCertificate {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.now())
    }
}

fn read([certificate, key]: &[PathBuf; 2]) -> anyhow::Result<Arc<CertifiedKey>> {
    let own = OwnCertificate::read(certificate, key)?;
    let certified = CertifiedKey::from_der(own.chain, own.key, &provider());
    let certified = certified.with_context(|| format!("{} and {} do not belong together", certificate.display(), key.display()))?;
    Ok(Arc::new(certified))
}

fn seen(files: &[PathBuf; 2]) -> [Seen; 2] {
    [0, 1].map(|file: usize| {
        let metadata = std::fs::metadata(&files[file]).ok()?;
        Some((metadata.modified().ok()?, metadata.len()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::{CertificateParams, KeyPair};

    /// Writes a certificate for a name, and its key.
    fn write(folder: &Path, name: &str) -> Vec<u8> {
        let key = KeyPair::generate().expect("a key");
        let certificate = CertificateParams::new(vec![name.to_owned()]).expect("a name").self_signed(&key).expect("signed");
        std::fs::write(folder.join("certificate.pem"), certificate.pem()).expect("written");
        std::fs::write(folder.join("key.pem"), key.serialize_pem()).expect("written");
        certificate.der().to_vec()
    }

    #[test]
    fn a_renewed_certificate_is_shown_at_once_and_a_damaged_one_never() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = write(folder.path(), "gms.example.nhs.uk");
        let [certificate, key] = ["certificate.pem", "key.pem"].map(|name| folder.path().join(name));
        let pages = PagesCertificate::read(&certificate, &key).expect("a certificate");
        let shown = || pages.now().cert[0].to_vec();
        assert_eq!((shown(), pages.renew().expect("read")), (first, false));
        let second = write(folder.path(), "a-longer-name.gms.example.nhs.uk");
        assert_eq!(shown(), second);
        let other = KeyPair::generate().expect("a key");
        std::fs::write(&key, format!("{}\n\n", other.serialize_pem())).expect("written");
        assert!(pages.renew().expect_err("half renewed").to_string().contains("do not belong together"));
        std::fs::write(&certificate, "").expect("written");
        assert_eq!(shown(), second, "the one before");
        assert!(pages.server().is_ok());
    }
}
