//! What every page has around it: its title, where it stands, whom it is about, and the menu of whoever looks.

mod banner;
mod menu;

pub(crate) use banner::{Banner, nhs_number};
pub(crate) use menu::{Entry, role_menu, works_with_orders};

use crate::language::Language;
use access::Action;
use care::Staff;

/// What every page has around it.
pub(crate) struct Layout {
    pub title: String,
    pub me: Option<Staff>,
    /// What the page is written in.
    pub language: Language,
    /// Seconds after which the page looks again, while something runs.
    pub refresh_seconds: Option<u8>,
    /// Whom the page is about.
    pub banner: Option<Banner>,
    /// The pages above this one, outermost first.
    pub crumbs: Vec<Crumb>,
    /// A page to work through, dense and as wide as the window, instead of one to read.
    pub is_work: bool,
    /// What was searched for, to show it in the field again.
    pub search: String,
    /// The tour of the role is offered.
    pub offers_tour: bool,
}

/// A page above another.
pub(crate) struct Crumb {
    pub label: String,
    pub href: String,
}

impl Layout {
    pub(crate) fn new(title: impl Into<String>, me: Option<&Staff>) -> Layout {
        Layout {
            title: title.into(),
            me: me.cloned(),
            language: Language::English,
            refresh_seconds: None,
            banner: None,
            crumbs: vec![],
            is_work: false,
            search: String::new(),
            offers_tour: false,
        }
    }

    /// The same in a language.
    #[must_use]
    pub(crate) fn in_language(self, language: Language) -> Layout {
        Layout { language, ..self }
    }

    /// The same about a person.
    #[must_use]
    pub(crate) fn about(self, banner: Banner) -> Layout {
        Layout { banner: Some(banner), ..self }
    }

    /// The same below one more page.
    #[must_use]
    pub(crate) fn below(mut self, label: impl Into<String>, href: impl Into<String>) -> Layout {
        self.crumbs.push(Crumb { label: label.into(), href: href.into() });
        self
    }

    /// The same below the list of orders and one of them, which has a number.
    #[must_use]
    pub(crate) fn below_order(self, number: &str, order: care::OrderId) -> Layout {
        self.below("Work", "/").below(format!("Order {number}"), format!("/orders/{order}"))
    }

    /// What the page belongs to, such as the order: pages of two orders that are open side by side have different titles.
    pub(crate) fn place(&self) -> Option<&str> {
        self.crumbs.last().filter(|above| above.href != "/").map(|above| above.label.as_str())
    }

    /// The same as a page to work through.
    #[must_use]
    pub(crate) fn for_work(self) -> Layout {
        Layout { is_work: true, ..self }
    }

    /// The same with an offer of the tour, or without.
    #[must_use]
    pub(crate) fn with_tour(self, offers_tour: bool) -> Layout {
        Layout { offers_tour, ..self }
    }

    /// Whether the policy lets whoever looks do something at all.
    pub(crate) fn may(&self, action: Action) -> bool {
        self.me.as_ref().is_some_and(|me| access::offers(me.role, action))
    }

    /// What the field at the top finds for whoever looks: people, orders and samples for those alone who may read an order.
    pub(crate) fn findable(&self) -> &'static str {
        if self.may(Action::ReadOrder) { "NHS number, name, gene or test" } else { "gene or test" }
    }

    /// Where the menu leads whoever looks.
    pub(crate) fn menu(&self) -> Vec<Entry> {
        self.me.as_ref().map_or_else(Vec::new, |me| role_menu(me.role))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(askama::Template)]
    #[template(source = "{% extends \"base.html\" %}{% block content %}<h1>{{ layout.title }}</h1>{% endblock %}", ext = "html")]
    struct Sample {
        layout: Layout,
    }

    fn shown(layout: Layout) -> String {
        askama::Template::render(&Sample { layout }).expect("rendered")
    }

    fn banner() -> Banner {
        Banner {
            name: "Ana <b>O'Nuñez".into(),
            identifiers: [("Born", "9 January 2019".into()), ("Sex", "Female".into()), ("NHS number", "999 000 0018".into())],
            tags: vec![("red", "Restricted".into())],
            role: Some("Mother of the patient".into()),
            family: vec![("Patient".into(), "Marcus Oduya".into())],
            record: None,
        }
    }

    #[test]
    fn a_page_about_a_person_says_at_its_head_who_it_is() {
        let page = shown(Layout::new("Sample", None).about(banner()));
        let head = page.split("<main").next().expect("a head");
        for text in ["Born", "9 January 2019", "999 000 0018", "Restricted", "Mother of the patient", "Marcus Oduya"] {
            assert!(head.contains(text), "{text}");
        }
        assert!(head.contains("Ana &#60;b&#62;O") && !head.contains("<b>"), "{head}");
        assert!(!shown(Layout::new("Directory", None)).contains("gms-banner"));
    }

    #[test]
    fn a_page_says_where_it_stands_and_what_is_above_it() {
        let page = shown(Layout::new("Family", None).below("Work", "/").below("Order OG-1", "/orders/1"));
        let crumbs = page.split("aria-label=\"Breadcrumb\"").nth(1).expect("crumbs");
        let place = |text: &str| crumbs.find(text).expect("there");
        assert!(place("href=\"/\"") < place("href=\"/orders/1\"") && place("href=\"/orders/1\"") < place("aria-current=\"page\""));
        assert!(!shown(Layout::new("Work", None)).contains("Breadcrumb"));
    }

    #[test]
    fn pages_of_two_orders_have_titles_of_their_own() {
        let title = |layout: Layout| {
            let page = shown(layout);
            page.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>")).map(|(title, _)| title.to_owned())
        };
        let family = || Layout::new("Family", None).below("Work", "/");
        assert_eq!(title(family().below("Order OG-1", "/orders/1")).as_deref(), Some("Family – Order OG-1 – OpenGMS"));
        assert_eq!(title(family()).as_deref(), Some("Family – OpenGMS"));
        assert_eq!(title(Layout::new("Family", None)).as_deref(), Some("Family – OpenGMS"));
    }

    #[test]
    fn nobody_who_is_not_signed_in_is_offered_a_menu_or_a_search() {
        let page = shown(Layout::new("Sign in", None));
        assert!(!page.contains("action=\"/search\"") && !page.contains("id=\"menu\""));
    }

    #[test]
    fn nobody_is_offered_to_search_for_whom_they_may_not_find() {
        let people = service::people::staff::demo();
        assert!(people.iter().any(|person| person.role == care::Role::Researcher));
        for person in people {
            let layout = Layout::new("Work", Some(&person));
            let finds_people = layout.may(Action::ReadOrder);
            let page = shown(layout);
            assert_eq!(page.contains("NHS number, name"), finds_people, "{:?}", person.role);
            assert!(page.contains("gene or test"), "{:?}", person.role);
        }
    }
}
