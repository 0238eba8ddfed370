//! The command line as typed.

#[cfg(feature = "service")]
pub mod service;

use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

/// OpenGMS: an open genomic medicine service.
#[derive(Parser)]
#[command(name = "gms", version, about, propagate_version = true)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub enum Command {
    #[command(flatten)]
    Engine(EngineCommand),
    #[cfg(feature = "service")]
    #[command(flatten)]
    Service(service::ServiceCommand),
}

/// Commands that stand on files and a reference pack alone.
#[derive(Subcommand)]
pub enum EngineCommand {
    /// Interpret a family's VCF: ranked, classified, explained candidates.
    Interpret(Interpret),
    /// Check VCF files against the rules of their version, and list what is wrong.
    Check(Check),
    /// Say what happened to a variant or gene in an analysis, and by which rule.
    Explain(Explain),
    /// Name a variant in every way: contig-position-ref-alt, HGVS on each transcript, consequence, what the pack knows of it.
    Describe(Describe),
    /// List the candidates of a finished analysis by their tier under any panel.
    Tiers(Tiers),
    /// What the genes of a VCF say of medicines: named alleles, what they mean, what to do.
    Medicines(Medicines),
    /// Rank genes by phenotype alone.
    Rank(Rank),
    /// Build, list, verify and show reference packs.
    Reference(Reference),
}

#[derive(Args)]
pub struct Interpret {
    /// Variants: VCF, plain, gzip or BGZF, any number of samples.
    #[arg(long)]
    pub vcf: PathBuf,
    /// Structural variants, copy numbers or repeats of the same people, from their own caller's VCF; may be given more than once.
    #[arg(long)]
    pub structural: Vec<PathBuf>,
    /// Pedigree. Without it the VCF must have one sample.
    #[arg(long)]
    pub ped: Option<PathBuf>,
    /// HPO terms that the proband has, comma-separated identifiers or names.
    #[arg(long, value_delimiter = ',')]
    pub hpo: Vec<String>,
    /// HPO terms that were looked for and are absent.
    #[arg(long, value_delimiter = ',')]
    pub exclude_hpo: Vec<String>,
    /// Panel: an R code, a PanelApp number or name, or a PanelApp JSON file.
    #[arg(long)]
    pub panel: Option<String>,
    /// Reference pack: a name or a file.
    #[arg(long, default_value = "demo")]
    pub reference: String,
    /// Proband, where the pedigree does not tell.
    #[arg(long)]
    pub proband: Option<String>,
    /// Threads; all cores without it. The result is the same on any number.
    #[arg(long)]
    pub threads: Option<usize>,
    /// Go on where a line breaks a rule of its VCF version but can be read; each fault becomes a finding.
    #[arg(long)]
    pub lenient: bool,
    /// Papers (PubMed identifiers) whose disease annotations are left out, to rank a published case fairly.
    #[arg(long, value_delimiter = ',')]
    pub leave_out_paper: Vec<u32>,
    /// Folder for the results; made if it is not there.
    #[arg(long)]
    pub out: PathBuf,
}

#[derive(Args)]
pub struct Check {
    /// VCF files, plain, gzip or BGZF.
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Faults to list of each file.
    #[arg(long, default_value_t = 20)]
    pub most: usize,
}

#[derive(Args)]
#[group(required = true, multiple = false, id = "what")]
pub struct Subject {
    /// Variant as contig-position-ref-alt, such as 1-12345-A-G, or in HGVS, such as NM_000059.4:c.68-7T>A.
    #[arg(long)]
    pub variant: Option<String>,
    /// Gene symbol.
    #[arg(long)]
    pub gene: Option<String>,
    /// Region as contig:start-end, 1-based.
    #[arg(long)]
    pub region: Option<String>,
}

#[derive(Args)]
pub struct Explain {
    /// Output folder of the analysis.
    #[arg(long)]
    pub out: PathBuf,
    #[command(flatten)]
    pub subject: Subject,
    /// BED file of what was covered, with the depth in its fourth column if it has one; a gVCF needs none.
    #[arg(long)]
    pub coverage: Option<PathBuf>,
    /// Reference pack: a name or a file.
    #[arg(long, default_value = "demo")]
    pub reference: String,
}

#[derive(Args)]
pub struct Describe {
    /// Variants as contig-position-ref-alt or in HGVS.
    #[arg(required = true)]
    pub variants: Vec<String>,
    /// Reference pack: a name or a file.
    #[arg(long, default_value = "demo")]
    pub reference: String,
}

#[derive(Args)]
pub struct Tiers {
    /// Output folder of the analysis.
    #[arg(long)]
    pub out: PathBuf,
    /// Panel: an R code, a PanelApp number or name, or a PanelApp JSON file.
    #[arg(long)]
    pub panel: String,
    /// Reference pack: a name or a file.
    #[arg(long, default_value = "demo")]
    pub reference: String,
}

#[derive(Args)]
pub struct Medicines {
    /// VCF or gVCF on GRCh38.
    #[arg(long)]
    pub vcf: PathBuf,
    /// Sample in the file; the only one without it.
    #[arg(long)]
    pub sample: Option<String>,
    /// Diplotypes told by another method: a line for each gene, such as CYP2D6 *1/*4.
    #[arg(long)]
    pub outside: Option<PathBuf>,
    /// The person has one X chromosome.
    #[arg(long)]
    pub male: bool,
    /// Positions that the file does not name were called and are those of the reference.
    #[arg(long)]
    pub absent_is_reference: bool,
    /// Only what is said of this medicine: a name, or a code of RxNorm or ATC.
    #[arg(long)]
    pub medicine: Option<String>,
    /// As JSON.
    #[arg(long)]
    pub json: bool,
}

#[derive(Args)]
pub struct Rank {
    /// A phenopacket (JSON).
    #[arg(long, required_unless_present = "hpo")]
    pub phenopacket: Option<PathBuf>,
    /// HPO terms that are present.
    #[arg(long, value_delimiter = ',')]
    pub hpo: Vec<String>,
    /// HPO terms that are absent.
    #[arg(long, value_delimiter = ',')]
    pub exclude_hpo: Vec<String>,
    /// Reference pack: a name or a file.
    #[arg(long, default_value = "demo")]
    pub reference: String,
    /// Papers (PubMed identifiers) whose disease annotations are left out, to rank a published case fairly.
    #[arg(long, value_delimiter = ',')]
    pub leave_out_paper: Vec<u32>,
    /// Genes to print; all without it.
    #[arg(long)]
    pub most: Option<usize>,
}

#[derive(Args)]
pub struct Reference {
    #[command(subcommand)]
    pub action: ReferenceAction,
}

#[derive(Subcommand)]
pub enum ReferenceAction {
    /// Packs that can be named.
    List,
    /// Compare a pack with its checksums.
    Verify {
        /// Name or file.
        pack: String,
    },
    /// What is in a pack.
    Show {
        /// Name or file.
        pack: String,
    },
    /// Build a pack from the sources' own files.
    Build(Box<Build>),
}

#[derive(Args)]
pub struct Build {
    /// Name of the pack.
    #[arg(long)]
    pub name: String,
    /// Where to write it; packs/NAME.gmspack without it.
    #[arg(long)]
    pub to: Option<PathBuf>,
    /// Reference sequence (FASTA, plain or compressed); whole contigs or `>chr:start-end` regions.
    #[arg(long)]
    pub fasta: Vec<PathBuf>,
    /// MANE summary.
    #[arg(long)]
    pub mane: Option<PathBuf>,
    /// Transcripts as a UCSC genePred table.
    #[arg(long, conflicts_with = "gff3")]
    pub genepred: Option<PathBuf>,
    /// Transcripts as RefSeq or Ensembl GFF3.
    #[arg(long)]
    pub gff3: Option<PathBuf>,
    /// HGNC complete set.
    #[arg(long)]
    pub hgnc: Option<PathBuf>,
    /// gnomAD gene constraint.
    #[arg(long)]
    pub constraint: Option<PathBuf>,
    /// Haploinsufficiency (Collins 2022).
    #[arg(long)]
    pub haploinsufficiency: Option<PathBuf>,
    /// ClinGen dosage sensitivity (CSV).
    #[arg(long)]
    pub dosage: Option<PathBuf>,
    /// hp.obo.
    #[arg(long)]
    pub hpo: Option<PathBuf>,
    /// phenotype.hpoa.
    #[arg(long)]
    pub hpoa: Option<PathBuf>,
    /// `genes_to_phenotype.txt`.
    #[arg(long)]
    pub genes_to_phenotype: Option<PathBuf>,
    /// ClinVar VCF.
    #[arg(long)]
    pub clinvar: Option<PathBuf>,
    /// Population frequencies (VCF in gnomAD's layout); may be given more than once.
    #[arg(long)]
    pub frequency: Vec<PathBuf>,
    /// Scores as KIND=FILE, such as REVEL=revel.csv; kinds are REVEL, AlphaMissense, SpliceAI, CADD and phyloP.
    #[arg(long, value_name = "KIND=FILE")]
    pub score: Vec<String>,
    /// Deletions and duplications with their frequency: contig, 0-based start, end, DEL or DUP, frequency (tab-separated).
    #[arg(long)]
    pub structural_frequency: Vec<PathBuf>,
    /// `STRchive`'s repeat loci (JSON).
    #[arg(long)]
    pub repeats: Option<PathBuf>,
    /// Contigs, or contig:start-end, that the frequency files cover completely, so that an allele not in them is known to be unseen.
    #[arg(long, value_delimiter = ',')]
    pub frequency_complete: Vec<String>,
    /// Panels as PanelApp JSON; may be given more than once.
    #[arg(long)]
    pub panel: Vec<PathBuf>,
    /// Test Directory JSON.
    #[arg(long)]
    pub directory: Option<PathBuf>,
}

#[cfg(test)]
mod tests {
    use super::Arguments;
    use clap::{Command, CommandFactory};
    use std::collections::BTreeSet;

    /// Two arguments of one name would be taken for each other, such as a line within TLS for one without.
    #[test]
    fn no_command_has_two_arguments_of_one_name() {
        let mut waiting: Vec<Command> = vec![Arguments::command()];
        while let Some(command) = waiting.pop() {
            let mut names = BTreeSet::new();
            for argument in command.get_arguments() {
                assert!(names.insert(argument.get_id().as_str()), "{}: {}", command.get_name(), argument.get_id());
            }
            waiting.extend(command.get_subcommands().cloned());
        }
    }
}
