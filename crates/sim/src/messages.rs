//! Messages of a simulated hospital: a child and both parents, as its systems would send them.

use serde_json::{Value, json};

/// What differs from one order to the next.
#[derive(Clone, Copy, Debug)]
pub struct Sent<'a> {
    /// The sender's number of the message, in HL7 version 2.
    pub control: &'a str,
    /// The sender's number of the order.
    pub number: &'a str,
    /// Code of the test.
    pub test: &'a str,
    /// Family name of everybody.
    pub family: &'a str,
    /// ODS code of the hospital.
    pub hospital: &'a str,
}

/// NHS numbers of the child, the mother and the father, from the range that is kept for tests; nobody of the demonstration has them.
pub const NUMBERS: [&str; 3] = ["9990001006", "9990001014", "9990001022"];
const BORN: [&str; 3] = ["2019-06-01", "1985-03-12", "1983-02-04"];
const GIVEN_NAMES: [&str; 3] = ["ADA", "MAY", "TOM"];

/// The order as `OML^O21`.
pub fn hl7(sent: &Sent) -> String {
    let Sent { control, number, test, family, hospital } = sent;
    let born = BORN.map(|day| day.replace('-', ""));
    let kin = |index: usize, role: &str, sex: &str| {
        format!(
            "NK1|{index}|{family}^{}|{role}||||||||||||{sex}|{}|||||||||||||||||{}^^^NHS^NH\r",
            GIVEN_NAMES[index], born[index], NUMBERS[index]
        )
    };
    let segments = [
        format!("MSH|^~\\&|EPIC|{hospital}|OPENGMS|{hospital}|20261122103300+0000||OML^O21^OML_O21|{control}|P|2.5.1\r"),
        format!("PID|1||{}^^^NHS^NH~1234567^^^{hospital}^MR||{family}^{}||{}|F\r", NUMBERS[0], GIVEN_NAMES[0], born[0]),
        kin(1, "MTH", "F"),
        kin(2, "FTH", "M"),
        format!("ORC|NW|{number}^{hospital}||||||||||C3456789^Darwin^Samuel^^^Dr^^^GMC|||||||||Hospital^^{hospital}^^^ODS\r"),
        format!("OBR|1|{number}^{hospital}||{test}^^England-GenomicTestDirectory|||||||||||||||||||||||^^^^^S\r"),
        "NTE|1||Child of unrelated parents\r".to_owned(),
        "OBX|1|CE|HP:0001250^Seizure^HPO||LA33-6^Yes^LN||||||F\r".to_owned(),
        "OBX|2|CE|HP:0001263^Global developmental delay^HPO||LA33-6^Yes^LN||||||F\r".to_owned(),
        // Parents in NK1 are tested only where the order says so.
        "OBX|3|ST|FAMILY^Family structure||Trio||||||F\r".to_owned(),
        "SPM|1|X1||258580003^Whole blood specimen^SNM3\r".to_owned(),
    ];
    segments.concat()
}

/// The order as a FHIR transaction.
pub fn fhir(sent: &Sent) -> Value {
    const CODES: &str = "https://fhir.nhs.uk/CodeSystem/England-GenomicTestDirectory";
    let entry = |kind: &str, id: &str, mut resource: Value| {
        resource["resourceType"] = json!(kind);
        resource["id"] = json!(id);
        json!({ "fullUrl": format!("urn:uuid:{kind}-{id}"), "resource": resource, "request": { "method": "POST", "url": kind } })
    };
    let to = |kind: &str, id: &str| json!({ "reference": format!("urn:uuid:{kind}-{id}") });
    let number = |index: usize| json!([{ "system": "https://fhir.nhs.uk/Id/nhs-number", "value": NUMBERS[index] }]);
    let mut entries = vec![entry(
        "PractitionerRole",
        "asks",
        json!({
            "practitioner": { "display": "Dr Samuel Darwin" },
            "organization": { "identifier": { "system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": sent.hospital } },
        }),
    )];
    for (index, (id, gender)) in [("child", "female"), ("mother", "female"), ("father", "male")].into_iter().enumerate() {
        let name = json!([{ "family": sent.family, "given": [GIVEN_NAMES[index]] }]);
        entries.push(entry(
            "Patient",
            id,
            json!({ "identifier": number(index), "name": name, "gender": gender, "birthDate": BORN[index] }),
        ));
        let role = if index == 0 { "proband" } else { "consultand" };
        entries.push(entry("ServiceRequest", id, json!({
            "extension": [{
                "url": "https://fhir.nhs.uk/England/StructureDefinition/Extension-Genomic-Patient-Role",
                "valueCodeableConcept": { "coding": [{ "system": "https://fhir.nhs.uk/CodeSystem/patient-role-genomics", "code": role }] },
            }],
            "identifier": [{ "system": "https://hospital.example/orders", "value": sent.number }],
            "requisition": { "value": sent.number },
            "status": "active",
            "intent": "order",
            "priority": "urgent",
            "category": [{ "coding": [{ "system": "https://fhir.nhs.uk/CodeSystem/rare-diseaseTesting-genomics", "code": "diagnostic" }] }],
            "code": { "coding": [{ "system": CODES, "code": sent.test }] },
            "subject": to("Patient", id),
            "requester": to("PractitionerRole", "asks"),
            "note": if index == 0 { json!([{ "text": "Child of unrelated parents" }]) } else { json!([]) },
        })));
        if index > 0 {
            let code = if index == 1 { "NMTH" } else { "NFTH" };
            let relation = json!([{ "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/v3-RoleCode", "code": code }] }]);
            entries.push(entry(
                "RelatedPerson",
                id,
                json!({ "identifier": number(index), "patient": to("Patient", "child"), "relationship": relation }),
            ));
        }
    }
    for (code, display, present) in
        [("HP:0001250", "Seizure", true), ("HP:0001263", "Global developmental delay", true), ("HP:0000252", "Microcephaly", false)]
    {
        entries.push(entry(
            "Observation",
            &code.replace(':', "-"),
            json!({
                "status": "final",
                "code": { "coding": [{ "system": "http://human-phenotype-ontology.org", "code": code, "display": display }] },
                "subject": to("Patient", "child"),
                "valueBoolean": present,
            }),
        ));
    }
    json!({ "resourceType": "Bundle", "type": "transaction", "entry": entries })
}
