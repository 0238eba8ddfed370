//! Placing an order and moving it along.

mod enclosed;
mod performer;
mod since;
mod whose;

pub use enclosed::Enclosed;
pub use since::{change_as_seen, changed_since};

use crate::Service;
use crate::{
    Desk, ServiceError, ServiceResult,
    directory::{self, catalogue::Catalogue},
    intent::Intent,
    ordering::{self, choices, consents, generations, specimens, stand_ins},
    people, results,
};
use access::{Action, Permit};
use care::{
    OrderId, PatientId, Refusal, Refusals, SampleId,
    directory::{Difference, Test, compare, eligibility},
    laboratory::sample::{self, Label, Sample},
    ordering::{
        choice::{self, Choice, Discussion},
        family::{Affected, Participant, Relationship},
        order::{
            self, Command, Order, Request, Responsible, Sender, Urgency,
            purpose::{self, Purpose},
        },
    },
    people::{identifier::HospitalNumber, patient::Demographics},
};
use ontology::TermId;
use store::{Change, Loaded, Seen};

/// What the indication of an order begins with that was sent to try the exchange.
pub(crate) const TEST_MESSAGE: &str = "TEST MESSAGE";

/// One person as the form gives them.
#[derive(Clone, Debug)]
pub struct PersonForm {
    /// Who they are.
    pub demographics: Demographics,
    /// Whoever asks stated who they are; else everything but a number is taken from the record, and not told.
    pub is_stated: bool,
    /// Numbers by which the hospital that asks knows them.
    pub numbers: Vec<HospitalNumber>,
    /// Relationship to the proband.
    pub relationship: Relationship,
    /// Affected.
    pub affected: Affected,
    /// What they chose, if it was talked about while ordering; else it is recorded later.
    pub choice: Option<Discussion<Relationship>>,
}

/// What the clinician asks for.
#[derive(Clone, Debug)]
pub struct OrderForm {
    /// Test, as the directory had it when it was chosen.
    pub test: Test,
    /// What it is for.
    pub purpose: Purpose,
    /// Proband first.
    pub people: Vec<PersonForm>,
    /// Terms present.
    pub observed: Vec<TermId>,
    /// Terms absent.
    pub excluded: Vec<TermId>,
    /// When terms that are present began.
    pub onsets: Vec<(TermId, TermId)>,
    /// How the criteria are met.
    pub eligibility: String,
    /// History.
    pub history: String,
    /// Urgency.
    pub urgency: Urgency,
    /// Made when the form was opened, so that a form sent twice makes one order.
    pub id: OrderId,
    /// Who is responsible for the patient, and for whom the report is, where that is not whoever orders.
    pub responsible: Responsible,
    /// The system that sent it, where no person filled in a form.
    pub sender: Option<Sender>,
    /// What came with it, beside the answers.
    pub enclosed: Enclosed,
}

/// A new identifier for an order form.
pub fn new_order_id(service: &Service) -> OrderId {
    OrderId(service.new_id())
}

/// What is wrong with the choices given on an order's form, told before anything is written.
pub fn refused_choices(desk: &Desk, people: &[PersonForm]) -> Vec<Refusal> {
    let participants = participants(desk, people);
    let refused = people.iter().zip(&participants).filter_map(|(person_form, person)| {
        choices::decide(person_form.choice.clone()?, person, &participants, &person_form.demographics, desk.today()).err()
    });
    refused.flat_map(|refusals| refusals.0).collect()
}

/// Places an order: people registered, request submitted, choices recorded, a sample expected from each person; all of it, or
/// nothing.
#[crate::boxed]
pub async fn place(desk: &Desk, form: OrderForm) -> ServiceResult<OrderId> {
    let mut intent = Intent::default();
    let id = place_in(desk, &mut intent, form).await?;
    intent.commit(desk).await?;
    Ok(id)
}

/// The same as a step of an intent.
pub(crate) async fn place_in(desk: &Desk, intent: &mut Intent, form: OrderForm) -> ServiceResult<OrderId> {
    let Ready { permit, order, mut request, seen, .. } = ready(desk, intent, &form).await?;
    for (person, person_form) in request.people.iter_mut().zip(&form.people) {
        person.patient = people::patients::register_in(desk, intent, person_form.demographics.clone(), &person_form.numbers).await?;
    }
    if let (Some(day), Some(proband)) = (&form.enclosed.died, request.people.first()) {
        people::deaths::say_in(desk, intent, proband.patient, (day, &form.enclosed.by_system)).await?;
    }
    let (people, samples) = (request.people.clone(), purpose::samples_needed(&request));
    let events = order::decide(&order.state, Command::Submit(Box::new(request)), &desk.staff)?;
    let mut change = Change { seen, ..Change::default() };
    change.add(&order, &events);
    change.links.push((form.id, form.id.stream()));
    for (nth, (person, person_form)) in people.iter().zip(&form.people).enumerate() {
        change.links.push((form.id, person.patient.stream()));
        if form.sender.is_some() {
            let Some(statement) = form.statement(nth) else { continue };
            let (before, restated) = consents::restated(desk, &permit, intent, (person.patient, statement)).await?;
            if !restated.events.is_empty() {
                change.add(&before, &restated.events);
                change.links.push((form.id, choice::stream(person.patient)));
            }
        } else if let Some(discussion) = person_form.choice.clone() {
            let stream = choice::stream(person.patient);
            let choice_before = intent.load::<Choice>(desk, &permit, stream.clone()).await?;
            change.add(&choice_before, &choices::decide(discussion, person, &people, &person_form.demographics, desk.today())?);
            change.links.push((form.id, stream));
        }
    }
    let proband = people.iter().find(|p| p.relationship == Relationship::Proband).map(|p| p.patient);
    let labels: Vec<String> = form.enclosed.specimens.iter().flat_map(|specimen| specimen.labels.clone()).collect();
    // Where several samples are taken of one person, which tube is which is not said.
    let is_clear = samples.iter().filter(|(patient, _)| Some(*patient) == proband).count() == 1;
    for (patient, material) in samples {
        let sample = expect_sample(desk, &permit, &mut change, form.id, patient, material, None).await?;
        if is_clear && Some(patient) == proband && !labels.is_empty() {
            change.more(&sample.stream(), &[sample::Event::Relabelled { labels: labels.clone() }]);
        }
    }
    for document in &form.enclosed.documents {
        let sha256 = desk.service.store.blobs().put(document.content.clone()).await?;
        let (title, media_type) = (document.title.clone(), document.media_type.clone());
        change.more(&form.id.stream(), &[order::Event::Attached(order::Document { title, media_type, sha256 })]);
    }
    let name = people.iter().find(|p| p.relationship == Relationship::Proband).map_or("", |p| &p.name);
    results::cascades::join(desk, intent, &permit, &mut change, form.id, &form.purpose, name).await?;
    intent.add(desk, permit, change);
    Ok(form.id)
}

/// What would be placed, if nothing speaks against it.
pub(crate) struct Ready {
    permit: Permit,
    order: Loaded<Order>,
    request: Request,
    /// What the records of people say otherwise.
    pub notes: Vec<String>,
    /// On whose tubes the numbers of its specimens were.
    seen: Vec<Seen>,
}

/// Looks whether an order can be placed. Nobody is registered yet, so that a refused order leaves nothing behind.
pub(crate) async fn ready(desk: &Desk, intent: &Intent, form: &OrderForm) -> ServiceResult<Ready> {
    let permit = desk.permit_general(Action::PlaceOrder).await?;
    if form.people.iter().any(|p| p.choice.is_some()) {
        desk.permit_general(Action::RecordChoice).await?;
    }
    let order = intent.load::<Order>(desk, &permit, form.id.stream()).await?;
    if order.sequence > 0 {
        return Err(Refusals::one("order", "This order has already been submitted; nothing was sent twice").into());
    }
    let catalogue = directory::catalogue::current(&desk.service).await?;
    Refusals::check(moved_on(&form.test, &catalogue).into_iter().collect())?;
    let test = &form.test;
    let (impossible, mut checks) = generations::of_form(&form.people);
    checks.extend(stand_ins::checks(&form.people, desk.today()));
    let laboratory = directory::laboratories::route(desk, &test.code).await?;
    checks.extend(performer::checks(&desk.service, &laboratory, &form.enclosed.performers).await?);
    let mut request = Request {
        number: number(form.id),
        test: test.code.clone(),
        indication: if form.enclosed.is_test { format!("{TEST_MESSAGE} – {}", test.indication) } else { test.indication.clone() },
        purpose: form.purpose.clone(),
        directory_version: catalogue.version_of(&test.code),
        panel: catalogue.panel_of(test).map(|p| (p.id.clone(), p.name.clone(), p.version.clone())),
        people: participants(desk, &form.people),
        observed: form.observed.clone(),
        excluded: form.excluded.clone(),
        onsets: form.onsets.clone(),
        eligibility: form.eligibility.clone(),
        history: generations::with_checks(&form.history, &checks),
        urgency: form.urgency,
        laboratory,
        turnaround_days_max: test.turnaround_days_max,
        responsible: form.responsible.clone(),
        sender: form.sender.clone(),
    };
    let (mut notes, mut seen) = (checks, Vec::new());
    let mut refusals = order::missing(&request);
    refusals.extend(refused_choices(desk, &form.people));
    refusals.extend(impossible);
    if let Some(proband) = form.people.iter().find(|p| p.relationship == Relationship::Proband) {
        let on = request.purpose.subject().age_counts_on(desk.today());
        refusals.extend(eligibility::faults(test, &proband.demographics, on));
        refusals.extend(ordering::choices::earlier_faults(desk, &request.purpose, proband).await?);
        let shared = specimens::shared(desk, (&permit, intent), proband, &form.enclosed.specimens).await?;
        refusals.extend(shared.refusals);
        notes.extend(shared.notes);
        seen = shared.seen;
    }
    for nth in 0..form.people.len() {
        refusals.extend(whose::whose(desk, (&permit, intent), (form, nth), &mut notes).await?);
    }
    request.history = generations::with_checks(&request.history, &generations::checks_of(&notes.join("\n")));
    Refusals::check(refusals)?;
    people::restriction::refuse_restricted(desk, &permit, &form.people).await?;
    Ok(Ready { permit, order, request, notes, seen })
}

/// Changes what is asked, short of another patient or test, for a reason. What the change needs is expected anew.
pub async fn amend(desk: &Desk, id: OrderId, change_to: impl FnOnce(&mut Request), reason: String) -> ServiceResult<()> {
    let mut intent = Intent::default();
    amend_in(desk, &mut intent, id, change_to, reason).await?;
    intent.commit(desk).await
}

/// The same as a step of an intent.
pub(crate) async fn amend_in(
    desk: &Desk,
    intent: &mut Intent,
    id: OrderId,
    change_to: impl FnOnce(&mut Request),
    reason: String,
) -> ServiceResult<()> {
    let permit = desk.permit(Action::ChangeOrder, id).await?;
    let order = intent.load::<Order>(desk, &permit, id.stream()).await?;
    let before = order.state.request.clone().ok_or(ServiceError::NotFound("order"))?;
    let mut after = before.clone();
    change_to(&mut after);
    after.history = generations::with_checks(&after.history, &generations::checks_of(&before.history));
    let (needed, had) = (purpose::samples_needed(&after), purpose::samples_needed(&before));
    let people: Vec<PatientId> = after.people.iter().map(|person| person.patient).collect();
    let mut change = Change { reason: reason.clone(), ..Change::default() };
    change.add(&order, &order::decide(&order.state, Command::Amend { request: Box::new(after), reason }, &desk.staff)?);
    change.links.extend(people.into_iter().map(|person| (id, person.stream())));
    for (patient, material) in needed.into_iter().filter(|sample| !had.contains(sample)) {
        expect_sample(desk, &permit, &mut change, id, patient, material, None).await?;
    }
    intent.add(desk, permit, change);
    Ok(())
}

/// Adds what the patient shows to an order: terms of the HPO by name, synonym or number, separated by semicolons or lines.
#[crate::boxed]
pub async fn add_features(desk: &Desk, id: OrderId, terms: &str) -> ServiceResult<()> {
    let names: Vec<String> = terms.split([';', '\n']).map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect();
    let hpo = &desk.service.knowledge.hpo;
    let added = ontology::search::resolve(hpo, &names)
        .map_err(|unknown| Refusals(unknown.iter().map(|term| Refusal::new("terms", term.to_string())).collect()))?;
    let labels: Vec<&str> = added.iter().filter_map(|term| hpo.name(*term)).collect();
    if labels.is_empty() {
        return Err(Refusals::one("terms", "Enter at least one HPO term that the patient has").into());
    }
    let reason = format!("Clinical features added: {}", labels.join(", "));
    let change_to = |request: &mut Request| {
        request.excluded.retain(|term| !added.contains(term));
        request.observed.extend(added.iter().filter(|term| !request.observed.contains(term)).copied().collect::<Vec<_>>());
    };
    amend(desk, id, change_to, reason).await
}

/// Adds an expected sample with its barcode to a change.
pub(crate) async fn expect_sample(
    desk: &Desk,
    permit: &Permit,
    change: &mut Change,
    order: OrderId,
    patient: PatientId,
    material: &str,
    parent: Option<SampleId>,
) -> ServiceResult<SampleId> {
    let id = SampleId(desk.new_id());
    let loaded = desk.service.store.load::<Sample>(permit, id.stream()).await?;
    let label = Label { barcode: barcode(id), order, patient, material: material.into(), parent };
    change.add(&loaded, &sample::decide(&loaded.state, sample::Command::Expect(label))?);
    change.links.push((order, id.stream()));
    Ok(id)
}

/// Moves an order along.
#[crate::boxed]
pub async fn change(desk: &Desk, id: OrderId, command: Command) -> ServiceResult<()> {
    let mut intent = Intent::default();
    change_in(desk, &mut intent, id, command).await?;
    intent.commit(desk).await
}

/// The same as a step of an intent.
pub(crate) async fn change_in(desk: &Desk, intent: &mut Intent, id: OrderId, command: Command) -> ServiceResult<()> {
    let permit = desk.permit(Action::ChangeOrder, id).await?;
    let order = intent.load::<Order>(desk, &permit, id.stream()).await?;
    let mut change = Change { reason: command.reason().to_owned(), ..Change::default() };
    change.add(&order, &order::decide(&order.state, command, &desk.staff)?);
    intent.add(desk, permit, change);
    Ok(())
}

/// How the directory has changed under a form since its test was chosen.
fn moved_on(seen: &Test, catalogue: &Catalogue) -> Option<Refusal> {
    let version = catalogue.version_of(&seen.code);
    let Some(now) = catalogue.test(seen.code.as_str()) else {
        let message =
            format!("{} is no longer in the Test Directory ({version}): choose another test; your other answers are kept", seen.code);
        return Some(Refusal::new("test", message));
    };
    match compare(std::slice::from_ref(seen), std::slice::from_ref(now)).pop() {
        Some(Difference::Amended(code, fields)) => {
            let changes: Vec<String> = fields.iter().map(|(field, before, after)| format!("{field} was {before}, is {after}")).collect();
            let message = format!(
                "The Test Directory changed {code} while you were ordering ({version}). {}. Send again if that still fits",
                changes.join("; ")
            );
            Some(Refusal::new("test", message))
        }
        _ => None,
    }
}

/// The people of a form, under new identifiers until they are registered or found.
fn participants(desk: &Desk, people: &[PersonForm]) -> Vec<Participant> {
    people.iter().map(|p| participant(PatientId(desk.new_id()), p)).collect()
}

fn participant(patient: PatientId, person: &PersonForm) -> Participant {
    Participant {
        patient,
        name: person.demographics.full_name(),
        relationship: person.relationship,
        sex: person.demographics.sex,
        affected: person.affected,
    }
}

/// `OG-` and ten characters in two groups, to be read out: 50 bits of the identifier, so that two of forty million orders may
/// be expected to meet.
pub fn number(id: OrderId) -> String {
    let text = characters(id.0.as_u128(), 10);
    format!("OG-{}-{}", &text[..5], &text[5..])
}

/// `S` and twelve characters: 60 bits of the identifier.
pub fn barcode(id: SampleId) -> String {
    format!("S{}", characters(id.0.as_u128(), 12))
}

/// The last bits of a number, five to a character, in Crockford's base 32: without the letters I, L, O and U, which are misread.
pub(crate) fn characters(bits: u128, count: u32) -> String {
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    (0..count).rev().map(|index| char::from(ALPHABET[(bits >> (5 * index)) as usize & 31])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{Clock, MachineClock};

    #[test]
    fn numbers_are_read_out_and_do_not_meet() {
        let number_of = |n: u128| number(OrderId(uuid::Uuid::from_u128(n)));
        assert_eq!(number_of(31), "OG-00000-0000Z");
        assert_eq!(number_of(1 << 49), "OG-G0000-00000");
        let mut numbers: Vec<String> = (0..200_000).map(|_| number(OrderId(MachineClock.new_id()))).collect();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), 200_000);
    }
}
