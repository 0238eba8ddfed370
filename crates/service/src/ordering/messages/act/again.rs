//! An order that stands already, and a message that states it again or changes it.

use super::{Amendment, Step, amendment};
use crate::{
    OrderForm, ServiceResult,
    ordering::{
        consents, generations,
        messages::{
            current::{CurrentOrder, differs},
            restated::{self, Consents, Difference},
        },
    },
};
use access::Action;
use care::{
    OrderId, PatientId,
    ordering::{
        choice::restated::Statement,
        message::Fault,
        order::{SenderResources, State, purpose::Purpose},
    },
};
use interop::incoming_order::{IncomingOrder, OrderDetails};
use jiff::tz::TimeZone;
use store::Entry;

/// What a change that names only what changes says nothing of stays as it is.
pub(super) fn keep_unsaid(current: &CurrentOrder, details: &OrderDetails, form: &mut OrderForm) {
    let Some(request) = current.order.request.as_ref().filter(|_| details.is_partial) else { return };
    // What a person has to look at is said beside the history, and is none.
    let checks = generations::checks_of(&form.history);
    if form.history.lines().all(|line| line.trim().is_empty() || checks.iter().any(|check| check == line)) {
        form.history = generations::with_checks(&request.history, &checks);
    }
    if details.urgent.is_none() {
        form.urgency = request.urgency;
    }
    if form.purpose == Purpose::default() {
        form.purpose.clone_from(&request.purpose);
    }
}

/// An order that stands already, as it is stated now: changed where the message asks for that. Else it is left, and a statement of
/// something else is refused: who sends a number again with other content would believe that it counts.
pub(super) async fn stated_again(
    current: &CurrentOrder,
    mut form: OrderForm,
    unchanged: Step,
    (incoming, details): (&IncomingOrder, &OrderDetails),
    notes: &mut Vec<String>,
) -> ServiceResult<Result<Step, Vec<Fault>>> {
    let Some(request) = &current.order.request else { return Ok(Ok(unchanged)) };
    keep_unsaid(current, details, &mut form);
    let differences = restated::differences(request, &form);
    let refused = |message: String| Ok(Err(vec![Fault::new(&incoming.place, message)]));
    let Some(reason) = &details.restated else {
        let further = if details.is_partial { vec![] } else { restated::further_differences(current, &form).await? };
        let (chosen, further): (Vec<Difference>, Vec<Difference>) =
            further.into_iter().partition(|difference| difference.what == restated::DISCUSSION);
        let differences: Vec<Difference> = differences.into_iter().chain(chosen).collect();
        if differences.is_empty() && further.is_empty() {
            notes.extend(not_taken_over(current, &form, (incoming, details)));
            return Ok(Ok(unchanged));
        }
        if let Some(message) = withdrawn_here(current, &form, incoming, [&differences, &further]).await? {
            return refused(message);
        }
        return refused(another_order((&incoming.number, &request.number), [&differences, &further], details.is_partial));
    };
    let consents = match consents(current, &form, incoming, notes).await? {
        Ok(consents) => consents,
        Err(fault) => return Ok(Err(vec![fault])),
    };
    if differences.is_empty() {
        notes.extend(kept(current, &form, (incoming, details), false).await?);
        let resources = if current.order.state.is_final() { None } else { restated::addresses(current, &form).await? };
        return Ok(Ok(renewal(current, resources, consents).unwrap_or(unchanged)));
    }
    if reason.is_empty() {
        let what = listed(differences.iter(), |difference| difference.what);
        return refused(format!(
            "The order stands already, and this would change it ({what}): send a Provenance with the reason in the same bundle"
        ));
    }
    notes.extend(kept(current, &form, (incoming, details), true).await?);
    Ok(Ok(amendment(current, form, consents, reason.clone()).await?))
}

/// Why an order that is stated again as it was sent is refused, where all that differs from it is what somebody withdrew here since.
async fn withdrawn_here(
    current: &CurrentOrder,
    form: &OrderForm,
    incoming: &IncomingOrder,
    [changed, further]: [&[Difference]; 2],
) -> ServiceResult<Option<String>> {
    let Consents { statements, strangers, kept, .. } = restated::consents(current, form).await?;
    let is_choice_alone = further.is_empty() && changed.iter().all(|difference| difference.what == restated::DISCUSSION);
    if kept.is_empty() || !is_choice_alone || !statements.is_empty() || !strangers.is_empty() {
        return Ok(None);
    }
    let permit = current.desk.permit(Action::ReadOrder, current.id).await?;
    let mut withdrawn = Vec::new();
    for kept in kept {
        let by = consents::refused_by(&current.desk, &permit, kept.patient, (current.id, kept.what)).await?.unwrap_or_default();
        withdrawn.push(format!("{}: agreement to {} was withdrawn or refused here on {}, {by}", kept.who, kept.what.label(), kept.since));
    }
    let order = current.order.request.as_ref().map_or("", |request| request.number.as_str());
    Ok(Some(format!(
        "The number {} already stands for order {order}, and nothing was changed. All that differs is a consent, which you state as it was \
         before: {}; your Consent is not dated after that, so that it does not count again. Leave it out. If it was talked about again \
         since, record the discussion on the order, or PUT ServiceRequest?identifier=system|{} with a Consent of that later day",
        incoming.number,
        withdrawn.join("; "),
        incoming.number
    )))
}

/// Whose choice changes by a message that changes an order; who withdraws something and is nobody of the order is refused by name.
pub(super) async fn consents(
    current: &CurrentOrder,
    form: &OrderForm,
    incoming: &IncomingOrder,
    notes: &mut Vec<String>,
) -> ServiceResult<Result<Vec<(PatientId, Statement)>, Fault>> {
    let Consents { statements, notes: of_consents, strangers, .. } = restated::consents(current, form).await?;
    if strangers.is_empty() {
        notes.extend(of_consents);
        return Ok(Ok(statements));
    }
    let message = format!(
        "The consent of {} is withdrawn or refused, and they are nobody of this order: nothing was done. Name them as in the order, or tell \
         the laboratory",
        strangers.join(" and ")
    );
    Ok(Err(Fault::new(&incoming.place, message)))
}

/// What a message states that a change of the order, where there is one, does not take over: nobody is to believe that it counts.
pub(super) async fn kept(
    current: &CurrentOrder,
    form: &OrderForm,
    (incoming, details): (&IncomingOrder, &OrderDetails),
    is_changed: bool,
) -> ServiceResult<Option<String>> {
    let further = restated::further_differences(current, form).await?;
    let has_features = !(form.observed.is_empty() && form.excluded.is_empty());
    let is_kept = |difference: &&Difference| match difference.new {
        _ if difference.what == restated::DISCUSSION => false,
        restated::FEWER_FEATURES if has_features => !is_changed,
        restated::FEWER_FEATURES => !details.is_partial,
        restated::LESS_HISTORY => !is_changed,
        _ => true,
    };
    let parts = listed(further.iter().filter(is_kept), |difference| difference.what);
    let message = "a message does not change these; ring the laboratory";
    Ok((!parts.is_empty()).then(|| format!("{}: the order keeps what it has of {parts}: {message}", incoming.place)))
}

/// What of a statement that comes again differs and is not about the patient or the test.
fn not_taken_over(current: &CurrentOrder, form: &OrderForm, (incoming, details): (&IncomingOrder, &OrderDetails)) -> Option<String> {
    let differs = restated::not_clinical(current, form, &details.requester);
    let message = "the order stands already and stays as it is; nothing that is clinical differs, only";
    (!differs.is_empty() && !details.is_partial).then(|| format!("{}: {message} {}", incoming.place, differs.join(" and ")))
}

/// Why a number that comes again with other content is refused, and how the order is changed: in the first by another message, in the
/// further ones by people.
fn another_order((number, order): (&str, &str), [changed, further]: [&[Difference]; 2], is_partial: bool) -> String {
    let all = || changed.iter().chain(further);
    let new = listed(all(), |difference| difference.new);
    let begin = format!("The number {number} already stands for order {order}: it has {new}");
    if is_partial {
        return format!("{begin}. Nothing was changed; send the change as one (XO)");
    }
    let mut message = format!("{begin} ({}). Nothing was changed.", listed(all(), |difference| difference.element));
    if !changed.is_empty() {
        let what = listed(changed.iter(), |difference| difference.what);
        message +=
            &format!(" To change the {what}, PUT ServiceRequest?identifier=system|{number} with a Provenance that gives the reason.");
    }
    if !further.is_empty() {
        let what = listed(further.iter(), |difference| difference.what);
        message += &format!(" By a message the {what} cannot be changed: ring the laboratory, or cancel the order and send a new number.");
    }
    message
}

fn listed<'d>(differences: impl Iterator<Item = &'d Difference>, part: impl Fn(&Difference) -> &'static str) -> String {
    differences.map(part).collect::<Vec<_>>().join(", ")
}

/// The step that takes over the sender's own addresses and what is stated of consents and nothing else, if they differ.
fn renewal(current: &CurrentOrder, resources: Option<SenderResources>, consents: Vec<(PatientId, Statement)>) -> Option<Step> {
    if resources.is_none() && consents.is_empty() {
        return None;
    }
    let (desk, patient, reason) = (current.desk.clone(), current.patient, restated::ADDRESSES.to_owned());
    Some(Step::Amend(Box::new(Amendment { desk, id: current.id, patient, form: None, resources, consents, reason })))
}

/// The same request under the same number was done before; another one is not the same order, and one that has ended is not begun
/// again.
pub(super) async fn same(
    current: &CurrentOrder,
    form: &OrderForm,
    id: OrderId,
    incoming: &IncomingOrder,
) -> ServiceResult<Result<Step, Vec<Fault>>> {
    let order = &current.order;
    let number = order.request.as_ref().map_or_else(String::new, |r| r.number.clone());
    let refuse = |why: String| {
        let message =
            format!("The number {} already stands for order {number}: {why}. Nothing was changed; send a new number", incoming.number);
        Err(vec![Fault::new(&incoming.place, message)])
    };
    Ok(match (&order.state, differs(current, form)) {
        (_, Some(what)) => refuse(what.to_lowercase()),
        (State::Rejected { .. } | State::Cancelled { .. } | State::EnteredInError { .. }, None) => {
            refuse(format!("it is {}{}", order.state.label().to_lowercase(), ended_by(current).await?))
        }
        (_, None) => Ok(Step::Unchanged(id)),
    })
}

/// When an order was ended, and by which organisation.
async fn ended_by(current: &CurrentOrder) -> ServiceResult<String> {
    let permit = current.desk.permit(Action::ReadOrder, current.id).await?;
    let entries = current.desk.service.store.stream(&permit, &current.id.stream()).await?;
    let is_end = |entry: &&Entry| ["Rejected", "Cancelled", "EnteredInError"].contains(&entry.kind.as_str());
    let ended = entries.iter().rev().find(is_end);
    Ok(ended.map_or_else(String::new, |entry| {
        format!(", since {}, by the organisation {}", entry.at.to_zoned(TimeZone::UTC).date(), entry.actor[3])
    }))
}
