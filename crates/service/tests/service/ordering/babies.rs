//! Newborns who have no name yet: what a hospital's system says of them by itself, and what is for a person to decide.

use super::{
    identity::{ANN, Sent, message, notes},
    messages::{faults, order, sent},
};
use crate::bench::*;
use care::ordering::client::Address;

const CHIOMA: Sent = Sent { numbers: "B1^^^RP4^MR", name: "Bell^Chioma", born: ANN.born };

fn about(control: &str, kind: &str, Sent { numbers, name, born }: Sent, (sex, more): (&str, &str)) -> String {
    format!(
        "MSH|^~\\&|PAS|RP4|OPENGMS|699X0|20261101120000||{kind}|{control}|P|2.4\rEVN|A08\rPID|1||{numbers}||{name}||{born}|{sex}\r{more}"
    )
}

#[tokio::test]
async fn one_of_several_babies_is_never_merged_into_a_named_one_by_a_message_alone() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let named = order(&sent(&system, &message("m0", CHIOMA, "NW", "N-0")).await);
    let babies = [("B2^^^RP4^MR", "Bell^Twin 1"), ("B3^^^RP4^MR", "Bell^Baby B"), ("B4^^^RP4^MR", "Bell^Twin")];
    for (nth, (numbers, name)) in babies.into_iter().enumerate() {
        let baby = Sent { numbers, name, ..CHIOMA };
        let id = order(&sent(&system, &message(&format!("m{}", nth + 1), baby, "NW", &format!("N-{}", nth + 1))).await);
        // Whichever of the two the hospital says stands for both.
        for (way, (survivor, replaced)) in [(CHIOMA, numbers), (baby, CHIOMA.numbers)].into_iter().enumerate() {
            let merge = about(&format!("w{nth}{way}"), "ADT^A40", survivor, ("F", &format!("MRG|{replaced}\r")));
            let refused = faults(&sent(&system, &merge).await);
            assert!(refused.contains("two babies of one birth") && refused.contains("Nothing was merged"), "{name}: {refused}");
        }
        let (one, other) = (bench.people(named).await[0], bench.people(id).await[0]);
        assert_ne!(one, other, "{name}");
        if nth == 0 {
            let clinician = bench.desk(Role::Clinician, 0);
            people::patients::merge(&clinician, other, one, false, "The ward knows that she was Twin 1").await.expect("a person decides");
        }
    }
}

#[tokio::test]
async fn what_a_message_changes_of_a_person_is_said_from_what_to_what() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let baby = Sent { name: "Bell^Baby Boy", ..CHIOMA };
    let id = order(&sent(&system, &message("m1", baby, "NW", "N-1").replace("|20180304|F", "|20180304|M")).await);
    let sex = async || {
        let desk = bench.desk(Role::Clinician, 0);
        let permit = desk.permit(Action::ReadOrder, id).await.expect("a permit");
        let who = people::patients::demographics(&desk, &permit, bench.people(id).await[0]).await.expect("a person");
        (who.given_name, who.sex)
    };
    let grace = Sent { name: "Bell^Grace", ..CHIOMA };
    let refused = faults(&sent(&system, &about("u1", "ADT^A08", grace, ("F", ""))).await);
    assert!(refused.contains("given name from Baby Boy to Grace; sex from male to female"), "{refused}");
    assert!(refused.contains("Nothing was changed; a person checks who it is"), "{refused}");
    assert_eq!(sex().await, ("Baby Boy".into(), Sex::Male));
    let named = notes(&sent(&system, &about("u2", "ADT^A08", Sent { name: "Bell^Tom", ..CHIOMA }, ("M", ""))).await);
    assert!(named.contains("The details of the person were changed: given name from Baby Boy to Tom"), "{named}");
    let other_sex = notes(&sent(&system, &about("u3", "ADT^A31", Sent { name: "Bell^Tom", ..CHIOMA }, ("F", ""))).await);
    assert!(other_sex.contains("were changed: sex from male to female"), "{other_sex}");
    assert_eq!(sex().await, ("Tom".into(), Sex::Female));
}
