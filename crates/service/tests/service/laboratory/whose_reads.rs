//! Whose reads are: never those of anybody but the person whose sample they name, however two people write at once.

use super::alignments::{barcode, deliver, form};
use crate::bench::*;
use genome::Build;
use jiff::{SignedDuration, Timestamp};
use service::laboratory::alignments::{self, ReadsPart, pass};

/// An hour and a minute later.
struct AfterAnHour;

impl Clock for AfterAnHour {
    fn now(&self) -> Timestamp {
        MachineClock.now() + SignedDuration::from_mins(61)
    }

    fn new_id(&self) -> uuid::Uuid {
        MachineClock.new_id()
    }
}

impl Bench {
    /// An order for one child, with a choice and a sample that is accepted.
    async fn ready_child(&self, given_name: &str, number: Identity) -> (OrderId, PatientId) {
        let order = self
            .placed(|form| {
                let child = &mut form.people[0].demographics;
                (child.given_name, child.nhs_number) = (given_name.to_owned(), number);
            })
            .await;
        let child = self.people(order).await[0];
        let by_clinician = Category::BestInterest { clinician: "Dr Amara Okafor".into() };
        ordering::choices::record(&self.desk(Role::Clinician, 0), child, discussion(order, by_clinician)).await.expect("recorded");
        self.receive(order).await;
        (order, child)
    }

    /// Writes down what else stands on the tube of a person.
    async fn relabel(&self, order: OrderId, label: &str) {
        let desk = self.desk(Role::LaboratoryScientist, 0);
        let permit = desk.permit(Action::ReadOrder, order).await.expect("a permit");
        let id = desk.status(&permit, order).await.expect("a status").samples[0].0;
        let labels = sample::Command::Relabel { labels: vec![label.to_owned()] };
        laboratory::samples::handle(&desk, order, id, labels).await.expect("labelled");
    }
}

fn numbered(number: &str) -> Identity {
    Identity::NhsNumber(number.parse().expect("a number"))
}

#[tokio::test]
async fn reads_never_end_up_on_a_person_other_than_the_one_whose_sample_they_name() {
    let bench = Bench::new().await;
    let order = bench.ready().await;
    let people = bench.people(order).await;
    let (elsewhere, stranger) = bench.ready_child("Stranger", numbered("9990000042")).await;
    bench.relabel(elsewhere, "24-DNA/0777").await;
    let tube = barcode(&bench, elsewhere, stranger).await;
    let desk = bench.desk(Role::Bioinformatician, 0);
    let names = [
        tube.clone(),
        tube.to_lowercase(),
        format!("FAM12_{tube}-1"),
        "24-dna/0777".to_owned(),
        "run 7: 24-DNA/0777".to_owned(),
        "9990000042".to_owned(),
    ];
    for (place, name) in names.iter().enumerate() {
        let file = format!("{place}.bam");
        deliver(&bench, &file, &[name], Build::GRCh38, 1_000 + place as u32);
        for person in &people {
            let registered = alignments::register(&desk, order, *person, &form(&file, &[name], "I am sure")).await;
            refused(registered, "somebody else");
        }
    }
    // The name of the sample says nothing, and its library is a tube of somebody else.
    deliver(&bench, "library.bam", &[&format!("NA12878\tLB:{tube}")], Build::GRCh38, 2_000);
    refused(alignments::register(&desk, order, people[0], &form("library.bam", &["NA12878"], "I am sure")).await, "somebody else's tube");
    assert!(alignments::registered(&desk, order).await.expect("a list").is_empty());
    alignments::register(&desk, elsewhere, stranger, &form("0.bam", &[&tube], "")).await.expect("they are theirs");
    alignments::register(&desk, elsewhere, stranger, &form("3.bam", &["24-dna/0777"], "The list of the hospital")).await.expect("declared");
}

#[tokio::test]
async fn a_vcf_with_another_hospitals_number_of_somebody_elses_tube_is_refused() {
    let bench = Bench::new().await;
    let (order, child) = bench.ready_child("One", numbered("4010232137")).await;
    let (elsewhere, _) = bench.ready_child("Two", numbered("9990000042")).await;
    bench.relabel(elsewhere, "24-DNA-0777").await;
    let pack = reference::open("demo").expect("a pack");
    let vcf = bench.folder.path().join("family.vcf.gz");
    family::write_trio(&vcf, ["24-DNA-0777", "dad", "mum"], &[], &pack, 1, false).expect("a VCF");
    let desk = bench.desk(Role::Bioinformatician, 0);
    let named = vec![(child, "24-DNA-0777".to_owned())];
    let registered = laboratory::data::register_data(&desk, order, &Delivered::small(&vcf), named).await;
    refused(registered, "a number that came with somebody else's tube");
}

#[tokio::test]
async fn the_tube_of_a_merged_record_is_the_persons_own_until_the_records_are_separated() {
    let bench = Bench::new().await;
    let (first, old) = bench.ready_child("Proband", Identity::Unavailable("newborn".into())).await;
    let (second, new) = bench.ready_child("Named", numbered("4010232137")).await;
    assert_ne!(old, new);
    let tube = barcode(&bench, first, old).await;
    deliver(&bench, "tube.bam", &[&tube], Build::GRCh38, 1_000);
    let (desk, clinician) = (bench.desk(Role::Bioinformatician, 0), bench.desk(Role::Clinician, 0));
    let register = async || alignments::register(&desk, second, new, &form("tube.bam", &[&tube], "I am sure")).await;
    refused(register().await, "somebody else's tube");
    people::patients::merge(&clinician, old, new, false, "Same mother, birth and ward").await.expect("merged");
    let id = register().await.expect("one person");
    let scientist = bench.desk(Role::ClinicalScientist, 0);
    alignments::readable(&scientist, second, id, ReadsPart::Reads).await.expect("readable");
    people::patients::merge(&clinician, old, new, true, "They are twins").await.expect("separated");
    refused(alignments::readable(&scientist, second, id, ReadsPart::Reads).await, "somebody else’s");
    let reading = alignments::registered_for_reading(&scientist, second).await.expect("a list");
    assert!(reading[0].is_contradicted, "two people after all");
    assert_eq!(alignments::contradicted(&desk, second).await.expect("read"), [id], "the laboratory sees which to withdraw");
}

#[tokio::test]
async fn reads_are_not_shown_once_a_tube_of_somebody_else_came_with_their_name() {
    let bench = Bench::new().await;
    let (order, child) = bench.ready_child("One", numbered("4010232137")).await;
    let (elsewhere, _) = bench.ready_child("Two", numbered("9990000042")).await;
    let (desk, scientist) = (bench.desk(Role::Bioinformatician, 0), bench.desk(Role::ClinicalScientist, 0));
    deliver(&bench, "early.bam", &["24-0777"], Build::GRCh38, 1_000);
    let id = alignments::register(&desk, order, child, &form("early.bam", &["24-0777"], "The list")).await.expect("declared");
    alignments::readable(&scientist, order, id, ReadsPart::Reads).await.expect("readable");
    bench.relabel(elsewhere, "24-0777").await;
    refused(alignments::readable(&scientist, order, id, ReadsPart::Reads).await, "somebody else’s");
}

#[tokio::test]
async fn reads_are_not_shown_once_a_tube_of_somebody_else_came_with_the_number_of_their_library() {
    let bench = Bench::new().await;
    let (order, child) = bench.ready_child("One", numbered("4010232137")).await;
    let (elsewhere, _) = bench.ready_child("Two", numbered("9990000042")).await;
    let (desk, scientist) = (bench.desk(Role::Bioinformatician, 0), bench.desk(Role::ClinicalScientist, 0));
    deliver(&bench, "early.bam", &["NA12878\tLB:24-0778"], Build::GRCh38, 1_000);
    let id = alignments::register(&desk, order, child, &form("early.bam", &["NA12878"], "The list")).await.expect("declared");
    alignments::readable(&scientist, order, id, ReadsPart::Reads).await.expect("readable");
    bench.relabel(elsewhere, "24-0778").await;
    refused(alignments::readable(&scientist, order, id, ReadsPart::Reads).await, "somebody else’s");
    assert_eq!(alignments::contradicted(&desk, order).await.expect("read"), [id], "the laboratory sees which to withdraw");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_file_is_not_registered_for_two_people_at_the_same_moment() {
    let bench = Bench::new().await;
    let other = bench.again().await;
    let order = bench.ready().await;
    let people = bench.people(order).await;
    let (elsewhere, stranger) = bench.ready_child("Stranger", numbered("9990000042")).await;
    let (one, two) = (bench.desk(Role::Bioinformatician, 0), other.desk(who(Role::Bioinformatician, 0)));
    for round in 0..4_u32 {
        // In the same order, and in two.
        let (second_order, second) = if round % 2 == 0 { (elsewhere, stranger) } else { (order, people[1]) };
        let (file, name) = (format!("{round}.bam"), format!("NA1287{round}"));
        deliver(&bench, &file, &[&name], Build::GRCh38, 1_000 + round);
        let form = form(&file, &[&name], "The sequencer's list");
        let (first, second) =
            tokio::join!(alignments::register(&one, order, people[0], &form), alignments::register(&two, second_order, second, &form));
        assert!(first.is_ok() != second.is_ok(), "one of both: {first:?} {second:?}");
    }
    let mut in_force = 0;
    for order in [order, elsewhere] {
        in_force += alignments::registered(&one, order).await.expect("a list").len();
    }
    assert_eq!(in_force, 4);
    assert_eq!(lines::check_views(&bench.service).await.expect("read"), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_vcf_is_not_registered_for_two_families_at_the_same_moment() {
    let bench = Bench::new().await;
    let other = bench.again().await;
    let (first, child) = bench.ready_child("One", numbered("4010232137")).await;
    let (second, stranger) = bench.ready_child("Two", numbered("9990000042")).await;
    let pack = reference::open("demo").expect("a pack");
    let vcf = bench.folder.path().join("one.vcf.gz");
    family::write_trio(&vcf, ["kid", "dad", "mum"], &[], &pack, 1, false).expect("a VCF");
    let delivered = Delivered::small(&vcf);
    let (one, two) = (bench.desk(Role::Bioinformatician, 0), other.desk(who(Role::Bioinformatician, 0)));
    let named = |person| vec![(person, "kid".to_owned())];
    let (first, second) = tokio::join!(
        laboratory::data::register_data(&one, first, &delivered, named(child)),
        laboratory::data::register_data(&two, second, &delivered, named(stranger))
    );
    assert!(first.is_ok() != second.is_ok(), "one of both: {first:?} {second:?}");
}

#[tokio::test]
async fn a_pass_ends_with_its_session_and_after_an_hour() {
    let bench = Bench::new().await;
    let (order, scientist) = (bench.ready().await, bench.desk(Role::ClinicalScientist, 0));
    let until = (bench.service.now() + SignedDuration::from_hours(12)).as_second();
    bench.service.store.save_session("browser", "{}", until).await.expect("signed in");
    let sealed = pass::issue(&scientist, order, "browser").await.expect("a pass");
    let later = bench.opened_with(Arc::new(AfterAnHour)).await;
    assert!(pass::desk(&bench.service, order, &sealed).await.expect("opened").is_some());
    assert!(pass::desk(&later, order, &sealed).await.expect("opened").is_none(), "an hour is over");
    bench.service.store.delete_session("browser").await.expect("signed out");
    assert!(pass::desk(&bench.service, order, &sealed).await.expect("opened").is_none(), "signed out");
    let elsewhere = pass::issue(&scientist, order, "no session").await.expect("a pass");
    assert!(pass::desk(&bench.service, order, &elsewhere).await.expect("opened").is_none());
}
