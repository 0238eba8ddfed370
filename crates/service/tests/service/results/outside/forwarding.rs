//! A result goes on to the system that ordered.

use super::*;

#[tokio::test]
async fn a_result_of_another_laboratory_goes_on_to_the_system_that_ordered() {
    let bench = Bench::new().await;
    let (host, mut received) = receiver(vec!["AA"]).await;
    let hospital = bench.system(Address::Mllp { host, as_document: false }).await;
    let order = order(&sent(&hospital, &trio("m1", "P-77", "R98.2", "BELL")).await);
    bench.make_ready(order).await;
    let number = bench.service.store.order_view(order).await.expect("read").expect("a line").number;
    let system = bench.laboratory(&["699X0"]).await;
    let mut incoming = result(&number, "F-1");
    incoming.person = Person { family_name: "BELL".into(), ..person_of("9990001006", "ADA", "2019-06-01") };
    take(&system, incoming).await;
    bench.released(bench.outside(order).await[0].0).await;
    assert_eq!(results::deliver::deliver(&bench.service).await.expect("delivered"), 1);
    let message = received.recv().await.expect("sent on");
    for part in ["ORU^R01", "P-77^RP4DEMO", "9990001006^^^NHS^NH", "103913-6^CGG repeats", "|31|", "^application^pdf^Base64^JVBER", "RJ1"] {
        assert!(message.contains(part), "{part}: {message}");
    }
}
