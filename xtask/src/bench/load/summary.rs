//! What a load showed: a line a minute, a table at the end, and what was not as it is to be.

use super::{
    counted::Tally,
    figures::{Counts, Figures, count, percentile, slower},
    memory::{Growth, JUDGED_FROM_MINUTES, Memory, median},
};
use std::{collections::BTreeMap, time::Duration};

/// How long the service may take to start with a year of 100,000 orders.
const START_MAX: Duration = Duration::from_secs(2);
/// What a page may take by the service's own count, at the 99th percentile, in seconds: one of the bounds by which it counts.
const PAGE_SECONDS_MAX: f64 = 0.02;
/// One page in so many may take longer.
const SLOWER_ONE_IN: u64 = 100;
/// Pages that are listed, the slowest first.
const SLOWEST: usize = 15;

/// A minute of the load.
pub(super) struct Minute {
    pub(super) number: usize,
    pub(super) tally: Tally,
    /// How long pages took by the service's own count.
    pub(super) pages: Counts,
    /// Resident memory, every few seconds, in kB.
    pub(super) resident: Vec<u64>,
    /// Memory at its end.
    pub(super) memory: Memory,
}

/// A whole load.
pub(super) struct Load {
    pub(super) ready_after: Duration,
    pub(super) minutes: Vec<Minute>,
    /// Everything that was asked for, with what ended after the last minute.
    pub(super) tally: Tally,
    pub(super) figures: Figures,
    pub(super) failures: BTreeMap<String, u64>,
}

/// The head of the table of minutes.
pub(super) const HEAD: &str = concat!(
    "| minute | requests | writes | failed | sent again | client: median, 99th percentile ",
    "| pages by the service's count: 99th percentile, above 20 ms | memory: median, most so far |\n",
    "|---|---|---|---|---|---|---|---|"
);

impl Minute {
    /// Resident memory in the middle of the minute's readings, in kB.
    fn resident(&self) -> u64 {
        median(&self.resident).unwrap_or(self.memory.resident)
    }

    /// Its line of the table.
    pub(super) fn line(&self) -> String {
        let memory = format!("{}, {} MB", megabytes(self.resident()), megabytes(self.memory.most));
        format!("| {} | {} | {} | {memory} |", self.number, clients(&self.tally), pages(&self.pages))
    }
}

/// Requests, and how long they took for whoever asked.
fn clients(tally: &Tally) -> String {
    let [middle, ninety_ninth] = [0.5, 0.99].map(|share| milliseconds(tally.times.percentile(share)));
    format!("{} | {} | {} | {} | {middle}, {ninety_ninth}", tally.times.count(), tally.writes, tally.failed, tally.repeated)
}

/// How long pages took by the service's own count.
fn pages(counts: &[(f64, u64)]) -> String {
    let above = slower(counts, PAGE_SECONDS_MAX).unwrap_or_default();
    format!("{}, {above} of {}", milliseconds(reckoned(counts, 0.99)), count(counts))
}

/// A percentile in milliseconds, as far as the bounds tell.
fn reckoned(counts: &[(f64, u64)], share: f64) -> Option<f64> {
    percentile(counts, share).map(|seconds| seconds * 1e3)
}

fn milliseconds(value: Option<f64>) -> String {
    value.map_or_else(|| "–".into(), |value| format!("{value:.1} ms"))
}

fn megabytes(kilobytes: u64) -> String {
    format!("{:.1}", kilobytes as f64 / 1024.0)
}

impl Load {
    /// How memory went.
    fn growth(&self) -> Option<Growth> {
        Growth::of_run(&self.minutes.iter().map(Minute::resident).collect::<Vec<_>>())
    }

    /// Says what the whole showed.
    pub(super) fn print(&self) {
        println!("\n| the whole | requests | writes | failed | sent again | client | pages by the service's count |");
        println!("|---|---|---|---|---|---|---|");
        println!("| {} minutes | {} | {} |", self.minutes.len(), clients(&self.tally), pages(&self.figures.all_pages()));
        let above = self.minutes.iter().filter(|minute| is_slow(&minute.pages)).count();
        println!("\nMinutes in which more than one page in {SLOWER_ONE_IN} took longer than 20 ms: {above}.");
        match self.growth() {
            Some(growth) => println!(
                "Memory after warming up (minutes 6 to 10) {} MB, in the last five minutes {} MB: {:+.1} %.",
                megabytes(growth.first),
                megabytes(growth.last),
                growth.percent()
            ),
            None => println!("Memory was not judged: that takes a load of at least {JUDGED_FROM_MINUTES} minutes."),
        }
        self.print_slowest();
        for (failure, times) in &self.failures {
            println!("Failed {times} times: {failure}");
        }
    }

    fn print_slowest(&self) {
        let mut routes: Vec<(&str, &Counts)> = self.figures.pages().collect();
        let slowness = |(_, counts): &(&str, &Counts)| reckoned(counts, 0.99).unwrap_or_default();
        routes.sort_by(|one, other| slowness(other).total_cmp(&slowness(one)));
        println!("\n| slowest of {} routes | median | 99th percentile, above 20 ms |\n|---|---|---|", routes.len());
        for (route, counts) in routes.into_iter().take(SLOWEST) {
            println!("| `{route}` | {} | {} |", milliseconds(reckoned(counts, 0.5)), pages(counts));
        }
    }

    /// What was not as it is to be.
    pub(super) fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        if self.ready_after > START_MAX {
            faults.push(format!("the service was ready after {:.0} ms; {START_MAX:?} at the most", self.ready_after.as_secs_f64() * 1e3));
        }
        if self.tally.failed > 0 {
            faults.push(format!("{} of {} requests failed", self.tally.failed, self.tally.times.count()));
        }
        if is_slow(&self.figures.all_pages()) {
            faults.push(format!("more than one page in {SLOWER_ONE_IN} took longer than 20 ms: {}", pages(&self.figures.all_pages())));
        }
        if let Some(growth) = self.growth().filter(|growth| !growth.is_flat()) {
            faults.push(format!("memory grew by {:.1} %", growth.percent()));
        }
        faults
    }
}

/// Whether the 99th percentile is above what a page may take: counted, not reckoned. Where nothing was counted, nothing is known to be
/// well.
fn is_slow(counts: &[(f64, u64)]) -> bool {
    slower(counts, PAGE_SECONDS_MAX).is_none_or(|above| above * SLOWER_ONE_IN > count(counts))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(slow: u64, last_resident: u64) -> Load {
        let text = |count: u64, all: u64| {
            let line =
                |bound: &str, count: u64| format!("gms_http_request_duration_seconds_bucket{{route=\"/\",le=\"{bound}\"}} {count}\n");
            line("0.02", count) + &line("+Inf", all)
        };
        let figures = Figures::read(&text(1_000 - slow, 1_000)).expect("figures");
        let minute = |number: usize| {
            let resident = if number > 20 { last_resident } else { 100_000 };
            let (pages, tally) = (figures.all_pages(), Tally::default());
            Minute { number, tally, pages, resident: vec![resident; 3], memory: Memory { resident, most: resident } }
        };
        let minutes = (1..=25).map(minute).collect();
        Load { ready_after: Duration::from_secs(1), minutes, tally: Tally::default(), figures, failures: BTreeMap::new() }
    }

    #[test]
    fn a_load_is_well_as_long_as_all_three_are_within_what_they_may_be() {
        assert!(load(10, 110_000).faults().is_empty(), "exactly as much as may be");
        assert_eq!(load(11, 100_000).faults().len(), 1, "pages");
        assert_eq!(load(10, 110_001).faults(), ["memory grew by 10.0 %"]);
        let late = Load { ready_after: Duration::from_millis(2_001), ..load(0, 100_000) };
        assert_eq!(late.faults(), ["the service was ready after 2001 ms; 2s at the most"]);
        let failed = Load { tally: Tally { failed: 1, ..Tally::default() }, ..load(0, 100_000) };
        assert_eq!(failed.faults(), ["1 of 0 requests failed"]);
        assert_eq!(Load { figures: Figures::default(), ..load(0, 100_000) }.faults().len(), 1, "nothing was opened");
    }

    #[test]
    fn a_minute_is_one_line_with_every_figure() {
        let line = load(11, 0).minutes[0].line();
        assert_eq!(line, "| 1 | 0 | 0 | 0 | 0 | –, – | 20.0 ms, 11 of 1000 | 97.7, 97.7 MB |");
        assert_eq!(line.matches('|').count(), HEAD.lines().next().expect("a head").matches('|').count());
    }
}
