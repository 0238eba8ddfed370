//! An order with everything that belongs to it, folded from its streams.

use crate::{
    AlignmentId, AnalysisId, Fold, InterpretationId, OdsCode, OrderId, OutsideResultId, PatientId, ReportId, SampleId,
    event::{Event, Recorded, StreamName, Unreadable},
    interpretation::{
        analysis::{self, Analysis},
        case::{self, Interpretation},
    },
    laboratory::{
        alignment::Alignment,
        sample::{self, Sample},
    },
    ordering::{
        choice::Choice,
        order::{
            Answer, Order, State,
            purpose::{choices_needed, is_phenotype_missing, samples_needed},
        },
        progress::{OutsideNotice, OutsideWork, Parts, Stage},
        work::Work,
    },
    people::patient::Patient,
    results::{
        outside::{OutsideResult, ResultStatus},
        report::{self, Report},
    },
};
use jiff::Timestamp;
use std::mem;

/// Where everything stands.
#[derive(Default)]
pub struct Status {
    /// Which order it is; nothing before the first event.
    pub id: Option<OrderId>,
    /// The order.
    pub order: Order,
    /// Its people, as far as their records belong to it.
    pub people: Vec<(PatientId, Patient)>,
    /// Choices of its people.
    pub choices: Vec<(PatientId, Choice)>,
    /// Samples.
    pub samples: Vec<(SampleId, Sample)>,
    /// Aligned reads, oldest first.
    pub alignments: Vec<(AlignmentId, Alignment)>,
    /// Analyses, oldest first.
    pub analyses: Vec<(AnalysisId, Analysis)>,
    /// Interpretations, oldest first.
    pub interpretations: Vec<(InterpretationId, Interpretation)>,
    /// Reports, oldest first.
    pub reports: Vec<(ReportId, Report)>,
    /// Results of other laboratories, oldest first.
    pub outside: Vec<(OutsideResultId, OutsideResult)>,
    /// Who has taken the work on it.
    pub work: Work,
}

impl Status {
    /// Folds events, in the order of the journal.
    pub fn fold<'a>(events: impl IntoIterator<Item = Recorded<'a>>) -> Result<Status, Unreadable> {
        let mut status = Status::default();
        for recorded in events {
            let (stream, event) = recorded.read()?;
            status.apply(&stream, &event)?;
        }
        Ok(status)
    }

    /// Folds one more event.
    pub fn apply(&mut self, stream: &StreamName, event: &Event) -> Result<(), Unreadable> {
        match event {
            Event::Order(event) => {
                self.id = Some(stream.parse()?);
                self.order = mem::take(&mut self.order).apply(event);
            }
            Event::Work(event) => self.work = mem::take(&mut self.work).apply(event),
            Event::Patient(event) => fold(&mut self.people, stream.parse()?, event),
            Event::Choice(event) => fold(&mut self.choices, stream.parse()?, event),
            Event::Sample(event) => fold(&mut self.samples, stream.parse()?, event),
            Event::Alignment(event) => fold(&mut self.alignments, stream.parse()?, event),
            Event::Analysis(event) => fold(&mut self.analyses, stream.parse()?, event),
            Event::Interpretation(event) => fold(&mut self.interpretations, stream.parse()?, event),
            Event::Report(event) => fold(&mut self.reports, stream.parse()?, event),
            Event::OutsideResult(event) => fold(&mut self.outside, stream.parse()?, event),
            // They belong to an order, or to nothing of it, and change nothing of where it stands.
            Event::Emergency(_)
            | Event::Account(_)
            | Event::Client(_)
            | Event::Directory(_)
            | Event::Panels(_)
            | Event::Laboratories(_)
            | Event::Favourites(_)
            | Event::OrderTemplates(_)
            | Event::Draft(_)
            | Event::Pedigree(_)
            | Event::Message(_)
            | Event::Container(_)
            | Event::Worklist(_)
            | Event::Lot(_)
            | Event::Discordance(_)
            | Event::CandidateViews(_)
            | Event::Cascade(_)
            | Event::Medicines(_)
            | Event::Invitation(_)
            | Event::Question(_)
            | Event::Participant(_)
            | Event::Project(_) => {}
        }
        Ok(())
    }

    /// Whether the record of somebody in it is restricted.
    pub fn is_restricted(&self) -> bool {
        self.people.iter().any(|(_, person)| person.restricted_to.is_some())
    }

    /// People who have not agreed to the test yet.
    pub fn choices_missing(&self) -> Vec<PatientId> {
        let needed = self.order.request.iter().flat_map(choices_needed);
        needed.filter(|p| !self.agrees(*p)).collect()
    }

    /// Whether a person agreed to this test.
    pub fn agrees(&self, patient: PatientId) -> bool {
        self.id.is_some_and(|order| self.choices.iter().any(|(who, choice)| *who == patient && choice.agrees_to_test(order)))
    }

    /// People of whom a sample is needed and none is usable.
    pub fn samples_missing(&self) -> Vec<PatientId> {
        let mut people: Vec<PatientId> = self.materials_missing().into_iter().map(|(who, _)| who).collect();
        people.dedup();
        people
    }

    /// The same with the material of each sample.
    pub fn materials_missing(&self) -> Vec<(PatientId, &'static str)> {
        let needed = self.order.request.iter().flat_map(samples_needed);
        needed.filter(|(who, what)| !self.samples_of(*who, what).any(|sample| sample.state.is_usable())).collect()
    }

    /// Samples of a material of somebody, the latest last.
    fn samples_of<'s>(&'s self, patient: PatientId, material: &'s str) -> impl DoubleEndedIterator<Item = &'s Sample> {
        let is_of_material = move |s: &&Sample| s.label.as_ref().is_some_and(|l| l.patient == patient && l.material == material);
        self.samples.iter().map(|(_, sample)| sample).filter(is_of_material)
    }

    /// Whether a sample of a material of somebody has come and waits to be looked at.
    pub fn has_come(&self, patient: PatientId, material: &str) -> bool {
        self.samples_of(patient, material).any(|sample| sample.state == sample::State::Received)
    }

    /// Why the latest sample of a material of somebody was rejected, if it was.
    pub fn rejection_of(&self, patient: PatientId, material: &str) -> Option<String> {
        self.samples_of(patient, material).rev().find_map(|sample| match &sample.state {
            sample::State::Rejected(rejection) => Some(rejection.sentence()),
            _ => None,
        })
    }

    /// The latest analysis.
    pub fn analysis(&self) -> Option<&(AnalysisId, Analysis)> {
        self.analyses.last()
    }

    /// The latest interpretation.
    pub fn interpretation(&self) -> Option<&(InterpretationId, Interpretation)> {
        self.interpretations.last()
    }

    /// The latest report.
    pub fn report(&self) -> Option<&(ReportId, Report)> {
        self.reports.last()
    }

    /// The report of the latest interpretation: nothing while an amended one is written.
    pub fn report_of_latest(&self) -> Option<&Report> {
        let (_, report) = self.report()?;
        let latest = self.interpretation().map(|(id, _)| *id);
        (latest.is_none() || report.of.map(|(_, interpretation, _)| interpretation) == latest).then_some(report)
    }

    /// How far it has come.
    pub fn stage(&self) -> Stage {
        Stage::reached(&self.parts())
    }

    /// How far the laboratory's own work is.
    pub fn laboratory_stage(&self) -> Stage {
        Stage::in_laboratory(&self.parts())
    }

    /// Who waits for whom, in words.
    pub fn waiting(&self) -> String {
        let stage = self.stage();
        let of_samples = matches!(stage, Stage::AwaitingSamples { .. }).then(|| self.waiting_for_samples()).flatten();
        of_samples.unwrap_or_else(|| stage.label())
    }

    /// What is waited for of the samples, where some have come: those are the laboratory's to accept, and nobody brings them again.
    fn waiting_for_samples(&self) -> Option<String> {
        let (come, awaited): (Vec<_>, Vec<_>) = self.materials_missing().into_iter().partition(|(who, what)| self.has_come(*who, what));
        let counted = |number: usize| if number == 1 { "1 sample".to_owned() } else { format!("{number} samples") };
        match (come.len(), awaited.len()) {
            (0, _) => None,
            (come, 0) => Some(format!("Waiting for the laboratory to accept {} that came", counted(come))),
            (come, awaited) => Some(format!("Waiting for {} to come; {} received, not yet accepted", counted(awaited), counted(come))),
        }
    }

    fn parts(&self) -> Parts<'_> {
        Parts {
            order: &self.order.state,
            choices_missing: self.choices_missing().len(),
            is_phenotype_missing: self.order.request.as_ref().is_some_and(is_phenotype_missing),
            samples_missing: self.samples_missing().len(),
            analysis: self.analysis().map_or(&analysis::State::None, |(_, a)| &a.state),
            interpretation: self.interpretation().map_or(&case::State::None, |(_, i)| &i.state),
            report: self.report_of_latest().map_or(&report::State::None, |r| &r.state),
            escalated: self.report_of_latest().and_then(|r| r.escalated),
            outside: self.outside_work(),
        }
    }

    /// What waits of results of other laboratories: to be checked, else to be read where one of them answers the order.
    fn outside_work(&self) -> Option<OutsideWork> {
        let to_check = self.outside_results().filter(|(_, result)| result.is_to_check()).map(|(_, result)| result.checks.len()).min();
        if let Some(checks) = to_check {
            return Some(OutsideWork::ToCheck { checks });
        }
        let unread = || self.outside_results().map(|(_, result)| result).filter(|result| result.unread().is_some());
        if let Some(moved) = unread().find(|result| result.is_moved()) {
            return Some(OutsideWork::ToKnow { escalated: moved.escalated, notice: OutsideNotice::Moved });
        }
        if let State::Reported { by: Answer::Elsewhere(_) } = self.order.state {
            return unread().next().map(|result| OutsideWork::ToRead { escalated: result.escalated });
        }
        unread().next().map(|result| {
            let is_more_to_come = result.status() == Some(ResultStatus::Preliminary);
            let notice = if is_more_to_come { OutsideNotice::Preliminary } else { OutsideNotice::Partial };
            OutsideWork::ToKnow { escalated: result.escalated, notice }
        })
    }

    /// Results of other laboratories that are filed on it, oldest first.
    pub fn outside_results(&self) -> impl Iterator<Item = &(OutsideResultId, OutsideResult)> {
        self.outside.iter().filter(|(_, result)| result.filed.as_ref().is_some_and(|filed| Some(filed.order) == self.id))
    }

    /// When the earliest was released of what nobody has said to have read: its report, or a result of another laboratory.
    pub fn unread(&self) -> Option<Timestamp> {
        let reports = self.report().and_then(|(_, report)| report.unread());
        reports.into_iter().chain(self.outside_results().filter_map(|(_, result)| result.unread())).min()
    }

    /// Laboratories that its samples were sent on to.
    pub fn sent_on(&self) -> Vec<OdsCode> {
        self.samples.iter().flat_map(|(_, s)| &s.sent_on).cloned().collect()
    }
}

fn fold<I: PartialEq, T: Fold>(list: &mut Vec<(I, T)>, id: I, event: &T::Event) {
    let index = list.iter().position(|(known, _)| *known == id);
    let before = index.map_or_else(T::default, |index| mem::take(&mut list[index].1));
    let after = before.apply(event);
    match index {
        Some(index) => list[index].1 = after,
        None => list.push((id, after)),
    }
}
