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
///
/// ```
/// use engine::{reference, run::{Request, run}};
/// use ontology::likelihood::Phenotype;
/// # let folder = std::env::temp_dir().join(format!("gms-example-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder)?;
///
/// // A published case (PMID 37962958): a child with developmental delay and a new variant of U2AF2.
/// let vcf = [
///     "##fileformat=VCFv4.2",
///     "##contig=<ID=chr19,length=58617616>",
///     "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"Genotype\">",
///     "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tchild\tfather\tmother",
///     "chr19\t55661148\t.\tC\tT\t50\tPASS\t.\tGT\t0/1\t0/0\t0/0\n",
/// ];
/// let ped = "family child father mother 2 2\nfamily father 0 0 1 1\nfamily mother 0 0 2 1\n";
/// std::fs::write(folder.join("family.vcf"), vcf.join("\n"))?;
/// std::fs::write(folder.join("family.ped"), ped)?;
///
/// let request = Request {
///     vcf: folder.join("family.vcf"),
///     structural: vec![],
///     ped: Some(folder.join("family.ped")),
///     proband: None,
///     phenotype: Phenotype { observed: vec!["HP:0001263".parse()?, "HP:0000316".parse()?], excluded: vec![] },
///     panel: None,
///     lenient: false,
///     papers_left_out: Default::default(),
/// };
/// let knowledge = reference::knowledge(&reference::open("demo")?)?;
/// let analysis = run(&request, &knowledge, None, &mut |_records| {})?;
/// assert_eq!(analysis.candidates[0].symbol, "U2AF2");
/// assert_eq!(analysis.candidates[0].pattern.to_string(), "de novo");
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
