//! How far something has come that takes long, on standard error: what it finds stands alone on standard output.

use std::time::{Duration, Instant};
use store::{Part, Progress};

/// How often it is said.
const EVERY: Duration = Duration::from_secs(5);

/// Says every few seconds how far something has come; nothing where it takes no longer.
pub fn on_standard_error() -> impl FnMut(Progress) + Send {
    let mut last = Instant::now();
    move |progress| {
        if last.elapsed() >= EVERY {
            last = Instant::now();
            eprintln!("{}", sentence(progress));
        }
    }
}

fn sentence(Progress { part, done, all }: Progress) -> String {
    let percent = done * 100 / all.max(1);
    match part {
        Part::Journal => format!("{done} of {all} events verified ({percent} %)"),
        Part::Audit => format!("{done} of {all} lines of the audit verified ({percent} %)"),
        Part::Lists => format!("the lists compared with {done} of {all} events ({percent} %)"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_far_it_has_come_is_said_in_numbers_and_nothing_divides_by_nought() {
        let said = |part, done, all| sentence(Progress { part, done, all });
        assert_eq!(said(Part::Journal, 1_000, 5_000_000), "1000 of 5000000 events verified (0 %)");
        assert_eq!(said(Part::Audit, 750, 1_000), "750 of 1000 lines of the audit verified (75 %)");
        assert_eq!(said(Part::Lists, 0, 0), "the lists compared with 0 of 0 events (0 %)");
    }
}
