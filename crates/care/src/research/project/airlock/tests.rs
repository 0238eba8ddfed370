use super::{
    super::{
        Command, Project, Purpose,
        tests::{after, application, somebody},
    },
    *,
};
use crate::Role;
use proptest::{prelude::*, sample::select};
use uuid::Uuid;

const FLAG: &str = "Line 2, carriers, ‘2’ · Small count: counts below 5 are not taken out";
const OTHER: &str = "‘HTML’ · Format: give tables as CSV";
const REASON: &str = "The row is of a published table of deaths";

fn id() -> OutputId {
    OutputId(Uuid::from_u128(5))
}

fn checker(n: u128) -> Staff {
    somebody(n, Role::OutputChecker)
}

/// An approved project of person 1 with an output that waits.
fn project(flags: &[&str]) -> Project {
    let [applicant, one, two] = [1, 2, 3].map(checker);
    let mut project = after(&Project::default(), Command::Apply(Box::new(application(Purpose::Health))), &applicant).expect("applied");
    for member in [&one, &two] {
        project = after(&project, Command::Vote { approves: true, reason: "Sound".into() }, member).expect("voted");
    }
    project = after(&project, Command::Approve { conditions: String::new(), release: "1".into() }, &one).expect("approved");
    let output = Output {
        id: id(),
        name: "table.csv".into(),
        inward: false,
        why: "A figure".into(),
        sha256: "d1".into(),
        findings: flags.iter().map(|flag| (*flag).to_owned()).collect(),
        unlisted: 0,
        rules: "1".into(),
        by: applicant.clone(),
        at: Timestamp::UNIX_EPOCH,
        checks: vec![],
    };
    after(&project, Command::AskOutput(Box::new(output)), &applicant).expect("handed over")
}

fn decision(verdict: Verdict, reason: &str, answers: &[(&str, &str)]) -> Command {
    let flags = answers.iter().map(|(flag, reason)| FlagAnswer { flag: (*flag).into(), reason: (*reason).into() }).collect();
    Command::CheckOutput { output: id(), decision: Decision { verdict, reason: reason.into(), sha256: "d1".into(), flags } }
}

fn release(answers: &[(&str, &str)]) -> Command {
    decision(Verdict::Release, "", answers)
}

fn state(project: &Project) -> OutputState {
    project.outputs[0].state()
}

#[test]
fn an_output_leaves_only_when_two_others_agree() {
    let [applicant, one, two] = [1, 2, 3].map(checker);
    let plain = project(&[]);
    assert!(after(&plain, release(&[]), &applicant).expect_err("refused").contains("your own project"));
    let half = after(&plain, release(&[]), &one).expect("checked");
    assert_eq!((state(&half), half.outputs[0].decided().len()), (OutputState::Waiting, 0), "the second judges without the first");
    assert!(after(&half, release(&[]), &one).expect_err("refused").contains("second person"));
    assert_eq!(state(&after(&half, release(&[]), &two).expect("checked")), OutputState::Released);
    assert!(after(&plain, decision(Verdict::Refuse, " ", &[]), &one).expect_err("refused").contains("Say why"));
    let refused = after(&plain, decision(Verdict::Refuse, "Counts of two", &[]), &one).expect("refused");
    assert_eq!(state(&refused), OutputState::Refused);
    assert!(after(&refused, release(&[]), &two).expect_err("refused").contains("decided"));
}

#[test]
fn each_of_two_checkers_answers_every_flag_with_a_reason_of_their_own() {
    let [one, two] = [2, 3].map(checker);
    let flagged = project(&[FLAG, OTHER]);
    let says = |answers: &[(&str, &str)]| after(&flagged, release(answers), &one).expect_err("refused");
    assert!(says(&[]).contains("not those that you were shown"));
    assert!(says(&[(FLAG, REASON)]).contains("not those that you were shown"), "one flag is not answered");
    assert!(says(&[(FLAG, REASON), (OTHER, REASON), ("a third", REASON)]).contains("not those"), "one is no flag");
    let short = says(&[(FLAG, "ok"), (OTHER, "x x x x x x x x x x x x x x x x")]);
    assert!(short.contains("Flag 1 (Line 2, carriers, ‘2’)") && short.contains("Flag 2 (‘HTML’)"), "{short}");
    let half = after(&flagged, release(&[(FLAG, REASON), (OTHER, REASON)]), &one).expect("checked");
    assert_eq!(state(&half), OutputState::Waiting);
    assert!(after(&half, release(&[]), &two).is_err(), "the first one's reasons are not the second's");
    let done = after(&half, release(&[(FLAG, REASON), (OTHER, REASON)]), &two).expect("checked");
    assert_eq!((state(&done), done.outputs[0].decided().len()), (OutputState::Released, 2));
    assert_eq!(done.outputs[0].checks[1].flags.as_ref().expect("answers")[0].reason, REASON);
}

#[test]
fn an_answer_is_about_the_file_that_was_read() {
    let other = Decision { verdict: Verdict::Release, reason: String::new(), sha256: "d2".into(), flags: vec![] };
    let command = Command::CheckOutput { output: id(), decision: other };
    assert!(after(&project(&[]), command, &checker(2)).expect_err("refused").contains("not the file"));
}

#[test]
fn what_changed_rules_find_has_to_be_answered_by_both_and_what_they_found_before_is_kept() {
    let [one, two] = [2, 3].map(checker);
    let half = after(&project(&[FLAG]), release(&[(FLAG, REASON)]), &one).expect("checked");
    let relook = Relook { output: id(), rules: "2".into(), findings: vec![OTHER.into()], unlisted: 0 };
    let again = after(&half, Command::LookAtOutput(Box::new(relook)), &two).expect("looked at");
    assert_eq!(again.outputs[0].findings, [OTHER, FLAG]);
    assert!(again.outputs[0].agreeing().is_empty(), "the first checker did not see the new flag");
    let both = [(FLAG, REASON), (OTHER, REASON)];
    let second = after(&again, release(&both), &two).expect("checked");
    assert_eq!(state(&second), OutputState::Waiting);
    assert_eq!(state(&after(&second, release(&both), &one).expect("checked again")), OutputState::Released);
}

#[test]
fn flags_that_are_not_listed_can_be_answered_by_nobody() {
    let relook = Relook { output: id(), rules: "2".into(), findings: vec![], unlisted: 7 };
    let many = after(&project(&[]), Command::LookAtOutput(Box::new(relook)), &checker(2)).expect("looked at");
    assert!(after(&many, release(&[]), &checker(2)).expect_err("refused").contains("7 more flags are not listed"));
}

#[test]
fn what_two_people_released_before_flags_were_answered_stays_released_and_one_of_them_alone_counts_no_more() {
    let written = |by: &Staff| Check {
        verdict: Verdict::Release,
        reason: "Published".into(),
        by: by.clone(),
        at: Timestamp::UNIX_EPOCH,
        sha256: String::new(),
        flags: None,
    };
    let [one, two] = [2, 3].map(checker);
    let mut flagged = project(&[FLAG]);
    flagged.outputs[0].checks = vec![written(&one)];
    assert_eq!(state(&after(&flagged, release(&[(FLAG, REASON)]), &two).expect("checked")), OutputState::Waiting);
    flagged.outputs[0].checks.push(written(&two));
    assert_eq!(state(&flagged), OutputState::Released);
    let old =
        serde_json::from_str::<Check>(&serde_json::to_string(&written(&one)).expect("text").replace(",\"sha256\":\"\",\"flags\":null", ""));
    assert_eq!(old.expect("read"), written(&one));
}

#[test]
fn a_reason_is_a_sentence() {
    for text in ["", "ok", "x", "fine fine fine fine fine", "a b c d", "1 2 3 4 5 6 7 8 9 10 11 12 13 14", "........................"] {
        assert!(!is_reason(text), "{text}");
    }
    assert!(is_reason(REASON) && is_reason("It is the year, not a count."));
}

/// What can happen to an output, in any order.
#[derive(Clone, Debug)]
enum Step {
    Decide { by: u128, verdict: Verdict, answers: Vec<(String, String)>, sha256: String },
    Relook { findings: Vec<String>, unlisted: usize },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let flag = select(vec![FLAG.to_owned(), OTHER.to_owned(), "of nothing".to_owned()]);
    let reason = select(vec![REASON.to_owned(), "ok".to_owned(), String::new()]);
    let verdict = prop_oneof![8 => Just(Verdict::Release), 1 => Just(Verdict::Change), 1 => Just(Verdict::Refuse)];
    let answers = prop::collection::vec((flag.clone(), reason), 0..4);
    let decide = (1_u128..5, verdict, answers, select(vec!["d1".to_owned(), "d2".to_owned()]))
        .prop_map(|(by, verdict, answers, sha256)| Step::Decide { by, verdict, answers, sha256 });
    let relook = (prop::collection::vec(flag, 0..3), 0_usize..2).prop_map(|(findings, unlisted)| Step::Relook { findings, unlisted });
    // Those who know what to do come often enough that some outputs are released.
    let all = [FLAG, OTHER, "of nothing"].map(|flag| (flag.to_owned(), REASON.to_owned()));
    let good = (2_u128..5, 0_usize..4).prop_map(move |(by, number)| Step::Decide {
        by,
        verdict: Verdict::Release,
        answers: all[..number].to_vec(),
        sha256: "d1".into(),
    });
    prop::collection::vec(prop_oneof![3 => decide, 1 => relook, 4 => good], 0..12)
}

fn command(step: Step) -> Command {
    match step {
        Step::Decide { verdict, answers, sha256, .. } => {
            let flags = answers.into_iter().map(|(flag, reason)| FlagAnswer { flag, reason }).collect();
            Command::CheckOutput { output: id(), decision: Decision { verdict, reason: "Why".into(), sha256, flags } }
        }
        Step::Relook { findings, unlisted } => {
            Command::LookAtOutput(Box::new(Relook { output: id(), rules: "2".into(), findings, unlisted }))
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_flagged_output_is_ever_released_without_the_reasons_of_two_people_for_every_flag(
        flags in select(vec![vec![], vec![FLAG], vec![FLAG, OTHER]]),
        steps in steps(),
    ) {
        let mut project = project(&flags);
        for step in steps {
            let by = checker(match &step { Step::Decide { by, .. } => *by, Step::Relook { .. } => 2 });
            project = after(&project, command(step), &by).unwrap_or(project);
        }
        let output = &project.outputs[0];
        prop_assert!(flags.iter().all(|flag| output.findings.iter().any(|finding| finding == flag)), "no flag is ever lost");
        if output.state() == OutputState::Released {
            prop_assert_eq!(output.unlisted, 0);
            let whole = |check: &&Check| {
                let answers = check.flags.as_deref().unwrap_or_default();
                check.verdict == Verdict::Release
                    && check.sha256 == "d1"
                    && output.findings.iter().all(|finding| answers.iter().any(|a| a.flag == *finding && is_reason(&a.reason)))
            };
            let people: BTreeSet<StaffId> = output.checks.iter().filter(whole).map(|check| check.by.id).collect();
            prop_assert!(people.len() >= CHECKERS && !people.contains(&checker(1).id));
        }
    }
}
