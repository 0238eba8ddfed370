use super::*;
use crate::{
    Role,
    directory::{Difference, compare},
};
use uuid::Uuid;

const TODAY: Date = Date::constant(2026, 11, 21);

fn staff(n: u128) -> Staff {
    Staff {
        id: StaffId(Uuid::from_u128(n)),
        name: format!("Curator {n}"),
        role: Role::Curator,
        organisation: "X26".parse().expect("a code"),
        organisation_name: String::new(),
    }
}

fn test(code: &str, method: &str) -> Test {
    Test {
        code: code.parse().expect("a code"),
        indication: "Intellectual disability".into(),
        group: String::new(),
        scope: String::new(),
        method: method.into(),
        target: "Intellectual disability (285)".into(),
        panels: vec!["285".into()],
        genes: vec![],
        criteria: vec![],
        turnaround_days_max: 84,
    }
}

fn version(number: &str, effective: Date) -> Version {
    Version { branch: Branch::Rare, number: number.into(), effective, source: String::new(), tests_sha256: String::new(), tests: 1 }
}

const ID: ProposalId = ProposalId(Uuid::from_u128(9));

/// Commands by their curators, one after the other: `ok` or the words of the refusal.
fn messages_of(directory: &mut Directory, steps: Vec<(u128, Command)>) -> Vec<String> {
    let tests = [test("R29.4", "WGS")];
    let mut said = Vec::new();
    for (who, command) in steps {
        said.push(match decide(directory, Branch::Rare, &tests, command, &staff(who), TODAY) {
            Ok(events) => {
                *directory = events.iter().fold(std::mem::take(directory), Directory::apply);
                "ok".into()
            }
            Err(refusals) => refusals.to_string(),
        });
    }
    said
}

fn draft(route: Route, changes: Vec<Change>) -> Draft {
    Draft { title: "A faster test".into(), rationale: "Children wait".into(), route, changes }
}

#[test]
fn a_proposal_is_voted_on_by_others_decided_by_others_and_published_once() {
    let mut directory = Directory::default();
    let vote = |in_favour| Command::Vote { id: ID, in_favour, reason: "evidence".into() };
    let accept = || Command::Decide { id: ID, accept: true, reason: "agreed".into(), effective: TODAY };
    let amended = Change::Amend(Box::new(test("R29.4", "WGS, rapid")));
    let said = messages_of(
        &mut directory,
        vec![
            (1, Command::Propose { id: ID, draft: draft(Route::AnnualReview, vec![amended]) }),
            (1, vote(true)),
            (2, vote(true)),
            (3, accept()),
            (4, vote(false)),
            (3, accept()),
            (4, vote(true)),
            (1, accept()),
            (3, accept()),
            (3, accept()),
            (3, Command::Publish(version("6.1", TODAY))),
            (3, Command::Publish(version("6.1", TODAY))),
        ],
    );
    let expected = [
        "ok",
        "You proposed this; others vote on it",
        "ok",
        "1 of 2 votes of the working group are in; wait for the others",
        "ok",
        "1 are for it and 1 against, so it cannot be accepted",
        "ok",
        "You proposed this; somebody else decides",
        "ok",
        "This proposal has been decided; nothing was changed",
        "ok",
        "Version rare 6.1 is published already; nothing was overwritten",
    ];
    assert_eq!(said, expected);
    assert_eq!(directory.proposals[&ID].state, ProposalState::Published { version: "rare 6.1".into() });
}

#[test]
fn a_change_that_does_not_fit_is_named() {
    let mut directory = Directory::default();
    let propose = |changes| Command::Propose { id: ID, draft: draft(Route::FastTrack, changes) };
    let code = |text: &str| text.parse::<TestCode>().expect("a code");
    let said = messages_of(
        &mut directory,
        vec![
            (1, propose(vec![Change::Add(Box::new(test("R29.4", "WGS")))])),
            (1, propose(vec![Change::Withdraw(code("R30.1"))])),
            (1, propose(vec![Change::Withdraw(code("M1.1"))])),
            (1, propose(vec![Change::Amend(Box::new(test("R29.4", " ")))])),
            (1, propose(vec![])),
        ],
    );
    assert_eq!(
        said,
        [
            "R29.4 is in the directory already: amend it",
            "R30.1 is not in the directory",
            "M1.1 does not belong to the directory of rare and inherited disease",
            "Enter the method of R29.4",
            "Name at least one test that is added, amended or withdrawn",
        ]
    );
}

#[test]
fn versions_come_into_force_on_their_day_and_are_compared() {
    let mut directory = Directory::default();
    for (number, effective) in [("6", Date::constant(2024, 1, 1)), ("7", Date::constant(2027, 4, 1))] {
        messages_of(&mut directory, vec![(1, Command::Publish(version(number, effective)))]);
    }
    assert_eq!(directory.in_force(TODAY).map(ToString::to_string).as_deref(), Some("rare 6"));
    let before = [test("R29.4", "WGS"), test("R30.1", "WES")];
    let after = [test("R29.4", "WES"), test("R31.1", "WES")];
    let differences = compare(&before, &after);
    let shown: Vec<String> = differences
        .iter()
        .map(|d| match d {
            Difference::Added(t) => format!("+{}", t.code),
            Difference::Withdrawn(t) => format!("-{}", t.code),
            Difference::Amended(code, fields) => format!("{code} {fields:?}"),
        })
        .collect();
    assert_eq!(shown, [r#"R29.4 [("Method", "WGS", "WES")]"#, "-R30.1", "+R31.1"]);
}
