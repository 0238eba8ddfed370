//! A cohort that is made up, asked through every door: answers against a plain count, and what nobody may learn.

mod cohort;

use cohort::call;
use genome::consequence::Impact;
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
        family: no / 3,
        sex: if no.is_multiple_of(2) { "female" } else { "male" }.into(),
        ancestry: if no < 100 { "AFR" } else { "EUR" }.into(),
        solved: no.is_multiple_of(5),
        present: match no % 4 {
            0 => vec![SEIZURE],
            1 if no < 40 => vec![FOCAL],
            _ => vec![],
        },
        ..cohort::person(no)
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
            let some: Vec<Call> = (from..(from + 64).min(PEOPLE + 1)).flat_map(calls).collect();
            library.add(&some).await.expect("added");
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
    let by_sex = made.alone(&everybody, "carriers loss-of-function in SCN1A with HP:0001250 by sex").await.expect("answered");
    let told: Vec<Count> = by_sex.groups.iter().map(|(_, count)| *count).collect();
    assert_eq!(told, [Count::Hidden, Count::Few], "33 women of 36 carriers would tell of three men");
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
    assert_eq!(answer.carriers, Some(Count::Few), "nobody is told as a few are");
    let answer = made.alone(&everybody, "carriers in SCN1A without HP:0001250 sex male ancestry EUR unsolved").await.expect("answered");
    let fits = |no: u32| !has_seizures(no) && !no.is_multiple_of(2) && no >= 100 && !no.is_multiple_of(5);
    assert_eq!(answer.cohort, count(fits));
    assert_eq!(answer.carriers, Some(count(|no| fits(no) && (no.is_multiple_of(3) || no.is_multiple_of(7)))));
    let burden =
        made.alone(&everybody, "burden loss-of-function in SCN1A with HP:0001250").await.expect("answered").burden.expect("a table");
    assert_eq!(burden.cases[0], count(has_seizures));
    assert!(burden.p.is_some_and(|p| p > 0.05), "no burden was made up: {burden:?}");
}

/// Questions of every kind.
const QUESTIONS: [&str; 9] = [
    "people with HP:0001250 by ancestry",
    "carriers in SCN1A in COMMON1",
    "carriers loss-of-function AF < 0.1 % in SCN1A without HP:0001250",
    "carriers protein-changing in SCN1A by sex",
    "compound heterozygotes in SCN1A",
    "alleles of 2-2000-A-T",
    "seen 2-1000-A-T sex male",
    "seen 2-1000-A-G",
    "burden protein-changing in SCN1A with HP:0001250",
];

#[tokio::test]
async fn blocks_that_are_held_and_the_plan_of_an_engine_give_the_same_answers() {
    let made = Made::new().await;
    let planned = made.library.clone().on(datafusion::prelude::SessionContext::new().state());
    for text in QUESTIONS {
        let held = made.alone(&everybody(), text).await.expect("answered");
        let by_plan = ask::ask(&planned, &made.release, &everybody(), &mut Told::default(), &checked(text)).await.expect("answered");
        assert_eq!(by_plan, held, "{text}");
    }
}

#[tokio::test]
async fn many_small_files_become_one_that_answers_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let library = Library::open(folder.path().to_str().expect("a path")).expect("opened");
    for no in 1..=PEOPLE {
        library.add(&calls(no)).await.expect("added");
    }
    let release = library.release("1", jiff::Timestamp::UNIX_EPOCH, (1..=PEOPLE).map(person).collect(), [7; 32]).await.expect("made");
    let before = answers(&library, &release).await;
    assert!(library.compact().await.expect("put together") && !library.compact().await.expect("looked"));
    let manifest = library.manifest().await.expect("read");
    assert_eq!((manifest.runs.len(), manifest.runs[0].people.len()), (1, PEOPLE as usize));
    assert_eq!(
        std::fs::read_dir(folder.path().join("calls")).expect("a folder").count(),
        manifest.files().count(),
        "the old files are gone"
    );
    assert_eq!(answers(&library, &release).await, before);
    // A person is taken out of what was put together too, and a release of before still answers.
    library.purge(&[PersonNo(21)]).await.expect("purged");
    let left = Scope::of((1..=PEOPLE).filter(|no| *no != 21));
    let shown = workspace::run(&library, &release, &left, "SELECT COUNT(DISTINCT person) AS n FROM calls").await.expect("run");
    assert!(shown.table.contains("| 399 |"), "{}", shown.table);
}

async fn answers(library: &Library, release: &Release) -> Vec<Answer> {
    let mut answers = Vec::new();
    for text in QUESTIONS {
        answers.push(ask::ask(library, release, &everybody(), &mut Told::default(), &checked(text)).await.expect("answered"));
    }
    answers
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
    assert_eq!(made.library.forget(&[PersonNo(21)]).await.expect("forgotten"), ["2026-11-22.1"]);
    let again = Library::open(made.folder.path().to_str().expect("a path")).expect("opened");
    for library in [&made.library, &again] {
        let release = library.released("2026-11-22.1").await.expect("read").expect("there");
        assert!(release.people.len() == 399 && release.person(&name).is_none());
    }
    let after = made.library.manifest().await.expect("read");
    assert_eq!(after.runs.len(), before.runs.len());
    assert!(after.runs.iter().all(|run| !run.people.contains(&PersonNo(21))));
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
    let (alone, both) = (PersonNo(21), [calls(21), calls(42)].concat());
    library.add(&both).await.expect("added");
    // Gone and back again, twice: the same content is the same name each time.
    for _ in 0..2 {
        library.purge(&[alone]).await.expect("purged");
        library.add(&calls(21)).await.expect("added");
        library.purge(&[PersonNo(42)]).await.expect("purged");
        library.add(&calls(42)).await.expect("added");
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
    assert!(answer.carriers == Some(Count::Few), "{answer:?}");
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

/// The attacks of Homer et al. 2008 and of Shringarpure and Bustamante 2015: somebody's own variants, asked one by one.
#[tokio::test]
async fn a_persons_own_variants_asked_one_by_one_do_not_tell_whether_they_are_here() {
    let folder = tempfile::tempdir().expect("a folder");
    let library = Library::open(folder.path().to_str().expect("a path")).expect("opened");
    // Of each person's variants one is their own, and one is shared by three.
    let own = |no: u32| [call(no, 10_000 + no, "SCN1A", Impact::High, None, 1), call(no, 20_000 + no / 3, "SCN1A", Impact::High, None, 1)];
    library.add(&(1..=90).flat_map(own).collect::<Vec<_>>()).await.expect("added");
    let release = library.release("1", jiff::Timestamp::UNIX_EPOCH, (1..=90).map(person).collect(), [7; 32]).await.expect("made");
    let mut told = BTreeSet::new();
    // Half of those who are asked about are here, half are not.
    for no in 61..=120 {
        for variant in own(no) {
            let asked = checked(&format!("seen 2-{}-A-T", variant.position));
            let answer = ask::ask(&library, &release, &Scope::of(1..=90), &mut Told::default(), &asked).await.expect("answered");
            told.insert(format!("{:?} {:?} {:?}", answer.cohort, answer.carriers, answer.alleles));
        }
    }
    assert_eq!(told.len(), 1, "everybody is answered the same: {told:?}");
}

/// Reconstruction: counts of every crossing of conditions, of which none may be the sum of others but for a few people.
#[tokio::test]
async fn many_counts_together_do_not_tell_of_a_few_people() {
    let mut made = Made::new().await;
    let mut told: Vec<(BTreeSet<u32>, u64)> = Vec::new();
    for sex in ["", " sex female", " sex male"] {
        for ancestry in ["", " ancestry AFR", " ancestry EUR"] {
            for solved in ["", " solved", " unsolved"] {
                for seizures in ["", " with HP:0001250", " without HP:0001250"] {
                    let text = format!("people{seizures}{sex}{ancestry}{solved}");
                    let Ok(answer) = made.ask(&everybody(), &text).await else { continue };
                    let Count::About(number) = answer.cohort else { continue };
                    let fits = |no: &u32| {
                        (sex.is_empty() || (sex == " sex female") == no.is_multiple_of(2))
                            && (ancestry.is_empty() || (ancestry == " ancestry AFR") == (*no < 100))
                            && (solved.is_empty() || (solved == " solved") == no.is_multiple_of(5))
                            && (seizures.is_empty() || seizures.starts_with(" with ") == has_seizures(*no))
                    };
                    told.push(((1..=PEOPLE).filter(fits).collect(), number));
                }
            }
        }
    }
    assert!(told.len() > 40, "an honest researcher is told most of it: {}", told.len());
    for (one, _) in &told {
        for (other, _) in &told {
            let apart = one.symmetric_difference(other).count();
            assert!(apart == 0 || apart >= 5, "two numbers differ by {apart} people");
        }
    }
    // What is told is never the true number more exactly than to the nearest five.
    assert!(told.iter().all(|(set, number)| number.is_multiple_of(5) && number.abs_diff(set.len() as u64) <= 2));
}

#[tokio::test]
async fn a_question_of_too_much_is_refused_before_it_is_read() {
    let genes: Vec<String> = (0..51).map(|n| format!("in GENE{n}")).collect();
    let refused = format!("carriers {}", genes.join(" ")).parse::<Question>().expect_err("refused");
    assert!(refused.to_string().contains("at most 50 genes"), "{refused}");
}

#[tokio::test]
async fn only_columns_of_the_register_are_in_any_file() {
    let made = Made::new().await;
    for entry in std::fs::read_dir(made.folder.path().join("calls")).expect("a folder") {
        let file = std::fs::File::open(entry.expect("a file").path()).expect("opened");
        let reader = datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(file).expect("Parquet");
        let wrong = |f: &&std::sync::Arc<datafusion::arrow::datatypes::Field>| !library::register::enters_library("calls", f.name());
        assert_eq!(reader.schema().fields().iter().find(wrong), None);
    }
    let people = serde_json::to_value(&made.release.people).expect("JSON");
    for person in people.as_array().expect("people") {
        let wrong = person.as_object().expect("a person").keys().find(|name| !library::register::enters_library("people", name));
        assert_eq!(wrong, None);
    }
}

#[tokio::test]
async fn a_workspace_reads_its_tables_and_nothing_else() {
    let made = Made::new().await;
    let everybody = everybody();
    let few = Scope::of(1..=100);
    let counted = "SELECT SUM(carriers) AS c, SUM(alleles) AS a FROM variants WHERE gene = 'SCN1A'";
    let by_person = "SELECT COUNT(*) AS c, SUM(copies) AS a FROM calls WHERE gene = 'SCN1A'";
    for scope in [&everybody, &few, &Scope::default()] {
        let count = made.sql(scope, counted).await;
        assert!(count == made.sql(scope, by_person).await || (scope.is_empty() && !count.starts_with("refused")), "{count}");
    }
    let told = made.sql(&everybody, "SELECT gene, COUNT(DISTINCT person) AS n FROM calls GROUP BY gene ORDER BY gene").await;
    assert!(told.contains("| COMMON1 | 400 |") && told.contains("| SCN1A   | "), "{told}");
    for (sql, says) in [
        ("CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '/etc/passwd'", "DDL"),
        ("COPY calls TO '/tmp/out.csv'", "DML"),
        ("INSERT INTO people SELECT * FROM people", "DML"),
        ("SET datafusion.catalog.information_schema = true", "Statement"),
        ("SELECT * FROM information_schema.tables", "not found"),
        ("SELECT no FROM calls", "No field named"),
        ("SELECT one FROM calls", "No field named"),
        ("SELECT * FROM '/etc/passwd'", "not found"),
        ("SELECT * FROM read_csv('/etc/passwd')", "not found"),
        ("SELECT * FROM read_parquet('/etc/passwd')", "not found"),
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
    let again: Vec<Call> = (1..65).flat_map(calls).collect();
    made.library.add(&again).await.expect("added");
    assert_eq!(made.library.manifest().await.expect("read").runs, manifest.runs);
    let folder = made.folder.path().join("calls");
    std::fs::write(folder.join("half.parquet"), "PAR1").expect("written");
    let [long_ago, later] = [-3600, 3600].map(|s| jiff::Timestamp::now() + jiff::SignedDuration::from_secs(s));
    assert_eq!(made.library.sweep(long_ago).await.expect("swept"), 0, "it may be being written");
    assert_eq!(made.library.sweep(later).await.expect("swept"), 1, "what no manifest names is nobody's");
    let victim = folder.join(&manifest.runs[0].files[0].name);
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
