//! What waits, for how long, and whether anybody does the work.

use super::{Finding, within};
use crate::operations::WORKED_WITHIN;
use jiff::{SignedDuration, Timestamp};
use store::{Figures, Store};

/// How long a result may wait until it has left, and until that is a fault.
const LEFT_WITHIN: [SignedDuration; 2] = [SignedDuration::from_mins(15), SignedDuration::from_hours(1)];
/// How long an analysis may wait.
const ANALYSED_WITHIN: SignedDuration = SignedDuration::from_hours(6);
/// How long a message may wait for a person.
const MENDED_WITHIN: SignedDuration = SignedDuration::from_hours(24);

/// One finding for each kind of work.
pub(super) async fn waiting(store: &Store, now: Timestamp) -> Vec<Finding> {
    let mut figures = None;
    let read = within("work", async {
        figures = Some(store.figures(now).await?);
        Ok(Finding::ok("work", ""))
    });
    let read = read.await;
    let Some(figures) = figures else { return vec![read] };
    vec![worker(&figures, now), deliveries(&figures, now), analyses(&figures, now), messages(&figures, now)]
}

fn worker(figures: &Figures, now: Timestamp) -> Finding {
    const CHECK: &str = "worker";
    let start = "start gms serve without --no-work, or gms worker";
    match figures.worked.map(|last| now.duration_since(last)) {
        None => Finding::fault(CHECK, "no program has ever done the work of this service: nothing is analysed or sent", start),
        Some(ago) if ago > WORKED_WITHIN => {
            Finding::fault(CHECK, format!("the last sign of life of a program that works is {} old", in_words(ago)), start)
        }
        Some(_) => Finding::ok(CHECK, "a program that works is alive"),
    }
}

fn deliveries(figures: &Figures, now: Timestamp) -> Finding {
    const CHECK: &str = "outbox";
    let look = "the page Unread says what did not arrive, and why; a system's address: gms client --system … --results …";
    let (waiting, failing) =
        figures.deliveries.iter().fold((0, 0), |(waiting, failing), kind| (waiting + kind.count, failing + kind.failing));
    let oldest =
        figures.deliveries.iter().filter_map(|kind| kind.since).min().map_or(SignedDuration::ZERO, |since| now.duration_since(since));
    let means = format!("{waiting} messages wait, {failing} after an attempt that failed; the oldest for {}", in_words(oldest));
    match () {
        () if oldest > LEFT_WITHIN[1] => Finding::fault(CHECK, means, look),
        () if failing > 0 || oldest > LEFT_WITHIN[0] => Finding::warning(CHECK, means, look),
        () if waiting > 0 => Finding::ok(CHECK, means),
        () => Finding::ok(CHECK, "nothing waits"),
    }
}

fn analyses(figures: &Figures, now: Timestamp) -> Finding {
    let (open, running) = (figures.analyses_open, figures.analyses_running);
    let oldest = figures.queued_since.map_or(SignedDuration::ZERO, |since| now.duration_since(since));
    let means = format!("{open} have not ended, {running} of them run; the oldest was queued {} ago", in_words(oldest));
    match () {
        () if oldest > ANALYSED_WITHIN => Finding::warning("analyses", means, "look whether a worker runs and has enough memory; add one"),
        () if open > 0 => Finding::ok("analyses", means),
        () => Finding::ok("analyses", "none waits"),
    }
}

fn messages(figures: &Figures, now: Timestamp) -> Finding {
    let first = [figures.messages_since, figures.outside_since].into_iter().flatten().min();
    let oldest = first.map_or(SignedDuration::ZERO, |since| now.duration_since(since));
    let waiting = figures.messages + figures.outside_results;
    let means = format!("{waiting} messages and results of others wait for a person, the oldest for {}", in_words(oldest));
    match () {
        () if oldest > MENDED_WITHIN => {
            Finding::warning("messages", means, "somebody of the laboratory opens the pages Messages and Results of other laboratories")
        }
        () if waiting > 0 => Finding::ok("messages", means),
        () => Finding::ok("messages", "none waits for a person"),
    }
}

/// A length of time, roughly.
fn in_words(time: SignedDuration) -> String {
    match time.as_secs().max(0) {
        seconds @ 0..120 => format!("{seconds} seconds"),
        seconds @ 120..7_200 => format!("{} minutes", seconds / 60),
        seconds @ 7_200..172_800 => format!("{} hours", seconds / 3_600),
        seconds => format!("{} days", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Severity, *};
    use store::DeliveryFigure;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a time")
    }

    #[test]
    fn what_waits_too_long_is_a_warning_and_then_a_fault() {
        let waiting = |failing, since| {
            let report = DeliveryFigure { kind: "report".into(), count: 1, failing, since: Some(at(since)) };
            deliveries(&Figures { deliveries: vec![report], ..Figures::default() }, at(100_000)).severity
        };
        assert_eq!(deliveries(&Figures::default(), at(100_000)).severity, Severity::Ok);
        assert_eq!(waiting(0, 99_990), Severity::Ok);
        assert_eq!(waiting(1, 99_990), Severity::Warning, "an attempt failed");
        assert_eq!(waiting(0, 98_000), Severity::Warning);
        assert_eq!(waiting(0, 96_000), Severity::Fault);
        let worked = |last| worker(&Figures { worked: last, ..Figures::default() }, at(100_000)).severity;
        assert_eq!([worked(None), worked(Some(at(99_000))), worked(Some(at(99_990)))], [Severity::Fault, Severity::Fault, Severity::Ok]);
    }

    #[test]
    fn times_are_said_as_people_say_them() {
        let times = [-5, 0, 119, 120, 7_199, 7_200, 172_800].map(|seconds| in_words(SignedDuration::from_secs(seconds)));
        assert_eq!(times, ["0 seconds", "0 seconds", "119 seconds", "2 minutes", "119 minutes", "2 hours", "2 days"]);
    }
}
