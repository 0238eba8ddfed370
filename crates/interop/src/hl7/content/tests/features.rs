//! Features of an order: which are there, and which are not.

use super::*;

/// HL7 2.5.1, chapter 7.4.2.4: what shares OBX-4 belongs together.
#[test]
fn what_is_said_of_a_feature_beside_it_is_said_of_that_feature_alone() {
    let details = details(
        "OBX|1|CWE|PHENO^Phenotype^L|1|HP:0001250^Seizure^HPO\rOBX|2|CWE|ST^Phenotype status^L|1|LA9634-2^Absent^LN\r\
         OBX|3|CWE|PHENO^Phenotype^L|2|HP:0001252^Hypotonia^HPO\rOBX|4|CWE|ST^Status^L|2|Y^Yes\r\
         OBX|5|CWE|ON^Age of onset^L|2|HP:0003593^Infantile onset^HPO\r\
         OBX|6|CWE|PHENO^Phenotype^L|3|HP:0000252^Microcephaly^HPO\rOBX|7|CWE|ST^Status^L|3|UNK^Unknown\r\
         OBX|8|CWE|PHENO^Phenotype^L|4|HP:0000365^Hearing^HPO~HP:0000407^Deafness^HPO\rOBX|9|ST|ST^Status^L|4|Absent\r\
         OBX|10|ST|PREG^Pregnancy status^L|5|No",
    );
    let features: Vec<String> = details.features.iter().map(|f| format!("{}{}", if f.absent { "-" } else { "" }, f.code.code)).collect();
    assert_eq!(features, ["-HP:0001250", "HP:0001252"], "{:?}", details.not_used);
    let began: Vec<String> = details.onsets.iter().map(|(feature, onset)| format!("{} {}", feature.code, onset.code)).collect();
    assert_eq!(began, ["HP:0001252 HP:0003593"]);
    assert!(details.notes.contains(&"Hypotonia (HP:0001252): Age of onset: Infantile onset".to_owned()), "{:?}", details.notes);
    assert!(details.notes.contains(&"4: Status: Absent".to_owned()), "{:?}", details.notes);
    assert!(details.notes.contains(&"Not certain whether present: Microcephaly (HP:0000252)".to_owned()), "{:?}", details.notes);
    assert_eq!(details.not_used.len(), 3, "{:?}", details.not_used);
}

#[test]
fn a_feature_that_is_said_to_be_absent_is_never_present() {
    let reply = |numbers: [&str; 2], answer: &str| {
        let [one, two] = numbers;
        let details = details(&format!("OBX|1|CWE|PHENO^Phenotype^L|{one}|HP:0001250^Seizure^HPO\rOBX|2|ST|ST^Status^L|{two}|{answer}"));
        let features: Vec<bool> = details.features.iter().map(|feature| feature.absent).collect();
        (features, details.notes)
    };
    let (features, notes) = reply(["1", "1"], "Absent");
    assert_eq!((features, notes), (vec![true], vec!["Seizure (HP:0001250): Status: Absent".to_owned()]), "the number that both have");
    for numbers in [["1", "2"], ["", ""], ["1", ""]] {
        for answer in ["Absent", "Unknown"] {
            let (features, notes) = reply(numbers, answer);
            let expected = vec!["Not certain whether present: Seizure (HP:0001250)".to_owned(), format!("Status: {answer}")];
            assert_eq!((features, notes), (vec![], expected), "{numbers:?}");
        }
        assert_eq!(reply(numbers, "Present").0, [false], "{numbers:?}");
    }
}

#[test]
fn a_number_that_several_features_have_does_not_say_which_of_them_is_absent() {
    let details = details(
        "OBX|1|CWE|PHENO^Phenotype^L|1|HP:0001250^Seizure^HPO\rOBX|2|CWE|PHENO^Phenotype^L|1|HP:0001252^Hypotonia^HPO\r\
         OBX|3|ST|ST^Status^L|1|Absent\rOBX|4|CWE|HP:0000252^Microcephaly^HPO|1|N^No",
    );
    let features: Vec<(&str, bool)> = details.features.iter().map(|feature| (feature.code.code.as_str(), feature.absent)).collect();
    assert_eq!(features, [("HP:0000252", true)], "{:?}", details.notes);
}

fn features_of(segments: &str) -> (Vec<String>, OrderDetails) {
    let details = details(segments);
    let sign = |absent: bool| if absent { "-" } else { "" };
    (details.features.iter().map(|f| format!("{}{}", sign(f.absent), f.code.code)).collect(), details)
}

#[test]
fn an_answer_in_words_that_denies_doubts_or_is_of_a_relative_is_no_feature() {
    for answer in ["Denied", "?", "?since birth", "in sister", "not certain", "possible", "resolved"] {
        let (features, details) = features_of(&format!("OBX|1|ST|HP:0001250^Seizure^HPO||{answer}"));
        assert!(features.is_empty(), "{answer}");
        assert!(details.notes.contains(&format!("Seizure: {answer}")), "{answer}: {:?}", details.notes);
        assert_eq!(details.not_used.len(), 1, "{answer}: {:?}", details.not_used);
    }
    for answer in ["Yes, without fever", "daily", "Severe"] {
        assert_eq!(features_of(&format!("OBX|1|ST|HP:0001250^Seizure^HPO||{answer}")).0, ["HP:0001250"], "{answer}");
    }
}

#[test]
fn an_answer_that_contradicts_itself_or_is_a_number_or_null_is_neither_present_nor_absent() {
    for (kind, answer, shown) in [
        ("CWE", "N^No^HL70136~Y^Yes^HL70136", "No, Yes"),
        ("SN", "<^1", "<1"),
        ("NM", "1", "1"),
        ("NM", "0", "0"),
        ("CWE", "\"\"", "\"\""),
        ("ST", "Yes / No", "Yes / No"),
        ("CWE", "Y^No^L", "No"),
    ] {
        let (features, details) = features_of(&format!("OBX|7|{kind}|HP:0001263^Global delay^HPO||{answer}||||||F"));
        assert!(features.is_empty(), "{answer}: {features:?}");
        let says = format!("OBX(1)-5: the answer '{shown}' does not say for certain whether Global delay (HP:0001263) is present");
        assert!(details.not_used.iter().any(|note| note.starts_with(&says)), "{answer}: {:?}", details.not_used);
        let notes = ["Not certain whether present: Global delay (HP:0001263)".to_owned(), format!("Global delay: {shown}")];
        assert_eq!(details.notes, notes, "{answer}");
    }
    assert_eq!(features_of("OBX|1|CE|HP:0001252^Hypotonia^HPO||||||||F").0, ["HP:0001252"]);
}

#[test]
fn a_status_that_is_to_be_emptied_leaves_its_feature_open() {
    let pair = "OBX|1|CWE|PHENO^Phenotype^L|1|HP:0001250^Seizure^HPO\rOBX|2|CWE|ST^Phenotype status^L|1|\"\"";
    let (features, details) = features_of(pair);
    assert!(features.is_empty(), "{features:?}");
    assert!(details.notes.contains(&"Not certain whether present: Seizure (HP:0001250)".to_owned()), "{:?}", details.notes);
}

#[test]
fn a_term_that_answers_a_question_of_somebody_or_something_else_is_no_feature_of_the_patient() {
    let term = "HP:0001290^Generalized hypotonia^HPO";
    for question in [
        "8665-2^Pregnant^LN",
        "82810-3^Status^LN",
        "54114-4^Family history of disease^LN",
        "FAM^Familial findings^L",
        "F^Fetal abnormality^L",
        "F^Fetus^L",
        "D^Donor's features^L",
        "77386006^^SCT",
        "U^Urgency^L",
        "T^Requested test^L",
        "S^Sister's phenotype^L",
    ] {
        for kind in ["CWE", "ST"] {
            let (features, details) = features_of(&format!("OBX|1|{kind}|{question}||{term}"));
            assert!(features.is_empty(), "{question}: {features:?}");
            let is_said = details.not_used.iter().any(|note| note.starts_with("OBX(1)-5: ") && note.contains("HP:0001290"));
            assert!(is_said || kind == "ST", "{question}: {:?}", details.not_used);
            assert!(details.notes.iter().any(|note| note.contains("ypotonia")), "{question}: {:?}", details.notes);
        }
    }
    for question in ["PHENO^Phenotype^L", "75325-1^Symptom^LN", "K^Kind of seizure^L", "R^Reason for the test^L"] {
        assert_eq!(features_of(&format!("OBX|1|CWE|{question}||{term}")).0, ["HP:0001290"], "{question}");
    }
    let of_fetus = format!("OBX|1|ST|1^What Type of Referral Do You Require?||Prenatal\rOBX|2|CWE|F^Fetal abnormality^L||{term}");
    assert_eq!(features_of(&of_fetus).0, ["HP:0001290"]);
}

#[test]
fn a_question_says_whether_the_features_that_answer_it_are_there() {
    for (question, expected) in [
        ("Phenotype", vec!["HP:0001250"]),
        ("Pertinent negatives", vec!["-HP:0001250"]),
        ("Phenotype present/absent", vec![]),
        ("Differential diagnosis", vec![]),
        ("Suspected features", vec![]),
        ("Aunt's features", vec![]),
        ("Apparent features", vec!["HP:0001250"]),
        ("Transparent phenotype", vec!["HP:0001250"]),
    ] {
        let (features, details) = features_of(&format!("OBX|1|CWE|Q^{question}^L||HP:0001250^Seizure^HPO"));
        assert_eq!(features, expected, "{question}");
        let is_noted = details.notes.contains(&format!("{question}: Seizure"));
        assert_eq!(is_noted, expected.is_empty(), "{question}: {:?}", details.notes);
    }
}

#[test]
fn what_a_list_in_words_begins_with_is_said_of_all_of_it() {
    for list in ["Absent: HP:0000252, HP:0001250", "No HP:0000252, HP:0001250", "Mother: HP:0000252, HP:0001250"] {
        let (features, details) = features_of(&format!("OBX|1|TX|PHENO^Phenotype^L||{list}"));
        assert!(features.is_empty(), "{list}: {features:?}");
        assert_eq!(details.notes, [format!("Phenotype: {list}")]);
    }
    assert_eq!(features_of("OBX|1|TX|PHENO^Phenotype^L||HP:0000252 and HP:0001250").0, ["HP:0000252", "HP:0001250"]);
}

#[test]
fn a_diagnosis_that_is_deleted_or_suspected_is_no_feature() {
    let deleted = format!("DG1|1||HP:0001250^Seizure^HPO|||W{}D", "|".repeat(15));
    let (features, details) = features_of(&deleted);
    assert!(features.is_empty(), "{details:?}");
    assert!(details.not_used.contains(&"DG1-21: Seizure is marked as deleted and was not used".to_owned()), "{:?}", details.not_used);
    for described in ["?Seizure", "Suspected seizures", "Family history of seizures", "No seizures"] {
        let (features, details) = features_of(&format!("DG1|1||HP:0001250^Seizure^HPO|{described}||W"));
        assert!(features.is_empty(), "{described}");
        assert!(details.notes.contains(&format!("Diagnosis: {described}")), "{described}: {:?}", details.notes);
    }
    assert_eq!(features_of("DG1|1||HP:0001344^Absent speech^HPO|Absent speech||F").0, ["HP:0001344"]);
}

/// HL7 table 0085: answers of an order form come as details of the order (O) or as final; what is not sure is read, and said to be so.
#[test]
fn an_answer_of_an_order_counts_by_its_status_and_what_is_not_sure_is_said() {
    for (status, is_read, note) in [
        ("", true, ""),
        ("F", true, ""),
        ("O", true, ""),
        ("C", true, ""),
        ("P", true, "OBX(1)-11: Seizure is marked as preliminary; it was read, and may not hold"),
        ("R", true, "OBX(1)-11: Seizure is marked as preliminary"),
        ("Z", true, "OBX(1)-11: Seizure is marked with 'Z', which is no status of HL7"),
        ("D", false, "OBX(1)-11: Seizure is marked as deleted and was not used"),
        ("W", false, "OBX(1)-11: Seizure is marked as posted in error"),
        ("X", false, "OBX(1)-11: Seizure is marked as not obtained"),
        ("N", false, "OBX(1)-11: Seizure is marked as not asked"),
    ] {
        let details = details(&format!("OBX|1|CE|HP:0001250^Seizure^HPO||Y^Yes||||||{status}"));
        assert_eq!(!details.features.is_empty(), is_read, "{status}");
        let said = details.not_used.iter().any(|of_order| !note.is_empty() && of_order.starts_with(note));
        assert_eq!((said, details.not_used.is_empty()), (!note.is_empty(), note.is_empty()), "{status}: {:?}", details.not_used);
    }
}

#[test]
fn what_a_heading_says_is_absent_is_so_beside_a_reply_of_no_feature() {
    for heading in ["Pertinent negatives", "Features not observed", "Findings excluded"] {
        let stray = "OBX|2|CWE|ST^Status^L|9|LA9634-2^Absent^LN";
        let (features, details) = features_of(&format!("OBX|1|CWE|Q^{heading}^L|1|HP:0001250^Seizure^HPO\r{stray}"));
        assert_eq!(features, ["-HP:0001250"], "{heading}: {:?}", details.not_used);
    }
}

/// An order form as PDF comes in pieces from some systems; a piece of it is no form.
#[test]
fn a_form_that_was_cut_into_several_observations_is_one_document() {
    let piece = |number: usize, data: &str| format!("OBX|{number}|ED|FORM^Order form^L||^AP^pdf^Base64^{data}||||||F\r");
    let details = details(&format!("{}{}OBX|3|TX|N^Note||Fits since birth", piece(1, "JVBERi0x"), piece(2, "LjQ=")));
    let forms: Vec<&[u8]> = details.documents.iter().map(|document| document.content.as_slice()).collect();
    assert_eq!(forms, [b"%PDF-1.4".as_slice()], "{:?}", details.not_used);
    assert_eq!(details.notes, ["Note: Fits since birth"]);
}

#[test]
fn what_a_patient_feels_makes_no_order_urgent_and_what_a_referral_denies_is_no_reason() {
    for (question, answer, urgent) in [
        ("Urgency", "Urgent", Some(true)),
        ("Is this urgent?", "Yes, therapy depends on it", Some(true)),
        ("Priority", "Routine", Some(false)),
        ("Priority", "Static", Some(false)),
        ("Urgent?", "Yesterday's sample", Some(false)),
        ("Urinary urgency", "Yes", None),
        ("Bowel urgency since birth", "Yes", None),
    ] {
        assert_eq!(details(&format!("OBX|1|ST|Q^{question}^L||{answer}")).urgent, urgent, "{question} {answer}");
    }
    for (referral, reason) in [
        ("Prenatal Referral", ReasonForTesting::Prenatal),
        ("Non-prenatal referral", ReasonForTesting::Diagnostic),
        ("Not prenatal", ReasonForTesting::Diagnostic),
        ("Storage only", ReasonForTesting::Storage),
        ("Predictive (no storage)", ReasonForTesting::Predictive),
        ("Re-analysis", ReasonForTesting::Reanalysis),
    ] {
        let read = details(&format!("OBX|1|ST|1^What Type of Referral Do You Require?||{referral}"));
        assert_eq!(read.reason, reason, "{referral}");
    }
}

/// HL7 table 0369: a group (G) and a pool (L) are made of specimens that may be of several people.
#[test]
fn a_specimen_that_is_made_of_several_is_named_in_orders_and_in_results() {
    for (role, is_named) in [("L", true), ("g", true), ("P", false), ("", false)] {
        let spm = format!("SPM|1|S1||BLD|||||||{role}");
        let details = details(&spm);
        assert_eq!(details.specimens.len(), 1, "{role}");
        assert_eq!(details.not_used.iter().any(|note| note.contains("is a pool or a group")), is_named, "{role}: {:?}", details.not_used);
        let result = format!("{PID}\rOBR|1|OG-1|F-1|X^Test^L{}F\r{spm}\rOBX|1|ST|A^Value^L||a||||||F", "|".repeat(21));
        let MessageContent::Results(results) = read("ORU^R01", &result).expect("read").content else { panic!("no results") };
        assert_eq!(results[0].not_used.iter().any(|note| note.starts_with("SPM-11: ")), is_named, "{role}: {:?}", results[0].not_used);
    }
}
