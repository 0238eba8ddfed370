//! What happens to an order, and when. Shares and medians are assumptions of the simulation.

use care::directory::Test;
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use std::collections::VecDeque;

/// One thing that happens to an order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Step {
    Submit,
    /// Everybody who has not answered yet agrees to the test, or one of them does not.
    Choose {
        agree: bool,
    },
    Receive,
    /// The first sample is rejected; a new one is asked for.
    Reject,
    ReceiveAgain,
    Prepare,
    Dispatch,
    Arrive,
    Sequence,
    Register,
    Fail,
    Analyse,
    Propose,
    Return,
    Check,
    Sign,
    Deliver,
    Read,
    Cancel,
    Mistake,
    TakeOn,
}

impl Step {
    /// Whether the rest goes on where the service refuses it.
    pub(super) fn stands_alone(self) -> bool {
        matches!(self, Step::Cancel | Step::Mistake | Step::TakeOn)
    }
}

/// Share of orders whose answers are given with the order.
const CHOSEN_AT_ONCE: f64 = 0.7;
const NEVER_CHOSEN: f64 = 0.01;
const DECLINED: f64 = 0.01;
const SAMPLE_NEVER_COMES: f64 = 0.03;
const SAMPLE_REJECTED: f64 = 0.03;
const SENT_ON: f64 = 0.15;
/// Of those sent on: the other laboratory says nothing.
const SILENT: f64 = 0.05;
const ANALYSIS_FAILS_ONCE: f64 = 0.02;
const RETURNED: f64 = 0.04;
const NEVER_READ: f64 = 0.05;
const CANCELLED: f64 = 0.015;
const MISTAKEN: f64 = 0.003;
const TAKEN_ON: f64 = 0.3;

/// A time of a working day of the year, most often.
pub(super) fn begin(start: Timestamp, days: i64, random: &mut ChaCha8Rng) -> Timestamp {
    loop {
        let at = start + SignedDuration::from_secs(random.random_range(0..days * 86_400));
        let clock = at.to_zoned(TimeZone::UTC);
        let at_work = (8..18).contains(&clock.hour()) && clock.weekday().to_monday_zero_offset() < 5;
        if at_work || random.random_bool(0.05) {
            return at;
        }
    }
}

/// A test of the directory: tumours four in ten, genomes one in eight. Of rare disease those that are sequenced, as the steps are.
pub(super) fn test<'t>(tests: &[&'t Test], random: &mut ChaCha8Rng) -> &'t Test {
    let (tumour, genome) = (random.random_bool(0.4), random.random_bool(0.2));
    let fits = |t: &&&Test| t.code.as_str().starts_with('M') == tumour && (tumour || t.is_sequencing() && is_genome(t) == genome);
    let count = tests.iter().filter(fits).count();
    let which = random.random_range(0..count.max(1));
    tests.iter().filter(fits).nth(which).unwrap_or(&tests[0])
}

/// Sequenced whole.
pub(super) fn is_genome(test: &Test) -> bool {
    test.method.contains("WGS") || test.method.to_lowercase().contains("whole genome")
}

/// Everything that will happen to an order that begins at a time, in order.
pub(super) fn draw(begin: Timestamp, genome: bool, random: &mut ChaCha8Rng) -> VecDeque<(Timestamp, Step)> {
    let mut steps = vec![(0.0, Step::Submit)];
    let mut agreed = None;
    if !random.random_bool(NEVER_CHOSEN) {
        let after = if random.random_bool(CHOSEN_AT_ONCE) { 0.0 } else { days(6.0, random) };
        let agree = !random.random_bool(DECLINED);
        agreed = agree.then_some(after);
        steps.push((after, Step::Choose { agree }));
    }
    if random.random_bool(TAKEN_ON) {
        steps.push((days(1.0, random), Step::TakeOn));
    }
    if !random.random_bool(SAMPLE_NEVER_COMES) {
        laboratory(&mut steps, genome, agreed, random);
    }
    if random.random_bool(CANCELLED) {
        let cancelled = days(10.0, random);
        // Nobody cancels what was reported.
        if steps.iter().all(|(after, step)| *step != Step::Sign || *after > cancelled) {
            steps.push((cancelled, Step::Cancel));
        }
    } else if random.random_bool(MISTAKEN) {
        steps.push((days(0.5, random), Step::Mistake));
    }
    steps.sort_by(|a, b| a.0.total_cmp(&b.0));
    steps.into_iter().map(|(after, step)| (begin + SignedDuration::from_secs((after * 86_400.0) as i64), step)).collect()
}

/// Steps of the laboratory, one after the other.
struct Bench<'p> {
    steps: &'p mut Vec<(f64, Step)>,
    after: f64,
    random: &'p mut ChaCha8Rng,
}

impl Bench<'_> {
    /// One more, so many days after the one before in the middle.
    fn then(&mut self, median: f64, step: Step) {
        self.after += days(median, self.random);
        self.steps.push((self.after, step));
    }

    fn happens(&mut self, share: f64) -> bool {
        self.random.random_bool(share)
    }
}

/// What the laboratory does with samples that come; with data once everybody has agreed, and never where somebody has not: it sees on its
/// list what an order waits for.
fn laboratory(steps: &mut Vec<(f64, Step)>, genome: bool, agreed: Option<f64>, random: &mut ChaCha8Rng) {
    let after = days(3.0, random);
    let mut bench = Bench { steps, after, random };
    bench.then(0.1, Step::Receive);
    if bench.happens(SAMPLE_REJECTED) {
        bench.then(0.5, Step::Reject);
        bench.then(9.0, Step::ReceiveAgain);
    }
    bench.then(2.0, Step::Prepare);
    let sequencing = if genome { 20.0 } else { 4.0 };
    if bench.happens(SENT_ON) {
        bench.then(1.0, Step::Dispatch);
        if !bench.happens(SILENT) {
            bench.then(2.0, Step::Arrive);
            bench.then(sequencing, Step::Sequence);
        }
    } else {
        bench.then(sequencing, Step::Sequence);
    }
    let Some(agreed) = agreed else { return };
    bench.after = bench.after.max(agreed);
    interpretation(&mut bench, genome);
}

/// From data to a report that is read.
fn interpretation(bench: &mut Bench, genome: bool) {
    bench.then(1.0, Step::Register);
    if bench.happens(ANALYSIS_FAILS_ONCE) {
        bench.then(0.1, Step::Fail);
        bench.then(1.0, Step::Register);
    }
    bench.then(0.2, Step::Analyse);
    bench.then(if genome { 25.0 } else { 5.0 }, Step::Propose);
    if bench.happens(RETURNED) {
        bench.then(1.0, Step::Return);
        bench.then(2.0, Step::Propose);
    }
    bench.then(2.0, Step::Check);
    bench.then(2.0, Step::Sign);
    bench.then(0.01, Step::Deliver);
    if !bench.happens(NEVER_READ) {
        bench.then(3.0, Step::Read);
    }
}

/// Days of something that takes so many in the middle: log-normal, one in six takes over twice as long.
fn days(median: f64, random: &mut ChaCha8Rng) -> f64 {
    const SPREAD: f64 = 0.7;
    let (u, v): (f64, f64) = (random.random_range(f64::MIN_POSITIVE..1.0), random.random());
    let normal = (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos();
    median * (SPREAD * normal).exp()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    #[test]
    fn steps_come_in_their_order_and_half_of_the_delays_are_under_the_median() {
        let mut random = ChaCha8Rng::seed_from_u64(5);
        let under = (0..10_000).filter(|_| days(3.0, &mut random) < 3.0).count();
        assert!((4_800..5_200).contains(&under), "{under}");
        for _ in 0..200 {
            let plan = draw(Timestamp::UNIX_EPOCH, true, &mut random);
            assert_eq!(plan[0].1, Step::Submit);
            assert!(plan.iter().zip(plan.iter().skip(1)).all(|(a, b)| a.0 <= b.0));
            let place = |step| plan.iter().position(|(_, other)| *other == step);
            assert!(place(Step::Sign).is_none_or(|sign| place(Step::Check).is_some_and(|check| check < sign)));
            let agreed = place(Step::Choose { agree: true });
            assert!(place(Step::Register).is_none_or(|register| agreed.is_some_and(|agreed| agreed < register)), "{plan:?}");
            assert!(place(Step::Cancel).is_none_or(|cancel| place(Step::Sign).is_none_or(|sign| cancel < sign)), "{plan:?}");
        }
    }
}
