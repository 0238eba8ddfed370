//! `cargo xtask bench cases`

use super::backgrounds::{Background, Planted};
use annotation::Knowledge;
use anyhow::Context;
use engine::{reference, run};
use formats::{chain::Chain, open};
use genome::{Contig, Variant};
use germline::{Analysis, inherit::Pattern, rank, weights::RANKING};
use ontology::{TermId, likelihood::Phenotype};
use rand::{SeedableRng, seq::SliceRandom};
use std::{
    collections::{BTreeMap, HashSet},
    io::BufRead,
    path::Path,
};

/// A published case with its causal variants.
pub struct Published {
    pub id: String,
    pub pmids: Vec<u32>,
    pub gene: String,
    pub male: bool,
    pub phenotype: Phenotype,
    pub zygosity: Vec<String>,
    pub variants: Vec<Variant>,
    /// The disease is annotated, and still is without the case's own paper.
    pub answerable: bool,
}

/// Reads the flattened cases; those without a small variant or gene have none.
pub fn published(sources: &Path) -> anyhow::Result<Vec<Published>> {
    let path = sources.join("cases/phenopackets.visible.tsv.gz");
    let mut lines = open::reader(&path)?.lines();
    let header = lines.next().context("no header")??;
    let columns: Vec<String> = header.split('\t').map(str::to_owned).collect();
    let mut cases = Vec::new();
    for line in lines {
        let line = line?;
        let fields: Vec<&str> = line.split('\t').collect();
        let field = |name: &str| columns.iter().position(|c| c == name).and_then(|index| fields.get(index)).copied().unwrap_or("");
        let terms = |name: &str| -> Vec<TermId> { field(name).split(';').filter_map(|t| t.parse().ok()).collect() };
        let variant = |text: &str| -> Option<Variant> { text.trim_start_matches("hg38:").replace(':', "-").parse().ok() };
        cases.push(Published {
            id: field("id").into(),
            pmids: field("pmids").split(';').filter_map(|p| p.parse().ok()).collect(),
            gene: field("genes").into(),
            male: field("sex") == "MALE",
            phenotype: Phenotype { observed: terms("obs"), excluded: terms("exc") },
            zygosity: field("zyg").split(';').map(str::to_owned).collect(),
            answerable: field("in_hpoa_2025_01") == "True" && field("void_without_own_pmid") == "False",
            variants: field("vcf").split([';', '|']).filter_map(variant).collect(),
        });
    }
    Ok(cases)
}

/// Calls of proband, father, mother for a variant of a case, as its zygosity and place in the list say.
fn calls(case: &Published, index: usize) -> Vec<&'static str> {
    let variant = &case.variants[index];
    let zygosity = case.zygosity.get(index).or(case.zygosity.first()).map_or("", String::as_str);
    let sex_linked = variant.contig == Contig::X && case.male;
    match (zygosity, case.variants.len()) {
        ("hemizygous" | "homozygous", _) if sex_linked => vec!["1/1", "0/0", "0/1"],
        ("homozygous", _) => vec!["1/1", "0/1", "0/1"],
        ("hemizygous", _) => vec!["1/1", "0/0", "0/1"],
        (_, n) if n > 1 && index == 0 => vec!["0/1", "0/1", "0/0"],
        (_, n) if n > 1 => vec!["0/1", "0/0", "0/1"],
        _ => vec!["0/1", "0/0", "0/0"],
    }
}

/// Cases drawn, backgrounds, knowledge.
fn prepare(sources: &Path, sample: usize) -> anyhow::Result<(Vec<Published>, [Background; 3], Knowledge)> {
    let pack = reference::open("demo")?;
    let stretches = pack.sequence_stretches();
    let inside = |v: &Variant| stretches.iter().any(|(c, s, e)| *c == v.contig && (*s..=*e).contains(&v.position.get()));
    let mut cases: Vec<Published> =
        published(sources)?.into_iter().filter(|c| !c.gene.is_empty() && !c.variants.is_empty() && c.variants.iter().all(inside)).collect();
    println!("{} published cases lie in the demo pack's regions", cases.len());
    cases.shuffle(&mut rand_chacha::ChaCha8Rng::seed_from_u64(1));
    cases.truncate(sample);
    let chain = Chain::read(&sources.join("reference/hg19ToHg38.over.chain.gz"))?;
    let vcf = |name: &str| sources.join("vcf").join(name);
    let backgrounds = [
        Background::read(&vcf("exomiser_Pfeiffer.vcf.gz"), "exome", &["manuel"], &chain, &pack)?,
        Background::read(&vcf("ashk-trio.vcf.gz"), "trio", &["HG002", "HG003", "HG004"], &chain, &pack)?,
        Background::read(&vcf("corpas_quartet_chr6plus.vcf.gz"), "family", &["ISDBM322015"], &chain, &pack)?,
    ];
    let knowledge = reference::knowledge(&pack)?;
    Ok((cases, backgrounds, knowledge))
}

pub fn run(sources: &Path, sample: usize, each: bool) -> anyhow::Result<()> {
    let (cases, backgrounds, knowledge) = prepare(sources, sample)?;
    for (mode, own) in [("with all annotations", true), ("each case without the annotations from its own paper", false)] {
        println!("\n{mode}:");
        measure(&cases, &backgrounds, &knowledge, own, each)?;
    }
    Ok(())
}

/// Scores of a run's candidates, and which of them is the cause.
struct Scores {
    all: Vec<f32>,
    cause: Option<usize>,
}

/// Fits the probability of a candidate to its score: each case with its variants in the background, and again without them.
pub fn calibrate(sources: &Path, sample: usize) -> anyhow::Result<()> {
    let (cases, backgrounds, knowledge) = prepare(sources, sample)?;
    let folder = std::env::temp_dir().join(format!("gms-calibrate-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let mut seen = Vec::new();
    for (index, case) in cases.iter().enumerate() {
        let background = &backgrounds[index % backgrounds.len()];
        for planted in [true, false] {
            let analysis = analysis(case, background, &knowledge, (true, planted), &folder)?;
            let causal = knowledge.gene_by_symbol(&case.gene).map(|g| g.id);
            let cause = analysis.candidates.iter().position(|c| Some(c.gene) == causal).filter(|_| planted);
            seen.push(Scores { all: analysis.candidates.iter().map(|c| c.score).collect(), cause });
        }
    }
    std::fs::remove_dir_all(&folder)?;
    let loss = |scale: f32, none: f32| -> f64 {
        let one = |s: &Scores| {
            let posteriors = rank::posteriors(&s.all, scale, none);
            let right = s.cause.map_or_else(|| 1.0 - posteriors.iter().sum::<f32>(), |index| posteriors[index]);
            -f64::from(right.clamp(1e-6, 1.0)).ln()
        };
        seen.iter().map(one).sum::<f64>() / seen.len() as f64
    };
    let grid = (4..=20).flat_map(|a| (-20..=60).map(move |b| (a as f32 / 10.0, b as f32 / 4.0)));
    let (best, scale, none) = grid.map(|(a, b)| (loss(a, b), a, b)).min_by(|x, y| x.0.total_cmp(&y.0)).context("no grid")?;
    println!(
        "{} runs; least log loss {best:.3} at scale {scale} and none {none}; as built {:.3}",
        seen.len(),
        loss(RANKING.posterior_scale, RANKING.none_of_these)
    );
    println!("| probability told | candidates | were the cause |\n|---|---|---|");
    for step in 0..10 {
        let (low, high) = (step as f32 / 10.0, (step + 1) as f32 / 10.0);
        let (mut count, mut right, mut tally) = (0usize, 0usize, 0.0);
        for s in &seen {
            for (index, p) in rank::posteriors(&s.all, RANKING.posterior_scale, RANKING.none_of_these).into_iter().enumerate() {
                if p >= low.max(0.01) && (p < high || step == 9) {
                    count += 1;
                    tally += p;
                    right += usize::from(s.cause == Some(index));
                }
            }
        }
        if count > 0 {
            println!("| {:.0} % | {count} | {:.0} % |", tally * 100.0 / count as f32, right as f32 * 100.0 / count as f32);
        }
    }
    Ok(())
}

fn measure(cases: &[Published], backgrounds: &[Background], knowledge: &Knowledge, own: bool, each: bool) -> anyhow::Result<()> {
    let folder = std::env::temp_dir().join(format!("gms-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let mut ranks: BTreeMap<&str, Vec<Option<usize>>> = BTreeMap::new();
    let mut left: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, case) in cases.iter().enumerate() {
        let background = &backgrounds[index % backgrounds.len()];
        let rank = one(case, background, knowledge, own, &folder).with_context(|| case.id.clone())?;
        if each && rank.0 != Some(1) {
            println!("  {:?}\t{}\t{}\t{}\t{}", rank.0, case.gene, background.name, case.id, rank.1);
        }
        ranks.entry(background.name).or_default().push(rank.0);
        left.entry(background.name).or_default().push(rank.2);
    }
    std::fs::remove_dir_all(&folder)?;
    for (name, ranks) in &ranks {
        print(name, ranks);
        if let Some(counts) = left.get_mut(name) {
            counts.sort_unstable();
            println!("           median of {} candidates to read before phenotype", counts[counts.len() / 2]);
        }
    }
    print("all", &ranks.values().flatten().copied().collect::<Vec<_>>());
    Ok(())
}

/// The engine's answer to a case; `own` keeps the annotations from its paper, `planted` its variants.
fn analysis(
    case: &Published,
    background: &Background,
    knowledge: &Knowledge,
    (own, planted): (bool, bool),
    folder: &Path,
) -> anyhow::Result<Analysis> {
    let width = background.samples.len();
    let variants = if planted { &case.variants[..] } else { &[] };
    let planted: Vec<Planted> = variants
        .iter()
        .enumerate()
        .map(|(index, v)| (v.contig, v.position.get(), v.reference.clone(), v.alternate.clone(), calls(case, index)[..width].to_vec()))
        .collect();
    let (vcf, ped) = (folder.join("case.vcf"), folder.join("case.ped"));
    std::fs::write(&vcf, background.vcf(&planted))?;
    let names = &background.samples;
    let parents = if width == 3 { format!("{}\t{}", names[1], names[2]) } else { "0\t0".into() };
    let sex = if case.male { 1 } else { 2 };
    let mut text = format!("F\t{}\t{parents}\t{sex}\t2\n", names[0]);
    if width == 3 {
        text += &format!("F\t{}\t0\t0\t1\t1\nF\t{}\t0\t0\t2\t1\n", names[1], names[2]);
    }
    std::fs::write(&ped, text)?;
    let papers_left_out = if own { HashSet::new() } else { case.pmids.iter().copied().collect() };
    let request = run::Request {
        structural: vec![],
        vcf,
        ped: Some(ped),
        proband: None,
        phenotype: case.phenotype.clone(),
        panel: None,
        lenient: false,
        papers_left_out,
    };
    run::run(&request, knowledge, None, &mut |_| {})
}

fn one(
    case: &Published,
    background: &Background,
    knowledge: &Knowledge,
    own: bool,
    folder: &Path,
) -> anyhow::Result<(Option<usize>, String, usize)> {
    let analysis = analysis(case, background, knowledge, (own, true), folder)?;
    let top: Vec<String> =
        analysis.candidates.iter().take(3).map(|c| format!("{} {:.1} [{}]", c.symbol, c.score, c.reasons.join(" | "))).collect();
    let causal = knowledge.gene_by_symbol(&case.gene).map(|g| g.id);
    let found = analysis.candidates.iter().find(|c| Some(c.gene) == causal);
    let own = found.map_or_else(|| "not a candidate".to_owned(), |c| format!("{:.1} [{}]", c.score, c.reasons.join(" | ")));
    // What the pattern in the family leaves: single variants shared with an unaffected parent are not read first.
    let left = analysis.candidates.iter().filter(|c| !matches!(c.pattern, Pattern::FromUnaffected { .. })).count();
    Ok((found.map(|c| c.rank), format!("own {own}; above: {}", top.join(", ")), left))
}

fn print(name: &str, ranks: &[Option<usize>]) {
    let share = |n: usize| ranks.iter().filter(|r| r.is_some_and(|r| r <= n)).count() as f64 * 100.0 / ranks.len().max(1) as f64;
    println!("  {name:8} n {:4}  top-1 {:5.1} %  top-3 {:5.1} %  top-10 {:5.1} %", ranks.len(), share(1), share(3), share(10));
}
