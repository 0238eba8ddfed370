//! A released result on its way to the requester: its documents and values as files, and to the system that ordered.

use crate::{
    Desk, Service, people,
    results::{deliver::write_whole, send},
};
use access::Action;
use anyhow::Context;
use care::{
    OrderId, OutsideResultId,
    ordering::{client::Address, order::Sender},
    results::outside::{Command, OutsideResult, Received, decide},
};
use interop::{fhir, forwarded::ForwardedResult, hl7};
use std::{path::PathBuf, sync::Arc};
use store::{Change, outbox::Message};

/// What the outbox carries for a result of another laboratory.
#[derive(serde::Serialize, serde::Deserialize)]
pub(crate) struct OutsideDelivery {
    pub outside_result: OutsideResultId,
    pub order: OrderId,
    pub number: String,
    /// The system that ordered, and is answered.
    #[serde(default)]
    pub sender: Option<Sender>,
}

/// Puts a result into the requester's folder, and sends it to the system that ordered.
pub(crate) async fn deliver(service: &Arc<Service>, message: &Message, delivery: &OutsideDelivery) -> anyhow::Result<()> {
    let desk = service.desk(people::staff::system());
    let permit = desk.permit(Action::ReadOrder, delivery.order).await?;
    let loaded = service.store.load::<OutsideResult>(&permit, delivery.outside_result.stream()).await?;
    let received = loaded.state.received.as_deref().context("a released result was received")?;
    let folder = service.folder.join("delivered").join(&message.recipient).join(&delivery.number);
    let folder = folder.join(format!("outside-{}", delivery.outside_result));
    write(service, received, folder).await?;
    if let Some(sender) = &delivery.sender {
        send_on(&desk, message, delivery, sender, received).await?;
    }
    let mut change = Change::default();
    let command = Command::Deliver { to: message.recipient.clone() };
    change.add(&loaded, &decide(&loaded.state, command, &desk.staff, desk.now())?);
    desk.commit(&permit, change).await?;
    Ok(())
}

async fn write(service: &Service, received: &Received, folder: PathBuf) -> anyhow::Result<()> {
    std::fs::create_dir_all(&folder)?;
    write_whole(&folder.join("result.json"), &serde_json::to_vec_pretty(received)?)?;
    for (number, document) in (1..).zip(&received.documents) {
        let bytes = service.store.blobs().get(&document.sha256).await?;
        write_whole(&folder.join(document.file_name(number)), &bytes)?;
    }
    Ok(())
}

/// Sends a result to the system that ordered, in the language that it takes.
async fn send_on(desk: &Desk, message: &Message, delivery: &OutsideDelivery, sender: &Sender, received: &Received) -> anyhow::Result<()> {
    let service = &desk.service;
    let permit = desk.permit(Action::ReadOrder, delivery.order).await?;
    let status = desk.status(&permit, delivery.order).await?;
    let request = status.order.request.as_ref().context("an order with a result has a request")?;
    let patient = request.proband().context("the order has no proband")?.patient;
    let mut documents = Vec::new();
    for document in &received.documents {
        documents.push((document.clone(), service.store.blobs().get(&document.sha256).await?));
    }
    let (control, time) = (message.id.simple().to_string(), hl7::result::stamp(service.now()));
    let result = ForwardedResult {
        control: &control,
        time: &time,
        id: delivery.outside_result,
        order: delivery.order,
        number: &delivery.number,
        patient,
        who: &people::patients::demographics(desk, &permit, patient).await?,
        numbers: &send::numbers(&people::patients::numbers(desk, &permit, patient).await?),
        laboratory: &request.laboratory.to_string(),
        hospital: &message.recipient,
        sender,
        test: [request.test.as_str(), &request.indication],
        received,
        documents: &documents,
    };
    match service.address_of(&permit, sender.client).await? {
        Address::None => Ok(()),
        Address::Fhir { base } => {
            let token = send::token_for(service, sender.client)?;
            let bundle = fhir::forwarded::transaction(&result);
            send::transaction(&base, send::Trusted { token: token.as_deref(), folder: &service.folder }, message.id, &bundle).await
        }
        Address::Mllp { host, .. } => send::acknowledged(&host, &hl7::result::forwarded(&result), &control).await,
    }
}
