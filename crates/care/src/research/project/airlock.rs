//! What leaves a project's workspace, and what comes in: looked at by rules, then by two people who are not of the project.
//!
//! **Invariant**: what the rules flagged is released only when each of two people answered every flag of this very file, with a reason
//! of their own for each.

use super::{Event, Project};
use crate::{OutputId, Refusal, Refusals, Staff, StaffId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

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
    /// Flags: what the rules found, each with its place. Each is against letting it out.
    pub findings: Vec<String>,
    /// Flags that are so many that they are not listed one by one.
    #[serde(default)]
    pub unlisted: usize,
    /// By which rules it was looked at last; empty where they had no name yet.
    #[serde(default)]
    pub rules: String,
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
    /// SHA-256 of the bytes that were read; empty where it was not written yet.
    #[serde(default)]
    pub sha256: String,
    /// Why it may leave in spite of each flag; nothing where flags were not answered one by one yet.
    #[serde(default)]
    pub flags: Option<Vec<FlagAnswer>>,
}

/// Why an output may leave in spite of one flag.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FlagAnswer {
    /// The flag, as it is listed.
    pub flag: String,
    /// Why, in a sentence.
    pub reason: String,
}

/// What a checker sends: a decision about what they had before them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Decision {
    /// Decision.
    pub verdict: Verdict,
    /// Why, of the whole.
    pub reason: String,
    /// SHA-256 of the bytes that they read.
    pub sha256: String,
    /// Every flag that they saw, with their answer to it.
    pub flags: Vec<FlagAnswer>,
}

/// What the rules say of an output that waits, once they looked again.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Relook {
    /// Which.
    pub output: OutputId,
    /// By which rules.
    pub rules: String,
    /// Flags: those of before, and those that are new.
    pub findings: Vec<String>,
    /// Flags that are not listed.
    pub unlisted: usize,
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

/// Different words that a reason has at least: fewer are no sentence.
pub const REASON_WORDS_MIN: usize = 4;
/// Letters that a reason has at least.
const REASON_LETTERS_MIN: usize = 15;

impl Output {
    /// Where it stands: one who refuses or asks for a change decides; to be released it needs two, who answered every flag.
    pub fn state(&self) -> OutputState {
        let any = |verdict| self.checks.iter().any(|c| c.verdict == verdict);
        match () {
            () if any(Verdict::Refuse) => OutputState::Refused,
            () if any(Verdict::Change) => OutputState::ToBeChanged,
            () if self.agreeing().len() >= CHECKERS || self.was_released_before() => OutputState::Released,
            () => OutputState::Waiting,
        }
    }

    /// What checkers decided, as far as others may read it: while a second one is waited for nothing, so that they judge for themselves.
    pub fn decided(&self) -> &[Check] {
        if self.state() == OutputState::Waiting { &[] } else { &self.checks }
    }

    /// Those whose agreement counts: for exactly these bytes, and with an answer to every flag.
    pub fn agreeing(&self) -> BTreeSet<StaffId> {
        self.checks.iter().filter(|c| c.verdict == Verdict::Release && self.is_answered_by(c)).map(|c| c.by.id).collect()
    }

    /// Whether it is flagged: then it needs a reason for each flag.
    pub fn is_flagged(&self) -> bool {
        !self.findings.is_empty() || self.unlisted > 0
    }

    /// Whether a check answers every flag that there is, of this very file.
    pub fn is_answered_by(&self, check: &Check) -> bool {
        let Some(flags) = &check.flags else { return !self.is_flagged() };
        let answers = |finding: &String| flags.iter().any(|f| f.flag == *finding && is_reason(&f.reason));
        check.sha256 == self.sha256 && self.unlisted == 0 && self.findings.iter().all(answers)
    }

    /// Two people released it when one reason was asked for all flags together: it has left, and nothing calls it back.
    fn was_released_before(&self) -> bool {
        self.checks.iter().filter(|c| c.verdict == Verdict::Release && c.flags.is_none()).count() >= CHECKERS
    }
}

/// Whether a reason is a sentence that somebody can follow, and no letter or tick.
pub fn is_reason(text: &str) -> bool {
    let lower = text.to_lowercase();
    let different: BTreeSet<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|w| w.contains(char::is_alphabetic)).collect();
    different.len() >= REASON_WORDS_MIN && text.chars().filter(|c| c.is_alphabetic()).count() >= REASON_LETTERS_MIN
}

impl Verdict {
    /// In words.
    pub fn label(self) -> &'static str {
        match self {
            Verdict::Release => "May leave",
            Verdict::Change => "To be changed",
            Verdict::Refuse => "Refused",
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
pub(super) fn check(project: &Project, output: OutputId, decision: Decision, by: &Staff, at: Timestamp) -> Result<Event, Refusals> {
    let output = waiting(project, output)?;
    if project.is_of(by) || output.by.id == by.id {
        return Err(Refusals::one("output", "It is of your own project; two others check it"));
    }
    if output.agreeing().contains(&by.id) {
        return Err(Refusals::one("output", "You have checked it; a second person does now"));
    }
    if decision.sha256 != output.sha256 {
        return Err(Refusals::one("output", "This is not the file that you were shown; read it again before you decide"));
    }
    let Decision { verdict, reason, sha256, flags } = decision;
    let reason = reason.trim().to_owned();
    let flags = match verdict {
        Verdict::Release => answered(output, flags)?,
        Verdict::Change | Verdict::Refuse if reason.is_empty() => {
            return Err(Refusals::one("reason", "Say why, so that it can be done better"));
        }
        Verdict::Change | Verdict::Refuse => vec![],
    };
    let check = Check { verdict, reason, by: by.clone(), at, sha256, flags: Some(flags) };
    Ok(Event::OutputChecked { output: output.id, check })
}

fn waiting(project: &Project, output: OutputId) -> Result<&Output, Refusals> {
    let Some(output) = project.outputs.iter().find(|o| o.id == output) else {
        return Err(Refusals::one("output", "There is no such output"));
    };
    if output.state() != OutputState::Waiting {
        return Err(Refusals::one("output", format!("This output is decided: {}", output.state().label().to_lowercase())));
    }
    Ok(output)
}

/// Answers to exactly the flags that there are, each of them a sentence; every one that is missing is named.
fn answered(output: &Output, flags: Vec<FlagAnswer>) -> Result<Vec<FlagAnswer>, Refusals> {
    if output.unlisted > 0 {
        let message = format!("{} more flags are not listed, so that nobody can answer them: ask for a change", output.unlisted);
        return Err(Refusals::one("flag", message));
    }
    let flags: Vec<FlagAnswer> = flags.into_iter().map(|f| FlagAnswer { reason: f.reason.trim().to_owned(), ..f }).collect();
    let [shown, listed] = [flags.iter().map(|f| &f.flag).collect::<BTreeSet<_>>(), output.findings.iter().collect::<BTreeSet<_>>()];
    if shown != listed {
        return Err(Refusals::one("flag", "The flags are not those that you were shown; read them again and answer each"));
    }
    let missing = |(flag, number): (&FlagAnswer, usize)| {
        let message = format!(
            "Flag {number} ({}): say in a sentence of at least {REASON_WORDS_MIN} words why it may leave all the same, or ask for a change",
            place(&flag.flag)
        );
        (!is_reason(&flag.reason)).then(|| Refusal::new("answer", message))
    };
    Refusals::check(flags.iter().zip(1..).filter_map(missing).collect())?;
    Ok(flags)
}

/// Where a flag is, as it says itself before its rule.
fn place(flag: &str) -> &str {
    flag.split_once(" · ").map_or("of the whole", |(place, _)| place)
}

/// The rules looked again: a flag that was there stays, so that nothing that somebody knew of is lost.
pub(super) fn relook(project: &Project, mut relook: Relook) -> Result<Event, Refusals> {
    let output = waiting(project, relook.output)?;
    let earlier = output.findings.iter().filter(|finding| !relook.findings.contains(finding)).cloned().collect::<Vec<_>>();
    relook.findings.extend(earlier);
    relook.unlisted = relook.unlisted.max(output.unlisted);
    Ok(Event::OutputLookedAt(Box::new(relook)))
}

#[cfg(test)]
mod tests;
