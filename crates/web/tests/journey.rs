//! The first journey in a real browser: a clinician orders a trio, a laboratory receives the samples, a scientist
//! interprets, a second checks, a consultant signs, the clinician reads the report.
//!
//! Needs Debian's `chromium` and `chromium-driver`. `GMS_SCREENSHOTS=folder` keeps a picture of every page, wide and narrow.

mod browser;

use browser::Browser;
use service::{Service, engine::reference};
use sim::{family, published};
use std::path::Path;

/// The published case that the clinician orders for: compound heterozygous, so that phase comes from the parents.
const CASE: usize = 1;

async fn serve(folder: &Path) -> String {
    let pack = reference::open("demo").expect("the demo pack");
    let service = Service::open(folder, &pack).await.expect("a service");
    service.open_demonstration().await.expect("people");
    let case = published::all().expect("cases").remove(CASE);
    std::fs::create_dir_all(folder.join("incoming")).expect("a folder");
    let planted = case.planted().expect("variants");
    family::write_trio(&folder.join("incoming/family.vcf.gz"), ["kid", "dad", "mum"], &planted, &pack, 7, false).expect("a VCF");
    listen(service).await
}

async fn listen(service: std::sync::Arc<Service>) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(web::serve(service, listener, std::future::pending()));
    format!("http://{address}")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clinician_orders_a_trio_and_reads_the_signed_report() {
    let folder = tempfile::tempdir().expect("a folder");
    let base = serve(folder.path()).await;
    let Some(b) = Browser::start(&base).await else { return };
    let order = place_order(&b).await;
    record_choices(&b, &order).await;
    receive_samples(&b, &order).await;
    register_data(&b, &order).await;
    interpret_and_sign(&b, &order).await;
    read_report(&b, &order).await;
    b.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_curator_proposes_another_decides_and_a_clinician_finds_the_changed_test() {
    let folder = tempfile::tempdir().expect("a folder");
    let base = serve(folder.path()).await;
    let Some(b) = Browser::start(&base).await else { return };
    b.sign_in("Ines Moreau").await;
    b.click("Test Directory").await;
    b.picture("directory-1-front").await;
    b.fill("q", "metabolc").await;
    b.press("Search").await;
    b.picture("directory-2-found").await;
    b.click("R98.2 Likely inborn error of metabolism").await;
    b.picture("directory-3-test").await;
    b.click("Propose a change").await;
    b.fill("title", "Answer sooner").await;
    b.fill("rationale", "Treatment in the first days changes the outcome").await;
    b.select("route", "fast").await;
    b.fill("days", "").await;
    b.press("Propose").await;
    b.see("Enter the days to the report as a number").await;
    b.picture("directory-new-proposal").await;
    b.fill("days", "14").await;
    b.press("Propose").await;
    b.see("0 open orders").await;
    b.sign_in("Jonas Weir").await;
    b.open("/directory/rare/proposals").await;
    b.picture("directory-proposals").await;
    b.click("Answer sooner").await;
    b.fill("vote", "The trial is sound").await;
    b.press("Vote for it").await;
    b.picture("directory-4-proposal").await;
    b.fill("reason", "Agreed by the group").await;
    b.press("Accept").await;
    b.click("Publish it in a version").await;
    b.fill("number", "6").await;
    b.press("Publish").await;
    b.see("published already; nothing was overwritten").await;
    b.fill("number", "6.1").await;
    b.press("Publish").await;
    b.see("From 6 to 6.1: 0 added, 0 withdrawn, 1 amended").await;
    b.picture("directory-5-compare").await;
    b.sign_in("Clinician").await;
    b.open("/directory/tests/R98.2").await;
    b.see("Days to report: 84 → 14").await;
    b.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_is_opened_and_signed_in_to_with_its_password() {
    let folder = tempfile::tempdir().expect("a folder");
    let pack = reference::open("demo").expect("the demo pack");
    let service = Service::open(folder.path(), &pack).await.expect("a service");
    let administrator = service::staff::demo().into_iter().find(|s| s.role == care::Role::Administrator).expect("one");
    service.open_account(&service::staff::system(), administrator, "leo", Some("paper lantern tide".into())).await.expect("opened");
    let base = listen(service).await;
    let Some(b) = Browser::start(&base).await else { return };
    b.open("/").await;
    b.fill("login", "leo").await;
    b.fill("password", "paper lantern ride").await;
    b.press("Sign in").await;
    b.see("The name or the password is not right").await;
    b.picture("sign-in").await;
    b.fill("password", "paper lantern tide").await;
    b.press("Sign in").await;
    b.click("Accounts").await;
    for (field, value) in
        [("name", "Dr Nia Rowe"), ("login", "nia"), ("organisation", "x!"), ("organisation_name", "A Hospital"), ("password", "short")]
    {
        b.fill(field, value).await;
    }
    b.select("role", "Clinician").await;
    b.press("Open the account").await;
    b.see("is not an ODS code").await;
    b.fill("organisation", "RXX98").await;
    b.fill("password", "copper window sail").await;
    b.press("Open the account").await;
    b.see("Dr Nia Rowe").await;
    b.picture("accounts").await;
    b.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trio_is_ordered_in_fifteen_interactions_with_nothing_entered_twice() {
    let folder = tempfile::tempdir().expect("a folder");
    let base = serve(folder.path()).await;
    std::fs::write(folder.path().join(service::trace::EXTRACT), sim::demo::EXTRACT).expect("written");
    let Some(b) = Browser::start(&base).await else { return };
    b.sign_in("Clinician").await;
    b.interactions();
    b.fill("test", "inborn error of metabolism").await;
    b.press("Order a test").await;
    b.press_labelled("Choose R98.2 Likely inborn error of metabolism").await;
    b.fill("eligibility", "Coma with hypoglycaemia").await;
    b.press("Continue").await;
    b.fill("proband_nhs_number", "9990000018").await;
    b.fill("mother_nhs_number", "9990000026").await;
    b.fill("father_nhs_number", "9990000034").await;
    b.press("Continue").await;
    b.fill("letter", "Marcus was brought in with coma and hypoglycemia. There was hepatomegaly but no seizures.").await;
    b.press("Find features").await;
    b.see("denied").await;
    b.picture("letter").await;
    b.press("Take all as found").await;
    b.press("Continue").await;
    b.see("What has each person chosen?").await;
    b.press("Record the choices later").await;
    b.see("Marcus Oduya").await;
    b.see("Born 14 2 2021").await;
    b.press("Send the order").await;
    assert_eq!(b.interactions(), 15);
    b.see("Waiting for the choice of 3 people").await;
    b.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tumour_is_ordered_through_pathology_with_germline_later() {
    let folder = tempfile::tempdir().expect("a folder");
    let base = serve(folder.path()).await;
    std::fs::write(folder.path().join(service::trace::EXTRACT), sim::demo::EXTRACT).expect("written");
    let Some(b) = Browser::start(&base).await else { return };
    b.sign_in("Clinician").await;
    b.press("Order a test").await;
    b.fill("q", "colorectal carcinoma").await;
    b.press("Search").await;
    b.press_labelled("Choose M1.1 Colorectal Carcinoma").await;
    b.press("Continue").await;
    b.see("Enter the diagnosis of the tumour").await;
    b.fill("diagnosis", "Colorectal adenocarcinoma, stage III").await;
    b.select("tumour_sample", "block").await;
    b.fill("pathology", "RP4 pathology, block 26-1234 A4").await;
    b.select("germline", "later").await;
    b.picture("purpose").await;
    b.press("Continue").await;
    b.fill("eligibility", "Anti-EGFR treatment is planned").await;
    b.press("Continue").await;
    b.fill("proband_nhs_number", "9990000026").await;
    b.press("Continue").await;
    b.press("Continue").await;
    b.press("Record the choices later").await;
    b.see("Tumour: Colorectal adenocarcinoma").await;
    b.press("Send the order").await;
    b.see("Sample S").await;
    b.picture("tumour-order").await;
    let barcode = b.barcode(0).await;
    b.sign_in("Chloe Marsh").await;
    b.click("Scan").await;
    b.fill("barcode", "S123").await;
    b.press("Find").await;
    b.see("No sample here has the barcode S123").await;
    b.picture("scan").await;
    b.fill("barcode", &barcode.to_lowercase()).await;
    b.press("Find").await;
    b.see("Tumour (FFPE block)").await;
    b.fill("b", &barcode).await;
    b.press("Receive").await;
    b.see("Sample received").await;
    b.press("Accept").await;
    b.fill("t", "140").await;
    b.press("Assessed").await;
    b.see("0 to 100 per cent").await;
    b.fill("t", "40").await;
    b.press("Assessed").await;
    b.see("Tumour content assessed: 40 %").await;
    b.picture("sample").await;
    b.select("l", "699Y0").await;
    b.fill("m", "M-2026-1").await;
    b.press("Dispatched").await;
    b.see("Sample sent to the laboratory 699Y0").await;
    b.sign_in("Nadia Khoury").await;
    b.click("Scan").await;
    b.fill("manifest", "M-2026-1").await;
    b.press("List").await;
    b.picture("manifest").await;
    b.click(&barcode).await;
    b.fill("b", &barcode).await;
    b.press("Received here").await;
    b.see("Sample received by the laboratory 699Y0").await;
    b.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn breaking_the_glass_needs_a_reason_and_is_seen() {
    let folder = tempfile::tempdir().expect("a folder");
    let base = serve(folder.path()).await;
    std::fs::write(folder.path().join(service::trace::EXTRACT), sim::demo::EXTRACT).expect("written");
    let Some(b) = Browser::start(&base).await else { return };
    b.sign_in("Clinician").await;
    b.fill("test", "R98.2").await;
    b.press("Order a test").await;
    b.press_labelled("Choose R98.2 Likely inborn error of metabolism").await;
    b.fill("eligibility", "Coma with hypoglycaemia").await;
    b.press("Continue").await;
    b.fill("proband_nhs_number", "9990000018").await;
    b.press("Continue").await;
    b.fill("letter", "Coma.").await;
    b.press("Find features").await;
    b.press("Take all as found").await;
    b.press("Continue").await;
    b.press("Record the choices later").await;
    b.press("Send the order").await;
    b.see("Waiting for the choice of 1 person").await;
    let order = b.path().await;
    b.sign_in("Hannah Stone").await;
    b.open(&order).await;
    b.see("may not read the order").await;
    b.picture("denied").await;
    b.click("Use emergency access").await;
    b.see("Only to care for this person now").await;
    b.fill("reason", "urgent").await;
    b.press("Open the record").await;
    b.see("Say why you need this record now").await;
    b.picture("emergency").await;
    b.fill("reason", "Unconscious in our emergency department").await;
    b.press("Open the record").await;
    b.see("Marcus Oduya").await;
    b.sign_in("Leo Abara").await;
    b.click("Audit").await;
    b.see("Unconscious in our emergency department").await;
    b.picture("emergencies").await;
    b.click("who looked").await;
    b.see("Dr Hannah Stone, Clinician, Another Hospital").await;
    b.picture("who-looked").await;
    b.close().await;
}

#[tokio::test]
async fn a_form_from_another_site_does_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let base = serve(folder.path()).await;
    let with = async |header: &str| ask(&base, "POST", "/sign-out", header).await;
    assert_eq!(with("Sec-Fetch-Site: cross-site\r\n").await, "403 ");
    assert_eq!(with("Origin: https://elsewhere.example\r\n").await, "403 ");
    assert_eq!(with(&format!("Origin: {base}\r\nSec-Fetch-Site: same-origin\r\n")).await, "303 /sign-in");
}

#[tokio::test]
async fn nobody_sees_a_page_without_signing_in() {
    let folder = tempfile::tempdir().expect("a folder");
    let base = serve(folder.path()).await;
    let somewhere = "00000000-0000-7000-8000-000000000000";
    // Every route that the program has, read from where they stand, so that a new one cannot be forgotten.
    let routes: Vec<&str> =
        include_str!("../src/app.rs").lines().filter_map(|line| line.split(".route(\"").nth(1)?.split('"').next()).collect();
    assert!(routes.len() > 20, "{routes:?}");
    for route in routes.into_iter().filter(|route| !["/sign-in", "/sign-out", "/static/{file}", "/health"].contains(route)) {
        let path: Vec<&str> = route.split('/').map(|part| if part.starts_with('{') { somewhere } else { part }).collect();
        let answers = [status(&base, "GET", &path.join("/")).await, status(&base, "POST", &path.join("/")).await];
        assert!(answers.iter().any(|a| a == "303 /sign-in"), "{route}: {answers:?}");
        assert!(answers.iter().all(|a| a == "303 /sign-in" || a == "405 "), "{route}: {answers:?}");
    }
    assert_eq!(status(&base, "GET", "/static/gms.css").await, "200 ");
    assert_eq!(status(&base, "GET", "/nowhere").await, "404 ");
}

/// Status and address of redirection, asked over a bare connection.
async fn status(base: &str, method: &str, path: &str) -> String {
    ask(base, method, path, "").await
}

async fn ask(base: &str, method: &str, path: &str, header: &str) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let host = base.trim_start_matches("http://");
    let mut stream = tokio::net::TcpStream::connect(host).await.expect("a connection");
    let request = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\n{header}Content-Length: 0\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("asked");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("answered");
    let location = answer.lines().find_map(|l| l.to_ascii_lowercase().strip_prefix("location: ").map(str::to_owned));
    format!("{} {}", answer.split_whitespace().nth(1).unwrap_or(""), location.unwrap_or_default())
}

async fn place_order(b: &Browser) -> String {
    b.sign_in("Clinician").await;
    b.see("There are no orders here yet").await;
    b.press("Order a test").await;
    b.fill("q", "metabolism").await;
    b.press("Search").await;
    b.picture("order-1-test").await;
    b.press_labelled("Choose R98.2 Likely inborn error of metabolism").await;
    b.press("Continue").await;
    b.see("Say how the patient meets the criteria").await;
    b.fill("eligibility", "Hypoglycaemia with coma; an inborn error is likely").await;
    b.picture("order-2-eligibility").await;
    b.press("Continue").await;
    b.fill("proband_nhs_number", "4010232138").await;
    b.press("Continue").await;
    b.see("last digit is 8, the first nine give 7").await;
    for (who, given, number, year) in
        [("proband", "Isla", "4010232137", "2019"), ("mother", "Priya", "9434765919", "1990"), ("father", "Owen", "9000000009", "1988")]
    {
        for (field, value) in
            [("given_name", given), ("family_name", "Testcase"), ("nhs_number", number), ("day", "3"), ("month", "4"), ("year", year)]
        {
            b.fill(&format!("{who}_{field}"), value).await;
        }
    }
    b.select("proband_sex", "female").await;
    b.select("mother_affected", "no").await;
    b.select("father_affected", "no").await;
    b.picture("order-3-family").await;
    b.press("Continue").await;
    for term in ["Coma", "Hypoglycemia", "Hepatomegaly"] {
        b.fill("q", &term[..term.len() - 1]).await;
        b.press_labelled(&format!("{term} present")).await;
    }
    b.picture("order-4-phenotype").await;
    b.press("Continue").await;
    b.see("What has each person chosen?").await;
    answer(b, "proband_").await;
    b.press("Continue").await;
    b.see("Say who makes the choice for Isla Testcase").await;
    b.choose("Priya Testcase (mother), with parental responsibility").await;
    b.picture("order-5-choices").await;
    b.press("Continue").await;
    b.see("Test yes, research yes").await;
    b.picture("order-6-check").await;
    b.press("Send the order").await;
    b.see("Waiting for the choice of 2 people").await;
    b.picture("order-7-sent").await;
    b.path().await
}

async fn record_choices(b: &Browser, order: &str) {
    for (name, who) in [("Priya Testcase", "Priya Testcase for themselves"), ("Owen Testcase", "Owen Testcase for themselves")] {
        b.open(order).await;
        b.click(&format!("Record the choices of {name}")).await;
        b.choose(who).await;
        answer(b, "").await;
        if name.starts_with("Priya") {
            b.picture("choice").await;
        }
        b.press("Record these choices").await;
    }
    b.see("Waiting for the laboratory to accept the request").await;
}

/// Answers one person's questions; their fields begin with `prefix`.
async fn answer(b: &Browser, prefix: &str) {
    for question in ["test", "research", "recontact", "family_sharing"] {
        b.tick(&format!("{prefix}{question}-yes")).await;
    }
    b.tick(&format!("{prefix}secondary_findings-no")).await;
}

async fn receive_samples(b: &Browser, order: &str) {
    b.sign_in("Laboratory scientist").await;
    b.open(order).await;
    for step in 0..3 {
        let barcode = b.barcode(step).await;
        if step == 0 {
            b.fill_nth("barcode", 0, "S-WRONG").await;
            b.press("Receive").await;
            b.see("put the tube aside").await;
        }
        b.fill_nth("barcode", 0, &barcode).await;
        b.press("Receive").await;
    }
    for _ in 0..3 {
        b.press("Accept").await;
    }
    for _ in 0..3 {
        b.fill_nth("concentration", 0, "62.5").await;
        b.fill_nth("volume", 0, "80").await;
        b.press("DNA prepared").await;
    }
    b.picture("bench").await;
    b.see("Waiting for sequence data").await;
}

async fn register_data(b: &Browser, order: &str) {
    b.sign_in("Bioinformatician").await;
    b.open(order).await;
    b.click("Register sequence data").await;
    for (name, sample) in [("Isla Testcase", "kid"), ("Priya Testcase", "mum"), ("Owen Testcase", "nobody")] {
        b.fill_labelled(name, sample).await;
    }
    b.press("Register and analyse").await;
    b.see("has no sample 'nobody'").await;
    for (name, sample) in [("Isla Testcase", "kid"), ("Priya Testcase", "mum"), ("Owen Testcase", "dad")] {
        b.fill_labelled(name, sample).await;
    }
    b.picture("data").await;
    b.press("Register and analyse").await;
    b.see_within("Waiting for the first scientist", 30).await;
}

async fn interpret_and_sign(b: &Browser, order: &str) {
    b.sign_in("Dr Dev Patel").await;
    b.open(order).await;
    b.click("Open the case").await;
    b.see("HMGCS2").await;
    b.see("compound heterozygous, in trans").await;
    b.picture("case").await;
    b.tick_all("variant").await;
    b.choose("A genetic cause was found").await;
    b.fill("summary", "Two variants in trans in HMGCS2; phenotype and biochemistry fit.").await;
    b.press("Sign as first scientist").await;
    b.see("You signed this; a second scientist checks it").await;
    b.open(&format!("{order}/case/1-119757272-C-T")).await;
    b.picture("variant").await;
    b.click("Show the region with its neighbouring calls").await;
    b.see("NM_005518").await;
    b.see_element("#igv[data-ready=yes]").await;
    b.picture("region").await;
    b.sign_in("Dr Elin Hughes").await;
    b.open(&format!("{order}/case")).await;
    b.press("I agree: sign as second scientist").await;
    b.sign_in("Consultant").await;
    b.open(&format!("{order}/case")).await;
    b.press("Authorise the report").await;
    b.see("Read the signed report").await;
}

async fn read_report(b: &Browser, order: &str) {
    b.sign_in("Dr Hannah Stone").await;
    b.open(&format!("{order}/report")).await;
    b.see("You may not do this").await;
    b.sign_in("Dr Amara Okafor").await;
    b.open(order).await;
    b.click("Read the report").await;
    b.see("A genetic cause was found").await;
    b.picture("report").await;
    b.press("I have read this report").await;
    b.see("Nothing: the case is closed").await;
    b.picture("order-8-closed").await;
    b.click("Genomic record of Isla Testcase").await;
    b.see("HMGCS2").await;
    b.picture("record").await;
    b.open("/").await;
    b.picture("home").await;
}
