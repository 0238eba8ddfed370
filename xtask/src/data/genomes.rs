//! Genotypes of the 1000 Genomes people, and the group that each is of.

use anyhow::{Context, ensure};
use std::{collections::BTreeMap, fs, io::Read, path::Path};

/// People of 1000 Genomes phase 3.
const PEOPLE: usize = 2504;

/// Copies of an allele among some people, and alleles that were called in them.
pub fn counted(row: &[u8], is_counted: impl Fn(usize) -> bool) -> (usize, usize) {
    let called: Vec<usize> =
        row.iter().enumerate().filter(|(person, c)| **c <= 2 && is_counted(*person)).map(|(_, c)| usize::from(*c)).collect();
    (called.iter().sum(), called.len() * 2)
}

/// Groups of the 1000 Genomes Project, as gnomAD names them in its keys.
pub const GROUPS: [&str; 5] = ["afr", "amr", "eas", "nfe", "sas"];
/// Populations of those groups. Source: 1000 Genomes Project, phase 3.
const POPULATIONS: [&str; 5] =
    ["YRI LWK GWD MSL ESN ASW ACB", "MXL PUR CLM PEL", "CHB JPT CHS CDX KHV", "CEU TSI FIN GBR IBS", "GIH PJL BEB STU ITU"];

/// Genotypes of the 1000 Genomes people at the sites that peddy ships, and which group each is of.
pub struct Genomes {
    names: String,
    calls: Vec<u8>,
    /// Of each person, in the order of genotypes.
    pub groups: Vec<&'static str>,
}

impl Genomes {
    /// Reads them. peddy keeps people in the order of the project's own VCF, whose genotypes at shared sites are the same.
    pub fn read(folder: &Path) -> anyhow::Result<Genomes> {
        let ancestry = folder.join("ancestry");
        let names = fs::read_to_string(ancestry.join("peddy_GRCH38.sites"))?;
        let mut calls = Vec::new();
        formats::open::reader(&ancestry.join("peddy_GRCH38.sites.bin.gz"))?.read_to_end(&mut calls)?;
        ensure!(calls.len() == names.lines().count() * PEOPLE, "sites and genotypes do not have the same length");
        let header = formats::open::lines(&folder.join("vcf/1000g_chr22_10k_x2504.vcf.gz"))?
            .map_while(Result::ok)
            .find_map(|(_, line)| line.starts_with("#CHROM").then_some(line))
            .context("the VCF names its people")?;
        let people = fs::read_to_string(folder.join("vcf/20130606_g1k.ped"))?;
        let population: BTreeMap<&str, &str> = people
            .lines()
            .filter_map(|line| {
                let fields: Vec<&str> = line.split('\t').collect();
                Some((*fields.get(1)?, *fields.get(6)?))
            })
            .collect();
        let group = |name: &str| {
            let population = population.get(name).with_context(|| format!("nothing is known of {name}"))?;
            let index = POPULATIONS.iter().position(|all| all.split(' ').any(|code| code == *population));
            Ok(GROUPS[index.with_context(|| format!("{population} is of no group"))?])
        };
        let groups = header.split('\t').skip(9).map(group).collect::<anyhow::Result<Vec<_>>>()?;
        ensure!(groups.len() == PEOPLE, "{} people, not {PEOPLE}", groups.len());
        Ok(Genomes { names, calls, groups })
    }

    /// Each site, contig:position:reference:alternative, with the copies that each person has.
    pub fn sites(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.names.lines().zip(self.calls.chunks_exact(PEOPLE))
    }
}
