//! A simulated trio: parents drawn from real frequencies of one ancestry group, a child who inherits from them.

use formats::{Pack, vcf::writer::Writer};
use genome::{AncestryGroup, Evidence, Variant};
use rand::{Rng, SeedableRng};
use std::path::Path;

/// Groups that families are drawn from, by their seed.
const GROUPS: [AncestryGroup; 5] =
    [AncestryGroup::European, AncestryGroup::SouthAsian, AncestryGroup::European, AncestryGroup::African, AncestryGroup::EastAsian];

/// One site's calls: child, father, mother.
type Site = (Variant, [String; 3]);

/// Writes the VCF of a trio with causal variants planted; says in its header that it is simulated. The same seed gives
/// the same family. A stranger in place of the father makes a swapped sample.
pub fn write_trio(
    path: &Path,
    samples: [&str; 3],
    planted: &[(Variant, [&'static str; 3])],
    pack: &Pack,
    seed: u64,
    swapped: bool,
) -> anyhow::Result<()> {
    let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(seed);
    let mut sites: Vec<Site> = Vec::new();
    let group = GROUPS[(seed % GROUPS.len() as u64) as usize];
    for (variant, overall) in pack.common_variants() {
        let groups = pack.frequency_detail(&variant).groups;
        let frequency = groups.iter().find(|(other, _)| *other == group).map_or(overall, |(_, frequency)| *frequency);
        let mut allele = || u8::from(random.random::<f32>() < frequency);
        let (father, mother, stranger) = ([allele(), allele()], [allele(), allele()], [allele(), allele()]);
        let child = [father[usize::from(random.random::<bool>())], mother[usize::from(random.random::<bool>())]];
        let shown = if swapped { stranger } else { father };
        if child.iter().chain(&shown).chain(&mother).any(|a| *a > 0) {
            let genotype = |pair: [u8; 2]| format!("{}/{}", pair[0].min(pair[1]), pair[0].max(pair[1]));
            sites.push((variant, [genotype(child), genotype(shown), genotype(mother)]));
        }
    }
    sites.extend(planted.iter().map(|(variant, calls)| (variant.clone(), calls.map(str::to_owned))));
    sites.sort_by(|a, b| a.0.cmp(&b.0));
    let meta = [
        "##fileformat=VCFv4.2",
        "##reference=GRCh38",
        "##source=OpenGMS simulation: the planted variants are published facts; all others are drawn from 1000 Genomes frequencies",
        "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"Genotype\">",
        "##FORMAT=<ID=AD,Number=R,Type=Integer,Description=\"Allelic depths\">",
        "##FORMAT=<ID=DP,Number=1,Type=Integer,Description=\"Depth\">",
        "##FORMAT=<ID=GQ,Number=1,Type=Integer,Description=\"Genotype quality\">",
    ]
    .map(str::to_owned);
    let mut writer = Writer::create(path, &meta, &samples)?;
    for (variant, calls) in sites {
        let calls = calls.map(|gt| {
            let depth: u32 = random.random_range(24..44);
            let alternate = match gt.as_str() {
                "0/0" | "0" => 0,
                "1/1" | "1" => depth,
                _ => depth / 2 + random.random_range(0..4),
            };
            format!("{gt}:{},{alternate}:{depth}:99", depth - alternate)
        });
        let Variant { contig, position, reference, alternate } = variant;
        writer.line(&format!("chr{contig}\t{position}\t.\t{reference}\t{alternate}\t500\tPASS\t.\tGT:AD:DP:GQ\t{}", calls.join("\t")))?;
    }
    Ok(writer.finish()?)
}
