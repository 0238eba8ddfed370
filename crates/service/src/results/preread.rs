//! A report as a consultant reads it before signing: what it will say, what changed since it was proposed or last seen, and its text
//! edited.

mod since;

pub use since::{Earlier, Happened, Seen, Since};

use super::{
    content,
    draft::{self, Checked, Draft, Kind},
};
use crate::{Desk, ServiceResult, Status, interpretation, ordering};
use access::{Action, Permit};
use care::{
    OrderId, Refusals, ReportId, Staff,
    interpretation::{
        case::{self, Interpretation},
        edit::{Command, Edit, Extent, Part},
    },
    ordering::choice::policy::Use,
    results::report::Content,
};
use store::Change;
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
    /// An edit of the plain words that no longer applies, since the text that it changed is another by now: it cannot be signed so.
    pub lapsed: Option<Edit>,
    /// Why it cannot be signed as it is.
    pub obstacles: Vec<String>,
    /// What happened since it was proposed.
    pub since: Since,
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
        lapsed: checked.interpretation.last_plain_edit().filter(|_| drafted.is_edit_lapsed).cloned(),
        obstacles,
        since: since::since(desk, &permit, order, (&status, &checked)).await?,
        content,
    })
}

/// Edits a text of a report that somebody was shown. An edit of what is concluded waits for both scientists.
#[crate::boxed]
pub async fn edit(desk: &Desk, order: OrderId, rewriting: Rewriting) -> ServiceResult<()> {
    rewrite(desk, order, rewriting, Text::AsTyped).await
}

/// Keeps the result in plain words as somebody was shown it, where an edit of it no longer applies. Where both scientists had agreed to
/// that edit, they have to agree again.
#[crate::boxed]
pub async fn keep(desk: &Desk, order: OrderId, shown: (Kind, String), reason: String) -> ServiceResult<()> {
    let rewriting = Rewriting { part: Part::Plain, text: String::new(), reason, is_conclusion_changed: false, shown };
    rewrite(desk, order, rewriting, Text::AsShown).await
}

/// From where a text is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Text {
    /// Somebody typed it.
    AsTyped,
    /// It is the present one in plain words, as it was shown.
    AsShown,
}

async fn rewrite(desk: &Desk, order: OrderId, mut rewriting: Rewriting, text: Text) -> ServiceResult<()> {
    let permit = desk.permit(Action::AuthoriseReport, order).await?;
    let status = desk.status(&permit, order).await?;
    let checked = draft::checked(&status)?;
    let (drafted, _) = drafted(desk, &permit, order, (&status, &checked), rewriting.shown.0).await?;
    if draft::digest(&drafted.content)? != rewriting.shown.1 {
        return Err(Refusals::one("text", draft::CHANGED).into());
    }
    if text == Text::AsShown {
        rewriting.text.clone_from(&drafted.content.plain);
    }
    let (before, is_lapsed) = match rewriting.part {
        Part::Summary => (checked.conclusion.summary.clone(), false),
        Part::Plain => (drafted.content.plain, drafted.is_edit_lapsed),
    };
    let loaded = desk.service.store.load::<Interpretation>(&permit, checked.id.stream()).await?;
    if loaded.state != *checked.interpretation {
        return Err(Refusals::one("text", draft::CHANGED).into());
    }
    let events = edited(desk, &loaded.state, (before, is_lapsed), &rewriting)?;
    let mut change = Change { reason: rewriting.reason.trim().to_owned(), ..Change::default() };
    change.add(&loaded, &events);
    let placed = desk.service.store.load::<care::ordering::order::Order>(&permit, order.stream()).await?;
    // Who signs the report at the same moment is a conflict.
    change.expected.push((placed.stream, placed.sequence));
    desk.commit(&permit, change).await
}

/// The events of an edit of a text, of which an earlier edit may no longer apply; every refusal at once.
fn edited(
    desk: &Desk,
    interpretation: &Interpretation,
    (before, is_lapsed): (String, bool),
    rewriting: &Rewriting,
) -> Result<Vec<case::Event>, Refusals> {
    // A browser ends lines by two characters; nobody wrote them.
    let after = if before.contains("\r\n") { rewriting.text.clone() } else { rewriting.text.replace("\r\n", "\n") };
    let extent = Extent::between(before.trim(), after.trim(), rewriting.is_conclusion_changed);
    let is_kept = is_lapsed && before.trim() == after.trim();
    let edit = Box::new(Edit {
        id: desk.new_id(),
        part: rewriting.part,
        before,
        after,
        extent: *extent.as_ref().unwrap_or(&Extent::Conclusion),
        reason: rewriting.reason.clone(),
        by: desk.staff.clone(),
        at: desk.now(),
    });
    let command = if is_kept { Command::Keep(edit) } else { Command::Edit(edit) };
    let decided = case::decide(interpretation, case::Command::Text(command), &desk.staff);
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
    if drafted.is_edit_lapsed {
        obstacles.push(draft::EDIT_LAPSED.to_owned());
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
