//! What goes out: reports and reminders, each retried until it has arrived, in order for each recipient.

use crate::{
    Service,
    fault::ForLog,
    laboratory,
    ordering::work::Reminder,
    outgoing::Outgoing,
    people,
    results::{
        self,
        send::{self, Line},
        subscriptions,
    },
    secret,
};
use access::Action;
use anyhow::{Context, anyhow};
use care::{
    OrderId, ReportId, Staff,
    ordering::{client::Address, order::Sender},
    results::report::{self, Command, Report, UNREAD_DAYS},
};
use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use std::{collections::HashSet, sync::Arc, time::Duration};
use store::{
    Change,
    outbox::{Claim, Message},
};
use tokio::time::timeout;

/// What the outbox carries for a report.
#[derive(serde::Serialize, serde::Deserialize)]
pub(crate) struct Delivery {
    pub order: OrderId,
    pub report: ReportId,
    pub number: String,
    /// The system that ordered, and is answered.
    #[serde(default)]
    pub sender: Option<Sender>,
}

/// How long a message is one program's to send; after a program that was cut off it is tried again.
const SENDING: SignedDuration = SignedDuration::from_mins(2);

/// How long sending a message may take, so that it is over before another program may send it.
const SENT_WITHIN: Duration = Duration::from_secs(100);

/// How long to wait after so many attempts: a minute, doubled each time, six hours at the most.
pub(super) fn again(attempts: u32) -> SignedDuration {
    SignedDuration::from_mins(i64::from(1_u32 << attempts.min(9)).min(360))
}

/// Delivers what is in the outbox and due, to the folder `delivered`.
#[crate::boxed]
pub async fn deliver(service: &Arc<Service>) -> anyhow::Result<usize> {
    deliver_at(service, service.now()).await
}

/// The same at a time. A message that fails is tried again later, after a time that doubles, and what was written to the same
/// recipient after it waits for it. A message that was delivered before the program was cut off is found by its files and
/// not doubled.
#[crate::boxed]
pub async fn deliver_at(service: &Arc<Service>, at: Timestamp) -> anyhow::Result<usize> {
    let _one_at_a_time = service.delivering.lock().await;
    // A pass may take long: what is claimed late in it is claimed from then on.
    let began = service.now();
    let moment = || at + service.now().duration_since(began);
    secret::take_in(service).await;
    if let Err(fault) = Box::pin(subscriptions::follow::follow(service, at)).await {
        tracing::error!("looking who is to be told of what changed: {}", fault.for_log());
    }
    let (mut delivered, mut blocked) = (0, HashSet::new());
    for waiting in service.store.undelivered().await? {
        let message = &waiting.message;
        if blocked.contains(&message.recipient) {
            continue;
        }
        // What another program on the same database is sending is not sent twice.
        let Some(claim) = service.store.claim(&waiting, moment(), moment() + SENDING).await? else {
            blocked.insert(message.recipient.clone());
            continue;
        };
        let sent = timeout(SENT_WITHIN, deliver_one(service, (message, &claim), at)).await;
        match sent.unwrap_or_else(|_| Err(anyhow!("it was not sent within {SENT_WITHIN:?}"))) {
            Ok(()) => {
                service.store.mark_delivered(&claim, moment()).await?;
                delivered += 1;
            }
            Err(fault) => {
                tracing::warn!("a message to {} failed: {}", message.recipient, fault.for_log());
                service.store.mark_failed(&claim, &format!("{fault:#}"), moment() + again(waiting.attempts)).await?;
                blocked.insert(message.recipient.clone());
            }
        }
    }
    Ok(delivered)
}

/// Makes reports that nobody has read for too long somebody's work; returns of how many.
#[crate::boxed]
pub async fn escalate_at(service: &Arc<Service>, at: Timestamp) -> anyhow::Result<usize> {
    let today = at.to_zoned(TimeZone::UTC).date();
    let soonest = UNREAD_DAYS.iter().map(|(with, ..)| *with).min().unwrap_or_default();
    let since = today.saturating_sub(jiff::Span::new().days(i64::from(soonest)));
    let [.., (.., last)] = UNREAD_DAYS;
    let mut escalated = 0;
    for order in service.store.unread_since(since, last).await? {
        match escalate_one(service, order, today, at).await {
            Ok(done) => escalated += usize::from(done),
            // One that cannot be looked at keeps no other from being looked at.
            Err(fault) => tracing::error!("looking whether the report of {order} was read: {}", fault.for_log()),
        }
    }
    Ok(escalated)
}

async fn escalate_one(service: &Arc<Service>, order: OrderId, today: Date, at: Timestamp) -> anyhow::Result<bool> {
    let desk = service.desk(crate::people::staff::system());
    let permit = desk.permit(Action::ReadOrder, order).await?;
    let status = desk.status(&permit, order).await?;
    let mut change = Change::default();
    if let Some((id, report)) = status.report().filter(|(_, report)| report.unread().is_some()) {
        let loaded = service.store.load::<Report>(&permit, id.stream()).await?;
        let is_finding = results::reports::content(service, report).await?.is_finding();
        change.add(&loaded, &escalated(&loaded.state, is_finding, today, (&desk.staff, at))?);
    }
    for (id, _) in status.outside_results().filter(|(_, result)| result.unread().is_some()) {
        results::outside::escalate(&desk, &permit, &mut change, *id, today).await?;
    }
    if change.events.is_empty() {
        return Ok(false);
    }
    desk.commit(&permit, change).await?;
    Ok(true)
}

/// What happens to a report that nobody has read, after so many days.
fn escalated(state: &Report, is_finding: bool, today: Date, (by, at): (&Staff, Timestamp)) -> anyhow::Result<Vec<report::Event>> {
    let Some(unread) = state.unread() else { return Ok(vec![]) };
    let unread_days = u16::try_from(unread.to_zoned(TimeZone::UTC).date().until(today)?.get_days()).unwrap_or(0);
    let Some(to) = report::escalation(is_finding, unread_days) else { return Ok(vec![]) };
    Ok(report::decide(state, Command::Escalate { to, unread_days }, by, at)?)
}

async fn deliver_one(service: &Arc<Service>, (message, claim): (&Message, &Claim), at: Timestamp) -> anyhow::Result<()> {
    match Outgoing::read(&message.payload)? {
        Outgoing::Report(delivery) => report(service, message, &delivery).await,
        Outgoing::OutsideResult(delivery) => results::outside::deliver(service, message, &delivery).await,
        Outgoing::Reminder(reminder) => remind(service, message, &reminder),
        Outgoing::Notification(notification) => Box::pin(subscriptions::notify::notify(service, message, &notification, at)).await,
        Outgoing::Look(look) => Box::pin(subscriptions::follow::look_again(service, claim, &look, at)).await,
    }
}

/// Puts a reminder into the folder of whoever is reminded.
fn remind(service: &Service, message: &Message, reminder: &Reminder) -> anyhow::Result<()> {
    let folder = service.folder.join("delivered").join(&message.recipient).join(&reminder.reminder_of);
    std::fs::create_dir_all(&folder)?;
    let text = format!("Order {}: {}.\n", reminder.reminder_of, reminder.message.trim_end_matches('.'));
    write_whole(&folder.join(format!("reminder-{}.txt", message.id)), text.as_bytes())
}

/// Puts a report into the requester's folder, and sends it to the system that ordered.
async fn report(service: &Arc<Service>, message: &Message, delivery: &Delivery) -> anyhow::Result<()> {
    let desk = service.desk(crate::people::staff::system());
    let permit = desk.permit(Action::ReadOrder, delivery.order).await?;
    let status = desk.status(&permit, delivery.order).await?;
    let (_, report) = status.reports.iter().find(|(id, _)| *id == delivery.report).context("the report of the message is gone")?;
    let mut folder = service.folder.join("delivered").join(&message.recipient).join(&delivery.number);
    let content = results::reports::content(service, report).await?;
    if content.supersedes.is_some() {
        // Beside the report that it replaces, which stays where it was put.
        folder = folder.join(format!("amended-{}", delivery.report));
    }
    let analysis = laboratory::data::result(&desk, &status).await?;
    let [html, pdf] = results::reports::rendered(service, report).await?;
    let document = pdf.clone();
    tokio::task::spawn_blocking(move || -> anyhow::Result<()> {
        std::fs::create_dir_all(&folder)?;
        write_whole(&folder.join("report.html"), &html)?;
        write_whole(&folder.join("report.pdf"), &document)?;
        write_whole(&folder.join("analysis.json"), &serde_json::to_vec_pretty(&analysis)?)
    })
    .await??;
    if let Some(sender) = &delivery.sender {
        let request = status.order.request.as_ref().context("a reported order has a request")?;
        let patient = request.proband().context("the order has no proband")?.patient;
        let result = send::Result {
            at: service.now(),
            message: message.id,
            order: delivery.order,
            patient,
            who: &people::patients::demographics(&desk, &permit, patient).await?,
            numbers: &people::patients::numbers(&desk, &permit, patient).await?,
            laboratory: &request.laboratory.to_string(),
            hospital: &message.recipient,
            sender,
            samples: &status.samples,
            content: &content,
            pdf: &pdf,
        };
        let address = service.address_of(&permit, sender.client).await?;
        match &address {
            Address::None => {}
            Address::Fhir { base } => {
                let token = send::token_for(service, sender.client).await?;
                send::fhir(base, send::Trusted { token: token.as_deref(), folder: &service.folder }, &result).await?;
            }
            Address::Mllp { host, as_document } | Address::Mllps { host, as_document } => {
                send::mllp(&Line::new(service, &address, host), &result, *as_document).await?;
            }
        }
    }
    if matches!(report.state, report::State::Authorised { .. }) {
        let loaded = service.store.load::<Report>(&permit, delivery.report.stream()).await?;
        let mut change = Change::default();
        let command = Command::Deliver { to: message.recipient.clone() };
        change.add(&loaded, &report::decide(&loaded.state, command, &desk.staff, desk.now())?);
        desk.commit(&permit, change).await?;
    }
    Ok(())
}

/// Writes beside and renames, so that nobody ever reads half a file.
pub(crate) fn write_whole(path: &std::path::Path, bytes: &[u8]) -> anyhow::Result<()> {
    let partial = path.with_extension("partial");
    std::fs::write(&partial, bytes).with_context(|| format!("writing {}", path.display()))?;
    Ok(std::fs::rename(&partial, path)?)
}
