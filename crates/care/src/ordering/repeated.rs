//! Whether an order asks again for what was ordered for the same patient before.

use super::order::{StateKind, purpose::Purpose};
use crate::directory::TestCode;

/// What is asked for again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Repeat {
    /// The same test.
    Test,
    /// Another test of the same clinical indication.
    Indication,
}

/// What an earlier order of the patient and a new one have in common. What follows or looks again at earlier work does so on purpose,
/// and an order that came to nothing repeats nothing.
pub fn repeat(earlier: (&TestCode, StateKind), test: &TestCode, purpose: &Purpose) -> Option<Repeat> {
    let is_on_purpose = match purpose {
        Purpose::FollowUp { .. } | Purpose::Reanalysis { .. } | Purpose::Reinterpretation { .. } => true,
        Purpose::Diagnosis
        | Purpose::Tumour(_)
        | Purpose::Prenatal(_)
        | Purpose::AfterDeath { .. }
        | Purpose::Predictive { .. }
        | Purpose::Carrier { .. }
        | Purpose::Storage { .. } => false,
    };
    let counts = match earlier.1 {
        StateKind::Submitted
        | StateKind::Accepted
        | StateKind::InProgress
        | StateKind::OnHold
        | StateKind::Reported
        | StateKind::Closed => true,
        StateKind::Draft | StateKind::Rejected | StateKind::Cancelled | StateKind::EnteredInError => false,
    };
    match earlier.0 {
        _ if is_on_purpose || !counts => None,
        before if before == test => Some(Repeat::Test),
        before if before.indication() == test.indication() => Some(Repeat::Indication),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_repeated_by_its_test_or_indication_unless_it_came_to_nothing_or_is_followed_on_purpose() {
        let code = |text: &str| text.parse::<TestCode>().expect("a code");
        let repeats = |before: &str, state, purpose: &Purpose| repeat((&code(before), state), &code("R29.4"), purpose);
        let diagnosis = Purpose::Diagnosis;
        assert_eq!(repeats("R29.4", StateKind::Closed, &diagnosis), Some(Repeat::Test));
        assert_eq!(repeats("R29.2", StateKind::Submitted, &diagnosis), Some(Repeat::Indication));
        assert_eq!(repeats("R2.4", StateKind::Submitted, &diagnosis), None);
        assert_eq!(repeats("R29.4", StateKind::Cancelled, &diagnosis), None);
        let follow = Purpose::FollowUp { order: "OG-1".into(), reason: "Confirm".into() };
        assert_eq!(repeats("R29.4", StateKind::Closed, &follow), None);
    }
}
