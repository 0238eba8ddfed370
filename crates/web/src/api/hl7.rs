//! HL7 version 2: over HTTP with the system's secret as bearer token, and over MLLP on a line of its own.

use super::token::bearer;
use anyhow::Context;
use axum::{
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use care::{
    StaffId,
    ordering::message::{Fault, Language, State as Became},
};
use interop::hl7::{Acknowledgement, AcknowledgementCode, Message, mllp, result::stamp};
use service::{Desk, Service, ordering};
use std::sync::Arc;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

const KIND: &str = "x-application/hl7-v2+er7; charset=utf-8";

pub(crate) async fn post(State(service): State<Arc<Service>>, headers: HeaderMap, body: Bytes) -> Response {
    let desk = match bearer(&headers) {
        Some(secret) => ordering::clients::desk_of(&service, secret).await,
        None => Ok(None),
    };
    match desk {
        Ok(Some(desk)) => ([(header::CONTENT_TYPE, KIND)], answer(&desk, &body).await).into_response(),
        Ok(None) => (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Bearer")], "Send the secret of your system as a bearer token")
            .into_response(),
        Err(error) => crate::error::PageError::Service(error).into_response(),
    }
}

/// What a message is answered: taken, refused with reasons, or not readable; a fault of ours is said so that it is sent again.
async fn answer(desk: &Desk, body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let message = Message::read(&text).ok();
    let time = stamp(desk.now());
    let received = ordering::messages::receive(desk, Language::Hl7, body).await;
    let (code, id, reply, faults) = match &received {
        Ok(receipt) => {
            let id = receipt.id.to_string();
            match &receipt.state {
                Became::Done { orders, .. } => {
                    let again = if receipt.repeated { "Taken before; nothing was done twice" } else { "Done" };
                    (AcknowledgementCode::Accept, id, format!("{again}: {}", counted(orders.len())), vec![])
                }
                Became::Refused { faults } => {
                    let unread = message.is_none();
                    let first = faults.first().map_or_else(String::new, ToString::to_string);
                    (
                        if unread { AcknowledgementCode::Reject } else { AcknowledgementCode::Error },
                        id,
                        format!("Kept, and nothing was done. {first}"),
                        faults.clone(),
                    )
                }
                other => (AcknowledgementCode::Error, id, format!("{} by somebody here", other.label()), vec![]),
            }
        }
        Err(error) => {
            tracing::error!("a message of {}: {error}", desk.staff.name);
            let reason = "The service could not take the message now; send it again";
            (AcknowledgementCode::Error, "0".into(), reason.to_owned(), vec![Fault::new("MSH-10", reason)])
        }
    };
    Acknowledgement { code, time: &time, control: &id, text: &reply, faults: &faults }.answer(message.as_ref())
}

fn counted(orders: usize) -> String {
    if orders == 1 { "1 order".into() } else { format!("{orders} orders") }
}

/// A message that is longer is none.
const MESSAGE_BYTES_MAX: usize = 8 << 20;

/// Listens for one system on an address of its own, for as long as the program runs.
pub async fn listen(service: Arc<Service>, listener: TcpListener, client: StaffId) -> anyhow::Result<()> {
    loop {
        let (stream, from) = listener.accept().await.context("waiting for a connection")?;
        let service = Arc::clone(&service);
        tokio::spawn(async move {
            if let Err(why) = converse(&service, stream, client).await {
                tracing::warn!("MLLP connection from {from} ended: {why:#}");
            }
        });
    }
}

async fn converse(service: &Arc<Service>, mut stream: TcpStream, client: StaffId) -> anyhow::Result<()> {
    let mut frames = mllp::Frames::new(MESSAGE_BYTES_MAX);
    loop {
        // Whole messages that have come so far, each answered before the next.
        while let Some(message) = frames.next_message()? {
            // Asked each time: a system that was closed is not answered any more.
            let desk = ordering::clients::desk_of_line(service, client).await?.context("the system of this line may no longer ask")?;
            stream.write_all(&mllp::frame(&answer(&desk, &message).await)).await?;
        }
        if stream.read_buf(frames.received_mut()).await? == 0 {
            return Ok(frames.finish()?);
        }
    }
}
