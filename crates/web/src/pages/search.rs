//! One search for everything, from the head of every page.

use super::{Layout, PageResult, Problem, layout::nhs_number, refusals, show};
use crate::{session::At, when};
use access::Action;
use askama::Template;
use axum::extract::Query;
use care::people::patient::Demographics;
use serde::Deserialize;
use service::find::{self, Found, FoundPerson, FoundSample, Hidden, RESULTS_MAX};
use store::{OrderView, projection::RESTRICTED};

#[derive(Template)]
#[template(path = "search.html")]
struct Page {
    layout: Layout,
    query: String,
    found: Found,
    problems: Vec<Problem>,
}

/// What is searched for.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct SearchQuery {
    q: String,
}

/// What is there and may not be seen: what is said of it, and where a clinician can open it in an emergency.
struct HiddenLine {
    message: &'static str,
    emergency: Option<String>,
}

impl Page {
    /// Orders that are shown at most.
    fn most() -> usize {
        RESULTS_MAX
    }

    /// Nothing was searched for.
    fn is_blank(&self) -> bool {
        self.query.trim().is_empty()
    }

    /// People, orders and samples are looked for too.
    fn finds_people(&self) -> bool {
        self.layout.may(Action::ReadOrder)
    }

    /// What can be searched for by whoever looks, with an example of each.
    fn examples(&self) -> Vec<(&'static str, &'static str)> {
        let mut examples = vec![("Gene", "CDH1"), ("Test", "R98.2, or developmental delay")];
        if self.finds_people() {
            let of_people = [
                ("NHS number", "999 000 0018"),
                ("Name", "Oduya"),
                ("Date of birth", "11/07/2017"),
                ("Order", "OG- and ten characters"),
                ("Barcode", "as scanned"),
            ];
            examples.splice(0..0, of_people);
        }
        examples
    }

    fn person(person: &FoundPerson) -> String {
        person
            .who
            .as_ref()
            .map_or_else(|| format!("{RESTRICTED}, NHS number {}", person.number), |who| format!("{}, {}", who.full_name(), described(who)))
    }

    /// Whose a tube is.
    fn tube_person(tube: &FoundSample) -> String {
        tube.who.as_ref().map_or_else(|| RESTRICTED.to_owned(), |who| format!("{}, {}", who.full_name(), described(who)))
    }

    /// Birth and NHS number of the patient of an order, as far as they may be seen: two may have one name.
    fn patient_of(&self, view: &OrderView) -> Option<String> {
        self.found.patients.get(&view.patient_id).map(described)
    }

    /// The relative by whose name an order was found.
    fn relative_in(&self, view: &OrderView) -> Option<&String> {
        self.found.relatives.get(&view.id)
    }

    /// The gene was found by an earlier or alias symbol.
    fn is_renamed(&self, gene: &genome::Gene) -> bool {
        !gene.symbol.eq_ignore_ascii_case(self.query.trim())
    }

    fn hidden(&self) -> Vec<HiddenLine> {
        let is_clinician = self.layout.may(Action::BreakGlass);
        let line = |hidden: &Hidden| match hidden {
            Hidden::Record(patient) => HiddenLine {
                message: "There is a record with this NHS number, and you may not open it.",
                emergency: is_clinician.then(|| format!("/patients/{patient}/emergency")),
            },
            Hidden::Order(order) => HiddenLine {
                message: "There is an order with this number, and you may not open it.",
                emergency: is_clinician.then(|| format!("/orders/{order}/emergency")),
            },
            Hidden::Sample => HiddenLine { message: "There is a sample with this barcode, and you may not open it.", emergency: None },
        };
        self.found.hidden.iter().map(line).collect()
    }
}

/// Birth and NHS number of somebody.
fn described(who: &Demographics) -> String {
    format!("born {}, NHS number {}", when::day(who.birth_date), nhs_number(&who.nhs_number))
}

pub(crate) async fn get(At(desk): At, Query(SearchQuery { q }): Query<SearchQuery>) -> PageResult {
    let (found, problems) = match find::find(&desk, &q).await {
        Ok(found) => (found, vec![]),
        Err(error) => (Found::default(), refusals(error)?),
    };
    let mut layout = Layout::new("Search", Some(&desk.staff)).for_work();
    layout.search.clone_from(&q);
    show(&Page { layout, query: q, found, problems })
}
