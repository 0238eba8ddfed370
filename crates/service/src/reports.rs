//! Signing a report, delivering it, and knowing that it was read.

use crate::work::Reminder;
use crate::{
    Desk, Service, ServiceError, ServiceResult, content,
    desk::{new_id, now},
};
use access::Action;
use anyhow::Context;
use care::{
    OrderId, Refusals, ReportId, Role,
    interpretation::State,
    order::{self, Order},
    report::{self, Command, Content, Report, UNREAD_DAYS},
};
use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use std::{collections::HashSet, sync::Arc};
use store::{
    Change, OrderView,
    outbox::{Message, Waiting},
};

/// What the outbox carries for a report.
#[derive(serde::Serialize, serde::Deserialize)]
struct Delivery {
    order: OrderId,
    report: ReportId,
    number: String,
}

impl Desk {
    /// Signs the report of a checked interpretation; the result enters the record and the report goes to the outbox, all at once.
    pub async fn authorise(&self, order: OrderId) -> ServiceResult<ReportId> {
        let permit = self.permit(Action::AuthoriseReport, order).await?;
        let status = self.status(&permit, order).await?;
        let (interpretation, held) = status.interpretation().ok_or(ServiceError::NotFound("interpretation"))?;
        let signed_already = status.reports.iter().any(|(_, r)| r.of.is_some_and(|(_, of, _)| of == *interpretation));
        if signed_already {
            return Err(Refusals::one("report", "This report is already signed; nothing was changed").into());
        }
        let State::Checked { conclusion, first, second } = &held.state else {
            return Err(Refusals::one("report", "A second scientist has not checked this interpretation yet").into());
        };
        let request = status.order.request.as_ref().ok_or(ServiceError::NotFound("order"))?;
        let patient = request.proband().context("the order has no proband")?.patient;
        let demographics = self.demographics(&permit, patient).await?;
        let analysis = self.result(&status).await?;
        let panel = self.panel_of(request).await?;
        let (id, at) = (ReportId(new_id()), now());
        let written = content::of(&content::Sources {
            id,
            status: &status,
            demographics: &demographics,
            analysis: &analysis,
            conclusion,
            signed: [first, second, &self.staff],
            at,
            panel: panel.as_ref(),
            service: &self.service,
        });
        let content_sha256 = self.service.store.blobs().put(serde_json::to_vec_pretty(&written).context("writing the report")?).await?;
        let store = &self.service.store;
        let empty = store.load::<Report>(&permit, id.stream()).await?;
        let signed_before = vec![first.clone(), second.clone()];
        let command = Command::Authorise { order, interpretation: *interpretation, patient, content_sha256, signed_before };
        let mut change = Change::default();
        change.add(&empty, &report::decide(&empty.state, command, &self.staff, at)?);
        change.links.push((order, id.stream()));
        let placed = store.load::<Order>(&permit, order.stream()).await?;
        change.add(&placed, &order::decide(&placed.state, order::Command::Report { report: id }, &self.staff)?);
        // One report per interpretation: somebody who signs the same one at the same moment is a conflict, not a second report.
        let sealed = store.load::<care::interpretation::Interpretation>(&permit, interpretation.stream()).await?;
        change.expected.push((sealed.stream, sealed.sequence));
        let requester = status.order.requester.as_ref().map_or_else(String::new, |r| r.organisation.to_string());
        let payload =
            serde_json::to_string(&Delivery { order, report: id, number: request.number.clone() }).context("writing the message")?;
        change.messages.push(Message { id: new_id(), recipient: requester, payload });
        self.commit(&permit, order, change).await?;
        Ok(id)
    }

    /// The content of an order's latest report.
    pub async fn report(&self, order: OrderId) -> ServiceResult<(ReportId, Report, Content)> {
        let permit = self.permit(Action::ReadReport, order).await?;
        let status = self.status(&permit, order).await?;
        let (id, report) = status.report().ok_or(ServiceError::NotFound("report"))?.clone();
        let content = self.service.content(&report).await?;
        Ok((id, report, content))
    }

    /// The requester says that the report has been read; the order is closed.
    pub async fn acknowledge(&self, order: OrderId, action: &str) -> ServiceResult<()> {
        let permit = self.permit(Action::AcknowledgeReport, order).await?;
        let status = self.status(&permit, order).await?;
        let (id, _) = status.report().ok_or(ServiceError::NotFound("report"))?;
        let store = &self.service.store;
        let report = store.load::<Report>(&permit, id.stream()).await?;
        let mut change = Change::default();
        change.add(&report, &report::decide(&report.state, Command::Acknowledge { action: action.to_owned() }, &self.staff, now())?);
        let placed = store.load::<Order>(&permit, order.stream()).await?;
        change.add(&placed, &order::decide(&placed.state, order::Command::Close, &self.staff)?);
        self.commit(&permit, order, change).await
    }
}

impl Desk {
    /// Notes that a report was opened outside the laboratory, the first time.
    pub async fn opened_report(&self, order: OrderId) -> ServiceResult<()> {
        if !matches!(self.staff.role, Role::Clinician | Role::GenomicAssociate) {
            return Ok(());
        }
        let permit = self.permit(Action::ReadReport, order).await?;
        let status = self.status(&permit, order).await?;
        let Some((id, _)) = status.report() else { return Ok(()) };
        let loaded = self.service.store.load::<Report>(&permit, id.stream()).await?;
        let events = report::decide(&loaded.state, Command::Open, &self.staff, now())?;
        if events.is_empty() {
            return Ok(());
        }
        let mut change = Change::default();
        change.add(&loaded, &events);
        self.commit(&permit, order, change).await
    }

    /// Reports of this organisation's orders that nobody has said to have read, and messages that have not arrived anywhere.
    pub async fn not_arrived(&self) -> ServiceResult<NotArrived> {
        let permit = self.permit_general(Action::SeeWorkList).await?;
        let mut unread = Vec::new();
        for view in self.service.store.unread(&permit, SHOWN).await? {
            let status = self.status(&permit, view.id).await?;
            unread.extend(status.report().map(|(_, report)| (view, report.clone())));
        }
        let own = |waiting: &Waiting| {
            unread.iter().any(|(view, _)| view.requester == waiting.message.recipient)
                || waiting.message.recipient == self.staff.organisation.to_string()
        };
        let messages = self.service.store.undelivered().await?.into_iter().filter(own).collect();
        Ok(NotArrived { unread, messages })
    }
}

/// What has not arrived.
pub struct NotArrived {
    /// Orders with their report, longest unread first.
    pub unread: Vec<(OrderView, Report)>,
    /// Messages to this organisation, or to those whose reports it sent.
    pub messages: Vec<Waiting>,
}

/// Lines of a page.
const SHOWN: u64 = 200;

/// How long to wait after so many attempts: a minute, doubled each time, six hours at the most.
fn again(attempts: u32) -> SignedDuration {
    SignedDuration::from_mins(i64::from(1_u32 << attempts.min(9)).min(360))
}

impl Service {
    /// The content that a report was signed over.
    pub async fn content(&self, report: &Report) -> ServiceResult<Content> {
        let name = report.content_sha256.as_ref().ok_or(ServiceError::NotFound("report"))?;
        Ok(serde_json::from_slice(&self.store.blobs().get(name).await?).context("reading the report")?)
    }

    /// Delivers what is in the outbox and due, to the folder `delivered`.
    pub async fn deliver(self: &Arc<Self>) -> anyhow::Result<usize> {
        self.deliver_at(now()).await
    }

    /// The same at a time. A message that fails is tried again later, after a time that doubles, and what was written to the same
    /// recipient after it waits for it. A message that was delivered before the program was cut off is found by its files and
    /// not doubled.
    pub async fn deliver_at(self: &Arc<Self>, at: Timestamp) -> anyhow::Result<usize> {
        let _one_at_a_time = self.delivering.lock().await;
        let (mut delivered, mut held) = (0, HashSet::new());
        for waiting in self.store.undelivered().await? {
            let message = &waiting.message;
            let due = waiting.due.parse::<Timestamp>().is_ok_and(|due| due > at);
            if due || held.contains(&message.recipient) {
                held.insert(message.recipient.clone());
                continue;
            }
            match self.deliver_one(message).await {
                Ok(()) => {
                    self.store.mark_delivered(message.id, at).await?;
                    delivered += 1;
                }
                Err(fault) => {
                    tracing::warn!("a message to {} failed: {fault:#}", message.recipient);
                    self.store.mark_failed(message.id, &format!("{fault:#}"), at + again(waiting.attempts)).await?;
                    held.insert(message.recipient.clone());
                }
            }
        }
        Ok(delivered)
    }

    /// Makes reports that nobody has read for too long somebody's work; returns of how many.
    pub async fn escalate_at(self: &Arc<Self>, at: Timestamp) -> anyhow::Result<usize> {
        let today = at.to_zoned(TimeZone::UTC).date();
        let soonest = UNREAD_DAYS.iter().map(|(with, ..)| *with).min().unwrap_or_default();
        let since = today.saturating_sub(jiff::Span::new().days(i64::from(soonest))).to_string();
        let last = UNREAD_DAYS.last().map_or_else(String::new, |(.., role)| format!("{role:?}"));
        let mut escalated = 0;
        for order in self.store.unread_since(&since, &last).await? {
            match self.escalate_one(order, today, at).await {
                Ok(done) => escalated += usize::from(done),
                // One that cannot be looked at keeps no other from being looked at.
                Err(fault) => tracing::error!("looking whether the report of {order} was read: {fault:#}"),
            }
        }
        Ok(escalated)
    }

    async fn escalate_one(self: &Arc<Self>, order: OrderId, today: Date, at: Timestamp) -> anyhow::Result<bool> {
        let desk = self.desk(crate::staff::system());
        let permit = desk.permit(Action::ReadOrder, order).await?;
        let status = desk.status(&permit, order).await?;
        let view = self.store.order_view(order).await?.context("an order of the list")?;
        let (id, report) = status.report().context("an order that was reported")?;
        let days = u16::try_from(view.reported.parse::<Date>()?.until(today)?.get_days()).unwrap_or(0);
        let Some(to) = report::escalation(self.content(report).await?.outcome, days) else { return Ok(false) };
        let loaded = self.store.load::<Report>(&permit, id.stream()).await?;
        let events = report::decide(&loaded.state, Command::Escalate { to, unread_days: days }, &desk.staff, at)?;
        if events.is_empty() {
            return Ok(false);
        }
        let mut change = Change::default();
        change.add(&loaded, &events);
        desk.commit(&permit, order, change).await?;
        Ok(true)
    }

    async fn deliver_one(self: &Arc<Self>, message: &Message) -> anyhow::Result<()> {
        if let Ok(reminder) = serde_json::from_str::<Reminder>(&message.payload) {
            let folder = self.folder.join("delivered").join(&message.recipient).join(&reminder.reminder_of);
            std::fs::create_dir_all(&folder)?;
            let words = format!("Order {}: {}.\n", reminder.reminder_of, reminder.words.trim_end_matches('.'));
            return write_whole(&folder.join(format!("reminder-{}.txt", message.id)), words.as_bytes());
        }
        let delivery: Delivery = serde_json::from_str(&message.payload)?;
        let desk = self.desk(crate::staff::system());
        let permit = desk.permit(Action::ReadOrder, delivery.order).await?;
        let status = desk.status(&permit, delivery.order).await?;
        let (_, report) = status.reports.iter().find(|(id, _)| *id == delivery.report).context("the report of the message is gone")?;
        let content = self.content(report).await?;
        let folder = self.folder.join("delivered").join(&message.recipient).join(&delivery.number);
        let analysis = desk.result(&status).await?;
        tokio::task::spawn_blocking(move || -> anyhow::Result<()> {
            std::fs::create_dir_all(&folder)?;
            write_whole(&folder.join("report.html"), render::html(&content)?.as_bytes())?;
            write_whole(&folder.join("report.pdf"), &render::pdf(&content)?)?;
            write_whole(&folder.join("analysis.json"), &serde_json::to_vec_pretty(&analysis)?)
        })
        .await??;
        if matches!(report.state, report::State::Authorised { .. }) {
            let loaded = self.store.load::<Report>(&permit, delivery.report.stream()).await?;
            let mut change = Change::default();
            let command = Command::Deliver { to: message.recipient.clone() };
            change.add(&loaded, &report::decide(&loaded.state, command, &desk.staff, now())?);
            desk.commit(&permit, delivery.order, change).await?;
        }
        Ok(())
    }
}

/// Writes beside and renames, so that nobody ever reads half a file.
fn write_whole(path: &std::path::Path, bytes: &[u8]) -> anyhow::Result<()> {
    let partial = path.with_extension("partial");
    std::fs::write(&partial, bytes).with_context(|| format!("writing {}", path.display()))?;
    Ok(std::fs::rename(&partial, path)?)
}

/// A report as a page that stands alone.
pub fn html(content: &Content) -> ServiceResult<String> {
    Ok(render::html(content)?)
}

/// A report as PDF/A.
pub fn pdf(content: &Content) -> ServiceResult<Vec<u8>> {
    Ok(render::pdf(content)?)
}
