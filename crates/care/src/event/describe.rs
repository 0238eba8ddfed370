//! What happened, in plain words.

mod client;
mod directory;
mod patient;
mod question;
mod template;
mod worklist;

use crate::{
    interpretation::{analysis, case, discordance, views},
    laboratory::{alignment, container, sample},
    ordering::{choice, draft, message, order, pedigree, work},
    people::{account, emergency},
    research::{participant, project},
    results::{cascade, invitation, medicines, outside, report},
};

/// An event that says what happened.
pub trait Describe {
    /// One sentence without who and when.
    fn sentence(&self) -> String;
}

impl Describe for order::Event {
    fn sentence(&self) -> String {
        match self {
            order::Event::Submitted { request, .. } => {
                let people = match request.people.len() {
                    1 => "1 person".to_owned(),
                    count => format!("{count} people"),
                };
                format!("{} {} requested for {people}", request.test, request.indication)
            }
            order::Event::Amended { reason, .. } => format!("The order was amended: {reason}"),
            order::Event::Restated { .. } => "The system that asks stated the order again, as it is".into(),
            order::Event::Attached(document) => format!("A document came with the order: {}", document.title),
            order::Event::Accepted => "The laboratory accepted the request".into(),
            order::Event::Rejected { reason } => format!("The laboratory rejected the request: {reason}"),
            order::Event::Started => "Work on the case began".into(),
            order::Event::PutOnHold { reason } => format!("The case was put on hold: {reason}"),
            order::Event::Resumed { reason } => format!("Work went on: {reason}"),
            order::Event::Reported { .. } => "The result was added to the patient's record".into(),
            order::Event::ReportedElsewhere { .. } => "The result of another laboratory was added to the patient's record".into(),
            order::Event::Closed => "The case was closed".into(),
            order::Event::Reopened { reason } => format!("The case was opened again, to amend the report: {reason}"),
            order::Event::Cancelled { reason } => format!("The order was cancelled: {reason}"),
            order::Event::EnteredInError { reason } => format!("The order was entered in error: {reason}"),
        }
    }
}

impl Describe for choice::Event {
    fn sentence(&self) -> String {
        match self {
            choice::Event::Recorded(discussion) => {
                let word = |a| match a {
                    choice::Answer::Yes => "agreed",
                    choice::Answer::No => "declined",
                    choice::Answer::NotDiscussed => "not discussed",
                };
                format!("Choice recorded: test {}, research {}", word(discussion.test), word(discussion.research))
            }
            choice::Event::Withdrawn { what, from, .. } => format!("Agreement to {} withdrawn from {from}", what.label()),
        }
    }
}

impl Describe for pedigree::Event {
    fn sentence(&self) -> String {
        let pedigree::Event::Drawn { what, .. } = self;
        format!("Pedigree: {what}")
    }
}

impl Describe for invitation::Event {
    fn sentence(&self) -> String {
        match self {
            invitation::Event::Sent(sent) => format!("Link to their own page made by {}", sent.by.name),
            invitation::Event::Opened => "Link opened with the date of birth".into(),
            invitation::Event::Failed => "Link tried with a wrong date of birth".into(),
            invitation::Event::Closed { reason } => format!("Link closed: {reason}"),
        }
    }
}

impl Describe for sample::Event {
    fn sentence(&self) -> String {
        match self {
            sample::Event::Expected(label) => format!("Sample {} expected ({})", label.barcode, label.material),
            sample::Event::Received => "Sample received".into(),
            sample::Event::ReceiptUndone { reason } => format!("Receipt of the sample undone: {reason}"),
            sample::Event::Accepted => "Sample accepted".into(),
            sample::Event::Rejected(rejection) => format!("Sample rejected: {}", rejection.sentence()),
            sample::Event::Relabelled { labels } => format!("Its tube has the label {} of where it comes from", labels.join(", ")),
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
            sample::Event::Listed(on) => format!("Sample put on the worklist {} for {}", on.number, on.step.label()),
            sample::Event::Unlisted { step, outcome: None, .. } => format!("Sample taken off the worklist for {}", step.label()),
            sample::Event::Unlisted { step, outcome: Some(outcome), .. } => format!("{}: {outcome}", step.label()),
        }
    }
}

impl Describe for alignment::Event {
    fn sentence(&self) -> String {
        match self {
            alignment::Event::Registered(file) => {
                format!("Aligned reads registered: {} (SHA-256 {}); {}", file.file, file.reads.sha256, file.identity.label())
            }
            alignment::Event::Withdrawn { reason } => format!("Aligned reads withdrawn: {reason}"),
        }
    }
}

impl Describe for analysis::Event {
    fn sentence(&self) -> String {
        match self {
            analysis::Event::Queued(_) => "Sequence data registered and analysis queued".into(),
            analysis::Event::Started => "Analysis began".into(),
            analysis::Event::Finished { candidates: 1, .. } => "Analysis finished with 1 candidate".into(),
            analysis::Event::Finished { candidates, .. } => format!("Analysis finished with {candidates} candidates"),
            analysis::Event::Stopped { reason } => format!("Analysis stopped for safety: {reason}"),
            analysis::Event::Failed { reason, .. } => format!("Analysis failed: {reason}"),
            analysis::Event::QualityJudged { sample, decision, reason } => {
                format!("Quality of the sample {sample}: {}: {reason}", decision.label().to_lowercase())
            }
        }
    }
}

impl Describe for case::Event {
    fn sentence(&self) -> String {
        match self {
            case::Event::Opened { .. } => "Interpretation opened".into(),
            case::Event::Carried { signed } => format!("It begins with what was signed before, of {} variants", signed.len()),
            case::Event::Assessed(assessed) => assessed.sentence(),
            case::Event::Noted(note) => note.sentence(),
            case::Event::PanelsChanged(change) => change.sentence(),
            case::Event::Proposed { conclusion, .. } => format!("First scientist: {}", conclusion.outcome.label().to_lowercase()),
            case::Event::Checked { .. } => "Second scientist agreed".into(),
            case::Event::Differed { conclusion, reason, .. } => {
                format!("Second scientist came to another conclusion ({}): {reason}", conclusion.outcome.label().to_lowercase())
            }
            case::Event::Resolved { side, reason, by } => {
                format!("{} decided for the {} scientist: {reason}", by.name, side.label())
            }
            case::Event::Returned { reason, .. } => format!("Second scientist returned it: {reason}"),
            case::Event::TextEdited(edit) => edit.sentence(),
            case::Event::TextAgreed { by, .. } => format!("{} agreed with the edited text", by.name),
            case::Event::TextRead { by, .. } => format!("{} read the edited text", by.name),
            case::Event::TextDeclined { reason, by, .. } => {
                format!("{} declined the edit, and the text stays as it was: {reason}", by.name)
            }
        }
    }
}

impl Describe for cascade::Event {
    fn sentence(&self) -> String {
        match self {
            cascade::Event::Begun { begun, relatives } => {
                format!("Relatives at risk of {} were listed: {}", begun.variant, relatives.len())
            }
            cascade::Event::Added(relative) => format!("{} was added to the relatives", relative.name),
            cascade::Event::Moved { to, .. } => format!("A relative: {}", to.label().to_lowercase()),
            cascade::Event::Joined { .. } => "A relative's test was ordered".into(),
            cascade::Event::Resulted { .. } => "A relative's result is there".into(),
        }
    }
}

impl Describe for message::Event {
    fn sentence(&self) -> String {
        match self {
            message::Event::Received(received) => format!("A message of {} came ({})", received.client.name, received.kind),
            message::Event::Done { .. } => "What the message asks for was done".into(),
            message::Event::Refused { .. } => "The message was refused".into(),
            message::Event::Mended { .. } => "A mended message was sent in its place".into(),
            message::Event::SetAside { reason, .. } => format!("The message was set aside: {reason}"),
            message::Event::CameFirst(early) => {
                format!("A message {} an order that is not known here yet", if early.is_end { "ends" } else { "changes" })
            }
        }
    }
}

impl Describe for participant::Event {
    fn sentence(&self) -> String {
        match self {
            participant::Event::Entered { simulated: Some(_), .. } => "Simulated data of nobody real entered the research library".into(),
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

impl Describe for project::Event {
    fn sentence(&self) -> String {
        match self {
            project::Event::Applied { application, .. } => format!("{} applied for '{}'", application.by.name, application.title),
            project::Event::Voted(vote) => {
                format!("{} voted {}: {}", vote.by.name, if vote.approves { "for it" } else { "against it" }, vote.reason)
            }
            project::Event::Approved { until, by, .. } => format!("{} approved it until {until}", by.name),
            project::Event::Rejected { reason, by } => format!("{} rejected it: {reason}", by.name),
            project::Event::Renewed { until, reason, .. } => format!("Renewed until {until}: {reason}"),
            project::Event::Ended { reason, .. } => format!("Ended: {reason}"),
            project::Event::Queried(query) if query.refused.is_empty() => format!("Asked: {}", query.text),
            project::Event::Queried(query) => format!("Asked and not answered: {} ({})", query.text, query.refused),
            project::Event::Shown(showing) => {
                let what = if showing.of_people { "rows, of people too where a query asked for them" } else { "rows of groups" };
                format!("The workspace showed {} {what}", showing.rows)
            }
            project::Event::OutputAsked(output) => format!("{} asked to take out {}", output.by.name, output.name),
            project::Event::OutputChecked { check, .. } => {
                let answers = check.flags.iter().flatten().map(|f| format!("; to '{}': {}", f.flag, f.reason)).collect::<String>();
                format!("{}: {:?}: {}{answers}", check.by.name, check.verdict, check.reason)
            }
            project::Event::OutputLookedAt(relook) => {
                format!("The rules {} looked at it again: {} flags", relook.rules, relook.findings.len() + relook.unlisted)
            }
            project::Event::Flagged(finding) => format!("{} flagged a finding for care", finding.by.name),
            project::Event::Answered { outcome, .. } => format!("The laboratory answered: {outcome}"),
        }
    }
}

impl Describe for outside::Event {
    fn sentence(&self) -> String {
        use outside::Event;
        match self {
            Event::Received(received) => {
                let (status, test) = (received.status.label(), &received.test);
                format!("{status} result of {} received ({test})", received.laboratory_name)
            }
            Event::Unmatched { why } => format!("The result of another laboratory belongs on no order yet: {why}"),
            Event::Filed(filed) => format!("The result of another laboratory was filed on {} {}", filed.number, filed.how.label()),
            Event::Checked { .. } => "The result of another laboratory was checked by one person".into(),
            Event::Released { .. } => "The result of another laboratory was checked by a second person and released".into(),
            Event::Delivered { to } => format!("The result of another laboratory was delivered to {to}"),
            Event::Opened { by, .. } => format!("The result of another laboratory was opened by {}", by.name),
            Event::Escalated { to, unread_days } => {
                format!("Not read for {unread_days} days: now the work of the {}", to.label().to_lowercase())
            }
            Event::Read { action, .. } if action.is_empty() => "The result of another laboratory was read by the requester".into(),
            Event::Read { action, .. } => format!("The result of another laboratory was read by the requester, who will: {action}"),
            Event::Refused { reason, .. } => format!("The result of another laboratory was refused: {reason}"),
            Event::Superseded { .. } => "The result of another laboratory was replaced by a later one of it".into(),
            Event::MoveProposed(to) => format!("The result of another laboratory is to be moved to another order {}", to.how.label()),
            Event::MoveWithdrawn { reason, .. } => format!("The result of another laboratory stays on this order: {reason}"),
            Event::Moved { by, reason, .. } => {
                format!(
                    "The result of another laboratory did not belong here and was moved to another order; {} confirmed it: {reason}",
                    by.name
                )
            }
            Event::MoveSeen { by, action, .. } if action.is_empty() => format!("{} knows that the result was moved", by.name),
            Event::MoveSeen { by, action, .. } => format!("{} knows that the result was moved, and will: {action}", by.name),
        }
    }
}

impl Describe for report::Event {
    fn sentence(&self) -> String {
        match self {
            report::Event::Authorised { .. } => "Report authorised".into(),
            report::Event::Delivered { to } => format!("Report delivered to {to}"),
            report::Event::Opened { by, .. } => format!("Report opened by {}", by.name),
            report::Event::Escalated { to, unread_days } => {
                format!("Not read for {unread_days} days: now the work of the {}", to.label().to_lowercase())
            }
            report::Event::Acknowledged { action, .. } if action.is_empty() => "Report read by the requester".into(),
            report::Event::Acknowledged { action, .. } => format!("Report read by the requester, who will: {action}"),
            report::Event::Superseded { .. } => "Report replaced by a newer one".into(),
            report::Event::ReleasedToPatient(release) => {
                let (day, how) = (release.discussed, release.how.label().to_lowercase());
                let known = if release.after_death { ", knowing that the patient has died" } else { "" };
                format!("Result released to the patient; talked about on {day}, {how}{known}")
            }
            report::Event::RecalledFromPatient { reason, .. } => format!("Result recalled from the patient’s page: {reason}"),
        }
    }
}

impl Describe for medicines::Event {
    fn sentence(&self) -> String {
        match self {
            medicines::Event::Read(_) => "Pharmacogenomics read from the data".into(),
            medicines::Event::Signed { .. } => "Pharmacogenomics signed".into(),
            medicines::Event::Overridden(overridden) => format!("Advice on a medicine not followed: {}", overridden.reason),
        }
    }
}

impl Describe for work::Event {
    fn sentence(&self) -> String {
        match self {
            work::Event::Assigned { to } => format!("{} took this on", to.name),
            work::Event::Snoozed { until, reason } => format!("The work rests until {until}: {reason}"),
            work::Event::Chased { to, message } => format!("{to} was reminded: {message}"),
            work::Event::Contacted(contact) => contact.sentence(),
        }
    }
}

impl Describe for draft::Event {
    fn sentence(&self) -> String {
        match self {
            draft::Event::Saved { title, by, .. } => format!("{} saved the draft '{title}'", by.name),
            draft::Event::Ended { sent: true } => "The draft was sent as an order".into(),
            draft::Event::Ended { sent: false } => "The draft was discarded".into(),
        }
    }
}

impl Describe for container::Event {
    fn sentence(&self) -> String {
        match self {
            container::Event::Opened(opened) => format!("{} {} opened for {}", opened.kind.label(), opened.barcode, opened.purpose),
            container::Event::Aliased { barcode } => format!("Another laboratory's barcode for it is {barcode}"),
            container::Event::Filled { position, stored } => format!("Sample {} put into {position}", stored.barcode),
            container::Event::Emptied { position, reason } => format!("{position} emptied: {reason}"),
            container::Event::Moved { place } => format!("Moved to {place}"),
            container::Event::Sent { to, manifest } => format!("Sent to the laboratory {to}, manifest {manifest}"),
            container::Event::TakenIn { by } => format!("Received by the laboratory {by}"),
            container::Event::Discarded { reason } => format!("Discarded: {reason}"),
        }
    }
}

impl Describe for account::Event {
    fn sentence(&self) -> String {
        match self {
            account::Event::Opened { staff, .. } => format!("Account opened for {}, {}", staff.name, staff.role.label().to_lowercase()),
            account::Event::PasswordSet { due: true, .. } => "A password was set, which its owner has to change".into(),
            account::Event::PasswordSet { .. } => "A password was set".into(),
            account::Event::Proposed { staff, .. } => {
                format!("Account proposed for {}, {}: a second administrator has to agree", staff.name, staff.role.label().to_lowercase())
            }
            account::Event::RoleProposed { role, reason, .. } => {
                format!("The role {} was proposed, to which a second administrator has to agree: {reason}", role.label().to_lowercase())
            }
            account::Event::RoleChanged { role, reason } => format!("The role was changed to {}: {reason}", role.label().to_lowercase()),
            account::Event::Declined { reason } => format!("What was proposed was declined: {reason}"),
            account::Event::Closed { reason } => format!("Account closed: {reason}"),
            account::Event::Reopened { reason } => format!("Account opened again: {reason}"),
        }
    }
}

impl Describe for emergency::Event {
    fn sentence(&self) -> String {
        let emergency::Event::Opened(opened) = self;
        format!("{} used emergency access: {}", opened.by.name, opened.reason)
    }
}

impl Describe for views::Event {
    fn sentence(&self) -> String {
        views::Event::sentence(self)
    }
}

impl Describe for discordance::Event {
    fn sentence(&self) -> String {
        let discordance::Event::Settled(settled) = self;
        format!("{} settled the class as {}: {}", settled.by.name, settled.class, settled.reason)
    }
}
