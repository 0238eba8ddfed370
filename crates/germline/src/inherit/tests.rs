use super::*;
use annotation::case::Member;
use expect_test::{Expect, expect};
use genome::{Consequence, Effect, HgncId, Position, Variant, genotype::Call};

/// Text of a genotype: `0/1`, or `0/1@3` with three reads.
fn genotype(text: &str) -> Genotype {
    let (call, depth) = text.split_once('@').map_or((text, 30), |(c, d)| (c, d.parse().expect("reads")));
    let (zygosity, share) = match call {
        "0/0" => (Zygosity::Reference, 0.0),
        "0/1" => (Zygosity::Heterozygous, 0.5),
        "1/1" => (Zygosity::Homozygous, 1.0),
        "1" => (Zygosity::Hemizygous, 1.0),
        _ => return Genotype::MISSING,
    };
    Genotype { zygosity, ploidy: 2, depth_reads: Some(depth), alternate_reads: Some((depth as f32 * share) as u32), ..Genotype::MISSING }
}

fn annotated(contig: &str, calls: &[&str]) -> Annotated {
    let variant = Variant::new(contig.parse().expect("a contig"), Position::new(5_000_000).expect("a place"), "A", "G").expect("a variant");
    let effect = Effect::new("NM_1.1", Consequence::Missense);
    Annotated {
        together: vec![],
        call: Call { variant, filter_passed: true, genotypes: calls.iter().map(|c| genotype(c)).collect() },
        gene: HgncId(1),
        effect,
        frequency: None,
        frequency_known: false,
        frequency_detail: genome::FrequencyDetail::default(),
        assertion: None,
        scores: vec![],
    }
}

/// A trio of child (of this sex), father and mother with this status; one line of calls per variant of one gene.
fn check(contig: &str, sex: Sex, mother: Affected, variants: &[[&str; 3]], expected: &Expect) {
    let member = |sample: &str, sex, affected, parents: Option<(usize, usize)>| Member {
        sample: sample.into(),
        sex,
        affected,
        father: parents.map(|p| p.0),
        mother: parents.map(|p| p.1),
    };
    let members = vec![
        member("child", sex, Affected::Yes, Some((1, 2))),
        member("father", Sex::Male, Affected::No, None),
        member("mother", Sex::Female, mother, None),
    ];
    let case = Case {
        family: Family::new(members, None).expect("a family"),
        phenotype: ontology::likelihood::Phenotype::default(),
        panel: None,
        papers_left_out: std::collections::HashSet::new(),
    };
    let variants: Vec<Annotated> = variants.iter().map(|calls| annotated(contig, calls)).collect();
    let described: Vec<String> = explain(&variants, &case).iter().map(|e| format!("{:?} {}", e.variants, e.pattern)).collect();
    expected.assert_eq(&described.join("\n"));
}

#[test]
fn one_copy_in_the_child_alone_is_de_novo() {
    check("1", Sex::Female, Affected::No, &[["0/1", "0/0", "0/0"]], &expect!["[0] de novo"]);
    check("1", Sex::Female, Affected::No, &[["0/1", "0/0@3", "0/0"]], &expect!["[0] apparently de novo (a parent is poorly covered)"]);
    check("1", Sex::Female, Affected::No, &[["0/1", "./.", "0/0"]], &expect!["[0] heterozygous, origin unknown"]);
}

#[test]
fn one_copy_from_a_parent_follows_the_parents_status() {
    check("1", Sex::Female, Affected::Yes, &[["0/1", "0/0", "0/1"]], &expect!["[0] dominant, from the mother"]);
    check(
        "1",
        Sex::Female,
        Affected::No,
        &[["0/1", "0/0", "0/1"]],
        &expect!["[0] heterozygous, from the mother, shared with an unaffected relative"],
    );
}

#[test]
fn two_copies_are_homozygous_only_where_the_parents_allow_it() {
    check("1", Sex::Female, Affected::No, &[["1/1", "0/1", "0/1"]], &expect!["[0] homozygous, from both parents"]);
    check("1", Sex::Female, Affected::No, &[["1/1", "1/1", "0/1"]], &expect![""]);
}

#[test]
fn two_variants_are_in_trans_when_each_comes_from_one_parent() {
    check(
        "1",
        Sex::Female,
        Affected::No,
        &[["0/1", "0/1", "0/0"], ["0/1", "0/0", "0/1"]],
        &expect![[r"
            [0] heterozygous, from the father, shared with an unaffected relative
            [1] heterozygous, from the mother, shared with an unaffected relative
            [0, 1] compound heterozygous, in trans"]],
    );
    check(
        "1",
        Sex::Female,
        Affected::No,
        &[["0/1", "0/1", "0/0"], ["0/1", "0/1", "0/0"]],
        &expect![[r"
            [0] heterozygous, from the father, shared with an unaffected relative
            [1] heterozygous, from the father, shared with an unaffected relative"]],
    );
}

#[test]
fn a_boys_only_copy_of_x_comes_from_his_mother_or_is_new() {
    check("X", Sex::Male, Affected::No, &[["1", "0/0", "0/1"]], &expect!["[0] X-linked hemizygous, from the mother"]);
    check("X", Sex::Male, Affected::No, &[["1", "0/0", "0/0"]], &expect!["[0] X-linked hemizygous, in neither parent"]);
    check("X", Sex::Male, Affected::No, &[["1", "1", "0/1"]], &expect![""]);
}

#[test]
fn mitochondrial_variants_are_told_by_their_level() {
    check("MT", Sex::Female, Affected::No, &[["0/1", "0/0", "0/1"]], &expect!["[0] mitochondrial, heteroplasmic 50 %"]);
    check("MT", Sex::Female, Affected::Yes, &[["1/1", "0/0", "1/1"]], &expect!["[0] mitochondrial, homoplasmic"]);
    check("MT", Sex::Female, Affected::No, &[["1/1", "0/0", "1/1"]], &expect![""]);
}
