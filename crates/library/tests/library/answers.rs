//! Answers against a plain count, from held blocks, from a plan, and in a workspace.

use super::*;

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

/// Each question of the file with its answer, of everybody and as if nothing had been told before. A new question is a new line
/// that begins with `?`; `UPDATE_EXPECT=1` writes its answer.
#[tokio::test]
async fn questions_in_a_text_file_are_answered_as_it_says() {
    let made = Made::new().await;
    let mut told = String::new();
    for text in include_str!("questions.txt").lines().filter_map(|line| line.strip_prefix("? ")) {
        told.push_str(&format!("? {text}\n"));
        let question = match text.parse::<Question>() {
            Ok(question) => question,
            Err(why) => {
                told.push_str(&format!("  not understood: {why}\n"));
                continue;
            }
        };
        let answer = ask::ask(&made.library, &made.release, &everybody(), &mut Told::default(), &checked(&question.to_string())).await;
        told.push_str(&match answer {
            Ok(answer) => lines(&answer),
            Err(why) => format!("  refused: {why}\n"),
        });
    }
    expect_test::expect_file!["questions.txt"].assert_eq(&told);
}

fn lines(answer: &Answer) -> String {
    let mut lines = format!("  people {}\n", answer.cohort.words());
    let mut add = |name: &str, told: String| lines.push_str(&format!("  {name} {told}\n"));
    let alone = [("carriers", answer.carriers), ("alleles", answer.alleles)].into_iter().filter_map(|(name, count)| Some((name, count?)));
    for (name, count) in alone.chain(answer.groups.iter().map(|(name, count)| (name.as_str(), *count))) {
        add(name, count.words());
    }
    if let Some(burden) = &answer.burden {
        add("cases", format!("{} of {}", burden.cases[1].words(), burden.cases[0].words()));
        add("controls", format!("{} of {}", burden.controls[1].words(), burden.controls[0].words()));
        add("p", burden.p.map_or("not told".into(), |p| format!("{p:.2e}")));
    }
    lines
}

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

pub async fn of_every_question(library: &Library, release: &Release) -> Vec<Answer> {
    let mut answers = Vec::new();
    for text in QUESTIONS {
        answers.push(ask::ask(library, release, &everybody(), &mut Told::default(), &checked(text)).await.expect("answered"));
    }
    answers
}

/// Everybody up to 300 was read; every fourth of them not from 900 to 1,100, and one in ten not over the end of a bin.
async fn with_gaps(library: &Library) {
    for from in (1..=PEOPLE).step_by(50) {
        let mut adding = library.adding();
        adding.take(&(from..from + 50).flat_map(calls).collect::<Vec<_>>()).await.expect("taken");
        let contig = "2".parse().expect("a contig");
        for person in (from..from + 50).filter(|no| *no <= 300).map(PersonNo) {
            adding.read(person);
            let gap = |is: bool, from, to| is.then_some(Gap { person, contig, from, to });
            let gaps = [gap(person.0.is_multiple_of(4), 900, 1_100), gap(person.0.is_multiple_of(10), 4_999_000, 5_001_000)];
            adding.gaps(&gaps.into_iter().flatten().collect::<Vec<_>>()).await.expect("taken");
        }
        adding.finish().await.expect("added");
    }
}

#[tokio::test]
async fn where_nobody_looked_it_is_not_said_that_nothing_was_seen() {
    let folder = tempfile::tempdir().expect("a folder");
    let library = Library::open(folder.path().to_str().expect("a path")).expect("opened");
    with_gaps(&library).await;
    let release = library.release("1", jiff::Timestamp::UNIX_EPOCH, (1..=PEOPLE).map(person).collect(), [7; 32]).await.expect("made");
    let tenths = async |text: &str| {
        let asked = checked(text);
        ask::ask(&library, &release, &everybody(), &mut Told::default(), &asked).await.expect("answered").read_tenths
    };
    for compacted in [false, true] {
        if compacted {
            for no in PEOPLE + 1..PEOPLE + 65 {
                library.add(&calls(no)).await.expect("added");
            }
            assert!(library.compact().await.expect("put together"));
        }
        assert_eq!(tenths("people").await, None);
        assert_eq!(tenths("seen 2-3000-A-T").await, Some(7), "300 of 400");
        assert_eq!(tenths("seen 2-900-A-G").await, Some(5), "225 of 400");
        // Of 100 who were not read there, who carries it was read all the same.
        assert_eq!(tenths("alleles of 2-1000-A-T").await, Some(7), "225, and 58 of the others who carry it");
        for edge in ["4999000", "4999999", "5000000", "5001000"] {
            assert_eq!(tenths(&format!("seen 2-{edge}-A-T")).await, Some(6), "270 of 400 at {edge}");
        }
        assert_eq!(tenths("seen 2-5001001-A-T").await, Some(7));
        assert_eq!(tenths("seen 3-900-A-T").await, Some(7), "on another contig");
    }
    // Who withdraws is in no gap either.
    library.purge(&[PersonNo(20)]).await.expect("purged");
    let manifest = library.manifest().await.expect("read");
    assert!(manifest.runs.iter().all(|run| !run.read.contains(&PersonNo(20))));
    assert_eq!(library.verify().await.expect("read"), Vec::<String>::new());
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
async fn a_question_of_too_much_is_refused_before_it_is_read() {
    let genes: Vec<String> = (0..51).map(|n| format!("in GENE{n}")).collect();
    let refused = format!("carriers {}", genes.join(" ")).parse::<Question>().expect_err("refused");
    assert!(refused.to_string().contains("at most 50 genes"), "{refused}");
}
