//! How much memory the service has, and whether that stays as it is.

use anyhow::Context;

/// Minutes that warm the service up, in which its memory grows by what it keeps: connections, statements, pages of the database.
const WARM_UP_MINUTES: usize = 5;
/// Minutes of which the median is compared: those after warming up, and the last.
const COMPARED_MINUTES: usize = 5;
/// Minutes of a run that is long enough to be judged: those that are compared do not lie next to each other.
pub(super) const JUDGED_FROM_MINUTES: usize = WARM_UP_MINUTES + 2 * COMPARED_MINUTES;
/// By so many hundredths it may grow.
const GROWTH_PERCENT_MAX: u64 = 10;

/// Memory of a process, in kB.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Memory {
    /// As much as it has now (VmRSS).
    pub(super) resident: u64,
    /// As much as it ever had (VmHWM).
    pub(super) most: u64,
}

impl Memory {
    /// That of a process.
    pub(super) fn of_process(id: u32) -> anyhow::Result<Memory> {
        let path = format!("/proc/{id}/status");
        let status = std::fs::read_to_string(&path).with_context(|| format!("reading {path}: did the program end?"))?;
        Memory::read(&status).with_context(|| format!("{path} does not say how much memory the program has"))
    }

    /// As the lines of `/proc/PID/status` say it (proc(5)).
    fn read(status: &str) -> Option<Memory> {
        let field = |name: &str| -> Option<u64> {
            let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
            line.trim().strip_suffix("kB")?.trim().parse().ok()
        };
        Some(Memory { resident: field("VmRSS")?, most: field("VmHWM")? })
    }
}

/// Memory after warming up, and at the end, in kB.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Growth {
    pub(super) first: u64,
    pub(super) last: u64,
}

impl Growth {
    /// What the minutes of a run say, one after the other; nothing where they are too few.
    pub(super) fn of_run(minutes: &[u64]) -> Option<Growth> {
        if minutes.len() < JUDGED_FROM_MINUTES {
            return None;
        }
        let first = median(&minutes[WARM_UP_MINUTES..WARM_UP_MINUTES + COMPARED_MINUTES])?;
        Some(Growth { first, last: median(&minutes[minutes.len() - COMPARED_MINUTES..])? })
    }

    /// It did not grow by more than it may; that it became less is no fault.
    pub(super) fn is_flat(self) -> bool {
        self.last * 100 <= self.first * (100 + GROWTH_PERCENT_MAX)
    }

    /// By how many hundredths it grew.
    pub(super) fn percent(self) -> f64 {
        (self.last as f64 / self.first.max(1) as f64 - 1.0) * 100.0
    }
}

/// The middle one; the lower of two.
pub(super) fn median(values: &[u64]) -> Option<u64> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    sorted.get(sorted.len().checked_sub(1)? / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_read_as_the_kernel_says_it() {
        let status = "Name:\tgms\nVmPeak:\t  900000 kB\nVmHWM:\t  310020 kB\nVmRSS:\t  301234 kB\nRssAnon:\t  200000 kB\n";
        assert_eq!(Memory::read(status), Some(Memory { resident: 301_234, most: 310_020 }));
        assert_eq!(Memory::read("Name:\tgms\nState:\tZ (zombie)\n"), None, "of a process that has ended");
    }

    #[test]
    fn what_grows_while_it_warms_up_is_not_judged_and_what_grows_afterwards_is() {
        let run = |last: u64| -> Vec<u64> { [10, 40, 70, 90, 95].into_iter().chain([100; 20]).chain([last; 5]).collect() };
        for (last, flat) in [(100, true), (110, true), (111, false), (60, true)] {
            let growth = Growth::of_run(&run(last)).expect("long enough");
            assert_eq!((growth, growth.is_flat()), (Growth { first: 100, last }, flat));
        }
        assert!((Growth { first: 100, last: 125 }.percent() - 25.0).abs() < 1e-9);
    }

    #[test]
    fn one_minute_that_differs_does_not_decide() {
        let mut minutes = vec![100; JUDGED_FROM_MINUTES];
        (minutes[7], minutes[JUDGED_FROM_MINUTES - 1]) = (10, 900);
        assert_eq!(Growth::of_run(&minutes), Some(Growth { first: 100, last: 100 }));
        assert_eq!(Growth::of_run(&minutes[1..]), None, "too short to be judged");
        assert_eq!((median(&[]), median(&[3, 1, 2]), median(&[4, 1])), (None, Some(2), Some(1)));
    }
}
