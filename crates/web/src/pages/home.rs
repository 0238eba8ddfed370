//! The first page of each role: the orders of its organisation, those that wait for this role first; found, sorted, taken on,
//! and as a table to keep.

mod deaths;
mod figures;
mod first;
pub(crate) mod inbox;
mod lines;
mod query;
pub(crate) mod ticked;

use super::{
    Layout, PageResult, Problem,
    layout::{Entry, role_menu, works_with_orders},
    page_number, show, tour,
};
use crate::{chart::Chart, error::PageError, session::At, when};
use access::Action;
use askama::Template;
use axum::{
    extract::Query,
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use care::{OrderId, Role};
use deaths::Deaths;
use first::Pressing;
use inbox::{Acknowledgement, Inbox, Shown};
use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use lines::{Lines, Row};
use query::HomeQuery;
use service::{Desk, find, interpretation, ordering, results};
use store::{DraftLine, JobLine, Mention, OrderView, Paged};
use ticked::Typed;
use tower_sessions::Session;

#[derive(Template)]
#[template(path = "home.html")]
struct Page {
    layout: Layout,
    rows: Vec<Row>,
    query: HomeQuery,
    /// Address of the next page.
    next: Option<String>,
    csv: String,
    can_order: bool,
    /// Questions of patients that wait, of whoever answers them.
    questions: usize,
    /// People whose death a hospital's system says, of whoever may check it.
    deaths: Deaths,
    /// Where there are any, of whoever orders.
    drafts: Option<Paged<DraftLine>>,
    /// Comments on variants that wait for whoever looks.
    mentions: Vec<Mention>,
    /// Edits of texts that whoever looks signed and has not read.
    edits: Vec<Mention>,
    /// Results that wait to be acknowledged, of whoever does that.
    inbox: Option<Inbox>,
    /// Work for orders that failed and goes on only when somebody sends it again.
    parked: Vec<JobLine>,
    /// What was just done.
    done: Option<String>,
    /// What is late and due soon, of a laboratory.
    pressing: Option<Pressing>,
    /// More waits for whoever looks than stands before the rest.
    has_more_first: bool,
    /// Orders that fit elsewhere, where nothing here does.
    elsewhere: usize,
    /// Of a manager: whom open orders wait for.
    waiting: Option<Chart>,
    /// Of a manager: where the days go.
    days: Vec<String>,
    heading: &'static str,
    tomorrow: String,
    /// What was ticked and typed beside the list and is not done.
    ticked: Typed,
    problems: Vec<Problem>,
}

/// Roles that are waited for: those of `Stage::turn`.
const WAITED_FOR: [Role; 6] =
    [Role::Clinician, Role::GenomicAssociate, Role::LaboratoryScientist, Role::Bioinformatician, Role::ClinicalScientist, Role::Consultant];

/// Lines on a page, and in a table to keep.
const LINES: u64 = 50;
const TABLE_LINES: u64 = 100_000;

impl Page {
    /// When a draft was last saved.
    fn saved(draft: &DraftLine) -> String {
        saved_at(&draft.saved).map_or_else(|| draft.saved.clone(), when::moment)
    }

    /// Until when the snooze of the ticked orders is offered: as typed, else until tomorrow.
    fn until(&self) -> &str {
        if self.ticked.until.is_empty() { &self.tomorrow } else { &self.ticked.until }
    }

    /// As much work that failed is shown as there may be at the most, so that there may be more.
    fn is_parked_cut(&self) -> bool {
        self.parked.len() as u64 >= LINES
    }

    /// Whether more questions may wait than are counted.
    fn are_questions_cut(&self) -> bool {
        self.questions >= results::questions::QUESTIONS_MAX
    }

    /// Roles that open orders may wait for.
    fn waited_for() -> [Role; WAITED_FOR.len()] {
        WAITED_FOR
    }

    /// What fits elsewhere, in words.
    fn elsewhere_sentence(&self) -> String {
        first::elsewhere_sentence(self.elsewhere, &self.query)
    }

    fn next_step(&self) -> (&'static str, &'static str, &'static str) {
        self.layout.me.as_ref().map_or(("", "", "/"), |me| next_step(me.role))
    }
}

/// The moment of a draft's line, which has the time in UTC, to the minute.
fn saved_at(line: &str) -> Option<Timestamp> {
    let time = DateTime::strptime("%Y-%m-%d %H:%M", line).ok()?;
    Some(time.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

/// What stands above the list: what was just done, what could not be, and the offer of a tour.
#[derive(Default)]
struct Above {
    done: Option<String>,
    problems: Vec<Problem>,
    ticked: Typed,
    offers_tour: bool,
}

/// The page with an acknowledgement as it was sent. Nothing on it waits for anything else to be read first.
async fn page(desk: &Desk, query: HomeQuery, typed: Acknowledgement, above: Above) -> PageResult {
    let Above { done, problems, ticked, offers_tour } = above;
    let permit = desk.permit_general(Action::ReadOrder).await?;
    let (store, own) = (&desk.service.store, &desk.staff.organisation);
    let can_order = desk.may(Action::PlaceOrder);
    let (list, (waiting, days), drafts, (edits, mentions), inbox, parked, questions, deaths, pressing) = tokio::try_join!(
        lines::list(desk, &permit, &query),
        figures::of_desk(desk, &permit),
        async { Ok::<_, PageError>(if can_order { Some(ordering::drafts::list(desk, page_number(&query.page)).await?) } else { None }) },
        async {
            let in_person = if desk.may(Action::ReadCase) { interpretation::notes::mentions(desk).await? } else { vec![] };
            Ok::<(Vec<_>, Vec<_>), PageError>(in_person.into_iter().partition(Mention::is_edit))
        },
        async { Ok::<_, PageError>(Inbox::of_desk(desk, typed).await?) },
        async { Ok::<_, PageError>(store.parked_of(&permit, own, desk.now(), LINES).await?) },
        async { Ok::<_, PageError>(if desk.may(Action::AnswerQuestion) { results::questions::count(desk).await? } else { 0 }) },
        async { Ok::<_, PageError>(Deaths::of_desk(desk).await?) },
        Pressing::of_desk(desk, &permit),
    )?;
    let heading = heading(desk.staff.role);
    let Lines { rows, next, elsewhere, has_more_first } = list;
    show(&Page {
        waiting,
        days,
        inbox,
        parked,
        done,
        questions,
        deaths,
        drafts: drafts.filter(|drafts| drafts.total > 0),
        mentions,
        edits,
        layout: Layout::new(heading, Some(&desk.staff)).for_work().with_tour(offers_tour),
        pressing,
        has_more_first,
        elsewhere,
        rows,
        csv: format!("/work.csv?{}", query.encoded(None)),
        query,
        next,
        can_order,
        heading,
        tomorrow: desk.today().saturating_add(jiff::Span::new().days(1)).to_string(),
        ticked,
        problems,
    })
}

/// The heading of a role's list.
fn heading(role: Role) -> &'static str {
    match role {
        Role::Clinician => "My patients' orders",
        Role::GenomicAssociate => "Orders and what they wait for",
        Role::LaboratoryScientist => "Bench",
        Role::ClinicalScientist => "Cases to interpret and check",
        Role::Consultant => "Reports to authorise",
        Role::Bioinformatician => "Sequence data and analyses",
        Role::Curator => "Directory and panels",
        Role::Administrator => "Accounts and audit",
        _ => "Orders",
    }
}

/// What somebody of a role does next when no order is open: words before a link, and the link.
fn next_step(role: Role) -> (&'static str, &'static str, &'static str) {
    match role {
        Role::Clinician | Role::GenomicAssociate => {
            ("Order a test with the field above, or look one up in the", "Test Directory", "/directory")
        }
        Role::LaboratoryScientist => ("Orders come when a clinician places one. Tubes that arrive are received under", "Scan", "/bench"),
        Role::ClinicalScientist => {
            ("Cases come when their analysis is done. Earlier cases that may be looked at again are under", "Reanalysis", "/findings")
        }
        Role::Consultant => ("Reports come when two scientists have agreed. Results that did not arrive are under", "Unread", "/unread"),
        Role::Bioinformatician => {
            ("Orders come when their samples are sequenced. Results of other laboratories are under", "Other laboratories", "/outside")
        }
        _ => ("What is finished is shown under", "Include closed", "/?show=all"),
    }
}

#[derive(Template)]
#[template(path = "start.html")]
struct Start {
    layout: Layout,
    entries: Vec<(Entry, &'static str)>,
}

/// The first page of those who work with no orders: where their work is, and nobody's name.
fn start(desk: &Desk, offers_tour: bool) -> PageResult {
    let layout = Layout::new(heading(desk.staff.role), Some(&desk.staff)).with_tour(offers_tour);
    let entries = role_menu(desk.staff.role).into_iter().filter(|entry| entry.href != "/");
    show(&Start { layout, entries: entries.map(|entry| (entry, purpose(entry.href))).collect() })
}

/// What is done on a page of the menu.
fn purpose(href: &str) -> &'static str {
    match href {
        "/accounts" => "Open and close accounts, and set passwords.",
        "/audit" => "Emergency access, with the reason that was given, and who looked at a record.",
        "/messages" => "Messages of your organisation’s systems that could not be acted on.",
        "/laboratories" => "Laboratories and the tests that each can do.",
        "/directory" => "Tests in force, proposals to change them, and new versions.",
        "/background" => "What the service does by itself, and what of it failed and waits for somebody.",
        "/panels" => "Gene panels: reviews, ratings and signing off.",
        _ => "",
    }
}

pub(crate) async fn get(At(desk): At, session: Session, Query(fields): Query<Vec<(String, String)>>) -> PageResult<Response> {
    if !desk.may(Action::SeeWorkList) {
        return Ok(Redirect::to("/research/projects").into_response());
    }
    let offers_tour = tour::is_offered(&session).await?;
    if !works_with_orders(desk.staff.role) {
        return Ok(start(&desk, offers_tour)?.into_response());
    }
    let query = HomeQuery::read(&fields);
    // The number of a person leads to the person, as in the search of every page.
    if find::is_like_a_number(query.q.trim()) {
        let search = serde_urlencoded::to_string([("q", query.q.trim())]).unwrap_or_default();
        return Ok(Redirect::to(&format!("/search?{search}")).into_response());
    }
    let above = Above { done: inbox::done(&session).await?, offers_tour, ..Above::default() };
    Ok(page(&desk, query, Acknowledgement::default(), above).await?.into_response())
}

/// The list as a table for a spreadsheet.
pub(crate) async fn csv(At(desk): At, Query(filter): Query<Vec<(String, String)>>) -> PageResult<Response> {
    let query = HomeQuery::read(&filter);
    // The list as a whole is for those who may read its orders.
    let permit = desk.permit_general(Action::ReadOrder).await?;
    let views = desk.service.store.orders(&permit, &query.listing(desk.staff.role, desk.today(), TABLE_LINES)).await?;
    let listed: Vec<OrderId> = views.iter().map(|view| view.id).collect();
    let urgent = desk.service.store.urgent_among(&permit, &listed).await?;
    let mut table = csv::Writer::from_writer(Vec::new());
    let head = ["number", "patient", "test", "indication", "state", "next", "turn", "taken by", "submitted", "due", "urgency"];
    table.write_record(head).map_err(PageError::fault)?;
    for v in &views {
        table.write_record(fields(v, urgent.contains(&v.id)).map(|field| harmless(&field))).map_err(PageError::fault)?;
    }
    let bytes = table.into_inner().map_err(PageError::fault)?;
    let headers = [(header::CONTENT_TYPE, "text/csv; charset=utf-8"), (header::CONTENT_DISPOSITION, "attachment; filename=\"orders.csv\"")];
    Ok((headers, bytes).into_response())
}

/// The fields of an order in that table.
fn fields(view: &OrderView, is_urgent: bool) -> [String; 11] {
    [
        view.number.clone(),
        view.patient.clone(),
        view.test.to_string(),
        view.indication.clone(),
        view.state.label().into(),
        view.stage.label(),
        view.turn().map_or_else(String::new, |role| role.as_str().into()),
        view.assignee.clone().unwrap_or_default(),
        view.submitted.to_string(),
        view.due.to_string(),
        String::from(if is_urgent { "Urgent" } else { "Routine" }),
    ]
}

/// A field that no spreadsheet takes for a formula (OWASP, CSV injection).
fn harmless(field: &str) -> String {
    if field.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{field}") } else { field.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_was_saved_at_a_local_time() {
        assert_eq!(saved_at("2027-07-09 23:30").map(when::moment).as_deref(), Some("10 July 2027, 00:30"));
        assert_eq!(saved_at("yesterday"), None);
    }

    #[test]
    fn no_field_is_a_formula() {
        assert_eq!(["=1+1", "@x", "Ada", "-3"].map(harmless), ["'=1+1", "'@x", "Ada", "'-3"]);
    }

    #[test]
    fn the_next_step_of_each_role_leads_to_a_page_that_opens() {
        for role in Role::ALL.into_iter().filter(|role| works_with_orders(*role) && !role.is_program()) {
            let (_, _, href) = next_step(role);
            let opens = href.starts_with("/?") || role_menu(role).iter().any(|entry| entry.href == href);
            assert!(opens, "{role:?} may not open {href}");
        }
    }

    #[test]
    fn every_page_on_a_first_page_without_orders_says_what_it_is_for() {
        for role in [Role::Administrator, Role::Curator] {
            assert!(!works_with_orders(role));
            for entry in role_menu(role).into_iter().filter(|entry| entry.href != "/") {
                assert!(!purpose(entry.href).is_empty(), "{}", entry.label);
            }
        }
    }
}
