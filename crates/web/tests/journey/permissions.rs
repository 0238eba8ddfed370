//! What everybody gets to see: every route of the program, asked by every kind of person, as a table that is committed.

use crate::{
    Served, outside,
    routes::{answer, raw},
};
use care::{
    OrderId, PatientId, Role, SampleId, Staff,
    ordering::family::Relationship,
    people::patient::{Demographics, Identity, Sex},
    results::outside::StateKind,
};
use interop::incoming_message::IncomingResult;
use jiff::civil::Date;
use service::{
    clock::{Clock, MachineClock},
    directory, laboratory, ordering,
    people::staff,
    results,
};
use std::{
    fmt::Write,
    path::{Path, PathBuf},
};

/// The committed table; `UPDATE_EXPECT=1` writes it anew.
const TABLE: &str = "../../docs/routes.md";
const HEAD: &str = "# Who gets what from which address\n\nEvery route of the program, asked by somebody of each role about an order of the demonstration hospital at the demonstration hub: first for its page (GET), then with an empty form (POST). Made by the test `everybody_gets_from_every_route_what_the_table_says`; `UPDATE_EXPECT=1 cargo test --release -p web` writes it anew. `page` is shown, `no` is refused, `–` is not there (yet), `in` is sent to sign in or on, `form` takes only a form, `said` is told what the form lacks, `none` takes no form, `token` is asked for a bearer token.\n\n";

/// What stands in the places of a route.
struct Subjects {
    order: OrderId,
    patient: PatientId,
    sample: SampleId,
    container: care::ContainerId,
    worklist: care::WorklistId,
    lot: care::LotId,
    /// A result of another laboratory, filed on the order.
    result: care::OutsideResultId,
}

async fn subjects(served: &Served) -> Subjects {
    let clinician = served.service.desk(who(Role::Clinician, 0));
    let test = directory::catalogue::current(&served.service).await.expect("a directory").test("R98.2").expect("in force").clone();
    let demographics = Demographics {
        nhs_number: Identity::NhsNumber("9990003009".parse().expect("a number")),
        family_name: "Oduya".into(),
        given_name: "Marcus".into(),
        birth_date: Date::constant(1990, 2, 14),
        sex: Sex::Male,
    };
    let form = sim::form::order(test, vec![sim::form::person(Relationship::Proband, demographics)]);
    let order = ordering::orders::place(&clinician, form).await.expect("placed");
    let permit = clinician.permit(access::Action::ReadOrder, order).await.expect("a permit");
    let status = clinician.status(&permit, order).await.expect("a status");
    let patient = status.order.request.expect("submitted").people[0].patient;
    let bench = served.service.desk(who(Role::LaboratoryScientist, 0));
    let container = laboratory::containers::open(&bench, care::laboratory::container::Kind::Rack24, "Today".into()).await.expect("a rack");
    let (worklist, lot) = worklist_and_lot(&bench).await;
    let result = result(served, order).await;
    Subjects { order, patient, sample: status.samples[0].0, container, worklist, lot, result }
}

/// An open worklist, and a lot.
pub(crate) async fn worklist_and_lot(bench: &service::Desk) -> (care::WorklistId, care::LotId) {
    let step = care::laboratory::worklist::Step::Mlpa;
    let worklist = laboratory::worklists::create(bench, step, "Robot 1".into()).await.expect("created");
    let (name, maker, number) = ("MLPA kit".into(), "Maker".into(), "A-1".into());
    let new = laboratory::lots::NewLot { name, maker, number, expires: Date::constant(2099, 1, 1) };
    (worklist, laboratory::lots::register(bench, new).await.expect("registered"))
}

/// A result of another laboratory for the order, which waits to be checked.
async fn result(served: &Served, order: OrderId) -> care::OutsideResultId {
    let number = served.service.store.order_view(order).await.expect("read").expect("a line").number;
    let mut incoming = outside::result(&number, "1990-02-14");
    incoming.person.nhs_number = Some(interop::incoming_order::Located { value: "9990003009".into(), place: "PID".into() });
    taken_in(served, incoming, StateKind::Filed).await
}

/// A result of another laboratory that was taken in, and is then in that state.
pub(crate) async fn taken_in(served: &Served, incoming: IncomingResult, state: StateKind) -> care::OutsideResultId {
    let system = outside::laboratory(served).await;
    let message = care::MessageId(MachineClock.new_id());
    results::outside::take_in(&system, message, &[incoming]).await.expect("taken");
    let scientist = served.service.desk(who(Role::ClinicalScientist, 0));
    let waiting = results::outside::waiting(&scientist, &[state], 1).await.expect("a list");
    waiting.lines[0].0.id
}

pub fn who(role: Role, which: usize) -> Staff {
    staff::demo().into_iter().filter(|s| s.role == role).nth(which).expect("a role of the demonstration")
}

/// The cookie that a form gives.
pub async fn cookie(base: &str, path: &str, body: &str) -> String {
    let host = base.trim_start_matches("http://");
    let head = "Content-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n";
    let request = format!("POST {path} HTTP/1.1\r\nHost: {host}\r\n{head}Content-Length: {}\r\n\r\n{body}", body.len());
    set_cookie(&raw(base, &request).await)
}

/// The cookie that an answer gives.
pub fn set_cookie(answer: &str) -> String {
    let set = answer.lines().find_map(|l| l.strip_prefix("set-cookie: ")).unwrap_or_else(|| panic!("no cookie: {answer}"));
    set.split(';').next().expect("a cookie").to_owned()
}

#[tokio::test]
async fn everybody_gets_from_every_route_what_the_table_says() {
    let served = Served::new().await;
    let places = subjects(&served).await;
    let mut people = Vec::new();
    let roles = [
        (Role::Clinician, 0, "clinician"),
        (Role::Clinician, 1, "clinician elsewhere"),
        (Role::GenomicAssociate, 0, "associate"),
        (Role::LaboratoryScientist, 0, "laboratory"),
        (Role::LaboratoryScientist, 1, "laboratory elsewhere"),
        (Role::ClinicalScientist, 0, "scientist"),
        (Role::Consultant, 0, "consultant"),
        (Role::Bioinformatician, 0, "bioinformatician"),
        (Role::Manager, 0, "manager"),
        (Role::Curator, 0, "curator"),
        (Role::Administrator, 0, "administrator"),
        (Role::Researcher, 0, "researcher"),
        (Role::AccessCommittee, 0, "committee"),
        (Role::OutputChecker, 0, "checker"),
    ];
    for (role, which, name) in roles {
        people.push((name, cookie(&served.base, "/sign-in", &format!("staff={}", who(role, which).id)).await));
    }
    let clinician = served.service.desk(who(Role::Clinician, 0));
    let (secret, _) = results::own_page::invite(&clinician, places.order, places.patient).await.expect("a link");
    people.push(("patient", cookie(&served.base, &format!("/link/{secret}"), "day=14&month=2&year=1990").await));

    let mut table = HEAD.to_owned();
    for method in ["GET", "POST"] {
        let _ = write!(table, "## {method}\n\n| route | nobody |");
        for (name, _) in &people {
            let _ = write!(table, " {name} |");
        }
        table += &format!("\n|---|{}\n", "---|".repeat(people.len() + 1));
        for route in routes().iter().filter(|route| method == "GET" || !ENDS.contains(&route.as_str())) {
            let path = filled(route, &places);
            let _ = write!(table, "| `{route}` | {} |", word(&ask(&served.base, method, &path, "").await));
            for (_, cookie) in &people {
                let _ = write!(table, " {} |", word(&ask(&served.base, method, &path, &format!("Cookie: {cookie}\r\n")).await));
            }
            table += "\n";
        }
        table += "\n";
    }
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(TABLE, &table).expect("the table is written");
    }
    let committed = std::fs::read_to_string(Path::new(TABLE)).expect("docs/routes.md");
    for (made, committed) in table.lines().zip(committed.lines()) {
        assert_eq!(made, committed, "what people get to see has changed: look, then commit docs/routes.md");
    }
    assert_eq!(table.lines().count(), committed.lines().count());
}

/// Routes that end a session, or begin one, when they are sent a form.
const ENDS: [&str; 3] = ["/sign-in", "/sign-out", "/link/{secret}"];

/// Every route that the program has, read from where they stand: what other programs read in `app.rs`, and each wing's pages.
pub fn routes() -> Vec<String> {
    let pages = std::fs::read_dir("src/pages").expect("the wings").map(|file| file.expect("a file").path());
    let mut files: Vec<PathBuf> = pages.filter(|path| path.is_file()).chain(["src/app.rs".into(), "src/pages.rs".into()]).collect();
    files.sort();
    let source: String = files.iter().map(|path| std::fs::read_to_string(path).expect("a file of routes")).collect();
    let named = source.split(".route(").skip(1).filter_map(|call| call.split([',', ')']).next());
    named
        .map(|route| if route == "provider::BACK" { "/sign-in/provider/back" } else { route.trim().trim_matches('"') }.to_owned())
        .collect()
}

/// What comes back; a form is sent empty.
async fn ask(base: &str, method: &str, path: &str, header: &str) -> String {
    let form = if method == "POST" { "Content-Type: application/x-www-form-urlencoded\r\n" } else { "" };
    answer(base, method, path, &format!("{form}{header}")).await
}

/// A route with everything that stands for something replaced by what is there.
fn filled(route: &str, places: &Subjects) -> String {
    let part = |part: &str| match part {
        "{order}" => places.order.to_string(),
        "{patient}" => places.patient.to_string(),
        "{result}" => places.result.to_string(),
        "{container}" => places.container.to_string(),
        "{worklist}" => places.worklist.to_string(),
        "{lot}" => places.lot.to_string(),
        "{sample}" => places.sample.to_string(),
        "{subject}" => places.order.to_string(),
        "{kind}" if route.contains("{subject}") => "orders".into(),
        "{kind}" => "gene".into(),
        "{staff}" => who(Role::Clinician, 0).id.to_string(),
        "{branch}" => "rare".into(),
        "{code}" => "R98.2".into(),
        "{panel}" => "1221".into(),
        "{name}" if route.contains("pedigree") => "family.ped".into(),
        "{name}" => "CDH1".into(),
        "{file}" => "gms.css".into(),
        "{*path}" => "panels/".into(),
        "{variant}" => "1-119757272-C-T".into(),
        "{gene}" => "HMGCS2".into(),
        part if part.starts_with('{') => "00000000-0000-7000-8000-000000000000".into(),
        part => part.to_owned(),
    };
    route.split('/').map(part).collect::<Vec<_>>().join("/")
}

/// What an answer is.
fn word(answer: &str) -> &'static str {
    match answer.split_whitespace().nth(1) {
        Some("200") => "page",
        Some("303") => "in",
        Some("401") => "token",
        Some("403") => "no",
        Some("404") => "–",
        Some("405") if answer.to_ascii_lowercase().contains("allow: post") => "form",
        Some("405") => "none",
        Some("400" | "422") => "said",
        other => panic!("{other:?}: {}", &answer[..answer.len().min(200)]),
    }
}
