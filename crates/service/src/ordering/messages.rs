//! Messages of other systems: kept as they came, acted on whole or not at all, mended by people where they could not be read.

mod act;
mod as_read;
mod current;
mod doubts;
mod form;
mod people;
pub(crate) mod person;
mod records;
mod restated;
pub(crate) mod sender;

pub use as_read::{AsRead, receive_as_read};

pub(crate) use self::act::can_be;
use crate::{Desk, ServiceError, ServiceResult, directory, fault::ForLog, intent::Intent, ordering, secret::digest};
use access::{Action, Permit};
use care::{
    MessageId, OrderId, StaffId,
    ordering::{
        client::{self, Address, Client},
        message::{self, Event, Fault, Language, Message, Received, State},
    },
};
use interop::{
    fhir::intake,
    hl7::{self, ReceivedAcknowledgement},
    incoming_message::MessageContent,
};
use jiff::civil::Date;
use sha2::{Digest, Sha256};
use store::{Change, Lookup, MessageLine, Paged, Seen};

/// What became of a message that was just sent.
pub struct Receipt {
    /// Under which it is kept.
    pub id: MessageId,
    /// What became of it.
    pub state: State,
    /// It had been sent before, and nothing was done again.
    pub repeated: bool,
}

/// What became of one message of several that came together.
pub struct Answered {
    /// What an answer to it needs.
    pub header: hl7::Header,
    /// It is a message, whatever is wrong in it.
    pub is_readable: bool,
    /// What became of it.
    pub receipt: ServiceResult<Receipt>,
}

/// What a message asks for, once read.
struct Read {
    control: String,
    kind: String,
    content: Result<MessageContent, Vec<Fault>>,
    /// What of it was not used.
    notes: Vec<String>,
    /// The order that it changes as its sender had read it, and not otherwise.
    expected: Option<AsRead>,
}

/// Bytes as text: UTF-8, else each byte a character of Latin-1, as older systems write.
fn decoded(body: &[u8]) -> String {
    std::str::from_utf8(body).map_or_else(|_| body.iter().map(|b| char::from(*b)).collect(), str::to_owned)
}

fn read(language: Language, body: &[u8], today: Date) -> Read {
    match language {
        // FHIR gives a transaction no number: the same bytes are the same message.
        Language::Fhir => {
            let content = intake::read_on(body, today).map(intake::Intake::content);
            Read { control: digest(body), kind: "Bundle".into(), content, notes: vec![], expected: None }
        }
        Language::Hl7 => match hl7::read(body).as_slice() {
            [unit] => read_unit(unit),
            units => Read {
                control: units.first().map_or_else(String::new, |unit| unit.header.control()),
                kind: String::new(),
                content: Err(vec![Fault::new("MSH", "Several messages were sent in the place of one; send each by itself")]),
                notes: vec![],
                expected: None,
            },
        },
    }
}

fn read_unit(unit: &hl7::Unit) -> Read {
    let reading = match (&unit.message, ReceivedAcknowledgement::read(unit)) {
        (_, Some(received)) => Err(vec![refused_by_peer(&received)]),
        (Ok(message), None) => hl7::content(message),
        (Err(why), None) => Err(vec![Fault::new(why.place(), why.to_string())]),
    };
    let (content, notes) = match reading {
        Ok(reading) => (Ok(reading.content), reading.notes),
        Err(faults) => (Err(faults), vec![]),
    };
    Read { control: unit.header.control(), kind: unit.header.kind(), content, notes, expected: None }
}

/// Takes what a system sent as HL7: one message, or several, each by itself: what is wrong with one stops no other. An acknowledgement
/// is none of what has to be answered: it is written to the log, and kept for a person unless it says that a message was taken.
#[crate::boxed]
pub async fn receive_hl7(desk: &Desk, body: &[u8]) -> Vec<Answered> {
    let units = hl7::read(body);
    let mut answers = Vec::with_capacity(units.len());
    for unit in &units {
        // A message that came alone is kept as it came.
        let bytes = if units.len() == 1 { body } else { unit.text.as_bytes() };
        if let Some(received) = ReceivedAcknowledgement::read(unit) {
            acknowledged(desk, bytes, (unit, received)).await;
            continue;
        }
        let receipt = receive_read(desk, Language::Hl7, bytes, read_unit(unit)).await;
        answers.push(Answered { header: unit.header.clone(), is_readable: unit.message.is_ok(), receipt });
    }
    answers
}

/// An acknowledgement that came by itself: what does not say that a message was taken is kept where people see what could not be done.
async fn acknowledged(desk: &Desk, bytes: &[u8], (unit, received): (&hl7::Unit, ReceivedAcknowledgement)) {
    tracing::info!("the system {} acknowledged a message, which is not answered", desk.staff.id);
    if received.is_refusal() {
        let kept = receive_read(desk, Language::Hl7, bytes, read_unit(unit)).await;
        if let Err(error) = kept {
            tracing::error!("that the system {} refused a message could not be kept: {}", desk.staff.id, error.for_log());
        }
    }
}

/// What a person is told of an acknowledgement that does not say that a message was taken.
fn refused_by_peer(received: &ReceivedAcknowledgement) -> Fault {
    let ReceivedAcknowledgement { code, control, text } = received;
    let code = if code.is_empty() { "something that cannot be read" } else { code.as_str() };
    let message =
        format!("The system answers {code} to the message '{control}' of this service: {text}. Look at what was sent, and ring them");
    Fault::new("MSA-1", message)
}

/// Takes a message of this desk's system: keeps it, does what it asks for, all or nothing, and says what became of it.
#[crate::boxed]
pub async fn receive(desk: &Desk, language: Language, body: &[u8]) -> ServiceResult<Receipt> {
    receive_read(desk, language, body, read(language, body, desk.today())).await
}

#[crate::boxed]
async fn receive_read(desk: &Desk, language: Language, body: &[u8], read: Read) -> ServiceResult<Receipt> {
    let permit = desk.permit_general(Action::SendMessage).await?;
    let kept = match found_or_kept(desk, &permit, language, body, &read).await {
        // The same message came at the same time, and is kept by now.
        Err(ServiceError::Conflict(_)) => found_or_kept(desk, &permit, language, body, &read).await?,
        kept => kept?,
    };
    match kept {
        // One that was cut off or refused is read again: what it had done is found done, and what was missing may be there now.
        (id, State::Waiting | State::Refused { .. }) => conclude(desk, &permit, id, &read).await,
        (id, state) => Ok(Receipt { id, state, repeated: true }),
    }
}

/// A message as it is kept, and what became of it: from before where it was sent before, else from now on.
async fn found_or_kept(desk: &Desk, permit: &Permit, language: Language, body: &[u8], read: &Read) -> ServiceResult<(MessageId, State)> {
    let (store, sha256) = (&desk.service.store, digest(body));
    let mut seen = Vec::new();
    if !read.control.is_empty() {
        seen.push(store.seen(Lookup::Message(desk.staff.id, read.control.clone(), sha256.clone())).await?);
        let same = store.messages_with(permit, desk.staff.id, &read.control).await?;
        if let Some(first) = same.iter().find(|line| line.sha256 == sha256) {
            return Ok((first.id, store.load::<Message>(permit, first.id.stream()).await?.state.state));
        }
    }
    Ok((keep(desk, permit, language, body, read, (None, seen)).await?, State::Waiting))
}

async fn keep(
    desk: &Desk,
    permit: &Permit,
    language: Language,
    body: &[u8],
    read: &Read,
    (mends, seen): (Option<MessageId>, Vec<Seen>),
) -> ServiceResult<MessageId> {
    let id = MessageId(desk.new_id());
    let store = &desk.service.store;
    let received = Received {
        client: desk.staff.clone(),
        language,
        control: read.control.clone(),
        kind: read.kind.clone(),
        sha256: store.blobs().put(body.to_vec()).await?,
        mends,
        at: desk.now(),
    };
    let loaded = store.load::<Message>(permit, id.stream()).await?;
    let mut change = Change { seen, ..Change::default() };
    change.add(&loaded, &[Event::Received(Box::new(received))]);
    store.commit(permit, change, desk.now()).await?;
    Ok(id)
}

/// How often a message is read again because somebody else changed the same thing at the same time: each time one of those who came
/// together is done.
const ATTEMPTS: u32 = 8;

/// Does what a message asks for and says so in its stream, in one transaction.
async fn conclude(desk: &Desk, permit: &Permit, id: MessageId, read: &Read) -> ServiceResult<Receipt> {
    for _ in 1..ATTEMPTS {
        match conclude_once(desk, permit, id, read).await {
            Err(ServiceError::Conflict(_)) => {}
            concluded => return concluded,
        }
    }
    conclude_once(desk, permit, id, read).await
}

async fn conclude_once(desk: &Desk, permit: &Permit, id: MessageId, read: &Read) -> ServiceResult<Receipt> {
    let loaded = desk.service.store.load::<Message>(permit, id.stream()).await?;
    // The same message came at the same time, and was acted on by now.
    if !loaded.state.state.is_dead() {
        return Ok(Receipt { id, state: loaded.state.state, repeated: true });
    }
    let expected = read.expected.filter(|_| read.content.is_ok());
    if let Some(version) = expected
        && !version.is_so(desk).await?
    {
        return as_read::overtaken(desk, permit, (id, &loaded)).await;
    }
    let done = match &read.content {
        Ok(content) => ordering::messages::act::act(desk, id, content).await?,
        Err(faults) => Err(faults.clone()),
    };
    let (mut change, mut intent) = (Change::default(), Intent::default());
    let state = match done {
        Ok(act::Done { intent: steps, orders, notes: of_orders }) => {
            intent = steps;
            let notes = [read.notes.clone(), of_orders].concat();
            change.add(&loaded, &[Event::Done { orders: orders.clone(), notes: notes.clone() }]);
            change.links.extend(orders.iter().map(|order| (*order, id.stream())));
            State::Done { orders, notes }
        }
        Err(faults) => {
            change.add(&loaded, &[Event::Refused { faults: faults.clone() }]);
            if let Ok(content) = &read.content {
                Box::pin(act::early::keep(desk, id, content, &mut change)).await?;
            }
            State::Refused { faults }
        }
    };
    if let Some(version) = expected {
        intent.require(desk, permit.clone(), version.expected());
    }
    intent.add(desk, permit.clone(), change);
    intent.commit(desk).await?;
    Ok(Receipt { id, state, repeated: false })
}

/// What could be placed of a message, without placing it: the faults that it has.
#[crate::boxed]
pub async fn validate(desk: &Desk, language: Language, body: &[u8]) -> ServiceResult<(Vec<Fault>, Vec<String>)> {
    desk.permit_general(Action::SendMessage).await?;
    match read(language, body, desk.today()).content {
        Err(faults) => Ok((faults, vec![])),
        Ok(content) => ordering::messages::act::dry_run(desk, &content).await,
    }
}

/// A message with its text.
pub struct Shown {
    /// Its line.
    pub line: MessageLine,
    /// The message.
    pub message: Message,
    /// As it came.
    pub text: String,
}

/// A page of the messages of this organisation's systems in some states, latest first.
#[crate::boxed]
pub async fn messages(desk: &Desk, states: &[State], page: u64) -> ServiceResult<Paged<(MessageLine, Message)>> {
    let permit = desk.permit_general(Action::MendMessage).await?;
    let states: Vec<&str> = states.iter().map(State::label).collect();
    let Paged { lines, number, total } = desk.service.store.messages(&permit, &states, page).await?;
    let streams: Vec<String> = lines.iter().map(|line| line.id.stream()).collect();
    let mut loaded = desk.service.store.load_all::<Message>(&permit, &streams).await?;
    let mut found = Vec::new();
    for line in lines {
        let message = loaded.remove(&line.id.stream()).unwrap_or_default();
        found.push((line, message));
    }
    Ok(Paged { lines: found, number, total })
}

async fn permit(desk: &Desk, id: MessageId) -> ServiceResult<(Permit, MessageLine)> {
    let line = desk.service.store.message(id).await?.ok_or(ServiceError::NotFound("message"))?;
    let sender =
        desk.service.store.load::<Client>(&desk.permit_general(Action::MendMessage).await?, client::stream(line.client)).await?.state;
    // The laboratory that takes a sender's results looks after its messages too.
    let organisation = if sender.results_in.contains(&desk.staff.organisation) {
        desk.staff.organisation.clone()
    } else {
        line.organisation.parse().map_err(anyhow::Error::from)?
    };
    Ok((desk.permit_named(Action::MendMessage, id.stream(), organisation).await?, line))
}

/// A message as it came and what became of it.
#[crate::boxed]
pub async fn message(desk: &Desk, id: MessageId) -> ServiceResult<Shown> {
    let (permit, line) = permit(desk, id).await?;
    let message = desk.service.store.load::<Message>(&permit, id.stream()).await?.state;
    let text = decoded(&desk.service.store.blobs().get(&line.sha256).await?).replace('\r', "\n");
    Ok(Shown { line, message, text })
}

/// Sends a mended message in the place of one that could not be acted on.
#[crate::boxed]
pub async fn mend(desk: &Desk, id: MessageId, text: &str) -> ServiceResult<Receipt> {
    let (permit, _) = permit(desk, id).await?;
    let store = &desk.service.store;
    let loaded = store.load::<Message>(&permit, id.stream()).await?;
    let received = loaded.state.received.clone().ok_or(ServiceError::NotFound("message"))?;
    let system = store.client_by_id(received.client.id).await?;
    let system = system.ok_or_else(|| care::Refusals::one("client", "The system that sent it may no longer ask; open it again first"))?;
    message::mend(&loaded.state, id)?;
    let desk = desk.service.desk(system).on_behalf_of(&desk.staff.name);
    let sent = desk.permit_general(Action::SendMessage).await?;
    let body = text.replace("\r\n", "\n").into_bytes();
    let read = read(received.language, &body, desk.today());
    let mended = keep(&desk, &sent, received.language, &body, &read, (Some(id), vec![])).await?;
    let mut change = Change::default();
    change.add(&loaded, &message::mend(&loaded.state, mended)?);
    store.commit(&permit, change, desk.now()).await?;
    conclude(&desk, &sent, mended, &read).await
}

/// Says that a message needs nothing more, and why.
#[crate::boxed]
pub async fn set_aside(desk: &Desk, id: MessageId, reason: &str) -> ServiceResult<()> {
    let (permit, _) = permit(desk, id).await?;
    let loaded = desk.service.store.load::<Message>(&permit, id.stream()).await?;
    let mut change = Change { reason: reason.trim().to_owned(), ..Change::default() };
    change.add(&loaded, &message::set_aside(&loaded.state, reason, &desk.staff)?);
    Ok(desk.service.store.commit(&permit, change, desk.now()).await?)
}

/// Says what a code of a system means.
#[crate::boxed]
pub async fn map_code(desk: &Desk, message: MessageId, code: &str, means: &str) -> ServiceResult<()> {
    let (permit, line) = permit(desk, message).await?;
    if directory::catalogue::current(&desk.service).await?.test(means.trim().to_uppercase().as_str()).is_none() {
        return Err(care::Refusals::one("means", format!("{} is not in the Test Directory", means.trim())).into());
    }
    let loaded = desk.service.store.load::<Client>(&permit, client::stream(line.client)).await?;
    let mut change = Change::default();
    change.add(&loaded, &client::map(&loaded.state, code, means, &desk.staff)?);
    Ok(desk.service.store.commit(&permit, change, desk.now()).await?)
}

/// The system as which this desk asks.
async fn client(desk: &Desk) -> ServiceResult<Client> {
    let permit = desk.permit_general(Action::SendMessage).await?;
    Ok(desk.service.store.load::<Client>(&permit, client::stream(desk.staff.id)).await?.state)
}

impl crate::Service {
    /// How results reach a system that ordered.
    pub(crate) async fn address_of(&self, permit: &Permit, client: StaffId) -> anyhow::Result<Address> {
        let client_state = self.store.load::<Client>(permit, client::stream(client)).await?.state;
        Ok(if client_state.closed { Address::None } else { client_state.address })
    }
}

/// The order that a system's number stands for: the same number of the same system is always the same order.
pub fn order_of(client: StaffId, number: &str) -> OrderId {
    let digest = Sha256::digest(format!("{client}\n{number}"));
    let bytes = std::array::from_fn(|index| digest[index]);
    OrderId(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}
