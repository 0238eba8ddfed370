//! How much of the library a project's workspace shows in a day. What is shown is read by people and can be copied from the screen
//! without the airlock: so much a day is enough to look at results, and too little to carry the library out.

use super::{Event, Project};
use crate::Refusals;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Rows in a day: more than anybody reads, and of a genome with its five million variants a thousandth. Our own choice: unconfirmed.
pub const ROWS_MAX: u64 = 5_000;
/// Bytes of rows in a day: as large as one output at the airlock may be. Our own choice: unconfirmed.
pub const BYTES_MAX: u64 = 1 << 20;

/// What a query showed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Showing {
    /// On which day, where the service is.
    pub day: Date,
    /// Rows.
    pub rows: u64,
    /// Bytes of the rows as text.
    pub bytes: u64,
    /// Rows of people were among what might be shown.
    #[serde(default)]
    pub of_people: bool,
}

/// What was shown on the last day on which anything was.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Budget {
    day: Option<Date>,
    rows: u64,
    bytes: u64,
}

/// What may still be shown on a day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Left {
    /// Rows.
    pub rows: u64,
    /// Bytes.
    pub bytes: u64,
}

impl Budget {
    /// What may still be shown on a day.
    pub fn left(&self, on: Date) -> Left {
        if self.day != Some(on) {
            return Left { rows: ROWS_MAX, bytes: BYTES_MAX };
        }
        Left { rows: ROWS_MAX.saturating_sub(self.rows), bytes: BYTES_MAX.saturating_sub(self.bytes) }
    }

    pub(super) fn add(&mut self, showing: &Showing) {
        if self.day != Some(showing.day) {
            *self = Budget { day: Some(showing.day), rows: 0, bytes: 0 };
        }
        self.rows += showing.rows;
        self.bytes += showing.bytes;
    }
}

impl Project {
    /// Refuses a query on a day on which nothing more may be shown.
    pub fn check_budget(&self, on: Date) -> Result<(), Refusals> {
        let Left { rows, bytes } = self.budget.left(on);
        if rows > 0 && bytes > 0 {
            return Ok(());
        }
        Err(Refusals::one("sql", format!("The workspace has shown as much as it may in a day ({}). {}", most(), again(on))))
    }
}

/// Something is shown, if that much is left.
pub(super) fn show(project: &Project, showing: Showing) -> Result<Event, Refusals> {
    let left = project.budget.left(showing.day);
    if showing.rows <= left.rows && showing.bytes <= left.bytes {
        return Ok(Event::Shown(showing));
    }
    let kib = showing.bytes.div_ceil(1024);
    let message = format!(
        "The answer has {} in {kib} KiB, and nothing of it is shown: of what the workspace shows in a day ({}), {} and {} KiB are left. Ask for fewer rows. {}",
        counted(showing.rows),
        most(),
        counted(left.rows),
        left.bytes / 1024,
        again(showing.day)
    );
    Err(Refusals::one("sql", message))
}

fn most() -> String {
    format!("{} and {} KiB", counted(ROWS_MAX), BYTES_MAX / 1024)
}

fn counted(rows: u64) -> String {
    if rows == 1 { "1 row".to_owned() } else { format!("{rows} rows") }
}

fn again(on: Date) -> String {
    format!("It begins anew on {}", on.tomorrow().unwrap_or(on).strftime("%-d %B %Y"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Fold;

    fn shown(project: &Project, day: Date, rows: u64, bytes: u64) -> Result<Project, String> {
        let event = show(project, Showing { day, rows, bytes, of_people: false }).map_err(|why| why.to_string())?;
        Ok(project.clone().apply(&event))
    }

    #[test]
    fn a_workspace_shows_so_much_a_day_and_begins_anew_on_the_next() {
        let [today, tomorrow] = [22, 23].map(|day| Date::constant(2026, 11, day));
        let project = shown(&Project::default(), today, ROWS_MAX - 1, 100).expect("shown");
        assert_eq!(project.budget.left(today), Left { rows: 1, bytes: BYTES_MAX - 100 });
        let why = shown(&project, today, 2, 0).expect_err("refused");
        assert!(why.contains("2 rows in") && why.contains(" 1 row and") && why.contains("anew on 23 November 2026"), "{why}");
        assert!(shown(&project, today, 0, BYTES_MAX).is_err());
        project.check_budget(today).expect("one is left");
        let project = shown(&project, today, 1, 1).expect("shown");
        assert!(project.check_budget(today).expect_err("refused").to_string().contains("anew on 23 November 2026"));
        assert_eq!(project.budget.left(tomorrow), Left { rows: ROWS_MAX, bytes: BYTES_MAX });
        let project = shown(&project, tomorrow, 3, 3).expect("shown");
        assert_eq!(project.budget.left(tomorrow).rows, ROWS_MAX - 3);
    }
}
