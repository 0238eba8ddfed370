//! What people of a VCF carry, as the research library holds it: every variant that passed, with each gene that it touches; where
//! they were not read, if the file tells; and which ancestry group their common variants fit.

use annotation::{
    Knowledge,
    settings::{DEPTH_READS_FLAGGED, QUALITY_PHRED_FLAGGED},
};
use anyhow::Context;
use formats::vcf::{LineError, Record, Stream, structural};
use genome::{Build, Contig, Evidence, Genotype, Reference, Structure, Variant, Zygosity, consequence, consequence::Impact};
use germline::ancestry::Ancestry;
use library::{Call, Gap, PersonNo};
use std::path::{Path, PathBuf};

/// Rows that are handed on at once: a genome is never held whole.
const ROWS_AT_ONCE: usize = 250_000;

/// Some of what a file tells.
pub enum Part {
    /// Variants that people carry.
    Calls(Vec<Call>),
    /// Stretches in which people were not read.
    Gaps(Vec<Gap>),
}

/// What is known of somebody once their files are read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Seen {
    /// Who.
    pub person: PersonNo,
    /// The file tells where they have the reference: so wherever no gap is.
    pub is_read: bool,
    /// Code of the ancestry group, where one fits clearly.
    pub ancestry: Option<&'static str>,
}

/// Files of the same people.
pub struct Files {
    /// Small variants; a gVCF tells also what was read.
    pub vcf: PathBuf,
    /// Structural variants and copy numbers.
    pub structural: Vec<PathBuf>,
}

/// Reads files and hands on what they tell of the people who are named, some at a time.
pub fn read(
    files: &Files,
    people: &[(PersonNo, String)],
    knowledge: &Knowledge,
    mut take: impl FnMut(Part) -> anyhow::Result<()>,
) -> anyhow::Result<Vec<Seen>> {
    let mut stream = Stream::open(&files.vcf)?;
    let names = stream.header().samples.clone();
    let tells_reference = stream.header().meta.iter().any(|line| line.starts_with("##ALT=<ID=NON_REF") || line.starts_with("##ALT=<ID=*"));
    let column = |(no, sample): &(PersonNo, String)| {
        let index = names.iter().position(|name| name == sample);
        index.map(|index| Person::new(*no, index)).with_context(|| format!("{} has no sample '{sample}'", files.vcf.display()))
    };
    let people_read = people.iter().map(column).collect::<anyhow::Result<_>>()?;
    let mut small = Reader { people: people_read, knowledge, tells_reference, rows: vec![], gaps: vec![] };
    small.stream(&mut stream, &files.vcf, &mut take)?;
    for path in &files.structural {
        let mut stream = Stream::open(path)?;
        // Structural callers may have read only some of the family.
        let names = &stream.header().samples;
        let people = people.iter().filter_map(|(no, sample)| Some(Person::new(*no, names.iter().position(|name| name == sample)?)));
        let mut reader = Reader { people: people.collect(), knowledge, tells_reference: false, rows: vec![], gaps: vec![] };
        reader.stream(&mut stream, path, &mut take)?;
    }
    Ok(small.people.into_iter().map(|p| Seen { person: p.no, is_read: tells_reference, ancestry: p.ancestry.group() }).collect())
}

/// Somebody of a file.
struct Person {
    no: PersonNo,
    column: usize,
    ancestry: Ancestry,
    /// First base of the contig that nothing was told of yet.
    next: u32,
}

impl Person {
    fn new(no: PersonNo, column: usize) -> Person {
        Person { no, column, ancestry: Ancestry::default(), next: 1 }
    }

    /// They were read, or not, from one base to another.
    fn covered(&mut self, contig: Contig, from: u32, to: u32, is_read: bool) -> Option<Gap> {
        // Nothing lies beyond the contig, whatever the line says.
        let length = contig.length(Build::GRCh38);
        let (from, to) = (from.min(length + 1), to.min(length));
        let gap = (is_read && from > self.next).then_some(Gap { person: self.no, contig, from: self.next, to: from - 1 });
        if is_read {
            self.next = self.next.max(to.saturating_add(1));
        }
        gap
    }

    /// The contig ends.
    fn ended(&mut self, contig: Contig) -> Option<Gap> {
        let length = contig.length(Build::GRCh38);
        let gap = (self.next <= length).then_some(Gap { person: self.no, contig, from: self.next, to: length });
        self.next = 1;
        gap
    }
}

struct Reader<'k> {
    people: Vec<Person>,
    knowledge: &'k Knowledge,
    tells_reference: bool,
    rows: Vec<Call>,
    gaps: Vec<Gap>,
}

impl Reader<'_> {
    fn stream(&mut self, stream: &mut Stream, path: &Path, take: &mut impl FnMut(Part) -> anyhow::Result<()>) -> anyhow::Result<()> {
        let samples = stream.header().samples.len();
        let (mut contig, mut covered) = (None, Vec::new());
        while let Some(chunk) = stream.next_chunk()? {
            for (line, record) in chunk.records(samples) {
                let record = record.map_err(|wrong| Stream::line_error(path, line, wrong))?;
                if self.tells_reference && record.contig.is_some() && record.contig != contig {
                    self.end(contig);
                    contig = record.contig;
                    covered.extend(contig);
                }
                self.record(&record).map_err(|wrong| Stream::line_error(path, line, wrong))?;
            }
            if self.rows.len() + self.gaps.len() >= ROWS_AT_ONCE {
                self.hand_on(take)?;
            }
        }
        if self.tells_reference {
            self.end(contig);
            // Of a contig that the file does not name nothing was read.
            for contig in Contig::all().filter(|contig| !covered.contains(contig)) {
                self.end(Some(contig));
            }
        }
        self.hand_on(take)
    }

    fn hand_on(&mut self, take: &mut impl FnMut(Part) -> anyhow::Result<()>) -> anyhow::Result<()> {
        if !self.rows.is_empty() {
            take(Part::Calls(std::mem::take(&mut self.rows)))?;
        }
        if !self.gaps.is_empty() {
            take(Part::Gaps(std::mem::take(&mut self.gaps)))?;
        }
        Ok(())
    }

    /// A contig ends, if there was one.
    fn end(&mut self, contig: Option<Contig>) {
        if let Some(contig) = contig {
            self.gaps.extend(self.people.iter_mut().filter_map(|person| person.ended(contig)));
        }
    }

    fn record(&mut self, record: &Record) -> Result<(), LineError> {
        if self.tells_reference {
            self.coverage(record)?;
        }
        if !record.passed() {
            return Ok(());
        }
        for (allele, bases) in (1..).zip(record.alternate_alleles()) {
            if structural::is_structural(bases) { self.structural(record, allele)? } else { self.small(record, allele)? }
        }
        Ok(())
    }

    /// What a line of a gVCF tells of who was read well enough to say what they have.
    fn coverage(&mut self, record: &Record) -> Result<(), LineError> {
        let Some(contig) = record.contig else { return Ok(()) };
        let end = record.info("END").and_then(|end| std::str::from_utf8(end).ok()?.parse().ok());
        let to = end.unwrap_or_else(|| record.position.saturating_add(record.reference.len() as u32 - 1)).max(record.position);
        for person in &mut self.people {
            let call = record.genotype(person.column, 1)?;
            let is_read = record.passed()
                && call.zygosity != Zygosity::NoCall
                && call.depth_reads.is_none_or(|depth| depth >= DEPTH_READS_FLAGGED)
                && call.quality_phred.is_none_or(|quality| quality >= QUALITY_PHRED_FLAGGED);
            self.gaps.extend(person.covered(contig, record.position, to, is_read));
        }
        Ok(())
    }

    fn small(&mut self, record: &Record, allele: usize) -> Result<(), LineError> {
        let Some(variant) = record.variant(allele) else { return Ok(()) };
        let carriers = self.carriers(|person| record.genotype(person.column, allele))?;
        if carriers.is_empty() {
            return Ok(());
        }
        let evidence: &dyn Evidence = &*self.knowledge.evidence;
        let variant = variant.normalise(evidence as &dyn Reference);
        let frequency = evidence.frequency(&variant).map(|f| f.overall);
        let overall = frequency.unwrap_or_default();
        let mut groups = None;
        for (index, copies) in &carriers {
            let ancestry = &mut self.people[*index].ancestry;
            if ancestry.wants(&variant, overall) {
                ancestry.take(&variant, *copies, groups.get_or_insert_with(|| evidence.frequency_detail(&variant).groups));
            }
        }
        self.add(&variant, frequency, &carriers);
        Ok(())
    }

    fn structural(&mut self, record: &Record, allele: usize) -> Result<(), LineError> {
        // Losses and gains are told apart by each person's own copies, where the caller counted.
        for index in 0..self.people.len() {
            let person = &self.people[index];
            let copies = structural::copies(record, person.column);
            let Some((variant, structure)) = structural::variant(record, allele, copies) else { continue };
            // A length of a repeat is a measure, not a variant; what lies at the other end of a junction is not looked at.
            if matches!(structure, Structure::Repeat { .. } | Structure::Breakend { .. }) {
                continue;
            }
            let single = variant.contig == Contig::MT || variant.contig == Contig::Y;
            let call = structural::counted(record.genotype(person.column, allele)?, structure, copies, single);
            if call.carries() {
                let frequency = self.knowledge.evidence.frequency(&variant).map(|f| f.overall);
                self.add(&variant, frequency, &[(index, copies_of(call))]);
            }
        }
        Ok(())
    }

    /// People who carry, by their place, and on how many copies.
    fn carriers(&self, call: impl Fn(&Person) -> Result<Genotype, LineError>) -> Result<Vec<(usize, u8)>, LineError> {
        let mut carriers = Vec::new();
        for (index, person) in self.people.iter().enumerate() {
            let call = call(person)?;
            if call.carries() {
                carriers.push((index, copies_of(call)));
            }
        }
        Ok(carriers)
    }

    fn add(&mut self, variant: &Variant, frequency: Option<f32>, carriers: &[(usize, u8)]) {
        let touched = touched(variant, self.knowledge);
        for (index, copies) in carriers {
            self.rows.extend(touched.iter().map(|(gene, consequence, impact)| Call {
                person: self.people[*index].no,
                contig: variant.contig,
                position: variant.position.get(),
                end: variant.end(),
                reference: variant.reference.clone(),
                alternate: variant.alternate.clone(),
                gene: gene.clone(),
                consequence: consequence.clone(),
                impact: *impact,
                frequency,
                copies: *copies,
            }));
        }
    }
}

fn copies_of(call: Genotype) -> u8 {
    if call.zygosity == Zygosity::Homozygous { 2 } else { 1 }
}

/// Each gene that a variant touches, with the worst that it does there; without one, that it touches none.
pub(super) fn touched(variant: &Variant, knowledge: &Knowledge) -> Vec<(String, String, Impact)> {
    let mut found: Vec<(String, String, Impact)> = Vec::new();
    for transcript in knowledge.transcripts_at(variant.contig, variant.position.get(), variant.end() + 1) {
        let Some(effect) = consequence::effect(variant, transcript, &*knowledge.evidence) else { continue };
        let effect_row = (knowledge.symbol(transcript.gene), effect.term_names(), effect.worst().impact());
        match found.iter_mut().find(|known| known.0 == effect_row.0) {
            Some(known) if effect_row.2 < known.2 => *known = effect_row,
            Some(_) => {}
            None => found.push(effect_row),
        }
    }
    if found.is_empty() { vec![(String::new(), String::new(), Impact::Modifier)] } else { found }
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::reference;
    use expect_test::{Expect, expect};
    use std::fmt::Write;

    fn knowledge() -> Knowledge {
        reference::knowledge(&reference::open("demo").expect("the demo pack")).expect("read")
    }

    /// What two files of one person give: calls, and gaps but for contigs of which nothing is told.
    fn calls_read(meta: &str, small: &[&str], structural: &[&str]) -> (String, Vec<Seen>) {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, lines: &[&str]| {
            let path = folder.path().join(name);
            let mut text = format!("##fileformat=VCFv4.2\n{meta}#CHROM POS ID REF ALT QUAL FILTER INFO FORMAT S1\n").replace(' ', "\t");
            for line in lines {
                writeln!(text, "{}", line.replace(' ', "\t")).expect("text");
            }
            std::fs::write(&path, text).expect("written");
            path
        };
        let files = Files { vcf: write("small.vcf", small), structural: vec![write("structural.vcf", structural)] };
        let (mut shown, knowledge) = (String::new(), knowledge());
        let seen = read(&files, &[(PersonNo(7), "S1".into())], &knowledge, |part| {
            match part {
                Part::Calls(calls) => {
                    for c in calls {
                        let variant = format!("{}-{}-{}-{}", c.contig, c.position, c.reference, c.alternate);
                        writeln!(shown, "{variant} to {} ×{} {} {} {:?}", c.end, c.copies, c.gene, c.consequence, c.impact).expect("text");
                    }
                }
                Part::Gaps(gaps) => {
                    for gap in gaps.iter().filter(|gap| gap.contig.number() < 3) {
                        writeln!(shown, "not read: {}:{}-{}", gap.contig, gap.from, gap.to).expect("text");
                    }
                }
            }
            Ok(())
        });
        (shown, seen.expect("read"))
    }

    #[track_caller]
    fn check(meta: &str, small: &[&str], structural: &[&str], expected: &Expect) {
        expected.assert_eq(&calls_read(meta, small, structural).0);
    }

    const GVCF: &str = "##ALT=<ID=NON_REF,Description=\"x\">\n";

    #[test]
    fn a_gvcf_tells_where_a_person_was_not_read() {
        let small = [
            "chr1 10001 . A <NON_REF> . . END=20000 GT:DP:GQ 0/0:30:99",
            "chr1 20001 . A <NON_REF> . . END=20500 GT:DP:GQ 0/0:3:9",
            "chr1 20501 . A G,<NON_REF> 50 . . GT:DP:GQ 0/1:30:99",
            "chr1 20502 . A <NON_REF> . . END=248956422 GT:DP:GQ 0/0:30:99",
            "chr2 5 . A <NON_REF> . . END=242193529 GT:DP:GQ 0/0:30:99",
        ];
        check(
            GVCF,
            &small,
            &[],
            &expect![[r"
                1-20501-A-G to 20501 ×1   Modifier
                not read: 1:1-10000
                not read: 1:20001-20500
                not read: 2:1-4
            "]],
        );
        assert!(calls_read(GVCF, &small, &[]).1[0].is_read);
        let (gaps, seen) = calls_read("", &["chr1 20501 . A G 50 . . GT:DP:GQ 0/1:30:99"], &[]);
        assert!(!gaps.contains("not read") && !seen[0].is_read, "a plain VCF does not tell: {gaps}");
    }

    #[test]
    fn a_line_beyond_the_end_of_a_contig_makes_no_gap_beyond_it() {
        check(
            GVCF,
            &["chr1 4294967290 . A <NON_REF> . . END=4294967295 GT:DP:GQ 0/0:30:99"],
            &[],
            &expect![[r"
                not read: 1:1-248956422
                not read: 2:1-242193529
            "]],
        );
    }

    #[test]
    fn losses_and_gains_are_there_with_the_genes_that_they_touch_and_lengths_of_repeats_are_not() {
        check(
            "",
            &[],
            &[
                "chr1 97000000 . N <CNV> 50 PASS SVTYPE=CNV;END=98000000 GT:CN ./.:1",
                "chr1 97000000 . N <CNV> 50 PASS SVTYPE=CNV;END=98000000 GT:CN ./.:2",
                "chr1 97000001 . N <DEL> 50 low SVTYPE=DEL;END=98000000 GT 0/1",
                "chr4 3074876 . C <STR45> . PASS END=3074933;REF=19;RL=57;RU=CAG;REPID=HTT GT:REPCN 0/1:45",
            ],
            &expect![[r"
                1-97000000-N-<DEL=98000000> to 98000000 ×1 DPYD transcript_ablation High
            "]],
        );
    }

    #[test]
    fn somebody_drawn_from_a_groups_frequencies_is_told_as_of_it() {
        let pack = reference::open("demo").expect("the demo pack");
        let mut state = 1_u64;
        let mut draw = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as f32 / (1_u64 << 31) as f32
        };
        for (group, code) in [(genome::AncestryGroup::EastAsian, "EAS"), (genome::AncestryGroup::European, "EUR")] {
            let mut lines = Vec::new();
            for (variant, overall) in pack.common_variants() {
                let detail = pack.frequency_detail(&variant);
                let frequency = detail.groups.iter().find(|(known, _)| *known == group).map_or(overall, |(_, f)| *f);
                let copies = [draw(), draw()].iter().filter(|d| **d < frequency).count();
                let genotype = ["0/0", "0/1", "1/1"][copies];
                let Variant { contig, position, reference, alternate } = variant;
                lines.push(format!("chr{contig} {position} . {reference} {alternate} 50 PASS . GT {genotype}"));
            }
            let seen = calls_read("", &lines.iter().map(String::as_str).collect::<Vec<_>>(), &[]).1;
            assert_eq!(seen, [Seen { person: PersonNo(7), is_read: false, ancestry: Some(code) }]);
        }
    }
}
