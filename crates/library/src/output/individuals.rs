//! Tables with a row for each person: a column that marks people, attributes of one person, or the same attributes again and again, and
//! nothing that counts people or is estimated from many.

use super::{
    Finding, Reading, Rule,
    table::{Cell, Table},
    vocabulary::{self, Meaning, terms},
};
use std::collections::HashSet;

/// Names of what one person has.
const ATTRIBUTES: &str = " affected age alive ancestry birth birthday bmi born consanguineous consanguinity deceased died dob ethnicity family \
    father gender genotype haplotype height hpo karyotype mother occupation onset phenotypes postcode race relation relationship religion sex solved \
    symptoms treatment unaffected yob zygosity ";
/// Attributes that hardly two people share, together with another.
const FINE: &str = " age birth birthday bmi born dob genotype haplotype hpo onset phenotypes postcode yob zygosity ";
/// Nouns of a column that marks people.
const MARKS: &str = " admission barcode case child donor eid encounter hospital individual member mrn nhs participant patient person proband pseudonym record sample specimen subject ";
/// Values by which a column without a telling name is known.
const VALUES: [&str; 5] = [
    " female male f m xx xy unknown other intersex indeterminate ",
    " true false yes no affected unaffected y n solved unsolved alive dead deceased ",
    " afr amr asj eas eur fin mid nfe sas asian black white mixed other african european ",
    " het hom hemi heterozygous homozygous hemizygous ",
    " case control proband mother father sibling ",
];

fn is_in(list: &str, term: &str) -> bool {
    !term.contains(' ') && list.contains(&format!(" {term} "))
}

/// A finding in one table.
pub(super) fn look(reading: &Reading) -> Option<Finding> {
    let Reading { table, meanings, .. } = reading;
    let rows: Vec<&Vec<Cell>> = table.rows.iter().filter(|row| row.iter().any(|cell| !cell.text.is_empty())).collect();
    let has_counts = (0..table.names.len()).any(|index| meanings[index] == Meaning::People && has_numbers(table, index));
    if rows.is_empty() || has_counts {
        return None;
    }
    let attributes: Vec<usize> = (0..table.names.len()).filter(|index| is_attribute(table, *index)).collect();
    let is_mark = |index: &usize| is_mark(&table.names[*index], &attributes, *index) && is_unique(table, *index);
    let why = if let Some(mark) = (0..table.names.len()).find(is_mark) {
        Some((mark, "a column marks each of them"))
    } else if meanings.iter().any(|meaning| matches!(meaning, Meaning::Statistic | Meaning::Percent | Meaning::Proportion)) {
        None
    } else {
        by_attributes(table, &attributes, &rows)
    };
    let (column, why) = why?;
    let cell = rows[0].get(column).or_else(|| rows[0].first())?;
    let message = format!("this looks like one row for each person ({why}): count people by group instead, and leave small groups out");
    Some(Finding { rule: Rule::Individuals, line: cell.line, place: table.place(column), value: cell.text.clone(), message, more: 0 })
}

fn by_attributes(table: &Table, attributes: &[usize], rows: &[&Vec<Cell>]) -> Option<(usize, &'static str)> {
    let features = |row: &&Vec<Cell>| row.iter().position(|cell| cell.text.matches("HP:").count() > 1);
    if let Some(column) = rows.iter().find_map(features) {
        return Some((column, "features of one person stand together"));
    }
    let is_fine = |index: &usize| terms(&table.names[*index]).iter().any(|term| is_in(FINE, term));
    if attributes.len() > 2 || (attributes.len() == 2 && attributes.iter().any(is_fine)) {
        return Some((attributes[0], "attributes of people, and no column that counts them"));
    }
    if attributes.is_empty() {
        return None;
    }
    if is_fine(&attributes[0]) && (is_numbered(table) || comes_again(table, attributes[0])) {
        return Some((attributes[0], "what one person has, in rows without a count"));
    }
    let mut seen = HashSet::new();
    let labels = |row: &Vec<Cell>| -> Vec<String> {
        let is_label = |(index, cell): &(usize, &Cell)| attributes.contains(index) || cell.amount.is_none();
        row.iter().enumerate().filter(is_label).map(|(_, cell)| cell.text.clone()).collect()
    };
    let again = rows.iter().filter(|row| !seen.insert(labels(row))).count();
    (again > 1 && again * 10 >= rows.len()).then_some((attributes[0], "the same attributes come again and again"))
}

/// Whether the first column numbers the rows.
fn is_numbered(table: &Table) -> bool {
    let numbers: Vec<u64> = table.column(0).filter_map(|cell| cell.count).collect();
    numbers.len() == table.rows.len() && numbers.len() > 2 && numbers[0] < 2 && (numbers[0]..).zip(&numbers).all(|(n, found)| n == *found)
}

/// Whether the labels beside an attribute come again and again, with another value each time.
fn comes_again(table: &Table, attribute: usize) -> bool {
    let others = |row: &Vec<Cell>| -> Vec<String> {
        row.iter().enumerate().filter(|(index, _)| *index != attribute).map(|(_, cell)| cell.text.clone()).collect()
    };
    let labels: HashSet<Vec<String>> = table.rows.iter().map(others).collect();
    let values: HashSet<&str> = table.column(attribute).map(|cell| cell.text.as_str()).collect();
    table.rows.len() > 2 && labels.len() * 2 <= table.rows.len() && values.len() * 2 > table.rows.len()
}

/// Whether a column that is named for counts has them: whole numbers, or what stands for small ones.
fn has_numbers(table: &Table, index: usize) -> bool {
    let mut cells = table.column(index).filter(|cell| !cell.text.is_empty()).peekable();
    cells.peek().is_some() && cells.all(|cell| cell.count.is_some() || cell.is_suppressed)
}

fn is_attribute(table: &Table, index: usize) -> bool {
    let terms = terms(&table.names[index]);
    let is_group = terms.iter().any(|term| matches!(term.as_str(), "band" | "group" | "range" | "groups" | "bands"));
    let by_name = !is_group && terms.iter().any(|term| is_in(ATTRIBUTES, term));
    let is_statistic = || matches!(vocabulary::meaning(&table.names[index]), Meaning::Statistic | Meaning::Percent);
    (by_name && !is_statistic()) || has_values(table, index)
}

fn has_values(table: &Table, index: usize) -> bool {
    let all = |is: &dyn Fn(&str) -> bool| table.column(index).all(|cell| is(&cell.text));
    let is_year = |cell: &str| cell.len() == 4 && cell.parse().is_ok_and(|year: u32| (1900..=2100).contains(&year));
    let by_list = || VALUES.iter().any(|values| all(&|cell| cell.len() < 20 && is_in(values, &cell.to_lowercase())));
    let is_feature = |cell: &str| cell.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("hp:"));
    table.column(index).nth(1).is_some() && (by_list() || all(&is_year) || all(&is_feature))
}

/// Whether a name is that of a person's own mark: `patient`, `sample id`, `id` beside an attribute.
fn is_mark(name: &str, attributes: &[usize], index: usize) -> bool {
    let terms = terms(name);
    let is_number = |term: &String| matches!(term.as_str(), "id" | "no" | "number" | "code" | "name" | "key" | "hash");
    let is_person = |term: &String| is_in(MARKS, term);
    let by_noun = terms.iter().any(is_person) && terms.iter().all(|term| is_person(term) || is_number(term));
    by_noun || (terms.len() == 1 && terms[0] != "name" && is_number(&terms[0]) && attributes.iter().any(|attribute| *attribute != index))
}

/// Whether nearly every row has another text in a column.
fn is_unique(table: &Table, index: usize) -> bool {
    let (mut marks, mut rows) = (HashSet::new(), 0);
    table.column(index).filter(|cell| !cell.text.is_empty()).for_each(|cell| {
        marks.insert(cell.text.as_str());
        rows += 1;
    });
    rows > 1 && marks.len() * 10 > rows * 8
}
