//! `cargo xtask bench service`: a year of orders, the start of a service that has them, its pages, and desks that read and write at once.

pub(super) mod kept;
pub(super) mod pages;

pub use kept::Place;

use anyhow::{Context, ensure};
use care::{
    OrderId, Role, Staff,
    directory::eligibility,
    ordering::{
        family::{Affected, Relationship},
        order::{Urgency, purpose::Purpose},
    },
    people::patient::{Demographics, Identity, Sex},
};
use engine::reference;
use jiff::civil::Date;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use service::{
    Desk, Service,
    clock::{Clock, MachineClock},
    directory::{self, search::patient::Patient},
    ordering::{
        self,
        orders::{OrderForm, PersonForm, new_order_id},
    },
    people::{self, staff},
};
use sim::year::{Year, YearClock};
use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};
use store::{Listing, Store};

/// Names of the invented people.
const GIVEN_NAMES: [&str; 8] = ["Ada", "Ben", "Cleo", "Dan", "Eva", "Finn", "Gita", "Hugo"];
const FAMILY: [&str; 8] = ["Ames", "Brook", "Cole", "Dunn", "Eyre", "Frost", "Gale", "Hart"];
/// Orders that are placed through the service, each timed.
const PLACED: usize = 500;
/// Reads of each kind that are timed one after the other.
const READS: usize = 1000;

/// People invented for an order until its test fits one.
const DRAWS: usize = 10_000;

/// How much is measured.
pub struct Size {
    /// Orders of the year.
    pub orders: usize,
    /// Desks at once.
    pub desks: usize,
    /// Requests for each page.
    pub requests: usize,
}

/// Fills a service with orders, where it does not hold them already, and measures it.
pub fn run(size: &Size, place: &Place, database: Option<&str>) -> anyhow::Result<()> {
    let folder = place.folder(database)?;
    let measured = tokio::runtime::Runtime::new()?.block_on(measure(size, place, database, &folder));
    place.clear(&folder)?;
    measured
}

async fn measure(size: &Size, place: &Place, database: Option<&str>, folder: &Path) -> anyhow::Result<()> {
    let url = database.map_or_else(|| Store::address(folder), str::to_owned);
    read_pack()?;
    let filled = match place {
        Place::From(_) => None,
        Place::Passing | Place::Keep(_) => Some(fill(size.orders, &url, folder).await?),
    };
    let service = start(&url, folder).await?;
    let placed = match filled {
        Some(year) => of_both(year)?,
        None => kept::orders(&service).await?,
    };
    let measured = of_service(size, &service, placed).await;
    service.store.close().await;
    measured
}

/// The orders of a year that the desks below may open.
fn of_both(year: Year) -> anyhow::Result<Vec<OrderId>> {
    let (ours, theirs) = (person(Role::LaboratoryScientist)?.organisation, person(Role::Clinician)?.organisation);
    Ok(year.orders.into_iter().filter(|o| o.laboratory == ours && o.requester == theirs).map(|o| o.id).collect())
}

/// Measures a service that holds orders.
async fn of_service(size: &Size, service: &Arc<Service>, mut placed: Vec<OrderId>) -> anyhow::Result<()> {
    println!("\nIt holds {} orders; the desks below open {} of them.", service.store.all_orders().await?.len(), placed.len());
    println!("\n| what | count | median | 99th percentile |\n|---|---|---|---|");
    let (clinician, mut random) = (service.desk(person(Role::Clinician)?), ChaCha8Rng::seed_from_u64(1));
    let mut times = Vec::new();
    for number in 0..PLACED {
        let start = Instant::now();
        placed.push(place(&clinician, number, &mut random).await?);
        times.push(start.elapsed());
    }
    line("orders placed, one after the other", &mut times);
    reads(service, &placed, &mut random).await?;
    pages::measure(service, &placed, size.requests).await?;
    together(service, &placed, size.desks).await
}

/// Reads the reference pack, which is there once for the whole program.
fn read_pack() -> anyhow::Result<()> {
    let reading = Instant::now();
    reference::shared_knowledge(&reference::open("demo")?)?;
    println!("The reference pack is read in {:.0} ms, once, whatever the number of orders.", reading.elapsed().as_secs_f64() * 1e3);
    Ok(())
}

/// Takes a year of orders through a service, which does not wait for the disk with each change: that is measured afterwards.
async fn fill(orders: usize, url: &str, folder: &Path) -> anyhow::Result<Year> {
    let pack = reference::open("demo")?;
    let store = Store::connect_for_simulation(url, &folder.join("blobs")).await?;
    let clock = YearClock::new();
    let shown = Arc::clone(&clock) as Arc<dyn Clock>;
    let service = Service::with_press(store, folder, &pack, shown, sim::year::unprinted).await?;
    people::accounts::open_demonstration(&service).await?;
    let start = Instant::now();
    let year = sim::year::fill(&service, &clock, orders, 1, &mut progress(start)).await?;
    let (took, refused) = (start.elapsed(), year.refused.iter().map(|why| why.count).sum::<usize>());
    println!(
        "A year of {orders} orders went through the service in {} steps, of which it refused {refused}, in {:.0} s: {:.2} ms a step.",
        year.steps + refused,
        took.as_secs_f64(),
        took.as_secs_f64() * 1e3 / (year.steps + refused).max(1) as f64
    );
    if refused > 0 {
        println!("\n| refused | field | count | such as |\n|---|---|---|---|");
    }
    for why in &year.refused {
        println!("| {} | {} | {} | {} |", why.step, why.field, why.count, why.message);
    }
    service.store.close().await;
    Ok(year)
}

/// Says on standard error how far a long year has come: every so many orders.
fn progress(start: Instant) -> impl FnMut(usize) {
    let mut last = 0;
    move |orders| {
        if orders >= last + 1_000 {
            last = orders;
            eprintln!("{orders} orders, {:.0} s", start.elapsed().as_secs_f64());
        }
    }
}

/// Starts a service that has the orders already, as `gms serve` does.
async fn start(url: &str, folder: &Path) -> anyhow::Result<Arc<Service>> {
    let pack = reference::open("demo")?;
    let start = Instant::now();
    let store = Store::connect(url, &folder.join("blobs")).await?;
    let service = Service::with_press(store, folder, &pack, Arc::new(MachineClock), sim::year::unprinted).await?;
    directory::catalogue::current(&service).await?;
    println!("\nThe service starts with them in {:.0} ms, the reference pack read already.", start.elapsed().as_secs_f64() * 1e3);
    Ok(service)
}

pub(super) fn person(role: Role) -> anyhow::Result<Staff> {
    staff::demo().into_iter().find(|s| s.role == role).context("a role of the demonstration")
}

/// Places an order for somebody new.
pub(super) async fn place(desk: &Desk, number: usize, random: &mut ChaCha8Rng) -> anyhow::Result<OrderId> {
    let catalogue = directory::catalogue::current(&desk.service).await?;
    let rare = || catalogue.tests.iter().filter(|t| t.code.as_str().starts_with('R'));
    let test = rare().nth(random.random_range(0..rare().count())).context("a test")?.clone();
    let today = desk.today();
    let fits = |patient: &Demographics| eligibility::faults(&test, patient, today).is_empty();
    let demographics = std::iter::repeat_with(|| somebody(number, random)).take(DRAWS).find(fits).context("somebody whom the test fits")?;
    let people = vec![PersonForm {
        demographics,
        is_stated: true,
        numbers: vec![],
        relationship: Relationship::Proband,
        affected: Affected::Yes,
        choice: None,
    }];
    let form = OrderForm {
        test,
        purpose: Purpose::Diagnosis,
        people,
        observed: vec![ontology::TermId(1250)],
        excluded: vec![],
        onsets: vec![],
        eligibility: "Meets the criteria".into(),
        history: String::new(),
        urgency: Urgency::Routine,
        id: new_order_id(&desk.service),
        responsible: care::ordering::order::Responsible::default(),
        sender: None,
        enclosed: ordering::orders::Enclosed::default(),
    };
    Ok(ordering::orders::place(desk, form).await?)
}

/// Somebody invented, of any age.
fn somebody(number: usize, random: &mut ChaCha8Rng) -> Demographics {
    Demographics {
        nhs_number: Identity::Unavailable("synthetic".into()),
        family_name: format!("{}{number}", FAMILY[random.random_range(0..FAMILY.len())]),
        given_name: GIVEN_NAMES[random.random_range(0..GIVEN_NAMES.len())].into(),
        birth_date: Date::constant(random.random_range(1950..2025), random.random_range(1..=12), random.random_range(1..=28)),
        sex: if random.random() { Sex::Female } else { Sex::Male },
    }
}

/// What pages ask of the store, one after the other.
async fn reads(service: &Arc<Service>, placed: &[OrderId], random: &mut ChaCha8Rng) -> anyhow::Result<()> {
    let laboratory = service.desk(person(Role::LaboratoryScientist)?);
    let permit = laboratory.permit_general(access::Action::SeeWorkList).await?;
    let today = service.today();
    let page = || Listing { most: 50, ..Listing::default() };
    let mut times: Vec<(&str, Vec<Duration>)> = Vec::new();
    let mut time = |what: &'static str, took: Duration| match times.iter_mut().find(|(name, _)| *name == what) {
        Some((_, name)) => name.push(took),
        None => times.push((what, vec![took])),
    };
    for _ in 0..READS {
        let order = placed[random.random_range(0..placed.len())];
        let start = Instant::now();
        let view = service.store.order_view(order).await?.context("an order")?;
        time("order's line by its identifier", start.elapsed());
        let start = Instant::now();
        laboratory.permit(access::Action::ReadOrder, order).await?;
        time("permit with its line in the audit", start.elapsed());
        let start = Instant::now();
        laboratory.status(&permit, order).await?;
        time("order folded from its events", start.elapsed());
        let start = Instant::now();
        ensure!(!service.store.orders(&permit, &page()).await?.is_empty(), "an empty list");
        time("first page of the work list", start.elapsed());
        let start = Instant::now();
        service.store.orders(&permit, &Listing { after: Some((view.due, view.number.clone())), ..page() }).await?;
        time("a page from the middle", start.elapsed());
        let start = Instant::now();
        let turn = Some((Role::GenomicAssociate, today));
        service.store.orders(&permit, &Listing { turn, ..page() }).await?;
        time("what waits for a role", start.elapsed());
    }
    for _ in 0..READS {
        let order = placed[random.random_range(0..placed.len())];
        let view = service.store.order_view(order).await?.context("an order")?;
        if view.is_hidden() {
            continue;
        }
        let start = Instant::now();
        let found = service.store.orders(&permit, &Listing { text: view.number.clone(), finished: true, ..page() }).await?;
        time("search by a number", start.elapsed());
        ensure!(found.len() == 1, "{} orders of one number", found.len());
        let name = view.patient.split(' ').next_back().unwrap_or_default().to_owned();
        let start_of_name = Instant::now();
        service.store.orders(&permit, &Listing { text: name.chars().take(6).collect(), ..page() }).await?;
        time("search by the beginning of a name", start_of_name.elapsed());
    }
    let catalogue = directory::catalogue::current(service).await?;
    for n in 0..READS {
        let start = Instant::now();
        let hits = catalogue.index().find(Some(&service.knowledge), QUESTIONS[n % QUESTIONS.len()], &Patient::default(), 50).hits;
        time("directory search: code, name, gene, sign, medicine, slips", start.elapsed());
        ensure!(!hits.is_empty(), "{} finds nothing", QUESTIONS[n % QUESTIONS.len()]);
    }
    for (what, times_taken) in &mut times {
        line(what, times_taken);
    }
    Ok(())
}

/// What clinicians ask the directory.
const QUESTIONS: [&str; 12] = [
    "R29.4",
    "intellectual disability",
    "inteletual disabilty",
    "BRCA1",
    "marfan syndrome",
    "capecitabine",
    "hearing los",
    "ectopia lentis",
    "seizures developmental delay",
    "epilespy, no developmental delay, normal hearing",
    "woman with breast cancer at 43, mother ovarian cancer",
    "hypotrophic cardiomiopathy and sudden death of the father",
];

fn line(what: &str, times: &mut [Duration]) {
    times.sort();
    let percentile = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
    println!("| {what} | {} | {:.2} ms | {:.2} ms |", times.len(), percentile(0.5), percentile(0.99));
}

/// Desks at once: each reads its list and an order, and takes the order on.
async fn together(service: &Arc<Service>, placed: &[OrderId], desks: usize) -> anyhow::Result<()> {
    let start = Instant::now();
    let work = (0..desks).map(|n| {
        let (desk, order) = (service.desk(staff::demo()[n % 2].clone()), placed[n * placed.len() / desks]);
        tokio::spawn(async move {
            let start = Instant::now();
            let permit = desk.permit_general(access::Action::SeeWorkList).await?;
            desk.service.store.orders(&permit, &Listing { most: 50, ..Listing::default() }).await?;
            ordering::work::act_on(&desk, order, &service::ordering::work::WorkAction::Take).await?;
            anyhow::Ok(start.elapsed())
        })
    });
    let mut times = Vec::new();
    for desk in work.collect::<Vec<_>>() {
        times.push(desk.await??);
    }
    let took = start.elapsed();
    line("desks at once: list, permit, take an order on", &mut times);
    println!("\n{desks} desks at once, {:.1} s, no error", took.as_secs_f64());
    let sound = service.store.verify().await?.map_err(|broken| anyhow::anyhow!("{broken}"))?;
    println!("the chain holds: {} events", sound.events);
    Ok(())
}
