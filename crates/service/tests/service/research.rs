//! The research library from a choice to an answer, out through the airlock, and back to care.

mod airlock;
mod filling;
mod reanalysis;
mod simulated;
mod tables;

use crate::bench::*;
use care::{
    ProjectId,
    ordering::choice::Purpose as About,
    research::project::{Application, Command as Review, Purpose, budget::ROWS_MAX},
};
use service::{
    clock::{Clock, MachineClock},
    lines, ordering, people,
    research::{
        self,
        answers::{Count, QueryProgram, Shown},
    },
    results,
};
use std::{collections::BTreeSet, os::unix::fs::symlink, path::Path, time::Duration};

/// Whether the program that runs SQL is built; without it a test says so and is skipped, unless `GMS_QUERY_REQUIRED` is set.
pub(crate) fn has_query_program() -> bool {
    let missing = QueryProgram::find(None).expect("a place").missing();
    if missing.is_some() {
        assert!(std::env::var_os("GMS_QUERY_REQUIRED").is_none(), "gms-query is not built: cargo build --release -p query");
        eprintln!("skipped: gms-query is not built (cargo build --release -p query)");
    }
    missing.is_none()
}

impl Bench {
    /// An analysed order whose people answered about research so.
    pub(crate) async fn analysed(&self, research: Answer) -> (OrderId, Vec<PatientId>) {
        let order = self.ready().await;
        let people = self.answered(order, research).await;
        self.analyse(order, false).await;
        (order, people)
    }

    /// The people of an order, who answered about research so.
    pub(crate) async fn answered(&self, order: OrderId, research: Answer) -> Vec<PatientId> {
        let people = self.people(order).await;
        for (at, person) in people.iter().enumerate() {
            let category = if at == 0 { Category::Child { by: Relationship::Mother, assent: true } } else { Category::AdultOwn };
            let answered = Discussion { research, ..discussion(order, category) };
            ordering::choices::record(&self.desk(Role::Clinician, 0), *person, answered).await.expect("recorded");
        }
        people
    }

    pub(crate) async fn approved(&self) -> ProjectId {
        let application = Application {
            title: "Ketone bodies in childhood".into(),
            lay_summary: "We want to learn which changes in genes stop children from making ketone bodies, so that they are found earlier."
                .into(),
            method: "Counts of carriers".into(),
            purpose: Purpose::Health,
            ethics: "26/EE/0001".into(),
            months: 12,
            by: who(Role::Researcher, 0),
        };
        let id = research::projects::apply(&self.desk(Role::Researcher, 0), application).await.expect("applied");
        for member in 0..2 {
            let vote = Review::Vote { approves: true, reason: "Sound".into() };
            research::projects::review(&self.desk(Role::AccessCommittee, member), id, vote).await.expect("voted");
        }
        let approve = Review::Approve { conditions: String::new(), release: String::new() };
        research::projects::review(&self.desk(Role::AccessCommittee, 0), id, approve).await.expect("approved");
        id
    }

    /// A family in the library, and an approved project on a release of it.
    pub(crate) async fn project(&self) -> (OrderId, Vec<PatientId>, ProjectId) {
        let (order, people) = self.analysed(Answer::Yes).await;
        research::fill_library(&self.service).await.expect("filled");
        research::make_release(&self.service).await.expect("released");
        (order, people, self.approved().await)
    }

    pub(crate) async fn counted(&self, project: ProjectId, table: &str) -> String {
        let sql = format!("SELECT COUNT(DISTINCT person) AS n FROM {table}");
        // Of three people nothing is shown but at a desk for that.
        let researcher = self.desk(Role::Researcher, 0);
        let shown = research::asking::query_workspace(&researcher, project, &sql, Shown::Rows).await.expect("run");
        shown.table.lines().nth(3).expect("a row").trim_matches(['|', ' ']).to_owned()
    }
}

#[tokio::test]
async fn a_child_whose_parents_declined_research_never_enters_the_library() {
    let bench = Bench::new().await;
    bench.analysed(Answer::No).await;
    assert_eq!(research::fill_library(&bench.service).await.expect("filled"), 0);
    assert_eq!(research::make_release(&bench.service).await.expect("released").people.len(), 0);
    // Who says yes later enters then, and is not entered twice.
    let (_, people) = bench.analysed(Answer::Yes).await;
    assert_eq!(research::fill_library(&bench.service).await.expect("filled"), 3);
    assert_eq!(research::fill_library(&bench.service).await.expect("filled"), 0);
    let release = research::make_release(&bench.service).await.expect("released");
    assert_eq!(release.people.len(), 3);
    let child = release.people.iter().find(|p| p.affected).expect("the child");
    assert_eq!((child.sex.as_str(), child.born_from, child.present.is_empty()), ("female", 2015, false));
    let written = serde_json::to_string(&release.people).expect("JSON");
    assert!(
        !written.contains("Testcase") && !written.contains("4010232137") && people.iter().all(|p| !written.contains(&p.to_string())),
        "{written}"
    );
    assert_eq!(lines::check_views(&bench.service).await.expect("read"), Vec::<String>::new());
    // Files that were lost are made again, under the same numbers.
    std::fs::remove_dir_all(bench.service.folder.join("library")).expect("removed");
    let again = bench.again().await;
    assert_eq!(research::fill_library(&again).await.expect("filled"), 3);
    let second_release = research::make_release(&again).await.expect("released");
    assert!(second_release.people.iter().map(|p| p.no).eq(release.people.iter().map(|p| p.no)));
}

#[tokio::test]
async fn a_participant_withdraws_and_the_next_answer_no_longer_counts_them() {
    let bench = Bench::new().await;
    if !has_query_program() {
        return;
    }
    let (order, people, project) = bench.project().await;
    let answer = research::asking::ask(&bench.desk(Role::Researcher, 0), project, "people with HP:0000118").await.expect("answered");
    assert_eq!(answer.cohort, Count::Few, "one child is not told of");
    for table in ["people", "calls"] {
        assert_eq!(bench.counted(project, table).await, "3");
    }
    let (secret, _) = results::own_page::invite(&bench.desk(Role::Clinician, 0), order, people[1]).await.expect("invited");
    let link = results::own_page::open_invitation(&bench.service, &secret, Date::constant(1988, 4, 3)).await.expect("opened");
    let own = results::own_page::own(&bench.service, link).await.expect("asked").expect("open");
    let used = own.used().await.expect("told");
    assert_eq!((used.projects.len(), used.projects[0].queries), (1, 3), "{:?}", used.places);
    ordering::choices::withdraw(
        &bench.desk(Role::Clinician, 0),
        order,
        people[1],
        About::Research,
        MachineClock.today(),
        "Changed my mind".into(),
    )
    .await
    .expect("withdrawn");
    for table in ["people", "calls"] {
        assert_eq!(bench.counted(project, table).await, "2", "at once, though the files still hold them: {table}");
    }
    assert_eq!(research::keeping::clear_library(&bench.service).await.expect("cleared"), 1);
    assert_eq!(research::keeping::clear_library(&bench.service).await.expect("cleared"), 0);
    let manifest = research::library(&bench.service).await.expect("open").manifest().await.expect("read");
    assert!(manifest.runs.iter().all(|run| run.people.len() == 2), "{manifest:?}");
    let places = own.used().await.expect("told").places;
    assert!(places.iter().any(|place| matches!(place, results::own_page::Place::Rewritten(_))), "{places:?}");
    assert_eq!(research::fill_library(&bench.service).await.expect("filled"), 0, "and they do not come back");
    assert_eq!(research::make_release(&bench.service).await.expect("released").people.len(), 2);
    assert_eq!(lines::check_views(&bench.service).await.expect("read"), Vec::<String>::new());
}

#[tokio::test]
async fn the_column_register_knows_every_column_of_a_person_and_of_an_order() {
    let bench = Bench::new().await;
    let desk = bench.desk(Role::Clinician, 0);
    let order = bench.ready().await;
    let permit = bench_permit(&desk, order).await;
    let request = desk.status(&permit, order).await.expect("a status").order.request.expect("submitted");
    let person = people::patients::demographics(&desk, &permit, request.people[0].patient).await.expect("known");
    let [person, request] = [serde_json::to_value(person), serde_json::to_value(request)].map(|json| json.expect("JSON"));
    for (table, rows) in [("person", person), ("order", request)] {
        let listed: BTreeSet<&str> = library::register::COLUMNS.iter().filter(|c| c.table == table).map(|c| c.name).collect();
        let there: BTreeSet<&str> = rows.as_object().expect("columns").keys().map(String::as_str).collect();
        // Columns that are empty here are not written.
        assert_eq!(there.difference(&listed).collect::<Vec<_>>(), Vec::<&&str>::new(), "{table}");
    }
}

/// Every file under a folder.
fn files(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|e| e.expect("an entry").path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[tokio::test]
async fn one_round_after_a_withdrawal_nothing_of_the_person_is_left() {
    let bench = Bench::new().await;
    let (order, people) = bench.analysed(Answer::Yes).await;
    research::fill_library(&bench.service).await.expect("filled");
    let release = research::make_release(&bench.service).await.expect("released");
    let project = bench.approved().await;
    let library = research::library(&bench.service).await.expect("open");
    let before = library.manifest().await.expect("read").runs[0].people.clone();
    ordering::choices::withdraw(&bench.desk(Role::Clinician, 0), order, people[2], About::Research, MachineClock.today(), "No".into())
        .await
        .expect("withdrawn");
    research::keeping::look_after_library(&bench.service, 1).await;
    let manifest = library.manifest().await.expect("read");
    let gone: Vec<_> = before.iter().filter(|no| !manifest.runs[0].people.contains(no)).copied().collect();
    assert_eq!(gone.len(), 1);
    // In no file: neither by number in what is text, nor as a carrier in what is not.
    let number = format!("\"no\":{},", gone[0].0);
    for file in files(&bench.service.folder.join("library")) {
        // Earlier manifests name runs and their people, and are gone with the sixteenth that follows; what counts is the last.
        if file.extension().is_some_and(|e| e == "json") && !file.parent().is_some_and(|p| p.ends_with("manifests")) {
            assert!(!std::fs::read_to_string(&file).expect("text").contains(&number), "{}", file.display());
        }
    }
    let named: BTreeSet<String> = manifest.files().map(|f| f.name.clone()).collect();
    let there = files(&bench.service.folder.join("library/calls"));
    assert!(there.iter().all(|f| named.contains(f.file_name().expect("a name").to_str().expect("text"))), "no file of before is left");
    let mut carried = 0;
    library.library_rows(&gone, |_| true, |_, _, _| carried += 1).await.expect("read");
    assert_eq!(carried, 0);
    let pseudonym = release.pseudonym(&project.to_string(), gone[0]);
    let researcher = bench.desk(Role::Researcher, 0);
    if has_query_program() {
        let sql = format!("SELECT * FROM people WHERE person = '{pseudonym}'");
        assert_eq!(research::asking::query_workspace(&researcher, project, &sql, Shown::Rows).await.expect("run").rows, 0);
    }
    refused(research::returned::flag(&researcher, project, &pseudonym, "1-119757272-C-T", "x").await, "Nobody in the project's release");
}

#[tokio::test]
async fn a_newer_analysis_stands_beside_the_earlier_one_until_no_release_holds_that() {
    let bench = Bench::new().await;
    if !has_query_program() {
        return;
    }
    let (order, people, first) = bench.project().await;
    let calls = async |project| {
        let (researcher, sql) = (bench.desk(Role::Researcher, 0), "SELECT COUNT(*) AS n FROM calls");
        let shown = research::asking::query_workspace(&researcher, project, sql, Shown::Rows).await.expect("run");
        shown.table.lines().nth(3).expect("a row").to_owned()
    };
    let before = calls(first).await;
    // Nothing is planted this time, so that its data are others.
    bench.analyse_with(order, &[], &people, false).await;
    assert_eq!(research::fill_library(&bench.service).await.expect("filled"), 3);
    assert_eq!((calls(first).await, bench.counted(first, "calls").await), (before.clone(), "3".into()), "a release is never changed");
    assert_eq!(research::keeping::clear_outdated(&bench.service).await.expect("looked"), 0, "a release holds them");
    let release = research::make_release(&bench.service).await.expect("released");
    assert!(release.people.len() == 3 && release.people.iter().all(|p| p.no != p.first), "everybody once, by their latest data");
    let second = bench.approved().await;
    assert!(calls(second).await != before && bench.counted(second, "calls").await == "3");
    // Data that no release took are removed once later ones stand for them.
    bench.analyse_with(order, &published::all().expect("cases").remove(1).planted().expect("variants"), &people, false).await;
    research::fill_library(&bench.service).await.expect("filled");
    bench.analyse_with(order, &[], &people, false).await;
    research::fill_library(&bench.service).await.expect("filled");
    assert_eq!(research::keeping::clear_outdated(&bench.service).await.expect("cleared"), 3);
    assert_eq!((calls(first).await, research::keeping::clear_outdated(&bench.service).await.expect("looked")), (before, 0));
    // Who withdraws is gone from all of them.
    ordering::choices::withdraw(&bench.desk(Role::Clinician, 0), order, people[2], About::Research, MachineClock.today(), "No".into())
        .await
        .expect("withdrawn");
    research::keeping::look_after_library(&bench.service, 1).await;
    for project in [first, second] {
        assert_eq!(bench.counted(project, "calls").await, "2");
    }
    let manifest = research::library(&bench.service).await.expect("open").manifest().await.expect("read");
    assert_eq!(manifest.runs.iter().map(|run| run.people.len()).sum::<usize>(), 6, "two people, three data each");
}

/// The program for SQL, which begins once there is a file `gate` in a folder.
fn program_behind_a_gate(folder: &Path) -> QueryProgram {
    let program = QueryProgram::find(None).expect("a place").path().canonicalize().expect("a program");
    symlink(program, folder.join("program")).expect("linked");
    let script = folder.join("behind-a-gate.sh");
    symlink(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/service/research/behind-a-gate.sh"), &script).expect("linked");
    QueryProgram::find(Some(&script)).expect("a place")
}

#[tokio::test]
async fn whose_access_ends_while_a_query_runs_is_shown_nothing() {
    let bench = Bench::new().await;
    if !has_query_program() {
        return;
    }
    let (.., project) = bench.project().await;
    let (researcher, committee) = (bench.desk(Role::Researcher, 0), bench.desk(Role::AccessCommittee, 1));
    research::set_query_program(&bench.service, program_behind_a_gate(bench.folder.path())).expect("set");
    let running = research::asking::query_workspace(&researcher, project, "SELECT 1", Shown::Groups);
    let ending = async {
        // The query is written down before it runs.
        while research::projects::project(&researcher, project).await.expect("a project").queries.is_empty() {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        research::projects::review(&committee, project, Review::End { reason: "Misuse".into() }).await.expect("ended");
        std::fs::write(bench.folder.path().join("gate"), "").expect("opened");
    };
    let (shown, ()) = tokio::join!(running, ending);
    refused(shown.map(drop), "changed while the query ran");
}

#[tokio::test]
async fn without_the_program_for_sql_a_query_is_refused_in_words_and_questions_are_answered() {
    let bench = Bench::new().await;
    let (.., project) = bench.project().await;
    let nowhere = QueryProgram::find(Some(&bench.folder.path().join("nowhere"))).expect("a place");
    research::set_query_program(&bench.service, nowhere).expect("set");
    let researcher = bench.desk(Role::Researcher, 0);
    refused(
        research::asking::query_workspace(&researcher, project, "SELECT 1", Shown::Groups).await.map(drop),
        "cargo build --release -p query",
    );
    let queries_before = research::projects::project(&researcher, project).await.expect("a project").queries.len();
    assert_eq!(queries_before, 0, "what could not run is not written down");
    let answer = research::asking::ask(&researcher, project, "people with HP:0000118").await.expect("answered");
    assert_eq!(answer.cohort, Count::Few);
}

#[tokio::test]
async fn a_program_asks_with_a_token_of_the_project_alone() {
    let bench = Bench::new().await;
    let (.., project) = bench.project().await;
    let token = research::token::project_token(&bench.desk(Role::Researcher, 0), project).await.expect("a token");
    let answer = research::token::ask_with(&bench.service, &token, "people with HP:0000118").await.expect("answered");
    assert_eq!(answer.cohort, Count::Few);
    refused(research::token::ask_with(&bench.service, "gmp_00", "people").await.map(drop), "project for this token");
    let letter = research::newsletter::newsletter(&bench.service, MachineClock.today()).await.expect("figures");
    assert_eq!((letter.open.len(), letter.queries, letter.left, letter.people), (1, 1, [0, 0], Count::Few));

    // The token ends with the account, and does not come back with it.
    let researcher = who(Role::Researcher, 0);
    let administrator = Staff { id: care::StaffId(uuid::Uuid::from_u128(92)), role: Role::Administrator, ..researcher.clone() };
    let administrator = bench.service.desk(administrator);
    for is_open in [false, true] {
        people::accounts::set_account_open(&administrator, researcher.id, is_open, "Left".into()).await.expect("changed");
        let asked_again = research::token::ask_with(&bench.service, &token, "people with HP:0000118").await;
        refused(asked_again.map(drop), "project for this token");
    }
}

#[tokio::test]
async fn a_workspace_shows_groups_alone_and_so_much_a_day() {
    let bench = Bench::new().await;
    if !has_query_program() {
        return;
    }
    let (.., project) = bench.project().await;
    let researcher = bench.desk(Role::Researcher, 0);
    let run = async |sql: &str, shown| research::asking::query_workspace(&researcher, project, sql, shown).await;
    for sql in ["SELECT * FROM people", "SELECT string_agg(person, ',') FROM calls", "SELECT DISTINCT gene FROM calls"] {
        refused(run(sql, Shown::Groups).await.map(drop), "such as: SELECT");
    }
    assert_eq!(run("SELECT COUNT(*) AS n FROM people", Shown::Groups).await.expect("run").rows, 0, "three are too few");
    assert_eq!(run("SELECT person FROM people", Shown::Rows).await.expect("run").rows, 3);
    let today = researcher.today();
    let left = async || research::projects::project(&researcher, project).await.expect("a project").budget.left(today).rows;
    assert_eq!(left().await, ROWS_MAX - 3, "what was refused or empty takes nothing of it");
    let series = |rows: u32| format!("SELECT value FROM generate_series(1, {rows})");
    for _ in 0..4 {
        assert_eq!(run(&series(1_000), Shown::Groups).await.expect("run").rows, 1_000);
    }
    refused(run(&series(1_000), Shown::Groups).await.map(drop), "997 rows and");
    assert_eq!(run(&series(997), Shown::Groups).await.expect("run").rows, 997);
    refused(run("SELECT 1", Shown::Rows).await.map(drop), "It begins anew on");
    assert_eq!(left().await, 0);
}

#[tokio::test]
async fn two_projects_know_people_by_different_names_and_findings_of_both_go_back() {
    let bench = Bench::new().await;
    let (.., one) = bench.project().await;
    let two = bench.approved().await;
    let library = research::library(&bench.service).await.expect("open");
    let release = library.releases().await.expect("listed").pop().expect("a release");
    let release = library.released(&release).await.expect("read").expect("there");
    let someone = release.people[0].no;
    let [at_one, at_two] = [one, two].map(|project| release.pseudonym(&project.to_string(), someone));
    assert_ne!(at_one, at_two);
    let researcher = bench.desk(Role::Researcher, 0);
    let flag = async |project, name: &str| research::returned::flag(&researcher, project, name, "1-119757272-C-T", "Seen often").await;
    refused(flag(one, &at_two).await, "Nobody in the project's release");
    flag(one, &at_one).await.expect("flagged");
    flag(two, &at_two).await.expect("flagged");
    flag(one, &release.shared_pseudonym(someone)).await.expect("the name of before");
    assert_eq!(research::returned::returned(&bench.desk(Role::ClinicalScientist, 0)).await.expect("a list").len(), 3);
    let text = format!("Look at {at_one} and {}", release.family_pseudonym(&one.to_string(), release.people[0].family));
    let found = research::asking::ask_output(&researcher, one, "list.txt", "A list", text.as_bytes()).await.expect("asked");
    assert!(found.iter().any(|f| f.contains("is a person of the release")), "{found:?}");
}

#[tokio::test]
async fn a_question_that_is_broken_off_keeps_no_other_waiting() {
    let bench = Bench::new().await;
    let (.., project) = bench.project().await;
    let researcher = bench.desk(Role::Researcher, 0);
    for milliseconds in [1, 2, 4, 8, 16, 32] {
        let asking = research::asking::ask(&researcher, project, "people");
        drop(tokio::time::timeout(Duration::from_millis(milliseconds), asking).await);
    }
    let asking = research::asking::ask(&researcher, project, "people");
    let answered = tokio::time::timeout(Duration::from_secs(20), asking).await.expect("no turn stands in its way");
    answered.expect("answered");
}

#[tokio::test]
async fn who_is_of_no_approved_project_gets_nothing() {
    let bench = Bench::new().await;
    let (.., project) = bench.project().await;
    let stranger = Staff { id: care::StaffId(uuid::Uuid::from_u128(91)), name: "Dr Other".into(), ..who(Role::Researcher, 0) };
    let stranger = bench.service.desk(stranger);
    for denied in [
        research::asking::ask(&stranger, project, "people").await.map(drop),
        research::asking::query_workspace(&stranger, project, "SELECT 1", Shown::Groups).await.map(drop),
    ] {
        refused(denied, "project of yours");
    }
    refused(research::asking::ask(&bench.desk(Role::Clinician, 0), project, "people").await, "may not ask the research library");
    refused(results::cascades::cascades(&bench.desk(Role::Researcher, 0)).await.map(drop), "may not see the work list");
    let end = Review::End { reason: "Misuse".into() };
    research::projects::review(&bench.desk(Role::AccessCommittee, 1), project, end).await.expect("ended");
    refused(research::asking::ask(&bench.desk(Role::Researcher, 0), project, "people").await, "no access to data (Ended: Misuse)");
    refused(research::asking::ask_output(&bench.desk(Role::Researcher, 0), project, "x", "y", b"z").await, "no access to data");
}
