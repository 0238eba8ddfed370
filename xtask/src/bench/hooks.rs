//! `cargo xtask bench hooks`: prescribing systems ask about people of whom many are held, over HTTP on this machine.

use anyhow::{Context, ensure};
use care::{
    AnalysisId, NhsNumber, OrderId, PatientId, Role, Staff,
    people::patient::{self, Demographics, Identity, Patient, Sex},
    results::medicines::{self, Reading},
};
use engine::reference;
use jiff::{Timestamp, civil::Date};
use pharmacogenomics::{Definitions, outside, phenotype};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};
use service::{
    Service, ordering,
    people::{self, staff},
};
use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};
use store::{Change, Store};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// Requests that are timed.
const CALLS: usize = 2000;
/// People that are written in one transaction.
const AT_ONCE: usize = 1000;

/// Fills a service with people whose genes are known, and asks.
pub fn run(people: usize, database: Option<&str>) -> anyhow::Result<()> {
    let folder = std::env::temp_dir().join(format!("gms-hooks-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let measured = tokio::runtime::Runtime::new()?.block_on(measure(people, database, &folder));
    std::fs::remove_dir_all(&folder).context("clearing the folder of the benchmark")?;
    measured
}

async fn measure(people: usize, database: Option<&str>, folder: &Path) -> anyhow::Result<()> {
    let store = match database {
        Some(url) => Store::connect(url, &folder.join("blobs")).await?,
        None => Store::open(folder).await?,
    };
    let service = Service::with_store(store, folder, &reference::open("demo")?).await?;
    people::accounts::open_demonstration(&service).await?;
    let numbers = fill(&service, people).await?;
    let (_, secret) =
        ordering::clients::open(&service, &staff::system(), care::Role::PrescribingSystem, "Benchmark", ("RP4".parse()?, "Hospital"))
            .await?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    // One system asks as fast as it can.
    let bounds = web::Bounds { system_requests: 100_000, address_requests: 100_000, ..web::Bounds::default() };
    let entrance = web::Entrance { bounds, ..web::Entrance::on_loopback() };
    tokio::spawn(web::serve(Arc::clone(&service), entrance, listener, std::future::pending()));
    let mut random = ChaCha8Rng::seed_from_u64(2);
    println!("{people} people whose genes are known; {CALLS} requests of each kind, one after the other, over HTTP\n");
    println!("| hook | median | 99th percentile |\n|---|---|---|");
    for hook in ["patient-view", "order-select", "order-sign"] {
        let mut times = Vec::new();
        for _ in 0..CALLS {
            let number = numbers[random.random_range(0..numbers.len())];
            let start = Instant::now();
            let cards = ask(&address.to_string(), &secret, hook, number).await?;
            times.push(start.elapsed());
            ensure!(cards > 0, "no card for {number}");
        }
        times.sort();
        let percentile = |share: f64| Duration::as_secs_f64(&times[((times.len() - 1) as f64 * share) as usize]) * 1e3;
        println!("| {hook} | {:.2} ms | {:.2} ms |", percentile(0.5), percentile(0.99));
    }
    Ok(())
}

/// People with a signed reading each: one of several that are alike, so that the disk holds few.
async fn fill(service: &Arc<Service>, people: usize) -> anyhow::Result<Vec<NhsNumber>> {
    let who = |role: Role| staff::demo().into_iter().find(|s| s.role == role).context("a role of the demonstration");
    let (clinician, scientist) = (who(Role::Clinician)?, who(Role::ClinicalScientist)?);
    let mut contents = Vec::new();
    for calls in ["DPYD Reference/c.1905+1G>A (*2A)\nCYP2C19 *2/*2\nTPMT *1/*3A", "DPYD Reference/c.2846A>T\nCYP2C19 *1/*17\nSLCO1B1 *5/*5"]
    {
        let definitions = Definitions::built_in();
        let genes: Vec<_> = outside::read(definitions, calls)
            .map_err(anyhow::Error::msg)?
            .into_iter()
            .filter_map(|call| {
                Some((phenotype::interpret(definitions.gene(&call.gene)?, &call), call)).map(|(meaning, call)| (call, meaning))
            })
            .collect();
        contents.push(service.store.blobs().put(serde_json::to_vec(&genes)?).await?);
    }
    let (mut numbers, mut stem, now) = (Vec::new(), 999_000_000_u64, Timestamp::now());
    while numbers.len() < people {
        let mut written = Vec::new();
        while written.len() < AT_ONCE * 2 && numbers.len() < people {
            stem += 1;
            let Some(number) = (0..10).find_map(|check| format!("{stem}{check}").parse::<NhsNumber>().ok()) else { continue };
            let id = PatientId(uuid::Uuid::now_v7());
            written.push((permit(&clinician, access::Action::RegisterPatient, id)?, registered(id, number)?, now));
            let reading = Reading {
                order: OrderId(id.0),
                analysis: AnalysisId(id.0),
                sample: "s".into(),
                definitions: Definitions::built_in().version.clone(),
                content_sha256: contents[numbers.len() % contents.len()].clone(),
            };
            written.push((permit(&scientist, access::Action::SignMedicines, id)?, signed(id, reading, &scientist), now));
            numbers.push(number);
        }
        service.store.commit_all(&written).await?;
    }
    Ok(numbers)
}

fn permit(staff: &Staff, action: access::Action, id: PatientId) -> anyhow::Result<access::Permit> {
    let resource = access::Resource { organisations: vec![staff.organisation.clone()], name: id.stream(), ..access::Resource::default() };
    Ok(access::decide(staff, action, &resource)?)
}

fn registered(id: PatientId, number: NhsNumber) -> anyhow::Result<Change> {
    let who = Demographics {
        nhs_number: Identity::NhsNumber(number),
        family_name: "Synthetic".into(),
        given_name: "Person".into(),
        birth_date: BORN,
        sex: Sex::Female,
    };
    let mut change = Change::default();
    change.more(&id.stream(), &patient::register(&Patient::default(), who, Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date())?);
    Ok(change)
}

fn signed(id: PatientId, reading: Reading, by: &Staff) -> Change {
    let content_sha256 = reading.content_sha256.clone();
    let mut change = Change::default();
    change.more(
        &medicines::stream(id),
        &[medicines::Event::Read(reading), medicines::Event::Signed { content_sha256, rendered: None, by: by.clone() }],
    );
    change
}

const BORN: Date = Date::constant(1960, 5, 17);

/// Asks as a client does; the number of cards.
async fn ask(address: &str, secret: &str, hook: &str, number: NhsNumber) -> anyhow::Result<usize> {
    let number = String::from(number);
    let body = json!({
        "hook": hook, "hookInstance": uuid::Uuid::now_v7(),
        "context": { "userId": "Practitioner/1", "patientId": "1", "draftOrders": { "resourceType": "Bundle", "entry": [
            { "resource": { "resourceType": "MedicationRequest", "id": "a", "medicationCodeableConcept": { "text": "Capecitabine 500mg tablets" } } }
        ] } },
        "prefetch": { "patient": { "birthDate": BORN.to_string(), "identifier": [{ "system": "https://fhir.nhs.uk/Id/nhs-number", "value": number }] } }
    })
    .to_string();
    let head = format!("POST /cds-services/medicines-{hook} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {secret}\r\n");
    let head = format!("{head}Content-Type: application/json\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len());
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(format!("{head}{body}").as_bytes()).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    let text = String::from_utf8(answer)?;
    let body = text.split_once("\r\n\r\n").context("a body")?.1;
    let value: Value = serde_json::from_str(body).with_context(|| text.clone())?;
    Ok(value["cards"].as_array().map_or(0, Vec::len))
}
