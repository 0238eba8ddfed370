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
