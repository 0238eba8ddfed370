//! Work for those whom no order waits for: a change of the Test Directory to vote on, a message that could not be read, an
//! application to review, a project that asks, outputs to check, of which rules flagged one, and an order template.

use super::somebody;
use anyhow::Context;
use care::{
    ProjectId, ProposalId, Role,
    directory::{
        Branch, Change, Route, Test,
        change::{Command, Draft},
    },
    ordering::{
        message::Language,
        order::Responsible,
        template::{self, Reason, Usual},
    },
    research::project::{Application, Command as Review, Purpose},
};
use ontology::TermId;
use service::{Desk, Service, ServiceError, directory, ordering, research};
use std::sync::Arc;

/// Places it; the library has a release already.
pub async fn place(service: &Arc<Service>) -> anyhow::Result<()> {
    let desk = |role, which| service.desk(somebody(role, which));
    propose(&desk(Role::Curator, 0)).await.context("a change of the directory")?;
    unreadable(service).await.context("a message")?;
    usual_order(&desk(Role::Clinician, 0)).await.context("an order template")?;
    let researcher = desk(Role::Researcher, 0);
    research::projects::apply(&researcher, application(&researcher, "Breast cancer in young adults", BREAST)).await?;
    let project = research::projects::apply(&researcher, application(&researcher, "Epilepsy in adults", EPILEPSY)).await?;
    approve([desk(Role::AccessCommittee, 0), desk(Role::AccessCommittee, 1)], project).await.context("a project")?;
    for question in ["people with HP:0001250 by sex", "carriers loss-of-function in SCN1A with HP:0001250 by ancestry"] {
        match research::asking::ask(&researcher, project, question).await {
            // What is not answered stands among the project's questions with the reason.
            Ok(_) | Err(ServiceError::Refused(_)) => {}
            Err(fault) => return Err(fault).with_context(|| format!("asking {question}")),
        }
    }
    for (name, why, content) in OUTPUTS {
        research::asking::ask_output(&researcher, project, name, why, content.as_bytes()).await?;
    }
    Ok(())
}

const EPILEPSY: &str = "We want to learn how many adults with seizures carry a change that stops the gene SCN1A, so that more of them are \
                        offered the right medicine.";
const BREAST: &str = "We want to learn in which genes young adults with breast cancer carry rare changes, so that relatives can be offered \
                      a test earlier.";

/// What wants to leave the workspace: the first says nothing of anybody, the second has a small number, which the rules flag.
const OUTPUTS: [(&str, &str, &str); 2] = [
    ("summary.txt", "A sentence for the paper", "Carriers were about 60 of 430 (odds ratio 2.1, 95 % confidence interval 1.4 to 3.2).\n"),
    ("genes.csv", "Table 1 of the paper", "gene,carriers\nSCN1A,60\nTSC2,35\nCFTR,3\n"),
];

fn application(researcher: &Desk, title: &str, summary: &str) -> Application {
    Application {
        title: title.into(),
        lay_summary: summary.into(),
        method: "Counts of carriers among people with a feature and people without".into(),
        purpose: Purpose::Health,
        ethics: "26/EE/0001".into(),
        months: 12,
        by: researcher.staff.clone(),
    }
}

async fn approve(committee: [Desk; 2], project: ProjectId) -> anyhow::Result<()> {
    for member in &committee {
        let reason = "Sound, and of use to patients".into();
        research::projects::review(member, project, Review::Vote { approves: true, reason }).await?;
    }
    let conditions = "Results are shared with the participants in plain words".into();
    research::projects::review(&committee[0], project, Review::Approve { conditions, release: String::new() }).await?;
    Ok(())
}

/// A change of the directory that other curators vote on.
async fn propose(desk: &Desk) -> anyhow::Result<()> {
    let test = directory::catalogue::current(&desk.service).await?.test("R98.2").context("a test of the directory")?.clone();
    let draft = Draft {
        title: "Faster result for disorders of ketone bodies".into(),
        rationale: "Invented for the demonstration: treatment depends on the result".into(),
        route: Route::FastTrack,
        changes: vec![Change::Amend(Box::new(Test { turnaround_days_max: 21, ..test }))],
    };
    directory::catalogue::change(desk, Branch::Rare, Command::Propose { id: ProposalId(desk.new_id()), draft }).await?;
    Ok(())
}

/// A usual order of a metabolic clinic, shared with colleagues.
async fn usual_order(desk: &Desk) -> anyhow::Result<()> {
    let test = directory::catalogue::current(&desk.service).await?.test("R98.2").context("a test of the directory")?.clone();
    let responsible = Responsible { consultant: String::new(), address: "Metabolic clinic (demonstration)".into() };
    // Hypoglycaemia and coma.
    let features = vec![TermId(1943), TermId(1259)];
    let usual = Box::new(Usual { test, reason: Reason::Diagnosis, features, responsible });
    let (id, name) = (desk.new_id(), "Metabolic emergency".to_owned());
    let save = template::Command::Save { id, name, usual, is_shared: true, people: template::Identifiers::default() };
    ordering::templates::change(desk, save).await?;
    Ok(())
}

/// A message of the hospital's system that could not be read, and waits to be mended.
async fn unreadable(service: &Arc<Service>) -> anyhow::Result<()> {
    let (administrator, clinician) = (somebody(Role::Administrator, 0), somebody(Role::Clinician, 0));
    let place = (clinician.organisation.clone(), clinician.organisation_name.as_str());
    let (id, _) = ordering::clients::open(service, &administrator, Role::OrderingSystem, "Hospital system (demonstration)", place).await?;
    let system = ordering::clients::desk_of_line(service, id).await?.context("the hospital's system has a desk")?;
    let sent = b"MSH|^~\\&|EPR|RP4DEMO|OPENGMS|RP4DEMO|20261129101500+0000||OML^O21^OML_O21|D-1|P|2.5.1\r";
    ordering::messages::receive(&system, Language::Hl7, sent).await?;
    Ok(())
}
