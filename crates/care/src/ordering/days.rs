//! Where the days of orders go: calendar days before each milestone, for those that were reported and for those that are open.

use super::milestones::Milestone;
use jiff::civil::Date;

/// The local day on which an order reached each milestone, in their order.
pub type Reached = [Option<Date>; Milestone::ALL.len()];

/// Fewest orders of which the 90th percentile says more than that of the slowest one: by the nearest rank it is the slowest of fewer
/// than ten (Hyndman and Fan 1996, Am Stat 50:361, definition 1).
pub const ORDERS_MIN: usize = 10;

/// How many days orders took, or have taken, before a milestone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Figures {
    /// The milestone.
    pub before: Milestone,
    /// Orders that are counted.
    pub orders: usize,
    /// Half of them took no more days.
    pub median: u32,
    /// Nine of ten took no more days; nothing where there are too few orders to say.
    pub ninetieth: Option<u32>,
}

/// Days before each milestone that an order reached, since the latest one before. One that was passed over, such as an analysis that
/// another laboratory made, takes no days; they count before the next. One that was there already takes none.
pub fn spent(reached: &Reached) -> Vec<(Milestone, u32)> {
    let mut since: Option<Date> = None;
    let mut days = Vec::new();
    for (milestone, day) in Milestone::ALL.into_iter().zip(reached) {
        let Some(day) = *day else { continue };
        days.extend(since.map(|since| (milestone, between(since, day))));
        since = Some(since.map_or(day, |since| since.max(day)));
    }
    days
}

/// What an order waits for at present: the first milestone that it has not reached, with the days since the last one that it has.
/// Nothing once every one is reached.
pub fn waits(reached: &Reached, today: Date) -> Option<(Milestone, u32)> {
    let since = reached.iter().flatten().max()?;
    let next = Milestone::ALL.into_iter().zip(reached).find(|(_, day)| day.is_none())?;
    Some((next.0, between(*since, today)))
}

/// Calendar days from one to another, none backwards.
fn between(from: Date, to: Date) -> u32 {
    from.until(to).map_or(0, |span| u32::try_from(span.get_days()).unwrap_or(0))
}

/// Figures for each milestone that any order took days before, in the order of milestones.
pub fn figures(days: impl IntoIterator<Item = (Milestone, u32)>) -> Vec<Figures> {
    let mut by_milestone: [Vec<u32>; Milestone::ALL.len()] = Default::default();
    for (milestone, days) in days {
        by_milestone[milestone as usize].push(days);
    }
    let figures = |(before, mut days): (Milestone, Vec<u32>)| {
        days.sort_unstable();
        let median = nearest_rank(&days, 50)?;
        let ninetieth = nearest_rank(&days, 90).filter(|_| days.len() >= ORDERS_MIN);
        Some(Figures { before, orders: days.len(), median, ninetieth })
    };
    Milestone::ALL.into_iter().zip(by_milestone).filter_map(figures).collect()
}

/// The smallest of sorted numbers that so many of a hundred do not exceed.
fn nearest_rank(sorted: &[u32], percent: usize) -> Option<u32> {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.checked_sub(1)?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use Milestone as M;
    use proptest::prelude::*;

    fn day(n: i8) -> Date {
        jiff::civil::date(2026, 11, n)
    }

    #[test]
    fn days_count_before_the_milestone_that_ended_them() {
        let reached = [Some(day(1)), Some(day(3)), Some(day(2)), Some(day(10)), None, None, Some(day(20)), None];
        assert_eq!(spent(&reached), [(M::Consents, 2), (M::Samples, 0), (M::Data, 7), (M::Reported, 10)]);
        assert_eq!(waits(&reached, day(25)), Some((M::Analysed, 5)));
        let open = [Some(day(1)), None, Some(day(4)), None, None, None, None, None];
        assert_eq!(waits(&open, day(9)), Some((M::Consents, 5)));
        assert_eq!(waits(&[Some(day(1)); 8], day(9)), None);
        assert_eq!(waits(&[None; 8], day(9)), None);
    }

    #[test]
    fn the_ninetieth_percentile_of_a_few_orders_is_not_said() {
        let of = |count: u32| figures((1..=count).map(|days| (M::Data, days)));
        assert_eq!(of(9), [Figures { before: M::Data, orders: 9, median: 5, ninetieth: None }]);
        assert_eq!(of(10), [Figures { before: M::Data, orders: 10, median: 5, ninetieth: Some(9) }]);
        assert_eq!(of(1), [Figures { before: M::Data, orders: 1, median: 1, ninetieth: None }]);
        assert!(of(0).is_empty());
    }

    proptest! {
        #[test]
        fn no_day_is_counted_twice_and_none_is_lost(days in prop::array::uniform8(prop::option::of(1..=28_i8))) {
            let reached = days.map(|n| n.map(day));
            let known: Vec<Date> = reached.iter().flatten().copied().collect();
            let total: u32 = spent(&reached).iter().map(|(_, days)| days).sum();
            let span = known.first().zip(known.iter().max()).map_or(0, |(first, last)| between(*first, *last));
            prop_assert_eq!(total, span);
        }
    }
}
