//! What happened and who waits for whom, in plain words, for pages and for patients.

use crate::{
    Role,
    interpretation::{analysis, case},
    laboratory::sample,
    ordering::{choice, message, order, pedigree, work},
    people::patient,
    research::{participant, project},
    results::{cascade, invitation, medicines, report},
};

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
            order::Event::Reopened { reason } => format!("The case was opened again, to amend the report: {reason}"),
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
            choice::Event::Withdrawn { what, from, .. } => format!("Agreement to {} withdrawn from {from}", what.words()),
        }
    }
}

impl Told for patient::Event {
    fn told(&self) -> String {
        match self {
            patient::Event::Registered(_) => "Person registered".into(),
            patient::Event::Corrected { reason, .. } => format!("Details of the person corrected: {reason}"),
            patient::Event::MergedInto { reason, .. } => format!("Record merged into another of the same person: {reason}"),
            patient::Event::Restricted { reason, .. } => format!("Record restricted to those who are named: {reason}"),
            patient::Event::Unrestricted { reason } => format!("Record no longer restricted: {reason}"),
            patient::Event::Absorbed { reason, .. } => format!("Another record of the same person merged into this: {reason}"),
            patient::Event::Separated { reason, .. } => format!("Records separated, being of two people: {reason}"),
        }
    }
}

impl Told for pedigree::Event {
    fn told(&self) -> String {
        let pedigree::Event::Drawn { what, .. } = self;
        format!("Pedigree: {what}")
    }
}

impl Told for invitation::Event {
    fn told(&self) -> String {
        match self {
            invitation::Event::Sent(sent) => format!("Link to their own page made by {}", sent.by.name),
            invitation::Event::Opened => "Link opened with the date of birth".into(),
            invitation::Event::Failed => "Link tried with a wrong date of birth".into(),
            invitation::Event::Closed { reason } => format!("Link closed: {reason}"),
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
            sample::Event::Racked(well) => format!("Sample put into {} {}", well.barcode, well.position),
            sample::Event::Unracked => "Sample taken out of its plate or rack".into(),
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

impl Told for case::Event {
    fn told(&self) -> String {
        match self {
            case::Event::Opened { .. } => "Interpretation opened".into(),
            case::Event::Proposed { conclusion, .. } => format!("First scientist: {}", conclusion.outcome.words().to_lowercase()),
            case::Event::Checked { .. } => "Second scientist agreed".into(),
            case::Event::Differed { conclusion, reason, .. } => {
                format!("Second scientist came to another conclusion ({}): {reason}", conclusion.outcome.words().to_lowercase())
            }
            case::Event::Resolved { side, reason, by } => {
                format!("{} decided for the {} scientist: {reason}", by.name, side.words())
            }
            case::Event::Returned { reason, .. } => format!("Second scientist returned it: {reason}"),
        }
    }
}

impl Told for cascade::Event {
    fn told(&self) -> String {
        match self {
            cascade::Event::Begun { begun, relatives } => {
                format!("Relatives who may share {} were listed: {}", begun.variant, relatives.len())
            }
            cascade::Event::Added(relative) => format!("{} was added to the relatives", relative.name),
            cascade::Event::Moved { to, .. } => format!("A relative: {}", to.words().to_lowercase()),
            cascade::Event::Joined { .. } => "A relative's test was ordered".into(),
            cascade::Event::Resulted { .. } => "A relative's result is there".into(),
        }
    }
}

impl Told for message::Event {
    fn told(&self) -> String {
        match self {
            message::Event::Received(received) => format!("A message of {} came ({})", received.client.name, received.kind),
            message::Event::Done { .. } => "What the message asks for was done".into(),
            message::Event::Refused { .. } => "The message was refused".into(),
            message::Event::Mended { .. } => "A mended message was sent in its place".into(),
            message::Event::SetAside { reason, .. } => format!("The message was set aside: {reason}"),
        }
    }
}

impl Told for participant::Event {
    fn told(&self) -> String {
        match self {
            participant::Event::Entered { .. } => "Coded data entered the research library".into(),
            participant::Event::Outdated { .. } => {
                "Earlier coded data were taken out of the research library: later ones stand for them, and no release holds them".into()
            }
            participant::Event::Left { why, files, .. } => {
                format!("Data taken out of the research library ({files} files written anew): {why}")
            }
        }
    }
}

impl Told for project::Event {
    fn told(&self) -> String {
        match self {
            project::Event::Applied { application, .. } => format!("{} applied for '{}'", application.by.name, application.title),
            project::Event::Voted(vote) => {
                format!("{} voted {}: {}", vote.by.name, if vote.approves { "for it" } else { "against it" }, vote.reason)
            }
            project::Event::Approved { until, by, .. } => format!("{} approved it until {until}", by.name),
            project::Event::Rejected { reason, by } => format!("{} rejected it: {reason}", by.name),
            project::Event::Renewed { until, reason, .. } => format!("Renewed until {until}: {reason}"),
            project::Event::Ended { reason, .. } => format!("Ended: {reason}"),
            project::Event::Asked(asked) if asked.refused.is_empty() => format!("Asked: {}", asked.words),
            project::Event::Asked(asked) => format!("Asked and not answered: {} ({})", asked.words, asked.refused),
            project::Event::OutputAsked(output) => format!("{} asked to take out {}", output.by.name, output.name),
            project::Event::OutputChecked { check, .. } => format!("{}: {:?}: {}", check.by.name, check.verdict, check.reason),
            project::Event::Flagged(finding) => format!("{} flagged a finding for care", finding.by.name),
            project::Event::Answered { outcome, .. } => format!("The laboratory answered: {outcome}"),
        }
    }
}

impl Told for report::Event {
    fn told(&self) -> String {
        match self {
            report::Event::Authorised { .. } => "Report authorised".into(),
            report::Event::Delivered { to } => format!("Report delivered to {to}"),
            report::Event::Opened { by, .. } => format!("Report opened by {}", by.name),
            report::Event::Escalated { to, unread_days } => {
                format!("Not read for {unread_days} days: now the work of the {}", to.words().to_lowercase())
            }
            report::Event::Acknowledged { action, .. } if action.is_empty() => "Report read by the requester".into(),
            report::Event::Acknowledged { action, .. } => format!("Report read by the requester, who will: {action}"),
            report::Event::Superseded { .. } => "Report replaced by a newer one".into(),
        }
    }
}

/// The states of an order's parts.
pub struct Parts<'a> {
    /// The order itself.
    pub order: &'a order::State,
    /// People whose agreement is missing.
    pub choices_missing: usize,
    /// People of whom a sample is missing.
    pub samples_missing: usize,
    /// Its latest analysis.
    pub analysis: &'a analysis::State,
    /// Its latest interpretation.
    pub interpretation: &'a case::State,
    /// Its latest report.
    pub report: &'a report::State,
    /// Whose work it is that the report was not read.
    pub escalated: Option<Role>,
}

/// Who waits for whom, in words, and whose turn it is; nobody's while the program works or nothing more will happen.
pub fn waiting(parts: &Parts) -> (String, Option<Role>) {
    use order::State as O;
    let (choices, samples) = (parts.choices_missing, parts.samples_missing);
    let (words, turn) = match parts.order {
        O::Draft => ("The clinician has not submitted the request yet".into(), None),
        O::OnHold { reason } => (format!("On hold: {reason}"), Some(Role::Bioinformatician)),
        O::Rejected { reason } | O::Cancelled { reason } | O::EnteredInError { reason } => {
            (format!("Nothing more will happen: {reason}"), None)
        }
        O::Closed => ("Nothing: the case is closed".into(), None),
        _ if choices > 0 => (format!("Waiting for the choice of {}", counted(choices, "person", "people")), Some(Role::GenomicAssociate)),
        O::Submitted => ("Waiting for the laboratory to accept the request".into(), Some(Role::LaboratoryScientist)),
        _ if samples > 0 => {
            (format!("Waiting for {} to be received and accepted", counted(samples, "sample", "samples")), Some(Role::LaboratoryScientist))
        }
        _ => return in_laboratory(parts),
    };
    (words, turn)
}

/// Where a test is, for the person who had it: the same truth in short words.
pub fn plain(parts: &Parts) -> String {
    use analysis::State as A;
    use case::State as I;
    use order::State as O;
    use report::State as R;
    let words = match parts.order {
        O::Draft => "Your test has not been sent yet.",
        O::Rejected { .. } => "The laboratory could not take this test on. Your clinic will tell you what happens next.",
        O::Cancelled { .. } => "This test was stopped. Nothing more will be done.",
        O::EnteredInError { .. } => "This was written down by mistake. It is not a test of yours.",
        O::OnHold { .. } => "Your test has paused. The laboratory is sorting something out.",
        O::Closed => "Your test is done. Your clinic has the result.",
        _ if parts.choices_missing > 0 => "We are waiting for someone's choice before the test can start.",
        _ if parts.samples_missing > 0 => "We are waiting for a sample to reach the laboratory.",
        _ => match (parts.analysis, parts.interpretation, parts.report) {
            (_, _, R::Authorised { .. } | R::Delivered { .. }) => "Your result is ready. Your clinic will go through it with you.",
            (_, _, R::Acknowledged { .. }) => "Your test is done. Your clinic has the result.",
            (A::Done { .. }, I::Checked { .. }, _) => "Two scientists have looked at your test. A consultant is checking it now.",
            (A::Done { .. }, ..) => "Scientists are looking at your test.",
            (A::None, ..) => "The laboratory has your samples and is reading the DNA.",
            _ => "The DNA has been read. A computer is sorting through it.",
        },
    };
    words.into()
}

/// The same once samples and choices are there.
fn in_laboratory(parts: &Parts) -> (String, Option<Role>) {
    use analysis::State as A;
    use case::State as I;
    use report::State as R;
    match (parts.analysis, parts.interpretation, parts.report) {
        (A::None, ..) => ("Waiting for sequence data".into(), Some(Role::Bioinformatician)),
        (A::Queued | A::Running, ..) => ("The analysis is running".into(), None),
        (A::Stopped { reason } | A::Failed { reason, .. }, ..) => {
            (format!("The laboratory must act: {reason}"), Some(Role::Bioinformatician))
        }
        (_, I::None | I::Open, _) => ("Waiting for the first scientist".into(), Some(Role::ClinicalScientist)),
        (_, I::Differs, _) => ("Two scientists differ: waiting for somebody else to decide".into(), Some(Role::Consultant)),
        (_, I::Proposed { .. }, _) => ("Waiting for the second scientist".into(), Some(Role::ClinicalScientist)),
        (_, _, R::None) => ("Waiting for the consultant's signature".into(), Some(Role::Consultant)),
        (_, _, R::Authorised { .. }) => ("The report is on its way to the requester".into(), None),
        (_, _, R::Delivered { .. }) => match parts.escalated {
            Some(role) => ("The report has not been read: reach the requester".into(), Some(role)),
            None => ("Waiting for the requester to read the report".into(), Some(Role::Clinician)),
        },
        _ => ("Nothing: the result has been read".into(), None),
    }
}

impl Told for medicines::Event {
    fn told(&self) -> String {
        match self {
            medicines::Event::Read(_) => "Genes for medicines read from the data".into(),
            medicines::Event::Signed { .. } => "Genes for medicines signed".into(),
            medicines::Event::Overridden(overridden) => format!("Advice on a medicine not followed: {}", overridden.reason),
        }
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
