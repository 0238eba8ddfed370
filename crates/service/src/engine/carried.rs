//! What people of a VCF carry, as the research library holds it: every variant that passed, with each gene that it touches.

use anyhow::Context;
use formats::vcf::{Record, Stream};
use genome::{Evidence, Reference, Variant, Zygosity, consequence, consequence::Impact};
use interpret::Knowledge;
use library::{Call, PersonNo};
use std::path::Path;

/// Rows that are handed on at once: a genome is never held whole.
const ROWS_AT_ONCE: usize = 250_000;

/// Reads a file and hands on the calls of the people who are named, some at a time.
pub fn read(
    vcf: &Path,
    people: &[(PersonNo, String)],
    knowledge: &Knowledge,
    mut take: impl FnMut(Vec<Call>) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut stream = Stream::open(vcf)?;
    let names = stream.header().samples.clone();
    let column = |(no, sample): &(PersonNo, String)| {
        let at = names.iter().position(|name| name == sample);
        at.map(|at| (*no, at)).with_context(|| format!("{} has no sample '{sample}'", vcf.display()))
    };
    let columns: Vec<(PersonNo, usize)> = people.iter().map(column).collect::<anyhow::Result<_>>()?;
    let mut rows = Vec::new();
    while let Some(chunk) = stream.next_chunk()? {
        for (line, record) in chunk.records(names.len()) {
            let record = record.map_err(|wrong| Stream::line_error(vcf, line, wrong))?;
            if record.passed() {
                of_record(&record, &columns, knowledge, &mut rows).map_err(|wrong| Stream::line_error(vcf, line, wrong))?;
            }
        }
        if rows.len() >= ROWS_AT_ONCE {
            take(std::mem::take(&mut rows))?;
        }
    }
    if rows.is_empty() { Ok(()) } else { take(rows) }
}

fn of_record(
    record: &Record,
    columns: &[(PersonNo, usize)],
    knowledge: &Knowledge,
    rows: &mut Vec<Call>,
) -> Result<(), formats::vcf::LineError> {
    for (allele, _) in (1..).zip(record.alternate_alleles()) {
        let Some(variant) = record.variant(allele) else { continue };
        let mut carriers = Vec::new();
        for (person, column) in columns {
            let genotype = record.genotype(*column, allele)?;
            if genotype.carries() {
                carriers.push((*person, if genotype.zygosity == Zygosity::Homozygous { 2 } else { 1 }));
            }
        }
        if carriers.is_empty() {
            continue;
        }
        let evidence: &dyn Evidence = &*knowledge.evidence;
        let variant = variant.normalise(evidence as &dyn Reference);
        let frequency = evidence.frequency(&variant).map(|f| f.overall);
        let touched = touched(&variant, knowledge);
        for (person, copies) in carriers {
            rows.extend(touched.iter().map(|(gene, consequence, impact)| Call {
                person,
                contig: variant.contig,
                position: variant.position.get(),
                reference: variant.reference.clone(),
                alternate: variant.alternate.clone(),
                gene: gene.clone(),
                consequence: consequence.clone(),
                impact: *impact,
                frequency,
                copies,
            }));
        }
    }
    Ok(())
}

/// Each gene that a variant touches, with the worst that it does there; without one, that it touches none.
fn touched(variant: &Variant, knowledge: &Knowledge) -> Vec<(String, String, Impact)> {
    let mut found: Vec<(String, String, Impact)> = Vec::new();
    for transcript in knowledge.transcripts_at(variant.contig, variant.position.get(), variant.end() + 1) {
        let Some(effect) = consequence::effect(variant, transcript, &*knowledge.evidence) else { continue };
        let told = (knowledge.symbol(transcript.gene), effect.term_names(), effect.worst().impact());
        match found.iter_mut().find(|held| held.0 == told.0) {
            Some(held) if told.2 < held.2 => *held = told,
            Some(_) => {}
            None => found.push(told),
        }
    }
    if found.is_empty() { vec![(String::new(), String::new(), Impact::Modifier)] } else { found }
}
