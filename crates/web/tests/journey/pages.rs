//! Every page, rendered: the cases of the demonstration and a few things beside them, asked for by whoever may see them.

use crate::{
    Served, listen, outside,
    permissions::{cookie, routes, taken_in, who},
    routes::{answer, raw},
};
use access::Action;
use care::{
    OrderId, ProposalId, Role,
    directory::{
        Branch, Change, Route, Test,
        change::{Command, Draft},
    },
    laboratory::container::Kind,
    ordering::{message::Language, progress::Stage},
    research::project::{Application, Purpose},
    results::{
        outside::StateKind,
        report::release::{Disclosure, Plan},
    },
};
use service::{
    Desk,
    clock::{Clock, MachineClock},
    directory, interpretation, laboratory, ordering,
    people::{self, staff},
    research, results,
};
use std::{
    collections::BTreeSet,
    path::Path,
    sync::{LazyLock, Mutex},
};
use tracing::{Event, Metadata, Subscriber, field, span};

/// Names of the pages that were rendered.
static RENDERED: LazyLock<Mutex<BTreeSet<String>>> = LazyLock::new(Mutex::default);

/// Notes which page is rendered.
struct Pages;

struct Name(String);

impl field::Visit for Name {
    fn record_debug(&mut self, field: &field::Field, value: &dyn std::fmt::Debug) {
        if field.name() == "page" {
            format!("{value:?}").trim_matches('"').clone_into(&mut self.0);
        }
    }
}

impl Subscriber for Pages {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "page"
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut name = Name(String::new());
        event.record(&mut name);
        // Without the lifetimes that it borrows for.
        let name = name.0.split('<').next().unwrap_or_default().to_owned();
        RENDERED.lock().expect("no test fails while it notes a page").insert(name);
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

/// Every page of the source but that of an error, which every refused page shows; by the name that its type has while the program runs.
fn pages() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    collect(Path::new("src"), "web", &mut found);
    found.remove("web::error::Page");
    found
}

fn collect(folder: &Path, module: &str, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).expect("the sources") {
        let path = entry.expect("an entry").path();
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let module = if name == "lib" { module.to_owned() } else { format!("{module}::{name}") };
        if path.is_dir() {
            collect(&path, &module, found);
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("a source");
        let derived = text.split("#[derive(Template").skip(1);
        let names = derived.filter_map(|rest| rest.split("struct ").nth(1)?.split(|c: char| !c.is_alphanumeric()).next());
        found.extend(names.map(|name| format!("{module}::{name}")));
    }
}

/// Addresses of what there is: a part of a route, and what stands in its place.
type Places = Vec<(&'static str, String)>;

fn filled(route: &str, places: &Places) -> String {
    let part = |part: &str| match part {
        "{kind}" if route.contains("{subject}") => "orders".to_owned(),
        "{kind}" if route.contains("medicines") => "report".to_owned(),
        "{name}" if route.contains("pedigree") => "family.ped".to_owned(),
        part => places.iter().find(|(place, _)| *place == part).map_or_else(|| part.to_owned(), |(_, name)| name.clone()),
    };
    route.split('/').map(part).collect::<Vec<_>>().join("/")
}

/// An order of the demonstration that has a report, and one of each thing that the demonstration does not make.
async fn places(served: &Served) -> Places {
    let desk = |role| served.service.desk(who(role, 0));
    let scientist = desk(Role::ClinicalScientist);
    let order = served.service.store.all_orders().await.expect("orders")[0];
    let (status, analysis) = interpretation::cases::case(&scientist, order).await.expect("a case");
    let patient = status.order.request.as_ref().expect("submitted").people[0].patient;
    let (report, ..) = results::reports::report(&scientist, order).await.expect("a report");
    let container = laboratory::containers::open(&desk(Role::LaboratoryScientist), Kind::Rack24, "Today".into()).await.expect("a rack");
    let (worklist, lot) = crate::permissions::worklist_and_lot(&desk(Role::LaboratoryScientist)).await;
    let proposal = proposed(&desk(Role::Curator)).await;
    let project = research::projects::apply(&desk(Role::Researcher), application()).await.expect("applied");
    vec![
        ("{order}", order.to_string()),
        ("{subject}", order.to_string()),
        ("{patient}", patient.to_string()),
        ("{sample}", status.samples[0].0.to_string()),
        ("{container}", container.to_string()),
        ("{worklist}", worklist.to_string()),
        ("{lot}", lot.to_string()),
        ("{report}", report.to_string()),
        ("{result}", taken_in(served, outside::result("nobody's", "1990-02-14"), StateKind::Unmatched).await.to_string()),
        ("{project}", project.to_string()),
        ("{proposal}", proposal),
        ("{message}", message(served).await),
        ("{variant}", analysis.candidates[0].variants[0].variant.to_string()),
        ("{gene}", analysis.candidates[0].gene.to_string()),
        ("{reader}", "patient".into()),
        ("{branch}", "rare".into()),
        ("{code}", "R98.2".into()),
        ("{panel}", "1221".into()),
        ("{kind}", "gene".into()),
        ("{name}", "CDH1".into()),
        ("{file}", "gms.css".into()),
    ]
}

fn application() -> Application {
    Application {
        title: "Ketone bodies in childhood".into(),
        lay_summary: "We want to learn which changes in genes stop children from making ketone bodies, so that they are found earlier."
            .into(),
        method: "Counts of carriers".into(),
        purpose: Purpose::Health,
        ethics: "26/EE/0001".into(),
        months: 12,
        by: who(Role::Researcher, 0),
    }
}

/// A change of the Test Directory that is open for votes.
async fn proposed(desk: &Desk) -> String {
    let test = directory::catalogue::current(&desk.service).await.expect("a directory").test("R98.2").expect("in force").clone();
    let draft = Draft {
        title: "Rapid result".into(),
        rationale: "Treatment depends on it".into(),
        route: Route::FastTrack,
        changes: vec![Change::Amend(Box::new(Test { turnaround_days_max: 14, ..test }))],
    };
    let id = ProposalId(desk.new_id());
    directory::catalogue::change(desk, Branch::Rare, Command::Propose { id, draft }).await.expect("proposed");
    id.to_string()
}

/// A message that could not be read waits to be mended.
async fn message(served: &Served) -> String {
    let organisation = who(Role::Clinician, 0).organisation;
    let by = who(Role::Administrator, 0);
    let (id, _) = ordering::clients::open(&served.service, &by, Role::OrderingSystem, "Hospital EPR", (organisation, "Hospital"))
        .await
        .expect("opened");
    let system: Desk = ordering::clients::desk_of_line(&served.service, id).await.expect("looked for").expect("a desk");
    let receipt = ordering::messages::receive(&system, Language::Hl7, b"MSH|^~\\&|EPR|RXX||OG|20261129||OML^O21|1|P|2.5.1\r").await;
    receipt.expect("kept").id.to_string()
}

/// A clinician on the way through a new order, for a person of the extract.
async fn drafted(served: &Served, cookie: &str) {
    posted(served, cookie, "/order-a-test", "test=R98.2").await;
    let key = draft_key(served, cookie, "/order-a-test/family").await;
    posted(served, cookie, "/order-a-test/family", &format!("proband_nhs_number=9990000018&draft={key}")).await;
    answer(&served.base, "GET", &format!("/order-a-test/drafts?order={key}"), &format!("Cookie: {cookie}\r\n")).await;
}

/// What names the draft of an order, as the form of a page carries it.
pub async fn draft_key(served: &Served, cookie: &str, path: &str) -> String {
    hidden(&answer(&served.base, "GET", path, &format!("Cookie: {cookie}\r\n")).await, "draft")
}

/// What a hidden field of a page has.
pub fn hidden(page: &str, name: &str) -> String {
    let field = format!("name=\"{name}\" value=\"");
    let rest = page.split_once(field.as_str()).unwrap_or_else(|| panic!("no field {name}: {page}")).1;
    rest.split('"').next().expect("a value").to_owned()
}

/// What a form that somebody sends is answered.
pub async fn posted(served: &Served, cookie: &str, path: &str, form: &str) -> String {
    let head = format!("Content-Type: application/x-www-form-urlencoded\r\nConnection: close\r\nCookie: {cookie}\r\n");
    let host = served.base.trim_start_matches("http://");
    raw(&served.base, &format!("POST {path} HTTP/1.1\r\nHost: {host}\r\n{head}Content-Length: {}\r\n\r\n{form}", form.len())).await
}

/// A parent at their own page, for themselves and the child.
async fn own_page(served: &Served, order: OrderId) -> String {
    let clinician = served.service.desk(who(Role::Clinician, 0));
    let permit = clinician.permit(Action::ReadOrder, order).await.expect("a permit");
    let people = clinician.status(&permit, order).await.expect("a status").order.request.expect("submitted").people;
    let parent = people[1].patient;
    let born = people::patients::demographics(&clinician, &permit, parent).await.expect("a parent").birth_date;
    let (secret, _) = results::own_page::invite(&clinician, order, parent).await.expect("a link");
    answer(&served.base, "GET", &format!("/link/{secret}"), "").await;
    cookie(&served.base, &format!("/link/{secret}"), &format!("day={}&month={}&year={}", born.day(), born.month(), born.year())).await
}

/// A report that waits for its signature, as whoever may sign reads it.
async fn preread(served: &Served, cookies: &[String]) {
    for order in served.service.store.all_orders().await.expect("orders") {
        let view = served.service.store.order_view(order).await.expect("read");
        if view.is_some_and(|view| view.stage == Stage::AwaitingSignature) {
            for cookie in cookies {
                answer(&served.base, "GET", &format!("/orders/{order}/preread"), &format!("Cookie: {cookie}\r\n")).await;
            }
        }
    }
}

/// The report of an order is on the pages of its patient, or of the parents.
async fn released(served: &Served, order: OrderId) {
    let clinician = served.service.desk(who(Role::Clinician, 0));
    // Some of the demonstration's reports were read already.
    let _ = results::reports::acknowledge(&clinician, order, "").await;
    let seen = results::releases::releasing(&clinician, order).await.expect("a report").seen;
    let plan = Plan { discussed: Some(MachineClock.today()), how: Some(Disclosure::Video), names_patient: true, after_death: false };
    results::releases::release(&clinician, order, seen, plan).await.expect("released");
}

/// Pages about a person that have no banner, each with the reason.
const WITHOUT_BANNER: [(&str, &str); 5] = [
    ("/orders/{order}/letters/{reader}", "it is printed and handed on, to relatives too, who must not get the patient's number"),
    ("/{kind}/{subject}/emergency", "nothing is shown before the glass is broken"),
    ("/audit/patients/{patient}", "whoever reads the audit sees nobody's name"),
    ("/my/choices/{patient}", "it is a person's own page"),
    ("/outside/{result}", "a result that is on no order is nobody's yet"),
];

/// What is wrong with the head of a page: one about a person says whom, and one that is handed on does not.
fn head_fault(route: &str, page: &str) -> Option<String> {
    let is_page = page.starts_with("HTTP/1.1 200") && page.contains("nhsuk-main-wrapper");
    let is_about_a_person = ["{order}", "{patient}", "{subject}", "{result}"].iter().any(|place| route.contains(place));
    let has_banner = page.contains("class=\"gms-banner\"");
    let is_exempt = WITHOUT_BANNER.iter().any(|(exempt, _)| *exempt == route);
    match (is_page && is_about_a_person, is_exempt, has_banner) {
        (true, false, false) => Some(format!("{route} does not say whom it is about")),
        (true, true, true) if !route.starts_with("/outside") => Some(format!("{route} must not have a banner")),
        _ => None,
    }
}

/// Addresses of the menu of a page.
fn menu(page: &str) -> Vec<String> {
    let menu = page.split("id=\"menu\"").nth(1).and_then(|rest| rest.split("</nav>").next()).unwrap_or_default();
    menu.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
}

/// Links of somebody's menu that they may not open, and names of patients on the first page of those who work with no orders.
async fn menu_faults(served: &Served, role: Role, cookie: &str, names: &[String]) -> Vec<String> {
    let cookie = format!("Cookie: {cookie}\r\n");
    let mut first = answer(&served.base, "GET", "/", &cookie).await;
    if first.starts_with("HTTP/1.1 303") {
        first = answer(&served.base, "GET", "/research/projects", &cookie).await;
    }
    let mut faults = Vec::new();
    for path in menu(&first) {
        let got = answer(&served.base, "GET", &path, &cookie).await;
        if !got.starts_with("HTTP/1.1 200") && !got.starts_with("HTTP/1.1 303") {
            faults.push(format!("{role:?} is offered {path}"));
        }
    }
    if faults.is_empty() && menu(&first).is_empty() {
        faults.push(format!("{role:?} has no menu"));
    }
    if [Role::Administrator, Role::Curator].contains(&role) {
        faults.extend(names.iter().filter(|name| first.contains(name.as_str())).map(|name| format!("{role:?} sees {name}")));
    }
    faults
}

/// Names of patients as lists show them.
async fn names(served: &Served) -> Vec<String> {
    let mut names = Vec::new();
    for order in served.service.store.all_orders().await.expect("orders") {
        names.extend(served.service.store.order_view(order).await.expect("read").map(|view| view.patient));
    }
    names
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_is_rendered_from_a_service_at_work() {
    tracing::subscriber::set_global_default(Pages).expect("no other test traces");
    let folder = tempfile::tempdir().expect("a folder");
    let (service, _) = sim::demo::run(folder.path(), &mut |_| {}).await.expect("the demonstration");
    let base = listen(&service).await;
    let served = Served::here(base, service, folder);
    let places = places(&served).await;
    let mut cookies = vec![String::new()];
    for staff in staff::demo() {
        cookies.push(cookie(&served.base, "/sign-in", &format!("staff={}", staff.id)).await);
    }
    drafted(&served, &cookies[1]).await;
    preread(&served, &cookies).await;
    let order = places[0].1.parse().expect("an order");
    cookies.push(own_page(&served, order).await);
    released(&served, order).await;
    let head = format!("HX-Request: true\r\nCookie: {}\r\n", cookies[1]);
    answer(&served.base, "GET", "/order-a-test/phenotype?q=seiz", &head).await;
    let (mut failed, mut faults) = (Vec::new(), BTreeSet::new());
    for route in routes() {
        let path = filled(&route, &places);
        for cookie in &cookies {
            let got = answer(&served.base, "GET", &path, &format!("Cookie: {cookie}\r\n")).await;
            if got.starts_with("HTTP/1.1 5") {
                failed.push(path.clone());
            }
            faults.extend(head_fault(&route, &got));
        }
    }
    let names = names(&served).await;
    assert!(!names.is_empty());
    for (staff, cookie) in staff::demo().iter().zip(&cookies[1..]) {
        faults.extend(menu_faults(&served, staff.role, cookie, &names).await);
    }
    assert!(failed.is_empty(), "a fault of the program: {failed:?}");
    assert!(faults.is_empty(), "{faults:#?}");
    let rendered = RENDERED.lock().expect("no test failed while it noted a page").clone();
    let missing: Vec<String> = pages().difference(&rendered).cloned().collect();
    assert!(missing.is_empty(), "nothing renders {missing:#?}");
}
