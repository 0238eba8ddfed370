//! Every main page of every role, asked for over HTTP on this machine, one request after the other.

use super::person;
use anyhow::{Context, ensure};
use care::{OrderId, Role, laboratory::worklist::Step};
use service::{Desk, Service, directory, interpretation, laboratory};
use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};
use store::OrderView;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// What a page may take, at the 99th percentile.
const MOST: Duration = Duration::from_millis(20);
/// Requests of one session: as many as it may make at once, and fewer.
const OF_A_SESSION: usize = 150;
/// Orders that pages are asked about.
const SUBJECTS: usize = 100;
/// Orders that are looked through for cases with a variant.
const LOOKED_THROUGH: usize = 1_000;

/// Pages by role. What stands in braces is one of the subjects, another with each request.
const PAGES: &[(Role, &[&str])] = &[
    (
        Role::Clinician,
        &[
            "/",
            "/?show=mine",
            "/?show=all",
            "/?sort=submitted",
            "/?show=mine&sort=submitted",
            "/?show=all&sort=submitted",
            "/?q=hart",
            "/?show=all&q=ada+hart",
            "/?show=all&q={number}",
            "/search?q=ada",
            "/search?q=ada+hart",
            "/search?q={number}",
            "/search?q={test}",
            "/search?q=nobody",
            "/unread",
            "/families",
            "/families?what=sample&chased=never",
            "/cascades",
            "/turnaround",
            "/directory",
            "/directory?q=seizures",
            "/order-a-test",
            "/panels",
            "/orders/{order}",
            "/orders/{open}/missing",
            "/orders/{order}/pedigree",
            "/patients/{patient}",
            "/patients/{patient}/medicines",
        ],
    ),
    (Role::GenomicAssociate, &["/", "/?show=mine", "/families", "/messages", "/subscriptions", "/orders/{order}"]),
    (
        Role::LaboratoryScientist,
        &[
            "/",
            "/?show=mine",
            "/?show=all",
            "/bench",
            "/bench?barcode={barcode}",
            "/bench/receipt",
            "/bench/worklists",
            "/bench/worklists/{worklist}",
            "/bench/lots",
            "/containers",
            "/outside",
            "/search?q={barcode}",
            "/orders/{order}",
            "/orders/{reported}/quality",
        ],
    ),
    (
        Role::ClinicalScientist,
        &[
            "/",
            "/?show=mine",
            "/discordances",
            "/findings",
            "/outside",
            "/orders/{reported}/case",
            "/orders/{reported}/analyses",
            "/orders/{variant}",
            "/patients/{patient}",
        ],
    ),
    (Role::Consultant, &["/", "/?show=mine", "/unread", "/orders/{reported}/case", "/orders/{reported}/report"]),
    (Role::Bioinformatician, &["/", "/?show=mine", "/orders/{open}/data", "/orders/{order}/alignments"]),
    (
        Role::Manager,
        &["/", "/turnaround", "/turnaround?weeks=104", "/turnaround?of=open&stage=samples", "/families", "/unread", "/messages"],
    ),
    (Role::Curator, &["/", "/panels", "/panels/{panel}", "/panels/{panel}/bulk", "/panels/{panel}/sign-off", "/laboratories"]),
    (Role::Administrator, &["/", "/accounts", "/accounts?q=chloe", "/audit", "/audit/patients/{patient}", "/messages"]),
    (Role::Researcher, &["/research/projects", "/research"]),
    (Role::OutputChecker, &["/research/outputs"]),
];

/// A page of a role, with the addresses at which it is there.
pub struct Page {
    /// Who opens it.
    pub role: Role,
    /// As it stands in the list of pages.
    pub name: &'static str,
    /// One or more.
    pub addresses: Vec<String>,
}

/// What people of the demonstration open, and the orders among it that are open.
pub struct Visited {
    /// Pages of which there is something.
    pub pages: Vec<Page>,
    /// Orders that somebody may take on.
    pub open: Vec<OrderId>,
}

/// Every page of every role, with subjects among some orders.
pub async fn visited(service: &Arc<Service>, placed: &[OrderId]) -> anyhow::Result<Visited> {
    let subjects = Subjects::among(service, placed).await?;
    let of_roles = PAGES.iter().flat_map(|(role, pages)| pages.iter().map(move |name| (*role, *name)));
    let pages = of_roles.map(|(role, name)| Page { role, name, addresses: subjects.addresses(name) });
    let pages = pages.filter(|page| !page.addresses.is_empty()).collect();
    Ok(Visited { pages, open: subjects.open.iter().map(|view| view.id).collect() })
}

/// What pages are asked about.
#[derive(Default)]
struct Subjects {
    /// Orders, those of them that are open and those that were reported.
    orders: Vec<OrderView>,
    open: Vec<OrderView>,
    reported: Vec<OrderView>,
    /// Orders with a variant of their case, as an address has them.
    variants: Vec<String>,
    barcodes: Vec<String>,
    panel: String,
    worklist: String,
}

impl Subjects {
    async fn among(service: &Arc<Service>, placed: &[OrderId]) -> anyhow::Result<Subjects> {
        let mut found = Subjects::default();
        for order in spread(placed, LOOKED_THROUGH) {
            let view = service.store.order_view(order).await?.context("an order")?;
            if view.is_hidden() {
                continue;
            }
            let kind = if view.reported.is_some() { &mut found.reported } else { &mut found.open };
            kind.push(view.clone());
            found.orders.push(view);
        }
        let scientist = service.desk(person(Role::ClinicalScientist)?);
        for view in &found.reported {
            let (_, analysis) = interpretation::cases::case(&scientist, view.id).await?;
            let variant = analysis.candidates.first().and_then(|candidate| candidate.variants.first());
            found.variants.extend(variant.map(|variant| format!("{}/case/{}", view.id, variant.variant)));
        }
        let bench = service.desk(person(Role::LaboratoryScientist)?);
        for view in found.orders.iter().take(SUBJECTS) {
            let permit = bench.permit(access::Action::ReadOrder, view.id).await?;
            let samples = bench.status(&permit, view.id).await?.samples;
            found.barcodes.extend(samples.into_iter().filter_map(|(_, sample)| sample.label).map(|label| label.barcode));
        }
        let catalogue = directory::catalogue::current(service).await?;
        found.panel = catalogue.book.in_use.first().context("a panel")?.id.clone();
        found.worklist = worklist(&bench).await?;
        Ok(found)
    }

    /// The addresses that a page stands for; none where nothing of its subject is there.
    fn addresses(&self, page: &str) -> Vec<String> {
        let of_orders = |part: &str, orders: &[OrderView], name: fn(&OrderView) -> String| -> Vec<String> {
            spread(orders, SUBJECTS).iter().map(|view| page.replace(part, &name(view))).collect()
        };
        let of_texts =
            |part: &str, texts: &[String]| -> Vec<String> { spread(texts, SUBJECTS).iter().map(|text| page.replace(part, text)).collect() };
        match page.split(['{', '}']).nth(1) {
            None => vec![page.to_owned()],
            Some("order") => of_orders("{order}", &self.orders, |view| view.id.to_string()),
            Some("open") => of_orders("{open}", &self.open, |view| view.id.to_string()),
            Some("reported") => of_orders("{reported}", &self.reported, |view| view.id.to_string()),
            Some("patient") => of_orders("{patient}", &self.orders, |view| view.patient_id.to_string()),
            Some("number") => of_orders("{number}", &self.orders, |view| view.number.clone()),
            Some("test") => of_orders("{test}", &self.orders, |view| view.test.to_string()),
            Some("variant") => of_texts("{variant}", &self.variants),
            Some("barcode") => of_texts("{barcode}", &self.barcodes),
            Some("panel") => vec![page.replace("{panel}", &self.panel)],
            Some("worklist") => vec![page.replace("{worklist}", &self.worklist)],
            Some(_) => vec![],
        }
    }
}

/// A worklist with what waits for its step.
async fn worklist(bench: &Desk) -> anyhow::Result<String> {
    Ok(laboratory::worklists::create(bench, Step::LibraryPreparation, "Robot 1".into()).await?.to_string())
}

/// So many of a list, evenly.
fn spread<T: Clone>(all: &[T], most: usize) -> Vec<T> {
    all.iter().step_by((all.len() / most).max(1)).take(most).cloned().collect()
}

/// How long requests for a page took, and what was answered that was no page.
struct Timed {
    times: Vec<Duration>,
    failed: Vec<u16>,
}

/// Asks every page so often, and says how long each took.
pub(super) async fn measure(service: &Arc<Service>, placed: &[OrderId], requests: usize) -> anyhow::Result<()> {
    ensure!(requests > 0, "ask for every page at least once");
    let subjects = Subjects::among(service, placed).await?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(web::serve(Arc::clone(service), web::Entrance::on_loopback(), listener, std::future::pending()));
    println!("\n| page | of | requests | median | 99th percentile | longest | not a page |\n|---|---|---|---|---|---|---|");
    let (mut pages, mut slow) = (0, Vec::new());
    for (role, page) in PAGES.iter().flat_map(|(role, pages)| pages.iter().map(move |page| (*role, *page))) {
        let addresses = subjects.addresses(page);
        if addresses.is_empty() {
            println!("| `{page}` | {} | 0 | – | – | – | nothing there |", role.label());
            continue;
        }
        let Timed { mut times, failed } = asked_for(address, role, &addresses, requests).await?;
        times.sort();
        let share = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
        let shown = |time: Duration| format!("{:.2} ms", time.as_secs_f64() * 1e3);
        let [median, ninety_ninth, longest] = [0.5, 0.99, 1.0].map(share);
        println!(
            "| `{page}` | {} | {} | {} | {} | {} | {} |",
            role.label(),
            times.len(),
            shown(median),
            shown(ninety_ninth),
            shown(longest),
            refused(&failed)
        );
        pages += 1;
        slow.extend((ninety_ninth > MOST).then(|| format!("`{page}` of the {}", role.label().to_lowercase())));
    }
    println!("\n{} of {pages} pages take more than {MOST:?} at the 99th percentile: {}", slow.len(), slow.join(", "));
    Ok(())
}

/// What was answered that was no page, with how often.
fn refused(failed: &[u16]) -> String {
    match failed.first() {
        None => "0".into(),
        Some(status) => format!("{} (the first {status})", failed.len()),
    }
}

async fn asked_for(address: SocketAddr, role: Role, addresses: &[String], requests: usize) -> anyhow::Result<Timed> {
    let mut timed = Timed { times: vec![], failed: vec![] };
    let mut cookie = String::new();
    for n in 0..requests {
        if n.is_multiple_of(OF_A_SESSION) {
            cookie = sign_in(address, role).await?;
            // What is made once, such as the index of the directory, was made for somebody before.
            get(address, &cookie, &addresses[0]).await?;
        }
        let start = Instant::now();
        let status = get(address, &cookie, &addresses[n % addresses.len()]).await?;
        timed.times.push(start.elapsed());
        timed.failed.extend((status != 200).then_some(status));
    }
    Ok(timed)
}

/// Signs somebody of the demonstration in; their cookie.
async fn sign_in(address: SocketAddr, role: Role) -> anyhow::Result<String> {
    let body = format!("staff={}", person(role)?.id);
    let head = "Content-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n";
    let request = format!("POST /sign-in HTTP/1.1\r\nHost: {address}\r\n{head}Content-Length: {}\r\n\r\n{body}", body.len());
    let answer = answer(address, &request).await?;
    let cookie = answer.lines().find_map(|line| line.strip_prefix("set-cookie: ")).and_then(|set| set.split(';').next());
    Ok(cookie.with_context(|| format!("signing in as {}: {}", role.label(), answer.lines().next().unwrap_or_default()))?.to_owned())
}

/// Asks for a page; the status of the answer.
async fn get(address: SocketAddr, cookie: &str, path: &str) -> anyhow::Result<u16> {
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n");
    let answer = answer(address, &request).await?;
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).with_context(|| format!("no answer to {path}"))?;
    ensure!(status != 429, "{path} was asked for too often at once");
    Ok(status)
}

async fn answer(address: SocketAddr, request: &str) -> anyhow::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}
