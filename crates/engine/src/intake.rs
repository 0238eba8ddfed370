//! The sieve over a VCF: every record read and checked, most dropped with their reason, the rest handed to the engine.

use super::{
    coverage,
    sidefile::{self, Rows},
};
use annotation::{Cause, Family, Knowledge, Reason, screen};
use formats::{
    FileError, FileResult,
    vcf::{Checker, Chunk, LineError, Record, Sequence, Stream, sequence::Edges, structural},
};
use genome::{Build, Contig, Genotype, genotype::Call};
use germline::{
    Finding,
    analysis::{Counts, assemble::Screened},
    identity::Tally,
    quality,
};
use std::{
    collections::{BTreeMap, HashMap},
    path::Path,
};

/// Sites compared with the reference sequence before a wrong build is called.
const REFERENCE_SITES_MIN: u64 = 20;
/// Share of wrong reference alleles that means another build; a file of the right build has none.
const REFERENCE_MISMATCH_MAX: f64 = 0.1;

/// Autosomal sites of a chunk that identity is told from: an exome is used whole, of a genome an even share that is more than
/// enough.
const IDENTITY_SITES_MAX: u32 = 512;

struct Sieve<'a> {
    family: &'a Family,
    /// Column of each member; structural callers may have read only some of them.
    columns: Vec<Option<usize>>,
    samples: usize,
    knowledge: &'a Knowledge,
    path: &'a Path,
    checker: Checker,
    lenient: bool,
}

#[derive(Default)]
struct Part {
    /// Autosomal sites that identity was told from.
    identity_sites: u32,
    faults: Faults,
    /// Lines that stand in the wrong place, or twice: read all the same.
    disorder: Faults,
    edges: Option<Edges>,
    calls: Vec<Call>,
    records: u64,
    alleles: u64,
    dropped: BTreeMap<Reason, u64>,
    tally: Tally,
    quality: quality::Tally,
    rows: Rows,
    /// Blocks of reference that a gVCF tells.
    blocks: coverage::Blocks,
    compared: u64,
    mismatched: Vec<(u64, String)>,
}

/// Lines that break a rule of their VCF version but can be read: how many, and the first.
#[derive(Default)]
struct Faults {
    count: u64,
    first: Option<(u64, LineError)>,
}

impl Faults {
    fn add(&mut self, line: u64, fault: LineError) {
        self.count += 1;
        self.first.get_or_insert((line, fault));
    }

    fn merge(&mut self, other: Faults) {
        self.count += other.count;
        self.first = self.first.take().or(other.first);
    }
}

/// How strictly a file is read.
#[derive(Clone, Copy)]
pub struct Rules {
    /// Go on where a line breaks a rule but can be read.
    pub lenient: bool,
    /// Everybody of the family must be in it; else the proband is enough.
    pub whole_family: bool,
}

/// Reads a whole VCF. A line that breaks a rule ends it, or where `lenient` and it can be read becomes a finding. `progress` is
/// told the number of records after every batch; the side file takes the reasons.
pub fn read(
    stream: &mut Stream,
    family: &Family,
    knowledge: &Knowledge,
    rules: Rules,
    side: Option<&mut sidefile::Writer>,
    progress: &mut dyn FnMut(u64),
) -> FileResult<Screened> {
    let Rules { lenient, whole_family } = rules;
    let path = stream.path().to_owned();
    check_build(stream, &path)?;
    let samples = stream.header().samples.clone();
    let column = |sample: &String| samples.iter().position(|s| s == sample);
    let columns: Vec<Option<usize>> = family.members().iter().map(|m| column(&m.sample)).collect();
    if columns[family.proband_index()].is_none() || (whole_family && columns.contains(&None)) {
        let rule = format!("lacks a sample of the family; it has {}", samples.join(", "));
        return Err(FileError::whole(&path, rule).remedy("Samples must have the same names in every file and in the pedigree"));
    }
    let sieve = Sieve { family, columns, samples: samples.len(), knowledge, path: &path, checker: Checker::new(stream.header()), lenient };
    let mut all = Part { tally: Tally::new(family), ..Part::default() };
    let mut sequence = Sequence::default();
    for (line, fault) in stream.header().faults.clone() {
        sieve.fault(line, fault, &mut all.faults)?;
    }
    let mut side = side;
    stream.for_each_chunk(
        |chunk| sieve.chunk(chunk),
        |mut part| {
            if let Some((line, fault)) = part.edges.take().and_then(|edges| sequence.join(edges).err()) {
                all.disorder.add(line, fault);
            }
            if let Some(writer) = side.as_deref_mut() {
                writer
                    .add(&part.rows, &part.blocks)
                    .map_err(|e| FileError::whole(&path, format!("the side file cannot be written: {e}")))?;
            }
            all.add(part);
            progress(all.records);
            Ok(())
        },
    )?;
    all.finish(&path, &samples, family)
}

fn check_build(stream: &Stream, path: &Path) -> FileResult<()> {
    match stream.header().build {
        Some(Build::GRCh37) => Err(FileError::on_line(path, 1, "contig", "the file is on GRCh37, but the reference pack is on GRCh38")
            .remedy("Give a VCF called against GRCh38, or a pack of GRCh37; positions are never translated in silence")),
        _ => Ok(()),
    }
}

impl Sieve<'_> {
    fn chunk(&self, chunk: &Chunk) -> FileResult<Part> {
        let mut part = Part { tally: Tally::new(self.family), ..Part::default() };
        let (mut inspection, mut last_line) = (self.checker.begin(), chunk.first_line);
        for (line, record) in chunk.records(self.samples) {
            let record = record.map_err(|e| Stream::line_error(self.path, line, e))?;
            part.records += 1;
            last_line = line;
            if let Err(fault) = inspection.line(&record) {
                self.fault(line, fault, &mut part.faults)?;
            }
            if let Err(fault) = inspection.order(&record, line) {
                part.disorder.add(line, fault);
            }
            self.identity(&record, line, &mut part)?;
            self.record(&record, line, &mut part)?;
        }
        part.edges = Some(inspection.edges());
        if let Some(fault) = self.checker.unterminated().filter(|_| chunk.unterminated) {
            self.fault(last_line, fault, &mut part.faults)?;
        }
        Ok(part)
    }

    fn fault(&self, line: u64, fault: LineError, faults: &mut Faults) -> FileResult<()> {
        if self.lenient {
            faults.add(line, fault);
            return Ok(());
        }
        let remedy =
            "Mend the file: gms check lists everything that is wrong with it. gms interpret --lenient goes on with each fault as a finding";
        Err(Stream::line_error(self.path, line, fault).remedy(remedy))
    }

    fn identity(&self, record: &Record, line: u64, part: &mut Part) -> FileResult<()> {
        let Some(contig) = record.contig.filter(|c| c.is_autosome() || *c == Contig::X) else { return Ok(()) };
        let single = record.reference.len() == 1 && record.alternates.len() == 1 && record.alternates != b"." && record.passed();
        if contig != Contig::X && part.identity_sites >= IDENTITY_SITES_MAX {
            return Ok(());
        }
        if !single || !self.columns.iter().flatten().any(|c| record.carries_any_alternate(*c)) {
            return Ok(());
        }
        let calls = self.calls(record, 1, line)?;
        part.identity_sites += u32::from(contig != Contig::X);
        part.tally.add(contig, record.position, self.family, |m| calls[m]);
        // The calls are read already: counting them costs next to nothing.
        if contig.is_autosome() {
            part.quality.add(record.reference, record.alternates, self.family, &calls);
        }
        Ok(())
    }

    fn calls(&self, record: &Record, allele: usize, line: u64) -> FileResult<Vec<Genotype>> {
        let read = |column: &Option<usize>| match column {
            Some(column) => record.genotype(*column, allele).map_err(|e| Stream::line_error(self.path, line, e)),
            None => Ok(Genotype::MISSING),
        };
        self.columns.iter().map(read).collect()
    }

    fn record(&self, record: &Record, line: u64, part: &mut Part) -> FileResult<()> {
        let proband = self.proband();
        let end = record.position.saturating_add(record.reference.len() as u32);
        let early = screen::place(record.contig, record.position, end, self.knowledge)
            .and_then(|_| if record.carries_any_alternate(proband) { Ok(()) } else { Err(Reason::NotInProband) })
            .and_then(|()| if record.passed() { Ok(()) } else { Err(Reason::FilterFailed) });
        if part.blocks.add(record, self.knowledge, || record.genotype(proband, 1).ok()) {
            return Ok(());
        }
        for (allele, bases) in (1..).zip(record.alternate_alleles()) {
            part.alleles += 1;
            let outcome = match early {
                _ if structural::is_structural(bases) => self.structural(record, allele, line)?,
                Err(reason) => Err(Cause::from(reason)),
                Ok(()) => self.allele(record, allele, line, part)?,
            };
            match outcome {
                Ok(call) => part.calls.push(call),
                Err(cause) => {
                    *part.dropped.entry(cause.reason).or_default() += 1;
                    part.rows.push(record.contig, record.position, (record.reference, bases), cause);
                }
            }
        }
        Ok(())
    }

    /// Column of the proband, who is in every file that is read.
    fn proband(&self) -> usize {
        self.columns[self.family.proband_index()].unwrap_or_default()
    }

    fn structural(&self, record: &Record, allele: usize, line: u64) -> FileResult<Result<Call, Cause>> {
        let Some((variant, structure)) = structural::variant(record, allele, structural::copies(record, self.proband())) else {
            return Ok(Err(Reason::NotSmall.into()));
        };
        let mut genotypes = self.calls(record, allele, line)?;
        for (member, genotype) in genotypes.iter_mut().enumerate() {
            let single = screen::has_one_copy(&variant, self.family, member);
            let copies = self.columns[member].and_then(|column| structural::copies(record, column));
            *genotype = structural::counted(*genotype, structure, copies, single);
            *genotype = screen::ploidy_corrected(*genotype, &variant, self.family, member);
        }
        let proband = &genotypes[self.family.proband_index()];
        let sieved = screen::structural_place(&variant, structure, structural::unit(record), self.knowledge)
            .and_then(|()| if record.passed() { Ok(()) } else { Err(Reason::FilterFailed) })
            .map_err(Cause::from)
            .and_then(|()| screen::proband_call(proband, variant.contig))
            .and_then(|()| screen::rarity(&variant, self.knowledge));
        Ok(sieved.map(|()| Call { variant, filter_passed: record.passed(), genotypes }))
    }

    fn allele(&self, record: &Record, allele: usize, line: u64, part: &mut Part) -> FileResult<Result<Call, Cause>> {
        let Some(variant) = record.variant(allele) else { return Ok(Err(Reason::NotSmall.into())) };
        let mut genotypes = self.calls(record, allele, line)?;
        let index = self.family.proband_index();
        if let Err(cause) = screen::proband_call(&genotypes[index], variant.contig) {
            return Ok(Err(cause));
        }
        let evidence = &self.knowledge.evidence;
        if let Some(bases) = evidence.bases(variant.contig, variant.position.get(), variant.end()) {
            part.compared += 1;
            if bases != variant.reference.as_bytes() {
                part.mismatched.push((line, format!("{variant}, where the reference has {}", String::from_utf8_lossy(&bases))));
                return Ok(Err(Reason::ReferenceMismatch.into()));
            }
        }
        for (member, genotype) in genotypes.iter_mut().enumerate() {
            *genotype = screen::ploidy_corrected(*genotype, &variant, self.family, member);
        }
        let variant = variant.normalise(&**evidence as &dyn genome::Evidence as &dyn genome::Reference);
        if let Err(cause) = screen::rarity(&variant, self.knowledge) {
            return Ok(Err(cause));
        }
        Ok(Ok(Call { variant, filter_passed: record.passed(), genotypes }))
    }
}

impl Part {
    fn add(&mut self, part: Part) {
        self.calls.extend(part.calls);
        self.records += part.records;
        self.alleles += part.alleles;
        self.compared += part.compared;
        for (reason, count) in part.dropped {
            *self.dropped.entry(reason).or_default() += count;
        }
        self.faults.merge(part.faults);
        self.disorder.merge(part.disorder);
        self.tally.merge(&part.tally);
        self.quality.merge(part.quality);
        let room = 1000usize.saturating_sub(self.mismatched.len());
        self.mismatched.extend(part.mismatched.into_iter().take(room));
    }

    fn finish(self, path: &Path, samples: &[String], family: &Family) -> FileResult<Screened> {
        let mut findings = Vec::new();
        for (faults, what) in [
            (self.faults, "lines break a rule of their VCF version"),
            (self.disorder, "lines are out of order or say again what another says"),
        ] {
            if let Some((line, fault)) = faults.first {
                findings
                    .push(Finding { message: format!("{} {what}; the first: {}", faults.count, Stream::line_error(path, line, fault)) });
            }
        }
        let calls = once(self.calls, family, &mut findings);
        let wrong = self.dropped.get(&Reason::ReferenceMismatch).copied().unwrap_or(0);
        if let Some((line, example)) = self.mismatched.first() {
            if self.compared >= REFERENCE_SITES_MIN && wrong as f64 > self.compared as f64 * REFERENCE_MISMATCH_MAX {
                let rule = format!(
                    "{wrong} of {} reference alleles differ from GRCh38, first {example}: the file is probably on another build, such as GRCh37",
                    self.compared
                );
                return Err(FileError::on_line(path, *line, "REF", rule).remedy("Give a VCF called against GRCh38"));
            }
            findings.push(Finding {
                message: format!(
                    "{wrong} variants were set aside because their reference allele is wrong; the first is on line {line}: {example}"
                ),
            });
        }
        let others: Vec<&str> = samples.iter().filter(|s| !family.members().iter().any(|m| m.sample == **s)).map(String::as_str).collect();
        if !others.is_empty() {
            findings.push(Finding {
                message: format!("samples in the VCF that are not in the pedigree were not looked at: {}", others.join(", ")),
            });
        }
        if self.records == 0 {
            findings.push(Finding { message: "the VCF holds no variants at all: check that the right file was given".into() });
        }
        let counts = Counts { records: self.records, alleles: self.alleles, dropped: self.dropped.into_iter().collect() };
        Ok(Screened { calls, counts, tally: self.tally, quality: self.quality, findings })
    }
}

/// Each variant once. Of two calls of the same variant the one that passed its filter, then the surer one, is kept; where they
/// differ in somebody's genotype, a finding says so.
fn once(calls: Vec<Call>, family: &Family, findings: &mut Vec<Finding>) -> Vec<Call> {
    let proband = family.proband_index();
    let sureness = |call: &Call| (call.filter_passed, call.genotypes[proband].quality_phred.unwrap_or(-1.0));
    let mut places: HashMap<genome::Variant, usize> = HashMap::with_capacity(calls.len());
    let mut kept: Vec<Call> = Vec::with_capacity(calls.len());
    for call in calls {
        let Some(&index) = places.get(&call.variant) else {
            places.insert(call.variant.clone(), kept.len());
            kept.push(call);
            continue;
        };
        let same = call.genotypes.iter().zip(&kept[index].genotypes).all(|(a, b)| a.zygosity == b.zygosity);
        if !same {
            let message = format!("{} was called twice with different genotypes; the surer call was used. Look at the reads", call.variant);
            findings.push(Finding { message });
        }
        if sureness(&call) > sureness(&kept[index]) {
            kept[index] = call;
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use annotation::case::Sex;
    use genome::{Position, Variant, Zygosity};

    #[test]
    fn a_variant_called_twice_is_used_once_and_a_difference_is_told() {
        let call = |position, zygosity, quality| Call {
            variant: Variant::new(Contig::X, Position::new(position).expect("a place"), "A", "G").expect("a variant"),
            filter_passed: true,
            genotypes: vec![Genotype { zygosity, quality_phred: Some(quality), ..Genotype::MISSING }],
        };
        let calls = vec![call(5, Zygosity::Heterozygous, 20.0), call(6, Zygosity::Hemizygous, 50.0), call(5, Zygosity::Homozygous, 90.0)];
        let mut findings = Vec::new();
        let kept = once(calls, &Family::singleton("a", Sex::Female), &mut findings);
        let summary: Vec<(u32, Zygosity)> = kept.iter().map(|c| (c.variant.position.get(), c.genotypes[0].zygosity)).collect();
        assert_eq!(summary, [(5, Zygosity::Homozygous), (6, Zygosity::Hemizygous)]);
        assert!(findings[0].message.contains("called twice with different genotypes"));
    }
}
