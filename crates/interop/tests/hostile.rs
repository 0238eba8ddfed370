//! Whatever is sent: an answer, never a panic.

use interop::{fhir::intake, hl7};
use proptest::prelude::*;

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
        Just("NK1|1|A^B|MTH".to_owned())
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
    fn any_text_is_answered(text in prop_oneof![message(), ".{0,200}"]) {
        if let Ok(read) = hl7::Message::read(&text) {
            let _ = (read.kind(), read.control());
            if let Err(faults) = hl7::order::read(&read) {
                prop_assert!(!faults.is_empty());
            }
            let acknowledgement =
                hl7::Acknowledgement { code: hl7::AcknowledgementCode::Error, time: "2026", control: "1", text: "words", faults: &[] };
            let answer = acknowledgement.answer(Some(&read));
            prop_assert!(hl7::Message::read(&answer).is_ok(), "{answer}");
        }
        if let Err(faults) = intake::read(&text) {
            prop_assert!(!faults.is_empty());
        }
    }

    #[test]
    fn any_json_is_answered(inside in bundle(), other in bundle()) {
        let whole = serde_json::json!({ "resourceType": "Bundle", "type": "transaction", "entry": [{ "resource": inside }, { "resource": other }] });
        for value in [inside.clone(), whole] {
            if let Err(faults) = intake::read(&value.to_string()) {
                prop_assert!(!faults.is_empty());
            }
        }
    }
}
