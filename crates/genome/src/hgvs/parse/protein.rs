//! The protein part of the grammar.

use super::{Cursor, Missing, Read};
use crate::{
    hgvs::notation::{ExtensionEnd, Length, ProteinChange, ProteinEdit, Residue, ResidueEdit},
    protein,
};

/// One-letter names, with the ambiguity codes B, Z, X and selenocysteine U. Source: IUPAC-IUB 1983.
const ONE: &str = "ACDEFGHIKLMNPQRSTVWYBZXU";

/// A three-letter name.
pub(super) fn three(c: &mut Cursor) -> Read<u8> {
    let name = c.rest().get(..3).and_then(protein::one);
    match name {
        Some(residue) if residue != b'*' => {
            c.index += 3;
            Ok(residue)
        }
        _ => c.miss("an amino acid is needed, such as Arg"),
    }
}

/// A one-letter name.
pub(super) fn one(c: &mut Cursor) -> Read<u8> {
    let Some(letter) = c.rest().chars().next().filter(|l| ONE.contains(*l)) else {
        return c.miss("an amino acid is needed, such as Arg or R");
    };
    c.index += 1;
    Ok(letter as u8)
}

/// A stop, as `Ter`, `*` or the older `X`.
pub(super) fn stop(c: &mut Cursor) -> Read<u8> {
    if c.eat("Ter") || c.eat("*") || c.eat("X") { Ok(b'*') } else { c.miss("a stop is needed (Ter or *)") }
}

/// Any residue or a stop.
pub(super) fn any(c: &mut Cursor) -> Read<u8> {
    c.any(&[&stop, &three, &one])
}

/// Residues, all in one spelling; a stop may only be the last.
pub(super) fn many(c: &mut Cursor) -> Read<String> {
    c.any(&[&|c| spelled(c, three, &["Ter"]), &|c| spelled(c, one_not_stop, &["*", "X"])])
}

fn one_not_stop(c: &mut Cursor) -> Read<u8> {
    if c.rest().starts_with('X') { c.miss("an amino acid") } else { one(c) }
}

fn spelled(c: &mut Cursor, residue: fn(&mut Cursor) -> Read<u8>, stops: &[&str]) -> Read<String> {
    let mut found = String::new();
    while let Ok(next) = c.attempt(residue) {
        found.push(char::from(next));
    }
    if stops.iter().any(|stop| c.eat(stop)) {
        found.push('*');
    }
    if found.is_empty() { c.miss("amino acids are needed") } else { Ok(found) }
}

/// A residue with its number; ambiguous residues name no place.
pub(super) fn residue(c: &mut Cursor) -> Read<Residue> {
    let index = c.index;
    let name = any(c)?;
    if matches!(name, b'B' | b'Z') {
        return Err(Missing { index, what: "an ambiguous amino acid names no place" });
    }
    Ok(Residue { name, number: c.number().map_err(|m| Missing { what: "the number of the amino acid is missing", ..m })? })
}

fn length(c: &mut Cursor) -> Length {
    if c.eat("?") { Length::Unknown } else { c.attempt(Cursor::number).map_or(Length::NotStated, Length::Residues) }
}

/// `fs`, perhaps with the new stop.
pub(super) fn frameshift(c: &mut Cursor) -> Read<Length> {
    c.need("fs", "fs is needed")?;
    Ok(if c.attempt(stop).is_ok() { length(c) } else { Length::NotStated })
}

/// `ext`, perhaps with the new end.
pub(super) fn extension(c: &mut Cursor) -> Read<ExtensionEnd> {
    c.need("ext", "ext is needed")?;
    Ok(extension_end(c).unwrap_or(ExtensionEnd::NotStated))
}

/// The new end of an extended protein.
pub(super) fn extension_end(c: &mut Cursor) -> Read<ExtensionEnd> {
    let start = |c: &mut Cursor| -> Read<ExtensionEnd> {
        let residue = c.attempt(|c| c.any(&[&three, &one])).ok();
        c.need("-", "'-' and the number of residues before the start are needed")?;
        Ok(ExtensionEnd::Start { residue, by: c.number()? })
    };
    c.any(&[&start, &|c| stop(c).map(|_| ExtensionEnd::Stop(length(c)))])
}

pub(super) fn residue_edit(c: &mut Cursor) -> Read<ResidueEdit> {
    if c.eat("delins") {
        return many(c).map(ResidueEdit::DeletionInsertion);
    }
    if c.eat("del") {
        return Ok(ResidueEdit::Deletion);
    }
    if c.eat("dup") {
        return Ok(ResidueEdit::Duplication);
    }
    if c.eat("ins") {
        return many(c).map(ResidueEdit::Insertion);
    }
    if c.eat("=") {
        return Ok(ResidueEdit::Same);
    }
    if c.eat("?") {
        return Ok(ResidueEdit::Unknown);
    }
    let to = c.attempt(any).ok();
    if c.rest().starts_with("fs") {
        return Ok(ResidueEdit::Frameshift { to, stop: frameshift(c)? });
    }
    if c.rest().starts_with("ext") {
        return Ok(ResidueEdit::Extension { to, end: extension(c)? });
    }
    match to {
        Some(to) => Ok(ResidueEdit::Substitution(to)),
        None => c.miss("the change is missing: a new amino acid, or one of del, ins, dup, fs, ext, ="),
    }
}

fn residues_edit(c: &mut Cursor) -> Read<ProteinEdit> {
    let first = residue(c)?;
    let last = if c.eat("_") { Some(residue(c)?) } else { None };
    Ok(ProteinEdit::At { first, last, what: residue_edit(c)? })
}

/// What is said of the whole protein.
pub(super) fn whole(c: &mut Cursor) -> Read<ProteinChange> {
    let plain = |edit| Ok(ProteinChange { edit, predicted: false });
    if c.eat("(=)") {
        return Ok(ProteinChange { edit: ProteinEdit::Same, predicted: true });
    }
    if c.eat("0?") {
        return plain(ProteinEdit::NoProtein { uncertain: true });
    }
    if c.eat("0") {
        return plain(ProteinEdit::NoProtein { uncertain: false });
    }
    if c.eat("?") {
        return plain(ProteinEdit::Unknown);
    }
    if c.eat("=") { plain(ProteinEdit::Same) } else { c.miss("=, ?, 0 or an amino acid is needed") }
}

/// The whole of what follows `p.`.
pub(super) fn change(c: &mut Cursor) -> Read<ProteinChange> {
    let predicted = |c: &mut Cursor| -> Read<ProteinChange> {
        c.need("(", "a bracket is needed")?;
        let edit = residues_edit(c)?;
        c.need(")", "the closing bracket is missing")?;
        Ok(ProteinChange { edit, predicted: true })
    };
    c.any(&[&whole, &predicted, &|c| residues_edit(c).map(|edit| ProteinChange { edit, predicted: false })])
}
