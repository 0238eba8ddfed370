//! What words say of a feature: that it is there, that it is not or may not be, or that it is somebody else's. "No evidence of seizures" is
//! not a seizure, nor is one of the sister's. Source: NegEx (Chapman and others, Journal of Biomedical Informatics 2001, 34, 301 to 310),
//! pre-negation and possibility phrases.

/// Words that deny what is asked, or something of it.
const DENIES: [&str; 37] = [
    "no",
    "not",
    "never",
    "nil",
    "none",
    "nor",
    "neither",
    "deny",
    "denies",
    "denied",
    "denying",
    "absent",
    "absence",
    "without",
    "negative",
    "neg",
    "excluded",
    "excludes",
    "exclude",
    "refuted",
    "ruled",
    "unaffected",
    "normal",
    "resolved",
    "unlikely",
    "cannot",
    "lacks",
    "lacking",
    "free",
    "false",
    "isn't",
    "hasn't",
    "doesn't",
    "didn't",
    "wasn't",
    "don't",
    "can't",
];
/// Words that leave it open.
const DOUBTS: [&str; 16] = [
    "possible",
    "possibly",
    "probable",
    "probably",
    "suspected",
    "suspicion",
    "query",
    "queried",
    "unclear",
    "uncertain",
    "unknown",
    "maybe",
    "perhaps",
    "unconfirmed",
    "questionable",
    "pending",
];
/// Words with which an answer begins that says yes, whatever follows.
const AFFIRMS: [&str; 7] = ["yes", "y", "present", "positive", "true", "confirmed", "detected"];
/// Words for relatives.
const RELATIVES: [&str; 40] = [
    "mother",
    "mothers",
    "mum",
    "mom",
    "maternal",
    "father",
    "fathers",
    "dad",
    "paternal",
    "parent",
    "parents",
    "brother",
    "brothers",
    "sister",
    "sisters",
    "sibling",
    "siblings",
    "cousin",
    "cousins",
    "aunt",
    "aunts",
    "uncle",
    "uncles",
    "niece",
    "nieces",
    "nephew",
    "nephews",
    "grandmother",
    "grandmothers",
    "grandfather",
    "grandfathers",
    "grandparent",
    "grandparents",
    "relative",
    "relatives",
    "partner",
    "daughter",
    "daughters",
    "son",
    "sons",
];
/// Words by which something runs in a family.
const OF_FAMILIES: [&str; 3] = ["familial", "family", "fh"];

/// A text that denies or leaves open what is asked, or something of it.
fn is_doubtful(text: &str) -> bool {
    let affirms = tokens(text).first().is_some_and(|first| AFFIRMS.contains(&first.as_str()));
    !affirms && has_doubt(text)
}

/// A text with a word that denies or leaves open, whatever it begins with.
pub(crate) fn has_doubt(text: &str) -> bool {
    let text = plain(text);
    let mut parts = text.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|word| !word.is_empty());
    text.contains('?') || parts.any(|word| DENIES.contains(&word) || DOUBTS.contains(&word) || word.ends_with("n't"))
}

/// Words with which a text ends that says of what stands before them that it is not there.
const ENDS_DENIED: [&[&str]; 5] = [&["absent"], &["excluded"], &["negative"], &["not", "present"], &["not", "observed"]];

/// A text that ends by denying what it names.
pub(crate) fn ends_denied(text: &str) -> bool {
    let parts = tokens(text);
    ENDS_DENIED.iter().any(|end| parts.len() >= end.len() && parts[parts.len() - end.len()..].iter().eq(end.iter()))
}

/// Words that deny everything of a list which they begin.
const DENIES_LIST: [&str; 14] =
    ["no", "not", "nil", "none", "neither", "deny", "denies", "denied", "absent", "absence", "without", "negative", "excluded", "lacks"];

/// A text that begins by denying: the list that it opens is one of what is not there.
pub(crate) fn opens_denial(text: &str) -> bool {
    tokens(text).first().is_some_and(|first| DENIES_LIST.contains(&first.as_str()))
}

/// A text about somebody else than the patient, or something that is so in the family.
pub(crate) fn is_of_relative(text: &str) -> bool {
    tokens(text).iter().any(|word| RELATIVES.contains(&word.as_str()) || OF_FAMILIES.contains(&word.as_str()))
}

/// A text that denies or doubts, or that is about somebody else than the patient.
pub(crate) fn is_unsure(text: &str) -> bool {
    is_doubtful(text) || is_of_relative(text)
}

/// A text beside a code, by which what the code names is not there for certain, or is somebody else's. Where it is the name of the code
/// itself nothing is denied by it: absent speech is a feature.
pub(crate) fn is_uncertain(text: &str, name: &str) -> bool {
    let is_name = name.is_empty() || text.eq_ignore_ascii_case(name);
    text.contains('?') || matches!(Sense::read(text), Sense::Open | Sense::OfRelative) || (!is_name && is_doubtful(text))
}

/// What the wording of a question says of the features that answer it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Sense {
    /// That they are there, or nothing.
    Present,
    /// That they are not there.
    Absent,
    /// That they may be there: a differential diagnosis, a suspicion, or both answers in one question.
    Open,
    /// That they are somebody else's.
    OfRelative,
}

/// Words of a question for what is not there.
const ASKS_ABSENT: [&str; 10] =
    ["absent", "absence", "excluded", "exclude", "exclusions", "negated", "negative", "negatives", "denied", "denies"];
/// The same in several words.
const ASKS_ABSENT_PHRASES: [&str; 5] = ["not present", "not observed", "not seen", "not found", "not detected"];
/// Words of a question for what is there.
const ASKS_PRESENT: [&str; 5] = ["present", "observed", "seen", "positive", "positives"];
/// Words of a question for what may be there.
const ASKS_OPEN: [&str; 8] = ["differential", "differentials", "suspected", "suspicion", "possible", "possibly", "query", "queried"];
/// The same in several words.
const ASKS_OPEN_PHRASES: [&str; 3] = ["rule out", "ruled out", "r/o"];

impl Sense {
    /// What a question says by its words.
    pub(crate) fn read(question: &str) -> Sense {
        let lower = plain(question);
        let without = ASKS_ABSENT_PHRASES.iter().fold(lower.clone(), |text, phrase| text.replace(phrase, " "));
        let (parts, phrases) = (tokens(&without), |list: &[&str]| list.iter().any(|phrase| lower.contains(phrase)));
        let has = |list: &[&str]| parts.iter().any(|word| list.contains(&word.as_str()));
        let is_absent = has(&ASKS_ABSENT) || phrases(&ASKS_ABSENT_PHRASES);
        match () {
            () if has(&RELATIVES) || has(&["fh"]) || lower.contains("family history") => Sense::OfRelative,
            () if has(&ASKS_OPEN) || phrases(&ASKS_OPEN_PHRASES) || (is_absent && has(&ASKS_PRESENT)) => Sense::Open,
            () if is_absent => Sense::Absent,
            () => Sense::Present,
        }
    }
}

/// Questions whether a feature is there that is named elsewhere.
const ASKS_PRESENCE: [&str; 5] = ["status", "presence", "present", "present/absent", "observed"];
/// Parts of such questions.
const ASKS_PRESENCE_PHRASES: [&str; 6] =
    ["phenotype status", "feature status", "hpo status", "phenotype presence", "feature present", "phenotype present"];

/// A question whether a feature is there that is named elsewhere.
pub(crate) fn asks_presence(question: &str) -> bool {
    let lower = question.to_lowercase();
    let plain = lower.trim().trim_end_matches(['?', ':']).trim_end();
    ASKS_PRESENCE.contains(&plain) || ASKS_PRESENCE_PHRASES.iter().any(|phrase| lower.contains(phrase))
}

/// A text in small letters. The name of a kind of seizure denies nothing.
fn plain(text: &str) -> String {
    text.to_lowercase().replace('\u{2019}', "'").replace("absence seizure", "seizure")
}

fn tokens(text: &str) -> Vec<String> {
    plain(text).split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_says_yes_only_where_nothing_in_it_denies_or_doubts() {
        for (text, doubtful) in [
            ("No evidence of seizures", true),
            ("Denies", true),
            ("never", true),
            ("Not present at birth", true),
            ("hasn\u{2019}t had any", true),
            ("?seizure", true),
            ("possible absence in 2020", true),
            ("seizure-free since 2019", true),
            ("Refuted (qualifier value)", true),
            ("No absence seizures", true),
            ("Absence seizures since 2020", false),
            ("Yes, without fever", false),
            ("Severe", false),
            ("daily, bilateral", false),
            ("abnormal", false),
            ("Nocturnal", false),
            ("noted at birth", false),
            ("", false),
        ] {
            assert_eq!(is_doubtful(text), doubtful, "{text}");
        }
    }

    #[test]
    fn a_text_ends_by_denying_word_by_word() {
        for (text, expected) in [
            ("Seizure (absent)", true),
            ("Seizure: not present.", true),
            ("Absent", true),
            ("Arthritis, seronegative", false),
            ("Seizure present", false),
            ("absent father", false),
            ("", false),
        ] {
            assert_eq!(ends_denied(text), expected, "{text}");
        }
        assert!(has_doubt("Yes, but not since 2019") && !is_doubtful("Yes, but not since 2019"));
        assert!(!has_doubt("seen by Dr Milano in a piano class"));
    }

    #[test]
    fn a_question_says_whether_its_answers_are_there_and_whose_they_are() {
        for (question, expected) in [
            ("Phenotype", Sense::Present),
            ("Clinical features seen", Sense::Present),
            ("Type of absence seizures", Sense::Present),
            ("Transparency", Sense::Present),
            ("Pertinent negatives", Sense::Absent),
            ("Features not observed", Sense::Absent),
            ("Clinical finding absent (situation)", Sense::Absent),
            ("Phenotype present/absent", Sense::Open),
            ("Differential diagnosis", Sense::Open),
            ("Conditions to rule out", Sense::Open),
            ("Suspected features", Sense::Open),
            ("Mother's features", Sense::OfRelative),
            ("Family history of", Sense::OfRelative),
            ("Absent in sister", Sense::OfRelative),
            ("Features of aunts and nieces", Sense::OfRelative),
        ] {
            assert_eq!(Sense::read(question), expected, "{question}");
        }
    }

    #[test]
    fn the_name_of_a_feature_beside_its_code_denies_nothing() {
        for (text, name, expected) in [
            ("Absent speech", "Absent speech", false),
            ("Absent speech", "", false),
            ("No speech", "Absent speech", true),
            ("No seizures", "Seizure", true),
            ("?Seizure", "Seizure", true),
            ("?Seizure", "", true),
            ("Family history of seizures", "Seizure", true),
            ("Fits since birth", "Seizure", false),
        ] {
            assert_eq!(is_uncertain(text, name), expected, "{text}");
        }
    }
}
