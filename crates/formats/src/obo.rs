//! OBO flat files: the terms of `hp.obo`. Source: OBO flat file format 1.4.

use crate::{FileError, FileResult, open};
use ontology::{Term, TermId};
use std::path::Path;

/// Terms that are in force, and the release they belong to.
pub fn read(path: &Path) -> FileResult<(String, Vec<Term>)> {
    let (mut version, mut terms) = (String::new(), Vec::new());
    let mut current: Option<(Term, bool)> = None;
    for line in open::lines(path)? {
        let (number, line) = line?;
        if line.starts_with('[') {
            finish(&mut current, &mut terms);
            if line == "[Term]" {
                let empty = Term { id: TermId(0), name: String::new(), synonyms: vec![], alternatives: vec![], parents: vec![] };
                current = Some((empty, false));
            }
            continue;
        }
        let Some((key, value)) = line.split_once(": ") else { continue };
        if key == "data-version" {
            value.trim_start_matches("hp/releases/").clone_into(&mut version);
        }
        let Some((term, obsolete)) = &mut current else { continue };
        let id = |text: &str| {
            let bare = text.split(" !").next().unwrap_or(text).split(' ').next().unwrap_or(text);
            bare.parse::<TermId>().map_err(|e| FileError::on_line(path, number, "identifier", e))
        };
        match key {
            "id" if value.starts_with("HP:") => term.id = id(value)?,
            "name" => value.clone_into(&mut term.name),
            "synonym" => term.synonyms.extend(value.split('"').nth(1).map(str::to_owned)),
            "alt_id" if value.starts_with("HP:") => term.alternatives.push(id(value)?),
            "is_a" if value.starts_with("HP:") => term.parents.push(id(value)?),
            "is_obsolete" => *obsolete = value == "true",
            _ => {}
        }
    }
    finish(&mut current, &mut terms);
    if terms.is_empty() {
        return Err(FileError::whole(path, "holds no [Term] of the Human Phenotype Ontology"));
    }
    terms.sort_by_key(|t| t.id);
    Ok((version, terms))
}

fn finish(current: &mut Option<(Term, bool)>, terms: &mut Vec<Term>) {
    if let Some((mut term, obsolete)) = current.take()
        && !obsolete
        && term.id.0 > 0
    {
        term.synonyms.sort();
        term.synonyms.dedup();
        terms.push(term);
    }
}
