//! One order of the year: its people, and what each step asks of the service, at the desk of whoever takes it.

use super::{
    Placed, Refused, Simulation,
    plan::{self, Step},
    who::{FAMILY, FEATURES, HUBS, clinic, desk_of, laboratory, person},
};
use crate::form;
use anyhow::Context;
use care::{
    AnalysisId, OrderId, Role, SampleId,
    directory::{
        Test,
        eligibility::{self, Criterion},
    },
    interpretation::case::{Conclusion, Outcome},
    laboratory::sample::{Command, Ground, Quality, Rejection, Sample, State},
    ordering::{
        choice::{Answer, Category, Discussion, How, WORDING},
        family::Relationship,
        order::{self, Urgency},
    },
    people::patient::{Demographics, Sex},
};
use jiff::Timestamp;
use ontology::TermId;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use service::{
    Desk, ServiceError, ServiceResult,
    interpretation::cases,
    laboratory::{data, samples},
    ordering::{
        choices,
        orders::{self, OrderForm},
        work::{self, WorkAction},
    },
    results,
};
use std::collections::VecDeque;

/// An order on its way.
pub(super) struct Case {
    pub(super) id: OrderId,
    plan: VecDeque<(Timestamp, Step)>,
    /// What is asked for; none once it was sent.
    form: Option<OrderForm>,
    people: Vec<(Relationship, Demographics)>,
    /// The hub that has its samples, of the invented ones.
    hub: usize,
    /// Whose samples were sent on to the other hub.
    is_sent_on: bool,
    clinic: usize,
    analysis: Option<AnalysisId>,
    random: ChaCha8Rng,
}

impl Case {
    pub(super) fn new(which: usize, id: OrderId, test: &Test, begin: Timestamp, random: &mut ChaCha8Rng) -> Case {
        let mut random = ChaCha8Rng::seed_from_u64(random.random());
        let genome = plan::is_genome(test);
        let trio = genome && random.random_bool(0.6);
        let family = format!("{}{which}", FAMILY[random.random_range(0..FAMILY.len())]);
        let is_of_children = eligibility::fixed(test).iter().any(|criterion| matches!(criterion, Criterion::Under(_)));
        let years = if trio || is_of_children { 2010..2025 } else { 1945..2005 };
        let mut people = vec![(Relationship::Proband, person(&family, years, &mut random))];
        if trio {
            for (relationship, sex) in [(Relationship::Father, Sex::Male), (Relationship::Mother, Sex::Female)] {
                people.push((relationship, Demographics { sex, ..person(&family, 1970..1995, &mut random) }));
            }
        }
        let people_asked = people.iter().map(|(relationship, demographics)| form::person(*relationship, demographics.clone())).collect();
        let form = OrderForm {
            observed: vec![TermId(FEATURES[random.random_range(0..FEATURES.len())])],
            eligibility: "Simulated".into(),
            urgency: if random.random_bool(0.1) { Urgency::Urgent } else { Urgency::Routine },
            id,
            ..form::order(test.clone(), people_asked)
        };
        let clinic = random.random_range(0..HUBS);
        let plan = plan::draw(begin, genome, &mut random);
        // Each clinic's orders go to a hub of its own.
        Case { id, plan, form: Some(form), people, hub: clinic, is_sent_on: false, clinic, analysis: None, random }
    }

    /// Whether the order was not sent yet.
    pub(super) fn is_unsent(&self) -> bool {
        self.form.is_some()
    }

    /// The order, by whom and where.
    pub(super) fn placed(&self) -> Placed {
        Placed { id: self.id, requester: clinic(self.clinic), laboratory: laboratory(self.hub) }
    }

    /// When something happens next; nothing more once the order has ended, or waits for what never comes.
    pub(super) fn next(&self) -> Option<Timestamp> {
        self.plan.front().map(|(time, _)| *time)
    }

    /// Takes the next step; why, where the service refused it as it would refuse people at work: something that the step rests on is
    /// missing, and nothing follows.
    pub(super) async fn step(&mut self, simulation: &Simulation<'_>) -> anyhow::Result<Option<Refused>> {
        let Some((_, step)) = self.plan.pop_front() else { return Ok(None) };
        let (field, message) = match self.perform(step, simulation).await {
            Ok(()) => {
                let view = simulation.service.store.order_view(self.id).await?;
                if view.is_none_or(|view| view.state.is_final()) {
                    self.plan.clear();
                }
                return Ok(None);
            }
            Err(ServiceError::Refused(why)) => why.0.into_iter().next().map(|why| (why.field.to_string(), why.message)).unwrap_or_default(),
            Err(ServiceError::NotFound(what)) => ("nothing there".into(), what.to_string()),
            Err(other) => anyhow::bail!("{step:?} of order {}: {other}", self.id),
        };
        if !step.stands_alone() {
            self.plan.clear();
        }
        Ok(Some(Refused { step: format!("{step:?}"), field, message, count: 1 }))
    }

    async fn perform(&mut self, step: Step, simulation: &Simulation<'_>) -> ServiceResult<()> {
        let at = |role, hub, which| desk_of(simulation.service, role, hub, which);
        let bench = at(Role::LaboratoryScientist, if self.is_sent_on { self.hub + 1 } else { self.hub }, 0);
        let (clinician, scientist) = (at(Role::Clinician, self.clinic, 0), at(Role::ClinicalScientist, self.hub, 0));
        match step {
            Step::Submit => match self.form.take() {
                Some(form) => orders::place(&clinician, form).await.map(drop),
                None => Ok(()),
            },
            Step::Choose { agree } => self.choose(&at(Role::GenomicAssociate, self.clinic, 0), agree).await,
            Step::Receive | Step::ReceiveAgain => self.receive(&bench).await,
            Step::Reject => self.reject(&bench).await,
            Step::Prepare => {
                let quality = Quality { concentration_ng_per_ul: 60.0, volume_ul: 50.0, ratio_260_280: Some(1.85) };
                self.handle(&bench, |state| matches!(state, State::Accepted), |_| Command::Prepare(quality)).await
            }
            Step::Dispatch => {
                let (to, manifest) = (laboratory(self.hub + 1), format!("M{}", &orders::number(self.id)[3..]));
                let dispatch = |_: &Sample| Command::Dispatch { to: to.clone(), manifest: manifest.clone() };
                self.handle(&bench, |state| matches!(state, State::Prepared(_)), dispatch).await
            }
            Step::Arrive => self.arrive(&at(Role::LaboratoryScientist, self.hub + 1, 0)).await,
            Step::Sequence => {
                let fits = |state: &State| matches!(state, State::Prepared(_) | State::Elsewhere { .. });
                self.handle(&bench, fits, |_| Command::Sequence).await
            }
            Step::Register => self.register(&at(Role::Bioinformatician, self.hub, 0), simulation).await,
            Step::Fail => self.conclude(simulation, Err(anyhow::anyhow!("the disk of the machine was full"))).await,
            Step::Analyse => {
                let is_found = self.random.random_bool(0.5);
                self.conclude(simulation, Ok(simulation.analysis(self.people.len(), is_found).clone())).await
            }
            Step::Propose => {
                let summary = "Simulated: nobody looked".into();
                cases::propose(&scientist, self.id, Conclusion { variants: vec![], outcome: Outcome::NoFinding, summary }).await
            }
            Step::Return => {
                let second = at(Role::ClinicalScientist, self.hub, 1);
                cases::send_back(&second, self.id, "Say what was not looked for".into()).await
            }
            Step::Check => cases::check(&at(Role::ClinicalScientist, self.hub, 1), self.id).await,
            Step::Sign => results::reports::authorise(&at(Role::Consultant, self.hub, 0), self.id).await.map(drop),
            Step::Deliver => Ok(results::deliver::deliver(simulation.service).await.map(drop)?),
            Step::Read => results::reports::acknowledge(&clinician, self.id, "").await,
            Step::Cancel => orders::change(&clinician, self.id, order::Command::Cancel { reason: "No longer needed".into() }).await,
            Step::Mistake => {
                let reason = "Ordered for another patient".into();
                orders::change(&clinician, self.id, order::Command::EnterInError { reason }).await
            }
            Step::TakeOn => work::act_on(&at(Role::LaboratoryScientist, self.hub, 0), self.id, &WorkAction::Take).await,
        }
    }

    /// The samples of the order as somebody may read them.
    async fn samples(&self, desk: &Desk) -> ServiceResult<Vec<(SampleId, Sample)>> {
        let permit = desk.permit(access::Action::ReadOrder, self.id).await?;
        Ok(desk.status(&permit, self.id).await?.samples)
    }

    /// Does something with every sample in a state.
    async fn handle(&self, desk: &Desk, fits: impl Fn(&State) -> bool, command: impl Fn(&Sample) -> Command) -> ServiceResult<()> {
        for (id, sample) in self.samples(desk).await?.into_iter().filter(|(_, sample)| fits(&sample.state)) {
            samples::handle(desk, self.id, id, command(&sample)).await?;
        }
        Ok(())
    }

    async fn choose(&mut self, desk: &Desk, agree: bool) -> ServiceResult<()> {
        let permit = desk.permit(access::Action::ReadOrder, self.id).await?;
        let participants = desk.status(&permit, self.id).await?.order.request.map(|request| request.people).unwrap_or_default();
        for (participant, (relationship, who)) in participants.iter().zip(&self.people) {
            let is_proband = *relationship == Relationship::Proband;
            let category = match who.is_child(desk.today()) {
                true if self.people.len() > 1 => Category::Child { by: Relationship::Mother, assent: true },
                true => Category::BestInterest { clinician: "Dr Amara Okafor".into() },
                false => Category::AdultOwn,
            };
            let discussion = Discussion {
                order: self.id,
                wording: WORDING.into(),
                category,
                test: if agree || !is_proband { Answer::Yes } else { Answer::No },
                research: if self.random.random_bool(0.9) { Answer::Yes } else { Answer::No },
                recontact: Answer::Yes,
                secondary_findings: Answer::No,
                family_sharing: Answer::Yes,
                comment: String::new(),
                how: How::Spoken,
                interpreter: String::new(),
            };
            choices::record(desk, participant.patient, discussion).await?;
        }
        Ok(())
    }

    async fn receive(&self, desk: &Desk) -> ServiceResult<()> {
        for (id, sample) in self.samples(desk).await?.into_iter().filter(|(_, sample)| sample.state.is_awaited()) {
            samples::handle(desk, self.id, id, Command::Receive { barcode: barcode(&sample) }).await?;
            samples::handle(desk, self.id, id, Command::Accept).await?;
        }
        Ok(())
    }

    async fn reject(&self, desk: &Desk) -> ServiceResult<()> {
        match self.samples(desk).await?.first() {
            Some((id, _)) => samples::handle(desk, self.id, *id, Command::Reject(Rejection::new(Ground::Haemolysed, ""))).await,
            None => Ok(()),
        }
    }

    async fn arrive(&mut self, desk: &Desk) -> ServiceResult<()> {
        let receive = |sample: &Sample| Command::ReceiveElsewhere { barcode: barcode(sample) };
        self.handle(desk, |state| matches!(state, State::Dispatched { .. }), receive).await?;
        self.is_sent_on = true;
        Ok(())
    }

    async fn register(&mut self, desk: &Desk, simulation: &Simulation<'_>) -> ServiceResult<()> {
        let permit = desk.permit(access::Action::ReadOrder, self.id).await?;
        let people = desk.status(&permit, self.id).await?.order.request.map(|request| request.people).unwrap_or_default();
        let named = people.iter().map(|p| (p.patient, column(p.relationship).to_owned())).collect();
        let delivered = simulation.deliver(self.id)?;
        self.analysis = Some(data::register_data(desk, self.id, &delivered, named).await?);
        std::fs::remove_file(&delivered.vcf).context("clearing what was delivered")?;
        Ok(())
    }

    /// Ends the analysis as the engine would have, which is not asked.
    async fn conclude(&self, simulation: &Simulation<'_>, outcome: anyhow::Result<germline::Analysis>) -> ServiceResult<()> {
        let desk = simulation.service.desk(service::people::staff::system());
        match self.analysis {
            Some(analysis) => data::conclude_analysis(&desk, self.id, analysis, outcome).await,
            None => Ok(()),
        }
    }
}

fn barcode(sample: &Sample) -> String {
    sample.label.as_ref().map_or_else(String::new, |label| label.barcode.clone())
}

/// The sample of a person in the file of the simulation.
fn column(relationship: Relationship) -> &'static str {
    match relationship {
        Relationship::Father => "father",
        Relationship::Mother => "mother",
        _ => "child",
    }
}
