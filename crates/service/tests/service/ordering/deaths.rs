//! A death that a hospital's system says is shown as said, hides what the person would be shown, and is checked by somebody.

use super::{
    identity::{ANN, message, notes},
    messages::{order, sent},
};
use crate::bench::*;
use care::{
    ordering::{client::Address, order::purpose::Purpose},
    people::{
        death::{Death, Found},
        patient,
    },
};
use service::{
    people::deaths::{self, KnownDeath},
    results::releases,
};

fn stated(control: &str, died: &str) -> String {
    format!(
        "MSH|^~\\&|EPR|RP4|OPENGMS|699X0|20261101120000||ADT^A08|{control}|P|2.4\rEVN|A08|20261101120000\r\
         PID|1||{}||{}||{}|F{}{died}|Y\r",
        ANN.numbers,
        ANN.name,
        ANN.born,
        "|".repeat(21)
    )
}

#[tokio::test]
async fn a_death_that_a_system_says_reaches_nobody_until_somebody_has_checked_it() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let id = order(&sent(&system, &message("m1", ANN, "NW", "N-1")).await);
    let patient = bench.people(id).await[0];
    let clinician = bench.desk(Role::Clinician, 0);
    let permit = clinician.permit(Action::ReadOrder, id).await.expect("a permit");
    let is_hidden = async || releases::has_died(&clinician, &permit, patient).await.expect("looked");
    let waiting = async |desk: &Desk| deaths::to_check(desk).await.expect("a list");
    assert!(!is_hidden().await && waiting(&clinician).await.is_empty());
    let known = async || deaths::known(&clinician, &permit, patient).await.expect("read");
    assert_eq!(known().await, KnownDeath::Nothing);

    let died = notes(&sent(&system, &stated("d1", "20210106")).await);
    assert!(died.contains("is shown as said by your system; nothing reaches them"), "{died}");
    assert!(is_hidden().await, "nothing is shown to the person meanwhile");
    let of_number = async |desk: &Desk| deaths::of_number(desk, "9990000018".parse().expect("a number")).await.expect("looked");
    assert!(matches!(of_number(&clinician).await, Some(Death::Said { .. })), "whoever orders for her is told");
    assert!(matches!(known().await, KnownDeath::Said { died: Some(_), .. }));
    assert_eq!(waiting(&clinician).await, [(patient, "Ann Bell".to_owned())]);
    assert!(waiting(&bench.desk(Role::Clinician, 1)).await.is_empty(), "another hospital");
    assert!(!matches!(known().await, KnownDeath::Died(_)), "nobody has confirmed it");
    assert!(notes(&sent(&system, &stated("d2", "20210106")).await).contains("was said before"));

    let day = Some(Date::constant(2021, 1, 6));
    refused(deaths::check(&clinician, patient, None, Found::Lives, "Rung").await, "Another day of death was said meanwhile");
    refused(deaths::check(&clinician, patient, day, Found::Lives, "").await, "Say how it is known");
    assert!(deaths::check(&bench.desk(Role::LaboratoryScientist, 0), patient, day, Found::Lives, "Rung").await.is_err());
    deaths::check(&clinician, patient, day, Found::Lives, "Seen in clinic today").await.expect("kept");
    assert_eq!((of_number(&clinician).await, known().await), (None, KnownDeath::Mistaken));
    assert!(!is_hidden().await && waiting(&clinician).await.is_empty());
    refused(deaths::check(&clinician, patient, day, Found::Lives, "Again").await, "There is no death to check");
    assert!(notes(&sent(&system, &stated("d3", "20210106")).await).contains("they have not"), "the same mistake");
    assert!(!is_hidden().await);

    sent(&system, &stated("d4", "20220202")).await;
    let day = Some(Date::constant(2022, 2, 2));
    assert!(is_hidden().await, "another day is not that mistake");
    deaths::check(&clinician, patient, day, Found::Died(day), "The practice was rung").await.expect("kept");
    assert_eq!(deaths::death(&clinician, &permit, patient).await.expect("read"), Some(Death::Confirmed { died: day }));
    assert_eq!((of_number(&clinician).await, known().await), (Some(Death::Confirmed { died: day }), KnownDeath::Died(day)));
    assert!(is_hidden().await && waiting(&clinician).await.is_empty());
    assert!(notes(&sent(&system, &stated("d5", "20220303")).await).contains("is confirmed here already"));
    assert_eq!(lines::check_views(&bench.service).await.expect("read"), Vec::<String>::new());
    lines::rebuild_views(&bench.service).await.expect("rebuilt");
    assert_eq!(lines::check_views(&bench.service).await.expect("read"), Vec::<String>::new());
}

#[tokio::test]
async fn a_death_beside_an_order_for_somebody_who_lives_is_to_be_checked_too() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let died = message("m1", ANN, "NW", "N-1").replace("|20180304|F\r", &format!("|20180304|F{}Y\r", "|".repeat(22)));
    let id = order(&sent(&system, &died).await);
    let patient = bench.people(id).await[0];
    let clinician = bench.desk(Role::Clinician, 0);
    assert_eq!(deaths::to_check(&clinician).await.expect("a list"), [(patient, "Ann Bell".to_owned())]);
    let permit = clinician.permit(Action::ReadOrder, id).await.expect("a permit");
    assert!(matches!(deaths::death(&clinician, &permit, patient).await.expect("read"), Some(Death::Said { died: None, .. })));
    assert!(releases::has_died(&clinician, &permit, patient).await.expect("looked"), "nothing is shown to the person meanwhile");
    deaths::check(&clinician, patient, None, Found::Lives, "Seen in clinic today").await.expect("kept");
    order(&sent(&system, &died.replace("|m1|", "|m2|").replace("N-1", "N-2")).await);
    assert!(deaths::to_check(&clinician).await.expect("a list").is_empty(), "the same mistake");
    assert_eq!(lines::check_views(&bench.service).await.expect("read"), Vec::<String>::new());
}

/// An order for somebody of whom the message says that they have died, on a day.
fn died_on(control: &str, number: &str, day: &str) -> String {
    message(control, ANN, "NW", number).replace("|20180304|F\r", &format!("|20180304|F{}{day}|Y\r", "|".repeat(21)))
}

async fn purpose_of(bench: &Bench, id: OrderId) -> Purpose {
    let desk = bench.desk(Role::Clinician, 0);
    let permit = desk.permit(Action::ReadOrder, id).await.expect("a permit");
    desk.status(&permit, id).await.expect("a status").order.request.expect("placed").purpose
}

#[tokio::test]
async fn a_death_with_its_day_beside_an_order_is_said_and_no_fact() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let id = order(&sent(&system, &died_on("m1", "N-1", "20210106")).await);
    let (patient, day) = (bench.people(id).await[0], Some(Date::constant(2021, 1, 6)));
    assert!(matches!(purpose_of(&bench, id).await, Purpose::AfterDeath { .. }));
    let clinician = bench.desk(Role::Clinician, 0);
    assert_eq!(deaths::to_check(&clinician).await.expect("a list"), [(patient, "Ann Bell".to_owned())]);
    let permit = clinician.permit(Action::ReadOrder, id).await.expect("a permit");
    assert!(releases::has_died(&clinician, &permit, patient).await.expect("looked"), "nothing is shown to the person meanwhile");
    let known = deaths::known(&clinician, &permit, patient).await.expect("looked");
    assert!(!matches!(known, KnownDeath::Died(_)), "nobody has confirmed it");
    deaths::check(&clinician, patient, day, Found::Lives, "Seen in clinic today").await.expect("kept");
    assert!(!releases::has_died(&clinician, &permit, patient).await.expect("looked"), "one who lives is shown what is theirs");
    assert_eq!(lines::check_views(&bench.service).await.expect("read"), Vec::<String>::new());
}

/// Two people of two orders, of each of whom a hospital's system says that they died on a day.
async fn two_said(bench: &Bench, days: [Date; 2]) -> [PatientId; 2] {
    let clinician = bench.desk(Role::Clinician, 0);
    let first = bench.placed(|form| form.people[0].demographics.nhs_number = Identity::Unavailable("visitor".into())).await;
    let second = bench.placed(|form| form.people[0].demographics.given_name = "Named".into()).await;
    let people = [bench.people(first).await[0], bench.people(second).await[0]];
    for (person, died) in people.into_iter().zip(days) {
        let permit = clinician.permit_patient(Action::ChangePatient, person).await.expect("a permit");
        let store = &bench.service.store;
        let loaded = store.load::<patient::Patient>(&permit, person.stream()).await.expect("a record");
        let mut change = store::Change::default();
        change.add(&loaded, &[patient::Event::DeathSaid { died: Some(died), by: "Hospital EPR".into(), stated_at: None }]);
        store.commit(&permit, change, bench.service.now()).await.expect("written");
    }
    people
}

/// The record into which another was merged, of whom a death on the first day was confirmed, where another day is said of the record itself.
async fn merged_of(bench: &Bench, days: [Date; 2]) -> PatientId {
    let [merged, survivor] = two_said(bench, days).await;
    let (clinician, day) = (bench.desk(Role::Clinician, 0), Some(days[0]));
    deaths::check(&clinician, merged, day, Found::Died(day), "The ward was rung").await.expect("confirmed");
    service::people::patients::merge(&clinician, merged, survivor, false, "Same mother, birth and ward").await.expect("merged");
    survivor
}

#[tokio::test]
async fn a_death_of_merged_records_is_taken_back_or_confirmed_for_all_of_them() {
    let bench = Bench::new().await;
    let clinician = bench.desk(Role::Clinician, 0);
    let (third, ninth) = (Date::constant(2021, 11, 3), Date::constant(2021, 11, 9));
    let survivor = merged_of(&bench, [third, ninth]).await;
    let permit = clinician.permit_patient(Action::ReadRecord, survivor).await.expect("a permit");
    let known = async || deaths::death(&clinician, &permit, survivor).await.expect("read");
    let waiting = async || deaths::to_check(&clinician).await.expect("a list").into_iter().map(|(person, _)| person).collect::<Vec<_>>();
    assert_eq!((known().await, waiting().await), (Some(Death::Confirmed { died: Some(third) }), vec![survivor]));
    assert!(deaths::is_to_check(&clinician, &permit, survivor).await.expect("read"));

    refused(deaths::check(&clinician, survivor, Some(ninth), Found::Lives, "Rung").await, "Another day of death was said meanwhile");
    deaths::check(&clinician, survivor, Some(third), Found::Died(None), "The practice was rung").await.expect("settled");
    assert_eq!((known().await, waiting().await), (Some(Death::Confirmed { died: Some(third) }), vec![]));
    deaths::check(&clinician, survivor, Some(third), Found::Lives, "Seen in clinic today").await.expect("taken back");
    assert_eq!(known().await, None);
    assert_eq!(lines::check_views(&bench.service).await.expect("read"), Vec::<String>::new());
}

#[tokio::test]
async fn a_day_of_death_that_cannot_be_makes_no_order_after_death() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    for (control, day) in [("m1", "20170101"), ("m2", "29990101")] {
        let receipt = sent(&system, &died_on(control, control, day)).await;
        assert!(notes(&receipt).contains("lies before the birth or in the future"), "{day}: {}", notes(&receipt));
        let id = order(&receipt);
        assert_eq!(purpose_of(&bench, id).await, Purpose::Diagnosis, "{day}");
        let desk = bench.desk(Role::Clinician, 0);
        let permit = desk.permit(Action::ReadOrder, id).await.expect("a permit");
        let death = deaths::death(&desk, &permit, bench.people(id).await[0]).await.expect("read");
        assert!(matches!(death, Some(Death::Said { died: None, .. })), "{day}: it is to be checked, without the day: {death:?}");
    }
}

#[tokio::test]
async fn a_test_message_says_of_nobody_that_they_have_died() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    for (control, day) in [("m1", "20210106"), ("m2", "")] {
        let receipt = sent(&system, &died_on(control, control, day).replace("|P|2.4", "|T|2.4")).await;
        assert!(notes(&receipt).contains("was not taken over from a test message"), "{day}: {}", notes(&receipt));
        let id = order(&receipt);
        assert_eq!(purpose_of(&bench, id).await, Purpose::Diagnosis, "{day}");
        assert!(deaths::to_check(&bench.desk(Role::Clinician, 0)).await.expect("a list").is_empty(), "{day}");
    }
}

#[tokio::test]
async fn an_older_message_says_of_nobody_that_they_have_died() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    order(&sent(&system, &message("m1", ANN, "NW", "N-1")).await);
    let renamed = stated("u1", "").replace("|Y\r", "\r").replace("Bell^Ann", "Stone^Ann");
    assert!(notes(&sent(&system, &renamed).await).contains("The details of the person were changed"));
    let died_at = |control: &str, time: &str| stated(control, "20210106").replace("20261101120000", time).replace("Bell^Ann", "Stone^Ann");
    let older = notes(&sent(&system, &died_at("d1", "20261101115959")).await);
    assert!(older.contains("this one is older, and that the person has died was not taken over"), "{older}");
    let clinician = bench.desk(Role::Clinician, 0);
    assert!(deaths::to_check(&clinician).await.expect("a list").is_empty());
    notes(&sent(&system, &died_at("d2", "20261101120001")).await);
    assert_eq!(deaths::to_check(&clinician).await.expect("a list").len(), 1);
    assert_eq!(lines::check_views(&bench.service).await.expect("read"), Vec::<String>::new());
}

#[tokio::test]
async fn somebody_who_lives_lives_under_all_of_their_merged_records() {
    let bench = Bench::new().await;
    let clinician = bench.desk(Role::Clinician, 0);
    let (third, ninth) = (Date::constant(2021, 11, 3), Date::constant(2021, 11, 9));
    let survivor = merged_of(&bench, [third, ninth]).await;
    deaths::check(&clinician, survivor, Some(third), Found::Lives, "Seen in clinic today").await.expect("taken back");
    let permit = clinician.permit_patient(Action::ReadRecord, survivor).await.expect("a permit");
    assert_eq!(deaths::death(&clinician, &permit, survivor).await.expect("read"), None);
    assert!(deaths::to_check(&clinician).await.expect("a list").is_empty());
    assert_eq!(lines::check_views(&bench.service).await.expect("read"), Vec::<String>::new());
}

#[tokio::test]
async fn a_death_that_was_confirmed_and_taken_back_is_checked_again_where_something_new_says_it() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let patient = bench.people(order(&sent(&system, &message("m1", ANN, "NW", "N-1")).await)).await[0];
    let clinician = bench.desk(Role::Clinician, 0);
    let is_waiting = async || !deaths::to_check(&clinician).await.expect("a list").is_empty();
    let at = |control: &str, time: &str| stated(control, "").replace("20261101120000", time);
    sent(&system, &at("d1", "20261101120000")).await;
    deaths::check(&clinician, patient, None, Found::Died(None), "The ward was rung").await.expect("confirmed");
    deaths::check(&clinician, patient, None, Found::Lives, "Another patient was meant").await.expect("taken back");
    assert!(notes(&sent(&system, &at("d2", "20261101120000")).await).contains("they have not"), "the same statement again");
    assert!(!is_waiting().await);
    let newer = notes(&sent(&system, &at("d3", "20261102090000")).await);
    assert!(newer.contains("is shown as said by your system") && is_waiting().await, "{newer}");
    deaths::check(&clinician, patient, None, Found::Lives, "Seen in clinic today").await.expect("kept");
    sent(&system, &at("d4", "20261103090000")).await;
    assert!(!is_waiting().await, "the same mistake of the same system");

    let (by, hospital) = (who(Role::Administrator, 0), who(Role::Clinician, 0).organisation);
    let opened = service::ordering::clients::open(&bench.service, &by, Role::OrderingSystem, "Ward system", (hospital, "Hospital")).await;
    let ward = bench.line(opened.expect("opened").0).await;
    sent(&ward, &at("d5", "20261103090000")).await;
    assert!(is_waiting().await, "another system says it for itself");
    assert_eq!(lines::check_views(&bench.service).await.expect("read"), Vec::<String>::new());
}
