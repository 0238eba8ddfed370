//! Of whom a letter speaks, and how surely: the patient, or a relative; as a fact, or as a question.

/// Whether a text says something of the patient; the surest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Certainty {
    /// It says so of the patient.
    Stated,
    /// It is not sure, or may speak of somebody else.
    Doubtful,
    /// It says so of a relative.
    OfRelative,
}

/// A sentence of a line.
pub(super) struct Sentence {
    /// Its words; a question mark right before a word is written as "query".
    pub text: String,
    /// It ends with a question mark.
    pub is_question: bool,
}

/// Whom a sentence speaks of.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum Person {
    #[default]
    Patient,
    /// The patient, or a relative who was spoken of before.
    Unclear,
    Relative(Pronoun),
}

/// The pronoun that a relative has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Pronoun {
    She,
    He,
    Any,
}

/// What was read of a letter so far.
#[derive(Default)]
pub(super) struct Reader {
    /// The lines are those of a family history.
    in_family_history: bool,
    /// This line is.
    is_family_line: bool,
    /// Whom the sentence before spoke of at its end.
    last: Person,
}

/// Relatives, and words that speak of them. Source: ConText (Harkema 2009, J Biomed Inform 42:839), triggers of another experiencer,
/// and the words that British letters use for the same people.
const WOMEN: [&str; 10] = ["mother", "mum", "mom", "sister", "aunt", "grandmother", "niece", "daughter", "wife", "maternal"];
const MEN: [&str; 10] = ["father", "dad", "brother", "uncle", "grandfather", "nephew", "son", "husband", "grandad", "paternal"];
const RELATIVES: [&str; 9] = ["parent", "sibling", "cousin", "grandparent", "family", "familial", "relative", "partner", "fh"];
/// Words that turn a sentence back to the patient.
const PATIENT: [&str; 2] = ["patient", "proband"];
/// Words between a finding and the relative who has it, and how many words may stand between.
const LINKS: [&str; 3] = ["in", "of", "on"];
const LINK_WORDS_MAX: usize = 6;
/// Words by which a sentence without a subject goes on with whom the last one spoke of.
const GOES_ON: [&str; 4] = ["also", "has", "had", "with"];
/// Words before a finding that say that it is not sure. Source: ConText and pyConTextNLP (Chapman 2011), uncertainty triggers.
const DOUBTS: [&[&str]; 26] = [
    &["possible"],
    &["possibly"],
    &["probable"],
    &["probably"],
    &["query"],
    &["questionable"],
    &["suspected"],
    &["suspicion", "of"],
    &["suspicious", "for"],
    &["may"],
    &["might"],
    &["could"],
    &["perhaps"],
    &["unclear"],
    &["uncertain"],
    &["likely"],
    &["unlikely"],
    &["risk", "of"],
    &["rule", "out"],
    &["exclude"],
    &["if"],
    &["whether"],
    &["versus"],
    &["consider"],
    &["screen", "for"],
    &["concern", "about"],
];
/// Words after a finding that say so, and how far they may stand.
const DOUBTS_AFTER: [&[&str]; 6] =
    [&["possible"], &["suspected"], &["unlikely"], &["not", "confirmed"], &["cannot", "be", "excluded"], &["not", "excluded"]];
const DOUBT_WORDS_MAX: usize = 4;
const DOUBT_REACH_WORDS_MAX: usize = 5;
/// Words that end what a doubt reaches.
const DOUBT_TURNS: [&str; 5] = ["but", "however", "although", "though", "except"];
/// A heading has no more words than this.
const HEADING_WORDS_MAX: usize = 4;
/// A line of at least so many letters that goes on in small letters was only wrapped.
const WRAPPED_LETTERS_MIN: usize = 40;

/// The lines of a text, with those joined that were only wrapped.
pub(super) fn lines(text: &str) -> Vec<String> {
    let (mut lines, mut before): (Vec<String>, usize) = (Vec::new(), 0);
    for line in text.lines() {
        let goes_on = before >= WRAPPED_LETTERS_MIN && line.trim_start().starts_with(char::is_lowercase);
        match lines.last_mut() {
            Some(last) if goes_on => {
                last.push(' ');
                last.push_str(line);
            }
            _ => lines.push(line.to_owned()),
        }
        before = line.chars().count();
    }
    lines
}

/// The sentences of a line.
pub(super) fn sentences(line: &str) -> Vec<Sentence> {
    let mut text = String::new();
    let mut sentences = Vec::new();
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '?' if letters.peek().is_some_and(|next| next.is_alphanumeric()) => text.push_str(" query "),
            '.' | ';' | '?' | '!' => {
                sentences.push(Sentence { text: std::mem::take(&mut text), is_question: letter == '?' });
            }
            _ => text.push(letter),
        }
    }
    sentences.push(Sentence { text, is_question: false });
    sentences.retain(|sentence| sentence.text.contains(char::is_alphanumeric));
    sentences
}

/// Whether one of several phrases stands among words.
pub(super) fn is_cued(tokens: &[String], cues: &[&[&str]]) -> bool {
    cues.iter().any(|cue| tokens.windows(cue.len()).any(|window| window.iter().zip(*cue).all(|(word, cue)| word == cue)))
}

impl Reader {
    /// Looks at the heading of a line, if it has one. A heading alone is of the lines that follow, up to the next or a blank line.
    pub(super) fn begin_line(&mut self, line: &str) {
        let line = line.trim();
        let (head, rest) = line.split_once(':').map_or((line, None), |(head, rest)| (head, Some(rest.trim())));
        let tokens: Vec<String> = super::sentence(head).collect();
        let is_short = tokens.len() <= HEADING_WORDS_MAX && !tokens.is_empty();
        let is_family = tokens.iter().any(|word| relative(word).is_some());
        match rest {
            _ if line.is_empty() => *self = Reader::default(),
            Some(rest) if is_short && rest.is_empty() => self.in_family_history = is_family,
            Some(_) if is_short && !is_family => self.in_family_history = false,
            None if is_short && tokens == ["family", "history"] => self.in_family_history = true,
            _ => {}
        }
        self.is_family_line = self.in_family_history || (rest.is_some() && is_short && is_family);
    }

    /// How surely the patient has what stands between these words.
    pub(super) fn certainty(&self, before: &[String], after: &[String], is_question: bool) -> Certainty {
        let person = self.person(before);
        if self.is_family_line || matches!(person, Person::Relative(_)) || is_linked_to_relative(after) {
            return Certainty::OfRelative;
        }
        let near = &after[..after.len().min(DOUBT_WORDS_MAX)];
        let is_doubted = is_question || is_cued(doubted(before), &DOUBTS) || is_cued(near, &DOUBTS_AFTER);
        if is_doubted || person == Person::Unclear { Certainty::Doubtful } else { Certainty::Stated }
    }

    /// Keeps whom a sentence spoke of at its end.
    pub(super) fn end_sentence(&mut self, tokens: &[String]) {
        self.last = self.person(tokens);
    }

    /// Whom a sentence speaks of after these words.
    fn person(&self, before: &[String]) -> Person {
        let first = before.first().map_or("", String::as_str);
        let goes_on = GOES_ON.contains(&first) || pronoun(first).is_some();
        let begins = if goes_on { self.last } else { Person::Patient };
        before.iter().fold(begins, |person, word| after_word(person, word))
    }
}

/// The words before a finding that a doubt may stand among.
fn doubted(before: &[String]) -> &[String] {
    let near = &before[before.len().saturating_sub(DOUBT_REACH_WORDS_MAX)..];
    near.iter().rposition(|word| DOUBT_TURNS.contains(&word.as_str())).map_or(near, |turn| &near[turn + 1..])
}

/// Whom a sentence speaks of after another word.
fn after_word(person: Person, word: &str) -> Person {
    if let Some(pronoun) = relative(word) {
        return Person::Relative(pronoun);
    }
    if PATIENT.contains(&word) {
        return Person::Patient;
    }
    match (person, pronoun(word)) {
        (Person::Relative(Pronoun::She), Some(Pronoun::He)) | (Person::Relative(Pronoun::He), Some(Pronoun::She)) => Person::Patient,
        (Person::Relative(_), Some(_)) => Person::Unclear,
        _ => person,
    }
}

fn relative(word: &str) -> Option<Pronoun> {
    match () {
        () if WOMEN.contains(&word) => Some(Pronoun::She),
        () if MEN.contains(&word) => Some(Pronoun::He),
        () if RELATIVES.contains(&word) => Some(Pronoun::Any),
        () => None,
    }
}

fn pronoun(word: &str) -> Option<Pronoun> {
    match word {
        "she" | "her" => Some(Pronoun::She),
        "he" | "his" | "him" => Some(Pronoun::He),
        "they" | "their" => Some(Pronoun::Any),
        _ => None,
    }
}

/// Whether the words after a finding say which relative has it, such as "in his mother".
fn is_linked_to_relative(after: &[String]) -> bool {
    let near = &after[..after.len().min(LINK_WORDS_MAX)];
    let link = near.iter().position(|word| LINKS.contains(&word.as_str()));
    link.is_some_and(|link| near[link..].iter().any(|word| relative(word).is_some()))
}
