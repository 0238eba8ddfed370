//! Where each field stands: by a header, which may be a comment, or by the order that PED has without one.

use super::values;
use crate::{FileError, FileResult};
use std::path::Path;

/// A field of a person.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Field {
    Family,
    Individual,
    Father,
    Mother,
    Sex,
    Affected,
    Name,
    Target,
    Dead,
    Twin,
    /// Age when the family was drawn, or at death.
    Age,
    /// Year of birth.
    Born,
    /// Age at a diagnosis of cancer, of which CanRisk has several columns.
    Diagnosis,
}

/// Fields that a file without a header has, in order.
const PLAIN: [Field; 6] = [Field::Family, Field::Individual, Field::Father, Field::Mother, Field::Sex, Field::Affected];

/// Names of columns in small letters without signs. Sources: PLINK 1.9 and 2.0; CanRisk and BOADICEA as above; GATK's and Hail's
/// headers of PED.
const NAMES: [(Field, &[&str]); 13] = [
    (Field::Family, &["fid", "fam", "famid", "familyid", "family", "pedigree", "pedigreeid", "pedigreename", "kindred", "ped"]),
    (
        Field::Individual,
        &[
            "iid",
            "id",
            "individ",
            "individualid",
            "individual",
            "individualname",
            "indid",
            "personid",
            "person",
            "sampleid",
            "sample",
            "subjectid",
            "subject",
        ],
    ),
    (Field::Father, &["pat", "fathid", "paternalid", "fatherid", "father", "dad", "dadid", "sire", "patid", "paternal"]),
    (Field::Mother, &["mat", "mothid", "maternalid", "motherid", "mother", "mum", "mom", "momid", "mumid", "dam", "matid", "maternal"]),
    (Field::Sex, &["sex", "gender"]),
    (
        Field::Affected,
        &["phenotype", "pheno", "phen", "pheno1", "affected", "affectedstatus", "affectionstatus", "affection", "aff", "status", "disease"],
    ),
    (Field::Name, &["name", "firstname", "displayname"]),
    (Field::Target, &["target", "proband", "isproband", "index"]),
    (Field::Dead, &["dead", "deceased"]),
    (Field::Twin, &["mztwin", "twin"]),
    (Field::Age, &["age"]),
    (Field::Born, &["yob", "yearofbirth", "birthyear"]),
    (Field::Diagnosis, &["bc1", "bc2", "oc", "pro", "pan", "1brca", "2brca", "ovca", "proca", "panca"]),
];

/// Which field each column holds.
pub(super) struct Columns(Vec<Option<Field>>);

/// The rows of a file, with the numbers of their lines.
pub(super) struct Rows {
    pub columns: Columns,
    pub rows: Vec<(u64, Vec<String>)>,
}

impl Columns {
    /// The value of a field; empty where there is no such column.
    pub fn get<'f>(&self, field: Field, fields: &'f [String]) -> &'f str {
        let column = self.0.iter().position(|named| *named == Some(field));
        column.and_then(|column| fields.get(column)).map_or("", String::as_str)
    }

    /// Ages at diagnosis, where the file has columns of them and none that says who is affected.
    pub fn diagnoses<'f>(&self, fields: &'f [String]) -> Option<Vec<&'f str>> {
        if self.0.contains(&Some(Field::Affected)) || !self.0.contains(&Some(Field::Diagnosis)) {
            return None;
        }
        let columns = self.0.iter().zip(fields).filter(|(named, _)| **named == Some(Field::Diagnosis));
        Some(columns.map(|(_, value)| value.as_str()).collect())
    }

    /// The columns that a header names, if it is one: it names the individual, and sex or a parent.
    fn of_header(fields: &[String]) -> Option<Columns> {
        let plain = |name: &String| name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect::<String>();
        let field = |name: &String| {
            let name = plain(name);
            NAMES.iter().find(|(_, names)| names.contains(&name.as_str())).map(|(field, _)| *field)
        };
        let columns = Columns(plainly_placed(fields.iter().map(field).collect()));
        let has = |field: Field| columns.0.contains(&Some(field));
        let is_header = has(Field::Individual) && (has(Field::Sex) || has(Field::Father) || has(Field::Mother));
        is_header.then_some(columns)
    }

    /// The columns of a file without a header, by how many there are.
    fn of_rows(rows: &[(u64, Vec<String>)]) -> Columns {
        let order = |fields: &[Field]| Columns(fields.iter().copied().map(Some).collect());
        let five = !rows.is_empty() && rows.iter().all(|(_, fields)| fields.len() == 5);
        if five && names_no_family(rows) { order(&PLAIN[1..]) } else { order(&PLAIN) }
    }
}

/// Columns with a name that nobody knows, first or sixth, where the four between them stand as they do without a header: what is in
/// them is the family and the phenotype, as of `#fam sample pat mat sex trait`. Nobody becomes unaffected by a name of a column.
fn plainly_placed(mut columns: Vec<Option<Field>>) -> Vec<Option<Field>> {
    let is_plain = (1..PLAIN.len() - 1).all(|place| columns.get(place) == Some(&Some(PLAIN[place])));
    for place in [0, PLAIN.len() - 1] {
        let field = Some(PLAIN[place]);
        if is_plain && columns.get(place) == Some(&None) && !columns.contains(&field) && !columns.contains(&Some(Field::Diagnosis)) {
            columns[place] = field;
        }
    }
    columns
}

/// Whether rows of five columns begin with the individual: then every first column is another, and the second is a parent, not a
/// name.
fn names_no_family(rows: &[(u64, Vec<String>)]) -> bool {
    let first: Vec<&String> = rows.iter().filter_map(|(_, fields)| fields.first()).collect();
    let distinct = first.iter().enumerate().all(|(index, name)| !first[..index].contains(name));
    let is_parent = |name: &String| values::is_nobody(name) || first.contains(&name);
    distinct && rows.iter().filter_map(|(_, fields)| fields.get(1)).all(is_parent)
}

/// Reads the lines: comments are passed over, a header is understood.
pub(super) fn rows(path: &Path, lines: impl Iterator<Item = FileResult<(u64, String)>>) -> FileResult<Rows> {
    let (mut header, mut rows) = (None, Vec::new());
    for line in lines {
        let (number, line) = line?;
        let line = line.trim_start_matches('\u{feff}').trim_end_matches(['\r', '\n']);
        let trimmed = line.trim_start();
        if trimmed.is_empty() || trimmed.starts_with("BOADICEA") {
            continue;
        }
        if let Some(other) = other_format(trimmed).filter(|_| rows.is_empty() && header.is_none()) {
            let rule =
                format!("this is {other}: save the family as PED, with family, individual, father, mother, sex and phenotype in each line");
            return Err(FileError::on_line(path, number, "format", rule));
        }
        let is_comment = trimmed.starts_with('#');
        let fields = split(if is_comment { trimmed.trim_start_matches('#') } else { line });
        if header.is_none() && rows.is_empty() {
            header = Columns::of_header(&fields);
            if header.is_some() {
                continue;
            }
        }
        if !is_comment {
            rows.push((number, fields));
        }
    }
    let columns = header.unwrap_or_else(|| Columns::of_rows(&rows));
    for (number, fields) in &rows {
        check_width(path, *number, &columns, fields.len())?;
    }
    Ok(Rows { columns, rows })
}

/// The format of a first line that is none of a table.
fn other_format(line: &str) -> Option<&'static str> {
    [("0 HEAD", "GEDCOM"), ("<", "XML"), ("%PDF", "a PDF"), ("PK\u{3}\u{4}", "a workbook or archive")]
        .into_iter()
        .find_map(|(start, name)| line.starts_with(start).then_some(name))
}

/// Every row reaches to the last column that is needed; the phenotype may be missing.
fn check_width(path: &Path, number: u64, columns: &Columns, found: usize) -> FileResult<()> {
    let needed = [Field::Individual, Field::Father, Field::Mother, Field::Sex];
    let last = columns.0.iter().rposition(|named| named.is_some_and(|field| needed.contains(&field)));
    if found > last.unwrap_or_default() {
        return Ok(());
    }
    let rule = format!("{found} columns; family, individual, father, mother, sex, phenotype are needed");
    Err(FileError::on_line(path, number, "columns", rule))
}

/// Fields of a line: between tabs, so that names may have blanks and parents be empty; else between commas or semicolons; else
/// between blanks.
fn split(line: &str) -> Vec<String> {
    let between = |sign: char| line.split(sign).map(|field| field.trim().trim_matches('"').trim().to_owned()).collect::<Vec<_>>();
    let is_whole = |fields: &[String]| fields.len() >= PLAIN.len() - 1 && !fields[0].is_empty();
    let first = line.split_whitespace().next().unwrap_or_default();
    let signs = ['\t', ',', ';'].into_iter().filter(|sign| *sign == '\t' || first.contains(*sign));
    let found = signs.map(between).find(|fields| is_whole(fields) && !(fields[1].is_empty() && line.contains('\t')));
    found.unwrap_or_else(|| line.split_whitespace().map(str::to_owned).collect())
}
