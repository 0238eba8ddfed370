//! Asking: the cohort from the release's people, the carriers from its files, and only what may be told.

use crate::{
    Checked, Library, Release, Scope,
    answer::{Answer, Burden, fisher},
    disclosure::{Count, NotTold, TOLD_MIN, Told},
    engine,
    question::{Effect, Group, What},
    release::Person,
    row::{self, Found},
};
use anyhow::Context;
use datafusion::{
    common::ScalarValue,
    logical_expr::Expr,
    prelude::{col, lit},
};
use roaring::RoaringBitmap;
use std::collections::{BTreeMap, BTreeSet};

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum NotAnswered {
    /// It would tell of a few people.
    #[error(transparent)]
    NotTold(#[from] NotTold),
    /// A fault.
    #[error(transparent)]
    Fault(#[from] anyhow::Error),
}

/// Asks a question of a release, of those in the scope; `told` is what the project was told before, and grows by this answer.
pub async fn ask(library: &Library, release: &Release, scope: &Scope, told: &mut Told, asked: &Checked) -> Result<Answer, NotAnswered> {
    let q = &asked.question;
    let fits: Vec<&Person> = release.people.iter().filter(|p| scope.has(p) && in_cohort(p, asked)).collect();
    let cohort: RoaringBitmap = fits.iter().map(|p| p.no.0).collect();
    let found = if q.what == What::People { vec![] } else { carried(library, release, scope, asked).await? };
    let carriers = carriers(&found, &cohort, q.what == What::CompoundHeterozygotes);
    let mut sets = vec![cohort.clone()];
    if q.what != What::People {
        sets.push(carriers.clone());
    }
    let counted = if q.what == What::People { &cohort } else { &carriers };
    let groups = grouped(&fits, counted, q.by);
    sets.extend(groups.iter().map(|(_, set, _)| set.clone()));
    let burden = (q.what == What::Burden).then(|| table(&fits, &carriers, asked));
    if let Some((parts, _)) = &burden {
        sets.extend(parts.clone());
    }
    // All of an answer or nothing of it.
    let mut after = told.clone();
    sets.iter().try_for_each(|set| after.tell(set))?;
    *told = after;
    let copies: u64 = found.iter().filter(|f| carriers.contains(f.person.0)).map(|f| u64::from(f.copies)).sum();
    Ok(Answer {
        question: q.to_string(),
        release: release.name.clone(),
        cohort: Count::of(cohort.len()),
        carriers: (q.what != What::People).then(|| Count::part(carriers.len(), cohort.len())),
        alleles: matches!(q.what, What::Alleles(_))
            .then(|| if carriers.len() < TOLD_MIN { Count::of(carriers.len()) } else { Count::of(copies) }),
        groups: groups.into_iter().map(|(name, set, whole)| (name, Count::part(set.len(), whole))).collect(),
        burden: burden.map(|(_, burden)| burden),
    })
}

/// Whether somebody fits the conditions. The features of a question about burden tell cases from controls, and exclude nobody.
fn in_cohort(person: &Person, asked: &Checked) -> bool {
    let q = &asked.question;
    let has = |terms: &BTreeSet<u32>| person.present.iter().any(|t| terms.contains(t));
    q.sex.as_ref().is_none_or(|sex| *sex == person.sex)
        && q.ancestry.as_ref().is_none_or(|ancestry| *ancestry == person.ancestry)
        && q.solved.is_none_or(|solved| solved == person.solved)
        && !asked.without.iter().any(has)
        && (q.what == What::Burden || asked.with.iter().all(has))
}

/// Calls of the scope that the question is about.
async fn carried(library: &Library, release: &Release, scope: &Scope, asked: &Checked) -> anyhow::Result<Vec<Found>> {
    let session = engine::session(library)?;
    let calls = engine::calls(&session, library, release, scope).await?;
    let columns = ["no", "contig", "position", "alternate", "gene", "copies"].map(col);
    let wanted = calls.filter(condition(asked))?.select(columns)?;
    let mut found = Vec::new();
    for batch in wanted.collect().await.context("asking the library's files")? {
        found.extend(row::found(&batch)?);
    }
    // A variant that touches two genes is one variant.
    if asked.variant.is_some() {
        let mut seen = BTreeSet::new();
        found.retain(|f| seen.insert(f.person));
    }
    Ok(found)
}

fn condition(asked: &Checked) -> Expr {
    let q = &asked.question;
    let mut all = match &asked.variant {
        Some(v) => col("contig")
            .eq(lit(v.contig.number()))
            .and(col("position").eq(lit(v.position.get())))
            .and(col("reference").eq(lit(v.reference.clone())))
            .and(col("alternate").eq(lit(v.alternate.clone()))),
        None => col("gene").in_list(q.genes.iter().map(|gene| lit(gene.clone())).collect(), false),
    };
    match q.effect {
        Effect::Any => {}
        Effect::ProteinChanging => all = all.and(col("impact").lt_eq(lit(1_u8))),
        Effect::LossOfFunction => all = all.and(col("impact").eq(lit(0_u8))),
    }
    if let Some(most) = q.frequency_max {
        let rare = col("frequency").lt_eq(Expr::Literal(ScalarValue::Float32(Some(most as f32)), None));
        all = all.and(rare.or(col("frequency").is_null()));
    }
    all
}

/// One copy of a variant: contig, position, allele, and which copy.
type Copy<'f> = (u8, u32, &'f str, u8);

/// Who of the cohort carries; of compound heterozygotes, who has two different variants of one gene or two copies of one.
fn carriers(found: &[Found], cohort: &RoaringBitmap, needs_two: bool) -> RoaringBitmap {
    if !needs_two {
        return found.iter().map(|f| f.person.0).filter(|no| cohort.contains(*no)).collect();
    }
    let mut held: BTreeMap<(u32, &str), BTreeSet<Copy>> = BTreeMap::new();
    for f in found.iter().filter(|f| cohort.contains(f.person.0)) {
        let alleles = held.entry((f.person.0, &f.gene)).or_default();
        alleles.extend((1..=f.copies).map(|copy| (f.contig, f.position, f.alternate.as_str(), copy)));
    }
    held.into_iter().filter(|(_, alleles)| alleles.len() > 1).map(|((no, _), _)| no).collect()
}

/// Who of the counted is in each group, with how many the group has in the cohort.
fn grouped(fits: &[&Person], counted: &RoaringBitmap, by: Option<Group>) -> Vec<(String, RoaringBitmap, u64)> {
    let Some(by) = by else { return vec![] };
    let mut groups: BTreeMap<&str, (RoaringBitmap, u64)> = BTreeMap::new();
    for person in fits {
        let name = if by == Group::Sex { &person.sex } else { &person.ancestry };
        let (set, whole) = groups.entry(name).or_default();
        *whole += 1;
        if counted.contains(person.no.0) {
            set.insert(person.no.0);
        }
    }
    groups.into_iter().map(|(name, (set, whole))| (name.to_owned(), set, whole)).collect()
}

/// Carriers among cases and controls, and the sets that those numbers count.
fn table(fits: &[&Person], carriers: &RoaringBitmap, asked: &Checked) -> (Vec<RoaringBitmap>, Burden) {
    let is_case = |p: &&&Person| asked.with.iter().all(|terms| p.present.iter().any(|t| terms.contains(t)));
    let cases: RoaringBitmap = fits.iter().filter(is_case).map(|p| p.no.0).collect();
    let controls: RoaringBitmap = fits.iter().map(|p| p.no.0).filter(|no| !cases.contains(*no)).collect();
    let (among_cases, among_controls) = (carriers & &cases, carriers & &controls);
    let told = |set: &RoaringBitmap, carriers: &RoaringBitmap| [Count::of(set.len()), Count::part(carriers.len(), set.len())];
    let (of_cases, of_controls) = (told(&cases, &among_cases), told(&controls, &among_controls));
    let hidden = of_cases.iter().chain(&of_controls).any(|count| *count == Count::Few);
    let p = fisher([among_cases.len(), cases.len() - among_cases.len()], [among_controls.len(), controls.len() - among_controls.len()]);
    let burden = Burden { cases: of_cases, controls: of_controls, p: (!hidden).then(|| one_digit(p)) };
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
