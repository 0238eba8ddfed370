//! Sending a result to the system that ordered it: HL7 version 2 over MLLP, or a FHIR transaction over HTTP.

use crate::{Service, certificates, fault::NotAccepted, secret};
use anyhow::{Context, bail, ensure};
use care::{
    OrderId, PatientId, SampleId, StaffId,
    laboratory::sample::Sample,
    ordering::{client::Address, order::Sender},
    people::{identifier::HospitalNumber, patient::Demographics},
    results::report::Content,
};
use interop::{
    fhir,
    hl7::{self, mllp},
};
use jiff::Timestamp;
use std::{path::Path, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::{TlsConnector, rustls::pki_types::ServerName};
use uuid::Uuid;

/// A result on its way.
pub(crate) struct Result<'a> {
    /// Number of the message: repeated when it is sent again.
    pub message: Uuid,
    pub order: OrderId,
    pub patient: PatientId,
    /// When it is sent.
    pub at: Timestamp,
    pub who: &'a Demographics,
    /// Numbers by which hospitals know the patient.
    pub numbers: &'a [HospitalNumber],
    pub laboratory: &'a str,
    pub hospital: &'a str,
    pub sender: &'a Sender,
    pub samples: &'a [(SampleId, Sample)],
    pub content: &'a Content,
    pub pdf: &'a [u8],
}

/// How long another system may take to answer.
pub(crate) const ANSWER_WITHIN: Duration = Duration::from_secs(30);
/// An acknowledgement is short; what is longer is none.
const ANSWER_BYTES_MAX: usize = 1 << 20;

/// Sends a result as a FHIR transaction.
pub(crate) async fn fhir(base: &str, trusted: Trusted<'_>, result: &Result<'_>) -> anyhow::Result<()> {
    let context = fhir::report::ReportContext {
        order: result.order,
        patient: result.patient,
        laboratory: result.laboratory,
        samples: &[],
        pdf: Some(result.pdf),
    };
    let samples: Vec<&Sample> = result.samples.iter().map(|(_, sample)| sample).filter(|sample| is_reported_on(result, sample)).collect();
    let recipient = fhir::recipient::Recipient {
        sender: result.sender,
        order_number: &result.content.order_number,
        patient: result.patient,
        who: result.who,
        numbers: result.numbers,
        samples: &samples,
    };
    transaction(base, trusted, result.message, &fhir::report::transaction(result.content, &context, &recipient)).await
}

/// A sample of the patient as it was taken, which was not refused.
fn is_reported_on(result: &Result<'_>, sample: &Sample) -> bool {
    let is_of_patient = sample.label.as_ref().is_some_and(|label| label.patient == result.patient && label.parent.is_none());
    is_of_patient && sample.state.is_usable()
}

/// Sends a FHIR transaction; the message's number is repeated when it is sent again.
pub(crate) async fn transaction(base: &str, trusted: Trusted<'_>, message: Uuid, bundle: &fhir::resource::Bundle) -> anyhow::Result<()> {
    let client = certificates::http(trusted.folder)?.timeout(ANSWER_WITHIN).build()?;
    let mut request = client
        .post(base)
        .header("content-type", "application/fhir+json")
        .header("accept", "application/fhir+json")
        // The same identifier when it is sent again (X-Request-ID of the NHS API standards).
        .header("x-request-id", message.to_string())
        .body(serde_json::to_vec(bundle).context("writing the bundle")?);
    if let Some(token) = trusted.token {
        request = request.bearer_auth(token);
    }
    let answer = request.send().await.with_context(|| format!("sending to {base}"))?;
    let status = answer.status();
    let body = answer.text().await.unwrap_or_default();
    let summary = format!("{base} answered {status}");
    let whole = format!("{summary}: {}", body.chars().take(500).collect::<String>());
    ensure!(status.is_success(), NotAccepted { summary, whole });
    Ok(())
}

/// Numbers of hospitals as they go into a message: the number, and who gave it.
pub(crate) fn numbers(numbers: &[HospitalNumber]) -> Vec<(String, String)> {
    let authority = |number: &HospitalNumber| {
        if number.authority.is_empty() { number.organisation.clone() } else { number.authority.clone() }
    };
    numbers.iter().map(|number| (number.value.clone(), authority(number))).collect()
}

/// Sends a result as HL7 version 2 and waits for its acknowledgement.
pub(crate) async fn mllp(line: &Line<'_>, result: &Result<'_>, as_document: bool) -> anyhow::Result<()> {
    let (control, time) = (result.message.simple().to_string(), hl7::result::stamp(result.at));
    let numbers = numbers(result.numbers);
    let envelope = hl7::result::Envelope {
        control: &control,
        time: &time,
        from: result.laboratory,
        to: result.hospital,
        sender: result.sender,
        patient: result.patient,
        numbers: &numbers,
        who: result.who,
        pdf: result.pdf,
    };
    let text = if as_document { hl7::result::document(result.content, &envelope) } else { hl7::result::report(result.content, &envelope) };
    acknowledged(line, &text, &control).await
}

/// Where an HL7 message is sent.
pub(crate) struct Line<'l> {
    /// Host and port.
    pub host: &'l str,
    /// Within TLS, and with whose certificates.
    pub within_tls: Option<&'l Service>,
}

impl<'l> Line<'l> {
    /// The line to a host, within TLS where the address says so.
    pub(crate) fn new(service: &'l Service, address: &Address, host: &'l str) -> Line<'l> {
        Line { host, within_tls: matches!(address, Address::Mllps { .. }).then_some(service) }
    }
}

/// Sends an HL7 message and waits for its acknowledgement.
pub(crate) async fn acknowledged(line: &Line<'_>, text: &str, control: &str) -> anyhow::Result<()> {
    let host = line.host;
    let answer = timeout(ANSWER_WITHIN, connect_and_exchange(line, text))
        .await
        .with_context(|| format!("{host} did not acknowledge within {ANSWER_WITHIN:?}"))??;
    match hl7::check_accepted(&answer, control) {
        Ok(()) => Ok(()),
        Err(why) => bail!(NotAccepted { summary: format!("{host} did not accept the message"), whole: format!("{host} {why}") }),
    }
}

async fn connect_and_exchange(line: &Line<'_>, text: &str) -> anyhow::Result<String> {
    let host = line.host;
    let mut stream = TcpStream::connect(host).await.with_context(|| format!("connecting to {host}"))?;
    let Some(service) = line.within_tls else { return exchange(host, &mut stream, text).await };
    let config = certificates::client(&service.folder, service.own_certificate.get())?;
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name).trim_matches(['[', ']']);
    let name = ServerName::try_from(name.to_owned()).with_context(|| format!("'{name}' is no name of a host"))?;
    let connected = TlsConnector::from(Arc::new(config)).connect(name, stream).await;
    let mut stream = connected.with_context(|| format!("agreeing on TLS with {host}"))?;
    exchange(host, &mut stream, text).await
}

async fn exchange(host: &str, stream: &mut (impl AsyncRead + AsyncWrite + Unpin), text: &str) -> anyhow::Result<String> {
    stream.write_all(&mllp::frame(text)).await?;
    stream.flush().await?;
    let mut frames = mllp::Frames::new(ANSWER_BYTES_MAX);
    loop {
        let read = stream.read_buf(frames.received_mut()).await.with_context(|| format!("waiting for the answer of {host}"))?;
        let whole = frames.next_message().with_context(|| format!("{host} answered with something too long to be an acknowledgement"))?;
        if let Some(answer) = whole {
            return Ok(String::from_utf8_lossy(&answer).into_owned());
        }
        ensure!(read > 0, "{host} closed the connection without an acknowledgement");
    }
}

/// What makes another server trust this one, and this one it.
pub(crate) struct Trusted<'a> {
    pub token: Option<&'a str>,
    /// Folder of the service, in which `authorities` holds certificates of hospitals' own authorities.
    pub folder: &'a Path,
}

/// The token with which a system's server is addressed, if it wants one.
pub(crate) async fn token_for(service: &Service, client: StaffId) -> anyhow::Result<Option<String>> {
    Ok(secret::kept(service, &secret::of_system(client)).await?.map(|token| token.trim().to_owned()))
}
