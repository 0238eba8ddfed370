//! Where a sample is now, in words.

use super::{Sample, State};
use crate::OdsCode;

impl Sample {
    /// Where it is now, as somebody would say who looks for the tube; `laboratory` says the name of one.
    pub fn location(&self, laboratory: impl Fn(&OdsCode) -> String) -> String {
        match &self.state {
            State::Unknown => "Nothing is recorded of it".into(),
            State::Expected => "Not in the laboratory: its collection is not recorded".into(),
            State::Collected => "Not in the laboratory: collected, and not recorded as sent".into(),
            State::InTransit { carrier } => format!("On its way to the laboratory with {carrier}"),
            State::Received | State::Accepted | State::Prepared(_) | State::Sequenced => self.kept_in("In the laboratory"),
            State::Rejected(_) => self.kept_in("In the laboratory, rejected"),
            State::Dispatched { to, manifest } => {
                format!("Sent to {} with manifest {manifest}; its arrival there is not recorded", laboratory(to))
            }
            State::Elsewhere { at, inferred: false } => self.kept_in(&format!("In {}", laboratory(at))),
            State::Elsewhere { at, inferred: true } => {
                format!("In {}, as its results say; its arrival there is not recorded", laboratory(at))
            }
            State::Exhausted => "Nowhere: used up".into(),
            State::Returned { to } => format!("Returned to {to}"),
            State::Destroyed { reason } => format!("Nowhere: destroyed ({reason})"),
        }
    }

    fn kept_in(&self, building: &str) -> String {
        match self.whereabouts() {
            place if place.is_empty() => format!("{building}; no place is recorded"),
            place => format!("{building}: {place}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn location(state: State, place: &str) -> String {
        let sample = Sample { state, place: place.into(), ..Sample::default() };
        sample.location(|code| format!("laboratory {code}"))
    }

    #[test]
    fn a_tube_is_where_it_was_put_last() {
        assert_eq!(location(State::Accepted, "Freezer 3, shelf 2"), "In the laboratory: Freezer 3, shelf 2");
        assert_eq!(location(State::Received, ""), "In the laboratory; no place is recorded");
        assert_eq!(location(State::InTransit { carrier: "porter".into() }, ""), "On its way to the laboratory with porter");
        // The place that it had before it went says nothing of where it is.
        assert_eq!(location(State::Returned { to: "the ward".into() }, "Freezer 3"), "Returned to the ward");
    }

    #[test]
    fn a_tube_that_was_sent_on_is_not_said_to_have_arrived() {
        let to: OdsCode = "699Y0".parse().expect("a code");
        let sent = location(State::Dispatched { to: to.clone(), manifest: "M-1".into() }, "");
        assert_eq!(sent, "Sent to laboratory 699Y0 with manifest M-1; its arrival there is not recorded");
        let inferred = location(State::Elsewhere { at: to, inferred: true }, "");
        assert_eq!(inferred, "In laboratory 699Y0, as its results say; its arrival there is not recorded");
    }
}
