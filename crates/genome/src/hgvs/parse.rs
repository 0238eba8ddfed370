//! Reading a description that somebody typed. Every failure says at which character, what was expected, and what to do.

mod protein;

use super::notation::{Bound, Change, Description, Interval, Kind, NucleotideChange, NucleotideEdit, Point, Stated};
use std::str::FromStr;

/// Why a text is not an HGVS description.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{text}', character {column}: {expected}")]
pub struct HgvsError {
    /// The text as it was typed.
    pub text: String,
    /// Character at which reading failed, 1-based.
    pub column: usize,
    /// What was expected there, or which rule is broken, and what to do.
    pub expected: String,
}

/// A place in a text. Rules either move it past what they read or leave it where it was.
#[derive(Clone, Copy)]
struct Cursor<'a> {
    text: &'a str,
    index: usize,
}

type Read<T> = Result<T, Missing>;

/// A rule that can be tried.
type Rule<'a, 'r, T> = &'r dyn Fn(&mut Cursor<'a>) -> Read<T>;

/// What a rule needed and did not find.
#[derive(Debug, PartialEq)]
struct Missing {
    index: usize,
    what: &'static str,
}

/// Nucleotide letters with the ambiguity codes. Source: IUPAC 1970.
const DNA: &str = "ACGTNRYKMSWBDHVacgtnrykmswbdhv";
const RNA: &str = "ACGUNRYKMSWBDHVacgunrykmswbdhv";

impl<'a> Cursor<'a> {
    fn new(text: &'a str) -> Cursor<'a> {
        Cursor { text, index: 0 }
    }

    fn rest(&self) -> &'a str {
        &self.text[self.index..]
    }

    fn eat(&mut self, token: &str) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.index += token.len();
        }
        found
    }

    fn need(&mut self, token: &str, what: &'static str) -> Read<()> {
        if self.eat(token) { Ok(()) } else { self.miss(what) }
    }

    fn miss<T>(&self, what: &'static str) -> Read<T> {
        Err(Missing { index: self.index, what })
    }

    fn run(&mut self, belongs: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let length = rest.find(|c| !belongs(c)).unwrap_or(rest.len());
        self.index += length;
        &rest[..length]
    }

    fn ended(&self) -> bool {
        self.index == self.text.len()
    }

    fn number(&mut self) -> Read<u32> {
        let start = *self;
        let digits = self.run(|c| c.is_ascii_digit());
        digits.parse().map_err(|_| {
            *self = start;
            Missing { index: start.index, what: "a whole number is needed" }
        })
    }

    /// Tries a rule; on failure stays where it was.
    fn attempt<T>(&mut self, rule: impl FnOnce(&mut Cursor<'a>) -> Read<T>) -> Read<T> {
        let mut ahead = *self;
        let value = rule(&mut ahead)?;
        *self = ahead;
        Ok(value)
    }

    /// The first rule that reads; if none does, the complaint of the one that came furthest.
    fn any<T>(&mut self, rules: &[Rule<'a, '_, T>]) -> Read<T> {
        let mut furthest = Missing { index: 0, what: "something is missing" };
        for rule in rules {
            match self.attempt(rule) {
                Ok(value) => return Ok(value),
                Err(missing) if missing.index >= furthest.index => furthest = missing,
                Err(_) => {}
            }
        }
        Err(furthest)
    }
}

/// An accession: letters and digits, perhaps `_` or `-` and more, perhaps a version.
fn accession<'a>(c: &mut Cursor<'a>) -> Read<&'a str> {
    let start = *c;
    if !c.rest().starts_with(|f: char| f.is_ascii_alphabetic()) {
        return c.miss("an accession such as NM_000059.4 or NC_000013.11 is needed");
    }
    c.run(|l| l.is_ascii_alphanumeric());
    if c.eat("_") || c.eat("-") {
        let tail = c.run(|l| l.is_ascii_alphanumeric());
        if tail.is_empty() {
            return c.miss("the number of the accession is missing");
        }
    }
    if c.eat(".") {
        c.number().map_err(|m| Missing { what: "the version of the accession is missing after the dot", ..m })?;
    }
    Ok(&start.text[start.index..c.index])
}

/// What is named before the colon: an accession, or a contig such as `17` or `chr17`.
fn reference<'a>(c: &mut Cursor<'a>) -> Read<&'a str> {
    let start = *c;
    let digits = c.run(|l| l.is_ascii_digit());
    if !digits.is_empty() {
        return if c.rest().starts_with(':') { Ok(digits) } else { start.miss("an accession such as NM_000059.4 is needed") };
    }
    accession(c)
}

fn bracketed<'a>(c: &mut Cursor<'a>) -> Read<&'a str> {
    c.need("(", "an opening bracket is needed")?;
    let inside = gene_or_accession(c)?;
    c.need(")", "the closing bracket after the gene is missing")?;
    Ok(inside)
}

fn gene_or_accession<'a>(c: &mut Cursor<'a>) -> Read<&'a str> {
    if !c.rest().starts_with(|f: char| f.is_ascii_alphabetic()) {
        return c.miss("a gene symbol or transcript is needed in the brackets");
    }
    Ok(c.run(|l| l.is_ascii_alphanumeric() || matches!(l, '-' | '_' | '.')))
}

fn kind(c: &mut Cursor) -> Read<Kind> {
    for kind in [Kind::Genomic, Kind::Mitochondrial, Kind::Coding, Kind::NonCoding, Kind::Rna, Kind::Protein] {
        if c.eat(&format!("{}.", kind.letter())) {
            return Ok(kind);
        }
    }
    c.miss("one of g. m. c. n. r. p. is needed, to say what positions are counted on")
}

/// A position; `kind` decides whether `*`, `-` and intron offsets belong.
fn point(c: &mut Cursor, kind: Kind) -> Read<Point> {
    if c.eat("?") {
        return Ok(Point::Unknown);
    }
    let coding = matches!(kind, Kind::Coding | Kind::Rna);
    let after_stop = coding && c.eat("*");
    let before_start = coding && !after_stop && c.eat("-");
    let number = c.number().map_err(|m| Missing { what: "a position is needed", ..m })?;
    let base = i32::try_from(number).ok().filter(|b| *b > 0);
    let Some(base) = base else { return c.miss("positions begin at 1; there is no position 0") };
    let mut offset = 0;
    if !matches!(kind, Kind::Genomic | Kind::Mitochondrial) && (c.rest().starts_with('+') || c.rest().starts_with('-')) {
        let sign = if c.eat("+") { 1 } else { c.need("-", "a sign is needed").map(|()| -1)? };
        let distance = c.number().map_err(|m| Missing { what: "the distance into the intron is missing", ..m })?;
        let Ok(distance) = i32::try_from(distance) else { return c.miss("no intron is as long as this") };
        offset = sign * distance;
    }
    Ok(Point::Base { after_stop, base: if before_start { -base } else { base }, offset })
}

fn bound(c: &mut Cursor, kind: Kind) -> Read<Bound> {
    if !c.eat("(") {
        return point(c, kind).map(Bound::At);
    }
    let low = point(c, kind)?;
    c.need("_", "'_' is needed between the two points of an uncertain bound")?;
    let high = point(c, kind)?;
    c.need(")", "the closing bracket of an uncertain bound is missing")?;
    Ok(Bound::Between(low, high))
}

fn interval(c: &mut Cursor, kind: Kind) -> Read<Interval> {
    let first = bound(c, kind)?;
    let last = if c.eat("_") { Some(bound(c, kind)?) } else { None };
    Ok(Interval { first, last })
}

fn letters(kind: Kind) -> &'static str {
    if kind == Kind::Rna { RNA } else { DNA }
}

fn bases<'a>(c: &mut Cursor<'a>, kind: Kind) -> Read<&'a str> {
    let found = c.run(|l| letters(kind).contains(l));
    if found.is_empty() {
        return c.miss(if kind == Kind::Rna { "bases are needed (A, C, G, U)" } else { "bases are needed (A, C, G, T)" });
    }
    Ok(found)
}

/// Upper-case bases as DNA; what is written of RNA keeps U.
fn upper(bases: &str) -> String {
    bases.to_ascii_uppercase()
}

fn stated(c: &mut Cursor, kind: Kind) -> Stated {
    if let Ok(count) = c.attempt(Cursor::number) {
        return Stated::Length(count);
    }
    c.attempt(|c| bases(c, kind)).map_or(Stated::Nothing, |b| Stated::Bases(upper(b)))
}

fn substitution(c: &mut Cursor, kind: Kind) -> Read<NucleotideEdit> {
    let was = bases(c, kind)?;
    c.need(">", "'>' and the new base, '=' or one of del, ins, dup, inv is needed")?;
    let now = bases(c, kind)?;
    let (&[reference], &[alternate]) = (upper(was).as_bytes(), upper(now).as_bytes()) else {
        return c.miss("'>' is for one base; write more as delins, such as c.76_77delinsTT");
    };
    Ok(NucleotideEdit::Substitution { reference, alternate })
}

fn edit(c: &mut Cursor, kind: Kind) -> Read<NucleotideEdit> {
    if c.eat("delins") {
        return Ok(NucleotideEdit::DeletionInsertion { removed: Stated::Nothing, inserted: upper(bases(c, kind)?) });
    }
    if c.eat("del") {
        let removed = stated(c, kind);
        if c.eat("ins") {
            return Ok(NucleotideEdit::DeletionInsertion { removed, inserted: upper(bases(c, kind)?) });
        }
        return Ok(NucleotideEdit::Deletion { removed });
    }
    if c.eat("dup") {
        return Ok(NucleotideEdit::Duplication { copied: stated(c, kind) });
    }
    if c.eat("ins") {
        return Ok(NucleotideEdit::Insertion { inserted: upper(bases(c, kind)?) });
    }
    if c.eat("inv") {
        stated(c, kind);
        return Ok(NucleotideEdit::Inversion);
    }
    if c.eat("copy") {
        return Ok(NucleotideEdit::Copies(c.number()?));
    }
    if c.eat("con") {
        return conversion(c);
    }
    if c.eat("=") {
        return Ok(NucleotideEdit::Same);
    }
    let same = |c: &mut Cursor| bases(c, kind).and_then(|_| c.need("=", "'=' is needed")).map(|()| NucleotideEdit::Same);
    c.any(&[&same, &|c| repeat(c, kind), &|c| substitution(c, kind)])
}

fn repeat(c: &mut Cursor, kind: Kind) -> Read<NucleotideEdit> {
    let unit = c.attempt(|c| bases(c, kind)).ok().map(upper);
    c.need("[", "'[' and the number of copies is needed")?;
    let count = c.number()?;
    c.need("]", "the closing ']' after the number of copies is missing")?;
    Ok(NucleotideEdit::Repeat { unit, count })
}

fn conversion(c: &mut Cursor) -> Read<NucleotideEdit> {
    let start = *c;
    accession(c)?;
    c.need(":", "a colon and the place that the bases came from are needed")?;
    let kind = kind(c)?;
    interval(c, kind)?;
    Ok(NucleotideEdit::Conversion { from: start.text[start.index..c.index].into() })
}

fn nucleotide_change(c: &mut Cursor, kind: Kind) -> Read<NucleotideChange> {
    let plain = |c: &mut Cursor| -> Read<NucleotideChange> {
        let interval = interval(c, kind)?;
        let edit = if c.rest().starts_with('(') {
            c.need("(", "a bracket")?;
            let edit = edit(c, kind)?;
            c.need(")", "the closing bracket of the edit is missing")?;
            edit
        } else {
            edit(c, kind)?
        };
        Ok(NucleotideChange { kind, interval, edit, predicted: false })
    };
    if kind != Kind::Rna {
        return plain(c);
    }
    let predicted = |c: &mut Cursor| -> Read<NucleotideChange> {
        c.need("(", "a bracket is needed")?;
        let inner = plain(c)?;
        c.need(")", "the closing bracket is missing")?;
        Ok(NucleotideChange { predicted: true, ..inner })
    };
    c.any(&[&predicted, &plain])
}

fn change(c: &mut Cursor) -> Read<Change> {
    match kind(c)? {
        Kind::Protein => protein::change(c).map(Change::Protein),
        kind => nucleotide_change(c, kind).map(Change::Nucleotide),
    }
}

fn description(c: &mut Cursor) -> Read<Description> {
    let reference = reference(c)?.to_owned();
    let within = if c.rest().starts_with('(') { Some(bracketed(c)?.to_owned()) } else { None };
    c.need(":", "a colon is needed between the reference sequence and the change")?;
    Ok(Description { reference, within, change: change(c)? })
}

impl FromStr for Description {
    type Err = HgvsError;

    /// Reads one description. Spaces around it, typographic dashes and lower-case bases are forgiven; nothing
    /// that could mean two things is.
    fn from_str(text: &str) -> Result<Description, HgvsError> {
        let tidy = text.trim().replace(['\u{2010}', '\u{2011}', '\u{2012}', '\u{2013}', '\u{2212}'], "-");
        let complain =
            |index: usize, expected: String| HgvsError { text: text.trim().into(), column: tidy[..index].chars().count() + 1, expected };
        if let Some(hint) = habit(&tidy) {
            return Err(complain(0, hint.into()));
        }
        let mut cursor = Cursor::new(&tidy);
        match description(&mut cursor) {
            Err(missing) => Err(complain(missing.index, missing.what.into())),
            Ok(_) if !cursor.ended() => {
                Err(complain(cursor.index, format!("nothing more is expected here, but there is '{}'", cursor.rest())))
            }
            Ok(description) => Ok(description),
        }
    }
}

/// Ways of writing that people use and that HGVS does not know, each with what to write.
fn habit(text: &str) -> Option<&'static str> {
    if text.is_empty() {
        return Some("a description is needed, such as NM_000059.4:c.68-7T>A");
    }
    if text.contains(char::is_whitespace) {
        return Some("a description has no spaces within it");
    }
    if text.contains("IVS") {
        return Some("IVS numbering is no longer HGVS; count from the nearest base of an exon, such as c.88+2T>G");
    }
    if text.contains("->") {
        return Some("write a substitution with '>' alone, such as c.76A>C");
    }
    if text.contains(';') {
        return Some("this names several changes; give one at a time");
    }
    let bare = ["g.", "m.", "c.", "n.", "r.", "p."].iter().any(|p| text.starts_with(p));
    bare.then_some("the reference sequence is missing; begin with one, such as NM_000059.4:c.68-7T>A")
}

#[cfg(test)]
mod tests;
