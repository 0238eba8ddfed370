//! The order that a message means, and whether the message is of its person.

use super::{person, sender};
use crate::{
    Desk, OrderForm, ServiceResult,
    ordering::orders::{PersonForm, TEST_MESSAGE},
    people,
};
use access::Action;
use care::{
    OrderId, PatientId,
    ordering::{client::Client, family::Relationship, message::Fault, order::Order},
    people::{
        identifier::HospitalNumber,
        matching::{self, Named},
        patient::{Demographics, Identity},
    },
};
use interop::incoming_order::{IncomingOrder, OrderAction, Subject};
use jiff::Timestamp;

/// An order as it stands, and who its patient is.
pub(super) struct CurrentOrder {
    pub id: OrderId,
    pub order: Order,
    proband: Demographics,
    /// Numbers by which hospitals know the patient.
    numbers: Vec<HospitalNumber>,
    /// Its patient's record.
    pub patient: PatientId,
    /// Named by this service's own identifier.
    pub is_named_by_id: bool,
    /// The desk of the organisation for which it was placed.
    pub desk: Desk,
}

/// The order that a message means, if there is one: by this service's own identifier, or by the sender's number for one of the
/// organisations for which it asks.
pub(super) async fn find(desk: &Desk, client: &Client, incoming: &IncomingOrder) -> ServiceResult<Result<Option<CurrentOrder>, Fault>> {
    let own = || incoming.number.split('.').next().and_then(|id| id.parse::<OrderId>().ok());
    // This service names an order, and no part of one.
    if incoming.part.is_none()
        && let Some(id) = own()
        && let Some(current) = current_order(desk, client, id, true).await?
    {
        return Ok(Ok(Some(current)));
    }
    let named = incoming.organisation.as_deref();
    let senders = match named.map(|_| sender::for_organisation(desk, client, named)) {
        Some(Ok(sender)) => vec![sender],
        Some(Err(why)) => return Ok(Err(Fault::new(incoming.place_of("organisation", &why), why))),
        None => sender::all(desk, client),
    };
    let mut found = Vec::new();
    for sender in senders {
        for id in sender::order_ids(desk, &sender, incoming) {
            let current = current_order(desk, client, id, false).await?;
            found.extend(current.filter(|current| is_of_number(current, incoming)));
        }
    }
    if found.len() > 1 {
        let message = format!(
            "The number {} stands for orders of several organisations: name the one that asks in ORC-21 or as the requester's organisation",
            incoming.number
        );
        return Ok(Err(Fault::new(&incoming.place, message)));
    }
    let Some(current) = found.pop() else { return Ok(Ok(None)) };
    if let Some(which) = stands_for_several(&current, incoming).await? {
        let message = format!(
            "The number {} stands for {which}: nothing was changed; send it with the namespace (ORC-2.2, or the system of the identifier) \
             under which the order that is meant was placed",
            incoming.number
        );
        return Ok(Err(Fault::new(&incoming.place, message)));
    }
    Ok(Ok(Some(current)))
}

/// Of what other orders the number of a message is too, as far as the message says whose number it is: the one that is meant may not be
/// the one that was placed first. It does not matter whom the message names: that may be mistaken too, with nothing to compare it with.
async fn stands_for_several(current: &CurrentOrder, incoming: &IncomingOrder) -> ServiceResult<Option<&'static str>> {
    let Some(own) = current.order.request.as_ref().and_then(|request| request.sender.as_ref()) else { return Ok(None) };
    // What names the order of this service beside it is compared with that.
    if own.is_of(&incoming.number_system) || !incoming.own_numbers.is_empty() {
        return Ok(None);
    }
    // The same number of another organisation is told from it by the organisation.
    let requester = current.order.requester.as_ref().map(|staff| &staff.organisation);
    let mut others = sender::numbered_alike(&current.desk, own).await?;
    others.retain(|(view, other)| view.id != current.id && Some(&view.requester) == requester && other.may_be_of(&incoming.number_system));
    if others.is_empty() {
        return Ok(None);
    }
    let permit = current.desk.service.own_permit(Action::ReadOrder, current.patient.stream()).await?;
    let records = people::patients::records(&current.desk, &permit, current.patient).await?;
    let is_of_one = others.iter().all(|(view, _)| records.contains(&view.patient_id));
    Ok(Some(if is_of_one { "several orders of this person" } else { "orders of several people" }))
}

/// Whether an order is that of the number that a message names, of the system that it names, as far as both say.
fn is_of_number(current: &CurrentOrder, incoming: &IncomingOrder) -> bool {
    let sender = current.order.request.as_ref().and_then(|request| request.sender.as_ref());
    sender.is_none_or(|sender| sender.is_numbered(&incoming.number, incoming.part) && sender.may_be_of(&incoming.number_system))
}

/// The order as it stands, if there is one.
async fn current_order(desk: &Desk, client: &Client, id: OrderId, is_named_by_id: bool) -> ServiceResult<Option<CurrentOrder>> {
    let Some(view) = desk.service.store.order_view(id).await? else { return Ok(None) };
    let desk = sender::of_order(desk, client, &view.requester);
    let permit = desk.permit(Action::ReadOrder, id).await?;
    let order = desk.service.store.load::<Order>(&permit, id.stream()).await?.state;
    let numbers = people::patients::numbers(&desk, &permit, view.patient_id).await?;
    let proband = people::patients::demographics(&desk, &permit, view.patient_id).await?;
    Ok(Some(CurrentOrder { id, order, proband, numbers, patient: view.patient_id, is_named_by_id, desk }))
}

/// Why a message may not act on the order that its number means: it names another order of this service beside it; or it changes or ends
/// the order and was written before another one that stated or changed it, for messages may overtake one another.
pub(super) fn not_meant(current: &CurrentOrder, incoming: &IncomingOrder) -> Option<Fault> {
    let request = current.order.request.as_ref()?;
    let fault = |message: String| Some(Fault::new(&incoming.place, message));
    if let Some(other) = incoming.own_numbers.iter().find(|number| !number.eq_ignore_ascii_case(&request.number)) {
        let message =
            format!("The number {} stands for order {}, and the message names {other} beside it", incoming.number, request.number);
        return fault(format!("{message}: nothing was changed; send the numbers of the order that is meant"));
    }
    let stated_at = incoming.stated_at.filter(|_| current.order.is_newer_than(incoming.stated_at))?;
    let what = match &incoming.action {
        OrderAction::Cancel(_) | OrderAction::EnterInError(_) => "ended nothing; send the end anew if it is still meant",
        OrderAction::Amend(..) => "changed nothing; send the change anew if it is still meant",
        OrderAction::Place(details) if details.restated.is_some() => "changed nothing; send the order as it is now",
        // It changes nothing that was said since: what differs from the order is refused in any case.
        OrderAction::Place(_) => return None,
    };
    let [own, newest] = [Some(stated_at), current.order.stated_at].map(|at| at.map_or_else(String::new, moment));
    fault(format!("A message that was written later ({newest}) stated or changed this order: this one is older ({own}), and {what}"))
}

/// A moment as people read it.
pub(super) fn moment(at: Timestamp) -> String {
    at.strftime("%-d %B %Y, %H:%M UTC").to_string()
}

/// Refuses what is asked of an order in the name of another person.
pub(super) fn is_for_its_person(current: &CurrentOrder, incoming: &IncomingOrder) -> Result<(), Fault> {
    let number = &incoming.number;
    let refuse = |why: &str| {
        Err(Fault::new(&incoming.place, format!("{why}. Nothing was changed; ring the laboratory if the order {number} is meant")))
    };
    let named = match &incoming.subject {
        Subject::Record(record) if *record == current.patient => return Ok(()),
        Subject::Record(_) => return refuse("It is for another person"),
        Subject::Unnamed => return refuse("The message names nobody whose order it could be"),
        Subject::Person(person) => person::named(&current.desk.staff, person),
    };
    // Who names the order by the identifier that this service gave it, and the person by NHS number, is not mistyping both.
    let has_nhs_number =
        named.nhs_number.is_some() && current.proband.nhs_number == named.nhs_number.map_or(Identity::Fetus, Identity::NhsNumber);
    if current.is_named_by_id && has_nhs_number && named.birth_date.is_none() && named.family_name.is_empty() {
        return Ok(());
    }
    if matching::is_named(&current.proband, &current.numbers, &named) { Ok(()) } else { refuse("It is for another person") }
}

/// In what a form is for something else than an order: the test, the patient, who else is tested, or that it only tries the exchange.
/// A name is not enough to say that the patient is the same.
pub(super) fn differs(current: &CurrentOrder, form: &OrderForm) -> Option<&'static str> {
    let request = current.order.request.as_ref()?;
    let proband = form.people.iter().find(|p| p.relationship == Relationship::Proband);
    let is_for_proband =
        |person: &PersonForm| matching::is_named(&current.proband, &current.numbers, &Named::new(&person.demographics, &person.numbers));
    let is_test = request.indication.starts_with(TEST_MESSAGE);
    match () {
        // Each would be believed to be the other.
        () if form.enclosed.is_test && !is_test => Some("It is a test message, and the order is none"),
        () if is_test && !form.enclosed.is_test => Some("It is no test message, and the order is one"),
        () if request.test != form.test.code => Some("It is for another test"),
        () if !proband.is_some_and(is_for_proband) => Some("It is for another person"),
        () if request.people.len() != form.people.len() => Some("Other relatives are tested"),
        () => None,
    }
}
