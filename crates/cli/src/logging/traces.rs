//! Spans of the program on their way to a collector. Of each a few fields go along, which are named here, and nothing else.

use super::blot::blotted;
use service::operations::traces::{Kind, Moment, Parent, Queue, Span, Value, new_span, new_trace};
use std::{fmt, time::SystemTime};
use tracing::{
    Event, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
};
use tracing_subscriber::{Layer, layer::Context, registry::LookupSpan};

/// A field of a span, and what it is called in a trace: by OpenTelemetry's semantic conventions where these have a name for it.
type Named = (&'static str, &'static str);

/// Spans that go into a trace, and of each the fields that do: routes by their template, permits by their kind.
const SPANS: &[(&str, Kind, &[Named])] = &[
    (
        "request",
        Kind::Server,
        &[
            ("id", "opengms.request.id"),
            ("method", "http.request.method"),
            ("route", "http.route"),
            ("status", "http.response.status_code"),
        ],
    ),
    ("work", Kind::Internal, &[("kind", "opengms.work.kind")]),
    ("transaction", Kind::Internal, &[("events", "opengms.transaction.events")]),
];

/// What happens in them, by its fields.
const MOMENT: (&str, &[Named]) = ("permit", &[("action", "opengms.action"), ("allowed", "opengms.allowed")]);

/// Moments of a span that are kept; more are counted.
const MOMENTS_MAX: usize = 64;

/// From which status on an answer says that the program failed.
const FAILED_FROM: i64 = 500;

/// Takes spans to a queue.
pub struct Traces {
    queue: Queue,
}

/// A span that has not ended.
struct Open {
    span: Span,
    fields: &'static [Named],
    is_sampled: bool,
}

impl Traces {
    pub fn new(queue: Queue) -> Traces {
        Traces { queue }
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Traces {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let Some(&(name, kind, fields)) = SPANS.iter().find(|(name, ..)| *name == span.name()) else { return };
        let mut read = Fields::new(fields);
        attributes.record(&mut read);
        let around = span.parent().and_then(|parent| parent.extensions().get::<Open>().map(Open::as_parent));
        let parent = read.part_of.or(around);
        let now = SystemTime::now();
        let made = Span {
            trace: parent.map_or_else(new_trace, |parent| parent.trace),
            id: new_span(),
            parent: parent.map(|parent| parent.span),
            kind,
            name: name.to_owned(),
            began: now,
            ended: now,
            attributes: read.attributes,
            moments: Vec::new(),
            moments_dropped: 0,
            is_failed: false,
        };
        let is_sampled = parent.is_none_or(|parent| parent.is_sampled);
        span.extensions_mut().insert(Open { span: made, fields, is_sampled });
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        if let Some(open) = span.extensions_mut().get_mut::<Open>() {
            let mut read = Fields::new(open.fields);
            values.record(&mut read);
            open.span.attributes.extend(read.attributes);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let Some(span) = context.event_span(event) else { return };
        let mut read = Fields::new(MOMENT.1);
        event.record(&mut read);
        if let Some(open) = span.extensions_mut().get_mut::<Open>() {
            open.happened(Moment { name: MOMENT.0, time: SystemTime::now(), attributes: read.attributes });
        }
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let open = context.span(&id).and_then(|span| span.extensions_mut().remove::<Open>());
        if let Some(open) = open.filter(|open| open.is_sampled) {
            self.queue.add(open.ended(SystemTime::now()));
        }
    }
}

impl Open {
    /// As whatever is done in it has it.
    fn as_parent(&self) -> Parent {
        Parent { trace: self.span.trace, span: self.span.id, is_sampled: self.is_sampled }
    }

    fn happened(&mut self, moment: Moment) {
        if self.span.moments.len() < MOMENTS_MAX {
            self.span.moments.push(moment);
        } else {
            self.span.moments_dropped += 1;
        }
    }

    fn ended(mut self, time: SystemTime) -> Span {
        self.span.ended = time;
        self.span.is_failed = matches!(self.attribute("http.response.status_code"), Some(Value::Number(status)) if *status >= FAILED_FROM);
        // Requests are called by what they are for; of addresses that are none by their method alone.
        if let (Some(Value::Text(method)), Some(Value::Text(route))) = (self.attribute("http.request.method"), self.attribute("http.route"))
        {
            self.span.name = if route.starts_with('/') { format!("{method} {route}") } else { method.clone() };
        }
        self.span
    }

    fn attribute(&self, name: &str) -> Option<&Value> {
        self.span.attributes.iter().find(|(key, _)| *key == name).map(|(_, value)| value)
    }
}

/// Fields as they are read.
struct Fields {
    allowed: &'static [Named],
    attributes: Vec<(&'static str, Value)>,
    /// Whose work it is part of, by a program that is believed.
    part_of: Option<Parent>,
}

impl Fields {
    fn new(allowed: &'static [Named]) -> Fields {
        Fields { allowed, attributes: Vec::new(), part_of: None }
    }

    fn add(&mut self, field: &Field, value: impl FnOnce() -> Value) {
        if let Some(&(_, name)) = self.allowed.iter().find(|(known, _)| *known == field.name()) {
            self.attributes.push((name, value()));
        }
    }
}

impl Visit for Fields {
    fn record_i64(&mut self, field: &Field, value: i64) {
        self.add(field, || Value::Number(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.add(field, || Value::Number(i64::try_from(value).unwrap_or(i64::MAX)));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.add(field, || Value::Truth(value));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.add(field, || Value::Text(blotted(value).into_owned()));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "part_of" {
            self.part_of = format!("{value:?}").parse().ok();
        }
        self.add(field, || Value::Text(blotted(&format!("{value:?}")).into_owned()));
    }
}

#[cfg(test)]
mod tests;
