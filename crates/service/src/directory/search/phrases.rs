//! What leads to a clinical indication: its own name and its parts, what its tests look at, and the other names and the signs that
//! the project keeps for it (`data/directory/terms.tsv`).

use super::text;
use care::directory::Test;
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::LazyLock,
};

/// Weights of the kinds of phrase.
const NAME: f32 = 1.0;
const SIGN: f32 = 0.85;
const TARGET: f32 = 0.6;

/// Words in a name that make it a narrower test than its disease: what most people do not mean unless they say so.
const NARROWING: &[&str] = &[
    "carrier",
    "nipd",
    "linkage",
    "predictive",
    "screening",
    "stored",
    "partners",
    "monitoring",
    "confirmation",
    "reanalysis",
    "validation",
    "maternal",
    "mosaic",
    "mosaicism",
    "segmental",
    "extended",
    "trait",
    "invasive",
    "sexing",
    "fetal",
    "parental",
    "rna",
    "unaffected",
    "transplantation",
    "atypical",
    "reinterpretation",
    "work",
];
/// A phrase that leads to a clinical indication.
pub(super) struct Phrase {
    /// Words as compared, each once.
    pub(super) tokens: Vec<String>,
    pub(super) text: String,
    pub(super) kind: Kind,
    /// Place of the indication.
    pub(super) group: u32,
}

/// Where a phrase is from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// The directory's own name of the indication, or a part of it.
    Own,
    /// What a test looks at.
    Target,
    /// Another name of what is tested.
    Name,
    /// What a patient shows.
    Sign,
}

impl Kind {
    pub(super) fn weight(self) -> f32 {
        match self {
            Kind::Own | Kind::Name => NAME,
            Kind::Sign => SIGN,
            Kind::Target => TARGET,
        }
    }
}

/// A clinical indication with its tests.
pub(super) struct Group {
    /// Code, such as `R29`.
    pub(super) code: String,
    /// Places of its tests in the catalogue.
    pub(super) tests: Vec<u32>,
    /// Words of its names, as compared.
    pub(super) tokens: BTreeSet<String>,
    /// Words of its names that make it a narrower test than its disease.
    pub(super) narrowing: Vec<String>,
    /// Words that its name excludes, as in `without breast cancer`.
    pub(super) excluded: Vec<String>,
}

/// Other names and signs of an indication.
struct Terms {
    names: Vec<&'static str>,
    signs: Vec<&'static str>,
}

static TERMS: LazyLock<HashMap<&'static str, Terms>> = LazyLock::new(|| {
    let listed = |field: &'static str| field.split(';').map(str::trim).filter(|term| !term.is_empty()).collect();
    let line = |line: &'static str| {
        let mut fields = line.split('\t');
        let (code, names, signs) = (fields.next()?, fields.next()?, fields.next()?);
        Some((code, Terms { names: listed(names), signs: listed(signs) }))
    };
    include_str!("../../../../../data/directory/terms.tsv").lines().skip(1).filter_map(line).collect()
});

/// Clinical indications of the tests, in order of code, and every phrase that leads to one.
pub(super) fn gather(tests: &[Test]) -> (Vec<Group>, Vec<Phrase>) {
    let mut by_code: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    for (place, test) in (0_u32..).zip(tests) {
        by_code.entry(test.code.indication()).or_default().push(place);
    }
    let (mut groups, mut phrases) = (Vec::new(), Vec::new());
    for (number, (code, places)) in (0_u32..).zip(by_code) {
        let own: Vec<&Test> = places.iter().map(|place| &tests[*place as usize]).collect();
        let mut group =
            Group { code: code.to_owned(), tests: places.clone(), tokens: BTreeSet::new(), narrowing: vec![], excluded: vec![] };
        let mut gathered = Gathered { group: number, phrases: &mut phrases, known: BTreeSet::new() };
        for name in own.iter().map(|test| test.indication.as_str()).collect::<BTreeSet<_>>() {
            let (included, excluded) = split_excluded(name);
            group.tokens.extend(text::tokens(name).into_iter().map(|word| word.compared));
            group.excluded.extend(text::tokens(excluded).into_iter().map(|word| word.compared));
            gathered.add(included, Kind::Own);
            for part in parts(included) {
                gathered.add(part, Kind::Own);
            }
        }
        group.narrowing = NARROWING.iter().map(|word| text::compared(word)).filter(|word| group.tokens.contains(word)).collect();
        for test in &own {
            gathered.add(target(test), Kind::Target);
        }
        if let Some(terms) = TERMS.get(code) {
            terms.names.iter().for_each(|name| gathered.add(name, Kind::Name));
            terms.signs.iter().for_each(|sign| gathered.add(sign, Kind::Sign));
        }
        groups.push(group);
    }
    (groups, phrases)
}

struct Gathered<'a> {
    group: u32,
    phrases: &'a mut Vec<Phrase>,
    /// Words and weights that are there already.
    known: BTreeSet<(Vec<String>, u32)>,
}

impl Gathered<'_> {
    fn add(&mut self, phrase: &str, kind: Kind) {
        let tokens: Vec<String> = text::tokens(phrase).into_iter().map(|word| word.compared).collect();
        if !tokens.is_empty() && self.known.insert((tokens.clone(), kind.weight().to_bits())) {
            self.phrases.push(Phrase { tokens, text: phrase.trim().to_owned(), kind, group: self.group });
        }
    }
}

/// A name as what it includes and what it excludes: `Cytopenia - NOT Fanconi anaemia`.
fn split_excluded(name: &str) -> (&str, &str) {
    let found = ["NOT ", "without ", "excluding "].iter().filter_map(|word| name.find(word).map(|place| (place, place + word.len()))).min();
    let Some((start, end)) = found else { return (name, "") };
    let excluded = name[end..].split(')').next().unwrap_or_default();
    (name[..start].trim_end_matches([' ', '(', '-']), excluded)
}

/// Parts of a name that are names themselves.
fn parts(name: &str) -> Vec<&str> {
    let mut found: Vec<&str> = name.split([',', ';', '/']).flat_map(|part| part.split(" or ")).flat_map(|part| part.split(" - ")).collect();
    found.extend(name.split_once('(').and_then(|(_, rest)| rest.split_once(')')).map(|(inside, _)| inside));
    found
}

/// What a test looks at, without its panel's number or list of genes.
fn target(test: &Test) -> &str {
    test.target.split('(').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::builtin;
    use care::directory::Branch;

    #[test]
    fn terms_are_of_indications_that_are_or_were_in_a_directory_and_are_listed_once() {
        let of = |branch| builtin::versions(branch).expect("data of the project").into_iter().flat_map(|version| version.tests);
        let codes: BTreeSet<String> = Branch::ALL.into_iter().flat_map(of).map(|test| test.code.indication().to_owned()).collect();
        let lines: Vec<&str> = include_str!("../../../../../data/directory/terms.tsv").lines().skip(1).collect();
        assert_eq!(lines.len(), TERMS.len(), "three fields, each code once");
        for line in lines {
            assert_eq!(line.split('\t').count(), 3, "{line}");
        }
        for (code, terms) in TERMS.iter() {
            assert!(codes.contains(*code), "{code}");
            let unique: BTreeSet<&&str> = terms.names.iter().chain(&terms.signs).collect();
            assert_eq!(unique.len(), terms.names.len() + terms.signs.len(), "{code} lists a term twice");
        }
    }

    #[test]
    fn what_a_name_excludes_is_not_what_it_includes() {
        for (name, included, excluded) in [
            ("Inherited ovarian cancer (without breast cancer)", "Inherited ovarian cancer", "breast cancer"),
            ("Cytopenia - NOT Fanconi anaemia", "Cytopenia", "Fanconi anaemia"),
            ("Marfan syndrome", "Marfan syndrome", ""),
        ] {
            assert_eq!(split_excluded(name), (included, excluded));
        }
    }
}
