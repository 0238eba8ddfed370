//! A year of invented orders: every kind of delay and failure that services report, written day by day as it would have
//! happened. Nobody in it is real; how often and how long are assumptions, stated in `plan`, not figures of any service.

mod case;
mod plan;
mod who;

use access::{Action, Permit, Resource};
use anyhow::Context;
use care::{OdsCode, OrderId, Role, Staff, directory::Test};
use case::Case;
use jiff::{SignedDuration, Timestamp};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use service::{Service, directory, people::staff};
use std::{cmp::Reverse, collections::BinaryHeap, sync::Arc};
use store::Change;

/// Days that are simulated.
const DAYS: i64 = 365;

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
    /// Steps that were written.
    pub steps: usize,
}

/// Who does what in the simulation.
struct People {
    staff: Vec<Staff>,
}

impl People {
    fn of(&self, role: Role, which: usize) -> &Staff {
        let mut with: Vec<&Staff> = self.staff.iter().filter(|s| s.role == role).collect();
        let which = which % with.len();
        with.swap_remove(which)
    }

    /// Proof that somebody may take a step; whoever the policy refuses cannot be simulated either.
    fn permit(&self, role: Role, which: usize, action: Action, order: OrderId) -> anyhow::Result<Permit> {
        let who = self.of(role, which);
        let organisations = vec![who.organisation.clone()];
        let resource = Resource { organisations, name: order.stream(), released: true, ..Resource::default() };
        access::decide(who, action, &resource).with_context(|| format!("{} in the simulation", role.words()))
    }
}

/// Writes a year of orders that ends now. The same seed gives the same year but for the identifiers' time. `progress` is told
/// the orders placed so far.
pub async fn fill(service: &Arc<Service>, orders: usize, seed: u64, progress: &mut dyn FnMut(usize)) -> anyhow::Result<Year> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let catalogue = directory::catalogue::current(service).await?;
    let tests: Vec<&Test> = catalogue.tests.iter().collect();
    let people = People { staff: staff::demo().into_iter().chain([staff::system()]).collect() };
    let report = service.store.blobs().put(br#"{"simulated": "this report was never written"}"#.to_vec()).await?;
    let now = Timestamp::now();
    let start = now - SignedDuration::from_hours(24 * DAYS);
    let mut begins: Vec<Timestamp> = (0..orders).map(|_| plan::begin(start, DAYS, &mut random)).collect();
    begins.sort_unstable();
    let mut begins = begins.into_iter().peekable();
    let (mut year, mut cases, mut due) = (Year::default(), Vec::<Option<Case>>::new(), BinaryHeap::new());
    for day in 1..=DAYS {
        let night = start + SignedDuration::from_hours(24 * day);
        let mut written: Vec<(Permit, Change, Timestamp)> = Vec::new();
        while let Some(at) = begins.next_if(|at| *at <= night) {
            let test = plan::test(&tests, &mut random);
            let case = Case::new(cases.len(), test, catalogue.version_of(&test.code), at, &report, &mut random);
            year.orders.push(case.placed(&people));
            due.push(Reverse((at, cases.len())));
            cases.push(Some(case));
        }
        while let Some((at, which)) = next_due(&mut due, night) {
            let Some(case) = &mut cases[which] else { continue };
            written.extend(case.step(&people, at)?);
            match case.next() {
                Some(next) => due.push(Reverse((next.max(at), which))),
                None => cases[which] = None,
            }
        }
        year.steps += written.len();
        service.store.commit_all(&written).await?;
        progress(year.orders.len());
    }
    Ok(year)
}

/// The next step that is due by the end of a day.
fn next_due(due: &mut BinaryHeap<Reverse<(Timestamp, usize)>>, night: Timestamp) -> Option<(Timestamp, usize)> {
    due.peek().filter(|Reverse((at, _))| *at <= night)?;
    due.pop().map(|Reverse(next)| next)
}

/// An identifier that sorts by the simulated time.
fn identifier(at: Timestamp, random: &mut ChaCha8Rng) -> uuid::Uuid {
    let millis = u64::try_from(at.as_millisecond()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random.random()).into_uuid()
}
