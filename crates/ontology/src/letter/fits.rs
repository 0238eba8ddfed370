//! Whether "fit" or "fits" in a letter is a seizure or a verb: "fits from two years" is one, "this fits with" is not. Where the words
//! beside it do not say that it is a seizure it is none: nothing of it is proposed then, and a person can still look the feature up.

use crate::spelling;

/// Words right before "fits" that make it a thing somebody has.
const BEFORE_FITS: &[&str] = &[
    "had",
    "has",
    "have",
    "having",
    "of",
    "no",
    "any",
    "further",
    "more",
    "febrile",
    "afebrile",
    "fever",
    "frequent",
    "recurrent",
    "several",
    "many",
    "multiple",
    "daily",
    "nocturnal",
    "developed",
    "developing",
    "from",
    "without",
    "denies",
    "denied",
    "focal",
    "generalised",
    "generalized",
    "epileptic",
    "occasional",
    "possible",
    "probable",
    "query",
    "suspected",
];
/// Words right after "fits" that go on about when they come, where nothing before speaks against it.
const AFTER_FITS: &[&str] =
    &["from", "since", "at", "during", "when", "every", "aged", "until", "began", "started", "stopped", "were", "are", "occur"];
/// Words right before "fits" of which it is the verb.
const SUBJECTS: &[&str] = &["this", "that", "it", "which", "what", "best", "picture", "presentation", "diagnosis"];
/// Words right before "fit" that make it a thing somebody has.
const BEFORE_FIT: &[&str] =
    &["first", "second", "last", "single", "one", "febrile", "afebrile", "fever", "epileptic", "focal", "generalised", "generalized"];
/// Words before "a fit" that make it one.
const BEFORE_A_FIT: &[&str] = &["had", "having", "after", "during", "witnessed", "suffered"];
/// Words right after either that make it something else: a fit of laughter, fit for discharge, fits the criteria.
const NEVER_AFTER: &[&str] = &["of", "for", "the", "into", "within", "well", "criteria", "together"];

/// The words of a sentence as they are compared with names: "fit" and "fits" as a seizure only where they are one.
pub(super) fn compared(text: &str) -> Vec<String> {
    let typed: Vec<String> = super::split(text).collect();
    let of_place = |(place, word): (usize, &String)| {
        let is_other = matches!(word.as_str(), "fit" | "fits") && !is_seizure(&typed, place);
        if is_other { word.clone() } else { spelling::as_name(word) }
    };
    typed.iter().enumerate().map(of_place).collect()
}

fn is_seizure(typed: &[String], place: usize) -> bool {
    let earlier = |by: usize| place.checked_sub(by).map_or("", |place| typed[place].as_str());
    let before = earlier(1);
    let after = typed.get(place + 1).map_or("", String::as_str);
    if NEVER_AFTER.contains(&after) {
        return false;
    }
    if typed[place] == "fit" {
        return BEFORE_FIT.contains(&before) || (before == "a" && BEFORE_A_FIT.contains(&earlier(2)));
    }
    // A list ends with it ("delay and fits"), or it is all that the heading before it says.
    let is_listed = after.is_empty() && (place == 0 || ["and", "or", "epilepsy"].contains(&before));
    BEFORE_FITS.contains(&before) || is_listed || (AFTER_FITS.contains(&after) && !SUBJECTS.contains(&before))
}
