//! HL7 version 2: over HTTP with the system's secret as bearer token, and over MLLP on a line of its own, within TLS or not.

mod within_tls;

pub use within_tls::listen_within_tls;

use super::token::bearer;
use crate::{
    Proxies,
    serving::{Bounds, Places},
};
use anyhow::{Context, bail};
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
use std::{sync::Arc, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpListener,
    time::{Instant, sleep, timeout, timeout_at},
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

/// Connections of a line at once.
const CONNECTIONS_MAX: usize = 64;
/// Of those, from one address: on a line without TLS nobody shows who they are.
const OF_ADDRESS_MAX: usize = 16;
/// How long a message may take to arrive, from its first byte, and an answer to be read.
const MESSAGE_WITHIN: Duration = Duration::from_mins(1);
/// How long a connection may be without a message: systems keep them open and send when there is something.
const SILENT_MAX: Duration = Duration::from_hours(1);
/// How long to rest when no connection can be taken, such as for want of file handles.
const REST: Duration = Duration::from_secs(1);

/// Listens for one system on an address of its own, for as long as the program runs.
pub async fn listen(service: Arc<Service>, listener: TcpListener, client: StaffId) -> anyhow::Result<()> {
    let [connections, of_address] = [CONNECTIONS_MAX, OF_ADDRESS_MAX];
    let bounds = Bounds { connections, connections_of_address: of_address, silent_of_address: of_address, ..Bounds::default() };
    let places = Places::new(&bounds, Proxies::default());
    loop {
        let (stream, from) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(why) => {
                tracing::warn!("a connection to the line of {client} could not be taken: {why}");
                sleep(REST).await;
                continue;
            }
        };
        let Ok(place) = places.take(from.ip()) else {
            tracing::warn!("the line of {client} has as many connections as it may have, of all or of {from}: one more was refused");
            continue;
        };
        let service = Arc::clone(&service);
        tokio::spawn(async move {
            let _place = place;
            if let Err(why) = converse(&service, stream, client).await {
                tracing::warn!("MLLP connection from {from} ended: {}", why.for_log());
            }
        });
    }
}

async fn converse(service: &Arc<Service>, mut stream: impl AsyncRead + AsyncWrite + Unpin, client: StaffId) -> anyhow::Result<()> {
    let mut frames = mllp::Frames::new(MESSAGE_BYTES_MAX);
    let mut begun = Instant::now();
    loop {
        // Whole messages that have come so far, each answered before the next.
        while let Some(message) = frames.next_message()? {
            // Asked each time: a system that was closed is not answered any more.
            let desk = ordering::clients::desk_of_line(service, client).await?.context("the system of this line may no longer ask")?;
            for answer in answers(&desk, &message).await {
                let sent = async {
                    stream.write_all(&mllp::frame(&answer)).await?;
                    stream.flush().await
                };
                timeout(MESSAGE_WITHIN, sent).await.context("the answer was not read in time")??;
            }
            begun = Instant::now();
        }
        let is_within = !frames.received_mut().is_empty();
        let until = if is_within { begun + MESSAGE_WITHIN } else { Instant::now() + SILENT_MAX };
        match timeout_at(until, stream.read_buf(frames.received_mut())).await {
            Ok(read) => {
                if read? == 0 {
                    return Ok(frames.finish()?);
                }
            }
            Err(_) if is_within => bail!("a message did not arrive within {MESSAGE_WITHIN:?}; nothing was done with it"),
            Err(_) => return Ok(()),
        }
        if !is_within {
            begun = Instant::now();
        }
    }
}
