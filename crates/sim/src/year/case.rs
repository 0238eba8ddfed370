//! One order of the year: its people, and what each step writes. The rules decide every step as they do for people at work.

use super::{
    People, Placed, identifier,
    plan::{self, Step},
    who::{FAMILY, FEATURES, HUBS, by_whom, laboratory, person},
};
use access::Permit;
use anyhow::Context;
use care::{
    AnalysisId, InterpretationId, OrderId, PatientId, Refusals, ReportId, Role, SampleId,
    directory::Test,
    interpretation::{
        analysis::{self, Input},
        case::{self, Conclusion, Outcome},
    },
    laboratory::sample::{self, Label, Quality},
    ordering::{
        choice::{self, Answer, Category, Discussion, How, Standing, WORDING},
        family::{Affected, Participant, Relationship},
        order::{self, Request, Urgency, purpose},
        work,
    },
    people::patient::{self, Demographics, Patient, Sex},
    results::report,
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use ontology::TermId;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Serialize;
use service::{
    Status,
    ordering::orders::{barcode, number},
};
use std::collections::{BTreeMap, VecDeque};
use store::Change;

/// An order on its way.
pub(super) struct Case {
    pub id: OrderId,
    plan: VecDeque<(Timestamp, Step)>,
    status: Status,
    seen: BTreeMap<String, u64>,
    request: Request,
    people: Vec<(PatientId, Demographics)>,
    hub: usize,
    clinic: usize,
    report: String,
    random: ChaCha8Rng,
}

impl Case {
    pub(super) fn new(which: usize, test: &Test, version: String, at: Timestamp, report: &str, random: &mut ChaCha8Rng) -> Case {
        let mut random = ChaCha8Rng::seed_from_u64(random.random());
        let id = OrderId(identifier(at, &mut random));
        let genome = plan::is_genome(test);
        let trio = genome && random.random_bool(0.6);
        let family = format!("{}{which}", FAMILY[random.random_range(0..FAMILY.len())]);
        let mut people = vec![(Relationship::Proband, person(&family, if trio { 2010..2025 } else { 1945..2005 }, &mut random))];
        if trio {
            for (relationship, sex) in [(Relationship::Father, Sex::Male), (Relationship::Mother, Sex::Female)] {
                people.push((relationship, Demographics { sex, ..person(&family, 1970..1995, &mut random) }));
            }
        }
        let people: Vec<_> = people.into_iter().map(|(r, who)| (r, PatientId(identifier(at, &mut random)), who)).collect();
        let participant = |(relationship, patient, who): &(Relationship, PatientId, Demographics)| Participant {
            patient: *patient,
            name: who.full_name(),
            relationship: *relationship,
            sex: who.sex,
            affected: if *relationship == Relationship::Proband { Affected::Yes } else { Affected::No },
        };
        let hub = random.random_range(0..HUBS);
        let request = Request {
            number: number(id),
            test: test.code.clone(),
            indication: test.indication.clone(),
            purpose: purpose::Purpose::Diagnosis,
            directory_version: version,
            panel: None,
            people: people.iter().map(participant).collect(),
            observed: vec![TermId(FEATURES[random.random_range(0..FEATURES.len())])],
            excluded: vec![],
            onsets: vec![],
            eligibility: "Simulated".into(),
            history: String::new(),
            urgency: if random.random_bool(0.1) { Urgency::Urgent } else { Urgency::Routine },
            laboratory: laboratory(hub),
            turnaround_days_max: test.turnaround_days_max,
            sender: None,
        };
        Case {
            id,
            plan: plan::of(at, genome, &mut random),
            status: Status::default(),
            seen: BTreeMap::new(),
            request,
            people: people.into_iter().map(|(_, patient, who)| (patient, who)).collect(),
            hub,
            clinic: random.random_range(0..2),
            report: report.to_owned(),
            random,
        }
    }

    /// The order, by whom and where.
    pub(super) fn placed(&self, people: &People) -> Placed {
        let requester = people.of(Role::Clinician, self.clinic).organisation.clone();
        Placed { id: self.id, requester, laboratory: self.request.laboratory.clone() }
    }

    /// When something happens next; nothing more once the order has ended, or waits for what never comes.
    pub(super) fn next(&self) -> Option<Timestamp> {
        let ended = self.status.order.state.is_final();
        self.plan.front().filter(|_| !ended).map(|(at, _)| *at)
    }

    /// What the next step writes, and who takes it.
    pub(super) fn step(&mut self, people: &People, at: Timestamp) -> anyhow::Result<Vec<(Permit, Change, Timestamp)>> {
        let Some((_, step)) = self.plan.pop_front() else { return Ok(vec![]) };
        let (role, action) = by_whom(step);
        let which = match role {
            Role::Clinician | Role::GenomicAssociate => self.clinic,
            // Whoever checks is not the one who proposed.
            Role::ClinicalScientist => usize::from(step != Step::Propose),
            _ => self.hub,
        };
        let permit = people.permit(role, which, action, self.id)?;
        let mut written = Vec::new();
        if step == Step::Submit {
            for (id, who) in &self.people {
                let mut change = Change::default();
                change.expected.push((id.stream(), 0));
                let day = at.to_zoned(TimeZone::UTC).date();
                let events = patient::register(&Patient::default(), who.clone(), day).context("an invented person")?;
                change.more(&id.stream(), &events);
                change.links.push((self.id, id.stream()));
                written.push((permit.clone(), change, at));
            }
        }
        let mut change = Change::default();
        let decided =
            self.decide(step, &permit, at, &mut change).map_err(|why| anyhow::anyhow!("{step:?} of order {}: {why}", self.request.number));
        if decided? {
            for event in &change.events {
                let (stream, event) = event.recorded().read()?;
                self.status.apply(&stream, &event)?;
            }
            written.push((permit, change, at));
        }
        Ok(written)
    }

    /// Decides a step; false when it does not happen, because something that it rests on is missing: then nothing follows either.
    fn decide(&mut self, step: Step, permit: &Permit, at: Timestamp, change: &mut Change) -> Result<bool, Refusals> {
        let by = permit.staff();
        let day = at.to_zoned(TimeZone::UTC).date();
        match step {
            Step::Submit => {
                let command = order::Command::Submit(Box::new(self.request.clone()));
                let events = order::decide(&self.status.order, command, by)?;
                self.add(change, self.id.stream(), &events);
                for (patient, material) in purpose::samples_needed(&self.request) {
                    self.expect(change, at, patient, material)?;
                }
            }
            Step::Choose { agree } => self.choose(change, agree, day)?,
            Step::Receive | Step::ReceiveAgain => self.receive(change, permit)?,
            Step::Reject => {
                let Some((id, held)) = self.status.samples.first().cloned() else { return Ok(false) };
                let events = sample::decide(&held, sample::Command::Reject { reason: "Haemolysed".into() })?;
                self.add(change, id.stream(), &events);
                if let Some(label) = held.label {
                    self.expect(change, at, label.patient, &label.material)?;
                }
            }
            Step::Prepare => {
                let quality = Quality { concentration_ng_per_ul: 60.0, volume_ul: 50.0, ratio_260_280: Some(1.85) };
                self.all(change, |state| matches!(state, sample::State::Accepted), &sample::Command::Prepare(quality))?;
            }
            Step::Dispatch => {
                let to = laboratory(self.hub + 1);
                let manifest = format!("M{}", &self.request.number[3..]);
                self.all(change, |state| matches!(state, sample::State::Prepared(_)), &sample::Command::Dispatch { to, manifest })?;
            }
            Step::Arrive => self.arrive(change)?,
            Step::Sequence => {
                let fits = |state: &sample::State| matches!(state, sample::State::Prepared(_) | sample::State::Elsewhere { .. });
                self.all(change, fits, &sample::Command::Sequence)?;
            }
            Step::Register => return self.register(change, at, permit),
            Step::Fail => {
                let command = analysis::Command::Fail { reason: "the disk of the machine was full".into(), retryable: true };
                self.analysis(change, command)?;
            }
            Step::Analyse => self.analyse(change, at, permit)?,
            Step::Propose | Step::Return | Step::Check => return self.interpret(change, step, permit),
            Step::Sign => return self.sign(change, at, permit),
            Step::Deliver | Step::Read => return self.told(change, step, at, permit),
            Step::Cancel => self.end(change, order::Command::Cancel { reason: "No longer needed".into() }, permit)?,
            Step::Mistake => self.end(change, order::Command::EnterInError { reason: "Ordered for another patient".into() }, permit)?,
            Step::TakeOn => {
                let events = work::decide(work::Command::Assign { to: by.clone() }, day)?;
                self.add(change, work::stream(self.id), &events);
            }
        }
        if change.events.is_empty() {
            self.plan.clear();
        }
        Ok(!change.events.is_empty())
    }

    fn end(&mut self, change: &mut Change, command: order::Command, permit: &Permit) -> Result<(), Refusals> {
        if !self.status.order.state.is_final() {
            let events = order::decide(&self.status.order, command, permit.staff())?;
            self.add(change, self.id.stream(), &events);
        }
        Ok(())
    }

    fn choose(&mut self, change: &mut Change, agree: bool, today: Date) -> Result<(), Refusals> {
        let parents: Vec<PatientId> = self.people.iter().skip(1).map(|(id, _)| *id).collect();
        for (at, (patient, who)) in self.people.clone().into_iter().enumerate() {
            let child = who.is_child(today);
            let category = match parents.last() {
                Some(by) if child => Category::Child { by: *by, assent: true },
                _ if child => Category::BestInterest { clinician: "Dr Amara Okafor".into() },
                _ => Category::AdultOwn,
            };
            let discussion = Discussion {
                order: self.id,
                wording: WORDING.into(),
                category,
                test: if agree || at > 0 { Answer::Yes } else { Answer::No },
                research: if self.random.random_bool(0.9) { Answer::Yes } else { Answer::No },
                recontact: Answer::Yes,
                secondary_findings: Answer::No,
                family_sharing: Answer::Yes,
                comment: String::new(),
                how: How::Spoken,
                interpreter: String::new(),
            };
            let parents: &[PatientId] = if at == 0 { &parents } else { &[] };
            let events = choice::record(discussion, &Standing { person: &who, parents, today })?;
            self.add(change, choice::stream(patient), &events);
        }
        Ok(())
    }

    fn receive(&mut self, change: &mut Change, permit: &Permit) -> Result<(), Refusals> {
        for (id, held) in self.status.samples.clone().into_iter().filter(|(_, s)| s.state.is_awaited()) {
            let barcode = held.label.as_ref().map_or_else(String::new, |label| label.barcode.clone());
            let received = sample::decide(&held, sample::Command::Receive { barcode })?;
            self.add(change, id.stream(), &received);
            self.more(change, &id.stream(), &[sample::Event::Accepted]);
        }
        if self.status.order.state == order::State::Submitted {
            let events = order::decide(&self.status.order, order::Command::Accept, permit.staff())?;
            self.add(change, self.id.stream(), &events);
        }
        Ok(())
    }

    fn arrive(&mut self, change: &mut Change) -> Result<(), Refusals> {
        for (id, held) in self.status.samples.clone() {
            let Some(label) = held.label.as_ref().filter(|_| matches!(held.state, sample::State::Dispatched { .. })) else { continue };
            let events = sample::decide(&held, sample::Command::ReceiveElsewhere { barcode: label.barcode.clone() })?;
            self.add(change, id.stream(), &events);
        }
        Ok(())
    }

    fn all(&mut self, change: &mut Change, fits: impl Fn(&sample::State) -> bool, command: &sample::Command) -> Result<(), Refusals> {
        for (id, held) in self.status.samples.clone().into_iter().filter(|(_, s)| fits(&s.state)) {
            let events = sample::decide(&held, command.clone())?;
            self.add(change, id.stream(), &events);
        }
        Ok(())
    }

    fn register(&mut self, change: &mut Change, at: Timestamp, permit: &Permit) -> Result<bool, Refusals> {
        if !self.status.choices_missing().is_empty() || !self.status.samples_missing().is_empty() {
            self.plan.clear();
            return Ok(false);
        }
        let id = AnalysisId(identifier(at, &mut self.random));
        let samples = self.people.iter().map(|(id, who)| (*id, who.given_name.clone())).collect();
        let reference = ("simulated".to_owned(), String::new());
        let input = Input { order: self.id, vcf_sha256: String::new(), structural_sha256: vec![], samples, reference };
        let events = analysis::decide(&analysis::Analysis::default(), analysis::Command::Queue(input))?;
        self.add(change, id.stream(), &events);
        self.more(change, &id.stream(), &[analysis::Event::Started]);
        for (id, held) in self.status.samples.clone().into_iter().filter(|(_, s)| matches!(s.state, sample::State::Dispatched { .. })) {
            let events = sample::decide(&held, sample::Command::Infer)?;
            self.add(change, id.stream(), &events);
        }
        let command = match self.status.order.state {
            order::State::Accepted => Some(order::Command::Start),
            order::State::OnHold { .. } => Some(order::Command::Resume { reason: "new sequence data".into() }),
            _ => None,
        };
        if let Some(command) = command {
            let events = order::decide(&self.status.order, command, permit.staff())?;
            self.add(change, self.id.stream(), &events);
        }
        Ok(true)
    }

    fn analysis(&mut self, change: &mut Change, command: analysis::Command) -> Result<(), Refusals> {
        let Some((id, held)) = self.status.analysis().cloned() else { return Ok(()) };
        self.add(change, id.stream(), &analysis::decide(&held, command)?);
        Ok(())
    }

    fn analyse(&mut self, change: &mut Change, at: Timestamp, permit: &Permit) -> Result<(), Refusals> {
        let Some((analysis, _)) = self.status.analysis().cloned() else { return Ok(()) };
        self.analysis(change, analysis::Command::Finish { result_sha256: self.report.clone(), candidates: 3 })?;
        let id = InterpretationId(identifier(at, &mut self.random));
        let command = case::Command::Open { analysis, order: self.id };
        let events = case::decide(&case::Interpretation::default(), command, permit.staff())?;
        self.add(change, id.stream(), &events);
        Ok(())
    }

    fn interpret(&mut self, change: &mut Change, step: Step, permit: &Permit) -> Result<bool, Refusals> {
        let Some((id, held)) = self.status.interpretation().cloned() else { return Ok(false) };
        let command = match step {
            Step::Propose => case::Command::Propose(Conclusion {
                variants: vec![],
                outcome: Outcome::NoFinding,
                summary: "Simulated: nobody looked".into(),
            }),
            Step::Return => case::Command::Return { reason: "Say what was not looked for".into() },
            _ => case::Command::Check,
        };
        let events = case::decide(&held, command, permit.staff())?;
        self.add(change, id.stream(), &events);
        Ok(true)
    }

    fn sign(&mut self, change: &mut Change, at: Timestamp, permit: &Permit) -> Result<bool, Refusals> {
        let Some((interpretation, _)) = self.status.interpretation().cloned() else { return Ok(false) };
        let id = ReportId(identifier(at, &mut self.random));
        let command = report::Command::Authorise {
            order: self.id,
            interpretation,
            patient: self.people[0].0,
            content_sha256: self.report.clone(),
            rendered: None,
            signed_before: vec![],
        };
        let events = report::decide(&report::Report::default(), command, permit.staff(), at)?;
        self.add(change, id.stream(), &events);
        let events = order::decide(&self.status.order, order::Command::Report { report: id }, permit.staff())?;
        self.add(change, self.id.stream(), &events);
        Ok(true)
    }

    fn told(&mut self, change: &mut Change, step: Step, at: Timestamp, permit: &Permit) -> Result<bool, Refusals> {
        let Some((id, held)) = self.status.report().cloned() else { return Ok(false) };
        let deliver = step == Step::Deliver;
        let command =
            if deliver { report::Command::Deliver { to: "RP4".into() } } else { report::Command::Acknowledge { action: String::new() } };
        let events = report::decide(&held, command, permit.staff(), at)?;
        self.add(change, id.stream(), &events);
        if !deliver {
            let events = order::decide(&self.status.order, order::Command::Close, permit.staff())?;
            self.add(change, self.id.stream(), &events);
        }
        Ok(true)
    }

    fn expect(&mut self, change: &mut Change, at: Timestamp, patient: PatientId, material: &str) -> Result<(), Refusals> {
        let id = SampleId(identifier(at, &mut self.random));
        let label = Label { barcode: barcode(id), order: self.id, patient, material: material.into(), parent: None };
        let events = sample::decide(&sample::Sample::default(), sample::Command::Expect(label))?;
        self.add(change, id.stream(), &events);
        Ok(())
    }

    /// Adds events to a stream of this order.
    fn add(&mut self, change: &mut Change, stream: String, events: &[impl Serialize]) {
        let sequence = self.seen.get(&stream).copied().unwrap_or(0);
        if sequence == 0 {
            change.links.push((self.id, stream.clone()));
        }
        change.expected.push((stream.clone(), sequence));
        self.more(change, &stream, events);
    }

    fn more(&mut self, change: &mut Change, stream: &str, events: &[impl Serialize]) {
        change.more(stream, events);
        *self.seen.entry(stream.to_owned()).or_default() += events.len() as u64;
    }
}
