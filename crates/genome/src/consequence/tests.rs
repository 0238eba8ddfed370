use super::*;
use crate::{Contig, HgncId, Mane, transcript::Exon, variant::tests::Short};

//                          1         2         3         4         5         6
//                 123456789012345678901234567890123456789012345678901234567890
pub(super) const GENOME: &[u8] = b"CCCCCATGGCTTGGGTAAGTCCCCCCCCCCCCTTTTCTAGAAATGCTGTTAACCCCCCCC";

/// Exons 4–14 and 41–56, coding 6–52 spliced: ATG GCT TGG | AAA TGC TGT TAA (M A W K C C *).
pub(super) fn transcript() -> Transcript {
    Transcript {
        id: "NM_1.1".into(),
        protein_id: None,
        gene: HgncId(1),
        symbol: "G".into(),
        contig: Contig::from_number(1).expect("a contig"),
        strand: Strand::Forward,
        exons: vec![Exon { start: 4, end: 14 }, Exon { start: 41, end: 56 }],
        coding: Some(Exon { start: 6, end: 52 }),
        mane: Mane::Select,
    }
}

#[track_caller]
fn check(variant: &str, expected: &str) {
    let genome = Short(GENOME);
    let variant = variant.parse::<Variant>().expect("a variant").normalise(&genome);
    let shown = match effect(&variant, &transcript(), &genome) {
        None => "outside".to_owned(),
        Some(e) => format!("{} {} {}", e.term_names(), e.hgvs_c.as_deref().unwrap_or("-"), e.hgvs_p.as_deref().unwrap_or("-")),
    };
    assert_eq!(shown, expected);
}

#[test]
fn substitutions_are_named() {
    check("1-7-T-C", "start_lost c.2T>C p.(Met1?)");
    check("1-10-C-T", "missense_variant c.5C>T p.(Ala2Val)");
    check("1-11-T-A", "synonymous_variant c.6T>A p.(Ala2=)");
    check("1-14-G-A", "stop_gained&splice_region_variant c.9G>A p.(Trp3Ter)");
    check("1-50-T-C", "stop_lost c.19T>C p.(Ter7GlnextTer?)");
    check("1-52-A-G", "stop_retained_variant c.21A>G p.(Ter7=)");
}

#[test]
fn splice_sites_are_named_by_their_distance() {
    check("1-15-G-A", "splice_donor_variant c.9+1G>A p.?");
    check("1-19-G-A", "splice_donor_5th_base_variant&splice_region_variant c.9+5G>A -");
    check("1-22-C-A", "splice_region_variant c.9+8C>A -");
    check("1-23-C-A", "intron_variant c.9+9C>A -");
    check("1-40-G-A", "splice_acceptor_variant c.10-1G>A p.?");
    check("1-34-T-A", "splice_region_variant&splice_polypyrimidine_tract_variant c.10-7T>A -");
}

#[test]
fn insertions_and_deletions_are_shifted_three_prime() {
    check("1-41-AAA-A", "frameshift_variant&splice_region_variant c.11_12del p.(Lys4MetfsTer?)");
    check("1-44-T-TT", "frameshift_variant c.13dup p.(Cys5LeufsTer?)");
    check("1-43-ATGC-A", "inframe_deletion c.15_17del p.(Cys6del)");
    check("1-46-C-CTGC", "inframe_insertion c.15_17dup p.(Cys6dup)");
    check("1-9-GCT-AGC", "missense_variant c.4_6inv p.(Ala2Ser)");
    check("1-4-C-T", "5_prime_UTR_variant c.-2C>T -");
    check("1-54-C-T", "3_prime_UTR_variant c.*2C>T -");
    check("1-2-C-T", "outside");
}

#[test]
fn changes_over_the_edges_of_the_coding_sequence_tell_what_becomes_of_start_and_stop() {
    // CC|ATG GCT: without CA the next two bases, still C and T, make no start; without CCATG nor.
    check("1-4-CCA-C", "start_lost&5_prime_UTR_variant c.-1_1del p.(Met1?)");
    // …GTT AA|C CCC: the stop goes with the bases after it.
    check("1-50-TAAC-T", "stop_lost&inframe_deletion&3_prime_UTR_variant c.20_*1del p.(Ter7SerextTer?)");
}

#[test]
fn a_stop_in_the_last_exon_escapes_decay() {
    let genome = Short(GENOME);
    let variant: Variant = "1-47-T-A".parse().expect("a variant");
    assert!(effect(&variant, &transcript(), &genome).expect("inside").truncation.is_none());
    let variant: Variant = "1-46-C-A".parse().expect("a variant");
    let cut = effect(&variant, &transcript(), &genome).expect("inside").truncation.expect("stops early");
    assert!(!cut.nonsense_mediated_decay);
}

#[test]
fn a_change_in_a_repeat_across_a_splice_site_is_not_lost() {
    // The exon ends with GTAAGC and the intron begins with it: one more copy can be read into either.
    let genome = Short(b"CCCCCATGGCTTGGGTAAGCGTAAGCTTTCCCCCCCCCCCCTTTTCTAGAAATGCTGTTAACCCCCCCC");
    let exons = vec![Exon { start: 4, end: 20 }, Exon { start: 50, end: 64 }];
    let transcript = Transcript { exons, coding: Some(Exon { start: 6, end: 61 }), ..transcript() };
    let variant = "1-14-G-GGTAAGC".parse::<Variant>().expect("a variant").normalise(&genome);
    let effect = effect(&variant, &transcript, &genome).expect("inside");
    assert_eq!(effect.term_names(), "inframe_insertion&splice_region_variant", "{effect:?}");
    assert_eq!(effect.truncation, None);
    assert!(effect.uncertain.is_some_and(|note| note.contains("inframe_insertion")));
}
