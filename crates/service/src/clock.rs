//! What tells the time and makes identifiers: the machine's own clock, or that of a simulation or a test.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use uuid::Uuid;

/// The source of times and identifiers that a service works with. Nothing in this crate asks the machine by another way.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Timestamp;

    /// A new identifier; identifiers sort by the moment at which they were made.
    fn new_id(&self) -> Uuid;

    /// The present day in UTC.
    fn today(&self) -> Date {
        self.now().to_zoned(TimeZone::UTC).date()
    }
}

/// The clock of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct MachineClock;

impl Clock for MachineClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where the machine is asked for the time")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    #[expect(clippy::disallowed_methods, reason = "the one place where identifiers are made")]
    fn new_id(&self) -> Uuid {
        Uuid::now_v7()
    }
}

/// The end of a day in UTC.
pub fn end_of(day: Date) -> Timestamp {
    let next = day.saturating_add(jiff::Span::new().days(1));
    next.to_zoned(TimeZone::UTC).map_or(Timestamp::MAX, |zoned| zoned.timestamp())
}
