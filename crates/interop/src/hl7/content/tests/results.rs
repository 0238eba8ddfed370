//! Results of other laboratories, and how sure they are.

use super::*;
use crate::incoming_message::IncomingResult;

#[test]
fn a_result_of_another_laboratory_is_read_with_its_values_and_documents() {
    let body = format!(
        "{PID}\rORC|RE|OG-1|F-1\rOBR|1|OG-1|F-1|FBC^Full blood count^L||||||||||||||||||202611011200|||F\r\
         OBX|1|NM|HB^Haemoglobin^L||120|g/L|115-165|N|||F\rNTE|1||Checked & filed\rOBX|2|ED|RPT^Report^L||^application^pdf^Base64^JVBERi0xLjQ=\r\
         OBX|3|RP|RPT^Report^L||http://example.com/1.pdf\rOBX|4|NM|WCC^White cells^L||3||||||X\rOBR|2||F-2|ESR^Sedimentation^L\rOBX|1|SN|ESR^Rate^L||>^100"
    );
    let MessageContent::Results(results) = read("ORU^R01", &body).expect("read").content else { panic!("no results") };
    let IncomingResult { number, filler, test, status, values, documents, issued, laboratory, not_used, .. } = &results[0];
    assert_eq!((number.as_str(), filler.as_str(), test.as_str(), status.as_str()), ("OG-1", "F-1", "Full blood count", "F"));
    assert_eq!((issued.as_str(), laboratory.as_str(), documents.len(), not_used.len()), ("202611011200", "EPR (RP4)", 1, 2));
    let shown: Vec<String> = values.iter().map(|value| format!("{} {}", value.name, value.value)).collect();
    assert_eq!(shown, ["Haemoglobin 120 g/L (reference 115-165; N)", "Comment Checked & filed"]);
    assert_eq!((results[1].filler.as_str(), results[1].values[0].value.as_str()), ("F-2", ">100"));
    let document = format!(
        "EVN|T02\r{PID}\rTXA|1|GE^Genetic report|AP|20261101||||||||D-1||OG-1|F-1||AU\rOBX|1|ED|RPT^Report^L||^AP^pdf^Base64^JVBERi0xLjQ="
    );
    let MessageContent::Results(results) = read("MDM^T02", &document).expect("read").content else { panic!("no results") };
    assert_eq!((results[0].number.as_str(), results[0].test.as_str(), results[0].status.as_str()), ("OG-1", "Genetic report", "AU"));
}

/// Status of a result by OBR-25 and the statuses of its observations (OBX-11), or why it is none.
fn result_status(obr: &str, observed: &[&str]) -> String {
    let observations: String = observed.iter().map(|code| format!("OBX|1|ST|X^Finding^L||a||||||{code}\r")).collect();
    let body = format!("{PID}\rOBR|1|OG-1|F-1|X^Test^L{}{obr}\r{observations}", "|".repeat(21));
    match read("ORU^R01", &body).map(|reading| reading.content) {
        Ok(MessageContent::Results(results)) => results[0].status.clone(),
        other => format!("{other:?}"),
    }
}

/// HL7 tables 0123 and 0085.
#[test]
fn a_result_is_as_sure_as_its_least_sure_part() {
    for (obr, observed, status) in [
        ("F", &["F", "F"][..], "F"),
        ("F", &["F", "P"], "P"),
        ("F", &["R"], "P"),
        ("F", &["F", "C"], "C"),
        ("C", &["P"], "P"),
        ("C", &["R"], "P"),
        ("C", &["I"], "P"),
        ("c", &["F", "P"], "P"),
        ("C", &["F"], "C"),
        ("C", &["W"], "X"),
        ("C", &["O"], "P"),
        ("final", &["F"], "final"),
        ("final", &["P"], "P"),
        ("FINAL", &["R"], "P"),
        ("final", &["C"], "C"),
        ("corrected", &["P"], "P"),
        ("amended", &["F", "R"], "P"),
        ("Appended", &["P"], "P"),
        ("F", &["F^P"], "P"),
        ("F", &["F~P"], "P"),
        ("", &["F~P"], "P"),
        ("F", &["^P"], "P"),
        ("F", &["F&P"], "P"),
        ("F", &["F^Final^HL70085"], "F"),
        ("F", &["F~F", "F^"], "F"),
        ("X", &["P"], "X"),
        ("P", &["F"], "P"),
        ("F", &["W", "D"], "X"),
        ("F", &["X", "F"], "F"),
        ("X", &["X"], "X"),
        ("", &["F", "P"], "P"),
        ("", &["F"], "F"),
        ("", &["U"], "F"),
        ("", &["C"], "C"),
        ("", &[""], ""),
        ("", &["O", "F"], "F"),
        ("F", &["O", "F"], "F"),
        ("F", &["F", "Z"], "P"),
        ("F", &["O"], "P"),
        ("F", &["N", "O"], "P"),
        ("F", &["X", "O"], "X"),
        ("AU", &["O"], "P"),
        ("", &["O"], "P"),
        ("C", &["C", "O"], "C"),
        ("P", &["O"], "P"),
    ] {
        assert_eq!(result_status(obr, observed), status, "{obr} {observed:?}");
    }
}

/// HL7 table 0085 over table 0123: whatever is combined, a result without a final observation is never final, and what says only what
/// was ordered is no value.
#[test]
fn no_result_is_final_of_which_nothing_was_observed_for_certain() {
    let codes = ["", "F", "U", "V", "A", "B", "C", "I", "P", "R", "S", "O", "N", "D", "W", "X", "Z"];
    let is_certain = |code: &str| ["", "F", "U", "V"].contains(&code);
    let is_no_part = |code: &str| ["O", "N", "D", "W", "X"].contains(&code);
    for obr in ["", "F", "C", "P", "X", "final", "FINAL", "corrected", "amended", "appended"] {
        for one in codes {
            for other in codes {
                let status = result_status(obr, &[one, other]);
                let may_be_final =
                    [one, other].iter().all(|code| is_certain(code) || is_no_part(code)) && !(is_no_part(one) && is_no_part(other));
                let is_final = ["f", "final"].contains(&status.to_lowercase().as_str());
                let is_corrected = ["c", "corrected", "amended", "appended"].contains(&status.to_lowercase().as_str());
                let is_unsure = [one, other].iter().any(|code| ["I", "P", "R", "S", "Z"].contains(code));
                assert!(!(is_corrected && is_unsure), "OBR-25 '{obr}', OBX-11 '{one}' and '{other}': {status}");
                assert!(!is_final || may_be_final, "OBR-25 '{obr}', OBX-11 '{one}' and '{other}': {status}");
            }
        }
    }
    let body =
        format!("{PID}\rOBR|1|OG-1|F-1|X^Test^L{}F\rOBX|1|NM|W^Weight^L||12|kg|||||O\rOBX|2|ST|V^Variant^L||none||||||F", "|".repeat(21));
    let read = results("ORU^R01", &body);
    assert_eq!(shown(&read), ["OG-1 F-1 Test F: Variant=none"]);
    let note = "OBX(1)-11: Weight (12 kg) says what was ordered, and is no part of the result";
    assert!(read[0].not_used.contains(&note.to_owned()), "{:?}", read[0].not_used);
}

/// HL7 2.5.1, tables 0271 and 0273, chapter 9.5.
#[test]
fn a_document_that_was_cancelled_or_replaced_says_so() {
    let document = |event: &str, txa17: &str, txa19: &str| {
        let body = format!("{PID}\rTXA|1|GE|AP|2026||||||||D-2|D-1|OG-1|||{txa17}||{txa19}\rOBX|1|TX|R^Report^L||Text||||||F");
        match read(&format!("MDM^{event}"), &body).expect("read").content {
            MessageContent::Results(results) => (results[0].status.clone(), results[0].replaces.clone()),
            other => panic!("{other:?}"),
        }
    };
    // An addendum stands beside its parent, and what is cancelled takes back the document of its own number.
    for (event, completion, availability, status, replaces) in [
        ("T02", "AU", "AV", "AU", "D-1"),
        ("T02", "AU", "CA", "X", "D-2"),
        ("T02", "LA", "OB", "X", "D-2"),
        ("T02", "AU", "UN", "P", "D-1"),
        ("T02", "IP", "AV", "IP", "D-1"),
        ("T06", "AU", "AV", "AU", ""),
        ("T10", "AU", "AV", "C", "D-1"),
        ("T08", "LA", "", "C", "D-1"),
        ("T11", "AU", "AV", "X", "D-2"),
    ] {
        assert_eq!(document(event, completion, availability), (status.into(), replaces.into()), "{event} {completion} {availability}");
    }
}

/// HL7 2.5.1, chapter 9.6.1: TXA-12 is the document's own number, OBR-3 that of the work of which several documents may be.
#[test]
fn a_document_is_known_by_its_own_number_and_a_result_by_that_of_the_laboratorys_work() {
    let body = format!("{PID}\rORC|RE|OG-1|F-1\rOBR|1|OG-1|F-1|X^Test^L{}20261130\r", "|".repeat(18));
    let observed = "OBX|1|TX|R^Report^L||Text||||||F";
    let read = results("MDM^T06", &format!("{body}TXA|1|GE|AP|2026||||||||D-2|D-1|OG-1|||AU\r{observed}"));
    assert_eq!((read[0].filler.as_str(), read[0].replaces.as_str()), ("D-2", ""));
    let note = "TXA-13: it is an addendum to D-1, which is in force beside it: read both";
    assert!(read[0].not_used.iter().any(|said| said == note), "{:?}", read[0].not_used);
    let read = results("ORU^R01", &format!("{body}{observed}"));
    assert_eq!(read[0].filler, "F-1");
    let label = (read[0].version.label(), read[0].version.written.map(|written| written.from.to_string()));
    assert_eq!(label, ("issued 30 November 2026".to_owned(), Some("2026-11-01T12:00:00Z".to_owned())));
    let sample = results("ORU^R01", &format!("{body}{observed}\rSPM|1|S1^L1||BLD"));
    assert_eq!((sample[0].number.as_str(), sample[0].beside.as_slice()), ("OG-1", &["S1".to_owned(), "L1".to_owned()][..]));
}

#[test]
fn a_result_of_a_cancelled_order_is_none_and_a_specimen_may_say_whose_it_is() {
    let result = |orc: &str, obr2: &str, after: &str| {
        let body = format!("{PID}\r{orc}\rOBR|1|{obr2}|F-1|X^Test^L{}F\rOBX|1|ST|X||a||||||F\r{after}", "|".repeat(21));
        match read("ORU^R01", &body).expect("read").content {
            MessageContent::Results(results) => (results[0].status.clone(), results[0].number.clone()),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(result("ORC|OC|OG-1|F-1", "OG-1", ""), ("X".into(), "OG-1".into()));
    assert_eq!(result("ORC|RE|OG-1|F-1||CA", "OG-1", ""), ("X".into(), "OG-1".into()));
    assert_eq!(result("ORC|RE||F-1||CM", "", "SPM|1|S123^L9||BLD"), ("F".into(), "S123".into()));
    assert_eq!(result("ORC|RE||F-1", "", "SPM|1|^L9||BLD"), ("F".into(), "L9".into()));
}

#[test]
fn a_result_that_names_two_orders_is_refused() {
    let body = format!("{PID}\rORC|RE|OG-1|F-1\rOBR|1|OG-2|F-1|X^Test^L\rOBX|1|ST|X||a||||||F");
    assert!(read("ORU^R01", &body).is_err_and(|why| why.starts_with("OBR-2: OG-2 is another order than OG-1 in ORC-2")));
    let own = read("ORU^R01", &body.replace("OBR|1|OG-2", "OBR|1|Acme23469")).expect("read");
    assert!(matches!(own.content, MessageContent::Results(results) if results[0].number == "OG-1"), "the number of this service");
}

fn results(kind: &str, body: &str) -> Vec<IncomingResult> {
    match read(kind, body).map(|reading| reading.content) {
        Ok(MessageContent::Results(results)) => results,
        other => panic!("{kind}: {other:?}"),
    }
}

/// Number, test, status and values of each result.
fn shown(results: &[IncomingResult]) -> Vec<String> {
    let values = |result: &IncomingResult| result.values.iter().map(|v| format!("{}={}", v.name, v.value)).collect::<Vec<_>>().join(" ");
    results.iter().map(|r| format!("{} {} {} {}: {}", r.number, r.filler, r.test, r.status, values(r))).collect()
}

/// HL7 2.5.1, chapters 7.3.6 to 7.3.9: the order stands after its request, the specimen before it (R22, R23) or after it (R24).
#[test]
fn results_by_specimen_are_read_each_with_its_order_and_its_specimen() {
    let obr = |number: &str, filler: &str| format!("OBR|1|{number}|{filler}|X^Test {filler}^L{}F", "|".repeat(21));
    let r22 = format!(
        "{PID}\rSPM|1|S1^L1||BLD\rOBX|1|NM|VOL^Volume^L||4|ml\rSAC|||S1\r{}\rORC|RE|OG-1|F-1\rOBX|1|ST|A^Value^L||a||||||F\rNTE|1||Seen\r\
         {}\rORC|RE|OG-2|F-2\rOBX|1|ST|B^Value^L||b||||||F\rSPM|2|S2||SAL\r{}\rOBX|1|ST|C^Value^L||c||||||F\rSPM|3|S3||BLD",
        obr("OG-1", "F-1"),
        obr("OG-2", "F-2"),
        obr("", "F-3")
    );
    let read = results("OUL^R22^OUL_R22", &r22);
    let expected = ["OG-1 F-1 Test F-1 F: Value=a Comment=Seen", "OG-2 F-2 Test F-2 F: Value=b", "S2 F-3 Test F-3 F: Value=c"];
    assert_eq!(shown(&read), expected);
    assert!(
        read[0].not_used.iter().any(|note| note.starts_with("OBX(1): Volume (4 ml) is said of the specimen")),
        "{:?}",
        read[0].not_used
    );
    assert!(
        read[0].not_used.iter().any(|note| note.starts_with("SPM(3): no result stands beside this specimen")),
        "{:?}",
        read[0].not_used
    );
    let r23 = format!(
        "{PID}\rSPM|1|S1||BLD\rSAC|||T1\r{}\rORC|RE|OG-1|F-1\rOBX|1|ST|A^Value^L||a||||||F\rSAC|||T2\r{}\rORC|RE|OG-2|F-2\rOBX|1|ST|B^Value^L||b",
        obr("OG-1", "F-1"),
        obr("OG-2", "F-2")
    );
    assert_eq!(shown(&results("OUL^R23", &r23)), ["OG-1 F-1 Test F-1 F: Value=a", "OG-2 F-2 Test F-2 F: Value=b"]);
    let r24 = format!("{PID}\r{}\rORC|RE|OG-1|F-1\rSPM|1|S1||BLD\rOBX|1|ST|A^Value^L||a||||||F", obr("OG-1", "F-1"));
    assert_eq!(shown(&results("OUL^R24", &r24)), ["OG-1 F-1 Test F-1 F: Value=a"]);
    let r21 = format!("{PID}\rSAC|||T1\rORC|RE|OG-1|F-1\r{}\rOBX|1|ST|A^Value^L||a||||||F", obr("OG-1", "F-1"));
    assert_eq!(shown(&results("OUL^R21", &r21)), ["OG-1 F-1 Test F-1 F: Value=a"]);
    for event in ["R30", "R31", "R32"] {
        let body = format!("{PID}\rORC|NW||F-1\r{}\rOBX|1|ST|A^Value^L||a||||||F", obr("", "F-1"));
        assert_eq!(shown(&results(&format!("ORU^{event}"), &body)), [" F-1 Test F-1 F: Value=a"], "{event}");
    }
}

#[test]
fn a_result_by_specimen_is_of_its_patient_and_its_order_or_is_refused_by_name() {
    let obr = format!("OBR|1|OG-1|F-1|X^Test^L{}F\rORC|RE|OG-1|F-1\rOBX|1|ST|A^Value^L||a||||||F", "|".repeat(21));
    for (kind, body, says) in [
        ("OUL^R22", format!("SPM|1|S1||BLD\r{obr}"), "PID: The message names no patient of the result"),
        ("OUL^R22", format!("{PID}\rSPM|1|S1||BLD"), "OBR: The message holds no result"),
        ("OUL^R24", format!("{PID}\r{}", obr.replace("ORC|RE|OG-1", "ORC|RE|OG-2")), "ORC-2: OG-2 is another order than OG-1 in OBR-2"),
        ("OUL^R22", format!("{PID}\rSPM|1|QC1||BLD|||||||Q\r{obr}"), "SPM-11: 'Q' is no specimen of the patient"),
        // An order after what was observed is of another request, and is not that of the one before it.
        (
            "OUL^R22",
            format!("{PID}\rSPM|1|S1||BLD\rOBR|1||F-1|X^Test^L\rOBX|1|ST|A^Value^L||a||||||F\rORC|RE|OG-2|F-2\rOBR|2||F-2|X^Test^L"),
            "ORC: This order stands beside no request",
        ),
        ("ORU^R40", format!("{PID}\r{obr}"), "MSH-9: ORU^R40 is an alarm of a device, and no result of a laboratory"),
    ] {
        let refused = read(kind, &body).expect_err(says);
        assert!(refused.starts_with(says), "{kind}: {refused}");
    }
}

#[test]
fn values_that_share_a_number_of_theirs_are_kept_together() {
    let value = |group: &str, name: &str, value: &str| format!("OBX|1|ST|{name}^{name}^LN|{group}|{value}||||||F\r");
    let body = |groups: [&str; 4]| {
        let values = [("Gene", "BRCA1"), ("HGVS", "c.1A>G"), ("Gene", "TP53"), ("HGVS", "c.2C>T")];
        let values: String = values.iter().zip(groups).map(|((name, text), group)| value(group, name, text)).collect();
        format!("{PID}\rOBR|1|OG-1|F-1|X^Test^L\r{values}")
    };
    let shown = |groups| shown(&results("ORU^R01", &body(groups))).concat();
    let grouped = "2a: Gene=BRCA1 2a: HGVS=c.1A>G 2b: Gene=TP53 2b: HGVS=c.2C>T";
    assert!(shown(["2a", "2a", "2b", "2b"]).ends_with(grouped), "{}", shown(["2a", "2a", "2b", "2b"]));
    for plain in [["", "", "", ""], ["1", "1", "1", "1"], ["1", "2", "3", "4"]] {
        assert!(shown(plain).ends_with(": Gene=BRCA1 HGVS=c.1A>G Gene=TP53 HGVS=c.2C>T"), "{}", shown(plain));
    }
}

/// HL7 2.5.1, chapter 7.3.1 (ORU_R01); HL7 2.7, the same chapter: what is observed of the patient stands before the first order.
#[test]
fn a_value_is_of_the_request_before_it_or_the_message_is_refused_at_the_segment_that_stands_wrong() {
    let obr = |number: usize| format!("OBR|{number}||F-{number}|X{number}^Test {number}^L{}F", "|".repeat(21));
    let value = |name: &str| format!("OBX|1|ST|{name}^{name}^L||a||||||F");
    let orc = |number: usize| format!("ORC|RE|OG-{number}|F-{number}");
    for (body, says) in [
        (format!("{}\r{}\r{}", obr(1), orc(1), value("A")), "ORC: This order stands after its request (OBR)"),
        (format!("{}\r{}\r{}", orc(1), value("A"), obr(1)), "OBR: This request stands after OBX(1), which was observed under its order"),
        (
            format!("{}\r{}\r{}\r{}\r{}\r{}", obr(1), orc(1), value("A"), obr(2), orc(2), value("B")),
            "OBR(2): This request stands after OBX(1), which was observed under its order (ORC)",
        ),
    ] {
        let refused = read("ORU^R01", &format!("{PID}\r{body}")).expect_err(says);
        assert!(refused.starts_with(says), "{body}: {refused}");
    }
    let right = [
        format!("{}\r{}\r{}\r{}\r{}\r{}", orc(1), obr(1), value("A"), orc(2), obr(2), value("B")),
        format!("{}\r{}\r{}\r{}\r{}", obr(1), value("A"), orc(2), obr(2), value("B")),
        format!("{}\r{}\r{}\r{}", obr(1), orc(2), obr(2), value("B")),
    ];
    for body in right {
        assert_eq!(results("ORU^R01", &format!("{PID}\r{body}")).len(), 2, "{body}");
    }
    let weighed = results("ORU^R01", &format!("{PID}\r{}\r{}\r{}\r{}", value("Weight"), orc(1), obr(1), value("A")));
    assert_eq!(shown(&weighed), ["OG-1 F-1 Test 1 F: A=a"]);
    assert!(
        weighed[0].not_used.iter().any(|note| note.starts_with("OBX(1): Weight (a) is said of the patient")),
        "{:?}",
        weighed[0].not_used
    );
}
