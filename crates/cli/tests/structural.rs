//! Structural variants, copy numbers, repeats and mitochondrial variants from their callers' files, in one ranked list.

use germline::{Analysis, Candidate};
use std::process::Command;

const META: &str = "##fileformat=VCFv4.2\n##reference=GRCh38\n##ALT=<ID=DEL,Description=\"d\">\n##ALT=<ID=DUP,Description=\"d\">\n\
##INFO=<ID=END,Number=1,Type=Integer,Description=\"e\">\n##INFO=<ID=SVTYPE,Number=1,Type=String,Description=\"t\">\n\
##INFO=<ID=SVLEN,Number=.,Type=Integer,Description=\"l\">\n##INFO=<ID=RU,Number=1,Type=String,Description=\"u\">\n\
##INFO=<ID=REPID,Number=1,Type=String,Description=\"r\">\n##FORMAT=<ID=GT,Number=1,Type=String,Description=\"g\">\n\
##FORMAT=<ID=CN,Number=1,Type=Integer,Description=\"c\">\n##FORMAT=<ID=AF,Number=A,Type=Float,Description=\"a\">\n\
##FORMAT=<ID=DP,Number=1,Type=Integer,Description=\"d\">\n##FORMAT=<ID=REPCN,Number=1,Type=String,Description=\"n\">\n\
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT";
const TRIO: &str = "\tkid\tdad\tmum\n";
const PED: &str = "F\tkid\tdad\tmum\t2\t2\nF\tdad\t0\t0\t1\t1\nF\tmum\t0\t0\t2\t1\n";
/// One of the two published variants of HMGCS2 (PMID 12072887), from the mother.
const SMALL: &str = "chr1\t119757272\t.\tC\tT\t500\tPASS\t.\tGT:DP\t0/1:30\t0/0:30\t0/1:30\n";

/// Lines `gene, pattern, variant, class` of a trio with these files beside its small variants.
fn interpreted(structural: &[(&str, &str)], hpo: &str) -> Vec<[String; 4]> {
    let line = |c: &Candidate| {
        let variants: Vec<String> = c.variants.iter().map(|v| v.variant.to_string()).collect();
        [c.symbol.clone(), c.pattern.to_string(), variants.join(" + "), c.variants[0].classification.shown()]
    };
    interpreted_whole(structural, hpo).candidates.iter().map(line).collect()
}

fn interpreted_whole(structural: &[(&str, &str)], hpo: &str) -> Analysis {
    interpreted_whole_with(structural, hpo, &[])
}

fn interpreted_whole_with(structural: &[(&str, &str)], hpo: &str, more: &[&str]) -> Analysis {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text.replace(' ', "\t")).expect("a file");
    write("f.vcf", &format!("{META}{TRIO}{SMALL}"));
    write("f.ped", PED);
    let mut arguments = vec!["interpret", "--vcf", "f.vcf", "--ped", "f.ped", "--hpo", hpo, "--out", "out"];
    arguments.extend(more);
    for (name, text) in structural {
        write(name, &format!("{META}{text}"));
        arguments.extend(["--structural", name]);
    }
    let output = Command::new(env!("CARGO_BIN_EXE_gms")).args(&arguments).current_dir(folder.path()).output().expect("the program runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&std::fs::read(folder.path().join("out/candidates.json")).expect("results")).expect("an analysis")
}

#[track_caller]
fn check(structural: &[(&str, &str)], hpo: &str, expected: [&str; 4]) {
    let found = interpreted(structural, hpo);
    assert!(found.iter().any(|line| *line == expected.map(str::to_owned)), "{found:#?}");
}

#[test]
fn a_new_deletion_of_an_established_gene_is_pathogenic_by_clingens_scoring() {
    // DRAGEN's layout. NSD1 is established haploinsufficient (Sotos syndrome): 2A gives 1.00, de novo adds to it.
    let deletion = "\tkid\tdad\tmum\n5 177100000 DRAGEN:LOSS:5:177100001-177400000 N <DEL> 90 PASS SVTYPE=CNV;END=177400000;SVLEN=-300000 GT:CN 0/1:1 ./.:2 ./.:2\n";
    check(
        &[("cnv.vcf", deletion)],
        "HP:0000256,HP:0001548,HP:0001263",
        ["NSD1", "de novo", "5-177100000-N-<DEL=177400000>", "Pathogenic (copy number score +1.15)"],
    );
}

/// Source of the regions: ClinGen's dosage map, GRCh38; of the sections: Riggs 2020, tables 1 and 2.
#[test]
fn gains_and_losses_of_curated_regions_are_scored_by_their_section() {
    for (line, gene, class, section) in [
        ("22 18924717 x N <CNV> 90 PASS SVTYPE=CNV;END=21111383 GT:CN ./.:3", "TBX1", "Pathogenic", "2A"),
        ("22 18924717 x N <CNV> 90 PASS SVTYPE=CNV;END=21111383 GT:CN ./.:1", "TBX1", "Pathogenic", "2A"),
        // The first exons of LDLR with coding sequence: 2C-1, 0.90.
        ("19 11080000 x N <DEL> 90 PASS SVTYPE=DEL;END=11095000 GT 0/1", "LDLR", "Likely pathogenic", "2C-1"),
        // A gain of one gene that is not known to be triplosensitive.
        ("19 11080000 x N <DUP> 90 PASS SVTYPE=DUP;END=11140000 GT 0/1", "LDLR", "Uncertain significance", "2H"),
    ] {
        let found = interpreted_whole(&[("cnv.vcf", &format!("\tkid\n{line}\n"))], "HP:0001263");
        let candidate = found.candidates.iter().find(|c| c.symbol == gene).unwrap_or_else(|| panic!("{gene}: {:?}", found.considered));
        let classification = &candidate.variants[0].classification;
        assert_eq!(classification.class.label(), class, "{line}: {classification:?}");
        assert!(classification.criteria.iter().any(|c| c.code == section), "{line}: {classification:?}");
    }
}

#[test]
fn structural_alleles_that_make_no_sense_are_set_aside() {
    let lines = "\tkid\tdad\tmum\n1 4294967294 b A <DEL> . PASS SVTYPE=DEL;END=2000000000 GT 0/1 0/1 0/0\n\
1 119749000 c A <DUP> . PASS SVTYPE=DUP;END=1 GT 0/1 0/1 0/0\n1 119749000 d A <CNV> . PASS END=119761000 GT:CN 0/1:2000000000 0/1:0 ./.:.\n\
4 3074876 e C <STR2000000000>,<STR0> . PASS END=3074933;RU=CAG GT 1/2 0/0 1/1\n1 119749000 f A A[4:4294967295[ . PASS SVTYPE=BND GT 0/1 0/1 0/0\n\
1 119757272 g C <INS> . PASS SVTYPE=INS GT 1/1 0/1 0/0\nX 31119222 h N <DEL> . PASS END=31200000 GT:CN 1:0 1:1 0/0:2\n\
Y 2786855 i N <DEL> . PASS END=2787682 GT:CN 1:0 1:1 .:.\nchrM 1 j N <DEL> . PASS END=16569 GT 0/1 0/0 0/1\n\
1 1 k N <DEL> . PASS END=248956422 GT 0/1 0/0 0/0\n";
    let found = interpreted_whole_with(&[("w.vcf", lines)], "HP:0001943", &["--lenient"]);
    let dropped = |reason| found.counts.dropped.iter().find(|(other, _)| *other == reason).map_or(0, |(_, n)| *n);
    assert!(dropped(annotation::Reason::NotSmall) >= 3, "{:?}", found.counts);
    assert!(found.candidates.iter().any(|c| c.symbol == "DMD"), "a girl with two copies lost");
}

#[test]
fn a_deletion_and_a_small_variant_in_trans_are_one_candidate() {
    // Manta's layout, from the father; the small variant came from the mother.
    let deletion = "\tkid\tdad\tmum\n1 119749000 MantaDEL:1 A <DEL> 500 PASS SVTYPE=DEL;END=119761000;SVLEN=-12000 GT 0/1 0/1 0/0\n";
    let found = interpreted(&[("sv.vcf", deletion)], "HP:0001943,HP:0002240");
    let [gene, pattern, variants, _] = &found[0];
    assert_eq!((gene.as_str(), pattern.as_str()), ("HMGCS2", "compound heterozygous, in trans"), "{found:#?}");
    assert_eq!(variants, "1-119749000-N-<DEL=119761000> + 1-119757272-C-T");
}

#[test]
fn a_repeat_is_read_against_its_published_ranges() {
    // ExpansionHunter's layout, the proband alone. STRchive: HTT is pathogenic from 36 copies of CAG.
    let repeats = "\tkid\n4 3074876 . C <STR19>,<STR45> . PASS END=3074933;RU=CAG;REPID=HTT GT:REPCN 1/2:19/45\n\
9 27573483 . A <STR5> . PASS END=27573546;RU=GGCCCC;REPID=C9ORF72 GT:REPCN 0/1:10/5\n";
    let found = interpreted(&[("str.vcf", repeats)], "HP:0002072,HP:0000726");
    assert_eq!(found[0][0], "HTT", "{found:#?}");
    assert_eq!((found[0][2].as_str(), found[0][3].as_str()), ("4-3074876-N-<STR=3074933_45>", "Pathogenic (by the length of the repeat)"));
    assert!(!found.iter().any(|line| line[0] == "C9orf72"), "{found:#?}");
}

#[test]
fn a_mitochondrial_variant_has_its_heteroplasmy() {
    // mutserve's layout. m.3243A>G in MT-TL1 (MELAS).
    let mito = "\tkid\nchrM 3243 . A G . PASS . GT:AF:DP 0/1:0.31:1500\n";
    let found = interpreted(&[("mt.vcf", mito)], "HP:0002401,HP:0000407");
    let line = found.iter().find(|line| line[0] == "MT-TL1").unwrap_or_else(|| panic!("{found:#?}"));
    assert_eq!(line[1], "mitochondrial, heteroplasmic 31 %");
}
