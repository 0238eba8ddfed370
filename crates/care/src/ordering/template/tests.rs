use super::*;
use crate::{Role, StaffId};
use proptest::prelude::*;

fn staff(number: u128) -> Staff {
    Staff {
        id: StaffId(Uuid::from_u128(number)),
        name: format!("Dr {number}"),
        role: Role::Clinician,
        organisation: "RXX01".parse().expect("a code"),
        organisation_name: "Hospital".into(),
    }
}

fn test() -> Test {
    Test {
        code: "R98.2".parse().expect("a code"),
        indication: "Likely inborn error of metabolism".into(),
        group: String::new(),
        scope: String::new(),
        method: "WGS".into(),
        target: "Panel".into(),
        panels: vec!["467".into()],
        genes: vec![],
        criteria: vec![],
        turnaround_days_max: 84,
    }
}

fn usual() -> Usual {
    let responsible = Responsible { consultant: "Dr Ada Lovell".into(), address: "Metabolic team".into() };
    Usual { test: test(), reason: Reason::Diagnosis, features: vec![TermId(1259)], responsible }
}

fn saved(id: u128, name: &str, people: Identifiers) -> Command {
    Command::Save { id: Uuid::from_u128(id), name: name.into(), usual: Box::new(usual()), is_shared: false, people }
}

fn done(templates: Templates, command: Command, by: &Staff) -> Templates {
    let events = decide(&templates, command, by).expect("allowed");
    events.iter().fold(templates, Templates::apply)
}

fn fields(templates: &Templates, command: Command) -> Vec<&'static str> {
    decide(templates, command, &staff(1)).expect_err("refused").0.iter().map(|refusal| refusal.field).collect()
}

#[test]
fn a_template_is_private_until_it_is_shared_and_changed_by_its_owner_alone() {
    let (own, colleague, id) = (staff(1), staff(2), Uuid::from_u128(7));
    let templates = done(Templates::default(), saved(7, " Coma ", Identifiers::default()), &own);
    assert_eq!((templates.0[0].name.as_str(), templates.0[0].is_shared), ("Coma", false));
    assert!(templates.usable(id, &own).is_ok() && templates.usable(id, &colleague).is_err());
    let templates = done(templates, Command::Share { id }, &own);
    assert!(templates.usable(id, &colleague).is_ok());
    assert_eq!(decide(&templates, Command::Share { id }, &own), Ok(vec![]), "no news");
    for command in [Command::Unshare { id }, Command::Delete { id }, Command::Renew { id, seen: 0, test: Box::new(test()) }] {
        assert!(decide(&templates, command, &colleague).is_err());
    }
    let templates = done(templates, Command::Unshare { id }, &own);
    assert!(templates.usable(id, &colleague).is_err());
    let templates = done(templates, Command::Delete { id }, &own);
    assert!(templates.0.is_empty() && decide(&templates, Command::Delete { id }, &own).is_err());
}

#[test]
fn a_test_that_changed_is_told_field_by_field_until_its_owner_looked_at_it() {
    let (own, id) = (staff(1), Uuid::from_u128(7));
    let templates = done(Templates::default(), saved(7, "Coma", Identifiers::default()), &own);
    let now = Test { turnaround_days_max: 42, ..test() };
    let usual = &templates.0[0].usual;
    assert_eq!(usual.test_now(Some(&test())), TestNow::Same);
    assert_eq!(usual.test_now(Some(&now)), TestNow::Changed(vec![("Days to report", "84".into(), "42".into())]));
    assert_eq!(usual.test_now(None), TestNow::Withdrawn);
    let renewed = done(templates, Command::Renew { id, seen: 0, test: Box::new(now.clone()) }, &own);
    assert_eq!((renewed.0[0].usual.test_now(Some(&now)), renewed.0[0].revision), (TestNow::Same, 1));
    let stale = decide(&renewed, Command::Renew { id, seen: 0, test: Box::new(test()) }, &own).expect_err("refused");
    assert!(stale.to_string().contains("changed after this page was opened"));
    let other = Test { code: "R29.4".parse().expect("a code"), ..test() };
    assert!(decide(&renewed, Command::Renew { id, seen: 1, test: Box::new(other) }, &own).is_err(), "a template keeps its test");
}

#[test]
fn a_template_has_a_name_of_its_own_and_everything_wrong_is_told_at_once() {
    let templates = done(Templates::default(), saved(7, "Coma", Identifiers::default()), &staff(1));
    assert_eq!(fields(&templates, saved(8, "COMA", Identifiers::default())), ["name"]);
    assert!(decide(&templates, saved(8, "Coma", Identifiers::default()), &staff(2)).is_ok(), "each has their own names");
    let responsible = Responsible { consultant: "Dr A\nDr B".into(), address: "x".repeat(201) };
    let wrong = Usual { features: (0..=30).map(TermId).collect(), responsible, ..usual() };
    let id = Uuid::from_u128(8);
    let command = Command::Save { id, name: " ".into(), usual: Box::new(wrong), is_shared: true, people: Identifiers::default() };
    assert_eq!(fields(&templates, command), ["name", "consultant", "address", "features"]);
    let full = (10..40).fold(Templates::default(), |all, n| done(all, saved(n, &format!("No. {n}"), Identifiers::default()), &staff(1)));
    assert_eq!(fields(&full, saved(50, "One more", Identifiers::default())), ["name"]);
}

/// Names and numbers of somebody, as a form has them.
fn person() -> impl Strategy<Value = (String, String, String)> {
    ("[A-Z][a-z]{2,8}", "[A-Z][a-z]{2,8}( [A-Z][a-z]{2,8})?", "[1-9][0-9]{5,11}")
}

proptest! {
    /// Wherever somebody of the order stands in what is typed, nothing is saved; and what is saved has nothing of them.
    #[test]
    fn no_identity_ever_enters_a_template((given, family, number) in person(), place in 0..4_usize, before in "[a-z ]{0,8}") {
        let people = Identifiers { names: vec![(given.clone(), family.clone())], numbers: vec![number.clone()] };
        let whole = format!("{before} {given} {family}, {number}");
        let mut kept = usual();
        let mut name = format!("{before} usual");
        match place {
            0 => name = format!("{given} {before}"),
            1 => name = format!("{before} {number}"),
            2 => kept.responsible.consultant.clone_from(&whole),
            _ => kept.responsible.address.clone_from(&whole),
        }
        let save = |name: String, usual: Usual| {
            let command = Command::Save { id: Uuid::nil(), name, usual: Box::new(usual), is_shared: false, people: people.clone() };
            decide(&Templates::default(), command, &staff(1))
        };
        prop_assert!(save(name, kept).is_err());
        // What was looked at for names is nowhere in what is written.
        if let Ok(events) = save("Clinic of the week".into(), usual()) {
            let written = serde_json::to_string(&events).expect("written");
            prop_assert!(!written.contains(&number) && !written.contains(&format!("{given} {family}")), "{written}");
        }
    }
}
