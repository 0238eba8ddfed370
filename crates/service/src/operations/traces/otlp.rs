//! Spans as OTLP has them in JSON: numbers of traces and spans in hexadecimal digits, other 64-bit numbers as text, kinds as numbers
//! (OpenTelemetry Protocol, "JSON Protobuf Encoding"; trace.proto).

use super::span::{Attributes, Kind, Moment, Span, Value};
use serde_json::{Value as Json, json};
use std::time::{SystemTime, UNIX_EPOCH};

/// What a collector is sent: some spans of one program, which `instance` tells from others of the same version.
pub(super) fn request(spans: &[Span], instance: &str) -> Json {
    let version = env!("CARGO_PKG_VERSION");
    let program: Attributes = vec![
        ("service.name", Value::Text("gms".into())),
        ("service.version", Value::Text(version.into())),
        ("service.instance.id", Value::Text(instance.into())),
    ];
    json!({ "resourceSpans": [{
        "resource": { "attributes": attributes(&program) },
        "scopeSpans": [{
            "scope": { "name": "gms", "version": version },
            "spans": spans.iter().map(span).collect::<Vec<_>>(),
        }],
    }] })
}

fn span(span: &Span) -> Json {
    // SPAN_KIND_INTERNAL and SPAN_KIND_SERVER; STATUS_CODE_UNSET and STATUS_CODE_ERROR.
    let kind = match span.kind {
        Kind::Internal => 1,
        Kind::Server => 2,
    };
    let status = if span.is_failed { 2 } else { 0 };
    json!({
        "traceId": format!("{:032x}", span.trace),
        "spanId": format!("{:016x}", span.id),
        "parentSpanId": span.parent.map_or_else(String::new, |parent| format!("{parent:016x}")),
        "name": span.name,
        "kind": kind,
        "startTimeUnixNano": nanoseconds(span.began),
        "endTimeUnixNano": nanoseconds(span.ended),
        "attributes": attributes(&span.attributes),
        "events": span.moments.iter().map(moment).collect::<Vec<_>>(),
        "droppedEventsCount": span.moments_dropped,
        "status": { "code": status },
    })
}

fn moment(moment: &Moment) -> Json {
    json!({ "timeUnixNano": nanoseconds(moment.time), "name": moment.name, "attributes": attributes(&moment.attributes) })
}

fn attributes(attributes: &[(&str, Value)]) -> Json {
    attributes.iter().map(|(key, value)| json!({ "key": key, "value": any_value(value) })).collect()
}

fn any_value(value: &Value) -> Json {
    match value {
        Value::Text(text) => json!({ "stringValue": text }),
        Value::Number(number) => json!({ "intValue": number.to_string() }),
        Value::Truth(truth) => json!({ "boolValue": truth }),
    }
}

/// Since 1970, as text: more digits than a number of JSON keeps everywhere.
fn nanoseconds(time: SystemTime) -> String {
    time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    /// Shapes, numbers and times as in examples/trace.json of opentelemetry-proto.
    #[test]
    fn a_span_is_written_as_a_collector_reads_it() {
        let began = UNIX_EPOCH + Duration::from_mins(25_745_211);
        let span = Span {
            trace: 0x5b8e_fff7_9803_8103_d269_b633_813f_c60c,
            id: 0xeee1_9b7e_c3c1_b174,
            parent: Some(0xeee1_9b7e_c3c1_b173),
            kind: Kind::Server,
            name: "GET /orders/{order}".into(),
            began,
            ended: began + Duration::from_secs(1),
            attributes: vec![("http.response.status_code", Value::Number(200))],
            moments: vec![Moment { name: "permit", time: began, attributes: vec![("opengms.allowed", Value::Truth(true))] }],
            moments_dropped: 0,
            is_failed: false,
        };
        let request = request(&[span], "a1");
        let written = &request["resourceSpans"][0]["scopeSpans"][0]["spans"][0];
        let expected = json!({
            "traceId": "5b8efff798038103d269b633813fc60c",
            "spanId": "eee19b7ec3c1b174",
            "parentSpanId": "eee19b7ec3c1b173",
            "name": "GET /orders/{order}",
            "kind": 2,
            "startTimeUnixNano": "1544712660000000000",
            "endTimeUnixNano": "1544712661000000000",
            "attributes": [{ "key": "http.response.status_code", "value": { "intValue": "200" } }],
            "events": [{
                "timeUnixNano": "1544712660000000000",
                "name": "permit",
                "attributes": [{ "key": "opengms.allowed", "value": { "boolValue": true } }],
            }],
            "droppedEventsCount": 0,
            "status": { "code": 0 },
        });
        assert_eq!(*written, expected);
        let first = &request["resourceSpans"][0]["resource"]["attributes"][0];
        assert_eq!(*first, json!({ "key": "service.name", "value": { "stringValue": "gms" } }));
    }
}
