//! Whatever is sent: an answer, never a panic.

use interop::{
    cds_hooks::Request,
    fhir::intake,
    ga4gh::{matchmaker, phenopacket},
    hl7, pedigree,
};
use jiff::civil::{Date, date};
use proptest::prelude::*;

const TODAY: Date = date(2026, 11, 29);

/// A message with a few places in which anything may stand.
fn message() -> impl Strategy<Value = String> {
    let anything = proptest::string::string_regex("[ -~éλ\\r\\n|^&\\\\]{0,40}").expect("a pattern");
    let part = prop_oneof![
        anything,
        Just("MSH|^~\\&|A|B|C|D|2026||ORM^O01|1|P|2.3\r".to_owned()),
        Just("ORC|NW|1\r".to_owned()),
        Just("PID|1||\r".to_owned()),
        Just("OBR|1|1||R1\r".to_owned()),
        Just("OBX|1|CE|HP:1^x\r".to_owned()),
        Just("NTE|1||ééé\\F\\Zoë\\T\\\r".to_owned()),
        Just("NK1|1|A^B|MTH".to_owned()),
        Just("MSH|^~\\&|A|B|C|D|2026||ADT^A40|1|P|2.3\r".to_owned()),
        Just("MRG|1\r".to_owned()),
        Just("MSH|^~\\&|A|B|C|D|2026||ORU^R01|1|P|2.3\r".to_owned()),
        Just("SPM|1|a^b||BLD\r".to_owned()),
        Just("OBX|2|ED|X||^AP^pdf^Base64^JVBE\r".to_owned()),
        Just("ORC|PR|2\r".to_owned())
    ];
    proptest::collection::vec(part, 0..8).prop_map(|parts| parts.concat())
}

/// JSON that looks like a bundle more or less.
fn bundle() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        "[a-zA-Z0-9:/|. -]{0,12}".prop_map(Into::into),
        Just("ServiceRequest".into()),
        Just("Patient".into()),
        Just("transaction".into()),
        Just("active".into()),
        Just("RelatedPerson".into()),
        Just("Observation".into()),
        Just("Consent".into()),
        Just("QuestionnaireResponse".into()),
        Just("MessageHeader".into()),
        Just("R01".into()),
        Just("DiagnosticReport".into()),
        Just("Patient/1".into()),
        Just("#1".into()),
        Just("1".into()),
    ];
    let names = proptest::sample::select(vec![
        "resourceType",
        "type",
        "entry",
        "resource",
        "request",
        "method",
        "url",
        "status",
        "subject",
        "reference",
        "identifier",
        "value",
        "code",
        "coding",
        "name",
        "given",
        "extension",
        "relationship",
        "patient",
        "birthDate",
        "category",
        "basedOn",
        "component",
        "id",
        "contained",
        "active",
        "link",
        "other",
        "period",
        "end",
        "provision",
        "item",
        "answer",
        "valueCoding",
        "eventCoding",
        "intent",
        "action",
        "content",
        "attachment",
        "data",
        "phenotypicFeatures",
        "onset",
        "members",
        "GG",
        "outedges",
        "to",
        "rel",
        "medicationReference",
        "draftOrders",
        "context",
        "prefetch",
    ]);
    leaf.prop_recursive(6, 96, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(serde_json::Value::from),
            proptest::collection::btree_map(names.clone().prop_map(str::to_owned), inner, 0..6)
                .prop_map(|m| serde_json::Value::Object(m.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_bytes_are_cut_into_messages_and_answered(bytes in proptest::collection::vec(any::<u8>(), 0..400), kind in "(ORM|OML|ADT|ORU|MDM)") {
        let header = format!("MSH|^~\\&|A|B|C|D|2026||{kind}^O01|1|P|2.4\r").into_bytes();
        for sent in [bytes.clone(), [header, bytes].concat()] {
            for unit in hl7::read(&sent) {
                if let Ok(message) = &unit.message
                    && let Err(faults) = hl7::content(message)
                {
                    prop_assert!(!faults.is_empty());
                }
            }
        }
    }

    #[test]
    fn any_text_is_answered(text in prop_oneof![message(), ".{0,200}"]) {
        for unit in hl7::read(text.as_bytes()) {
            let acknowledgement = hl7::Acknowledgement {
                code: hl7::AcknowledgementCode::Error,
                time: "2026",
                control: "1",
                text: "a reason",
                faults: &[],
                notes: &[],
            };
            let answer = acknowledgement.answer(&unit.header);
            prop_assert!(hl7::Message::read(&answer).is_ok(), "{answer}");
            let Ok(message) = unit.message else { continue };
            match hl7::content(&message) {
                Err(faults) => prop_assert!(!faults.is_empty()),
                Ok(reading) => prop_assert!(message.kind().len() > 2, "{reading:?}"),
            }
        }
        if let Err(faults) = intake::read_on(text.as_bytes(), TODAY) {
            prop_assert!(!faults.is_empty());
        }
    }

    #[test]
    fn any_json_is_answered(inside in bundle(), other in bundle()) {
        let whole = serde_json::json!({ "resourceType": "Bundle", "type": "transaction", "entry": [{ "resource": inside }, { "resource": other }] });
        let contained = serde_json::json!({
            "resourceType": "Bundle",
            "type": "transaction",
            "entry": [{ "resource": { "resourceType": "ServiceRequest", "status": "active", "subject": { "reference": "#1" }, "contained": [inside, other] } }],
        });
        for value in [inside.clone(), whole, contained] {
            if let Err(faults) = intake::read_on(value.to_string().as_bytes(), TODAY) {
                prop_assert!(!faults.is_empty());
            }
            let text = value.to_string();
            let _ = (pedigree::read(&text).is_ok(), phenopacket::features(&text).is_ok(), matchmaker::read(text.as_bytes()).is_ok());
            let order = serde_json::json!({ "resourceType": "MedicationRequest", "medicationReference": value, "contained": [value] });
            let hook = serde_json::json!({ "hook": "order-sign", "context": { "userId": "1", "patientId": "2", "draftOrders": { "entry": [order, value] } }, "prefetch": { "x": value } });
            let request: Request = serde_json::from_value(hook).expect("a request");
            let _ = (request.patient(TODAY).is_ok(), request.prescribed().len());
        }
    }
}

/// A bundle in which everybody is everybody's relative.
fn crowd(each: usize) -> serde_json::Value {
    use serde_json::json;
    let number = |value: String| json!([{ "system": "https://fhir.nhs.uk/Id/nhs-number", "value": value }]);
    let people = (0..each).flat_map(|n| {
        let reference = json!({ "reference": format!("Patient/{n}") });
        [
            json!({ "resourceType": "Patient", "id": n.to_string(), "identifier": number(n.to_string()), "link": [{ "other": { "reference": "RelatedPerson/0" } }] }),
            json!({ "resourceType": "RelatedPerson", "id": n.to_string(), "identifier": number("0".into()), "patient": reference }),
            json!({ "resourceType": "ServiceRequest", "id": n.to_string(), "status": "active", "intent": "order", "subject": reference }),
            json!({ "resourceType": "Observation", "status": "final", "code": { "text": "x" }, "subject": reference }),
        ]
    });
    let entries: Vec<_> = people.map(|resource| json!({ "resource": resource })).collect();
    json!({ "resourceType": "Bundle", "type": "transaction", "entry": entries })
}

#[test]
fn any_crowd_is_answered_and_one_without_measure_refused() {
    assert!(intake::read_on(crowd(250).to_string().as_bytes(), TODAY).is_err(), "nobody can be told apart");
    let faults = intake::read_on(crowd(251).to_string().as_bytes(), TODAY).expect_err("a fault");
    assert!(faults[0].message.contains("1000 at the most are read"), "{faults:?}");
}
