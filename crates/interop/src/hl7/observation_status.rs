//! What an observation is by its status (`OBX-11`): decided here once, for orders and for results. Sources: HL7 2.5.1, table 0085; A, B
//! and V from HL7 2.8, table 0085.

use super::segment::Segment;

/// Components of a coded value. Source: HL7 2.5.1, chapter 2.A.13 (CE).
const COMPONENTS: usize = 6;

/// What an observation is by its status.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum ObservationStatus {
    /// It is not said.
    Unsaid,
    /// Observed, and final (F), also where it was sent before (U) or verified (V).
    Final,
    /// Final, and other than it was before: amended (A), appended to (B), corrected (C).
    Changed,
    /// Not sure yet: pending (I), preliminary (P), not verified (R), partial (S).
    Preliminary,
    /// It says what was ordered, and no result (O).
    OfTheOrder,
    /// Nobody looked for it (N).
    NotSought,
    /// There is none any more, or never was: deleted (D), posted in error (W), not obtained (X); with what happened.
    Withdrawn(&'static str),
    /// A status that the table does not have.
    Unknown(String),
}

impl ObservationStatus {
    /// By the status of an observation: where it has several that differ, none of them is certain.
    pub fn read(obx: &Segment) -> ObservationStatus {
        let parts = obx.repeats(11).flat_map(|value| (1..=COMPONENTS).map(move |component| value.whole_component(component)));
        let codes: Vec<String> = parts.filter(|code| !code.is_empty()).collect();
        let Some(first) = codes.first() else { return ObservationStatus::Unsaid };
        let status = ObservationStatus::of_code(first);
        let mut others = codes.iter().skip(1).map(|code| ObservationStatus::of_code(code));
        // A name beside a code is none.
        let is_clear = others.all(|other| other == status || matches!(other, ObservationStatus::Unknown(_)));
        if is_clear { status } else { ObservationStatus::Unknown(obx.whole(11)) }
    }

    fn of_code(code: &str) -> ObservationStatus {
        match code.to_uppercase().as_str() {
            "" => ObservationStatus::Unsaid,
            "F" | "U" | "V" => ObservationStatus::Final,
            "A" | "B" | "C" => ObservationStatus::Changed,
            "I" | "P" | "R" | "S" => ObservationStatus::Preliminary,
            "O" => ObservationStatus::OfTheOrder,
            "N" => ObservationStatus::NotSought,
            "D" => ObservationStatus::Withdrawn("deleted"),
            "W" => ObservationStatus::Withdrawn("posted in error"),
            "X" => ObservationStatus::Withdrawn("not obtained"),
            _ => ObservationStatus::Unknown(code.to_owned()),
        }
    }

    /// Why nothing is read of an observation of this status, wherever it stands: there is no answer.
    pub fn withdrawn(&self) -> Option<&'static str> {
        match self {
            ObservationStatus::Withdrawn(what) => Some(*what),
            ObservationStatus::NotSought => Some("not asked"),
            ObservationStatus::Unsaid
            | ObservationStatus::Final
            | ObservationStatus::Changed
            | ObservationStatus::Preliminary
            | ObservationStatus::OfTheOrder
            | ObservationStatus::Unknown(_) => None,
        }
    }

    /// What a reader of an answer to a question of an order has to know of it: it is read, and may not hold. A detail of the order (O) is
    /// what such an answer is.
    pub fn doubt_of_answer(&self) -> Option<String> {
        match self {
            ObservationStatus::Preliminary => Some("as preliminary".to_owned()),
            ObservationStatus::Unknown(code) => Some(format!("with '{code}', which is no status of HL7")),
            ObservationStatus::Unsaid
            | ObservationStatus::Final
            | ObservationStatus::Changed
            | ObservationStatus::OfTheOrder
            | ObservationStatus::NotSought
            | ObservationStatus::Withdrawn(_) => None,
        }
    }

    /// What it makes of a result in which it stands.
    pub fn in_result(&self) -> InResult {
        match self {
            ObservationStatus::Unsaid | ObservationStatus::Final => InResult::AsStated,
            ObservationStatus::Changed => InResult::Changed,
            ObservationStatus::Preliminary | ObservationStatus::Unknown(_) => InResult::Unsure,
            ObservationStatus::OfTheOrder | ObservationStatus::NotSought => InResult::None,
            ObservationStatus::Withdrawn(_) => InResult::Withdrawn,
        }
    }
}

/// What an observation makes of a result.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum InResult {
    /// The result is as final as it says itself.
    AsStated,
    /// It is other than it was before.
    Changed,
    /// It is not final.
    Unsure,
    /// The observation is no part of a result.
    None,
    /// The observation is no part of it any more.
    Withdrawn,
}

impl InResult {
    /// Whether something of the observation is a part of the result.
    pub fn is_observed(self) -> bool {
        match self {
            InResult::AsStated | InResult::Changed | InResult::Unsure => true,
            InResult::None | InResult::Withdrawn => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// HL7 table 0085, every status of it, a status of no table, and none: what an answer of an order and a result make of it.
    #[test]
    fn each_status_of_an_observation_is_decided_for_orders_and_for_results() {
        let pending = Some("as preliminary".to_owned());
        for (code, withdrawn, doubt, in_result) in [
            ("", None, None, InResult::AsStated),
            ("F", None, None, InResult::AsStated),
            ("U", None, None, InResult::AsStated),
            ("V", None, None, InResult::AsStated),
            ("A", None, None, InResult::Changed),
            ("B", None, None, InResult::Changed),
            ("C", None, None, InResult::Changed),
            ("I", None, pending.clone(), InResult::Unsure),
            ("P", None, pending.clone(), InResult::Unsure),
            ("R", None, pending.clone(), InResult::Unsure),
            ("S", None, pending, InResult::Unsure),
            ("O", None, None, InResult::None),
            ("N", Some("not asked"), None, InResult::None),
            ("D", Some("deleted"), None, InResult::Withdrawn),
            ("W", Some("posted in error"), None, InResult::Withdrawn),
            ("X", Some("not obtained"), None, InResult::Withdrawn),
            ("Z", None, Some("with 'Z', which is no status of HL7".to_owned()), InResult::Unsure),
        ] {
            for code in [code.to_owned(), code.to_lowercase()] {
                let status = ObservationStatus::of_code(&code);
                assert_eq!((status.withdrawn(), status.in_result()), (withdrawn, in_result), "{code}");
                assert_eq!(status.doubt_of_answer().is_some(), doubt.is_some(), "{code}");
            }
            assert_eq!(ObservationStatus::of_code(code).doubt_of_answer(), doubt, "{code}");
        }
    }
}
