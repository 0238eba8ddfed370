//! Showing a signed report to the patient: released once it was talked about with them, and recalled.
//!
//! Nothing is shown by itself. What changed since a release, such as an amended report, a restricted record or a death, hides it
//! again: whether it is shown is asked anew with each look.

pub mod death;

use super::{Report, State};
use crate::{
    PatientId, Refusal, Refusals, ReportId, Staff,
    ordering::{order, status::Status},
};
use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};
use strum::EnumCount;

/// A report that the patient may see on their own page.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Release {
    /// Who released it.
    pub by: Staff,
    /// When.
    pub at: Timestamp,
    /// Day on which it was talked about with the patient, or with the parents of a child.
    pub discussed: Date,
    /// How that was.
    pub how: Disclosure,
    /// It was known that the patient had died, and the release confirmed with that in mind.
    #[serde(default)]
    pub after_death: bool,
}

/// A release that was taken back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Recall {
    /// Who recalled it.
    pub by: Staff,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: String,
}

/// How a result was talked about with the patient.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, EnumCount)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Disclosure {
    InPerson,
    Video,
    Telephone,
    Letter,
}

/// What somebody fills in to release a report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Day on which it was talked about.
    pub discussed: Option<Date>,
    /// How.
    pub how: Option<Disclosure>,
    /// They confirmed whose result it is, by name.
    pub names_patient: bool,
    /// They confirmed it again, knowing that the patient has died.
    pub after_death: bool,
}

/// Why a signed report is not for the patient's page at present, whoever released it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Obstacle {
    /// It is not the final answer of its order: it is being amended, was interim, or the order came to another end.
    NotFinal,
    /// Somebody in it has a restricted record.
    Restricted,
    /// It has a finding beyond the question, of which the patient does not want to know.
    UnwantedFinding,
}

/// What decides whether a report may be shown, beside the report itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Circumstances {
    /// What keeps it from the patient's page.
    pub obstacles: Vec<Obstacle>,
    /// The patient is known to have died.
    pub has_died: bool,
}

/// Whether a report is on the patient's page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Presence {
    /// It was not released, or recalled, or another one took its place.
    NotReleased,
    /// The patient sees it.
    Shown,
    /// It was released, and is hidden: why.
    Hidden(Vec<&'static str>),
}

/// What the patient's page says of a result.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Notice {
    /// There is none yet.
    None,
    /// There is one, and the clinic has it.
    WithClinic,
    /// There is one, and work on it goes on.
    InWork,
    /// It was on the page, and was recalled.
    Recalled,
    /// It is on the page.
    Shown(ReportId),
}

impl Disclosure {
    /// Every way.
    pub const ALL: [Disclosure; Disclosure::COUNT] = [Disclosure::InPerson, Disclosure::Video, Disclosure::Telephone, Disclosure::Letter];

    /// In words.
    pub fn label(self) -> &'static str {
        match self {
            Disclosure::InPerson => "In person",
            Disclosure::Video => "By video call",
            Disclosure::Telephone => "By telephone",
            Disclosure::Letter => "By letter, with an offer to talk",
        }
    }
}

impl Obstacle {
    /// Why a result that was released is not on the page, in words that go on a sentence.
    pub fn why_hidden(self) -> &'static str {
        match self {
            Obstacle::NotFinal => "the report is not final: work on the case goes on, or the order has ended otherwise",
            Obstacle::Restricted => "somebody in the order has a restricted record",
            Obstacle::UnwantedFinding => "it has an additional finding, of which the patient does not want to know",
        }
    }

    /// In words, for whoever would release it.
    pub fn message(self) -> &'static str {
        match self {
            Obstacle::NotFinal => {
                "This report is not final: work on the case goes on, or the order has ended otherwise. Release the report that follows"
            }
            Obstacle::Restricted => {
                "Somebody in this order has a restricted record: nothing of it is shown on a patient’s page. Give the result to the patient yourself"
            }
            Obstacle::UnwantedFinding => {
                "The report has an additional finding, and the patient does not agree to be told of any. Talk about that choice first, and record it"
            }
        }
    }
}

impl Circumstances {
    /// As far as an order tells them.
    pub fn of_order(status: &Status) -> Circumstances {
        let mut obstacles = Vec::new();
        let is_answered = matches!(status.order.state, order::State::Reported { .. } | order::State::Closed);
        if !is_answered || status.report_of_latest().is_none() {
            obstacles.push(Obstacle::NotFinal);
        }
        if status.is_restricted() {
            obstacles.push(Obstacle::Restricted);
        }
        let patient = status.order.request.as_ref().and_then(|r| r.proband()).map(|proband| proband.patient);
        Circumstances { obstacles, has_died: patient.is_some_and(|patient| has_died(status, patient)) }
    }

    /// The same with one more thing that keeps it from the page.
    pub fn add(&mut self, obstacle: Obstacle) {
        if !self.obstacles.contains(&obstacle) {
            self.obstacles.push(obstacle);
        }
    }
}

/// Whether somebody is known to have died: their order says so, or somebody chose on their behalf. What another system ordered says it
/// as that system does, which stands on the record of the person.
fn has_died(status: &Status, patient: PatientId) -> bool {
    let is_fact = |request: &order::Request| request.sender.is_none() && request.is_after_death_of(patient);
    status.order.request.as_ref().is_some_and(is_fact)
        || status.choices.iter().any(|(who, choice)| *who == patient && choice.is_of_deceased())
}

impl Report {
    /// The release under which the patient may see it now. Of somebody who has died, only one that was confirmed knowing it.
    pub fn shown(&self, circumstances: &Circumstances) -> Option<&Release> {
        let is_read = matches!(self.state, State::Acknowledged { .. });
        let release = self.release.as_ref().filter(|_| is_read && circumstances.obstacles.is_empty())?;
        (release.after_death || !circumstances.has_died).then_some(release)
    }

    /// Whether it is on the patient's page now; where it was released and is not, why.
    pub fn presence(&self, circumstances: &Circumstances) -> Presence {
        let Some(release) = &self.release else { return Presence::NotReleased };
        if self.shown(circumstances).is_some() {
            return Presence::Shown;
        }
        let mut why: Vec<&'static str> = circumstances.obstacles.iter().map(|obstacle| obstacle.why_hidden()).collect();
        if circumstances.has_died && !release.after_death {
            why.push("the patient has died, which was not known when it was released");
        }
        Presence::Hidden(why)
    }
}

/// What the patient's page says of an order's result.
pub fn notice(status: &Status, circumstances: &Circumstances) -> Notice {
    let Some((id, report)) = status.report() else {
        let is_answered_elsewhere = status.outside_results().any(|(_, result)| result.is_released());
        return if is_answered_elsewhere { Notice::WithClinic } else { Notice::None };
    };
    if report.shown(circumstances).is_some() {
        Notice::Shown(*id)
    } else if report.recall.is_some() {
        Notice::Recalled
    } else if circumstances.obstacles.contains(&Obstacle::NotFinal) {
        Notice::InWork
    } else {
        Notice::WithClinic
    }
}

/// Releases a report, or says everything that is against it.
pub(super) fn release(
    report: &Report,
    plan: &Plan,
    circumstances: &Circumstances,
    (by, at): (&Staff, Timestamp),
) -> Result<Release, Refusals> {
    let mut refusals: Vec<Refusal> = circumstances.obstacles.iter().map(|obstacle| Refusal::new("report", obstacle.message())).collect();
    if !matches!(report.state, State::Acknowledged { .. }) {
        refusals.push(Refusal::new("report", "The requester has to acknowledge the report before it is released to the patient"));
    }
    if report.shown(circumstances).is_some() {
        refusals.push(Refusal::new("report", "The patient sees this report already"));
    }
    refusals.extend(day_fault(report, plan.discussed, at));
    if plan.how.is_none() {
        refusals.push(Refusal::new("how", "Say how the result was talked about"));
    }
    if !plan.names_patient {
        refusals.push(Refusal::new("names_patient", "Read the name and date of birth, and confirm that this is the right patient"));
    }
    if circumstances.has_died && !plan.after_death {
        refusals.push(Refusal::new(
            "after_death",
            "The patient has died: confirm that the result is released all the same, to the relative who opens the page",
        ));
    }
    match (plan.discussed, plan.how) {
        (Some(discussed), Some(how)) if refusals.is_empty() => {
            Ok(Release { by: by.clone(), at, discussed, how, after_death: circumstances.has_died })
        }
        _ => Err(Refusals(refusals)),
    }
}

/// What is wrong with the day on which a result was talked about. Days are local, and local time is at most an hour ahead of UTC
/// (Summer Time Order 2002, article 2).
fn day_fault(report: &Report, discussed: Option<Date>, at: Timestamp) -> Option<Refusal> {
    let Some(discussed) = discussed else {
        return Some(Refusal::new("discussed", "Enter the day on which the result was talked about with the patient"));
    };
    let day = |moment: Timestamp| moment.to_zoned(TimeZone::UTC).date();
    let latest = day(at.checked_add(SignedDuration::from_hours(1)).unwrap_or(at));
    if discussed > latest {
        return Some(Refusal::new("discussed", "The day on which it was talked about is in the future: release it afterwards"));
    }
    let is_before_signature = report.authorised.is_some_and(|signed| discussed < day(signed));
    is_before_signature
        .then(|| Refusal::new("discussed", "This report was signed after that day: enter the day on which this one was talked about"))
}

#[cfg(test)]
mod tests;
