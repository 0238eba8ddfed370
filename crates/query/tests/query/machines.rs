//! A scheduler and two executors on loopback: the same questions of the same files, the same answers, also when one of them dies.

use super::cohort::{self, call};
use genome::consequence::Impact;
use library::{
    Answer, Checked, Library, Person, Release, Scope, ask,
    disclosure::DisclosureLedger,
    program::{QueryProgram, machines::MachineCarriers},
};
use query::{
    machines::{self, Executor},
    workspace,
};
use std::{collections::BTreeSet, net::SocketAddr, path::Path, sync::Arc, time::Duration};
use tokio::{net::TcpListener, runtime::Runtime};

const PEOPLE: u32 = 300;

fn person(no: u32) -> Person {
    let sex = if no.is_multiple_of(2) { "female" } else { "male" }.into();
    Person { sex, present: if no.is_multiple_of(4) { vec![1250] } else { vec![] }, ..cohort::person(no) }
}

async fn made(folder: &std::path::Path) -> (Library, Release) {
    let library = Library::open(folder.to_str().expect("a path")).expect("opened");
    for from in (1..=PEOPLE).step_by(50) {
        let calls = |no: u32| {
            let high = no.is_multiple_of(3).then(|| call(no, 1000, "SCN1A", Impact::High, Some(0.0004), 1));
            let moderate =
                no.is_multiple_of(5).then(|| call(no, 2001, "SCN1A", Impact::Moderate, None, 1 + u8::from(no.is_multiple_of(2))));
            high.into_iter().chain(moderate)
        };
        library.add(&(from..from + 50).flat_map(calls).collect::<Vec<_>>()).await.expect("added");
    }
    let release = library.release("1", jiff::Timestamp::UNIX_EPOCH, (1..=PEOPLE).map(person).collect(), [1; 32]).await.expect("made");
    (library, release)
}

async fn answers(library: &Library, release: &Release) -> Vec<Answer> {
    let mut answers = Vec::new();
    for text in [
        "people with HP:0001250",
        "carriers in SCN1A",
        "carriers loss-of-function AF < 0.1 % in SCN1A by sex",
        "compound heterozygotes in SCN1A",
        "burden in SCN1A with HP:0001250",
        "alleles of 2-2001-A-T",
        "seen 2-1000-A-T",
        "seen 2-1001-A-T",
    ] {
        let question: library::Question = text.parse().expect("a question");
        let variant = question.variant().map(|text| text.parse().expect("a variant"));
        let with = question.with.iter().map(|_| BTreeSet::from([1250])).collect();
        let checked = Checked { with, with_any: vec![], without: vec![], variant, question };
        let everybody = Scope::new(1..=PEOPLE);
        answers.push(ask::ask(library, release, &everybody, &mut DisclosureLedger::default(), &checked).await.expect(text));
    }
    answers
}

/// A port that nobody listens on.
fn free() -> SocketAddr {
    std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address")
}

/// A machine of its own: a runtime that can be switched off.
fn executor(library: &Library, scheduler: SocketAddr, folder: &std::path::Path) -> Runtime {
    let machine = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a machine");
    let executor = Executor { scheduler, address: free(), cores: 1, folder: folder.to_str().expect("a path").to_owned() };
    let library = library.clone();
    machine.spawn(async move {
        if let Err(error) = machines::execute(&library, &executor).await {
            eprintln!("an executor stopped: {error:#}");
        }
    });
    machine
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_machines_answer_as_one_does_and_go_on_when_one_of_them_dies() {
    let [files, one, two] = [(); 3].map(|()| tempfile::tempdir().expect("a folder"));
    let (library, release) = made(files.path()).await;
    let alone = answers(&library, &release).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let scheduler = listener.local_addr().expect("an address");
    let own = library.clone();
    tokio::spawn(async move { machines::schedule(&own, listener).await });
    let executors = [executor(&library, scheduler, one.path()), executor(&library, scheduler, two.path())];
    let far = library.clone().with_source(Arc::new(machines::planned(&library, scheduler).expect("a planner")));
    let within = async |what: &str| {
        tokio::time::timeout(Duration::from_mins(2), answers(&far, &release)).await.unwrap_or_else(|_| panic!("{what} took too long"))
    };
    assert_eq!(within("two machines").await, alone);
    let sql = "SELECT COUNT(DISTINCT person) AS n FROM calls";
    let rows = workspace::run(&far, &release, &Scope::new(1..=PEOPLE), sql).await.expect("a workspace is here");
    assert!(rows.table.contains("| 140 |"), "{}", rows.table);
    // The program plans for them too, in a process of its own.
    let program = QueryProgram::find(Some(Path::new(env!("CARGO_BIN_EXE_gms-query")))).expect("a path");
    let by_program = library.clone().with_source(Arc::new(MachineCarriers::new(program, scheduler)));
    assert_eq!(answers(&by_program, &release).await, alone);
    let [first, second] = executors;
    first.shutdown_background();
    assert_eq!(within("one machine").await, alone, "the other does the work");
    second.shutdown_background();
}
