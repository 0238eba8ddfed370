use super::*;
use care::{
    ordering::family::{Affected, Participant},
    people::patient::Sex,
};
use uuid::Uuid;

fn person() -> Demographics {
    Demographics {
        nhs_number: Identity::NhsNumber("9990000018".parse().expect("a number")),
        family_name: "Oduya".into(),
        given_name: "Marcus".into(),
        birth_date: Date::constant(2019, 10, 2),
        sex: Sex::Male,
    }
}

fn facts(who: &Demographics) -> Facts<'_> {
    Facts {
        who,
        today: Date::constant(2027, 1, 9),
        is_restricted: false,
        shown: Shown::All,
        death: None,
        merged: 0,
        is_merged_into_another: false,
    }
}

fn as_shown(banner: &Banner) -> String {
    let identifiers = banner.identifiers.iter().map(|(item, value)| format!("{item} {value}"));
    let tags = banner.tags.iter().map(|(_, tag)| format!("[{tag}]"));
    [banner.name.clone()].into_iter().chain(identifiers).chain(tags).collect::<Vec<_>>().join(" | ")
}

#[test]
fn a_banner_has_name_birth_sex_and_nhs_number() {
    let who = person();
    let banner = Banner::new(&facts(&who));
    assert_eq!(as_shown(&banner), "Marcus Oduya | Born 2 October 2019 (7 years, 3 months) | Sex Male | NHS number 999 000 0018");
}

#[test]
fn whoever_is_not_named_on_a_restricted_record_sees_no_part_of_the_name() {
    let who = person();
    for shown in [Shown::OnTubes, Shown::Nothing] {
        let banner = Banner::new(&Facts { is_restricted: true, shown, ..facts(&who) });
        assert_eq!(banner.name, "Restricted record");
        let text = format!("{banner:?}");
        assert!(!text.contains("Marcus") && !text.contains("Oduya"), "{text}");
        assert!(as_shown(&banner).ends_with("[Restricted]"));
        let identifies = text.contains("999 000 0018") || text.contains("2019");
        assert_eq!(identifies, shown == Shown::OnTubes, "{text}");
    }
}

#[test]
fn somebody_who_died_has_no_age_of_today() {
    let who = person();
    let died = Banner::new(&Facts { death: Some(Death::On(Date::constant(2026, 11, 1))), ..facts(&who) });
    assert!(as_shown(&died).contains("Born 2 October 2019 (died at 7 years)"), "{}", as_shown(&died));
    assert!(as_shown(&died).contains("[Died 1 November 2026]"));
    let some_day = Banner::new(&Facts { death: Some(Death::Undated), ..facts(&who) });
    assert!(
        as_shown(&some_day).contains("Born 2 October 2019 | ") && as_shown(&some_day).contains("[Deceased]"),
        "{}",
        as_shown(&some_day)
    );
}

#[test]
fn a_fetus_is_due_and_has_no_number() {
    let who = Demographics { nhs_number: Identity::Fetus, birth_date: Date::constant(2027, 4, 1), ..person() };
    let unborn = as_shown(&Banner::new(&facts(&who)));
    assert!(
        unborn.contains("Due 1 April 2027 | ") && unborn.contains("NHS number none before birth") && unborn.contains("[Before birth]"),
        "{unborn}"
    );
}

#[test]
fn records_that_were_merged_say_so() {
    let who = person();
    let merged = |merged, is_merged_into_another| as_shown(&Banner::new(&Facts { merged, is_merged_into_another, ..facts(&who) }));
    assert!(merged(1, false).contains("[2 records merged]"));
    assert!(merged(0, true).contains("[Merged into another record]"));
}

#[test]
fn the_family_is_named_as_it_is_related_to_the_patient() {
    let id = |n| PatientId(Uuid::from_u128(n));
    let member = |n, name: &str, relationship| Participant {
        patient: id(n),
        name: name.into(),
        relationship,
        sex: Sex::Unknown,
        affected: Affected::Unknown,
    };
    let request = care::ordering::order::Request {
        number: "OG-1".into(),
        test: "R98.2".parse().expect("a code"),
        indication: "Likely inborn error of metabolism".into(),
        directory_version: "9".into(),
        purpose: Purpose::Diagnosis,
        panel: None,
        people: vec![
            member(1, "Marcus Oduya", Relationship::Proband),
            member(2, "Temi Oduya", Relationship::Mother),
            member(3, "Ade Oduya", Relationship::Sibling),
        ],
        observed: vec![],
        excluded: vec![],
        onsets: vec![],
        eligibility: String::new(),
        history: String::new(),
        urgency: care::ordering::order::Urgency::Routine,
        laboratory: "699X0".parse().expect("a code"),
        turnaround_days_max: 42,
        responsible: care::ordering::order::Responsible::default(),
        sender: None,
    };
    let labels = |patient| family(&request, patient).into_iter().map(|(_, label, name)| format!("{label} {name}")).collect::<Vec<_>>();
    assert_eq!(labels(id(1)), ["Mother Temi Oduya", "Brother or sister Ade Oduya"]);
    assert_eq!(labels(id(2)), ["Patient Marcus Oduya", "Patient’s brother or sister Ade Oduya"]);
    assert_eq!([role(&request, id(1)), role(&request, id(2))], [None, Some("Mother of the patient".into())]);
}

#[test]
fn a_death_that_a_system_says_is_shown_as_said_beside_the_age_of_today() {
    let who = person();
    for (died, tag) in [
        (Some(Date::constant(2026, 11, 1)), "[Said to have died on 1 November 2026: to be checked]"),
        (None, "[Said to have died: to be checked]"),
    ] {
        let banner = Banner::new(&Facts { death: Some(Death::Said(died)), ..facts(&who) });
        let text = as_shown(&banner);
        assert!(text.contains("(7 years, 3 months)") && text.ends_with(tag), "{text}");
    }
}

#[test]
fn a_death_is_said_in_the_same_words_where_an_order_is_begun() {
    let day = Some(Date::constant(2026, 11, 3));
    let said = death::Death::Said { died: day, by: "Hospital EPR".into() };
    let tag = |known: &death::Death| Banner::death_tag(known).map(|(_, label)| label).unwrap_or_default();
    assert_eq!(tag(&said), "Said to have died on 3 November 2026: to be checked");
    assert_eq!(tag(&death::Death::Confirmed { died: day }), "Died 3 November 2026");
    assert_eq!(tag(&death::Death::Confirmed { died: None }), "Deceased");
    assert_eq!(tag(&death::Death::Mistaken { died: day, by: String::new(), was_confirmed: false }), "");
}
