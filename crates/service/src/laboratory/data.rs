//! Sequence data: registered with its checksum, checked against the pedigree, analysed.

pub(crate) mod beside;
pub mod delivered;

use crate::{Desk, ServiceError, ServiceResult, Status, directory, fault::ForLog, operations::Ended, people::staff, work::Work};
use access::{Action, Permit};
use anyhow::Context;
use care::{
    AnalysisId, InterpretationId, OrderId, PatientId, Refusal, Refusals,
    interpretation::{
        analysis::{self, Analysis, Beside, Command, Input},
        case::{self, Interpretation},
    },
    laboratory::sample::{self, Sample},
    ordering::{
        family::{Affected, Participant, Relationship},
        order::{self, Order},
    },
    people::patient::Sex,
};
use engine::run;
use formats::vcf::Stream;
use germline::identity::Outcome;
use ontology::likelihood::Phenotype;
use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Instant,
};
use store::{Change, Leased};

/// Files of one family as they were delivered.
#[derive(Clone, Debug)]
pub struct Delivered {
    /// Small variants.
    pub vcf: PathBuf,
    /// Structural variants, copy numbers and repeats, from their own callers.
    pub structural: Vec<PathBuf>,
}

impl Delivered {
    /// Small variants alone.
    pub fn small(vcf: &Path) -> Delivered {
        Delivered { vcf: vcf.to_owned(), structural: vec![] }
    }
}

/// Contradictions that stop a case, in words.
fn contradictions(result: &germline::Analysis) -> Vec<String> {
    let wrong = result.identity.iter().filter(|c| c.outcome == Outcome::Contradicts);
    wrong.map(|c| format!("{}: {:.1} % of {} sites", c.what, c.value * 100.0, c.sites)).collect()
}

/// Registers the files of an order's family and queues their analysis. `samples` names each person's sample in the files.
#[crate::boxed]
pub async fn register_data(desk: &Desk, order: OrderId, files: &Delivered, samples: Vec<(PatientId, String)>) -> ServiceResult<AnalysisId> {
    let permit = desk.permit(Action::RegisterData, order).await?;
    let status = desk.status(&permit, order).await?;
    ready(&status, files, &samples)?;
    Refusals::check(delivered::faults(desk, &permit, (order, &status), files, &samples).await?)?;
    let blobs = desk.service.store.blobs();
    let vcf_sha256 = blobs.put_file(&files.vcf).await?;
    let mut structural_sha256 = Vec::new();
    for path in &files.structural {
        structural_sha256.push(blobs.put_file(path).await?);
    }
    let mut change = Change::default();
    let paths = [&files.vcf].into_iter().chain(&files.structural);
    for (path, sha256) in paths.zip([&vcf_sha256].into_iter().chain(&structural_sha256)) {
        change.expected_data.push(delivered::unused(desk, &permit, (order, path.as_path(), sha256.as_str()), &samples).await?);
    }
    let id = AnalysisId(desk.new_id());
    let store = &desk.service.store;
    let file = files.vcf.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let input = Input { order, vcf_sha256, file, structural_sha256, samples, reference: desk.service.reference.clone() };
    let loaded = store.load::<Analysis>(&permit, id.stream()).await?;
    change.add(&loaded, &analysis::decide(&loaded.state, Command::Queue(input))?);
    change.links.push((order, id.stream()));
    // Results of a laboratory that told nothing of the sample it was sent say that it has it.
    for (sample, dispatched) in status.samples.iter().filter(|(_, s)| matches!(s.state, sample::State::Dispatched { .. })) {
        let loaded = store.load::<Sample>(&permit, sample.stream()).await?;
        change.add(&loaded, &sample::decide(dispatched, sample::Command::Infer)?);
    }
    let placed = store.load::<Order>(&permit, order.stream()).await?;
    match &placed.state.state {
        order::State::Accepted => change.add(&placed, &order::decide(&placed.state, order::Command::Start, &desk.staff)?),
        order::State::OnHold { .. } => {
            change.add(&placed, &order::decide(&placed.state, order::Command::Resume { reason: "new sequence data".into() }, &desk.staff)?);
        }
        order::State::InProgress => {}
        other => {
            return Err(
                Refusals::one("order", format!("Data cannot be registered now: the order is {}", other.label().to_lowercase())).into()
            );
        }
    }
    desk.commit(&permit, change).await?;
    Ok(id)
}

/// Runs a queued analysis to its end; `progress` is told the records read. Refused while another program runs it.
#[crate::boxed]
pub async fn run_analysis(desk: &Desk, order: OrderId, id: AnalysisId, progress: Arc<dyn Fn(u64) + Send + Sync>) -> ServiceResult<()> {
    let work = take(desk, id).await?;
    let ran = run(desk, order, id, &work, progress).await;
    if let Err(fault) = &ran {
        work.come_to_nothing(fault).await?;
    }
    ran
}

async fn take(desk: &Desk, id: AnalysisId) -> ServiceResult<Work> {
    let work = Work::take(&desk.service, &id.stream()).await?;
    Ok(work.ok_or_else(|| Refusals::one("analysis", "This analysis is being run already"))?)
}

/// Runs an analysis that is this program's. What comes out is written, a file that cannot be read too; a fault of the machine is
/// returned and changes nothing of the order, since the next attempt may do.
pub(super) async fn run(
    desk: &Desk,
    order: OrderId,
    id: AnalysisId,
    work: &Work,
    progress: Arc<dyn Fn(u64) + Send + Sync>,
) -> ServiceResult<()> {
    let (permit, input) = start(desk, order, id, work).await?;
    let began = Instant::now();
    let status = desk.status(&permit, order).await?;
    let scratch = beside::scratch(&desk.service.folder, id, work.lease.fence)?;
    let outcome = computed(desk, &status, &input, &scratch, progress).await;
    if let Err(fault) = beside::clear(&scratch) {
        tracing::warn!("{}", fault.for_log());
    }
    let outcome = match outcome {
        Err(fault) if is_retryable(&fault) => return Err(fault.into()),
        outcome => outcome,
    };
    desk.service.operations.seen.analysis(ended(&outcome), began.elapsed());
    settle(desk, &permit, order, id, work, outcome).await
}

/// How a run ended, for those who watch the service.
fn ended(outcome: &anyhow::Result<Computed>) -> Ended {
    match outcome {
        Err(_) => Ended::Failed,
        Ok((result, _)) if contradictions(result).is_empty() => Ended::Done,
        Ok(_) => Ended::Stopped,
    }
}

/// What came out of a run, with the files that it wrote beside.
type Computed = (germline::Analysis, Vec<Beside>);

async fn computed(
    desk: &Desk,
    status: &Status,
    input: &Input,
    scratch: &Path,
    progress: Arc<dyn Fn(u64) + Send + Sync>,
) -> anyhow::Result<Computed> {
    let result = compute(desk, status, input, scratch, progress).await?;
    Ok((result, beside::keep(desk, scratch).await?))
}

/// Ends a queued analysis with what came out elsewhere: of a simulation, which reads no genome.
#[crate::boxed]
pub async fn conclude_analysis(
    desk: &Desk,
    order: OrderId,
    id: AnalysisId,
    outcome: anyhow::Result<germline::Analysis>,
) -> ServiceResult<()> {
    let work = take(desk, id).await?;
    let (permit, _) = start(desk, order, id, &work).await?;
    settle(desk, &permit, order, id, &work, outcome.map(|result| (result, vec![]))).await
}

async fn start(desk: &Desk, order: OrderId, id: AnalysisId, work: &Work) -> ServiceResult<(Permit, Input)> {
    let permit = desk.permit(Action::RegisterData, order).await?;
    let loaded = desk.service.store.load::<Analysis>(&permit, id.stream()).await?;
    let input = loaded.state.input.clone().ok_or(ServiceError::NotFound("analysis"))?;
    let mut change = Change::default();
    change.add(&loaded, &analysis::decide(&loaded.state, Command::Start)?);
    change.leased = Some(Leased::Continues(work.lease.clone()));
    desk.commit(&permit, change).await?;
    Ok((permit, input))
}

/// The folder of what an analysis leaves beside its result.
async fn compute(
    desk: &Desk,
    status: &Status,
    input: &Input,
    work: &Path,
    progress: Arc<dyn Fn(u64) + Send + Sync>,
) -> anyhow::Result<germline::Analysis> {
    let request = status.order.request.as_ref().context("the order has no request")?;
    std::fs::create_dir_all(work)?;
    let ped = work.join("family.ped");
    std::fs::write(&ped, pedigree(&request.people, &input.samples))?;
    let proband = request.proband().and_then(|p| sample_of(p.patient, &input.samples)).context("the proband has no sample")?;
    let panel = directory::panels::panel_of(desk, request).await?;
    let blobs = desk.service.store.blobs();
    let (vcf, structural) = (blobs.file(&input.vcf_sha256).await?, blobs.files(&input.structural_sha256).await?);
    // A disk that is not there says nothing against a file.
    for file in structural.iter().chain([&vcf]) {
        anyhow::ensure!(file.is_file(), "{} is not where the service keeps its files: is the disk there?", file.display());
    }
    // A file that was cut short where it lies would be read as one with fewer variants.
    let (vcf, structural) = (blobs.sound_file(&input.vcf_sha256).await?, blobs.sound_files(&input.structural_sha256).await?);
    let run_request = run::Request {
        structural,
        vcf,
        ped: Some(ped),
        proband: Some(proband),
        phenotype: Phenotype { observed: request.observed.clone(), excluded: request.excluded.clone() },
        panel,
        lenient: false,
        papers_left_out: std::collections::HashSet::new(),
    };
    let (knowledge, folder) = (Arc::clone(&desk.service.knowledge), work.to_owned());
    tokio::task::spawn_blocking(move || run::run(&run_request, &knowledge, Some(&folder), &mut |n| progress(n))).await?
}

/// Whether the same may do another time: files that cannot be read are the same files then.
fn is_retryable(fault: &anyhow::Error) -> bool {
    fault.downcast_ref::<formats::FileError>().is_none()
}

/// Writes how a run came out. Samples that contradict the pedigree stop the case.
async fn settle(
    desk: &Desk,
    permit: &Permit,
    order: OrderId,
    id: AnalysisId,
    work: &Work,
    outcome: anyhow::Result<Computed>,
) -> ServiceResult<()> {
    let store = &desk.service.store;
    let loaded = store.load::<Analysis>(permit, id.stream()).await?;
    let mut change = Change { leased: Some(Leased::Ends(work.lease.clone())), ..Change::default() };
    let (command, hold) = match outcome {
        Err(fault) => {
            let reason = format!("{fault:#}");
            (Command::Fail { reason: reason.clone(), retryable: is_retryable(&fault) }, Some(reason))
        }
        Ok((result, beside)) => match contradictions(&result) {
            wrong if !wrong.is_empty() => {
                let reason = format!(
                    "the samples are not who the pedigree says ({}). Check for swapped tubes and registered sexes before going on",
                    wrong.join("; ")
                );
                (Command::Stop { reason: reason.clone() }, Some(reason))
            }
            _ => {
                let result_sha256 = store.blobs().put(serde_json::to_vec_pretty(&result).context("writing the analysis")?).await?;
                let interpretation = InterpretationId(desk.new_id());
                let empty = store.load::<Interpretation>(permit, interpretation.stream()).await?;
                change.add(&empty, &case::decide(&empty.state, case::Command::Open { analysis: id, order }, &desk.staff)?);
                change.links.push((order, interpretation.stream()));
                (Command::Finish { result_sha256, candidates: result.candidates.len(), beside }, None)
            }
        },
    };
    change.add(&loaded, &analysis::decide(&loaded.state, command)?);
    if let Some(reason) = hold {
        let placed = store.load::<Order>(permit, order.stream()).await?;
        change.add(&placed, &order::decide(&placed.state, order::Command::Hold { reason }, &staff::system())?);
    }
    desk.commit(permit, change).await
}

/// The result of the analysis that the latest interpretation is over, else of the newest that is finished.
#[crate::boxed]
pub async fn result(desk: &Desk, status: &Status) -> ServiceResult<germline::Analysis> {
    let Some(analysis::State::Done { result_sha256, .. }) = interpreted(status).map(|analysis| &analysis.state) else {
        return Err(ServiceError::NotFound("finished analysis"));
    };
    let bytes = desk.service.store.blobs().get(result_sha256).await?;
    Ok(serde_json::from_slice(&bytes).context("reading the analysis")?)
}

/// The analysis that the latest interpretation is over, else the newest that is finished.
pub(crate) fn interpreted(status: &Status) -> Option<&Analysis> {
    interpreted_with_id(status).map(|(_, analysis)| analysis)
}

/// The same with its identifier.
pub(crate) fn interpreted_with_id(status: &Status) -> Option<(AnalysisId, &Analysis)> {
    let based_on = status.interpretation().and_then(|(_, interpretation)| interpretation.analysis).map(|(analysis, _)| analysis);
    let finished = || status.analyses.iter().filter(|(_, analysis)| matches!(analysis.state, analysis::State::Done { .. }));
    let found = finished().find(|(id, _)| Some(*id) == based_on).or_else(|| finished().next_back());
    found.map(|(id, analysis)| (*id, analysis))
}

fn ready(status: &Status, files: &Delivered, samples: &[(PatientId, String)]) -> ServiceResult<()> {
    let request = status.order.request.as_ref().ok_or(ServiceError::NotFound("order"))?;
    let mut refusals = Vec::new();
    let name = |id: &PatientId| request.people.iter().find(|p| p.patient == *id).map_or("somebody", |p| p.name.as_str()).to_owned();
    for person in status.choices_missing() {
        refusals.push(Refusal::new("choice", format!("{} has not agreed to the test: record the choice first", name(&person))));
    }
    for person in status.samples_missing() {
        refusals.push(Refusal::new("sample", format!("No accepted sample of {} is in the laboratory", name(&person))));
    }
    let header = Stream::open(&files.vcf)?.header().clone();
    for person in &request.people {
        match sample_of(person.patient, samples) {
            None => refusals.push(Refusal::new("samples", format!("Say which sample of the file is that of {}", person.name))),
            Some(sample) if !header.samples.contains(&sample) => {
                refusals.push(Refusal::new(
                    "samples",
                    format!("The file has no sample '{sample}' (for {}); it has: {}", person.name, header.samples.join(", ")),
                ));
            }
            Some(_) => {}
        }
    }
    for path in &files.structural {
        let header = Stream::open(path)?.header().clone();
        if !samples.iter().any(|(_, sample)| header.samples.contains(sample)) {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let message = format!("{name} has no sample of this family; it has: {}", header.samples.join(", "));
            refusals.push(Refusal::new("structural", message));
        }
    }
    Ok(Refusals::check(refusals)?)
}

fn sample_of(patient: PatientId, samples: &[(PatientId, String)]) -> Option<String> {
    samples.iter().find(|(p, _)| *p == patient).map(|(_, s)| s.clone())
}

/// The order's family as a PED file.
fn pedigree(people: &[Participant], samples: &[(PatientId, String)]) -> String {
    let name = |r: Relationship| {
        people.iter().find(|p| p.relationship == r).and_then(|p| sample_of(p.patient, samples)).unwrap_or_else(|| "0".into())
    };
    let (father, mother) = (name(Relationship::Father), name(Relationship::Mother));
    let proband = people.iter().find(|p| p.relationship == Relationship::Proband);
    let own = proband.and_then(|p| sample_of(p.patient, samples)).unwrap_or_else(|| "0".into());
    let of_proband = match proband.map(|p| p.sex) {
        Some(Sex::Male) => (own.as_str(), "0"),
        Some(Sex::Female) => ("0", own.as_str()),
        _ => ("0", "0"),
    };
    let mut text = String::new();
    for person in people {
        let (f, m) = match person.relationship {
            Relationship::Proband | Relationship::Sibling => (father.as_str(), mother.as_str()),
            Relationship::Child => of_proband,
            _ => ("0", "0"),
        };
        let sex = match person.sex {
            Sex::Male => 1,
            Sex::Female => 2,
            Sex::Unknown => 0,
        };
        let affected = match (person.relationship, person.affected) {
            (Relationship::Proband, _) | (_, Affected::Yes) => 2,
            (_, Affected::No) => 1,
            (_, Affected::Unknown) => 0,
        };
        let sample = sample_of(person.patient, samples).unwrap_or_default();
        text += &format!("FAM\t{sample}\t{f}\t{m}\t{sex}\t{affected}\n");
    }
    text
}
