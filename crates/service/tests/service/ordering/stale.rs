//! A page that somebody opened before a colleague, or the hospital's system, said something else: what is sent from it does nothing.

use super::{
    identity::{ANN, Sent, message},
    messages::{order, sent},
};
use crate::bench::*;
use care::ordering::{
    choice::{Choice, Purpose},
    client::Address,
};
use service::ordering::choices::{self, Withdrawal};

impl Bench {
    async fn choice_of(&self, order: OrderId, person: PatientId) -> Choice {
        let desk = self.desk(Role::Clinician, 0);
        let permit = bench_permit(&desk, order).await;
        choices::choice(&desk, &permit, person).await.expect("a choice")
    }
}

fn answered(order: OrderId, answer: Answer) -> Discussion<Relationship> {
    Discussion { test: answer, research: answer, ..discussion(order, Category::AdultOwn) }
}

#[tokio::test]
async fn a_consent_page_that_was_opened_before_a_refusal_never_undoes_it() {
    let bench = Bench::new().await;
    let (desk, colleague) = (bench.desk(Role::Clinician, 0), bench.desk(Role::GenomicAssociate, 0));
    let order = ordering::orders::place(&desk, bench.form().await).await.expect("placed");
    let mother = bench.people(order).await[2];
    let opened = bench.choice_of(order, mother).await.version;
    choices::record(&colleague, mother, answered(order, Answer::No)).await.expect("declined");
    refused(
        choices::record_as_seen(&desk, mother, Some(opened), answered(order, Answer::Yes)).await,
        "The choices of Mother Testcase changed since you opened this page, and nothing was done",
    );
    refused(choices::record_as_seen(&desk, mother, None, answered(order, Answer::Yes)).await, "does not say what its page showed");
    let now = bench.choice_of(order, mother).await;
    assert!(now.refuses_test(order) && !now.allows(Purpose::Research, desk.today()));
    choices::record_as_seen(&desk, mother, Some(now.version), answered(order, Answer::Yes)).await.expect("who saw it may ask again");

    let opened = bench.choice_of(order, mother).await.version;
    let withdrawal = || Withdrawal { what: Purpose::Research, from: desk.today(), reason: String::new() };
    choices::record(&colleague, mother, answered(order, Answer::Yes)).await.expect("asked once more");
    refused(choices::withdraw_as_seen(&desk, order, mother, Some(opened), withdrawal()).await, "changed since you opened this page");
    refused(choices::withdraw_as_seen(&desk, order, mother, None, withdrawal()).await, "does not say what its page showed");
    assert!(bench.choice_of(order, mother).await.allows(Purpose::Research, desk.today()));
}

/// Every way in which three looks, a refusal and an agreement can follow one another: an agreement is written only by whoever saw the
/// refusal that came before it.
#[tokio::test]
async fn whatever_follows_what_no_agreement_is_written_over_a_refusal_that_its_page_did_not_show() {
    let bench = Bench::new().await;
    let desk = bench.desk(Role::Clinician, 0);
    for steps in 0..27_u32 {
        let order = bench
            .placed(|form| {
                form.people = vec![person(Relationship::Proband, 1990, Sex::Female, "9990003009")];
            })
            .await;
        let patient = bench.people(order).await[0];
        let (mut seen, mut is_refused_since) = (bench.choice_of(order, patient).await.version, false);
        for place in 0..3 {
            match steps / 3_u32.pow(place) % 3 {
                0 => (seen, is_refused_since) = (bench.choice_of(order, patient).await.version, false),
                1 => {
                    choices::record(&desk, patient, answered(order, Answer::No)).await.expect("declined");
                    is_refused_since = true;
                }
                _ => {
                    let done = choices::record_as_seen(&desk, patient, Some(seen), answered(order, Answer::Yes)).await;
                    assert!(!(done.is_ok() && is_refused_since), "{steps}: a refusal was undone unseen");
                }
            }
        }
        let now = bench.choice_of(order, patient).await;
        assert!(!is_refused_since || now.refuses_test(order), "{steps}");
        ordering::orders::change(&desk, order, care::ordering::order::Command::Cancel { reason: "Next".into() }).await.expect("cancelled");
    }
}

#[tokio::test]
async fn a_page_of_details_that_was_opened_before_a_message_of_the_hospital_undoes_nothing() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let id = order(&sent(&system, &message("m1", ANN, "NW", "N-1")).await);
    let (desk, ann) = (bench.desk(Role::Clinician, 0), bench.people(id).await[0]);
    let permit = desk.permit_patient(Action::ReadRecord, ann).await.expect("a permit");
    let who = async || people::patients::demographics(&desk, &permit, ann).await.expect("a person");
    let opened = people::patients::version(&desk, &permit, ann).await.expect("read");
    let typed = Demographics { given_name: "Anne".into(), ..who().await };
    let Sent { numbers, born, .. } = ANN;
    let married =
        format!("MSH|^~\\&|PAS|RP4|OPENGMS|699X0|20261101120000||ADT^A08|u1|P|2.4\rEVN|A08\rPID|1||{numbers}||Birch^Ann||{born}|F\r");
    sent(&system, &married).await;
    assert_eq!(who().await.family_name, "Birch");
    let correct = async |seen| people::patients::correct_as_seen(&desk, ann, seen, typed.clone(), "Misspelt".into()).await;
    refused(correct(Some(opened)).await, "The record of this person changed since you opened this page, and nothing was done");
    refused(correct(Some(opened)).await, "family name from Birch to Bell");
    refused(correct(None).await, "does not say what its page showed");
    refused(people::patients::check_seen(&desk, ann, Some(opened)).await, "changed since you opened this page");
    assert_eq!((who().await.family_name.as_str(), who().await.given_name.as_str()), ("Birch", "Ann"));
    let now = people::patients::version(&desk, &permit, ann).await.expect("read");
    let right = Demographics { given_name: "Anne".into(), ..who().await };
    people::patients::correct_as_seen(&desk, ann, Some(now), right, "Misspelt".into()).await.expect("as it is now");
    assert_eq!((who().await.family_name.as_str(), who().await.given_name.as_str()), ("Birch", "Anne"));
}

#[tokio::test]
async fn a_form_of_an_order_that_does_not_say_what_its_page_showed_does_nothing() {
    let bench = Bench::new().await;
    let order = bench.placed(|_| {}).await;
    let before = bench.state(order).await;
    let cancel = care::ordering::order::Command::Cancel { reason: "Asked for twice".into() };
    refused(
        ordering::orders::change_as_seen(&bench.desk(Role::Clinician, 0), order, None, cancel).await,
        "does not say what its page showed",
    );
    assert_eq!(bench.state(order).await, before);
}

#[tokio::test]
async fn a_page_of_a_tube_that_was_opened_before_a_colleague_worked_on_it_is_refused() {
    let bench = Bench::new().await;
    let order = bench.placed(|_| {}).await;
    let desk = bench.desk(Role::LaboratoryScientist, 0);
    let permit = bench_permit(&desk, order).await;
    let (id, tube) = desk.status(&permit, order).await.expect("a status").samples.remove(0);
    let barcode = tube.label.expect("labelled").barcode;
    laboratory::samples::handle(&desk, order, id, sample::Command::Receive { barcode }).await.expect("received");
    let opened = service::shown::version(&desk, &id.stream()).await.expect("read");
    service::shown::check(&desk, &id.stream(), "This sample", Some(opened)).await.expect("as it is");
    laboratory::samples::handle(&desk, order, id, sample::Command::Accept).await.expect("accepted");
    refused(
        service::shown::check(&desk, &id.stream(), "This sample", Some(opened)).await,
        "This sample changed since you opened this page",
    );
    refused(service::shown::check(&desk, &id.stream(), "This sample", None).await, "does not say what its page showed");
}
