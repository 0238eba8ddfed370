//! The families of figures: their names, units and what they say. `packaging/prometheus/alerts.yml` and docs/operating.md name them.

use crate::operations::exposition::{Family, Kind};

macro_rules! families {
    ($($constant:ident = $kind:ident $name:literal $unit:literal $help:literal;)+) => {
        $(pub(super) const $constant: Family = Family { name: $name, kind: Kind::$kind, unit: $unit, help: $help };)+

        /// Every family that is given.
        pub const FAMILIES: &[&Family] = &[$(&$constant),+];
    };
}

families! {
    HTTP_REQUESTS = Counter "gms_http_requests" "" "Requests that this program answered, by route template and class of the status.";
    HTTP_DURATION = Histogram "gms_http_request_duration_seconds" "seconds" "How long requests took, by route template.";
    ANALYSIS_DURATION = Histogram "gms_analysis_duration_seconds" "seconds" "How long analyses took in this program, by how they ended.";
    TRACE_SPANS = Counter "gms_trace_spans" "" "Spans of traces by what became of them: sent to the collector, or dropped since none took them.";
    DISK_FREE = Gauge "gms_disk_free_bytes" "bytes" "Room that is left for this program where the service's folder lies.";
    RESIDENT_MEMORY = Gauge "process_resident_memory_bytes" "bytes" "Memory that this program has.";
    OPEN_FILES = Gauge "process_open_fds" "" "Files and connections that this program has open.";
    BUILD = Gauge "gms_build_info" "" "Always 1; the version of this program.";
    WORKS = Gauge "gms_does_work" "" "1 if this program does the work of the service itself: analyses and deliveries; 0 if it leaves that to others.";
    POOL = Gauge "gms_database_pool_connections" "" "Connections of this program to the database, by what they do.";
    POOL_MAX = Gauge "gms_database_pool_connections_max" "" "Connections that this program may have to the database.";
    DATABASE_UP = Gauge "gms_database_up" "" "1 if the database answered when these figures were read; 0 if not, and what follows from it is left out.";
    DELIVERIES_WAITING = Gauge "gms_deliveries_waiting" "" "Messages that have not arrived, by kind of recipient and what they are about.";
    DELIVERIES_FAILING = Gauge "gms_deliveries_failing" "" "Those of them whose last attempt failed.";
    DELIVERIES_AGE = Gauge "gms_deliveries_oldest_age_seconds" "seconds" "How long the oldest of them has waited.";
    RESULTS_UNREAD = Gauge "gms_results_unread" "" "Results that were released and that their requester has not read.";
    RESULTS_UNREAD_AGE = Gauge "gms_results_unread_oldest_age_seconds" "seconds" "How long the oldest of them can be read, from the start of its day.";
    ANALYSES = Gauge "gms_analyses" "" "Analyses that have not ended, by state: queued, running.";
    ANALYSES_AGE = Gauge "gms_analyses_oldest_age_seconds" "seconds" "How long ago the oldest of them was queued.";
    MESSAGES = Gauge "gms_messages_waiting" "" "Messages and results of other systems that a person has to look at.";
    MESSAGES_AGE = Gauge "gms_messages_waiting_oldest_age_seconds" "seconds" "How long the oldest of them has waited.";
    JOURNAL_POSITION = Gauge "gms_journal_position" "" "Number of the last event of the journal.";
    JOURNAL_SOUND = Gauge "gms_journal_sound" "" "1 while every event that this program looked at is as it was written; 0 once one is not.";
    JOURNAL_AGE = Gauge "gms_journal_last_event_age_seconds" "seconds" "How long ago the last event was written.";
    LEASES = Gauge "gms_leases" "" "Pieces of work that a program has to itself at present.";
    WORKER_AGE = Gauge "gms_worker_last_seen_age_seconds" "seconds" "How long ago any program that does the work gave a sign of life.";
    FIGURES_AGE = Gauge "gms_figures_age_seconds" "seconds" "How long ago the figures out of the database were read.";
}

#[cfg(test)]
mod tests {
    use super::*;

    /// OpenMetrics 1.0.0, section 4.4: a name ends with its unit; `_total`, `_count`, `_sum`, `_bucket`, `_info` and `_created` are
    /// endings of values.
    #[test]
    fn every_name_is_once_there_ends_with_its_unit_and_with_nothing_that_is_added() {
        let mut names: Vec<&str> = FAMILIES.iter().map(|family| family.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), FAMILIES.len());
        for family in FAMILIES {
            assert!(family.name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{}", family.name);
            assert!(family.unit.is_empty() || family.name.ends_with(&format!("_{}", family.unit)), "{}", family.name);
            assert!(["_total", "_count", "_sum", "_bucket", "_created"].iter().all(|end| !family.name.ends_with(end)), "{}", family.name);
            assert!(!family.help.contains(['\n', '\\']) && family.help.ends_with('.'), "{}", family.name);
            for (unit, end) in [("seconds", "_seconds"), ("bytes", "_bytes")] {
                assert_eq!(family.unit == unit, family.name.ends_with(end), "{}", family.name);
            }
        }
    }
}
