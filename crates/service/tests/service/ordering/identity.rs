//! Never the wrong person: whom a message names, and whose order it is.

use super::messages::{faults, order, sent};
use crate::bench::*;
use care::{
    ordering::{
        client::{Address, Represented},
        message::State as Became,
    },
    people::patient::Patient,
};
use service::{
    ordering::{self, messages::Receipt},
    results::exchange::{Search, search_orders},
};

/// A person as a message writes them: identifiers (PID-3), name (PID-5), birth (PID-7).
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Sent {
    pub(super) numbers: &'static str,
    pub(super) name: &'static str,
    pub(super) born: &'static str,
}

pub(super) const ANN: Sent = Sent { numbers: "9990000018^^^NHS^NH~A78^^^RP4^MR", name: "Bell^Ann", born: "20180304" };
/// Her twin, another number of each kind.
pub(super) const FAY: Sent = Sent { numbers: "9990000026^^^NHS^NH~A79^^^RP4^MR", name: "Bell^Fay", born: "20180304" };

pub(super) fn message(control: &str, person: Sent, action: &str, number: &str) -> String {
    let Sent { numbers, name, born } = person;
    format!(
        "MSH|^~\\&|EPR|RP4|OPENGMS|699X0|20261101120000||ORM^O01|{control}|P|2.4\rPID|1||{numbers}||{name}||{born}|F\r\
         ORC|{action}|{number}\rOBR|1|{number}||R29.4\rOBX|1|CE|HP:0001250^Seizure^HPO||Y\r"
    )
}

pub(super) fn notes(receipt: &Receipt) -> String {
    match &receipt.state {
        Became::Done { notes, .. } => notes.join("\n"),
        other => panic!("not done: {other:?}"),
    }
}

/// Who the patient of an order is, by name and the day of birth.
async fn patient(bench: &Bench, id: OrderId) -> Patient {
    let clinician = bench.desk(Role::Clinician, 0);
    let permit = clinician.permit(Action::ReadOrder, id).await.expect("a permit");
    let person = bench.people(id).await[0];
    bench.service.store.load::<Patient>(&permit, person.stream()).await.expect("a record").state
}

/// Everybody whom a message may name in the place of another: the same, twins, the same name, a number reused or mistyped, a number
/// of another authority, nobody.
const PEOPLE: [Sent; 10] = [
    ANN,
    FAY,
    Sent { name: "BELL^ANN MARIE", ..ANN },
    Sent { born: "19500505", ..ANN },
    Sent { numbers: "9990000026^^^NHS^NH~A78^^^RP4^MR", ..ANN },
    Sent { numbers: "A78^^^RP4^MR", ..ANN },
    Sent { numbers: "A78^^^RP4^MR", name: "Bell^Fay", ..ANN },
    Sent { numbers: "A78^^^RVV^MR", ..ANN },
    Sent { numbers: "", ..ANN },
    Sent { numbers: "", name: "", born: "" },
];

/// Whether somebody may act on the order of Ann: they name her by a number of hers and her day of birth.
fn is_ann(person: Sent) -> bool {
    [ANN, PEOPLE[2], PEOPLE[5]].contains(&person)
}

#[tokio::test]
async fn no_message_acts_on_an_order_whose_person_is_another() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    for (nth, person) in PEOPLE.into_iter().enumerate() {
        for (action, place) in ["CA", "XO", "NW"].into_iter().zip(0..) {
            let number = format!("P-{nth}-{place}");
            let id = order(&sent(&system, &message(&format!("a{number}"), ANN, "NW", &number)).await);
            let before = bench.state(id).await.0;
            let receipt = sent(&system, &message(&format!("b{number}"), person, action, &number)).await;
            let (after, who) = (bench.state(id).await.0, patient(&bench, id).await);
            let name = who.demographics.as_ref().expect("registered").full_name();
            assert_eq!(name, "Ann Bell", "{person:?} {action}: nobody is renamed by an order");
            match &receipt.state {
                Became::Done { orders, .. } => {
                    assert!(is_ann(person), "{person:?} did {action} on the order of another");
                    assert_eq!(orders[..], [id], "{action}");
                }
                Became::Refused { .. } => {
                    assert!(!is_ann(person), "{person:?} {action}: {}", faults(&receipt));
                    assert_eq!(before, after, "{person:?} {action}: what is refused changes nothing");
                }
                other => panic!("{other:?}"),
            }
        }
    }
    assert!(bench.service.store.verify().await.expect("read").expect("holds").events > 0);
}

#[tokio::test]
async fn names_are_compared_as_people_are_and_a_name_that_changed_is_noted() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let number = "9990000018^^^NHS^NH";
    let first = order(&sent(&system, &message("m1", Sent { numbers: number, name: "O'Hara^Zoë", born: "19900101" }, "NW", "N-1")).await);
    for (nth, name) in ["O’HARA^ZOE", "O Hara^Zoë Jane", "OHARA^Z"].into_iter().enumerate() {
        let receipt =
            sent(&system, &message(&format!("n{nth}"), Sent { numbers: number, name, born: "19900101" }, "NW", &format!("M-{nth}"))).await;
        assert_eq!(bench.people(order(&receipt)).await, bench.people(first).await, "{name}");
        assert!(!notes(&receipt).contains("family name"), "{name}");
    }
    let married = sent(&system, &message("m3", Sent { numbers: number, name: "Married^Zoe", born: "19900101" }, "NW", "N-3")).await;
    assert_eq!(bench.people(order(&married)).await, bench.people(first).await);
    assert!(notes(&married).contains("Patient: the family name of the record is another"), "{}", notes(&married));
    for (nth, (name, born)) in [("O'Hara^Ida", "19900101"), ("O'Hara^Zoë", "19900102")].into_iter().enumerate() {
        let receipt = sent(&system, &message(&format!("w{nth}"), Sent { numbers: number, name, born }, "NW", &format!("W-{nth}"))).await;
        assert!(faults(&receipt).contains("This NHS number belongs to somebody with another"), "{}", faults(&receipt));
    }
}

#[tokio::test]
async fn a_hospitals_number_is_of_its_authority_and_never_joins_two_people() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let mrn = |numbers| Sent { numbers, ..ANN };
    let first = order(&sent(&system, &message("m1", mrn("A78^^^RP4^MR"), "NW", "N-1")).await);
    let same = order(&sent(&system, &message("m2", mrn("A78^^^RP4^MR"), "NW", "N-2")).await);
    assert_eq!(bench.people(first).await, bench.people(same).await, "found by the hospital's number");
    let elsewhere = order(&sent(&system, &message("m3", mrn("A78^^^RVV^MR"), "NW", "N-3")).await);
    assert_ne!(bench.people(first).await, bench.people(elsewhere).await, "the same number of another authority is another number");
    let twin = sent(&system, &message("m4", Sent { name: "Bell^Fay", ..mrn("A78^^^RP4^MR") }, "NW", "N-4")).await;
    assert!(faults(&twin).contains("The number A78 (RP4) belongs to somebody with another given name"), "{}", faults(&twin));
    let reused = sent(&system, &message("m5", Sent { name: "Stone^Eve", born: "19500505", ..mrn("A78^^^RP4^MR") }, "NW", "N-5")).await;
    assert!(faults(&reused).contains("another date of birth and another given name and another family name"), "{}", faults(&reused));

    // The NHS number that comes later is of the same person, and both numbers find them from now on.
    let learned = order(&sent(&system, &message("m6", mrn("9990000018^^^NHS^NH~A78^^^RP4^MR"), "NW", "N-6")).await);
    assert_eq!(bench.people(learned).await, bench.people(first).await);
    let record = patient(&bench, learned).await;
    let demographics = record.demographics.expect("registered");
    assert_eq!(demographics.nhs_number, care::people::patient::Identity::NhsNumber("9990000018".parse().expect("a number")));
    assert_eq!(record.numbers.iter().map(care::people::identifier::HospitalNumber::label).collect::<Vec<_>>(), ["A78 (RP4)"]);
    let by_nhs_number = order(&sent(&system, &message("m7", mrn("9990000018^^^NHS^NH"), "NW", "N-7")).await);
    assert_eq!(bench.people(by_nhs_number).await, bench.people(first).await);

    // Numbers of two records are two people until somebody merges them.
    let two = sent(&system, &message("m8", mrn("9990000018^^^NHS^NH~A78^^^RVV^MR"), "NW", "N-8")).await;
    assert!(faults(&two).contains("is of another record here than the other numbers"), "{}", faults(&two));
    service::lines::rebuild_views(&bench.service).await.expect("rebuilt");
    assert_eq!(service::lines::check_views(&bench.service).await.expect("read"), Vec::<String>::new());
}

#[tokio::test]
async fn a_regional_engine_orders_for_two_trusts_that_use_the_same_numbers() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let by = who(Role::Administrator, 0);
    let trusts = ["RVV", "RXX"].map(|code| Represented { code: code.parse().expect("a code"), name: format!("Trust {code}") });
    ordering::clients::represent(&bench.service, &by, system.staff.id, trusts.to_vec()).await.expect("kept");
    let order_for = |control: &str, person: Sent, trust: &str| {
        let facility = format!("|P-1{}Trust^^{trust}", "|".repeat(19));
        message(control, person, "NW", "P-1").replace("ORC|NW|P-1", &format!("ORC|NW{facility}"))
    };
    let first = order(&sent(&system, &order_for("m1", ANN, "RVV")).await);
    let second = order(&sent(&system, &order_for("m2", FAY, "RXX01")).await);
    assert_ne!(first, second, "one number of two trusts is two orders");
    let found = search_orders(&system, &Search { most: 9, ..Search::default() }).await.expect("found").len();
    assert_eq!(found, 2, "the engine reads the orders of all its trusts");
    assert!(faults(&sent(&system, &order_for("m3", ANN, "RZZ")).await).contains("requested for RZZ"));
    assert!(faults(&sent(&system, &message("m4", ANN, "NW", "P-9")).await).contains("does not say for which"));
    let ambiguous = sent(&system, &message("m5", ANN, "CA", "P-1")).await;
    assert!(faults(&ambiguous).contains("stands for orders of several organisations"), "{}", faults(&ambiguous));
    let is_final = async |nth: usize| {
        let (trust, id) = (&trusts[nth], [first, second][nth]);
        let desk = bench.service.desk(Staff { organisation: trust.code.clone(), ..system.staff.clone() });
        let permit = desk.permit(Action::ReadOrder, id).await.expect("their own order");
        desk.status(&permit, id).await.expect("a status").order.state.is_final()
    };
    assert!(!is_final(0).await && !is_final(1).await);
    let other_person = sent(&system, &order_for("m6", ANN, "RXX").replace("ORC|NW", "ORC|CA")).await;
    assert!(faults(&other_person).contains("It is for another person"), "{}", faults(&other_person));
    order(&sent(&system, &order_for("m7", FAY, "RXX").replace("ORC|NW", "ORC|CA")).await);
    assert!(!is_final(0).await && is_final(1).await, "the trust that is named, and no other");
    // What it says of people is of whichever trust asked for them.
    let married = sent(&system, &about_people("u1", "ADT^A08", &pid(Sent { name: "Stone^Ann", ..ANN }))).await;
    assert!(notes(&married).contains("The details of the person were changed"), "{}", notes(&married));
    let learned =
        sent(&system, &about_people("u2", "ADT^A40", &format!("{}\rMRG|A7^^^RVV^MR", pid(Sent { name: "Stone^Ann", ..ANN })))).await;
    assert!(notes(&learned).contains("found by the numbers of both"), "{}", notes(&learned));
    let bare = sent(&system, &about_people("u3", "ADT^A08", &pid(Sent { numbers: "A78", name: "Bell^Ann", ..ANN }))).await;
    assert!(notes(&bare).contains("Nobody is known here"), "a number of no trust: {}", notes(&bare));
}

fn about_people(control: &str, kind: &str, segments: &str) -> String {
    format!("MSH|^~\\&|PAS|RP4|OPENGMS|699X0|20261101120000||{kind}|{control}|P|2.4\rEVN|A08\r{segments}\r")
}

fn pid(person: Sent) -> String {
    let Sent { numbers, name, born } = person;
    format!("PID|1||{numbers}||{name}||{born}|F")
}

#[tokio::test]
async fn a_hospital_corrects_who_somebody_is_and_never_makes_one_twin_of_the_other() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let id = order(&sent(&system, &message("m1", ANN, "NW", "N-1")).await);
    let name = async || patient(&bench, id).await.demographics.expect("registered").full_name();
    let update = |control: &str, person: Sent| about_people(control, "ADT^A08^ADT_A01", &pid(person));
    let changed = sent(&system, &update("u1", Sent { name: "Stone^Ann", ..ANN })).await;
    assert!(notes(&changed).contains("The details of the person were changed"), "{}", notes(&changed));
    assert_eq!(name().await, "Ann Stone");
    let born = Sent { name: "Stone^Ann", born: "20180305", ..ANN };
    sent(&system, &update("u2", born)).await;
    assert_eq!(patient(&bench, id).await.demographics.expect("registered").birth_date.to_string(), "2018-03-05");
    for (nth, person) in [Sent { name: "Stone^Fay", ..born }, Sent { name: "Bell^Ann", born: "20180304", ..ANN }].into_iter().enumerate() {
        let refused = sent(&system, &update(&format!("w{nth}"), person)).await;
        assert!(faults(&refused).contains("may be somebody else's. Nothing was changed"), "{}", faults(&refused));
    }
    assert_eq!(name().await, "Ann Stone");
    let unknown = sent(&system, &update("u3", FAY)).await;
    assert!(notes(&unknown).contains("Nobody is known here by these numbers"));
    // Another hospital's system has nothing to do with her, and learns nothing.
    let elsewhere = bench.system_of("RXX99").await;
    assert!(
        notes(&sent(&elsewhere, &update("u4", Sent { name: "Other^Ann", ..born })).await).contains("Nobody is known here by these numbers")
    );
    assert_eq!(name().await, "Ann Stone");
}

#[tokio::test]
async fn a_merged_patients_old_number_still_finds_them() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let old = Sent { numbers: "A1^^^RP4^MR", ..ANN };
    let new = Sent { numbers: "9990000018^^^NHS^NH~A2^^^RP4^MR", ..ANN };
    let (first, second) =
        (order(&sent(&system, &message("m1", old, "NW", "N-1")).await), order(&sent(&system, &message("m2", new, "NW", "N-2")).await));
    assert_ne!(bench.people(first).await, bench.people(second).await, "nothing is merged on a likeness");
    let merge =
        |control: &str, person: Sent, replaced: &str| about_people(control, "ADT^A40^ADT_A39", &format!("{}\rMRG|{replaced}", pid(person)));
    let wrong = sent(&system, &merge("w1", Sent { name: "Bell^Fay", ..new }, "A1^^^RP4^MR")).await;
    assert!(faults(&wrong).contains("may be somebody else's"), "{}", faults(&wrong));
    let merged = sent(&system, &merge("m3", new, "A1^^^RP4^MR")).await;
    assert!(notes(&merged).contains("The two records were merged"), "{}", notes(&merged));
    let by_old = order(&sent(&system, &message("m4", old, "NW", "N-4")).await);
    assert_eq!(bench.people(by_old).await, bench.people(second).await, "the old number is of the record that stands");
    // A record that is not known here teaches its number.
    let learned = sent(&system, &merge("m5", new, "A9^^^RP4^MR")).await;
    assert!(notes(&learned).contains("found by the numbers of both"), "{}", notes(&learned));
    let by_learned = order(&sent(&system, &message("m6", Sent { numbers: "A9^^^RP4^MR", ..ANN }, "NW", "N-6")).await);
    assert_eq!(bench.people(by_learned).await, bench.people(second).await);
    assert_eq!(service::lines::check_views(&bench.service).await.expect("read"), Vec::<String>::new());
}

#[tokio::test]
async fn of_several_messages_in_one_frame_each_is_for_its_own_person() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let unreadable = "MSH|^~\\&|EPR|RP4|OPENGMS|699X0|2026||ORM^O01|m2|P|2.4\rORC|NW|N-2\rOBR|1|N-2||R29.4\r";
    let frame = [message("m1", ANN, "NW", "N-1"), unreadable.to_owned(), message("m3", FAY, "NW", "N-3")].concat();
    let receipts = super::messages::sent_bytes(&system, care::ordering::message::Language::Hl7, frame.as_bytes()).await;
    let names = async |receipt: &Receipt| patient(&bench, order(receipt)).await.demographics.expect("registered").full_name();
    assert_eq!((names(&receipts[0]).await.as_str(), names(&receipts[2]).await.as_str()), ("Ann Bell", "Fay Bell"));
    assert!(faults(&receipts[1]).contains("PID"), "who names nobody orders for nobody: {}", faults(&receipts[1]));
}

#[tokio::test]
async fn the_end_of_a_number_ends_every_test_that_was_asked_for_under_it() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let two = message("m1", ANN, "NW", "N-1").replace("OBX|1", "OBR|2|N-1||R59.3\rOBX|1");
    let Became::Done { orders, .. } = sent(&system, &two).await.state else { panic!("not placed") };
    assert_eq!(orders.len(), 2);
    let cancel = message("m2", ANN, "CA", "N-1");
    sent(&system, &cancel[..cancel.find("OBR").expect("a request")]).await;
    for id in orders {
        assert!(bench.state(id).await.0.is_final(), "a test that nobody wants is not done");
    }
}

#[tokio::test]
async fn an_nhs_number_that_is_somebody_elses_in_the_extract_is_not_taken() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let extract = bench.folder.path().join(service::people::trace::EXTRACT);
    std::fs::write(extract, "9990000018\tBell\tAnn\t2018-03-04\tF\n9990000026\tBell\tFay\t2018-03-04\tF\n").expect("written");
    let number = |numbers, person: Sent| Sent { numbers, ..person };
    let wrong = sent(&system, &message("m1", number("9990000026^^^NHS^NH", ANN), "NW", "N-1")).await;
    assert!(faults(&wrong).contains("is of somebody with another given name in the extract"), "{}", faults(&wrong));
    order(&sent(&system, &message("m2", number("9990000026^^^NHS^NH", FAY), "NW", "N-2")).await);
    let married = sent(&system, &message("m3", Sent { name: "Stone^Ann", ..ANN }, "NW", "N-3")).await;
    assert!(notes(&married).contains("the family name of the record is another"), "{}", notes(&married));
}

#[tokio::test]
async fn an_older_message_does_not_undo_a_later_one() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let id = order(&sent(&system, &message("m1", ANN, "NW", "N-1")).await);
    let name = async || patient(&bench, id).await.demographics.expect("registered").full_name();
    let update =
        |control: &str, time: &str, name| about_people(control, "ADT^A31", &pid(Sent { name, ..ANN })).replace("20261101120000", time);
    notes(&sent(&system, &update("u1", "20261101120000", "Stone^Ann")).await);
    let older = sent(&system, &update("u2", "20261101115959", "Bell^Ann")).await;
    assert!(faults(&older).contains("A later message has changed these details"), "{}", faults(&older));
    assert_eq!(name().await, "Ann Stone");
    notes(&sent(&system, &update("u3", "20261101125900+0100", "Stone^Ann")).await);
    notes(&sent(&system, &update("u4", "20261101120001", "Bell^Ann")).await);
    assert_eq!(name().await, "Ann Bell");
}

#[tokio::test]
async fn twins_are_not_merged_on_a_hospitals_word_alone() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let baby = |numbers, name| Sent { numbers, name, ..ANN };
    let twins = [baby("B1^^^RP4^MR", "Bell^Ann"), baby("B2^^^RP4^MR", "Bell^Fay"), baby("B3^^^RP4^MR", "Bell^Baby Girl")];
    for (nth, person) in twins.into_iter().enumerate() {
        order(&sent(&system, &message(&format!("m{nth}"), person, "NW", &format!("N-{nth}"))).await);
    }
    let merge = |control: &str, replaced: &str| about_people(control, "ADT^A40", &format!("{}\rMRG|{replaced}", pid(twins[0])));
    let refused = sent(&system, &merge("w1", "B2^^^RP4^MR")).await;
    assert!(faults(&refused).contains("different given names, as twins have"), "{}", faults(&refused));
    let merged = sent(&system, &merge("m9", "B3^^^RP4^MR")).await;
    assert!(notes(&merged).contains("The two records were merged"), "a name that was a stand-in: {}", notes(&merged));
}

#[tokio::test]
async fn an_order_that_is_sent_again_with_something_new_is_not_acknowledged_as_done() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let first = message("m1", ANN, "NW", "N-1") + "NTE|1||Fits since birth\r";
    let id = order(&sent(&system, &first).await);
    assert_eq!(order(&sent(&system, &first.replace("|m1|", "|m2|")).await), id, "the same again");
    for (control, new, says) in [
        ("m3", first.replace("Fits since birth", "Heart defect"), "it has another history"),
        ("m4", first.clone() + "OBX|2|CE|HP:0001252^Hypotonia^HPO||Y\r", "it has other features"),
        ("m5", first.replace("ORC|NW|N-1", "ORC|NW|N-1|||||^^^^^S"), "it has another urgency"),
    ] {
        let again = sent(&system, &new.replace("|m1|", &format!("|{control}|"))).await;
        assert!(faults(&again).contains(says), "{}", faults(&again));
    }
}

#[tokio::test]
async fn a_change_takes_nothing_away_of_which_it_does_not_speak() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let first = message("m1", ANN, "NW", "N-1").replace("ORC|NW|N-1", "ORC|NW|N-1|||||^^^^^S")
        + "NTE|1||Fits since birth\rOBX|2|ST|R^Type of referral||Storage\r";
    let id = order(&sent(&system, &first).await);
    let request = async || {
        let clinician = bench.desk(Role::Clinician, 0);
        let permit = clinician.permit(Action::ReadOrder, id).await.expect("a permit");
        clinician.status(&permit, id).await.expect("a status").order.request.expect("submitted")
    };
    let before = request().await;
    order(&sent(&system, &(message("m2", ANN, "XO", "N-1") + "OBX|2|CE|HP:0001252^Hypotonia^HPO||Y\r")).await);
    let after = request().await;
    assert_eq!((after.history, after.urgency, after.purpose), (before.history, Urgency::Urgent, before.purpose));
    assert_eq!(after.observed.len(), 2);
    let lowered = message("m3", ANN, "XO", "N-1").replace("ORC|XO|N-1", "ORC|XO|N-1|||||^^^^^R") + "NTE|1||Fits have ended\r";
    order(&sent(&system, &lowered).await);
    let last = request().await;
    assert_eq!((last.history.as_str(), last.urgency), ("Fits have ended", Urgency::Routine));
}

#[tokio::test]
async fn a_hospitals_own_number_is_the_same_whether_or_not_it_names_itself() {
    let bench = Bench::new().await;
    let system = bench.system_of("RP4").await;
    let mrn = |numbers| Sent { numbers, ..ANN };
    order(&sent(&system, &message("m1", mrn("A78^^^RP4^MR"), "NW", "N-1")).await);
    order(&sent(&system, &message("m2", mrn("A78"), "CA", "N-1")).await);
    let twin = sent(&system, &message("m3", Sent { name: "Bell^Fay", ..mrn("A78") }, "NW", "N-2")).await;
    assert!(faults(&twin).contains("belongs to somebody with another given name"), "{}", faults(&twin));
    assert_eq!(service::lines::check_views(&bench.service).await.expect("read"), Vec::<String>::new());
}
