//! The genomic record: everything known about one person, folded from the journal, as of any day.

pub mod document;
pub mod own_part;
mod part;
mod relative;

use crate::clock::end_of;
use crate::{
    Desk, ServiceError, ServiceResult, Status, directory, ordering, people,
    results::{self, content, documents},
};
use access::{Action, Permit};
use care::{
    OdsCode, OrderId, OutsideResultId, PatientId,
    interpretation::analysis::{Analysis, State as Analysed},
    ordering::choice::policy::{Receipt, Use},
    people::patient::Demographics,
    results::{
        outside::OutsideResult,
        report::{Content, ReportedVariant, State, Subject},
    },
};
use jiff::Timestamp;
use jiff::civil::Date;
use own_part::OwnPart;
pub use part::Part;
pub use relative::Relative;
use render::document::{Document, Section};
use store::OrderView;

/// A person's genomic record.
pub struct Record {
    /// The permit that it was read by.
    pub permit: Permit,
    /// As of which day.
    pub on: Date,
    /// Who.
    pub demographics: Demographics,
    /// What the person's choices allow on that day: each test, then every other use.
    pub uses: Vec<Receipt>,
    /// Records of this person: the one that stands for all first.
    pub records: Vec<(PatientId, Demographics)>,
    /// Tests, oldest first.
    pub tests: Vec<Test>,
    /// What other laboratories found of the person in orders of relatives.
    pub own_parts: Vec<OwnPart>,
    /// Orders of relatives in which the person took part.
    pub parts: Vec<Part>,
    /// Relatives of the person's orders, as far as each agreed.
    pub relatives: Vec<Relative>,
    /// Genes for medicines, once signed: gene, diplotype, phenotype; told of today only, and to those who may ask for them.
    pub medicines: Vec<[String; 3]>,
    /// Sequence data that are held: of which order, and what.
    pub data: Vec<[String; 2]>,
    /// Who may see the record without breaking the glass.
    pub may_see: Vec<String>,
}

/// A test of a person.
pub struct Test {
    /// Its line as it stands today.
    pub view: OrderView,
    /// Where everything of it stood on the day.
    pub status: Status,
    /// The report that was current on the day.
    pub report: Option<(State, Content)>,
}

impl Test {
    /// Results of other laboratories of the patient that were released by the day. What is of a relative stands in the relative's own
    /// record, and on the order.
    pub fn outside_released(&self) -> impl Iterator<Item = &(OutsideResultId, OutsideResult)> {
        self.status.outside_results().filter(|(_, result)| result.is_released() && result.is_of_patient())
    }

    /// Whether a result of a relative was released, of which this record says no more.
    pub fn has_result_of_relative(&self) -> bool {
        self.status.outside_results().any(|(_, result)| result.is_released() && !result.is_of_patient())
    }

    /// Results of other laboratories, as a line says them.
    fn outside_lines(&self) -> Vec<String> {
        self.outside_released().filter_map(|(_, result)| outside_line(result)).collect()
    }
}

/// A result of another laboratory, as a line says it.
fn outside_line(result: &OutsideResult) -> Option<String> {
    let received = result.received.as_ref()?;
    let values: Vec<String> = received.values.iter().map(|value| format!("{}: {}", value.name, value.value)).collect();
    let (status, laboratory, state) = (received.status.label(), &received.laboratory_name, result.state.label().to_lowercase());
    Some(format!("{}: {status} result of {laboratory} ({state}). {}", received.test, values.join("; ")))
}

/// Reads a record as it stands.
#[crate::boxed]
pub async fn record(desk: &Desk, patient: PatientId) -> ServiceResult<Record> {
    record_on(desk, patient, desk.today()).await
}

/// Reads a record as it stood at the end of a day.
#[crate::boxed]
pub async fn record_on(desk: &Desk, patient: PatientId, on: Date) -> ServiceResult<Record> {
    let permit = desk.permit_patient(Action::ReadRecord, patient).await?;
    let store = &desk.service.store;
    let demographics = people::patients::demographics(desk, &permit, patient).await?;
    let (mut records, mut views) = (Vec::new(), Vec::new());
    for record in people::patients::records(desk, &permit, patient).await? {
        records.push((record, people::patients::demographics(desk, &permit, record).await?));
        views.extend(store.orders_of(&permit, record).await?);
    }
    views.retain(|view| view.submitted <= on);
    views.sort_by(|a, b| (&a.submitted, &a.number).cmp(&(&b.submitted, &b.number)));
    let mut tests = Vec::new();
    for view in views {
        tests.push(test_on(desk, &permit, view, on).await?);
    }
    let uses_asked_for = tests.iter().map(|test| Use::Test(test.view.id)).chain(Use::OF_THE_PERSON);
    let all: Vec<PatientId> = records.iter().map(|(record, _)| *record).collect();
    let own_parts = own_part::own_parts(desk, &permit, &all, on).await?;
    let mut uses = Vec::new();
    for requested in uses_asked_for {
        uses.push(ordering::choices::receipt_on(desk, &permit, patient, requested, on).await?);
    }
    let parts = part::parts(desk, &permit, &all, on).await?;
    let relatives = relative::relatives(desk, &permit, patient, &tests, on).await?;
    let medicines = known_genes(desk, patient, on).await?;
    let may_see = may_see(desk, &permit, patient, &tests).await?;
    let data = tests.iter().flat_map(data).chain(parts.iter().flat_map(|part| part.data.iter().cloned())).collect();
    Ok(Record { permit, on, demographics, uses, records, tests, own_parts, parts, relatives, medicines, data, may_see })
}

async fn known_genes(desk: &Desk, patient: PatientId, on: Date) -> ServiceResult<Vec<[String; 3]>> {
    if on < desk.today() {
        return Ok(vec![]);
    }
    let signed = match results::medicines::medicines(desk, patient).await {
        Ok(known) => known.signed.map_or_else(Vec::new, |(.., genes)| genes),
        Err(ServiceError::Denied(_)) => vec![],
        Err(other) => return Err(other),
    };
    let known = signed.into_iter().filter(|(_, meaning)| !meaning.phenotypes.is_empty());
    Ok(known.map(|(call, meaning)| [call.gene.clone(), call.label(), meaning.phenotypes.join(" or ")]).collect())
}

/// Organisations with a relationship to the person, by the policies of `access`; or those who alone are named.
async fn may_see(desk: &Desk, permit: &Permit, patient: PatientId, tests: &[Test]) -> ServiceResult<Vec<String>> {
    if let Some(named) = people::restriction::named_on(desk, permit, patient).await? {
        return Ok(vec![format!("The record is restricted to: {}", named.join(", "))]);
    }
    let laboratories = directory::laboratories::list(&desk.service).await?;
    let laboratory = |code: &str| code.parse::<OdsCode>().ok().and_then(|code| laboratories.0.get(&code)).map(|found| found.name.clone());
    let (mut seen, mut lines) = (Vec::new(), Vec::new());
    for organisation in desk.service.store.organisations_of(patient).await? {
        let requests = |t: &&Test| t.view.requester.to_string() == organisation;
        let name = tests.iter().find(requests).and_then(|t| t.status.order.requester.as_ref()).map(|r| r.organisation_name.clone());
        if !seen.contains(&organisation) {
            let name = name.or_else(|| laboratory(&organisation)).filter(|name| !name.is_empty());
            let called = name.map_or_else(|| organisation.clone(), |name| format!("{name} ({organisation})"));
            lines.push(format!("Those who care for the person, or test them, at {called}"));
            seen.push(organisation);
        }
    }
    Ok(lines)
}

async fn test_on(desk: &Desk, permit: &Permit, view: OrderView, on: Date) -> ServiceResult<Test> {
    let status = desk.status_before(permit, view.id, end_of(on)).await?;
    let report = match status.report() {
        Some((_, report)) => Some((report.state.clone(), results::reports::content(&desk.service, report).await?)),
        None => None,
    };
    Ok(Test { view, status, report })
}

/// The data that are held of a test: what was registered, and what became of it.
fn data(test: &Test) -> Vec<[String; 2]> {
    let row = |(_, analysis): &(_, Analysis)| Some([format!("{} {}", test.view.number, test.view.test), data_line(analysis)?]);
    test.status.analyses.iter().filter_map(row).collect()
}

/// The data of an analysis, as a line says them.
fn data_line(analysis: &Analysis) -> Option<String> {
    let input = analysis.input.as_ref()?;
    let structural = match input.structural_sha256.len() {
        0 => String::new(),
        n => format!(", structural variants ({n} files)"),
    };
    let state = match &analysis.state {
        Analysed::None | Analysed::Queued => "not analysed yet",
        Analysed::Running => "being analysed",
        Analysed::Done { .. } => "analysed",
        Analysed::Stopped { .. } => "stopped for safety",
        Analysed::Failed { .. } => "could not be analysed",
    };
    Some(format!(
        "Small variants of {} people{structural}; {state}, reference {}; SHA-256 {}",
        input.samples.len(),
        input.reference.0,
        input.vcf_sha256
    ))
}

/// The record on paper: PDF/A-2a and PDF/UA-1.
#[crate::boxed]
pub async fn pdf(record: &Record, at: Timestamp) -> ServiceResult<Vec<u8>> {
    let [_, pdf] = documents::render(record.document(at)).await?;
    Ok(pdf)
}

impl Record {
    /// Name, NHS number, date of birth and sex as they are printed.
    pub fn printed(&self) -> [String; 4] {
        content::printed(&Subject::from(&self.demographics))
    }

    /// What the data may be used for, whatever the test: use, whether and why.
    pub fn choices(&self) -> Vec<[String; 2]> {
        let word = |requested| match requested {
            Use::Test(_) => None,
            Use::Library => Some("Research library"),
            Use::Recontact => Some("Contacting them again"),
            Use::SecondaryFindings => Some("Telling other findings"),
            Use::FamilyCare => Some("Care of relatives"),
        };
        let row = |receipt: &Receipt| {
            let allowed = if receipt.allowed { "Allowed" } else { "Not allowed" };
            Some([word(receipt.requested)?.to_owned(), format!("{allowed}: {}", receipt.why)])
        };
        self.uses.iter().filter_map(row).collect()
    }

    /// What is said where no data are shown: that there are none only of somebody who took part in nobody else's order.
    pub fn no_data(&self) -> &'static str {
        if self.parts.is_empty() {
            "No sequence data are stored."
        } else {
            "No sequence data are shown here: those of a relative’s order are shown to those who may open that order."
        }
    }

    fn document(&self, at: Timestamp) -> Document {
        let [name, number, born, sex] = self.printed();
        let row = |what: &str, value: String| [what.to_owned(), value];
        let variant = |v: &ReportedVariant| format!("{} {}:{} {} – {}", v.gene, v.transcript, v.hgvs[0], v.hgvs[1], v.class);
        let test = |t: &Test| {
            let outcome = match &t.report {
                Some((state, content)) => {
                    let variants: Vec<String> = content.variants.iter().map(variant).collect();
                    format!("{} ({}). {}", content.headline(), state.label().to_lowercase(), variants.join("; "))
                }
                None => t.status.waiting(),
            };
            [
                format!("{} {} {}", t.view.number, t.view.test, t.view.indication),
                format!("Requested {}. {outcome} {}", t.view.submitted, t.outside_lines().join(" ")).trim_end().to_owned(),
            ]
        };
        let part = |part: &OwnPart| [format!("In the order {} of a relative", part.number), part.line()];
        let took_part = |part: &Part| [part.heading(), part.line()];
        let relative = |r: &Relative| [r.relationship.to_owned(), r.finding()];
        let medicine = |[gene, found, means]: &[String; 3]| [gene.clone(), format!("{found}: {means}")];
        let footer = format!("{name} · NHS number {number} · as of {}", self.on);
        let people = vec![
            row("Patient", name),
            row("NHS number", number),
            row("Date of birth", born),
            row("Sex", sex),
            row("As of", self.on.to_string()),
        ];
        Document {
            title: "Genomic record".into(),
            footer,
            at,
            sections: vec![
                Section::of_rows("Patient", people, ""),
                Section::of_rows(
                    "Tests and results",
                    self.tests.iter().map(test).chain(self.parts.iter().map(took_part)).chain(self.own_parts.iter().map(part)).collect(),
                    "No test has been ordered for this person as the patient.",
                ),
                Section::of_rows("Pharmacogenomics", self.medicines.iter().map(medicine).collect(), "None is signed."),
                Section::of_rows("Family", self.relatives.iter().map(relative).collect(), "No relative is known from an order."),
                Section::of_rows("What the data may be used for", self.choices(), ""),
                Section::of_rows("Data that are held", self.data.clone(), self.no_data()),
                Section::of_lines("Who may see this record", self.may_see.clone()),
            ],
        }
    }

    /// Reports that were current, with their orders.
    pub fn reports(&self) -> impl Iterator<Item = (OrderId, &Content)> {
        self.tests.iter().filter_map(|test| Some((test.view.id, &test.report.as_ref()?.1)))
    }
}
