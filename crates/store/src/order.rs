//! An order as lists show it: typed; words are made where they are shown.

use crate::database::{Row, Value};
use care::{
    OdsCode, OrderId, PatientId, Role,
    directory::TestCode,
    ordering::{order::StateKind, progress::Stage},
};
use jiff::civil::Date;
use std::{collections::BTreeSet, error::Error, str::FromStr};

/// An order as lists show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderView {
    /// Order.
    pub id: OrderId,
    /// Number that people read out.
    pub number: String,
    /// Test code.
    pub test: TestCode,
    /// Clinical indication.
    pub indication: String,
    /// Proband.
    pub patient_id: PatientId,
    /// Proband's name.
    pub patient: String,
    /// State.
    pub state: StateKind,
    /// How far it has come, and who is waited for.
    pub stage: Stage,
    /// Requesting organisation.
    pub requester: OdsCode,
    /// Laboratory.
    pub laboratory: OdsCode,
    /// Day of submission.
    pub submitted: Date,
    /// Day by which the report is due.
    pub due: Date,
    /// Who has taken the work.
    pub assignee: Option<String>,
    /// Day until which the work rests.
    pub rests: Option<Date>,
    /// Day of the first report.
    pub reported: Option<Date>,
    /// Day of the latest report, while nobody has said to have read it.
    pub unread: Option<Date>,
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
        self.due < today && !self.is_final() && self.reported.is_none()
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

/// Columns of `order_view`, in the order of `values`.
pub(crate) const COLUMNS: [&str; 20] = [
    "order_id",
    "number",
    "test",
    "indication",
    "patient_id",
    "patient",
    "state",
    "stage",
    "is_final",
    "is_released",
    "hidden",
    "turn",
    "requester",
    "laboratory",
    "submitted",
    "due",
    "assignee",
    "rests",
    "reported",
    "unread",
];

/// The columns, of a table by its short name where one is needed.
pub(crate) fn columns(table: &str) -> String {
    COLUMNS.map(|column| format!("{table}{column}")).join(", ")
}

impl OrderView {
    pub(crate) fn values(&self) -> Vec<Value> {
        let day = |day: Option<Date>| day.map(|day| day.to_string()).into();
        vec![
            self.id.to_string().into(),
            self.number.clone().into(),
            self.test.to_string().into(),
            self.indication.clone().into(),
            self.patient_id.to_string().into(),
            self.patient.clone().into(),
            self.state.as_str().into(),
            serde_json::to_string(&self.stage).expect("a stage is plain data").into(),
            i64::from(self.is_final()).into(),
            i64::from(self.is_released()).into(),
            i64::from(self.is_hidden()).into(),
            self.turn().map(Role::as_str).into(),
            self.requester.to_string().into(),
            self.laboratory.to_string().into(),
            self.submitted.to_string().into(),
            self.due.to_string().into(),
            self.assignee.clone().into(),
            day(self.rests),
            day(self.reported),
            day(self.unread),
        ]
    }

    pub(crate) fn read(row: &Row) -> anyhow::Result<OrderView> {
        let text = |column: &str| row.get::<String>(column);
        let day =
            |column: &str| -> anyhow::Result<Option<Date>> { Ok(row.get::<Option<String>>(column)?.map(|day| day.parse()).transpose()?) };
        Ok(OrderView {
            id: parsed(row, "order_id")?,
            number: text("number")?,
            test: parsed(row, "test")?,
            indication: text("indication")?,
            patient_id: parsed(row, "patient_id")?,
            patient: text("patient")?,
            state: parsed(row, "state")?,
            stage: serde_json::from_str(&text("stage")?)?,
            requester: parsed(row, "requester")?,
            laboratory: parsed(row, "laboratory")?,
            submitted: parsed(row, "submitted")?,
            due: parsed(row, "due")?,
            assignee: row.get("assignee")?,
            rests: day("rests")?,
            reported: day("reported")?,
            unread: day("unread")?,
        })
    }
}

/// Words of a text as they are kept: letters and digits in small letters, as hexadecimal, whose order is the same in every
/// collation. What stands before every number is no word.
pub(crate) fn search_terms(text: &str) -> BTreeSet<String> {
    let lower = text.to_lowercase();
    let plain = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty() && *word != "og");
    plain.map(hex::encode).collect()
}

/// A column that holds a value in its written form.
pub(crate) fn parsed<T: FromStr>(row: &Row, column: &str) -> anyhow::Result<T>
where
    T::Err: Error + Send + Sync + 'static,
{
    Ok(row.get::<String>(column)?.parse()?)
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
