//! `cargo xtask bench csq`

use formats::{fasta, transcripts::gff3};
use genome::{Consequence, Contig, Position, Reference, Transcript, Variant, consequence};
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

/// Compares the terms of bcftools csq's own cases, one variant at a time, with ours on each transcript.
pub fn run(sources: &Path, each: bool) -> anyhow::Result<()> {
    let root = sources.join("hgvs/bcftools_csq/test/csq");
    let mut folders: Vec<_> = std::fs::read_dir(root)?.filter_map(|f| Some(f.ok()?.path()).filter(|p| p.is_dir())).collect();
    folders.sort();
    let (mut same, mut all, mut together, mut unread) = (0usize, 0usize, 0usize, 0usize);
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
        let Ok(transcripts) = gff3::read(&gff, &[], &HashMap::new()) else {
            println!("{} does not read", gff.display());
            continue;
        };
        for vcf in with("vcf") {
            for line in std::fs::read_to_string(&vcf)?.lines().filter(|l| !l.starts_with('#')) {
                let fields: Vec<&str> = line.split('\t').collect();
                let Some(expected) = fields[7].split(';').find_map(|f| f.strip_prefix("EXP=")) else { continue };
                // Changes read together on one haplotype are named `a+b`, or by `@` where they are told elsewhere.
                let joined = |entry: &str| {
                    entry.starts_with('@') || entry.rsplit('|').next().is_some_and(|last| last.contains('>') && last.contains('+'))
                };
                if expected.split(',').any(joined) {
                    together += 1;
                    continue;
                }
                let variant = (fields[0].parse::<Contig>().ok())
                    .zip(fields[1].parse().ok().and_then(Position::new))
                    .and_then(|(c, p)| Variant::new(c, p, fields[3], fields[4]).ok());
                let Some(variant) = variant else {
                    unread += 1;
                    continue;
                };
                for (id, terms) in by_transcript(expected) {
                    let ours = transcripts.iter().find(|t| t.id.split('.').next() == Some(id)).map(|t| terms_of(&variant, t, &sequence));
                    let Some(ours) = ours else {
                        unread += 1;
                        continue;
                    };
                    all += 1;
                    same += usize::from(ours == terms);
                    if each && ours != terms {
                        println!(
                            "{}: {variant} {id}: theirs {terms:?}, ours {ours:?}",
                            vcf.file_stem().unwrap_or_default().to_string_lossy()
                        );
                    }
                }
            }
        }
    }
    println!(
        "{same} of {all} the same ({:.1} %); {together} lines are read together as haplotypes and {unread} have no coding transcript here: not compared",
        same as f64 * 100.0 / all.max(1) as f64
    );
    Ok(())
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

fn terms_of(variant: &Variant, transcript: &Transcript, sequence: &Sequence) -> BTreeSet<String> {
    let effect = consequence::effect(&variant.normalise(sequence), transcript, sequence);
    let ours = effect.map(|e| e.terms).unwrap_or_default();
    // What bcftools has no word for.
    let finer = [Consequence::SplicePolypyrimidine, Consequence::SpliceDonorFifthBase];
    ours.into_iter().filter(|t| !finer.contains(t)).map(|t| t.name().trim_end_matches("_variant").to_ascii_lowercase()).collect()
}
