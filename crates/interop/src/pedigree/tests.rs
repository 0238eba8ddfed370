use super::*;
use care::ordering::{
    family::Affected,
    pedigree::{completed, faults},
};
use serde_json::json;

/// A family as lines: identifier, father, mother, sex, and marks for proband, affected, dead and twin.
fn shown(text: &str) -> String {
    let (family, left_out) = match read(text) {
        Ok(read) => read,
        Err(why) => return why,
    };
    let family = completed(family, None);
    let line = |p: &care::ordering::pedigree::Individual| {
        let parents = [&p.father, &p.mother].map(|id| id.clone().unwrap_or_else(|| "-".into())).join(" ");
        let marks = [(p.proband, "*"), (p.affected == Affected::Yes, "!"), (p.deceased, "+"), (p.twin.is_some(), "=")];
        let marks: String = marks.iter().filter(|(is, _)| *is).map(|(_, mark)| *mark).collect();
        let sex = &format!("{:?}", p.sex)[..1];
        format!("{} {parents} {sex}{marks}", p.id)
    };
    let lines = family.people.iter().map(line);
    let wrong = faults(&family).into_iter().map(|refusal| refusal.message);
    lines.chain(left_out.into_iter().map(|left| format!("left out {left}"))).chain(wrong).collect::<Vec<_>>().join("; ")
}

#[test]
fn a_family_of_phenopackets_is_read_in_both_spellings() {
    let person = |id: &str, father: &str, mother: &str, sex: &str, status: &str| json!({ "familyId": "F", "individualId": id, "paternalId": father, "maternalId": mother, "sex": sex, "affectedStatus": status });
    let persons = [
        person("K", "D", "M", "FEMALE", "AFFECTED"),
        person("D", "", "0", "MALE", "UNAFFECTED"),
        person("M", "0", "0", "FEMALE", "MISSING"),
    ];
    let relative = json!({ "id": "r", "subject": { "id": "D", "vitalStatus": { "status": "DECEASED" } } });
    let document = json!({ "id": "f", "proband": { "id": "p", "subject": { "id": "K" } }, "relatives": [relative], "pedigree": { "persons": persons } });
    let expected = "K D M F*!; D - - M+; M - - F";
    assert_eq!(shown(&document.to_string()), expected);
    let snake = ["familyId", "individualId", "paternalId", "maternalId", "affectedStatus", "vitalStatus"];
    let under = ["family_id", "individual_id", "paternal_id", "maternal_id", "affected_status", "vital_status"];
    let text = snake.iter().zip(under).fold(document.to_string(), |text, (camel, snake)| text.replace(camel, snake));
    assert_eq!(shown(&format!("\u{feff}{text}")), expected);
    for (change, instead, says) in [
        (r#""subject":{"id":"K"}"#, r#""subject":{"id":"Z"}"#, "'Z' is nobody of pedigree.persons"),
        (r#""subject":{"id":"K"}"#, r#""subject":{"id":"K","sex":"MALE"}"#, "'K' has one sex in pedigree.persons and another"),
    ] {
        let changed = document.to_string().replace(change, instead);
        assert!(shown(&changed).contains(says), "{}", shown(&changed));
    }
    let two = document.to_string().replacen(r#""familyId":"F""#, r#""familyId":"G""#, 1);
    assert!(shown(&two).contains("of families 'G' and 'F'"), "{}", shown(&two));
    assert!(shown(r#"{"proband":{},"relatives":[]}"#).contains("without pedigree"));
    assert!(shown(r#"{"pedigree":{"persons":[{"sex":"MALE"}]}}"#).contains("persons[0].individualId is missing"));
}

#[test]
fn family_member_history_is_drawn_by_how_each_is_related() {
    let relative = |id: &str, code: &str| {
        json!({ "resource": { "resourceType": "FamilyMemberHistory", "id": id, "status": "completed", "patient": { "reference": "Patient/kid" },
            "relationship": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/v3-RoleCode", "code": code }] } } })
    };
    let mut aunt = relative("aunt", "MAUNT");
    aunt["resource"]["condition"] = json!([{ "code": { "text": "Epilepsy" } }]);
    aunt["resource"]["deceasedAge"] = json!({ "value": 40 });
    let patient = json!({ "resource": { "resourceType": "Patient", "id": "kid", "gender": "male" } });
    let bundle = json!({ "resourceType": "Bundle", "entry": [patient, relative("dad", "FTH"), aunt, relative("sis", "NSIS")] });
    assert_eq!(
        shown(&bundle.to_string()),
        "kid dad mother M*; dad - - M; aunt maternal-grandfather maternal-grandmother F!+; sis dad mother F; \
         mother maternal-grandfather maternal-grandmother F; maternal-grandfather - - M; maternal-grandmother - - F"
    );
    let unclear = json!({ "resourceType": "Bundle", "entry": [relative("c", "HBRO")] });
    assert!(shown(&unclear.to_string()).contains("c (HBRO) has no place"), "{}", shown(&unclear.to_string()));
    let bore = json!({ "resourceType": "Bundle", "entry": [relative("g", "GESTM")] });
    assert!(shown(&bore.to_string()).contains("g (GESTM) has no place"), "{}", shown(&bore.to_string()));
    let mut denied = relative("d", "FTH");
    denied["resource"]["condition"] = json!([{ "code": { "coding": [{ "display": "No family history of epilepsy" }] } }]);
    denied["resource"]["deceasedString"] = json!("no");
    assert_eq!(shown(&json!({ "entry": [denied] }).to_string()), "kid d - U*; d - - M");
    let mut other = relative("x", "MTH");
    other["resource"]["patient"]["reference"] = json!("Patient/other");
    assert!(shown(&json!({ "entry": [relative("m", "MTH"), other] }).to_string()).contains("several patients"));
    assert!(shown(r#"{"resourceType":"Bundle","entry":[]}"#).contains("a FHIR Bundle without FamilyMemberHistory"));
}

#[test]
fn parents_that_the_extension_names_count_first() {
    // The shape that open-pedigree exports: resources contained in a Composition, joined by references within it.
    let parent = |code: &str, reference: &str| {
        json!({ "url": "http://hl7.org/fhir/StructureDefinition/family-member-history-genetics-parent", "extension": [
            { "url": "type", "valueCodeableConcept": { "coding": [{ "code": code }] } },
            { "url": "reference", "valueReference": { "reference": reference } }
        ] })
    };
    let history = |id: &str, code: &str, extension: Vec<Value>| {
        json!({ "resourceType": "FamilyMemberHistory", "id": id, "patient": { "reference": "#p" }, "extension": extension,
            "relationship": { "coding": [{ "code": code }] } })
    };
    let document = json!({ "resourceType": "Composition", "contained": [
        { "resourceType": "Patient", "id": "p", "gender": "female" },
        history("FMH_1", "NMTH", vec![]),
        history("FMH_2", "HSIB", vec![parent("NMTH", "#FMH_1")])
    ] });
    assert_eq!(shown(&document.to_string()), "p - FMH_1 F*; FMH_1 - - F; FMH_2 - FMH_1 U");
}

#[test]
fn open_pedigree_and_pedigreejs_are_read() {
    let graph = json!({ "GG": [
        { "id": 0, "prop": { "gender": "F", "carrierStatus": "affected", "fName": "Ada" } },
        { "id": 1, "rel": true, "hub": true, "prop": {}, "outedges": [{ "to": 2 }] },
        { "id": 2, "chhub": true, "prop": {}, "outedges": [{ "to": 0 }, { "to": 5 }] },
        { "id": 3, "prop": { "gender": "F" }, "outedges": [{ "to": 1 }] },
        { "id": 4, "prop": { "gender": "M", "lifeStatus": "deceased" }, "outedges": [{ "to": 6 }] },
        { "id": 5, "prop": { "gender": "U" } },
        { "id": 6, "virt": true, "outedges": [{ "to": 1 }] }
    ], "ranks": [1], "order": [] });
    let expected = "0 4 3 F*!; 3 - - F; 4 - - M+; 5 4 3 U";
    assert_eq!(shown(&graph.to_string()), expected);
    assert_eq!(shown(&json!({ "jsonData": graph.to_string() }).to_string()), expected);
    let pedigreejs = json!([
        { "famid": "X", "name": "m21", "sex": "M", "top_level": true, "status": "1" },
        { "famid": "X", "name": "f21", "sex": "F", "top_level": true, "breast_cancer_diagnosis_age": "50" },
        { "famid": "X", "name": "ch1", "display_name": "me", "sex": "F", "mother": "f21", "father": "m21", "proband": true, "mztwin": "1" },
        { "famid": "X", "name": "ch2", "sex": "F", "mother": "f21", "father": "m21", "mztwin": "1" }
    ]);
    assert_eq!(shown(&pedigreejs.to_string()), "m21 - - M+; f21 - - F!; ch1 m21 f21 F*=; ch2 m21 f21 F=");
    let simple = json!([{ "id": 1, "sex": "female", "mother": "Mum", "proband": true }, { "id": 2, "firstName": "Mum", "sex": "f" }]);
    assert_eq!(shown(&simple.to_string()), "1 - 2 F*; 2 - - F");
    assert!(shown(r#"{"GG":[{"id":0,"outedges":[{"to":9}]},{"id":1,"rel":true}]}"#).contains("'9', which is no node"));
}

#[test]
fn a_parent_who_has_no_place_in_a_drawing_is_named() {
    let person = |id: u8, gender: &str, to: Option<u8>| {
        let edges = to.map_or(json!([]), |to| json!([{ "to": to }]));
        json!({ "id": id, "prop": { "gender": gender }, "outedges": edges })
    };
    let joins = |id: u8, to: u8| json!({ "id": id, "rel": true, "outedges": [{ "to": to }] });
    let two_mothers = json!({ "GG": [person(0, "F", None), person(1, "F", Some(3)), person(2, "F", Some(3)), joins(3, 0)] });
    assert!(shown(&two_mothers.to_string()).contains("left out 2 is a parent of 0 too"), "{}", shown(&two_mothers.to_string()));
    let adopted = json!({ "GG": [person(0, "F", None), person(1, "F", Some(2)), joins(2, 0), person(3, "M", Some(4)), joins(4, 0)] });
    let text = shown(&adopted.to_string());
    assert!(text.contains("0 - 1 F") && text.contains("left out 3 is a parent of 0 too"), "{text}");
}

#[test]
fn what_is_no_family_is_named() {
    for (text, says) in [
        ("{", "line 1, column 1"),
        ("[]", "names nobody"),
        ("7", "no known kind"),
        (r#"{"a":1}"#, "JSON with the fields a"),
        (r#"[{"sex":"M"}]"#, "[0] has no id"),
    ] {
        assert!(shown(text).contains(says), "{text}: {}", shown(text));
    }
}
