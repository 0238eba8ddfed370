use super::*;
use genome::Sex;
use jiff::civil::Date;

fn known() -> Demographics {
    Demographics {
        nhs_number: Identity::NhsNumber("9990000018".parse().expect("a number")),
        family_name: "Bell".into(),
        given_name: "Ada".into(),
        birth_date: Date::constant(2026, 11, 1),
        sex: Sex::Female,
    }
}

fn called(given_name: &str) -> Demographics {
    Demographics { given_name: given_name.into(), ..known() }
}

#[test]
fn a_hospital_may_change_one_thing_of_a_person_and_never_makes_one_twin_of_the_other() {
    let known = known();
    let stated = |given_name: &str, family: &str, day: i8| Demographics {
        given_name: given_name.into(),
        family_name: family.into(),
        birth_date: Date::constant(2026, 11, day),
        ..known.clone()
    };
    let updated = |stated: &Demographics| update(&known, stated).map(|d| (d.given_name, d.family_name, d.birth_date.day()));
    assert_eq!(updated(&stated("ADA", "BELL", 1)), Ok(("Ada".into(), "Bell".into(), 1)), "as it was written before");
    assert_eq!(updated(&stated("Ada", "Stone", 1)), Ok(("Ada".into(), "Stone".into(), 1)));
    assert_eq!(updated(&stated("Ada", "Bell", 2)), Ok(("Ada".into(), "Bell".into(), 2)));
    for other in [stated("Fay", "Bell", 1), stated("Ada", "Stone", 2)] {
        assert!(update(&known, &other).expect_err("somebody else").to_string().contains("may be somebody else's"));
    }
    assert_eq!(update(&called("Baby Girl"), &stated("Fay", "Bell", 1)).map(|d| d.given_name), Ok("Fay".into()));
    assert!(update(&called("Twin 1"), &stated("Twin 2", "Bell", 1)).is_err());
}

#[test]
fn a_name_and_a_sex_never_change_together_and_what_would_is_said() {
    let boy = Demographics { sex: Sex::Male, ..called("Baby Boy") };
    let refused = update(&boy, &called("Grace")).expect_err("another baby").to_string();
    assert!(refused.contains("given name from Baby Boy to Grace; sex from male to female"), "{refused}");
    assert!(refused.contains("a person checks who it is"), "{refused}");
    let renamed = Demographics { sex: Sex::Male, family_name: "Stone".into(), ..known() };
    assert!(update(&known(), &renamed).expect_err("another person").to_string().contains("family name from Bell to Stone"));
    let other_sex = Demographics { sex: Sex::Male, ..known() };
    assert_eq!(update(&known(), &other_sex).map(|who| who.sex), Ok(Sex::Male), "the sex alone");
    let unsexed = Demographics { sex: Sex::Unknown, ..called("Baby") };
    assert_eq!(update(&unsexed, &called("Grace")).map(|who| who.sex), Ok(Sex::Female), "what was not known was no other");
}

#[test]
fn a_change_is_said_from_what_to_what() {
    let married = Demographics { family_name: "Stone".into(), birth_date: Date::constant(2026, 11, 2), sex: Sex::Male, ..known() };
    let expected = ["family name from Bell to Stone", "date of birth from 2026-11-01 to 2026-11-02", "sex from female to male"];
    assert_eq!(changed(&known(), &married), expected);
    let newborn = Demographics { nhs_number: Identity::Unavailable("newborn".into()), ..known() };
    assert_eq!(changed(&newborn, &known()).len(), 1);
    assert!(changed(&newborn, &known())[0].starts_with("NHS number from none (newborn) to 999"));
    assert_eq!(changed(&known(), &known()), Vec::<String>::new());
}

/// Names of newborns of one birth, as hospitals write them, and names that only look like them.
const BABIES: [&str; 15] = [
    "Twin 1",
    "Twin 2",
    "TwinB",
    "Twin Two",
    "Triplet 3",
    "Baby A",
    "Baby B",
    "BabyboyA",
    "Baby Girl 2",
    "Boy 1",
    "Twin",
    "Baby",
    "Baby Boy",
    "Female Infant",
    "Newborn",
];
const NAMES: [&str; 7] = ["Chioma", "Ann", "Twinkle", "Boyd", "Malea", "Abby", "Girlie Ann"];

#[test]
fn two_records_that_may_be_two_babies_of_one_birth_are_never_one_by_a_message_alone() {
    for one in BABIES {
        for other in BABIES.into_iter().chain(NAMES) {
            let is_counted = is_one_of_several(one) || is_one_of_several(other);
            let both_nameless = is_stand_in(other);
            let has_place =
                one.contains(|c: char| c.is_ascii_digit()) || ["TwinB", "Twin Two", "Baby A", "Baby B", "BabyboyA"].contains(&one);
            let may_be_two = (is_counted || both_nameless) && !(one == other && has_place);
            for (one, other) in [(one, other), (other, one)] {
                assert_eq!(two_people(&called(one), &called(other)).is_some(), may_be_two, "{one} and {other}");
            }
        }
    }
    assert!(two_people(&called("Twin 1"), &called("Chioma")).expect("two").contains("two babies of one birth"));
    assert_eq!(two_people(&called("Baby Girl"), &called("Chioma")), None, "one that has no name, and nothing says of several");
    assert_eq!(two_people(&called("Twin 1"), &called("TWIN 1")), None);
}

#[test]
fn a_given_name_is_no_stand_in_because_it_begins_like_one() {
    for name in NAMES {
        assert!(!is_stand_in(name) && !is_one_of_several(name), "{name}");
        assert_eq!(two_people(&called(name), &called(name)), None, "{name}");
    }
    for name in BABIES.into_iter().chain(["Baby of Sandra", "Infant of Sandra", "BABY-GIRL"]) {
        assert!(is_stand_in(name), "{name}");
    }
    assert!(two_people(&called("Ann"), &called("Fay")).expect("twins").contains("different given names"));
}
