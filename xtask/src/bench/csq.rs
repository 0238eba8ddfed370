//! `cargo xtask bench csq`

use formats::{fasta, transcripts::gff3};
use genome::{
    Consequence, Contig, Effect, Position, Reference, Transcript, Variant,
    consequence::{self, haplotype},
};
use std::{
    collections::{BTreeSet, HashMap},
    path::Path,
};

/// The sequence of one case.
#[derive(Default)]
struct Sequence(HashMap<Contig, Vec<u8>>);

impl Reference for Sequence {
    fn bases(&self, contig: Contig, start: u32, end: u32) -> Option<Vec<u8>> {
        self.0.get(&contig)?.get(start as usize - 1..end as usize).map(<[u8]>::to_vec)
    }
}

/// Differences that are kept, by variant, each with its reason.
const KEPT: [(&str, &str); 11] = [
    ("1-4958-AGA-A", "the bases before the start change too, and are told"),
    ("1-16427-GGTACTGGGG-GGTACTGGG", "only intron bases change; nothing coding is silent"),
    ("1-19026-CAGGTGGCCAG-CAGGCCAG", "the acceptor's two bases stay, and the codon is told as deleted"),
    ("1-11191-AT-A", "one of a run of A is lost before ATG, which stays"),
    ("X-6453-ATCCTCGAGGCAGCC-A", "one of two copies before ATG is lost; start and protein stay"),
    ("5-1443-A-ACCCGGCCGCACGCTCTCA", "the inserted copy can be placed so that the donor stays"),
    ("9-44688-C-T", "the only codon is ATG, so the start is lost"),
    ("1-2723-G-GAAA", "between the third and fourth base of the exon; the splice region ends at the third (SO:0001630)"),
    ("8-11397-ACTGCAAGGTGAGCT-A", "the model ends with CTG, not a stop, so nothing is known of what follows"),
    ("2-11-GTGAAAAAACCATGA-G", "the first codon is lost with the bases before it"),
    ("1-14714-G-A", "the last whole codon, CGA, becomes TGA"),
];

/// One line of a case.
struct Line {
    variant: Variant,
    position: u32,
    expected: String,
}

#[derive(Default)]
struct Counts {
    same: usize,
    kept: usize,
    differ: usize,
    unread: usize,
}

/// Compares the terms of bcftools csq's own cases, alone and together on one haplotype, with ours on each transcript.
pub fn run(sources: &Path, each: bool) -> anyhow::Result<()> {
    let root = sources.join("hgvs/bcftools_csq/test/csq");
    let mut folders: Vec<_> = std::fs::read_dir(root)?.filter_map(|f| Some(f.ok()?.path()).filter(|p| p.is_dir())).collect();
    folders.sort();
    let (mut single, mut joint) = (Counts::default(), Counts::default());
    for folder in folders {
        let with = |end: &str| -> Vec<_> {
            let files = std::fs::read_dir(&folder).into_iter().flatten().filter_map(|f| Some(f.ok()?.path()));
            files.filter(|p| p.extension().is_some_and(|e| e == end)).collect()
        };
        let (Some(gff), Some(fa)) = (with("gff").into_iter().next(), with("fa").into_iter().next()) else { continue };
        let mut sequence = Sequence::default();
        fasta::stream(&fa, |entry, bases| {
            sequence.0.entry(entry.contig).or_default().extend(bases);
            Ok(())
        })?;
        let transcripts = gff3::read(&gff, &[], &HashMap::new())?;
        for vcf in with("vcf") {
            let text = std::fs::read_to_string(&vcf)?;
            let mut lines = Vec::new();
            for line in text.lines().filter(|l| !l.starts_with('#') && l.contains("EXP=")) {
                match read(line) {
                    Some(line) => lines.push(line),
                    None => single.unread += 1,
                }
            }
            let name = vcf.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            alone(&lines, &transcripts, &sequence, &name, each, &mut single);
            together(&lines, &transcripts, &sequence, &name, each, &mut joint);
        }
    }
    for (what, counts) in [("alone", &single), ("together on one haplotype", &joint)] {
        let all = counts.same + counts.kept + counts.differ;
        println!(
            "{what}: {} of {all} the same ({:.1} %), {} kept different for a reason, {} differ; {} lines have no coding transcript here",
            counts.same,
            counts.same as f64 * 100.0 / all.max(1) as f64,
            counts.kept,
            counts.differ,
            counts.unread
        );
    }
    if each {
        for (variant, why) in KEPT {
            println!("  kept: {variant}: {why}");
        }
    }
    Ok(())
}

fn read(line: &str) -> Option<Line> {
    let fields: Vec<&str> = line.split('\t').collect();
    let expected = fields[7].split(';').find_map(|f| f.strip_prefix("EXP="))?.to_owned();
    let position = fields[1].parse().ok()?;
    let variant = Variant::new(fields[0].parse().ok()?, Position::new(position)?, fields[3], fields[4]).ok()?;
    Some(Line { variant, position, expected })
}

/// The places of changes that an entry reads together, as in `…|3630T>A+3632A>C`.
fn joined(entry: &str) -> Option<Vec<u32>> {
    let last = entry.rsplit('|').next().filter(|last| last.contains('>') && last.contains('+'))?;
    last.split('+').map(|part| part.chars().take_while(char::is_ascii_digit).collect::<String>().parse().ok()).collect()
}

fn find<'a>(transcripts: &'a [Transcript], id: &str) -> Option<&'a Transcript> {
    transcripts.iter().find(|t| t.id.split('.').next() == Some(id))
}

fn alone(lines: &[Line], transcripts: &[Transcript], sequence: &Sequence, name: &str, each: bool, counts: &mut Counts) {
    for line in lines.iter().filter(|l| !l.expected.split(',').any(|e| e.starts_with('@') || joined(e).is_some())) {
        for (id, terms) in by_transcript(&line.expected) {
            let Some(transcript) = find(transcripts, id) else {
                counts.unread += 1;
                continue;
            };
            let ours = shown(consequence::effect(&line.variant.normalise(sequence), transcript, sequence));
            match ours == terms {
                true => counts.same += 1,
                false if KEPT.iter().any(|(variant, _)| *variant == line.variant.to_string()) => counts.kept += 1,
                false => {
                    counts.differ += 1;
                    if each {
                        println!("{name}: {} {id}: theirs {terms:?}, ours {ours:?}", line.variant);
                    }
                }
            }
        }
    }
}

fn together(lines: &[Line], transcripts: &[Transcript], sequence: &Sequence, name: &str, each: bool, counts: &mut Counts) {
    let normalised: Vec<Variant> = lines.iter().map(|l| l.variant.normalise(sequence)).collect();
    let variants: Vec<&Variant> = normalised.iter().collect();
    for line in lines {
        for entry in line.expected.split(',') {
            let Some(places) = joined(entry) else { continue };
            let parts: Vec<&str> = entry.split('|').collect();
            let Some(transcript) = find(transcripts, parts[2]) else {
                counts.unread += 1;
                continue;
            };
            let expected: BTreeSet<u32> = places.into_iter().collect();
            let joints = haplotype::together(&variants, transcript, sequence);
            let ours = joints.iter().find(|j| j.members.iter().map(|m| lines[*m].position).collect::<BTreeSet<_>>() == expected);
            let terms = by_transcript(entry).remove(parts[2]).unwrap_or_default();
            let ours = shown(ours.map(|j| j.effect.clone()));
            if ours == terms {
                counts.same += 1;
            } else {
                counts.differ += 1;
                if each {
                    println!("{name}: {expected:?} {}: theirs {terms:?}, ours {ours:?}", parts[2]);
                }
            }
        }
    }
}

/// Terms expected of each named transcript.
fn by_transcript(expected: &str) -> HashMap<&str, BTreeSet<String>> {
    let mut found: HashMap<&str, BTreeSet<String>> = HashMap::new();
    for entry in expected.split(',') {
        if let [terms, _, id, ..] = entry.split('|').collect::<Vec<_>>()[..]
            && !id.is_empty()
        {
            let terms = terms.split('&').map(|t| t.trim_start_matches('*').to_owned()).filter(|t| t != "NMD_transcript");
            found.entry(id).or_default().extend(terms);
        }
    }
    found
}

fn shown(effect: Option<Effect>) -> BTreeSet<String> {
    // What bcftools has no word for.
    let finer = [Consequence::SplicePolypyrimidine, Consequence::SpliceDonorFifthBase];
    let terms = effect.map(|e| e.terms).unwrap_or_default();
    terms.into_iter().filter(|t| !finer.contains(t)).map(|t| t.name().trim_end_matches("_variant").to_ascii_lowercase()).collect()
}
