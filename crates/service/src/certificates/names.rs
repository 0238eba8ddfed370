use sha2::{Digest, Sha256};
use tokio_rustls::rustls::pki_types::CertificateDer;
use webpki::EndEntityCert;

/// Whom a certificate names, in small letters: every DNS name, or the common name of its subject where it has none; then its
/// fingerprint, by which one is told that names nobody. Source: RFC 6125, section 6.4.4: the subject counts only without names.
pub fn names(certificate: &CertificateDer<'_>) -> Vec<String> {
    let mut names = Vec::new();
    if let Ok(read) = EndEntityCert::try_from(certificate) {
        names.extend(read.valid_dns_names().map(str::to_lowercase));
        if names.is_empty() {
            names.extend(common_name(read.subject()).map(|name| name.to_lowercase()));
        }
    }
    names.push(format!("sha256:{}", hex::encode(Sha256::digest(certificate))));
    names
}

/// Tags of DER that a name is made of. Source: X.690; RFC 5280, section 4.1.2.4.
const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const OBJECT: u8 = 0x06;
const STRINGS: [u8; 2] = [0x0c, 0x13];
/// `id-at-commonName`, 2.5.4.3.
const COMMON_NAME: [u8; 3] = [0x55, 0x04, 0x03];

/// The common name of a subject, as UTF-8 or PrintableString. The subject comes without its own sequence.
fn common_name(subject: &[u8]) -> Option<String> {
    let mut rest = subject;
    while let Some((tag, set, after)) = element(rest) {
        rest = after;
        let attribute = (tag == SET).then(|| element(set)).flatten().filter(|(tag, ..)| *tag == SEQUENCE);
        let Some((_, attribute, _)) = attribute else { continue };
        if let Some((OBJECT, kind, value)) = element(attribute)
            && kind == COMMON_NAME
            && let Some((tag, text, _)) = element(value)
            && STRINGS.contains(&tag)
        {
            return String::from_utf8(text.to_vec()).ok();
        }
    }
    None
}

/// The first element: its tag, its content, and what comes after it.
pub(super) fn element(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, rest) = bytes.split_first()?;
    let (length, rest) = rest.split_first()?;
    let (length, rest) = match length {
        0..=0x7f => (usize::from(*length), rest),
        0x81 => rest.split_first().map(|(length, rest)| (usize::from(*length), rest))?,
        0x82 => rest.split_first_chunk::<2>().map(|(length, rest)| (usize::from(u16::from_be_bytes(*length)), rest))?,
        _ => return None,
    };
    (length <= rest.len()).then(|| (*tag, &rest[..length], &rest[length..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_names_its_hosts_or_else_its_subject() {
        let key = rcgen::KeyPair::generate().expect("a key");
        let named = |hosts: &[&str], subject: &str| {
            let hosts: Vec<String> = hosts.iter().map(|host| (*host).to_owned()).collect();
            let mut parameters = rcgen::CertificateParams::new(hosts).expect("names");
            parameters.distinguished_name.push(rcgen::DnType::OrganizationName, "A Hospital");
            parameters.distinguished_name.push(rcgen::DnType::CommonName, subject);
            let mut names = names(parameters.self_signed(&key).expect("signed").der());
            let fingerprint = names.pop().expect("a fingerprint");
            assert!(fingerprint.starts_with("sha256:") && fingerprint.len() == 71, "{fingerprint}");
            names
        };
        assert_eq!(named(&["TIE.hospital.example", "b.example"], "other"), ["tie.hospital.example", "b.example"]);
        assert_eq!(named(&[], "TIE of the hospital"), ["tie of the hospital"]);
        for junk in [&[][..], &[0x30], &[0x30, 0x82], &[0x30, 0x82, 0xff, 0xff], &[0x31, 0x05, 0x30, 0x03, 0x06], &[0x30, 0x84, 0, 0, 0, 1]]
        {
            assert_eq!(common_name(junk), None, "{junk:?}");
        }
    }
}
