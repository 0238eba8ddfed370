//! What changed in a case since what two scientists signed was proposed, and since a consultant last saw a conclusion of it.

use crate::{Desk, ServiceResult, Status, interpretation, results::draft::Checked};
use access::Permit;
use care::{
    Fold, OrderId, Staff,
    interpretation::{
        case::{Conclusion, Event, Interpretation},
        changes,
    },
};
use jiff::Timestamp;
use store::Entry;

/// What happened before a report is signed.
pub struct Since {
    /// Who proposed the conclusion that two scientists signed, and when.
    pub proposed: Option<(Staff, Timestamp)>,
    /// What differs from it now.
    pub differences: Vec<String>,
    /// The conclusion of this case that was last signed by two scientists before: whoever signs may remember that one.
    pub earlier: Option<Earlier>,
    /// What happened since, latest first.
    pub events: Vec<Happened>,
    /// Earlier events that are not listed.
    pub unlisted: usize,
    /// The analysis is no longer the newest.
    pub outdated: Option<String>,
}

/// An earlier conclusion of a case, which two scientists had signed.
pub struct Earlier {
    /// What became of it.
    pub seen: Seen,
    /// When.
    pub at: Timestamp,
    /// What differs from it now.
    pub differences: Vec<String>,
}

/// What became of an earlier conclusion.
pub enum Seen {
    /// Somebody sent it back.
    SentBack {
        /// Who.
        by: String,
    },
    /// It was reported, and the case opened again.
    Reported,
}

/// Something that happened.
pub struct Happened {
    /// What.
    pub sentence: String,
    /// Who.
    pub who: String,
    /// When.
    pub at: Timestamp,
}

/// Lines of what happened, at most.
const EVENTS_MAX: usize = 100;

/// Where a conclusion stands among the events of an order.
struct Placed<T> {
    place: usize,
    conclusion: Conclusion,
    at: Timestamp,
    by: T,
}

pub(super) async fn since(
    desk: &Desk,
    permit: &Permit,
    order: OrderId,
    (status, checked): (&Status, &Checked<'_>),
) -> ServiceResult<Since> {
    let entries = desk.service.store.order_events(permit, order).await?;
    let Walked { proposal, sent_back } = walked(&entries, &checked.id.stream())?;
    let place = [sent_back.as_ref().map(|sent| sent.place), proposal.as_ref().map(|proposal| proposal.place)].into_iter().flatten().min();
    let later = place.map_or(&entries[..0], |place| &entries[place + 1..]);
    let listed = later.iter().rev().take(EVENTS_MAX).map(happened).collect::<ServiceResult<Vec<_>>>()?;
    let differs = |before: &Conclusion| changes::changed(before, checked.conclusion);
    let returned =
        sent_back.map(|sent| Earlier { differences: differs(&sent.conclusion), seen: Seen::SentBack { by: sent.by }, at: sent.at });
    Ok(Since {
        differences: proposal.as_ref().map_or_else(Vec::new, |proposal| differs(&proposal.conclusion)),
        proposed: proposal.map(|proposal| (proposal.by, proposal.at)),
        earlier: returned.or_else(|| reported(status, differs)),
        unlisted: later.len() - listed.len(),
        events: listed,
        outdated: interpretation::assessments::outdated(status),
    })
}

/// What was concluded before in a case.
#[derive(Default)]
struct Walked {
    /// What two scientists signed.
    proposal: Option<Placed<Staff>>,
    /// What they had signed when the case was last sent back, if it was.
    sent_back: Option<Placed<String>>,
}

/// What two scientists signed, and what they had signed when the case was last sent back.
fn walked(entries: &[Entry], stream: &str) -> ServiceResult<Walked> {
    let mut walked = Walked::default();
    let mut interpretation = Interpretation::default();
    for (place, entry) in entries.iter().enumerate().filter(|(_, entry)| entry.stream == stream) {
        let event: Event = entry.read()?;
        if let Event::Proposed { conclusion, first } = &event {
            walked.proposal = Some(Placed { place, conclusion: conclusion.clone(), at: entry.at, by: first.clone() });
        }
        if let (Event::Returned { .. }, Some(conclusion)) = (&event, interpretation.state.signed()) {
            walked.sent_back = Some(Placed { place, conclusion: conclusion.clone(), at: entry.at, by: entry.actor[2].clone() });
        }
        interpretation = interpretation.apply(&event);
    }
    Ok(walked)
}

/// What the latest report of a case was written from, where the case was opened again since.
fn reported(status: &Status, differs: impl Fn(&Conclusion) -> Vec<String>) -> Option<Earlier> {
    let (_, report) = status.report()?;
    let (_, of, _) = report.of?;
    let (_, interpretation) = status.interpretations.iter().find(|(id, _)| *id == of)?;
    Some(Earlier { seen: Seen::Reported, at: report.authorised?, differences: differs(interpretation.state.signed()?) })
}

fn happened(entry: &Entry) -> ServiceResult<Happened> {
    Ok(Happened { sentence: entry.event()?.sentence(), who: entry.actor[2].clone(), at: entry.at })
}
