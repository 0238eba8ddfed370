//! Why a query is not run, with what to write instead.

use datafusion::error::DataFusionError;

/// Why a query is not run.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub(crate) enum Refusal {
    #[error(
        "The query shows rows of people, and only counts of groups are shown here. Count people in groups, such as: SELECT gene, COUNT(DISTINCT person) AS people FROM calls GROUP BY gene"
    )]
    Rows,
    #[error(
        "Before people are counted, the query leaves out whose the rows are, or adds rows that are nobody's. Keep the column person of every table up to where you count, such as: SELECT n, COUNT(*) AS people FROM (SELECT person, COUNT(*) AS n FROM calls GROUP BY person) GROUP BY n"
    )]
    Nobody,
    #[error(
        "{0} over people would show what one of them has. Use COUNT, COUNT(DISTINCT …), SUM, AVG, STDDEV, VAR, MEDIAN, CORR or APPROX_DISTINCT, such as: SELECT gene, COUNT(DISTINCT person) AS people FROM calls GROUP BY gene"
    )]
    Function(String),
    #[error(
        "{0} takes a quantity as it stands in a table (copies, frequency, impact, born_from) or a count for each person, not what a query makes of it. Count people who fit a condition instead, such as: SELECT COUNT(DISTINCT person) FILTER (WHERE copies = 2) AS people FROM calls"
    )]
    Argument(String),
    #[error(
        "After this join or union somebody may have more rows than the tables give them, so that rows are not counted or added up. Count people, such as: SELECT term, COUNT(DISTINCT c.person) AS people FROM calls c JOIN features f ON c.person = f.person GROUP BY term"
    )]
    Multiplied,
    #[error(
        "person and family are counted, grouped by, and compared with person and family of another table, and nothing else: a query singles nobody out. Choose people by what they have, such as: SELECT COUNT(*) AS people FROM people WHERE person IN (SELECT person FROM features WHERE term = 'HP:0001250' AND present)"
    )]
    Name,
    #[error(
        "A query within a query compares its person with that of the row outside, and nothing else of it, such as: SELECT COUNT(DISTINCT c.person) AS people FROM calls c WHERE EXISTS (SELECT 1 FROM features f WHERE f.person = c.person AND f.present)"
    )]
    Outer,
    #[error(
        "A query within a query, or a table that rows are looked up in, shows groups, or people in WHERE by their person, such as: SELECT COUNT(*) AS people FROM people WHERE person NOT IN (SELECT person FROM features WHERE term = 'HP:0001250')"
    )]
    Within,
    #[error(
        "LIMIT and OFFSET would choose single people. Use them on counts, such as: SELECT gene, COUNT(DISTINCT person) AS people FROM calls GROUP BY gene ORDER BY people DESC LIMIT 10"
    )]
    Cut,
    #[error(
        "Window functions and UNNEST number or repeat rows of single people. Use them on counts, such as: SELECT gene, people, RANK() OVER (ORDER BY people DESC) FROM (SELECT gene, COUNT(DISTINCT person) AS people FROM calls GROUP BY gene)"
    )]
    Window,
    #[error(
        "ROLLUP, CUBE and GROUPING SETS give parts and their whole, from which what is left out would follow. Group once, such as: SELECT sex, ancestry, COUNT(*) AS people FROM people GROUP BY sex, ancestry"
    )]
    Sets,
    #[error("How a query runs tells how many rows there are. The tables and their columns are explained on the project's page")]
    Explained,
    #[error("The query repeats itself too often. Make it shorter")]
    TooLong,
    #[error(
        "A query here is made of SELECT, JOIN, WHERE, GROUP BY, HAVING, UNION, ORDER BY and queries within, without RECURSIVE and DISTINCT ON, such as: SELECT gene, COUNT(DISTINCT person) AS people FROM calls GROUP BY gene"
    )]
    Unknown,
}

impl From<Refusal> for DataFusionError {
    fn from(refusal: Refusal) -> DataFusionError {
        DataFusionError::External(Box::new(refusal))
    }
}
