//! The variant that somebody typed: contig-position-ref-alt, or HGVS on a transcript, contig or gene that the pack holds.

use crate::Knowledge;
use genome::{
    Build, Mane, Transcript, Variant,
    hgvs::{self, Description, HgvsError, ResolveError},
    variant::VariantError,
};

/// A variant found by its name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Named {
    /// The variant, normalised.
    pub variant: Variant,
    /// What was taken for granted on the way, in words.
    pub notes: Vec<String>,
}

/// Why a text names no variant.
#[derive(Debug, thiserror::Error)]
pub enum NameError {
    /// Not contig-position-ref-alt, though written like it.
    #[error(transparent)]
    Variant(#[from] VariantError),
    /// Written like HGVS, and not readable as it.
    #[error(transparent)]
    Hgvs(#[from] HgvsError),
    /// HGVS that leads nowhere.
    #[error(transparent)]
    Resolve(#[from] ResolveError),
    /// The pack holds another version of the transcript. A position may differ between versions, so none is taken for another.
    #[error(
        "the reference pack has {available}, not {requested}: positions can differ between versions, so check them and ask again with {available}"
    )]
    OtherVersion {
        /// Transcript that was typed, with its version.
        requested: String,
        /// The same transcript as the pack has it.
        available: String,
    },
}

/// Reads a variant's name.
pub fn variant(text: &str, knowledge: &Knowledge) -> Result<Named, NameError> {
    // A colon followed by a letter and a dot is HGVS; everything else is taken as the parts of a VCF line.
    let described = text.split_once(':').is_some_and(|(_, change)| change.as_bytes().get(1) == Some(&b'.')) || text.contains(":p");
    let bare = text.trim().as_bytes();
    if !described && !matches!(bare, [b'a'..=b'z', b'.', ..]) && !bare.contains(&b'_') {
        let variant: Variant = text.trim().parse()?;
        return Ok(Named { variant: variant.normalise(&*knowledge.evidence), notes: vec![] });
    }
    let description: Description = text.parse()?;
    let mut notes = Vec::new();
    for name in [Some(&description.reference), description.within.as_ref()].into_iter().flatten() {
        match find_transcript(name, knowledge) {
            Some(found) if found.id == *name => {}
            Some(found) if name.contains('.') => {
                return Err(NameError::OtherVersion { requested: name.clone(), available: found.id.clone() });
            }
            Some(found) => notes.push(format!("'{name}' was read as {}", found.id)),
            None => {}
        }
    }
    let find = |name: &str| find_transcript(name, knowledge);
    let variant = hgvs::resolve(&description, Build::GRCh38, &*knowledge.evidence, &find)?;
    Ok(Named { variant, notes })
}

/// A transcript by accession, of whatever version; or the MANE Select transcript of a gene.
fn find_transcript<'a>(name: &str, knowledge: &'a Knowledge) -> Option<&'a Transcript> {
    let bare = |id: &str| id.split('.').next().unwrap_or_default().to_owned();
    let accession = bare(name);
    let by_accession = || knowledge.transcripts().iter().find(|t| bare(&t.id) == accession);
    let exact = knowledge.transcripts().iter().find(|t| t.id == name);
    exact.or_else(by_accession).or_else(|| {
        let gene = knowledge.gene_by_symbol(name)?;
        knowledge.transcripts_of(gene.id).find(|t| t.mane == Mane::Select)
    })
}
