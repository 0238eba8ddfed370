//! Sending a result to the system that ordered it: HL7 version 2 over MLLP, or a FHIR transaction over HTTP.

use crate::Service;
use anyhow::{Context, bail, ensure};
use care::{
    OrderId, PatientId, StaffId,
    ordering::order::Sender,
    people::{identifier::HospitalNumber, patient::Demographics},
    results::report::Content,
};
use interop::{
    fhir,
    hl7::{self, mllp},
};
use jiff::Timestamp;
use std::{path::Path, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};
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
    pub samples: &'a [String],
    pub content: &'a Content,
    pub pdf: &'a [u8],
}

/// How long another system may take to answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);
/// An acknowledgement is short; what is longer is none.
const ANSWER_BYTES_MAX: usize = 1 << 20;

/// Sends a result as a FHIR transaction.
pub(crate) async fn fhir(base: &str, trusted: Trusted<'_>, result: &Result<'_>) -> anyhow::Result<()> {
    let context = fhir::report::ReportContext {
        order: result.order,
        patient: result.patient,
        laboratory: result.laboratory,
        samples: result.samples,
        pdf: Some(result.pdf),
    };
    transaction(base, trusted, result.message, &fhir::report::transaction(result.content, &context)).await
}

/// Sends a FHIR transaction; the message's number is repeated when it is sent again.
pub(crate) async fn transaction(base: &str, trusted: Trusted<'_>, message: Uuid, bundle: &fhir::resource::Bundle) -> anyhow::Result<()> {
    let mut client = reqwest::Client::builder().timeout(ANSWER_WITHIN);
    for authority in authorities(trusted.folder)? {
        client = client.add_root_certificate(authority);
    }
    let client = client.build()?;
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
    ensure!(status.is_success(), "{base} answered {status}: {}", body.chars().take(500).collect::<String>());
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
pub(crate) async fn mllp(host: &str, result: &Result<'_>, as_document: bool) -> anyhow::Result<()> {
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
    acknowledged(host, &text, &control).await
}

/// Sends an HL7 message and waits for its acknowledgement.
pub(crate) async fn acknowledged(host: &str, text: &str, control: &str) -> anyhow::Result<()> {
    let answer = timeout(ANSWER_WITHIN, exchange(host, text))
        .await
        .with_context(|| format!("{host} did not acknowledge within {ANSWER_WITHIN:?}"))??;
    match hl7::check_accepted(&answer, control) {
        Ok(()) => Ok(()),
        Err(why) => bail!("{host} {why}"),
    }
}

async fn exchange(host: &str, text: &str) -> anyhow::Result<String> {
    let mut stream = TcpStream::connect(host).await.with_context(|| format!("connecting to {host}"))?;
    stream.write_all(&mllp::frame(text)).await?;
    let mut frames = mllp::Frames::new(ANSWER_BYTES_MAX);
    loop {
        let read = stream.read_buf(frames.received_mut()).await?;
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

/// Certificate authorities that are trusted beside the public ones: PEM files of the folder `authorities`.
fn authorities(folder: &Path) -> anyhow::Result<Vec<reqwest::Certificate>> {
    let folder = folder.join("authorities");
    let mut certificates = Vec::new();
    let Ok(files) = std::fs::read_dir(&folder) else { return Ok(certificates) };
    for file in files {
        let path = file.with_context(|| format!("reading {}", folder.display()))?.path();
        let pem = std::fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
        certificates.extend(
            reqwest::Certificate::from_pem_bundle(&pem).with_context(|| format!("{} holds no certificate as PEM", path.display()))?,
        );
    }
    Ok(certificates)
}

/// The token with which a system's server is addressed: a file of its own, since the journal keeps no secrets.
pub(crate) fn token_for(service: &Service, client: StaffId) -> anyhow::Result<Option<String>> {
    let file = service.folder.join("tokens").join(client.to_string());
    match std::fs::read_to_string(&file) {
        Ok(token) => Ok(Some(token.trim().to_owned())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("reading {}", file.display())),
    }
}
