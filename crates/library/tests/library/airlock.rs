//! The airlock's rules against those who smuggle, and for those who do not.

use library::output::{Rule, look};
use std::{collections::BTreeSet, fmt::Write};

const PSEUDONYM: &str = "P-00aa11bb22cc";

fn found(text: &str) -> Vec<Rule> {
    let mut rules: Vec<Rule> = look(text.as_bytes(), &BTreeSet::from([PSEUDONYM.to_owned()])).into_iter().map(|f| f.rule).collect();
    rules.dedup();
    rules
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

#[test]
fn honest_results_are_not_stopped() {
    let honest: Vec<String> = vec![
        "gene,carriers,cohort\nSCN1A,40,1200\nHMGCS2,25,1200\n".into(),
        "term,estimate,std_error,p_value\nage,0.021,0.004,0.0001\nsex,-0.3,0.12,0.013\n".into(),
        "Carriers were 40 of 1,200 cases and 35 of 4,800 controls (odds ratio 4.7, 95 % CI 2.9 to 7.5).".into(),
        "gene,carriers\nSCN1A,<5\nHMGCS2,30\n".into(),
        "| gene | n |\n| --- | --- |\n| SCN1A | 45 |\n| BRCA2 | 60 |\n".into(),
        "principal component,variance explained\n1,0.34\n2,0.12\n3,0.05\n".into(),
        "The model was fitted with 3 hidden layers and 2 heads; see methods, section 4.".into(),
        "fold,auc\n1,0.91\n2,0.90\n3,0.92\n4,0.89\n5,0.91\n".into(),
        "quantile,depth\n0.05,22\n0.5,34\n0.95,51\n".into(),
        "Release 2026-11 of ClinVar and gnomAD v4.1 were used.".into(),
        "chromosome,genes\n1,2000\n2,1300\n3,1100\n".into(),
        lines(30, |index| format!("iteration {index}: loss {:.4}", 1.0 / (index + 1) as f64)),
        "age band,people\n0-4,120\n5-9,95\n10-14,80\n15-19,75\n".into(),
        "variant,af\n1-1000-A-T,0.01\n1-2000-A-T,0.02\n".into(),
        "Burden of loss-of-function variants in SCN1A: p = 3e-8 (Fisher's exact test).".into(),
        "mode,cases,controls\ndominant,55,80\nrecessive,20,25\n".into(),
        "HP:0001250,Seizure,310\nHP:0001263,Global developmental delay,280\n".into(),
        "sex,carriers\nfemale,45\nmale,40\n".into(),
        "library(survival)\nfit <- coxph(Surv(time, status) ~ gene, data = d)\nsummary(fit)".into(),
        "R2 of the score was 0.08 in one ancestry group and 0.05 in another.".into(),
        "cohort,people,median age\ndiscovery,1450,11\nreplication,620,9\n".into(),
        "gene,beta,se,p,cases\nSCN1A,1.2,0.2,2e-9,45\nKCNQ2,1.0,0.3,0.0008,30\nSTXBP1,0.9,0.3,0.003,25\n".into(),
        "Table 2. Median coverage was 34-fold (interquartile range 30 to 38); 97.1 % of bases were read 15 times or more.".into(),
        "pathway\todds_ratio\tp_adjusted\nsynaptic vesicle\t2.1\t0.004\nion channel\t3.4\t0.00002\n".into(),
        "confusion matrix\npredicted,true positive,true negative\npositive,85,15\nnegative,20,480\n".into(),
        "We used HPO 2025-05, MANE 1.5 and GRCh38.p14; scripts are at version 2.1.3.".into(),
        "exon,carriers,expected\n1,10,12.4\n2,15,13.9\n3,25,14.2\n".into(),
        "The likelihood ratio test gave chi2 = 14.2 on 3 degrees of freedom (p = 0.003).".into(),
        "quintile,risk\n1,0.8\n2,0.9\n3,1.0\n4,1.2\n5,1.9\n".into(),
        "consequence,count\nmissense_variant,1450\nstop_gained,95\nframeshift_variant,80\nsplice_donor_variant,30\n".into(),
        "# Methods\n\nRare variants (AF < 0.1 %) were collapsed by gene. Step 1 of 4: normalise. Step 2 of 4: annotate.".into(),
        "year,recruited\n2021,450\n2022,620\n2023,700\n2024,810\n".into(),
        "ancestry,people,heterozygosity\nAFR,240,0.31\nEUR,910,0.24\nSAS,185,0.25\n".into(),
        "def burden(table):\n    a, b, c, d = table\n    return (a * d) / (b * c)\n".into(),
        "Kaplan-Meier, months: 0 1.00; 12 0.91; 24 0.84; 36 0.80.".into(),
        "gene,n,percent\nBRCA1,120,1.2\nBRCA2,135,1.4\nPALB2,40,0.4\n".into(),
        "parameter,value\nlearning_rate,0.001\nbatch_size,64\nepochs,20\ndropout,0.1\n".into(),
        "Of 310 people with seizures 45 had a variant in an ion channel; of 290 without, 20 had.".into(),
        "lambda_gc,1.02\nn_variants_tested,152000\nn_samples,1450\n".into(),
        "SELECT gene, COUNT(DISTINCT person) AS n FROM calls WHERE impact = 0 GROUP BY gene HAVING COUNT(DISTINCT person) >= 10".into(),
        lines(24, |index| format!("{}\t{:.3}\t{:.3}", index * 50 + 100, 0.5 + index as f64 / 60.0, 0.02)),
    ];
    let stopped: Vec<(&String, Vec<Rule>)> = honest.iter().map(|text| (text, found(text))).filter(|(_, rules)| !rules.is_empty()).collect();
    // Under one in twenty.
    assert!(stopped.len() * 20 < honest.len(), "{stopped:?}");
}
