//! What somebody has to look at before an order is worked on: a refused consent, a test for a later day.

use super::*;

#[test]
fn a_consent_that_is_refused_or_taken_back_is_for_a_person_and_one_that_holds_is_not() {
    for (con, is_refused) in [
        ("CON|1|Genetic testing|||Refused||||||R", true),
        ("CON|1|Genetic testing|||||||||R", true),
        ("CON|1|Genetic testing|||||||||r^Refused^HL70498", true),
        ("CON|1|Genetic testing|||||||||X^Rescinded", true),
        ("CON|1|Genetic testing|||The patient declined", true),
        ("CON|1|Withdrawal of consent", true),
        ("CON|1|Genetic testing|||||||||A^Active", false),
        ("CON|1|Research", false),
    ] {
        for before in [true, false] {
            let (about, after) = if before { (format!("{con}\r"), String::new()) } else { (String::new(), format!("\r{con}")) };
            let order = orders("OML^O21", &format!("{PID}\r{about}{REQUEST}{after}")).expect("an order").remove(0);
            let details = order.action.details().expect("placed");
            let is_said = details.checks.iter().any(|check| check.starts_with("CON: consent refused in the message ("));
            assert_eq!(is_said, is_refused, "{con}: {:?}", details.checks);
            assert!(details.people.iter().all(|person| person.discussion.is_none()), "{con}: nobody agreed");
        }
    }
}

#[test]
fn a_status_of_an_order_that_is_not_known_is_named_and_every_other_one_is_acted_on_or_counts_for_nothing() {
    let notes = |orc: &str| {
        let read = orders("OML^O21", &format!("{PID}\r{orc}\rOBR|1|P-1||R59.3")).expect("an order").remove(0);
        read.action.details().map_or_else(Vec::new, |details| details.not_used.clone())
    };
    let says = |orc: &str| notes(orc).iter().any(|note| note.starts_with("ORC-5: the status 'xX' is not known (HL7 table 0038)"));
    assert!(says("ORC|NW|P-1|||xX") && says("ORC|XO|P-1|||xX"));
    for orc in [
        "ORC|NW|P-1",
        "ORC|NW|P-1|||A",
        "ORC|NW|P-1|||ip",
        "ORC|NW|P-1|||SC",
        "ORC|NW|P-1|||Ordered",
        "ORC|NW|P-1|||\"\"",
        "ORC|CA|P-1|||xX",
    ] {
        assert!(notes(orc).iter().all(|note| !note.starts_with("ORC-5")), "{orc}: {:?}", notes(orc));
    }
}

#[test]
fn a_test_for_a_later_day_than_the_message_is_named_with_the_day() {
    let checks = |orc: &str, tq1: &str, obr: &str| {
        let body = format!("{PID}\rORC|NW|P-1|{orc}\r{tq1}OBR|1|P-1||R59.3{obr}");
        orders("OML^O21", &body).expect("an order").remove(0).action.details().expect("placed").checks.clone()
    };
    let to_36 = "|".repeat(32);
    for (orc, tq1, obr, places, day) in [
        ("||||^^^20270301^^S", "", String::new(), "ORC-7", "2027-03-01"),
        ("", "TQ1|1||||||20270301000000||R\r", String::new(), "TQ1-7", "2027-03-01"),
        ("", "", "||20261102".to_owned(), "OBR-6", "2026-11-02"),
        ("", "", format!("{to_36}20270301"), "OBR-36", "2027-03-01"),
        ("||||^^^20270301", "TQ1|1||||||20270301\r", format!("{to_36}20270301"), "ORC-7, OBR-36, TQ1-7", "2027-03-01"),
    ] {
        let said = checks(orc, tq1, &obr);
        assert_eq!(said.len(), 1, "{places}: {said:?}");
        assert!(said[0].starts_with(&format!("{places}: the test is asked for on {day}, and the order is placed as of now")), "{said:?}");
    }
    for (orc, tq1) in [("||||^^^20261101", "TQ1|1||||||20261101\r"), ("||||^^^20250101^^R", ""), ("||||^^^soon", ""), ("", "")] {
        assert_eq!(checks(orc, tq1, ""), Vec::<String>::new(), "{orc}");
    }
}
