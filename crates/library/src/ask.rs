//! Asking: the cohort from the release's people, the carriers from its files, and only what may be told.

use crate::{
    Checked, Library, PersonNo, Release, Scope,
    answer::{Answer, Burden, fisher},
    disclosure::{COUNT_MIN, Count, DisclosureLedger, Withheld},
    lookup::{CarrierSets, GeneVariant, Lookup, lookup},
    question::{Group, What},
    release::Person,
};
use genome::Contig;
use roaring::RoaringBitmap;
use std::collections::{BTreeMap, BTreeSet};

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum NotAnswered {
    /// It would tell of a few people.
    #[error(transparent)]
    Withheld(#[from] Withheld),
    /// It would read too much.
    #[error("The question would read {0} genotypes, which takes too long. Name fewer genes")]
    TooBroad(u64),
    /// What looks for carriers elsewhere was stopped, or is not there: in words.
    #[error("{0}")]
    Stopped(String),
    /// A fault.
    #[error(transparent)]
    Fault(#[from] anyhow::Error),
}

/// Asks a question of a release, of those in the scope; the ledger holds what the project was told before, and grows by this answer.
pub async fn ask(
    library: &Library,
    release: &Release,
    scope: &Scope,
    ledger: &mut DisclosureLedger,
    question: &Checked,
) -> Result<Answer, NotAnswered> {
    let q = &question.question;
    let cohort = cohort(release, scope, question);
    let mut found = if q.what == What::People { Lookup::default() } else { lookup(library, release, question).await? };
    let variants = if q.what == What::Variants { told_of(&mut found.carriers, &cohort) } else { vec![] };
    let carriers = carriers(&found.carriers, &cohort, q.what == What::CompoundHeterozygotes);
    let counted = if q.what == What::People { &cohort } else { &carriers };
    let groups = q.by.map(|by| grouped(release, &cohort, counted, by)).unwrap_or_default();
    let burden = (q.what == What::Burden).then(|| table(release, &cohort, &carriers, question));
    let mut sets = vec![cohort.clone()];
    if q.what != What::People {
        sets.push(carriers.clone());
    }
    sets.extend(groups.iter().filter(|g| !matches!(g.count, Count::Hidden | Count::Few)).map(|g| g.people.clone()));
    sets.extend(burden.iter().flat_map(|(parts, _)| parts.clone()));
    let carrier_count = Count::part(carriers.len(), cohort.len());
    // All of an answer or nothing of it.
    let mut after = ledger.clone();
    sets.iter().try_for_each(|set| after.disclose(&release.firsts(set)))?;
    if let (Some(variant), Count::About(_)) = (&question.variant, carrier_count) {
        after.disclose_variant(&variant.to_string())?;
    }
    *ledger = after;
    let read = (found.read | &carriers) & &cohort;
    let alleles = || match variant_copies(&found.carriers, &carriers) {
        _ if carriers.len() < COUNT_MIN => Count::rounded(carriers.len()),
        (one, two) => Count::rounded(one + 2 * two),
    };
    Ok(Answer {
        question: q.to_string(),
        release: release.name.clone(),
        cohort: Count::rounded(cohort.len()),
        carriers: (q.what != What::People).then_some(carrier_count),
        alleles: matches!(q.what, What::Alleles(_)).then(alleles),
        read_tenths: question.variant.is_some().then(|| tenths(read.len(), cohort.len())),
        groups: groups.into_iter().map(|g| (g.name, g.count)).collect(),
        burden: burden.map(|(_, burden)| burden),
        variants,
    })
}

/// Keeps the variants of which it may be told that they are there, and names them by place. Each alone is carried by as many as may
/// be told of: else, of a stretch that grows base by base, the answer would tell of the one person whose variant was reached.
fn told_of(found: &mut CarrierSets, cohort: &RoaringBitmap) -> Vec<String> {
    let mut all: BTreeMap<(u8, u32, String, String), RoaringBitmap> = BTreeMap::new();
    let key = |v: &GeneVariant| (v.contig, v.position, v.reference.clone(), v.alternate.clone());
    for (variant, [one, two]) in found.iter() {
        let people = all.entry(key(variant)).or_default();
        *people |= (one | two) & cohort;
    }
    all.retain(|_, people| matches!(Count::part(people.len(), cohort.len()), Count::About(_)));
    found.retain(|variant, _| all.contains_key(&key(variant)));
    let contig = |number: u8| Contig::from_number(number).map_or_else(String::new, |contig| contig.to_string());
    all.into_keys()
        .map(|(number, position, reference, alternate)| format!("{}-{position}-{reference}-{alternate}", contig(number)))
        .collect()
}

/// How many tenths of a whole a part is, rounded down. Of a small whole nothing is told.
fn tenths(part: u64, whole: u64) -> u8 {
    if whole < COUNT_MIN * 10 { 0 } else { (part * 10 / whole) as u8 }
}

/// Who they are that a question counts: for care, where the service may know whose they are, and never told to a project.
pub async fn who(library: &Library, release: &Release, scope: &Scope, question: &Checked) -> Result<Vec<PersonNo>, NotAnswered> {
    let cohort = cohort(release, scope, question);
    let found = match question.question.what {
        What::People => return Ok(cohort.into_iter().map(PersonNo).collect()),
        _ => lookup(library, release, question).await?.carriers,
    };
    let needs_two = question.question.what == What::CompoundHeterozygotes;
    Ok(carriers(&found, &cohort, needs_two).into_iter().map(PersonNo).collect())
}

/// Who of the release may be counted and fits the conditions.
fn cohort(release: &Release, scope: &Scope, question: &Checked) -> RoaringBitmap {
    if question.question.counts_everybody() {
        return scope.members(release);
    }
    release.people.iter().filter(|p| scope.allows(p) && in_cohort(p, question)).map(|p| p.no.0).collect()
}

/// Whether somebody fits the conditions. The features of a question about burden tell cases from controls, and exclude nobody.
fn in_cohort(person: &Person, question: &Checked) -> bool {
    let q = &question.question;
    q.sex.as_ref().is_none_or(|sex| *sex == person.sex)
        && q.ancestry.as_ref().is_none_or(|ancestry| *ancestry == person.ancestry)
        && q.solved.is_none_or(|solved| solved == person.solved)
        && q.born.is_none_or(|(from, to)| (from..=to).contains(&person.born_from))
        && !question.without.iter().any(|terms| has(person, terms))
        && (q.what == What::Burden || has_features(person, question))
}

fn has(person: &Person, terms: &BTreeSet<u32>) -> bool {
    person.present.iter().any(|term| terms.contains(term))
}

/// Whether somebody has every feature that is asked for, and of those of which one is enough at least one.
fn has_features(person: &Person, question: &Checked) -> bool {
    question.with.iter().all(|terms| has(person, terms))
        && (question.with_any.is_empty() || question.with_any.iter().any(|terms| has(person, terms)))
}

/// Who of the cohort carries; of compound heterozygotes, who has two different variants of one gene or two copies of one.
fn carriers(found: &CarrierSets, cohort: &RoaringBitmap, needs_two: bool) -> RoaringBitmap {
    if !needs_two {
        return found.values().flatten().fold(RoaringBitmap::new(), |all, set| all | set) & cohort;
    }
    let mut genes: BTreeMap<&str, [RoaringBitmap; 2]> = BTreeMap::new();
    for (variant, [one, two]) in found {
        let [any, several] = genes.entry(&variant.gene).or_default();
        *several |= (&*any & one) | two;
        *any |= one;
        *any |= two;
    }
    genes.into_values().fold(RoaringBitmap::new(), |all, [_, several]| all | several) & cohort
}

/// People with one copy and with two of the one variant that is asked about; in whatever gene it lies, it is one variant.
fn variant_copies(found: &CarrierSets, carriers: &RoaringBitmap) -> (u64, u64) {
    let mut sets = <[RoaringBitmap; 2]>::default();
    for more in found.values() {
        for (set, more) in sets.iter_mut().zip(more) {
            *set |= more;
        }
    }
    let [one, two] = sets;
    (one.intersection_len(carriers), two.intersection_len(carriers))
}

/// A group of an answer.
struct Part {
    name: String,
    people: RoaringBitmap,
    count: Count,
}

/// Who of the counted is in each group. Where one group is too small to be told, so is the next smallest, as long as what is hidden
/// could be worked out from the rest.
fn grouped(release: &Release, cohort: &RoaringBitmap, counted: &RoaringBitmap, by: Group) -> Vec<Part> {
    let mut groups: BTreeMap<&str, (RoaringBitmap, u64)> = BTreeMap::new();
    for person in release.people.iter().filter(|p| cohort.contains(p.no.0)) {
        let name = if by == Group::Sex { &person.sex } else { &person.ancestry };
        let (set, whole) = groups.entry(name).or_default();
        *whole += 1;
        if counted.contains(person.no.0) {
            set.insert(person.no.0);
        }
    }
    let part = |(name, (people, whole)): (&str, (RoaringBitmap, u64))| {
        let count = Count::part(people.len(), whole);
        Part { name: name.to_owned(), people, count }
    };
    let mut parts: Vec<Part> = groups.into_iter().map(part).collect();
    hide(&mut parts);
    parts
}

/// Hides further groups until those that are not told are two or more, with enough people between them.
fn hide(parts: &mut [Part]) {
    let is_hidden = |part: &&Part| matches!(part.count, Count::Few | Count::Hidden);
    loop {
        let hidden: Vec<u64> = parts.iter().filter(is_hidden).map(|part| part.people.len()).collect();
        if hidden.is_empty() || (hidden.len() > 1 && hidden.iter().sum::<u64>() >= COUNT_MIN) {
            return;
        }
        let others = parts.iter_mut().filter(|part| matches!(part.count, Count::About(_)));
        let Some(next) = others.min_by_key(|part| part.people.len()) else { return };
        next.count = Count::Hidden;
    }
}

/// Carriers among cases and controls, and the sets that those numbers count.
fn table(release: &Release, cohort: &RoaringBitmap, carriers: &RoaringBitmap, question: &Checked) -> (Vec<RoaringBitmap>, Burden) {
    let is_case = |p: &&Person| cohort.contains(p.no.0) && has_features(p, question);
    let cases: RoaringBitmap = release.people.iter().filter(is_case).map(|p| p.no.0).collect();
    let controls = cohort - &cases;
    let (among_cases, among_controls) = (carriers & &cases, carriers & &controls);
    let counts = |set: &RoaringBitmap, carriers: &RoaringBitmap| [Count::rounded(set.len()), Count::part(carriers.len(), set.len())];
    let (case_counts, control_counts) = (counts(&cases, &among_cases), counts(&controls, &among_controls));
    let hidden = case_counts.iter().chain(&control_counts).any(|count| *count == Count::Few);
    let p = fisher([among_cases.len(), cases.len() - among_cases.len()], [among_controls.len(), controls.len() - among_controls.len()]);
    let burden = Burden { cases: case_counts, controls: control_counts, p: (!hidden).then(|| one_digit(p)) };
    (vec![cases, controls, among_cases, among_controls], burden)
}

/// A number to one significant digit: a p to many digits tells the exact counts.
fn one_digit(p: f64) -> f64 {
    if p <= 0.0 {
        return 0.0;
    }
    let scale = 10_f64.powf(p.log10().floor());
    (p / scale).round() * scale
}
