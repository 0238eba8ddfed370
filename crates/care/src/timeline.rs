//! What happened and who waits for whom, in plain words, for pages and for patients.

use crate::{Role, analysis, choice, interpretation, order, report, sample, work};

/// An event of any stream, in plain words.
pub trait Told {
    /// One sentence without who and when.
    fn told(&self) -> String;
}

impl Told for order::Event {
    fn told(&self) -> String {
        match self {
            order::Event::Submitted { request, .. } => {
                format!("{} {} requested for {} people", request.test, request.indication, request.people.len())
            }
            order::Event::Amended { reason, .. } => format!("The order was amended: {reason}"),
            order::Event::Accepted => "The laboratory accepted the request".into(),
            order::Event::Rejected { reason } => format!("The laboratory rejected the request: {reason}"),
            order::Event::Started => "Work on the case began".into(),
            order::Event::Held { reason } => format!("The case was put on hold: {reason}"),
            order::Event::Resumed { reason } => format!("Work went on: {reason}"),
            order::Event::Reported { .. } => "The result was added to the patient's record".into(),
            order::Event::Closed => "The case was closed".into(),
            order::Event::Cancelled { reason } => format!("The order was cancelled: {reason}"),
            order::Event::EnteredInError { reason } => format!("The order was entered in error: {reason}"),
        }
    }
}

impl Told for choice::Event {
    fn told(&self) -> String {
        match self {
            choice::Event::Recorded(discussion) => {
                let word = |a| match a {
                    choice::Answer::Yes => "agreed",
                    choice::Answer::No => "declined",
                    choice::Answer::NotDiscussed => "not discussed",
                };
                format!("Choice recorded: test {}, research {}", word(discussion.test), word(discussion.research))
            }
            choice::Event::Withdrawn { what, from, .. } => format!("Agreement withdrawn from {from}: {what:?}"),
        }
    }
}

impl Told for sample::Event {
    fn told(&self) -> String {
        match self {
            sample::Event::Expected(label) => format!("Sample {} expected ({})", label.barcode, label.material),
            sample::Event::Received => "Sample received".into(),
            sample::Event::Accepted => "Sample accepted".into(),
            sample::Event::Rejected { reason } => format!("Sample rejected: {reason}"),
            sample::Event::Collected => "Sample taken".into(),
            sample::Event::Sent { carrier } => format!("Sample sent to the laboratory with {carrier}"),
            sample::Event::TumourAssessed { percent } => format!("Tumour content assessed: {percent} %"),
            sample::Event::Placed { place } => format!("Sample put at {place}"),
            sample::Event::Dispatched { to, manifest } => format!("Sample sent to the laboratory {to}, manifest {manifest}"),
            sample::Event::ReceivedElsewhere { at, inferred: false } => format!("Sample received by the laboratory {at}"),
            sample::Event::ReceivedElsewhere { at, inferred: true } => {
                format!("Sample must have reached the laboratory {at}: its results are here (inferred)")
            }
            sample::Event::Exhausted => "Sample used up".into(),
            sample::Event::Returned { to } => format!("Sample returned to {to}"),
            sample::Event::Destroyed { reason } => format!("Sample destroyed: {reason}"),
            sample::Event::Prepared(quality) => {
                let ratio = quality.ratio_260_280.map_or_else(String::new, |r| format!(", 260/280 {r}"));
                format!("DNA prepared: {} ng/µl, {} µl{ratio}", quality.concentration_ng_per_ul, quality.volume_ul)
            }
            sample::Event::Sequenced => "Sample sequenced".into(),
        }
    }
}

impl Told for analysis::Event {
    fn told(&self) -> String {
        match self {
            analysis::Event::Queued(_) => "Sequence data registered and analysis queued".into(),
            analysis::Event::Started => "Analysis began".into(),
            analysis::Event::Finished { candidates, .. } => format!("Analysis finished with {candidates} candidates"),
            analysis::Event::Stopped { reason } => format!("Analysis stopped for safety: {reason}"),
            analysis::Event::Failed { reason, .. } => format!("Analysis failed: {reason}"),
        }
    }
}

impl Told for interpretation::Event {
    fn told(&self) -> String {
        match self {
            interpretation::Event::Opened { .. } => "Interpretation opened".into(),
            interpretation::Event::Proposed { conclusion, .. } => format!("First scientist: {}", conclusion.outcome.words().to_lowercase()),
            interpretation::Event::Checked { .. } => "Second scientist agreed".into(),
            interpretation::Event::Returned { reason, .. } => format!("Second scientist returned it: {reason}"),
        }
    }
}

impl Told for report::Event {
    fn told(&self) -> String {
        match self {
            report::Event::Authorised { .. } => "Report authorised".into(),
            report::Event::Delivered { to } => format!("Report delivered to {to}"),
            report::Event::Acknowledged { .. } => "Report read by the requester".into(),
            report::Event::Superseded { .. } => "Report replaced by a newer one".into(),
        }
    }
}

/// Who waits for whom, from the states of an order's parts.
pub fn waiting(
    order: &order::State,
    choices_missing: usize,
    samples_missing: usize,
    analysis: &analysis::State,
    interpretation: &interpretation::State,
    report: &report::State,
) -> String {
    use order::State as O;
    match order {
        O::Draft => "The clinician has not submitted the request yet".into(),
        O::OnHold { reason } => format!("On hold: {reason}"),
        O::Rejected { reason } | O::Cancelled { reason } | O::EnteredInError { reason } => format!("Nothing more will happen: {reason}"),
        O::Closed => "Nothing: the case is closed".into(),
        _ if choices_missing > 0 => format!("Waiting for the choice of {}", counted(choices_missing, "person", "people")),
        O::Submitted => "Waiting for the laboratory to accept the request".into(),
        _ if samples_missing > 0 => format!("Waiting for {} to be received and accepted", counted(samples_missing, "sample", "samples")),
        _ => match (analysis, interpretation, report) {
            (analysis::State::None, ..) => "Waiting for sequence data".into(),
            (analysis::State::Queued | analysis::State::Running, ..) => "The analysis is running".into(),
            (analysis::State::Stopped { reason } | analysis::State::Failed { reason, .. }, ..) => {
                format!("The laboratory must act: {reason}")
            }
            (_, interpretation::State::None | interpretation::State::Open, _) => "Waiting for the first scientist".into(),
            (_, interpretation::State::Proposed { .. }, _) => "Waiting for the second scientist".into(),
            (_, _, report::State::None) => "Waiting for the consultant's signature".into(),
            (_, _, report::State::Authorised { .. }) => "The report is on its way to the requester".into(),
            (_, _, report::State::Delivered { .. }) => "Waiting for the requester to read the report".into(),
            _ => "Nothing: the result has been read".into(),
        },
    }
}

/// Whose turn it is, from the same states; nobody's while the program works or nothing more will happen.
pub fn turn(
    order: &order::State,
    choices_missing: usize,
    samples_missing: usize,
    analysis: &analysis::State,
    interpretation: &interpretation::State,
    report: &report::State,
) -> Option<Role> {
    use order::State as O;
    match order {
        O::Draft | O::Rejected { .. } | O::Cancelled { .. } | O::EnteredInError { .. } | O::Closed => None,
        O::OnHold { .. } => Some(Role::Bioinformatician),
        _ if choices_missing > 0 => Some(Role::GenomicAssociate),
        O::Submitted => Some(Role::LaboratoryScientist),
        _ if samples_missing > 0 => Some(Role::LaboratoryScientist),
        _ => match (analysis, interpretation, report) {
            (analysis::State::Queued | analysis::State::Running, ..) => None,
            (analysis::State::None | analysis::State::Stopped { .. } | analysis::State::Failed { .. }, ..) => Some(Role::Bioinformatician),
            (_, interpretation::State::None | interpretation::State::Open | interpretation::State::Proposed { .. }, _) => {
                Some(Role::ClinicalScientist)
            }
            (_, _, report::State::None) => Some(Role::Consultant),
            (_, _, report::State::Delivered { .. }) => Some(Role::Clinician),
            _ => None,
        },
    }
}

impl Told for work::Event {
    fn told(&self) -> String {
        match self {
            work::Event::Assigned { to } => format!("{} took this on", to.name),
            work::Event::Snoozed { until, reason } => format!("The work rests until {until}: {reason}"),
            work::Event::Chased { to, words } => format!("{to} was reminded: {words}"),
        }
    }
}

fn counted(number: usize, one: &str, more: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { more })
}
