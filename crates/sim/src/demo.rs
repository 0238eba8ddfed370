//! The demonstration: a fresh service in a folder, five published cases from request to their right end, and orders that wait for
//! somebody at each stage.

pub mod analysed;
pub mod roles;
mod summary;
mod waiting;

use crate::{
    family, form,
    published::{self, Published, Shape},
};
use anyhow::{Context, ensure};
use care::{
    OrderId, PatientId, Role, Staff,
    interpretation::{
        assessment::{Application, Applied, Source},
        case::{Conclusion, Outcome, Pathogenicity, Selected},
    },
    laboratory::sample,
    ordering::{
        choice::{Answer, Category, Discussion, How, WORDING},
        family::{Affected, Relationship},
        order::State,
    },
    people::patient::{Demographics, Identity, Sex},
};
use engine::reference;
use genome::{AcmgCode, Strength};
use jiff::civil::Date;
use service::{
    Desk, Service, directory,
    interpretation::{self, assessments, cases},
    laboratory::{self, data::Delivered},
    ordering::{
        self,
        orders::{OrderForm, PersonForm},
    },
    people::{self, staff},
    results,
};
use std::{path::Path, sync::Arc, time::Instant};

/// Steps that progress is told of.
pub const STEPS: u64 = 1 + 5 * 7 + waiting::STEPS;

/// One case on its way.
struct Journey<'a> {
    service: Arc<Service>,
    case: &'a Published,
    number: usize,
    names: Family,
    begun: Instant,
    lines: Vec<String>,
}

/// Names of a simulated family: of the child, the family, the father, the mother.
type Family = (&'static str, &'static str, &'static str, &'static str);

/// The simulated families of the cases; nobody real.
const NAMES: [Family; 5] = [
    ("Robin", "Ashdown", "Martin", "Clare"),
    ("Isla", "Bellweather", "Owen", "Priya"),
    ("Theo", "Carrow", "James", "Nadia"),
    ("Maya", "Dunmore", "Peter", "Ruth"),
    ("Sam", "Eastleigh", "Colin", "Joanna"),
];

/// Invented people whom the demonstration finds by NHS number (numbers of the range that is never given out).
pub const EXTRACT: &str = "9990000018\tOduya\tMarcus\t2021-02-14\tM\n9990000026\tOduya\tTemi\t1991-06-30\tF\n9990000034\tOduya\tKofi\t1989-11-05\tM\n9990000042\tOduya\tEfua\t2023-08-19\tF\n9990000050\tOduya\tNgozi\t1959-03-02\tF\n";

/// Makes the service and sends every case through it; returns a timeline per case.
pub async fn run(folder: &Path, step: &mut dyn FnMut(&str)) -> anyhow::Result<(Arc<Service>, Vec<String>)> {
    ensure!(
        !folder.join(store::JOURNAL).exists(),
        "{} already holds a service; choose another --dir, or serve it with 'gms serve --dir {} --plain-loopback'",
        folder.display(),
        folder.display()
    );
    step("opening the reference pack");
    let pack = reference::open("demo")?;
    let service = Service::open(folder, &pack).await?;
    people::accounts::open_demonstration(&service).await?;
    std::fs::write(folder.join(service::people::trace::EXTRACT), EXTRACT).context("writing the extract of demographics")?;
    let incoming = folder.join("incoming");
    std::fs::create_dir_all(&incoming)?;
    let mut timelines = Vec::new();
    for (number, case) in published::all()?.iter().enumerate() {
        let vcf = incoming.join(format!("case-{}.vcf.gz", number + 1));
        family::write_trio(&vcf, ["child", "father", "mother"], &case.planted()?, &pack, number as u64, false)?;
        let mut journey = Journey::new(&service, case, number, NAMES[number]);
        journey.travel(&vcf, step).await.with_context(|| format!("case {} ({})", number + 1, case.source))?;
        timelines.push(journey.timeline());
    }
    waiting::place(&service, &pack, &incoming, step).await?;
    Ok((service, timelines))
}

fn somebody(role: Role, which: usize) -> Staff {
    staff::demo().into_iter().filter(|s| s.role == role).nth(which).expect("the demonstration has this role")
}

impl<'a> Journey<'a> {
    fn new(service: &Arc<Service>, case: &'a Published, number: usize, names: Family) -> Journey<'a> {
        Journey { service: Arc::clone(service), case, number, names, begun: Instant::now(), lines: vec![] }
    }

    fn desk(&self, role: Role, which: usize) -> Desk {
        self.service.desk(somebody(role, which))
    }

    fn note(&mut self, text: impl std::fmt::Display) {
        self.lines.push(format!("  {:6.2} s  {text}", self.begun.elapsed().as_secs_f64()));
    }

    fn timeline(&self) -> String {
        let title = format!("Case {}: {} ({}, {})", self.number + 1, self.case.disorder, self.case.source, self.case.paper);
        format!("{title}\n{}\n", self.lines.join("\n"))
    }

    async fn travel(&mut self, vcf: &Path, step: &mut dyn FnMut(&str)) -> anyhow::Result<()> {
        let mut tell = |number: usize, what: &str| step(&format!("case {}: {what}", number + 1));
        tell(self.number, "ordering");
        let order = self.order().await?;
        tell(self.number, "recording choices");
        let people = self.choices(order).await?;
        tell(self.number, "receiving samples");
        self.samples(order).await?;
        tell(self.number, "analysing");
        self.analyse(order, people, vcf).await?;
        tell(self.number, "interpreting");
        let outcome = self.propose(order).await?;
        self.check(order, outcome).await?;
        tell(self.number, "signing");
        results::reports::authorise(&self.desk(Role::Consultant, 0), order).await?;
        self.note("consultant authorised the report");
        tell(self.number, "delivering");
        ensure!(results::deliver::deliver(&self.service).await? == 1, "the report could not be delivered; the outbox says why");
        self.finish(order).await
    }

    async fn analyse(&mut self, order: OrderId, people: Vec<PatientId>, vcf: &Path) -> anyhow::Result<()> {
        let names = people.into_iter().zip(["child", "father", "mother"].map(str::to_owned)).collect();
        let bench = self.desk(Role::Bioinformatician, 0);
        let analysis = laboratory::data::register_data(&bench, order, &Delivered::small(vcf), names).await?;
        laboratory::data::run_analysis(&bench, order, analysis, Arc::new(|_| {})).await?;
        self.note("family's variants analysed");
        Ok(())
    }

    fn demographics(&self, relationship: Relationship) -> anyhow::Result<Demographics> {
        let (child, family, father, mother) = self.names;
        let (given_name, year, sex, which) = match relationship {
            Relationship::Father => (father, 1986, Sex::Male, 1),
            Relationship::Mother => (mother, 1988, Sex::Female, 2),
            _ => (child, 2017, if self.case.sex == "Male" { Sex::Male } else { Sex::Female }, 0),
        };
        Ok(Demographics {
            nhs_number: Identity::NhsNumber(nhs_number((self.number + 1) * 10 + which)?),
            family_name: family.into(),
            given_name: given_name.into(),
            birth_date: Date::new(year, 1 + ((self.number + 2) % 12) as i8, 11)?,
            sex,
        })
    }

    async fn order(&mut self) -> anyhow::Result<OrderId> {
        let affected_mother = self.case.shape == Shape::DominantFromMother;
        let mut people = Vec::new();
        for relationship in [Relationship::Proband, Relationship::Father, Relationship::Mother] {
            let affected = relationship == Relationship::Proband || (affected_mother && relationship == Relationship::Mother);
            let affected = if affected { Affected::Yes } else { Affected::No };
            people.push(PersonForm { affected, ..form::person(relationship, self.demographics(relationship)?) });
        }
        let catalogue = directory::catalogue::current(&self.service).await?;
        let test = catalogue.test(&self.case.test).context("the demonstration's test is in the directory")?.clone();
        let form = OrderForm {
            observed: self.case.observed.clone(),
            excluded: self.case.excluded.clone(),
            eligibility: "Features as listed; a monogenic cause is likely and the result will guide care".into(),
            history: format!(
                "Demonstration. Phenotype and causal variants are those of {} ({}); people and all other variants are simulated.",
                self.case.source, self.case.paper
            ),
            id: service::ordering::orders::new_order_id(&self.service),
            ..form::order(test, people)
        };
        let order = ordering::orders::place(&self.desk(Role::Clinician, 0), form).await?;
        self.note(format!("{} ordered for a child and both parents", self.case.test));
        Ok(order)
    }

    async fn choices(&mut self, order: OrderId) -> anyhow::Result<Vec<PatientId>> {
        let desk = self.desk(Role::Clinician, 0);
        let status = desk.status(&desk.permit(access::Action::ReadOrder, order).await?, order).await?;
        let people = status.order.request.context("just submitted")?.people;
        let research = if self.case.research { Answer::Yes } else { Answer::No };
        for person in &people {
            let child = person.relationship == Relationship::Proband;
            let discussion = Discussion {
                order,
                wording: WORDING.into(),
                category: if child { Category::Child { by: Relationship::Mother, assent: true } } else { Category::AdultOwn },
                test: Answer::Yes,
                research,
                recontact: Answer::Yes,
                secondary_findings: Answer::No,
                family_sharing: Answer::Yes,
                comment: String::new(),
                how: How::Spoken,
                interpreter: String::new(),
            };
            ordering::choices::record(&desk, person.patient, discussion).await?;
        }
        self.note(format!(
            "choices of {} people recorded, research {}",
            people.len(),
            if self.case.research { "agreed" } else { "declined" }
        ));
        Ok(people.into_iter().map(|p| p.patient).collect())
    }

    async fn samples(&mut self, order: OrderId) -> anyhow::Result<()> {
        let desk = self.desk(Role::LaboratoryScientist, 0);
        let status = desk.status(&desk.permit(access::Action::ReadOrder, order).await?, order).await?;
        for (id, sample) in &status.samples {
            let barcode = sample.label.as_ref().context("a sample has a label")?.barcode.clone();
            let prepare =
                sample::Command::Prepare(sample::Quality { concentration_ng_per_ul: 62.5, volume_ul: 80.0, ratio_260_280: Some(1.84) });
            for command in [sample::Command::Receive { barcode }, sample::Command::Accept, prepare, sample::Command::Sequence] {
                laboratory::samples::handle(&desk, order, *id, command).await?;
            }
        }
        self.note(format!("{} samples received, prepared, sequenced", status.samples.len()));
        Ok(())
    }

    async fn propose(&mut self, order: OrderId) -> anyhow::Result<Outcome> {
        let first = self.desk(Role::ClinicalScientist, 0);
        let (status, analysis) = interpretation::cases::case(&first, order).await?;
        ensure!(matches!(status.order.state, State::InProgress), "the case stopped: {}", status.waiting());
        let expected: Vec<String> = self.case.planted()?.iter().map(|(v, _)| v.to_string()).collect();
        let planted = self.case.planted()?;
        let normal = |text: &genome::Variant| text.normalise(&*self.service.knowledge.evidence as &dyn genome::Reference).to_string();
        let proposed: Vec<_> = planted.iter().filter_map(|(v, _)| cases::select(&analysis, &normal(v))).collect();
        ensure!(proposed.len() == expected.len(), "the engine lost a causal variant of {}", self.case.source);
        self.assess_pair(&first, order, &proposed).await?;
        self.assess_published(&first, order, &proposed).await?;
        let variants: Vec<String> = proposed.into_iter().map(|v| v.variant).collect();
        let found = assessments::selected(&first, order, &variants).await?;
        let pathogenic = found.iter().any(|v| v.class.is_pathogenic());
        let rank = found.first().and_then(|v| analysis.candidates.iter().find(|c| c.gene == v.gene)).map(|c| c.rank);
        let outcome = match (found.is_empty(), pathogenic) {
            (true, _) => Outcome::NoFinding,
            (_, true) => Outcome::Diagnostic,
            _ => Outcome::Uncertain,
        };
        let candidates = analysis.candidates.len();
        self.note(match rank {
            Some(rank) => format!("first scientist: {} is candidate number {rank} of {candidates}", found[0].symbol),
            None => format!("first scientist: none of {candidates} candidates; this analysis cannot see the published cause"),
        });
        let summary = summary::summary(&analysis, &found, outcome);
        interpretation::cases::propose(&first, order, Conclusion { variants: found, outcome, summary }).await?;
        Ok(outcome)
    }

    async fn check(&mut self, order: OrderId, outcome: Outcome) -> anyhow::Result<()> {
        interpretation::cases::check(&self.desk(Role::ClinicalScientist, 1), order).await?;
        self.note(format!("second scientist agreed: {}", outcome.label().to_lowercase()));
        Ok(())
    }

    /// Assesses the uncertain variant of a pair, with evidence that is invented: by itself the pair would be no cause.
    async fn assess_pair(&self, first: &Desk, order: OrderId, proposed: &[Selected]) -> anyhow::Result<()> {
        let is_half_known = proposed.iter().any(|v| v.class.is_pathogenic());
        let uncertain = proposed.iter().filter(|v| is_half_known && v.partner.is_some() && v.class == Pathogenicity::Uncertain);
        for selected in uncertain {
            let source = Some(Source::InHouse("enzyme assay, invented for the demonstration".into()));
            let evidence = "Enzyme activity in fibroblasts far below that of controls".into();
            let applied = Applied { application: Application::Met(Strength::Strong), evidence, source };
            let reason = "The result of the enzyme assay is there".into();
            assessments::apply_criterion(first, order, &selected.variant, AcmgCode::PS3, applied, reason).await?;
        }
        Ok(())
    }

    /// Assesses a variant whose class is established by what papers report of it: the analysis does not read papers.
    async fn assess_published(&self, first: &Desk, order: OrderId, proposed: &[Selected]) -> anyhow::Result<()> {
        let Some(selected) = proposed.first() else { return Ok(()) };
        for found in &self.case.evidence {
            let source = Some(Source::PubMed(found.pubmed));
            let applied = Applied { application: Application::Met(found.strength), evidence: found.text.clone(), source };
            let reason = format!("As the paper reports (PMID {})", found.pubmed);
            assessments::apply_criterion(first, order, &selected.variant, found.criterion, applied, reason).await?;
        }
        Ok(())
    }

    async fn finish(&mut self, order: OrderId) -> anyhow::Result<()> {
        self.note("report delivered, record updated");
        // The last case stays unread, so that the pages show one waiting for its clinician.
        if self.number + 1 < NAMES.len() {
            results::reports::acknowledge(&self.desk(Role::Clinician, 0), order, "").await?;
            self.note("clinician read the report; case closed");
        }
        Ok(())
    }
}

/// A valid number from the range 999 000 0000 – 999 999 9999, which the NHS keeps for tests.
fn nhs_number(which: usize) -> anyhow::Result<care::NhsNumber> {
    let stem = 999_000_000 + which as u64 * 7;
    (0..10)
        .find_map(|check| format!("{stem}{check}").parse().ok())
        .or_else(|| (0..10).find_map(|check| format!("{}{check}", stem + 1).parse().ok()))
        .context("one of two stems has a check digit")
}

#[cfg(test)]
mod tests {
    use super::{EXTRACT, NAMES, nhs_number};

    /// One number of two people would be the worst of examples.
    #[test]
    fn nobody_of_the_cases_has_a_number_of_the_extract() {
        for which in
            (0..NAMES.len() + crate::demo::waiting::FAMILIES.len()).flat_map(|case| (0..3).map(move |person| (case + 1) * 10 + person))
        {
            let number = nhs_number(which).expect("a number").to_string();
            assert!(!EXTRACT.contains(&number.replace(' ', "")), "{number}");
        }
        assert!(crate::messages::NUMBERS.iter().all(|number| !EXTRACT.contains(number)));
    }
}
