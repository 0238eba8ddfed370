//! What the service itself counts of how long its requests took: the histograms of `/metrics`, and what lies between two readings.

use anyhow::{Context, ensure};
use std::collections::BTreeMap;

/// What the lines of the counts begin with.
const LINE: &str = "gms_http_request_duration_seconds_bucket{";
/// Routes that are no pages: interfaces, what watches the service, files that never change, and addresses that are none.
const NO_PAGES: [&str; 10] =
    ["/fhir", "/FHIR", "/oauth2", "/hl7", "/cds-services", "/health", "/metrics", "/static", "/.well-known", "none"];

/// How many requests of a route took so many seconds or less, for each bound and at last for all.
pub(super) type Counts = Vec<(f64, u64)>;

/// The counts of each route.
#[derive(Clone, Default, PartialEq, Debug)]
pub(super) struct Figures(BTreeMap<String, Counts>);

impl Figures {
    /// Reads them in the text of Prometheus.
    pub(super) fn read(text: &str) -> anyhow::Result<Figures> {
        let mut figures = Figures::default();
        for line in text.lines().filter_map(|line| line.strip_prefix(LINE)) {
            let (route, bound, count) = read_line(line).with_context(|| format!("a line of the figures: {line}"))?;
            figures.0.entry(route.to_owned()).or_default().push((bound, count));
        }
        ensure!(!figures.0.is_empty(), "the figures do not say how long requests took");
        Ok(figures)
    }

    /// What came after an earlier reading of the same program.
    pub(super) fn since(&self, earlier: &Figures) -> Figures {
        let before = |route: &str, place: usize| earlier.0.get(route).and_then(|counts| counts.get(place)).map_or(0, |(_, count)| *count);
        let less = |route: &str, counts: &Counts| -> Counts {
            counts.iter().enumerate().map(|(place, (bound, count))| (*bound, count.saturating_sub(before(route, place)))).collect()
        };
        Figures(self.0.iter().map(|(route, counts)| (route.clone(), less(route, counts))).collect())
    }

    /// Each page with its counts, where it was opened.
    pub(super) fn pages(&self) -> impl Iterator<Item = (&str, &Counts)> {
        let pages = self.0.iter().map(|(route, counts)| (route.as_str(), counts));
        pages.filter(|(route, counts)| is_page(route) && count(counts) > 0)
    }

    /// The counts of all pages together.
    pub(super) fn all_pages(&self) -> Counts {
        let mut sums = Counts::new();
        for (_, counts) in self.pages() {
            if sums.is_empty() {
                sums.clone_from(counts);
            } else {
                sums.iter_mut().zip(counts).for_each(|((_, sum), (_, count))| *sum += count);
            }
        }
        sums
    }
}

fn is_page(route: &str) -> bool {
    !NO_PAGES.iter().any(|no_page| route.starts_with(no_page))
}

/// Route, bound and count of a line such as `route="/orders/{order}",le="0.02"} 7`.
fn read_line(line: &str) -> Option<(&str, f64, u64)> {
    let (labels, count) = line.rsplit_once("} ")?;
    let (route, bound) = labels.strip_prefix("route=\"")?.rsplit_once("\",le=\"")?;
    Some((route, bound.strip_suffix('"')?.parse().ok()?, count.trim().parse().ok()?))
}

/// How many there are.
pub(super) fn count(counts: &[(f64, u64)]) -> u64 {
    counts.last().map_or(0, |(_, count)| *count)
}

/// How many took longer than a bound, which is one of those that are counted.
pub(super) fn slower(counts: &[(f64, u64)], bound: f64) -> Option<u64> {
    let within = counts.iter().find(|(known, _)| (known - bound).abs() < 1e-9)?.1;
    Some(count(counts) - within)
}

/// The seconds within which this share of them was, evenly between the two bounds around it; of what is beyond the last bound that bound.
pub(super) fn percentile(counts: &[(f64, u64)], share: f64) -> Option<f64> {
    let rank = count(counts) as f64 * share;
    let place = counts.iter().position(|(_, count)| *count > 0 && *count as f64 >= rank)?;
    let (lower, below) = place.checked_sub(1).map_or((0.0, 0), |before| counts[before]);
    let (upper, within) = counts[place];
    if !upper.is_finite() {
        return Some(lower);
    }
    Some(lower + (upper - lower) * (rank - below as f64).max(0.0) / (within - below).max(1) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(route: &str, counts: [u64; 4]) -> String {
        let bounds = ["0.01", "0.02", "0.05", "+Inf"];
        let line = |(bound, count)| format!("{LINE}route=\"{route}\",le=\"{bound}\"}} {count}\n");
        bounds.into_iter().zip(counts).map(line).collect()
    }

    #[test]
    fn the_counts_of_each_route_are_read_and_nothing_else_is() {
        let other = "# TYPE gms_http_request_duration_seconds histogram\ngms_http_request_duration_seconds_sum{route=\"/\"} 0.3\n";
        let read = Figures::read(&format!("{other}{}{}", text("/orders/{order}", [1, 2, 3, 4]), text("/health/ready", [9; 4])));
        let read = read.expect("read");
        let pages: Vec<(&str, &Counts)> = read.pages().collect();
        assert_eq!(pages.len(), 1, "what watches the service is no page");
        assert_eq!((pages[0].0, pages[0].1.as_slice()), ("/orders/{order}", &[(0.01, 1), (0.02, 2), (0.05, 3), (f64::INFINITY, 4)][..]));
        assert!(Figures::read(other).is_err(), "figures without counts are none");
        assert!(Figures::read(&format!("{LINE}route=\"/\",le=\"soon\"}} 1\n")).is_err());
    }

    #[test]
    fn two_readings_are_compared_by_route_and_a_route_may_be_new() {
        let before = Figures::read(&text("/", [10, 10, 10, 10])).expect("read");
        let after = Figures::read(&format!("{}{}", text("/", [15, 16, 16, 16]), text("/bench", [0, 1, 2, 2]))).expect("read");
        let between = after.since(&before).all_pages();
        assert_eq!(between, [(0.01, 5), (0.02, 7), (0.05, 8), (f64::INFINITY, 8)]);
        assert_eq!((count(&between), slower(&between, 0.02), slower(&between, 0.03)), (8, Some(1), None));
        assert!(after.since(&after).all_pages().is_empty(), "nothing was opened");
    }

    #[test]
    fn a_percentile_lies_between_the_bounds_around_it() {
        let counts = [(0.01, 50), (0.02, 100), (0.05, 100), (f64::INFINITY, 100)];
        for (share, expected) in [(0.25, 0.005), (0.5, 0.01), (0.75, 0.015), (1.0, 0.02)] {
            let found = percentile(&counts, share).expect("some");
            assert!((found - expected).abs() < 1e-9, "{share}: {found}");
        }
        assert_eq!(percentile(&[(0.01, 0), (0.05, 0), (f64::INFINITY, 3)], 0.99), Some(0.05), "beyond the last bound");
        assert_eq!(percentile(&[(0.01, 0), (f64::INFINITY, 0)], 0.99), None, "none at all");
    }
}
