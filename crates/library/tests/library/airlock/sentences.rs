//! Ways to write of few people in a sentence.

use super::check;
use library::output::Rule;

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
fn one_person_is_found_by_age_number_and_relation() {
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
    check(
        Rule::Individuals,
        &[
            "A father and his son carried it.",
            "Father and son carried it.",
            "It was seen in a boy.",
            "The proband was homozygous.",
            "The variant was inherited by the proband's sister.",
            "Her sister was not tested.",
            "His parents were heterozygous.",
            "A previously healthy young woman had it.",
            "Nobody but the index case had it.",
            "In our cohort of 40 patients, a boy carried it.",
            "The remaining patient declined.",
            "Another carrier was found.",
            "It was found in a patient with seizures.",
            "A father-son pair shared it.",
            "The oldest carrier was 93.",
            "Case 2 had a deletion.",
            "Family 3 had it.",
            "- P3: seizure free",
            "gene,comment\nSCN1A,seen in a boy\nKCNQ2,seen in 40 people\n",
        ],
    );
    check(
        Rule::SmallCell,
        &[
            "A couple had it.",
            "Twins had it.",
            "It was seen once in our cohort.",
            "One of our cohort had it.",
            "It was found in one of the series.",
        ],
    );
    for honest in [
        "Each mother was sequenced.",
        "Mothers and fathers were sequenced.",
        "The mother was sequenced in 40 families.",
        "If a parent declined, the family was not counted.",
        "The father's age was not recorded.",
        "Patient groups were compared.",
        "A patient group is shown only if it has five members.",
        "In a case-control study of 1,200 people the odds ratio was 2.1.",
        "The carrier frequency was 2 %.",
        "A couple of models did not converge.",
        "Each sample was sequenced once in the laboratory.",
    ] {
        assert!(super::found(honest).is_empty(), "{honest}: {:?}", super::found(honest));
    }
}

#[test]
fn a_number_without_a_noun_counts_the_things_of_the_sentence_before() {
    for honest in [
        "We fitted 4 models. Two converged.",
        "We fitted 4 models; two converged.",
        "Four panels were compared. The two were alike. One was longer.",
        "Three genes were tested. All but one passed.",
        "We ran 4 pipelines. Of these, three finished.",
    ] {
        assert!(super::found(honest).is_empty(), "{honest}: {:?}", super::found(honest));
    }
    check(
        Rule::SmallCell,
        &[
            "We tested 4 genes. Two died.",
            "We fitted 2 models. Three converged.",
            "We fitted 4 models. Two were affected.",
            "We fitted 4 models to 40 people. Two responded.",
            "We fitted 4 models. Group A had 3.",
            "We fitted 4 models. Two women had it.",
            "We fitted 4 models. The data came from Leeds, 40, and York, 3.",
        ],
    );
}

#[test]
fn times_settings_and_clauses_of_queries_count_nobody_and_people_beside_them_are_found() {
    for honest in [
        "step 2 of 4 done in 3 s",
        "The run took 3 min and 2 s.",
        r#"{"model":"gradient boosting","n_estimators":3,"auc":0.83,"n_train":1160}"#,
        "SELECT c.gene, COUNT(DISTINCT c.person) AS n\nFROM calls c\nWHERE c.impact <= 2 AND p.affected\nGROUP BY c.gene",
    ] {
        assert!(super::found(honest).is_empty(), "{honest}: {:?}", super::found(honest));
    }
    check(
        Rule::SmallCell,
        &[
            "WHERE 3 patients had it",
            "From 3 it is known.",
            "Group A had 3 (s).",
            "step 2: 3 patients in 3 s",
            "Model: 3 patients",
            r#"{"carriers":3,"n_estimators":3}"#,
        ],
    );
}

#[test]
fn prose_that_is_not_english_is_refused_by_name() {
    check(
        Rule::Language,
        &[
            "trois patients",
            "Zwei Kinder trugen die Variante.",
            "Solo dos pacientes respondieron.",
            "tri chlaf",
            "in quattro bambini",
            "u dwóch pacjentów",
            "drie kinderen",
            "gène,porteurs\nSCN1A,trois\n",
            r#"{"text":"chez trois patients"}"#,
            "Вариант найден у детей.",
        ],
    );
}
