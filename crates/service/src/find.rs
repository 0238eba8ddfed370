//! One search for everything: a person by NHS number, orders by name, number or test, a sample by barcode, genes and tests. Each kind as
//! far as the desk may see it. What names something exactly and may not be seen is said to be there, and nothing else of it.

mod birth;
pub mod members;
mod tube;

pub use birth::day_of_birth;
pub use tube::{FoundSample, LastStep};

use crate::{
    Desk, ServiceError, ServiceResult,
    directory::{self, catalogue::Catalogue, lookup::CHARACTERS_MAX},
    laboratory::{self, samples::Scanned},
    people,
};
use access::{Action, Permit};
use care::{NhsNumber, OrderId, PatientId, Refusals, directory::Test, laboratory::barcode::scanned, people::patient::Demographics};
use genome::Gene;
use jiff::civil::Date;
use ontology::panel::Rating;
use std::collections::BTreeMap;
use store::{Listing, OrderView};

/// Results of one kind that are shown.
pub const RESULTS_MAX: usize = 20;

/// What was found, kind by kind.
#[derive(Default)]
pub struct Found {
    /// The person with the NHS number.
    pub person: Option<FoundPerson>,
    /// Orders, latest first.
    pub orders: Vec<OrderView>,
    /// Who the patients of these orders are, restricted records left out.
    pub patients: BTreeMap<PatientId, Demographics>,
    /// Of orders that were found by the name or day of birth of a relative: who that is.
    pub relatives: BTreeMap<OrderId, String>,
    /// There are more orders than are shown.
    pub has_more_orders: bool,
    /// Samples with the barcode.
    pub samples: Vec<FoundSample>,
    /// The genes of the reference pack that have the symbol, now or before.
    pub known_genes: Vec<Gene>,
    /// Panels with the gene.
    pub genes: Vec<FoundGene>,
    /// There are more panels with it than are shown.
    pub has_more_panels: bool,
    /// Tests of the Test Directory, best first.
    pub tests: Vec<Test>,
    /// There are more tests than are shown.
    pub has_more_tests: bool,
    /// What is there and may not be seen.
    pub hidden: Vec<Hidden>,
    /// Why something could not be looked up, such as a mistyped NHS number, or a number of several tubes.
    pub note: String,
}

/// The person with an NHS number.
pub struct FoundPerson {
    /// Which record.
    pub patient: PatientId,
    /// Who; nobody where the record is restricted to others.
    pub who: Option<Demographics>,
    /// The NHS number by which they were found.
    pub number: NhsNumber,
    /// The record may be opened.
    pub may_open: bool,
}

/// A gene on a panel.
pub struct FoundGene {
    /// Its symbol.
    pub symbol: String,
    /// The panel's number.
    pub panel: String,
    /// Its name.
    pub name: String,
    /// How the gene is rated on it.
    pub rating: &'static str,
}

/// What is there and may not be seen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Hidden {
    /// The record of a person.
    Record(PatientId),
    /// An order.
    Order(OrderId),
    /// A sample.
    Sample,
}

impl Found {
    /// Nothing is there, seen or not.
    pub fn is_empty(&self) -> bool {
        self.person.is_none()
            && self.orders.is_empty()
            && self.samples.is_empty()
            && self.known_genes.is_empty()
            && self.genes.is_empty()
            && self.tests.is_empty()
            && self.hidden.is_empty()
    }
}

/// Looks a text up everywhere.
#[crate::boxed]
pub async fn find(desk: &Desk, text: &str) -> ServiceResult<Found> {
    let text = text.trim();
    let mut found = Found::default();
    if text.is_empty() {
        return Ok(found);
    }
    if text.chars().count() > CHARACTERS_MAX {
        return Err(Refusals::one("q", format!("Search for at most {CHARACTERS_MAX} characters, such as a name or a number")).into());
    }
    if let Some(day) = day_of_birth(text) {
        find_born(desk, text, day, &mut found).await?;
        return Ok(found);
    }
    if desk.may(Action::ReadOrder) {
        if is_like_a_number(text) {
            find_by_number(desk, text, &mut found).await?;
            return Ok(found);
        }
        find_orders(desk, text, &mut found).await?;
        find_sample(desk, text, &mut found).await?;
    }
    let catalogue = directory::catalogue::current(&desk.service).await?;
    found.known_genes = directory::genes::called(desk, text);
    found.genes = genes(&catalogue, text);
    found.has_more_panels = cut(&mut found.genes);
    let answer = catalogue.answer(&desk.service.knowledge, text, RESULTS_MAX + 1);
    found.tests = answer.found.into_iter().map(|(test, _)| test.clone()).collect();
    found.has_more_tests = cut(&mut found.tests);
    Ok(found)
}

/// Leaves of some results those that are shown; whether there were more.
fn cut<T>(results: &mut Vec<T>) -> bool {
    let has_more = results.len() > RESULTS_MAX;
    results.truncate(RESULTS_MAX);
    has_more
}

/// Ten digits, perhaps in groups: an NHS number, or a barcode.
pub fn is_like_a_number(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    digits == 10 && text.chars().all(|c| c.is_ascii_digit() || [' ', '-'].contains(&c))
}

/// Looks for the person with an NHS number, and for a sample: barcodes may have ten digits too.
async fn find_by_number(desk: &Desk, text: &str, found: &mut Found) -> ServiceResult<()> {
    find_sample(desk, text, found).await?;
    match text.parse::<NhsNumber>() {
        Ok(number) => {
            let listing = desk.permit_general(Action::SeeWorkList).await?;
            if let Some(patient) = desk.service.store.patient_by_nhs_number(&listing, number).await? {
                add_person(desk, patient, number, found).await?;
                found.patients = members::patients(desk, &listing, &found.orders).await?;
            }
        }
        Err(wrong) if found.is_empty() && found.note.is_empty() => found.note = format!("Nothing was found: {wrong}"),
        Err(_) => {}
    }
    Ok(())
}

async fn add_person(desk: &Desk, patient: PatientId, number: NhsNumber, found: &mut Found) -> ServiceResult<()> {
    let may_open = desk.may(Action::ReadRecord);
    let action = if may_open { Action::ReadRecord } else { Action::ReadOrder };
    let permit = match desk.permit_patient(action, patient).await {
        Ok(permit) => permit,
        Err(ServiceError::Denied(_)) => {
            found.hidden.push(Hidden::Record(patient));
            return Ok(());
        }
        Err(other) => return Err(other),
    };
    let is_hidden = people::restriction::is_name_hidden(desk, patient).await?;
    let who = if is_hidden { None } else { Some(people::patients::demographics(desk, &permit, patient).await?) };
    found.person = Some(FoundPerson { patient, who, number, may_open });
    add_orders_of(desk, &permit, patient, found).await
}

/// Orders of a person, those in which they are a relative too, as far as they are of the desk's organisation.
async fn add_orders_of(desk: &Desk, permit: &Permit, patient: PatientId, found: &mut Found) -> ServiceResult<()> {
    let own = desk.staff.organisation.to_string();
    let mut views = desk.service.store.orders_with(permit, patient).await?;
    views.reverse();
    let ids: Vec<OrderId> = views.iter().map(|view| view.id).collect();
    let organisations = desk.service.store.organisations_of_orders(&ids).await?;
    views.retain(|view| organisations.get(&view.id).is_some_and(|of_order| of_order.contains(&own)));
    found.orders.extend(views);
    found.has_more_orders = found.orders.len() > RESULTS_MAX;
    found.orders.truncate(RESULTS_MAX);
    Ok(())
}

/// Looks for orders of people who were born on a day: nothing else is called by a date.
async fn find_born(desk: &Desk, text: &str, day: Date, found: &mut Found) -> ServiceResult<()> {
    if !desk.may(Action::ReadOrder) {
        found.note = "A date is looked for as a date of birth, and your role works with no people".into();
        return Ok(());
    }
    let permit = desk.permit_general(Action::SeeWorkList).await?;
    let listing = Listing { born: Some(day), finished: true, latest_first: true, most: RESULTS_MAX as u64 + 1, ..Listing::default() };
    found.orders = desk.service.store.orders(&permit, &listing).await?;
    found.has_more_orders = cut(&mut found.orders);
    found.relatives = members::relatives(desk, &permit, text, &found.orders).await?;
    found.patients = members::patients(desk, &permit, &found.orders).await?;
    if found.orders.is_empty() {
        let day = day.strftime("%-d %B %Y");
        found.note = format!("Nobody in your list of orders was born on {day}. A date is looked for as a date of birth, and nothing else");
    }
    Ok(())
}

async fn find_orders(desk: &Desk, text: &str, found: &mut Found) -> ServiceResult<()> {
    let permit = desk.permit_general(Action::SeeWorkList).await?;
    let listing = Listing { text: text.into(), finished: true, latest_first: true, most: RESULTS_MAX as u64 + 1, ..Listing::default() };
    // A text without a word to look for would find everything.
    if !store::order::search_terms(text).is_empty() {
        found.orders = desk.service.store.orders(&permit, &listing).await?;
    }
    found.has_more_orders = found.orders.len() > RESULTS_MAX;
    found.orders.truncate(RESULTS_MAX);
    found.relatives = members::relatives(desk, &permit, text, &found.orders).await?;
    let exact = desk.service.store.order_by_number(&text.to_uppercase()).await?;
    let is_unseen = |view: &OrderView| !view.is_hidden() && found.orders.iter().all(|order| order.id != view.id);
    if let Some(view) = exact.filter(is_unseen) {
        // Whoever may not open it is kept as having looked for it.
        match desk.permit(Action::ReadOrder, view.id).await {
            Ok(_) => found.orders.insert(0, view),
            Err(ServiceError::Denied(_)) => found.hidden.push(Hidden::Order(view.id)),
            Err(other) => return Err(other),
        }
    }
    found.patients = members::patients(desk, &permit, &found.orders).await?;
    Ok(())
}

/// What a barcode leads to.
enum Tube {
    One(Box<FoundSample>),
    Nothing,
    /// Which of several is meant cannot be told: why, and what to do.
    Several(String),
}

async fn find_sample(desk: &Desk, text: &str, found: &mut Found) -> ServiceResult<()> {
    let barcode = scanned(text);
    let is_like_a_barcode = barcode.chars().any(|c| c.is_ascii_digit()) && !barcode.contains(char::is_whitespace);
    if !is_like_a_barcode {
        return Ok(());
    }
    match tube(desk, &barcode).await {
        Ok(Tube::One(sample)) => found.samples.push(*sample),
        // No tube has this barcode: it may be something else that was searched for.
        Ok(Tube::Nothing) => {}
        Ok(Tube::Several(message)) => found.note = message,
        Err(ServiceError::Denied(_)) => found.hidden.push(Hidden::Sample),
        Err(other) => return Err(other),
    }
    Ok(())
}

/// The tube with a barcode: for those who asked for the test the one with the service's own barcode alone.
async fn tube(desk: &Desk, barcode: &str) -> ServiceResult<Tube> {
    let line = if desk.may(Action::HandleSample) {
        match laboratory::samples::look_up(desk, barcode).await? {
            Scanned::One(line) => *line,
            Scanned::Nothing => return Ok(Tube::Nothing),
            Scanned::Several(message) => return Ok(Tube::Several(message)),
        }
    } else {
        let Some(line) = desk.service.store.sample_by_barcode(barcode).await? else { return Ok(Tube::Nothing) };
        line
    };
    Ok(Tube::One(Box::new(tube::described(desk, line).await?)))
}

fn genes(catalogue: &Catalogue, symbol: &str) -> Vec<FoundGene> {
    let on_panel = |panel: &ontology::Panel| {
        let gene = panel.genes.iter().find(|gene| gene.symbol.eq_ignore_ascii_case(symbol))?;
        let (symbol, rating) = (gene.symbol.clone(), rating(gene.rating));
        Some(FoundGene { symbol, panel: panel.id.clone(), name: panel.name.clone(), rating })
    };
    catalogue.book.in_use.iter().filter_map(on_panel).take(RESULTS_MAX + 1).collect()
}

/// A rating as panels show it.
fn rating(rating: Rating) -> &'static str {
    match rating {
        Rating::Green => "green",
        Rating::Amber => "amber",
        Rating::Red => "red",
    }
}
