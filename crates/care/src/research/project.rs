//! A research project: applied for with a plain summary, reviewed by a committee, approved with conditions for a time; what was
//! asked in it, what left its workspace, and what went back to care.

pub mod airlock;
pub mod application;
pub mod budget;

use crate::{FindingId, Fold, OutputId, Refusals, Staff, StaffId};
use airlock::Output;
pub use application::{Application, Purpose, likeness};
use application::{MONTHS_MAX, faults};
use budget::{Budget, Showing};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

/// A vote of the committee.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Vote {
    /// For or against.
    pub approves: bool,
    /// Why, or under which conditions.
    pub reason: String,
    /// Who.
    pub by: Staff,
}

/// Something that was asked, in the words of the cohort language, or a query in general terms.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct QueryRecord {
    /// In general terms, as everybody may read it.
    #[serde(rename = "words")]
    pub text: String,
    /// SHA-256 of the query as it was written; empty for a question, whose words are all of it.
    pub sha256: String,
    /// Why there was no answer; empty when there was one.
    pub refused: String,
    /// Who.
    pub by: StaffId,
    /// When.
    pub at: Timestamp,
}

/// A finding that a researcher thinks somebody should know.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Finding {
    /// Which.
    pub id: FindingId,
    /// Pseudonym in the project's release.
    pub pseudonym: String,
    /// Variant.
    pub variant: String,
    /// Evidence.
    pub evidence: String,
    /// Who.
    pub by: Staff,
    /// What became of it, without whose it is; empty until the laboratory said.
    pub outcome: String,
}

/// Where a project stands.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[expect(missing_docs, reason = "the states are those of docs/states.md")]
pub enum State {
    #[default]
    None,
    Applied,
    Rejected {
        reason: String,
    },
    Approved {
        conditions: String,
        until: Date,
        release: String,
    },
    Ended {
        reason: String,
    },
}

/// A project.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Project {
    /// What was applied for.
    pub application: Option<Application>,
    /// When.
    pub applied: Option<Timestamp>,
    /// Votes, the first first.
    pub votes: Vec<Vote>,
    /// What was asked, the first first.
    pub queries: Vec<QueryRecord>,
    /// What its workspace showed.
    pub budget: Budget,
    /// What wants to leave, or has left.
    pub outputs: Vec<Output>,
    /// What goes back to care.
    pub findings: Vec<Finding>,
    /// State.
    pub state: State,
    /// The release that it was approved for, also after its end; empty before.
    pub approved_release: String,
}

/// What happened.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Event {
    Applied {
        application: Box<Application>,
        at: Timestamp,
    },
    Voted(Vote),
    Approved {
        conditions: String,
        until: Date,
        release: String,
        by: Staff,
    },
    Rejected {
        reason: String,
        by: Staff,
    },
    Renewed {
        until: Date,
        reason: String,
        by: Staff,
    },
    Ended {
        reason: String,
        by: Staff,
    },
    #[serde(rename = "Asked")]
    Queried(QueryRecord),
    Shown(Showing),
    OutputAsked(Box<Output>),
    OutputChecked {
        output: OutputId,
        check: airlock::Check,
    },
    OutputLookedAt(Box<airlock::Relook>),
    Flagged(Box<Finding>),
    Answered {
        finding: FindingId,
        outcome: String,
    },
}

/// What somebody wants to happen.
#[derive(Clone, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "each is the event of the same name")]
pub enum Command {
    Apply(Box<Application>),
    Vote { approves: bool, reason: String },
    Approve { conditions: String, release: String },
    Reject { reason: String },
    Renew { months: u8, reason: String },
    End { reason: String },
    Ask(QueryRecord),
    Show(Showing),
    AskOutput(Box<Output>),
    CheckOutput { output: OutputId, decision: airlock::Decision },
    LookAtOutput(Box<airlock::Relook>),
    Flag(Box<Finding>),
    Answer { finding: FindingId, outcome: String },
}

/// Days before the end of its access from which a project is told so.
const SOON_DAYS: i64 = 60;
/// Votes that a decision needs.
pub const VOTES_MIN: usize = 2;

impl Project {
    /// Whether its people may see data on a day.
    pub fn is_open(&self, on: Date) -> bool {
        matches!(&self.state, State::Approved { until, .. } if on <= *until)
    }

    /// The last day of its access, if that is near: then it is time to ask for more.
    pub fn ends_soon(&self, on: Date) -> Option<Date> {
        match &self.state {
            State::Approved { until, .. } if self.is_open(on) && *until < on.saturating_add(jiff::Span::new().days(SOON_DAYS)) => {
                Some(*until)
            }
            _ => None,
        }
    }

    /// The release that it sees.
    pub fn release(&self) -> Option<&str> {
        match &self.state {
            State::Approved { release, .. } => Some(release),
            _ => None,
        }
    }

    /// Whether somebody is one of its researchers.
    pub fn is_of(&self, staff: &Staff) -> bool {
        self.application.as_ref().is_some_and(|a| a.by.id == staff.id)
    }

    /// Where it stands on a day, in words.
    pub fn summary(&self, on: Date) -> String {
        match &self.state {
            State::None => "Not applied for".into(),
            State::Applied => format!("Under review ({} of {VOTES_MIN} votes)", self.votes.len()),
            State::Rejected { reason } => format!("Not approved: {reason}"),
            State::Approved { until, .. } if on > *until => format!("Approval ran out on {}", until.strftime("%-d %B %Y")),
            State::Approved { until, .. } => format!("Approved until {}", until.strftime("%-d %B %Y")),
            State::Ended { reason } => format!("Ended: {reason}"),
        }
    }
}

impl Fold for Project {
    type Event = Event;
    fn apply(mut self, event: &Event) -> Project {
        match event {
            Event::Applied { application, at } => {
                self.application = Some((**application).clone());
                self.applied = Some(*at);
                self.state = State::Applied;
            }
            Event::Voted(vote) => self.votes.push(vote.clone()),
            Event::Approved { conditions, until, release, .. } => {
                self.state = State::Approved { conditions: conditions.clone(), until: *until, release: release.clone() };
                self.approved_release.clone_from(release);
            }
            Event::Rejected { reason, .. } => self.state = State::Rejected { reason: reason.clone() },
            Event::Renewed { until, .. } => {
                if let State::Approved { until: approved_until, .. } = &mut self.state {
                    *approved_until = *until;
                }
            }
            Event::Ended { reason, .. } => self.state = State::Ended { reason: reason.clone() },
            Event::Queried(query) => self.queries.push(query.clone()),
            Event::Shown(showing) => self.budget.add(showing),
            Event::OutputAsked(output) => self.outputs.push((**output).clone()),
            Event::OutputChecked { output, check } => {
                if let Some(output) = self.outputs.iter_mut().find(|o| o.id == *output) {
                    output.checks.push(check.clone());
                }
            }
            Event::OutputLookedAt(relook) => {
                if let Some(output) = self.outputs.iter_mut().find(|o| o.id == relook.output) {
                    output.findings.clone_from(&relook.findings);
                    output.unlisted = relook.unlisted;
                    output.rules.clone_from(&relook.rules);
                }
            }
            Event::Flagged(finding) => self.findings.push((**finding).clone()),
            Event::Answered { finding, outcome } => {
                if let Some(finding) = self.findings.iter_mut().find(|f| f.id == *finding) {
                    finding.outcome.clone_from(outcome);
                }
            }
        }
        self
    }
}

/// Decides a command.
pub fn decide(project: &Project, command: Command, by: &Staff, at: Timestamp, today: Date) -> Result<Vec<Event>, Refusals> {
    let event = match command {
        Command::Apply(application) => {
            Refusals::check(faults(&application))?;
            if project.application.is_some() {
                return Err(Refusals::one("project", "This was applied for already; nothing was sent twice"));
            }
            Event::Applied { application, at }
        }
        Command::Vote { approves, reason } => {
            under_review(project, by)?;
            if project.votes.iter().any(|v| v.by.id == by.id) {
                return Err(Refusals::one("vote", "You have voted on this already"));
            }
            Event::Voted(Vote { approves, reason: said(reason, "Say why, or under which conditions")?, by: by.clone() })
        }
        Command::Approve { conditions, release } => approved(project, conditions, release, by, today)?,
        Command::Reject { reason } => {
            under_review(project, by)?;
            Event::Rejected { reason: said(reason, "Say why, so that the applicant can do better")?, by: by.clone() }
        }
        Command::Renew { months, reason } => {
            not_own(project, by)?;
            if !matches!(project.state, State::Approved { .. }) {
                return Err(Refusals::one("project", "Only an approved project is renewed"));
            }
            Event::Renewed { until: end(today, months)?, reason: said(reason, "Say why it goes on")?, by: by.clone() }
        }
        Command::End { reason } => {
            if !matches!(project.state, State::Approved { .. } | State::Applied) {
                return Err(Refusals::one("project", "It has ended already"));
            }
            Event::Ended { reason: said(reason, "Say why it ends")?, by: by.clone() }
        }
        Command::Ask(query) => {
            open(project, today)?;
            Event::Queried(query)
        }
        Command::Show(showing) => {
            open(project, today)?;
            budget::show(project, showing)?
        }
        Command::AskOutput(output) => {
            open(project, today)?;
            Event::OutputAsked(output)
        }
        Command::CheckOutput { output, decision } => airlock::check(project, output, decision, by, at)?,
        Command::LookAtOutput(relook) => airlock::relook(project, *relook)?,
        Command::Flag(finding) => {
            open(project, today)?;
            if finding.evidence.trim().is_empty() {
                return Err(Refusals::one("evidence", "Say what speaks for it"));
            }
            Event::Flagged(finding)
        }
        Command::Answer { finding, outcome } => {
            if !project.findings.iter().any(|f| f.id == finding && f.outcome.is_empty()) {
                return Err(Refusals::one("finding", "There is no such finding that waits for an answer"));
            }
            Event::Answered { finding, outcome: said(outcome, "Say what became of it, without saying whose it is")? }
        }
    };
    Ok(vec![event])
}

fn approved(project: &Project, conditions: String, release: String, by: &Staff, today: Date) -> Result<Event, Refusals> {
    let application = under_review(project, by)?;
    let for_it = project.votes.iter().filter(|v| v.approves).count();
    if project.votes.len() < VOTES_MIN {
        return Err(Refusals::one("votes", format!("{} of {VOTES_MIN} votes are there", project.votes.len())));
    }
    if for_it * 2 <= project.votes.len() {
        return Err(Refusals::one("votes", "Most votes are against it"));
    }
    if !application.purpose.is_covered() {
        let message = format!("People agreed to {}, which does not cover {}", Purpose::Health.label(), application.purpose.label());
        return Err(Refusals::one("purpose", message));
    }
    if release.is_empty() {
        return Err(Refusals::one("release", "Make a release of the library first"));
    }
    Ok(Event::Approved { conditions: conditions.trim().to_owned(), until: end(today, application.months)?, release, by: by.clone() })
}

fn said(text: String, message: &str) -> Result<String, Refusals> {
    let text = text.trim().to_owned();
    if text.is_empty() { Err(Refusals::one("reason", message)) } else { Ok(text) }
}

fn end(today: Date, months: u8) -> Result<Date, Refusals> {
    if months == 0 || months > MONTHS_MAX {
        return Err(Refusals::one("months", format!("An approval is for 1 to {MONTHS_MAX} months")));
    }
    Ok(today.saturating_add(jiff::Span::new().months(i64::from(months))))
}

fn not_own(project: &Project, by: &Staff) -> Result<(), Refusals> {
    if project.is_of(by) { Err(Refusals::one("project", "It is your own project; somebody else decides")) } else { Ok(()) }
}

fn under_review<'p>(project: &'p Project, by: &Staff) -> Result<&'p Application, Refusals> {
    not_own(project, by)?;
    match (&project.state, &project.application) {
        (State::Applied, Some(application)) => Ok(application),
        _ => Err(Refusals::one("project", "It is not under review")),
    }
}

fn open(project: &Project, today: Date) -> Result<(), Refusals> {
    if project.is_open(today) {
        return Ok(());
    }
    Err(Refusals::one("project", format!("The project has no access to data ({})", project.summary(today))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Role;
    use uuid::Uuid;

    pub(crate) fn somebody(n: u128, role: Role) -> Staff {
        Staff {
            id: StaffId(Uuid::from_u128(n)),
            name: format!("Person {n}"),
            role,
            organisation: "X26".parse().expect("a code"),
            organisation_name: "National unit".into(),
        }
    }

    pub(crate) fn application(purpose: Purpose) -> Application {
        Application {
            title: "Epilepsy in childhood".into(),
            lay_summary: "We want to learn which changes in genes cause epilepsy in children, so that more families get an answer and the right care.".into(),
            method: "Burden tests of rare variants".into(),
            purpose,
            ethics: "26/EE/0001".into(),
            months: 12,
            by: somebody(1, Role::Researcher),
        }
    }

    fn now_and_today() -> (Timestamp, Date) {
        (Timestamp::UNIX_EPOCH, Date::constant(2026, 11, 22))
    }

    pub(crate) fn after(project: &Project, command: Command, by: &Staff) -> Result<Project, String> {
        let (now, today) = now_and_today();
        decide(project, command, by, now, today).map_err(|r| r.to_string()).map(|events| events.iter().fold(project.clone(), Fold::apply))
    }

    #[test]
    fn a_project_is_approved_by_others_for_a_time_and_only_for_what_people_agreed_to() {
        let [applicant, one, two] = [1, 2, 3].map(|n| somebody(n, Role::AccessCommittee));
        let vote = |approves| Command::Vote { approves, reason: "Sound".into() };
        let approve = || Command::Approve { conditions: "None".into(), release: "2026-11-22.1".into() };
        let mut unclear = application(Purpose::Disease(" ".into()));
        unclear.lay_summary = "Short".into();
        unclear.months = 0;
        let says = after(&Project::default(), Command::Apply(Box::new(unclear)), &applicant).expect_err("refused");
        assert!(["which disease", "summary for everybody", "how many months"].iter().all(|message| says.contains(message)), "{says}");
        let applied = after(&Project::default(), Command::Apply(Box::new(application(Purpose::Health))), &applicant).expect("applied");
        assert!(after(&applied, vote(true), &applicant).expect_err("refused").contains("your own project"));
        let voted = after(&applied, vote(true), &one).expect("voted");
        assert!(after(&voted, vote(true), &one).expect_err("refused").contains("voted on this already"));
        assert!(after(&voted, approve(), &one).expect_err("refused").contains("1 of 2 votes"));
        let split = after(&voted, vote(false), &two).expect("voted");
        assert!(after(&split, approve(), &one).expect_err("refused").contains("against"));
        let approved = after(&after(&voted, vote(true), &two).expect("voted"), approve(), &one).expect("approved");
        let until = Date::constant(2027, 11, 22);
        assert!(approved.is_open(until) && !approved.is_open(until.tomorrow().expect("a day")));
        let days = |n: i64| until.saturating_sub(jiff::Span::new().days(n));
        assert_eq!([days(60), days(59), days(0), days(-1)].map(|on| approved.ends_soon(on)), [None, Some(until), Some(until), None]);
        let ended = after(&approved, Command::End { reason: "Done".into() }, &applicant).expect("ended");
        let ask =
            QueryRecord { text: String::new(), sha256: String::new(), refused: String::new(), by: applicant.id, at: Timestamp::UNIX_EPOCH };
        assert!(after(&ended, Command::Ask(ask), &applicant).expect_err("refused").contains("no access to data (Ended: Done)"));
        let ancestry = after(&Project::default(), Command::Apply(Box::new(application(Purpose::Ancestry))), &applicant).expect("applied");
        let voted = after(&after(&ancestry, vote(true), &one).expect("voted"), vote(true), &two).expect("voted");
        assert!(after(&voted, approve(), &one).expect_err("refused").contains("does not cover"));
    }

    #[test]
    fn a_second_project_on_the_same_is_found() {
        let one = application(Purpose::Health);
        let mut other = Application { title: "Childhood epilepsy".into(), ..one.clone() };
        assert!(likeness(&one, &other) > 0.5);
        other.lay_summary = "How do kidneys age, and what slows it down in people who are more than seventy years old?".into();
        other.title = "Kidneys".into();
        assert!(likeness(&one, &other) < 0.2);
    }
}
