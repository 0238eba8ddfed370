//! Plates and racks: opened, filled by scanning, compared with a scan of the whole, sent and taken in with all they hold.

mod whose_scan;

use crate::{Desk, ServiceError, ServiceResult, ordering::orders::characters};
use access::{Action, Permit};
use care::{
    ContainerId, OdsCode, OrderId, Refusals, SampleId,
    laboratory::{
        barcode::scanned,
        container::{self, Command, Container, Difference, Kind, Opened, Position, StoredSample},
        sample::{self, Sample, Well},
    },
    ordering::order::Order,
};
use std::collections::BTreeMap;
use store::{Change, ContainerLine, Loaded, Paged};

/// What has been scanned, and how it differs from what is written down.
pub struct Scan {
    /// Barcodes by position.
    pub tubes: BTreeMap<Position, String>,
    /// Differences.
    pub differences: Vec<Difference>,
}

/// Opens a container for this laboratory.
#[crate::boxed]
pub async fn open(desk: &Desk, kind: Kind, purpose: String) -> ServiceResult<ContainerId> {
    let id = ContainerId(desk.new_id());
    let permit = desk.permit_named(Action::HandleSample, id.stream(), desk.staff.organisation.clone()).await?;
    let loaded = desk.service.store.load::<Container>(&permit, id.stream()).await?;
    let barcode = format!("C{}", characters(id.0.as_u128(), 12));
    let opened = Opened { barcode, kind, purpose: purpose.trim().to_owned(), laboratory: desk.staff.organisation.clone() };
    let mut change = Change::default();
    change.add(&loaded, &container::decide(&loaded.state, Command::Open(opened))?);
    desk.service.store.commit(&permit, change, desk.now()).await?;
    Ok(id)
}

/// A page of the containers of this laboratory.
#[crate::boxed]
pub async fn list(desk: &Desk, page: u64) -> ServiceResult<Paged<ContainerLine>> {
    let permit = desk.permit_named(Action::HandleSample, "containers", desk.staff.organisation.clone()).await?;
    Ok(desk.service.store.containers(&permit, page).await?)
}

/// A container of this laboratory, or that was sent to it.
#[crate::boxed]
pub async fn container(desk: &Desk, id: ContainerId) -> ServiceResult<Container> {
    Ok(loaded(desk, id).await?.1.state)
}

/// The container with a barcode: its own, else one that another laboratory put on it; of several of those, one that is here.
#[crate::boxed]
pub async fn scan_box(desk: &Desk, barcode: &str) -> ServiceResult<Option<ContainerId>> {
    let barcode = scanned(barcode);
    let lines = desk.service.store.containers_by_barcode(&barcode).await?;
    let own = desk.staff.organisation.to_string();
    let found = lines.iter().find(|line| line.barcode == barcode).or_else(|| lines.iter().find(|line| line.laboratory == own));
    let Some(line) = found.or(lines.first()) else { return Ok(None) };
    loaded(desk, line.id).await?;
    Ok(Some(line.id))
}

/// Puts a scanned tube into a position, or into the next that is free; out of the container in which it stood.
#[crate::boxed]
pub async fn fill(desk: &Desk, id: ContainerId, position: Option<Position>, barcode: &str) -> ServiceResult<Position> {
    let (permit, loaded) = loaded(desk, id).await?;
    let mut filling = Filling::new(desk, &permit, loaded);
    let position = filling.put(position, barcode).await?;
    filling.commit().await?;
    Ok(position)
}

/// Takes a tube out of its position.
#[crate::boxed]
pub async fn empty(desk: &Desk, id: ContainerId, position: Position, reason: String) -> ServiceResult<()> {
    let (permit, loaded) = loaded(desk, id).await?;
    let mut filling = Filling::new(desk, &permit, loaded);
    filling.take(position, reason).await?;
    filling.commit().await
}

/// Moves a container to another place, or discards it once it is empty.
#[crate::boxed]
pub async fn change(desk: &Desk, id: ContainerId, command: Command) -> ServiceResult<()> {
    let (permit, loaded) = loaded(desk, id).await?;
    let mut change = Change::default();
    change.add(&loaded, &container::decide(&loaded.state, command)?);
    Ok(desk.service.store.commit(&permit, change, desk.now()).await?)
}

/// Sends a container with everything that it holds to another laboratory: all of it or nothing.
#[crate::boxed]
pub async fn send(desk: &Desk, id: ContainerId, to: OdsCode, manifest: String) -> ServiceResult<()> {
    let send = sample::Command::Dispatch { to: to.clone(), manifest: manifest.clone() };
    with_all(desk, id, Command::Send { to, manifest }, |_| send.clone()).await
}

/// Takes in a container that was sent here, with everything that it holds.
#[crate::boxed]
pub async fn receive(desk: &Desk, id: ContainerId) -> ServiceResult<()> {
    let by = desk.staff.organisation.clone();
    with_all(desk, id, Command::TakeIn { by }, |stored| sample::Command::ReceiveElsewhere { barcode: stored.barcode.clone() }).await
}

/// Reads a scan of the whole container, as scanners of any maker export it.
#[crate::boxed]
pub async fn read_scan(desk: &Desk, id: ContainerId, text: &str) -> ServiceResult<Scan> {
    let container = container(desk, id).await?;
    let tubes = match &container.opened {
        Some(opened) => container::scan::read_for(opened.kind, text)?,
        None => container::scan::read(text)?,
    };
    whose_scan::check(desk, (id, &container), text, &tubes).await?;
    Ok(Scan { differences: container.differences(&tubes), tubes })
}

/// Writes down what a scan of the whole container found: all of it or nothing.
#[crate::boxed]
pub async fn take_scan(desk: &Desk, id: ContainerId, text: &str) -> ServiceResult<usize> {
    let differences = read_scan(desk, id, text).await?.differences;
    let (permit, loaded) = loaded(desk, id).await?;
    let mut filling = Filling::new(desk, &permit, loaded);
    // First out, then in: two tubes may have changed places.
    for difference in &differences {
        match difference {
            Difference::Missing { position, .. } => filling.take(*position, "not found by a scan of the whole".into()).await?,
            Difference::Found { from: Some(from), position, .. } => {
                filling.take(*from, format!("a scan of the whole found it in {position}")).await?;
            }
            Difference::Found { .. } => {}
        }
    }
    for difference in &differences {
        if let Difference::Found { position, barcode, .. } = difference {
            filling.put(Some(*position), barcode).await?;
        }
    }
    if !differences.is_empty() {
        filling.commit().await?;
    }
    Ok(differences.len())
}

async fn loaded(desk: &Desk, id: ContainerId) -> ServiceResult<(Permit, Loaded<Container>)> {
    let line = desk.service.store.container(id).await?.ok_or(ServiceError::NotFound("plate or rack"))?;
    let laboratory = line.laboratory.parse().map_err(|_| ServiceError::NotFound("laboratory of this container"))?;
    let permit = desk.permit_named(Action::HandleSample, id.stream(), laboratory).await?;
    let loaded = desk.service.store.load(&permit, id.stream()).await?;
    Ok((permit, loaded))
}

/// Does something with a container and with every sample in it.
async fn with_all(
    desk: &Desk,
    id: ContainerId,
    command: Command,
    command_for: impl Fn(&StoredSample) -> sample::Command,
) -> ServiceResult<()> {
    let (permit, loaded) = loaded(desk, id).await?;
    let mut change = Change::default();
    change.add(&loaded, &container::decide(&loaded.state, command)?);
    for (position, stored) in &loaded.state.stored {
        let sample = desk.service.store.load::<Sample>(&permit, stored.sample.stream()).await?;
        let events = sample::decide(&sample.state, command_for(stored)).map_err(|why| {
            let why: Vec<String> = why.0.into_iter().map(|r| r.message).collect();
            Refusals::one("container", format!("{position} {}: {}. Take it out first; nothing was sent", stored.barcode, why.join("; ")))
        })?;
        desk.permit(Action::HandleSample, stored.order).await?;
        not_ended(desk, &permit, stored.order).await?;
        change.add(&sample, &events);
    }
    desk.commit(&permit, change).await
}

/// Refuses work on a sample of an order of which nothing more will happen.
pub(crate) async fn not_ended(desk: &Desk, permit: &Permit, order: OrderId) -> ServiceResult<()> {
    Ok(refuse_ended(&desk.service.store.load::<Order>(permit, order.stream()).await?.state)?)
}

/// The same of an order that was read.
pub(super) fn refuse_ended(placed: &Order) -> Result<(), Refusals> {
    if !placed.state.is_final() || placed.state == care::ordering::order::State::Closed {
        return Ok(());
    }
    let number = placed.request.as_ref().map_or("", |request| request.number.as_str());
    let message = format!(
        "Order {number} is {}: do not work on this sample. Reject it, and return or destroy it",
        placed.state.label().to_lowercase()
    );
    Err(Refusals::one("order", message))
}

/// Tubes on their way in and out of one container, as one change.
struct Filling<'d> {
    desk: &'d Desk,
    permit: &'d Permit,
    container: Loaded<Container>,
    samples: BTreeMap<SampleId, Loaded<Sample>>,
    others: BTreeMap<ContainerId, Loaded<Container>>,
    change: Change,
}

impl<'d> Filling<'d> {
    fn new(desk: &'d Desk, permit: &'d Permit, container: Loaded<Container>) -> Self {
        let mut change = Change::default();
        change.add::<Container>(&container, &[]);
        Filling { desk, permit, container, samples: BTreeMap::new(), others: BTreeMap::new(), change }
    }

    async fn put(&mut self, position: Option<Position>, barcode: &str) -> ServiceResult<Position> {
        let line = crate::laboratory::samples::scan(self.desk, barcode).await?;
        not_ended(self.desk, self.permit, line.order).await?;
        let stored = StoredSample { sample: line.id, order: line.order, barcode: line.barcode.clone() };
        let events = container::decide(&self.container.state, Command::Fill { position, stored })?;
        self.leave_other(line.id).await?;
        self.step(&events);
        let position = self.container.state.position_of(line.id).expect("it was put there just now");
        let barcode = self.container.state.opened.as_ref().map_or_else(String::new, |o| o.barcode.clone());
        let id = self.id()?;
        self.sample(line.id, sample::Command::Rack(Well { container: id, barcode, position })).await?;
        Ok(position)
    }

    async fn take(&mut self, position: Position, reason: String) -> ServiceResult<()> {
        let stored = self.container.state.stored.get(&position).cloned();
        self.step(&container::decide(&self.container.state, Command::Empty { position, reason })?);
        match stored {
            Some(stored) => self.sample(stored.sample, sample::Command::Unrack).await,
            None => Ok(()),
        }
    }

    /// Takes a tube out of the other container in which it stood.
    async fn leave_other(&mut self, sample: SampleId) -> ServiceResult<()> {
        let here = self.id()?;
        let stored = self.loaded(sample).await?;
        let Some(well) = stored.state.well.clone().filter(|well| well.container != here) else { return Ok(()) };
        let reason = "put into another plate or rack".to_owned();
        let other = if let Some(other) = self.others.remove(&well.container) {
            other
        } else {
            let (_, other) = loaded(self.desk, well.container).await?;
            self.change.add::<Container>(&other, &[]);
            other
        };
        let events = container::decide(&other.state, Command::Empty { position: well.position, reason })?;
        self.change.more(&other.stream, &events);
        let state = events.iter().fold(other.state, care::Fold::apply);
        self.others.insert(well.container, Loaded { state, ..other });
        self.sample(sample, sample::Command::Unrack).await
    }

    fn id(&self) -> ServiceResult<ContainerId> {
        let id = self.container.stream.split_once('/').and_then(|(_, id)| id.parse().ok());
        id.ok_or(ServiceError::NotFound("plate or rack"))
    }

    fn step(&mut self, events: &[container::Event]) {
        self.change.more(&self.container.stream, events);
        self.container.state = events.iter().fold(std::mem::take(&mut self.container.state), care::Fold::apply);
    }

    async fn loaded(&mut self, id: SampleId) -> ServiceResult<&mut Loaded<Sample>> {
        if !self.samples.contains_key(&id) {
            let loaded = self.desk.service.store.load::<Sample>(self.permit, id.stream()).await?;
            self.change.add::<Sample>(&loaded, &[]);
            self.samples.insert(id, loaded);
        }
        self.samples.get_mut(&id).ok_or(ServiceError::NotFound("sample"))
    }

    async fn sample(&mut self, id: SampleId, command: sample::Command) -> ServiceResult<()> {
        let loaded = self.loaded(id).await?;
        let (stream, events) = (loaded.stream.clone(), sample::decide(&loaded.state, command)?);
        loaded.state = events.iter().fold(std::mem::take(&mut loaded.state), care::Fold::apply);
        self.change.more(&stream, &events);
        Ok(())
    }

    async fn commit(self) -> ServiceResult<()> {
        self.desk.commit(self.permit, self.change).await
    }
}
