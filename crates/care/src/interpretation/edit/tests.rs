use super::*;
use crate::{
    AnalysisId, Fold, OrderId, Role, StaffId,
    interpretation::case::{self, Outcome},
};
use proptest::prelude::*;

fn person(number: u128) -> Staff {
    Staff {
        id: StaffId(Uuid::from_u128(number)),
        name: format!("Dr {number}"),
        role: if number == 3 { Role::Consultant } else { Role::ClinicalScientist },
        organisation: "699X0".parse().expect("a code"),
        organisation_name: "Hub".into(),
    }
}

fn done(interpretation: Interpretation, command: case::Command, by: u128) -> Interpretation {
    let events = case::decide(&interpretation, command, &person(by)).expect("allowed");
    events.iter().fold(interpretation, Fold::apply)
}

/// Signed by two scientists, who concluded so.
fn checked(summary: &str) -> Interpretation {
    let opened = case::Command::Open { analysis: AnalysisId(Uuid::from_u128(8)), order: OrderId(Uuid::from_u128(9)) };
    let conclusion = Conclusion { variants: vec![], outcome: Outcome::NoFinding, summary: summary.into() };
    let interpretation = done(Interpretation::default(), opened, 1);
    let interpretation = done(interpretation, case::Command::Propose(conclusion), 1);
    done(interpretation, case::Command::Check, 2)
}

fn edit(number: u128, part: Part, [before, after]: [&str; 2], extent: Extent) -> Command {
    Command::Edit(Box::new(Edit {
        id: Uuid::from_u128(number),
        part,
        before: before.into(),
        after: after.into(),
        extent,
        reason: "Clearer".into(),
        by: person(3),
        at: Timestamp::UNIX_EPOCH,
    }))
}

fn summary(interpretation: &Interpretation) -> &str {
    match &interpretation.state {
        State::Checked { conclusion, .. } | State::Edited { conclusion, .. } => &conclusion.summary,
        other => panic!("{other:?}"),
    }
}

fn refused(interpretation: &Interpretation, command: Command, by: u128, why: &str) {
    let refusals = decide(interpretation, command, &person(by)).expect_err("refused");
    assert!(refusals.to_string().contains(why), "{refusals}");
}

#[test]
fn wording_is_edited_at_once_and_a_conclusion_once_both_scientists_agree() {
    let worded = done(
        checked("Nothing found"),
        case::Command::Text(edit(1, Part::Summary, ["Nothing found", "Nothing was found"], Extent::Wording)),
        3,
    );
    assert!(matches!(worded.state, State::Checked { .. }));
    assert_eq!((summary(&worded), worded.edits.len()), ("Nothing was found", 1));
    let changes = edit(2, Part::Summary, ["Nothing was found", "Nothing could be found"], Extent::Conclusion);
    let waiting = done(worded, case::Command::Text(changes.clone()), 3);
    assert_eq!((summary(&waiting), waiting.edits.len()), ("Nothing was found", 1), "it takes no effect yet");
    refused(&waiting, changes, 3, "An edit waits for both scientists");
    refused(&waiting, Command::Agree { edit: Uuid::from_u128(2) }, 3, "Dr 1 and Dr 2 signed this interpretation");
    refused(&waiting, Command::Agree { edit: Uuid::from_u128(1) }, 1, "was edited again since this page was shown");
    let agree = || case::Command::Text(Command::Agree { edit: Uuid::from_u128(2) });
    let by_one = done(waiting, agree(), 2);
    assert_eq!(summary(&by_one), "Nothing was found");
    refused(&by_one, Command::Agree { edit: Uuid::from_u128(2) }, 2, "You have agreed already");
    let by_both = done(by_one, agree(), 1);
    assert!(matches!(by_both.state, State::Checked { .. }));
    assert_eq!((summary(&by_both), by_both.edits.len()), ("Nothing could be found", 2));
}

#[test]
fn an_edit_that_is_declined_or_sent_back_leaves_nothing() {
    let change = || case::Command::Text(edit(2, Part::Summary, ["Nothing found", "Something found"], Extent::Conclusion));
    let waiting = done(checked("Nothing found"), change(), 3);
    let decline = |reason: &str| Command::Decline { edit: Uuid::from_u128(2), reason: reason.into() };
    refused(&waiting, decline("No"), 4, "Only the two scientists");
    refused(&waiting, decline(" "), 1, "Say why the text stays");
    for by in [1, 2, 3] {
        let declined = done(waiting.clone(), case::Command::Text(decline("It was not found")), by);
        assert!(matches!(declined.state, State::Checked { .. }));
        assert_eq!((summary(&declined), declined.edits.len()), ("Nothing found", 0));
        refused(&declined, Command::Agree { edit: Uuid::from_u128(2) }, 1, "No edit waits any more");
    }
    let returned = done(waiting, case::Command::Return { reason: "Look again".into() }, 3);
    assert_eq!((returned.state, returned.edits), (State::Open, vec![]));
}

#[test]
fn an_edit_needs_a_text_a_reason_and_somebody_who_has_not_signed() {
    let before = checked("Nothing found");
    let change = |after: &str, before: &str| edit(1, Part::Summary, [before, after], Extent::Wording);
    refused(&before, change("Other", "Nothing found"), 1, "You have signed this interpretation");
    refused(&before, change("Other", "Nothing at all"), 3, "changed since this page was shown");
    refused(&before, change(" ", "Nothing found"), 3, "Write the summary");
    refused(&before, change("Nothing found ", "Nothing found"), 3, "the same as before");
    refused(&before, change(&"x".repeat(CHARACTERS_MAX + 1), "Nothing found"), 3, "shorten it");
    refused(&Interpretation::default(), change("Other", "Nothing found"), 3, "has not checked");
}

#[test]
fn an_edit_of_plain_words_lapses_where_the_text_that_it_changed_is_another() {
    let edited =
        done(checked("S"), case::Command::Text(edit(1, Part::Plain, ["A change was seen", "We saw a change"], Extent::Wording)), 3);
    assert_eq!(edited.plain("A change was seen".into()), ("We saw a change".into(), false));
    assert_eq!(edited.plain("No change was seen".into()), ("No change was seen".into(), true));
    let again = done(edited, case::Command::Text(edit(2, Part::Plain, ["No change was seen", "We saw no change"], Extent::Wording)), 3);
    assert_eq!(again.plain("No change was seen".into()), ("We saw no change".into(), false));
    assert_eq!(checked("S").plain("As composed".into()), ("As composed".into(), false));
}

/// A text of the result in plain words that is kept as it is.
fn kept(number: u128, text: &str) -> Command {
    match edit(number, Part::Plain, [text, text], Extent::Wording) {
        Command::Edit(edit) => Command::Keep(edit),
        other => panic!("{other:?}"),
    }
}

fn agreed_by_both(waiting: Interpretation, number: u128) -> Interpretation {
    let agree = || case::Command::Text(Command::Agree { edit: Uuid::from_u128(number) });
    done(done(waiting, agree(), 1), agree(), 2)
}

#[test]
fn a_text_whose_edit_lapsed_is_kept_with_a_reason_and_by_both_scientists_where_they_had_agreed() {
    let worded = done(checked("S"), case::Command::Text(edit(1, Part::Plain, ["A", "B"], Extent::Wording)), 3);
    refused(&worded, kept(2, "B"), 3, "Every edit of this text applies");
    refused(&worded, kept(2, "C"), 1, "You have signed this interpretation");
    let as_composed = done(worded, case::Command::Text(kept(2, "C")), 3);
    assert!(matches!(as_composed.state, State::Checked { .. }), "the wording alone was edited");
    assert_eq!(as_composed.plain("C".into()), ("C".into(), false));
    assert_eq!(as_composed.plain("A".into()), ("B".into(), true), "what was kept is another text by now");

    let waiting = done(checked("S"), case::Command::Text(edit(1, Part::Plain, ["A", "B"], Extent::Conclusion)), 3);
    let agreed = agreed_by_both(waiting, 1);
    assert_eq!(agreed.plain("C".into()), ("C".into(), true));
    refused(&agreed, edit(2, Part::Plain, ["C", "D"], Extent::Wording), 3, "both scientists agreed to no longer applies");
    let waiting = done(agreed, case::Command::Text(kept(2, "C")), 3);
    assert!(matches!(waiting.state, State::Edited { .. }) && waiting.plain("C".into()).1, "it takes no effect yet");
    assert_eq!(agreed_by_both(waiting, 2).plain("C".into()), ("C".into(), false));
}

#[test]
fn an_edit_waits_for_each_scientist_until_they_have_read_it_or_agreed() {
    let unread = |interpretation: &Interpretation| -> Vec<(u128, u128)> {
        interpretation.unread_edits().iter().map(|(edit, who)| (edit.id.as_u128(), who.id.0.as_u128())).collect()
    };
    let read = || Command::Read { edit: Uuid::from_u128(1) };
    let worded = done(checked("A"), case::Command::Text(edit(1, Part::Summary, ["A", "B"], Extent::Wording)), 3);
    assert_eq!(unread(&worded), [(1, 1), (1, 2)]);
    refused(&worded, read(), 3, "No edit of what you signed waits");
    refused(&worded, Command::Read { edit: Uuid::from_u128(2) }, 1, "No edit of what you signed waits");
    let by_one = done(worded, case::Command::Text(read()), 1);
    assert_eq!(unread(&by_one), [(1, 2)]);
    refused(&by_one, read(), 1, "No edit of what you signed waits");
    let waiting = done(by_one, case::Command::Text(edit(2, Part::Summary, ["B", "C"], Extent::Conclusion)), 3);
    assert_eq!(unread(&waiting), [(1, 2), (2, 1), (2, 2)]);
    refused(&waiting, Command::Read { edit: Uuid::from_u128(2) }, 1, "No edit of what you signed waits");
    let agreed = done(waiting, case::Command::Text(Command::Agree { edit: Uuid::from_u128(2) }), 1);
    assert_eq!(unread(&agreed), [(1, 2), (2, 2)]);
    let returned = done(agreed, case::Command::Return { reason: "Look again".into() }, 3);
    assert!(unread(&returned).is_empty(), "both sign anew");
}

proptest! {
    /// Whoever does what in whichever order: what is concluded is never another than the one that both scientists agreed to.
    #[test]
    fn a_conclusion_is_never_edited_without_both_scientists(steps in prop::collection::vec((0u8..5, 1u128..5), 0..40)) {
        let mut interpretation = checked("0");
        let (mut agreed, mut count) = ("0".to_owned(), 0u128);
        for (step, by) in steps {
            let (before, pending) = match &interpretation.state {
                State::Edited { edit, .. } => (summary(&interpretation).to_owned(), edit.id),
                _ => (summary(&interpretation).to_owned(), Uuid::nil()),
            };
            count += 1;
            let command = match step {
                0 => edit(count, Part::Summary, [&before, &count.to_string()], Extent::Conclusion),
                1 | 2 => Command::Agree { edit: pending },
                3 => Command::Agree { edit: Uuid::from_u128(count.saturating_sub(2)) },
                _ => Command::Decline { edit: pending, reason: "No".into() },
            };
            let Ok(events) = case::decide(&interpretation, case::Command::Text(command), &person(by)) else { continue };
            let waiting = match &interpretation.state {
                State::Edited { edit, agreed, .. } => Some((edit.after.clone(), agreed.clone())),
                _ => None,
            };
            interpretation = events.iter().fold(interpretation, Fold::apply);
            if summary(&interpretation) != agreed {
                let (after, mut who) = waiting.expect("only an edit that waited takes effect");
                who.push(person(by));
                let mut ids: Vec<u128> = who.iter().map(|staff| staff.id.0.as_u128()).collect();
                ids.sort_unstable();
                prop_assert_eq!(ids, vec![1, 2]);
                prop_assert_eq!(summary(&interpretation), &after);
                agreed = after;
            }
        }
    }
}
