//! Every kind of way around the rules: how it is written, and the rule that speaks.

use super::found;
use library::output::{Rule, look};
use std::{collections::BTreeSet, path::Path};

#[track_caller]
fn check(rule: Rule, texts: &[&str]) {
    let missed: Vec<(&&str, Vec<Rule>)> =
        texts.iter().map(|text| (text, found(text))).filter(|(_, rules)| !rules.contains(&rule)).collect();
    assert!(missed.is_empty(), "{rule:?} does not speak: {missed:#?}");
}

/// Cases that a user found: `../shared/conformance/field/health`, files `a-*.csv`.
#[test]
fn what_was_let_through_in_the_field_is_stopped() {
    let folder = Path::new("../../../shared/conformance/field/health");
    let expected = [
        ("differencing", Rule::Differencing),
        ("formula", Rule::Formula),
        ("json", Rule::SmallCell),
        ("percent", Rule::SmallCell),
        ("prose", Rule::SmallCell),
        ("rows-per-person", Rule::Individuals),
    ];
    let Ok(files) = std::fs::read_dir(folder) else {
        eprintln!("skipped: the cases of the field are not at hand");
        return;
    };
    let paths = files.filter_map(Result::ok).map(|entry| entry.path());
    for path in paths.filter(|path| path.file_name().and_then(|n| n.to_str()).is_some_and(|n| n.starts_with("a-"))) {
        let rules: Vec<Rule> = look(&std::fs::read(&path).expect("bytes"), &BTreeSet::new()).iter().map(|f| f.rule).collect();
        let name = path.display().to_string();
        let rule = expected.iter().find(|(kind, _)| name.contains(kind)).map(|(_, rule)| *rule);
        assert!(!rules.is_empty() && rule.is_none_or(|rule| rules.contains(&rule)), "{name}: {rules:?}");
    }
}

#[test]
fn small_counts_are_found_in_tables_however_they_are_parted() {
    check(
        Rule::SmallCell,
        &[
            "gene;carriers\nSCN1A;3\nHMGCS2;80\n",
            "gene\tcarriers\nSCN1A\t3\n",
            "gene|carriers\nSCN1A|3\n",
            "gene    carriers\nSCN1A          3\nHMGCS2        80\n",
            "gene carriers\nSCN1A 3\nHMGCS2 80\n",
            "  gene carriers\n1 SCN1A 3\n2 HMGCS2 80\n",
            "\u{feff}gene,carriers\rSCN1A,3\rHMGCS2,80\r",
            "\"gene\",\"carriers\"\n\"SCN1A, all\nof it\",\"3\"\n",
            "gene;carriers;af\nSCN1A;3;0,002\n",
            "gene,carriers,\nSCN1A,3,\n",
            "gene,carriers\nSCN1A,3,,\nHMGCS2,80\n",
            "Carriers by gene, table 1\ngene,carriers\nSCN1A,3\n",
            "gene,carriers\nSCN1A,three\n",
            "gene,carriers\nSCN1A,３\n",
            "gene,carriers\nSCN1A,৩\n",
            "gene,carriers\nSCN1A,3.0\n",
            "gene,carriers (age under 5)\nSCN1A,3\n",
            "gene,seizures (n)\nSCN1A,3\n",
            "gene,nCases\nSCN1A,4\n",
            ",female,male\ncarriers,3,40\n",
            "metric,value\nn_carriers,3\n",
            "gene,metric,value\nSCN1A,carriers,3\n",
            "affected  FALSE TRUE\nfemale  3  20\nmale  25  18\n",
            "| gene │ carriers |\n|---|---|\n| SCN1A │ 3 |\n",
            "rs12345,1\nrs23456,40\n",
            "characteristic,all\nseizures,3 (12.5 %)\n",
            "characteristic,\"EUR, n (%)\"\nseizures,3 (12.5)\n",
            "gene,result\nSCN1A,3/24\n",
            "gene,result\nSCN1A,21 of 24\n",
            "variant,AC\nrs123,1\n",
            "gene,people\nSCN1A,\u{200b}3\n",
            "gene,events\nSCN1A,3\nHMGCS2,30\n",
            "SCN1A,3\nHMGCS2,30\n",
            "HP:0001250,Seizure,3\n",
            "age,male,female\n0-4,3,40\n5-9,25,31\n",
            "year,2021,2022\nrecruited,3,40\n",
            "Sex,,\ngroup,cases,controls\nfemale,3,40\nmale,30,42\n",
            "Var1,Freq\nA,3\nB,40\n",
            "gene;carriers;total\r\nSCN1A;3;1.200\r\n",
            "gene,carriers\n\"SCN1A\",\"3 (12.5%)\"\n",
            "gene,carriers\nMAX,3\nSCN1A,40\n",
            "time,at_risk,survival\n0,310,1.00\n24,3,0.78\n",
            "exon 1,10\nexon 2,3\n",
            "gene,carriers\nSCN1A,3-4\nKCNQ2,40\n",
            "gene,carriers\nSCN1A,≤3\nKCNQ2,40\n",
            "gene,carriers\nSCN1A,<4\nKCNQ2,40\n",
            "gene,carriers\nSCN1A,'3\nKCNQ2,40\n",
            "gene,carriers\nSCN1A,[3]\nKCNQ2,[40]\n",
            "gene,carriers\nSCN1A,low (3)\nKCNQ2,high (40)\n",
            "gene^carriers\nSCN1A^3\nKCNQ2^40\n",
            "gene:carriers\nSCN1A:3\nKCNQ2:40\n",
            "     F  M\nno  40 38\nyes  3 25\n",
        ],
    );
}

#[test]
fn small_counts_are_found_in_json_and_settings() {
    check(
        Rule::SmallCell,
        &[
            r#"{"groups":[{"name":"A","people":3}]}"#,
            r#"{"people":{"A":3,"B":40}}"#,
            r#"{"carriers":[3,40]}"#,
            r#"{"result":{"gene":["A","B"],"carriers":[3,40]}}"#,
            r#"{"columns":["gene","carriers"],"data":[["A",3],["B",40]]}"#,
            r#"[["gene","carriers"],["A",3]]"#,
            r#"{"gene":{"0":"A","1":"B"},"carriers":{"0":3,"1":40}}"#,
            r#"{"SCN1A":{"carriers":3},"HMGCS2":{"carriers":40}}"#,
            "{\"gene\":\"A\",\"carriers\":3}\n{\"gene\":\"B\",\"carriers\":40}\n",
            r#"[{"gene":"A","counts":{"cases":{"female":3}}}]"#,
            r#"{"name":"carriers","value":3}"#,
            r#"[{"name":"carriers","value":3}]"#,
            r#"{"text":"Only 3 of\n24 children had it"}"#,
            r#"{"text":"{\"people\":3}"}"#,
            r#"{"text":"\u0033 carriers"}"#,
            r#"{"table":"gene,carriers\nA,3\n"}"#,
            r#"var data = {"people": {"A": 3}};"#,
            r#"{"foo":3}"#,
            r#"{"a":{"b":[{"c":[30,3]}]}}"#,
            r#"{"age":{"0-4":3,"5-9":40}}"#,
            r#"{"people":3,"people":30}"#,
            "{\n  \"cases\": {\n    \"female\": 3\n  }\n}\n",
            "gene,json\nSCN1A,\"{\"\"people\"\":3}\"\n",
            "groups:\n  - name: A\n    people: 3\n",
            "people:\n  A: 3\n  B: 40\n",
            "carriers:\n  - 3\n  - 40\n",
            "people: [3, 40]\n",
            "counts: {A: 3, B: 40}\n",
            "[people]\nA = 3\nB = 40\n",
            "carriers = 3\n",
        ],
    );
    check(Rule::Format, &[r#"{"nbformat": 4, "cells": []}"#, "{\"people\": 30", "{'people': 30}"]);
}

#[test]
fn small_counts_are_found_in_sentences() {
    check(
        Rule::SmallCell,
        &[
            "Only 3 of 24 children had the variant.",
            "Only 3 of\n24 children had the variant.",
            "Three of 24 had seizures.",
            "Three of twenty-four children had seizures.",
            "Two carriers were found.",
            "We saw one patient with it.",
            "It was seen in a single child.",
            "None but one of the children had it.",
            "3/24 children carried it.",
            "Seizures were seen in 21 of 24.",
            "21 out of the 24 children had it.",
            "All but two had seizures.",
            "Everybody except three carried it.",
            "n=3",
            "Carriers: 3",
            "The number of carriers was 3.",
            "Carriers were three.",
            "Patients (2) had it.",
            "2 unrelated Finnish families had it.",
            "Three had seizures.",
            "There were 28 children. Of them 25 were girls.",
            "Of 28 children 25 were girls.",
            "Both siblings carried it.",
            "The only carrier was found late.",
            "Two of them had it.",
            "One of the carriers had it.",
            "12.5 % of 24 children had it.",
            "12.5% of the 24 had it.",
            "12,5 % of 24 children",
            "12.5 per cent of 24 patients",
            "Of 24 children, 12.5 % had it.",
            "We studied 24 children. 12.5 % had it.",
            "A quarter of the 12 carriers had it.",
            "87.5 % of 24 children had it.",
            "**3** carriers",
            "The variant was in 3 (12.5 %) of 24.",
            "three of twenty-four",
            "Cases (N): 2",
            "Group sizes were 3, 40 and 50 people.",
            "n=3",
            "We saw it in four unrelated families.",
            "Of 24 people, 3 had seizures.",
        ],
    );
    check(
        Rule::Individuals,
        &[
            "A 7-year-old girl had it.",
            "Patient 3 had febrile seizures.",
            "a boy, 14 months old",
            "The patient, aged 34, carried it.",
            "a boy of 7",
            "a 7yo boy",
            "a woman in her thirties carried it",
        ],
    );
}

#[test]
fn a_number_in_a_sentence_counts_people_unless_it_says_otherwise() {
    check(
        Rule::SmallCell,
        &[
            "Group A had 3, group B 40.",
            "Group A had 3 and group B had 40.",
            "Cases: 40 vs 3 in controls.",
            "There were 3-4 carriers in each group.",
            "Between 2 and 4 patients carried it.",
            "Three of the women carried it.",
            "Of the 40 with epilepsy, 37 responded.",
            "37/40 responded.",
            "Of 40 screened, thirty-eight were negative.",
            "No more than 3 patients had it.",
            "At most three patients had it.",
            "3 (of 24) carried it",
            "The number with the variant was 3.",
            "The count of affected was 2.",
            "Numbers: 3 affected, 40 unaffected.",
            "Affected: 3. Unaffected: 40.",
            "2 homozygous and 50 heterozygous",
            "We identified 4 with a pathogenic variant.",
            "Pathogenic variants were seen in 4 (0.3%) of our cohort.",
            "SCN1A = 3, KCNQ2 = 40",
            "SCN1A (3), KCNQ2 (40), STXBP1 (25)",
            "Results by gene were SCN1A 3, KCNQ2 40 and STXBP1 25.",
            "The respective counts were 3, 40 and 25.",
            "Arm 1 had 40 events, arm 2 had 3 events.",
            "In the north 3 had died, in the south 40.",
            "There was one death.",
            "4.2 % (1/24)",
            "Of our 24 patients one sixth responded.",
            "The cohort was 43, of whom 40 carried it.",
            "40 people carried it out of 43.",
            "All 43 were tested; it was positive in 40.",
            "We excluded 3 and 40 remained.",
            "lost to follow-up: 2",
            "Carriers in the four regions: 40, 35, 3, 28.",
            "Counts (A/B/C): 40/3/25",
            "SCN1A three\nKCNQ2 forty",
            "a proportion of 0.125 of the 24 patients",
            "sensitivity 87.5% (21/24)",
            "The remaining three were unsolved.",
            "The last three did not respond.",
            "Three remain unsolved.",
            "the 3 with SCN1A",
            "It was unknown for 3.",
            "Type 1 in 40, type 2 in 3 and type 3 in 25.",
        ],
    );
}

#[test]
fn shares_with_their_total_are_counts() {
    check(
        Rule::SmallCell,
        &[
            "group,percent,total\nA,12.5,24\n",
            "group;percent;total\nA;12,5;24\n",
            "group,%,n\nA,12.5 %,24\n",
            "group,proportion,cohort\nA,0.125,24\n",
            "group,percent (n=24)\nA,12.5\n",
            "group,% of 24\nA,12.5\n",
            "gene,af,an\nA,0.0125,240\n",
            "There were 24 children (n = 24).\n\ngroup,percent\nA,12.5\n",
            "group,percent,total\nA,87.5,24\n",
            r#"[{"group":"A","percent":12.5,"total":24}]"#,
            r#"{"percent":12.5,"total":24}"#,
            "group,percent\nA (n = 24),12.5\n",
            "group,percent,total\nA,0.1,2000\n",
            "Carriers by group, of 24 people\n\ngroup,carriers (%)\nA,12.5\n",
        ],
    );
}

#[test]
fn differences_of_a_few_people_are_found() {
    check(
        Rule::Differencing,
        &[
            "group,people\nall,28\nfemale,25\n",
            "group;people\nTotal;28\nfemale;25\n",
            "group,people\nfemale,25\nboth,28\n",
            "group people\neveryone 28\nfemale 25\n",
            "group,people\nall,60\nA,30\nB,28\nC,<5\n",
            "group,n\noverall,28\nfemale,25\nmale,<5\n",
            "sex,ancestry,people\nall,all,100\nfemale,all,60\nfemale,EUR,58\n",
            "gene,carriers,cohort\nSCN1A,25,28\n",
            "gene,all,female\nSCN1A,28,25\n",
            r#"{"people":{"all":28,"female":25}}"#,
            r#"[{"group":"all","people":28},{"group":"female","people":25}]"#,
            "people:\n  all: 28\n  female: 25\n",
            ",all,female\npeople,28,25\n",
            r#"{"total":60,"a":30,"b":28,"c":"<5"}"#,
            "group,people\nseizures,45\nfocal seizures,42\n",
            "group,before,after\nA,104,101\nB,60,60\n",
            r#"{"before":{"A":104,"B":60},"after":{"A":101,"B":60}}"#,
            "group,people\nall,28\n\nTable 2\n\ngroup,people\nfemale,25\n",
            "gene,total,A,B,C\nSCN1A,60,30,28,*\n",
            "group,people\nfemale,28\nmale,40\n\nTable 2\n\ngroup,people\nfemale,25\nmale,40\n",
            "group,people\nA,28\nB,40\nC,30\n\nWithout B's family\n\ngroup,people\nA,28\nB,37\nC,30\n",
        ],
    );
}

#[test]
fn rows_for_one_person_each_are_found() {
    let repeated = format!("sex,ancestry,affected\n{}", "female,EUR,true\n".repeat(12));
    let bare = "female;EUR;true\n".repeat(6);
    check(
        Rule::Individuals,
        &[
            repeated.as_str(),
            bare.as_str(),
            "sex,ancestry,born_from,affected,solved\nfemale,EUR,2015,true,false\nmale,EUR,2011,true,false\n",
            "variant,zygosity,age at onset\n1-1000-A-T,het,3\n2-2000-G-C,hom,7\n",
            "patient,sex,score\nA,female,0.3\nB,male,0.4\nC,male,0.1\n",
            "id,sex,year_of_birth\n1,female,2015\n2,male,2011\n",
            "sample,call_rate\nS1,0.98\nS2,0.97\nS3,0.99\n",
            "sex,hpo\nfemale,HP:0001250;HP:0001263\nmale,HP:0001250\n",
            r#"[{"sex":"female","ancestry":"EUR","age":3},{"sex":"male","ancestry":"SAS","age":7}]"#,
            "{\"sex\":\"female\",\"born\":2015,\"affected\":true}\n{\"sex\":\"male\",\"born\":2011,\"affected\":true}\n",
            "sex  ancestry  age\nfemale  EUR  3\nmale  SAS  7\n",
            "| sex | ancestry | onset |\n|---|---|---|\n| female | EUR | 3 |\n| male | SAS | 7 |\n",
            "pseudonym,genotype\nA1,0/1\nA2,0/0\n",
            "group,status\ncase,x\ncase,x\ncase,y\ncontrol,y\ncontrol,y\n",
            "gene,age_at_onset\nSCN1A,3.2\nSCN1A,4.1\nSCN1A,7.8\nKCNQ2,0.1\nKCNQ2,0.2\n",
            "row,bmi,hba1c\n1,23.4,41\n2,31.2,48\n3,27.8,39\n4,22.1,35\n",
            "- sex: female\n  born: 2015\n  solved: true\n- sex: male\n  born: 2011\n  solved: false\n",
        ],
    );
}

#[test]
fn what_does_something_or_is_hidden_is_found() {
    check(
        Rule::Formula,
        &[
            "=HYPERLINK(\"http://x\")\n",
            "a,b\n1,=1+1\n",
            "a;b\n1;\"=cmd|' /C calc'!A0\"\n",
            "a,b\n1,@SUM(A1:A9)\n",
            "a,b\n1,+A1\n",
            "a,b\n1,-2+3\n",
            "a,b\n1,\t=A1\n",
            "a,b\n1,＝A1+1\n",
            "[x](javascript:alert(1))",
            "<SCRIPT>alert(1)</SCRIPT>",
            r#"{"a":"=IMPORTXML(\"http://x\")"}"#,
        ],
    );
    check(
        Rule::Hidden,
        &["SCN1A,Ⅲ", "12½ %", "ca\u{200b}rriers", "a\u{202e}b", "tag\u{e0041}", "esc\u{1b}[31m", "с\u{430}rriers aс", "soft\u{ad}hyphen"],
    );
    check(
        Rule::Format,
        &[
            "<html><body>3</body></html>",
            "<?xml version=\"1.0\"?><a/>",
            "<svg xmlns=\"http://www.w3.org/2000/svg\"><text>3</text></svg>",
            "text\n<table>\n<tr><td>3</td></tr>\n</table>\n",
            "\\begin{tabular}{ll}\ngene & carriers \\\\\n\\end{tabular}\n",
            "{\\rtf1\\ansi 3}",
            "ID;PWXL;N;E\nC;Y1;X1;K3\n",
            "SCN1A & 3 \\\\\n",
            "<count>30</count>",
        ],
    );
    check(Rule::Encoded, &["data:image/png;base64,AAAA", "&#51;&#32;&#99;&#97;", "%33%20%63%61"]);
    let wide = "gene,carriers\r\nSCN1A,3\r\n".encode_utf16();
    for order in [u16::to_le_bytes, u16::to_be_bytes] {
        let bytes: Vec<u8> = std::iter::once(0xFEFF).chain(wide.clone()).flat_map(order).collect();
        let found = look(&bytes, &BTreeSet::new());
        assert_eq!(found.first().map(|f| (f.rule, f.line)), Some((Rule::SmallCell, 2)), "{found:?}");
    }
    for bytes in [&b"\xff\xfeg\0e"[..], b"\xfe\xff\xd8\0", b"PK\x03\x04zip", b"%PDF-1.7", b"g\xe9ne,carriers"] {
        assert_eq!(look(bytes, &BTreeSet::new())[0].rule, Rule::NotText);
    }
}

#[test]
fn what_names_a_person_is_found() {
    check(
        Rule::Identifier,
        &[
            "401-023-2137",
            "401 023 2137",
            "401.023.2137",
            "NHS4010232137",
            "40102 32137",
            "4 0 1 0 2 3 2 1 3 7",
            "SW1A1AA",
            "sw1a 1aa",
            "lives at M1 1AE",
            "MRN 1234567",
            "hospital number: 123456",
            "H1234567",
            "QQ123456C",
            "27 March 2026",
            "27th of March 2026",
            "March 27, 2026",
            "27-Mar-2026",
            "2026-03-27T10:00",
            "27/03/26",
            "27.03.2026",
            "born 12.3.85",
            "born on 12 Mar 85",
            "dob 20150327",
            "07700 900123",
            "+44 20 7946 0018",
            "020 7946 0018",
        ],
    );
    let finding = look(b"x\nborn 27/03/2015\n", &BTreeSet::new()).remove(0);
    assert_eq!((finding.line, finding.message.as_str()), (2, "A whole date stands here; give the year or the month"));
}
