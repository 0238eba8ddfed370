//! What leaves a project's workspace, and what comes in: looked at by rules, then by two people who are not of the project.

use super::{Event, Project};
use crate::{OutputId, Refusals, Staff};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Something that wants to leave, or to come in.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Output {
    /// Which.
    pub id: OutputId,
    /// Name.
    pub name: String,
    /// It comes in, as a table of that name.
    #[serde(default)]
    pub inward: bool,
    /// What it is for.
    pub why: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// What the rules found: each stands against letting it out.
    pub findings: Vec<String>,
    /// Who asks.
    pub by: Staff,
    /// When.
    pub at: Timestamp,
    /// What people decided.
    pub checks: Vec<Check>,
}

/// A person's decision about an output.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Check {
    /// Decision.
    pub verdict: Verdict,
    /// Why.
    pub reason: String,
    /// Who.
    pub by: Staff,
    /// When.
    pub at: Timestamp,
}

/// What a checker decides.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Verdict {
    Release,
    Change,
    Refuse,
}

/// Where an output stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub enum OutputState {
    Waiting,
    Released,
    ToBeChanged,
    Refused,
}

/// People who must agree.
pub const CHECKERS: usize = 2;

impl Output {
    /// Where it stands: one who refuses or asks for a change decides; to be released it needs two.
    pub fn state(&self) -> OutputState {
        let any = |verdict| self.checks.iter().any(|c| c.verdict == verdict);
        match () {
            () if any(Verdict::Refuse) => OutputState::Refused,
            () if any(Verdict::Change) => OutputState::ToBeChanged,
            () if self.checks.len() >= CHECKERS => OutputState::Released,
            () => OutputState::Waiting,
        }
    }
}

impl OutputState {
    /// In words.
    pub fn label(self) -> &'static str {
        match self {
            OutputState::Waiting => "Waits for two checkers",
            OutputState::Released => "Released",
            OutputState::ToBeChanged => "To be changed",
            OutputState::Refused => "Refused",
        }
    }
}

/// A checker decides about an output.
pub(super) fn check(
    project: &Project,
    output: OutputId,
    verdict: Verdict,
    reason: String,
    by: &Staff,
    at: Timestamp,
) -> Result<Event, Refusals> {
    let Some(output) = project.outputs.iter().find(|o| o.id == output) else {
        return Err(Refusals::one("output", "There is no such output"));
    };
    if output.state() != OutputState::Waiting {
        return Err(Refusals::one("output", format!("This output is decided: {}", output.state().label().to_lowercase())));
    }
    if project.is_of(by) || output.by.id == by.id {
        return Err(Refusals::one("output", "It is of your own project; two others check it"));
    }
    if output.checks.iter().any(|c| c.by.id == by.id) {
        return Err(Refusals::one("output", "You have checked it; a second person does now"));
    }
    let reason = reason.trim().to_owned();
    if reason.is_empty() && (verdict != Verdict::Release || !output.findings.is_empty()) {
        let message = match verdict {
            Verdict::Release => "The rules found something: say why it may leave all the same",
            _ => "Say why, so that it can be done better",
        };
        return Err(Refusals::one("reason", message));
    }
    Ok(Event::OutputChecked { output: output.id, check: Check { verdict, reason, by: by.clone(), at } })
}

#[cfg(test)]
mod tests {
    use super::{
        super::{
            Command, Project, Purpose,
            tests::{after, application, somebody},
        },
        *,
    };
    use crate::Role;
    use uuid::Uuid;

    #[test]
    fn an_output_leaves_only_when_two_others_agree() {
        let [applicant, one, two] = [1, 2, 3].map(|n| somebody(n, Role::OutputChecker));
        let mut project = after(&Project::default(), Command::Apply(Box::new(application(Purpose::Health))), &applicant).expect("applied");
        for member in [&one, &two] {
            project = after(&project, Command::Vote { approves: true, reason: "Sound".into() }, member).expect("voted");
        }
        project = after(&project, Command::Approve { conditions: String::new(), release: "1".into() }, &one).expect("approved");
        let output = Output {
            id: OutputId(Uuid::from_u128(5)),
            name: "table.csv".into(),
            inward: false,
            why: "A figure".into(),
            sha256: String::new(),
            findings: vec!["a small cell".into()],
            by: applicant.clone(),
            at: Timestamp::UNIX_EPOCH,
            checks: vec![],
        };
        project = after(&project, Command::AskOutput(Box::new(output)), &applicant).expect("asked");
        let check = |verdict, reason: &str| Command::CheckOutput { output: OutputId(Uuid::from_u128(5)), verdict, reason: reason.into() };
        assert!(after(&project, check(Verdict::Release, "ok"), &applicant).expect_err("refused").contains("your own project"));
        assert!(after(&project, check(Verdict::Release, " "), &one).expect_err("refused").contains("The rules found something"));
        let refused = after(&project, check(Verdict::Refuse, "Counts of two"), &one).expect("refused");
        assert_eq!(refused.outputs[0].state(), OutputState::Refused);
        assert!(after(&refused, check(Verdict::Release, "ok"), &two).expect_err("refused").contains("decided"));
        let half = after(&project, check(Verdict::Release, "The cell is of published data"), &one).expect("checked");
        assert_eq!(half.outputs[0].state(), OutputState::Waiting);
        assert!(after(&half, check(Verdict::Release, "again"), &one).expect_err("refused").contains("second person"));
        assert_eq!(after(&half, check(Verdict::Release, "Seen"), &two).expect("checked").outputs[0].state(), OutputState::Released);
    }
}
