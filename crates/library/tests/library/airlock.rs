//! The airlock's rules against those who smuggle, and for those who do not.

mod evaluation;
mod honest;
mod hostile;
mod persons;
mod sentences;
mod tables;
mod written;

use library::output::{Rule, look};
use std::{collections::BTreeSet, fmt::Write};

const PSEUDONYM: &str = "P-00aa11bb22cc";

fn found(text: &str) -> Vec<Rule> {
    let mut rules: Vec<Rule> = look(text.as_bytes(), &BTreeSet::from([PSEUDONYM.to_owned()])).into_iter().map(|f| f.rule).collect();
    rules.dedup();
    rules
}

#[track_caller]
fn check(rule: Rule, texts: &[&str]) {
    let missed: Vec<(&&str, Vec<Rule>)> =
        texts.iter().map(|text| (text, found(text))).filter(|(_, rules)| !rules.contains(&rule)).collect();
    assert!(missed.is_empty(), "{rule:?} does not speak: {missed:#?}");
}

fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).fold(String::new(), |mut text, index| {
        let _ = writeln!(text, "{}", line(index));
        text
    })
}

#[test]
fn what_tells_of_people_is_stopped_and_named() {
    let genotypes = |index: usize| if index.is_multiple_of(3) { "0/1" } else { "0|0" };
    let many_af = format!("variant,af\n{}", lines(500, |index| format!("1-{}-A-T,0.0{}", 1000 + index, index % 90 + 10)));
    let hostile: Vec<(Rule, String)> = vec![
        (Rule::Genotypes, "##fileformat=VCFv4.2\n#CHROM\tPOS\n".into()),
        (Rule::Genotypes, format!("1\t1000\tA\tT\t{}", (0..10).map(genotypes).collect::<Vec<_>>().join("\t"))),
        (Rule::Genotypes, (0..40).map(|index| (index % 3).to_string()).collect::<Vec<_>>().join(",")),
        (Rule::Genotypes, format!("haplotypes {}", "012".repeat(30))),
        (Rule::Genotypes, "1\t5\tA\tT\t0/1:30:99\t1/1:28:80\t0/0:31:99\t0/1:22:60".into()),
        (Rule::Pseudonym, format!("outlier: {PSEUDONYM} (excluded)")),
        (Rule::Pseudonym, format!("person,score\n{PSEUDONYM},3.2\n")),
        (Rule::Identifier, "NHS 401 023 2137 was checked".into()),
        (Rule::Identifier, "id 4010232137".into()),
        (Rule::Identifier, "seen on 2026-03-27".into()),
        (Rule::Identifier, "seen on 27/03/2026".into()),
        (Rule::Identifier, "write to ada.bell@example.nhs.uk".into()),
        (Rule::Identifier, "lives in SW1A 1AA".into()),
        (Rule::SmallCell, "gene,carriers\nSCN1A,3\nHMGCS2,80\n".into()),
        (Rule::SmallCell, "gene\tn\nSCN1A\t1\n".into()),
        (Rule::SmallCell, "| gene | n_cases |\n| --- | --- |\n| SCN1A | 4 |\n".into()),
        (Rule::SmallCell, "We saw 2 carriers of this variant.".into()),
        (Rule::SmallCell, "All homozygous (n = 3) had seizures.".into()),
        (Rule::Dominance, "group,people\na,480\nb,7\nc,8\n".into()),
        (Rule::Frequencies, many_af),
        (Rule::Encoded, "H4sIAAAAAAAAA6tWKkktLlGyUlAqS8wpTtVRKi1OLYrPTFGyUjI0MjZRqgUAKfK1dyYAAAA9".into()),
        (Rule::Encoded, "x".repeat(400)),
        (Rule::NotText, "table\0of bytes".into()),
        (Rule::TooLarge, lines(200_000, |index| format!("{index},0.5"))),
    ];
    for (rule, text) in &hostile {
        assert!(found(text).contains(rule), "{rule:?} was let through: {:?} in {}", found(text), text.chars().take(80).collect::<String>());
    }
    for bytes in [&b"\x1f\x8b\x08\x00\xff\xfe"[..], b"PAR1\xff\x00", b"\x89PNG\r\n\x1a\n\xff"] {
        assert_eq!(look(bytes, &BTreeSet::new())[0].rule, Rule::NotText);
    }
}
