//! Which test an order asks for: one, or none of it is done.

use super::*;

/// Questions of an order form of the North West, as its published examples have them.
const FORM: &str = "OBX|1|ST|230056^What Type of Referral Do You Require?^IGENE||Test on Stored DNA||||||F\r\
     OBX|2|ST|230048^Please Select Clinical Indication(s)^IGENE||R240: Diagnostic testing for known mutation(s)";

#[test]
fn a_form_with_two_tests_is_refused_whole_and_names_both_with_their_places() {
    let two = format!(
        "{FORM}~R242: Predictive testing for known familial mutation(s)||||||F\r\
         OBX|3|ST|231284^Please Select R240 Test(s):^IGENE||R240.1: Targeted variant testing||||||F\r\
         OBX|4|ST|231285^Please Select R242 Test(s):^IGENE||R242.1: Targeted variant testing||||||F"
    );
    let expected =
        "OBX(4)-5: The order names several tests: R240.1 (OBX(3)-5), R242.1 (OBX(4)-5). Nothing was ordered: send an order for each";
    assert_eq!(refused_of("GENEAP^GENETICS TEST PERFORMABLE^IGEAP", &two), expected);
    let expected =
        "OBX(4)-5: The order names several tests: R240.1 (OBR-4), R242.1 (OBX(4)-5). Nothing was ordered: send an order for each";
    assert_eq!(refused_of("R240.1^^GTD", &two), expected);
}

#[test]
fn another_test_wherever_it_stands_refuses_the_order() {
    let answer = |question: &str, answer: &str| format!("OBX|1|ST|1^{question}^L||{answer}||||||F");
    for (code, after) in [
        ("R59.3^^GTD~R29.4^^GTD", "NTE|1||Fits".to_owned()),
        ("R59.3^^GTD^R29.4^^GTD", "NTE|1||Fits".to_owned()),
        ("R59.3^^GTD", answer("Test code", "R29.4")),
        ("R59.3^^GTD", answer("Clinical indication", "R29: Intellectual disability")),
        ("GEN^Genome^L", answer("Test requested", "R59.3~R29.4")),
        ("GEN^Genome^L", answer("Please Select R59 Test(s)", "R59.3: Genome~R59.4: Array")),
    ] {
        assert!(refused_of(code, &after).contains("The order names several tests: R59.3"), "{code} {after}");
    }
}

#[test]
fn one_test_however_often_it_is_named_is_one_order() {
    let one = format!("{FORM}||||||F\rOBX|3|ST|231284^Please Select R240 Test(s):^IGENE||R240.1: Targeted variant testing||||||F");
    for code in ["GENEAP^GENETICS TEST PERFORMABLE^IGEAP", "R240.1^^GTD", "R240^^GTD"] {
        let body = format!("{PID}\rORC|NW|P-1^RP4\rOBR|1|P-1^RP4||{code}\r{one}");
        let order = orders("ORM^O01", &body).expect("an order").remove(0);
        assert_eq!(order.action.details().expect("placed").tests[0].code, "R240.1", "{code}");
    }
    // An answer that was deleted, and one in words, name no test.
    let other = "OBX|1|ST|1^Test code^L||R29.4||||||D\rOBX|2|ST|2^Select the type of test^L||Diagnostic screen||||||F";
    assert_eq!(details(other).tests.len(), 1);
}

#[test]
fn two_requests_under_one_number_are_two_orders() {
    let body = format!("{PID}\rORC|NW|P-1\rOBR|1|P-1||R59.3\rOBR|2|P-1||R29.4");
    let orders = orders("ORM^O01", &body).expect("orders");
    let numbers: Vec<(&str, Option<u32>)> = orders.iter().map(|order| (order.number.as_str(), order.part)).collect();
    assert_eq!(numbers, [("P-1", None), ("P-1", Some(2))]);
}
