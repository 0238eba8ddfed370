//! Small numbers that follow from large ones: a whole and its part, a total and its parts with one left out, the same group counted twice.
//!
//! Every cell that counts people counts a group, which the words of its row's labels and of its column's name narrow. Where the words of
//! one are all among those of another, the second is a part of the first, and their difference is a count as any other is (Safe Data
//! Access Professionals, "Handbook on Statistical Disclosure Control for Outputs", 1.0, 2019: secondary disclosure, differencing).

use super::{
    CELL_MIN, Finding, Rule, cells, is_small, number,
    table::{self, Cell, Table},
    vocabulary::{self, Meaning},
};
use std::collections::BTreeMap;

/// A group that a table counts.
struct Group<'t> {
    table: &'t Table,
    column: usize,
    cell: &'t Cell,
    count: u64,
}

/// Groups of a table by the terms that narrow them; none where two cells count the same.
type Groups<'t> = BTreeMap<Vec<String>, Option<Group<'t>>>;

/// Terms beyond which not every wider group is looked up.
const TERMS_MAX: usize = 5;
/// Counts of the same group in other tables that a part is compared with.
const SAME_MAX: usize = 8;
/// Tables that are compared with each other.
const TABLES_MAX: usize = 40;
/// Rows of totals in a table that are compared with their parts.
const TOTALS_MAX: usize = 30;

/// Findings between the cells of all tables.
pub(super) fn look(tables: &[Table]) -> Vec<Finding> {
    let all: Vec<Groups> = tables.iter().map(groups).collect();
    let mut everywhere: BTreeMap<&[String], Vec<&Group>> = BTreeMap::new();
    for (terms, group) in all.iter().flatten().filter_map(|(terms, group)| Some((terms, group.as_ref()?))) {
        let same = everywhere.entry(terms).or_default();
        if same.len() < SAME_MAX {
            same.push(group);
        }
    }
    let mut found = Vec::new();
    for (index, groups) in all.iter().enumerate() {
        for (terms, part) in groups.iter().filter_map(|(terms, group)| Some((terms, group.as_ref()?))) {
            for wider in wider(terms) {
                let wholes: Vec<&Group> = match groups.get(&wider) {
                    Some(own) => own.iter().collect(),
                    None => everywhere.get(wider.as_slice()).cloned().unwrap_or_default(),
                };
                found.extend(wholes.into_iter().filter_map(|whole| difference(whole, part)));
            }
        }
        found.extend(all.iter().skip(index + 1).take(TABLES_MAX).flat_map(|other| counted_twice(groups, other)));
    }
    for table in tables {
        let transposed = table.transposed();
        found.extend([table, &transposed].into_iter().flat_map(|table| rests(table).into_iter().chain(versions(table))));
    }
    found
}

fn groups(table: &Table) -> Groups<'_> {
    let meanings = table.meanings();
    let names: Vec<Vec<String>> = table.names.iter().map(|name| vocabulary::narrowing(name)).collect();
    let mut groups = Groups::new();
    for row in &table.rows {
        let of_row = cells::row_meaning(table, row, &meanings);
        let labels: Vec<String> = table::labels(row, &meanings).chain([table.path.as_str()]).flat_map(vocabulary::narrowing).collect();
        for (column, cell) in row.iter().enumerate().take(names.len()) {
            let Some(count) = cells::people(&cell.text, meanings[column], of_row).filter(|count| *count >= CELL_MIN) else { continue };
            let mut terms: Vec<String> = labels.iter().chain(&names[column]).cloned().collect();
            terms.sort_unstable();
            terms.dedup();
            let group = Group { table, column, cell, count };
            groups.entry(terms).and_modify(|group| *group = None).or_insert(Some(group));
        }
    }
    groups
}

/// Groups that are wider by some of these terms.
fn wider(terms: &[String]) -> Vec<Vec<String>> {
    if terms.len() > TERMS_MAX {
        let without = |index: usize| terms.iter().enumerate().filter(|(i, _)| *i != index).map(|(_, term)| term.clone()).collect();
        return (0..terms.len().min(TERMS_MAX * 4)).map(without).chain([vec![]]).collect();
    }
    let kept = |mask: u32| (0..terms.len()).filter(|i| mask & (1 << i) != 0).map(|i| terms[i].clone()).collect();
    (0..(1_u32 << terms.len()) - 1).map(kept).collect()
}

fn difference(whole: &Group, part: &Group) -> Option<Finding> {
    let rest = whole.count.checked_sub(part.count).filter(|rest| is_small(*rest))?;
    let message = format!(
        "with {} in line {} ({}) it tells of the {rest} who are not in it, fewer than {CELL_MIN}: leave one of the two out, or put groups together",
        whole.count,
        whole.cell.line,
        whole.table.place(whole.column)
    );
    Some(part.finding(message))
}

impl Group<'_> {
    fn finding(&self, message: String) -> Finding {
        let place = self.table.place(self.column);
        Finding { rule: Rule::Differencing, line: self.cell.line, place, value: self.cell.text.clone(), message }
    }
}

/// The same groups in two tables, most of which differ by a few people or not at all: the second leaves somebody out.
fn counted_twice(one: &Groups, other: &Groups) -> Vec<Finding> {
    let both = one.iter().filter_map(|(terms, group)| Some((group.as_ref()?, other.get(terms)?.as_ref()?)));
    let both: Vec<(&Group, &Group)> = both.collect();
    let close = both.iter().filter(|(a, b)| a.count.abs_diff(b.count) < CELL_MIN);
    if close.clone().count() * 2 <= both.len() {
        return vec![];
    }
    let finding = |(a, b): &(&Group, &Group)| {
        let few = Some(a.count.abs_diff(b.count)).filter(|few| is_small(*few))?;
        let message = format!(
            "line {} counts the same group as {}: the difference of {few} tells of fewer than {CELL_MIN} people; give one of the two",
            a.cell.line, a.count
        );
        Some(b.finding(message))
    };
    close.filter_map(finding).collect()
}

/// Columns of the same counts but for a few people: `before` and `after` somebody left.
fn versions(table: &Table) -> Vec<Finding> {
    let meanings = table.meanings();
    let counts = |column: usize| -> Vec<Option<u64>> {
        let count = |row: &Vec<Cell>| cells::people(&row.get(column)?.text, meanings[column], Meaning::Unknown);
        table.rows.iter().map(count).collect()
    };
    let columns: Vec<(usize, Vec<Option<u64>>)> = (0..meanings.len().min(COLUMNS_MAX)).map(|column| (column, counts(column))).collect();
    let mut found = Vec::new();
    for (index, (_, one)) in columns.iter().enumerate() {
        for (column, other) in &columns[index + 1..] {
            let both = || one.iter().zip(other).enumerate().filter_map(|(row, (a, b))| Some((row, (*a)?.abs_diff((*b)?))));
            let alike = both().filter(|(_, difference)| *difference == 0).count();
            if alike > 0 && alike * 2 >= both().count() && both().all(|(_, difference)| difference < CELL_MIN) {
                found.extend(both().filter(|(_, few)| is_small(*few)).filter_map(|(row, few)| version(table, *column, row, few)));
            }
        }
    }
    found
}

/// Columns that are compared with each other.
const COLUMNS_MAX: usize = 12;

fn version(table: &Table, column: usize, row: usize, few: u64) -> Option<Finding> {
    let cell = table.rows.get(row)?.get(column).filter(|cell| number::count(&cell.text).is_some_and(|count| count >= CELL_MIN))?;
    let message = format!("the same is counted beside it with a difference of {few}, fewer than {CELL_MIN} people: give one of the two");
    Some(Finding { rule: Rule::Differencing, line: cell.line, place: table.place(column), value: cell.text.clone(), message })
}

/// Totals whose parts leave a few people: `all` 60, of whom 30 and 28 are shown.
fn rests(table: &Table) -> Vec<Finding> {
    let meanings = table.meanings();
    let is_label = |column: usize| !matches!(meanings.get(column), Some(Meaning::People | Meaning::Percent | Meaning::Statistic));
    let label_columns: Vec<usize> = (0..table.names.len().min(8)).filter(|column| is_label(*column)).collect();
    let whole_column = |row: &&Vec<Cell>| {
        let column = label_columns.iter().find(|column| row.get(**column).is_some_and(|cell| vocabulary::is_whole(&cell.text)))?;
        Some(*column)
    };
    let mut found = Vec::new();
    for (row, axis) in table.rows.iter().filter_map(|row| Some((row, whole_column(&row)?))).take(TOTALS_MAX) {
        let labels = |row: &Vec<Cell>| -> Vec<String> {
            let other = label_columns.iter().filter(|column| **column != axis).filter_map(|column| row.get(*column));
            other
                .filter(|cell| number::amount(&cell.text).is_none() && !number::is_suppressed(&cell.text))
                .map(|cell| cell.text.clone())
                .collect()
        };
        let own = labels(row);
        let is_part = |other: &&Vec<Cell>| {
            let label = other.get(axis).map_or("", |cell| cell.text.as_str());
            !label.is_empty() && !vocabulary::is_whole(label) && labels(other) == own
        };
        let parts: Vec<&Vec<Cell>> = table.rows.iter().filter(is_part).collect();
        let of_row = cells::row_meaning(table, row, &meanings);
        found.extend((0..row.len().min(meanings.len())).filter_map(|column| rest(table, row, &parts, column, (meanings[column], of_row))));
    }
    found
}

fn rest(table: &Table, row: &[Cell], parts: &[&Vec<Cell>], column: usize, (meaning, of_row): (Meaning, Meaning)) -> Option<Finding> {
    let cell = &row[column];
    let total = cells::people(&cell.text, meaning, of_row)?;
    let shown = parts.iter().filter_map(|part| number::count(&part.get(column)?.text));
    let (sum, count) = shown.fold((0_u64, 0), |(sum, count), n| (sum.saturating_add(n), count + 1));
    let left = total.checked_sub(sum).filter(|left| is_small(*left) && count > 0)?;
    let message = format!(
        "the parts that are shown come to {sum}, which tells of the other {left}, fewer than {CELL_MIN}: leave another part or the total out too"
    );
    let line = if cell.line > 0 { cell.line } else { parts[0].get(column).map_or(0, |cell| cell.line) };
    Some(Finding { rule: Rule::Differencing, line, place: table.place(column), value: cell.text.clone(), message })
}

#[cfg(test)]
mod tests {
    use super::wider;

    #[test]
    fn wider_groups_have_fewer_terms() {
        let terms = ["eur".to_owned(), "female".to_owned()];
        assert_eq!(wider(&terms), [vec![], vec!["eur".to_owned()], vec!["female".to_owned()]]);
        assert!(wider(&[]).is_empty());
    }
}
