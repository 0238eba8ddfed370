//! Acknowledgements that come by themselves are never answered; one that does not say yes is kept for a person.

use crate::bench::*;
use care::ordering::{client::Address, message::State as Became};
use service::ordering;

fn acknowledgement(kind: &str, code: &str, control: &str) -> String {
    format!("MSH|^~\\&|EPR|RP4|OPENGMS|699X0|20261101120000||{kind}|{control}|P|2.5.1\rMSA|{code}|R-7|Not filed\r")
}

#[tokio::test]
async fn no_acknowledgement_is_answered_and_a_refusal_is_kept() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    for (nth, kind) in ["ACK^O01", "ACK", "ORR^O02", "ORL^O22^ORL_O22", "ACK^R01^ACK", "RSP^K11"].into_iter().enumerate() {
        for code in ["AA", "CA", "AE", "AR", "CR", "", "NAK"] {
            let text = acknowledgement(kind, code, &format!("{nth}{code}"));
            assert_eq!(ordering::messages::receive_hl7(&system, text.as_bytes()).await.len(), 0, "{kind} {code}");
        }
    }
    let order = "MSH|^~\\&|EPR|RP4|OPENGMS|699X0|20261101120000||QBP^Q11|q|P|2.5.1\rQPD|1\r";
    let both = format!("{}{order}", acknowledgement("ACK", "AA", "x"));
    let answers = ordering::messages::receive_hl7(&system, both.as_bytes()).await;
    assert_eq!(answers.iter().map(|answer| answer.header.control()).collect::<Vec<_>>(), ["q"], "what is no acknowledgement is answered");
    let associate = bench.desk(Role::GenomicAssociate, 0);
    let kept = ordering::messages::messages(&associate, &[Became::Refused { faults: vec![] }], 1).await.expect("listed");
    let refusals = kept.lines.iter().filter(|(line, _)| line.kind != "QBP^Q11").count();
    assert_eq!(refusals, 30, "those that do not say yes, and no other");
}

#[tokio::test]
async fn a_header_in_small_letters_is_read_and_answered_by_its_number() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let text = "\u{feff}  msh|^~\\&|EPR|RP4|OPENGMS|699X0|20261101120000||ORM^O01|c-1|P|2.4\rPID|1||9990000018^^^NHS^NH||Bell^Ann||20180304|F\r\
                ORC|NW|P-1\rOBR|1|P-1||R29.4\r";
    let answers = ordering::messages::receive_hl7(&system, text.as_bytes()).await;
    assert_eq!((answers.len(), answers[0].header.control(), answers[0].is_readable), (1, "c-1".to_owned(), true));
    assert!(matches!(answers[0].receipt.as_ref().expect("taken").state, Became::Done { .. }));
}
