//! The service, and the desk that somebody works at: a signed-in person acting in a role for an organisation.

use crate::clock::{Clock, MachineClock};
use crate::{
    ServiceError, ServiceResult, Status,
    certificates::OwnCertificate,
    directory::{self, catalogue::Catalogue, panels::Book},
    interpretation::touched::CandidateGenes,
    laboratory::{quality::LastCounted, sample_names::SampleNames},
    operations::Operations,
    ordering::clients::FetchedKeys,
    research::Ledgers,
    results::reports,
    work::{Hand, Heartbeat},
};
use access::{Action, Denied, Permit, Resource};
use annotation::Knowledge;
use anyhow::Context;
use care::{
    OdsCode, OrderId, PatientId, Staff, StaffId,
    event::StreamKind,
    ordering::expected::{self, Expected},
    results::report::Content,
};
use engine::reference;
use formats::Pack;
use jiff::{Timestamp, civil::Date};
use ontology::letter::Lexicon;
use std::{
    path::{Path, PathBuf},
    sync::{Arc, RwLock, atomic::AtomicBool},
};
use store::{Change, Happened, OrderView, Store};
use uuid::Uuid;

/// Everything that runs.
pub struct Service {
    /// Journal, views, outbox, blobs.
    pub store: Store,
    /// What tells the time and makes identifiers.
    pub clock: Arc<dyn Clock>,
    /// What makes a page and a PDF of a report.
    pub(crate) press: Press,
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
    /// Genes of candidates of analyses that were looked through.
    pub(crate) candidate_genes: CandidateGenes,
    /// Public keys of systems, as their own addresses last gave them.
    pub(crate) fetched_keys: FetchedKeys,
    /// What this service shows who it is with on lines within TLS.
    pub(crate) own_certificate: std::sync::OnceLock<OwnCertificate>,
    /// What delivered files name, as they were looked at last.
    pub(crate) sample_names: SampleNames,
    /// What analyses counted whose quality was looked at last.
    pub(crate) last_counted: LastCounted,
    /// How many analyses run at a time: one, where no more are wanted.
    pub(crate) analysing: tokio::sync::Semaphore,
    /// Who looks for queued analyses unasked: one who runs them, and one who looks again after that.
    pub(crate) looking: Arc<tokio::sync::Semaphore>,
    /// How many files of reads are kept and looked at at a time.
    pub(crate) keeping: tokio::sync::Semaphore,
    /// What this program works on at present.
    pub(crate) in_hand: Hand,
    /// What says that this program is alive.
    pub(crate) heartbeat: Heartbeat,
    /// Name and version of this program, as others see who works.
    pub(crate) worker: std::sync::OnceLock<String>,
    /// Queued work is for other programs.
    pub(crate) leaves_work: AtomicBool,
    /// Held while messages are delivered, so that none goes out twice.
    pub(crate) delivering: tokio::sync::Mutex<()>,
    /// The research library, once asked for.
    pub(crate) library: tokio::sync::OnceCell<library::Library>,
    /// The program that runs queries of the research library, once one is asked for.
    pub(crate) query_program: std::sync::OnceLock<library::program::QueryProgram>,
    /// Held while the library is asked: what was told of it, as this program last read it.
    pub(crate) asking: tokio::sync::Mutex<Ledgers>,
    /// What those who run the service watch.
    pub operations: Operations,
}

/// Files of reads that are kept and looked at at a time: each is read whole, twice.
const KEPT_AT_ONCE: usize = 2;

/// Makes a page and a PDF of what a report says.
pub type Press = fn(&Content) -> anyhow::Result<[Vec<u8>; 2]>;

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
    #[crate::boxed]
    pub async fn open(folder: &Path, pack: &Pack) -> anyhow::Result<Arc<Service>> {
        Service::with_store(Store::open(folder).await?, folder, pack).await
    }

    /// The service over an open store, by the machine's clock.
    #[crate::boxed]
    pub async fn with_store(store: Store, folder: &Path, pack: &Pack) -> anyhow::Result<Arc<Service>> {
        Service::with_clock(store, folder, pack, Arc::new(MachineClock)).await
    }

    /// The service over an open store, by another clock.
    #[crate::boxed]
    pub async fn with_clock(store: Store, folder: &Path, pack: &Pack, clock: Arc<dyn Clock>) -> anyhow::Result<Arc<Service>> {
        Service::with_press(store, folder, pack, clock, reports::print).await
    }

    /// The service over an open store, by another clock, with another press: a simulation typesets no reports.
    #[crate::boxed]
    pub async fn with_press(store: Store, folder: &Path, pack: &Pack, clock: Arc<dyn Clock>, press: Press) -> anyhow::Result<Arc<Service>> {
        let knowledge = reference::shared_knowledge(pack)?;
        let service = Service {
            store,
            clock,
            press,
            lexicon: Lexicon::new(&knowledge.hpo),
            knowledge,
            reference: (pack.manifest().name.clone(), pack.digest().into()),
            folder: folder.to_owned(),
            catalogue: RwLock::default(),
            panels: RwLock::default(),
            candidate_genes: CandidateGenes::default(),
            fetched_keys: FetchedKeys::default(),
            own_certificate: std::sync::OnceLock::new(),
            sample_names: SampleNames::default(),
            last_counted: LastCounted::default(),
            analysing: tokio::sync::Semaphore::new(1),
            looking: Arc::new(tokio::sync::Semaphore::new(2)),
            keeping: tokio::sync::Semaphore::new(KEPT_AT_ONCE),
            in_hand: Hand::default(),
            heartbeat: Heartbeat::default(),
            worker: std::sync::OnceLock::new(),
            leaves_work: AtomicBool::new(false),
            delivering: tokio::sync::Mutex::default(),
            library: tokio::sync::OnceCell::new(),
            query_program: std::sync::OnceLock::new(),
            asking: tokio::sync::Mutex::default(),
            operations: Operations::default(),
        };
        let service = Arc::new(service);
        directory::catalogue::seed_directory(&service).await?;
        directory::panels::seed_panels(&service, pack).await?;
        Ok(service)
    }

    /// The permit of the program itself, for what it does unasked, or is asked before it is known who asks. It stands in the
    /// audit like that of anybody.
    pub(crate) async fn own_permit(&self, action: Action, name: impl Into<String>) -> ServiceResult<Permit> {
        let resource = Resource { name: name.into(), ..Resource::default() };
        Ok(self.store.permit(&crate::people::staff::system(), action, &resource, self.now()).await?)
    }

    /// The permit to read the directory, the panels or the laboratories: they are public, and nobody's in particular, so that
    /// no audit is kept of it.
    pub(crate) fn directory_permit(name: impl Into<String>) -> ServiceResult<Permit> {
        let resource = Resource { name: name.into(), ..Resource::default() };
        access::decide(&crate::people::staff::system(), Action::ReadDirectory, &resource).map_err(ServiceError::Denied)
    }

    /// Shows this certificate on lines within TLS that it makes, from now on; the first counts.
    pub fn show_certificate(&self, certificate: OwnCertificate) -> &OwnCertificate {
        self.own_certificate.get_or_init(|| certificate)
    }

    /// The present moment, as this service's clock has it.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The present day in UTC.
    pub fn today(&self) -> Date {
        self.clock.today()
    }

    /// A new identifier that sorts by time.
    pub fn new_id(&self) -> Uuid {
        self.clock.new_id()
    }

    /// A desk for somebody.
    pub fn desk(self: &Arc<Self>, staff: Staff) -> Desk {
        Desk { service: Arc::clone(self), staff }
    }
}

/// Finished orders that an expected day is learnt from.
const LEARNT_FROM: u64 = 500;

impl Desk {
    /// The present moment.
    pub fn now(&self) -> Timestamp {
        self.service.now()
    }

    /// The present day in UTC.
    pub fn today(&self) -> Date {
        self.service.today()
    }

    /// A new identifier that sorts by time.
    pub fn new_id(&self) -> Uuid {
        self.service.new_id()
    }

    /// A permit for something that belongs to nobody in particular.
    #[crate::boxed]
    pub async fn permit_general(&self, action: Action) -> ServiceResult<Permit> {
        self.permit_named(action, "service", self.staff.organisation.clone()).await
    }

    /// A permit for something by its name, which belongs to an organisation.
    pub(crate) async fn permit_named(&self, action: Action, name: impl Into<String>, organisation: OdsCode) -> ServiceResult<Permit> {
        let resource = Resource { organisations: vec![organisation], name: name.into(), ..Resource::default() };
        Ok(self.service.store.permit(&self.staff, action, &resource, self.now()).await?)
    }

    /// A permit for something of an order.
    #[crate::boxed]
    pub async fn permit(&self, action: Action, order: OrderId) -> ServiceResult<Permit> {
        match self.service.store.order_view(order).await? {
            Some(view) => self.permit_view(action, &view, view.is_released()).await,
            None => self.not_there(action, order).await,
        }
    }

    /// A permit for a part of an order that was released to its requester, whether or not the order is reported.
    pub(crate) async fn permit_released(&self, action: Action, order: OrderId) -> ServiceResult<Permit> {
        match self.service.store.order_view(order).await? {
            Some(view) => self.permit_view(action, &view, true).await,
            None => self.not_there(action, order).await,
        }
    }

    /// The answer about an order that is not there. Whoever may be refused an order is refused this one in the same words, after the
    /// same looking, so that no answer tells which orders there are; whoever may open every order learns that this is none.
    async fn not_there(&self, action: Action, order: OrderId) -> ServiceResult<Permit> {
        let nobody = PatientId(Uuid::nil());
        let organisations = parsed(&self.service.store.organisations_of_order(order).await?);
        let named = self.service.store.named_of_order(order).await?;
        let emergency = self.broke_glass(&organisations, named.as_deref(), nobody).await?;
        let resource = Resource { organisations, name: order.stream(), emergency, named, ..Resource::default() };
        self.service.store.permit(&self.staff, action, &resource, self.now()).await?;
        Err(ServiceError::NotFound("order"))
    }

    async fn permit_view(&self, action: Action, view: &OrderView, released: bool) -> ServiceResult<Permit> {
        let organisations = parsed(&self.service.store.organisations_of_order(view.id).await?);
        let named = self.service.store.named_of_order(view.id).await?;
        let resource = self.resource_of(view, released, (organisations, named)).await?;
        Ok(self.service.store.permit(&self.staff, action, &resource, self.now()).await?)
    }

    /// Permits for the same of several orders, each decided by itself and each a line of the audit; asked for in few queries.
    pub(crate) async fn permits(&self, action: Action, views: &[OrderView]) -> ServiceResult<Vec<Result<Permit, Denied>>> {
        let orders: Vec<OrderId> = views.iter().map(|view| view.id).collect();
        let mut organisations = self.service.store.organisations_of_orders(&orders).await?;
        let mut named = self.service.store.named_of_orders(&orders).await?;
        let mut resources = Vec::new();
        for view in views {
            let organisations = parsed(&organisations.remove(&view.id).unwrap_or_default());
            resources.push(self.resource_of(view, view.is_released(), (organisations, named.remove(&view.id))).await?);
        }
        Ok(self.service.store.permits(&self.staff, action, &resources, self.now()).await?)
    }

    /// An order as the policy is asked for it: with its organisations, and who alone is named.
    async fn resource_of(
        &self,
        view: &OrderView,
        released: bool,
        (organisations, named): (Vec<OdsCode>, Option<Vec<StaffId>>),
    ) -> ServiceResult<Resource> {
        let emergency = self.broke_glass(&organisations, named.as_deref(), view.patient_id).await?;
        Ok(Resource { organisations, name: view.id.stream(), released, emergency, named, ..Resource::default() })
    }

    /// A permit for the record of a person.
    #[crate::boxed]
    pub async fn permit_patient(&self, action: Action, patient: PatientId) -> ServiceResult<Permit> {
        let organisations = parsed(&self.service.store.organisations_of(patient).await?);
        let named = self.service.store.named_of(patient).await?;
        let emergency = self.broke_glass(&organisations, named.as_deref(), patient).await?;
        let resource = Resource { organisations, name: patient.stream(), released: true, emergency, named, ..Resource::default() };
        Ok(self.service.store.permit(&self.staff, action, &resource, self.now()).await?)
    }

    /// Whether this desk broke the glass for a person whose record is not open to it: no relationship, or restricted to others.
    async fn broke_glass(&self, organisations: &[OdsCode], named: Option<&[StaffId]>, patient: PatientId) -> anyhow::Result<bool> {
        let open = organisations.contains(&self.staff.organisation) && named.is_none_or(|named| named.contains(&self.staff.id));
        Ok(!open && self.service.store.has_emergency(patient, self.staff.id, self.now()).await?)
    }

    /// Where an order and everything of it stands.
    #[crate::boxed]
    pub async fn status(&self, permit: &Permit, order: OrderId) -> ServiceResult<Status> {
        self.status_before(permit, order, Timestamp::MAX).await
    }

    /// The same as it stood before a moment.
    #[crate::boxed]
    pub async fn status_before(&self, permit: &Permit, order: OrderId, moment: Timestamp) -> ServiceResult<Status> {
        let events = self.service.store.order_happened(permit, order).await?;
        Ok(Status::fold(events.iter().filter(|e| e.at < moment).map(Happened::recorded)).context("folding an order")?)
    }

    /// Some orders as far as streams of some kinds tell, in one query: nothing else of them is known.
    pub(crate) async fn parts_of(&self, permit: &Permit, orders: &[OrderId], kinds: &[StreamKind]) -> ServiceResult<Vec<Status>> {
        let events = self.service.store.events_of_orders(permit, orders, kinds).await?;
        let mut parts = Vec::new();
        for order in orders {
            let recorded = events.get(order).into_iter().flatten().map(Happened::recorded);
            let mut status = Status::fold(recorded).with_context(|| format!("folding parts of order {order}"))?;
            status.id = Some(*order);
            parts.push(status);
        }
        Ok(parts)
    }

    /// When the report of an order can be expected, from how long the last of the same test took.
    #[crate::boxed]
    pub async fn expected(&self, view: &OrderView) -> ServiceResult<Option<Expected>> {
        if view.reported.is_some() {
            return Ok(None);
        }
        let days = |(from, to): &(Date, Date)| Some(from.until(*to).ok()?.get_days().max(0) as u32);
        let took: Vec<u32> = self.service.store.reported_of_test(&view.test, LEARNT_FROM).await?.iter().filter_map(days).collect();
        Ok(expected::expected(view.submitted, self.today(), &took))
    }

    /// Whether the policy lets this person do something at all, to decide what a page offers.
    pub fn may(&self, action: Action) -> bool {
        access::offers(self.staff.role, action)
    }

    /// Writes a change. Lists follow from its events, in the same transaction.
    #[crate::boxed]
    pub async fn commit(&self, permit: &Permit, change: Change) -> ServiceResult<()> {
        Ok(self.service.store.commit(permit, change, self.now()).await?)
    }
}

/// Codes of organisations, as the policy compares them.
pub(crate) fn parsed(codes: &[String]) -> Vec<OdsCode> {
    codes.iter().filter_map(|code| code.parse().ok()).collect()
}
