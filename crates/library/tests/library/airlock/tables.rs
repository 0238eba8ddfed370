//! Ways to write a small number in a table or in JSON, and small numbers that follow from large ones.

use super::check;
use library::output::Rule;

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

/// A name that fits anything proves nothing; what does is a fraction, a sign, the ranks of the rows, or a unit in the name.
#[test]
fn a_column_is_not_trusted_by_a_vague_name() {
    check(
        Rule::SmallCell,
        &[
            "gene,score\nSCN1A,3\n",
            "gene,score\nSCN1A,3\nKCNQ2,41\n",
            "gene,score (all)\nSCN1A,3\nKCNQ2,41\n",
            "gene,rank\nSCN1A,3\nKCNQ2,41\n",
            "region,level\nNorth,2\nSouth,88\n",
            "region;weight\nNorth;2\nSouth;88\n",
            "x,y\n12,3\n12,41\n",
            "metric,value\nscore,3\n",
            "score,group\n3,A\n41,B\n",
            "group,k\nA,4\nB,19\n",
            r#"{"score":3,"quality":41}"#,
            r#"[{"gene":"SCN1A","load":3},{"gene":"KCNQ2","load":41}]"#,
            "level: 3\nload: 41\n",
        ],
    );
    for honest in [
        "gene,score\nSCN1A,3\nKCNQ2,2.5\n",
        "gene,score\nSCN1A,3\nKCNQ2,-2\n",
        "gene,score (points)\nSCN1A,3\nKCNQ2,2\n",
        "gene,score (0-10)\nSCN1A,3\nKCNQ2,2\n",
        "gene,score_points\nSCN1A,3\nKCNQ2,2\n",
        "gene,rank\nSCN1A,2\nKCNQ2,1\nSTXBP1,3\n",
        "level,people\n1,40\n2,35\n",
        "rank,gene,people\n1,SCN1A,40\n2,KCNQ2,35\n",
        "gene,score\nSCN1A,12\nKCNQ2,41\n",
    ] {
        assert!(super::found(honest).is_empty(), "{honest}: {:?}", super::found(honest));
    }
}
