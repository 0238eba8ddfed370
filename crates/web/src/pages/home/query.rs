//! What the list of orders on the first page is asked for: found, sorted, from where, and which page of the drafts.

use care::Role;
use jiff::civil::Date;
use store::{Listing, OrderView};

/// What the list is asked for.
#[derive(Clone, Default)]
pub(super) struct HomeQuery {
    pub(super) q: String,
    /// `mine`, `open` or `all`.
    pub(super) show: String,
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
            sort: field("sort"),
            after: field("after"),
            after_number: field("after_number"),
            page: field("page"),
        }
    }

    pub(super) fn listing(&self, role: Role, today: Date, most: u64) -> Listing {
        Listing {
            text: self.q.clone(),
            turn: (self.show == "mine").then_some((role, today)),
            finished: self.show == "all",
            latest_first: self.sort == "submitted",
            after: self.after.parse().ok().map(|day| (day, self.after_number.clone())),
            most,
        }
    }

    /// The same question as the end of an address, beginning after a line.
    pub(super) fn encoded(&self, after: Option<&OrderView>) -> String {
        let day = |view: &OrderView| if self.sort == "submitted" { view.submitted } else { view.due }.to_string();
        let (after, number) = after.map_or_else(Default::default, |view| (day(view), view.number.clone()));
        let fields = [("q", &self.q), ("show", &self.show), ("sort", &self.sort), ("after", &after), ("after_number", &number)];
        let filled: Vec<_> = fields.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        serde_urlencoded::to_string(filled).unwrap_or_default()
    }

    /// The address of the same place of the same list, to which a page of the drafts is added.
    pub(super) fn drafts_address(&self) -> String {
        let fields = [("q", &self.q), ("show", &self.show), ("sort", &self.sort)];
        let place = [("after", &self.after), ("after_number", &self.after_number)];
        let filled: Vec<_> = fields.into_iter().chain(place).filter(|(_, value)| !value.is_empty()).collect();
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
}
