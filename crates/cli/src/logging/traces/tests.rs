use super::*;
use service::operations::traces::TARGET;
use tracing_subscriber::{filter::filter_fn, layer::SubscriberExt as _};

/// What comes out of the program's spans while something is done.
fn traced(done: impl FnOnce()) -> Vec<Span> {
    let (queue, mut waiting) = Queue::new(64);
    let layer = Traces::new(queue).with_filter(filter_fn(|of| of.target() == TARGET));
    tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), done);
    std::iter::from_fn(|| waiting.try_recv().ok()).collect()
}

fn text(value: &str) -> Value {
    Value::Text(value.to_owned())
}

#[test]
fn a_request_is_traced_by_its_route_with_the_transactions_in_it() {
    let spans = traced(|| {
        let (method, route) = ("POST", "/orders/{order}");
        let request = tracing::error_span!(target: TARGET, "request", id = %"0190a1b2-c3d4", method, route, status = tracing::field::Empty);
        request.in_scope(|| {
            tracing::trace!(target: TARGET, action = ?access_like::PlaceOrder, allowed = true, "permit");
            tracing::trace_span!(target: TARGET, "transaction", events = 3_usize).in_scope(|| {});
        });
        request.record("status", 503_u16);
    });
    let [transaction, request] = spans.as_slice() else { panic!("two spans: {spans:?}") };
    assert_eq!((request.name.as_str(), request.kind, request.parent), ("POST /orders/{order}", Kind::Server, None));
    assert_eq!((transaction.trace, transaction.parent), (request.trace, Some(request.id)));
    assert!(request.is_failed && !transaction.is_failed && request.began <= transaction.began && transaction.ended <= request.ended);
    assert_eq!(request.attributes[3], ("http.response.status_code", Value::Number(503)));
    assert_eq!(request.moments[0].attributes, [("opengms.action", text("PlaceOrder")), ("opengms.allowed", Value::Truth(true))]);
    assert_eq!(transaction.attributes, [("opengms.transaction.events", Value::Number(3))]);
}

/// A permit's kind, as its name is written.
mod access_like {
    #[derive(Debug)]
    pub struct PlaceOrder;
}

#[test]
fn only_fields_that_are_named_leave_and_a_number_of_a_person_never_does() {
    let spans = traced(|| {
        let span = tracing::error_span!(
            target: TARGET,
            "request",
            id = %"9990000018",
            method = "GET",
            route = "/patients/{patient}",
            patient = "Isla Testcase",
            token = "s3cret",
            path = "/patients/9990000018?name=Isla",
        );
        span.in_scope(|| {
            tracing::trace!(target: TARGET, action = "ReadRecord", allowed = false, name = "Isla Testcase", "permit of Isla Testcase");
            tracing::error!("a line of the log about Isla Testcase, 9990000018");
            tracing::error_span!(target: "other", "request", id = "Isla").in_scope(|| {});
            tracing::error_span!(target: TARGET, "Isla", id = "Isla").in_scope(|| {});
        });
    });
    assert_eq!(spans.len(), 1, "{spans:?}");
    let written = format!("{spans:?}");
    for word in ["Isla", "Testcase", "s3cret", "9990000018", "patients/9"] {
        assert!(!written.contains(word), "{word} is in {written}");
    }
    let known: Vec<&str> = SPANS.iter().flat_map(|(_, _, fields)| fields.iter()).chain(MOMENT.1).map(|(_, name)| *name).collect();
    let attributes = spans.iter().flat_map(|span| span.attributes.iter().chain(span.moments.iter().flat_map(|moment| &moment.attributes)));
    for (name, _) in attributes {
        assert!(known.contains(name), "{name}");
    }
}

#[test]
fn a_trace_of_a_proxy_that_is_believed_goes_on_and_one_that_is_not_kept_is_not_sent() {
    let begun = |flags: &str| format!("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-{flags}").parse::<Parent>().expect("a parent");
    let request = |parent: Option<Parent>| {
        let part_of = parent.map(tracing::field::display);
        traced(|| tracing::error_span!(target: TARGET, "request", method = "GET", route = "/", part_of).in_scope(|| {}))
    };
    let spans = request(Some(begun("01")));
    assert_eq!((spans[0].trace, spans[0].parent), (0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736, Some(0x00f0_67aa_0ba9_02b7)));
    assert!(request(Some(begun("00"))).is_empty(), "whoever began it does not keep it");
    assert_eq!(request(None)[0].parent, None);
}

#[test]
fn what_happens_without_end_is_counted_and_not_kept() {
    let spans = traced(|| {
        tracing::trace_span!(target: TARGET, "work", kind = "sweep").in_scope(|| {
            for _ in 0..MOMENTS_MAX + 7 {
                tracing::trace!(target: TARGET, action = "ReadOrder", allowed = true, "permit");
            }
        });
    });
    assert_eq!((spans[0].moments.len(), spans[0].moments_dropped), (MOMENTS_MAX, 7));
}
