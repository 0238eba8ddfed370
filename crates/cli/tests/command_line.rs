//! The program as a user runs it: good files, bad files, and a kill in the middle.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

fn gms(arguments: &[&str], folder: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_gms")).args(arguments).current_dir(folder).output().expect("the program runs")
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

struct Files(tempfile::TempDir);

const PED: &str = "F\tkid\tdad\tmum\t2\t2\nF\tdad\t0\t0\t1\t1\nF\tmum\t0\t0\t2\t1\n";
const HEADER: &str = "##fileformat=VCFv4.2\n##reference=GRCh38\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tkid\tdad\tmum\n";
/// The two published variants of HMGCS2 (PMID 12072887), one from each parent, and a variant that nobody can matter for.
const BODY: &str = "chr1\t119757272\t.\tC\tT\t500\tPASS\t.\tGT:AD:DP:GQ\t0/1:15,15:30:99\t0/0:30,0:30:99\t0/1:15,15:30:99\n\
chr1\t119759915\t.\tC\tT\t500\tPASS\t.\tGT:AD:DP:GQ\t0/1:15,15:30:99\t0/1:15,15:30:99\t0/0:30,0:30:99\n\
chr2\t1000\t.\tA\tG\t500\tPASS\t.\tGT:AD:DP:GQ\t0/1:15,15:30:99\t0/0:30,0:30:99\t0/0:30,0:30:99\n";
const HPO: &str = "HP:0001259,HP:0001943,HP:0002240,HP:0003215";

impl Files {
    fn new(vcf: &str, ped: &str) -> Files {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("f.vcf"), vcf).expect("a file");
        std::fs::write(folder.path().join("f.ped"), ped).expect("a file");
        Files(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn interpret(&self, more: &[&str]) -> Output {
        let mut arguments = vec!["interpret", "--vcf", "f.vcf", "--ped", "f.ped", "--hpo", HPO, "--out", "out"];
        arguments.extend(more);
        gms(&arguments, self.0.path())
    }
}

/// A family whose file is wrong: the program must end with an error that says all of this, and leave no result.
#[track_caller]
fn check_refused(vcf: &str, ped: &str, says: &[&str]) {
    let files = Files::new(vcf, ped);
    let output = files.interpret(&[]);
    assert!(!output.status.success(), "not refused: {}", said(&output));
    for message in says {
        assert!(said(&output).contains(message), "'{}' does not say '{message}'", said(&output));
    }
    assert!(!files.path("out/candidates.tsv").exists());
}

#[test]
fn a_family_is_interpreted_and_every_variant_explained() {
    let files = Files::new(&format!("{HEADER}{BODY}"), PED);
    let output = files.interpret(&["--panel", "R98"]);
    assert!(output.status.success(), "{}", said(&output));
    let table = std::fs::read_to_string(files.path("out/candidates.tsv")).expect("a table");
    let mut lines = table.lines().filter(|l| !l.starts_with("##"));
    let columns: Vec<&str> = lines.next().expect("a header").split('\t').collect();
    let first: Vec<&str> = lines.next().expect("a candidate").split('\t').collect();
    let value = |name: &str| first[columns.iter().position(|c| *c == name).expect(name)];
    assert_eq!((value("rank"), value("gene"), value("hgnc_id")), ("1", "HMGCS2", "HGNC:5008"));
    assert_eq!(value("inheritance"), "compound heterozygous, in trans");
    assert_eq!(value("gnomad_af"), "not evaluated");
    assert_eq!(value("tier"), "1");
    let again = gms(&["tiers", "--out", "out", "--panel", "R29"], files.0.path());
    assert!(said(&again).contains("\t1\tHMGCS2") && said(&again).contains("##panel="), "{}", said(&again));
    for name in [
        "contig",
        "position",
        "ref",
        "alt",
        "transcript",
        "hgvs_c",
        "hgvs_p",
        "consequence",
        "genotypes",
        "clinvar",
        "phenotype_score",
        "acmg_class",
        "acmg_points",
        "acmg_criteria",
        "score",
    ] {
        assert!(!value(name).is_empty(), "{name}");
    }
    assert!(files.path("out/report.html").is_file() && files.path("out/candidates.json").is_file());
    for (arguments_tried, says) in [
        (["--variant", "1-119757272-C-T"], "candidate 1 of 1"),
        (["--variant", "2-1000-A-G"], "Rule: NoTranscript"),
        (["--variant", "2-1001-A-G"], "was not called"),
        (["--gene", "HMGCS2"], "PM3"),
        (["--gene", "SCN1A"], "is not a candidate"),
    ] {
        let output = gms(&["explain", "--out", "out", arguments_tried[0], arguments_tried[1]], files.0.path());
        assert!(said(&output).contains(says), "{arguments_tried:?}: {}", said(&output));
    }
}

#[test]
fn any_number_of_threads_gives_the_same_bytes() {
    let results: Vec<Vec<u8>> = ["1", "2", "5"]
        .map(|threads| {
            let files = Files::new(&format!("{HEADER}{BODY}"), PED);
            assert!(files.interpret(&["--threads", threads]).status.success());
            std::fs::read(files.path("out/candidates.json")).expect("a result")
        })
        .into();
    assert!(results.windows(2).all(|pair| pair[0] == pair[1]));
}

#[test]
fn a_malformed_vcf_is_refused_with_line_field_and_rule() {
    check_refused("no vcf at all\n", PED, &["f.vcf", "line 1", "##fileformat"]);
    check_refused(
        &format!("{HEADER}chr1\tx\t.\tA\tG\t9\tPASS\t.\tGT\t0/1\t0/0\t0/0\n"),
        PED,
        &["line 4", "field POS", "'x' is not a whole number"],
    );
    check_refused(
        &format!("{HEADER}chr1\t5\t.\tA\tG\t9\tPASS\t.\tGT\t0/1\n"),
        PED,
        &["line 4", "1 sample columns, but the header names 3"],
    );
    check_refused(
        &format!("{HEADER}chr1\t119757272\t.\tC\tT\t9\tPASS\t.\tGT\t0/7\t0/0\t0/0\n"),
        PED,
        &["line 4", "field GT", "names allele 7"],
    );
    check_refused(&format!("{HEADER}\u{0}\u{1}\u{2}\n"), PED, &["line 4", "columns"]);
    check_refused("", PED, &["##fileformat"]);
}

#[test]
fn a_truncated_bgzipped_vcf_is_refused() {
    let files = Files::new("", PED);
    let mut writer =
        formats::vcf::writer::Writer::create(&files.path("whole.vcf.gz"), &["##fileformat=VCFv4.2".into()], &["kid", "dad", "mum"])
            .expect("a file");
    for line in BODY.lines() {
        writer.line(line).expect("a line");
    }
    writer.finish().expect("a whole file");
    let bytes = std::fs::read(files.path("whole.vcf.gz")).expect("bytes");
    std::fs::write(files.path("cut.vcf.gz"), &bytes[..bytes.len() - 40]).expect("a cut file");
    for (name, good) in [("whole.vcf.gz", true), ("cut.vcf.gz", false)] {
        let output = gms(&["interpret", "--vcf", name, "--ped", "f.ped", "--hpo", HPO, "--out", "out"], files.0.path());
        assert_eq!(output.status.success(), good, "{}", said(&output));
        assert!(good || said(&output).contains("is truncated"), "{}", said(&output));
    }
}

#[test]
fn the_wrong_build_is_refused() {
    let lengths = HEADER.replace("##reference=GRCh38", "##contig=<ID=chr1,length=249250621>");
    check_refused(&format!("{lengths}{BODY}"), PED, &["GRCh37", "never translated in silence"]);
    // Without a word in the header, the reference alleles tell: these are wrong in exon 11 of BRCA2 on GRCh38.
    let mut body = String::new();
    for index in 0..60 {
        body += &format!(
            "chr13\t{}\t.\tACGTACGT\tA\t9\tPASS\t.\tGT:AD:DP:GQ\t0/1:15,15:30:99\t0/0:30,0:30:99\t0/0:30,0:30:99\n",
            32_337_000 + index
        );
    }
    check_refused(&format!("{}{body}", HEADER.replace("##reference=GRCh38\n", "")), PED, &["field REF", "another build"]);
}

#[test]
fn a_pedigree_that_does_not_fit_is_refused() {
    let vcf = format!("{HEADER}{BODY}");
    check_refused(
        &vcf,
        &PED.replace("F\tdad", "F\tuncle").replace("kid\tdad", "kid\tuncle"),
        &["'uncle' is in the pedigree but not in", "samples: kid, dad, mum"],
    );
    check_refused(&vcf, &PED.replace("\t2\t2", "\t2\t1"), &["no affected person"]);
    check_refused(&vcf, &PED.replace("dad\t0\t0\t1", "dad\t0\t0\t2"), &["father", "other sex"]);
    check_refused(&vcf, "F\tkid\n", &["f.ped", "line 1", "columns"]);
    check_refused(&vcf, &PED.replace("F\tdad\t0\t0", "F\tdad\t0\tkid"), &["ancestor"]);
}

#[test]
fn an_unknown_hpo_term_is_refused_with_the_nearest() {
    let files = Files::new(&format!("{HEADER}{BODY}"), PED);
    let output = gms(&["interpret", "--vcf", "f.vcf", "--ped", "f.ped", "--hpo", "HP:9999999,Siezure", "--out", "out"], files.0.path());
    assert!(!output.status.success());
    for message in ["HP:9999999 is not a term of HPO", "Siezure is not a term", "Seizure"] {
        assert!(said(&output).contains(message), "{}", said(&output));
    }
}

#[test]
fn genes_are_ranked_by_phenotype_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let packet = r#"{"id":"x","phenotypicFeatures":[{"type":{"id":"HP:0001519"}},{"type":{"id":"HP:0001083"}},{"type":{"id":"HP:0002616"}},{"type":{"id":"HP:0001166"},"excluded":false}]}"#;
    std::fs::write(folder.path().join("p.json"), packet).expect("a file");
    let output = gms(&["rank", "--phenopacket", "p.json", "--most", "3"], folder.path());
    let text = said(&output);
    let first: Vec<&str> = text.lines().next().expect("a gene").split('\t').collect();
    assert_eq!((first.len(), first[0], first[1], first[2]), (4, "1", "FBN1", "HGNC:3603"), "{text}");
}

#[test]
fn a_phenopacket_of_any_shape_is_ranked_or_refused_by_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let rank = |text: &str| {
        std::fs::write(folder.path().join("p.json"), text).expect("a file");
        let output = gms(&["rank", "--phenopacket", "p.json", "--most", "1"], folder.path());
        (output.status.success(), said(&output))
    };
    let feature = r#"{"type":{"id":"HP:0001250"}}"#;
    let plain = rank(&format!(r#"{{"id":"x","phenotypicFeatures":[{feature}]}}"#));
    assert!(plain.0, "{}", plain.1);
    for text in [
        format!(r#"{{"id":"x","phenotypic_features":[{feature}]}}"#),
        format!("\u{feff}{{\"id\":\"x\",\"phenotypicFeatures\":[{feature}]}}"),
        format!(r#"{{"id":"c","members":[{{"id":"x","phenotypicFeatures":[{feature}]}}]}}"#),
    ] {
        assert_eq!(rank(&text), plain, "{text}");
    }
    for (text, says) in [
        (r#"{"id":"x","subject":{"id":"s"},"diseases":[{}]}"#, "has no phenotypicFeatures, but 1 in diseases"),
        (r#"{"members":[{"id":"a"},{"id":"b"}]}"#, "a cohort of 2 people (a, b)"),
        (r#"{"resourceType":"Patient"}"#, "it is a FHIR Patient"),
        (r#"{"phenotypicFeatures":[{"type":{"id":"HP:0001250"},"excluded":true}]}"#, "no feature is present"),
        (r#"{"phenotypicFeatures":[{"type":{"id":"HP:0012828"}}]}"#, "no feature is present"),
        (
            r#"{"phenotypicFeatures":[{"type":{"id":"HP:0001250","label":"Microcephaly"}}]}"#,
            "HP:0001250 is Seizure, and the file calls it Microcephaly, which is HP:0000252",
        ),
        (r#"{"phenotypicFeatures":[{"type":{"id":"MONDO:1"}}]}"#, "no feature is a term of the HPO: MONDO:1"),
    ] {
        let (succeeded, answered) = rank(text);
        assert!(!succeeded && answered.contains(says), "{answered}");
    }
}

#[test]
fn packs_are_listed_shown_and_verified() {
    let folder = tempfile::tempdir().expect("a folder");
    for (arguments, says) in [
        (vec!["reference", "list"], "demo"),
        (vec!["reference", "show", "demo"], "lacks missense scores"),
        (vec!["reference", "verify", "demo"], "is whole"),
    ] {
        let output = gms(&arguments, folder.path());
        assert!(output.status.success() && said(&output).contains(says), "{}", said(&output));
    }
    let pack = Path::new("../../data/demo.gmspack");
    let mut bytes = std::fs::read(pack).expect("the pack");
    bytes[200_000] ^= 1;
    std::fs::write(folder.path().join("bad.gmspack"), &bytes).expect("a damaged copy");
    let output = gms(&["reference", "verify", "bad.gmspack"], folder.path());
    assert!(!output.status.success() && said(&output).contains("differs from its checksum"), "{}", said(&output));
    std::fs::write(folder.path().join("cut.gmspack"), &bytes[..bytes.len() / 2]).expect("a cut copy");
    let output = gms(&["reference", "show", "cut.gmspack"], folder.path());
    assert!(said(&output).contains("not a whole reference pack"), "{}", said(&output));
}

#[cfg(feature = "service")]
#[test]
fn the_demonstration_reaches_every_right_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = gms(&["demo", "--no-serve", "--dir", "d"], folder.path());
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(said(&output).matches("consultant authorised the report").count(), 5, "{}", said(&output));
    assert!(said(&output).contains("research declined") && said(&output).contains("no cause was found"));
    let delivered: Vec<PathBuf> =
        std::fs::read_dir(folder.path().join("d/delivered/RP4DEMO")).expect("reports").map(|e| e.expect("a folder").path()).collect();
    assert_eq!(delivered.len(), 5);
    for case in delivered {
        for name in ["report.pdf", "report.html", "analysis.json"] {
            assert!(case.join(name).is_file(), "{name}");
        }
    }
    let verified = gms(&["journal", "verify", "--dir", "d"], folder.path());
    assert!(verified.status.success() && said(&verified).contains("the chain holds"), "{}", said(&verified));
    let again = gms(&["demo", "--no-serve", "--dir", "d"], folder.path());
    assert!(!again.status.success() && said(&again).contains("already holds a service"));
}

#[cfg(feature = "service")]
#[test]
fn a_kill_at_any_moment_leaves_a_chain_that_holds() {
    for milliseconds in [60, 150, 300, 450, 700, 1000] {
        let folder = tempfile::tempdir().expect("a folder");
        let mut demo = Command::new(env!("CARGO_BIN_EXE_gms"))
            .args(["demo", "--no-serve", "--dir", "d"])
            .current_dir(folder.path())
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .expect("the program runs");
        std::thread::sleep(std::time::Duration::from_millis(milliseconds));
        demo.kill().expect("killed");
        demo.wait().expect("ended");
        if !folder.path().join("d/journal.sqlite").is_file() {
            continue;
        }
        let verified = gms(&["journal", "verify", "--dir", "d"], folder.path());
        assert!(verified.status.success(), "after {milliseconds} ms: {}", said(&verified));
        let rebuilt = gms(&["journal", "rebuild", "--dir", "d"], folder.path());
        assert!(rebuilt.status.success(), "after {milliseconds} ms: {}", said(&rebuilt));
    }
}

#[test]
fn a_line_that_breaks_a_rule_is_refused_listed_and_if_wished_read_past() {
    let faulty = format!("{HEADER}{BODY}").replace("500\tPASS\t.\tGT", "500\tPASS\tDP=many\tGT");
    check_refused(&faulty, PED, &["line 4", "field INFO", "DP: 'many' is not a whole number", "gms check", "--lenient"]);
    let files = Files::new(&faulty, PED);
    let listed = gms(&["check", "f.vcf"], files.0.path());
    assert!(!listed.status.success() && said(&listed).contains("3 records, 3 faults"), "{}", said(&listed));
    assert!(!files.path("out/dropped.bin.zst").exists() && !files.path("out/dropped.bin.zst.part").exists());
    let output = files.interpret(&["--lenient"]);
    assert!(output.status.success(), "{}", said(&output));
    assert!(said(&output).contains("3 lines break a rule of their VCF version; the first: f.vcf, line 4"), "{}", said(&output));
}

#[test]
fn a_file_out_of_order_with_a_variant_twice_is_read_and_told() {
    let twice = format!("{HEADER}{BODY}{}\n", BODY.lines().next().expect("a line"));
    let files = Files::new(&twice, PED);
    assert!(!gms(&["check", "f.vcf"], files.0.path()).status.success());
    let output = files.interpret(&[]);
    assert!(output.status.success(), "{}", said(&output));
    assert!(said(&output).contains("1 lines are out of order or say again what another says"), "{}", said(&output));
    let table = std::fs::read_to_string(files.path("out/candidates.tsv")).expect("a table");
    assert_eq!(table.lines().filter(|l| l.contains("119757272")).count(), 1, "{table}");
}

#[test]
fn what_was_not_called_is_told_as_covered_or_not() {
    let blocks = "##fileformat=VCFv4.2\n##reference=GRCh38\n##ALT=<ID=NON_REF,Description=\"any\">\n##INFO=<ID=END,Number=1,Type=Integer,Description=\"e\">\n\
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tkid\tdad\tmum\n\
chr1\t119757200\t.\tA\t<NON_REF>\t.\t.\tEND=119757271\tGT:DP:GQ\t0/0:31:80\t0/0:30:80\t0/0:30:80\n";
    let files = Files::new(&format!("{blocks}{BODY}"), PED);
    assert!(files.interpret(&[]).status.success());
    std::fs::write(files.path("c.bed"), "chr1\t119757299\t119757400\t22\n").expect("a file");
    std::fs::write(files.path("wrong.bed"), "track name=x\nchr2\t9\t5\n").expect("a file");
    for (arguments_tried, says) in [
        (&["--variant", "1-119757250-A-G"][..], "at least 31 reads and genotype quality 80"),
        (&["--variant", "1-119757300-A-G"], "not known: give a gVCF"),
        (&["--variant", "1-119757300-A-G", "--coverage", "c.bed"], "read 22 times"),
        (&["--variant", "1-119757500-A-G", "--coverage", "c.bed"], "not in the coverage file"),
        (&["--variant", "1-119757500-A-G", "--coverage", "wrong.bed"], "wrong.bed, line 2, field end: 9 to 5 covers no base"),
        (&["--variant", "NM_005518.4:c.1016+1G>A"], "candidate 1 of 1"),
        (&["--region", "1:119,757,000-119,758,000"], "1-119757272-C-T is in candidate"),
        (&["--region", "1:5-4"], "not of the form contig:start-end"),
    ] {
        let mut arguments = vec!["explain", "--out", "out"];
        arguments.extend(arguments_tried);
        let output = said(&gms(&arguments, files.0.path()));
        assert!(output.contains(says), "{arguments_tried:?}: {output}");
    }
}

#[test]
fn a_variant_is_described_in_every_way() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = gms(&["describe", "NM_000492.4:c.1521_1523del", "BRCA1:c.5266dupC", "NM_007294.3:c.1A>G"], folder.path());
    assert!(!output.status.success());
    for says in [
        "7-117559590-ATCT-A",
        "NC_000007.14:g.117559592_117559594del",
        "NM_000492.4(CFTR):c.1521_1523del p.(Phe508del) inframe_deletion",
        "NM_007294.4(BRCA1):c.5266dup p.(Gln1756ProfsTer74) frameshift_variant",
        "'BRCA1' was read as NM_007294.4",
        "the reference pack has NM_007294.4, not NM_007294.3",
    ] {
        assert!(said(&output).contains(says), "'{says}' is not in {}", said(&output));
    }
}

#[test]
fn genes_for_medicines_are_read_from_a_gvcf_and_silence_is_no_reference() {
    let head = "##fileformat=VCFv4.2\n##reference=GRCh38\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tkid\n";
    let variant = "chr1\t97450058\t.\tC\tT\t500\tPASS\t.\tGT\t0/1\n";
    let block = |from: u32, to: u32| format!("chr1\t{from}\t.\tN\t<NON_REF>\t.\tPASS\tEND={to}\tGT\t0/0\n");
    let whole = format!("{head}{}{variant}{}", block(97_000_000, 97_450_057), block(97_450_059, 98_500_000));
    let files = Files::new(&whole, PED);
    let output = |more: &[&str]| gms(&[&["medicines", "--vcf", "f.vcf"], more].concat(), files.0.path());
    let genes = said(&output(&[]));
    assert!(genes.contains("DPYD\tReference/c.1905+1G>A (*2A)\tIntermediate Metabolizer\t1\t-\t0\t0"), "{genes}");
    assert!(genes.contains("CYP2C19\tNot called: no position of the gene was called"), "{genes}");
    let advice = output(&["--medicine", "Capecitabine 500mg tablets"]);
    assert!(said(&advice).contains("Begin with half of the usual dose") && advice.status.code() == Some(1), "{}", said(&advice));
    assert!(said(&output(&["--medicine", "clopidogrel"])).contains("Not known from this data: CYP2C19"));
    for (more, says) in
        [(["--medicine", "water"], "there is no guidance on water"), (["--sample", "dad"], "has no sample 'dad'; it has: kid")]
    {
        let output = output(&more);
        assert!(!output.status.success() && said(&output).contains(says), "{}", said(&output));
    }
    std::fs::write(files.path("o.tsv"), "CYP2C19 *2/*99\n").expect("written");
    assert!(said(&output(&["--outside", "o.tsv"])).contains("Line 1: CYP2C19 has no allele *99"));
    let silent = Files::new(&format!("{head}{variant}"), PED);
    let genes = said(&gms(&["medicines", "--vcf", "f.vcf"], silent.0.path()));
    assert!(genes.contains("(*2A)\tIntermediate Metabolizer\t1\t-\t82\t"), "{genes}");
    let genes = said(&gms(&["medicines", "--vcf", "f.vcf", "--absent-is-reference"], silent.0.path()));
    assert!(genes.contains("(*2A)\tIntermediate Metabolizer\t1\t-\t0\t0"), "{genes}");
}

/// A doctor looks, and makes nothing: one who is sent to the wrong folder must not leave a service there.
#[test]
fn a_doctor_who_finds_no_service_says_so_and_makes_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = gms(&["doctor", "--dir", "service"], folder.path());
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(said(&output).contains("fault    database     service is no folder"), "{}", said(&output));
    assert!(!folder.path().join("service").exists());
    std::fs::create_dir(folder.path().join("service")).expect("made");
    let output = gms(&["doctor", "--dir", "service", "--json"], folder.path());
    let findings: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let database = findings.as_array().expect("a list").iter().find(|finding| finding["check"] == "database").expect("a finding");
    assert_eq!(database["severity"], "fault");
    assert!(database["found"].as_str().is_some_and(|found| found.contains("blobs is not there")), "{database}");
    assert_eq!(std::fs::read_dir(folder.path().join("service")).expect("read").count(), 0);
}
