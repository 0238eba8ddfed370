//! A year of invented orders: every kind of delay and failure that services report, taken through the service step by step, at
//! the time at which it would have happened. Nobody in it is real; how often and how long are assumptions, stated in `plan`, not
//! figures of any service.
//!
//! Everything is the service's own but two things that would take most of the time: no genome is read, and reports are not
//! typeset ([`unprinted`]).

mod case;
mod plan;
mod who;

use care::{OdsCode, OrderId, directory::Test, results::report::Content};
use case::Case;
use engine::run;
use jiff::{SignedDuration, Timestamp};
use ontology::likelihood::Phenotype;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use service::{
    Service,
    clock::{Clock, MachineClock},
    directory,
    laboratory::data::Delivered,
};
use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashSet},
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use uuid::Uuid;

/// Days that are simulated.
const DAYS: i64 = 365;

/// Variants of a family in which nothing was called.
const VCF: &str = "##fileformat=VCFv4.2\n##contig=<ID=chr1,length=248956422>\n##FORMAT=<ID=GT,Number=1,Type=String,Description=\"Genotype\">\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tchild\tfather\tmother\n";
/// A new variant of U2AF2 in the child, as it was published (PMID 37962958): a candidate for those whose page is looked at.
const FOUND: &str = "chr19\t55661148\t.\tC\tT\t50\tPASS\t.\tGT\t0/1\t0/0\t0/0\n";
const ALONE: &str = "FAM\tchild\t0\t0\t0\t2\n";
const TRIO: &str = "FAM\tchild\tfather\tmother\t0\t2\nFAM\tfather\t0\t0\t1\t1\nFAM\tmother\t0\t0\t2\t1\n";

/// An order of the year.
#[derive(Clone, Debug)]
pub struct Placed {
    /// Order.
    pub id: OrderId,
    /// Who asked for it.
    pub requester: OdsCode,
    /// Laboratory that it went to.
    pub laboratory: OdsCode,
}

/// What came of it.
#[derive(Clone, Debug, Default)]
pub struct Year {
    /// Orders, by the day on which they were placed.
    pub orders: Vec<Placed>,
    /// Steps that were taken.
    pub steps: usize,
    /// Steps that the service refused, because something that they rest on was missing: none, or the simulation does what nobody would.
    pub refused: Vec<Refused>,
}

/// Steps that were refused for one reason.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refused {
    /// What was done.
    pub step: String,
    /// The field of the refusal.
    pub field: String,
    /// What it said of the first of them.
    pub message: String,
    /// How many there were.
    pub count: usize,
}

impl Year {
    fn refuse(&mut self, one: Refused) {
        match self.refused.iter_mut().find(|known| known.step == one.step && known.field == one.field) {
            Some(known) => known.count += one.count,
            None => self.refused.push(one),
        }
    }
}

/// The clock of a simulated year; afterwards that of the machine.
#[derive(Debug)]
pub struct YearClock(Mutex<Option<(Timestamp, ChaCha8Rng)>>);

impl YearClock {
    /// A clock that shows the machine's time until a year is simulated.
    pub fn new() -> Arc<YearClock> {
        Arc::new(YearClock(Mutex::new(None)))
    }

    fn set(&self, now: Timestamp) {
        if let Some((time, _)) = self.shown().as_mut() {
            *time = now;
        }
    }

    /// The simulated time with its source of identifiers; none where the machine's is shown.
    fn shown(&self) -> MutexGuard<'_, Option<(Timestamp, ChaCha8Rng)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for YearClock {
    fn now(&self) -> Timestamp {
        self.shown().as_ref().map_or_else(|| MachineClock.now(), |(time, _)| *time)
    }

    fn new_id(&self) -> Uuid {
        match self.shown().as_mut() {
            Some((time, random)) => {
                let millis = u64::try_from(time.as_millisecond()).unwrap_or(0);
                uuid::Builder::from_unix_timestamp_millis(millis, &random.random()).into_uuid()
            }
            None => MachineClock.new_id(),
        }
    }
}

/// Reports of the simulation are kept as what they say, and not typeset, which would take most of the time.
pub fn unprinted(_: &Content) -> anyhow::Result<[Vec<u8>; 2]> {
    Ok([b"Simulated: this report was not typeset".to_vec(), b"%PDF-1.7 simulated".to_vec()])
}

/// What every order of the year needs.
struct Simulation<'a> {
    service: &'a Arc<Service>,
    /// Folder of the files.
    folder: PathBuf,
    /// What the engine finds: where nothing was called of one person, and of a trio; and of a trio with one new variant.
    analyses: [germline::Analysis; 3],
}

impl<'a> Simulation<'a> {
    fn new(service: &'a Arc<Service>) -> anyhow::Result<Simulation<'a>> {
        let folder = service.folder.join("simulated");
        fs::create_dir_all(&folder)?;
        let vcf = folder.join("family.vcf");
        fs::write(&vcf, VCF)?;
        let found = folder.join("found.vcf");
        fs::write(&found, VCF.replacen('\n', "\n##contig=<ID=chr19,length=58617616>\n", 1) + FOUND)?;
        let (alone, trio) = (folder.join("alone.ped"), folder.join("trio.ped"));
        let analyses =
            [analysis(service, &vcf, &alone, ALONE)?, analysis(service, &vcf, &trio, TRIO)?, analysis(service, &found, &trio, TRIO)?];
        Ok(Simulation { service, folder, analyses })
    }

    /// The file of an order: no two orders have one and the same.
    fn deliver(&self, order: OrderId) -> anyhow::Result<Delivered> {
        let vcf = self.folder.join(format!("{order}.vcf"));
        fs::write(&vcf, VCF.replacen('\n', &format!("\n##order={order}\n"), 1))?;
        Ok(Delivered::small(&vcf))
    }

    /// The analysis of so many people, in whom something was found or not.
    fn analysis(&self, people: usize, is_found: bool) -> &germline::Analysis {
        match (people > 1, is_found) {
            (false, _) => &self.analyses[0],
            (true, false) => &self.analyses[1],
            (true, true) => &self.analyses[2],
        }
    }
}

fn analysis(service: &Service, vcf: &Path, ped: &Path, pedigree: &str) -> anyhow::Result<germline::Analysis> {
    fs::write(ped, pedigree)?;
    let request = run::Request {
        vcf: vcf.to_owned(),
        structural: vec![],
        ped: Some(ped.to_owned()),
        proband: Some("child".into()),
        phenotype: Phenotype::default(),
        panel: None,
        lenient: false,
        papers_left_out: HashSet::new(),
    };
    run::run(&request, &service.knowledge, None, &mut |_| {})
}

/// Takes a year of orders that ends now through a service that was opened with this clock. The same seed and the same
/// moment give the same year. `progress` is told the orders placed so far.
pub async fn fill(
    service: &Arc<Service>,
    clock: &YearClock,
    orders: usize,
    seed: u64,
    progress: &mut dyn FnMut(usize),
) -> anyhow::Result<Year> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let now = MachineClock.now();
    let start = now - SignedDuration::from_hours(24 * DAYS);
    *clock.shown() = Some((start, ChaCha8Rng::seed_from_u64(random.random())));
    let filled = simulate(service, clock, orders, start, &mut random, progress).await;
    *clock.shown() = None;
    filled
}

async fn simulate(
    service: &Arc<Service>,
    clock: &YearClock,
    orders: usize,
    start: Timestamp,
    random: &mut ChaCha8Rng,
    progress: &mut dyn FnMut(usize),
) -> anyhow::Result<Year> {
    who::open_laboratories(service).await?;
    let simulation = Simulation::new(service)?;
    let catalogue = directory::catalogue::current(service).await?;
    let tests: Vec<&Test> = catalogue.tests.iter().collect();
    let mut begins: Vec<Timestamp> = (0..orders).map(|_| plan::begin(start, DAYS, random)).collect();
    begins.sort_unstable();
    let (mut year, mut cases, mut due) = (Year::default(), Vec::new(), BinaryHeap::new());
    for (which, begin) in begins.into_iter().enumerate() {
        due.push(Reverse((begin, which)));
        cases.push(None);
    }
    let end = start + SignedDuration::from_hours(24 * DAYS);
    while let Some(Reverse((time, which))) = due.pop().filter(|Reverse((time, _))| *time <= end) {
        clock.set(time);
        let case =
            cases[which].get_or_insert_with(|| Case::new(which, OrderId(service.new_id()), plan::test(&tests, random), time, random));
        let is_new = case.is_unsent();
        if let Some(refused) = case.step(&simulation).await? {
            year.refuse(refused);
        } else {
            year.steps += 1;
            year.orders.extend(is_new.then(|| case.placed()));
        }
        match case.next() {
            Some(next) => due.push(Reverse((next.max(time), which))),
            None => cases[which] = None,
        }
        progress(year.orders.len());
    }
    Ok(year)
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::reference;
    use store::Store;

    #[tokio::test]
    async fn a_year_goes_through_the_service_to_every_kind_of_end() {
        let folder = tempfile::tempdir().expect("a folder");
        let (clock, pack) = (YearClock::new(), reference::open("demo").expect("the demo pack"));
        let store = Store::open(folder.path()).await.expect("a store");
        let shown = Arc::clone(&clock) as Arc<dyn Clock>;
        let service = Service::with_press(store, folder.path(), &pack, shown, unprinted).await.expect("a service");
        service::people::accounts::open_demonstration(&service).await.expect("laboratories");
        let year = fill(&service, &clock, 60, 5, &mut |_| {}).await.expect("a year");
        assert_eq!(year.orders.len(), 60);
        assert!(year.steps > 600, "{} steps", year.steps);
        assert!(year.refused.is_empty(), "what nobody would do at work: {:?}", year.refused);
        let mut closed = 0;
        for order in &year.orders {
            let view = service.store.order_view(order.id).await.expect("read").expect("a line");
            assert_eq!(view.laboratory, order.laboratory);
            closed += usize::from(view.state == care::ordering::order::state::StateKind::Closed);
        }
        assert!(closed > 30, "{closed} of 60 were reported and read");
        assert!(service.store.verify().await.expect("read").is_ok(), "the chain holds");
        assert_eq!(service::lines::check_views(&service).await.expect("compared"), Vec::<String>::new());
        assert!(clock.now().duration_since(MachineClock.now()).abs() < SignedDuration::from_secs(60), "the clock is the machine's again");
    }
}
