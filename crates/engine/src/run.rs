//! One run: files in, analysis and its side file out.

use super::{family, intake, sidefile};
use annotation::{Case, Family, Knowledge};
use anyhow::Context;
use formats::{FileResult, vcf::Stream};
use germline::{
    Analysis,
    analysis::{self, assemble::Screened},
};
use ontology::{Panel, likelihood::Phenotype};
use std::{
    collections::HashSet,
    path::{Path, PathBuf},
};

/// What to run.
#[derive(Clone, Debug)]
pub struct Request {
    /// Variants of the family.
    pub vcf: PathBuf,
    /// Structural variants, copy numbers and repeats of the same people, from their own callers.
    pub structural: Vec<PathBuf>,
    /// Pedigree; without one the VCF must have one sample.
    pub ped: Option<PathBuf>,
    /// Proband, where the pedigree does not tell.
    pub proband: Option<String>,
    /// What the proband shows.
    pub phenotype: Phenotype,
    /// Genes that the test covers.
    pub panel: Option<Panel>,
    /// Go on where a line breaks a rule of its VCF version but can be read; each becomes a finding.
    pub lenient: bool,
    /// Papers whose disease annotations are left out.
    pub papers_left_out: HashSet<u32>,
}

/// Runs the engine. With a folder, the side file for `explain` is written there.
pub fn run(request: &Request, knowledge: &Knowledge, folder: Option<&Path>, progress: &mut dyn FnMut(u64)) -> anyhow::Result<Analysis> {
    let mut stream = Stream::open(&request.vcf)?;
    let family = family::read(request.ped.as_deref(), stream.header(), &request.vcf, request.proband.as_deref())?;
    let mut side =
        folder.map(|f| sidefile::Writer::create(f).with_context(|| format!("writing {}", f.join(sidefile::NAME).display()))).transpose()?;
    let screened = screened(request, &mut stream, &family, knowledge, side.as_mut(), progress)?;
    if let Some(side) = side {
        side.finish().context("writing the side file")?;
    }
    let case = Case {
        family,
        phenotype: request.phenotype.clone(),
        panel: request.panel.clone(),
        papers_left_out: request.papers_left_out.clone(),
    };
    Ok(analysis::assemble(&case, screened, knowledge))
}

/// Everything that the files hold, past the sieve.
fn screened(
    request: &Request,
    stream: &mut Stream,
    family: &Family,
    knowledge: &Knowledge,
    mut side: Option<&mut sidefile::Writer>,
    progress: &mut dyn FnMut(u64),
) -> FileResult<Screened> {
    let rules = intake::Rules { lenient: request.lenient, whole_family: true };
    let mut all = intake::read(stream, family, knowledge, rules, side.as_deref_mut(), progress)?;
    for path in &request.structural {
        let rules = intake::Rules { whole_family: false, ..rules };
        all.add(intake::read(&mut Stream::open(path)?, family, knowledge, rules, side.as_deref_mut(), progress)?);
    }
    Ok(all)
}
