//! Numbers of specimens that would stand on the tubes of two people: one tube is one person's, and which one is for people to find.

use crate::{Desk, ServiceError, ServiceResult, intent::Intent, ordering::orders::PersonForm, people};
use access::{Action, Permit};
use care::{
    PatientId, Refusal,
    laboratory::sample::Sample,
    ordering::{family::Relationship, message::Fault},
    people::{
        matching::{Fit, fit},
        name::{comparable, is_same_family},
        patient::{Demographics, Identity, Patient},
    },
};
use interop::incoming_order::{IncomingOrder, OrderAction, Person, SentNumber, SentSpecimen};
use jiff::civil::Date;
use store::{Lookup, SampleLine, Seen};

/// What is wrong with the numbers of an order's specimens, and what has to be known of them.
#[derive(Default)]
pub(super) struct SharedNumbers {
    pub refusals: Vec<Refusal>,
    pub notes: Vec<String>,
    /// On whose tubes the numbers were: a tube that gets one of them in the meantime is compared, too.
    pub seen: Vec<Seen>,
}

/// Compares the numbers of specimens with those of every tube that was not used up or destroyed. A number that a tube of somebody
/// else has from the same organisation, or that was printed here, is refused; of another organisation, which numbers by itself, it is
/// noted. The other order is named to whoever may read it.
pub(super) async fn shared(
    desk: &Desk,
    (permit, intent): (&Permit, &Intent),
    proband: &PersonForm,
    specimens: &[SentSpecimen],
) -> ServiceResult<SharedNumbers> {
    let mut found = SharedNumbers::default();
    if specimens.iter().all(|specimen| specimen.labels.is_empty()) {
        return Ok(found);
    }
    let own = match people::identify::identify(desk, permit, intent, &proband.demographics, &proband.numbers).await {
        Ok(known) => known.map(|known| known.patient),
        // Who cannot be identified is refused by that reason.
        Err(ServiceError::Refused(_)) => return Ok(found),
        Err(other) => return Err(other),
    };
    let store = &desk.service.store;
    for label in specimens.iter().flat_map(|specimen| &specimen.labels) {
        found.seen.push(store.seen(Lookup::TubeLabel(label.clone())).await?);
        let printed = store.sample_by_barcode(label).await?.map(|line| (line, true));
        let sent = store.samples_by_label(label).await?.into_iter().map(|line| (line, false));
        for (line, is_printed_here) in printed.into_iter().chain(sent) {
            let other = surviving(desk, (permit, intent), line.patient).await?;
            if Some(other.0) == own || is_gone(desk, &line).await? {
                continue;
            }
            compare(desk, &mut found, (label, &line, is_printed_here), (other.1.as_ref(), &proband.demographics)).await?;
        }
    }
    found.refusals.dedup();
    found.notes.dedup();
    Ok(found)
}

async fn compare(
    desk: &Desk,
    found: &mut SharedNumbers,
    (label, line, is_printed_here): (&str, &SampleLine, bool),
    (known, stated): (Option<&Demographics>, &Demographics),
) -> ServiceResult<()> {
    let Some(view) = desk.service.store.order_view(line.order).await? else { return Ok(()) };
    let may_read = desk.permit(Action::ReadOrder, line.order).await.is_ok();
    let order = if may_read { format!("order {}", view.number) } else { "an order that cannot be shown to you".to_owned() };
    let is_same_person = known.is_some_and(|known| may_be_one(known, stated));
    let is_of_sender = view.requester == desk.staff.organisation;
    if !is_same_person && (is_of_sender || is_printed_here) {
        found.refusals.push(Refusal::new(
            "specimen",
            format!(
                "The number {label} is that of a tube of somebody else already ({order}), and one tube is one person's. Nothing was \
                 placed: compare the label with both people, and send the number of this tube"
            ),
        ));
        return Ok(());
    }
    let order = if may_read { order } else { "another hospital's tube".to_owned() };
    let note = format!("The number {label} stands for {order} too: scan the barcode that is printed here, and never that number alone");
    found.notes.push(note);
    Ok(())
}

/// The record that stands for a person, and who that is.
pub(crate) async fn surviving(
    desk: &Desk,
    (permit, intent): (&Permit, &Intent),
    patient: PatientId,
) -> ServiceResult<(PatientId, Option<Demographics>)> {
    let record = intent.load::<Patient>(desk, permit, patient.stream()).await?.state;
    match record.merged_into {
        Some(into) => Ok((into, intent.load::<Patient>(desk, permit, into.stream()).await?.state.demographics)),
        None => Ok((patient, record.demographics)),
    }
}

/// A tube that was used up, destroyed or given back: its number is on no tube here.
pub(crate) async fn is_gone(desk: &Desk, line: &SampleLine) -> ServiceResult<bool> {
    let permit = desk.service.own_permit(Action::ReadOrder, line.order.stream()).await?;
    Ok(desk.service.store.load::<Sample>(&permit, line.id.stream()).await?.state.state.is_gone())
}

/// Two records without a number in common that may be one person: the same in everything, or the pregnancy of one family, of which
/// the day of delivery is estimated anew.
fn may_be_one(known: &Demographics, stated: &Demographics) -> bool {
    let are_unborn = known.nhs_number == Identity::Fetus && stated.nhs_number == Identity::Fetus;
    let is_same_name = is_same_family(&known.family_name, &stated.family_name) && known.given_name == stated.given_name;
    (are_unborn && is_same_name) || matches!(fit(known, stated), Fit::Same | Fit::SameBut(_))
}

/// A number of a specimen that one message gives to two people.
pub(super) fn shared_within(incoming: &[IncomingOrder]) -> Vec<Fault> {
    let mut seen: Vec<(&str, &Person, &str)> = Vec::new();
    let mut faults = Vec::new();
    for order in incoming {
        let OrderAction::Place(details) = &order.action else { continue };
        let Some(proband) = details.people.iter().find(|person| person.relationship == Relationship::Proband) else { continue };
        for label in details.specimens.iter().flat_map(|specimen| &specimen.labels) {
            match seen.iter().find(|(known, person, _)| known.eq_ignore_ascii_case(label) && !is_one(person, proband)) {
                Some((_, _, other)) => faults.push(Fault::new(
                    order.place_of("specimen", ""),
                    format!(
                        "The specimen {label} stands on order {} and on order {other}, which are of two people: send each its own",
                        order.number
                    ),
                )),
                None => seen.push((label, proband, &order.number)),
            }
        }
    }
    faults
}

/// Two people of a message are one: by NHS number, else by name and birth, where no hospital gave them different numbers.
fn is_one(one: &Person, other: &Person) -> bool {
    let number =
        |person: &Person| person.nhs_number.as_ref().map(|number| number.value.chars().filter(char::is_ascii_digit).collect::<String>());
    if let (Some(one), Some(other)) = (number(one), number(other)) {
        return one == other;
    }
    let described = |person: &Person| {
        let name = comparable(&format!("{} {}", person.given_name, person.family_name));
        // Of what is no day nothing is known but that it is the same text.
        let born: Result<Date, String> = person.birth_date.value.parse().map_err(|_| person.birth_date.value.clone());
        (name, born, person.record, person.is_fetus)
    };
    described(one) == described(other) && !have_other_numbers(one, other)
}

/// A hospital that gave both a number gave them no number in common.
fn have_other_numbers<'p>(one: &'p Person, other: &'p Person) -> bool {
    let is_of = |number: &SentNumber, known: &SentNumber| number.authority.trim().eq_ignore_ascii_case(known.authority.trim());
    let is_same = |number: &SentNumber, known: &SentNumber| number.value.trim().eq_ignore_ascii_case(known.value.trim());
    one.hospital_numbers.iter().any(|number| {
        let of_authority = |person: &'p Person| person.hospital_numbers.iter().filter(|known| is_of(number, known)).collect::<Vec<_>>();
        let (own, theirs) = (of_authority(one), of_authority(other));
        !theirs.is_empty() && !theirs.iter().any(|known| own.iter().any(|number| is_same(number, known)))
    })
}
