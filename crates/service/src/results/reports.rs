//! Signing a report, delivering it, and knowing that it was read.

use crate::{
    Desk, Service, ServiceError, ServiceResult, Status, interpretation,
    outgoing::Outgoing,
    results::{
        self, content,
        deliver::Delivery,
        draft::{self, Checked, Kind, Signing},
    },
};
use access::{Action, Permit};
use anyhow::Context;
use care::{
    OrderId, OutsideResultId, Refusals, ReportId,
    interpretation::case::Interpretation,
    ordering::order::{self, Order},
    results::{
        outside::OutsideResult,
        report::{self, Command, Content, Rendered, Report},
    },
};
use std::collections::BTreeSet;
use store::{Change, OrderView, Paged, outbox::Waiting};

/// Signs the report of a checked interpretation as it is at this moment, whatever was shown of it: for the demonstration and simulated
/// years, where nobody reads a page. The result enters the record and the report goes to the outbox, all at once.
#[crate::boxed]
pub async fn authorise(desk: &Desk, order: OrderId) -> ServiceResult<ReportId> {
    sign(desk, order, Kind::Final, None).await
}

/// The same for an interim report: it goes out, and the case goes on to the final one, which replaces it.
#[crate::boxed]
pub async fn authorise_interim(desk: &Desk, order: OrderId) -> ServiceResult<ReportId> {
    sign(desk, order, Kind::Interim, None).await
}

/// Signs a report that somebody has read, by the digest of what they were shown; refused where it would be another by now.
#[crate::boxed]
pub async fn authorise_as_read(desk: &Desk, order: OrderId, kind: Kind, seen: &str) -> ServiceResult<ReportId> {
    sign(desk, order, kind, Some(seen)).await
}

async fn sign(desk: &Desk, order: OrderId, kind: Kind, seen: Option<&str>) -> ServiceResult<ReportId> {
    let permit = desk.permit(Action::AuthoriseReport, order).await?;
    let status = desk.status(&permit, order).await?;
    let checked = draft::checked(&status)?;
    if checked.edit.is_some() {
        return Err(Refusals::one("report", draft::AWAITS_SCIENTISTS).into());
    }
    interpretation::notes::refuse_changed(&status, checked.conclusion)?;
    let other_findings = interpretation::cases::other_findings(desk, &permit, checked.patient, checked.conclusion).await?;
    let signing = Signing { id: ReportId(desk.new_id()), at: desk.now(), kind, other_findings: &other_findings };
    let draft::Draft { content: written, is_edit_lapsed } = draft::draft(desk, &permit, order, (&status, &checked), &signing).await?;
    if let Some(seen) = seen
        && draft::digest(&written)? != *seen
    {
        return Err(Refusals::one("report", draft::CHANGED).into());
    }
    if is_edit_lapsed {
        return Err(Refusals::one("report", draft::EDIT_LAPSED).into());
    }
    Refusals::check(content::unwritten(&written, checked.conclusion, other_findings.allowed))?;
    commit(desk, &permit, order, (&status, &checked), kind, &written).await?;
    Ok(signing.id)
}

/// Keeps a report that is signed: its content, the signature, the order's state and the message to the requester, all at once.
async fn commit(
    desk: &Desk,
    permit: &Permit,
    order: OrderId,
    (status, checked): (&Status, &Checked<'_>),
    kind: Kind,
    written: &Content,
) -> ServiceResult<()> {
    let (id, time) = (written.id, written.authorised);
    let [html, pdf] = render(&desk.service, written.clone()).await?;
    let blobs = desk.service.store.blobs();
    let rendered = Some(Rendered { html_sha256: blobs.put(html).await?, pdf_sha256: blobs.put(pdf).await? });
    let content_sha256 = blobs.put(serde_json::to_vec_pretty(written).context("writing the report")?).await?;
    let store = &desk.service.store;
    let empty = store.load::<Report>(permit, id.stream()).await?;
    let (interpretation, patient) = (checked.id, checked.patient);
    let signed_before = checked.signed.map(Clone::clone).to_vec();
    let command = Command::Authorise { order, interpretation, patient, content_sha256, rendered, signed_before };
    let mut change = Change::default();
    change.add(&empty, &report::decide(&empty.state, command, &desk.staff, time)?);
    change.links.push((order, id.stream()));
    if let Some((replaced, _)) = status.report() {
        let loaded = store.load::<Report>(permit, replaced.stream()).await?;
        change.add(&loaded, &report::decide(&loaded.state, Command::Supersede { by: id }, &desk.staff, time)?);
    }
    let placed = store.load::<Order>(permit, order.stream()).await?;
    let mut events = order::decide(&placed.state, order::Command::Report { report: id }, &desk.staff)?;
    if kind == Kind::Interim {
        let reported = events.iter().fold(placed.state.clone(), care::Fold::apply);
        let reason = "The final report follows the interim one".to_owned();
        events.extend(interpretation::cases::reopened(desk, permit, order, (&reported, status), reason, &mut change).await?);
    }
    change.add(&placed, &events);
    results::cascades::record_result(desk, permit, &mut change, order, status, checked.conclusion.outcome).await?;
    // One report per interpretation: somebody who signs the same one at the same moment, or edits its text, is a conflict.
    let sealed = store.load::<Interpretation>(permit, interpretation.stream()).await?;
    if sealed.state != *checked.interpretation {
        return Err(Refusals::one("report", draft::CHANGED).into());
    }
    change.expected.push((sealed.stream, sealed.sequence));
    let requester = status.order.requester.as_ref().map_or_else(String::new, |r| r.organisation.to_string());
    let delivery = Delivery { order, report: id, number: checked.request.number.clone(), sender: checked.request.sender.clone() };
    change.messages.push(Outgoing::Report(delivery).to(desk.new_id(), requester));
    desk.commit(permit, change).await
}

/// The content of an order's latest report.
#[crate::boxed]
pub async fn report(desk: &Desk, order: OrderId) -> ServiceResult<(ReportId, Report, Content)> {
    let permit = desk.permit(Action::ReadReport, order).await?;
    let status = desk.status(&permit, order).await?;
    let (id, report) = status.report().ok_or(ServiceError::NotFound("report"))?.clone();
    let content = content(&desk.service, &report).await?;
    Ok((id, report, content))
}

/// One report of an order, by its identifier: earlier ones stay readable.
#[crate::boxed]
pub async fn report_by_id(desk: &Desk, order: OrderId, id: ReportId) -> ServiceResult<(Report, Content)> {
    let permit = desk.permit(Action::ReadReport, order).await?;
    let status = desk.status(&permit, order).await?;
    let (_, report) = status.reports.iter().find(|(other, _)| *other == id).ok_or(ServiceError::NotFound("report"))?;
    Ok((report.clone(), content(&desk.service, report).await?))
}

/// Every report of an order with what it says, oldest first.
#[crate::boxed]
pub async fn reports(desk: &Desk, order: OrderId) -> ServiceResult<Vec<(ReportId, Report, Content)>> {
    let permit = desk.permit(Action::ReadReport, order).await?;
    let mut found = Vec::new();
    for (id, report) in desk.status(&permit, order).await?.reports {
        let content = content(&desk.service, &report).await?;
        found.push((id, report, content));
    }
    Ok(found)
}

/// The requester's system, or a simulated year, says that the report has been read, whoever read it there; the order is closed.
#[crate::boxed]
pub async fn acknowledge(desk: &Desk, order: OrderId, action: &str) -> ServiceResult<()> {
    acknowledged(desk, order, None, Command::Acknowledge { action: action.to_owned() }).await
}

/// Somebody says to have read a report, which they were shown and have opened; refused where another has taken its place since. The
/// order is closed.
#[crate::boxed]
pub async fn acknowledge_read(desk: &Desk, order: OrderId, report: ReportId, action: &str) -> ServiceResult<()> {
    acknowledged(desk, order, Some(report), Command::AcknowledgeRead { action: action.to_owned() }).await
}

async fn acknowledged(desk: &Desk, order: OrderId, shown: Option<ReportId>, command: Command) -> ServiceResult<()> {
    let permit = desk.permit(Action::AcknowledgeReport, order).await?;
    let status = desk.status(&permit, order).await?;
    let (id, _) = status.report().ok_or(ServiceError::NotFound("report"))?;
    if shown.is_some_and(|shown| shown != *id) {
        let message = "This report was amended since you were shown it, and nothing was acknowledged: open and read the newer report";
        return Err(Refusals::one("report", message).into());
    }
    let store = &desk.service.store;
    let report = store.load::<Report>(&permit, id.stream()).await?;
    let mut change = Change::default();
    change.add(&report, &report::decide(&report.state, command, &desk.staff, desk.now())?);
    let placed = store.load::<Order>(&permit, order.stream()).await?;
    // An interim report, or one that is being amended, is read while the case goes on.
    let is_outside_unread = status.outside_results().any(|(_, result)| result.unread().is_some());
    if matches!(placed.state.state, order::State::Reported { .. }) && !is_outside_unread {
        change.add(&placed, &order::decide(&placed.state, order::Command::Close, &desk.staff)?);
    }
    desk.commit(&permit, change).await
}

/// Notes that somebody outside the laboratory opened a report, the first time that they do.
#[crate::boxed]
pub async fn opened_report(desk: &Desk, order: OrderId, id: ReportId) -> ServiceResult<()> {
    if !desk.may(Action::AcknowledgeReport) {
        return Ok(());
    }
    let permit = desk.permit(Action::ReadReport, order).await?;
    let status = desk.status(&permit, order).await?;
    if status.reports.iter().all(|(other, _)| *other != id) {
        return Err(ServiceError::NotFound("report"));
    }
    match note_opened(desk, &permit, id).await {
        // Somebody else opened it in the same moment: both are noted.
        Err(ServiceError::Conflict(_)) => note_opened(desk, &permit, id).await,
        done => done,
    }
}

async fn note_opened(desk: &Desk, permit: &Permit, id: ReportId) -> ServiceResult<()> {
    let loaded = desk.service.store.load::<Report>(permit, id.stream()).await?;
    let events = report::decide(&loaded.state, Command::Open, &desk.staff, desk.now())?;
    if events.is_empty() {
        return Ok(());
    }
    let mut change = Change::default();
    change.add(&loaded, &events);
    desk.commit(permit, change).await
}

/// A page of the reports of this organisation's orders that nobody has said to have read, and messages that have not arrived anywhere.
#[crate::boxed]
pub async fn not_arrived(desk: &Desk, page: u64) -> ServiceResult<NotArrived> {
    let permit = desk.permit_general(Action::FollowReports).await?;
    let (mut unread, mut unread_outside) = (Vec::new(), Vec::new());
    let Paged { lines: views, number, total } = desk.service.store.unread_page(&permit, page).await?;
    let orders: Vec<OrderId> = views.iter().map(|view| view.id).collect();
    let urgent = desk.service.store.urgent_among(&permit, &orders).await?;
    let parts = desk.parts_of(&permit, &orders, &results::inbox::UNREAD_KINDS).await?;
    for (view, status) in views.into_iter().zip(parts) {
        let outside = status.outside_results().filter(|(_, result)| result.unread().is_some());
        unread_outside.extend(outside.map(|(id, result)| (view.clone(), *id, result.clone())));
        unread.extend(status.report().filter(|(_, report)| report.unread().is_some()).map(|(_, report)| (view, report.clone())));
    }
    // Whichever page is shown: a message that nobody sees is one that nobody sends again.
    let own = desk.staff.organisation.to_string();
    let mut messages = desk.service.store.undelivered().await?;
    // Whose reports this organisation sent is looked for only where something waits for somebody else.
    if messages.iter().any(|waiting| waiting.message.recipient != own) {
        let requesters = desk.service.store.unread_requesters(&permit).await?;
        messages.retain(|waiting| waiting.message.recipient == own || requesters.contains(&waiting.message.recipient));
    }
    Ok(NotArrived { orders: Paged { lines: orders, number, total }, urgent, unread, unread_outside, messages })
}

/// What has not arrived.
pub struct NotArrived {
    /// The orders of the page, and how many there are.
    pub orders: Paged<OrderId>,
    /// Those of them that are urgent.
    pub urgent: BTreeSet<OrderId>,
    /// Orders with their report, longest unread first.
    pub unread: Vec<(OrderView, Report)>,
    /// Orders with a result of another laboratory that is unread.
    pub unread_outside: Vec<(OrderView, OutsideResultId, OutsideResult)>,
    /// Messages to this organisation, or to those whose reports it sent.
    pub messages: Vec<Waiting>,
}

/// The content that a report was signed over.
#[crate::boxed]
pub async fn content(service: &Service, report: &Report) -> ServiceResult<Content> {
    let name = report.content_sha256.as_ref().ok_or(ServiceError::NotFound("report"))?;
    Ok(serde_json::from_slice(&service.store.blobs().get(name).await?).context("reading the report")?)
}

/// The content of a report as JSON, with everything as it is printed.
pub fn exported(content: &Content) -> ServiceResult<serde_json::Value> {
    Ok(render::printed::json(content)?)
}

/// A report as it was signed, page and PDF; of before renderings were kept, rendered anew.
#[crate::boxed]
pub async fn rendered(service: &Service, report: &Report) -> ServiceResult<[Vec<u8>; 2]> {
    match &report.rendered {
        Some(rendered) => results::documents::bytes_of(service, rendered).await,
        None => render(service, content(service, report).await?).await,
    }
}

/// A report as page and PDF.
async fn render(service: &Service, content: Content) -> ServiceResult<[Vec<u8>; 2]> {
    let press = service.press;
    Ok(tokio::task::spawn_blocking(move || press(&content)).await.context("rendering the report")??)
}

/// The press of a service: the page as HTML, and the PDF.
pub(crate) fn print(content: &Content) -> anyhow::Result<[Vec<u8>; 2]> {
    Ok([render::html(content)?.into_bytes(), render::pdf(content)?])
}
