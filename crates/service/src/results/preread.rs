//! A report as a consultant reads it before signing: what it will say, what changed since it was proposed, and its text edited.

use super::{
    content,
    draft::{self, Checked, Draft, Kind},
};
use crate::{Desk, ServiceResult, Status, interpretation, ordering};
use access::{Action, Permit};
use care::{
    OrderId, Refusals, ReportId, Staff,
    event::Event,
    interpretation::{
        case::{self, Conclusion, Interpretation},
        changes,
        edit::{Command, Edit, Extent, Part},
    },
    ordering::choice::policy::Use,
    results::report::Content,
};
use jiff::Timestamp;
use store::{Change, Entry};
use uuid::Uuid;

/// A report before it is signed.
pub struct Preread {
    /// What it will say.
    pub content: Content,
    /// The same as a part of a page.
    pub html: String,
    /// Digest of what it will say: whoever signs sends it back.
    pub seen: String,
    /// Edits in force, oldest first.
    pub edits: Vec<Edit>,
    /// An edit that waits for both scientists, with those who have agreed.
    pub waiting: Option<(Edit, Vec<Staff>)>,
    /// The two scientists.
    pub signed: [Staff; 2],
    /// An edit of the plain words is left out: the text that it changed is another by now.
    pub is_edit_lapsed: bool,
    /// Why it cannot be signed as it is.
    pub obstacles: Vec<String>,
    /// What happened since it was proposed.
    pub since: Since,
}

/// What happened since a first scientist proposed a conclusion.
pub struct Since {
    /// Who proposed it, and when.
    pub proposed: Option<(Staff, Timestamp)>,
    /// What differs from it now.
    pub differences: Vec<String>,
    /// What happened, latest first.
    pub events: Vec<Happened>,
    /// Earlier events that are not listed.
    pub unlisted: usize,
    /// The analysis is no longer the newest.
    pub outdated: Option<String>,
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

/// A text as somebody wants it, of a report that they were shown.
#[derive(Clone, Debug)]
pub struct Rewriting {
    /// Which text.
    pub part: Part,
    /// As it should be.
    pub text: String,
    /// Why.
    pub reason: String,
    /// Whether what is concluded changes, as they say.
    pub is_conclusion_changed: bool,
    /// Which report they were shown, and its digest.
    pub shown: (Kind, String),
}

/// Lines of what happened, at most.
const EVENTS_MAX: usize = 100;

/// The report of an order as the person at a desk would sign it.
#[crate::boxed]
pub async fn preread(desk: &Desk, order: OrderId, kind: Kind) -> ServiceResult<Preread> {
    let permit = desk.permit(Action::AuthoriseReport, order).await?;
    let status = desk.status(&permit, order).await?;
    let checked = draft::checked(&status)?;
    let (drafted, obstacles) = drafted(desk, &permit, order, (&status, &checked), kind).await?;
    let content = drafted.content.unsigned();
    // It is numbered when it is signed.
    let html = render::part(&content)?.replace(&content.id.to_string(), "without a number yet");
    Ok(Preread {
        html,
        seen: draft::digest(&content)?,
        edits: checked.interpretation.edits.clone(),
        waiting: checked.edit.map(|(edit, agreed)| (edit.clone(), agreed.to_vec())),
        signed: checked.signed.map(Clone::clone),
        is_edit_lapsed: drafted.is_edit_lapsed,
        obstacles,
        since: since(desk, &permit, order, (&status, &checked)).await?,
        content,
    })
}

/// Edits a text of a report that somebody was shown. An edit of what is concluded waits for both scientists.
#[crate::boxed]
pub async fn edit(desk: &Desk, order: OrderId, rewriting: Rewriting) -> ServiceResult<()> {
    let permit = desk.permit(Action::AuthoriseReport, order).await?;
    let status = desk.status(&permit, order).await?;
    let checked = draft::checked(&status)?;
    let (kind, seen) = &rewriting.shown;
    let (drafted, _) = drafted(desk, &permit, order, (&status, &checked), *kind).await?;
    if draft::digest(&drafted.content)? != *seen {
        return Err(Refusals::one("text", draft::CHANGED).into());
    }
    let before = match rewriting.part {
        Part::Summary => checked.conclusion.summary.clone(),
        Part::Plain => drafted.content.plain,
    };
    let loaded = desk.service.store.load::<Interpretation>(&permit, checked.id.stream()).await?;
    if loaded.state != *checked.interpretation {
        return Err(Refusals::one("text", draft::CHANGED).into());
    }
    let events = edited(desk, &loaded.state, before, &rewriting)?;
    let mut change = Change { reason: rewriting.reason.trim().to_owned(), ..Change::default() };
    change.add(&loaded, &events);
    let placed = desk.service.store.load::<care::ordering::order::Order>(&permit, order.stream()).await?;
    // Who signs the report at the same moment is a conflict.
    change.expected.push((placed.stream, placed.sequence));
    desk.commit(&permit, change).await
}

/// The events of an edit; every refusal at once.
fn edited(desk: &Desk, interpretation: &Interpretation, before: String, rewriting: &Rewriting) -> Result<Vec<case::Event>, Refusals> {
    // A browser ends lines by two characters; nobody wrote them.
    let after = if before.contains("\r\n") { rewriting.text.clone() } else { rewriting.text.replace("\r\n", "\n") };
    let extent = Extent::between(before.trim(), after.trim(), rewriting.is_conclusion_changed);
    let edit = Edit {
        id: desk.new_id(),
        part: rewriting.part,
        before,
        after,
        extent: *extent.as_ref().unwrap_or(&Extent::Conclusion),
        reason: rewriting.reason.clone(),
        by: desk.staff.clone(),
        at: desk.now(),
    };
    let decided = case::decide(interpretation, case::Command::Text(Command::Edit(Box::new(edit))), &desk.staff);
    match (extent, decided) {
        (Ok(_), decided) => decided,
        (Err(refusals), Ok(_)) => Err(refusals),
        (Err(mut refusals), Err(more)) => {
            refusals.0.extend(more.0);
            Err(refusals)
        }
    }
}

/// The draft as it is at this moment, and why it cannot be signed.
async fn drafted(
    desk: &Desk,
    permit: &Permit,
    order: OrderId,
    (status, checked): (&Status, &Checked<'_>),
    kind: Kind,
) -> ServiceResult<(Draft, Vec<String>)> {
    let other_findings = ordering::choices::receipt(desk, permit, checked.patient, Use::SecondaryFindings).await?;
    let signing = draft::Signing { id: ReportId(Uuid::nil()), at: desk.now(), kind, other_findings: &other_findings };
    let drafted = draft::draft(desk, permit, order, (status, checked), &signing).await?;
    let mut obstacles = Vec::new();
    if checked.edit.is_some() {
        obstacles.push(draft::AWAITS_SCIENTISTS.to_owned());
    }
    if checked.signed.iter().any(|scientist| scientist.id == desk.staff.id) {
        obstacles.push("You have already signed this interpretation; somebody else must authorise the report".into());
    }
    let changed = interpretation::notes::refuse_changed(status, checked.conclusion).err();
    obstacles.extend(changed.into_iter().flat_map(|refusals| refusals.0).map(|refusal| refusal.message));
    let unwritten = content::unwritten(&drafted.content, checked.conclusion, other_findings.allowed);
    obstacles.extend(unwritten.into_iter().map(|refusal| refusal.message));
    Ok((drafted, obstacles))
}

async fn since(desk: &Desk, permit: &Permit, order: OrderId, (status, checked): (&Status, &Checked<'_>)) -> ServiceResult<Since> {
    let entries = desk.service.store.order_events(permit, order).await?;
    let stream = checked.id.stream();
    let place = entries.iter().position(|entry| entry.stream == stream && entry.kind == "Proposed");
    let later = place.map_or(&entries[..0], |place| &entries[place + 1..]);
    let listed = later.iter().rev().take(EVENTS_MAX).map(happened).collect::<ServiceResult<Vec<_>>>()?;
    let proposal = place.map(|place| proposal(&entries[place])).transpose()?.flatten();
    Ok(Since {
        differences: proposal.as_ref().map_or_else(Vec::new, |(conclusion, ..)| changes::changed(conclusion, checked.conclusion)),
        proposed: proposal.map(|(_, first, at)| (first, at)),
        unlisted: later.len() - listed.len(),
        events: listed,
        outdated: interpretation::assessments::outdated(status),
    })
}

fn happened(entry: &Entry) -> ServiceResult<Happened> {
    Ok(Happened { sentence: entry.event()?.sentence(), who: entry.actor[2].clone(), at: entry.at })
}

/// What a first scientist proposed, who and when.
fn proposal(entry: &Entry) -> ServiceResult<Option<(Conclusion, Staff, Timestamp)>> {
    Ok(match entry.event()? {
        Event::Interpretation(case::Event::Proposed { conclusion, first }) => Some((conclusion, first, entry.at)),
        _ => None,
    })
}
