//! Families that wait: who of an organisation's orders is missing what, since when, and who was chased.

pub(crate) mod missing;

use crate::{
    pages::{Layout, PageResult, show},
    session::At,
    when,
};
use askama::Template;
use axum::extract::Query;
use care::ordering::{missing::What, work::Contact};
use jiff::{Timestamp, civil::Date};
use service::ordering::families::{self, Families, Waiting};

#[derive(Template)]
#[template(path = "ordering/families.html")]
struct Page {
    layout: Layout,
    found: Families,
    filter: Filter,
    today: Date,
}

/// What the list is asked for.
#[derive(Default)]
struct Filter {
    /// The kind of what is missing; empty for all.
    what: String,
    /// `never`, `due` or empty.
    chased: String,
}

impl Filter {
    /// Reads what stands behind the address. What the page does not know changes nothing.
    fn read(fields: &[(String, String)]) -> Filter {
        let field = |name: &str| fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
        let known = |value: &str, known: &[&str]| known.iter().find(|other| **other == value).map_or_else(String::new, |v| (*v).to_owned());
        Filter { what: known(field("what"), &What::KINDS.map(|(kind, _)| kind)), chased: known(field("chased"), &["never", "due"]) }
    }

    fn fits(&self, waiting: &Waiting, today: Date) -> bool {
        let is_of_kind = self.what.is_empty() || waiting.missing.iter().any(|missing| missing.what.kind() == self.what);
        is_of_kind
            && match self.chased.as_str() {
                "never" => waiting.contacts.is_empty(),
                "due" => is_due(waiting, today),
                _ => true,
            }
    }

    fn is_plain(&self) -> bool {
        self.what.is_empty() && self.chased.is_empty()
    }
}

/// Whether somebody should try again by now.
fn is_due(waiting: &Waiting, today: Date) -> bool {
    waiting.next().is_some_and(|day| day <= today)
}

impl Page {
    /// Those that fit the filter, longest first.
    fn rows(&self) -> Vec<&Waiting> {
        self.found.people.iter().filter(|waiting| self.filter.fits(waiting, self.today)).collect()
    }

    fn days(&self, since: Timestamp) -> String {
        days(when::local_day(since), self.today)
    }

    fn is_due(&self, waiting: &Waiting) -> bool {
        is_due(waiting, self.today)
    }

    /// How many orders were looked at, in words.
    fn looked_at(&self) -> String {
        let number = self.found.orders;
        match (self.found.is_more, number) {
            (true, _) => format!("The {number} orders that were submitted first were looked at; there are more"),
            (false, 1) => "1 order waits for its family or a sample".into(),
            (false, _) => format!("{number} orders wait for their family or a sample"),
        }
    }
}

/// An attempt in a line: how, how it ended, who and when.
pub(crate) fn attempt(contact: &Contact) -> String {
    let note = if contact.note.is_empty() { String::new() } else { format!(". {}", contact.note) };
    let (how, ending) = (contact.how.label(), contact.ending.label().to_lowercase());
    format!("{how}: {ending}, {} on {}{note}", contact.by.name, when::day(contact.at))
}

/// How long ago a day was.
fn days(day: Date, today: Date) -> String {
    match day.until(today).map_or(0, |span| span.get_days()) {
        ..=0 => "today".into(),
        1 => "1 day".into(),
        days => format!("{days} days"),
    }
}

pub(crate) async fn get(At(desk): At, Query(fields): Query<Vec<(String, String)>>) -> PageResult {
    show(&Page {
        layout: Layout::new("Families waiting", Some(&desk.staff)).below("Work", "/").for_work(),
        found: families::families(&desk).await?,
        filter: Filter::read(&fields),
        today: when::local_day(desk.now()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_that_nobody_knows_filters_nothing() {
        let read = |query: &str| Filter::read(&serde_urlencoded::from_str::<Vec<(String, String)>>(query).expect("fields"));
        assert!(read("what=everything&chased=yes&x=1").is_plain() && read("").is_plain());
        let filter = read("what=sample&what=choice&chased=never");
        assert_eq!((filter.what.as_str(), filter.chased.as_str()), ("sample", "never"));
    }

    #[test]
    fn how_long_ago_a_day_was_is_said_in_days() {
        let today = Date::constant(2026, 11, 30);
        let since = |day| days(day, today);
        assert_eq!([today, Date::constant(2026, 12, 1)].map(since), ["today", "today"]);
        assert_eq!([Date::constant(2026, 11, 29), Date::constant(2025, 11, 30)].map(since), ["1 day", "365 days"]);
    }
}
