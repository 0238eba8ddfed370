//! The text of a header: tab-separated lines. Source: SAM specification, section 1.3.

use super::{Header, Kind};
use std::collections::BTreeSet;

/// What the text of a header says.
pub(super) fn header(kind: Kind, text: &[u8]) -> Header {
    let text = String::from_utf8_lossy(text);
    let mut header = Header { kind, contigs: vec![], samples: vec![], groups: vec![], is_sorted: false };
    let (mut known, mut known_groups) = (BTreeSet::new(), BTreeSet::new());
    for line in text.trim_end_matches('\0').lines() {
        let mut fields = line.split('\t');
        let record = fields.next().unwrap_or_default();
        let field = |tag: &str| line.split('\t').skip(1).find_map(|field| field.strip_prefix(tag)?.strip_prefix(':'));
        match record {
            "@HD" => header.is_sorted = field("SO") == Some("coordinate"),
            "@SQ" => header.contigs.extend(field("SN").zip(field("LN").and_then(|n| n.parse().ok())).map(|(n, l)| (n.to_owned(), l))),
            "@RG" => {
                let named = |tag| field(tag).map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned);
                header.samples.extend(named("SM").filter(|sample| known.insert(sample.clone())));
                let groups = ["ID", "LB", "PU"].into_iter().filter_map(named);
                header.groups.extend(groups.filter(|group| known_groups.insert(group.clone())));
            }
            _ => {}
        }
    }
    header
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_and_contigs_are_those_of_the_lines() {
        let text = "@HD\tVN:1.6\tSO:coordinate\n@SQ\tSN:chr1\tLN:248956422\n@RG\tID:a\tSM:S1\tPL:ILLUMINA\n@RG\tID:b\tLB:L-7\tSM:S1\n\
                    @RG\tID:c\tSM: \n@RG\tID:d\tDS:SM:other\n@CO\tSM:none\n\0\0";
        let header = header(Kind::Bam, text.as_bytes());
        assert_eq!(header.samples, ["S1"]);
        assert_eq!(header.groups, ["a", "b", "L-7", "c", "d"]);
        assert_eq!(header.contigs, [("chr1".to_owned(), 248_956_422)]);
        assert!(header.is_sorted);
    }
}
