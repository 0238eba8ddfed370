//! Every column of the schema says whose business it is.

use super::*;

/// Table and column of everything that the statements make.
fn made() -> Vec<(String, String)> {
    let mut made = Vec::new();
    for statement in VERSIONS.concat() {
        let tokens: Vec<&str> = statement.split_whitespace().collect();
        match tokens[..] {
            ["ALTER", "TABLE", table, "ADD", "COLUMN", column, ..] => made.push((table.to_owned(), column.to_owned())),
            ["DROP", "TABLE", _, _, table] => made.retain(|(name, _): &(String, String)| name != table),
            ["CREATE", "TABLE", _, _, _, table, ..] => {
                let body = &statement[statement.find('(').expect("columns") + 1..];
                let body = body.split(" PRIMARY KEY (").next().expect("a body").split("UNIQUE (").next().expect("a body");
                let columns = body.split(',').filter_map(|c| c.split_whitespace().next());
                made.extend(columns.filter(|c| !["PRIMARY", ")"].contains(c)).map(|c| (table.to_owned(), c.to_owned())));
            }
            _ => {}
        }
    }
    made
}

#[test]
fn every_column_of_the_schema_is_in_the_register() {
    let mut registered: Vec<(String, String)> = COLUMNS.iter().map(|(t, c, _)| ((*t).to_owned(), (*c).to_owned())).collect();
    let mut made = made();
    registered.sort();
    made.sort();
    assert_eq!(made, registered);
    assert!(COLUMNS.iter().all(|(.., class)| ["identifying", "clinical", "research", "never"].contains(class)));
}
