//! Queries that would tell of one person, and honest ones that must go on to be answered.

use super::*;
use genome::consequence::Impact;
use library::{input_table::InputTable, program::QueryError};
use std::collections::BTreeMap;

/// What a query gives over the made-up people, beside a table of scores that came in.
async fn answer(made: &Made, sql: &str) -> String {
    let scores = "gene,score,person,weight\nCOMMON1,0.9,P-000000000000,1\nSCN1A,0.4,P-000000000001,1000000\n";
    let inputs = vec![InputTable::read("scores", scores.as_bytes()).expect("a table")];
    let workspace = Workspace { scope: everybody(), inputs, ..Workspace::default() };
    match workspace::run_in(&made.library, &made.release, workspace, sql).await {
        Ok(rows) => rows.table,
        Err(QueryError::Refused(why)) => format!("refused: {why}"),
        Err(QueryError::Fault(fault)) => format!("fault: {fault:#}"),
    }
}

/// Numbers in an answer.
fn numbers(table: &str) -> Vec<u64> {
    table.split(|c: char| !c.is_ascii_digit()).filter_map(|digits| digits.parse().ok()).collect()
}

async fn refused(made: &Made, queries: &[&str]) {
    for sql in queries {
        let answer = answer(made, sql).await;
        assert!(answer.starts_with("refused: "), "{sql}: {answer}");
        assert!(!answer.contains("P-") && !answer.contains("External"), "{sql}: {answer}");
    }
}

#[tokio::test]
async fn rows_of_people_are_shown_in_no_nesting() {
    let made = Made::new().await;
    refused(
        &made,
        &[
            "SELECT * FROM calls",
            "SELECT * FROM people",
            "SELECT * FROM datafusion.public.people",
            "SELECT gene FROM calls LIMIT 1",
            "SELECT 1 FROM features",
            "SELECT DISTINCT gene FROM calls",
            "WITH people AS (SELECT * FROM features) SELECT * FROM people",
            "WITH a AS (SELECT * FROM calls), b AS (SELECT * FROM a) SELECT gene FROM b",
            "SELECT gene FROM scores UNION ALL SELECT gene FROM calls",
            "SELECT gene FROM calls INTERSECT SELECT gene FROM scores",
            "SELECT s.gene FROM scores s JOIN calls c ON c.gene = s.gene",
            "SELECT (SELECT string_agg(person, ',') FROM people)",
            "SELECT string_agg(person, ',') FROM people",
            "SELECT array_agg(position) FROM calls GROUP BY gene",
            "SELECT x FROM (SELECT string_agg(gene, ',') AS x FROM calls) AS y",
            "WITH a AS (SELECT array_agg(consequence) AS x FROM calls) SELECT * FROM a UNION ALL SELECT * FROM a",
            "SELECT COUNT(*) FROM scores HAVING (SELECT MAX(born_from) FROM people) > 1900",
            "SELECT gene FROM scores ORDER BY (SELECT MIN(position) FROM calls)",
            "SELECT person, COUNT(*) FROM calls GROUP BY person",
            "SELECT person, gene, COUNT(*) FROM calls GROUP BY person, gene",
            "SELECT * FROM (SELECT person, COUNT(*) AS n FROM calls GROUP BY person) ORDER BY n LIMIT 1",
            "SELECT family, COUNT(*) FROM people GROUP BY family",
            "SELECT a.person FROM calls a CROSS JOIN people",
            "EXPLAIN SELECT * FROM people",
            "EXPLAIN ANALYZE SELECT COUNT(*) FROM people",
            "TABLE people",
        ],
    )
    .await;
}

#[tokio::test]
async fn no_function_shows_the_value_of_one_person() {
    let made = Made::new().await;
    refused(
        &made,
        &[
            "SELECT MIN(born_from) FROM people",
            "SELECT gene, MAX(position) FROM calls GROUP BY gene",
            "SELECT first_value(person ORDER BY person) FROM people",
            "SELECT last_value(gene) FROM calls",
            "SELECT nth_value(gene, 2) FROM calls",
            "SELECT any_value(gene) FROM calls",
            "SELECT bit_xor(position) FROM calls",
            "SELECT bool_or(solved) FROM people",
            "SELECT approx_percentile_cont(born_from, 0.01) FROM people",
            "SELECT row_number() OVER (ORDER BY person) FROM people",
            "SELECT COUNT(*) FROM (SELECT person, row_number() OVER (ORDER BY person) AS n FROM people) WHERE n = 1",
            "SELECT COUNT(DISTINCT person) FROM (SELECT person FROM people ORDER BY person LIMIT 6 OFFSET 3)",
            "SELECT COUNT(DISTINCT person) FROM people WHERE person IN (SELECT person FROM people LIMIT 7)",
            "SELECT COUNT(*) FROM (SELECT DISTINCT ON (sex) * FROM people ORDER BY sex, person)",
            "SELECT sex, COUNT(*) FROM people GROUP BY ROLLUP (sex)",
            "SELECT COUNT(*) FROM (SELECT person, unnest(make_array(1, 2)) FROM people)",
            "WITH RECURSIVE r AS (SELECT person, 1 AS n FROM people UNION ALL SELECT person, n + 1 FROM r WHERE n < 3) \
             SELECT COUNT(*) FROM r",
        ],
    )
    .await;
}

#[tokio::test]
async fn nobody_is_singled_out_by_name() {
    let made = Made::new().await;
    let name = made.release.pseudonym("", library::PersonNo(21));
    let queries = [
        "SELECT COUNT(*) FROM calls WHERE person = 'NAME'",
        "SELECT COUNT(*) FROM calls WHERE person IN ('NAME')",
        "SELECT gene, COUNT(DISTINCT person) FROM calls WHERE person <> 'NAME' GROUP BY gene",
        "SELECT COUNT(*) FILTER (WHERE person = 'NAME') FROM calls",
        "SELECT SUM(CASE WHEN person = 'NAME' THEN 1000000 * copies ELSE copies END) FROM calls",
        "SELECT gene, COUNT(DISTINCT person) FROM calls WHERE gene IN (SELECT gene FROM calls WHERE person = 'NAME') GROUP BY gene",
        "SELECT COUNT(*) FROM people p JOIN (VALUES ('NAME')) v(name) ON p.person = v.name",
        "SELECT COUNT(*) FROM people WHERE person LIKE 'P-00%'",
        "SELECT COUNT(*) FROM people WHERE substr(person, 3, 1) = '0'",
        "SELECT COUNT(*) FROM people WHERE person < 'P-4'",
        "SELECT COUNT(DISTINCT person) FROM (SELECT concat(person, '') AS n, person FROM people) WHERE n < 'P-4'",
        "SELECT COUNT(*) FROM people WHERE CAST(family AS VARCHAR) LIKE 'F-0%'",
        "SELECT COUNT(*) FROM people p JOIN scores s ON p.person = s.person",
        "SELECT COUNT(*) FROM people WHERE person IN (SELECT person FROM scores)",
        "SELECT COUNT(*) FROM people p WHERE EXISTS (SELECT 1 FROM scores s WHERE s.person = p.person)",
        "SELECT MIN(person) FROM people GROUP BY sex",
    ]
    .map(|sql| sql.replace("NAME", &name));
    refused(&made, &queries.iter().map(String::as_str).collect::<Vec<_>>()).await;
}

#[tokio::test]
async fn a_group_is_not_made_to_look_larger_than_it_is() {
    let made = Made::new().await;
    refused(
        &made,
        &[
            // Another column under the name.
            "SELECT gene, COUNT(DISTINCT person) FROM (SELECT gene, CAST(position AS VARCHAR) AS person FROM calls) GROUP BY gene",
            "SELECT COUNT(*) FROM (SELECT 'x' AS person, gene FROM calls)",
            // People beside people: a row is of both.
            "SELECT x.sex, COUNT(*) FROM (SELECT a.sex, b.person FROM people a CROSS JOIN people b WHERE a.born_from = 1985) x \
             GROUP BY x.sex",
            // Names that are nobody's.
            "SELECT gene, COUNT(DISTINCT person) FROM (SELECT gene, person FROM calls UNION ALL SELECT gene, person FROM scores) \
             GROUP BY gene",
            "SELECT gene, COUNT(DISTINCT person) FROM (SELECT gene, person FROM calls UNION ALL VALUES ('SCN1A', 'P-1')) GROUP BY gene",
            // What others are chosen by tells of others.
            "SELECT COUNT(DISTINCT person) FROM calls WHERE gene IN (SELECT gene FROM calls WHERE copies = 2)",
            "SELECT COUNT(DISTINCT person) FROM calls WHERE position = (SELECT position FROM calls WHERE copies = 2)",
            "SELECT COUNT(DISTINCT c.person) FROM calls c WHERE EXISTS (SELECT 1 FROM features f WHERE f.term = c.gene)",
            "SELECT COUNT(DISTINCT c.person) FROM calls c WHERE EXISTS (SELECT 1 FROM features f WHERE f.person = c.person OR f.present)",
            "SELECT gene FROM scores WHERE gene IN (SELECT gene FROM calls)",
            "SELECT gene, EXISTS (SELECT 1 FROM people WHERE born_from = 1985) FROM scores",
            "SELECT s.gene, x.n FROM scores s CROSS JOIN LATERAL (SELECT COUNT(*) AS n FROM calls c WHERE c.gene = s.gene) x",
        ],
    )
    .await;
    // Of people beside people, those who are fewest count.
    let few = "SELECT a.ancestry, COUNT(DISTINCT b.person) AS n FROM (SELECT p.* FROM people p JOIN features f ON p.person = f.person \
               WHERE f.term = 'HP:0007359' AND p.solved) a CROSS JOIN people b GROUP BY a.ancestry";
    let table = answer(&made, few).await;
    assert!(!table.starts_with("refused") && numbers(&table).is_empty(), "two people of one kind, beside four hundred: {table}");
}

#[tokio::test]
async fn rows_of_one_person_are_not_written_into_a_number() {
    let made = Made::new().await;
    refused(
        &made,
        &[
            "SELECT SUM(CASE WHEN solved AND born_from = 2000 THEN 1000000 ELSE 1 END) FROM people",
            "SELECT AVG(born_from * 1000000) FROM people",
            "SELECT SUM(n) FROM (SELECT person, SUM(CASE WHEN gene = 'SCN1A' THEN 1000000 * copies ELSE 1 END) AS n \
             FROM calls GROUP BY person)",
            "SELECT SUM(position) FROM calls",
            "SELECT SUM(CAST(s.weight AS BIGINT)) FROM calls c JOIN scores s ON c.gene = s.gene",
            "SELECT COUNT(*) FROM people JOIN generate_series(1, 100000) g(n) ON g.n <= CASE WHEN solved THEN 100000 ELSE 1 END",
            "SELECT COUNT(DISTINCT g.n) FROM people JOIN generate_series(1, 100000) g(n) ON g.n <= born_from",
            "WITH a AS (SELECT * FROM people UNION ALL SELECT * FROM people WHERE born_from = 1985) SELECT COUNT(*) FROM a",
            "SELECT COUNT(*) FROM calls a JOIN calls b ON a.person = b.person",
            "SELECT CORR(born_from, length(ancestry)) FROM people",
        ],
    )
    .await;
}

#[tokio::test]
async fn small_groups_are_left_out_and_numbers_are_rounded() {
    let made = Made::new().await;
    for (sql, shown) in [
        // 57 carry it.
        ("SELECT COUNT(DISTINCT person) AS n FROM calls WHERE position = 2000", vec![55]),
        ("SELECT COUNT(*) AS n FROM people WHERE born_from = 1985", vec![]),
        // Two have focal seizures and are solved.
        ("SELECT COUNT(*) AS n FROM people WHERE solved AND person IN (SELECT person FROM features WHERE term = 'HP:0007359')", vec![]),
        ("SELECT COUNT(*) FILTER (WHERE born_from < 1900) AS n, COUNT(*) AS whole FROM people", vec![400]),
        ("SELECT COUNT(CASE WHEN born_from < 1900 THEN 1 END) AS n, COUNT(*) AS whole FROM people", vec![400]),
        ("SELECT SUM(copies) AS n FROM calls WHERE position = 2000", vec![85]),
        ("SELECT COUNT(DISTINCT person) + COUNT(DISTINCT person) AS n FROM calls WHERE position = 2000", vec![110]),
        ("SELECT born_from, COUNT(*) AS n FROM people GROUP BY born_from", vec![2000, 400]),
    ] {
        let table = answer(&made, sql).await;
        assert!(!table.starts_with("refused"), "{sql}: {table}");
        assert_eq!(numbers(&table), shown, "{sql}: {table}");
    }
    // A key that is nearly everybody's own.
    let near = "SELECT contig, position, copies, COUNT(DISTINCT person) AS n FROM calls GROUP BY contig, position, copies";
    let table = answer(&made, near).await;
    assert!(numbers(&table).chunks(4).all(|row| row[3] >= 5 && row[3].is_multiple_of(5)), "{table}");
    // What stops a query says nothing of the row that did.
    let stopped = answer(&made, "SELECT COUNT(*) AS n FROM calls WHERE CAST(consequence AS INT) > 0").await;
    assert!(stopped.starts_with("refused: ") && !stopped.contains("stop_gained"), "{stopped}");
}

/// Cells of the lines of a table, the last as a number.
fn counts(table: &str) -> BTreeMap<String, u64> {
    let cells = |line: &str| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    let lines = table.lines().filter(|line| line.starts_with('|')).skip(1).map(cells);
    lines.filter_map(|cells| Some((cells.split_last()?.1.join(" "), cells.last()?.parse().ok()?))).collect()
}

/// Whatever people are chosen and grouped by: what is shown are the true groups of five or more, to the nearest five, and no others.
#[tokio::test]
async fn every_group_that_is_shown_is_of_five_people_or_more() {
    let made = Made::new().await;
    let mut left_out = 0;
    for keys in ["p.sex", "p.ancestry, p.solved", "c.position", "c.position, c.copies, p.sex", "p.solved, c.gene"] {
        for condition in ["true", "p.solved", "c.copies = 2", "f.term = 'HP:0007359'", "p.ancestry = 'AFR' AND p.sex = 'male'"] {
            let from = "people p JOIN calls c ON c.person = p.person LEFT JOIN features f ON f.person = p.person";
            let sql = format!("SELECT {keys}, COUNT(DISTINCT p.person) AS n FROM {from} WHERE {condition} GROUP BY {keys}");
            let [groups, rows] = [made.sql(&everybody(), &sql).await, made.rows(&everybody(), &sql).await];
            assert!(!groups.starts_with("refused"), "{sql}: {groups}");
            let (groups, mut exact) = (counts(&groups), counts(&rows));
            let all = exact.len();
            exact.retain(|_, people| *people >= 5);
            left_out += all - exact.len();
            for people in exact.values_mut() {
                *people = (*people + 2) / 5 * 5;
            }
            assert_eq!(groups, exact, "{sql}");
        }
    }
    assert!(left_out > 5, "{left_out} groups were left out");
}

#[tokio::test]
async fn variants_that_few_carry_are_not_there_and_others_are_rounded() {
    let made = Made::new().await;
    made.library.add(&[cohort::call(PEOPLE + 1, 3000, "SCN1A", Impact::High, None, 1)]).await.expect("added");
    let people = (1..=PEOPLE + 1).map(made::person).collect();
    let release = made.library.release("2026-11-22.2", jiff::Timestamp::UNIX_EPOCH, people, [8; 32]).await.expect("released");
    let all = Scope::new(1..=PEOPLE + 1);
    let table = sql(&made.library, &release, &all, "SELECT position, carriers, alleles FROM variants ORDER BY position").await;
    assert_eq!(numbers(&table), [500, 400, 400, 1000, 135, 135, 2000, 55, 85], "{table}");
    // Nor is the one who carries it told of by a mean or a sum of counts.
    let by_person = "(SELECT person, COUNT(*) FILTER (WHERE position = 3000) AS n FROM calls GROUP BY person)";
    let table = sql(&made.library, &release, &all, &format!("SELECT AVG(n) AS mean, SUM(n) AS all_of_them FROM {by_person}")).await;
    assert_eq!(numbers(&table), [0, 0], "{table}");
    let few = Scope::new(1..=27);
    let table = sql(&made.library, &release, &few, "SELECT position, carriers FROM variants ORDER BY position").await;
    assert_eq!(numbers(&table), [500, 25, 1000, 10], "three carry at 2000: {table}");
}

#[tokio::test]
async fn honest_queries_are_answered() {
    let made = Made::new().await;
    for (sql, shown) in [
        ("SELECT ancestry, COUNT(*) AS n FROM people GROUP BY ancestry ORDER BY ancestry", vec![100, 300]),
        ("SELECT gene, COUNT(DISTINCT person) AS n FROM calls GROUP BY gene ORDER BY n DESC LIMIT 1", vec![1, 400]),
        (
            "SELECT c.gene, p.sex, COUNT(DISTINCT c.person) AS n FROM calls c JOIN people p ON c.person = p.person \
             WHERE c.gene = 'COMMON1' GROUP BY c.gene, p.sex ORDER BY p.sex",
            vec![1, 200, 1, 200],
        ),
        (
            "SELECT p.sex, COUNT(*) AS n FROM calls c JOIN people p USING (person) WHERE gene = 'COMMON1' GROUP BY p.sex ORDER BY p.sex",
            vec![200, 200],
        ),
        // How many have one, two and three variants.
        (
            "SELECT n, COUNT(*) AS people FROM (SELECT person, COUNT(*) AS n FROM calls GROUP BY person) GROUP BY n ORDER BY n",
            vec![1, 230, 2, 150, 3, 20],
        ),
        ("SELECT AVG(n) AS mean FROM (SELECT person, COUNT(*) AS n FROM calls WHERE gene = 'COMMON1' GROUP BY person)", vec![1, 0]),
        (
            "SELECT f.term, COUNT(DISTINCT c.person) AS n FROM calls c JOIN features f ON c.person = f.person \
             WHERE f.present AND c.gene = 'COMMON1' GROUP BY f.term ORDER BY n DESC",
            vec![1250, 100, 7359, 10],
        ),
        (
            "SELECT s.score, COUNT(DISTINCT c.person) AS n FROM calls c JOIN scores s ON c.gene = s.gene \
             WHERE c.gene = 'COMMON1' GROUP BY s.score",
            vec![0, 9, 400],
        ),
        ("SELECT COUNT(DISTINCT c.person) AS n FROM calls c, people p WHERE c.person = p.person AND p.sex = 'female'", vec![200]),
        (
            "SELECT COUNT(*) AS n FROM people \
             WHERE person NOT IN (SELECT person FROM features WHERE term = 'HP:0001250' AND present)",
            vec![300],
        ),
        (
            "SELECT COUNT(*) AS n FROM people p \
             WHERE EXISTS (SELECT 1 FROM features f WHERE f.person = p.person AND f.term = 'HP:0001250')",
            vec![100],
        ),
        (
            "SELECT COUNT(DISTINCT a.person) AS n FROM calls a JOIN calls b ON a.person = b.person AND a.position < b.position \
             WHERE a.position = 500",
            vec![170],
        ),
        ("SELECT COUNT(DISTINCT person) * 100 / (SELECT COUNT(*) FROM people) AS share FROM calls WHERE gene = 'COMMON1'", vec![100]),
        (
            "SELECT gene, n, RANK() OVER (ORDER BY n DESC) AS place \
             FROM (SELECT gene, COUNT(DISTINCT person) AS n FROM calls GROUP BY gene) WHERE gene = 'COMMON1'",
            vec![1, 400, 1],
        ),
        ("SELECT gene, COUNT(DISTINCT person) AS n FROM calls GROUP BY gene HAVING COUNT(DISTINCT person) > 300", vec![1, 400]),
        ("SELECT AVG(born_from) AS mean, COUNT(*) AS n FROM people", vec![2000, 0, 400]),
        ("SELECT CASE WHEN born_from < 1990 THEN 'old' ELSE 'young' END AS age, COUNT(*) AS n FROM people GROUP BY 1", vec![400]),
        ("SELECT COUNT(*) AS n FROM scores", vec![2]),
        ("SELECT SUM(value) AS n FROM generate_series(1, 3)", vec![6]),
        ("SELECT gene, SUM(alleles) AS n FROM variants GROUP BY gene ORDER BY gene LIMIT 1", vec![1, 400]),
        (
            "SELECT COUNT(*) AS n FROM people \
             WHERE person IN (SELECT person FROM calls WHERE gene = 'SCN1A' GROUP BY person HAVING COUNT(*) > 1)",
            vec![20],
        ),
    ] {
        let table = answer(&made, sql).await;
        assert!(!table.starts_with("refused") && !table.starts_with("fault"), "{sql}: {table}");
        assert_eq!(numbers(&table), shown, "{sql}: {table}");
    }
}

#[tokio::test]
async fn rows_are_shown_where_the_site_lets_them_be_seen() {
    let made = Made::new().await;
    let workspace = Workspace { scope: everybody(), project: "one".into(), shown: Shown::Rows, ..Workspace::default() };
    let rows = workspace::run_in(&made.library, &made.release, workspace, "SELECT person FROM people ORDER BY born_from, person").await;
    let rows = rows.expect("at such a desk");
    assert!(rows.rows == 400 && rows.table.contains(&made.release.pseudonym("one", library::PersonNo(21))), "{}", rows.table);
}
