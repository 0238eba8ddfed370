//! Which medicine a prescription names: by ingredient, brand, abbreviation or regimen, and by codes of RxNorm, ATC and SNOMED CT
//! (with it the NHS dictionary of medicines and devices, whose codes are of SNOMED CT).
//!
//! Text is compared as runs of letters and runs of digits, so that "5-FU", "5FU" and "5 fu" are one name and "hydrocodeine" is not
//! "codeine". A code counts only in its own system: the number of one system is another medicine in the next.

use crate::{
    sctid::is_identifier,
    table::{listed, rows},
};
use std::{collections::HashMap, sync::LazyLock};

/// A medicine and its codes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Medicine {
    /// Name as in the British National Formulary.
    pub name: &'static str,
    /// Other names of the ingredient, in small letters.
    pub others: Vec<&'static str>,
    /// Number of the ingredient in RxNorm.
    pub rxnorm: &'static str,
    /// Codes of the WHO's ATC classification.
    pub atc: Vec<&'static str>,
    /// Further numbers in RxNorm, of products.
    pub rxnorm_products: Vec<&'static str>,
    /// Codes of SNOMED CT.
    pub snomed: Vec<&'static str>,
}

/// A code as a prescribing system sends it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct MedicineCode {
    /// Address of its system; empty where none was sent.
    pub system: String,
    /// The code.
    pub code: String,
}

/// What a prescription was recognised as.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Recognised {
    /// Medicines with guidance, in the order of the table; several where it names a combination or a regimen.
    Guided(Vec<&'static Medicine>),
    /// A common medicine of which no guidance speaks.
    Unguided,
    /// None that is known here.
    No,
}

/// A system of codes that the tables hold.
#[derive(Clone, Copy, PartialEq, Eq)]
enum System {
    RxNorm,
    Atc,
    Snomed,
    NotSent,
    Other,
}

/// A name as runs of letters and digits, and whose it is.
struct Name {
    parts: Vec<String>,
    medicine: usize,
}

static MEDICINES: LazyLock<Vec<Medicine>> = LazyLock::new(|| {
    let further = |name: &str, kind: &str| {
        FURTHER.iter().filter(|[of_medicine, of_kind, ..]| *of_medicine == name && *of_kind == kind).map(|row| row[2]).collect()
    };
    let line = |[name, others, rxnorm, atc]: [&'static str; 4]| Medicine {
        name,
        others: listed(others),
        rxnorm,
        atc: listed(atc),
        rxnorm_products: further(name, "rxnorm"),
        snomed: further(name, "snomed"),
    };
    rows(include_str!("../../../data/pharmacogenomics/medicines.tsv")).map(line).collect()
});

/// Medicine, kind, value, source.
static FURTHER: LazyLock<Vec<[&'static str; 4]>> =
    LazyLock::new(|| rows(include_str!("../../../data/pharmacogenomics/medicine-names.tsv")).collect());

/// Every name by its first run.
static NAMES: LazyLock<HashMap<String, Vec<Name>>> = LazyLock::new(|| {
    let mut names: HashMap<String, Vec<Name>> = HashMap::new();
    for (medicine, known) in MEDICINES.iter().enumerate() {
        let further = FURTHER.iter().filter(|[of_medicine, kind, ..]| *of_medicine == known.name && !["rxnorm", "snomed"].contains(kind));
        let texts = std::iter::once(known.name).chain(known.others.iter().copied()).chain(further.map(|row| row[2]));
        for parts in texts.map(runs).filter(|parts| !parts.is_empty()) {
            names.entry(parts[0].clone()).or_default().push(Name { parts, medicine });
        }
    }
    names
});

/// Common medicines without guidance.
static UNGUIDED: LazyLock<Vec<Vec<String>>> = LazyLock::new(|| {
    let line = |[name, _]: [&'static str; 2]| runs(name);
    rows(include_str!("../../../data/pharmacogenomics/other-medicines.tsv")).map(line).collect()
});

/// Every medicine that has guidance.
pub fn medicines() -> &'static [Medicine] {
    &MEDICINES
}

/// Every medicine that a text names, such as the display of a product, in the order of the table.
pub fn all_named_in(text: &str) -> Vec<&'static Medicine> {
    let text = runs(text);
    let mut found: Vec<usize> = Vec::new();
    for (index, first) in text.iter().enumerate() {
        let names = NAMES.get(first).map(Vec::as_slice).unwrap_or_default();
        found.extend(names.iter().filter(|name| text[index..].starts_with(&name.parts)).map(|name| name.medicine));
    }
    found.sort_unstable();
    found.dedup();
    found.into_iter().filter_map(|index| MEDICINES.get(index)).collect()
}

/// The medicine that a text names; the first, where it names several.
pub fn named_in(text: &str) -> Option<&'static Medicine> {
    all_named_in(text).into_iter().next()
}

/// A medicine by a code of any system, as somebody types it; else by its name.
pub fn medicine(code: &str) -> Option<&'static Medicine> {
    let typed = code.trim();
    by_code(&MedicineCode { system: String::new(), code: typed.to_owned() }).or_else(|| {
        let lower = typed.to_lowercase();
        MEDICINES.iter().find(|m| m.name == lower || m.others.contains(&lower.as_str()))
    })
}

/// A medicine by a code of its system. Without a system the code is looked for in each.
pub fn by_code(coded: &MedicineCode) -> Option<&'static Medicine> {
    let (system, code) = (system(&coded.system), coded.code.trim());
    let within = |one: System| system == one || system == System::NotSent;
    let has = |m: &&Medicine| {
        (within(System::RxNorm) && (m.rxnorm == code || m.rxnorm_products.contains(&code)))
            || (within(System::Atc) && m.atc.iter().any(|atc| atc.eq_ignore_ascii_case(code)))
            || (within(System::Snomed) && m.snomed.contains(&code))
    };
    MEDICINES.iter().filter(|_| !code.is_empty()).find(has)
}

/// What a prescription names, by all its codes and texts. Where they differ, each counts: advice for one too many does less harm
/// than none.
pub fn recognise(codes: &[MedicineCode], texts: &[String]) -> Recognised {
    let coded = codes.iter().filter_map(by_code);
    // Some systems put the name itself in place of the code.
    let named = texts.iter().map(String::as_str).chain(codes.iter().map(|coded| coded.code.as_str())).flat_map(all_named_in);
    let mut found: Vec<&Medicine> = coded.chain(named).collect();
    found.sort_by_key(|m| m.name);
    found.dedup_by_key(|m| m.name);
    if !found.is_empty() {
        return Recognised::Guided(found);
    }
    let is_unguided = |text: &String| {
        let text = runs(text);
        UNGUIDED.iter().any(|name| text.starts_with(name))
    };
    if texts.iter().any(is_unguided) { Recognised::Unguided } else { Recognised::No }
}

/// A medicine with guidance whose name a text nearly holds, as if it were mistyped. It is no more than a question: other medicines are
/// spelt alike, too.
pub fn spelt_like(texts: &[String]) -> Option<&'static Medicine> {
    let letters = |part: &String| (LETTERS_MIN..=LETTERS_MAX).contains(&part.chars().count());
    let parts: Vec<String> = texts.iter().flat_map(|text| runs(text)).filter(letters).take(PARTS_MAX).collect();
    let is_near = |name: &Name| match name.parts.as_slice() {
        [known] => parts.iter().any(|part| is_slip(part, known)),
        _ => false,
    };
    let first = NAMES.values().flatten().filter(|name| is_near(name)).map(|name| name.medicine).min();
    first.and_then(|index| MEDICINES.get(index))
}

/// Shorter names are like too many others, and no name is longer.
const LETTERS_MIN: usize = 7;
const LETTERS_MAX: usize = 30;
/// Parts of a text that are compared, at most.
const PARTS_MAX: usize = 20;

/// One letter is another, missing or too many; in long names two. The first is seldom mistyped.
fn is_slip(typed: &str, known: &str) -> bool {
    let [letters_typed, letters] = [typed, known].map(|text| text.chars().count());
    let most = if letters >= 9 { 2 } else { 1 };
    letters >= LETTERS_MIN
        && typed.chars().next() == known.chars().next()
        && letters_typed.abs_diff(letters) <= most
        && strsim::levenshtein(typed, known) <= most
}

/// A code of SNOMED CT or dm+d that cannot be one: its check digit is wrong.
pub fn is_mistyped(coded: &MedicineCode) -> bool {
    system(&coded.system) == System::Snomed && !is_identifier(coded.code.trim())
}

/// Which system an address or OID names. Sources: HL7 Terminology, the page of each code system; NHS England, dm+d in FHIR.
fn system(address: &str) -> System {
    let address = address.trim().to_lowercase();
    let names = |parts: &[&str]| parts.iter().any(|part| address.contains(part));
    let ends = |oid: &str| address.ends_with(oid);
    match () {
        () if address.is_empty() => System::NotSent,
        () if names(&["rxnorm"]) || ends("2.16.840.1.113883.6.88") => System::RxNorm,
        () if names(&["whocc.no/atc"]) || ends("2.16.840.1.113883.6.73") => System::Atc,
        () if names(&["snomed.info/sct", "dmd.nhs.uk", "/dmd"]) || ends("2.16.840.1.113883.6.96") => System::Snomed,
        () => System::Other,
    }
}

/// Runs of letters and runs of digits of a text, in small letters without accents.
fn runs(text: &str) -> Vec<String> {
    let mut runs: Vec<String> = Vec::new();
    let mut before: Option<bool> = None;
    for letter in text.chars().flat_map(char::to_lowercase).map(plain) {
        let kind = letter.is_alphanumeric().then(|| letter.is_ascii_digit());
        match (kind, runs.last_mut()) {
            (Some(_), Some(run)) if kind == before => run.push(letter),
            (Some(_), _) => runs.push(letter.to_string()),
            (None, _) => {}
        }
        before = kind;
    }
    runs
}

/// A letter without its accent, of those that names of medicines have in western languages.
fn plain(letter: char) -> char {
    match letter {
        'à' | 'á' | 'â' | 'ä' => 'a',
        'è' | 'é' | 'ê' | 'ë' => 'e',
        'ì' | 'í' | 'î' | 'ï' => 'i',
        'ò' | 'ó' | 'ô' | 'ö' => 'o',
        'ù' | 'ú' | 'û' | 'ü' => 'u',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(texts: &[&str]) -> String {
        match recognise(&[], &texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>()) {
            Recognised::Guided(found) => found.iter().map(|m| m.name).collect::<Vec<_>>().join(", "),
            Recognised::Unguided => "unguided".into(),
            Recognised::No => "no".into(),
        }
    }

    #[test]
    fn names_are_recognised_as_prescribers_write_them() {
        for (text, expected) in [
            ("Capecitabine 500mg tablets", "capecitabine"),
            ("XELODA 500 MG 120 FILM TB", "capecitabine"),
            ("capécitabine500mg", "capecitabine"),
            ("5-FU", "fluorouracil"),
            ("5FU 400mg/m² bolus", "fluorouracil"),
            ("5\u{2011}fluorouracil", "fluorouracil"),
            ("Fluorouracil 2.5g/50ml solution for infusion vials", "fluorouracil"),
            ("FOLFIRI cycle 1", "fluorouracil, irinotecan"),
            ("mFOLFOX6", "fluorouracil"),
            ("Co-codamol 30mg/500mg tablets", "codeine"),
            ("Tramadol 37.5mg / Paracetamol 325mg", "tramadol"),
            ("6-MP", "mercaptopurine"),
            ("Hydrocodeine 10mg", "no"),
            ("Esomeprazole 20mg", "no"),
            ("Paracetamol", "unguided"),
            ("Zyxumab in paracetamol", "no"),
            ("", "no"),
            ("15 FUrosemide", "no"),
        ] {
            assert_eq!(names(&[text]), expected, "{text}");
        }
    }

    #[test]
    fn a_mistyped_name_is_like_the_medicine_that_is_meant_and_another_medicine_is_not() {
        for (text, expected) in [
            ("capecitibine 500 mg", Some("capecitabine")),
            ("Clopidogril 75mg", Some("clopidogrel")),
            ("carbamazepin", Some("carbamazepine")),
            ("esomeprazole", None),
            ("Zyxumab", None),
            ("codine", None),
            ("", None),
        ] {
            assert_eq!(spelt_like(&[text.to_owned()]).map(|medicine| medicine.name), expected, "{text}");
        }
        assert_eq!(spelt_like(&["capecit".repeat(50_000), "x ".repeat(100_000)]), None);
    }

    #[test]
    fn a_code_counts_in_its_own_system_alone() {
        let of_code = |system: &str, code: &str| by_code(&MedicineCode { system: system.into(), code: code.into() }).map(|m| m.name);
        let (rxnorm, sct) = ("http://www.nlm.nih.gov/research/umls/rxnorm", "http://snomed.info/sct");
        assert_eq!(of_code(rxnorm, "194000"), Some("capecitabine"));
        assert_eq!(of_code(rxnorm, "213293"), Some("capecitabine"), "a product");
        assert_eq!(of_code("urn:oid:2.16.840.1.113883.6.88", "4492"), Some("fluorouracil"));
        assert_eq!(of_code("http://www.whocc.no/atc", "l01bc06"), Some("capecitabine"));
        assert_eq!(of_code(sct, "387172005"), Some("fluorouracil"));
        assert_eq!(of_code("https://dmd.nhs.uk", "386906001"), Some("capecitabine"));
        assert_eq!(of_code("https://dmd.nhs.uk", "109129008"), Some("tacrolimus"), "a VTM");
        assert_eq!(of_code("https://dmd.nhs.uk", "407889001"), Some("tacrolimus"), "a VMP");
        assert_eq!(of_code("", "194000"), Some("capecitabine"));
        for (system, code) in [(sct, "194000"), (rxnorm, "387172005"), ("https://example.org/formulary", "2670"), (sct, ""), ("", "")] {
            assert_eq!(of_code(system, code), None, "{system} {code}");
        }
        let named = MedicineCode { system: "https://example.org/formulary".into(), code: "CODEINE_30".into() };
        assert!(matches!(recognise(&[named], &[]), Recognised::Guided(found) if found[0].name == "codeine"));
    }

    #[test]
    fn a_code_of_the_dictionary_whose_check_digit_is_wrong_is_known_for_that() {
        let mistyped = |system: &str, code: &str| is_mistyped(&MedicineCode { system: system.into(), code: code.into() });
        assert!(mistyped("https://dmd.nhs.uk", "109129009") && mistyped("http://snomed.info/sct", "CAPE"));
        assert!(!mistyped("https://dmd.nhs.uk", "36126411000001107") && !mistyped("http://www.whocc.no/atc", "L01BC06"));
    }

    #[test]
    fn every_further_name_is_of_a_medicine_with_guidance_and_says_its_source() {
        for [name, kind, value, source] in FURTHER.iter() {
            assert!(MEDICINES.iter().any(|m| m.name == *name), "{name}");
            assert!(["brand", "abbreviation", "combination", "regimen", "rxnorm", "snomed"].contains(kind), "{kind}");
            assert!(!value.is_empty() && !source.is_empty(), "{name} {kind}");
            assert!(*kind != "snomed" || is_identifier(value), "{name} {value}");
        }
        for unguided in UNGUIDED.iter() {
            assert!(all_named_in(&unguided.join(" ")).is_empty(), "{unguided:?} has guidance");
        }
    }
}
