//! HGVS descriptions of small variants: made, read and resolved. Source: HGVS nomenclature 21.0.
//!
//! ```
//! use genome::{Build, Contig, Reference, Variant, hgvs};
//!
//! /// Ten bases of chromosome 1.
//! struct Short;
//!
//! impl Reference for Short {
//!     fn bases(&self, contig: Contig, start: u32, end: u32) -> Option<Vec<u8>> {
//!         let held = b"ACGTTTTGCA".get(start as usize - 1..end as usize);
//!         held.filter(|_| contig.number() == 1).map(<[u8]>::to_vec)
//!     }
//! }
//!
//! // A deletion is described as far 3' as its repeat allows.
//! let variant: Variant = "1-3-GT-G".parse()?;
//! assert_eq!(hgvs::genomic(&variant, Build::GRCh38, &Short), "NC_000001.11:g.7del");
//!
//! // And read back: the variant, normalised to the left as in VCF.
//! let description: hgvs::Description = "NC_000001.11:g.7del".parse()?;
//! assert_eq!(hgvs::resolve(&description, Build::GRCh38, &Short, &|_| None)?.to_string(), "1-3-GT-G");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod notation;
pub mod parse;
pub mod resolve;

pub use notation::Description;
pub use parse::HgvsError;
pub use resolve::{ResolveError, resolve};

use crate::{Build, Reference, Strand, Structure, Transcript, Variant, edit::Edit, sequence};

/// The g. description with its accession, 3'-shifted along the reference.
pub fn genomic(variant: &Variant, build: Build, genome: &dyn Reference) -> String {
    let prefix = if variant.contig == crate::Contig::MT { "m" } else { "g" };
    if let Some(structure) = variant.structure() {
        return format!("{}:{prefix}.{}", variant.contig.refseq(build), structural(variant.position.get(), structure));
    }
    let edit = Edit::from_variant(variant).shifted(Strand::Forward, genome);
    let name = |position: u32| Some(position.to_string());
    let change = describe(&edit, Strand::Forward, genome, &name).unwrap_or_else(|| "?".into());
    format!("{}:{prefix}.{change}", variant.contig.refseq(build))
}

/// The change of a structural variant. What HGVS has no writing for is told by its place alone.
fn structural(position: u32, structure: Structure) -> String {
    let first = position + 1;
    match structure {
        Structure::Deletion { end } => format!("{first}_{end}del"),
        Structure::Duplication { end } => format!("{first}_{end}dup"),
        Structure::Inversion { end } => format!("{first}_{end}inv"),
        Structure::Insertion { length: 0 } => format!("{position}_{first}ins(?)"),
        Structure::Insertion { length } => format!("{position}_{first}insN[{length}]"),
        Structure::Breakend { contig, position: mate } => format!("{position}::{contig}:{mate}"),
        Structure::Repeat { end, copies } => format!("{first}_{end}[{copies}]"),
    }
}

/// The c. description (n. for a non-coding transcript) of an edit already shifted in transcript direction.
pub fn coding(edit: &Edit, transcript: &Transcript, genome: &dyn Reference) -> Option<String> {
    let name = |position: u32| transcript.coordinate(transcript.place(position));
    let prefix = if transcript.coding.is_some() { "c" } else { "n" };
    Some(format!("{prefix}.{}", describe(edit, transcript.strand, genome, &name)?))
}

fn describe(edit: &Edit, strand: Strand, genome: &dyn Reference, name: &dyn Fn(u32) -> Option<String>) -> Option<String> {
    let span = |low: u32, high: u32| -> Option<String> {
        let (first, last) = if strand == Strand::Forward { (low, high) } else { (high, low) };
        if low == high { name(low) } else { Some(format!("{}_{}", name(first)?, name(last)?)) }
    };
    let inserted = edit.inserted_on(strand);
    let shown = String::from_utf8_lossy(&inserted);
    if edit.is_insertion() {
        return match edit.duplicated(strand, genome) {
            Some((low, high)) => Some(format!("{}dup", span(low, high)?)),
            None => Some(format!("{}ins{shown}", span(edit.start - 1, edit.start)?)),
        };
    }
    let place = span(edit.start, edit.end)?;
    if edit.inserted.is_empty() {
        return Some(format!("{place}del"));
    }
    if edit.removed.len() == 1 && edit.inserted.len() == 1 {
        let was = if strand == Strand::Forward { edit.removed[0] } else { sequence::complement(edit.removed[0]) };
        return Some(format!("{place}{}>{shown}", char::from(was)));
    }
    if edit.inserted == sequence::reverse_complement(&edit.removed) {
        return Some(format!("{place}inv"));
    }
    Some(format!("{place}delins{shown}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::variant::tests::Short;

    #[track_caller]
    fn check(variant: &str, expected: &str) {
        let variant: Variant = variant.parse().expect("a variant");
        assert_eq!(genomic(&variant, Build::GRCh38, &Short(b"ACGTTTTGCA")), format!("NC_000001.11:g.{expected}"));
    }

    #[test]
    fn genomic_descriptions_follow_the_recommendations() {
        check("1-2-C-T", "2C>T");
        check("1-3-GT-G", "7del");
        check("1-3-G-GT", "7dup");
        check("1-3-G-GA", "3_4insA");
        check("1-8-GC-TT", "8_9delinsTT");
        check("1-1-ACG-CGT", "1_3inv");
    }
}
