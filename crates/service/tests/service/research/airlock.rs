//! What comes into a workspace, and what leaves it.

use super::has_query_program;
use crate::bench::*;
use care::{
    OutputId, ProjectId,
    research::project::{
        Project,
        airlock::{Output, OutputState, Verdict},
    },
};
use service::{
    interpretation,
    research::{self, answers::Shown, checking::Checked},
    results,
};

/// What a checker sends who read an output as it is now, and answers each of its flags in a sentence.
async fn answered(desk: &Desk, project: ProjectId, output: OutputId, verdict: Verdict, reason: &str) -> Checked {
    let output = research::projects::project(desk, project).await.expect("a project").outputs.into_iter().find(|o| o.id == output);
    let output = output.expect("an output");
    let answer = format!("{} looked at the published table", desk.staff.name);
    let answers = output.findings.iter().map(|flag| (research::checking::mark(flag), answer.clone())).collect();
    Checked { verdict, reason: reason.into(), sha256: output.sha256, answers }
}

#[tokio::test]
async fn a_flagged_output_leaves_only_with_two_peoples_reasons_for_every_flag() {
    let bench = Bench::new().await;
    let (.., project) = bench.project().await;
    let researcher = bench.desk(Role::Researcher, 0);
    let table = b"gene,carriers\nHMGCS2,2\nSCN1A,3\nDPYD,80\n";
    let flags = research::asking::ask_output(&researcher, project, "cells.csv", "A table", table).await.expect("handed over");
    assert!(flags.len() >= 2 && flags.iter().all(|flag| flag.contains(" · ")), "each says where: {flags:?}");
    let [one, two] = [0, 1].map(|n| bench.desk(Role::OutputChecker, n));
    let output = research::checking::outputs_waiting(&one).await.expect("a list")[0].2.id;
    let good = answered(&one, project, output, Verdict::Release, "").await;
    let short = Checked { answers: good.answers.iter().map(|(flag, _)| (flag.clone(), "ok".into())).collect(), ..good.clone() };
    refused(research::checking::check_output(&one, project, output, short).await, "Flag 1 (Line 2, carriers, ‘2’)");
    let part = Checked { answers: good.answers[1..].to_vec(), ..good.clone() };
    refused(research::checking::check_output(&one, project, output, part).await, "not those that you were shown");
    let other = Checked { sha256: "another file".into(), ..good.clone() };
    refused(research::checking::check_output(&one, project, output, other).await, "not the file that you were shown");
    research::checking::check_output(&one, project, output, good).await.expect("checked");
    refused(research::asking::output(&researcher, project, output).await, "is not released");
    let none = Checked {
        verdict: Verdict::Release,
        reason: "I agree with the first".into(),
        answers: vec![],
        ..answered(&two, project, output, Verdict::Release, "").await
    };
    refused(research::checking::check_output(&two, project, output, none).await, "not those that you were shown");
    let second = answered(&two, project, output, Verdict::Release, "").await;
    research::checking::check_output(&two, project, output, second).await.expect("checked");
    let (released, bytes) = research::asking::output(&researcher, project, output).await.expect("released");
    assert_eq!(bytes, table);
    let answers: Vec<usize> = released.checks.iter().map(|check| check.flags.as_ref().expect("answers").len()).collect();
    assert_eq!(answers, [flags.len(); 2], "each check holds an answer to each flag");
}

#[tokio::test]
async fn what_was_handed_over_under_other_rules_is_looked_at_again_before_it_leaves() {
    let bench = Bench::new().await;
    let (.., project) = bench.project().await;
    let researcher = bench.desk(Role::Researcher, 0);
    research::asking::ask_output(&researcher, project, "cells.csv", "A table", b"gene,carriers\nHMGCS2,2\nSCN1A,80\n")
        .await
        .expect("handed over");
    // Written as by rules that knew less: they found nothing.
    let permit = researcher.permit_general(access::Action::UseWorkspace).await.expect("a permit");
    let loaded = bench.service.store.load::<Project>(&permit, project.stream()).await.expect("loaded");
    let earlier =
        Output { id: OutputId(researcher.new_id()), findings: vec![], rules: "airlock 0".into(), ..loaded.state.outputs[0].clone() };
    let id = earlier.id;
    let mut change = store::Change::default();
    change.add(&loaded, &[care::research::project::Event::OutputAsked(Box::new(earlier))]);
    bench.service.store.commit(&permit, change, bench.service.now()).await.expect("written");
    let one = bench.desk(Role::OutputChecker, 0);
    let blind = answered(&one, project, id, Verdict::Release, "").await;
    assert!(blind.answers.is_empty());
    refused(research::checking::check_output(&one, project, id, blind.clone()).await, "The rules find more in cells.csv");
    refused(research::checking::check_output(&one, project, id, blind).await, "not those that you were shown");
    let waiting = research::checking::outputs_waiting(&one).await.expect("a list");
    let output = &waiting.iter().find(|(.., output)| output.id == id).expect("it waits").2;
    assert!(output.is_flagged() && output.rules == library::output::RULES, "{output:?}");
}

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
        refused(research::asking::query_workspace(&researcher, project, joined, Shown::Rows).await.map(drop), "not found");
    }
    let input = research::projects::project(&researcher, project).await.expect("a project").outputs[0].id;
    for checker in 0..2 {
        let desk = bench.desk(Role::OutputChecker, checker);
        let checked = answered(&desk, project, input, Verdict::Release, "").await;
        research::checking::check_output(&desk, project, input, checked).await.expect("checked");
    }
    if can_query {
        let shown = research::asking::query_workspace(&researcher, project, joined, Shown::Rows).await.expect("run");
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
    let pseudonym = release.people.iter().find(|p| p.affected).map(|p| release.pseudonym(&project.to_string(), p.no));
    let pseudonym = pseudonym.expect("the child");
    if has_query_program() {
        let sql = "SELECT person FROM people WHERE affected";
        let shown = research::asking::query_workspace(&researcher, project, sql, Shown::Rows).await.expect("run");
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
    assert_eq!(research::checking::outputs_waiting(&one).await.expect("a list").len(), 3);
    for (output, reason) in [(outputs[0], "A count of two"), (outputs[1], "A person")] {
        let refuse = answered(&one, project, output, Verdict::Refuse, reason).await;
        research::checking::check_output(&one, project, output, refuse).await.expect("refused");
    }
    let release = answered(&one, project, outputs[2], Verdict::Release, "").await;
    research::checking::check_output(&one, project, outputs[2], release.clone()).await.expect("checked");
    refused(research::checking::check_output(&one, project, outputs[2], release.clone()).await, "a second person");
    refused(research::checking::check_output(&researcher, project, outputs[2], release.clone()).await, "may not check");
    research::checking::check_output(&two, project, outputs[2], release).await.expect("checked");
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
