//! Questions from people's own pages: who reads them, who answers, and what the person reads.

use super::own_page::{MOTHER_BORN, opened};
use crate::bench::*;
use care::results::question::Command;
use service::results::{
    own_page::OwnEnd,
    questions::{end, waiting},
};

#[tokio::test]
async fn a_question_waits_for_the_clinic_of_the_link_until_it_is_answered_and_no_relative_reads_it() {
    let bench = Bench::new().await;
    let order = ordering::orders::place(&bench.desk(Role::Clinician, 0), bench.form().await).await.expect("placed");
    let [_, father, mother] = bench.people(order).await[..] else { panic!("three people") };
    let own = opened(&bench, order, mother, MOTHER_BORN).await;
    let others = opened(&bench, order, father, Date::constant(1988, 4, 3)).await;
    refused(own.ask("  ".into()).await, "Write your question");
    for _ in 0..2 {
        own.ask("Is it my fault?".into()).await.expect("sent, once");
    }
    assert!(others.questions().await.expect("a list").is_empty(), "nobody else of the family reads it");

    let [clinician, elsewhere] = [0, 1].map(|which| bench.desk(Role::Clinician, which));
    let (found, are_more) = waiting(&clinician).await.expect("a list");
    assert_eq!((found.len(), are_more), (1, false));
    let content = found[0].content.as_ref().expect("open");
    assert_eq!((content.text.as_str(), content.who.given_name.as_str()), ("Is it my fault?", "Mother"));
    assert!(waiting(&elsewhere).await.expect("a list").0.is_empty(), "another hospital sees nothing of it");
    let (id, seen) = (found[0].id, content.seen);
    let answer = || Command::Answer { text: "No. Nobody causes this.".into() };
    refused(end(&elsewhere, id, seen, answer()).await, "may not");
    refused(end(&bench.desk(Role::LaboratoryScientist, 0), id, seen, answer()).await, "may not");
    refused(end(&clinician, id, seen + 1, answer()).await, "read it again");
    end(&clinician, id, seen, answer()).await.expect("answered");
    refused(end(&clinician, id, seen, answer()).await, "meanwhile");
    assert!(waiting(&clinician).await.expect("a list").0.is_empty());
    let questions = own.questions().await.expect("a list");
    let Some((OwnEnd::Answered(text, by), _)) = &questions[0].end else { panic!("not answered") };
    assert_eq!((questions.len(), text.as_str(), by), (1, "No. Nobody causes this.", &clinician.staff.name));
    assert_eq!(lines::check_views(&bench.service).await.expect("read"), Vec::<String>::new());
}

#[tokio::test]
async fn what_a_question_says_stands_in_no_history_and_on_a_restricted_record_for_nobody_who_is_not_named() {
    let bench = Bench::new().await;
    let clinician = bench.desk(Role::Clinician, 0);
    let order = ordering::orders::place(&clinician, bench.form().await).await.expect("placed");
    let [_, _, mother] = bench.people(order).await[..] else { panic!("three people") };
    let own = opened(&bench, order, mother, MOTHER_BORN).await;
    own.ask("Does my employer learn of it?".into()).await.expect("sent");
    let permit = bench_permit(&clinician, order).await;
    let history = bench.service.store.order_events(&permit, order).await.expect("read");
    let sentences: Vec<String> = history.iter().map(|entry| entry.event().expect("an event").sentence()).collect();
    assert!(sentences.iter().any(|sentence| sentence.contains("question")), "{sentences:?}");
    assert!(sentences.iter().all(|sentence| !sentence.contains("employer")), "{sentences:?}");

    people::restriction::restrict(&clinician, mother, &[], true, "Works in this hospital").await.expect("restricted");
    let colleague = bench.service.desk(Staff { id: care::StaffId(MachineClock.new_id()), ..clinician.staff.clone() });
    let content = async |desk: &Desk| waiting(desk).await.expect("a list").0.remove(0).content.is_some();
    assert!(!content(&colleague).await && content(&clinician).await);
}
