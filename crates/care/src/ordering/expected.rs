//! When a report can be expected, from how long earlier ones took.

use jiff::{Span, civil::Date};

/// A day with its interval.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Expected {
    /// As likely before as after.
    pub day: Date,
    /// One in ten comes earlier.
    pub earliest: Date,
    /// One in ten comes later.
    pub latest: Date,
    /// Finished orders behind it that took longer than this one has waited.
    pub orders: usize,
}

/// Finished orders below which nothing is said: with fewer, a tenth is not even one order.
pub const ORDERS_MIN: usize = 10;

/// The expected day of an order that was submitted on a day and is not finished today. `took` holds the days of finished orders
/// of the same kind: only those that took longer than this one has waited already say anything of what is left.
pub fn expected(submitted: Date, today: Date, took: &[u32]) -> Option<Expected> {
    let waited = submitted.until(today).ok()?.get_days().max(0) as u32;
    let mut longer: Vec<u32> = took.iter().copied().filter(|days| *days >= waited).collect();
    if longer.len() < ORDERS_MIN {
        return None;
    }
    longer.sort_unstable();
    let quantile =
        |share: f64| submitted.saturating_add(Span::new().days(i64::from(longer[((longer.len() - 1) as f64 * share).round() as usize])));
    Some(Expected { day: quantile(0.5), earliest: quantile(0.1), latest: quantile(0.9), orders: longer.len() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longer_an_order_waits_the_later_it_is_expected_and_little_says_nothing() {
        let submitted = Date::constant(2026, 11, 1);
        let took: Vec<u32> = (10..=110).collect();
        let estimate = |today| expected(submitted, today, &took).map(|e| (e.earliest, e.day, e.latest, e.orders));
        let day = |month, day| Date::constant(2026, month, day);
        assert_eq!(estimate(day(11, 1)), Some((day(11, 21), day(12, 31), Date::constant(2027, 2, 9), 101)));
        let later = estimate(day(12, 31)).expect("some took longer");
        assert!(later.1 > day(12, 31) && later.3 == 51, "{later:?}");
        assert_eq!(estimate(Date::constant(2027, 2, 15)), None, "too few took so long");
        assert_eq!(expected(submitted, submitted, &[5; 9]), None);
    }
}
