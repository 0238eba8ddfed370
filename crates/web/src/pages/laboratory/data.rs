//! Registering the VCF of a family: the samples are those that its header names.

use crate::{
    form::Form,
    pages::{Banner, Layout, PageResult, Problem, id, refusals, show},
    session::At,
};
use access::Action;
use askama::Template;
use axum::{
    extract::{Path, Query},
    response::{IntoResponse, Redirect, Response},
};
use care::{OrderId, PatientId, ordering::family::Participant};
use serde::Deserialize;
use service::{
    Desk, Status,
    laboratory::{
        self,
        data::{
            Delivered,
            delivered::{self, Offered},
        },
    },
};
use std::collections::HashMap;

/// One person of the order, and the samples that may be theirs.
struct Person {
    id: PatientId,
    name: String,
    relationship: &'static str,
    /// The sample that is chosen for them.
    chosen: String,
}

#[derive(Template)]
#[template(path = "laboratory/data.html")]
struct Page {
    layout: Layout,
    order: OrderId,
    people: Vec<Person>,
    files: Vec<Offered>,
    /// The file whose samples are shown.
    file: Option<Offered>,
    problems: Vec<Problem>,
}

impl Page {
    /// Files that are not registered for another patient.
    fn unused(&self) -> usize {
        self.files.iter().filter(|file| !file.is_used).count()
    }

    /// A further file as it is offered: whose it may be has to be seen before it is ticked.
    fn label(file: &Offered) -> String {
        if file.is_used { format!("{} (registered for another patient)", file.name) } else { file.name.clone() }
    }
}

/// Which file somebody looks at.
#[derive(Default, Deserialize)]
pub(crate) struct FileQuery {
    #[serde(default)]
    file: String,
}

/// What was chosen: the file, and a sample for each person.
type Chosen = HashMap<String, String>;

async fn page(desk: &Desk, order: OrderId, name: &str, chosen: &Chosen, problems: Vec<Problem>) -> PageResult {
    let permit = desk.permit(Action::RegisterData, order).await?;
    let status = desk.status(&permit, order).await?;
    let files = delivered::offered(desk, order).await?;
    // Only a file that says itself that it is this order's is shown unasked.
    let labels = status.samples.iter().filter_map(|(_, sample)| sample.label.as_ref());
    let barcodes: Vec<String> = labels.map(|label| label.barcode.clone()).collect();
    let first = || files.iter().find(|file| !file.is_used && file.fault.is_none() && file.has_barcode(&barcodes));
    let file = files.iter().find(|file| file.name == name).or_else(first).cloned();
    let mut people = Vec::new();
    for who in status.order.request.as_ref().map(|request| request.people.clone()).unwrap_or_default() {
        let name = service::people::restriction::name_for(desk, who.patient, &who.name).await?;
        people.push(Person { name, ..person(who, &status, file.as_ref(), chosen) });
    }
    show(&Page {
        layout: Layout::new("Register sequence data", Some(&desk.staff)).about(Banner::of_status(desk, &permit, &status).await?).for_work(),
        order,
        people,
        files,
        file,
        problems,
    })
}

fn person(who: Participant, status: &Status, file: Option<&Offered>, chosen: &Chosen) -> Person {
    let labels = status.samples.iter().filter_map(|(_, sample)| sample.label.as_ref());
    let barcodes: Vec<String> = labels.filter(|label| label.patient == who.patient).map(|label| label.barcode.clone()).collect();
    let proposed = || file.and_then(|file| file.sample_of(&who, &barcodes)).unwrap_or_default().to_owned();
    Person {
        id: who.patient,
        relationship: who.relationship.label(),
        chosen: chosen.get(&who.patient.to_string()).cloned().unwrap_or_else(proposed),
        name: who.name,
    }
}

pub(crate) async fn get(At(desk): At, Path(order): Path<String>, Query(query): Query<FileQuery>) -> PageResult {
    page(&desk, id(&order, "order")?, &query.file, &Chosen::new(), vec![]).await
}

pub(crate) async fn post(At(desk): At, Path(order): Path<String>, Form(form): Form<Chosen>) -> PageResult<Response> {
    let order = id(&order, "order")?;
    let name = form.get("file").map_or("", String::as_str);
    let offered = delivered::offered(&desk, order).await?;
    let Some(vcf) = delivered::path_of(&desk, &offered, name) else {
        return Ok(page(&desk, order, "", &form, vec!["Choose a file that was delivered".into()]).await?.into_response());
    };
    let further = offered.iter().filter(|file| file.name != name && form.contains_key(&format!("with:{}", file.name)));
    let files = Delivered { vcf, structural: further.filter_map(|file| delivered::path_of(&desk, &offered, &file.name)).collect() };
    let samples = form
        .iter()
        .filter(|(_, sample)| !sample.trim().is_empty())
        .filter_map(|(key, sample)| Some((key.parse::<PatientId>().ok()?, sample.trim().to_owned())));
    match laboratory::data::register_data(&desk, order, &files, samples.collect()).await {
        Ok(_) => {
            laboratory::analyses::start_waiting(&desk.service);
            Ok(Redirect::to(&format!("/orders/{order}")).into_response())
        }
        Err(error) => Ok(page(&desk, order, name, &form, refusals(error)?).await?.into_response()),
    }
}
