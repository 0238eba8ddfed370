//! Answers against a plain count.

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
    let counts: Vec<Count> = by_sex.groups.iter().map(|(_, count)| *count).collect();
    assert_eq!(counts, [Count::Hidden, Count::Few], "33 women of 36 carriers would tell of three men");
    let answer = made.alone(&everybody, "carriers in SCN1A by sex").await.expect("answered");
    let female = count(|no| no.is_multiple_of(2) && (no.is_multiple_of(3) || no.is_multiple_of(7)));
    assert_eq!(answer.groups[0], ("female".to_owned(), female));
    let answer = made.alone(&everybody, "carriers protein-changing AF < 0.1 % in SCN1A in COMMON1").await.expect("answered");
    assert_eq!(answer.carriers, Some(count(|no| no.is_multiple_of(3) || no.is_multiple_of(7))), "the common one is no rare one");
    let answer = made.alone(&everybody, "compound heterozygotes in SCN1A").await.expect("answered");
    assert_eq!(answer.carriers, Some(count(|no| no.is_multiple_of(21) || (no.is_multiple_of(7) && no.is_multiple_of(2)))));
    let answer = made.alone(&everybody, "alleles of 2-2000-A-T").await.expect("answered");
    let copies: u64 = (1..=PEOPLE).filter(|no| no.is_multiple_of(7)).map(|no| if no.is_multiple_of(2) { 2 } else { 1 }).sum();
    assert_eq!(answer.alleles, Some(Count::rounded(copies)));
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

/// Each question of the file with its answer, of everybody and as if nothing had been told before. A new question is a new line
/// that begins with `?`; `UPDATE_EXPECT=1` writes its answer.
#[tokio::test]
async fn questions_in_a_text_file_are_answered_as_it_says() {
    let made = Made::new().await;
    let mut answers = String::new();
    for text in include_str!("questions.txt").lines().filter_map(|line| line.strip_prefix("? ")) {
        answers.push_str(&format!("? {text}\n"));
        let question = match text.parse::<Question>() {
            Ok(question) => question,
            Err(why) => {
                answers.push_str(&format!("  not understood: {why}\n"));
                continue;
            }
        };
        let answer =
            ask::ask(&made.library, &made.release, &everybody(), &mut DisclosureLedger::default(), &checked(&question.to_string())).await;
        answers.push_str(&match answer {
            Ok(answer) => lines(&answer),
            Err(why) => format!("  refused: {why}\n"),
        });
    }
    expect_test::expect_file!["questions.txt"].assert_eq(&answers);
}

fn lines(answer: &Answer) -> String {
    let mut lines = format!("  people {}\n", answer.cohort.whole_label());
    let mut add = |name: &str, count: String| lines.push_str(&format!("  {name} {count}\n"));
    let alone = [("carriers", answer.carriers), ("alleles", answer.alleles)].into_iter().filter_map(|(name, count)| Some((name, count?)));
    for (name, count) in alone.chain(answer.groups.iter().map(|(name, count)| (name.as_str(), *count))) {
        add(name, count.label());
    }
    if !answer.variants.is_empty() {
        add("variants", answer.variants.join(" "));
    }
    if let Some(burden) = &answer.burden {
        add("cases", format!("{} of {}", burden.cases[1].label(), burden.cases[0].whole_label()));
        add("controls", format!("{} of {}", burden.controls[1].label(), burden.controls[0].whole_label()));
        add("p", burden.p.map_or("not told".into(), |p| format!("{p:.2e}")));
    }
    lines
}

/// A variant that fewer than five people carry is not there, however a stretch is cut: else the answer that turns from no to yes with
/// one base more would find the one person who carries what lies on it.
#[tokio::test]
async fn a_stretch_that_grows_base_by_base_finds_nobody() {
    let folder = tempfile::tempdir().expect("a folder");
    let library = Library::open(folder.path().to_str().expect("a path")).expect("opened");
    let rare = (1..=4).map(|no| call(no, 1000 + no, "SCN1A", genome::consequence::Impact::High, None, 1));
    let common = (1..=40).map(|no| call(no, 1010, "SCN1A", genome::consequence::Impact::High, None, 1));
    let last = call(5, 1005, "SCN1A", genome::consequence::Impact::High, None, 1);
    library.add(&rare.chain(common).chain([last]).collect::<Vec<_>>()).await.expect("added");
    let people = (1..=PEOPLE).map(person).collect();
    let release = library.release("2026-11-29.1", jiff::Timestamp::UNIX_EPOCH, people, [7; 32]).await.expect("released");
    for to in 1001..1012 {
        let text = format!("variants at 2:1001-{to}");
        let answer = ask::ask(&library, &release, &everybody(), &mut DisclosureLedger::default(), &checked(&text)).await.expect("answered");
        let expected: &[String] = if to >= 1010 { &["2-1010-A-T".to_owned()] } else { &[] };
        assert_eq!(answer.variants, expected, "{text}");
        assert_eq!(answer.carriers, Some(if to >= 1010 { Count::About(40) } else { Count::Few }), "{text}");
    }
}

pub async fn of_every_question(library: &Library, release: &Release) -> Vec<Answer> {
    let mut answers = Vec::new();
    for text in QUESTIONS {
        answers.push(ask::ask(library, release, &everybody(), &mut DisclosureLedger::default(), &checked(text)).await.expect("answered"));
    }
    answers
}

/// Everybody up to 300 was read; every fourth of them not from 900 to 1,100, and one in ten not over the end of a bin.
async fn with_gaps(library: &Library) {
    for from in (1..=PEOPLE).step_by(50) {
        let mut adding = library.adding();
        adding.take((from..from + 50).flat_map(calls).collect()).await.expect("taken");
        let contig = "2".parse().expect("a contig");
        for person in (from..from + 50).filter(|no| *no <= 300).map(PersonNo) {
            adding.read(person);
            let gap = |is: bool, from, to| is.then_some(Gap { person, contig, from, to });
            let gaps = [gap(person.0.is_multiple_of(4), 900, 1_100), gap(person.0.is_multiple_of(10), 4_999_000, 5_001_000)];
            adding.gaps(gaps.into_iter().flatten().collect()).await.expect("taken");
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
        let question = checked(text);
        ask::ask(&library, &release, &everybody(), &mut DisclosureLedger::default(), &question).await.expect("answered").read_tenths
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
async fn a_question_of_too_much_is_refused_before_it_is_read() {
    let genes: Vec<String> = (0..51).map(|n| format!("in GENE{n}")).collect();
    let refused = format!("carriers {}", genes.join(" ")).parse::<Question>().expect_err("refused");
    assert!(refused.to_string().contains("at most 50 genes"), "{refused}");
}
