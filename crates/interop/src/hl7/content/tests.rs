mod checks;
mod features;
mod numbers;
mod results;
mod tests_named;

use super::*;
use crate::{
    hl7,
    incoming_message::IncomingMerge,
    incoming_order::{IncomingOrder, OrderAction, OrderDetails, ReasonForTesting, Subject},
};

const PID: &str = "PID|1||9991000046^^^NHS^NH~A1^^^RP4^MR||Testa^Ann||20180304|F";
const REQUEST: &str = "ORC|NW|P-1^RP4\rOBR|1|P-1^RP4||R59.3^Epilepsy^GTD";

fn message(kind: &str, body: &str) -> Message {
    let text = format!("MSH|^~\\&|EPR|RP4|OPENGMS|699X0|20261101120000||{kind}|C-1|P|2.5.1\r{body}\r");
    Message::read(&text).expect("a message")
}

fn read(kind: &str, body: &str) -> Result<Reading, String> {
    content(&message(kind, body)).map_err(|faults| faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
}

fn orders(kind: &str, body: &str) -> Result<Vec<IncomingOrder>, String> {
    match read(kind, body)?.content {
        MessageContent::Orders(orders) => Ok(orders),
        other => Err(format!("no orders: {other:?}")),
    }
}

/// What an order that is placed states, where segments follow its request.
fn details(after: &str) -> OrderDetails {
    let order = orders("ORM^O01", &format!("{PID}\r{REQUEST}\r{after}")).expect("an order").remove(0);
    match order.action {
        OrderAction::Place(details) => *details,
        other => panic!("not placed: {other:?}"),
    }
}

/// Why an order is refused, where segments follow its request, which is for a code.
fn refused_of(code: &str, after: &str) -> String {
    orders("ORM^O01", &format!("{PID}\rORC|NW|P-1^RP4\rOBR|1|P-1^RP4||{code}\r{after}")).map(|_| ()).expect_err("refused")
}

fn subject(order: &IncomingOrder) -> String {
    match &order.subject {
        Subject::Person(person) => format!("{} {}", person.given_name, person.family_name),
        other => format!("{other:?}"),
    }
}

fn summary(order: &IncomingOrder) -> String {
    let action = match &order.action {
        OrderAction::Place(_) => "places".to_owned(),
        OrderAction::Amend(_, reason) => format!("changes ({reason})"),
        OrderAction::Cancel(reason) => format!("cancels ({reason})"),
        OrderAction::EnterInError(reason) => format!("was entered in error ({reason})"),
    };
    format!("{} {action} {}", subject(order), order.number)
}

#[test]
fn a_text_is_whole_whatever_characters_are_in_it() {
    let details = details(
        "NTE|1||Mum & dad well ~ sister has fits ^ see letter\rOBX|1|TX|CLIN^Clinical details||Hb 12 & WCC 3 ^ low||||||F\r\
         NTE|2||a\\.br\\b \\T\\ \\H\\c\\N\\\rOBX|2|CWE|Q^Question||C^Answer & more^L",
    );
    let expected =
        ["Mum & dad well ~ sister has fits ^ see letter", "Clinical details: Hb 12 & WCC 3 ^ low", "a\nb & c", "Question: Answer & more"];
    assert_eq!(details.notes, expected);
}

#[test]
fn terms_are_read_from_questions_and_from_answers_and_absent_ones_are_absent() {
    let details = details(
        "OBX|1|CE|HP:0001250^Seizure^HPO||Y^Yes\rOBX|2|CE|PHENO^Phenotype^L||HP:0001263^Delay^HPO\r\
         OBX|3|CWE|PHENO^Phenotype^L||HP:0000252^Microcephaly^HPO~HP:0001252^Hypotonia^HPO\r\
         OBX|4|CE|HP:0000365^Hearing impairment^HPO||LA9634-2^Absent^LN\rOBX|5|CE|HP:0000407^Deafness^HPO||N\r\
         OBX|6|CE|HP:0000500^Eye^HPO||U^Unknown\rOBX|7|ST|TERMS^HPO terms||HP:0001251 Ataxia; HP:0001337\r\
         OBX|8|CE|ABS^Absent features||HP:0002133^Status^HPO\rOBX|9|CE|FH^Mother's phenotype||HP:0000006^Dominant^HPO\r\
         DG1|1||HP:0001270^Motor delay^HPO\rOBX|10|CE|HP:0001290^Weak^HPO||Y||||||D\rOBX|11|CE|PHENO^Clinical features seen||Y^Yes",
    );
    let features: Vec<String> = details.features.iter().map(|f| format!("{}{}", if f.absent { "-" } else { "" }, f.code.code)).collect();
    let expected = [
        "HP:0001250",
        "HP:0001263",
        "HP:0000252",
        "HP:0001252",
        "-HP:0000365",
        "-HP:0000407",
        "HP:0001251",
        "HP:0001337",
        "-HP:0002133",
        "HP:0001270",
    ];
    assert_eq!(features, expected);
    assert!(details.not_used.iter().any(|note| note.starts_with("OBX(10)-11: Weak is marked as deleted")), "{:?}", details.not_used);
    assert!(details.notes.contains(&"Eye: Unknown".to_owned()), "{:?}", details.notes);
}

#[test]
fn reasons_and_clinical_information_stand_in_the_notes() {
    let body = format!(
        "{PID}\rNTE|1||About the patient\rORC|NW|P-1||||||||||C1^Green^Ann||||Urgent therapy decision\r\
         OBR|1|P-1||R59.3^Epilepsy^GTD|||202611011200|||||DC^Infection risk|Infantile spasms & more ^ x||BLD||||||||||||||||Fits^Seizures^L||||||||See letter"
    );
    let order = orders("ORM^O01", &body).expect("an order").remove(0);
    let details = order.action.details().expect("placed");
    let expected = [
        "Reason for the order: Urgent therapy decision",
        "Reason for the study: Seizures",
        "Clinical information: Infantile spasms & more ^ x",
        "Danger: Infection risk",
        "Comment of the collector: See letter",
        "About the patient",
    ];
    assert_eq!(details.notes, expected);
    assert_eq!((details.diagnosis.as_str(), details.requester.as_str()), ("Seizures", "Ann Green"));
    let specimen = &details.specimens[0];
    assert_eq!((specimen.material.as_str(), specimen.collected.as_str()), ("Whole blood", "202611011200"));
}

#[test]
fn specimens_have_their_labels_and_their_time_and_stand_before_or_after_an_order() {
    let spm = "SPM|1|BAR-778899&RP4^LAB-12345||BLDV^Venous blood^HL70487|||||||||||||202611010930";
    let details = details(&format!("{spm}\rSAC|||TUBE-1\rSPM|2|QC-1||BLD|||||||Q"));
    assert_eq!(details.specimens.len(), 1);
    assert_eq!(details.specimens[0].labels, ["BAR-778899", "LAB-12345", "TUBE-1"]);
    assert_eq!((details.specimens[0].collected.as_str(), details.specimens[0].material.as_str()), ("202611010930", "Venous blood"));
    let order = |number: &str| format!("ORC|NW|{number}\rOBR|1|{number}||R59.3");
    let body = format!("{PID}\rSPM|1|S1||BLD\r{}\r{}\rSPM|2|S2||SAL\r{}", order("1"), order("2"), order("3"));
    let orders = orders("OML^O33", &body).expect("orders");
    let labels: Vec<String> = orders.iter().filter_map(|o| o.action.details()).map(|d| d.specimens[0].label()).collect();
    assert_eq!(labels, ["Whole blood, S1", "Whole blood, S1", "Saliva, S2"]);
}

#[test]
fn an_order_is_of_the_patient_before_it_and_results_of_before_are_not_orders() {
    let body = format!(
        "{PID}\r{REQUEST}\rPID|1||A99^^^RP4^MR||Prior^Pat||20180304|F\rORC|PR|OLD-1\rOBR|1|OLD-1||FBC^Full blood count^L\r\
         OBX|1|CE|HP:0000252^Microcephaly^HPO||Y\rORC|NW|P-2\rOBR|1|P-2||R29.4"
    );
    let read = orders("OML^O21", &body).expect("orders");
    assert_eq!(read.iter().map(summary).collect::<Vec<_>>(), ["Ann Testa places P-1", "Ann Testa places P-2"]);
    let details = read[0].action.details().expect("placed");
    assert!(details.features.is_empty(), "what was found before is not what is seen now");
    assert!(
        details.not_used.contains(&"ORC(2): the result of before OLD-1 (Full blood count) is not read; it is kept with the message".into())
    );
    let two = format!("{PID}\r{REQUEST}\rPID|1||9991000054^^^NHS^NH||Second^Sam||20180304|M\rORC|CA|P-9");
    let read = orders("ORM^O01", &two).expect("orders");
    assert_eq!(
        read.iter().map(summary).collect::<Vec<_>>(),
        ["Ann Testa places P-1", "Sam Second cancels (Cancelled by the sender, who gave no reason) P-9"]
    );
}

#[test]
fn each_order_control_does_what_it_says_or_is_refused_by_name() {
    let with = |orc: &str| orders("ORM^O01", &format!("{PID}\r{orc}\rOBR|1|P-1||R59.3")).map(|o| o.iter().map(summary).collect::<Vec<_>>());
    assert_eq!(with("ORC|NW|P-1"), Ok(vec!["Ann Testa places P-1".into()]));
    assert_eq!(with("orc|nw|P-1"), Ok(vec!["Ann Testa places P-1".into()]));
    assert_eq!(with("ORC|SN|P-1"), Ok(vec!["Ann Testa places P-1".into()]));
    assert_eq!(with("ORC|xo|P-1||||||||||||||More is known"), Ok(vec!["Ann Testa changes (More is known) P-1".into()]));
    assert_eq!(
        with("ORC|CA|P-1||||||||||||||Sample lost\rORC|DC|P-2\rOBR|1|P-2"),
        Ok(vec![
            "Ann Testa cancels (Sample lost) P-1".into(),
            "Ann Testa cancels (Cancelled by the sender, who gave no reason) P-2".into()
        ])
    );
    assert_eq!(
        with("ORC|RP|P-0\rORC|RO|P-1"),
        Ok(vec!["Ann Testa cancels (Replaced by order P-1) P-0".into(), "Ann Testa places P-1".into()])
    );
    assert_eq!(with("ORC|RP|P-1\rORC|RO|P-1").map(|orders| orders.len()), Ok(1));
    assert!(with("ORC|NW|P-0\rORC|OK|P-1").is_err_and(|why| why.starts_with("ORC(2)-1: Order control 'OK' is not acted on")));
    assert!(with("ORC|NW|").is_ok(), "the number may stand in OBR-2");
    assert!(
        orders("ORM^O01", &format!("{PID}\rORC|NW\rOBR|1|||R59.3")).is_err_and(|why| why.starts_with("ORC-2: The order has no number"))
    );
    assert!(orders("ORM^O01", REQUEST).is_err_and(|why| why.starts_with("PID: The message names no patient")));
    assert!(orders("ORM^O01", PID).is_err_and(|why| why.starts_with("ORC: ")));
}

#[test]
fn an_order_that_is_not_to_be_done_is_not_placed() {
    for (orc, says) in [
        ("ORC|NW|P-1|||CA", "ORC-5: The order is cancelled by its status 'CA'"),
        ("ORC|NW|P-1|||er", "ORC-5: The order is in error"),
        ("ORC|SN|P-1|||CM", "ORC-5: The order is completed"),
        ("ORC|XO|P-1|||DC", "ORC-5: The order is discontinued"),
        ("ORC|NW|P-1|||HD", "ORC-5: The order is on hold"),
        ("ORC|NW|P-1|||On hold", "ORC-5: The order is on hold by its status 'ON HOLD'"),
        ("ORC|NW|P-1|||Canceled", "ORC-5: The order is cancelled"),
        ("ORC|NW|P-1|||IP", ""),
        ("ORC|NW|P-1|||Ordered", ""),
        ("ORC|NW|P-1|||XX", ""),
        ("ORC|CA|P-1|||CA", ""),
        ("ORC|RP|P-1|||RP", ""),
    ] {
        let found = orders("ORM^O01", &format!("{PID}\r{orc}\rOBR|1|P-1||R59.3")).err().unwrap_or_default();
        assert!(found.starts_with(says) && found.is_empty() == says.is_empty(), "{orc}: {found}");
    }
    let cancelled = format!("{PID}\rORC|NW|P-1\rOBR|1|P-1||R59.3{}X", "|".repeat(21));
    assert!(orders("ORM^O01", &cancelled).is_err_and(|why| why.starts_with("OBR-25: The order is cancelled")));
}

#[test]
fn two_patients_before_one_order_leave_it_open_whose_it_is() {
    let other = PID.replace("Testa^Ann", "Other^Bea");
    let refused = |body: &str| orders("ORM^O01", body).err().is_some_and(|why| why.contains("not certain whose the order is"));
    assert!(refused(&format!("{PID}\r{other}\r{REQUEST}")));
    assert!(refused(&format!("{PID}\r{REQUEST}\r{other}")));
    assert!(!refused(&format!("{PID}\r{PID}\r{REQUEST}")), "the same patient twice");
    assert!(!refused(&format!("{PID}\r{REQUEST}\r{other}\rORC|NW|P-2\rOBR|2|P-2||R29.4")), "each has an order");
}

#[test]
fn one_number_is_ended_once_and_its_organisation_is_read() {
    let ended = orders("ORM^O01", &format!("{PID}\rORC|CA|P-1{}^^RVV01\rOBR|1|P-1||R59.3\rOBR|2|P-1||R29.4", "|".repeat(19)));
    let ended = ended.expect("read");
    assert_eq!((ended.len(), ended[0].organisation.as_deref()), (1, Some("RVV01")));
}

#[test]
fn a_text_keeps_what_an_unescaped_separator_moved() {
    let read = |after: &str| details(after).notes;
    assert_eq!(read("NTE|1||Deletion 22q11|2 | Mb in father"), ["Deletion 22q11|2 | Mb in father"]);
    assert_eq!(read("NTE|1||Seen in clinic|RE"), ["Seen in clinic"], "a type of notes");
    assert_eq!(read("OBX|1|TX|N^Note||Father | mother affected||||||F"), ["Note: Father | mother affected"]);
    assert_eq!(read("OBX|1|ST|N^Tumour content||40|%|||||F"), ["Tumour content: 40 %"]);
}

#[test]
fn a_message_that_is_laid_out_or_has_lost_its_line_ends_is_read_or_refused_by_name() {
    let units = hl7::read(format!("MSH|^~\\&|A|B|C|D|2026||ORM^O01|1|P|2.4\n    {PID}\n    ORC|NW|P-1\n    OBR|1|P-1||R59.3\n").as_bytes());
    assert!(units[0].message.as_ref().is_ok_and(|message| content(message).is_ok()));
    let units = hl7::read(format!("MSH|^~\\&|A|B|C|D|2026||ORM^O01|1|P|2.4\\r{PID}\\rORC|NW|P-1").as_bytes());
    let why = content(units[0].message.as_ref().expect("a message")).err().map(|faults| faults[0].to_string()).unwrap_or_default();
    assert!(why.starts_with("MSH: Nothing follows the header"), "{why}");
}

const MOTHER: &str = "NK1|1|Kinn^Mary|MTH^Mother^HL70063|1 High St|07700900123||||||||||F|19900101";

#[test]
fn next_of_kin_are_contacts_unless_they_have_a_number_and_the_order_asks_for_relatives() {
    let numbered = format!("{MOTHER}|||||||||||||||||9991000453^^^NHS^NH");
    let people = |contact: &str, after: &str| {
        let order = orders("ORM^O01", &format!("{PID}\r{contact}\r{REQUEST}\r{after}")).expect("an order").remove(0);
        let details = order.action.details().expect("placed").clone();
        (details.people.len(), details.not_used.iter().any(|note| note.starts_with("NK1(1): Mary Kinn (Mother) is a contact")))
    };
    let trio = "OBX|1|ST|FAM^Family structure||Trio";
    let prenatal = "OBX|1|ST|230056^What Type of Referral Do You Require?||Prenatal Referral";
    assert_eq!(people(MOTHER, ""), (1, true));
    assert_eq!(people(MOTHER, trio), (1, true), "no number");
    assert_eq!(people(&numbered, ""), (1, true), "nobody asks for relatives");
    assert_eq!(people(&numbered, "OBX|1|ST|FAM^Family structure||Singleton"), (1, true));
    assert_eq!(people(&numbered, trio), (2, false));
    assert_eq!(people(&numbered, prenatal), (2, false));
    let refused = orders("ORM^O01", &format!("{PID}\r{MOTHER}|||||||||||||||||9991000019^^^NHS^NH\r{REQUEST}\r{trio}"));
    assert!(refused.is_err_and(|why| why.starts_with("NK1(1)-33: 9991000019: the NHS number is mistyped")));
}

#[test]
fn pregnancies_and_tumours_are_read() {
    let prenatal = details(
        "OBX|1|ST|1^What Type of Referral Do You Require?||Prenatal Referral\rOBX|2|ST|2^Which Patient is the Referral Being Placed Against:||Twin 2\r\
         OBX|3|NM|18185-9^Gestational age^LN||12|wk",
    );
    assert_eq!((prenatal.reason, prenatal.fetus, prenatal.gestation_days), (ReasonForTesting::Prenatal, Some((2, 2)), Some(84)));
    assert!(prenatal.people[0].is_fetus);
    let due = details("OBX|1|DT|161714006^Estimated date of delivery^SNM3||20270808");
    assert_eq!(due.gestation_days, Some(0), "280 days before the day of delivery");
    let cancer = orders("OML^O21", &format!("{PID}\rORC|NW|1\rOBR|1|1||M119.5^Panel^GTD\rDG1|1||363358000^Malignant tumour of lung^SNM3"));
    let cancer = cancer.expect("an order").remove(0).action.details().expect("placed").clone();
    assert_eq!((cancer.reason, cancer.diagnosis.as_str()), (ReasonForTesting::Tumour, "Malignant tumour of lung"));
}

#[test]
fn what_is_not_read_is_named() {
    let details = details("ZPI|1|A^B\rZPI|2|C\rAL1|1|DA|Penicillin\rZZZ|");
    assert_eq!(
        details.not_used,
        ["ZPI: this segment is not read; it is kept with the message", "AL1: this segment is not read; it is kept with the message"]
    );
    let copies = format!("{PID}\rORC|NW|1\rOBR|1|1||R59.3||||||||||||||PF1||||||||||C2^Copy^To");
    let order = orders("ORM^O01", &copies).expect("an order").remove(0);
    let not_used = &order.action.details().expect("placed").not_used;
    assert_eq!(not_used.len(), 2, "{not_used:?}");
    let cancelled = read("ORM^O01", &format!("{PID}\rORC|CA|1\rZPI|1|x")).expect("read");
    assert_eq!(cancelled.notes, ["ZPI: this segment is not read; it is kept with the message"]);
}

#[test]
fn documents_come_with_an_order() {
    let details = details("OBX|1|ED|FORM^Order form^L||^application^pdf^Base64^JVBERi0xLjQ=\rOBX|2|ED|F||^AP^pdf^Base64^###");
    assert_eq!((details.documents.len(), details.documents[0].title.as_str()), (1, "Order form"));
    assert!(details.not_used.iter().any(|note| note.starts_with("OBX(2)-5: the document cannot be decoded")));
}

#[test]
fn a_person_who_has_changed_and_two_records_of_one_are_read() {
    let changed = read("ADT^A08^ADT_A01", &format!("EVN|A08\r{PID}")).expect("read");
    assert!(matches!(changed.content, MessageContent::Demographics(person, _) if person.family_name == "Testa"));
    let dead = read("ADT^A08", &format!("EVN|A08|202611011530\r{PID}{}20261030|Y", "|".repeat(21))).expect("read");
    assert!(dead.notes[0].starts_with("PID-30: the person has died (2026-10-30)"), "{:?}", dead.notes);
    assert!(matches!(dead.content, MessageContent::Demographics(_, Some(at)) if at.to_string() == "2026-11-01T15:30:00Z"));
    let merged = read("ADT^A40^ADT_A39", &format!("{PID}\rMRG|A2^^^RP4^MR~9991000054^^^NHS^NH")).expect("read");
    let MessageContent::Merge(merge) = merged.content else { panic!("no merge") };
    let IncomingMerge { survivor, replaced, replaced_nhs_number, place } = *merge;
    assert_eq!((survivor.family_name.as_str(), replaced[0].value.as_str(), place.as_str()), ("Testa", "A2", "MRG"));
    assert_eq!(replaced_nhs_number.map(|number| number.value).as_deref(), Some("9991000054"));
    for (body, place) in [
        (format!("{PID}\rMRG|\"\""), "MRG-1: "),
        (PID.to_owned(), "MRG: "),
        (format!("{PID}\rMRG|A2\r{PID}\rMRG|A3"), "PID(2): "),
        ("MRG|A2".to_owned(), "PID: "),
    ] {
        assert!(read("ADT^A40", &body).is_err_and(|why| why.starts_with(place)), "{body}");
    }
}

#[test]
fn what_is_not_acted_on_is_refused_by_name() {
    let with_header = |header: &str| {
        let units = hl7::read(format!("MSH|^~\\&|A|B|C|D|2026||{header}\r{PID}\r{REQUEST}\r").as_bytes());
        let message = units[0].message.as_ref().expect("a message");
        content(message).err().map(|faults| faults[0].to_string()).unwrap_or_default()
    };
    for (header, expected) in [
        ("ORM^O01|1|P|2.4", ""),
        ("OMG^O19^OMG_O19|1|P|2.8", ""),
        ("orm^o01|1||", ""),
        ("ORM^O01|1|D|2.4", "MSH-11: this is a test message"),
        ("ORM^O01|1|P|3.0", "MSH-12: version '3.0'"),
        ("ORM^O01|1|P|2.4||more", "MSH-14: this is a part"),
        ("QBP^Q11|1|P|2.4", "MSH-9: QBP^Q11 is kept and not acted on"),
        ("ADT^A02|1|P|2.4", "MSH-9: ADT^A02 is kept and not acted on"),
        ("ADT^A29|1|P|2.4", "MSH-9: ADT^A29 is kept and not acted on"),
        ("ADT^A28|1|P|2.4", ""),
        ("ADT^A04|1|P|2.4", ""),
        ("ADT^A03|1|P|2.4", ""),
        ("|1|P|2.4", "MSH-9: A message without a type"),
    ] {
        let found = with_header(header);
        assert!(found.starts_with(expected) && found.is_empty() == expected.is_empty(), "{header}: {found}");
    }
}

#[test]
fn an_order_of_a_training_system_is_marked_and_changes_nothing_that_is_there() {
    let sent = |control: &str| {
        let text = format!("MSH|^~\\&|EPR|RP4|OPENGMS|699X0|2026||ORM^O01|C-1|T|2.5.1\r{PID}\rORC|{control}|P-1\rOBR|1|P-1||R59.3\r");
        content(&Message::read(&text).expect("a message"))
    };
    let reading = sent("NW").expect("read");
    let MessageContent::Orders(orders) = &reading.content else { panic!("no orders") };
    assert!(orders.iter().all(|order| order.action.details().is_some_and(|details| details.is_test)));
    assert!(reading.notes.iter().any(|note| note.contains("marked as a test")), "{:?}", reading.notes);
    for control in ["XO", "CA"] {
        let faults = sent(control).expect_err("refused");
        assert!(faults[0].to_string().starts_with("MSH-11: this is a test message"), "{faults:?}");
    }
}
