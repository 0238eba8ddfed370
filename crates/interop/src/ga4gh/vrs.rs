//! GA4GH Variation Representation Specification, version 2.0: alleles with computed identifiers.
//!
//! Source: VRS 2.0, computed identifiers, and normalisation of literal alleles (fully justified).

use base64::{Engine, prelude::BASE64_URL_SAFE};
use genome::{Reference, Variant};
use serde::Serialize;
use sha2::{Digest, Sha512};

/// An allele with its computed identifier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Allele {
    /// `ga4gh:VA.…`.
    pub id: String,
    /// The identifier without its prefix.
    pub digest: String,
    #[serde(rename = "type")]
    kind: &'static str,
    /// Where it lies.
    pub location: Location,
    /// What is there.
    pub state: State,
}

/// Where an allele lies; positions are counted between bases.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Location {
    /// `ga4gh:SL.…`.
    pub id: String,
    /// The identifier without its prefix.
    pub digest: String,
    #[serde(rename = "type")]
    kind: &'static str,
    /// The sequence.
    pub sequence_reference: SequenceReference,
    /// Before its first base.
    pub start: u64,
    /// After its last base.
    pub end: u64,
}

/// A sequence by its refget accession.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SequenceReference {
    #[serde(rename = "type")]
    kind: &'static str,
    /// `SQ.…`.
    pub refget_accession: &'static str,
}

/// The bases of an allele.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type")]
pub enum State {
    /// Bases.
    #[serde(rename = "LiteralSequenceExpression")]
    Literal {
        /// The bases.
        sequence: String,
    },
    /// Bases that are derived from the reference by repeating its last unit.
    #[serde(rename = "ReferenceLengthExpression", rename_all = "camelCase")]
    ReferenceLength {
        /// How many bases.
        length: usize,
        /// Bases of the unit that is repeated.
        repeat_subunit_length: usize,
        /// The bases.
        sequence: String,
    },
}

/// Refget accessions of GRCh38 (sha512t24u of each sequence), chromosomes 1 to 22, X, Y, and the mitochondrial genome. Source:
/// GA4GH refget, as used by the published test sets of VRS tools.
const SEQUENCES: [&str; 25] = [
    "SQ.Ya6Rs7DHhDeg7YaOSg1EoNi3U_nQ9SvO",
    "SQ.pnAqCRBrTsUoBghSD1yp_jXWSmlbdh4g",
    "SQ.Zu7h9AggXxhTaGVsy7h_EZSChSZGcmgX",
    "SQ.HxuclGHh0XCDuF8x6yQrpHUBL7ZntAHc",
    "SQ.aUiQCzCPZ2d0csHbMSbh2NzInhonSXwI",
    "SQ.0iKlIQk2oZLoeOG9P1riRU6hvL5Ux8TV",
    "SQ.F-LrLMe1SRpfUZHkQmvkVKFEGaoDeHul",
    "SQ.209Z7zJ-mFypBEWLk4rNC6S_OxY5p7bs",
    "SQ.KEO-4XBcm1cxeo_DIQ8_ofqGUkp4iZhI",
    "SQ.ss8r_wB0-b9r44TQTMmVTI92884QvBiB",
    "SQ.2NkFm8HK88MqeNkCgj78KidCAXgnsfV1",
    "SQ.6wlJpONE3oNb4D69ULmEXhqyDZ4vwNfl",
    "SQ._0wi-qoDrvram155UmcSC-zA5ZK4fpLT",
    "SQ.eK4D2MosgK_ivBkgi6FVPg5UXs1bYESm",
    "SQ.AsXvWL1-2i5U_buw6_niVIxD6zTbAuS6",
    "SQ.yC_0RBj3fgBlvgyAuycbzdubtLxq-rE0",
    "SQ.dLZ15tNO1Ur0IcGjwc3Sdi_0A6Yf4zm7",
    "SQ.vWwFhJ5lQDMhh-czg06YtlWqu0lvFAZV",
    "SQ.IIB53T8CNeJJdUqzn9V_JnRtQadwWCbl",
    "SQ.-A1QmD_MatoqxvgVxBLZTONHz9-c7nQo",
    "SQ.5ZUqxCmDDgN4xTRbaSjN8LwgZironmB8",
    "SQ.7B7SHsmchAR0dFcDCuSFjJAo7tX87krQ",
    "SQ.w0WZEvgJF0zf_P4yyTzjjv9oW1z61HHP",
    "SQ.8_liLu1aycC0tPQPFmUaGXJLDs5SbPZ5",
    "SQ.k3grVkjY-hoWcCUojHw6VU6GE3MZ8Sct",
];

/// SHA-512, the first 24 bytes, in base64 for addresses.
pub fn sha512t24u(blob: &[u8]) -> String {
    BASE64_URL_SAFE.encode(&Sha512::digest(blob)[..24])
}

/// A small variant as a VRS allele; nothing for a structural one, or where the reference sequence around it is not held.
pub fn allele(genome: &dyn Reference, variant: &Variant) -> Option<Allele> {
    if variant.structure().is_some() {
        return None;
    }
    let sequence = SEQUENCES.get(usize::from(variant.contig.number()).checked_sub(1)?)?;
    let (start, end, state) = justified(genome, variant)?;
    Some(identified(sequence, start, end, state))
}

fn identified(refget_accession: &'static str, start: u64, end: u64, state: State) -> Allele {
    // Canonical JSON (RFC 8785): keys in order, nothing between.
    let location = format!(
        r#"{{"end":{end},"sequenceReference":{{"refgetAccession":"{refget_accession}","type":"SequenceReference"}},"start":{start},"type":"SequenceLocation"}}"#
    );
    let location_digest = sha512t24u(location.as_bytes());
    let canonical_state = match &state {
        State::Literal { sequence } => format!(r#"{{"sequence":"{sequence}","type":"LiteralSequenceExpression"}}"#),
        State::ReferenceLength { length, repeat_subunit_length: unit, .. } => {
            format!(r#"{{"length":{length},"repeatSubunitLength":{unit},"type":"ReferenceLengthExpression"}}"#)
        }
    };
    let allele = format!(r#"{{"location":"{location_digest}","state":{canonical_state},"type":"Allele"}}"#);
    let digest = sha512t24u(allele.as_bytes());
    Allele {
        id: format!("ga4gh:VA.{digest}"),
        digest,
        kind: "Allele",
        location: Location {
            id: format!("ga4gh:SL.{location_digest}"),
            digest: location_digest,
            kind: "SequenceLocation",
            sequence_reference: SequenceReference { kind: "SequenceReference", refget_accession },
            start,
            end,
        },
        state,
    }
}

/// Where the allele lies, between bases, across the whole stretch in which it could be written; and its bases.
fn justified(genome: &dyn Reference, variant: &Variant) -> Option<(u64, u64, State)> {
    let (reference, alternate) = (variant.reference.as_bytes(), variant.alternate.as_bytes());
    let suffix = reference.iter().rev().zip(alternate.iter().rev()).take_while(|(a, b)| a == b).count();
    let (reference, alternate) = (&reference[..reference.len() - suffix], &alternate[..alternate.len() - suffix]);
    let prefix = reference.iter().zip(alternate).take_while(|(a, b)| a == b).count();
    let (reference, alternate) = (&reference[prefix..], &alternate[prefix..]);
    let start = u64::from(variant.position.get()) - 1 + prefix as u64;
    let end = start + reference.len() as u64;
    let literal = |bases: &[u8]| State::Literal { sequence: String::from_utf8_lossy(bases).into_owned() };
    let derived = |length, unit, bases: &[u8]| State::ReferenceLength {
        length,
        repeat_subunit_length: unit,
        sequence: String::from_utf8_lossy(bases).into_owned(),
    };
    if !reference.is_empty() && !alternate.is_empty() {
        return Some((start, end, literal(alternate)));
    }
    // An insertion or a deletion: how far it can be moved to either side without changing what it makes.
    let moved = if reference.is_empty() { alternate } else { reference };
    let length = moved.len();
    let base = |place: u64| genome.base(variant.contig, u32::try_from(place).ok()? + 1);
    let (mut left, mut right) = (Vec::new(), Vec::new());
    while start > left.len() as u64 {
        let before = base(start - left.len() as u64 - 1)?;
        if moved[(length - 1 + length * (left.len() / length + 1) - left.len()) % length] != before {
            break;
        }
        left.push(before);
    }
    let last = u64::from(variant.contig.length(genome::contig::Build::GRCh38));
    while end + (right.len() as u64) < last {
        let after = base(end + right.len() as u64)?;
        if moved[right.len() % length] != after {
            break;
        }
        right.push(after);
    }
    left.reverse();
    let replaced = [left.as_slice(), reference, right.as_slice()].concat();
    let becomes = [left.as_slice(), alternate, right.as_slice()].concat();
    let (from, to) = (start - left.len() as u64, end + right.len() as u64);
    let state = match (replaced.len(), becomes.len()) {
        (0, _) => literal(&becomes),
        (had, has) if has < had => derived(has, length, &becomes),
        (had, has) => match unit(length, &replaced, &becomes[had..]) {
            Some(unit) => derived(has, unit, &becomes),
            None => literal(&becomes),
        },
    };
    Some((from, to, state))
}

/// The shortest unit at the end of the reference that, repeated, gives what was added.
fn unit(inserted: usize, reference: &[u8], added: &[u8]) -> Option<usize> {
    let divides = (1..=inserted).filter(|unit| inserted.is_multiple_of(*unit) && *unit <= reference.len());
    divides.into_iter().find(|unit| {
        let repeated = reference[reference.len() - unit..].iter().cycle();
        added.iter().zip(repeated).all(|(a, b)| a == b)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use genome::Contig;

    /// Published test vectors. Source: GA4GH VRS, validation/models.yaml and functions.yaml.
    #[test]
    fn digests_are_those_of_the_specification() {
        assert_eq!(sha512t24u(b""), "z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXc");
        assert_eq!(sha512t24u(b"ACGT"), "aKF498dAxcJAqme6QYQ7EZ07-fiw8Kw2");
        let apoe = identified(SEQUENCES[18], 44_908_821, 44_908_822, State::Literal { sequence: "T".into() });
        assert_eq!(apoe.id, "ga4gh:VA.0AePZIWZUNsUlQTamyLrjm2HWUw2opLt");
        assert_eq!(apoe.location.digest, "wIlaGykfwHIpPY2Fcxtbx4TINbbODFVz");
        let repeat = identified(
            SEQUENCES[0],
            40_819_438,
            40_819_446,
            State::ReferenceLength { length: 11, repeat_subunit_length: 3, sequence: String::new() },
        );
        assert_eq!(repeat.id, "ga4gh:VA.Oop4kjdTtKcg1kiZjIJAAR3bp7qi4aNT");
        let seven = identified(SEQUENCES[6], 44_908_821, 44_908_822, State::Literal { sequence: "T".into() });
        assert_eq!(seven.location.id, "ga4gh:SL.4t6JnYWqHwYw9WzBT_lmWBb3tLQNalkT");
    }

    /// A short stretch of chromosome 1, from base 101.
    struct Stretch(&'static str);

    impl Reference for Stretch {
        fn bases(&self, _: Contig, start: u32, end: u32) -> Option<Vec<u8>> {
            let (start, end) = (start.checked_sub(101)? as usize, end.checked_sub(100)? as usize);
            self.0.as_bytes().get(start..end).map(<[u8]>::to_vec)
        }
    }

    #[test]
    fn an_allele_is_written_over_all_of_its_repeat_however_it_was_called() {
        //                      101       111
        let genome = Stretch("GACTCCTCCTGAAT");
        let written = |text: &str| allele(&genome, &text.parse().expect("a variant")).expect("held");
        let literal = |bases: &str| State::Literal { sequence: bases.into() };
        let derived = |length, unit, bases: &str| State::ReferenceLength { length, repeat_subunit_length: unit, sequence: bases.into() };
        // One more CCT, called at the left and at the right of the repeat.
        let (left, right) = (written("1-102-A-ACTC"), written("1-110-T-TCCT"));
        assert_eq!(left, right);
        assert_eq!((left.location.start, left.location.end), (102, 110));
        assert_eq!(left.state, derived(11, 3, "CTCCTCCTCCT"));
        let shorter = written("1-103-CTCC-C");
        assert_eq!((shorter.location.start, shorter.location.end, shorter.state), (102, 110, derived(5, 3, "CTCCT")));
        assert_eq!(written("1-101-G-T").state, literal("T"));
        assert_eq!(written("1-101-GA-TT").state, literal("TT"));
        assert_eq!(written("1-111-G-GC").state, literal("C"), "an insertion with no repeat");
        let gone = written("1-110-TG-T");
        assert_eq!((gone.location.start, gone.location.end, gone.state), (110, 111, derived(0, 1, "")));
        assert_eq!(allele(&genome, &"1-900-A-AC".parse().expect("a variant")), None, "no sequence at hand");
    }
}
