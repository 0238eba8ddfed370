//! Which of several fetuses a referral is for, as order forms are answered: `Twin 2`, `Twin B`, `2 of 3`, `second twin`.

/// How many there are, by what they are called.
const CALLED: [(&str, u8); 7] =
    [("singleton", 1), ("single", 1), ("twin", 2), ("twins", 2), ("triplet", 3), ("triplets", 3), ("quadruplet", 4)];

/// Fetuses of one pregnancy at most: more are a mistake.
const FETUSES_MAX: u8 = 9;

/// Which fetus, and of how many; nothing where it is not said for certain. One number alone is of twins, if of no more.
pub(super) fn which(answer: &str) -> Option<(u8, u8)> {
    let lower = answer.to_lowercase();
    let parts: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).collect();
    let called = parts.iter().find_map(|part| CALLED.iter().find(|(name, _)| name == part).map(|(_, count)| *count));
    // A letter names one at the end alone: elsewhere it is an article.
    let letter = parts.last().and_then(|last| letter(last));
    let numbers: Vec<u8> = parts.iter().filter_map(|part| number(part)).chain(letter).collect();
    let is_of = parts.contains(&"of") || lower.contains('/');
    let (which, count) = match (numbers.as_slice(), called) {
        ([which, count], called) if is_of && called.is_none_or(|called| called == *count) => (*which, *count),
        ([which], called) => (*which, called.unwrap_or(2).max(*which)),
        ([], Some(1)) => (1, 1),
        _ => return None,
    };
    let is_one_of_them = (1..=count).contains(&which) && count <= FETUSES_MAX && called.is_none_or(|called| called == count);
    (is_one_of_them && !lower.contains('?')).then_some((which, count))
}

/// A number as digits, or in words.
fn number(part: &str) -> Option<u8> {
    Some(match part {
        "first" | "1st" | "one" => 1,
        "second" | "2nd" | "two" => 2,
        "third" | "3rd" | "three" => 3,
        "fourth" | "4th" | "four" => 4,
        digits => return digits.parse().ok(),
    })
}

/// The number for which a letter stands.
fn letter(part: &str) -> Option<u8> {
    let letters = ["a", "b", "c", "d"];
    (1..).zip(letters).find(|(_, letter)| *letter == part).map(|(number, _)| number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fetus_is_told_by_number_letter_or_word_and_never_guessed() {
        for (answer, expected) in [
            ("Twin 2", Some((2, 2))),
            ("Twin 1", Some((1, 2))),
            ("Twin B", Some((2, 2))),
            ("second twin", Some((2, 2))),
            ("2", Some((2, 2))),
            ("Fetus 3", Some((3, 3))),
            ("2 of 3", Some((2, 3))),
            ("Fetus 2/3", Some((2, 3))),
            ("Triplet C", Some((3, 3))),
            ("Triplet 1", Some((1, 3))),
            ("Triplet 2 of 3", Some((2, 3))),
            ("Singleton", Some((1, 1))),
            ("Twin", None),
            ("Fetus is a twin", None),
            ("A second twin", Some((2, 2))),
            ("Twin 3", None),
            ("Twins 1 and 2", None),
            ("Twin 2 of 3", None),
            ("3 of 2", None),
            ("0", None),
            ("Twin 1?", None),
            ("Twin 300", None),
            ("Mother", None),
            ("", None),
        ] {
            assert_eq!(which(answer), expected, "{answer}");
        }
    }
}
