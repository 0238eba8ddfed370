//! When an order reached what every order has to reach: the days of its line of stages.

use super::status::Status;
use crate::{
    event::{Event, Recorded, StreamName, Unreadable},
    interpretation::analysis,
    ordering::order::State,
    results::report,
};
use jiff::Timestamp;

/// What every order has to reach, in its order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Milestone {
    /// It was submitted.
    Requested,
    /// Everybody has agreed to the test.
    Consents,
    /// Every sample was received and accepted.
    Samples,
    /// Sequence data were registered.
    Data,
    /// They were analysed.
    Analysed,
    /// Two people have agreed what they mean.
    Interpreted,
    /// The report was signed.
    Reported,
    /// The requester has read it.
    Acknowledged,
}

impl Milestone {
    /// Every one.
    pub const ALL: [Milestone; 8] = [
        Milestone::Requested,
        Milestone::Consents,
        Milestone::Samples,
        Milestone::Data,
        Milestone::Analysed,
        Milestone::Interpreted,
        Milestone::Reported,
        Milestone::Acknowledged,
    ];

    /// In words that fit below a point of a line.
    pub fn label(self) -> &'static str {
        match self {
            Milestone::Requested => "Requested",
            Milestone::Consents => "Consents",
            Milestone::Samples => "Samples accepted",
            Milestone::Data => "Data received",
            Milestone::Analysed => "Analysed",
            Milestone::Interpreted => "Interpreted",
            Milestone::Reported => "Reported",
            Milestone::Acknowledged => "Acknowledged",
        }
    }

    /// Whether an order has reached it as it stands.
    fn is_reached(self, status: &Status) -> bool {
        match self {
            Milestone::Requested => status.order.request.is_some(),
            Milestone::Consents => status.order.request.is_some() && status.choices_missing().is_empty(),
            Milestone::Samples => status.order.request.is_some() && status.samples_missing().is_empty(),
            Milestone::Data => status.analysis().is_some(),
            Milestone::Analysed => status.analysis().is_some_and(|(_, a)| matches!(a.state, analysis::State::Done { .. })),
            // A text that was edited since changes nothing of what was found.
            Milestone::Interpreted => status.interpretation().is_some_and(|(_, i)| i.state.signed().is_some()),
            Milestone::Reported => is_answered(status),
            Milestone::Acknowledged => is_answered(status) && status.unread().is_none() && is_read(status),
        }
    }
}

/// A report was signed, or the result of another laboratory answered it.
fn is_answered(status: &Status) -> bool {
    status.report_of_latest().is_some() || (status.report().is_none() && is_answered_elsewhere(status))
}

fn is_answered_elsewhere(status: &Status) -> bool {
    matches!(status.order.state, State::Reported { .. } | State::Closed) && status.outside_results().any(|(_, result)| result.is_released())
}

fn is_read(status: &Status) -> bool {
    match status.report_of_latest() {
        Some(report) => matches!(report.state, report::State::Acknowledged { .. }),
        None => is_answered_elsewhere(status),
    }
}

/// When each was reached.
pub type Reached = [(Milestone, Option<Timestamp>); Milestone::ALL.len()];

/// When each was reached, from the events of an order in the order of the journal. What is no longer so, such as a sample that was
/// rejected after all, is not reached, unless a later one is: a tube that is used up was there when it was sequenced.
pub fn milestones<'a>(events: impl IntoIterator<Item = (Timestamp, Recorded<'a>)>) -> Result<Reached, Unreadable> {
    Ok(folded(events, |_, _, _| {})?.1)
}

/// The same with the order as it stands after all of them, each of which is shown once on the way: what follows from the events of an
/// order is read from them together.
pub fn folded<'a>(
    events: impl IntoIterator<Item = (Timestamp, Recorded<'a>)>,
    mut show: impl FnMut(Timestamp, &StreamName<'a>, &Event),
) -> Result<(Status, Reached), Unreadable> {
    let mut status = Status::default();
    let mut reached = Milestone::ALL.map(|milestone| (milestone, None));
    for (at, recorded) in events {
        let (stream, event) = recorded.read()?;
        status.apply(&stream, &event)?;
        show(at, &stream, &event);
        let mut is_later_reached = false;
        for (milestone, since) in reached.iter_mut().rev() {
            let before: Option<Timestamp> = since.filter(|_| is_later_reached);
            *since = if milestone.is_reached(&status) { since.or(Some(at)) } else { before };
            is_later_reached |= since.is_some();
        }
    }
    Ok((status, reached))
}

#[cfg(test)]
mod tests;
