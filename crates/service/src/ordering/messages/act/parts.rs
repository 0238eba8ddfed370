//! Which order of a number a message means: several tests under one number are several orders here, the first of them that of the number
//! itself. A test that is named means its own, wherever it stands in the message; an end that names none ends all of them.

use super::written;
use crate::{
    Desk, ServiceResult,
    directory::{self, catalogue::Catalogue},
    ordering::{
        self,
        messages::{
            current::{CurrentOrder, find, is_for_its_person},
            form,
        },
    },
};
use care::ordering::{client::Client, message::Fault, order::State};
use interop::incoming_order::{Code, IncomingOrder, OrderAction, Subject};

/// The orders of a message, each of the part of its number that it means, and what is said of that.
#[derive(Default)]
pub(super) struct Chosen {
    pub orders: Vec<IncomingOrder>,
    pub notes: Vec<String>,
}

/// The orders of a message, each for the order of its number that is meant; or why that is not certain.
#[crate::boxed]
pub(super) async fn chosen(desk: &Desk, incoming: &[IncomingOrder]) -> ServiceResult<Result<Chosen, Vec<Fault>>> {
    let client = ordering::messages::client(desk).await?;
    let catalogue = directory::catalogue::current(&desk.service).await?;
    let choice = Choice { desk, client: &client, catalogue: &catalogue };
    let (mut chosen, mut faults) = (Chosen::default(), Vec::new());
    for order in incoming {
        let stated_at = order.stated_at.filter(|at| written::can_be(*at, desk.now()));
        let order = IncomingOrder { stated_at, ..order.clone() };
        if !is_end(&order) {
            chosen.orders.push(order);
            continue;
        }
        match Box::pin(choice.ended(order)).await? {
            Ok(ended) => {
                chosen.orders.extend(ended.orders);
                chosen.notes.extend(ended.notes);
            }
            Err(fault) => faults.push(fault),
        }
    }
    faults.extend(Box::pin(choice.by_test(&mut chosen.orders)).await?);
    faults.dedup();
    Ok(if faults.is_empty() { Ok(chosen) } else { Err(faults) })
}

fn is_end(order: &IncomingOrder) -> bool {
    matches!(order.action, OrderAction::Cancel(_) | OrderAction::EnterInError(_))
}

/// An order of a number.
struct Part {
    part: Option<u32>,
    current: CurrentOrder,
}

impl Part {
    /// The number that this service gave it.
    fn number(&self) -> &str {
        self.current.order.request.as_ref().map_or("", |request| request.number.as_str())
    }

    fn test(&self) -> String {
        test_of(&self.current)
    }

    fn is_named_in(&self, order: &IncomingOrder) -> bool {
        order.own_numbers.iter().any(|number| number.eq_ignore_ascii_case(self.number()))
    }

    /// Whether the end that a message wants can still be.
    fn can_end(&self, order: &IncomingOrder) -> bool {
        let state = &self.current.order.state;
        match order.action {
            OrderAction::EnterInError(_) => !matches!(state, State::EnteredInError { .. }),
            OrderAction::Cancel(_) | OrderAction::Place(_) | OrderAction::Amend(..) => !state.is_final(),
        }
    }

    fn label(&self) -> String {
        format!("{} (order {})", self.test(), self.number())
    }
}

/// The test of an order, as it was placed.
fn test_of(current: &CurrentOrder) -> String {
    current.order.request.as_ref().map_or_else(String::new, |request| request.test.to_string())
}

struct Choice<'c> {
    desk: &'c Desk,
    client: &'c Client,
    catalogue: &'c Catalogue,
}

impl Choice<'_> {
    /// Every order of a number; of one that this service's own name names, that alone.
    async fn parts(&self, order: &IncomingOrder) -> ServiceResult<Result<Vec<Part>, Fault>> {
        let mut parts = Vec::new();
        for part in std::iter::once(None).chain((2..).map(Some)) {
            let current = match find(self.desk, self.client, &named(order, part)).await? {
                Ok(Some(current)) => current,
                Ok(None) => break,
                Err(fault) => return Ok(Err(fault)),
            };
            let is_alone = current.is_named_by_id;
            parts.push(Part { part, current });
            if is_alone {
                break;
            }
        }
        Ok(Ok(parts))
    }

    /// The test that codes name: that of an order of the number, also where the directory does not have it any more, else one of the
    /// directory.
    fn test(&self, order: &IncomingOrder, codes: &[Code], parts: &[&CurrentOrder]) -> Option<String> {
        let is_named = |test: &String| codes.iter().any(|code| code.code.eq_ignore_ascii_case(test));
        let mut known: Vec<String> = parts.iter().map(|current| test_of(current)).filter(is_named).collect();
        known.dedup();
        if let [test] = known.as_slice() {
            return Some(test.clone());
        }
        let id = parts.first()?.id;
        let sources = form::Sources::for_order(self.desk, self.catalogue, self.client, (id, order));
        form::test(&sources, codes).ok().map(|test| test.code.to_string())
    }

    /// The orders that an end ends.
    async fn ended(&self, order: IncomingOrder) -> ServiceResult<Result<Chosen, Fault>> {
        let parts = match self.parts(&order).await? {
            Ok(parts) => parts,
            Err(fault) => return Ok(Err(fault)),
        };
        if parts.len() < 2 {
            return Ok(Ok(Chosen { orders: vec![order], notes: vec![] }));
        }
        Ok(match self.selected(&order, &parts) {
            Ok(selected) => {
                let notes = end_notes(&order, &parts, &selected);
                Ok(Chosen { orders: selected.iter().map(|part| end_of(part, &order, &selected)).collect(), notes })
            }
            Err(why) => Err(unsure(&parts, &order, why)),
        })
    }

    /// Of several orders of a number those that an end names, by their tests or by the numbers that this service gave them; all where
    /// it names none.
    fn selected<'p>(&self, order: &IncomingOrder, parts: &'p [Part]) -> Result<Vec<&'p Part>, String> {
        let named: Vec<&Part> = parts.iter().filter(|part| part.is_named_in(order)).collect();
        if order.tests.is_empty() {
            return Ok(if named.is_empty() { open_or_all(order, parts.iter().collect()) } else { named });
        }
        let known: Vec<&CurrentOrder> = parts.iter().map(|part| &part.current).collect();
        let tests: Option<Vec<String>> = order.tests.iter().map(|codes| self.test(order, codes, &known)).collect();
        let Some(tests) = tests else { return Err(no_such_test("a test that the Test Directory does not have", order, parts)) };
        let mut selected: Vec<&Part> = Vec::new();
        for (nth, test) in tests.iter().enumerate().filter(|(nth, test)| !tests[..*nth].contains(test)) {
            let alike: Vec<&Part> = open_or_all(order, parts.iter().filter(|part| part.test() == *test).collect());
            let times = tests[nth..].iter().filter(|other| *other == test).count();
            let numbered: Vec<&Part> = alike.iter().copied().filter(|part| part.is_named_in(order)).collect();
            match () {
                () if alike.is_empty() => return Err(no_such_test(&format!("the test {test}"), order, parts)),
                () if alike.len() <= times => selected.extend(alike),
                () if !numbered.is_empty() => selected.extend(numbered),
                () => return Err(several_alike(test, order, &alike)),
            }
        }
        Ok(selected)
    }

    /// Gives what is placed again or changed the part of its number whose test it names, where the one of its place has another; and
    /// says why a change is of none.
    async fn by_test(&self, orders: &mut [IncomingOrder]) -> ServiceResult<Vec<Fault>> {
        let mut astray: Vec<(usize, String)> = Vec::new();
        for (nth, order) in orders.iter().enumerate() {
            astray.extend(self.test_elsewhere(order).await?.map(|test| (nth, test)));
        }
        let mut numbers: Vec<(usize, Vec<Part>)> = Vec::new();
        for (nth, _) in &astray {
            if numbers.iter().any(|(first, _)| is_one_number(&orders[*first], &orders[*nth])) {
                continue;
            }
            if let Ok(parts) = self.parts(&orders[*nth]).await? {
                numbers.push((*nth, parts));
            }
        }
        Ok(place_by_test(orders, &astray, &numbers))
    }

    /// The test of what is placed or changed, where the order at its place among those of its number is of another one; or where there
    /// is none that could be changed.
    async fn test_elsewhere(&self, order: &IncomingOrder) -> ServiceResult<Option<String>> {
        let Some(details) = order.action.details() else { return Ok(None) };
        let Ok(found) = find(self.desk, self.client, order).await? else { return Ok(None) };
        let first = match &found {
            None if order.part.is_none() || matches!(order.action, OrderAction::Place(_)) => return Ok(None),
            // Of a change of a further test the first says for whom the number is.
            None => find(self.desk, self.client, &named(order, None)).await?.ok().flatten(),
            Some(_) => None,
        };
        let Some(current) = found.as_ref().or(first.as_ref()) else { return Ok(None) };
        if current.is_named_by_id {
            return Ok(None);
        }
        let test = self.test(order, &details.tests, &[current]);
        Ok(test.filter(|test| found.as_ref().is_none_or(|current| test_of(current) != *test)))
    }
}

/// Another part of the number of an order, to find it by, with nothing of what is asked for.
pub(super) fn named(order: &IncomingOrder, part: Option<u32>) -> IncomingOrder {
    IncomingOrder {
        number: order.number.clone(),
        number_system: order.number_system.clone(),
        part,
        own_numbers: order.own_numbers.clone(),
        other_numbers: vec![],
        stated_at: order.stated_at,
        organisation: order.organisation.clone(),
        place: order.place.clone(),
        places: order.places.clone(),
        records: vec![],
        subject: Subject::Unnamed,
        action: OrderAction::Cancel(String::new()),
        ended: vec![],
        tests: vec![],
    }
}

/// Two orders of a message are of one number of one organisation.
fn is_one_number(one: &IncomingOrder, other: &IncomingOrder) -> bool {
    let number =
        |order: &IncomingOrder| [order.number.clone(), order.number_system.clone(), order.organisation.clone().unwrap_or_default()];
    number(one) == number(other)
}

/// Gives orders of a message, each with the test that it names, the part of their number that has it, where one alone has.
fn place_by_test(orders: &mut [IncomingOrder], astray: &[(usize, String)], numbers: &[(usize, Vec<Part>)]) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (place, (nth, test)) in astray.iter().enumerate() {
        let order = &orders[*nth];
        let Some((_, parts)) = numbers.iter().find(|(first, _)| is_one_number(&orders[*first], order)) else { continue };
        if parts.is_empty() || (parts.len() < 2 && order.part.is_none()) {
            continue;
        }
        // Those that are not placed yet by their test claim nothing.
        let is_settled = |other: usize| astray[place..].iter().all(|(later, _)| *later != other);
        let settled = orders.iter().enumerate().filter(|(other, _)| is_settled(*other));
        let claims: Vec<Option<u32>> = settled.filter(|(_, claim)| is_one_number(claim, order)).map(|(_, claim)| claim.part).collect();
        let alike: Vec<&Part> = parts.iter().filter(|part| part.test() == *test && !claims.contains(&part.part)).collect();
        if let [one] = alike.as_slice() {
            orders[*nth].part = one.part;
            continue;
        }
        // What is placed under a number that has another test is refused where it is compared with that.
        if matches!(order.action, OrderAction::Amend(..)) {
            let none = || no_such_test(&format!("the test {test}"), order, parts);
            let why = if alike.is_empty() { none() } else { several_alike(test, order, &alike) };
            faults.push(unsure(parts, order, why));
        }
    }
    faults
}

/// Those that the end can still end; all where it can end none, so that it is said why.
fn open_or_all<'p>(order: &IncomingOrder, parts: Vec<&'p Part>) -> Vec<&'p Part> {
    let open: Vec<&Part> = parts.iter().copied().filter(|part| part.can_end(order)).collect();
    if open.is_empty() { parts } else { open }
}

/// The end of one of several orders of a number.
fn end_of(part: &Part, order: &IncomingOrder, selected: &[&Part]) -> IncomingOrder {
    let is_selected = |number: &String| selected.iter().any(|part| number.eq_ignore_ascii_case(part.number()));
    // A number of this service stands once beside all tests of a number; one of an order that is not ended refuses the end.
    let own_numbers = match order.own_numbers.as_slice() {
        [] => vec![],
        numbers if numbers.iter().all(is_selected) => vec![part.number().to_owned()],
        numbers => numbers.to_vec(),
    };
    IncomingOrder { part: part.part, own_numbers, tests: vec![], ..order.clone() }
}

/// Which orders of a number are ended, and which are not.
fn end_notes(order: &IncomingOrder, parts: &[Part], selected: &[&Part]) -> Vec<String> {
    let is_selected = |part: &Part| selected.iter().any(|one| one.current.id == part.current.id);
    let note = |part: &Part| {
        let (IncomingOrder { place, number, .. }, which) = (order, part.label());
        if is_selected(part) {
            return format!("{place}: of the number {number}, {which} was ended");
        }
        let state = part.current.order.state.label().to_lowercase();
        format!("{place}: of the number {number}, {which} was not ended: it is {state}")
    };
    parts.iter().map(note).collect()
}

/// Why a message acts on no order of a number. Whose orders they are is said to nobody who names another person.
fn unsure(parts: &[Part], order: &IncomingOrder, why: String) -> Fault {
    let other_person = parts.iter().find_map(|part| is_for_its_person(&part.current, order).err());
    other_person.unwrap_or_else(|| Fault::new(&order.place, why))
}

fn no_such_test(what: &str, order: &IncomingOrder, parts: &[Part]) -> String {
    format!(
        "The message names {what}, and the number {} stands for {}: nothing was changed; send the test of the order that is meant",
        order.number,
        listed(parts.iter())
    )
}

fn several_alike(test: &str, order: &IncomingOrder, alike: &[&Part]) -> String {
    format!(
        "Under the number {} are several orders of the test {test}: {}. Nothing was changed; send the number of the one that is meant as \
         the filler order number (OBR-3), or ring the laboratory",
        order.number,
        listed(alike.iter().copied())
    )
}

/// Orders with their tests, as people read a list.
fn listed<'p>(parts: impl Iterator<Item = &'p Part>) -> String {
    let labels: Vec<String> = parts.map(Part::label).collect();
    match labels.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, before)) => format!("{} and {last}", before.join(", ")),
        None => String::new(),
    }
}
