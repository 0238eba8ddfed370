use super::*;
use expect_test::{Expect, expect};
use proptest::prelude::*;

#[track_caller]
fn check(text: &str, understood: &Expect) {
    let reading = match text.parse::<Question>() {
        Ok(question) => {
            let again = question.to_string();
            assert_eq!(again.parse::<Question>().as_ref(), Ok(&question), "{again}");
            again
        }
        Err(why) => format!("refused: {why}"),
    };
    understood.assert_eq(&reading);
}

#[test]
fn questions_are_understood_or_what_is_wrong_is_named() {
    check(
        "carriers of rare (AF < 0.1 %) loss-of-function in SCN1A with HP:0001250 or its descendants, without \"Cerebral palsy\", ancestry afr",
        &expect![[r#"carriers loss-of-function AF < 0.001 in SCN1A with HP:0001250 without "Cerebral palsy" ancestry AFR"#]],
    );
    check("People with \"Seizure\" by sex", &expect!["people with Seizure by sex"]);
    check("seen 1-119757272-C-T", &expect!["seen 1-119757272-C-T"]);
    check("compound heterozygotes in HMGCS2 rarer than 1 % unsolved", &expect!["compound heterozygotes AF < 0.01 in HMGCS2 unsolved"]);
    check("burden in SCN1A", &expect!["refused: '' (word 3): say what the cases have: with HP:0001250"]);
    check("carriers", &expect!["refused: '' (word 1): say in which gene: in SCN1A"]);
    check(
        "everybody",
        &expect![
            "refused: 'everybody' (word 1): begin with people, carriers, compound heterozygotes, alleles of VARIANT, seen VARIANT, burden or variants"
        ],
    );
    check("carriers in SCN1A AF < x", &expect!["refused: 'x' (word 6): write a frequency such as AF < 0.1 % or AF < 0.001"]);
    check("carriers in SCN1A AF < 200 %", &expect!["refused: '200' (word 6): a frequency is between 0 and 100 %"]);
    check(
        "people born 1980-1994 with-any \"Seizure\" with-any HP:0001263",
        &expect!["people with-any Seizure with-any HP:0001263 born 1980-1994"],
    );
    for text in ["people born 1981-1994", "people born 1980-1995", "people born 1994-1980", "people born 1980", "people born"] {
        assert!(text.parse::<Question>().expect_err("refused").to_string().contains("bands of five years"), "{text}");
    }
    check("people ancestry martian", &expect!["refused: 'martian' (word 3): write one of AFR, AMR, EAS, EUR, SAS, MID or unknown"]);
}

proptest! {
    #[test]
    fn nothing_that_is_typed_panics(text in ".{0,80}") {
        let _ = text.parse::<Question>();
    }

    #[test]
    fn words_of_the_language_in_any_order_read_as_they_are_written(
        tokens_drawn in proptest::collection::vec(prop_oneof![
            Just("carriers"), Just("people"), Just("in"), Just("SCN1A"), Just("with"), Just("HP:0001250"), Just("AF"), Just("<"),
            Just("0.1"), Just("%"), Just("sex"), Just("female"), Just("by"), Just("burden"), Just("\"a b\""), Just("without"), Just("with-any"), Just("born"),
            Just("1980-1994"),
        ], 0..12)
    ) {
        if let Ok(question) = tokens_drawn.join(" ").parse::<Question>() {
            prop_assert_eq!(question.to_string().parse::<Question>(), Ok(question));
        }
    }
}
