//! A hospital's prescribing system asks at the moment of prescribing; a small client plays it.

use crate::{Served, permissions::who, routes::raw, served::analyse};
use access::Action;
use care::{
    OrderId, PatientId, Role,
    laboratory::sample::Command,
    ordering::{
        choice::{Answer, Category, Discussion, How, WORDING},
        family::Relationship,
    },
    people::patient::{Demographics, Identity, Sex},
};
use engine::reference;
use jiff::civil::Date;
use serde_json::{Value, json};
use service::{
    directory,
    laboratory::{self, data::Delivered},
    ordering, people, results,
};
use sim::{family, published};

/// A child whose genome was sequenced for a metabolic disorder, and who carries DPYD*2A besides, as does the mother.
pub async fn sequenced(served: &Served, other_findings: Answer) -> (OrderId, PatientId) {
    sequenced_as(served, other_findings, ["9990003009", "9990003017", "9990003025"], 3).await
}

/// The same of a family with these NHS numbers (child, father, mother) and the background of a seed: no two families have the same
/// file.
pub async fn sequenced_as(served: &Served, other_findings: Answer, numbers: [&str; 3], seed: u64) -> (OrderId, PatientId) {
    let desk = |role, which| served.service.desk(who(role, which));
    let person = |relationship, number: &str, year, sex| {
        let demographics = Demographics {
            nhs_number: Identity::NhsNumber(number.parse().expect("a number")),
            family_name: "Oduya".into(),
            given_name: format!("{relationship:?}"),
            birth_date: Date::constant(year, 2, 14),
            sex,
        };
        sim::form::person(relationship, demographics)
    };
    let test = directory::catalogue::current(&served.service).await.expect("a directory").test("R98.2").expect("in force").clone();
    let people = vec![
        person(Relationship::Proband, numbers[0], 2001, Sex::Male),
        person(Relationship::Father, numbers[1], 1970, Sex::Male),
        person(Relationship::Mother, numbers[2], 1971, Sex::Female),
    ];
    let form = sim::form::order(test, people);
    let id = form.id;
    let clinician = desk(Role::Clinician, 0);
    ordering::orders::place(&clinician, form).await.expect("placed");
    let permit = clinician.permit(Action::ReadOrder, id).await.expect("a permit");
    let status = clinician.status(&permit, id).await.expect("a status");
    let people: Vec<PatientId> = status.order.request.expect("submitted").people.iter().map(|p| p.patient).collect();
    for person in &people {
        let discussion = Discussion {
            order: id,
            wording: WORDING.into(),
            category: Category::AdultOwn,
            test: Answer::Yes,
            research: Answer::No,
            recontact: Answer::Yes,
            secondary_findings: other_findings,
            family_sharing: Answer::Yes,
            comment: String::new(),
            how: How::Spoken,
            interpreter: String::new(),
        };
        ordering::choices::record(&clinician, *person, discussion).await.expect("recorded");
    }
    let bench = desk(Role::LaboratoryScientist, 0);
    for (sample, tube) in status.samples {
        let barcode = tube.label.expect("labelled").barcode;
        laboratory::samples::handle(&bench, id, sample, Command::Receive { barcode }).await.expect("received");
        laboratory::samples::handle(&bench, id, sample, Command::Accept).await.expect("accepted");
    }
    let mut planted = published::all().expect("cases").remove(1).planted().expect("variants");
    // rs3918290, c.1905+1G>A.
    planted.push(("1-97450058-C-T".parse().expect("a variant"), ["0/1", "0/0", "0/1"]));
    let vcf = served.service.folder.join("genome.vcf.gz");
    family::write_trio(&vcf, ["kid", "dad", "mum"], &planted, &reference::open("demo").expect("a pack"), seed, false).expect("a VCF");
    let names = people.iter().copied().zip(["kid", "dad", "mum"].map(str::to_owned)).collect();
    let bench = desk(Role::Bioinformatician, 0);
    let analysis = laboratory::data::register_data(&bench, id, &Delivered::small(&vcf), names).await.expect("registered");
    analyse(&bench, id, analysis).await;
    (id, people[0])
}

/// The client: asks with its secret, gets status and JSON.
struct Client {
    base: String,
    secret: String,
}

impl Client {
    async fn send(&self, path: &str, body: &Value) -> (u16, Value) {
        let (host, body) = (self.base.trim_start_matches("http://"), body.to_string());
        let head = format!("POST {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {}\r\n", self.secret);
        let head = format!("{head}Content-Type: application/json\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len());
        let answer = raw(&self.base, &format!("{head}{body}")).await;
        let status = answer.split_whitespace().nth(1).and_then(|code| code.parse().ok()).expect("a status");
        (status, serde_json::from_str(answer.split_once("\r\n\r\n").expect("a body").1).unwrap_or(Value::Null))
    }

    async fn prescribe(&self, medicine: &str, number: &str, born: &str) -> (u16, Value) {
        let request = json!({
            "hook": "order-sign", "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
            "context": { "userId": "Practitioner/onc-7", "patientId": "77", "draftOrders": { "resourceType": "Bundle", "entry": [
                { "resource": { "resourceType": "MedicationRequest", "id": "m1", "medicationCodeableConcept": { "text": medicine } } }
            ] } },
            "prefetch": { "patient": { "resourceType": "Patient", "birthDate": born,
                "identifier": [{ "system": "https://fhir.nhs.uk/Id/nhs-number", "value": number }] } }
        });
        self.send("/cds-services/medicines-order-sign", &request).await
    }
}

async fn client(served: &Served) -> Client {
    let administrator = who(Role::Administrator, 0);
    let hospital = "RXX99".parse().expect("a code");
    let opened = ordering::clients::open(
        &served.service,
        &administrator,
        Role::PrescribingSystem,
        "Ward prescribing",
        (hospital, "Another Hospital"),
    )
    .await;
    Client { base: served.base.clone(), secret: opened.expect("opened").1 }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fluoropyrimidine_is_met_by_the_card_of_a_genome_sequenced_for_another_reason() {
    let served = Served::new().await;
    let (order, patient) = sequenced(&served, Answer::Yes).await;
    let client = client(&served).await;
    let (status, none) = client.prescribe("Capecitabine 500mg tablets", "9990003009", "2001-02-14").await;
    assert_eq!((status, &none["cards"]), (200, &json!([])), "nothing is answered that nobody signed");
    let scientist = served.service.desk(who(Role::ClinicalScientist, 0));
    assert_eq!(results::medicines::read(&scientist, order).await.expect("read"), 3);
    assert_eq!(results::medicines::read(&scientist, order).await.expect("read"), 0, "not twice");
    let reading = results::medicines::medicines(&scientist, patient).await.expect("known").unsigned.expect("waits").0;
    results::medicines::sign(&scientist, patient, &reading.content_sha256).await.expect("signed");
    let [page, pdf] = results::medicines::medicines_report(&scientist, patient).await.expect("a report");
    let page = String::from_utf8(page).expect("text");
    for message in ["capecitabine: change", "Reference/c.1905+1G&gt;A (*2A)", "PMID 29152729", "positions not read"] {
        assert!(page.contains(message) || page.contains(&message.replace("&gt;", "&#62;")), "{message}");
    }
    assert!(pdf.starts_with(b"%PDF"));
    let again = results::medicines::medicines_report(&scientist, patient).await.expect("a report");
    assert_eq!(again[1], pdf, "kept, not rendered anew");

    let (status, answer) = client.prescribe("Capecitabine 500mg tablets", "9990003009", "2001-02-14").await;
    let card = &answer["cards"][0];
    assert_eq!((status, card["indicator"].as_str()), (200, Some("warning")), "{answer}");
    assert_eq!(card["summary"], "Capecitabine: another dose or medicine – DPYD Intermediate Metabolizer");
    let detail = card["detail"].as_str().expect("a detail");
    for message in ["half of the usual dose", "Reference/c.1905+1G>A (*2A)", "positions were not read", "PMID 29152729", "Dr Dev Patel"] {
        assert!(detail.contains(message), "{message}: {detail}");
    }
    assert!(card["links"][0]["url"].as_str().is_some_and(|url| url.ends_with(&format!("/patients/{patient}/medicines"))));
    let (_, other) = client.prescribe("Codeine 30mg tablets", "9990003009", "2001-02-14").await;
    assert_eq!(other["cards"][0]["summary"], "Codeine: CYP2D6 not known from the data on record");
    let (_, none) = client.prescribe("Paracetamol", "9990003009", "2001-02-14").await;
    assert_eq!(none["cards"], json!([]));
    let (_, brand) = client.prescribe("Xeloda 500mg", "9990003009", "2001-02-14").await;
    assert_eq!(brand["cards"][0]["summary"], card["summary"]);
    let (_, unknown) = client.prescribe("Zyxumab", "9990003009", "2001-02-14").await;
    assert_eq!(unknown["cards"][0]["summary"], "Medicine not recognised: Zyxumab; no genes were looked at for it");
    let (_, wrong) = client.prescribe("Capecitabine", "9990003009", "1999-01-01").await;
    assert_eq!(wrong["cards"][0]["summary"], "Genes and medicines: the patient could not be matched");

    let feedback = json!({ "feedback": [{ "card": card["uuid"], "outcome": "overridden", "outcomeTimestamp": "2026-11-22T02:00:00Z",
        "overrideReason": { "reason": { "code": "adjusted", "display": "Dose already adjusted" }, "userComment": "Half dose ordered" } }] });
    assert_eq!(client.send("/cds-services/medicines-order-sign/feedback", &feedback).await.0, 200);
    let answered = results::medicines::medicines(&scientist, patient).await.expect("known").overridden;
    assert_eq!(answered.len(), 1);
    assert_eq!((answered[0].reason.as_str(), answered[0].by.as_str()), ("Dose already adjusted: Half dose ordered", "Ward prescribing"));
    let looked = people::emergency::who_looked(&served.service.desk(who(Role::Administrator, 0)), patient, 1).await.expect("the audit");
    assert!(looked.lines.iter().any(|l| l.who.contains("Ward prescribing for Practitioner/onc-7")), "the person sees who asked");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_prescribing_system_without_secret_or_sense_is_told_so() {
    let served = Served::new().await;
    let (order, patient) = sequenced(&served, Answer::No).await;
    let scientist = served.service.desk(who(Role::ClinicalScientist, 0));
    assert_eq!(results::medicines::read(&scientist, order).await.expect("read"), 0, "who did not agree to other findings is not read");
    assert!(results::medicines::medicines(&scientist, patient).await.expect("known").unsigned.is_none());
    let client = client(&served).await;
    let stranger = Client { secret: "gms_00".into(), base: client.base.clone() };
    assert_eq!(stranger.prescribe("Codeine", "9990003009", "2001-02-14").await.0, 401);
    let request = |hook: &str| json!({ "hook": hook, "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea", "context": { "userId": "P/1", "patientId": "7" } });
    let (status, answered) = client.send("/cds-services/medicines-patient-view", &request("patient-view")).await;
    assert_eq!((status, answered["error"].as_str().map(|w| w.starts_with("prefetch.patient is missing"))), (412, Some(true)));
    assert_eq!(client.send("/cds-services/medicines-patient-view", &request("order-sign")).await.0, 400);
    assert_eq!(client.send("/cds-services/medicines-patient-view", &json!("x")).await.0, 400);
    assert_eq!(client.send("/cds-services/other", &request("patient-view")).await.0, 404);
    let unknown = json!({ "feedback": [{ "card": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea", "outcome": "overridden" }] });
    assert_eq!(client.send("/cds-services/medicines-order-sign/feedback", &unknown).await.0, 400);
    let discovered = crate::routes::answer(&served.base, "GET", "/cds-services", "").await;
    assert!(discovered.contains("medicines-order-select") && discovered.contains("prefetch"), "{discovered}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_scientist_reads_and_signs_the_genes_and_a_clinician_asks_about_a_medicine() {
    let served = Served::new().await;
    let Some(b) = served.browser().await else { return };
    let (_, patient) = sequenced(&served, Answer::Yes).await;
    let page = format!("/patients/{patient}/medicines");
    b.sign_in("Dr Dev Patel").await;
    b.open(&page).await;
    b.see("Nothing has been read yet").await;
    b.press("Read").await;
    b.see("Read and not signed").await;
    b.picture("medicines-unsigned").await;
    b.press("Sign, so that it answers").await;
    b.sign_in("Dr Amara Okafor").await;
    b.open(&format!("/patients/{patient}")).await;
    b.click("Pharmacogenomics in full").await;
    b.see("capecitabine: Change.").await;
    b.click("Pharmacogenomic report").await;
    b.see("Medicines that need a different dose or an alternative").await;
    b.picture("medicines-report").await;
    b.open(&page).await;
    b.fill("medicine", "Nosuchmedicine").await;
    b.press("Ask").await;
    b.see("There is no guidance on Nosuchmedicine").await;
    b.fill("medicine", "5-FU").await;
    b.press("Ask").await;
    b.see("Begin with half of the usual dose").await;
    b.picture("medicines").await;
    b.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_prescriber_sees_the_card_in_their_own_system_and_says_why_they_go_on() {
    let served = Served::new().await;
    let Some(b) = served.browser().await else { return };
    let (order, patient) = sequenced(&served, Answer::Yes).await;
    let scientist = served.service.desk(who(Role::ClinicalScientist, 0));
    results::medicines::read(&scientist, order).await.expect("read");
    let reading = results::medicines::medicines(&scientist, patient).await.expect("known").unsigned.expect("waits").0;
    results::medicines::sign(&scientist, patient, &reading.content_sha256).await.expect("signed");
    let Client { base, secret } = client(&served).await;
    // The hospital's own server, on another origin.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let page = axum::Router::new().route("/", axum::routing::get(async || axum::response::Html(include_str!("prescriber.html"))));
    let hospital = tokio::spawn(async move { axum::serve(listener, page).await });
    let query =
        serde_urlencoded::to_string([("service", base.as_str()), ("secret", &secret), ("number", "9990003009"), ("born", "2001-02-14")]);
    b.visit(&format!("http://{address}/?{}", query.expect("a query"))).await;
    b.fill("medicine", "Paracetamol 500mg tablets").await;
    b.press("Prescribe").await;
    b.see("0 card(s)").await;
    b.fill("medicine", "Capecitabine 500mg tablets").await;
    b.press("Prescribe").await;
    b.see("Capecitabine: another dose or medicine").await;
    b.see("half of the usual dose").await;
    b.picture("prescriber").await;
    b.press("Prescribe all the same: Dose already").await;
    b.see("Signed; the reason was sent").await;
    let answered = results::medicines::medicines(&scientist, patient).await.expect("known").overridden;
    assert_eq!(answered.iter().map(|o| o.reason.as_str()).collect::<Vec<_>>(), ["Dose already adjusted or levels will be taken"]);
    hospital.abort();
    b.close().await;
}
