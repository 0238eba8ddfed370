//! What comes into a workspace, and what leaves it.

use super::has_query_program;
use crate::bench::*;
use care::{
    OutputId,
    research::project::airlock::{OutputState, Verdict},
};
use service::{
    interpretation,
    research::{self},
    results,
};

#[tokio::test]
async fn a_table_comes_in_by_two_checkers_and_is_joined_in_the_workspace() {
    let bench = Bench::new().await;
    let (.., project) = bench.project().await;
    let researcher = bench.desk(Role::Researcher, 0);
    let table = b"gene,score\nHMGCS2,0.9\nSCN1A,0.4\n";
    for (name, bytes, says) in [
        ("calls", &table[..], "is no name for a table"),
        ("../scores", table, "is no name for a table"),
        ("scores", b"gene,gene\n", "by a name of its own"),
        ("scores", b"gene,score\nHMGCS2\n", "line: 2"),
        ("scores", b"", "names the columns"),
    ] {
        refused(research::asking::ask_input(&researcher, project, name, "Scores of genes", bytes).await, says);
    }
    assert_eq!(
        research::asking::ask_input(&researcher, project, "scores", "Scores of genes", table).await.expect("asked"),
        Vec::<String>::new()
    );
    refused(research::asking::ask_input(&researcher, project, "scores", "Again", table).await, "already");
    let joined = "SELECT s.score, COUNT(DISTINCT c.person) AS n FROM calls c JOIN scores s ON c.gene = s.gene GROUP BY s.score";
    let can_query = has_query_program();
    if can_query {
        refused(research::asking::query_workspace(&researcher, project, joined).await.map(drop), "not found");
    }
    let input = research::projects::project(&researcher, project).await.expect("a project").outputs[0].id;
    for checker in 0..2 {
        research::asking::check_output(&bench.desk(Role::OutputChecker, checker), project, input, Verdict::Release, String::new())
            .await
            .expect("checked");
    }
    if can_query {
        let shown = research::asking::query_workspace(&researcher, project, joined).await.expect("run");
        assert!(shown.table.contains("| 0.9   | 3 |"), "{}", shown.table);
    }
}

#[tokio::test]
async fn results_leave_by_two_checkers_and_a_finding_goes_back_to_the_right_laboratory() {
    let bench = Bench::new().await;
    let (order, _) = bench.analysed(Answer::Yes).await;
    bench.signed(order).await;
    research::fill_library(&bench.service).await.expect("filled");
    let release = research::make_release(&bench.service).await.expect("released");
    let project = bench.approved().await;
    let researcher = bench.desk(Role::Researcher, 0);
    refused(research::asking::ask(&researcher, project, "carriers in NOSUCHGENE").await, "is no gene");
    refused(research::asking::ask(&researcher, project, "everybody").await, "begin with people");
    let pseudonym = release.people.iter().find(|p| p.affected).map(|p| release.pseudonym(p.no)).expect("the child");
    if has_query_program() {
        let shown = research::asking::query_workspace(&researcher, project, "SELECT person FROM people WHERE affected").await.expect("run");
        assert_eq!(shown.table.lines().nth(3).expect("a row").trim_matches(['|', ' ']), pseudonym);
    }

    let small = research::asking::ask_output(&researcher, project, "cells.csv", "A table", b"gene,carriers\nHMGCS2,2\nSCN1A,40\n")
        .await
        .expect("asked");
    assert!(small.iter().any(|f| f.starts_with("Line 2, carriers, ‘2’ · Small count: counts below 5")), "{small:?}");
    let named = research::asking::ask_output(&researcher, project, "list.txt", "A list", format!("Look at {pseudonym}").as_bytes())
        .await
        .expect("asked");
    assert!(named.iter().any(|f| f.contains("is a person of the release")), "{named:?}");
    let fine = research::asking::ask_output(
        &researcher,
        project,
        "result.txt",
        "For a paper",
        b"Carriers were about 40 of 1200 (odds ratio 1.3).",
    )
    .await
    .expect("asked");
    assert_eq!(fine, Vec::<String>::new());
    let outputs: Vec<OutputId> =
        research::projects::project(&researcher, project).await.expect("a project").outputs.iter().map(|o| o.id).collect();
    refused(research::asking::output(&researcher, project, outputs[2]).await, "is not released");
    let [one, two] = [0, 1].map(|n| bench.desk(Role::OutputChecker, n));
    assert_eq!(research::asking::outputs_waiting(&one).await.expect("a list").len(), 3);
    research::asking::check_output(&one, project, outputs[0], Verdict::Refuse, "A count of two".into()).await.expect("refused");
    research::asking::check_output(&one, project, outputs[1], Verdict::Refuse, "A person".into()).await.expect("refused");
    research::asking::check_output(&one, project, outputs[2], Verdict::Release, String::new()).await.expect("checked");
    refused(research::asking::check_output(&one, project, outputs[2], Verdict::Release, String::new()).await, "a second person");
    refused(research::asking::check_output(&researcher, project, outputs[2], Verdict::Release, String::new()).await, "may not check");
    research::asking::check_output(&two, project, outputs[2], Verdict::Release, String::new()).await.expect("checked");
    assert!(research::asking::output(&researcher, project, outputs[2]).await.expect("released").1.starts_with(b"Carriers"));
    let project_state = research::projects::project(&researcher, project).await.expect("a project");
    assert_eq!(
        project_state.outputs.iter().map(care::research::project::airlock::Output::state).collect::<Vec<_>>(),
        [OutputState::Refused, OutputState::Refused, OutputState::Released]
    );

    refused(
        research::returned::flag(&researcher, project, "P-000000000000", "1-119757272-C-T", "x").await,
        "Nobody in the project's release",
    );
    research::returned::flag(&researcher, project, &pseudonym, "1-119757272-C-T", "Seen in four affected children").await.expect("flagged");
    let scientist = bench.desk(Role::ClinicalScientist, 0);
    let waiting = research::returned::returned(&scientist).await.expect("a list");
    assert_eq!((waiting.len(), waiting[0].order.0), (1, order), "the laboratory learns whose it is, the researcher does not");
    let written = format!("{:?}", research::projects::project(&researcher, project).await.expect("a project"));
    assert!(!written.contains(&waiting[0].order.1) && !written.contains("Testcase"));
    interpretation::cases::reopen(&scientist, order, "A finding of research".into()).await.expect("opened");
    let conclusion = bench.conclusion(order).await;
    bench.sign(order, conclusion).await;
    let finding = waiting[0].finding.id;
    refused(
        research::returned::answer_finding(&scientist, project, finding, &format!("See {}", waiting[0].order.1)).await,
        "leave the order number out",
    );
    research::returned::answer_finding(&scientist, project, finding, "Reported as likely pathogenic").await.expect("answered");
    assert!(research::returned::returned(&scientist).await.expect("a list").is_empty());
    let content = results::reports::report(&bench.desk(Role::Clinician, 0), order).await.expect("a report").2;
    assert!(content.supersedes.is_some_and(|(_, what)| what.contains("A finding of research")), "it ended as an amended report");
    assert_eq!(
        research::projects::project(&researcher, project).await.expect("a project").findings[0].outcome,
        "Reported as likely pathogenic"
    );
}
