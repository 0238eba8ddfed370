//! What a hospital's system says anew of somebody whom it names by number: what of it is taken, what it changes, and what is for a
//! person to look at, because it may be of somebody else.

use super::{
    name::{comparable, is_same_family, may_be_same_given},
    patient::{Demographics, Identity},
};
use crate::Refusals;

/// What a hospital's system states anew of somebody, and what of it is taken. A name of somebody who has just been born is a stand-in
/// until they have one; beyond that, one of family name and date of birth may change, and the given name may not: it may be a twin's.
/// A name and a sex that change together may be those of another baby. More than that is for a person to look at.
pub fn update(known: &Demographics, stated: &Demographics) -> Result<Demographics, Refusals> {
    let refuse = |message: String| Err(Refusals::one("patient", message));
    if let (Identity::NhsNumber(one), Identity::NhsNumber(other)) = (&known.nhs_number, &stated.nhs_number)
        && one != other
    {
        return refuse("Another NHS number is another person: nothing was changed".into());
    }
    let is_given_kept = may_be_same_given(&known.given_name, &stated.given_name);
    let is_named_now = is_stand_in(&known.given_name) && !is_stand_in(&stated.given_name);
    let is_family_kept = is_same_family(&known.family_name, &stated.family_name);
    let is_birth_kept = known.birth_date == stated.birth_date;
    if !is_given_kept && !is_named_now {
        return refuse("The record with this number has another given name: it may be somebody else's. Nothing was changed".into());
    }
    if !is_family_kept && !is_birth_kept {
        return refuse(
            "The record with this number has another family name and date of birth: it may be somebody else's. Nothing was changed".into(),
        );
    }
    let is_sex_kept = !known.sex.is_known() || !stated.sex.is_known() || known.sex == stated.sex;
    let is_name_kept = is_given_kept && is_family_kept;
    if !is_sex_kept && !is_name_kept {
        let to = Demographics { nhs_number: known.nhs_number.clone(), ..stated.clone() };
        let what = changed(known, &to).join("; ");
        return refuse(format!(
            "The name and the sex of the record with this number would change together ({what}), as where a number is put on another \
             baby: it may be somebody else's. Nothing was changed; a person checks who it is, and corrects it on the page of the patient"
        ));
    }
    Ok(Demographics {
        nhs_number: if matches!(known.nhs_number, Identity::NhsNumber(_)) { known.nhs_number.clone() } else { stated.nhs_number.clone() },
        family_name: if is_family_kept { known.family_name.clone() } else { stated.family_name.clone() },
        given_name: if is_given_kept { known.given_name.clone() } else { stated.given_name.clone() },
        birth_date: stated.birth_date,
        sex: if stated.sex.is_known() { stated.sex } else { known.sex },
    })
}

/// What differs between two statements of who somebody is, each from what to what.
pub fn changed(before: &Demographics, after: &Demographics) -> Vec<String> {
    let number = |who: &Demographics| match &who.nhs_number {
        Identity::NhsNumber(number) => number.to_string(),
        Identity::Unavailable(why) => format!("none ({why})"),
        Identity::Fetus => "none before birth".to_owned(),
    };
    let sex = |who: &Demographics| who.sex.label().to_lowercase();
    let lines = [
        ("given name", before.given_name.clone(), after.given_name.clone()),
        ("family name", before.family_name.clone(), after.family_name.clone()),
        ("date of birth", before.birth_date.to_string(), after.birth_date.to_string()),
        ("sex", sex(before), sex(after)),
        ("NHS number", number(before), number(after)),
    ];
    lines.into_iter().filter(|(_, from, to)| from != to).map(|(what, from, to)| format!("{what} from {from} to {to}")).collect()
}

/// Why two records may not be merged on the word of a hospital's system alone; nothing where they may. Two names of one day and one
/// family are more often twins than one person; a name that says which of several babies it is, such as `Twin 1`, fits each of them once
/// they are named; and two babies of one birth may both have no name yet.
pub fn two_people(one: &Demographics, other: &Demographics) -> Option<&'static str> {
    let [one, other] = [one, other].map(|who| who.given_name.as_str());
    if is_one_of_several(one) || is_one_of_several(other) {
        let is_same = comparable(one) == comparable(other) && name_parts(one).iter().any(|word| PLACES.contains(&word.as_str()));
        return (!is_same).then_some("The two records may be of two babies of one birth, of which one is counted and has no name yet");
    }
    match [one, other].map(is_stand_in) {
        [true, true] => Some("The two records may be of two babies of one birth: neither has a name yet"),
        [false, false] if !may_be_same_given(one, other) => Some("The two records have different given names, as twins have"),
        [false, false | true] | [true, false] => None,
    }
}

/// What a child is called who has no name yet, as hospitals write it. Source: Adelman et al., Pediatrics 2015,
/// doi:10.1542/peds.2015-0007, on names of newborns that are mistaken for one another.
const STAND_INS: [&str; 9] = ["baby", "babyboy", "babygirl", "boy", "girl", "infant", "newborn", "female", "male"];
/// What one of several babies of a birth is called.
const SEVERAL: [&str; 5] = ["twin", "triplet", "quadruplet", "quad", "multiple"];
/// How the babies of one birth are counted.
const PLACES: [&str; 24] = [
    "a", "b", "c", "d", "e", "f", "1", "2", "3", "4", "5", "6", "01", "02", "03", "04", "one", "two", "three", "four", "i", "ii", "iii",
    "iv",
];
/// Words beside which hospitals write a place without a blank, as in `BabyboyA` and `TwinB`.
const JOINED: [&str; 5] = ["babyboy", "babygirl", "baby", "twin", "triplet"];

/// What a child is called who has no name yet: words for a child, and which of several it is, and nothing else.
fn is_stand_in(given_name: &str) -> bool {
    let name = comparable(given_name);
    let is_word = |word: &String| STAND_INS.contains(&word.as_str()) || SEVERAL.contains(&word.as_str());
    let parts = name_parts(given_name);
    let is_made_of_them = parts.iter().any(is_word) && parts.iter().all(|word| is_word(word) || PLACES.contains(&word.as_str()));
    is_made_of_them || name.starts_with("babyof") || name.starts_with("infantof")
}

/// A stand-in that is for one of several babies, such as `Twin 1`, `Baby B` or `Boy 2`.
fn is_one_of_several(given_name: &str) -> bool {
    let is_counted = |word: &String| SEVERAL.contains(&word.as_str()) || PLACES.contains(&word.as_str());
    is_stand_in(given_name) && name_parts(given_name).iter().any(is_counted)
}

/// The words of a given name as they are compared, with a number, or a place that is joined to a word, by itself.
fn name_parts(given_name: &str) -> Vec<String> {
    let mut parts = Vec::new();
    for word in given_name.split(|c: char| c.is_whitespace() || ['-', '_', '/', '.', ','].contains(&c)).map(comparable) {
        let number = word.find(|c: char| c.is_ascii_digit()).filter(|place| *place > 0);
        let joined = JOINED.into_iter().find(|known| word.strip_prefix(known).is_some_and(|place| PLACES.contains(&place)));
        match number.or(joined.map(str::len)) {
            Some(place) => parts.extend([word[..place].to_owned(), word[place..].to_owned()]),
            None => parts.push(word),
        }
    }
    parts.retain(|word| !word.is_empty());
    parts
}

#[cfg(test)]
mod tests;
