use super::*;
use crate::hl7::Message;
use proptest::prelude::*;

fn reply(kind: &str, answer: &str) -> Reply {
    let text = format!("MSH|^~\\&|A|B|C|D|2026||ORM^O01|1|P|2.5.1\rOBX|1|{kind}|HP:0001250^Seizure^HPO||{answer}||||||F\r");
    let message = Message::read(&text).expect("a message");
    Reply::read(message.first("OBX").expect("an observation"))
}

#[test]
fn an_answer_counts_where_it_is_one_plain_yes_or_no() {
    for (kind, answer, expected) in [
        ("CE", "Y^Yes^HL70136", Reply::Present),
        ("CWE", "LA33-6^Yes^LN", Reply::Present),
        ("ST", "yes", Reply::Present),
        ("CE", "", Reply::Present),
        ("CWE", "Y^Yes~LA33-6^Yes^LN", Reply::Present),
        ("CE", "N^No^HL70136", Reply::Absent),
        ("CWE", "LA9634-2^Absent^LN", Reply::Absent),
        ("CWE", "2667000^Absent (qualifier value)^SCT", Reply::Absent),
        ("CWE", "X^^L^N^No^HL70136", Reply::Unclear),
        ("CWE", "N^No~Y^Yes", Reply::Unclear),
        ("CWE", "Y^Yes~N^No", Reply::Unclear),
        ("CWE", "Y^No^L", Reply::Unclear),
        ("CWE", "N^Severe^L", Reply::Unclear),
        ("CWE", "Y^Yes^L^N^No^HL70136", Reply::Unclear),
        ("CWE", "Y~U", Reply::Unclear),
        ("CWE", "Y~\"\"", Reply::Unclear),
        ("CWE", "\"\"", Reply::Unclear),
        ("CWE", "\"\"^\"\"", Reply::Unclear),
        ("SN", "<^1", Reply::Unclear),
        ("NM", "0", Reply::Unclear),
        ("NM", "1", Reply::Unclear),
        ("ST", "1", Reply::Unclear),
        ("ST", "3 a day", Reply::Unclear),
        ("ST", "Yes / No", Reply::Unclear),
        ("ST", "Yes & no", Reply::Unclear),
        ("CE", "U^Unknown", Reply::NotKnown),
        ("CWE", "373068000^Undetermined^SCT", Reply::NotKnown),
        ("CE", "P^Probable^L", Reply::Described),
        ("ST", "Severe", Reply::Described),
        ("ST", "Yes, without fever", Reply::Described),
        ("CWE", "Y^Yes~SEV^Severe^L", Reply::Described),
        ("CWE", "371924009^^SCT", Reply::Described),
    ] {
        assert_eq!(reply(kind, answer), expected, "{kind} {answer}");
    }
}

/// Parts of answers, with what each says alone: yes, no, or neither.
const PARTS: [(&str, Option<bool>); 12] = [
    ("Y", Some(true)),
    ("Yes", Some(true)),
    ("LA33-6", Some(true)),
    ("N", Some(false)),
    ("No", Some(false)),
    ("LA9634-2", Some(false)),
    ("Unknown", None),
    ("\"\"", None),
    ("0", None),
    ("1", None),
    ("<1", None),
    ("12", None),
];

/// Every part of every repetition says the same: the third is a code system, and an empty one says nothing.
fn is_all(answer: &str, meaning: bool) -> bool {
    let says = |part: &str| PARTS.iter().any(|(known, says)| *known == part && *says == Some(meaning));
    answer.split('~').all(|repeat| {
        let parts = repeat.split('^').enumerate().filter(|(nth, part)| *nth != 2 && *part != "\"\"");
        let parts: Vec<&str> = parts.map(|(_, part)| part).collect();
        !parts.is_empty() && parts.iter().all(|part| says(part))
    })
}

proptest! {
    /// What is not one plain answer, said once or alike, is never counted as there or as not there.
    #[test]
    fn what_is_not_one_plain_answer_is_neither_yes_nor_no(
        chosen in prop::collection::vec(0..PARTS.len(), 1..4),
        joins in prop::collection::vec(prop::bool::ANY, 3),
        kind in prop::sample::select(vec!["CE", "CWE", "ST", "NM", "SN", ""]),
    ) {
        let mut answer = String::new();
        for (nth, part) in chosen.iter().enumerate() {
            if nth > 0 {
                answer.push(if joins[nth - 1] { '~' } else { '^' });
            }
            answer.push_str(PARTS[*part].0);
        }
        let said = reply(kind, &answer);
        prop_assert_eq!(said == Reply::Present, is_all(&answer, true), "{} is {:?}", answer, said);
        prop_assert_eq!(said == Reply::Absent, is_all(&answer, false), "{} is {:?}", answer, said);
        prop_assert!(said != Reply::Described, "{}", answer);
    }

    /// Two answers of which one says yes and one says no are neither, whatever stands between them.
    #[test]
    fn yes_beside_no_is_neither(
        first in 0..3_usize,
        second in 3..6_usize,
        is_turned in prop::bool::ANY,
        mark in prop::sample::select(vec!['~', '^']),
    ) {
        let (one, other) = if is_turned { (second, first) } else { (first, second) };
        let answer = format!("{}{mark}{}", PARTS[one].0, PARTS[other].0);
        prop_assert_eq!(reply("CWE", &answer), Reply::Unclear);
    }
}
