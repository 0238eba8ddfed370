//! Genes for medicines from a VCF: the sites of every gene in one pass over the file, called, with what they mean.

use anyhow::Context;
use formats::vcf::{Record, Stream};
use genome::Contig;
use pharmacogenomics::{
    Call, Definitions, Gene, Meaning, matcher, phenotype,
    site::{Line, Sites},
};
use std::path::Path;

/// What is asked of a file.
pub struct ReadOptions<'a> {
    /// Sample in the file.
    pub sample: &'a str,
    /// The person has one X chromosome.
    pub single_x: bool,
    /// Positions that the file does not name are those of the reference.
    pub absent_is_reference: bool,
}

/// Calls every gene that a VCF can tell, with what each means.
pub fn read(vcf: &Path, request: &ReadOptions) -> anyhow::Result<Vec<(Call, Meaning)>> {
    let definitions = Definitions::built_in();
    let mut genes: Vec<(&Gene, Sites)> =
        definitions.genes.iter().filter(|gene| gene.is_callable()).map(|gene| (gene, Sites::default())).collect();
    let mut stream = Stream::open(vcf)?;
    let names = stream.header().samples.clone();
    let sample = names.iter().position(|name| name == request.sample);
    let sample = sample.with_context(|| format!("{} has no sample '{}'; it has: {}", vcf.display(), request.sample, names.join(", ")))?;
    while let Some(chunk) = stream.next_chunk()? {
        for (number, record) in chunk.records(names.len()) {
            let record = record.map_err(|wrong| Stream::line_error(vcf, number, wrong))?;
            let Some(contig) = record.contig else { continue };
            for (gene, sites) in genes.iter_mut().filter(|(gene, _)| near(gene, contig, &record)) {
                if let Some(line) = line(&record, sample) {
                    sites.take(gene, &line);
                }
            }
        }
    }
    let made = genes.into_iter().map(|(gene, mut sites)| {
        if request.absent_is_reference {
            sites.assume_reference(gene);
        }
        if gene.symbol == "MT-RNR1" || (gene.symbol == "G6PD" && request.single_x) {
            sites.single();
        }
        let call = matcher::call(gene, &sites);
        let meaning = phenotype::interpret(gene, &call);
        (call, meaning)
    });
    Ok(made.collect())
}

/// Longest run of bases that an allele of a definition names.
const ALLELE_BASES_MAX: u32 = 200;

fn near(gene: &Gene, contig: Contig, record: &Record) -> bool {
    let (Some(first), Some(last)) = (gene.positions.first(), gene.positions.last()) else { return false };
    gene.contig == contig && record.position <= last.position && end(record).unwrap_or(record.position) + ALLELE_BASES_MAX >= first.position
}

/// Last position of a block of reference.
fn end(record: &Record) -> Option<u32> {
    let block = [&b"."[..], b"<NON_REF>", b"<*>"].contains(&record.alternates);
    let end = record.info("END").filter(|_| block)?;
    std::str::from_utf8(end).ok()?.parse().ok()
}

fn line<'a>(record: &Record<'a>, sample: usize) -> Option<Line<'a>> {
    let mut columns = record.samples.split(|b| *b == b'\t');
    let format: Vec<&[u8]> = columns.next()?.split(|b| *b == b':').collect();
    let fields: Vec<&[u8]> = columns.nth(sample)?.split(|b| *b == b':').collect();
    let field = |key: &[u8]| {
        let index = format.iter().position(|name| *name == key)?;
        std::str::from_utf8(fields.get(index)?).ok()
    };
    let call = field(b"GT")?;
    let phase = call.contains('|').then(|| field(b"PS").and_then(|set| set.parse().ok()).unwrap_or(0));
    let text = |bytes: &'a [u8]| std::str::from_utf8(bytes).unwrap_or("");
    Some(Line {
        position: record.position,
        end: end(record),
        reference: text(record.reference),
        alternates: record.alternate_alleles().map(text).collect(),
        genotype: call.split(['/', '|']).map(|allele| allele.parse().ok()).collect(),
        phase,
    })
}
