use super::*;
use crate::{
    Fold, OdsCode, OrderId, Role,
    interpretation::case::{Command, Conclusion, Event, Outcome, Selected, decide},
};
use genome::HgncId;
use uuid::Uuid;

fn somebody(number: u128) -> Staff {
    Staff {
        id: StaffId(Uuid::from_u128(number)),
        name: format!("Dr {number}"),
        role: Role::ClinicalScientist,
        organisation: "699X0".parse::<OdsCode>().expect("a code"),
        organisation_name: "Hub".into(),
    }
}

fn met(strength: Strength) -> Applied {
    Applied { application: Application::Met(strength), evidence: "Seen".into(), source: Some(Source::PubMed(25_741_868)) }
}

fn assessed(code: AcmgCode, to: Applied, class: [Pathogenicity; 2]) -> Box<Assessed> {
    Box::new(Assessed {
        variant: "1-1-A-T".into(),
        change: Change::Criterion { code, from: None, to },
        reason: "A new paper".into(),
        class,
        points: Some([1, 3]),
        basis: Basis { analysis: AnalysisId(Uuid::from_u128(4)), ruleset: "rare-disease 2".into() },
        by: somebody(9),
        at: Timestamp::UNIX_EPOCH,
    })
}

fn open() -> Interpretation {
    Interpretation::replay(&[Event::Opened { analysis: AnalysisId(Uuid::from_u128(4)), order: OrderId(Uuid::from_u128(5)) }])
}

fn after(mut interpretation: Interpretation, command: Command, by: u128) -> Interpretation {
    for event in decide(&interpretation, command, &somebody(by)).expect("allowed") {
        interpretation = interpretation.apply(&event);
    }
    interpretation
}

fn refusal(interpretation: &Interpretation, command: Command, by: u128) -> String {
    decide(interpretation, command, &somebody(by)).expect_err("refused").to_string()
}

const UNCERTAIN: [Pathogenicity; 2] = [Pathogenicity::Uncertain; 2];

fn conclusion() -> Conclusion {
    let selected = Selected {
        variant: "1-1-A-T".into(),
        gene: HgncId(1),
        symbol: "GENE".into(),
        class: Pathogenicity::Uncertain,
        criteria: vec![],
        note: String::new(),
        secondary: false,
        applied: vec![],
        partner: None,
    };
    Conclusion { variants: vec![selected], outcome: Outcome::Uncertain, summary: "Seen".into() }
}

#[test]
fn every_change_is_kept_and_the_latest_of_each_scientist_counts() {
    let change = |code, strength| Command::Assess(assessed(code, met(strength), UNCERTAIN));
    let mut interpretation = open();
    for (code, strength, by) in [
        (AcmgCode::PM3, Strength::Moderate, 1),
        (AcmgCode::PM3, Strength::Strong, 1),
        (AcmgCode::PP4, Strength::Supporting, 1),
        (AcmgCode::PM3, Strength::Supporting, 2),
    ] {
        interpretation = after(interpretation, change(code, strength), by);
    }
    assert_eq!(interpretation.assessments.len(), 4, "nothing is overwritten");
    let applied = |by: u128| interpretation.applied_by("1-1-A-T", somebody(by).id);
    assert_eq!(applied(1)[&AcmgCode::PM3].application, Application::Met(Strength::Strong));
    assert_eq!((applied(1).len(), applied(2).len(), applied(3).len()), (2, 1, 0));
    assert_eq!(interpretation.assessors("1-1-A-T").iter().map(|who| who.id.0.as_u128()).collect::<Vec<_>>(), [1, 2]);
    assert!(interpretation.assessments.iter().all(|change| change.by.id != somebody(9).id), "who is signed in is who did it");
}

#[test]
fn a_change_needs_a_reason_evidence_and_a_source_and_a_strength_that_the_criterion_has() {
    let bare = Applied { evidence: " ".into(), source: None, ..met(Strength::Strong) };
    let faulty = Assessed { reason: " ".into(), ..*assessed(AcmgCode::PM2, bare, UNCERTAIN) };
    let message = refusal(&open(), Command::Assess(Box::new(faulty)), 1);
    for said in ["Say why", "PM2 is never strong: choose moderate, supporting", "Say what the evidence", "Name the source"] {
        assert!(message.contains(said), "{message}");
    }
    let unused = Command::Assess(assessed(AcmgCode::PP5, met(Strength::Supporting), UNCERTAIN));
    assert!(refusal(&open(), unused, 1).contains("PP5 is not used in the United Kingdom"));
    let not_met = Applied { application: Application::NotMet, evidence: String::new(), source: None };
    after(open(), Command::Assess(assessed(AcmgCode::PP5, not_met, UNCERTAIN)), 1);
}

#[test]
fn who_has_signed_changes_nothing_and_the_second_scientist_still_may() {
    let change = || Command::Assess(assessed(AcmgCode::PM3, met(Strength::Strong), UNCERTAIN));
    let proposed = after(open(), Command::Propose(conclusion()), 1);
    assert!(refusal(&proposed, change(), 1).contains("You have signed"));
    let proposed = after(proposed, change(), 2);
    assert!(matches!(proposed.state, State::Proposed { .. }), "an assessment does not sign");
    let checked = after(proposed.clone(), Command::Check, 2);
    assert!(refusal(&checked, change(), 2).contains("never changed"));
    let other = Conclusion { outcome: Outcome::NoFinding, variants: vec![], summary: "Nothing".into() };
    let differs = after(proposed, Command::Differ { conclusion: other, reason: "Reads".into() }, 2);
    for by in [1, 2, 3] {
        assert!(refusal(&differs, change(), by).contains("Both scientists have signed"));
    }
    assert!(decide(&Interpretation::default(), change(), &somebody(1)).is_err());
}

#[test]
fn what_was_signed_before_is_where_an_opened_case_begins() {
    let signed = conclusion().variants;
    let command =
        Command::OpenAgain { analysis: AnalysisId(Uuid::from_u128(4)), order: OrderId(Uuid::from_u128(5)), signed: signed.clone() };
    let opened = after(Interpretation::default(), command, 1);
    assert_eq!((opened.state, opened.signed_before), (State::Open, signed));
}

#[test]
fn events_of_before_assessments_are_read_and_new_ones_read_back_the_same() {
    let old = r#"{"Proposed":{"conclusion":{"variants":[{"variant":"1-1-A-G","gene":"HGNC:1","symbol":"A","class":"Likely pathogenic","criteria":[["PVS1","x"]],"note":""}],"outcome":"Diagnostic","summary":"s"},"first":{"id":"00000000-0000-0000-0000-000000000001","name":"Dr","role":"ClinicalScientist","organisation":"699X0","organisation_name":"Hub"}}}"#;
    let Event::Proposed { conclusion, .. } = serde_json::from_str(old).expect("read") else { panic!("another event") };
    assert!(conclusion.variants[0].applied.is_empty() && conclusion.variants[0].partner.is_none());
    let event = Event::Assessed(assessed(AcmgCode::PVS1, met(Strength::Strong), UNCERTAIN));
    let text = serde_json::to_string(&event).expect("JSON");
    assert!(text.contains(r#""code":"PVS1""#) && text.contains(r#""PubMed":25741868"#), "{text}");
    assert_eq!(serde_json::from_str::<Event>(&text).expect("read"), event);
}

#[test]
fn a_change_of_class_is_told_with_what_changed_and_why() {
    let classes = [Pathogenicity::Uncertain, Pathogenicity::LikelyPathogenic];
    let change = assessed(AcmgCode::PM3, met(Strength::Strong), classes);
    assert_eq!(
        change.sentence(),
        "Dr 9 assessed 1-1-A-T: PM3 changed from not judged to strong; the class was uncertain significance and is likely pathogenic: A new paper"
    );
}
