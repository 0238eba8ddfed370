//! What the list of orders on the first page is asked for: found, sorted, from where, and which page of the drafts.

use care::Role;
use jiff::{Span, civil::Date};
use service::find;
use store::{DueIn, Listing, OrderView};

/// Days from today in which a report is due soon.
pub(super) const SOON_DAYS: i64 = 7;

/// What the list is asked for.
#[derive(Clone, Default)]
pub(super) struct HomeQuery {
    pub(super) q: String,
    /// `mine`, `late`, `soon` or `all`; else what is open.
    pub(super) show: String,
    /// The role that is waited for; else any.
    pub(super) waits: String,
    /// `due` or `submitted`.
    pub(super) sort: String,
    pub(super) after: String,
    pub(super) after_number: String,
    /// Of the drafts.
    pub(super) page: String,
}

impl HomeQuery {
    /// Reads what stands behind the address. Fields that the page does not know, and a second of one that it does, change nothing.
    pub(super) fn read(fields: &[(String, String)]) -> HomeQuery {
        let field = |name: &str| fields.iter().find(|(key, _)| key == name).map_or_else(String::new, |(_, value)| value.clone());
        HomeQuery {
            q: field("q"),
            show: field("show"),
            waits: field("waits"),
            sort: field("sort"),
            after: field("after"),
            after_number: field("after_number"),
            page: field("page"),
        }
    }

    pub(super) fn listing(&self, role: Role, today: Date, most: u64) -> Listing {
        let waits_for: Option<Role> = self.waits.parse().ok();
        Listing {
            turn: (self.show == "mine").then_some((role, today)),
            waits_for,
            due: self.due(today),
            // What is closed waits for nobody.
            finished: self.show == "all" && waits_for.is_none(),
            latest_first: self.is_by_submitted(),
            after: self.after.parse().ok().map(|day| (day, self.after_number.clone())),
            most,
            ..self.searched()
        }
    }

    /// What is looked for: words, or a day of birth.
    pub(super) fn searched(&self) -> Listing {
        match find::day_of_birth(&self.q) {
            Some(day) => Listing { born: Some(day), ..Listing::default() },
            None => Listing { text: self.q.clone(), ..Listing::default() },
        }
    }

    /// The days in which what is shown is due, where that is the question.
    fn due(&self, today: Date) -> Option<DueIn> {
        match self.show.as_str() {
            "late" => Some(DueIn { from: None, before: today }),
            "soon" => Some(DueIn { from: Some(today), before: today.saturating_add(Span::new().days(SOON_DAYS + 1)) }),
            _ => None,
        }
    }

    /// Latest first: what is late or due soon is always sorted by its day.
    pub(super) fn is_by_submitted(&self) -> bool {
        self.sort == "submitted" && !["late", "soon"].contains(&self.show.as_str())
    }

    /// Every open order is looked through.
    pub(super) fn is_of_all_open(&self) -> bool {
        self.show.is_empty() && self.waits.is_empty()
    }

    /// The list of open orders as it is first shown.
    pub(super) fn is_plain(&self) -> bool {
        self.is_of_all_open() && self.q.is_empty() && self.after.is_empty()
    }

    /// The address of all that fits the text, open or closed.
    pub(super) fn all_address(&self) -> String {
        let query = HomeQuery { q: self.q.clone(), show: "all".into(), sort: self.sort.clone(), ..HomeQuery::default() };
        format!("/?{}", query.encoded(None))
    }

    /// The same question as the end of an address, beginning after a line.
    pub(super) fn encoded(&self, after: Option<&OrderView>) -> String {
        let day = |view: &OrderView| if self.is_by_submitted() { view.submitted } else { view.due }.to_string();
        let (after, number) = after.map_or_else(Default::default, |view| (day(view), view.number.clone()));
        let place = [("after", &after), ("after_number", &number)];
        let filled: Vec<_> = self.filters().into_iter().chain(place).filter(|(_, value)| !value.is_empty()).collect();
        serde_urlencoded::to_string(filled).unwrap_or_default()
    }

    fn filters(&self) -> [(&'static str, &String); 4] {
        [("q", &self.q), ("show", &self.show), ("waits", &self.waits), ("sort", &self.sort)]
    }

    /// The address of the same place of the same list, to which a page of the drafts is added.
    pub(super) fn drafts_address(&self) -> String {
        let place = [("after", &self.after), ("after_number", &self.after_number)];
        let filled: Vec<_> = self.filters().into_iter().chain(place).filter(|(_, value)| !value.is_empty()).collect();
        let encoded = serde_urlencoded::to_string(&filled).unwrap_or_default();
        if encoded.is_empty() { "/?".into() } else { format!("/?{encoded}&") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> HomeQuery {
        HomeQuery::read(&serde_urlencoded::from_str::<Vec<(String, String)>>(query).expect("fields"))
    }

    #[test]
    fn an_address_with_fields_that_nobody_knows_is_read_for_those_that_are_known() {
        let query = read("acknowledged=yes&show=mine&show=all&done=1&%FF=x&q");
        assert_eq!((query.show.as_str(), query.q.as_str(), query.sort.as_str()), ("mine", "", ""));
    }

    #[test]
    fn a_page_of_drafts_keeps_the_filter_and_the_place_of_the_list() {
        let query = read("q=a+%26+b&show=all&sort=submitted&after=2027-01-01&after_number=OG-1&page=3");
        let kept = "/?q=a+%26+b&show=all&sort=submitted&after=2027-01-01&after_number=OG-1&";
        assert_eq!(query.drafts_address(), kept);
        assert_eq!(read("page=2").drafts_address(), "/?");
    }

    #[test]
    fn what_is_due_soon_is_of_a_week_from_today_and_sorted_by_its_day() {
        let today = jiff::civil::date(2026, 12, 1);
        let soon = read("show=soon&sort=submitted&waits=Consultant").listing(Role::Manager, today, 50);
        let due = soon.due.expect("days");
        assert_eq!((due.from, due.before), (Some(today), jiff::civil::date(2026, 12, 9)));
        assert_eq!((soon.latest_first, soon.waits_for), (false, Some(Role::Consultant)));
        let late = read("show=late").listing(Role::Manager, today, 50).due.expect("days");
        assert_eq!((late.from, late.before), (None, today));
        assert!(read("show=all").listing(Role::Manager, today, 50).due.is_none());
    }

    #[test]
    fn all_that_fits_is_found_by_the_same_text_without_the_filters() {
        let born = read("q=11/07/2017").listing(Role::Manager, jiff::civil::date(2026, 12, 1), 50);
        assert_eq!((born.born, born.text.as_str()), (Some(jiff::civil::date(2017, 7, 11)), ""));
        let query = read("q=a+b&show=late&waits=Consultant&after=2027-01-01&after_number=OG-1");
        assert_eq!(query.all_address(), "/?q=a+b&show=all");
        assert_eq!(query.encoded(None), "q=a+b&show=late&waits=Consultant");
        assert!(!query.is_plain() && !query.is_of_all_open() && read("sort=submitted").is_plain());
    }
}
