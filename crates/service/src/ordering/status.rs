//! An order with everything that belongs to it, folded from its streams.

use anyhow::Context;
use care::{
    AnalysisId, Fold, InterpretationId, OrderId, PatientId, ReportId, Role, SampleId,
    interpretation::{
        analysis::{self, Analysis},
        case::{self, Interpretation},
    },
    laboratory::sample::{self, Sample},
    ordering::{
        choice::{self, Choice},
        message,
        order::{
            self, Order,
            purpose::{choices_needed, samples_needed},
        },
        pedigree,
        work::{self, Work},
    },
    people::patient,
    research::{participant, project},
    results::{
        cascade, invitation, medicines,
        report::{self, Report},
    },
    timeline::{self, Parts, Told},
};
use serde::de::DeserializeOwned;

/// Where everything stands.
#[derive(Default)]
pub struct Status {
    /// Which order it is; nothing before the first event.
    pub id: Option<OrderId>,
    /// The order.
    pub order: Order,
    /// Choices of its people.
    pub choices: Vec<(PatientId, Choice)>,
    /// Samples.
    pub samples: Vec<(SampleId, Sample)>,
    /// Analyses, oldest first.
    pub analyses: Vec<(AnalysisId, Analysis)>,
    /// Interpretations, oldest first.
    pub interpretations: Vec<(InterpretationId, Interpretation)>,
    /// Reports, oldest first.
    pub reports: Vec<(ReportId, Report)>,
    /// Who has taken the work on it.
    pub work: Work,
}

impl Status {
    /// Folds events given as stream and payload, in journal order.
    pub fn of<'a>(events: impl IntoIterator<Item = (&'a str, &'a str)>) -> anyhow::Result<Status> {
        let mut status = Status::default();
        for (stream, payload) in events {
            status.hear(stream, payload)?;
        }
        Ok(status)
    }

    /// Folds one more event.
    pub fn hear(&mut self, stream: &str, payload: &str) -> anyhow::Result<()> {
        let (kind, id) = stream.split_once('/').with_context(|| format!("'{stream}' is no stream"))?;
        match kind {
            "order" => {
                self.id = Some(id.parse()?);
                self.order = std::mem::take(&mut self.order).apply(&read(payload)?);
            }
            "work" => self.work = std::mem::take(&mut self.work).apply(&read(payload)?),
            "choice" => fold(&mut self.choices, id.parse()?, &read::<choice::Event>(payload)?),
            "sample" => fold(&mut self.samples, id.parse()?, &read::<sample::Event>(payload)?),
            "analysis" => fold(&mut self.analyses, id.parse()?, &read::<analysis::Event>(payload)?),
            "interpretation" => fold(&mut self.interpretations, id.parse()?, &read::<case::Event>(payload)?),
            "report" => fold(&mut self.reports, id.parse()?, &read::<report::Event>(payload)?),
            _ => {}
        }
        Ok(())
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
        let usable = |patient: PatientId, material: &str| {
            let of = |s: &Sample| s.label.as_ref().is_some_and(|l| l.patient == patient && l.material == material);
            self.samples.iter().any(|(_, s)| s.state.is_usable() && of(s))
        };
        let needed = self.order.request.iter().flat_map(samples_needed);
        let mut people: Vec<PatientId> = needed.filter(|(who, what)| !usable(*who, what)).map(|(who, _)| who).collect();
        people.dedup();
        people
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
        (latest.is_none() || report.of.map(|(_, of, _)| of) == latest).then_some(report)
    }

    /// Who waits for whom.
    pub fn waiting(&self) -> String {
        self.waits().0
    }

    /// Whose turn it is.
    pub fn turn(&self) -> Option<Role> {
        self.waits().1
    }

    /// Where it is, for the person who had the test.
    pub fn plain(&self) -> String {
        timeline::plain(&self.parts())
    }

    fn waits(&self) -> (String, Option<Role>) {
        timeline::waiting(&self.parts())
    }

    fn parts(&self) -> Parts<'_> {
        Parts {
            order: &self.order.state,
            choices_missing: self.choices_missing().len(),
            samples_missing: self.samples_missing().len(),
            analysis: self.analysis().map_or(&analysis::State::None, |(_, a)| &a.state),
            interpretation: self.interpretation().map_or(&case::State::None, |(_, i)| &i.state),
            report: self.report_of_latest().map_or(&report::State::None, |r| &r.state),
            escalated: self.report_of_latest().and_then(|r| r.escalated),
        }
    }

    /// Laboratories that its samples were sent on to.
    pub fn sent_on(&self) -> Vec<String> {
        self.samples.iter().flat_map(|(_, s)| &s.sent_on).map(ToString::to_string).collect()
    }
}

fn read<E: DeserializeOwned>(payload: &str) -> anyhow::Result<E> {
    Ok(serde_json::from_str(payload)?)
}

fn fold<I: PartialEq, T: Fold>(list: &mut Vec<(I, T)>, id: I, event: &T::Event) {
    let at = list.iter().position(|(held, _)| *held == id);
    let before = at.map_or_else(T::default, |at| std::mem::take(&mut list[at].1));
    let after = before.apply(event);
    match at {
        Some(at) => list[at].1 = after,
        None => list.push((id, after)),
    }
}

/// What an event says, in plain words.
pub fn told(stream: &str, payload: &str) -> anyhow::Result<String> {
    Ok(match stream.split('/').next().unwrap_or_default() {
        "order" => read::<order::Event>(payload)?.told(),
        "choice" => read::<choice::Event>(payload)?.told(),
        "sample" => read::<sample::Event>(payload)?.told(),
        "analysis" => read::<analysis::Event>(payload)?.told(),
        "interpretation" => read::<case::Event>(payload)?.told(),
        "report" => read::<report::Event>(payload)?.told(),
        "message" => read::<message::Event>(payload)?.told(),
        "cascade" => read::<cascade::Event>(payload)?.told(),
        "work" => read::<work::Event>(payload)?.told(),
        "medicines" => read::<medicines::Event>(payload)?.told(),
        "participant" => read::<participant::Event>(payload)?.told(),
        "project" => read::<project::Event>(payload)?.told(),
        "pedigree" => read::<pedigree::Event>(payload)?.told(),
        "invitation" => read::<invitation::Event>(payload)?.told(),
        "patient" => read::<patient::Event>(payload)?.told(),
        other => format!("Something happened to {other}"),
    })
}
