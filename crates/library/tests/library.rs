//! A cohort that is made up, asked through every door: answers against a plain count, and what nobody may learn.

use genome::{Contig, consequence::Impact};
use library::{
    Answer, Call, Checked, Library, Person, PersonNo, Question, Release, Scope,
    ask::{self, NotAnswered},
    disclosure::{Count, Told},
    workspace,
};
use std::collections::BTreeSet;

const PEOPLE: u32 = 400;
const SEIZURE: u32 = 1250;
const FOCAL: u32 = 7359;

/// Everybody's number says what they are: the sex by its parity, seizures for every fourth, and so on.
fn person(no: u32) -> Person {
    Person {
        no: PersonNo(no),
        family: no / 3,
        sex: if no.is_multiple_of(2) { "female" } else { "male" }.into(),
        born_from: 2010,
        ancestry: if no < 100 { "AFR" } else { "EUR" }.into(),
        affected: true,
        solved: no.is_multiple_of(5),
        present: match no % 4 {
            0 => vec![SEIZURE],
            1 if no < 40 => vec![FOCAL],
            _ => vec![],
        },
        absent: vec![],
    }
}

fn call(no: u32, position: u32, gene: &str, impact: Impact, frequency: Option<f32>, copies: u8) -> Call {
    Call {
        person: PersonNo(no),
        contig: "2".parse::<Contig>().expect("a contig"),
        position,
        reference: "A".into(),
        alternate: "T".into(),
        gene: gene.into(),
        consequence: "stop_gained".into(),
        impact,
        frequency,
        copies,
    }
}

fn calls(no: u32) -> Vec<Call> {
    let mut calls = vec![call(no, 500, "COMMON1", Impact::High, Some(0.2), 1)];
    if no.is_multiple_of(3) {
        calls.push(call(no, 1000, "SCN1A", Impact::High, None, 1));
    }
    if no.is_multiple_of(7) {
        calls.push(call(no, 2000, "SCN1A", Impact::Moderate, Some(0.0005), if no.is_multiple_of(2) { 2 } else { 1 }));
    }
    calls
}

struct Made {
    library: Library,
    release: Release,
    told: Told,
    folder: tempfile::TempDir,
}

impl Made {
    async fn new() -> Made {
        let folder = tempfile::tempdir().expect("a folder");
        let library = Library::open(folder.path().to_str().expect("a path")).expect("opened");
        for from in (1..=PEOPLE).step_by(64) {
            let mut some: Vec<Call> = (from..(from + 64).min(PEOPLE + 1)).flat_map(calls).collect();
            library.add(&mut some).await.expect("added");
        }
        let release = library
            .release("2026-11-22.1", jiff::Timestamp::UNIX_EPOCH, (1..=PEOPLE).map(person).collect(), [7; 32])
            .await
            .expect("released");
        Made { library, release, told: Told::default(), folder }
    }

    async fn ask(&mut self, scope: &Scope, text: &str) -> Result<Answer, NotAnswered> {
        ask::ask(&self.library, &self.release, scope, &mut self.told, &checked(text)).await
    }

    /// Asks as if nothing had been told before.
    async fn alone(&self, scope: &Scope, text: &str) -> Result<Answer, NotAnswered> {
        ask::ask(&self.library, &self.release, scope, &mut Told::default(), &checked(text)).await
    }

    async fn sql(&self, scope: &Scope, sql: &str) -> String {
        match workspace::run(&self.library, &self.release, scope, sql).await {
            Ok(shown) => shown.table,
            Err(why) => format!("refused: {why}"),
        }
    }
}

fn everybody() -> Scope {
    Scope::of(1..=PEOPLE)
}

/// A question as it would be checked: a seizure has one descendant here.
fn checked(text: &str) -> Checked {
    let question: Question = text.parse().expect("a question");
    let closures = |terms: &[String]| terms.iter().map(|_| BTreeSet::from([SEIZURE, FOCAL])).collect();
    let variant = match &question.what {
        library::question::What::Alleles(text) | library::question::What::Seen(text) => Some(text.parse().expect("a variant")),
        _ => None,
    };
    Checked { with: closures(&question.with), without: closures(&question.without), variant, question }
}

fn count(is: impl Fn(u32) -> bool) -> Count {
    Count::of((1..=PEOPLE).filter(|no| is(*no)).count() as u64)
}

fn has_seizures(no: u32) -> bool {
    no.is_multiple_of(4) || (no % 4 == 1 && no < 40)
}

#[tokio::test]
async fn every_question_is_answered_as_a_plain_count_answers_it() {
    let made = Made::new().await;
    let everybody = everybody();
    let answer = made.alone(&everybody, "people with HP:0001250").await.expect("answered");
    assert_eq!((answer.cohort, answer.carriers), (count(has_seizures), None), "descendants count");
    let answer = made.alone(&everybody, "carriers loss-of-function in SCN1A with HP:0001250").await.expect("answered");
    assert_eq!(answer.carriers, Some(count(|no| no.is_multiple_of(3) && has_seizures(no))));
    let by_sex = made.alone(&everybody, "carriers loss-of-function in SCN1A with HP:0001250 by sex").await;
    assert!(by_sex.is_err(), "33 women of 36 carriers would tell of three men");
    let answer = made.alone(&everybody, "carriers in SCN1A by sex").await.expect("answered");
    let female = count(|no| no.is_multiple_of(2) && (no.is_multiple_of(3) || no.is_multiple_of(7)));
    assert_eq!(answer.groups[0], ("female".to_owned(), female));
    let answer = made.alone(&everybody, "carriers protein-changing AF < 0.1 % in SCN1A in COMMON1").await.expect("answered");
    assert_eq!(answer.carriers, Some(count(|no| no.is_multiple_of(3) || no.is_multiple_of(7))), "the common one is no rare one");
    let answer = made.alone(&everybody, "compound heterozygotes in SCN1A").await.expect("answered");
    assert_eq!(answer.carriers, Some(count(|no| no.is_multiple_of(21) || (no.is_multiple_of(7) && no.is_multiple_of(2)))));
    let answer = made.alone(&everybody, "alleles of 2-2000-A-T").await.expect("answered");
    let copies: u64 = (1..=PEOPLE).filter(|no| no.is_multiple_of(7)).map(|no| if no.is_multiple_of(2) { 2 } else { 1 }).sum();
    assert_eq!(answer.alleles, Some(Count::of(copies)));
    let answer = made.alone(&everybody, "seen 2-2001-A-T").await.expect("answered");
    assert_eq!(answer.carriers, Some(Count::None));
    let answer = made.alone(&everybody, "carriers in SCN1A without HP:0001250 sex male ancestry EUR unsolved").await.expect("answered");
    let fits = |no: u32| !has_seizures(no) && !no.is_multiple_of(2) && no >= 100 && !no.is_multiple_of(5);
    assert_eq!(answer.cohort, count(fits));
    assert_eq!(answer.carriers, Some(count(|no| fits(no) && (no.is_multiple_of(3) || no.is_multiple_of(7)))));
    let burden =
        made.alone(&everybody, "burden loss-of-function in SCN1A with HP:0001250").await.expect("answered").burden.expect("a table");
    assert_eq!(burden.cases[0], count(has_seizures));
    assert!(burden.p.is_some_and(|p| p > 0.05), "no burden was made up: {burden:?}");
}

#[tokio::test]
async fn nobody_outside_the_scope_is_counted_by_any_door() {
    let mut made = Made::new().await;
    let few = Scope::of(1..=100);
    let answer = made.ask(&few, "carriers in SCN1A").await.expect("answered");
    assert_eq!(answer.cohort, Count::of(100));
    for table in ["calls", "people", "features"] {
        let told = made.sql(&few, &format!("SELECT COUNT(DISTINCT person) AS n FROM {table}")).await;
        let all = made.sql(&everybody(), &format!("SELECT COUNT(DISTINCT person) AS n FROM {table}")).await;
        assert_ne!(told, all, "{table}");
    }
    assert!(made.sql(&few, "SELECT COUNT(DISTINCT person) AS n FROM calls").await.contains("| 100 |"));
    let nobody = Scope::default();
    assert!(made.sql(&nobody, "SELECT COUNT(*) AS n FROM calls").await.contains("| 0 |"));
}

#[tokio::test]
async fn who_withdraws_is_gone_from_every_answer_and_every_file() {
    let mut made = Made::new().await;
    let before = made.library.manifest().await.expect("read");
    // Hidden at once, by the scope; then taken out of the files.
    let left = Scope::of((1..=PEOPLE).filter(|no| *no != 21));
    assert_eq!(made.ask(&left, "people").await.expect("answered").cohort, Count::of(u64::from(PEOPLE) - 1));
    let name = made.release.pseudonym(PersonNo(21));
    let files = made.library.purge(&[PersonNo(21)]).await.expect("purged");
    assert_eq!(files.len(), 1, "one file of seven");
    let after = made.library.manifest().await.expect("read");
    assert_eq!(after.files.len(), before.files.len());
    assert!(after.files.iter().all(|f| !f.people.contains(&PersonNo(21))));
    // Even who would still be let in by a scope that is out of date finds nothing.
    let told = made.sql(&everybody(), &format!("SELECT COUNT(*) AS n FROM calls WHERE person = '{name}'")).await;
    assert!(told.contains("| 0 |"), "{told}");
    assert!(
        made.sql(&everybody(), "SELECT COUNT(DISTINCT person) AS n FROM calls").await.contains("| 399 |"),
        "and nobody else is missing"
    );
    assert_eq!(made.library.verify().await.expect("read"), Vec::<String>::new());
    assert!(made.library.purge(&[PersonNo(21)]).await.expect("again").is_empty());
}

#[tokio::test]
async fn who_comes_back_is_found_again_in_the_next_release() {
    let folder = tempfile::tempdir().expect("a folder");
    let library = Library::open(folder.path().to_str().expect("a path")).expect("opened");
    let (alone, mut both) = (PersonNo(21), [calls(21), calls(42)].concat());
    library.add(&mut both).await.expect("added");
    // Gone and back again, twice: the same content is the same name each time.
    for _ in 0..2 {
        library.purge(&[alone]).await.expect("purged");
        library.add(&mut calls(21)).await.expect("added");
        library.purge(&[PersonNo(42)]).await.expect("purged");
        library.add(&mut calls(42)).await.expect("added");
    }
    let release = library.release("1", jiff::Timestamp::UNIX_EPOCH, vec![person(21), person(42)], [1; 32]).await.expect("released");
    let sql = "SELECT COUNT(DISTINCT person) AS n FROM calls";
    let shown = workspace::run(&library, &release, &Scope::of([21, 42]), sql).await.expect("run");
    assert!(shown.table.contains("| 2 |"), "{}", shown.table);
    assert_eq!(library.verify().await.expect("read"), Vec::<String>::new());
}

#[tokio::test]
async fn differencing_and_small_cells_are_stopped() {
    let mut made = Made::new().await;
    let everybody = everybody();
    made.ask(&everybody, "people").await.expect("answered");
    let all_but_few = Scope::of((1..=PEOPLE).filter(|no| *no > 3));
    let refused = made.ask(&all_but_few, "people").await.expect_err("refused");
    assert!(refused.to_string().contains("differ by fewer than 5 people"), "{refused}");
    let answer = made.ask(&Scope::of(1..=20), "carriers in SCN1A with HP:0001250 sex male").await.expect("answered");
    assert!(matches!(answer.carriers, Some(Count::None | Count::Few)), "{answer:?}");
    // Many questions that add one condition after another never tell of fewer than five.
    let mut sizes = Vec::new();
    for upto in 5..60 {
        let scope = Scope::of(1..=upto);
        if let Ok(answer) = made.ask(&scope, "people").await
            && let Count::About(n) = answer.cohort
        {
            sizes.push((upto, n));
        }
    }
    assert!(sizes.windows(2).all(|w| w[1].0 - w[0].0 >= 5), "{sizes:?}");
}

#[tokio::test]
async fn a_workspace_reads_three_tables_and_nothing_else() {
    let made = Made::new().await;
    let everybody = everybody();
    let told = made.sql(&everybody, "SELECT gene, COUNT(DISTINCT person) AS n FROM calls GROUP BY gene ORDER BY gene").await;
    assert!(told.contains("| COMMON1 | 400 |") && told.contains("| SCN1A   | "), "{told}");
    for (sql, says) in [
        ("CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '/etc/passwd'", "DDL"),
        ("COPY calls TO '/tmp/out.csv'", "DML"),
        ("INSERT INTO people SELECT * FROM people", "DML"),
        ("SET datafusion.catalog.information_schema = true", "Statement"),
        ("SELECT * FROM information_schema.tables", "not found"),
        ("SELECT no FROM calls", "No field named"),
        ("SELECT * FROM '/etc/passwd'", "not found"),
        ("SELECT * FROM read_csv('/etc/passwd')", "not found"),
        ("this is no query", "Expected"),
        ("", ""),
    ] {
        let told = made.sql(&everybody, sql).await;
        assert!(told.starts_with("refused: ") && told.contains(says), "{sql}: {told}");
    }
    let Ok(shown) = workspace::run(&made.library, &made.release, &everybody, "SELECT a.person FROM calls a CROSS JOIN people").await else {
        panic!("a broad query is cut");
    };
    assert!(shown.cut && shown.rows == workspace::ROWS_MAX);
}

#[tokio::test]
async fn a_file_that_was_changed_or_left_half_way_is_named_and_recovered_from() {
    let made = Made::new().await;
    let manifest = made.library.manifest().await.expect("read");
    // The same calls again are the same file.
    let mut again: Vec<Call> = (1..65).flat_map(calls).collect();
    made.library.add(&mut again).await.expect("added");
    assert_eq!(made.library.manifest().await.expect("read").files, manifest.files);
    let folder = made.folder.path().join("calls");
    std::fs::write(folder.join("half.parquet"), "PAR1").expect("written");
    let [long_ago, later] = [-3600, 3600].map(|s| jiff::Timestamp::now() + jiff::SignedDuration::from_secs(s));
    assert_eq!(made.library.sweep(long_ago).await.expect("swept"), 0, "it may be being written");
    assert_eq!(made.library.sweep(later).await.expect("swept"), 1, "what no manifest names is nobody's");
    let victim = folder.join(&manifest.files[0].name);
    let mut bytes = std::fs::read(&victim).expect("read");
    bytes[100] ^= 1;
    std::fs::write(&victim, bytes).expect("written");
    let wrong = made.library.verify().await.expect("looked");
    assert!(wrong.len() == 1 && wrong[0].contains("its checksum differs"), "{wrong:?}");
    std::fs::remove_file(&victim).expect("removed");
    let told = made.sql(&everybody(), "SELECT COUNT(*) FROM calls").await;
    assert!(told.starts_with("refused") && !told.contains("| "), "a missing file is a fault, not fewer people: {told}");
    let error = made.library.release("2026-11-22.1", jiff::Timestamp::UNIX_EPOCH, vec![], [0; 32]).await.expect_err("refused");
    assert!(error.to_string().contains("never changed"));
}

#[tokio::test]
async fn pseudonyms_belong_to_one_release() {
    let made = Made::new().await;
    let other =
        made.library.release("2026-11-22.2", jiff::Timestamp::UNIX_EPOCH, (1..=9).map(person).collect(), [8; 32]).await.expect("made");
    let names: BTreeSet<String> = (1..=PEOPLE).map(|no| made.release.pseudonym(PersonNo(no))).collect();
    assert_eq!(names.len(), PEOPLE as usize);
    assert!((1..=9).all(|no| !names.contains(&other.pseudonym(PersonNo(no)))));
    assert_eq!(made.release.person(&made.release.pseudonym(PersonNo(33))), Some(PersonNo(33)));
    assert_eq!(other.person(&made.release.pseudonym(PersonNo(3))), None);
    assert_eq!(made.library.releases().await.expect("listed"), ["2026-11-22.1", "2026-11-22.2"]);
}
