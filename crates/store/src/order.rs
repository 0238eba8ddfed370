//! An order as lists show it: typed; words are made where they are shown.

use crate::line::line;
use care::{
    OdsCode, OrderId, PatientId, Role, StaffId,
    directory::TestCode,
    ordering::{order::StateKind, progress::Stage},
};
use jiff::civil::Date;
use std::collections::BTreeSet;

line! {
    /// An order as lists show it.
    pub struct OrderView in "order_view" {
        /// Order.
        pub id: OrderId = "order_id",
        /// Number that people read out.
        pub number: String = "number",
        /// Test code.
        pub test: TestCode = "test",
        /// Clinical indication.
        pub indication: String = "indication",
        /// Proband.
        pub patient_id: PatientId = "patient_id",
        /// Proband's name.
        pub patient: String = "patient",
        /// State.
        pub state: StateKind = "state",
        /// How far it has come, and who is waited for.
        pub stage: Stage = "stage",
        /// Requesting organisation.
        pub requester: OdsCode = "requester",
        /// Laboratory.
        pub laboratory: OdsCode = "laboratory",
        /// Day of submission.
        pub submitted: Date = "submitted",
        /// Day by which the report is due.
        pub due: Date = "due",
        /// Who has taken the work.
        pub assignee: Option<String> = "assignee",
        /// Day until which the work rests.
        pub rests: Option<Date> = "rests",
        /// Day of the first report.
        pub reported: Option<Date> = "reported",
        /// Day of the latest report, while nobody has said to have read it.
        pub unread: Option<Date> = "unread",
        /// The system that sent it with that system's own number, as `placer` writes both; empty where a person ordered it here.
        pub placer: String = "placer",
    } and {
        "is_final" = OrderView::is_final,
        "is_released" = OrderView::is_released,
        "hidden" = OrderView::is_hidden,
        "turn" = |view: &OrderView| view.turn().map(|role| role.as_str().to_owned()),
    }
}

/// A system and its own number of an order: two orders have both alike where the number is one of two namespaces.
pub(crate) fn placer(client: StaffId, number: &str) -> String {
    format!("{client} {number}")
}

/// In which lists an order stands. The numbers are those of the column `listed`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Listed {
    /// In none: it was entered in error.
    Hidden = 0,
    /// Among those that are finished.
    Finished = 1,
    /// Among those that are open.
    Open = 2,
}

impl OrderView {
    /// Entered in error: it stands in no list.
    pub fn is_hidden(&self) -> bool {
        self.state == StateKind::EnteredInError
    }

    /// Nothing more will happen.
    pub fn is_final(&self) -> bool {
        self.state.is_final()
    }

    /// Its result may be seen outside the laboratory. Once reported, always: while a report is amended the earlier one is
    /// still what the requester has. What was closed without a report, such as DNA that is kept, has nothing to release.
    pub fn is_released(&self) -> bool {
        self.reported.is_some() && !self.is_hidden()
    }

    /// Past its day, still open and never reported.
    pub fn is_late(&self, today: Date) -> bool {
        self.awaited().is_some_and(|due| due < today)
    }

    /// Day on which the report is due, while it is open and was never reported.
    pub(crate) fn awaited(&self) -> Option<Date> {
        (!self.is_hidden() && !self.is_final() && self.reported.is_none()).then_some(self.due)
    }

    /// Whose turn it is.
    pub fn turn(&self) -> Option<Role> {
        self.stage.turn()
    }

    /// It is this role's turn, and the work does not rest.
    pub fn waits_for(&self, role: Role, today: Date) -> bool {
        self.turn() == Some(role) && self.rests.is_none_or(|until| until < today)
    }

    pub(crate) fn listed(&self) -> Listed {
        match self.state {
            StateKind::EnteredInError => Listed::Hidden,
            state if state.is_final() => Listed::Finished,
            _ => Listed::Open,
        }
    }
}

/// Words of a text as they are kept: letters and digits in small letters, as hexadecimal, whose order is the same in every
/// collation. What stands before every number is no word.
pub fn search_terms(text: &str) -> BTreeSet<String> {
    let lower = text.to_lowercase();
    let plain = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty() && *word != "og");
    plain.map(hex::encode).collect()
}

/// The word of a day of birth, which no text has: `~` stands in none.
pub(crate) fn birth_term(day: Date) -> String {
    hex::encode(format!("~{day}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn view(state: StateKind, reported: bool) -> OrderView {
        let day = |day| jiff::civil::date(2026, 11, day);
        OrderView {
            id: OrderId(Uuid::nil()),
            number: "OG-1".into(),
            test: "R29.4".parse().expect("a code"),
            indication: "Intellectual disability".into(),
            patient_id: PatientId(Uuid::nil()),
            patient: "Ada".into(),
            state,
            stage: Stage::AwaitingData,
            requester: "RP4".parse().expect("a code"),
            laboratory: "699X0".parse().expect("a code"),
            submitted: day(1),
            due: day(20),
            assignee: None,
            rests: None,
            reported: reported.then(|| day(18)),
            unread: None,
            placer: String::new(),
        }
    }

    #[test]
    fn only_an_open_order_that_was_never_reported_is_late() {
        use StateKind as S;
        let today = jiff::civil::date(2026, 11, 21);
        let late: Vec<StateKind> = StateKind::ALL.into_iter().filter(|state| view(*state, false).is_late(today)).collect();
        assert_eq!(late, [S::Draft, S::Submitted, S::Accepted, S::InProgress, S::OnHold, S::Reported]);
        assert!(StateKind::ALL.into_iter().all(|state| !view(state, true).is_late(today)), "a reported order is late");
        assert!(!view(S::InProgress, false).is_late(jiff::civil::date(2026, 11, 20)), "late on its day");
    }

    #[test]
    fn a_result_is_released_once_it_was_reported_and_never_of_an_order_entered_in_error() {
        use StateKind as S;
        for state in StateKind::ALL {
            assert_eq!(view(state, true).is_released(), state != S::EnteredInError, "{state} with a report");
            assert!(!view(state, false).is_released(), "{state} without a report");
        }
    }

    #[test]
    fn work_waits_for_a_role_unless_it_rests() {
        let today = jiff::civil::date(2026, 11, 21);
        let mut view = view(StateKind::InProgress, false);
        assert!(view.waits_for(Role::Bioinformatician, today) && !view.waits_for(Role::Consultant, today));
        view.rests = Some(today);
        assert!(!view.waits_for(Role::Bioinformatician, today));
    }
}
