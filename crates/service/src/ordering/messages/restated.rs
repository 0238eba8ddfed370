//! An order that stands already and is stated again: in what the statement differs, and what a change takes over.

mod paired;

use self::paired::{Known, has_other_choice, is_other_relative, paired};
use super::current::CurrentOrder;
use crate::{OrderForm, ServiceResult, intent::Intent, ordering::generations::CHECK, people::patients, secret::digest};
use access::{Action, Permit};
use care::{
    Fold, OrderId, PatientId, SampleId,
    ordering::{
        choice::{Answer, Discussion, Purpose, restated::Statement},
        family::Relationship,
        order::{Order, Request, Sender, SenderResources},
    },
};
use interop::incoming_order::EndedConsent;
use jiff::civil::Date;
use ontology::TermId;

/// Why an order is changed in which nothing but the sender's own addresses differ.
pub(super) const ADDRESSES: &str = "The system that sent it names its own resources anew";

/// Features are left out, which a change that states any takes off the order.
pub(super) const FEWER_FEATURES: &str = "fewer features";

/// Lines of the history are left out, which a change takes off the order.
pub(super) const LESS_HISTORY: &str = "less history";

/// What people chose is another thing than the order: it is changed by itself.
pub(super) const DISCUSSION: &str = "record of discussion";

/// In what a statement differs from an order.
pub(super) struct Difference {
    /// What of the order.
    pub what: &'static str,
    /// What the statement has of it.
    pub new: &'static str,
    /// Where FHIR says it.
    pub element: &'static str,
}

impl Difference {
    const fn new(what: &'static str, new: &'static str, element: &'static str) -> Difference {
        Difference { what, new, element }
    }
}

/// What a form says that the order does not, of what a change of the order takes over. What was added to the order since is no
/// difference.
pub(super) fn differences(request: &Request, form: &OrderForm) -> Vec<Difference> {
    let adds = |stated: &[TermId], known: &[TermId]| stated.iter().any(|term| !known.contains(term));
    let is_new = |line: &str| !line.trim().is_empty() && !request.history.contains(line.trim());
    let is_other_purpose = std::mem::discriminant(&request.purpose) != std::mem::discriminant(&form.purpose);
    let features = adds(&form.observed, &request.observed) || adds(&form.excluded, &request.excluded);
    let onsets = form.onsets.iter().any(|onset| !request.onsets.contains(onset));
    only(vec![
        (Difference::new("urgency", "another urgency", "ServiceRequest.priority"), request.urgency != form.urgency),
        (Difference::new("purpose", "another purpose", "ServiceRequest.reasonCode and orderDetail"), is_other_purpose),
        (Difference::new("clinical features", "other features", "Observation and Condition"), features || onsets),
        (
            Difference::new("history and remarks", "another history", "ServiceRequest.note, specimens and answers in words"),
            form.history.lines().any(is_new),
        ),
    ])
}

/// What a form says otherwise that a change of the order does not take over, or says no more. What was taken off the order or changed
/// here since is no difference.
pub(super) async fn further_differences(current: &CurrentOrder, form: &OrderForm) -> ServiceResult<Vec<Difference>> {
    let Some(request) = &current.order.request else { return Ok(vec![]) };
    let permit = current.desk.permit(Action::ReadOrder, current.id).await?;
    let placed = placed(current, &permit).await?;
    let known = people(current, &permit, request).await?;
    let pairs = paired(&form.people, &known);
    // What a person has to look at was put to the history here.
    let is_stated = |line: &str| !line.is_empty() && !line.starts_with(CHECK);
    let is_left_out =
        |placed: &[TermId], known: &[TermId], stated: &[TermId]| placed.iter().any(|term| known.contains(term) && !stated.contains(term));
    let lines = |text: &str| text.lines().map(|line| line.trim().to_owned()).filter(|line| is_stated(line)).collect::<Vec<_>>();
    let is_said_no_more = |line: &String| request.history.contains(line.as_str()) && !form.history.contains(line.as_str());
    // What ended may have stood, whatever the form says of it beside.
    let is_ended = !consents(current, form).await?.statements.is_empty();
    let mut all = vec![
        (Difference::new("relatives", "another state of a relative", "Observation of the relative"), is_other_relative(&pairs)),
        (
            Difference::new(DISCUSSION, "another record of discussion", "Consent"),
            is_ended || has_other_choice(&pairs, current.desk.today()),
        ),
        (Difference::new("documents", "other documents", "DocumentReference and Binary"), has_other_document(current, form)),
        (Difference::new("numbers of specimens", "other numbers of specimens", "Specimen.identifier"), has_other_specimen(request, form)),
    ];
    if let Some(placed) = placed {
        let features = is_left_out(&placed.observed, &request.observed, &form.observed)
            || is_left_out(&placed.excluded, &request.excluded, &form.excluded);
        all.push((Difference::new("clinical features", FEWER_FEATURES, "Observation and Condition, left out"), features));
        let history = lines(&placed.history).iter().any(is_said_no_more);
        all.push((Difference::new("history and remarks", LESS_HISTORY, "ServiceRequest.note, left out"), history));
    }
    Ok(only(all))
}

/// What a message states of the consents of the people of an order.
#[derive(Default)]
pub(super) struct Consents {
    /// Whose choice changes, and what is stated of it.
    pub statements: Vec<(PatientId, Statement)>,
    /// What the sender is told.
    pub notes: Vec<String>,
    /// Who withdraws or refuses something and is nobody of the order.
    pub strangers: Vec<String>,
    /// What is stated as agreed to, and was withdrawn or refused here since.
    pub kept: Vec<Kept>,
}

/// What somebody withdrew or refused here, and a message states as agreed to.
pub(super) struct Kept {
    pub patient: PatientId,
    /// Who of the family.
    pub who: String,
    pub what: Purpose,
    /// Since when.
    pub since: Date,
}

/// What of the consents that a form states is otherwise than it stands.
pub(super) async fn consents(current: &CurrentOrder, form: &OrderForm) -> ServiceResult<Consents> {
    let Some(request) = &current.order.request else { return Ok(Consents::default()) };
    let mut consents = Consents::default();
    let permit = current.desk.permit(Action::ReadOrder, current.id).await?;
    let known = people(current, &permit, request).await?;
    for (nth, (person, known)) in paired(&form.people, &known).into_iter().enumerate() {
        let Some(statement) = form.statement(nth) else { continue };
        match known {
            Some(known) => consents.add(current, &permit, (known.participant.patient, person.relationship.label(), statement)).await?,
            None if refuses(&statement) => consents.strangers.push(person.demographics.full_name()),
            None => {}
        }
    }
    Ok(consents)
}

/// What the patient takes back with an order that ends.
pub(super) async fn ended(current: &CurrentOrder, ended: &[EndedConsent]) -> ServiceResult<Consents> {
    let why = |consent: &EndedConsent| format!("{} ({})", consent.why, consent.place);
    let ended = ended.iter().flat_map(|consent| consent.what.iter().map(move |what| (*what, why(consent)))).collect::<Vec<_>>();
    let mut consents = Consents::default();
    if !ended.is_empty() {
        let permit = current.desk.permit(Action::ReadOrder, current.id).await?;
        let statement = Statement { order: current.id, discussion: None, dated: None, ended };
        consents.add(current, &permit, (current.patient, Relationship::Proband.label(), statement)).await?;
    }
    Ok(consents)
}

impl Consents {
    async fn add(
        &mut self,
        current: &CurrentOrder,
        permit: &Permit,
        (patient, who, statement): (PatientId, &str, Statement),
    ) -> ServiceResult<()> {
        let stated = (patient, statement.clone());
        let (_, restated) = crate::ordering::consents::restated(&current.desk, permit, &Intent::default(), stated).await?;
        self.notes.extend(crate::ordering::consents::notes(who, &restated));
        let kept = restated.kept.iter().map(|(what, since)| Kept { patient, who: who.to_owned(), what: *what, since: *since });
        self.kept.extend(kept);
        if !restated.events.is_empty() {
            self.statements.push((patient, statement));
        }
        Ok(())
    }
}

/// A statement says no to something, or ends it.
fn refuses(statement: &Statement) -> bool {
    let is_no = |discussion: &Discussion| Purpose::ALL.into_iter().any(|what| discussion.answer(what) == Answer::No);
    !statement.ended.is_empty() || statement.discussion.as_ref().is_some_and(is_no)
}

/// What a form says otherwise that is not about the patient or the test.
pub(super) fn not_clinical(current: &CurrentOrder, form: &OrderForm, requester: &str) -> Vec<&'static str> {
    let known = current.order.requester.as_ref().map_or("", |staff| staff.name.trim());
    let resources = |sender: &Option<Sender>| sender.as_ref().map(|sender| sender.resources.clone());
    let request = current.order.request.as_ref();
    let addresses = request.and_then(|request| resources(&request.sender)) != resources(&form.sender);
    let all = [
        ("the requester's name (ServiceRequest.requester)", !requester.trim().is_empty() && requester.trim() != known),
        ("the addresses of your own resources (fullUrl)", addresses),
    ];
    all.into_iter().filter(|(_, is_so)| *is_so).map(|(what, _)| what).collect()
}

fn only(all: Vec<(Difference, bool)>) -> Vec<Difference> {
    all.into_iter().filter(|(_, is_so)| *is_so).map(|(difference, _)| difference).collect()
}

/// The request as it was when the order was placed.
async fn placed(current: &CurrentOrder, permit: &Permit) -> ServiceResult<Option<Request>> {
    let mut order = Order::default();
    for entry in current.desk.service.store.stream(permit, &current.id.stream()).await? {
        order = order.apply(&entry.read()?);
        if order.request.is_some() {
            return Ok(order.request);
        }
    }
    Ok(None)
}

/// Everybody of the order, as their records have them, with their own choices.
async fn people(current: &CurrentOrder, permit: &Permit, request: &Request) -> ServiceResult<Vec<Known>> {
    let desk = &current.desk;
    let choices = desk.status(permit, current.id).await?.choices;
    let mut known = Vec::new();
    for participant in &request.people {
        let choice = choices.iter().find(|(patient, _)| *patient == participant.patient).map(|(_, choice)| choice.clone());
        known.push(Known {
            participant: participant.clone(),
            demographics: patients::demographics(desk, permit, participant.patient).await?,
            numbers: patients::numbers(desk, permit, participant.patient).await?,
            choice: choice.unwrap_or_default(),
        });
    }
    Ok(known)
}

fn has_other_document(current: &CurrentOrder, form: &OrderForm) -> bool {
    let is_known = |content: &[u8]| {
        let sha256 = digest(content);
        current.order.documents.iter().any(|document| document.sha256 == sha256)
    };
    form.enclosed.documents.iter().any(|document| !is_known(&document.content))
}

/// A specimen has a number that no specimen of the order had.
fn has_other_specimen(request: &Request, form: &OrderForm) -> bool {
    let numbers = |sender: &Option<Sender>| {
        let specimens = sender.iter().flat_map(|sender| &sender.resources.specimens);
        specimens.map(|specimen| specimen.value.clone()).filter(|value| !value.is_empty()).collect::<Vec<_>>()
    };
    let known = numbers(&request.sender);
    numbers(&form.sender).iter().any(|number| !known.contains(number))
}

/// How the sender names its resources once an order is changed: by the addresses that it states now, never by one of this service.
pub(super) async fn addresses(current: &CurrentOrder, form: &OrderForm) -> ServiceResult<Option<SenderResources>> {
    let known = current.order.request.as_ref().and_then(|request| Some((request, request.sender.as_ref()?)));
    let (Some((request, sender)), Some(stated)) = (known, form.sender.as_ref()) else { return Ok(None) };
    let mut own: Vec<String> = Vec::new();
    for specimen in &stated.resources.specimens {
        let sample = tail(&specimen.address).parse::<SampleId>().ok();
        if let Some(sample) = sample
            && current.desk.service.store.order_of_stream(&sample.stream()).await?.is_some()
        {
            own.push(specimen.address.clone());
        }
    }
    let is_person = |id: PatientId| request.people.iter().any(|person| person.patient == id);
    let is_own = |address: &str| {
        let id = tail(address);
        let is_request = id.split('.').next().and_then(|id| id.parse::<OrderId>().ok()) == Some(current.id);
        is_request || id.parse().is_ok_and(is_person) || own.iter().any(|known| known == address)
    };
    let renewed = sender.resources.renewed(&stated.resources.clone().without(is_own));
    Ok((renewed != sender.resources).then_some(renewed))
}

/// The last part of an address.
fn tail(address: &str) -> &str {
    address.rsplit('/').next().unwrap_or_default()
}
