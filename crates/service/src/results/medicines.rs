//! What a person's genes say of medicines: read once from data that is held, signed, and asked at every prescription.

use crate::{
    Desk, ServiceError, ServiceResult, ordering, people,
    results::{self, content, documents::render},
};
use access::{Action, Permit};
use anyhow::Context;
use care::{
    NhsNumber, OrderId, PatientId, Refusals, Staff,
    interpretation::analysis::{self, Input},
    ordering::choice::policy::Use,
    people::patient::{Demographics, Sex},
    results::medicines::{self, Medicines, Overridden, Reading, Signature},
};
use engine::medicines as engine;
use jiff::Timestamp;
use jiff::civil::Date;
use pharmacogenomics::{Advice, Call, Definitions, Meaning, guidance, guidance::Level};
use render::document::{Document, Section};
use store::Change;

/// What the audit calls a card that was shown.
const ADVISED: &str = "Advise";

/// Genes of a person with what they mean.
pub type Genes = Vec<(Call, Meaning)>;

/// What is known of a person's genes for medicines.
pub struct Known {
    /// The reading that answers, and who signed it.
    pub signed: Option<(Reading, Signature, Genes)>,
    /// A later one that waits for a signature.
    pub unsigned: Option<(Reading, Genes)>,
    /// Advice that was not followed.
    pub overridden: Vec<Overridden>,
}

/// Reads the genes of everybody of an order's latest finished analysis who agreed to be told of findings outside the
/// question; returns of how many.
#[crate::boxed]
pub async fn read(desk: &Desk, order: OrderId) -> ServiceResult<usize> {
    let permit = desk.permit(Action::SignMedicines, order).await?;
    let status = desk.status(&permit, order).await?;
    let done = status.analyses.iter().rev().find(|(_, a)| matches!(a.state, analysis::State::Done { .. }));
    let (id, analysis) = done.ok_or(ServiceError::NotFound("finished analysis"))?;
    let input = analysis.input.clone().ok_or(ServiceError::NotFound("analysis"))?;
    let mut read = 0;
    for (patient, sample) in &input.samples {
        if !ordering::choices::receipt(desk, &permit, *patient, Use::SecondaryFindings).await?.allowed {
            continue;
        }
        let genes = called(desk, &permit, *patient, &input, sample).await?;
        let content_sha256 = desk.service.store.blobs().put(serde_json::to_vec(&genes).context("writing the genes")?).await?;
        let definitions = Definitions::built_in().version.clone();
        let reading = Reading { order, analysis: *id, sample: sample.clone(), definitions, content_sha256 };
        let loaded = desk.service.store.load::<Medicines>(&permit, medicines::stream(*patient)).await?;
        let events = medicines::read(&loaded.state, reading);
        if events.is_empty() {
            continue;
        }
        let mut change = Change::default();
        change.add(&loaded, &events);
        change.links.push((order, medicines::stream(*patient)));
        desk.commit(&permit, change).await?;
        read += 1;
    }
    Ok(read)
}

async fn called(desk: &Desk, permit: &Permit, patient: PatientId, input: &Input, sample: &str) -> ServiceResult<Genes> {
    let single_x = people::patients::demographics(desk, permit, patient).await?.sex == Sex::Male;
    let (path, sample) = (desk.service.store.blobs().sound_file(&input.vcf_sha256).await?, sample.to_owned());
    let called = tokio::task::spawn_blocking(move || {
        engine::read(&path, &engine::ReadOptions { sample: &sample, single_x, absent_is_reference: false })
    });
    Ok(called.await.context("reading the genes")??)
}

/// What is known of a person's genes.
#[crate::boxed]
pub async fn medicines(desk: &Desk, patient: PatientId) -> ServiceResult<Known> {
    let permit = desk.permit_patient(Action::ReadMedicines, patient).await?;
    medicines_with(desk, &permit, patient).await
}

/// The same for who has asked already.
#[crate::boxed]
pub async fn medicines_with(desk: &Desk, permit: &Permit, patient: PatientId) -> ServiceResult<Known> {
    let state = desk.service.store.load::<Medicines>(permit, medicines::stream(patient)).await?.state;
    let signed = match state.signed() {
        Some((reading, signature)) => Some((reading.clone(), signature.clone(), genes(desk, reading).await?)),
        None => None,
    };
    let unsigned = match state.unsigned() {
        Some(reading) => Some((reading.clone(), genes(desk, reading).await?)),
        None => None,
    };
    Ok(Known { signed, unsigned, overridden: state.overridden })
}

async fn genes(desk: &Desk, reading: &Reading) -> ServiceResult<Genes> {
    let bytes = desk.service.store.blobs().get(&reading.content_sha256).await?;
    Ok(serde_json::from_slice(&bytes).context("reading the genes")?)
}

/// Signs what was read last, so that it answers; the report is rendered and kept.
#[crate::boxed]
pub async fn sign(desk: &Desk, patient: PatientId, content_sha256: &str) -> ServiceResult<()> {
    let permit = desk.permit_patient(Action::SignMedicines, patient).await?;
    let loaded = desk.service.store.load::<Medicines>(&permit, medicines::stream(patient)).await?;
    let reading = loaded.state.unsigned().ok_or_else(|| Refusals::one("reading", "There is nothing to sign"))?;
    let who = people::patients::demographics(desk, &permit, patient).await?;
    let document = document(&who, reading, &genes(desk, reading).await?, &desk.staff, desk.now());
    let rendered = results::documents::kept(&desk.service, document).await?;
    let mut change = Change::default();
    change.add(&loaded, &medicines::sign(&loaded.state, content_sha256, &desk.staff, rendered)?);
    Ok(desk.service.store.commit(&permit, change, desk.now()).await?)
}

/// The report of a person's genes for medicines as it was signed, page and PDF; of before renderings were kept, rendered anew.
#[crate::boxed]
pub async fn medicines_report(desk: &Desk, patient: PatientId) -> ServiceResult<[Vec<u8>; 2]> {
    let permit = desk.permit_patient(Action::ReadMedicines, patient).await?;
    let known = medicines_with(desk, &permit, patient).await?;
    let (reading, signature, genes) = known.signed.ok_or(ServiceError::NotFound("signed pharmacogenomics"))?;
    if let Some(rendered) = &signature.rendered {
        return results::documents::bytes_of(&desk.service, rendered).await;
    }
    let who = people::patients::demographics(desk, &permit, patient).await?;
    Ok(render(document(&who, &reading, &genes, &signature.by, desk.now())).await?)
}

/// The person with an NHS number, for a prescription; refuses when the date of birth is another one.
#[crate::boxed]
pub async fn prescribed_for(desk: &Desk, number: NhsNumber, born: Date) -> ServiceResult<Option<(PatientId, Demographics)>> {
    let permit = desk.permit_named(Action::ReadMedicines, "prescription", desk.staff.organisation.clone()).await?;
    let Some(patient) = desk.service.store.patient_by_nhs_number(&permit, number).await? else { return Ok(None) };
    let who = people::patients::demographics(desk, &permit, patient).await?;
    if born != who.birth_date {
        let message = "The NHS number belongs to somebody with another date of birth: no advice is given. Check whom you prescribe for";
        return Err(Refusals::one("patient", message).into());
    }
    // The record that stands for all of the person's.
    let first = people::patients::records(desk, &permit, patient).await?[0];
    Ok(Some((first, who)))
}

/// Writes down that a card was shown to a prescriber, so that it is found again when they say what became of it.
#[crate::boxed]
pub async fn advised(desk: &Desk, card: uuid::Uuid, patient: PatientId, summary: &str) -> ServiceResult<()> {
    Ok(desk.service.store.note_as(card, &desk.staff, (ADVISED, &patient.stream(), summary, true), desk.now()).await?)
}

/// Whom a card was about, and what it said.
#[crate::boxed]
pub async fn card(desk: &Desk, card: uuid::Uuid) -> ServiceResult<Option<(PatientId, String)>> {
    let Some((resource, summary)) = desk.service.store.noted(&desk.staff, card, ADVISED).await? else { return Ok(None) };
    Ok(resource.split_once('/').and_then(|(_, id)| Some((id.parse().ok()?, summary))))
}

/// Writes down that advice was not followed, and why.
#[crate::boxed]
pub async fn override_advice(desk: &Desk, patient: PatientId, overridden: Overridden) -> ServiceResult<()> {
    let permit = desk.permit_patient(Action::OverrideAdvice, patient).await?;
    let loaded = desk.service.store.load::<Medicines>(&permit, medicines::stream(patient)).await?;
    let mut change = Change { reason: overridden.reason.clone(), ..Change::default() };
    change.add(&loaded, &[medicines::Event::Overridden(overridden)]);
    Ok(desk.service.store.commit(&permit, change, desk.now()).await?)
}

/// Everything that genes say of medicines for which something else than the usual is advised, strongest first.
pub fn strong(genes: &[(Call, Meaning)]) -> Vec<Advice> {
    let all = guidance::medicines().iter().flat_map(|m| guidance::advise(m.name, genes));
    let mut strong: Vec<Advice> = all.filter(|a| a.level >= Level::Change).collect();
    strong.sort_by(|a, b| b.level.cmp(&a.level).then_with(|| a.medicine.cmp(&b.medicine)));
    strong
}

/// The pharmacogenomic report of a reading. Content after ISO 15189:2022, 7.4.1.6, as that of other reports.
fn document(who: &Demographics, reading: &Reading, genes: &[(Call, Meaning)], by: &Staff, at: Timestamp) -> Document {
    let row = |what: &str, value: String| [what.to_owned(), value];
    let [name, number, born, sex] = content::printed(&who.into());
    let footer = format!("{name} · NHS number {number}");
    let people = vec![row("Patient", name), row("NHS number", number), row("Date of birth", born), row("Sex", sex)];
    let (known, unknown): (Vec<_>, Vec<_>) = genes.iter().partition(|(_, meaning)| !meaning.phenotypes.is_empty());
    let advice = strong(genes).into_iter().map(|a| {
        let doubt = if a.uncertain { " Not certain: the data leave other genotypes open." } else { "" };
        [
            format!("{}: {}", a.medicine, a.level.label().to_lowercase()),
            format!("{} {} {}; {}. Source: {}.{doubt}", a.advice, a.gene, a.phenotype, a.basis, a.source),
        ]
    });
    let found = known.iter().map(|(call, meaning)| {
        let missing = if call.missing.is_empty() { String::new() } else { format!("; {} positions not read", call.missing.len()) };
        [call.gene.clone(), format!("{}: {}{missing}", call.label(), meaning.label())]
    });
    let not_known: Vec<&str> = unknown.iter().map(|(call, _)| call.gene.as_str()).collect();
    let mut limits = vec!["Only positions that the definitions name were looked at. Other rare variants of these genes, and genes that short reads cannot tell (such as CYP2D6 and HLA, unless another method is named), were not.".to_owned()];
    if !not_known.is_empty() {
        limits.push(format!("Not told by this data: {}.", not_known.join(", ")));
    }
    let methods = vec![
        row("Sample", reading.sample.clone()),
        row("Definitions", reading.definitions.clone()),
        row("Program", format!("gms {}", env!("CARGO_PKG_VERSION"))),
        row("Signed by", format!("{}, {}, {}", by.name, by.role.label(), by.organisation_name)),
    ];
    Document {
        title: "Pharmacogenomic report".into(),
        footer,
        at,
        sections: vec![
            Section::of_rows("Patient", people, ""),
            Section::of_rows(
                "Medicines that need a different dose or an alternative",
                advice.collect(),
                "No medicine with guidance asks for another dose or another medicine.",
            ),
            Section::of_rows("Genes", found.collect(), "No gene could be told from this data."),
            Section::of_lines("What was not tested", limits),
            Section::of_rows("Methods and versions", methods, ""),
        ],
    }
}
