//! Families whose files wait to be analysed, and reminders that wait to be delivered.

use anyhow::Context;
use care::{
    AnalysisId, OrderId, PatientId, Role, Staff,
    interpretation::analysis::{self, Analysis, Command, Input},
    ordering::{
        family::{Affected, Relationship},
        order::{Urgency, purpose::Purpose},
    },
    people::patient::{Demographics, Identity, Sex},
};
use engine::reference;
use jiff::civil::Date;
use service::{
    Service, directory,
    ordering::{
        self,
        orders::{OrderForm, PersonForm, new_order_id},
        work::WorkAction,
    },
    people::staff,
};
use std::{path::Path, sync::Arc};
use store::Change;

/// Samples of the simulated family.
const SAMPLES: [&str; 3] = ["child", "father", "mother"];

/// Somebody of the demonstration.
pub(super) fn somebody(role: Role) -> anyhow::Result<Staff> {
    staff::demo().into_iter().find(|staff| staff.role == role).context("a role of the demonstration")
}

/// Orders for so many families, each with an analysis that waits, and with a reminder. All have the same simulated file: what is
/// measured is who works on it, and not what comes out.
pub(super) async fn queue(service: &Arc<Service>, families: usize) -> anyhow::Result<Vec<(OrderId, AnalysisId)>> {
    let pack = reference::open("demo")?;
    let case = sim::published::all()?.into_iter().nth(1).context("a published case")?;
    let vcf = service.folder.join("family.vcf.gz");
    sim::family::write_trio(&vcf, SAMPLES, &case.planted()?, &pack, 3, false)?;
    let sha256 = service.store.blobs().put_file(&vcf).await?;
    let clinician = service.desk(somebody(Role::Clinician)?);
    let mut queued = Vec::new();
    for number in 0..families {
        let order = ordering::orders::place(&clinician, form(service, number).await?).await?;
        ordering::work::act_on(&clinician, order, &WorkAction::Remind).await?;
        queued.push((order, analysis_of(service, order, &sha256).await?));
    }
    Ok(queued)
}

/// Queues the analysis of an order: samples and choices are left out, which no program asks for that runs it.
async fn analysis_of(service: &Arc<Service>, order: OrderId, sha256: &str) -> anyhow::Result<AnalysisId> {
    let desk = service.desk(staff::system());
    let permit = desk.permit(access::Action::RegisterData, order).await?;
    let people = desk.status(&permit, order).await?.order.request.context("the order was sent")?.people;
    let patient_of =
        |relationship: Relationship| people.iter().find(|person| person.relationship == relationship).map(|person| person.patient);
    let family: Option<Vec<PatientId>> =
        [Relationship::Proband, Relationship::Father, Relationship::Mother].map(patient_of).into_iter().collect();
    let input = Input {
        order,
        vcf_sha256: sha256.to_owned(),
        file: "family.vcf.gz".into(),
        structural_sha256: vec![],
        samples: family.context("a trio")?.into_iter().zip(SAMPLES.map(str::to_owned)).collect(),
        reference: service.reference.clone(),
    };
    let id = AnalysisId(service.new_id());
    let loaded = service.store.load::<Analysis>(&permit, id.stream()).await?;
    let mut change = Change::default();
    change.add(&loaded, &analysis::decide(&loaded.state, Command::Queue(input))?);
    change.links.push((order, id.stream()));
    service.store.commit(&permit, change, service.now()).await?;
    Ok(id)
}

async fn form(service: &Service, number: usize) -> anyhow::Result<OrderForm> {
    let catalogue = directory::catalogue::current(service).await?;
    let person = |relationship, given_name: &str, year, sex| -> anyhow::Result<PersonForm> {
        let demographics = Demographics {
            nhs_number: Identity::Unavailable("synthetic".into()),
            family_name: format!("Hart{number}"),
            given_name: given_name.into(),
            birth_date: Date::new(year, 2, 14)?,
            sex,
        };
        let affected = if relationship == Relationship::Proband { Affected::Yes } else { Affected::No };
        Ok(PersonForm { demographics, is_stated: true, numbers: vec![], relationship, affected, choice: None })
    };
    Ok(OrderForm {
        test: catalogue.test("R98.2").context("a test of the directory")?.clone(),
        purpose: Purpose::Diagnosis,
        people: vec![
            person(Relationship::Proband, "Ada", 2015, Sex::Male)?,
            person(Relationship::Father, "Ben", 1980, Sex::Male)?,
            person(Relationship::Mother, "Cleo", 1982, Sex::Female)?,
        ],
        observed: vec![ontology::TermId(1259)],
        excluded: vec![],
        onsets: vec![],
        eligibility: "Meets the criteria".into(),
        history: String::new(),
        urgency: Urgency::Routine,
        id: new_order_id(service),
        responsible: care::ordering::order::Responsible::default(),
        sender: None,
        enclosed: ordering::orders::Enclosed::default(),
    })
}

/// Reminders that arrived.
pub(super) fn reminders(folder: &Path) -> anyhow::Result<usize> {
    let mut count = 0;
    let mut folders = vec![folder.join("delivered")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).with_context(|| format!("reading {}", folder.display()))? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if path.is_dir() {
                folders.push(path);
            } else if name.starts_with("reminder-") && path.extension().is_some_and(|extension| extension == "txt") {
                count += 1;
            }
        }
    }
    Ok(count)
}
