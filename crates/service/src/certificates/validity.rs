//! From when and until when a certificate counts. Source: RFC 5280, sections 4.1 and 4.1.2.5.

use super::{names::element, read_chain};
use anyhow::Context;
use jiff::{
    Timestamp,
    civil::{Date, DateTime, Time},
    tz::TimeZone,
};
use std::path::Path;

/// When a certificate counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Validity {
    /// From when.
    pub begins: Timestamp,
    /// Until when.
    pub ends: Timestamp,
}

const INTEGER: u8 = 0x02;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
const VERSION: u8 = 0xa0;

/// When each certificate of a PEM file counts.
pub fn validities(path: &Path) -> anyhow::Result<Vec<Validity>> {
    let chain = read_chain(path)?;
    let read = chain.iter().map(|certificate| validity(certificate));
    read.collect::<Option<Vec<_>>>().with_context(|| format!("when a certificate of {} ends cannot be read", path.display()))
}

/// Of a certificate as DER: within it what is signed; there a version, a number, an algorithm, an issuer, then this.
fn validity(certificate: &[u8]) -> Option<Validity> {
    let (_, certificate, _) = element(certificate)?;
    let (_, signed, _) = element(certificate)?;
    let (tag, _, after) = element(signed)?;
    let rest = if tag == VERSION { after } else { signed };
    let (tag, _, rest) = element(rest)?;
    let (_, _, rest) = element((tag == INTEGER).then_some(rest)?)?;
    let (_, _, rest) = element(rest)?;
    let (_, validity, _) = element(rest)?;
    let (begins_as, begins, rest) = element(validity)?;
    let (ends_as, ends, _) = element(rest)?;
    Some(Validity { begins: time(begins_as, begins)?, ends: time(ends_as, ends)? })
}

/// A time to the second, in UTC; of a year with two digits, 50 and later are of the last century.
fn time(tag: u8, text: &[u8]) -> Option<Timestamp> {
    let text = std::str::from_utf8(text).ok()?.strip_suffix('Z')?;
    if !text.is_ascii() {
        return None;
    }
    let (year, rest) = match tag {
        UTC_TIME => {
            let year: i16 = text.get(..2)?.parse().ok()?;
            (if year >= 50 { 1900 + year } else { 2000 + year }, text.get(2..)?)
        }
        GENERALIZED_TIME => (text.get(..4)?.parse().ok()?, text.get(4..)?),
        _ => return None,
    };
    let part = |at: usize| rest.get(at..at + 2)?.parse::<i8>().ok();
    let date = Date::new(year, part(0)?, part(2)?).ok()?;
    let time = Time::new(part(4)?, part(6)?, part(8)?, 0).ok()?;
    DateTime::from_parts(date, time).to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::{CertificateParams, KeyPair, date_time_ymd};

    #[test]
    fn when_a_certificate_ends_is_read_of_this_century_and_the_next() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("certificate.pem");
        let day = |text: &str| text.parse::<Timestamp>().expect("a time");
        // From 2050 on a year has four digits (RFC 5280, section 4.1.2.5).
        for (year, ends) in [(2031, "2031-04-05T00:00:00Z"), (2075, "2075-04-05T00:00:00Z")] {
            let mut parameters = CertificateParams::new(vec!["localhost".to_owned()]).expect("a name");
            (parameters.not_before, parameters.not_after) = (date_time_ymd(2025, 1, 2), date_time_ymd(year, 4, 5));
            let key = KeyPair::generate().expect("a key");
            std::fs::write(&file, parameters.self_signed(&key).expect("signed").pem()).expect("written");
            assert_eq!(validities(&file).expect("read"), [Validity { begins: day("2025-01-02T00:00:00Z"), ends: day(ends) }]);
        }
    }

    #[test]
    fn a_certificate_that_breaks_off_has_no_end() {
        let key = KeyPair::generate().expect("a key");
        let whole = CertificateParams::new(vec![]).expect("a name").self_signed(&key).expect("signed").der().to_vec();
        assert!(validity(&whole).is_some());
        // Its outer lengths are wrong as soon as it is cut, or what is in it is.
        assert!((0..whole.len()).all(|length| validity(&whole[..length]).is_none()));
    }
}
