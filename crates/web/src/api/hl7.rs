//! HL7 version 2: over HTTP with the system's secret as bearer token, and over MLLP on a line of its own, within TLS or not.

mod within_tls;

pub use within_tls::listen_within_tls;

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
    ordering::message::{Fault, State as Became},
};
use interop::hl7::{Acknowledgement, AcknowledgementCode, mllp, result::stamp};
use service::{
    Desk, Service,
    fault::ForLog,
    ordering::{self, messages::Answered},
};
use std::sync::Arc;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpListener,
};

const KIND: &str = "x-application/hl7-v2+er7; charset=utf-8";

pub(crate) async fn post(State(service): State<Arc<Service>>, headers: HeaderMap, body: Bytes) -> Response {
    let desk = match bearer(&headers) {
        Some(secret) => ordering::clients::desk_of(&service, secret).await,
        None => Ok(None),
    };
    match desk {
        Ok(Some(desk)) => ([(header::CONTENT_TYPE, KIND)], answers(&desk, &body).await.concat()).into_response(),
        Ok(None) => (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Bearer")], "Send the secret of your system as a bearer token")
            .into_response(),
        Err(error) => crate::error::PageError::Service(error).into_response(),
    }
}

/// What was sent is answered message by message.
async fn answers(desk: &Desk, body: &[u8]) -> Vec<String> {
    ordering::messages::receive_hl7(desk, body).await.iter().map(|answered| acknowledgement(desk, answered)).collect()
}

/// What a message is answered: taken, refused with reasons, or not readable; a fault of ours is said so that it is sent again.
fn acknowledgement(desk: &Desk, answered: &Answered) -> String {
    let time = stamp(desk.now());
    let mut notes: &[String] = &[];
    let (code, id, reply, faults) = match &answered.receipt {
        Ok(receipt) => {
            let id = receipt.id.to_string();
            match &receipt.state {
                Became::Done { orders, notes: of_message } => {
                    notes = of_message;
                    let again = if receipt.repeated { "Taken before; nothing was done twice" } else { "Done" };
                    (AcknowledgementCode::Accept, id, format!("{again}: {}", counted(orders.len())), vec![])
                }
                Became::Refused { faults } => {
                    let code = if answered.is_readable { AcknowledgementCode::Error } else { AcknowledgementCode::Reject };
                    let first = faults.first().map_or_else(String::new, ToString::to_string);
                    (code, id, format!("Kept, and nothing was done. {first}"), faults.clone())
                }
                other => (AcknowledgementCode::Error, id, format!("{} by somebody here", other.label()), vec![]),
            }
        }
        Err(error) => {
            tracing::error!("a message of the system {}: {}", desk.staff.id, error.for_log());
            let reason = "The service could not take the message now; send it again";
            (AcknowledgementCode::Error, "0".into(), reason.to_owned(), vec![Fault::new("MSH-10", reason)])
        }
    };
    Acknowledgement { code, time: &time, control: &id, text: &reply, faults: &faults, notes }.answer(&answered.header)
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
                tracing::warn!("MLLP connection from {from} ended: {}", why.for_log());
            }
        });
    }
}

async fn converse(service: &Arc<Service>, mut stream: impl AsyncRead + AsyncWrite + Unpin, client: StaffId) -> anyhow::Result<()> {
    let mut frames = mllp::Frames::new(MESSAGE_BYTES_MAX);
    loop {
        // Whole messages that have come so far, each answered before the next.
        while let Some(message) = frames.next_message()? {
            // Asked each time: a system that was closed is not answered any more.
            let desk = ordering::clients::desk_of_line(service, client).await?.context("the system of this line may no longer ask")?;
            for answer in answers(&desk, &message).await {
                stream.write_all(&mllp::frame(&answer)).await?;
                stream.flush().await?;
            }
        }
        if stream.read_buf(frames.received_mut()).await? == 0 {
            return Ok(frames.finish()?);
        }
    }
}
