//! People for the research library of the demonstration: enough of them that questions are answered. Nobody is real. Common variants
//! are drawn from the reference pack's frequencies of one ancestry group each; rare ones are made up in genes of seven conditions,
//! with features of those conditions. How many have what is made up as well, and tells nothing of any population.

use anyhow::{Context, ensure};
use formats::Pack;
use genome::{
    AncestryGroup, Evidence, Position, Variant,
    consequence::{self, Impact},
    transcript::{Mane, Transcript},
};
use jiff::civil::Date;
use ontology::TermId;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use service::{
    Service,
    research::simulated::{self, Invented},
};
use std::{ops::Range, sync::Arc};

/// How many people the demonstration has.
pub const PEOPLE: usize = 2_400;

/// A condition that some of them have: the gene, whether it takes two variants, the share of people in percent, the features.
struct Condition {
    gene: &'static str,
    is_recessive: bool,
    percent: u32,
    features: &'static [u32],
}

/// Names of the terms, in order: seizure, global developmental delay, febrile seizure; seizure, cortical tubers, subependymal nodules;
/// bronchiectasis, exocrine pancreatic insufficiency, elevated sweat chloride; ectopia lentis, aortic root aneurysm, disproportionate
/// tall stature; breast carcinoma, ovarian neoplasm; café-au-lait spot, neurofibroma, Lisch nodules; hypoglycaemia, hepatomegaly.
static CONDITIONS: [Condition; 7] = [
    Condition { gene: "SCN1A", is_recessive: false, percent: 18, features: &[1_250, 1_263, 2_373] },
    Condition { gene: "TSC2", is_recessive: false, percent: 9, features: &[1_250, 9_717, 9_716] },
    Condition { gene: "CFTR", is_recessive: true, percent: 11, features: &[2_110, 1_738, 12_236] },
    Condition { gene: "FBN1", is_recessive: false, percent: 10, features: &[1_083, 2_616, 1_519] },
    Condition { gene: "BRCA1", is_recessive: false, percent: 12, features: &[3_002, 100_615] },
    Condition { gene: "NF1", is_recessive: false, percent: 10, features: &[957, 1_067, 9_737] },
    Condition { gene: "HMGCS2", is_recessive: true, percent: 8, features: &[1_943, 2_240] },
];

/// Groups that people are drawn from, with their code and how many of a hundred.
const GROUPS: [(AncestryGroup, &str, u32); 5] = [
    (AncestryGroup::European, "EUR", 66),
    (AncestryGroup::SouthAsian, "SAS", 14),
    (AncestryGroup::African, "AFR", 10),
    (AncestryGroup::EastAsian, "EAS", 6),
    (AncestryGroup::AdmixedAmerican, "AMR", 4),
];

/// Common variants that are drawn: more of them would take longer and answer no other question.
const COMMON_MAX: usize = 300;
/// Made-up variants of each gene that stop it from working, and that change its protein.
const RARE: [(Impact, usize); 2] = [(Impact::High, 6), (Impact::Moderate, 8)];

/// What there is to be carried.
struct Sites {
    variants: Vec<Variant>,
    /// Frequencies of the first of them in each group.
    common: Vec<[f32; GROUPS.len()]>,
    /// Where those of each condition are: what stops the gene, and what changes its protein.
    rare: Vec<[Range<usize>; 2]>,
}

/// Takes that many people into the library of a service over a pack; how many it were.
pub async fn take_in(service: &Arc<Service>, pack: &Pack, people: usize) -> anyhow::Result<usize> {
    let sites = Sites::new(service, pack)?;
    let known = |term: &&u32| service.knowledge.hpo.find(TermId(**term)).is_some();
    ensure!(CONDITIONS.iter().flat_map(|c| c.features).all(|term| known(&term)), "a feature of the simulated people is no term of the HPO");
    let mut random = ChaCha8Rng::seed_from_u64(2_400);
    let year = service.today().year();
    let invented: Vec<Invented> = (0..people).map(|_| person(&sites, &mut random, year)).collect();
    simulated::take_in(service, &sites.variants, &invented).await
}

impl Sites {
    fn new(service: &Service, pack: &Pack) -> anyhow::Result<Sites> {
        let (mut variants, mut common) = (Vec::new(), Vec::new());
        let all: Vec<(Variant, f32)> = pack.common_variants().into_iter().filter(|(variant, _)| is_in_protein(service, variant)).collect();
        let step = all.len().div_ceil(COMMON_MAX).max(1);
        for (variant, overall) in all.into_iter().step_by(step) {
            let groups = pack.frequency_detail(&variant).groups;
            let frequency = |group| groups.iter().find(|(known, _)| *known == group).map_or(overall, |(_, f)| *f);
            common.push(GROUPS.map(|(group, ..)| frequency(group)));
            variants.push(variant);
        }
        let mut rare = Vec::new();
        for condition in &CONDITIONS {
            let mut ranges = [0..0, 0..0];
            for (range, (impact, count)) in ranges.iter_mut().zip(RARE) {
                let start = variants.len();
                variants.extend(made_up(service, condition.gene, impact, count)?);
                *range = start..variants.len();
            }
            rare.push(ranges);
        }
        Ok(Sites { variants, common, rare })
    }
}

/// Whether a variant changes the protein of a gene.
fn is_in_protein(service: &Service, variant: &Variant) -> bool {
    let knowledge = &service.knowledge;
    let transcripts = knowledge.transcripts_at(variant.contig, variant.position.get(), variant.end() + 1);
    transcripts.iter().any(|transcript| matches!(impact(service, variant, transcript), Some(Impact::High | Impact::Moderate)))
}

fn impact(service: &Service, variant: &Variant, transcript: &Transcript) -> Option<Impact> {
    Some(consequence::effect(variant, transcript, &*service.knowledge.evidence)?.worst().impact())
}

/// Single bases of a gene that are of this effect and that no frequency is known of, spread over its coding sequence.
fn made_up(service: &Service, gene: &str, sought: Impact, count: usize) -> anyhow::Result<Vec<Variant>> {
    let (knowledge, evidence) = (&service.knowledge, &*service.knowledge.evidence as &dyn Evidence);
    let id = knowledge.gene_by_symbol(gene).with_context(|| format!("the pack has no gene {gene}"))?.id;
    let transcript =
        knowledge.transcripts_of(id).min_by_key(|t| t.mane != Mane::Select).with_context(|| format!("{gene} has no transcript"))?;
    let coding = transcript.coding.with_context(|| format!("{gene} has no coding sequence"))?;
    let places: Vec<u32> = transcript.exons.iter().flat_map(|exon| exon.start.max(coding.start)..=exon.end.min(coding.end)).collect();
    let step = (places.len() / (count * 2)).max(1);
    let mut found = Vec::new();
    // From each of twice as many places as are needed on to the next base that fits.
    for place in places.chunks(step) {
        let fits = |variant: &Variant| evidence.frequency(variant).is_none() && impact(service, variant, transcript) == Some(sought);
        found.extend(place.iter().flat_map(|position| substitutions(evidence, transcript, *position)).find(fits));
        if found.len() == count {
            return Ok(found);
        }
    }
    ensure!(!found.is_empty(), "the pack holds no sequence of {gene} in which a variant could be made up");
    Ok(found)
}

fn substitutions(evidence: &dyn Evidence, transcript: &Transcript, position: u32) -> Vec<Variant> {
    let Some(reference) = evidence.base(transcript.contig, position) else { return vec![] };
    let reference = char::from(reference).to_string();
    let others = ["A", "C", "G", "T"].into_iter().filter(|base| *base != reference);
    others.filter_map(|base| Variant::new(transcript.contig, Position::new(position)?, &reference, base).ok()).collect()
}

/// One person.
fn person(sites: &Sites, random: &mut ChaCha8Rng, year: i16) -> Invented {
    let group = among(random, GROUPS.iter().map(|(.., percent)| *percent)).unwrap_or(0);
    let condition = among(random, CONDITIONS.iter().map(|c| c.percent));
    let is_female = random.random_bool(if condition.is_some_and(|c| CONDITIONS[c].gene == "BRCA1") { 0.95 } else { 0.5 });
    let mut carried = common(sites, random, group);
    let is_explained = condition.is_some_and(|c| caused(sites, random, c, &mut carried));
    // Somebody in twenty carries something in another gene, which explains nothing.
    if random.random_bool(0.05) {
        let gene = random.random_range(0..CONDITIONS.len());
        if Some(gene) != condition {
            carried.push((random.random_range(sites.rare[gene][1].clone()), 1));
        }
    }
    let features = condition.map_or(&[][..], |c| CONDITIONS[c].features);
    let (observed, missing): (Vec<u32>, Vec<u32>) = features.iter().copied().partition(|_| random.random_bool(0.75));
    // Whoever has a condition has at least its first feature.
    let observed = if observed.is_empty() { features.iter().take(1).copied().collect() } else { observed };
    Invented {
        sex: if is_female { genome::Sex::Female } else { genome::Sex::Male },
        birth_date: born(random, year),
        ancestry: GROUPS[group].1,
        is_affected: condition.is_some(),
        is_solved: is_explained && random.random_bool(0.85),
        excluded: missing.into_iter().filter(|term| !observed.contains(term)).map(TermId).collect(),
        observed: observed.into_iter().map(TermId).collect(),
        carried,
    }
}

/// An adult of 18 to 84 years.
fn born(random: &mut ChaCha8Rng, year: i16) -> Date {
    let (age, month, day) = (random.random_range(19..85), random.random_range(1..=12), random.random_range(1..=28));
    Date::constant(year - age, month, day)
}

/// Common variants by the frequencies of a group.
fn common(sites: &Sites, random: &mut ChaCha8Rng, group: usize) -> Vec<(usize, u8)> {
    let mut copies =
        |frequencies: &[f32; GROUPS.len()]| -> u8 { (0..2).map(|_| u8::from(random.random::<f32>() < frequencies[group])).sum() };
    let drawn: Vec<u8> = sites.common.iter().map(&mut copies).collect();
    drawn.into_iter().enumerate().filter(|(_, copies)| *copies > 0).collect()
}

/// In two of five with a condition a cause is found: one variant, or two of a recessive one.
fn caused(sites: &Sites, random: &mut ChaCha8Rng, condition: usize, carried: &mut Vec<(usize, u8)>) -> bool {
    if !random.random_bool(0.4) {
        return false;
    }
    let [stops, changes] = &sites.rare[condition];
    let (one, other) = (random.random_range(stops.clone()), random.random_range(changes.clone()));
    match (CONDITIONS[condition].is_recessive, random.random_bool(0.6)) {
        (true, true) => carried.extend([(one, 1), (other, 1)]),
        (true, false) => carried.push((one, 2)),
        (false, true) => carried.push((one, 1)),
        (false, false) => carried.push((other, 1)),
    }
    true
}

/// One of several that are so many of a hundred each; nothing for the rest of the hundred.
fn among(random: &mut ChaCha8Rng, percents: impl Iterator<Item = u32>) -> Option<usize> {
    let mut left = random.random_range(0..100);
    for (index, percent) in percents.enumerate() {
        if left < percent {
            return Some(index);
        }
        left -= percent;
    }
    None
}
