//! Prose that is not English: its numbers and people have other names, so that the rules would read past them. It is not read, and said
//! so by name; a table with English names and a sentence in English say the same to everybody.

use super::super::{Finding, Rule};
use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

/// A language by its words. One numeral or one noun for people shows it; of common words, which also stand in names, it takes three.
struct Language {
    name: &'static str,
    /// One to four, and nouns for people, in their forms.
    telling: &'static str,
    common: &'static str,
}

const LANGUAGES: [Language; 11] = [
    Language {
        name: "French",
        telling: "une deux trois quatre enfant enfants porteur porteurs porteuse porteuses malade malades témoin témoins garçon garçons fille filles père \
            mère frère frères sœur sœurs soeur soeurs personne personnes homme hommes femme femmes",
        common: "le la les des du de un et dans chez sont était étaient ont été pour avec aucun aucune sur par que qui ce cette",
    },
    Language {
        name: "German",
        telling: "ein eine einem einen einer eines zwei zweien drei dreien vier vieren beide beiden kinder kindern patienten patientin patientinnen träger \
            trägern trägerin mädchen jungen mutter vater bruder schwester geschwister personen fälle fällen männer frauen",
        common: "der das dem des und ist sind waren wurde wurden mit bei von nicht auf zu im für aus keine hatte hatten nur",
    },
    Language {
        name: "Spanish",
        telling: "uno una dos tres cuatro paciente pacientes niño niños niña niñas portador portadores portadora casos hombre hombres mujer mujeres hermano \
            hermanos hermana hermanas",
        common: "el la los las de del en fue fueron con por un que solo ningún ninguna",
    },
    Language {
        name: "Portuguese",
        telling: "uma dois duas três quatro criança crianças homens mulheres irmão irmãos irmã",
        common: "da das em são foi foram com que não nos pelo",
    },
    Language {
        name: "Italian",
        telling: "tre quattro pazienti paziente bambino bambini bambina bambine portatori fratello fratelli sorella",
        common: "il la gli di della dei delle sono erano che nel nella un è",
    },
    Language {
        name: "Welsh",
        telling: "dau ddau dwy ddwy tri thri tair dair thair pedwar bedwar phedwar pedair bedair claf chlaf cleifion gleifion chleifion plentyn blentyn \
            phlentyn bachgen",
        common: "yn yr oedd roedd gan mae wedi ond nid hwn bod",
    },
    Language {
        name: "Polish",
        telling: "jeden jedna jedno jednego jednej jednym dwa dwie dwaj dwóch dwoje dwojga dwóm dwoma dwiema trzy trzej trzech troje trojga trzem trzema cztery \
            czterej czterech czworo czworga pacjent pacjenci pacjenta pacjentów pacjentka pacjentki pacjentek dziecko dzieci chory chorych chorzy osoby osób \
            osoba",
        common: "się nie jest są był było były że oraz dla przy który która ich lub",
    },
    Language {
        name: "Dutch",
        telling: "een twee drie vier kinderen patiënt patiënten dragers jongen meisje broers zussen",
        common: "de van zijn waren werd werden bij niet voor",
    },
    Language {
        name: "Swedish, Norwegian or Danish",
        telling: "två fyra tvenne patienter bärare pasienter",
        common: "och att som är inte med från hade og ikke ved blev ble av hos",
    },
    Language { name: "Romanian", telling: "două trei patru pacienți pacienţi copii", common: "și în este sunt din fost pentru" },
    Language { name: "Turkish", telling: "iki üç dört hasta hastada çocuk çocukta", common: "ve bir bu ile için olarak" },
];

/// Common words of English: a long sentence without any is none.
const ENGLISH: &str = "the of and in to was were for with is are by on that at from or as not no than which had has have be been this these those we our \
    all each per between after before its it their but both into more most only other using can if when where while who they there such also did does may \
    will would should could must she his her you your any every over under about one two three four five out up then";

/// What is Latin in English sentences.
const LATIN: [&str; 4] = ["et al", "de novo", "in vitro", "in silico"];

/// Words of a line from which it is long.
const LONG: usize = 8;
/// Common words of a language that show it.
const COMMON_MIN: usize = 3;

/// The languages that a word tells of, and those that it is common in.
#[derive(Default)]
struct Word {
    tells: Option<usize>,
    common: Vec<usize>,
}

static VOCABULARY: LazyLock<HashMap<&str, Word>> = LazyLock::new(|| {
    let mut known: HashMap<&str, Word> = HashMap::new();
    for (index, language) in LANGUAGES.iter().enumerate() {
        language.telling.split_whitespace().for_each(|word| known.entry(word).or_default().tells = Some(index));
        language.common.split_whitespace().for_each(|word| known.entry(word).or_default().common.push(index));
    }
    known
});

static ENGLISH_WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| ENGLISH.split_whitespace().collect());

/// A finding for each line that is not English.
pub(in crate::output) fn look(text: &str) -> impl Iterator<Item = Finding> {
    text.lines().zip(1..).filter_map(|(line, number)| {
        let (name, value) = language(line)?;
        let message = format!("this is {name}, and only English is read: give it in English, with the numbers in digits");
        Some(Finding { value, ..Finding::in_line(Rule::Language, number, message) })
    })
}

/// The language of a line that is not English, and a word by which it is known.
fn language(line: &str) -> Option<(&'static str, String)> {
    // Words of other languages that are English among scientists.
    let line = LATIN.iter().fold(line.to_owned(), |line, words| line.replace(words, " "));
    let has_lower = line.contains(char::is_lowercase);
    let (mut common, mut english, mut lower, mut first) = ([0_u64; LANGUAGES.len()], false, 0, "");
    let is_apart = |c: char| !c.is_alphanumeric() && c != '_' && c != '-';
    for word in line.split(is_apart).map(|word| word.trim_matches('-')).filter(|word| !word.is_empty()) {
        if is_of_other_letters(word) {
            return Some(("in letters that are not Latin", word.chars().take(30).collect()));
        }
        // A symbol in capitals is no word: TRE is an element, and DUE no number.
        if has_lower && word.len() > 1 && !word.contains(char::is_lowercase) || word.len() > WORD_BYTES_MAX {
            continue;
        }
        let word_lower = word.to_lowercase();
        english |= ENGLISH_WORDS.contains(word_lower.as_str());
        if word.chars().all(char::is_lowercase) && word.len() > 1 {
            lower += 1;
            first = if first.is_empty() { word } else { first };
        }
        let Some(known) = VOCABULARY.get(word_lower.as_str()) else { continue };
        if let Some(index) = known.tells {
            return Some((LANGUAGES[index].name, word.to_owned()));
        }
        for index in &known.common {
            // One bit for each word of the list, so that a word that comes twice is counted once.
            let place = LANGUAGES[*index].common.split_whitespace().position(|other| other == word_lower).unwrap_or(0);
            common[*index] |= 1 << place;
            if common[*index].count_ones() as usize >= COMMON_MIN {
                return Some((LANGUAGES[*index].name, word.to_owned()));
            }
        }
    }
    let marks = line.matches([',', ';', '\t', '|', '=', ':', '(', '/']).count();
    (lower >= LONG && !english && marks * 3 < lower).then(|| ("not English as far as can be told", first.to_owned()))
}

/// Bytes of the longest word that is looked up.
const WORD_BYTES_MAX: usize = 24;

/// Three letters or more of another alphabet, or two of one whose letters are words: `β` is a symbol, `дети` is not.
fn is_of_other_letters(word: &str) -> bool {
    if word.is_ascii() {
        return false;
    }
    let others = word.chars().filter(|c| c.is_alphabetic() && *c > '\u{36f}' && !('\u{1e00}'..='\u{1eff}').contains(c));
    let (mut count, mut is_dense) = (0, false);
    others.for_each(|c| {
        count += 1;
        is_dense |= ('\u{3040}'..='\u{9fff}').contains(&c) || ('\u{ac00}'..='\u{d7a3}').contains(&c);
    });
    count > 2 || (is_dense && count > 1)
}

#[cfg(test)]
mod tests {
    use super::language;

    #[test]
    fn what_is_not_english_is_known_by_its_name() {
        for (text, name) in [
            ("trois patients", "French"),
            ("Zwei Kinder", "German"),
            ("dos pacientes", "Spanish"),
            ("tri chlaf", "Welsh"),
            ("quattro bambini", "Italian"),
            ("u dwóch chorych", "Polish"),
            ("La variante est rare chez les cas", "French"),
            ("дети с вариантом", "in letters that are not Latin"),
            ("三人", "in letters that are not Latin"),
            ("saith gwaith hyd hynny heb weld neb arall byth wedyn", "not English as far as can be told"),
        ] {
            assert_eq!(language(text).map(|(name, _)| name), Some(name), "{text}");
        }
        for text in [
            "a de novo variant (de la Chapelle et al.)",
            "TRE and DUE are symbols",
            "it is due to drift",
            "TGFβ1, IFN-γ and α-synuclein",
            "exome sequencing revealed rare missense variants",
            "gene,carriers",
        ] {
            assert_eq!(language(text), None, "{text}");
        }
    }
}
