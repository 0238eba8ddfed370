//! The kinds of request, each from its order on.

use super::{Bench, person, refused};
use care::{
    OrderId, Role,
    laboratory::sample,
    ordering::{
        family::{Affected, Relationship},
        order::{
            Command, State,
            purpose::{Germline, Prenatal, PrenatalSample, Purpose, Tumour, TumourSample},
        },
    },
    people::patient::{Identity, Sex},
};
use service::{
    clock::{Clock, MachineClock},
    directory, laboratory, lines,
    ordering::{
        self,
        orders::{OrderForm, PersonForm},
    },
    results,
};

impl Bench {
    /// An order for the child of the usual form alone.
    async fn placed(&self, change: impl FnOnce(&mut OrderForm)) -> OrderId {
        let mut form = self.form().await;
        form.people.truncate(1);
        change(&mut form);
        ordering::orders::place(&self.desk(Role::Clinician, 0), form).await.expect("placed")
    }

    async fn materials(&self, order: OrderId) -> Vec<String> {
        let desk = self.desk(Role::LaboratoryScientist, 0);
        let permit = desk.permit(access::Action::ReadOrder, order).await.expect("a permit");
        let status = desk.status(&permit, order).await.expect("a status");
        status.samples.iter().filter_map(|(_, s)| s.label.as_ref().map(|l| l.material.clone())).collect()
    }

    /// Receives and accepts every sample that is expected.
    pub(super) async fn receive(&self, order: OrderId) {
        let desk = self.desk(Role::LaboratoryScientist, 0);
        let permit = desk.permit(access::Action::ReadOrder, order).await.expect("a permit");
        for (id, held) in desk.status(&permit, order).await.expect("a status").samples {
            if held.state == sample::State::Expected {
                let barcode = held.label.expect("labelled").barcode;
                laboratory::samples::handle(&desk, order, id, sample::Command::Receive { barcode }).await.expect("received");
                laboratory::samples::handle(&desk, order, id, sample::Command::Accept).await.expect("accepted");
            }
        }
    }
}

fn tumour(germline: Germline) -> Purpose {
    Purpose::Tumour(Tumour {
        diagnosis: "Acute myeloid leukaemia".into(),
        sample: TumourSample::BoneMarrow,
        pathology: String::new(),
        germline,
    })
}

#[tokio::test]
async fn a_tumour_is_started_first_and_its_germline_asked_for_later() {
    let bench = Bench::new().await;
    let test = directory::catalogue::current(&bench.service).await.expect("a directory").test("M80.1").expect("in force").clone();
    let order = bench
        .placed(|form| {
            (form.test, form.purpose) = (test, tumour(Germline::Later));
            form.observed.clear();
        })
        .await;
    assert_eq!(bench.materials(order).await, ["Bone marrow (EDTA)"]);
    bench.receive(order).await;
    let scientist = bench.desk(Role::ClinicalScientist, 0);
    ordering::orders::amend(&scientist, order, |request| request.purpose = tumour(Germline::Now), "A germline finding is possible".into())
        .await
        .expect("amended");
    assert_eq!(bench.materials(order).await, ["Bone marrow (EDTA)", "Blood (EDTA)"]);
    let (state, waiting) = bench.state(order).await;
    assert_eq!(state, State::Accepted);
    assert!(waiting.contains("choice"), "{waiting}");
}

#[tokio::test]
async fn a_fetus_of_twins_is_tested_with_the_choice_of_its_mother_alone() {
    let bench = Bench::new().await;
    let prenatal = Prenatal { gestation_weeks: 20, fetus: (2, 2), lost: false, sample: PrenatalSample::AmnioticFluid };
    let due = MachineClock.today().saturating_add(jiff::Span::new().weeks(20));
    let order = bench
        .placed(|form| {
            let fetus = &mut form.people[0].demographics;
            (fetus.nhs_number, fetus.birth_date) = (Identity::Fetus, due);
            fetus.given_name = "Fetus 2".into();
            form.purpose = Purpose::Prenatal(prenatal);
            form.people.push(PersonForm { affected: Affected::No, ..person(Relationship::Mother, 1990, Sex::Female, "9000000009") });
        })
        .await;
    assert_eq!(bench.materials(order).await, ["Amniotic fluid", "Blood (EDTA)"]);
    assert!(bench.state(order).await.1.contains("choice of 1 person"), "{}", bench.state(order).await.1);
}

#[tokio::test]
async fn dna_is_stored_and_the_order_ends_there() {
    let bench = Bench::new().await;
    let order = bench
        .placed(|form| {
            form.purpose = Purpose::Storage { reason: "The child is very ill".into() };
            form.observed.clear();
        })
        .await;
    let desk = bench.desk(Role::LaboratoryScientist, 0);
    refused(ordering::orders::change(&desk, order, Command::Close).await, "cannot be done now");
    bench.receive(order).await;
    ordering::orders::change(&desk, order, Command::Close).await.expect("stored");
    assert_eq!(bench.state(order).await.0, State::Closed);
}

#[tokio::test]
async fn earlier_data_are_looked_at_again_without_a_new_sample_or_form() {
    let bench = Bench::new().await;
    let earlier = bench.ready().await;
    let number = bench.service.store.order_view(earlier).await.expect("read").expect("a line").number;
    let purpose = Purpose::Reanalysis { order: number, reason: "A new gene was published".into() };
    let order = bench.placed(|form| form.purpose = purpose).await;
    assert!(bench.materials(order).await.is_empty());
    let waiting = bench.state(order).await.1;
    assert!(!waiting.contains("choice") && !waiting.contains("sample"), "{waiting}");
}

#[tokio::test]
async fn a_relative_a_coroner_and_a_larger_family_have_their_own_orders() {
    let bench = Bench::new().await;
    let relative = Purpose::Predictive { variant: "NM_007294.4:c.68_69del".into(), relative: "Mother, report OG-1A2B3-C4D5E".into() };
    let order = bench
        .placed(|form| {
            form.purpose = relative;
            form.observed.clear();
        })
        .await;
    assert_eq!(bench.materials(order).await, ["Blood (EDTA)"]);

    let died = MachineClock.today();
    let order = bench.placed(|form| form.purpose = Purpose::AfterDeath { died, coroner: "HM Coroner, Westshire".into() }).await;
    assert_eq!(bench.materials(order).await, ["Stored DNA or tissue"]);

    let mut form = bench.form().await;
    form.people.push(person(Relationship::Sibling, 2021, Sex::Male, "9990000018"));
    form.people.push(person(Relationship::Grandparent, 1955, Sex::Female, "9990000026"));
    let order = ordering::orders::place(&bench.desk(Role::Clinician, 0), form).await.expect("placed");
    assert_eq!(bench.materials(order).await.len(), 5);
}

#[tokio::test]
async fn a_sample_of_a_cancelled_order_is_not_worked_on_and_an_error_leaves_the_lists() {
    let bench = Bench::new().await;
    let order = bench.placed(|_| {}).await;
    let clinician = bench.desk(Role::Clinician, 0);
    ordering::orders::change(&clinician, order, Command::Cancel { reason: "The family moved away".into() }).await.expect("cancelled");
    let desk = bench.desk(Role::LaboratoryScientist, 0);
    let permit = desk.permit(access::Action::ReadOrder, order).await.expect("a permit");
    let (id, held) = desk.status(&permit, order).await.expect("a status").samples.remove(0);
    let barcode = held.label.expect("labelled").barcode;
    // The tube is here, so that it is received; but nobody goes on with it.
    laboratory::samples::handle(&desk, order, id, sample::Command::Receive { barcode }).await.expect("received");
    refused(laboratory::samples::handle(&desk, order, id, sample::Command::Accept).await, "is cancelled: do not work on this sample");
    laboratory::samples::handle(&desk, order, id, sample::Command::Reject { reason: "Order cancelled".into() }).await.expect("rejected");
    assert_eq!(bench.materials(order).await.len(), 1, "no new sample is asked for");

    let wrong = bench.placed(|_| {}).await;
    ordering::orders::change(&clinician, wrong, Command::EnterInError { reason: "Another child".into() }).await.expect("marked");
    let permit = clinician.permit_general(access::Action::SeeWorkList).await.expect("a permit");
    let listed = bench.service.store.orders(&permit, &everything()).await.expect("a list");
    assert!(listed.iter().all(|o| o.id != wrong) && listed.iter().any(|o| o.id == order));
}

#[tokio::test]
async fn a_sample_is_sent_to_another_laboratory_which_may_then_work_on_it_or_stay_silent() {
    let bench = Bench::new().await;
    let order = bench.placed(|_| {}).await;
    bench.receive(order).await;
    let (here, there) = (bench.desk(Role::LaboratoryScientist, 0), bench.desk(Role::LaboratoryScientist, 1));
    let permit = here.permit(access::Action::ReadOrder, order).await.expect("a permit");
    let (id, held) = here.status(&permit, order).await.expect("a status").samples.remove(0);
    let barcode = held.label.expect("labelled").barcode;
    refused(laboratory::samples::scan(&there, &barcode).await, "may not handle samples");
    refused(laboratory::samples::scan(&here, "S0000000000").await, "put the tube aside");
    assert_eq!(laboratory::samples::scan(&here, &barcode.to_lowercase()).await.expect("found").id, id);

    let part = laboratory::samples::aliquot(&here, order, id).await.expect("taken");
    laboratory::samples::handle(&here, order, part, sample::Command::Place { place: "F2 R3 A1".into() }).await.expect("placed");
    let to = there.staff.organisation.clone();
    laboratory::samples::handle(&here, order, id, sample::Command::Dispatch { to, manifest: "M-77".into() }).await.expect("sent");
    assert_eq!(bench.service.store.manifest("M-77").await.expect("read").len(), 1);
    laboratory::samples::handle(&there, order, id, sample::Command::ReceiveElsewhere { barcode }).await.expect("received there");
    let permit = there.permit_general(access::Action::SeeWorkList).await.expect("a permit");
    assert!(
        bench.service.store.orders(&permit, &everything()).await.expect("a list").iter().any(|o| o.id == order),
        "it stands on their list too"
    );

    // A silent laboratory: its data arrive, and the sample is inferred to be there.
    let silent = bench.ready().await;
    let permit = here.permit(access::Action::ReadOrder, silent).await.expect("a permit");
    for (id, _) in here.status(&permit, silent).await.expect("a status").samples {
        let to = there.staff.organisation.clone();
        laboratory::samples::handle(&here, silent, id, sample::Command::Dispatch { to, manifest: "M-78".into() }).await.expect("sent");
    }
    assert!(bench.state(silent).await.1.contains("sequence data"));
    bench.analyse(silent, false).await;
    let told = here.status(&permit, silent).await.expect("a status");
    assert!(told.samples.iter().all(|(_, s)| matches!(s.state, sample::State::Elsewhere { inferred: true, .. })));
    let before = bench.service.store.sample_by_barcode(&told.samples[0].1.label.as_ref().expect("a label").barcode).await.expect("read");
    lines::rebuild_views(&bench.service).await.expect("rebuilt");
    let after = bench.service.store.sample_by_barcode(&before.as_ref().expect("a line").barcode).await.expect("read");
    assert_eq!(before, after);
    // Sequenced there and the lists made anew, an order still stands in the list of the laboratory that has its sample.
    laboratory::samples::handle(&there, order, id, sample::Command::Sequence).await.expect("sequenced there");
    lines::rebuild_views(&bench.service).await.expect("rebuilt");
    let permit = there.permit_general(access::Action::SeeWorkList).await.expect("a permit");
    assert!(bench.service.store.orders(&permit, &everything()).await.expect("a list").iter().any(|o| o.id == order));
}

fn everything() -> store::Listing {
    store::Listing { finished: true, most: 100, ..store::Listing::default() }
}

#[tokio::test]
async fn work_is_found_taken_on_rested_and_whoever_is_waited_for_reminded() {
    use service::ordering::work::Act;
    let bench = Bench::new().await;
    let (first, second) = (bench.placed(|_| {}).await, bench.placed(|_| {}).await);
    let associate = bench.desk(Role::GenomicAssociate, 0);
    let permit = associate.permit_general(access::Action::SeeWorkList).await.expect("a permit");
    let today = MachineClock.today();
    let mine = || store::Listing { turn: Some((Role::GenomicAssociate, today)), most: 10, ..store::Listing::default() };
    let list = async |asked: store::Listing| bench.service.store.orders(&permit, &asked).await.expect("a list");
    assert_eq!(list(mine()).await.len(), 2, "both wait for a choice");

    // Paged by key: the second page begins after the last line of the first.
    let page = list(store::Listing { most: 1, ..mine() }).await;
    let after = Some((page[0].due, page[0].number.clone()));
    let next = list(store::Listing { after, ..mine() }).await;
    assert_eq!((next.len(), next[0].id != page[0].id), (1, true));
    let number = next[0].number.to_lowercase();
    for (text, count) in [(number.as_str(), 1), (&number[3..6], 1), ("testca", 2), ("prob TESTCASE r98", 2), ("nobody", 0)] {
        assert_eq!(list(store::Listing { text: text.into(), ..mine() }).await.len(), count, "{text}");
    }

    ordering::work::act_on(&associate, first, &Act::Take).await.expect("taken");
    refused(ordering::work::act_on(&associate, second, &Act::Rest { until: today, reason: "away".into() }).await, "a day of the next 28");
    let until = today.saturating_add(jiff::Span::new().days(3));
    ordering::work::act_on(&associate, second, &Act::Rest { until, reason: "The family is away".into() }).await.expect("rests");
    let left = list(mine()).await;
    assert_eq!((left.len(), left[0].assignee.as_deref()), (1, Some("Ben Whitfield")));
    ordering::work::act_on(&associate, first, &Act::Remind).await.expect("reminded");
    assert_eq!(results::deliver::deliver(&bench.service).await.expect("delivered"), 1);
    let sent = bench.folder.path().join("delivered/RP4DEMO").join(&left[0].number);
    assert_eq!(std::fs::read_dir(sent).expect("a folder").count(), 1);
    let before = list(everything()).await;
    lines::rebuild_views(&bench.service).await.expect("rebuilt");
    assert_eq!(list(everything()).await, before);
}

#[tokio::test]
async fn a_backup_is_restored_into_another_database_with_nothing_lost() {
    let bench = Bench::new().await;
    let order = bench.ready().await;
    let backup = bench.folder.path().join("backup");
    let manifest = bench.service.store.backup(&backup).await.expect("written");
    assert!(bench.service.store.backup(&backup).await.is_err(), "a backup is never written over another");
    assert!(bench.service.store.restore(&backup).await.is_err(), "nor restored over a service");
    let events = bench.service.store.verify().await.expect("readable").expect("holds").events;
    let folder = tempfile::tempdir().expect("a folder");
    let mut places = vec![format!("sqlite://{}?mode=rwc", folder.path().join("j.sqlite").display())];
    let cluster = testkit::postgres();
    places.extend(cluster.as_ref().map(|c| c.database("restored")));
    for (at, url) in places.iter().enumerate() {
        let blobs = folder.path().join(format!("blobs{at}"));
        let store = store::Store::connect(url, &blobs).await.expect("a database");
        assert_eq!(store.restore(&backup).await.expect("restored"), manifest);
        let service =
            service::Service::over(store, folder.path(), &engine::reference::open("demo").expect("a pack")).await.expect("opened");
        assert_eq!(service.store.verify().await.expect("readable").expect("holds").events, events);
        assert_eq!(lines::check_views(&service).await.expect("compared"), Vec::<String>::new());
        let held = service.store.order_view(order).await.expect("read");
        assert_eq!(held, bench.service.store.order_view(order).await.expect("read"));
    }
    let rows = backup.join("rows.jsonl");
    let text = std::fs::read_to_string(&rows).expect("rows");
    std::fs::write(&rows, text.replacen("Testcase", "Tampered", 1)).expect("changed");
    let fresh = store::Store::open(&folder.path().join("fresh")).await.expect("a store");
    assert!(fresh.restore(&backup).await.expect_err("changed").to_string().contains("was changed after the backup"));
}
