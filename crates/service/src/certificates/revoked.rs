//! Certificates that their authority took back before they ran out: lists of it as files, which are read again when they change. Source:
//! RFC 5280, section 5.

use super::provider;
use crate::fault::ForLog;
use anyhow::{Context, ensure};
use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};
use tokio_rustls::rustls::{
    DigitallySignedStruct, DistinguishedName, Error, RootCertStore, SignatureScheme,
    client::danger::HandshakeSignatureValid,
    pki_types::{CertificateDer, CertificateRevocationListDer, UnixTime, pem::PemObject},
    server::{
        WebPkiClientVerifier,
        danger::{ClientCertVerified, ClientCertVerifier},
    },
};

/// Every list of some files, as PEM or DER.
pub(super) fn lists(files: &[PathBuf]) -> anyhow::Result<Vec<CertificateRevocationListDer<'static>>> {
    let mut all = Vec::new();
    for path in files {
        let bytes = std::fs::read(path).with_context(|| format!("reading {}", path.display()))?;
        if !bytes.starts_with(b"-----") && bytes.first() == Some(&SEQUENCE) {
            all.push(CertificateRevocationListDer::from(bytes));
            continue;
        }
        let before = all.len();
        for list in CertificateRevocationListDer::pem_slice_iter(&bytes) {
            all.push(list.with_context(|| format!("{} holds no revocation list as PEM", path.display()))?);
        }
        ensure!(all.len() > before, "{} holds no revocation list (X509 CRL), as PEM or DER", path.display());
    }
    Ok(all)
}

/// What a list in DER begins with. Source: X.690.
const SEQUENCE: u8 = 0x30;

/// The lists in a folder; none where there is no folder. One that cannot be read is a fault: nothing would be known of who was taken
/// back.
pub(super) fn lists_of_folder(folder: &Path) -> anyhow::Result<Vec<CertificateRevocationListDer<'static>>> {
    lists(&files_of(folder)?)
}

/// The files of a folder in the order of their names; none where there is no folder.
fn files_of(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(fault) if fault.kind() == std::io::ErrorKind::NotFound => return Ok(vec![]),
        Err(fault) => return Err(fault).with_context(|| format!("reading {}", folder.display())),
    };
    let files = entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<PathBuf>>>();
    let mut files = files.with_context(|| format!("reading {}", folder.display()))?;
    files.sort();
    Ok(files)
}

/// Where lists lie.
#[derive(Clone, Debug, Default)]
pub(super) struct Sources {
    /// Files that somebody named: then every authority needs a list.
    pub files: Vec<PathBuf>,
    /// The folder of lists of this service: they count where they speak of somebody.
    pub folder: Option<PathBuf>,
}

impl Sources {
    /// Every file of them.
    fn all(&self) -> anyhow::Result<Vec<PathBuf>> {
        let in_folder = self.folder.as_deref().map(files_of).transpose()?.unwrap_or_default();
        Ok(self.files.iter().cloned().chain(in_folder).collect())
    }
}

/// Who looks at the certificates of others: refuses whom their authority took back and, where lists were named, whom no list that is in
/// force speaks of.
#[derive(Debug)]
pub(super) struct Verifier {
    roots: Arc<RootCertStore>,
    sources: Sources,
    first: Arc<dyn ClientCertVerifier>,
    current: Mutex<Current>,
}

/// The lists as they were last read.
#[derive(Debug)]
struct Current {
    seen: Vec<(PathBuf, Seen)>,
    verifier: Arc<dyn ClientCertVerifier>,
}

/// When a file was last changed, and its length; nothing where it is not there.
type Seen = Option<(SystemTime, u64)>;

impl Verifier {
    pub(super) fn new(roots: Arc<RootCertStore>, sources: Sources) -> anyhow::Result<Verifier> {
        let seen = seen(&sources)?;
        let first = verifier(&roots, &sources)?;
        let current = Mutex::new(Current { seen, verifier: Arc::clone(&first) });
        Ok(Verifier { roots, sources, first, current })
    }

    /// With the lists as they are now. While a file cannot be read, those before count, until they have run out.
    fn now(&self) -> Arc<dyn ClientCertVerifier> {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(why) = self.renew(&mut current) {
            tracing::error!("a revocation list that was changed cannot be read, so the one before counts: {}", why.for_log());
        }
        Arc::clone(&current.verifier)
    }

    fn renew(&self, current: &mut Current) -> anyhow::Result<()> {
        let seen = seen(&self.sources)?;
        if current.seen != seen {
            *current = Current { verifier: verifier(&self.roots, &self.sources)?, seen };
        }
        Ok(())
    }
}

fn seen(sources: &Sources) -> anyhow::Result<Vec<(PathBuf, Seen)>> {
    let of_file = |path: PathBuf| {
        let metadata = std::fs::metadata(&path).ok();
        let seen = metadata.and_then(|metadata| Some((metadata.modified().ok()?, metadata.len())));
        (path, seen)
    };
    Ok(sources.all()?.into_iter().map(of_file).collect())
}

/// A certificate on a list is refused, and so is one by a list that has run out: nobody knows whether it was taken back. Where lists were
/// named, a certificate of which none speaks is refused too.
fn verifier(roots: &Arc<RootCertStore>, sources: &Sources) -> anyhow::Result<Arc<dyn ClientCertVerifier>> {
    let builder = WebPkiClientVerifier::builder_with_provider(Arc::clone(roots), provider());
    let builder = builder.with_crls(lists(&sources.all()?)?).enforce_revocation_expiration();
    Ok(if sources.files.is_empty() { builder.allow_unknown_revocation_status() } else { builder }.build()?)
}

impl ClientCertVerifier for Verifier {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        self.first.root_hint_subjects()
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        self.now().verify_client_cert(end_entity, intermediates, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.first.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.first.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.first.supported_verify_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::{CertificateRevocationListParams, CertifiedIssuer, KeyPair, RevokedCertParams, SerialNumber, date_time_ymd};
    use std::time::Duration;

    #[test]
    fn a_folder_of_lists_that_cannot_be_read_is_never_none() {
        let folder = tempfile::tempdir().expect("a folder");
        assert!(lists_of_folder(&folder.path().join("revoked")).expect("none").is_empty());
        let file = folder.path().join("file");
        std::fs::write(&file, "").expect("written");
        let fault = lists_of_folder(&file).expect_err("no folder").to_string();
        assert!(fault.starts_with("reading ") && fault.ends_with("file"), "{fault}");
    }

    type Authority = CertifiedIssuer<'static, KeyPair>;

    /// An authority by the name under which its lists are found.
    fn authority_called(name: &str) -> Authority {
        let mut parameters = rcgen::CertificateParams::new(vec![]).expect("no names");
        parameters.distinguished_name.push(rcgen::DnType::CommonName, name);
        parameters.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        CertifiedIssuer::self_signed(parameters, KeyPair::generate().expect("a key")).expect("signed")
    }

    fn certificate(authority: &Authority, serial: u64) -> CertificateDer<'static> {
        let mut parameters = rcgen::CertificateParams::new(vec!["tie.hospital.example".to_owned()]).expect("a name");
        parameters.serial_number = Some(SerialNumber::from(serial));
        parameters.signed_by(&KeyPair::generate().expect("a key"), authority).expect("signed").der().clone()
    }

    /// A list on which these numbers are, in force until a year.
    fn list(authority: &Authority, numbers: &[u64], until: i32) -> rcgen::CertificateRevocationList {
        let revoked = |number: &u64| RevokedCertParams {
            serial_number: SerialNumber::from(*number),
            revocation_time: date_time_ymd(2026, 1, 1),
            reason_code: None,
            invalidity_date: None,
        };
        let parameters = CertificateRevocationListParams {
            this_update: date_time_ymd(2025, 1, 1),
            next_update: date_time_ymd(until, 1, 1),
            crl_number: SerialNumber::from(1_u64),
            issuing_distribution_point: None,
            revoked_certs: numbers.iter().map(revoked).collect(),
            key_identifier_method: rcgen::KeyIdMethod::Sha256,
        };
        parameters.signed_by(authority).expect("signed")
    }

    #[test]
    fn whom_their_authority_took_back_is_refused_and_whom_no_list_in_force_speaks_of() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("crl.pem");
        let [ours, other] = ["Hospital", "Laboratory"].map(authority_called);
        let mut roots = RootCertStore::empty();
        roots.add(ours.der().clone()).expect("an authority");
        roots.add(other.der().clone()).expect("an authority");
        std::fs::write(&path, list(&ours, &[7], 2040).pem().expect("PEM")).expect("written");
        let verifier = Verifier::new(Arc::new(roots), Sources { files: vec![path.clone()], folder: None }).expect("a verifier");
        let now = UnixTime::since_unix_epoch(Duration::from_secs(1_796_000_000));
        let [good, revoked, unknown] = [certificate(&ours, 8), certificate(&ours, 7), certificate(&other, 8)];
        let is_let_in = |certificate: &CertificateDer<'static>| verifier.verify_client_cert(certificate, &[], now).is_ok();
        assert_eq!([is_let_in(&good), is_let_in(&revoked), is_let_in(&unknown)], [true, false, false]);

        // A new list counts at once; a damaged one leaves the one before; one that has run out lets in nobody.
        std::fs::write(&path, list(&ours, &[7, 8], 2040).pem().expect("PEM")).expect("written");
        assert_eq!([is_let_in(&good), is_let_in(&revoked)], [false, false]);
        std::fs::write(&path, "-----BEGIN X509 CRL-----\nQQ==\n-----END X509 CRL-----\n").expect("written");
        assert!(!is_let_in(&good));
        std::fs::write(&path, list(&ours, &[9], 2041).der()).expect("written");
        assert!(is_let_in(&good), "as DER");
        std::fs::write(&path, list(&ours, &[], 2026).pem().expect("PEM")).expect("written");
        assert!(!is_let_in(&good), "nobody knows what has happened since");
    }

    #[test]
    fn lists_of_the_services_folder_count_where_they_speak_of_somebody_as_soon_as_they_lie_there() {
        let folder = tempfile::tempdir().expect("a folder");
        let [ours, other] = ["Hospital", "Laboratory"].map(authority_called);
        let mut roots = RootCertStore::empty();
        roots.add(ours.der().clone()).expect("an authority");
        roots.add(other.der().clone()).expect("an authority");
        let lists = folder.path().join("revoked");
        let verifier = Verifier::new(Arc::new(roots), Sources { files: vec![], folder: Some(lists.clone()) }).expect("a verifier");
        let now = UnixTime::since_unix_epoch(Duration::from_secs(1_796_000_000));
        let [good, revoked, unknown] = [certificate(&ours, 8), certificate(&ours, 7), certificate(&other, 7)];
        let let_in = || [&good, &revoked, &unknown].map(|one| verifier.verify_client_cert(one, &[], now).is_ok());
        assert_eq!(let_in(), [true, true, true], "nobody was taken back");
        std::fs::create_dir(&lists).expect("made");
        std::fs::write(lists.join("ours.pem"), list(&ours, &[7], 2040).pem().expect("PEM")).expect("written");
        assert_eq!(let_in(), [true, false, true], "of the other authority no list speaks");
        std::fs::write(lists.join("ours.pem"), list(&ours, &[7], 2026).pem().expect("PEM")).expect("written");
        assert_eq!(let_in(), [false, false, true], "a list that has run out speaks for nobody");
    }

    #[test]
    fn a_file_without_a_list_is_refused_by_its_name() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("crl.pem");
        for text in ["", "nothing", "-----BEGIN CERTIFICATE-----\nQQ==\n-----END CERTIFICATE-----\n"] {
            std::fs::write(&path, text).expect("written");
            let said = lists(std::slice::from_ref(&path)).expect_err("refused").to_string();
            assert!(said.contains("crl.pem holds no revocation list"), "{said}");
        }
        assert!(lists_of_folder(&folder.path().join("none")).expect("none").is_empty());
    }
}
