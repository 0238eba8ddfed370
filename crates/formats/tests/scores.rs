//! Scores from files in their publishers' layouts, through a pack, to the value of a variant.

use formats::{
    FileResult, Pack,
    pack::build::{self, Sources},
};
use genome::{Build, Evidence, Score, Variant};
use std::path::{Path, PathBuf};

const REVEL: &str = "chr,hg19_pos,grch38_pos,ref,alt,aaref,aaalt,REVEL,Ensembl_transcriptid\n\
1,5,4,T,A,L,I,0.644,ENST1\n1,5,4,T,A,L,I,0.700,ENST2\n1,5,4,T,G,L,V,0.016,ENST1\n1,9,.,T,C,L,P,0.5,ENST1\n";
const ALPHA: &str = "# Copyright\n#CHROM\tPOS\tREF\tALT\tgenome\tuniprot_id\ttranscript_id\tprotein_variant\tam_pathogenicity\tam_class\n\
chr1\t4\tT\tA\thg38\tP1\tENST1\tL2I\t0.9905\tlikely_pathogenic\n";
const CADD: &str = "## CADD GRCh38-v1.7 (c) 2023\n#Chrom\tPos\tRef\tAlt\tRawScore\tPHRED\n1\t4\tT\tA\t4.1\t28.13\n";
const SPLICE: &str = "##fileformat=VCFv4.2\n##contig=<ID=1>\n##INFO=<ID=SpliceAI,Number=.,Type=String,Description=\"d\">\n\
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n1\t4\t.\tT\tA\t.\t.\tSpliceAI=A|G|0.01|0.00|0.91|0.02|1|2|3|4\n\
1\t11\t.\tGG\tG\t.\t.\tSpliceAI=G|G|0.25|0.00|0.00|0.00|1|2|3|4\n1\t8\t.\tC\tG\t.\t.\tSpliceAI=G|G|.|.|.|.|.|.|.|.\n";
const PHYLOP: &str = "fixedStep chrom=chr1 start=4 step=1\n-1.234\n9.741\n";

fn built(folder: &Path, files: &[(Score, &str)]) -> FileResult<Pack> {
    let write = |name: &str, text: &str| -> PathBuf {
        let path = folder.join(name);
        std::fs::write(&path, text).expect("written");
        path
    };
    let scores = files.iter().map(|(score, text)| (*score, write(score.name(), text))).collect();
    let sources = Sources { fasta: vec![write("g.fa", ">1\nACGTATATCGGG\n")], scores, ..Sources::default() };
    let to = folder.join("p.gmspack");
    build::build(&to, "p", Build::GRCh38, &sources, &mut |_| {})?;
    Pack::open(&to)
}

#[test]
fn every_published_layout_gives_its_values() {
    let folder = tempfile::tempdir().expect("a folder");
    let all =
        [(Score::Revel, REVEL), (Score::AlphaMissense, ALPHA), (Score::Cadd, CADD), (Score::SpliceAi, SPLICE), (Score::PhyloP, PHYLOP)];
    let pack = built(folder.path(), &all).expect("a pack");
    for (score, variant, expected) in [
        // Of two transcripts the higher value; a value at a published threshold stays there.
        (Score::Revel, "1-4-T-A", Some(0.7)),
        (Score::Revel, "1-4-T-G", Some(0.016)),
        (Score::Revel, "1-4-T-C", None),
        (Score::Revel, "1-9-C-A", None),
        (Score::AlphaMissense, "1-4-T-A", Some(0.9905)),
        (Score::Cadd, "1-4-T-A", Some(28.13)),
        (Score::SpliceAi, "1-4-T-A", Some(0.91)),
        (Score::SpliceAi, "1-9-CG-C", Some(0.25)),
        (Score::SpliceAi, "1-8-C-G", None),
        (Score::PhyloP, "1-4-T-A", Some(-1.234)),
        (Score::PhyloP, "1-5-A-C", Some(9.741)),
    ] {
        let variant = variant.parse::<Variant>().expect("a variant").normalise(&pack);
        let found = pack.score(score, &variant);
        let same = match (found, expected) {
            (Some(a), Some(b)) => (a - b).abs() < 1e-5,
            (a, b) => a == b,
        };
        assert!(same, "{score} of {variant}: {found:?}, not {expected:?}");
    }
    assert!(!pack.manifest().missing.iter().any(|m| m.contains("REVEL") || m.contains("SpliceAI")), "{:?}", pack.manifest().missing);
}

#[test]
fn a_score_file_that_is_not_what_it_should_be_names_line_and_field() {
    for (score, text, says) in [
        (Score::Revel, "chr,pos\n1,2\n", "header"),
        (Score::Revel, "chr,hg19_pos,grch38_pos,ref,alt,REVEL\n1,5,4,T,A,high\n", "line 2"),
        (Score::Cadd, "## CADD GRCh37-v1.7\n", "another build"),
        (Score::AlphaMissense, "#CHROM\tPOS\tREF\tALT\tgenome\tam_pathogenicity\n1\t4\tT\tA\thg19\t0.1\n", "hg19"),
        (Score::PhyloP, "fixedStep chrom=1 start=0\n", "start"),
        (Score::PhyloP, "1 2\n", "neither"),
        (Score::Cadd, "", "no line"),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let error = built(folder.path(), &[(score, text)]).err().expect(text).to_string();
        assert!(error.contains(says), "{error}");
    }
}

#[test]
fn clinvar_gives_its_classes_stars_and_conditions() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| -> PathBuf {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("written");
        path
    };
    let clinvar = "##fileformat=VCFv4.1\n##fileDate=2026-01-01\n##INFO=<ID=CLNDN,Number=.,Type=String,Description=\"c\">\n\
##INFO=<ID=CLNSIG,Number=.,Type=String,Description=\"s\">\n##INFO=<ID=CLNREVSTAT,Number=.,Type=String,Description=\"r\">\n\
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n\
1\t4\t11\tT\tA\t.\t.\tCLNDN=Marfan_syndrome|Aortic_aneurysm;CLNREVSTAT=reviewed_by_expert_panel;CLNSIG=Pathogenic\n\
1\t4\t12\tT\tG\t.\t.\tCLNDN=not_provided;CLNREVSTAT=criteria_provided,_single_submitter;CLNSIG=Benign\n\
1\t5\t13\tA\tG\t.\t.\tCLNDN=Marfan_syndrome|Aortic_aneurysm;CLNREVSTAT=criteria_provided,_conflicting_classifications;CLNSIG=Conflicting_classifications_of_pathogenicity\n";
    let sources =
        Sources { fasta: vec![write("g.fa", ">1\nACGTATATCGGG\n")], clinvar: Some(write("c.vcf", clinvar)), ..Sources::default() };
    let to = folder.path().join("p.gmspack");
    build::build(&to, "p", Build::GRCh38, &sources, &mut |_| {}).expect("built");
    let pack = Pack::open(&to).expect("a pack");
    for (variant, expected, conditions) in [
        ("1-4-T-A", (11, "Pathogenic", 3), Some("Marfan syndrome; Aortic aneurysm")),
        ("1-4-T-G", (12, "Benign", 1), None),
        ("1-5-A-G", (13, "Conflicting classifications", 1), Some("Marfan syndrome; Aortic aneurysm")),
    ] {
        let variant: Variant = variant.parse().expect("a variant");
        let assertion = pack.assertion(&variant).expect("a classification");
        assert_eq!((assertion.variation, assertion.significance.name(), assertion.stars), expected);
        assert_eq!(pack.conditions(&variant).as_deref(), conditions);
    }
}
