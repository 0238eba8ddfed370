use super::*;
use crate::{Role, StaffId};
use ontology::panel::published::Entity;
use uuid::Uuid;

fn staff(n: u128, name: &str) -> Staff {
    Staff {
        id: StaffId(Uuid::from_u128(n)),
        name: name.into(),
        role: Role::Curator,
        organisation: "X26".parse().expect("a code"),
        organisation_name: "NHS England".into(),
    }
}

fn content(version: &str) -> Published {
    let gene = |name: &str, level: &str| Entity {
        entity_type: "gene".into(),
        entity_name: name.into(),
        confidence_level: level.into(),
        mode_of_inheritance: Some("BIALLELIC".into()),
        ..Entity::default()
    };
    Published {
        id: "285".into(),
        name: "Ataxia".into(),
        version: version.into(),
        genes: vec![gene("FXN", "3"), gene("ATM", "2")],
        ..Published::default()
    }
}

fn version(number: &str, by: Option<Staff>) -> Version {
    Version {
        panel: "285".into(),
        name: "Ataxia".into(),
        number: number.into(),
        on: Date::constant(2026, 11, 1),
        source: "test".into(),
        content_sha256: String::new(),
        counts: (1, 2),
        by,
        signed_off: None,
        votes_min: 0,
    }
}

fn review(by: Staff) -> Review {
    Review {
        panel: "285".into(),
        entity: ("gene".into(), "ATM".into()),
        by,
        on: Date::constant(2026, 11, 2),
        rating: Some(Rating::Green),
        inheritance: String::new(),
        comment: "Three families".into(),
        publications: vec!["12345678".into()],
    }
}

#[test]
fn a_gene_turns_green_on_somebody_elses_review_and_counts_once_signed_off_by_another() {
    let (ann, ben) = (staff(1, "Ann"), staff(2, "Ben"));
    let mut panels = Panels::default();
    let mut act = |command, by: &Staff| {
        let events = decide(&panels, command, by);
        if let Ok(events) = &events {
            panels = events.iter().fold(std::mem::take(&mut panels), Fold::apply);
        }
        events.map(|_| panels.0["285"].clone()).map_err(|refusals| refusals.to_string())
    };
    let signed = Version { signed_off: Some(("NHS".into(), Date::constant(2026, 1, 1))), ..version("4.9", None) };
    let panels = act(Command::Publish(vec![signed.clone()]), &ann).expect("published");
    assert!(act(Command::Publish(vec![signed]), &ann).expect_err("twice").contains("nothing was overwritten"));
    let change =
        Change { entity: ("gene".into(), "ATM".into()), rating: Rating::Green, inheritance: "BIALLELIC".into(), reason: "Families".into() };
    let refused = changed(&panels, &content("4.9"), &change, &ann).expect_err("no review").to_string();
    assert!(refused.contains("Nobody else has reviewed ATM"), "{refused}");
    let panels = act(Command::Review(review(ben.clone())), &ben).expect("reviewed");
    assert!(changed(&panels, &content("4.9"), &change, &ben).is_err(), "one's own review is not enough");
    let after = changed(&panels, &content("4.9"), &change, &ann).expect("changed");
    assert_eq!(after.version, "4.10");
    let differences = compare(&content("4.9"), &after);
    assert_eq!(differences.len(), 1);
    assert_eq!(
        [&differences[0].entity, &differences[0].before, &differences[0].after],
        ["gene ATM", "amber, biallelic", "green, biallelic"]
    );
    let panels = act(Command::Publish(vec![version("4.10", Some(ann.clone()))]), &ann).expect("published");
    assert_eq!(panels.in_use().map(|v| v.number.as_str()), Some("4.9"), "not used before it is signed off");
    let sign = |number: &str| Command::SignOff { panel: "285".into(), number: number.into(), on: Date::constant(2026, 11, 3) };
    assert!(act(sign("4.10"), &ann).expect_err("her own").contains("somebody else"));
    assert!(act(sign("4.9"), &ben).expect_err("older").contains("4.10"));
    let panels = act(sign("4.10"), &ben).expect("signed off");
    assert_eq!(panels.in_use().map(|v| v.number.as_str()), Some("4.10"));
    assert!(act(sign("4.10"), &ben).expect_err("twice").contains("signed this version off"));
}

#[test]
fn the_number_after_a_version_counts_its_last_part_up() {
    for (before, after) in [("4.9", "4.10"), ("1.0", "1.1"), ("3", "3.1"), ("2.x", "2.1")] {
        assert_eq!(next(before), after);
    }
}

#[test]
fn an_older_version_that_comes_later_is_not_the_latest() {
    let publish = |number: &str| Event::Published { versions: vec![version(number, None)] };
    let panels = Panels::replay(&[publish("4.10"), publish("4.9"), publish("3.2")]);
    let numbers: Vec<&str> = panels.0["285"].versions.iter().map(|v| v.number.as_str()).collect();
    assert_eq!(numbers, ["3.2", "4.9", "4.10"]);
    assert_eq!(panels.0["285"].latest().map(|v| v.number.as_str()), Some("4.10"));
}

#[test]
fn a_change_in_bulk_needs_two_votes_of_others_and_no_version_above_it_is_a_way_round() {
    let [ann, ben, cy, dee] = [(1, "Ann"), (2, "Ben"), (3, "Cy"), (4, "Dee")].map(|(n, name)| staff(n, name));
    let on = Date::constant(2026, 11, 3);
    let mut panels = Panels::default();
    let mut act = |command, by: &Staff| match decide(&panels, command, by) {
        Ok(events) => {
            panels = events.iter().fold(std::mem::take(&mut panels), Fold::apply);
            "ok".to_owned()
        }
        Err(refusals) => refusals.to_string(),
    };
    let vote = |by: &Staff, number: &str, in_favour| {
        let reason = "Read the papers".to_owned();
        Command::Vote(Vote { panel: "285".into(), number: number.into(), by: by.clone(), on, in_favour, reason })
    };
    let sign = |number: &str| Command::SignOff { panel: "285".into(), number: number.into(), on };
    let signed = Version { signed_off: Some(("NHS".into(), on)), ..version("4.9", None) };
    let bulk = Version { votes_min: BULK_VOTES_MIN, ..version("4.10", Some(ann.clone())) };
    assert_eq!(act(Command::Publish(vec![signed]), &ann), "ok");
    assert_eq!(act(Command::PublishBulk { version: Box::new(bulk), reviews: vec![review(ann.clone())] }, &ann), "ok");
    assert!(act(vote(&ann, "4.10", true), &ann).contains("others vote"));
    assert!(act(sign("4.10"), &ben).contains("0 of 2 votes"));
    assert_eq!(act(vote(&ben, "4.10", true), &ben), "ok");
    assert_eq!(act(vote(&ben, "4.10", true), &ben), "ok");
    assert!(act(sign("4.10"), &ben).contains("1 of 2 votes"), "nobody votes twice");
    assert_eq!(act(vote(&cy, "4.10", false), &cy), "ok");
    assert!(act(sign("4.10"), &ben).contains("1 are for it and 1 against"));
    // Another version above it brings what was changed in bulk into use too.
    assert_eq!(act(Command::Publish(vec![version("4.11", Some(ben.clone()))]), &ben), "ok");
    assert!(act(sign("4.11"), &dee).contains("0 of 2 votes"));
    assert!(act(sign("4.11"), &ann).contains("comes into use with it"));
    assert!(act(vote(&ann, "4.11", true), &ann).contains("others vote"));
    assert_eq!(act(vote(&cy, "4.11", true), &cy), "ok");
    assert_eq!(act(vote(&dee, "4.11", true), &dee), "ok");
    assert_eq!(act(sign("4.11"), &dee), "ok");
    assert!(act(vote(&cy, "4.11", false), &cy).contains("signed this version off"));
}
