//! Results as people take them out, which the rules are to let through. Written for this project; as it stands nothing of it is
//! stopped that was not written to be near a rule, so that the real precision is lower than this list's.

use super::{found, lines};
use library::output::Rule;

#[test]
fn honest_results_are_not_stopped() {
    let honest: Vec<String> = [results(), formats(), programs(), sentences(), bounds(), labels(), tables(), designs()].concat();
    let stopped: Vec<(&String, Vec<Rule>)> = honest.iter().map(|text| (text, found(text))).filter(|(_, rules)| !rules.is_empty()).collect();
    for (text, rules) in &stopped {
        eprintln!("stopped by {rules:?}: {text}");
    }
    eprintln!("{} of {} honest results are stopped", stopped.len(), honest.len());
    // Under one in twenty.
    assert!(stopped.len() * 20 < honest.len(), "{stopped:?}");
}

fn results() -> Vec<String> {
    vec![
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
    ]
}

/// The same in other formats.
fn formats() -> Vec<String> {
    vec![
        "gene;carriers;percent\nSCN1A;40;3,3\nHMGCS2;25;2,1\n".into(),
        "gene\tcarriers\tcohort\r\nSCN1A\t40\t1,200\r\nHMGCS2\t25\t1,200\r\n".into(),
        "gene    carriers   cohort\nSCN1A         40     1200\nHMGCS2        25     1200\n".into(),
        r#"{"groups":[{"name":"A","people":30},{"name":"B","people":45}]}"#.into(),
        "{\n  \"model\": \"ridge\",\n  \"alpha\": 0.1,\n  \"folds\": 5,\n  \"auc\": [0.81, 0.79, 0.83, 0.80, 0.82]\n}\n".into(),
        "{\"gene\":\"SCN1A\",\"carriers\":40}\n{\"gene\":\"HMGCS2\",\"carriers\":25}\n".into(),
        "model:\n  layers: 3\n  heads: 2\n  dropout: 0.1\npeople: 1450\n".into(),
        "[training]\nepochs = 20\nbatch_size = 4\nseed = 3\n".into(),
    ]
}

/// As programs print them.
fn programs() -> Vec<String> {
    vec![
        "  estimate std.error statistic p.value\nage 0.021 0.004 5.25 0.0001\nsex -0.3 0.12 -2.5 0.013\n".into(),
        "group,people\nall,310\nfemale,150\nmale,160\n".into(),
        "group,percent,total\nA,42.5,240\nB,37.1,310\n".into(),
        "sex,ancestry,people,median age\nfemale,EUR,310,4\nfemale,SAS,45,3\nmale,EUR,290,4\nmale,SAS,40,3\n".into(),
        "sex,odds ratio,lower,upper\nfemale,1.2,0.9,1.6\nmale,1.4,1.1,1.9\n".into(),
        "characteristic,\"female, n (%)\",\"male, n (%)\"\nseizures,45 (14.5),40 (13.8)\ndelay,120 (38.7),110 (37.9)\n".into(),
        "Cohort\tN\tCases\tControls\nDiscovery\t1450\t650\t800\nReplication\t620\t310\t310\n".into(),
        "x,y\n-0.3,1.2\n-0.2,1.1\n+0.1,0.9\n".into(),
        "gene,-log10(p)\nSCN1A,8.1\nKCNQ2,4.2\n".into(),
        "rank,gene,score\n1,SCN1A,0.98\n2,KCNQ2,0.91\n3,STXBP1,0.88\n".into(),
        "bin,lower,upper,density\n1,0,5,0.02\n2,5,10,0.03\n3,10,15,0.01\n".into(),
        "tool,version,licence\nbcftools,1.21,MIT\nplink,2.0,GPL-3\n".into(),
        "| model | AUC | 95 % CI |\n|:------|----:|:-------:|\n| ridge | 0.81 | 0.78-0.84 |\n| lasso | 0.80 | 0.77-0.83 |\n".into(),
        "time,at_risk,events,survival\n0,310,0,1.00\n12,280,25,0.92\n24,230,40,0.78\n".into(),
        "from,to,weight\nSCN1A,KCNQ2,0.4\nSCN1A,STXBP1,0.2\n".into(),
        "cluster,people,top_term\n1,120,HP:0001250\n2,95,HP:0001263\n3,80,HP:0000729\n".into(),
        "impact,synonymous,missense,truncating\nexpected,120,310,25\nobserved,118,290,15\n".into(),
        "layer,units,activation\n1,64,relu\n2,32,relu\n3,1,sigmoid\n".into(),
        "chrom\tstart\tend\tname\nchr2\t165984641\t166149214\tSCN1A\nchr20\t63400210\t63472677\tKCNQ2\n".into(),
        "step,filter,variants left\n1,quality,152000\n2,rare,4100\n3,coding,38\n4,segregates,4\n".into(),
        "tier,variants\n1,4\n2,12\n3,140\n".into(),
        "CHROM GENPOS ID ALLELE0 ALLELE1 A1FREQ N TEST BETA SE CHISQ LOG10P\n2 165984641 2:165984641:G:A G A 0.0125 1450 ADD 0.31 0.04 60.1 14.2\n".into(),
        " CHR  SNP   BP   A1  F_A     F_U     A2  CHISQ  P     OR\n  1   rs123 1000 A   0.0125  0.0100  G   2.1    0.14  1.25\n".into(),
        "              precision    recall  f1-score   support\n\n        case       0.81      0.78      0.79       120\n".into(),
        "                  Overall\n  n                 1450\n  sex = female (%)   700 (48.3)\n  age (mean (SD)) 34.20 (12.10)\n".into(),
        "OLS Regression Results\n======================\nDep. Variable:       y   R-squared:     0.080\nNo. Observations: 1450   AIC:           812.4\nDf Model:            2   BIC: 828.1\n".into(),
        "{\"schema\":1,\"parameters\":{\"maf_max\":0.001,\"min_carriers\":5},\"results\":[{\"gene\":\"SCN1A\",\"cases\":45,\"p\":3e-8}]}".into(),
        "ID,Name,NES,pvalue\nHP:0001250,Seizure,2,0.001\nHP:0001263,Global developmental delay,1.9,0.002\n".into(),
        "hgvsc,hgvsp,acmg_class,criteria\nc.2447G>A,p.Arg816Gln,5,PS2;PM2\nc.821C>T,p.Thr274Met,4,PM2;PP3\n".into(),
        "variant,gnomad_ac,gnomad_af,carriers\n2-165984641-G-A,3,0.00001,12\n".into(),
        "region,people,rate per 100000\nNorth,1200,3\nSouth,1400,4\n".into(),
        "[1] 0.52 0.61 0.73\n[4] 0.8 0.9 0.95\n".into(),
        "# References\n\n1. Homer N, et al. 2008;4(8):e1000167.\n2. Wang R, 2009.\n".into(),
        "variant,gene,consequence,odds ratio,p\n2-165984641-G-A,SCN1A,missense_variant,2.1,0.003\n".into(),
        "gene,transcript,exons,length\nSCN1A,ENST00000674923,3,8127\nKCNQ2,ENST00000359125,17,9300\n".into(),
        "ensembl,symbol,n\nENSG00000144285,SCN1A,120\nENSG00000075043,KCNQ2,95\n".into(),
        "chr:pos,ref,alt,beta,se\n2:165984641,G,A,0.31,0.04\n20:63400210,C,T,0.22,0.05\n".into(),
        "group;Mittelwert;SD;n\nA;3,2;0,9;120\nB;3,0;1,1;95\n".into(),
        "group,cases,controls\nmedian age (years),4,3\nfemale,120,118\nmale,130,140\n".into(),
        "population,AF,AN\nEUR,0.0125,24000\nSAS,0.0300,9000\n".into(),
        "group,people\nA,<5\nB,30\nC,<5\nall,45\n".into(),
        "hpo,ancestry,people\nHP:0001250,EUR,310\nHP:0001250,SAS,45\nHP:0001263,EUR,290\n".into(),
        "year,quarter,tests\n2024,1,4\n2024,2,31\n".into(),
        "genotype,people,odds ratio\n0/0,810,1.0\n0/1,120,1.3\n1/1,15,1.9\n".into(),
        "model,df,AIC\nnull,1,812.4\nfull,4,790.1\n".into(),
        "gene,inheritance,disease\nSCN1A,AD,Dravet syndrome\nHMGCS2,AR,HMG-CoA synthase deficiency\n".into(),
        "{\"gene\":\"SCN1A\",\"chromosome\":2,\"exons\":26,\"odds_ratio\":3,\"p\":0.002,\"carriers\":40}".into(),
        "{\"release\":\"2026-11\",\"results\":[{\"term\":\"age\",\"estimate\":2,\"se\":1}],\"n\":1450}".into(),
        "cohort,people\n1,1450\n2,620\n".into(),
        "group,people\nall,310\nfemale,150\nmale,155\nnot known,5\n".into(),
        "gene,carriers\nSCN1A,40\nKCNQ2,25\n\nReplication\n\ngene,carriers\nSCN1A,38\nKCNQ2,11\nSTXBP1,9\n".into(),
        "feature,importance,rank\nage,0.31,1\nsex,0.11,2\nancestry,0.05,3\n".into(),
        "phenotype,heritability,se\nepilepsy,0.32,0.04\ndelay,0.28,0.05\n".into(),
    ]
}

/// Sentences.
fn sentences() -> Vec<String> {
    [
        "We compared 2 models with 4 covariates on 3 chromosomes.",
        "Two of the four genes lie on chromosome 2; three of 24 genes passed the threshold.",
        "Figure 3 shows the cases by age; Table 2 the controls.",
        "Of 1,200 children, 310 (25.8 %) had seizures.",
        "The odds ratio was 2.1 (95 % CI 1.4 to 3.2) in 1,450 patients.",
        "A third of the variance is explained by two components.",
        "Cases were 3 times more likely than controls to carry a variant.",
        "Patients were followed for 4 years; the median age was 3 years.",
        "All but two of the genes were known.",
        "We used 4 threads and 2 GPUs; one epoch took 3 hours.",
        "Type 2 diabetes patients were excluded. Phase 3 participants were not used.",
        "Fewer than 5 people carried the variant, so that no estimate is given.",
        "Groups of fewer than 5 people are not shown.",
        "The two cohorts have the same ancestry; both studies used GRCh38.",
        "One possible explanation is that the panel has changed. One in three variants is intronic.",
        "See https://www.example.org/methods/v2 for the code (version 1.4.2, MIT licence).",
        "p < 0.05 in 3 of 4 tests; the false discovery rate was 5 % over 20 tests.",
        "The children were between 1 and 4 years of age.",
        "Each patient was sequenced once, at 30-fold coverage, on 2 lanes.",
        "x <- c(1, 2, 3)\ny <- c(0.2, 0.4, 0.9)\nplot(x, y)",
        "for (i in 1:4) {\n  fit <- glm(y ~ x[i], family = binomial)\n}",
        "import pandas as pd\n@cache\ndef mean(xs):\n    return sum(xs) / len(xs)\n",
        "The c.2447G>A (p.Arg816Gln) variant in NM_001165963.4 is pathogenic (ClinVar VCV000012345).",
        "Enrichment held in all four ancestry groups, at 3 of 4 thresholds.",
        "In case of doubt, both models were fitted.",
        "Of the 1,450 people 52 % were female.",
        "TGFβ1 and IFN-γ were in the top 4 pathways (q = 0.04).",
        "Cohort 2 had 620 people, cohort 1 had 1,450.",
        "Carriers (40 of 1,200) were older than others, by 2 years.",
        "Seizures (HP:0001250) were seen in 45 % of 310 people.",
        "The haplotype block on chromosome 4 spans 3 genes (chr4:1,000,000-1,200,000).",
        "Each group has between 120 and 310 people; groups of fewer than five are left out.",
        "In 2024, 3 of 12 laboratories changed their method.",
        "We fitted four models to 1,450 people; the second had the lowest AIC.",
        "Variants were seen 2 to 4 times more often in cases.",
        "Chapter 3, section 2 and table 4 describe the panel of 24 genes.",
        "The first of three analyses used 1,450 participants.",
    ]
    .map(String::from)
    .to_vec()
}

/// Bounds, ranges, and numbers of things.
fn bounds() -> Vec<String> {
    [
        "Fewer than five people carried the variant in group A; 40 carried it in group B.",
        "fewer than five",
        "Less than 5 patients in each arm.",
        "In group A (n < 5) no estimate is given; in group B 40 of 120 responded.",
        "Of 120 people 80 were women and 40 men.",
        "Group A had 30, group B 40.",
        "Group 1 had 30 people, group 2 had 40.",
        "Chapter 3 describes 40 people.",
        "In step 3, 40 people were excluded.",
        "The p value was 0.03; the effect 3.1 (95 % CI 2.0-4.2).",
        "The mean was 3 (SD 1.2) years in 120 people.",
        "Median 3-4 years.",
        "aged 3-4 years",
        "People aged 3-4 years numbered 120.",
        "Ages 0 to 4: 120 people; 5 to 9: 95 people.",
        "Chromosomes 1, 2 and 3 were analysed.",
        "1 in 4 of 1,200 people had it.",
        "One in three people (400 of 1,200) had it.",
        "Three genes, SCN1A, KCNQ2 and STXBP1, were found in 40, 30 and 25 people.",
        "Two-thirds of the 1,200 participants were women.",
        "For two of the three models the AUC exceeded 0.8.",
        "We fitted 4 models. Two converged.",
        "There were 3 groups of 40 people each.",
        "Four centres contributed 1,200 participants.",
        "One limitation is that two reviewers disagreed about four variants.",
        "The first two principal components explain 30 % of the variance.",
        "HPO terms per person: median 4 (IQR 3-6), n = 1,200.",
        "The median number of variants per person was 3.",
        "Between 2 and 4 variants per person remained in 1,200 people.",
        "Follow-up was 3-4 years in 1,200 people.",
        "At least 5 people carry each variant that is shown.",
    ]
    .map(String::from)
    .to_vec()
}

/// Tables whose small numbers count nobody.
fn tables() -> Vec<String> {
    [
        "gene,carriers\nSCN1A,5-9\nKCNQ2,40-49\n",
        "gene,carriers\nSCN1A,<5\nKCNQ2,40\nSTXBP1,<5\n",
        "gene,carriers\nSCN1A,fewer than 5\nKCNQ2,40\n",
        "gene,carriers\nSCN1A,suppressed\nKCNQ2,40\n",
        "gene,carriers\nSCN1A,0\nKCNQ2,40\n",
        "gene,OR,lower,upper,p\nSCN1A,4.2,2.1,8.4,0.0001\nKCNQ2,1,0.5,2,0.9\n",
        "gene,carriers,controls,OR\nSCN1A,40,35,4\nKCNQ2,25,25,1\n",
        "term,df,chisq,p\nsex,1,3.2,0.07\nage,3,9.1,0.03\n",
        "coefficient,value\nintercept,3\nage,2\n",
        "age_group,n,mean_bmi\n0-4,120,16\n5-9,130,17\n",
    ]
    .map(String::from)
    .to_vec()
}

/// Numbers that are labels.
fn labels() -> Vec<String> {
    [
        "SCN1A: 40\nKCNQ2: 30\n",
        "- SCN1A: 40\n- KCNQ2: 30\n",
        "1. SCN1A was most frequent (40 of 1,200).\n2. KCNQ2 came second (30 of 1,200).\n3. STXBP1 came third (25 of 1,200).\n",
        "# Results\n\n## 3. Carriers\n\nCarriers numbered 40.\n",
        "Version 3 of the panel has 40 genes.",
        "panel R59 version 4.2: 620 green genes, 3 amber genes",
        "Class 3 variants were found in 40 people, class 4 in 30, class 5 in 25.",
        "ACMG class,people\n3,40\n4,30\n5,25\n",
        "Tier,people\n1,40\n2,30\n3,25\n",
        "visit,people\n1,40\n2,38\n3,30\n",
        "parity,women\n0,120\n1,95\n2,80\n3,35\n4,12\n",
        "copies of APOE4,people\n0,900\n1,250\n2,50\n",
        "CAG repeats,people\n36,40\n37,30\n38,25\n",
        "Seizure frequency was 3 per month in the median (n = 120).",
        "doses,people\n1,400\n2,300\n3,200\n",
        "Grade 3 toxicity occurred in 40 of 120 patients.",
    ]
    .map(String::from)
    .to_vec()
}

/// Designs, models and what programs print of them.
fn designs() -> Vec<String> {
    [
        "Type 1: 40; type 2: 30; type 3: 25.",
        "Type 1 in 40, type 2 in 30 and type 3 in 25 patients.",
        "Stage I 40, stage II 30, stage III 25, stage IV 12 patients.",
        "Time point 3: 40 patients.",
        "After 3 cycles 40 of 120 patients responded; after 4 cycles 60.",
        "In 2 of 3 replicates the effect was seen; n = 1,200.",
        "The hazard ratio was 3 for two copies against none.",
        "Phase 2/3 trial of 120 patients over 4 weeks",
        "Quartile 1 to 4 had 300, 301, 299 and 300 people.",
        "Read depth was 30; 3 reads were needed.",
        "Table 3. People by region\nregion,people\nNorth,400\nSouth,300\n",
        "  n events median\n 1200    340   34\n",
        " time n.risk n.event survival\n   12   1200      40    0.967\n   24   1100      35    0.936\n",
        "      outcome |      Freq.     Percent        Cum.\n------------+-----------------------------------\n          0 |        800       66.67       66.67\n          1 |        400       33.33      100.00\n------------+-----------------------------------\n      Total |      1,200      100.00\n",
        "n= 1200, number of events= 340\n\n      coef exp(coef) se(coef)    z Pr(>|z|)\nage 0.021 1.021 0.004 5.25 0.0001\n",
        "{\"model\":\"logistic\",\"n\":1200,\"auc\":0.81,\"folds\":5,\"layers\":3}",
        "{\"SCN1A\":40,\"KCNQ2\":30}",
        "sep=;\ngene;carriers\nSCN1A;40\nKCNQ2;30\n",
        "Cohort 1: 1,200 people. Cohort 2: 900 people. Cohort 3: 400 people.",
        "Each of 3 raters scored 120 images; kappa 0.8.",
        "Between 40 and 50 patients in each of 4 arms.",
        "the 4 arms had 40, 41, 39 and 40 patients",
        "No patient had more than 3 variants; 120 patients were tested.",
        "None of the 1,200 participants carried it.",
        "Everyone (n = 1,200) was tested twice.",
        "Two tests were done on each of 1,200 people.",
        "Twice as many women as men (80 and 40) were affected.",
    ]
    .map(String::from)
    .to_vec()
}
