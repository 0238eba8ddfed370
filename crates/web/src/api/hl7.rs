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
use interop::hl7::{self, Acknowledged, Message, result::stamp};
use service::{Desk, Service, ordering, results::send::FRAME};
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
    let at = stamp(desk.now());
    let received = ordering::messages::receive(desk, Language::Hl7, body).await;
    let (what, id, words, faults) = match &received {
        Ok(receipt) => {
            let id = receipt.id.to_string();
            match &receipt.state {
                Became::Done { orders, .. } => {
                    let again = if receipt.repeated { "Taken before; nothing was done twice" } else { "Done" };
                    (Acknowledged::Accepted, id, format!("{again}: {}", counted(orders.len())), vec![])
                }
                Became::Refused { faults } => {
                    let unread = message.is_none();
                    let first = faults.first().map_or_else(String::new, ToString::to_string);
                    (
                        if unread { Acknowledged::Rejected } else { Acknowledged::Error },
                        id,
                        format!("Kept, and nothing was done. {first}"),
                        faults.clone(),
                    )
                }
                other => (Acknowledged::Error, id, format!("{} by somebody here", other.words()), vec![]),
            }
        }
        Err(error) => {
            tracing::error!("a message of {}: {error}", desk.staff.name);
            let words = "The service could not take the message now; send it again";
            (Acknowledged::Error, "0".into(), words.to_owned(), vec![Fault::new("MSH-10", words)])
        }
    };
    hl7::acknowledgement(message.as_ref(), what, &at, &id, &words, &faults)
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
    let mut held: Vec<u8> = Vec::new();
    loop {
        // Whole messages that have come so far, each answered before the next.
        while let Some(end) = held.windows(2).position(|w| w == FRAME.1) {
            let message: Vec<u8> = held.drain(..end + 2).collect();
            let begin = message.iter().position(|b| *b == FRAME.0).map_or(0, |at| at + 1);
            // Asked each time: a system that was closed is not answered any more.
            let desk = ordering::clients::desk_of_line(service, client).await?.context("the system of this line may no longer ask")?;
            let answer = answer(&desk, &message[begin..end]).await;
            stream.write_u8(FRAME.0).await?;
            stream.write_all(answer.as_bytes()).await?;
            stream.write_all(&FRAME.1).await?;
        }
        anyhow::ensure!(held.len() <= MESSAGE_BYTES_MAX, "a message of more than {MESSAGE_BYTES_MAX} bytes");
        if stream.read_buf(&mut held).await? == 0 {
            anyhow::ensure!(held.is_empty(), "{} bytes of a message that was cut off", held.len());
            return Ok(());
        }
    }
}
