//! Taking the results that another laboratory's system sends: kept as they came, once each, and filed where they certainly belong.

mod settle;

use self::settle::Settled;
use super::{
    doubt,
    find::{Found, Target},
    replace::{self, Known},
};
use crate::{
    Desk, ServiceError, ServiceResult,
    intent::Intent,
    ordering::messages::{can_be, person},
};
use access::{Action, Permit};
use care::{
    MessageId, OrderId, OutsideResultId, Refusals,
    laboratory::sample::{self, Sample},
    ordering::client::{self, Client},
    results::outside::{Arrival, Command, DiscreteValue, KeptDocument, OutsideResult, Placement, Received, StatedPerson, decide},
};
use interop::{codes::result_status, incoming_message::IncomingResult};
use store::{Change, Loaded};

/// What became of the results of a message.
#[derive(Debug, Default)]
pub struct ResultsReceived {
    /// Orders on which results are filed.
    pub orders: Vec<OrderId>,
    /// What the sender should know of them.
    pub notes: Vec<String>,
    /// Results of this message.
    results: Vec<OutsideResultId>,
}

/// Why the results of a message were not taken, and the place of the one because of which.
pub(crate) struct NotTaken {
    pub place: String,
    pub error: ServiceError,
}

impl From<ServiceError> for NotTaken {
    fn from(error: ServiceError) -> NotTaken {
        NotTaken { place: String::new(), error }
    }
}

/// Takes the results of a message as a step of the intent that answers it. Whoever is not a laboratory's system is denied.
pub(crate) async fn receive(
    desk: &Desk,
    intent: &mut Intent,
    message: MessageId,
    results: &[IncomingResult],
) -> Result<ResultsReceived, NotTaken> {
    let permit = desk.permit_general(Action::SendResult).await?;
    let client = desk.service.store.load::<Client>(&permit, client::stream(desk.staff.id)).await.map_err(ServiceError::from)?.state;
    let mut step = Step { desk, permit, client, message, intent, done: ResultsReceived::default() };
    for incoming in results {
        step.take(incoming).await.map_err(|error| NotTaken { place: incoming.place.clone(), error })?;
    }
    step.done.orders.sort();
    step.done.orders.dedup();
    Ok(step.done)
}

/// Where taking the results of a message stands.
struct Step<'s> {
    desk: &'s Desk,
    permit: Permit,
    client: Client,
    message: MessageId,
    intent: &'s mut Intent,
    done: ResultsReceived,
}

impl Step<'_> {
    async fn take(&mut self, incoming: &IncomingResult) -> ServiceResult<()> {
        let mut received = self.received(incoming).await?;
        let mut id = replace::id_of(&received);
        let mut loaded = self.load(id).await?;
        if replace::is_reissue(&loaded.state, &received) {
            id = replace::id_of_reissue(&received);
            loaded = self.load(id).await?;
        }
        if loaded.sequence > 0 {
            self.repeated(&received, &loaded.state);
            return Ok(());
        }
        let Settled { found, arrival, known, note } = self.settled(&received, &incoming.beside).await?;
        received.recipients = self.recipients(&found)?;
        self.note(&received, &found.placement, &arrival, &known);
        self.done.notes.extend(note.into_iter().chain(incoming.not_used.iter().cloned()));
        let mut change = Change::default();
        let command = Command::Receive { received: Box::new(received.clone()), placement: found.placement };
        change.add(&loaded, &decide(&loaded.state, command, &self.desk.staff, self.desk.now())?);
        if let Some(target) = &found.target {
            let order = target.view.id;
            change.links.push((order, id.stream()));
            self.done.orders.push(order);
            replace::supersede_unreleased(self.desk, &mut change, id, &arrival, &known)?;
            self.infer_samples(&mut change, target, &received).await?;
        }
        self.done.results.push(id);
        self.intent.add(self.desk, self.permit.clone(), change);
        Ok(())
    }

    async fn load(&self, id: OutsideResultId) -> ServiceResult<Loaded<OutsideResult>> {
        self.intent.load(self.desk, &self.permit, id.stream()).await
    }

    /// A result as it is kept, with its documents in the service's own keeping.
    async fn received(&self, incoming: &IncomingResult) -> ServiceResult<Received> {
        let status = result_status::read(&incoming.status).ok_or_else(|| {
            let stated = incoming.status.trim();
            let send = "send preliminary, final, corrected or cancelled (HL7 version 2: P, F, C or X)";
            let message = match stated {
                "" => format!("The status of the result is missing: {send}"),
                _ => format!("'{stated}' is no status of a result: {send}"),
            };
            Refusals::one("status", message)
        })?;
        if incoming.filler.trim().is_empty() {
            let message = "The result has no number of the laboratory's own (filler order number), so that no correction could name it";
            return Err(Refusals::one("filler", message).into());
        }
        let mut documents = Vec::new();
        for document in &incoming.documents {
            let sha256 = self.desk.service.store.blobs().put(document.content.clone()).await?;
            documents.push(KeptDocument { sha256, title: document.title.clone(), media_type: document.media_type.clone() });
        }
        let value = |value: &interop::incoming_message::ResultValue| DiscreteValue {
            name: value.name.clone(),
            code: value.code.clone(),
            value: value.value.clone(),
        };
        if status.is_answer() && incoming.values.is_empty() && documents.is_empty() {
            let why = if incoming.not_used.is_empty() { String::new() } else { format!(" ({})", incoming.not_used.join("; ")) };
            return Err(Refusals::one("content", format!("A final result holds no value and no document{why}: send it whole")).into());
        }
        let staff = &self.desk.staff;
        let name = incoming.laboratory.trim();
        Ok(Received {
            message: self.message,
            client: staff.id,
            laboratory: staff.organisation.clone(),
            laboratory_name: if name.is_empty() { staff.organisation_name.clone() } else { name.to_owned() },
            number: incoming.number.trim().to_owned(),
            filler: incoming.filler.trim().to_owned(),
            replaces: incoming.replaces.trim().to_owned(),
            person: self.person(incoming),
            test: incoming.test.trim().to_owned(),
            status,
            issued: incoming.issued.clone(),
            version: incoming.version.only(|time| can_be(time, self.desk.now())),
            values: incoming.values.iter().map(value).collect(),
            documents,
            not_used: incoming.not_used.clone(),
            recipients: vec![],
        })
    }

    fn person(&self, incoming: &IncomingResult) -> StatedPerson {
        let sent = &incoming.person;
        StatedPerson {
            nhs_number: sent.nhs_number.as_ref().map_or_else(String::new, |number| number.value.clone()),
            numbers: person::numbers(&self.desk.staff, &sent.hospital_numbers),
            family_name: sent.family_name.clone(),
            given_name: sent.given_name.clone(),
            birth_date: sent.birth_date.value.clone(),
            sex: sent.sex,
        }
    }

    /// The same result has come before.
    fn repeated(&mut self, received: &Received, known: &OutsideResult) {
        let became = known.state.label().to_lowercase();
        self.done.notes.push(format!("The result {} came before and is {became}; nothing was filed twice", received.filler));
        self.done.orders.extend(known.filed.as_ref().map(|filed| filed.order));
    }

    /// Who looks after a result that is on no order: those who take the sender's results, and the laboratories of named orders.
    fn recipients(&self, found: &Found) -> Result<Vec<care::OdsCode>, Refusals> {
        let mut recipients: Vec<_> = self.client.results_in.iter().chain(&found.laboratories).cloned().collect();
        recipients.sort();
        recipients.dedup();
        if recipients.is_empty() {
            let message = "No laboratory of this service takes results of this system, and the result names none of its orders";
            return Err(Refusals::one("laboratory", message));
        }
        Ok(recipients)
    }

    fn note(&mut self, received: &Received, placement: &Placement, arrival: &Arrival<OutsideResultId>, known: &[Known]) {
        let filler = &received.filler;
        let by = match arrival {
            Arrival::Superseded { by } => known.iter().find(|(id, _)| id == by),
            Arrival::InForce { .. } | Arrival::Unclear { .. } => None,
        };
        self.done.notes.push(match (placement, by) {
            (Placement::On(filed), Some((_, by))) => doubt::superseded(received, &by.state, &filed.number),
            (Placement::On(filed), None) => {
                let part = if filed.relative.is_some() { ", on the part of a relative" } else { "" };
                format!("The result {filler} was filed on {} {}{part}", filed.number, filed.how.label())
            }
            (Placement::Unmatched { why }, _) => format!("The result {filler} waits for a person: {why}"),
        });
    }

    /// The results of a laboratory that said nothing of the sample it was sent say that it has it.
    async fn infer_samples(&self, change: &mut Change, target: &Target, received: &Received) -> ServiceResult<()> {
        let has_barcode = |sample: &Sample| sample.label.as_ref().is_some_and(|label| label.barcode.eq_ignore_ascii_case(&received.number));
        let is_named = target.samples.iter().any(|(_, sample)| has_barcode(sample));
        let is_of_patient = |sample: &Sample| sample.label.as_ref().is_some_and(|label| label.patient == target.person());
        for (id, _) in target.samples.iter().filter(|(_, sample)| if is_named { has_barcode(sample) } else { is_of_patient(sample) }) {
            let loaded = self.intent.load::<Sample>(self.desk, &self.permit, id.stream()).await?;
            if matches!(&loaded.state.state, sample::State::Dispatched { to, .. } if *to == received.laboratory) {
                change.add(&loaded, &sample::decide(&loaded.state, sample::Command::Infer)?);
            }
        }
        Ok(())
    }
}
