//! Reading the tables of facts that are part of the program.

/// Rows of a tab-separated table without its header.
pub(crate) fn rows<const N: usize>(text: &'static str) -> impl Iterator<Item = [&'static str; N]> {
    let row =
        |line: &'static str| line.split('\t').collect::<Vec<_>>().try_into().expect("the table is part of the program and a test reads it");
    text.lines().skip(1).map(row)
}

/// Parts of a column that lists several, with commas between them.
pub(crate) fn listed(text: &'static str) -> Vec<&'static str> {
    text.split(", ").filter(|part| !part.is_empty()).collect()
}
