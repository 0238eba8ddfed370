//! Work in the background in words: where a job is, and who acts next.

use crate::when;
use store::{JobLine, JobState, Kind, Place};

/// A job of an order, as its page says it.
pub(crate) struct Sentence {
    /// Where it is.
    pub text: String,
    /// Nothing goes on by itself.
    pub is_parked: bool,
}

/// Who sends again what is parked.
pub(crate) const WHO_ACTS: &str = "a bioinformatician or the manager of the laboratory, under Background work";

/// Where a job of an order is. Why an attempt failed is for those who can do something about it.
pub(crate) fn sentence(place: &Place, shows_reason: bool) -> Sentence {
    let Place { job, place } = place;
    let what = subject(job.kind);
    let because = if shows_reason && !job.reason.is_empty() { format!(": {}", job.reason.trim_end_matches('.')) } else { String::new() };
    let text = match (&job.state, place) {
        (JobState::Parked { since }, _) => {
            format!("{what} failed {} and has waited for somebody since {}{because}", times(job.attempts), when::moment(since))
        }
        (JobState::Running { .. }, _) => format!("{what} is running. {}", state(job)),
        (JobState::Waiting { from: Some(from) }, _) => {
            format!("{what} failed {} and is tried again from {}{because}", times(job.attempts), when::moment(from))
        }
        (JobState::Waiting { from: None }, Some(place)) => format!("{what} is {} in the queue", ordinal(*place)),
        (JobState::Waiting { from: None }, None) => format!("{what} is about to begin"),
    };
    Sentence { text, is_parked: matches!(job.state, JobState::Parked { .. }) }
}

/// Where a job is, in a list.
pub(crate) fn state(job: &JobLine) -> String {
    match &job.state {
        JobState::Parked { since } => format!("Waits for somebody since {}", when::moment(since)),
        JobState::Running { progress: 0, .. } => "It has just begun".into(),
        JobState::Running { progress, .. } => format!("{} records read", thousands(*progress)),
        JobState::Waiting { from: Some(from) } => format!("Tried again from {}", when::moment(from)),
        JobState::Waiting { from: None } => "Waits for its turn".into(),
    }
}

/// What a sentence about a job begins with.
fn subject(kind: Kind) -> &'static str {
    match kind {
        Kind::Analysis => "The analysis",
        Kind::Delivery => "The delivery",
        Kind::Library => "The work of the library",
        Kind::Notice => "The notice",
        Kind::Sweep => "The check",
        Kind::Quality => "The measurement of quality",
    }
}

/// How often something was done, in words.
pub(crate) fn times(attempts: u32) -> String {
    match attempts {
        0 | 1 => "once".into(),
        2 => "twice".into(),
        more => format!("{more} times"),
    }
}

fn ordinal(place: u64) -> String {
    let ending = match (place % 100, place % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    };
    format!("{place}{ending}")
}

fn thousands(count: u64) -> String {
    let digits = count.to_string();
    let groups: Vec<&str> = digits.as_bytes().rchunks(3).rev().filter_map(|group| std::str::from_utf8(group).ok()).collect();
    groups.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;

    fn place(state: JobState, place: Option<u64>) -> Place {
        let job = JobLine {
            subject: "analysis/7".into(),
            kind: Kind::Analysis,
            order: care::OrderId(uuid::Uuid::from_u128(7)),
            number: "OG-7".into(),
            laboratory: None,
            queued: Timestamp::UNIX_EPOCH,
            state,
            attempts: 3,
            reason: "no memory".into(),
        };
        Place { job, place }
    }

    #[test]
    fn an_order_says_where_its_analysis_is() {
        let at: Timestamp = "2027-01-09T14:05:00Z".parse().expect("a time");
        let by = || "north/7 (gms 1)".to_owned();
        for (state, number, expected) in [
            (JobState::Waiting { from: None }, Some(3), "The analysis is 3rd in the queue"),
            (JobState::Waiting { from: None }, Some(12), "The analysis is 12th in the queue"),
            (JobState::Running { by: by(), progress: 1_234_567 }, None, "The analysis is running. 1,234,567 records read"),
            (JobState::Running { by: by(), progress: 0 }, None, "The analysis is running. It has just begun"),
        ] {
            assert_eq!(sentence(&place(state, number), true).text, expected);
        }
        let parked = sentence(&place(JobState::Parked { since: at }, None), true);
        assert_eq!(parked.text, "The analysis failed 3 times and has waited for somebody since 9 January 2027, 14:05: no memory");
        assert!(parked.is_parked);
        // Outside the laboratory nobody can do anything about the machine.
        assert!(!sentence(&place(JobState::Parked { since: at }, None), false).text.contains("memory"));
    }
}
