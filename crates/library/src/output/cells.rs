//! Cells of a table: small counts, shares that come to a small count, one part that is nearly the whole, too many frequencies.
//!
//! That a cell needs a least number of people, that no contributor may dominate a total, and that a share with its total is a count: Safe
//! Data Access Professionals, "Handbook on Statistical Disclosure Control for Outputs", 1.0 (August 2019), the handbook of output checkers
//! in the United Kingdom. It leaves the numbers to each service; ACRO, which checks outputs by it, has the same two tests (threshold, N-K).

use super::{
    CELL_MIN, Finding, Findings, Reading, Rule, is_small,
    number::{self, Number},
    table::{Cell, Table},
    vocabulary::{self, Meaning, counts_people},
};

/// Share of a total above which one contributor dominates it: an N-K rule with N = 1; K is this service's own.
const DOMINANT: f64 = 0.9;
/// Allele frequencies in one output: beyond this, who took part can be told from them (Homer et al. 2008, doi:10.1371/journal.pgen.1000167).
/// Wang et al. 2009 need the statistics of a couple of hundred, so that this is no safe number, but where people must look. This
/// service's own.
pub(crate) const FREQUENCIES_MAX: usize = 200;

/// Findings in one table. `totals` are numbers of people that the text gives: line, and number.
pub(super) fn look(reading: &Reading, totals: &[(usize, u64)], findings: &mut Findings) {
    let Reading { table, meanings, .. } = reading;
    let shares = Shares::new(reading, totals);
    for (row, of_row) in table.rows.iter().zip(&reading.rows) {
        for (index, cell) in row.iter().enumerate() {
            match small_count(cell, reading.meaning(index), *of_row) {
                Some(count) => findings.add(Rule::SmallCell, || small(count, table, index, cell)),
                None => findings.extend(shares.look(row, index)),
            }
        }
    }
    let counts: Vec<usize> = (0..meanings.len()).filter(|index| meanings[*index] == Meaning::People).collect();
    if !counts.is_empty() {
        let parts: Vec<&Vec<Cell>> = table.rows.iter().filter(|row| !is_of_all(reading, row)).collect();
        findings.extend(counts.into_iter().filter_map(|index| dominance(table, &parts, index)));
    }
    findings.extend((0..meanings.len()).filter_map(|index| frequencies(table, index)));
}

/// Whether a row is that of a whole.
fn is_of_all<'t>(reading: &Reading<'t>, row: &'t [Cell]) -> bool {
    reading.labels(row).any(vocabulary::is_whole)
}

/// The small count that a cell holds: `3`, `3 (12.5 %)`, `3/24`, or `21/24`, whose rest is three.
fn small_count(cell: &Cell, column: Meaning, row: Meaning) -> Option<u64> {
    let text = cell.text.as_str();
    if text.len() > CELL_CHARACTERS_MAX || text.is_empty() {
        return None;
    }
    if text.bytes().all(|b| b.is_ascii_digit()) {
        return people(cell, column, row).filter(|count| is_small(*count));
    }
    if [column, row].contains(&Meaning::People)
        && counts_people(column, row)
        && let Some(most) = number::narrow(text)
    {
        return Some(most);
    }
    let is_other = |meaning| matches!(meaning, Meaning::Statistic | Meaning::Thing | Meaning::Attribute);
    if let Some((part, whole)) = number::fraction(text).filter(|(_, whole)| *whole >= CELL_MIN && !is_other(column) && !is_other(row)) {
        return [part, whole - part].into_iter().find(|count| is_small(*count));
    }
    let by_percentage =
        number::with_percentage(text).filter(|(_, is_percentage)| *is_percentage || [column, row].contains(&Meaning::Percent));
    if let Some((count, _)) = by_percentage.filter(|_| !is_other(row)) {
        return Some(count).filter(|count| is_small(*count));
    }
    people(cell, column, row).filter(|count| is_small(*count))
}

/// A cell is no longer than this: what is longer is prose.
const CELL_CHARACTERS_MAX: usize = 60;

/// How many people a cell counts, if it counts people. Below a name that says so it may be written in any way.
pub(super) fn people(cell: &Cell, column: Meaning, row: Meaning) -> Option<u64> {
    if cell.text.len() > CELL_CHARACTERS_MAX || !counts_people(column, row) {
        return None;
    }
    if column == Meaning::People || row == Meaning::People {
        return cell.count;
    }
    cell.amount.filter(|_| !cell.text.trim_end().ends_with('%')).and_then(Number::whole)
}

fn small(count: u64, table: &Table, index: usize, cell: &Cell) -> Finding {
    let message = if cell.amount.is_some() || number::spelled(&cell.text.to_lowercase()).is_some() {
        format!(
            "counts below {CELL_MIN} are not taken out; put groups together or write <{CELL_MIN} (if it counts no people, name what it is)"
        )
    } else {
        format!("it tells of {count} people, fewer than {CELL_MIN}: put groups together, or leave the total or the part out")
    };
    Finding { rule: Rule::SmallCell, line: cell.line, place: table.place(index), value: cell.text.clone(), message, more: 0 }
}

/// What the shares of a table are compared with.
struct Shares<'r, 't> {
    reading: &'r Reading<'t>,
    /// Columns that give the whole of their row, else those that count people in general.
    columns: Vec<usize>,
    /// Counts of people in general in rows of the whole.
    of_all: Vec<u64>,
    totals: &'r [(usize, u64)],
}

/// Totals of each kind that a share is compared with.
const TOTALS_MAX: usize = 4;
/// Rows among which the total of a table is searched for.
const ROWS_MAX: usize = 50;

impl<'r, 't> Shares<'r, 't> {
    fn new(reading: &'r Reading<'t>, totals: &'r [(usize, u64)]) -> Shares<'r, 't> {
        let Reading { table, meanings, .. } = reading;
        let is_whole = |name: &str| vocabulary::is_whole(name) || name.trim().eq_ignore_ascii_case("an");
        let is_general = |column: &usize| meanings[*column] == Meaning::People && vocabulary::narrowing(&table.names[*column]).is_empty();
        let columns = |is: &dyn Fn(&usize) -> bool| (0..table.names.len()).filter(is).take(TOTALS_MAX).collect::<Vec<usize>>();
        let general = columns(&is_general);
        let rows = table.rows.iter().take(ROWS_MAX).filter(|row| is_of_all(reading, row));
        let of_all = rows.flat_map(|row| general.iter().filter_map(|column| row.get(*column)?.count));
        let of_all = of_all.filter(|total| *total >= CELL_MIN).take(TOTALS_MAX).collect();
        let wholes = columns(&|column| is_whole(&table.names[*column]));
        Shares { reading, columns: if wholes.is_empty() { general } else { wholes }, of_all, totals }
    }

    /// `12.5 %` with a total of 24 in the row, in a name or in the text: three people.
    fn look(&self, row: &'t [Cell], index: usize) -> Option<Finding> {
        let cell = row.get(index)?;
        let scale = match self.reading.meanings.get(index)? {
            Meaning::Percent => 1.0,
            _ if cell.text.trim_end().ends_with('%') => 1.0,
            Meaning::Proportion => 100.0,
            _ => return None,
        };
        let number = cell.amount?;
        let decimals = if scale > 1.0 { number.decimals.saturating_sub(2) } else { number.decimals };
        let percent = Number { value: number.value * scale, decimals };
        let few = |total: u64| {
            let count = number::implied(percent, total)?;
            [count, total - count.min(total)].into_iter().find(|count| is_small(*count))
        };
        let (total, count) = self.totals_of(row, index, scale).into_iter().find_map(|total| Some((total, few(total)?)))?;
        let message = format!("this share of {total} comes to {count} people, fewer than {CELL_MIN}: leave the share or the total out");
        Some(Finding {
            rule: Rule::SmallCell,
            line: cell.line,
            place: self.reading.table.place(index),
            value: cell.text.clone(),
            message,
            more: 0,
        })
    }

    /// Totals that may be a share's: of its names and its row; else of the text around the table, or of other rows.
    fn totals_of(&self, row: &'t [Cell], index: usize, scale: f64) -> Vec<u64> {
        let own = self.columns.iter().filter(|column| **column != index && !self.is_numerator(**column, index));
        let own = own.filter_map(|column| row.get(*column)?.count).filter(|total| *total >= CELL_MIN);
        let named = number::stated_total(&self.reading.table.names[index])
            .into_iter()
            .chain(self.reading.labels(row).filter_map(number::stated_total));
        let mut all: Vec<u64> = named.chain(own).chain(self.of_all.iter().copied()).collect();
        if all.is_empty() {
            let nearest = self.totals.partition_point(|(line, _)| *line < row[index].line);
            all.extend(self.totals[..nearest].iter().rev().take(TOTALS_MAX).map(|(_, total)| *total));
            all.extend(self.totals[nearest..].first().map(|(_, total)| *total));
            all.extend(self.total_by_others(row, index, scale));
        }
        all
    }

    /// Whether shares are the counts of a column by one and the same total.
    fn is_numerator(&self, counts: usize, shares: usize) -> bool {
        let rows = self.reading.table.rows.iter().take(ROWS_MAX);
        let totals: Vec<f64> = rows.filter_map(|row| total_by(row, counts, shares)).collect();
        let (least, most) = totals.iter().fold((f64::MAX, 0.0_f64), |(least, most), total| (least.min(*total), most.max(*total)));
        totals.len() > 1 && most < least * 1.25
    }

    /// Where a row's count is not shown but its share is: the total to which another row's count and share come.
    fn total_by_others(&self, row: &[Cell], index: usize, scale: f64) -> Option<u64> {
        let column = row.iter().take(ROWS_MAX).position(|cell| cell.is_suppressed)?;
        let total = self.reading.table.rows.iter().take(ROWS_MAX).find_map(|row| total_by(row, column, index))?;
        Some((100.0 * total / scale).round() as u64)
    }
}

/// A row's count through its share.
fn total_by(row: &[Cell], counts: usize, shares: usize) -> Option<f64> {
    let (count, share) = (row.get(counts)?.count?, row.get(shares)?.amount?.value);
    (share > 0.0).then_some(count as f64 / share)
}

fn frequencies(table: &Table, index: usize) -> Option<Finding> {
    let count = table.rows.len();
    (count > FREQUENCIES_MAX && vocabulary::is_frequency(&table.names[index])).then(|| Finding {
        rule: Rule::Frequencies,
        line: table.column(index).next().map_or(0, |cell| cell.line),
        place: table.place(index),
        value: String::new(),
        message: format!("{count} allele frequencies: from so many, who took part can be told; give at most {FREQUENCIES_MAX}"),
        more: 0,
    })
}

fn dominance(table: &Table, parts: &[&Vec<Cell>], index: usize) -> Option<Finding> {
    let cells = parts.iter().filter_map(|row| row.get(index));
    let numbers: Vec<(&Cell, u64)> = cells.filter_map(|cell| Some((cell, cell.count?))).collect();
    let whole = numbers.iter().fold(0_u64, |sum, (_, n)| sum.saturating_add(*n));
    let (cell, most) = *numbers.iter().max_by_key(|(_, n)| *n).filter(|_| numbers.len() > 2)?;
    (most as f64 > DOMINANT * whole as f64 && (1..CELL_MIN * 4).contains(&(whole - most))).then(|| Finding {
        rule: Rule::Dominance,
        line: cell.line,
        place: table.place(index),
        value: cell.text.clone(),
        message: format!("one row holds {most} of {whole}, so that the rest is nearly told: put groups together"),
        more: 0,
    })
}
