//! What is wrong with a password that somebody chose. Source: NCSC, Password administration for system owners: length rather than
//! composition, three random words, and a list of passwords that are never taken.

use crate::{Refusal, Refusals, Staff};
use std::{collections::BTreeSet, sync::LazyLock};

/// Shortest password.
pub const CHARACTERS_MIN: usize = 12;
/// Different characters that are left once everything that is guessed first is taken out: this service's own choice.
const LEFT_MIN: usize = 5;
/// Shortest part of a name that counts as one: shorter ones are parts of many words.
const PART_MIN: usize = 4;

/// What passwords that are guessed first are made of, the longest first.
static COMMON: LazyLock<Vec<String>> = LazyLock::new(|| {
    let lines = include_str!("../../../../data/passwords/common.txt").lines();
    let listed = lines.map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).map(str::to_owned);
    let mut common: Vec<String> = listed.chain((1940..2040).map(|year| year.to_string())).collect();
    common.sort_by_key(|part| std::cmp::Reverse(part.len()));
    common
});

/// Refuses a password that is short, or made of what is guessed first: common passwords, or what is known of its owner.
pub fn faults(password: &str, login: &str, owner: &Staff) -> Result<(), Refusals> {
    let mut refusals = Vec::new();
    if password.chars().count() < CHARACTERS_MIN {
        refusals.push(Refusal::new(
            "password",
            format!(
                "A password has at least {CHARACTERS_MIN} characters; three words that do not belong together are easy to keep in mind"
            ),
        ));
    }
    let lower = password.to_lowercase();
    if !login.is_empty() && lower.contains(login) {
        refusals.push(Refusal::new("password", "The password must not contain the name to sign in with"));
    } else if refusals.is_empty() && is_guessed(&lower, &known_of(owner)) {
        let message = "This password is among those that are guessed first: common passwords, the owner's name or the organisation's, with digits or signs. Take three words that do not belong together";
        refusals.push(Refusal::new("password", message));
    }
    Refusals::check(refusals)
}

/// Parts of the name of somebody and of their organisation.
fn known_of(owner: &Staff) -> Vec<String> {
    let code = owner.organisation.to_string();
    let texts = [owner.name.as_str(), &owner.organisation_name, &code];
    let parts = texts.into_iter().flat_map(|text| text.split(|c: char| !c.is_alphanumeric()));
    parts.filter(|part| part.chars().count() >= PART_MIN).map(str::to_lowercase).collect()
}

/// Whether little is left of a password without what is guessed first, as it is typed or with signs read as letters.
fn is_guessed(password: &str, known: &[String]) -> bool {
    [password.to_owned(), read_as_letters(password)].iter().any(|form| left(form, known).len() < LEFT_MIN)
}

/// Signs that stand for letters.
fn read_as_letters(password: &str) -> String {
    let letter = |sign: char| match sign {
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    };
    password.chars().map(letter).collect()
}

/// Letters and digits of a password that are in nothing that is guessed first.
fn left(password: &str, known: &[String]) -> BTreeSet<char> {
    let mut rest = password.to_owned();
    for part in known.iter().chain(COMMON.iter()) {
        rest = rest.replace(part.as_str(), " ");
    }
    rest.chars().filter(|c| c.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Role, StaffId};

    fn nia() -> Staff {
        Staff {
            id: StaffId(uuid::Uuid::nil()),
            name: "Dr Nia Rowentree".into(),
            role: Role::Clinician,
            organisation: "RXX98".parse().expect("a code"),
            organisation_name: "Northfield Infirmary".into(),
        }
    }

    #[test]
    fn a_password_that_is_guessed_first_is_refused_however_it_is_dressed() {
        for password in [
            "password1234",
            "P@ssw0rd2024!",
            "passwordpassword",
            "123456789012",
            "qwertyuiop12",
            "1q2w3e4r5t6y",
            "liverpool1989",
            "Welcome12345!",
            "aaaaaaaaaaaaaaa",
            "abcabcabcabc",
            "Rowentree1234",
            "Northfield2024!",
            "iloveyou-iloveyou",
        ] {
            assert!(faults(password, "n.r", &nia()).is_err(), "{password}");
        }
    }

    #[test]
    fn three_words_and_random_characters_are_good_passwords() {
        for password in [
            "copper window sail",
            "paper lantern tide",
            "correct horse battery",
            "another three words",
            "three words here",
            "xK9fwQz27Lmp",
            "83920571648302",
            "tân glas afon hir",
        ] {
            assert_eq!(faults(password, "n.r", &nia()), Ok(()), "{password}");
        }
    }

    #[test]
    fn a_short_password_or_one_with_the_login_is_refused_with_the_rule() {
        let said = |password: &str| faults(password, "nia.rowe", &nia()).expect_err("refused").to_string();
        assert!(said("short").contains("at least 12 characters"));
        assert!(said("my nia.rowe password").contains("must not contain the name"));
    }
}
