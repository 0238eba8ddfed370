//! Asking: the cohort from the release's people, the carriers from its files, and only what may be told.

use crate::{
    Checked, Library, PersonNo, Release, Scope,
    answer::{Answer, Burden, fisher},
    disclosure::{COUNT_MIN, Count, DisclosureLedger, Withheld},
    lookup::{CarrierSets, GeneVariant, Lookup, lookup},
    part::Part,
    question::{self, What},
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

/// Asks a question of a release, of those in the scope; the ledger holds what was told before, and grows by this answer.
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
    // All of an answer or nothing of it.
    let mut telling = Telling { release, ledger: ledger.clone() };
    let whole = telling.people(&Part::cohort(question), &cohort)?.len();
    let burden = (q.what == What::Burden).then(|| table(&mut telling, &cohort, &carriers, question)).transpose()?;
    let carrying = match &burden {
        // Of all carriers those among few controls would be told.
        Some(burden) if burden.p.is_none() => Share::hidden(),
        _ if q.what == What::People => Share::hidden(),
        _ => match telling.part(&Part::cohort(question).carrying(question), &carriers, whole) {
            // The variants alone are told of.
            Err(Withheld::TooNear) if q.what == What::Variants => Share::hidden(),
            told => told?,
        },
    };
    let counted = if q.what == What::People { &cohort } else { &carriers };
    let mut groups = q.by.map(|by| grouped(release, &cohort, counted, by)).unwrap_or_default();
    telling.groups(question, &mut groups)?;
    if let (Some(variant), Count::About(_)) = (&question.variant, carrying.count) {
        telling.ledger.disclose_variant(&variant.to_string())?;
    }
    *ledger = telling.ledger;
    let read = (found.read | &carriers) & &cohort;
    // Copies of those whose number is told: of who came since they would tell of these few.
    let counted = release.with_firsts(&carriers, &carrying.people);
    let alleles = || match (carrying.count, variant_copies(&found.carriers, &counted)) {
        (Count::About(_), (one, two)) => Count::rounded(one + 2 * two),
        (untold, _) => untold,
    };
    Ok(Answer {
        question: q.to_string(),
        release: release.name.clone(),
        cohort: Count::rounded(whole),
        carriers: (q.what != What::People).then_some(carrying.count),
        alleles: matches!(q.what, What::Alleles(_)).then(alleles),
        read_tenths: question.variant.is_some().then(|| tenths(read.len(), cohort.len())),
        groups: groups.into_iter().map(|g| (g.name, g.count)).collect(),
        burden,
        variants,
    })
}

/// What an answer tells, number by number, beside what was told before.
struct Telling<'a> {
    release: &'a Release,
    ledger: DisclosureLedger,
}

/// How many of a whole are told of, and who they are, by their first numbers.
struct Share {
    count: Count,
    people: RoaringBitmap,
}

impl Share {
    fn hidden() -> Share {
        Share { count: Count::Hidden, people: RoaringBitmap::new() }
    }
}

impl Telling<'_> {
    /// Of which people of a part the number is told, by their first numbers: perhaps those of an earlier answer.
    fn people(&mut self, part: &Part, people: &RoaringBitmap) -> Result<RoaringBitmap, Withheld> {
        self.ledger.disclose(&part.digest(), &self.release.firsts(people))
    }

    /// The same as a share of a whole: what is not told, since it is nearly nobody or nearly everybody, is not remembered either.
    fn part(&mut self, part: &Part, people: &RoaringBitmap, whole: u64) -> Result<Share, Withheld> {
        match Count::part(people.len(), whole) {
            Count::About(_) => {
                let people = self.people(part, people)?;
                Ok(Share { count: Count::rounded(people.len()), people })
            }
            count => Ok(Share { count, people: RoaringBitmap::new() }),
        }
    }

    fn groups(&mut self, question: &Checked, groups: &mut [Group]) -> Result<(), Withheld> {
        let all = match question.question.what {
            What::People => Part::cohort(question),
            _ => Part::cohort(question).carrying(question),
        };
        let Some(by) = question.question.by else { return Ok(()) };
        for group in groups.iter_mut().filter(|group| matches!(group.count, Count::About(_))) {
            group.count = Count::rounded(self.people(&all.clone().in_group(by, &group.name), &group.people)?.len());
        }
        Ok(())
    }
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
struct Group {
    name: String,
    people: RoaringBitmap,
    count: Count,
}

/// Who of the counted is in each group. Where one group is too small to be told, so is the next smallest, as long as what is hidden
/// could be worked out from the rest. Every group of the release is named: that one is would else tell that somebody is in it.
fn grouped(release: &Release, cohort: &RoaringBitmap, counted: &RoaringBitmap, by: question::Group) -> Vec<Group> {
    let mut groups: BTreeMap<&str, (RoaringBitmap, u64)> = BTreeMap::new();
    for person in &release.people {
        let name = if by == question::Group::Sex { &person.sex } else { &person.ancestry };
        let (set, whole) = groups.entry(name).or_default();
        if !cohort.contains(person.no.0) {
            continue;
        }
        *whole += 1;
        if counted.contains(person.no.0) {
            set.insert(person.no.0);
        }
    }
    // Of people who are counted themselves each group is a part of all of them.
    let is_whole = std::ptr::eq(cohort, counted);
    let group = |(name, (people, whole)): (&str, (RoaringBitmap, u64))| {
        let count = Count::part(people.len(), if is_whole { cohort.len() } else { whole });
        Group { name: name.to_owned(), people, count }
    };
    let mut groups: Vec<Group> = groups.into_iter().map(group).collect();
    hide(&mut groups);
    groups
}

/// Hides further groups until those that are not told are two or more, with enough people between them.
fn hide(groups: &mut [Group]) {
    let is_hidden = |group: &&Group| matches!(group.count, Count::Few | Count::Hidden);
    loop {
        let hidden: Vec<u64> = groups.iter().filter(is_hidden).map(|group| group.people.len()).collect();
        if hidden.is_empty() || (hidden.len() > 1 && hidden.iter().sum::<u64>() >= COUNT_MIN) {
            return;
        }
        let others = groups.iter_mut().filter(|group| matches!(group.count, Count::About(_)));
        let Some(next) = others.min_by_key(|group| group.people.len()) else { return };
        next.count = Count::Hidden;
    }
}

/// Carriers among cases and controls.
fn table(telling: &mut Telling, cohort: &RoaringBitmap, carriers: &RoaringBitmap, question: &Checked) -> Result<Burden, Withheld> {
    let is_case = |p: &&Person| cohort.contains(p.no.0) && has_features(p, question);
    let cases: RoaringBitmap = telling.release.people.iter().filter(is_case).map(|p| p.no.0).collect();
    let controls = cohort - &cases;
    let (among_cases, among_controls) = (carriers & &cases, carriers & &controls);
    let mut counts = |part: Part, set: &RoaringBitmap, carriers: &RoaringBitmap| -> Result<([Count; 2], [u64; 2]), Withheld> {
        let number = telling.people(&part, set)?.len();
        let share = telling.part(&part.carrying(question), carriers, number)?;
        let carrying = share.people.len();
        Ok(([Count::rounded(number), share.count], [carrying, number.saturating_sub(carrying)]))
    };
    let (cases, case_table) = counts(Part::cases(question), &cases, &among_cases)?;
    let (controls, control_table) = counts(Part::controls(question), &controls, &among_controls)?;
    let is_hidden = cases.iter().chain(&controls).any(|count| *count == Count::Few);
    // Of those whose numbers are told, as they are.
    let p = (!is_hidden).then(|| one_digit(fisher(case_table, control_table)));
    Ok(Burden { cases, controls, p })
}

/// A number to one significant digit: a p to many digits tells the exact counts.
fn one_digit(p: f64) -> f64 {
    if p <= 0.0 {
        return 0.0;
    }
    let scale = 10_f64.powf(p.log10().floor());
    (p / scale).round() * scale
}
