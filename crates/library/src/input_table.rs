//! Tables that come into a workspace: looked at when they are handed in, and again when a query is given them.

/// Tables that are there always: what comes in has another name.
pub const OWN_TABLES: [&str; 4] = ["calls", "variants", "people", "features"];
/// Characters of a name at most.
const NAME_CHARACTERS_MAX: usize = 40;

/// A table that comes in: every column as text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InputTable {
    /// Name, as a query calls it.
    pub name: String,
    /// Columns: name, and a cell for each line.
    pub columns: Vec<(String, Vec<String>)>,
}

impl InputTable {
    /// A table by its name and CSV with a header. What is wrong is said with its line.
    pub fn read(name: &str, csv: &[u8]) -> Result<InputTable, String> {
        check_name(name)?;
        let mut reader = csv::Reader::from_reader(csv);
        let header = reader.headers().map_err(|why| why.to_string())?.clone();
        let mut names: Vec<&str> = header.iter().collect();
        names.sort_unstable();
        if header.is_empty() || names.iter().any(|name| name.trim().is_empty()) || names.windows(2).any(|two| two[0] == two[1]) {
            return Err("The first line names the columns, each by a name of its own".into());
        }
        let mut columns: Vec<(String, Vec<String>)> = header.iter().map(|name| (name.trim().to_owned(), vec![])).collect();
        for record in reader.records() {
            let record = record.map_err(|why| why.to_string())?;
            for ((_, cells), cell) in columns.iter_mut().zip(&record) {
                cells.push(cell.to_owned());
            }
        }
        Ok(InputTable { name: name.to_owned(), columns })
    }
}

fn check_name(name: &str) -> Result<(), String> {
    let is_name = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.len() <= NAME_CHARACTERS_MAX
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if is_name && !OWN_TABLES.contains(&name) {
        return Ok(());
    }
    Err(format!("'{name}' is no name for a table: take small letters, digits and _, and none of {}", OWN_TABLES.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_read_or_what_is_wrong_is_named() {
        let table = InputTable::read("scores", b"gene, score\nHMGCS2,0.9\n").expect("a table");
        assert_eq!(table.columns, [("gene".to_owned(), vec!["HMGCS2".to_owned()]), ("score".into(), vec!["0.9".into()])]);
        for (name, csv, says) in [
            ("calls", &b"gene\n"[..], "is no name for a table"),
            ("../scores", b"gene\n", "is no name for a table"),
            ("Scores", b"gene\n", "is no name for a table"),
            ("scores", b"gene,gene\n", "by a name of its own"),
            ("scores", b"gene,\n", "by a name of its own"),
            ("scores", b"gene,score\nHMGCS2\n", "line: 2"),
            ("scores", b"gene\n\xff\xfe\n", "UTF-8"),
            ("scores", b"", "names the columns"),
        ] {
            let why = InputTable::read(name, csv).expect_err("refused");
            assert!(why.contains(says), "{why}");
        }
    }
}
