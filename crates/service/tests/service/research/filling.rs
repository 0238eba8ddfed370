//! Filling the library, where data cannot be read and where a program ends.

use crate::bench::*;
use service::{ordering, research, work};
use std::{fs, path::PathBuf};

/// Where the file of an order's analysis is kept.
async fn kept_file(bench: &Bench, order: OrderId) -> PathBuf {
    let desk = bench.desk(Role::Bioinformatician, 0);
    let permit = desk.permit(Action::ReadOrder, order).await.expect("a permit");
    let (_, analysis) = desk.status(&permit, order).await.expect("a status").analyses.pop().expect("an analysis");
    let digest = analysis.input.expect("an input").vcf_sha256;
    bench.folder.path().join("blobs").join(&digest[..2]).join(digest)
}

async fn people_inside(bench: &Bench) -> usize {
    let library = research::library(&bench.service).await.expect("open");
    library.manifest().await.expect("read").runs.iter().map(|run| run.people.len()).sum()
}

/// An analysed order of another family, with a file of its own.
async fn another_family(bench: &Bench) -> OrderId {
    let mut form = bench.form().await;
    for (person, number) in form.people.iter_mut().zip(["9990000018", "9990000026", "9990000042"]) {
        person.demographics.nhs_number = Identity::NhsNumber(number.parse().expect("a number"));
    }
    let order = ordering::orders::place(&bench.desk(Role::Clinician, 0), form).await.expect("placed");
    bench.make_ready(order).await;
    let people = bench.answered(order, Answer::Yes).await;
    let planted = published::all().expect("cases").remove(0).planted().expect("variants");
    bench.analyse_with(order, &planted, &people, false).await;
    order
}

#[tokio::test]
async fn a_file_that_cannot_be_read_keeps_nobody_elses_data_out_and_is_named_until_it_is_in() {
    let bench = Bench::new().await;
    let (order, _) = bench.analysed(Answer::Yes).await;
    let other = another_family(&bench).await;
    let file = kept_file(&bench, order).await;
    let sound = fs::read(&file).expect("kept");
    fs::write(&file, "changed").expect("written");
    for _ in 0..2 {
        let fault = research::fill_library(&bench.service).await.expect_err("one cannot be read");
        let said = format!("{fault:#}");
        assert!(said.contains(&order.to_string()) && !said.contains(&other.to_string()) && said.contains("was changed"), "{said}");
        assert_eq!(people_inside(&bench).await, 3, "the other family is in");
    }
    fs::write(&file, sound).expect("written");
    assert_eq!(research::fill_library(&bench.service).await.expect("filled"), 3);
    assert_eq!((people_inside(&bench).await, research::fill_library(&bench.service).await.expect("filled")), (6, 0));
}

#[tokio::test]
async fn where_nothing_can_be_read_nobody_is_passed_over() {
    let bench = Bench::new().await;
    let (order, _) = bench.analysed(Answer::Yes).await;
    let file = kept_file(&bench, order).await;
    let elsewhere = file.with_extension("away");
    fs::rename(&file, &elsewhere).expect("away");
    for _ in 0..2 {
        research::fill_library(&bench.service).await.expect_err("files are away");
    }
    // Whoever comes later does not wait for it.
    another_family(&bench).await;
    research::fill_library(&bench.service).await.expect_err("one file is away");
    assert_eq!(people_inside(&bench).await, 3);
    fs::rename(&elsewhere, &file).expect("back");
    assert_eq!(research::fill_library(&bench.service).await.expect("filled"), 3);
}

#[tokio::test]
async fn a_program_that_ends_takes_nobody_in_any_more_and_the_next_goes_on() {
    let bench = Bench::new().await;
    bench.analysed(Answer::Yes).await;
    work::leave(&bench.service).await.expect("left");
    assert_eq!(research::fill_library(&bench.service).await.expect("stopped"), 0);
    assert_eq!(people_inside(&bench).await, 0);
    assert_eq!(research::fill_library(&bench.again().await).await.expect("filled"), 3);
}
