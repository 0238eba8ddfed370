//! A released result on its way to the requester: its documents and values as files, and to the system that ordered.

use crate::{
    Desk, Service, people,
    results::{deliver::write_whole, send},
};
use access::Action;
use anyhow::Context;
use care::{
    OrderId, OutsideResultId, PatientId,
    ordering::{client::Address, order::Sender},
    people::patient::Sex,
    results::outside::{Command, DiscreteValue, OutsideResult, Received, ResultStatus, StatedPerson, decide},
};
use interop::{
    fhir::{self, recipient::Recipient},
    forwarded::ForwardedResult,
    hl7,
};
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
    /// It was moved to another order, and is taken back.
    #[serde(default)]
    pub is_moved: bool,
}

/// Puts a result into the requester's folder, and sends it to the system that ordered.
pub(crate) async fn deliver(service: &Arc<Service>, message: &Message, delivery: &OutsideDelivery) -> anyhow::Result<()> {
    let desk = service.desk(people::staff::system());
    let permit = desk.permit(Action::ReadOrder, delivery.order).await?;
    let loaded = service.store.load::<OutsideResult>(&permit, delivery.outside_result.stream()).await?;
    let received = loaded.state.received.as_deref().context("a released result was received")?;
    // What waited to be sent when it was moved is of somebody else, and never goes there.
    let taken_back = (delivery.is_moved || loaded.state.is_moved()).then(|| taken_back(received));
    let received = taken_back.as_ref().unwrap_or(received);
    let folder = service.folder.join("delivered").join(&message.recipient).join(&delivery.number);
    let folder = folder.join(format!("outside-{}{}", delivery.outside_result, if taken_back.is_some() { "-taken-back" } else { "" }));
    write(service, received, folder).await?;
    if let Some(sender) = &delivery.sender {
        let person = loaded.state.filed.as_ref().and_then(|filed| filed.relative);
        send_on(&desk, message, (delivery, sender), received, person).await?;
    }
    let mut change = Change::default();
    let command = Command::Deliver { to: message.recipient.clone() };
    change.add(&loaded, &decide(&loaded.state, command, &desk.staff, desk.now())?);
    desk.commit(&permit, change).await?;
    Ok(())
}

/// A result that stood on an order of somebody else, as its requester is told of it: that it is taken back, and nothing of it.
fn taken_back(received: &Received) -> Received {
    Received {
        status: ResultStatus::Cancelled,
        person: StatedPerson {
            nhs_number: String::new(),
            numbers: vec![],
            family_name: String::new(),
            given_name: String::new(),
            birth_date: String::new(),
            sex: Sex::Unknown,
        },
        values: vec![DiscreteValue {
            name: "Safety notice".into(),
            code: String::new(),
            value:
                "This result stood on the wrong order and is taken back: do not act on it, and look again at what was done because of it"
                    .into(),
        }],
        documents: vec![],
        not_used: vec![],
        ..received.clone()
    }
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
async fn send_on(
    desk: &Desk,
    message: &Message,
    (delivery, sender): (&OutsideDelivery, &Sender),
    received: &Received,
    relative: Option<PatientId>,
) -> anyhow::Result<()> {
    let service = &desk.service;
    let permit = desk.permit(Action::ReadOrder, delivery.order).await?;
    let status = desk.status(&permit, delivery.order).await?;
    let request = status.order.request.as_ref().context("an order with a result has a request")?;
    let patient = match relative {
        Some(relative) => relative,
        None => request.proband().context("the order has no proband")?.patient,
    };
    let mut documents = Vec::new();
    for document in &received.documents {
        documents.push((document.clone(), service.store.blobs().get(&document.sha256).await?));
    }
    let (control, time) = (message.id.simple().to_string(), hl7::result::stamp(service.now()));
    let who = people::patients::demographics(desk, &permit, patient).await?;
    let numbers = people::patients::numbers(desk, &permit, patient).await?;
    let result = ForwardedResult {
        control: &control,
        time: &time,
        id: delivery.outside_result,
        order: delivery.order,
        number: &delivery.number,
        patient,
        who: &who,
        numbers: &send::numbers(&numbers),
        laboratory: &request.laboratory.to_string(),
        hospital: &message.recipient,
        sender,
        test: [request.test.as_str(), &request.indication],
        received,
        documents: &documents,
    };
    let address = service.address_of(&permit, sender.client).await?;
    match &address {
        Address::None => Ok(()),
        Address::Fhir { base } => {
            let token = send::token_for(service, sender.client).await?;
            let recipient = Recipient { sender, order_number: &delivery.number, patient, who: &who, numbers: &numbers, samples: &[] };
            let bundle = fhir::forwarded::transaction(&result, &recipient);
            send::transaction(base, send::Trusted { token: token.as_deref(), folder: &service.folder }, message.id, &bundle).await
        }
        Address::Mllp { host, .. } | Address::Mllps { host, .. } => {
            send::acknowledged(&send::Line::new(service, &address, host), &hl7::result::forwarded(&result), &control).await
        }
    }
}
