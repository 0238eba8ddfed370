//! Signing a report, delivering it, and knowing that it was read.

use crate::work::Reminder;
use crate::{
    Desk, Service, ServiceError, ServiceResult, content,
    desk::{new_id, now},
};
use access::Action;
use anyhow::Context;
use care::{
    OrderId, Refusals, ReportId,
    interpretation::State,
    order::{self, Order},
    report::{self, Command, Content, Report},
};
use std::sync::Arc;
use store::{Change, outbox::Message};

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
    pub async fn acknowledge(&self, order: OrderId) -> ServiceResult<()> {
        let permit = self.permit(Action::AcknowledgeReport, order).await?;
        let status = self.status(&permit, order).await?;
        let (id, _) = status.report().ok_or(ServiceError::NotFound("report"))?;
        let store = &self.service.store;
        let report = store.load::<Report>(&permit, id.stream()).await?;
        let mut change = Change::default();
        change.add(&report, &report::decide(&report.state, Command::Acknowledge, &self.staff, now())?);
        let placed = store.load::<Order>(&permit, order.stream()).await?;
        change.add(&placed, &order::decide(&placed.state, order::Command::Close, &self.staff)?);
        self.commit(&permit, order, change).await
    }
}

impl Service {
    /// The content that a report was signed over.
    pub async fn content(&self, report: &Report) -> ServiceResult<Content> {
        let name = report.content_sha256.as_ref().ok_or(ServiceError::NotFound("report"))?;
        Ok(serde_json::from_slice(&self.store.blobs().get(name).await?).context("reading the report")?)
    }

    /// Delivers what is in the outbox, to the folder `delivered`. A message that fails stays for the next time; one that was
    /// delivered before the program was cut off is found by its files and not doubled.
    pub async fn deliver(self: &Arc<Self>) -> anyhow::Result<usize> {
        let mut delivered = 0;
        for message in self.store.undelivered().await? {
            match self.deliver_one(&message).await {
                Ok(()) => {
                    self.store.mark_delivered(message.id, now()).await?;
                    delivered += 1;
                }
                Err(fault) => self.store.mark_failed(message.id, &format!("{fault:#}")).await?,
            }
        }
        Ok(delivered)
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
