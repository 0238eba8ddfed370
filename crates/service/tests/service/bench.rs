//! A service of its own for each test, with the people of the demonstration at their desks.

mod template;

use template::Template;

pub(crate) use access::Action;
pub(crate) use care::{
    OrderId, PatientId, Role, Staff,
    directory::Test,
    interpretation::case::{Conclusion, Outcome, Pathogenicity, Selected},
    laboratory::sample,
    ordering::{
        choice::{Answer, Category, Discussion, How, WORDING},
        family::{Affected, Relationship},
        order::{State, Urgency, purpose},
    },
    people::patient::{Demographics, Identity, Sex},
};
pub(crate) use engine::reference;
pub(crate) use jiff::civil::Date;
pub(crate) use service::{
    Desk, Service, ServiceError,
    clock::{Clock, MachineClock},
    interpretation::{self, cases},
    laboratory::{self, data::Delivered},
    lines,
    ordering::{
        self,
        orders::{OrderForm, PersonForm},
    },
    people::{self, staff},
    results,
};
pub(crate) use sim::{family, published};
pub(crate) use std::{path::Path, sync::Arc};
pub(crate) use store::Store;

/// A service of its own for each test, on SQLite or on PostgreSQL.
pub(crate) struct Bench {
    pub(crate) service: Arc<Service>,
    pub(crate) folder: tempfile::TempDir,
    /// Address of the database, which ends with the test, and its cluster.
    pub(crate) database: Option<(String, testkit::Postgres)>,
    /// What it was copied from, which ends with the last that was.
    _template: Arc<Template>,
}

impl Bench {
    pub(crate) async fn new() -> Bench {
        let template = Template::shared().await;
        let (folder, database) = template.copy();
        let service = opened(folder.path(), database.as_ref().map(|(url, _)| url.as_str())).await;
        Bench { service, folder, database, _template: template }
    }

    /// The same service opened again, as by a program that was started anew.
    pub(crate) async fn again(&self) -> Arc<Service> {
        opened(self.folder.path(), self.database.as_ref().map(|(url, _)| url.as_str())).await
    }

    /// The same data opened by a service with another clock.
    pub(crate) async fn opened_with(&self, clock: Arc<dyn Clock>) -> Arc<Service> {
        let pack = reference::open("demo").expect("the demo pack");
        let (folder, store) = (self.folder.path(), self.service.store.clone());
        Service::with_clock(store, folder, &pack, clock).await.expect("a service")
    }

    pub(crate) fn desk(&self, role: Role, which: usize) -> Desk {
        self.service.desk(who(role, which))
    }

    pub(crate) async fn form(&self) -> OrderForm {
        form(service::directory::catalogue::current(&self.service).await.expect("a directory").test("R98.2").expect("in force").clone())
    }

    pub(crate) async fn people(&self, order: OrderId) -> Vec<PatientId> {
        let desk = self.desk(Role::Clinician, 0);
        let permit = desk.permit(Action::ReadOrder, order).await.expect("a permit");
        let status = desk.status(&permit, order).await.expect("a status");
        status.order.request.expect("submitted").people.iter().map(|p| p.patient).collect()
    }

    pub(crate) async fn state(&self, order: OrderId) -> (State, String) {
        let desk = self.desk(Role::Clinician, 0);
        let permit = desk.permit(Action::ReadOrder, order).await.expect("a permit");
        let status = desk.status(&permit, order).await.expect("a status");
        (status.order.state.clone(), status.waiting())
    }

    /// An order with choices and samples, ready for data.
    pub(crate) async fn ready(&self) -> OrderId {
        let order = ordering::orders::place(&self.desk(Role::Clinician, 0), self.form().await).await.expect("placed");
        self.make_ready(order).await;
        order
    }

    /// Choices recorded and samples taken in.
    pub(crate) async fn make_ready(&self, order: OrderId) {
        let people = self.people(order).await;
        for (at, person) in people.iter().enumerate() {
            let category = if at == 0 { Category::Child { by: Relationship::Mother, assent: true } } else { Category::AdultOwn };
            ordering::choices::record(&self.desk(Role::Clinician, 0), *person, discussion(order, category)).await.expect("recorded");
        }
        self.receive(order).await;
    }

    pub(crate) async fn analyse(&self, order: OrderId, swapped: bool) {
        let planted = published::all().expect("cases").remove(1).planted().expect("variants");
        let people = self.trio(order).await;
        self.analyse_with(order, &planted, &people, swapped).await;
    }

    /// Child, father and mother of an order, in whichever order it names them.
    async fn trio(&self, order: OrderId) -> Vec<PatientId> {
        let desk = self.desk(Role::Clinician, 0);
        let permit = desk.permit(Action::ReadOrder, order).await.expect("a permit");
        let people = desk.status(&permit, order).await.expect("a status").order.request.expect("submitted").people;
        let person = |relationship| people.iter().find(|member| member.relationship == relationship).expect("one of the family").patient;
        [Relationship::Proband, Relationship::Father, Relationship::Mother].map(person).to_vec()
    }

    /// The same with other variants planted, of the people given: child, father, mother.
    pub(crate) async fn analyse_with(
        &self,
        order: OrderId,
        planted: &[(genome::Variant, [&'static str; 3])],
        people: &[PatientId],
        swapped: bool,
    ) {
        let pack = reference::open("demo").expect("the demo pack");
        let vcf = self.folder.path().join(format!("{swapped}.vcf.gz"));
        family::write_trio(&vcf, ["kid", "dad", "mum"], planted, &pack, 3, swapped).expect("a VCF");
        let names = people.iter().copied().zip(["kid", "dad", "mum"].map(str::to_owned)).collect();
        let desk = self.desk(Role::Bioinformatician, 0);
        let analysis = laboratory::data::register_data(&desk, order, &Delivered::small(&vcf), names).await.expect("registered");
        laboratory::data::run_analysis(&desk, order, analysis, Arc::new(|_| {})).await.expect("settled");
    }

    /// The signed report of an analysed order.
    pub(crate) async fn signed(&self, order: OrderId) -> care::results::report::Content {
        let conclusion = self.conclusion(order).await;
        self.sign(order, conclusion).await;
        results::reports::report(&self.desk(Role::Clinician, 0), order).await.expect("a report").2
    }

    /// Signed by two scientists and a consultant, and delivered.
    pub(crate) async fn sign(&self, order: OrderId, conclusion: Conclusion) {
        interpretation::cases::propose(&self.desk(Role::ClinicalScientist, 0), order, conclusion).await.expect("proposed");
        interpretation::cases::check(&self.desk(Role::ClinicalScientist, 1), order).await.expect("checked");
        results::reports::authorise(&self.desk(Role::Consultant, 0), order).await.expect("signed");
        results::deliver::deliver(&self.service).await.expect("delivered");
    }

    pub(crate) async fn conclusion(&self, order: OrderId) -> Conclusion {
        let (_, analysis) = interpretation::cases::case(&self.desk(Role::ClinicalScientist, 0), order).await.expect("a case");
        let variants = analysis.candidates[0].variants.iter().filter_map(|v| cases::select(&analysis, &v.variant.to_string()));
        // As a scientist assessed it who has evidence for the uncertain variant of the pair.
        let variants = variants.map(|v| Selected { class: v.class.max(Pathogenicity::LikelyPathogenic), ..v });
        Conclusion { variants: variants.collect(), outcome: Outcome::Diagnostic, summary: "Both variants fit.".into() }
    }
}

pub(crate) fn who(role: Role, which: usize) -> Staff {
    staff::demo().into_iter().filter(|s| s.role == role).nth(which).expect("a role of the demonstration")
}

impl Bench {
    /// An order for the child of the usual form alone.
    pub(crate) async fn placed(&self, change: impl FnOnce(&mut OrderForm)) -> OrderId {
        let mut form = self.form().await;
        form.people.truncate(1);
        change(&mut form);
        ordering::orders::place(&self.desk(Role::Clinician, 0), form).await.expect("placed")
    }

    pub(crate) async fn materials(&self, order: OrderId) -> Vec<String> {
        let desk = self.desk(Role::LaboratoryScientist, 0);
        let permit = desk.permit(access::Action::ReadOrder, order).await.expect("a permit");
        let status = desk.status(&permit, order).await.expect("a status");
        status.samples.iter().filter_map(|(_, s)| s.label.as_ref().map(|l| l.material.clone())).collect()
    }

    /// Receives and accepts every sample that is expected.
    pub(crate) async fn receive(&self, order: OrderId) {
        let desk = self.desk(Role::LaboratoryScientist, 0);
        let permit = desk.permit(access::Action::ReadOrder, order).await.expect("a permit");
        for (id, sample) in desk.status(&permit, order).await.expect("a status").samples {
            if sample.state == sample::State::Expected {
                let barcode = sample.label.expect("labelled").barcode;
                laboratory::samples::handle(&desk, order, id, sample::Command::Receive { barcode }).await.expect("received");
                laboratory::samples::handle(&desk, order, id, sample::Command::Accept).await.expect("accepted");
            }
        }
    }
}

pub(crate) async fn opened(folder: &Path, database: Option<&str>) -> Arc<Service> {
    let pack = reference::open("demo").expect("the demo pack");
    let service = match database {
        Some(url) => Service::with_store(Store::connect(url, &folder.join("blobs")).await.expect("PostgreSQL"), folder, &pack).await,
        None => Service::open(folder, &pack).await,
    };
    service.expect("a service")
}

pub(crate) fn person(relationship: Relationship, year: i16, sex: Sex, number: &str) -> PersonForm {
    let demographics = Demographics {
        nhs_number: Identity::NhsNumber(number.parse().expect("a number")),
        family_name: "Testcase".into(),
        given_name: format!("{relationship:?}"),
        birth_date: Date::constant(year, 4, 3),
        sex,
    };
    sim::form::person(relationship, demographics)
}

pub(crate) fn form(test: Test) -> OrderForm {
    let case = published::all().expect("cases").remove(1);
    let people = vec![
        person(Relationship::Proband, 2019, Sex::Female, "4010232137"),
        person(Relationship::Father, 1988, Sex::Male, "9434765919"),
        person(Relationship::Mother, 1990, Sex::Female, "9000000009"),
    ];
    OrderForm { observed: case.observed, excluded: case.excluded, ..sim::form::order(test, people) }
}

pub(crate) fn discussion(order: OrderId, category: Category<Relationship>) -> Discussion<Relationship> {
    Discussion {
        order,
        wording: WORDING.into(),
        category,
        test: Answer::Yes,
        research: Answer::No,
        recontact: Answer::Yes,
        secondary_findings: Answer::No,
        family_sharing: Answer::Yes,
        comment: String::new(),
        how: How::Spoken,
        interpreter: String::new(),
    }
}

#[track_caller]
pub(crate) fn refused<T>(result: Result<T, ServiceError>, says: &str) {
    let message = match result {
        Ok(_) => panic!("not refused: {says}"),
        Err(error) => error.to_string(),
    };
    assert!(message.contains(says), "'{message}' does not say '{says}'");
}

pub(crate) async fn bench_permit(desk: &service::Desk, order: care::OrderId) -> access::Permit {
    desk.permit(access::Action::ReadOrder, order).await.expect("a permit")
}

pub(crate) fn everything() -> store::Listing {
    store::Listing { finished: true, most: 100, ..store::Listing::default() }
}
