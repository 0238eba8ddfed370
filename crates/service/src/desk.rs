//! The service, and the desk that somebody works at: a signed-in person acting in a role for an organisation.

use crate::{ServiceError, ServiceResult, Status, accounts::Failures, directory::Catalogue, engine::reference, panels::Book};
use access::{Action, Permit, Resource};
use care::{
    OdsCode, OrderId, PatientId, SampleId, Staff,
    expected::{self, Expected},
    sample::{self, Sample},
};
use formats::Pack;
use interpret::Knowledge;
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use ontology::letter::Lexicon;
use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, RwLock},
};
use store::{Change, Entry, OrderView, SampleLine, Store};
use uuid::Uuid;

/// Everything that runs.
pub struct Service {
    /// Journal, views, outbox, blobs.
    pub store: Store,
    /// Reference data.
    pub knowledge: Arc<Knowledge>,
    /// Terms by the words of a letter.
    pub lexicon: Lexicon,
    /// Name and digest of the pack.
    pub reference: (String, String),
    /// Where delivered reports and analyses are put.
    pub folder: PathBuf,
    /// The tests in force, once asked for.
    pub(crate) catalogue: RwLock<Option<Arc<Catalogue>>>,
    /// The panels, once asked for.
    pub(crate) panels: RwLock<Option<Arc<Book>>>,
    pub(crate) failures: Mutex<Failures>,
}

/// Somebody at work.
#[derive(Clone)]
pub struct Desk {
    /// The service.
    pub service: Arc<Service>,
    /// Who.
    pub staff: Staff,
}

impl Service {
    /// Opens the service of a folder with a reference pack.
    pub async fn open(folder: &Path, pack: &Pack) -> anyhow::Result<Arc<Service>> {
        Service::over(Store::open(folder).await?, folder, pack).await
    }

    /// The service over an open store.
    pub async fn over(store: Store, folder: &Path, pack: &Pack) -> anyhow::Result<Arc<Service>> {
        let knowledge = Arc::new(reference::knowledge(pack)?);
        let service = Service {
            store,
            lexicon: Lexicon::new(&knowledge.hpo),
            knowledge,
            reference: (pack.manifest().name.clone(), pack.digest().into()),
            folder: folder.to_owned(),
            catalogue: RwLock::default(),
            panels: RwLock::default(),
            failures: Mutex::default(),
        };
        let service = Arc::new(service);
        service.seed_directory().await?;
        service.seed_panels(pack).await?;
        Ok(service)
    }

    /// Writes the lists of orders anew from the journal; returns how many.
    pub async fn rebuild_views(self: &Arc<Self>) -> anyhow::Result<usize> {
        let views = self.views().await?;
        self.store.drop_order_views().await?;
        for (view, samples, sent_on) in &views {
            self.store.write_order_view(view, samples, sent_on).await?;
        }
        Ok(views.len())
    }

    /// Compares the lists with the journal; what differs is named by the number of its order.
    pub async fn check_views(self: &Arc<Self>) -> anyhow::Result<Vec<String>> {
        let mut differences = Vec::new();
        for (view, samples, _) in self.views().await? {
            if self.store.order_view(view.id).await?.as_ref() != Some(&view) {
                differences.push(format!("order {} stands otherwise in the lists than in the journal", view.number));
            }
            for sample in samples {
                if self.store.sample_by_barcode(&sample.barcode).await?.as_ref() != Some(&sample) {
                    differences.push(format!("sample {} of order {} stands otherwise in the lists", sample.barcode, view.number));
                }
            }
        }
        Ok(differences)
    }

    /// The lines of every order as the journal gives them.
    async fn views(self: &Arc<Self>) -> anyhow::Result<Vec<(OrderView, Vec<SampleLine>, Vec<String>)>> {
        let mut views = Vec::new();
        for order in self.store.all_orders().await? {
            let permit = Service::own_permit(Action::ReadOrder, order.stream())?;
            let events = self.store.order_events(&permit, order).await?;
            let status = Status::of(events.iter().map(|e| (e.stream.as_str(), e.payload.as_str())))?;
            let line = events.first().and_then(|first| view(order, &status, first.at, first_report(&events)));
            views.extend(line.map(|line| (line, samples(&status), status.sent_on())));
        }
        Ok(views)
    }

    /// The permit of the program itself, for what belongs to nobody, or is asked before it is known who asks.
    pub(crate) fn own_permit(action: Action, name: impl Into<String>) -> ServiceResult<Permit> {
        let resource = Resource { name: name.into(), ..Resource::default() };
        access::decide(&crate::staff::system(), action, &resource).map_err(ServiceError::Denied)
    }

    /// A desk for somebody.
    pub fn desk(self: &Arc<Self>, staff: Staff) -> Desk {
        Desk { service: Arc::clone(self), staff }
    }
}

/// Finished orders that an expected day is learnt from.
const LEARNT_FROM: u64 = 500;

/// Now.
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// Today in UTC.
pub fn today() -> Date {
    now().to_zoned(TimeZone::UTC).date()
}

/// A new identifier that sorts by time.
pub(crate) fn new_id() -> Uuid {
    Uuid::now_v7()
}

impl Desk {
    /// A permit for something that belongs to nobody in particular.
    pub async fn permit_general(&self, action: Action) -> ServiceResult<Permit> {
        self.permit_named(action, "service", self.staff.organisation.clone()).await
    }

    /// A permit for something by its name, which belongs to an organisation.
    pub(crate) async fn permit_named(&self, action: Action, name: impl Into<String>, of: OdsCode) -> ServiceResult<Permit> {
        let resource = Resource { organisations: vec![of], name: name.into(), ..Resource::default() };
        Ok(self.service.store.permit(&self.staff, action, &resource, now()).await?)
    }

    /// A permit for something of an order.
    pub async fn permit(&self, action: Action, order: OrderId) -> ServiceResult<Permit> {
        let view = self.service.store.order_view(order).await?.ok_or(ServiceError::NotFound("order"))?;
        let released = ["Reported", "Closed"].contains(&view.state.as_str());
        let organisations = parsed(&self.service.store.organisations_of_order(order).await?);
        let emergency = self.broke_glass(&organisations, view.patient_id).await?;
        let resource = Resource { organisations, name: order.stream(), released, emergency, ..Resource::default() };
        Ok(self.service.store.permit(&self.staff, action, &resource, now()).await?)
    }

    /// A permit for the record of a person.
    pub async fn permit_patient(&self, action: Action, patient: PatientId) -> ServiceResult<Permit> {
        let organisations = parsed(&self.service.store.organisations_of(patient).await?);
        let emergency = self.broke_glass(&organisations, patient).await?;
        let resource = Resource { organisations, name: patient.stream(), released: true, emergency, ..Resource::default() };
        Ok(self.service.store.permit(&self.staff, action, &resource, now()).await?)
    }

    /// Whether this desk broke the glass for a person with whom its organisation has no relationship.
    async fn broke_glass(&self, organisations: &[OdsCode], patient: PatientId) -> anyhow::Result<bool> {
        let related = organisations.contains(&self.staff.organisation);
        Ok(!related && self.service.store.has_emergency(patient, self.staff.id, now()).await?)
    }

    /// Where an order and everything of it stands.
    pub async fn status(&self, permit: &Permit, order: OrderId) -> ServiceResult<Status> {
        Ok(Status::of(self.service.store.order_events(permit, order).await?.iter().map(|e| (e.stream.as_str(), e.payload.as_str())))?)
    }

    /// When the report of an order can be expected, from how long the last of the same test took.
    pub async fn expected(&self, view: &OrderView) -> ServiceResult<Option<Expected>> {
        if !view.reported.is_empty() {
            return Ok(None);
        }
        let days =
            |(from, to): &(String, String)| Some(from.parse::<Date>().ok()?.until(to.parse::<Date>().ok()?).ok()?.get_days().max(0) as u32);
        let took: Vec<u32> = self.service.store.reported_of_test(&view.test, LEARNT_FROM).await?.iter().filter_map(days).collect();
        Ok(view.submitted.parse().ok().and_then(|submitted| expected::expected(submitted, today(), &took)))
    }

    /// Writes a change of an order, with its line in lists as it stands afterwards.
    pub async fn commit(&self, permit: &Permit, order: OrderId, mut change: Change) -> ServiceResult<()> {
        let before = self.service.store.order_events(permit, order).await?;
        let mut told: Vec<(&str, &str)> = before.iter().map(|e| (e.stream.as_str(), e.payload.as_str())).collect();
        told.extend(change.events.iter().map(|e| (e.stream.as_str(), e.payload.as_str())));
        let status = Status::of(told)?;
        let at = before.first().map_or_else(now, |e| e.at);
        let reported = first_report(&before).or_else(|| change.events.iter().any(|e| is_report(&e.stream, &e.kind)).then(now));
        change.view = view(order, &status, at, reported);
        change.samples = samples(&status);
        change.sent_on = status.sent_on();
        Ok(self.service.store.commit(permit, change, now()).await?)
    }
}

/// The lines of an order's samples from its state.
fn samples(status: &Status) -> Vec<SampleLine> {
    let line = |(id, held): &(SampleId, Sample)| {
        let label = held.label.as_ref()?;
        let manifest = match &held.state {
            sample::State::Dispatched { manifest, .. } => manifest.clone(),
            _ => String::new(),
        };
        Some(SampleLine {
            id: *id,
            barcode: label.barcode.clone(),
            order: label.order,
            patient: label.patient,
            material: label.material.clone(),
            state: held.state.words().into(),
            place: held.place.clone(),
            manifest,
        })
    };
    status.samples.iter().filter_map(line).collect()
}

fn parsed(codes: &[String]) -> Vec<OdsCode> {
    codes.iter().filter_map(|code| code.parse().ok()).collect()
}

fn is_report(stream: &str, kind: &str) -> bool {
    stream.starts_with("order/") && kind == "Reported"
}

/// When an order was first reported.
fn first_report(events: &[Entry]) -> Option<Timestamp> {
    events.iter().find(|e| is_report(&e.stream, &e.kind)).map(|e| e.at)
}

/// An order's line from its state.
pub fn view(id: OrderId, status: &Status, submitted: Timestamp, reported: Option<Timestamp>) -> Option<OrderView> {
    let request = status.order.request.as_ref()?;
    let proband = request.proband()?;
    let day = submitted.to_zoned(TimeZone::UTC).date();
    let due = day.saturating_add(jiff::Span::new().days(i64::from(request.turnaround_days_max)));
    Some(OrderView {
        id,
        number: request.number.clone(),
        test: request.test.to_string(),
        indication: request.indication.clone(),
        patient_id: proband.patient,
        patient: proband.name.clone(),
        state: status.order.state.words().into(),
        waiting: status.waiting(),
        requester: status.order.requester.as_ref()?.organisation.to_string(),
        laboratory: request.laboratory.to_string(),
        submitted: day.to_string(),
        due: due.to_string(),
        hidden: matches!(status.order.state, care::order::State::EnteredInError { .. }),
        owner: status.turn().map_or_else(String::new, |role| format!("{role:?}")),
        assignee: status.work.assignee.as_ref().map_or_else(String::new, |staff| staff.name.clone()),
        reported: reported.map_or_else(String::new, |at| at.to_zoned(TimeZone::UTC).date().to_string()),
        rests: status.work.snoozed_until.map_or_else(String::new, |day| day.to_string()),
    })
}
