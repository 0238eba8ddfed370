//! The grammar, rule by rule, against the table that biocommons hgvs keeps (Apache-2.0), where it is at hand.

use super::*;
use crate::hgvs::notation::ResidueEdit;
use std::path::Path;

fn edit_in_brackets_or_not(c: &mut Cursor, kind: Kind) -> Read<String> {
    let bracketed = c.eat("(");
    let edit = edit(c, kind)?;
    if bracketed {
        c.need(")", "a bracket")?;
        return Ok(format!("({edit})"));
    }
    Ok(edit.to_string())
}

/// What a rule of the table reads of a text, in canonical writing; nothing for a rule that is a detail of the other grammar.
fn read(rule: &str, text: &str) -> Option<Read<String>> {
    let c = &mut Cursor::new(text);
    let kind_of = |rule: &str| match rule.as_bytes()[0] {
        b'g' => Kind::Genomic,
        b'm' => Kind::Mitochondrial,
        b'n' => Kind::NonCoding,
        b'r' => Kind::Rna,
        b'p' => Kind::Protein,
        _ => Kind::Coding,
    };
    let definite = rule.trim_start_matches("def_").trim_start_matches("uncertain_");
    let kind = kind_of(definite);
    let nucleic = if rule.starts_with("rna") { Kind::Rna } else { Kind::Coding };
    let needs = |c: &mut Cursor, start: &str, kind| {
        if c.rest().starts_with(start) { edit(c, kind).map(|e| e.to_string()) } else { c.miss("another edit") }
    };
    let same = || text.to_owned();
    let of_protein = |c: &mut Cursor, is_of_kind: fn(&ResidueEdit) -> bool| {
        protein::residue_edit(c).and_then(|e| if is_of_kind(&e) { Ok(e.to_string()) } else { c.miss("another edit") })
    };
    let result = match rule {
        "accn" => accession(c).map(str::to_owned),
        "gene_symbol" => gene_or_accession(c).map(str::to_owned),
        "paren_gene" | "opt_gene_expr" => bracketed(c).map(str::to_owned),
        "aa1" => protein::one(c).map(|_| same()),
        "aa3" => protein::three(c).map(|_| same()),
        "aa13" => c.any(&[&protein::three, &protein::one]).map(|_| same()),
        "aat1" => c.any(&[&|c: &mut Cursor| c.need("*", "").map(|()| b'*'), &protein::one]).map(|_| same()),
        "aat3" => c.any(&[&|c: &mut Cursor| c.need("Ter", "").map(|()| b'*'), &protein::three]).map(|_| same()),
        "aat13" => protein::any(c).map(|_| same()),
        "aat13_seq" | "aat1_seq" | "aa13_seq" | "aa1_seq" => protein::many(c).map(|_| same()),
        "aat3_seq" | "aa3_seq" if !text.is_empty() => protein::many(c).map(|_| same()),
        "term1" | "term13" => protein::stop(c).map(|_| same()),
        "aa13_ext" => protein::extension_end(c).map(|_| same()),
        "ext" => protein::extension(c).map(|_| same()),
        "fs" => protein::frameshift(c).map(|_| same()),
        "num" => c.number().map(|_| same()),
        "dna_seq" => bases(c, Kind::Coding).map(|_| same()),
        "rna_seq" => bases(c, Kind::Rna).map(|_| same()),
        "dna" | "dna_iupac" => bases(c, Kind::Coding).map(|_| same()),
        "rna" | "rna_iupac" | "na_iupac" => bases(c, Kind::Rna).map(|_| same()),
        "dna_con" | "rna_con" => needs(c, "con", nucleic),
        "dna_copy" => needs(c, "copy", nucleic),
        "dna_del" | "dna_delins" | "rna_del" | "rna_delins" => needs(c, "del", nucleic),
        "dna_dup" | "rna_dup" => needs(c, "dup", nucleic),
        "dna_ins" | "rna_ins" => needs(c, "ins", nucleic),
        "dna_inv" | "rna_inv" => needs(c, "inv", nucleic),
        "dna_ident" | "rna_ident" | "dna_edit" | "rna_edit" | "dna_subst" | "rna_subst" => edit(c, nucleic).map(|e| e.to_string()),
        "dna_edit_mu" | "rna_edit_mu" => edit_in_brackets_or_not(c, nucleic),
        "pro_del" => of_protein(c, |e| matches!(e, ResidueEdit::Deletion)),
        "pro_delins" => of_protein(c, |e| matches!(e, ResidueEdit::DeletionInsertion(_))),
        "pro_dup" => of_protein(c, |e| matches!(e, ResidueEdit::Duplication)),
        "pro_ins" => of_protein(c, |e| matches!(e, ResidueEdit::Insertion(_))),
        "pro_ext" => of_protein(c, |e| matches!(e, ResidueEdit::Extension { .. })),
        "pro_fs" => of_protein(c, |e| matches!(e, ResidueEdit::Frameshift { .. })),
        "pro_subst" => of_protein(c, |e| matches!(e, ResidueEdit::Substitution(_) | ResidueEdit::Unknown)),
        "pro_ident" => of_protein(c, |e| matches!(e, ResidueEdit::Same)),
        "pro_edit" => of_protein(c, |_| true),
        "p_posedit" => protein::change(c).map(|e| e.to_string()),
        "p_posedit_special" => protein::whole(c).map(|e| e.to_string()),
        "def_p_pos" | "p_pos" => protein::residue(c).map(|r| format!("{}{}", crate::protein::three(r.name), r.number)),
        "hgvs_variant" => description(c).map(|d| d.to_string()),
        _ if rule.ends_with("_variant") => description(c).map(|d| d.to_string()),
        _ if rule.ends_with("_typed_posedit") => change(c).map(|d| d.to_string()),
        _ if kind != Kind::Protein && rule.ends_with("_posedit") => nucleotide_change(c, kind).map(|d| d.to_string()),
        _ if kind != Kind::Protein && definite.ends_with("_interval") => interval(c, kind).map(|d| d.to_string()),
        _ if kind != Kind::Protein && definite.ends_with("_pos") => point(c, kind).map(|d| d.to_string()),
        _ => return None,
    };
    Some(result.and_then(|value| if c.ended() { Ok(value) } else { c.miss("the end") }))
}

#[test]
fn the_grammar_reads_what_biocommons_reads_and_refuses_what_it_refuses() {
    let path = Path::new("../../../shared/conformance/hgvs/biocommons/grammar_test.tsv");
    let Ok(table) = std::fs::read_to_string(path) else {
        eprintln!("skipped: the grammar table is not beside the project");
        return;
    };
    let (mut names, mut wrong, mut left) = (0, Vec::new(), Vec::new());
    for line in table.lines().skip(1).filter(|l| !l.starts_with('#') && !l.is_empty()) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [rule, inputs, valid, form, ref expected @ ..] = fields[..] else { panic!("{line}") };
        let inputs: Vec<String> = match form {
            "string" => inputs.chars().map(String::from).collect(),
            _ => inputs.split('|').map(str::to_owned).collect(),
        };
        let expected: Vec<&str> = expected.first().filter(|e| !e.is_empty()).map_or(vec![], |e| e.split('|').collect());
        for (offset, input) in inputs.iter().enumerate() {
            let Some(result) = read(rule, input) else {
                left.push(rule.to_owned());
                continue;
            };
            names += 1;
            let written = expected.get(offset).filter(|e| form != "string" && expected.len() == inputs.len() && !e.contains("None"));
            let agrees = match &result {
                Err(_) => valid.eq_ignore_ascii_case("false"),
                Ok(value) => valid.eq_ignore_ascii_case("true") && (writes_nothing(rule) || written.is_none_or(|w| value == w)),
            };
            if !agrees {
                wrong.push(format!("{rule} '{input}' should be {valid} {written:?}: {result:?}"));
            }
        }
    }
    left.dedup();
    eprintln!("{names} asked, {} differ; left out: {}", wrong.len(), left.join(" "));
    assert!(names > 600 && wrong.len() * 200 <= names, "{} of {names} differ:\n{}", wrong.len(), wrong.join("\n"));
}

/// Rules whose expected column shows the other program's own values, not a writing.
fn writes_nothing(rule: &str) -> bool {
    matches!(rule, "ext" | "fs" | "aa13_ext" | "aa13_fs")
}

#[test]
fn what_cannot_be_read_says_where_and_what_to_do() {
    for (text, column, says) in [
        ("", 1, "a description is needed"),
        ("c.76A>C", 1, "reference sequence is missing"),
        ("NM_000059.4c.76A>C", 12, "colon"),
        ("NM_000059.4:76A>C", 13, "g. m. c. n. r. p."),
        ("NM_000059.:c.76A>C", 11, "version"),
        ("NM_000059.4:c.76 A>C", 1, "spaces"),
        ("NM_000059.4:c.76A->C", 1, "'>' alone"),
        ("NM_000059.4:c.IVS2+1G>A", 1, "IVS"),
        ("NM_000059.4:c.0A>C", 16, "no position 0"),
        ("NM_000059.4:c.76AG>CT", 22, "delins"),
        ("NM_000059.4:c.76A>CZ", 20, "nothing more"),
        ("NM_000059.4:c.76", 17, "bases are needed"),
        ("NM_000059.4:c.76+A>C", 18, "distance"),
        ("NM_000059.4:c.[76A>C;88G>T]", 1, "several"),
        ("NP_000050.3:p.Arg", 18, "number of the amino acid"),
        ("NP_000050.3:p.Arg97", 20, "change is missing"),
        ("NM_000059.4:c.99999999999A>C", 15, "position"),
        ("NM_000059.4:c.7\u{e9}", 16, "bases"),
    ] {
        let error = text.parse::<Description>().expect_err(text);
        assert!(error.expected.contains(says) && error.column == column, "{text}: {error}");
    }
}

#[test]
fn descriptions_are_written_back_canonically() {
    for (typed, canonical) in [
        (" NM_007294.4(BRCA1):c.68_69delAG ", "NM_007294.4(BRCA1):c.68_69del"),
        ("BRCA1:c.5266dupC", "BRCA1:c.5266dup"),
        ("NC_000017.11(NM_007294.4):c.81\u{2212}1g>a", "NC_000017.11(NM_007294.4):c.81-1G>A"),
        ("17:g.43124027_43124028del2", "17:g.43124027_43124028del"),
        ("NP_000050.3:p.(R97W)", "NP_000050.3:p.(Arg97Trp)"),
        ("NM_000044.6:c.171GCA[23]", "NM_000044.6:c.171GCA[23]"),
        ("NM_000352.3:r.(76a>u)", "NM_000352.3:r.(76A>U)"),
    ] {
        assert_eq!(typed.parse::<Description>().map(|d| d.to_string()).as_deref(), Ok(canonical));
    }
}
