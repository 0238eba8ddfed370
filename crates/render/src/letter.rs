//! Letters from the same source as the report: to the patient, and to relatives who may share the finding. Short words, short
//! sentences: how old a reader has to be is measured.

use care::{
    interpretation::case::Outcome,
    results::report::{Content, ReportQuestion},
};

/// For whom a letter is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reader {
    /// The person who was tested.
    Patient,
    /// A relative, who is told no name.
    Relative,
}

/// Age at which most people read as easily as a letter must be. Source: NHS digital service manual, content: a reading age of 9 to 11.
pub const READING_AGE_MAX: f64 = 11.5;

/// A letter, paragraph by paragraph.
pub fn letter(content: &Content, reader: Reader) -> Vec<String> {
    match reader {
        Reader::Patient => patient(content),
        Reader::Relative => relative(content),
    }
}

fn patient(content: &Content) -> Vec<String> {
    let name = content.patient.name.split(' ').next().unwrap_or_default();
    let mut letter = vec![
        format!("Dear {name}, or parent of {name},"),
        "Your test result is ready. This letter says what we found. Your clinic will go through it with you.".into(),
    ];
    if content.supersedes.is_some() {
        letter.push("This letter takes the place of the one we sent before. We looked again, and what we say has changed.".into());
    }
    letter.push("What we found".into());
    letter.extend(findings(content));
    if content.variants.iter().any(|v| v.secondary) {
        letter.push("Something else we found".into());
        letter.push("You told us that you want to know of other things that matter for your health. We found one. It has nothing to do with why you had this test. Your clinic will tell you what it is and what you can do.".into());
    }
    letter.push("What to do now".into());
    letter.push("Keep this letter. Go to your next visit. If you are worried, ring your clinic.".into());
    letter.push(format!("Your test number is {}.", content.order_number));
    letter
}

/// What was found; where the result in plain words was edited before signing, in those words, so that both say the same.
fn findings(content: &Content) -> Vec<String> {
    let mut paragraphs = found(content);
    if content.is_plain_edited
        && let Some(first) = paragraphs.first_mut()
    {
        let plain = content.plain.trim();
        *first = if plain.ends_with(['.', '!', '?']) { plain.to_owned() } else { format!("{plain}.") };
    }
    paragraphs
}

/// What was found, as an answer to what was asked.
fn found(content: &Content) -> Vec<String> {
    let (genes, gene) = (content.genes(), "A gene is a note in each cell that tells the body how to grow and work.");
    let family = [
        "What this can mean for your family".to_owned(),
        "People you are related to may have the same change. Some may want a test. Your clinic can give you a letter for them.".to_owned(),
    ];
    let is_found = content.outcome.is_finding();
    let paragraph = match (content.question, content.outcome) {
        (_, Outcome::Uncertain) => {
            return vec![
                format!("We found a change in the {genes} gene. We do not know yet if it does harm. Many changes do none. Please do not change your care because of it."),
                "As more is learnt, we may be able to say more. Ask your clinic in a year or two if there is news.".into(),
            ];
        }
        (ReportQuestion::FamilyVariant, _) if is_found => format!(
            "You have the change in the {genes} gene that is in your family. This does not mean that you are ill. There may be care that helps you stay well."
        ),
        (ReportQuestion::FamilyVariant, _) => {
            "You do not have the change that is in your family. You can not pass it on. We looked for this one change and for no other.".into()
        }
        (ReportQuestion::Carrier, _) if is_found => format!(
            "You carry a change in the {genes} gene. {gene} Most people who carry it are well. If you have a child with someone who carries one too, the child may be ill. Your partner can have a test."
        ),
        (ReportQuestion::Carrier, _) => {
            "We did not find that you carry a change. It is less likely now that you do. It can not be ruled out, as this test does not see all changes.".into()
        }
        (ReportQuestion::Tumour, _) if is_found => {
            format!("We found a change in the {genes} gene of your tumour. {gene} It may help your team to choose your care.")
        }
        (ReportQuestion::Tumour, _) => "We did not find a change in your tumour that helps to choose your care. Your team will tell you what comes next.".into(),
        (ReportQuestion::Cause, Outcome::Partial) => {
            format!("We found a change in the {genes} gene. {gene} We think this change is the cause of a part of the health problem. We do not know yet what the cause of the rest is.")
        }
        (ReportQuestion::Cause, _) if is_found => {
            format!("We found a change in the {genes} gene. {gene} We think this change is the cause of the health problem that was looked into.")
        }
        (ReportQuestion::Cause, _) => "We did not find a change that is the cause of the health problem. There may still be one. This test does not see all changes, and we learn more each year.".into(),
    };
    let concerns_family = is_found && matches!(content.question, ReportQuestion::Cause | ReportQuestion::Carrier);
    std::iter::once(paragraph).chain(family.into_iter().filter(|_| concerns_family)).collect()
}

fn relative(content: &Content) -> Vec<String> {
    let genes = content.genes();
    vec![
        "Dear relative,".into(),
        format!("Someone in your family had a gene test. It found a change in the {genes} gene. You may have the same change. You may also not have it."),
        "Why we write".into(),
        "A test can tell you. If you have the change, there may be care that helps you stay well. If you do not have it, you and your children need no more checks for it.".into(),
        "It is your choice".into(),
        "You do not have to have the test. You can take your time. You can ask all you want to know first.".into(),
        "What to do now".into(),
        format!("Take this letter to your own doctor. Ask them to send you to a gene clinic. They need this number: {}.", content.order_number),
    ]
}

/// The age at which a text is read with ease: the Flesch–Kincaid grade and five years. Source: Kincaid et al. 1975.
pub fn reading_age(paragraphs: &[String]) -> f64 {
    let (mut sentences, mut word_count, mut syllables) = (0_usize, 0_usize, 0_usize);
    for paragraph in paragraphs {
        sentences += paragraph.split(['.', '!', '?', ':']).filter(|s| s.chars().any(char::is_alphabetic)).count();
        for word in paragraph.split_whitespace().filter(|w| w.chars().any(char::is_alphabetic)) {
            word_count += 1;
            syllables += syllables_of(word);
        }
    }
    let (sentences, word_count, syllables) = (sentences.max(1) as f64, word_count.max(1) as f64, syllables as f64);
    0.39 * word_count / sentences + 11.8 * syllables / word_count - 15.59 + 5.0
}

/// Groups of vowels, but for a silent e at the end; at least one.
fn syllables_of(word: &str) -> usize {
    let letters: Vec<char> = word.to_lowercase().chars().filter(|c| c.is_alphabetic()).collect();
    let is_vowel = |c: &char| "aeiouy".contains(*c);
    let groups = (0..letters.len()).filter(|index| is_vowel(&letters[*index]) && (*index == 0 || !is_vowel(&letters[index - 1]))).count();
    let silent = letters.len() > 2 && letters.ends_with(&['e']) && !letters.ends_with(&['l', 'e']) && groups > 1;
    (groups - usize::from(silent)).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_can_be_read_at_eleven() {
        let mut content = crate::tests::content();
        let text = |sentence: &str| vec![sentence.to_owned()];
        assert!(reading_age(&text("The cat sat on the mat.")) < 6.0);
        assert!(
            reading_age(&text("Pathogenicity classification necessitates consideration of heterogeneous epidemiological evidence.")) > 20.0
        );
        for question in [ReportQuestion::Cause, ReportQuestion::FamilyVariant, ReportQuestion::Carrier, ReportQuestion::Tumour] {
            for (_, outcome) in Outcome::ALL {
                (content.question, content.outcome) = (question, outcome);
                for reader in [Reader::Patient, Reader::Relative] {
                    let letter = letter(&content, reader);
                    let age = reading_age(&letter);
                    assert!(age <= READING_AGE_MAX, "{question:?} {outcome:?} {reader:?}: {age:.1}");
                    assert!(letter.iter().any(|p| p.contains(&content.order_number)));
                }
            }
        }
        content.variants[0].secondary = true;
        let paragraphs = letter(&content, Reader::Patient);
        assert!(reading_age(&paragraphs) <= READING_AGE_MAX && paragraphs.iter().any(|p| p == "Something else we found"));
        let for_relative = letter(&content, Reader::Relative).join(" ");
        assert!(!for_relative.contains("Ada") && !for_relative.contains("Bell"), "no relative is told whose test it was");
    }

    #[test]
    fn a_letter_says_what_was_found_in_the_words_that_were_edited() {
        let mut content = crate::tests::content();
        content.plain = "It may explain the condition".into();
        let says = |content: &Content, text: &str| letter(content, Reader::Patient).iter().any(|p| p.contains(text));
        assert!(says(&content, "We think this change is the cause") && !says(&content, "It may explain"), "nobody edited it");
        content.is_plain_edited = true;
        assert!(
            says(&content, "It may explain the condition.") && !says(&content, "is the cause"),
            "{:?}",
            letter(&content, Reader::Patient)
        );
    }
}
