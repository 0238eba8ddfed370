//! What leads from the words of a question to a clinical indication.

use super::{Query, Typed};
use crate::directory::search::{Index, names, phrases::Kind};
use annotation::Knowledge;
use pharmacogenomics::tested::{self, TestedMedicine};
use std::collections::{BTreeMap, BTreeSet};

/// One piece of evidence for an indication.
pub(super) struct Evidence {
    /// 0–1.
    pub(super) strength: f32,
    /// Words of the question that it explains, by their places, with what each is worth.
    pub(super) covers: Vec<(usize, f32)>,
    pub(super) why: Why,
}

/// Why an indication is there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Why {
    /// A phrase, by its place in the index.
    Phrase(u32),
    Gene {
        symbol: String,
        typed: Option<String>,
    },
    Medicine {
        symbol: String,
        medicine: &'static str,
    },
    /// The name of a disease or sign, and a gene behind it.
    Named {
        name: String,
        symbol: String,
    },
}

/// How fast a phrase counts less that is only there in part.
const PART_POWER: f32 = 1.3;
/// Strength of a gene that was typed by its own symbol, and by another; of a medicine; of the name of a disease and of a sign.
const GENE: f32 = 0.95;
const OTHER_SYMBOL: f32 = 0.57;
const MEDICINE: f32 = 0.8;
const DISEASE: f32 = 0.7;
const SIGN: f32 = 0.55;
/// How much less a gene counts on a large panel, and the genes behind a name.
const SIZE_POWER_GENE: f32 = 0.12;
const SIZE_POWER_NAME: f32 = 0.3;
/// What a gene or a medicine is worth of the rarest word.
const GENE_WORTH: f32 = 0.9;
/// Words of a name that are looked for together, at most; and the share of a name that must be there.
const NAME_WORDS_MAX: usize = 5;
const NAME_SHARE_MIN: f32 = 0.5;

type ByGroup = BTreeMap<u32, Vec<Evidence>>;

/// All evidence, by indication.
pub(super) fn gather(index: &Index, knowledge: Option<&Knowledge>, query: &Query) -> ByGroup {
    let mut found = ByGroup::new();
    from_phrases(index, query, &mut found);
    from_genes(index, query, &mut found);
    if let Some(knowledge) = knowledge {
        from_names(index, knowledge, query, &mut found);
    }
    found
}

/// Medicines that a word names, spelt about right.
pub(super) fn medicines(typed: &str) -> Vec<&'static TestedMedicine> {
    let is_named = |medicine: &&TestedMedicine| {
        let slips = usize::from(typed.len() >= MEDICINE_SLIP_LETTERS);
        medicine.name == typed || medicine.name.len().abs_diff(typed.len()) <= slips && strsim::osa_distance(typed, medicine.name) <= slips
    };
    tested::medicines().iter().filter(is_named).collect()
}

/// Letters from which a slip in the name of a medicine is forgiven: names are alike, so only in long ones.
const MEDICINE_SLIP_LETTERS: usize = 8;

fn from_phrases(index: &Index, query: &Query, found: &mut ByGroup) {
    let candidates: BTreeSet<u32> = query.meaning.keys().flat_map(|id| &index.phrases_with[*id as usize]).copied().collect();
    for place in candidates {
        let placed = &index.phrases[place as usize];
        let mut covers: BTreeMap<usize, f32> = BTreeMap::new();
        for id in &placed.tokens {
            if let Some((typed, fit)) = query.meaning.get(id) {
                let worth = covers.entry(*typed).or_default();
                *worth = worth.max(index.rarity[*id as usize] * fit);
            }
        }
        let share = (covers.values().sum::<f32>() / placed.whole).min(1.0);
        let evidence = Evidence {
            strength: placed.phrase.kind.weight() * share.powf(PART_POWER),
            covers: covers.into_iter().collect(),
            why: Why::Phrase(place),
        };
        found.entry(placed.phrase.group).or_default().push(evidence);
    }
}

fn from_genes(index: &Index, query: &Query, found: &mut ByGroup) {
    let worth = index.rarest() * GENE_WORTH;
    let mut add = |place: usize, symbol: &str, strength: f32, why: Why| {
        for group in index.genes.groups(symbol) {
            let strength = strength * index.genes.size(*group).powf(-SIZE_POWER_GENE);
            found.entry(*group).or_default().push(Evidence { strength, covers: vec![(place, worth)], why: why.clone() });
        }
    };
    for (place, typed) in query.typed.iter().enumerate() {
        if let Some((symbol, is_own)) = &typed.symbol {
            let other = (!is_own).then(|| typed.word.raw.to_uppercase());
            let strength = if *is_own { GENE } else { OTHER_SYMBOL };
            add(place, symbol, strength, Why::Gene { symbol: symbol.clone(), typed: other });
        }
        for medicine in medicines(&typed.word.raw) {
            for symbol in medicine.genes.iter().map(|symbol| symbol.to_uppercase()) {
                add(place, &symbol, MEDICINE, Why::Medicine { symbol: symbol.clone(), medicine: medicine.name });
            }
        }
    }
}

/// The longest runs of words that are a name of a disease or a sign, and from it by its genes to the tests that look at them.
fn from_names(index: &Index, knowledge: &Knowledge, query: &Query, found: &mut ByGroup) {
    let mut is_named = vec![false; query.typed.len()];
    for length in (1..=NAME_WORDS_MAX.min(query.typed.len())).rev() {
        for start in 0..=query.typed.len() - length {
            let run = &query.typed[start..start + length];
            if is_named[start..start + length].contains(&true) || run.iter().any(|typed| typed.meant.is_empty()) {
                continue;
            }
            let meant: Vec<_> = run.iter().map(|typed| typed.meant.as_slice()).collect();
            let places = index.names.with_all(&meant);
            for best in index.names.shortest(&places) {
                let share = length as f32 / best.length.max(1) as f32;
                if share >= NAME_SHARE_MIN {
                    is_named[start..start + length].fill(true);
                    from_name(index, knowledge, &best, share, (start, run), found);
                }
            }
        }
    }
}

fn from_name(index: &Index, knowledge: &Knowledge, best: &names::Best, share: f32, (start, run): (usize, &[Typed]), found: &mut ByGroup) {
    let genes = names::genes(best.named, knowledge);
    // Of each indication how many of the genes it looks at, and the first.
    let mut by_group: Vec<(usize, &str)> = vec![(0, ""); index.groups.len()];
    for (symbol, groups) in genes.iter().filter_map(|gene| index.genes.of_disease(*gene)) {
        for group in groups {
            let (count, first) = &mut by_group[*group as usize];
            if *count == 0 {
                *first = symbol;
            }
            *count += 1;
        }
    }
    let kind = if matches!(best.named, names::Named::Disease(_)) { DISEASE } else { SIGN };
    for (group, (count, symbol)) in (0_u32..).zip(by_group).filter(|(_, (count, _))| *count > 0) {
        let count = count as f32;
        let of_genes = count / genes.len() as f32 * (count / index.genes.size(group)).powf(SIZE_POWER_NAME);
        let covers = run.iter().enumerate().map(|(place, typed)| (start + place, typed.weight)).collect();
        let why = Why::Named { name: best.text.to_owned(), symbol: symbol.to_owned() };
        found.entry(group).or_default().push(Evidence { strength: kind * of_genes * share, covers, why });
    }
}

impl Why {
    /// In words, where the test's own do not show it.
    pub(super) fn line(&self, index: &Index) -> String {
        match self {
            Why::Phrase(place) => {
                let phrase = &index.phrases[*place as usize].phrase;
                match phrase.kind {
                    Kind::Own | Kind::Target => String::new(),
                    Kind::Name => format!("also: {}", phrase.text),
                    Kind::Sign => format!("for: {}", phrase.text),
                }
            }
            Why::Gene { symbol, typed: None } => format!("tests {symbol}"),
            Why::Gene { symbol, typed: Some(typed) } => format!("tests {symbol}, also called {typed}"),
            Why::Medicine { symbol, medicine } => format!("tests {symbol}, which matters for {medicine}"),
            Why::Named { name, symbol } => format!("tests {symbol}, a gene that is linked with {name}"),
        }
    }
}
