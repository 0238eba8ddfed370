//! Which figures are given for monitoring, and where each comes from. No label holds anything of a person, an order or an organisation.

mod families;

pub use families::FAMILIES;

use super::{
    exposition::{Exposition, Family, Format, Labels},
    figures::{self, Snapshot},
    journal_fault, machine, traces,
};
use crate::{Service, fault::ForLog, work::is_left};
use families::{
    ANALYSES, ANALYSES_AGE, ANALYSIS_DURATION, BUILD, DATABASE_UP, DELIVERIES_AGE, DELIVERIES_FAILING, DELIVERIES_WAITING, DISK_FREE,
    FIGURES_AGE, HTTP_DURATION, HTTP_REQUESTS, JOURNAL_AGE, JOURNAL_POSITION, JOURNAL_SOUND, LEASES, MESSAGES, MESSAGES_AGE, OPEN_FILES,
    POOL, POOL_MAX, RESIDENT_MEMORY, RESULTS_UNREAD, RESULTS_UNREAD_AGE, TRACE_SPANS, WORKER_AGE, WORKS,
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use std::sync::Arc;
use store::{DeliveryFigure, Figures};

/// What messages of the outbox are about, and to whom they go. The last is what an earlier program wrote without saying so.
const DELIVERIES: [(&str, &str); 6] = [
    ("report", "requester"),
    ("outside_result", "requester"),
    ("reminder", "reminded"),
    ("notification", "subscriber"),
    ("look", "service"),
    ("other", "other"),
];

/// Every figure as text. Where the database does not answer, its own are left out: an old one is never given for a new one.
#[crate::boxed]
pub async fn metrics(service: &Arc<Service>, format: Format) -> String {
    let mut text = Exposition::new(format);
    of_program(service, &mut text);
    of_machine(service, machine::free(service).await, &mut text);
    of_pool(service, &mut text);
    match figures::recent(service).await {
        Ok(snapshot) => {
            gauge(&mut text, &DATABASE_UP, 1.0);
            of_database(&mut text, &snapshot, service.now());
        }
        Err(fault) => {
            tracing::warn!("figures for monitoring: {}", fault.for_log());
            gauge(&mut text, &DATABASE_UP, 0.0);
        }
    }
    text.finish()
}

/// What this program did.
fn of_program(service: &Service, text: &mut Exposition) {
    let requests = service.operations.seen.requests();
    text.family(&HTTP_REQUESTS);
    for ((route, class), count) in &requests.counts {
        let status = format!("{class}xx");
        text.value(&HTTP_REQUESTS, &[("route", route.as_str()), ("status", status.as_str())], *count as f64);
    }
    text.family(&HTTP_DURATION);
    for (route, durations) in &requests.durations {
        text.histogram(&HTTP_DURATION, &[("route", route.as_str())], durations);
    }
    text.family(&ANALYSIS_DURATION);
    for (ended, durations) in service.operations.seen.analyses() {
        text.histogram(&ANALYSIS_DURATION, &[("ended", ended.label())], &durations);
    }
    gauge(text, &JOURNAL_SOUND, f64::from(u8::from(journal_fault(service).is_none())));
    text.family(&TRACE_SPANS);
    for (outcome, count) in traces::COUNTS.read() {
        text.value(&TRACE_SPANS, &[("outcome", outcome)], count as f64);
    }
}

fn of_machine(service: &Service, free: Option<u64>, text: &mut Exposition) {
    let measured = [(&DISK_FREE, free), (&RESIDENT_MEMORY, machine::resident_bytes()), (&OPEN_FILES, machine::open_files())];
    for (family, value) in measured {
        if let Some(value) = value {
            gauge(text, family, value as f64);
        }
    }
    text.family(&BUILD);
    text.value(&BUILD, &[("version", env!("CARGO_PKG_VERSION"))], 1.0);
    let works = !is_left(service);
    gauge(text, &WORKS, f64::from(u8::from(works)));
}

fn of_pool(service: &Service, text: &mut Exposition) {
    let pool = service.store.pool();
    let idle = u32::try_from(pool.idle).unwrap_or(u32::MAX);
    text.family(&POOL);
    text.value(&POOL, &[("state", "idle")], f64::from(idle));
    text.value(&POOL, &[("state", "used")], f64::from(pool.size.saturating_sub(idle)));
    gauge(text, &POOL_MAX, f64::from(pool.most));
}

/// What waits, and how far the journal is.
fn of_database(text: &mut Exposition, snapshot: &Snapshot, now: Timestamp) {
    let figures: &Figures = &snapshot.figures;
    let age = |since: Option<Timestamp>| since.map_or(0.0, |since| now.duration_since(since).as_secs_f64().max(0.0));
    deliveries(text, figures, age);
    gauge(text, &RESULTS_UNREAD, figures.unread as f64);
    gauge(text, &RESULTS_UNREAD_AGE, age(figures.unread_since.and_then(start)));
    text.family(&ANALYSES);
    text.value(&ANALYSES, &[("state", "queued")], figures.analyses_open.saturating_sub(figures.analyses_running) as f64);
    text.value(&ANALYSES, &[("state", "running")], figures.analyses_running as f64);
    gauge(text, &ANALYSES_AGE, age(figures.queued_since));
    text.family(&MESSAGES);
    text.value(&MESSAGES, &[("kind", "message")], figures.messages as f64);
    text.value(&MESSAGES, &[("kind", "outside_result")], figures.outside_results as f64);
    text.family(&MESSAGES_AGE);
    text.value(&MESSAGES_AGE, &[("kind", "message")], age(figures.messages_since));
    text.value(&MESSAGES_AGE, &[("kind", "outside_result")], age(figures.outside_since));
    gauge(text, &JOURNAL_POSITION, figures.position as f64);
    gauge(text, &JOURNAL_AGE, age(figures.last_event));
    gauge(text, &LEASES, figures.leases as f64);
    if figures.worked.is_some() {
        gauge(text, &WORKER_AGE, age(figures.worked));
    }
    gauge(text, &FIGURES_AGE, snapshot.read.elapsed().as_secs_f64());
}

/// Every kind is there, also where nothing of it waits: an alert needs a number.
fn deliveries(text: &mut Exposition, figures: &Figures, age: impl Fn(Option<Timestamp>) -> f64) {
    let mut each = |family: &Family, value: &dyn Fn(&DeliveryFigure) -> f64| {
        text.family(family);
        for (kind, recipient) in DELIVERIES {
            let labels: Labels = &[("recipient", recipient), ("message", kind)];
            text.value(family, labels, figures.deliveries.iter().find(|figure| figure.kind == kind).map_or(0.0, value));
        }
    };
    each(&DELIVERIES_WAITING, &|figure| figure.count as f64);
    each(&DELIVERIES_FAILING, &|figure| figure.failing as f64);
    each(&DELIVERIES_AGE, &|figure| age(figure.since));
}

fn start(day: Date) -> Option<Timestamp> {
    day.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

fn gauge(text: &mut Exposition, family: &Family, value: f64) {
    text.family(family);
    text.value(family, &[], value);
}
