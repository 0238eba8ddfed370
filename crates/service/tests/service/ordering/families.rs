//! Dates of birth across generations, however a family comes: by HL7, by FHIR, from the pages, in a drawing, in a change of a person.

use super::messages::{faults, order, sent, trio};
use crate::bench::*;
use care::ordering::{
    client::Address,
    message::{Language, State as Became},
    order::Command,
    pedigree::{Edit, Individual},
};
use service::ordering::{self, messages::Receipt};
use sim::messages::Sent;

const MOTHER_BORN: &str = "19850312";

fn notes(receipt: &Receipt) -> String {
    match &receipt.state {
        Became::Done { notes, .. } => notes.join("\n"),
        other => panic!("not done: {other:?}"),
    }
}

impl Bench {
    async fn history(&self, order: OrderId) -> String {
        let desk = self.desk(Role::Clinician, 0);
        let permit = bench_permit(&desk, order).await;
        desk.status(&permit, order).await.expect("a status").order.request.expect("placed").history
    }

    async fn count_events(&self) -> u64 {
        self.service.store.verify().await.expect("read").expect("holds").events
    }
}

#[tokio::test]
async fn a_mother_who_is_no_older_than_her_child_is_refused_by_hl7_and_changes_nothing() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    for (nth, (born, says)) in [
        ("20200101", "The mother MAY BELL (born 2020-01-01) is younger than ADA BELL (born 2019-06-01)"),
        ("20190601", "The mother MAY BELL (born 2019-06-01) was born on the same day as ADA BELL (born 2019-06-01)"),
        ("20150101", "The mother MAY BELL (born 2015-01-01) is 4 years older than ADA BELL (born 2019-06-01)"),
        ("19300101", "The mother MAY BELL (born 1930-01-01) is 89 years older than ADA BELL (born 2019-06-01)"),
    ]
    .into_iter()
    .enumerate()
    {
        let message = trio(&format!("m{nth}"), &format!("P-{nth}"), "R98.2", "BELL").replace(MOTHER_BORN, born);
        let refused = faults(&sent(&system, &message).await);
        assert!(refused.contains(says) && refused.starts_with("NK1(1)-16: "), "{refused}");
    }
    let number = "9990001014".parse().expect("a number");
    let permit = bench.desk(Role::Clinician, 0).permit_general(Action::RegisterPatient).await.expect("a permit");
    let mother = bench.service.store.patient_by_nhs_number(&permit, number).await.expect("read");
    assert_eq!(mother, None, "nobody of a refused order is registered");
}

#[tokio::test]
async fn a_family_that_is_rarer_than_a_mistake_is_written_down_for_a_person() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let message = trio("m1", "P-1", "R98.2", "BELL").replace(MOTHER_BORN, "20091231");
    let receipt = sent(&system, &message).await;
    let says = "To check by a person: The mother MAY BELL (born 2009-12-31) is 9 years older than ADA BELL (born 2019-06-01)";
    assert!(notes(&receipt).contains(says), "{}", notes(&receipt));
    let id = order(&receipt);
    assert!(bench.history(id).await.contains(says));
    // The same order again is the same, and a change of its history leaves the line where it was.
    assert_eq!(order(&sent(&system, &message.replace("|m1|", "|m2|")).await), id);
    let changed = message.replace("|m1|", "|m3|").replace("ORC|NW", "ORC|XO").replace("unrelated parents", "cousins");
    order(&sent(&system, &changed).await);
    let history = bench.history(id).await;
    assert!(history.contains("cousins") && history.matches(says).count() == 1, "{history}");
}

#[tokio::test]
async fn the_same_holds_by_fhir_and_for_the_form_of_the_pages() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let bundle = sim::messages::fhir(&Sent { control: "", number: "F-9", test: "R98.2", family: "BELL", hospital: "RP4DEMO" }).to_string();
    let bundle = bundle.replace("1983-02-04", "2021-02-04");
    let receipt = ordering::messages::receive(&system, Language::Fhir, bundle.as_bytes()).await.expect("taken");
    assert!(faults(&receipt).contains("The father TOM BELL (born 2021-02-04) is younger than ADA BELL"), "{}", faults(&receipt));

    let before = bench.count_events().await;
    let mut form = bench.form().await;
    form.people[2].demographics.birth_date = jiff::civil::Date::constant(2019, 4, 3);
    let desk = bench.desk(Role::Clinician, 0);
    refused(ordering::orders::place(&desk, form).await, "The mother Mother Testcase (born 2019-04-03) was born on the same day as");
    assert_eq!(bench.count_events().await, before);
}

#[tokio::test]
async fn nobody_is_drawn_as_the_parent_of_somebody_older() {
    let bench = Bench::new().await;
    let mut form = bench.form().await;
    form.people.push(person(Relationship::Cousin, 2021, Sex::Female, "9990000018"));
    let desk = bench.desk(Role::Clinician, 0);
    let order = ordering::orders::place(&desk, form).await.expect("placed");
    let (drawn, times) = ordering::pedigrees::pedigree(&desk, order).await.expect("a drawing");
    let cousin = drawn.people[3].clone();
    let grandmother = Individual { mother: Some(cousin.id.clone()), ..drawn.people[2].clone() };
    let edit = Edit::Set(Box::new(grandmother));
    refused(
        ordering::pedigrees::edit(&desk, order, times, edit).await,
        "The mother Cousin Testcase (born 2021-04-03) is younger than Mother",
    );
    let child = Individual { mother: Some(drawn.people[2].id.clone()), ..cousin };
    ordering::pedigrees::edit(&desk, order, times, Edit::Set(Box::new(child))).await.expect("drawn");
}

#[tokio::test]
async fn a_hospital_does_not_make_a_mother_younger_than_her_child() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    order(&sent(&system, &trio("m1", "P-1", "R98.2", "BELL")).await);
    let update = |control: &str, born: &str| {
        format!(
            "MSH|^~\\&|PAS|RP4DEMO|OPENGMS|699X0|20261123103300+0000||ADT^A08|{control}|P|2.4\rEVN|A08|20261123\r\
             PID|1||9990001014^^^NHS^NH||BELL^MAY||{born}|F\r"
        )
    };
    let refused = faults(&sent(&system, &update("a1", "20190312")).await);
    assert!(refused.contains("With this date of birth a parent in order OG-"), "{refused}");
    let changed = sent(&system, &update("a2", "19860312")).await;
    assert!(notes(&changed).contains("The details of the person were changed"), "{}", notes(&changed));
}

#[tokio::test]
async fn nobody_of_the_pages_makes_a_mother_younger_than_her_child_while_the_order_stands() {
    let bench = Bench::new().await;
    let desk = bench.desk(Role::Clinician, 0);
    let order = ordering::orders::place(&desk, bench.form().await).await.expect("placed");
    let mother = bench.people(order).await[2];
    let permit = bench_permit(&desk, order).await;
    let known = people::patients::demographics(&desk, &permit, mother).await.expect("known");
    let younger = Demographics { birth_date: jiff::civil::Date::constant(2020, 4, 3), ..known.clone() };
    let correct = |demographics: Demographics| people::patients::correct(&desk, mother, demographics, "Mistyped".into());
    refused(correct(younger.clone()).await, "With this date of birth a parent in order OG-");
    let again = people::patients::demographics(&desk, &permit, mother).await.expect("known");
    assert_eq!(again.birth_date, known.birth_date);
    ordering::orders::change(&desk, order, Command::Cancel { reason: "Placed twice".into() }).await.expect("cancelled");
    correct(younger).await.expect("an order that was cancelled holds nobody's date");
}

#[tokio::test]
async fn a_family_file_about_somebody_else_is_refused_by_name_and_draws_nothing() {
    let bench = Bench::new().await;
    let order = bench.placed(|_| {}).await;
    let desk = bench.desk(Role::Clinician, 0);
    let history = |number: &str, born: &str, gender: &str| {
        format!(
            r#"{{"resourceType":"Bundle","type":"collection","entry":[
            {{"resource":{{"resourceType":"Patient","id":"1","birthDate":"{born}","gender":"{gender}",
            "identifier":[{{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"{number}"}}]}}}},
            {{"resource":{{"resourceType":"FamilyMemberHistory","status":"completed","patient":{{"reference":"Patient/1"}},
            "relationship":{{"coding":[{{"code":"FTH"}}]}},"name":"Kofi"}}}}]}}"#
        )
    };
    let packet = r#"{"proband":{"subject":{"id":"P9","dateOfBirth":"2017-03-27T00:00:00Z","sex":"FEMALE"}},
        "pedigree":{"persons":[{"individualId":"P9","sex":"FEMALE"}]}}"#;
    let canrisk = "##CanRisk 2.0\n##FamID\tName\tTarget\tIndivID\tFathID\tMothID\tSex\tMZtwin\tDead\tAge\tYob\n\
                   F\tAnn\t1\tP1\t0\t0\tF\t0\t0\t30\t1990";
    for (file, says) in [
        (history("9990000026", "2019-04-03", "female"), "with the NHS number 999 000 0026, and Proband Testcase has 401 023 2137"),
        (history("4010232137", "2017-03-27", "female"), "born on 2017-03-27, and Proband Testcase was born on 2019-04-03"),
        (history("4010232137", "2019-04-03", "male"), "nobody for Proband Testcase"),
        (packet.to_owned(), "born on 2017-03-27, and Proband Testcase was born on 2019-04-03"),
        (canrisk.to_owned(), "Proband Testcase was born in 1990 by the file and in 2019 by the order"),
    ] {
        refused(ordering::pedigrees::take(&desk, order, 0, &file).await, says);
        assert_eq!(ordering::pedigrees::pedigree(&desk, order).await.expect("a drawing").1, 0, "nothing is drawn");
    }
    let own = history("4010232137", "2019-04-03", "female");
    ordering::pedigrees::take(&desk, order, 0, &own).await.expect("the family of the patient");
    refused(ordering::pedigrees::take(&desk, order, 0, &own).await, "Somebody else changed this drawing meanwhile");
}
