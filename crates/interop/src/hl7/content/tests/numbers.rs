//! Numbers of orders, each of its namespace.

use super::*;

fn numbered(body: &str) -> Result<Vec<String>, String> {
    let orders = orders("ORM^O01", &format!("{PID}\r{body}"))?;
    Ok(orders.iter().map(|order| format!("{} [{}]", summary(order), order.number_system)).collect())
}

/// HL7 2.5.1, chapter 2.A.28 (EI).
#[test]
fn a_number_is_read_with_whose_it_is() {
    for (orc2, obr2, system) in [
        ("P-1", "P-1", ""),
        ("P-1^EPIC", "P-1^EPIC", "EPIC"),
        ("P-1^EPIC^1.2.3^ISO", "P-1", "EPIC"),
        ("P-1^^1.2.3^ISO", "P-1", "1.2.3"),
        ("P-1", "P-1^EPIC", "EPIC"),
        ("", "P-1^EPIC", "EPIC"),
        ("P-1^EPIC", "", "EPIC"),
        ("P-1^EPIC", "P-1^WINPATH", "EPIC"),
    ] {
        let read = numbered(&format!("ORC|NW|{orc2}\rOBR|1|{obr2}||R59.3"));
        assert_eq!(read, Ok(vec![format!("Ann Testa places P-1 [{system}]")]), "{orc2} {obr2}");
    }
}

#[test]
fn one_number_in_two_namespaces_is_two_orders() {
    let order = |control: &str, number: &str| format!("ORC|{control}|{number}\rOBR|1|{number}||R59.3");
    let two = |control: &str| numbered(&format!("{}\r{}", order(control, "P-1^A"), order(control, "P-1^B")));
    assert_eq!(two("NW"), Ok(vec!["Ann Testa places P-1 [A]".into(), "Ann Testa places P-1 [B]".into()]));
    assert_eq!(two("CA").map(|orders| orders.len()), Ok(2));
    let same = numbered(&format!("{}\r{}", order("NW", "P-1^A"), order("NW", "P-1^A")));
    assert_eq!(same, Ok(vec!["Ann Testa places P-1 [A]".into(), "Ann Testa places P-1 [A]".into()]));
    let replaced = numbered(&format!("{}\r{}", order("RP", "P-1^A"), order("RO", "P-1^B"))).expect("read");
    assert_eq!(replaced, ["Ann Testa cancels (Replaced by order P-1) P-1 [A]", "Ann Testa places P-1 [B]"]);
}

/// HL7 2.5.1, chapter 4.4 (ORM_O01, OML_O21): an order stands before its request.
#[test]
fn a_request_before_its_order_is_refused_at_its_place_and_does_nothing() {
    let (obr, obr2) = ("OBR|1|P-1||R59.3", "OBR|2|P-2||R29.4");
    let says = "OBR: This request stands before its order (ORC), and nothing was done: send ORC, then its OBR";
    for kind in ["ORM^O01", "OML^O21", "OMG^O19"] {
        for body in [
            format!("{obr}\rORC|NW|P-1"),
            format!("{obr}\rORC|CA|P-1"),
            format!("{obr}\rOBX|1|CE|HP:0001250^Seizure^HPO||Y\rORC|NW|P-1"),
            format!("{obr}\rORC|NW|P-1\r{obr2}\rORC|NW|P-2"),
        ] {
            let refused = orders(kind, &format!("{PID}\r{body}")).expect_err("refused");
            assert_eq!(refused, says, "{kind} {body}");
        }
    }
    for right in [
        format!("ORC|NW|P-1\r{obr}\rORC|NW|P-2\r{obr2}"),
        format!("{obr}\r{obr2}"),
        // A result of before, beside a request without an order.
        format!("{obr}\rORC|PR|P-2\r{obr2}"),
    ] {
        assert!(orders("ORM^O01", &format!("{PID}\r{right}")).is_ok(), "{right}");
    }
}

/// HL7 2.5.1, chapter 4.5.3.2: the number of the request is that of the order.
#[test]
fn a_request_with_another_number_than_its_order_changes_and_ends_nothing() {
    let body = |control: &str| format!("ORC|{control}|P-1\rOBR|1|P-2||R59.3");
    for control in ["CA", "DC", "XO"] {
        let refused = numbered(&body(control)).expect_err("refused");
        assert!(refused.starts_with("OBR-2: P-2 is another order than P-1 in ORC-2"), "{control}: {refused}");
    }
    let placed = orders("ORM^O01", &format!("{PID}\r{}", body("NW"))).expect("read").remove(0);
    assert_eq!(placed.number, "P-1");
    let not_used = &placed.action.details().expect("placed").not_used;
    assert!(not_used.iter().any(|note| note.starts_with("OBR-2: P-2 is another number than P-1 in ORC-2")), "{not_used:?}");
}

#[test]
fn an_order_says_which_part_of_its_number_it_is_and_which_numbers_of_this_service_it_names() {
    let body = format!("{PID}\rORC|XO|P-1|og-1^OPENGMS\rOBR|1|P-1|F-2|R59.3\rOBR|2|P-1|OG-3|R29.4");
    let read = orders("ORM^O01", &body).expect("read");
    let parts: Vec<(&str, Option<u32>, String)> =
        read.iter().map(|order| (order.number.as_str(), order.part, order.own_numbers.join(" "))).collect();
    assert_eq!(parts, [("P-1", None, "OG-1".into()), ("P-1", Some(2), "OG-3".into())]);
    let written: Vec<String> = read.iter().filter_map(|order| Some(order.stated_at?.to_string())).collect();
    assert_eq!(written, ["2026-11-01T12:00:00Z", "2026-11-01T12:00:00Z"]);
}

#[test]
fn what_is_wrong_with_an_order_is_named_where_it_stands() {
    let order = |body: &str| orders("ORM^O01", &format!("{PID}\r{body}")).expect("read").remove(0);
    let answered =
        order("ORC|NW|P-1\rOBR|1|P-1||GENEAP^Genetics^L\rOBX|1|ST|Q^Other question||No\rOBX|2|ST|I^Clinical Indication||R29: Delay");
    let tests = &answered.action.details().expect("placed").tests;
    let of_answer: Vec<crate::incoming_order::Code> = tests.iter().filter(|code| code.code == "R29").cloned().collect();
    assert_eq!((of_answer.len(), answered.place_of_codes(&of_answer)), (1, "OBX(2)-5".to_owned()));
    assert_eq!(answered.place_of_codes(&tests[1..]), "OBR-4", "{tests:?}");
    for (field, message, place) in [
        ("test", "", "OBR-4"),
        ("organisation", "", "ORC-21"),
        ("gestation", "", "OBX"),
        ("family", "", "NK1"),
        ("order", "", "ORC-2 (order)"),
    ] {
        assert_eq!(answered.place_of(field, message), place);
    }
}
