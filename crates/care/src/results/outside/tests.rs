use super::*;
use crate::{
    MessageId, StaffId,
    ordering::order::State as OrderState,
    people::{
        identifier::HospitalNumber,
        name::may_be_same_given,
        patient::{Demographics, Identity, Sex},
    },
};
use expect_test::{Expect, expect};
use proptest::{prelude::*, sample::select};
use uuid::Uuid;

fn somebody(n: u128) -> Staff {
    Staff {
        id: StaffId(Uuid::from_u128(n)),
        name: format!("Person {n}"),
        role: Role::ClinicalScientist,
        organisation: code("699X0"),
        organisation_name: "Hub".into(),
    }
}

fn code(text: &str) -> OdsCode {
    text.parse().expect("a code")
}

fn order() -> OrderId {
    OrderId(Uuid::from_u128(9))
}

fn person(nhs_number: &str, birth_date: &str) -> StatedPerson {
    StatedPerson {
        nhs_number: nhs_number.into(),
        numbers: vec![],
        family_name: "Bell".into(),
        given_name: "Ada".into(),
        birth_date: birth_date.into(),
        sex: Sex::Female,
    }
}

#[test]
fn two_results_are_of_one_person_by_a_number_of_both_or_by_the_whole_name_and_the_birth() {
    let ann = person("9990000018", "2019-06-01");
    let numbered = |values: &[&str]| {
        let numbers = values.iter().map(|value| HospitalNumber::new(value, "RP4", "RP4")).collect();
        StatedPerson { numbers, ..person("", "2019-06-01") }
    };
    for (one, other, is_same) in [
        (ann.clone(), person("9990000018", ""), true),
        (ann.clone(), person("9990000026", "2019-06-01"), false),
        (ann.clone(), person("", "2019-06-01"), true),
        (ann.clone(), person("", "2019-06-02"), false),
        (ann.clone(), person("", ""), false),
        (ann, StatedPerson { given_name: "Fay".into(), ..person("", "2019-06-01") }, false),
        (numbered(&["A1"]), StatedPerson { given_name: "Fay".into(), ..numbered(&["A2", "A1"]) }, true),
        (numbered(&["A1"]), StatedPerson { given_name: "Fay".into(), ..numbered(&["A2"]) }, false),
    ] {
        assert_eq!((one.is_same(&other), other.is_same(&one)), (is_same, is_same), "{one:?} {other:?}");
    }
}

fn received(status: ResultStatus, person: StatedPerson) -> Box<Received> {
    Box::new(Received {
        message: MessageId(Uuid::from_u128(1)),
        client: StaffId(Uuid::from_u128(7)),
        laboratory: code("RJ1"),
        laboratory_name: "Guy's".into(),
        number: "OG-1".into(),
        filler: "F-1".into(),
        replaces: String::new(),
        person,
        test: "FMR1 repeat".into(),
        status,
        issued: String::new(),
        version: Version::default(),
        values: vec![],
        documents: vec![],
        not_used: vec![],
        recipients: vec![code("699X0")],
    })
}

fn known() -> Demographics {
    Demographics {
        nhs_number: Identity::NhsNumber("9990000018".parse().expect("a number")),
        family_name: "Bell".into(),
        given_name: "Ada".into(),
        birth_date: jiff::civil::date(2019, 6, 1),
        sex: Sex::Female,
    }
}

fn filed() -> Placement {
    Placement::On(Filed { order: order(), number: "OG-1".into(), laboratory: code("699X0"), relative: None, how: FiledBy::OrderNumber })
}

fn arrived(placement: Placement, person: StatedPerson) -> OutsideResult {
    let command = Command::Receive { received: received(ResultStatus::Final, person), placement };
    let events = decide(&OutsideResult::default(), command, &somebody(0), Timestamp::UNIX_EPOCH).expect("received");
    OutsideResult::replay(&events)
}

/// Commands in, each with who wants it; states or refusals out.
fn check(mut result: OutsideResult, commands: Vec<(u128, Command)>, expected: &Expect) {
    let mut said = String::new();
    for (by, command) in commands {
        match decide(&result, command, &somebody(by), Timestamp::UNIX_EPOCH) {
            Ok(events) => {
                result = events.iter().fold(result, OutsideResult::apply);
                said += &format!("{}\n", result.state.label());
            }
            Err(refusals) => said += &format!("refused: {refusals}\n"),
        }
    }
    expected.assert_eq(&said);
}

#[test]
fn two_different_people_check_a_result_and_then_it_is_read() {
    let read = || Command::Read { action: "Clinic on Friday".into() };
    check(
        arrived(filed(), person("9990000018", "2019-06-01")),
        vec![(3, read()), (1, Command::Check), (1, Command::Check), (2, Command::Check), (3, Command::Open), (3, read()), (3, read())],
        &expect![[r"
            refused: This cannot be done now: the result is to be checked
            Checked by one
            refused: You have checked this result; somebody else must check it too
            Released
            Released
            Read by the requester
            refused: This cannot be done now: the result is read by the requester
        "]],
    );
}

#[test]
fn what_was_released_is_superseded_and_not_refused() {
    let later = OutsideResultId(Uuid::from_u128(12));
    check(
        arrived(filed(), person("9990000018", "2019-06-01")),
        vec![
            (1, Command::Refuse { reason: " ".into() }),
            (1, Command::Check),
            (2, Command::Check),
            (2, Command::Refuse { reason: "of somebody else".into() }),
            (2, Command::Supersede { by: later }),
            (2, Command::Supersede { by: later }),
            (1, Command::Check),
        ],
        &expect![[r"
            refused: Say why the result is refused
            Checked by one
            Released
            refused: This cannot be done now: the result is released
            Superseded
            refused: This cannot be done now: the result is superseded
            refused: This cannot be done now: the result is superseded
        "]],
    );
}

/// Filing by hand of a result of a person on the order of Ada Bell.
#[track_caller]
fn by_hand(person: StatedPerson, is_person_confirmed: bool, says: &str) {
    let unmatched = arrived(Placement::Unmatched { why: "No order has this number".into() }, person);
    let (who, state, laboratory) = (known(), OrderState::Accepted, code("699X0"));
    let candidate =
        Candidate { number: "OG-1", state: &state, relative: None, who: &who, numbers: &[], laboratory: &laboratory, sent_on: &[] };
    let filing = HandFiling { reason: "Rung the laboratory".into(), is_person_confirmed };
    let said = match file(&unmatched, order(), &candidate, &filing, &somebody(4)) {
        Err(refusals) => refusals.to_string(),
        Ok(events) => {
            let result = events.iter().fold(unmatched, OutsideResult::apply);
            let refusal = decide(&result, Command::Check, &somebody(4), Timestamp::UNIX_EPOCH).expect_err("never whoever filed it");
            assert!(refusal.to_string().contains("two others must check it"));
            assert!(decide(&result, Command::Check, &somebody(1), Timestamp::UNIX_EPOCH).is_ok());
            result.filed.expect("filed").how.label()
        }
    };
    assert!(said.contains(says), "{said}");
}

#[test]
fn by_hand_a_person_who_differs_is_confirmed_and_another_nhs_number_never() {
    by_hand(person("9990000018", "2019-06-01"), false, "by Person 4: Rung the laboratory");
    by_hand(person("9990000018", "2019-06-02"), false, "The result has another date of birth");
    by_hand(person("9990000018", "2019-06-02"), true, "although the result has another date of birth");
    by_hand(person("", "2019-06-01"), false, "no NHS number");
    by_hand(person("999", "2019-06-01"), true, "an NHS number that is none");
    by_hand(person("9990000026", "2019-06-01"), true, "it is of somebody else");
}

#[test]
fn a_result_of_a_laboratory_that_had_no_sample_waits_for_a_person() {
    let (who, laboratory) = (known(), code("699X0"));
    let sent_on = [code("RJ1")];
    let candidate =
        |state, sent_on| Candidate { number: "OG-1", state, relative: None, who: &who, numbers: &[], laboratory: &laboratory, sent_on };
    let result = received(ResultStatus::Final, person("9990000018", "2019-06-01"));
    let (open, cancelled) = (OrderState::Accepted, OrderState::Cancelled { reason: "moved".into() });
    assert_eq!(unfit(&candidate(&open, &sent_on), &result, &[]), None);
    assert_eq!(unfit(&candidate(&open, &[]), &result, &[code("699X0")]), None);
    let why = |candidate: &Candidate| unfit(candidate, &result, &[]).unwrap_or_default();
    assert_eq!(why(&candidate(&open, &[])), "No sample of OG-1 was sent to RJ1, and its laboratory takes no results of it");
    assert_eq!(why(&candidate(&cancelled, &sent_on)), "OG-1 is cancelled");
}

#[test]
fn a_result_on_a_wrong_order_is_moved_by_two_and_whoever_read_it_is_told() {
    let (who, state, laboratory) = (known(), OrderState::Accepted, code("699X0"));
    let right = Candidate { number: "OG-2", state: &state, relative: None, who: &who, numbers: &[], laboratory: &laboratory, sent_on: &[] };
    let (other, epoch) = (OrderId(Uuid::from_u128(10)), Timestamp::UNIX_EPOCH);
    let mut result = arrived(filed(), person("9990000018", "2019-06-01"));
    let read = || Command::Read { action: "Started treatment".into() };
    for (by, command) in [(1, Command::Check), (2, Command::Check), (3, read())] {
        result = decide(&result, command, &somebody(by), epoch).expect("done").iter().fold(result, OutsideResult::apply);
    }
    let filing = |reason: &str| HandFiling { reason: reason.into(), is_person_confirmed: false };
    let refused = |events: Result<Vec<Event>, Refusals>| events.expect_err("refused").to_string();
    assert!(refused(propose_move(&result, order(), &right, &filing("why"), &somebody(4))).contains("stands there already"));
    assert!(refused(propose_move(&result, other, &right, &filing(" "), &somebody(4))).contains("Say why"));
    let to = OutsideResultId(Uuid::from_u128(20));
    assert!(refused(confirm_move(&result, &right, to, &somebody(5), epoch)).contains("Nobody has asked"));
    let proposed = propose_move(&result, other, &right, &filing("the twin's"), &somebody(4)).expect("proposed");
    let waiting = proposed.iter().fold(result.clone(), OutsideResult::apply);
    assert!(waiting.is_released(), "it stands meanwhile");
    assert!(refused(confirm_move(&waiting, &right, to, &somebody(4), epoch)).contains("somebody else must compare both"));
    let begun = OutsideResult::replay(&moved_from(&waiting, OutsideResultId(Uuid::from_u128(19)), &somebody(5), epoch).expect("begun"));
    let ended = confirm_move(&waiting, &right, to, &somebody(5), epoch).expect("moved").iter().fold(waiting, OutsideResult::apply);

    assert!(!ended.is_released() && !ended.is_live() && ended.unread().is_some(), "whoever read it has to know");
    assert_eq!((ended.received.as_ref(), ended.checks.len()), (result.received.as_ref(), 2), "nothing is overwritten");
    let known = decide(&ended, Command::Read { action: "Stopped it".into() }, &somebody(3), epoch).expect("known");
    assert_eq!(known.iter().fold(ended, OutsideResult::apply).unread(), None);
    assert_eq!(begun.state, State::Filed, "it is checked anew");
    assert!(begun.checks.is_empty() && begun.released.is_none());
    assert_eq!(begun.filed.as_ref().expect("filed").how.label(), "by Person 4 and Person 5, who moved it from another order: the twin's");
    assert!(decide(&begun, Command::Check, &somebody(4), epoch).is_err(), "whoever asked for it does not check it");
}

/// A person of few possibilities, so that two of them often share something.
fn anybody() -> impl Strategy<Value = StatedPerson> {
    let number = || select(vec!["", "9990000018", "9990000026", "nonsense"]);
    let birth = || select(vec!["", "2019-06-01", "2019-06-02", "June"]);
    let given_name = || select(vec!["", "Ada", "Ida", "May"]);
    let family = || select(vec!["", "Bell", "Stone"]);
    let hospital = || prop::collection::vec(select(vec![("A1", "RP4"), ("A2", "RP4"), ("A1", "RJ1")]), 0..2);
    (number(), birth(), given_name(), family(), hospital()).prop_map(|(nhs_number, birth_date, given_name, family_name, numbers)| {
        StatedPerson {
            nhs_number: nhs_number.into(),
            numbers: numbers.into_iter().map(|(value, authority)| HospitalNumber::new(value, authority, authority)).collect(),
            family_name: family_name.into(),
            given_name: given_name.into(),
            birth_date: birth_date.into(),
            sex: Sex::Female,
        }
    })
}

/// A patient of an order, who has a date of birth and a name.
fn patient() -> impl Strategy<Value = (Demographics, Vec<HospitalNumber>)> {
    anybody().prop_map(|person| {
        let nhs_number = person.nhs_number.parse().map_or(Identity::Unavailable("not sent".into()), Identity::NhsNumber);
        let birth_date = person.birth_date.parse().unwrap_or(jiff::civil::date(2019, 6, 1));
        let or_else = |name: String, other: &str| if name.is_empty() { other.to_owned() } else { name };
        let family_name = or_else(person.family_name, "Bell");
        let given_name = or_else(person.given_name, "Ada");
        (Demographics { nhs_number, family_name, given_name, birth_date, sex: person.sex }, person.numbers)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4096, failure_persistence: None, ..ProptestConfig::default() })]

    /// The person of a result that is filed by itself shares a number with the patient, or everything where neither has any; and
    /// nothing that both state differs but a family name.
    #[test]
    fn no_result_is_filed_by_itself_on_an_order_whose_person_differs((who, numbers) in patient(), person in anybody()) {
        let (state, laboratory) = (OrderState::Accepted, code("699X0"));
        let sent_on = [code("RJ1")];
        let candidate = Candidate { number: "OG-1", state: &state, relative: None, who: &who, numbers: &numbers, laboratory: &laboratory, sent_on: &sent_on };
        let result = received(ResultStatus::Final, person.clone());
        if unfit(&candidate, &result, &[code("699X0")]).is_some() {
            return Ok(());
        }
        let stated: Option<crate::NhsNumber> = person.nhs_number.parse().ok();
        let own = match who.nhs_number { Identity::NhsNumber(number) => Some(number), _ => None };
        if let (Some(own), Some(stated)) = (own, stated) {
            prop_assert_eq!(own, stated);
        }
        if let Ok(day) = person.birth_date.parse::<jiff::civil::Date>() {
            prop_assert_eq!(day, who.birth_date);
        }
        prop_assert!(person.given_name.is_empty() || may_be_same_given(&person.given_name, &who.given_name));
        let shares_number = (own.is_some() && own == stated) || numbers.iter().any(|one| person.numbers.iter().any(|other| one.is_same(other)));
        let is_all_same = person.full_name() == who.full_name() && person.birth_date == who.birth_date.to_string();
        let has_none = own.is_none() && stated.is_none() && numbers.is_empty() && person.numbers.is_empty();
        prop_assert!(shares_number || (has_none && is_all_same));
        prop_assert!(differences(&candidate, &result).is_empty());
    }

    /// By hand and by a move, a result never comes to stand with somebody who has another NHS number, whatever is confirmed; and
    /// where anything else differs, somebody has said to have compared it.
    #[test]
    fn no_result_comes_to_stand_with_another_nhs_number((who, numbers) in patient(), person in anybody(), is_person_confirmed: bool) {
        let (state, laboratory) = (OrderState::Accepted, code("699X0"));
        let candidate =
            Candidate { number: "OG-1", state: &state, relative: None, who: &who, numbers: &numbers, laboratory: &laboratory, sent_on: &[] };
        let filing = HandFiling { reason: "compared".into(), is_person_confirmed };
        let unmatched = arrived(Placement::Unmatched { why: "no number".into() }, person.clone());
        let elsewhere = Filed { order: OrderId(Uuid::from_u128(77)), ..match filed() { Placement::On(filed) => filed, Placement::Unmatched { .. } => unreachable!("filed") } };
        let on_wrong = arrived(Placement::On(elsewhere), person.clone());
        for events in [file(&unmatched, order(), &candidate, &filing, &somebody(4)), propose_move(&on_wrong, order(), &candidate, &filing, &somebody(4))] {
            let Ok(_) = events else { continue };
            let stated: Option<crate::NhsNumber> = person.nhs_number.parse().ok();
            if let (Identity::NhsNumber(own), Some(stated)) = (&who.nhs_number, stated) {
                prop_assert_eq!(*own, stated);
            }
            prop_assert!(is_person_confirmed || differences(&candidate, &received(ResultStatus::Final, person.clone())).is_empty());
        }
    }
}
