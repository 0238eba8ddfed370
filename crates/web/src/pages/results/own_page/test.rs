//! A test on its person's page: where it is, in words and as steps, what comes when, whether there is a result, and whom to call.

use super::icon;
use crate::language::{Language, Voice};
use care::{
    ReportId,
    ordering::{milestones::Milestone, patient_stage::PatientStage},
    results::report::release::Notice,
};
use jiff::{Timestamp, civil::Date};
use service::results::own_page::{OwnTest, Whose};

/// A test as the whole page shows it.
pub(super) struct TestCard {
    /// Whose it is, where it is not simply one's own.
    pub whose: String,
    /// What it is for, as the Test Directory has it: in English.
    pub indication: String,
    pub stage: &'static str,
    pub steps: Vec<StepLine>,
    pub requested: String,
    /// When the result comes.
    pub when: Vec<String>,
    /// Whether there is one.
    pub notice: &'static str,
    /// A result that was here was taken back.
    pub is_recalled: bool,
    /// The result that may be read.
    pub result: Option<ReportId>,
    pub contact: String,
}

/// A step on the line of a test.
pub(super) struct StepLine {
    pub icon: &'static str,
    /// How it is drawn.
    pub class: &'static str,
    pub label: &'static str,
    /// When it was done, or that it is still to come.
    pub state: String,
}

impl TestCard {
    pub(super) fn new(test: &OwnTest, voice: Voice, today: Date) -> TestCard {
        let language = voice.language;
        TestCard {
            whose: whose(&test.whose, language),
            indication: indication(&test.whose).to_owned(),
            stage: language.text(stage(test.stage)),
            steps: steps(&test.milestones, language),
            requested: language.fill_two("test.requested", ("day", "number"), language.day(test.submitted), &test.number),
            when: when(test, language, today),
            notice: said_notice(test).map_or("", |name| language.text(format!("notice.{name}"))),
            is_recalled: test.notice == Notice::Recalled,
            result: result(test),
            contact: match &test.requester {
                Some(clinic) => language.fill("contact.known", "clinic", clinic),
                None => language.text("contact.unknown").to_owned(),
            },
        }
    }
}

/// Whose a test is, in the language of the page; nothing of one's own.
pub(super) fn whose(whose: &Whose, language: Language) -> String {
    match whose {
        Whose::Own { .. } => String::new(),
        Whose::OfChild { name, .. } => language.fill("test.child", "name", name),
        Whose::OfRelative => language.text("test.relative").to_owned(),
    }
}

/// What a test is for, as far as it is theirs to know.
pub(super) fn indication(whose: &Whose) -> &str {
    match whose {
        Whose::Own { indication } | Whose::OfChild { indication, .. } => indication,
        Whose::OfRelative => "",
    }
}

/// The result that may be read.
pub(super) fn result(test: &OwnTest) -> Option<ReportId> {
    match test.notice {
        Notice::Shown(report) => Some(report),
        Notice::None | Notice::WithClinic | Notice::InWork | Notice::Recalled => None,
    }
}

/// The end of the message that says whether there is a result. That there is none yet is said while one is waited for; of a relative's
/// test nothing is said.
pub(super) fn said_notice(test: &OwnTest) -> Option<&'static str> {
    match test.notice {
        Notice::None if test.due.is_some() => Some("none"),
        Notice::None => None,
        Notice::WithClinic => Some("clinic"),
        Notice::InWork => Some("work"),
        Notice::Recalled => Some("recalled"),
        Notice::Shown(_) => Some("shown"),
    }
}

/// When the result of a test comes, as far as that can be said.
fn when(test: &OwnTest, language: Language, today: Date) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(expected) = &test.expected {
        lines.push(language.fill("test.expected", "day", language.day(expected.day)));
        let (earliest, latest) = (language.day(expected.earliest), language.day(expected.latest));
        lines.push(language.fill_two("test.between", ("earliest", "latest"), earliest, latest));
    }
    match test.due {
        Some(due) if due < today => lines.push(language.text("test.late").to_owned()),
        Some(due) if test.expected.is_none() => lines.push(language.fill("test.due", "day", language.day(due))),
        _ => {}
    }
    lines
}

/// The message that says where a test is.
pub(super) fn stage(stage: PatientStage) -> &'static str {
    match stage {
        PatientStage::NotSent => "stage.not_sent",
        PatientStage::NotDone => "stage.not_done",
        PatientStage::Stopped => "stage.stopped",
        PatientStage::Mistake => "stage.mistake",
        PatientStage::Paused => "stage.paused",
        PatientStage::Choices => "stage.choices",
        PatientStage::Details => "stage.details",
        PatientStage::Samples => "stage.samples",
        PatientStage::Reading => "stage.reading",
        PatientStage::Sorting => "stage.sorting",
        PatientStage::Scientists => "stage.scientists",
        PatientStage::Consultant => "stage.consultant",
        PatientStage::Ready => "stage.ready",
        PatientStage::Done => "stage.done",
        PatientStage::Ended => "stage.ended",
        PatientStage::PartDone => "stage.part_done",
    }
}

/// The message that names a step; some milestones of an order are no step of their own to the person.
fn step(milestone: Milestone) -> Option<&'static str> {
    match milestone {
        Milestone::Requested => Some("step.requested"),
        Milestone::Consents => Some("step.choices"),
        Milestone::Samples => Some("step.samples"),
        Milestone::Data => Some("step.reading"),
        Milestone::Interpreted => Some("step.scientists"),
        Milestone::Reported => Some("step.result"),
        Milestone::Analysed | Milestone::Acknowledged => None,
    }
}

/// The steps of a test; one that a later one has overtaken is left out, such as the voice of a test that was done elsewhere.
pub(super) fn steps(milestones: &[(Milestone, Option<Timestamp>)], language: Language) -> Vec<StepLine> {
    let named: Vec<_> = milestones.iter().filter_map(|(milestone, at)| Some((step(*milestone)?, *at))).collect();
    let last = named.iter().rposition(|(_, at)| at.is_some());
    let mut lines = Vec::new();
    for (index, (key, at)) in named.iter().enumerate() {
        let (icon, class, state) = match at {
            Some(at) => (icon::DONE, "done", language.fill("step.done", "day", language.day(*at))),
            None if last.is_some_and(|last| index < last) => continue,
            None if last.is_none_or(|last| index == last + 1) => (icon::NOW, "now", language.text("step.now").to_owned()),
            None => (icon::TO_COME, "to-come", language.text("step.to_come").to_owned()),
        };
        lines.push(StepLine { icon, class, label: language.text(key), state });
    }
    lines
}

#[cfg(test)]
mod tests;
