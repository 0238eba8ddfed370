//! Small numbers that follow from large ones: a whole and its part, a total and its parts with one left out, the same group counted twice.
//!
//! Every cell that counts people counts a group, which the words of its row's labels and of its column's name narrow. Where the words of
//! one are all among those of another, the second is a part of the first, and their difference is a count as any other is (Safe Data
//! Access Professionals, "Handbook on Statistical Disclosure Control for Outputs", 1.0, 2019: secondary disclosure, differencing).

use super::{
    CELL_MIN, Finding, Findings, Reading, Rule, cells, is_small,
    table::{Cell, Table},
    vocabulary::{self, Meaning},
};
use std::collections::{BTreeMap, HashMap, HashSet};

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
/// Terms of a row's labels that are many.
const LONG_LABELS: usize = 30;
/// Terms of such rows, each for every count beside it, that are read in an output.
const TERMS_READ_MAX: usize = 300_000;
/// Counts of the same group in other tables that a part is compared with.
const SAME_MAX: usize = 8;
/// Tables that are compared with each other.
const TABLES_MAX: usize = 40;
/// Rows of totals in a table that are compared with their parts.
const TOTALS_MAX: usize = 30;

/// Findings between the cells of all tables.
pub(super) fn look(readings: &[Reading], findings: &mut Findings) {
    let mut terms_left = TERMS_READ_MAX;
    let all: Option<Vec<Groups>> = readings.iter().map(|reading| groups(reading, &mut terms_left)).collect();
    let Some(all) = all else {
        let message =
            "rows have long labels and very many counts, and are not compared with each other: give shorter labels, or fewer columns";
        findings.extend([Finding::whole(Rule::TooLarge, message.into())]);
        return;
    };
    let mut everywhere: BTreeMap<&[String], Vec<&Group>> = BTreeMap::new();
    for (terms, group) in all.iter().flatten().filter_map(|(terms, group)| Some((terms, group.as_ref()?))) {
        let same = everywhere.entry(terms).or_default();
        if same.len() < SAME_MAX {
            same.push(group);
        }
    }
    for (index, groups) in all.iter().enumerate() {
        for (terms, part) in groups.iter().filter_map(|(terms, group)| Some((terms, group.as_ref()?))) {
            for wider in wider(terms) {
                let wholes: Vec<&Group> = match groups.get(&wider) {
                    Some(own) => own.iter().collect(),
                    None => everywhere.get(wider.as_slice()).cloned().unwrap_or_default(),
                };
                findings.extend(wholes.into_iter().filter_map(|whole| difference(whole, part)));
            }
        }
        findings.extend(all.iter().skip(index + 1).take(TABLES_MAX).flat_map(|other| counted_twice(groups, other)));
    }
    for reading in readings {
        let transposed = reading.table.transposed();
        findings
            .extend([reading, &Reading::new(&transposed)].into_iter().flat_map(|table| rests(table).into_iter().chain(versions(table))));
    }
}

/// The groups of a table; nothing where its labels have more terms for its counts than are left to read.
fn groups<'t>(reading: &Reading<'t>, terms_left: &mut usize) -> Option<Groups<'t>> {
    let table = reading.table;
    let names: Vec<Vec<String>> = table.names.iter().map(|name| vocabulary::narrowing(name)).collect();
    let mut groups = Groups::new();
    for (row, of_row) in table.rows.iter().zip(&reading.rows) {
        let count = |column: usize, cell: &Cell| cells::people(cell, reading.meaning(column), *of_row).filter(|count| *count >= CELL_MIN);
        let counts = row.iter().enumerate().take(names.len()).filter_map(|(column, cell)| Some((column, cell, count(column, cell)?)));
        let mut labels: Option<Vec<String>> = None;
        for (column, cell, count) in counts {
            let labels =
                labels.get_or_insert_with(|| reading.labels(row).chain([table.path.as_str()]).flat_map(vocabulary::narrowing).collect());
            if labels.len() > LONG_LABELS {
                *terms_left = terms_left.checked_sub(labels.len())?;
            }
            let mut terms: Vec<String> = labels.iter().chain(&names[column]).cloned().collect();
            terms.sort_unstable();
            terms.dedup();
            let group = Group { table, column, cell, count };
            groups.entry(terms).and_modify(|group| *group = None).or_insert(Some(group));
        }
    }
    Some(groups)
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
        Finding { rule: Rule::Differencing, line: self.cell.line, place, value: self.cell.text.clone(), message, more: 0 }
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
fn versions(reading: &Reading) -> Vec<Finding> {
    let table = reading.table;
    let counts = |column: usize| -> Vec<Option<u64>> {
        let count = |row: &Vec<Cell>| cells::people(row.get(column)?, reading.meaning(column), Meaning::Unknown);
        table.rows.iter().map(count).collect()
    };
    let columns: Vec<Vec<Option<u64>>> = (0..reading.meanings.len().min(COLUMNS_MAX)).map(counts).collect();
    let mut found = Vec::new();
    for (index, one) in columns.iter().enumerate() {
        for (column, other) in columns.iter().enumerate().skip(index + 1) {
            let both = || one.iter().zip(other).enumerate().filter_map(|(row, (a, b))| Some((row, (*a)?.abs_diff((*b)?))));
            let alike = || both().filter(|(_, difference)| *difference == 0).count();
            if both().all(|(_, difference)| difference < CELL_MIN) && alike() > 0 && alike() * 2 >= both().count() {
                found.extend(both().filter(|(_, few)| is_small(*few)).filter_map(|(row, few)| version(table, column, row, few)));
            }
        }
    }
    found
}

/// Columns that are compared with each other.
const COLUMNS_MAX: usize = 12;

fn version(table: &Table, column: usize, row: usize, few: u64) -> Option<Finding> {
    let cell = table.rows.get(row)?.get(column).filter(|cell| cell.count.is_some_and(|count| count >= CELL_MIN))?;
    let message = format!("the same is counted beside it with a difference of {few}, fewer than {CELL_MIN} people: give one of the two");
    Some(Finding { rule: Rule::Differencing, line: cell.line, place: table.place(column), value: cell.text.clone(), message, more: 0 })
}

/// Totals whose parts leave a few people: `all` 60, of whom 30 and 28 are shown.
fn rests(reading: &Reading) -> Vec<Finding> {
    let table = reading.table;
    let is_label = |column: &usize| !matches!(reading.meaning(*column), Meaning::People | Meaning::Percent | Meaning::Statistic);
    let columns: Vec<usize> = (0..table.names.len().min(LABELS_MAX)).filter(is_label).collect();
    let texts: HashSet<&str> = columns.iter().flat_map(|column| table.column(*column)).map(|cell| cell.text.as_str()).collect();
    let wholes: HashSet<&str> = texts.into_iter().filter(|text| vocabulary::is_whole(text)).collect();
    let is_whole = |cell: &Cell| wholes.contains(cell.text.as_str());
    let axis = |row: &[Cell]| columns.iter().copied().find(|column| row.get(*column).is_some_and(is_whole));
    let totals: Vec<(usize, &Vec<Cell>, usize)> =
        table.rows.iter().enumerate().filter_map(|(index, row)| Some((index, row, axis(row)?))).take(TOTALS_MAX).collect();
    let mut parts: HashMap<usize, HashMap<Vec<&str>, Vec<&Vec<Cell>>>> = HashMap::new();
    let mut found = Vec::new();
    for (index, row, axis) in totals {
        let of_axis = parts.entry(axis).or_insert_with(|| {
            let mut of_axis: HashMap<Vec<&str>, Vec<&Vec<Cell>>> = HashMap::new();
            let is_part = |row: &&Vec<Cell>| row.get(axis).is_some_and(|cell| !cell.text.is_empty() && !is_whole(cell));
            table.rows.iter().filter(is_part).for_each(|row| of_axis.entry(labels(row, &columns, axis)).or_default().push(row));
            of_axis
        });
        let Some(parts) = of_axis.get(&labels(row, &columns, axis)) else { continue };
        let meaning = |column: usize| (reading.meaning(column), reading.rows[index]);
        found.extend((0..row.len().min(table.names.len())).filter_map(|column| rest(table, row, parts, column, meaning(column))));
    }
    found
}

/// Columns in which the name of a whole is searched for.
const LABELS_MAX: usize = 8;

/// What a row is about beside one of its labels.
fn labels<'t>(row: &'t [Cell], columns: &[usize], axis: usize) -> Vec<&'t str> {
    let others = columns.iter().filter(|column| **column != axis).filter_map(|column| row.get(*column));
    others.filter(|cell| cell.amount.is_none() && !cell.is_suppressed).map(|cell| cell.text.as_str()).collect()
}

fn rest(table: &Table, row: &[Cell], parts: &[&Vec<Cell>], column: usize, (meaning, of_row): (Meaning, Meaning)) -> Option<Finding> {
    let cell = &row[column];
    let total = cells::people(cell, meaning, of_row)?;
    let shown = parts.iter().filter_map(|part| part.get(column)?.count);
    let (sum, count) = shown.fold((0_u64, 0), |(sum, count), n| (sum.saturating_add(n), count + 1));
    let left = total.checked_sub(sum).filter(|left| is_small(*left) && count > 0)?;
    let message = format!(
        "the parts that are shown come to {sum}, which tells of the other {left}, fewer than {CELL_MIN}: leave another part or the total out too"
    );
    let line = if cell.line > 0 { cell.line } else { parts[0].get(column).map_or(0, |cell| cell.line) };
    Some(Finding { rule: Rule::Differencing, line, place: table.place(column), value: cell.text.clone(), message, more: 0 })
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
