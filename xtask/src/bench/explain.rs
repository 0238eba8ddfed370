//! `cargo xtask bench explain`

use annotation::{Knowledge, Reason};
use anyhow::Context;
use engine::{explain, reference, run};
use formats::Pack;
use genome::{Consequence, Evidence, Mane, Reference, Transcript, Variant, consequence};
use ontology::likelihood::Phenotype;
use rand::{Rng, SeedableRng, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;
use std::{
    collections::{BTreeMap, HashSet},
    path::Path,
    time::{Duration, Instant},
};

/// A planted variant with the answer that is right by the way in which it was planted.
struct Planted {
    variant: Variant,
    answer: String,
    line: Option<String>,
}

/// Plants variants of every fate, interprets them once, and asks for each.
pub fn run(count: usize) -> anyhow::Result<()> {
    let pack = reference::open("demo")?;
    let knowledge = reference::knowledge(&pack)?;
    let mut numbers = ChaCha8Rng::seed_from_u64(7);
    let planted = plant(count, &pack, &knowledge, &mut numbers)?;
    let folder = std::env::temp_dir().join(format!("gms-explain-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let mut lines: Vec<(u8, u32, &str)> =
        planted.iter().filter_map(|p| Some((p.variant.contig.number(), p.variant.position.get(), p.line.as_deref()?))).collect();
    lines.sort_unstable();
    let mut vcf = "##fileformat=VCFv4.2\n##reference=GRCh38\n##FILTER=<ID=q10,Description=\"q\">\n".to_owned();
    vcf += "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tkid\tdad\tmum\n";
    for (_, _, line) in &lines {
        vcf += line;
    }
    let (path, ped) = (folder.join("f.vcf"), folder.join("f.ped"));
    std::fs::write(&path, vcf)?;
    std::fs::write(&ped, "F\tkid\tdad\tmum\t1\t2\nF\tdad\t0\t0\t1\t1\nF\tmum\t0\t0\t2\t1\n")?;
    let request = run::Request {
        vcf: path,
        structural: vec![],
        ped: Some(ped),
        proband: None,
        phenotype: Phenotype { observed: vec!["HP:0001250".parse()?], excluded: vec![] },
        panel: None,
        lenient: false,
        papers_left_out: HashSet::new(),
    };
    let analysis = run::run(&request, &knowledge, Some(&folder), &mut |_| {})?;
    std::fs::write(folder.join("candidates.json"), serde_json::to_vec(&analysis)?)?;
    ask(&planted, &folder, &knowledge)?;
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}

fn ask(planted: &[Planted], folder: &Path, knowledge: &Knowledge) -> anyhow::Result<()> {
    let (mut times, mut fates, mut wrong): (Vec<Duration>, BTreeMap<&str, usize>, usize) = Default::default();
    for one in planted {
        let start = Instant::now();
        let explained = explain::variant(folder, &one.variant, None, knowledge)?;
        times.push(start.elapsed());
        *fates.entry(&one.answer).or_default() += 1;
        if !explained.contains(&one.answer) {
            wrong += 1;
            if wrong <= 10 {
                println!("  {} should be '{}': {}", one.variant, one.answer, explained.lines().next().unwrap_or_default());
            }
        }
    }
    times.sort();
    let middle = times[times.len() / 2].as_secs_f64() * 1000.0;
    let worst = times[times.len() - 1].as_secs_f64() * 1000.0;
    println!("| fate | planted |\n|---|---|");
    for (fate, n) in &fates {
        println!("| {fate} | {n} |");
    }
    let right = (planted.len() - wrong) as f64 * 100.0 / planted.len() as f64;
    println!("\n{} asked, {right:.2} % right, median {middle:.1} ms, worst {worst:.1} ms", planted.len());
    Ok(())
}

/// How a trio's line is written.
struct Calls {
    filter: &'static str,
    kid: String,
    dad: &'static str,
    mum: &'static str,
}

const ABSENT: &str = "0/0:30,0:30:99";

fn line(variant: &Variant, calls: &Calls) -> String {
    let Calls { filter, kid, dad, mum } = calls;
    format!(
        "{}\t{}\t.\t{}\t{}\t50\t{filter}\t.\tGT:AD:DP:GQ\t{kid}\t{dad}\t{mum}\n",
        variant.contig, variant.position, variant.reference, variant.alternate
    )
}

fn plant(count: usize, pack: &Pack, knowledge: &Knowledge, numbers: &mut ChaCha8Rng) -> anyhow::Result<Vec<Planted>> {
    let stretches = pack.sequence_stretches();
    let inside = |t: &Transcript| stretches.iter().any(|(c, s, e)| *c == t.contig && *s <= t.extent().start && *e >= t.extent().end);
    let transcripts: Vec<&Transcript> = knowledge
        .transcripts()
        .iter()
        .filter(|t| t.mane == Mane::Select && t.coding.is_some() && t.contig.is_autosome() && inside(t))
        .collect();
    let common: Vec<Variant> = pack.common_variants().into_iter().filter(|(_, f)| *f > 0.05).map(|(v, _)| v).collect();
    let mut seen: HashSet<(u8, u32)> = HashSet::new();
    let (mut planted, mut genes) = (Vec::new(), HashSet::new());
    let usual = || Calls { filter: "PASS", kid: "0/1:15,15:30:99".into(), dad: ABSENT, mum: ABSENT };
    while planted.len() < count {
        let fate = planted.len() % 11;
        let variant = if fate == 0 {
            common.choose(numbers).context("no common variant")?.clone()
        } else {
            let transcript = transcripts.choose(numbers).context("no transcript")?;
            match substitution(transcript, pack, knowledge, fate, numbers) {
                Some(variant) => variant,
                None => continue,
            }
        };
        if !knowledge.is_near_exon(variant.contig, variant.position.get(), variant.end()) && fate != 1 {
            continue;
        }
        // One candidate a gene: of two the better would set the other aside.
        let gene = knowledge.transcripts_at(variant.contig, variant.position.get(), variant.end()).first().map(|t| t.gene);
        if fate == 10 && !genes.insert(gene) {
            continue;
        }
        if !seen.insert((variant.contig.number(), variant.position.get())) {
            continue;
        }
        let rule = |reason: Reason| format!("Rule: {reason:?}");
        let (calls, answer) = match fate {
            0 => (usual(), rule(Reason::TooCommon)),
            1 => (usual(), rule(Reason::NoTranscript)),
            2 => (usual(), rule(Reason::NoEffect)),
            3 => (Calls { kid: ABSENT.into(), dad: "0/1:15,15:30:99", ..usual() }, rule(Reason::NotInProband)),
            4 => (Calls { filter: "q10", ..usual() }, rule(Reason::FilterFailed)),
            5 => (Calls { kid: "0/1:1,2:3:99".into(), ..usual() }, rule(Reason::LowDepth)),
            6 => (Calls { kid: "0/1:15,15:30:5".into(), ..usual() }, rule(Reason::LowGenotypeQuality)),
            7 => (Calls { kid: "0/1:28,2:30:99".into(), ..usual() }, rule(Reason::LowAlleleBalance)),
            8 => (
                Calls { kid: "1/1:0,30:30:99".into(), dad: "1/1:0,30:30:99", mum: "0/1:15,15:30:99", ..usual() },
                rule(Reason::InheritanceDoesNotFit),
            ),
            9 => {
                planted.push(Planted { answer: "was not called".into(), line: None, variant });
                continue;
            }
            _ => (usual(), "is in candidate".into()),
        };
        planted.push(Planted { line: Some(line(&variant, &calls)), answer, variant });
    }
    Ok(planted)
}

/// A substitution of the wanted kind: between exons for 1, silent for 2, else one that changes the protein; unknown to ClinVar
/// and to the frequencies.
fn substitution(transcript: &Transcript, pack: &Pack, knowledge: &Knowledge, fate: usize, numbers: &mut ChaCha8Rng) -> Option<Variant> {
    let (start, end) = transcript.coding_offsets()?;
    for _ in 0..200 {
        let position = match fate {
            1 => numbers.random_range(transcript.extent().start..=transcript.extent().end),
            _ => transcript.genomic(numbers.random_range(start..end))?,
        };
        let reference = pack.base(transcript.contig, position)?;
        let alternate = *b"ACGT".choose(numbers)?;
        let text = |base: u8| char::from(base).to_string();
        let variant = format!("{}-{position}-{}-{}", transcript.contig, text(reference), text(alternate)).parse::<Variant>();
        let Ok(variant) = variant else { continue };
        if pack.assertion(&variant).is_some() || pack.frequency(&variant).is_some() {
            continue;
        }
        let near = knowledge.is_near_exon(variant.contig, position, position + 1);
        let others = knowledge.transcripts_at(variant.contig, position, position + 1);
        let fits = match fate {
            1 => !near,
            // One gene only, so that the effect on another does not decide.
            _ if others.len() != 1 => false,
            2 => consequence::effect(&variant, transcript, pack).is_some_and(|e| e.terms == [Consequence::Synonymous]),
            _ => consequence::effect(&variant, transcript, pack).is_some_and(|e| e.worst() == Consequence::Missense),
        };
        if fits {
            return Some(variant);
        }
    }
    None
}
