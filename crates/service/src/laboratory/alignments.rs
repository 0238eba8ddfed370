//! Aligned reads: delivered, checked against whose they are said to be and against the reference, registered, read in parts, withdrawn.

pub(super) mod identity;
pub mod offered;
pub mod pass;

use crate::{Desk, ServiceError, ServiceResult, Status, people};
use access::{Action, Permit};
use anyhow::Context;
use care::{
    AlignmentId, Fold, OrderId, PatientId, Refusal, Refusals,
    event::StreamKind,
    interpretation::analysis::Analysis,
    laboratory::alignment::{self, Alignment, AlignmentFile, Command, Declared, Identity, IndexKind, Kept, ReadsKind},
    ordering::order::State,
};
use formats::alignment::{self as files, Header, Kind};
use identity::Beside;
use offered::OfferedReads;
use serde::de::DeserializeOwned;
use std::{ops::Range, path::PathBuf};
use store::{BlobPart, Change};

/// What somebody registers.
#[derive(Clone, Debug, Default)]
pub struct RegisterReads {
    /// Name under which the reads were delivered.
    pub file: String,
    /// Names of samples that the page showed, so that a file that was replaced since is not taken.
    pub seen: Vec<String>,
    /// How somebody knows whose they are, where the names do not say it.
    pub declared: String,
}

/// Every file of reads that is registered for an order, oldest first, with those that were withdrawn.
#[crate::boxed]
pub async fn registered(desk: &Desk, order: OrderId) -> ServiceResult<Vec<(AlignmentId, Alignment)>> {
    // Whoever registers data sees them, and whoever reads the case.
    let action = if desk.may(Action::RegisterData) { Action::RegisterData } else { Action::ReadCase };
    let permit = desk.permit(action, order).await?;
    Ok(desk.status(&permit, order).await?.alignments)
}

/// Registered reads of an order that are somebody else's by what is known now: the laboratory withdraws them.
#[crate::boxed]
pub async fn contradicted(desk: &Desk, order: OrderId) -> ServiceResult<Vec<AlignmentId>> {
    let action = if desk.may(Action::RegisterData) { Action::RegisterData } else { Action::ReadCase };
    let permit = desk.permit(action, order).await?;
    let status = desk.status(&permit, order).await?;
    let (mut contradicted, beside) = (Vec::new(), Beside::of_status(&status));
    for (id, alignment) in &status.alignments {
        let Some(file) = alignment.in_force() else { continue };
        if identity::is_contradicted(desk, &permit, &beside, file).await? {
            contradicted.push(*id);
        }
    }
    Ok(contradicted)
}

/// Reads of a case.
pub struct CaseReads {
    /// Which.
    pub id: AlignmentId,
    /// Who in the family it is, with the names of samples in the header: no name of a person, since it leaves the service.
    pub whose: String,
    /// What was registered.
    pub file: AlignmentFile,
    /// By what is known now a name in the header is somebody else's: nothing may be read from them until that is put right.
    pub is_contradicted: bool,
}

/// The files of reads that a case can be looked at with: those that were not withdrawn.
#[crate::boxed]
pub async fn registered_for_reading(desk: &Desk, order: OrderId) -> ServiceResult<Vec<CaseReads>> {
    let permit = desk.permit(Action::ReadCase, order).await?;
    let status = desk.status(&permit, order).await?;
    let people = status.order.request.iter().flat_map(|request| &request.people);
    let places: Vec<(PatientId, &str)> = people.map(|person| (person.patient, person.relationship.label())).collect();
    let (mut reads, beside) = (Vec::new(), Beside::of_status(&status));
    for (id, alignment) in &status.alignments {
        let Some(file) = alignment.in_force().cloned() else { continue };
        let place = places.iter().find(|(patient, _)| *patient == file.patient).map_or("Not of this order any more", |(_, place)| *place);
        let is_contradicted = identity::is_contradicted(desk, &permit, &beside, &file).await?;
        reads.push(CaseReads { id: *id, whose: format!("{place}, {}", file.samples.join(", ")), file, is_contradicted });
    }
    Ok(reads)
}

/// Registers reads of a person with their index.
#[crate::boxed]
pub async fn register(desk: &Desk, order: OrderId, patient: PatientId, form: &RegisterReads) -> ServiceResult<AlignmentId> {
    let permit = desk.permit(Action::RegisterData, order).await?;
    let offered = offered::offered(desk, order).await?.into_iter().find(|offered| offered.name == form.file);
    let offered = offered.ok_or_else(|| Refusals::one("file", "Choose a file that was delivered"))?;
    // What is plain from the header is refused before gigabytes are copied.
    let header = &offered::header(desk, &offered.name).await?;
    let index = index_of(&offered, header, form)?;
    checked(desk, &permit, (order, patient), header, form).await?;
    let store = &desk.service.store;
    // Few at a time, however many are registered: each is read whole, twice.
    let keeping = desk.service.keeping.acquire().await.context("waiting to keep reads")?;
    let reads = keep(desk, offered::path(desk, &offered.name)).await?;
    let index = keep(desk, offered::path(desk, &index)).await?;
    let index_kind = whole(desk, header, &reads, &index).await?;
    drop(keeping);
    // Copying takes its time: all is looked at once more, and what changes after that is a conflict.
    let mut change = Change { expected: rests_on(desk, &permit, order, patient).await?, ..Change::default() };
    let identity = checked(desk, &permit, (order, patient), header, form).await?;
    change.expected_data.push(identity::unused(desk, &permit, order, patient, &reads.sha256).await?);
    let id = AlignmentId(desk.new_id());
    let file = AlignmentFile {
        order,
        patient,
        file: offered.name.clone(),
        kind: kind(header.kind),
        reads,
        index_kind,
        index,
        samples: header.samples.clone(),
        groups: identity::numbered(header),
        identity,
    };
    let loaded = store.load::<Alignment>(&permit, id.stream()).await?;
    change.add(&loaded, &alignment::decide(&loaded.state, Command::Register(file))?);
    change.links.push((order, id.stream()));
    desk.commit(&permit, change).await?;
    Ok(id)
}

/// Withdraws reads that were registered by mistake; they are kept, and shown no more.
#[crate::boxed]
pub async fn withdraw(desk: &Desk, order: OrderId, id: AlignmentId, reason: &str) -> ServiceResult<()> {
    let permit = desk.permit(Action::RegisterData, order).await?;
    let loaded = desk.service.store.load::<Alignment>(&permit, id.stream()).await?;
    if loaded.state.file.as_ref().is_none_or(|file| file.order != order) {
        return Err(ServiceError::NotFound("registered file of reads"));
    }
    let mut change = Change { reason: reason.trim().to_owned(), ..Change::default() };
    change.add(&loaded, &alignment::decide(&loaded.state, Command::Withdraw { reason: reason.to_owned() })?);
    desk.commit(&permit, change).await
}

/// What of registered reads is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ReadsPart {
    /// The reads.
    Reads,
    /// Their index.
    Index,
}

/// Reads, or their index, that may be read in parts.
pub struct Readable {
    /// The bytes that are kept.
    pub kept: Kept,
    /// What was registered.
    pub file: AlignmentFile,
}

/// Reads of a case, or their index, for whoever may read the case; each time it is written to the audit.
#[crate::boxed]
pub async fn readable(desk: &Desk, order: OrderId, id: AlignmentId, part: ReadsPart) -> ServiceResult<Readable> {
    let permit = desk.permit(Action::ReadCase, order).await?;
    let loaded = desk.service.store.load::<Alignment>(&permit, id.stream()).await?;
    let file = loaded.state.in_force().filter(|file| file.order == order).cloned();
    let file = file.ok_or(ServiceError::NotFound("registered file of reads"))?;
    // A session of IGV that was opened before goes on asking, part by part: no more of the order is read than its names.
    let analyses = in_order::<Analysis>(desk, &permit, order, StreamKind::Analysis).await?;
    let alignments = in_order::<Alignment>(desk, &permit, order, StreamKind::Alignment).await?;
    let beside = Beside { analyses: analyses.iter().collect(), alignments: alignments.iter().collect() };
    if identity::is_contradicted(desk, &permit, &beside, &file).await? {
        let message = "By what is known now a sample of these reads is somebody else’s, so that they are not shown. Ask the laboratory to \
                       withdraw them, and to register them for the right person";
        return Err(Refusals::one("file", message).into());
    }
    let kept = match part {
        ReadsPart::Reads => file.reads.clone(),
        ReadsPart::Index => file.index.clone(),
    };
    Ok(Readable { kept, file })
}

/// What an order has of one kind, oldest first.
async fn in_order<T: Fold>(desk: &Desk, permit: &Permit, order: OrderId, kind: StreamKind) -> ServiceResult<Vec<T>>
where
    T::Event: DeserializeOwned,
{
    let streams = desk.service.store.order_streams(permit, order, kind).await?;
    let mut states = desk.service.store.load_all::<T>(permit, &streams).await?;
    Ok(streams.iter().filter_map(|stream| states.remove(stream)).collect())
}

/// Some bytes of what may be read.
#[crate::boxed]
pub async fn bytes(desk: &Desk, readable: &Readable, range: Range<u64>) -> ServiceResult<BlobPart> {
    Ok(desk.service.store.blobs().part(&readable.kept.sha256, range).await?)
}

/// Whether reads of a person can be registered for an order as it stands.
fn may_register(status: &Status, patient: PatientId) -> ServiceResult<()> {
    let request = status.order.request.as_ref().ok_or(ServiceError::NotFound("order"))?;
    let mut refusals = Vec::new();
    let Some(person) = request.people.iter().find(|person| person.patient == patient) else {
        return Err(Refusals::one("person", "Choose a person of this order").into());
    };
    match &status.order.state {
        State::Accepted | State::InProgress | State::OnHold { .. } | State::Reported { .. } | State::Closed => {}
        other @ (State::Draft | State::Submitted | State::Rejected { .. } | State::Cancelled { .. } | State::EnteredInError { .. }) => {
            let state = other.label().to_lowercase();
            refusals.push(Refusal::new("order", format!("Reads cannot be registered now: the order is {state}")));
        }
    }
    if status.choices_missing().contains(&patient) {
        let message = format!("{} has not agreed to the test: record the choice first", person.name);
        refusals.push(Refusal::new("choice", message));
    }
    if status.samples_missing().contains(&patient) {
        refusals.push(Refusal::new("sample", format!("No accepted sample of {} is in the laboratory", person.name)));
    }
    Ok(Refusals::check(refusals)?)
}

/// The index that was delivered with a file, if the file still names the samples that were shown.
fn index_of(offered: &OfferedReads, header: &Header, form: &RegisterReads) -> ServiceResult<String> {
    if header.samples != form.seen {
        return Err(Refusals::one("file", "The file changed since it was shown here. Look at the names of its samples again").into());
    }
    let missing = || {
        let message = format!("No index of {} was delivered: it has the same name with .bai, .csi or .crai at its end", offered.name);
        Refusals::one("index", message)
    };
    Ok(offered.index.clone().ok_or_else(missing)?)
}

/// Streams that the identity of reads rests on, with how many events each has: the order's, and those of the records of the person.
async fn rests_on(desk: &Desk, permit: &Permit, order: OrderId, patient: PatientId) -> ServiceResult<Vec<(String, u64)>> {
    let records = people::patients::records(desk, permit, patient).await?;
    let mut expected = Vec::new();
    for stream in [order.stream()].into_iter().chain(records.into_iter().map(PatientId::stream)) {
        let sequence = desk.service.store.sequence(&stream).await?;
        expected.push((stream, sequence));
    }
    Ok(expected)
}

/// What the identity of the reads rests on; refused are those of somebody else, and those that were aligned to another reference.
async fn checked(
    desk: &Desk,
    permit: &Permit,
    (order, patient): (OrderId, PatientId),
    header: &Header,
    form: &RegisterReads,
) -> ServiceResult<Identity> {
    let status = desk.status(permit, order).await?;
    may_register(&status, patient)?;
    let mut refusals: Vec<Refusal> = files::reference::faults(header).into_iter().map(|fault| Refusal::new("reference", fault)).collect();
    if !header.is_sorted {
        refusals.push(Refusal::new("file", "Its header does not say that the reads are sorted by place, as an index needs"));
    }
    let names = identity::names(desk, permit, &status, patient, header).await?;
    let declared = Declared { reason: form.declared.clone() };
    match alignment::identified(&names, Some(&declared)) {
        Ok(identity) => {
            Refusals::check(refusals)?;
            Ok(identity)
        }
        Err(others) => Err(Refusals(refusals.into_iter().chain(others.0).collect()).into()),
    }
}

/// Keeps a file that was delivered.
async fn keep(desk: &Desk, path: PathBuf) -> ServiceResult<Kept> {
    let blobs = desk.service.store.blobs();
    let sha256 = blobs.put_file(&path).await?;
    let bytes = std::fs::metadata(blobs.file(&sha256).await?).context("looking at a kept file")?.len();
    Ok(Kept { sha256, bytes })
}

/// Looks at what is kept, which no longer changes: it is the file that was looked at before, it is whole, and its index belongs to it.
async fn whole(desk: &Desk, header: &Header, reads: &Kept, index: &Kept) -> ServiceResult<IndexKind> {
    let blobs = desk.service.store.blobs();
    let (reads_path, index_path, bytes) = (blobs.file(&reads.sha256).await?, blobs.file(&index.sha256).await?, reads.bytes);
    let expected = header.clone();
    let checked = tokio::task::spawn_blocking(move || {
        if files::header(&reads_path)? != expected {
            return Ok(None);
        }
        files::is_whole(&reads_path, expected.kind)?;
        files::index::check(&index_path, &expected, bytes).map(Some)
    });
    let kind = checked.await.context("looking at reads")?.map_err(|fault| Refusals::one("file", shown(&fault)))?;
    let kind =
        kind.ok_or_else(|| Refusals::one("file", "The file changed while it was registered. Wait until it is whole, then try again"))?;
    Ok(match kind {
        files::index::IndexKind::Bai => IndexKind::Bai,
        files::index::IndexKind::Csi => IndexKind::Csi,
        files::index::IndexKind::Crai => IndexKind::Crai,
    })
}

/// What is wrong with a kept file, without the place where it is kept.
fn shown(fault: &formats::FileError) -> String {
    let remedy = fault.remedy.as_ref().map_or_else(String::new, |remedy| format!(". {remedy}"));
    format!("The file {}{remedy}", fault.rule)
}

fn kind(kind: Kind) -> ReadsKind {
    match kind {
        Kind::Bam => ReadsKind::Bam,
        Kind::Cram => ReadsKind::Cram,
    }
}
