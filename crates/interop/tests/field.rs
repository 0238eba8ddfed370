//! Messages that were tried in the field, read as `cases.tsv` says that they should be: what a reader can see of it, without a store.

use interop::{
    hl7::{self, Unit},
    incoming_message::MessageContent,
    incoming_order::{IncomingOrder, OrderAction, OrderDetails, Subject},
};
use std::{fs, path::Path};

const FOLDER: &str = "../../../shared/conformance/field/health";

/// Messages of a file; none where the files are not at hand.
fn units(file: &str) -> Option<Vec<Unit>> {
    let path = Path::new(FOLDER).join(file);
    let Ok(bytes) = fs::read(&path) else {
        eprintln!("skipped: {} is not at hand", path.display());
        return None;
    };
    Some(hl7::read(&bytes))
}

fn orders(unit: &Unit) -> Result<Vec<IncomingOrder>, String> {
    let message = unit.message.as_ref().map_err(|why| format!("{}: {why}", why.place()))?;
    let reading = hl7::content(message).map_err(|faults| faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))?;
    match reading.content {
        MessageContent::Orders(orders) => Ok(orders),
        other => Err(format!("{other:?}")),
    }
}

/// What the only order of a file states, or why there is none.
fn details(file: &str) -> Option<Result<OrderDetails, String>> {
    let units = units(file)?;
    assert_eq!(units.len(), 1, "{file}");
    Some(orders(&units[0]).map(|orders| match &orders[0].action {
        OrderAction::Place(details) | OrderAction::Amend(details, _) => (**details).clone(),
        other => panic!("{file}: {other:?}"),
    }))
}

/// NHS number, names and whether anything was noted, in one line.
fn proband(details: &OrderDetails) -> String {
    let person = &details.people[0];
    let number = person.nhs_number.as_ref().map_or("none", |number| number.value.as_str());
    format!("{number} {} {} {:?}", person.given_name, person.family_name, person.sex)
}

#[test]
fn each_message_that_should_be_read_is_read_for_its_own_patient() {
    for (file, expected) in [
        ("h01-lf.hl7", "9991000046 Ann Testa Female"),
        ("h02-crlf.hl7", "9991000054 Ann Testa Female"),
        ("h05-latin1.hl7", "9991000100 Siobhán Ó Briain Female"),
        ("h06-utf8.hl7", "9991000119 Zoë Łukasiewicz Female"),
        ("h08-bom.hl7", "9991000135 Ann Testa Female"),
        ("h09-msh2-no-escape.hl7", "9991000143 Ann Testa Female"),
        ("h10-msh2-five.hl7", "9991000151 Ann Testa Female"),
        ("h11-msh2-two.hl7", "9991000178 Jo Smith Female"),
        ("h12-other-separators.hl7", "9991000186 Ann Testa Female"),
        ("h17-mrn-first-then-nhs.hl7", "9991000232 Ann Testa Female"),
        ("h18-nhs-with-spaces-pid3.hl7", "999 100 0240 Ann Testa Female"),
        ("h20-nhs-in-pid19.hl7", "9991000267 Ann Testa Female"),
        ("h21-nhs-oid-authority.hl7", "9991000275 Ann Testa Female"),
        ("h33-apostrophe-b.hl7", "9991000356 FINN O’HARA Female"),
        ("h36-sex-word.hl7", "9991000380 Ann Testa Female"),
        ("h37-sex-nhs-code.hl7", "9991000399 Ann Testa Female"),
        ("h38-sex-lower.hl7", "9991000402 Ann Testa Female"),
        ("h39-name-repeats-maiden-first.hl7", "9991000410 Ivy Newname Female"),
        ("h41-null-nhs.hl7", "none Ann Testa Female"),
        ("h43-nk1-contact-mother.hl7", "9991000453 Leo Kinn Male"),
        ("h44-nk1-contact-mother-dob.hl7", "9991000461 Lev Kinn Male"),
        ("h46a-orc1-SN.hl7", "9991000496 Ann Testa Female"),
        ("h46f-orc1-nw.hl7", "9991000550 Ann Testa Female"),
        ("h49-prior-result-in-oml.hl7", "9991000585 Ann Testa Female"),
        ("h51-kind-ORM_O01_ORM_O01.hl7", "9991000607 Ann Testa Female"),
        ("h52-kind-OMG_O19_OMG_O19.hl7", "9991000615 Ann Testa Female"),
        ("h56-enhanced-mode.hl7", "9991000666 Ann Testa Female"),
        ("h58-version-2.8.hl7", "9991000682 Ann Testa Female"),
        ("h80-lowercase-segments.hl7", "9991000909 Ann Testa Female"),
        ("h82-death-y-no-date.hl7", "9991000925 Ann Testa Female"),
    ] {
        let Some(details) = details(file) else { return };
        let details = details.unwrap_or_else(|why| panic!("{file}: {why}"));
        assert_eq!(proband(&details), expected, "{file}");
        assert_eq!((details.people.len(), details.tests[0].code.as_str()), (1, "R59.3"), "{file}");
        assert!(details.people[0].hospital_numbers.iter().all(|number| !number.value.starts_with("999")), "{file}");
    }
}

#[test]
fn two_messages_in_a_frame_are_two_patients() {
    let Some(units) = units("h04-two-messages-in-a-frame.hl7") else { return };
    let read: Vec<String> = units
        .iter()
        .map(|unit| {
            let orders = orders(unit).expect("read");
            assert_eq!(orders.len(), 1);
            let Subject::Person(person) = &orders[0].subject else { panic!("nobody") };
            format!("{} {} {}", unit.header.control(), orders[0].number, person.given_name)
        })
        .collect();
    assert_eq!(read, ["C-h04a O-h04a Fay", "C-h04b O-h04b Gil"]);
}

#[test]
fn texts_are_kept_whole() {
    let Some(lines) = details("h14-three-capitals-line.hl7") else { return };
    let expected = "Seizures from birth. Investigations:\nEEG\nhypsarrhythmia\nMRI\npolymicrogyria, please also think of TSC";
    assert_eq!(lines.expect("read").notes, [expected]);
    let Some(unescaped) = details("h15-unescaped.hl7") else { return };
    let expected = ["Mum & dad well ~ sister has fits ^ see letter", "Clinical details: Hb 12 & WCC 3 ^ low"];
    assert_eq!(unescaped.expect("read").notes, expected);
    let notes = |file| details(file).map(|details| details.expect("read").notes);
    assert_eq!(notes("h09-msh2-no-escape.hl7").as_deref(), Some(&["HLA\\B27 typed".to_owned()][..]));
    assert_eq!(notes("h11-msh2-two.hl7").as_deref(), Some(&["Mum & Dad affected".to_owned()][..]));
    assert_eq!(notes("h86-nul-bytes.hl7").as_deref(), Some(&["Seizures from four months".to_owned()][..]));
    assert_eq!(
        notes("h59-obr13-clinical-info.hl7").as_deref(),
        Some(&["Clinical information: Infantile spasms, brother died aged 2".to_owned()][..])
    );
    assert_eq!(notes("h61-orc16-reason.hl7").as_deref(), Some(&["Reason for the order: Urgent therapy decision".to_owned()][..]));
}

#[test]
fn codes_terms_and_specimens_are_read() {
    let Some(alternate) = details("h75-code-in-alt.hl7") else { return };
    let codes: Vec<String> = alternate.expect("read").tests.into_iter().map(|code| code.code).collect();
    assert_eq!(codes, ["R59.3", "GENWGS"]);
    let Some(terms) = details("h64-hpo-obx.hl7") else { return };
    let terms: Vec<String> = terms.expect("read").features.into_iter().map(|feature| feature.code.code).collect();
    assert_eq!(terms, ["HP:0001250", "HP:0001263", "HP:0000252", "HP:0001252"]);
    let Some(specimens) = details("h62-spm-ids.hl7") else { return };
    let specimen = specimens.expect("read").specimens.remove(0);
    assert_eq!(specimen.labels, ["BAR-778899", "LAB-12345"]);
    assert_eq!((specimen.material.as_str(), specimen.collected.as_str()), ("Venous blood", "202611010930"));
}

#[test]
fn what_was_left_out_is_named() {
    for (file, note) in [
        ("h43-nk1-contact-mother.hl7", "NK1(1): Mary Kinn"),
        ("h44-nk1-contact-mother-dob.hl7", "NK1(1): Mary Kinn"),
        ("h49-prior-result-in-oml.hl7", "ORC(2): the result of before OLD-1"),
        ("h79-z-segments.hl7", "ZPI: this segment is not read"),
        ("h86-nul-bytes.hl7", "NTE: a control character (U+0000)"),
    ] {
        let Some(details) = details(file) else { return };
        let details = details.expect("read");
        assert!(details.not_used.iter().any(|found| found.starts_with(note)), "{file}: {:?}", details.not_used);
    }
}

#[test]
fn what_is_refused_names_its_field() {
    for (file, expected) in [
        ("h42-bad-check-digit.hl7", "PID-3: 9991000019: the NHS number is mistyped"),
        ("h46c-orc1-OK.hl7", "ORC-1: Order control 'OK' is not acted on"),
        ("h55-kind-QBP_Q11.hl7", "MSH-9: QBP^Q11 is kept and not acted on"),
        ("h84-empty.hl7", "MSH: This is no HL7 message"),
    ] {
        let Some(units) = units(file) else { return };
        let refused = orders(&units[0]).err().unwrap_or_default();
        assert!(refused.starts_with(expected), "{file}: {refused}");
    }
}

#[test]
fn an_end_is_for_the_patient_whom_it_names() {
    let Some(units) = units("h72-cancel-other-patient.hl7") else { return };
    let order = &orders(&units[0]).expect("read")[0];
    let Subject::Person(person) = &order.subject else { panic!("nobody") };
    assert_eq!((order.number.as_str(), person.family_name.as_str()), ("O-h71", "Wrong"));
    assert!(matches!(order.action, OrderAction::Cancel(_)));
}

#[test]
fn changes_of_people_are_read() {
    let content = |file| units(file).map(|units| hl7::content(units[0].message.as_ref().expect("a message")).expect("read").content);
    let Some(changed) = content("h54-kind-ADT_A08_ADT_A01.hl7") else { return };
    assert!(matches!(changed, MessageContent::Demographics(person, _) if person.family_name == "Testa"));
    let Some(MessageContent::Merge(merge)) = content("h53-kind-ADT_A40_ADT_A39.hl7") else { panic!("no merge") };
    assert_eq!((merge.replaced[0].value.as_str(), merge.replaced[0].authority.as_str()), ("A1", "RP4"));
}

#[test]
fn every_message_is_answered_with_its_number() {
    let Ok(entries) = fs::read_dir(FOLDER) else { return };
    for path in entries.flatten().map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|ending| ending == "hl7")) {
        for unit in hl7::read(&fs::read(&path).expect("readable")) {
            let answer = hl7::Acknowledgement {
                code: hl7::AcknowledgementCode::Accept,
                time: "2026",
                control: "1",
                text: "Done",
                faults: &[],
                notes: &[],
            };
            let control = unit.header.control();
            let text = answer.answer(&unit.header);
            assert_eq!(hl7::check_accepted(&text, &control), Ok(()), "{}", path.display());
            assert_eq!(control.is_empty(), path.ends_with("h84-empty.hl7"), "{}", path.display());
        }
    }
}
