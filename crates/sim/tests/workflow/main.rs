//! The service's rules from end to end, on SQLite and on PostgreSQL.

use access::Action;
use care::{
    OrderId, PatientId, Role, Staff,
    directory::Test,
    interpretation::case::{Conclusion, Outcome},
    ordering::{
        choice::{Answer, Category, Discussion, How, WORDING},
        family::{Affected, Relationship},
        order::{State, Urgency, purpose},
    },
    people::patient::{Demographics, Identity, Sex},
};
use engine::reference;
use jiff::civil::Date;
use service::{
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
use sim::{family, published};
use std::{path::Path, sync::Arc};
use store::Store;

mod access_rules;
mod delivery;
mod directory;
mod first_edition;
mod messages;
mod own_page;
mod racks;
mod rebuilding;
mod reports;
mod research;
mod scenarios;

/// Set while the tests of this program run on PostgreSQL instead of SQLite.
const ON_POSTGRES: &str = "GMS_WORKFLOW_POSTGRES";

/// The same program once more, so that it is compiled once. `GMS_WORKFLOW_POSTGRES=1` runs a single test there.
#[test]
fn everything_holds_on_postgresql_too() {
    if std::env::var_os(ON_POSTGRES).is_some() || testkit::postgres().is_none() {
        return;
    }
    let this = std::env::current_exe().expect("the path of this test");
    let tests = std::process::Command::new(this).args(["--skip", "everything_holds_on_postgresql_too"]).env(ON_POSTGRES, "1").status();
    assert!(tests.expect("the tests run").success(), "a test above failed on PostgreSQL");
}

/// A service of its own for each test, on SQLite or on PostgreSQL.
struct Bench {
    service: Arc<Service>,
    folder: tempfile::TempDir,
    /// Address of the database, and the cluster that ends with the test.
    database: Option<(String, testkit::Postgres)>,
}

fn who(role: Role, which: usize) -> Staff {
    staff::demo().into_iter().filter(|s| s.role == role).nth(which).expect("a role of the demonstration")
}

impl Bench {
    async fn new() -> Bench {
        let folder = tempfile::tempdir().expect("a folder");
        let cluster = if std::env::var_os(ON_POSTGRES).is_some() { testkit::postgres() } else { None };
        let database = cluster.map(|cluster| (cluster.database("bench"), cluster));
        let service = opened(folder.path(), database.as_ref().map(|(url, _)| url.as_str())).await;
        people::accounts::open_demonstration(&service).await.expect("people and laboratories");
        Bench { service, folder, database }
    }

    /// The same service opened again, as by a program that was started anew.
    async fn again(&self) -> Arc<Service> {
        opened(self.folder.path(), self.database.as_ref().map(|(url, _)| url.as_str())).await
    }

    /// The same data opened by a service with another clock.
    async fn opened_with(&self, clock: Arc<dyn Clock>) -> Arc<Service> {
        let pack = reference::open("demo").expect("the demo pack");
        let (folder, store) = (self.folder.path(), self.service.store.clone());
        Service::with_clock(store, folder, &pack, clock).await.expect("a service")
    }

    fn desk(&self, role: Role, which: usize) -> Desk {
        self.service.desk(who(role, which))
    }

    async fn form(&self) -> OrderForm {
        form(service::directory::catalogue::current(&self.service).await.expect("a directory").test("R98.2").expect("in force").clone())
    }

    async fn people(&self, order: OrderId) -> Vec<PatientId> {
        let desk = self.desk(Role::Clinician, 0);
        let permit = desk.permit(Action::ReadOrder, order).await.expect("a permit");
        let status = desk.status(&permit, order).await.expect("a status");
        status.order.request.expect("submitted").people.iter().map(|p| p.patient).collect()
    }

    async fn state(&self, order: OrderId) -> (State, String) {
        let desk = self.desk(Role::Clinician, 0);
        let permit = desk.permit(Action::ReadOrder, order).await.expect("a permit");
        let status = desk.status(&permit, order).await.expect("a status");
        (status.order.state.clone(), status.waiting())
    }

    /// An order with choices and samples, ready for data.
    async fn ready(&self) -> OrderId {
        let order = ordering::orders::place(&self.desk(Role::Clinician, 0), self.form().await).await.expect("placed");
        self.make_ready(order).await;
        order
    }

    /// Choices recorded and samples taken in.
    async fn make_ready(&self, order: OrderId) {
        let people = self.people(order).await;
        for (at, person) in people.iter().enumerate() {
            let category = if at == 0 { Category::Child { by: Relationship::Mother, assent: true } } else { Category::AdultOwn };
            ordering::choices::record(&self.desk(Role::Clinician, 0), *person, discussion(order, category)).await.expect("recorded");
        }
        self.receive(order).await;
    }

    async fn analyse(&self, order: OrderId, swapped: bool) {
        let planted = published::all().expect("cases").remove(1).planted().expect("variants");
        let people = self.people(order).await;
        self.analyse_with(order, &planted, &people, swapped).await;
    }

    /// The same with other variants planted, of the people given: child, father, mother.
    async fn analyse_with(&self, order: OrderId, planted: &[(genome::Variant, [&'static str; 3])], people: &[PatientId], swapped: bool) {
        let pack = reference::open("demo").expect("the demo pack");
        let vcf = self.folder.path().join(format!("{swapped}.vcf.gz"));
        family::write_trio(&vcf, ["kid", "dad", "mum"], planted, &pack, 3, swapped).expect("a VCF");
        let names = people.iter().copied().zip(["kid", "dad", "mum"].map(str::to_owned)).collect();
        let desk = self.desk(Role::Bioinformatician, 0);
        let analysis = laboratory::data::register_data(&desk, order, &Delivered::small(&vcf), names).await.expect("registered");
        laboratory::data::run_analysis(&desk, order, analysis, Arc::new(|_| {})).await.expect("settled");
    }

    /// The signed report of an analysed order.
    async fn signed(&self, order: OrderId) -> care::results::report::Content {
        let conclusion = self.conclusion(order).await;
        self.sign(order, conclusion).await;
        results::reports::report(&self.desk(Role::Clinician, 0), order).await.expect("a report").2
    }

    /// Signed by two scientists and a consultant, and delivered.
    async fn sign(&self, order: OrderId, conclusion: Conclusion) {
        interpretation::cases::propose(&self.desk(Role::ClinicalScientist, 0), order, conclusion).await.expect("proposed");
        interpretation::cases::check(&self.desk(Role::ClinicalScientist, 1), order).await.expect("checked");
        results::reports::authorise(&self.desk(Role::Consultant, 0), order).await.expect("signed");
        results::deliver::deliver(&self.service).await.expect("delivered");
    }

    async fn conclusion(&self, order: OrderId) -> Conclusion {
        let (_, analysis) = interpretation::cases::case(&self.desk(Role::ClinicalScientist, 0), order).await.expect("a case");
        let variants = analysis.candidates[0].variants.iter().filter_map(|v| cases::select(&analysis, &v.variant.to_string()));
        Conclusion { variants: variants.collect(), outcome: Outcome::Diagnostic, summary: "Both variants fit.".into() }
    }
}

async fn opened(folder: &Path, database: Option<&str>) -> Arc<Service> {
    let pack = reference::open("demo").expect("the demo pack");
    let service = match database {
        Some(url) => Service::over(Store::connect(url, &folder.join("blobs")).await.expect("PostgreSQL"), folder, &pack).await,
        None => Service::open(folder, &pack).await,
    };
    service.expect("a service")
}

fn person(relationship: Relationship, year: i16, sex: Sex, number: &str) -> PersonForm {
    PersonForm {
        demographics: Demographics {
            nhs_number: Identity::NhsNumber(number.parse().expect("a number")),
            family_name: "Testcase".into(),
            given_name: format!("{relationship:?}"),
            birth_date: Date::constant(year, 4, 3),
            sex,
        },
        relationship,
        affected: if relationship == Relationship::Proband { Affected::Yes } else { Affected::No },
        choice: None,
    }
}

fn form(test: Test) -> OrderForm {
    let case = published::all().expect("cases").remove(1);
    OrderForm {
        test,
        purpose: purpose::Purpose::Diagnosis,
        people: vec![
            person(Relationship::Proband, 2019, Sex::Female, "4010232137"),
            person(Relationship::Father, 1988, Sex::Male, "9434765919"),
            person(Relationship::Mother, 1990, Sex::Female, "9000000009"),
        ],
        observed: case.observed,
        excluded: case.excluded,
        onsets: vec![],
        eligibility: "Meets the criteria".into(),
        history: String::new(),
        urgency: Urgency::Routine,
        id: care::OrderId(MachineClock.new_id()),
        sender: None,
    }
}

fn discussion(order: OrderId, category: Category<Relationship>) -> Discussion<Relationship> {
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
fn refused<T>(result: Result<T, ServiceError>, says: &str) {
    let words = match result {
        Ok(_) => panic!("not refused: {says}"),
        Err(error) => error.to_string(),
    };
    assert!(words.contains(says), "'{words}' does not say '{says}'");
}

#[tokio::test]
async fn an_order_without_a_required_item_leaves_nobody_registered() {
    let bench = Bench::new().await;
    let mut incomplete = bench.form().await;
    let before = bench.service.store.verify().await.expect("readable").expect("holds").events;
    incomplete.observed.clear();
    refused(ordering::orders::place(&bench.desk(Role::Clinician, 0), incomplete).await, "at least one HPO term");
    assert_eq!(bench.service.store.verify().await.expect("readable").expect("holds").events, before);
}

#[tokio::test]
async fn the_same_page_sent_twice_makes_one_order() {
    let bench = Bench::new().await;
    let form = bench.form().await;
    ordering::orders::place(&bench.desk(Role::Clinician, 0), form.clone()).await.expect("placed");
    refused(ordering::orders::place(&bench.desk(Role::Clinician, 0), form).await, "nothing was sent twice");
}

#[tokio::test]
async fn one_nhs_number_is_one_person() {
    let bench = Bench::new().await;
    let first = ordering::orders::place(&bench.desk(Role::Clinician, 0), bench.form().await).await.expect("placed");
    let again = ordering::orders::place(&bench.desk(Role::Clinician, 0), bench.form().await).await.expect("placed");
    assert_eq!(bench.people(first).await, bench.people(again).await);
    let mut stranger = bench.form().await;
    stranger.people[0].demographics.family_name = "Somebody".into();
    refused(ordering::orders::place(&bench.desk(Role::Clinician, 0), stranger).await, "belongs to somebody with another name");
}

#[tokio::test]
async fn a_choice_by_somebody_who_may_not_give_it_is_refused() {
    let bench = Bench::new().await;
    let order = ordering::orders::place(&bench.desk(Role::Clinician, 0), bench.form().await).await.expect("placed");
    let people = bench.people(order).await;
    let desk = bench.desk(Role::Clinician, 0);
    refused(ordering::choices::record(&desk, people[0], discussion(order, Category::AdultOwn)).await, "parental responsibility");
    let themselves = Category::Child { by: Relationship::Proband, assent: true };
    refused(ordering::choices::record(&desk, people[0], discussion(order, themselves)).await, "not a parent");
    let absent = Category::Child { by: Relationship::Sibling, assent: true };
    refused(ordering::choices::record(&desk, people[0], discussion(order, absent)).await, "not part of this order");
    refused(
        ordering::choices::record(&bench.desk(Role::Clinician, 1), people[0], discussion(order, Category::AdultOwn)).await,
        "may not record a choice",
    );
}

#[tokio::test]
async fn a_choice_given_while_ordering_is_recorded_with_the_order_or_nothing_is() {
    let bench = Bench::new().await;
    let desk = bench.desk(Role::Clinician, 0);
    let mut wrong = bench.form().await;
    wrong.people[0].choice = Some(discussion(wrong.id, Category::AdultOwn));
    let order = wrong.id;
    refused(ordering::orders::place(&desk, wrong).await, "parental responsibility");
    assert!(desk.permit(Action::ReadOrder, order).await.is_err(), "the refused order left something behind");
    let mut right = bench.form().await;
    right.people[0].choice = Some(discussion(right.id, Category::Child { by: Relationship::Mother, assent: true }));
    let order = ordering::orders::place(&desk, right).await.expect("placed");
    assert!(bench.state(order).await.1.contains("Waiting for the choice of 2 people"));
}

#[tokio::test]
async fn a_swapped_sample_stops_the_case_with_its_reason() {
    let bench = Bench::new().await;
    let order = bench.ready().await;
    bench.analyse(order, true).await;
    let (state, waiting) = bench.state(order).await;
    assert!(matches!(state, State::OnHold { .. }), "{state:?}");
    assert!(waiting.contains("not who the pedigree says") && waiting.contains("dad is a parent of kid"), "{waiting}");
    refused(interpretation::cases::case(&bench.desk(Role::ClinicalScientist, 0), order).await, "no finished analysis");
    bench.analyse(order, false).await;
    assert_eq!(bench.state(order).await.0, State::InProgress);
}

#[tokio::test]
async fn data_wait_for_choices_and_samples() {
    let bench = Bench::new().await;
    let order = ordering::orders::place(&bench.desk(Role::Clinician, 0), bench.form().await).await.expect("placed");
    let vcf = bench.folder.path().join("f.vcf.gz");
    family::write_trio(&vcf, ["a", "b", "c"], &[], &reference::open("demo").expect("a pack"), 1, false).expect("a VCF");
    refused(
        laboratory::data::register_data(&bench.desk(Role::Bioinformatician, 0), order, &Delivered::small(&vcf), vec![]).await,
        "has not agreed to the test",
    );
    refused(
        laboratory::data::register_data(
            &bench.desk(Role::Bioinformatician, 0),
            order,
            &Delivered::small(Path::new("/nowhere.vcf")),
            vec![],
        )
        .await,
        "cannot be read",
    );
}

#[tokio::test]
async fn structural_variants_of_the_same_people_are_read_beside_their_small_ones() {
    let bench = Bench::new().await;
    let order = bench.ready().await;
    let folder = bench.folder.path();
    let vcf = folder.join("f.vcf.gz");
    family::write_trio(&vcf, ["kid", "dad", "mum"], &[], &reference::open("demo").expect("a pack"), 1, false).expect("a VCF");
    // NSD1 in DRAGEN's layout, new in the child (Sotos syndrome).
    let deletion = |kid: &str| {
        format!(
            "##fileformat=VCFv4.2\n##reference=GRCh38\n##ALT=<ID=DEL,Description=\"d\">\n\
             ##INFO=<ID=END,Number=1,Type=Integer,Description=\"e\">\n##INFO=<ID=SVTYPE,Number=1,Type=String,Description=\"t\">\n\
             ##FORMAT=<ID=GT,Number=1,Type=String,Description=\"g\">\n##FORMAT=<ID=CN,Number=1,Type=Integer,Description=\"c\">\n\
             #CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t{kid}\tdad\tmum\n\
             5\t177100000\tx\tN\t<DEL>\t90\tPASS\tSVTYPE=CNV;END=177400000\tGT:CN\t0/1:1\t./.:2\t./.:2\n"
        )
    };
    let (theirs, others) = (folder.join("cnv.vcf"), folder.join("other.vcf"));
    std::fs::write(&theirs, deletion("kid")).expect("written");
    std::fs::write(&others, deletion("x").replace("dad\tmum", "y\tz")).expect("written");
    let names: Vec<_> = bench.people(order).await.into_iter().zip(["kid", "dad", "mum"].map(str::to_owned)).collect();
    let desk = bench.desk(Role::Bioinformatician, 0);
    let with = |path: &Path| Delivered { vcf: vcf.clone(), structural: vec![path.to_owned()] };
    refused(
        laboratory::data::register_data(&desk, order, &with(&others), names.clone()).await,
        "other.vcf has no sample of this family; it has: x, y, z",
    );
    let analysis = laboratory::data::register_data(&desk, order, &with(&theirs), names).await.expect("registered");
    laboratory::data::run_analysis(&desk, order, analysis, Arc::new(|_| {})).await.expect("settled");
    let (_, result) = interpretation::cases::case(&bench.desk(Role::ClinicalScientist, 0), order).await.expect("a case");
    assert!(result.candidates.iter().any(|c| c.symbol == "NSD1" && c.pattern.to_string() == "de novo"));
    let told = bench.signed(order).await.not_tested.join("\n");
    assert!(told.contains("only as far as the files of their own callers") && !told.contains("expansions were not looked for"), "{told}");
}

#[tokio::test]
async fn three_different_people_sign_and_the_report_renders_the_same_twice() {
    let bench = Bench::new().await;
    let order = bench.ready().await;
    bench.analyse(order, false).await;
    let first = bench.desk(Role::ClinicalScientist, 0);
    let conclusion = bench.conclusion(order).await;
    let mut empty = conclusion.clone();
    empty.variants.clear();
    refused(interpretation::cases::propose(&first, order, empty).await, "needs at least one pathogenic");
    interpretation::cases::propose(&first, order, conclusion.clone()).await.expect("proposed");
    refused(interpretation::cases::propose(&first, order, conclusion).await, "nothing was overwritten");
    refused(interpretation::cases::check(&first, order).await, "a second scientist must check it");
    refused(results::reports::authorise(&bench.desk(Role::Consultant, 0), order).await, "has not checked");
    interpretation::cases::check(&bench.desk(Role::ClinicalScientist, 1), order).await.expect("checked");
    refused(results::reports::authorise(&bench.desk(Role::ClinicalScientist, 0), order).await, "may not authorise");
    refused(results::reports::report(&bench.desk(Role::Clinician, 0), order).await, "may not read the report");
    results::reports::authorise(&bench.desk(Role::Consultant, 0), order).await.expect("signed");
    refused(results::reports::authorise(&bench.desk(Role::Consultant, 0), order).await, "already signed; nothing was changed");
    assert_eq!(results::deliver::deliver(&bench.service).await.expect("delivered"), 1);
    assert_eq!(results::deliver::deliver(&bench.service).await.expect("nothing left"), 0);
    let (_, _, content) = results::reports::report(&bench.desk(Role::Clinician, 0), order).await.expect("a report");
    assert!(content.not_tested.join("\n").contains("repeat expansions were not looked for"));
    results::reports::acknowledge(&bench.desk(Role::Clinician, 0), order, "").await.expect("read");
    assert_eq!(bench.state(order).await.0, State::Closed);
    let today = MachineClock.today();
    let told = bench.service.store.reported_of_test(&"R98.2".parse().expect("a test"), 10).await.expect("read");
    assert_eq!(told, [(today, today)], "what an expected day is learnt from");
    let before = bench.service.store.order_view(order).await.expect("a line");
    lines::rebuild_views(&bench.service).await.expect("rebuilt");
    assert_eq!(bench.service.store.order_view(order).await.expect("a line"), before);
}

#[tokio::test]
async fn work_cut_off_in_the_middle_is_taken_up_again() {
    let bench = Bench::new().await;
    let order = bench.ready().await;
    let case = published::all().expect("cases").remove(1);
    let vcf = bench.folder.path().join("f.vcf.gz");
    family::write_trio(
        &vcf,
        ["kid", "dad", "mum"],
        &case.planted().expect("variants"),
        &reference::open("demo").expect("a pack"),
        3,
        false,
    )
    .expect("a VCF");
    let names = bench.people(order).await.into_iter().zip(["kid", "dad", "mum"].map(str::to_owned)).collect();
    laboratory::data::register_data(&bench.desk(Role::Bioinformatician, 0), order, &Delivered::small(&vcf), names)
        .await
        .expect("registered");
    let again = bench.again().await;
    assert_eq!(laboratory::data::resume_work(&again).await.expect("resumed"), 1);
    assert!(bench.state(order).await.1.contains("first scientist"));
}
